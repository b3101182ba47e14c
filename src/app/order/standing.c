/* Orders that the program makes by what was agreed: renewals, and changes of plan. */
#include "clock.h"
#include "mail.h"
#include "money.h"
#include "order_lines.h"
#include "order_sql.h"
#include "place.h"
#include "rnd.h"
#include "str.h"

static str part_word(struct arena *a, const struct address_part *p)
{
    return p->there ? str_fmt(a, "%zu.%zu.%zu", p->line, p->at, p->n) : S("-");
}

st order_party(struct arena *arena, const struct profile *f, str email, struct invoice_party *out)
{
    struct address a = { .line1 = f->address1, .line2 = f->address2, .city = f->city, .region = f->region,
                         .postcode = f->postcode, .country = f->country };
    struct address_lines lines = { 0 };
    TRY(address_print(arena, &a, S(""), &lines));
    str text = S("");
    for (size_t i = 0; i < lines.n; i++)
        text = str_fmt(arena, "%.*s%s%.*s", STR_ARG(text), i ? "\n" : "", STR_ARG(lines.v[i]));
    *out = (struct invoice_party){ .name = f->full_name, .company = f->company, .address = text,
                                   .parts = str_fmt(arena, "%.*s %.*s %.*s", STR_ARG(part_word(arena, &lines.city)),
                                                    STR_ARG(part_word(arena, &lines.postcode)),
                                                    STR_ARG(part_word(arena, &lines.region))),
                                   .vat_number = f->vat_number, .email = email,
                                   .area = postcode_area(f->country, f->postcode) };
    return ST_OK;
}

struct standing {
    struct cx *cx;
    struct order_standing *in;
    struct profile profile;
    str email;
    int64_t order;
    struct vat_order_outcome vat;
    struct invoice_made invoice;
};

/* ---- the order ------------------------------------------------------------------------------------------------- */

static st add_order(struct standing *s)
{
    struct cx *cx = s->cx;
    money net = money_of(0, s->in->currency);
    for (size_t i = 0; i < s->in->n; i++)
        TRY(money_add(net, money_of(s->in->v[i].net, s->in->currency), &net));
    struct order_add_in in = { .uid = rnd_uid(), .person = s->in->person, .kind = s->in->kind,
                               .customer_type = s->profile.business ? S("business") : S("consumer"),
                               .currency = s->in->currency, .net = net.minor, .statement = cx->gate.statement_id,
                               .at = cx->gate.now };
    struct order_add_row row;
    TRY(order_add(CX_DB(cx), CX_ARENA(cx), &in, &row));
    s->order = row.id;
    return cx_event_nt(cx, EVENT_ORDER_PLACED, "orders", row.id, s->in->kind);
}

static st add_line(struct standing *s, struct order_standing_line *l)
{
    struct cx *cx = s->cx;
    struct order_line_add_in in = { .uid = rnd_uid(), .order = s->order, .product = l->product,
                                    .product_name = l->product_name, .vat_class = l->vat_class, .cycle = l->cycle,
                                    .quantity = 1, .options = l->options, .choices = l->choices, .unit_net = l->net + l->discount,
                                    .setup_net = 0, .discount_net = l->discount, .net = l->net };
    TRY(gate_collect_nt(&cx->gate, &(struct collect){ .col = COL_order_line_hostname, .point = POINT_DERIVED,
        .source = SOURCE_PROGRAM, .person = s->in->person, .row = in.uid }, l->hostname, &in.hostname));
    struct order_line_add_row row;
    TRY(order_line_add(CX_DB(cx), CX_ARENA(cx), &in, &row));
    l->line = row.id;
    return ST_OK;
}

/* ---- VAT ------------------------------------------------------------------------------------------------------- */

