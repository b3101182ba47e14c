/* Fuzz target of bank statements: CSV. */
#include "bank.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    return fuzz_bank(BANK_CSV, data, n);
}
