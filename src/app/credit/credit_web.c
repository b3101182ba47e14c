/* The pages of account credit: a customer's own, "use credit" on an invoice, and what staff give. */
#include "credit.h"
#include "credit_html.h"
#include "credit_page_sql.h"
#include "money.h"
#include "page.h"
#include "staff.h"
#include "str.h"

static st balances_of(struct rq *rq, int64_t person, struct v_credit_left_list *out)
{
    struct credit_page_balances_rows rows;
    TRY(credit_page_balances(rq->db, rq->arena, &(struct credit_page_balances_in){ .person = person }, &rows));
    struct v_credit_left *v = NEWN(rq->arena, struct v_credit_left, rows.n + 1);
    if (!v)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < rows.n; i++)
        v[i] = (struct v_credit_left){ money_of(rows.v[i].balance, rows.v[i].currency) };
    *out = (struct v_credit_left_list){ v, rows.n };
    return ST_OK;
}

static st movements_of(struct rq *rq, int64_t person, int64_t before, struct v_credit_row_list *out, int64_t *next)
{
    struct credit_page_list_rows rows;
    TRY(credit_page_list(rq->db, rq->arena, &(struct credit_page_list_in){ .person = person, .before = before }, &rows));
    struct v_credit_row *v = NEWN(rq->arena, struct v_credit_row, rows.n + 1);
    if (!v)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < rows.n; i++) {
        const struct credit_page_list_row *r = &rows.v[i];
        v[i] = (struct v_credit_row){ .at = r->made_at, .reason = r->reason, .amount = money_of(r->amount, r->currency),
                                      .left = money_of(r->balance, r->currency), .invoice = r->invoice_uid,
                                      .has_invoice = !uid_zero(r->invoice_uid), .number = r->number };
    }
    *out = (struct v_credit_row_list){ v, rows.n };
    *next = rows.more ? rows.v[rows.n - 1].id : 0;
    return ST_OK;
}

st page_credit(struct rq *rq)
{
    const struct form_value *before = rq->form ? rq_value(rq, "before") : NULL;
    struct v_credit_show v = { .email = rq->config->company.email };
    TRY(balances_of(rq, rq->actor.person, &v.left));
    TRY(movements_of(rq, rq->actor.person, before && before->number > 0 ? before->number : INT64_MAX, &v.rows, &v.before));
    return show_credit_show(rq, 200, &v);
}

static st to_invoice(struct rq *rq, st result, const void *out)
{
    (void)out;
    TRY(result);
    return rq_redirect(rq, url_invoice_show(rq->arena, rq_uid(rq, "id")));
}

st page_invoice_credit(struct rq *rq)
{
    return rq_command(rq, CMD_CREDIT_USE, &(struct credit_use_in){ .invoice = rq_uid(rq, "id") }, to_invoice);
}

/* ---- staff ----------------------------------------------------------------------------------------------------- */

st guard_credit_person(struct rq *rq)
{
    struct credit_page_person_row *row = NEW(rq->arena, struct credit_page_person_row);
    rq->object = row;
    return row ? credit_page_person(rq->db, rq->arena, &(struct credit_page_person_in){ .uid = rq_uid(rq, "id") }, row)
               : ST_NO_MEMORY;
}

static st currencies_of(struct rq *rq, struct form_view *f)
{
    const struct str_list *all = &rq->config->shop.currencies;
    struct form_choice *v = NEWN(rq->arena, struct form_choice, all->n + 1);
    if (!v)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < all->n; i++)
        v[i] = (struct form_choice){ all->v[i], all->v[i] };
    f->currencies = v;
    f->n_currencies = all->n;
    return ST_OK;
}

st page_staff_credit(struct rq *rq)
{
    const struct credit_page_person_row *p = rq->object;
    struct form_view *f = web_form(rq, FORM_STAFF_CREDIT);
    struct v_staff_credit v = { .id = p->uid, .f = f };
    int64_t next;
    if (!f)
        return ST_NO_MEMORY;
    TRY(currencies_of(rq, f));
    web_form_fill(f, "act", S("add"));
    web_form_fill(f, "currency", p->currency);
    TRY(staff_open(rq, COL_person_full_name, p->uid, p->full_name, &v.name));
    TRY(balances_of(rq, p->id, &v.left));
    TRY(movements_of(rq, p->id, INT64_MAX, &v.rows, &next));
    return show_staff_credit(rq, 200, &v);
}

static st to_person(struct rq *rq, st result, const void *out)
{
    (void)out;
    TRY(result);
    return rq_redirect(rq, url_staff_credit(rq->arena, rq_uid(rq, "id")));
}

st page_staff_credit_grant(struct rq *rq)
{
    money amount;
    str currency = rq_value(rq, "currency")->value;
    if (money_parse(rq_value(rq, "amount")->value, currency, &amount) != ST_OK) {
        rq_field_error(rq, "amount", "err.money");
        return ST_INVALID;
    }
    struct credit_grant_in in = { .person = rq_uid(rq, "id"), .currency = currency, .amount = amount.minor,
                                  .take = str_eq(rq_value(rq, "act")->value, S("take")), .reason = rq_value(rq, "reason")->value };
    return rq_command(rq, CMD_CREDIT_GRANT, &in, to_person);
}
