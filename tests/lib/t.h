/* A test program: checks that print TAP, and a last line that says how many there were.
 *
 *   int main(void)
 *   {
 *       t_ok(1 + 1 == 2, "sums");
 *       t_str(S("a"), S("a"), "same text");
 *       return t_done();
 *   } */
#ifndef AVOW_T_H
#define AVOW_T_H

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base.h"

/* Weak: the files of one test program share it. */
struct t_state {
    int run, failed;
};
__attribute__((weak)) struct t_state t_state;

/* The name is printed as "name"; the place only when the check failed. */
static inline bool t_check(bool ok, const char *file, int line, const char *name)
{
    printf("%s %d - %s\n", ok ? "ok" : "not ok", ++t_state.run, name);
    if (!ok) {
        t_state.failed++;
        printf("# at %s:%d\n", file, line);
    }
    fflush(stdout);
    return ok;
}

static inline bool t_check_str(str got, str want, const char *file, int line, const char *name)
{
    bool ok = got.n == want.n && (got.n == 0 || memcmp(got.p, want.p, got.n) == 0);
    t_check(ok, file, line, name);
    if (!ok)
        printf("#  got: %.*s\n# want: %.*s\n", (int)got.n, got.p, (int)want.n, want.p);
    return ok;
}

static inline bool t_check_i64(long long got, long long want, const char *file, int line, const char *name)
{
    t_check(got == want, file, line, name);
    if (got != want)
        printf("#  got: %lld\n# want: %lld\n", got, want);
    return got == want;
}

static inline bool t_check_st(st got, st want, const char *file, int line, const char *name)
{
    t_check(got == want, file, line, name);
    if (got != want)
        printf("#  got: %s\n# want: %s\n", st_info(got)->name, st_info(want)->name);
    return got == want;
}

#define t_ok(cond, name) t_check((cond), __FILE__, __LINE__, (name))
#define t_str(got, want, name) t_check_str((got), (want), __FILE__, __LINE__, (name))
#define t_i64(got, want, name) t_check_i64((long long)(got), (long long)(want), __FILE__, __LINE__, (name))
#define t_st(got, want, name) t_check_st((got), (want), __FILE__, __LINE__, (name))

/* For a test that cannot go on: prints why, and ends the program as failed. */
#define t_need(cond)                                                         \
    do {                                                                     \
        if (!(cond)) {                                                       \
            printf("Bail out! %s:%d: %s\n", __FILE__, __LINE__, #cond);      \
            return 1;                                                        \
        }                                                                    \
    } while (0)

static inline int t_done(void)
{
    printf("1..%d\n", t_state.run);
    return t_state.failed ? 1 : 0;
}

#endif
