/* What checks have in common: numbers, evidence, memory, and rows looked at stretch by stretch. */
#include "promise.h"
#include "str.h"

#include <stdarg.h>
#include <stdio.h>

#define MEMORY_MOST 4000
#define STRETCH 2000

/* ---- saying ------------------------------------------------------------------------------------------------------ */

void promise_number(struct promise_look *l, const char *name, int64_t n)
{
    out_fmt(&l->numbers, "%s\"%s\":%lld", l->numbers.n ? "," : "", name, (long long)n);
    if (l->n_args < COUNT(l->args))
        l->args[l->n_args++] = (struct text_arg){ name, str_fmt(l->gate.arena, "%lld", (long long)n) };
}

void promise_evidence(struct promise_look *l, const char *fmt, ...)
{
    char line[200];
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(line, sizeof line, fmt, args);
    va_end(args);
    if (n <= 0 || l->evidence.n + (size_t)n + 2 > l->evidence.limit)
        return;
    out_str(&l->evidence, l->evidence.n ? S(", ") : S(""));
    out_str(&l->evidence, str_c(line));
}

void promise_say(struct promise_look *l, bool kept)
{
    l->verdict = kept ? PROMISE_KEPT : PROMISE_BROKEN;
}

/* ---- memory: lines of "tag value" -------------------------------------------------------------------------------- */

str promise_memory_get(const struct promise_look *l, const char *tag)
{
    str rest = l->memory, line;
    while (!str_empty(rest) && str_next(&rest, '\n', &line)) {
        size_t space = str_index(line, ' ');
        if (str_eq(str_sub(line, 0, space), str_c(tag)))
            return str_sub(line, space + 1, line.n);
    }
    return S("");
}

void promise_memory_set(struct promise_look *l, const char *tag, str value)
{
    struct out o;
    out_init(&o, l->gate.arena, MEMORY_MOST);
    str rest = l->memory, line;
    while (!str_empty(rest) && str_next(&rest, '\n', &line))
        if (line.n && !str_eq(str_sub(line, 0, str_index(line, ' ')), str_c(tag))) {
            out_str(&o, line);
            out_byte(&o, '\n');
        }
    if (o.n + value.n + 60 < MEMORY_MOST) /* what does not fit begins anew next time */
        out_fmt(&o, "%s %.*s\n", tag, STR_ARG(value));
    l->memory = out_view(&o);
}

/* ---- scanning ---------------------------------------------------------------------------------------------------- */

/* Where the stretch ended, and the rows that were bad: "4000 17,23". */
static void remembered(const struct promise_look *l, const struct promise_scan *s, int64_t *at, struct promise_found *bad)
{
    str rest = promise_memory_get(l, s->table), word;
    *at = s->from;
    *bad = (struct promise_found){ .n = 0 };
    if (str_empty(rest) || !str_next(&rest, ' ', &word) || i64_parse(word, 0, INT64_MAX, at) != ST_OK)
        return;
    if (*at < s->from)
        *at = s->from;
    while (!str_empty(rest) && str_next(&rest, ',', &word) && bad->n < PROMISE_FOUND_MOST)
        if (i64_parse(word, 1, INT64_MAX, &bad->id[bad->n]) == ST_OK)
            bad->n++;
}

static void remember(struct promise_look *l, const struct promise_scan *s, int64_t at, const struct promise_found *bad)
{
    struct out o;
    out_init(&o, l->gate.arena, 1000);
    out_fmt(&o, "%lld ", (long long)at);
    for (size_t i = 0; i < bad->n; i++)
        out_fmt(&o, "%s%lld", i ? "," : "", (long long)bad->id[i]);
    promise_memory_set(l, s->table, out_view(&o));
}

static bool known(const struct promise_found *f, int64_t id)
{
    for (size_t i = 0; i < f->n; i++)
        if (f->id[i] == id)
            return true;
    return false;
}

/* One range, its bad rows added once. */
static st look(struct promise_look *l, const struct promise_scan *s, int64_t after, int64_t upto, struct promise_found *found)
{
    struct promise_found here = { .n = 0 };
    if (after < s->from)
        after = s->from;
    if (after >= upto)
        return ST_OK;
    TRY(s->fn(l, s->arg, after, upto, &here));
    found->looked_at += here.looked_at;
    for (size_t i = 0; i < here.n && found->n < PROMISE_FOUND_MOST; i++)
        if (!known(found, here.id[i]))
            found->id[found->n++] = here.id[i];
    return ST_OK;
}

st promise_scan(struct promise_look *l, const struct promise_scan *s, struct promise_found *found)
{
    struct promise_found before, bad = { .n = 0 };
    int64_t at, step = s->step ? s->step : STRETCH, newest = s->newest;
    remembered(l, s, &at, &before);
    int64_t young = newest > step ? newest - step : 0;
    int64_t end = at + step < young ? at + step : young;
    TRY(look(l, s, young, newest, &bad));
    TRY(look(l, s, at, end, &bad));
    int64_t rows = bad.looked_at;
    for (size_t i = 0; i < before.n; i++)
        TRY(look(l, s, before.id[i] - 1, before.id[i], &bad));
    remember(l, s, end >= young ? s->from : end, &bad);
    found->looked_at += rows;
    for (size_t i = 0; i < bad.n; i++) {
        promise_evidence(l, "%s %lld", s->table, (long long)bad.id[i]);
        if (found->n < PROMISE_FOUND_MOST)
            found->id[found->n++] = bad.id[i];
    }
    return ST_OK;
}

st promise_scan_only(struct promise_look *l, const struct promise_scan *s)
{
    struct promise_found found = { .n = 0 };
    TRY(promise_scan(l, s, &found));
    promise_number(l, "rows", found.looked_at);
    promise_number(l, "bad", (int64_t)found.n);
    promise_say(l, found.n == 0);
    return ST_OK;
}
