/* A bare responder: what one process that does nothing but the work itself makes of this machine.
 *
 *   bench_bare loop DATABASE PAGE SECONDS     no sockets: how often the same selects and decryptions can be done
 *   bench_bare serve PORT DATABASE PAGE BYTES until it is killed, or 300 s
 *
 * PAGE: list, view, stafflist, search, none. Statements are found by name, as they are now; one that is gone is left out,
 * and told of. Each request runs the selects that the page of the same name runs, in one
 * read transaction, runs the cipher over as many values of the same lengths as they bring, and answers with BYTES bytes. The
 * key is its own, because the real ones are the vault's; everything else is the same. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sodium.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "all_stmts.h"
#include "latency.h"

#define SEALED_OVERHEAD 49 /* version, key id, nonce, tag: src/crypto/seal/seal.h */
#define SEALED_MOST 4096
#define NONCE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG crypto_aead_xchacha20poly1305_ietf_ABYTES
#define SUBJECTS 64
#define CONNS_MOST 4096
#define STOP_S 300

static struct {
    sqlite3 *db;
    sqlite3_stmt *begin, *end;
    struct {
        sqlite3_stmt *q;
        int params;
    } query[8]; /* of this page */
    int n_queries;
    uint8_t key[crypto_aead_xchacha20poly1305_ietf_KEYBYTES];
    uint8_t sealed[SEALED_MOST + TAG], plain[SEALED_MOST];
    struct subject {
        uint8_t token[64], invoice[16], code[32];
        int n_token, n_code;
        int64_t person, id;
    } subject[SUBJECTS];
    int n;
    size_t next;
    char page[16];
    char *answer;
    size_t answer_n;
    long values;
} self;

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "bench_bare: %s: %s\n", what, self.db ? sqlite3_errmsg(self.db) : strerror(errno));
    exit(1);
}

static sqlite3_stmt *prepared(const char *sql)
{
    sqlite3_stmt *q = NULL;
    if (sqlite3_prepare_v3(self.db, sql, -1, SQLITE_PREPARE_PERSISTENT, &q, NULL) != SQLITE_OK)
        die(sql);
    return q;
}

/* ---- the work ---- */

/* As much decryption as this value would take. */
static void open_value(size_t n)
{
    uint8_t ad[48] = { 0 };
    self.values++;
    n = n > SEALED_MOST ? SEALED_MOST : n;
    /* Encrypting is the same cipher over the same bytes, and needs no tag that was made for this length. */
    (void)crypto_aead_xchacha20poly1305_ietf_encrypt_detached(self.plain, self.sealed, NULL, self.plain, n, ad, sizeof ad,
                                                              NULL, ad, self.key);
}

/* All rows; each column is looked at, as anybody who uses it must. */
static int64_t all(sqlite3_stmt *q)
{
    int64_t first = 0;
    int rc;
    while ((rc = sqlite3_step(q)) == SQLITE_ROW) {
        first = first ? first : sqlite3_column_int64(q, 0);
        for (int i = 0; i < sqlite3_column_count(q); i++) {
            int type = sqlite3_column_type(q, i), n = 0;
            if (type == SQLITE_BLOB)
                n = sqlite3_column_bytes(q, i);
            else if (type == SQLITE_TEXT)
                (void)sqlite3_column_text(q, i);
            if (n > SEALED_OVERHEAD && *(const char *)sqlite3_column_blob(q, i) == 1)
                open_value((size_t)n - SEALED_OVERHEAD);
        }
    }
    if (rc != SQLITE_DONE)
        die(sqlite3_sql(q));
    sqlite3_reset(q);
    return first;
}

static void step(sqlite3_stmt *q)
{
    if (sqlite3_step(q) != SQLITE_DONE)
        die(sqlite3_sql(q));
    sqlite3_reset(q);
}

/* What each page asks for, and with what. */
enum params { TOKEN, PERSON_FROM, INVOICE_OF, INVOICE, FROM, NAME_FROM };
static const struct {
    const char *page, *statement;
    enum params params;
} queries[] = {
    { "list", "session_current", TOKEN },
    { "list", "invoice_page_list", PERSON_FROM },
    { "view", "session_current", TOKEN },
    { "view", "invoice_page_get", INVOICE_OF },
    { "view", "paper_head", INVOICE },
    { "view", "paper_lines_of", INVOICE },
    { "view", "invoice_page_payments", INVOICE },
    { "view", "invoice_page_notes", INVOICE },
    { "stafflist", "session_current", TOKEN },
    { "stafflist", "staff_customer_page", FROM },
    { "search", "session_current", TOKEN },
    { "search", "staff_customer_search", NAME_FROM },
};

