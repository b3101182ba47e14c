/* Placing an order: everything that follows from one press of a button, or nothing of it. */
#include <string.h>

#include "clock.h"
#include "codec.h"
#include "consent.h"
#include "fold.h"
#include "fraud.h"
#include "invoice.h"
#include "mail.h"
#include "money.h"
#include "account.h"
#include "order.h"
#include "order_lines.h"
#include "order_sql.h"
#include "profile.h"
#include "rnd.h"
#include "stock.h"
#include "str.h"
#include "text_keys.h"

struct placing {
    struct cx *cx;
    const struct order_place_in *in;
    struct basket_view basket;
    struct profile profile;
    str email;
    int64_t person, order;
    uid order_uid;
    int64_t *lines; /* order_line.id, one per basket line */
    struct vat_order_outcome vat;
    struct invoice_made invoice;
    enum fraud_outcome screened;
};

/* ---- what was seen --------------------------------------------------------------------------------------------- */

static const char *refusal(const struct basket_view_line *l)
{
    if (l->state == ST_LIMIT)
        return strcmp(l->trouble, "sold_out") == 0 || strcmp(l->trouble, "few_left") == 0 ? "order.sold_out" : "order.had_enough";
    return l->state == ST_WITHDRAWN ? "order.withdrawn" : "order.unavailable";
}

static st check_basket(struct placing *p)
{
    struct cx *cx = p->cx;
    TRY(basket_view(&cx->gate, cx->actor.person, &p->basket));
    if (p->basket.n == 0) {
        cx->message = p->basket.expired ? "order.basket_expired" : "order.basket_empty";
        return ST_CONFLICT;
    }
    for (size_t i = 0; i < p->basket.n; i++)
        if (p->basket.v[i].state != ST_OK) {
            cx->message = refusal(&p->basket.v[i]);
            return p->basket.v[i].state == ST_WITHDRAWN ? ST_WITHDRAWN : ST_CONFLICT;
        }
    if (p->in->basket_hash.n != BASKET_HASH || memcmp(p->in->basket_hash.p, p->basket.hash, BASKET_HASH) != 0) {
        cx->message = "order.changed";
        for (size_t i = 0; i < p->basket.coupons.n; i++)
            if (p->basket.coupons.v[i].state != COUPON_ok)
                cx->message = "coupon.gone";
        return ST_CONFLICT;
    }
    if (p->basket.stores_data && gate_clause(&cx->gate, CLAUSE_S21) && !p->in->acknowledged)
        return cx_invalid(cx, "acknowledged", "err.acknowledge");
    return ST_OK;
}

/* ---- who orders ------------------------------------------------------------------------------------------------ */

/* A visitor becomes a customer; a customer is one already, and keeps the address they sign in with. */
static st check_account(struct placing *p)
{
    struct cx *cx = p->cx;
    if (cx->actor.kind == ACTOR_CUSTOMER) {
        struct profile before;
        return profile_get(&cx->gate, p->person, PURPOSE_BILLING, &before, &p->email);
    }
    p->email = str_trim(p->in->email);
    if (!account_email_sound(p->email))
        return cx_invalid(cx, "email", "err.email");
    if (str_empty(p->in->password))
        return cx_invalid(cx, "password", "err.required");
    st s = profile_customer_nt(cx, p->person, POINT_CHECKOUT, p->email, p->in->password);
    return s == ST_CONFLICT ? cx_invalid(cx, "email", "err.email_known") : s;
}

static st check_person(struct placing *p)
{
    const struct order_place_in *in = p->in;
    p->person = p->cx->actor.person;
    p->profile = (struct profile){
        .business = in->business, .full_name = in->full_name, .company = in->company, .vat_number = in->vat_number,
        .address1 = in->address1, .address2 = in->address2, .city = in->city, .region = in->region,
        .postcode = in->postcode, .country = in->country, .telephone = in->telephone };
    TRY(profile_clean(p->cx, &p->profile, true));
    TRY(check_account(p));
    return profile_set_nt(p->cx, p->person, POINT_CHECKOUT, &p->profile, -1);
}

/* ---- the order ------------------------------------------------------------------------------------------------- */

static st seal(struct placing *p, enum column_id col, enum point point, enum source source, uid row, str plain,
               const struct sealed **out)
{
    *out = NULL;
    if (str_empty(plain))
        return ST_OK;
    st s = gate_collect_nt(&p->cx->gate, &(struct collect){ .col = col, .point = point, .source = source,
                                                            .person = p->person, .row = row }, plain, out);
    return s == ST_RESTRICTED && col == COL_orders_ip ? ST_OK : s; /* they objected to the only use it has: it is not kept */
}

