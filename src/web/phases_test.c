/* A request's whole way, with pages, a writer and a vault that live in this file, on both databases. */
#include "codec.h"
#include "config.h"
#include "hash.h"
#include "migrate.h"
#include "phases_test_sql.h"
#include "state.h"
#include "statement.h"
#include "t.h"
#include "test_db.h"

#define NOW 1795000000

/* ---- What the fakes saw and what they answer. */
static struct {
    struct arena *a;
    struct web *web;
    struct db *db;
    struct session_keys keys;
    struct config config;
    int responses, commands, hashes, pages, agains, guards;
    int64_t status;
    str location, body, cookie;
    struct msg_command_call call; /* the last one; payload copied */
    str customer, visitor;        /* tokens of sessions that exist */
    int64_t customer_id;
    bool away;
    st page_says;
} seen;

static void fake_respond(void *self, const struct msg_http_response *m)
{
    (void)self;
    seen.responses++;
    seen.status = m->status;
    seen.location = str_dup(seen.a, m->location);
    seen.body = str_dup(seen.a, m->body);
    seen.cookie = m->cookies.n ? str_dup(seen.a, m->cookies.v[0].value) : S("");
}

static st fake_command(void *self, const struct msg_command_call *m)
{
    (void)self;
    seen.commands++;
    seen.call = *m;
    seen.call.payload = str_dup(seen.a, m->payload);
    seen.call.input_code = str_dup(seen.a, m->input_code);
    return seen.away ? ST_AWAY : ST_OK;
}

static st fake_hash(void *self, const struct msg_vault_hash *m)
{
    (void)self;
    (void)m;
    seen.hashes++;
    return ST_OK;
}

static st page(struct rq *rq)
{
    seen.pages++;
    TRY(seen.page_says);
    return rq_html(rq, 200, S("page"));
}

static st shown_again(struct rq *rq)
{
    seen.agains++;
    return rq_html(rq, 200, rq_value(rq, "quantity")->error ? S("again with error") : S("again"));
}

static st guard_refuses(struct rq *rq)
{
    (void)rq;
    seen.guards++;
    return ST_NOT_FOUND;
}

static st added(struct rq *rq, st result, const void *out)
{
    (void)out;
    TRY(result);
    return rq_redirect(rq, url_basket(rq->arena));
}

static st page_adds(struct rq *rq)
{
    struct basket_item item = { .product = rq_value(rq, "product")->id, .cycle = rq_value(rq, "cycle")->value,
                                .quantity = rq_value(rq, "quantity")->number };
    seen.pages++;
    return rq_command(rq, CMD_BASKET_ADD, &(struct basket_add_in){ .item = { &item, 1 } }, added);
}

static st page_answers_twice(struct rq *rq)
{
    TRY(rq_html(rq, 200, S("one")));
    return rq_html(rq, 200, S("two"));
}

static st page_forgets(struct rq *rq)
{
    (void)rq;
    return ST_OK;
}

static struct route_code code[ROUTE_COUNT] = {
    [ROUTE_HOME] = { page, NULL, NULL },
    [ROUTE_ACCOUNT] = { page, NULL, NULL },
    [ROUTE_STAFF] = { page, NULL, NULL },
    [ROUTE_BASKET_ADD] = { page_adds, NULL, shown_again },
    [ROUTE_INVOICE_SHOW] = { page, guard_refuses, NULL },
    [ROUTE_LOGOUT] = { page, NULL, NULL },
    [ROUTE_PRIVACY] = { page_answers_twice, NULL, NULL },
    [ROUTE_PRIVACY_PRINT] = { page_forgets, NULL, NULL },
};

/* ---- Requests. */
static void get(const char *target, const char *cookie)
{
    web_handle(seen.web, &(struct msg_http_request){ .id = 1, .target = str_c(target), .host = S("avow.test"), .secure = true,
                                                     .ip = S("192.0.2.1"), .cookie = str_c(cookie) });
}

