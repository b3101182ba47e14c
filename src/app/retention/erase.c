/* Erasure on request: asked for, thought over, done. What goes is what the statement lets go on request; what stays has its day. */
#include "disposing.h"

#include "access.h"
#include "clock.h"
#include "config_keys.h"
#include "consent.h"
#include "erase_sql.h"
#include "export.h"
#include "log.h"
#include "mail.h"
#include "notice.h"
#include "rights.h"
#include "retention.h"
#include "retention_sql.h"
#include "rnd.h"
#include "str.h"
#include "suppress.h"
#include "text.h"

#define DAY 86400
#define HOUR 3600
#define SOON 5           /* seconds: a message needs a moment */
#define ROWS_MOST 2000 /* looked at in one command */

/* ---- asking ---------------------------------------------------------------------------------------------------- */

st retention_blocks(struct db *db, struct arena *a, utc now, int64_t person, struct retention_block *out)
{
    struct erase_blocks_row r;
    TRY(erase_blocks(db, a, &(struct erase_blocks_in){ .person = person, .since = { now.s - DAY } }, &r));
    *out = (struct retention_block){ .services = r.services, .unpaid = r.unpaid, .payments = r.payments, .checks = r.checks,
                                     .disputes = r.disputes, .credit = r.credit };
    out->word = r.services ? "services" : r.unpaid ? "unpaid" : r.payments ? "payments" : r.checks ? "checks"
              : r.disputes ? "disputes" : r.credit ? "credit" : NULL;
    return ST_OK;
}

static st not_blocked(struct cx *cx, int64_t person)
{
    struct retention_block b;
    TRY(retention_blocks(CX_DB(cx), CX_ARENA(cx), cx->gate.now, person, &b));
    if (!b.word)
        return ST_OK;
    cx->message = "leave.blocked";
    return ST_CONFLICT;
}

st cmd_account_close(struct cx *cx, const struct account_close_in *in, struct account_close_out *out)
{
    int64_t changed = 0, who = cx->actor.person;
    (void)in;
    (void)out;
    TRY(not_blocked(cx, who));
    TRY(erase_close(CX_DB(cx), &(struct erase_close_in){ .id = who, .at = cx->gate.now }, &changed));
    if (changed != 1)
        return ST_CONFLICT;
    TRY(erase_sessions(CX_DB(cx), &(struct erase_sessions_in){ .person = who, .at = cx->gate.now }, NULL));
    TRY(mail_queue_nt(cx, MAIL_account_closed, who, who, str_fmt(CX_ARENA(cx), "%lld", (long long)cx->gate.now.s)));
    return cx_event_nt(cx, EVENT_PERSON_CLOSED, "person", who, S(""));
}

/* It is a request about people's own data as any other, with its clock; unless it is one already. */
static st known_as_request(struct cx *cx, int64_t person)
{
    int64_t id;
    st s = rights_find_open(CX_DB(cx), CX_ARENA(cx), person, RIGHTS_ERASE, &id);
    if (s != ST_NOT_FOUND)
        return s;
    return rights_open_nt(cx, &(struct rights_open){ .kind = RIGHTS_ERASE, .channel = RIGHTS_BY_ACCOUNT, .person = person,
        .received = DATE_NONE, .identified = true, .name = S(""), .email = S(""), .said = S(""), .field = S(""), .wanted = S(""),
        .source = SOURCE_PERSON }, &id);
}

st erasure_ask_nt(struct cx *cx, int64_t person, uid *erasure)
{
    struct erase_live_row live;
    struct erase_add_row made;
    TRY(not_blocked(cx, person));
    st s = erase_live(CX_DB(cx), CX_ARENA(cx), &(struct erase_live_in){ .person = person }, &live);
    if (s == ST_OK) /* asked for already: that one counts */
        *erasure = live.uid;
    if (s != ST_NOT_FOUND)
        return s;
    *erasure = rnd_uid();
    utc run_at = { cx->gate.now.s + cx->config->retention.cooling_days * DAY };
    TRY(erase_add(CX_DB(cx), CX_ARENA(cx), &(struct erase_add_in){ .uid = *erasure, .person = person, .at = cx->gate.now,
                                                                   .run_at = run_at }, &made));
    TRY(mail_queue_nt(cx, MAIL_erasure_asked, person, made.id, S("1")));
    TRY(known_as_request(cx, person));
    return cx_event_nt(cx, EVENT_ERASURE_ASKED, "erasure", made.id, S(""));
}

st cmd_erasure_ask(struct cx *cx, const struct erasure_ask_in *in, struct erasure_ask_out *out)
{
    (void)in;
    return erasure_ask_nt(cx, cx->actor.person, &out->erasure);
}

