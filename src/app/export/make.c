/* The job: every table of the person, page by page, three times over: as JSON, as CSV, as HTML. */
#include "making.h"

#include "clock.h"
#include "codec.h"
#include "data.h"
#include "log.h"
#include "str.h"

#define PAGE_MEMORY ((size_t)8 << 20)
#define EXTRA_STEPS 2 /* besides the tables, three times */

str making_table_name(const struct record_table *t)
{
    return table_catalog[t->table].name;
}

str making_column_name(const struct cell *c)
{
    return column_catalog[c->col].name;
}

/* ---- one value ------------------------------------------------------------------------------------------------- */

static st open_value(struct making *m, uid row, const struct access_value *v, struct cell *c)
{
    const struct column_info *info = &column_catalog[v->col];
    c->kind = CELL_TEXT;
    c->text = v->clear;
    if (v->absent) {
        c->kind = CELL_ABSENT;
    } else if (v->col == COL_person_password) { /* shown to nobody, its owner included */
        c->kind = CELL_CODED;
    } else if (v->sealed) {
        st how = gate_use(m->g, v->col, PURPOSE_RIGHTS, row, v->sealed, &c->text);
        c->kind = how == ST_SEALED ? CELL_GONE : how == ST_STATEMENT ? CELL_WITHHELD : CELL_TEXT;
        return how == ST_SEALED || how == ST_STATEMENT ? ST_OK : how;
    } else if (str_eq(info->type, S("@i64"))) {
        c->kind = CELL_NUMBER;
    } else if (str_eq(info->type, S("@bool"))) {
        c->kind = CELL_BOOL;
    }
    return ST_OK;
}

static bool by_contract_or_consent(struct making *m, uint64_t purposes)
{
    for (int p = 0; p < PURPOSE_COUNT; p++) {
        enum basis b = statement_basis(m->s, (enum purpose)p);
        if (purposes >> p & 1 && (b == BASIS_CONTRACT || b == BASIS_CONSENT))
            return true;
    }
    return false;
}

static void find_origin(struct making *m, uid row, struct cell *c, const struct record_origin *all, size_t n)
{
    const struct column_info *info = &column_catalog[c->col];
    str id = { (const char *)row.b, sizeof row.b };
    for (size_t i = 0; i < n; i++) {
        const struct record_origin *o = &all[i];
        size_t dot = info->table.n;
        enum source source;
        enum point point;
        if (!str_eq(o->row, id) || o->col.n != dot + 1 + info->name.n || !str_starts(o->col, info->table) ||
            !str_ends(o->col, info->name))
            continue;
        c->has_origin = source_find(o->source, &source) && point_find(o->point, &point);
        if (c->has_origin) {
            c->source = statement_source_words(m->s, source);
            c->point = statement_point_words(m->s, point);
        }
        c->at = o->at;
        /* LAW: UK GDPR art. 20(1): what the person provided (or was observed of them), for a contract or by consent. */
        if (m->portable && (!c->has_origin || (source != SOURCE_PERSON && source != SOURCE_BROWSER) ||
                            !by_contract_or_consent(m, statement_asked_for(m->s, c->col, point))))
            c->kind = CELL_ABSENT;
        return;
    }
    if (m->portable)
        c->kind = CELL_ABSENT;
}

/* ---- one row --------------------------------------------------------------------------------------------------- */

struct reading {
    struct making *m;
    const struct record_table *t;
    const struct table_writer *w;
    bool origins, events, begun;
    const struct record_origin *origin;
    size_t n_origin;
    const struct record_event *event;
    size_t n_event;
};

static st cell_of(struct reading *r, const struct access_row *row, size_t i, struct cell *c)
{
    struct making *m = r->m;
    *c = (struct cell){ .col = row->v[i].col, .personal = column_catalog[row->v[i].col].kind == PD_VALUE, .at = UTC_NONE };
    c->known = c->personal && statement_column(m->s, c->col, &c->about);
    TRY(open_value(m, row->uid, &row->v[i], c));
    if (c->personal && c->kind != CELL_ABSENT && (r->origins || m->portable))
        find_origin(m, row->uid, c, r->origin, r->n_origin);
    if (m->portable && !c->known)
        c->kind = CELL_ABSENT;
    return ST_OK;
}

static bool empty(const struct line *l)
{
    for (size_t i = 0; i < l->n; i++)
        if (l->v[i].kind != CELL_ABSENT)
            return false;
    return true;
}

/* The origins and events of a page come in the order of its rows: those of this one are the next. */
static st one_row(struct reading *r, const struct access_row *row)
{
    struct making *m = r->m;
    struct line l = { .n = row->n, .v = NEWN(m->page, struct cell, row->n + 1) };
    if (!l.v)
        return ST_NO_MEMORY;
    l.id = r->t->has_uid ? uid_str(m->page, row->uid) : str_fmt(m->page, "%lld", (long long)row->id);
    for (size_t i = 0; i < row->n; i++)
        TRY(cell_of(r, row, i, &l.v[i]));
    if (m->portable && empty(&l))
        return ST_OK;
    while (r->events && !m->portable && l.n_events < r->n_event && r->event[l.n_events].row == row->id)
        l.n_events++;
    l.events = r->event;
    r->event += l.n_events;
    r->n_event -= l.n_events;
    if (!r->begun)
        TRY(r->w->begin(m, r->t, &l));
    r->begun = true;
    TRY(r->w->row(m, r->t, &l));
    m->rows++;
    return making_flush(m);
}

