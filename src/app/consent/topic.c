/* What a topic is: its lawful route, who may be written to about it, and what turning it on or off means. */
#include "consent.h"

#include "consent_sql.h"
#include "restriction.h"
#include "statement.h"
#include "str.h"
#include "suppress.h"

enum topic_route topic_route(const struct gate *g, enum topic t)
{
    enum purpose p = topic_info[t].purpose;
    if (t != TOPIC_SERVICE && !gate_clause(g, CLAUSE_S10))
        return ROUTE_OFF;
    if (!statement_purpose(g->statement, p))
        return ROUTE_OFF;
    switch (statement_basis(g->statement, p)) {
    case BASIS_CONSENT:
        return ROUTE_CONSENT;
    case BASIS_INTEREST:
        return topic_marketing(t) ? ROUTE_SOFT : ROUTE_INTEREST;
    case BASIS_CONTRACT:
    case BASIS_LEGAL:
        return topic_marketing(t) ? ROUTE_OFF : ROUTE_CONTRACT; /* no contract and no law makes marketing necessary */
    case BASIS_COUNT:
        break;
    }
    return ROUTE_OFF;
}

bool topic_marketing(enum topic t)
{
    return str_eq(str_c(topic_info[t].mail_class), S("marketing"));
}

bool topic_open(const struct gate *g, enum topic t)
{
    enum topic_route r = topic_route(g, t);
    return r != ROUTE_OFF && r != ROUTE_CONTRACT;
}

const char *may_word(enum may m)
{
    static const char *const words[MAY_N] = {
        [MAY_YES] = "yes",               [MAY_CLOSED] = "closed",         [MAY_NO_ADDRESS] = "no_address",
        [MAY_RESTRICTED] = "restricted", [MAY_SUPPRESSED] = "suppressed", [MAY_UNVERIFIED] = "unverified",
        [MAY_REFUSED] = "refused",       [MAY_NO_CONSENT] = "no_consent", [MAY_NOT_TOLD] = "not_told",
        [MAY_NOTHING_BOUGHT] = "nothing_bought", [MAY_OFF] = "off",
    };
    return (size_t)m < MAY_N ? words[m] : "off";
}

/* ---- may this person be written to? */

struct asking {
    struct gate *g;
    int64_t person;
    enum topic topic;
    enum topic_route route;
    struct consent_person_row row;
    struct may_address *to;
    enum choice choice;
    bool verified;
};

/* The gate refuses what a restriction or an erasure has closed: then there is nobody to write to. */
static st refused_as(st s, enum may *may)
{
    if (s != ST_STATEMENT && s != ST_RESTRICTED && s != ST_SEALED)
        return s;
    *may = s == ST_SEALED ? MAY_CLOSED : MAY_RESTRICTED;
    return ST_OK;
}

static st open_address(struct asking *k, enum may *may)
{
    const struct consent_person_row *r = &k->row;
    enum purpose p = topic_info[k->topic].purpose;
    k->to->person = r->uid;
    k->to->subscriber = !r->email && r->subscriber_email;
    if (k->to->subscriber) {
        k->to->name = S("");
        k->verified = r->confirmed_at.s != UTC_NONE.s;
        if (!gate_may_use(k->g, COL_subscriber_email, p)) { /* given for the newsletter, and for nothing else */
            *may = MAY_NO_ADDRESS;
            return ST_OK;
        }
        return refused_as(gate_use(k->g, COL_subscriber_email, p, r->subscriber_uid, r->subscriber_email, &k->to->email), may);
    }
    k->verified = r->email_verified_at.s != UTC_NONE.s;
    st s = gate_use(k->g, COL_person_email, p, r->uid, r->email, &k->to->email);
    if (s == ST_OK)
        s = gate_use(k->g, COL_person_full_name, p, r->uid, r->full_name, &k->to->name);
    return refused_as(s, may);
}

/* What the person said, or did not say, about this topic. */
static st by_route(struct asking *k, enum may *may)
{
    bool given;
    if (k->route == ROUTE_CONSENT) {
        TRY(consent_is(k->g->db, k->g->arena, k->person, k->topic, &given));
        *may = given ? MAY_YES : MAY_NO_CONSENT;
    } else if (k->route == ROUTE_SOFT && k->choice != CHOICE_ON) {
        *may = k->choice != CHOICE_TOLD ? MAY_NOT_TOLD : k->row.ordered ? MAY_YES : MAY_NOTHING_BOUGHT;
    }
    return ST_OK;
}

static bool reachable(const struct asking *k)
{
    bool customer = str_eq(k->row.kind, S("customer"));
    return str_eq(k->row.status, S("active")) && (customer || k->row.subscriber_email);
}

