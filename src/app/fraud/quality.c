/* Does a name or an address look typed at random?
 *
 * What is looked for are traces of a hand that could not be bothered: one key held down, a row of the keyboard, digits
 * where a name should be. A letter is a letter in every script, a name may have one, and nothing is held against names for
 * being rare, short, or from elsewhere. */
#include "fraud.h"

#include <string.h>

#include "str.h"

#define HELD_DOWN 4   /* the same letter so many times in a row */
#define RUN 5         /* so many neighbours on a row of keys, to the right or to the left */
#define WORD_MOST 200

/* "wertz" is a surname, so the German layout's top row is not among them. */
static const char *const rows[] = { "qwertyuiop", "asdfghjkl", "zxcvbnm", "azertyuiop", "qsdfghjklm",
                                    "abcdefghijklmnopqrstuvwxyz" };
/* Too short for a run, and still nobody's name. */
static const str idle_words[] = { SI("asdf"), SI("qwer"), SI("zxcv"), SI("sdfg"), SI("hjkl") };

static bool digit(uint32_t c)
{
    return (c >= '0' && c <= '9') || (c >= 0x0660 && c <= 0x0669) || (c >= 0x06f0 && c <= 0x06f9) ||
           (c >= 0x0966 && c <= 0x096f) || (c >= 0xff10 && c <= 0xff19);
}

/* Everything beyond ASCII that is no punctuation, space, symbol or digit counts as a letter. */
static bool letter(uint32_t c)
{
    if (c < 0x80)
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    bool mark = c < 0xc0 ? c != 0xaa && c != 0xb5 && c != 0xba : c == 0xd7 || c == 0xf7;
    bool general = (c >= 0x2000 && c <= 0x2bff) || (c >= 0x3000 && c <= 0x3004) || (c >= 0x3008 && c <= 0x3020);
    bool full_width = (c >= 0xff00 && c <= 0xff20) || (c >= 0xff3b && c <= 0xff40);
    return !mark && !general && !full_width && !digit(c) && c < 0x1f000;
}

static uint32_t lower(uint32_t c)
{
    if (c >= 'A' && c <= 'Z')
        return c + 32;
    bool latin1 = c >= 0xc0 && c <= 0xde && c != 0xd7;
    bool greek_or_cyrillic = (c >= 0x0391 && c <= 0x03a9) || (c >= 0x0410 && c <= 0x042f);
    return latin1 || greek_or_cyrillic ? c + 32 : c;
}

struct look {
    int64_t letters, digits;
    bool repeats;
};

static struct look look_at(str text)
{
    struct look l = { 0 };
    uint32_t c, before = 0;
    int row = 0;
    while (utf8_next(&text, &c)) {
        c = lower(c);
        row = letter(c) && c == before ? row + 1 : 1;
        /* The tatweel draws an Arabic word out, which is an ornament. */
        l.repeats = l.repeats || (row >= HELD_DOWN && letter(c) && c != 0x0640);
        l.letters += letter(c);
        l.digits += digit(c);
        before = c;
    }
    return l;
}

static const char *at_key(const char *row, char c)
{
    return c ? strchr(row, c) : NULL;
}

/* The longest walk along one row of keys, in one direction. */
static size_t longest_run(const char *row, const char *word, size_t n)
{
    size_t best = 0;
    for (int step = -1; step <= 1; step += 2) {
        size_t run = 0;
        for (size_t i = 0; i < n; i++) {
            const char *here = at_key(row, word[i]), *before = i ? at_key(row, word[i - 1]) : NULL;
            run = !here ? 0 : run > 0 && before && here - before == step ? run + 1 : 1;
            best = run > best ? run : best;
        }
    }
    return best;
}

static bool idle(const char *word, size_t n)
{
    for (size_t i = 0; i < COUNT(idle_words); i++)
        if (str_eq((str){ word, n }, idle_words[i]))
            return true;
    for (size_t i = 0; i < COUNT(rows); i++)
        if (longest_run(rows[i], word, n) >= RUN)
            return true;
    return false;
}

/* Word by word: what ends one and begins the next is chance. */
static bool along_the_keyboard(str text)
{
    char word[WORD_MOST];
    size_t n = 0;
    bool found = false;
    for (size_t i = 0; i <= text.n && !found; i++) {
        char c = i < text.n ? (char)lower((uint8_t)text.p[i]) : ' ';
        bool in_word = c >= 'a' && c <= 'z' && n < WORD_MOST;
        if (in_word)
            word[n++] = c;
        else if (n > 0) {
            found = idle(word, n);
            n = 0;
        }
    }
    return found;
}

void fraud_quality(str full_name, str address1, struct fraud_signals *s)
{
    struct look name = look_at(full_name), address = look_at(address1);
    full_name = str_trim(full_name);
    s->v[FRAUD_name_repeats] = name.repeats;
    s->v[FRAUD_name_digits] = name.digits > 0;
    s->v[FRAUD_name_letterless] = name.letters == 0;
    s->v[FRAUD_name_keyboard] = along_the_keyboard(full_name);
    s->v[FRAUD_name_is_address] = str_ieq(full_name, str_trim(address1));
    s->v[FRAUD_address_repeats] = address.repeats;
    s->v[FRAUD_address_letterless] = address.letters == 0;
    s->v[FRAUD_address_keyboard] = along_the_keyboard(address1);
}
