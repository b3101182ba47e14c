/* Types, names and conditions: what stands in directives, resolved to C. */
#include "tplc.h"

#include <ctype.h>
#include <string.h>

static const char *const kind_names[] = {
    [K_STR] = "str",   [K_WORD] = "word", [K_TOKEN] = "token", [K_MONEY] = "money", [K_DATE] = "date", [K_UTC] = "utc",
    [K_I64] = "i64",   [K_SIZE] = "size", [K_RATE] = "rate",   [K_BOOL] = "bool", [K_URL] = "url",
    [K_HTML] = "html", [K_UID] = "uid",   [K_FORM] = "form",   [K_RECORD] = "record", [K_LIST] = "list",
};
static const char *const kind_c[] = {
    [K_STR] = "str",     [K_WORD] = "str",     [K_TOKEN] = "str", [K_MONEY] = "money",  [K_DATE] = "date", [K_UTC] = "utc",
    [K_I64] = "int64_t", [K_SIZE] = "int64_t", [K_RATE] = "int64_t", [K_BOOL] = "bool", [K_URL] = "url",
    [K_HTML] = "struct html", [K_UID] = "uid", [K_FORM] = "const struct form_view *",
    [K_RECORD] = "", [K_LIST] = "struct tpl_strs",
};

const char *type_name(struct type t)
{
    return kind_names[t.kind];
}

const char *type_c(struct type t)
{
    if (t.kind == K_RECORD)
        return t.rec->ctype;
    if (t.kind == K_LIST && t.rec)
        return text_printf("%s_list", t.rec->ctype);
    return kind_c[t.kind];
}

static const struct record *find_record(const char *name, const struct record *local, const struct record *shared)
{
    for (const struct record *r = local; r; r = r->next)
        if (tp_is(r->name, name))
            return r;
    for (const struct record *r = shared; r; r = r->next)
        if (tp_is(r->name, name))
            return r;
    for (const struct source *s = prog.sources; s; s = s->next)
        for (const struct record *r = s->records; r; r = r->next)
            if (tp_is(r->name, name))
                return r;
    return NULL;
}

static const char *const *parse_words(struct words *w)
{
    size_t n = 0;
    const char **list = keep(64 * sizeof(*list));
    if (!tp_is(word_peek(w), "("))
        tp_fail(w->at, "write word(one|two|…)");
    for (;;) {
        bool quoted;
        const char *mark = word_next(w, &quoted);
        if (tp_is(mark, ")"))
            return list;
        if (!tp_is(mark, n ? "|" : "(") || n == 63)
            tp_fail(w->at, "write word(one|two|…)");
        const char *z = word_need(w, "a word");
        for (const char *p = z; *p; p++)
            if (!islower((unsigned char)*p) && !isdigit((unsigned char)*p) && *p != '_' && *p != '-')
                tp_fail(w->at, "'%s' is not made of a-z, 0-9, _ and -", z);
        list[n++] = z;
    }
}

struct type type_parse(struct words *w, const struct record *local, const struct record *shared, bool *optional)
{
    struct type t = { 0 };
    const char *z = word_need(w, "a type");
    bool found = false, quoted;
    for (size_t i = 0; i < K_RECORD; i++)
        if (tp_is(kind_names[i], z)) {
            t.kind = (enum kind)i;
            found = true;
        }
    if (tp_is(z, "list")) {
        t.kind = K_LIST;
        const char *of = word_need(w, "what the list holds");
        t.rec = tp_is(of, "str") ? NULL : find_record(of, local, shared);
        if (!t.rec && !tp_is(of, "str"))
            tp_fail(w->at, "there is no {record %s}", of);
    } else if (!found) {
        t.kind = K_RECORD;
        t.rec = find_record(z, local, shared);
        if (!t.rec)
            tp_fail(w->at, "'%s' is no type: str word token money date utc i64 size rate bool url html uid form list, or a "
                    "record", z);
    }
    if (t.kind == K_WORD)
        t.words = parse_words(w);
    *optional = tp_is(word_peek(w), "?");
    if (*optional)
        word_next(w, &quoted);
    return t;
}

/* ---- values */

static const struct value *lookup(const struct scope *s, const char *name)
{
    for (; s; s = s->up)
        if (tp_is(s->name, name))
            return &s->value;
    return NULL;
}

struct value expr_path(const struct scope *scope, const char *path, struct loc at)
{
    size_t n = strcspn(path, ".");
    const char *head = tp_dup(path, n);
    const struct value *found = lookup(scope, head);
    if (!found)
        tp_fail(at, "there is no '%s' here", head);
    struct value v = *found;
    while (path[n]) {
        path += n + 1;
        n = strcspn(path, ".");
        const char *name = tp_dup(path, n);
        if (v.type.kind != K_RECORD)
            tp_fail(at, "'%s' is asked of a %s, which has no parts", name, type_name(v.type));
        const struct member *m = v.type.rec->members;
        while (m && !tp_is(m->name, name))
            m = m->next;
        if (!m)
            tp_fail(at, "record '%s' has no '%s'", v.type.rec->name, name);
        v.type = m->type;
        v.c = text_printf("%s.%s", v.c, name);
    }
    return v;
}

static const char *c_quoted(const char *z)
{
    struct text t = { 0 };
    emit_c_string(&t, z, strlen(z));
    return t.p;
}

