/* What is shown is what is enforced, what is held can be shown, and the record of what happened is whole. */
#include "promise.h"

#include <curl/curl.h>
#include <string.h>

#include "access.h"
#include "codec.h"
#include "config_keys.h"
#include "data.h"
#include "look_sql.h"
#include "privacy.h"
#include "rnd.h"
#include "str.h"

#define PAGE_MOST ((size_t)2 << 20)
#define ASK_SECONDS 5L
#define HEX (2 * (size_t)STATEMENT_HASH)
#define PEOPLE 5
#define VALUES_MOST 2000

/* ---- the statement that is shown --------------------------------------------------------------------------------- */

static size_t take(char *p, size_t size, size_t n, void *to)
{
    struct out *o = to;
    out_bytes(o, p, size * n);
    return o->err == ST_OK ? size * n : 0;
}

/* Our own front, on this machine. */
static str own_address(struct promise_look *l)
{
    const struct config *c = l->config;
    bool plain = c->web.plain.text.n && !c->web.redirect;
    const struct listen *at = plain ? &c->web.plain : &c->web.listen;
    bool any = str_eq(at->host, S("0.0.0.0")) || str_eq(at->host, S("::")) || str_empty(at->host);
    str host = any ? S("127.0.0.1") : at->host;
    bool six = str_index(host, ':') < host.n;
    return str_fmt(l->gate.arena, "%s://%s%.*s%s:%u/privacy", plain ? "http" : "https", six ? "[" : "", STR_ARG(host),
                   six ? "]" : "", (unsigned)at->port);
}

/* Who answers is told by what it shows: the certificate is made for another name than the one we ask under. */
static st fetch(struct promise_look *l, struct out *page)
{
    const char *address = str_z(l->gate.arena, own_address(l));
    long status = 0;
    CURL *c = address ? curl_easy_init() : NULL;
    if (!c)
        return ST_NO_MEMORY;
    curl_easy_setopt(c, CURLOPT_URL, address);
    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(c, CURLOPT_PROXY, "");
    curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 0L);
    curl_easy_setopt(c, CURLOPT_TIMEOUT, ASK_SECONDS);
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(c, CURLOPT_WRITEDATA, (void *)page);
    CURLcode code = curl_easy_perform(c);
    curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_cleanup(c);
    TRY(out_st(page));
    return code == CURLE_OK && status == 200 ? ST_OK : ST_AWAY;
}

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

/* The last word of as many digits as a hash has: it stands at the foot of the page. */
static str shown_hash(str page)
{
    str last = S("");
    for (size_t i = 0, run = 0; i <= page.n; i++) {
        if (i < page.n && is_hex(page.p[i])) {
            run++;
            continue;
        }
        if (run == HEX)
            last = str_sub(page, i - HEX, HEX);
        run = 0;
    }
    return last;
}

/* In force in the database, held by the writer, held by who runs this check, and shown by a front. */
st promise_check_published(struct promise_look *l)
{
    struct arena *a = l->gate.arena;
    struct statement_held_out held;
    const struct statement *now;
    int64_t id, differ = 0;
    struct out page;
    TRY(privacy_in_force(l->gate.db, a, &now, &id));
    TRY(l->call(l->call_at, a, CMD_STATEMENT_HELD, (uid){ { 0 } }, &(struct statement_held_in){ 0 }, &held));
    str force = hex_fmt(a, statement_hash(now), STATEMENT_HASH);
    str writer = hex_fmt(a, held.hash.p, held.hash.n), mine = hex_fmt(a, statement_hash(l->gate.statement), STATEMENT_HASH);
    out_init(&page, a, PAGE_MOST);
    TRY(fetch(l, &page));
    const struct {
        const char *who;
        str hash;
    } all[] = { { "the page", shown_hash(out_view(&page)) }, { "the writer", writer }, { "the courier", mine } };
    promise_evidence(l, "in force: version %lld, %.*s", (long long)id, STR_ARG(force));
    for (size_t i = 0; i < COUNT(all); i++)
        if (!str_eq(all[i].hash, force)) {
            differ++;
            promise_evidence(l, "%s: %.*s", all[i].who, STR_ARG(all[i].hash));
        }
    promise_number(l, "version", id);
    promise_number(l, "places", COUNT(all));
    promise_number(l, "differ", differ);
    promise_say(l, differ == 0);
    return ST_OK;
}

/* ---- what is held can be shown ----------------------------------------------------------------------------------- */

/* Everything stored about somebody, straight from the tables. */
static st stored(struct promise_look *l, int64_t person, int64_t *n)
{
    for (size_t t = 0; t < access_catalog_n; t++) {
        struct access_page rows = { .more = true };
        for (int64_t after = 0; rows.more; after = rows.n ? rows.v[rows.n - 1].id : after) {
            TRY(access_read(l->gate.db, l->gate.arena, &access_catalog[t], person, after, &rows));
            for (size_t i = 0; i < rows.n; i++)
                for (size_t k = 0; k < rows.v[i].n; k++)
                    *n += !rows.v[i].v[k].absent;
        }
    }
    return ST_OK;
}

