/* The paper as UBL 2.1 in the shape of EN 16931-1:2017 (syntax binding: CEN/TS 16931-3-2). BT and BG numbers are the standard's.
 *
 * VAT categories: S for VAT at a rate (also another state's, under the One Stop Shop), Z for a rate of nothing, AE for the
 * reverse charge, O for what no VAT of ours applies to. A document with a line in O names no VAT number (BR-O-02). */
#include <string.h>

#include "clock.h"
#include "out.h"
#include "paper.h"
#include "place.h"
#include "str.h"
#include "text.h"

#define MOST (1u << 20)

static const char customization[] = "urn:cen.eu:en16931:2017";
#define CAC "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
#define CBC "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"

struct ubl {
    struct out o;
    struct arena *a;
    const struct paper *p;
    bool note;    /* a credit note */
    bool outside; /* some line is in category O */
};

/* ---- XML ------------------------------------------------------------------------------------------------------- */

/* XML has no U+FFFE and no U+FFFF, in whatever way they are written. */
static bool no_character(str s, size_t at)
{
    return at + 2 < s.n && memcmp(s.p + at, "\xef\xbf", 2) == 0 && (uint8_t)s.p[at + 2] >= 0xbe;
}

static void escaped(struct out *o, str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (no_character(s, i)) {
            out_str(o, S("\xef\xbf\xbd")); /* U+FFFD stands for what cannot be said */
            i += 2;
            continue;
        }
        switch (s.p[i]) {
        case '&':
            out_str(o, S("&amp;"));
            break;
        case '<':
            out_str(o, S("&lt;"));
            break;
        case '>':
            out_str(o, S("&gt;"));
            break;
        case '"':
            out_str(o, S("&quot;"));
            break;
        case '\n':
            out_str(o, S(" "));
            break;
        default:
            out_str(o, str_sub(s, i, 1));
        }
    }
}

static void open_group(struct ubl *u, const char *name)
{
    out_fmt(&u->o, "<cac:%s>", name);
}

static void close_group(struct ubl *u, const char *name)
{
    out_fmt(&u->o, "</cac:%s>\n", name);
}

/* A basic element, left out when it is empty. */
static void basic(struct ubl *u, const char *name, str value)
{
    if (str_empty(value))
        return;
    out_fmt(&u->o, "<cbc:%s>", name);
    escaped(&u->o, value);
    out_fmt(&u->o, "</cbc:%s>", name);
}

static void with(struct ubl *u, const char *name, const char *attribute, str of, str value)
{
    if (str_empty(value))
        return;
    out_fmt(&u->o, "<cbc:%s %s=\"", name, attribute);
    escaped(&u->o, of);
    out_str(&u->o, S("\">"));
    escaped(&u->o, value);
    out_fmt(&u->o, "</cbc:%s>", name);
}

static void sum(struct ubl *u, const char *name, money m)
{
    with(u, name, "currencyID", str_c(m.cur), money_plain(u->a, m));
}

/* ---- codes ----------------------------------------------------------------------------------------------------- */

static str category(str treatment, int32_t rate_bp)
{
    if (str_eq(treatment, S("reverse_charge")))
        return S("AE");
    if (str_eq(treatment, S("outside_scope")) || str_eq(treatment, S("not_registered")))
        return S("O");
    return rate_bp > 0 ? S("S") : S("Z");
}

/* The country that the last line of the address names, as printed: in any case, in English; or the one known otherwise. */
static str country_of(const struct paper_party *who)
{
    const struct country *all;
    size_t n = country_list(&all);
    str last = who->address.n ? who->address.v[who->address.n - 1] : S("");
    for (size_t i = 0; i < n; i++)
        if (str_ieq(last, str_c(all[i].name)))
            return str_c(all[i].code);
    return who->country;
}

/* With its country's prefix and nothing else (BR-CO-09); Greece is EL. */
static str vat_id(struct ubl *u, const struct paper_party *who)
{
    struct out o;
    out_init(&o, u->a, 64);
    for (size_t i = 0; i < who->vat_number.n; i++)
        if (who->vat_number.p[i] != ' ' && who->vat_number.p[i] != '.' && who->vat_number.p[i] != '-')
            out_str(&o, str_sub(who->vat_number, i, 1));
    str id = str_upper(u->a, out_view(&o));
    bool prefixed = id.n > 2 && id.p[0] >= 'A' && id.p[0] <= 'Z' && id.p[1] >= 'A' && id.p[1] <= 'Z';
    str country = country_of(who);
    country = str_eq(country, S("GR")) ? S("EL") : country;
    return prefixed || str_empty(id) ? id : str_cat(u->a, country, id);
}

