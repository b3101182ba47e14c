/* Pages: every promise and how it stands, one with its history, and what staff are shown. */
#include "clock.h"
#include "codec.h"
#include "config_keys.h"
#include "page.h"
#include "promise_sql.h"
#include "promise_view.h"
#include "sign.h"
#include "str.h"

#define DAYS 90
#define WIDTH 10  /* of a day */
#define HEIGHT 57 /* of a day on which everything was kept */
#define PAGE_MOST (1 << 18)

static st list(struct rq *rq, struct promise_standings *all)
{
    return promise_standings(rq->db, rq->arena, rq->gate.statement, rq->gate.now, all);
}

st page_privacy_promises(struct rq *rq)
{
    struct promise_standings all;
    TRY(list(rq, &all));
    struct v_promise_seen *rows = NEWN(rq->arena, struct v_promise_seen, all.n + 1);
    struct v_promises_page v = { .all = (int64_t)all.n, .caption = tpl_txt(TXT_PROMISE_CAPTION) };
    for (size_t i = 0; rows && i < all.n; i++) {
        rows[i] = promise_public(rq->arena, rq->config, &all.v[i], rq->gate.now);
        v.kept += str_eq(rows[i].state, S("kept"));
    }
    v.rows = (struct v_promise_seen_list){ rows, rows ? all.n : 0 };
    return show_promises_page(rq, 200, &v);
}

st page_privacy_promises_json(struct rq *rq)
{
    struct promise_standings all;
    struct out o;
    TRY(list(rq, &all));
    out_init(&o, rq->arena, PAGE_MOST);
    promises_json(rq->arena, rq->config, &all, rq->gate.now, &o);
    TRY(out_st(&o));
    return rq_bytes(rq, 200, "application/json", out_view(&o));
}

/* ---- one --------------------------------------------------------------------------------------------------------- */

/* A bar a day: as high as the share of looks that saw it kept; what was broken stands dark on top. */
static void draw(struct v_promise_bar *b, int64_t place)
{
    int64_t looks = b->kept + b->broken;
    b->x = place * WIDTH + 1;
    if (looks == 0)
        return;
    b->low = b->broken ? (b->broken * HEIGHT + looks - 1) / looks : 0;
    b->h = HEIGHT - b->low;
    b->y = 2 + b->low;
}

/* May everybody see what was seen since the break that there is? */
static bool told(struct rq *rq, const struct promise_standing *s)
{
    return promise_public_break(rq->config, s, rq->gate.now) || s->broken_at.s == UTC_NONE.s;
}

static st history(struct rq *rq, const struct promise_standing *s, struct v_promise_page *v)
{
    struct promise_days_rows days;
    v->to = date_utc(rq->gate.now);
    v->from = date_add_days(v->to, 1 - DAYS);
    TRY(promise_days(rq->db, rq->arena, &(struct promise_days_in){ s->id, v->from }, &days));
    if (!told(rq, s)) /* the days before; of those since, when the grace is over */
        while (days.n && days.v[days.n - 1].day.days >= date_utc(s->broken_at).days)
            days.n--;
    struct v_promise_bar *bars = NEWN(rq->arena, struct v_promise_bar, days.n + 1);
    if (!bars)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < days.n; i++) {
        bars[i] = (struct v_promise_bar){ .day = days.v[i].day, .kept = days.v[i].kept, .broken = days.v[i].broken,
                                          .unknown = days.v[i].unknown };
        draw(&bars[i], days.v[i].day.days - v->from.days);
        v->days_broken += bars[i].broken > 0;
        v->days_kept += bars[i].broken == 0 && bars[i].kept > 0;
    }
    v->bars = (struct v_promise_bar_list){ bars, days.n };
    return ST_OK;
}

/* The newest looks, unless a break is not public yet: then those up to it. */
static st past(struct rq *rq, const struct promise_standing *s, struct v_promise_page *v)
{
    struct promise_results_rows rows;
    bool shown = told(rq, s);
    TRY(promise_results(rq->db, rq->arena, &(struct promise_results_in){ s->id }, &rows));
    struct v_promise_past *p = NEWN(rq->arena, struct v_promise_past, rows.n + 1);
    size_t n = 0;
    for (size_t i = 0; p && i < rows.n; i++)
        if (shown || rows.v[i].checked_at.s < s->broken_at.s)
            p[n++] = (struct v_promise_past){ rows.v[i].checked_at, rows.v[i].verdict, rows.v[i].words };
    v->past = (struct v_promise_past_list){ p, n };
    return p ? ST_OK : ST_NO_MEMORY;
}

