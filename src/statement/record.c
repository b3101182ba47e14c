/* The record of processing activities of UK GDPR art. 30(1): made from the same rules, so there is no second list. */
#include "model.h"

#include "str.h"

/* Letter of art. 30(1) and the configuration key that answers it. */
static const struct {
    const char *what, *key;
} contact[] = {
    { "Controller", "company.name" },
    { "Address", "company.address" },
    { "Company number", "company.number" },
    { "Registration with the Information Commissioner", "company.ico_number" },
    { "Contact for data protection", "company.privacy_email" },
    { "Telephone", "company.telephone" },
};

static const char *const measures[] = {
    "Personal values are sealed with a key per person and retention class; keys are kept apart from the data",
    "Values that must be found again are found by a keyed code",
    "Connections are encrypted (TLS 1.2 or 1.3)",
    "Each part of the program runs as a process of its own that may do only its job",
    "Every collection, use and disclosure is checked against the statement; disclosures are written down",
};

static const char *const people = "Visitors, customers, and our own staff";

static str config_value(struct statement_names names, const char *key)
{
    for (size_t i = 0; i < names.n; i++)
        if (str_eq(str_c(names.v[i].key), str_c(key)))
            return names.v[i].value;
    return S("");
}

/* What one purpose touches. */
struct activity {
    str categories, recipients, transfers, ends;
};

static bool touches(const struct statement *s, enum purpose p, size_t category)
{
    const struct category *c = &s->categories[category];
    for (uint16_t f = c->first; f < c->first + c->n; f++)
        if ((s->fields[f].purposes & BIT(p)) && s->fields[f].points)
            return true;
    return false;
}

static void activity_data(struct arena *a, const struct statement *s, enum purpose p, struct activity *out)
{
    str *kinds = NEWN(a, str, s->n_categories + 1), *ends = NEWN(a, str, s->n_categories + 1);
    bool *seen = NEWN(a, bool, s->n_retentions + 1);
    size_t n = 0, m = 0;
    for (size_t c = 0; kinds && ends && seen && c < s->n_categories; c++) {
        const struct retention *keep = &s->retentions[s->categories[c].retention];
        if (!touches(s, p, c))
            continue;
        kinds[n++] = s->categories[c].title;
        if (!seen[s->categories[c].retention])
            ends[m++] = str_fmt(a, "%.*s: %.*s", STR_ARG(keep->title), STR_ARG(keep->words));
        seen[s->categories[c].retention] = true;
    }
    out->categories = words_list(a, kinds, n);
    struct out o;
    out_init(&o, a, 4096);
    for (size_t i = 0; ends && i < m; i++) {
        out_str(&o, i ? S(". ") : S(""));
        out_str(&o, ends[i]);
    }
    out->ends = out_view(&o);
}

static struct activity activity(struct arena *a, const struct statement *s, enum purpose p)
{
    struct activity out = { 0 };
    str who[RECIPIENT_COUNT], where[RECIPIENT_COUNT];
    size_t n = 0, abroad = 0;
    for (int i = 0; i < RECIPIENT_COUNT; i++) {
        const struct recipient_rule *r = &s->recipients[i];
        if (!statement_may_tell(s, (enum recipient)i, p))
            continue;
        who[n++] = r->words;
        if (!str_eq(r->country, S("GB")))
            where[abroad++] = str_fmt(a, "%.*s: %.*s", STR_ARG(r->country), STR_ARG(r->safeguard));
    }
    out.recipients = n ? words_capital(a, words_list(a, who, n)) : S("Nobody outside");
    out.transfers = abroad ? words_list(a, where, abroad) : S("None");
    activity_data(a, s, p, &out);
    return out;
}

static void cell(struct out *o, bool head, str text)
{
    out_str(o, head ? S("<th scope=\"row\">") : S("<td>"));
    out_html(o, text);
    out_str(o, head ? S("</th>") : S("</td>"));
}

static void pair_html(struct out *o, const char *what, str value)
{
    out_str(o, S("<tr>"));
    cell(o, true, str_c(what));
    cell(o, false, value);
    out_str(o, S("</tr>\n"));
}

