/* Announcements as staff see them: written, looked at as the message they will be, listed, sent, held. */
#include "announce_html.h"
#include "announce_page_sql.h"
#include "announce_work.h"
#include "config_keys.h"
#include "message.h"
#include "page.h"
#include "str.h"

#define BODY_MOST (64 * 1024)
#define REFRESH_SECONDS 2
#define PROGRESS_SECONDS 5

static str named(struct rq *rq, const char *prefix, str word)
{
    return text_named(rq->language, str_fmt(rq->arena, "%s%.*s", prefix, STR_ARG(word)));
}

st page_staff_announcements(struct rq *rq)
{
    struct announce_page_list_rows rows;
    int64_t before = rq_value(rq, "before")->number;
    TRY(announce_page_list(rq->db, rq->arena, &(struct announce_page_list_in){ .before = before > 0 ? before : INT64_MAX }, &rows));
    struct v_ann_row *v = NEWN(rq->arena, struct v_ann_row, rows.n + 1);
    if (!v)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < rows.n; i++) {
        const struct announce_page_list_row *r = &rows.v[i];
        v[i] = (struct v_ann_row){ .id = r->uid, .title = r->title, .topic = r->topic, .kind = named(rq, "topic.", r->topic),
                                   .state = r->state, .at = r->begun_at.s == UTC_NONE.s ? r->created_at : r->begun_at };
    }
    return show_staff_announcements(rq, 200, &(struct v_staff_announcements){
        .rows = { v, rows.n }, .next = rows.more ? rows.v[rows.n - 1].id : 0, .in_force = gate_clause(&rq->gate, CLAUSE_S10) });
}

st guard_announcement(struct rq *rq)
{
    struct announce_page_get_row *row = NEW(rq->arena, struct announce_page_get_row);
    rq->object = row;
    return row ? announce_page_get(rq->db, rq->arena, &(struct announce_page_get_in){ .uid = rq_uid(rq, "id") },
            row) : ST_NO_MEMORY;
}

/* ---- written */

st page_staff_announcement_new(struct rq *rq)
{
    struct form_view *f = web_form(rq, FORM_STAFF_ANNOUNCEMENT);
    if (!f)
        return ST_NO_MEMORY;
    web_form_fill(f, "topic", S("news"));
    web_form_fill(f, "audience", S("customers"));
    return show_staff_announcement_new(rq, 200, &(struct v_staff_announcement_new){ .f = f });
}

st page_staff_announcement_edit(struct rq *rq)
{
    const struct announce_page_get_row *a = rq->object;
    struct form_view *f = web_form(rq, FORM_STAFF_ANNOUNCEMENT);
    if (!f)
        return ST_NO_MEMORY;
    web_form_fill(f, "topic", a->topic);
    web_form_fill(f, "audience", a->audience);
    web_form_fill(f, "product", a->slug.p ? a->slug : S(""));
    web_form_fill(f, "title", a->title);
    web_form_fill(f, "body", a->body);
    web_form_tick(f, "public", a->public);
    return show_staff_announcement_edit(rq, 200, &(struct v_staff_announcement_edit){
        .id = a->uid, .heading = a->title, .version = a->version, .f = f });
}

static st saved(struct rq *rq, st result, const void *out)
{
    TRY(result);
    const struct announce_save_out *o = out;
    return rq_redirect(rq, url_staff_announcement(rq->arena, o->announcement));
}

static st save(struct rq *rq, uid announcement)
{
    struct announce_save_in in = {
        .announcement = announcement, .topic = rq_value(rq, "topic")->value, .audience = rq_value(rq, "audience")->value,
        .product = rq_value(rq, "product")->value, .title = rq_value(rq, "title")->value, .body = rq_value(rq, "body")->value,
        .public = rq_value(rq, "public")->number != 0, .version = rq_value(rq, "version")->number };
    return rq_command(rq, CMD_ANNOUNCE_SAVE, &in, saved);
}

st page_staff_announcement_create(struct rq *rq)
{
    return save(rq, (uid){ 0 });
}

st page_staff_announcement_save(struct rq *rq)
{
    const struct announce_page_get_row *a = rq->object;
    return save(rq, a->uid);
}

/* ---- looked at */

/* What was counted: who gets it, who is left out and why, what became of the messages. */
static st numbers(struct rq *rq, const struct announce_page_get_row *a, struct v_staff_announcement_show *v)
{
    static const char *const later[] = { "sent", "unclear", "failed", "bounced", "soft", "complained", "left_late" };
    struct announce_counts_rows rows;
    TRY(announce_counts(rq->db, rq->arena, &(struct announce_counts_in){ .announcement = a->id, .round = a->round }, &rows));
    struct v_ann_number *left = NEWN(rq->arena, struct v_ann_number, rows.n + 1), *done = NEWN(rq->arena,
            struct v_ann_number, rows.n + 1);
    if (!left || !done)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < rows.n; i++) {
        bool progress = false;
        for (size_t k = 0; k < COUNT(later); k++)
            progress = progress || str_eq(rows.v[i].what, str_c(later[k]));
        if (str_eq(rows.v[i].what, S("yes"))) {
            v->gets = rows.v[i].n;
        } else if (progress) {
            done[v->progress.n++] = (struct v_ann_number){ named(rq, "staff.ann.n.", rows.v[i].what), rows.v[i].n };
        } else {
            const struct text_arg why = { "why", named(rq, "may.", rows.v[i].what) };
            left[v->left.n++] = (struct v_ann_number){ text_fill(rq->arena, rq->language, TXT_STAFF_ANN_LEFT_OUT,
                    &why, 1), rows.v[i].n };
        }
    }
    v->left.v = left;
    v->progress.v = done;
    return ST_OK;
}

