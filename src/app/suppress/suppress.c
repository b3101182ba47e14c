/* Who is not to be written to: see suppress.h. */
#include "suppress.h"

#include "fold.h"
#include "log.h"
#include "str.h"
#include "suppress_sql.h"

static const char *const reasons[] = {
    [SUPPRESS_UNSUBSCRIBED] = "unsubscribed", [SUPPRESS_OBJECTED] = "objected", [SUPPRESS_BOUNCED] = "bounced",
    [SUPPRESS_COMPLAINED] = "complained",     [SUPPRESS_ERASED] = "erased",
};

static str topic_word(enum topic t)
{
    return t == SUPPRESS_ALL ? S("") : str_c(topic_info[t].name);
}

st suppress_code(struct gate *g, str address, str *code)
{
    return gate_blind(g, COL_suppression_code, fold_email(g->arena, address), code);
}

st suppress_add_nt(struct cx *cx, str code, enum topic topic, enum suppress_reason why)
{
    int64_t added = 0;
    TRY(BUG_UNLESS(code.n == VAULT_BLIND && (size_t)why < COUNT(reasons) && topic <= SUPPRESS_ALL));
    TRY(suppress_put(CX_DB(cx), &(struct suppress_put_in){ .code = code, .topic = topic_word(topic),
                                                           .reason = str_c(reasons[why]), .at = cx->gate.now }, &added));
    return added ? cx_event_nt(cx, EVENT_SUPPRESSION_ADDED, "suppression", 0, str_c(reasons[why])) : ST_OK;
}

/* Opened for the keeping of rights: who objects is heard, whatever else their data may be used for. */
static st address_of(struct gate *g, int64_t person, str *address)
{
    struct suppress_address_row row;
    TRY(suppress_address(g->db, g->arena, &(struct suppress_address_in){ .person = person }, &row));
    if (row.email)
        return gate_use(g, COL_person_email, PURPOSE_RIGHTS, row.uid, row.email, address);
    *address = S("");
    return row.subscriber_email
               ? gate_use(g, COL_subscriber_email, PURPOSE_RIGHTS, row.subscriber_uid, row.subscriber_email, address)
               : ST_OK;
}

st suppress_person_nt(struct cx *cx, int64_t person, enum topic topic, enum suppress_reason why)
{
    str address, code;
    TRY(address_of(&cx->gate, person, &address));
    if (str_empty(address))
        return ST_OK;
    TRY(suppress_code(&cx->gate, address, &code));
    return suppress_add_nt(cx, code, topic, why);
}

st suppress_proven_nt(struct cx *cx, int64_t person)
{
    str address, code;
    int64_t lifted = 0;
    TRY(address_of(&cx->gate, person, &address));
    if (str_empty(address))
        return ST_OK;
    TRY(suppress_code(&cx->gate, address, &code));
    TRY(suppress_proven(CX_DB(cx), &(struct suppress_proven_in){ .code = code, .at = cx->gate.now }, &lifted));
    return lifted ? cx_event_nt(cx, EVENT_SUPPRESSION_LIFTED, "suppression", 0, S("proven")) : ST_OK;
}

st suppress_is(struct db *db, struct arena *a, str code, enum topic topic, bool *yes)
{
    struct suppress_live_rows rows;
    TRY(suppress_live(db, a, &(struct suppress_live_in){ .code = code }, &rows));
    *yes = false;
    for (size_t i = 0; i < rows.n; i++)
        *yes = *yes || str_empty(rows.v[i].topic) || topic == SUPPRESS_ALL || str_eq(rows.v[i].topic, topic_word(topic));
    return ST_OK;
}

st suppress_lift_nt(struct cx *cx, str code, enum topic topic)
{
    int64_t lifted = 0;
    TRY(suppress_take_off(CX_DB(cx), &(struct suppress_take_off_in){ .code = code, .topic = topic_word(topic),
                                                                     .at = cx->gate.now }, &lifted));
    return lifted ? cx_event_nt(cx, EVENT_SUPPRESSION_LIFTED, "suppression", 0, S("")) : ST_OK;
}
