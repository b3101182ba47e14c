/* Very many people and invoices, straight into the tables of a trial that is stopped: no orders, no rules, no gates. What is sealed
 * is really sealed, under keys of the trial's vault, so that disposals find what they would.
 *
 *   bench_many DATA URL PEOPLE INVOICES_EACH DUE      DUE: of a thousand people, whose account ended forty days ago, and of as many
 *                                                     others, whose invoices are of a year that is past its time
 *
 * SQLite through its own interface in transactions of thousands, without flushing; PostgreSQL by COPY. Ids go on where the trial ends;
 * uids count up, so that their indexes grow at one end. One line of JSON. */
#include "codec.h"
#include "hash.h"
#include "keystore.h"
#include "latency.h"
#include "log.h"
#include "rnd.h"
#include "seal.h"
#include "str.h"

#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define DAY 86400
#define GROUP 5000       /* people in a transaction, and in a COPY */
#define COLUMNS_MOST 40
#define KEYS_AT_ONCE 64
#define CACHE_KIB "4000000"

enum table { PERSON, PERSON_KEY, SEARCH, ORDERS, ORDER_LINE, DECISION, EVIDENCE, INVOICE, INVOICE_LINE, PAYMENT, ORIGIN, TABLES };
static const struct {
    const char *name, *columns;
    bool numbered; /* has an id */
} tables[TABLES] = {
    [PERSON] = { "person", "id,uid,kind,status,customer_type,email,email_code,full_name,address1,city,postcode,country,telephone,"
                           "currency,capabilities,version,created_at,closed_at", true },
    [PERSON_KEY] = { "person_key", "person_id,class,key_id,created_at", false },
    [SEARCH] = { "search_code", "person_id,kind,code", false },
    [ORDERS] = { "orders", "id,uid,person_id,kind,status,customer_type,currency,net,vat,gross,statement_id,placed_at", true },
    [ORDER_LINE] = { "order_line", "id,uid,order_id,product_id,product_name,vat_class,cycle,quantity,options,choices,unit_net,setup_net,net", true },
    [DECISION] = { "vat_decision", "id,uid,person_id,order_id,vat_class,status,territory,treatment,rate_bp,note,reasons,decided_at", true },
    [EVIDENCE] = { "vat_evidence", "id,uid,decision_id,kind,provider,territory,value,outcome,source_version,observed_at", true },
    [INVOICE] = { "invoice", "id,uid,person_id,order_id,kind,status,number,series,sequence,currency,net,vat,gross,vat_gbp,gbp_rate,taken_back,"
                             "returned,reason,treatment,note,territory,seller,party_name,party_address,party_email,created_at,due_on,issued_on,"
                             "tax_point,paid_at", true },
    [INVOICE_LINE] = { "invoice_line", "id,uid,invoice_id,position,description,quantity,unit_net,net,rate_bp,treatment,vat,order_line_id", true },
    [PAYMENT] = { "payment", "id,uid,person_id,invoice_id,gateway,reference,status,currency,amount,refunded,card_country,created_at,settled_at", true },
    [ORIGIN] = { "origin", "row_uid,col,person_id,point,source,statement_id,collected_at", false },
};

static struct {
    struct arena *arena, *row;
    struct keystore *keys;
    uint8_t fresh[KEYS_AT_ONCE * KEYSTORE_KEY];
    size_t fresh_n, fresh_at;
    int64_t fresh_id;
    sqlite3 *sqlite;
    sqlite3_stmt *add[TABLES];
    PGconn *pg;
    char *text[TABLES]; /* PostgreSQL: rows of this group */
    size_t text_n[TABLES], text_room[TABLES];
    enum table at;
    int column;
    int64_t id[TABLES], product, statement, rows, now, uids;
} self;

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "bench_many: %s: %s\n", what, self.sqlite ? sqlite3_errmsg(self.sqlite) : self.pg ? PQerrorMessage(self.pg) : "failed");
    exit(1);
}

/* ---- the databases ---- */

static void run(const char *sql)
{
    if (self.sqlite) {
        if (sqlite3_exec(self.sqlite, sql, NULL, NULL, NULL) != SQLITE_OK)
            die(sql);
        return;
    }
    PGresult *r = PQexec(self.pg, sql);
    if (PQresultStatus(r) != PGRES_COMMAND_OK && PQresultStatus(r) != PGRES_TUPLES_OK)
        die(sql);
    PQclear(r);
}

