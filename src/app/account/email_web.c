/* /account/email, and the link that is sent to the new address. */
#include "account.h"
#include "account_html.h"
#include "email_sql.h"
#include "page.h"
#include "str.h"

static st show(struct rq *rq, bool asked)
{
    struct email_person_row row;
    struct email_open_row open = { 0 };
    struct v_email_show v = { .f = web_form(rq, FORM_EMAIL), .asked = asked };
    if (!v.f)
        return ST_NO_MEMORY;
    TRY(email_person(rq->db, rq->arena, &(struct email_person_in){ rq->actor.person }, &row));
    TRY(gate_use(&rq->gate, COL_person_email, PURPOSE_RIGHTS, row.uid, row.email, &v.email));
    st waits = email_open(rq->db, rq->arena, &(struct email_open_in){ rq->actor.person, rq->now }, &open);
    if (waits == ST_OK)
        TRY(gate_use(&rq->gate, COL_email_change_email, PURPOSE_RIGHTS, open.uid, open.email, &v.waits));
    else if (waits != ST_NOT_FOUND)
        return waits;
    return show_email_show(rq, 200, &v);
}

st page_email(struct rq *rq)
{
    return show(rq, false);
}

static st asked(struct rq *rq, st result, const void *out)
{
    (void)out;
    TRY(result);
    rq->form = NULL;
    return show(rq, true);
}

static st verified(struct rq *rq, st result, str encoded)
{
    (void)encoded;
    if (result == ST_DENIED) {
        rq_field_error(rq, "password", "password.wrong");
        return ST_INVALID;
    }
    TRY(result);
    return rq_command(rq, CMD_PERSON_ASK_EMAIL, &(struct person_ask_email_in){ .email = rq_value(rq, "email")->value }, asked);
}

st page_email_do(struct rq *rq)
{
    struct email_person_row row;
    str encoded;
    TRY(email_person(rq->db, rq->arena, &(struct email_person_in){ rq->actor.person }, &row));
    TRY(account_password_open(&rq->gate, row.uid, row.password, &encoded));
    return rq_hash_password(rq, rq_value(rq, "password")->value, encoded, verified);
}

/* ---- the link -------------------------------------------------------------------------------------------------- */

st page_email_link(struct rq *rq)
{
    struct form_view *f = web_form(rq, FORM_EMAIL_CONFIRM);
    str token = rq->method == POST ? rq_value(rq, "token")->value : rq_slug(rq, "token");
    return f ? show_email_confirm(rq, 200, &(struct v_email_confirm){ .f = f, .code = token }) : ST_NO_MEMORY;
}

static st changed(struct rq *rq, st result, const void *out)
{
    (void)out;
    if (result == ST_EXPIRED || result == ST_NOT_FOUND)
        return show_link_expired(rq, st_info(ST_EXPIRED)->http, &(struct v_link_expired){ 0 });
    TRY(result);
    return show_verified(rq, 200, &(struct v_verified){ 0 });
}

st page_email_link_do(struct rq *rq)
{
    struct person_change_email_in in;
    TRY(rq_token_code(rq, rq_value(rq, "token")->value, &in.token_code));
    return rq_command(rq, CMD_PERSON_CHANGE_EMAIL, &in, changed);
}
