/* GDPRbench on the product's own store, gates and vault (docs/adr/0026): what its files share. */
#ifndef AVOW_GDPR_H
#define AVOW_GDPR_H

#include "command.h"
#include "keystore.h"
#include "latency.h"

#define DATA_BYTES 100
#define PER_PERSON 10       /* records of one person at the beginning */
#define PAGE 25             /* of a list that is read, as the product's pages */
#define CHANGE_PAGE 10      /* of a list that is changed or deleted */
#define PURPOSES 25
#define OBJECTIONS 100
#define DECISIONS 2
#define OTHERS 10           /* ACL, shared with, source, category */
#define OPS_PER_SECOND 100  /* of the workload's own time: the short life of 30 s ends while it runs */
#define PERSON_MOST 1000

struct record {
    int64_t record, person, purpose, objection, decision, shared;
    uid uid;
    utc ends;
    str data; /* opened; empty when it was not asked for */
};
enum by { BY_RECORD, BY_PERSON, BY_PURPOSE, BY_OBJECTION, BY_DECISION, BY_SHARED };

/* ---- keep.c: records as the product keeps what is about people, or (compliant: false) as a table keeps rows ---- */

struct keep {
    bool compliant;
    struct arena *arena; /* of the program */
    struct cx cx;        /* its gate, database and arena of the operation */
    struct keystore *keys;
    bool open;           /* a group is */
    int64_t doomed[4096]; /* keys that are destroyed when their group is committed */
    size_t n_doomed;
    int64_t sealed_reads, logged;
};

NODISCARD st keep_open(struct keep *, struct arena *, str where, const char *dir, const char *statement);
void keep_close(struct keep *);
NODISCARD st keep_somebody(struct keep *, int64_t *person);
NODISCARD st keep_group(struct keep *);   /* begin one unless it is */
NODISCARD st keep_commit(struct keep *);  /* durable, then the doomed keys are destroyed, also durably */
NODISCARD st keep_create(struct keep *, const struct record *);
/* Records in order, at most `most`; their data opened for the contract when `data`. */
NODISCARD st keep_list(struct keep *, enum by, int64_t value, size_t most, bool data, struct record *out, size_t *n);
NODISCARD st keep_ended(struct keep *, size_t most, struct record *out, size_t *n);
NODISCARD st keep_set_data(struct keep *, const struct record *, str data);
NODISCARD st keep_set_purpose(struct keep *, const struct record *, int64_t purpose);
NODISCARD st keep_remove(struct keep *, const struct record *, str why);
NODISCARD st keep_erase(struct keep *, int64_t person); /* all records, where they came from, and the keys */
NODISCARD st keep_told(struct keep *, const struct record *); /* the ledger: the processor gets it */
NODISCARD st keep_event(struct keep *, int64_t person, str what);
NODISCARD st keep_look(struct keep *, int64_t person, size_t *n); /* the log about somebody: told, and happened */
NODISCARD st keep_log_size(struct keep *, int64_t *rows, int64_t *bytes);

/* ---- model.c: what the answers have to be ---- */

struct model_record {
    int32_t person, next; /* next of the same person */
    uint8_t purpose, objection, decision, shared;
    bool alive;
    int32_t version;
    int64_t ends;
};
struct model {
    struct model_record *v; /* by record number, from 1 */
    int64_t n, room;
    int32_t *first, *last;  /* of each person, by index */
    int64_t *person_id;
    int64_t persons;
    bool lives;             /* records end by themselves */
    int32_t *told, *happened; /* rows of the log about each person */
    int64_t now;
};

void model_new(struct arena *, struct model *, int64_t records, int64_t ops, bool lives);
/* The n-th record as GDPRbench makes it. */
struct model_record model_make(const struct model *, int64_t record, int64_t begin);
int64_t model_add(struct model *, struct model_record);
bool model_there(const struct model *, int64_t record);
size_t model_list(const struct model *, enum by, int64_t value, size_t most, int64_t *out);
void data_of(int64_t record, int32_t version, char out[DATA_BYTES]);
struct record model_record(struct arena *, const struct model *, int64_t record);

/* ---- mix.c: the workloads ---- */

enum query {
    Q_CREATE, Q_DELETE_KEY, Q_DELETE_PUR, Q_DELETE_TTL, Q_DELETE_USR, Q_UPDATE_KEY, Q_META_KEY, Q_META_PUR, Q_META_USR, Q_META_SHR,
    Q_READ_KEY, Q_READ_PUR, Q_READ_USR, Q_READ_OBJ, Q_READ_DEC, Q_READMETA_KEY, Q_READMETA_PUR, Q_READMETA_USR, Q_LOGS, Q_VERIFY, QUERIES
};
extern const char *const query_names[QUERIES];

struct run {
    struct keep *keep;
    struct model *model;
    int64_t records, ops, clients, at, begin; /* operations so far, of all workloads; and when time began */
    uint64_t rnd;
    int64_t right, asked;
    struct latency latency[QUERIES]; /* of the work itself */
    struct latency found[QUERIES];   /* the same of those that found something: late in a workload many do not */
    struct latency answered[QUERIES], commits; /* with the wait for the group's commit, where there is one; and what that takes */
    struct { enum query q; int64_t since; } waiting[256]; /* for their group's commit */
    size_t n_waiting;
    int64_t disposed;
    struct { int64_t n; double zeta; } skew[2]; /* of records, of people */
    double settled_s; /* spent on checking, which is not the store's */
};
struct workload {
    const char *mix, *name;
    bool zipf;
    bool outside; /* what is read goes to a processor: the ledger says so */
    struct { enum query q; int share; } parts[10]; /* of 100 */
    int preamble; /* the repository's: verify so many of 1000, and read the log */
};
extern const struct workload workloads[];
extern const size_t workloads_n;
/* One workload; *seconds it took. */
NODISCARD st mix_run(struct run *, const struct workload *, double *seconds);
NODISCARD st mix_settle(struct run *); /* commit what waits */

/* ---- erase.c: how long erasing and exporting one person takes ---- */
struct erasure {
    double export_p50_us, export_p99_us, gone_ms, backup_ms; /* gone: rows and key, durably; backup: made anew without the key */
    int64_t records, bytes;                                  /* of an export */
    bool proven; /* a sealed copy that was kept aside does not open, and the new backup has one destroyed key more */
};
NODISCARD st erase_measure(struct run *, const char *dir, struct erasure *);

#endif
