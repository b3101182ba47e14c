/* Checking, collecting and reading a person's profile. */
#include "profile.h"

#include <string.h>

#include "fold.h"
#include "mail.h"
#include "place.h"
#include "profile_sql.h"
#include "str.h"
#include "vat.h"

#define SEARCH_WORDS 12
#define LAST_DIGITS 6

/* ---- checking -------------------------------------------------------------------------------------------------- */

static st clean_text(struct cx *cx, const char *field, size_t most, bool required, str *value)
{
    *value = str_trim(*value);
    if (str_empty(*value))
        return required ? cx_invalid(cx, field, "err.required") : ST_OK;
    if (!utf8_printable(*value, false))
        return cx_invalid(cx, field, "err.characters");
    return utf8_count(*value) > most ? cx_invalid(cx, field, "err.too_long") : ST_OK;
}

static st clean_address(struct cx *cx, struct profile *p, bool all)
{
    bool given = !str_empty(p->address1) || !str_empty(p->city) || !str_empty(p->postcode) || !str_empty(p->country);
    if (!given && !all)
        return ST_OK;
    const struct country *country;
    st found = country_find(p->country, &country);
    if (found == ST_NOT_FOUND)
        return cx_invalid(cx, "country", str_empty(p->country) ? "err.required" : "err.country");
    TRY(found);
    struct address a = { .name = p->full_name, .company = p->company, .line1 = p->address1, .line2 = p->address2,
                         .city = p->city, .region = p->region, .postcode = p->postcode, .country = str_c(country->code) };
    struct place_problems wrong = { 0 };
    TRY(address_check(CX_ARENA(cx), &a, &wrong));
    if (wrong.n > 0)
        return cx_invalid(cx, wrong.v[0].field, wrong.v[0].message);
    p->address1 = a.line1;
    p->address2 = a.line2;
    p->city = a.city;
    p->region = a.region;
    p->postcode = a.postcode;
    p->country = str_c(country->code);
    return ST_OK;
}

static st clean_telephone(struct cx *cx, struct profile *p, bool all)
{
    p->phone_country[0] = '\0';
    p->telephone = str_trim(p->telephone);
    if (str_empty(p->telephone))
        return all ? cx_invalid(cx, "telephone", "err.required") : ST_OK;
    struct phone phone;
    enum phone_fault fault = PHONE_OK;
    st s = phone_parse(CX_ARENA(cx), p->country, p->telephone, &phone, &fault);
    if (s == ST_INVALID)
        return cx_invalid(cx, "telephone", phone_fault_message(fault));
    TRY(s);
    p->telephone = phone.e164;
    memcpy(p->phone_country, phone.country, sizeof p->phone_country);
    return ST_OK;
}

/* Only businesses have these; they are optional all the same (S7b). */
static st clean_business(struct cx *cx, struct profile *p)
{
    if (!p->business) {
        p->company = p->vat_number = S("");
        return ST_OK;
    }
    if (!gate_clause(&cx->gate, CLAUSE_S7B))
        return cx_invalid(cx, "customer_type", "err.not_in_force");
    TRY(clean_text(cx, "company", 120, true, &p->company));
    p->vat_number = str_trim(p->vat_number);
    if (str_empty(p->vat_number))
        return ST_OK;
    struct vat_number number;
    TRY(vat_number_judge(CX_ARENA(cx), p->vat_number, &number));
    if (!number.valid)
        return cx_invalid(cx, "vat_number", "err.vat_number");
    p->vat_number = number.text;
    return ST_OK;
}

st profile_clean(struct cx *cx, struct profile *p, bool all)
{
    TRY(clean_text(cx, "full_name", 120, true, &p->full_name));
    TRY(clean_text(cx, "address1", 120, all, &p->address1));
    TRY(clean_text(cx, "address2", 120, false, &p->address2));
    TRY(clean_text(cx, "city", 80, false, &p->city));
    TRY(clean_text(cx, "region", 80, false, &p->region));
    TRY(clean_text(cx, "postcode", 16, false, &p->postcode));
    p->country = str_trim(p->country);
    TRY(clean_address(cx, p, all));
    TRY(clean_telephone(cx, p, all));
    return clean_business(cx, p);
}

