#include "arena.h"

#include "str.h"
#include "t.h"

static int ended[4], n_ended;

static void note(void *p)
{
    ended[n_ended++] = *(int *)p;
}

static void limits(void)
{
    struct arena *a = arena_new(40000);
    char *p = arena_alloc(a, 1, 30000);
    bool zero = p != NULL;
    for (size_t i = 0; p && i < 30000; i++)
        zero = zero && p[i] == 0;
    t_ok(zero, "memory is there and zeroed");
    t_ok(((uintptr_t)NEWN(a, char, 3) & 15) == 0 && ((uintptr_t)NEWN(a, char, 3) & 15) == 0, "aligned for any type");
    t_ok(!arena_failed(a), "not failed below the limit");
    t_ok(arena_alloc(a, 1, 20000) == NULL, "over the limit there is nothing");
    t_ok(arena_failed(a), "and the arena remembers");
    t_ok(arena_alloc(a, SIZE_MAX / 2, 4) == NULL, "a product that overflows is refused");
    arena_reset(a);
    t_ok(!arena_failed(a) && arena_used(a) == 0 && arena_count(a) == 0, "reset makes it new");
    t_ok(arena_alloc(a, 1, 30000) != NULL, "and gives the room back");
    arena_free(a);
}

static void growing(void)
{
    struct arena *a = arena_new(1 << 20);
    char *p = arena_grow(a, NULL, 0, 100), *q = NULL;
    if (p)
        memset(p, 'p', 100);
    t_ok((q = arena_grow(a, p, 100, 3000)) == p || q != NULL, "the last one grows");
    t_ok(q && q[0] == 'p' && q[99] == 'p', "and keeps what it held");
    char *other = NEWN(a, char, 10), *r = arena_grow(a, q, 3000, 5000);
    t_ok(r && r != q && r[99] == 'p', "behind another it moves");
    t_ok(other && other[0] == 0 && other[9] == 0, "which is left alone");
    char *big = arena_grow(a, r, 5000, 100000);
    t_ok(big && big[0] == 'p', "beyond a block it moves too");
    t_ok(arena_grow(a, big, 100000, 2 << 20) == NULL && arena_failed(a), "and has the limit");
    arena_free(a);
}

static void ends(void)
{
    struct arena *a = arena_new(1 << 20);
    int one = 1, two = 2;
    t_st(arena_at_end(a, note, &one), ST_OK, "at end");
    t_st(arena_at_end(a, note, &two), ST_OK, "at end again");
    arena_reset(a);
    t_ok(n_ended == 2 && ended[0] == 2 && ended[1] == 1, "last registered runs first");
    arena_free(a);
    t_i64(n_ended, 2, "and each runs once");
}

static void failing(void)
{
    struct arena *a = arena_new(1 << 20);
    arena_fail_at(2);
    t_ok(NEW(a, int) != NULL, "the first allocation holds");
    t_ok(NEW(a, int) == NULL, "the second is made to fail");
    t_ok(NEW(a, int) != NULL, "the third holds again");
    t_ok(arena_failed(a), "failure is sticky");
    arena_free(a);
}

static void copies(void)
{
    struct arena *a = arena_new(1 << 20);
    t_str(str_dup(a, S("abc")), S("abc"), "dup");
    t_str(str_cat(a, S("ab"), S("cd")), S("abcd"), "cat");
    t_str(str_fmt(a, "%d-%s", 7, "x"), S("7-x"), "fmt");
    t_str(str_lower(a, S("ABC É")), S("abc É"), "lower is ASCII only");
    t_str(str_upper(a, S("abz{")), S("ABZ{"), "upper");
    t_ok(str_z(a, (str){ "a\0b", 3 }) == NULL, "text with NUL has no z form");
    t_ok(strcmp(str_z(a, S("abc")), "abc") == 0, "z form");
    uint8_t *secret = arena_secret(a, 32);
    t_ok(secret && secret[0] == 0 && secret[31] == 0, "secret memory is zeroed");
    t_ok(arena_secret(a, 2 << 20) == NULL, "secret memory has the limit too");
    arena_free(a);
}

int main(void)
{
    limits();
    growing();
    ends();
    failing();
    copies();
    return t_done();
}
