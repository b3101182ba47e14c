/* The gates on both databases, with a vault that lives in this file; and attempts to get round them. */
#include "gate.h"

#include "codec.h"
#include "edit.h"
#include "gate_test_sql.h"
#include "log.h"
#include "migrate.h"
#include "statement.h"
#include "t.h"
#include "test_db.h"
#include "test_vault.h"

#include <stdio.h>

/* ---- What every test needs. */
struct world {
    struct arena *a;
    struct test_db tdb;
    struct db *db;
    struct gate g;
    struct statement_text shipped;
    int64_t person;
    uid uid;
};

static const struct statement *compile(struct world *w, struct statement_text text)
{
    struct findings f;
    const struct statement *s = NULL;
    findings_init(&f, w->a);
    return statement_compile(w->a, text, &f, &s) == ST_OK ? s : NULL;
}

static st world_open(struct world *w, bool postgres, const char *folder)
{
    int at;
    struct findings f;
    struct gate_test_statement_row version;
    struct gate_test_person_row person;
    *w = (struct world){ .a = arena_new(256 << 20), .uid = rnd_uid() };
    findings_init(&f, w->a);
    TRY(statement_read(w->a, str_c(folder), &f, &w->shipped));
    TRY(test_db_new(w->a, postgres, &w->tdb));
    TRY(db_open(w->a, &(struct db_config){ .url = w->tdb.url, .mode = DB_WRITE }, &w->db));
    TRY(migrate(w->db, w->a, &at));
    w->g = (struct gate){ .statement = compile(w, w->shipped), .vault = &test_vault, .db = w->db, .arena = w->a,
                          .now = { 1795000000 } };
    TRY(BUG_UNLESS(w->g.statement != NULL));
    TRY(db_begin(w->db));
    TRY(gate_test_statement(w->db, w->a, &(struct gate_test_statement_in){ S("hash"), w->g.now }, &version));
    TRY(gate_test_person(w->db, w->a, &(struct gate_test_person_in){ w->uid, w->g.now }, &person));
    w->g.statement_id = version.id;
    w->person = person.id;
    return ST_OK;
}

static st collect(struct world *w, enum column_id col, enum point point, enum source source, str plain,
                  const struct sealed **out)
{
    return gate_collect_nt(&w->g, &(struct collect){ col, point, source, w->person, w->uid }, plain, out);
}

static bool why_has(const struct world *w, const char *word)
{
    str why = gate_why(&w->g);
    return str_find(why, str_c(word)) < why.n;
}

/* ---- The tests. */
static void round_trip(struct world *w)
{
    const struct sealed *name = NULL, *company = NULL, *none = NULL;
    struct gate_test_read_row row;
    str plain;
    t_st(collect(w, COL_person_full_name, POINT_CHECKOUT, SOURCE_PERSON, S("Ann Fig"), &name), ST_OK, "a name is collected");
    t_st(collect(w, COL_person_company, POINT_CHECKOUT, SOURCE_PERSON, S("Fig Ltd"), &company), ST_OK, "a company too");
    t_st(collect(w, COL_person_email, POINT_CHECKOUT, SOURCE_PERSON, S(""), &none), ST_OK, "nothing is nothing");
    t_ok(none == NULL, "and is stored as such");
    t_st(gate_test_store(w->db, &(struct gate_test_store_in){ w->person, name, company }, NULL), ST_OK, "stored");
    t_st(gate_test_read(w->db, w->a, &(struct gate_test_read_in){ w->person }, &row), ST_OK, "read");
    t_st(gate_use(&w->g, COL_person_full_name, PURPOSE_BILLING, w->uid, row.full_name, &plain), ST_OK, "opened");
    t_str(plain, S("Ann Fig"), "it is the name");
    t_st(gate_use(&w->g, COL_person_email, PURPOSE_NOTIFY, w->uid, row.email, &plain), ST_OK, "nothing is opened as");
    t_str(plain, S(""), "the empty text");
    t_st(gate_use(&w->g, COL_person_company, PURPOSE_BILLING, w->uid, row.full_name, &plain), ST_IO,
         "a value moved to another column does not open");
    t_st(gate_use(&w->g, COL_person_full_name, PURPOSE_BILLING, rnd_uid(), row.full_name, &plain), ST_IO,
         "nor in another row");
    t_ok(gate_may_use(&w->g, COL_person_full_name, PURPOSE_BILLING), "a declared purpose can be asked for");
    t_ok(!gate_may_use(&w->g, COL_person_full_name, PURPOSE_PREFS), "and an undeclared one");
    t_st(gate_use(&w->g, COL_person_full_name, PURPOSE_PREFS, w->uid, row.full_name, &plain), ST_STATEMENT,
         "an undeclared purpose is refused");
    t_ok(why_has(w, "person.full_name") && why_has(w, "prefs"), "and the refusal says which");
    t_ok(!why_has(w, "Ann"), "without the value");
}

