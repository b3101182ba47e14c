/* CSV: records as RFC 4180 has them, with the separators that banks use. The first record whose headings name a date and an
 * amount is the heading; what stands above it is the bank's own, and what stands below it must be entries. */
#include <string.h>

#include "csv.h"
#include "money.h"
#include "str.h"

#define PREAMBLE_MAX 25 /* records above the headings */

struct csv {
    struct reading *r;
    str rest;
    int64_t line;
    char delimiter;
    struct csv_columns columns;
    struct csv_style style;
};

/* ---- records ---- */

/* A cell in quotes: "" stands for one. The rest begins behind the closing quote. */
static st quoted(struct csv *c, str *cell)
{
    struct out o;
    int64_t began = c->line;
    out_init(&o, c->r->arena, c->rest.n + 1);
    c->rest = str_sub(c->rest, 1, c->rest.n);
    for (;;) {
        size_t end = str_index(c->rest, '"');
        if (end == c->rest.n)
            return reading_wrong(c->r, began, TXT_BANK_FILE_QUOTE, NULL);
        for (size_t i = 0; i < end; i++)
            c->line += c->rest.p[i] == '\n';
        out_str(&o, str_sub(c->rest, 0, end));
        c->rest = str_sub(c->rest, end + 1, c->rest.n);
        if (!str_starts(c->rest, S("\"")))
            break;
        out_byte(&o, '"');
        c->rest = str_sub(c->rest, 1, c->rest.n);
    }
    *cell = str_trim(out_view(&o));
    return out_st(&o);
}

static bool ends_cell(const struct csv *c, char b)
{
    return b == c->delimiter || b == '\n' || b == '\r';
}

static st bare(struct csv *c, str *cell)
{
    size_t n = 0;
    while (n < c->rest.n && !ends_cell(c, c->rest.p[n]))
        n++;
    *cell = str_trim(str_sub(c->rest, 0, n));
    c->rest = str_sub(c->rest, n, c->rest.n);
    return ST_OK;
}

/* The next record; one without any content is passed over. ST_NOT_FOUND at the end. */
static st take_record(struct csv *c, struct csv_record *rec)
{
    if (c->rest.n == 0)
        return ST_NOT_FOUND;
    rec->n = 0;
    rec->line = c->line;
    for (;;) {
        if (rec->n == CSV_COLUMNS)
            return reading_wrong(c->r, rec->line, TXT_BANK_FILE_COLUMNS, NULL);
        TRY(str_starts(c->rest, S("\"")) ? quoted(c, &rec->v[rec->n]) : bare(c, &rec->v[rec->n]));
        rec->n++;
        if (c->rest.n == 0)
            return ST_OK;
        char b = c->rest.p[0];
        if (!ends_cell(c, b))
            return reading_wrong(c->r, c->line, TXT_BANK_FILE_QUOTE, NULL);
        c->rest = str_sub(c->rest, 1, c->rest.n);
        if (b == c->delimiter)
            continue;
        if (b == '\r' && str_starts(c->rest, S("\n")))
            c->rest = str_sub(c->rest, 1, c->rest.n);
        c->line++;
        return ST_OK;
    }
}

static bool blank(const struct csv_record *rec)
{
    for (size_t i = 0; i < rec->n; i++)
        if (!str_empty(rec->v[i]))
            return false;
    return true;
}

/* The separator that makes a heading of one of the first lines; the file is read with each until one fits. */
static st find_headings(struct csv *c, bool *found)
{
    struct csv_record rec;
    *found = false;
    for (int i = 0; i < PREAMBLE_MAX && !*found; i++) {
        st s = take_record(c, &rec);
        if (s == ST_NOT_FOUND)
            break;
        TRY(s);
        TRY(csv_headings(c->r, &rec, &c->columns, found));
    }
    return ST_OK;
}

static st begin(struct csv *c, str text)
{
    static const char delimiters[] = { ';', '\t', ',' };
    struct csv fresh = { .r = c->r, .rest = text, .line = 1 };
    bool found = false;
    for (size_t i = 0; i < COUNT(delimiters) && !found; i++) {
        if (c->r->how->delimiter != 0 && c->r->how->delimiter != delimiters[i])
            continue;
        *c = fresh;
        c->delimiter = delimiters[i];
        st s = find_headings(c, &found);
        if (s == ST_NO_MEMORY || (s != ST_OK && found))
            return s;
    }
    return found ? ST_OK : reading_wrong(c->r, 0, TXT_BANK_FILE_HEADINGS, NULL);
}

/* ---- entries ---- */

static str cell(const struct csv *c, const struct csv_record *rec, enum csv_column kind)
{
    for (size_t i = 0; i < c->columns.n && i < rec->n; i++)
        if (c->columns.is[i] == kind)
            return rec->v[i];
    return S("");
}

static str texts(const struct csv *c, const struct csv_record *rec)
{
    str all = S("");
    for (size_t i = 0; i < c->columns.n && i < rec->n; i++)
        if (c->columns.is[i] == CSV_TEXT && str_find(all, rec->v[i]) >= all.n)
            all = reading_join(c->r->arena, all, rec->v[i]);
    return all;
}

/* Every record below the headings must be an entry: what has other cells or no date is not passed over. */
static st look(struct csv *c, const struct csv_record *rec)
{
    static const enum csv_column sums[] = { CSV_AMOUNT, CSV_PAID_IN, CSV_PAID_OUT };
    if (rec->n != c->columns.n && !(rec->n == c->columns.n + 1 && str_empty(rec->v[rec->n - 1])))
        return reading_wrong(c->r, rec->line, TXT_BANK_FILE_CELLS, NULL);
    if (str_empty(cell(c, rec, CSV_DATE)))
        return reading_wrong(c->r, rec->line, TXT_BANK_FILE_MISSING, "date");
    TRY(csv_look_at_date(c->r, &c->style, cell(c, rec, CSV_DATE), rec->line));
    TRY(csv_look_at_date(c->r, &c->style, cell(c, rec, CSV_VALUE_DATE), rec->line));
    for (size_t i = 0; i < COUNT(sums); i++)
        TRY(csv_look_at_amount(c->r, &c->style, cell(c, rec, sums[i]), rec->line));
    return ST_OK;
}

