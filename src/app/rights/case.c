/* Reading, keeping and counting one request. */
#include "case.h"

#include "clock.h"
#include "config_keys.h"
#include "rnd.h"
#include "str.h"

st rights_case_load(struct cx *cx, int64_t id, struct rights_case *c)
{
    TRY(rights_by_id(CX_DB(cx), CX_ARENA(cx), &(struct rights_by_id_in){ .id = id }, &c->r));
    TRY(rights_kind_parse(c->r.kind, &c->kind));
    TRY(rights_state_parse(c->r.state, &c->state));
    c->was = c->state;
    return ST_OK;
}

st rights_case_of(struct cx *cx, uid id, struct rights_case *c)
{
    struct rights_by_uid_row row;
    TRY(rights_by_uid(CX_DB(cx), CX_ARENA(cx), &(struct rights_by_uid_in){ .uid = id }, &row));
    bool own = cx->actor.kind != ACTOR_CUSTOMER && cx->actor.kind != ACTOR_VISITOR;
    return own || row.person_id == cx->actor.person ? rights_case_load(cx, row.id, c) : ST_NOT_FOUND;
}

st rights_case_go(struct cx *cx, struct rights_case *c, enum rights_act act)
{
    if (rights_goes(c->kind, c->state, act, &c->state))
        return ST_OK;
    cx->message = rights_open_state(c->state) ? "rights.not_now" : "rights.closed_already";
    return ST_CONFLICT;
}

static str or_null(str s)
{
    return s.n ? s : (str){ 0 };
}

/* From now on copies of answers have their time, which is another than the request's. */
static st close_rows(struct cx *cx, const struct rights_case *c)
{
    TRY(rights_close_entries(CX_DB(cx), &(struct rights_close_entries_in){ .request = c->r.id, .at = c->r.closed_at }, NULL));
    return rights_close_changes(CX_DB(cx), &(struct rights_close_changes_in){ .request = c->r.id, .at = c->r.closed_at }, NULL);
}

st rights_case_save(struct cx *cx, struct rights_case *c)
{
    struct rights_save_in in = {
        .id = c->r.id, .was = str_c(rights_state_word(c->was)), .state = str_c(rights_state_word(c->state)),
        .outcome = or_null(c->r.outcome), .ground = or_null(c->r.ground), .extended = c->r.extended, .identified = c->r.identified,
        .clock_from = c->r.clock_from, .due = c->r.due_on, .strict = c->r.strict_on, .counted = c->r.counted_by,
        .asked = c->r.asked_on, .acknowledged = c->r.acknowledged_at, .warned = c->r.warned, .late = c->r.late,
        .closed = c->r.closed_at,
    };
    int64_t changed = 0;
    bool closing = !rights_open_state(c->state) && rights_open_state(c->was);
    TRY(rights_save(CX_DB(cx), &in, &changed));
    c->was = c->state;
    if (changed != 1)
        return ST_CONFLICT;
    return closing ? close_rows(cx, c) : ST_OK;
}

/* ---- entries --------------------------------------------------------------------------------------------------------- */

static st seal(struct cx *cx, const struct rights_case *c, uid row, enum column_id col, bool staff, str plain,
               const struct sealed **out)
{
    struct collect from = { .col = col, .point = staff ? POINT_STAFF : POINT_RIGHTS, .person = c->r.person_id, .row = row,
                            .source = staff ? SOURCE_STAFF : SOURCE_PERSON };
    *out = NULL;
    return str_empty(plain) ? ST_OK : gate_collect_nt(&cx->gate, &from, plain, out);
}

st rights_case_entry(struct cx *cx, const struct rights_case *c, const struct rights_words *w, int64_t *id)
{
    struct rights_entry_add_row row;
    bool person = cx->actor.kind == ACTOR_CUSTOMER || cx->actor.kind == ACTOR_VISITOR, staff = cx->actor.kind == ACTOR_STAFF;
    struct rights_entry_add_in in = {
        .uid = rnd_uid(), .request = c->r.id, .act = str_c(w->word ? w->word : rights_act_word(w->act)),
        .was = str_c(rights_state_word(c->was)), .now = str_c(rights_state_word(c->state)),
        .by_kind = staff ? S("staff") : person ? S("person") : S("program"),
        .by = cx->actor.person, .has_by = cx->actor.person != 0,
        .was_due = w->dates ? w->was_due : DATE_NONE, .was_strict = w->dates ? w->was_strict : DATE_NONE,
        .pause_from = w->pause_from, .pause_to = w->pause_to, .at = cx->gate.now,
    };
    TRY(seal(cx, c, in.uid, COL_rights_entry_said, w->by_staff_said, w->said, &in.said));
    TRY(seal(cx, c, in.uid, COL_rights_entry_reply, true, w->reply, &in.reply));
    TRY(seal(cx, c, in.uid, COL_rights_entry_note, true, w->note, &in.note));
    TRY(rights_entry_add(CX_DB(cx), CX_ARENA(cx), &in, &row));
    if (id)
        *id = row.id;
    return ST_OK;
}

