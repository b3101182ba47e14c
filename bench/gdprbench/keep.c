/* Records in the product's manner: sealed by the collect gate with where they came from, read by the use gate, told to a processor
 * by the disclose gate, changes in the chained event log; written in groups with one commit, a savepoint for each operation. */
#include "gdpr.h"

#include "clock.h"
#include "columns.h"
#include "config.h"
#include "gdpr_sql.h"
#include "hash.h"
#include "migrate.h"
#include "plain_sql.h"
#include "rnd.h"
#include "statement.h"
#include "str.h"
#include "vault_here.h"

#include <stdio.h>
#include <string.h>

#define OP_MEMORY ((size_t)64 << 20)
#define KEYS 4096 /* kept open, as an app does */

/* ---- opening ---- */

static st load_statement(struct keep *k, const char *folder)
{
    struct statement_text text;
    struct findings f;
    findings_init(&f, k->arena);
    TRY(statement_read(k->arena, str_c(folder), &f, &text));
    return statement_compile(k->arena, text, &f, &k->cx.gate.statement);
}

static st begin_statement(struct keep *k)
{
    struct gdpr_statement_row row;
    uid hash = rnd_uid();
    str name = { (const char *)hash.b, sizeof hash.b };
    TRY(db_begin(CX_DB(&k->cx)));
    TRY(gdpr_statement(CX_DB(&k->cx), k->arena, &(struct gdpr_statement_in){ .hash = name, .at = k->cx.gate.now }, &row));
    k->cx.gate.statement_id = row.id;
    return db_commit(CX_DB(&k->cx));
}

st keep_open(struct keep *k, struct arena *a, str where, const char *dir, const char *statement)
{
    int at;
    struct gate *g = &k->cx.gate;
    k->arena = a;
    k->cx.actor = (struct actor){ .kind = ACTOR_SYSTEM };
    k->cx.idle = true;
    g->now = clock_now();
    g->arena = arena_new(OP_MEMORY);
    if (!g->arena)
        return ST_NO_MEMORY;
    TRY(load_statement(k, statement));
    TRY(db_open(a, &(struct db_config){ .url = where, .mode = DB_WRITE }, &g->db));
    TRY(migrate(g->db, a, &at));
    TRY(begin_statement(k));
    str vault = str_cat(a, str_c(dir), S("/vault"));
    TRY(keystore_create(a, vault));
    TRY(keystore_open(a, vault, &k->keys));
    g->vault = vault_here(a, k->keys, KEYS);
    return g->vault ? ST_OK : ST_NO_MEMORY;
}

void keep_close(struct keep *k)
{
    struct gate *g = &k->cx.gate;
    if (g->vault)
        vault_end(g->vault);
    keystore_close(k->keys);
    db_close(g->db);
    arena_free(g->arena);
}

/* ---- groups ---- */

st keep_group(struct keep *k)
{
    if (k->open)
        return ST_OK;
    TRY(db_begin(CX_DB(&k->cx)));
    k->open = true;
    return ST_OK;
}

st keep_commit(struct keep *k)
{
    if (k->open) {
        k->open = false;
        TRY(db_commit(CX_DB(&k->cx)));
        TRY(db_checkpoint(CX_DB(&k->cx)));
    }
    if (k->n_doomed > 0)
        TRY(vault_keys_destroy(k->cx.gate.vault, k->doomed, k->n_doomed));
    k->n_doomed = 0;
    return ST_OK;
}

st keep_somebody(struct keep *k, int64_t *person)
{
    struct gdpr_somebody_row row;
    TRY(gdpr_somebody(CX_DB(&k->cx), CX_ARENA(&k->cx), &(struct gdpr_somebody_in){ .uid = rnd_uid(), .at = k->cx.gate.now }, &row));
    *person = row.id;
    return ST_OK;
}

st keep_event(struct keep *k, int64_t person, str what)
{
    if (!k->compliant)
        return ST_OK;
    k->logged++;
    return cx_event_nt(&k->cx, EVENT_PERSON_CORRECTED, "person", person, what);
}

/* ---- changing ---- */

static struct collect place_of(const struct record *r)
{
    return (struct collect){ .col = COL_gdpr_record_data, .point = POINT_CHECKOUT, .source = SOURCE_PERSON, .person = r->person,
        .row = r->uid };
}

