/* What becomes of a pro forma: issued with its number, paid, or void. */
#include "clock.h"
#include "codec.h"
#include "config_keys.h"
#include "credit.h"
#include "fraud.h"
#include "invoice_sql.h"
#include "invoice_write.h"
#include "mail.h"
#include "money.h"
#include "order.h"
#include "payment.h"
#include "profiling.h"
#include "rhythm.h"
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
    bool held;
    TRY(fraud_held(db, a, i.order_id, &held));
    *payable = str_eq(i.status, S("unpaid")) && !str_eq(i.treatment, S("pending")) && i.gross > 0 && !held;
    return ST_OK;
}

st invoice_find(struct db *db, struct arena *a, uid id, int64_t *out)
{
    struct invoice_by_uid_row i;
    TRY(invoice_by_uid(db, a, &(struct invoice_by_uid_in){ .uid = id }, &i));
    *out = i.id;
    return ST_OK;
}

st invoice_number_nt(struct cx *cx, str prefix, date on, struct invoice_number *out)
{
    int year, month, day;
    date_split(on, &year, &month, &day);
    out->series = str_fmt(CX_ARENA(cx), "%.*s-%04d", STR_ARG(prefix), year);
    struct invoice_take_number_row row;
    TRY(invoice_take_number(CX_DB(cx), CX_ARENA(cx), &(struct invoice_take_number_in){ .series = out->series }, &row));
    out->sequence = row.taken;
    out->number = str_fmt(CX_ARENA(cx), "%.*s-%05lld", STR_ARG(out->series), (long long)row.taken);
    return arena_failed(CX_ARENA(cx)) ? ST_NO_MEMORY : ST_OK;
}

static bool prefix(str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (!((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c == '-' && i > 0)))
            return false;
    }
    return s.n >= 1 && s.n <= 12;
}

const char *invoice_config_check(const struct config *c)
{
    if (!prefix(c->invoice.series) || !prefix(c->invoice.credit_series))
        return "invoice.series and invoice.credit_series should be up to twelve capital letters, digits and hyphens";
    if (str_eq(c->invoice.series, c->invoice.credit_series))
        return "invoice.series and invoice.credit_series should differ";
    if (!str_eq(c->invoice.issue, S("on_payment")) && !str_eq(c->invoice.issue, S("on_due")))
        return "invoice.issue should be on_payment or on_due";
    return NULL;
}

/* What recurs is paid for from the tax point on, unless the draft said otherwise. */
static st set_periods(struct cx *cx, int64_t invoice, date from)
{
    struct invoice_line_cycles_rows lines;
    TRY(invoice_line_cycles(CX_DB(cx), CX_ARENA(cx), &(struct invoice_line_cycles_in){ .invoice = invoice }, &lines));
    for (size_t i = 0; i < lines.n; i++) {
        int months = catalogue_cycle_months(lines.v[i].cycle);
        int64_t days = lines.v[i].trial_days; /* free at the beginning */
        date next = days > 0 ? date_add_days(from, (int32_t)days) : date_add_months(from, months);
        if (months > 0)
            TRY(invoice_line_period(CX_DB(cx), &(struct invoice_line_period_in){
                .id = lines.v[i].id, .from = from, .to = date_add_days(next, -1) }, NULL));
    }
    return ST_OK;
}

static st book_issue(struct cx *cx, const struct invoice_get_row *i)
{
    struct ledger_row rows[] = { { "receivable", i->gross }, { "sales", -i->net }, { "vat", -i->vat } };
    return ledger_book_nt(cx, &(struct ledger_txn){ .person = i->person_id, .invoice = i->id, .currency = i->currency,
                                                    .rows = rows, .n = COUNT(rows) });
}

/* From pro forma to VAT invoice. The periods come first: once there is a number, nothing on the paper changes any more. */
static st issue(struct cx *cx, const struct invoice_get_row *i, str *number)
{
    date on = date_london(cx->gate.now);
    TRY(set_periods(cx, i->id, on));
    struct invoice_number n;
    TRY(invoice_number_nt(cx, cx->config->invoice.series, on, &n));
    int64_t changed = 0;
    TRY(invoice_set_number(CX_DB(cx), &(struct invoice_set_number_in){
        .id = i->id, .number = n.number, .series = n.series, .sequence = n.sequence, .on = on }, &changed));
    if (changed != 1)
        return ST_CONFLICT;
    TRY(book_issue(cx, i));
    *number = n.number;
    return cx_event_nt(cx, EVENT_INVOICE_ISSUED, "invoice", i->id, n.number);
}

static st load_open(struct cx *cx, int64_t invoice, struct invoice_get_row *i)
{
    bool held;
    TRY(invoice_get(CX_DB(cx), CX_ARENA(cx), &(struct invoice_get_in){ .id = invoice }, i));
    TRY(fraud_held(CX_DB(cx), CX_ARENA(cx), i->order_id, &held));
    return str_eq(i->status, S("unpaid")) && !str_eq(i->treatment, S("pending")) && !held ? ST_OK : ST_CONFLICT;
}

