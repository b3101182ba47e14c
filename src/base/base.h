/* The words every file may use: attributes, sizes, slices and the status type.
 *
 * Ownership: nothing here owns memory. A `str` borrows; who lends says until when.
 * Failure:   fallible functions return `st` and the compiler insists that it is read. */
#ifndef AVOW_BASE_H
#define AVOW_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "errors.h" /* enum st, generated from registry/errors.reg */

#define NODISCARD __attribute__((warn_unused_result))
#define PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define UNUSED __attribute__((unused))
/* A large local array that is written before it is read: to fill it with a pattern first would cost more than its use. */
#define UNFILLED __attribute__((uninitialized))
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Return early with the status of `e` unless it is ST_OK. */
#define TRY(e)                       \
    do {                             \
        st try_st_ = (e);            \
        if (try_st_ != ST_OK)        \
            return try_st_;          \
    } while (0)

/* A status that is read and deliberately not acted on; say why beside it. */
#define IGNORE(e)                    \
    do {                             \
        if (e) {                     \
        }                            \
    } while (0)

/* A borrowed slice of bytes: not NUL-terminated, may hold NUL. */
typedef struct {
    const char *p;
    size_t n;
} str;

/* S("literal"): S(variable) does not compile. SI is the same inside static initialisers. */
#define S(lit) ((str){ "" lit, sizeof(lit) - 1 })
#define SI(lit) { "" lit, sizeof(lit) - 1 }
#define STR_ARG(s) (int)(s).n, (s).p /* for "%.*s" */

/* A public identifier that cannot be guessed (rnd_uid): 128 bits, shown as 26 characters of Crockford base 32. */
typedef struct {
    uint8_t b[16];
} uid;
#define UID_TEXT 26

/* Seconds since 1970-01-01T00:00:00Z. */
typedef struct {
    int64_t s;
} utc;

/* A civil date, as days since 1970-01-01; INT32_MIN is "no date". */
typedef struct {
    int32_t days;
} date;
#define DATE_NONE ((date){ INT32_MIN })
#define UTC_NONE ((utc){ INT64_MIN })

/* An amount in minor units of an ISO 4217 currency ("GBP"); no floating point touches money. */
typedef struct {
    int64_t minor;
    char cur[4];
} money;

/* An address within this site, made by url_<route>() only; templates print nothing else into href. */
typedef struct {
    str s;
} url;

#endif