#define PUT_IN(T, value) \
    (struct T){ .record = r->record, .uid = r->uid, .person = r->person, .purpose = r->purpose, .objection = r->objection, \
        .decision = r->decision, .acl = r->record % OTHERS, .shared = r->shared, .source = r->record % 7, .category = r->record % 9, \
        .ends = r->ends, .data = (value) }

st keep_create(struct keep *k, const struct record *r)
{
    struct db *db = CX_DB(&k->cx);
    const struct sealed *data;
    if (!k->compliant)
        return plain_put(db, &PUT_IN(plain_put_in, r->data), NULL);
    struct collect c = place_of(r);
    TRY(gate_collect_nt(&k->cx.gate, &c, r->data, &data));
    return gdpr_put(db, &PUT_IN(gdpr_put_in, data), NULL);
}

st keep_set_data(struct keep *k, const struct record *r, str text)
{
    struct db *db = CX_DB(&k->cx);
    const struct sealed *data;
    if (!k->compliant)
        return plain_set_data(db, &(struct plain_set_data_in){ .record = r->record, .data = text }, NULL);
    struct collect c = place_of(r);
    TRY(gate_collect_nt(&k->cx.gate, &c, text, &data));
    TRY(gdpr_set_data(db, &(struct gdpr_set_data_in){ .record = r->record, .data = data }, NULL));
    return keep_event(k, r->person, S("gdpr.data"));
}

st keep_set_purpose(struct keep *k, const struct record *r, int64_t purpose)
{
    struct db *db = CX_DB(&k->cx);
    if (!k->compliant)
        return plain_set_purpose(db, &(struct plain_set_purpose_in){ .record = r->record, .purpose = purpose }, NULL);
    TRY(gdpr_set_purpose(db, &(struct gdpr_set_purpose_in){ .record = r->record, .purpose = purpose }, NULL));
    return keep_event(k, r->person, S("gdpr.purpose"));
}

st keep_remove(struct keep *k, const struct record *r, str why)
{
    struct db *db = CX_DB(&k->cx);
    if (!k->compliant)
        return plain_remove(db, &(struct plain_remove_in){ .record = r->record }, NULL);
    TRY(gdpr_remove(db, &(struct gdpr_remove_in){ .record = r->record }, NULL));
    TRY(gdpr_forget_origin(db, &(struct gdpr_forget_origin_in){ .row = { (const char *)r->uid.b, sizeof r->uid.b } }, NULL));
    return keep_event(k, r->person, why);
}

st keep_erase(struct keep *k, int64_t person)
{
    struct db *db = CX_DB(&k->cx);
    struct gdpr_keys_rows keys;
    if (!k->compliant)
        return plain_remove_person(db, &(struct plain_remove_person_in){ .person = person }, NULL);
    TRY(keep_event(k, person, S("gdpr.erase"))); /* first what is about to happen, as a tombstone is */
    TRY(gdpr_keys(db, CX_ARENA(&k->cx), &(struct gdpr_keys_in){ .person = person }, &keys));
    for (size_t i = 0; i < keys.n && k->n_doomed < COUNT(k->doomed); i++)
        k->doomed[k->n_doomed++] = keys.v[i].key_id;
    TRY(gdpr_remove_person(db, &(struct gdpr_remove_person_in){ .person = person }, NULL));
    TRY(gdpr_forget_origins(db, &(struct gdpr_forget_origins_in){ .person = person }, NULL));
    memset(k->cx.gate.memo, 0, sizeof k->cx.gate.memo); /* the gate remembers keys it has just used */
    return gdpr_forget_keys(db, &(struct gdpr_forget_keys_in){ .person = person }, NULL);
}

/* ---- reading ---- */

#define FROM_ROW(v) \
    (struct record){ .record = (v).id, .person = (v).person_id, .purpose = (v).purpose, .objection = (v).objection, \
        .decision = (v).decision, .shared = (v).shared, .uid = (v).uid, .ends = (v).ends_at }

/* Open one for the purpose it is there for. */
static st open_data(struct keep *k, struct record *r, const struct sealed *data)
{
    k->sealed_reads++;
    return gate_use(&k->cx.gate, COL_gdpr_record_data, PURPOSE_CONTRACT, r->uid, data, &r->data);
}

