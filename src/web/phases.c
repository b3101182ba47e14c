/* The fixed phases of a request, in their order. See web.h. */
#include <string.h>

#include "agent.h"
#include "codec.h"
#include "fold.h"
#include "hash.h"
#include "log.h"
#include "multipart.h"
#include "state.h"
#include "str.h"

/* Snapshots ----------------------------------------------------------------------------------------- */

st snapshot_begin(struct rq_state *s)
{
    struct db *db = s->rq.db;
    s->rq.gate.restricted_seq = 0;
    if (s->rq.web->snapshot)
        return ST_OK;
    st r = db_begin(db);
    if (r != ST_AWAY)
        return r;
    TRY(db_reset(db)); /* the server was restarted: once more */
    return db_begin(db);
}

void snapshot_end(struct rq_state *s)
{
    struct web *w = s->rq.web;
    w->snapshot = w->setup.port.groups && db_sound(s->rq.db);
    if (!w->snapshot)
        db_rollback(s->rq.db); /* nothing was written */
}

void web_rest(struct web *w)
{
    if (w->snapshot)
        db_rollback(w->setup.db);
    w->snapshot = false;
}

/* Phases -------------------------------------------------------------------------------------------- */

static st phase_route(struct rq_state *s)
{
    struct rq *rq = &s->rq;
    TRY(route_match(rq->method, rq->path, &s->match));
    rq->route = s->match.route;
    s->staff = rq->route->n > 0 && strcmp(rq->route->part[0].text, "staff") == 0;
    return ST_OK;
}

static st phase_session(struct rq_state *s)
{
    struct rq *rq = &s->rq;
    struct session session;
    rq->actor = (struct actor){ .kind = ACTOR_VISITOR, .caps = CAP_PUBLIC };
    str chosen = cookie_value(s->cookie_header, str_c(cookie_info[COOKIE_CURRENCY].wire));
    if (rq->route->raw)
        return ST_OK;
    str token = cookie_value(s->cookie_header, str_c(cookie_info[s->staff ? COOKIE_STAFF : COOKIE_SESSION].wire));
    st found = session_find(rq->db, rq->arena, rq->web->keys, token, s->staff, rq->now, &session);
    if (found != ST_OK && found != ST_NOT_FOUND)
        return found;
    if (found == ST_OK) {
        gate_restricted_at(&rq->gate, session.restrictions);
        s->token = token;
        rq->actor = session.actor;
        rq->session_uid = session.uid;
        rq->csrf = session_csrf(rq->arena, rq->web->keys, token);
        rq->currency = session.currency;
    }
    const struct str_list *offered = &rq->config->shop.currencies;
    bool known = false;
    for (size_t i = 0; i < offered->n; i++) {
        if (str_eq(chosen, offered->v[i]))
            rq->currency = offered->v[i];
        known = known || str_eq(rq->currency, offered->v[i]);
    }
    if (!known && offered->n)
        rq->currency = offered->v[0];
    if (found == ST_OK && session.stale) {
        /* Told to the writer and not waited for: the next request would say it again. */
        struct msg_command_call touch = { .command = CMD_SESSION_TOUCH, .actor_kind = rq->actor.kind,
                                          .person = rq->actor.person, .session = rq->actor.session,
                                          .caps = (int64_t)rq->actor.caps };
        struct out o;
        out_init(&o, rq->arena, 64);
        TRY(command_encode_in(&o, CMD_SESSION_TOUCH, &(struct session_touch_in){ 0 }));
        touch.payload = out_view(&o);
        IGNORE(rq->web->setup.port.command(rq->web->setup.port.self, &touch)); /* as above */
    }
    return ST_OK;
}

static st phase_rate(struct rq_state *s, str account)
{
    int64_t wait;
    st r = limits_take(s->rq.web->limits, s->rq.route->limit, address_prefix(s->rq.arena, s->rq.ip), account, clock_ms(),
                       &wait);
    if (r == ST_LIMIT)
        s->retry_after_s = wait / 1000 + 1;
    return r;
}

static st phase_capability(const struct rq_state *s)
{
    const struct rq *rq = &s->rq;
    if (rq->route->need & rq->actor.caps)
        return ST_OK;
    /* A visitor's first wish makes the session: see rq_command. */
    if (rq->route->need & CAP_VISITOR && rq->method == POST)
        return ST_OK;
    return rq->actor.kind == ACTOR_VISITOR ? ST_SIGN_IN : ST_DENIED;
}

/* The form as it was sent, keyed: what tells whether a repeated one-time key asks the same question. */
static st form_code(struct rq_state *s, const struct form_pairs *pairs)
{
    struct out o;
    uint8_t *code = arena_alloc(s->rq.arena, 1, 32);
    if (!code)
        return ST_NO_MEMORY;
    out_init(&o, s->rq.arena, 1 << 20);
    out_str(&o, s->rq.path);
    for (size_t i = 0; i < pairs->n; i++) {
        const struct form_pair *p = &pairs->v[i];
        if (str_eq(p->name, S("csrf")))
            continue;
        out_fmt(&o, "|%zu:%zu:", p->name.n, p->value.n);
        out_str(&o, p->name);
        out_str(&o, p->value);
        if (p->file) {
            out_fmt(&o, "|file:%zu:", p->filename.n);
            out_str(&o, p->filename);
        }
    }
    TRY(out_st(&o));
    hash_keyed(s->rq.web->keys->form, out_view(&o), code, 32);
    s->input_code = (str){ (const char *)code, 32 };
    return ST_OK;
}

