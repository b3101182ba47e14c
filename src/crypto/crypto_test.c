/* Sealing, keyed hashing, password hashes: what opens, and everything that must not. */
#include "hash.h"
#include "pwhash.h"
#include "seal.h"
#include "sign.h"

#include "codec.h"

#include "rnd.h"
#include "str.h"
#include "t.h"

static const uint8_t key_a[SEAL_KEY] = { 1 }, key_b[SEAL_KEY] = { 2 };

static void test_seal(struct arena *a)
{
    struct seal_place at = { .column = S("person.email"), .row = { { 5 } }, .key_id = 258 };
    str sealed, again, plain = { 0 };
    t_st(seal_close(a, key_a, &at, S("jo@example.test"), &sealed), ST_OK, "sealed");
    t_i64((long long)sealed.n, 15 + SEAL_OVERHEAD, "as long as the format says");
    t_ok(str_find(sealed, S("example")) == sealed.n, "nothing of the text shows");
    t_st(seal_open(a, key_a, &at, sealed, &plain), ST_OK, "opened");
    t_str(plain, S("jo@example.test"), "the same text");
    t_st(seal_close(a, key_a, &at, S("jo@example.test"), &again), ST_OK, "sealed again");
    t_ok(!str_eq(sealed, again), "looks different each time");
    int64_t id = 0;
    t_st(seal_key_id(sealed, &id), ST_OK, "the key's id is readable");
    t_i64(id, 258, "and right");
    t_st(seal_open(a, key_b, &at, sealed, &plain), ST_IO, "not with another key");
    struct seal_place other = at;
    other.column = S("person.telephone");
    t_st(seal_open(a, key_a, &other, sealed, &plain), ST_IO, "not in another column");
    other = at;
    other.row.b[0] = 6;
    t_st(seal_open(a, key_a, &other, sealed, &plain), ST_IO, "not in another row");
    other = at;
    other.key_id = 259;
    t_st(seal_open(a, key_a, &other, sealed, &plain), ST_IO, "not under another key's id");
    char *bytes = (char *)(uintptr_t)sealed.p;
    int opened = 0;
    for (size_t i = 0; i < sealed.n; i++) {
        bytes[i] ^= 1;
        opened += seal_open(a, key_a, &at, sealed, &plain) == ST_OK;
        bytes[i] ^= 1;
    }
    t_i64(opened, 0, "no byte can be changed");
    for (size_t n = 0; n < sealed.n; n++)
        opened += seal_open(a, key_a, &at, str_sub(sealed, 0, n), &plain) == ST_OK;
    t_i64(opened, 0, "and none cut off");
    t_st(seal_close(a, key_a, &at, S(""), &sealed), ST_OK, "nothing, sealed");
    t_st(seal_open(a, key_a, &at, sealed, &plain), ST_OK, "opens");
    t_i64((long long)plain.n, 0, "as nothing");
}

static void test_hash(void)
{
    uint8_t x[32], y[32], p[32];
    hash_keyed(key_a, S("value"), x, sizeof x);
    hash_keyed(key_a, S("value"), y, sizeof y);
    t_ok(bytes_eq_ct(x, y, 32), "the same every time");
    hash_keyed(key_b, S("value"), y, sizeof y);
    t_ok(!bytes_eq_ct(x, y, 32), "another key, another code");
    hash_plain(S("value"), p);
    t_ok(!bytes_eq_ct(x, p, 32), "a fingerprint is no keyed code");
    hash_derive(key_a, S("one"), x);
    hash_derive(key_a, S("two"), y);
    t_ok(!bytes_eq_ct(x, y, 32), "another label, another key");
}

static void test_password(void)
{
    const struct pwhash_cost cheap = { .memory_kib = 64, .passes = 1 }, dearer = { .memory_kib = 128, .passes = 1 };
    uint8_t random[PWHASH_RANDOM];
    char text[PWHASH_TEXT], text2[PWHASH_TEXT];
    rnd_bytes(random, sizeof random);
    t_st(pwhash_make(cheap, key_a, random, S("correct horse"), text), ST_OK, "hashed");
    str encoded = { text, sizeof text };
    bool stale = true;
    t_st(pwhash_check(cheap, key_a, S("correct horse"), encoded, &stale), ST_OK, "the password");
    t_ok(!stale, "at today's cost");
    t_st(pwhash_check(dearer, key_a, S("correct horse"), encoded, &stale), ST_OK, "the password, after the cost was raised");
    t_ok(stale, "should be hashed again");
    t_st(pwhash_check(cheap, key_a, S("correct house"), encoded, &stale), ST_DENIED, "not the password");
    t_st(pwhash_check(cheap, key_a, S(""), encoded, &stale), ST_DENIED, "nor is nothing");
    t_st(pwhash_check(cheap, key_b, S("correct horse"), encoded, &stale), ST_INVALID, "worthless without the pepper");
    t_st(pwhash_check(cheap, key_a, S("correct horse"), str_sub(encoded, 0, 100), &stale), ST_INVALID, "cut off");
    rnd_bytes(random, sizeof random);
    t_st(pwhash_make(cheap, key_a, random, S("correct horse"), text2), ST_OK, "hashed again");
    t_ok(!bytes_eq_ct(text, text2, sizeof text), "looks different");
}

/* RFC 8032 7.1, test 2; and the key of the C2SP description of signed notes. */
static void test_sign(struct arena *a)
{
    uint8_t seed[SIGN_SEED], pub[SIGN_PUBLIC], want[SIGN_PUBLIC], sig[SIGN_BYTES], other[SIGN_BYTES];
    t_st(hex_parse(S("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"), seed, sizeof seed), ST_OK, "a seed");
    t_st(hex_parse(S("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"), want, sizeof want), ST_OK, "its public half");
    sign_make(seed, S("r"), sig, pub);
    t_ok(memcmp(pub, want, sizeof pub) == 0, "the public half is the one of RFC 8032");
    t_str(hex_fmt(a, sig, sizeof sig),
          S("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"), "and so is the signature");
    t_ok(sign_holds(pub, S("r"), sig), "it holds");
    memcpy(other, sig, sizeof other);
    other[5] ^= 1;
    t_ok(!sign_holds(pub, S("s"), sig) && !sign_holds(pub, S("r"), other), "for nothing else");
    str raw;
    t_st(b64_parse(a, S("AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"), &raw), ST_OK, "a key in a note's form");
    t_i64((long long)raw.n, 1 + SIGN_PUBLIC, "of the right length");
    t_str(sign_note_key(a, S("example.com/foo"), (const uint8_t *)raw.p + 1),
          S("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"), "has the id that it should have");
    str note = sign_note(a, S("a\nb\n"), S("avow"), sig, pub);
    t_ok(str_starts(note, S("a\nb\n\n\xE2\x80\x94 avow ")) && str_ends(note, S("\n")), "a note");
    struct sign_sum sum;
    sign_sum_begin(&sum);
    sign_sum_add(&sum, S("a"));
    sign_sum_add(&sum, S("bc"));
    t_str(sign_sum_end(&sum, a), S("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"), "SHA-256 of FIPS 180-4, in pieces");
}

int main(void)
{
    struct arena *a = arena_new(1 << 20);
    t_st(crypto_start(), ST_OK, "ready");
    test_seal(a);
    test_hash();
    test_sign(a);
    test_password();
    arena_free(a);
    return t_done();
}
