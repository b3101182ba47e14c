/* What one customer of a filled trial does: look, choose, order, pay or not, use what they bought. */
#include "trial_fill.h"

#include "clock.h"
#include "codec.h"
#include "order.h"
#include "rnd.h"
#include "run.h"
#include "str.h"
#include "trial_fill_sql.h"

#include <stdio.h>

#define TOKEN 32

/* ---- fate ---- */

/* Of the newest twentieth half is unpaid as yet; what was not paid long ago is cancelled by now. */
enum fill_fate fill_fate(const struct fill_size *size, int64_t order)
{
    struct dice d = dice_of(size->seed ^ 0x6f72646572u, (uint64_t)order);
    uint32_t roll = dice_below(&d, 1000);
    bool recent = order >= size->invoices - size->invoices / 20;
    if (recent && roll < 500)
        return FILL_UNPAID;
    if (roll < 60)
        return FILL_CANCELLED;
    if (roll < 80)
        return FILL_REFUNDED;
    if (roll < 120)
        return FILL_SUSPENDED;
    return roll < 180 ? FILL_TERMINATED : FILL_PAID;
}

static bool is_paid(enum fill_fate fate)
{
    return fate != FILL_UNPAID && fate != FILL_CANCELLED;
}

int64_t fill_paid(const struct fill_size *size)
{
    int64_t n = 0;
    for (int64_t i = 0; i < size->invoices; i++)
        n += is_paid(fill_fate(size, i));
    return n;
}

/* ---- asking ---- */

static st ask(struct fill *f, struct actor who, enum command cmd, const void *in, void *out)
{
    st s = command_alone_nt(&f->cx, who, cmd, in, out);
    if (s == ST_OK)
        return ST_OK;
    snprintf(f->trouble, sizeof f->trouble, "%s: %s %s %s %s", command_defs[cmd].name, st_info(s)->text,
             f->cx.field ? f->cx.field : "", f->cx.message ? f->cx.message : "", f->cx.gate.why);
    return s;
}

static struct actor as(enum actor_kind kind, int64_t person, int64_t session, uint64_t caps)
{
    return (struct actor){ .kind = kind, .person = person, .session = session, .caps = CAP_PUBLIC | caps };
}

static struct actor as_program(void)
{
    return as(ACTOR_SYSTEM, 0, 0, CAP_SYSTEM | CAP_GATEWAY);
}

static struct actor as_customer(int64_t person)
{
    return as(ACTOR_CUSTOMER, person, 0, CAP_CUSTOMER);
}

static str token(struct fill *f, struct dice *d)
{
    char *p = NEWN(f->cx.gate.arena, char, TOKEN);
    for (size_t i = 0; p && i < TOKEN; i++)
        p[i] = (char)dice_below(d, 256);
    return (str){ p, p ? TOKEN : 0 };
}

/* ---- the basket ---- */

struct choosing {
    struct fill *f;
    struct dice *dice;
    struct actor who;
    int64_t order; /* its number here */
};

static st choose(const struct choosing *c, int line)
{
    static const str cycles[] = { SI("monthly"), SI("monthly"), SI("annually") };
    struct fill *f = c->f;
    uint32_t roll = dice_below(c->dice, 100);
    int which = roll < 45 ? 0 : roll < 75 ? 1 : roll < 92 ? 2 : 3;
    struct basket_item item = {
        .product = f->products[which],
        .cycle = which == 3 ? S("once") : cycles[dice_below(c->dice, COUNT(cycles))],
        .quantity = 1,
        .options = S(""),
        .hostname = str_fmt(CX_ARENA(&f->cx), "site%lld-%d.example", (long long)c->order + 1, line + 1),
    };
    struct basket_add_in in = { .item = { &item, 1 } };
    return ask(f, c->who, CMD_BASKET_ADD, &in, NULL);
}

/* ---- who ---- */

static st visit(struct fill *f, struct dice *d, str currency, struct actor *who)
{
    struct session_open_in in = { .token_code = token(f, d), .currency = currency };
    struct session_open_out out;
    TRY(ask(f, as(ACTOR_VISITOR, 0, 0, 0), CMD_SESSION_OPEN, &in, &out));
    *who = as(ACTOR_VISITOR, out.person, out.session, CAP_VISITOR);
    return ST_OK;
}

