#include "engine.h"

#include "config.h"
#include "edit.h"
#include "hash.h"
#include "migrate.h"
#include "run.h"
#include "statement.h"
#include "vault.h"

#define START 1795420800 /* 2026-11-23T08:00:00Z */
#define ENGINE_MEMORY (512u << 20)

/* ---- a vault in this program ----------------------------------------------------------------------------------- */

#define KEYS 16384 /* steps that fail leave keys behind that nobody uses */
struct vault {
    uint8_t keys[KEYS][VAULT_KEY];
    bool destroyed[KEYS];
    int64_t n;
    uint64_t destructions;
};
static struct vault the_vault;
int64_t engine_old_copy;

st vault_key_new(struct vault *v, int64_t *id)
{
    if (v->n == KEYS)
        return ST_FULL;
    rnd_bytes(v->keys[v->n], VAULT_KEY);
    *id = ++v->n;
    return ST_OK;
}

st vault_key_open(struct vault *v, int64_t id, const uint8_t **key)
{
    if (id < 1 || id > v->n)
        return ST_NOT_FOUND;
    if (v->destroyed[id - 1])
        return ST_SEALED;
    *key = v->keys[id - 1];
    return ST_OK;
}

st vault_keys_destroy(struct vault *v, const int64_t *ids, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (ids[i] < 1 || ids[i] > v->n)
            return ST_NOT_FOUND;
        v->destructions += !v->destroyed[ids[i] - 1];
        v->destroyed[ids[i] - 1] = true;
        secret_wipe(v->keys[ids[i] - 1], VAULT_KEY);
    }
    return ST_OK;
}

st vault_key_destroy(struct vault *v, int64_t id)
{
    return vault_keys_destroy(v, &id, 1);
}

st vault_state(struct vault *v, struct msg_vault_state *out)
{
    *out = (struct msg_vault_state){ .generation = 1, .upto = v->n, .destroyed = (int64_t)v->destructions };
    if (engine_old_copy > 0) {
        out->backup = 1;
        out->backup_destroyed = out->destroyed;
        out->destroyed += engine_old_copy;
    }
    return ST_OK;
}

st vault_blind(struct vault *v, str domain, str value, uint8_t out[VAULT_BLIND])
{
    static const uint8_t root[HASH_KEY] = { 1 };
    uint8_t key[HASH_KEY];
    (void)v;
    hash_derive(root, domain, key);
    hash_keyed(key, value, out, VAULT_BLIND);
    return ST_OK;
}

st vault_token_key(struct vault *v, uint8_t out[32])
{
    (void)v;
    memset(out, 7, 32);
    return ST_OK;
}

/* ---- opening and closing --------------------------------------------------------------------------------------- */

static st load_statement(struct engine *e, const char *folder, const char *without)
{
    static struct statement_text shipped;
    struct findings f;
    findings_init(&f, e->a);
    if (folder)
        TRY(statement_read(e->a, str_c(folder), &f, &shipped));
    st s = statement_compile(e->a, without ? edit_without(e->a, shipped, without) : shipped, &f, &e->statement);
    for (size_t i = 0; s != ST_OK && i < f.n; i++)
        printf("# %.*s: %.*s\n", STR_ARG(f.v[i].where), STR_ARG(f.v[i].what));
    return s;
}

static st configure(struct engine *e, const char *module)
{
    str problem;
    TRY(config_defaults(e->a, &e->config));
    TRY(config_set(e->a, &e->config, S("test"), S("module.exec"), str_c(module), &problem));
    TRY(config_set(e->a, &e->config, S("test"), S("module.exec_dir"), str_c(e->dir), &problem));
    TRY(config_set(e->a, &e->config, S("test"), S("data.dir"), str_c(e->dir), &problem));
    return config_set(e->a, &e->config, S("test"), S("trial.enabled"), S("true"), &problem);
}

st engine_open(struct engine *e, bool postgres, const char *folder, const char *module)
{
    int at;
    *e = (struct engine){ .a = arena_new(ENGINE_MEMORY), .now = { START }, .label = postgres ? "postgres" : "sqlite" };
    if (!e->a)
        return ST_NO_MEMORY;
    clock_set(e->now);
    snprintf(e->dir, sizeof e->dir, "/tmp/avow-engine.XXXXXX");
    if (!mkdtemp(e->dir))
        return ST_IO;
    TRY(load_statement(e, folder, NULL));
    TRY(configure(e, module));
    TRY(test_db_new(e->a, postgres, &e->tdb));
    TRY(db_open(e->a, &(struct db_config){ .url = e->tdb.url, .mode = DB_WRITE }, &e->db));
    TRY(migrate(e->db, e->a, &at));
    struct engine_statement_row v;
    TRY(db_begin(e->db));
    TRY(engine_statement(e->db, e->a, &(struct engine_statement_in){ .hash = S("engine"), .at = e->now }, &v));
    e->statement_id = v.id;
    return db_commit(e->db);
}

void engine_close(struct engine *e)
{
    char command[128];
    if (e->db)
        db_close(e->db);
    test_db_drop(&e->tdb);
    snprintf(command, sizeof command, "rm -rf %s", e->dir);
    if (e->dir[0] && system(command) != 0)
        printf("# %s was not removed\n", e->dir);
    if (e->a)
        arena_free(e->a);
}

st engine_without(struct engine *e, const char *clause)
{
    return load_statement(e, NULL, clause);
}

void engine_pass(struct engine *e, int64_t seconds)
{
    e->now.s += seconds;
    clock_set(e->now);
}