static st add_order(struct placing *p)
{
    struct cx *cx = p->cx;
    p->order_uid = rnd_uid();
    struct order_add_in in = { .uid = p->order_uid, .person = p->person,
                               .customer_type = p->profile.business ? S("business") : S("consumer"),
                               .currency = p->basket.currency, .net = p->basket.net.minor,
                               .statement = cx->gate.statement_id, .at = cx->gate.now, .kind = S("new") };
    str reference = str_trim(p->in->reference);
    if (!str_empty(reference) && (!gate_clause(&cx->gate, CLAUSE_S7A) || !utf8_printable(reference, false)))
        return cx_invalid(cx, "reference", gate_clause(&cx->gate, CLAUSE_S7A) ? "err.characters" : "err.not_in_force");
    TRY(seal(p, COL_orders_reference, POINT_CHECKOUT, SOURCE_PERSON, p->order_uid, reference, &in.reference));
    TRY(seal(p, COL_orders_ip, POINT_REQUEST, SOURCE_BROWSER, p->order_uid, p->in->ip, &in.ip));
    struct order_add_row row;
    TRY(order_add(CX_DB(cx), CX_ARENA(cx), &in, &row));
    p->order = row.id;
    return ST_OK;
}

static st add_lines(struct placing *p)
{
    struct cx *cx = p->cx;
    p->lines = NEWN(CX_ARENA(cx), int64_t, p->basket.n);
    if (!p->lines)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < p->basket.n; i++) {
        const struct basket_view_line *l = &p->basket.v[i];
        const struct quote *q = &l->quote;
        struct order_line_add_in in = {
            .uid = rnd_uid(), .order = p->order, .product = q->product, .product_name = q->name,
            .vat_class = q->vat_class, .cycle = l->cycle, .quantity = l->quantity, .options = q->option_text,
            .choices = q->options,
            .unit_net = q->unit.minor, .setup_net = q->setup.minor, .discount_net = l->off.minor, .net = l->due.minor };
        TRY(seal(p, COL_order_line_hostname, POINT_DERIVED, SOURCE_PROGRAM, in.uid, l->hostname, &in.hostname));
        struct order_line_add_row row;
        TRY(order_line_add(CX_DB(cx), CX_ARENA(cx), &in, &row));
        p->lines[i] = row.id;
    }
    TRY(stock_take_nt(cx, &(struct stock_taking){ .order = p->order, .person = p->person, .basket = &p->basket,
                                                  .order_lines = p->lines, .profile = &p->profile, .email = p->email }));
    return coupon_take_nt(cx, &(struct coupon_taking){ .order = p->order, .person = p->person, .currency = p->basket.currency,
                                                       .coupons = &p->basket.coupons, .order_lines = p->lines, .n = p->basket.n });
}

/* S21: in which words, under which version of the statement. */
static st acknowledge(struct placing *p)
{
    struct cx *cx = p->cx;
    if (!p->basket.stores_data || !gate_clause(&cx->gate, CLAUSE_S21))
        return ST_OK;
    TRY(order_acknowledge(CX_DB(cx), &(struct order_acknowledge_in){
        .person = p->person, .order = p->order, .topic = S("S21"),
        .wording = str_c(text_words[LANGUAGE_EN_GB][TXT_FIELD_ACKNOWLEDGED]),
        .statement = cx->gate.statement_id, .point = S("checkout"), .at = cx->gate.now }, NULL));
    return cx_event_nt(cx, EVENT_ACKNOWLEDGED, "orders", p->order, S("S21"));
}

/* ---- VAT ------------------------------------------------------------------------------------------------------- */

/* Where the supply takes place must be known before anything is promised. The field named is the one that would settle
 * it: the telephone number is the evidence a person can most easily put right. */
static st check_decision(struct placing *p)
{
    struct cx *cx = p->cx;
    switch (p->vat.status) {
    case VAT_DECIDED:
        return p->vat.payable ? ST_OK : cx_invalid(cx, "country", "err.not_sold_there");
    case VAT_PENDING:
        return ST_OK;
    case VAT_INSUFFICIENT:
        return cx_invalid(cx, "telephone", "err.place_insufficient");
    case VAT_CONTRADICTION:
        return cx_invalid(cx, "telephone", "err.place_contradiction");
    }
    return ST_BUG;
}

static st decide(struct placing *p)
{
    struct vat_order o = { .person = p->person, .order = p->order, .business = p->profile.business,
                           .number = p->profile.vat_number, .country = p->profile.country,
                           .postcode = p->profile.postcode, .telephone = p->profile.telephone, .ip = p->in->ip,
                           .ip_country = p->in->ip_country, .ip_source = p->in->ip_source };
    for (size_t i = 0; i < p->basket.n; i++) {
        enum vat_class class;
        TRY(vat_class_parse(p->basket.v[i].quote.vat_class, &class));
        o.classes[class] = true;
    }
    TRY(vat_decide_order_nt(p->cx, &o, &p->vat));
    return check_decision(p);
}

/* ---- the pro forma --------------------------------------------------------------------------------------------- */

/* What the coupons take off a line: off the price of the period, and off setting it up. */
static struct coupon_share discount_of(const struct placing *p, size_t line)
{
    struct coupon_share all = { 0 };
    for (size_t i = 0; i < p->basket.coupons.n; i++) {
        const struct coupon_given *g = &p->basket.coupons.v[i];
        all.off += g->state == COUPON_ok ? g->shares[line].off : 0;
        all.setup_off += g->state == COUPON_ok ? g->shares[line].setup_off : 0;
    }
    return all;
}

