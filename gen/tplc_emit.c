/* Nodes -> C that writes HTML into a struct out. */
#include "tplc.h"

#include <string.h>

void emit_indent(struct text *t, int depth)
{
    for (int i = 0; i < depth; i++)
        text_puts(t, "    ");
}

void emit_c_string(struct text *t, const char *p, size_t n)
{
    text_add(t, "\"", 1);
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)p[i];
        if (c == '\n')
            text_puts(t, "\\n");
        else if (c == '"' || c == '\\')
            text_fmt(t, "\\%c", c);
        else if (c == '?')
            text_puts(t, "\\?"); /* no trigraphs */
        else if (c < ' ' || c > '~')
            text_fmt(t, "\\%03o", c);
        else
            text_add(t, p + i, 1);
    }
    text_add(t, "\"", 1);
}

/* Errors and debuggers point into the template. */
void emit_line(struct text *t, struct loc at)
{
    text_fmt(t, "#line %d \"%s\"\n", at.line, at.file);
}

/* Constant text that stands together is written together: what has come and was not emitted yet. Whatever emits anything
 * else calls emit_gathered() before. */
static struct text gathered;

void emit_gathered(struct text *t, int depth)
{
    const char *p = gathered.p;
    for (size_t left = gathered.n; left;) { /* C compilers need not take strings beyond 4095 */
        size_t part = left < 3000 ? left : 3000;
        emit_indent(t, depth);
        text_puts(t, "out_lit(o, S(");
        emit_c_string(t, p, part);
        text_puts(t, "));\n");
        p += part;
        left -= part;
    }
    emit_begin();
}

void emit_begin(void)
{
    gathered = (struct text){ 0 };
}

static void gather(const char *p, size_t n)
{
    text_add(&gathered, p, n);
}

/* Words of the registry are constant too: there is one language (src/web/tpl.c holds us to that). */
static void gather_escaped(const char *z)
{
    static const struct {
        char c;
        const char *entity;
    } entities[] = { { '&', "&amp;" }, { '<', "&lt;" }, { '>', "&gt;" }, { '"', "&quot;" }, { '\'', "&#39;" } }; /* as out_html */
    for (; *z; z++) {
        size_t i = 0;
        while (i < sizeof(entities) / sizeof(entities[0]) && entities[i].c != *z)
            i++;
        if (i < sizeof(entities) / sizeof(entities[0]))
            text_puts(&gathered, entities[i].entity);
        else
            gather(z, 1);
    }
}

void emit_args(struct text *t, const struct node *n, int depth)
{
    size_t count = 0;
    for (const struct arg *a = n->args; a; a = a->next)
        count++;
    if (!count) {
        text_puts(t, "NULL, 0");
        return;
    }
    text_puts(t, "(const struct text_arg[]){\n");
    for (const struct arg *a = n->args; a; a = a->next) {
        emit_indent(t, depth + 1);
        text_fmt(t, "{ \"%s\", %s },\n", a->name, emit_as_str(a->value));
    }
    emit_indent(t, depth);
    text_fmt(t, "}, %zu", count);
}

static void emit_message(struct text *t, const struct node *n, int depth)
{
    if (!n->args) {
        gather_escaped(reg_text(n->name)->words);
        return;
    }
    emit_gathered(t, depth);
    emit_indent(t, depth);
    text_fmt(t, "tpl_msg(o, %s, ", text_enum(n->name));
    emit_args(t, n, depth);
    text_puts(t, ");\n");
}

static void emit_plural(struct text *t, const struct node *n, int depth)
{
    emit_gathered(t, depth);
    emit_indent(t, depth);
    text_fmt(t, "tpl_msg(o, %s == 1 ? %s : %s, ", n->args->value.c, text_enum(text_printf("%s.one", n->name)),
             text_enum(text_printf("%s.other", n->name)));
    emit_args(t, n, depth);
    text_puts(t, ");\n");
}

