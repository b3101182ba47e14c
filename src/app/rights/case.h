/* One request while a command works on it. Private to this directory. */
#ifndef AVOW_RIGHTS_CASE_H
#define AVOW_RIGHTS_CASE_H

#include "mail.h"
#include "rights.h"
#include "rights_sql.h"

struct rights_case {
    struct rights_by_id_row r; /* what is changed here is kept by rights_case_save */
    enum rights_kind kind;
    enum rights_state state, was;
};

NODISCARD st rights_case_load(struct cx *, int64_t id, struct rights_case *);
/* By the command's uid; of somebody else's, customers and visitors learn nothing: ST_NOT_FOUND. */
NODISCARD st rights_case_of(struct cx *, uid, struct rights_case *);
/* Go where the act leads; ST_CONFLICT with a message when it is not possible now. */
NODISCARD st rights_case_go(struct cx *, struct rights_case *, enum rights_act);
/* Keep it; ST_CONFLICT when somebody moved it in between. */
NODISCARD st rights_case_save(struct cx *, struct rights_case *);

/* What is written about an act. Texts are cleaned and checked before. */
struct rights_words {
    enum rights_act act;
    const char *word;       /* instead of the act's: "opened", "late" … or NULL */
    str said, reply, note;
    bool by_staff_said;     /* `said` was written down by staff */
    bool dates;             /* keep the dates that counted until now */
    date was_due, was_strict;
    date pause_from, pause_to; /* DATE_NONE */
};
#define RIGHTS_WORDS(...) (&(struct rights_words){ .was_due = DATE_NONE, .was_strict = DATE_NONE, .pause_from = DATE_NONE, \
                                                   .pause_to = DATE_NONE, __VA_ARGS__ })
NODISCARD st rights_case_entry(struct cx *, const struct rights_case *, const struct rights_words *, int64_t *id);

/* Count its days anew, by the calendar that is in force here. */
NODISCARD st rights_case_count(struct cx *, struct rights_case *);
/* The calendar by which is counted here: division and version. Empty when there is no memory. */
str rights_calendar(struct cx *);
/* Its clock stands still. */
void rights_case_stop(struct rights_case *);

/* A message to whoever asked; `occasion` is an entry. *told false: there is no address, so somebody has to write a letter. */
NODISCARD st rights_case_tell(struct cx *, const struct rights_case *, enum mail, int64_t occasion, bool *told);
/* One more in the numbers of that month. */
NODISCARD st rights_case_tally(struct cx *, const struct rights_case *, date on, const char *what);

/* Of a request for a copy: have it made for the customer to fetch, unless one is being made or waits already; *there: the
 * one that was asked for waits. */
NODISCARD st rights_copy_nt(struct cx *, const struct rights_case *, bool *there);

/* A text that somebody typed: trimmed, printable, not longer than `most`; required where least is above 0. */
NODISCARD st rights_text(struct cx *, const char *field, str *text, size_t least, size_t most);
/* A date that staff typed; empty: today. Not in the future, and not before `from`. */
NODISCARD st rights_day(struct cx *, const char *field, str text, date from, date *out);

#endif
