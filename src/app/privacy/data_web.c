/* /account/data: everything we hold about you (UK GDPR art. 15). Opened for the purpose "rights", and for nobody else. */
#include "clock.h"
#include "data.h"
#include "data_sql.h"
#include "log.h"
#include "notice_web.h"
#include "page.h"
#include "privacy.h"
#include "privacy_html.h"
#include "restriction.h"
#include "str.h"

#define VALUES_A_PAGE 100

#define WORDS_MAX 16

struct words {
    str v[WORDS_MAX];
    size_t n;
};

struct showing {
    struct rq *rq;
    const struct statement *s;
    struct data_told_rows told;
    int year_end;
    struct words points, recipients, ends; /* what the picture at the top names */
};

static str column_name(struct arena *a, enum column_id col)
{
    const struct column_info *c = &column_catalog[col];
    return str_fmt(a, "%.*s.%.*s", STR_ARG(c->table), STR_ARG(c->name));
}

/* Is the column among "a.b,c.d"? */
static bool among(str list, str name)
{
    str one;
    while (str_next(&list, ',', &one))
        if (str_eq(one, name))
            return true;
    return false;
}

static void show_told(struct showing *sh, str column, struct v_data_value *out)
{
    struct v_data_told *v = NEWN(sh->rq->arena, struct v_data_told, sh->told.n + 1);
    size_t n = 0;
    for (size_t i = 0; v && i < sh->told.n; i++) {
        enum recipient to;
        if (!among(sh->told.v[i].fields, column) || !recipient_find(sh->told.v[i].recipient, &to))
            continue;
        bool again = n > 0 && str_eq(v[n - 1].who, statement_recipient_words(sh->s, to)); /* they come by recipient */
        if (!again)
            v[n++] = (struct v_data_told){ statement_recipient_words(sh->s, to), sh->told.v[i].last };
        else if (v[n - 1].last.s < sh->told.v[i].last.s)
            v[n - 1].last = sh->told.v[i].last;
    }
    out->told = (struct v_data_told_list){ v, n };
}

static struct v_data_use_list show_uses(struct showing *sh, uint64_t purposes)
{
    struct v_data_use *v = NEWN(sh->rq->arena, struct v_data_use, PURPOSE_COUNT);
    size_t n = 0;
    for (int p = 0; v && p < PURPOSE_COUNT; p++)
        if (purposes >> p & 1)
            v[n++] = (struct v_data_use){ statement_purpose_words(sh->s, (enum purpose)p),
                                          statement_basis_words(statement_basis(sh->s, (enum purpose)p)) };
    return (struct v_data_use_list){ v, n };
}

static st show_origin(struct showing *sh, const struct held *h, str column, struct v_data_value *out)
{
    struct data_origin_row row;
    enum point point;
    enum source source;
    st found = data_origin(sh->rq->db, sh->rq->arena,
                           &(struct data_origin_in){ { (const char *)h->row.b, sizeof h->row.b }, column }, &row);
    out->until = DATE_NONE;
    if (found != ST_OK)
        return found == ST_NOT_FOUND ? ST_OK : found;
    if (source_find(row.source, &source))
        out->source = statement_source_words(sh->s, source);
    if (point_find(row.point, &point))
        out->point = statement_point_words(sh->s, point);
    out->at = row.collected_at;
    out->until = statement_end(sh->s, h->col, date_london(row.collected_at), sh->year_end);
    return ST_OK;
}

/* The value itself; a password is shown to nobody, its owner included. */
static st show_value(struct showing *sh, const struct held *h, struct v_data_value *out)
{
    out->coded = h->col == COL_person_password;
    if (!h->sealed || out->coded) {
        out->value = h->clear;
        return ST_OK;
    }
    st how = gate_use(&sh->rq->gate, h->col, PURPOSE_RIGHTS, h->row, h->sealed, &out->value);
    out->gone = how == ST_SEALED;
    return out->gone ? ST_OK : how;
}

/* Remember words once, in the order in which they first came. */
static void remember(struct words *w, str one)
{
    for (size_t i = 0; i < w->n; i++)
        if (str_eq(w->v[i], one))
            return;
    if (!str_empty(one) && w->n < WORDS_MAX)
        w->v[w->n++] = one;
}

/* Can the person set it themselves? The statement says what the profile asks for. */
static bool in_profile(struct showing *sh, enum column_id col)
{
    return str_eq(column_catalog[col].table, S("person")) && col != COL_person_password &&
           gate_may_collect(&sh->rq->gate, col, POINT_PROFILE);
}

