/* MT940, SWIFT's customer statement. Fields begin with a tag at the start of a line and go on over the lines that follow.
 *
 *   :20: :25: :28C: :60F: (:61: :86:)… :62F:      once, or again and again, in an envelope {1:…}{4: … -} or without one
 *
 * The information to the account owner (:86:) is free text that banks have given shapes of their own; the two that are
 * common are taken apart (mt940_info.c), any other is text. */
#include <string.h>

#include "money.h"
#include "mt940_info.h"
#include "str.h"

struct mt940 {
    struct reading *r;
    str rest;
    int64_t line;          /* of the line that comes next */
    /* the field that is read */
    str tag;
    struct out value;      /* its lines, with LF between */
    int64_t at;
    /* the statement that is open */
    bool open, entry;
    char currency[4];
    int64_t sum;
    struct bank_entry e;   /* waits for its :86: */
    size_t statements;
};

static st wrong(struct mt940 *m, enum text_key why, const char *what)
{
    return reading_wrong(m->r, m->at, why, what);
}

/* ---- lines and fields ---- */

static bool take_line(struct mt940 *m, str *line)
{
    if (!str_next(&m->rest, '\n', line) || (!m->rest.p && line->n == 0))
        return false;
    m->line++;
    if (str_ends(*line, S("\r")))
        line->n--;
    return true;
}

/* ":61:" and the like; what follows is the field's first line. */
static bool tag_of(str line, str *tag)
{
    if (!str_starts(line, S(":")) || line.n < 4)
        return false;
    size_t end = str_index(str_sub(line, 1, 4), ':');
    if ((end != 2 && end != 3) || reading_digits(line, 1, 2) < 0 || (end == 3 && !(line.p[3] >= 'A' && line.p[3] <= 'Z')))
        return false;
    *tag = str_sub(line, 1, end);
    return true;
}

/* "{1:…}{2:…}{4:" before the first field, "-}" or "-" after the last: nothing of the statement. */
static bool envelope(str line)
{
    return str_starts(line, S("{")) || str_starts(line, S("-}")) || str_eq(line, S("-"));
}

/* ---- fields ---- */

struct cursor {
    str s;
};

static str take(struct cursor *c, size_t n)
{
    str got = str_sub(c->s, 0, n);
    c->s = str_sub(c->s, n, c->s.n);
    return got;
}

static size_t digits_ahead(const struct cursor *c)
{
    size_t n = 0;
    while (n < c->s.n && c->s.p[n] >= '0' && c->s.p[n] <= '9')
        n++;
    return n;
}

static str take_amount(struct cursor *c)
{
    size_t n = digits_ahead(c);
    if (n < c->s.n && c->s.p[n] == ',') {
        n++;
        while (n < c->s.n && c->s.p[n] >= '0' && c->s.p[n] <= '9')
            n++;
    }
    return take(c, n);
}

static st date6(str s, date *out)
{
    int y = reading_digits(s, 0, 2), mo = reading_digits(s, 2, 2), d = reading_digits(s, 4, 2);
    if (y < 0 || mo < 0 || d < 0)
        return ST_INVALID;
    *out = date_of(y >= 90 ? 1900 + y : 2000 + y, mo, d);
    return out->days == DATE_NONE.days ? ST_INVALID : ST_OK;
}

/* Month and day of the booking, in the year that brings it nearest to the value date. */
static st near_date(str s, date near, date *out)
{
    int year, month, day, mo = reading_digits(s, 0, 2), d = reading_digits(s, 2, 2);
    date_split(near, &year, &month, &day);
    int32_t best = INT32_MAX;
    for (int y = year - 1; y <= year + 1; y++) {
        date on = date_of(y, mo, d);
        if (on.days == DATE_NONE.days)
            continue;
        int32_t apart = on.days > near.days ? on.days - near.days : near.days - on.days;
        if (apart < best) {
            best = apart;
            *out = on;
        }
    }
    return best == INT32_MAX ? ST_INVALID : ST_OK;
}