static struct msg_http_request post_of(const char *target, str cookie, str body)
{
    return (struct msg_http_request){ .id = 2, .method = 1, .target = str_c(target), .host = S("avow.test"), .secure = true,
                                      .ip = S("192.0.2.1"), .cookie = cookie, .body = body,
                                      .content_type = S("application/x-www-form-urlencoded"),
                                      .origin = S("https://avow.test"), .fetch_site = S("same-origin") };
}

static void post(const char *target, str cookie, str body)
{
    struct msg_http_request m = post_of(target, cookie, body);
    web_handle(seen.web, &m);
}

static str cookie_of(str token)
{
    return str_cat(seen.a, S("__Host-avow="), token);
}

static str csrf_of(str token)
{
    return session_csrf(seen.a, &seen.keys, token);
}

static void answer(st status, const char *field, const char *message, enum command c, const void *out)
{
    struct out o;
    out_init(&o, seen.a, 65536);
    if (out)
        IGNORE(command_encode_out(&o, c, out)); /* fixed content within its bounds */
    web_answer(seen.web, &(struct msg_command_answer){ .id = seen.call.id, .status = status, .field = str_c(field),
                                                       .message = str_c(message), .payload = out_view(&o) });
}

#define ADD "product=00000000000000000000000001&cycle=monthly&quantity=1&idem=00000000000000000000000002"

/* ---- The tests. */
static void reading(void)
{
    get("/", "");
    t_i64(seen.status, 200, "a page for anybody");
    t_str(seen.cookie, S(""), "sets no cookie");
    get("/nowhere", "");
    t_i64(seen.status, 404, "no such page");
    get("/account", "");
    t_ok(seen.status == 303 && str_eq(seen.location, S("/login?next=account")), "who is not signed in is sent to sign in");
    get("/account", str_z(seen.a, cookie_of(seen.visitor)));
    t_i64(seen.status, 303, "a visitor with a session too");
    get("/account", str_z(seen.a, cookie_of(seen.customer)));
    t_i64(seen.status, 200, "a customer sees it");
    get("/staff", str_z(seen.a, str_cat(seen.a, S("__Host-avow-staff="), seen.customer)));
    t_ok(seen.status == 303 && str_eq(seen.location, S("/staff/login")), "a customer's token is none of staff's");
    int pages = seen.pages;
    get("/invoices/00000000000000000000000001", str_z(seen.a, cookie_of(seen.customer)));
    t_ok(seen.status == 404 && seen.guards == 1 && seen.pages == pages, "a guard stands before the page");
    seen.page_says = ST_SEALED;
    get("/", "");
    t_i64(seen.status, 410, "a page's status becomes an error page");
    seen.page_says = ST_OK;
    get("/privacy", "");
    t_i64(seen.status, 500, "answering twice is our fault");
    get("/privacy/print", "");
    t_i64(seen.status, 500, "so is not answering");
}

static void expiry(void)
{
    clock_set((utc){ NOW + 25 * 3600 });
    get("/account", str_z(seen.a, cookie_of(seen.customer)));
    t_i64(seen.status, 303, "a session that nobody used for a day has ended");
    clock_set((utc){ NOW });
}

static void cross_site(void)
{
    int pages = seen.pages;
    str body = str_cat(seen.a, S("idem=00000000000000000000000002&csrf="), csrf_of(seen.customer));
    struct msg_http_request m = post_of("/logout", cookie_of(seen.customer), body);
    m.origin = S("https://evil.test");
    web_handle(seen.web, &m);
    t_ok(seen.status == 403 && seen.pages == pages, "from another origin");
    m.origin = S("");
    m.fetch_site = S("cross-site");
    web_handle(seen.web, &m);
    t_ok(seen.status == 403 && seen.pages == pages, "from another site");
    post("/logout", cookie_of(seen.customer), S("idem=00000000000000000000000002"));
    t_ok(seen.status == 410 && seen.pages == pages, "without the token");
    post("/logout", cookie_of(seen.customer),
         str_cat(seen.a, S("idem=00000000000000000000000002&csrf="), csrf_of(seen.visitor)));
    t_ok(seen.status == 410 && seen.pages == pages, "with another session's token");
    post("/logout", cookie_of(seen.customer), body);
    t_ok(seen.status == 200 && seen.pages == pages + 1, "with its own");
    m = post_of("/logout", cookie_of(seen.customer), body);
    m.content_type = S("text/plain");
    web_handle(seen.web, &m);
    t_i64(seen.status, 400, "in a form that forms do not have");
}

