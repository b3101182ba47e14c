/* A process's copy of what is restricted and objected to. */
#include "restricted.h"

#include "gate_sql.h"
#include "log.h"
#include "statement.h"
#include "str.h"

#include <string.h>

#define MEMORY ((size_t)256 << 20)
#define PAGE_MEMORY ((size_t)4 << 20)
#define FIRST_PLACES 64

/* What is left of a restricted person's data: keeping it, and what the law or the person needs it for. */
#define LEFT (1u << PURPOSE_RIGHTS | 1u << PURPOSE_RECORDS)
_Static_assert(PURPOSE_RIGHTS < 32 && PURPOSE_RECORDS < 32, "a bit each");

struct entry {
    int64_t tag; /* 2 × key id, or 2 × person + 1; 0: free */
    int64_t person;
    uint64_t objected; /* purposes, 1 << PURPOSE_… */
    bool all;
};

struct restricted {
    struct arena *a; /* of the places */
    struct entry *v;
    size_t n, places; /* a power of two */
    int64_t seq;      /* how far the table was read */
    bool alone, loaded, dirty;
};

struct restricted *restricted_new(struct arena *a, bool alone)
{
    struct restricted *r = NEW(a, struct restricted);
    if (!r)
        return NULL;
    r->a = arena_lasting(MEMORY);
    r->alone = alone;
    return r->a ? r : NULL;
}

void restricted_settle(struct restricted *r)
{
    if (r && r->dirty) {
        r->loaded = false;
        r->dirty = false;
    }
}

void restricted_changed(struct restricted *r)
{
    if (r)
        r->dirty = true;
}

/* ---- the places ------------------------------------------------------------------------------------------------ */

static struct entry *place_of(const struct restricted *r, int64_t tag)
{
    size_t i = (size_t)(((uint64_t)tag * 0x9e3779b97f4a7c15u) >> 32) & (r->places - 1);
    while (r->v[i].tag && r->v[i].tag != tag)
        i = (i + 1) & (r->places - 1);
    return &r->v[i];
}

static const struct entry *find(const struct restricted *r, int64_t tag)
{
    if (r->n == 0)
        return NULL;
    const struct entry *e = place_of(r, tag);
    return e->tag ? e : NULL;
}

static st grow(struct restricted *r)
{
    struct restricted was = *r;
    if (r->places > 2 * r->n)
        return ST_OK;
    r->places = was.places ? was.places * 2 : FIRST_PLACES;
    r->v = NEWN(r->a, struct entry, r->places);
    if (!r->v) {
        *r = was;
        return ST_NO_MEMORY;
    }
    for (size_t i = 0; i < was.places; i++)
        if (was.v[i].tag)
            *place_of(r, was.v[i].tag) = was.v[i];
    return ST_OK;
}

static st entry_of(struct restricted *r, int64_t tag, int64_t person, struct entry **out)
{
    TRY(grow(r));
    *out = place_of(r, tag);
    if (!(*out)->tag) {
        **out = (struct entry){ .tag = tag, .person = person };
        r->n++;
    }
    return ST_OK;
}

static void forget(struct restricted *r)
{
    arena_reset(r->a);
    r->v = NULL;
    r->n = r->places = 0;
    r->seq = 0;
}

/* ---- reading --------------------------------------------------------------------------------------------------- */

static void mark(struct entry *e, str mode, str purpose, bool on)
{
    enum purpose p;
    if (str_eq(mode, S("restrict")))
        e->all = on;
    else if (purpose_find(purpose, &p))
        e->objected = on ? e->objected | (uint64_t)1 << p : e->objected & ~((uint64_t)1 << p);
}

static st take(struct restricted *r, const struct gate_restricted_since_row *row)
{
    struct entry *e;
    bool on = row->lifted_at.s == UTC_NONE.s;
    TRY(entry_of(r, row->person_id * 2 + 1, row->person_id, &e));
    mark(e, row->mode, row->purpose, on);
    if (!row->has_key_id)
        return ST_OK;
    TRY(entry_of(r, row->key_id * 2, row->person_id, &e));
    mark(e, row->mode, row->purpose, on);
    return ST_OK;
}

