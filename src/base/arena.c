/* Arenas: a chain of blocks, bumped; and, for secrets, locked pages of their own. */
#include "arena.h"

#include <malloc.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "str.h"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#include <sanitizer/lsan_interface.h>
#define POISON(p, n) ASAN_POISON_MEMORY_REGION(p, n)
#define UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION(p, n)
#define NO_LEAK(p) __lsan_ignore_object(p)
#else
#define POISON(p, n) ((void)(p), (void)(n))
#define UNPOISON(p, n) ((void)(p), (void)(n))
#define NO_LEAK(p) ((void)(p))
#endif

#define ALIGN 16
#define BLOCK 16384
/* Left unusable after each allocation, so that a sanitizer sees an overrun into the neighbour. */
#if defined(__SANITIZE_ADDRESS__)
#define GAP 16
#else
#define GAP 0
#endif

struct block {
    struct block *next;
    size_t size, used;
    _Alignas(ALIGN) char data[];
};
struct at_end {
    struct at_end *next;
    void (*fn)(void *);
    void *arg;
};
struct arena {
    struct block *first, *current;
    struct at_end *ends;
    size_t limit, held, used;
    uint64_t count;
    bool failed;
};

/* The one switch that tests throw: it counts allocations of every arena of the process. */
static uint64_t fail_countdown;

uint64_t arena_fail_at(uint64_t nth)
{
    uint64_t left = fail_countdown;
    fail_countdown = nth;
    return left;
}

static bool told_to_fail(void)
{
    return fail_countdown != 0 && --fail_countdown == 0;
}

static struct block *block_new(size_t size)
{
    struct block *b = malloc(sizeof(*b) + size);
    if (!b)
        return NULL;
    *b = (struct block){ .size = size };
    POISON(b->data, size);
    return b;
}

static void block_free(struct block *b)
{
    UNPOISON(b->data, b->size);
    free(b);
}

struct arena *arena_new(size_t limit)
{
    struct arena *a = malloc(sizeof(*a));
    if (!a)
        return NULL;
    *a = (struct arena){ .limit = limit };
    return a;
}

void arena_keep_heap(void)
{
    mallopt(M_TRIM_THRESHOLD, 4 << 20);
    mallopt(M_TOP_PAD, 1 << 20);
}

struct arena *arena_lasting(size_t limit)
{
    struct arena *a = arena_new(limit);
    if (a)
        NO_LEAK(a);
    return a;
}

static void run_ends(struct arena *a)
{
    while (a->ends) {
        struct at_end *e = a->ends;
        a->ends = e->next; /* first, so that fn may register again without a loop */
        e->fn(e->arg);
    }
}

static void blocks_free_from(struct arena *a, struct block *b)
{
    while (b) {
        struct block *next = b->next;
        a->held -= b->size;
        block_free(b);
        b = next;
    }
}

void arena_reset(struct arena *a)
{
    run_ends(a);
#ifdef AVOW_ARENA_MALLOC
    blocks_free_from(a, a->first);
    a->first = NULL;
#else
    if (a->first) {
        blocks_free_from(a, a->first->next);
        a->first->next = NULL;
        a->first->used = 0;
        POISON(a->first->data, a->first->size);
    }
#endif
    a->current = a->first;
    a->used = 0;
    a->count = 0;
    a->failed = false;
}

void arena_free(struct arena *a)
{
    if (!a)
        return;
    run_ends(a);
    blocks_free_from(a, a->first);
    free(a);
}

static void *fail(struct arena *a)
{
    a->failed = true;
    return NULL;
}

/* A block that has room for `need` more bytes, or NULL. */
static struct block *block_with_room(struct arena *a, size_t need)
{
    if (a->current && a->current->size - a->current->used >= need)
        return a->current;
#ifdef AVOW_ARENA_MALLOC
    size_t size = need;
#else
    size_t size = need > BLOCK ? need : BLOCK;
    if (size > a->limit - a->held)
        size = need;
#endif
    if (size > a->limit - a->held)
        return NULL;
    struct block *b = block_new(size);
    if (!b)
        return NULL;
    a->held += size;
    if (a->current)
        a->current->next = b;
    else
        a->first = b;
    a->current = b;
    return b;
}

/* What `bytes` take in a block. */
static size_t room_for(size_t bytes)
{
    size_t need = (bytes + GAP + ALIGN - 1) / ALIGN * ALIGN;
    return need ? need : ALIGN;
}

