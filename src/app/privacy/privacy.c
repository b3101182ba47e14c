/* Versions of the statement: what is published stays, with what it changed. */
#include "privacy.h"

#include "out.h"
#include "privacy_sql.h"
#include "str.h"

#define CHANGES_MOST 16384

static str hash_of(const struct statement *s)
{
    return (str){ (const char *)statement_hash(s), STATEMENT_HASH };
}

/* One change a line, those for people first; what the program does differently begins with "> ". */
static str changes_text(struct arena *a, const struct statement_changes *c)
{
    struct out o;
    out_init(&o, a, CHANGES_MOST);
    for (int program = 0; program < 2; program++)
        for (size_t i = 0; i < c->n; i++) {
            bool room = o.n + c->v[i].text.n + 100 < CHANGES_MOST;
            if (c->v[i].program == (program == 1) && room) {
                out_str(&o, program ? S("> ") : S(""));
                out_str(&o, c->v[i].text);
                out_byte(&o, '\n');
            }
        }
    return out_view(&o);
}

/* What the new text changes against the one in force. When that one does not fit this program any more, there is
 * nothing to compare in words, and this is said. */
static st changes_of(struct cx *cx, const struct statement *s, str *out)
{
    struct arena *a = CX_ARENA(cx);
    const struct statement *old;
    struct statement_changes changes;
    int64_t id;
    st how = privacy_in_force(CX_DB(cx), a, &old, &id);
    if (how == ST_NOT_FOUND || how == ST_RULES) {
        *out = how == ST_NOT_FOUND ? S("This is the first version.\n")
                                   : S("The version before was made for another release of the program.\n");
        return ST_OK;
    }
    TRY(how);
    TRY(statement_diff(a, old, s, &changes));
    *out = changes_text(a, &changes);
    return ST_OK;
}

st privacy_publish_nt(struct cx *cx, const struct statement *s, int64_t *id, bool *made)
{
    struct privacy_current_row now;
    struct privacy_find_row before;
    str changes;
    st current = privacy_current(CX_DB(cx), CX_ARENA(cx), &now);
    if (current != ST_OK && current != ST_NOT_FOUND)
        return current;
    *made = current == ST_NOT_FOUND || !str_eq(now.hash, hash_of(s));
    if (!*made) {
        *id = now.id;
        return ST_OK;
    }
    TRY(changes_of(cx, s, &changes));
    st found = privacy_find(CX_DB(cx), CX_ARENA(cx), &(struct privacy_find_in){ hash_of(s) }, &before);
    if (found == ST_OK) {
        *id = before.id;
        TRY(privacy_again(CX_DB(cx), &(struct privacy_again_in){ before.id, changes, cx->gate.now }, NULL));
    } else if (found == ST_NOT_FOUND) {
        struct statement_text text = statement_source_text(s);
        struct privacy_add_row row;
        TRY(privacy_add(CX_DB(cx), CX_ARENA(cx), &(struct privacy_add_in){ hash_of(s), text.prose, text.rules, changes,
                                                                           cx->gate.now }, &row));
        *id = row.id;
    } else
        return found;
    return cx_event_nt(cx, EVENT_STATEMENT_PUBLISHED, "statement_version", *id, S(""));
}

st privacy_in_force(struct db *db, struct arena *a, const struct statement **out, int64_t *id)
{
    struct privacy_current_row row;
    struct findings f;
    findings_init(&f, a);
    TRY(privacy_current(db, a, &row));
    TRY(statement_compile(a, (struct statement_text){ row.rules, row.prose }, &f, out));
    *id = row.id;
    return ST_OK;
}

st cmd_statement_publish(struct cx *cx, const struct statement_publish_in *in, struct statement_publish_out *out)
{
    struct findings f;
    const struct statement *s;
    bool made;
    findings_init(&f, CX_ARENA(cx));
    TRY(statement_compile(CX_ARENA(cx), (struct statement_text){ in->rules, in->prose }, &f, &s));
    return privacy_publish_nt(cx, s, &out->id, &made);
}
