/* Pages: leaving, following an erasure, certificates; and for staff the runs. */
#include "catalog.h"
#include "clock.h"
#include "codec.h"
#include "config_keys.h"
#include "erase_sql.h"
#include "page.h"
#include "privacy.h"
#include "retention.h"
#include "retention_html.h"
#include "str.h"

#define TEXT_MOST 16384

/* ---- what is held, by class ------------------------------------------------------------------------------------ */

struct class_held {
    int64_t n;
    utc newest;
    bool fields[256]; /* categories that hold something */
};

static bool column_named(str name, enum column_id *out)
{
    size_t dot = str_index(name, '.');
    for (size_t i = 0; i < column_catalog_n; i++)
        if (str_eq(column_catalog[i].table, str_sub(name, 0, dot)) &&
            str_eq(column_catalog[i].name, str_sub(name, dot + 1, name.n))) {
            *out = (enum column_id)i;
            return true;
        }
    return false;
}

static st held_by_class(struct rq *rq, int64_t person, struct class_held *v)
{
    const struct statement *s = rq->gate.statement;
    struct erase_held_rows rows;
    TRY(erase_held(rq->db, rq->arena, &(struct erase_held_in){ .person = person }, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        enum column_id col;
        struct statement_column c;
        size_t life;
        if (!column_named(rows.v[i].col, &col) || !statement_life_of(s, col, &life) || !statement_column(s, col, &c))
            continue;
        v[life].n += rows.v[i].n;
        if (v[life].newest.s < rows.v[i].newest.s)
            v[life].newest = rows.v[i].newest;
        for (size_t k = 0; k < statement_categories(s) && k < 256; k++) {
            str title;
            if (str_eq(statement_category(s, k, &title), c.category))
                v[life].fields[k] = true;
        }
    }
    return ST_OK;
}

static str titles(struct rq *rq, const struct class_held *h)
{
    const struct statement *s = rq->gate.statement;
    struct out o;
    size_t n = 0;
    out_init(&o, rq->arena, 2000);
    for (size_t k = 0; h && k < statement_categories(s) && k < 256; k++) {
        str title;
        (void)statement_category(s, k, &title);
        if (!h->fields[k])
            continue;
        out_str(&o, n++ ? S(", ") : S(""));
        out_str(&o, title);
    }
    return out_view(&o);
}

/* The last day of the newest thing in the class, as far as it can be told today. */
static date until_of(struct rq *rq, size_t life, utc newest)
{
    date moments[AFTER_COUNT];
    if (newest.s <= 0)
        return DATE_NONE;
    for (int i = 0; i < AFTER_COUNT; i++)
        moments[i] = DATE_NONE;
    moments[AFTER_RECORDED] = moments[AFTER_ORDER_PLACED] = moments[AFTER_FINANCIAL_YEAR_END] = date_london(newest);
    return statement_last_day(rq->gate.statement, life, moments, privacy_year_end(rq->config), NULL);
}

/* Classes that go, or that stay, when somebody asks; `held` NULL: the schedule alone. `which`: 1 goes, 0 stays, -1 all. */
static st classes_of(struct rq *rq, const struct class_held *held, int which, struct v_leave_class_list *out)
{
    const struct statement *s = rq->gate.statement;
    struct v_leave_class *v = NEWN(rq->arena, struct v_leave_class, statement_lives(s) + 1);
    size_t n = 0;
    if (!v)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < statement_lives(s); i++) {
        struct statement_life l = statement_life(s, i);
        if (which >= 0 && l.on_request != (which == 1))
            continue;
        v[n++] = (struct v_leave_class){ .title = l.title, .what = titles(rq, held ? &held[i] : NULL), .n = held ? held[i].n : 0,
                                         .goes = l.on_request, .ends = l.ends, .ground = l.ground, .then = l.then,
                                         .until = held ? until_of(rq, i, held[i].newest) : DATE_NONE };
    }
    *out = (struct v_leave_class_list){ v, n };
    return ST_OK;
}

