/* What the fuzz targets of bank statements share: the file of one format, and what must be true of whatever comes of it.
 *
 *   how it is read (1 byte), the file */
#ifndef AVOW_FUZZ_BANK_H
#define AVOW_FUZZ_BANK_H

#include "fuzz.h"

#include "bank_file.h"
#include "clock.h"
#include "money.h"
#include "str.h"

static inline bool fuzz_bank_text(str s, size_t most)
{
    return utf8_printable(s, false) && utf8_count(s) <= most && str_eq(s, str_trim(s));
}

static inline void fuzz_bank_entry(const struct bank_entry *e, int64_t lines)
{
    int y, m, d;
    date_split(e->booked, &y, &m, &d);
    fuzz_need(e->booked.days == date_of(y, m, d).days && y >= 1990);
    fuzz_need(e->amount != 0 && e->amount != INT64_MIN);
    fuzz_need(currency_known(str_c(e->currency)));
    fuzz_need(fuzz_bank_text(e->name, BANK_NAME_MAX) && fuzz_bank_text(e->account, BANK_ACCOUNT_MAX));
    fuzz_need(fuzz_bank_text(e->text, BANK_TEXT_MAX) && fuzz_bank_text(e->bank_id, BANK_ID_MAX));
    fuzz_need(fuzz_bank_text(e->end_to_end, BANK_ID_MAX));
    fuzz_need(e->line >= 1 && e->line <= lines);
}

static inline int fuzz_bank(enum bank_format format, const uint8_t *data, size_t n)
{
    struct bank_file file;
    struct bank_fault fault;
    if (n == 0)
        return 0;
    struct arena *a = arena_new(BANK_FILE_ARENA);
    fuzz_need(a != NULL);
    struct bank_how how = { .format = data[0] & 0x40 ? BANK_ANY : format, .dates = data[0] % 3,
                            .decimals = data[0] / 3 % 3, .currency = data[0] & 0x20 ? S("EUR") : S("") };
    str text = { (const char *)data + 1, n - 1 };
    int64_t lines = 1;
    for (size_t i = 0; i < text.n; i++)
        lines += text.p[i] == '\n' || text.p[i] == '\r';
    st s = bank_read(a, &how, text, &file, &fault);
    fuzz_need(s == ST_OK || s == ST_INVALID || s == ST_NO_MEMORY);
    for (size_t i = 0; s == ST_OK && i < file.n; i++)
        fuzz_bank_entry(&file.v[i], lines);
    if (s == ST_INVALID) {
        str words = bank_fault_words(a, LANGUAGE_EN_GB, &fault);
        fuzz_need(words.n > 0 && str_index(words, '{') == words.n && fault.line >= 0 && fault.line <= lines);
    }
    arena_free(a);
    return 0;
}

#endif
