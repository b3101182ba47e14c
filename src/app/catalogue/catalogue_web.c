/* The shop's front: what can be bought, one product, the currency. */
#include "catalogue.h"
#include "catalogue_sql.h"
#include "page.h"
#include "profiling_front.h"
#include "shop_html.h"

#include <string.h>

#define CYCLES 5
#define FEW_LEFT 10 /* from here on it is said how many there are */

static size_t cycle_rank(str cycle)
{
    size_t i = 0;
    while (i < catalogue_cycles_n && !str_eq(catalogue_cycles[i], cycle))
        i++;
    return i;
}

/* One card per product, at its price for the shortest period. Rows of one product stand together. */
static size_t cards(struct rq *rq, const struct catalogue_shop_rows *rows, int32_t rate, struct v_shop_home_product *out)
{
    size_t n = 0;
    int64_t last = 0;
    for (size_t i = 0; i < rows->n; i++) {
        const struct catalogue_shop_row *r = &rows->v[i];
        bool better = r->id != last || cycle_rank(r->cycle) < cycle_rank(out[n - 1].cycle);
        n += r->id != last;
        last = r->id;
        if (better)
            out[n - 1] = (struct v_shop_home_product){ r->slug, r->name, r->summary,
                                                       catalogue_shown(money_of(r->amount, rq->currency), rate), r->cycle,
                                                       catalogue_shown(money_of(r->setup, rq->currency), rate),
                                                       r->has_stock && r->stock == 0,
                                                       gate_clause(&rq->gate, CLAUSE_S7C) ? r->trial_days : 0 };
    }
    return n;
}

/* What fits a customer comes first, in the order that the rules give; the others follow as they were. */
static void fitting_first(const struct profiling_front *front, struct v_shop_home_product *v, size_t n)
{
    size_t done = 0;
    for (size_t k = 0; k < front->n_first; k++)
        for (size_t i = done; i < n; i++)
            if (str_eq(v[i].slug, front->first[k])) {
                struct v_shop_home_product fits = v[i];
                memmove(&v[done + 1], &v[done], (i - done) * sizeof *v);
                v[done++] = fits;
                break;
            }
}

/* As for everybody, unless a customer lets us conclude something about them. */
static st customise(struct rq *rq, struct v_shop_home *v, struct v_shop_home_product *products)
{
    struct profiling_front front;
    if (rq->actor.kind != ACTOR_CUSTOMER)
        return ST_OK;
    TRY(profiling_front(&rq->gate, rq->actor.person, &front));
    struct v_shop_home_looked *looked = NEWN(rq->arena, struct v_shop_home_looked, PROFILING_FRONT_LOOKS);
    if (!looked)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < front.n_looks; i++)
        looked[i] = (struct v_shop_home_looked){ front.looks[i].slug, front.looks[i].name };
    fitting_first(&front, products, v->products.n);
    v->fits = front.words;
    v->looked = (struct v_shop_home_looked_list){ looked, front.n_looks };
    return ST_OK;
}

st page_home(struct rq *rq)
{
    struct catalogue_shop_rows rows;
    TRY(catalogue_shop(rq->db, rq->arena, &(struct catalogue_shop_in){ .currency = rq->currency }, &rows));
    struct v_shop_home_product *v = NEWN(rq->arena, struct v_shop_home_product, rows.n + 1);
    if (!v)
        return ST_NO_MEMORY;
    int32_t rate;
    bool with_vat = catalogue_shown_vat(rq->config, date_london(rq->now), &rate);
    size_t n = cards(rq, &rows, rate, v);
    struct v_shop_home home = { .products = { v, n }, .with_vat = with_vat, .vat_rate = rate };
    TRY(customise(rq, &home, v));
    return show_shop_home(rq, 200, &home);
}

/* ---- one product ----------------------------------------------------------------------------------------------- */

struct showing {
    struct rq *rq;
    struct catalogue_product_row p;
    int32_t rate;
    struct v_shop_product_cycle cycles[CYCLES];
    size_t n_cycles;
    str cycle; /* the one that is chosen */
};