static st read_pairs(struct rq_state *s, struct form_pairs *pairs)
{
    struct rq *rq = &s->rq;
    if (rq->method == GET)
        return form_decode(rq->arena, rq->query, pairs);
    if (form_has_file(rq->route->form))
        return multipart_decode(rq->arena, rq->content_type, rq->body, pairs);
    if (!str_istarts(rq->content_type, S("application/x-www-form-urlencoded")))
        return ST_BAD_REQUEST;
    TRY(form_decode(rq->arena, rq->body, pairs));
    return ST_OK;
}

static st phase_form(struct rq_state *s, const struct form_pairs *pairs)
{
    struct rq *rq = &s->rq;
    const struct form *f = rq->route->form;
    struct value_context cx = { .checks = &rq->web->setup.checks, .currencies = &rq->config->shop.currencies };
    rq->values = rq_form(rq, f->id);
    if (!rq->values)
        return ST_NO_MEMORY;
    rq->form = f;
    if (rq->method == POST) {
        if (uid_parse(form_token(pairs, S("idem")), &s->idem) != ST_OK)
            return ST_BAD_REQUEST;
        TRY(form_code(s, pairs));
    }
    return form_parse(rq->arena, f, cx, pairs, rq->method == POST, rq->values, &s->form_error);
}

/* Guesses at one account count together, wherever they come from. */
static st phase_account_rate(struct rq_state *s)
{
    struct rq *rq = &s->rq;
    if (rq->route->limit != LIMIT_LOGIN || !rq->form || rq->method != POST)
        return ST_OK;
    for (size_t i = 0; i < rq->form->n; i++)
        if (rq->form->fields[i].type == F_EMAIL && rq->values[i].value.n)
            return phase_rate(s, fold_email(rq->arena, rq->values[i].value));
    return ST_OK;
}

static st phases_inner(struct rq_state *s)
{
    struct rq *rq = &s->rq;
    const struct route *r = rq->route;
    const struct route_code *code = &rq->web->setup.code[r->id];
    struct form_pairs pairs = { 0 };
    TRY(phase_session(s));
    TRY(phase_rate(s, (str){ 0 }));
    if (r->form)
        TRY(read_pairs(s, &pairs));
    if (rq->method == POST && !r->raw)
        TRY(csrf_check(s, &pairs));
    TRY(phase_capability(s));
    if (code->guard)
        TRY(code->guard(rq));
    if (r->form) {
        st form = phase_form(s, &pairs);
        TRY(phase_account_rate(s));
        TRY(form);
    }
    return code->page(rq);
}

st phases_run(struct rq_state *s)
{
    TRY(phase_route(s));
    TRY(snapshot_begin(s));
    st r = phases_inner(s);
    snapshot_end(s);
    return r;
}

/* What becomes of it ---------------------------------------------------------------------------------- */

static st show_again(struct rq_state *s)
{
    page_fn *again = s->rq.web->setup.code[s->rq.route->id].again;
    if (!again || s->again)
        return ST_INVALID;
    s->again = true;
    TRY(snapshot_begin(s));
    st r = again(&s->rq);
    snapshot_end(s);
    return r;
}

/* Who is not signed in is sent to the page for it, and afterwards, where that is possible, back. */
static st send_to_sign_in(struct rq_state *s)
{
    struct rq *rq = &s->rq;
    url u = s->staff ? url_staff_login(rq->arena) : url_login(rq->arena);
    bool back = rq->method == GET && !s->staff;
    for (size_t i = 0; i < rq->route->n; i++)
        back = back && rq->route->part[i].kind == PART_TEXT;
    if (back)
        u.s = str_fmt(rq->arena, "%.*s?next=%s", STR_ARG(u.s), rq->route->name);
    return rq_redirect(rq, u);
}

static void show_error(struct rq_state *s, st why)
{
    struct rq *rq = &s->rq;
    const struct st_info *info = st_info(why);
    str words = s->said ? text_named(rq->language, str_c(s->said)) : str_c(info->text);
    int status = info->http;
    if (why == ST_INVALID && s->form_error)
        words = text_named(rq->language, S("err.unknown"));
    if (why == ST_INVALID && rq->route && rq->route->form && rq->method == GET)
        words = text_named(rq->language, S("err.form"));
    if (info->family == ST_FAMILY_BUG)
        log_event(LOG_ERROR, "page.failed", "id=%llu status=%d", (unsigned long long)rq->id, (int)why);
    s->answered = false;
    s->stream = NULL;
    s->n_cookies = 0;
    s->again = false;
    if (!rq->web->setup.error_page || rq->web->setup.error_page(rq, status, words) != ST_OK || !s->answered) {
        s->answered = true;
        s->status = status;
        s->type = "text/plain; charset=utf-8";
        s->location = (str){ 0 };
        s->body = words;
    }
}

void settle(struct rq_state *s, st r)
{
    if (r == ST_OK && s->wait != WAIT_NONE)
        return;
    if (s->wait != WAIT_NONE || (r == ST_OK && !s->answered))
        r = BUG_UNLESS(!"a handler that either answers or asks");
    if (r == ST_INVALID && s->rq.method == POST)
        r = show_again(s);
    if (r == ST_SIGN_IN)
        r = send_to_sign_in(s);
    if (r == ST_RESTRICTED && s->rq.actor.kind == ACTOR_CUSTOMER)
        r = rq_redirect(&s->rq, url_restriction(s->rq.arena)); /* it says what is stopped, and how to allow it again */
    if (r != ST_OK)
        show_error(s, r);
    respond(s);
    if (s->stream && s->status == 200)
        stream_begin(s);
    else
        state_free(s);
}
