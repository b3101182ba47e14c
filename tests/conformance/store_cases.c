/* Values, constraints, savepoints, rows, who may write: the same on both databases. */
#include "store_test.h"

#include "sealed.h"
#include "t.h"

/* Add a row in its own transaction and read it back. */
static bool round_trip(struct env *e, const struct store_add_in *in, struct store_get_row *out)
{
    struct store_add_row row;
    return db_begin(e->w) == ST_OK && store_add(e->w, e->a, in, &row) == ST_OK && db_commit(e->w) == ST_OK &&
           store_get(e->w, e->a, &(struct store_get_in){ row.id }, out) == ST_OK;
}

static void types(struct env *e)
{
    struct sealed sealed = { .bytes = S("\x00\xff sealed \x00") };
    uid id = rnd_uid();
    struct store_person_add_row person;
    t_st(db_begin(e->w), ST_OK, "begin");
    t_st(store_person_add(e->w, e->a, &(struct store_person_add_in){ id }, &person), ST_OK, "a person");
    t_st(db_commit(e->w), ST_OK, "commit");
    struct store_add_in in = {
        .uid = id, .has_person = true, .person = person.id, .has_n = true, .n = INT64_MAX, .has_b = true, .b = true,
        .t = S("Zoë – 日本 😀"), .bl = S("a\0b\xff"), .at = { -1 }, .d = { 20780 }, .s = &sealed, .kind = S("a"),
    };
    struct store_get_row out = { 0 };
    t_ok(round_trip(e, &in, &out), "a row with everything");
    t_ok(memcmp(out.uid.b, id.b, sizeof id.b) == 0, "uid");
    t_ok(out.has_person_id && out.person_id == person.id, "reference");
    t_ok(out.has_n && out.n == INT64_MAX, "largest number");
    t_ok(out.has_b && out.b, "true");
    t_str(out.t, in.t, "text");
    t_str(out.bl, in.bl, "bytes");
    t_i64(out.at.s, -1, "time before 1970");
    t_i64(out.d.days, 20780, "date");
    t_str(out.s->bytes, sealed.bytes, "sealed");
    in = (struct store_add_in){ .has_n = true, .n = INT64_MIN, .has_b = true, .kind = S("a"), .t = S(""), .bl = S(""),
                                .at = { INT64_MIN + 1 }, .d = { -719162 } };
    t_ok(round_trip(e, &in, &out), "a row of extremes");
    t_i64(out.n, INT64_MIN, "smallest number");
    t_ok(out.has_b && !out.b, "false is not NULL");
    t_ok(out.t.p != NULL && out.t.n == 0, "empty text is not NULL");
    t_ok(out.bl.p != NULL && out.bl.n == 0, "empty bytes are not NULL");
    t_i64(out.at.s, INT64_MIN + 1, "smallest time");
    t_i64(out.d.days, -719162, "1 January of the year 1");
}

static void nulls(struct env *e)
{
    static const uid none;
    struct store_add_in in = { .kind = S("a"), .at = UTC_NONE, .d = DATE_NONE };
    struct store_get_row out;
    memset(&out, 0x5a, sizeof out);
    t_ok(round_trip(e, &in, &out), "a row of NULLs");
    t_ok(memcmp(out.uid.b, none.b, sizeof none.b) == 0, "uid");
    t_ok(!out.has_person_id && !out.has_n && !out.has_b, "numbers");
    t_ok(out.t.p == NULL && out.bl.p == NULL, "text and bytes");
    t_i64(out.at.s, UTC_NONE.s, "time");
    t_i64(out.d.days, DATE_NONE.days, "date");
    t_ok(out.s == NULL, "sealed");
}

static void text_refused(struct env *e)
{
    static const str wrong[] = { SI("a\0b"), SI("\xff\xfe"), SI("\xed\xa0\x80"), SI("\xc0\xaf") };
    for (size_t i = 0; i < COUNT(wrong); i++) {
        t_st(db_begin(e->w), ST_OK, "begin");
        t_st(env_put(e, "a", wrong[i]), ST_INVALID, "text that is no text");
        db_rollback(e->w);
    }
    struct sealed empty = { 0 };
    struct store_add_row row;
    struct store_add_in in = { .kind = S("a"), .at = UTC_NONE, .d = DATE_NONE, .s = &empty };
    t_st(db_begin(e->w), ST_OK, "begin");
    t_st(store_add(e->w, e->a, &in, &row), ST_BUG, "a sealed value without bytes");
    db_rollback(e->w);
    t_i64(env_count(e), 0, "nothing was stored");
}

