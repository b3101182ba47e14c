/* The same transactions on a bare SQLite connection: what orders and invoices cost when nothing but SQLite does them.
 *
 *   bench_replay COPY GROUP:ORDERS…      COPY: a copy of a database, which is used up
 *
 * One order is placed and paid in this process by the commands themselves, and every statement is written down with its
 * values. Then the same statements are run again and again with other ids through SQLite's own interface, in groups of
 * so many orders in one commit: no checks, no sealing, no messages, no other process. One line of JSON each. */
#include <sqlite3.h>

#include "bench_sql.h"
#include "capabilities.h"
#include "clock.h"
#include "codec.h"
#include "config.h"
#include "hash.h"
#include "latency.h"
#include "order.h"
#include "privacy.h"
#include "restricted.h"
#include "rnd.h"
#include "run.h"
#include "shared.h"
#include "store_internal.h"
#include "str.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MEMORY ((size_t)1 << 30)
#define STATEMENTS 400
#define VALUES 40
#define IDS 96
#define ID_BASE 500000000 /* ids of the order that is written down are from here on, a million for each table */
#define KEY_BASE 700000000
#define KEYS 16
#define ID_DIGITS 9
#define UID_CHARS 26
#define WAL_PAGES 4000

enum phase { OPEN, ADD, PLACE, START, PAY, PHASES };

struct recorded {
    enum phase phase;
    sqlite3_stmt *q;
    int n;
    struct value v[VALUES];
    int64_t returned; /* first column of the row it gave, when that is one of our ids */
};
struct order {
    struct {
        int64_t was, is;
    } ids[IDS];
    int n;
    int64_t number; /* of the replay */
};

static struct {
    struct arena *arena, *scratch;
    struct db *db;
    sqlite3 *sqlite;
    enum phase phase;
    bool recording;
    struct recorded v[STATEMENTS];
    int n;
    int64_t keys, replays;
    uid product;
    sqlite3_stmt *begin, *commit;
    int pages;
} self;

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "bench_replay: %s: %s\n", what, self.sqlite ? sqlite3_errmsg(self.sqlite) : "failed");
    exit(1);
}

static void must(st s, const char *what)
{
    if (s != ST_OK) {
        fprintf(stderr, "bench_replay: %s\n", st_info(s)->text);
        die(what);
    }
}

static void sql(const char *text)
{
    if (sqlite3_exec(self.sqlite, text, NULL, NULL, NULL) != SQLITE_OK)
        die(text);
}

/* ---- writing down ---- */

static str hex_of(const char *p, size_t n)
{
    char *to = arena_alloc(self.arena, 1, n / 2 + 1);
    if (!to || hex_parse((str){ p, n }, (uint8_t *)to, n / 2) != ST_OK)
        die("a blob");
    return (str){ to, n / 2 };
}

/* One value as SQLite writes it into a statement's text: NULL, 12, 'it''s', x'00ff'. */
static const char *read_literal(const char *p, struct value *v)
{
    *v = (struct value){ .kind = VALUE_NULL };
    if (strncmp(p, "NULL", 4) == 0)
        return p + 4;
    if (*p == 'x') {
        const char *end = strchr(p + 2, '\'');
        v->kind = VALUE_BLOB;
        v->s = hex_of(p + 2, (size_t)(end - p - 2));
        return end + 1;
    }
    if (*p == '\'') {
        char *to = arena_alloc(self.arena, 1, strlen(p));
        size_t n = 0;
        for (p++; *p != '\'' || p[1] == '\''; p++) {
            p += *p == '\'';
            to[n++] = *p;
        }
        v->kind = VALUE_TEXT;
        v->s = (str){ to, n };
        return p + 1;
    }
    char *end;
    v->kind = VALUE_I64;
    v->i = strtoll(p, &end, 10);
    return end;
}

/* The values, in the place of each ?N of the template. */
static void read_values(const char *template, const char *filled, struct recorded *r)
{
    while (*template) {
        if (*template != '?') {
            template++;
            filled++;
            continue;
        }
        char *after;
        int number = (int)strtol(template + 1, &after, 10);
        struct value v;
        filled = read_literal(filled, &v);
        template = after;
        if (number < 1 || number > VALUES)
            die("too many values");
        r->v[number - 1] = v;
        r->n = number > r->n ? number : r->n;
    }
}

