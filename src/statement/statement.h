/* The statement: what the program may do with personal data, compiled from statement/rules.yaml and
 * statement/statement.md into tables that the gates ask.
 *
 * Ownership: a statement is immutable once loaded and lives in the arena it was loaded into; every slice and text
 *            asked of it lives there too, unless a function takes an arena of its own.
 * Failure:   loading collects everything that is wrong as findings (file, line, what, what instead) and answers
 *            ST_RULES when one of them is an error. Questions cannot fail: what is not declared is "no".
 *
 * A clause that is not in force switches off everything that carries its id, so a question about it is "no" too. */
#ifndef AVOW_STATEMENT_H
#define AVOW_STATEMENT_H

#include "arena.h"
#include "columns.h" /* enum column_id, generated from schema/ */
#include "gates.h"   /* enum clause, point, purpose, recipient, source, basis, cookie, generated */
#include "out.h"

struct statement;

/* ---- Findings: what is wrong, or worth knowing. */

enum finding_level { FINDING_ERROR, FINDING_NOTE };
struct finding {
    enum finding_level level;
    str file;    /* "rules.yaml", "statement.md", "schema", "forms.reg" … */
    int line;    /* 0: no line */
    str where;   /* clause, field or entry: "points.checkout.fields.account.email" */
    str what;    /* what is wrong */
    str instead; /* what to write instead; may be empty */
};
struct findings {
    struct arena *arena;
    struct finding *v;
    size_t n, cap, errors;
};
void findings_init(struct findings *, struct arena *);
/* "rules.yaml:12: points.checkout: … Write: …" and, as JSON, an array of objects. */
void finding_show(struct out *, const struct finding *);
void findings_json(struct out *, const struct findings *);

/* ---- Loading. */

struct statement_text {
    str rules, prose; /* the two files as they are */
};
#define STATEMENT_MOST 65536 /* bytes of either file */
/* The two files of a folder, as text. ST_NOT_FOUND and ST_TOO_LARGE say which in the findings. */
NODISCARD st statement_read(struct arena *, str folder, struct findings *, struct statement_text *out);
/* Parse and compile. ST_RULES: see the findings. */
NODISCARD st statement_compile(struct arena *, struct statement_text, struct findings *, const struct statement **out);

/* One input of a form, as the check wants to know it (forms live in a layer above). */
struct statement_form {
    const char *form, *field;
    enum point point;
    enum column_id col; /* meaningful when personal */
    bool personal, required, has_clause;
    enum clause clause;
};
/* Compare schema, registries and forms with the statement: everything personal must be declared, and everything
 * declared must exist. ST_RULES when there is an error. */
NODISCARD st statement_check(const struct statement *, const struct statement_form *, size_t n, struct findings *);

/* One address, as the check wants to know it (routes live in a layer above). */
struct statement_route {
    const char *route;
    enum point point; /* of its form, or of the callback; meaningful when it collects */
    bool collects;    /* personal values can come in here */
};
/* Compare addresses with the statement, both ways. ST_RULES when there is an error. */
NODISCARD st statement_check_routes(const struct statement *, const struct statement_route *, size_t n, struct findings *);

/* What changes for people and what the program would do differently, one sentence each, in plain words. */
struct statement_change {
    bool program; /* false: for people; true: what the program does */
    str text;
};
struct statement_changes {
    struct statement_change *v;
    size_t n, cap;
};
NODISCARD st statement_diff(struct arena *, const struct statement *from, const struct statement *to,
                            struct statement_changes *out);

/* ---- Questions. All O(1). */

#define STATEMENT_HASH 32
const uint8_t *statement_hash(const struct statement *); /* BLAKE2b of the exact pair of files */
struct statement_text statement_source_text(const struct statement *);
str statement_title(const struct statement *);
str statement_version(const struct statement *);

