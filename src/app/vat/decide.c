/* The decision: who the customer is, where, and so how the supply is taxed.
 * LAW: see vat.h; the choices where the law leaves one are in reference/README.md. */
#include <stdarg.h>
#include <stdio.h>

#include "clock.h"
#include "config_keys.h"
#include "deciding.h"
#include "money.h"
#include "out.h"
#include "str.h"

void deciding_because(struct deciding *d, const char *fmt, ...)
{
    char text[400];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    if (d->out->n_reasons < VAT_REASONS)
        d->out->reasons[d->out->n_reasons++] = str_dup(d->arena, str_c(text));
}

str deciding_name(const struct deciding *d, str territory)
{
    return str_fmt(d->arena, "%.*s (%.*s)", STR_ARG(vat_territory_name(d->book, territory)), STR_ARG(territory));
}

/* ---- treatment ---- */

static st set_rate(struct deciding *d, str territory)
{
    if (vat_rate(d->book, territory, d->in->date, &d->out->rate_bp) == ST_OK)
        return ST_OK;
    str on = date_iso(d->arena, d->in->date);
    snprintf(d->fault->text, sizeof(d->fault->text), "date: no VAT rate is known for %.*s on %.*s", STR_ARG(territory),
             STR_ARG(on));
    return ST_INVALID;
}

static st taxed(struct deciding *d, enum vat_treatment t, str territory)
{
    d->out->treatment = t;
    d->out->territory = territory;
    d->out->rate_bp = 0;
    return set_rate(d, territory);
}

static void untaxed(struct deciding *d, enum vat_treatment t, str territory, str note)
{
    d->out->treatment = t;
    d->out->territory = territory;
    d->out->rate_bp = 0;
    d->out->note = note;
}

/* Supplies taxed in the seller's own country, at the rate of the part of it where they are used. */
static st domestic(struct deciding *d, str territory)
{
    if (d->in->seller.registered)
        return taxed(d, VAT_DOMESTIC, territory);
    deciding_because(d, "The seller is not registered for VAT and charges none.");
    untaxed(d, VAT_NOT_REGISTERED, territory, S("No VAT: the supplier is not registered for VAT"));
    return ST_OK;
}

st deciding_at_home(struct deciding *d)
{
    return domestic(d, d->seller);
}

static st one_stop_shop(struct deciding *d, str territory)
{
    bool inside = vat_zone(d->book, d->seller) == VAT_ZONE_EU;
    enum vat_oss needed = inside ? VAT_OSS_UNION : VAT_OSS_NON_UNION;
    str name = vat_territory_name(d->book, territory);
    if (d->in->seller.oss == needed) {
        deciding_because(d, "The tax is declared through the %s One Stop Shop.", inside ? "Union" : "non-Union");
        d->out->note = str_fmt(d->arena, "VAT of %.*s, declared through the One Stop Shop", STR_ARG(name));
        return taxed(d, VAT_OSS, territory);
    }
    if (d->in->seller.oss != VAT_OSS_NONE)
        deciding_because(d, "The %s scheme is not open to a seller established in %.*s.",
                         inside ? "non-Union" : "Union", STR_ARG(deciding_name(d, d->seller)));
    deciding_because(d, "Tax is due there%s: the seller must register there, or for the %s One Stop Shop, before selling.",
                     inside ? "" : " from the first sale", inside ? "Union" : "non-Union");
    d->out->note = str_fmt(d->arena, "VAT of %.*s is due; the supplier must register for it first", STR_ARG(name));
    return taxed(d, VAT_REGISTRATION_REQUIRED, territory);
}

/* A consumer of an electronic or telecommunication service in a Member State that is not the seller's. */
static st consumer_in_union(struct deciding *d, str territory)
{
    if (vat_zone(d->book, d->seller) == VAT_ZONE_EU && !d->in->seller.above_10000) {
        deciding_because(d, "Under EUR 10,000 a year the seller taxes consumers in other Member States as at home "
                            "(Directive 2006/112/EC art 59c).");
        return deciding_at_home(d);
    }
    deciding_because(d, "Electronic and telecommunication services to consumers are taxed where the consumer is (art 58).");
    return one_stop_shop(d, territory);
}

static void outside(struct deciding *d, str territory)
{
    bool union_seller = vat_zone(d->book, d->seller) == VAT_ZONE_EU;
    str whose = str_eq(d->seller, S("GB")) ? S("UK") : union_seller ? S("EU") : d->seller;
    deciding_because(d, "The place of supply is %.*s: outside the scope of %.*s VAT.", STR_ARG(deciding_name(d, territory)),
                     STR_ARG(whose));
    str scheme = d->confirmed ? S("") : vat_scheme(d->book, territory);
    if (!d->confirmed && str_eq(territory, S("GB")))
        scheme = S("United Kingdom VAT from the first sale to a consumer");
    if (!str_empty(scheme))
        deciding_because(d, "A local scheme may ask the seller to register: %.*s.", STR_ARG(scheme));
    untaxed(d, VAT_OUTSIDE_SCOPE, territory, str_fmt(d->arena, "Outside the scope of %.*s VAT", STR_ARG(whose)));
}

