/* What the parts of this feature share. */
#ifndef AVOW_ANNOUNCE_WORK_H
#define AVOW_ANNOUNCE_WORK_H

#include "announce.h"
#include "announce_sql.h"
#include "text.h"

/* Queue the job that works on it next, and make it the only one that may. Writer's transaction. */
NODISCARD st announce_queue_nt(struct cx *, int64_t announcement, utc not_before);
/* The announcement, when this lease of its job is the one that counts: ST_CONFLICT else. */
NODISCARD st announce_owned(struct cx *, int64_t announcement, int64_t job, int64_t fence, struct announce_get_row *);
NODISCARD st announce_count_nt(struct cx *, int64_t announcement, int64_t round, const char *what, int64_t n);
/* Is sending of announcements in force at all? ST_STATEMENT. */
NODISCARD st announce_in_force(const struct cx *);

/* A message, written: everything but whom it is from. */
struct mail_message;
struct announce_letter {
    enum topic topic;
    str title, body;
    str name;        /* of who gets it; empty: unknown */
    str token;       /* of the link that stops it; empty: none */
};
NODISCARD st announce_write(struct arena *, const struct config *, const struct announce_letter *, struct mail_message *);
/* The line at its foot that says what kind of message it is. */
enum text_key announce_class_line(enum topic);
/* The address of this site, without a slash at its end. */
str announce_site(struct arena *, const struct config *);

#endif
