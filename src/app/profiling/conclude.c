/* Making a profile, stopping it, and people who decide otherwise. */
#include "clock.h"
#include "codec.h"
#include "config_keys.h"
#include "job.h"
#include "money.h"
#include "out.h"
#include "profiling.h"
#include "profiling_facts.h"
#include "profiling_sql.h"
#include "restriction.h"
#include "rnd.h"
#include "str.h"
#include "text.h"


#define REASONS_TEXT 12000
#define LIMIT_MOST 100000000 /* smallest units that staff may set */

/* ---- making one */

static st seal(struct cx *cx, enum column_id col, enum point point, enum source source, int64_t person, uid row, str plain,
               const struct sealed **out)
{
    return gate_collect_nt(&cx->gate, &(struct collect){ .col = col, .point = point, .source = source, .person = person,
                                                         .row = row }, plain, out);
}

static st derived(struct cx *cx, enum column_id col, int64_t person, uid row, str plain, const struct sealed **out)
{
    return seal(cx, col, POINT_DERIVED, SOURCE_PROGRAM, person, row, plain, out);
}

/* The segment's sentence first, then each limit's, with what it counts for. */
static str reasons_of(struct arena *a, const struct profiling_verdict *v)
{
    struct out o;
    out_init(&o, a, REASONS_TEXT);
    out_fmt(&o, "0 %.*s", STR_ARG(v->segment->customer));
    for (size_t i = 0; i < v->n; i++)
        out_fmt(&o, "\n%lld %.*s", (long long)v->hits[i]->amount, STR_ARG(v->hits[i]->customer));
    return out_view(&o);
}

static st keep(struct cx *cx, const struct profiling_person_row *who, const struct profiling_verdict *v, str rules)
{
    struct arena *a = CX_ARENA(cx);
    struct profiling_get_row before = { 0 };
    st found = profiling_get(CX_DB(cx), a, &(struct profiling_get_in){ .person = who->id }, &before);
    if (found != ST_OK && found != ST_NOT_FOUND)
        return found;
    uid row = found == ST_OK ? before.uid : rnd_uid();
    const struct sealed *segment, *credit, *reasons;
    TRY(derived(cx, COL_profile_segment, who->id, row, v->segment->name, &segment));
    TRY(derived(cx, COL_profile_credit, who->id, row, str_fmt(a, "%lld", (long long)v->limit), &credit));
    TRY(derived(cx, COL_profile_reasons, who->id, row, reasons_of(a, v), &reasons));
    if (found == ST_OK)
        return profiling_set(CX_DB(cx), &(struct profiling_set_in){ .id = before.id, .segment = segment, .credit = credit,
            .reasons = reasons, .currency = who->currency, .rules = rules, .at = cx->gate.now }, NULL);
    TRY(profiling_add(CX_DB(cx), &(struct profiling_add_in){ .uid = row, .person = who->id, .segment = segment, .credit = credit,
        .reasons = reasons, .currency = who->currency, .rules = rules, .at = cx->gate.now }, NULL));
    return cx_event_nt(cx, EVENT_PROFILING_CONCLUDED, "person", who->id, S(""));
}

static st origins_go(struct cx *cx, int64_t person, str cols)
{
    return profiling_origins_remove(CX_DB(cx), &(struct profiling_origins_remove_in){ .person = person, .cols = cols }, NULL);
}

st profiling_forget_nt(struct cx *cx, int64_t person)
{
    TRY(profiling_withdraw(CX_DB(cx), &(struct profiling_withdraw_in){ .person = person, .at = cx->gate.now }, NULL));
    TRY(profiling_remove(CX_DB(cx), &(struct profiling_remove_in){ .person = person }, NULL));
    TRY(profiling_looks_remove(CX_DB(cx), &(struct profiling_looks_remove_in){ .person = person }, NULL));
    TRY(origins_go(cx, person, S("profile.")));
    return origins_go(cx, person, S("profile_look."));
}

static st conclude(struct cx *cx, int64_t person)
{
    struct profiling_person_row who;
    struct profiling_facts facts;
    struct profiling_verdict verdict;
    const struct profiling_rules *rules = profiling_rules_here();
    bool yes;
    if (!rules)
        return ST_NO_MEMORY;
    TRY(profiling_person(CX_DB(cx), CX_ARENA(cx), &(struct profiling_person_in){ .id = person }, &who));
    TRY(profiling_allowed(&cx->gate, person, &yes));
    if (!yes || !str_eq(who.kind, S("customer")) || !str_eq(who.status, S("active")))
        return gate_clause(&cx->gate, CLAUSE_S11) ? profiling_forget_nt(cx, person) : ST_OK;
    TRY(profiling_facts_of(&cx->gate, person, who.currency, &facts));
    profiling_judge(rules, &facts, &verdict);
    return keep(cx, &who, &verdict, rules->version);
}

