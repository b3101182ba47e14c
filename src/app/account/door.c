/* Who may sign in, and the checks that forms ask of places and VAT numbers. */
#include "account.h"
#include "account_sql.h"
#include "place.h"
#include "str.h"
#include "vat.h"

st account_door(struct gate *g, bool staff, str email, struct account_door *out)
{
    struct account_sign_in_row row;
    struct account_sign_in_in in = { .kind = staff ? S("staff") : S("customer") };
    TRY(account_email_code(g, email, &in.code));
    TRY(account_sign_in(g->db, g->arena, &in, &row));
    if (!str_eq(row.status, S("active")))
        return ST_NOT_FOUND;
    out->person = row.id;
    return gate_use(g, COL_person_password, PURPOSE_SECURITY, row.uid, row.password, &out->password);
}

/* ---- the checks of forms ---- */

static st check_country(struct arena *a, struct form_value *v)
{
    (void)a;
    const struct country *c;
    st s = country_find(v->value, &c);
    if (s == ST_NOT_FOUND)
        v->error = "err.country";
    else if (s == ST_OK)
        v->value = str_c(c->code);
    return s == ST_NOT_FOUND ? ST_OK : s;
}

static st check_postcode(struct arena *a, str country, struct form_value *v)
{
    struct address_rule rule;
    str clean = v->value;
    st s = postcode_clean(a, country, v->value, &clean);
    if (s == ST_INVALID && address_rule(country, &rule) == ST_OK) {
        v->error = "err.postcode";
        v->example = rule.postcode_example;
    }
    v->value = clean;
    return s == ST_INVALID || s == ST_NOT_FOUND ? ST_OK : s; /* a country that is none is told at its own field */
}

static st check_telephone(struct arena *a, str country, struct form_value *v)
{
    struct phone phone;
    enum phone_fault fault;
    st s = phone_parse(a, country, v->value, &phone, &fault);
    if (s == ST_OK)
        v->value = phone.e164;
    if (s != ST_INVALID)
        return s;
    v->error = phone_fault_message(fault);
    v->example = phone_example(a, country);
    return ST_OK;
}

static st check_vat_number(struct arena *a, str country, struct form_value *v)
{
    (void)country;
    struct vat_number n;
    TRY(vat_number_judge(a, v->value, &n));
    if (n.valid)
        v->value = n.text;
    else
        v->error = "err.vat_number";
    return ST_OK;
}

const struct form_checks account_form_checks = { check_country, check_postcode, check_telephone, check_vat_number };