static int on_trace(unsigned what, void *arg, void *p, void *x)
{
    (void)arg;
    (void)x;
    const char *text = sqlite3_sql(p);
    if (!self.recording || strstr(text, "SAVEPOINT") || strncmp(text, "BEGIN", 5) == 0 || strncmp(text, "COMMIT", 6) == 0)
        return 0;
    if (what == SQLITE_TRACE_ROW) {
        struct recorded *r = &self.v[self.n - 1];
        int64_t id = sqlite3_column_type(p, 0) == SQLITE_INTEGER ? sqlite3_column_int64(p, 0) : 0;
        if (id >= ID_BASE && id < KEY_BASE)
            r->returned = id;
        return 0;
    }
    if (self.n == STATEMENTS)
        die("too many statements");
    struct recorded *r = &self.v[self.n++];
    char *filled = sqlite3_expanded_sql(p);
    *r = (struct recorded){ .phase = self.phase };
    if (!filled)
        die("memory");
    read_values(text, filled, r);
    sqlite3_free(filled);
    if (sqlite3_prepare_v3(self.sqlite, text, -1, SQLITE_PREPARE_PERSISTENT, &r->q, NULL) != SQLITE_OK)
        die(text);
    return 0;
}

/* ---- one order by the commands ---- */

static st key_of(void *at, int64_t id, uint8_t key[VAULT_KEY])
{
    (void)at;
    hash_plain((str){ (const char *)&id, sizeof id }, key);
    return ST_OK;
}

static st key_new(void *at, int64_t *id, uint8_t key[VAULT_KEY])
{
    *id = KEY_BASE + self.keys++;
    return key_of(at, *id, key);
}

static st blind(void *at, str domain, str value, uint8_t out[VAULT_BLIND])
{
    uint8_t key[HASH_KEY];
    (void)at;
    hash_plain(domain, key);
    hash_keyed(key, value, out, VAULT_BLIND);
    return ST_OK;
}

static st token_key(void *at, uint8_t out[32])
{
    (void)at;
    memset(out, 1, 32);
    return ST_OK;
}

static void ask(const struct cx *before, enum phase phase, struct actor who, enum command cmd, const void *in, void *out)
{
    struct cx own = *before, *cx = &own; /* as the writer does it: nothing is remembered from the command before but the log's end */
    struct out bytes;
    struct command_reply reply;
    void *answer;
    out_init(&bytes, self.arena, 1 << 16);
    must(command_encode_in(&bytes, cmd, in), "encoding");
    struct command_request rq = { .cmd = cmd, .idem = rnd_uid(), .actor = who, .payload = out_view(&bytes) };
    self.phase = phase;
    self.recording = true;
    st s = command_run_nt(cx, &rq, &reply);
    self.recording = false;
    must(s, "running");
    must(reply.status, command_defs[cmd].name);
    must(command_decode_out(self.arena, cmd, reply.payload, &answer), "decoding");
    if (out)
        memcpy(out, answer, command_defs[cmd].out->size);
}

static void order_and_pay(struct cx *cx)
{
    struct actor who = { .kind = ACTOR_VISITOR, .caps = CAP_PUBLIC };
    static const char code[32] = "a token's code, thirty-two bytes";
    struct session_open_out opened;
    ask(cx, OPEN, who, CMD_SESSION_OPEN, &(struct session_open_in){ .token_code = { code, 32 }, .currency = S("GBP") }, &opened);
    who = (struct actor){ .kind = ACTOR_VISITOR, .person = opened.person, .session = opened.session,
                          .caps = CAP_PUBLIC | CAP_VISITOR };
    struct basket_item item = { self.product, S("monthly"), 1, S(""), S("") };
    ask(cx, ADD, who, CMD_BASKET_ADD, &(struct basket_add_in){ .item = { &item, 1 } }, NULL);
    struct basket_view basket;
    must(basket_view(&cx->gate, opened.person, &basket), "the basket");
    struct order_place_in place = {
        .full_name = S("Alice Marlowe"), .email = S("replay@example.test"), .telephone = S("020 7946 0123"),
        .company = S(""), .vat_number = S(""), .address1 = S("12 Quillfeather Lane"), .address2 = S(""),
        .city = S("Guildford"), .region = S(""), .postcode = S("GU1 3XZ"), .country = S("GB"), .reference = S(""),
        .password = S("$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA"), .ip = S("192.0.2.7"), .ip_country = S("GB"),
        .ip_source = S("bench"), .acknowledged = true, .basket_hash = { (const char *)basket.hash, sizeof basket.hash } };
    struct order_place_out placed;
    ask(cx, PLACE, who, CMD_ORDER_PLACE, &place, &placed);
    who = (struct actor){ .kind = ACTOR_CUSTOMER, .person = opened.person, .caps = CAP_PUBLIC | CAP_CUSTOMER };
    struct payment_start_in start = { .invoice = placed.invoice, .gateway = S("sandbox") };
    struct payment_start_out started;
    ask(cx, START, who, CMD_PAYMENT_START, &start, &started);
    struct bench_payment_row row;
    must(bench_payment(self.db, self.arena, &(struct bench_payment_in){ .uid = started.payment }, &row), "the payment");
    struct payment_callback_in paid = {
        .gateway = S("sandbox"), .event_id = uid_str(self.arena, rnd_uid()), .kind = S("succeeded"),
        .payment = started.payment, .reference = row.reference, .currency = row.currency, .amount = row.amount,
        .card_country = S("GB") };
    ask(cx, PAY, (struct actor){ .kind = ACTOR_SYSTEM, .caps = CAP_SYSTEM | CAP_GATEWAY }, CMD_PAYMENT_CALLBACK, &paid, NULL);
}

