/* Reading the backup, and making a store of it. */
#include "backup_in.h"

#include "clock.h"
#include "hash.h"
#include "keystore_in.h"
#include "str.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

struct reading {
    FILE *f;
    struct box_stream *stream;
    uint8_t head[BACKUP_HEAD];
    uint8_t *plain; /* locked */
    bool first, ended;
    int64_t records, upto;
    struct backup_found found;
    struct keystore *into; /* NULL: only looked at */
    sqlite3_stmt *add;
};

/* ---- the store that is made -------------------------------------------------------------------------------------- */

static st put_root_nt(struct reading *r, int64_t number, const uint8_t *key)
{
    if (number < 0 || number >= ROOT_COUNT)
        return ST_IO;
    struct keystore *k = r->into;
    struct seal_place at = ks_place_of_root((enum keystore_root)number);
    sqlite3_stmt *s;
    str wrapped;
    TRY(ks_wrap(k, &at, key, &wrapped));
    TRY(ks_prepare(k, "UPDATE root SET wrapped = ?2 WHERE name = ?1", &s));
    sqlite3_bind_text(s, 1, ks_root_name((enum keystore_root)number), -1, SQLITE_STATIC);
    sqlite3_bind_blob(s, 2, wrapped.p, (int)wrapped.n, SQLITE_STATIC);
    return ks_step_and_end(s);
}

/* `key` NULL: destroyed, or lost. */
static st put_key_nt(struct reading *r, int64_t id, const uint8_t *key, bool lost)
{
    struct keystore *k = r->into;
    struct seal_place at = ks_place_of_key(id);
    str wrapped = { 0 };
    if (key)
        TRY(ks_wrap(k, &at, key, &wrapped));
    sqlite3_bind_int64(r->add, 1, id);
    sqlite3_bind_null(r->add, 2);
    sqlite3_bind_null(r->add, 3);
    if (key)
        sqlite3_bind_blob(r->add, 2, wrapped.p, (int)wrapped.n, SQLITE_STATIC);
    else
        sqlite3_bind_int64(r->add, 3, clock_now().s);
    sqlite3_bind_int64(r->add, 4, lost);
    st s = ks_of_sqlite(sqlite3_step(r->add));
    sqlite3_reset(r->add);
    arena_reset(k->scratch);
    return s;
}

static st describe_nt(struct reading *r)
{
    const struct backup_head *h = &r->found.head;
    sqlite3_stmt *s;
    TRY(ks_prepare(r->into, "UPDATE vault SET uid = ?1, recovery = ?2, changes = ?3, destroyed = ?4", &s));
    sqlite3_bind_blob(s, 1, h->store.b, sizeof h->store.b, SQLITE_STATIC);
    sqlite3_bind_blob(s, 2, h->recovery, sizeof h->recovery, SQLITE_STATIC);
    sqlite3_bind_int64(s, 3, h->changes + 1);
    sqlite3_bind_int64(s, 4, h->destroyed);
    TRY(ks_step_and_end(s));
    TRY(ks_prepare(r->into, "UPDATE reserved SET upto = (SELECT coalesce(max(id), 0) FROM data_key)", &s));
    return ks_step_and_end(s);
}

/* ---- reading ----------------------------------------------------------------------------------------------------- */

static st take_record(struct reading *r, int kind, int64_t number, const uint8_t *key)
{
    if (kind == RECORD_END) {
        r->ended = true;
        return number == r->records ? ST_OK : ST_IO;
    }
    r->records++;
    if (kind == RECORD_ROOT)
        return r->into ? put_root_nt(r, number, key) : ST_OK;
    if (number <= r->upto)
        return ST_IO;
    r->upto = number;
    r->found.keys += kind == RECORD_KEY;
    r->found.destroyed += kind != RECORD_KEY;
    return r->into ? put_key_nt(r, number, key, kind == RECORD_LOST) : ST_OK;
}

static st take_records(struct reading *r, size_t n)
{
    for (size_t at = 0; at < n;) {
        int kind = r->plain[at];
        bool keyed = kind == RECORD_ROOT || kind == RECORD_KEY;
        bool known = keyed || kind == RECORD_GONE || kind == RECORD_LOST || kind == RECORD_END;
        size_t long_ = keyed ? 9 + KEYSTORE_KEY : 9;
        if (!known || at + long_ > n || r->ended)
            return ST_IO;
        TRY(take_record(r, kind, backup_get(r->plain + at + 1), keyed ? r->plain + at + 9 : NULL));
        at += long_;
    }
    return ST_OK;
}

