/* The words of the decision, as in files, commands and the database. */
#include "str.h"
#include "vat.h"

const char *vat_status_word(enum vat_status s)
{
    switch (s) {
    case VAT_DECIDED:
        return "decided";
    case VAT_PENDING:
        return "pending";
    case VAT_INSUFFICIENT:
        return "insufficient";
    case VAT_CONTRADICTION:
        return "contradiction";
    }
    return "";
}

const char *vat_treatment_word(enum vat_treatment t)
{
    switch (t) {
    case VAT_UNTREATED:
        return "";
    case VAT_DOMESTIC:
        return "domestic";
    case VAT_OSS:
        return "oss";
    case VAT_REVERSE_CHARGE:
        return "reverse_charge";
    case VAT_OUTSIDE_SCOPE:
        return "outside_scope";
    case VAT_NOT_REGISTERED:
        return "not_registered";
    case VAT_REGISTRATION_REQUIRED:
        return "registration_required";
    }
    return "";
}

/* The place of a word in a list. */
static st word_parse(str word, const str *words, size_t n, int *out)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(word, words[i])) {
            *out = (int)i;
            return ST_OK;
        }
    return ST_INVALID;
}

static const str class_words[] = { SI("ess"), SI("telecoms"), SI("general") };

const char *vat_class_word(enum vat_class c)
{
    return class_words[c].p;
}

st vat_class_parse(str word, enum vat_class *out)
{
    int i;
    TRY(word_parse(word, class_words, COUNT(class_words), &i));
    *out = (enum vat_class)i;
    return ST_OK;
}

st vat_check_parse(str word, enum vat_check *out)
{
    static const str words[] = { SI("none"), SI("valid"), SI("invalid"), SI("unknown") };
    int i;
    TRY(word_parse(word, words, COUNT(words), &i));
    *out = (enum vat_check)i;
    return ST_OK;
}

st vat_oss_parse(str word, enum vat_oss *out)
{
    static const str words[] = { SI("none"), SI("union"), SI("non-union") };
    int i;
    TRY(word_parse(word, words, COUNT(words), &i));
    *out = (enum vat_oss)i;
    return ST_OK;
}

st vat_status_parse(str word, enum vat_status *out)
{
    for (int i = VAT_DECIDED; i <= VAT_CONTRADICTION; i++)
        if (str_eq(word, str_c(vat_status_word((enum vat_status)i)))) {
            *out = (enum vat_status)i;
            return ST_OK;
        }
    return ST_INVALID;
}

st vat_treatment_parse(str word, enum vat_treatment *out)
{
    for (int i = VAT_UNTREATED; i <= VAT_REGISTRATION_REQUIRED; i++)
        if (str_eq(word, str_c(vat_treatment_word((enum vat_treatment)i)))) {
            *out = (enum vat_treatment)i;
            return ST_OK;
        }
    return ST_INVALID;
}
