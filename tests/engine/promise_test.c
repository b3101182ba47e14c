/* Every promise, broken: each check first sees that all is well, then somebody breaks what it watches over, and it has to see that and
 * name the culprit. A check without a sabotage fails this test, and so does a docs/promises.md that does not print them. */
#include <arpa/inet.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "by_hand.h"
#include "fraud.h"
#include "promise.h"
#include "sabotage.h"
#include "shop.h"
#include "statement.h"

#define HOME "81.2.69.160"

/* ---- a page, as a front shows it ----------------------------------------------------------------------------------------------- */

static pid_t front;

static _Noreturn void serve(int fd, const char *shown)
{
    for (;;) {
        char asked[4096], page[300];
        int c = accept(fd, NULL, NULL);
        if (c < 0 || read(c, asked, sizeof asked) <= 0)
            _exit(1);
        int n = snprintf(page, sizeof page, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n<p>%s</p>\n",
                         strlen(shown) + 8, shown);
        if (write(c, page, (size_t)n) != n)
            _exit(1);
        close(c);
    }
}

static bool show_page(struct engine *e, struct victim *v)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
    socklen_t len = sizeof at;
    char address[40];
    v->shown = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof at) != 0 || listen(fd, 8) != 0 || getsockname(fd, (struct sockaddr *)&at, &len) != 0)
        return false;
    str hex = hex_fmt(e->a, statement_hash(e->statement), STATEMENT_HASH);
    memcpy(v->shown, hex.p, hex.n);
    front = fork();
    if (front == 0)
        serve(fd, v->shown);
    close(fd);
    snprintf(address, sizeof address, "127.0.0.1:%u", (unsigned)ntohs(at.sin_port));
    engine_set(e, "web.plain", address);
    return front > 0;
}

static void no_page(struct victim *v)
{
    kill(front, SIGKILL);
    waitpid(front, NULL, 0);
    munmap(v->shown, 4096);
}

/* ---- a little world ---------------------------------------------------------------------------------------------------------------- */

static struct shopper paid(struct engine *e, const char *slug, bool save)
{
    struct shopper s = shop_order(e, slug);
    struct payment_start_out p = save ? shop_pay_and_save(e, &s) : shop_pay(e, &s);
    struct payment_callback_in m = shop_message(e, p.payment, "succeeded");
    if (save) {
        m.customer = S("sandbox-customer");
        m.method = S("sandbox-card/pay");
        m.card = S("Sandbox card 4242");
    }
    t_str(shop_say(e, &m), S("applied"), "an order is paid");
    return s;
}

/* As tests/engine/fraud_test.c has it: what the program refuses by itself. */
static int64_t refused(struct engine *e)
{
    struct actor visitor = engine_visitor(e, "GBP");
    struct order_place_out out;
    t_st(shop_add(e, visitor, "email", ""), ST_OK, "somebody");
    struct order_place_in in = shop_form(e, visitor);
    in.ip = S(HOME);
    in.email = str_fmt(e->a, "%.*s@mailinator.com", STR_ARG(uid_str(e->a, rnd_uid())));
    in.full_name = in.address1 = str_fmt(e->a, "Asdfgh %.*s 7", STR_ARG(uid_str(e->a, rnd_uid())));
    engine_set(e, "fraud.review", "20");
    engine_set(e, "fraud.refuse", "40");
    t_st(engine_call(e, visitor, CMD_ORDER_PLACE, &in, &out), ST_OK, "orders, and is refused");
    engine_set(e, "fraud.refuse", "0");
    engine_set(e, "fraud.review", "100000");
    return visitor.person;
}

static void cookies(struct engine *e)
{
    struct actor wire = { .kind = ACTOR_VISITOR, .caps = CAP_WIRE };
    struct cookie_seen sent[] = {
        { str_c(cookie_info[COOKIE_SESSION].wire), statement_cookie_seconds(e->statement, COOKIE_SESSION), S("random"), true, 12 },
        { str_c(cookie_info[COOKIE_CURRENCY].wire), statement_cookie_seconds(e->statement, COOKIE_CURRENCY), S("currency"), true, 1 },
        { str_c(cookie_info[COOKIE_SESSION].wire), 0, S("empty"), true, 2 },
    };
    struct cookies_sent_in in = { .cookies = { sent, COUNT(sent) } };
    t_st(engine_call(e, wire, CMD_COOKIES_SENT, &in, NULL), ST_OK, "cookies are sent as they should be");
}

static void staff(struct engine *e)
{
    struct staff_create_in in = { .email = S("staff@example.test"), .full_name = S("Sam Staff"), .password = S("none") };
    t_st(engine_call(e, engine_system(), CMD_STAFF_CREATE, &in, NULL), ST_OK, "a member of staff");
}

