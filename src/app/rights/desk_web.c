/* For staff: the queue by the day that is due, and the numbers. Opened for the purpose `rights`. */
#include "clock.h"
#include "page.h"
#include "desk_html.h"
#include "staff.h"
#include "view.h"

#define NEAR_DAYS 7

/* ---- the queue ------------------------------------------------------------------------------------------------------- */

struct queue {
    struct v_staff_rights_list v;
    date today;
};

static st row_name(struct rq *rq, bool customer, uid person, const struct sealed *full_name, uid request, const struct sealed *name,
                   str *out)
{
    return customer ? rights_read(rq, COL_person_full_name, person, full_name, out)
                    : rights_read(rq, COL_rights_request_name, request, name, out);
}

/* The statements of the queue have the same columns; each has its own row type. */
#define QUEUE_OF(which)                                                                                                  \
    static st which##_queue(struct rq *rq, const struct which##_rows *rows, struct queue *q)                             \
    {                                                                                                                    \
        struct v_desk_row *list = NEWN(rq->arena, struct v_desk_row, rows->n + 1);                                       \
        if (!list)                                                                                                       \
            return ST_NO_MEMORY;                                                                                         \
        for (size_t i = 0; i < rows->n; i++) {                                                                           \
            const struct which##_row *r = &rows->v[i];                                                                   \
            bool customer = str_eq(r->person_kind, S("customer")), dated = r->strict_on.days != DATE_NONE.days;          \
            list[i] = (struct v_desk_row){ .id = r->uid, .kind = rights_named(rq, "rights.name.", r->kind),              \
                .state = rights_named(rq, "rights.state.", r->state), .class = rights_class(r->state), .known = customer, \
                .person = r->person_uid, .received = r->received_on, .due = r->due_on, .strict = r->strict_on,           \
                .late = r->late || (dated && r->strict_on.days < q->today.days && !r->outcome.n),                        \
                .near = dated && r->strict_on.days <= q->today.days + NEAR_DAYS };                                       \
            TRY(row_name(rq, customer, r->person_uid, r->full_name, r->uid, r->name, &list[i].who));                     \
        }                                                                                                                \
        q->v.rows = (struct v_desk_row_list){ list, rows->n };                                                           \
        q->v.next = rows->more ? rows->v[rows->n - 1].id : 0;                                                            \
        return ST_OK;                                                                                                    \
    }
QUEUE_OF(rights_page_open)
QUEUE_OF(rights_page_waiting)
QUEUE_OF(rights_page_done)
QUEUE_OF(rights_page_kind)

static st open_queue(struct rq *rq, struct queue *q)
{
    struct rights_page_open_rows rows;
    struct rights_page_open_in in = { .after_on = { 0 }, .after = 0 };
    const struct form_value *on = rq_value(rq, "after"), *before = rq_value(rq, "before");
    if (!str_empty(on->value))
        in = (struct rights_page_open_in){ .after_on = { (int32_t)on->number }, .after = before->number };
    TRY(rights_page_open(rq->db, rq->arena, &in, &rows));
    TRY(rights_page_open_queue(rq, &rows, q));
    q->v.next_on = rows.more ? date_iso(rq->arena, rows.v[rows.n - 1].strict_on) : S("");
    return ST_OK;
}

static st other_queue(struct rq *rq, struct queue *q)
{
    int64_t before = staff_before(rq);
    if (q->v.kind.n) {
        struct rights_page_kind_rows rows;
        TRY(rights_page_kind(rq->db, rq->arena, &(struct rights_page_kind_in){ .kind = q->v.kind, .before = before }, &rows));
        return rights_page_kind_queue(rq, &rows, q);
    }
    if (str_eq(q->v.status, S("paused"))) {
        struct rights_page_waiting_rows rows;
        struct rights_page_waiting_in in = { .after = before == STAFF_NEWEST ? 0 : before };
        TRY(rights_page_waiting(rq->db, rq->arena, &in, &rows));
        return rights_page_waiting_queue(rq, &rows, q);
    }
    struct rights_page_done_rows rows;
    TRY(rights_page_done(rq->db, rq->arena, &(struct rights_page_done_in){ .before = before }, &rows));
    return rights_page_done_queue(rq, &rows, q);
}

static st kinds_of(struct rq *rq, str here, struct v_desk_filter_list *out)
{
    struct v_desk_filter *v = NEWN(rq->arena, struct v_desk_filter, RIGHTS_KIND_COUNT);
    if (!v)
        return ST_NO_MEMORY;
    for (int i = 0; i < RIGHTS_KIND_COUNT; i++) {
        str word = str_c(rights_kind_word((enum rights_kind)i));
        v[i] = (struct v_desk_filter){ .kind = word, .label = rights_named(rq, "rights.name.", word), .here = str_eq(word, here) };
    }
    *out = (struct v_desk_filter_list){ v, RIGHTS_KIND_COUNT };
    return ST_OK;
}

st page_staff_rights(struct rq *rq)
{
    static const char *const known[] = { "open", "paused", "closed" };
    struct queue q = { .today = date_london(rq->now) };
    struct rights_page_counts_row n;
    q.v.kind = rq_value(rq, "kind")->value;
    q.v.status = q.v.kind.n ? S("") : staff_status(rq, known, COUNT(known));
    if (!q.v.kind.n && str_empty(q.v.status))
        q.v.status = S("open");
    TRY(rights_page_counts(rq->db, rq->arena, &(struct rights_page_counts_in){ .today = q.today }, &n));
    q.v.open = n.open + n.late;
    q.v.waiting = n.waiting;
    q.v.late = n.late;
    q.v.too_short = calendar_here() && !calendar_reaches(calendar_here(), q.today);
    TRY(kinds_of(rq, q.v.kind, &q.v.kinds));
    TRY(str_eq(q.v.status, S("open")) ? open_queue(rq, &q) : other_queue(rq, &q));
    return show_staff_rights_list(rq, 200, &q.v);
}

/* ---- numbers --------------------------------------------------------------------------------------------------------- */

st page_staff_rights_counts(struct rq *rq)
{
    struct rights_page_numbers_rows rows;
    TRY(rights_page_numbers(rq->db, rq->arena, &rows));
    struct v_desk_number *v = NEWN(rq->arena, struct v_desk_number, rows.n + 1);
    if (!v)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < rows.n; i++)
        v[i] = (struct v_desk_number){ .month = rows.v[i].month, .kind = rights_named(rq, "rights.name.", rows.v[i].kind),
                                       .what = rights_named(rq, "rights.counted.", rows.v[i].what), .n = rows.v[i].n };
    return show_staff_rights_report(rq, 200, &(struct v_staff_rights_report){ .rows = { v, rows.n } });
}
