/* Invoices for those they are made out to: the list, one as it is printed, and paying it. */
#include "credit.h"
#include "invoice.h"
#include "invoice_html.h"
#include "invoice_page_sql.h"
#include "money.h"
#include "page.h"
#include "paper.h"
#include "payment.h"
#include "statement.h"
#include "str.h"
#include "web.h"

st page_invoices(struct rq *rq)
{
    const struct form_value *before = rq->form ? rq_value(rq, "before") : NULL;
    struct invoice_page_list_rows rows;
    TRY(invoice_page_list(rq->db, rq->arena,
                          &(struct invoice_page_list_in){
                              .person = rq->actor.person,
                              .before = before && before->number > 0 ? before->number : INT64_MAX,
                          },
                          &rows));
    struct v_invoice_row *list = NEWN(rq->arena, struct v_invoice_row, rows.n + 1);
    if (!list)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < rows.n; i++)
        list[i] = (struct v_invoice_row){
            .id = rows.v[i].uid, .number = rows.v[i].number, .created = rows.v[i].created_at,
            .due = str_eq(rows.v[i].status, S("issued")) ? DATE_NONE : rows.v[i].due_on, /* nothing is due for a credit note */
            .gross = money_of(rows.v[i].gross, rows.v[i].currency), .status = rows.v[i].status,
        };
    return show_invoices_list(rq, 200,
                              &(struct v_invoices_list){
                                  .rows = { list, rows.n }, .before = rows.more ? rows.v[rows.n - 1].id : 0,
                              });
}

st guard_invoice_own(struct rq *rq)
{
    struct invoice_page_get_row *row = NEW(rq->arena, struct invoice_page_get_row);
    rq->object = row;
    return row ? invoice_page_get(rq->db, rq->arena,
                                  &(struct invoice_page_get_in){ .uid = rq_uid(rq, "id"), .person = rq->actor.person }, row)
               : ST_NO_MEMORY;
}

/* ---- the paper */

static struct tpl_strs strs(struct paper_lines l)
{
    return (struct tpl_strs){ l.v, l.n };
}

static st goods_of(struct rq *rq, const struct paper *p, struct v_invoice_doc *d)
{
    struct v_invoice_line *lines = NEWN(rq->arena, struct v_invoice_line, p->n_lines + 1);
    struct v_invoice_rate *rates = NEWN(rq->arena, struct v_invoice_rate, p->n_rates + 1);
    if (!lines || !rates)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < p->n_lines; i++) {
        const struct paper_line *l = &p->lines[i];
        lines[i] = (struct v_invoice_line){ .description = l->description, .hostname = l->hostname, .from = l->from, .to = l->to,
                                            .quantity = l->quantity, .unit = l->unit, .net = l->net, .vat_rate = l->rate_bp,
                                            .vat = l->vat, .discount = l->discount };
    }
    for (size_t i = 0; i < p->n_rates; i++)
        rates[i] = (struct v_invoice_rate){ p->rates[i].rate_bp, p->rates[i].net, p->rates[i].vat };
    d->lines = (struct v_invoice_line_list){ lines, p->n_lines };
    d->rates = (struct v_invoice_rate_list){ rates, p->n_rates };
    return ST_OK;
}

static st doc_of(struct rq *rq, const struct paper *p, struct v_invoice_doc *d)
{
    *d = (struct v_invoice_doc){
        .id = p->uid, .status = p->status, .number = p->number, .issued = p->issued, .tax_point = p->tax_point, .due = p->due,
        .created = p->created, .seller_name = p->seller.name, .seller_address = strs(p->seller.address),
        .seller_number = p->seller.number, .seller_vat = p->seller.vat_number, .seller_email = p->seller.email,
        .party_name = p->party.name, .party_company = p->party.company, .party_address = strs(p->party.address),
        .party_vat = p->party.vat_number, .reference = p->reference, .net = p->net, .vat = p->vat, .gross = p->gross,
        .credited = p->credit, .to_pay = p->to_pay, .vat_shown = p->vat_shown, .note = p->note, .vat_gbp = p->vat_gbp,
        .sterling_shown = p->sterling_shown, .gbp_rate = p->gbp_rate, .currency = p->currency, .vat_pending = p->vat_pending,
        .is_note = p->kind == PAPER_CREDIT_NOTE, .credits = p->credits, .credits_number = p->credits_number,
        .reason = p->reason, .voided = p->voided,
    };
    return goods_of(rq, p, d);
}

/* ---- the page */

static st payments_of(struct rq *rq, int64_t invoice, struct v_invoice_payment_list *out, bool *open)
{
    struct invoice_page_payments_rows rows;
    TRY(invoice_page_payments(rq->db, rq->arena, &(struct invoice_page_payments_in){ .invoice = invoice }, &rows));
    struct v_invoice_payment *v = NEWN(rq->arena, struct v_invoice_payment, rows.n + 1);
    if (!v)
        return ST_NO_MEMORY;
    *open = false;
    for (size_t k = 0; k < rows.n; k++) {
        v[k] = (struct v_invoice_payment){
            .id = rows.v[k].uid, .status = rows.v[k].status, .at = rows.v[k].created_at,
            .amount = money_of(rows.v[k].amount, rows.v[k].currency),
            .gateway = text_named(rq->language, str_cat(rq->arena, S("gateway."), rows.v[k].gateway)),
        };
        *open = *open || str_eq(rows.v[k].status, S("pending")) || str_eq(rows.v[k].status, S("review"));
    }
    *out = (struct v_invoice_payment_list){ v, rows.n };
    return ST_OK;
}

