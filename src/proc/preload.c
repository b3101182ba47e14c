/* What features read once per process. */
#include "preload.h"

#include "vat.h"

#include <stdio.h>

st preload_features(struct arena *a, const struct config *c)
{
    struct vat_fault fault = { 0 };
    st s = vat_book_open(a, c, &fault);
    if (s != ST_OK)
        fprintf(stderr, "avow: %s\n", fault.text);
    return s;
}
