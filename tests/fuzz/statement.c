/* Rules and prose of a statement. The first byte says which of the two follows ('r' or 'p'); the other is the one that
 * ships. What compiles is published in every form, and its findings are shown. */
#include "fuzz.h"

#include "fuzz_shipped.h"
#include "statement.h"

#define MEMORY ((size_t)64 << 20)

static const struct statement_name values[] = { { "company.name", SI("Fig <&> *Ltd*") } };
static const struct statement_names names = { values, COUNT(values) };

static void publish(struct arena *a, const struct statement *s)
{
    struct out o;
    struct statement_changes changes;
    out_init(&o, a, (size_t)8 << 20);
    IGNORE(statement_html(a, s, names, &o));
    IGNORE(statement_plain(a, s, names, &o));
    IGNORE(statement_jsonld(a, s, names, &o));
    IGNORE(statement_record_html(a, s, names, &o));
    IGNORE(statement_record_json(a, s, names, &o));
    IGNORE(statement_diff(a, s, s, &changes));
    fuzz_need(changes.n == 0); /* nothing differs from itself */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena *a = arena_new(MEMORY);
    struct statement_text text = { fuzz_shipped_rules, fuzz_shipped_prose };
    struct findings f;
    struct out o;
    const struct statement *s = NULL;
    if (!a)
        return 0;
    if (n > 0)
        *(data[0] == 'r' ? &text.rules : &text.prose) = (str){ (const char *)data + 1, n - 1 };
    findings_init(&f, a);
    st how = statement_compile(a, text, &f, &s);
    if (how == ST_OK) {
        IGNORE(statement_check(s, NULL, 0, &f));
        publish(a, s);
    }
    fuzz_need(how != ST_RULES || f.errors > 0); /* a refusal has a reason */
    out_init(&o, a, (size_t)4 << 20);
    for (size_t i = 0; i < f.n; i++)
        finding_show(&o, &f.v[i]);
    findings_json(&o, &f);
    arena_free(a);
    return 0;
}
