/* What has had its time and is about nobody. What is about people has its time in the statement. */
#include "account.h"
#include "job.h"
#include "run.h"

st cmd_job_sweep(struct cx *cx, const struct job_sweep_in *in, struct job_sweep_out *out)
{
    (void)in;
    TRY(command_sweep_nt(cx, &out->answers));
    return account_sweep_nt(cx, &out->sessions);
}
