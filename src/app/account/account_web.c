/* A customer's own pages: the overview, details, password, and where they are signed in. */
#include "account.h"
#include "account_html.h"
#include "account_sql.h"
#include "codec.h"
#include "money.h"
#include "page.h"
#include "place.h"
#include "routes.h"
#include "str.h"

/* ---- the overview ---- */

static st home_services(struct rq *rq, struct v_account_home_service_list *out)
{
    struct account_home_services_rows rows;
    TRY(account_home_services(rq->db, rq->arena, &(struct account_home_services_in){ .person = rq->actor.person }, &rows));
    struct v_account_home_service *v = NEWN(rq->arena, struct v_account_home_service, rows.n + 1);
    if (!v)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < rows.n; i++) {
        v[i] = (struct v_account_home_service){ .id = rows.v[i].uid, .product = rows.v[i].product_name,
                                                .status = rows.v[i].status };
        TRY(gate_use(&rq->gate, COL_service_hostname, PURPOSE_CONTRACT, rows.v[i].uid, rows.v[i].hostname, &v[i].hostname));
    }
    *out = (struct v_account_home_service_list){ v, rows.n };
    return ST_OK;
}

static st home_unpaid(struct rq *rq, struct v_account_home_invoice_list *out)
{
    struct account_home_unpaid_rows rows;
    TRY(account_home_unpaid(rq->db, rq->arena, &(struct account_home_unpaid_in){ .person = rq->actor.person }, &rows));
    struct v_account_home_invoice *v = NEWN(rq->arena, struct v_account_home_invoice, rows.n + 1);
    if (!v)
        return ST_NO_MEMORY;
    size_t n = 0;
    for (size_t i = 0; i < rows.n; i++)
        if (!str_eq(rows.v[i].treatment, S("pending"))) /* it cannot be paid before its VAT is known */
            v[n++] = (struct v_account_home_invoice){ .id = rows.v[i].uid, .due = rows.v[i].due_on, .status = S("unpaid"),
                                                      .gross = money_of(rows.v[i].gross, rows.v[i].currency) };
    *out = (struct v_account_home_invoice_list){ v, n };
    return ST_OK;
}

st page_account(struct rq *rq)
{
    struct account_home_row row;
    struct v_account_home v = { .verified = true };
    TRY(account_home(rq->db, rq->arena, &(struct account_home_in){ .id = rq->actor.person }, &row));
    TRY(gate_use(&rq->gate, COL_person_full_name, PURPOSE_ACCOUNT, row.uid, row.full_name, &v.name));
    TRY(home_services(rq, &v.services));
    TRY(home_unpaid(rq, &v.unpaid));
    v.verified = row.email_verified_at.s != UTC_NONE.s;
    v.held = row.held;
    v.told = row.told;
    v.ways = gate_clause(&rq->gate, CLAUSE_S12C);
    v.concludes = gate_clause(&rq->gate, CLAUSE_S11);
    v.news = gate_clause(&rq->gate, CLAUSE_S10);
    return show_account_home(rq, 200, &v);
}

/* ---- details ---- */

st account_countries(struct arena *a, struct form_view *f)
{
    const struct country *list;
    size_t n = country_list(&list);
    struct form_choice *v = NEWN(a, struct form_choice, n + 1);
    if (!v || n == 0)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < n; i++)
        v[i] = (struct form_choice){ str_c(list[i].code), str_c(list[i].name) };
    f->countries = v;
    f->n_countries = n;
    return ST_OK;
}

static void fill_profile(struct form_view *f, const struct profile *p)
{
    const struct {
        const char *name;
        str value;
    } known[] = {
        { "full_name", p->full_name }, { "company", p->company },   { "vat_number", p->vat_number },
        { "telephone", p->telephone }, { "country", p->country },   { "address1", p->address1 },
        { "address2", p->address2 },   { "city", p->city },         { "region", p->region },
        { "postcode", p->postcode },   { "customer_type", p->business ? S("business") : S("consumer") },
    };
    for (size_t i = 0; i < COUNT(known); i++)
        web_form_fill(f, known[i].name, known[i].value);
}

static st show_profile(struct rq *rq, bool saved)
{
    struct profile p;
    struct account_person_row row;
    struct v_profile_show v = { .f = NULL, .saved = saved, .business_offered = gate_clause(&rq->gate, CLAUSE_S7B) };
    struct form_view *f = web_form(rq, FORM_PROFILE);
    if (!f)
        return ST_NO_MEMORY;
    TRY(account_person(rq->db, rq->arena, &(struct account_person_in){ .id = rq->actor.person }, &row));
    TRY(profile_get(&rq->gate, rq->actor.person, PURPOSE_RIGHTS, &p, &v.email));
    TRY(account_countries(rq->arena, f));
    fill_profile(f, &p);
    v.f = f;
    v.version = row.version;
    return show_profile_show(rq, 200, &v);
}

