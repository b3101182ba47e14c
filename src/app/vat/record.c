#include "record.h"

#include "clock.h"
#include "config_keys.h"
#include "book.h"
#include "place.h"
#include "rnd.h"
#include "str.h"
#include "vat_sql.h"

/* ---- the case ---- */

/* Civil time in a Member State, in hours ahead of London: all change to summer time at the same instant. */
static int64_t hours_ahead(str country)
{
    static const str east[] = { SI("BG"), SI("CY"), SI("EE"), SI("FI"), SI("GR"), SI("LT"), SI("LV"), SI("RO"), SI("AX") };
    for (size_t i = 0; i < COUNT(east); i++)
        if (str_eq(country, east[i]))
            return 2;
    bool london = str_eq(country, S("IE")) || str_eq(country, S("PT"));
    return london || vat_zone(vat_book(), country) != VAT_ZONE_EU ? 0 : 1;
}

static struct vat_case case_of(struct cx *cx, const struct vat_order *o, enum vat_check check, char phone[3])
{
    phone[0] = '\0';
    IGNORE(phone_country(CX_ARENA(cx), o->telephone, phone)); /* a number of no country is no item */
    return (struct vat_case){
        .seller = vat_seller_of(cx->config),
        .date = date_london((utc){ cx->gate.now.s + 3600 * hours_ahead(o->country) }),
        .business = o->business,
        .number = o->number,
        .check = check,
        .billing_country = o->country,
        .postcode = o->postcode,
        .ip_country = o->ip_country,
        .phone_country = str_c(phone),
    };
}

/* ---- keeping evidence ---- */

struct keeping {
    struct cx *cx;
    const struct vat_order *order;
    const struct vat_standing *standing;
    const struct vat_decision *decision;
    int64_t id; /* vat_decision.id */
};

/* A piece of evidence in plain text on its way into the gate. */
struct piece {
    enum vat_kind kind;
    const char *word, *provider;
    str value, source;
    enum point point;
    enum source from;
};

static const struct vat_item *item_of(const struct vat_decision *d, enum vat_kind kind)
{
    for (size_t i = 0; i < d->n_items; i++)
        if (d->items[i].kind == kind)
            return &d->items[i];
    return NULL;
}

static const char *outcome_word(const struct vat_item *i)
{
    if (!i || i->outcome == VAT_NO_ITEM)
        return "no_item";
    return i->outcome == VAT_SUPPORTS ? "supports" : "contradicts";
}

static st keep_piece(const struct keeping *k, const struct piece *p)
{
    struct cx *cx = k->cx;
    const struct vat_item *item = item_of(k->decision, p->kind);
    if (str_empty(p->value))
        return ST_OK;
    struct vat_evidence_add_in in = {
        .uid = rnd_uid(), .decision = k->id, .kind = str_c(p->word), .provider = str_c(p->provider),
        .outcome = str_c(outcome_word(item)), .source = p->source, .at = cx->gate.now,
    };
    if (item && !str_empty(item->territory))
        in.territory = item->territory;
    struct collect value = { .col = COL_vat_evidence_value, .point = p->point, .source = p->from, .person = k->order->person,
                             .row = in.uid };
    struct collect territory = { .col = COL_vat_evidence_territory, .point = POINT_DERIVED, .source = SOURCE_PROGRAM,
                                 .person = k->order->person, .row = in.uid };
    TRY(gate_collect_nt(&cx->gate, &value, p->value, &in.value));
    TRY(gate_collect_clear_nt(&cx->gate, &territory, in.territory));
    return vat_evidence_add(CX_DB(cx), &in, NULL);
}

/* Everything that was known, what lost and what said nothing too. */
static st keep_evidence(const struct keeping *k)
{
    const struct vat_order *o = k->order;
    bool vies = str_eq(str_c(k->standing->service), S("vies"));
    bool ours = o->from_records;
    str address = str_fmt(CX_ARENA(k->cx), "%.*s %.*s", STR_ARG(o->country), STR_ARG(o->postcode));
    const struct piece pieces[] = {
        { VAT_BILLING_ADDRESS, "billing_address", "customer", str_trim(address), ours ? S("profile") : S("order form"),
          POINT_DERIVED, SOURCE_PROGRAM },
        { VAT_IP, "ip", "seller", o->ip, o->ip_source,
          ours ? POINT_DERIVED : POINT_REQUEST, ours ? SOURCE_PROGRAM : SOURCE_BROWSER },
        { VAT_TELEPHONE, "telephone", "customer", o->telephone, S("numbering plans"), POINT_DERIVED, SOURCE_PROGRAM },
        { VAT_NUMBER, "vat_number", vies ? "third" : "customer", o->number, str_c(k->standing->service),
          vies ? POINT_VATCHECK : POINT_DERIVED, vies ? SOURCE_VIES : SOURCE_PROGRAM },
    };
    for (size_t i = 0; i < COUNT(pieces); i++)
        TRY(keep_piece(k, &pieces[i]));
    return ST_OK;
}

