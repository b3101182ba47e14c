/* The archive: what libarchive makes of the files goes to the writer in pieces of one size, sealed there. */
#include "making.h"

#include <archive.h>
#include <archive_entry.h>
#include <sodium.h>
#include <string.h>

#include "clock.h"
#include "codec.h"
#include "export_schema.h"
#include "log.h"
#include "str.h"

#define FILES_MOST 200
#define FLUSH 32768
#define CALL_MEMORY ((size_t)2 << 20)

struct file {
    const char *name;
    int64_t bytes;
    uint8_t hash[crypto_hash_sha256_BYTES];
};

struct pieces {
    struct archive *zip;
    struct arena *call; /* of one question to the writer */
    uint8_t *piece;
    size_t n;
    int64_t count, bytes;
    st trouble; /* why a piece was not taken */
    struct file files[FILES_MOST];
    size_t n_files;
    crypto_hash_sha256_state hash;
};

/* ---- to the writer --------------------------------------------------------------------------------------------- */

static st send_piece(struct making *m)
{
    struct pieces *p = m->pieces;
    struct arena *mine = m->jc->gate.arena;
    struct export_chunk_in in = { .export = m->ex.id, .job = m->jc->job.id, .fence = m->jc->job.fence, .n = p->count,
        .steps = m->steps, .steps_all = m->steps_all, .rows = m->rows, .body = { (const char *)p->piece, p->n } };
    m->jc->gate.arena = p->call;
    const char *step = str_z(p->call, str_fmt(p->call, "chunk/%lld", (long long)p->count));
    st s = step ? job_command(m->jc, CMD_EXPORT_CHUNK, step, &in, NULL) : ST_NO_MEMORY;
    m->jc->gate.arena = mine;
    arena_reset(p->call);
    TRY(s);
    p->bytes += (int64_t)p->n;
    p->count++;
    p->n = 0;
    return ST_OK;
}

static la_ssize_t take(struct archive *zip UNUSED, void *arg, const void *bytes, size_t n)
{
    struct making *m = arg;
    struct pieces *p = m->pieces;
    size_t left = n;
    const uint8_t *from = bytes;
    while (p->trouble == ST_OK && left > 0) {
        size_t part = left < EXPORT_PIECE - p->n ? left : EXPORT_PIECE - p->n;
        memcpy(p->piece + p->n, from, part);
        p->n += part;
        from += part;
        left -= part;
        if (p->n == EXPORT_PIECE)
            p->trouble = send_piece(m);
    }
    return (la_ssize_t)n;
}

/* Why a piece was not taken, or what the library says. It is never told of the first: after a failure it would not let go of its
 * memory. */
static st told(struct making *m, int result)
{
    if (m->pieces->trouble != ST_OK)
        return m->pieces->trouble;
    return result >= ARCHIVE_WARN ? ST_OK : ST_IO;
}

/* ---- files ----------------------------------------------------------------------------------------------------- */

st pieces_begin(struct making *m)
{
    struct pieces *p = NEW(m->jc->gate.arena, struct pieces);
    if (!p)
        return ST_NO_MEMORY;
    m->pieces = p;
    p->piece = NEWN(m->jc->gate.arena, uint8_t, EXPORT_PIECE);
    p->call = arena_new(CALL_MEMORY);
    p->zip = archive_write_new();
    if (!p->piece || !p->call || !p->zip)
        return ST_NO_MEMORY;
    out_init(&m->text, m->jc->gate.arena, 1 << 20);
    TRY(told(m, archive_write_set_format_zip(p->zip)));
    TRY(told(m, archive_write_set_options(p->zip, "zip:compression-level=3")));
    TRY(told(m, archive_write_set_bytes_per_block(p->zip, 0)));
    return told(m, archive_write_open2(p->zip, m, NULL, take, NULL, NULL));
}

st pieces_file(struct making *m, const char *name)
{
    struct pieces *p = m->pieces;
    TRY(BUG_UNLESS(p->n_files < FILES_MOST));
    p->files[p->n_files] = (struct file){ .name = name };
    (void)crypto_hash_sha256_init(&p->hash);
    struct archive_entry *e = archive_entry_new();
    if (!e)
        return ST_NO_MEMORY;
    archive_entry_set_pathname(e, name);
    archive_entry_set_filetype(e, AE_IFREG);
    archive_entry_set_perm(e, 0600);
    archive_entry_set_mtime(e, (time_t)m->g->now.s, 0);
    st s = told(m, archive_write_header(p->zip, e));
    archive_entry_free(e);
    return s;
}

static st hand_over(struct making *m)
{
    struct pieces *p = m->pieces;
    str t = out_view(&m->text);
    TRY(out_st(&m->text));
    if (t.n == 0)
        return ST_OK;
    (void)crypto_hash_sha256_update(&p->hash, (const uint8_t *)t.p, t.n);
    p->files[p->n_files].bytes += (int64_t)t.n;
    m->text.n = 0;
    return told(m, archive_write_data(p->zip, t.p, t.n) == (la_ssize_t)t.n ? ARCHIVE_OK : ARCHIVE_FATAL);
}

st making_flush(struct making *m)
{
    return m->text.n >= FLUSH ? hand_over(m) : ST_OK;
}

st pieces_file_end(struct making *m)
{
    struct pieces *p = m->pieces;
    TRY(hand_over(m));
    (void)crypto_hash_sha256_final(&p->hash, p->files[p->n_files].hash);
    p->n_files++;
    return told(m, archive_write_finish_entry(p->zip));
}

/* ---- the end --------------------------------------------------------------------------------------------------- */

static st manifest(struct making *m)
{
    struct pieces *p = m->pieces;
    struct out *o = &m->text;
    size_t n = p->n_files;
    TRY(pieces_file(m, "manifest.json"));
    out_str(o, S("{\n  \"format\": \"avow-export\",\n  \"version\": 1,\n  \"made_at\": "));
    out_json(o, utc_iso(m->page, m->g->now));
    out_str(o, S(",\n  \"hash\": \"sha256\",\n  \"files\": ["));
    for (size_t i = 0; i < n; i++) {
        out_str(o, i ? S(",\n    { \"name\": ") : S("\n    { \"name\": "));
        out_json(o, str_c(p->files[i].name));
        out_fmt(o, ", \"bytes\": %lld, \"sha256\": \"", (long long)p->files[i].bytes);
        out_hex(o, p->files[i].hash, sizeof p->files[i].hash);
        out_str(o, S("\" }"));
    }
    out_str(o, S("\n  ]\n}\n"));
    return pieces_file_end(m);
}

static st schema(struct making *m)
{
    TRY(pieces_file(m, "schema.json"));
    out_str(&m->text, export_schema_json);
    return pieces_file_end(m);
}

st pieces_end(struct making *m, int64_t *bytes, int64_t *chunks)
{
    struct pieces *p = m->pieces;
    TRY(schema(m));
    TRY(manifest(m));
    TRY(told(m, archive_write_close(p->zip)));
    if (p->n > 0)
        TRY(send_piece(m));
    *bytes = p->bytes;
    *chunks = p->count;
    return ST_OK;
}

void pieces_free(struct making *m)
{
    struct pieces *p = m->pieces;
    if (!p)
        return;
    if (p->trouble == ST_OK && p->n_files < FILES_MOST)
        p->trouble = ST_IO; /* if it was not ended, what is left of it goes nowhere */
    if (p->zip) {
        (void)archive_write_finish_entry(p->zip); /* a file that was begun has memory of its own */
        archive_write_free(p->zip);
    }
    if (p->call)
        arena_free(p->call);
}
