/* The statement as it is in memory. Private to this directory: others ask through statement.h.
 *
 * Names of the program (clauses, points, purposes …) are the registry's enumerations and index fixed arrays;
 * names of the rules (categories, fields, retention classes) are numbered in the order in which they are written.
 * `declared` says that the rules have an entry; `on` that its clause is in force too. */
#ifndef AVOW_MODEL_H
#define AVOW_MODEL_H

#include "finding.h"
#include "node.h"

#define FIELDS_MOST 500
#define NOT_A_FIELD UINT16_MAX
#define BIT(e) ((uint64_t)1 << (unsigned)(e))

/* A calendar duration: P6Y30D, P12M, PT12H. */
struct period {
    int32_t years, months, days;
    int64_t seconds;
};

struct ending {
    str name; /* "uk" */
    enum trigger after;
    struct period period;
};
struct generalised { /* a field that is made coarser instead of emptied */
    str field; /* "invoice.territory" */
    enum coarser how;
    int line;
};
struct retention {
    str name, title, ground;
    int line;
    enum disposal disposal;
    enum key_epoch keys;
    bool on_request;        /* ends when a person asks for erasure; otherwise the ground holds it */
    struct period hash_key; /* keyed_hash: how long the key of the codes lives; zero: it goes with the run */
    const struct generalised *generalise;
    size_t n_generalise;
    const struct ending *ends;
    size_t n;
    str words; /* compiled: all endings in words */
    str then;  /* compiled: what happens at the end, in words */
};
struct category {
    str name, title, dpv;
    int line;
    size_t retention;    /* index */
    uint16_t first, n;   /* its fields */
};
struct field {
    str name;  /* "account.email" */
    str title, dpv;
    int line;
    uint16_t category;
    uint64_t points;    /* compiled: where it may be collected */
    uint64_t purposes;  /* compiled: what it may be used for */
    uint64_t asked_for; /* compiled: the purposes of the points alone */
    uint64_t gives[RECIPIENT_COUNT]; /* compiled: purposes for which a recipient may get it */
    enum coarser coarser;            /* compiled: what is left of it when its class ends */
};

struct clause_rule {
    bool in_rules, in_prose, on;
    int rules_line, prose_line;
    const str *dpv;
    size_t n_dpv;
};
struct purpose_rule {
    bool declared, on;
    int line;
    enum clause clause;
    enum basis basis;
    str words, interest, dpv;
};
struct source_rule {
    bool declared, on;
    int line;
    enum clause clause;
    str words;
};
struct asked { /* a field at a point */
    uint16_t field;
    bool on;
    int line;
    enum need need;
    enum clause clause; /* its own, or the point's */
    uint64_t purposes;
    str why;
};
struct point_rule {
    bool declared, on;
    int line;
    enum clause clause;
    str method, words;
    uint64_t sources;
    struct asked *asked;
    size_t n;
};
struct given { /* fields a recipient gets for a purpose */
    enum purpose purpose;
    const uint16_t *fields;
    size_t n;
    int line;
};
struct recipient_rule {
    bool declared, on;
    int line;
    enum clause clause;
    bool controller;
    str words, country, safeguard, dpv;
    const struct given *gives;
    size_t n;
};
struct cookie_allowed {
    bool declared, on;
    int line;
    enum clause clause;
    bool necessary;
    struct period lifetime;
    enum purpose purpose;
    str words;
};
struct use_rule { /* what a purpose may be used for beyond what it was asked for */
    const uint16_t *categories;
    size_t n;
    int line;
};

/* One section of the prose. */
struct section {
    bool has_clause; /* false: what stands before the first clause */
    enum clause clause;
    int level, line; /* of its heading */
    str title, body;
    int body_line;
};

