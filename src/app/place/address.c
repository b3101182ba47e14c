/* Addresses: which parts a country uses and requires, the shape of its postcodes, the order in which it prints.
 * Source of the rules: libaddressinput (reference/README.md). */
#include "place.h"
#include "str.h"
#include "tables.h"
#include "upper.h"

/* The words that libaddressinput has for regions, and our message keys for them. */
static const struct {
    str word;
    const char *label;
} region_labels[] = {
    { SI("province"), "field.region.province" },     { SI("state"), "field.region.state" },
    { SI("county"), "field.region.county" },         { SI("island"), "field.region.island" },
    { SI("parish"), "field.region.parish" },         { SI("district"), "field.region.district" },
    { SI("prefecture"), "field.region.prefecture" }, { SI("department"), "field.region.department" },
    { SI("do_si"), "field.region.province" },        { SI("area"), "field.region.district" },
    { SI("emirate"), "field.region.emirate" },       { SI("oblast"), "field.region.province" },
};

static const char *region_label(str word)
{
    for (size_t i = 0; i < COUNT(region_labels); i++)
        if (str_eq(region_labels[i].word, word))
            return region_labels[i].label;
    return "field.region";
}

static const char *postcode_label(str word)
{
    if (str_eq(word, S("zip")))
        return "field.postcode.zip";
    return str_eq(word, S("eircode")) ? "field.postcode.eircode" : "field.postcode";
}

/* Does the print format have this part ("%Z")? */
static bool prints(str format, char part)
{
    return str_find(format, (str){ (const char[]){ '%', part }, 2 }) < format.n;
}

static bool has(str letters, char c)
{
    return str_index(letters, c) < letters.n;
}

static st row_of(str code, struct address_row **row)
{
    const struct country *c;
    TRY(country_find(code, &c));
    *row = place_address_row((str){ c->code, 2 });
    return *row ? ST_OK : ST_NOT_FOUND;
}

st address_rule(str country, struct address_rule *out)
{
    struct address_row *row;
    TRY(row_of(country, &row));
    *out = (struct address_rule){
        .city = prints(row->format, 'C'),
        .region = prints(row->format, 'S'),
        .postcode = prints(row->format, 'Z') || !str_empty(row->postcode.text),
        .city_required = has(row->required, 'C'),
        .region_required = has(row->required, 'S'),
        .postcode_required = has(row->required, 'Z'),
        .region_label = region_label(row->region),
        .postcode_label = postcode_label(row->zip),
        .postcode_example = row->example,
    };
    return ST_OK;
}

/* ---- postcodes ---- */

static bool alnum(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
}

/* Letters and digits of s, upper case. */
static str compact(struct arena *a, str s)
{
    char *p = NEWN(a, char, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; p && i < s.n; i++) {
        char c = s.p[i] >= 'a' && s.p[i] <= 'z' ? (char)(s.p[i] - 32) : s.p[i];
        if (alnum(c))
            p[n++] = c;
    }
    return (str){ p, p ? n : 0 };
}

/* Put the separators of the example into s, counted from the end: ("SW1A1AA", "EC1Y 8SY") -> "SW1A 1AA". */
static str shape_like(struct arena *a, str s, str example)
{
    char *p = NEWN(a, char, s.n + example.n + 1);
    size_t at = s.n + example.n, left = s.n, end = at;
    for (size_t e = example.n; p && e > 0 && left > 0; e--) {
        char c = example.p[e - 1];
        p[--at] = alnum(c) ? s.p[--left] : c;
    }
    while (p && left > 0)
        p[--at] = s.p[--left];
    return (str){ p ? p + at : NULL, p ? end - at : 0 };
}

/* Upper case, one space where there were several characters of white space. */
static str tidy(struct arena *a, str s)
{
    s = str_upper(a, str_trim(s));
    char *p = NEWN(a, char, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; p && i < s.n; i++) {
        char c = s.p[i] == '\t' ? ' ' : s.p[i];
        if (c != ' ' || n == 0 || p[n - 1] != ' ')
            p[n++] = c;
    }
    return (str){ p, p ? n : 0 };
}

/* The spellings of s that the country might mean, best first: as its example is written, as typed, bare. */
static bool fits(struct arena *a, struct address_row *row, str s, str *out)
{
    const struct pattern *p = place_pattern(&row->postcode);
    str bare = compact(a, s);
    const str tries[] = { shape_like(a, bare, row->example), s, bare };
    for (size_t i = 0; p && i < COUNT(tries); i++)
        if (!str_empty(tries[i]) && pattern_whole(p, tries[i])) {
            *out = tries[i];
            return true;
        }
    return false;
}

st postcode_clean(struct arena *a, str country, str typed, str *out)
{
    struct address_row *row;
    TRY(row_of(country, &row));
    str s = tidy(a, typed);
    bool any = str_empty(row->postcode.text);
    /* "D-10115", "LV1073", "FI-00100": people write the country in front, or leave out what belongs there. */
    str after = s, prefixed = str_fmt(a, "%.*s-%.*s", STR_ARG(row->country), STR_ARG(s));
    while (after.n > 0 && (alnum(after.p[0]) ? after.p[0] > '9' : true))
        after = str_sub(after, 1, after.n);
    *out = s;
    if (arena_failed(a))
        return ST_NO_MEMORY;
    if (any || fits(a, row, s, out) || fits(a, row, prefixed, out))
        return ST_OK;
    bool country_in_front = str_starts(s, row->country) || (s.n > 2 && s.p[1] == '-');
    return country_in_front && fits(a, row, after, out) ? ST_OK : ST_INVALID;
}

