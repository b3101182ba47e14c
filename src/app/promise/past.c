/* Earlier statements. */
#include "past.h"

#include "look_sql.h"
#include "str.h"

#define KEPT 16

struct past {
    struct past_version v[KEPT];
    size_t n;
};

static st compile(struct promise_look *l, int64_t id, struct past_version *v)
{
    struct look_version_row row;
    struct findings f;
    *v = (struct past_version){ .id = id };
    if (id == l->gate.statement_id) {
        v->statement = l->gate.statement;
        return ST_OK;
    }
    TRY(look_version(l->gate.db, l->gate.arena, &(struct look_version_in){ id }, &row));
    findings_init(&f, l->gate.arena);
    st how = statement_compile(l->gate.arena, (struct statement_text){ row.rules, row.prose }, &f, &v->statement);
    if (how == ST_RULES)
        v->statement = NULL;
    return how == ST_RULES ? ST_OK : how;
}

st past_get(struct promise_look *l, int64_t id, const struct past_version **out)
{
    if (!l->past)
        l->past = NEW(l->gate.arena, struct past);
    if (!l->past)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < l->past->n; i++)
        if (l->past->v[i].id == id) {
            *out = &l->past->v[i];
            return ST_OK;
        }
    struct past_version *v = &l->past->v[l->past->n % KEPT];
    TRY(compile(l, id, v));
    l->past->n += l->past->n < KEPT;
    *out = v;
    return ST_OK;
}