/* ---- leaving --------------------------------------------------------------------------------------------------- */

static st blocks_of(struct rq *rq, struct v_leave_block_list *out)
{
    struct retention_block b;
    TRY(retention_blocks(rq->db, rq->arena, rq->now, rq->actor.person, &b));
    const struct v_leave_block all[] = {
        { S("services"), b.services }, { S("unpaid"), b.unpaid },     { S("payments"), b.payments },
        { S("checks"), b.checks },     { S("disputes"), b.disputes }, { S("credit"), b.credit },
    };
    struct v_leave_block *v = NEWN(rq->arena, struct v_leave_block, COUNT(all));
    size_t n = 0;
    if (!v)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < COUNT(all); i++)
        if (all[i].n > 0)
            v[n++] = all[i];
    *out = (struct v_leave_block_list){ v, n };
    return ST_OK;
}

static str grace_of(const struct rq *rq)
{
    size_t life;
    return statement_life_of(rq->gate.statement, COL_person_email, &life) ? statement_life(rq->gate.statement, life).ends : S("");
}

st page_leave(struct rq *rq)
{
    struct erase_live_row live;
    struct form_view *f = web_form(rq, FORM_LEAVE);
    struct class_held *held = NEWN(rq->arena, struct class_held, statement_lives(rq->gate.statement) + 1);
    if (!f || !held)
        return ST_NO_MEMORY;
    struct v_leave_page v = { .f = f, .days = rq->config->retention.cooling_days, .grace = grace_of(rq), .csrf = rq->csrf,
                              .idem_now = rq_idem(rq), .idem_cancel = rq_idem(rq) };
    TRY(held_by_class(rq, rq->actor.person, held));
    TRY(classes_of(rq, held, 1, &v.goes));
    TRY(classes_of(rq, held, 0, &v.stays));
    TRY(blocks_of(rq, &v.blocks));
    st s = erase_live(rq->db, rq->arena, &(struct erase_live_in){ .person = rq->actor.person }, &live);
    if (s == ST_OK) {
        v.asked = true;
        v.erasure = live.uid;
        v.run_at = live.run_at;
        v.waits = live.waits_for.n > 0;
    } else if (s != ST_NOT_FOUND)
        return s;
    v.may_go = v.blocks.n == 0;
    v.may_ask = !v.asked;
    return show_leave_page(rq, 200, &v);
}

st page_close(struct rq *rq)
{
    struct v_close_page v = { .f = web_form(rq, FORM_LEAVE), .grace = grace_of(rq) };
    struct retention_block b;
    if (!v.f)
        return ST_NO_MEMORY;
    TRY(retention_blocks(rq->db, rq->arena, rq->now, rq->actor.person, &b));
    v.may_go = !b.word;
    return show_close_page(rq, 200, &v);
}

static st with_password(struct rq *rq, hashed_fn *then)
{
    struct erase_password_row row;
    str encoded;
    TRY(erase_password(rq->db, rq->arena, &(struct erase_password_in){ .id = rq->actor.person }, &row));
    TRY(gate_use(&rq->gate, COL_person_password, PURPOSE_SECURITY, row.uid, row.password, &encoded));
    return rq_hash_password(rq, rq_value(rq, "current")->value, encoded, then);
}

static st is_right(struct rq *rq, st result)
{
    if (result != ST_DENIED)
        return result;
    rq_field_error(rq, "current", "password.wrong");
    return ST_INVALID;
}

static st closed(struct rq *rq, st result, const void *out)
{
    (void)out;
    TRY(result);
    return show_leave_closed(rq, 200, &(struct v_leave_closed){ .grace = grace_of(rq) });
}

static st close_verified(struct rq *rq, st result, str encoded)
{
    (void)encoded;
    TRY(is_right(rq, result));
    return rq_command(rq, CMD_ACCOUNT_CLOSE, &(struct account_close_in){ 0 }, closed);
}

