/* The business without processes: commands through the same code the writer runs, jobs through the same round the courier
 * runs, a clock that stands still, a vault in this program. Each scenario runs on SQLite and on PostgreSQL. */
#ifndef AVOW_ENGINE_H
#define AVOW_ENGINE_H

#include "clock.h"
#include "codec.h"
#include "command.h"
#include "config.h"
#include "engine_sql.h"
#include "job.h"
#include "rnd.h"
#include "str.h"
#include "t.h"
#include "test_db.h"

struct engine {
    struct arena *a;
    struct test_db tdb;
    struct db *db;
    struct config config;
    const struct statement *statement;
    int64_t statement_id;
    char dir[64]; /* web spaces and mail */
    utc now;
    const char *label; /* "sqlite" or "postgres" */
    /* Of the last command. */
    str field, message;
};

NODISCARD st engine_open(struct engine *, bool postgres, const char *statement_folder, const char *module);
void engine_close(struct engine *);
/* Without one clause (a statement an operator could have written). */
NODISCARD st engine_without(struct engine *, const char *clause);
void engine_pass(struct engine *, int64_t seconds);

/* A gate for reading, in the engine's arena. */
struct gate engine_gate(struct engine *);

/* Ask as somebody. A new key each time; engine_again says which. `out` may be NULL. */
struct actor engine_visitor(struct engine *, const char *currency);
struct actor engine_customer(struct actor visitor);
struct actor engine_staff(void);
struct actor engine_system(void);
st engine_call(struct engine *, struct actor, enum command, const void *in, void *out);
st engine_again(struct engine *, struct actor, enum command, uid idem, const void *in, void *out);

/* The courier's round with the engine as the writer: until nothing is due, at most 200 jobs. */
size_t engine_work(struct engine *);
/* One round, and how it went. */
NODISCARD st engine_round(struct engine *);

int64_t engine_count(struct engine *, const char *what); /* orders, invoices, paid, services, reviews … */
bool engine_balanced(struct engine *);

/* What decides VAT in these scenarios: see fake_vat.c. */
enum engine_vat { ENGINE_DOMESTIC, ENGINE_PENDING, ENGINE_CONTRADICTION, ENGINE_REVERSE };
extern enum engine_vat engine_vat;
/* So many destroyed keys the copy of the key store does not know of; 0: there is no copy. */
extern int64_t engine_old_copy;

/* A key of the configuration, from now on. */
static inline void engine_set(struct engine *e, const char *key, const char *value)
{
    str problem;
    t_st(config_set(e->a, &e->config, S("test"), str_c(key), str_c(value), &problem), ST_OK, key);
}

/* The whole of such a test: its checks on SQLite, then on PostgreSQL, in an engine that was opened for them. The arguments are
 * the folder of the statement and the provisioning program. */
static inline int engine_on_both(int argc, char **argv, void (*checks)(struct engine *))
{
    t_need(argc == 3);
    for (int postgres = 0; postgres <= 1; postgres++) {
        struct engine e;
        t_need(engine_open(&e, postgres, argv[1], argv[2]) == ST_OK);
        printf("# on %s\n", e.label);
        checks(&e);
        engine_close(&e);
    }
    return t_done();
}

#endif
