/* The frame of the look: layout, sample forms, files. */
#include "look.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layout_html.h"

#define PAGE_LIMIT 40000 /* bytes; a page on the wire is compressed and smaller */

static void write_file(struct look *l, const char *name, str text)
{
    char path[4096];
    snprintf(path, sizeof(path), "%s/%s.html", l->dir, name);
    FILE *f = fopen(path, "wb");
    if (!f || fwrite(text.p, 1, text.n, f) != text.n || fclose(f) != 0) {
        perror(path);
        exit(1);
    }
}

static void finish(struct look *l, const char *name, const struct out *o)
{
    bool good = out_st(o) == ST_OK && out_st(&l->body) == ST_OK && out_view(o).n <= PAGE_LIMIT;
    l->pages++;
    l->failed += !good;
    printf("%sok %d - page %s, %zu bytes\n", good ? "" : "not ", l->pages, name, out_view(o).n);
    if (l->dir && good)
        write_file(l, name, out_view(o));
    arena_reset(l->arena);
    out_init(&l->body, l->arena, 1 << 20);
}

void look_page(struct look *l, const char *name, str who, str here, str title)
{
    const struct v_option currencies[] = { { S("GBP"), S("GBP"), true }, { S("EUR"), S("EUR"), false } };
    struct out whole;
    out_init(&whole, l->arena, 1 << 20);
    t_layout(&whole, &(struct v_layout){ .trouble = S("none"),
                         .title = title,
                         .body = tpl_html_of(&l->body),
                         .company = { S("Example Hosting Ltd"), S("1 Sample Street, London, EC1A 1BB, United Kingdom"),
                                      S("01234567"), S("GB 999 9999 73"), S("hello@example.test"), S("+44 20 7946 0000") },
                         .who = who,
                         .here = here,
                         .trial = true,
                         .currencies = { currencies, COUNT(currencies) },
                         .csrf = S("sample"),
                         .language = S("en-GB"),
                     });
    finish(l, name, &whole);
}

void look_bare(struct look *l, const char *name)
{
    struct out whole = l->body;
    finish(l, name, &whole);
}

/* ---- samples */

uid look_uid(int n)
{
    uid u = { { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, (uint8_t)n } };
    return u;
}

money look_money(int64_t minor)
{
    return money_of(minor, S("GBP"));
}

utc look_at(int days, int minutes)
{
    return (utc){ 1795428000 - days * 86400LL - minutes * 60LL };
}

date look_on(int days)
{
    return date_add_days(date_of(2026, 11, 23), days);
}

static const struct form_choice countries[] = { { SI("FR"), SI("France") },
                                                { SI("DE"), SI("Germany") },
                                                { SI("IE"), SI("Ireland") },
                                                { SI("NL"), SI("Netherlands") },
                                                { SI("GB"), SI("United Kingdom") } };

const struct form_view *look_form(struct look *l, enum form_id id, bool bad)
{
    const struct form *form = &forms[id];
    struct form_value *v = NEWN(l->arena, struct form_value, form->n + 1);
    struct field_why *why = NEWN(l->arena, struct field_why, form->n + 1);
    struct form_view *view = NEW(l->arena, struct form_view);
    if (!v || !why || !view)
        exit(1);
    for (size_t i = 0; i < form->n; i++) {
        if (form->fields[i].personal)
            why[i] = (struct field_why){ .why = S("To determine the place of supply and the VAT due, and to prevent fraud."),
                                         .recipients = S("Sandbox payment gateway"),
                                         .kept = S("6 years after the end of the financial year") };
        if (bad && form->fields[i].required && i % 2)
            v[i].error = "err.required";
    }
    *view = (struct form_view){ .form = form, .values = v, .why = why, .csrf = S("sample"), .countries = countries,
                                .n_countries = COUNT(countries) };
    return view;
}

void look_fill(const struct form_view *view, const char *field, str text)
{
    struct form_value *v = (struct form_value *)(uintptr_t)view->values; /* made writable in look_form */
    for (size_t i = 0; i < view->form->n; i++)
        if (strcmp(view->form->fields[i].name, field) == 0)
            v[i].text = text;
}

int main(int argc, char **argv)
{
    struct look l = { .arena = arena_new(64 << 20), .dir = argc > 1 ? argv[1] : NULL };
    if (!l.arena)
        return 1;
    clock_set((utc){ 1795428000 });
    out_init(&l.body, l.arena, 1 << 20);
    look_shop(&l);
    look_account(&l);
    look_mail(&l);
    printf("1..%d\n", l.pages);
    arena_free(l.arena);
    return l.failed != 0;
}