bool statement_clause(const struct statement *, enum clause);
bool statement_may_collect(const struct statement *, enum column_id, enum point);
bool statement_may_collect_from(const struct statement *, enum column_id, enum point, enum source);
/* What a field is asked for at a point: bit set of enum purpose, 1 << PURPOSE_…; 0 when it is not asked there. */
uint64_t statement_asked_for(const struct statement *, enum column_id, enum point);
bool statement_may_use(const struct statement *, enum column_id, enum purpose);
bool statement_may_disclose(const struct statement *, enum column_id, enum recipient, enum purpose);
bool statement_may_tell(const struct statement *, enum recipient, enum purpose); /* anything at all */
bool statement_cookie(const struct statement *, enum cookie);
int64_t statement_cookie_seconds(const struct statement *, enum cookie); /* its lifetime; 0 when not in force */
bool statement_point(const struct statement *, enum point);
bool statement_source(const struct statement *, enum source);
bool statement_purpose(const struct statement *, enum purpose);
bool statement_recipient(const struct statement *, enum recipient);
enum basis statement_basis(const struct statement *, enum purpose);
/* The retention class a column is sealed under ("books"); empty when the column is not personal. */
str statement_class(const struct statement *, enum column_id);

enum need { NEED_ABSENT, NEED_OPTIONAL, NEED_MANDATORY };
enum need statement_need(const struct statement *, enum column_id, enum point);
/* The sentence that says why a field is asked at a point; empty when it is not. */
str statement_why(const struct statement *, enum column_id, enum point);

/* ---- Words, for pages. Empty slices for what is not declared. */

str statement_point_words(const struct statement *, enum point);       /* "the order form" */
str statement_source_words(const struct statement *, enum source);     /* "you" */
str statement_purpose_words(const struct statement *, enum purpose);   /* "to issue invoices and take payments" */
str statement_recipient_words(const struct statement *, enum recipient);
str statement_interest(const struct statement *, enum purpose); /* the legitimate interest; empty for other bases */
str statement_basis_words(enum basis);                          /* "a contract with you" */

/* What the page "everything we hold about you" says about one column. */
struct statement_column {
    str category;       /* "account" */
    str category_title; /* "Your account" */
    str field_title;    /* "full name" */
    str class_title;    /* "Account" */
    str ends;           /* "30 days after your account is closed" */
    str ground;         /* why that long */
    uint64_t purposes;  /* bit set of enum purpose: 1 << PURPOSE_… */
    uint64_t recipients; /* bit set of enum recipient that may be told */
};
/* False when the column holds nothing personal. */
bool statement_column(const struct statement *, enum column_id, struct statement_column *out);
/* The day a value collected on `from` is kept until, when that can be told today: DATE_NONE when it depends on
 * something that has not happened (a closed account). `year_end` is the month and day of the company's financial year end
 * as month × 100 + day (331). */
date statement_end(const struct statement *, enum column_id, date from, int year_end);
/* The same for what is kept from the day its basket was last changed; DATE_NONE when the statement says nothing of baskets. */
date statement_basket_end(const struct statement *, enum column_id, date changed);

/* ---- Retention: when something ends, and what happens then. src/app/retention does what this says. */

/* What a period is counted from. A new one: here, its words in period.c, and a rule in src/app/retention/due.c. */
enum trigger {
    AFTER_ACCOUNT_CLOSED,
    AFTER_SERVICE_ENDED,
    AFTER_BASKET_CHANGED,
    AFTER_RECORDED,
    AFTER_ORDER_PLACED,
    AFTER_ORDER_HELD,
    AFTER_FINANCIAL_YEAR_END,
    AFTER_SUPPLY_YEAR_END,
    AFTER_REQUEST_CLOSED,
    AFTER_COMPLAINT_CLOSED,
    AFTER_EXPORT_MADE,
    AFTER_CONSENT_USED,
    AFTER_UNCONFIRMED,
    AFTER_MARKETING_ENDED,
    AFTER_HOLD_LIFTED,
    AFTER_COUNT
};
struct trigger_info {
    const char *name;  /* "account_closed" */
    const char *words; /* "after your account is closed" */
};
extern const struct trigger_info trigger_info[AFTER_COUNT];

