/* Fuzz target of bank statements: OFX. */
#include "bank.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    return fuzz_bank(BANK_OFX, data, n);
}