/* Nine of ten have opened the link in the first message. */
static st confirm(struct fill *f, struct dice *d, int64_t person)
{
    if (dice_below(d, 10) == 0)
        return ST_OK;
    str code = token(f, d);
    struct mail_token_in link = { .person = person, .kind = S("verify"), .token_code = code };
    TRY(ask(f, as_program(), CMD_MAIL_TOKEN, &link, NULL));
    struct person_verify_in in = { .token_code = code };
    struct person_verify_out out;
    return ask(f, as_customer(person), CMD_PERSON_VERIFY, &in, &out);
}

static void joined(struct fill *f, int64_t person)
{
    f->persons[f->n_persons++] = person;
}

st fill_customer_nt(struct fill *f)
{
    struct trial_person p;
    struct actor who;
    struct dice d = dice_of(f->size.seed ^ 0x6a6f696eu, (uint64_t)f->n_persons);
    TRY(people_make(f->people, CX_ARENA(&f->cx), f->size.seed, f->n_persons + 1, &p));
    TRY(visit(f, &d, p.currency, &who));
    struct person_register_in in = { .email = p.email, .full_name = p.full_name, .password = f->password,
                                     .currency = p.currency };
    TRY(ask(f, who, CMD_PERSON_REGISTER, &in, NULL));
    joined(f, who.person);
    return confirm(f, &d, who.person);
}

/* ---- the order ---- */

static st place(struct fill *f, struct actor who, const struct trial_person *p, struct order_place_out *out)
{
    struct basket_view basket;
    TRY(basket_view(&f->cx.gate, who.person, &basket));
    struct order_place_in in = {
        .full_name = p->full_name, .email = p->email, .telephone = p->telephone, .business = p->business,
        .company = p->company, .vat_number = p->vat_number, .address1 = p->address1, .address2 = S(""), .city = p->city,
        .region = p->region, .postcode = p->postcode, .country = p->country, .reference = S(""),
        .password = who.kind == ACTOR_VISITOR ? f->password : S(""), .ip = p->ip, .ip_country = p->country,
        .ip_source = S("trial"), .basket_hash = { (const char *)basket.hash, sizeof basket.hash }, .acknowledged = true,
    };
    return ask(f, who, CMD_ORDER_PLACE, &in, out);
}

static st pay(struct fill *f, int64_t person, const struct trial_person *p, uid invoice, struct payment_callback_in *said)
{
    struct payment_start_in start = { .invoice = invoice, .gateway = S("sandbox") };
    struct payment_start_out started;
    TRY(ask(f, as_customer(person), CMD_PAYMENT_START, &start, &started));
    struct trial_fill_payment_row row;
    TRY(trial_fill_payment(CX_DB(&f->cx), CX_ARENA(&f->cx), &(struct trial_fill_payment_in){ .uid = started.payment }, &row));
    uid charge;
    TRY(uid_parse(row.reference, &charge));
    struct sandbox_choose_in chosen = { .charge = charge, .outcome = S("pay"), .card_country = p->country };
    TRY(ask(f, as_customer(person), CMD_SANDBOX_CHOOSE, &chosen, NULL));
    *said = (struct payment_callback_in){ .gateway = S("sandbox"), .event_id = uid_str(CX_ARENA(&f->cx), rnd_uid()),
        .kind = S("succeeded"), .payment = started.payment, .reference = row.reference, .currency = row.currency,
        .amount = row.amount, .card_country = p->country };
    struct payment_callback_out out;
    return ask(f, as_program(), CMD_PAYMENT_CALLBACK, said, &out);
}

/* ---- what was bought ---- */