/* Where a group of values is put right. */
static str correct_where(struct showing *sh, enum column_id col)
{
    str table = column_catalog[col].table;
    if (col == COL_person_password)
        return S("password");
    if (str_eq(table, S("person")))
        return S("profile");
    if (str_eq(table, S("session")))
        return S("sessions");
    return str_eq(table, S("mandate")) && gate_clause(&sh->rq->gate, CLAUSE_S12C) ? S("ways") : S("none");
}

static bool can_object(struct showing *sh, uint64_t purposes)
{
    for (int p = 0; p < PURPOSE_COUNT; p++)
        if (purposes >> p & 1 && restriction_objectable(&sh->rq->gate, (enum purpose)p))
            return true;
    return false;
}

static st show_held(struct showing *sh, const struct held *h, const struct statement_column *c, struct v_data_value *out)
{
    str column = column_name(sh->rq->arena, h->col);
    *out = (struct v_data_value){ .what = c->field_title };
    TRY(show_value(sh, h, out));
    TRY(show_origin(sh, h, column, out));
    show_told(sh, column, out);
    out->correct = in_profile(sh, h->col);
    remember(&sh->points, out->point);
    for (size_t i = 0; i < out->told.n; i++)
        remember(&sh->recipients, out->told.v[i].who);
    return ST_OK;
}

/* What a value is used for beyond what its whole group is. */
static void show_own_uses(struct showing *sh, uint64_t more, struct v_data_value *out)
{
    out->own = more != 0;
    out->uses = show_uses(sh, more);
}

/* What every value of a category on this page is used for. */
static uint64_t common_purposes(struct showing *sh, const struct held_page *page, str category)
{
    uint64_t all = ~(uint64_t)0;
    for (size_t i = 0; i < page->n; i++) {
        struct statement_column c;
        if (statement_column(sh->s, page->v[i].col, &c) && str_eq(c.category, category))
            all &= c.purposes;
    }
    return all;
}

/* Values come by category: a new group begins where the category changes. */
static st show_groups(struct showing *sh, const struct held_page *page, struct v_data_group_list *out)
{
    struct v_data_group *groups = NEWN(sh->rq->arena, struct v_data_group, page->n + 1);
    struct v_data_value *values = NEWN(sh->rq->arena, struct v_data_value, page->n + 1);
    size_t n = 0;
    if (!groups || !values)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < page->n; i++) {
        struct statement_column c;
        TRY(BUG_UNLESS(statement_column(sh->s, page->v[i].col, &c)));
        uint64_t common = common_purposes(sh, page, c.category);
        if (n == 0 || !str_eq(groups[n - 1].title, c.category_title)) {
            groups[n++] = (struct v_data_group){ .title = c.category_title, .uses = show_uses(sh, common), .ends = c.ends,
                .ground = c.ground, .values = { &values[i], 0 }, .correct = correct_where(sh, page->v[i].col) };
            remember(&sh->ends, c.ends);
        }
        TRY(show_held(sh, &page->v[i], &c, &values[i]));
        show_own_uses(sh, c.purposes & ~common, &values[i]);
        groups[n - 1].object = groups[n - 1].object || can_object(sh, c.purposes);
        groups[n - 1].values.n++;
    }
    *out = (struct v_data_group_list){ groups, n };
    return ST_OK;
}

/* "person.email,service.hostname" as people call them, each name once. */
static str field_titles(struct showing *sh, str list)
{
    struct out o;
    str one, seen = S("");
    out_init(&o, sh->rq->arena, 2000);
    while (str_next(&list, ',', &one))
        for (size_t i = 0; i < column_catalog_n; i++) {
            struct statement_column c;
            if (!str_eq(column_name(sh->rq->arena, (enum column_id)i), one) || !statement_column(sh->s, (enum column_id)i, &c) ||
                among(seen, c.field_title))
                continue;
            out_str(&o, seen.n ? S(", ") : S(""));
            out_str(&o, c.field_title);
            seen = str_fmt(sh->rq->arena, "%.*s,%.*s", STR_ARG(seen), STR_ARG(c.field_title));
        }
    return out_view(&o);
}

