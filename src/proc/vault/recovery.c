/* The recovery key as people write it. */
#include "recovery.h"

#include "box.h"
#include "codec.h"
#include "hash.h"
#include "keystore.h"
#include "out.h"
#include "rnd.h"
#include "str.h"

#include <string.h>

#define GROUP_BYTES 4
#define GROUP_CHARS 8

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

void recovery_new(uint8_t secret[RECOVERY_KEY], uint8_t public_half[RECOVERY_KEY])
{
    rnd_bytes(secret, RECOVERY_KEY);
    box_public(secret, public_half);
}

/* One byte that is another one in another place. */
static uint8_t check_of(const uint8_t *four, int group)
{
    uint8_t text[GROUP_BYTES + 1], code[32];
    memcpy(text, four, GROUP_BYTES);
    text[GROUP_BYTES] = (uint8_t)group;
    hash_plain((str){ (const char *)text, sizeof text }, code);
    uint8_t check = code[0];
    secret_wipe(text, sizeof text);
    secret_wipe(code, sizeof code);
    return check;
}

static void write_group(const uint8_t *four, int group, char out[GROUP_CHARS])
{
    uint64_t bits = 0;
    for (int i = 0; i < GROUP_BYTES; i++)
        bits = bits << 8 | four[i];
    bits = bits << 8 | check_of(four, group);
    for (int i = GROUP_CHARS - 1; i >= 0; i--, bits >>= 5)
        out[i] = alphabet[bits & 31];
}

str recovery_fmt(struct arena *a, const uint8_t secret[RECOVERY_KEY])
{
    size_t most = 256, n = 0;
    char *p = arena_secret(a, most);
    if (!p)
        return (str){ 0 };
    for (int g = 0; g < RECOVERY_GROUPS; g++) {
        char c[GROUP_CHARS];
        write_group(secret + (size_t)g * GROUP_BYTES, g + 1, c);
        static const char before[] = "    .  ";
        memcpy(p + n, before, sizeof before - 1);
        p[n + 3] = (char)('1' + g);
        n += sizeof before - 1;
        memcpy(p + n, c, 4);
        p[n + 4] = '-';
        memcpy(p + n + 5, c + 4, 4);
        n += 9;
        if (g % 2)
            p[n++] = '\n';
        secret_wipe(c, sizeof c);
    }
    return (str){ p, n };
}

st recovery_first(struct arena *a, str folder, str *text)
{
    uint8_t secret[RECOVERY_KEY], public_half[RECOVERY_KEY];
    struct keystore *k;
    TRY(keystore_open(a, folder, &k));
    recovery_new(secret, public_half);
    st s = keystore_set_recovery(k, public_half);
    keystore_close(k);
    if (s == ST_OK)
        *text = recovery_fmt(a, secret);
    secret_wipe(secret, sizeof secret);
    return s == ST_OK && text->n == 0 ? ST_NO_MEMORY : s;
}

static int value_of(char c)
{
    if (c >= 'a' && c <= 'z')
        c = (char)(c - 'a' + 'A');
    c = c == 'O' ? '0' : c == 'I' || c == 'L' ? '1' : c;
    const char *at = c ? strchr(alphabet, c) : NULL;
    return at ? (int)(at - alphabet) : -1;
}

/* "3." and "3:" as they are printed and copied: the number of a group is no part of it. */
static bool is_number(str s, size_t i)
{
    return i + 1 < s.n && s.p[i] >= '1' && s.p[i] <= '8' && (s.p[i + 1] == '.' || s.p[i + 1] == ':');
}

st recovery_parse(str text, uint8_t secret[RECOVERY_KEY], int *group)
{
    uint64_t bits = 0;
    int chars = 0, bad = -1;
    for (size_t i = 0; i < text.n && chars <= RECOVERY_GROUPS * GROUP_CHARS; i++) {
        char c = text.p[i];
        if (is_number(text, i) && chars % GROUP_CHARS == 0) {
            i++;
            continue;
        }
        if (c == ' ' || c == '-' || c == '\t' || c == '\n' || c == '\r')
            continue;
        int v = value_of(c), g = chars / GROUP_CHARS;
        if (v < 0 && bad < 0)
            bad = g + 1;
        bits = bits << 5 | (uint64_t)(v & 31);
        if (++chars % GROUP_CHARS || g >= RECOVERY_GROUPS)
            continue;
        for (int b = 0; b < GROUP_BYTES; b++)
            secret[g * GROUP_BYTES + b] = (uint8_t)(bits >> (8 * (GROUP_BYTES - b)));
        if (bad < 0 && check_of(secret + (size_t)g * GROUP_BYTES, g + 1) != (uint8_t)bits)
            bad = g + 1;
        bits = 0;
    }
    bool whole = chars == RECOVERY_GROUPS * GROUP_CHARS;
    *group = whole || bad > 0 ? bad : 0;
    return whole && bad < 0 ? ST_OK : ST_INVALID;
}

str recovery_name(struct arena *a, const uint8_t public_half[RECOVERY_KEY])
{
    uint8_t code[32];
    hash_plain((str){ (const char *)public_half, RECOVERY_KEY }, code);
    return hex_fmt(a, code, 4);
}
