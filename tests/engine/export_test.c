/* A copy of everything: what is in it, that it comes whole or not at all, once, and ends with its key. */
#include "life.h"
#include "account.h"
#include "data.h"
#include "export.h"
#include "export_look_sql.h"
#include "log.h"
#include "restricted.h"
#include "statement.h"

#include <archive.h>
#include <archive_entry.h>
#include <jansson.h>
#include <sodium.h>
#include <stdlib.h>
#include <sys/resource.h>

/* ---- asking and looking ---------------------------------------------------------------------------------------- */

static st ask(struct engine *e, struct actor who, const char *scope)
{
    return engine_call(e, who, CMD_EXPORT_ASK, &(struct export_ask_in){ str_c(scope) }, NULL);
}

static struct export_look_newest_row newest_of(struct engine *e, const struct actor *who)
{
    struct export_look_newest_row r = { 0 };
    t_st(export_look_newest(e->db, e->a, &(struct export_look_newest_in){ who->person }, &r), ST_OK, "the copy");
    return r;
}

/* All pieces, opened and put together. */
static str whole(struct engine *e, const struct export_look_newest_row *r)
{
    struct gate g = engine_gate(e);
    struct export_look_chunks_rows rows = { 0 };
    struct out o;
    out_init(&o, e->a, 64 << 20);
    t_st(export_look_chunks(e->db, e->a, &(struct export_look_chunks_in){ r->id }, &rows), ST_OK, "its pieces");
    bool good = (int64_t)rows.n == r->chunks;
    for (size_t i = 0; i < rows.n; i++) {
        str piece = S("");
        good = good && rows.v[i].n == (int64_t)i &&
               gate_use(&g, COL_export_chunk_body, PURPOSE_RIGHTS, rows.v[i].uid, rows.v[i].body, &piece) == ST_OK;
        good = good && (i + 1 == rows.n ? piece.n <= EXPORT_PIECE : piece.n == EXPORT_PIECE);
        out_str(&o, piece);
    }
    t_ok(good && (int64_t)o.n == r->bytes, "all there, in order, and as long as was said");
    return out_view(&o);
}

struct unzipped {
    struct {
        const char *name;
        str text;
    } v[200];
    size_t n;
};

static void unzip(struct engine *e, str zip, struct unzipped *u)
{
    struct archive *a = archive_read_new();
    struct archive_entry *entry;
    *u = (struct unzipped){ .n = 0 };
    archive_read_support_format_zip(a);
    t_ok(archive_read_open_memory(a, zip.p, zip.n) == ARCHIVE_OK, "it is an archive");
    int r;
    while ((r = archive_read_next_header(a, &entry)) == ARCHIVE_OK && u->n < 200) {
        struct out o;
        const void *block;
        size_t n;
        la_int64_t at;
        out_init(&o, e->a, 256 << 20);
        u->v[u->n].name = str_z(e->a, str_c(archive_entry_pathname(entry)));
        while ((r = archive_read_data_block(a, &block, &n, &at)) == ARCHIVE_OK)
            out_bytes(&o, block, n);
        t_ok(r == ARCHIVE_EOF, u->v[u->n].name);
        u->v[u->n++].text = out_view(&o);
    }
    t_ok(r == ARCHIVE_EOF, "the archive is whole");
    archive_read_free(a);
}

static str file(const struct unzipped *u, const char *name)
{
    for (size_t i = 0; i < u->n; i++)
        if (strcmp(u->v[i].name, name) == 0)
            return u->v[i].text;
    t_ok(false, name);
    return S("");
}

/* ---- what is in it --------------------------------------------------------------------------------------------- */

static void manifest_holds(struct engine *e, const struct unzipped *u)
{
    str text = file(u, "manifest.json");
    json_t *m = json_loadb(text.p, text.n, 0, NULL), *list = json_object_get(m, "files"), *one;
    size_t i, wrong = 0;
    t_i64(json_array_size(list), (int64_t)u->n - 1, "the manifest names every file but itself");
    json_array_foreach(list, i, one) {
        uint8_t hash[crypto_hash_sha256_BYTES];
        str body = file(u, json_string_value(json_object_get(one, "name")));
        crypto_hash_sha256(hash, (const uint8_t *)body.p, body.n);
        str hex = hex_fmt(e->a, hash, sizeof hash);
        wrong += !str_eq(hex, str_c(json_string_value(json_object_get(one, "sha256"))));
        wrong += json_integer_value(json_object_get(one, "bytes")) != (json_int_t)body.n;
    }
    t_i64(wrong, 0, "with the right hash and length each");
    json_decref(m);
}

