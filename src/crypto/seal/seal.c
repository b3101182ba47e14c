/* Sealing: XChaCha20-Poly1305 through libsodium. */
#include "seal.h"

#include "rnd.h"

#include <sodium.h>
#include <string.h>

#define VERSION 1
#define ID_AT 1
#define NONCE_AT 9
#define NONCE 24
#define BOX_AT (NONCE_AT + NONCE)
#define TAG 16

_Static_assert(SEAL_OVERHEAD == BOX_AT + TAG, "format");
_Static_assert(SEAL_KEY == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "libsodium's key");
_Static_assert(NONCE == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, "libsodium's nonce");

/* column 0 row key_id: a zero byte cannot be part of a column's name, so no two places look alike. Nothing without memory, and
 * none without a name: what was sealed under none could never be opened again. */
static str associated(struct arena *a, const struct seal_place *at)
{
    size_t n = at->column.n + 1 + sizeof at->row.b + sizeof at->key_id;
    char *p = NEWN(a, char, n);
    if (!p || at->column.n == 0)
        return (str){ 0 };
    memcpy(p, at->column.p, at->column.n);
    p[at->column.n] = 0;
    memcpy(p + at->column.n + 1, at->row.b, sizeof at->row.b);
    memcpy(p + at->column.n + 1 + sizeof at->row.b, &at->key_id, sizeof at->key_id);
    return (str){ p, n };
}

st seal_close(struct arena *a, const uint8_t key[SEAL_KEY], const struct seal_place *at, str plain, str *sealed)
{
    str ad = associated(a, at);
    uint8_t *p = NEWN(a, uint8_t, plain.n + SEAL_OVERHEAD);
    if (!ad.p || !p)
        return ST_NO_MEMORY;
    p[0] = VERSION;
    memcpy(p + ID_AT, &at->key_id, 8);
    rnd_bytes(p + NONCE_AT, NONCE);
    crypto_aead_xchacha20poly1305_ietf_encrypt(p + BOX_AT, NULL, (const unsigned char *)plain.p, plain.n,
        (const unsigned char *)ad.p, ad.n, NULL, p + NONCE_AT, key);
    *sealed = (str){ (const char *)p, plain.n + SEAL_OVERHEAD };
    return ST_OK;
}

st seal_key_id(str sealed, int64_t *key_id)
{
    if (sealed.n < SEAL_OVERHEAD || sealed.p[0] != VERSION)
        return ST_IO;
    memcpy(key_id, sealed.p + ID_AT, 8);
    return ST_OK;
}

st seal_open(struct arena *a, const uint8_t key[SEAL_KEY], const struct seal_place *at, str sealed, str *plain)
{
    int64_t id;
    TRY(seal_key_id(sealed, &id));
    if (id != at->key_id)
        return ST_IO;
    str ad = associated(a, at);
    size_t n = sealed.n - SEAL_OVERHEAD;
    uint8_t *p = NEWN(a, uint8_t, n + 1);
    if (!ad.p || !p)
        return ST_NO_MEMORY;
    const unsigned char *box = (const unsigned char *)sealed.p;
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(p, NULL, NULL, box + BOX_AT, n + TAG, (const unsigned char *)ad.p, ad.n,
            box + NONCE_AT, key) != 0)
        return ST_IO;
    *plain = (str){ (const char *)p, n };
    return ST_OK;
}
