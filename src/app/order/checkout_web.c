/* The order form: shown, and sent. */
#include "account.h"
#include "basket_html.h"
#include "catalogue.h"
#include "consent.h"
#include "geo.h"
#include "order.h"
#include "order_web.h"
#include "page.h"
#include "profile.h"
#include "statement.h"

/* ---- shown ----------------------------------------------------------------------------------------------------- */

/* What a customer told us before stands in the form already. */
static st fill(struct rq *rq, struct form_view *f)
{
    web_form_fill(f, "customer_type", S("consumer"));
    web_form_fill(f, "country", rq->config->company.country);
    if (rq->actor.kind != ACTOR_CUSTOMER)
        return ST_OK;
    struct profile p;
    str email;
    TRY(profile_get(&rq->gate, rq->actor.person, PURPOSE_CONTRACT, &p, &email));
    web_form_fill(f, "customer_type", p.business ? S("business") : S("consumer"));
    web_form_fill(f, "full_name", p.full_name);
    web_form_fill(f, "company", p.company);
    web_form_fill(f, "vat_number", p.vat_number);
    web_form_fill(f, "email", email);
    web_form_fill(f, "telephone", p.telephone);
    web_form_fill(f, "address1", p.address1);
    web_form_fill(f, "address2", p.address2);
    web_form_fill(f, "city", p.city);
    web_form_fill(f, "region", p.region);
    web_form_fill(f, "postcode", p.postcode);
    if (!str_empty(p.country))
        web_form_fill(f, "country", p.country);
    return ST_OK;
}

/* The chance to refuse offers stands here (PECR reg 22(3)(c)), until somebody has taken or left it: nobody is asked again. */
static st ask_deals(struct rq *rq, bool *ask)
{
    enum choice c = CHOICE_NONE;
    *ask = topic_route(&rq->gate, TOPIC_DEALS) == ROUTE_SOFT;
    if (*ask && rq->actor.kind == ACTOR_CUSTOMER)
        TRY(choice_get(rq->db, rq->arena, rq->actor.person, TOPIC_DEALS, &c));
    *ask = *ask && c == CHOICE_NONE;
    return ST_OK;
}

st page_checkout(struct rq *rq)
{
    struct order_web_lines all;
    struct v_checkout_show v = { .signed_in = rq->actor.kind == ACTOR_CUSTOMER,
                                 .business_offered = gate_clause(&rq->gate, CLAUSE_S7B),
                                 .reference_offered = gate_clause(&rq->gate, CLAUSE_S7A),
                                 .checked = gate_clause(&rq->gate, CLAUSE_S7D) };
    TRY(order_web_basket(rq, &all));
    const struct basket_view *basket = &all.view;
    if (!basket->orderable)
        return rq_redirect(rq, url_basket(rq->arena));
    v.lines = all.lines;
    v.codes = all.codes;
    v.total = all.total;
    struct form_view *f = web_form(rq, FORM_CHECKOUT);
    if (!f)
        return ST_NO_MEMORY;
    TRY(account_countries(rq->arena, f));
    TRY(fill(rq, f));
    web_form_fill(f, "basket_hash", hex_fmt(rq->arena, basket->hash, sizeof basket->hash));
    v.f = f;
    v.stores_data = basket->stores_data && gate_clause(&rq->gate, CLAUSE_S21);
    TRY(ask_deals(rq, &v.deals_offered));
    if (gate_may_collect(&rq->gate, COL_orders_ip, POINT_REQUEST))
        v.ip_why = statement_why(rq->gate.statement, COL_orders_ip, POINT_REQUEST);
    return show_checkout_show(rq, 200, &v);
}

/* ---- sent ------------------------------------------------------------------------------------------------------ */

struct placing {
    struct order_place_out placed;
    str token;
};

static st to_order(struct rq *rq)
{
    const struct placing *p = rq->own;
    return rq_redirect(rq, url_order_show(rq->arena, p->placed.order));
}

static st signed_in(struct rq *rq, st result, const void *out)
{
    const struct placing *p = rq->own;
    (void)out;
    TRY(result);
    TRY(rq_session_cookie(rq, p->token));
    return to_order(rq);
}

/* A visitor is a customer now, and gets a new session: the old one's token was known before. */
static st placed(struct rq *rq, st result, const void *out)
{
    if (result == ST_CONFLICT || result == ST_WITHDRAWN)
        return order_web_refused(rq, result);
    TRY(result);
    struct placing *p = NEW(rq->arena, struct placing);
    if (!p)
        return ST_NO_MEMORY;
    p->placed = *(const struct order_place_out *)out;
    rq->own = p;
    if (rq->actor.kind == ACTOR_CUSTOMER)
        return to_order(rq);
    struct session_sign_in_in in = { .person = rq->actor.person, .ip = rq->ip, .agent = rq->agent,
                                     .visitor = rq->actor.person };
    TRY(rq_session_token(rq, &p->token, &in.token_code));
    return rq_command(rq, CMD_SESSION_SIGN_IN, &in, signed_in);
}

static str value(struct rq *rq, int field)
{
    return rq->values[field].value;
}

static st place(struct rq *rq, str password)
{
    char *country = NEWN(rq->arena, char, 3);
    uint8_t *hash = arena_alloc(rq->arena, BASKET_HASH, 1);
    if (!country || !hash)
        return ST_NO_MEMORY;
    if (hex_parse(value(rq, FORM_CHECKOUT_BASKET_HASH), hash, BASKET_HASH) != ST_OK)
        return ST_CONFLICT;
    bool located = geo_country(geo_here(), rq->ip, country) == ST_OK;
    struct order_place_in in = {
        .full_name = value(rq, FORM_CHECKOUT_FULL_NAME), .email = value(rq, FORM_CHECKOUT_EMAIL),
        .telephone = value(rq, FORM_CHECKOUT_TELEPHONE),
        .business = str_eq(value(rq, FORM_CHECKOUT_CUSTOMER_TYPE), S("business")),
        .company = value(rq, FORM_CHECKOUT_COMPANY), .vat_number = value(rq, FORM_CHECKOUT_VAT_NUMBER),
        .address1 = value(rq, FORM_CHECKOUT_ADDRESS1), .address2 = value(rq, FORM_CHECKOUT_ADDRESS2),
        .city = value(rq, FORM_CHECKOUT_CITY), .region = value(rq, FORM_CHECKOUT_REGION),
        .postcode = value(rq, FORM_CHECKOUT_POSTCODE), .country = value(rq, FORM_CHECKOUT_COUNTRY),
        .reference = value(rq, FORM_CHECKOUT_REFERENCE), .password = password, .ip = rq->ip,
        .ip_country = located ? str_c(country) : S(""), .ip_source = geo_version(geo_here()),
        .basket_hash = { (const char *)hash, BASKET_HASH },
        .acknowledged = rq->values[FORM_CHECKOUT_ACKNOWLEDGED].number != 0,
        .no_deals = rq->values[FORM_CHECKOUT_NO_DEALS].number != 0 };
    return rq_command(rq, CMD_ORDER_PLACE, &in, placed);
}

static st hashed(struct rq *rq, st result, str encoded)
{
    TRY(result);
    return place(rq, encoded);
}

st page_checkout_place(struct rq *rq)
{
    if (rq->actor.kind == ACTOR_CUSTOMER)
        return place(rq, S(""));
    str password = value(rq, FORM_CHECKOUT_PASSWORD);
    if (str_empty(password)) {
        rq_field_error(rq, "password", "err.required");
        return ST_INVALID;
    }
    return rq_hash_password(rq, password, S(""), hashed);
}
