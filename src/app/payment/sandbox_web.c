/* The sandbox gateway's hosted page (what should become of this payment?), and the callbacks that follow from it. */
#include "account.h"
#include "gateway.h"
#include "page.h"
#include "payment_html.h"
#include "sandbox_sql.h"
#include "str.h"

st guard_sandbox_payment(struct rq *rq)
{
    struct sandbox_own_row *c = NEW(rq->arena, struct sandbox_own_row);
    if (!c)
        return ST_NO_MEMORY;
    TRY(sandbox_own(rq->db, rq->arena, &(struct sandbox_own_in){ .charge = rq_uid(rq, "id"), .person = rq->actor.person }, c));
    rq->object = c;
    return ST_OK;
}

st page_sandbox_page(struct rq *rq)
{
    const struct sandbox_own_row *c = rq->object;
    bool challenged = str_eq(c->state, S("challenge"));
    if (!challenged && !str_eq(c->state, S("open")))
        return rq_redirect(rq, url_payment_return(rq->arena, c->payment_uid));
    struct form_view *f = web_form(rq, FORM_SANDBOX);
    if (!f)
        return ST_NO_MEMORY;
    TRY(account_countries(rq->arena, f));
    web_form_fill(f, "outcome", S("pay"));
    web_form_fill(f, "card_country", c->card_country);
    return show_sandbox_page(rq, 200, &(struct v_sandbox_page){
        .id = c->uid, .f = f, .amount = money_of(c->amount, c->currency), .shop = rq->config->company.name,
        .challenged = challenged });
}

/* The extra step is asked for on this page again; everything else leads back to the shop. */
static st chosen(struct rq *rq, st result, const void *out)
{
    const struct sandbox_own_row *c = rq->object;
    (void)out;
    TRY(result);
    bool step = str_eq(rq->values[FORM_SANDBOX_OUTCOME].value, S("challenge"));
    return rq_redirect(rq, step ? url_sandbox_page(rq->arena, c->uid) : url_payment_return(rq->arena, c->payment_uid));
}

st page_sandbox_choose(struct rq *rq)
{
    const struct sandbox_own_row *c = rq->object;
    struct sandbox_choose_in in = { .charge = c->uid, .outcome = rq->values[FORM_SANDBOX_OUTCOME].value,
                                    .card_country = rq->values[FORM_SANDBOX_CARD_COUNTRY].value };
    return rq_command(rq, CMD_SANDBOX_CHOOSE, &in, chosen);
}