st cmd_profiling_conclude(struct cx *cx, const struct profiling_conclude_in *in, struct profiling_conclude_out *out)
{
    (void)out;
    return conclude(cx, in->person);
}

st profiling_soon_nt(struct cx *cx, int64_t person, str occasion)
{
    if (!gate_clause(&cx->gate, CLAUSE_S11))
        return ST_OK;
    return cx_job_nt(cx, S("profiling.conclude"), str_fmt(CX_ARENA(cx), "profiling.conclude/%lld/%.*s", (long long)person,
                     STR_ARG(occasion)), person, person, cx->gate.now);
}

st profiling_job(struct job_cx *jc)
{
    return job_command(jc, CMD_PROFILING_CONCLUDE, "conclude", &(struct profiling_conclude_in){ .person = jc->job.object }, NULL);
}

/* ---- what is looked at */

static st add_look(struct cx *cx, str slug)
{
    struct profiling_look_add_in in = { .uid = rnd_uid(), .person = cx->actor.person, .on = date_london(cx->gate.now),
                                        .at = cx->gate.now };
    TRY(seal(cx, COL_profile_look_product, POINT_REQUEST, SOURCE_BROWSER, cx->actor.person, in.uid, slug, &in.product));
    return profiling_look_add(CX_DB(cx), &in, NULL);
}

