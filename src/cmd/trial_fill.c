/* avow trial --customers: opens an empty system alone, fills it in large groups, and says how fast that went. */
#include "trial_fill.h"

#include "clock.h"
#include "data.h"
#include "ground.h"
#include "privacy.h"
#include "restricted.h"
#include "rnd.h"
#include "rhythm.h"
#include "shared.h"
#include "str.h"
#include "trial.h"
#include "trial_files.h"
#include "trial_fill_sql.h"
#include "vault_here.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define ORDER_MEMORY ((size_t)64 << 20)
#define GROUP_ORDERS 4000          /* in one transaction: an index page that is touched often is written once */
#define CACHE_KIB (2048 * 1024)    /* of the database while it is filled, when it is that large */
#define KEYS 65536                 /* kept open */
#define YEARS 4
#define DAY 86400
#define LOCK_MS 5000

/* ---- opening ---- */

struct filling {
    struct arena *arena;
    const struct data_place *place;
    int lock;
    struct keystore *keys;
    struct fill f;
    struct cx_chain chain;
    int64_t began_ms;
    utc first, last; /* orders are placed between these */
};

static st open_vault(struct filling *x)
{
    str folder = str_cat(x->arena, x->place->folder, S("/vault"));
    TRY(keystore_open(x->arena, folder, &x->keys));
    x->f.cx.gate.vault = vault_here(x->arena, x->keys, KEYS);
    x->f.cx.gate.restricted = restricted_new(x->arena, true);
    return x->f.cx.gate.vault && x->f.cx.gate.restricted ? ST_OK : ST_NO_MEMORY;
}

static st find_products(struct fill *f)
{
    static const str slugs[] = { SI("starter"), SI("business"), SI("studio"), SI("moving-help") };
    _Static_assert(COUNT(slugs) == COUNT(f->products), "one for each");
    for (size_t i = 0; i < COUNT(slugs); i++) {
        struct trial_fill_product_row row;
        TRY(trial_fill_product(CX_DB(&f->cx), CX_ARENA(&f->cx), &(struct trial_fill_product_in){ .slug = slugs[i] }, &row));
        f->products[i] = row.uid;
    }
    return ST_OK;
}

static st open_all(struct filling *x)
{
    struct fill *f = &x->f;
    struct gate *g = &f->cx.gate;
    const struct config *config = &x->place->config;
    f->cx.config = config;
    f->cx.idle = true;
    f->cx.chain = &x->chain;
    TRY(shared_db_sized(x->arena, config, DB_WRITE, CACHE_KIB, &g->db));
    g->arena = arena_new(ORDER_MEMORY);
    if (!g->arena)
        return ST_NO_MEMORY;
    TRY(privacy_in_force(g->db, x->arena, &g->statement, &g->statement_id));
    TRY(shared_features(x->arena, config));
    TRY(open_vault(x));
    TRY(people_read(x->arena, trial_people, (struct people **)(uintptr_t)&f->people));
    f->persons = NEWN(x->arena, int64_t, (size_t)f->size.customers + 1);
    f->will_pay = fill_paid(&f->size);
    return f->persons ? find_products(f) : ST_NO_MEMORY;
}

static void close_all(struct filling *x)
{
    struct gate *g = &x->f.cx.gate;
    if (g->vault)
        vault_end(g->vault);
    keystore_close(x->keys);
    db_close(g->db);
    arena_free(g->arena);
    if (x->lock >= 0)
        close(x->lock);
    clock_set((utc){ -1 });
}

/* ---- filling ---- */

/* Order number n of all at its time: evenly over the years, so that numbers and dates rise together. */
static void set_time(struct filling *x, int64_t n, int64_t of)
{
    utc at = { x->first.s + (of > 0 ? (x->last.s - x->first.s) / of * n : 0) };
    clock_set(at);
    x->f.cx.gate.now = at;
}

static st group_nt(struct filling *x, int64_t upto, bool orders)
{
    struct fill *f = &x->f;
    int64_t *n = orders ? &f->n_orders : &f->n_persons;
    while (*n < upto) {
        set_time(x, *n, orders ? f->size.invoices : f->size.customers);
        TRY(orders ? fill_order_nt(f) : fill_customer_nt(f));
        arena_reset(CX_ARENA(&f->cx));
    }
    return ST_OK;
}

