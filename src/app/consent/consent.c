/* Recording consent and choices: see consent.h. */
#include "consent.h"

#include "codec.h"
#include "consent_sql.h"
#include "hash.h"
#include "mail.h"
#include "rnd.h"
#include "str.h"
#include "text.h"

#define HOUR 3600
#define VERSION_DIGITS 12

static str topic_word(enum topic t)
{
    return str_c(topic_info[t].name);
}

str consent_wording(enum topic t)
{
    static const enum text_key keys[TOPIC_COUNT] = {
        [TOPIC_SERVICE] = TXT_TOPIC_SERVICE_WHAT, [TOPIC_NEWS] = TXT_CONSENT_WORDING_NEWS,
        [TOPIC_DEALS] = TXT_CONSENT_WORDING_DEALS, [TOPIC_NEWSLETTER] = TXT_CONSENT_WORDING_NEWSLETTER,
    };
    return text_get(LANGUAGE_EN_GB, keys[t]);
}

st consent_wording_version(struct arena *a, str wording, str *version)
{
    uint8_t hash[32];
    hash_plain(wording, hash);
    *version = hex_fmt(a, hash, VERSION_DIGITS / 2);
    return version->p ? ST_OK : ST_NO_MEMORY;
}

/* ---- consent */

static st collect(struct cx *cx, enum column_id col, const struct consent_at *at, uid row, str value)
{
    struct collect c = { .col = col, .point = at->point, .source = SOURCE_PERSON, .person = at->person, .row = row };
    return gate_collect_clear_nt(&cx->gate, &c, value);
}

static st add(struct cx *cx, const struct consent_at *at, const char *state, int64_t *id)
{
    struct consent_add_in in = {
        .uid = rnd_uid(), .person = at->person, .topic = topic_word(at->topic), .wording = consent_wording(at->topic),
        .statement = cx->gate.statement_id, .point = str_c(point_info[at->point].name), .session = cx->actor.session,
        .has_session = cx->actor.session != 0, .state = str_c(state), .at = cx->gate.now, .expires = UTC_NONE, .given = UTC_NONE };
    struct consent_add_row row;
    if (str_eq(in.state, S("given")))
        in.given = cx->gate.now;
    else
        in.expires = (utc){ cx->gate.now.s + CONSENT_LINK_SECONDS };
    TRY(consent_wording_version(CX_ARENA(cx), in.wording, &in.wording_version));
    TRY(collect(cx, COL_consent_topic, at, in.uid, in.topic));
    TRY(collect(cx, COL_consent_wording, at, in.uid, in.wording));
    TRY(consent_add(CX_DB(cx), CX_ARENA(cx), &in, &row));
    *id = row.id;
    return ST_OK;
}

static st given(struct cx *cx, const struct consent_at *at, int64_t *id)
{
    struct consent_now_row row;
    st s = consent_now(CX_DB(cx), CX_ARENA(cx),
                       &(struct consent_now_in){ .person = at->person, .topic = topic_word(at->topic) }, &row);
    if (s == ST_OK)
        *id = row.id;
    return s;
}

st consent_give_nt(struct cx *cx, const struct consent_at *at, int64_t *consent)
{
    int64_t id = 0;
    st s = given(cx, at, &id);
    if (s == ST_NOT_FOUND) {
        TRY(add(cx, at, "given", &id));
        s = cx_event_nt(cx, EVENT_CONSENT_GIVEN, "consent", id, topic_word(at->topic));
    }
    if (consent)
        *consent = id;
    return s;
}

st consent_ask_nt(struct cx *cx, const struct consent_at *at)
{
    int64_t id;
    struct consent_waiting_row row;
    if (given(cx, at, &id) == ST_OK)
        return ST_OK;
    st s = consent_waiting(CX_DB(cx), CX_ARENA(cx),
                           &(struct consent_waiting_in){ .person = at->person, .topic = topic_word(at->topic) }, &row);
    if (s == ST_OK) {
        struct consent_ask_again_in in = { .id = id = row.id, .statement = cx->gate.statement_id,
                                           .wording = consent_wording(at->topic),
                                           .expires = { cx->gate.now.s + CONSENT_LINK_SECONDS } };
        TRY(consent_wording_version(CX_ARENA(cx), in.wording, &in.wording_version));
        TRY(consent_ask_again(CX_DB(cx), &in, NULL));
    } else if (s == ST_NOT_FOUND) {
        TRY(add(cx, at, "asked", &id));
        TRY(cx_event_nt(cx, EVENT_CONSENT_ASKED, "consent", id, topic_word(at->topic)));
    } else {
        return s;
    }
    /* One message an hour: nobody's mailbox is filled through us. */
    str hour = str_fmt(CX_ARENA(cx), "%lld", (long long)(cx->gate.now.s / HOUR));
    return mail_queue_nt(cx, MAIL_newsletter_confirm, at->person, id, hour);
}

