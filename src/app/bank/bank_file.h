/* Bank statements as files: bytes in, entries out, or a sentence that says what is wrong in which line.
 *
 *   CSV        as banks' web sites export it; which column is what is found by its heading
 *   OFX        1.x (SGML) and 2.x (XML)
 *   MT940      SWIFT's customer statement, with or without its envelope
 *   CAMT.053   ISO 20022's bank to customer statement
 *
 * A file is read as a whole or refused as a whole: where one line is in doubt, nothing of it is used. Where a format carries
 * balances, opening balance and entries must add up to the closing balance, so that a file that was cut is noticed.
 *
 * Nothing here touches the database or the clock, and no sentence quotes what stands in the file.
 *
 * Ownership: everything is in the arena; slices may borrow from the bytes given. */
#ifndef AVOW_BANK_FILE_H
#define AVOW_BANK_FILE_H

#include "arena.h"
#include "text.h"

#define BANK_FILE_MAX ((size_t)4 << 20)           /* bytes of one file */
#define BANK_FILE_ARENA ((size_t)64 << 20)        /* of memory that reading one may take */
#define BANK_ENTRIES_MAX 20000

/* Characters kept of what payers wrote; what is longer is cut. */
#define BANK_NAME_MAX 140
#define BANK_ACCOUNT_MAX 40
#define BANK_TEXT_MAX 500
#define BANK_ID_MAX 64

enum bank_format { BANK_ANY, BANK_CSV, BANK_OFX, BANK_MT940, BANK_CAMT053 };
/* In which order a date with slashes stands: 03/04/2026 is 3 April (DAY_FIRST) or 4 March. */
enum bank_dates { BANK_DATES_SEEN, BANK_DAY_FIRST, BANK_MONTH_FIRST };
enum bank_decimals { BANK_DECIMALS_SEEN, BANK_POINT, BANK_COMMA };

/* What a file does not say and somebody has to: `bank.csv_*`. */
struct bank_how {
    enum bank_format format; /* BANK_ANY: as it looks */
    enum bank_dates dates;
    enum bank_decimals decimals;
    char delimiter;          /* 0: as it looks */
    str currency;            /* of a CSV file without a column for it; may be empty */
    str columns;             /* "date=Booked on; amount=Sum": headings that are not known; may be empty */
};

struct bank_entry {
    date booked, value;   /* value: DATE_NONE when the file does not say */
    char currency[4];
    int64_t amount;       /* minor units; above zero: money came in */
    str name, account;    /* of the other side, as far as the file says */
    str text;             /* what the payer wrote */
    str bank_id;          /* the bank's own name of the entry, unique at the account; may be empty */
    str end_to_end;       /* the payer's name of it; may be empty */
    int64_t line;         /* where it begins in the file */
};

struct bank_file {
    enum bank_format format;
    str account;    /* whose statement it is, as the file says: IBAN, or sort code and number; may be empty */
    struct bank_entry *v;
    size_t n;
    size_t skipped; /* entries that the bank has announced and not booked */
};

struct bank_fault {
    int64_t line;        /* 0: of the file as a whole */
    enum text_key words; /* may have {line} and {what} */
    str what;            /* a word of ours: the name of a column or of a tag */
};

/* ST_INVALID with a fault, ST_NO_MEMORY. */
NODISCARD st bank_read(struct arena *, const struct bank_how *, str bytes, struct bank_file *, struct bank_fault *);
/* The fault as a sentence. */
str bank_fault_words(struct arena *, enum language, const struct bank_fault *);

const char *bank_format_word(enum bank_format); /* "csv", "ofx", "mt940", "camt053" */
NODISCARD st bank_format_find(str word, enum bank_format *); /* ST_NOT_FOUND */

#endif