st cmd_profiling_look(struct cx *cx, const struct profiling_look_in *in, struct profiling_look_out *out)
{
    struct profiling_product_row product;
    struct profiling_looks_rows rows;
    date today = date_london(cx->gate.now);
    bool yes;
    (void)out;
    TRY(profiling_browsing(&cx->gate, cx->actor.person, &yes));
    if (!yes)
        return ST_OK;
    TRY(profiling_product(CX_DB(cx), CX_ARENA(cx), &(struct profiling_product_in){ .uid = in->product }, &product));
    TRY(profiling_looks(CX_DB(cx), CX_ARENA(cx), &(struct profiling_looks_in){ .person = cx->actor.person }, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        str slug;
        TRY(gate_use(&cx->gate, COL_profile_look_product, PURPOSE_BROWSING, rows.v[i].uid, rows.v[i].product, &slug));
        if (!str_eq(slug, product.slug))
            continue;
        if (rows.v[i].seen_on.days == today.days) /* once a day is enough to know */
            return ST_OK;
        TRY(profiling_look_again(CX_DB(cx), &(struct profiling_look_again_in){ .id = rows.v[i].id, .on = today,
                                                                               .at = cx->gate.now }, NULL));
        return conclude(cx, cx->actor.person);
    }
    if (rows.n == PROFILING_LOOKS)
        TRY(profiling_look_drop(CX_DB(cx), &(struct profiling_look_drop_in){ .id = rows.v[rows.n - 1].id }, NULL));
    TRY(add_look(cx, product.slug));
    return conclude(cx, cx->actor.person);
}

/* Agreed to, with the words and the statement in force; or ended, and what there is of it goes. */
st cmd_profiling_browsing(struct cx *cx, const struct profiling_browsing_in *in, struct profiling_browsing_out *out)
{
    int64_t person = cx->actor.person;
    struct profiling_agreed_row agreed;
    bool yes;
    (void)out;
    TRY(profiling_allowed(&cx->gate, person, &yes));
    if (in->on && (!yes || !gate_clause(&cx->gate, CLAUSE_S11A)))
        return ST_STATEMENT;
    st found = profiling_agreed(CX_DB(cx), CX_ARENA(cx), &(struct profiling_agreed_in){ .person = person }, &agreed);
    if (found != ST_OK && found != ST_NOT_FOUND)
        return found;
    if (in->on == (found == ST_OK))
        return ST_OK;
    if (in->on) {
        TRY(profiling_agree(CX_DB(cx), &(struct profiling_agree_in){ .person = person,
            .wording = text_get(LANGUAGE_EN_GB, TXT_PROFILING_BROWSING_AGREE), .statement = cx->gate.statement_id,
            .at = cx->gate.now }, NULL));
    } else {
        TRY(profiling_withdraw(CX_DB(cx), &(struct profiling_withdraw_in){ .person = person, .at = cx->gate.now }, NULL));
        TRY(profiling_looks_remove(CX_DB(cx), &(struct profiling_looks_remove_in){ .person = person }, NULL));
        TRY(origins_go(cx, person, S("profile_look.")));
    }
    TRY(cx_event_nt(cx, EVENT_PROFILING_BROWSING, "person", person, in->on ? S("on") : S("off")));
    return conclude(cx, person);
}

/* ---- objecting: UK GDPR art. 21(1) */

st cmd_profiling_stop(struct cx *cx, const struct profiling_stop_in *in, struct profiling_stop_out *out)
{
    int64_t person = cx->actor.person;
    (void)out;
    if (!gate_clause(&cx->gate, CLAUSE_S11))
        return ST_STATEMENT;
    TRY(restriction_set_nt(cx, person, RESTRICTION_OBJECT, PURPOSE_PROFILE, in->on));
    TRY(cx_event_nt(cx, EVENT_PROFILING_STOPPED, "person", person, in->on ? S("stopped") : S("allowed")));
    return in->on ? ST_OK : profiling_soon_nt(cx, person, uid_str(CX_ARENA(cx), rnd_uid()));
}

/* ---- people who decide */

static st find(struct cx *cx, const struct profiling_overrule_in *in, struct profiling_get_row *p, int64_t *person)
{
    struct profiling_by_uid_row who;
    TRY(profiling_by_uid(CX_DB(cx), CX_ARENA(cx), &(struct profiling_by_uid_in){ .uid = in->person }, &who));
    *person = who.id;
    st found = profiling_get(CX_DB(cx), CX_ARENA(cx), &(struct profiling_get_in){ .person = who.id }, p);
    if (found == ST_NOT_FOUND) {
        cx->message = "profiling.none";
        return ST_CONFLICT;
    }
    return found;
}

/* LAW: UK GDPR art 22C(2)(c): a person can set aside what the rules say. Both empty: the rules count again. */
st cmd_profiling_overrule(struct cx *cx, const struct profiling_overrule_in *in, struct profiling_overrule_out *out)
{
    struct profiling_get_row p;
    int64_t person;
    str why = str_trim(in->reason);
    (void)out;
    if (!gate_clause(&cx->gate, CLAUSE_S11))
        return ST_STATEMENT;
    if (str_empty(why) || !utf8_printable(why, false))
        return cx_invalid(cx, "reason", "err.required");
    if (!str_empty(in->segment) && !profiling_segment(profiling_rules_here(), in->segment))
        return cx_invalid(cx, "segment", "err.choice");
    TRY(find(cx, in, &p, &person));
    if (in->limit < -1 || in->limit > LIMIT_MOST)
        return cx_invalid(cx, "limit", "err.money");
    struct profiling_say_in say = { .id = p.id, .at = UTC_NONE };
    if (!str_empty(in->segment) || in->limit >= 0) {
        TRY(seal(cx, COL_profile_said_segment, POINT_STAFF, SOURCE_STAFF, person, p.uid, in->segment, &say.segment));
        TRY(seal(cx, COL_profile_said_credit, POINT_STAFF, SOURCE_STAFF, person, p.uid,
                 in->limit < 0 ? S("") : str_fmt(CX_ARENA(cx), "%lld", (long long)in->limit), &say.credit));
        TRY(seal(cx, COL_profile_said_why, POINT_STAFF, SOURCE_STAFF, person, p.uid, why, &say.why));
        say.by = cx->actor.person;
        say.has_by = true;
        say.at = cx->gate.now;
    }
    TRY(profiling_say(CX_DB(cx), &say, NULL));
    return cx_event_nt(cx, EVENT_PROFILING_OVERRULED, "person", person, say.has_by ? S("decided") : S("rules"));
}

/* ---- paying later */

st cmd_profiling_later(struct cx *cx, const struct profiling_later_in *in, struct profiling_later_out *out)
{
    struct profiling_bills bills;
    struct profiling_services_rows services;
    size_t at = 0;
    (void)out;
    TRY(profiling_payable_later(&cx->gate, cx->actor.person, &bills));
    while (at < bills.n && !uid_eq(bills.v[at].uid, in->invoice))
        at++;
    if (at == bills.n) {
        cx->message = "profiling.not_later";
        return ST_CONFLICT;
    }
    date today = date_london(cx->gate.now), from = bills.v[at].due_on.days > today.days ? bills.v[at].due_on : today;
    date until = date_add_days(from, PROFILING_LATER_DAYS);
    TRY(profiling_services(CX_DB(cx), CX_ARENA(cx), &(struct profiling_services_in){ .order = bills.v[at].order }, &services));
    for (size_t i = 0; i < services.n; i++)
        TRY(profiling_hold(CX_DB(cx), &(struct profiling_hold_in){ .service = services.v[i].service_id, .until = until,
            .reason = S("paying later") }, NULL));
    TRY(profiling_later_add(CX_DB(cx), &(struct profiling_later_add_in){ .invoice = bills.v[at].id, .person = cx->actor.person,
                                                                         .until = until, .at = cx->gate.now }, NULL));
    return cx_event_nt(cx, EVENT_PROFILING_LATER, "invoice", bills.v[at].id, date_iso(CX_ARENA(cx), until));
}