/* By its address; after a mistake in the form, by the product that was to be added. */
static st find(struct rq *rq, struct catalogue_product_row *p)
{
    int64_t id;
    if (rq->route->id == ROUTE_BASKET_ADD) {
        struct catalogue_by_uid_row row;
        TRY(catalogue_by_uid(rq->db, rq->arena, &(struct catalogue_by_uid_in){ rq_value(rq, "product")->id }, &row));
        id = row.id;
    } else {
        struct catalogue_by_slug_row row;
        TRY(catalogue_by_slug(rq->db, rq->arena, &(struct catalogue_by_slug_in){ rq_slug(rq, "slug") }, &row));
        id = row.id;
    }
    TRY(catalogue_product(rq->db, rq->arena, &(struct catalogue_product_in){ id }, p));
    if (str_eq(p->status, S("hidden")))
        return ST_NOT_FOUND;
    return str_eq(p->status, S("withdrawn")) ? ST_WITHDRAWN : ST_OK;
}

static str typed(struct rq *rq, const char *field)
{
    return rq->form && rq->form->id == FORM_BASKET_ADD ? rq_value(rq, field)->text : S("");
}

static st list_cycles(struct showing *s)
{
    struct rq *rq = s->rq;
    str wanted = typed(rq, "cycle");
    for (size_t i = 0; i < catalogue_cycles_n; i++) {
        struct catalogue_price_row price;
        st got = catalogue_price(rq->db, rq->arena, &(struct catalogue_price_in){
            .product = s->p.id, .currency = rq->currency, .cycle = catalogue_cycles[i] }, &price);
        if (got == ST_NOT_FOUND)
            continue;
        TRY(got);
        s->cycles[s->n_cycles++] = (struct v_shop_product_cycle){
            catalogue_cycles[i], catalogue_shown(money_of(price.amount, rq->currency), s->rate),
            catalogue_shown(money_of(price.setup, rq->currency), s->rate), str_eq(catalogue_cycles[i], wanted) };
    }
    bool chosen = false;
    for (size_t i = 0; i < s->n_cycles; i++) {
        chosen = chosen || s->cycles[i].chosen;
        if (s->cycles[i].chosen)
            s->cycle = s->cycles[i].value;
    }
    if (!chosen && s->n_cycles > 0) {
        s->cycles[0].chosen = true;
        s->cycle = s->cycles[0].value;
    }
    return ST_OK;
}

static void add_choice(struct showing *s, const struct catalogue_choices_row *r, const char *field,
                       struct v_shop_product_choice *out, bool first)
{
    struct rq *rq = s->rq;
    str value = str_fmt(rq->arena, "%.*s=%.*s", STR_ARG(r->code), STR_ARG(r->choice)), wanted = typed(rq, field);
    int64_t extra = r->amount != 0 ? r->amount : r->setup;
    *out = (struct v_shop_product_choice){ value, r->choice_label,
                                           catalogue_shown(money_of(extra, rq->currency), s->rate),
                                           str_empty(wanted) ? first : str_eq(wanted, value) };
}

static st list_options(struct showing *s, struct v_shop_product_option_list *out)
{
    static const char *const fields[CATALOGUE_OPTIONS] = { "option1", "option2", "option3", "option4", "option5", "option6" };
    struct rq *rq = s->rq;
    struct catalogue_choices_rows rows;
    TRY(catalogue_choices(rq->db, rq->arena, &(struct catalogue_choices_in){
        .product = s->p.id, .currency = rq->currency, .cycle = s->cycle }, &rows));
    struct v_shop_product_option *v = NEWN(rq->arena, struct v_shop_product_option, CATALOGUE_OPTIONS);
    struct v_shop_product_choice *choices = NEWN(rq->arena, struct v_shop_product_choice, rows.n + 1);
    if (!v || !choices)
        return ST_NO_MEMORY;
    size_t n = 0;
    for (size_t i = 0; i < rows.n; i++) {
        bool first = i == 0 || !str_eq(rows.v[i].code, rows.v[i - 1].code);
        if (first && n == CATALOGUE_OPTIONS)
            break;
        if (first) {
            v[n] = (struct v_shop_product_option){ str_c(fields[n]), rows.v[i].label, { &choices[i], 0 } };
            n++;
        }
        add_choice(s, &rows.v[i], fields[n - 1], &choices[i], first);
        v[n - 1].choices.n++;
    }
    *out = (struct v_shop_product_option_list){ v, n };
    return ST_OK;
}

