/* The auditor's bundle, written entry by entry: memory does not grow with the history. */
#include "bundle.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>

#include "catalog.h"
#include "clock.h"
#include "codec.h"
#include "look_sql.h"
#include "promise_sql.h"
#include "promise_view.h"
#include "str.h"

#define PIECE ((size_t)1 << 20)
#define MANIFEST_MOST ((size_t)1 << 20)
#define NAME_MOST 120

struct writing {
    const struct promise_bundle *b;
    struct archive *zip;
    struct sign_sum sum;
    char name[NAME_MOST];
    struct out manifest;
    struct arena *page; /* of one piece */
};

static st told(struct writing *w, int rc)
{
    if (rc == ARCHIVE_OK || rc == ARCHIVE_WARN)
        return ST_OK;
    int why = archive_errno(w->zip);
    return why == ENOSPC || why == EDQUOT ? ST_FULL : why == ENOMEM ? ST_NO_MEMORY : ST_IO;
}

/* ---- entries ---------------------------------------------------------------------------------------------------------------- */

static st begin(struct writing *w, str name)
{
    struct archive_entry *e = archive_entry_new();
    if (!e)
        return ST_NO_MEMORY;
    snprintf(w->name, sizeof w->name, "%.*s", STR_ARG(name));
    archive_entry_set_pathname(e, w->name);
    archive_entry_set_filetype(e, AE_IFREG);
    archive_entry_set_perm(e, 0644);
    archive_entry_set_mtime(e, (time_t)w->b->now.s, 0);
    st s = told(w, archive_write_header(w->zip, e));
    archive_entry_free(e);
    sign_sum_begin(&w->sum);
    return s;
}

static st put(struct writing *w, str text)
{
    sign_sum_add(&w->sum, text);
    return archive_write_data(w->zip, text.p, text.n) == (la_ssize_t)text.n ? ST_OK : told(w, ARCHIVE_FATAL);
}

static st put_out(struct writing *w, const struct out *o)
{
    TRY(out_st(o));
    return put(w, out_view(o));
}

/* A line as `sha256sum -c` reads it. */
static st end(struct writing *w)
{
    TRY(told(w, archive_write_finish_entry(w->zip)));
    out_fmt(&w->manifest, "%.*s  %s\n", STR_ARG(sign_sum_end(&w->sum, w->page)), w->name);
    return out_st(&w->manifest);
}

static st whole(struct writing *w, str name, str text)
{
    TRY(begin(w, name));
    TRY(put(w, text));
    return end(w);
}

/* ---- what is in it ---------------------------------------------------------------------------------------------- */

static void json_result(struct out *o, struct arena *a, const struct promise_results_after_row *r)
{
    out_fmt(o, "{\"id\":%lld,\"promise\":", (long long)r->id);
    out_json(o, r->name);
    out_str(o, S(",\"at\":"));
    out_json(o, utc_iso(a, r->checked_at));
    out_str(o, S(",\"verdict\":"));
    out_json(o, r->verdict);
    out_str(o, S(",\"saw\":"));
    out_json(o, r->words);
    out_fmt(o, ",\"numbers\":%.*s,\"evidence\":", STR_ARG(r->numbers));
    out_json(o, r->evidence);
    out_fmt(o, ",\"statement\":%lld}\n", (long long)r->statement_id);
}

static st history(struct writing *w)
{
    struct promise_results_after_in in = { 0 };
    TRY(begin(w, S("history.jsonl")));
    for (bool more = true; more;) {
        struct promise_results_after_rows rows;
        struct out o;
        arena_reset(w->page);
        out_init(&o, w->page, 8 * PIECE);
        TRY(promise_results_after(w->b->db, w->page, &in, &rows));
        for (size_t i = 0; i < rows.n; i++)
            json_result(&o, w->page, &rows.v[i]);
        TRY(put_out(w, &o));
        more = rows.more;
        in.after = rows.n ? rows.v[rows.n - 1].id : in.after;
    }
    return end(w);
}

/* One check's days, from one on. */
static st days_of(struct writing *w, const struct promise_standing *s)
{
    struct promise_days_in in = { s->id, { 0 } };
    for (bool more = s->ever; more;) {
        struct promise_days_rows rows;
        struct out o;
        arena_reset(w->page);
        out_init(&o, w->page, PIECE);
        TRY(promise_days(w->b->db, w->page, &in, &rows));
        for (size_t i = 0; i < rows.n; i++)
            out_fmt(&o, "{\"promise\":\"%s\",\"day\":\"%.*s\",\"kept\":%lld,\"broken\":%lld,\"unknown\":%lld}\n", s->check->name,
                    STR_ARG(date_iso(w->page, rows.v[i].day)), (long long)rows.v[i].kept, (long long)rows.v[i].broken,
                    (long long)rows.v[i].unknown);
        TRY(put_out(w, &o));
        more = rows.more;
        in.since = rows.n ? date_add_days(rows.v[rows.n - 1].day, 1) : in.since;
    }
    return ST_OK;
}

static st results(struct writing *w)
{
    struct promise_standings all;
    struct out o;
    struct arena *a = w->b->arena;
    TRY(promise_standings(w->b->db, a, w->b->statement, w->b->now, &all));
    out_init(&o, a, PIECE);
    promises_json_full(a, &all, &o);
    TRY(out_st(&o));
    TRY(whole(w, S("results.json"), out_view(&o)));
    TRY(begin(w, S("days.jsonl")));
    for (size_t i = 0; i < all.n; i++)
        TRY(days_of(w, &all.v[i]));
    return end(w);
}

