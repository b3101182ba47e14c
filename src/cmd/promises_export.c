/* avow promises export FILE: what an auditor takes away, signed by the vault. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bundle.h"
#include "clock.h"
#include "promises.h"
#include "str.h"

/* Under which name it is signed: the shop's own, of which a note's name may hold no spaces and no '+'. */
static str signer(struct arena *a, const struct config *c)
{
    str name = c->web.url;
    size_t at = str_find(name, S("://"));
    name = at < name.n ? str_sub(name, at + 3, name.n) : S("");
    name = str_sub(name, 0, str_index(name, '/'));
    bool good = name.n > 0 && str_index(name, ' ') == name.n && str_index(name, '+') == name.n;
    return good ? str_dup(a, name) : S("avow");
}

static st sign(void *at, str text, uint8_t signature[SIGN_BYTES], uint8_t public_half[SIGN_PUBLIC])
{
    return writer_access_sign(at, text, signature, public_half);
}

st promises_export(const struct promises_place *p, const char *file)
{
    struct writer_access *w;
    TRY(writer_access_open(p->place, &w));
    struct promise_bundle b = { .db = p->db, .arena = p->arena, .statement = p->statement, .now = clock_now(),
                                .name = signer(p->arena, &p->place->config), .sign = sign, .sign_at = w };
    int fd = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        fprintf(stderr, "avow promises: cannot make %s: %s\n", file, strerror(errno));
    st s = fd >= 0 ? promise_bundle_write(&b, fd) : ST_IO;
    if (fd >= 0 && (fsync(fd) != 0 || close(fd) != 0) && s == ST_OK)
        s = ST_IO;
    if (fd >= 0 && s != ST_OK)
        unlink(file);
    st closed = writer_access_close(w);
    return s != ST_OK ? s : closed;
}
