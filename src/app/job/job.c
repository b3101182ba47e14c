/* Commands of the outbox: lease, finish, retry. */
#include "job.h"

#include "job_sql.h"
#include "log.h"
#include "rnd.h"
#include "str.h"

#define LEASE_MOST 32
#define LEASE_SECONDS_MOST 3600

int64_t job_backoff(int64_t attempt)
{
    int64_t wait = JOB_BACKOFF_FIRST;
    for (int64_t i = 1; i < attempt && wait < JOB_BACKOFF_MOST; i++)
        wait *= 2;
    if (wait > JOB_BACKOFF_MOST)
        wait = JOB_BACKOFF_MOST;
    return wait - (int64_t)rnd_below((uint32_t)(wait / 4 + 1));
}

/* A row of either statement as the job that is leased. */
#define LEASED(r)                                                                                                    \
    (struct leased_job){ .id = (r)->id, .uid = (r)->uid, .kind = (r)->kind,                                          \
                         .person = (r)->has_person_id ? (r)->person_id : 0, .object = (r)->object_id,                \
                         .attempts = (r)->attempts, .fence = (r)->fence }

/* Take it, unless somebody else did; a lease is one more try. */
static st take(struct cx *cx, const struct job_lease_in *in, const struct leased_job *job, struct job_lease_out *out)
{
    int64_t changed = 0;
    if (out->jobs.n >= (size_t)in->max)
        return ST_OK;
    TRY(job_take(CX_DB(cx), &(struct job_take_in){ .id = job->id, .fence = job->fence,
                                                   .until = { cx->gate.now.s + in->seconds } }, &changed));
    if (changed != 1)
        return ST_OK;
    struct leased_job *to = &out->jobs.v[out->jobs.n++];
    *to = *job;
    to->attempts++;
    to->fence++;
    return ST_OK;
}

st cmd_job_lease(struct cx *cx, const struct job_lease_in *in, struct job_lease_out *out)
{
    if (in->max < 1 || in->max > LEASE_MOST)
        return cx_invalid(cx, "max", "err.number");
    if (in->seconds < 1 || in->seconds > LEASE_SECONDS_MOST)
        return cx_invalid(cx, "seconds", "err.number");
    struct job_lost_rows lost;
    struct job_due_rows due;
    TRY(job_lost(CX_DB(cx), CX_ARENA(cx), &(struct job_lost_in){ .now = cx->gate.now }, &lost));
    TRY(job_due(CX_DB(cx), CX_ARENA(cx), &(struct job_due_in){ .now = cx->gate.now }, &due));
    out->jobs = (struct leased_job_list){ NEWN(CX_ARENA(cx), struct leased_job, LEASE_MOST), 0 };
    if (!out->jobs.v)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < lost.n; i++)
        TRY(take(cx, in, &LEASED(&lost.v[i]), out));
    for (size_t i = 0; i < due.n; i++)
        TRY(take(cx, in, &LEASED(&due.v[i]), out));
    return ST_OK;
}

/* What the courier sent, so that people can be shown what they were sent and when; never the text. */
static st finish_mail(struct cx *cx, const struct job_finish_in *in, const struct job_get_row *job)
{
    if (str_empty(in->mail))
        return ST_OK;
    TRY(BUG_UNLESS(job->has_person_id));
    TRY(job_mail_sent(CX_DB(cx), &(struct job_mail_sent_in){
        .uid = rnd_uid(), .person = job->person_id, .job = job->id, .template = in->mail, .class = in->mail_class,
        .object = job->object_id, .at = cx->gate.now }, NULL));
    return cx_event_nt(cx, EVENT_MAIL_SENT, "job", job->id, in->mail);
}

/* Words only: what a handler calls an error is shown to staff and logged. */
static bool is_word(str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || s.p[i] == '_' || (s.p[i] >= '0' && s.p[i] <= '9')))
            return false;
    return true;
}

st cmd_job_finish(struct cx *cx, const struct job_finish_in *in, struct job_finish_out *out)
{
    (void)out;
    struct job_get_row job;
    TRY(job_get(CX_DB(cx), CX_ARENA(cx), &(struct job_get_in){ .id = in->id }, &job));
    if (!is_word(in->error))
        return cx_invalid(cx, "error", "err.characters");
    int64_t changed = 0;
    enum event event = EVENT_JOB_DONE;
    if (in->ok) {
        TRY(job_done(CX_DB(cx), &(struct job_done_in){ .id = in->id, .fence = in->fence, .at = cx->gate.now }, &changed));
    } else if (in->retry_at > 0) {
        event = EVENT_JOB_FAILED;
        TRY(job_failed(CX_DB(cx), &(struct job_failed_in){ .id = in->id, .fence = in->fence,
                                                           .next = { in->retry_at }, .error = in->error }, &changed));
    } else {
        event = EVENT_JOB_DEAD;
        TRY(job_died(CX_DB(cx), &(struct job_died_in){ .id = in->id, .fence = in->fence, .at = cx->gate.now,
                                                       .error = in->error }, &changed));
    }
    if (changed != 1) /* the lease ran out and somebody else has the job: this report is void */
        return ST_CONFLICT;
    if (in->ok)
        TRY(finish_mail(cx, in, &job));
    return cx_event_nt(cx, event, "job", in->id, job.kind);
}

st cmd_job_retry(struct cx *cx, const struct job_retry_in *in, struct job_retry_out *out)
{
    (void)out;
    struct job_by_uid_row job;
    TRY(job_by_uid(CX_DB(cx), CX_ARENA(cx), &(struct job_by_uid_in){ .uid = in->job }, &job));
    int64_t changed = 0;
    TRY(job_again(CX_DB(cx), &(struct job_again_in){ .id = job.id, .now = cx->gate.now }, &changed));
    if (changed != 1) {
        cx->message = "job.cannot_retry";
        return ST_CONFLICT;
    }
    return cx_event_nt(cx, EVENT_JOB_RETRIED, "job", job.id, job.kind);
}