static st judge(struct standing *s)
{
    switch (s->vat.status) {
    case VAT_DECIDED:
        s->cx->message = "rhythm.parked.not_sold_there";
        return s->vat.payable ? ST_OK : ST_CONFLICT;
    case VAT_PENDING:
        return ST_OK;
    case VAT_INSUFFICIENT:
    case VAT_CONTRADICTION:
        s->cx->message = "rhythm.parked.place";
        return ST_CONFLICT;
    }
    return ST_BUG;
}

/* The profile of now. The connection that ordered once is still evidence while the country is the same. */
static st decide(struct standing *s)
{
    const struct profile *f = &s->profile;
    struct vat_order before = { .ip = S(""), .ip_country = S(""), .ip_source = S(""), .country = S("") };
    st found = vat_order_known(&s->cx->gate, s->in->before, &before);
    if (found != ST_OK && found != ST_NOT_FOUND)
        return found;
    struct vat_order o = { .person = s->in->person, .order = s->order, .business = f->business, .number = f->vat_number,
                           .country = f->country, .postcode = f->postcode, .telephone = f->telephone, .from_records = true,
                           .ip = S(""), .ip_country = S(""), .ip_source = S("") };
    if (found == ST_OK && str_eq(before.country, f->country)) {
        o.ip = before.ip;
        o.ip_country = before.ip_country;
        o.ip_source = before.ip_source;
    }
    for (size_t i = 0; i < s->in->n; i++) {
        enum vat_class class;
        TRY(vat_class_parse(s->in->v[i].vat_class, &class));
        o.classes[class] = true;
    }
    TRY(vat_decide_order_nt(s->cx, &o, &s->vat));
    return judge(s);
}

/* ---- the pro forma --------------------------------------------------------------------------------------------- */

static st draft(struct standing *s)
{
    struct cx *cx = s->cx;
    struct order_vat_text text;
    struct invoice_item *items = NEWN(CX_ARENA(cx), struct invoice_item, s->in->n);
    if (!items)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < s->in->n; i++) {
        const struct order_standing_line *l = &s->in->v[i];
        struct order_line_vat how;
        TRY(order_line_vat(&s->vat, l->vat_class, &how));
        items[i] = (struct invoice_item){ .order_line = l->line, .description = l->description, .hostname = l->hostname,
                                          .quantity = 1, .unit_net = l->net + l->discount,
                                          .discount = l->discount, .net = l->net, .rate_bp = how.rate_bp,
                                          .treatment = how.treatment, .period = true, .from = l->from, .to = l->to };
    }
    TRY(order_vat_text(CX_ARENA(cx), &s->vat, &text));
    struct invoice_draft d = { .person = s->in->person, .order = s->order, .currency = s->in->currency,
                               .treatment = text.treatment, .territory = text.territory, .note = text.note,
                               .due_on = s->in->due_on, .has_due_on = true, .items = items, .n = s->in->n };
    TRY(order_party(CX_ARENA(cx), &s->profile, s->email, &d.party));
    TRY(invoice_draft_nt(cx, &d, &s->invoice));
    return order_set_vat(CX_DB(cx), &(struct order_set_vat_in){ .id = s->order, .vat = s->invoice.vat,
                                                                .gross = s->invoice.gross }, NULL);
}

st order_standing_nt(struct cx *cx, struct order_standing *in, struct order_standing_made *out)
{
    struct standing s = { .cx = cx, .in = in };
    TRY(profile_get(&cx->gate, in->person, PURPOSE_BILLING, &s.profile, &s.email));
    if (str_empty(s.profile.country) || str_empty(s.profile.full_name)) {
        cx->message = "rhythm.parked.profile";
        return ST_CONFLICT;
    }
    TRY(add_order(&s));
    for (size_t i = 0; i < in->n; i++)
        TRY(add_line(&s, &in->v[i]));
    TRY(decide(&s));
    TRY(draft(&s));
    *out = (struct order_standing_made){ .order = s.order, .invoice = s.invoice.id, .gross = s.invoice.gross,
                                         .invoice_uid = s.invoice.uid, .decided = s.vat.status == VAT_DECIDED };
    return ST_OK;
}
