/* Who has to be told, and how it went. */
#include "notice.h"

#include "catalog.h"
#include "notice_sql.h"
#include "out.h"
#include "rnd.h"
#include "str.h"

#define FIELDS_MOST 1000

static const char *const kinds[] = { "corrected", "erased", "restricted" };

/* How each recipient is told. What stands in no row is a task for staff. */
enum teller { TELL_BY_STAFF, TELL_BY_JOB, KEEPS_NOTHING };
static const enum teller tellers[RECIPIENT_COUNT] = {
    [RECIPIENT_GATEWAY_SANDBOX] = KEEPS_NOTHING, /* it knows amounts and our reference (schema/0002-sandbox.sql) */
    [RECIPIENT_GATEWAY_STRIPE] = TELL_BY_JOB,
    [RECIPIENT_MAIL_RELAY] = KEEPS_NOTHING, /* it hands messages on; the next one is right */
    [RECIPIENT_VIES] = KEEPS_NOTHING,       /* it looks a number up, each time anew */
};

/* ---- which columns hold the same thing ------------------------------------------------------------------------- */

/* An invoice has the address in one piece. */
static str root(str field)
{
    static const char *const parts[] = { "address1", "address2", "city", "region", "postcode", "country" };
    for (size_t i = 0; i < COUNT(parts); i++)
        if (str_eq(field, str_c(parts[i])))
            return S("address");
    return field;
}

/* "person.email" is told what became of the column: itself, or one that it was copied to or from. */
static bool concerned(str told, const enum column_id *cols, size_t n)
{
    size_t dot = str_index(told, '.');
    for (size_t i = 0; i < column_catalog_n; i++) {
        const struct column_info *c = &column_catalog[i];
        if (!str_eq(c->table, str_sub(told, 0, dot)) || !str_eq(c->name, str_sub(told, dot + 1, told.n)))
            continue;
        for (size_t k = 0; k < n; k++)
            if (str_eq(root(c->field), root(column_catalog[cols[k]].field)))
                return true;
    }
    return false;
}

static bool among(str list, str name)
{
    str one;
    while (!str_empty(list) && str_next(&list, ',', &one))
        if (str_eq(one, name))
            return true;
    return false;
}

/* ---- queueing -------------------------------------------------------------------------------------------------- */

static st add(struct cx *cx, int64_t person, enum notice_kind kind, enum recipient to, str fields)
{
    struct notice_add_row row;
    enum teller how = tellers[to];
    bool ended = kind == NOTICE_ERASED && to == RECIPIENT_PLATFORM; /* an account is erased when its services have ended */
    struct notice_add_in in = { .uid = rnd_uid(), .person = person, .kind = str_c(kinds[kind]),
        .recipient = str_c(recipient_info[to].name), .fields = fields, .at = cx->gate.now, .done = UTC_NONE,
        .state = how == TELL_BY_JOB ? S("queued") : how == KEEPS_NOTHING || ended ? S("moot") : S("task"),
        .reason = how == KEEPS_NOTHING ? S("keeps_nothing") : ended ? S("ended_with_service") : S("") };
    if (how == KEEPS_NOTHING || ended)
        in.done = cx->gate.now;
    TRY(notice_add(CX_DB(cx), CX_ARENA(cx), &in, &row));
    if (how != TELL_BY_JOB)
        return ST_OK;
    str key = str_fmt(CX_ARENA(cx), "notice.send/%lld", (long long)row.id);
    return cx_job_nt(cx, S("notice.send"), key, person, row.id, cx->gate.now);
}

/* The columns of one recipient that are concerned, from all rows of the ledger that are theirs, each once. */
static st gather(const struct notice_ledger_rows *rows, size_t *i, const enum column_id *cols, size_t n, struct out *fields)
{
    str to = rows->v[*i].recipient, one;
    for (; *i < rows->n && str_eq(rows->v[*i].recipient, to); ++*i) {
        str list = rows->v[*i].fields;
        while (!str_empty(list) && str_next(&list, ',', &one)) {
            if ((cols && !concerned(one, cols, n)) || among(out_view(fields), one))
                continue;
            out_str(fields, fields->n ? S(",") : S(""));
            out_str(fields, one);
        }
    }
    return out_st(fields);
}

st notice_queue_nt(struct cx *cx, int64_t person, enum notice_kind kind, const enum column_id *cols, size_t n)
{
    struct notice_ledger_rows rows;
    size_t i = 0, made = 0;
    TRY(notice_ledger(CX_DB(cx), CX_ARENA(cx), &(struct notice_ledger_in){ person }, &rows));
    while (i < rows.n) {
        struct out fields;
        enum recipient to;
        bool known = recipient_find(rows.v[i].recipient, &to);
        out_init(&fields, CX_ARENA(cx), FIELDS_MOST);
        TRY(gather(&rows, &i, cols, n, &fields));
        if (!known || fields.n == 0)
            continue;
        TRY(add(cx, person, kind, to, out_view(&fields)));
        made++;
    }
    return made ? cx_event_nt(cx, EVENT_NOTICE_QUEUED, "person", person, str_c(kinds[kind])) : ST_OK;
}

/* ---- how it went ----------------------------------------------------------------------------------------------- */

st cmd_notice_done(struct cx *cx, const struct notice_done_in *in, struct notice_done_out *out)
{
    (void)out;
    struct notice_get_row row;
    struct notice_set_in set = { .id = in->notice, .state = in->state, .reason = in->reason, .at = cx->gate.now };
    TRY(notice_get(CX_DB(cx), CX_ARENA(cx), &(struct notice_get_in){ in->notice }, &row));
    if (str_eq(in->state, S("task")))
        set.at = UTC_NONE;
    else if (!str_eq(in->state, S("told")) && !str_eq(in->state, S("impossible")))
        return cx_invalid(cx, "state", "err.choice");
    TRY(notice_set(CX_DB(cx), &set, NULL)); /* done before: nothing changes */
    return cx_event_nt(cx, EVENT_NOTICE_DONE, "recipient_notice", row.id, in->state);
}

st cmd_notice_decide(struct cx *cx, const struct notice_decide_in *in, struct notice_decide_out *out)
{
    (void)out;
    struct notice_by_uid_row row;
    struct notice_set_in set = { .state = in->told ? S("told") : S("impossible"), .reason = S(""), .at = cx->gate.now,
                                 .by = cx->actor.person, .has_by = cx->actor.person != 0 };
    int64_t changed = 0;
    str note = str_trim(in->note);
    TRY(notice_by_uid(CX_DB(cx), CX_ARENA(cx), &(struct notice_by_uid_in){ in->notice }, &row));
    if (!in->told && str_empty(note))
        return cx_invalid(cx, "note", "err.required");
    if (!utf8_printable(note, true))
        return cx_invalid(cx, "note", "err.characters");
    set.id = row.id;
    TRY(gate_collect_nt(&cx->gate, &(struct collect){ .col = COL_recipient_notice_note, .point = POINT_STAFF,
        .source = SOURCE_STAFF, .person = row.person_id, .row = row.uid }, note, &set.note));
    TRY(notice_set(CX_DB(cx), &set, &changed));
    if (changed != 1)
        return ST_CONFLICT;
    return cx_event_nt(cx, EVENT_NOTICE_DONE, "recipient_notice", row.id, set.state);
}