/* ---- BG-4, BG-7: seller and buyer ------------------------------------------------------------------------------- */

/* An address as fields: the lines that name neither town, postcode, region nor country, and those three, which are empty when it
 * is not known where they stand. */
struct fields {
    struct paper_lines streets;
    str city, postcode, region;
};

/* One of the parts, and its line marked as none of a street. */
static str part_of(const struct paper_lines *address, str where, bool apart[PAPER_LINES_MOST])
{
    int64_t n[3];
    for (size_t i = 0; i < 3; i++) {
        str word;
        if (!str_next(&where, '.', &word) || decimal_parse(word, 0, &n[i]) != ST_OK || n[i] < 0)
            return S("");
    }
    bool there = (size_t)n[0] < address->n && (size_t)n[1] + (size_t)n[2] <= address->v[n[0]].n;
    if (!there)
        return S("");
    apart[n[0]] = true;
    return str_sub(address->v[n[0]], (size_t)n[1], (size_t)(n[1] + n[2]));
}

static void fields_of(struct arena *a, const struct paper_party *who, bool country_named, struct fields *f)
{
    bool apart[PAPER_LINES_MOST] = { false };
    str *places[] = { &f->city, &f->postcode, &f->region }, where, parts = who->parts, *v = NEWN(a, str, PAPER_LINES_MOST);
    *f = (struct fields){ .city = S(""), .postcode = S(""), .region = S("") };
    if (!v)
        return; /* the arena remembers that it failed */
    for (size_t i = 0; i < COUNT(places) && str_next(&parts, ' ', &where); i++)
        *places[i] = part_of(&who->address, where, apart);
    size_t n = 0, lines = who->address.n;
    if (lines > 1 && country_named)
        lines--; /* the last one names the country */
    for (size_t i = 0; i < lines; i++)
        if (!apart[i])
            v[n++] = who->address.v[i];
    f->streets = n ? (struct paper_lines){ v, n } : (struct paper_lines){ who->address.v, lines };
}

static void address(struct ubl *u, const struct paper_party *who)
{
    str country = country_of(who);
    struct fields f;
    fields_of(u->a, who, !str_empty(country), &f);
    const struct paper_lines *l = &f.streets;
    open_group(u, "PostalAddress");
    if (l->n > 0)
        basic(u, "StreetName", l->v[0]);
    if (l->n > 1)
        basic(u, "AdditionalStreetName", l->v[1]);
    basic(u, "CityName", f.city);
    basic(u, "PostalZone", f.postcode);
    basic(u, "CountrySubentity", f.region);
    str rest = S("");
    for (size_t i = 2; i < l->n; i++)
        rest = i == 2 ? l->v[i] : str_fmt(u->a, "%.*s, %.*s", STR_ARG(rest), STR_ARG(l->v[i]));
    if (!str_empty(rest)) {
        open_group(u, "AddressLine");
        basic(u, "Line", rest);
        close_group(u, "AddressLine");
    }
    open_group(u, "Country");
    basic(u, "IdentificationCode", str_empty(country) ? str_sub(u->p->territory, 0, 2) : country);
    close_group(u, "Country");
    close_group(u, "PostalAddress");
}

static void party(struct ubl *u, const char *role, const struct paper_party *who)
{
    bool company = !str_empty(who->company);
    open_group(u, role);
    open_group(u, "Party");
    with(u, "EndpointID", "schemeID", S("EM"), who->email);
    address(u, who);
    if (!str_empty(who->vat_number) && !u->outside) {
        open_group(u, "PartyTaxScheme");
        basic(u, "CompanyID", vat_id(u, who));
        out_str(&u->o, S("<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>"));
        close_group(u, "PartyTaxScheme");
    }
    open_group(u, "PartyLegalEntity");
    basic(u, "RegistrationName", company ? who->company : who->name);
    basic(u, "CompanyID", who->number);
    close_group(u, "PartyLegalEntity");
    open_group(u, "Contact");
    if (company)
        basic(u, "Name", who->name);
    basic(u, "ElectronicMail", who->email);
    close_group(u, "Contact");
    close_group(u, "Party");
    close_group(u, role);
}

