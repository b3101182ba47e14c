/* Commands: what people do about consent and choices, signed in, by a link, or with nothing but an address. */
#include "account.h"
#include "consent.h"
#include "config_keys.h"
#include "consent_sql.h"
#include "fold.h"
#include "rnd.h"
#include "str.h"
#include "suppress.h"

/* ---- the newsletter form */

static st in_force(const struct cx *cx)
{
    return gate_clause(&cx->gate, CLAUSE_S10) ? ST_OK : ST_STATEMENT;
}

static st new_subscriber(struct cx *cx, str email, str code, int64_t *person)
{
    struct consent_visitor_add_row row;
    struct consent_subscriber_add_in in = { .uid = rnd_uid(), .code = code, .at = cx->gate.now };
    TRY(consent_visitor_add(CX_DB(cx), CX_ARENA(cx), &(struct consent_visitor_add_in){
        .uid = rnd_uid(), .currency = cx->config->shop.currencies.v[0], .at = cx->gate.now }, &row));
    *person = in.person = row.id;
    struct collect c = { .col = COL_subscriber_email, .point = POINT_NEWSLETTER, .source = SOURCE_PERSON, .person = row.id,
                         .row = in.uid };
    TRY(gate_collect_nt(&cx->gate, &c, str_trim(email), &in.email));
    return consent_subscriber_add(CX_DB(cx), &in, NULL);
}

/* Whose address it is: a customer's, somebody's who gave it here before, or somebody new. 0: an account that is no longer open. */
static st person_of(struct cx *cx, str email, int64_t *person)
{
    struct consent_account_row account;
    struct consent_subscriber_row known;
    str code;
    TRY(account_email_code(&cx->gate, email, &code));
    st s = consent_account(CX_DB(cx), CX_ARENA(cx), &(struct consent_account_in){ .code = code }, &account);
    if (s == ST_OK)
        *person = str_eq(account.status, S("active")) ? account.id : 0;
    if (s != ST_NOT_FOUND)
        return s;
    TRY(gate_blind(&cx->gate, COL_subscriber_email_code, fold_email(CX_ARENA(cx), email), &code));
    s = consent_subscriber(CX_DB(cx), CX_ARENA(cx), &(struct consent_subscriber_in){ .code = code }, &known);
    if (s == ST_OK)
        *person = known.person_id;
    return s == ST_NOT_FOUND ? new_subscriber(cx, email, code, person) : s;
}

st cmd_newsletter_ask(struct cx *cx, const struct newsletter_ask_in *in, struct newsletter_ask_out *out)
{
    (void)out;
    struct consent_at at = { .topic = TOPIC_NEWSLETTER, .point = POINT_NEWSLETTER };
    TRY(in_force(cx));
    if (topic_route(&cx->gate, TOPIC_NEWSLETTER) == ROUTE_OFF)
        return ST_STATEMENT;
    TRY(person_of(cx, in->email, &at.person));
    return at.person ? consent_ask_nt(cx, &at) : ST_OK;
}

st cmd_consent_token(struct cx *cx, const struct consent_token_in *in, struct consent_token_out *out)
{
    (void)out;
    int64_t changed = 0;
    TRY(consent_set_token(CX_DB(cx), &(struct consent_set_token_in){ .id = in->consent, .code = in->token_code }, &changed));
    return changed == 1 ? ST_OK : ST_EXPIRED; /* confirmed or withdrawn meanwhile: there is nothing to ask any more */
}

/* Confirmed in another way since: the consent that is in force stays, and this one is not needed. */
static st confirm_nt(struct cx *cx, const struct consent_by_token_row *row, const struct consent_at *at)
{
    bool known;
    TRY(consent_is(CX_DB(cx), CX_ARENA(cx), at->person, at->topic, &known));
    if (known)
        return consent_drop_asked(CX_DB(cx), &(struct consent_drop_asked_in){ .person = at->person, .topic = row->topic }, NULL);
    TRY(consent_set_given(CX_DB(cx), &(struct consent_set_given_in){ .id = row->id, .at = cx->gate.now }, NULL));
    return cx_event_nt(cx, EVENT_CONSENT_GIVEN, "consent", row->id, row->topic);
}