static void refusals(struct world *w)
{
    const struct sealed *out = NULL;
    t_st(collect(w, COL_person_telephone, POINT_REGISTER, SOURCE_PERSON, S("+442079460000"), &out), ST_STATEMENT,
         "an undeclared field at a point is refused");
    t_ok(out == NULL && why_has(w, "person.telephone") && why_has(w, "register"), "by name, and nothing is made");
    t_st(collect(w, COL_person_email, POINT_CHECKOUT, SOURCE_VIES, S("a@example.test"), &out), ST_STATEMENT,
         "an undeclared source is refused");
    t_st(collect(w, COL_person_uid, POINT_CHECKOUT, SOURCE_PERSON, S("x"), &out), ST_BUG, "a column that holds nothing personal");
    t_st(collect(w, COL_person_country, POINT_CHECKOUT, SOURCE_PERSON, S("GB"), &out), ST_BUG, "a readable column is not sealed");
    t_st(gate_collect_nt(&w->g, &(struct collect){ COL_person_email, POINT_CHECKOUT, SOURCE_PERSON, 0, w->uid }, S("a"), &out),
         ST_BUG, "a value of nobody");
    t_st(gate_collect_clear_nt(&w->g, &(struct collect){ COL_person_country, POINT_GATEWAY, SOURCE_GATEWAY, w->person, w->uid },
                               S("GB")), ST_STATEMENT, "a readable value is declared too");
    t_st(gate_collect_clear_nt(&w->g, &(struct collect){ COL_person_country, POINT_CHECKOUT, SOURCE_PERSON, w->person, w->uid },
                               S("GB")), ST_OK, "and then its origin is recorded");
    test_vault.away = true;
    t_st(collect(w, COL_person_full_name, POINT_CHECKOUT, SOURCE_PERSON, S("Ann"), &out), ST_AWAY, "no vault, no value");
    test_vault.away = false;
}

static void books(struct world *w)
{
    struct gate_test_origins_rows origins;
    struct gate_test_keys_rows keys;
    const struct sealed *out;
    str plain;
    t_st(collect(w, COL_person_full_name, POINT_PROFILE, SOURCE_PERSON, S("Ann Fig-Leaf"), &out), ST_OK, "corrected");
    t_st(gate_test_origins(w->db, w->a, &(struct gate_test_origins_in){ w->person }, &origins), ST_OK, "origins");
    t_i64(origins.n, 3, "one per value");
    t_str(origins.v[2].col, S("person.full_name"), "by column name");
    t_str(origins.v[2].point, S("profile"), "the corrected one has the origin of the correction");
    t_i64(origins.v[2].statement_id, w->g.statement_id, "and the version in force");
    t_st(gate_test_keys(w->db, w->a, &(struct gate_test_keys_in){ w->person }, &keys), ST_OK, "keys");
    t_i64(keys.n, 1, "one for one class");
    const struct sealed *reference;
    t_st(collect(w, COL_orders_reference, POINT_CHECKOUT, SOURCE_PERSON, S("PO 1"), &reference), ST_OK, "another class");
    t_st(gate_test_keys(w->db, w->a, &(struct gate_test_keys_in){ w->person }, &keys), ST_OK, "keys again");
    t_i64(keys.n, 2, "another key");
    t_str(str_sub(keys.v[1].class, 0, 6), S("books@"), "for the class of the books");
    test_vault.destroyed[keys.v[0].key_id - 1] = true;
    t_st(gate_use(&w->g, COL_person_full_name, PURPOSE_BILLING, w->uid, out, &plain), ST_SEALED, "its key destroyed, a value is gone");
    t_st(gate_use(&w->g, COL_orders_reference, PURPOSE_BILLING, w->uid, reference, &plain), ST_OK, "the other class is not");
    t_str(plain, S("PO 1"), "at all");
}

/* A gate that lives longer than the arena of its commands, as when a trial is filled. */
static void outlives(struct world *w)
{
    struct arena *of_command = arena_new(1 << 20), *before = w->g.arena;
    const struct sealed *out;
    w->g.arena = of_command;
    for (int i = 0; i < 3; i++) {
        t_st(collect(w, COL_orders_reference, POINT_CHECKOUT, SOURCE_PERSON, S("PO 2"), &out), ST_OK, "a field of a class with epochs");
        arena_reset(of_command);
    }
    w->g.arena = before;
    arena_free(of_command);
}

static void disclosures(struct world *w)
{
    static const enum column_id told[] = { COL_service_hostname, COL_service_secret };
    static const enum column_id too_much[] = { COL_service_hostname, COL_person_telephone };
    struct gate_test_ledger_rows ledger;
    struct disclosure d = { RECIPIENT_PLATFORM, PURPOSE_CONTRACT, told, COUNT(told), w->person, "service", w->uid };
    t_st(gate_disclose_nt(&w->g, &d), ST_OK, "what is declared may be told");
    d.fields = too_much;
    t_st(gate_disclose_nt(&w->g, &d), ST_STATEMENT, "one field too many refuses all");
    t_ok(why_has(w, "person.telephone") && why_has(w, "platform"), "and is named");
    d.fields = told;
    d.purpose = PURPOSE_FRAUD;
    t_st(gate_disclose_check(&w->g, &d), ST_STATEMENT, "another purpose is refused");
    d = (struct disclosure){ RECIPIENT_GATEWAY_SANDBOX, PURPOSE_SUPPORT, NULL, 0, w->person, "invoice", w->uid };
    t_st(gate_disclose_check(&w->g, &d), ST_STATEMENT, "also when nothing would be told");
    t_st(gate_test_ledger(w->db, w->a, &(struct gate_test_ledger_in){ w->person }, &ledger), ST_OK, "the ledger");
    t_i64(ledger.n, 1, "holds what was told, and no refusal");
    t_str(ledger.v[0].fields, S("service.hostname,service.secret"), "field by field");
    t_str(ledger.v[0].basis, S("contract"), "with the basis of the purpose");
}

