/* routes.reg: every address the program answers. */
#include "regc.h"

#include <ctype.h>
#include <string.h>

#define MAX_PARTS 8

struct part {
    const char *text; /* literal, or the parameter's name */
    const char *kind; /* TEXT, UID, SLUG */
};
struct route {
    const struct line *at;
    const char *name, *up, *method, *path, *cap, *guard, *form, *limit, *event, *again;
    const char *shape; /* the path with parameters reduced to their kind: two routes may not share it */
    struct part part[MAX_PARTS];
    size_t n;
    bool raw, has_uid;
    const char *point; /* of a raw route: where its callbacks come in */
};
struct routes {
    struct route *v;
    size_t n;
};

static void part_literal(struct route *r, const char *s)
{
    for (const char *p = s; *p; p++)
        if (!islower((unsigned char)*p) && !isdigit((unsigned char)*p) && !strchr("-._", *p))
            die_at(r->at, "an address may hold only a-z, 0-9, '-', '_' and '.': '%s'", s);
    r->part[r->n++] = (struct part){ s, "TEXT" };
    r->shape = text_printf("%s/%s", r->shape, s);
}

static void part_param(struct route *r, char *s)
{
    char *colon = strchr(s, ':'), *end = s + strlen(s) - 1;
    if (!colon || *end != '}')
        die_at(r->at, "a parameter is written {name:uid} or {name:slug}");
    *colon = *end = '\0';
    bool is_uid = strcmp(colon + 1, "uid") == 0;
    if (!is_uid && strcmp(colon + 1, "slug") != 0)
        die_at(r->at, "a parameter is a uid or a slug, not '%s'", colon + 1);
    for (size_t i = 0; i < r->n; i++)
        if (strcmp(r->part[i].kind, "TEXT") != 0 && strcmp(r->part[i].text, s + 1) == 0)
            die_at(r->at, "parameter '%s' stands here twice", s + 1);
    r->has_uid |= is_uid;
    r->part[r->n++] = (struct part){ s + 1, is_uid ? "UID" : "SLUG" };
    r->shape = text_printf("%s/{%s}", r->shape, colon + 1);
}

static void route_parts(struct route *r)
{
    if (*r->path != '/')
        die_at(r->at, "an address begins with '/'");
    r->shape = r->method;
    if (!r->path[1])
        return;
    char *copy = text_printf("%s", r->path + 1);
    for (char *p = copy, *next; p; p = next) {
        next = strchr(p, '/');
        if (next)
            *next++ = '\0';
        if (!*p)
            die_at(r->at, "an address has no empty part");
        if (r->n == MAX_PARTS)
            die_at(r->at, "an address has at most %d parts", MAX_PARTS);
        if (*p == '{')
            part_param(r, p);
        else
            part_literal(r, p);
    }
}

static struct route *route_new(struct routes *rs, struct name_list *names, const struct line *l)
{
    expect_tokens(l, 4, 4);
    names_add(names, l, ident(l, 1));
    rs->v = append(rs->v, &rs->n, sizeof(*rs->v));
    struct route *r = &rs->v[rs->n - 1];
    *r = (struct route){ .at = l, .name = word(l, 1), .up = upper(word(l, 1)), .method = word(l, 2), .path = word(l, 3) };
    if (strcmp(r->method, "GET") != 0 && strcmp(r->method, "POST") != 0)
        die_at(l, "a method is GET or POST, not '%s'", r->method);
    route_parts(r);
    for (size_t i = 0; i + 1 < rs->n; i++)
        if (strcmp(rs->v[i].shape, r->shape) == 0)
            die_at(l, "route '%s' answers the same address as '%s'", r->name, rs->v[i].name);
    return r;
}

