/* Members of staff: the first one only from the command line. */
#include "account.h"
#include "account_sql.h"
#include "config_keys.h"
#include "person_add.h"
#include "str.h"

#define STAFF_CAPS (CAP_STAFF_CATALOGUE | CAP_STAFF_BILLING | CAP_STAFF_SERVICES | CAP_STAFF_CUSTOMERS | CAP_STAFF_CHECKS)

/* Nobody gives what they do not have, and only who may do everything makes others. */
static st may_create(const struct cx *cx, uint64_t caps)
{
    bool every = (cx->actor.caps & STAFF_CAPS) == STAFF_CAPS;
    if (cx->actor.kind != ACTOR_SYSTEM && !(cx->actor.kind == ACTOR_STAFF && every))
        return ST_DENIED;
    return (caps & ~(uint64_t)(STAFF_CAPS | CAP_STAFF)) == 0 ? ST_OK : ST_DENIED;
}

st cmd_staff_create(struct cx *cx, const struct staff_create_in *in, struct staff_create_out *out)
{
    struct account_sign_in_row known;
    str code;
    TRY(may_create(cx, (uint64_t)in->caps));
    if (str_empty(str_trim(in->full_name)))
        return cx_invalid(cx, "full_name", "err.required");
    if (str_index(in->email, '@') == in->email.n)
        return cx_invalid(cx, "email", "err.email");
    if (str_empty(in->password))
        return cx_invalid(cx, "password", "err.required");
    TRY(account_email_code(&cx->gate, in->email, &code));
    struct account_sign_in_in by = { .kind = S("staff"), .code = code };
    st found = account_sign_in(CX_DB(cx), CX_ARENA(cx), &by, &known);
    if (found != ST_NOT_FOUND)
        return found == ST_OK ? ST_CONFLICT : found;
    TRY(person_add_nt(cx, &(struct person_add){
        .kind = "staff", .email = in->email, .full_name = in->full_name, .password = in->password,
        .currency = cx->config->shop.currencies.v[0], .capabilities = (uint64_t)in->caps, .point = POINT_STAFF,
        .source = SOURCE_STAFF }, &out->person));
    return cx_event_nt(cx, EVENT_STAFF_CREATED, "person", out->person, S(""));
}