static st paragraphs(struct rq *rq, str text, struct tpl_strs *out)
{
    str *v = NEWN(rq->arena, str, text.n / 2 + 1), line;
    size_t n = 0;
    if (!v)
        return ST_NO_MEMORY;
    while (str_next(&text, '\n', &line))
        if (!str_empty(str_trim(line)))
            v[n++] = line;
    *out = (struct tpl_strs){ v, n };
    return ST_OK;
}

static st show_product(struct rq *rq)
{
    struct showing s = { .rq = rq, .cycle = S("") };
    TRY(find(rq, &s.p));
    bool with_vat = catalogue_shown_vat(rq->config, date_london(rq->now), &s.rate);
    TRY(list_cycles(&s));
    struct form_view *f = web_form(rq, FORM_BASKET_ADD);
    if (!f)
        return ST_NO_MEMORY;
    web_form_fill(f, "quantity", S("1"));
    struct v_shop_product v = { .f = f, .id = s.p.uid, .name = s.p.name, .summary = s.p.summary,
                                .cycles = { s.cycles, s.n_cycles }, .asks_for = s.p.asks_for,
                                .stores_data = s.p.stores_data && gate_clause(&rq->gate, CLAUSE_S21),
                                .with_vat = with_vat, .vat_rate = s.rate, .sold_out = s.p.has_stock && s.p.stock == 0,
                                .left = s.p.has_stock && s.p.stock <= FEW_LEFT ? s.p.stock : 0,
                                .most = s.p.has_max_order ? s.p.max_order : 0,
                                .trial_days = gate_clause(&rq->gate, CLAUSE_S7C) ? s.p.trial_days : 0 };
    TRY(list_options(&s, &v.options));
    TRY(paragraphs(rq, s.p.description, &v.paragraphs));
    return show_shop_product(rq, 200, &v);
}

/* Whatever came of it: the page is shown. */
static st told(struct rq *rq, st result, const void *out)
{
    (void)result;
    (void)out;
    return show_product(rq);
}

/* Who agreed that it is remembered is told apart here; for everybody else the page only reads. */
st page_product(struct rq *rq)
{
    struct catalogue_product_row p;
    bool tell;
    if (rq->method != GET || rq->actor.kind != ACTOR_CUSTOMER)
        return show_product(rq);
    TRY(find(rq, &p));
    TRY(profiling_worth_telling(&rq->gate, rq->actor.person, p.slug, date_london(rq->now), &tell));
    if (!tell)
        return show_product(rq);
    return rq_command(rq, CMD_PROFILING_LOOK, &(struct profiling_look_in){ .product = p.uid }, told);
}

/* ---- currency -------------------------------------------------------------------------------------------------- */

static st currency_set(struct rq *rq, st result, const void *out)
{
    (void)out;
    TRY(result);
    return rq_redirect(rq, url_home(rq->arena));
}

/* The choice is remembered in a cookie, and with the session when there is one. */
st page_currency(struct rq *rq)
{
    str currency = rq->values[FORM_CURRENCY_CURRENCY].value;
    TRY(rq_set_cookie(rq, COOKIE_CURRENCY, currency));
    if (rq->actor.session == 0 || (rq->actor.kind != ACTOR_VISITOR && rq->actor.kind != ACTOR_CUSTOMER))
        return rq_redirect(rq, url_home(rq->arena));
    return rq_command(rq, CMD_PERSON_CURRENCY, &(struct person_currency_in){ .currency = currency }, currency_set);
}
