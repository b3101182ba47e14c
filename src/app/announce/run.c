/* The courier's part: walk the audience, then send in batches that are bounded in number and time, so that other
 * mail has its turn. */
#include "announce_work.h"

#include "clock.h"
#include "codec.h"
#include "config_keys.h"
#include "message.h"
#include "str.h"
#include "text.h"

#define SLICE_MS 5000
#define LATER_SECONDS 60
#define PARTS_MOST 30 /* of the audience in one second: each person is one key, and the writer may open 8,000 for everybody */
#define BATCH_MOST 1000
#define MESSAGE_MEMORY (8u << 20)
#define RATE_MOST 100000

struct running {
    struct job_cx *jc;
    struct announce_get_row a;
    enum topic topic;
    const char *problem;
    int64_t n, wait;
    bool go_on;
};

static st step(struct running *r, enum command cmd, const char *what, int64_t at, const void *in, void *out)
{
    const char *key = str_z(r->jc->gate.arena, str_fmt(r->jc->gate.arena, "%s/%lld", what, (long long)at));
    return key ? job_command(r->jc, cmd, key, in, out) : ST_NO_MEMORY;
}

static st reload(struct running *r)
{
    return announce_get(r->jc->gate.db, r->jc->gate.arena, &(struct announce_get_in){ .id = r->jc->job.object }, &r->a);
}

/* ---- the list */

static st walk(struct running *r)
{
    int64_t end = clock_ms() + SLICE_MS;
    struct announce_enlist_in in = { .announcement = r->a.id, .job = r->jc->job.id, .fence = r->jc->job.fence,
            .cursor = r->a.cursor };
    struct announce_enlist_out out = { 0 };
    for (int n = 0; n < PARTS_MOST && !out.done && clock_ms() < end; n++) {
        TRY(step(r, CMD_ANNOUNCE_ENLIST, "list", in.cursor, &in, &out));
        in.cursor = out.cursor;
    }
    r->go_on = !out.done;
    r->wait = 1;
    return ST_OK;
}

/* ---- messages */

static st address_of(struct running *r, const struct announce_claim_out *c, struct may_address *to)
{
    enum may may;
    TRY(topic_may(&r->jc->gate, c->person, r->topic, &may, to));
    return may == MAY_YES ? ST_OK : ST_CONFLICT; /* since the writer looked: it is not sent */
}

/* The relay's word about the mailbox itself, that it is not there (RFC 5321 4.2.3, RFC 3463). Said of our message, or with a
 * reason that is about us, it says nothing of who was to get it. */
static bool no_such_mailbox(const struct relay_answer *r)
{
    str status = str_c(r->status);
    bool code = r->code == 550 || r->code == 551 || r->code == 553;
    bool about = str_empty(status) || str_starts(status, S("5.1.")) || str_eq(status, S("5.2.1")) || str_eq(status, S("5.0.0"));
    return r->at_recipient && code && about;
}

static str envelope_of(struct running *r, uid message)
{
    struct arena *a = r->jc->gate.arena;
    str back = r->jc->config->mail.bounces;
    size_t at = str_index(back, '@');
    if (at == back.n)
        return S("");
    return str_fmt(a, "%.*s+%.*s%.*s", STR_ARG(str_sub(back, 0, at)), STR_ARG(uid_str(a, message)),
            STR_ARG(str_sub(back, at, back.n)));
}

/* No more in this batch, and the next one later. */
static const char *not_now(struct running *r)
{
    r->wait = LATER_SECONDS;
    r->n = BATCH_MOST + 1;
    return "later";
}

/* What the relay said, as the word for the writer. Trouble that is ours, or the relay's with us, stops everything. */
static const char *outcome_of(struct running *r, st s, const struct relay_answer *answer, const char *told)
{
    if (s == ST_OK)
        return "sent";
    if (s == ST_UPSTREAM && no_such_mailbox(answer))
        return "refused";
    if (s == ST_INVALID || (s == ST_UPSTREAM && answer->at_recipient))
        return "failed";
    if (s != ST_UPSTREAM && s != ST_CONFIG)
        return not_now(r);
    r->problem = told ? told : "relay_refused";
    return "later";
}

