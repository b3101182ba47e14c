/* What was sent, by kind. */
#include "tally.h"

#include "str.h"

#include <string.h>

#define RANDOM_LEAST 43
#define RANDOM_MOST 128
#define WORD_MOST 20

static bool letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

const char *tally_shape(str value)
{
    size_t capitals = 0, plain = 0, token = 0;
    for (size_t i = 0; i < value.n; i++) {
        char c = value.p[i];
        capitals += c >= 'A' && c <= 'Z';
        plain += letter(c) || digit(c);
        token += letter(c) || digit(c) || c == '-' || c == '_';
    }
    if (value.n == 0)
        return "empty";
    if (str_index(value, '@') < value.n || str_find(value, S("%40")) < value.n)
        return "address";
    if (token == value.n && value.n >= RANDOM_LEAST && value.n <= RANDOM_MOST)
        return "random";
    if (value.n == 3 && capitals == 3)
        return "currency";
    return plain == value.n && value.n <= WORD_MOST ? "word" : "other";
}

/* A name as it can be kept: no cookie of ours has another. */
static str name_of(str pair)
{
    str name = str_trim(str_sub(pair, 0, str_index(pair, '=')));
    bool good = name.n > 0 && name.n < 60;
    for (size_t i = 0; i < name.n; i++)
        good = good && (letter(name.p[i]) || digit(name.p[i]) || name.p[i] == '-' || name.p[i] == '_');
    return good ? name : S("?");
}

static void attribute(struct sent_cookie *c, str word, bool *secure, bool *http_only)
{
    int64_t seconds;
    if (str_istarts(word, S("max-age=")) && i64_parse(str_sub(word, 8, word.n), INT32_MIN, INT64_MAX, &seconds) == ST_OK)
        c->max_age = seconds < 0 ? 0 : seconds;
    *secure = *secure || str_ieq(word, S("secure"));
    *http_only = *http_only || str_ieq(word, S("httponly"));
}

static bool same(const struct sent_cookie *a, const struct sent_cookie *b)
{
    return str_eq(a->name, b->name) && a->max_age == b->max_age && str_eq(a->shape, b->shape) && a->guarded == b->guarded;
}

static void add(struct tally *t, const struct sent_cookie *c)
{
    size_t at = 0;
    while (at < t->n && !same(&t->v[at], c))
        at++;
    if (at == TALLY_MOST)
        at--;
    if (at == t->n) {
        t->v[at] = *c;
        memcpy(t->names[at], c->name.p, c->name.n);
        t->v[at].name = (str){ t->names[at], c->name.n };
        t->n++;
    }
    t->v[at].n++;
}

void tally_line(struct tally *t, str line)
{
    str rest, pair, word;
    bool secure = false, http_only = false;
    if (!str_istarts(line, S("set-cookie:")))
        return;
    rest = str_trim(str_sub(line, 11, line.n));
    if (str_empty(rest) || !str_next(&rest, ';', &pair))
        return;
    struct sent_cookie c = { .name = name_of(pair), .max_age = -1 };
    c.shape = str_c(tally_shape(str_trim(str_sub(pair, str_index(pair, '=') + 1, pair.n))));
    while (!str_empty(rest) && str_next(&rest, ';', &word))
        attribute(&c, str_trim(word), &secure, &http_only);
    c.guarded = secure && http_only;
    add(t, &c);
}

struct msg_cookies_sent tally_view(struct tally *t)
{
    return (struct msg_cookies_sent){ .cookies = { t->v, t->n } };
}

void tally_clear(struct tally *t)
{
    t->n = 0;
}