static void write_down(void)
{
    static const struct vault_within within = { .key_new = key_new, .key_open = key_of, .blind = blind, .token_key = token_key };
    struct config *config = NEW(self.arena, struct config);
    struct cx_chain chain = { .known = false };
    struct cx cx = { .config = config, .chain = &chain, .gate = { .db = self.db, .arena = self.arena, .now = clock_now() } };
    must(config ? config_defaults(self.arena, config) : ST_NO_MEMORY, "the configuration");
    must(privacy_in_force(self.db, self.arena, &cx.gate.statement, &cx.gate.statement_id), "the statement");
    must(shared_features(self.arena, config), "the tables");
    cx.gate.vault = vault_client_within(self.arena, &within, 64);
    cx.gate.restricted = restricted_new(self.arena, true);
    must(cx.gate.vault && cx.gate.restricted ? ST_OK : ST_NO_MEMORY, "the gate");
    sqlite3_trace_v2(self.sqlite, SQLITE_TRACE_STMT | SQLITE_TRACE_ROW, on_trace, NULL);
    must(db_begin(self.db), "begin");
    order_and_pay(&cx);
    must(db_commit(self.db), "commit");
    sqlite3_trace_v2(self.sqlite, 0, NULL, NULL);
}

/* ---- and again ---- */

