/* The first page, customers, and finding them: names, addresses and numbers are sealed, so people are found by keyed codes of
 * whole words and whole values. */
#include "clock.h"
#include "figures.h"
#include "fold.h"
#include "page.h"
#include "place.h"
#include "profile.h"
#include "restriction.h"
#include "rights.h"
#include "promise.h"
#include "staff.h"
#include "staff_sql.h"
#include "str.h"

#define SEARCH_WAYS 6

st page_staff(struct rq *rq)
{
    struct staff_counts_row n;
    struct v_figures month;
    struct rights_waiting requests = { 0 };
    TRY(rights_waiting(rq->db, rq->arena, date_london(rq->gate.now), &requests));
    int64_t broken;
    TRY(staff_counts(rq->db, rq->arena, &n));
    TRY(promise_broken(rq->db, rq->arena, &broken));
    TRY(figures_recent(rq->db, rq->arena, rq->config->shop.currencies.v[0], date_london(rq->gate.now), &month));
    return show_staff_home(rq, 200,
                           &(struct v_staff_home){
                               .orders = n.orders_pending,
                               .invoices = n.invoices_unpaid,
                               .reviews = n.reviews,
                               .checks = rq->actor.caps & CAP_STAFF_CHECKS ? n.checks : 0, /* a notice for whoever can decide */
                               .services_waiting = n.services_pending,
                               .services = n.services_active,
                               .dead = n.jobs_dead,
                               .waiting = n.jobs_waiting,
                               .notices = n.notices,
                               .parked = n.parked,
                               .requests = requests.open,
                               .urgent = rq->actor.caps & CAP_STAFF_CUSTOMERS ? requests.urgent : 0,
                               .broken = broken,
                               .month = month,
                           });
}

/* ---- rows */

struct customers {
    struct v_staff_customer_row *v;
    size_t n;
    int64_t next;
};

#define CUSTOMER_LIST(which)                                                                                    \
    static st which##_list(struct rq *rq, const struct which##_rows *rows, struct customers *out)                \
    {                                                                                                          \
        out->n = rows->n;                                                                                      \
        out->next = rows->more ? rows->v[rows->n - 1].id : 0;                                                  \
        out->v = NEWN(rq->arena, struct v_staff_customer_row, rows->n + 1);                                    \
        if (!out->v)                                                                                           \
            return ST_NO_MEMORY;                                                                               \
        for (size_t i = 0; i < rows->n; i++) {                                                                 \
            const struct which##_row *r = &rows->v[i];                                                          \
            struct v_staff_customer_row *v = &out->v[i];                                                       \
            *v = (struct v_staff_customer_row){ .id = r->uid, .status = r->status, .kind = r->customer_type,   \
                                                .country = r->country, .since = r->created_at };               \
            TRY(staff_open(rq, COL_person_full_name, r->uid, r->full_name, &v->name));                         \
            TRY(staff_open(rq, COL_person_company, r->uid, r->company, &v->company));                          \
            TRY(staff_open(rq, COL_person_email, r->uid, r->email, &v->email));                                \
        }                                                                                                      \
        return ST_OK;                                                                                          \
    }
CUSTOMER_LIST(staff_customer_page)
CUSTOMER_LIST(staff_customer_search)
CUSTOMER_LIST(staff_customer_search2)

/* ---- searching */

/* One way to read what was typed: a kind of code, and one or two values that must both be there. */
struct way {
    const char *kind;
    str first, second;
};

static size_t add_way(struct way *ways, size_t n, const char *kind, str first, str second)
{
    if (n < SEARCH_WAYS && !str_empty(first))
        ways[n++] = (struct way){ kind, first, second };
    return n;
}

/* All readings of the text, the most telling first. */
static size_t readings(struct rq *rq, str typed, struct way *ways)
{
    struct arena *a = rq->arena;
    str words[2] = { S(""), S("") };
    struct phone phone;
    enum phone_fault fault;
    int64_t end;
    size_t n = 0;
    if (str_index(typed, '@') < typed.n)
        return add_way(ways, n, "email", fold_email(a, typed), S(""));
    if (phone_parse(a, rq->config->company.country, typed, &phone, &fault) == ST_OK)
        n = add_way(ways, n, "telephone", fold_phone(a, phone.e164), S(""));
    else if (typed.n == 6 && i64_parse(typed, 0, 999999, &end) == ST_OK) /* the end of a number */
        n = add_way(ways, n, "telephone", typed, S(""));
    (void)fold_words(a, typed, words, COUNT(words));
    n = add_way(ways, n, "name", words[0], words[1]);
    n = add_way(ways, n, "company", words[0], words[1]);
    return add_way(ways, n, "postcode", fold_postcode(a, typed), S(""));
}