/* The message, as far as it goes without anybody outside. */
static st write_one(struct running *r, const struct announce_claim_out *c, struct mail_message *m)
{
    struct job_cx *jc = r->jc;
    struct may_address to;
    struct announce_letter letter = { .topic = r->topic, .title = r->a.title, .body = r->a.body, .token = S("") };
    TRY(address_of(r, c, &to));
    if (topic_route(&jc->gate, r->topic) != ROUTE_CONTRACT)
        TRY(mail_link_token(&jc->gate, to.person, r->topic, &letter.token));
    letter.name = m->to_name = to.name;
    m->to = to.email;
    return announce_write(jc->gate.arena, jc->config, &letter, m);
}

/* The connector's own word that it is about to send: the ledger is compared with it. */
static st told_of(struct running *r, const struct announce_claim_out *c)
{
    struct job *job = &r->jc->job;
    job->person = c->person;
    st s = job_outbound(r->jc, RECIPIENT_MAIL_RELAY, topic_info[r->topic].purpose, "announcement", c->send);
    job->person = 0; /* the job is about many */
    return s;
}

static st send_one(struct running *r, const struct announce_claim_out *c)
{
    struct job_cx *jc = r->jc;
    const char *told = NULL, *outcome;
    int64_t at = r->n;
    struct relay_answer answer = { 0 };
    struct mail_message m = { .id = c->send, .mail_class = topic_info[r->topic].mail_class, .date = jc->gate.now };
    st s = write_one(r, c, &m);
    if (s == ST_CONFLICT) {
        outcome = "later"; /* the next claim says why */
    } else if (s != ST_OK && s != ST_INVALID) {
        outcome = not_now(r); /* nothing has left the house */
    } else {
        if (s == ST_OK)
            s = told_of(r, c);
        if (s == ST_OK)
            s = message_send(jc->gate.arena, jc->config, &m, envelope_of(r, c->send), &told, &answer);
        outcome = outcome_of(r, s, &answer, told);
    }
    struct announce_told_in in = { .send = c->send, .outcome = str_c(outcome) };
    return step(r, CMD_ANNOUNCE_TOLD, "told", at, &in, NULL);
}

/* One message, in memory of its own: a batch needs no more of it than a message does. */
static st next_one(struct running *r, const struct announce_claim_in *in, struct arena *each)
{
    struct announce_claim_out out = { 0 };
    struct arena *kept = r->jc->gate.arena;
    arena_reset(each);
    r->jc->gate.arena = each;
    r->jc->gate.now = clock_now();
    st s = step(r, CMD_ANNOUNCE_CLAIM, "claim", r->n, in, &out);
    if (s == ST_OK && str_eq(out.state, S("send")))
        s = send_one(r, &out);
    else if (s == ST_OK && !str_eq(out.state, S("skipped")))
        r->go_on = false;
    r->jc->gate.arena = kept;
    return s;
}

static st batch(struct running *r, int64_t most)
{
    int64_t end = clock_ms() + SLICE_MS;
    struct announce_claim_in in = { .announcement = r->a.id, .job = r->jc->job.id, .fence = r->jc->job.fence };
    struct arena *each = arena_new(MESSAGE_MEMORY);
    st s = each ? ST_OK : ST_NO_MEMORY;
    r->go_on = true;
    for (r->n = 0; s == ST_OK && r->go_on && r->n < most && !r->problem && clock_ms() < end; r->n++)
        s = next_one(r, &in, each);
    if (each)
        arena_free(each);
    return s;
}

/* How many in one go, and how long until the next: slices of about ten seconds at the rate that is configured. */
static void pace(const struct config *c, int64_t *most, int64_t *seconds)
{
    int64_t rate = c->mail.per_minute < 1 ? 1 : c->mail.per_minute > RATE_MOST ? RATE_MOST : c->mail.per_minute;
    int64_t cap = c->mail.batch < 1 ? 1 : c->mail.batch > BATCH_MOST ? BATCH_MOST : c->mail.batch;
    *most = rate / 6 < 1 ? 1 : rate / 6 > cap ? cap : rate / 6;
    *seconds = (*most * 60 + rate - 1) / rate;
}