/* The one that its owner has asked for and that has not begun. */
static st own_live(struct cx *cx, struct erase_live_row *live)
{
    TRY(erase_live(CX_DB(cx), CX_ARENA(cx), &(struct erase_live_in){ .person = cx->actor.person }, live));
    return str_eq(live->state, S("cooling")) ? ST_OK : ST_CONFLICT;
}

st cmd_erasure_now(struct cx *cx, const struct erasure_now_in *in, struct erasure_now_out *out)
{
    struct erase_live_row live;
    (void)in;
    TRY(own_live(cx, &live));
    TRY(not_blocked(cx, cx->actor.person));
    out->erasure = live.uid;
    TRY(erase_now(CX_DB(cx), &(struct erase_now_in){ .id = live.id, .at = cx->gate.now }, NULL));
    str key = str_fmt(CX_ARENA(cx), "erasure|%lld|%lld", (long long)live.id, (long long)cx->gate.now.s);
    TRY(cx_job_nt(cx, S("retention.run"), key, 0, 0, cx->gate.now));
    return cx_event_nt(cx, EVENT_ERASURE_ASKED, "erasure", live.id, S("now"));
}

st cmd_erasure_cancel(struct cx *cx, const struct erasure_cancel_in *in, struct erasure_cancel_out *out)
{
    struct erase_live_row live;
    (void)in;
    (void)out;
    TRY(own_live(cx, &live));
    TRY(erase_cancel(CX_DB(cx), &(struct erase_cancel_in){ .id = live.id, .at = cx->gate.now }, NULL));
    return cx_event_nt(cx, EVENT_ERASURE_CANCELLED, "erasure", live.id, S(""));
}

/* ---- what goes: rows of the person in the classes that go on request ------------------------------------------- */

struct going {
    struct cx *cx;
    int64_t person, run;
    int64_t *n;
};

static bool goes_on_request(struct going *g, enum column_id col, size_t *life)
{
    return statement_life_of(g->cx->gate.statement, col, life) && statement_life(g->cx->gate.statement, *life).on_request;
}

/* Each class of the row that holds something. */
static st mark_row(struct going *g, enum table_id table, const struct access_row *row)
{
    uint64_t done = 0;
    for (size_t i = 0; i < row->n; i++) {
        size_t life;
        bool made, held;
        if (row->v[i].absent || (!row->v[i].sealed && row->v[i].clear.n == 0) || !goes_on_request(g, row->v[i].col, &life) ||
            done >> (life & 63) & 1)
            continue;
        done |= (uint64_t)1 << (life & 63);
        struct entomb e = { .run = g->run, .life = life, .table = table, .row = row->id, .person = g->person, .uid = row->uid,
                            .reason = S("erasure"), .last_day = date_london(g->cx->gate.now) };
        TRY(run_entomb_nt(g->cx, &e, &made, &held));
        *g->n += made;
    }
    return ST_OK;
}

static bool table_goes(struct going *g, enum table_id table)
{
    for (size_t i = 0; i < column_catalog_n; i++) {
        size_t life;
        if (column_catalog[i].table_no == table && column_catalog[i].kind == PD_VALUE &&
            goes_on_request(g, (enum column_id)i, &life))
            return true;
    }
    return false;
}

/* From the table and row where the cursor stands (at: table, after: row); true when all was looked at. */
static st mark_person(struct going *g, struct run_cursor *c, bool *all)
{
    size_t rows = 0;
    for (; (size_t)c->at < access_catalog_n; c->at++, c->after = 0) {
        struct access_page page = { .more = true };
        if (!table_goes(g, access_catalog[c->at].table))
            continue;
        while (page.more) {
            if (rows >= ROWS_MOST) {
                *all = false;
                return ST_OK;
            }
            TRY(access_read(CX_DB(g->cx), CX_ARENA(g->cx), &access_catalog[c->at], g->person, c->after, &page));
            for (size_t i = 0; i < page.n; i++)
                TRY(mark_row(g, access_catalog[c->at].table, &page.v[i]));
            c->after = page.n ? page.v[page.n - 1].id : c->after;
            rows += page.n;
        }
    }
    *all = true;
    return ST_OK;
}

/* Keys of those classes under which nothing stands any more, however it went. */
static st free_keys(struct going *g)
{
    struct erase_keys_rows keys;
    TRY(erase_keys(CX_DB(g->cx), CX_ARENA(g->cx), &(struct erase_keys_in){ .person = g->person }, &keys));
    for (size_t i = 0; i < keys.n; i++) {
        size_t life;
        bool used, sure;
        str class = str_sub(keys.v[i].class, 0, str_index(keys.v[i].class, '@'));
        if (!statement_life_named(g->cx->gate.statement, class, &life) || !statement_life(g->cx->gate.statement, life).on_request)
            continue;
        TRY(dispose_key_used(g->cx, g->person, life, keys.v[i].key_id, &used, &sure));
        if (used || !sure)
            continue;
        int64_t made = 0;
        TRY(retention_entomb_key(CX_DB(g->cx), &(struct retention_entomb_key_in){ .run = g->run, .class = class,
            .key = keys.v[i].key_id, .reason = S("erasure"), .last_day = date_london(g->cx->gate.now), .at = g->cx->gate.now,
            .none = S("") }, &made));
        *g->n += made;
    }
    return ST_OK;
}

