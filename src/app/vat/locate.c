/* From items of evidence to one territory.
 * LAW: Implementing Regulation 282/2011 art 24b(d) and its last paragraph, art 24f; art 18 for the number. */
#include <stdio.h>

#include "deciding.h"
#include "place.h"
#include "str.h"

static const char *const kind_names[VAT_KINDS] = {
    [VAT_BILLING_ADDRESS] = "billing address", [VAT_IP] = "IP address", [VAT_TELEPHONE] = "telephone number",
    [VAT_BANK] = "bank or card",               [VAT_NUMBER] = "VAT number",
};

/* Codes with which databases and networks say that they do not know a country. */
static bool no_country(str code)
{
    static const str codes[] = { SI("EU"), SI("AP"), SI("A1"), SI("A2"), SI("O1"), SI("T1"), SI("XX"), SI("ZZ"), SI("001") };
    for (size_t i = 0; i < COUNT(codes); i++)
        if (str_ieq(code, codes[i]))
            return true;
    return false;
}

static st read_place(struct deciding *d, enum vat_kind kind, const char *field, str country)
{
    bool address = kind == VAT_BILLING_ADDRESS;
    if (str_empty(country) || (!address && no_country(country)))
        return ST_OK;
    st s = vat_territory(d->book, country, address ? d->in->postcode : S(""), &d->place[kind]);
    if (s == ST_NOT_FOUND) {
        snprintf(d->fault->text, sizeof(d->fault->text), "%s: '%.*s' is not a country", field, STR_ARG(str_sub(country, 0, 20)));
        return ST_INVALID;
    }
    /* A part of a country that is named, or an address with its postcode, is more than its country. */
    d->exact[kind] = (address && !str_empty(d->in->postcode)) || !str_eq(vat_parent(d->book, d->place[kind]), d->place[kind]);
    return s;
}

/* Whose number is it? Without a prefix it is taken for one of the billing country. */
static st read_number(struct deciding *d)
{
    struct vat_number n;
    if (str_empty(str_trim(d->in->number)))
        return ST_OK;
    TRY(vat_number_judge(d->arena, d->in->number, &n));
    d->number = n.text;
    str country = n.country;
    bool bare = str_empty(n.prefix) && n.text.n > 0 && n.text.p[0] >= '0' && n.text.p[0] <= '9';
    if (bare)
        country = vat_parent(d->book, d->place[VAT_BILLING_ADDRESS]);
    d->confirmable = !str_empty(country) && vat_territory(d->book, country, S(""), &d->place[VAT_NUMBER]) == ST_OK;
    return ST_OK;
}

st deciding_read(struct deciding *d)
{
    const struct vat_case *in = d->in;
    if (vat_territory(d->book, in->seller.country, S(""), &d->seller) != ST_OK) {
        snprintf(d->fault->text, sizeof(d->fault->text), "seller.country: '%.*s' is not a country",
                 STR_ARG(str_sub(in->seller.country, 0, 20)));
        return ST_INVALID;
    }
    TRY(read_place(d, VAT_BILLING_ADDRESS, "billing_country", in->billing_country));
    TRY(read_place(d, VAT_IP, "ip_country", in->ip_country));
    TRY(read_place(d, VAT_TELEPHONE, "phone_country", in->phone_country));
    TRY(read_place(d, VAT_BANK, "bank_country", in->bank_country));
    return read_number(d);
}

/* ---- weighing ---- */

/* Does an item speak for the territory? Exactly, or as the country it is a part of. */
static bool speaks_for(const struct deciding *d, enum vat_kind k, str territory, bool exactly)
{
    if (str_empty(d->place[k]) || (k == VAT_NUMBER && !d->confirmed))
        return false;
    if (str_eq(d->place[k], territory))
        return true;
    return !exactly && !d->exact[k] && str_eq(vat_parent(d->book, territory), d->place[k]);
}

static int weight(const struct deciding *d, str territory, bool exactly)
{
    int n = 0;
    for (int k = 0; k < VAT_KINDS; k++)
        n += speaks_for(d, (enum vat_kind)k, territory, exactly);
    return n;
}

static bool related(const struct deciding *d, str a, str b)
{
    return str_eq(vat_parent(d->book, a), vat_parent(d->book, b));
}

