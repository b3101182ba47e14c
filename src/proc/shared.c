/* The database, and the statement in force. */
#include "shared.h"

#include "form.h"
#include "log.h"
#include "shared_sql.h"
#include "shipped.h"
#include "str.h"

#include <stdio.h>

st shared_db(struct arena *a, const struct config *c, enum db_mode mode, struct db **out)
{
    struct db_config want = { .mode = mode, .url = c->data.database };
    if (str_empty(want.url))
        want.url = str_fmt(a, "sqlite:%.*s/avow.db", STR_ARG(c->data.dir));
    if (arena_failed(a))
        return ST_NO_MEMORY;
    return db_open(a, &want, out);
}

/* For the operator, at the terminal or in the journal: start-up is the one time when words may be written there. */
static void tell(struct arena *a, const struct findings *f)
{
    for (size_t i = 0; i < f->n; i++) {
        struct out o;
        out_init(&o, a, 4096);
        if (f->v[i].level != FINDING_ERROR)
            continue;
        finding_show(&o, &f->v[i]);
        str text = out_view(&o);
        fprintf(stderr, "avow: %.*s\n", STR_ARG(text));
    }
}

/* What forms ask for, in the words of the statement's check. */
static st check_forms(struct arena *a, const struct statement *s, struct findings *f)
{
    size_t n = 0, most = 0;
    for (size_t i = 0; i < FORM_COUNT; i++)
        most += forms[i].n;
    struct statement_form *v = NEWN(a, struct statement_form, most);
    if (!v)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < FORM_COUNT; i++) {
        for (size_t k = 0; k < forms[i].n; k++) {
            const struct field *field = &forms[i].fields[k];
            v[n++] = (struct statement_form){ .form = forms[i].name, .field = field->name, .point = forms[i].point,
                .col = field->col, .personal = field->personal, .required = field->required,
                .has_clause = field->clause != CLAUSE_COUNT, .clause = field->clause };
        }
    }
    return statement_check(s, v, n, f);
}

static st load(struct arena *a, const struct config *c, bool check, struct findings *f, const struct statement **out)
{
    struct statement_text text = { .rules = shipped_rules, .prose = shipped_prose };
    if (c->data.statement.n)
        TRY(statement_read(a, c->data.statement, f, &text));
    const struct statement *s = NULL;
    TRY(statement_compile(a, text, f, &s));
    if (check)
        TRY(check_forms(a, s, f));
    *out = s;
    return ST_OK;
}

st shared_statement(struct arena *a, const struct config *c, bool check, const struct statement **out)
{
    struct findings f;
    findings_init(&f, a);
    st s = load(a, c, check, &f, out);
    if (s != ST_OK) {
        tell(a, &f);
        fprintf(stderr, "avow: the statement and the program do not match; nothing was started (avow statement check)\n");
    }
    return s;
}

st shared_statement_id(struct db *db, struct arena *a, const struct statement *s, int64_t *id)
{
    struct shared_statement_row_in in = { .hash = { (const char *)statement_hash(s), STATEMENT_HASH } };
    struct shared_statement_row_row row;
    TRY(shared_statement_row(db, a, &in, &row));
    *id = row.id;
    return ST_OK;
}