/* ---- BG-2: the head -------------------------------------------------------------------------------------------- */

static void head(struct ubl *u)
{
    const struct paper *p = u->p;
    const char *root = u->note ? "CreditNote" : "Invoice";
    out_fmt(&u->o, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                   "<%s xmlns=\"urn:oasis:names:specification:ubl:schema:xsd:%s-2\" xmlns:cac=\"%s\" xmlns:cbc=\"%s\">\n",
            root, root, CAC, CBC);
    basic(u, "CustomizationID", str_c(customization));
    basic(u, "ID", p->number);
    basic(u, "IssueDate", date_iso(u->a, p->issued));
    if (u->note) { /* the two differ in the order of these */
        basic(u, "TaxPointDate", date_iso(u->a, p->tax_point));
        basic(u, "CreditNoteTypeCode", S("381"));
    } else {
        basic(u, "DueDate", date_iso(u->a, p->due));
        basic(u, "InvoiceTypeCode", S("380"));
    }
    basic(u, "Note", p->note);
    if (u->note)
        basic(u, "Note", text_named(LANGUAGE_EN_GB, str_cat(u->a, S("field.reason."), p->reason)));
    else
        basic(u, "TaxPointDate", date_iso(u->a, p->tax_point));
    basic(u, "DocumentCurrencyCode", p->currency);
    if (p->sterling_shown)
        basic(u, "TaxCurrencyCode", S("GBP"));
    basic(u, "BuyerReference", p->reference);
    out_str(&u->o, S("\n"));
    if (u->note) {
        open_group(u, "BillingReference");
        open_group(u, "InvoiceDocumentReference");
        basic(u, "ID", p->credits_number);
        basic(u, "IssueDate", date_iso(u->a, p->credits_issued));
        close_group(u, "InvoiceDocumentReference");
        close_group(u, "BillingReference");
    }
}

/* ---- BG-22, BG-23: sums ---------------------------------------------------------------------------------------- */

/* What was paid before: all of it, or what account credit covers. A credit note and what was cancelled ask for nothing. */
static money prepaid(const struct paper *p)
{
    money m = money_of(0, p->currency);
    if (str_eq(p->status, S("paid")) || str_eq(p->status, S("refunded")))
        m.minor = p->gross.minor;
    else if (str_eq(p->status, S("unpaid")))
        m.minor = p->gross.minor - p->to_pay.minor;
    return m;
}

static void terms(struct ubl *u)
{
    const struct paper *p = u->p;
    str words;
    if (u->note) {
        const struct text_arg args[] = { { "number", p->credits_number } };
        words = text_fill(u->a, LANGUAGE_EN_GB, TXT_PAPER_NOTE_TEXT, args, 1);
    } else if (str_eq(p->status, S("unpaid"))) {
        const struct text_arg args[] = { { "date", date_iso(u->a, p->due) } };
        words = text_fill(u->a, LANGUAGE_EN_GB, TXT_PAPER_PAY_BY, args, 1);
    } else {
        return;
    }
    open_group(u, "PaymentTerms");
    basic(u, "Note", words);
    close_group(u, "PaymentTerms");
}

static void subtotal(struct ubl *u, const struct paper_rate *r)
{
    str code = category(r->treatment, r->rate_bp);
    bool reverse = str_eq(code, S("AE")), outside = str_eq(code, S("O"));
    open_group(u, "TaxSubtotal");
    sum(u, "TaxableAmount", r->net);
    sum(u, "TaxAmount", r->vat);
    open_group(u, "TaxCategory");
    basic(u, "ID", code);
    if (!outside)
        basic(u, "Percent", rate_plain(u->a, r->rate_bp));
    if (reverse || outside) {
        basic(u, "TaxExemptionReasonCode", reverse ? S("VATEX-EU-AE") : S("VATEX-EU-O"));
        basic(u, "TaxExemptionReason", reverse ? S("Reverse charge") : S("Not subject to VAT"));
    }
    out_str(&u->o, S("<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>"));
    close_group(u, "TaxCategory");
    close_group(u, "TaxSubtotal");
}

