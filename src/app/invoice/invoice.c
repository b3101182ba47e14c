/* What becomes of a pro forma: paid and numbered, or void. */
#include "invoice.h"

#include "clock.h"
#include "config_keys.h"
#include "credit.h"
#include "invoice_sql.h"
#include "mail.h"
#include "money.h"
#include "order.h"
#include "service.h"
#include "str.h"

st invoice_due(struct db *db, struct arena *a, int64_t invoice, money *due)
{
    struct invoice_open_row i;
    TRY(invoice_open(db, a, &(struct invoice_open_in){ .id = invoice }, &i));
    int64_t left = i.gross - i.credited - i.received; /* each is at most the gross, so this cannot overflow */
    *due = money_of(str_eq(i.status, S("unpaid")) && left > 0 ? left : 0, i.currency);
    return ST_OK;
}

st invoice_payable(struct db *db, struct arena *a, int64_t invoice, bool *payable)
{
    struct invoice_get_row i;
    TRY(invoice_get(db, a, &(struct invoice_get_in){ .id = invoice }, &i));
    *payable = str_eq(i.status, S("unpaid")) && !str_eq(i.treatment, S("pending")) && i.gross > 0;
    return ST_OK;
}

/* The number: prefix, year, and a count without gaps within the year. */
static st number(struct cx *cx, date on, struct invoice_set_paid_in *in)
{
    int year, month, day;
    date_split(on, &year, &month, &day);
    in->series = str_fmt(CX_ARENA(cx), "%.*s-%04d", STR_ARG(cx->config->invoice.series), year);
    struct invoice_take_number_row row;
    TRY(invoice_take_number(CX_DB(cx), CX_ARENA(cx), &(struct invoice_take_number_in){ .series = in->series }, &row));
    in->sequence = row.taken;
    in->number = str_fmt(CX_ARENA(cx), "%.*s-%06lld", STR_ARG(in->series), (long long)row.taken);
    return arena_failed(CX_ARENA(cx)) ? ST_NO_MEMORY : ST_OK;
}

/* What recurs is paid for from the tax point on. */
static st set_periods(struct cx *cx, int64_t invoice, date from)
{
    struct invoice_line_cycles_rows lines;
    TRY(invoice_line_cycles(CX_DB(cx), CX_ARENA(cx), &(struct invoice_line_cycles_in){ .invoice = invoice }, &lines));
    for (size_t i = 0; i < lines.n; i++) {
        int months = catalogue_cycle_months(lines.v[i].cycle);
        if (months > 0)
            TRY(invoice_line_period(CX_DB(cx), &(struct invoice_line_period_in){
                .id = lines.v[i].id, .from = from, .to = date_add_days(date_add_months(from, months), -1) }, NULL));
    }
    return ST_OK;
}

static st book_issue(struct cx *cx, const struct invoice_get_row *i)
{
    struct ledger_row rows[] = { { "receivable", i->gross }, { "sales", -i->net }, { "vat", -i->vat } };
    return ledger_book_nt(cx, &(struct ledger_txn){ .person = i->person_id, .invoice = i->id, .currency = i->currency,
                                                    .rows = rows, .n = COUNT(rows) });
}

st invoice_paid_nt(struct cx *cx, int64_t invoice)
{
    struct invoice_get_row i;
    TRY(invoice_get(CX_DB(cx), CX_ARENA(cx), &(struct invoice_get_in){ .id = invoice }, &i));
    if (!str_eq(i.status, S("unpaid")) || str_eq(i.treatment, S("pending")))
        return ST_CONFLICT;
    date on = date_london(cx->gate.now);
    struct invoice_set_paid_in in = { .id = invoice, .on = on, .at = cx->gate.now };
    TRY(number(cx, on, &in));
    int64_t changed = 0;
    TRY(invoice_set_paid(CX_DB(cx), &in, &changed));
    if (changed != 1)
        return ST_CONFLICT;
    TRY(set_periods(cx, invoice, on));
    TRY(book_issue(cx, &i));
    TRY(cx_event_nt(cx, EVENT_INVOICE_ISSUED, "invoice", invoice, in.number));
    TRY(cx_event_nt(cx, EVENT_INVOICE_PAID, "invoice", invoice, in.number));
    TRY(order_active_nt(cx, i.order_id));
    TRY(service_start_nt(cx, i.order_id, on));
    return mail_queue_nt(cx, MAIL_invoice_paid, i.person_id, invoice, S("1"));
}

st invoice_void_nt(struct cx *cx, int64_t invoice)
{
    int64_t changed = 0;
    TRY(credit_release_nt(cx, invoice, 0));
    TRY(invoice_set_void(CX_DB(cx), &(struct invoice_set_void_in){ .id = invoice }, &changed));
    if (changed != 1)
        return ST_CONFLICT;
    return cx_event_nt(cx, EVENT_INVOICE_VOID, "invoice", invoice, S(""));
}

st invoice_refunded_nt(struct cx *cx, int64_t invoice)
{
    int64_t changed = 0;
    TRY(invoice_set_refunded(CX_DB(cx), &(struct invoice_set_refunded_in){ .id = invoice }, &changed));
    return changed == 1 ? ST_OK : ST_CONFLICT;
}

/* An order lives and dies with its invoice: there is one way to end both. */
st cmd_invoice_cancel(struct cx *cx, const struct invoice_cancel_in *in, struct invoice_cancel_out *out)
{
    (void)out;
    struct invoice_by_uid_row i;
    TRY(invoice_by_uid(CX_DB(cx), CX_ARENA(cx), &(struct invoice_by_uid_in){ .uid = in->invoice }, &i));
    if (!str_eq(i.status, S("unpaid"))) {
        cx->message = "invoice.cannot_cancel";
        return ST_CONFLICT;
    }
    return order_cancel_nt(cx, i.order_id);
}