/* {"rows":12,"bad":0} as pairs. The object is our own: names of letters, whole numbers. */
static st numbers(struct rq *rq, str json, struct v_promise_page *v)
{
    struct v_promise_number *out = NEWN(rq->arena, struct v_promise_number, 16);
    str rest = str_sub(json, 1, json.n >= 2 ? json.n - 2 : 0), pair, name;
    size_t n = 0;
    if (!out)
        return ST_NO_MEMORY;
    while (!str_empty(rest) && n < 16 && str_next(&rest, ',', &pair) && str_next(&pair, ':', &name))
        out[n++] = (struct v_promise_number){ text_named(LANGUAGE_EN_GB,
            str_fmt(rq->arena, "promise.number.%.*s", STR_ARG(str_sub(name, 1, name.n >= 2 ? name.n - 2 : 0)))), pair };
    v->numbers = (struct v_promise_number_list){ out, n };
    return ST_OK;
}

st page_privacy_promise(struct rq *rq)
{
    struct promise_standings all;
    str name = rq_slug(rq, "name");
    const struct promise_standing *s = NULL;
    TRY(list(rq, &all));
    for (size_t i = 0; i < all.n; i++)
        if (str_eq(name, str_c(all.v[i].check->name)))
            s = &all.v[i];
    if (!s)
        return ST_NOT_FOUND;
    struct v_promise_seen seen = promise_public(rq->arena, rq->config, s, rq->gate.now);
    struct v_promise_page v = { .title = seen.title, .state = seen.state, .at = seen.at, .words = seen.words,
                                .clauses = seen.clauses, .minutes = s->check->every / 60 };
    if (s->ever) {
        TRY(history(rq, s, &v));
        TRY(past(rq, s, &v));
    }
    if (str_eq(seen.state, S("kept")))
        TRY(numbers(rq, s->numbers, &v));
    return show_promise_page(rq, 200, &v);
}

/* With which key bundles are signed (`avow promises export`). */
st page_privacy_key(struct rq *rq)
{
    struct promise_key_rows known;
    uint8_t pub[SIGN_PUBLIC];
    TRY(promise_key(rq->db, rq->arena, &known));
    if (known.n == 0 || hex_parse(known.v[0].value, pub, sizeof pub) != ST_OK)
        return ST_NOT_FOUND;
    return rq_bytes(rq, 200, "application/x-pem-file", sign_pem(rq->arena, pub));
}

/* ---- staff: at once, and with what shows it ---------------------------------------------------------------------- */

st page_staff_promises(struct rq *rq)
{
    struct promise_standings all;
    TRY(list(rq, &all));
    struct v_promise_seen *rows = NEWN(rq->arena, struct v_promise_seen, all.n + 1);
    struct v_staff_promises v = { .all = (int64_t)all.n, .hours = rq->config->promise.grace / 3600,
                                  .caption = tpl_txt(TXT_PROMISE_STAFF_CAPTION), .csrf = rq->csrf };
    if (!rows)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < all.n; i++) {
        const struct promise_standing *s = &all.v[i];
        rows[i] = promise_public(rq->arena, rq->config, s, rq->gate.now);
        rows[i].state = str_c(promise_word(s->verdict));
        rows[i].at = s->at;
        rows[i].words = s->ever ? s->words : rows[i].words;
        rows[i].evidence = s->verdict == PROMISE_BROKEN ? s->evidence : S("");
        v.kept += s->verdict == PROMISE_KEPT;
        v.broken += s->verdict == PROMISE_BROKEN;
    }
    v.rows = (struct v_promise_seen_list){ rows, all.n };
    return show_staff_promises(rq, 200, &v);
}

static st looked(struct rq *rq, st result, const void *out UNUSED)
{
    return result == ST_OK ? rq_redirect(rq, url_staff_promises(rq->arena)) : result;
}

st page_staff_promises_look(struct rq *rq)
{
    return rq_command(rq, CMD_PROMISE_ASK, &(struct promise_ask_in){ S("") }, looked);
}
