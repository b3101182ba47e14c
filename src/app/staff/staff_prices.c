#include "staff_prices.h"

#include "money.h"
#include "str.h"

/* The next word of a line, and the line goes on behind it; empty at its end. */
static str word(str *line)
{
    *line = str_trim(*line);
    size_t n = str_index(*line, ' ');
    str w = str_sub(*line, 0, n);
    *line = str_sub(*line, n, line->n);
    return w;
}

static st amount(str text, str currency, int64_t *minor)
{
    money m;
    TRY(money_parse(text, currency, &m));
    *minor = m.minor;
    return m.minor < 0 ? ST_INVALID : ST_OK;
}

static st labels(str rest, struct price_row *row)
{
    str label, choice;
    if (!str_next(&rest, '|', &label) || !str_next(&rest, '|', &choice) || rest.p)
        return ST_INVALID;
    row->option_label = str_trim(label);
    row->choice_label = str_trim(choice);
    return str_empty(row->option_label) || str_empty(row->choice_label) ? ST_INVALID : ST_OK;
}

static st price_line(str line, struct price_row *row)
{
    size_t bar = str_index(line, '|');
    str words = str_sub(line, 0, bar), first = word(&words);
    *row = (struct price_row){ .option = S(""), .option_label = S(""), .choice_label = S("") };
    bool option = str_index(first, '=') < first.n;
    if (option) {
        row->option = first;
        first = word(&words);
    }
    row->currency = first;
    row->cycle = word(&words);
    if (!currency_known(row->currency))
        return ST_INVALID;
    TRY(amount(word(&words), row->currency, &row->amount));
    str setup = word(&words);
    if (!str_empty(setup))
        TRY(amount(setup, row->currency, &row->setup));
    if (!str_empty(str_trim(words)) || option != (bar < line.n))
        return ST_INVALID;
    return option ? labels(str_sub(line, bar + 1, line.n), row) : ST_OK;
}

st prices_parse(struct arena *a, str text, struct price_row **rows, size_t *n, int *line)
{
    str rest = text, one;
    struct price_row *list = NEWN(a, struct price_row, PRICE_LINES);
    if (!list)
        return ST_NO_MEMORY;
    *n = 0;
    for (*line = 1; str_next(&rest, '\n', &one); (*line)++) {
        one = str_trim(one);
        if (str_empty(one) || one.p[0] == '#')
            continue;
        if (*n == PRICE_LINES || price_line(one, &list[*n]) != ST_OK)
            return ST_INVALID;
        (*n)++;
    }
    *rows = list;
    return ST_OK;
}

void prices_write(struct out *o, const struct price_row *row)
{
    if (!str_empty(row->option)) {
        out_str(o, row->option);
        out_byte(o, ' ');
    }
    out_fmt(o, "%.*s %.*s %.*s %.*s", STR_ARG(row->currency), STR_ARG(row->cycle),
            STR_ARG(money_plain(o->a, money_of(row->amount, row->currency))),
            STR_ARG(money_plain(o->a, money_of(row->setup, row->currency))));
    if (!str_empty(row->option))
        out_fmt(o, " | %.*s | %.*s", STR_ARG(row->option_label), STR_ARG(row->choice_label));
    out_byte(o, '\n');
}