/* How many values of a column are in data.json with this text. */
static size_t found(json_t *data, str column, str text)
{
    json_t *tables = json_object_get(data, "tables"), *table, *row, *value;
    size_t t, r, v, n = 0;
    json_array_foreach(tables, t, table)
        json_array_foreach(json_object_get(table, "rows"), r, row)
            json_array_foreach(json_object_get(row, "values"), v, value) {
                json_t *x = json_object_get(value, "value");
                const char *s = json_string_value(x);
                n += str_eq(column, str_c(json_string_value(json_object_get(value, "column")))) && s && str_eq(str_c(s), text);
            }
    return n;
}

/* Every value that the page of a person's data shows is in the copy. */
static void same_as_page(struct engine *e, int64_t person, json_t *data)
{
    struct gate g = engine_gate(e);
    struct held_page page;
    size_t missing = 0, seen = 0;
    t_st(data_held(&g, person, 0, 1000, &page), ST_OK, "what the page shows");
    for (size_t i = 0; i < page.n; i++) {
        const struct column_info *c = &column_catalog[page.v[i].col];
        str text = page.v[i].clear, name = str_fmt(e->a, "%.*s.%.*s", STR_ARG(c->table), STR_ARG(c->name));
        if (page.v[i].col == COL_person_password)
            continue;
        if (page.v[i].sealed && gate_use(&g, page.v[i].col, PURPOSE_RIGHTS, page.v[i].row, page.v[i].sealed, &text) != ST_OK)
            continue;
        seen++;
        if (found(data, name, text) == 0 && str_eq(c->type, S("@sealed"))) {
            printf("# %.*s\n", STR_ARG(name));
            missing++;
        }
    }
    t_ok(seen > 20 && missing == 0, "every value of the page is in the copy");
}

static json_t *data_of(const struct unzipped *u)
{
    json_error_t wrong;
    str text = file(u, "data.json");
    json_t *data = json_loadb(text.p, text.n, 0, &wrong);
    if (!t_ok(data != NULL, "data.json is JSON"))
        printf("# %d: %s\n", wrong.line, wrong.text);
    return data ? data : json_object();
}

