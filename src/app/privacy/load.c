/* Where the statement comes from, and what it is compared with before the program starts. */
#include "form.h"
#include "privacy.h"
#include "privacy_shipped.h"
#include "config_keys.h"
#include "route.h"
#include "str.h"

st privacy_read(struct arena *a, str folder, struct findings *f, struct statement_text *out)
{
    if (folder.n)
        return statement_read(a, folder, f, out);
    *out = (struct statement_text){ privacy_shipped_rules, privacy_shipped_prose };
    return ST_OK;
}

/* Every address at which information comes in: by a form that is sent (a button alone is of the point "request"), or by a
 * callback of the payment gateway. */
static st check_routes(const struct statement *s, struct findings *f)
{
    struct statement_route at[ROUTE_COUNT];
    for (int i = 0; i < ROUTE_COUNT; i++)
        at[i] = (struct statement_route){
            .route = routes[i].name,
            .point = routes[i].raw ? routes[i].point : routes[i].form ? routes[i].form->point : POINT_REQUEST,
            .collects = routes[i].raw || (routes[i].method == POST && routes[i].form->point != POINT_REQUEST),
        };
    return statement_check_routes(s, at, ROUTE_COUNT, f);
}

st privacy_check(const struct statement *s, struct findings *f)
{
    size_t n = 0, at = 0;
    for (int i = 0; i < FORM_COUNT; i++)
        n += forms[i].n;
    struct statement_form *asks = NEWN(f->arena, struct statement_form, n + 1);
    if (!asks)
        return ST_NO_MEMORY;
    for (int i = 0; i < FORM_COUNT; i++)
        for (size_t k = 0; k < forms[i].n; k++) {
            const struct field *field = &forms[i].fields[k];
            asks[at++] = (struct statement_form){
                .form = forms[i].name, .field = field->name, .point = forms[i].point, .col = field->col,
                .personal = field->personal, .required = field->required,
                .has_clause = field->clause != CLAUSE_COUNT, .clause = field->clause };
        }
    TRY(statement_check(s, asks, n, f));
    return check_routes(s, f);
}

st privacy_load(struct arena *a, const struct config *config, struct findings *f, const struct statement **out)
{
    struct statement_text text;
    const struct statement *s;
    TRY(privacy_read(a, config->data.statement, f, &text));
    TRY(statement_compile(a, text, f, &s));
    TRY(privacy_check(s, f));
    *out = s;
    return ST_OK;
}

struct statement_names privacy_names(struct arena *a, const struct config *c)
{
    const struct statement_name all[] = {
        { "company.name", c->company.name },
        { "company.address", c->company.address },
        { "company.number", c->company.number },
        { "company.vat_number", c->company.vat_number },
        { "company.email", c->company.email },
        { "company.privacy_email", c->company.privacy_email },
        { "company.telephone", c->company.telephone },
        { "company.country", c->company.country },
        { "company.ico_number", c->company.ico_number },
    };
    struct statement_name *v = NEWN(a, struct statement_name, COUNT(all));
    for (size_t i = 0; v && i < COUNT(all); i++)
        v[i] = all[i];
    return (struct statement_names){ v, v ? COUNT(all) : 0 };
}

int privacy_year_end(const struct config *c)
{
    int64_t month = 0, day = 0;
    str text = c->company.year_end;
    bool good = text.n == 5 && text.p[2] == '-' && i64_parse(str_sub(text, 0, 2), 1, 12, &month) == ST_OK &&
                i64_parse(str_sub(text, 3, 2), 1, 31, &day) == ST_OK;
    return good ? (int)(month * 100 + day) : 1231;
}
