/* Between the parts of this feature: a service as the plan sees it. */
#ifndef AVOW_RHYTHM_CASE_H
#define AVOW_RHYTHM_CASE_H

#include "command.h"
#include "plan.h"
#include "rhythm_sql.h"

struct rhythm_case {
    struct rhythm_get_row s;
    struct rhythm_open_bill_row bill; /* when facts.bill.open */
    struct rhythm_open_change_row change; /* when facts.change_until is set */
    struct rhythm_terms terms;
    struct rhythm_facts facts;
    struct rhythm_plan plan;
    date today;
};

/* Everything the plan is made of, read now, and the plan. ST_NOT_FOUND: no such service. */
NODISCARD st rhythm_case_read(struct db *, struct arena *, const struct config *, int64_t service, date today,
                              struct rhythm_case *);

/* Do what is due for a service, and write down when to look again. A step that cannot be done parks the service with the
 * reason and is ST_OK; what says that the database or the vault is in trouble is returned. Writer's transaction. */
NODISCARD st rhythm_do_nt(struct cx *, int64_t service);
/* The same in a savepoint of its own: a step that cannot be done is undone and parks the service. */
NODISCARD st rhythm_apart_nt(struct cx *, int64_t service);

/* "Starter web space, monthly (Disk space: 20 GB)", as on the invoice. */
str rhythm_label(struct arena *, str product, str cycle, str options);

/* Look at it today, and as soon as the courier comes to it. */
NODISCARD st rhythm_soon_nt(struct cx *, int64_t person, int64_t service, date today);

/* When a service would end that is cancelled now, to the end of what was paid for. */
date rhythm_period_end(const struct rhythm_case *);

/* The steps (act.c, renew.c). *later: it cannot be done now, but on that day. */
NODISCARD st rhythm_step_nt(struct cx *, struct rhythm_case *, const struct rhythm_step *, date *later);
NODISCARD st rhythm_renew_nt(struct cx *, struct rhythm_case *);

/* Record an act; *first says that it was not done before. */
NODISCARD st rhythm_record_nt(struct cx *, const struct rhythm_case *, const char *subject, const char *act, str period,
                              const char *result, bool *first);

/* The open pro forma is void, and the services on it that go on get a new one. */
NODISCARD st rhythm_drop_bill_nt(struct cx *, const struct rhythm_case *);
NODISCARD st rhythm_park_nt(struct cx *, int64_t service, date today, const char *why);

#endif