static void route_line(struct world *w, struct route *r, const struct line *l)
{
    static const char *const limits[] = { "read", "write", "login", "callback" };
    if (is(l, "raw")) {
        expect_tokens(l, 1, 2);
        r->raw = true;
        r->point = l->n > 1 ? word(l, 1) : "gateway";
        if (!names_have(&w->points, r->point))
            die_at(l, "there is no point '%s'", r->point);
        return;
    }
    expect_tokens(l, 2, 2);
    const char *s = word(l, 1);
    if (is(l, "cap")) {
        if (!names_have(&w->caps, s))
            die_at(l, "there is no capability '%s'", s);
        r->cap = s;
    } else if (is(l, "guard")) {
        r->guard = ident(l, 1);
    } else if (is(l, "form")) {
        if (!names_have(&w->forms, s))
            die_at(l, "there is no form '%s'", s);
        r->form = s;
    } else if (is(l, "limit")) {
        for (size_t i = 0; i < sizeof(limits) / sizeof(*limits); i++)
            if (strcmp(limits[i], s) == 0)
                r->limit = s;
        if (!r->limit)
            die_at(l, "'%s' is no class of limits", s);
    } else if (is(l, "event")) {
        if (!names_have(&w->events, s))
            die_at(l, "there is no event '%s'", s);
        r->event = s;
    } else if (is(l, "again")) {
        r->again = ident(l, 1);
    } else {
        die_at(l, "'%s' is not known in a route", l->tok[0].s);
    }
}

static void route_check(const struct route *r)
{
    bool post = strcmp(r->method, "POST") == 0;
    if (!r->cap || !r->limit)
        die_at(r->at, "route '%s' must name a capability and a limit", r->name);
    if (post && !r->event)
        die_at(r->at, "route '%s' changes something and must name the event", r->name);
    if (post && !r->form && !r->raw)
        die_at(r->at, "route '%s' takes what people send and must name the form", r->name);
    if (!post && (r->event || r->raw))
        die_at(r->at, "route '%s' only reads: no event, not raw", r->name);
    if (r->raw && r->form)
        die_at(r->at, "route '%s' is raw and can have no form", r->name);
    if (r->has_uid && !r->guard)
        die_at(r->at, "route '%s' names an object and must have a guard", r->name);
}