/* ---- search codes ---------------------------------------------------------------------------------------------- */

st profile_search_code(struct gate *g, str kind, str folded, str *code)
{
    str text = str_fmt(g->arena, "%.*s:%.*s", STR_ARG(kind), STR_ARG(folded));
    return gate_blind(g, COL_search_code_code, text, code);
}

static st add_code(struct cx *cx, int64_t person, str kind, str folded)
{
    if (str_empty(folded))
        return ST_OK;
    str code;
    TRY(profile_search_code(&cx->gate, kind, folded, &code));
    return profile_add_code(CX_DB(cx), &(struct profile_add_code_in){ .person = person, .kind = kind, .code = code }, NULL);
}

static st add_words(struct cx *cx, int64_t person, str kind, str text)
{
    str words[SEARCH_WORDS];
    size_t n = fold_words(CX_ARENA(cx), text, words, SEARCH_WORDS);
    for (size_t i = 0; i < n; i++)
        TRY(add_code(cx, person, kind, words[i]));
    return ST_OK;
}

/* The whole number, and the six digits at its end by which people are often looked for. */
static st add_telephone(struct cx *cx, int64_t person, str telephone)
{
    str folded = fold_phone(CX_ARENA(cx), telephone);
    TRY(add_code(cx, person, S("telephone"), folded));
    return folded.n > LAST_DIGITS ? add_code(cx, person, S("telephone"), str_sub(folded, folded.n - LAST_DIGITS, LAST_DIGITS))
                                  : ST_OK;
}

st profile_codes_nt(struct cx *cx, int64_t person, const struct profile *p, str email)
{
    TRY(profile_forget_codes(CX_DB(cx), &(struct profile_forget_codes_in){ .person = person }, NULL));
    TRY(add_words(cx, person, S("name"), p->full_name));
    TRY(add_words(cx, person, S("company"), p->company));
    TRY(add_telephone(cx, person, p->telephone));
    TRY(add_code(cx, person, S("email"), fold_email(CX_ARENA(cx), email)));
    return add_code(cx, person, S("postcode"), fold_postcode(CX_ARENA(cx), p->postcode));
}

st profile_email_code_nt(struct cx *cx, int64_t person, str email)
{
    return add_code(cx, person, S("email"), fold_email(CX_ARENA(cx), email));
}

/* ---- collecting ------------------------------------------------------------------------------------------------ */

struct collecting {
    struct cx *cx;
    int64_t person;
    uid row;
    enum point point;
};

static st take(const struct collecting *c, enum column_id col, str plain, const struct sealed **out)
{
    *out = NULL;
    if (str_empty(plain))
        return ST_OK;
    return gate_collect_nt(&c->cx->gate, &(struct collect){ .col = col, .point = c->point, .source = SOURCE_PERSON,
                                                            .person = c->person, .row = c->row }, plain, out);
}

static st take_all(const struct collecting *c, const struct profile *p, struct profile_update_in *in)
{
    TRY(take(c, COL_person_full_name, p->full_name, &in->full_name));
    TRY(take(c, COL_person_company, p->company, &in->company));
    TRY(take(c, COL_person_vat_number, p->vat_number, &in->vat_number));
    TRY(take(c, COL_person_address1, p->address1, &in->address1));
    TRY(take(c, COL_person_address2, p->address2, &in->address2));
    TRY(take(c, COL_person_city, p->city, &in->city));
    TRY(take(c, COL_person_region, p->region, &in->region));
    TRY(take(c, COL_person_postcode, p->postcode, &in->postcode));
    TRY(gate_collect_clear_nt(&c->cx->gate, &(struct collect){ .col = COL_person_country, .point = c->point,
        .source = SOURCE_PERSON, .person = c->person, .row = c->row }, p->country));
    in->country = str_empty(p->country) ? (str){ 0 } : p->country;
    return take(c, COL_person_telephone, p->telephone, &in->telephone);
}