/* The message as it will be: the very function that the courier calls writes it. */
static st preview(struct rq *rq, const struct announce_page_get_row *a, enum topic topic, struct v_staff_announcement_show *v)
{
    struct out body;
    str html;
    struct mail_message m = { .subject = S("") };
    struct announce_letter letter = { .topic = topic, .title = a->title, .body = a->body, .name = S("…"), .token = S("") };
    if (topic_route(&rq->gate, topic) != ROUTE_CONTRACT)
        letter.token = S("…");
    TRY(announce_html(rq->arena, a->body, S(""), &html));
    out_init(&body, rq->arena, BODY_MOST);
    out_str(&body, html);
    TRY(out_st(&body));
    v->body = tpl_html_of(&body);
    TRY(announce_write(rq->arena, rq->config, &letter, &m));
    v->text = m.text;
    v->sender = rq->config->mail.from;
    v->stop = str_empty(letter.token) ? S("") : text_get(rq->language, TXT_MAIL_FOOT_UNSUBSCRIBE);
    const struct text_arg company = { "company", rq->config->company.name };
    v->foot = text_fill(rq->arena, rq->language, announce_class_line(topic), &company, 1);
    return ST_OK;
}

static void words(struct rq *rq, struct v_staff_announcement_show *v)
{
    v->pause = text_get(rq->language, TXT_STAFF_ANN_ACT_PAUSE);
    v->resume = text_get(rq->language, TXT_STAFF_ANN_ACT_RESUME);
    v->end_it = text_get(rq->language, TXT_STAFF_ANN_ACT_STOP);
    v->unschedule = text_get(rq->language, TXT_STAFF_ANN_ACT_UNSCHEDULE);
}

st page_staff_announcement(struct rq *rq)
{
    const struct announce_page_get_row *a = rq->object;
    enum topic topic;
    TRY(topic_find(a->topic, &topic) ? ST_OK : ST_NOT_FOUND);
    struct v_staff_announcement_show v = {
        .id = a->uid, .heading = a->title, .state = a->state, .kind = named(rq, "staff.ann.topic.", a->topic),
        .audience = named(rq, "staff.ann.audience.", a->audience), .product = a->product_name.p ? a->product_name : S(""),
        .problem = str_empty(a->problem) ? S("") : a->problem, .version = a->version, .rate = rq->config->mail.per_minute,
        .published = a->published_at.s != UTC_NONE.s, .service = topic == TOPIC_SERVICE,
                .in_force = gate_clause(&rq->gate, CLAUSE_S10),
        .begins = str_eq(a->state, S("scheduled")) ? a->send_at : UTC_NONE, .begun = a->begun_at, .ended = a->ended_at,
        .csrf = rq->csrf, .f = web_form(rq, FORM_STAFF_ANNOUNCEMENT_APPROVE) };
    TRY(v.f ? ST_OK : ST_NO_MEMORY);
    v.publishable = !str_eq(a->state, S("draft")) || str_eq(a->audience, S("nobody"));
    words(rq, &v);
    TRY(numbers(rq, a, &v));
    TRY(preview(rq, a, topic, &v));
    if (str_eq(a->state, S("preparing")))
        rq_refresh(rq, REFRESH_SECONDS, url_staff_announcement(rq->arena, a->uid));
    if (str_eq(a->state, S("sending")))
        rq_refresh(rq, PROGRESS_SECONDS, url_staff_announcement(rq->arena, a->uid));
    return show_staff_announcement_show(rq, 200, &v);
}

/* ---- and sent */

static st back(struct rq *rq, st result, const void *out)
{
    const struct announce_page_get_row *a = rq->object;
    (void)out;
    TRY(result);
    return rq_redirect(rq, url_staff_announcement(rq->arena, a->uid));
}

st page_staff_announcement_prepare(struct rq *rq)
{
    const struct announce_page_get_row *a = rq->object;
    struct announce_prepare_in in = { .announcement = a->uid, .back = str_eq(rq_value(rq, "back")->value, S("yes")),
                                      .version = rq_value(rq, "version")->number };
    return rq_command(rq, CMD_ANNOUNCE_PREPARE, &in, back);
}

st page_staff_announcement_approve(struct rq *rq)
{
    const struct announce_page_get_row *a = rq->object;
    struct announce_approve_in in = { .announcement = a->uid, .version = rq_value(rq, "version")->number,
                                      .seen = rq_value(rq, "seen")->number, .day = rq_value(rq, "day")->value,
                                      .time = rq_value(rq, "time")->value };
    return rq_command(rq, CMD_ANNOUNCE_APPROVE, &in, back);
}

st page_staff_announcement_hold(struct rq *rq)
{
    const struct announce_page_get_row *a = rq->object;
    return rq_command(rq, CMD_ANNOUNCE_HOLD, &(struct announce_hold_in){ .announcement = a->uid,
            .act = rq_value(rq, "act")->value },
                      back);
}

st page_staff_announcement_publish(struct rq *rq)
{
    const struct announce_page_get_row *a = rq->object;
    struct announce_publish_in in = { .announcement = a->uid, .on = str_eq(rq_value(rq, "on")->value, S("yes")) };
    return rq_command(rq, CMD_ANNOUNCE_PUBLISH, &in, back);
}

st page_staff_announcement_test(struct rq *rq)
{
    const struct announce_page_get_row *a = rq->object;
    return rq_command(rq, CMD_ANNOUNCE_TEST, &(struct announce_test_in){ .announcement = a->uid }, back);
}
