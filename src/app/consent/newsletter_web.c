/* The newsletter form, for anybody: an address, a message, one click. Whether an address was known is told to nobody. */
#include "prefs_sql.h"
#include "prefs_web.h"
#include "str.h"

st page_newsletter(struct rq *rq)
{
    TRY(prefs_in_force(rq));
    struct v_newsletter_show v = { .f = web_form(rq, FORM_NEWSLETTER), .wording = consent_wording(TOPIC_NEWSLETTER) };
    return v.f ? show_newsletter_show(rq, 200, &v) : ST_NO_MEMORY;
}

static st asked(struct rq *rq, st result, const void *out)
{
    (void)out;
    TRY(result);
    return show_newsletter_asked(rq, 200, &(struct v_newsletter_asked){ 0 });
}

st page_newsletter_do(struct rq *rq)
{
    TRY(prefs_in_force(rq));
    return rq_command(rq, CMD_NEWSLETTER_ASK, &(struct newsletter_ask_in){ .email = rq_value(rq, "email")->value }, asked);
}

static str token_of(struct rq *rq)
{
    return rq->method == POST ? rq_value(rq, "token")->value : rq_slug(rq, "token");
}

static st expired(struct rq *rq)
{
    return show_newsletter_expired(rq, st_info(ST_EXPIRED)->http, &(struct v_newsletter_expired){ 0 });
}

/* Following the link shows what is agreed to; the button agrees. Mail programs that look at links beforehand agree to nothing. */
st page_newsletter_confirm(struct rq *rq)
{
    struct prefs_link_row row;
    str code;
    TRY(prefs_in_force(rq));
    TRY(rq_token_code(rq, token_of(rq), &code));
    st s = prefs_link(rq->db, rq->arena, &(struct prefs_link_in){ .code = code }, &row);
    if (s == ST_NOT_FOUND || (s == ST_OK && row.expires_at.s <= rq->now.s))
        return expired(rq);
    TRY(s);
    struct v_newsletter_confirm_show v = { .f = web_form(rq, FORM_NEWSLETTER_CONFIRM), .code = token_of(rq),
            .wording = row.wording };
    return v.f ? show_newsletter_confirm_show(rq, 200, &v) : ST_NO_MEMORY;
}

static st confirmed(struct rq *rq, st result, const void *out)
{
    (void)out;
    if (result == ST_EXPIRED)
        return expired(rq);
    TRY(result);
    return show_newsletter_ready(rq, 200, &(struct v_newsletter_ready){ 0 });
}

st page_newsletter_confirm_do(struct rq *rq)
{
    struct consent_confirm_in in;
    TRY(prefs_in_force(rq));
    TRY(rq_token_code(rq, token_of(rq), &in.token_code));
    return rq_command(rq, CMD_CONSENT_CONFIRM, &in, confirmed);
}
