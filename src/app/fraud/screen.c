/* Screening an order: what is seen becomes signals, the rules judge them, and verdict and codes are kept. */
#include "fraud.h"

#include <string.h>

#include "codec.h"
#include "fold.h"
#include "fraud_sql.h"
#include "geo.h"
#include "invoice.h"
#include "place.h"
#include "rnd.h"
#include "str.h"

#define HOUR 3600
#define DAY 86400
#define STOOD (30 * DAY) /* after that long a payment is rarely taken back */
#define TRACES 6
#define WORDS_MOST 24

struct trace {
    const char *kind;
    str code;
};

struct screening {
    struct cx *cx;
    const struct fraud_order *o;
    struct fraud_signals s;
    struct trace traces[TRACES];
    size_t n_traces;
};

/* ---- what the order itself shows ------------------------------------------------------------------------------------- */

static void places(struct screening *sc)
{
    const struct fraud_order *o = sc->o;
    char phone[3] = "";
    IGNORE(phone_country(CX_ARENA(sc->cx), o->telephone, phone)); /* a number of no country says nothing */
    str named[] = { o->country, str_c(phone), o->ip_country };
    int64_t countries = 0;
    for (size_t i = 0; i < COUNT(named); i++) {
        bool again = str_empty(named[i]);
        for (size_t k = 0; k < i; k++)
            again = again || str_eq(named[k], named[i]);
        countries += !again;
    }
    sc->s.v[FRAUD_countries] = countries;
    sc->s.v[FRAUD_phone_elsewhere] = !str_empty(named[1]) && !str_eq(named[1], o->country);
    sc->s.v[FRAUD_ip_elsewhere] = !str_empty(o->ip_country) && !str_eq(o->ip_country, o->country);
    sc->s.v[FRAUD_ip_unroutable] = !ip_routable(o->ip);
    sc->s.v[FRAUD_ip_hosting] = fraud_hosting(fraud_lists_here(), o->ip);
}

static str mail_domain(struct screening *sc)
{
    str email = fold_email(CX_ARENA(sc->cx), sc->o->email);
    return str_sub(email, str_index(email, '@') + 1, email.n);
}

static st amount(struct screening *sc)
{
    int64_t pence;
    str rate;
    TRY(invoice_sterling(sc->cx->config, CX_ARENA(sc->cx), sc->o->gross, &pence, &rate));
    sc->s.v[FRAUD_amount] = pence / 100;
    return ST_OK;
}

/* ---- who else was here ----------------------------------------------------------------------------------------------- */

/* Different people among the newest rows that are not older than `after`. */
static int64_t people(const struct fraud_seen_rows *rows, int64_t after)
{
    int64_t n = 0;
    for (size_t i = 0; i < rows->n && rows->v[i].at.s > after; i++) {
        bool again = false;
        for (size_t k = 0; k < i && !again; k++)
            again = rows->v[k].person_id == rows->v[i].person_id;
        n += !again;
    }
    return n;
}

static st count_people(struct screening *sc, const struct trace *t, enum fraud_signal day, enum fraud_signal hour)
{
    struct fraud_seen_rows rows;
    int64_t now = sc->cx->gate.now.s;
    TRY(fraud_seen(CX_DB(sc->cx), CX_ARENA(sc->cx), &(struct fraud_seen_in){
        .kind = str_c(t->kind), .code = t->code, .after = { now - DAY }, .person = sc->o->person }, &rows));
    sc->s.v[day] = people(&rows, now - DAY);
    if (hour != FRAUD_SIGNALS_N)
        sc->s.v[hour] = people(&rows, now - HOUR);
    return ST_OK;
}

static st past(struct screening *sc, const struct trace *t)
{
    struct fraud_history_row row;
    TRY(fraud_history(CX_DB(sc->cx), CX_ARENA(sc->cx), &(struct fraud_history_in){ str_c(t->kind), t->code }, &row));
    if (row.declined > sc->s.v[FRAUD_declined_before])
        sc->s.v[FRAUD_declined_before] = row.declined;
    if (row.chargebacks > sc->s.v[FRAUD_chargebacks])
        sc->s.v[FRAUD_chargebacks] = row.chargebacks;
    return ST_OK;
}

