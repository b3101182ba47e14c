/* Which format a file has, and what all formats need: encodings, amounts, dates, texts. */
#include <string.h>

#include "money.h"
#include "reading.h"
#include "str.h"

static const char *const words[] = {
    [BANK_ANY] = "any", [BANK_CSV] = "csv", [BANK_OFX] = "ofx", [BANK_MT940] = "mt940", [BANK_CAMT053] = "camt053",
};

const char *bank_format_word(enum bank_format f)
{
    return words[f];
}

st bank_format_find(str word, enum bank_format *out)
{
    for (size_t i = 0; i < COUNT(words); i++)
        if (str_eq(word, str_c(words[i]))) {
            *out = (enum bank_format)i;
            return ST_OK;
        }
    return ST_NOT_FOUND;
}

str bank_fault_words(struct arena *a, enum language l, const struct bank_fault *f)
{
    str words_of_it = text_fill(a, l, f->words, (struct text_arg[]){ { "what", f->what } }, 1);
    if (f->line == 0)
        return words_of_it;
    return text_fill(a, l, TXT_BANK_FILE_LINE,
                     (struct text_arg[]){ { "line", str_fmt(a, "%lld", (long long)f->line) }, { "what", words_of_it } }, 2);
}

st reading_wrong(struct reading *r, int64_t line, enum text_key key, const char *what)
{
    *r->fault = (struct bank_fault){ .line = line, .words = key, .what = str_dup(r->arena, str_c(what)) };
    return ST_INVALID;
}

/* ---- text ---- */

/* What Windows-1252 has from 0x80 to 0x9f; 0: nothing. */
static const uint16_t windows[32] = {
    0x20ac, 0, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017d, 0,
    0, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0, 0x017e, 0x0178,
};

static void put(struct out *o, uint32_t cp)
{
    if (cp < 0x80) {
        out_byte(o, (char)cp);
    } else if (cp < 0x800) {
        out_byte(o, (char)(0xc0 | cp >> 6));
        out_byte(o, (char)(0x80 | (cp & 0x3f)));
    } else {
        out_byte(o, (char)(0xe0 | cp >> 12));
        out_byte(o, (char)(0x80 | (cp >> 6 & 0x3f)));
        out_byte(o, (char)(0x80 | (cp & 0x3f)));
    }
}

static st from_windows(struct reading *r, str *text)
{
    struct out o;
    int64_t line = 1;
    out_init(&o, r->arena, 3 * text->n + 1);
    for (size_t i = 0; i < text->n; i++) {
        uint8_t b = (uint8_t)text->p[i];
        uint32_t cp = b >= 0x80 && b < 0xa0 ? windows[b - 0x80] : b;
        line += b == '\n';
        if (cp == 0)
            return reading_wrong(r, line, TXT_BANK_FILE_ENCODING, NULL);
        put(&o, cp);
    }
    TRY(out_st(&o));
    *text = out_view(&o);
    return ST_OK;
}

st reading_utf8(struct reading *r, str *text)
{
    if (str_starts(*text, S("\xef\xbb\xbf")))
        *text = str_sub(*text, 3, text->n);
    else if (str_starts(*text, S("\xff\xfe")) || str_starts(*text, S("\xfe\xff")))
        return reading_wrong(r, 0, TXT_BANK_FILE_UTF16, NULL);
    if (memchr(text->p, 0, text->n))
        return reading_wrong(r, 0, TXT_BANK_FILE_BINARY, NULL);
    return utf8_valid(*text) ? ST_OK : from_windows(r, text);
}

/* May it stand in a text that people read? Others are taken for blanks: control characters, direction marks, no-break space. */
static bool shown(str one, uint32_t cp)
{
    return cp > ' ' && cp != 0xa0 && cp != 0x202f && utf8_printable(one, false);
}

str reading_clean(struct arena *a, str s, size_t most)
{
    struct out o;
    size_t n = 0;
    bool gap = false;
    out_init(&o, a, s.n + 1);
    while (s.n > 0 && n < most) {
        str rest = s;
        uint32_t cp;
        if (!utf8_next(&rest, &cp)) {
            cp = ' ';
            rest = str_sub(s, 1, s.n);
        }
        str one = str_sub(s, 0, s.n - rest.n);
        s = rest;
        if (!shown(one, cp)) {
            gap = n > 0;
            continue;
        }
        if (gap && ++n < most)
            out_byte(&o, ' ');
        gap = false;
        if (n++ < most)
            out_str(&o, one);
    }
    return str_trim(out_view(&o));
}

str reading_join(struct arena *a, str x, str y)
{
    if (str_empty(x) || str_empty(y))
        return str_empty(x) ? y : x;
    return str_cat(a, str_cat(a, x, S(" ")), y);
}

/* ---- numbers ---- */

st reading_amount(str s, char point, const char currency[4], int64_t *out)
{
    int exponent = currency_exponent(currency), places = 0;
    int64_t v = 0;
    bool fraction = false;
    size_t digits = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == point && !fraction) {
            fraction = true;
            continue;
        }
        if (s.p[i] < '0' || s.p[i] > '9' || ++digits > 17)
            return ST_INVALID;
        /* Digits beyond the currency's last must say nothing: 12.500 is 12.50. */
        if (fraction && ++places > exponent) {
            if (s.p[i] != '0')
                return ST_INVALID;
            continue;
        }
        v = v * 10 + (s.p[i] - '0');
    }
    if (digits == 0 || !(s.p[0] >= '0' && s.p[0] <= '9'))
        return ST_INVALID;
    for (; places < exponent; places++)
        if (__builtin_mul_overflow(v, 10, &v))
            return ST_INVALID;
    *out = v;
    return ST_OK;
}