static int64_t number(const char *sql)
{
    int64_t n = 0;
    if (self.sqlite) {
        sqlite3_stmt *q;
        if (sqlite3_prepare_v2(self.sqlite, sql, -1, &q, NULL) != SQLITE_OK || sqlite3_step(q) != SQLITE_ROW)
            die(sql);
        n = sqlite3_column_int64(q, 0);
        sqlite3_finalize(q);
        return n;
    }
    PGresult *r = PQexec(self.pg, sql);
    if (PQresultStatus(r) != PGRES_TUPLES_OK || PQntuples(r) != 1)
        die(sql);
    n = atoll(PQgetvalue(r, 0, 0));
    PQclear(r);
    return n;
}

static void open_sqlite(const char *path)
{
    static const char pragmas[] = "PRAGMA synchronous=OFF; PRAGMA foreign_keys=OFF; PRAGMA cache_size=-" CACHE_KIB;
    if (sqlite3_open(path, &self.sqlite) != SQLITE_OK)
        die(path);
    run(pragmas);
    for (int t = 0; t < TABLES; t++) {
        char sql[2000], marks[2 * COLUMNS_MOST] = "?";
        for (const char *p = tables[t].columns; (p = strchr(p, ',')) != NULL; p++)
            strcat(marks, ",?");
        snprintf(sql, sizeof sql, "INSERT INTO %s (%s) VALUES (%s)", tables[t].name, tables[t].columns, marks);
        if (sqlite3_prepare_v2(self.sqlite, sql, -1, &self.add[t], NULL) != SQLITE_OK)
            die(sql);
    }
}

static void open_database(const char *where)
{
    if (strncmp(where, "sqlite:", 7) == 0) {
        open_sqlite(where + 7);
        return;
    }
    self.pg = PQconnectdb(where);
    if (PQstatus(self.pg) != CONNECTION_OK)
        die("connect");
    run("SET synchronous_commit = off");
}

/* ---- a row, value by value ---- */

static void text_add(const char *p, size_t n)
{
    enum table t = self.at;
    if (self.text_n[t] + n > self.text_room[t]) {
        self.text_room[t] = (self.text_n[t] + n) * 2 + 65536;
        self.text[t] = realloc(self.text[t], self.text_room[t]);
        if (!self.text[t])
            die("memory");
    }
    memcpy(self.text[t] + self.text_n[t], p, n);
    self.text_n[t] += n;
}

static void next_value(void)
{
    if (self.pg && self.column > 0)
        text_add("\t", 1);
    self.column++;
}

static void begin(enum table t)
{
    self.at = t;
    self.column = 0;
}

static void integer(int64_t v)
{
    char text[24];
    next_value();
    if (self.sqlite)
        sqlite3_bind_int64(self.add[self.at], self.column, v);
    else
        text_add(text, (size_t)snprintf(text, sizeof text, "%lld", (long long)v));
}

static void words(const char *v) /* without a tab, a backslash or a line end */
{
    next_value();
    if (self.sqlite)
        sqlite3_bind_text(self.add[self.at], self.column, v, -1, SQLITE_TRANSIENT);
    else
        text_add(v, strlen(v));
}

static void nothing(void)
{
    next_value();
    if (self.sqlite)
        sqlite3_bind_null(self.add[self.at], self.column);
    else
        text_add("\\N", 2);
}

static void bytes(const void *p, size_t n)
{
    next_value();
    if (self.sqlite) {
        sqlite3_bind_blob(self.add[self.at], self.column, p, (int)n, SQLITE_TRANSIENT);
        return;
    }
    static const char digits[] = "0123456789abcdef";
    const uint8_t *b = p;
    text_add("\\\\x", 3);
    for (size_t i = 0; i < n; i++) {
        char two[2] = { digits[b[i] >> 4], digits[b[i] & 15] };
        text_add(two, 2);
    }
}

static void end(void)
{
    self.rows++;
    if (self.pg) {
        text_add("\n", 1);
        return;
    }
    if (sqlite3_step(self.add[self.at]) != SQLITE_DONE)
        die(tables[self.at].name);
    sqlite3_reset(self.add[self.at]);
}

static void begin_group(void)
{
    run("BEGIN");
}

