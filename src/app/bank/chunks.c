/* A file as commands: a message between the roles holds so many entries and no more. Each entry is imported once however
 * often its command is sent, so that a file whose import was interrupted is simply imported again. */
#include <stdlib.h>

#include "bank.h"
#include "bank_file.h"
#include "str.h"

struct keyed {
    str key;
    size_t at;
};

static int by_key(const void *x, const void *y)
{
    const struct keyed *a = x, *b = y;
    int order = str_cmp(a->key, b->key);
    return order ? order : a->at < b->at ? -1 : 1;
}

static str key_of(struct arena *a, const struct bank_entry *e)
{
    if (e->bank_id.n)
        return str_fmt(a, "%d|%lld|%s|%.*s", (int)e->booked.days, (long long)e->amount, e->currency, STR_ARG(e->bank_id));
    return str_fmt(a, "%d|%lld|%s||%.*s|%.*s|%.*s|%.*s", (int)e->booked.days, (long long)e->amount, e->currency,
                   STR_ARG(e->name), STR_ARG(e->account), STR_ARG(e->text), STR_ARG(e->end_to_end));
}

st bank_count_equal(struct arena *a, const struct bank_file *f, int64_t **nth)
{
    struct keyed *all = NEWN(a, struct keyed, f->n + 1);
    int64_t *out = NEWN(a, int64_t, f->n + 1);
    if (!all || !out)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < f->n; i++)
        all[i] = (struct keyed){ key_of(a, &f->v[i]), i };
    if (arena_failed(a))
        return ST_NO_MEMORY;
    qsort(all, f->n, sizeof(*all), by_key);
    for (size_t i = 1; i < f->n; i++)
        out[all[i].at] = str_eq(all[i].key, all[i - 1].key) ? out[all[i - 1].at] + 1 : 0;
    *nth = out;
    return ST_OK;
}

st bank_import_chunk(struct arena *a, const struct bank_file *f, const int64_t *nth, str code, size_t at, struct bank_import_in *in)
{
    size_t from = at * BANK_CHUNK, n = from < f->n ? f->n - from : 0;
    if (n > BANK_CHUNK)
        n = BANK_CHUNK;
    struct bank_line *v = NEWN(a, struct bank_line, n + 1);
    if (!v)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < n; i++) {
        const struct bank_entry *e = &f->v[from + i];
        v[i] = (struct bank_line){ .booked = e->booked.days, .value = e->value.days == DATE_NONE.days ? 0 : e->value.days,
                                   .currency = str_c(e->currency), .amount = e->amount,
                                   .nth = nth[from + i], .name = e->name, .account = e->account, .wording = e->text,
                                   .bank_id = e->bank_id, .end_to_end = e->end_to_end };
    }
    *in = (struct bank_import_in){ .code = code, .format = str_c(bank_format_word(f->format)), .account = f->account,
                                   .entries = (int64_t)f->n, .lines = { v, n } };
    return ST_OK;
}