static st act(struct fill *f, const struct trial_fill_services_row *s, const char *verb)
{
    if (str_eq(s->module, S("none"))) {
        struct service_act_in by_hand = { .service = s->uid, .verb = str_c(verb), .package = S("") };
        return ask(f, as_program(), CMD_SERVICE_ACT, &by_hand, NULL);
    }
    struct arena *a = CX_ARENA(&f->cx);
    struct service_report_in in = { .service = s->id, .verb = str_c(verb), .ok = true, .problem = S(""), .username = S(""),
                                    .secret = S(""), .address = S(""), .remote_ref = S("") };
    if (str_eq(in.verb, S("create"))) {
        in.username = str_fmt(a, "web%lld", (long long)s->id);
        in.secret = S("trial-upload-password");
        in.address = str_fmt(a, "http://127.0.0.1:8081/web%lld/", (long long)s->id);
        in.remote_ref = in.username;
    }
    return ask(f, as_program(), CMD_SERVICE_REPORT, &in, NULL);
}

static st use(struct fill *f, uid order, enum fill_fate fate)
{
    struct trial_fill_services_rows rows;
    TRY(trial_fill_services(CX_DB(&f->cx), CX_ARENA(&f->cx), &(struct trial_fill_services_in){ .order = order }, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        TRY(act(f, &rows.v[i], "create"));
        if (fate == FILL_SUSPENDED)
            TRY(act(f, &rows.v[i], "suspend"));
        if (fate == FILL_TERMINATED || fate == FILL_REFUNDED)
            TRY(act(f, &rows.v[i], "terminate"));
    }
    return ST_OK;
}

static st refund(struct fill *f, struct payment_callback_in *said)
{
    struct payment_callback_out out;
    said->event_id = uid_str(CX_ARENA(&f->cx), rnd_uid());
    said->kind = S("refunded");
    said->card_country = S("");
    return ask(f, as_program(), CMD_PAYMENT_CALLBACK, said, &out);
}

static st after(struct fill *f, int64_t person, const struct trial_person *p, const struct order_place_out *o,
                enum fill_fate fate)
{
    if (fate == FILL_CANCELLED)
        return ask(f, as_program(), CMD_ORDER_CANCEL, &(struct order_cancel_in){ .order = o->order }, NULL);
    if (!is_paid(fate))
        return ST_OK;
    struct payment_callback_in said = { .amount = 0 };
    if (o->payable)
        TRY(pay(f, person, p, o->invoice, &said));
    TRY(use(f, o->order, fate));
    return fate == FILL_REFUNDED && o->payable ? refund(f, &said) : ST_OK;
}

/* Services are spread evenly over the orders that are paid; every such order brings one at least. */
static int lines_of(struct fill *f, enum fill_fate fate)
{
    if (!is_paid(fate))
        return 1;
    int64_t n = f->size.services, at = f->n_paid++, paid = f->will_pay;
    int64_t lines = (at + 1) * n / paid - at * n / paid;
    return lines < 1 ? 1 : lines > BASKET_LINES ? BASKET_LINES : (int)lines;
}

/* Is this order a new customer's? Customers come evenly over the years, and each orders at least once. */
static bool somebody_new(const struct fill *f)
{
    return f->n_persons < f->size.customers && f->n_persons * f->size.invoices <= f->n_orders * f->size.customers;
}

st fill_order_nt(struct fill *f)
{
    int64_t number = f->n_orders;
    struct dice d = dice_of(f->size.seed, (uint64_t)number ^ 0xabcdef0000000000u);
    bool is_new = somebody_new(f);
    int64_t index = is_new ? f->n_persons : (int64_t)dice_below(&d, (uint32_t)f->n_persons);
    enum fill_fate fate = fill_fate(&f->size, number);
    struct trial_person p;
    struct order_place_out placed;
    TRY(people_make(f->people, CX_ARENA(&f->cx), f->size.seed, index + 1, &p));
    struct choosing c = { .f = f, .dice = &d, .order = number };
    if (is_new)
        TRY(visit(f, &d, p.currency, &c.who));
    else
        c.who = as_customer(f->persons[index]);
    int lines = lines_of(f, fate);
    for (int i = 0; i < lines; i++)
        TRY(choose(&c, i));
    TRY(place(f, c.who, &p, &placed));
    if (is_new) {
        joined(f, c.who.person);
        TRY(confirm(f, &d, c.who.person));
    }
    f->n_orders++;
    return after(f, c.who.person, &p, &placed, fate);
}