static void everything(struct engine *e)
{
    struct customer c = buys(e, "starter");
    struct person_correct_in fix = { .full_name = S("=HYPERLINK(\"http://x\")"), .company = S(""), .vat_number = S(""),
        .address1 = S("12 \"Quill\", <b>Lane</b>"), .address2 = S(""), .city = S("Guildford"), .region = S(""), .postcode = S("GU1 3XZ"),
        .country = S("GB"), .telephone = S("020 7946 0123"), .version = 2 };
    t_st(engine_call(e, c.s.who, CMD_PERSON_CORRECT, &fix, NULL), ST_OK, "a name that a spreadsheet would run");
    struct customer other = buys(e, "email");
    t_st(ask(e, c.s.who, "nonsense"), ST_INVALID, "a copy of what?");
    t_st(ask(e, c.s.who, "all"), ST_OK, "of everything");
    t_st(ask(e, c.s.who, "all"), ST_CONFLICT, "one at a time");
    engine_work(e);
    struct export_look_newest_row r = newest_of(e, &c.s.who);
    t_str(r.state, S("ready"), "it is made");
    t_i64(mails(e, &c, "export_ready"), 1, "and the person told");
    struct unzipped u;
    unzip(e, whole(e, &r), &u);
    manifest_holds(e, &u);
    json_t *data = data_of(&u);
    same_as_page(e, c.s.who.person, data);
    t_i64((int64_t)json_array_size(json_object_get(data, "columns")) > 40, 1, "with what each is for");
    t_ok(json_array_size(json_object_get(data, "events")) > 0, "and what the log says");
    t_i64((int64_t)found(data, S("person.full_name"), fix.full_name), 1, "the name as it was given");
    json_decref(data);
    str csv = file(&u, "csv/person.csv"), html = file(&u, "index.html");
    t_ok(str_find(csv, S("\"'=HYPERLINK(\"\"http://x\"\")\"")) < csv.n, "and as text in the spreadsheet's file");
    t_ok(str_find(csv, S("\"12 \"\"Quill\"\", <b>Lane</b>\"")) < csv.n, "quoted");
    t_ok(str_find(html, S("12 &quot;Quill&quot;, &lt;b&gt;Lane&lt;/b&gt;")) < html.n ||
             str_find(html, S("12 &#34;Quill&#34;, &lt;b&gt;Lane&lt;/b&gt;")) < html.n, "escaped in the page");
    t_ok(str_find(html, S("<b>Lane")) == html.n, "wherever it stands");
    t_ok(str_find(html, S("example.test")) < html.n && str_find(csv, S("argon2")) == csv.n, "no password, nor its code");
    t_ok(file(&u, "csv/mail_sent.csv").n > 20 && file(&u, "csv/disclosure.csv").n > 20 && file(&u, "csv/orders.csv").n > 20,
         "what has no personal value of its own is there too");
    struct gate g = engine_gate(e);
    struct profile theirs;
    str email;
    t_st(profile_get(&g, other.s.who.person, PURPOSE_RIGHTS, &theirs, &email), ST_OK, "somebody else");
    for (size_t i = 0; i < u.n; i++)
        if (str_find(u.v[i].text, email) < u.v[i].text.n)
            t_ok(false, "is in none of it");
}

static void portable(struct engine *e)
{
    struct customer c = buys(e, "starter");
    t_st(ask(e, c.s.who, "portable"), ST_OK, "what they gave us");
    engine_work(e);
    struct export_look_newest_row r = newest_of(e, &c.s.who);
    struct unzipped u;
    unzip(e, whole(e, &r), &u);
    manifest_holds(e, &u);
    json_t *data = data_of(&u);
    t_i64((int64_t)found(data, S("person.city"), S("Guildford")), 1, "the city they typed");
    json_t *tables = json_object_get(data, "tables"), *table;
    size_t i, wrong = 0;
    json_array_foreach(tables, i, table) {
        const char *name = json_string_value(json_object_get(table, "table"));
        wrong += strcmp(name, "fraud_check") == 0 || strcmp(name, "vat_evidence") == 0 || strcmp(name, "invoice") == 0;
    }
    t_i64((int64_t)wrong, 0, "nothing that we worked out");
    json_decref(data);
}

/* ---- once, and not for others ---------------------------------------------------------------------------------- */

