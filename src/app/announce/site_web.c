/* Announcements on the web site: for everybody, without a cookie; the newest also as a feed (RFC 4287). */
#include "announce_html.h"
#include "announce_page_sql.h"
#include "announce_work.h"
#include "clock.h"
#include "codec.h"
#include "page.h"
#include "str.h"

#define BODY_MOST (64 * 1024)
#define FEED_MOST (512 * 1024)

static st in_force(const struct rq *rq)
{
    return gate_clause(&rq->gate, CLAUSE_S10) ? ST_OK : ST_NOT_FOUND;
}

st page_announcements(struct rq *rq)
{
    struct announce_page_public_rows rows;
    int64_t before = rq_value(rq, "before")->number;
    TRY(in_force(rq));
    TRY(announce_page_public(rq->db, rq->arena, &(struct announce_page_public_in){ .before = before > 0 ? before
            : INT64_MAX }, &rows));
    struct v_ann_public *v = NEWN(rq->arena, struct v_ann_public, rows.n + 1);
    if (!v)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < rows.n; i++)
        v[i] = (struct v_ann_public){ rows.v[i].uid, rows.v[i].title, rows.v[i].published_at };
    return show_announcements_show(rq, 200, &(struct v_announcements_show){
        .rows = { v, rows.n }, .next = rows.more ? rows.v[rows.n - 1].id : 0 });
}

st guard_announcement_public(struct rq *rq)
{
    struct announce_page_one_row *row = NEW(rq->arena, struct announce_page_one_row);
    rq->object = row;
    TRY(in_force(rq));
    return row ? announce_page_one(rq->db, rq->arena, &(struct announce_page_one_in){ .uid = rq_uid(rq, "id") },
            row) : ST_NO_MEMORY;
}

/* Markup of libcmark, which escapes what staff wrote. */
static st body_of(struct rq *rq, str markdown, struct out *o)
{
    str html;
    TRY(announce_html(rq->arena, markdown, S(""), &html));
    out_init(o, rq->arena, BODY_MOST);
    out_str(o, html);
    return out_st(o);
}

st page_announcement(struct rq *rq)
{
    const struct announce_page_one_row *a = rq->object;
    struct out o;
    TRY(body_of(rq, a->body, &o));
    return show_announcement_show(rq, 200, &(struct v_announcement_show){ .heading = a->title, .body = tpl_html_of(&o),
                                                                          .at = a->published_at });
}

/* ---- the feed */

static void element(struct out *o, const char *name, str value)
{
    out_fmt(o, "<%s>", name);
    out_html(o, value);
    out_fmt(o, "</%s>\n", name);
}

static void link_to(struct out *o, const char *rel, str site, url to)
{
    out_fmt(o, "<link rel=\"%s\" href=\"", rel);
    out_html(o, site);
    out_html(o, to.s);
    out_str(o, S("\"/>\n"));
}

static st entry(struct rq *rq, struct out *o, str site, const struct announce_page_public_row *a)
{
    str html;
    TRY(announce_html(rq->arena, a->body, site, &html));
    out_str(o, S("<entry>\n"));
    element(o, "title", a->title);
    element(o, "id", str_cat(rq->arena, S("urn:avow:announcement:"), uid_str(rq->arena, a->uid)));
    element(o, "updated", utc_iso(rq->arena, a->published_at));
    link_to(o, "alternate", site, url_announcement(rq->arena, a->uid));
    out_str(o, S("<content type=\"html\">"));
    out_html(o, html);
    out_str(o, S("</content>\n</entry>\n"));
    return ST_OK;
}

st page_announcements_feed(struct rq *rq)
{
    struct announce_page_public_rows rows;
    struct out o;
    str site = announce_site(rq->arena, rq->config);
    TRY(in_force(rq));
    TRY(announce_page_public(rq->db, rq->arena, &(struct announce_page_public_in){ .before = INT64_MAX }, &rows));
    out_init(&o, rq->arena, FEED_MOST);
    out_str(&o, S("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n"));
    element(&o, "title", rq->config->company.name);
    element(&o, "id", str_cat(rq->arena, site, url_announcements(rq->arena).s));
    element(&o, "updated", utc_iso(rq->arena, rows.n ? rows.v[0].published_at : (utc){ 0 }));
    out_str(&o, S("<author>"));
    element(&o, "name", rq->config->company.name);
    out_str(&o, S("</author>\n"));
    link_to(&o, "self", site, url_announcements_feed(rq->arena));
    link_to(&o, "alternate", site, url_announcements(rq->arena));
    for (size_t i = 0; i < rows.n; i++)
        TRY(entry(rq, &o, site, &rows.v[i]));
    out_str(&o, S("</feed>\n"));
    TRY(out_st(&o));
    return rq_bytes(rq, 200, "application/atom+xml; charset=utf-8", out_view(&o));
}
