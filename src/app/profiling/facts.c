/* What a profile is made of, and reading it. */
#include "bank.h"
#include "clock.h"
#include "codec.h"
#include "money.h"
#include "profiling.h"
#include "profiling_facts.h"
#include "profiling_sql.h"
#include "str.h"

#define LATE_DAYS 7
#define YEAR 365
#define MONTH 30

/* ---- may it be? */

st profiling_allowed(struct gate *g, int64_t person, bool *yes)
{
    *yes = false;
    if (!gate_clause(g, CLAUSE_S11))
        return ST_OK;
    st s = gate_person(g, person, PURPOSE_PROFILE);
    *yes = s == ST_OK;
    return s == ST_RESTRICTED ? ST_OK : s;
}

st profiling_browsing(struct gate *g, int64_t person, bool *yes)
{
    struct profiling_agreed_row agreed;
    TRY(profiling_allowed(g, person, yes));
    if (!*yes)
        return ST_OK;
    *yes = false;
    st s = gate_clause(g, CLAUSE_S11A) ? gate_person(g, person, PURPOSE_BROWSING) : ST_RESTRICTED;
    if (s != ST_OK)
        return s == ST_RESTRICTED ? ST_OK : s;
    s = profiling_agreed(g->db, g->arena, &(struct profiling_agreed_in){ .person = person }, &agreed);
    *yes = s == ST_OK;
    return s == ST_NOT_FOUND ? ST_OK : s;
}

/* ---- facts */

static bool late(const struct profiling_invoices_row *i, date today)
{
    bool paid = i->paid_at.s != UTC_NONE.s;
    date on = paid ? date_london(i->paid_at) : today;
    return (paid || str_eq(i->status, S("unpaid"))) && on.days > i->due_on.days + LATE_DAYS;
}

static void count_invoice(const struct profiling_invoices_row *i, str currency, date today, struct profiling_facts *f)
{
    bool paid = i->paid_at.s != UTC_NONE.s && (str_eq(i->status, S("paid")) || str_eq(i->status, S("refunded")));
    int32_t ago = paid ? today.days - date_london(i->paid_at).days : 0;
    f->v[PROFILING_late] += i->due_on.days > today.days - 2 * YEAR && late(i, today);
    if (!paid || ago > 2 * YEAR)
        return;
    f->v[PROFILING_paid_invoices]++;
    if (ago / MONTH > f->v[PROFILING_months])
        f->v[PROFILING_months] = ago / MONTH;
    if (ago <= YEAR && str_eq(i->status, S("paid")) && str_eq(i->currency, currency))
        f->v[PROFILING_spent] += i->net; /* at most 200 of them */
}

