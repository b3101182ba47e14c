/* From the basket to the service, where every statement and every allocation fails once: the nth, for each n until a step
 * succeeds. A step that failed has changed nothing (or everything, when only its answer was lost); asked again with its key it
 * is done, once; the books balance all the while. */
#include "log.h"
#include "shop.h"

#include <sys/stat.h>

#define ATTEMPTS_MOST 20000
#define ATTEMPT_MEMORY ((size_t)64 << 20)

enum fault { FAULT_STORE, FAULT_MEMORY };

struct torture {
    struct engine *e;
    enum fault fault;
    st how;
    uint64_t left; /* after an attempt: 0 when the fault came */
};

struct step {
    const char *name;
    struct actor who;
    enum command cmd;
    const void *in;
    void *out;
};

static struct engine_counts_row look(struct engine *e)
{
    struct engine_counts_row c = { 0 };
    st s = engine_counts(e->db, e->a, &c);
    if (s != ST_OK)
        t_st(s, ST_OK, "a look at everything");
    return c;
}

static bool same(const struct engine_counts_row *a, const struct engine_counts_row *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

static void arm(struct torture *t, uint64_t n)
{
    if (t->fault == FAULT_STORE)
        db_fail_at(t->e->db, n, t->how);
    else
        arena_fail_at(n);
}

static void disarm(struct torture *t)
{
    t->left = t->fault == FAULT_STORE ? db_fail_at(t->e->db, 0, ST_OK) : arena_fail_at(0);
}

/* One attempt in memory of its own, as the writer gives each group its own. */
static st attempt(struct torture *t, const struct step *step, uid key, uint64_t n)
{
    struct engine *e = t->e;
    struct arena *kept = e->a;
    e->a = arena_new(ATTEMPT_MEMORY);
    arm(t, n);
    st s = engine_again(e, step->who, step->cmd, key, step->in, step->out);
    disarm(t);
    arena_free(e->a);
    e->a = kept;
    return s;
}

static void suffer(struct torture *t, const struct step *step)
{
    struct engine *e = t->e;
    uid key = rnd_uid();
    struct engine_counts_row before = look(e), now, after = before;
    size_t n = 0, wrong = 0, moved = 0;
    st s = ST_BUG;
    do {
        s = attempt(t, step, key, ++n);
        now = look(e);
        bool came = t->left == 0;
        bool done = !same(&after, &before);
        if (!done && !same(&now, &before))
            after = now; /* done, and its answer lost, or what is not needed for it */
        moved += done && !same(&now, &after);
        if (came && s != t->how && (s != ST_OK || same(&now, &before))) {
            printf("# %s, n = %zu: %s %.*s %.*s\n", step->name, n, st_info(s)->name, STR_ARG(e->field), STR_ARG(e->message));
            wrong++;
        }
        wrong += !engine_balanced(e);
    } while (t->left == 0 && n < ATTEMPTS_MOST);
    printf("# %s: %zu points to fail at\n", step->name, n - 1);
    t_st(s, ST_OK, step->name);
    t_i64(wrong, 0, "each failure before that was told as what it was");
    t_i64(moved, 0, "what was done was done once");
    after = look(e);
    t_ok(!same(&after, &before), "now it is done");
    t_st(attempt(t, step, key, 0), ST_OK, "asked once more");
    now = look(e);
    t_ok(same(&now, &after), "it changes nothing");
}

static void order_and_pay(struct torture *t)
{
    struct engine *e = t->e;
    struct actor visitor = engine_visitor(e, "GBP");
    struct basket_item item = shop_item(e, "starter", "shop.example.test");
    struct basket_add_in choose = { .item = { &item, 1 } };
    suffer(t, &(struct step){ "basket.add", visitor, CMD_BASKET_ADD, &choose, NULL });
    struct order_place_in form = shop_form(e, visitor);
    struct order_place_out order = { 0 };
    suffer(t, &(struct step){ "order.place", visitor, CMD_ORDER_PLACE, &form, &order });
    struct payment_start_in start = { .invoice = order.invoice, .gateway = S("sandbox") };
    struct payment_start_out started = { 0 };
    suffer(t, &(struct step){ "payment.start", engine_customer(visitor), CMD_PAYMENT_START, &start, &started });
    struct payment_callback_in message = shop_message(e, started.payment, "succeeded");
    suffer(t, &(struct step){ "payment.callback", engine_system(), CMD_PAYMENT_CALLBACK, &message, NULL });
}

/* The courier's round with one fault in it; what it may say is that it could not. */
static st round_with(struct torture *t, uint64_t n)
{
    struct engine *e = t->e;
    struct arena *kept = e->a;
    e->a = arena_new(ATTEMPT_MEMORY);
    arm(t, n);
    st s = engine_round(e);
    disarm(t);
    arena_free(e->a);
    e->a = kept;
    return s;
}

/* The jobs of a paid order, each point of the first round failing once, on an order of its own. */
static void courier(struct torture *t)
{
    struct engine *e = t->e;
    size_t orders = 0;
    uint64_t n = 1;
    do {
        struct shopper s = shop_order(e, "starter");
        struct payment_callback_in m = shop_message(e, shop_pay(e, &s).payment, "succeeded");
        t_str(shop_say(e, &m), S("applied"), "paid");
        orders++;
        IGNORE(round_with(t, n)); /* whatever became of it: the next rounds must put it right */
        for (int i = 0; i < 12 && look(e).active < (int64_t)orders; i++) {
            engine_pass(e, JOB_LEASE_SECONDS + 1);
            engine_work(e);
        }
        n++;
    } while (t->left == 0 && n < ATTEMPTS_MOST);
    struct engine_counts_row c = look(e);
    for (int64_t before = -1; c.jobs > 0 && c.jobs != before; c = look(e)) {
        before = c.jobs;
        engine_pass(e, 3600);
        engine_work(e);
    }
    printf("# the courier's round: %zu orders, %zu points to fail at\n", orders, orders - 1);
    t_i64(c.active, c.services, "every service runs");
    t_i64(c.dead, 0, "no job was given up");
    t_i64(c.jobs, 0, "none is left");
    t_ok(engine_balanced(e), "the books balance");
}

/* A platform that answers at once. */
static const char *platform(struct engine *e)
{
    const char *path = str_z(e->a, str_fmt(e->a, "%s/platform", e->dir));
    FILE *f = fopen(path, "w");
    if (!t_ok(f != NULL, "a platform"))
        return "";
    fputs("#!/bin/sh\nread -r ask\necho '{\"ok\":true,\"username\":\"u\",\"address\":\"https://a.example/\",\"remote_ref\":\"r\"}'\n", f);
    fclose(f);
    t_ok(chmod(path, 0755) == 0, "that may be run");
    return path;
}

static int run(const char *folder, bool postgres, enum fault fault, st how)
{
    struct engine e;
    engine_vat = ENGINE_DOMESTIC;
    t_need(engine_open(&e, postgres, folder, "") == ST_OK);
    /* The connection keeps what it prepares in memory of its own: what fails there is not to spoil the engine's. */
    struct arena *own = arena_new(ATTEMPT_MEMORY);
    struct db *db = NULL;
    db_close(e.db);
    e.db = NULL;
    t_need(db_open(own, &(struct db_config){ .url = e.tdb.url, .mode = DB_WRITE }, &db) == ST_OK);
    e.db = db;
    e.config.module.exec = str_c(platform(&e));
    printf("# on %s, %s at every point\n", e.label, fault == FAULT_MEMORY ? "no memory" : st_info(how)->name);
    shop_open(&e);
    struct torture t = { .e = &e, .fault = fault, .how = how };
    order_and_pay(&t);
    engine_work(&e);
    courier(&t);
    t_i64((int64_t)log_bugs(), 0, "nothing of it was taken for a mistake of ours");
    engine_close(&e);
    arena_free(own);
    return 0;
}

/* On one database, with one kind of fault: each is a test of its own, because all together take minutes. */
int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        enum fault fault;
        st how;
    } faults[] = { { "io", FAULT_STORE, ST_IO }, { "full", FAULT_STORE, ST_FULL }, { "retry", FAULT_STORE, ST_RETRY },
                   { "memory", FAULT_MEMORY, ST_NO_MEMORY } };
    t_need(argc == 4);
    bool postgres = strcmp(argv[2], "postgres") == 0;
    size_t i = 0;
    while (i < COUNT(faults) && strcmp(faults[i].name, argv[3]) != 0)
        i++;
    t_need(i < COUNT(faults) && run(argv[1], postgres, faults[i].fault, faults[i].how) == 0);
    return t_done();
}
