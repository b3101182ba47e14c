/* What staff do with an announcement: write it, have the list made, look twice, send, hold, publish. */
#include "announce_work.h"

#include "clock.h"
#include "codec.h"
#include "mail.h"
#include "rnd.h"
#include "str.h"

#define DAYS_AHEAD 366

st announce_in_force(const struct cx *cx)
{
    return gate_clause(&cx->gate, CLAUSE_S10) ? ST_OK : ST_STATEMENT;
}

st announce_queue_nt(struct cx *cx, int64_t id, utc not_before)
{
    struct announce_get_row a;
    struct announce_job_of_row job;
    TRY(announce_get(CX_DB(cx), CX_ARENA(cx), &(struct announce_get_in){ .id = id }, &a));
    str key = str_fmt(CX_ARENA(cx), "announce.run:%lld:%lld", (long long)id, (long long)a.slices + 1);
    TRY(cx_job_nt(cx, S("announce.run"), key, 0, id, not_before));
    st s = announce_job_of(CX_DB(cx), CX_ARENA(cx), &(struct announce_job_of_in){ .key = key }, &job);
    if (s != ST_OK && s != ST_NOT_FOUND)
        return s;
    return announce_set_job(CX_DB(cx), &(struct announce_set_job_in){ .id = id, .slices = a.slices + 1, .job = job.id,
                                                                      .has_job = s == ST_OK }, NULL);
}

static st find(struct cx *cx, uid announcement, struct announce_find_row *a)
{
    TRY(announce_in_force(cx));
    return announce_find(CX_DB(cx), CX_ARENA(cx), &(struct announce_find_in){ .uid = announcement }, a);
}

static st conflict(struct cx *cx, const char *why)
{
    cx->message = why;
    return ST_CONFLICT;
}

/* ---- writing it */

static const char *fault_words(enum announce_fault f)
{
    static const char *const words[] = { [ANNOUNCE_HTML] = "err.ann.html", [ANNOUNCE_PICTURE] = "err.ann.picture",
                                         [ANNOUNCE_LINK] = "err.ann.link", [ANNOUNCE_EMPTY] = "err.ann.empty" };
    return words[f];
}

static bool audience_known(str s)
{
    return str_eq(s, S("customers")) || str_eq(s, S("product")) || str_eq(s, S("subscribers")) || str_eq(s, S("nobody"));
}

static st check(struct cx *cx, const struct announce_save_in *in, enum topic *topic, int64_t *product)
{
    struct announce_product_row p;
    *product = 0;
    if (!topic_find(in->topic, topic) || topic_route(&cx->gate, *topic) == ROUTE_OFF)
        return cx_invalid(cx, "topic", "err.ann.topic");
    if (!audience_known(in->audience))
        return cx_invalid(cx, "audience", "err.choice");
    if (str_eq(in->audience, S("subscribers")) && topic_route(&cx->gate, *topic) == ROUTE_CONTRACT)
        return cx_invalid(cx, "audience", "err.ann.audience");
    if (str_empty(str_trim(in->title)) || !utf8_printable(in->title, false))
        return cx_invalid(cx, "title", "err.characters");
    enum announce_fault fault = announce_check_text(in->body);
    if (fault != ANNOUNCE_FINE)
        return cx_invalid(cx, "body", fault_words(fault));
    if (!str_eq(in->audience, S("product")))
        return ST_OK;
    st s = announce_product(CX_DB(cx), CX_ARENA(cx), &(struct announce_product_in){ .slug = str_trim(in->product) }, &p);
    if (s == ST_NOT_FOUND)
        return cx_invalid(cx, "product", "err.ann.product");
    *product = p.id;
    return s;
}

static st add(struct cx *cx, const struct announce_save_in *in, int64_t product, uid *made, int64_t *id)
{
    struct announce_insert_row row;
    *made = rnd_uid();
    TRY(announce_insert(CX_DB(cx), CX_ARENA(cx), &(struct announce_insert_in){
        .uid = *made, .topic = in->topic, .audience = in->audience, .product = product, .has_product = product != 0,
        .title = str_trim(in->title), .body = in->body, .public = in->public, .by = cx->actor.person, .at = cx->gate.now }, &row));
    *id = row.id;
    return ST_OK;
}

st cmd_announce_save(struct cx *cx, const struct announce_save_in *in, struct announce_save_out *out)
{
    enum topic topic;
    int64_t product, id, changed = 1;
    TRY(announce_in_force(cx));
    TRY(check(cx, in, &topic, &product));
    out->announcement = in->announcement;
    if (uid_zero(in->announcement)) {
        TRY(add(cx, in, product, &out->announcement, &id));
    } else {
        struct announce_find_row a;
        TRY(find(cx, in->announcement, &a));
        id = a.id;
        TRY(announce_update(CX_DB(cx), &(struct announce_update_in){
            .id = id, .version = in->version, .topic = in->topic, .audience = in->audience, .product = product,
            .has_product = product != 0, .title = str_trim(in->title), .body = in->body, .public = in->public }, &changed));
    }
    if (changed != 1)
        return conflict(cx, "ann.changed");
    return cx_event_nt(cx, EVENT_ANNOUNCEMENT_CHANGED, "announcement", id, in->topic);
}

/* ---- the list, and the second look */

st cmd_announce_prepare(struct cx *cx, const struct announce_prepare_in *in, struct announce_prepare_out *out)
{
    struct announce_find_row a;
    int64_t changed = 0;
    (void)out;
    TRY(find(cx, in->announcement, &a));
    if (in->back)
        TRY(announce_set_draft(CX_DB(cx), &(struct announce_set_draft_in){ .id = a.id, .version = in->version }, &changed));
    else
        TRY(announce_set_preparing(CX_DB(cx), &(struct announce_set_preparing_in){ .id = a.id, .version = in->version }, &changed));
    if (changed != 1)
        return conflict(cx, "ann.changed");
    if (!in->back)
        TRY(announce_queue_nt(cx, a.id, cx->gate.now));
    return cx_event_nt(cx, EVENT_ANNOUNCEMENT_PREPARED, "announcement", a.id, in->back ? S("draft") : S("list"));
}