static st count_looks(struct gate *g, int64_t person, struct profiling_facts *f)
{
    struct profiling_looks_rows rows;
    bool yes;
    TRY(profiling_browsing(g, person, &yes));
    if (!yes)
        return ST_OK;
    TRY(profiling_looks(g->db, g->arena, &(struct profiling_looks_in){ .person = person }, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        f->v[PROFILING_looked]++;
        f->v[PROFILING_looked_again] += rows.v[i].times > 1;
    }
    return ST_OK;
}

st profiling_facts_of(struct gate *g, int64_t person, str currency, struct profiling_facts *out)
{
    struct profiling_invoices_rows rows;
    struct profiling_counts_row n;
    date today = date_london(g->now);
    *out = (struct profiling_facts){ { 0 } };
    TRY(profiling_invoices(g->db, g->arena, &(struct profiling_invoices_in){ .person = person }, &rows));
    for (size_t i = 0; i < rows.n; i++)
        count_invoice(&rows.v[i], currency, today, out);
    TRY(profiling_counts(g->db, g->arena, &(struct profiling_counts_in){ .person = person }, &n));
    out->v[PROFILING_services] = n.services;
    out->v[PROFILING_taken_back] = n.taken;
    return count_looks(g, person, out);
}

/* ---- reading one */

static st read_reasons(struct gate *g, enum purpose purpose, const struct profiling_get_row *p, struct profiling_view *v)
{
    str text, line, amount;
    TRY(gate_use(g, COL_profile_reasons, purpose, p->uid, p->reasons, &text));
    while (v->n_reasons < COUNT(v->reasons) && str_next(&text, '\n', &line)) {
        struct profiling_reason *r = &v->reasons[v->n_reasons];
        if (!str_next(&line, ' ', &amount) || !line.p || decimal_parse(amount, 0, &r->amount) != ST_OK)
            continue;
        r->words = line;
        v->n_reasons++;
    }
    return ST_OK;
}

/* A person's word takes the place of the rules'. */
static st read_conclusion(struct gate *g, enum purpose purpose, const struct profiling_get_row *p, struct profiling_view *v)
{
    str limit;
    int64_t minor = 0;
    v->said = p->said_at.s != UTC_NONE.s;
    v->said_at = p->said_at;
    TRY(gate_use(g, COL_profile_said_why, purpose, p->uid, p->said_why, &v->why));
    TRY(p->said_segment ? gate_use(g, COL_profile_said_segment, purpose, p->uid, p->said_segment, &v->segment)
                        : gate_use(g, COL_profile_segment, purpose, p->uid, p->segment, &v->segment));
    TRY(p->said_credit ? gate_use(g, COL_profile_said_credit, purpose, p->uid, p->said_credit, &limit)
                       : gate_use(g, COL_profile_credit, purpose, p->uid, p->credit, &limit));
    v->made = p->segment && decimal_parse(limit, 0, &minor) == ST_OK;
    v->limit = money_of(minor, p->currency);
    v->at = p->made_at;
    return ST_OK;
}

static st read_looks(struct gate *g, int64_t person, enum purpose purpose, struct profiling_view *v)
{
    struct profiling_looks_rows rows;
    struct profiling_product_name_row name;
    TRY(profiling_looks(g->db, g->arena, &(struct profiling_looks_in){ .person = person }, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        struct profiling_look *l = &v->looks[v->n_looks];
        *l = (struct profiling_look){ .name = S(""), .times = rows.v[i].times, .on = rows.v[i].seen_on };
        st s = gate_use(g, COL_profile_look_product, purpose, rows.v[i].uid, rows.v[i].product, &l->slug);
        if (s == ST_SEALED || (s == ST_OK && str_empty(l->slug)))
            continue;
        TRY(s);
        s = profiling_product_name(g->db, g->arena, &(struct profiling_product_name_in){ .slug = l->slug }, &name);
        if (s == ST_OK && str_eq(name.status, S("active")))
            l->name = name.name;
        else if (s != ST_OK && s != ST_NOT_FOUND)
            return s;
        v->n_looks++;
    }
    return ST_OK;
}

st profiling_view(struct gate *g, int64_t person, enum purpose purpose, struct profiling_view *out)
{
    struct profiling_get_row p;
    *out = (struct profiling_view){ .segment = S(""), .why = S("") };
    st s = profiling_get(g->db, g->arena, &(struct profiling_get_in){ .person = person }, &p);
    if (s != ST_NOT_FOUND) {
        TRY(s);
        s = read_conclusion(g, purpose, &p, out);
        if (s == ST_OK)
            s = read_reasons(g, purpose, &p, out);
        if (s == ST_SEALED) /* its time is over */
            *out = (struct profiling_view){ .segment = S(""), .why = S("") };
        else
            TRY(s);
    }
    enum purpose looking = purpose == PURPOSE_PROFILE ? PURPOSE_BROWSING : purpose;
    bool yes = true;
    if (purpose == PURPOSE_PROFILE)
        TRY(profiling_browsing(g, person, &yes));
    return yes && gate_clause(g, CLAUSE_S11A) ? read_looks(g, person, looking, out) : ST_OK;
}

/* ---- paying later */

st profiling_payable_later(struct gate *g, int64_t person, struct profiling_bills *out)
{
    struct profiling_view v;
    struct profiling_open_rows rows;
    bool yes;
    *out = (struct profiling_bills){ .n = 0 };
    TRY(profiling_allowed(g, person, &yes));
    if (!yes)
        return ST_OK;
    TRY(profiling_view(g, person, PURPOSE_PROFILE, &v));
    if (!v.made || v.limit.minor <= 0)
        return ST_OK;
    TRY(profiling_open(g->db, g->arena, &(struct profiling_open_in){ .person = person }, &rows));
    int64_t open = 0;
    for (size_t i = 0; i < rows.n; i++) {
        money rest;
        TRY(bank_rest(g->db, g->arena, rows.v[i].id, &rest));
        bool same = str_eq(rows.v[i].currency, str_c(v.limit.cur));
        if (!same || __builtin_add_overflow(open, rest.minor, &open) || open > v.limit.minor)
            continue;
        if (rows.v[i].later == 0)
            out->v[out->n++] = (struct profiling_bill){ rows.v[i].id, rows.v[i].order_id, rows.v[i].uid, rest, rows.v[i].due_on };
    }
    return ST_OK;
}
