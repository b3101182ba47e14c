/* What forms ask features about a value: is there such a country, postcode, number? */
#include "web_parts.h"

#include "place.h"
#include "vat.h"

static st check_country(struct arena *a, struct form_value *v)
{
    const struct country *c;
    v->value = str_upper(a, v->value);
    st found = country_find(v->value, &c);
    if (found == ST_NOT_FOUND)
        v->error = "err.country";
    else if (found != ST_OK)
        return found;
    return arena_failed(a) ? ST_NO_MEMORY : ST_OK;
}

static st check_postcode(struct arena *a, str country, struct form_value *v)
{
    str clean;
    st s = postcode_clean(a, country, v->value, &clean);
    if (s == ST_OK) {
        v->value = clean;
        return ST_OK;
    }
    if (s != ST_INVALID)
        return s == ST_NOT_FOUND ? ST_OK : s; /* a country that is none is told at its own field */
    struct address_rule rule;
    v->error = "err.postcode";
    if (address_rule(country, &rule) == ST_OK)
        v->example = rule.postcode_example;
    return ST_OK;
}

static st check_telephone(struct arena *a, str country, struct form_value *v)
{
    struct phone phone;
    enum phone_fault fault = PHONE_OK;
    st s = phone_parse(a, country, v->value, &phone, &fault);
    if (s == ST_OK) {
        v->value = phone.e164;
        return ST_OK;
    }
    if (s != ST_INVALID)
        return s;
    v->error = phone_fault_message(fault);
    v->example = phone_example(a, country);
    if (v->example.n == 0)
        v->example = S("+44 20 7946 0000");
    return ST_OK;
}

static st check_vat_number(struct arena *a, str country, struct form_value *v)
{
    struct vat_number n;
    (void)country; /* a number says itself where it is from; whether that fits is for the decision, not for the form */
    TRY(vat_number_judge(a, v->value, &n));
    if (n.valid)
        v->value = n.text;
    else
        v->error = "err.vat_number";
    return ST_OK;
}

const struct form_checks web_form_checks = {
    .country = check_country,
    .postcode = check_postcode,
    .telephone = check_telephone,
    .vat_number = check_vat_number,
};
