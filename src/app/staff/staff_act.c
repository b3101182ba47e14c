/* What staff can do: each is one command; the page it was done from is shown again with the outcome in its timeline. */
#include "codec.h"
#include "money.h"
#include "staff.h"
#include "staff_sql.h"
#include "str.h"

static st back_to_order(struct rq *rq, st result, const void *out)
{
    (void)out;
    const struct staff_order_get_row *o = rq->object;
    TRY(result);
    return rq_redirect(rq, url_staff_order(rq->arena, o->uid));
}

st page_staff_order_cancel(struct rq *rq)
{
    const struct staff_order_get_row *o = rq->object;
    return rq_command(rq, CMD_ORDER_CANCEL, &(struct order_cancel_in){ .order = o->uid }, back_to_order);
}

/* Article 18(1)(b) of Regulation 282/2011: a number may be confirmed by other proof; who did, and how, is kept with the check. */
st page_staff_vat_confirm(struct rq *rq)
{
    const struct staff_order_get_row *o = rq->object;
    return rq_command(rq, CMD_VAT_CHECKED,
                      &(struct vat_checked_in){
                          .order = o->id,
                          .result = rq_value(rq, "result")->value,
                          .service = S("staff"),
                          .reference = rq_value(rq, "evidence")->value,
                          .name_match = S("not_given"),
                      },
                      back_to_order);
}

static st back_to_invoice(struct rq *rq, st result, const void *out)
{
    (void)out;
    const struct staff_invoice_get_row *i = rq->object;
    TRY(result);
    return rq_redirect(rq, url_staff_invoice(rq->arena, i->uid));
}

st page_staff_invoice_cancel(struct rq *rq)
{
    const struct staff_invoice_get_row *i = rq->object;
    return rq_command(rq, CMD_INVOICE_CANCEL,
                      &(struct invoice_cancel_in){ .invoice = i->uid, .reason = rq_value(rq, "reason")->value }, back_to_invoice);
}

st page_staff_invoice_issue(struct rq *rq)
{
    const struct staff_invoice_get_row *i = rq->object;
    return rq_command(rq, CMD_INVOICE_ISSUE, &(struct invoice_issue_in){ .invoice = i->uid }, back_to_invoice);
}

st page_staff_collect(struct rq *rq)
{
    const struct staff_invoice_get_row *i = rq->object;
    return rq_command(rq, CMD_PAYMENT_COLLECT, &(struct payment_collect_in){ .invoice = i->uid }, back_to_invoice);
}

/* The payment has to be one of this invoice: the form names it, the address proves who may. */
st page_staff_refund(struct rq *rq)
{
    const struct staff_invoice_get_row *i = rq->object;
    struct staff_payment_get_row p;
    money amount;
    uid payment;
    TRY(uid_parse(rq_value(rq, "payment")->value, &payment));
    TRY(staff_payment_get(rq->db, rq->arena, &(struct staff_payment_get_in){ payment }, &p));
    if (!uid_eq(p.invoice_uid, i->uid))
        return ST_NOT_FOUND;
    if (money_parse(rq_value(rq, "amount")->value, i->currency, &amount) != ST_OK || amount.minor <= 0) {
        rq_field_error(rq, "amount", "err.money");
        return ST_INVALID;
    }
    struct payment_refund_in in = { .payment = p.uid, .amount = amount.minor, .reason = rq_value(rq, "reason")->value };
    return rq_command(rq, CMD_PAYMENT_REFUND, &in, back_to_invoice);
}

static st back_to_reviews(struct rq *rq, st result, const void *out)
{
    (void)out;
    TRY(result);
    return rq_redirect(rq, url_staff_reviews(rq->arena));
}

st page_staff_review_resolve(struct rq *rq)
{
    const struct staff_review_get_row *e = rq->object;
    return rq_command(rq, CMD_PAYMENT_RESOLVE,
                      &(struct payment_resolve_in){
                          .event = e->uid,
                          .resolution = rq_value(rq, "resolution")->value,
                          .note = rq_value(rq, "note")->value,
                      },
                      back_to_reviews);
}

static st back_to_service(struct rq *rq, st result, const void *out)
{
    (void)out;
    const struct staff_service_get_row *s = rq->object;
    TRY(result);
    return rq_redirect(rq, url_staff_service(rq->arena, s->uid));
}

st page_staff_service_act(struct rq *rq)
{
    const struct staff_service_get_row *s = rq->object;
    str verb = rq_value(rq, "verb")->value, package = rq_value(rq, "package")->value;
    if (str_eq(verb, S("change_package")) && str_empty(package)) {
        rq_field_error(rq, "package", "err.required");
        return ST_INVALID;
    }
    return rq_command(rq, CMD_SERVICE_ACT, &(struct service_act_in){ .service = s->uid, .verb = verb, .package = package },
                      back_to_service);
}

static st back_to_jobs(struct rq *rq, st result, const void *out)
{
    (void)out;
    TRY(result);
    return rq_redirect(rq, url_staff_jobs(rq->arena));
}

st page_staff_job_retry(struct rq *rq)
{
    const struct staff_job_get_row *j = rq->object;
    return rq_command(rq, CMD_JOB_RETRY, &(struct job_retry_in){ .job = j->uid }, back_to_jobs);
}
