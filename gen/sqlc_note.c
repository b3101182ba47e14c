/* sqlc: what stands after `--:`, and whether the whole of it makes sense. */
#include "sqlc.h"

#include <string.h>

/* A cursor over one note's text. */
struct note {
    const char *p;
    const char *file;
    int line;
};

static bool note_take(struct note *n, const char *what)
{
    size_t len = strlen(what);
    if (strncmp(n->p, what, len) != 0) {
        return false;
    }
    n->p += len;
    return true;
}

static char *note_name(struct note *n)
{
    size_t len = strspn(n->p, "abcdefghijklmnopqrstuvwxyz0123456789_");
    if (len == 0) {
        die_at(n->file, n->line, "annotation: a lower-case name is missing before '%s'", n->p);
    }
    char *name = keep(n->p, len);
    n->p += len;
    return name;
}

static void note_end(struct note *n)
{
    n->p += strspn(n->p, " ");
    if (*n->p != '\0') {
        die_at(n->file, n->line, "annotation: '%s' was not expected", n->p);
    }
}

void note_owner(struct table *table, const struct tokens *ts, const struct token *t)
{
    struct note n = { .p = tok_text(t), .file = ts->file, .line = t->line };
    if (!note_take(&n, "owner ")) {
        die_at(ts->file, t->line, "table %s does not say whose it is: --: owner none | column | column>table, and perhaps , row goes",
               table->name);
    }
    const char *start = n.p;
    table->owner_col = note_name(&n);
    table->owner_table = note_take(&n, ">") ? note_name(&n) : keep("person", 6);
    table->owner = keep(start, (size_t)(n.p - start));
    table->goes = note_take(&n, ", row goes");
    note_end(&n);
    if (strcmp(table->owner, "none") == 0) {
        table->owner = table->owner_col = table->owner_table = NULL;
    }
}

static void note_personal(struct column *c, struct note *n)
{
    c->pd = PD_VALUE;
    c->category = note_name(n);
    if (!note_take(n, ".")) {
        die_at(n->file, n->line, "annotation of %s: write pd(category.field)", c->name);
    }
    c->field = note_name(n);
    if (!note_take(n, ")")) {
        die_at(n->file, n->line, "annotation of %s: write pd(category.field)", c->name);
    }
    n->p += strspn(n->p, " ");
    if (note_take(n, "blind")) {
        c->pd = PD_BLIND;
    } else if (note_take(n, "clear(\"")) {
        size_t len = strcspn(n->p, "\"");
        c->clear = keep(n->p, len);
        n->p += len;
        if (len == 0 || !note_take(n, "\")")) {
            die_at(n->file, n->line, "annotation of %s: write clear(\"why it may be readable\")", c->name);
        }
    }
    if (c->base == B_SEALED && (c->clear != NULL || c->pd == PD_BLIND)) {
        die_at(n->file, n->line, "column %s is @sealed: neither clear nor blind", c->name);
    }
    if (c->base != B_SEALED && c->clear == NULL && c->pd != PD_BLIND) {
        die_at(n->file, n->line, "column %s holds personal data: make it @sealed, or say clear(\"why\") or blind",
               c->name);
    }
    if (c->pd == PD_BLIND && c->base != B_BLOB) {
        die_at(n->file, n->line, "column %s is a blind code: it must be a @blob", c->name);
    }
}

void note_column(struct column *c, const char *file, const struct token *t)
{
    struct note n = { .p = tok_text(t), .file = file, .line = t->line };
    c->noted = true;
    if (note_take(&n, "pd(")) {
        note_personal(c, &n);
    } else if (note_take(&n, "none")) {
        c->pd = PD_NONE;
    } else if (note_take(&n, "link")) {
        c->pd = PD_LINK;
    } else {
        die_at(file, t->line, "column %s: '%s' is not none, link or pd(category.field)", c->name, n.p);
    }
    note_end(&n);
    if (c->base == B_SEALED && c->pd != PD_VALUE) {
        die_at(file, t->line, "column %s is @sealed: say which personal data, pd(category.field)", c->name);
    }
}

/* Follow the owner from table to table until it is the person. */
static void check_owner(const struct schema *s, const struct table *start)
{
    const struct table *t = start;
    for (size_t steps = 0; t != NULL && t->owner != NULL && steps <= s->n; steps++) {
        const struct column *c = table_column(t, t->owner_col);
        if (strcmp(t->name, "person") == 0 && c != NULL && c->base == B_ID) {
            return;
        }
        if (c == NULL || c->base != B_REF || strcmp(c->ref, t->owner_table) != 0 || c->pd != PD_LINK) {
            die_at(t->file, t->line, "owner of table %s: %s is not a column annotated link of type @ref(%s)", t->name,
                   t->owner_col, t->owner_table);
        }
        t = schema_table(s, t->owner_table);
    }
    die_at(start->file, start->line, "owner of table %s: %s does not lead to a person", start->name, start->owner);
}

static void check_column(const struct schema *s, const struct table *t, const struct column *c)
{
    if (c->ref != NULL && schema_table(s, c->ref) == NULL) {
        die_at(c->file, c->line, "column %s.%s refers to table %s, which does not exist", t->name, c->name, c->ref);
    }
    if (c->pd == PD_NONE || c->pd == PD_LINK) {
        return;
    }
    if (t->owner == NULL && c->pd != PD_BLIND) { /* a code may stay when its person is gone: a list of who is not to be written to */
        die_at(c->file, c->line, "column %s.%s holds personal data, but its table is nobody's", t->name, c->name);
    }
    const struct column *id = table_column(t, "id"), *uid = table_column(t, "uid");
    if (c->pd == PD_VALUE && (id == NULL || id->base != B_ID || uid == NULL || uid->base != B_UID)) {
        die_at(c->file, c->line, "column %s.%s holds personal data: its table needs id @id and uid @uid", t->name,
               c->name);
    }
}

void schema_check(const struct schema *s)
{
    if (s->n > 64 * TABLE_WORDS) {
        die_at("schema", 0, "more than %d tables: widen TABLE_WORDS here and in src/store/stmt.h", 64 * TABLE_WORDS);
    }
    for (size_t i = 0; i < s->n; i++) {
        const struct table *t = s->tables[i];
        if (t->owner != NULL) {
            check_owner(s, t);
        }
        for (size_t k = 0; k < t->n; k++) {
            check_column(s, t, &t->cols[k]);
        }
    }
}
