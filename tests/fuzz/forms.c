/* Fuzz target of forms, with an oracle: a field without an error keeps the promises of its type, and what was cleaned is
 * clean: sent again as it is, it is accepted and stays the same.
 *
 *   form (1 byte), what is not in force (1 byte, a bit for each field, again from the ninth), body */
#include "forms.h"

#include "form_parse.h"
#include "fuzz.h"
#include "out.h"
#include "str.h"
#include "web_parts.h"

#define MEMORY ((size_t)32 << 20)

static str offered[] = { SI("GBP"), SI("EUR") };
static const struct str_list currencies = { offered, COUNT(offered) };

static bool among(str value, const char *const *choices)
{
    for (size_t i = 0; choices[i]; i++)
        if (str_eq(value, str_c(choices[i])))
            return true;
    return false;
}

static void keeps_promises(const struct field *f, const struct form_value *v)
{
    if (f->type == F_PASSWORD) {
        fuzz_need(v->text.n == 0); /* never shown again */
        fuzz_need(utf8_valid(v->value));
        return;
    }
    fuzz_need(utf8_printable(v->value, f->type == F_LINES));
    fuzz_need(f->type != F_COUNT || (v->number >= f->min && v->number <= f->max));
    fuzz_need(f->type != F_CHOICE || !f->choices || among(v->value, f->choices));
    fuzz_need(f->type != F_EMAIL || (email_valid(v->value) && str_index(v->value, '\n') == v->value.n));
    fuzz_need(f->type != F_HOSTNAME || hostname_valid(v->value));
    fuzz_need(f->type != F_CURRENCY || str_eq(v->value, offered[0]) || str_eq(v->value, offered[1]));
    fuzz_need(f->type != F_COUNTRY || v->value.n == 2);
    fuzz_need(f->type != F_TEL || str_starts(v->value, S("+")));
}

static void look(const struct form *f, const struct form_value *v, bool unknown, st result)
{
    bool bad = unknown;
    for (size_t i = 0; i < f->n; i++) {
        bad = bad || v[i].error;
        if (!v[i].error && !v[i].absent && v[i].value.n)
            keeps_promises(&f->fields[i], &v[i]);
        fuzz_need(v[i].error || v[i].absent || v[i].value.n || !f->fields[i].required);
        fuzz_need(!v[i].absent || v[i].value.n == 0);
    }
    fuzz_need((result == ST_INVALID) == bad);
}

static struct form_value *values_for(struct arena *a, const struct form *f, uint8_t absent)
{
    struct form_value *v = NEWN(a, struct form_value, f->n + 1);
    for (size_t i = 0; v && i < f->n; i++)
        v[i].absent = absent >> (i % 8) & 1;
    return v;
}

/* The cleaned values as pairs, parsed once more. */
static void same_again(struct arena *a, const struct form *f, struct value_context cx, uint8_t absent, const struct form_value *v)
{
    struct form_pairs pairs = { .v = NEWN(a, struct form_pair, f->n + 1) };
    struct form_value *again = values_for(a, f, absent);
    bool unknown;
    fuzz_need(pairs.v && again);
    for (size_t i = 0; i < f->n; i++)
        if (!v[i].absent)
            pairs.v[pairs.n++] = (struct form_pair){ .name = str_c(f->fields[i].name), .value = v[i].value };
    fuzz_need(form_parse(a, f, cx, &pairs, true, again, &unknown) == ST_OK && !unknown);
    for (size_t i = 0; i < f->n; i++)
        fuzz_need(str_eq(again[i].value, v[i].value) && again[i].number == v[i].number);
}

static void try_form(struct arena *a, const struct form *f, uint8_t absent, str body)
{
    struct value_context cx = { &web_form_checks, &currencies, S("") };
    struct form_pairs pairs;
    struct form_value *v = values_for(a, f, absent);
    bool unknown;
    if (!v || form_decode(a, body, &pairs) != ST_OK)
        return;
    fuzz_need(pairs.n <= FORM_PAIRS);
    st s = form_parse(a, f, cx, &pairs, true, v, &unknown);
    fuzz_need(s == ST_OK || s == ST_INVALID || s == ST_NO_MEMORY);
    if (s == ST_NO_MEMORY)
        return;
    look(f, v, unknown, s);
    if (s == ST_OK)
        same_again(a, f, cx, absent, v);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    if (n < 2)
        return 0;
    struct arena *a = arena_new(MEMORY);
    fuzz_need(a != NULL);
    try_form(a, &forms[data[0] % FORM_COUNT], data[1], (str){ (const char *)data + 2, n - 2 });
    arena_free(a);
    return 0;
}
