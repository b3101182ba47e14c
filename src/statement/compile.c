/* Loading a statement: two files into one immutable set of tables. */
#include "compile.h"

#include "catalog.h"
#include "str.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>

/* Compiled after compile_agree has seen the purposes as written. */
static void collect_sets(struct statement *s)
{
    for (int i = 0; i < POINT_COUNT; i++)
        for (size_t k = 0; k < s->points[i].n; k++) {
            const struct asked *a = &s->points[i].asked[k];
            if (!a->on)
                continue;
            s->fields[a->field].points |= BIT(i);
            s->fields[a->field].asked_for |= a->purposes;
            s->asked_at[(size_t)i * s->n_fields + a->field] = (uint16_t)(k + 1);
        }
}

/* What is not collected any more, because its clause was taken out, is used only where the law demands it: to show
 * people what is still held, and to keep the books. */
static uint64_t use_of(const struct statement *s, const struct field *f, int purpose)
{
    return f->points || s->purposes[purpose].basis == BASIS_LEGAL ? BIT(purpose) : 0;
}

static void use_sets(struct statement *s)
{
    for (size_t i = 0; i < s->n_fields; i++)
        s->fields[i].purposes = s->fields[i].asked_for;
    for (int p = 0; p < PURPOSE_COUNT; p++)
        for (size_t k = 0; s->purposes[p].on && k < s->uses[p].n; k++) {
            const struct category *c = &s->categories[s->uses[p].categories[k]];
            for (uint16_t f = c->first; f < c->first + c->n; f++)
                s->fields[f].purposes |= use_of(s, &s->fields[f], p);
        }
}

static void give_sets(struct statement *s)
{
    for (int i = 0; i < RECIPIENT_COUNT; i++)
        for (size_t k = 0; s->recipients[i].on && k < s->recipients[i].n; k++) {
            const struct given *g = &s->recipients[i].gives[k];
            for (size_t f = 0; s->purposes[g->purpose].on && f < g->n; f++)
                if (s->fields[g->fields[f]].purposes & BIT(g->purpose))
                    s->fields[g->fields[f]].gives[i] |= BIT(g->purpose);
        }
}

static bool is_field(const struct field *f, const struct column_info *c)
{
    size_t dot = str_index(f->name, '.');
    return str_eq(str_sub(f->name, 0, dot), c->category) && str_eq(str_sub(f->name, dot + 1, f->name.n), c->field);
}

static void column_index(struct statement *s)
{
    for (size_t i = 0; i < column_catalog_n; i++) {
        s->of_column[i] = NOT_A_FIELD;
        if (column_catalog[i].kind != PD_VALUE && column_catalog[i].kind != PD_BLIND)
            continue;
        for (size_t k = 0; k < s->n_fields; k++)
            if (is_field(&s->fields[k], &column_catalog[i]))
                s->of_column[i] = (uint16_t)k;
    }
}

/* What is made coarser; that each is a field of its class was seen by compile_agree(). */
static void coarser_fields(struct statement *s)
{
    for (size_t i = 0; i < s->n_retentions; i++)
        for (size_t k = 0; k < s->retentions[i].n_generalise; k++)
            for (size_t f = 0; f < s->n_fields; f++)
                if (str_eq(s->fields[f].name, s->retentions[i].generalise[k].field))
                    s->fields[f].coarser = s->retentions[i].generalise[k].how;
}

st compile_tables(struct reader *r)
{
    struct statement *s = r->s;
    s->of_column = NEWN(r->a, uint16_t, column_catalog_n + 1);
    s->asked_at = NEWN(r->a, uint16_t, (size_t)POINT_COUNT * (s->n_fields + 1));
    if (!s->of_column || !s->asked_at)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < s->n_retentions; i++)
        s->retentions[i].words = endings_words(r->a, &s->retentions[i]);
    column_index(s);
    coarser_fields(s);
    for (size_t i = 0; i < s->n_retentions; i++)
        s->retentions[i].then = disposal_words(r->a, s, &s->retentions[i]);
    collect_sets(s);
    use_sets(s);
    give_sets(s);
    return ST_OK;
}

