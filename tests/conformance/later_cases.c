/* Statements whose result nobody asks for: they may run with the next one that has a result. Whenever they run, what they did
 * and what their failure dooms is the same on both databases. */
#include "store_test.h"

#include "t.h"

#define MANY 700 /* more than any driver lets wait */

/* Nobody asks how many rows it changed. */
static st set_kind(struct env *e, int64_t id, const char *kind)
{
    return store_set_kind(e->w, &(struct store_set_kind_in){ id, str_c(kind) }, NULL);
}

static st read_it(struct env *e, int64_t id)
{
    return store_get(e->w, e->a, &(struct store_get_in){ id }, &(struct store_get_row){ 0 });
}

/* A row in the transaction that is open. */
static int64_t row(struct env *e)
{
    struct store_add_row r = { 0 };
    t_st(store_add(e->w, e->a, &(struct store_add_in){ .kind = S("a"), .at = UTC_NONE, .d = DATE_NONE }, &r), ST_OK, "a row");
    return r.id;
}

static void is_kind(struct env *e, int64_t id, str kind, const char *what)
{
    struct store_get_row r = { 0 };
    t_st(store_get(e->w, e->a, &(struct store_get_in){ id }, &r), ST_OK, "read");
    t_str(r.kind, kind, what);
}

static void told_by_the_next(struct env *e)
{
    t_st(db_begin(e->w), ST_OK, "begin");
    int64_t id = row(e);
    t_st(db_savepoint(e->w), ST_OK, "savepoint");
    st s = set_kind(e, id, "nonsense");
    t_st(s == ST_OK ? read_it(e, id) : s, ST_CONFLICT, "it or the statement behind it fails");
    t_ok(str_find(db_error(e->w), S("nonsense")) == db_error(e->w).n, "the error names no value");
    t_st(read_it(e, id), ST_BUG, "then nothing more runs");
    t_st(set_kind(e, id, "b"), ST_BUG, "not even what nobody waits for");
    t_st(db_release(e->w), ST_BUG, "the savepoint cannot be kept");
    db_rollback_to(e->w);
    is_kind(e, id, S("a"), "nothing of it is left");
    t_st(set_kind(e, id, "b"), ST_OK, "the transaction goes on");
    t_st(db_commit(e->w), ST_OK, "commit");
    is_kind(e, id, S("b"), "and is kept");
}

static void told_by_the_end(struct env *e)
{
    t_st(db_begin(e->w), ST_OK, "begin");
    int64_t id = row(e);
    t_st(db_savepoint(e->w), ST_OK, "savepoint");
    st s = set_kind(e, id, "nonsense");
    t_st(s == ST_OK ? db_release(e->w) : s, ST_CONFLICT, "it or the end of the savepoint fails");
    db_rollback_to(e->w);
    t_st(db_savepoint(e->w), ST_OK, "savepoint");
    t_st(db_settle(e->w, set_kind(e, id, "nonsense")), ST_CONFLICT, "db_settle says so and has rolled back");
    t_st(db_savepoint(e->w), ST_OK, "savepoint");
    t_st(db_settle(e->w, set_kind(e, id, "b")), ST_OK, "or it has kept it");
    t_st(db_savepoint(e->w), ST_OK, "savepoint");
    t_st(set_kind(e, id, "a"), ST_OK, "something that works");
    t_st(db_settle(e->w, ST_DENIED), ST_DENIED, "is rolled back when the command says no");
    t_st(db_commit(e->w), ST_OK, "the rest is kept");
    is_kind(e, id, S("b"), "all of it");
    t_st(db_begin(e->w), ST_OK, "begin");
    s = set_kind(e, id, "nonsense");
    t_st(s == ST_OK ? db_commit(e->w) : s, ST_CONFLICT, "it or the commit fails");
    db_rollback(e->w);
    is_kind(e, id, S("b"), "and nothing is kept");
    t_ok(env_add(e, "a", S("x")) > 0, "the connection is as good as new");
}

/* It failed outside the savepoint that comes next, so that one cannot begin. */
static void told_by_a_savepoint(struct env *e)
{
    t_st(db_begin(e->w), ST_OK, "begin");
    int64_t id = row(e);
    st s = set_kind(e, id, "nonsense");
    t_st(s == ST_OK ? db_savepoint(e->w) : s, ST_CONFLICT, "it or the savepoint behind it fails");
    t_st(db_savepoint(e->w), ST_BUG, "there is none");
    db_rollback(e->w);
    t_i64(env_count(e), 0, "and nothing is kept");
}

/* Behind a failure nothing happens, whoever knows of it already; statements that were new there work later. */
static void nothing_behind(struct env *e)
{
    t_st(db_begin(e->w), ST_OK, "begin");
    int64_t id = row(e);
    t_st(db_savepoint(e->w), ST_OK, "savepoint");
    st s = set_kind(e, id, "nonsense");
    struct store_set_n_in n = { id, 5 };
    struct store_remove_in all = { 0 };
    if (s == ST_OK)
        s = store_set_n(e->w, &n, NULL);
    if (s == ST_OK)
        s = store_remove(e->w, &all, NULL);
    t_st(db_settle(e->w, s), ST_CONFLICT, "the first one's failure is told");
    is_kind(e, id, S("a"), "the row is there and as it was");
    int64_t changed = 0;
    t_st(store_set_n(e->w, &n, &changed), ST_OK, "a statement that was skipped");
    t_i64(changed, 1, "now does what it should");
    t_st(store_remove(e->w, &all, NULL), ST_OK, "and so does the other");
    t_st(db_commit(e->w), ST_OK, "commit");
    t_i64(env_count(e), 0, "the row is gone");
}

static void many(struct env *e)
{
    struct store_sums_row sums;
    int64_t changed = 0;
    uint64_t before = db_inserted(e->w);
    t_st(db_begin(e->w), ST_OK, "begin");
    int64_t id = row(e);
    st s = ST_OK;
    for (int64_t i = 1; i <= MANY && s == ST_OK; i++)
        s = store_set_n(e->w, &(struct store_set_n_in){ id, i }, NULL);
    t_st(s, ST_OK, "many of them");
    t_st(store_sums(e->w, e->a, &sums), ST_OK, "read");
    t_i64(sums.total, MANY, "the last one was the last");
    for (int i = 0; i < MANY && s == ST_OK; i++)
        s = store_part_add(e->w, &(struct store_part_add_in){ .uid = rnd_uid(), .thing = id, .bought_on = DATE_NONE,
                                                                         .seen_at = UTC_NONE }, NULL);
    t_st(s, ST_OK, "many rows");
    t_st(store_set_n(e->w, &(struct store_set_n_in){ id, 0 }, &changed), ST_OK, "one of which the count is wanted");
    t_i64(changed, 1, "has its own");
    t_st(db_commit(e->w), ST_OK, "commit");
    t_i64((int64_t)(db_inserted(e->w) - before), MANY + 1, "all rows were counted");
}

const struct test_case later_cases[] = {
    { "told by the next statement", told_by_the_next },
    { "told by the end", told_by_the_end },
    { "told by a savepoint", told_by_a_savepoint },
    { "nothing happens behind a failure", nothing_behind },
    { "many statements", many },
};
const size_t later_cases_n = COUNT(later_cases);