/* A word outside its list (a newer database, say) shows as itself. */
static void emit_word_message(struct text *t, const struct node *n, int depth)
{
    emit_gathered(t, depth);
    emit_indent(t, depth);
    text_puts(t, "{\n");
    emit_indent(t, depth + 1);
    text_puts(t, "static const struct tpl_choice choices_[] = {\n");
    for (const char *const *w = n->value.type.words; *w; w++) {
        emit_indent(t, depth + 2);
        text_fmt(t, "{ SI(\"%s\"), %s },\n", *w, text_enum(text_printf("%s%s", n->name, *w)));
    }
    emit_indent(t, depth + 2);
    text_puts(t, "{ .word = SI(\"\") },\n");
    emit_indent(t, depth + 1);
    text_puts(t, "};\n");
    emit_indent(t, depth + 1);
    text_fmt(t, "tpl_word(o, %s, choices_);\n", n->value.c);
    emit_indent(t, depth);
    text_puts(t, "}\n");
}

static const struct arg *find_arg(const struct node *n, const char *name)
{
    for (const struct arg *a = n->args; a; a = a->next)
        if (tp_is(a->name, name))
            return a;
    return NULL;
}

static void emit_url_value(struct text *t, struct value v, int depth)
{
    emit_gathered(t, depth);
    emit_indent(t, depth);
    text_fmt(t, "%s(o, %s);\n",
             v.type.kind == K_UID ? "tpl_uid" : v.type.kind == K_I64 ? "out_i64" : "out_urlenc", v.c);
}

static bool is_path_param(const struct reg_route *r, const char *name)
{
    for (const struct reg_param *q = r->params; q; q = q->next)
        if (tp_is(q->name, name))
            return true;
    return false;
}

/* Its constant end stays gathered. */
void emit_url(struct text *t, const struct node *n, int depth)
{
    const char *p = n->route->path;
    const struct reg_param *q = n->route->params;
    for (; q; q = q->next) {
        const char *open = strchr(p, '{');
        gather(p, (size_t)(open - p));
        emit_url_value(t, find_arg(n, q->name)->value, depth);
        p = strchr(open, '}') + 1;
    }
    gather(p, strlen(p));
    if (n->kind == N_FORM)
        return;
    const char *sep = "?";
    for (const struct arg *a = n->args; a; a = a->next) {
        if (is_path_param(n->route, a->name))
            continue;
        char *key = text_printf("%s%s=", sep, a->name);
        gather(key, strlen(key));
        emit_url_value(t, a->value, depth);
        sep = "&amp;";
    }
}

static uint32_t fnv(const char *p)
{
    uint32_t h = 2166136261u;
    for (; *p; p++)
        h = (h ^ (unsigned char)*p) * 16777619u;
    return h;
}

/* The address changes when the file does, so that browsers may keep it for ever. */
static void emit_static(const struct node *n)
{
    char *path = text_printf("/static/%s?v=%08x", n->name, fnv(tp_read(text_printf("%s/%s", prog.static_dir, n->name))));
    gather(path, strlen(path));
}

/* A file is not sent in the address, nor as pairs of names and values. */
static bool has_file(const struct reg_form *form)
{
    for (const struct reg_field *f = form ? form->fields : NULL; f; f = f->next)
        if (tp_is(f->type, "file"))
            return true;
    return false;
}

static void emit_form(struct text *t, const struct node *n, int depth)
{
    bool post = tp_is(n->route->method, "POST");
    const struct arg *class = find_arg(n, "class"), *v = find_arg(n, "v"), *csrf = find_arg(n, "csrf");
    const struct arg *idem = find_arg(n, "idem");
    const char *open = text_printf("<form method=\"%s\" action=\"", post ? "post" : "get");
    gather(open, strlen(open));
    emit_url(t, n, depth);
    gather("\"", 1);
    if (class) {
        gather(" class=\"", 8);
        emit_gathered(t, depth);
        emit_indent(t, depth);
        text_fmt(t, "tpl_tokens(o, %s);\n", class->value.c);
        gather("\"", 1);
    }
    if (has_file(n->route->form))
        gather(" enctype=\"multipart/form-data\"", 30);
    gather(post ? " novalidate>" : ">", post ? 12 : 1);
    if (post) {
        emit_gathered(t, depth);
        emit_indent(t, depth);
        text_fmt(t, "tpl_tokens_hidden(o, %s%s, %s);\n", csrf ? csrf->value.c : v->value.c, csrf ? "" : "->csrf",
                 idem ? emit_as_str(idem->value) : "S(\"\")");
    }
    emit_body(t, n->body, depth);
    gather("</form>", 7);
}

