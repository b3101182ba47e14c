/* Routes: every address the program answers. registry/routes.reg is the list; this is its shape in C. */
#ifndef AVOW_ROUTE_H
#define AVOW_ROUTE_H

#include "capabilities.h"
#include "events.h"
#include "form.h"
#include "routes.h" /* enum route_id, url_<name>(), page_<name>, guard_<name>; generated */

enum method { GET, POST };
enum limit_class { LIMIT_READ, LIMIT_WRITE, LIMIT_LOGIN, LIMIT_CALLBACK, LIMIT_COUNT };

enum route_part_kind { PART_TEXT, PART_UID, PART_SLUG };
struct route_part {
    enum route_part_kind kind;
    const char *text; /* as written, or the parameter's name */
};
#define ROUTE_PARTS 8

struct route {
    enum route_id id;
    const char *name, *path;
    enum method method;
    struct route_part part[ROUTE_PARTS];
    size_t n;
    uint64_t need;           /* CAP_… */
    enum limit_class limit;
    enum event event;        /* POST: what is recorded */
    const struct form *form; /* POST: what may be sent; GET: its query; NULL: nothing may be */
    bool guarded;
    bool raw; /* callback from outside: no session, no CSRF; the handler authenticates it */
    enum point point; /* where a callback comes in */
};
extern const struct route routes[ROUTE_COUNT];

/* Its code; the table of all is linked into the program only. */
typedef st page_fn(struct rq *);
struct route_code {
    page_fn *page;
    page_fn *guard; /* loads what the address names and proves that the person may see it: ST_NOT_FOUND else */
    page_fn *again; /* POST: shows the form again when something in it is not valid; NULL: an error page does */
};
extern const struct route_code route_code[ROUTE_COUNT];

#endif
