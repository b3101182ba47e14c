/* An invoice as a file, and crediting it: first looked at, line by line and rate by rate, then issued. */
#include "invoice.h"
#include "money.h"
#include "page.h"
#include "paper_web.h"
#include "staff.h"
#include "staff_sql.h"
#include "str.h"

/* The amount that was typed, in the invoice's currency; 0 when nothing was. */
static st asked(struct rq *rq, str currency, int64_t *gross)
{
    str typed = rq->form ? rq_value(rq, "amount")->value : S("");
    money m;
    *gross = 0;
    if (str_empty(typed))
        return ST_OK;
    TRY(money_parse(typed, currency, &m));
    *gross = m.minor;
    return m.minor > 0 ? ST_OK : ST_INVALID;
}

static st split_of(struct rq *rq, const struct invoice_preview *p, struct v_staff_note *v)
{
    struct v_staff_split_row *rows = NEWN(rq->arena, struct v_staff_split_row, p->n + 1);
    if (!rows)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < p->n; i++)
        rows[i] = (struct v_staff_split_row){
            .description = p->lines[i].description, .rate = (int32_t)p->lines[i].rate_bp,
            .net = money_of(p->lines[i].part.net, p->currency), .vat = money_of(p->lines[i].part.vat, p->currency),
        };
    v->rows = (struct v_staff_split_row_list){ rows, p->n };
    v->net = money_of(p->net, p->currency);
    v->vat = money_of(p->vat, p->currency);
    v->gross = money_of(p->gross, p->currency);
    return ST_OK;
}

st page_staff_invoice_pdf(struct rq *rq)
{
    const struct staff_invoice_get_row *i = rq->object;
    return paper_send_pdf(rq, i->id);
}

st page_staff_invoice_ubl(struct rq *rq)
{
    const struct staff_invoice_get_row *i = rq->object;
    return paper_send_ubl(rq, i->id);
}

/* Shown as a question, as the split it would come to, or again with what was wrong. */
st page_staff_note(struct rq *rq)
{
    const struct staff_invoice_get_row *i = rq->object;
    if (!str_eq(i->kind, S("invoice")) || !i->number.p || i->taken_back == i->gross)
        return ST_NOT_FOUND;
    int64_t left = i->gross - i->taken_back, gross = 0;
    struct v_staff_note v = { .id = i->uid, .number = i->number, .left = money_of(left, i->currency) };
    struct invoice_preview p = { 0 };
    bool fits = asked(rq, i->currency, &gross) == ST_OK && gross <= left;
    if (!fits)
        rq_field_error(rq, "amount", "err.credit_too_much");
    else if (gross > 0) {
        TRY(invoice_credit_preview(rq->db, rq->arena, i->id, gross, &p));
        TRY(split_of(rq, &p, &v));
    }
    struct form_view *ask = web_form(rq, FORM_STAFF_NOTE_ASK), *f = web_form(rq, FORM_STAFF_NOTE);
    if (!ask || !f)
        return ST_NO_MEMORY;
    if (gross > 0) {
        web_form_fill(f, "amount", rq_value(rq, "amount")->value);
        web_form_fill(f, "reason", rq_value(rq, "reason")->value);
    } else if (fits) {
        web_form_fill(ask, "amount", money_plain(rq->arena, v.left));
    }
    v.ask = ask;
    v.f = f;
    return show_staff_note(rq, fits ? 200 : 422, &v);
}

static st to_note(struct rq *rq, st result, const void *out)
{
    const struct invoice_credit_out *made = out;
    TRY(result);
    return rq_redirect(rq, url_staff_invoice(rq->arena, made->note));
}

st page_staff_note_do(struct rq *rq)
{
    const struct staff_invoice_get_row *i = rq->object;
    int64_t gross;
    if (asked(rq, i->currency, &gross) != ST_OK) {
        rq_field_error(rq, "amount", "err.money");
        return ST_INVALID;
    }
    return rq_command(rq, CMD_INVOICE_CREDIT,
                      &(struct invoice_credit_in){ .invoice = i->uid, .amount = gross, .reason = rq_value(rq, "reason")->value },
                      to_note);
}