struct gate engine_gate(struct engine *e)
{
    return (struct gate){ .statement = e->statement, .statement_id = e->statement_id, .vault = &the_vault, .db = e->db,
                          .arena = e->a, .now = e->now };
}

/* ---- asking ---------------------------------------------------------------------------------------------------- */

struct actor engine_visitor(struct engine *e, const char *currency)
{
    struct engine_person_row p = { 0 };
    bool ok = db_begin(e->db) == ST_OK &&
              engine_person(e->db, e->a, &(struct engine_person_in){ .uid = rnd_uid(), .kind = S("visitor"),
                  .currency = str_c(currency), .at = e->now }, &p) == ST_OK && db_commit(e->db) == ST_OK;
    t_ok(ok, "a visitor comes");
    return (struct actor){ .kind = ACTOR_VISITOR, .person = p.id, .caps = CAP_PUBLIC | CAP_VISITOR };
}

struct actor engine_customer(struct actor a)
{
    a.kind = ACTOR_CUSTOMER;
    a.caps = CAP_PUBLIC | CAP_CUSTOMER;
    return a;
}

struct actor engine_staff(void)
{
    return (struct actor){ .kind = ACTOR_STAFF, .caps = CAP_STAFF | CAP_STAFF_CATALOGUE | CAP_STAFF_BILLING |
                                                        CAP_STAFF_SERVICES | CAP_STAFF_CUSTOMERS | CAP_STAFF_CHECKS };
}

struct actor engine_system(void)
{
    return (struct actor){ .kind = ACTOR_SYSTEM, .caps = CAP_SYSTEM | CAP_GATEWAY };
}

static st run(struct engine *e, const struct command_request *rq, struct command_reply *reply)
{
    struct cx cx = { .gate = engine_gate(e), .config = &e->config };
    TRY(db_begin(e->db));
    st s = command_run_nt(&cx, rq, reply);
    if (s != ST_OK) {
        db_rollback(e->db);
        return s;
    }
    if (reply->status == ST_STATEMENT || reply->status == ST_RESTRICTED)
        printf("# %.*s\n", STR_ARG(gate_why(&cx.gate)));
    e->field = str_dup(e->a, reply->field);
    e->message = str_dup(e->a, reply->message);
    TRY(db_commit(e->db));
    return reply->status;
}

st engine_again(struct engine *e, struct actor who, enum command cmd, uid idem, const void *in, void *out)
{
    struct out bytes;
    struct command_reply reply;
    void *answer;
    out_init(&bytes, e->a, 1 << 20);
    TRY(command_encode_in(&bytes, cmd, in));
    TRY(out_st(&bytes));
    TRY(run(e, &(struct command_request){ .cmd = cmd, .idem = idem, .actor = who, .payload = out_view(&bytes) }, &reply));
    TRY(command_decode_out(e->a, cmd, reply.payload, &answer));
    if (out)
        memcpy(out, answer, command_defs[cmd].out->size);
    return ST_OK;
}

st engine_call(struct engine *e, struct actor who, enum command cmd, const void *in, void *out)
{
    return engine_again(e, who, cmd, rnd_uid(), in, out);
}

/* ---- the courier ----------------------------------------------------------------------------------------------- */

static st ask_writer(void *at, struct arena *a, enum command cmd, uid idem, const void *in, void *out)
{
    (void)a;
    return engine_again(at, engine_system(), cmd, idem, in, out);
}

static st one_round(struct engine *e, size_t *done)
{
    struct job_runner r = { .db = e->db, .vault = &the_vault, .statement = e->statement, .statement_id = e->statement_id,
                            .config = &e->config, .handlers = job_handlers, .n_handlers = job_handlers_n,
                            .call = ask_writer, .call_at = e };
    return job_round(&r, 8, done);
}

st engine_round(struct engine *e)
{
    size_t done;
    return one_round(e, &done);
}

size_t engine_work(struct engine *e)
{
    size_t all = 0, done = 1;
    while (done > 0 && all < 200) {
        st s = one_round(e, &done);
        if (s != ST_OK) {
            t_st(s, ST_OK, "the courier's round");
            break;
        }
        all += done;
    }
    return all;
}

/* ---- looking --------------------------------------------------------------------------------------------------- */

int64_t engine_count(struct engine *e, const char *what)
{
    struct engine_counts_row c;
    if (engine_counts(e->db, e->a, &c) != ST_OK)
        return -1;
    const struct {
        const char *name;
        int64_t n;
    } all[] = {
        { "orders", c.orders }, { "invoices", c.invoices }, { "paid", c.paid }, { "void", c.voided }, { "numbers", c.numbers },
        { "payments", c.payments }, { "succeeded", c.succeeded }, { "services", c.services }, { "active", c.active },
        { "reviews", c.reviews }, { "events", c.events }, { "jobs", c.jobs }, { "dead", c.dead }, { "persons", c.persons },
        { "customers", c.customers }, { "lines", c.lines }, { "acknowledged", c.acknowledged },
        { "disclosures", c.disclosures }, { "mails", c.mails }, { "pending", c.pending }, { "notes", c.notes },
    };
    for (size_t i = 0; i < COUNT(all); i++)
        if (strcmp(what, all[i].name) == 0)
            return all[i].n;
    return -1;
}

bool engine_balanced(struct engine *e)
{
    struct engine_unbalanced_rows rows;
    return engine_unbalanced(e->db, e->a, &rows) == ST_OK && rows.n == 0;
}
