/* The page of mail preferences, signed in, by a link, and as staff see it. */
#include "prefs_web.h"

#include "prefs_sql.h"
#include "statement.h"
#include "str.h"

st prefs_in_force(const struct rq *rq)
{
    return gate_clause(&rq->gate, CLAUSE_S10) ? ST_OK : ST_NOT_FOUND;
}

/* ---- where somebody stands */

static str route_words(struct rq *rq, enum topic t)
{
    static const enum text_key keys[] = { [ROUTE_CONTRACT] = TXT_ROUTE_CONTRACT, [ROUTE_INTEREST] = TXT_ROUTE_INTEREST,
                                          [ROUTE_SOFT] = TXT_ROUTE_SOFT, [ROUTE_CONSENT] = TXT_ROUTE_CONSENT,
                                          [ROUTE_OFF] = TXT_ROUTE_CONSENT };
    return text_get(rq->language, keys[topic_route(&rq->gate, t)]);
}

static st state_of(struct rq *rq, int64_t person, enum topic t, struct v_pref *p)
{
    enum topic_route route = topic_route(&rq->gate, t);
    enum choice c;
    bool given;
    struct prefs_asked_row asked;
    TRY(choice_get(rq->db, rq->arena, person, t, &c));
    TRY(consent_is(rq->db, rq->arena, person, t, &given));
    st waiting = prefs_asked(rq->db, rq->arena, &(struct prefs_asked_in){ .person = person,
            .topic = str_c(topic_info[t].name) }, &asked);
    if (waiting != ST_OK && waiting != ST_NOT_FOUND)
        return waiting;
    p->choose = topic_open(&rq->gate, t);
    if (route == ROUTE_CONTRACT)
        p->state = S("always");
    else if (c == CHOICE_OBJECTED)
        p->state = S("objected");
    else if (route == ROUTE_CONSENT && given)
        p->state = S("yes");
    else if (route == ROUTE_CONSENT)
        p->state = waiting == ST_OK ? S("asked") : S("no");
    else if (c == CHOICE_OFF || (route == ROUTE_SOFT && c == CHOICE_NONE))
        p->state = S("no");
    else
        p->state = S("yes");
    p->on = str_eq(p->state, S("yes")) || str_eq(p->state, S("asked"));
    return ST_OK;
}

static str topic_text(struct rq *rq, str topic, const char *more)
{
    return text_named(rq->language, str_fmt(rq->arena, "topic.%.*s%s", STR_ARG(topic), more));
}

/* Somebody who gave nothing but an address for the newsletter can be written to about nothing else. */
static bool concerns(struct rq *rq, bool customer, enum topic t)
{
    if (topic_route(&rq->gate, t) == ROUTE_OFF)
        return false;
    return customer || (t != TOPIC_SERVICE && gate_may_use(&rq->gate, COL_subscriber_email, topic_info[t].purpose));
}

st prefs_topics(struct rq *rq, int64_t person, struct v_pref_list *out)
{
    struct prefs_kind_row kind;
    struct v_pref *v = NEWN(rq->arena, struct v_pref, TOPIC_COUNT);
    size_t n = 0;
    if (!v)
        return ST_NO_MEMORY;
    TRY(prefs_kind(rq->db, rq->arena, &(struct prefs_kind_in){ .person = person }, &kind));
    for (int t = 0; t < TOPIC_COUNT; t++) {
        str name = str_c(topic_info[t].name);
        if (!concerns(rq, !str_eq(kind.kind, S("visitor")), (enum topic)t))
            continue;
        v[n] = (struct v_pref){ .topic = name, .title = topic_text(rq, name, ""), .what = topic_text(rq, name, ".what"),
                                .route = route_words(rq, (enum topic)t) };
        TRY(state_of(rq, person, (enum topic)t, &v[n++]));
    }
    *out = (struct v_pref_list){ v, n };
    return ST_OK;
}

/* ---- the history: consents and choices together, newest first */

static str where(struct rq *rq, str point)
{
    enum point p;
    return point_find(point, &p) ? statement_point_words(rq->gate.statement, p) : point;
}

static void insert(struct v_pref_event *v, size_t *n, struct v_pref_event one)
{
    size_t i = (*n)++;
    for (; i > 0 && v[i - 1].at.s < one.at.s; i--)
        v[i] = v[i - 1];
    v[i] = one;
}

