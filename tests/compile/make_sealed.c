// must not compile: incomplete type
// A feature that makes a sealed value itself.
#include "gate.h"

const struct sealed *make(struct arena *a);
const struct sealed *make(struct arena *a)
{
#ifdef GOOD
    (void)a;
    return NULL;
#else
    return NEW(a, struct sealed);
#endif
}