static str lines(struct arena *a, const str *v, size_t n)
{
    str all = S("");
    for (size_t i = 0; i < n; i++)
        all = str_fmt(a, "%.*s%s%.*s", STR_ARG(all), i ? "\n" : "", STR_ARG(v[i]));
    return all;
}

static st keep_decision(struct keeping *k, enum vat_class class)
{
    struct cx *cx = k->cx;
    const struct vat_decision *d = k->decision;
    struct vat_decision_add_in in = {
        .uid = rnd_uid(), .person = k->order->person, .order = k->order->order, .class = str_c(vat_class_word(class)),
        .status = str_c(vat_status_word(d->status)), .reasons = lines(CX_ARENA(cx), d->reasons, d->n_reasons),
        .at = cx->gate.now,
    };
    if (d->treatment != VAT_UNTREATED) {
        in.territory = d->territory;
        in.treatment = str_c(vat_treatment_word(d->treatment));
        in.rate = d->rate_bp;
        in.has_rate = true;
        in.note = d->note;
    }
    struct collect territory = { .col = COL_vat_decision_territory, .point = POINT_DERIVED, .source = SOURCE_PROGRAM,
                                 .person = k->order->person, .row = in.uid };
    TRY(gate_collect_clear_nt(&cx->gate, &territory, in.territory));
    struct vat_decision_add_row row;
    TRY(vat_decision_add(CX_DB(cx), CX_ARENA(cx), &in, &row));
    k->id = row.id;
    return keep_evidence(k);
}

/* ---- the whole order ---- */

static void worst_of(struct vat_order_outcome *o, const struct vat_decision *d)
{
    if (d->status > o->status)
        o->status = d->status;
    if (d->status != VAT_DECIDED || d->treatment == VAT_REGISTRATION_REQUIRED)
        o->payable = false;
}

st vat_record_nt(struct cx *cx, const struct vat_order *o, const struct vat_standing *standing, struct vat_order_outcome *out)
{
    char phone[3];
    struct vat_fault fault;
    struct vat_case in = case_of(cx, o, standing->check, phone);
    *out = (struct vat_order_outcome){ .status = VAT_DECIDED, .payable = true };
    for (int c = 0; c < VAT_CLASSES; c++) {
        if (!o->classes[c])
            continue;
        in.class = (enum vat_class)c;
        st s = vat_decide(vat_book(), CX_ARENA(cx), &in, &out->by_class[c], &fault);
        if (s == ST_INVALID) /* the form's country was checked: only the operator's tables can be at fault */
            return ST_CONFIG;
        TRY(s);
        struct keeping k = { cx, o, standing, &out->by_class[c], 0 };
        TRY(keep_decision(&k, (enum vat_class)c));
        worst_of(out, &out->by_class[c]);
    }
    return cx_event_nt(cx, EVENT_VAT_DECIDED, "orders", o->order, str_c(vat_status_word(out->status)));
}

/* ---- reading it again ---- */

static st load_decision(const struct vat_newest_row *r, struct vat_order_outcome *out)
{
    enum vat_class class;
    struct vat_decision d = { .territory = r->territory, .note = r->note, .rate_bp = r->has_rate_bp ? (int32_t)r->rate_bp : 0 };
    TRY(vat_class_parse(r->vat_class, &class));
    TRY(vat_status_parse(r->status, &d.status));
    TRY(vat_treatment_parse(r->treatment, &d.treatment));
    out->by_class[class] = d;
    worst_of(out, &d);
    return ST_OK;
}

st vat_order_get(struct db *db, struct arena *a, int64_t order, struct vat_order_outcome *out)
{
    struct vat_newest_rows rows;
    TRY(vat_newest(db, a, &(struct vat_newest_in){ .order = order }, &rows));
    *out = (struct vat_order_outcome){ .status = VAT_DECIDED, .payable = true };
    for (size_t i = 0; i < rows.n; i++)
        TRY(load_decision(&rows.v[i], out));
    return rows.n > 0 ? ST_OK : ST_NOT_FOUND;
}

static st load_piece(struct gate *g, const struct vat_evidence_of_row *r, struct vat_order *out)
{
    str value;
    st s = gate_use(g, COL_vat_evidence_value, PURPOSE_PLACE, r->uid, r->value, &value);
    /* Under a restriction the record of what was sold is still completed (UK GDPR art. 18(2) leaves what the law wants kept). */
    TRY(s == ST_RESTRICTED ? gate_use(g, COL_vat_evidence_value, PURPOSE_RECORDS, r->uid, r->value, &value) : s);
    if (str_eq(r->kind, S("billing_address"))) {
        out->country = str_sub(value, 0, 2);
        out->postcode = str_trim(str_sub(value, 2, value.n));
    } else if (str_eq(r->kind, S("ip"))) {
        out->ip = value;
        out->ip_country = r->territory;
        out->ip_source = r->source_version;
    } else if (str_eq(r->kind, S("telephone"))) {
        out->telephone = value;
    } else if (str_eq(r->kind, S("vat_number"))) {
        out->number = value;
    }
    return ST_OK;
}