static const struct stmt *statement_named(const char *name)
{
    for (size_t i = 0; i < all_stmts_n; i++)
        for (size_t k = 0; k < *all_stmts[i].n; k++) {
            const struct stmt *s = all_stmts[i].v[k];
            if (s->name.n == strlen(name) && memcmp(s->name.p, name, s->name.n) == 0)
                return s;
        }
    return NULL;
}

static void prepare_page(void)
{
    for (size_t i = 0; i < COUNT(queries); i++) {
        if (strcmp(queries[i].page, self.page) != 0)
            continue;
        const struct stmt *s = statement_named(queries[i].statement);
        if (!s) {
            fprintf(stderr, "bench_bare: there is no statement %s any more\n", queries[i].statement);
            continue;
        }
        self.query[self.n_queries].q = prepared(s->sqlite.p);
        self.query[self.n_queries++].params = (int)queries[i].params;
    }
}

static void bind_all(sqlite3_stmt *q, enum params params, const struct subject *s, int64_t invoice)
{
    switch (params) {
    case TOKEN:
        sqlite3_bind_blob(q, 1, s->token, s->n_token, SQLITE_STATIC);
        break;
    case PERSON_FROM:
        sqlite3_bind_int64(q, 1, s->person);
        sqlite3_bind_int64(q, 2, INT64_MAX);
        break;
    case INVOICE_OF:
        sqlite3_bind_blob(q, 1, s->invoice, 16, SQLITE_STATIC);
        sqlite3_bind_int64(q, 2, s->person);
        break;
    case INVOICE:
        sqlite3_bind_int64(q, 1, invoice);
        break;
    case FROM:
        sqlite3_bind_int64(q, 1, INT64_MAX);
        break;
    case NAME_FROM:
        sqlite3_bind_text(q, 1, "name", -1, SQLITE_STATIC);
        sqlite3_bind_blob(q, 2, s->code, s->n_code, SQLITE_STATIC);
        sqlite3_bind_int64(q, 3, INT64_MAX);
        break;
    }
}

static void work(void)
{
    int64_t invoice = 0;
    if (self.n_queries == 0)
        return;
    const struct subject *s = &self.subject[self.next];
    self.next = (self.next + 1) % (size_t)self.n;
    step(self.begin);
    for (int i = 0; i < self.n_queries; i++) {
        bind_all(self.query[i].q, (enum params)self.query[i].params, s, invoice);
        int64_t first = all(self.query[i].q);
        if (self.query[i].params == INVOICE_OF)
            invoice = first;
    }
    step(self.end);
}

/* People who are signed in, an invoice of each, and codes of names. */
static void find_subjects(void)
{
    sqlite3_stmt *q = prepared(
        "SELECT s.token_code, s.person_id, (SELECT i.uid FROM invoice i WHERE i.person_id = s.person_id ORDER BY i.id LIMIT 1),"
        " (SELECT c.code FROM search_code c WHERE c.person_id = s.person_id AND c.kind = 'name' LIMIT 1)"
        " FROM session s JOIN person p ON p.id = s.person_id WHERE s.signed_in = 1 AND p.kind = 'customer'"
        " ORDER BY s.id DESC LIMIT 64");
    while (sqlite3_step(q) == SQLITE_ROW) {
        struct subject *s = &self.subject[self.n];
        if (sqlite3_column_bytes(q, 2) != 16 || sqlite3_column_bytes(q, 3) > 32 || sqlite3_column_bytes(q, 0) > 64)
            continue;
        s->n_token = sqlite3_column_bytes(q, 0);
        memcpy(s->token, sqlite3_column_blob(q, 0), (size_t)s->n_token);
        s->person = sqlite3_column_int64(q, 1);
        memcpy(s->invoice, sqlite3_column_blob(q, 2), 16);
        s->n_code = sqlite3_column_bytes(q, 3);
        memcpy(s->code, sqlite3_column_blob(q, 3), (size_t)s->n_code);
        self.n++;
    }
    sqlite3_finalize(q);
    if (self.n == 0)
        die("nobody is signed in");
}

