/* Numbers of requests: a table of places, each with a turn, so that a late answer finds nobody. */
#include "asked.h"

#define TURN_SHIFT 20 /* the place is below, the turn above */

struct place {
    void *owner; /* NULL: free */
    int64_t theirs, turn;
    size_t next_free;
};

struct asked {
    struct place *v;
    size_t n, free; /* n: no place is free */
};

struct asked *asked_new(struct arena *a, size_t most)
{
    struct asked *t = NEW(a, struct asked);
    struct place *v = NEWN(a, struct place, most);
    if (!t || !v || most > (size_t)1 << TURN_SHIFT)
        return NULL;
    for (size_t i = 0; i < most; i++)
        v[i].next_free = i + 1;
    *t = (struct asked){ .v = v, .n = most };
    return t;
}

st asked_add(struct asked *t, void *owner, int64_t theirs, int64_t *ours)
{
    if (t->free == t->n)
        return ST_LIMIT;
    size_t i = t->free;
    struct place *p = &t->v[i];
    t->free = p->next_free;
    p->owner = owner;
    p->theirs = theirs;
    p->turn++;
    *ours = p->turn << TURN_SHIFT | (int64_t)i;
    return ST_OK;
}

static struct place *find(const struct asked *t, int64_t ours)
{
    size_t i = (size_t)(ours & ((1 << TURN_SHIFT) - 1));
    if (ours < 0 || i >= t->n || !t->v[i].owner || t->v[i].turn != ours >> TURN_SHIFT)
        return NULL;
    return &t->v[i];
}

st asked_look(const struct asked *t, int64_t ours, void **owner, int64_t *theirs)
{
    const struct place *p = find(t, ours);
    if (!p)
        return ST_NOT_FOUND;
    *owner = p->owner;
    *theirs = p->theirs;
    return ST_OK;
}

static void release(struct asked *t, struct place *p)
{
    p->owner = NULL;
    p->next_free = t->free;
    t->free = (size_t)(p - t->v);
}

st asked_take(struct asked *t, int64_t ours, void **owner, int64_t *theirs)
{
    TRY(asked_look(t, ours, owner, theirs));
    release(t, find(t, ours));
    return ST_OK;
}

void asked_forget(struct asked *t, const void *owner)
{
    for (size_t i = 0; i < t->n; i++)
        if (t->v[i].owner && t->v[i].owner == owner)
            release(t, &t->v[i]);
}