/* "C260402EUR1234,56" */
static st balance(struct mt940 *m, str v, int64_t *minor, char currency[4])
{
    struct cursor c = { v };
    str mark = take(&c, 1), day = take(&c, 6), cur = take(&c, 3);
    date on;
    if (!str_eq(mark, S("C")) && !str_eq(mark, S("D")))
        return wrong(m, TXT_BANK_FILE_DIRECTION, "balance");
    if (date6(day, &on) != ST_OK)
        return wrong(m, TXT_BANK_FILE_DATE, "balance");
    if (!currency_known(cur))
        return wrong(m, TXT_BANK_FILE_CURRENCY, NULL);
    memcpy(currency, cur.p, 3);
    currency[3] = 0;
    if (reading_amount(str_trim(c.s), ',', currency, minor) != ST_OK)
        return wrong(m, TXT_BANK_FILE_AMOUNT, "balance");
    if (str_eq(mark, S("D")))
        *minor = -*minor;
    return ST_OK;
}

static st finish_entry(struct mt940 *m)
{
    if (!m->entry)
        return ST_OK;
    m->entry = false;
    return reading_add(m->r, &m->e);
}

static st opening(struct mt940 *m, str v)
{
    if (m->open)
        return wrong(m, TXT_BANK_FILE_CUT, NULL);
    TRY(balance(m, v, &m->sum, m->currency));
    m->open = true;
    m->statements++;
    return ST_OK;
}

static st closing(struct mt940 *m, str v)
{
    int64_t minor;
    char currency[4];
    if (!m->open)
        return wrong(m, TXT_BANK_FILE_MISSING, ":60F:");
    TRY(finish_entry(m));
    TRY(balance(m, v, &minor, currency));
    m->open = false;
    bool fits = minor == m->sum && memcmp(currency, m->currency, 4) == 0;
    return fits ? ST_OK : wrong(m, TXT_BANK_FILE_BALANCE, NULL);
}

/* C, D, RC (a credit taken back), RD, EC and ED (expected ones): is it money that came in? */
static st mark(struct mt940 *m, struct cursor *c, bool *in)
{
    bool reversed = str_starts(c->s, S("R"));
    if (reversed || str_starts(c->s, S("E")))
        take(c, 1);
    str side = take(c, 1);
    if (!str_eq(side, S("C")) && !str_eq(side, S("D")))
        return wrong(m, TXT_BANK_FILE_DIRECTION, ":61:");
    *in = str_eq(side, S("C")) != reversed;
    if (c->s.n > 0 && c->s.p[0] >= 'A' && c->s.p[0] <= 'Z')
        take(c, 1); /* the third letter of the currency, which says nothing new */
    return ST_OK;
}

static st entry_amount(struct mt940 *m, struct cursor *c)
{
    bool in = false;
    TRY(mark(m, c, &in));
    if (reading_amount(take_amount(c), ',', m->currency, &m->e.amount) != ST_OK)
        return wrong(m, TXT_BANK_FILE_AMOUNT, ":61:");
    if (!in)
        m->e.amount = -m->e.amount;
    return __builtin_add_overflow(m->sum, m->e.amount, &m->sum) ? wrong(m, TXT_BANK_FILE_AMOUNT, ":61:") : ST_OK;
}

/* "NTRFcustomer's reference//bank's reference", and a second line that says more. */
static st entry_references(struct mt940 *m, struct cursor *c)
{
    if (take(c, 4).n != 4)
        return wrong(m, TXT_BANK_FILE_MISSING, ":61:");
    size_t end = str_index(c->s, '\n');
    str first = str_sub(c->s, 0, end), more = str_sub(c->s, end + 1, c->s.n);
    size_t cut = str_find(first, S("//"));
    str customer = str_trim(str_sub(first, 0, cut));
    m->e.bank_id = str_trim(str_sub(first, cut + 2, first.n));
    if (!str_eq(customer, S("NONREF")) && !str_eq(customer, S("NOTPROVIDED")))
        m->e.end_to_end = customer;
    m->e.text = more;
    return ST_OK;
}