st vat_record_load(struct gate *g, int64_t order, struct vat_order *out)
{
    struct vat_newest_rows rows;
    struct vat_order_row_row row;
    TRY(vat_order_row(g->db, g->arena, &(struct vat_order_row_in){ .id = order }, &row));
    TRY(vat_newest(g->db, g->arena, &(struct vat_newest_in){ .order = order }, &rows));
    if (rows.n == 0)
        return ST_NOT_FOUND;
    *out = (struct vat_order){ .person = row.person_id, .order = order,
                               .business = str_eq(row.customer_type, S("business")) };
    for (size_t i = 0; i < rows.n; i++) {
        enum vat_class class;
        TRY(vat_class_parse(rows.v[i].vat_class, &class));
        out->classes[class] = true;
    }
    struct vat_evidence_of_rows pieces;
    TRY(vat_evidence_of(g->db, g->arena, &(struct vat_evidence_of_in){ .decision = rows.v[0].id }, &pieces));
    for (size_t i = 0; i < pieces.n; i++)
        TRY(load_piece(g, &pieces.v[i], out));
    return ST_OK;
}

/* ---- the card ---- */

/* A number counts as confirmed when the decision that stands gave it a voice. */
static st standing_of(struct cx *cx, int64_t decision, enum vat_check *check)
{
    struct vat_evidence_of_rows pieces;
    TRY(vat_evidence_of(CX_DB(cx), CX_ARENA(cx), &(struct vat_evidence_of_in){ .decision = decision }, &pieces));
    *check = VAT_CHECK_NONE;
    for (size_t i = 0; i < pieces.n; i++)
        if (str_eq(pieces.v[i].kind, S("vat_number")) && !str_eq(pieces.v[i].outcome, S("no_item")))
            *check = VAT_CHECK_VALID;
    return ST_OK;
}

/* The card's voice, measured by the decision that stands and not by the one that would have been. */
static st keep_card(struct cx *cx, const struct vat_order *o, const struct vat_newest_row *r, const struct vat_decision *with,
                    str country, bool fits)
{
    const struct vat_item *said = item_of(with, VAT_BANK);
    struct vat_standing nobody = { VAT_CHECK_NONE, "" };
    struct vat_decision d = { .n_items = 0 };
    if (said) {
        d.items[d.n_items++] = *said;
        if (!fits)
            d.items[0].outcome = VAT_CONTRADICTS;
    }
    struct keeping k = { cx, o, &nobody, &d, r->id };
    return keep_piece(&k, &(struct piece){ VAT_BANK, "bank", "third", country, S("payment gateway"), POINT_GATEWAY,
                                           SOURCE_GATEWAY });
}

/* Decide one class again as on its day, with the card beside what was known then. */
static st weigh_card(struct cx *cx, const struct vat_order *o, const struct vat_newest_row *r, str country, bool *fits)
{
    char phone[3];
    enum vat_check check;
    struct vat_fault fault;
    struct vat_decision d;
    TRY(standing_of(cx, r->id, &check));
    struct vat_case in = case_of(cx, o, check, phone);
    in.date = date_london((utc){ r->decided_at.s + 3600 * hours_ahead(o->country) });
    in.bank_country = country;
    TRY(vat_class_parse(r->vat_class, &in.class));
    st s = vat_decide(vat_book(), CX_ARENA(cx), &in, &d, &fault);
    if (s == ST_INVALID) /* a code no book knows is no evidence */
        return ST_OK;
    TRY(s);
    bool same = d.status == VAT_DECIDED && str_eq(d.territory, r->territory) &&
                str_eq(str_c(vat_treatment_word(d.treatment)), r->treatment);
    *fits = *fits && same;
    return keep_card(cx, o, r, &d, country, same);
}

st vat_card_nt(struct cx *cx, int64_t order, str country, bool *fits)
{
    struct vat_order o;
    struct vat_newest_rows rows;
    *fits = true;
    if (str_empty(country) || !gate_may_collect(&cx->gate, COL_vat_evidence_value, POINT_GATEWAY))
        return ST_OK;
    st s = vat_record_load(&cx->gate, order, &o);
    if (s == ST_NOT_FOUND)
        return ST_OK;
    TRY(s);
    TRY(vat_newest(CX_DB(cx), CX_ARENA(cx), &(struct vat_newest_in){ .order = order }, &rows));
    for (size_t i = 0; i < rows.n; i++)
        if (str_eq(rows.v[i].status, S("decided")))
            TRY(weigh_card(cx, &o, &rows.v[i], country, fits));
    return ST_OK;
}
