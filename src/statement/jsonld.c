/* The statement for machines: JSON-LD in the terms of the W3C Data Privacy Vocabulary (https://w3id.org/dpv). */
#include "model.h"

#include "codec.h"
#include "str.h"

static str config_value(struct statement_names names, const char *key)
{
    for (size_t i = 0; i < names.n; i++)
        if (str_eq(str_c(names.v[i].key), str_c(key)))
            return names.v[i].value;
    return S("");
}

/* "key": "text" with a comma before it unless it is the first. */
static void member(struct out *o, bool *first, const char *key, str text)
{
    out_str(o, *first ? S("") : S(","));
    *first = false;
    out_fmt(o, "\"%s\":", key);
    out_json(o, text);
}

static void list_begin(struct out *o, bool *first, const char *key)
{
    out_fmt(o, "%s\"%s\":[", *first ? "" : ",", key);
    *first = false;
}

static void comma(struct out *o, bool *first)
{
    out_str(o, *first ? S("") : S(","));
    *first = false;
}

static void controller(struct out *o, struct statement_names names)
{
    bool first = true;
    out_str(o, S(",\"dpv:hasDataController\":{"));
    member(o, &first, "@type", S("dpv:DataController"));
    member(o, &first, "dpv:hasName", config_value(names, "company.name"));
    member(o, &first, "dpv:hasAddress", config_value(names, "company.address"));
    member(o, &first, "dpv:hasContact", config_value(names, "company.privacy_email"));
    member(o, &first, "dpv:hasIdentifier", config_value(names, "company.number"));
    out_byte(o, '}');
}

static void endings(struct out *o, const struct statement *s, const struct retention *keep)
{
    bool first = true;
    out_str(o, S(",\"dpv:hasStorageCondition\":{"));
    member(o, &first, "@type", S("dpv:StorageCondition"));
    member(o, &first, "dct:title", keep->title);
    member(o, &first, "dct:description", keep->words);
    member(o, &first, "dpv:hasJustification", keep->ground);
    out_byte(o, '}');
    (void)s;
}

static void personal_data(struct out *o, const struct statement *s, enum purpose p)
{
    bool first = true;
    for (size_t i = 0; i < s->n_fields; i++) {
        const struct field *f = &s->fields[i];
        if (!(f->purposes & BIT(p)) || !f->points)
            continue;
        bool inner = true;
        comma(o, &first);
        out_byte(o, '{');
        member(o, &inner, "@type", f->dpv);
        member(o, &inner, "dct:title", f->title);
        member(o, &inner, "dct:identifier", f->name);
        endings(o, s, &s->retentions[s->categories[f->category].retention]);
        out_byte(o, '}');
    }
}

static void recipient(struct out *o, const struct recipient_rule *r)
{
    bool first = true;
    out_byte(o, '{');
    member(o, &first, "@type", r->dpv);
    member(o, &first, "dpv:hasName", r->words);
    member(o, &first, "dpv:hasCountry", r->country);
    member(o, &first, "dct:description", r->safeguard);
    out_byte(o, '}');
}

static void recipients(struct out *o, const struct statement *s, enum purpose p)
{
    bool first = true;
    for (int i = 0; i < RECIPIENT_COUNT; i++)
        if (statement_may_tell(s, (enum recipient)i, p)) {
            comma(o, &first);
            recipient(o, &s->recipients[i]);
        }
}

static void process(struct out *o, const struct statement *s, enum purpose p)
{
    const struct purpose_rule *rule = &s->purposes[p];
    bool first = true, inner = true;
    out_byte(o, '{');
    member(o, &first, "@type", S("dpv:Process"));
    out_str(o, S(",\"dpv:hasPurpose\":{"));
    member(o, &inner, "@type", rule->dpv);
    member(o, &inner, "dct:title", rule->words);
    out_str(o, S("},\"dpv:hasLegalBasis\":{\"@id\":"));
    out_json(o, str_c(basis_info[rule->basis].dpv));
    if (rule->interest.n) {
        out_str(o, S(",\"dct:description\":"));
        out_json(o, rule->interest);
    }
    out_byte(o, '}');
    list_begin(o, &first, "dpv:hasPersonalData");
    personal_data(o, s, p);
    out_byte(o, ']');
    list_begin(o, &first, "dpv:hasRecipient");
    recipients(o, s, p);
    out_str(o, S("]}"));
}

static void clauses(struct out *o, const struct statement *s)
{
    bool first = true;
    for (size_t i = 0; i < s->n_sections; i++) {
        const struct section *sec = &s->sections[i];
        if (!sec->has_clause)
            continue;
        const struct clause_rule *rule = &s->clauses[sec->clause];
        bool inner = true;
        comma(o, &first);
        out_fmt(o, "{\"@id\":\"/privacy#%s\"", clause_info[sec->clause].name);
        inner = false;
        member(o, &inner, "dct:title", sec->title);
        list_begin(o, &inner, "@type");
        for (size_t k = 0; k < rule->n_dpv; k++) {
            out_str(o, k ? S(",") : S(""));
            out_json(o, rule->dpv[k]);
        }
        out_str(o, S("]}"));
    }
}

static void cookies(struct out *o, const struct statement *s)
{
    bool first = true;
    for (int i = 0; i < COOKIE_COUNT; i++) {
        const struct cookie_allowed *c = &s->cookies[i];
        bool inner = true;
        if (!c->on)
            continue;
        comma(o, &first);
        out_byte(o, '{');
        member(o, &inner, "@type", S("tech:Cookie"));
        member(o, &inner, "dct:identifier", str_c(cookie_info[i].wire));
        member(o, &inner, "dct:description", c->words);
        member(o, &inner, "dpv:hasNecessity", c->necessary ? S("dpv:Required") : S("dpv:Optional"));
        out_fmt(o, ",\"dpv:hasDuration\":\"PT%lldS\"}", (long long)period_seconds(c->lifetime));
    }
}

st statement_jsonld(struct arena *a, const struct statement *s, struct statement_names names, struct out *o)
{
    bool first = true;
    (void)a;
    out_str(o, S("{\"@context\":{\"dpv\":\"https://w3id.org/dpv#\",\"pd\":\"https://w3id.org/dpv/pd#\","
                 "\"tech\":\"https://w3id.org/dpv/tech#\",\"eu-gdpr\":\"https://w3id.org/dpv/legal/eu/gdpr#\","
                 "\"dct\":\"http://purl.org/dc/terms/\"},"));
    member(o, &first, "@type", S("dpv:PrivacyNotice"));
    member(o, &first, "@id", S("/privacy"));
    member(o, &first, "dct:title", s->title);
    member(o, &first, "dct:hasVersion", s->version);
    member(o, &first, "dct:language", s->language);
    out_str(o, S(",\"dct:identifier\":\"blake2b-256:"));
    out_hex(o, s->hash, STATEMENT_HASH);
    out_byte(o, '"');
    controller(o, names);
    list_begin(o, &first, "dpv:hasProcess");
    bool inner = true;
    for (int i = 0; i < PURPOSE_COUNT; i++)
        if (s->purposes[i].on) {
            comma(o, &inner);
            process(o, s, (enum purpose)i);
        }
    out_byte(o, ']');
    list_begin(o, &first, "dct:hasPart");
    clauses(o, s);
    out_byte(o, ']');
    list_begin(o, &first, "dpv:hasTechnicalMeasure");
    cookies(o, s);
    out_str(o, S("]}\n"));
    return out_st(o);
}