st page_profile(struct rq *rq)
{
    return show_profile(rq, false);
}

static st profile_saved(struct rq *rq, st result, const void *out)
{
    (void)out;
    TRY(result);
    rq->form = NULL; /* what was typed is done with: what is kept is shown */
    return show_profile(rq, true);
}

st page_profile_save(struct rq *rq)
{
    struct person_correct_in in = {
        .full_name = rq_value(rq, "full_name")->value, .company = rq_value(rq, "company")->value,
        .vat_number = rq_value(rq, "vat_number")->value, .address1 = rq_value(rq, "address1")->value,
        .address2 = rq_value(rq, "address2")->value, .city = rq_value(rq, "city")->value,
        .region = rq_value(rq, "region")->value, .postcode = rq_value(rq, "postcode")->value,
        .country = rq_value(rq, "country")->value, .telephone = rq_value(rq, "telephone")->value,
        .business = str_eq(rq_value(rq, "customer_type")->value, S("business")), .version = rq_value(rq, "version")->number,
    };
    return rq_command(rq, CMD_PERSON_CORRECT, &in, profile_saved);
}

/* ---- password ---- */

static st show_password(struct rq *rq, bool saved)
{
    struct form_view *f = web_form(rq, FORM_PASSWORD);
    return f ? show_password_show(rq, 200, &(struct v_password_show){ .f = f, .saved = saved }) : ST_NO_MEMORY;
}

st page_password(struct rq *rq)
{
    return show_password(rq, false);
}

static st password_changed(struct rq *rq, st result, const void *out)
{
    (void)out;
    TRY(result);
    rq->form = NULL;
    return show_password(rq, true);
}

static st new_hashed(struct rq *rq, st result, str encoded)
{
    TRY(result);
    struct person_set_password_in in = { .token_code = S(""), .password = encoded };
    return rq_command(rq, CMD_PERSON_SET_PASSWORD, &in, password_changed);
}

static st current_verified(struct rq *rq, st result, str encoded)
{
    (void)encoded;
    if (result == ST_DENIED) {
        rq_field_error(rq, "current", "password.wrong");
        return ST_INVALID;
    }
    TRY(result);
    return rq_hash_password(rq, rq_value(rq, "password")->value, S(""), new_hashed);
}

st page_password_do(struct rq *rq)
{
    struct account_password_of_row row;
    str encoded;
    TRY(account_password_of(rq->db, rq->arena, &(struct account_password_of_in){ .id = rq->actor.person }, &row));
    TRY(account_password_open(&rq->gate, row.uid, row.password, &encoded));
    return rq_hash_password(rq, rq_value(rq, "current")->value, encoded, current_verified);
}

/* ---- sessions ---- */

st page_sessions(struct rq *rq)
{
    struct account_sessions_rows rows;
    struct account_sessions_in in = { .person = rq->actor.person, .now = rq->now };
    TRY(account_sessions(rq->db, rq->arena, &in, &rows));
    struct v_sessions_show_session *v = NEWN(rq->arena, struct v_sessions_show_session, rows.n + 1);
    if (!v)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < rows.n; i++) {
        const struct account_sessions_row *r = &rows.v[i];
        v[i] = (struct v_sessions_show_session){ .id = r->uid, .agent = r->agent, .created = r->created_at,
                                                 .seen = r->seen_at, .this = uid_eq(r->uid, rq->session_uid) };
        st how = gate_use(&rq->gate, COL_session_ip, PURPOSE_SECURITY, r->uid, r->ip, &v[i].ip);
        if (how == ST_RESTRICTED) /* sessions can be ended all the same */
            v[i].ip = S("");
        else
            TRY(how);
    }
    return show_sessions_show(rq, 200, &(struct v_sessions_show){ .sessions = { v, rows.n }, .csrf = rq->csrf,
                                                                  .others = rows.n > 1 });
}

static st session_ended(struct rq *rq, st result, const void *out)
{
    (void)out;
    TRY(result);
    return rq_redirect(rq, url_sessions(rq->arena));
}

/* One that is named, or all but this one. */
st page_session_end(struct rq *rq)
{
    const struct form_value *which = rq_value(rq, "session");
    if (which->value.n == 0)
        return rq_command(rq, CMD_SESSION_END_OTHERS, &(struct session_end_others_in){ 0 }, session_ended);
    return rq_command(rq, CMD_SESSION_END, &(struct session_end_in){ .session = which->id }, session_ended);
}
