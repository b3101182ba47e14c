/* What a customer sees of the ways to pay that they agreed to keep, and the button that ends one. */
#include "mandate_sql.h"
#include "page.h"
#include "payment_html.h"
#include "str.h"

st page_mandates(struct rq *rq)
{
    struct mandate_page_rows rows;
    if (!gate_clause(&rq->gate, CLAUSE_S12C))
        return ST_NOT_FOUND;
    TRY(mandate_page(rq->db, rq->arena, &(struct mandate_page_in){ .person = rq->actor.person }, &rows));
    struct v_mandates_show_mandate *v = NEWN(rq->arena, struct v_mandates_show_mandate, rows.n + 1);
    if (!v)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < rows.n; i++) {
        v[i] = (struct v_mandates_show_mandate){ .id = rows.v[i].uid, .since = rows.v[i].since, .agreed = rows.v[i].wording,
            .gateway = text_named(rq->language, str_cat(rq->arena, S("gateway."), rows.v[i].gateway)) };
        TRY(gate_use(&rq->gate, COL_mandate_card, PURPOSE_BILLING, rows.v[i].uid, rows.v[i].card, &v[i].card));
    }
    return show_mandates_show(rq, 200, &(struct v_mandates_show){ .rows = { v, rows.n }, .csrf = rq->csrf });
}

static st ended(struct rq *rq, st result, const void *out)
{
    (void)out;
    TRY(result);
    return rq_redirect(rq, url_mandates(rq->arena));
}

st page_mandate_end(struct rq *rq)
{
    return rq_command(rq, CMD_MANDATE_REVOKE, &(struct mandate_revoke_in){ .mandate = rq_value(rq, "mandate")->id }, ended);
}
