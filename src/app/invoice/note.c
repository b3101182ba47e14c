/* Credit notes: an issued invoice taken back, wholly or in part, by a document of its own.
 *
 * The gross amount is split over what is left of each line by the largest remainder, and each part into net and VAT in the
 * proportion of what is left of that line. So no line and no rate is ever credited by more than was charged, the sums fit to
 * the penny, and the note that takes the rest mirrors the rest exactly. */
#include "clock.h"
#include "config_keys.h"
#include "credit.h"
#include "note_sql.h"
#include "invoice_sql.h"
#include "invoice_write.h"
#include "log.h"
#include "mail.h"
#include "money.h"
#include "payment.h"
#include "rnd.h"
#include "str.h"

static const char *const reasons[] = { "refund",   "withdrawal", "cancellation", "change",
                                       "error",    "goodwill",   "chargeback" };

bool invoice_credit_reason(str word)
{
    for (size_t i = 0; i < COUNT(reasons); i++)
        if (str_eq(word, str_c(reasons[i])))
            return true;
    return false;
}

/* ---- how it is split ------------------------------------------------------------------------------------------- */

st invoice_credit_split(struct arena *a, str currency, int64_t gross, const struct invoice_left *left, size_t n,
                        struct invoice_left *out)
{
    int64_t *weights = NEWN(a, int64_t, n + 1);
    money *parts = NEWN(a, money, n + 1);
    if (!weights || !parts)
        return ST_NO_MEMORY;
    int64_t all = 0;
    for (size_t i = 0; i < n; i++)
        if (__builtin_add_overflow(left[i].net, left[i].vat, &weights[i]) || __builtin_add_overflow(all, weights[i], &all))
            return ST_OVERFLOW;
    if (gross == all) { /* also what was taken off on lines of their own */
        for (size_t i = 0; i < n; i++)
            out[i] = left[i];
        return ST_OK;
    }
    for (size_t i = 0; i < n; i++)
        weights[i] = weights[i] > 0 ? weights[i] : 0;
    TRY(money_split(money_of(gross, currency), weights, n, parts));
    for (size_t i = 0; i < n; i++) {
        money vat = money_of(0, currency);
        if (weights[i] > 0)
            TRY(money_ratio(money_of(parts[i].minor, currency), left[i].vat, weights[i], &vat));
        out[i] = (struct invoice_left){ .net = parts[i].minor - vat.minor, .vat = vat.minor };
    }
    return ST_OK;
}

/* One note on its way. */
struct crediting {
    struct cx *cx;
    const struct invoice_credit *in;
    struct note_source_row of;
    struct note_lines_rows lines;
    struct invoice_left *left, *parts; /* one per line */
    int64_t gross, net, vat, vat_gbp;
    bool rest; /* nothing is left afterwards */
    struct invoice_made made;
};

static st refuse(struct cx *cx, const char *message)
{
    cx->message = message;
    return ST_CONFLICT;
}

static st check(struct crediting *c)
{
    struct cx *cx = c->cx;
    if (!invoice_credit_reason(c->in->reason))
        return cx_invalid(cx, "reason", "err.choice");
    bool unpaid = str_eq(c->of.status, S("unpaid"));
    if (!str_eq(c->of.kind, S("invoice")) || !c->of.number.p || !(unpaid || str_eq(c->of.status, S("paid"))))
        return refuse(cx, "invoice.cannot_credit");
    int64_t left = c->of.gross - c->of.taken_back;
    c->gross = c->in->gross == 0 ? left : c->in->gross;
    if (left == 0)
        return refuse(cx, "invoice.nothing_left");
    if (c->gross < 0 || c->gross > left)
        return cx_invalid(cx, "amount", "err.credit_too_much");
    c->rest = c->gross == left;
    /* Half an open invoice would leave a payment that fits no document: it is taken back as a whole, and issued anew. */
    return unpaid && !c->rest ? refuse(cx, "invoice.credit_open") : ST_OK;
}

