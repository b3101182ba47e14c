/* Sealing for somebody who is not here: what the public half of a key closes, only its other half opens (X25519), and a
 * stream of pieces that shows when one is changed, missing, or the end (XChaCha20-Poly1305). For the backup of the keys. */
#ifndef AVOW_BOX_H
#define AVOW_BOX_H

#include "arena.h"

#define BOX_KEY 32
#define BOX_OVERHEAD 48
#define BOX_STREAM_HEADER 24
#define BOX_PIECE_OVERHEAD 17

/* The public half of any 32 random bytes. */
void box_public(const uint8_t secret[BOX_KEY], uint8_t public_half[BOX_KEY]);
/* n bytes of `plain` into n + BOX_OVERHEAD. ST_CONFIG: that is no public half. */
NODISCARD st box_close(const uint8_t public_half[BOX_KEY], const uint8_t *plain, size_t n, uint8_t *sealed);
/* And back. ST_IO: closed for somebody else, or changed. */
NODISCARD st box_open(const uint8_t secret[BOX_KEY], const uint8_t *sealed, size_t n, uint8_t *plain);

struct box_stream; /* locked memory of its arena */
/* Begin to write; `header` goes before the first piece. NULL without memory. */
struct box_stream *box_write(struct arena *, const uint8_t key[BOX_KEY], uint8_t header[BOX_STREAM_HEADER]);
/* n bytes into n + BOX_PIECE_OVERHEAD; `with` is vouched for too, and has to be the same when it is read. */
void box_push(struct box_stream *, const uint8_t *plain, size_t n, str with, bool last, uint8_t *sealed);
struct box_stream *box_read(struct arena *, const uint8_t key[BOX_KEY], const uint8_t header[BOX_STREAM_HEADER]);
/* n bytes into n - BOX_PIECE_OVERHEAD. ST_IO: not the next piece. */
NODISCARD st box_pull(struct box_stream *, const uint8_t *sealed, size_t n, str with, uint8_t *plain, bool *last);
void box_end(struct box_stream *); /* wipe its key; NULL is fine */

#endif