static void publish(struct engine *e)
{
    struct statement_text text = statement_source_text(e->statement);
    struct statement_publish_out out = { 0 };
    struct statement_publish_in in = { .prose = text.prose, .rules = text.rules };
    t_st(engine_call(e, engine_system(), CMD_STATEMENT_PUBLISH, &in, &out), ST_OK, "the statement is published");
    e->statement_id = out.id;
}

static void world(struct engine *e, struct victim *v)
{
    engine_set(e, "fraud.review", "100000");
    engine_set(e, "fraud.refuse", "0");
    engine_set(e, "data.database", str_z(e->a, e->tdb.url));
    publish(e);
    t_ok(show_page(e, v), "a front shows the statement");
    shop_open(e);
    staff(e);
    engine_pass(e, 60);
    v->person = paid(e, "starter", false).who.person;
    paid(e, "email", true);
    paid(e, "email", false);
    v->refused = refused(e);
    cookies(e);
    engine_work(e);
}

/* ---- looking ----------------------------------------------------------------------------------------------------------------------------- */

static st ask_writer(void *at, struct arena *a, enum command cmd, uid idem, const void *in, void *out)
{
    (void)a;
    return engine_again(at, engine_system(), cmd, idem, in, out);
}

static struct promise_runner runner(struct engine *e)
{
    struct gate g = engine_gate(e);
    return (struct promise_runner){ .db = e->db, .vault = g.vault, .statement = e->statement, .statement_id = e->statement_id,
                                    .config = &e->config, .call = ask_writer, .call_at = e, .rest_until = { INT64_MIN } };
}

static struct promise_record_in look(struct engine *e, const char *name)
{
    struct promise_runner r = runner(e);
    struct promise_record_in seen = { .verdict = S("") };
    engine_pass(e, 1);
    t_st(promise_run(&r, e->a, promise_find(str_c(name)), e->now, &seen), ST_OK, name);
    return seen;
}

static void told(struct engine *e, const char *check, const char *verdict, const char *why)
{
    struct promise_record_in seen = look(e, check);
    if (!t_str(seen.verdict, str_c(verdict), str_z(e->a, str_fmt(e->a, "%s: %s", check, why))))
        printf("# %.*s %.*s %.*s\n", STR_ARG(seen.words), STR_ARG(seen.numbers), STR_ARG(seen.evidence));
}

static void one(struct engine *e, struct victim *v, const struct sabotage *s)
{
    told(e, s->check, "kept", "before");
    str culprit = s->break_it(e, v);
    struct promise_record_in seen = look(e, s->check);
    bool caught = t_str(seen.verdict, S("broken"), s->words) & t_ok(str_find(seen.evidence, culprit) < seen.evidence.n, "and names it");
    if (!caught)
        printf("# %s: %.*s (%.*s) %.*s\n", s->check, STR_ARG(seen.words), STR_ARG(seen.numbers), STR_ARG(seen.evidence));
    t_ok(str_find(seen.evidence, S("@")) == seen.evidence.n && str_find(seen.evidence, S("Marlowe")) == seen.evidence.n,
         "the evidence holds nothing personal");
    told(e, s->check, "broken", "it stays broken until it is put right");
    if (!s->mend)
        return;
    s->mend(e, v);
    told(e, s->check, "kept", "put right");
}

static const struct sabotage *sabotage_of(const char *check)
{
    for (size_t i = 0; i < sabotages_n; i++)
        if (strcmp(sabotages[i].check, check) == 0)
            return &sabotages[i];
    return NULL;
}

/* Nothing is promised that nobody looks at. */
static void every_clause(struct engine *e)
{
    for (int c = 0; c < CLAUSE_COUNT; c++) {
        bool checked = !statement_clause(e->statement, (enum clause)c);
        for (size_t i = 0; i < promise_checks_n; i++)
            checked = checked || (promise_checks[i].clauses & (uint64_t)1 << c);
        t_ok(checked, str_z(e->a, str_fmt(e->a, "a check is about clause %s", clause_info[c].name)));
    }
}