static void once(struct engine *e)
{
    struct customer c = buys(e, "email"), other = buys(e, "email");
    struct gate g = engine_gate(e);
    t_st(ask(e, c.s.who, "all"), ST_OK, "a copy");
    struct export_look_newest_row r = newest_of(e, &c.s.who);
    struct export_take_in take = { r.uid };
    t_st(engine_call(e, c.s.who, CMD_EXPORT_TAKE, &take, NULL), ST_CONFLICT, "not before it is made");
    engine_work(e);
    t_st(engine_call(e, other.s.who, CMD_EXPORT_TAKE, &take, NULL), ST_NOT_FOUND, "nobody else's");
    t_st(engine_call(e, engine_staff(), CMD_EXPORT_TAKE, &take, NULL), ST_DENIED, "nor for staff");
    t_st(engine_call(e, c.s.who, CMD_EXPORT_TAKE, &take, NULL), ST_OK, "handed over");
    t_st(engine_call(e, c.s.who, CMD_EXPORT_TAKE, &take, NULL), ST_CONFLICT, "once");
    struct export_look_key_row key = { 0 };
    t_st(export_look_key(e->db, e->a, &(struct export_look_key_in){ c.s.who.person }, &key), ST_OK, "it has a key of its own");
    struct export_look_chunks_rows rows;
    r = newest_of(e, &c.s.who);
    t_st(export_look_chunks(e->db, e->a, &(struct export_look_chunks_in){ r.id }, &rows), ST_OK, "pieces that somebody copied");
    struct export_sweep_out swept = { 0 };
    t_st(engine_call(e, engine_system(), CMD_EXPORT_SWEEP, &(struct export_sweep_in){ 0 }, &swept), ST_OK, "the sweep");
    t_i64(swept.ended, 0, "lets it be handed over in peace");
    engine_pass(e, EXPORT_TAKEN_SECONDS + 1);
    t_st(engine_call(e, engine_system(), CMD_EXPORT_SWEEP, &(struct export_sweep_in){ 0 }, &swept), ST_OK, "an hour after");
    t_i64(swept.ended, 1, "it goes");
    str plain;
    t_st(gate_use(&g, COL_export_chunk_body, PURPOSE_RIGHTS, rows.v[0].uid, rows.v[0].body, &plain), ST_SEALED,
         "nobody can read it, whoever kept a piece");
    t_st(export_look_key(e->db, e->a, &(struct export_look_key_in){ c.s.who.person }, &key), ST_NOT_FOUND, "the key is gone");
    t_st(export_look_chunks(e->db, e->a, &(struct export_look_chunks_in){ r.id }, &rows), ST_OK, "the pieces");
    t_i64((int64_t)rows.n, 0, "are gone");
    t_st(ask(e, c.s.who, "all"), ST_OK, "another may be made");
    engine_work(e);
    r = newest_of(e, &c.s.who);
    t_str(r.state, S("ready"), "and is");
    int64_t left = (r.ends_at.s - e->now.s) / 86400;
    t_ok(left == 6 || left == 7, "kept for seven days");
    engine_pass(e, 8 * 86400);
    t_st(engine_call(e, engine_system(), CMD_EXPORT_SWEEP, &(struct export_sweep_in){ 0 }, &swept), ST_OK, "then");
    t_str(newest_of(e, &c.s.who).state, S("ended"), "it ends, fetched or not");
    t_st(engine_call(e, c.s.who, CMD_EXPORT_TAKE, &(struct export_take_in){ r.uid }, NULL), ST_CONFLICT, "and cannot be had");
}

/* ---- a courier that dies --------------------------------------------------------------------------------------- */

struct dying {
    struct engine *e;
    int chunks; /* until it dies; below 0: never */
    size_t bytes, n;
};

static st call_until(void *at, struct arena *a, enum command cmd, uid idem, const void *in, void *out)
{
    struct dying *d = at;
    (void)a;
    if (d->chunks == 0 && (cmd == CMD_EXPORT_CHUNK || cmd == CMD_JOB_FINISH || cmd == CMD_EXPORT_READY))
        return ST_AWAY;
    d->chunks -= cmd == CMD_EXPORT_CHUNK && d->chunks > 0;
    return engine_again(d->e, engine_system(), cmd, idem, in, out);
}

static st round_of(struct engine *e, job_call_fn *call, void *at)
{
    size_t done;
    struct job_runner r = { .db = e->db, .vault = engine_gate(e).vault, .statement = e->statement, .statement_id = e->statement_id,
                            .config = &e->config, .handlers = job_handlers, .n_handlers = job_handlers_n, .call = call, .call_at = at,
                            .restricted = restricted_new(e->a, false) }; /* as the courier has it */
    return job_round(&r, 1, &done);
}

static void more_sessions(struct engine *e, int64_t person, int n)
{
    struct gate g = engine_gate(e);
    struct arena *a = arena_new(64 << 20);
    bool good = db_begin(e->db) == ST_OK;
    g.arena = a;
    for (int i = 0; good && i < n; i++) {
        const struct sealed *ip;
        uid row = rnd_uid();
        char text[40];
        snprintf(text, sizeof text, "203.0.%d.%d", i / 250 % 250, i % 250);
        good = gate_collect_nt(&g, &(struct collect){ COL_session_ip, POINT_REQUEST, SOURCE_BROWSER, person, row }, str_c(text), &ip) == ST_OK &&
               export_look_session(e->db, &(struct export_look_session_in){ row, { (const char *)row.b, 16 }, person, ip, e->now }, NULL) == ST_OK;
        if (i % 200 == 0)
            arena_reset(a);
    }
    t_ok(good && db_commit(e->db) == ST_OK, "rows of theirs");
    arena_free(a);
}

