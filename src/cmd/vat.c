/* avow vat decide | number: for the accountant and for scripts. The same code decides in the shop.
 *
 *   decide   one JSON case a line on standard input, one JSON answer a line on standard output. A line that is no
 *            case answers {"error": …, "line": n}; the rest is decided all the same, and the exit code is 3.
 *   number   number, valid|invalid, country and why, with tabs between; --json: one object a line. */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "cmd.h"
#include "config_keys.h"
#include "money.h"
#include "out.h"
#include "str.h"
#include "vat.h"

#define LINE_MOST 65536
#define FILE_MOST (512u << 10)
#define LINE_MEMORY (1u << 20)
#define BOOK_MEMORY (16u << 20)

/* ---- reading a case ---- */

struct reading {
    struct arena *arena;
    struct vat_fault fault; /* what is wrong, and where */
    const char *prefix;     /* "seller." inside the seller */
};

static st wrong(struct reading *r, const char *field, const char *what)
{
    snprintf(r->fault.text, sizeof(r->fault.text), "%s%s: %s", r->prefix, field, what);
    return ST_INVALID;
}

/* A text; absent, null and "" are the same. */
static st text(struct reading *r, const json_t *from, const char *field, bool needed, str *out)
{
    const json_t *v = json_object_get(from, field);
    *out = S("");
    if (v && !json_is_null(v) && !json_is_string(v))
        return wrong(r, field, "should be a text");
    if (json_is_string(v))
        *out = str_trim((str){ json_string_value(v), json_string_length(v) });
    if (!utf8_printable(*out, false) || out->n > 200)
        return wrong(r, field, "is too long, or holds characters that cannot be printed");
    return needed && str_empty(*out) ? wrong(r, field, "is missing") : ST_OK;
}

/* True or false; `otherwise` when absent, unless it is needed. */
static st truth(struct reading *r, const json_t *from, const char *field, const bool *otherwise, bool *out)
{
    const json_t *v = json_object_get(from, field);
    if ((!v || json_is_null(v)) && otherwise) {
        *out = *otherwise;
        return ST_OK;
    }
    if (!json_is_boolean(v))
        return wrong(r, field, v ? "should be true or false" : "is missing");
    *out = json_is_true(v);
    return ST_OK;
}

static st read_seller(struct reading *r, const json_t *from, struct vat_seller *out)
{
    static const bool above = true; /* no easement unless it is said that the seller is under the threshold */
    str oss;
    if (!json_is_object(from))
        return wrong(r, "seller", from ? "should be an object" : "is missing");
    r->prefix = "seller.";
    TRY(text(r, from, "country", true, &out->country));
    TRY(text(r, from, "oss", false, &oss));
    if (vat_oss_parse(str_empty(oss) ? S("none") : oss, &out->oss) != ST_OK)
        return wrong(r, "oss", "should be none, union or non-union");
    TRY(truth(r, from, "registered", NULL, &out->registered));
    TRY(truth(r, from, "above_10000", &above, &out->above_10000));
    TRY(truth(r, from, "above_100000", &above, &out->above_100000));
    r->prefix = "";
    return ST_OK;
}

static st read_case(struct reading *r, const json_t *from, struct vat_case *out)
{
    str on, customer, class, check;
    if (!json_is_object(from))
        return wrong(r, "case", "should be an object");
    TRY(text(r, from, "date", true, &on));
    if (date_parse(on, &out->date) != ST_OK)
        return wrong(r, "date", "should be a day such as 2026-01-31");
    TRY(read_seller(r, json_object_get(from, "seller"), &out->seller));
    TRY(text(r, from, "customer", true, &customer));
    out->business = str_eq(customer, S("business"));
    if (!out->business && !str_eq(customer, S("consumer")))
        return wrong(r, "customer", "should be consumer or business");
    TRY(text(r, from, "class", true, &class));
    if (vat_class_parse(class, &out->class) != ST_OK)
        return wrong(r, "class", "should be ess, telecoms or general");
    TRY(text(r, from, "vat_check", false, &check));
    if (vat_check_parse(str_empty(check) ? S("none") : check, &out->check) != ST_OK)
        return wrong(r, "vat_check", "should be valid, invalid, unknown or none");
    TRY(text(r, from, "vat_number", false, &out->number));
    TRY(text(r, from, "billing_country", false, &out->billing_country));
    TRY(text(r, from, "postcode", false, &out->postcode));
    TRY(text(r, from, "ip_country", false, &out->ip_country));
    TRY(text(r, from, "bank_country", false, &out->bank_country));
    return text(r, from, "phone_country", false, &out->phone_country);
}

/* ---- answering ---- */

static void put_text(struct out *o, const char *key, str value, bool absent)
{
    out_fmt(o, ", \"%s\": ", key);
    if (absent)
        out_str(o, S("null"));
    else
        out_json(o, value);
}

static void put_decision(struct out *o, struct arena *a, const struct vat_decision *d)
{
    bool untreated = d->treatment == VAT_UNTREATED;
    out_fmt(o, "{\"status\": \"%s\"", vat_status_word(d->status));
    put_text(o, "territory", d->territory, untreated);
    put_text(o, "treatment", str_c(vat_treatment_word(d->treatment)), untreated);
    put_text(o, "rate", rate_plain(a, d->rate_bp), untreated);
    put_text(o, "note", d->note, false);
    out_str(o, S(", \"reasons\": ["));
    for (size_t i = 0; i < d->n_reasons; i++) {
        out_str(o, i ? S(", ") : S(""));
        out_json(o, d->reasons[i]);
    }
    out_str(o, S("]}\n"));
}

