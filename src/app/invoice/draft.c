/* The pro forma: party and lines frozen, VAT worked out line by line. */
#include "clock.h"
#include "config_keys.h"
#include "invoice_sql.h"
#include "invoice_write.h"
#include "log.h"
#include "money.h"
#include "rnd.h"
#include "str.h"

#define RATE_SCALE 6
#define RATE_UNIT 1000000LL

/* "EUR 0.8550, USD 0.7500": sterling for one unit of the currency, in millionths. */
static st sterling_rate(str rates, str currency, int64_t *rate, str *text)
{
    str item;
    while (str_next(&rates, ',', &item)) {
        str one = str_trim(item);
        size_t gap = str_index(one, ' ');
        if (!str_eq(str_sub(one, 0, gap), currency))
            continue;
        *text = str_trim(str_sub(one, gap, one.n));
        return decimal_parse(*text, RATE_SCALE, rate) == ST_OK && *rate > 0 ? ST_OK : ST_CONFIG;
    }
    return ST_CONFIG;
}

st invoice_sterling(const struct config *config, struct arena *a, money vat, int64_t *vgbp, str *rate)
{
    (void)a;
    if (str_eq(str_c(vat.cur), S("GBP"))) {
        *vgbp = vat.minor;
        *rate = S("1");
        return ST_OK;
    }
    int64_t millionths;
    str text;
    TRY(sterling_rate(config->vat.gbp_rates, str_c(vat.cur), &millionths, &text));
    /* Minor units differ: 100 yen are 100 minor units, a hundred pence are a pound. */
    int64_t num = millionths, den = RATE_UNIT;
    for (int e = currency_exponent(vat.cur); e < 2; e++)
        num *= 10;
    for (int e = currency_exponent(vat.cur); e > 2; e--)
        den *= 10;
    money in_gbp;
    TRY(money_ratio(vat, num, den, &in_gbp));
    *vgbp = in_gbp.minor;
    *rate = text;
    return ST_OK;
}

/* LAW: VAT Regs 1995 reg 14(1)(d): name, address and registration number of the supplier. */
static str seller_text(struct arena *a, const struct config *c)
{
    str text = c->company.name, line, rest = c->company.address;
    while (str_next(&rest, ',', &line))
        text = str_fmt(a, "%.*s\n%.*s", STR_ARG(text), STR_ARG(str_trim(line)));
    if (!str_empty(c->company.number))
        text = str_fmt(a, "%.*s\nCompany number %.*s", STR_ARG(text), STR_ARG(c->company.number));
    if (c->vat.registered && !str_empty(c->company.vat_number))
        text = str_fmt(a, "%.*s\nVAT number %.*s", STR_ARG(text), STR_ARG(c->company.vat_number));
    return text;
}

struct totals {
    money net, vat, gross;
};

static st line_vat(int64_t net, str currency, int32_t rate_bp, struct totals *t, int64_t *vat)
{
    money n = money_of(net, currency), v;
    TRY(money_vat(n, rate_bp, &v));
    TRY(money_add(t->net, n, &t->net));
    TRY(money_add(t->vat, v, &t->vat));
    *vat = v.minor;
    return money_add(t->net, t->vat, &t->gross);
}

static struct totals no_totals(str currency)
{
    money zero = money_of(0, currency);
    return (struct totals){ zero, zero, zero };
}

st invoice_seal_nt(struct cx *cx, enum column_id col, int64_t person, uid row, str plain, const struct sealed **out)
{
    return gate_collect_nt(&cx->gate, &(struct collect){
        .col = col, .point = POINT_DERIVED, .source = SOURCE_PROGRAM, .person = person, .row = row }, plain, out);
}

st invoice_territory_nt(struct cx *cx, int64_t person, uid row, str territory, str area)
{
    TRY(gate_collect_clear_nt(&cx->gate, &(struct collect){ .col = COL_invoice_party_area, .point = POINT_DERIVED,
        .source = SOURCE_PROGRAM, .person = person, .row = row }, area));
    return gate_collect_clear_nt(&cx->gate, &(struct collect){ .col = COL_invoice_territory, .point = POINT_DERIVED,
        .source = SOURCE_PROGRAM, .person = person, .row = row }, territory);
}

