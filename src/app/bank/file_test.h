/* What the tests of the readers share: read a text, look at what came. */
#ifndef AVOW_FILE_TEST_H
#define AVOW_FILE_TEST_H

#include "bank_file.h"
#include "clock.h"
#include "str.h"
#include "t.h"

static struct arena *a;
static struct bank_file file;
static struct bank_fault fault;
static struct bank_how how;

static inline st read_it(str text)
{
    arena_reset(a);
    return bank_read(a, &how, text, &file, &fault);
}

/* Read well, as that many entries. */
static inline bool good(str text, size_t n, const char *name)
{
    st s = read_it(text);
    t_st(s, ST_OK, name);
    if (s != ST_OK)
        printf("# %.*s\n", STR_ARG(bank_fault_words(a, LANGUAGE_EN_GB, &fault)));
    t_i64(s == ST_OK ? (int64_t)file.n : -1, (int64_t)n, name);
    return s == ST_OK && file.n == n;
}

/* Refused, with that line and those words. */
static inline void bad(str text, int64_t line, enum text_key words, const char *name)
{
    t_st(read_it(text), ST_INVALID, name);
    t_i64(fault.line, line, name);
    t_str(str_c(text_keys[fault.words]), str_c(text_keys[words]), name);
}

/* One entry in one line: date, amount, currency, name, account, text, id, end to end. */
static inline str shown(size_t i)
{
    const struct bank_entry *e = &file.v[i];
    return str_fmt(a, "%.*s %lld %s|%.*s|%.*s|%.*s|%.*s|%.*s", STR_ARG(date_iso(a, e->booked)), (long long)e->amount,
                   e->currency, STR_ARG(e->name), STR_ARG(e->account), STR_ARG(e->text), STR_ARG(e->bank_id),
                   STR_ARG(e->end_to_end));
}

#endif