static void copy(enum table t)
{
    char sql[2000];
    snprintf(sql, sizeof sql, "COPY %s (%s) FROM STDIN", tables[t].name, tables[t].columns);
    PGresult *r = PQexec(self.pg, sql);
    if (PQresultStatus(r) != PGRES_COPY_IN)
        die(sql);
    PQclear(r);
    for (size_t at = 0; at < self.text_n[t]; at += (size_t)1 << 24) {
        size_t left = self.text_n[t] - at, n = left < (size_t)1 << 24 ? left : (size_t)1 << 24;
        if (PQputCopyData(self.pg, self.text[t] + at, (int)n) != 1)
            die("copy");
    }
    if (PQputCopyEnd(self.pg, NULL) != 1)
        die("copy");
    while ((r = PQgetResult(self.pg)) != NULL) {
        if (PQresultStatus(r) != PGRES_COMMAND_OK)
            die(tables[t].name);
        PQclear(r);
    }
    self.text_n[t] = 0;
}

static void end_group(void)
{
    for (int t = 0; self.pg && t < TABLES; t++)
        if (self.text_n[t] > 0)
            copy((enum table)t);
    run("COMMIT");
}

/* ---- people ---- */

struct place {
    uid uid;
    int64_t person, key_id;
    const uint8_t *key;
};

static uid counted(void)
{
    uid u = { { 0xb0 } };
    self.uids++;
    for (int i = 0; i < 8; i++)
        u.b[8 + i] = (uint8_t)((uint64_t)self.uids >> (56 - 8 * i));
    return u;
}

static void row_uid(uid u)
{
    bytes(u.b, sizeof u.b);
}

/* A key of the vault, new. */
static int64_t new_key(uint8_t key[KEYSTORE_KEY])
{
    if (self.fresh_at == self.fresh_n) {
        self.fresh_n = KEYS_AT_ONCE;
        self.fresh_at = 0;
        if (keystore_take(self.keys, self.fresh, &self.fresh_n, &self.fresh_id) != ST_OK)
            die("keys");
    }
    memcpy(key, self.fresh + self.fresh_at++ * KEYSTORE_KEY, KEYSTORE_KEY);
    return self.fresh_id++;
}

static void add_key(int64_t person, const char *class, int64_t key_id)
{
    begin(PERSON_KEY);
    integer(person);
    words(class);
    integer(key_id);
    integer(self.now - DAY);
    end();
}

/* A value sealed for its place. Where it came from is a row of its own, later: rows of one table are not mixed. */
static void sealed(const struct place *p, const char *column, const char *value)
{
    struct seal_place at = { .column = str_c(column), .row = p->uid, .key_id = p->key_id };
    str out;
    if (seal_close(self.row, p->key, &at, str_c(value), &out) != ST_OK)
        die("seal");
    bytes(out.p, out.n);
}

static void origins(const struct place *p, const char *const *columns, size_t n, const char *point, const char *source)
{
    for (size_t i = 0; i < n; i++) {
        begin(ORIGIN);
        row_uid(p->uid);
        words(columns[i]);
        integer(p->person);
        words(point);
        words(source);
        integer(self.statement);
        integer(self.now - DAY);
        end();
    }
}

static void code(int64_t person, const char *kind, int64_t value)
{
    uint8_t c[16] = { (uint8_t)kind[0] };
    memcpy(c + 8, &value, sizeof value);
    begin(SEARCH);
    integer(person);
    words(kind);
    bytes(c, sizeof c);
    end();
}

static int64_t person(int64_t n, bool closed, int64_t key_id, const uint8_t *key)
{
    static const char *const columns[] = { "person.email", "person.full_name", "person.address1", "person.city", "person.postcode",
        "person.telephone" };
    struct place p = { .uid = counted(), .person = ++self.id[PERSON], .key_id = key_id, .key = key };
    char email[60];
    uint8_t email_code[16] = { 0xb0 };
    memcpy(email_code + 8, &p.person, 8);
    snprintf(email, sizeof email, "many%lld@example.test", (long long)n);
    begin(PERSON);
    integer(p.person);
    row_uid(p.uid);
    words("customer");
    words(closed ? "closed" : "active");
    words("consumer");
    sealed(&p, columns[0], email);
    bytes(email_code, sizeof email_code);
    sealed(&p, columns[1], "Nobody Inparticular");
    sealed(&p, columns[2], "1 Made Up Lane");
    sealed(&p, columns[3], "Norwich");
    sealed(&p, columns[4], "NR1 1AA");
    words("GB");
    sealed(&p, columns[5], "+44 20 7946 0000");
    words("GBP");
    integer(0);
    integer(1);
    integer(self.now - 400 * DAY);
    if (closed)
        integer(self.now - 40 * DAY);
    else
        nothing();
    end();
    code(p.person, "name", n % 5000);
    code(p.person, "name", 5000 + n % 7000);
    code(p.person, "email", n);
    code(p.person, "postcode", n % 9000);
    origins(&p, columns, COUNT(columns), "checkout", "person");
    return p.person;
}

