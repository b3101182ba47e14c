/* The timetable: commands that are due once in each period, whoever asks for them.
 *
 * A period is counted from 1970, so every courier means the same one. The command's key is made of row and period: when
 * a courier is restarted, or two of them run for a moment, the second question gets the first one's answer and nothing
 * happens twice. A period in which no courier ran is not made up for: rows say what must be true, not how often. */
#ifndef AVOW_TIMETABLE_H
#define AVOW_TIMETABLE_H

#include "job.h"

#define TIMETABLE_MOST 32

struct timetable_row {
    const char *name;
    int64_t every; /* seconds */
    enum command cmd;
    const void *in; /* struct <command>_in */
};
/* What the program does of itself. */
extern const struct timetable_row timetable_rows[];
extern const size_t timetable_rows_n;

/* What one courier knows of it: the period in which each row was last answered. Begins as zero. */
struct timetable {
    int64_t answered[TIMETABLE_MOST];
};

/* Ask for what is due now and was not answered. ST_AWAY, ST_RETRY …: the writer could not do it, it is due still. A row
 * that is refused is logged, and due again in its next period. */
NODISCARD st timetable_round(struct timetable *, const struct timetable_row *, size_t n, job_call_fn *, void *call_at, utc now);

#endif
