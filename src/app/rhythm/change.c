#include "change.h"

#include "clock.h"
#include "config_keys.h"
#include "credit.h"
#include "invoice.h"
#include "log.h"
#include "mail.h"
#include "money.h"
#include "order.h"
#include "rhythm.h"
#include "service.h"
#include "str.h"

static bool set(date d)
{
    return d.days != DATE_NONE.days;
}

/* ---- what it would cost ------------------------------------------------------------------------------------------ */

static const char *obstacle(const struct rhythm_case *c)
{
    if (c->facts.state != RHYTHM_ACTIVE || c->facts.months <= 0 || c->facts.due_on.days <= c->today.days)
        return "change.not_now";
    if (c->facts.trial)
        return "change.trial";
    if (set(c->s.cancel_on))
        return "change.cancelled";
    if (c->facts.bill.open)
        return "change.open_invoice";
    if (set(c->facts.change_until))
        return "change.open_change";
    return c->s.has_new_net ? "change.new_price" : NULL;
}

/* The invoice that paid for the period in course: of its renewal, or of the order. */
static st paid_by(struct db *db, struct arena *a, struct rhythm_change *x)
{
    struct rhythm_paid_renewal_row renewal;
    st s = !set(x->from) ? ST_NOT_FOUND
                         : rhythm_paid_renewal(db, a, &(struct rhythm_paid_renewal_in){ .service = x->c.s.id, .from = x->from },
                                               &renewal);
    if (s == ST_OK) {
        x->invoice = renewal.id;
        x->rate_bp = (int32_t)renewal.rate_bp;
        return ST_OK;
    }
    if (s != ST_NOT_FOUND)
        return s;
    struct rhythm_paid_order_row order;
    s = rhythm_paid_order(db, a, &(struct rhythm_paid_order_in){ .service = x->c.s.id }, &order);
    if (s == ST_OK) {
        x->invoice = order.id;
        x->rate_bp = (int32_t)order.rate_bp;
    }
    return s == ST_NOT_FOUND ? ST_OK : s;
}

static st work_out(struct rhythm_change *x)
{
    money used;
    str currency = x->c.s.currency;
    x->until = x->c.facts.due_on;
    x->from = rhythm_after(x->until, -x->c.facts.months, x->c.facts.anchor_day);
    x->left = x->until.days - x->c.today.days;
    x->whole = x->until.days - x->from.days;
    if (x->left > x->whole) /* a period that has not begun yet is left whole */
        x->left = x->whole;
    date on = date_add_days(x->until, -x->left);
    TRY(rhythm_prorate(money_of(x->c.s.unit_net, currency), x->from, x->until, on, &used, &x->unused));
    TRY(rhythm_prorate(x->to.unit, x->from, x->until, on, &used, &x->part));
    return money_sub(x->part, x->unused, &x->now);
}

st rhythm_change_read(struct db *db, struct arena *a, const struct config *config, int64_t service, uid to, date today,
                      struct rhythm_change *x, const char **message)
{
    *x = (struct rhythm_change){ 0 };
    *message = NULL;
    TRY(rhythm_case_read(db, a, config, service, today, &x->c));
    *message = obstacle(&x->c);
    if (*message)
        return ST_CONFLICT;
    struct rhythm_way_row way;
    TRY(rhythm_way(db, a, &(struct rhythm_way_in){ .from = x->c.s.product_id, .to = to }, &way));
    struct quote_ask ask = { .product = way.id, .cycle = x->c.s.cycle, .currency = x->c.s.currency, .options = S(""),
                             .quantity = 1 };
    TRY(catalogue_quote(db, a, &ask, &x->to));
    if (!str_eq(x->to.module, x->c.s.module))
        return ST_NOT_FOUND; /* another platform cannot take it over */
    x->label = rhythm_label(a, x->to.name, x->c.s.cycle, x->to.option_text);
    TRY(work_out(x));
    TRY(paid_by(db, a, x));
    TRY(money_vat(x->now, x->rate_bp, &x->vat));
    return money_add(x->now, x->vat, &x->gross);
}

st rhythm_rate(struct db *db, struct arena *a, const struct rhythm_case *c, int32_t *rate_bp)
{
    struct rhythm_change x = { .c = *c, .from = rhythm_after(c->facts.due_on, -c->facts.months, c->facts.anchor_day) };
    TRY(paid_by(db, a, &x));
    *rate_bp = x.rate_bp;
    return ST_OK;
}

/* ---- taking effect ------------------------------------------------------------------------------------------------ */

