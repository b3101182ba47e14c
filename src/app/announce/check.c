/* Was anybody written to who must not be? Counted from the rows: what was sent and when, against what was wished and when. */
#include "announce.h"

#include "announce_check_sql.h"
#include "codec.h"
#include "str.h"

/* A moment that is not before the other: the same second counts as after, for a message is claimed after everything was asked. */
static bool in_force(utc from, utc until, utc at)
{
    return from.s != UTC_NONE.s && from.s < at.s && (until.s == UTC_NONE.s || at.s < until.s);
}

/* The use of their data was restricted, or objected to for this purpose. */
static st restricted(struct db *db, struct arena *a, const struct announce_check_page_row *s, bool *held)
{
    struct announce_check_restricted_rows rows;
    enum topic topic;
    *held = false;
    if (!topic_find(s->topic, &topic))
        return ST_OK;
    TRY(announce_check_restricted(db, a, &(struct announce_check_restricted_in){
        .person = s->person_id, .purpose = str_c(purpose_info[topic_info[topic].purpose].name) }, &rows));
    for (size_t i = 0; i < rows.n; i++)
        *held = *held || in_force(rows.v[i].set_at, rows.v[i].lifted_at, s->sent_at);
    return ST_OK;
}

static st look(struct db *db, struct arena *a, const struct announce_check_page_row *s, struct announce_violations *v, bool *bad)
{
    struct announce_check_listed_rows listed;
    struct announce_check_choices_rows choices;
    bool hit = false, off = false, held;
    TRY(announce_check_listed(db, a, &(struct announce_check_listed_in){ .code = s->code, .topic = s->topic }, &listed));
    for (size_t i = 0; i < listed.n; i++)
        hit = hit || in_force(listed.v[i].added_at, listed.v[i].lifted_at, s->sent_at);
    TRY(announce_check_choices(db, a, &(struct announce_check_choices_in){ .person = s->person_id, .topic = s->topic }, &choices));
    for (size_t i = 0; i < choices.n; i++)
        off = off || in_force(choices.v[i].chosen_at, choices.v[i].ended_at, s->sent_at);
    TRY(restricted(db, a, s, &held));
    bool closed = s->closed_at.s != UTC_NONE.s && s->closed_at.s < s->sent_at.s;
    v->suppressed += hit;
    v->refused += off;
    v->closed += closed;
    v->restricted += held;
    *bad = hit || off || closed || held;
    return ST_OK;
}

/* By consent: one must have been in force when it was sent. */
static st by_consent(struct db *db, struct arena *a, const struct announce_check_page_row *s,
        struct announce_violations *v, bool *bad)
{
    struct announce_check_consents_rows rows;
    bool given = false;
    if (!str_eq(s->basis, S("consent")))
        return ST_OK;
    TRY(announce_check_consents(db, a, &(struct announce_check_consents_in){ .person = s->person_id, .topic = s->topic }, &rows));
    for (size_t i = 0; i < rows.n; i++)
        given = given || (rows.v[i].given_at.s <= s->sent_at.s &&
                          (rows.v[i].withdrawn_at.s == UTC_NONE.s || s->sent_at.s <= rows.v[i].withdrawn_at.s));
    v->no_consent += !given;
    *bad = *bad || !given;
    return ST_OK;
}

st announce_check_nobody_suppressed(struct db *db, utc since, struct announce_violations *out)
{
    struct announce_violations v = { 0 };
    struct announce_check_page_rows rows = { .more = true };
    struct announce_check_page_in in = { .since = since, .after = 0 };
    struct arena *each = arena_new(4u << 20);
    st s = each ? ST_OK : ST_NO_MEMORY;
    while (s == ST_OK && rows.more) {
        arena_reset(each);
        s = announce_check_page(db, each, &in, &rows);
        for (size_t i = 0; s == ST_OK && i < rows.n; i++) {
            bool bad = false;
            s = look(db, each, &rows.v[i], &v, &bad);
            if (s == ST_OK)
                s = by_consent(db, each, &rows.v[i], &v, &bad);
            if (bad && uid_zero(v.first))
                v.first = rows.v[i].uid;
            v.seen++;
            in.since = rows.v[i].sent_at;
            in.after = rows.v[i].id;
        }
    }
    if (each)
        arena_free(each);
    if (s == ST_OK)
        *out = v;
    return s;
}