/* ---- the check ---- */

static void problem(struct place_problems *p, const char *field, const char *message, str example)
{
    if (p->n < COUNT(p->v))
        p->v[p->n++] = (struct place_problem){ field, message, example };
}

static void trim_all(struct address *a)
{
    str *const parts[] = { &a->name, &a->company, &a->line1, &a->line2, &a->city, &a->region, &a->postcode };
    for (size_t i = 0; i < COUNT(parts); i++)
        *parts[i] = str_trim(*parts[i]);
}

st address_check(struct arena *a, struct address *in, struct place_problems *out)
{
    *out = (struct place_problems){ .n = 0 };
    trim_all(in);
    struct address_row *row;
    const struct country *country;
    st found = country_find(in->country, &country);
    if (found == ST_OK) {
        in->country = (str){ country->code, 2 };
        found = row_of(in->country, &row);
    }
    if (found == ST_NOT_FOUND) {
        problem(out, "country", "err.country", S(""));
        return ST_OK;
    }
    TRY(found);
    if (str_empty(in->line1))
        problem(out, "address1", "err.address1", S(""));
    if (str_empty(in->city) && has(row->required, 'C'))
        problem(out, "city", "err.city", S(""));
    if (str_empty(in->region) && has(row->required, 'S'))
        problem(out, "region", "err.region", S(""));
    if (str_empty(in->postcode)) {
        if (has(row->required, 'Z'))
            problem(out, "postcode", "err.postcode.missing", row->example);
        return ST_OK;
    }
    st fit = postcode_clean(a, in->country, in->postcode, &in->postcode);
    if (fit == ST_INVALID)
        problem(out, "postcode", "err.postcode", row->example);
    return fit == ST_INVALID ? ST_OK : fit;
}

/* ---- printing ---- */

struct printer {
    const struct address *address;
    struct address_row *row;
    struct arena *arena;
    struct address_lines *lines;
    str line; /* so far */
    bool part; /* something of the address stands in it, not only punctuation */
};

/* What stands before the line's own text is cut: the parts in it move with it. */
static void moved(struct address_part *part, size_t line, size_t by)
{
    if (part->there && part->line == line)
        part->at -= by < part->at ? by : part->at;
}

static void end_line(struct printer *p)
{
    str line = str_trim(p->line);
    size_t cut = line.n > 0 ? (size_t)(line.p - p->line.p) : 0;
    moved(&p->lines->city, p->lines->n, cut);
    moved(&p->lines->postcode, p->lines->n, cut);
    moved(&p->lines->region, p->lines->n, cut);
    while (line.n > 0 && (line.p[line.n - 1] == ',' || line.p[line.n - 1] == '-'))
        line = str_trim(str_sub(line, 0, line.n - 1));
    if (p->part && line.n > 0 && p->lines->n < COUNT(p->lines->v))
        p->lines->v[p->lines->n++] = line;
    p->line = S("");
    p->part = false;
}

static void put_part(struct printer *p, char letter)
{
    const struct address *a = p->address;
    str s = letter == 'N'   ? a->name
            : letter == 'O' ? a->company
            : letter == 'A' ? a->line1
            : letter == 'C' ? a->city
            : letter == 'S' ? a->region
            : letter == 'Z' ? a->postcode
                            : S("");
    if (str_empty(s))
        return;
    if (has(p->row->upper, letter))
        s = upper_latin(p->arena, s);
    struct address_part here = { true, p->lines->n, p->line.n, s.n };
    if (letter == 'C')
        p->lines->city = here;
    else if (letter == 'Z')
        p->lines->postcode = here;
    else if (letter == 'S')
        p->lines->region = here;
    p->line = str_cat(p->arena, p->line, s);
    p->part = true;
    if (letter == 'A' && !str_empty(a->line2)) {
        end_line(p);
        p->line = a->line2;
        p->part = true;
    }
}

st address_print(struct arena *a, const struct address *in, str from, struct address_lines *out)
{
    const struct country *country;
    struct printer p = { .address = in, .arena = a, .lines = out, .line = S("") };
    *out = (struct address_lines){ 0 };
    TRY(country_find(in->country, &country));
    TRY(row_of(in->country, &p.row));
    str f = p.row->format;
    for (size_t i = 0; i < f.n; i++) {
        if (f.p[i] == '%' && i + 1 < f.n) {
            if (f.p[++i] == 'n')
                end_line(&p);
            else
                put_part(&p, f.p[i]);
        } else {
            p.line = str_cat(a, p.line, str_sub(f, i, 1));
        }
    }
    end_line(&p);
    if (!str_ieq(from, (str){ country->code, 2 }) && out->n < COUNT(out->v))
        out->v[out->n++] = upper_latin(a, str_c(country->name));
    return arena_failed(a) ? ST_NO_MEMORY : ST_OK;
}

str postcode_area(str country, str postcode)
{
    bool outward = str_eq(country, S("GB")) || str_eq(country, S("JE")) || str_eq(country, S("GG")) || str_eq(country, S("IM"));
    str p = str_trim(postcode);
    if (outward) {
        size_t gap = str_index(p, ' ');
        return gap < p.n ? str_sub(p, 0, gap) : p.n > 3 ? str_sub(p, 0, p.n - 3) : S("");
    }
    if (p.n < 4) /* so short that it may be one village */
        return S("");
    size_t end = p.n >= 5 ? 3 : 2;
    while (end > 0 && ((unsigned char)p.p[end] & 0xc0) == 0x80) /* never half a character */
        end--;
    return str_trim(str_sub(p, 0, end));
}
