/* The part of an order's page that is about screening, and the button that asks a person. */
#include "fraud.h"
#include "order_page_sql.h"
#include "order_web.h"
#include "page.h"
#include "str.h"

static st reasons_of(struct rq *rq, str kept, struct tpl_strs *out)
{
    struct fraud_reason r;
    str *v = NEWN(rq->arena, str, FRAUD_RULES_MOST);
    size_t n = 0;
    if (!v)
        return ST_NO_MEMORY;
    while (n < FRAUD_RULES_MOST && fraud_reason_next(&kept, &r))
        if (r.weight > 0) /* what spoke for the customer is no reason to hold anything */
            v[n++] = r.words;
    *out = (struct tpl_strs){ v, n };
    return ST_OK;
}

st order_web_check(struct rq *rq, int64_t order, struct v_order_check *out)
{
    struct fraud_standing s;
    *out = (struct v_order_check){ .state = S("none"), .said = S(""), .decided = UTC_NONE };
    st found = fraud_standing(&rq->gate, order, PURPOSE_RIGHTS, &s);
    if (found != ST_OK)
        return found == ST_NOT_FOUND ? ST_OK : found;
    out->state = s.state;
    out->said = s.said;
    out->decided = s.decided;
    out->ask = web_form(rq, FORM_ORDER_ASK);
    if (!out->ask)
        return ST_NO_MEMORY;
    bool over = str_eq(s.state, S("accepted")) || str_eq(s.state, S("approved")) || str_eq(s.state, S("withdrawn"));
    return over ? ST_OK : reasons_of(rq, s.reasons, &out->reasons);
}

static st back(struct rq *rq, st result, const void *out)
{
    (void)out;
    const struct order_page_get_row *o = rq->object;
    TRY(result);
    return rq_redirect(rq, url_order_show(rq->arena, o->uid));
}

st page_order_ask(struct rq *rq)
{
    const struct order_page_get_row *o = rq->object;
    struct fraud_ask_human_in in = { .order = o->uid, .note = rq_value(rq, "note")->value };
    return rq_command(rq, CMD_FRAUD_ASK_HUMAN, &in, back);
}
