/* Payments that wait for somebody's decision, with what was expected beside what came. */
#include "money.h"
#include "page.h"
#include "staff.h"
#include "staff_sql.h"
#include "str.h"

static st review_of(struct rq *rq, const struct staff_review_page_row *r, bool resolved, struct v_staff_review_row *v)
{
    *v = (struct v_staff_review_row){
        .id = r->uid,
        .outcome = r->outcome,
        .gateway = r->gateway,
        .kind = r->kind,
        .reference = r->reference,
        .amount = money_of(r->amount, r->currency),
        .reason = text_named(rq->language, r->reason),
        .resolution = r->resolution,
        .at = r->received_at,
        .known = r->has_payment_amount,
        .invoice = r->invoice_uid,
        .invoice_number = r->invoice_number,
    };
    if (v->known)
        v->expected = money_of(r->payment_amount, r->payment_currency);
    if (resolved)
        return ST_OK;
    v->form = web_form(rq, FORM_STAFF_REVIEW);
    return v->form ? ST_OK : ST_NO_MEMORY;
}

st page_staff_reviews(struct rq *rq)
{
    static const char *const known[] = { "review", "resolved" };
    struct v_staff_reviews v = { .status = staff_status(rq, known, COUNT(known)) };
    v.resolved = str_eq(v.status, S("resolved"));
    int64_t after = staff_before(rq) == STAFF_NEWEST ? 0 : staff_before(rq);
    struct staff_review_page_rows rows;
    TRY(staff_review_page(rq->db, rq->arena,
                          &(struct staff_review_page_in){ v.resolved ? S("resolved") : S("review"), after }, &rows));
    struct v_staff_review_row *list = NEWN(rq->arena, struct v_staff_review_row, rows.n + 1);
    if (!list)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < rows.n; i++)
        TRY(review_of(rq, &rows.v[i], v.resolved, &list[i]));
    v.rows = (struct v_staff_review_row_list){ list, rows.n };
    v.next = rows.more ? rows.v[rows.n - 1].id : 0;
    TRY(staff_disputes(rq, &v.disputes));
    return show_staff_reviews(rq, 200, &v);
}
