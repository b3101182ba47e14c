/* Codes in the basket, and what staff see of coupons. */
#include "coupon.h"
#include "coupon_form.h"
#include "coupon_html.h"
#include "coupon_page_sql.h"
#include "money.h"
#include "page.h"
#include "rnd.h"
#include "str.h"

#define HOUR 3600
#define DAY_HOURS 24
#define CODE_LETTERS 10

/* ---- customers ------------------------------------------------------------------------------------------------- */

/* What the command answered, as the message beside the field; a code that is in the basket now is no mistake. */
static const char *mistake(str state)
{
    static const char *const words[] = { "unknown", "early", "ended", "used_up", "had", "wait", "full", "empty" };
    static const char *const keys[] = { "coupon.state.unknown", "coupon.state.early", "coupon.state.ended", "coupon.state.used_up",
                                        "coupon.state.had", "coupon.state.wait", "coupon.state.full", "coupon.state.empty" };
    for (size_t i = 0; i < COUNT(words); i++)
        if (str_eq(state, str_c(words[i])))
            return keys[i];
    return NULL;
}

static st entered(struct rq *rq, st result, const void *out)
{
    const struct basket_coupon_out *o = out;
    TRY(result);
    const char *wrong = mistake(o->state);
    if (wrong) {
        rq_field_error(rq, "code", wrong);
        return ST_INVALID;
    }
    return rq_redirect(rq, url_basket(rq->arena));
}

st page_basket_coupon(struct rq *rq)
{
    return rq_command(rq, CMD_BASKET_COUPON, &(struct basket_coupon_in){ .code = rq_value(rq, "code")->value }, entered);
}

static st removed(struct rq *rq, st result, const void *out)
{
    (void)out;
    TRY(result);
    return rq_redirect(rq, url_basket(rq->arena));
}

st page_basket_uncoupon(struct rq *rq)
{
    return rq_command(rq, CMD_BASKET_UNCOUPON, &(struct basket_uncoupon_in){ .coupon = rq_value(rq, "coupon")->id }, removed);
}

/* ---- staff ----------------------------------------------------------------------------------------------------- */

static int64_t before_of(struct rq *rq)
{
    const struct form_value *before = rq->form && rq->method == GET ? rq_value(rq, "before") : NULL;
    return before && before->number > 0 ? before->number : INT64_MAX;
}

st page_staff_coupons(struct rq *rq)
{
    struct coupon_page_list_rows rows;
    struct coupon_page_misses_row misses;
    TRY(coupon_page_list(rq->db, rq->arena, &(struct coupon_page_list_in){ .before = before_of(rq) }, &rows));
    TRY(coupon_page_misses(rq->db, rq->arena, &(struct coupon_page_misses_in){ .since = rq->now.s / HOUR - DAY_HOURS }, &misses));
    struct v_staff_coupon_row *v = NEWN(rq->arena, struct v_staff_coupon_row, rows.n + 1);
    if (!v)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < rows.n; i++) {
        const struct coupon_page_list_row *r = &rows.v[i];
        v[i] = (struct v_staff_coupon_row){ .id = r->uid, .code = r->code, .label = r->label, .stopped = r->stopped,
                                            .limited = r->has_max_uses, .used = r->used, .most = r->max_uses, .ends = r->ends_on };
    }
    return show_staff_coupons(rq, 200,
                              &(struct v_staff_coupons){
                                  .rows = { v, rows.n }, .next = rows.more ? rows.v[rows.n - 1].id : 0, .misses = misses.n,
                              });
}

/* A code that nobody guesses, to be kept or replaced: letters and digits that are not mistaken for each other. */
static str proposal(struct arena *a)
{
    static const char letters[] = "ABCDEFGHJKMNPQRSTUVWXYZ23456789";
    char *p = NEWN(a, char, CODE_LETTERS);
    for (size_t i = 0; p && i < CODE_LETTERS; i++)
        p[i] = letters[rnd_below(sizeof letters - 1)];
    return p ? (str){ p, CODE_LETTERS } : S("");
}

