/* avow vault: rotate, backup and recovery-key, which a vault does itself; restore and verify are in files of their own. */
#include "vault_words.h"

#include "backup.h"
#include "clock.h"
#include "cmd.h"
#include "ground.h"
#include "hash.h"
#include "keeper.h"
#include "recovery.h"
#include "str.h"
#include "writer_access.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define MEMORY ((size_t)64 << 20)
#define POLL_NS 100000000
#define AWAY_MS 60000    /* a vault that is killed is there again in a moment */
#define BACKUP_MS 600000

/* ---- standard input ---------------------------------------------------------------------------------------------- */

st vault_read_recovery(struct arena *a, uint8_t secret[32])
{
    const size_t most = 2000;
    char *p = arena_secret(a, most);
    size_t n = 0;
    int group = 0;
    if (!p)
        return ST_NO_MEMORY;
    if (isatty(STDIN_FILENO))
        fputs("The recovery key, as it is on the paper (eight groups, any number of lines):\n", stderr);
    st s = ST_INVALID;
    while (s == ST_INVALID && group == 0 && n < most && fgets(p + n, (int)(most - n), stdin)) {
        n += strlen(p + n);
        s = recovery_parse((str){ p, n }, secret, &group);
    }
    if (s == ST_OK)
        return ST_OK;
    if (group > 0)
        fprintf(stderr, "avow vault: there is a slip in group %d of the recovery key; compare it with the paper\n",
            group);
    else
        fputs("avow vault: that is no whole recovery key: it has eight groups of eight characters\n", stderr);
    return ST_DENIED;
}

st vault_is_running(struct arena *a, const struct data_place *p, bool *running)
{
    int fd = -1;
    st s = ground_lock(a, p->folder, 0, &fd);
    if (s == ST_OK)
        close(fd);
    *running = s == ST_CONFLICT;
    return s == ST_CONFLICT ? ST_OK : s;
}

/* ---- asking the vault -------------------------------------------------------------------------------------------- */

static void nap(void)
{
    nanosleep(&(struct timespec){ .tv_nsec = POLL_NS }, NULL);
}

/* Asked again while the vault is being started anew. */
static st ask(struct writer_access *w, struct arena *a, enum message kind, const void *msg, struct msg_vault_state *out)
{
    st s = ST_AWAY;
    for (int64_t end = clock_ms() + AWAY_MS; s == ST_AWAY && clock_ms() < end;) {
        s = writer_access_vault(w, a, kind, msg, out);
        if (s == ST_AWAY)
            nap();
    }
    return s;
}

/* What has happened is recorded by the writer, which looks for itself. */
static st note(struct writer_access *w, struct arena *a)
{
    struct keys_note_out out;
    struct writer_refusal why = { S(""), S("") };
    st s = ST_AWAY;
    for (int64_t end = clock_ms() + AWAY_MS; (s == ST_AWAY || s == ST_RETRY) && clock_ms() < end;) {
        s = writer_access_call(w, a, CMD_KEYS_NOTE, (uid){ { 0 } }, &(struct keys_note_in){ 0 }, &out, &why);
        if (s == ST_AWAY || s == ST_RETRY)
            nap();
        if (s == ST_AWAY)
            IGNORE(writer_access_again(w)); /* or at the next turn */
    }
    return s;
}

static st wait_for_rotation(struct writer_access *w, struct arena *a, struct msg_vault_state *v)
{
    struct msg_vault_ask m = { .id = 1 };
    bool terminal = isatty(STDERR_FILENO);
    while (v->rotating) {
        if (terminal)
            fprintf(stderr, "\r%lld of %lld keys looked at ", (long long)v->looked_at, (long long)v->upto);
        nap();
        TRY(ask(w, a, MSG_VAULT_ASK, &m, v));
    }
    if (terminal)
        fputs("\r\033[K", stderr);
    return ST_OK;
}

static st rotate(struct writer_access *w, struct arena *a, struct vault_asked *q UNUSED)
{
    struct msg_vault_state v;
    TRY(note(w, a));
    st s = ask(w, a, MSG_VAULT_ROTATE, &(struct msg_vault_rotate){ .id = 1 }, &v);
    if (s == ST_CONFIG)
        fputs("avow vault: the master key is a credential of the service manager, and there is no next one. Give\n"
              "the service a second credential, avow-master-key-next (32 random bytes), restart it, and rotate then\n", stderr);
    TRY(s);
    TRY(note(w, a));
    TRY(wait_for_rotation(w, a, &v));
    TRY(note(w, a));
    printf("The master key is generation %lld now. The one of before opens nothing any more, and its file is overwritten.\n"
           "Where the service manager gives the key, take the old credential out.\n", (long long)v.generation);
    return ST_OK;
}

/* ---- the backup -------------------------------------------------------------------------------------------------- */

/* A new one, made by the vault. */
static st make_backup(struct writer_access *w, struct arena *a, struct msg_vault_state *v)
{
    struct msg_vault_ask m = { .id = 1 };
    TRY(ask(w, a, MSG_VAULT_ASK, &m, v));
    int64_t before = v->backup, end = clock_ms() + BACKUP_MS;
    st s = ask(w, a, MSG_VAULT_BACKUP, &(struct msg_vault_backup){ .id = 1 }, v);
    if (s == ST_NOT_FOUND)
        fputs("avow vault: there is no recovery key to seal a backup to; make one: avow vault recovery-key --new\n",
            stderr);
    while (s == ST_OK && v->backup == before && v->trouble == ST_OK && clock_ms() < end) {
        nap();
        s = ask(w, a, MSG_VAULT_ASK, &m, v);
    }
    if (s == ST_OK && v->backup == before)
        s = v->trouble == ST_OK ? ST_TIMEOUT : st_of_number(v->trouble);
    return s;
}

