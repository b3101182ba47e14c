/* What a front counts of the cookies it sends: whatever the line looks like, and never a value. */
#include "tally.h"

#include "str.h"
#include "t.h"

#define RANDOM "AbCdEfGhIjKlMnOpQrStUvWxYz0123456789-_AbCdEfGh"

static void shapes(void)
{
    t_str(str_c(tally_shape(S(""))), S("empty"), "nothing");
    t_str(str_c(tally_shape(S(RANDOM))), S("random"), "an identifier");
    t_str(str_c(tally_shape(S("GBP"))), S("currency"), "a currency");
    t_str(str_c(tally_shape(S("gbp"))), S("word"), "a word");
    t_str(str_c(tally_shape(S("ann@example.test"))), S("address"), "an address");
    t_str(str_c(tally_shape(S("ann%40example.test"))), S("address"), "an address, written otherwise");
    t_str(str_c(tally_shape(S("Ann Example, 4 Cabot Steps"))), S("other"), "something else");
}

static void lines(void)
{
    static struct tally t;
    tally_line(&t, S("Set-Cookie: __Host-avow=" RANDOM "; Max-Age=1209600; Path=/; Secure; HttpOnly; SameSite=Lax"));
    tally_line(&t, S("set-cookie:__Host-avow=" RANDOM ";max-age=1209600;secure;httponly"));
    tally_line(&t, S("Set-Cookie: tracker=x; Expires=Wed, 21 Oct 2037 07:28:00 GMT"));
    tally_line(&t, S("Set-Cookie: ann@example.test=1"));
    tally_line(&t, S("Content-Type: text/html"));
    tally_line(&t, S("Set-Cookie:"));
    struct msg_cookies_sent m = tally_view(&t);
    t_i64(m.cookies.n, 3, "kinds");
    t_str(m.cookies.v[0].name, S("__Host-avow"), "a cookie of ours");
    t_ok(m.cookies.v[0].n == 2 && m.cookies.v[0].max_age == 1209600 && m.cookies.v[0].guarded, "twice, however it was written");
    t_ok(m.cookies.v[1].max_age == -1 && !m.cookies.v[1].guarded, "one without Max-Age has no end that counts");
    t_str(m.cookies.v[2].name, S("?"), "a name that is none is not kept");
    tally_clear(&t);
    t_i64(tally_view(&t).cookies.n, 0, "begun anew");
}

static void too_many(void)
{
    static struct tally t;
    for (int i = 0; i < 3 * TALLY_MOST; i++) {
        char line[80];
        int n = snprintf(line, sizeof line, "Set-Cookie: c%d=x; Max-Age=60", i);
        tally_line(&t, (str){ line, (size_t)n });
    }
    int64_t all = 0;
    struct msg_cookies_sent m = tally_view(&t);
    for (size_t i = 0; i < m.cookies.n; i++)
        all += m.cookies.v[i].n;
    t_ok(m.cookies.n == TALLY_MOST && all == 3 * TALLY_MOST, "more kinds than fit are counted still");
}

int main(void)
{
    shapes();
    lines();
    too_many();
    return t_done();
}
