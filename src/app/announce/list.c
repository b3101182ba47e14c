/* Making the list of who gets an announcement, part by part, in the writer: who may be written to, and who is left out and why. */
#include "announce_work.h"

#include "rnd.h"
#include "str.h"
#include "suppress.h"

#define PART 100

st announce_count_nt(struct cx *cx, int64_t announcement, int64_t round, const char *what, int64_t n)
{
    if (n == 0)
        return ST_OK;
    return announce_count(CX_DB(cx), &(struct announce_count_in){ .announcement = announcement, .round = round,
                                                                  .what = str_c(what), .n = n }, NULL);
}

st announce_owned(struct cx *cx, int64_t announcement, int64_t job, int64_t fence, struct announce_get_row *a)
{
    struct announce_leased_row leased;
    TRY(announce_in_force(cx));
    TRY(announce_get(CX_DB(cx), CX_ARENA(cx), &(struct announce_get_in){ .id = announcement }, a));
    if (!a->has_run_job || a->run_job != job)
        return ST_CONFLICT;
    st s = announce_leased(CX_DB(cx), CX_ARENA(cx), &(struct announce_leased_in){ .job = job, .fence = fence }, &leased);
    return s == ST_NOT_FOUND ? ST_CONFLICT : s;
}

/* A part of the audience: people, and where the next part begins. */
struct part {
    int64_t person[PART];
    size_t n;
    int64_t cursor;
    bool more;
};

#define TAKE(rows)                                                                                                   \
    do {                                                                                                             \
        p->more = (rows).more;                                                                                       \
        for (size_t i = 0; i < (rows).n && p->n < PART; i++) {                                                       \
            p->person[p->n++] = (rows).v[i].person_id;                                                               \
            p->cursor = (rows).v[i].id;                                                                              \
        }                                                                                                            \
    } while (0)

static st take_customers(struct cx *cx, const struct announce_get_row *a, struct part *p)
{
    struct announce_customers_rows rows;
    TRY(announce_customers(CX_DB(cx), CX_ARENA(cx), &(struct announce_customers_in){ .after = a->cursor }, &rows));
    TAKE(rows);
    return ST_OK;
}

static st take_owners(struct cx *cx, const struct announce_get_row *a, struct part *p)
{
    struct announce_owners_rows rows;
    TRY(announce_owners(CX_DB(cx), CX_ARENA(cx), &(struct announce_owners_in){ .product = a->product_id,
            .after = a->cursor }, &rows));
    TAKE(rows);
    return ST_OK;
}

static st take_agreed(struct cx *cx, const struct announce_get_row *a, struct part *p)
{
    struct announce_agreed_rows rows;
    TRY(announce_agreed(CX_DB(cx), CX_ARENA(cx), &(struct announce_agreed_in){ .topic = a->topic, .after = a->cursor }, &rows));
    TAKE(rows);
    return ST_OK;
}

static st take_chose(struct cx *cx, const struct announce_get_row *a, struct part *p)
{
    struct announce_chose_rows rows;
    TRY(announce_chose(CX_DB(cx), CX_ARENA(cx), &(struct announce_chose_in){ .topic = a->topic, .after = a->cursor }, &rows));
    TAKE(rows);
    return ST_OK;
}

static st take(struct cx *cx, const struct announce_get_row *a, enum topic topic, struct part *p)
{
    if (str_eq(a->audience, S("nobody")))
        return ST_OK;
    if (str_eq(a->audience, S("customers")))
        return take_customers(cx, a, p);
    if (str_eq(a->audience, S("product")))
        return take_owners(cx, a, p);
    return topic_route(&cx->gate, topic) == ROUTE_CONSENT ? take_agreed(cx, a, p) : take_chose(cx, a, p);
}

struct tally {
    int64_t by_reason[MAY_N];
    int64_t twice;
};

static st enlist(struct cx *cx, const struct announce_get_row *a, enum topic topic, int64_t person, struct tally *t)
{
    enum may may;
    struct may_address to;
    int64_t added = 0;
    TRY(topic_may(&cx->gate, person, topic, &may, &to));
    if (may == MAY_YES) {
        TRY(announce_list_add(CX_DB(cx), &(struct announce_list_add_in){
            .uid = rnd_uid(), .announcement = a->id, .person = person, .code = to.code, .topic = a->topic,
                    .round = a->round }, &added));
        t->twice += added == 0;
        t->by_reason[MAY_YES] += added != 0;
    } else {
        t->by_reason[may]++;
    }
    return ST_OK;
}

static st record(struct cx *cx, const struct announce_get_row *a, const struct tally *t)
{
    for (int i = 0; i < MAY_N; i++)
        TRY(announce_count_nt(cx, a->id, a->round, may_word((enum may)i), t->by_reason[i]));
    return announce_count_nt(cx, a->id, a->round, "duplicate", t->twice);
}

/* One part: 100 people at most. What is asked for twice is listed once, because the cursor has moved. */
st cmd_announce_enlist(struct cx *cx, const struct announce_enlist_in *in, struct announce_enlist_out *out)
{
    struct announce_get_row a;
    enum topic topic;
    struct tally t = { 0 };
    TRY(announce_owned(cx, in->announcement, in->job, in->fence, &a));
    out->done = true;
    out->cursor = a.cursor;
    if (!str_eq(a.state, S("preparing")) || a.cursor != in->cursor || !topic_find(a.topic, &topic))
        return ST_OK;
    struct part *p = NEW(CX_ARENA(cx), struct part);
    if (!p)
        return ST_NO_MEMORY;
    p->cursor = a.cursor;
    TRY(take(cx, &a, topic, p));
    for (size_t i = 0; i < p->n; i++)
        TRY(enlist(cx, &a, topic, p->person[i], &t));
    TRY(record(cx, &a, &t));
    out->done = !p->more;
    out->cursor = p->cursor;
    if (out->done)
        return announce_set_ready(CX_DB(cx), &(struct announce_set_ready_in){ .id = a.id }, NULL);
    return announce_set_cursor(CX_DB(cx), &(struct announce_set_cursor_in){ .id = a.id, .before = a.cursor,
            .cursor = p->cursor }, NULL);
}

st cmd_announce_begin(struct cx *cx, const struct announce_begin_in *in, struct announce_begin_out *out)
{
    struct announce_get_row a;
    int64_t begun = 0;
    (void)out;
    TRY(announce_owned(cx, in->announcement, in->job, in->fence, &a));
    TRY(announce_set_sending(CX_DB(cx), &(struct announce_set_sending_in){ .id = a.id, .at = cx->gate.now }, &begun));
    return begun ? cx_event_nt(cx, EVENT_ANNOUNCEMENT_BEGUN, "announcement", a.id, a.topic) : ST_OK;
}