st page_account_close(struct rq *rq)
{
    return with_password(rq, close_verified);
}

static st asked(struct rq *rq, st result, const void *out)
{
    TRY(result);
    const struct erasure_ask_out *o = out;
    return rq_redirect(rq, url_erasure_show(rq->arena, o->erasure));
}

static st ask_verified(struct rq *rq, st result, str encoded)
{
    (void)encoded;
    TRY(is_right(rq, result));
    return rq_command(rq, CMD_ERASURE_ASK, &(struct erasure_ask_in){ 0 }, asked);
}

st page_erasure_ask(struct rq *rq)
{
    return with_password(rq, ask_verified);
}

static st hurried(struct rq *rq, st result, const void *out)
{
    TRY(result);
    const struct erasure_now_out *o = out;
    return rq_redirect(rq, url_erasure_show(rq->arena, o->erasure));
}

st page_erasure_now(struct rq *rq)
{
    return rq_command(rq, CMD_ERASURE_NOW, &(struct erasure_now_in){ 0 }, hurried);
}

static st stayed(struct rq *rq, st result, const void *out)
{
    (void)out;
    TRY(result);
    return rq_redirect(rq, url_leave(rq->arena));
}

st page_erasure_cancel(struct rq *rq)
{
    return rq_command(rq, CMD_ERASURE_CANCEL, &(struct erasure_cancel_in){ 0 }, stayed);
}

/* ---- certificates ---------------------------------------------------------------------------------------------- */

static st lines_of(struct rq *rq, int64_t run, struct v_certificate_line_list *out)
{
    const struct statement *s = rq->gate.statement;
    struct erase_certificate_lines_rows rows;
    TRY(erase_certificate_lines(rq->db, rq->arena, &(struct erase_certificate_lines_in){ .run = run }, &rows));
    struct v_certificate_line *v = NEWN(rq->arena, struct v_certificate_line, rows.n + 1);
    if (!v)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < rows.n; i++) {
        size_t life;
        str title = statement_life_named(s, rows.v[i].class, &life) ? statement_life(s, life).title : rows.v[i].class;
        v[i] = (struct v_certificate_line){ title, rows.v[i].reason, rows.v[i].n, rows.v[i].n_values };
    }
    *out = (struct v_certificate_line_list){ v, rows.n };
    return ST_OK;
}

st guard_certificate(struct rq *rq)
{
    struct erase_certificate_by_uid_row *row = NEW(rq->arena, struct erase_certificate_by_uid_row);
    rq->object = row;
    return row ? erase_certificate_by_uid(rq->db, rq->arena, &(struct erase_certificate_by_uid_in){ rq_uid(rq, "id") }, row)
               : ST_NO_MEMORY;
}

st page_certificate(struct rq *rq)
{
    const struct erase_certificate_by_uid_row *c = rq->object;
    struct v_certificate_page v = { .done = c->finished_at.s != UTC_NONE.s, .started = c->started_at, .finished = c->finished_at,
                                    .entries = c->entries, .keys = c->keys, .failed = c->failed,
                                    .hash = hex_fmt(rq->arena, c->hash.p, c->hash.n), .id = c->uid };
    TRY(lines_of(rq, c->id, &v.lines));
    return show_certificate_page(rq, 200, &v);
}