/* The link proves the address, and is the person's own act. */
st cmd_consent_confirm(struct cx *cx, const struct consent_confirm_in *in, struct consent_confirm_out *out)
{
    struct consent_by_token_row row;
    struct consent_at at = { .point = POINT_NEWSLETTER };
    TRY(in_force(cx));
    st s = consent_by_token(CX_DB(cx), CX_ARENA(cx), &(struct consent_by_token_in){ .code = in->token_code }, &row);
    if (s == ST_NOT_FOUND)
        return ST_EXPIRED;
    TRY(s);
    if (cx->gate.now.s >= row.expires_at.s || !topic_find(row.topic, &at.topic))
        return ST_EXPIRED;
    at.person = row.person_id;
    out->topic = at.topic;
    TRY(confirm_nt(cx, &row, &at));
    TRY(consent_subscriber_confirm(CX_DB(cx), &(struct consent_subscriber_confirm_in){ .person = at.person,
            .at = cx->gate.now }, NULL));
    TRY(account_verified_nt(cx, at.person));
    return topic_proven_nt(cx, &at);
}

st cmd_consent_sweep(struct cx *cx, const struct consent_sweep_in *in, struct consent_sweep_out *out)
{
    (void)in;
    return consent_sweep_nt(cx, &out->lapsed);
}

/* ---- a person's own page */

static st set(struct cx *cx, struct consent_at *at, str topic, bool on, bool *asked)
{
    TRY(in_force(cx));
    if (!topic_find(topic, &at->topic) || !topic_open(&cx->gate, at->topic))
        return cx_invalid(cx, "topic", "err.choice");
    return topic_set_nt(cx, at, on, asked);
}

st cmd_choice_set(struct cx *cx, const struct choice_set_in *in, struct choice_set_out *out)
{
    struct consent_at at = { .person = cx->actor.person, .point = POINT_PREFERENCES };
    return set(cx, &at, in->topic, in->on, &out->asked);
}

st cmd_choice_object(struct cx *cx, const struct choice_object_in *in, struct choice_object_out *out)
{
    (void)in;
    (void)out;
    TRY(in_force(cx));
    return topic_object_nt(cx, cx->actor.person);
}

/* ---- a link in a message: whoever has it has the message */

static st of_link(struct cx *cx, str token, struct consent_at *at)
{
    TRY(in_force(cx));
    st s = mail_link_find(&cx->gate, token, &at->person, &at->topic);
    return s == ST_NOT_FOUND ? ST_EXPIRED : s;
}

st cmd_choice_by_link(struct cx *cx, const struct choice_by_link_in *in, struct choice_by_link_out *out)
{
    struct consent_at at = { .point = POINT_PREFERENCES };
    TRY(of_link(cx, in->token, &at));
    return set(cx, &at, in->topic, in->on, &out->asked);
}

st cmd_choice_object_by_link(struct cx *cx, const struct choice_object_by_link_in *in, struct choice_object_by_link_out *out)
{
    struct consent_at at = { .point = POINT_PREFERENCES };
    (void)out;
    TRY(of_link(cx, in->token, &at));
    return topic_object_nt(cx, at.person);
}

/* A mail program asks for it without anybody reading an answer: what is off already is off, and a topic that cannot
 * be chosen about has no such link. */
st cmd_choice_unsubscribe(struct cx *cx, const struct choice_unsubscribe_in *in, struct choice_unsubscribe_out *out)
{
    struct consent_at at = { .point = POINT_UNSUBSCRIBE };
    bool asked;
    (void)out;
    TRY(of_link(cx, in->token, &at));
    return topic_open(&cx->gate, at.topic) ? topic_set_nt(cx, &at, false, &asked) : ST_EXPIRED;
}