/* Print what was made, whole. */
static st print(const struct out *o)
{
    TRY(out_st(o));
    str s = out_view(o);
    return fwrite(s.p, 1, s.n, stdout) == s.n && fflush(stdout) == 0 ? ST_OK : ST_IO;
}

static st decide_line(const struct vat_book *book, struct arena *a, str line, struct out *o, struct vat_fault *fault)
{
    struct reading r = { .arena = a, .prefix = "" };
    struct vat_case in = { .business = false };
    struct vat_decision d;
    json_error_t error;
    json_t *json = json_loadb(line.p, line.n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
    st s = ST_INVALID;
    if (!json)
        snprintf(r.fault.text, sizeof(r.fault.text), "not JSON: column %d: %.100s", error.column, error.text);
    else
        s = read_case(&r, json, &in);
    if (s == ST_OK)
        s = vat_decide(book, a, &in, &d, &r.fault);
    if (s == ST_OK)
        put_decision(o, a, &d);
    json_decref(json);
    *fault = r.fault;
    return s;
}

/* One line of input without its end; false at the end of input. Over-long lines are skipped and say so. */
static bool next_line(char buffer[LINE_MOST], str *line, bool *too_long)
{
    size_t n = 0;
    int c;
    *too_long = false;
    while ((c = getchar()) != EOF && c != '\n') {
        if (n < LINE_MOST)
            buffer[n++] = (char)c;
        else
            *too_long = true;
    }
    *line = str_trim((str){ buffer, n });
    return c != EOF || n > 0;
}

static st decide_all(const struct vat_book *book)
{
    static char buffer[LINE_MOST];
    struct arena *a = arena_new(LINE_MEMORY);
    str line;
    bool too_long;
    st worst = a ? ST_OK : ST_NO_MEMORY;
    for (int64_t n = 1; a && next_line(buffer, &line, &too_long); n++) {
        struct vat_fault fault = { "the line is too long" };
        struct out o;
        out_init(&o, a, LINE_MEMORY / 2);
        if (str_empty(line))
            continue;
        st s = too_long ? ST_INVALID : decide_line(book, a, line, &o, &fault);
        if (s != ST_OK) {
            worst = s;
            out_str(&o, S("{\"error\": "));
            out_json(&o, s == ST_INVALID ? str_c(fault.text) : str_c(st_info(s)->text));
            out_fmt(&o, ", \"line\": %lld}\n", (long long)n);
        }
        st printed = print(&o);
        if (printed != ST_OK) {
            worst = printed;
            break;
        }
        arena_reset(a);
    }
    if (a)
        arena_free(a);
    return worst;
}

/* ---- the subcommand ---- */

static int fail(st s, const char *what)
{
    fprintf(stderr, "avow vat: %s\n", what);
    return st_info(s)->exit;
}

static int decide(int argc, char **argv)
{
    struct config c = { .vat = { .rates = S(""), .territories = S(""), .oss = S("none"), .check = S("none") } };
    for (int i = 1; i < argc; i += 2) {
        bool rates = strcmp(argv[i], "--rates") == 0;
        if ((!rates && strcmp(argv[i], "--territories") != 0) || i + 1 == argc)
            return CMD_USAGE;
        *(rates ? &c.vat.rates : &c.vat.territories) = str_c(argv[i + 1]);
    }
    struct vat_fault fault = { "" };
    struct arena *a = arena_new(BOOK_MEMORY);
    st s = a ? vat_book_open(a, &c, &fault) : ST_NO_MEMORY;
    int code = s != ST_OK ? fail(s, fault.text[0] ? fault.text : st_info(s)->text) : st_info(decide_all(vat_book()))->exit;
    if (a)
        arena_free(a);
    return code;
}

static void put_number(struct out *o, const struct vat_number *n, str typed, bool json)
{
    const char *verdict = n->valid ? "valid" : "invalid";
    str number = str_empty(n->text) ? typed : n->text;
    if (!json) {
        out_fmt(o, "%.*s\t%s\t%.*s\t%s\n", STR_ARG(number), verdict, STR_ARG(n->country.n ? n->country : S("-")), n->why);
        return;
    }
    out_str(o, S("{\"number\": "));
    out_json(o, number);
    out_fmt(o, ", \"verdict\": \"%s\"", verdict);
    put_text(o, "country", n->country, str_empty(n->country));
    put_text(o, "why", str_c(n->why), false);
    out_str(o, S("}\n"));
}

static int numbers(int argc, char **argv)
{
    bool json = argc > 1 && strcmp(argv[1], "--json") == 0;
    if (argc < 2 + json)
        return CMD_USAGE;
    struct arena *a = arena_new(LINE_MEMORY);
    st s = a ? ST_OK : ST_NO_MEMORY;
    for (int i = 1 + json; i < argc && s == ST_OK; i++) {
        struct vat_number n;
        struct out o;
        str typed = str_sub(str_c(argv[i]), 0, 200);
        out_init(&o, a, LINE_MEMORY / 2);
        s = utf8_printable(typed, false) ? vat_number_judge(a, typed, &n) : ST_INVALID;
        if (s == ST_OK)
            put_number(&o, &n, typed, json);
        if (s == ST_OK)
            s = print(&o);
        arena_reset(a);
    }
    if (a)
        arena_free(a);
    return s == ST_OK ? 0 : fail(s, st_info(s)->text);
}

int cmd_vat(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "decide") == 0)
        return decide(argc - 1, argv + 1);
    if (argc > 1 && strcmp(argv[1], "number") == 0)
        return numbers(argc - 1, argv + 1);
    return CMD_USAGE;
}