static st when(struct cx *cx, const struct announce_approve_in *in, utc *at)
{
    date day;
    *at = cx->gate.now;
    if (str_empty(in->day) && str_empty(in->time))
        return ST_OK;
    if (date_parse(in->day, &day) != ST_OK)
        return cx_invalid(cx, "day", "err.date");
    int64_t hour = 0, minute = 0;
    bool good = str_empty(in->time) ||
                (in->time.n == 5 && in->time.p[2] == ':' && i64_parse(str_sub(in->time, 0, 2), 0, 23, &hour) == ST_OK &&
                 i64_parse(str_sub(in->time, 3, 2), 0, 59, &minute) == ST_OK);
    if (!good)
        return cx_invalid(cx, "time", "err.ann.time");
    *at = (utc){ utc_start_of_day_london(day).s + hour * 3600 + minute * 60 };
    at->s += (hour - civil_london(*at).hour) * 3600; /* on the two days on which clocks are changed */
    if (at->s < cx->gate.now.s || at->s > cx->gate.now.s + (int64_t)DAYS_AHEAD * 86400)
        return cx_invalid(cx, "day", "err.ann.past");
    return ST_OK;
}

static st on_list(struct cx *cx, int64_t id, int64_t round, int64_t *n)
{
    struct announce_counts_rows rows;
    *n = 0;
    TRY(announce_counts(CX_DB(cx), CX_ARENA(cx), &(struct announce_counts_in){ .announcement = id, .round = round }, &rows));
    for (size_t i = 0; i < rows.n; i++)
        if (str_eq(rows.v[i].what, S("yes")))
            *n = rows.v[i].n;
    return ST_OK;
}

st cmd_announce_approve(struct cx *cx, const struct announce_approve_in *in, struct announce_approve_out *out)
{
    struct announce_find_row a;
    int64_t n, changed = 0;
    utc at;
    (void)out;
    TRY(find(cx, in->announcement, &a));
    TRY(on_list(cx, a.id, a.round, &n));
    if (n != in->seen)
        return conflict(cx, "ann.changed");
    TRY(when(cx, in, &at));
    TRY(announce_set_scheduled(CX_DB(cx), &(struct announce_set_scheduled_in){
        .id = a.id, .version = in->version, .by = cx->actor.person, .send = at }, &changed));
    if (changed != 1)
        return conflict(cx, "ann.changed");
    TRY(announce_queue_nt(cx, a.id, at));
    return cx_event_nt(cx, EVENT_ANNOUNCEMENT_APPROVED, "announcement", a.id, str_fmt(CX_ARENA(cx), "%lld", (long long)n));
}

/* ---- holding it */

static const struct {
    const char *act, *from, *to;
} moves[] = {
    { "pause", "sending", "paused" },  { "resume", "paused", "sending" },       { "stop", "paused", "stopped" },
    { "stop", "sending", "stopped" },  { "unschedule", "scheduled", "ready" },  { "stop", "scheduled", "stopped" },
};

st cmd_announce_hold(struct cx *cx, const struct announce_hold_in *in, struct announce_hold_out *out)
{
    struct announce_find_row a;
    int64_t changed = 0;
    (void)out;
    TRY(find(cx, in->announcement, &a));
    for (size_t i = 0; i < COUNT(moves) && !changed; i++) {
        if (!str_eq(in->act, str_c(moves[i].act)) || !str_eq(a.state, str_c(moves[i].from)))
            continue;
        bool end = str_eq(in->act, S("stop"));
        TRY(announce_move(CX_DB(cx), &(struct announce_move_in){
            .id = a.id, .from_state = a.state, .to_state = str_c(moves[i].to), .problem = S(""),
            .ended = end ? cx->gate.now : UTC_NONE }, &changed));
        if (str_eq(in->act, S("resume")))
            TRY(announce_queue_nt(cx, a.id, cx->gate.now));
    }
    if (!changed)
        return conflict(cx, "ann.cannot");
    return cx_event_nt(cx, EVENT_ANNOUNCEMENT_HELD, "announcement", a.id, in->act);
}

st cmd_announce_publish(struct cx *cx, const struct announce_publish_in *in, struct announce_publish_out *out)
{
    struct announce_find_row a;
    (void)out;
    TRY(find(cx, in->announcement, &a));
    if (str_eq(a.state, S("draft")) && !str_eq(a.audience, S("nobody")))
        return conflict(cx, "ann.cannot");
    TRY(announce_set_published(CX_DB(cx), &(struct announce_set_published_in){ .id = a.id,
                                                                               .at = in->on ? cx->gate.now : UTC_NONE }, NULL));
    return cx_event_nt(cx, EVENT_ANNOUNCEMENT_PUBLISHED, "announcement", a.id, in->on ? S("on") : S("off"));
}

st cmd_announce_test(struct cx *cx, const struct announce_test_in *in, struct announce_test_out *out)
{
    struct announce_find_row a;
    (void)out;
    TRY(find(cx, in->announcement, &a));
    str key = str_fmt(CX_ARENA(cx), "announce.test:%lld:%lld:%lld", (long long)a.id, (long long)cx->actor.person,
                      (long long)cx->gate.now.s);
    return cx_job_nt(cx, S("announce.test"), key, cx->actor.person, a.id, cx->gate.now);
}
