/* What Stripe's objects mean for our payments. Every message's name is made from an object and its state, so the same state
 * told ten times, by whatever event, is applied once; and the order in which events come does not matter. */
#include "codec.h"
#include "payment_sql.h"
#include "str.h"
#include "stripe.h"

/* ---- what a PaymentIntent says ------------------------------------------------------------------------------------------ */

static str upper(struct arena *a, str currency)
{
    char code[3];
    if (currency.n != 3)
        return S("");
    for (size_t i = 0; i < 3; i++)
        code[i] = currency.p[i] >= 'a' && currency.p[i] <= 'z' ? (char)(currency.p[i] - 'a' + 'A') : currency.p[i];
    return str_dup(a, (str){ code, sizeof code });
}

/* Our name for it, as we gave it; zero when somebody else made it. */
static uid payment_of(struct arena *a, const json_t *o)
{
    uid id = { 0 };
    if (uid_parse(stripe_text(a, stripe_object(o, "metadata"), "payment"), &id) != ST_OK)
        id = (uid){ 0 };
    return id;
}

/* The country of the card, or of the account of a direct debit: evidence of where the customer is. */
static str country_of(struct arena *a, const json_t *charge)
{
    const json_t *details = stripe_object(charge, "payment_method_details");
    str card = stripe_text(a, stripe_object(details, "card"), "country");
    return card.n ? card : stripe_text(a, stripe_object(details, "sepa_debit"), "country");
}

/* What its owner knows it by: "visa 4242". */
static str card_of(struct arena *a, const json_t *charge)
{
    const json_t *card = stripe_object(stripe_object(charge, "payment_method_details"), "card");
    str brand = stripe_text(a, card, "brand"), last = stripe_text(a, card, "last4");
    return brand.n && last.n ? str_sub(str_fmt(a, "%.*s %.*s", STR_ARG(brand), STR_ARG(last)), 0, 40) : S("");
}

/* A member that is a name, or the object of that name when it was asked for at once. */
static str id_of(struct arena *a, const json_t *o, const char *name)
{
    const json_t *inside = stripe_object(o, name);
    str id = inside ? stripe_text(a, inside, "id") : stripe_text(a, o, name);
    return stripe_id_valid(id) ? id : S("");
}

struct intent {
    const json_t *json;
    const json_t *charge; /* the last one, or NULL */
    str id, status;
    struct gateway_message m;
};

static void read_intent(struct arena *a, const json_t *json, str session, struct intent *out)
{
    *out = (struct intent){ .json = json, .charge = stripe_object(json, "latest_charge"), .id = id_of(a, json, "id"),
                            .status = stripe_text(a, json, "status") };
    out->m = (struct gateway_message){ .payment = payment_of(a, json), .reference = session.n ? session : out->id,
                                       .charge = out->id, .currency = upper(a, stripe_text(a, json, "currency")),
                                       .amount = stripe_number(json, "amount") };
}

static st report(struct job_cx *jc, struct intent *i, const char *step, enum gateway_kind kind)
{
    i->m.kind = kind;
    i->m.event_id = str_fmt(jc->gate.arena, "%.*s:%s", STR_ARG(i->id), step);
    return gateway_report(jc, &stripe_gateway, step, &i->m);
}

static st report_refunds(struct job_cx *jc, struct intent *i)
{
    int64_t total = stripe_number(i->charge, "amount_refunded");
    if (total <= 0)
        return ST_OK;
    struct gateway_message m = i->m;
    m.kind = GATEWAY_REFUNDED;
    m.amount = total;
    struct payment_failures_row before; /* after one that failed the same total may be reached again */
    TRY(payment_failures(jc->gate.db, jc->gate.arena, &(struct payment_failures_in){ .payment = m.payment }, &before));
    m.event_id = before.n == 0 ? str_fmt(jc->gate.arena, "%.*s:refunded:%lld", STR_ARG(i->id), (long long)total)
                               : str_fmt(jc->gate.arena, "%.*s:refunded:%lld:%lld", STR_ARG(i->id), (long long)total,
                                         (long long)before.n);
    return gateway_report(jc, &stripe_gateway, "refunded", &m);
}

static st report_success(struct job_cx *jc, struct intent *i)
{
    struct arena *a = jc->gate.arena;
    i->m.amount = stripe_number(i->json, "amount_received");
    i->m.card_country = country_of(a, i->charge);
    if (str_eq(stripe_text(a, i->json, "setup_future_usage"), S("off_session"))) {
        i->m.customer = id_of(a, i->json, "customer");
        i->m.method = id_of(a, i->json, "payment_method");
        i->m.card = card_of(a, i->charge);
    }
    TRY(report(jc, i, "succeeded", GATEWAY_SUCCEEDED));
    return report_refunds(jc, i);
}