static void killed(struct engine *e)
{
    struct customer c = buys(e, "email");
    engine_work(e);
    more_sessions(e, c.s.who.person, 5000);
    t_st(ask(e, c.s.who, "all"), ST_OK, "a copy");
    struct dying d = { .e = e, .chunks = 2 };
    t_st(round_of(e, call_until, &d), ST_AWAY, "the courier dies after two pieces");
    struct export_look_newest_row r = newest_of(e, &c.s.who);
    struct export_look_chunks_rows rows;
    t_st(export_look_chunks(e->db, e->a, &(struct export_look_chunks_in){ r.id }, &rows), ST_OK, "which");
    t_ok(str_eq(r.state, S("making")) && rows.n == 2, "are there");
    t_st(engine_call(e, c.s.who, CMD_EXPORT_TAKE, &(struct export_take_in){ r.uid }, NULL), ST_CONFLICT, "and handed to nobody");
    engine_pass(e, JOB_LEASE_SECONDS + 60);
    engine_work(e);
    r = newest_of(e, &c.s.who);
    t_str(r.state, S("ready"), "the next one makes it");
    t_ok(r.chunks > 2, "of more than that");
    struct unzipped u;
    unzip(e, whole(e, &r), &u);
    manifest_holds(e, &u);
    t_i64(mails(e, &c, "export_ready"), 1, "and it is told once");
    struct export_chunk_in late = { .export = r.id, .job = 1, .fence = 1, .body = S("late") };
    t_st(engine_call(e, engine_system(), CMD_EXPORT_CHUNK, &late, NULL), ST_CONFLICT, "a courier that was given up changes nothing");
}

/* ---- many rows ------------------------------------------------------------------------------------------------- */

/* The writer, without keeping what it is sent. */
static st call_and_count(void *at, struct arena *a, enum command cmd, uid idem, const void *in, void *out)
{
    struct dying *d = at;
    (void)a;
    if (cmd == CMD_EXPORT_CHUNK) {
        d->bytes += ((const struct export_chunk_in *)in)->body.n;
        d->n++;
        return ST_OK;
    }
    return engine_again(d->e, engine_system(), cmd, idem, in, out);
}

static long peak_kb(void)
{
    struct rusage u;
    return getrusage(RUSAGE_SELF, &u) == 0 ? u.ru_maxrss : 0;
}

#if defined(__SANITIZE_ADDRESS__)
#define MOST_MB 420 /* memory that was given back is kept for a while, so that its use is seen */
#else
#define MOST_MB 40
#endif

static void many(struct engine *e)
{
    const char *rows_env = getenv("AVOW_EXPORT_ROWS");
    int n = rows_env ? atoi(rows_env) : 8000;
    struct customer c = buys(e, "email");
    engine_work(e);
    more_sessions(e, c.s.who.person, n);
    t_st(ask(e, c.s.who, "all"), ST_OK, "a copy");
    struct dying d = { .e = e, .chunks = -1 };
    long before = peak_kb();
    struct timespec t0, t1;
    clock_gettime(CLOCK_MONOTONIC, &t0);
    t_st(round_of(e, call_and_count, &d), ST_OK, "is made");
    clock_gettime(CLOCK_MONOTONIC, &t1);
    double s = (double)(t1.tv_sec - t0.tv_sec) + (double)(t1.tv_nsec - t0.tv_nsec) / 1e9;
    long grown = (peak_kb() - before) / 1024;
    printf("# %s: %d rows in %.2f s, %.0f rows/s, %zu bytes in %zu pieces, peak memory grew by %ld MB\n", e->label, n, s, n / s,
           d.bytes, d.n, grown);
    t_ok(d.n > 1 && d.bytes > (size_t)n * 20, "as many pieces as it takes");
    t_ok(grown <= MOST_MB, "and its memory does not grow with the rows");
}

static void checks(struct engine *e)
{
    shop_open(e);
    everything(e);
    portable(e);
    once(e);
    killed(e);
    many(e);
}

int main(int argc, char **argv)
{
    return engine_on_both(argc, argv, checks);
}
