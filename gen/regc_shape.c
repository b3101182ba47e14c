/* Shapes: fields of records, commands and messages, as C structs and as tables for src/base/wire.c. */
#include "regc.h"

#include <string.h>

struct shape *shape_find(const struct shapes *s, const char *name)
{
    for (size_t i = 0; i < s->n; i++)
        if (strcmp(s->v[i]->name, name) == 0)
            return s->v[i];
    return NULL;
}

struct shapes shape_records(const struct lines *ls)
{
    struct shapes records = { 0 };
    for (size_t i = 0; i < ls->n; i++) {
        if (!is(&ls->v[i], "record"))
            continue;
        expect_tokens(&ls->v[i], 2, 2);
        struct shape *s = keep(sizeof(*s));
        s->name = ident(&ls->v[i], 1);
        if (shape_find(&records, s->name))
            die_at(&ls->v[i], "record '%s' stands here twice", s->name);
        records.v = append(records.v, &records.n, sizeof(*records.v));
        records.v[records.n - 1] = s;
    }
    return records;
}

void shape_add(struct shape *s, const struct line *l, const struct shapes *records)
{
    struct shape_field f = { .name = ident(l, 1), .type = word(l, 2), .at = l };
    for (size_t i = 0; i < s->n; i++)
        if (strcmp(s->v[i].name, f.name) == 0)
            die_at(l, "field '%s' stands here twice", f.name);
    if (strncmp(f.type, "list:", 5) == 0) {
        f.record = shape_find(records, f.type + 5);
        if (!f.record)
            die_at(l, "there is no record '%s'", f.type + 5);
        f.type = "list";
    }
    bool sized = f.record || strcmp(f.type, "str") == 0 || strcmp(f.type, "bytes") == 0;
    if (!sized && strcmp(f.type, "i64") != 0 && strcmp(f.type, "bool") != 0 && strcmp(f.type, "uid") != 0)
        die_at(l, "'%s' is no type: i64 bool uid str bytes list:RECORD", f.type);
    expect_tokens(l, sized ? 4 : 3, sized ? 4 : 3);
    if (sized)
        f.max = number(l, 3, 1, 180000);
    s->v = append(s->v, &s->n, sizeof(*s->v));
    s->v[s->n - 1] = f;
}

long shape_max_bytes(const struct shape *s)
{
    long sum = 0;
    for (size_t i = 0; i < s->n; i++) {
        const struct shape_field *f = &s->v[i];
        if (f->record)
            sum += 4 + f->max * shape_max_bytes(f->record);
        else if (f->max)
            sum += 4 + f->max;
        else
            sum += strcmp(f->type, "i64") == 0 ? 8 : strcmp(f->type, "uid") == 0 ? 16 : 1;
    }
    return sum;
}

void put_struct(FILE *h, const struct shape *s, const char *name)
{
    fprintf(h, "struct %s {\n", name);
    for (size_t i = 0; i < s->n; i++) {
        const struct shape_field *f = &s->v[i];
        if (f->record)
            fprintf(h, "    struct %s_list %s;\n", f->record->name, f->name);
        else if (strcmp(f->type, "i64") == 0)
            fprintf(h, "    int64_t %s;\n", f->name);
        else
            fprintf(h, "    %s %s;\n", strcmp(f->type, "bytes") == 0 ? "str" : f->type, f->name);
    }
    if (s->n == 0)
        fputs("    bool nothing; /* C wants a member */\n", h);
    fputs("};\n", h);
}

void put_shape(FILE *c, const struct shape *s, const char *name, bool public)
{
    if (s->n)
        fprintf(c, "static const struct wire_field %s_fields[] = {\n", name);
    for (size_t i = 0; i < s->n; i++) {
        const struct shape_field *f = &s->v[i];
        fprintf(c, "    { \"%s\", WIRE_%s, %ld, offsetof(struct %s, %s), ", f->name, upper(f->type), f->max, name,
                f->name);
        if (f->record)
            fprintf(c, "&%s_shape },\n", f->record->name);
        else
            fputs("NULL },\n", c);
    }
    if (s->n)
        fputs("};\n", c);
    fprintf(c, "%sconst struct wire_shape %s_shape = { \"%s\", ", public ? "" : "static ", name, name);
    if (s->n)
        fprintf(c, "%s_fields, %zu, ", name, s->n);
    else
        fputs("NULL, 0, ", c);
    fprintf(c, "sizeof(struct %s) };\n", name);
}

void put_records(FILE *h, FILE *c, const struct shapes *records)
{
    for (size_t i = 0; i < records->n; i++) {
        const struct shape *r = records->v[i];
        for (size_t k = 0; k < r->n; k++)
            if (r->v[k].record)
                die_at(r->v[k].at, "a record may not hold a list");
        if (r->n == 0)
            die("record '%s' has no fields", r->name);
        put_struct(h, r, r->name);
        fprintf(h, "struct %s_list {\n    struct %s *v;\n    size_t n;\n};\n", r->name, r->name);
        put_shape(c, r, r->name, false);
    }
    fputc('\n', h);
    fputc('\n', c);
}
