/* What handlers call. */
#include <ctype.h>
#include <string.h>

#include "codec.h"
#include "hash.h"
#include "log.h"
#include "rnd.h"
#include "state.h"
#include "str.h"

/* Parameters ---------------------------------------------------------------------------------------- */

static str param(struct rq *rq, const char *name, enum route_part_kind kind)
{
    const struct route *r = rq->route;
    for (size_t i = 0; i < r->n; i++)
        if (r->part[i].kind == kind && strcmp(r->part[i].text, name) == 0)
            return rq->state->match.param[i];
    IGNORE(BUG_UNLESS(!"a parameter that the route has")); /* logged; an empty one finds nothing */
    return (str){ 0 };
}

uid rq_uid(struct rq *rq, const char *name)
{
    uid u = { { 0 } };
    IGNORE(uid_parse(param(rq, name, PART_UID), &u)); /* it fitted when the route was matched */
    return u;
}

str rq_slug(struct rq *rq, const char *name)
{
    return param(rq, name, PART_SLUG);
}

str rq_refusal(const struct rq *rq, st result)
{
    const char *said = rq->state->said;
    return said ? text_named(rq->language, str_c(said)) : str_c(st_info(result)->text);
}

/* Forms --------------------------------------------------------------------------------------------- */

static size_t field_at(const struct form *f, const char *name)
{
    size_t i = 0;
    while (f && i < f->n && strcmp(f->fields[i].name, name) != 0)
        i++;
    return f ? i : SIZE_MAX;
}

const struct form_value *rq_value(struct rq *rq, const char *field)
{
    static const struct form_value nothing;
    size_t i = field_at(rq->form, field);
    return rq->form && i < rq->form->n ? &rq->values[i] : &nothing;
}

static void mark_absent(struct rq *rq, const struct form *f, struct form_value *v)
{
    for (size_t i = 0; i < f->n; i++) {
        const struct field *d = &f->fields[i];
        v[i].absent = (d->clause != CLAUSE_COUNT && !gate_clause(&rq->gate, d->clause)) ||
                      (d->personal && !gate_may_collect(&rq->gate, d->col, f->point));
    }
}

struct form_value *rq_form(struct rq *rq, enum form_id id)
{
    const struct form *f = &forms[id];
    if (rq->form == f && rq->values)
        return rq->values;
    struct form_value *v = NEWN(rq->arena, struct form_value, f->n + 1);
    if (v)
        mark_absent(rq, f, v);
    return v;
}

str rq_idem(struct rq *rq)
{
    return uid_str(rq->arena, rnd_uid());
}

void rq_field_error(struct rq *rq, const char *field, const char *message)
{
    size_t i = field_at(rq->form, field);
    if (rq->form && i < rq->form->n && !rq->values[i].error)
        rq->values[i].error = message;
}

bool rq_has_errors(const struct rq *rq)
{
    for (size_t i = 0; rq->form && rq->values && i < rq->form->n; i++)
        if (rq->values[i].error)
            return true;
    return rq->state->form_error;
}

/* Answers ------------------------------------------------------------------------------------------- */

static st answer(struct rq *rq, int status, const char *type, str location, str body)
{
    struct rq_state *s = rq->state;
    TRY(BUG_UNLESS(!s->answered && s->wait == WAIT_NONE));
    s->answered = true;
    s->status = status;
    s->type = type;
    s->location = location;
    s->body = body;
    return ST_OK;
}

st rq_html(struct rq *rq, int status, str html)
{
    int shown = rq->state->again && status == 200 ? 422 : status;
    return answer(rq, shown, "text/html; charset=utf-8", (str){ 0 }, html);
}

st rq_redirect(struct rq *rq, url u)
{
    TRY(BUG_UNLESS(str_starts(u.s, S("/")) && !str_starts(u.s, S("//"))));
    return answer(rq, 303, "text/plain; charset=utf-8", u.s, (str){ 0 });
}

void rq_refresh(struct rq *rq, int seconds, url u)
{
    if (str_starts(u.s, S("/")) && !str_starts(u.s, S("//")))
        rq->state->refresh = str_fmt(rq->arena, "Refresh: %d; url=%.*s", seconds, STR_ARG(u.s));
}

st rq_redirect_out(struct rq *rq, str address)
{
    bool ours = str_starts(address, S("/")) && !str_starts(address, S("//"));
    TRY(BUG_UNLESS(ours || str_starts(address, S("https://"))));
    TRY(BUG_UNLESS(utf8_printable(address, false)));
    return answer(rq, 303, "text/plain; charset=utf-8", address, (str){ 0 });
}

st rq_bytes(struct rq *rq, int status, const char *type, str body)
{
    return answer(rq, status, type, (str){ 0 }, body);
}

st rq_file(struct rq *rq, const char *type, str name, str body)
{
    for (size_t i = 0; i < name.n; i++)
        TRY(BUG_UNLESS(isalnum((unsigned char)name.p[i]) || str_index(S(".-_"), name.p[i]) < 3));
    rq->state->disposition = str_fmt(rq->arena, "Content-Disposition: attachment; filename=\"%.*s\"", STR_ARG(name));
    return answer(rq, 200, type, (str){ 0 }, body);
}

st rq_stream(struct rq *rq, const char *type, str name, int64_t length, stream_fn *next)
{
    TRY(BUG_UNLESS(length > 0));
    TRY(rq_file(rq, type, name, (str){ 0 }));
    rq->state->stream = next;
    rq->state->length = length;
    return ST_OK;
}

static st add_cookie(struct rq *rq, str header)
{
    struct rq_state *s = rq->state;
    TRY(BUG_UNLESS(s->n_cookies < WEB_COOKIES));
    s->cookies[s->n_cookies++].value = header;
    return ST_OK;
}

st rq_set_cookie(struct rq *rq, enum cookie c, str value)
{
    str header;
    TRY(gate_cookie(&rq->gate, c, value, &header));
    return add_cookie(rq, header);
}

st rq_drop_cookie(struct rq *rq, enum cookie c)
{
    str header;
    TRY(gate_cookie_delete(&rq->gate, c, &header));
    return add_cookie(rq, header);
}

/* Tokens -------------------------------------------------------------------------------------------- */

st rq_token_code(struct rq *rq, str token, str *code)
{
    uint8_t *b = arena_alloc(rq->arena, 1, SESSION_CODE);
    if (!b)
        return ST_NO_MEMORY;
    session_code(rq->web->keys, token, b);
    *code = (str){ (const char *)b, SESSION_CODE };
    return ST_OK;
}

st rq_session_token(struct rq *rq, str *token, str *code)
{
    str t = session_token(rq->arena);
    if (!t.p)
        return ST_NO_MEMORY;
    TRY(rq_token_code(rq, t, code));
    *token = t;
    return ST_OK;
}

st rq_session_cookie(struct rq *rq, str token)
{
    return rq_set_cookie(rq, rq->state->staff ? COOKIE_STAFF : COOKIE_SESSION, token);
}