st profile_set_nt(struct cx *cx, int64_t person, enum point point, const struct profile *p, int64_t version)
{
    struct profile_row_row row;
    TRY(profile_row(CX_DB(cx), CX_ARENA(cx), &(struct profile_row_in){ .id = person }, &row));
    struct profile_update_in in = { .id = person, .version = version < 0 ? row.version : version,
                                    .customer_type = p->business ? S("business") : S("consumer") };
    TRY(take_all(&(struct collecting){ cx, person, row.uid, point }, p, &in));
    int64_t changed = 0;
    TRY(profile_update(CX_DB(cx), &in, &changed));
    if (changed != 1)
        return ST_CONFLICT;
    return profile_codes_nt(cx, person, p, S(""));
}

st profile_customer_nt(struct cx *cx, int64_t visitor, enum point point, str email, str password)
{
    struct profile_row_row row;
    TRY(profile_row(CX_DB(cx), CX_ARENA(cx), &(struct profile_row_in){ .id = visitor }, &row));
    str folded = fold_email(CX_ARENA(cx), email), code;
    TRY(gate_blind(&cx->gate, COL_person_email_code, folded, &code));
    struct profile_by_email_row other;
    st taken = profile_by_email(CX_DB(cx), CX_ARENA(cx), &(struct profile_by_email_in){ .email_code = code }, &other);
    if (taken == ST_OK)
        return ST_CONFLICT;
    if (taken != ST_NOT_FOUND)
        return taken;
    struct profile_make_customer_in in = { .id = visitor, .email_code = code };
    struct collecting c = { cx, visitor, row.uid, point };
    TRY(take(&c, COL_person_email, str_trim(email), &in.email));
    TRY(take(&c, COL_person_password, password, &in.password));
    int64_t changed = 0;
    TRY(profile_make_customer(CX_DB(cx), &in, &changed));
    if (changed != 1)
        return ST_CONFLICT;
    TRY(add_code(cx, visitor, S("email"), folded));
    TRY(mail_queue_nt(cx, MAIL_verify, visitor, visitor, S("1")));
    return cx_event_nt(cx, EVENT_PERSON_REGISTERED, "person", visitor, str_c(point_info[point].name));
}

/* ---- reading --------------------------------------------------------------------------------------------------- */

st profile_get(struct gate *g, int64_t person, enum purpose purpose, struct profile *p, str *email)
{
    struct profile_row_row r;
    TRY(profile_row(g->db, g->arena, &(struct profile_row_in){ .id = person }, &r));
    *p = (struct profile){ .business = str_eq(r.customer_type, S("business")), .country = r.country };
    /* While S7b is not in force a business's details are read as if there were none. */
    str *company = gate_may_use(g, COL_person_company, purpose) ? &p->company : NULL;
    str *number = gate_may_use(g, COL_person_vat_number, purpose) ? &p->vat_number : NULL;
    struct {
        enum column_id col;
        const struct sealed *from;
        str *to;
    } fields[] = {
        { COL_person_full_name, r.full_name, &p->full_name },    { COL_person_company, r.company, company },
        { COL_person_vat_number, r.vat_number, number },         { COL_person_address1, r.address1, &p->address1 },
        { COL_person_address2, r.address2, &p->address2 },       { COL_person_city, r.city, &p->city },
        { COL_person_region, r.region, &p->region },             { COL_person_postcode, r.postcode, &p->postcode },
        { COL_person_telephone, r.telephone, &p->telephone },    { COL_person_email, r.email, email },
    };
    for (size_t i = 0; i < COUNT(fields); i++)
        if (fields[i].to)
            TRY(gate_use(g, fields[i].col, purpose, r.uid, fields[i].from, fields[i].to));
    return ST_OK;
}
