/* How long things took, in buckets that are at most 1/64 wide of what they hold. */
#ifndef AVOW_BENCH_LATENCY_H
#define AVOW_BENCH_LATENCY_H

#include <stddef.h>
#include <stdint.h>
#include <time.h>

#define LATENCY_SUB 64 /* buckets in each power of two of microseconds */
#define LATENCY_BUCKETS (32 * LATENCY_SUB)

struct latency {
    int64_t n, v[LATENCY_BUCKETS];
};

static inline int64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static inline size_t latency_bucket(int64_t ns)
{
    uint64_t us = (uint64_t)(ns / 1000);
    if (us < LATENCY_SUB)
        return us;
    int top = 63 - __builtin_clzll(us); /* 6 or more: the top bit and the six below it choose the bucket */
    size_t b = (size_t)(top - 6) * LATENCY_SUB + (size_t)(us >> (top - 6));
    return b < LATENCY_BUCKETS ? b : LATENCY_BUCKETS - 1;
}

static inline void latency_add(struct latency *l, int64_t ns)
{
    l->v[latency_bucket(ns)]++;
    l->n++;
}

/* The upper end of a bucket, in microseconds. */
static inline double latency_us(size_t b)
{
    if (b < LATENCY_SUB)
        return (double)b + 1;
    size_t octave = b / LATENCY_SUB - 1;
    return (double)((uint64_t)(LATENCY_SUB + b % LATENCY_SUB + 1) << octave);
}

/* p of all, between 0 and 1, took no longer than this, in microseconds. */
static inline double latency_at(const struct latency *l, double p)
{
    int64_t seen = 0, want = (int64_t)((double)l->n * p);
    for (size_t b = 0; b < LATENCY_BUCKETS; b++) {
        seen += l->v[b];
        if (seen > want)
            return latency_us(b);
    }
    return 0;
}

#endif
