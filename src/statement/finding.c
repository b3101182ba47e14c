/* Findings: collected, shown, and with a guess at what was meant. */
#include "finding.h"

#include "str.h"

#include <stdlib.h>

#define FINDINGS_MOST 500 /* nobody reads more; a broken file cannot eat the arena */
#define NAME_MOST 64      /* longer names are not compared */

void findings_init(struct findings *f, struct arena *a)
{
    *f = (struct findings){ .arena = a };
}

static void add(struct findings *f, const struct finding *one)
{
    if (one->level == FINDING_ERROR)
        f->errors++;
    if (f->n == f->cap) {
        size_t cap = f->cap ? f->cap * 2 : 16;
        struct finding *v = cap > FINDINGS_MOST * 2 ? NULL : NEWN(f->arena, struct finding, cap);
        if (!v)
            return; /* counted all the same: a lost text never makes an error good */
        for (size_t i = 0; i < f->n; i++)
            v[i] = f->v[i];
        f->v = v;
        f->cap = cap;
    }
    f->v[f->n++] = *one;
}

void finding_error(struct findings *f, str file, int line, str where, str what, str instead)
{
    add(f, &(struct finding){ FINDING_ERROR, file, line, where, what, instead });
}

void finding_note(struct findings *f, str file, int line, str where, str what)
{
    add(f, &(struct finding){ FINDING_NOTE, file, line, where, what, S("") });
}

static size_t min3(size_t a, size_t b, size_t c)
{
    size_t m = a < b ? a : b;
    return m < c ? m : c;
}

/* Number of letters to change, add or drop to make one word of the other. */
static size_t distance(str a, str b)
{
    if (a.n > NAME_MOST || b.n > NAME_MOST)
        return NAME_MOST;
    size_t row[NAME_MOST + 1];
    for (size_t j = 0; j <= b.n; j++)
        row[j] = j;
    for (size_t i = 1; i <= a.n; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.n; j++) {
            size_t above = row[j];
            row[j] = min3(above + 1, row[j - 1] + 1, diagonal + (a.p[i - 1] == b.p[j - 1] ? 0 : 1));
            diagonal = above;
        }
    }
    return row[b.n];
}

str finding_instead(struct arena *a, str wrong, struct names names)
{
    size_t best = NAME_MOST, at = 0;
    for (size_t i = 0; i < names.n; i++) {
        size_t d = distance(wrong, names.name(names.at, i));
        if (d < best) {
            best = d;
            at = i;
        }
    }
    if (best <= 1 + wrong.n / 3) {
        str near = names.name(names.at, at);
        return str_fmt(a, "Write '%.*s'.", STR_ARG(near));
    }
    struct out o;
    out_init(&o, a, 4096);
    out_str(&o, S("Write one of: "));
    for (size_t i = 0; i < names.n; i++) {
        out_str(&o, i ? S(", ") : S(""));
        out_str(&o, names.name(names.at, i));
    }
    out_byte(&o, '.');
    return out_view(&o);
}

void finding_show(struct out *o, const struct finding *f)
{
    out_str(o, f->file);
    if (f->line)
        out_fmt(o, ":%d", f->line);
    out_str(o, f->level == FINDING_NOTE ? S(": note: ") : S(": "));
    if (f->where.n) {
        out_str(o, f->where);
        out_str(o, S(": "));
    }
    out_str(o, f->what);
    out_byte(o, '.');
    if (f->instead.n) {
        out_byte(o, ' ');
        out_str(o, f->instead);
    }
    out_byte(o, '\n');
}

void findings_json(struct out *o, const struct findings *f)
{
    out_byte(o, '[');
    for (size_t i = 0; i < f->n; i++) {
        const struct finding *one = &f->v[i];
        out_fmt(o, "%s{\"level\":\"%s\",\"file\":", i ? "," : "", one->level == FINDING_NOTE ? "note" : "error");
        out_json(o, one->file);
        out_fmt(o, ",\"line\":%d,\"where\":", one->line);
        out_json(o, one->where);
        out_str(o, S(",\"what\":"));
        out_json(o, one->what);
        out_str(o, S(",\"instead\":"));
        out_json(o, one->instead);
        out_byte(o, '}');
    }
    out_str(o, S("]\n"));
}

static int compare(const void *a, const void *b)
{
    const struct finding *x = a, *y = b;
    int by_file = str_cmp(x->file, y->file);
    if (by_file)
        return by_file;
    return x->line == y->line ? str_cmp(x->where, y->where) : x->line < y->line ? -1 : 1;
}

void findings_sort(struct findings *f)
{
    if (f->n > 1)
        qsort(f->v, f->n, sizeof(*f->v), compare);
}