static void sums(struct ubl *u)
{
    const struct paper *p = u->p;
    money before = prepaid(p), payable = money_of(p->gross.minor - before.minor, p->currency);
    open_group(u, "TaxTotal");
    sum(u, "TaxAmount", p->vat);
    for (size_t i = 0; i < p->n_rates; i++)
        subtotal(u, &p->rates[i]);
    close_group(u, "TaxTotal");
    if (p->sterling_shown) { /* BT-111 */
        open_group(u, "TaxTotal");
        sum(u, "TaxAmount", p->vat_gbp);
        close_group(u, "TaxTotal");
    }
    open_group(u, "LegalMonetaryTotal");
    sum(u, "LineExtensionAmount", p->net);
    sum(u, "TaxExclusiveAmount", p->net);
    sum(u, "TaxInclusiveAmount", p->gross);
    if (before.minor > 0)
        sum(u, "PrepaidAmount", before);
    sum(u, "PayableAmount", payable);
    close_group(u, "LegalMonetaryTotal");
}

/* ---- BG-25: lines ---------------------------------------------------------------------------------------------- */

/* Quantity times price, less what is taken off (BG-27), is what the line comes to, and a price is never below nothing (BR-27): a
 * line that is taken off has a quantity below nothing, and one that does not divide is one piece. */
static void quantity_and_price(const struct paper_line *l, int64_t *quantity, money *price, money *off)
{
    money whole;
    *quantity = l->quantity;
    *price = l->unit;
    *off = l->discount;
    if (money_mul(l->unit, l->quantity, &whole) != ST_OK || whole.minor - off->minor != l->net.minor) {
        *quantity = 1;
        *price = l->net;
        off->minor = 0;
    }
    if (price->minor < 0) {
        *quantity = -*quantity;
        price->minor = -price->minor;
    }
}

static void line(struct ubl *u, size_t at)
{
    const struct paper_line *l = &u->p->lines[at];
    const char *group = u->note ? "CreditNoteLine" : "InvoiceLine";
    str code = category(l->treatment, l->rate_bp);
    int64_t quantity;
    money price, off;
    quantity_and_price(l, &quantity, &price, &off);
    open_group(u, group);
    basic(u, "ID", str_fmt(u->a, "%zu", at + 1));
    with(u, u->note ? "CreditedQuantity" : "InvoicedQuantity", "unitCode", S("C62"), str_fmt(u->a, "%lld", (long long)quantity));
    sum(u, "LineExtensionAmount", l->net);
    if (l->from.days != DATE_NONE.days && l->to.days != DATE_NONE.days) {
        open_group(u, "InvoicePeriod");
        basic(u, "StartDate", date_iso(u->a, l->from));
        basic(u, "EndDate", date_iso(u->a, l->to));
        close_group(u, "InvoicePeriod");
    }
    if (off.minor > 0) {
        open_group(u, "AllowanceCharge");
        basic(u, "ChargeIndicator", S("false"));
        basic(u, "AllowanceChargeReasonCode", S("95"));
        basic(u, "AllowanceChargeReason", S("Discount"));
        sum(u, "Amount", off);
        close_group(u, "AllowanceCharge");
    }
    open_group(u, "Item");
    basic(u, "Description", l->hostname);
    basic(u, "Name", l->description);
    open_group(u, "ClassifiedTaxCategory");
    basic(u, "ID", code);
    if (!str_eq(code, S("O")))
        basic(u, "Percent", rate_plain(u->a, l->rate_bp));
    out_str(&u->o, S("<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>"));
    close_group(u, "ClassifiedTaxCategory");
    close_group(u, "Item");
    open_group(u, "Price");
    sum(u, "PriceAmount", price);
    close_group(u, "Price");
    close_group(u, group);
}

st paper_ubl(struct arena *a, const struct paper *p, str *out)
{
    struct ubl u = { .a = a, .p = p, .note = p->kind == PAPER_CREDIT_NOTE };
    if (p->kind == PAPER_PROFORMA)
        return ST_NOT_FOUND;
    for (size_t i = 0; i < p->n_lines; i++)
        u.outside = u.outside || str_eq(category(p->lines[i].treatment, p->lines[i].rate_bp), S("O"));
    out_init(&u.o, a, MOST);
    head(&u);
    party(&u, "AccountingSupplierParty", &p->seller);
    party(&u, "AccountingCustomerParty", &p->party);
    terms(&u);
    sums(&u);
    for (size_t i = 0; i < p->n_lines; i++)
        line(&u, i);
    out_fmt(&u.o, "</%s>\n", u.note ? "CreditNote" : "Invoice");
    TRY(out_st(&u.o));
    *out = out_view(&u.o);
    return arena_failed(a) ? ST_NO_MEMORY : ST_OK;
}
