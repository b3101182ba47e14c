/* rules.yaml: `retention`: how long each class is kept, and what happens then. */
#include "model.h"

#include "str.h"

static void read_ending(struct reader *r, const struct entry *e, str name, struct ending *out)
{
    static const char *const keys[] = { "!after", "!period", NULL };
    read_keys(r, e, keys);
    out->name = name;
    int after = read_name_at(r, e, "after", "event", names_triggers());
    out->after = after < 0 ? AFTER_RECORDED : (enum trigger)after;
    out->period = read_period(r, e, "period");
    if (out->period.seconds)
        read_wrong(r, e->line, e->where, S("what is kept is kept for whole days"), S("Write years, months and days: P1Y6M, P30D."));
}

static void read_endings(struct reader *r, const struct entry *e, struct retention *out)
{
    struct entry ends;
    if (!read_map(r, node_get(e->n, S("ends")), str_fmt(r->a, "%.*s.ends", STR_ARG(e->where)), &ends))
        return;
    if (ends.n->n == 0)
        read_wrong(r, ends.line, ends.where, S("there is no end at all"), S("Add 'name: { after: …, period: … }'."));
    struct ending *v = NEWN(r->a, struct ending, ends.n->n + 1);
    if (!v)
        return;
    for (size_t i = 0; i < ends.n->n; i++) {
        struct entry one = read_child(r, &ends, i);
        read_ending(r, &one, ends.n->keys[i], &v[i]);
    }
    out->ends = v;
    out->n = ends.n->n;
}

/* field: how it is made coarser. That the field exists and is one that is kept readable is seen when all is read. */
static void read_generalise(struct reader *r, const struct entry *e, struct retention *out)
{
    struct entry map;
    if (!node_get(e->n, S("generalise")) ||
        !read_map(r, node_get(e->n, S("generalise")), str_fmt(r->a, "%.*s.generalise", STR_ARG(e->where)), &map))
        return;
    struct generalised *v = NEWN(r->a, struct generalised, map.n->n + 1);
    for (size_t i = 0; v && i < map.n->n; i++) {
        str how = read_text(r, &map, str_z(r->a, map.n->keys[i]));
        struct names ways = names_list(coarser_names);
        int at = how.n ? read_name(r, map.n->key_lines[i], map.where, "way to make it coarser", how, ways) : -1;
        if (at >= 0)
            v[out->n_generalise++] = (struct generalised){ map.n->keys[i], (enum coarser)(at + 1), map.n->key_lines[i] };
    }
    out->generalise = v;
}

/* Keys that only one way to dispose knows. */
static void ways_agree(struct reader *r, const struct entry *e, const struct retention *keep)
{
    bool coarser = node_get(e->n, S("generalise")) != NULL, key = node_get(e->n, S("hash_key")) != NULL;
    if (coarser != (keep->disposal == DISPOSAL_GENERALISE))
        read_wrong(r, e->line, e->where, S("'disposal: generalise' and the list 'generalise' go together"),
                   S("Say which fields are made coarser, and how, or take the list out."));
    if (key && keep->disposal != DISPOSAL_KEYED_HASH)
        read_wrong(r, e->line, e->where, S("only 'disposal: keyed_hash' has a key of codes"), S("Take 'hash_key' out."));
}

static void read_retention(struct reader *r, const struct entry *e, struct retention *out)
{
    static const char *const keys[] = { "!title", "!ground", "!disposal", "!on_request", "keys", "hash_key", "generalise", "!ends",
                                        NULL };
    static const char *const asked[] = { "goes", "stays", NULL };
    read_keys(r, e, keys);
    out->line = e->line;
    out->title = read_text(r, e, "title");
    out->ground = read_text(r, e, "ground");
    int way = read_name_at(r, e, "disposal", "way to dispose", names_list(disposal_names));
    out->disposal = way < 0 ? DISPOSAL_REMOVE : (enum disposal)way;
    out->on_request = read_name_at(r, e, "on_request", "answer to a request", names_list(asked)) == 0;
    if (node_get(e->n, S("keys"))) {
        int epoch = read_name_at(r, e, "keys", "time a key is for", names_list(epoch_names));
        out->keys = epoch < 0 ? KEYS_ONCE : (enum key_epoch)epoch;
    }
    if (node_get(e->n, S("hash_key")))
        out->hash_key = read_period(r, e, "hash_key");
    read_generalise(r, e, out);
    ways_agree(r, e, out);
    read_endings(r, e, out);
}

void rules_read_retention(struct reader *r, const struct node *n)
{
    struct entry e;
    if (!read_map(r, n, S("retention"), &e))
        return;
    r->s->retentions = NEWN(r->a, struct retention, e.n->n + 1);
    for (size_t i = 0; r->s->retentions && i < e.n->n; i++) {
        struct entry one = read_child(r, &e, i);
        struct retention *out = &r->s->retentions[r->s->n_retentions++];
        out->name = e.n->keys[i];
        read_retention(r, &one, out);
    }
}
