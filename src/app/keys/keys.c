/* Recording what happened to the vault's keys. */
#include "keys.h"

#include "codec.h"
#include "hash.h"
#include "keys_sql.h"
#include "str.h"

#define SEEN_MASTER "keys.master"
#define SEEN_ROTATING "keys.rotating"
#define SEEN_RECOVERY "keys.recovery"

/* Remember `now` under that name. *changed: it was something else; `first` then when nothing was known of it. */
static st remember_nt(struct cx *cx, str name, str now, bool *changed, bool *first)
{
    struct keys_seen_row before = { .value = { 0 } };
    st found = keys_seen(CX_DB(cx), CX_ARENA(cx), &(struct keys_seen_in){ .name = name }, &before);
    *first = found == ST_NOT_FOUND;
    *changed = found == ST_NOT_FOUND || (found == ST_OK && !str_eq(before.value, now));
    if (found != ST_OK && found != ST_NOT_FOUND)
        return found;
    if (!*changed)
        return ST_OK;
    return keys_set_seen(CX_DB(cx), &(struct keys_set_seen_in){ .name = name, .value = now }, NULL);
}

static st note_master_nt(struct cx *cx, const struct msg_vault_state *v)
{
    bool changed, first;
    /* The generation, and when it began: a store that was restored begins to count anew. */
    str now = str_fmt(CX_ARENA(cx), "%lld %lld", (long long)v->generation, (long long)v->made);
    TRY(remember_nt(cx, S(SEEN_ROTATING), v->rotating ? now : S(""), &changed, &first));
    if (changed && v->rotating)
        TRY(cx_event_nt(cx, EVENT_KEYS_ROTATING, "master_key", v->generation, S("")));
    if (v->rotating)
        return ST_OK;
    bool ended = changed && !first;
    TRY(remember_nt(cx, S(SEEN_MASTER), now, &changed, &first));
    return ended || (changed && !first) ? cx_event_nt(cx, EVENT_KEYS_ROTATED, "master_key", v->generation, S("")) : ST_OK;
}

static st note_recovery_nt(struct cx *cx, const struct msg_vault_state *v)
{
    bool changed, first;
    uint8_t code[32];
    hash_plain(v->recovery, code);
    str now = v->recovery.n ? hex_fmt(CX_ARENA(cx), code, 4) : S("");
    TRY(remember_nt(cx, S(SEEN_RECOVERY), now, &changed, &first));
    return changed && now.n > 0 ? cx_event_nt(cx, EVENT_KEYS_RECOVERY, "recovery_key", 0, now) : ST_OK;
}

st cmd_keys_note(struct cx *cx, const struct keys_note_in *in UNUSED, struct keys_note_out *out)
{
    struct msg_vault_state v;
    TRY(vault_state(cx->gate.vault, &v));
    TRY(note_master_nt(cx, &v));
    TRY(note_recovery_nt(cx, &v));
    *out = (struct keys_note_out){ .generation = v.generation, .rotating = v.rotating };
    return ST_OK;
}

/* The same lines for each statement: their rows have types of their own. */
#define PAGE(stmt)                                                                   \
    do {                                                                             \
        struct stmt##_rows rows;                                                     \
        TRY(stmt(db, a, &(struct stmt##_in){ .after = after }, &rows));              \
        for (size_t i = 0; i < rows.n; i++)                                          \
            ids[i] = rows.v[i].key_id;                                               \
        *n = rows.n;                                                                 \
    } while (0)

st keys_page(struct db *db, struct arena *a, enum keys_source from, int64_t after, int64_t ids[KEYS_PAGE], size_t *n)
{
    switch (from) {
    case KEYS_OF_PEOPLE:
        PAGE(keys_of_people);
        break;
    case KEYS_OF_CODES:
        PAGE(keys_of_codes);
        break;
    case KEYS_BURIED:
        PAGE(keys_buried);
        break;
    case KEYS_OF_CODES_GONE:
        PAGE(keys_of_codes_gone);
        break;
    }
    return ST_OK;
}

st keys_highest(struct db *db, struct arena *a, int64_t *id)
{
    struct keys_last_row people;
    struct keys_last_of_codes_row codes;
    struct keys_last_buried_row buried = { .key_id = 0 };
    TRY(keys_last(db, a, &people));
    TRY(keys_last_of_codes(db, a, &codes));
    st s = keys_last_buried(db, a, &buried);
    if (s != ST_OK && s != ST_NOT_FOUND)
        return s;
    *id = people.last > codes.last ? people.last : codes.last;
    *id = buried.key_id > *id ? buried.key_id : *id;
    return ST_OK;
}
