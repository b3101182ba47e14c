/* For people without an account, or who cannot sign in: the form, and the link that proves the address and brings them back.
 * Nothing here depends on whether an address is known. */
#include "page.h"
#include "view.h"

st page_rights_ask(struct rq *rq)
{
    struct form_view *f = web_form(rq, FORM_RIGHTS_ASK);
    bool asked = rq->form && rq->form->id == FORM_RIGHTS_ABOUT;
    if (rq->actor.kind == ACTOR_CUSTOMER && rq->method == GET)
        return rq_redirect(rq, url_rights_new(rq->arena));
    if (!f)
        return ST_NO_MEMORY;
    if (asked)
        web_form_fill(f, "kind", rq_value(rq, "kind")->value);
    return show_rights_door(rq, 200, &(struct v_rights_door){ .f = f, .email = rq->config->company.privacy_email,
                                                              .telephone = rq->config->company.telephone });
}

static st asked(struct rq *rq, st result, const void *out)
{
    (void)out;
    TRY(result);
    return show_rights_asked(rq, 200, &(struct v_rights_asked){ 0 });
}

st page_rights_ask_do(struct rq *rq)
{
    struct rights_ask_in in = { .kind = rq_value(rq, "kind")->value, .full_name = rq_value(rq, "full_name")->value,
                                .email = rq_value(rq, "email")->value, .said = rq_value(rq, "said")->value };
    return rq_command(rq, CMD_RIGHTS_ASK, &in, asked);
}

/* ---- the link -------------------------------------------------------------------------------------------------------- */

static str token_of(struct rq *rq)
{
    return rq->method == POST ? rq_value(rq, "token")->value : rq_slug(rq, "token");
}

static st old_link(struct rq *rq)
{
    return show_rights_link_old(rq, st_info(ST_EXPIRED)->http, &(struct v_rights_link_old){ 0 });
}

/* Followed links change nothing: programs that look at mail follow links too. A button does. */
st page_rights_enter(struct rq *rq)
{
    struct rights_page_link_row row;
    str code;
    TRY(rq_token_code(rq, token_of(rq), &code));
    st found = rights_page_link(rq->db, rq->arena, &(struct rights_page_link_in){ .code = code }, &row);
    if (found == ST_NOT_FOUND || (found == ST_OK && rq->now.s >= row.expires_at.s))
        return old_link(rq);
    TRY(found);
    struct v_rights_link_show v = { .f = web_form(rq, FORM_RIGHTS_ENTER), .code = token_of(rq),
                                    .signed_in = rq->actor.kind == ACTOR_CUSTOMER };
    return v.f ? show_rights_link_show(rq, 200, &v) : ST_NO_MEMORY;
}

static st entered(struct rq *rq, st result, const void *out)
{
    const struct rights_enter_out *in = out;
    const str *token = rq->own;
    if (result == ST_EXPIRED)
        return old_link(rq);
    TRY(result);
    TRY(rq_session_cookie(rq, *token));
    return rq_redirect(rq, url_rights_show(rq->arena, in->request));
}

st page_rights_enter_do(struct rq *rq)
{
    struct rights_enter_in in;
    str *token = rq->own = NEW(rq->arena, str);
    if (!token)
        return ST_NO_MEMORY;
    TRY(rq_token_code(rq, token_of(rq), &in.link_code));
    TRY(rq_session_token(rq, token, &in.token_code));
    return rq_command(rq, CMD_RIGHTS_ENTER, &in, entered);
}