static void *take(struct arena *a, size_t bytes)
{
    size_t need = room_for(bytes);
    struct block *b = block_with_room(a, need);
    if (!b)
        return fail(a);
    void *p = b->data + b->used;
    UNPOISON(p, bytes);
    b->used += need;
    a->used += bytes;
    a->count++;
    return p;
}

void *arena_alloc(struct arena *a, size_t size, size_t n)
{
    size_t bytes;
    if (told_to_fail() || __builtin_mul_overflow(size, n, &bytes) || bytes > a->limit)
        return fail(a);
    void *p = take(a, bytes);
    return p ? memset(p, 0, bytes) : NULL;
}

void *arena_grow(struct arena *a, void *old, size_t old_n, size_t n)
{
    if (told_to_fail() || n > a->limit || n < old_n)
        return fail(a);
    struct block *b = a->current;
    size_t had = room_for(old_n), need = room_for(n);
    if (old && b && (char *)old + had == b->data + b->used && need - had <= b->size - b->used) {
        UNPOISON(old, n);
        b->used += need - had;
        a->used += n - old_n;
        a->count++;
        return old;
    }
    void *p = take(a, n);
    if (p && old_n)
        memcpy(p, old, old_n);
    return p;
}

st arena_at_end(struct arena *a, void (*fn)(void *), void *arg)
{
    struct at_end *e = NEW(a, struct at_end);
    if (!e)
        return ST_NO_MEMORY;
    *e = (struct at_end){ a->ends, fn, arg };
    a->ends = e;
    return ST_OK;
}

bool arena_failed(const struct arena *a)
{
    return a->failed;
}

size_t arena_used(const struct arena *a)
{
    return a->used;
}

uint64_t arena_count(const struct arena *a)
{
    return a->count;
}

void *arena_secret(struct arena *a, size_t n)
{
    if (told_to_fail() || n > a->limit || sodium_init() < 0)
        return fail(a);
    void *p = sodium_malloc(n); /* locked, between guard pages, left out of core dumps, wiped by sodium_free */
    if (!p)
        return fail(a);
    memset(p, 0, n);
    if (arena_at_end(a, sodium_free, p) != ST_OK) {
        sodium_free(p);
        return NULL;
    }
    return p;
}

/* Copies ---------------------------------------------------------------------------------------------- */

/* Bytes that are written at once need not be zero before. */
static char *bytes_for(struct arena *a, size_t n)
{
    return arena_grow(a, NULL, 0, n);
}

str str_dup(struct arena *a, str s)
{
    char *p = bytes_for(a, s.n);
    if (!p)
        return (str){ 0 };
    if (s.n)
        memcpy(p, s.p, s.n);
    return (str){ p, s.n };
}

const char *str_z(struct arena *a, str s)
{
    if (s.n && memchr(s.p, 0, s.n))
        return NULL;
    char *p = s.n < SIZE_MAX ? bytes_for(a, s.n + 1) : NULL;
    if (p && s.n)
        memcpy(p, s.p, s.n);
    if (p)
        p[s.n] = '\0';
    return p;
}

str str_fmt(struct arena *a, const char *fmt, ...)
{
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    char *p = n < 0 ? NULL : bytes_for(a, (size_t)n + 1);
    if (p)
        vsnprintf(p, (size_t)n + 1, fmt, again);
    va_end(again);
    return p ? (str){ p, (size_t)n } : (str){ 0 };
}

str str_cat(struct arena *a, str x, str y)
{
    size_t n;
    char *p = __builtin_add_overflow(x.n, y.n, &n) ? fail(a) : bytes_for(a, n);
    if (!p)
        return (str){ 0 };
    if (x.n)
        memcpy(p, x.p, x.n);
    if (y.n)
        memcpy(p + x.n, y.p, y.n);
    return (str){ p, x.n + y.n };
}

static str mapped(struct arena *a, str s, char from, char to)
{
    char *p = NEWN(a, char, s.n);
    if (!p)
        return (str){ 0 };
    for (size_t i = 0; i < s.n; i++)
        p[i] = s.p[i] >= from && s.p[i] < from + 26 ? (char)(s.p[i] - from + to) : s.p[i];
    return (str){ p, s.n };
}

str str_lower(struct arena *a, str s)
{
    return mapped(a, s, 'A', 'a');
}

str str_upper(struct arena *a, str s)
{
    return mapped(a, s, 'a', 'A');
}