st prefs_history(struct rq *rq, int64_t person, struct v_pref_event_list *out)
{
    struct prefs_consents_rows consents;
    struct prefs_choices_rows choices;
    struct prefs_mandates_rows mandates;
    size_t n = 0;
    TRY(prefs_consents(rq->db, rq->arena, &(struct prefs_consents_in){ .person = person }, &consents));
    TRY(prefs_choices(rq->db, rq->arena, &(struct prefs_choices_in){ .person = person }, &choices));
    TRY(prefs_mandates(rq->db, rq->arena, &(struct prefs_mandates_in){ .person = person }, &mandates));
    struct v_pref_event *v = NEWN(rq->arena, struct v_pref_event, consents.n + choices.n + mandates.n + 1);
    if (!v)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < mandates.n; i++) {
        const struct prefs_mandates_row *m = &mandates.v[i];
        bool over = m->withdrawn_at.s != UTC_NONE.s;
        insert(v, &n, (struct v_pref_event){ .topic = text_get(rq->language, TXT_MANDATES_TITLE),
                                             .act = over ? S("withdrawn") : S("given"), .words = m->wording,
                                             .where = where(rq, m->point), .at = m->given_at, .until = m->withdrawn_at });
    }
    for (size_t i = 0; i < consents.n; i++) {
        const struct prefs_consents_row *c = &consents.v[i];
        bool given = c->given_at.s != UTC_NONE.s;
        insert(v, &n, (struct v_pref_event){ .topic = topic_text(rq, c->topic, ""), .act = c->state, .words = c->wording,
                                             .where = where(rq, c->point), .at = given ? c->given_at : c->asked_at,
                                             .until = c->withdrawn_at });
    }
    for (size_t i = 0; i < choices.n; i++) {
        const struct prefs_choices_row *c = &choices.v[i];
        insert(v, &n, (struct v_pref_event){ .topic = topic_text(rq, c->topic, ""), .act = c->choice, .words = S(""),
                                             .where = where(rq, c->point), .at = c->chosen_at, .until = c->ended_at });
    }
    *out = (struct v_pref_event_list){ v, n };
    return ST_OK;
}

st prefs_mails(struct rq *rq, int64_t person, struct v_pref_sent_list *out)
{
    struct prefs_sent_rows rows;
    TRY(prefs_sent(rq->db, rq->arena, &(struct prefs_sent_in){ .person = person }, &rows));
    struct v_pref_sent *v = NEWN(rq->arena, struct v_pref_sent, rows.n + 1);
    if (!v)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < rows.n; i++)
        v[i] = (struct v_pref_sent){ rows.v[i].title, rows.v[i].state, rows.v[i].sent_at };
    *out = (struct v_pref_sent_list){ v, rows.n };
    return ST_OK;
}

/* ---- signed in */

static str done_of(struct rq *rq)
{
    str done = rq->method == GET && rq->form ? rq_value(rq, "done")->value : S("");
    return str_empty(done) ? S("none") : done;
}

st page_preferences(struct rq *rq)
{
    struct v_preferences_show v = { .csrf = rq->csrf, .done = done_of(rq) };
    TRY(prefs_in_force(rq));
    TRY(prefs_topics(rq, rq->actor.person, &v.prefs));
    TRY(prefs_history(rq, rq->actor.person, &v.events));
    TRY(prefs_mails(rq, rq->actor.person, &v.sent));
    return show_preferences_show(rq, 200, &v);
}

static st to_preferences(struct rq *rq, const char *done)
{
    return rq_redirect(rq, (url){ str_fmt(rq->arena, "%.*s?done=%s", STR_ARG(url_preferences(rq->arena).s), done) });
}

static st choice_saved(struct rq *rq, st result, const void *out)
{
    TRY(result);
    const struct choice_set_out *o = out;
    return to_preferences(rq, o->asked ? "asked" : "saved");
}

st page_preferences_set(struct rq *rq)
{
    TRY(prefs_in_force(rq));
    struct choice_set_in in = { .topic = rq_value(rq, "topic")->value, .on = str_eq(rq_value(rq, "on")->value, S("yes")) };
    return rq_command(rq, CMD_CHOICE_SET, &in, choice_saved);
}

static st objected(struct rq *rq, st result, const void *out)
{
    (void)out;
    TRY(result);
    return to_preferences(rq, "objected");
}

st page_preferences_object(struct rq *rq)
{
    TRY(prefs_in_force(rq));
    return rq_command(rq, CMD_CHOICE_OBJECT, &(struct choice_object_in){ 0 }, objected);
}

/* ---- by a link in a message */

