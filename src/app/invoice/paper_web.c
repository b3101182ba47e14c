/* The paper as PDF and as UBL, for those it is made out to. */
#include "paper_web.h"

#include "invoice_page_sql.h"
#include "paper.h"
#include "str.h"

static st load(struct rq *rq, int64_t id, struct paper *p)
{
    st s = paper_load(&rq->gate, rq->config, id, p);
    return s == ST_SEALED ? ST_NOT_FOUND : s;
}

/* A pro forma has no number: it is called by its date. */
static str file_name(struct rq *rq, const struct paper *p, const char *extension)
{
    str day = date_iso(rq->arena, date_london(p->created));
    str name = p->number.p ? p->number : str_cat(rq->arena, S("pro-forma-"), day);
    return str_fmt(rq->arena, "%.*s.%s", STR_ARG(name), extension);
}

/* The customer's page of it, whoever prints it. */
static str link_of(struct rq *rq, const struct paper *p)
{
    str path = url_invoice_show(rq->arena, p->uid).s, base = rq->config->web.url;
    if (str_empty(base))
        base = str_fmt(rq->arena, "https://%.*s", STR_ARG(rq->config->web.listen.text));
    return str_cat(rq->arena, base, path);
}

st paper_send_pdf(struct rq *rq, int64_t invoice)
{
    struct paper p;
    str pdf;
    TRY(load(rq, invoice, &p));
    TRY(paper_pdf(rq->arena, &p, link_of(rq, &p), &pdf));
    return rq_file(rq, "application/pdf", file_name(rq, &p, "pdf"), pdf);
}

st paper_send_ubl(struct rq *rq, int64_t invoice)
{
    struct paper p;
    str xml;
    TRY(load(rq, invoice, &p));
    TRY(paper_ubl(rq->arena, &p, &xml));
    return rq_file(rq, "application/xml; charset=utf-8", file_name(rq, &p, "xml"), xml);
}

st page_invoice_pdf(struct rq *rq)
{
    const struct invoice_page_get_row *i = rq->object;
    return paper_send_pdf(rq, i->id);
}

st page_invoice_ubl(struct rq *rq)
{
    const struct invoice_page_get_row *i = rq->object;
    return paper_send_ubl(rq, i->id);
}