static void codes(struct world *w)
{
    str a, b, c;
    t_st(gate_blind(&w->g, COL_person_email_code, S("a@example.test"), &a), ST_OK, "a code");
    t_st(gate_blind(&w->g, COL_person_email, S("a@example.test"), &b), ST_OK, "of the same field");
    t_st(gate_blind(&w->g, COL_person_telephone, S("a@example.test"), &c), ST_OK, "and of another");
    t_ok(a.n == VAULT_BLIND && str_eq(a, b), "the same value has the same code");
    t_ok(!str_eq(a, c), "but not in another field");
    t_st(gate_blind(&w->g, COL_person_currency, S("GBP"), &a), ST_BUG, "what is not personal needs none");
}

static void cookies(struct world *w)
{
    static const char random[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG";
    str header;
    t_st(gate_cookie(&w->g, COOKIE_SESSION, str_c(random), &header), ST_OK, "the session cookie");
    t_ok(str_starts(header, S("__Host-avow=0123")) && str_find(header, S("; Max-Age=1209600; Path=/; Secure")) < header.n,
         "ends when the rules say, and has its attributes");
    t_st(gate_cookie(&w->g, COOKIE_SESSION, S("ann@example.test"), &header), ST_BUG, "no personal value fits");
    t_st(gate_cookie(&w->g, COOKIE_SESSION, S("0123456789abcdefghijklmnopqrstuvwxyzABCDEF;"), &header), ST_BUG, "no other attribute either");
    t_st(gate_cookie(&w->g, COOKIE_CURRENCY, S("EUR"), &header), ST_OK, "a currency");
    t_st(gate_cookie(&w->g, COOKIE_CURRENCY, S("Ann"), &header), ST_BUG, "is no name");
    t_st(gate_cookie_delete(&w->g, COOKIE_CURRENCY, &header), ST_OK, "taken back");
    t_ok(str_starts(header, S("avow-currency=; Max-Age=0;")), "by an end now");
}

static void without(struct world *w)
{
    const struct sealed *out;
    const struct statement *all = w->g.statement;
    static const enum column_id number[] = { COL_vat_check_number };
    struct disclosure ask = { RECIPIENT_VIES, PURPOSE_PLACE, number, 1, w->person, "order", w->uid };
    str header;
    t_ok(gate_may_collect(&w->g, COL_person_company, POINT_CHECKOUT), "company: asked with S7b");
    t_st(gate_disclose_check(&w->g, &ask), ST_OK, "VIES: asked with S8");
    w->g.statement = compile(w, edit_without(w->a, w->shipped, "S7b"));
    t_ok(w->g.statement && !gate_clause(&w->g, CLAUSE_S7B), "without S7b");
    t_ok(!gate_may_collect(&w->g, COL_person_company, POINT_CHECKOUT), "the form leaves the company out");
    t_st(collect(w, COL_person_company, POINT_CHECKOUT, SOURCE_PERSON, S("Fig"), &out), ST_STATEMENT, "and the gate refuses it");
    w->g.statement = compile(w, edit_without(w->a, w->shipped, "S8"));
    t_st(gate_disclose_check(&w->g, &ask), ST_STATEMENT, "without S8 nobody asks VIES");
    w->g.statement = compile(w, edit_without(w->a, w->shipped, "S5a"));
    t_st(gate_cookie(&w->g, COOKIE_CURRENCY, S("EUR"), &header), ST_STATEMENT, "without S5a the currency is not remembered");
    t_st(gate_cookie_delete(&w->g, COOKIE_CURRENCY, &header), ST_OK, "but an old cookie can be taken back");
    w->g.statement = all;
}

static int on(bool postgres, const char *folder)
{
    struct world w;
    printf("# %s\n", postgres ? "PostgreSQL" : "SQLite");
    t_need(world_open(&w, postgres, folder) == ST_OK);
    round_trip(&w);
    refusals(&w);
    books(&w);
    outlives(&w);
    disclosures(&w);
    codes(&w);
    cookies(&w);
    without(&w);
    t_st(db_commit(w.db), ST_OK, "committed");
    db_close(w.db);
    test_db_drop(&w.tdb);
    arena_free(w.a);
    return 0;
}

int main(int argc, char **argv)
{
    t_need(argc == 2 && crypto_start() == ST_OK);
    if (on(false, argv[1]) || on(true, argv[1]))
        return 1;
    return t_done();
}