static st read_piece(struct reading *r, bool *last)
{
    uint8_t sealed[BACKUP_PIECE + BOX_PIECE_OVERHEAD], length[4];
    if (fread(length, 1, sizeof length, r->f) != sizeof length)
        return ST_IO;
    size_t n = (size_t)length[0] | (size_t)length[1] << 8 | (size_t)length[2] << 16 | (size_t)length[3] << 24;
    if (n < BOX_PIECE_OVERHEAD || n > sizeof sealed || fread(sealed, 1, n, r->f) != n)
        return ST_IO;
    str with = r->first ? (str){ (const char *)r->head, sizeof r->head } : (str){ 0 };
    TRY(box_pull(r->stream, sealed, n, with, r->plain, last));
    r->first = false;
    st s = take_records(r, n - BOX_PIECE_OVERHEAD);
    secret_wipe(r->plain, BACKUP_PIECE);
    return s;
}

static st open_stream(struct reading *r, struct arena *a, const uint8_t secret[KEYSTORE_KEY])
{
    uint8_t public_half[BOX_KEY], key[BOX_KEY], header[BOX_STREAM_HEADER];
    box_public(secret, public_half);
    if (memcmp(public_half, r->head + BACKUP_RECOVERY_AT, BOX_KEY) != 0)
        return ST_DENIED;
    if (fread(r->head, 1, sizeof r->head, r->f) != sizeof r->head || fread(header, 1, sizeof header,
            r->f) != sizeof header)
        return ST_IO;
    TRY(box_open(secret, r->head + BACKUP_BOX_AT, BACKUP_BOX, key));
    r->stream = box_read(a, key, header);
    secret_wipe(key, sizeof key);
    r->plain = arena_secret(a, BACKUP_PIECE);
    return r->stream && r->plain ? ST_OK : ST_IO;
}

static st read_all(struct reading *r)
{
    bool last = false;
    while (!last)
        TRY(read_piece(r, &last));
    return r->ended && fgetc(r->f) == EOF ? ST_OK : ST_IO;
}

static st open_file(struct reading *r, struct arena *a, const char *path, const uint8_t secret[KEYSTORE_KEY])
{
    TRY(backup_head_read(path, &r->found.head));
    memcpy(r->head + BACKUP_RECOVERY_AT, r->found.head.recovery, BOX_KEY);
    r->first = true;
    r->f = fopen(path, "rbe");
    return r->f ? open_stream(r, a, secret) : ST_IO;
}

static void close_file(struct reading *r)
{
    if (r->f)
        fclose(r->f);
    box_end(r->stream);
}

st backup_try(struct arena *a, const char *path, const uint8_t secret[KEYSTORE_KEY], struct backup_found *out)
{
    struct reading r = { .f = NULL };
    st s = open_file(&r, a, path, secret);
    if (s == ST_OK)
        s = read_all(&r);
    close_file(&r);
    if (s == ST_OK)
        *out = r.found;
    return s;
}

static st fill_nt(struct reading *r, int64_t used)
{
    TRY(ks_prepare(r->into, "INSERT INTO data_key (id, wrapped, destroyed_at, generation, lost) VALUES (?1, ?2, ?3, "
        "1, ?4)", &r->add));
    st s = read_all(r);
    for (int64_t id = r->upto + 1; id <= used && s == ST_OK; id++)
        s = put_key_nt(r, id, NULL, true);
    sqlite3_finalize(r->add);
    return s == ST_OK ? describe_nt(r) : s;
}

st backup_restore(struct arena *a, const char *path, const uint8_t secret[KEYSTORE_KEY], str folder, int64_t used,
    struct backup_found *out)
{
    struct reading r = { .f = NULL };
    const char *folder_z = str_z(a, folder);
    if (!folder_z)
        return ST_NO_MEMORY;
    st s = open_file(&r, a, path, secret);
    if (s == ST_OK && mkdir(folder_z, 0700) < 0)
        s = errno == EEXIST ? ST_CONFLICT : ST_IO;
    if (s == ST_OK)
        s = keystore_create(a, folder);
    if (s == ST_OK)
        s = ks_new(a, folder, 0, &r.into);
    if (s == ST_OK)
        s = ks_match_masters(r.into);
    if (s == ST_OK)
        s = ks_run(r.into, "BEGIN IMMEDIATE");
    if (s == ST_OK)
        s = ks_end_transaction(r.into, fill_nt(&r, used));
    keystore_close(r.into);
    close_file(&r);
    if (s == ST_OK)
        *out = r.found;
    return s;
}