/* ---- running --------------------------------------------------------------------------------------------------- */

/* Nobody waits for the hour. */
static st again_soon(struct cx *cx, int64_t erasure)
{
    str key = str_fmt(CX_ARENA(cx), "erasure|%lld|%lld", (long long)erasure, (long long)cx->gate.now.s + SOON);
    return cx_job_nt(cx, S("retention.run"), key, 0, 0, (utc){ cx->gate.now.s + SOON });
}

/* A request that cannot be answered as it stands (staff wait for something) stays open, and keeps no erasure from going on. */
static st answer_request(struct cx *cx, int64_t request)
{
    TRY(db_savepoint(CX_DB(cx)));
    st s = rights_answer_nt(cx, request, RIGHTS_OUTCOME_PARTLY, S("law"), text_get(LANGUAGE_EN_GB, TXT_ERASURE_ANSWER));
    if (s == ST_OK)
        return db_release(CX_DB(cx));
    db_rollback_to(CX_DB(cx));
    return run_is_trouble(s) ? s : ST_OK;
}

/* Everything that needs the person still to be somebody: consents end, the address is never written to again, whoever was told
 * something hears of it, copies that were asked for go, and the request is answered. */
static st take_leave_nt(struct cx *cx, int64_t person)
{
    struct erase_export_row export;
    int64_t request;
    TRY(suppress_person_nt(cx, person, SUPPRESS_ALL, SUPPRESS_ERASED));
    for (int t = 0; t < TOPIC_COUNT; t++)
        TRY(consent_withdraw_nt(cx, &(struct consent_at){ .person = person, .topic = (enum topic)t, .point = POINT_PROFILE }));
    TRY(notice_queue_nt(cx, person, NOTICE_ERASED, NULL, 0)); /* LAW: UK GDPR art. 19 */
    st s = erase_export(CX_DB(cx), CX_ARENA(cx), &(struct erase_export_in){ .person = person }, &export);
    if (s == ST_OK)
        s = export_finish_nt(cx, export.id, person, "ended");
    if (s != ST_OK && s != ST_NOT_FOUND)
        return s;
    s = rights_find_open(CX_DB(cx), CX_ARENA(cx), person, RIGHTS_ERASE, &request);
    return s == ST_OK ? answer_request(cx, request) : s == ST_NOT_FOUND ? ST_OK : s;
}

/* Told of it at the address that is about to go; and signed out everywhere. */
static st begin_one_nt(struct cx *cx, const struct erase_ready_row *e)
{
    struct retention_block b;
    struct retention_run_add_row run;
    TRY(retention_blocks(CX_DB(cx), CX_ARENA(cx), cx->gate.now, e->person_id, &b));
    if (b.word) /* something came up in the meantime: it is looked at again every hour, and the person sees why */
        return erase_waits(CX_DB(cx), &(struct erase_waits_in){ .id = e->id, .word = str_c(b.word),
                                                                .run_at = { cx->gate.now.s + HOUR } }, NULL);
    TRY(retention_run_add(CX_DB(cx), CX_ARENA(cx), &(struct retention_run_add_in){ .uid = rnd_uid(), .kind = S("erasure"),
        .day = date_london(cx->gate.now), .statement = cx->gate.statement_id, .at = cx->gate.now }, &run));
    TRY(erase_begin(CX_DB(cx), &(struct erase_begin_in){ .id = e->id, .at = cx->gate.now, .run = run.id }, NULL));
    TRY(erase_sessions(CX_DB(cx), &(struct erase_sessions_in){ .person = e->person_id, .at = cx->gate.now }, NULL));
    TRY(take_leave_nt(cx, e->person_id));
    TRY(mail_queue_nt(cx, MAIL_erasure_begun, e->person_id, e->id, S("1")));
    TRY(again_soon(cx, e->id));
    return cx_event_nt(cx, EVENT_ERASURE_BEGUN, "erasure", e->id, S(""));
}

/* One that cannot begin keeps no other from it: it is tried again in an hour, and staff find it in the log. */
static st begin_nt(struct cx *cx, const struct erase_ready_row *e)
{
    TRY(db_savepoint(CX_DB(cx)));
    st s = begin_one_nt(cx, e);
    if (s == ST_OK)
        return db_release(CX_DB(cx));
    db_rollback_to(CX_DB(cx));
    log_event(LOG_ERROR, "erasure", "id=%lld status=%s", (long long)e->id, st_info(s)->name);
    if (run_is_trouble(s))
        return s;
    return erase_waits(CX_DB(cx), &(struct erase_waits_in){ .id = e->id, .word = S("trouble"),
                                                            .run_at = { cx->gate.now.s + HOUR } }, NULL);
}

