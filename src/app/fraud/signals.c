/* Signals as words: for rules, for staff, and as they are kept with an order. */
#include "fraud.h"

#include "out.h"
#include "str.h"

#define SIGNALS_TEXT 1000
#define HIGHEST 1000000000

#define SIGNAL_WORD(name, what) [FRAUD_##name] = #name,
#define SIGNAL_WHAT(name, what) [FRAUD_##name] = what,
static const char *const words[FRAUD_SIGNALS_N] = { FRAUD_SIGNALS(SIGNAL_WORD) };
static const char *const whats[FRAUD_SIGNALS_N] = { FRAUD_SIGNALS(SIGNAL_WHAT) };
#undef SIGNAL_WORD
#undef SIGNAL_WHAT

const char *fraud_signal_word(enum fraud_signal s)
{
    return words[s];
}

const char *fraud_signal_what(enum fraud_signal s)
{
    return whats[s];
}

str fraud_signals_fmt(struct arena *a, const struct fraud_signals *s)
{
    struct out o;
    out_init(&o, a, SIGNALS_TEXT);
    for (size_t i = 0; i < FRAUD_SIGNALS_N; i++)
        if (s->v[i] != 0)
            out_fmt(&o, "%s%s=%lld", o.n ? " " : "", words[i], (long long)s->v[i]);
    return out_st(&o) == ST_OK ? out_view(&o) : S("");
}

void fraud_signals_parse(str text, struct fraud_signals *out)
{
    str one, name;
    *out = (struct fraud_signals){ { 0 } };
    while (str_next(&text, ' ', &one)) {
        int64_t n;
        if (!str_next(&one, '=', &name) || !one.p || i64_parse(one, -HIGHEST, HIGHEST, &n) != ST_OK)
            continue;
        for (size_t i = 0; i < FRAUD_SIGNALS_N; i++)
            if (str_eq(name, str_c(words[i])))
                out->v[i] = n;
    }
}
