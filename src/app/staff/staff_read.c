/* Opening what belongs to people, and the small things that several staff pages show. */
#include "staff.h"

#include "restriction.h"
#include "staff_sql.h"
#include "text.h"
#include "str.h"

st staff_open(struct rq *rq, enum column_id col, uid row, const struct sealed *value, str *out)
{
    return staff_open_for(rq, PURPOSE_SUPPORT, col, row, value, out);
}

st staff_open_for(struct rq *rq, enum purpose purpose, enum column_id col, uid row, const struct sealed *value, str *out)
{
    st rc = gate_use(&rq->gate, col, purpose, row, value, out);
    if (rc == ST_SEALED) {
        *out = S("");
        return ST_OK;
    }
    if (rc == ST_RESTRICTED) { /* the rest of the page says what may be said */
        *out = text_get(rq->language, TXT_STAFF_RESTRICTED);
        return ST_OK;
    }
    return rc;
}

st staff_claim(struct rq *rq, int64_t person)
{
    bool restricted;
    TRY(restriction_is(&rq->gate, person, &restricted));
    st s = restricted ? restriction_claim(&rq->gate, rq->actor.person, person) : ST_OK;
    return s == ST_NOT_FOUND ? ST_OK : s;
}

st staff_events(struct rq *rq, const char *kind, int64_t object, struct v_staff_event_list *out)
{
    struct staff_events_of_rows rows;
    TRY(staff_events_of(rq->db, rq->arena, &(struct staff_events_of_in){ .kind = str_c(kind), .object = object }, &rows));
    struct v_staff_event *v = NEWN(rq->arena, struct v_staff_event, rows.n + 1);
    if (!v)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < rows.n; i++) {
        str what = rows.v[i].event;
        for (size_t e = 0; e < EVENT_COUNT; e++)
            if (str_eq(what, str_c(event_info[e].name)))
                what = str_c(event_info[e].what);
        v[i] = (struct v_staff_event){ .at = rows.v[i].at, .what = what, .who = rows.v[i].actor_kind, .detail = rows.v[i].detail };
    }
    *out = (struct v_staff_event_list){ v, rows.n };
    return ST_OK;
}

int64_t staff_before(struct rq *rq)
{
    const struct form_value *before = rq->form ? rq_value(rq, "before") : NULL;
    return before && before->number > 0 ? before->number : STAFF_NEWEST;
}

str staff_status(struct rq *rq, const char *const *known, size_t n)
{
    str asked = rq->form ? rq_value(rq, "status")->value : S("");
    for (size_t i = 0; i < n; i++)
        if (str_eq(asked, str_c(known[i])))
            return asked;
    return S("");
}
