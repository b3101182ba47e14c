/* data.json: everything, value by value, with where it came from. schema.json says what stands where. */
#include "making.h"

#include "clock.h"
#include "codec.h"
#include "config_keys.h"
#include "str.h"

/* ---- small things ---------------------------------------------------------------------------------------------- */

static void key(struct out *o, bool first, const char *name)
{
    out_str(o, first ? S("") : S(", "));
    out_json(o, str_c(name));
    out_str(o, S(": "));
}

static void pair(struct out *o, bool first, const char *name, str value)
{
    key(o, first, name);
    out_json(o, value);
}

static void pair_time(struct making *m, const char *name, utc at)
{
    if (at.s != UTC_NONE.s)
        pair(&m->text, false, name, utc_iso(m->page, at));
}

/* ---- what the statement says ----------------------------------------------------------------------------------- */

static void uses(struct making *m, uint64_t purposes)
{
    struct out *o = &m->text;
    bool first = true;
    key(o, false, "uses");
    out_byte(o, '[');
    for (int p = 0; p < PURPOSE_COUNT; p++) {
        if (!(purposes >> p & 1))
            continue;
        out_str(o, first ? S("{") : S(", {"));
        pair(o, true, "purpose", str_c(purpose_info[p].name));
        pair(o, false, "words", statement_purpose_words(m->s, (enum purpose)p));
        pair(o, false, "basis", statement_basis_words(statement_basis(m->s, (enum purpose)p)));
        out_byte(o, '}');
        first = false;
    }
    out_byte(o, ']');
}

/* Once for each column that holds something personal: what a value's "column" refers to. */
static st columns(struct making *m)
{
    struct out *o = &m->text;
    bool first = true;
    for (size_t i = 0; i < column_catalog_n; i++) {
        const struct column_info *c = &column_catalog[i];
        struct statement_column about;
        if (c->kind != PD_VALUE || !statement_column(m->s, (enum column_id)i, &about))
            continue;
        out_str(o, first ? S("\n    {") : S(",\n    {"));
        pair(o, true, "column", str_fmt(m->page, "%.*s.%.*s", STR_ARG(c->table), STR_ARG(c->name)));
        pair(o, false, "category", about.category_title);
        pair(o, false, "title", about.field_title);
        pair(o, false, "kept_until", about.ends);
        pair(o, false, "because", about.ground);
        uses(m, about.purposes);
        out_byte(o, '}');
        first = false;
    }
    return out_st(o);
}

static st head(struct making *m)
{
    struct out *o = &m->text;
    const struct config *c = m->jc->config;
    out_str(o, S("{\n  "));
    pair(o, true, "format", S("avow-export"));
    key(o, false, "version");
    out_byte(o, '1');
    pair(o, false, "scope", m->ex.scope);
    pair_time(m, "made_at", m->g->now);
    key(o, false, "statement");
    out_byte(o, '"');
    out_hex(o, statement_hash(m->s), STATEMENT_HASH);
    out_byte(o, '"');
    out_str(o, S(",\n  \"controller\": {"));
    pair(o, true, "name", c->company.name);
    pair(o, false, "address", c->company.address);
    pair(o, false, "email", c->company.privacy_email);
    out_str(o, S("},\n  \"columns\": ["));
    TRY(columns(m));
    out_str(o, S("\n  ],\n  \"tables\": ["));
    return ST_OK;
}

/* ---- rows ------------------------------------------------------------------------------------------------------ */

static void value(struct out *o, const struct cell *c)
{
    if (c->kind == CELL_NUMBER)
        out_str(o, c->text);
    else if (c->kind == CELL_BOOL)
        out_str(o, str_eq(c->text, S("0")) ? S("false") : S("true"));
    else
        out_json(o, c->text);
}

static const char *const kinds[] = { [CELL_CODED] = "coded", [CELL_GONE] = "disposed_of", [CELL_WITHHELD] = "withheld" };

