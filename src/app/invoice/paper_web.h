/* A paper as a file to keep: what customers and staff are sent. The guard has proved whose it is. */
#ifndef AVOW_PAPER_WEB_H
#define AVOW_PAPER_WEB_H

#include "web.h"

/* ST_NOT_FOUND also when its customer's keys were destroyed. */
NODISCARD st paper_send_pdf(struct rq *, int64_t invoice);
NODISCARD st paper_send_ubl(struct rq *, int64_t invoice);

#endif
