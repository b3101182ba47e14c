/* Places: countries, postal addresses and telephone numbers, and what each country wants of them.
 *
 * Pure functions over tables that are compiled in (reference/): no database, no files, no network. Patterns are compiled
 * once per process, at first use, and run with a match limit, so no input makes them slow.
 *
 * Ownership: answers live in the arena given, or are static. */
#ifndef AVOW_PLACE_H
#define AVOW_PLACE_H

#include "arena.h"

/* ---- countries ------------------------------------------------------------------------------------------------- */

struct country {
    char code[3]; /* ISO 3166-1 alpha-2, and XK */
    const char *name; /* British English */
};
/* All countries in the order of their names. */
size_t country_list(const struct country **);
/* By code, upper or lower case; UK and EL are read as GB and GR. ST_NOT_FOUND. */
NODISCARD st country_find(str code, const struct country **out);

/* ---- addresses ------------------------------------------------------------------------------------------------- */

/* What a form asks in a country. Labels are message keys: "field.region.county", "field.postcode.zip". */
struct address_rule {
    bool city, region, postcode;                            /* does the country use it at all */
    bool city_required, region_required, postcode_required;
    const char *region_label, *postcode_label;
    str postcode_example; /* "EC1Y 8SY"; empty when there is none */
};
NODISCARD st address_rule(str country, struct address_rule *out); /* ST_NOT_FOUND */

struct address {
    str name, company;
    str line1, line2, city, region, postcode;
    str country; /* code */
};

/* A field that does not fit its country. `field` is the form field's name, `message` a message key, and `example` what
 * to show with it (may be empty). */
struct place_problem {
    const char *field, *message;
    str example;
};
struct place_problems {
    struct place_problem v[8];
    size_t n;
};

/* Put an address into its country's shape (trimmed, postcode and what is written in capitals there) and say what is
 * wrong with it. ST_OK with problems->n > 0 is a bad address; ST_NO_MEMORY. */
NODISCARD st address_check(struct arena *, struct address *, struct place_problems *);

/* "sw1a1aa" -> "SW1A 1AA". ST_INVALID when it is no postcode of that country; countries without postcodes take any.
 * The answer of ST_INVALID is the input in upper case. */
NODISCARD st postcode_clean(struct arena *, str country, str typed, str *out);

/* The part of a postcode that thousands share: "SW1A" of "SW1A 1AA", three characters of five or more, two of shorter ones. A
 * slice of the input; empty when there is none. */
str postcode_area(str country, str postcode);

/* The lines of an address as its country prints them, with the country's name last unless it is `from`. */
struct address_part {
    bool there;
    size_t line, at, n; /* in which line, from which byte, how many */
};
struct address_lines {
    str v[10];
    size_t n;
    struct address_part city, postcode, region; /* where those stand in the lines */
};
NODISCARD st address_print(struct arena *, const struct address *, str from, struct address_lines *);

/* ---- telephone numbers ----------------------------------------------------------------------------------------- */

struct phone {
    str e164;        /* "+442079460000" */
    char country[3]; /* ISO code, "" when the number belongs to no country (+800 …) */
};
enum phone_fault { PHONE_OK, PHONE_CHARACTERS, PHONE_CODE, PHONE_SHORT, PHONE_LONG, PHONE_UNKNOWN };

/* Read a number as typed in `country` (its code), national or international. ST_INVALID with the fault. */
NODISCARD st phone_parse(struct arena *, str country, str typed, struct phone *out, enum phone_fault *);
/* The message key of a fault: "err.phone.short". */
const char *phone_fault_message(enum phone_fault);
/* A number as people dial it there: "07400123456" for GB; empty when unknown. */
str phone_example(struct arena *, str country);
/* The country of an E.164 number; ST_NOT_FOUND when it belongs to none. */
NODISCARD st phone_country(struct arena *, str e164, char out[3]);

#endif
