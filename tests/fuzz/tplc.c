/* Fuzz target of the template compiler, with an oracle: what it accepts becomes C in which the template's text stands in string
 * literals and nowhere else, and the same again the second time.
 *
 *   a template file
 *
 * The compiler ends at the first mistake. For this target (tplc_host.h) its exit() comes back here, what it allocated is given
 * back after each input, and its messages are thrown away. */
#include "fuzz.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tplc.h"
#include "tplc_host.h"

union allocated { /* aligned for whatever comes after it */
    union allocated *next;
    max_align_t any;
};

static struct {
    jmp_buf refused;
    bool trying;
    union allocated *all; /* of the present input */
    const uint8_t *data;
    size_t n;
} host;

/* ---- what the compiler asks of its host ---------------------------------------------------------------------------- */

void host_exit(int code)
{
    if (!host.trying) {
        fprintf(stderr, "the registry of tests/gen/tplc cannot be read\n");
        abort();
    }
    longjmp(host.refused, code + 1);
}

void *host_calloc(size_t n, size_t size)
{
    union allocated *p = calloc(1, sizeof *p + n * size);
    fuzz_need(p != NULL);
    if (host.trying) {
        p->next = host.all;
        host.all = p;
    }
    return p + 1;
}

FILE *host_fopen(const char *path, const char *mode)
{
    if (strcmp(path, "fuzz.html") != 0)
        return fopen(path, mode);
    return fmemopen((void *)(uintptr_t)host.data, host.n, mode);
}

int host_fputc(int c, FILE *f)
{
    (void)f;
    return c;
}

int host_fprintf(FILE *f, const char *fmt, ...)
{
    (void)f;
    (void)fmt;
    return 0;
}

int host_vfprintf(FILE *f, const char *fmt, va_list ap)
{
    (void)f;
    (void)fmt;
    (void)ap;
    return 0;
}

static void give_back(void)
{
    while (host.all) {
        union allocated *next = host.all->next;
        free(host.all);
        host.all = next;
    }
}

/* ---- the oracle ---------------------------------------------------------------------------------------------------- */

/* Past the literal that begins at p: the other quotation mark, not escaped, on the same line. */
static const char *past_literal(const char *p)
{
    char mark = *p++;
    while (*p != mark) {
        fuzz_need(*p >= ' ' && *p < 0x7f);
        p += *p == '\\' ? 2 : 1;
    }
    return p + 1;
}

static const char *past_comment(const char *p)
{
    const char *end = strstr(p + 2, "*/");
    fuzz_need(end != NULL);
    return end + 2;
}

/* Outside literals there is only what C is made of, and its brackets fit. */
static void is_sound_c(const char *p)
{
    int round = 0, curly = 0;
    while (*p) {
        if (*p == '"' || *p == '\'') {
            p = past_literal(p);
        } else if (p[0] == '/' && p[1] == '*') {
            p = past_comment(p);
        } else {
            fuzz_need(*p == '\n' || (*p >= ' ' && *p < 0x7f && *p != '\\' && *p != '`' && *p != '@' && *p != '$'));
            round += (*p == '(') - (*p == ')');
            curly += (*p == '{') - (*p == '}');
            fuzz_need(round >= 0 && curly >= 0);
            p++;
        }
    }
    fuzz_need(round == 0 && curly == 0);
}

/* ---- one input ------------------------------------------------------------------------------------------------------ */

/* False when it was refused. */
static bool compile(struct text *header, struct text *code)
{
    prog = (struct program){ .static_dir = FUZZ_TPLC "/static" };
    host.trying = true;
    if (setjmp(host.refused) != 0) {
        host.trying = false;
        return false;
    }
    parse_source("fuzz.html");
    check_program();
    for (const struct source *s = prog.sources; s; s = s->next) {
        emit_header(header, s);
        emit_code(code, s);
    }
    host.trying = false;
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static bool ready;
    if (!ready)
        reg_load(FUZZ_TPLC "/registry");
    ready = true;
    if (n == 0)
        return 0;
    host.data = data;
    host.n = n;
    struct text header = { 0 }, code = { 0 }, again_header = { 0 }, again_code = { 0 };
    if (compile(&header, &code)) {
        is_sound_c(header.p);
        is_sound_c(code.p);
        fuzz_need(compile(&again_header, &again_code));
        fuzz_need(strcmp(header.p, again_header.p) == 0 && strcmp(code.p, again_code.p) == 0);
    }
    give_back();
    return 0;
}