/* A page of changes. One that is not whole is read again with the next. */
static st read_page(struct restricted *r, struct gate *g, struct arena *a, bool *more)
{
    struct gate_restricted_since_rows rows;
    TRY(gate_restricted_since(g->db, a, &(struct gate_restricted_since_in){ r->seq }, &rows));
    size_t n = rows.n;
    if (rows.more)
        while (n > 0 && rows.v[n - 1].seq == rows.v[rows.n - 1].seq)
            n--;
    TRY(BUG_UNLESS(n > 0 || rows.n == 0)); /* one change is of one person, who has a key for each class */
    for (size_t i = 0; i < n; i++)
        TRY(take(r, &rows.v[i]));
    if (n > 0)
        r->seq = rows.v[n - 1].seq;
    *more = rows.more;
    return ST_OK;
}

static st read_on(struct restricted *r, struct gate *g)
{
    struct arena *a = arena_new(PAGE_MEMORY);
    bool more = true;
    st s = a ? ST_OK : ST_NO_MEMORY;
    while (s == ST_OK && more) {
        s = read_page(r, g, a, &more);
        arena_reset(a);
    }
    if (a)
        arena_free(a);
    if (s != ST_OK)
        r->loaded = false; /* half of it is not used */
    return s;
}

static st refresh(struct restricted *r, struct gate *g, int64_t seq)
{
    if (!r->loaded)
        forget(r);
    if (r->loaded && !r->dirty && seq <= r->seq)
        return ST_OK;
    TRY(read_on(r, g));
    r->loaded = true;
    return ST_OK;
}

/* As far as this transaction can see. */
static st current(struct gate *g)
{
    struct restricted *r = g->restricted;
    if (r->alone)
        return r->loaded && !r->dirty ? ST_OK : refresh(r, g, 0);
    if (g->restricted_seq == 0) {
        struct gate_restricted_last_row last;
        TRY(gate_restricted_last(g->db, g->arena, &last));
        gate_restricted_at(g, last.seq);
    }
    return refresh(r, g, g->restricted_seq - 1);
}

void gate_restricted_at(struct gate *g, int64_t seq)
{
    g->restricted_seq = seq + 1;
}

/* ---- without a copy -------------------------------------------------------------------------------------------- */

static st asked_by_key(struct gate *g, int64_t key, struct entry *e)
{
    struct gate_restricted_key_rows rows;
    TRY(gate_restricted_key(g->db, g->arena, &(struct gate_restricted_key_in){ key }, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        e->person = rows.v[i].person_id;
        mark(e, rows.v[i].mode, rows.v[i].purpose, true);
    }
    return ST_OK;
}

static st asked_by_person(struct gate *g, int64_t person, struct entry *e)
{
    struct gate_restricted_person_rows rows;
    TRY(gate_restricted_person(g->db, g->arena, &(struct gate_restricted_person_in){ person }, &rows));
    e->person = person;
    for (size_t i = 0; i < rows.n; i++)
        mark(e, rows.v[i].mode, rows.v[i].purpose, true);
    return ST_OK;
}

/* ---- asking ---------------------------------------------------------------------------------------------------- */

/* A contract or a duty cannot be objected to, whatever the statement said when somebody did. */
static uint64_t objectable(const struct gate *g, uint64_t purposes)
{
    uint64_t left = purposes;
    for (int p = 0; p < PURPOSE_COUNT; p++) {
        enum basis b = statement_basis(g->statement, (enum purpose)p);
        if (b == BASIS_CONTRACT || b == BASIS_LEGAL)
            left &= ~((uint64_t)1 << p);
    }
    return left;
}

static uint64_t refused_by(const struct gate *g, const struct entry *e)
{
    uint64_t no = e->objected ? objectable(g, e->objected) : 0;
    return e->all && e->person != g->claim_person ? no | ~(uint64_t)LEFT : no;
}

static st refused(struct gate *g, int64_t tag, uint64_t *purposes)
{
    *purposes = 0;
    if (!g->restricted) {
        struct entry e = { .tag = tag };
        TRY(tag & 1 ? asked_by_person(g, tag / 2, &e) : asked_by_key(g, tag / 2, &e));
        *purposes = refused_by(g, &e);
        return ST_OK;
    }
    TRY(current(g));
    const struct entry *e = find(g->restricted, tag);
    if (e)
        *purposes = refused_by(g, e);
    return ST_OK;
}

st gate_refused_key(struct gate *g, int64_t key, uint64_t *purposes)
{
    return refused(g, key * 2, purposes);
}

st gate_refused(struct gate *g, int64_t person, uint64_t *purposes)
{
    return refused(g, person * 2 + 1, purposes);
}