/* The same as text, to keep. */
st page_certificate_text(struct rq *rq)
{
    const struct erase_certificate_by_uid_row *c = rq->object;
    struct v_certificate_line_list lines;
    struct out o;
    if (c->finished_at.s == UTC_NONE.s)
        return ST_NOT_FOUND;
    TRY(lines_of(rq, c->id, &lines));
    out_init(&o, rq->arena, TEXT_MOST);
    out_fmt(&o, "Certificate of disposal\n\n%.*s\n", STR_ARG(rq->config->company.name));
    out_fmt(&o, "Number:    %.*s\nBegun:     %.*s\nFinished:  %.*s\n", STR_ARG(uid_str(rq->arena, c->uid)),
            STR_ARG(utc_iso(rq->arena, c->started_at)), STR_ARG(utc_iso(rq->arena, c->finished_at)));
    out_fmt(&o, "Entries:   %lld\nKeys:      %lld\nNot as they should be: %lld\n\n", (long long)c->entries, (long long)c->keys,
            (long long)c->failed);
    for (size_t i = 0; i < lines.n; i++)
        out_fmt(&o, "%.*s (%.*s): %lld entries, %lld values\n", STR_ARG(lines.v[i].title), STR_ARG(lines.v[i].reason),
                (long long)lines.v[i].n, (long long)lines.v[i].values);
    str hash = hex_fmt(rq->arena, c->hash.p, c->hash.n);
    out_fmt(&o, "\nFingerprint of the entries, chained in the event log:\n%.*s\n", STR_ARG(hash));
    TRY(out_st(&o));
    str name = str_fmt(rq->arena, "certificate-%.*s.txt", STR_ARG(uid_str(rq->arena, c->uid)));
    return rq_file(rq, "text/plain; charset=utf-8", name, out_view(&o));
}

st guard_erasure(struct rq *rq)
{
    struct erase_by_uid_row *row = NEW(rq->arena, struct erase_by_uid_row);
    rq->object = row;
    return row ? erase_by_uid(rq->db, rq->arena, &(struct erase_by_uid_in){ rq_uid(rq, "id") }, row) : ST_NO_MEMORY;
}

st page_erasure_show(struct rq *rq)
{
    const struct erase_by_uid_row *e = rq->object;
    struct v_erasure_page v = { .state = e->state, .asked_at = e->asked_at, .run_at = e->run_at, .done_at = e->done_at,
                                .waits = e->waits_for.n > 0 };
    struct erase_certificate_row c;
    TRY(classes_of(rq, NULL, 0, &v.stays));
    if (!e->has_disposal_id)
        return show_erasure_page(rq, 200, &v);
    TRY(erase_certificate(rq->db, rq->arena, &(struct erase_certificate_in){ e->disposal_id }, &c));
    v.certified = c.finished_at.s != UTC_NONE.s;
    v.started = c.started_at;
    v.finished = c.finished_at;
    v.entries = c.entries;
    v.keys = c.keys;
    v.failed = c.failed;
    v.hash = hex_fmt(rq->arena, c.hash.p, c.hash.n);
    v.id = c.uid;
    TRY(lines_of(rq, e->disposal_id, &v.lines));
    if (str_eq(e->state, S("running")))
        rq_refresh(rq, 5, url_erasure_show(rq->arena, e->uid));
    return show_erasure_page(rq, 200, &v);
}

/* ---- staff ----------------------------------------------------------------------------------------------------- */

st page_staff_retention(struct rq *rq)
{
    const struct form_value *before = rq->form ? rq_value(rq, "before") : NULL;
    struct erase_runs_rows rows;
    struct v_staff_runs v = { 0 };
    struct erase_runs_in from = { before && before->number > 0 ? before->number : INT64_MAX };
    TRY(erase_runs(rq->db, rq->arena, &from, &rows));
    struct v_run_row *r = NEWN(rq->arena, struct v_run_row, rows.n + 1);
    if (!r)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < rows.n; i++)
        r[i] = (struct v_run_row){ rows.v[i].uid, rows.v[i].kind, rows.v[i].day, rows.v[i].finished_at.s != UTC_NONE.s,
                                   rows.v[i].entries, rows.v[i].keys, rows.v[i].failed };
    v.rows = (struct v_run_row_list){ r, rows.n };
    v.next = rows.more ? rows.v[rows.n - 1].id : 0;
    TRY(classes_of(rq, NULL, -1, &v.classes));
    return show_staff_runs(rq, 200, &v);
}
