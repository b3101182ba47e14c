/* Versions of the statement, and what the page of a person's data finds, on both databases. */
#include "privacy.h"

#include "catalog.h"
#include "codec.h"
#include "config_keys.h"
#include "data.h"
#include "edit.h"
#include "log.h"
#include "migrate.h"
#include "privacy_sql.h"
#include "privacy_test_sql.h"
#include "t.h"
#include "test_db.h"
#include "test_vault.h"

struct world {
    struct arena *a;
    struct test_db tdb;
    struct cx cx;
    struct statement_text shipped;
};

static st compile(struct world *w, struct statement_text text, const struct statement **out)
{
    struct findings f;
    findings_init(&f, w->a);
    return statement_compile(w->a, text, &f, out);
}

static st world_open(struct world *w, bool postgres)
{
    int at;
    struct findings f;
    struct gate *g = &w->cx.gate;
    *w = (struct world){ .a = arena_new((size_t)256 << 20) };
    findings_init(&f, w->a);
    TRY(privacy_read(w->a, S(""), &f, &w->shipped));
    TRY(test_db_new(w->a, postgres, &w->tdb));
    *g = (struct gate){ .vault = &test_vault, .arena = w->a, .now = { 1795000000 } };
    TRY(db_open(w->a, &(struct db_config){ .url = w->tdb.url, .mode = DB_WRITE }, &g->db));
    TRY(migrate(g->db, w->a, &at));
    w->cx.actor = (struct actor){ .kind = ACTOR_SYSTEM };
    return db_begin(g->db);
}

static int64_t publish(struct world *w, struct statement_text text, bool expect, const char *name)
{
    const struct statement *s = NULL;
    int64_t id = 0;
    bool made = !expect;
    w->cx.gate.now.s += 60;
    t_st(compile(w, text, &s), ST_OK, name);
    t_st(s ? privacy_publish_nt(&w->cx, s, &id, &made) : ST_BUG, ST_OK, "  is published");
    t_ok(made == expect, expect ? "  as a change" : "  and nothing changes");
    return id;
}

static void versions(struct world *w)
{
    const struct statement *s;
    int64_t id;
    struct privacy_all_rows all;
    struct privacy_version_row row;
    struct db *db = w->cx.gate.db;
    t_st(privacy_in_force(db, w->a, &s, &id), ST_NOT_FOUND, "at first nothing is in force");
    int64_t first = publish(w, w->shipped, true, "the statement that ships");
    t_i64(publish(w, w->shipped, false, "the same again"), first, "  it keeps its version");
    int64_t second = publish(w, edit_without(w->a, w->shipped, "S8"), true, "one without S8");
    t_ok(second != first, "another text is another version");
    t_st(privacy_in_force(db, w->a, &s, &id), ST_OK, "the last one is in force");
    t_ok(id == second && !statement_clause(s, CLAUSE_S8), "and it is that");
    t_st(privacy_version(db, w->a, &(struct privacy_version_in){ { (const char *)statement_hash(s), STATEMENT_HASH } }, &row),
         ST_OK, "found by its hash");
    t_ok(str_starts(row.changes, S("Clause S8")) && str_find(row.changes, S("\n> This stops: ")) < row.changes.n,
         "with what changed for people and in the program");
    t_i64(publish(w, w->shipped, true, "the first text once more"), first, "  is the first version again");
    t_st(privacy_in_force(db, w->a, &s, &id), ST_OK, "in force");
    t_ok(id == first && statement_clause(s, CLAUSE_S8), "is the first");
    t_st(privacy_all(db, w->a, &all), ST_OK, "all");
    t_ok(all.n == 2 && all.v[0].id == first, "are two, the one in force first");
    w->cx.gate.statement = s;
    w->cx.gate.statement_id = id;
}

struct somebody {
    int64_t id;
    uid uid, session;
};

static st seal(struct world *w, const struct somebody *p, enum column_id col, enum point point, enum source source, uid row,
               str plain, const struct sealed **out)
{
    return gate_collect_nt(&w->cx.gate, &(struct collect){ col, point, source, p->id, row }, plain, out);
}

static st somebody_new(struct world *w, str name, struct somebody *p)
{
    struct gate *g = &w->cx.gate;
    struct privacy_test_person_row row;
    const struct sealed *full_name, *ip;
    *p = (struct somebody){ .uid = rnd_uid(), .session = rnd_uid() };
    TRY(privacy_test_person(g->db, w->a, &(struct privacy_test_person_in){ p->uid, g->now }, &row));
    p->id = row.id;
    TRY(seal(w, p, COL_person_full_name, POINT_REGISTER, SOURCE_PERSON, p->uid, name, &full_name));
    TRY(privacy_test_name(g->db, &(struct privacy_test_name_in){ p->id, full_name }, NULL));
    TRY(seal(w, p, COL_session_ip, POINT_REQUEST, SOURCE_BROWSER, p->session, S("192.0.2.7"), &ip));
    return privacy_test_session(g->db, &(struct privacy_test_session_in){
        p->session, { (const char *)p->session.b, 16 }, p->id, ip, g->now }, NULL);
}

static void held(struct world *w)
{
    struct somebody ann, bob;
    struct held_page page;
    str plain;
    t_st(somebody_new(w, S("Ann Fig"), &ann), ST_OK, "somebody");
    t_st(somebody_new(w, S("Bob Oak"), &bob), ST_OK, "and somebody else");
    t_st(data_held(&w->cx.gate, ann.id, 0, 100, &page), ST_OK, "what is held about the first");
    t_i64(page.n, 4, "name and country, address and browser of the sign-in");
    t_ok(!page.more, "and no more");
    t_i64(page.v[0].col, COL_person_full_name, "in the order of the categories: the account");
    t_i64(page.v[2].col, COL_session_ip, "then sign-ins");
    t_st(gate_use(&w->cx.gate, page.v[0].col, PURPOSE_RIGHTS, page.v[0].row, page.v[0].sealed, &plain), ST_OK, "it opens");
    t_str(plain, S("Ann Fig"), "and is theirs");
    t_str(page.v[1].clear, S("GB"), "what is readable comes as it is");
    for (size_t i = 0; i < page.n; i++)
        t_ok(uid_eq(page.v[i].row, ann.uid) || uid_eq(page.v[i].row, ann.session), "only their own rows");
    t_st(data_held(&w->cx.gate, ann.id, 1, 2, &page), ST_OK, "a page of it");
    t_ok(page.n == 2 && page.more && page.v[0].col == COL_person_country, "goes on where it was told to");
    t_st(data_held(&w->cx.gate, 999999, 0, 100, &page), ST_OK, "about nobody");
    t_i64(page.n, 0, "nothing is held");
}

static int on(bool postgres)
{
    struct world w;
    printf("# %s\n", postgres ? "PostgreSQL" : "SQLite");
    t_need(world_open(&w, postgres) == ST_OK);
    versions(&w);
    held(&w);
    t_st(db_commit(w.cx.gate.db), ST_OK, "committed");
    db_close(w.cx.gate.db);
    test_db_drop(&w.tdb);
    arena_free(w.a);
    return 0;
}

int main(void)
{
    struct arena *a = arena_new((size_t)64 << 20);
    struct findings f;
    const struct statement *s;
    t_need(crypto_start() == ST_OK && a);
    findings_init(&f, a);
    t_st(privacy_load(a, &(struct config){ 0 }, &f, &s), ST_OK, "the statement that ships fits schema and forms");
    t_i64(f.n, 0, "with nothing to remark");
    arena_free(a);
    if (on(false) || on(true))
        return 1;
    return t_done();
}
