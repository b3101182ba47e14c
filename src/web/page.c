/* The layout around a page, and the forms on it. */
#include "page.h"

#include "layout_html.h"
#include "log.h"
#include "statement.h"

#define PAGE_MOST (1024 * 1024)
#define PAGE_USUAL 12000 /* bytes that most pages have inside their layout */
#define LAYOUT_USUAL 4096

/* ---- forms */

static str recipients_of(struct rq *rq, enum column_id col)
{
    const struct statement *s = rq->gate.statement;
    struct statement_column c;
    struct out o;
    out_init(&o, rq->arena, 2048);
    if (!statement_column(s, col, &c))
        return S("");
    for (unsigned r = 0; r < 64; r++) {
        if (!(c.recipients >> r & 1))
            continue;
        if (out_view(&o).n)
            out_str(&o, S(", "));
        out_str(&o, statement_recipient_words(s, (enum recipient)r));
    }
    return out_view(&o);
}

static void why_of(struct rq *rq, const struct form *form, const struct field *f, struct field_why *why)
{
    const struct statement *s = rq->gate.statement;
    struct statement_column c;
    if (!f->personal)
        return;
    why->why = statement_why(s, f->col, form->point);
    why->recipients = recipients_of(rq, f->col);
    if (statement_column(s, f->col, &c))
        why->kept = c.ends;
}

/* The web's own copy of the values is what a page may fill, so the view holds it writable beside itself. */
struct form_page {
    struct form_view view;
    struct form_value *typed;
    bool again; /* what was typed is shown again */
};

struct form_view *web_form(struct rq *rq, enum form_id id)
{
    const struct form *form = &forms[id];
    struct form_page *p = NEW(rq->arena, struct form_page);
    struct field_why *why = NEWN(rq->arena, struct field_why, form->n + 1);
    struct form_value *typed = rq_form(rq, id);
    if (!p || !why || !typed)
        return NULL;
    for (size_t i = 0; i < form->n; i++)
        why_of(rq, form, &form->fields[i], &why[i]);
    p->typed = typed;
    p->again = rq->form == form && rq->method == POST;
    p->view = (struct form_view){ .form = form, .values = typed, .why = why, .csrf = rq->csrf };
    return &p->view;
}

static struct form_value *blank(struct form_view *v, const char *field)
{
    struct form_page *p = (struct form_page *)v; /* view is its first member */
    for (size_t i = 0; !p->again && i < v->form->n; i++)
        if (str_eq(str_c(v->form->fields[i].name), str_c(field)))
            return &p->typed[i];
    return NULL;
}

void web_form_fill(struct form_view *v, const char *field, str value)
{
    struct form_value *f = blank(v, field);
    if (f)
        f->text = value;
}

void web_form_tick(struct form_view *v, const char *field, bool on)
{
    struct form_value *f = blank(v, field);
    bool consent = f && v->form->fields[f - v->values].consent;
    if (consent && on)
        IGNORE(log_bug(__FILE__, __LINE__, "nobody but the person ticks a box that agrees to something"));
    else if (f)
        f->number = on;
}

/* ---- the layout */

/* "/services/…" -> "services", "/account/data" -> "data", "/staff/orders" -> "orders", "/" -> "home". */
static str here_of(str path)
{
    str part, here = S("home"), rest = str_sub(path, 1, path.n);
    if (str_next(&rest, '/', &part) && part.n)
        here = part;
    if ((str_eq(here, S("account")) || str_eq(here, S("staff"))) && str_next(&rest, '/', &part) && part.n)
        here = part;
    return here;
}

static str who_of(const struct rq *rq)
{
    if (rq->actor.kind == ACTOR_STAFF)
        return S("staff");
    return rq->actor.kind == ACTOR_CUSTOMER ? S("customer") : S("visitor");
}

static struct v_option_list currencies_of(struct rq *rq)
{
    const struct str_list *c = &rq->config->shop.currencies;
    struct v_option *v = NEWN(rq->arena, struct v_option, c->n + 1);
    if (!v || c->n < 2 || !gate_clause(&rq->gate, CLAUSE_S5A))
        return (struct v_option_list){ 0 };
    for (size_t i = 0; i < c->n; i++)
        v[i] = (struct v_option){ c->v[i], c->v[i], str_eq(c->v[i], rq->currency) };
    return (struct v_option_list){ v, c->n };
}

static str trouble_word(st trouble)
{
    if (trouble == ST_OK)
        return S("none");
    return trouble == ST_READ_ONLY ? S("read_only") : trouble == ST_FULL ? S("full") : S("away");
}

void web_page_begin(struct rq *rq, struct out *title, struct out *body)
{
    out_init(title, rq->arena, 4096);
    out_init(body, rq->arena, PAGE_MOST);
    out_reserve(body, PAGE_USUAL);
}

st web_page_end(struct rq *rq, int status, struct out *title, struct out *body)
{
    const struct config *c = rq->config;
    struct out whole;
    utc since;
    st trouble = web_trouble(rq->web, &since);
    TRY(out_st(title));
    TRY(out_st(body));
    out_init(&whole, rq->arena, PAGE_MOST);
    out_reserve(&whole, out_view(body).n + LAYOUT_USUAL);
    t_layout(&whole, &(struct v_layout){
                         .title = out_view(title),
                         .body = tpl_html_of(body),
                         .company = { c->company.name, c->company.address, c->company.number, c->company.vat_number,
                                      c->company.email, c->company.telephone },
                         .who = who_of(rq),
                         .here = here_of(rq->path),
                         .bank = gate_clause(&rq->gate, CLAUSE_S12D),
                         .news = gate_clause(&rq->gate, CLAUSE_S10),
                         .trial = c->trial.enabled,
                         .trouble = trouble_word(trouble),
                         .since = since,
                         .currencies = currencies_of(rq),
                         .csrf = rq->csrf,
                         .language = str_c(language_names[rq->language]),
                     });
    TRY(out_st(&whole));
    return rq_html(rq, status, out_view(&whole));
}