static void emit_input(struct text *t, const struct node *n, int depth)
{
    const struct reg_field *f = n->field;
    const struct arg *value = n->args;
    emit_gathered(t, depth);
    emit_indent(t, depth);
    if (tp_is(n->name, "hidden"))
        text_fmt(t, "tpl_hidden(o, S(\"%s\"), %s);\n", f->name, emit_as_str(value->value));
    else
        text_fmt(t, "tpl_input(o, S(\"%s\"), S(\"%s\"), %ld, %ld, %s, %s, %s);\n", f->name, f->type, f->min, f->max,
                 f->required ? "true" : "false", emit_as_str(value->value), emit_as_str(value->next->value));
}

static void emit_if(struct text *t, const struct node *n, int depth)
{
    emit_gathered(t, depth);
    emit_indent(t, depth);
    text_fmt(t, "if (%s) {\n", n->cond);
    emit_body(t, n->body, depth + 1);
    const struct node *arm = n->other ? n->other->first : NULL;
    emit_indent(t, depth);
    if (!arm) {
        text_puts(t, "}\n");
        return;
    }
    text_puts(t, "} else {\n");
    if (arm->cond)
        emit_if(t, arm, depth + 1);
    else
        emit_body(t, arm->body, depth + 1);
    emit_indent(t, depth);
    text_puts(t, "}\n");
}

void emit_for_head(struct text *t, const struct node *n, int depth)
{
    const char *type = n->value.type.rec ? text_printf("const %s *", n->value.type.rec->ctype) : "const str ";
    emit_indent(t, depth);
    text_fmt(t, "for (size_t i_%s = 0; i_%s < %s.n; i_%s++) {\n", n->name, n->name, n->value.c, n->name);
    emit_indent(t, depth + 1);
    text_fmt(t, "%sl_%s UNUSED = %s%s.v[i_%s];\n", type, n->name, n->value.type.rec ? "&" : "", n->value.c, n->name);
}

static void emit_for(struct text *t, const struct node *n, int depth)
{
    emit_gathered(t, depth);
    emit_for_head(t, n, depth);
    emit_body(t, n->body, depth + 1);
    emit_indent(t, depth);
    text_puts(t, "}\n");
    if (!n->other)
        return;
    emit_indent(t, depth);
    text_fmt(t, "if (%s.n == 0) {\n", n->value.c);
    emit_body(t, n->other, depth + 1);
    emit_indent(t, depth);
    text_puts(t, "}\n");
}

static void emit_call(struct text *t, const struct node *n, int depth)
{
    int d = depth;
    emit_gathered(t, depth);
    if (n->kind == N_WRAP) {
        emit_indent(t, d);
        text_puts(t, "{\n");
        d++;
        emit_indent(t, d);
        text_puts(t, "struct out wrapped_, *const outer_ = o;\n");
        emit_indent(t, d);
        text_puts(t, "out_init(&wrapped_, o->a, o->limit);\n");
        emit_indent(t, d);
        text_puts(t, "{\n");
        emit_indent(t, d + 1);
        text_puts(t, "struct out *const o = &wrapped_;\n");
        emit_body(t, n->body, d + 1);
        emit_indent(t, d);
        text_puts(t, "}\n");
    }
    emit_indent(t, d);
    text_fmt(t, "t_%s(%s, &(const struct v_%s){\n", n->name, n->kind == N_WRAP ? "outer_" : "o", n->name);
    for (const struct arg *a = n->args; a; a = a->next) {
        emit_indent(t, d + 1);
        text_fmt(t, ".%s = %s,\n", a->name, a->value.c);
    }
    if (n->kind == N_WRAP) {
        emit_indent(t, d + 1);
        text_puts(t, ".body = tpl_html_of(&wrapped_),\n");
    } else if (!n->args) {
        emit_indent(t, d + 1);
        text_puts(t, "0,\n");
    }
    emit_indent(t, d);
    text_puts(t, "});\n");
    if (n->kind == N_WRAP) {
        emit_indent(t, depth);
        text_puts(t, "}\n");
    }
}