st deciding_treat(struct deciding *d)
{
    str t = d->out->territory;
    bool same_zone = vat_zone(d->book, t) == vat_zone(d->book, d->seller);
    if (same_zone && str_eq(vat_parent(d->book, t), vat_parent(d->book, d->seller))) {
        deciding_because(d, "Customer and seller are in the same country.");
        return domestic(d, t);
    }
    if (vat_zone(d->book, t) == VAT_ZONE_OUTSIDE) {
        outside(d, t);
        return ST_OK;
    }
    if (!d->confirmed)
        return consumer_in_union(d, t);
    deciding_because(d, "Services to a business are taxed where it belongs, and it accounts for the tax itself "
                        "(Directive 2006/112/EC art 44 and 196).");
    untaxed(d, VAT_REVERSE_CHARGE, t,
            S("Reverse charge: the recipient accounts for VAT (Directive 2006/112/EC art 196)"));
    return ST_OK;
}

/* ---- consumer or business ---- */

static void say_who(struct deciding *d)
{
    const struct vat_case *in = d->in;
    if (d->confirmed)
        deciding_because(d, "The customer is a business: its VAT number was confirmed (282/2011 art 18(1)).");
    else if (!in->business)
        deciding_because(d, "The customer is a consumer.%s",
                         str_empty(d->number) ? "" : " A VAT number counts only in orders made as a business.");
    else if (str_empty(d->number))
        deciding_because(d, "Without a VAT number the customer counts as a consumer (282/2011 art 18(2)).");
    else if (!d->confirmable)
        deciding_because(d, "The VAT number names no state that could confirm it: the customer counts as a consumer.");
    else if (in->check == VAT_CHECK_INVALID)
        deciding_because(d, "The VAT number is not valid: the customer counts as a consumer (282/2011 art 18(2)).");
    else if (in->check == VAT_CHECK_NONE)
        deciding_because(d, "Nobody confirmed the VAT number: the customer counts as a consumer (282/2011 art 18(2)).");
    else
        deciding_because(d, "The VAT number is not confirmed yet: until it is, the customer counts as a consumer.");
}

/* Decide as if the number were confirmed, or not. */
static st decide_as(struct deciding *d, bool confirmed, struct vat_decision *out)
{
    *out = (struct vat_decision){ .reasons = NEWN(d->arena, str, VAT_REASONS) };
    if (!out->reasons)
        return ST_NO_MEMORY;
    d->out = out;
    d->confirmed = confirmed;
    say_who(d);
    if (d->in->class == VAT_GENERAL && !confirmed) {
        size_t said = out->n_reasons;
        TRY(deciding_locate(d));
        out->n_reasons = said; /* where the consumer is does not matter here */
        out->status = VAT_DECIDED;
        deciding_because(d, "General services to consumers are taxed where the seller is (Directive 2006/112/EC art 45).");
        return deciding_at_home(d);
    }
    TRY(deciding_locate(d));
    return out->status == VAT_DECIDED ? deciding_treat(d) : ST_OK;
}

static bool same_outcome(const struct vat_decision *a, const struct vat_decision *b)
{
    return a->status == b->status && a->treatment == b->treatment && a->rate_bp == b->rate_bp &&
           str_eq(a->territory, b->territory);
}

st vat_decide(const struct vat_book *book, struct arena *a, const struct vat_case *in, struct vat_decision *out,
              struct vat_fault *fault)
{
    struct deciding d = { .book = book, .arena = a, .in = in, .fault = fault };
    if (!book)
        return ST_NO_MEMORY;
    fault->text[0] = '\0';
    TRY(deciding_read(&d));
    bool number = in->business && d.confirmable;
    struct vat_decision decided;
    TRY(decide_as(&d, number && in->check == VAT_CHECK_VALID, &decided));
    if (number && in->check == VAT_CHECK_UNKNOWN) {
        struct vat_decision as_business;
        TRY(decide_as(&d, true, &as_business));
        d.out = &decided;
        if (same_outcome(&decided, &as_business)) {
            deciding_because(&d, "The outcome does not depend on the VAT number.");
        } else {
            decided.status = VAT_PENDING;
            deciding_because(&d, "The outcome depends on the VAT number: it is asked for again before this is final.");
        }
    }
    if (arena_failed(a))
        return ST_NO_MEMORY;
    *out = decided;
    return ST_OK;
}

struct vat_seller vat_seller_of(const struct config *c)
{
    struct vat_seller s = { .country = c->company.country, .registered = c->vat.registered, .oss = VAT_OSS_NONE,
                            .above_10000 = c->vat.above_10000, .above_100000 = c->vat.above_100000 };
    IGNORE(vat_oss_parse(c->vat.oss, &s.oss)); /* vat_book_open refuses another word */
    return s;
}
