/* Commands: what was seen is kept, staff are told when it changes, and old results become counts. */
#include "promise.h"

#include "clock.h"
#include "codec.h"
#include "mail.h"
#include "promise_sql.h"
#include "sign.h"
#include "str.h"

#define RESULT_SECONDS (35 * (int64_t)86400)
#define COOKIE_SECONDS (3 * (int64_t)86400)

/* Every active member of staff, once for each break and once when it is over. */
static st tell_staff(struct cx *cx, enum mail mail, int64_t promise)
{
    struct promise_staff_rows staff;
    TRY(promise_staff(CX_DB(cx), CX_ARENA(cx), &staff));
    str occasion = str_fmt(CX_ARENA(cx), "%lld", (long long)cx->gate.now.s);
    for (size_t i = 0; i < staff.n; i++)
        TRY(mail_queue_nt(cx, mail, staff.v[i].id, promise, occasion));
    return ST_OK;
}

static st count_day(struct cx *cx, const struct promise_record_in *in, int64_t promise)
{
    return promise_day_add(CX_DB(cx), &(struct promise_day_add_in){
        .promise = promise, .day = date_utc(cx->gate.now), .kept = str_eq(in->verdict, S("kept")),
        .broken = str_eq(in->verdict, S("broken")), .unknown = str_eq(in->verdict, S("unknown")) }, NULL);
}

/* Since when it is broken, and when it was last kept. What could not be looked at heals nothing. */
static void since(struct cx *cx, const struct promise_record_in *in, struct promise_named_row *was)
{
    if (str_eq(in->verdict, S("kept"))) {
        was->kept_at = cx->gate.now;
        was->broken_at = UTC_NONE;
    } else if (str_eq(in->verdict, S("broken")) && was->broken_at.s == UTC_NONE.s)
        was->broken_at = cx->gate.now;
}

st cmd_promise_record(struct cx *cx, const struct promise_record_in *in, struct promise_record_out *out)
{
    (void)out;
    struct promise_named_row was = { .kept_at = UTC_NONE, .broken_at = UTC_NONE };
    struct promise_put_row row;
    if (!promise_find(in->name))
        return cx_invalid(cx, "name", "err.choice");
    st found = promise_named(CX_DB(cx), CX_ARENA(cx), &(struct promise_named_in){ in->name }, &was);
    if (found != ST_OK && found != ST_NOT_FOUND)
        return found;
    bool was_broken = was.broken_at.s != UTC_NONE.s;
    since(cx, in, &was);
    bool is_broken = was.broken_at.s != UTC_NONE.s;
    TRY(promise_put(CX_DB(cx), CX_ARENA(cx), &(struct promise_put_in){
        .name = in->name, .verdict = in->verdict, .at = cx->gate.now, .words = in->words, .numbers = in->numbers,
        .evidence = in->evidence, .statement = cx->gate.statement_id, .memory = in->memory, .kept = was.kept_at,
        .broken = was.broken_at }, &row));
    TRY(promise_result_add(CX_DB(cx), &(struct promise_result_add_in){
        .promise = row.id, .at = cx->gate.now, .verdict = in->verdict, .words = in->words, .numbers = in->numbers,
        .evidence = in->evidence, .statement = cx->gate.statement_id }, NULL));
    TRY(count_day(cx, in, row.id));
    if (was_broken == is_broken)
        return ST_OK;
    TRY(tell_staff(cx, is_broken ? MAIL_promise_broken : MAIL_promise_kept, row.id));
    return cx_event_nt(cx, is_broken ? EVENT_PROMISE_BROKEN : EVENT_PROMISE_KEPT, "promise", row.id, in->name);
}

st cmd_promise_ask(struct cx *cx, const struct promise_ask_in *in, struct promise_ask_out *out)
{
    (void)out;
    if (in->name.n && !promise_find(in->name))
        return cx_invalid(cx, "name", "err.choice");
    for (size_t i = 0; i < promise_checks_n; i++)
        if (str_empty(in->name) || str_eq(in->name, str_c(promise_checks[i].name)))
            TRY(promise_set_asked(CX_DB(cx), &(struct promise_set_asked_in){ str_c(promise_checks[i].name), cx->gate.now }, NULL));
    return ST_OK;
}

st cmd_promise_key(struct cx *cx, const struct promise_key_in *in, struct promise_key_out *out)
{
    (void)out;
    struct promise_key_rows known;
    str hex = hex_fmt(CX_ARENA(cx), in->public.p, in->public.n);
    if (in->public.n != SIGN_PUBLIC)
        return cx_invalid(cx, "public", "err.invalid");
    TRY(promise_key(CX_DB(cx), CX_ARENA(cx), &known));
    if (known.n && str_eq(known.v[0].value, hex))
        return ST_OK;
    TRY(promise_set_key(CX_DB(cx), &(struct promise_set_key_in){ hex }, NULL));
    return cx_event_nt(cx, EVENT_PROMISE_KEY, "promise", 0, hex);
}

st cmd_promise_sweep(struct cx *cx, const struct promise_sweep_in *in, struct promise_sweep_out *out)
{
    (void)in;
    struct promise_cookie_sweep_in cookies = { { cx->gate.now.s - COOKIE_SECONDS } };
    TRY(promise_cookie_sweep(CX_DB(cx), &cookies, NULL));
    struct promise_outbound_sweep_in sent = { { cx->gate.now.s - PROMISE_OUTBOUND_SECONDS } };
    TRY(promise_outbound_sweep(CX_DB(cx), &sent, NULL));
    return promise_result_sweep(CX_DB(cx), &(struct promise_result_sweep_in){ { cx->gate.now.s - RESULT_SECONDS } }, &out->results);
}

st cmd_outbound_record(struct cx *cx, const struct outbound_record_in *in, struct outbound_record_out *out)
{
    (void)out;
    return promise_outbound_add(CX_DB(cx), &(struct promise_outbound_add_in){
        .recipient = in->recipient, .purpose = in->purpose, .has_person = in->person != 0, .person = in->person,
        .ref_kind = in->ref_kind, .ref = { (const char *)in->ref.b, sizeof in->ref.b }, .at = cx->gate.now }, NULL);
}

st cmd_cookies_sent(struct cx *cx, const struct cookies_sent_in *in, struct cookies_sent_out *out)
{
    (void)out;
    for (size_t i = 0; i < in->cookies.n; i++) {
        const struct cookie_seen *c = &in->cookies.v[i];
        if (c->n < 1)
            continue;
        TRY(promise_cookie_add(CX_DB(cx), &(struct promise_cookie_add_in){
            .hour = { cx->gate.now.s / 3600 * 3600 }, .name = c->name, .max_age = c->max_age, .shape = c->shape,
            .guarded = c->guarded, .n = c->n }, NULL));
    }
    return ST_OK;
}

st cmd_statement_held(struct cx *cx, const struct statement_held_in *in, struct statement_held_out *out)
{
    (void)in;
    out->hash = (str){ (const char *)statement_hash(cx->gate.statement), STATEMENT_HASH };
    return ST_OK;
}