/* On the hosted page a declined card is not the end: the customer tries another one. */
static st report_failure(struct job_cx *jc, struct intent *i, str session)
{
    struct arena *a = jc->gate.arena;
    const json_t *error = stripe_object(i->json, "last_payment_error");
    if (session.n || uid_zero(i->m.payment))
        return ST_OK;
    bool action = str_eq(i->status, S("requires_action")) ||
                  str_eq(stripe_text(a, error, "code"), S("authentication_required"));
    return report(jc, i, action ? "action" : "declined", action ? GATEWAY_ACTION : GATEWAY_DECLINED);
}

st stripe_report_intent(struct job_cx *jc, const json_t *json, str session)
{
    struct intent i;
    read_intent(jc->gate.arena, json, session, &i);
    if (i.id.n == 0)
        return job_fail(jc, ST_UPSTREAM, "not_understood");
    if (str_eq(i.status, S("succeeded")))
        return report_success(jc, &i);
    if (str_eq(i.status, S("processing")))
        return uid_zero(i.m.payment) ? ST_OK : report(jc, &i, "processing", GATEWAY_PENDING);
    if (str_eq(i.status, S("requires_payment_method")) || str_eq(i.status, S("requires_action")) ||
        str_eq(i.status, S("canceled")))
        return report_failure(jc, &i, session);
    return ST_OK; /* still being made */
}

/* ---- asking for objects --------------------------------------------------------------------------------------------- */

/* An object of Stripe's, or why there is none. */
static st get(struct job_cx *jc, str path, str query, struct stripe_answer *answer)
{
    TRY(stripe_ask(jc, &(struct stripe_request){ .method = "GET", .path = path, .form = query }, answer));
    if (answer->status == 200 && answer->json)
        return ST_OK;
    long status = answer->status;
    stripe_answer_end(answer);
    if (status == 404)
        return job_give_up(jc, ST_NOT_FOUND, "unknown_at_gateway");
    if (status == 401 || status == 403)
        return job_fail(jc, ST_UPSTREAM, "key_refused");
    return job_fail(jc, ST_UPSTREAM, status ? "refused" : "no_answer");
}

static st session_expired(struct job_cx *jc, uid payment, str session, const json_t *json)
{
    struct arena *a = jc->gate.arena;
    struct gateway_message m = { .event_id = str_fmt(a, "%.*s:expired", STR_ARG(session)), .kind = GATEWAY_EXPIRED,
                                 .payment = payment, .reference = session, .amount = stripe_number(json, "amount_total"),
                                 .currency = upper(a, stripe_text(a, json, "currency")) };
    return uid_zero(payment) ? ST_OK : gateway_report(jc, &stripe_gateway, "expired", &m);
}

/* The way to pay takes days and failed at last: the page is gone, so this is the end of the attempt. */
static st session_failed(struct job_cx *jc, const json_t *intent, str session)
{
    struct intent i;
    read_intent(jc->gate.arena, intent, session, &i);
    bool failed = str_eq(i.status, S("requires_payment_method")) || str_eq(i.status, S("canceled"));
    return failed && i.id.n && !uid_zero(i.m.payment) ? report(jc, &i, "declined", GATEWAY_DECLINED) : ST_OK;
}

st stripe_report_session(struct job_cx *jc, const json_t *json)
{
    struct arena *a = jc->gate.arena;
    str session = id_of(a, json, "id"), status = stripe_text(a, json, "status");
    const json_t *intent = stripe_object(json, "payment_intent");
    uid payment = { 0 };
    if (uid_parse(stripe_text(a, json, "client_reference_id"), &payment) != ST_OK)
        payment = (uid){ 0 };
    if (str_eq(status, S("expired")))
        return session_expired(jc, payment, session, json);
    if (!intent || session.n == 0)
        return ST_OK; /* nobody has paid yet */
    TRY(stripe_report_intent(jc, intent, session));
    return str_eq(status, S("complete")) && str_eq(stripe_text(a, json, "payment_status"), S("unpaid"))
               ? session_failed(jc, intent, session) : ST_OK;
}

static st look_at_session(struct job_cx *jc, str path)
{
    struct stripe_answer answer;
    TRY(get(jc, path, S("expand[]=payment_intent.latest_charge"), &answer));
    st s = stripe_report_session(jc, answer.json);
    stripe_answer_end(&answer);
    return s;
}

/* The Checkout Session our payment was begun with, when it belongs to this PaymentIntent: then it is known by that name. */
static st session_of(struct job_cx *jc, const json_t *intent, str *session)
{
    struct arena *a = jc->gate.arena;
    uid payment = payment_of(a, intent);
    struct payment_by_uid_row p;
    struct stripe_answer answer;
    *session = S("");
    if (uid_zero(payment))
        return ST_OK;
    st found = payment_by_uid(jc->gate.db, a, &(struct payment_by_uid_in){ .uid = payment }, &p);
    if (found == ST_NOT_FOUND || (found == ST_OK && !str_starts(p.reference, S("cs_"))))
        return ST_OK;
    TRY(found);
    TRY(get(jc, str_fmt(a, "checkout/sessions/%.*s", STR_ARG(p.reference)), S(""), &answer));
    if (str_eq(id_of(a, answer.json, "payment_intent"), id_of(a, intent, "id")))
        *session = p.reference;
    stripe_answer_end(&answer);
    return ST_OK;
}