struct value expr_value(const struct scope *scope, struct words *w)
{
    bool quoted;
    struct loc at = w->at;
    const char *z = word_next(w, &quoted);
    if (!z)
        tp_fail(at, "a value is missing");
    if (quoted) {
        const char **words = keep(2 * sizeof(*words));
        words[0] = z;
        return (struct value){ { K_WORD, words, NULL }, text_printf("S(%s)", c_quoted(z)) };
    }
    if (tp_is(z, "@")) {
        const char *key = word_need(w, "a message key");
        if (!reg_text(key))
            tp_fail(at, "there is no message '%s'", key);
        return (struct value){ { K_STR, NULL, NULL }, text_printf("tpl_txt(%s)", text_enum(key)) };
    }
    if (tp_is(z, "true") || tp_is(z, "false"))
        return (struct value){ { K_BOOL, NULL, NULL }, z };
    if (isdigit((unsigned char)*z))
        return (struct value){ { K_I64, NULL, NULL }, z };
    return expr_path(scope, z, at);
}

struct arg *expr_args(const struct scope *scope, struct words *w)
{
    struct arg *first = NULL, **tail = &first;
    while (word_peek(w)) {
        bool quoted;
        struct arg *a = keep(sizeof(*a));
        a->name = word_need(w, "a name");
        for (struct arg *b = first; b; b = b->next)
            if (tp_is(a->name, b->name))
                tp_fail(w->at, "'%s' is given twice", a->name);
        if (!tp_is(word_next(w, &quoted), "="))
            tp_fail(w->at, "write %s=value", a->name);
        a->value = expr_value(scope, w);
        *tail = a;
        tail = &a->next;
    }
    word_end(w);
    return first;
}

struct arg *arg_take(struct arg **list, const char *name)
{
    for (; *list; list = &(*list)->next)
        if (tp_is((*list)->name, name)) {
            struct arg *a = *list;
            *list = a->next;
            return a;
        }
    return NULL;
}

/* ---- conditions: or < and < not < comparison */

static char *truth(struct value v, struct loc at)
{
    switch (v.type.kind) {
    case K_STR:
    case K_WORD:
    case K_TOKEN:
    case K_LIST: return text_printf("%s.n > 0", v.c);
    case K_URL:
    case K_HTML: return text_printf("%s.s.n > 0", v.c);
    case K_MONEY: return text_printf("%s.minor != 0", v.c);
    case K_DATE: return text_printf("%s.days != INT32_MIN", v.c);
    case K_UTC: return text_printf("tpl_has_utc(%s)", v.c);
    case K_I64:
    case K_SIZE:
    case K_RATE: return text_printf("%s != 0", v.c);
    case K_BOOL: return text_printf("%s", v.c);
    case K_UID: return text_printf("!uid_zero(%s)", v.c);
    case K_FORM: return text_printf("%s != NULL", v.c);
    case K_RECORD: break;
    }
    tp_fail(at, "a %s is neither yes nor no", type_name(v.type));
}

static bool is_text(enum kind k)
{
    return k == K_STR || k == K_WORD || k == K_TOKEN;
}

static char *compare(const struct scope *scope, struct words *w)
{
    struct loc at = w->at;
    bool quoted;
    struct value left = expr_value(scope, w);
    const char *op = word_peek(w);
    if (!tp_is(op, "==") && !tp_is(op, "!="))
        return truth(left, at);
    word_next(w, &quoted);
    struct value right = expr_value(scope, w);
    const char *no = tp_is(op, "!=") ? "!" : "";
    if (left.type.kind == K_I64 && right.type.kind == K_I64)
        return text_printf("%s %s %s", left.c, op, right.c);
    if (left.type.kind == K_UID && right.type.kind == K_UID)
        return text_printf("%suid_eq(%s, %s)", no, left.c, right.c);
    if (left.type.kind == K_WORD && right.type.kind == K_WORD && !tp_in(right.type.words[0], left.type.words))
        tp_fail(at, "'%s' is none of its words", right.type.words[0]);
    if (!is_text(left.type.kind) || !is_text(right.type.kind))
        tp_fail(at, "a %s and a %s cannot be compared", type_name(left.type), type_name(right.type));
    return text_printf("%sstr_eq(%s, %s)", no, left.c, right.c);
}

static char *negation(const struct scope *scope, struct words *w)
{
    bool quoted;
    if (!tp_is(word_peek(w), "not"))
        return compare(scope, w);
    word_next(w, &quoted);
    return text_printf("!(%s)", negation(scope, w));
}

static char *joined(const struct scope *scope, struct words *w, const char *word, const char *op,
                    char *(*part)(const struct scope *, struct words *))
{
    bool quoted;
    char *c = part(scope, w);
    while (tp_is(word_peek(w), word)) {
        word_next(w, &quoted);
        c = text_printf("(%s) %s (%s)", c, op, part(scope, w));
    }
    return c;
}

static char *conjunction(const struct scope *scope, struct words *w)
{
    return joined(scope, w, "and", "&&", negation);
}

char *expr_cond(const struct scope *scope, struct words *w)
{
    char *c = joined(scope, w, "or", "||", conjunction);
    word_end(w);
    return c;
}

const char *text_enum(const char *key)
{
    char *z = text_printf("TXT_%s", key);
    for (char *p = z; *p; p++)
        *p = *p == '.' || *p == '-' ? '_' : (char)toupper((unsigned char)*p);
    return z;
}
