#include "pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

/* Enough for every real number and postcode; a few milliseconds at most. */
#define MATCH_LIMIT 20000
#define GROUPS 4
#define PATTERN_MEMORY (256u << 10)

struct pattern {
    pcre2_code *code;
    pcre2_match_context *limits;
    pcre2_match_data *data;
};

/* Memory of the library comes from the arena and goes with it. */
static void *take(size_t n, void *arena)
{
    return arena_alloc(arena, 1, n);
}

static void leave(void *p, void *arena)
{
    (void)p;
    (void)arena;
}

static struct pattern *compile(struct arena *a, str text)
{
    struct pattern *p = NEW(a, struct pattern);
    pcre2_general_context *memory = pcre2_general_context_create(take, leave, a);
    if (!p || !memory)
        return NULL;
    int error;
    size_t at;
    pcre2_compile_context *how = pcre2_compile_context_create(memory);
    if (!how)
        return NULL;
    p->code = pcre2_compile((const uint8_t *)text.p, text.n, PCRE2_ANCHORED | PCRE2_NEVER_UTF, &error, &at, how);
    p->limits = pcre2_match_context_create(memory);
    p->data = pcre2_match_data_create(GROUPS, memory);
    if (!p->code || !p->limits || !p->data)
        return NULL;
    pcre2_set_match_limit(p->limits, MATCH_LIMIT);
    pcre2_set_depth_limit(p->limits, 200);
    return p;
}

struct pattern *pattern_new(str text)
{
    struct arena *a = arena_lasting(PATTERN_MEMORY);
    struct pattern *p = a ? compile(a, text) : NULL;
    if (!p && a)
        arena_free(a);
    return p;
}

static bool match(const struct pattern *p, str s, uint32_t options)
{
    return pcre2_match(p->code, (const uint8_t *)s.p, s.n, 0, options, p->data, p->limits) >= 0;
}

bool pattern_whole(const struct pattern *p, str s)
{
    return match(p, s, PCRE2_ENDANCHORED);
}

bool pattern_front(const struct pattern *p, str s, size_t *end, str groups[2])
{
    if (!match(p, s, 0))
        return false;
    const size_t *o = pcre2_get_ovector_pointer(p->data);
    uint32_t n = pcre2_get_ovector_count(p->data);
    *end = o[1];
    for (uint32_t g = 1; g <= 2; g++) {
        bool set = g < n && o[2 * g] != PCRE2_UNSET;
        groups[g - 1] = set ? (str){ s.p + o[2 * g], o[2 * g + 1] - o[2 * g] } : (str){ NULL, 0 };
    }
    return true;
}