static str token_of(struct rq *rq)
{
    return rq->method == POST && !rq->route->raw ? rq_value(rq, "token")->value : rq_slug(rq, "token");
}

static st gone(struct rq *rq)
{
    return show_unsubscribe_gone(rq, st_info(ST_EXPIRED)->http,
                                 &(struct v_unsubscribe_gone){ .email = rq->config->company.privacy_email });
}

st page_unsubscribe(struct rq *rq)
{
    struct v_unsubscribe_show v = { .code = token_of(rq), .f = web_form(rq, FORM_LINK_SET) };
    int64_t person;
    enum topic topic;
    TRY(prefs_in_force(rq));
    st s = mail_link_find(&rq->gate, v.code, &person, &topic);
    if (s == ST_NOT_FOUND)
        return gone(rq);
    TRY(s);
    TRY(v.f ? ST_OK : ST_NO_MEMORY);
    TRY(prefs_topics(rq, person, &v.prefs));
    v.topic = str_c(topic_info[topic].name);
    v.about = topic_text(rq, v.topic, "");
    for (size_t i = 0; i < v.prefs.n; i++)
        v.on = v.on || (str_eq(v.prefs.v[i].topic, v.topic) && v.prefs.v[i].choose && v.prefs.v[i].on);
    return show_unsubscribe_show(rq, 200, &v);
}

static st back_to_link(struct rq *rq, st result, const void *out)
{
    (void)out;
    if (result == ST_EXPIRED)
        return gone(rq);
    TRY(result);
    return rq_redirect(rq, url_unsubscribe(rq->arena, token_of(rq)));
}

st page_link_set(struct rq *rq)
{
    TRY(prefs_in_force(rq));
    struct choice_by_link_in in = { .token = token_of(rq), .topic = rq_value(rq, "topic")->value,
                                    .on = str_eq(rq_value(rq, "on")->value, S("yes")) };
    return rq_command(rq, CMD_CHOICE_BY_LINK, &in, back_to_link);
}

st page_link_object(struct rq *rq)
{
    TRY(prefs_in_force(rq));
    return rq_command(rq, CMD_CHOICE_OBJECT_BY_LINK, &(struct choice_object_by_link_in){ .token = token_of(rq) }, back_to_link);
}

/* RFC 8058: the mail program does it. It says so in the body; anything else that comes here is not what was agreed. */
static st one_click_done(struct rq *rq, st result, const void *out)
{
    (void)out;
    if (result == ST_EXPIRED)
        return rq_bytes(rq, st_info(ST_EXPIRED)->http, "text/plain; charset=utf-8", S("This link works no more.\n"));
    TRY(result);
    return rq_bytes(rq, 200, "text/plain; charset=utf-8", S("Done. You get no more messages of this kind.\n"));
}

static bool asks_for_it(struct rq *rq)
{
    static const str said = SI("List-Unsubscribe=One-Click");
    if (str_istarts(rq->content_type, S("application/x-www-form-urlencoded")))
        return str_eq(str_trim(rq->body), said);
    if (!str_istarts(rq->content_type, S("multipart/form-data")) || rq->body.n > 4096)
        return false;
    size_t name = str_find(rq->body, S("name=\"List-Unsubscribe\""));
    return name < rq->body.n && str_find(str_sub(rq->body, name, rq->body.n), S("One-Click")) < rq->body.n - name;
}

st page_unsubscribe_one_click(struct rq *rq)
{
    TRY(prefs_in_force(rq));
    if (!asks_for_it(rq))
        return ST_BAD_REQUEST;
    return rq_command_system(rq, CMD_CHOICE_UNSUBSCRIBE, &(struct choice_unsubscribe_in){ .token = rq_slug(rq, "token") },
                             one_click_done);
}

/* ---- staff */

st page_staff_consents(struct rq *rq)
{
    struct prefs_customer_row row;
    struct v_staff_consents_show v = { .id = rq_uid(rq, "id") };
    TRY(prefs_customer(rq->db, rq->arena, &(struct prefs_customer_in){ .uid = v.id }, &row));
    TRY(gate_use(&rq->gate, COL_person_full_name, PURPOSE_SUPPORT, v.id, row.full_name, &v.name));
    TRY(prefs_topics(rq, row.id, &v.prefs));
    TRY(prefs_history(rq, row.id, &v.events));
    TRY(prefs_mails(rq, row.id, &v.sent));
    return show_staff_consents_show(rq, 200, &v);
}
