/* What compiled templates call. Handlers need of it only struct html, struct form_view and show_<template>().
 *
 * Everything written here is escaped for the place it is written to; which function serves which type in which
 * place is decided by gen/tplc, not by hand.
 * Ownership: text forms live in the arena of the struct out. Failure: sticky in the struct out. */
#ifndef AVOW_TPL_H
#define AVOW_TPL_H

#include "clock.h"
#include "codec.h"
#include "form.h"
#include "money.h"
#include "out.h"
#include "route.h"
#include "str.h"
#include "text.h"

struct rq;

/* Markup that a template made. tpl_html_of() is for generated code: never wrap text of your own. */
struct html {
    str s;
};
struct html tpl_html_of(const struct out *);

struct tpl_strs {
    const str *v;
    size_t n;
};
struct tpl_choice {
    str word;
    enum text_key key;
};

/* ---- messages */
str tpl_txt(enum text_key);
void tpl_msg(struct out *, enum text_key, const struct text_arg *, size_t n);
void tpl_msg_plain(struct out *, enum text_key, const struct text_arg *, size_t n); /* for the text part of mail */
/* The message of a word; the list ends with an empty one. An unknown word shows as it is. */
void tpl_word(struct out *, str, const struct tpl_choice *);

/* ---- values */
void tpl_money(struct out *, money);
void tpl_date(struct out *, date);          /* "23 November 2026" */
void tpl_date_element(struct out *, date);  /* the same inside <time>; a dash when there is none */
void tpl_utc(struct out *, utc);            /* "23 November 2026, 10:11" in London */
void tpl_utc_element(struct out *, utc);    /* the same inside <time>, with "3 days ago" on hover */
void tpl_count(struct out *, int64_t);      /* "1,234" */
void tpl_size(struct out *, int64_t bytes); /* "1.2 MB" */
void tpl_rate(struct out *, int64_t rate_bp);
void tpl_uid(struct out *, uid);
void tpl_token(struct out *, str);          /* [a-z0-9_-]+, anything else becomes "unknown" */
void tpl_tokens(struct out *, str);         /* such words with spaces between them */
void tpl_url(struct out *, url);            /* a whole address: only paths of ours, http, https and mailto pass */
void tpl_url_text(struct out *, url);
void tpl_html(struct out *, struct html);
bool tpl_has_utc(utc);
str tpl_date_str(struct arena *, date);
str tpl_utc_str(struct arena *, utc);
str tpl_count_str(struct arena *, int64_t);
str tpl_size_str(struct arena *, int64_t);
str tpl_ago_str(struct arena *, utc then, utc now); /* "3 days ago", "in 2 hours" */

/* ---- the text part of mail */
void tpl_plain(struct out *, str); /* without line ends and control characters */
void tpl_space(struct out *);      /* one space, unless a line begins here */
void tpl_break(struct out *, int lines);
void tpl_rule(struct out *);

/* ---- forms: what {form}, {field}, {input} and {errors} stand for */
/* Why one field is asked, from the statement. */
struct field_why {
    bool absent;    /* the statement does not allow to ask for it: it is not shown */
    str why;        /* whole sentences */
    str recipients; /* who may be told; empty: nobody */
    str kept;       /* "6 years after the end of the financial year" */
};
struct form_choice {
    str value, label;
};
struct form_view {
    const struct form *form;
    const struct form_value *values; /* one per field */
    const struct field_why *why;     /* one per field, or NULL */
    const struct form_choice *countries; /* for fields of type country, by name; currencies alike */
    size_t n_countries;
    const struct form_choice *currencies;
    size_t n_currencies;
    str csrf;
};
/* The hidden csrf token, and a one-time key: the one given, or a fresh one when it is empty. */
void tpl_tokens_hidden(struct out *, str csrf, str idem);
void tpl_hidden(struct out *, str name, str value);
void tpl_input(struct out *, str name, str type, int64_t min, int64_t max, bool required, str value, str label);
/* `needed`: required on this page although the form does not always require it. `copy`: 0, or which of several
 * copies of the form on one page this is, so that ids stay apart. */
void web_field(struct out *, const struct form_view *, str name, bool needed, size_t copy);
void web_form_errors(struct out *, const struct form_view *);

/* ---- pages: what show_<template>() does around a template */
void web_page_begin(struct rq *, struct out *title, struct out *body);
NODISCARD st web_page_end(struct rq *, int status, struct out *title, struct out *body);

#endif
