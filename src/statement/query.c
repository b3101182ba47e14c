/* Questions of the gates and pages: each a look into a table. */
#include "model.h"

#include "catalog.h"
#include "str.h"

static const struct field *field_of(const struct statement *s, enum column_id col)
{
    if ((size_t)col >= column_catalog_n || s->of_column[col] == NOT_A_FIELD)
        return NULL;
    return &s->fields[s->of_column[col]];
}

static const struct asked *asked_of(const struct statement *s, enum column_id col, enum point point)
{
    if (!field_of(s, col) || (unsigned)point >= POINT_COUNT)
        return NULL;
    uint16_t at = s->asked_at[(size_t)point * s->n_fields + s->of_column[col]];
    return at ? &s->points[point].asked[at - 1] : NULL;
}

const uint8_t *statement_hash(const struct statement *s)
{
    return s->hash;
}

struct statement_text statement_source_text(const struct statement *s)
{
    return s->text;
}

str statement_title(const struct statement *s)
{
    return s->title;
}

str statement_version(const struct statement *s)
{
    return s->version;
}

bool statement_clause(const struct statement *s, enum clause c)
{
    return (unsigned)c < CLAUSE_COUNT && s->clauses[c].on;
}

bool statement_may_collect(const struct statement *s, enum column_id col, enum point point)
{
    return asked_of(s, col, point) != NULL;
}

bool statement_may_collect_from(const struct statement *s, enum column_id col, enum point point, enum source source)
{
    return asked_of(s, col, point) && (unsigned)source < SOURCE_COUNT && (s->points[point].sources & BIT(source));
}

uint64_t statement_asked_for(const struct statement *s, enum column_id col, enum point point)
{
    const struct asked *a = asked_of(s, col, point);
    return a ? a->purposes : 0;
}

bool statement_may_use(const struct statement *s, enum column_id col, enum purpose purpose)
{
    const struct field *f = field_of(s, col);
    return f && (unsigned)purpose < PURPOSE_COUNT && (f->purposes & BIT(purpose));
}

bool statement_may_disclose(const struct statement *s, enum column_id col, enum recipient to, enum purpose purpose)
{
    const struct field *f = field_of(s, col);
    return f && (unsigned)to < RECIPIENT_COUNT && (unsigned)purpose < PURPOSE_COUNT && (f->gives[to] & BIT(purpose));
}

bool statement_may_tell(const struct statement *s, enum recipient to, enum purpose purpose)
{
    if (!statement_recipient(s, to) || !statement_purpose(s, purpose))
        return false;
    for (size_t i = 0; i < s->recipients[to].n; i++)
        if (s->recipients[to].gives[i].purpose == purpose)
            return true;
    return false;
}

bool statement_cookie(const struct statement *s, enum cookie c)
{
    return (unsigned)c < COOKIE_COUNT && s->cookies[c].on;
}

int64_t statement_cookie_seconds(const struct statement *s, enum cookie c)
{
    return statement_cookie(s, c) ? period_seconds(s->cookies[c].lifetime) : 0;
}

bool statement_point(const struct statement *s, enum point p)
{
    return (unsigned)p < POINT_COUNT && s->points[p].on;
}

bool statement_source(const struct statement *s, enum source src)
{
    return (unsigned)src < SOURCE_COUNT && s->sources[src].on;
}

bool statement_purpose(const struct statement *s, enum purpose p)
{
    return (unsigned)p < PURPOSE_COUNT && s->purposes[p].on;
}

bool statement_recipient(const struct statement *s, enum recipient to)
{
    return (unsigned)to < RECIPIENT_COUNT && s->recipients[to].on;
}

enum basis statement_basis(const struct statement *s, enum purpose p)
{
    return s->purposes[(unsigned)p < PURPOSE_COUNT ? p : 0].basis;
}

static const struct retention *retention_of(const struct statement *s, enum column_id col)
{
    const struct field *f = field_of(s, col);
    return f ? &s->retentions[s->categories[f->category].retention] : NULL;
}

str statement_class(const struct statement *s, enum column_id col)
{
    const struct retention *keep = retention_of(s, col);
    return keep ? keep->name : S("");
}

enum need statement_need(const struct statement *s, enum column_id col, enum point point)
{
    const struct asked *a = asked_of(s, col, point);
    return a ? a->need : NEED_ABSENT;
}

str statement_why(const struct statement *s, enum column_id col, enum point point)
{
    const struct asked *a = asked_of(s, col, point);
    return a ? a->why : S("");
}

str statement_point_words(const struct statement *s, enum point p)
{
    return (unsigned)p < POINT_COUNT ? s->points[p].words : S("");
}

str statement_source_words(const struct statement *s, enum source src)
{
    return (unsigned)src < SOURCE_COUNT ? s->sources[src].words : S("");
}

str statement_purpose_words(const struct statement *s, enum purpose p)
{
    return (unsigned)p < PURPOSE_COUNT ? s->purposes[p].words : S("");
}

str statement_recipient_words(const struct statement *s, enum recipient to)
{
    return (unsigned)to < RECIPIENT_COUNT ? s->recipients[to].words : S("");
}

str statement_interest(const struct statement *s, enum purpose p)
{
    return (unsigned)p < PURPOSE_COUNT ? s->purposes[p].interest : S("");
}

str statement_basis_words(enum basis b)
{
    return (unsigned)b < BASIS_COUNT ? str_c(basis_info[b].what) : S("");
}

size_t statement_categories(const struct statement *s)
{
    return s->n_categories;
}

str statement_category(const struct statement *s, size_t i, str *title)
{
    if (i >= s->n_categories)
        return S("");
    *title = s->categories[i].title;
    return s->categories[i].name;
}

bool statement_column(const struct statement *s, enum column_id col, struct statement_column *out)
{
    const struct field *f = field_of(s, col);
    const struct retention *keep = retention_of(s, col);
    if (!f || !keep)
        return false;
    const struct category *c = &s->categories[f->category];
    *out = (struct statement_column){ .category = c->name, .category_title = c->title, .field_title = f->title,
                                      .class_title = keep->title, .ends = keep->words, .ground = keep->ground,
                                      .purposes = f->purposes };
    for (int i = 0; i < RECIPIENT_COUNT; i++)
        out->recipients |= f->gives[i] ? BIT(i) : 0;
    return true;
}