static st show_disclosures(struct showing *sh, struct v_data_disclosure_list *out)
{
    struct data_disclosures_rows rows;
    TRY(data_disclosures(sh->rq->db, sh->rq->arena, &(struct data_disclosures_in){ sh->rq->actor.person }, &rows));
    struct v_data_disclosure *v = NEWN(sh->rq->arena, struct v_data_disclosure, rows.n + 1);
    size_t n = 0;
    for (size_t i = 0; v && i < rows.n; i++) {
        enum recipient to;
        enum purpose purpose;
        enum basis basis;
        if (!recipient_find(rows.v[i].recipient, &to) || !purpose_find(rows.v[i].purpose, &purpose) ||
            !basis_find(rows.v[i].basis, &basis))
            continue;
        v[n++] = (struct v_data_disclosure){ statement_recipient_words(sh->s, to), statement_purpose_words(sh->s, purpose),
                                             statement_basis_words(basis), field_titles(sh, rows.v[i].fields),
                                             rows.v[i].disclosed_at };
    }
    *out = (struct v_data_disclosure_list){ v, n };
    return v ? ST_OK : ST_NO_MEMORY;
}

static st show_messages(struct showing *sh, struct v_data_message_list *out)
{
    struct data_mail_rows rows;
    TRY(data_mail(sh->rq->db, sh->rq->arena, &(struct data_mail_in){ sh->rq->actor.person }, &rows));
    struct v_data_message *v = NEWN(sh->rq->arena, struct v_data_message, rows.n + 1);
    for (size_t i = 0; v && i < rows.n; i++)
        v[i] = (struct v_data_message){ text_named(sh->rq->language, str_cat(sh->rq->arena, S("data.mail."), rows.v[i].template)),
                                        rows.v[i].sent_at };
    *out = (struct v_data_message_list){ v, rows.n };
    return v ? ST_OK : ST_NO_MEMORY;
}

/* In the words of the registry; what it does not know any more is shown by its name. */
static st show_events(struct showing *sh, struct v_data_event_list *out)
{
    struct data_events_rows rows;
    TRY(data_events(sh->rq->db, sh->rq->arena, &(struct data_events_in){ sh->rq->actor.person }, &rows));
    struct v_data_event *v = NEWN(sh->rq->arena, struct v_data_event, rows.n + 1);
    for (size_t i = 0; v && i < rows.n; i++) {
        v[i] = (struct v_data_event){ rows.v[i].event, rows.v[i].actor_kind, rows.v[i].at };
        for (size_t k = 0; k < EVENT_COUNT; k++)
            if (str_eq(rows.v[i].event, str_c(event_info[k].name)))
                v[i].what = str_c(event_info[k].what);
    }
    *out = (struct v_data_event_list){ v, rows.n };
    return v ? ST_OK : ST_NO_MEMORY;
}

static st show_acknowledged(struct showing *sh, struct v_data_acknowledged_list *out)
{
    struct data_acknowledged_rows rows;
    TRY(data_acknowledged(sh->rq->db, sh->rq->arena, &(struct data_acknowledged_in){ sh->rq->actor.person }, &rows));
    struct v_data_acknowledged *v = NEWN(sh->rq->arena, struct v_data_acknowledged, rows.n + 1);
    for (size_t i = 0; v && i < rows.n; i++)
        v[i] = (struct v_data_acknowledged){ rows.v[i].wording, rows.v[i].given_at };
    *out = (struct v_data_acknowledged_list){ v, rows.n };
    return v ? ST_OK : ST_NO_MEMORY;
}

st page_data(struct rq *rq)
{
    struct showing sh = { .rq = rq, .s = rq->gate.statement, .year_end = privacy_year_end(rq->config) };
    struct held_page page;
    struct v_data_page v = { 0 };
    int64_t from = rq_value(rq, "before")->number;
    TRY(data_told(rq->db, rq->arena, &(struct data_told_in){ rq->actor.person }, &sh.told));
    TRY(data_held(&rq->gate, rq->actor.person, (size_t)from, VALUES_A_PAGE, &page));
    TRY(show_groups(&sh, &page, &v.groups));
    v.first = from == 0;
    v.more = page.more;
    v.shown = from + (int64_t)page.n;
    v.points = (struct tpl_strs){ sh.points.v, sh.points.n };
    v.told = (struct tpl_strs){ sh.recipients.v, sh.recipients.n };
    v.ends = (struct tpl_strs){ sh.ends.v, sh.ends.n };
    if (v.first) {
        TRY(show_disclosures(&sh, &v.disclosures));
        TRY(notice_view(rq, rq->actor.person, &v.notices));
        TRY(show_messages(&sh, &v.messages));
        TRY(show_events(&sh, &v.events));
        TRY(show_acknowledged(&sh, &v.acknowledged));
    }
    return show_data_page(rq, 200, &v);
}