static st split(struct crediting *c)
{
    struct arena *a = CX_ARENA(c->cx);
    TRY(note_lines(CX_DB(c->cx), a, &(struct note_lines_in){ .invoice = c->of.id }, &c->lines));
    TRY(BUG_UNLESS(!c->lines.more));
    c->left = NEWN(a, struct invoice_left, c->lines.n + 1);
    c->parts = NEWN(a, struct invoice_left, c->lines.n + 1);
    if (!c->left || !c->parts)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < c->lines.n; i++)
        c->left[i] = (struct invoice_left){ c->lines.v[i].net - c->lines.v[i].credited_net,
                                            c->lines.v[i].vat - c->lines.v[i].credited_vat };
    TRY(invoice_credit_split(a, c->of.currency, c->gross, c->left, c->lines.n, c->parts));
    for (size_t i = 0; i < c->lines.n; i++) {
        c->net += c->parts[i].net;
        c->vat += c->parts[i].vat;
    }
    return BUG_UNLESS(c->net + c->vat == c->gross);
}

/* LAW: VAT Regs 1995 reg 15C: VAT credited in sterling, at the rate of the supply it belongs to. */
static st sterling(struct crediting *c)
{
    struct note_gbp_row before;
    TRY(note_gbp(CX_DB(c->cx), CX_ARENA(c->cx), &(struct note_gbp_in){ .invoice = c->of.id }, &before));
    int64_t left = c->of.vat_gbp - before.credited_gbp;
    money part = money_of(0, S("GBP"));
    if (c->of.vat > 0)
        TRY(money_ratio(money_of(c->of.vat_gbp, S("GBP")), c->vat, c->of.vat, &part));
    c->vat_gbp = c->rest || part.minor > left ? left : part.minor;
    return ST_OK;
}

/* ---- the note -------------------------------------------------------------------------------------------------- */

/* What the invoice says of its customer, sealed anew for the note's own row. */
static st copy(struct crediting *c, enum column_id col, uid from, const struct sealed *value, uid to, const struct sealed **out)
{
    *out = NULL;
    if (!value)
        return ST_OK;
    str plain;
    TRY(gate_use(&c->cx->gate, col, PURPOSE_BILLING, from, value, &plain));
    return invoice_seal_nt(c->cx, col, c->of.person_id, to, plain, out);
}

static st add_note(struct crediting *c)
{
    struct cx *cx = c->cx;
    const struct note_source_row *of = &c->of;
    struct invoice_number n;
    date on = date_london(cx->gate.now);
    TRY(invoice_number_nt(cx, cx->config->invoice.credit_series, on, &n));
    struct note_add_in in = {
        .uid = rnd_uid(), .person = of->person_id, .order = of->order_id, .credits = of->id, .number = n.number,
        .series = n.series, .sequence = n.sequence, .currency = of->currency, .net = c->net, .vat = c->vat, .gross = c->gross,
        .vat_gbp = c->vat_gbp, .gbp_rate = of->gbp_rate, .reason = c->in->reason, .treatment = of->treatment,
        .note = of->note, .territory = of->territory, .seller = of->seller, .at = cx->gate.now, .on = on, .area = of->party_area,
        .parts = of->party_parts };
    TRY(copy(c, COL_invoice_party_name, of->uid, of->party_name, in.uid, &in.name));
    TRY(copy(c, COL_invoice_party_company, of->uid, of->party_company, in.uid, &in.company));
    TRY(copy(c, COL_invoice_party_address, of->uid, of->party_address, in.uid, &in.address));
    TRY(copy(c, COL_invoice_party_vat_number, of->uid, of->party_vat_number, in.uid, &in.vat_number));
    TRY(copy(c, COL_invoice_party_email, of->uid, of->party_email, in.uid, &in.email));
    TRY(invoice_territory_nt(cx, of->person_id, in.uid, of->territory, of->party_area));
    struct note_add_row row;
    TRY(note_add(CX_DB(cx), CX_ARENA(cx), &in, &row));
    c->made = (struct invoice_made){ row.id, in.uid, c->net, c->vat, c->gross };
    return cx_event_nt(cx, EVENT_INVOICE_CREDITED, "invoice", of->id, n.number);
}

