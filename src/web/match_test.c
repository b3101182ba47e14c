#include "match.h"

#include "codec.h"
#include "rnd.h"
#include "str.h"
#include "t.h"

static void found(struct arena *a)
{
    struct match m;
    uid u = rnd_uid();
    t_ok(route_match(GET, S("/"), &m) == ST_OK && m.route->id == ROUTE_HOME, "the first page");
    t_ok(route_match(GET, S("/products/web-small"), &m) == ST_OK && m.route->id == ROUTE_PRODUCT, "a slug");
    t_str(m.param[1], S("web-small"), "is given");
    t_ok(route_match(GET, url_invoice_show(a, u).s, &m) == ST_OK && m.route->id == ROUTE_INVOICE_SHOW,
         "an address that was built is found");
    t_str(m.param[1], uid_str(a, u), "with its uid");
    t_ok(route_match(GET, S("/staff/products/new"), &m) == ST_OK && m.route->id == ROUTE_STAFF_PRODUCT_NEW,
         "a literal beats a parameter");
    t_ok(route_match(POST, S("/checkout"), &m) == ST_OK && m.route->id == ROUTE_CHECKOUT_PLACE, "by method");
}

static void refused(void)
{
    struct match m;
    static const char *const bad[] = { "", "x", "//", "/products", "/products/", "/products//", "/products/a/b",
        "/products/%61", "/products/..", "/products/a b", "/Products/a", "/invoices/1", "/invoices/",
        "/a/b/c/d/e/f/g/h/i", "/checkout/" };
    for (size_t i = 0; i < COUNT(bad); i++)
        t_st(route_match(GET, str_c(bad[i]), &m), ST_NOT_FOUND, bad[i]);
    t_st(route_match(POST, S("/invoices"), &m), ST_METHOD, "the other method");
}

/* What the registry promises, looked at once more in what was made of it. */
static void table(void)
{
    bool forms_there = true, guards_there = true;
    for (int i = 0; i < ROUTE_COUNT; i++) {
        const struct route *r = &routes[i];
        forms_there = forms_there && (r->method == GET || r->form || r->raw);
        for (size_t k = 0; k < r->n; k++)
            guards_there = guards_there && (r->part[k].kind != PART_UID || r->guarded);
    }
    t_ok(forms_there, "whatever is posted has a form");
    t_ok(guards_there, "whatever is named has a guard");
}

int main(void)
{
    struct arena *a = arena_new(1 << 20);
    found(a);
    refused();
    table();
    arena_free(a);
    return t_done();
}
