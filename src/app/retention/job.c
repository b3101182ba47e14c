/* The courier drives a run: part after part, each a command, until nothing is due or its time is over. */
#include "disposing.h"
#include "job.h"
#include "clock.h"
#include "retention.h"
#include "str.h"

#include <stdio.h>

#define STEPS_MOST 100000
#define WORK_MS (60 * 1000) /* half the lease; what is left is asked for anew */

st cmd_retention_start(struct cx *cx, const struct retention_start_in *in, struct retention_start_out *out)
{
    (void)in;
    (void)out;
    TRY(hold_remind_nt(cx));
    str key = str_fmt(CX_ARENA(cx), "retention|%lld", (long long)cx->gate.now.s);
    return cx_job_nt(cx, S("retention.run"), key, 0, 0, cx->gate.now);
}

st retention_job_run(struct job_cx *j)
{
    struct retention_step_in in = { 0 };
    int64_t until = clock_ms() + WORK_MS;
    for (int i = 0; i < STEPS_MOST; i++) {
        struct retention_step_out out = { 0 };
        char step[32];
        snprintf(step, sizeof step, "step%d", i);
        TRY(job_command(j, CMD_RETENTION_STEP, step, &in, &out));
        if (out.done)
            return ST_OK;
        if (clock_ms() > until)
            break;
        in = (struct retention_step_in){ out.phase, out.rule, out.at, out.after };
    }
    return job_command(j, CMD_RETENTION_START, "again", &(struct retention_start_in){ 0 }, NULL);
}