static st deliver(struct running *r)
{
    int64_t most, seconds;
    struct announce_resume_in in = { .announcement = r->a.id, .job = r->jc->job.id, .fence = r->jc->job.fence,
                                     .again = str_empty(r->jc->config->mail.relay) };
    TRY(step(r, CMD_ANNOUNCE_RESUME, "resume", 0, &in, NULL));
    pace(r->jc->config, &most, &seconds);
    r->wait = seconds;
    return batch(r, most);
}

/* ---- the job */

static st begin(struct running *r)
{
    struct announce_begin_in in = { .announcement = r->a.id, .job = r->jc->job.id, .fence = r->jc->job.fence };
    if (!str_eq(r->a.state, S("scheduled")))
        return ST_OK;
    TRY(step(r, CMD_ANNOUNCE_BEGIN, "begin", 0, &in, NULL));
    return reload(r);
}

static st work(struct running *r)
{
    TRY(reload(r));
    if (!topic_find(r->a.topic, &r->topic) || !r->a.has_run_job || r->a.run_job != r->jc->job.id)
        return ST_OK; /* another job has it by now */
    TRY(begin(r));
    if (str_eq(r->a.state, S("preparing")))
        TRY(walk(r));
    else if (str_eq(r->a.state, S("sending")))
        TRY(deliver(r));
    if (!r->go_on && !r->problem)
        return ST_OK;
    struct announce_slice_in in = { .announcement = r->a.id, .job = r->jc->job.id, .fence = r->jc->job.fence, .wait = r->wait,
                                    .problem = str_c(r->problem) };
    return step(r, CMD_ANNOUNCE_SLICE, "slice", 0, &in, NULL);
}

st announce_job_run(struct job_cx *jc)
{
    struct running r = { .jc = jc };
    st s = work(&r);
    if (s == ST_CONFLICT)
        return ST_OK; /* another lease has it by now */
    if (s == ST_STATEMENT)
        return job_give_up(jc, s, "not_in_the_statement");
    return s;
}

/* ---- a test, to the member of staff who asked for it */

static const enum column_id told_staff[] = { COL_person_email, COL_person_full_name };

st announce_job_test(struct job_cx *jc)
{
    struct running r = { .jc = jc };
    struct announce_staff_row row;
    struct mail_message m = { .id = jc->job.uid, .date = jc->gate.now };
    const char *told = NULL;
    TRY(reload(&r));
    if (!topic_find(r.a.topic, &r.topic))
        return job_give_up(jc, ST_NOT_FOUND, "unknown_topic");
    TRY(announce_staff(jc->gate.db, jc->gate.arena, &(struct announce_staff_in){ .person = jc->job.person }, &row));
    struct announce_letter letter = { .topic = r.topic, .body = r.a.body, .token = S("") };
    TRY(gate_use(&jc->gate, COL_person_email, PURPOSE_NOTIFY, row.uid, row.email, &m.to));
    TRY(gate_use(&jc->gate, COL_person_full_name, PURPOSE_NOTIFY, row.uid, row.full_name, &letter.name));
    m.to_name = letter.name;
    m.mail_class = topic_info[r.topic].mail_class;
    letter.title = text_fill(jc->gate.arena, LANGUAGE_EN_GB, TXT_STAFF_ANN_TEST_SUBJECT,
                             &(struct text_arg){ "title", r.a.title }, 1);
    if (topic_route(&jc->gate, r.topic) != ROUTE_CONTRACT)
        TRY(mail_link_token(&jc->gate, row.uid, r.topic, &letter.token)); /* it looks as it will, and leads nowhere */
    TRY(announce_write(jc->gate.arena, jc->config, &letter, &m));
    TRY(job_disclose(jc, RECIPIENT_MAIL_RELAY, PURPOSE_NOTIFY, told_staff, COUNT(told_staff), "job", jc->job.uid));
    TRY(job_outbound(jc, RECIPIENT_MAIL_RELAY, PURPOSE_NOTIFY, "job", jc->job.uid));
    st s = message_send(jc->gate.arena, jc->config, &m, S(""), &told, NULL);
    return told ? job_give_up(jc, s, told) : s;
}