/* A break is told to staff once, and its end once. */
static void staff_are_told(struct engine *e, struct victim *v)
{
    const struct sabotage *s = sabotage_of("trial_codes");
    const char *broken = "SELECT count(*) FROM job WHERE kind = 'mail.promise_broken'";
    const char *kept = "SELECT count(*) FROM job WHERE kind = 'mail.promise_kept'";
    int64_t before = by_hand(e, broken), healed = by_hand(e, kept);
    s->break_it(e, v);
    look(e, s->check);
    look(e, s->check);
    t_i64(by_hand(e, broken), before + 1, "staff are written to once");
    s->mend(e, v);
    look(e, s->check);
    look(e, s->check);
    t_i64(by_hand(e, kept), healed + 1, "and once when it is kept again");
    engine_work(e);
    t_i64(by_hand(e, "SELECT count(*) FROM mail_sent WHERE template = 'promise_broken'"), by_hand(e, broken), "the messages go out");
}

/* What nobody has looked at for long is not kept, whatever was seen then. */
static void stale_is_not_kept(struct engine *e)
{
    struct promise_standings all;
    t_st(promise_standings(e->db, e->a, e->statement, e->now, &all), ST_OK, "how promises stand");
    int64_t kept = 0, later = 0;
    for (size_t i = 0; i < all.n; i++)
        kept += all.v[i].verdict == PROMISE_KEPT;
    t_ok(kept > 0, "some are kept");
    t_st(promise_standings(e->db, e->a, e->statement, (utc){ e->now.s + 86400 }, &all), ST_OK, "a day later");
    for (size_t i = 0; i < all.n; i++)
        later += all.v[i].verdict == PROMISE_KEPT;
    t_i64(later, 0, "none is");
    later = 0;
    t_st(promise_standings(e->db, e->a, e->statement, (utc){ e->now.s - 7200 }, &all), ST_OK, "with a clock set back");
    for (size_t i = 0; i < all.n; i++)
        later += all.v[i].verdict == PROMISE_KEPT;
    t_i64(later, 0, "none is either");
}

/* The courier's round runs each once, and then nothing until the first is due again. */
static void rounds(struct engine *e)
{
    struct promise_runner r = runner(e);
    size_t n = 0;
    bool ran = true;
    while (ran && n < 100) {
        t_st(promise_round(&r, e->now, &ran), ST_OK, "a round");
        n += ran;
    }
    t_i64((int64_t)n, (int64_t)promise_checks_n, "every check is run");
    engine_pass(e, 16 * 60);
    t_st(promise_round(&r, e->now, &ran), ST_OK, "after a quarter of an hour");
    t_ok(ran, "the first are due again");
}

static void checks(struct engine *e)
{
    struct victim v;
    world(e, &v);
    every_clause(e);
    rounds(e);
    for (size_t i = 0; i < promise_checks_n; i++)
        told(e, promise_checks[i].name, "kept", "in a world where nothing is wrong");
    staff_are_told(e, &v);
    stale_is_not_kept(e);
    for (size_t i = 0; i < promise_checks_n; i++)
        t_ok(sabotage_of(promise_checks[i].name) != NULL,
             str_z(e->a, str_fmt(e->a, "there is a sabotage of %s", promise_checks[i].name)));
    for (size_t i = 0; i < sabotages_n; i++)
        one(e, &v, &sabotages[i]);
    no_page(&v);
}

/* docs/promises.md has a row for each check, made of the table and of the list of sabotage. */
static void printed(struct arena *a)
{
    static char text[1 << 16];
    FILE *f = fopen(PROMISE_DOCS, "r");
    size_t n = f ? fread(text, 1, sizeof text, f) : 0;
    if (f)
        fclose(f);
    for (size_t i = 0; i < promise_checks_n; i++) {
        const struct promise_check *c = &promise_checks[i];
        str of = S(""), ways = S("");
        for (size_t k = 0; k < sabotages_n; k++)
            if (strcmp(sabotages[k].check, c->name) == 0)
                ways = str_fmt(a, "%.*s%s%s", STR_ARG(ways), ways.n ? "; " : "", sabotages[k].words);
        for (int k = 0; k < CLAUSE_COUNT; k++)
            if (c->clauses & (uint64_t)1 << k)
                of = str_fmt(a, "%.*s%s%s", STR_ARG(of), of.n ? ", " : "", clause_info[k].name);
        str row = str_fmt(a, "| %.*s | `%s` | %.*s | %lld min | %.*s |\n", STR_ARG(of), c->name,
                          STR_ARG(text_get(LANGUAGE_EN_GB, c->title)), (long long)c->every / 60, STR_ARG(ways));
        if (!t_ok(str_find((str){ text, n }, row) < n, "docs/promises.md has the row of a check"))
            printf("#DOC %.*s", STR_ARG(row));
    }
}

int main(int argc, char **argv)
{
    struct arena *a = arena_new(1 << 20);
    t_need(argc == 3 && a);
    printed(a);
    arena_free(a);
    return engine_on_both(argc, argv, checks);
}
