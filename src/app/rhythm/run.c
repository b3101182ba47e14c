/* The run: what is due is done, a bounded part of it at a time. */
#include "case.h"

#include "clock.h"
#include "codec.h"
#include "log.h"
#include "rhythm.h"
#include "rnd.h"
#include "str.h"

#define STEPS_MOST 8         /* of one service in one run */
#define EACH_MEMORY (8u << 20)
#define QUIET_MOST 7         /* days after a standstill in which nobody is suspended */

/* ---- one service ------------------------------------------------------------------------------------------------ */

static st look_again(struct cx *cx, int64_t service, date on)
{
    return rhythm_next(CX_DB(cx), &(struct rhythm_next_in){ .service = service, .next = on }, NULL);
}

static const struct rhythm_step *first_of(const struct rhythm_plan *p)
{
    for (size_t i = 0; i < p->n; i++)
        if (!p->v[i].conditional)
            return &p->v[i];
    return NULL;
}

st rhythm_do_nt(struct cx *cx, int64_t service)
{
    date today = date_london(cx->gate.now);
    for (int i = 0; i < STEPS_MOST; i++) {
        struct rhythm_case *c = NEW(CX_ARENA(cx), struct rhythm_case);
        if (!c)
            return ST_NO_MEMORY;
        TRY(rhythm_case_read(CX_DB(cx), CX_ARENA(cx), cx->config, service, today, c));
        const struct rhythm_step *step = first_of(&c->plan);
        if (c->s.parked.p || !step)
            return look_again(cx, service, DATE_NONE);
        if (step->on.days > today.days)
            return look_again(cx, service, step->on);
        date later = DATE_NONE;
        TRY(gate_person(&cx->gate, c->s.person_id, PURPOSE_CONTRACT));
        TRY(rhythm_step_nt(cx, c, step, &later));
        if (later.days != DATE_NONE.days)
            return look_again(cx, service, later);
    }
    return look_again(cx, service, today);
}

/* Trouble of the machine, not of this service: the rest would have it too. */
static bool trouble(st s)
{
    return s == ST_IO || s == ST_FULL || s == ST_READ_ONLY || s == ST_AWAY || s == ST_RETRY || s == ST_TIMEOUT || s == ST_NO_MEMORY;
}

st rhythm_apart_nt(struct cx *cx, int64_t service)
{
    TRY(db_savepoint(CX_DB(cx)));
    cx->message = NULL;
    st s = db_settle(CX_DB(cx), rhythm_do_nt(cx, service));
    if (s == ST_OK || trouble(s))
        return s;
    if (s == ST_RESTRICTED) /* goes on by itself when it is lifted */
        return rhythm_park_nt(cx, service, date_london(cx->gate.now), "rhythm.parked.restricted");
    const char *why = cx->message && str_starts(str_c(cx->message), S("rhythm.parked.")) ? cx->message : "rhythm.parked.failed";
    log_event(LOG_ERROR, "rhythm", "service=%lld status=%s", (long long)service, st_info(s)->name);
    cx->message = NULL;
    return rhythm_park_nt(cx, service, date_london(cx->gate.now), why);
}

/* ---- standing still ---------------------------------------------------------------------------------------------- */

static st read_date(struct cx *cx, str name, date *out)
{
    struct rhythm_setting_row row;
    *out = DATE_NONE;
    st s = rhythm_setting(CX_DB(cx), CX_ARENA(cx), &(struct rhythm_setting_in){ .name = name }, &row);
    if (s == ST_NOT_FOUND)
        return ST_OK;
    TRY(s);
    return date_parse(row.value, out);
}

static st write_date(struct cx *cx, str name, date d)
{
    return rhythm_set(CX_DB(cx), &(struct rhythm_set_in){ .name = name, .value = date_iso(CX_ARENA(cx), d) }, NULL);
}

/* When the program did not run for days, or the clock jumped, people could not pay either: nobody is suspended or ended
 * until as many days have passed again, a week at most. A clock that goes back forgets that. */
static st mind_the_gap(struct cx *cx, date today)
{
    date last, quiet;
    TRY(read_date(cx, S("rhythm.last_run"), &last));
    if (last.days == today.days)
        return ST_OK;
    TRY(read_date(cx, S("rhythm.quiet_until"), &quiet));
    int32_t gap = last.days == DATE_NONE.days ? 0 : today.days - last.days;
    if (gap > 1)
        TRY(write_date(cx, S("rhythm.quiet_until"), date_add_days(today, gap < QUIET_MOST ? gap : QUIET_MOST)));
    else if (gap < 0 && quiet.days > today.days + QUIET_MOST)
        TRY(write_date(cx, S("rhythm.quiet_until"), date_add_days(today, QUIET_MOST)));
    return write_date(cx, S("rhythm.last_run"), today);
}