static void personal(struct making *m, const struct cell *c)
{
    struct out *o = &m->text;
    const struct column_info *info = &column_catalog[c->col];
    out_byte(o, '{');
    pair(o, true, "column", str_fmt(m->page, "%.*s.%.*s", STR_ARG(info->table), STR_ARG(info->name)));
    if (c->kind >= CELL_CODED) {
        pair(o, false, "state", str_c(kinds[c->kind]));
    } else {
        key(o, false, "value");
        value(o, c);
    }
    if (c->has_origin) {
        pair(o, false, "source", c->source);
        pair(o, false, "collected_at_point", c->point);
        pair_time(m, "collected_at", c->at);
    }
    out_byte(o, '}');
}

static st begin(struct making *m, const struct record_table *t, const struct line *first)
{
    struct out *o = &m->text;
    (void)first;
    out_str(o, m->rows ? S(",\n    {") : S("\n    {"));
    pair(o, true, "table", making_table_name(t));
    out_str(o, S(", \"rows\": ["));
    return ST_OK;
}

static void beside(struct making *m, const struct line *l)
{
    struct out *o = &m->text;
    bool first = true;
    out_str(o, S(", \"record\": {"));
    for (size_t i = 0; i < l->n; i++) {
        const struct cell *c = &l->v[i];
        if (c->personal || c->kind == CELL_ABSENT)
            continue;
        out_str(o, first ? S("") : S(", "));
        out_json(o, making_column_name(c));
        out_str(o, S(": "));
        value(o, c);
        first = false;
    }
    out_byte(o, '}');
}

static void event(struct making *m, bool first, utc at, str what, str actor, str detail)
{
    struct out *o = &m->text;
    out_str(o, first ? S("{") : S(", {"));
    pair(o, true, "event", what);
    pair_time(m, "at", at);
    pair(o, false, "by", actor);
    if (detail.n)
        pair(o, false, "detail", detail);
    out_byte(o, '}');
}

static st row(struct making *m, const struct record_table *t, const struct line *l)
{
    struct out *o = &m->text;
    bool first = true;
    (void)t;
    out_str(o, o->n && o->p[o->n - 1] == '[' ? S("\n      {") : S(",\n      {"));
    pair(o, true, "id", l->id);
    if (!m->portable)
        beside(m, l);
    out_str(o, S(", \"values\": ["));
    for (size_t i = 0; i < l->n; i++)
        if (l->v[i].personal && l->v[i].kind != CELL_ABSENT) {
            out_str(o, first ? S("") : S(", "));
            personal(m, &l->v[i]);
            first = false;
        }
    out_byte(o, ']');
    if (l->n_events) {
        out_str(o, S(", \"events\": ["));
        for (size_t i = 0; i < l->n_events; i++)
            event(m, i == 0, l->events[i].at, l->events[i].event, l->events[i].actor, l->events[i].detail);
        out_byte(o, ']');
    }
    out_byte(o, '}');
    return ST_OK;
}

static st end(struct making *m, const struct record_table *t)
{
    (void)t;
    out_str(&m->text, S("\n    ]}"));
    return ST_OK;
}

/* What the log says of the person's own row: sign-ins, corrections, requests. */
static st events(struct making *m)
{
    struct export_events_rows rows = { .more = true };
    int64_t after = 0;
    bool first = true;
    while (rows.more && !m->portable) {
        arena_reset(m->page);
        TRY(export_events(m->g->db, m->page, &(struct export_events_in){ m->ex.person_id, after }, &rows));
        for (size_t i = 0; i < rows.n; i++, first = false) {
            out_str(&m->text, S("\n    "));
            event(m, first, rows.v[i].at, rows.v[i].event, rows.v[i].actor_kind, rows.v[i].detail);
            after = rows.v[i].id;
        }
        TRY(making_flush(m));
    }
    return ST_OK;
}

st write_json(struct making *m)
{
    static const struct table_writer w = { begin, row, end };
    TRY(pieces_file(m, "data.json"));
    TRY(head(m));
    TRY(making_tables(m, &w, true, true));
    out_str(&m->text, S("\n  ],\n  \"events\": ["));
    TRY(events(m));
    m->steps++;
    out_str(&m->text, S("\n  ]\n}\n"));
    return pieces_file_end(m);
}
