/* regc: reads registry/ and writes the C that everything else is built against.
 *
 * Ownership: a generator runs once and ends; what it allocates stays reachable until then.
 * Failure:   the first mistake in a registry is told as "file:line: what" and ends the run with 1. */
#ifndef REGC_H
#define REGC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define PRINTF_AT(fmt, args) __attribute__((format(printf, fmt, args)))
#define MAX_TOKENS 24

struct token {
    char *s;
    bool quoted;
};
struct line {
    const char *file;
    int no;
    size_t n;
    struct token tok[MAX_TOKENS];
};
struct lines {
    struct line *v;
    size_t n;
};

/* Reading ------------------------------------------------------------------------------- regc_read.c */

_Noreturn void die_at(const struct line *, const char *fmt, ...) PRINTF_AT(2, 3);
_Noreturn void die(const char *fmt, ...) PRINTF_AT(1, 2);
void *keep(size_t size); /* zeroed; never NULL */
/* Grow an array of n elements by one; returns the new element through the changed *v and *n. */
void *append(void *v, size_t *n, size_t size);
char *text_printf(const char *fmt, ...) PRINTF_AT(1, 2);

struct lines read_registry(const char *dir, const char *name);
/* The token at `i` must be there, and be a plain word / a quoted text. */
const char *word(const struct line *, size_t i);
const char *quoted(const struct line *, size_t i);
long number(const struct line *, size_t i, long min, long max);
void expect_tokens(const struct line *, size_t min, size_t max);
bool is(const struct line *, const char *keyword); /* first token */
/* [a-z][a-z0-9_]* for names that become C identifiers. */
const char *ident(const struct line *, size_t i);

/* Writing ------------------------------------------------------------------------------ regc_write.c */

FILE *file_open(const char *name); /* in the output directory, with the "generated" head line */
void file_close(FILE *);
const char *upper(const char *); /* "order.place" -> "ORDER_PLACE" */
const char *lower_ident(const char *); /* "order.place" -> "order_place" */
void put_c_string(FILE *, const char *);

struct name_list {
    const char **v;
    size_t n;
};
bool names_have(const struct name_list *, const char *);
void names_add(struct name_list *, const struct line *, const char *); /* dies on a duplicate */

/* What one registry tells the next. */
struct world {
    const char *dir;
    struct name_list caps, events, points, clauses, texts, forms;
};
extern const char *out_dir;

void gen_errors(struct world *);
void gen_capabilities(struct world *);
void gen_events(struct world *);
void gen_gates(struct world *);
void gen_commands(struct world *);
void gen_messages(struct world *);
void gen_config(struct world *);
void gen_text(struct world *, char **languages, int n);
void gen_forms(struct world *);
void gen_routes(struct world *);

/* Shapes: the fields of commands, messages and records -------------------------------- regc_shape.c */

struct shape_field {
    const char *name, *type; /* i64 bool uid str bytes list */
    long max;
    const struct shape *record;
    const struct line *at;
};
struct shape {
    const char *name;
    struct shape_field *v;
    size_t n;
};
struct shapes {
    struct shape **v;
    size_t n;
};
/* Read one `in`/`out` line into the shape. Records are looked up among those known so far or later. */
void shape_add(struct shape *, const struct line *, const struct shapes *records);
struct shape *shape_find(const struct shapes *, const char *name);
struct shapes shape_records(const struct lines *); /* the `record` blocks of a registry */
long shape_max_bytes(const struct shape *);
void put_struct(FILE *, const struct shape *, const char *struct_name);
void put_shape(FILE *, const struct shape *, const char *struct_name, bool public);
void put_records(FILE *h, FILE *c, const struct shapes *);

#endif