static st copy_bytes(int from, int to)
{
    char block[65536];
    ssize_t n = 0;
    while ((n = read(from, block, sizeof block)) > 0)
        if (write(to, block, (size_t)n) != n)
            return errno == ENOSPC ? ST_FULL : ST_IO;
    return n == 0 && fsync(to) == 0 ? ST_OK : ST_IO;
}

/* Written beside it and put in its place, so that there is one copy, and never half of one. */
static st copy_to(struct arena *a, const char *from, const char *to)
{
    const char *fresh = str_z(a, str_fmt(a, "%s.new", to));
    int in = open(from, O_RDONLY | O_CLOEXEC);
    int out = fresh && in >= 0 ? open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600) : -1;
    st s = out >= 0 ? copy_bytes(in, out) : ST_IO;
    if (in >= 0)
        close(in);
    if (out >= 0 && close(out) != 0)
        s = ST_IO;
    if (s == ST_OK && rename(fresh, to) != 0)
        s = ST_IO;
    if (s != ST_OK)
        fprintf(stderr, "avow vault: cannot write %s: %s\n", to, strerror(errno));
    return s;
}

static st backup(struct writer_access *w, struct arena *a, struct vault_asked *q)
{
    struct msg_vault_state v;
    TRY(make_backup(w, a, &v));
    const char *file = str_z(a, str_cat(a, keeper_folder(a, &q->place.config), S(BACKUP_FILE)));
    if (!file)
        return ST_NO_MEMORY;
    if (q->to)
        TRY(copy_to(a, file, q->to));
    printf("Backup number %lld, sealed to the recovery key: %s\n", (long long)v.backup, q->to ? q->to : file);
    return ST_OK;
}

static st new_recovery(struct writer_access *w, struct arena *a, struct vault_asked *q)
{
    uint8_t secret[RECOVERY_KEY], public_half[RECOVERY_KEY];
    struct msg_vault_state v;
    recovery_new(secret, public_half);
    q->place.recovery = recovery_fmt(a, secret);
    secret_wipe(secret, sizeof secret);
    if (q->place.recovery.n == 0)
        return ST_NO_MEMORY;
    struct msg_vault_recovery m = { .id = 1, .public = { (const char *)public_half, sizeof public_half } };
    TRY(ask(w, a, MSG_VAULT_RECOVERY, &m, &v));
    TRY(note(w, a));
    TRY(make_backup(w, a, &v));
    data_tell_recovery(&q->place);
    printf("A recovery key of before opens nothing from now on, once the copies that were made under it are gone.\n");
    return ST_OK;
}

/* ---- words ------------------------------------------------------------------------------------------------------- */

typedef st upkeep_fn(struct writer_access *, struct arena *, struct vault_asked *);

static st with_system(struct arena *a, struct vault_asked *q, upkeep_fn *fn)
{
    struct writer_access *w;
    TRY(writer_access_open(&q->place, &w));
    st s = fn(w, a, q);
    st closed = writer_access_close(w);
    return s != ST_OK ? s : closed;
}

static bool is(const struct vault_asked *q, const char *word)
{
    return q->rest.n == 1 && strcmp(q->rest.v[0], word) == 0;
}

/* Options belong to one word each. */
static bool fits(const struct vault_asked *q)
{
    return (!q->json || is(q, "verify")) && (!q->recovery || is(q, "verify")) && (!q->to || is(q, "backup")) &&
           (!q->from == !is(q, "restore")) && (!q->replace || is(q, "restore")) && (q->fresh == is(q, "recovery-key"));
}

static st words(struct arena *a, int argc, char **argv, int *exit)
{
    struct vault_asked q = { .data = NULL };
    const struct option options[] = {
        { .name = "--data", .value = &q.data },          { .name = "--config", .value = &q.config },
        { .name = "--set", .list = &q.sets },            { .name = "--to", .value = &q.to },
        { .name = "--from", .value = &q.from },          { .name = "--json", .flag = &q.json },
        { .name = "--new", .flag = &q.fresh },           { .name = "--replace", .flag = &q.replace },
        { .name = "--recovery-key", .flag = &q.recovery },
    };
    upkeep_fn *fn = NULL;
    TRY(options_read(argc, argv, options, COUNT(options), &q.rest));
    if (is(&q, "rotate"))
        fn = rotate;
    else if (is(&q, "backup"))
        fn = backup;
    else if (is(&q, "recovery-key"))
        fn = new_recovery;
    else if (!is(&q, "verify") && !is(&q, "restore"))
        return ST_INVALID;
    if (!fits(&q))
        return ST_INVALID;
    TRY(crypto_start());
    TRY(data_find(a, q.data, q.config, &q.sets, &q.place));
    if (fn)
        return with_system(a, &q, fn);
    return is(&q, "verify") ? vault_verify(a, &q, exit) : vault_restore(a, &q);
}

int cmd_vault(int argc, char **argv)
{
    umask(0077);
    struct arena *a = arena_new(MEMORY);
    int code = 0;
    st s = a ? words(a, argc, argv, &code) : ST_NO_MEMORY;
    if (s != ST_OK && s != ST_INVALID)
        fprintf(stderr, "avow vault: nothing more was done: %s\n", st_info(s)->text);
    arena_free(a);
    return s == ST_OK ? code : s == ST_INVALID ? CMD_USAGE : st_info(s)->exit;
}
