/* tplc: templates -> C. One program, a file per step:
 *
 *   tplc.c        command line, reading files, writing only what changed
 *   tplc_util.c   memory, slices, growing text, errors with file and line
 *   tplc_reg.c    registry/routes.reg, forms.reg and text: what names exist
 *   tplc_lex.c    cuts a template into characters of HTML and {directives}
 *   tplc_html.c   follows the HTML: element stack, attributes, context of every place
 *   tplc_expr.c   names, types, conditions
 *   tplc_parse.c  directives -> nodes
 *   tplc_check.c  what can be judged only when everything is read: calls, labels, forms
 *   tplc_type.c   one rule per type and context
 *   tplc_emit.c   nodes -> C that writes HTML;  tplc_file.c: the two files of a source
 *   tplc_mail.c   what is different in messages: constant styles, the text part
 *
 * Ownership: everything lives until the program ends (keep() of regc_read.c).
 * Failure:   the first error is printed as file:line: text and the program ends with 1. */
#ifndef AVOW_TPLC_H
#define AVOW_TPLC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "regc.h" /* reading registries, memory: shared with regc */

/* ---- tplc_util.c */
struct loc {
    const char *file;
    int line;
};
struct text { /* growing text, always NUL-terminated */
    char *p;
    size_t n, cap;
};
char *tp_dup(const char *p, size_t n);
void text_add(struct text *, const char *p, size_t n);
void text_puts(struct text *, const char *z);
void text_fmt(struct text *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
_Noreturn void tp_fail(struct loc, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
char *tp_read(const char *path); /* whole file; ends the program when it cannot */
bool tp_is(const char *a, const char *b);
bool tp_in(const char *word, const char *const *list); /* list ends with NULL */
bool tp_starts(const char *z, const char *prefix);

/* ---- tplc_reg.c */
struct reg_param {
    const char *name, *type; /* uid or slug */
    struct reg_param *next;
};
struct reg_field {
    const char *name, *type, *label, *autocomplete;
    long min, max;
    bool required;
    const char *const *choices; /* NULL-terminated, for type choice */
    struct reg_field *next;
};
struct reg_form {
    const char *name, *submit;
    struct reg_field *fields;
    struct reg_form *next;
};
struct reg_route {
    const char *name, *method, *path;
    struct reg_form *form;
    struct reg_param *params;
    struct reg_route *next;
};
struct reg_text {
    const char *key, *words;
    struct reg_text *next;
};
struct registry {
    struct reg_route *routes;
    struct reg_form *forms;
    struct reg_text *texts;
};
extern struct registry reg;
void reg_load(const char *dir);
struct reg_route *reg_route(const char *name);
struct reg_route *reg_route_of_form(const char *name, bool *several);
struct reg_form *reg_form(const char *name);
struct reg_field *reg_field(const struct reg_form *, const char *name);
const struct reg_text *reg_text(const char *key);

/* ---- types and names (tplc_expr.c) */
enum kind {
    K_STR, K_WORD, K_TOKEN, K_MONEY, K_DATE, K_UTC, K_I64, K_SIZE, K_RATE, K_BOOL, K_URL, K_HTML, K_UID, K_FORM, K_RECORD, K_LIST,
};
struct record;
struct type {
    enum kind kind;
    const char *const *words; /* K_WORD */
    const struct record *rec; /* K_RECORD, K_LIST of records (NULL: list of str) */
};
struct member {
    const char *name;
    struct type type;
    bool optional;
    struct loc at;
    struct member *next;
};
struct record {
    const char *name;
    const char *ctype; /* "struct v_invoice_show_line" */
    struct member *members;
    struct record *next;
};
struct value { /* a resolved expression: its type and the C text that reads it */
    struct type type;
    const char *c;
};
struct scope { /* names in reach, innermost first */
    const char *name;
    struct value value;
    struct scope *up;
};
struct arg { /* name=value in a directive */
    const char *name;
    struct value value;
    struct arg *next;
};

/* ---- contexts (tplc_html.c) */
enum ctx {
    CTX_TEXT, CTX_RCDATA, CTX_ATTR, CTX_URL_ATTR, CTX_CLASS, CTX_BOOL_ATTR, CTX_IN_TAG, CTX_NONE,
};

/* ---- nodes */
enum node_kind {
    N_LITERAL, N_VALUE, N_MESSAGE, N_WORD_MESSAGE, N_PLURAL, N_URL, N_STATIC, N_BOOL_ATTR, N_IF, N_FOR, N_CALL, N_WRAP,
    N_FORM, N_FIELD, N_SUBMIT, N_INPUT, N_MARK,
};
struct node {
    enum node_kind kind;
    enum ctx ctx;
    bool url_start;      /* CTX_URL_ATTR: nothing stands before it in the value */
    bool in_tag;         /* part of a tag: left out of the text part of a message */
    struct loc at;
    struct text literal; /* N_LITERAL; N_BOOL_ATTR, N_MARK: the name */
    struct value value;
    const char *name;    /* message key, callee, loop variable, field, static file */
    const char *style;   /* N_SUBMIT: quiet or danger */
    const char *loop;    /* N_FIELD: the {for} it is in; its index keeps ids apart */
    const struct reg_route *route;
    const struct reg_form *form; /* N_CALL: the one it stands in */
    const struct reg_field *field;
    struct arg *args;
    char *cond;          /* N_IF: C text; NULL for {else} */
    struct body *body, *other; /* N_FOR: other is {else}; N_IF: other holds the next arm */
    bool absolute;       /* N_URL in a message: with the site before it */
    bool closing;        /* N_MARK */
    struct node *href;   /* N_MARK of </a>: the address, for the text part */
    struct node *next;
};
struct body {
    struct node *first, *last;
};
struct seen { /* an id, a label's for, a control: checked when the template is read */
    const char *word;
    struct loc at;
    bool flag;
    struct seen *next;
};
enum template_kind {
    T_PAGE,
    T_MAIL,  /* subject, HTML and text part */
    T_FRAME, /* what stands around every message */
};
struct template {
    enum template_kind kind;
    const struct reg_form *form; /* {template NAME FORM}: part of that form */
    bool control;        /* {control NAME}: draws a form's inputs, so it may hold bare ones */
    const char *name, *file;
    const char *mail_class;
    struct loc at;
    struct member *params;
    struct record *records;
    struct body body;
    struct node *title;  /* {title …} of a page, {subject …} of a message */
    struct seen *ids, *labels, *controls;
    struct template *next;
};
struct source {
    const char *path, *stem; /* "invoice" of "x/invoice.html" */
    struct record *records;  /* shared: declared outside any template */
    struct template *templates;
    struct source *next;
};
struct program {
    struct source *sources;
    const char *static_dir;
};
extern struct program prog;
struct template *find_template(const char *name);

/* ---- tplc_lex.c */
struct lexer {
    struct loc at;
    const char *p, *end;
};
enum piece_kind { PIECE_CHAR, PIECE_DIRECTIVE, PIECE_END };
struct piece {
    enum piece_kind kind;
    char c;
    const char *p; /* directive: what stands between the braces */
    size_t n;
    struct loc at;
};
struct piece lex_next(struct lexer *);
/* Words inside a directive: names with dots, "quoted", and single punctuation marks. NULL at the end. */
struct words {
    struct loc at;
    const char *p, *end;
};
const char *word_next(struct words *, bool *quoted);
const char *word_peek(struct words *);
const char *word_need(struct words *, const char *what);
void word_end(struct words *);

/* ---- tplc_html.c */
struct html;
struct html_point { /* where the HTML stands, to compare both ends of a block */
    int state;
    size_t depth, floor;
    int serial;
};
struct html *html_new(struct template *, bool mail);
void html_char(struct html *, struct body *, char, struct loc);
/* The context of an expression here; ends the program where none is allowed. */
enum ctx html_context(struct html *, struct body *, struct loc, bool *url_start);
/* After an expression was placed in a value; `whole_url`: it is an address by itself. */
void html_placed(struct html *, bool whole_url);
const char *html_url_prefix(const struct html *); /* what stands in the address before the expression */
/* Blocks: begin, then the end of each arm, then end. */
struct html_point html_begin(struct html *, struct loc);
void html_arm_end(struct html *, struct body *, struct html_point, struct loc);
void html_end(struct html *, struct html_point);
void html_loop(struct html *, int by);
void html_form(struct html *, const struct reg_form *); /* inside {form}: inputs are allowed; NULL: no more */
const struct reg_form *html_in_form(const struct html *);
const char *html_bool_attr(struct html *, struct body *, struct loc);
void html_name(struct html *, struct type, struct loc);
bool html_in_tag(const struct html *);
bool html_in_href(const struct html *);
void html_href(struct html *, struct node *);
void html_finish(struct html *, struct loc);
void body_add(struct body *, struct node *);
struct node *node_new(enum node_kind, enum ctx, struct loc);

/* ---- tplc_expr.c */
struct type type_parse(struct words *, const struct record *local, const struct record *shared, bool *optional);
const char *type_name(struct type);
const char *type_c(struct type);
struct value expr_path(const struct scope *, const char *path, struct loc);
struct value expr_value(const struct scope *, struct words *); /* path, "word", number, or @message.key */
char *expr_cond(const struct scope *, struct words *);
struct arg *expr_args(const struct scope *, struct words *);
struct arg *arg_take(struct arg **list, const char *name);
const char *text_enum(const char *key);

/* ---- tplc_parse.c, tplc_check.c */
struct source *parse_source(const char *path);
void check_program(void);
/* A type that has a rule in that context; ends the program when there is none. */
void check_context(struct type, enum ctx, bool url_start, struct loc);

/* ---- tplc_emit.c, tplc_type.c, tplc_mail.c */
void emit_header(struct text *, const struct source *);
void emit_code(struct text *, const struct source *);
void emit_body(struct text *, const struct body *, int depth);
void emit_begin(void); /* nothing is gathered */
void emit_gathered(struct text *, int depth); /* constant text that waits to be written as one */
void emit_value(struct text *, struct value, enum ctx, bool url_start);
void emit_c_string(struct text *, const char *p, size_t n);
void emit_line(struct text *, struct loc);
void emit_indent(struct text *, int depth);
void emit_for_head(struct text *, const struct node *, int depth);
const char *emit_as_str(struct value);
void emit_args(struct text *, const struct node *, int depth);
void emit_url(struct text *, const struct node *, int depth);
const char *mail_style(const char *tag, const char *class, struct loc);
void emit_mail_text(struct text *, const struct body *, int depth);

#endif