/* Both files, each with its length before it, so that no text can move from one to the other unseen. */
static void hash_pair(struct statement *s)
{
    crypto_generichash_state h;
    str parts[2] = { s->text.rules, s->text.prose };
    crypto_generichash_init(&h, NULL, 0, STATEMENT_HASH);
    for (size_t i = 0; i < 2; i++) {
        uint8_t n[8];
        for (size_t k = 0; k < 8; k++)
            n[k] = (uint8_t)((uint64_t)parts[i].n >> (8 * k));
        crypto_generichash_update(&h, n, sizeof(n));
        crypto_generichash_update(&h, (const unsigned char *)parts[i].p, parts[i].n);
    }
    crypto_generichash_final(&h, s->hash, STATEMENT_HASH);
}

static bool plain_text(struct findings *f, str file, str text)
{
    if (text.n > STATEMENT_MOST)
        finding_error(f, file, 0, S(""), S("the file is larger than 64 KiB"), S("Say it in fewer words."));
    else if (!utf8_valid(text))
        finding_error(f, file, 0, S(""), S("the file is not UTF-8 text"), S("Save it as UTF-8."));
    else
        return true;
    return false;
}

st statement_compile(struct arena *a, struct statement_text text, struct findings *f, const struct statement **out)
{
    struct statement *s = NEW(a, struct statement);
    size_t before = f->errors;
    if (!s)
        return ST_NO_MEMORY;
    s->arena = a;
    if (!plain_text(f, RULES, text.rules) || !plain_text(f, PROSE, text.prose))
        return ST_RULES;
    s->text = (struct statement_text){ str_dup(a, text.rules), str_dup(a, text.prose) };
    hash_pair(s);
    struct reader r = { a, f, s };
    const struct node *root = node_parse(a, RULES, s->text.rules, f);
    if (root)
        rules_read(&r, root);
    prose_read(&r, s->text.prose);
    if (root) {
        compile_agree(&r);
        compile_force(&r);
        TRY(compile_tables(&r));
        compile_prose(&r);
    }
    findings_sort(f);
    if (arena_failed(a))
        return ST_NO_MEMORY;
    if (f->errors > before || !root)
        return ST_RULES;
    *out = s;
    return ST_OK;
}

static st read_file(struct arena *a, const char *path, str *out)
{
    char *buffer = NEWN(a, char, STATEMENT_MOST + 2);
    if (!path || !buffer)
        return ST_NO_MEMORY;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? ST_NOT_FOUND : ST_IO;
    size_t n = 0;
    ssize_t got = 1;
    while (got > 0 && n <= STATEMENT_MOST) {
        got = read(fd, buffer + n, STATEMENT_MOST + 1 - n);
        n += got > 0 ? (size_t)got : 0;
    }
    close(fd);
    if (got < 0)
        return ST_IO;
    *out = (str){ buffer, n };
    return n > STATEMENT_MOST ? ST_TOO_LARGE : ST_OK;
}

static st read_one(struct arena *a, str folder, str name, struct findings *f, str *out)
{
    str path = str_fmt(a, "%.*s/%.*s", STR_ARG(folder), STR_ARG(name));
    st how = read_file(a, str_z(a, path), out);
    if (how == ST_OK)
        return ST_OK;
    finding_error(f, name, 0, S(""),
                  str_fmt(a, "%.*s %s", STR_ARG(path), how == ST_TOO_LARGE ? "is larger than 64 KiB" : "cannot be read"),
                  S("Look at data.statement in the configuration."));
    return how;
}

st statement_read(struct arena *a, str folder, struct findings *f, struct statement_text *out)
{
    struct statement_text text;
    TRY(read_one(a, folder, RULES, f, &text.rules));
    TRY(read_one(a, folder, PROSE, f, &text.prose));
    *out = text;
    return ST_OK;
}