static void forms_again(void)
{
    int pages = seen.pages, commands = seen.commands;
    post("/basket/add", S(""), S("product=00000000000000000000000001&cycle=monthly&quantity=0&idem="
                                 "00000000000000000000000002"));
    t_ok(seen.status == 422 && str_eq(seen.body, S("again with error")), "a wrong form is shown again");
    t_ok(seen.pages == pages && seen.commands == commands, "and reaches neither handler nor writer");
    post("/basket/add", S(""), S("product=00000000000000000000000001&cycle=monthly&quantity=1"));
    t_i64(seen.status, 400, "without its one-time key it is not taken");
    post("/basket/add", S(""), S(ADD "&price=1"));
    t_ok(seen.status == 422 && seen.pages == pages, "nor with a field that is none of its own");
}

static void asking(void)
{
    int responses = seen.responses;
    post("/basket/add", S(""), S(ADD));
    t_ok(seen.responses == responses && web_waiting(seen.web) == 1, "it waits for the writer");
    t_i64(seen.call.command, CMD_SESSION_OPEN, "who first makes a session");
    answer(ST_OK, "", "", CMD_SESSION_OPEN, &(struct session_open_out){ .session = 77, .person = 78 });
    t_ok(seen.call.command == CMD_BASKET_ADD && seen.call.person == 78 && seen.call.session == 77, "then does as it is told");
    t_ok(!uid_zero(seen.call.idem) && seen.call.input_code.n == 32, "under a key");
    answer(ST_OK, "", "", CMD_BASKET_ADD, &(struct basket_add_out){ 0 });
    t_ok(seen.status == 303 && str_eq(seen.location, S("/basket")), "and goes on");
    t_ok(str_starts(seen.cookie, S("__Host-avow=")) && str_find(seen.cookie, S("HttpOnly")) < seen.cookie.n,
         "with a cookie for the session");
    t_i64(web_waiting(seen.web), 0, "nobody waits any more");
    answer(ST_OK, "", "", CMD_BASKET_ADD, &(struct basket_add_out){ 0 });
    t_i64(seen.responses, responses + 1, "a second answer finds nobody");
}

static void keys_of_forms(void)
{
    post("/basket/add", cookie_of(seen.visitor), S(ADD));
    uid first = seen.call.idem;
    str code_of = seen.call.input_code;
    answer(ST_INVALID, "quantity", "err.number", CMD_BASKET_ADD, NULL);
    t_ok(seen.status == 422 && str_eq(seen.body, S("again with error")), "what the command finds wrong is shown at its field");
    post("/basket/add", cookie_of(seen.visitor), S(ADD));
    t_ok(uid_eq(first, seen.call.idem) && str_eq(code_of, seen.call.input_code), "the same form has the same key");
    answer(ST_CONFLICT, "", "", CMD_BASKET_ADD, NULL);
    t_i64(seen.status, 409, "a refusal becomes an error page");
    post("/basket/add", cookie_of(seen.customer), str_cat(seen.a, S(ADD "&csrf="), csrf_of(seen.customer)));
    t_ok(!uid_eq(first, seen.call.idem), "another session's form has another");
    answer(ST_RETRY, "", "", CMD_BASKET_ADD, NULL);
    t_i64(seen.status, 503, "a writer that is busy");
}