/* A line that is taken back as a whole mirrors the invoice's; a part is one unit of what it comes to. */
static st add_line(struct crediting *c, size_t at, int64_t position)
{
    const struct note_lines_row *l = &c->lines.v[at];
    const struct invoice_left *p = &c->parts[at];
    bool whole = p->net == l->net && p->vat == l->vat;
    struct invoice_line_add_in in = {
        .uid = rnd_uid(), .invoice = c->made.id, .position = position, .description = l->description,
        .quantity = whole ? l->quantity : 1, .unit_net = whole ? l->unit_net : p->net, .discount = whole ? l->discount : 0,
        .net = p->net, .rate_bp = l->rate_bp, .treatment = l->treatment, .vat = p->vat, .order_line = l->order_line_id,
        .from = l->period_from, .to = l->period_to, .credits = l->id, .has_credits = true };
    TRY(copy(c, COL_invoice_line_hostname, l->uid, l->hostname, in.uid, &in.hostname));
    return invoice_line_add(CX_DB(c->cx), &in, NULL);
}

static st add_lines(struct crediting *c)
{
    int64_t position = 0;
    for (size_t i = 0; i < c->lines.n; i++)
        if (c->parts[i].net != 0 || c->parts[i].vat != 0)
            TRY(add_line(c, i, ++position));
    return ST_OK;
}

static st book(struct crediting *c)
{
    struct ledger_row rows[] = { { "refunds", c->net }, { "vat", c->vat }, { "receivable", -c->gross } };
    return ledger_book_nt(c->cx, &(struct ledger_txn){ .person = c->of.person_id, .invoice = c->made.id,
        .currency = c->of.currency, .rows = rows, .n = COUNT(rows) });
}

static st note_on_invoice(struct crediting *c)
{
    bool unpaid = str_eq(c->of.status, S("unpaid"));
    int64_t changed = 0;
    if (unpaid) {
        TRY(credit_release_nt(c->cx, c->of.id, 0)); /* kept apart for it, and not needed any more */
        TRY(payment_withdraw_nt(c->cx, c->of.id));
    }
    TRY(note_set(CX_DB(c->cx), &(struct note_set_in){
        .id = c->of.id, .gross = c->gross, .status = unpaid ? S("cancelled") : c->of.status }, &changed));
    return changed == 1 ? ST_OK : ST_CONFLICT;
}

st invoice_credit_nt(struct cx *cx, const struct invoice_credit *in, struct invoice_made *out)
{
    struct crediting c = { .cx = cx, .in = in };
    TRY(note_source(CX_DB(cx), CX_ARENA(cx), &(struct note_source_in){ .id = in->invoice }, &c.of));
    TRY(check(&c));
    TRY(split(&c));
    TRY(sterling(&c));
    TRY(note_on_invoice(&c));
    TRY(add_note(&c));
    TRY(add_lines(&c));
    TRY(book(&c));
    TRY(mail_queue_nt(cx, MAIL_credit_note, c.of.person_id, c.made.id, S("1")));
    *out = c.made;
    return ST_OK;
}

/* ---- money that went back -------------------------------------------------------------------------------------- */

/* The part that was paid with account credit becomes account credit again. */
static st give_back(struct cx *cx, const struct note_source_row *of, const struct invoice_return *r)
{
    struct ledger_row rows[] = { { r->account, -r->amount }, { "receivable", r->amount } };
    TRY(ledger_book_nt(cx, &(struct ledger_txn){ .person = of->person_id, .invoice = of->id, .payment = r->payment,
        .currency = of->currency, .rows = rows, .n = COUNT(rows) }));
    return r->credit == 0 ? ST_OK : credit_add_nt(cx, &(struct credit_add){
        .person = of->person_id, .currency = of->currency, .amount = r->credit, .reason = CREDIT_refund, .ref_kind = "invoice",
        .ref = of->uid, .invoice = of->id, .payment = r->payment, .from = "receivable" });
}

