/* Each clause taken out in turn, as an operator would: an optional one stops what it allows and nothing else, without a
 * required one the program does not start and names it. */
#include "edit.h"

#include "catalog.h"
#include "t.h"

struct world {
    struct arena *a;
    struct statement_text shipped;
    const struct statement *all;
};

static st compile(struct world *w, struct statement_text text, struct findings *f, const struct statement **out)
{
    findings_init(f, w->a);
    *out = NULL;
    return statement_compile(w->a, text, f, out);
}

static bool names(const struct findings *f, enum finding_level level, const char *clause)
{
    for (size_t i = 0; i < f->n; i++)
        if (f->v[i].level == level && str_eq(f->v[i].where, str_c(clause)))
            return true;
    return false;
}

static void required(struct world *w, enum clause c)
{
    struct findings f;
    const struct statement *s;
    const char *name = clause_info[c].name;
    st got = compile(w, edit_without(w->a, w->shipped, name), &f, &s);
    printf("# required: %s\n", name);
    t_st(got, ST_RULES, "without it there is no start");
    t_ok(names(&f, FINDING_ERROR, name), "and it is named");
}

/* How many permissions there are in all, so that a clause can be seen to take some and to give none. */
static size_t permissions(const struct statement *s)
{
    size_t n = 0;
    for (size_t i = 0; i < column_catalog_n; i++) {
        enum column_id col = (enum column_id)i;
        for (int p = 0; p < POINT_COUNT; p++)
            n += statement_may_collect(s, col, (enum point)p);
        for (int p = 0; p < PURPOSE_COUNT; p++) {
            n += statement_may_use(s, col, (enum purpose)p);
            for (int r = 0; r < RECIPIENT_COUNT; r++)
                n += statement_may_disclose(s, col, (enum recipient)r, (enum purpose)p);
        }
    }
    for (int i = 0; i < COOKIE_COUNT; i++)
        n += statement_cookie(s, (enum cookie)i);
    return n;
}

static void optional(struct world *w, enum clause c)
{
    struct findings f;
    const struct statement *s;
    struct statement_changes changes;
    const char *name = clause_info[c].name;
    printf("# optional: %s\n", name);
    t_st(compile(w, edit_without(w->a, w->shipped, name), &f, &s), ST_OK, "without it the rest works");
    if (!s)
        return;
    t_st(statement_check(s, NULL, 0, &f), ST_OK, "and fits the schema");
    t_ok(names(&f, FINDING_NOTE, name), "a note says what stops");
    t_ok(!statement_clause(s, c), "it is not in force");
    for (int i = 0; i < CLAUSE_COUNT; i++)
        if (i != (int)c && !statement_clause(s, (enum clause)i))
            t_ok(false, clause_info[i].name);
    t_ok(permissions(s) <= permissions(w->all), "nothing is allowed that was not before");
    t_st(statement_diff(w->a, w->all, s, &changes), ST_OK, "the difference is told");
    t_ok(changes.n >= 2 && !changes.v[0].program && changes.v[1].program, "for people and for the program");
    struct statement_changes same;
    t_st(statement_diff(w->a, s, s, &same), ST_OK, "against itself");
    t_i64(same.n, 0, "there is none");
}

static void what_stops(struct world *w)
{
    struct findings f;
    const struct statement *s;
    t_st(compile(w, edit_without(w->a, w->shipped, "S7b"), &f, &s), ST_OK, "S7b out");
    t_i64(statement_need(s, COL_person_company, POINT_CHECKOUT), NEED_ABSENT, "the order form asks for no company");
    t_i64(statement_need(s, COL_person_full_name, POINT_CHECKOUT), NEED_MANDATORY, "but for a name");
    t_ok(!statement_may_use(s, COL_person_company, PURPOSE_BILLING), "a company still held stands on no new invoice");
    t_ok(statement_may_use(s, COL_person_company, PURPOSE_RIGHTS), "but its owner still sees it");
    t_ok(!statement_may_disclose(s, COL_person_vat_number, RECIPIENT_VIES, PURPOSE_CONTRACT), "nor is it told for anything else");
    t_st(compile(w, edit_without(w->a, w->shipped, "S8"), &f, &s), ST_OK, "S8 out");
    t_ok(!statement_recipient(s, RECIPIENT_VIES) && !statement_source(s, SOURCE_VIES), "VIES is neither told nor asked");
    t_ok(statement_recipient(s, RECIPIENT_PLATFORM), "others are");
    t_st(compile(w, edit_without(w->a, w->shipped, "S5a"), &f, &s), ST_OK, "S5a out");
    t_ok(!statement_cookie(s, COOKIE_CURRENCY) && statement_cookie(s, COOKIE_SESSION), "one cookie less");
    t_ok(!statement_purpose(s, PURPOSE_PREFS), "and the purpose with it");
    t_st(compile(w, edit_without(w->a, w->shipped, "S7a"), &f, &s), ST_OK, "S7a out");
    t_str(statement_why(s, COL_orders_reference, POINT_CHECKOUT), S(""), "no reference is asked");
}

/* Half taken out: each half is named by the other. */
static void halves(struct world *w)
{
    struct findings f;
    const struct statement *s;
    struct statement_text both = edit_without(w->a, w->shipped, "S8");
    struct statement_text rules_only = { w->shipped.rules, both.prose }, prose_only = { both.rules, w->shipped.prose };
    t_st(compile(w, rules_only, &f, &s), ST_RULES, "a clause without its section");
    t_ok(names(&f, FINDING_ERROR, "S8"), "is named");
    t_st(compile(w, prose_only, &f, &s), ST_RULES, "a section without its clause");
    t_ok(names(&f, FINDING_ERROR, "S8"), "is named");
}

static void forms(struct world *w)
{
    struct findings f;
    static const struct statement_form asks[] = {
        { "checkout", "email", POINT_CHECKOUT, COL_person_email, true, true, false, (enum clause)0 },
        { "checkout", "company", POINT_CHECKOUT, COL_person_company, true, false, true, CLAUSE_S7B },
        { "register", "telephone", POINT_REGISTER, COL_person_telephone, true, true, false, (enum clause)0 },
        { "register", "company", POINT_REGISTER, COL_person_company, true, false, false, (enum clause)0 },
        { "profile", "city", POINT_PROFILE, COL_person_city, true, true, false, (enum clause)0 },
    };
    findings_init(&f, w->a);
    t_st(statement_check(w->all, asks, COUNT(asks), &f), ST_RULES, "forms that ask too much");
    t_i64(f.errors, 2, "two of them");
    t_i64(f.n, 3, "and one that is left out");
    t_str(f.v[0].where, S("register.telephone"), "a field the rules do not allow");
    t_ok(str_find(f.v[0].instead, S("points.register.fields")) < f.v[0].instead.n, "with where to allow it");
    t_str(f.v[2].where, S("profile.city"), "a field insisted on that the statement calls optional");
}

int main(int argc, char **argv)
{
    struct world w = { .a = arena_new((size_t)1 << 30) };
    struct findings f;
    t_need(argc == 2 && w.a);
    findings_init(&f, w.a);
    t_need(statement_read(w.a, str_c(argv[1]), &f, &w.shipped) == ST_OK);
    t_need(compile(&w, w.shipped, &f, &w.all) == ST_OK);
    for (int i = 0; i < CLAUSE_COUNT; i++) {
        if (clause_info[i].required)
            required(&w, (enum clause)i);
        else
            optional(&w, (enum clause)i);
    }
    what_stops(&w);
    halves(&w);
    forms(&w);
    arena_free(w.a);
    return t_done();
}
