/* YAML as a small tree with line numbers: maps, lists and scalars, nothing else.
 *
 * Refused: more than one document, anchors and aliases, tags, keys that are no plain words, a key that stands twice,
 * and nesting deeper than any rule needs. Every slice is a copy in the arena. */
#ifndef AVOW_NODE_H
#define AVOW_NODE_H

#include "finding.h"

enum node_kind { NODE_SCALAR, NODE_LIST, NODE_MAP };
struct node {
    enum node_kind kind;
    int line;
    str text;             /* scalar */
    const str *keys;      /* map: the key of items[i] */
    const int *key_lines;
    const struct node *const *items;
    size_t n;
};

/* NULL when something was wrong; the findings say what. */
const struct node *node_parse(struct arena *, str file, str text, struct findings *);
/* The value of a key in a map, or NULL. */
const struct node *node_get(const struct node *map, str key);

#endif
