/* What the readers of the four formats share. */
#ifndef AVOW_READING_H
#define AVOW_READING_H

#include "bank_file.h"
#include "clock.h"

struct reading {
    struct arena *arena;
    const struct bank_how *how;
    struct bank_file *file;
    struct bank_fault *fault;
    size_t room; /* of file->v */
};

/* Refuse the file: sets the fault and returns ST_INVALID. */
NODISCARD st reading_wrong(struct reading *, int64_t line, enum text_key, const char *what);
/* One more entry; its texts are cleaned and cut here. An amount of nothing is left out: no money moved. */
NODISCARD st reading_add(struct reading *, const struct bank_entry *);
/* Whose statement it is. A file about two accounts is refused: each is imported by itself. */
NODISCARD st reading_account(struct reading *, str account, int64_t line);
/* UTF-8 from what is UTF-8 (with or without its mark) or Windows-1252; other encodings are refused. */
NODISCARD st reading_utf8(struct reading *, str *text);
/* Runs of blanks and what cannot be printed become one space; at most `most` characters. */
str reading_clean(struct arena *, str, size_t most);
/* "a b": with a space between, when both have something to say. */
str reading_join(struct arena *, str, str);
/* An unsigned decimal with `point` before its fraction, into minor units. ST_INVALID. */
NODISCARD st reading_amount(str digits, char point, const char currency[4], int64_t *out);
/* Eight digits, YYYYMMDD. ST_INVALID. */
NODISCARD st reading_date8(str, date *);
/* A whole number of exactly n digits; -1 when it is none. */
int reading_digits(str, size_t from, size_t n);

NODISCARD st reading_csv(struct reading *, str text);
NODISCARD st reading_ofx(struct reading *, str bytes);
NODISCARD st reading_mt940(struct reading *, str text);
NODISCARD st reading_camt053(struct reading *, str bytes);

/* XML, by libexpat. Document types and with them entities are refused; so are documents deeper than this. */
#define READING_XML_DEPTH 32
struct reading_xml {
    struct reading *r;
    void *self;
    /* `name` without its namespace's prefix. `text` is what stood directly inside the element, trimmed. */
    st (*open)(void *self, const char *name, const char *currency, int64_t line);
    st (*close)(void *self, const char *name, str text, int64_t line);
};
NODISCARD st reading_xml(struct reading_xml *, str bytes);

#endif