static void activity_html(struct out *o, struct arena *a, const struct statement *s, enum purpose p)
{
    const struct purpose_rule *rule = &s->purposes[p];
    struct activity act = activity(a, s, p);
    str basis = words_capital(a, statement_basis_words(rule->basis));
    out_str(o, S("<table>\n<caption>"));
    out_html(o, str_fmt(a, "Purpose: %.*s", STR_ARG(rule->words)));
    out_str(o, S("</caption>\n<tbody>\n"));
    pair_html(o, "Lawful basis", rule->interest.n
                                     ? str_fmt(a, "%.*s: %.*s", STR_ARG(basis), STR_ARG(rule->interest)) : basis);
    pair_html(o, "People", str_c(people));
    pair_html(o, "Kinds of information", act.categories);
    pair_html(o, "Recipients", act.recipients);
    pair_html(o, "Transfers out of the United Kingdom, and safeguards", act.transfers);
    pair_html(o, "Time limits", act.ends);
    out_str(o, S("</tbody>\n</table>\n"));
}

st statement_record_html(struct arena *a, const struct statement *s, struct statement_names names, struct out *o)
{
    out_str(o, S("<table>\n<caption>Controller</caption>\n<tbody>\n"));
    for (size_t i = 0; i < COUNT(contact); i++)
        pair_html(o, contact[i].what, config_value(names, contact[i].key));
    out_str(o, S("</tbody>\n</table>\n"));
    for (int i = 0; i < PURPOSE_COUNT; i++)
        if (s->purposes[i].on)
            activity_html(o, a, s, (enum purpose)i);
    out_str(o, S("<h2>Security</h2>\n<ul>\n"));
    for (size_t i = 0; i < COUNT(measures); i++) {
        out_str(o, S("<li>"));
        out_html(o, str_c(measures[i]));
        out_str(o, S("</li>\n"));
    }
    out_str(o, S("</ul>\n"));
    return arena_failed(a) ? ST_NO_MEMORY : out_st(o);
}

static void pair_json(struct out *o, const char *key, str value, bool last)
{
    out_fmt(o, "\"%s\":", key);
    out_json(o, value);
    out_str(o, last ? S("") : S(","));
}

static void activity_json(struct out *o, struct arena *a, const struct statement *s, enum purpose p)
{
    const struct purpose_rule *rule = &s->purposes[p];
    struct activity act = activity(a, s, p);
    out_byte(o, '{');
    pair_json(o, "purpose", rule->words, false);
    pair_json(o, "clause", str_c(clause_info[rule->clause].name), false);
    pair_json(o, "basis", str_c(basis_info[rule->basis].dpv), false);
    pair_json(o, "interest", rule->interest, false);
    pair_json(o, "people", str_c(people), false);
    pair_json(o, "categories", act.categories, false);
    pair_json(o, "recipients", act.recipients, false);
    pair_json(o, "transfers", act.transfers, false);
    pair_json(o, "time_limits", act.ends, true);
    out_byte(o, '}');
}

st statement_record_json(struct arena *a, const struct statement *s, struct statement_names names, struct out *o)
{
    bool first = true;
    out_str(o, S("{\"controller\":{"));
    for (size_t i = 0; i < COUNT(contact); i++)
        pair_json(o, contact[i].key, config_value(names, contact[i].key), i + 1 == COUNT(contact));
    out_str(o, S("},\"activities\":["));
    for (int i = 0; i < PURPOSE_COUNT; i++)
        if (s->purposes[i].on) {
            out_str(o, first ? S("") : S(","));
            first = false;
            activity_json(o, a, s, (enum purpose)i);
        }
    out_str(o, S("],\"security\":["));
    for (size_t i = 0; i < COUNT(measures); i++) {
        out_json(o, str_c(measures[i]));
        out_str(o, i + 1 < COUNT(measures) ? S(",") : S(""));
    }
    out_str(o, S("]}\n"));
    return arena_failed(a) ? ST_NO_MEMORY : out_st(o);
}
