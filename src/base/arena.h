/* Memory that lives exactly as long as one job: a request, a command, a process.
 *
 * Ownership: everything allocated belongs to the arena and goes when it ends or is rewound.
 * Failure:   over the limit, or when the system has no more, allocation returns NULL and the
 *            arena stays failed (sticky), so a caller may build a whole thing and ask once. */
#ifndef AVOW_ARENA_H
#define AVOW_ARENA_H

#include "base.h"

struct arena;

/* Make an arena that never holds more than `limit` bytes; NULL when the system has none. */
struct arena *arena_new(size_t limit);
/* The same for what lasts as long as the process, tables read once: nobody frees it, and the leak checker knows. */
struct arena *arena_lasting(size_t limit);
void arena_free(struct arena *);
/* Once at the start of a long life: a few megabytes that were given back stay at hand, so that the next burst does not
 * ask the system for each page anew. */
void arena_keep_heap(void);
/* Give back all memory but the first block and run the at-end functions: the arena is as new. */
void arena_reset(struct arena *);

/* Zeroed memory for n objects of `size` bytes, aligned for any type; NULL over the limit. */
void *arena_alloc(struct arena *, size_t size, size_t n);
#define NEW(a, T) ((T *)arena_alloc((a), sizeof(T), 1))
#define NEWN(a, T, n) ((T *)arena_alloc((a), sizeof(T), (n)))

/* Room for n bytes that begin with the old_n at `old` (NULL: none), where it stands when nothing came behind it. What is
 * beyond old_n is not zeroed: for buffers that know how far they are written. */
void *arena_grow(struct arena *, void *old, size_t old_n, size_t n);

/* Run fn(arg) when the arena ends or is reset, last registered first. */
NODISCARD st arena_at_end(struct arena *, void (*fn)(void *), void *arg);
/* True once an allocation has failed since the arena was new or reset. */
bool arena_failed(const struct arena *);
/* Bytes handed out, and number of allocations made, since new or reset. */
size_t arena_used(const struct arena *);
uint64_t arena_count(const struct arena *);

/* For tests: the nth allocation from now (1 = next), in any arena, fails; 0 turns this off. Returns how many were still to come
 * until the one that was to fail before; 0: it did. */
uint64_t arena_fail_at(uint64_t nth);

/* Copies. The text forms return an empty slice on failure (the arena remembers). */
str str_dup(struct arena *, str);
const char *str_z(struct arena *, str); /* NUL-terminated copy for a system call; NULL if it holds NUL */
str str_fmt(struct arena *, const char *fmt, ...) PRINTF(2, 3);
str str_cat(struct arena *, str, str);
str str_lower(struct arena *, str); /* ASCII only */
str str_upper(struct arena *, str);

/* Memory for secrets: locked, kept out of core dumps, wiped when the arena ends. */
void *arena_secret(struct arena *, size_t n);

#endif
