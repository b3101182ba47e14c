/* Addresses against the statement: what is declared as a form can be reached, and what can be reached is declared. */
#include "model.h"

#include "str.h"

static bool served(const struct statement_route *routes, size_t n, enum point point)
{
    for (size_t i = 0; i < n; i++)
        if (routes[i].collects && routes[i].point == point)
            return true;
    return false;
}

st statement_check_routes(const struct statement *s, const struct statement_route *routes, size_t n, struct findings *f)
{
    size_t before = f->errors;
    for (int p = 0; p < POINT_COUNT; p++) {
        const struct point_info *info = &point_info[p];
        bool form = str_eq(str_c(info->method), S("form")), callback = str_eq(str_c(info->method), S("callback"));
        if ((form || callback) && statement_point(s, (enum point)p) && !served(routes, n, (enum point)p))
            finding_error(f, S("routes.reg"), 0, str_fmt(f->arena, "points.%s", info->name),
                          str_fmt(f->arena, "the statement says that information comes in at the point '%s' (%s), and no address "
                                            "collects there", info->name, info->what),
                          str_fmt(f->arena, "Give a form of that point an address, or take '%s' out of the rules.", info->name));
    }
    for (size_t i = 0; i < n; i++)
        if (routes[i].collects && !s->points[routes[i].point].declared) /* one whose clause is out answers that there is nothing */
            finding_error(f, S("routes.reg"), 0, str_c(routes[i].route),
                          str_fmt(f->arena, "this address collects at the point '%s', which the statement does not name",
                                  point_info[routes[i].point].name),
                          str_fmt(f->arena, "Declare '%s' under 'points', or take the address out.",
                                  point_info[routes[i].point].name));
    return f->errors == before ? ST_OK : ST_RULES;
}