/* The same seven lines for each statement: their rows have types of their own. */
#define LIST(stmt, field)                                                                                    \
    do {                                                                                                     \
        if (k->compliant) {                                                                                  \
            struct gdpr_##stmt##_rows rows;                                                                  \
            TRY(gdpr_##stmt(db, a, &(struct gdpr_##stmt##_in){ .field = value, .now = k->cx.gate.now }, &rows)); \
            for (size_t i = 0; i < rows.n && i < most; i++, ++*n) {                                          \
                out[i] = FROM_ROW(rows.v[i]);                                                                \
                if (data)                                                                                    \
                    TRY(open_data(k, &out[i], rows.v[i].data));                                              \
            }                                                                                                \
        } else {                                                                                             \
            struct plain_##stmt##_rows rows;                                                                 \
            TRY(plain_##stmt(db, a, &(struct plain_##stmt##_in){ .field = value }, &rows));                  \
            for (size_t i = 0; i < rows.n && i < most; i++, ++*n) {                                          \
                out[i] = FROM_ROW(rows.v[i]);                                                                \
                out[i].data = data ? rows.v[i].data : (str){ 0 };                                            \
            }                                                                                                \
        }                                                                                                    \
    } while (0)

st keep_list(struct keep *k, enum by by, int64_t value, size_t most, bool data, struct record *out, size_t *n)
{
    struct db *db = CX_DB(&k->cx);
    struct arena *a = CX_ARENA(&k->cx);
    *n = 0;
    if (by == BY_RECORD)
        LIST(record, value);
    else if (by == BY_PERSON)
        LIST(person, value);
    else if (by == BY_PURPOSE)
        LIST(purpose, value);
    else if (by == BY_OBJECTION)
        LIST(objection, value);
    else if (by == BY_DECISION)
        LIST(decision, value);
    else
        LIST(shared, value);
    return ST_OK;
}

st keep_ended(struct keep *k, size_t most, struct record *out, size_t *n)
{
    struct db *db = CX_DB(&k->cx);
    struct arena *a = CX_ARENA(&k->cx);
    *n = 0;
    if (k->compliant) {
        struct gdpr_ended_rows rows;
        TRY(gdpr_ended(db, a, &(struct gdpr_ended_in){ .now = k->cx.gate.now }, &rows));
        for (; *n < rows.n && *n < most; ++*n)
            out[*n] = FROM_ROW(rows.v[*n]);
    } else {
        struct plain_ended_rows rows;
        TRY(plain_ended(db, a, &(struct plain_ended_in){ .now = k->cx.gate.now }, &rows));
        for (; *n < rows.n && *n < most; ++*n)
            out[*n] = FROM_ROW(rows.v[*n]);
    }
    return ST_OK;
}

st keep_told(struct keep *k, const struct record *r)
{
    static const enum column_id fields[] = { COL_gdpr_record_data };
    if (!k->compliant)
        return ST_OK;
    k->logged++;
    return gate_disclose_nt(&k->cx.gate, &(struct disclosure){ .to = RECIPIENT_PLATFORM, .purpose = PURPOSE_CONTRACT, .fields = fields,
        .n = 1, .person = r->person, .ref_kind = "record", .ref = r->uid });
}

st keep_look(struct keep *k, int64_t person, size_t *n)
{
    struct gdpr_told_rows told;
    struct gdpr_happened_rows happened;
    TRY(gdpr_told(CX_DB(&k->cx), CX_ARENA(&k->cx), &(struct gdpr_told_in){ .person = person }, &told));
    TRY(gdpr_happened(CX_DB(&k->cx), CX_ARENA(&k->cx), &(struct gdpr_happened_in){ .person = person }, &happened));
    *n = told.n + happened.n;
    return ST_OK;
}

st keep_log_size(struct keep *k, int64_t *rows, int64_t *bytes)
{
    struct gdpr_events_row e;
    struct gdpr_disclosures_row d;
    TRY(gdpr_events(CX_DB(&k->cx), CX_ARENA(&k->cx), &e));
    TRY(gdpr_disclosures(CX_DB(&k->cx), CX_ARENA(&k->cx), &d));
    *rows = e.n + d.n;
    *bytes = e.bytes + d.bytes;
    return ST_OK;
}