struct statement {
    struct arena *arena;
    struct statement_text text;
    uint8_t hash[STATEMENT_HASH];
    str title, version, language;
    struct clause_rule clauses[CLAUSE_COUNT];
    struct retention *retentions;
    size_t n_retentions;
    struct category *categories;
    size_t n_categories;
    struct field *fields;
    size_t n_fields;
    struct purpose_rule purposes[PURPOSE_COUNT];
    struct source_rule sources[SOURCE_COUNT];
    struct point_rule points[POINT_COUNT];
    struct use_rule uses[PURPOSE_COUNT];
    struct recipient_rule recipients[RECIPIENT_COUNT];
    struct cookie_allowed cookies[COOKIE_COUNT];
    struct section *sections;
    size_t n_sections;
    uint16_t *of_column;  /* field of each column of the schema */
    uint16_t *asked_at;   /* [point × n_fields + field]: index into the point's asked, plus 1 */
};
_Static_assert(PURPOSE_COUNT <= 64 && POINT_COUNT <= 64 && SOURCE_COUNT <= 64 && RECIPIENT_COUNT <= 64,
               "bit sets hold 64");

/* period.c */
NODISCARD st period_parse(str, struct period *out); /* ST_INVALID: not ISO 8601; zero is parsed */
bool period_zero(struct period);
bool period_absurd(struct period); /* more than a hundred years */
int64_t period_seconds(struct period); /* for cookies: months of 30 days */
str period_words(struct arena *, struct period); /* "6 years and 30 days" */
str ending_words(struct arena *, const struct ending *); /* "30 days after your account is closed" */

str endings_words(struct arena *, const struct retention *); /* all of them; the latest counts */
extern const char *const disposal_names[], *const epoch_names[], *const coarser_names[]; /* as in rules.yaml, ended by NULL */
str disposal_words(struct arena *, const struct statement *, const struct retention *); /* what happens at the end */

/* rules.c, rules_flow.c: the tree into the model. Findings say what is wrong; reading goes on. */
struct reader {
    struct arena *a;
    struct findings *f;
    struct statement *s;
};
void rules_read(struct reader *, const struct node *root);
void rules_read_points(struct reader *, const struct node *);
void rules_read_uses(struct reader *, const struct node *);
void rules_read_recipients(struct reader *, const struct node *);
void rules_read_retention(struct reader *, const struct node *);
void rules_read_cookies(struct reader *, const struct node *);
#define RULES S("rules.yaml")
#define PROSE S("statement.md")

/* read.c: one entry of a map at a time. */
struct entry {
    const struct node *n;
    str where; /* "points.checkout" */
    int line;
};
struct period read_period(struct reader *, const struct entry *, const char *key); /* not zero, not absurd */
void read_wrong(struct reader *, int line, str where, str what, str instead);
bool read_map(struct reader *, const struct node *, str where, struct entry *out); /* an error when it is no map */
struct entry read_child(struct reader *, const struct entry *, size_t i);
void read_keys(struct reader *, const struct entry *, const char *const *known); /* unknown and missing ("!key") */
str read_text(struct reader *, const struct entry *, const char *key); /* empty with a finding when it is not text */
/* A name out of a vocabulary: its number, or -1 with a finding. */
int read_name(struct reader *, int line, str where, const char *kind, str name, struct names);
int read_name_at(struct reader *, const struct entry *, const char *key, const char *kind, struct names);
void read_dpv(struct reader *, int line, str where, str term);
struct names names_clauses(void), names_purposes(void), names_points(void), names_sources(void), names_recipients(void),
    names_bases(void), names_cookies(void), names_triggers(void);
struct names names_fields(const struct statement *), names_categories(const struct statement *),
    names_retentions(const struct statement *);
struct names names_list(const char *const *list); /* ended by NULL */

/* prose.c */
void prose_read(struct reader *, str text);
/* words.c: what a directive of the prose stands for. */
struct directive {
    str name, argument;
};
bool directive_next(str *rest, str *before, struct directive *, bool *unclosed);
/* The words; a finding when the directive means nothing. `names` NULL: only check. */
str directive_words(struct reader *, const struct section *, struct directive, int line, const struct statement_names *);
bool directive_is_table(struct directive);
str words_list(struct arena *, const str *items, size_t n); /* "a, b and c" */
str words_capital(struct arena *, str);                     /* with a capital letter */

/* table.c: the tables of the prose and of the record of processing, as cells of plain text. */
struct table {
    str caption;
    const char *const *head; /* n_columns */
    size_t n_columns;
    str *cells;
    size_t n_cells, cap;
};
NODISCARD st table_make(struct arena *, const struct statement *, str name, struct table *out); /* ST_NOT_FOUND */
struct names names_tables(void);
void table_html(struct out *, const struct table *);
void table_plain(struct out *, const struct table *);

#endif