/* Messages that are on their way need the address: they have an hour. */
static st mail_is_out(struct cx *cx, const struct erase_running_row *e, bool *out)
{
    struct erase_mail_waits_row n;
    TRY(erase_mail_waits(CX_DB(cx), CX_ARENA(cx), &(struct erase_mail_waits_in){ .person = e->person_id }, &n));
    *out = n.n == 0 || cx->gate.now.s > e->started_at.s + HOUR;
    return ST_OK;
}

static st go_on_nt(struct cx *cx, const struct erase_running_row *e, struct run_cursor *c, int64_t *n, bool *all)
{
    bool out;
    *all = true;
    TRY(mail_is_out(cx, e, &out));
    if (!out)
        return again_soon(cx, e->id);
    TRY(erase_close_gone(CX_DB(cx), &(struct erase_close_gone_in){ .id = e->person_id, .at = cx->gate.now }, NULL));
    struct going g = { .cx = cx, .person = e->person_id, .run = e->disposal_id, .n = n };
    TRY(mark_person(&g, c, all));
    return *all ? free_keys(&g) : ST_OK;
}

st run_erasures_nt(struct cx *cx, struct run_cursor *c, int64_t *n, bool *more)
{
    struct erase_ready_rows ready;
    struct erase_running_rows running;
    bool all = true;
    TRY(erase_ready(CX_DB(cx), CX_ARENA(cx), &(struct erase_ready_in){ cx->gate.now }, &ready));
    for (size_t i = 0; i < ready.n; i++)
        TRY(begin_nt(cx, &ready.v[i]));
    /* The cursor's `rule` is the erasure that was finished last, `at` and `after` how far the next one is. */
    TRY(erase_running(CX_DB(cx), CX_ARENA(cx), &(struct erase_running_in){ c->rule }, &running));
    if (running.n > 0) {
        TRY(go_on_nt(cx, &running.v[0], c, n, &all));
        if (all)
            *c = (struct run_cursor){ .rule = running.v[0].id };
    }
    *more = ready.more || !all || running.n > 1 || running.more;
    return ST_OK;
}

/* What is left of the records of where things came from, when nothing of their class is there any more. */
static st forget_origins(struct going *g)
{
    struct erase_held_rows rows;
    st problem;
    bool held = run_held(g->cx, g->person, (uid){ { 0 } }, &problem);
    TRY(problem);
    if (held)
        return ST_OK;
    TRY(erase_held(CX_DB(g->cx), CX_ARENA(g->cx), &(struct erase_held_in){ .person = g->person }, &rows));
    for (size_t i = 0; i < rows.n; i++)
        for (size_t k = 0; k < column_catalog_n; k++) {
            const struct column_info *c = &column_catalog[k];
            size_t life;
            str name = str_fmt(CX_ARENA(g->cx), "%.*s.%.*s", STR_ARG(c->table), STR_ARG(c->name));
            if (str_eq(rows.v[i].col, name) && goes_on_request(g, (enum column_id)k, &life))
                TRY(erase_origins(CX_DB(g->cx), &(struct erase_origins_in){ .person = g->person, .col = name }, NULL));
        }
    return arena_failed(CX_ARENA(g->cx)) ? ST_NO_MEMORY : ST_OK;
}

st run_erasure_finish_nt(struct cx *cx, int64_t run, bool *finished)
{
    struct erase_of_run_row e;
    struct run_cursor c = { 0 };
    int64_t n = 0;
    bool all = false;
    *finished = true;
    st s = erase_of_run(CX_DB(cx), CX_ARENA(cx), &(struct erase_of_run_in){ run }, &e);
    if (s != ST_OK)
        return s == ST_NOT_FOUND ? ST_OK : s;
    struct retention_person_row p;
    TRY(retention_person(CX_DB(cx), CX_ARENA(cx), &(struct retention_person_in){ .id = e.person_id }, &p));
    struct going g = { .cx = cx, .person = e.person_id, .run = run, .n = &n };
    if (str_eq(p.status, S("closed"))) /* it was begun with */
        TRY(mark_person(&g, &c, &all));
    *finished = all && n == 0; /* what was found has its tombstone now: the next round sees to it */
    if (!*finished)
        return ST_OK;
    TRY(forget_origins(&g));
    TRY(erase_done(CX_DB(cx), &(struct erase_done_in){ .id = e.id, .at = cx->gate.now }, NULL));
    return cx_event_nt(cx, EVENT_ERASURE_DONE, "erasure", e.id, S(""));
}