static st take_effect(struct cx *cx, const struct rhythm_case *c, int64_t product, int64_t unit_net, str label, str choices,
                      str package)
{
    bool first;
    TRY(rhythm_set_plan(CX_DB(cx), &(struct rhythm_set_plan_in){ .service = c->s.id, .unit_net = unit_net, .label = label,
                                                                 .choices = choices, .today = c->today }, NULL));
    TRY(rhythm_set_product(CX_DB(cx), &(struct rhythm_set_product_in){ .service = c->s.id, .product = product }, NULL));
    TRY(service_package_nt(cx, c->s.uid, package));
    TRY(rhythm_record_nt(cx, c, "service", "change", str_fmt(CX_ARENA(cx), "%.*s/%lld", STR_ARG(date_iso(CX_ARENA(cx), c->today)),
                                                             (long long)product), "done", &first));
    TRY(cx_event_nt(cx, EVENT_RHYTHM_CHANGED, "service", c->s.id, label));
    return mail_queue_nt(cx, MAIL_service_changed, c->s.person_id, c->s.id,
                         str_fmt(CX_ARENA(cx), "%lld/%lld", (long long)cx->gate.now.s, (long long)product));
}

st rhythm_change_paid_nt(struct cx *cx, const struct rhythm_lines_of_row *l)
{
    struct rhythm_case c;
    struct rhythm_ordered_row o;
    date today = date_london(cx->gate.now);
    TRY(rhythm_case_read(CX_DB(cx), CX_ARENA(cx), cx->config, l->service_id, today, &c));
    TRY(rhythm_line_dead(CX_DB(cx), &(struct rhythm_line_dead_in){ .line = l->order_line_id }, NULL));
    if (c.facts.state == RHYTHM_OVER)
        return rhythm_park_nt(cx, l->service_id, today, "rhythm.parked.paid_after_end");
    TRY(rhythm_ordered(CX_DB(cx), CX_ARENA(cx), &(struct rhythm_ordered_in){ .line = l->order_line_id }, &o));
    return take_effect(cx, &c, o.product_id, l->new_net, rhythm_label(CX_ARENA(cx), o.product_name, o.cycle, o.options), o.choices,
                       o.package);
}

st rhythm_unused_nt(struct cx *cx, const struct rhythm_case *c, int64_t net, str reason)
{
    struct rhythm_change x = { .c = *c };
    money vat, gross, unused = money_of(net, c->s.currency);
    x.from = rhythm_after(c->facts.due_on, -c->facts.months, c->facts.anchor_day);
    TRY(paid_by(CX_DB(cx), CX_ARENA(cx), &x));
    if (x.invoice == 0 || net <= 0)
        return ST_OK;
    TRY(money_vat(unused, x.rate_bp, &vat));
    TRY(money_add(unused, vat, &gross));
    st s = invoice_return_nt(cx, &(struct invoice_return){ .invoice = x.invoice, .credit = gross.minor, .reason = reason });
    if (s == ST_CONFLICT)
        cx->message = "change.not_creditable";
    return s;
}

/* ---- asking for it ------------------------------------------------------------------------------------------------ */

static st charge(struct cx *cx, const struct rhythm_change *x, struct rhythm_change_out *out)
{
    struct arena *a = CX_ARENA(cx);
    struct order_standing_line line = {
        .product = x->to.product, .product_name = x->to.name, .vat_class = x->to.vat_class, .cycle = x->c.s.cycle,
        .options = x->to.option_text, .choices = x->to.options, .net = x->now.minor, .from = x->c.today,
        .to = date_add_days(x->until, -1),
        .description = str_fmt(a, "%.*s instead of %.*s, %d of %d days", STR_ARG(x->label), STR_ARG(x->c.s.product_name),
                               (int)x->left, (int)x->whole) };
    TRY(gate_use(&cx->gate, COL_service_hostname, PURPOSE_CONTRACT, x->c.s.uid, x->c.s.hostname, &line.hostname));
    date last = date_add_days(x->until, -1), week = date_add_days(x->c.today, (int32_t)cx->config->shop.due_days);
    struct order_standing o = { .kind = S("change"), .person = x->c.s.person_id, .currency = x->c.s.currency,
                                .due_on = week.days < last.days ? week : last, .before = x->c.s.order_id, .v = &line, .n = 1 };
    struct order_standing_made made;
    st s = order_standing_nt(cx, &o, &made);
    if (s == ST_CONFLICT)
        cx->message = "change.place";
    TRY(s);
    TRY(rhythm_line_add(CX_DB(cx), &(struct rhythm_line_add_in){ .line = line.line, .service = x->c.s.id, .act = S("change"),
        .from = line.from, .to = line.to, .new_net = x->to.unit.minor, .has_new_net = true }, NULL));
    TRY(rhythm_next(CX_DB(cx), &(struct rhythm_next_in){ .service = x->c.s.id, .next = x->c.today }, NULL));
    TRY(cx_event_nt(cx, EVENT_RHYTHM_CHANGE_ASKED, "service", x->c.s.id, x->label));
    *out = (struct rhythm_change_out){ .invoice = made.invoice_uid, .payable = made.decided && made.gross > 0 };
    return made.decided ? rhythm_billed_nt(cx, x->c.s.person_id, made.invoice, S("1")) : ST_OK;
}

