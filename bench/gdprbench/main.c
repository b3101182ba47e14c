/* GDPRbench: fill, run one mix's workloads, measure. One line of JSON for each thing measured.
 *
 *   bench_gdpr URL DIR STATEMENT MIX RECORDS OPS CLIENTS on|off
 *
 * URL: a fresh database; DIR: an empty folder for the vault; MIX: paper or repository. */
#include "gdpr.h"

#include "clock.h"
#include "hash.h"
#include "log.h"
#include "str.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define MEMORY ((size_t)4 << 30)
#define FILL_GROUP 2000
#define CLIENTS_MOST 256

static struct {
    struct arena *arena;
    str url;
    const char *dir, *statement, *mix;
    struct keep keep;
    struct model model;
    struct run run;
} self;

static _Noreturn void die(const char *what, st s)
{
    fprintf(stderr, "bench_gdpr: %s: %s (%.*s)\n", what, st_info(s)->name, STR_ARG(gate_why(&self.keep.cx.gate)));
    exit(1);
}

static void must(st s, const char *what)
{
    if (s != ST_OK)
        die(what, s);
}

/* ---- how large ---- */

static int64_t file_size(const char *name)
{
    struct stat info;
    return stat(name, &info) == 0 ? info.st_size : 0;
}

static int64_t postgres_size(const char *where)
{
    PGconn *c = PQconnectdb(where);
    PGresult *r = PQexec(c, "SELECT pg_database_size(current_database())");
    int64_t n = PQresultStatus(r) == PGRES_TUPLES_OK ? atoll(PQgetvalue(r, 0, 0)) : 0;
    PQclear(r);
    PQfinish(c);
    return n;
}

/* Of the database, closed, and of the keys. */
static int64_t size_now(void)
{
    const char *where = str_z(self.arena, self.url);
    int64_t keys = file_size(str_z(self.arena, str_fmt(self.arena, "%s/vault/keys.db", self.dir)));
    return keys + (str_starts(self.url, S("sqlite:")) ? file_size(where + 7) : postgres_size(where));
}

static void open_keep(void)
{
    bool compliant = self.keep.compliant;
    self.keep = (struct keep){ .compliant = compliant };
    must(keep_open(&self.keep, self.arena, self.url, self.dir, self.statement), "open");
}

/* ---- filling ---- */

/* Through the same functions, a large group at a time, and without an event for each. */
static void fill(int64_t records)
{
    struct model *m = &self.model;
    for (int64_t i = 0; i < m->persons; i++) {
        must(keep_group(&self.keep), "begin");
        must(keep_somebody(&self.keep, &m->person_id[i]), "a person");
        if (i % FILL_GROUP == FILL_GROUP - 1)
            must(keep_commit(&self.keep), "commit");
        arena_reset(CX_ARENA(&self.keep.cx));
    }
    for (int64_t i = 1; i <= records; i++) {
        int64_t id = model_add(m, model_make(m, i, m->now));
        must(keep_group(&self.keep), "begin");
        struct record r = model_record(CX_ARENA(&self.keep.cx), m, id);
        must(keep_create(&self.keep, &r), "a record");
        if (i % FILL_GROUP == 0)
            must(keep_commit(&self.keep), "commit");
        arena_reset(CX_ARENA(&self.keep.cx));
    }
    must(keep_commit(&self.keep), "commit");
}

static void report_fill(int64_t records, int64_t empty, double seconds)
{
    int64_t size = size_now();
    printf("{\"what\": \"fill\", \"records\": %lld, \"seconds\": %.2f, \"rate\": %.0f, \"bytes\": %lld, \"space\": %.3f}\n",
           (long long)records, seconds, (double)records / seconds, (long long)size,
           (double)(size - empty) / (double)(records * DATA_BYTES));
    fflush(stdout);
}

/* ---- workloads ---- */

static void report_queries(const struct workload *w)
{
    struct run *r = &self.run;
    for (int q = 0; q < QUERIES; q++)
        if (r->latency[q].n > 0)
            printf("{\"what\": \"query\", \"mix\": \"%s\", \"workload\": \"%s\", \"query\": \"%s\", \"n\": %lld, \"p50_us\": %.0f, \"p99_us\": %.0f, "
                   "\"found\": %lld, \"found_p50_us\": %.0f, \"answered_p50_us\": %.0f, \"answered_p99_us\": %.0f}\n",
                   w->mix, w->name, query_names[q], (long long)r->latency[q].n, latency_at(&r->latency[q], 0.5),
                   latency_at(&r->latency[q], 0.99), (long long)r->found[q].n, latency_at(&r->found[q], 0.5),
                   latency_at(&r->answered[q], 0.5), latency_at(&r->answered[q], 0.99));
}

