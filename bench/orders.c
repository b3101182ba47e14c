/* Durable commands of a running system, asked as subcommands ask: orders placed by people who are new, and invoices
 * issued when the gateway says that they are paid.
 *
 *   bench_orders DATA DATABASE ROUND…      ROUND: CLIENTS:ORDERS
 *
 * DATA: the folder of the running system; DATABASE: its address, for reading. For each round everything but the command
 * measured is prepared before: visitors with a basket, and payments that were started. One line of JSON for each
 * measurement; a client is a question that waits for its answer. */
#include "bench_sql.h"
#include "capabilities.h"
#include "clock.h"
#include "codec.h"
#include "ground.h"
#include "hash.h"
#include "latency.h"
#include "link.h"
#include "order.h"
#include "out.h"
#include "privacy.h"
#include "rnd.h"
#include "str.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MEMORY ((size_t)1 << 30)
#define QUEUE_MAX ((size_t)4 << 20)
#define ORDERS_MOST 100000
#define STILL_MS 30000 /* without any answer: give up */

/* Everything about one order on its way. */
struct slot {
    int64_t person, session;
    uint8_t hash[BASKET_HASH];
    uid invoice, payment;
    str reference, currency;
    int64_t amount;
    int64_t sent_ns;
};

struct bench {
    struct arena *arena, *scratch;
    struct loop *loop;
    struct link *link;
    struct db *db;
    const struct statement *statement;
    uid product;
    struct slot *slots;
    size_t n, asked, answered, failed;
    const struct step *step;
    struct latency latency;
    bool gone;
    uint64_t run; /* random: names that no other run has */
};

/* One command asked for every slot. */
struct step {
    enum command cmd;
    void (*make)(struct bench *, struct slot *, struct actor *, void *in);
    void (*take)(struct slot *, const void *out);
};

static _Noreturn void die(const char *what, st s)
{
    fprintf(stderr, "bench_orders: %s: %s\n", what, st_info(s)->text);
    exit(1);
}

static void must(st s, const char *what)
{
    if (s != ST_OK)
        die(what, s);
}

/* ---- asking ---- */

static void send_one(struct bench *b, size_t i)
{
    struct actor who;
    struct out bytes;
    arena_reset(b->scratch);
    out_init(&bytes, b->scratch, 1 << 16);
    void *in = arena_alloc(b->scratch, command_defs[b->step->cmd].in->size + 1, 1);
    b->step->make(b, &b->slots[i], &who, in);
    must(command_encode_in(&bytes, b->step->cmd, in), "a command is put into bytes");
    struct msg_command_call m = { .id = (int64_t)i, .command = b->step->cmd, .idem = rnd_uid(), .actor_kind = who.kind,
                                  .person = who.person, .session = who.session, .caps = (int64_t)who.caps,
                                  .payload = out_view(&bytes) };
    b->slots[i].sent_ns = now_ns();
    must(link_send(b->link, MSG_COMMAND_CALL, &m), "asked");
    b->asked++;
}

static st on_answer(void *arg, enum message kind, const void *msg, int passed UNUSED)
{
    struct bench *b = arg;
    const struct msg_command_answer *m = msg;
    if (kind != MSG_COMMAND_ANSWER || m->id < 0 || (size_t)m->id >= b->n)
        return ST_PEER;
    struct slot *s = &b->slots[m->id];
    latency_add(&b->latency, now_ns() - s->sent_ns);
    b->answered++;
    if (m->status != ST_OK) {
        b->failed++;
        if (b->failed == 1)
            fprintf(stderr, "bench_orders: %s: %s %.*s %.*s\n", command_defs[b->step->cmd].name,
                    st_info(st_of_number(m->status))->text, STR_ARG(m->field), STR_ARG(m->message));
    } else if (b->step->take) {
        void *out;
        arena_reset(b->scratch);
        must(command_decode_out(b->scratch, b->step->cmd, m->payload, &out), "an answer is read");
        b->step->take(s, out);
    }
    if (b->asked < b->n)
        send_one(b, b->asked);
    return ST_OK;
}

static void on_gone(void *arg, st why UNUSED)
{
    ((struct bench *)arg)->gone = true;
}

/* Ask for every slot, `clients` at once; seconds that it took. */
static double run_step(struct bench *b, const struct step *step, size_t clients)
{
    b->step = step;
    b->asked = b->answered = b->failed = 0;
    b->latency = (struct latency){ .n = 0 };
    int64_t start = now_ns(), last = clock_ms();
    size_t seen = 0;
    for (size_t i = 0; i < clients && i < b->n; i++)
        send_one(b, i);
    while (b->answered < b->n) {
        must(loop_step(b->loop, 1000), "the loop");
        if (b->gone || clock_ms() - last > STILL_MS)
            die(command_defs[step->cmd].name, b->gone ? ST_AWAY : ST_TIMEOUT);
        if (b->answered != seen)
            last = clock_ms();
        seen = b->answered;
    }
    return (double)(now_ns() - start) / 1e9;
}