static bool same_name(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

/* The page that shows a form again reads what the guard loaded, so it must have the same one. */
static void again_check(const struct routes *rs, const struct route *r)
{
    for (size_t i = 0; i < rs->n && r->again; i++) {
        const struct route *page = &rs->v[i];
        if (strcmp(page->name, r->again) != 0)
            continue;
        if (strcmp(page->method, "GET") != 0 || strcmp(r->method, "POST") != 0)
            die_at(r->at, "route '%s' can be shown again only by a page", r->name);
        if (page->guard && !same_name(page->guard, r->guard))
            die_at(r->at, "route '%s' has another guard than '%s', which shows its form again", r->name, page->name);
        return;
    }
    if (r->again)
        die_at(r->at, "there is no route '%s'", r->again);
}

static struct routes routes_read(struct world *w)
{
    struct lines ls = read_registry(w->dir, "routes.reg");
    struct name_list names = { 0 };
    struct routes rs = { 0 };
    struct route *r = NULL;
    for (size_t i = 0; i < ls.n; i++) {
        if (is(&ls.v[i], "route"))
            r = route_new(&rs, &names, &ls.v[i]);
        else if (!r)
            die_at(&ls.v[i], "'%s' belongs into a route", ls.v[i].tok[0].s);
        else
            route_line(w, r, &ls.v[i]);
    }
    for (size_t i = 0; i < rs.n; i++) {
        route_check(&rs.v[i]);
        again_check(&rs, &rs.v[i]);
    }
    return rs;
}

/* "url url_invoice_show(struct arena *a, uid id)" */
static void put_builder(FILE *f, const struct route *r)
{
    fprintf(f, "url url_%s(struct arena *a", r->name);
    for (size_t i = 0; i < r->n; i++)
        if (strcmp(r->part[i].kind, "TEXT") != 0)
            fprintf(f, ", %s %s", strcmp(r->part[i].kind, "UID") == 0 ? "uid" : "str", r->part[i].text);
    fputc(')', f);
}

static void put_builder_body(FILE *c, const struct route *r)
{
    put_builder(c, r);
    fputs("\n{\n    struct out o;\n    out_init(&o, a, 4096);\n", c);
    if (r->n == 0)
        fputs("    out_byte(&o, '/');\n", c);
    for (size_t i = 0; i < r->n; i++) {
        const struct part *p = &r->part[i];
        if (strcmp(p->kind, "TEXT") == 0)
            fprintf(c, "    out_str(&o, S(\"/%s\"));\n", p->text);
        else if (strcmp(p->kind, "UID") == 0)
            fprintf(c, "    out_byte(&o, '/');\n    out_str(&o, uid_str(a, %s));\n", p->text);
        else
            fprintf(c, "    out_byte(&o, '/');\n    out_urlenc(&o, %s);\n", p->text);
    }
    fputs("    return (url){ out_view(&o) };\n}\n\n", c);
}

static void put_header(const struct routes *rs, const struct name_list *guards)
{
    FILE *h = file_open("routes.h");
    fputs("#ifndef AVOW_ROUTES_H\n#define AVOW_ROUTES_H\n\n#include \"arena.h\"\n\nenum route_id {\n", h);
    for (size_t i = 0; i < rs->n; i++)
        fprintf(h, "    ROUTE_%s,\n", rs->v[i].up);
    fputs("    ROUTE_COUNT\n};\n\n/* Addresses within this site; an empty one when the arena has no more room. */\n", h);
    for (size_t i = 0; i < rs->n; i++) {
        put_builder(h, &rs->v[i]);
        fputs(";\n", h);
    }
    fputs("\n/* What the features define. Only routes_table.c refers to them. */\nstruct rq;\n", h);
    for (size_t i = 0; i < rs->n; i++)
        fprintf(h, "NODISCARD st page_%s(struct rq *);\n", rs->v[i].name);
    for (size_t i = 0; i < guards->n; i++)
        fprintf(h, "NODISCARD st guard_%s(struct rq *);\n", guards->v[i]);
    fputs("\n#endif\n", h);
    file_close(h);
}

static void put_code(const struct routes *rs)
{
    FILE *c = file_open("routes.c");
    fputs("#include \"route.h\"\n\n#include \"codec.h\"\n#include \"out.h\"\n\n", c);
    for (size_t i = 0; i < rs->n; i++)
        put_builder_body(c, &rs->v[i]);
    fputs("const struct route routes[ROUTE_COUNT] = {\n", c);
    for (size_t i = 0; i < rs->n; i++) {
        const struct route *r = &rs->v[i];
        fprintf(c, "    { .id = ROUTE_%s, .name = \"%s\", .method = %s, .path = \"%s\", .n = %zu, .part = {", r->up, r->name,
                r->method, r->path, r->n);
        for (size_t k = 0; k < r->n; k++)
            fprintf(c, " { PART_%s, \"%s\" },", r->part[k].kind, r->part[k].text);
        fprintf(c, " },\n      .need = CAP_%s, .limit = LIMIT_%s, .event = EVENT_%s, .guarded = %s, .raw = %s", r->cap,
                upper(r->limit), r->event ? upper(r->event) : "NONE", r->guard ? "true" : "false",
                r->raw ? "true" : "false");
        if (r->form)
            fprintf(c, ", .form = &forms[FORM_%s]", upper(r->form));
        if (r->raw)
            fprintf(c, ", .point = POINT_%s", upper(r->point));
        fputs(" },\n", c);
    }
    fputs("};\n", c);
    file_close(c);
}

static void put_function(FILE *c, const char *kind, const char *name)
{
    if (name)
        fprintf(c, ", %s_%s", kind, name);
    else
        fputs(", NULL", c);
}

static void put_table(const struct routes *rs)
{
    FILE *c = file_open("routes_table.c");
    fputs("#include \"route.h\"\n\nconst struct route_code route_code[ROUTE_COUNT] = {\n", c);
    for (size_t i = 0; i < rs->n; i++) {
        fprintf(c, "    [ROUTE_%s] = { page_%s", rs->v[i].up, rs->v[i].name);
        put_function(c, "guard", rs->v[i].guard);
        put_function(c, "page", rs->v[i].again);
        fputs(" },\n", c);
    }
    fputs("};\n", c);
    file_close(c);
}

void gen_routes(struct world *w)
{
    struct routes rs = routes_read(w);
    struct name_list guards = { 0 };
    for (size_t i = 0; i < rs.n; i++)
        if (rs.v[i].guard && !names_have(&guards, rs.v[i].guard))
            names_add(&guards, rs.v[i].at, rs.v[i].guard);
    put_header(&rs, &guards);
    put_code(&rs);
    put_table(&rs);
}
