/* Sealed boxes and streams, through libsodium. */
#include "box.h"

#include <sodium.h>

_Static_assert(BOX_KEY == crypto_box_PUBLICKEYBYTES && BOX_KEY == crypto_box_SECRETKEYBYTES, "libsodium's key");
_Static_assert(BOX_OVERHEAD == crypto_box_SEALBYTES, "libsodium's sealed box");
_Static_assert(BOX_KEY == crypto_secretstream_xchacha20poly1305_KEYBYTES, "libsodium's stream key");
_Static_assert(BOX_STREAM_HEADER == crypto_secretstream_xchacha20poly1305_HEADERBYTES, "libsodium's stream header");
_Static_assert(BOX_PIECE_OVERHEAD == crypto_secretstream_xchacha20poly1305_ABYTES, "libsodium's piece");

struct box_stream {
    crypto_secretstream_xchacha20poly1305_state state;
};

void box_public(const uint8_t secret[BOX_KEY], uint8_t public_half[BOX_KEY])
{
    if (crypto_scalarmult_base(public_half, secret) != 0)
        sodium_misuse();
}

st box_close(const uint8_t public_half[BOX_KEY], const uint8_t *plain, size_t n, uint8_t *sealed)
{
    return crypto_box_seal(sealed, plain, n, public_half) == 0 ? ST_OK : ST_CONFIG;
}

st box_open(const uint8_t secret[BOX_KEY], const uint8_t *sealed, size_t n, uint8_t *plain)
{
    uint8_t public_half[BOX_KEY];
    box_public(secret, public_half);
    return crypto_box_seal_open(plain, sealed, n, public_half, secret) == 0 ? ST_OK : ST_IO;
}

struct box_stream *box_write(struct arena *a, const uint8_t key[BOX_KEY], uint8_t header[BOX_STREAM_HEADER])
{
    struct box_stream *b = arena_secret(a, sizeof *b);
    if (b && crypto_secretstream_xchacha20poly1305_init_push(&b->state, header, key) != 0)
        return NULL;
    return b;
}

void box_push(struct box_stream *b, const uint8_t *plain, size_t n, str with, bool last, uint8_t *sealed)
{
    uint8_t tag = last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL
        : crypto_secretstream_xchacha20poly1305_TAG_MESSAGE;
    /* Fails only for lengths far beyond ours. */
    if (crypto_secretstream_xchacha20poly1305_push(&b->state, sealed, NULL, plain, n, (const unsigned char *)with.p,
            with.n, tag) != 0)
        sodium_misuse();
}

struct box_stream *box_read(struct arena *a, const uint8_t key[BOX_KEY], const uint8_t header[BOX_STREAM_HEADER])
{
    struct box_stream *b = arena_secret(a, sizeof *b);
    if (b && crypto_secretstream_xchacha20poly1305_init_pull(&b->state, header, key) != 0)
        return NULL;
    return b;
}

st box_pull(struct box_stream *b, const uint8_t *sealed, size_t n, str with, uint8_t *plain, bool *last)
{
    uint8_t tag = 0;
    if (crypto_secretstream_xchacha20poly1305_pull(&b->state, plain, NULL, &tag, sealed, n,
            (const unsigned char *)with.p, with.n) != 0)
        return ST_IO;
    *last = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
    return ST_OK;
}

void box_end(struct box_stream *b)
{
    if (b)
        sodium_memzero(b, sizeof *b);
}