st invoice_return_nt(struct cx *cx, const struct invoice_return *r)
{
    struct note_source_row of;
    TRY(note_source(CX_DB(cx), CX_ARENA(cx), &(struct note_source_in){ .id = r->invoice }, &of));
    TRY(BUG_UNLESS(r->amount >= 0 && r->credit >= 0));
    int64_t all = r->amount + r->credit, waiting = of.taken_back - of.returned; /* credited before, and owed since */
    if (all == 0 || all > of.gross - of.returned)
        return ST_CONFLICT;
    if (all > waiting) {
        struct invoice_made made;
        TRY(invoice_credit_nt(cx, &(struct invoice_credit){
            .invoice = r->invoice, .gross = all - waiting, .reason = r->reason }, &made));
    }
    TRY(give_back(cx, &of, r));
    int64_t changed = 0;
    TRY(note_set_returned(CX_DB(cx), &(struct note_set_returned_in){ .id = of.id, .amount = all }, &changed));
    return changed == 1 ? ST_OK : ST_CONFLICT;
}

st invoice_not_returned_nt(struct cx *cx, const struct invoice_return *r)
{
    struct note_source_row of;
    int64_t changed = 0;
    TRY(note_source(CX_DB(cx), CX_ARENA(cx), &(struct note_source_in){ .id = r->invoice }, &of));
    TRY(note_set_not_returned(CX_DB(cx), &(struct note_set_not_returned_in){ .id = of.id, .amount = r->amount }, &changed));
    struct ledger_row rows[] = { { r->account, r->amount }, { "receivable", -r->amount } };
    return changed != 1 ? ST_CONFLICT : ledger_book_nt(cx, &(struct ledger_txn){ .person = of.person_id, .invoice = of.id,
        .payment = r->payment, .currency = of.currency, .rows = rows, .n = COUNT(rows) });
}

/* ---- commands -------------------------------------------------------------------------------------------------- */

st cmd_invoice_credit(struct cx *cx, const struct invoice_credit_in *in, struct invoice_credit_out *out)
{
    int64_t id;
    TRY(invoice_find(CX_DB(cx), CX_ARENA(cx), in->invoice, &id));
    struct invoice_made made;
    TRY(invoice_credit_nt(cx, &(struct invoice_credit){ .invoice = id, .gross = in->amount, .reason = in->reason }, &made));
    out->note = made.uid;
    return ST_OK;
}

st invoice_credit_preview(struct db *db, struct arena *a, int64_t invoice, int64_t gross, struct invoice_preview *out)
{
    struct note_left_row of;
    struct note_lines_rows lines;
    TRY(note_left(db, a, &(struct note_left_in){ .id = invoice }, &of));
    TRY(note_lines(db, a, &(struct note_lines_in){ .invoice = invoice }, &lines));
    int64_t left = of.gross - of.taken_back;
    if (left <= 0 || gross < 0 || gross > left)
        return ST_INVALID;
    struct invoice_left *rest = NEWN(a, struct invoice_left, lines.n + 1), *parts = NEWN(a, struct invoice_left, lines.n + 1);
    struct invoice_preview_line *v = NEWN(a, struct invoice_preview_line, lines.n + 1);
    if (!rest || !parts || !v)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < lines.n; i++)
        rest[i] = (struct invoice_left){ lines.v[i].net - lines.v[i].credited_net, lines.v[i].vat - lines.v[i].credited_vat };
    TRY(invoice_credit_split(a, of.currency, gross ? gross : left, rest, lines.n, parts));
    *out = (struct invoice_preview){ .currency = of.currency, .lines = v, .gross = gross ? gross : left, .left = left };
    for (size_t i = 0; i < lines.n; i++) {
        if (parts[i].net == 0 && parts[i].vat == 0)
            continue;
        v[out->n++] = (struct invoice_preview_line){ lines.v[i].description, lines.v[i].rate_bp, parts[i] };
        out->net += parts[i].net;
        out->vat += parts[i].vat;
    }
    return ST_OK;
}
