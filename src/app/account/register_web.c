/* Registering, confirming an address, and a new password by a link. */
#include "account.h"
#include "account_html.h"
#include "account_sql.h"
#include "page.h"
#include "routes.h"
#include "str.h"

/* ---- registering ---- */

st page_register(struct rq *rq)
{
    if (rq->actor.kind == ACTOR_CUSTOMER)
        return rq_redirect(rq, url_account(rq->arena));
    struct form_view *f = web_form(rq, FORM_REGISTER);
    return f ? show_register_show(rq, 200, &(struct v_register_show){ .f = f }) : ST_NO_MEMORY;
}

static st registered(struct rq *rq, st result, const void *out)
{
    (void)out;
    TRY(result);
    return show_check_mail(rq, 200, &(struct v_check_mail){ .about = S("register") });
}

static st register_hashed(struct rq *rq, st result, str encoded)
{
    TRY(result);
    struct person_register_in in = { .email = rq_value(rq, "email")->value, .full_name = rq_value(rq, "full_name")->value,
                                     .password = encoded, .currency = rq->currency,
                                     .newsletter = rq_value(rq, "newsletter")->number != 0 };
    return rq_command(rq, CMD_PERSON_REGISTER, &in, registered);
}

st page_register_do(struct rq *rq)
{
    return rq_hash_password(rq, rq_value(rq, "password")->value, S(""), register_hashed);
}

/* ---- confirming an address ---- */

/* The token of a link: in the address when it is followed, in the form when that is shown again. */
static str token_of(struct rq *rq)
{
    return rq->method == POST ? rq_value(rq, "token")->value : rq_slug(rq, "token");
}

static st expired(struct rq *rq)
{
    return show_link_expired(rq, st_info(ST_EXPIRED)->http, &(struct v_link_expired){ 0 });
}

/* Does this link still work? Asked when it is followed, so that nobody fills in a form for nothing; the command asks again. */
static st link_alive(struct rq *rq, str kind)
{
    struct account_link_row row;
    str code;
    TRY(rq_token_code(rq, token_of(rq), &code));
    st rc = account_link(rq->db, rq->arena, &(struct account_link_in){ .code = code, .kind = kind }, &row);
    if (rc != ST_OK)
        return rc == ST_NOT_FOUND ? ST_EXPIRED : rc;
    return row.used_at.s == UTC_NONE.s && row.expires_at.s > rq->now.s ? ST_OK : ST_EXPIRED;
}

st page_verify(struct rq *rq)
{
    st alive = link_alive(rq, S("verify"));
    if (alive == ST_EXPIRED)
        return expired(rq);
    TRY(alive);
    struct form_view *f = web_form(rq, FORM_VERIFY);
    return f ? show_verify_show(rq, 200, &(struct v_verify_show){ .f = f, .code = token_of(rq) }) : ST_NO_MEMORY;
}

static st address_confirmed(struct rq *rq, st result, const void *out)
{
    (void)out;
    if (result == ST_EXPIRED)
        return expired(rq);
    TRY(result);
    return show_verified(rq, 200, &(struct v_verified){ 0 });
}

st page_verify_do(struct rq *rq)
{
    struct person_verify_in in;
    TRY(rq_token_code(rq, token_of(rq), &in.token_code));
    return rq_command(rq, CMD_PERSON_VERIFY, &in, address_confirmed);
}

/* ---- a new password ---- */

st page_forgot(struct rq *rq)
{
    struct form_view *f = web_form(rq, FORM_FORGOT);
    return f ? show_forgot_show(rq, 200, &(struct v_forgot_show){ .f = f }) : ST_NO_MEMORY;
}

static st asked_reset(struct rq *rq, st result, const void *out)
{
    (void)out;
    TRY(result);
    return show_check_mail(rq, 200, &(struct v_check_mail){ .about = S("forgot") });
}

st page_forgot_do(struct rq *rq)
{
    struct person_ask_reset_in in;
    TRY(account_email_code(&rq->gate, rq_value(rq, "email")->value, &in.email_code));
    return rq_command(rq, CMD_PERSON_ASK_RESET, &in, asked_reset);
}

st page_reset(struct rq *rq)
{
    st alive = link_alive(rq, S("reset"));
    if (alive == ST_EXPIRED)
        return expired(rq);
    TRY(alive);
    struct form_view *f = web_form(rq, FORM_RESET);
    return f ? show_reset_show(rq, 200, &(struct v_reset_show){ .f = f, .code = token_of(rq) }) : ST_NO_MEMORY;
}

static st password_set(struct rq *rq, st result, const void *out)
{
    (void)out;
    if (result == ST_EXPIRED)
        return expired(rq);
    TRY(result);
    return rq_redirect(rq, url_login(rq->arena));
}

static st reset_hashed(struct rq *rq, st result, str encoded)
{
    TRY(result);
    struct person_set_password_in in = { .password = encoded };
    TRY(rq_token_code(rq, token_of(rq), &in.token_code));
    return rq_command(rq, CMD_PERSON_SET_PASSWORD, &in, password_set);
}

st page_reset_do(struct rq *rq)
{
    return rq_hash_password(rq, rq_value(rq, "password")->value, S(""), reset_hashed);
}