static st notes_of(struct rq *rq, int64_t invoice, struct v_invoice_note_list *out)
{
    struct invoice_page_notes_rows rows;
    TRY(invoice_page_notes(rq->db, rq->arena, &(struct invoice_page_notes_in){ .invoice = invoice }, &rows));
    struct v_invoice_note *v = NEWN(rq->arena, struct v_invoice_note, rows.n + 1);
    if (!v)
        return ST_NO_MEMORY;
    for (size_t k = 0; k < rows.n; k++)
        v[k] = (struct v_invoice_note){ .id = rows.v[k].uid, .number = rows.v[k].number, .on = rows.v[k].issued_on,
                                        .gross = money_of(rows.v[k].gross, rows.v[k].currency) };
    *out = (struct v_invoice_note_list){ v, rows.n };
    return ST_OK;
}

/* What a gateway is told: from its own list of fields, in the statement's words. */
static st told_to(struct rq *rq, const struct gateway *gateway, str *words)
{
    struct out o;
    out_init(&o, rq->arena, 1024);
    for (size_t i = 0; i < gateway->n_fields; i++) {
        struct statement_column c;
        if (!statement_column(rq->gate.statement, gateway->fields[i], &c))
            continue;
        if (o.n)
            out_str(&o, S(", "));
        out_str(&o, c.field_title);
    }
    *words = out_view(&o);
    return out_st(&o);
}

/* What the customer could use of their account credit. */
static st credit_of(struct rq *rq, const struct invoice_page_get_row *i, struct v_invoice_show *v)
{
    TRY(credit_balance(rq->db, rq->arena, i->person_id, i->currency, &v->credit));
    v->credit_covers = v->credit.minor >= v->d.to_pay.minor;
    v->credit_use = v->credit_covers ? v->d.to_pay : v->credit;
    return ST_OK;
}

/* One way to pay for each gateway that is offered: who takes the payment, and what they are told. */
static st ways_of(struct rq *rq, struct v_invoice_show *v)
{
    const struct str_list *names = &rq->config->shop.gateways;
    struct v_invoice_way *ways = NEWN(rq->arena, struct v_invoice_way, names->n + 1);
    if (!ways)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < names->n; i++) {
        const struct gateway *gateway;
        TRY(gateway_offered(rq->config, names->v[i], &gateway));
        ways[i].title = text_named(rq->language, str_fmt(rq->arena, "gateway.%s", gateway->name));
        if (gateway->n_fields)
            ways[i].who = statement_recipient_words(rq->gate.statement, gateway->recipient);
        TRY(told_to(rq, gateway, &ways[i].gets));
        struct form_view *form = web_form(rq, FORM_PAY);
        if (!form)
            return ST_NO_MEMORY;
        web_form_fill(form, "gateway", names->v[i]);
        ways[i].form = form;
        ways[i].saves = payment_saves(&rq->gate, gateway);
    }
    v->ways = (struct v_invoice_way_list){ ways, names->n };
    v->choice = names->n > 1;
    return ST_OK;
}

st page_invoice_show(struct rq *rq)
{
    const struct invoice_page_get_row *i = rq->object;
    struct v_invoice_show v = { .csrf = rq->csrf };
    bool open, payable = false;
    struct paper paper;
    TRY(paper_load(&rq->gate, rq->config, i->id, &paper));
    TRY(doc_of(rq, &paper, &v.d));
    TRY(payments_of(rq, i->id, &v.payments, &open));
    TRY(notes_of(rq, i->id, &v.notes));
    bool unpaid = str_eq(i->status, S("unpaid"));
    if (unpaid) {
        TRY(credit_of(rq, i, &v));
        TRY(invoice_payable(rq->db, rq->arena, i->id, &payable));
    }
    v.waits = unpaid && open;
    bool goes_on = str_eq(i->order_status, S("pending")) || str_eq(i->order_status, S("active"));
    v.held = unpaid && !payable && !v.d.vat_pending;
    v.payable = payable && !open && goes_on;
    if (v.payable)
        TRY(ways_of(rq, &v));
    return show_invoice_show(rq, 200, &v);
}

static st to_gateway(struct rq *rq, st result, const void *out)
{
    const struct payment_start_out *started = out;
    TRY(result);
    return rq_redirect_out(rq, started->redirect);
}

st page_invoice_pay(struct rq *rq)
{
    const struct invoice_page_get_row *i = rq->object;
    return rq_command(rq, CMD_PAYMENT_START,
                      &(struct payment_start_in){ .invoice = i->uid, .gateway = rq_value(rq, "gateway")->value,
                                                   .save = rq_value(rq, "save")->number != 0 }, to_gateway);
}