static void open_database(const char *name)
{
    sqlite3_config(SQLITE_CONFIG_SINGLETHREAD); /* as src/store/sqlite.c has it */
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    if (sodium_init() < 0 || sqlite3_open_v2(name, &self.db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
        die(name);
    sqlite3_db_config(self.db, SQLITE_DBCONFIG_LOOKASIDE, NULL, 1024, 128);
    sqlite3_exec(self.db, "PRAGMA mmap_size=0; PRAGMA cache_size=-24576; PRAGMA query_only=ON", NULL, NULL, NULL);
    sqlite3_busy_timeout(self.db, 5000);
    self.begin = prepared("BEGIN");
    self.end = prepared("ROLLBACK");
    prepare_page();
    find_subjects();
}

/* ---- a server that knows one answer ---- */

struct conn {
    char in[8192];
    size_t n;
};

static void respond(int fd, struct conn *c)
{
    ssize_t n = recv(fd, c->in + c->n, sizeof c->in - 1 - c->n, 0);
    if (n <= 0) {
        close(fd);
        c->n = 0;
        return;
    }
    c->n += (size_t)n;
    c->in[c->n] = '\0';
    if (c->n < 4 || !strstr(c->in, "\r\n\r\n"))
        return;
    c->n = 0;
    work();
    if (send(fd, self.answer, self.answer_n, MSG_NOSIGNAL) != (ssize_t)self.answer_n)
        close(fd);
}

static int listen_on(int port)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof at) < 0 || listen(fd, 1024) < 0)
        die("listen");
    return fd;
}

static void take_connections(int epoll, int listener)
{
    int fd, on = 1;
    while ((fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC)) >= 0) {
        struct epoll_event e = { .events = EPOLLIN, .data.fd = fd };
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        if (fd >= CONNS_MOST || epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e) < 0)
            close(fd);
    }
}

static void serve(int port, size_t bytes)
{
    static struct conn conns[CONNS_MOST];
    struct epoll_event ready[256];
    char head[300];
    int listener = listen_on(port), epoll = epoll_create1(EPOLL_CLOEXEC);
    int n = snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %zu\r\n\r\n", bytes);
    self.answer_n = (size_t)n + bytes;
    self.answer = calloc(1, self.answer_n);
    struct epoll_event e = { .events = EPOLLIN, .data.fd = listener };
    if (!self.answer || epoll < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &e) < 0)
        die("start");
    memcpy(self.answer, head, (size_t)n);
    memset(self.answer + n, 'x', bytes);
    for (int64_t end = now_ns() + STOP_S * INT64_C(1000000000); now_ns() < end;) {
        int got = epoll_wait(epoll, ready, 256, 1000);
        for (int i = 0; i < got; i++) {
            if (ready[i].data.fd == listener)
                take_connections(epoll, listener);
            else
                respond(ready[i].data.fd, &conns[ready[i].data.fd]);
        }
    }
}

static void loop(double seconds)
{
    int64_t start = now_ns(), end = start + (int64_t)(seconds * 1e9), n = 0;
    for (; now_ns() < end; n++)
        work();
    struct timespec used;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    printf("{\"rate\": %.1f, \"cpu_us\": %.3f, \"values\": %.1f}\n", (double)n / ((double)(now_ns() - start) / 1e9),
           ((double)used.tv_sec * 1e6 + (double)used.tv_nsec / 1e3) / (double)n, (double)self.values / (double)n);
}

int main(int argc, char **argv)
{
    if (argc == 5 && strcmp(argv[1], "loop") == 0) {
        snprintf(self.page, sizeof self.page, "%s", argv[3]);
        open_database(argv[2]);
        loop(atof(argv[4]));
        return 0;
    }
    if (argc == 6 && strcmp(argv[1], "serve") == 0) {
        snprintf(self.page, sizeof self.page, "%s", argv[4]);
        if (strcmp(self.page, "none") != 0)
            open_database(argv[3]);
        alarm(STOP_S + 5);
        serve(atoi(argv[2]), strtoul(argv[5], NULL, 10));
        return 0;
    }
    fputs("usage: bench_bare loop DATABASE PAGE SECONDS | bench_bare serve PORT DATABASE PAGE BYTES\n", stderr);
    return 64;
}
