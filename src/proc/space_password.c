#include "space_password.h"

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "codec.h"
#include "hash.h"
#include "rnd.h"
#include "str.h"

#define SLOTS 64
#define REMEMBER_MS 300000
#define TRIES 10
#define TRIES_MS 60000
#define CODE 32

struct space_passwords {
    uint8_t key[HASH_KEY];
    struct {
        uint8_t code[CODE];
        int64_t until;
    } right[SLOTS];
    struct {
        int n;
        int64_t since;
    } wrong[SLOTS]; /* by space; two spaces may share a slot, and then share their patience */
};

st space_passwords_new(struct arena *a, struct space_passwords **out)
{
    struct space_passwords *p = NEW(a, struct space_passwords);
    if (p == NULL)
        return ST_NO_MEMORY;
    rnd_bytes(p->key, sizeof p->key);
    *out = p;
    return ST_OK;
}

static st read_file(struct arena *a, int dir, str *text)
{
    const size_t room = 512;
    char *buf = NEWN(a, char, room);
    int fd = openat(dir, "password", O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    ssize_t n = fd < 0 || buf == NULL ? -1 : read(fd, buf, room);
    if (fd >= 0)
        close(fd);
    if (n <= 0)
        return ST_IO;
    *text = str_trim((str){ buf, (size_t)n });
    return ST_OK;
}

/* "Basic base64(NAME:PASSWORD)" of this space. */
static st password_of(struct arena *a, str authorization, str space, str *password)
{
    str plain;
    if (!str_istarts(authorization, S("Basic ")) || authorization.n > 400)
        return ST_DENIED;
    if (b64_parse(a, str_trim(str_sub(authorization, 6, authorization.n)), &plain) != ST_OK)
        return ST_DENIED;
    size_t colon = str_index(plain, ':');
    if (colon == plain.n || !str_eq(str_sub(plain, 0, colon), space))
        return ST_DENIED;
    *password = str_sub(plain, colon + 1, plain.n);
    return ST_OK;
}

/* "scrypt$N$r$p$salt$hash"; the costs are bounded, so that a file cannot make us spend a gigabyte. */
static st scrypt_check(struct arena *a, str stored, str password)
{
    str part[6] = { { 0 } }, rest = stored;
    size_t n = 0;
    while (n < COUNT(part) && str_next(&rest, '$', &part[n]))
        n++;
    int64_t cost, block, lanes;
    str salt, want;
    unsigned char got[32];
    bool sound = n == COUNT(part) && rest.p == NULL && str_eq(part[0], S("scrypt")) &&
                 i64_parse(part[1], 2, 1 << 17, &cost) == ST_OK && i64_parse(part[2], 1, 16, &block) == ST_OK &&
                 i64_parse(part[3], 1, 4, &lanes) == ST_OK && b64_parse(a, part[4], &salt) == ST_OK &&
                 b64_parse(a, part[5], &want) == ST_OK && want.n == sizeof got;
    if (!sound)
        return ST_IO;
    int ok = EVP_PBE_scrypt(password.p, password.n, (const unsigned char *)salt.p, salt.n, (uint64_t)cost,
                            (uint64_t)block, (uint64_t)lanes, (uint64_t)512 << 20, got, sizeof got);
    ERR_clear_error();
    if (ok != 1)
        return ST_NO_MEMORY;
    return bytes_eq_ct(got, want.p, sizeof got) ? ST_OK : ST_DENIED;
}

/* ---- what is remembered */

static bool is_remembered(const struct space_passwords *p, const uint8_t code[CODE], int64_t now)
{
    size_t slot = code[0] % SLOTS;
    return now < p->right[slot].until && bytes_eq_ct(code, p->right[slot].code, CODE);
}

static void remember(struct space_passwords *p, const uint8_t code[CODE], int64_t now)
{
    size_t slot = code[0] % SLOTS;
    memcpy(p->right[slot].code, code, CODE);
    p->right[slot].until = now + REMEMBER_MS;
}

/* The counter of a space's wrong passwords in this minute. */
static int *wrong_of(struct space_passwords *p, str space, int64_t now)
{
    uint8_t place[16];
    hash_keyed(p->key, space, place, sizeof place);
    size_t slot = place[0] % SLOTS;
    if (now - p->wrong[slot].since >= TRIES_MS) {
        p->wrong[slot].n = 0;
        p->wrong[slot].since = now;
    }
    return &p->wrong[slot].n;
}

static st check(struct space_passwords *p, struct arena *a, int dir, str space, str authorization)
{
    uint8_t code[CODE];
    str password, stored;
    int64_t now = clock_ms();
    TRY(password_of(a, authorization, space, &password));
    TRY(read_file(a, dir, &stored));
    hash_keyed(p->key, str_cat(a, str_cat(a, stored, S("\n")), password), code, sizeof code);
    if (arena_failed(a))
        return ST_NO_MEMORY;
    if (is_remembered(p, code, now))
        return ST_OK;
    int *wrong = wrong_of(p, space, now);
    if (*wrong >= TRIES)
        return ST_LIMIT;
    st r = scrypt_check(a, stored, password);
    if (r == ST_OK)
        remember(p, code, now);
    else if (r == ST_DENIED)
        ++*wrong;
    return r;
}

st space_password_check(struct space_passwords *p, int dir, str space, str authorization)
{
    struct arena *a = arena_new(1u << 16);
    if (a == NULL)
        return ST_NO_MEMORY;
    st r = check(p, a, dir, space, authorization);
    arena_free(a);
    return r;
}
