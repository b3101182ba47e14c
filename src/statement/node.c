/* YAML to tree, with libyaml. */
#include "node.h"

#include "str.h"

#include <yaml.h>

#define DEPTH_MOST 8

struct walk {
    struct arena *a;
    struct findings *f;
    str file;
    yaml_document_t *doc;
    bool *seen; /* by node number: a second visit is an alias */
    int nodes;
};

static const struct node *convert(struct walk *, int number, int depth);

static int line_of(const yaml_node_t *n)
{
    return (int)n->start_mark.line + 1;
}

static void wrong(struct walk *w, int line, str where, str what, str instead)
{
    finding_error(w->f, w->file, line, where, what, instead);
}

static bool list(struct walk *w, const yaml_node_t *y, struct node *n, int depth)
{
    size_t count = (size_t)(y->data.sequence.items.top - y->data.sequence.items.start);
    const struct node **items = NEWN(w->a, const struct node *, count + 1);
    if (!items)
        return false;
    for (size_t i = 0; i < count; i++) {
        items[i] = convert(w, y->data.sequence.items.start[i], depth);
        if (!items[i])
            return false;
    }
    n->items = items;
    n->n = count;
    return true;
}

static bool key(struct walk *w, const struct node *n, const str *keys, size_t i, const struct node *k)
{
    if (k->kind != NODE_SCALAR || k->text.n == 0) {
        wrong(w, k->line, S(""), S("a key must be a plain word"), S("Write 'key: value'."));
        return false;
    }
    for (size_t j = 0; j < i; j++)
        if (str_eq(keys[j], k->text)) {
            wrong(w, k->line, k->text, str_fmt(w->a, "this stands here twice; the first is on line %d", n->key_lines[j]),
                  S("Write each name once."));
            return false;
        }
    return true;
}

static bool map(struct walk *w, const yaml_node_t *y, struct node *n, int depth)
{
    size_t count = (size_t)(y->data.mapping.pairs.top - y->data.mapping.pairs.start);
    const struct node **items = NEWN(w->a, const struct node *, count + 1);
    str *keys = NEWN(w->a, str, count + 1);
    int *lines = NEWN(w->a, int, count + 1);
    if (!items || !keys || !lines)
        return false;
    n->key_lines = lines;
    for (size_t i = 0; i < count; i++) {
        const struct node *k = convert(w, y->data.mapping.pairs.start[i].key, depth);
        if (!k || !key(w, n, keys, i, k))
            return false;
        keys[i] = k->text;
        lines[i] = k->line;
        items[i] = convert(w, y->data.mapping.pairs.start[i].value, depth);
        if (!items[i])
            return false;
    }
    n->keys = keys;
    n->items = items;
    n->n = count;
    return true;
}

static bool scalar(struct walk *w, const yaml_node_t *y, struct node *n)
{
    n->text = str_dup(w->a, (str){ (const char *)y->data.scalar.value, y->data.scalar.length });
    if (utf8_printable(n->text, false))
        return true;
    wrong(w, n->line, S(""), S("there is a control character, or a line break, in this text"),
          S("Write it in one line of plain text."));
    return false;
}

static const struct node *convert(struct walk *w, int number, int depth)
{
    yaml_node_t *y = yaml_document_get_node(w->doc, number);
    struct node *n = NEW(w->a, struct node);
    if (!y || !n || number > w->nodes)
        return NULL;
    n->line = line_of(y);
    if (w->seen[number]) {
        wrong(w, n->line, S(""), S("anchors and aliases (& and *) are not understood here"),
              S("Write the value out in both places."));
        return NULL;
    }
    w->seen[number] = true;
    if (depth > DEPTH_MOST) {
        wrong(w, n->line, S(""), S("this is nested too deeply"), S("Look at the indentation of this line."));
        return NULL;
    }
    bool good = false;
    if (y->type == YAML_SCALAR_NODE) {
        n->kind = NODE_SCALAR;
        good = scalar(w, y, n);
    } else if (y->type == YAML_SEQUENCE_NODE) {
        n->kind = NODE_LIST;
        good = list(w, y, n, depth + 1);
    } else if (y->type == YAML_MAPPING_NODE) {
        n->kind = NODE_MAP;
        good = map(w, y, n, depth + 1);
    }
    return good ? n : NULL;
}

static void syntax_error(struct arena *a, const yaml_parser_t *p, str file, struct findings *f)
{
    int line = (int)p->problem_mark.line + 1;
    str what = str_fmt(a, "this is not YAML: %s%s%s", p->problem ? p->problem : "it cannot be read",
                       p->context ? ", " : "", p->context ? p->context : "");
    finding_error(f, file, line, S(""), what, S("Look at the indentation, the colons and the quotation marks here."));
}

static const struct node *read_document(struct arena *a, yaml_parser_t *p, str file, struct findings *f)
{
    yaml_document_t doc;
    if (!yaml_parser_load(p, &doc)) {
        syntax_error(a, p, file, f);
        return NULL;
    }
    struct walk w = { .a = a, .f = f, .file = file, .doc = &doc };
    const struct node *root = NULL;
    w.nodes = (int)(doc.nodes.top - doc.nodes.start);
    w.seen = NEWN(a, bool, (size_t)w.nodes + 1);
    if (w.nodes == 0)
        finding_error(f, file, 1, S(""), S("the file is empty"), S("Start from the rules that ship with the program."));
    else if (w.seen)
        root = convert(&w, 1, 0);
    yaml_document_delete(&doc);
    return root;
}

static bool nothing_follows(struct arena *a, yaml_parser_t *p, str file, struct findings *f)
{
    yaml_document_t doc;
    if (!yaml_parser_load(p, &doc)) {
        syntax_error(a, p, file, f);
        return false;
    }
    bool more = doc.nodes.top != doc.nodes.start;
    int line = more ? (int)doc.start_mark.line + 1 : 0;
    yaml_document_delete(&doc);
    if (more)
        finding_error(f, file, line, S(""), S("a second document begins here"), S("Take the line '---' out."));
    return !more;
}

const struct node *node_parse(struct arena *a, str file, str text, struct findings *f)
{
    yaml_parser_t p;
    if (!yaml_parser_initialize(&p))
        return NULL;
    yaml_parser_set_encoding(&p, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&p, (const unsigned char *)text.p, text.n);
    const struct node *root = read_document(a, &p, file, f);
    if (root && !nothing_follows(a, &p, file, f))
        root = NULL;
    yaml_parser_delete(&p);
    return root;
}

const struct node *node_get(const struct node *map_node, str name)
{
    if (map_node && map_node->kind == NODE_MAP)
        for (size_t i = 0; i < map_node->n; i++)
            if (str_eq(map_node->keys[i], name))
                return map_node->items[i];
    return NULL;
}
