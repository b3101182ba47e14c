/* Invoices for those they are made out to: the list, one as it is printed, and paying it. */
#include "credit.h"
#include "invoice_html.h"
#include "invoice_page_sql.h"
#include "money.h"
#include "page.h"
#include "payment.h"
#include "statement.h"
#include "str.h"
#include "web.h"

#define LINES_MAX 12 /* of an address or a seller */

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
            .id = rows.v[i].uid, .number = rows.v[i].number, .created = rows.v[i].created_at, .due = rows.v[i].due_on,
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

static st lines_of(struct rq *rq, str text, struct tpl_strs *out)
{
    str line, *v = NEWN(rq->arena, str, LINES_MAX);
    size_t n = 0;
    if (!v)
        return ST_NO_MEMORY;
    while (n < LINES_MAX && str_next(&text, '\n', &line))
        v[n++] = line;
    *out = (struct tpl_strs){ v, n };
    return ST_OK;
}

/* The seller as it was frozen (draft.c): name, address, then numbers named in words. */
static st seller_of(struct rq *rq, str frozen, struct v_invoice_doc *d)
{
    struct tpl_strs all;
    TRY(lines_of(rq, frozen, &all));
    str *address = NEWN(rq->arena, str, LINES_MAX);
    size_t n = 0;
    if (!address)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < all.n; i++) {
        str line = all.v[i], company = S("Company number "), vat = S("VAT number ");
        if (i == 0)
            d->seller_name = line;
        else if (str_starts(line, company))
            d->seller_number = str_sub(line, company.n, line.n);
        else if (str_starts(line, vat))
            d->seller_vat = str_sub(line, vat.n, line.n);
        else
            address[n++] = line;
    }
    d->seller_address = (struct tpl_strs){ address, n };
    d->seller_email = rq->config->company.email;
    return ST_OK;
}

static st party_of(struct rq *rq, const struct invoice_page_get_row *i, struct v_invoice_doc *d)
{
    str address;
    struct gate *g = &rq->gate;
    TRY(gate_use(g, COL_invoice_party_name, PURPOSE_BILLING, i->uid, i->party_name, &d->party_name));
    TRY(gate_use(g, COL_invoice_party_company, PURPOSE_BILLING, i->uid, i->party_company, &d->party_company));
    TRY(gate_use(g, COL_invoice_party_vat_number, PURPOSE_BILLING, i->uid, i->party_vat_number, &d->party_vat));
    TRY(gate_use(g, COL_invoice_party_address, PURPOSE_BILLING, i->uid, i->party_address, &address));
    TRY(gate_use(g, COL_orders_reference, PURPOSE_CONTRACT, i->order_uid, i->reference, &d->reference));
    return lines_of(rq, address, &d->party_address);
}

/* VAT by rate: one row each, in the order in which rates first appear. */
static st add_rate(struct v_invoice_rate *rates, size_t *n, const struct invoice_page_lines_row *l, str currency)
{
    size_t i = 0;
    while (i < *n && rates[i].vat_rate != l->rate_bp)
        i++;
    if (i == *n)
        rates[(*n)++] = (struct v_invoice_rate){ l->rate_bp, money_of(0, currency), money_of(0, currency) };
    TRY(money_add(rates[i].net, money_of(l->net, currency), &rates[i].net));
    return money_add(rates[i].vat, money_of(l->vat, currency), &rates[i].vat);
}

static st goods_of(struct rq *rq, const struct invoice_page_get_row *i, struct v_invoice_doc *d)
{
    struct invoice_page_lines_rows rows;
    TRY(invoice_page_lines(rq->db, rq->arena, &(struct invoice_page_lines_in){ .invoice = i->id }, &rows));
    struct v_invoice_line *lines = NEWN(rq->arena, struct v_invoice_line, rows.n + 1);
    struct v_invoice_rate *rates = NEWN(rq->arena, struct v_invoice_rate, rows.n + 1);
    size_t n_rates = 0;
    if (!lines || !rates)
        return ST_NO_MEMORY;
    for (size_t k = 0; k < rows.n; k++) {
        const struct invoice_page_lines_row *l = &rows.v[k];
        lines[k] = (struct v_invoice_line){
            .description = l->description, .from = l->period_from, .to = l->period_to, .quantity = l->quantity,
            .unit = money_of(l->unit_net, i->currency), .net = money_of(l->net, i->currency), .vat_rate = l->rate_bp,
            .vat = money_of(l->vat, i->currency), .discount = money_of(l->discount, i->currency),
        };
        TRY(gate_use(&rq->gate, COL_invoice_line_hostname, PURPOSE_BILLING, l->uid, l->hostname, &lines[k].hostname));
        TRY(add_rate(rates, &n_rates, l, i->currency));
    }
    d->lines = (struct v_invoice_line_list){ lines, rows.n };
    d->rates = (struct v_invoice_rate_list){ rates, n_rates };
    return ST_OK;
}

/* LAW: VAT Regs 1995 reg 14(1): everything a full invoice shows; reg 14(1)(o) for the words of the reverse charge. */
static st paper_of(struct rq *rq, const struct invoice_page_get_row *i, struct v_invoice_doc *d)
{
    bool charged = str_eq(i->treatment, S("domestic")) || str_eq(i->treatment, S("oss"));
    *d = (struct v_invoice_doc){
        .id = i->uid, .status = i->status, .number = i->number, .issued = i->issued_on, .tax_point = i->tax_point,
        .due = i->due_on, .created = i->created_at, .net = money_of(i->net, i->currency), .vat = money_of(i->vat, i->currency),
        .gross = money_of(i->gross, i->currency), .credited = money_of(i->credited, i->currency), .vat_shown = charged,
        .note = i->note,
        .vat_gbp = money_of(i->vat_gbp, S("GBP")), .sterling_shown = charged && !str_eq(i->currency, S("GBP")),
        .gbp_rate = i->gbp_rate, .vat_pending = str_eq(i->treatment, S("pending")),
        .is_note = str_eq(i->kind, S("credit_note")), .credits = i->credits_uid, .credits_number = i->credits_number,
        .reason = i->reason, .voided = i->voided_at.s != UTC_NONE.s,
    };
    TRY(invoice_due(rq->db, rq->arena, i->id, &d->to_pay));
    TRY(seller_of(rq, i->seller, d));
    TRY(party_of(rq, i, d));
    return goods_of(rq, i, d);
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
    bool open;
    TRY(paper_of(rq, i, &v.d));
    TRY(payments_of(rq, i->id, &v.payments, &open));
    TRY(notes_of(rq, i->id, &v.notes));
    TRY(credit_of(rq, i, &v));
    bool unpaid = str_eq(i->status, S("unpaid"));
    v.waits = unpaid && open;
    v.payable = unpaid && !open && !v.d.vat_pending && str_eq(i->order_status, S("pending"));
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