static void emit_field(struct text *t, const struct node *n, int depth)
{
    emit_gathered(t, depth);
    emit_indent(t, depth);
    if (tp_is(n->name, "errors"))
        text_fmt(t, "web_form_errors(o, %s);\n", n->value.c);
    else
        text_fmt(t, "web_field(o, %s, S(\"%s\"), %s, %s);\n", n->args->value.c, n->field->name,
                 n->args->next ? n->args->next->value.c : "false",
                 n->loop ? text_printf("i_%s + 1", n->loop) : "0");
}

static void emit_submit(const struct node *n)
{
    const char *open = text_printf("<button type=\"submit\" class=\"button%s%s\">", n->style ? " " : "",
                                   n->style ? n->style : "");
    gather(open, strlen(open));
    gather_escaped(reg_text(n->name)->words);
    gather("</button>", 9);
}

static void emit_node(struct text *t, const struct node *n, int depth)
{
    switch (n->kind) {
    case N_LITERAL: gather(n->literal.p, n->literal.n); break;
    case N_VALUE:
        emit_gathered(t, depth);
        emit_indent(t, depth);
        emit_value(t, n->value, n->ctx, n->url_start);
        break;
    case N_MESSAGE: emit_message(t, n, depth); break;
    case N_WORD_MESSAGE: emit_word_message(t, n, depth); break;
    case N_PLURAL: emit_plural(t, n, depth); break;
    case N_URL:
        if (n->absolute) {
            emit_gathered(t, depth);
            emit_indent(t, depth);
            text_puts(t, "out_html(o, v->from.site);\n");
        }
        emit_url(t, n, depth);
        break;
    case N_STATIC: emit_static(n); break;
    case N_BOOL_ATTR:
        emit_gathered(t, depth);
        emit_indent(t, depth);
        text_fmt(t, "if (%s)\n", n->value.c);
        gather(n->literal.p, n->literal.n);
        emit_gathered(t, depth + 1);
        break;
    case N_IF: emit_if(t, n, depth); break;
    case N_FOR: emit_for(t, n, depth); break;
    case N_CALL:
    case N_WRAP: emit_call(t, n, depth); break;
    case N_FORM: emit_form(t, n, depth); break;
    case N_FIELD: emit_field(t, n, depth); break;
    case N_SUBMIT: emit_submit(n); break;
    case N_INPUT: emit_input(t, n, depth); break;
    case N_MARK: break;
    }
}

/* Does it begin with constant text, if it is anything else at all? Then what was gathered need not leave before it. */
static bool is_constant(const struct node *n)
{
    return n->kind == N_LITERAL || n->kind == N_MARK || n->kind == N_STATIC || n->kind == N_SUBMIT ||
           (n->kind == N_MESSAGE && !n->args) || (n->kind == N_URL && !n->absolute);
}

/* Nothing stays gathered beyond a body. */
void emit_body(struct text *t, const struct body *b, int depth)
{
    int line = 0;
    for (const struct node *n = b ? b->first : NULL; n; n = n->next) {
        if (!is_constant(n) && n->at.line != line) {
            emit_gathered(t, depth);
            emit_line(t, n->at);
            line = n->at.line;
        }
        emit_node(t, n, depth);
    }
    emit_gathered(t, depth);
}
