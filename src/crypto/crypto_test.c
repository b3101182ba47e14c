/* Sealing, keyed hashing, password hashes: what opens, and everything that must not. */
#include "hash.h"
#include "pwhash.h"
#include "seal.h"

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

int main(void)
{
    struct arena *a = arena_new(1 << 20);
    t_st(crypto_start(), ST_OK, "ready");
    test_seal(a);
    test_hash();
    test_password();
    arena_free(a);
    return t_done();
}