static void workload(const struct workload *w)
{
    struct run *r = &self.run;
    double seconds = 0;
    int64_t rows = 0, bytes = 0, rows_after = 0, bytes_after = 0, disposed = r->disposed;
    memset(r->latency, 0, sizeof r->latency);
    memset(r->found, 0, sizeof r->found);
    memset(r->answered, 0, sizeof r->answered);
    memset(&r->commits, 0, sizeof r->commits);
    r->right = r->asked = 0;
    must(keep_log_size(&self.keep, &rows, &bytes), "size of the log");
    must(mix_run(r, w, &seconds), w->name);
    must(keep_log_size(&self.keep, &rows_after, &bytes_after), "size of the log");
    arena_reset(CX_ARENA(&self.keep.cx));
    printf("{\"what\": \"workload\", \"mix\": \"%s\", \"workload\": \"%s\", \"ops\": %lld, \"seconds\": %.3f, \"correct\": %.4f, "
           "\"log_bytes_per_op\": %.1f, \"log_rows\": %lld, \"disposed\": %lld, \"commit_p50_us\": %.0f}\n",
           w->mix, w->name, (long long)r->ops, seconds, 100.0 * (double)r->right / (double)r->asked,
           (double)(bytes_after - bytes) / (double)r->ops, (long long)(rows_after - rows), (long long)(r->disposed - disposed),
           latency_at(&r->commits, 0.5));
    report_queries(w);
    fflush(stdout);
}

static void one_person(void)
{
    struct erasure e;
    must(erase_measure(&self.run, self.dir, &e), "erasure");
    printf("{\"what\": \"person\", \"export_p50_us\": %.0f, \"export_p99_us\": %.0f, \"export_records\": %lld, \"gone_ms\": %.2f, "
           "\"backup_ms\": %.2f, \"proven\": %s}\n",
           e.export_p50_us, e.export_p99_us, (long long)e.records, e.gone_ms, e.backup_ms, e.proven ? "true" : "false");
}

static void run_all(int64_t records, int64_t ops, int64_t clients)
{
    self.run = (struct run){ .keep = &self.keep, .model = &self.model, .records = records, .ops = ops, .clients = clients,
        .begin = self.model.now, .rnd = 88172645463325252u };
    for (size_t i = 0; i < workloads_n; i++)
        if (strcmp(workloads[i].mix, self.mix) == 0)
            workload(&workloads[i]);
    one_person();
}

static int64_t number(const char *text, int64_t most)
{
    int64_t n = 0;
    if (i64_parse(str_c(text), 1, most, &n) != ST_OK)
        die(text, ST_INVALID);
    return n;
}

int main(int argc, char **argv)
{
    if (argc != 9) {
        fputs("usage: bench_gdpr URL DIR STATEMENT MIX RECORDS OPS CLIENTS on|off\n", stderr);
        return 64;
    }
    log_init("bench", LOG_ERROR);
    self.arena = arena_new(MEMORY);
    if (!self.arena || crypto_start() != ST_OK)
        die("start", ST_NO_MEMORY);
    self.url = str_c(argv[1]);
    self.dir = argv[2];
    self.statement = argv[3];
    self.mix = argv[4];
    int64_t records = number(argv[5], 100000000), ops = number(argv[6], 10000000), clients = number(argv[7], CLIENTS_MOST);
    self.keep.compliant = strcmp(argv[8], "on") == 0;
    open_keep();
    keep_close(&self.keep);
    int64_t empty = size_now(), start = now_ns();
    open_keep();
    model_new(self.arena, &self.model, records, ops * 8, self.keep.compliant);
    self.model.now = self.keep.cx.gate.now.s;
    if (arena_failed(self.arena))
        die("memory", ST_NO_MEMORY);
    fill(records);
    double seconds = (double)(now_ns() - start) / 1e9;
    keep_close(&self.keep);
    report_fill(records, empty, seconds);
    open_keep();
    run_all(records, ops, clients);
    keep_close(&self.keep);
    arena_free(self.arena);
    return 0;
}