static void constraints(struct env *e)
{
    struct store_person_add_row person;
    struct store_add_row row;
    uid id = rnd_uid();
    t_st(db_begin(e->w), ST_OK, "begin");
    t_st(store_person_add(e->w, e->a, &(struct store_person_add_in){ id }, &person), ST_OK, "a person");
    t_st(env_put(e, "only", S("x")), ST_OK, "the only one of its kind");
    t_st(env_put(e, "a", S("x")), ST_OK, "one of another kind");
    t_st(env_put(e, "a", S("x")), ST_OK, "and one more");
    struct {
        const char *name;
        struct store_add_in in;
    } bad[] = {
        { "unique index over some rows", { .kind = S("only") } },
        { "check", { .kind = S("secret words") } },
        { "foreign key", { .kind = S("a"), .has_person = true, .person = person.id + 1 } },
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        bad[i].in.at = UTC_NONE;
        bad[i].in.d = DATE_NONE;
        t_st(db_savepoint(e->w), ST_OK, "savepoint");
        t_st(store_add(e->w, e->a, &bad[i].in, &row), ST_CONFLICT, bad[i].name);
        t_ok(db_error(e->w).n > 0 && str_find(db_error(e->w), S("secret words")) == db_error(e->w).n,
             "the error names no value");
        db_rollback_to(e->w);
    }
    t_st(db_savepoint(e->w), ST_OK, "savepoint");
    t_st(store_person_add(e->w, e->a, &(struct store_person_add_in){ id }, &person), ST_CONFLICT, "unique column");
    db_rollback_to(e->w);
    t_st(db_commit(e->w), ST_OK, "what came before is kept");
    t_i64(env_count(e), 3, "three rows");
}

static void referred_row_stays(struct env *e)
{
    struct store_person_add_row person;
    struct store_add_row row;
    struct store_add_in in = { .kind = S("a"), .has_person = true, .at = UTC_NONE, .d = DATE_NONE };
    t_st(db_begin(e->w), ST_OK, "begin");
    t_st(store_person_add(e->w, e->a, &(struct store_person_add_in){ rnd_uid() }, &person), ST_OK, "a person");
    in.person = person.id;
    t_st(store_add(e->w, e->a, &in, &row), ST_OK, "a row that refers to it");
    int64_t changed;
    t_st(store_remove_person(e->w, &(struct store_remove_person_in){ person.id }, &changed), ST_CONFLICT, "it stays");
    db_rollback(e->w);
}

static void savepoints(struct env *e)
{
    t_st(db_begin(e->w), ST_OK, "begin");
    t_st(env_put(e, "a", S("kept")), ST_OK, "first row");
    t_st(db_savepoint(e->w), ST_OK, "savepoint");
    t_st(env_put(e, "a", S("lost")), ST_OK, "second row");
    t_st(db_savepoint(e->w), ST_OK, "savepoint within");
    t_st(env_put(e, "nonsense", S("x")), ST_CONFLICT, "an error");
    t_st(env_put(e, "a", S("x")), ST_BUG, "after an error nothing more runs");
    t_st(db_savepoint(e->w), ST_BUG, "no savepoint either");
    t_st(db_release(e->w), ST_BUG, "and it cannot be released");
    db_rollback_to(e->w);
    t_st(env_put(e, "a", S("lost too")), ST_OK, "the outer savepoint goes on");
    db_rollback_to(e->w);
    t_st(db_savepoint(e->w), ST_OK, "savepoint");
    t_st(env_put(e, "b", S("kept")), ST_OK, "third row");
    t_st(db_release(e->w), ST_OK, "release");
    t_st(db_commit(e->w), ST_OK, "commit");
    t_i64(env_count(e), 2, "two rows");
}

static void doomed_commit(struct env *e)
{
    t_st(db_begin(e->w), ST_OK, "begin");
    t_st(env_put(e, "a", S("x")), ST_OK, "a row");
    t_st(env_put(e, "nonsense", S("x")), ST_CONFLICT, "an error outside any savepoint");
    t_st(db_commit(e->w), ST_BUG, "a doomed transaction is not committed");
    t_i64(env_count(e), 0, "but rolled back");
    t_st(db_begin(e->w), ST_OK, "begin");
    t_st(env_put(e, "a", S("x")), ST_OK, "a row");
    t_st(db_savepoint(e->w), ST_OK, "savepoint");
    t_st(db_commit(e->w), ST_BUG, "an open savepoint is not committed over");
    t_i64(env_count(e), 0, "but rolled back");
    t_st(db_begin(e->w), ST_OK, "begin");
    t_st(db_begin(e->w), ST_BUG, "one transaction at a time");
    db_rollback(e->w);
    db_rollback(e->w);
    t_ok(env_add(e, "a", S("x")) > 0, "and the connection is as good as new");
}