/* ---- the clock ------------------------------------------------------------------------------------------------------- */

static enum deadline_rule rule_of(const struct rights_case *c)
{
    return c->kind == RIGHTS_COMPLAINT ? DEADLINE_COMPLAINT : c->r.extended ? DEADLINE_SAR_EXTENDED : DEADLINE_SAR;
}

static st pauses_of(struct cx *cx, const struct rights_case *c, struct deadline_ask *ask)
{
    struct rights_pauses_rows rows;
    TRY(rights_pauses(CX_DB(cx), CX_ARENA(cx), &(struct rights_pauses_in){ .request = c->r.id }, &rows));
    struct deadline_pause *v = NEWN(CX_ARENA(cx), struct deadline_pause, rows.n + 1);
    if (!v)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < rows.n; i++)
        if (rows.v[i].pause_from.days >= c->r.clock_from.days) /* before identity was shown there was no clock to stop */
            v[ask->n_pauses++] = (struct deadline_pause){ rows.v[i].pause_from, rows.v[i].pause_to };
    ask->pauses = v;
    return ST_OK;
}

str rights_calendar(struct cx *cx)
{
    const struct calendar *c = calendar_here();
    const char *division = calendar_word(calendar_division_of(cx->config));
    return c ? str_fmt(CX_ARENA(cx), "%s %.*s", division, STR_ARG(calendar_version(c))) : S("");
}

st rights_case_count(struct cx *cx, struct rights_case *c)
{
    const struct calendar *calendar = calendar_here();
    struct deadline_ask ask = { .rule = rule_of(c), .division = calendar_division_of(cx->config),
                                .from = utc_start_of_day_london(c->r.clock_from) };
    struct deadline d = { .due = DATE_NONE };
    enum deadline_problem problem;
    size_t which;
    if (!calendar)
        return ST_NO_MEMORY;
    c->r.counted_by = rights_calendar(cx);
    if (c->kind == RIGHTS_COMPLAINT && c->r.acknowledged_at.s != UTC_NONE.s) {
        /* LAW: DPA 2018 s.164A(3): without undue delay. How long that is at most, the house says. */
        c->r.due_on = DATE_NONE;
        c->r.strict_on = date_add_days(c->r.received_on, (int32_t)cx->config->rights.complaint_days);
        return ST_OK;
    }
    TRY(pauses_of(cx, c, &ask));
    st s = deadline_count(calendar, &ask, &d, &problem, &which);
    if (s == ST_INVALID && problem == DEADLINE_PAUSE_LATE) {
        cx->message = "rights.pause_late";
        return ST_INVALID;
    }
    if (s != ST_OK && !(s == ST_INVALID && problem == DEADLINE_CALENDAR_SHORT && d.due.days != DATE_NONE.days))
        return s;
    c->r.due_on = d.due;
    c->r.strict_on = d.strict;
    return ST_OK;
}

void rights_case_stop(struct rights_case *c)
{
    c->r.due_on = c->r.strict_on = DATE_NONE;
}

/* ---- telling and counting -------------------------------------------------------------------------------------------- */

st rights_case_tell(struct cx *cx, const struct rights_case *c, enum mail mail, int64_t occasion, bool *told)
{
    struct rights_person_row p;
    TRY(rights_person(CX_DB(cx), CX_ARENA(cx), &(struct rights_person_in){ .id = c->r.person_id }, &p));
    bool reachable = c->r.email || p.email;
    if (told)
        *told = reachable;
    return reachable ? mail_queue_nt(cx, mail, c->r.person_id, c->r.id, str_fmt(CX_ARENA(cx), "%lld", (long long)occasion)) : ST_OK;
}

st rights_case_tally(struct cx *cx, const struct rights_case *c, date on, const char *what)
{
    return rights_count_up(CX_DB(cx), &(struct rights_count_up_in){ .month = str_sub(date_iso(CX_ARENA(cx), on), 0, 7),
                                                                    .kind = c->r.kind, .what = str_c(what) }, NULL);
}

/* ---- what people typed ----------------------------------------------------------------------------------------------- */

st rights_text(struct cx *cx, const char *field, str *text, size_t least, size_t most)
{
    *text = str_trim(*text);
    if (str_empty(*text))
        return least > 0 ? cx_invalid(cx, field, "err.required") : ST_OK;
    if (!utf8_printable(*text, true))
        return cx_invalid(cx, field, "err.characters");
    size_t n = utf8_count(*text);
    return n > most ? cx_invalid(cx, field, "err.too_long") : n < least ? cx_invalid(cx, field, "rights.too_short") : ST_OK;
}

st rights_day(struct cx *cx, const char *field, str text, date from, date *out)
{
    date today = date_london(cx->gate.now);
    *out = today;
    if (!str_empty(text) && date_parse(text, out) != ST_OK)
        return cx_invalid(cx, field, "err.date");
    if (out->days > today.days)
        return cx_invalid(cx, field, "rights.future");
    return out->days < from.days ? cx_invalid(cx, field, "rights.before") : ST_OK;
}
