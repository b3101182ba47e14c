/* sqlc: the schema and the named statements in, C out. What its files share.
 *
 * A build-time program: it stops at the first mistake, naming file, line and column, and frees nothing. */
#ifndef AVOW_SQLC_H
#define AVOW_SQLC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* sqlc_util.c ------------------------------------------------------------------------------------- */

struct buf {
    char *p;
    size_t n, cap;
};
void buf_fmt(struct buf *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_add(struct buf *, const char *p, size_t n);
/* `text` as one or more C string literals, each line indented by `indent`. */
void buf_literal(struct buf *, const char *text, int indent);

_Noreturn void die_at(const char *file, int line, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void *need(size_t size, size_t n);                   /* zeroed memory, or the end */
void *grown(void *v, size_t n, size_t size);         /* room for element n */
char *keep(const char *p, size_t n);                 /* a NUL-terminated copy */
char *kept(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
char *file_read(const char *path);
void file_write(const char *dir, const char *name, const struct buf *);
const char *base_name(const char *path);

enum tok { T_END, T_WORD, T_NUMBER, T_STRING, T_PARAM, T_TYPE, T_PUNCT, T_NOTE };
struct token {
    enum tok kind;
    const char *p; /* for T_NOTE: what stands after "--:", trimmed; for T_TYPE: with the '@' */
    size_t n;
    int line;
    bool gap; /* white space stood before it */
    bool opt; /* T_TYPE: a '?' followed */
};
struct tokens {
    const char *file;
    struct token *v; /* ends with T_END */
    size_t n;
};
/* Split SQL; comments are dropped, except `--:` notes. */
struct tokens lex(const char *file, const char *text, size_t n, int line);
bool tok_is(const struct token *, const char *word);       /* a word, without regard to case */
bool tok_punct(const struct token *, char c);
char *tok_text(const struct token *);
bool name_ok(const char *name);                            /* [a-z][a-z0-9_]* */

/* sqlc_schema.c ------------------------------------------------------------------------------------ */

enum base { B_ID, B_I64, B_REF, B_BOOL, B_TEXT, B_BLOB, B_UID, B_TIME, B_DATE, B_SEALED, B_COUNT };
struct base_info {
    const char *name;           /* "@id" */
    const char *ctype;          /* "int64_t " */
    const char *stmt;           /* "STMT_I64" */
    const char *sqlite, *postgres;
    enum base family;           /* B_I64 for all integers that may stand for each other */
    bool has;                   /* NULL needs a has_<name> beside it */
};
extern const struct base_info bases[B_COUNT];
/* The type a token such as `@ref(person)` starts, or the end; *i moves past it, *ref is the table named. */
enum base type_at(const struct tokens *, size_t *i, char **ref);

enum pd { PD_NONE, PD_VALUE, PD_BLIND, PD_LINK };
struct column {
    char *name, *ref, *category, *field, *clear;
    enum base base;
    enum pd pd;
    bool noted, notnull;
    const char *file;
    int line;
    struct table *table;
    int number; /* place in enum column_id */
};
struct table {
    char *name, *owner;
    char *owner_col, *owner_table; /* NULL when nobody's */
    bool goes; /* at the end of its last personal value the row is removed */
    struct column *cols;
    size_t n;
    const char *file;
    int line, number;
};
struct migration {
    int number;
    char *name, *sqlite, *postgres;
    uint8_t hash[32];
};
struct schema {
    struct table **tables;
    size_t n;
    struct migration *migrations;
    size_t n_migrations;
    size_t n_columns;
};
struct schema *schema_read(const char *dir);
struct table *schema_table(const struct schema *, const char *name);
struct column *table_column(const struct table *, const char *name);

/* sqlc_note.c: what stands after `--:` */
void note_owner(struct table *, const struct tokens *, const struct token *);
void note_column(struct column *, const char *file, const struct token *);
/* Once all is read: owner paths lead to person, references exist, personal tables have an owner. */
void schema_check(const struct schema *);

/* sqlc_expand.c: a migration's statements as each database wants them */
enum expand_for {
    FOR_SQLITE,
    FOR_POSTGRES,
    FOR_HASH, /* SQLite's as it was when migrations were first hashed; FOR_SQLITE may say the same in other words */
};
char *expand(const struct tokens *, enum expand_for);

/* sqlc_catalog.c */
void catalog_emit(const struct schema *, const char *outdir);

/* sqlc_stmt.c -------------------------------------------------------------------------------------- */

enum kind { K_ONE, K_MANY, K_EXEC };
struct field {
    char *name;
    enum base base;
    bool opt;
    bool used;               /* a parameter that occurs; a declared column that was found */
    bool placed;             /* a sealed parameter that goes into a sealed column */
    const struct column *col; /* result column: the schema's, or NULL */
};
#define TABLE_WORDS 2 /* tables fit into a mask of this many 64-bit words */
struct stmt {
    enum kind kind;
    char *name, *doc;
    const char *file;
    int line;
    long max;
    struct field *params, *declared, *cols;
    size_t n_params, n_declared, n_cols;
    struct tokens sql;
    bool *settled; /* per token: a sealed column's name that stands where it may */
    char *sqlite, *postgres;
    uint64_t reads[TABLE_WORDS], writes[TABLE_WORDS];
    const struct column **sealed;
    size_t n_sealed;
};
struct feature {
    char *name;
    const char *file;
    struct stmt *v;
    size_t n;
};
struct feature *feature_parse(const char *file, const char *name, const char *text);
/* sqlc_check.c: prepare each on SQLite, type its parameters and columns, record what it touches. */
void feature_check(struct feature *, const struct schema *);
/* sqlc_flow.c: parameters against the columns they meet; sealed values go only where they belong. */
void stmt_flow(struct stmt *, const struct schema *);
/* The comma-separated items of [from, to) at the depth it starts with. */
struct range {
    size_t from, to;
};
size_t split(const struct tokens *, size_t from, size_t to, struct range **out);
size_t matching(const struct tokens *, size_t open);           /* index of the bracket that closes */
/* First of `word` in [from, to) outside brackets, or `to`. */
size_t find_word(const struct tokens *, size_t from, size_t to, const char *word);
/* sqlc_emit.c */
void feature_emit(const struct feature *, const char *outdir, const char *extra_h, const char *extra_c);

/* sqlc_access.c: everything of one person, table by table */
void access_emit(const struct schema *, const char *outdir);
/* sqlc_dispose.c: how each row loses its personal values */
void dispose_emit(const struct schema *, const char *outdir);

#endif