/* The code of a value, which is kept with the order; *made is NULL when there is none. */
static st trace(struct screening *sc, const char *kind, str value, const struct trace **made)
{
    *made = NULL;
    if (arena_failed(CX_ARENA(sc->cx)))
        return ST_NO_MEMORY; /* an empty value would look like one that was not given */
    if (str_empty(value))
        return ST_OK;
    struct trace *t = &sc->traces[sc->n_traces];
    t->kind = kind;
    TRY(gate_blind(&sc->cx->gate, COL_fraud_trace_code, str_fmt(CX_ARENA(sc->cx), "%s:%.*s", kind, STR_ARG(value)), &t->code));
    sc->n_traces++;
    *made = t;
    return ST_OK;
}

/* An address that is not of the public Internet is shared by whoever is behind it, so it is not counted. */
static st compare_connection(struct screening *sc)
{
    uint8_t ip[16];
    const struct trace *t;
    if (!ip_routable(sc->o->ip) || !ip_bytes(sc->o->ip, ip))
        return ST_OK;
    TRY(trace(sc, "ip", hex_fmt(CX_ARENA(sc->cx), ip, sizeof ip), &t));
    TRY(count_people(sc, t, FRAUD_ip_people_day, FRAUD_ip_people_hour));
    size_t network = ip[0] == 0 ? 15 : 8; /* /24 of IPv4 in its mapped form, /64 of IPv6 */
    TRY(trace(sc, "network", hex_fmt(CX_ARENA(sc->cx), ip, network), &t));
    return count_people(sc, t, FRAUD_network_people_day, FRAUD_SIGNALS_N);
}

static str whole_address(struct screening *sc)
{
    struct arena *a = CX_ARENA(sc->cx);
    const struct fraud_order *o = sc->o;
    str words[WORDS_MOST], all = str_fmt(a, "%.*s|%.*s", STR_ARG(o->country), STR_ARG(fold_postcode(a, o->postcode)));
    size_t n = fold_words(a, str_fmt(a, "%.*s %.*s", STR_ARG(o->address1), STR_ARG(o->city)), words, WORDS_MOST);
    for (size_t i = 0; i < n; i++)
        all = str_fmt(a, "%.*s|%.*s", STR_ARG(all), STR_ARG(words[i]));
    return all;
}

static st compare_details(struct screening *sc)
{
    struct arena *a = CX_ARENA(sc->cx);
    const struct trace *t;
    str domain = mail_domain(sc);
    enum fraud_mail kind = fraud_mail_kind(fraud_lists_here(), domain);
    sc->s.v[FRAUD_mail_disposable] = kind == FRAUD_MAIL_DISPOSABLE;
    TRY(trace(sc, "address", whole_address(sc), &t));
    TRY(count_people(sc, t, FRAUD_address_people_day, FRAUD_SIGNALS_N));
    TRY(past(sc, t));
    TRY(trace(sc, "telephone", fold_phone(a, sc->o->telephone), &t));
    if (t) {
        TRY(count_people(sc, t, FRAUD_phone_people_day, FRAUD_SIGNALS_N));
        TRY(past(sc, t));
    }
    TRY(trace(sc, "email", fold_email(a, sc->o->email), &t));
    if (t)
        TRY(past(sc, t));
    if (kind == FRAUD_MAIL_PUBLIC)
        return ST_OK;
    TRY(trace(sc, "domain", domain, &t));
    return t ? count_people(sc, t, FRAUD_domain_people_day, FRAUD_SIGNALS_N) : ST_OK;
}