/* Cheaper, or the same: it takes effect at once, and what was paid for and is not used comes back as account credit. */
static st credit_it(struct cx *cx, const struct rhythm_change *x)
{
    TRY(rhythm_unused_nt(cx, &x->c, -x->now.minor, S("change")));
    return take_effect(cx, &x->c, x->to.product, x->to.unit.minor, x->label, x->to.options, x->to.package);
}

st cmd_rhythm_change(struct cx *cx, const struct rhythm_change_in *in, struct rhythm_change_out *out)
{
    struct rhythm_by_uid_row row;
    struct rhythm_change x;
    const char *message;
    TRY(rhythm_by_uid(CX_DB(cx), CX_ARENA(cx), &(struct rhythm_by_uid_in){ .uid = in->service }, &row));
    if (cx->actor.kind == ACTOR_CUSTOMER && row.person_id != cx->actor.person)
        return ST_NOT_FOUND;
    st s = rhythm_change_read(CX_DB(cx), CX_ARENA(cx), cx->config, row.id, in->product, date_london(cx->gate.now), &x, &message);
    cx->message = message;
    TRY(s);
    if (in->now != x.now.minor || in->next != x.to.unit.minor) {
        cx->message = "change.changed"; /* a price, or the day, is another than on the page */
        return ST_CONFLICT;
    }
    return x.now.minor > 0 ? charge(cx, &x, out) : credit_it(cx, &x);
}

st cmd_rhythm_unchange(struct cx *cx, const struct rhythm_unchange_in *in, struct rhythm_unchange_out *out)
{
    (void)out;
    struct rhythm_by_uid_row row;
    struct rhythm_open_change_row open;
    TRY(rhythm_by_uid(CX_DB(cx), CX_ARENA(cx), &(struct rhythm_by_uid_in){ .uid = in->service }, &row));
    if (cx->actor.kind == ACTOR_CUSTOMER && row.person_id != cx->actor.person)
        return ST_NOT_FOUND;
    st s = rhythm_open_change(CX_DB(cx), CX_ARENA(cx), &(struct rhythm_open_change_in){ .service = row.id }, &open);
    if (s == ST_NOT_FOUND || (s == ST_OK && open.held > 0)) {
        cx->message = s == ST_OK ? "rhythm.payment_on_its_way" : "change.none_open";
        return ST_CONFLICT;
    }
    TRY(s);
    TRY(order_void_nt(cx, open.order_id));
    return rhythm_voided_nt(cx, open.order_id, false);
}

/* ---- which ways there are ------------------------------------------------------------------------------------------ */

st cmd_rhythm_ways(struct cx *cx, const struct rhythm_ways_in *in, struct rhythm_ways_out *out)
{
    (void)out;
    struct rhythm_product_row from;
    TRY(rhythm_product(CX_DB(cx), CX_ARENA(cx), &(struct rhythm_product_in){ .uid = in->product }, &from));
    TRY(rhythm_no_ways(CX_DB(cx), &(struct rhythm_no_ways_in){ .from = from.id }, NULL));
    str line, rest = in->slugs;
    size_t n = 0;
    while (!str_empty(rest) && str_next(&rest, '\n', &line)) {
        struct rhythm_slug_row to;
        str slug = str_trim(line);
        if (str_empty(slug))
            continue;
        st s = rhythm_slug(CX_DB(cx), CX_ARENA(cx), &(struct rhythm_slug_in){ .slug = slug }, &to);
        if (s == ST_NOT_FOUND || (s == ST_OK && (to.id == from.id || !str_eq(to.module, from.module))) || n++ == CHANGES_MOST)
            return cx_invalid(cx, "slugs", "err.way");
        TRY(s);
        TRY(rhythm_way_add(CX_DB(cx), &(struct rhythm_way_add_in){ .from = from.id, .to = to.id, .position = (int64_t)n }, NULL));
    }
    return cx_event_nt(cx, EVENT_PRODUCT_CHANGED, "product", from.id, S("changes of plan"));
}