/* More than one run may hold up the writer for: the rest comes at once after it, in a run of its own. Not while what is first stays
 * first: that would never end. */
static st go_on(struct cx *cx, const struct rhythm_due_rows *done, date today)
{
    struct rhythm_due_rows left;
    if (!done->more)
        return ST_OK;
    TRY(rhythm_due(CX_DB(cx), CX_ARENA(cx), &(struct rhythm_due_in){ .today = today }, &left));
    if (left.n == 0 || left.v[0].service_id == done->v[0].service_id)
        return ST_OK;
    str key = str_cat(CX_ARENA(cx), S("rhythm.run/more/"), uid_str(CX_ARENA(cx), rnd_uid()));
    return cx_job_nt(cx, S("rhythm.run"), key, 0, 0, cx->gate.now);
}

st cmd_rhythm_run(struct cx *cx, const struct rhythm_run_in *in, struct rhythm_run_out *out)
{
    (void)in;
    date today = date_london(cx->gate.now);
    TRY(mind_the_gap(cx, today));
    struct rhythm_due_rows due;
    TRY(rhythm_due(CX_DB(cx), CX_ARENA(cx), &(struct rhythm_due_in){ .today = today }, &due));
    struct arena *all = cx->gate.arena, *each = due.n > 0 ? arena_new(EACH_MEMORY) : NULL;
    if (due.n > 0 && !each)
        return ST_NO_MEMORY;
    st s = ST_OK;
    for (size_t i = 0; s == ST_OK && i < due.n; i++) {
        cx->gate.arena = each;
        s = rhythm_apart_nt(cx, due.v[i].service_id);
        arena_reset(each);
    }
    cx->gate.arena = all;
    if (each)
        arena_free(each);
    out->services = (int64_t)due.n;
    return s == ST_OK ? go_on(cx, &due, today) : s;
}

/* ---- sooner than in a minute -------------------------------------------------------------------------------------- */

st rhythm_soon_nt(struct cx *cx, int64_t person, int64_t service, date today)
{
    str key = str_fmt(CX_ARENA(cx), "rhythm.run/%lld/%.*s", (long long)service, STR_ARG(uid_str(CX_ARENA(cx), rnd_uid())));
    TRY(look_again(cx, service, today));
    return cx_job_nt(cx, S("rhythm.run"), key, person, service, cx->gate.now);
}

st rhythm_job_run(struct job_cx *jc)
{
    struct rhythm_run_out out;
    return job_command(jc, CMD_RHYTHM_RUN, "run", &(struct rhythm_run_in){ 0 }, &out);
}

/* ---- what other features say -------------------------------------------------------------------------------------- */

str rhythm_label(struct arena *a, str product, str cycle, str options)
{
    bool once = str_eq(cycle, S("once")), plain = str_empty(options);
    return str_fmt(a, "%.*s%s%.*s%s%.*s%s", STR_ARG(product), once ? "" : ", ", STR_ARG(once ? S("") : cycle), plain ? "" : " (",
                   STR_ARG(options), plain ? "" : ")");
}

st rhythm_begin_nt(struct cx *cx, int64_t service, date from, int64_t charged)
{
    struct rhythm_origin_row o;
    int year, month, day;
    date_split(from, &year, &month, &day);
    TRY(rhythm_origin(CX_DB(cx), CX_ARENA(cx), &(struct rhythm_origin_in){ .service = service }, &o));
    TRY(rhythm_begin(CX_DB(cx), &(struct rhythm_begin_in){ .service = service, .person = o.person_id, .currency = o.currency,
        .unit_net = o.unit_net, .label = rhythm_label(CX_ARENA(cx), o.product_name, o.cycle, o.options),
        .choices = o.choices, .anchor = day,
        .next = DATE_NONE, .charged = charged }, NULL));
    struct rhythm_case c;
    TRY(rhythm_case_read(CX_DB(cx), CX_ARENA(cx), cx->config, service, date_london(cx->gate.now), &c));
    return look_again(cx, service, rhythm_plan_next(&c.plan));
}

st rhythm_ended_nt(struct cx *cx, int64_t service)
{
    struct rhythm_case c;
    date today = date_london(cx->gate.now);
    st s = rhythm_case_read(CX_DB(cx), CX_ARENA(cx), cx->config, service, today, &c);
    if (s == ST_NOT_FOUND || (s == ST_OK && c.s.ended_on.days != DATE_NONE.days))
        return ST_OK;
    TRY(s);
    TRY(rhythm_over(CX_DB(cx), &(struct rhythm_over_in){ .service = service, .on = today }, NULL));
    return rhythm_drop_bill_nt(cx, &c);
}
