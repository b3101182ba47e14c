/* The shapes of :86: that are common.
 *
 *   166?00CREDIT?20EREF+A1?21SVWZ+text?30BIC?31ACCOUNT?32NAME     numbered parts, in German-speaking countries
 *   /EREF/A1/IBAN/…/NAME/…/REMI/text                              code words, in the Netherlands and by many others
 *
 * Lines are broken anywhere, also inside a word: in the shapes above they are put together as they were. In free text they
 * are put together with a space; who looks for a reference in it leaves spaces out. */
#include "mt940_info.h"

#include "str.h"

static str without_breaks(struct arena *a, str s, bool space)
{
    struct out o;
    out_init(&o, a, s.n + 1);
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] != '\n')
            out_byte(&o, s.p[i]);
        else if (space)
            out_byte(&o, ' ');
    return out_view(&o);
}

/* ---- numbered parts ---- */

static bool numbered(str s)
{
    return s.n > 6 && reading_digits(s, 0, 3) >= 0 && s.p[3] == '?' && reading_digits(s, 4, 2) >= 0;
}

/* "EREF+…", "SVWZ+…" inside the purpose: where the value of that word begins; s.n: nowhere. */
static size_t word_at(str s, size_t from)
{
    static const char *const words[] = { "EREF+", "KREF+", "MREF+", "CRED+", "DEBT+", "COAM+", "OAMT+", "SVWZ+",
                                         "ABWA+", "ABWE+", "IBAN+", "BIC+", "PURP+" };
    for (size_t i = from; i < s.n; i++)
        for (size_t w = 0; w < COUNT(words); w++)
            if (str_starts(str_sub(s, i, s.n), str_c(words[w])))
                return i;
    return s.n;
}

static str valued(str purpose, str word)
{
    size_t at = str_find(purpose, word);
    if (at == purpose.n)
        return S("");
    size_t begin = at + word.n;
    return str_trim(str_sub(purpose, begin, word_at(purpose, begin) - begin));
}

static void read_numbered(struct arena *a, str s, struct bank_entry *e)
{
    str purpose = S(""), name = S(""), account = S("");
    s = str_sub(without_breaks(a, s, false), 3, s.n);
    while (s.n >= 3) {
        int number = reading_digits(s, 1, 2);
        size_t end = 3;
        while (end < s.n && !(s.p[end] == '?' && reading_digits(s, end + 1, 2) >= 0))
            end++;
        str part = str_sub(s, 3, end - 3);
        if ((number >= 20 && number <= 29) || (number >= 60 && number <= 63))
            purpose = str_cat(a, purpose, part);
        else if (number == 31)
            account = part;
        else if (number == 32 || number == 33)
            name = str_cat(a, name, part);
        s = str_sub(s, end, s.n);
    }
    str end_to_end = valued(purpose, S("EREF+")), text = valued(purpose, S("SVWZ+"));
    e->text = reading_join(a, e->text, str_empty(text) ? purpose : text);
    e->name = name;
    e->account = account;
    if (!str_empty(end_to_end) && !str_eq(end_to_end, S("NOTPROVIDED")))
        e->end_to_end = end_to_end;
}

/* ---- code words ---- */

enum word { W_NONE, W_SKIP, W_NAME, W_ACCOUNT, W_TEXT, W_END_TO_END, W_PARTY };

static enum word code_word(str s)
{
    static const struct {
        str name;
        enum word is;
    } words[] = {
        { SI("NAME"), W_NAME }, { SI("IBAN"), W_ACCOUNT }, { SI("REMI"), W_TEXT }, { SI("EREF"), W_END_TO_END },
        { SI("CNTP"), W_PARTY }, { SI("BIC"), W_SKIP }, { SI("TRTP"), W_SKIP }, { SI("ORDP"), W_SKIP }, { SI("BENM"), W_SKIP },
        { SI("CSID"), W_SKIP }, { SI("MARF"), W_SKIP }, { SI("RTRN"), W_SKIP }, { SI("PREF"), W_SKIP }, { SI("PURP"), W_SKIP },
        { SI("ISDT"), W_SKIP }, { SI("SVCL"), W_SKIP }, { SI("KREF"), W_SKIP }, { SI("ID"), W_SKIP }, { SI("ULTC"), W_SKIP },
        { SI("ULTD"), W_SKIP }, { SI("TRCD"), W_SKIP }, { SI("ADDR"), W_SKIP },
    };
    for (size_t i = 0; i < COUNT(words); i++)
        if (str_eq(s, words[i].name))
            return words[i].is;
    return W_NONE;
}

struct coded {
    struct arena *a;
    struct bank_entry *e;
    enum word now;
    size_t nth; /* value within the present word */
    str text;
};

static void coded_value(struct coded *c, str token)
{
    size_t nth = c->nth++;
    switch (c->now) {
    case W_TEXT:
        if (nth == 0 && (str_eq(token, S("USTD")) || str_eq(token, S("STRD"))))
            c->nth = 0;
        else if (!str_empty(token))
            c->text = str_empty(c->text) ? token : str_cat(c->a, str_cat(c->a, c->text, S("/")), token);
        break;
    case W_NAME:
        if (nth == 0)
            c->e->name = token;
        break;
    case W_ACCOUNT:
        if (nth == 0)
            c->e->account = token;
        break;
    case W_PARTY: /* /CNTP/ACCOUNT/BIC/NAME/CITY/ */
        if (nth == 0)
            c->e->account = token;
        else if (nth == 2)
            c->e->name = token;
        break;
    case W_END_TO_END:
        if (nth == 0 && !str_empty(token) && !str_eq(token, S("NOTPROVIDED")))
            c->e->end_to_end = token;
        break;
    case W_NONE:
    case W_SKIP:
        break;
    }
}

static bool coded(str s)
{
    if (!str_starts(s, S("/")))
        return false;
    str first = str_sub(s, 1, str_index(str_sub(s, 1, s.n), '/'));
    return code_word(first) != W_NONE;
}

static void read_coded(struct arena *a, str s, struct bank_entry *e)
{
    struct coded c = { .a = a, .e = e };
    str rest = str_sub(without_breaks(a, s, false), 1, s.n), token;
    while (str_next(&rest, '/', &token)) {
        enum word w = code_word(token);
        if (w == W_NONE) {
            coded_value(&c, token);
            continue;
        }
        c.now = w;
        c.nth = 0;
    }
    e->text = reading_join(a, e->text, c.text);
}

void mt940_info(struct arena *a, str field, struct bank_entry *e)
{
    if (numbered(field))
        read_numbered(a, field, e);
    else if (coded(field))
        read_coded(a, field, e);
    else
        e->text = reading_join(a, e->text, without_breaks(a, field, true));
}