/* ---- the commands ---- */

static struct actor visitor(const struct slot *s)
{
    return (struct actor){ .kind = ACTOR_VISITOR, .person = s->person, .session = s->session, .caps = CAP_PUBLIC | CAP_VISITOR };
}

static struct actor customer(const struct slot *s)
{
    return (struct actor){ .kind = ACTOR_CUSTOMER, .person = s->person, .caps = CAP_PUBLIC | CAP_CUSTOMER };
}

static struct actor program(void)
{
    return (struct actor){ .kind = ACTOR_SYSTEM, .caps = CAP_SYSTEM | CAP_GATEWAY };
}

static void make_open(struct bench *b, struct slot *s, struct actor *who, void *in)
{
    (void)s;
    uint8_t *code = arena_alloc(b->scratch, 1, 32);
    rnd_bytes(code, 32);
    *who = (struct actor){ .kind = ACTOR_VISITOR, .caps = CAP_PUBLIC };
    *(struct session_open_in *)in = (struct session_open_in){ .token_code = { (const char *)code, 32 }, .currency = S("GBP") };
}

static void take_open(struct slot *s, const void *out)
{
    const struct session_open_out *o = out;
    s->person = o->person;
    s->session = o->session;
}

static void make_add(struct bench *b, struct slot *s, struct actor *who, void *in)
{
    struct basket_item *item = NEW(b->scratch, struct basket_item);
    *item = (struct basket_item){ .product = b->product, .cycle = S("monthly"), .quantity = 1, .options = S(""),
                                  .hostname = S("") };
    *who = visitor(s);
    *(struct basket_add_in *)in = (struct basket_add_in){ .item = { item, 1 } };
}

/* People who are new live apart: each has an address, a telephone number (of those kept for drama) and a connection of their
 * own, so that screening finds what it finds about strangers. */
static void make_place(struct bench *b, struct slot *s, struct actor *who, void *in)
{
    static const char *const areas[] = { "020 7946", "0113 496", "0114 496", "0115 496", "0116 496", "0117 496", "0118 496",
                                         "0121 496", "0131 496", "0141 496", "0151 496", "0161 496" };
    unsigned n = (unsigned)(s->person & 0xffffff);
    *who = visitor(s);
    *(struct order_place_in *)in = (struct order_place_in){
        .full_name = S("Alice Marlowe"),
        .email = str_fmt(b->scratch, "bench%llx.%lld@example.test", (unsigned long long)b->run, (long long)s->person),
        .telephone = str_fmt(b->scratch, "%s 0%03u", areas[n / 1000 % COUNT(areas)], n % 1000),
        .company = S(""), .vat_number = S(""), .address1 = str_fmt(b->scratch, "%u Quillfeather Lane", n + 1),
        .address2 = S(""), .city = S("Guildford"), .region = S(""), .postcode = S("GU1 3XZ"), .country = S("GB"),
        .reference = S(""), .password = S("$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA"),
        .ip = str_fmt(b->scratch, "81.%u.%u.%u", n >> 16, n >> 8 & 255, n & 255),
        .ip_country = S("GB"), .ip_source = S("bench"), .acknowledged = true,
        .basket_hash = { (const char *)s->hash, sizeof s->hash } };
}

static void take_place(struct slot *s, const void *out)
{
    s->invoice = ((const struct order_place_out *)out)->invoice;
}

static void make_start(struct bench *b, struct slot *s, struct actor *who, void *in)
{
    (void)b;
    *who = customer(s);
    *(struct payment_start_in *)in = (struct payment_start_in){ .invoice = s->invoice, .gateway = S("sandbox") };
}

static void take_start(struct slot *s, const void *out)
{
    s->payment = ((const struct payment_start_out *)out)->payment;
}

static void make_callback(struct bench *b, struct slot *s, struct actor *who, void *in)
{
    *who = program();
    *(struct payment_callback_in *)in = (struct payment_callback_in){
        .gateway = S("sandbox"), .event_id = uid_str(b->scratch, rnd_uid()), .kind = S("succeeded"), .payment = s->payment,
        .reference = s->reference, .currency = s->currency, .amount = s->amount, .card_country = S("GB") };
}

static const struct step opening = { CMD_SESSION_OPEN, make_open, take_open };
static const struct step adding = { CMD_BASKET_ADD, make_add, NULL };
static const struct step placing = { CMD_ORDER_PLACE, make_place, take_place };
static const struct step starting = { CMD_PAYMENT_START, make_start, take_start };
static const struct step paying = { CMD_PAYMENT_CALLBACK, make_callback, NULL };

/* ---- what is read in between ---- */

/* What a customer sees of the basket. The product asks for no name, so nothing in it is sealed, and no vault is asked. */
static void read_baskets(struct bench *b)
{
    struct gate g = { .db = b->db, .arena = arena_new(1 << 20), .statement = b->statement, .now = clock_now() };
    for (size_t i = 0; i < b->n; i++) {
        struct basket_view v;
        must(basket_view(&g, b->slots[i].person, &v), "a basket is read");
        memcpy(b->slots[i].hash, v.hash, sizeof v.hash);
        arena_reset(g.arena);
    }
    arena_free(g.arena);
}