static st look_at_intent(struct job_cx *jc, str id)
{
    struct stripe_answer answer;
    str session = S("");
    if (id.n == 0)
        return ST_OK; /* a charge without one was not made by us */
    TRY(get(jc, str_fmt(jc->gate.arena, "payment_intents/%.*s", STR_ARG(id)), S("expand[]=latest_charge"), &answer));
    st s = session_of(jc, answer.json, &session);
    if (s == ST_OK)
        s = stripe_report_intent(jc, answer.json, session);
    stripe_answer_end(&answer);
    return s;
}

/* ---- what has a PaymentIntent behind it ------------------------------------------------------------------------------ */

/* Our name for the payment behind a refund or a dispute stands in its PaymentIntent, and what is given back of it in its charge. */
static st payment_behind(struct job_cx *jc, str intent, uid *payment, int64_t *refunded)
{
    struct stripe_answer answer;
    TRY(get(jc, str_fmt(jc->gate.arena, "payment_intents/%.*s", STR_ARG(intent)), S("expand[]=latest_charge"), &answer));
    *payment = payment_of(jc->gate.arena, answer.json);
    *refunded = stripe_number(stripe_object(answer.json, "latest_charge"), "amount_refunded");
    stripe_answer_end(&answer);
    return ST_OK;
}

static st refund_failed(struct job_cx *jc, const json_t *json, str intent)
{
    struct arena *a = jc->gate.arena;
    struct gateway_message m = { .kind = GATEWAY_REFUND_FAILED, .reference = intent, .charge = intent,
                                 .event_id = str_fmt(a, "%.*s:failed", STR_ARG(id_of(a, json, "id"))),
                                 .currency = upper(a, stripe_text(a, json, "currency")) };
    TRY(payment_behind(jc, intent, &m.payment, &m.amount));
    return gateway_report(jc, &stripe_gateway, "failed", &m);
}

/* An inquiry (warning_…) moves no money and is answered at Stripe; it is no dispute yet. */
static st report_dispute(struct job_cx *jc, const json_t *json, str intent)
{
    struct arena *a = jc->gate.arena;
    str status = stripe_text(a, json, "status"), id = id_of(a, json, "id");
    if (str_starts(status, S("warning")) || str_eq(status, S("prevented")) || intent.n == 0 || id.n == 0)
        return ST_OK;
    struct gateway_message m = { .kind = GATEWAY_DISPUTED, .reference = intent, .charge = intent, .dispute = id,
                                 .event_id = str_fmt(a, "%.*s:opened", STR_ARG(id)),
                                 .currency = upper(a, stripe_text(a, json, "currency")),
                                 .amount = stripe_number(json, "amount"), .reason = str_sub(stripe_text(a, json, "reason"), 0, 40),
                                 .due = { stripe_number(stripe_object(json, "evidence_details"), "due_by") } };
    int64_t refunded;
    TRY(payment_behind(jc, intent, &m.payment, &refunded));
    TRY(gateway_report(jc, &stripe_gateway, "opened", &m));
    bool is_won = str_eq(status, S("won"));
    if (!is_won && !str_eq(status, S("lost")))
        return ST_OK;
    m.kind = is_won ? GATEWAY_DISPUTE_WON : GATEWAY_DISPUTE_LOST;
    m.event_id = str_fmt(a, "%.*s:%.*s", STR_ARG(id), STR_ARG(status));
    return gateway_report(jc, &stripe_gateway, "closed", &m);
}

/* First what became of the payment, then what became of the money since: so it does not matter which event came first. */
static st look_behind(struct job_cx *jc, str path)
{
    struct arena *a = jc->gate.arena;
    struct stripe_answer answer;
    TRY(get(jc, path, S(""), &answer));
    str intent = id_of(a, answer.json, "payment_intent");
    st s = look_at_intent(jc, intent);
    if (s == ST_OK && intent.n && str_starts(path, S("disputes/")))
        s = report_dispute(jc, answer.json, intent);
    str status = stripe_text(a, answer.json, "status");
    bool failed = str_eq(status, S("failed")) || str_eq(status, S("canceled"));
    if (s == ST_OK && intent.n && failed && str_starts(path, S("refunds/")))
        s = refund_failed(jc, answer.json, intent);
    stripe_answer_end(&answer);
    return s;
}

st stripe_look(struct job_cx *jc, str object)
{
    str intents = S("payment_intents/");
    if (str_starts(object, S("checkout/sessions/")))
        return look_at_session(jc, object);
    if (str_starts(object, intents))
        return look_at_intent(jc, str_sub(object, intents.n, object.n));
    return look_behind(jc, object);
}
