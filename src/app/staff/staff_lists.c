/* Lists: orders, invoices, services and jobs, whole, by status, or of one person. Each comes from a statement of its own, so
 * that each can use its index; the rows have the same members, which is what the macros below rely on. */
#include "money.h"
#include "staff.h"
#include "staff_sql.h"
#include "str.h"

#define NEXT(rows) ((rows).more ? (rows).v[(rows).n - 1].id : 0)

/* A converter per statement, all with the same body: the row types differ in name only. */
#define ORDER_CONVERTER(which)                                                                            \
    static st which##_view(struct rq *rq, const struct which##_row *r, struct v_staff_order_row *v)        \
    {                                                                                                    \
        *v = (struct v_staff_order_row){ .id = r->uid, .status = r->status, .at = r->placed_at,          \
                                         .gross = money_of(r->gross, r->currency),                       \
                                         .kind = r->customer_type, .person = r->person_uid };            \
        return staff_open(rq, COL_person_full_name, r->person_uid, r->full_name, &v->name);              \
    }
ORDER_CONVERTER(staff_order_page)
ORDER_CONVERTER(staff_order_page_status)
ORDER_CONVERTER(staff_order_page_person)

#define INVOICE_CONVERTER(which)                                                                          \
    static st which##_view(struct rq *rq, const struct which##_row *r, struct v_staff_invoice_row *v)      \
    {                                                                                                    \
        *v = (struct v_staff_invoice_row){ .id = r->uid, .status = r->status, .number = r->number,       \
                                           .gross = money_of(r->gross, r->currency),                     \
                                           .at = r->created_at, .person = r->person_uid };               \
        return staff_open(rq, COL_person_full_name, r->person_uid, r->full_name, &v->name);              \
    }
INVOICE_CONVERTER(staff_invoice_page)
INVOICE_CONVERTER(staff_invoice_page_status)
INVOICE_CONVERTER(staff_invoice_page_notes)
INVOICE_CONVERTER(staff_invoice_page_person)

#define SERVICE_CONVERTER(which)                                                                          \
    static st which##_view(struct rq *rq, const struct which##_row *r, struct v_staff_service_row *v)      \
    {                                                                                                    \
        *v = (struct v_staff_service_row){ .id = r->uid, .status = r->status, .product = r->product_name, \
                                           .due = r->next_due_on, .problem = r->problem,                 \
                                           .person = r->person_uid };                                    \
        TRY(staff_open(rq, COL_service_hostname, r->uid, r->hostname, &v->hostname));                    \
        return staff_open(rq, COL_person_full_name, r->person_uid, r->full_name, &v->name);              \
    }
SERVICE_CONVERTER(staff_service_page)
SERVICE_CONVERTER(staff_service_page_status)
SERVICE_CONVERTER(staff_service_page_person)

#define JOB_CONVERTER(which)                                                                              \
    static st which##_view(struct rq *rq, const struct which##_row *r, struct v_staff_job_row *v)          \
    {                                                                                                    \
        (void)rq;                                                                                        \
        *v = (struct v_staff_job_row){ .id = r->uid, .state = r->state, .kind = r->kind, .at = r->created_at, \
                                       .attempts = r->attempts, .next = r->next_at, .trouble = r->last_error, \
                                       .retry = str_eq(r->state, S("dead")) || str_eq(r->state, S("queued")) }; \
        return ST_OK;                                                                                    \
    }
JOB_CONVERTER(staff_job_page)
JOB_CONVERTER(staff_job_page_state)

st page_staff_orders(struct rq *rq)
{
    static const char *const known[] = { "pending", "active", "fraud", "cancelled" };
    struct v_staff_orders v = { .status = staff_status(rq, known, COUNT(known)) };
    if (str_empty(v.status)) {
        struct staff_order_page_rows rows;
        TRY(staff_order_page(rq->db, rq->arena, &(struct staff_order_page_in){ .before = staff_before(rq) }, &rows));
        STAFF_ROWS(rq, &v.rows, rows, struct v_staff_order_row, staff_order_page_view);
        v.next = NEXT(rows);
    } else {
        struct staff_order_page_status_rows rows;
        TRY(staff_order_page_status(rq->db, rq->arena, &(struct staff_order_page_status_in){ v.status, staff_before(rq) }, &rows));
        STAFF_ROWS(rq, &v.rows, rows, struct v_staff_order_row, staff_order_page_status_view);
        v.next = NEXT(rows);
    }
    return show_staff_orders(rq, 200, &v);
}

