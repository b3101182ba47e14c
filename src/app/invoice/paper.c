/* Reading a paper: the frozen seller and party, the lines, VAT by rate. */
#include "paper.h"

#include "invoice.h"
#include "log.h"
#include "paper_sql.h"
#include "str.h"

#define LINES_MAX PAPER_LINES_MOST

static st lines_of(struct arena *a, str text, struct paper_lines *out)
{
    str line, *v = NEWN(a, str, LINES_MAX);
    size_t n = 0;
    if (!v)
        return ST_NO_MEMORY;
    while (n < LINES_MAX && str_next(&text, '\n', &line))
        if (!str_empty(line))
            v[n++] = line;
    *out = (struct paper_lines){ v, n };
    return ST_OK;
}

/* The seller as it was frozen (draft.c): name, address, then numbers named in words. */
static st seller_of(struct arena *a, const struct config *config, str frozen, struct paper_party *s)
{
    struct paper_lines all;
    TRY(lines_of(a, frozen, &all));
    str *address = NEWN(a, str, LINES_MAX);
    size_t n = 0;
    if (!address)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < all.n; i++) {
        str line = all.v[i], company = S("Company number "), vat = S("VAT number ");
        if (i == 0)
            s->name = line;
        else if (str_starts(line, company))
            s->number = str_sub(line, company.n, line.n);
        else if (str_starts(line, vat))
            s->vat_number = str_sub(line, vat.n, line.n);
        else
            address[n++] = line;
    }
    s->address = (struct paper_lines){ address, n };
    s->country = config->company.country;
    s->email = config->company.email;
    s->parts = S(""); /* as one text it was configured */
    return ST_OK;
}

static st party_of(struct gate *g, const struct paper_head_row *i, struct paper *p)
{
    str address;
    struct paper_party *who = &p->party;
    TRY(gate_use(g, COL_invoice_party_name, PURPOSE_BILLING, i->uid, i->party_name, &who->name));
    TRY(gate_use(g, COL_invoice_party_company, PURPOSE_BILLING, i->uid, i->party_company, &who->company));
    TRY(gate_use(g, COL_invoice_party_vat_number, PURPOSE_BILLING, i->uid, i->party_vat_number, &who->vat_number));
    TRY(gate_use(g, COL_invoice_party_email, PURPOSE_BILLING, i->uid, i->party_email, &who->email));
    TRY(gate_use(g, COL_invoice_party_address, PURPOSE_BILLING, i->uid, i->party_address, &address));
    TRY(gate_use(g, COL_orders_reference, PURPOSE_BILLING, i->order_uid, i->reference, &p->reference));
    who->parts = i->party_parts;
    return lines_of(g->arena, address, &who->address);
}

static st add_rate(struct paper_rate *rates, size_t *n, const struct paper_line *l)
{
    size_t i = 0;
    while (i < *n && !(rates[i].rate_bp == l->rate_bp && str_eq(rates[i].treatment, l->treatment)))
        i++;
    if (i == *n)
        rates[(*n)++] = (struct paper_rate){ l->treatment, l->rate_bp, money_of(0, str_c(l->net.cur)),
                                             money_of(0, str_c(l->net.cur)) };
    TRY(money_add(rates[i].net, l->net, &rates[i].net));
    return money_add(rates[i].vat, l->vat, &rates[i].vat);
}

static st goods_of(struct gate *g, struct paper *p)
{
    struct paper_lines_of_rows rows;
    TRY(paper_lines_of(g->db, g->arena, &(struct paper_lines_of_in){ .invoice = p->id }, &rows));
    TRY(BUG_UNLESS(!rows.more));
    struct paper_line *lines = NEWN(g->arena, struct paper_line, rows.n + 1);
    struct paper_rate *rates = NEWN(g->arena, struct paper_rate, rows.n + 1);
    if (!lines || !rates)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < rows.n; i++) {
        const struct paper_lines_of_row *l = &rows.v[i];
        lines[i] = (struct paper_line){
            .description = l->description, .from = l->period_from, .to = l->period_to, .quantity = l->quantity,
            .unit = money_of(l->unit_net, p->currency), .discount = money_of(l->discount, p->currency),
            .net = money_of(l->net, p->currency), .rate_bp = (int32_t)l->rate_bp,
            .vat = money_of(l->vat, p->currency), .treatment = l->treatment,
        };
        TRY(gate_use(g, COL_invoice_line_hostname, PURPOSE_BILLING, l->uid, l->hostname, &lines[i].hostname));
        TRY(add_rate(rates, &p->n_rates, &lines[i]));
    }
    p->lines = lines;
    p->n_lines = rows.n;
    p->rates = rates;
    return ST_OK;
}

static enum paper_kind kind_of(const struct paper_head_row *i)
{
    return str_eq(i->kind, S("credit_note")) ? PAPER_CREDIT_NOTE : i->number.p ? PAPER_INVOICE : PAPER_PROFORMA;
}

/* LAW: VAT Regs 1995 reg 14(1): everything a full invoice shows; reg 14(1)(o) for the words of the reverse charge. */
st paper_load(struct gate *g, const struct config *config, int64_t id, struct paper *out)
{
    struct paper_head_row i;
    TRY(paper_head(g->db, g->arena, &(struct paper_head_in){ .id = id }, &i));
    bool charged = str_eq(i.treatment, S("domestic")) || str_eq(i.treatment, S("oss"));
    struct paper p = {
        .kind = kind_of(&i), .id = i.id, .uid = i.uid, .status = i.status, .number = i.number, .currency = i.currency,
        .treatment = i.treatment, .territory = i.territory, .note = i.note, .created = i.created_at, .paid_at = i.paid_at,
        .due = i.due_on, .issued = i.issued_on, .tax_point = i.tax_point, .voided = i.voided_at.s != UTC_NONE.s,
        .net = money_of(i.net, i.currency), .vat = money_of(i.vat, i.currency), .gross = money_of(i.gross, i.currency),
        .credit = money_of(i.credited, i.currency), .to_pay = money_of(0, i.currency), .vat_gbp = money_of(i.vat_gbp, S("GBP")),
        .gbp_rate = i.gbp_rate, .vat_shown = charged, .sterling_shown = charged && !str_eq(i.currency, S("GBP")),
        .vat_pending = str_eq(i.treatment, S("pending")), .credits = i.credits_uid, .credits_number = i.credits_number,
        .credits_issued = i.credits_issued_on, .reason = i.reason,
    };
    if (str_eq(i.status, S("unpaid")))
        TRY(invoice_due(g->db, g->arena, id, &p.to_pay));
    TRY(seller_of(g->arena, config, i.seller, &p.seller));
    TRY(party_of(g, &i, &p));
    TRY(goods_of(g, &p));
    *out = p;
    return ST_OK;
}
