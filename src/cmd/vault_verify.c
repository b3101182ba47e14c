/* avow vault verify: what the vault's own check says, beside a running system or alone. */
#include "vault_words.h"

#include "hash.h"
#include "keeper.h"
#include "keys.h"
#include "out.h"
#include "shared.h"
#include "str.h"
#include "verify.h"

#include <stdio.h>

#define EXIT_BROKEN 6
#define EXIT_UNKNOWN 9
#define PAGE_MEMORY ((size_t)4 << 20)

_Static_assert(VERIFY_PAGE == KEYS_PAGE, "pages of the same size");

static const char *const verdict_words[] = { "kept", "note", "unknown", "broken" };

struct database {
    struct db *db;
    struct arena *page;
};

static st page(struct database *d, enum keys_source from, int64_t after, int64_t ids[VERIFY_PAGE], size_t *n)
{
    st s = keys_page(d->db, d->page, from, after, ids, n);
    arena_reset(d->page);
    return s;
}

static st of_people(void *at, int64_t after, int64_t ids[VERIFY_PAGE], size_t *n)
{
    return page(at, KEYS_OF_PEOPLE, after, ids, n);
}

static st of_codes(void *at, int64_t after, int64_t ids[VERIFY_PAGE], size_t *n)
{
    return page(at, KEYS_OF_CODES, after, ids, n);
}

static st buried(void *at, int64_t after, int64_t ids[VERIFY_PAGE], size_t *n)
{
    return page(at, KEYS_BURIED, after, ids, n);
}

static st of_codes_gone(void *at, int64_t after, int64_t ids[VERIFY_PAGE], size_t *n)
{
    return page(at, KEYS_OF_CODES_GONE, after, ids, n);
}

static void add_database(struct verify_setup *setup)
{
    setup->used[0] = of_people;
    setup->used[1] = of_codes;
    setup->gone[0] = buried;
    setup->gone[1] = of_codes_gone;
}

static st print(struct arena *a, const struct verify_report *r, bool json)
{
    struct out o;
    out_init(&o, a, 65536);
    out_str(&o, json ? S("[") : S(""));
    for (size_t i = 0; i < r->n; i++) {
        const struct verify_line *l = &r->v[i];
        if (!json) {
            out_fmt(&o, "%-8s%-16s%.*s\n", verdict_words[l->verdict], l->check, STR_ARG(l->words));
            continue;
        }
        out_fmt(&o, "%s{\"check\":\"%s\",\"verdict\":\"%s\",\"seen\":", i ? ",\n " : "", l->check,
            verdict_words[l->verdict]);
        out_json(&o, l->words);
        out_byte(&o, '}');
    }
    out_str(&o, json ? S("]\n") : S(""));
    TRY(out_st(&o));
    str s = out_view(&o);
    return fwrite(s.p, 1, s.n, stdout) == s.n && fflush(stdout) == 0 ? ST_OK : ST_IO;
}

static st look(struct arena *a, struct vault_asked *q, struct verify_report *r)
{
    struct database d = { .page = arena_new(PAGE_MEMORY) };
    struct verify_setup setup = { .folder = str_cat(a, q->place.folder, S("/vault")), .at = &d };
    uint8_t secret[KEYSTORE_KEY];
    setup.backup = str_z(a, str_cat(a, keeper_folder(a, &q->place.config), S(BACKUP_FILE)));
    if (!setup.backup || !d.page)
        return ST_NO_MEMORY;
    if (q->recovery) {
        TRY(vault_read_recovery(a, secret));
        setup.recovery = secret;
    }
    st s = vault_is_running(a, &q->place, &setup.running);
    if (s == ST_OK && shared_db(a, &q->place.config, DB_READ, &d.db) == ST_OK)
        add_database(&setup);
    if (s == ST_OK)
        s = verify(a, &setup, r);
    secret_wipe(secret, sizeof secret);
    db_close(d.db);
    arena_free(d.page);
    return s;
}

st vault_verify(struct arena *a, struct vault_asked *q, int *exit)
{
    struct verify_report r;
    st s = look(a, q, &r);
    if (s == ST_CONFIG)
        fputs("avow vault: the master key does not open this store, or others may read it\n", stderr);
    else if (s == ST_NOT_FOUND)
        fputs("avow vault: there is no key store here, or no master key within reach (is it a credential of the "
            "service manager?)\n", stderr);
    else if (s == ST_SCHEMA)
        fputs("avow vault: the key store is of an earlier version; the next start of the system brings it up\n", stderr);
    TRY(s);
    *exit = r.worst == VERIFY_BROKEN ? EXIT_BROKEN : r.worst == VERIFY_UNKNOWN ? EXIT_UNKNOWN : 0;
    return print(a, &r, q->json);
}