/* One line for the service, and one for setting it up when that costs something. */
static st items(struct placing *p, struct invoice_draft *d)
{
    struct arena *a = CX_ARENA(p->cx);
    struct invoice_item *v = NEWN(a, struct invoice_item, 2 * p->basket.n);
    if (!v)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < p->basket.n; i++) {
        const struct basket_view_line *l = &p->basket.v[i];
        struct order_line_vat how;
        TRY(order_line_vat(&p->vat, l->quote.vat_class, &how));
        struct invoice_item item = { .order_line = p->lines[i], .hostname = l->hostname, .quantity = l->quantity,
                                     .rate_bp = how.rate_bp, .treatment = how.treatment };
        struct coupon_share off = discount_of(p, i);
        item.unit_net = l->quote.unit.minor;
        item.discount = off.off;
        item.net = l->quote.unit.minor * l->quantity - off.off; /* no overflow: the quote is larger and was checked */
        item.description = order_line_text(a, &l->quote, l->cycle, false);
        if (l->trial_days > 0) {
            item.unit_net = item.discount = item.net = 0;
            item.description = str_fmt(a, "%.*s: free for %lld days", STR_ARG(item.description), (long long)l->trial_days);
        }
        v[d->n++] = item;
        if (l->quote.setup.minor == 0)
            continue;
        item.unit_net = l->quote.setup.minor;
        item.discount = off.setup_off;
        item.net = l->quote.setup.minor * l->quantity - off.setup_off;
        item.description = order_line_text(a, &l->quote, l->cycle, true);
        v[d->n++] = item;
    }
    d->items = v;
    return ST_OK;
}

static st draft(struct placing *p)
{
    struct cx *cx = p->cx;
    struct invoice_draft d = { .person = p->person, .order = p->order, .currency = p->basket.currency };
    struct order_vat_text text;
    TRY(items(p, &d));
    TRY(order_vat_text(CX_ARENA(cx), &p->vat, &text));
    d.treatment = text.treatment;
    d.territory = text.territory;
    d.note = text.note;
    TRY(order_party(CX_ARENA(cx), &p->profile, p->email, &d.party));
    TRY(invoice_draft_nt(cx, &d, &p->invoice));
    return order_set_vat(CX_DB(cx), &(struct order_set_vat_in){ .id = p->order, .vat = p->invoice.vat,
                                                                .gross = p->invoice.gross }, NULL);
}

/* Is it genuine? What the rules do not like waits for a person, or is refused; either way it is kept, and nothing is due. */
static st screen(struct placing *p)
{
    const struct profile *f = &p->profile;
    struct fraud_order o = { .person = p->person, .order = p->order, .full_name = f->full_name, .email = p->email,
                             .telephone = f->telephone, .address1 = f->address1, .city = f->city, .postcode = f->postcode,
                             .country = f->country, .ip = p->in->ip, .ip_country = p->in->ip_country,
                             .gross = money_of(p->invoice.gross, p->basket.currency) };
    TRY(fraud_screen_nt(p->cx, &o, &p->screened));
    return p->screened == FRAUD_REFUSE ? order_refuse_nt(p->cx, p->order) : ST_OK;
}

/* May it be paid at once, or does it wait for a person or for VAT? */
static bool ready(const struct placing *p)
{
    return p->screened == FRAUD_ACCEPT && p->vat.status == VAT_DECIDED;
}

static enum mail first_mail(const struct placing *p)
{
    if (p->screened != FRAUD_ACCEPT)
        return p->screened == FRAUD_REVIEW ? MAIL_order_review : MAIL_order_refused;
    if (p->vat.status != VAT_DECIDED)
        return MAIL_order_waiting;
    return p->invoice.gross == 0 ? MAIL_order_free : MAIL_order_received;
}

static st finish(struct placing *p)
{
    struct cx *cx = p->cx;
    TRY(order_empty_basket_nt(cx, p->basket.id));
    TRY(mail_queue_nt(cx, first_mail(p), p->person, p->order, S("1")));
    TRY(cx_event_nt(cx, EVENT_ORDER_PLACED, "orders", p->order, p->basket.currency));
    /* What costs nothing is paid as soon as it is ordered. */
    return ready(p) && p->invoice.gross == 0 ? invoice_paid_nt(cx, p->invoice.id) : ST_OK;
}

st cmd_order_place(struct cx *cx, const struct order_place_in *in, struct order_place_out *out)
{
    struct placing p = { .cx = cx, .in = in };
    TRY(check_basket(&p));
    TRY(check_person(&p));
    TRY(add_order(&p));
    TRY(add_lines(&p));
    TRY(acknowledge(&p));
    TRY(choice_at_order_nt(cx, p.person, in->no_deals));
    TRY(decide(&p));
    TRY(draft(&p));
    TRY(screen(&p));
    TRY(finish(&p));
    *out = (struct order_place_out){ .order = p.order_uid, .invoice = p.invoice.uid,
                                     .payable = ready(&p) && p.invoice.gross > 0 };
    return ST_OK;
}
