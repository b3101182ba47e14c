/* Signatures: Ed25519 (RFC 8032). The seed stays in the vault; everybody may have the public half. */
#ifndef AVOW_SIGN_H
#define AVOW_SIGN_H

#include "arena.h"

#define SIGN_SEED 32
#define SIGN_PUBLIC 32
#define SIGN_BYTES 64

/* Sign `text` with the key pair of this seed; the public half comes with it. */
void sign_make(const uint8_t seed[SIGN_SEED], str text, uint8_t signature[SIGN_BYTES], uint8_t public_half[SIGN_PUBLIC]);
bool sign_holds(const uint8_t public_half[SIGN_PUBLIC], str text, const uint8_t signature[SIGN_BYTES]);
/* The public half as SubjectPublicKeyInfo in PEM (RFC 8410), which openssl reads. */
str sign_pem(struct arena *, const uint8_t public_half[SIGN_PUBLIC]);
/* A signed note (C2SP signed-note): the text, an empty line, and a line with the name and the signature under it. `text` ends with
 * a line end; `name` holds neither spaces nor '+'. */
str sign_note(struct arena *, str text, str name, const uint8_t signature[SIGN_BYTES], const uint8_t public_half[SIGN_PUBLIC]);
/* The key by which such a note is checked: "name+1a2b3c4d+AQ…" (C2SP signed-note, verifier keys). */
str sign_note_key(struct arena *, str name, const uint8_t public_half[SIGN_PUBLIC]);
/* SHA-256 as hex, piece by piece: what `sha256sum -c` compares. */
struct sign_sum {
    _Alignas(16) uint8_t state[128];
};
void sign_sum_begin(struct sign_sum *);
void sign_sum_add(struct sign_sum *, str);
str sign_sum_end(struct sign_sum *, struct arena *);

#endif
