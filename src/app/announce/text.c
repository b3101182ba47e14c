/* The text of an announcement: Markdown, through libcmark in its safe mode, with less allowed than Markdown has. */
#include <cmark.h>
#include <stdlib.h>

#include "announce.h"
#include "str.h"

#define PLAIN_WIDTH 72

/* Where a link may lead: to this site, or to a place that is reached over TLS. "//host" is another site without saying so. */
static bool link_fine(const char *to)
{
    str s = str_c(to);
    return (str_starts(s, S("/")) && !str_starts(s, S("//")) && !str_starts(s, S("/\\"))) ||
           (str_istarts(s, S("https://")) && s.n > 8) || str_istarts(s, S("mailto:"));
}

static enum announce_fault node_fault(cmark_node *n)
{
    cmark_node_type type = cmark_node_get_type(n);
    if (type == CMARK_NODE_HTML_BLOCK || type == CMARK_NODE_HTML_INLINE)
        return ANNOUNCE_HTML;
    if (type == CMARK_NODE_IMAGE)
        return ANNOUNCE_PICTURE;
    return type == CMARK_NODE_LINK && !link_fine(cmark_node_get_url(n)) ? ANNOUNCE_LINK : ANNOUNCE_FINE;
}

enum announce_fault announce_check_text(str markdown)
{
    cmark_node *doc = cmark_parse_document(markdown.n ? markdown.p : "", markdown.n, CMARK_OPT_DEFAULT);
    cmark_iter *it = cmark_iter_new(doc);
    enum announce_fault fault = cmark_node_first_child(doc) ? ANNOUNCE_FINE : ANNOUNCE_EMPTY;
    cmark_event_type ev;
    while (fault == ANNOUNCE_FINE && (ev = cmark_iter_next(it)) != CMARK_EVENT_DONE)
        if (ev == CMARK_EVENT_ENTER)
            fault = node_fault(cmark_iter_get_node(it));
    cmark_iter_free(it);
    cmark_node_free(doc);
    return fault;
}

/* In a message a link within the site needs the site's name before it. */
static st name_site(struct arena *a, cmark_node *doc, str site)
{
    cmark_iter *it = cmark_iter_new(doc);
    cmark_event_type ev;
    st s = ST_OK;
    while (s == ST_OK && site.n && (ev = cmark_iter_next(it)) != CMARK_EVENT_DONE) {
        cmark_node *n = cmark_iter_get_node(it);
        if (ev != CMARK_EVENT_ENTER || cmark_node_get_type(n) != CMARK_NODE_LINK || *cmark_node_get_url(n) != '/')
            continue;
        const char *whole = str_z(a, str_cat(a, site, str_c(cmark_node_get_url(n))));
        s = whole && cmark_node_set_url(n, whole) ? ST_OK : ST_NO_MEMORY;
    }
    cmark_iter_free(it);
    return s;
}

static st render(struct arena *a, str markdown, str site, bool html, str *out)
{
    cmark_node *doc = cmark_parse_document(markdown.n ? markdown.p : "", markdown.n, CMARK_OPT_SMART);
    st s = name_site(a, doc, site);
    if (s == ST_OK) {
        char *made = html ? cmark_render_html(doc, CMARK_OPT_DEFAULT)
                          : cmark_render_commonmark(doc, CMARK_OPT_DEFAULT, PLAIN_WIDTH);
        *out = str_dup(a, str_c(made));
        free(made);
    }
    cmark_node_free(doc);
    return s == ST_OK && arena_failed(a) ? ST_NO_MEMORY : s;
}

st announce_html(struct arena *a, str markdown, str site, str *html)
{
    return render(a, markdown, site, true, html);
}

st announce_plain(struct arena *a, str markdown, str site, str *text)
{
    return render(a, markdown, site, false, text);
}
