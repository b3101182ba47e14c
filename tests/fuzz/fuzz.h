/* What every fuzz target shares. A target defines LLVMFuzzerTestOneInput(); under clang libFuzzer calls it with inputs
 * that it makes up, under any compiler replay.c calls it with the committed corpus, in the normal test run. */
#ifndef AVOW_FUZZ_H
#define AVOW_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* The oracle says no. */
#define fuzz_need(cond)       \
    do {                      \
        if (!(cond))          \
            __builtin_trap(); \
    } while (0)

#endif