static st search_one(struct rq *rq, const struct way *way, struct customers *out)
{
    str kind = str_c(way->kind), code, second;
    TRY(profile_search_code(&rq->gate, kind, way->first, &code));
    if (str_empty(way->second)) {
        struct staff_customer_search_rows rows;
        TRY(staff_customer_search(rq->db, rq->arena, &(struct staff_customer_search_in){ kind, code, staff_before(rq) }, &rows));
        return staff_customer_search_list(rq, &rows, out);
    }
    TRY(profile_search_code(&rq->gate, kind, way->second, &second));
    struct staff_customer_search2_rows rows;
    TRY(staff_customer_search2(rq->db, rq->arena,
                               &(struct staff_customer_search2_in){ kind, code, kind, second, staff_before(rq) }, &rows));
    return staff_customer_search2_list(rq, &rows, out);
}

static st search(struct rq *rq, str typed, struct customers *out)
{
    struct way ways[SEARCH_WAYS];
    size_t n = readings(rq, typed, ways);
    *out = (struct customers){ 0 };
    for (size_t i = 0; i < n && out->n == 0; i++)
        TRY(search_one(rq, &ways[i], out));
    return ST_OK;
}

st page_staff_customers(struct rq *rq)
{
    str q = rq->form ? str_trim(rq_value(rq, "q")->value) : S("");
    struct customers found;
    if (str_empty(q)) {
        struct staff_customer_page_rows rows;
        TRY(staff_customer_page(rq->db, rq->arena, &(struct staff_customer_page_in){ .before = staff_before(rq) }, &rows));
        TRY(staff_customer_page_list(rq, &rows, &found));
    } else {
        TRY(search(rq, q, &found));
    }
    struct v_staff_customers v = {
        .f = web_form(rq, FORM_STAFF_SEARCH), .q = q, .rows = { found.v, found.n }, .next = found.next,
    };
    if (!v.f)
        return ST_NO_MEMORY;
    return show_staff_customers(rq, 200, &v);
}

/* ---- one customer */

st guard_staff_customer(struct rq *rq)
{
    struct staff_customer_get_row *row = NEW(rq->arena, struct staff_customer_get_row);
    rq->object = row;
    return row ? staff_customer_get(rq->db, rq->arena, &(struct staff_customer_get_in){ .uid = rq_uid(rq, "id") }, row)
               : ST_NO_MEMORY;
}

static st address_of(struct rq *rq, const struct staff_customer_get_row *p, str *out)
{
    const struct {
        enum column_id col;
        const struct sealed *value;
    } lines[] = {
        { COL_person_address1, p->address1 }, { COL_person_address2, p->address2 }, { COL_person_city, p->city },
        { COL_person_region, p->region },     { COL_person_postcode, p->postcode },
    };
    struct out o;
    out_init(&o, rq->arena, 1024);
    for (size_t i = 0; i < COUNT(lines); i++) {
        str line;
        TRY(staff_open(rq, lines[i].col, p->uid, lines[i].value, &line));
        if (!str_empty(line)) {
            if (o.n)
                out_byte(&o, '\n');
            out_str(&o, line);
        }
    }
    *out = out_view(&o);
    return out_st(&o);
}

st page_staff_customer(struct rq *rq)
{
    const struct staff_customer_get_row *p = rq->object;
    struct v_staff_customer v = {
        .id = p->uid,
        .verified = p->email_verified_at.s != UTC_NONE.s, .status = p->status, .kind = p->customer_type,
        .since = p->created_at, .currency = p->currency, .country = p->country,
        .concludes = gate_clause(&rq->gate, CLAUSE_S11),
    };
    const struct country *country;
    TRY(restriction_is(&rq->gate, p->id, &v.restricted));
    TRY(staff_claim(rq, p->id));
    if (country_find(p->country, &country) == ST_OK)
        v.country = str_c(country->name);
    TRY(staff_open(rq, COL_person_full_name, p->uid, p->full_name, &v.name));
    TRY(staff_open(rq, COL_person_company, p->uid, p->company, &v.company));
    TRY(staff_open(rq, COL_person_vat_number, p->uid, p->vat_number, &v.vat_number));
    TRY(staff_open(rq, COL_person_email, p->uid, p->email, &v.email));
    TRY(staff_open(rq, COL_person_telephone, p->uid, p->telephone, &v.telephone));
    TRY(address_of(rq, p, &v.address));
    TRY(staff_orders_of(rq, p->id, &v.orders));
    TRY(staff_invoices_of(rq, p->id, &v.invoices));
    TRY(staff_services_of(rq, p->id, &v.services));
    TRY(staff_events(rq, "person", p->id, &v.events));
    return show_staff_customer(rq, 200, &v);
}
