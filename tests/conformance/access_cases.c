/* Everything of one person, by the statements that sqlc derives from the schema's annotations. */
#include "access.h"
#include "sealed.h"
#include "store_test.h"
#include "t.h"

static const struct access_table *table(enum table_id id)
{
    for (size_t i = 0; i < access_catalog_n; i++) {
        if (access_catalog[i].table == id) {
            return &access_catalog[i];
        }
    }
    return NULL;
}

/* A person with one thing; the thing's id. */
static int64_t add_owner(struct env *e, int64_t *person)
{
    struct store_person_add_row who = { 0 };
    struct store_add_row thing = { 0 };
    struct sealed secret = { .bytes = S("sealed bytes") };
    t_st(store_person_add(e->w, e->a, &(struct store_person_add_in){ rnd_uid() }, &who), ST_OK, "a person");
    struct store_add_in in = { .uid = rnd_uid(), .has_person = true, .person = who.id, .kind = S("a"), .s = &secret,
                               .at = UTC_NONE, .d = DATE_NONE };
    t_st(store_add(e->w, e->a, &in, &thing), ST_OK, "a thing of theirs");
    *person = who.id;
    return thing.id;
}

static st add_part(struct env *e, uid id, int64_t thing, bool full)
{
    struct sealed note = { .bytes = S("note") };
    struct store_part_add_in in = { .uid = id, .thing = thing, .bought_on = DATE_NONE, .seen_at = UTC_NONE };
    if (full) {
        in = (struct store_part_add_in){ .uid = id, .thing = thing, .label = S("a label"), .has_size = true, .size = -5,
                                         .worn = true, .bought_on = { 0 }, .seen_at = { 0 }, .note = &note };
    }
    return store_part_add(e->w, &in, NULL);
}

static const struct access_value *value(const struct access_row *row, enum column_id col)
{
    static const struct access_value none = { .col = COL_COUNT };
    for (size_t i = 0; i < row->n; i++) {
        if (row->v[i].col == col) {
            return &row->v[i];
        }
    }
    return &none;
}

static void check_full(const struct access_row *row)
{
    t_i64(row->n, 6, "every personal column, and no other");
    t_str(value(row, COL_part_label)->clear, S("a label"), "text");
    t_str(value(row, COL_part_size)->clear, S("-5"), "number");
    t_str(value(row, COL_part_worn)->clear, S("1"), "boolean");
    t_str(value(row, COL_part_bought_on)->clear, S("1970-01-01"), "date");
    t_str(value(row, COL_part_seen_at)->clear, S("1970-01-01T00:00:00Z"), "time");
    const struct sealed *note = value(row, COL_part_note)->sealed;
    t_str(note ? note->bytes : S(""), S("note"), "sealed, as it is stored");
}

static void check_empty(const struct access_row *row)
{
    static const enum column_id absent[] = { COL_part_label, COL_part_size, COL_part_bought_on, COL_part_seen_at,
                                             COL_part_note };
    for (size_t i = 0; i < COUNT(absent); i++) {
        t_ok(value(row, absent[i])->absent && value(row, absent[i])->col == absent[i], "absent");
    }
    t_ok(!value(row, COL_part_worn)->absent, "false is not absent");
}

static void everything(struct env *e)
{
    struct access_page page;
    int64_t ann, bob;
    uid first = rnd_uid();
    t_st(db_begin(e->w), ST_OK, "begin");
    int64_t anns = add_owner(e, &ann), bobs = add_owner(e, &bob);
    t_st(add_part(e, first, anns, true), ST_OK, "a part of Ann's");
    t_st(add_part(e, rnd_uid(), bobs, true), ST_OK, "one of Bob's");
    t_st(add_part(e, rnd_uid(), anns, false), ST_OK, "an empty one of Ann's");
    t_st(db_commit(e->w), ST_OK, "commit");
    t_i64(access_catalog_n, 2, "both tables with personal values are in the catalogue");
    t_st(access_read(e->w, e->a, table(TABLE_thing), ann, 0, &page), ST_OK, "Ann's things");
    t_ok(page.n == 1 && page.v[0].id == anns && !page.more, "hers alone");
    t_str(value(&page.v[0], COL_thing_s)->sealed->bytes, S("sealed bytes"), "its sealed value");
    t_st(access_read(e->w, e->a, table(TABLE_part), ann, 0, &page), ST_OK, "Ann's parts, two steps away");
    t_ok(page.n == 2 && memcmp(page.v[0].uid.b, first.b, sizeof first.b) == 0, "hers alone");
    check_full(&page.v[0]);
    check_empty(&page.v[1]);
    t_st(access_read(e->w, e->a, table(TABLE_part), bob + 1, 0, &page), ST_OK, "nobody's");
    t_i64(page.n, 0, "nothing");
}

static void pages(struct env *e)
{
    struct access_page page;
    int64_t ann;
    bool ok = true;
    t_st(db_begin(e->w), ST_OK, "begin");
    int64_t thing = add_owner(e, &ann);
    for (int i = 0; i < 201; i++) {
        ok = ok && add_part(e, rnd_uid(), thing, false) == ST_OK;
    }
    t_ok(ok, "201 parts");
    t_st(db_commit(e->w), ST_OK, "commit");
    t_st(access_read(e->w, e->a, table(TABLE_part), ann, 0, &page), ST_OK, "first page");
    t_ok(page.n == 200 && page.more, "200, and there are more");
    t_st(access_read(e->w, e->a, table(TABLE_part), ann, page.v[199].id, &page), ST_OK, "second page");
    t_ok(page.n == 1 && !page.more, "the last");
}

const struct test_case access_cases[] = {
    { "everything of one person", everything },
    { "page by page", pages },
};
const size_t access_cases_n = COUNT(access_cases);