static void writer_lost(void)
{
    int commands = seen.commands;
    seen.away = true;
    post("/basket/add", cookie_of(seen.visitor), S(ADD));
    uid key = seen.call.idem;
    t_ok(web_waiting(seen.web) == 1, "without a writer it waits");
    seen.away = false;
    web_again(seen.web, ROLE_VAULT);
    t_i64(seen.commands, commands + 1, "the vault is not who it waits for");
    web_again(seen.web, ROLE_WRITER);
    t_ok(seen.commands == commands + 2 && uid_eq(key, seen.call.idem), "and asks again, under the same key");
    answer(ST_OK, "", "", CMD_BASKET_ADD, &(struct basket_add_out){ 0 });
    t_i64(seen.status, 303, "as if nothing had been");
    post("/basket/add", cookie_of(seen.visitor), S(ADD));
    seen.web->waiting->deadline_ms = 0;
    web_tick(seen.web);
    t_ok(seen.status == 503 && web_waiting(seen.web) == 0, "but not for ever");
}

static void too_many(void)
{
    int refused = 0;
    for (int i = 0; i < 300; i++) {
        get("/", "");
        refused += seen.status == 429;
    }
    t_ok(refused > 100, "too much at once");
}

/* ---- Setting up. */
static st session_add(str *token, const char *kind, bool signed_in, int64_t *person_id)
{
    struct phases_test_person_row person;
    struct phases_test_session_row row;
    uint8_t code_of[SESSION_CODE];
    *token = session_token(seen.a);
    session_code(&seen.keys, *token, code_of);
    TRY(phases_test_person(seen.db, seen.a, &(struct phases_test_person_in){ rnd_uid(), str_c(kind), { NOW } }, &person));
    *person_id = person.id;
    struct phases_test_session_in in = { rnd_uid(), { (const char *)code_of, SESSION_CODE }, person.id, signed_in, { NOW },
                                         { NOW + 30 * 86400 } };
    return phases_test_session(seen.db, seen.a, &in, &row);
}

static st setup(bool postgres, const char *folder, struct test_db *tdb)
{
    int at;
    struct findings f;
    struct statement_text text;
    const struct statement *statement;
    int64_t visitor_id;
    memset(&seen, 0, sizeof(seen));
    seen.a = arena_new(256 << 20);
    findings_init(&f, seen.a);
    TRY(statement_read(seen.a, str_c(folder), &f, &text));
    TRY(statement_compile(seen.a, text, &f, &statement));
    TRY(config_defaults(seen.a, &seen.config));
    TRY(test_db_new(seen.a, postgres, tdb));
    TRY(db_open(seen.a, &(struct db_config){ .url = tdb->url, .mode = DB_WRITE }, &seen.db));
    TRY(migrate(seen.db, seen.a, &at));
    rnd_bytes(&seen.keys, sizeof(seen.keys));
    TRY(db_begin(seen.db));
    TRY(session_add(&seen.customer, "customer", true, &seen.customer_id));
    TRY(session_add(&seen.visitor, "visitor", false, &visitor_id));
    TRY(db_commit(seen.db));
    TRY(web_new(&(struct web_setup){ .arena = seen.a, .config = &seen.config, .code = code, .db = seen.db,
                                     .port = { .respond = fake_respond, .command = fake_command, .hash = fake_hash }, .statement = statement },
                &seen.web));
    seen.web->keys = &seen.keys;
    return ST_OK;
}

static int on(bool postgres, const char *folder)
{
    struct test_db tdb;
    clock_set((utc){ NOW });
    st ready = setup(postgres, folder, &tdb);
    t_st(ready, ST_OK, postgres ? "on PostgreSQL" : "on SQLite");
    t_need(ready == ST_OK);
    reading();
    expiry();
    cross_site();
    forms_again();
    asking();
    keys_of_forms();
    writer_lost();
    too_many();
    db_close(seen.db);
    test_db_drop(&tdb);
    arena_free(seen.a);
    return 0;
}

int main(int argc, char **argv)
{
    t_need(argc == 2 && crypto_start() == ST_OK);
    if (on(false, argv[1]) || on(true, argv[1]))
        return 1;
    return t_done();
}