static st entry(struct mt940 *m, str v)
{
    struct cursor c = { v };
    if (!m->open)
        return wrong(m, TXT_BANK_FILE_MISSING, ":60F:");
    TRY(finish_entry(m));
    m->e = (struct bank_entry){ .line = m->at };
    memcpy(m->e.currency, m->currency, 4);
    if (date6(take(&c, 6), &m->e.value) != ST_OK)
        return wrong(m, TXT_BANK_FILE_DATE, ":61:");
    m->e.booked = m->e.value;
    if (digits_ahead(&c) >= 4 && near_date(take(&c, 4), m->e.value, &m->e.booked) != ST_OK)
        return wrong(m, TXT_BANK_FILE_DATE, ":61:");
    TRY(entry_amount(m, &c));
    TRY(entry_references(m, &c));
    m->entry = true;
    return ST_OK;
}

static st information(struct mt940 *m, str v)
{
    if (!m->entry)
        return ST_OK; /* about the statement as a whole */
    mt940_info(m->r->arena, v, &m->e);
    return finish_entry(m);
}

static st field(struct mt940 *m)
{
    str tag = m->tag, v = out_view(&m->value);
    if (out_st(&m->value) != ST_OK)
        return out_st(&m->value) == ST_NO_MEMORY ? ST_NO_MEMORY : wrong(m, TXT_BANK_FILE_LONG, NULL);
    if (str_eq(tag, S("25")))
        return reading_account(m->r, str_sub(v, 0, str_index(v, '\n')), m->at);
    if (str_eq(tag, S("60F")) || str_eq(tag, S("60M")))
        return opening(m, v);
    if (str_eq(tag, S("61")))
        return entry(m, v);
    if (str_eq(tag, S("86")))
        return information(m, v);
    if (str_eq(tag, S("62F")) || str_eq(tag, S("62M")))
        return closing(m, v);
    return ST_OK; /* others say nothing about an entry */
}

/* ---- all of it ---- */

#define FIELD_MAX 4000

static st begin_field(struct mt940 *m, str tag, str line)
{
    m->tag = tag;
    m->at = m->line;
    out_init(&m->value, m->r->arena, FIELD_MAX);
    out_str(&m->value, str_sub(line, tag.n + 2, line.n));
    return ST_OK;
}

static st one_line(struct mt940 *m, str line)
{
    str tag;
    if (tag_of(line, &tag)) {
        if (m->tag.n > 0)
            TRY(field(m));
        return begin_field(m, tag, line);
    }
    if (envelope(line)) {
        /* A first tag may follow the envelope on the same line. */
        size_t at = str_find(line, S("{4:"));
        str after = str_sub(line, at + 3, line.n);
        if (m->tag.n > 0)
            TRY(field(m));
        m->tag = S("");
        return at < line.n && tag_of(after, &tag) ? begin_field(m, tag, after) : ST_OK;
    }
    if (m->tag.n == 0) {
        m->at = m->line;
        return str_empty(str_trim(line)) ? ST_OK : wrong(m, TXT_BANK_FILE_BETWEEN, NULL);
    }
    out_byte(&m->value, '\n');
    out_str(&m->value, line);
    return ST_OK;
}

st reading_mt940(struct reading *r, str text)
{
    struct mt940 m = { .r = r, .rest = text };
    str line;
    while (take_line(&m, &line))
        TRY(one_line(&m, line));
    if (m.tag.n > 0)
        TRY(field(&m));
    m.at = m.line;
    if (m.open)
        return wrong(&m, TXT_BANK_FILE_CUT, NULL);
    return m.statements > 0 ? ST_OK : wrong(&m, TXT_BANK_FILE_NOT_MT940, NULL);
}
