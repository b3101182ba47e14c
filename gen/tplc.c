/* tplc --registry DIR --static DIR --out DIR FILE.html … : writes x_html.h and x_html.c for each file.
 * All templates are read at once, so that calls between them are checked. Files that would not change are
 * left alone, so that nothing is compiled again in vain. */
#include "tplc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void write_changed(const char *path, const struct text *t)
{
    FILE *f = fopen(path, "rb");
    if (f) {
        char *old = keep(t->n + 2);
        size_t n = fread(old, 1, t->n + 1, f);
        fclose(f);
        if (n == t->n && memcmp(old, t->p, n) == 0)
            return;
    }
    f = fopen(path, "wb");
    if (!f || fwrite(t->p, 1, t->n, f) != t->n || fclose(f) != 0)
        die("tplc: cannot write %s", path);
}

static const char *option(int argc, char **argv, int *i)
{
    if (*i + 1 >= argc)
        die("tplc: %s needs a value", argv[*i]);
    return argv[++*i];
}

int main(int argc, char **argv)
{
    const char *registry = NULL, *out = NULL;
    int i = 1;
    for (; i < argc && tp_starts(argv[i], "--"); i++) {
        if (tp_is(argv[i], "--registry"))
            registry = option(argc, argv, &i);
        else if (tp_is(argv[i], "--static"))
            prog.static_dir = option(argc, argv, &i);
        else if (tp_is(argv[i], "--out"))
            out = option(argc, argv, &i);
        else
            die("tplc: no option %s", argv[i]);
    }
    if (!registry || !out || !prog.static_dir || i == argc)
        die("usage: tplc --registry DIR --static DIR --out DIR FILE.html …");
    reg_load(registry);
    for (; i < argc; i++)
        parse_source(argv[i]);
    check_program();
    for (const struct source *s = prog.sources; s; s = s->next) {
        struct text h = { 0 }, c = { 0 };
        emit_header(&h, s);
        emit_code(&c, s);
        write_changed(text_printf("%s/%s_html.h", out, s->stem), &h);
        write_changed(text_printf("%s/%s_html.c", out, s->stem), &c);
    }
    return 0;
}
