/* Starting a payment: what is told to the gateway, and where the customer goes. */
#include "bank.h"
#include "codec.h"
#include "config_keys.h"
#include "invoice.h"
#include "mandate.h"
#include "money.h"
#include "rnd.h"
#include "str.h"

struct due {
    struct payment_invoice_row invoice;
    const struct gateway *gateway;
    bool save; /* the way to pay is kept */
    int64_t amount; /* still to be paid */
};

static st find_due(struct cx *cx, const struct payment_start_in *in, struct due *due)
{
    TRY(payment_invoice(CX_DB(cx), CX_ARENA(cx), &(struct payment_invoice_in){ .uid = in->invoice }, &due->invoice));
    if (due->invoice.person_id != cx->actor.person)
        return ST_NOT_FOUND; /* somebody else's is as good as none */
    if (gateway_offered(cx->config, in->gateway, &due->gateway) != ST_OK)
        return cx_invalid(cx, "gateway", "err.choice");
    due->save = in->save && payment_saves(&cx->gate, due->gateway);
    bool payable;
    TRY(invoice_payable(CX_DB(cx), CX_ARENA(cx), due->invoice.id, &payable));
    if (!payable) {
        cx->message = "payment.not_payable";
        return ST_CONFLICT;
    }
    money left;
    /* A bank transfer is told what is missing on its own page, and keeps its reference while parts come. */
    TRY(due->gateway == &bank_transfer_gateway ? invoice_due(CX_DB(cx), CX_ARENA(cx), due->invoice.id, &left)
                                               : bank_rest(CX_DB(cx), CX_ARENA(cx), due->invoice.id, &left));
    due->amount = left.minor;
    return ST_OK;
}

/* An attempt that was begun and not finished is taken up again. While one is pending at the gateway, a second could
 * charge twice. */
static st take_up(struct cx *cx, const struct due *due, struct payment_start_out *out, bool *found)
{
    struct payment_open_rows open;
    TRY(payment_open(CX_DB(cx), CX_ARENA(cx), &(struct payment_open_in){ .invoice = due->invoice.id }, &open));
    *found = false;
    for (size_t i = 0; i < open.n; i++)
        if (str_eq(open.v[i].status, S("pending")) || !open.v[i].redirect.p) { /* without a page: charged while nobody looks */
            cx->message = "payment.pending";
            return ST_CONFLICT;
        }
    for (size_t i = 0; i < open.n && !*found; i++)
        if (open.v[i].saves == due->save && str_eq(open.v[i].gateway, str_c(due->gateway->name)) && open.v[i].redirect.p &&
            str_eq(open.v[i].currency, due->invoice.currency) && open.v[i].amount == due->amount) {
            *out = (struct payment_start_out){ .payment = open.v[i].uid, .redirect = open.v[i].redirect };
            *found = true;
        }
    return ST_OK;
}

static bool told_to(const struct gateway *gw, enum column_id col)
{
    for (size_t i = 0; i < gw->n_fields; i++)
        if (gw->fields[i] == col)
            return true;
    return false;
}

/* Only what this gateway is told is opened. */
static st fill(struct cx *cx, const struct due *due, struct gateway_authorise *a)
{
    const struct payment_invoice_row *i = &due->invoice;
    if (told_to(due->gateway, COL_invoice_party_name))
        TRY(gate_use(&cx->gate, COL_invoice_party_name, PURPOSE_BILLING, i->uid, i->party_name, &a->name));
    if (told_to(due->gateway, COL_invoice_party_email))
        TRY(gate_use(&cx->gate, COL_invoice_party_email, PURPOSE_BILLING, i->uid, i->party_email, &a->email));
    return ST_OK;
}

/* Everything personal that the gateway gets stands in its table of fields; the gate decides, and writes it down. */
static st announce(struct cx *cx, const struct due *due, uid payment, struct gateway_session *session)
{
    const struct gateway *gw = due->gateway;
    struct gateway_authorise a = { .payment = payment, .currency = due->invoice.currency, .amount = due->amount };
    if (gw->n_fields) {
        TRY(gate_disclose_nt(&cx->gate, &(struct disclosure){
            .to = gw->recipient, .purpose = PURPOSE_BILLING, .fields = gw->fields, .n = gw->n_fields,
            .person = due->invoice.person_id, .ref_kind = "payment", .ref = payment }));
        TRY(fill(cx, due, &a));
    }
    a.return_url = str_fmt(CX_ARENA(cx), "/payments/%.*s", STR_ARG(uid_str(CX_ARENA(cx), payment)));
    a.description = cx->config->company.name;
    a.save = due->save;
    TRY(gw->authorise(cx, &a, session));
    if (str_empty(session->redirect))
        session->redirect = a.return_url;
    return ST_OK;
}

st cmd_payment_prepared(struct cx *cx, const struct payment_prepared_in *in, struct payment_prepared_out *out)
{
    (void)out;
    return payment_set_page(CX_DB(cx), &(struct payment_set_page_in){
        .id = in->payment, .reference = in->reference, .page = in->page }, NULL);
}

st cmd_payment_start(struct cx *cx, const struct payment_start_in *in, struct payment_start_out *out)
{
    struct due due;
    TRY(find_due(cx, in, &due));
    bool found;
    TRY(take_up(cx, &due, out, &found));
    if (found)
        return ST_OK;
    struct payment_add_in add = { .uid = rnd_uid(), .person = due.invoice.person_id, .invoice = due.invoice.id,
                                  .gateway = in->gateway, .currency = due.invoice.currency, .amount = due.amount,
                                  .at = cx->gate.now };
    struct payment_add_row row;
    TRY(payment_add(CX_DB(cx), CX_ARENA(cx), &add, &row));
    struct gateway_session session = { 0 };
    if (due.save)
        TRY(mandate_ask_nt(cx, due.gateway, due.invoice.person_id, row.id));
    TRY(announce(cx, &due, add.uid, &session));
    TRY(payment_set_session(CX_DB(cx), &(struct payment_set_session_in){
        .id = row.id, .reference = session.reference.n ? session.reference : (str){ 0 }, .redirect = session.redirect }, NULL));
    /* If nothing is heard for a while, ask. */
    TRY(cx_job_nt(cx, S("payment.fetch"), str_fmt(CX_ARENA(cx), "payment.fetch/%lld", (long long)row.id),
                  due.invoice.person_id, row.id, (utc){ cx->gate.now.s + PAYMENT_ASK_AFTER }));
    *out = (struct payment_start_out){ .payment = add.uid, .redirect = session.redirect };
    return cx_event_nt(cx, EVENT_PAYMENT_STARTED, "payment", row.id, in->gateway);
}