static int64_t mapped(const struct order *o, int64_t was)
{
    if (was >= KEY_BASE && was < KEY_BASE + KEYS)
        return was + o->number * KEYS;
    for (int i = 0; was >= ID_BASE && i < o->n; i++)
        if (o->ids[i].was == was)
            return o->ids[i].is;
    return was;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Ids in a text, and ids written as text. */
static str other_text(const struct order *o, str s)
{
    static const char alphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";
    char *p = arena_alloc(self.scratch, 1, s.n + 1);
    size_t digits = 0, word = 0;
    memcpy(p, s.p, s.n);
    for (size_t i = 0; i <= s.n; i++) {
        bool digit = i < s.n && is_digit(p[i]), letter = i < s.n && (digit || (p[i] >= 'a' && p[i] <= 'z'));
        if (!letter && word == UID_CHARS)
            for (int64_t k = 0, rest = o->number; k < 6; k++, rest /= 32)
                p[i - 1 - (size_t)k] = alphabet[rest % 32];
        if (!digit && digits == ID_DIGITS) {
            char number[32];
            snprintf(number, sizeof number, "%09lld", (long long)mapped(o, strtoll(p + i - ID_DIGITS, NULL, 10)));
            memcpy(p + i - ID_DIGITS, number, ID_DIGITS);
        }
        digits = digit ? digits + 1 : 0;
        word = letter ? word + 1 : 0;
    }
    return (str){ p, s.n };
}

static str other_blob(const struct order *o, str s)
{
    if (s.n < sizeof(uid) || (s.n == sizeof(uid) && memcmp(s.p, self.product.b, s.n) == 0))
        return s;
    char *p = arena_alloc(self.scratch, 1, s.n);
    uint64_t mix = (uint64_t)o->number * 0x9e3779b97f4a7c15u;
    memcpy(p, s.p, s.n);
    size_t same = s.n == sizeof(uid) ? 4 : 0; /* ids begin with the second they were made in */
    for (size_t i = 0; i < 8; i++) {
        p[same + i] = (char)(p[same + i] ^ (char)(mix >> (8 * i)));
        p[s.n - 1 - i] = (char)(p[s.n - 1 - i] ^ (char)(mix >> (8 * i)));
    }
    return (str){ p, s.n };
}

static void bind_one(const struct order *o, sqlite3_stmt *q, int at, const struct value *v)
{
    str s = v->kind == VALUE_TEXT ? other_text(o, v->s) : v->kind == VALUE_BLOB ? other_blob(o, v->s) : v->s;
    if (v->kind == VALUE_NULL)
        sqlite3_bind_null(q, at);
    else if (v->kind == VALUE_I64)
        sqlite3_bind_int64(q, at, mapped(o, v->i));
    else if (v->kind == VALUE_TEXT)
        sqlite3_bind_text(q, at, s.p, (int)s.n, SQLITE_STATIC);
    else
        sqlite3_bind_blob(q, at, s.p, (int)s.n, SQLITE_STATIC);
}

static void replay(struct order *o, enum phase phase)
{
    for (int i = 0; i < self.n; i++) {
        const struct recorded *r = &self.v[i];
        int rc;
        if (r->phase != phase)
            continue;
        for (int k = 0; k < r->n; k++)
            bind_one(o, r->q, k + 1, &r->v[k]);
        while ((rc = sqlite3_step(r->q)) == SQLITE_ROW)
            if (r->returned && o->n < IDS && sqlite3_stmt_readonly(r->q) == 0) {
                o->ids[o->n].was = r->returned;
                o->ids[o->n++].is = sqlite3_column_int64(r->q, 0);
            }
        if (rc != SQLITE_DONE)
            die(sqlite3_sql(r->q));
        sqlite3_reset(r->q);
    }
    arena_reset(self.scratch);
}

static void step(sqlite3_stmt *q)
{
    if (sqlite3_step(q) != SQLITE_DONE)
        die(sqlite3_sql(q));
    sqlite3_reset(q);
}

static int count_pages(void *arg, sqlite3 *q, const char *name, int pages)
{
    (void)arg;
    (void)q;
    (void)name;
    self.pages = pages;
    return SQLITE_OK;
}

/* All orders through one phase, `group` in a commit; the log is moved as the writer moves it. */
static double run(struct order *orders, int n, int group, enum phase phase)
{
    int64_t start = now_ns();
    for (int at = 0; at < n; at += group) {
        step(self.begin);
        for (int i = at; i < at + group && i < n; i++)
            replay(&orders[i], phase);
        step(self.commit);
        if (self.pages >= WAL_PAGES) {
            int left = 0, moved = 0;
            sqlite3_wal_checkpoint_v2(self.sqlite, NULL, SQLITE_CHECKPOINT_PASSIVE, &left, &moved);
            self.pages = left - moved;
        }
    }
    return (double)(now_ns() - start) / 1e9;
}

static void round_of(int group, int n)
{
    struct order *orders = NEWN(self.arena, struct order, (size_t)n);
    if (!orders)
        die("memory");
    for (int i = 0; i < n; i++)
        orders[i].number = ++self.replays;
    run(orders, n, 1000, OPEN);
    run(orders, n, 1000, ADD);
    double placed = run(orders, n, group, PLACE);
    run(orders, n, 1000, START);
    double paid = run(orders, n, group, PAY);
    printf("{\"what\": \"order.place\", \"group\": %d, \"rate\": %.1f}\n", group, n / placed);
    printf("{\"what\": \"invoice issue\", \"group\": %d, \"rate\": %.1f}\n", group, n / paid);
    fflush(stdout);
}

/* Ids that no other value looks like: a million for each table. */
static void far_ids(void)
{
    char text[200];
    snprintf(text, sizeof text, "UPDATE sqlite_sequence SET seq = %d + 1000000 * (SELECT count(*) FROM sqlite_sequence b "
             "WHERE b.rowid < sqlite_sequence.rowid)", ID_BASE);
    sql(text);
    snprintf(text, sizeof text, "UPDATE invoice_series SET next = %d", ID_BASE + 150000000);
    sql(text);
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fputs("usage: bench_replay COPY GROUP:ORDERS…\n", stderr);
        return 64;
    }
    self.arena = arena_new(MEMORY);
    self.scratch = arena_new(1 << 20);
    must(self.arena && self.scratch ? crypto_start() : ST_NO_MEMORY, "memory");
    struct db_config config = { .url = str_fmt(self.arena, "sqlite:%s", argv[1]), .mode = DB_WRITE };
    must(db_open(self.arena, &config, &self.db), "the copy");
    self.sqlite = self.db->sqlite;
    struct bench_product_row product;
    must(bench_product(self.db, self.arena, &product), "the product: run bench_orders first");
    self.product = product.uid;
    far_ids();
    write_down();
    sql("PRAGMA foreign_keys=OFF");
    if (sqlite3_prepare_v2(self.sqlite, "BEGIN IMMEDIATE", -1, &self.begin, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(self.sqlite, "COMMIT", -1, &self.commit, NULL) != SQLITE_OK)
        die("prepare");
    sqlite3_wal_hook(self.sqlite, count_pages, NULL);
    for (int i = 2; i < argc; i++) {
        int group = 0, n = 0;
        if (sscanf(argv[i], "%d:%d", &group, &n) != 2 || group < 1 || n < 1)
            die(argv[i]);
        round_of(group, n);
    }
    return 0;
}
