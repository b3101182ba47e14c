/* The page of an error: what happened, what one can do, and the number under which the log knows it. */
#include "web_parts.h"

#include "error_html.h"
#include "str.h"

st web_error_page(struct rq *rq, int status, str message)
{
    struct v_error_page page = {
        .status = status,
        .message = message,
        .reference = str_fmt(rq->arena, "%llu", (unsigned long long)rq->id),
        .email = rq->config->company.email,
    };
    return show_error_page(rq, status, &page);
}