st page_staff_coupon_new(struct rq *rq)
{
    struct form_view *f = web_form(rq, FORM_STAFF_COUPON);
    if (!f)
        return ST_NO_MEMORY;
    web_form_fill(f, "code", proposal(rq->arena));
    web_form_fill(f, "kind", S("percent"));
    web_form_fill(f, "periods", S("1"));
    web_form_fill(f, "max_uses", S("0"));
    web_form_fill(f, "max_customer", S("1"));
    return show_staff_coupon_new(rq, 200, &(struct v_staff_coupon_new){ .f = f });
}

st guard_coupon(struct rq *rq)
{
    struct coupon_page_get_row *row = NEW(rq->arena, struct coupon_page_get_row);
    rq->object = row;
    return row ? coupon_page_get(rq->db, rq->arena, &(struct coupon_page_get_in){ .uid = rq_uid(rq, "id") }, row) : ST_NO_MEMORY;
}

static st uses_of(struct rq *rq, int64_t coupon, struct v_staff_coupon *v)
{
    struct coupon_page_uses_rows rows;
    TRY(coupon_page_uses(rq->db, rq->arena, &(struct coupon_page_uses_in){ .coupon = coupon, .before = before_of(rq) }, &rows));
    struct v_staff_coupon_use *uses = NEWN(rq->arena, struct v_staff_coupon_use, rows.n + 1);
    if (!uses)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < rows.n; i++)
        uses[i] = (struct v_staff_coupon_use){ .order = rows.v[i].order_uid, .at = rows.v[i].used_at,
                                               .off = money_of(rows.v[i].off, rows.v[i].currency),
                                               .returned = rows.v[i].returned_at.s != UTC_NONE.s };
    v->uses = (struct v_staff_coupon_use_list){ uses, rows.n };
    v->next = rows.more ? rows.v[rows.n - 1].id : 0;
    return ST_OK;
}

st page_staff_coupon(struct rq *rq)
{
    const struct coupon_page_get_row *c = rq->object;
    struct form_view *f = web_form(rq, FORM_STAFF_COUPON);
    struct v_staff_coupon v = { .id = c->uid, .code = c->code, .stopped = c->stopped, .limited = c->has_max_uses, .used = c->used,
                                .most = c->max_uses, .version = c->version, .f = f, .csrf = rq->csrf };
    if (!f)
        return ST_NO_MEMORY;
    TRY(coupon_form_fill(rq, f, c));
    TRY(uses_of(rq, c->id, &v));
    return show_staff_coupon(rq, 200, &v);
}

static st saved(struct rq *rq, st result, const void *out)
{
    const struct coupon_save_out *o = out;
    TRY(result);
    return rq_redirect(rq, url_staff_coupon(rq->arena, o->coupon));
}

static st save(struct rq *rq, uid coupon)
{
    struct coupon_save_in in = { .coupon = coupon };
    TRY(coupon_form_read(rq, &in));
    return rq_command(rq, CMD_COUPON_SAVE, &in, saved);
}

st page_staff_coupon_create(struct rq *rq)
{
    return save(rq, (uid){ 0 });
}

st page_staff_coupon_save(struct rq *rq)
{
    const struct coupon_page_get_row *c = rq->object;
    return save(rq, c->uid);
}

static st stopped(struct rq *rq, st result, const void *out)
{
    const struct coupon_page_get_row *c = rq->object;
    (void)out;
    TRY(result);
    return rq_redirect(rq, url_staff_coupon(rq->arena, c->uid));
}

st page_staff_coupon_stop(struct rq *rq)
{
    const struct coupon_page_get_row *c = rq->object;
    return rq_command(rq, CMD_COUPON_STOP, &(struct coupon_stop_in){ .coupon = c->uid, .stopped = !c->stopped }, stopped);
}
