/* Sessions: opened for a visitor's basket, begun anew at each sign-in, ended by their owner. */
#include "account.h"
#include "account_sql.h"
#include "codec.h"
#include "mail.h"
#include "money.h"
#include "order.h"
#include "rnd.h"
#include "statement.h"
#include "str.h"

#define CODE_BYTES 32

static st add_session(struct cx *cx, struct account_session_add_in *in, int64_t seconds, int64_t *id)
{
    struct account_session_add_row row;
    if (in->code.n != CODE_BYTES)
        return cx_invalid(cx, "token_code", "err.invalid");
    in->at = cx->gate.now;
    in->until = (utc){ cx->gate.now.s + seconds };
    TRY(account_session_add(CX_DB(cx), CX_ARENA(cx), in, &row));
    *id = row.id;
    return ST_OK;
}

/* A session lasts as long as its cookie: one fact, and the statement says it. */
static int64_t session_seconds(const struct cx *cx, bool staff)
{
    return statement_cookie_seconds(cx->gate.statement, staff ? COOKIE_STAFF : COOKIE_SESSION);
}

st cmd_session_open(struct cx *cx, const struct session_open_in *in, struct session_open_out *out)
{
    struct account_visitor_add_in visitor = { .uid = rnd_uid(), .currency = in->currency, .at = cx->gate.now };
    struct account_visitor_add_row row;
    if (!currency_known(in->currency))
        return cx_invalid(cx, "currency", "err.currency");
    TRY(account_visitor_add(CX_DB(cx), CX_ARENA(cx), &visitor, &row));
    out->person = row.id;
    return add_session(cx, &(struct account_session_add_in){ .uid = rnd_uid(), .code = in->token_code, .person = row.id },
                       session_seconds(cx, false), &out->session);
}

/* Where a sign-in came from, as far as the statement lets us keep it. */
static st keep_origin(struct cx *cx, const struct session_sign_in_in *in, struct account_session_add_in *row)
{
    struct collect ip = { .col = COL_session_ip, .point = POINT_REQUEST, .source = SOURCE_BROWSER, .person = in->person,
                          .row = row->uid };
    struct collect agent = ip;
    agent.col = COL_session_agent;
    st may = gate_person(&cx->gate, in->person, PURPOSE_SECURITY);
    if (may == ST_RESTRICTED) /* they may sign in, and nothing is kept of where from */
        return ST_OK;
    TRY(may);
    TRY(gate_collect_nt(&cx->gate, &ip, in->ip, &row->ip));
    TRY(gate_collect_clear_nt(&cx->gate, &agent, in->agent));
    if (!str_empty(in->agent))
        row->agent = in->agent;
    return ST_OK;
}

/* Who closed the account and signs in before its time is over has thought it over. */
static st come_back(struct cx *cx, int64_t person)
{
    int64_t changed = 0;
    TRY(account_come_back(CX_DB(cx), &(struct account_come_back_in){ .id = person }, &changed));
    if (changed != 1)
        return ST_DENIED;
    TRY(mail_queue_nt(cx, MAIL_account_back, person, person, str_fmt(CX_ARENA(cx), "%lld", (long long)cx->gate.now.s)));
    return cx_event_nt(cx, EVENT_PERSON_CAME_BACK, "person", person, S(""));
}

/* The password was verified by who calls. A visitor's session ends here: its token was known before the sign-in. */
st cmd_session_sign_in(struct cx *cx, const struct session_sign_in_in *in, struct session_sign_in_out *out)
{
    struct account_person_row person;
    struct account_session_add_in row = { .uid = rnd_uid(), .code = in->token_code, .person = in->person, .signed_in = true };
    TRY(account_person(CX_DB(cx), CX_ARENA(cx), &(struct account_person_in){ .id = in->person }, &person));
    if (str_eq(person.kind, S("customer")) && str_eq(person.status, S("closed")))
        TRY(come_back(cx, in->person));
    else if (str_eq(person.kind, S("visitor")) || !str_eq(person.status, S("active")))
        return ST_DENIED;
    bool staff = str_eq(person.kind, S("staff"));
    TRY(keep_origin(cx, in, &row));
    if (!staff && cx->actor.kind == ACTOR_VISITOR && cx->actor.person && cx->actor.person != in->person)
        TRY(basket_adopt_nt(cx, cx->actor.person, in->person));
    TRY(add_session(cx, &row, session_seconds(cx, staff), &out->session));
    if (cx->actor.session)
        TRY(account_session_end(CX_DB(cx), &(struct account_session_end_in){ .id = cx->actor.session, .at = cx->gate.now }, NULL));
    return cx_event_nt(cx, EVENT_SESSION_OPENED, "person", in->person, staff ? S("staff") : S("customer"));
}

st cmd_session_touch(struct cx *cx, const struct session_touch_in *in, struct session_touch_out *out)
{
    (void)in;
    (void)out;
    return account_session_touch(CX_DB(cx), &(struct account_session_touch_in){ .id = cx->actor.session, .at = cx->gate.now },
                                 NULL);
}

/* One's own session: the one in use when none is named. Ending what has ended is no mistake. */
st cmd_session_end(struct cx *cx, const struct session_end_in *in, struct session_end_out *out)
{
    (void)out;
    bool this_one = uid_zero(in->session);
    if (this_one)
        TRY(account_session_end(CX_DB(cx), &(struct account_session_end_in){ .id = cx->actor.session, .at = cx->gate.now }, NULL));
    else
        TRY(account_session_end_own(CX_DB(cx), &(struct account_session_end_own_in){
            .uid = in->session, .person = cx->actor.person, .at = cx->gate.now }, NULL));
    return cx_event_nt(cx, EVENT_SESSION_CLOSED, "person", cx->actor.person, this_one ? S("this") : S("one"));
}

st cmd_session_end_others(struct cx *cx, const struct session_end_others_in *in, struct session_end_others_out *out)
{
    (void)in;
    (void)out;
    TRY(account_session_end_others(CX_DB(cx), &(struct account_session_end_others_in){
        .person = cx->actor.person, .keep = cx->actor.session, .at = cx->gate.now }, NULL));
    return cx_event_nt(cx, EVENT_SESSION_CLOSED, "person", cx->actor.person, S("others"));
}

st account_sweep_nt(struct cx *cx, int64_t *removed)
{
    return account_visitor_sweep(CX_DB(cx), &(struct account_visitor_sweep_in){ .now = cx->gate.now }, removed);
}
