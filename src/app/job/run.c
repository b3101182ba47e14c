/* The courier's round: lease, do, report. */
#include <sodium.h>

#include "catalog.h"
#include "clock.h"
#include "job.h"
#include "log.h"
#include "str.h"

#define JOB_MEMORY (16u << 20)

static st unknown_kind(struct job_cx *jc)
{
    return job_give_up(jc, ST_NOT_FOUND, "unknown_kind");
}

static job_fn *handler_of(const struct job_runner *r, str kind)
{
    for (size_t i = 0; i < r->n_handlers; i++)
        if (str_eq(kind, str_c(r->handlers[i].kind)))
            return r->handlers[i].fn;
    return unknown_kind;
}

st job_fail(struct job_cx *jc, st why, const char *word)
{
    jc->result.error = word;
    return why;
}

st job_give_up(struct job_cx *jc, st why, const char *word)
{
    jc->result.give_up = true;
    return job_fail(jc, why, word);
}

/* The same try of a job asking for the same thing has the same key, over a restart of the writer. The fence counts tries for
 * ever; staff may set the attempts back. */
static uid key_of(const struct job *job, str step)
{
    uid key;
    (void)crypto_generichash(key.b, sizeof key.b, (const uint8_t *)step.p, step.n, job->uid.b, sizeof job->uid.b);
    return key;
}

st job_command(struct job_cx *jc, enum command cmd, const char *step, const void *in, void *out)
{
    str what = str_fmt(jc->gate.arena, "%lld/%s", (long long)jc->job.fence, step);
    return jc->call(jc->call_at, jc->gate.arena, cmd, key_of(&jc->job, what), in, out);
}

st job_disclose(struct job_cx *jc, enum recipient to, enum purpose purpose, const enum column_id *fields, size_t n,
                const char *ref_kind, uid ref)
{
    struct disclosure d = { .to = to, .purpose = purpose, .fields = fields, .n = n, .person = jc->job.person,
                            .ref_kind = ref_kind, .ref = ref };
    TRY(gate_disclose_check(&jc->gate, &d));
    str names = S("");
    for (size_t i = 0; i < n; i++) {
        const struct column_info *c = &column_catalog[fields[i]];
        names = str_fmt(jc->gate.arena, "%.*s%s%.*s.%.*s", STR_ARG(names), i ? "," : "", STR_ARG(c->table),
                        STR_ARG(c->name));
    }
    struct disclosure_record_in in = {
        .person = d.person, .recipient = str_c(recipient_info[to].name), .purpose = str_c(purpose_info[purpose].name),
        .fields = names,
        .ref_kind = str_c(ref_kind), .ref = ref };
    return job_command(jc, CMD_DISCLOSURE_RECORD, "disclose", &in, NULL);
}

st job_outbound(struct job_cx *jc, enum recipient to, enum purpose purpose, const char *ref_kind, uid ref)
{
    struct outbound_record_in in = { .recipient = str_c(recipient_info[to].name), .purpose = str_c(purpose_info[purpose].name),
                                     .person = jc->job.person, .ref_kind = str_c(ref_kind), .ref = ref };
    return jc->call(jc->call_at, jc->gate.arena, CMD_OUTBOUND_RECORD, (uid){ { 0 } }, &in, NULL);
}

static st report(const struct job_runner *r, struct job_cx *jc, st how)
{
    const struct job_result *res = &jc->result;
    struct job_finish_in in = { .id = jc->job.id, .fence = jc->job.fence, .ok = how == ST_OK };
    if (how == ST_OK) {
        in.mail = str_c(res->mail);
        in.mail_class = str_c(res->mail_class);
    } else {
        in.error = res->error ? str_c(res->error) : str_lower(jc->gate.arena, str_c(st_info(how)->name));
        int64_t wait = res->retry_seconds > 0 ? res->retry_seconds : job_backoff(jc->job.attempt);
        /* Who ran out of memory cannot know that trying again is in vain. */
        bool dead = (res->give_up && !arena_failed(jc->gate.arena)) || jc->job.attempt >= JOB_ATTEMPTS;
        in.retry_at = dead ? 0 : clock_now().s + wait;
        log_event(dead ? LOG_WARN : LOG_INFO, "job", "id=%lld attempt=%lld status=%d dead=%d", (long long)jc->job.id,
                  (long long)jc->job.attempt, (int)how, dead);
    }
    return r->call(r->call_at, jc->gate.arena, CMD_JOB_FINISH, (uid){ { 0 } }, &in, NULL);
}

static st do_one(const struct job_runner *r, const struct leased_job *l, struct arena *a)
{
    struct job_cx jc = {
        .gate = { .statement = r->statement, .statement_id = r->statement_id, .vault = r->vault, .db = r->db, .arena = a,
                  .now = clock_now(), .restricted = r->restricted },
        .config = r->config,
        .host = r->host,
        .call = r->call,
        .call_at = r->call_at,
        .job = { .id = l->id, .uid = l->uid, .kind = l->kind, .person = l->person, .object = l->object,
                 .attempt = l->attempts, .fence = l->fence },
    };
    st how = handler_of(r, l->kind)(&jc);
    if (how == ST_RESTRICTED) /* not a failure: it waits until the person says otherwise (restriction_lifted_nt) */
        how = job_give_up(&jc, how, JOB_RESTRICTED);
    st told = report(r, &jc, how);
    /* Somebody else has the job by now: theirs counts, and this courier goes on with the next. */
    return told == ST_CONFLICT || told == ST_NOT_FOUND ? ST_OK : told;
}

st job_round(const struct job_runner *r, size_t max, size_t *done)
{
    *done = 0;
    struct arena *lease = arena_new(JOB_MEMORY), *each = arena_new(JOB_MEMORY);
    st s = lease && each ? ST_OK : ST_NO_MEMORY;
    struct job_lease_out leases = { 0 };
    struct job_lease_in in = { .max = (int64_t)(max < 32 ? max : 32), .seconds = JOB_LEASE_SECONDS };
    if (s == ST_OK)
        s = r->call(r->call_at, lease, CMD_JOB_LEASE, (uid){ { 0 } }, &in, &leases);
    /* What could not be begun in the first half of its lease is left: it is leased again when that runs out. */
    int64_t late = clock_ms() + JOB_LEASE_SECONDS * 500;
    for (size_t i = 0; s == ST_OK && i < leases.jobs.n && clock_ms() < late; i++) {
        s = do_one(r, &leases.jobs.v[i], each);
        arena_reset(each);
        ++*done;
    }
    if (each)
        arena_free(each);
    if (lease)
        arena_free(lease);
    return s;
}
