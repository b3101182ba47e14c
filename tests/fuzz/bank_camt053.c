/* Fuzz target of bank statements: CAMT053. */
#include "bank.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    return fuzz_bank(BANK_CAMT053, data, n);
}