int reading_digits(str s, size_t from, size_t n)
{
    int v = 0;
    if (s.n < from + n)
        return -1;
    for (size_t i = from; i < from + n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return -1;
        v = v * 10 + (s.p[i] - '0');
    }
    return v;
}

st reading_date8(str s, date *out)
{
    int y = reading_digits(s, 0, 4), m = reading_digits(s, 4, 2), d = reading_digits(s, 6, 2);
    if (s.n != 8 || y < 1990 || m < 1 || d < 1)
        return ST_INVALID;
    *out = date_of(y, m, d);
    return out->days == DATE_NONE.days ? ST_INVALID : ST_OK;
}

/* ---- entries ---- */

static st grow(struct reading *r)
{
    size_t room = r->room == 0 ? 64 : r->room * 2;
    struct bank_entry *v = NEWN(r->arena, struct bank_entry, room);
    if (!v)
        return ST_NO_MEMORY;
    if (r->file->n > 0)
        memcpy(v, r->file->v, r->file->n * sizeof(*v));
    r->file->v = v;
    r->room = room;
    return ST_OK;
}

st reading_add(struct reading *r, const struct bank_entry *e)
{
    int year, month, day;
    if (e->amount == 0)
        return ST_OK;
    date_split(e->booked, &year, &month, &day);
    if (year < 1990 || year > 2100)
        return reading_wrong(r, e->line, TXT_BANK_FILE_DATE, "booked");
    if (r->file->n == BANK_ENTRIES_MAX)
        return reading_wrong(r, e->line, TXT_BANK_FILE_MANY, NULL);
    if (r->file->n == r->room)
        TRY(grow(r));
    struct bank_entry clean = *e;
    clean.name = reading_clean(r->arena, e->name, BANK_NAME_MAX);
    clean.account = reading_clean(r->arena, e->account, BANK_ACCOUNT_MAX);
    clean.text = reading_clean(r->arena, e->text, BANK_TEXT_MAX);
    clean.bank_id = reading_clean(r->arena, e->bank_id, BANK_ID_MAX);
    clean.end_to_end = reading_clean(r->arena, e->end_to_end, BANK_ID_MAX);
    if (arena_failed(r->arena))
        return ST_NO_MEMORY;
    r->file->v[r->file->n++] = clean;
    return ST_OK;
}

/* Letters and digits, capital: as it stands, it is the same account however it was spaced. */
static str account_plain(struct arena *a, str s)
{
    struct out o;
    out_init(&o, a, s.n + 1);
    for (size_t i = 0; i < s.n; i++)
        if ((s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'A' && s.p[i] <= 'Z') || (s.p[i] >= 'a' && s.p[i] <= 'z'))
            out_byte(&o, s.p[i]);
    return str_upper(a, out_view(&o));
}

st reading_account(struct reading *r, str account, int64_t line)
{
    account = str_sub(account_plain(r->arena, account), 0, BANK_ACCOUNT_MAX);
    if (str_empty(account))
        return ST_OK;
    if (!str_empty(r->file->account) && !str_eq(r->file->account, account))
        return reading_wrong(r, line, TXT_BANK_FILE_ACCOUNTS, NULL);
    r->file->account = account;
    return ST_OK;
}

/* ---- which format ---- */

/* "{1:" or a first tag such as ":20:" at the start of a line. */
static bool swift(str s)
{
    str head = str_sub(s, 0, 2000);
    return str_starts(s, S("{1:")) || str_starts(s, S(":20:")) || str_find(head, S("\n:20:")) < head.n;
}

static enum bank_format guess(str s)
{
    if (str_starts(s, S("\xef\xbb\xbf")))
        s = str_sub(s, 3, s.n);
    s = str_trim(s);
    str head = str_sub(s, 0, 4000);
    if (str_istarts(s, S("OFXHEADER")) || str_find(head, S("<OFX>")) < head.n || str_find(head, S("<?OFX")) < head.n)
        return BANK_OFX;
    if (str_starts(s, S("<")))
        return BANK_CAMT053;
    return swift(s) ? BANK_MT940 : BANK_CSV;
}

st bank_read(struct arena *a, const struct bank_how *how, str bytes, struct bank_file *file, struct bank_fault *fault)
{
    struct reading r = { .arena = a, .how = how, .file = file, .fault = fault };
    *file = (struct bank_file){ .format = how->format == BANK_ANY ? guess(bytes) : how->format };
    *fault = (struct bank_fault){ .words = TXT_BANK_FILE_EMPTY };
    if (bytes.n > BANK_FILE_MAX)
        return reading_wrong(&r, 0, TXT_BANK_FILE_LARGE, NULL);
    if (str_empty(str_trim(bytes)))
        return reading_wrong(&r, 0, TXT_BANK_FILE_EMPTY, NULL);
    switch (file->format) {
    case BANK_OFX:
        return reading_ofx(&r, bytes);
    case BANK_CAMT053:
        return reading_camt053(&r, bytes);
    case BANK_MT940:
        TRY(reading_utf8(&r, &bytes));
        return reading_mt940(&r, bytes);
    case BANK_ANY:
    case BANK_CSV:
        TRY(reading_utf8(&r, &bytes));
        return reading_csv(&r, bytes);
    }
    return ST_BUG;
}