static st add_invoice(struct cx *cx, const struct invoice_draft *d, const struct totals *t, struct invoice_made *made)
{
    made->uid = rnd_uid();
    struct invoice_add_in in = {
        .uid = made->uid, .person = d->person, .order = d->order, .currency = d->currency, .net = t->net.minor,
        .vat = t->vat.minor, .gross = t->gross.minor, .treatment = d->treatment, .note = d->note,
        .territory = d->territory, .seller = seller_text(CX_ARENA(cx), cx->config),
        .parts = d->party.parts.p ? d->party.parts : S(""), .at = cx->gate.now,
        .due_on = d->has_due_on ? d->due_on
                                : date_add_days(date_london(cx->gate.now), (int32_t)cx->config->shop.due_days) };
    if (!in.note.p)
        in.note = S("");
    if (!in.territory.p)
        in.territory = S("");
    TRY(invoice_sterling(cx->config, CX_ARENA(cx), t->vat, &in.vat_gbp, &in.gbp_rate));
    TRY(invoice_seal_nt(cx, COL_invoice_party_name, d->person, made->uid, d->party.name, &in.name));
    TRY(invoice_seal_nt(cx, COL_invoice_party_company, d->person, made->uid, d->party.company, &in.company));
    TRY(invoice_seal_nt(cx, COL_invoice_party_address, d->person, made->uid, d->party.address, &in.address));
    TRY(invoice_seal_nt(cx, COL_invoice_party_vat_number, d->person, made->uid, d->party.vat_number, &in.vat_number));
    TRY(invoice_seal_nt(cx, COL_invoice_party_email, d->person, made->uid, d->party.email, &in.email));
    if (!str_empty(d->party.area))
        in.area = d->party.area;
    TRY(invoice_territory_nt(cx, d->person, made->uid, in.territory, d->party.area));
    struct invoice_add_row row;
    TRY(invoice_add(CX_DB(cx), CX_ARENA(cx), &in, &row));
    made->id = row.id;
    made->net = t->net.minor;
    made->vat = t->vat.minor;
    made->gross = t->gross.minor;
    return ST_OK;
}

static st add_line(struct cx *cx, const struct invoice_draft *d, int64_t invoice, size_t at, int64_t vat)
{
    const struct invoice_item *i = &d->items[at];
    struct invoice_line_add_in in = {
        .uid = rnd_uid(), .invoice = invoice, .position = (int64_t)at + 1, .description = i->description,
        .quantity = i->quantity, .unit_net = i->unit_net, .discount = i->discount, .net = i->net,
        .rate_bp = i->rate_bp, .treatment = i->treatment, .vat = vat, .order_line = i->order_line,
        .from = i->period ? i->from : DATE_NONE, .to = i->period ? i->to : DATE_NONE };
    TRY(invoice_seal_nt(cx, COL_invoice_line_hostname, d->person, in.uid, i->hostname, &in.hostname));
    return invoice_line_add(CX_DB(cx), &in, NULL);
}

st invoice_draft_nt(struct cx *cx, const struct invoice_draft *d, struct invoice_made *out)
{
    TRY(BUG_UNLESS(d->n > 0));
    int64_t *vat = NEWN(CX_ARENA(cx), int64_t, d->n);
    if (!vat)
        return ST_NO_MEMORY;
    struct totals t = no_totals(d->currency);
    for (size_t i = 0; i < d->n; i++)
        TRY(line_vat(d->items[i].net, d->currency, d->items[i].rate_bp, &t, &vat[i]));
    struct invoice_made made = { 0 };
    TRY(add_invoice(cx, d, &t, &made));
    for (size_t i = 0; i < d->n; i++)
        TRY(add_line(cx, d, made.id, i, vat[i]));
    *out = made;
    return ST_OK;
}

st invoice_vat_nt(struct cx *cx, int64_t invoice, const struct invoice_vat *v, struct invoice_made *out)
{
    struct invoice_get_row row;
    TRY(invoice_get(CX_DB(cx), CX_ARENA(cx), &(struct invoice_get_in){ .id = invoice }, &row));
    struct invoice_line_sums_rows lines;
    TRY(invoice_line_sums(CX_DB(cx), CX_ARENA(cx), &(struct invoice_line_sums_in){ .invoice = invoice }, &lines));
    TRY(BUG_UNLESS(lines.n == v->n && !lines.more));
    struct totals t = no_totals(row.currency);
    for (size_t i = 0; i < lines.n; i++) {
        int64_t vat;
        TRY(line_vat(lines.v[i].net, row.currency, v->rates[i], &t, &vat));
        TRY(invoice_line_vat(CX_DB(cx), &(struct invoice_line_vat_in){
            .id = lines.v[i].id, .rate_bp = v->rates[i], .treatment = v->treatments[i], .vat = vat }, NULL));
    }
    struct invoice_set_vat_in in = { .id = invoice, .vat = t.vat.minor, .gross = t.gross.minor, .treatment = v->treatment,
                                     .note = v->note, .territory = v->territory };
    str rate;
    TRY(invoice_sterling(cx->config, CX_ARENA(cx), t.vat, &in.vat_gbp, &rate));
    int64_t changed = 0;
    TRY(invoice_set_vat(CX_DB(cx), &in, &changed));
    if (changed != 1)
        return ST_CONFLICT;
    *out = (struct invoice_made){ row.id, row.uid, t.net.minor, t.vat.minor, t.gross.minor };
    return ST_OK;
}
