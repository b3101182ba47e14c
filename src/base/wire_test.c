#include "wire.h"

#include "commands.h"
#include "messages.h"
#include "rnd.h"
#include "t.h"

/* Encode a command that has a list, and give the bytes. */
static str encoded(struct arena *a)
{
    struct price_row rows[2] = { { .option = S(""), .currency = S("GBP"), .cycle = S("monthly"), .amount = 500 },
                                 { .option = S("php"), .currency = S("EUR"), .cycle = S("yearly"), .setup = -1 } };
    struct product_prices_in in = { .product = rnd_uid(), .rows = { rows, 2 } };
    struct out o;
    out_init(&o, a, 100000);
    t_st(command_encode_in(&o, CMD_PRODUCT_PRICES, &in), ST_OK, "encodes");
    return out_view(&o);
}

static void there_and_back(struct arena *a)
{
    void *decoded = NULL;
    str bytes = encoded(a);
    t_st(command_decode_in(a, CMD_PRODUCT_PRICES, bytes, &decoded), ST_OK, "decodes");
    const struct product_prices_in *got = decoded;
    t_i64(got->rows.n, 2, "two rows");
    t_str(got->rows.v[1].option, S("php"), "with their text");
    t_i64(got->rows.v[1].setup, -1, "and numbers");
    bool all_refused = true;
    for (size_t n = 0; n < bytes.n; n++)
        all_refused = all_refused && command_decode_in(a, CMD_PRODUCT_PRICES, (str){ bytes.p, n }, &decoded) == ST_PEER;
    t_ok(all_refused, "cut short anywhere it is refused");
    t_st(command_decode_in(a, CMD_PRODUCT_PRICES, str_cat(a, bytes, S("x")), &decoded), ST_PEER, "a byte too many");
}

static void bounds(struct arena *a)
{
    struct out o;
    struct session_open_in in = { .token_code = S("0123456789"), .currency = S("GBPX") };
    void *decoded;
    out_init(&o, a, 1000);
    t_st(command_encode_in(&o, CMD_SESSION_OPEN, &in), ST_BUG, "a text over its bound is our fault");
    in.currency = S("\xff");
    t_st(command_encode_in(&o, CMD_SESSION_OPEN, &in), ST_BUG, "so is text that is not UTF-8");
    t_st(command_decode_in(a, CMD_SESSION_OPEN, S("\x00\x00\x00\x00\x04\x00\x00\x00GBPX"), &decoded), ST_PEER,
         "a text over its bound");
    t_st(command_decode_in(a, CMD_SESSION_OPEN, S("\x00\x00\x00\x00\x03\x00\x00\x00G\x00P"), &decoded), ST_PEER,
         "a NUL in text");
    t_st(command_decode_in(a, CMD_SESSION_OPEN, S("\xff\xff\xff\xff\x03\x00\x00\x00GBP"), &decoded), ST_PEER,
         "a count beyond everything");
    t_st(command_decode_out(a, CMD_ORDER_PLACE, (str){ (char[33]){ [32] = 2 }, 33 }, &decoded), ST_PEER,
         "a bool that is neither");
    t_st(command_decode_in(a, CMD_BASKET_ADD, S("\x02\x00\x00\x00"), &decoded), ST_PEER, "a list over its bound");
}

static void messages(struct arena *a)
{
    struct msg_role_ready in = { .pid = 7 };
    struct out o;
    enum message kind;
    void *decoded = NULL;
    out_init(&o, a, MESSAGE_MAX);
    t_st(message_encode(&o, MSG_ROLE_READY, &in), ST_OK, "a message");
    t_st(message_decode(a, ROLE_APP, ROLE_SUPERVISOR, out_view(&o), &kind, &decoded), ST_OK, "comes across");
    t_ok(kind == MSG_ROLE_READY && ((struct msg_role_ready *)decoded)->pid == 7, "as it was");
    t_st(message_decode(a, ROLE_APP, ROLE_WRITER, out_view(&o), &kind, &decoded), ST_PEER, "not to that role");
    t_st(message_decode(a, ROLE_APP, ROLE_SUPERVISOR, S("\xff\xff"), &kind, &decoded), ST_PEER, "no such message");
    t_st(message_decode(a, ROLE_APP, ROLE_SUPERVISOR, S("x"), &kind, &decoded), ST_PEER, "one byte");
}

int main(void)
{
    struct arena *a = arena_new(1 << 24);
    there_and_back(a);
    bounds(a);
    messages(a);
    enum command c;
    t_ok(command_find(S("order.place"), &c) && c == CMD_ORDER_PLACE && !command_find(S("order"), &c), "by name");
    arena_free(a);
    return t_done();
}
