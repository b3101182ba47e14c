/* A new price for services that run: announced, and from the first period that begins after the notice. */
#include "case.h"
#include "catalogue.h"
#include "clock.h"
#include "codec.h"
#include "config_keys.h"
#include "mail.h"
#include "rhythm.h"
#include "rnd.h"
#include "str.h"

/* The first day on which a period begins and the notice is over. */
static date first_after(const struct rhythm_case *c, date notice)
{
    date from = c->facts.due_on;
    while (from.days < notice.days)
        from = rhythm_after(from, c->facts.months, c->facts.anchor_day);
    return from;
}

static st announce(struct cx *cx, int64_t service, int64_t *announced)
{
    struct rhythm_case c;
    struct quote q;
    date today = date_london(cx->gate.now);
    TRY(rhythm_case_read(CX_DB(cx), CX_ARENA(cx), cx->config, service, today, &c));
    if (c.facts.state == RHYTHM_OVER || c.facts.months <= 0)
        return ST_OK;
    struct quote_ask ask = { .product = c.s.product_id, .cycle = c.s.cycle, .currency = c.s.currency, .options = c.s.choices,
                             .quantity = 1 };
    st s = catalogue_quote(CX_DB(cx), CX_ARENA(cx), &ask, &q);
    if (s == ST_NOT_FOUND || s == ST_INVALID || s == ST_WITHDRAWN)
        return ST_OK; /* the catalogue has no such price any more: it stays as agreed */
    TRY(s);
    int64_t agreed = c.s.has_new_net ? c.s.new_net : c.s.unit_net;
    if (q.unit.minor == agreed)
        return ST_OK;
    date from = first_after(&c, date_add_days(today, (int32_t)cx->config->billing.price_notice_days));
    TRY(rhythm_new_price(CX_DB(cx), &(struct rhythm_new_price_in){ .service = service, .net = q.unit.minor, .from = from }, NULL));
    ++*announced;
    TRY(cx_event_nt(cx, EVENT_RHYTHM_PRICE, "service", service, date_iso(CX_ARENA(cx), from)));
    return mail_queue_nt(cx, MAIL_price_change, c.s.person_id, service,
                         str_fmt(CX_ARENA(cx), "%.*s/%lld", STR_ARG(date_iso(CX_ARENA(cx), from)), (long long)q.unit.minor));
}

st cmd_rhythm_reprice(struct cx *cx, const struct rhythm_reprice_in *in, struct rhythm_reprice_out *out)
{
    struct rhythm_of_product_rows rows;
    TRY(rhythm_of_product(CX_DB(cx), CX_ARENA(cx), &(struct rhythm_of_product_in){ .product = in->product, .after = in->after },
                          &rows));
    *out = (struct rhythm_reprice_out){ .announced = 0 };
    for (size_t i = 0; i < rows.n; i++)
        TRY(announce(cx, rows.v[i].id, &out->announced));
    out->next = rows.more ? rows.v[rows.n - 1].id : 0;
    return ST_OK;
}

/* There may be thousands: the courier goes through them, a part at a time. */
st cmd_rhythm_announce(struct cx *cx, const struct rhythm_announce_in *in, struct rhythm_announce_out *out)
{
    (void)out;
    struct rhythm_product_row product;
    TRY(rhythm_product(CX_DB(cx), CX_ARENA(cx), &(struct rhythm_product_in){ .uid = in->product }, &product));
    str key = str_fmt(CX_ARENA(cx), "rhythm.reprice/%.*s", STR_ARG(uid_str(CX_ARENA(cx), rnd_uid())));
    TRY(cx_job_nt(cx, S("rhythm.reprice"), key, 0, product.id, cx->gate.now));
    return cx_event_nt(cx, EVENT_PRODUCT_CHANGED, "product", product.id, S("prices announced"));
}

st rhythm_job_reprice(struct job_cx *jc)
{
    struct rhythm_reprice_in in = { .product = jc->job.object };
    struct rhythm_reprice_out out;
    do {
        const char *step = str_z(jc->gate.arena, str_fmt(jc->gate.arena, "reprice/%lld", (long long)in.after));
        if (!step)
            return ST_NO_MEMORY;
        TRY(job_command(jc, CMD_RHYTHM_REPRICE, step, &in, &out));
        in.after = out.next;
    } while (out.next != 0);
    return ST_OK;
}