static st group(struct filling *x, int64_t upto, bool orders)
{
    struct db *db = CX_DB(&x->f.cx);
    TRY(db_begin(db));
    st s = group_nt(x, upto, orders);
    if (s != ST_OK) {
        db_rollback(db);
        return s;
    }
    TRY(db_commit(db));
    return db_checkpoint(db);
}

static void say_progress(const struct filling *x, bool last)
{
    double seconds = (double)(clock_ms() - x->began_ms) / 1000;
    uint64_t rows = db_inserted(CX_DB(&x->f.cx));
    if (!last && !isatty(STDERR_FILENO))
        return;
    fprintf(stderr, "%s%lld customers, %lld invoices, %llu rows in %.1f s: %.0f rows/s%s", last ? "" : "\r",
            (long long)x->f.n_persons, (long long)x->f.n_orders, (unsigned long long)rows, seconds,
            (double)rows / (seconds > 0 ? seconds : 1), last ? "\n" : " ");
}

/* What was bought years ago is paid for today: nobody would open a shop that begins by asking thousands for arrears. */
static st bring_up_to_date(struct filling *x)
{
    struct db *db = CX_DB(&x->f.cx);
    int64_t after = 0;
    clock_set(x->last);
    x->f.cx.gate.now = x->last;
    do {
        TRY(db_begin(db));
        st s = rhythm_current_nt(&x->f.cx, date_london(x->last), &after);
        if (s != ST_OK) {
            db_rollback(db);
            return s;
        }
        TRY(db_commit(db));
        arena_reset(CX_ARENA(&x->f.cx));
    } while (after != 0);
    return db_checkpoint(db);
}

static st fill_all(struct filling *x)
{
    struct fill *f = &x->f;
    x->began_ms = clock_ms();
    x->last = (utc){ clock_now().s / DAY * DAY };
    x->first = (utc){ x->last.s - (int64_t)YEARS * 365 * DAY };
    rnd_uids(f->size.seed);
    for (int64_t n = 0; n < f->size.invoices; say_progress(x, false)) {
        n = n + GROUP_ORDERS < f->size.invoices ? n + GROUP_ORDERS : f->size.invoices;
        TRY(group(x, n, true));
    }
    for (int64_t n = f->n_persons; n < f->size.customers; say_progress(x, false)) {
        n = n + GROUP_ORDERS < f->size.customers ? n + GROUP_ORDERS : f->size.customers;
        TRY(group(x, n, false));
    }
    TRY(bring_up_to_date(x));
    say_progress(x, true);
    return ST_OK;
}

st trial_fill(struct arena *a, const struct data_place *p, const struct fill_size *size, str password)
{
    struct filling x = { .arena = a, .place = p, .lock = -1, .f = { .size = *size, .password = password } };
    st s = ground_lock(a, p->folder, LOCK_MS, &x.lock);
    if (s == ST_OK)
        s = open_all(&x);
    if (s == ST_OK)
        s = fill_all(&x);
    if (s != ST_OK && x.f.trouble[0])
        fprintf(stderr, "\navow trial: %s\n", x.f.trouble);
    close_all(&x);
    return s == ST_INVALID ? ST_BUG : s; /* nobody typed what was wrong */
}

/* ---- may it be filled? ---- */

st trial_is_idle(struct arena *a, const char *data)
{
    int fd = -1;
    st s = ground_lock(a, str_c(data), 0, &fd);
    if (s == ST_OK)
        close(fd);
    return s == ST_NOT_FOUND ? ST_OK : s;
}

st trial_is_empty(struct arena *a, const struct config *c, bool *staff)
{
    struct db *db;
    struct trial_fill_used_row used = { 0 };
    struct trial_fill_staff_row there = { 0 };
    TRY(shared_db(a, c, DB_READ, &db));
    st s = trial_fill_used(db, a, &used);
    if (s == ST_OK)
        s = trial_fill_staff(db, a, &there);
    db_close(db);
    *staff = there.people > 0;
    return s != ST_OK ? s : used.orders + used.people > 0 ? ST_CONFLICT : ST_OK;
}