/* The territory most items speak for, and whether another one has as many. */
static str heaviest(const struct deciding *d, int *total, bool *drawn)
{
    str best = S("");
    int best_exact = 0;
    *total = 0;
    for (int k = 0; k < VAT_KINDS; k++) {
        str t = d->place[k];
        int all = weight(d, t, false), exact = weight(d, t, true);
        if (!str_empty(t) && speaks_for(d, (enum vat_kind)k, t, true) &&
            (all > *total || (all == *total && exact > best_exact))) {
            best = t;
            best_exact = exact;
            *total = all;
        }
    }
    *drawn = false;
    for (int k = 0; k < VAT_KINDS; k++) {
        str t = d->place[k];
        if (str_empty(t) || str_eq(t, best) || !speaks_for(d, (enum vat_kind)k, t, true) || weight(d, t, false) < *total)
            continue;
        *drawn |= !related(d, t, best) || weight(d, t, true) == best_exact;
    }
    return best;
}

/* The kinds that speak for (or, with `against`, for something else than) a territory: "billing address, IP address". */
static str kinds(const struct deciding *d, str territory, bool against)
{
    str list = S("");
    for (int k = 0; k < VAT_KINDS; k++) {
        bool there = !str_empty(d->place[k]) && (k != VAT_NUMBER || d->confirmed);
        if (!there || speaks_for(d, (enum vat_kind)k, territory, false) == against)
            continue;
        str says = against ? str_fmt(d->arena, " (%.*s)", STR_ARG(d->place[k])) : S("");
        list = str_fmt(d->arena, "%.*s%s%s%.*s", STR_ARG(list), list.n ? ", " : "", kind_names[k], STR_ARG(says));
    }
    return list;
}

static void keep_items(struct deciding *d, str winner, bool drawn)
{
    static const enum vat_kind order[] = { VAT_BILLING_ADDRESS, VAT_IP, VAT_TELEPHONE, VAT_BANK, VAT_NUMBER };
    d->out->n_items = 0;
    for (size_t i = 0; i < COUNT(order); i++) {
        enum vat_kind k = order[i];
        if (str_empty(d->place[k]) && (k != VAT_NUMBER || str_empty(d->number)))
            continue;
        enum vat_outcome o = k == VAT_NUMBER && !d->confirmed             ? VAT_NO_ITEM
                             : !drawn && speaks_for(d, k, winner, false) ? VAT_SUPPORTS
                                                                         : VAT_CONTRADICTS;
        d->out->items[d->out->n_items++] = (struct vat_item){ k, d->place[k], o };
    }
}

/* Is one item enough? At home in the United Kingdom it is; in a Member State under EUR 100,000 the bank's is. */
static bool one_is_enough(struct deciding *d, str territory)
{
    if (str_eq(territory, S("GB")) && str_eq(d->seller, S("GB"))) {
        deciding_because(d, "A sale inside the United Kingdom needs no second item of evidence.");
        return true;
    }
    if (vat_zone(d->book, d->seller) == VAT_ZONE_EU && !d->in->seller.above_100000 && !str_empty(d->place[VAT_BANK])) {
        deciding_because(d, "Under EUR 100,000 a year one item from a third party is enough for a seller in a Member State "
                            "(282/2011 art 24b).");
        return true;
    }
    return false;
}

/* A number says who the customer is, the address where they belong: both must name the same state. */
static bool number_disagrees(struct deciding *d)
{
    str number = d->place[VAT_NUMBER], address = d->place[VAT_BILLING_ADDRESS];
    if (!d->confirmed || str_empty(address) || related(d, number, address))
        return false;
    deciding_because(d, "The VAT number is from %.*s, the billing address from %.*s: one of them must be corrected.",
                     STR_ARG(deciding_name(d, number)), STR_ARG(deciding_name(d, address)));
    return true;
}

st deciding_locate(struct deciding *d)
{
    int total;
    bool drawn;
    str best = heaviest(d, &total, &drawn);
    bool disagrees = number_disagrees(d);
    keep_items(d, best, drawn || disagrees);
    d->out->territory = S("");
    if (total == 0) {
        d->out->status = VAT_INSUFFICIENT;
        deciding_because(d, "There is no evidence of where the customer is.");
        return ST_OK;
    }
    str against = kinds(d, best, true);
    deciding_because(d, "Evidence for %.*s: %.*s.", STR_ARG(deciding_name(d, best)), STR_ARG(kinds(d, best, false)));
    if (!str_empty(against))
        deciding_because(d, "Evidence for other places: %.*s.", STR_ARG(against));
    if (drawn || disagrees || (total == 1 && !str_empty(against))) {
        d->out->status = VAT_CONTRADICTION;
        deciding_because(d, "The items contradict each other; the customer must be asked.");
        return ST_OK;
    }
    if (total == 1 && !one_is_enough(d, best)) {
        d->out->status = VAT_INSUFFICIENT;
        deciding_because(d, "One item is not enough: two that do not contradict each other are needed (282/2011 art 24b(d)).");
        return ST_OK;
    }
    d->out->status = VAT_DECIDED;
    d->out->territory = best;
    return ST_OK;
}