/* ---- invoices ---- */

static void order(int64_t who, int64_t placed)
{
    begin(ORDERS);
    integer(++self.id[ORDERS]);
    row_uid(counted());
    integer(who);
    words("new");
    words("active");
    words("consumer");
    words("GBP");
    integer(1000);
    integer(200);
    integer(1200);
    integer(self.statement);
    integer(placed);
    end();
    begin(ORDER_LINE);
    integer(++self.id[ORDER_LINE]);
    row_uid(counted());
    integer(self.id[ORDERS]);
    integer(self.product);
    words("Starter web space");
    words("ess");
    words("monthly");
    integer(1);
    words("");
    words("");
    integer(1000);
    integer(0);
    integer(1000);
    end();
}

static void evidence(struct place *p, int64_t decided)
{
    static const char *const column[] = { "vat_evidence.value" };
    begin(DECISION);
    integer(++self.id[DECISION]);
    row_uid(counted());
    integer(p->person);
    integer(self.id[ORDERS]);
    words("ess");
    words("decided");
    words("GB");
    words("domestic");
    integer(2000);
    words("");
    words("");
    integer(decided);
    end();
    p->uid = counted();
    begin(EVIDENCE);
    integer(++self.id[EVIDENCE]);
    row_uid(p->uid);
    integer(self.id[DECISION]);
    words("billing_address");
    words("customer");
    words("GB");
    sealed(p, column[0], "GB");
    words("supports");
    words("");
    integer(decided);
    end();
    origins(p, column, 1, "derived", "program");
}

static void bill(struct place *p, int64_t created)
{
    static const char *const columns[] = { "invoice.party_name", "invoice.party_address", "invoice.party_email", "invoice.territory" };
    char name[40];
    char day[16];
    struct tm t;
    time_t unix_time = (time_t)created;
    gmtime_r(&unix_time, &t);
    strftime(day, sizeof day, "%Y-%m-%d", &t);
    p->uid = counted();
    begin(INVOICE);
    integer(++self.id[INVOICE]);
    row_uid(p->uid);
    integer(p->person);
    integer(self.id[ORDERS]);
    words("invoice");
    words("paid");
    snprintf(name, sizeof name, "MANY-%lld", (long long)self.id[INVOICE]);
    words(name);
    words("MANY");
    integer(self.id[INVOICE]);
    words("GBP");
    integer(1000);
    integer(200);
    integer(1200);
    integer(200);
    words("");
    integer(0);
    integer(0);
    words("");
    words("domestic");
    words("");
    words("GB");
    words("Example Hosting Ltd");
    sealed(p, columns[0], "Nobody Inparticular");
    sealed(p, columns[1], "1 Made Up Lane, Norwich, NR1 1AA");
    sealed(p, columns[2], "many@example.test");
    integer(created);
    for (int i = 0; i < 3; i++)
        words(day);
    integer(created);
    end();
    origins(p, columns, COUNT(columns), "derived", "program");
}

static void line_and_payment(int64_t who, int64_t created)
{
    char reference[40];
    begin(INVOICE_LINE);
    integer(++self.id[INVOICE_LINE]);
    row_uid(counted());
    integer(self.id[INVOICE]);
    integer(1);
    words("Starter web space");
    integer(1);
    integer(1000);
    integer(1000);
    integer(2000);
    words("domestic");
    integer(200);
    integer(self.id[ORDER_LINE]);
    end();
    begin(PAYMENT);
    integer(++self.id[PAYMENT]);
    row_uid(counted());
    integer(who);
    integer(self.id[INVOICE]);
    words("sandbox");
    snprintf(reference, sizeof reference, "many%lld", (long long)self.id[PAYMENT]);
    words(reference);
    words("succeeded");
    words("GBP");
    integer(1200);
    integer(0);
    words("GB");
    integer(created);
    integer(created);
    end();
}

