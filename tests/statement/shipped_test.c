/* The statement that ships: it compiles, fits schema and registries, and can be published in every form. */
#include "statement.h"

#include "catalog.h"
#include "str.h"
#include "t.h"

#include <jansson.h>

static const struct statement_name values[] = {
    { "company.name", SI("Fig & Sons <Hosting> *Ltd*") }, { "company.address", SI("1 Fig Lane, London") },
    { "company.number", SI("01234567") },                 { "company.ico_number", SI("ZA000000") },
    { "company.privacy_email", SI("privacy_me@example.test") }, { "company.telephone", SI("+44 20 7946 0000") },
};
static const struct statement_names names = { values, COUNT(values) };

static bool has(const struct out *o, const char *what)
{
    str s = out_view(o);
    return str_find(s, (str){ what, strlen(what) }) < s.n;
}

static void page(struct arena *a, const struct statement *s)
{
    struct out o;
    out_init(&o, a, 1 << 20);
    t_st(statement_html(a, s, names, &o), ST_OK, "the page is made");
    t_ok(has(&o, "<section id=\"S7\" class=\"clause\">"), "a clause is a section with its id");
    t_ok(has(&o, "Fig &amp; Sons &lt;Hosting&gt; *Ltd*"), "configuration values are words, never markup");
    t_ok(has(&o, "privacy_me@example.test"), "and underscores in them are not emphasis");
    t_ok(!has(&o, "{{") && !has(&o, "{#"), "no directive or marker is left");
    t_ok(!has(&o, "raw HTML omitted"), "nothing was cut out");
    t_ok(has(&o, "full name, e-mail address, telephone number, address, town or city, postcode, country and password"), "lists come from the rules");
    t_ok(has(&o, "6 years and 30 days after the end of our financial year"), "periods come from the rules");
    t_ok(has(&o, "__Host-avow-staff"), "cookies come from the register");
    t_ok(has(&o, "Two letters, needed to count and filter by country"), "what is readable comes from the schema");
}

static void other_forms(struct arena *a, const struct statement *s)
{
    struct out o;
    json_error_t why;
    out_init(&o, a, 1 << 20);
    t_st(statement_plain(a, s, names, &o), ST_OK, "plain text is made");
    t_ok(has(&o, "Ordering [S7]") && !has(&o, "<section"), "and has no markup");
    out_init(&o, a, 1 << 20);
    t_st(statement_jsonld(a, s, names, &o), ST_OK, "JSON-LD is made");
    json_t *j = json_loadb(out_view(&o).p, out_view(&o).n, 0, &why);
    t_ok(j && strcmp(json_string_value(json_object_get(j, "@type")), "dpv:PrivacyNotice") == 0, "it is JSON");
    t_ok(json_array_size(json_object_get(j, "dpv:hasProcess")) == PURPOSE_COUNT, "with a process per purpose");
    json_decref(j);
    out_init(&o, a, 1 << 20);
    t_st(statement_record_json(a, s, names, &o), ST_OK, "the record of processing is made");
    j = json_loadb(out_view(&o).p, out_view(&o).n, 0, &why);
    t_ok(j && json_array_size(json_object_get(j, "activities")) == PURPOSE_COUNT, "with an activity per purpose");
    json_decref(j);
    out_init(&o, a, 1 << 20);
    t_st(statement_record_html(a, s, names, &o), ST_OK, "and as tables");
    t_ok(has(&o, "Fig &amp; Sons"), "that name the controller");
}

static void columns(const struct statement *s)
{
    bool all = true, classes = true;
    for (size_t i = 0; i < column_catalog_n; i++) {
        struct statement_column c;
        bool personal = column_catalog[i].kind == PD_VALUE || column_catalog[i].kind == PD_BLIND;
        all = all && statement_column(s, (enum column_id)i, &c) == personal;
        classes = classes && (statement_class(s, (enum column_id)i).n > 0) == personal;
    }
    t_ok(all, "every personal column is described, and no other");
    t_ok(classes, "and has a retention class");
    t_str(statement_class(s, COL_invoice_party_name), S("books"), "invoices are kept with the books");
    t_str(statement_class(s, COL_orders_ip), S("order_check"), "the address of an order is not");
}

/* The form points and the callback, each with an address. */
static size_t all_addresses(struct statement_route *out)
{
    size_t n = 0;
    for (int p = 0; p < POINT_COUNT; p++)
        if (str_eq(str_c(point_info[p].method), S("form")) || str_eq(str_c(point_info[p].method), S("callback")))
            out[n++] = (struct statement_route){ .route = point_info[p].name, .point = (enum point)p, .collects = true };
    return n;
}

static void addresses(struct arena *a, const struct statement *s)
{
    struct statement_route at[POINT_COUNT];
    struct findings f;
    findings_init(&f, a);
    size_t n = all_addresses(at);
    t_st(statement_check_routes(s, at, n, &f), ST_OK, "every point can be reached");
    t_st(statement_check_routes(s, at + 1, n - 1, &f), ST_RULES, "a point without an address is an error");
    t_ok(f.n == 1 && str_find(f.v[0].where, str_c(at[0].route)) < f.v[0].where.n, "and it is named");
    at[0].collects = false;
    t_st(statement_check_routes(s, at, n, &f), ST_RULES, "an address that collects nothing does not count");
}

int main(int argc, char **argv)
{
    struct arena *a = arena_new(64 << 20);
    struct findings f;
    struct statement_text text;
    const struct statement *s = NULL;
    t_need(argc == 2 && a);
    findings_init(&f, a);
    t_st(statement_read(a, (str){ argv[1], strlen(argv[1]) }, &f, &text), ST_OK, "the files are read");
    t_st(statement_compile(a, text, &f, &s), ST_OK, "they compile");
    if (s)
        t_st(statement_check(s, NULL, 0, &f), ST_OK, "they fit the schema");
    for (size_t i = 0; i < f.n; i++) {
        struct out o;
        out_init(&o, a, 4096);
        finding_show(&o, &f.v[i]);
        printf("# %.*s", STR_ARG(out_view(&o)));
    }
    t_i64(f.n, 0, "there is nothing to remark");
    t_need(s);
    addresses(a, s);
    page(a, s);
    other_forms(a, s);
    columns(s);
    arena_free(a);
    return t_done();
}