static void rows_and_bounds(struct env *e)
{
    struct store_page_rows page;
    struct store_all_rows all;
    struct store_by_kind_row one;
    int64_t changed = -1;
    t_st(store_page(e->w, e->a, &(struct store_page_in){ 0 }, &page), ST_OK, "no rows");
    t_ok(page.n == 0 && !page.more, "none");
    t_st(store_get(e->w, e->a, &(struct store_get_in){ 7 }, &(struct store_get_row){ 0 }), ST_NOT_FOUND, "no row");
    for (int i = 0; i < 3; i++) {
        env_add(e, "a", S("x"));
    }
    t_st(store_page(e->w, e->a, &(struct store_page_in){ 0 }, &page), ST_OK, "as many rows as fit");
    t_ok(page.n == 3 && !page.more, "three and no more");
    env_add(e, "b", S("y"));
    t_st(store_page(e->w, e->a, &(struct store_page_in){ 0 }, &page), ST_OK, "one row too many");
    t_ok(page.n == 3 && page.more, "three and more");
    t_st(store_page(e->w, e->a, &(struct store_page_in){ page.v[2].id }, &page), ST_OK, "the next page");
    t_ok(page.n == 1 && !page.more, "the last one");
    t_str(page.v[0].t, S("y"), "and it is the right one");
    t_st(store_by_kind(e->w, e->a, &(struct store_by_kind_in){ S("a") }, &one), ST_BUG, "two rows where one is meant");
    env_add(e, "b", S("z"));
    env_add(e, "b", S("z"));
    t_st(store_all(e->w, e->a, &all), ST_OK, "a list without max, at the bound");
    t_i64(all.n, 6, "six rows");
    env_add(e, "b", S("z"));
    t_st(store_all(e->w, e->a, &all), ST_TOO_LARGE, "beyond the connection's bound");
    t_st(db_begin(e->w), ST_OK, "begin");
    t_st(store_remove(e->w, &(struct store_remove_in){ 0 }, &changed), ST_OK, "remove all");
    t_i64(changed, 7, "seven rows changed");
    t_st(store_remove(e->w, &(struct store_remove_in){ 0 }, &changed), ST_OK, "remove none");
    t_i64(changed, 0, "no row changed");
    t_st(db_commit(e->w), ST_OK, "commit");
    t_ok(env_add(e, "a", S("x")) > 7, "ids are never used again");
}

static void order_of_text(struct env *e)
{
    static const str sorted[] = { SI("Zebra"), SI("apple"), SI("zebra"), SI("\xc3\xa4") };
    struct store_by_text_rows rows;
    for (size_t i = 0; i < COUNT(sorted); i++) {
        env_add(e, "a", sorted[(i + 2) % COUNT(sorted)]);
    }
    t_st(store_by_text(e->w, e->a, &rows), ST_OK, "by text");
    for (size_t i = 0; i < COUNT(sorted); i++) {
        t_str(rows.v[i].t, sorted[i], "bytewise order");
    }
}

static void expressions(struct env *e)
{
    struct store_sums_row sums;
    struct store_add_row row;
    struct store_lock_row n;
    t_st(store_sums(e->w, e->a, &sums), ST_OK, "sums of nothing");
    t_ok(sums.n_rows == 0 && !sums.has_total && !sums.has_positive, "are NULL");
    t_str(sums.label, S("sum"), "a literal");
    static const int64_t numbers[] = { INT64_MAX, -1, -20000 };
    t_st(db_begin(e->w), ST_OK, "begin");
    for (size_t i = 0; i < COUNT(numbers); i++) {
        struct store_add_in in = { .kind = S("a"), .has_n = true, .n = numbers[i], .at = UTC_NONE, .d = DATE_NONE };
        t_st(store_add(e->w, e->a, &in, &row), ST_OK, "a number");
    }
    t_st(store_lock(e->w, e->a, &(struct store_lock_in){ row.id }, &n), ST_OK, "a row lock");
    t_i64(n.n, -20000, "and its row");
    t_st(db_commit(e->w), ST_OK, "commit");
    t_st(store_sums(e->w, e->a, &sums), ST_OK, "sums");
    t_i64(sums.total, INT64_MAX - 20001, "a sum is a whole number");
    t_ok(sums.has_positive && sums.positive, "a comparison is a boolean");
    t_st(db_begin(e->w), ST_OK, "begin");
    t_st(store_set_n(e->w, &(struct store_set_n_in){ row.id - 2, INT64_MIN }, NULL), ST_OK, "a negative sum");
    t_st(store_set_n(e->w, &(struct store_set_n_in){ row.id - 1, 20000 }, NULL), ST_OK, "to the last digit");
    t_st(store_sums(e->w, e->a, &sums), ST_OK, "sums");
    t_i64(sums.total, INT64_MIN, "the smallest number");
    db_rollback(e->w);
}