/* Somebody, with what they bought: years ago when it is due, else within the last five. */
static void somebody(int64_t n, int64_t invoices, bool closed, bool due)
{
    uint8_t account[KEYSTORE_KEY], books[KEYSTORE_KEY];
    char class[30];
    int64_t account_id = new_key(account), books_id = new_key(books);
    int64_t when = due ? self.now - 2700 * DAY : self.now - 5 * 365 * DAY + n % 1700 * DAY;
    struct tm t;
    time_t unix_time = (time_t)when;
    gmtime_r(&unix_time, &t);
    snprintf(class, sizeof class, "books@%d", 1900 + t.tm_year);
    int64_t who = person(n, closed, account_id, account);
    add_key(who, "account", account_id);
    add_key(who, class, books_id);
    for (int64_t i = 0; i < invoices; i++) {
        struct place p = { .person = who, .key_id = books_id, .key = books };
        order(who, when);
        evidence(&p, when);
        bill(&p, when);
        line_and_payment(who, when);
    }
    arena_reset(self.row);
}

static int64_t bounded(const char *text, int64_t least, int64_t most)
{
    int64_t n = 0;
    if (i64_parse(str_c(text), least, most, &n) != ST_OK)
        die(text);
    return n;
}

static void find_ends(void)
{
    char sql[100];
    for (int t = 0; t < TABLES; t++) {
        snprintf(sql, sizeof sql, "SELECT coalesce(max(id), 0) FROM %s", tables[t].name);
        self.id[t] = tables[t].numbered ? number(sql) : 0;
    }
    self.product = number("SELECT min(id) FROM product");
    self.statement = number("SELECT max(id) FROM statement_version");
}

/* The next id of the program's own is after these. SQLite sees to that itself. */
static void set_sequences(void)
{
    char sql[200];
    for (int t = 0; self.pg && t < TABLES; t++) {
        snprintf(sql, sizeof sql, "SELECT setval(pg_get_serial_sequence('%s', 'id'), %lld)", tables[t].name, (long long)self.id[t]);
        if (tables[t].numbered)
            run(sql);
    }
    run(self.pg ? "ANALYZE" : "PRAGMA wal_checkpoint(TRUNCATE)");
}

int main(int argc, char **argv)
{
    if (argc != 6) {
        fputs("usage: bench_many DATA URL PEOPLE INVOICES_EACH DUE\n", stderr);
        return 64;
    }
    log_init("bench", LOG_ERROR);
    self.arena = arena_new((size_t)256 << 20);
    self.row = arena_new((size_t)16 << 20);
    if (!self.arena || !self.row || crypto_start() != ST_OK)
        die("start");
    int64_t people = bounded(argv[3], 1, 100000000), each = bounded(argv[4], 1, 100), due = bounded(argv[5], 1, 100);
    if (keystore_open(self.arena, str_fmt(self.arena, "%s/vault", argv[1]), &self.keys) != ST_OK)
        die("vault");
    open_database(argv[2]);
    find_ends();
    self.now = time(NULL);
    int64_t start = now_ns(), n_due = 0;
    for (int64_t n = 0; n < people; n++) {
        int64_t of = n % 1000;
        if (n % GROUP == 0)
            begin_group();
        somebody(n, each, of < due, of >= 500 && of < 500 + due);
        n_due += of < due ? 1 : of >= 500 && of < 500 + due ? each : 0;
        if (n % GROUP == GROUP - 1 || n == people - 1)
            end_group();
    }
    set_sequences();
    double seconds = (double)(now_ns() - start) / 1e9;
    printf("{\"people\": %lld, \"invoices\": %lld, \"due\": %lld, \"rows\": %lld, \"seconds\": %.1f, \"rate\": %.0f}\n", (long long)people,
           (long long)(people * each), (long long)n_due, (long long)self.rows, seconds, (double)self.rows / seconds);
    keystore_close(self.keys);
    sqlite3_close(self.sqlite);
    PQfinish(self.pg);
    return 0;
}