enum disposal { DISPOSAL_REMOVE, DISPOSAL_KEYED_HASH, DISPOSAL_GENERALISE, DISPOSAL_AGGREGATE };
enum key_epoch { KEYS_ONCE, KEYS_YEAR, KEYS_MONTH };
enum coarser { COARSER_EMPTY, COARSER_COUNTRY, COARSER_AREA, COARSER_MONTH };

struct statement_life {
    str name, title, ground; /* "books", "Books and tax records", why it is kept */
    str ends, then;          /* in words: how long, and what happens then */
    enum disposal disposal;
    enum key_epoch keys;
    bool on_request;         /* goes when a person asks for erasure */
    size_t n_ends;
};
size_t statement_lives(const struct statement *);
/* The class with this number, below statement_lives(). */
struct statement_life statement_life(const struct statement *, size_t);
/* The number of the class of a column (personal value or code); false when it holds nothing personal. */
bool statement_life_of(const struct statement *, enum column_id, size_t *life);
/* The number of a class by its name. */
bool statement_life_named(const struct statement *, str name, size_t *life);
/* One of its ends: what it is counted from, and its name ("uk"). */
enum trigger statement_life_end(const struct statement *, size_t life, size_t end, str *name);
/* The last day on which a row is kept whose triggers came on these days (DATE_NONE: did not come): the longest that applies.
 * DATE_NONE when none came. `end`, when not NULL: which one it was. It is due on the day after. */
date statement_last_day(const struct statement *, size_t life, const date moments[AFTER_COUNT], int year_end, size_t *end);
/* The newest day a trigger may have come on for which this end's last day is before `today`; DATE_NONE when there is none. */
date statement_due_before(const struct statement *, size_t life, size_t end, date today, int year_end);
/* What stays of a column that is kept readable: COARSER_EMPTY for nothing. */
enum coarser statement_coarser(const struct statement *, enum column_id);
/* Under which name the key of a column stands in person_key for a value stored on a day: the class, and the epoch when the
 * class has keys for years or months ("security@2026-11"). Empty when the column holds nothing personal. */
str statement_key_class(const struct statement *, struct arena *, enum column_id, date);
/* The last day of an epoch as in such a name; DATE_NONE when the name has none. */
date statement_key_epoch_end(str key_class);
/* How long the key of a class's codes lives after the month it is for; 0: it goes with the run (keyed_hash). */
int32_t statement_hash_key_days(const struct statement *, size_t life);

/* The same for what is kept after an account was closed or a service ended; DATE_NONE when it is kept for another reason. */
date statement_end_after(const struct statement *, enum column_id, date ended);

/* Categories in the order of the rules, for grouping. */
size_t statement_categories(const struct statement *);
str statement_category(const struct statement *, size_t i, str *title);

/* ---- Publishing. `names` are the configuration values that the prose may show. */

struct statement_name {
    const char *key; /* "company.name" */
    str value;
};
struct statement_names {
    const struct statement_name *v;
    size_t n;
};
/* The configuration keys the prose may show, ended by NULL. */
extern const char *const statement_config_keys[];

/* Body of the page as HTML: one <section id="S7"> per clause, safe to print as it is. `level` is that of the title. */
NODISCARD st statement_html(struct arena *, const struct statement *, struct statement_names, struct out *);
/* The same with something of the caller's under the heading of each clause, markup that a template made. */
struct statement_marks {
    void (*write)(void *arg, enum clause, struct out *);
    void *arg;
};
NODISCARD st statement_html_marked(struct arena *, const struct statement *, struct statement_names, const struct statement_marks *,
                                   struct out *);
NODISCARD st statement_plain(struct arena *, const struct statement *, struct statement_names, struct out *);
NODISCARD st statement_jsonld(struct arena *, const struct statement *, struct statement_names, struct out *);
/* The record of processing activities (UK GDPR art. 30) as HTML tables, and as JSON. */
NODISCARD st statement_record_html(struct arena *, const struct statement *, struct statement_names, struct out *);
NODISCARD st statement_record_json(struct arena *, const struct statement *, struct statement_names, struct out *);

#endif