static st same_person(struct screening *sc)
{
    struct fraud_person_row p;
    struct fraud_recent_rows rows;
    int64_t now = sc->cx->gate.now.s, hour = 0;
    TRY(fraud_person(CX_DB(sc->cx), CX_ARENA(sc->cx), &(struct fraud_person_in){ sc->o->person, { now - STOOD } }, &p));
    TRY(fraud_recent(CX_DB(sc->cx), CX_ARENA(sc->cx), &(struct fraud_recent_in){ sc->o->person }, &rows));
    for (size_t i = 0; i < rows.n; i++)
        hour += rows.v[i].placed_at.s > now - HOUR;
    sc->s.v[FRAUD_declined_before] = p.declined;
    sc->s.v[FRAUD_chargebacks] = p.chargebacks;
    sc->s.v[FRAUD_paid_before] = p.paid;
    sc->s.v[FRAUD_person_orders_hour] = hour;
    sc->s.v[FRAUD_first_order] = rows.n <= 1;
    return ST_OK;
}

/* ---- keeping --------------------------------------------------------------------------------------------------------- */

static const char *state_of(enum fraud_outcome o)
{
    return o == FRAUD_ACCEPT ? "accepted" : o == FRAUD_REVIEW ? "review" : "refused";
}

static st collect(struct screening *sc, enum column_id col, uid row, str text)
{
    return gate_collect_clear_nt(&sc->cx->gate, &(struct collect){ .col = col, .point = POINT_DERIVED, .source = SOURCE_PROGRAM,
                                                                   .person = sc->o->person, .row = row }, text);
}

static st keep(struct screening *sc, const struct fraud_limits *limits, const struct fraud_verdict *v)
{
    struct cx *cx = sc->cx;
    struct fraud_check_add_in in = {
        .uid = rnd_uid(), .person = sc->o->person, .order = sc->o->order, .state = str_c(state_of(v->outcome)),
        .outcome = str_c(fraud_outcome_word(v->outcome)), .score = v->score, .review = limits->review, .refuse = limits->refuse,
        .rules = fraud_rules_here()->version, .signals = fraud_signals_fmt(CX_ARENA(cx), &sc->s),
        .reasons = fraud_reasons_fmt(CX_ARENA(cx), v), .at = cx->gate.now };
    struct fraud_check_add_row row;
    if (arena_failed(CX_ARENA(cx)))
        return ST_NO_MEMORY;
    TRY(collect(sc, COL_fraud_check_signals, in.uid, in.signals));
    TRY(collect(sc, COL_fraud_check_reasons, in.uid, in.reasons));
    TRY(fraud_check_add(CX_DB(cx), CX_ARENA(cx), &in, &row));
    for (size_t i = 0; i < sc->n_traces; i++)
        TRY(fraud_trace_add(CX_DB(cx), &(struct fraud_trace_add_in){ .person = sc->o->person, .order = sc->o->order,
            .kind = str_c(sc->traces[i].kind), .code = sc->traces[i].code, .at = cx->gate.now }, NULL));
    if (v->outcome == FRAUD_ACCEPT)
        return ST_OK;
    return cx_event_nt(cx, EVENT_FRAUD_HELD, "orders", sc->o->order, in.outcome);
}

st fraud_screen_nt(struct cx *cx, const struct fraud_order *o, enum fraud_outcome *outcome)
{
    struct screening sc = { .cx = cx, .o = o };
    struct fraud_verdict verdict;
    *outcome = FRAUD_ACCEPT;
    if (!gate_clause(&cx->gate, CLAUSE_S7D))
        return ST_OK;
    st may = gate_person(&cx->gate, o->person, PURPOSE_FRAUD);
    if (may == ST_RESTRICTED) /* they objected (UK GDPR art. 21): no comparing, and no keeping of what could be compared */
        return ST_OK;
    TRY(may);
    if (!fraud_rules_here() || !fraud_lists_here())
        return ST_NO_MEMORY;
    places(&sc);
    fraud_quality(o->full_name, o->address1, &sc.s);
    TRY(amount(&sc));
    TRY(same_person(&sc));
    TRY(compare_connection(&sc));
    TRY(compare_details(&sc));
    struct fraud_limits limits = fraud_limits_of(cx->config);
    fraud_judge(fraud_rules_here(), &limits, &sc.s, &verdict);
    TRY(keep(&sc, &limits, &verdict));
    *outcome = verdict.outcome;
    return ST_OK;
}
