#include "view.h"

#include "str.h"
#include "tpl.h"

static const struct {
    const char *word;
    enum text_key what;
} kinds[RHYTHM_KINDS] = {
    [RHYTHM_UNSUSPEND] = { "unsuspend", TXT_RHYTHM_WHAT_UNSUSPEND }, [RHYTHM_END] = { "end", TXT_RHYTHM_WHAT_END },
    [RHYTHM_PARK] = { "park", TXT_RHYTHM_WHAT_PARK },                [RHYTHM_WAIT] = { "wait", TXT_RHYTHM_WHAT_WAIT },
    [RHYTHM_RENEW] = { "renew", TXT_RHYTHM_WHAT_RENEW },             [RHYTHM_DUE] = { "due", TXT_RHYTHM_WHAT_DUE },
    [RHYTHM_COLLECT] = { "collect", TXT_RHYTHM_WHAT_COLLECT },       [RHYTHM_NOTICE] = { "notice", TXT_RHYTHM_WHAT_NOTICE },
    [RHYTHM_SUSPEND] = { "suspend", TXT_RHYTHM_WHAT_SUSPEND },       [RHYTHM_WARN] = { "warn", TXT_RHYTHM_WHAT_WARN },
    [RHYTHM_TERMINATE] = { "terminate", TXT_RHYTHM_WHAT_TERMINATE }, [RHYTHM_LAPSE] = { "lapse", TXT_RHYTHM_WHAT_LAPSE },
};

static const enum text_key whys[RHYTHM_WHY_N] = {
    [RHYTHM_WHY_PERIOD] = TXT_RHYTHM_WHY_PERIOD,   [RHYTHM_WHY_BEFORE] = TXT_RHYTHM_WHY_BEFORE,
    [RHYTHM_WHY_DUE] = TXT_RHYTHM_WHY_DUE,         [RHYTHM_WHY_OVERDUE] = TXT_RHYTHM_WHY_OVERDUE,
    [RHYTHM_WHY_NOTICE] = TXT_RHYTHM_WHY_NOTICE,   [RHYTHM_WHY_HOLD] = TXT_RHYTHM_WHY_HOLD,
    [RHYTHM_WHY_QUIET] = TXT_RHYTHM_WHY_QUIET,     [RHYTHM_WHY_PAYMENT] = TXT_RHYTHM_WHY_PAYMENT,
    [RHYTHM_WHY_VAT] = TXT_RHYTHM_WHY_VAT,         [RHYTHM_WHY_SETTING_UP] = TXT_RHYTHM_WHY_SETTING_UP,
    [RHYTHM_WHY_STAFF] = TXT_RHYTHM_WHY_STAFF,     [RHYTHM_WHY_PAID] = TXT_RHYTHM_WHY_PAID,
    [RHYTHM_WHY_ASKED] = TXT_RHYTHM_WHY_ASKED,     [RHYTHM_WHY_BEHIND] = TXT_RHYTHM_WHY_BEHIND,
};

const char *rhythm_kind_word(enum rhythm_kind kind)
{
    return kinds[kind].word;
}

str rhythm_step_what(enum language l, const struct rhythm_step *s)
{
    return text_get(l, kinds[s->kind].what);
}

str rhythm_step_why(struct arena *a, enum language l, const struct rhythm_step *s)
{
    const struct text_arg args[] = {
        { "date", tpl_date_str(a, s->because) },
        { "days", str_fmt(a, "%d", (int)s->days) },
        { "unit", text_get(l, s->days == 1 ? TXT_RHYTHM_DAY : TXT_RHYTHM_DAYS) },
    };
    return text_fill(a, l, whys[s->why], args, COUNT(args));
}
