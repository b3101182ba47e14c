/* Forms: what people may send. registry/forms.reg is the list; this is its shape in C.
 *
 * One table gives parsing, HTML attributes, error texts, purpose text and the fuzz dictionary. */
#ifndef AVOW_FORM_H
#define AVOW_FORM_H

#include "columns.h"
#include "forms.h" /* enum form_id, FORM_<form>_<field>; generated */
#include "gates.h"

enum field_type {
    F_TEXT, F_LINES, F_EMAIL, F_TEL, F_PASSWORD, F_COUNTRY, F_POSTCODE, F_VAT_NUMBER, F_HOSTNAME,
    F_CHOICE, F_CHECK, F_COUNT, F_MONEY, F_DATE, F_UID, F_SLUG, F_HIDDEN, F_CURRENCY, F_FILE,
};

struct field {
    const char *name;
    enum field_type type;
    int64_t min, max;         /* length in characters; for F_COUNT the range, for F_FILE the size in bytes */
    bool required;
    bool consent;             /* by which somebody agrees or refuses: web_form_tick() never ticks it (UK GDPR recital 32) */
    bool personal;            /* then col and the form's point decide whether it exists at all */
    enum column_id col;
    enum clause clause;       /* it exists only while this one is in force; CLAUSE_COUNT: always */
    const char *label;        /* message key */
    const char *help;         /* message key or NULL */
    const char *autocomplete; /* HTML token or NULL */
    const char *const *choices; /* NULL-terminated. F_CHOICE: values; labels are messages "<label>.<value>". F_FILE: endings
                                 * of names that are taken, without the dot */
};
struct form {
    enum form_id id;
    const char *name; /* "checkout" */
    enum point point;
    const struct field *fields;
    size_t n;
    const char *submit; /* message key of the button */
};
extern const struct form forms[FORM_COUNT];

/* What came for one field. */
struct form_value {
    str text;          /* as typed, for showing again; empty for passwords and files */
    str value;         /* cleaned; of a file, its bytes as they are */
    int64_t number;    /* F_COUNT, F_CHECK (0/1), F_MONEY (minor), F_DATE (days) */
    uid id;            /* F_UID */
    bool absent;       /* the statement does not allow to ask for it: not shown, not accepted */
    const char *error; /* message key or NULL */
    str example;       /* to show with the error: "EC1A 1BB"; may be empty */
};

#endif
