/* Fuzz target of cookies: what a browser sends, and what the cookie gate makes of a value that was found in it.
 *
 *   cookie (1 byte), the Cookie header */
#include "fuzz.h"

#include "fuzz_shipped.h"
#include "gate.h"
#include "session.h"
#include "statement.h"
#include "str.h"

#define MEMORY ((size_t)8 << 20)

static struct {
    struct arena *arena;
    const struct statement *statement;
} kept;

/* The statement that ships, compiled once. */
static const struct statement *shipped(void)
{
    if (kept.statement)
        return kept.statement;
    struct findings f;
    kept.arena = arena_lasting((size_t)64 << 20);
    fuzz_need(kept.arena != NULL);
    findings_init(&f, kept.arena);
    fuzz_need(statement_compile(kept.arena, (struct statement_text){ fuzz_shipped_rules, fuzz_shipped_prose }, &f,
                                &kept.statement) == ST_OK);
    return kept.statement;
}

/* How often a name stands in the header, counted without help of what is tested: pairs end at semicolons, blanks around
 * them do not count. */
static size_t times(str header, str name)
{
    size_t n = 0, at = 0;
    while (at <= header.n) {
        size_t end = at;
        while (end < header.n && header.p[end] != ';')
            end++;
        str pair = str_trim(str_sub(header, at, end - at));
        n += pair.n > name.n && str_starts(pair, name) && pair.p[name.n] == '=';
        at = end + 1;
    }
    return n;
}

/* A token goes out as it came in, alone between the name and the attributes. */
static void sent_back(struct arena *a, enum cookie c, str value)
{
    struct gate g = { .arena = a, .statement = shipped() };
    str header;
    fuzz_need(gate_cookie(&g, c, value, &header) == ST_OK);
    str start = str_fmt(a, "%s=%.*s; Max-Age=", cookie_info[c].wire, STR_ARG(value));
    fuzz_need(str_starts(header, start));
    fuzz_need(str_eq(cookie_value(header, str_c(cookie_info[c].wire)), value));
    fuzz_need(str_index(header, '\r') == header.n && str_index(header, '\n') == header.n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    if (n == 0)
        return 0;
    struct arena *a = arena_new(MEMORY);
    enum cookie c = (enum cookie)(data[0] % COOKIE_COUNT);
    str header = { (const char *)data + 1, n - 1 }, name = str_c(cookie_info[c].wire);
    fuzz_need(a != NULL);
    str value = cookie_value(header, name);
    size_t sent = times(header, name);
    fuzz_need(value.n == 0 || (value.p >= header.p && value.p + value.n <= header.p + header.n && sent > 0));
    fuzz_need(str_index(value, ';') == value.n);
    if (sent == 1 && value.n > 0)
        fuzz_need(str_find(header, str_fmt(a, "%.*s=%.*s", STR_ARG(name), STR_ARG(value))) < header.n);
    if (cookie_info[c].rule == COOKIE_RULE_RANDOM && session_token_valid(value))
        sent_back(a, c, value);
    arena_free(a);
    return 0;
}