st topic_may(struct gate *g, int64_t person, enum topic topic, enum may *may, struct may_address *to)
{
    struct asking k = { .g = g, .person = person, .topic = topic, .route = topic_route(g, topic), .to = to };
    bool listed;
    *may = MAY_OFF;
    if (k.route == ROUTE_OFF)
        return ST_OK;
    TRY(consent_person(g->db, g->arena, &(struct consent_person_in){ .id = person }, &k.row));
    *may = MAY_CLOSED;
    if (!reachable(&k))
        return ST_OK;
    TRY(choice_get(g->db, g->arena, person, topic, &k.choice));
    *may = k.route != ROUTE_CONTRACT && (k.choice == CHOICE_OFF || k.choice == CHOICE_OBJECTED) ? MAY_REFUSED : MAY_YES;
    if (*may != MAY_YES)
        return ST_OK;
    TRY(open_address(&k, may));
    if (*may == MAY_YES && str_empty(to->email))
        *may = MAY_NO_ADDRESS;
    if (*may != MAY_YES)
        return ST_OK;
    TRY(suppress_code(g, to->email, &to->code));
    TRY(suppress_is(g->db, g->arena, to->code, topic, &listed));
    if (listed)
        *may = MAY_SUPPRESSED;
    else if (!k.verified && k.route != ROUTE_CONTRACT)
        *may = MAY_UNVERIFIED;
    else
        return by_route(&k, may);
    return ST_OK;
}

/* ---- on and off */

/* Is the address proven, so that a wish needs no message first? Whoever followed a link to get here has the mailbox. */
static st proven(struct cx *cx, const struct consent_at *at, bool *yes)
{
    struct consent_person_row row;
    TRY(consent_person(CX_DB(cx), CX_ARENA(cx), &(struct consent_person_in){ .id = at->person }, &row));
    *yes = row.email_verified_at.s != UTC_NONE.s || row.confirmed_at.s != UTC_NONE.s;
    return ST_OK;
}

/* Its owner wants the topic again: the address comes off the list for it. */
static st lift(struct cx *cx, const struct consent_at *at)
{
    struct consent_person_row row;
    str address = S(""), code;
    TRY(consent_person(CX_DB(cx), CX_ARENA(cx), &(struct consent_person_in){ .id = at->person }, &row));
    if (row.email)
        TRY(gate_use(&cx->gate, COL_person_email, PURPOSE_RIGHTS, row.uid, row.email, &address));
    else if (row.subscriber_email)
        TRY(gate_use(&cx->gate, COL_subscriber_email, PURPOSE_RIGHTS, row.subscriber_uid, row.subscriber_email, &address));
    if (str_empty(address))
        return ST_OK;
    TRY(suppress_code(&cx->gate, address, &code));
    return suppress_lift_nt(cx, code, at->topic);
}

st topic_proven_nt(struct cx *cx, const struct consent_at *at)
{
    enum choice c;
    TRY(choice_get(CX_DB(cx), CX_ARENA(cx), at->person, at->topic, &c));
    if (c != CHOICE_NONE)
        TRY(choice_set_nt(cx, at, CHOICE_ON)); /* an objection ends by the person's own wish */
    TRY(restriction_set_nt(cx, at->person, RESTRICTION_OBJECT, topic_info[at->topic].purpose, false));
    return lift(cx, at);
}

static st turn_on(struct cx *cx, const struct consent_at *at, bool *asked)
{
    bool known;
    if (topic_route(&cx->gate, at->topic) != ROUTE_CONSENT) {
        TRY(choice_set_nt(cx, at, CHOICE_ON));
        TRY(restriction_set_nt(cx, at->person, RESTRICTION_OBJECT, topic_info[at->topic].purpose, false));
        return lift(cx, at);
    }
    TRY(proven(cx, at, &known));
    if (!known) {
        *asked = true;
        return consent_ask_nt(cx, at);
    }
    TRY(consent_give_nt(cx, at, NULL));
    return topic_proven_nt(cx, at);
}

st topic_set_nt(struct cx *cx, const struct consent_at *at, bool on, bool *asked)
{
    *asked = false;
    if (!topic_open(&cx->gate, at->topic))
        return ST_STATEMENT;
    if (on)
        return turn_on(cx, at, asked);
    if (topic_route(&cx->gate, at->topic) == ROUTE_CONSENT)
        TRY(consent_withdraw_nt(cx, at));
    else
        TRY(choice_set_nt(cx, at, CHOICE_OFF));
    return suppress_person_nt(cx, at->person, at->topic, SUPPRESS_UNSUBSCRIBED);
}

st topic_objected_nt(struct cx *cx, int64_t person, enum purpose purpose)
{
    for (int t = 0; t < TOPIC_COUNT; t++) {
        struct consent_at at = { .person = person, .topic = (enum topic)t, .point = POINT_PREFERENCES };
        if (topic_info[t].purpose != purpose || !topic_open(&cx->gate, at.topic))
            continue;
        TRY(consent_withdraw_nt(cx, &at));
        TRY(choice_set_nt(cx, &at, CHOICE_OBJECTED));
        TRY(suppress_person_nt(cx, person, at.topic, SUPPRESS_OBJECTED));
    }
    return ST_OK;
}

/* The gates are told too: from now on nothing of this person can be used for it, whoever asks. */
st topic_object_nt(struct cx *cx, int64_t person)
{
    for (int t = 0; t < TOPIC_COUNT; t++) {
        enum purpose p = topic_info[t].purpose;
        if (!topic_marketing((enum topic)t))
            continue;
        TRY(topic_objected_nt(cx, person, p));
        if (restriction_objectable(&cx->gate, p))
            TRY(restriction_set_nt(cx, person, RESTRICTION_OBJECT, p, true));
    }
    return cx_event_nt(cx, EVENT_OBJECTION_MARKETING, "person", person, S(""));
}
