/* Pages with made-up data, to look at the design without a running system: `look DIR` writes DIR/<page>.html.
 * As a test it says whether every page could be written and is small enough to send. */
#ifndef AVOW_LOOK_H
#define AVOW_LOOK_H

#include "tpl.h"

struct look {
    struct arena *arena;
    const char *dir;
    struct out body;
    int pages, failed;
};
/* The body is written: put the layout around it, for `who` at `here`. */
void look_page(struct look *, const char *name, str who, str here, str title);
/* A whole document by itself. */
void look_bare(struct look *, const char *name);

/* A form with a reason beside its personal fields; `bad`: as it looks when something is wrong. */
const struct form_view *look_form(struct look *, enum form_id, bool bad);
void look_fill(const struct form_view *, const char *field, str text);

uid look_uid(int n);
money look_money(int64_t minor);
utc look_at(int days, int minutes); /* that long before 2026-11-23T10:00Z */
date look_on(int days);

void look_shop(struct look *);
void look_account(struct look *);
void look_mail(struct look *);

#endif