st consent_withdraw_nt(struct cx *cx, const struct consent_at *at)
{
    int64_t ended = 0;
    TRY(consent_drop_asked(CX_DB(cx), &(struct consent_drop_asked_in){ .person = at->person,
            .topic = topic_word(at->topic) }, NULL));
    TRY(consent_end(CX_DB(cx), &(struct consent_end_in){ .person = at->person, .topic = topic_word(at->topic), .at = cx->gate.now,
                                                         .point = str_c(point_info[at->point].name) }, &ended));
    return ended ? cx_event_nt(cx, EVENT_CONSENT_WITHDRAWN, "person", at->person, topic_word(at->topic)) : ST_OK;
}

st consent_is(struct db *db, struct arena *a, int64_t person, enum topic topic, bool *yes)
{
    struct consent_now_row row;
    st s = consent_now(db, a, &(struct consent_now_in){ .person = person, .topic = topic_word(topic) }, &row);
    *yes = s == ST_OK;
    return s == ST_NOT_FOUND ? ST_OK : s;
}

st consent_used_nt(struct cx *cx, int64_t person, enum topic topic)
{
    return consent_use(CX_DB(cx), &(struct consent_use_in){ .person = person, .topic = topic_word(topic),
            .at = cx->gate.now }, NULL);
}

st consent_sweep_nt(struct cx *cx, int64_t *lapsed)
{
    *lapsed = 0;
    TRY(consent_lapse(CX_DB(cx), &(struct consent_lapse_in){ .now = cx->gate.now }, lapsed));
    return *lapsed ? cx_event_nt(cx, EVENT_CONSENT_LAPSED, "consent", 0, str_fmt(CX_ARENA(cx), "%lld", (long long)*lapsed)) : ST_OK;
}

/* ---- choices */

static const char *const choices[] = { [CHOICE_TOLD] = "told", [CHOICE_ON] = "on", [CHOICE_OFF] = "off",
                                       [CHOICE_OBJECTED] = "objected", [CHOICE_NONE] = "none" };

const char *choice_word(enum choice c)
{
    return choices[c];
}

static st choice_find(struct db *db, struct arena *a, int64_t person, enum topic topic, enum choice *c, int64_t *id)
{
    struct consent_choice_now_row row;
    st s = consent_choice_now(db, a, &(struct consent_choice_now_in){ .person = person, .topic = topic_word(topic) }, &row);
    *c = CHOICE_NONE;
    *id = 0;
    if (s == ST_NOT_FOUND)
        return ST_OK;
    TRY(s);
    *id = row.id;
    for (int i = 0; i < CHOICE_NONE; i++)
        if (str_eq(row.choice, str_c(choices[i])))
            *c = (enum choice)i;
    return ST_OK;
}

st choice_get(struct db *db, struct arena *a, int64_t person, enum topic topic, enum choice *c)
{
    int64_t id;
    return choice_find(db, a, person, topic, c, &id);
}

st choice_set_nt(struct cx *cx, const struct consent_at *at, enum choice choice)
{
    enum choice before;
    int64_t id;
    TRY(choice_find(CX_DB(cx), CX_ARENA(cx), at->person, at->topic, &before, &id));
    if (before == choice)
        return ST_OK;
    if (id)
        TRY(consent_choice_end(CX_DB(cx), &(struct consent_choice_end_in){ .id = id, .at = cx->gate.now }, NULL));
    struct consent_choice_add_in in = {
        .uid = rnd_uid(), .person = at->person, .topic = topic_word(at->topic), .choice = str_c(choices[choice]),
        .statement = cx->gate.statement_id, .point = str_c(point_info[at->point].name), .session = cx->actor.session,
        .has_session = cx->actor.session != 0, .at = cx->gate.now };
    TRY(collect(cx, COL_mail_choice_choice, at, in.uid, in.choice));
    TRY(consent_choice_add(CX_DB(cx), &in, NULL));
    return cx_event_nt(cx, EVENT_CHOICE_CHANGED, "person", at->person, topic_word(at->topic));
}

st choice_at_order_nt(struct cx *cx, int64_t person, bool refused)
{
    struct consent_at at = { .person = person, .topic = TOPIC_DEALS, .point = POINT_CHECKOUT };
    enum choice now;
    if (topic_route(&cx->gate, TOPIC_DEALS) != ROUTE_SOFT)
        return ST_OK;
    TRY(choice_get(CX_DB(cx), CX_ARENA(cx), person, TOPIC_DEALS, &now));
    if (refused && now != CHOICE_OBJECTED)
        return choice_set_nt(cx, &at, CHOICE_OFF);
    return now == CHOICE_NONE ? choice_set_nt(cx, &at, CHOICE_TOLD) : ST_OK;
}