st page_staff_invoices(struct rq *rq)
{
    static const char *const known[] = { "unpaid", "paid", "cancelled", "refunded", "issued" };
    struct v_staff_invoices v = { .status = staff_status(rq, known, COUNT(known)) };
    if (str_empty(v.status)) {
        struct staff_invoice_page_rows rows;
        TRY(staff_invoice_page(rq->db, rq->arena, &(struct staff_invoice_page_in){ .before = staff_before(rq) }, &rows));
        STAFF_ROWS(rq, &v.rows, rows, struct v_staff_invoice_row, staff_invoice_page_view);
        v.next = NEXT(rows);
    } else if (str_eq(v.status, S("issued"))) { /* that is what credit notes are */
        struct staff_invoice_page_notes_rows rows;
        TRY(staff_invoice_page_notes(rq->db, rq->arena, &(struct staff_invoice_page_notes_in){ staff_before(rq) }, &rows));
        STAFF_ROWS(rq, &v.rows, rows, struct v_staff_invoice_row, staff_invoice_page_notes_view);
        v.next = NEXT(rows);
    } else {
        struct staff_invoice_page_status_rows rows;
        TRY(staff_invoice_page_status(rq->db, rq->arena, &(struct staff_invoice_page_status_in){ v.status, staff_before(rq) },
                                      &rows));
        STAFF_ROWS(rq, &v.rows, rows, struct v_staff_invoice_row, staff_invoice_page_status_view);
        v.next = NEXT(rows);
    }
    return show_staff_invoices(rq, 200, &v);
}

st page_staff_services(struct rq *rq)
{
    static const char *const known[] = { "pending", "active", "suspended", "terminated", "cancelled" };
    struct v_staff_services v = { .status = staff_status(rq, known, COUNT(known)) };
    if (str_empty(v.status)) {
        struct staff_service_page_rows rows;
        TRY(staff_service_page(rq->db, rq->arena, &(struct staff_service_page_in){ .before = staff_before(rq) }, &rows));
        STAFF_ROWS(rq, &v.rows, rows, struct v_staff_service_row, staff_service_page_view);
        v.next = NEXT(rows);
    } else {
        struct staff_service_page_status_rows rows;
        TRY(staff_service_page_status(rq->db, rq->arena, &(struct staff_service_page_status_in){ v.status, staff_before(rq) },
                                      &rows));
        STAFF_ROWS(rq, &v.rows, rows, struct v_staff_service_row, staff_service_page_status_view);
        v.next = NEXT(rows);
    }
    return show_staff_services(rq, 200, &v);
}

st page_staff_jobs(struct rq *rq)
{
    static const char *const known[] = { "queued", "leased", "done", "dead" };
    struct v_staff_jobs v = { .status = staff_status(rq, known, COUNT(known)), .csrf = rq->csrf };
    if (str_empty(v.status)) {
        struct staff_job_page_rows rows;
        TRY(staff_job_page(rq->db, rq->arena, &(struct staff_job_page_in){ .before = staff_before(rq) }, &rows));
        STAFF_ROWS(rq, &v.rows, rows, struct v_staff_job_row, staff_job_page_view);
        v.next = NEXT(rows);
    } else {
        struct staff_job_page_state_rows rows;
        TRY(staff_job_page_state(rq->db, rq->arena, &(struct staff_job_page_state_in){ v.status, staff_before(rq) }, &rows));
        STAFF_ROWS(rq, &v.rows, rows, struct v_staff_job_row, staff_job_page_state_view);
        v.next = NEXT(rows);
    }
    return show_staff_jobs(rq, 200, &v);
}

st staff_orders_of(struct rq *rq, int64_t person, struct v_staff_order_row_list *out)
{
    struct staff_order_page_person_rows rows;
    TRY(staff_order_page_person(rq->db, rq->arena, &(struct staff_order_page_person_in){ person, STAFF_NEWEST }, &rows));
    STAFF_ROWS(rq, out, rows, struct v_staff_order_row, staff_order_page_person_view);
    return ST_OK;
}

st staff_invoices_of(struct rq *rq, int64_t person, struct v_staff_invoice_row_list *out)
{
    struct staff_invoice_page_person_rows rows;
    TRY(staff_invoice_page_person(rq->db, rq->arena, &(struct staff_invoice_page_person_in){ person, STAFF_NEWEST }, &rows));
    STAFF_ROWS(rq, out, rows, struct v_staff_invoice_row, staff_invoice_page_person_view);
    return ST_OK;
}

st staff_services_of(struct rq *rq, int64_t person, struct v_staff_service_row_list *out)
{
    struct staff_service_page_person_rows rows;
    TRY(staff_service_page_person(rq->db, rq->arena, &(struct staff_service_page_person_in){ person, STAFF_NEWEST }, &rows));
    STAFF_ROWS(rq, out, rows, struct v_staff_service_row, staff_service_page_person_view);
    return ST_OK;
}
