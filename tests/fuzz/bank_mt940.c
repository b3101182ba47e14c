/* Fuzz target of bank statements: MT940. */
#include "bank.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    return fuzz_bank(BANK_MT940, data, n);
}