static void who_may_write(struct env *e)
{
    int64_t id = env_add(e, "a", S("x"));
    struct store_set_n_in in = { id, 1 };
    t_st(store_set_n(e->w, &in, NULL), ST_BUG, "not outside a transaction");
    t_ok(env_open(e, DB_WRITE) == NULL, "not a second writer");
    struct db *r = env_open(e, DB_READ);
    t_ok(r != NULL, "a reader");
    if (r == NULL) {
        return;
    }
    t_st(store_set_n(r, &in, NULL), ST_BUG, "not a reader");
    t_st(db_begin(r), ST_OK, "a reader's snapshot");
    t_st(store_set_n(r, &in, NULL), ST_BUG, "not in a snapshot either");
    db_rollback(r);
    db_close(r);
    env_reopen(e);
    t_ok(e->w != NULL, "a new writer when the old one is gone");
}

static void snapshot(struct env *e)
{
    struct store_sums_row sums;
    struct db *r = env_open(e, DB_READ);
    t_ok(r != NULL, "a reader");
    env_add(e, "a", S("x"));
    t_st(db_begin(e->w), ST_OK, "begin");
    t_st(env_put(e, "a", S("y")), ST_OK, "a row that is not committed");
    t_st(store_sums(r, e->a, &sums), ST_OK, "read");
    t_i64(sums.n_rows, 1, "only what is committed is seen");
    t_st(db_begin(r), ST_OK, "snapshot");
    t_st(store_sums(r, e->a, &sums), ST_OK, "read");
    t_st(db_commit(e->w), ST_OK, "commit");
    t_st(store_sums(r, e->a, &sums), ST_OK, "read");
    t_i64(sums.n_rows, 1, "a snapshot stands still");
    t_st(db_commit(r), ST_OK, "end of snapshot");
    t_st(store_sums(r, e->a, &sums), ST_OK, "read");
    t_i64(sums.n_rows, 2, "then all is seen");
    db_close(r);
}

static void injected(struct env *e)
{
    int64_t id = env_add(e, "a", S("x"));
    struct store_set_n_in in = { id, 1 };
    t_st(db_begin(e->w), ST_OK, "begin");
    db_fail_at(e->w, 2, ST_FULL);
    t_st(store_set_n(e->w, &in, NULL), ST_OK, "the first");
    t_st(store_set_n(e->w, &in, NULL), ST_FULL, "the second fails as asked");
    t_st(store_set_n(e->w, &in, NULL), ST_BUG, "and dooms the transaction");
    db_rollback(e->w);
    db_fail_at(e->w, 1, ST_AWAY);
    t_st(store_get(e->w, e->a, &(struct store_get_in){ id }, &(struct store_get_row){ 0 }), ST_AWAY, "a reading one");
    db_fail_at(e->w, 1, ST_AWAY);
    db_fail_at(e->w, 0, ST_OK);
    t_i64(env_count(e), 1, "turned off");
}

static void memory_runs_out(struct env *e)
{
    struct store_get_row row;
    struct arena *small = arena_new(1 << 20);
    struct store_get_in in = { env_add(e, "a", S("some text")) };
    t_ok(small != NULL, "a small arena");
    t_st(store_get(e->w, small, &in, &row), ST_OK, "enough memory");
    arena_fail_at(2);
    t_st(store_get(e->w, small, &in, &row), ST_NO_MEMORY, "no memory for a row's text");
    arena_fail_at(0);
    arena_reset(small);
    t_st(store_get(e->w, small, &in, &row), ST_OK, "the statement is usable again");
    t_str(row.t, S("some text"), "and right");
    arena_free(small);
}

const struct test_case store_cases[] = {
    { "types", types },
    { "NULL", nulls },
    { "text that is no text", text_refused },
    { "constraints", constraints },
    { "a row that is referred to", referred_row_stays },
    { "savepoints", savepoints },
    { "doom", doomed_commit },
    { "rows and their bounds", rows_and_bounds },
    { "order of text", order_of_text },
    { "expressions", expressions },
    { "who may write", who_may_write },
    { "snapshots", snapshot },
    { "injected failures", injected },
    { "memory runs out", memory_runs_out },
};
const size_t store_cases_n = COUNT(store_cases);
