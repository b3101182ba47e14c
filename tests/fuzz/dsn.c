/* Fuzz target of what comes back of announcements: delivery reports and complaints.
 *
 * Whatever is sent, a message counts only when it says without doubt what it is, and names a message of ours. */
#include "fuzz.h"

#include <string.h>

#include "announce.h"
#include "codec.h"
#include "str.h"

#define MEMORY ((size_t)16 << 20)

/* What is for good has a status of class 5, about a mailbox that is not there; what is for now has one of class 4 or 5. */
static void consistent(const struct dsn *d)
{
    str status = str_c(d->status);
    fuzz_need(memchr(d->status, 0, sizeof d->status) != NULL);
    if (d->kind == DSN_NOTHING)
        return;
    fuzz_need(!uid_zero(d->message));
    if (d->kind == DSN_HARD)
        fuzz_need(str_starts(status, S("5.1.")) || str_eq(status, S("5.2.1")) || str_eq(status, S("5.0.0")));
    if (d->kind == DSN_SOFT)
        fuzz_need(str_starts(status, S("4.")) || str_starts(status, S("5.")) || str_starts(status, S("2.")));
}

/* The name that it found stands in the message, as we write names. */
static void named(struct arena *a, str bytes, const struct dsn *d)
{
    if (d->kind == DSN_NOTHING)
        return;
    str name = uid_str(a, d->message);
    bool plain = str_find(bytes, name) < bytes.n;
    bool coded = str_find(str_lower(a, bytes), S("content-transfer-encoding")) < bytes.n || str_find(bytes, S("=?")) < bytes.n ||
                 str_find(str_lower(a, bytes), name) < bytes.n;
    fuzz_need(plain || coded);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena *a = arena_new(MEMORY);
    struct dsn first, second;
    str bytes = { (const char *)data, n };
    fuzz_need(a != NULL);
    st s = dsn_read(a, bytes, &first);
    fuzz_need(s == ST_OK || s == ST_INVALID || s == ST_NO_MEMORY);
    if (s == ST_OK) {
        consistent(&first);
        named(a, bytes, &first);
        fuzz_need(dsn_read(a, bytes, &second) == ST_OK && second.kind == first.kind && uid_eq(second.message, first.message));
    }
    arena_free(a);
    return 0;
}
