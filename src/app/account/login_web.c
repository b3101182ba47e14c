/* Signing in and out, customers and staff alike: password to the vault, a new session from the writer, a new cookie. */
#include "account.h"
#include "account_html.h"
#include "log.h"
#include "page.h"
#include "routes.h"
#include "staff_html.h"
#include "str.h"

/* What a sign-in carries from one answer to the next. */
struct signing_in {
    int64_t person;
    str token;
};

/* Where somebody who had to sign in wanted to go: pages without parameters, by their route. */
static url next_of(struct rq *rq)
{
    static const struct {
        str name;
        url (*to)(struct arena *);
    } pages[] = {
        { SI("checkout"), url_checkout }, { SI("basket"), url_basket },     { SI("orders"), url_orders },
        { SI("invoices"), url_invoices }, { SI("services"), url_services }, { SI("data"), url_data },
        { SI("profile"), url_profile },   { SI("password"), url_password }, { SI("sessions"), url_sessions },
        { SI("rights"), url_rights },
    };
    str name = rq_value(rq, "next")->value;
    for (size_t i = 0; i < COUNT(pages); i++)
        if (str_eq(pages[i].name, name))
            return pages[i].to(rq->arena);
    return url_account(rq->arena);
}

st page_login(struct rq *rq)
{
    if (rq->actor.kind == ACTOR_CUSTOMER)
        return rq_redirect(rq, next_of(rq));
    struct form_view *f = web_form(rq, FORM_LOGIN);
    if (!f)
        return ST_NO_MEMORY;
    return show_login_show(rq, 200, &(struct v_login_show){ .f = f, .next = rq_value(rq, "next")->value });
}

st page_staff_login(struct rq *rq)
{
    if (rq->actor.kind == ACTOR_STAFF)
        return rq_redirect(rq, url_staff(rq->arena));
    struct form_view *f = web_form(rq, FORM_LOGIN);
    return f ? show_staff_signin(rq, 200, &(struct v_staff_signin){ .f = f }) : ST_NO_MEMORY;
}

static bool for_staff(const struct rq *rq)
{
    return rq->route->id == ROUTE_STAFF_LOGIN_DO;
}

static st signed_in(struct rq *rq, st result, const void *out)
{
    (void)out;
    struct signing_in *s = rq->own;
    TRY(result);
    TRY(rq_session_cookie(rq, s->token));
    return rq_redirect(rq, for_staff(rq) ? url_staff(rq->arena) : next_of(rq));
}

/* One answer for an address that is unknown and for a password that is wrong, after the same work. */
static st refuse(struct rq *rq)
{
    log_event(LOG_INFO, "sign-in.refused", "id=%llu", (unsigned long long)rq->id);
    rq_field_error(rq, "password", "login.wrong");
    return ST_INVALID;
}

static st verified(struct rq *rq, st result, str encoded)
{
    (void)encoded;
    struct signing_in *s = rq->own;
    str code;
    if (result == ST_DENIED || (result == ST_OK && s->person == 0))
        return refuse(rq);
    TRY(result);
    TRY(rq_session_token(rq, &s->token, &code));
    struct session_sign_in_in in = { .token_code = code, .person = s->person, .ip = rq->ip, .agent = rq->agent,
                                     .visitor = rq->actor.kind == ACTOR_VISITOR ? rq->actor.person : 0 };
    return rq_command(rq, CMD_SESSION_SIGN_IN, &in, signed_in);
}

static st sign_in(struct rq *rq)
{
    struct account_door door = { .person = 0 };
    struct signing_in *s = rq->own = NEW(rq->arena, struct signing_in);
    if (!s)
        return ST_NO_MEMORY;
    st found = account_door(&rq->gate, for_staff(rq), rq_value(rq, "email")->value, &door);
    if (found != ST_OK && found != ST_NOT_FOUND)
        return found;
    s->person = door.person;
    return rq_hash_password(rq, rq_value(rq, "password")->value, door.password, verified);
}

st page_login_do(struct rq *rq)
{
    return sign_in(rq);
}

st page_staff_login_do(struct rq *rq)
{
    return sign_in(rq);
}

static st signed_out(struct rq *rq, st result, const void *out)
{
    (void)out;
    TRY(result);
    bool staff = rq->actor.kind == ACTOR_STAFF;
    TRY(rq_drop_cookie(rq, staff ? COOKIE_STAFF : COOKIE_SESSION));
    return rq_redirect(rq, staff ? url_staff_login(rq->arena) : url_home(rq->arena));
}

st page_logout(struct rq *rq)
{
    return rq_command(rq, CMD_SESSION_END, &(struct session_end_in){ .session = { { 0 } } }, signed_out);
}

st page_staff_logout(struct rq *rq)
{
    return rq_command(rq, CMD_SESSION_END, &(struct session_end_in){ .session = { { 0 } } }, signed_out);
}