static void read_payments(struct bench *b)
{
    for (size_t i = 0; i < b->n; i++) {
        struct bench_payment_row row;
        struct slot *s = &b->slots[i];
        must(bench_payment(b->db, b->arena, &(struct bench_payment_in){ .uid = s->payment }, &row), "a payment is read");
        s->reference = row.reference;
        s->currency = row.currency;
        s->amount = row.amount;
    }
}

/* ---- a product without a name to ask for ---- */

static void find_product(struct bench *b, struct arena *a)
{
    struct bench_product_row row;
    if (bench_product(b->db, a, &row) == ST_OK)
        b->product = row.uid;
}

static void make_product(struct bench *b, struct slot *s, struct actor *who, void *in)
{
    (void)b;
    (void)s;
    *who = program();
    *(struct product_save_in *)in = (struct product_save_in){
        .slug = S("bench"), .name = S("Bench"), .summary = S("What the benchmark orders."), .description = S("Nothing."),
        .vat_class = S("ess"), .module = S("none"), .package = S(""), .asks_for = S("nothing"), .status = S("active"),
        .position = 99 };
}

static void make_prices(struct bench *b, struct slot *s, struct actor *who, void *in)
{
    static struct price_row row = { SI(""), SI(""), SI(""), SI("GBP"), SI("monthly"), 1000, 0 };
    (void)s;
    *who = program();
    *(struct product_prices_in *)in = (struct product_prices_in){ .product = b->product, .rows = { &row, 1 } };
}

static const struct step saving = { CMD_PRODUCT_SAVE, make_product, NULL };
static const struct step pricing = { CMD_PRODUCT_PRICES, make_prices, NULL };

static void have_product(struct bench *b)
{
    find_product(b, b->arena);
    if (!uid_zero(b->product))
        return;
    b->n = 1;
    run_step(b, &saving, 1);
    find_product(b, b->arena);
    run_step(b, &pricing, 1);
}

/* ---- rounds ---- */

static void say(const struct bench *b, const char *what, size_t clients, double seconds)
{
    printf("{\"what\": \"%s\", \"clients\": %zu, \"done\": %zu, \"failed\": %zu, \"seconds\": %.3f, \"rate\": %.1f, "
           "\"p50_us\": %.0f, \"p99_us\": %.0f}\n",
           what, clients, b->answered - b->failed, b->failed, seconds, (double)b->answered / seconds,
           latency_at(&b->latency, 0.5), latency_at(&b->latency, 0.99));
    fflush(stdout);
}

static void round_of(struct bench *b, size_t clients, size_t orders)
{
    b->n = orders;
    memset(b->slots, 0, orders * sizeof *b->slots);
    run_step(b, &opening, 64);
    run_step(b, &adding, 64);
    read_baskets(b);
    say(b, "order.place", clients, run_step(b, &placing, clients));
    run_step(b, &starting, 64);
    read_payments(b);
    say(b, "invoice issue", clients, run_step(b, &paying, clients));
}

static void open_all(struct bench *b, const char *data, const char *database)
{
    static const struct link_ops ops = { .got = on_answer, .gone = on_gone };
    int fd;
    b->arena = arena_new(MEMORY);
    b->scratch = arena_new(1 << 20);
    b->slots = b->arena ? NEWN(b->arena, struct slot, ORDERS_MOST) : NULL;
    must(b->slots && b->scratch ? ST_OK : ST_NO_MEMORY, "memory");
    must(crypto_start(), "libsodium");
    must(loop_new(b->arena, 16, &b->loop), "the loop");
    must(ground_connect_local(b->arena, str_c(data), "writer.sock", &fd), "the writer");
    must(link_take(fd, b->loop, ROLE_CMD, ROLE_WRITER, QUEUE_MAX, &ops, b, &b->link), "a link");
    must(db_open(b->arena, &(struct db_config){ .url = str_c(database), .mode = DB_READ }, &b->db), "the database");
    int64_t version;
    must(privacy_in_force(b->db, b->arena, &b->statement, &version), "the statement");
    rnd_bytes(&b->run, sizeof b->run);
}

int main(int argc, char **argv)
{
    static struct bench b;
    if (argc < 4) {
        fputs("usage: bench_orders DATA DATABASE CLIENTS:ORDERS…\n", stderr);
        return 64;
    }
    open_all(&b, argv[1], argv[2]);
    have_product(&b);
    for (int i = 3; i < argc; i++) {
        unsigned clients = 0, orders = 0;
        if (sscanf(argv[i], "%u:%u", &clients, &orders) != 2 || clients < 1 || orders < 1 || orders > ORDERS_MOST)
            die(argv[i], ST_INVALID);
        round_of(&b, clients, orders);
    }
    link_close(b.link);
    db_close(b.db);
    return 0;
}
