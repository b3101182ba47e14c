// must not compile: undefined type
// A feature that reads the bytes of a sealed value.
#include "gate.h"

size_t length(const struct sealed *s);
size_t length(const struct sealed *s)
{
#ifdef GOOD
    return s ? 1 : 0;
#else
    return s->bytes.n;
#endif
}
