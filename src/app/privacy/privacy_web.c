/* The statement as pages: to read, in a dialog, to print, for programs; its versions; the record of processing. */
#include "clock.h"
#include "codec.h"
#include "page.h"
#include "privacy.h"
#include "privacy_html.h"
#include "privacy_sql.h"
#include "promise_view.h"
#include "str.h"

#define PAGE_MOST (1 << 20)
#define SHORT_HASH 12

/* Markup of src/statement, which escapes every word itself: the one place where markup is not made by a template. */
static st body(struct rq *rq, const struct statement *s, struct html *out)
{
    struct out o;
    out_init(&o, rq->arena, PAGE_MOST);
    TRY(statement_html(rq->arena, s, privacy_names(rq->arena, rq->config), &o));
    *out = tpl_html_of(&o);
    return ST_OK;
}

/* At each clause of the statement in force: what the checks saw last. One query for all of them. */
struct marking {
    struct rq *rq;
    struct promise_standings all;
};

static void mark(void *arg, enum clause clause, struct out *o)
{
    struct marking *m = arg;
    promise_mark(m->rq->arena, m->rq->config, &m->all, clause, m->rq->gate.now, o);
}

static st marked_body(struct rq *rq, const struct statement *s, struct html *out)
{
    struct marking m = { .rq = rq };
    struct statement_marks marks = { mark, &m };
    struct out o;
    TRY(promise_standings(rq->db, rq->arena, s, rq->gate.now, &m.all));
    out_init(&o, rq->arena, PAGE_MOST);
    TRY(statement_html_marked(rq->arena, s, privacy_names(rq->arena, rq->config), &marks, &o));
    *out = tpl_html_of(&o);
    return ST_OK;
}

static str hash_hex(struct arena *a, const struct statement *s)
{
    return hex_fmt(a, statement_hash(s), STATEMENT_HASH);
}

/* Since when the version under which this request works has been in force. */
static st published(struct rq *rq, utc *at)
{
    struct privacy_version_row row;
    str hash = { (const char *)statement_hash(rq->gate.statement), STATEMENT_HASH };
    TRY(privacy_version(rq->db, rq->arena, &(struct privacy_version_in){ hash }, &row));
    *at = row.published_at;
    return ST_OK;
}

/* Only the dialog, for the script that puts it on another page. */
static st dialog(struct rq *rq)
{
    struct v_privacy_dialog v = { .heading = statement_title(rq->gate.statement) };
    struct out o;
    TRY(body(rq, rq->gate.statement, &v.body));
    out_init(&o, rq->arena, PAGE_MOST);
    t_privacy_dialog(&o, &v);
    TRY(out_st(&o));
    return rq_html(rq, 200, out_view(&o));
}

st page_privacy(struct rq *rq)
{
    const struct statement *s = rq->gate.statement;
    if (str_eq(rq_value(rq, "view")->value, S("dialog")))
        return dialog(rq);
    struct v_privacy_page v = { .heading = statement_title(s), .version = statement_version(s), .hash = hash_hex(rq->arena, s) };
    TRY(published(rq, &v.at));
    TRY(marked_body(rq, s, &v.body));
    return show_privacy_page(rq, 200, &v);
}

st page_privacy_print(struct rq *rq)
{
    const struct statement *s = rq->gate.statement;
    struct v_privacy_paper v = { .heading = statement_title(s), .version = statement_version(s),
                                 .hash = hash_hex(rq->arena, s), .language = S("en-GB") };
    struct out o;
    TRY(published(rq, &v.at));
    TRY(marked_body(rq, s, &v.body));
    out_init(&o, rq->arena, PAGE_MOST);
    t_privacy_paper(&o, &v);
    TRY(out_st(&o));
    return rq_html(rq, 200, out_view(&o));
}

st page_privacy_jsonld(struct rq *rq)
{
    struct out o;
    out_init(&o, rq->arena, PAGE_MOST);
    TRY(statement_jsonld(rq->arena, rq->gate.statement, privacy_names(rq->arena, rq->config), &o));
    return rq_bytes(rq, 200, "application/ld+json", out_view(&o));
}

st page_privacy_record(struct rq *rq)
{
    struct v_privacy_record_page v = { 0 };
    struct out o;
    out_init(&o, rq->arena, PAGE_MOST);
    TRY(statement_record_html(rq->arena, rq->gate.statement, privacy_names(rq->arena, rq->config), &o));
    v.body = tpl_html_of(&o);
    return show_privacy_record_page(rq, 200, &v);
}

st page_privacy_versions(struct rq *rq)
{
    struct privacy_all_rows rows;
    TRY(privacy_all(rq->db, rq->arena, &rows));
    struct v_privacy_version_row *v = NEWN(rq->arena, struct v_privacy_version_row, rows.n + 1);
    for (size_t i = 0; v && i < rows.n; i++) {
        str hex = hex_fmt(rq->arena, rows.v[i].hash.p, rows.v[i].hash.n);
        v[i] = (struct v_privacy_version_row){ hex, str_sub(hex, 0, SHORT_HASH), rows.v[i].published_at, i == 0 };
    }
    struct v_privacy_versions_page page = { { v, v ? rows.n : 0 } };
    return show_privacy_versions_page(rq, 200, &page);
}

/* Lines as privacy_publish_nt wrote them: what the program does begins with "> ". */
static void changes(struct rq *rq, str text, struct v_privacy_version_page *out)
{
    size_t most = 1, people = 0, program = 0;
    str line;
    for (size_t i = 0; i < text.n; i++)
        most += text.p[i] == '\n';
    struct v_privacy_change *v = NEWN(rq->arena, struct v_privacy_change, most);
    struct v_privacy_change *w = NEWN(rq->arena, struct v_privacy_change, most);
    while (v && w && str_next(&text, '\n', &line)) {
        if (str_starts(line, S("> ")))
            w[program++].words = str_sub(line, 2, line.n);
        else if (line.n)
            v[people++].words = line;
    }
    out->people = (struct v_privacy_change_list){ v, people };
    out->program = (struct v_privacy_change_list){ w, program };
}

st page_privacy_version(struct rq *rq)
{
    uint8_t hash[STATEMENT_HASH];
    struct privacy_version_row row;
    struct findings f;
    const struct statement *s;
    str hex = rq_slug(rq, "hash");
    if (hex.n != 2 * STATEMENT_HASH || hex_parse(hex, hash, sizeof hash) != ST_OK)
        return ST_NOT_FOUND;
    TRY(privacy_version(rq->db, rq->arena, &(struct privacy_version_in){ { (const char *)hash, sizeof hash } }, &row));
    struct v_privacy_version_page v = { .at = row.published_at, .in_force = row.id == rq->gate.statement_id, .hash = hex };
    changes(rq, row.changes, &v);
    findings_init(&f, rq->arena);
    v.readable = statement_compile(rq->arena, (struct statement_text){ row.rules, row.prose }, &f, &s) == ST_OK;
    v.source = row.prose;
    if (v.readable)
        TRY(body(rq, s, &v.body));
    return show_privacy_version_page(rq, 200, &v);
}
