/* What staff still have to tell whom; and the table on a person's own page. */
#include "notice_web.h"

#include "catalog.h"
#include "notice_sql.h"
#include "page.h"
#include "staff.h"
#include "statement.h"
#include "str.h"

/* "person.email,person.full_name" as people call them, each name once. */
static str titles(struct rq *rq, str list)
{
    struct out o;
    str one;
    out_init(&o, rq->arena, 2000);
    while (!str_empty(list) && str_next(&list, ',', &one))
        for (size_t i = 0; i < column_catalog_n; i++) {
            const struct column_info *col = &column_catalog[i];
            struct statement_column c;
            size_t dot = str_index(one, '.');
            if (str_eq(col->table, str_sub(one, 0, dot)) && str_eq(col->name, str_sub(one, dot + 1, one.n)) &&
                statement_column(rq->gate.statement, (enum column_id)i, &c)) {
                out_str(&o, o.n ? S(", ") : S(""));
                out_str(&o, c.field_title);
            }
        }
    return out_view(&o);
}

static str who(struct rq *rq, str recipient)
{
    enum recipient to;
    return recipient_find(recipient, &to) ? statement_recipient_words(rq->gate.statement, to) : recipient;
}

st notice_view(struct rq *rq, int64_t person, struct v_notice_row_list *out)
{
    struct notice_list_rows rows;
    TRY(notice_list(rq->db, rq->arena, &(struct notice_list_in){ person }, &rows));
    struct v_notice_row *v = NEWN(rq->arena, struct v_notice_row, rows.n + 1);
    if (!v)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < rows.n; i++) {
        const struct notice_list_row *r = &rows.v[i];
        v[i] = (struct v_notice_row){ .kind = r->kind, .who = who(rq, r->recipient), .fields = titles(rq, r->fields),
            .state = r->state, .reason = str_empty(r->reason) ? S("none") : r->reason, .made = r->made_at, .done = r->done_at };
        st how = gate_use(&rq->gate, COL_recipient_notice_note, PURPOSE_RIGHTS, r->uid, r->note, &v[i].note);
        if (how != ST_SEALED)
            TRY(how);
    }
    *out = (struct v_notice_row_list){ v, rows.n };
    return ST_OK;
}

/* ---- staff ----------------------------------------------------------------------------------------------------- */

st page_staff_notices(struct rq *rq)
{
    struct notice_tasks_rows rows;
    struct v_staff_notices v = { .f = web_form(rq, FORM_STAFF_NOTICE) };
    TRY(notice_tasks(rq->db, rq->arena, &(struct notice_tasks_in){ staff_before(rq) }, &rows));
    struct v_notice_task *tasks = NEWN(rq->arena, struct v_notice_task, rows.n + 1);
    if (!tasks || !v.f)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < rows.n; i++) {
        const struct notice_tasks_row *r = &rows.v[i];
        tasks[i] = (struct v_notice_task){ .id = r->uid, .person = r->person_uid, .kind = r->kind, .who = who(rq, r->recipient),
                                           .fields = titles(rq, r->fields), .made = r->made_at };
        TRY(staff_open(rq, COL_person_full_name, r->person_uid, r->full_name, &tasks[i].name));
    }
    v.rows = (struct v_notice_task_list){ tasks, rows.n };
    v.next = rows.more ? rows.v[rows.n - 1].id : 0;
    return show_staff_notices(rq, 200, &v);
}

st guard_staff_notice(struct rq *rq)
{
    struct notice_by_uid_row *row = NEW(rq->arena, struct notice_by_uid_row);
    rq->object = row;
    return row ? notice_by_uid(rq->db, rq->arena, &(struct notice_by_uid_in){ rq_uid(rq, "id") }, row) : ST_NO_MEMORY;
}

static st decided(struct rq *rq, st result, const void *out)
{
    (void)out;
    TRY(result);
    return rq_redirect(rq, url_staff_notices(rq->arena));
}

st page_staff_notice_decide(struct rq *rq)
{
    struct notice_decide_in in = { .notice = rq_uid(rq, "id"), .told = str_eq(rq_value(rq, "how")->value, S("told")),
                                   .note = rq_value(rq, "note")->value };
    return rq_command(rq, CMD_NOTICE_DECIDE, &in, decided);
}