st invoice_issue_nt(struct cx *cx, int64_t invoice)
{
    struct invoice_get_row i;
    TRY(load_open(cx, invoice, &i));
    if (i.number.p)
        return ST_CONFLICT;
    str number;
    TRY(issue(cx, &i, &number));
    return mail_queue_nt(cx, MAIL_invoice_issued, i.person_id, invoice, S("1"));
}

st invoice_paid_nt(struct cx *cx, int64_t invoice)
{
    struct invoice_get_row i;
    TRY(load_open(cx, invoice, &i));
    if (!i.number.p)
        TRY(issue(cx, &i, &i.number));
    int64_t changed = 0;
    TRY(invoice_set_paid(CX_DB(cx), &(struct invoice_set_paid_in){ .id = invoice, .at = cx->gate.now }, &changed));
    if (changed != 1)
        return ST_CONFLICT;
    TRY(cx_event_nt(cx, EVENT_INVOICE_PAID, "invoice", invoice, i.number));
    TRY(payment_withdraw_nt(cx, invoice));
    TRY(profiling_soon_nt(cx, i.person_id, str_fmt(CX_ARENA(cx), "paid-%lld", (long long)invoice)));
    TRY(order_active_nt(cx, i.order_id));
    bool standing;
    TRY(rhythm_paid_nt(cx, i.order_id, invoice, &standing));
    if (standing)
        return ST_OK; /* nothing new begins, and the words are others */
    TRY(service_start_nt(cx, i.order_id, date_london(cx->gate.now)));
    /* Nothing was paid: what there is to say, the order's own message says. */
    return i.gross == 0 ? ST_OK : mail_queue_nt(cx, MAIL_invoice_paid, i.person_id, invoice, S("1"));
}

st invoice_void_nt(struct cx *cx, int64_t invoice, str reason)
{
    int64_t changed = 0;
    TRY(credit_release_nt(cx, invoice, 0));
    TRY(invoice_set_void(CX_DB(cx), &(struct invoice_set_void_in){
        .id = invoice, .at = cx->gate.now, .by = cx->actor.person, .has_by = cx->actor.person != 0, .reason = reason }, &changed));
    if (changed != 1)
        return ST_CONFLICT;
    TRY(payment_withdraw_nt(cx, invoice));
    return cx_event_nt(cx, EVENT_INVOICE_VOID, "invoice", invoice, S(""));
}

st invoice_reopen_nt(struct cx *cx, int64_t invoice)
{
    int64_t changed = 0;
    date due = date_add_days(date_london(cx->gate.now), (int32_t)cx->config->shop.due_days);
    TRY(invoice_set_open(CX_DB(cx), &(struct invoice_set_open_in){ .id = invoice, .due_on = due }, &changed));
    return changed == 1 ? ST_OK : ST_CONFLICT;
}

/* The pro forma of an order that nobody has paid for lives and dies with it; any other stands for itself. */
st cmd_invoice_cancel(struct cx *cx, const struct invoice_cancel_in *in, struct invoice_cancel_out *out)
{
    (void)out;
    str reason = str_trim(in->reason);
    if (str_empty(reason) || !utf8_printable(reason, false))
        return cx_invalid(cx, "reason", "err.required");
    struct invoice_by_uid_row i;
    TRY(invoice_by_uid(CX_DB(cx), CX_ARENA(cx), &(struct invoice_by_uid_in){ .uid = in->invoice }, &i));
    if (!str_eq(i.status, S("unpaid")) || i.number.p) {
        cx->message = i.number.p ? "invoice.cannot_void" : "invoice.cannot_cancel";
        return ST_CONFLICT;
    }
    TRY(invoice_void_nt(cx, i.id, reason));
    bool waits;
    TRY(order_waits(CX_DB(cx), CX_ARENA(cx), i.order_id, &waits));
    return waits ? order_cancel_nt(cx, i.order_id) : ST_OK;
}

st cmd_invoice_issue(struct cx *cx, const struct invoice_issue_in *in, struct invoice_issue_out *out)
{
    (void)out;
    int64_t id;
    TRY(invoice_find(CX_DB(cx), CX_ARENA(cx), in->invoice, &id));
    st s = invoice_issue_nt(cx, id);
    if (s == ST_CONFLICT)
        cx->message = "invoice.cannot_issue";
    return s;
}

st cmd_invoice_issue_due(struct cx *cx, const struct invoice_issue_due_in *in, struct invoice_issue_due_out *out)
{
    (void)in;
    out->issued = 0;
    if (!str_eq(cx->config->invoice.issue, S("on_due")))
        return ST_OK;
    struct invoice_due_issue_rows due;
    TRY(invoice_due_issue(CX_DB(cx), CX_ARENA(cx), &(struct invoice_due_issue_in){ .today = date_london(cx->gate.now) }, &due));
    for (size_t i = 0; i < due.n; i++)
        TRY(invoice_issue_nt(cx, due.v[i].id));
    out->issued = (int64_t)due.n;
    return ST_OK;
}