static st statements(struct writing *w)
{
    struct promise_versions_in in = { 0 };
    struct out list;
    out_init(&list, w->b->arena, PIECE);
    for (bool more = true; more;) {
        struct promise_versions_rows rows;
        arena_reset(w->page);
        TRY(promise_versions(w->b->db, w->page, &in, &rows));
        for (size_t i = 0; i < rows.n; i++) {
            long long id = rows.v[i].id;
            out_fmt(&list, "{\"version\":%lld,\"hash\":\"%.*s\",\"published_at\":\"%.*s\"}\n", id,
                    STR_ARG(hex_fmt(w->page, rows.v[i].hash.p, rows.v[i].hash.n)),
                    STR_ARG(utc_iso(w->page, rows.v[i].published_at)));
            TRY(whole(w, str_fmt(w->page, "statement/%lld/statement.md", id), rows.v[i].prose));
            TRY(whole(w, str_fmt(w->page, "statement/%lld/rules.yaml", id), rows.v[i].rules));
        }
        more = rows.more;
        in.after = rows.n ? rows.v[rows.n - 1].id : in.after;
    }
    TRY(out_st(&list));
    return whole(w, S("statement/versions.jsonl"), out_view(&list));
}

/* Every column and what personal data it holds, as the program was built. */
static st schema(struct writing *w)
{
    static const char *const kinds[] = { [PD_NONE] = "none", [PD_VALUE] = "value", [PD_BLIND] = "code", [PD_LINK] = "link" };
    struct out o;
    arena_reset(w->page);
    out_init(&o, w->page, PIECE);
    for (size_t i = 0; i < column_catalog_n; i++) {
        const struct column_info *c = &column_catalog[i];
        out_fmt(&o, "{\"table\":\"%.*s\",\"column\":\"%.*s\",\"holds\":\"%s\",\"sealed\":%s", STR_ARG(c->table), STR_ARG(c->name),
                kinds[c->kind], c->sealed ? "true" : "false");
        if (c->kind == PD_VALUE || c->kind == PD_BLIND)
            out_fmt(&o, ",\"field\":\"%.*s.%.*s\"", STR_ARG(c->category), STR_ARG(c->field));
        if (c->clear_reason.n) {
            out_str(&o, S(",\"clear_because\":"));
            out_json(&o, c->clear_reason);
        }
        out_str(&o, S("}\n"));
    }
    TRY(out_st(&o));
    return whole(w, S("schema.jsonl"), out_view(&o));
}

/* The newest entry of the event log as a signed note: origin, number, hash. The hash covers every entry before it. */
static st checkpoint(struct writing *w)
{
    const struct promise_bundle *b = w->b;
    struct look_event_before_rows head;
    uint8_t sig[SIGN_BYTES], pub[SIGN_PUBLIC];
    TRY(look_event_before(b->db, b->arena, &(struct look_event_before_in){ INT64_MAX }, &head));
    long long id = head.n ? head.v[0].id : 0;
    str hash = head.n ? b64_fmt(b->arena, head.v[0].hash.p, head.v[0].hash.n) : S("");
    str text = str_fmt(b->arena, "%.*s/event-log\n%lld\n%.*s\n", STR_ARG(b->name), id, STR_ARG(hash));
    TRY(b->sign(b->sign_at, text, sig, pub));
    TRY(whole(w, S("checkpoint"), sign_note(b->arena, text, b->name, sig, pub)));
    return whole(w, S("checkpoint.vkey"), str_cat(b->arena, sign_note_key(b->arena, b->name, pub), S("\n")));
}

static st signature(struct writing *w)
{
    const struct promise_bundle *b = w->b;
    uint8_t sig[SIGN_BYTES], pub[SIGN_PUBLIC];
    str manifest = str_dup(b->arena, out_view(&w->manifest));
    TRY(b->sign(b->sign_at, manifest, sig, pub));
    TRY(whole(w, S("manifest.sha256"), manifest));
    TRY(whole(w, S("manifest.sig"), (str){ (const char *)sig, sizeof sig }));
    return whole(w, S("key.pem"), sign_pem(b->arena, pub));
}

static st everything(struct writing *w)
{
    TRY(results(w));
    TRY(history(w));
    TRY(statements(w));
    TRY(schema(w));
    TRY(checkpoint(w));
    return signature(w);
}

st promise_bundle_write(const struct promise_bundle *b, int fd)
{
    struct writing *w = NEW(b->arena, struct writing);
    if (!w)
        return ST_NO_MEMORY;
    *w = (struct writing){ .b = b, .zip = archive_write_new(), .page = arena_new(64 * PIECE) };
    out_init(&w->manifest, b->arena, MANIFEST_MOST);
    st s = w->zip && w->page ? told(w, archive_write_set_format_zip(w->zip)) : ST_NO_MEMORY;
    if (s == ST_OK)
        s = told(w, archive_write_open_fd(w->zip, fd));
    if (s == ST_OK)
        s = everything(w);
    if (s == ST_OK)
        s = told(w, archive_write_close(w->zip));
    if (w->zip)
        archive_write_free(w->zip);
    if (w->page)
        arena_free(w->page);
    return s;
}
