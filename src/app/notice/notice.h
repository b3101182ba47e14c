/* Telling recipients what became of what they were told (UK GDPR art. 19): corrected, erased, restricted.
 *
 * The disclosure ledger says who got which fields; for each of them there is a row of recipient_notice and, where their
 * connector can take it, a job. Who keeps nothing of what it is told (the mail relay passes it on, the VAT service looks it up)
 * has nothing to be told, and the row says so. Everything else is a task for staff, who say that it was done or why not. The
 * person sees all of it. */
#ifndef AVOW_NOTICE_H
#define AVOW_NOTICE_H

#include "job.h"

enum notice_kind { NOTICE_CORRECTED, NOTICE_ERASED, NOTICE_RESTRICTED };

/* Queue notices to everybody who was told one of these columns, or one that the same thing was copied to (the name on an invoice is
 * the name in the profile); `cols` NULL: anything at all about the person. Nobody was: nothing happens. Call it before what it is
 * about becomes unreadable. Writer's transaction. */
NODISCARD st notice_queue_nt(struct cx *, int64_t person, enum notice_kind, const enum column_id *cols, size_t n);

/* Job "notice.send", object recipient_notice.id. */
NODISCARD st notice_job_send(struct job_cx *);

#endif