/* Everything that "your data" would show, and how much of it cannot be opened for that. */
static st showable(struct promise_look *l, int64_t person, int64_t *n, int64_t *shut)
{
    struct held_page page;
    TRY(data_held(&l->gate, person, 0, VALUES_MOST, &page));
    *n = (int64_t)page.n;
    for (size_t i = 0; i < page.n; i++) {
        str plain;
        if (!page.v[i].sealed)
            continue;
        st how = gate_use(&l->gate, page.v[i].col, PURPOSE_RIGHTS, page.v[i].row, page.v[i].sealed, &plain);
        if (how == ST_AWAY || how == ST_LIMIT || how == ST_NO_MEMORY)
            return how;
        *shut += how != ST_OK && how != ST_SEALED;
    }
    return ST_OK;
}

st promise_check_access(struct promise_look *l)
{
    struct look_newest_row newest;
    struct look_people_rows rows;
    int64_t bad = 0, values = 0, people = 0;
    TRY(look_newest(l->gate.db, l->gate.arena, &newest));
    int64_t room = newest.persons > 40 ? newest.persons - 40 : 0;
    int64_t from = room > 0 ? (int64_t)rnd_below((uint32_t)(room > UINT32_MAX ? UINT32_MAX : room)) : 0;
    TRY(look_people(l->gate.db, l->gate.arena, &(struct look_people_in){ from }, &rows));
    for (size_t i = 0; i < rows.n && people < PEOPLE; i++, people++) {
        int64_t there = 0, shown = 0, shut = 0;
        TRY(stored(l, rows.v[i].id, &there));
        if (there > VALUES_MOST)
            continue;
        TRY(showable(l, rows.v[i].id, &shown, &shut));
        values += there;
        if (shown == there && shut == 0)
            continue;
        bad++;
        promise_evidence(l, "person %lld: %lld stored, %lld shown, %lld cannot be opened", (long long)rows.v[i].id,
                         (long long)there, (long long)shown, (long long)shut);
    }
    promise_number(l, "people", people);
    promise_number(l, "values", values);
    promise_number(l, "bad", bad);
    promise_say(l, bad == 0);
    return ST_OK;
}

/* ---- the event log ----------------------------------------------------------------------------------------------- */

static st links(struct promise_look *l, const void *arg UNUSED, int64_t after, int64_t upto, struct promise_found *f)
{
    struct look_events_rows rows;
    struct look_event_before_rows before;
    TRY(look_event_before(l->gate.db, l->gate.arena, &(struct look_event_before_in){ after }, &before));
    TRY(look_events(l->gate.db, l->gate.arena, &(struct look_events_in){ after, upto }, &rows));
    str last = before.n ? before.v[0].hash : S("");
    f->looked_at = (int64_t)rows.n;
    for (size_t i = 0; i < rows.n; i++) {
        const struct look_events_row *r = &rows.v[i];
        uint8_t hash[32];
        struct event_row e = { .at = r->at, .event = r->event, .actor_kind = r->actor_kind, .object_kind = r->object_kind,
                               .detail = r->detail, .actor = r->has_actor_id ? r->actor_id : 0,
                               .object = r->has_object_id ? r->object_id : 0 };
        TRY(event_hash(l->gate.arena, last, &e, hash));
        if ((r->hash.n != sizeof hash || memcmp(r->hash.p, hash, sizeof hash) != 0) && f->n < PROMISE_FOUND_MOST)
            f->id[f->n++] = r->id;
        last = r->hash;
    }
    return ST_OK;
}

/* The head that was seen last is still there, as it was: nothing was cut off behind it. "17 ab12…" */
static st head(struct promise_look *l, int64_t *lost)
{
    struct look_event_before_rows now;
    str rest = promise_memory_get(l, "head"), word;
    int64_t id;
    TRY(look_event_before(l->gate.db, l->gate.arena, &(struct look_event_before_in){ INT64_MAX }, &now));
    if (!str_empty(rest) && str_next(&rest, ' ', &word) && i64_parse(word, 1, INT64_MAX, &id) == ST_OK) {
        struct look_event_before_rows was;
        TRY(look_event_before(l->gate.db, l->gate.arena, &(struct look_event_before_in){ id }, &was));
        if (!was.n || was.v[0].id != id || !str_eq(hex_fmt(l->gate.arena, was.v[0].hash.p, was.v[0].hash.n), rest)) {
            *lost = id;
            promise_evidence(l, "the head seen last, event %lld, is not there as it was", (long long)id);
            return ST_OK; /* remembered until it is put back */
        }
    }
    if (now.n)
        promise_memory_set(l, "head", str_fmt(l->gate.arena, "%lld %.*s", (long long)now.v[0].id,
                                              STR_ARG(hex_fmt(l->gate.arena, now.v[0].hash.p, now.v[0].hash.n))));
    return ST_OK;
}

st promise_check_chain(struct promise_look *l)
{
    struct look_newest_row newest;
    int64_t lost = 0;
    TRY(look_newest(l->gate.db, l->gate.arena, &newest));
    TRY(head(l, &lost));
    TRY(promise_scan_only(l, &(struct promise_scan){ .table = "event_log", .newest = newest.events, .step = 1500, .fn = links }));
    if (lost)
        promise_say(l, false);
    return ST_OK;
}