static st currency_of(struct csv *c, const struct csv_record *rec, char out[4])
{
    str cur = str_upper(c->r->arena, cell(c, rec, CSV_CURRENCY));
    if (str_empty(cur))
        cur = str_c(c->columns.currency);
    if (str_empty(cur))
        cur = c->r->how->currency;
    if (str_empty(cur))
        return reading_wrong(c->r, rec->line, TXT_BANK_FILE_NO_CURRENCY, NULL);
    if (!currency_known(cur))
        return reading_wrong(c->r, rec->line, TXT_BANK_FILE_CURRENCY, NULL);
    memcpy(out, cur.p, 3);
    out[3] = 0;
    return ST_OK;
}

/* "CR", "Credit", "C", "Haben", "H" … against "DR", "Debit", "D", "Soll", "S". */
static st side(struct csv *c, const struct csv_record *rec, int64_t *minor)
{
    static const char *const in[] = { "c", "cr", "crdt", "credit", "h", "haben", "bij", "in", "credito" };
    static const char *const out[] = { "d", "dr", "dbit", "debit", "s", "soll", "af", "out", "debito" };
    str s = str_lower(c->r->arena, cell(c, rec, CSV_SIDE));
    for (size_t i = 0; i < COUNT(in); i++)
        if (str_eq(s, str_c(in[i])))
            return *minor < 0 ? reading_wrong(c->r, rec->line, TXT_BANK_FILE_SIGN, NULL) : ST_OK;
    for (size_t i = 0; i < COUNT(out); i++)
        if (str_eq(s, str_c(out[i]))) {
            *minor = *minor > 0 ? -*minor : *minor;
            return ST_OK;
        }
    return reading_wrong(c->r, rec->line, TXT_BANK_FILE_DIRECTION, "debit/credit");
}

static st one_amount(struct csv *c, const struct csv_record *rec, enum csv_column kind, const char currency[4], int64_t *minor)
{
    *minor = 0;
    str s = cell(c, rec, kind);
    if (str_empty(s))
        return ST_OK;
    if (csv_amount(c->r->arena, &c->style, s, currency, minor) != ST_OK)
        return reading_wrong(c->r, rec->line, TXT_BANK_FILE_AMOUNT, "amount");
    return ST_OK;
}

static st amount(struct csv *c, const struct csv_record *rec, struct bank_entry *e)
{
    int64_t in, out;
    if (c->columns.has[CSV_AMOUNT]) {
        if (str_empty(cell(c, rec, CSV_AMOUNT)))
            return reading_wrong(c->r, rec->line, TXT_BANK_FILE_MISSING, "amount");
        TRY(one_amount(c, rec, CSV_AMOUNT, e->currency, &e->amount));
        return c->columns.has[CSV_SIDE] ? side(c, rec, &e->amount) : ST_OK;
    }
    TRY(one_amount(c, rec, CSV_PAID_IN, e->currency, &in));
    TRY(one_amount(c, rec, CSV_PAID_OUT, e->currency, &out));
    if (in < 0 || (in != 0 && out != 0))
        return reading_wrong(c->r, rec->line, TXT_BANK_FILE_SIGN, NULL);
    e->amount = in != 0 ? in : out > 0 ? -out : out;
    return ST_OK;
}

static st entry(struct csv *c, const struct csv_record *rec)
{
    struct bank_entry e = { .line = rec->line, .value = DATE_NONE };
    if (csv_date(&c->style, cell(c, rec, CSV_DATE), &e.booked) != ST_OK)
        return reading_wrong(c->r, rec->line, TXT_BANK_FILE_DATE, "date");
    str value = cell(c, rec, CSV_VALUE_DATE);
    if (!str_empty(value) && csv_date(&c->style, value, &e.value) != ST_OK)
        return reading_wrong(c->r, rec->line, TXT_BANK_FILE_DATE, "value date");
    TRY(currency_of(c, rec, e.currency));
    TRY(amount(c, rec, &e));
    TRY(reading_account(c->r, cell(c, rec, CSV_OWN_ACCOUNT), rec->line));
    e.name = cell(c, rec, CSV_NAME);
    e.account = cell(c, rec, CSV_ACCOUNT);
    e.text = texts(c, rec);
    e.bank_id = cell(c, rec, CSV_ID);
    e.end_to_end = cell(c, rec, CSV_END_TO_END);
    return reading_add(c->r, &e);
}

/* All records below the headings: looked at first, read when it is known how they are written. */
static st each(struct csv *c, st (*one)(struct csv *, const struct csv_record *))
{
    struct csv_record *rec = NEW(c->r->arena, struct csv_record);
    str rest = c->rest;
    int64_t line = c->line;
    st s = rec ? ST_OK : ST_NO_MEMORY;
    while (s == ST_OK && (s = take_record(c, rec)) == ST_OK)
        if (!blank(rec))
            s = one(c, rec);
    c->rest = rest;
    c->line = line;
    return s == ST_NOT_FOUND ? ST_OK : s;
}

st reading_csv(struct reading *r, str text)
{
    struct csv c = { .r = r };
    TRY(begin(&c, text));
    TRY(each(&c, look));
    TRY(csv_decide(r, &c.style));
    return each(&c, entry);
}