static void next_origins(struct reading *r, uid row)
{
    str id = { (const char *)row.b, sizeof row.b };
    while (r->n_origin > 0 && str_eq(r->origin->row, id)) {
        r->origin++;
        r->n_origin--;
    }
}

static st one_page(struct reading *r, const struct access_page *page, int64_t after)
{
    struct making *m = r->m;
    int64_t upto = page->v[page->n - 1].id;
    struct record_origin *origin = NULL;
    struct record_event *event = NULL;
    r->n_origin = r->n_event = 0;
    if (r->origins || m->portable)
        TRY(record_origins(m->g->db, m->page, r->t, m->ex.person_id, after, upto, &origin, &r->n_origin));
    if (r->events)
        TRY(record_events(m->g->db, m->page, r->t, m->ex.person_id, after, upto, &event, &r->n_event));
    r->origin = origin;
    r->event = event;
    for (size_t i = 0; i < page->n; i++) {
        size_t mine = 0; /* only those of this row are looked through */
        str id = { (const char *)page->v[i].uid.b, sizeof page->v[i].uid.b };
        while (mine < r->n_origin && str_eq(r->origin[mine].row, id))
            mine++;
        size_t rest = r->n_origin;
        r->n_origin = mine;
        TRY(one_row(r, &page->v[i]));
        r->n_origin = rest;
        next_origins(r, page->v[i].uid);
    }
    return ST_OK;
}

static st one_table(struct reading *r)
{
    struct making *m = r->m;
    struct access_page page = { .more = true };
    int64_t after = 0;
    while (page.more) {
        arena_reset(m->page);
        TRY(record_read(m->g->db, m->page, r->t, m->ex.person_id, after, &page));
        if (page.n == 0)
            break;
        int64_t last = page.v[page.n - 1].id;
        TRY(one_page(r, &page, after));
        after = last;
    }
    return r->begun ? r->w->end(m, r->t) : ST_OK;
}

st making_tables(struct making *m, const struct table_writer *w, bool origins, bool events)
{
    for (size_t i = 0; i < record_catalog_n; i++) {
        struct reading r = { .m = m, .t = &record_catalog[i], .w = w, .origins = origins, .events = events };
        m->steps++;
        if (!data_is_copy(r.t->table))
            TRY(one_table(&r));
    }
    return ST_OK;
}

/* ---- the job --------------------------------------------------------------------------------------------------- */

static st make_all(struct making *m, int64_t *bytes, int64_t *chunks)
{
    TRY(pieces_begin(m));
    TRY(write_json(m));
    int64_t values = m->rows;
    TRY(write_csv(m));
    TRY(write_html(m));
    m->rows = values; /* the same, three times */
    return pieces_end(m, bytes, chunks);
}

static st make(struct making *m)
{
    struct export_ready_in ready = { .export = m->ex.id, .job = m->jc->job.id, .fence = m->jc->job.fence };
    struct export_begin_in begin = { .export = m->ex.id, .job = m->jc->job.id, .fence = m->jc->job.fence };
    TRY(job_command(m->jc, CMD_EXPORT_BEGIN, "begin", &begin, NULL));
    struct arena *whole = m->g->arena;
    m->g->arena = m->page;
    st s = make_all(m, &ready.bytes, &ready.chunks);
    m->g->arena = whole;
    pieces_free(m);
    TRY(s);
    ready.rows = m->rows;
    return job_command(m->jc, CMD_EXPORT_READY, "ready", &ready, NULL);
}

st export_job_make(struct job_cx *jc)
{
    struct making m = { .jc = jc, .g = NEW(jc->gate.arena, struct gate), .s = jc->gate.statement,
                        .steps_all = 3 * (int64_t)record_catalog_n + EXTRA_STEPS };
    if (!m.g)
        return ST_NO_MEMORY;
    *m.g = jc->gate; /* with memory of its own */
    TRY(export_get(jc->gate.db, jc->gate.arena, &(struct export_get_in){ jc->job.object }, &m.ex));
    if (!str_eq(m.ex.state, S("asked")) && !str_eq(m.ex.state, S("making")))
        return ST_OK; /* made, or ended */
    m.portable = str_eq(m.ex.scope, S("portable"));
    m.page = arena_new(PAGE_MEMORY);
    if (!m.page)
        return ST_NO_MEMORY;
    st s = make(&m);
    arena_free(m.page);
    return s == ST_CONFLICT ? job_give_up(jc, s, "not_ours") : s;
}
