/* The life of the key store: brought up from the first version, rotated with kills at random points, backed up, restored. */
#include "backup.h"
#include "clock.h"
#include "hash.h"
#include "keystore_in.h"
#include "recovery.h"
#include "rnd.h"
#include "rotate.h"
#include "str.h"
#include "t.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define KEYS 1500
#define KILLS 60

static struct {
    struct arena *arena;
    const char *dir;
    str folder;
    uint8_t before[KEYS + 1][KEYSTORE_KEY];
} v;

static void must(bool ok)
{
    if (!ok) {
        perror("life_test");
        exit(1);
    }
}

static const char *path_of(const char *name)
{
    return str_z(v.arena, str_fmt(v.arena, "%s/%s", v.dir, name));
}

static bool there(const char *name)
{
    return access(path_of(name), F_OK) == 0;
}

static void take_all(struct keystore *k)
{
    uint8_t keys[64 * KEYSTORE_KEY];
    for (int64_t first = 0; first < KEYS;) {
        size_t n = 64;
        if (keystore_take(k, keys, &n, &first) != ST_OK)
            break;
        for (size_t i = 0; i < n && first + (int64_t)i <= KEYS; i++)
            memcpy(v.before[first + (int64_t)i], keys + i * KEYSTORE_KEY, KEYSTORE_KEY);
        first += (int64_t)n;
    }
}

/* How many of the keys are what they were; those that were destroyed do not count. */
static int same(struct keystore *k)
{
    int n = 0;
    uint8_t key[KEYSTORE_KEY];
    for (int64_t id = 1; id <= KEYS; id++)
        n += keystore_unwrap(k, id, key) == ST_OK && bytes_eq_ct(key, v.before[id], KEYSTORE_KEY);
    return n;
}

/* ---- from the first version ---- */

static void test_first_version(void)
{
    static const char back[] =
        "ALTER TABLE data_key DROP COLUMN generation; ALTER TABLE data_key DROP COLUMN lost; ALTER TABLE root DROP "
            "COLUMN generation;"
        "DROP TABLE master; DROP TABLE vault; DROP TABLE retired; PRAGMA user_version = 1";
    struct keystore *k;
    t_st(keystore_create(v.arena, v.folder), ST_OK, "a store");
    t_st(keystore_open(v.arena, v.folder, &k), ST_OK, "opened");
    take_all(k);
    t_i64(same(k), KEYS, "its keys");
    t_st(ks_run(k, back), ST_OK, "as the first version had it");
    keystore_close(k);
    t_st(keystore_look(v.arena, v.folder, &k), ST_SCHEMA, "looking changes nothing, and says so");
    t_st(keystore_open(v.arena, v.folder, &k), ST_OK, "brought up by opening it");
    t_i64(same(k), KEYS, "with the same keys");
    struct keystore_state s;
    t_st(keystore_state(k, &s), ST_OK, "its state");
    t_ok(s.generation == 1 && !s.rotating && !s.has_recovery, "the first generation, and no recovery key");
    keystore_close(k);
}

/* ---- rotation ---- */

static st rotate_all(struct keystore *k)
{
    bool more = true;
    TRY(rotate_begin(k));
    while (more)
        TRY(rotate_step(k, &more));
    return ST_OK;
}

static void test_rotation(void)
{
    struct keystore *k, *other;
    uint8_t old[MASTER_KEY], now[MASTER_KEY];
    FILE *f = fopen(path_of("master.key"), "rbe");
    t_ok(f && fread(old, 1, sizeof old, f) == sizeof old && fclose(f) == 0, "the old master key");
    t_st(keystore_open(v.arena, v.folder, &k), ST_OK, "opened");
    t_st(keystore_open(v.arena, v.folder, &other), ST_OK, "and by another vault, as in a reload");
    t_st(rotate_begin(k), ST_OK, "a rotation begins");
    t_ok(there("master.key") && there("master.key.new"), "both master keys are there");
    bool more = false;
    t_st(rotate_step(k, &more), ST_OK, "a part of it");
    t_ok(more, "is not all");
    t_i64(same(k), KEYS, "meanwhile every key opens");
    t_i64(same(other), KEYS, "for the other vault too");
    int64_t id = 0;
    uint8_t key[64 * KEYSTORE_KEY];
    size_t n = 64;
    t_st(keystore_take(other, key, &n, &id), ST_OK, "which still hands out new ones");
    t_st(rotate_all(k), ST_OK, "the rest");
    t_ok(there("master.key") && !there("master.key.new") && !there("master.key.old"), "one master key is left");
    f = fopen(path_of("master.key"), "rbe");
    t_ok(f && fread(now, 1, sizeof now, f) == sizeof now && fclose(f) == 0 && memcmp(old, now, sizeof old) != 0,
        "another one");
    struct stat info;
    t_ok(stat(path_of("master.key"), &info) == 0 && (info.st_mode & 0777) == 0400, "its owner's to read");
    t_i64(same(other), KEYS, "the other vault finds the new master key by itself");
    t_st(keystore_unwrap(other, id, key), ST_OK, "and opens what it handed out");
    int64_t left = -1;
    t_st(ks_number(k, "SELECT count(*) FROM data_key WHERE wrapped IS NOT NULL AND generation <> 2", 0, &left), ST_OK,
        "counted");
    t_i64(left, 0, "nothing is left under the old one");
    keystore_close(other);
    keystore_close(k);
    t_st(keystore_open(v.arena, v.folder, &k), ST_OK, "opened anew");
    t_i64(same(k), KEYS, "with the same keys");
    keystore_close(k);
}

static void rotate_until_killed(int ready)
{
    struct keystore *k;
    struct arena *a = arena_new(8 << 20);
    if (!a || keystore_open(a, v.folder, &k) != ST_OK || write(ready, "r", 1) != 1)
        _exit(1);
    st s = rotate_all(k);
    keystore_close(k);
    _exit(s == ST_OK ? 0 : 2);
}

static void test_kills(void)
{
    int killed = 0, ended = 0, wrong = 0;
    for (int i = 0; i < KILLS; i++) {
        int ready[2], status = 0;
        char c;
        must(pipe(ready) == 0);
        fflush(stdout);
        pid_t pid = fork();
        if (pid == 0)
            rotate_until_killed(ready[1]);
        close(ready[1]);
        bool up = read(ready[0], &c, 1) == 1;
        usleep(rnd_below(60000));
        kill(pid, SIGKILL);
        waitpid(pid, &status, 0);
        close(ready[0]);
        killed += WIFSIGNALED(status);
        ended += WIFEXITED(status) && WEXITSTATUS(status) == 0;
        wrong += !up || (WIFEXITED(status) && WEXITSTATUS(status) != 0);
    }
    printf("# %d killed, %d ended\n", killed, ended);
    t_i64(wrong, 0, "no rotation failed on what a kill had left");
    t_ok(killed > KILLS / 4, "and many were killed");
    struct keystore *k;
    t_st(keystore_open(v.arena, v.folder, &k), ST_OK, "opened after all that");
    t_i64(same(k), KEYS, "with the same keys");
    t_st(rotate_all(k), ST_OK, "one more to its end");
    t_ok(there("master.key") && !there("master.key.new") && !there("master.key.old"), "one master key is left");
    t_i64(same(k), KEYS, "and the same keys");
    keystore_close(k);
}

/* ---- credentials of the service manager ---- */

static void test_credentials(void)
{
    struct keystore *k;
    const char *dir = path_of("credentials");
    t_ok(mkdir(dir, 0700) == 0, "a folder of credentials");
    t_ok(rename(path_of("master.key"), path_of("credentials/avow-master-key")) == 0, "with the master key");
    setenv("CREDENTIALS_DIRECTORY", dir, 1);
    t_st(keystore_open(v.arena, v.folder, &k), ST_OK, "opens the store");
    t_st(rotate_begin(k), ST_CONFIG, "without a next one there is no rotation");
    keystore_close(k);
    int fd = open(path_of("credentials/avow-master-key-next"), O_WRONLY | O_CREAT | O_EXCL, 0400);
    t_ok(fd >= 0 && write(fd, "0123456789abcdef0123456789abcdef", 32) == 32 && close(fd) == 0, "a second credential");
    t_st(keystore_open(v.arena, v.folder, &k), ST_OK, "the next start");
    t_st(rotate_all(k), ST_OK, "rotates to it");
    t_i64(same(k), KEYS, "with the same keys");
    t_st(rotate_begin(k), ST_CONFIG, "and never back to the one of before, which is still there");
    keystore_close(k);
    t_ok(unlink(path_of("credentials/avow-master-key")) == 0 &&
             rename(path_of("credentials/avow-master-key-next"), path_of("credentials/avow-master-key")) == 0,
                 "the next is the first");
    t_st(keystore_open(v.arena, v.folder, &k), ST_OK, "and opens it under that name");
    keystore_close(k);
    unsetenv("CREDENTIALS_DIRECTORY");
    t_ok(rename(path_of("credentials/avow-master-key"), path_of("master.key")) == 0 && rmdir(dir) == 0, "as it was");
}

/* ---- the recovery key ---- */

static void test_paper(void)
{
    uint8_t secret[RECOVERY_KEY], public_half[RECOVERY_KEY], back[RECOVERY_KEY];
    int group = -1;
    recovery_new(secret, public_half);
    str text = recovery_fmt(v.arena, secret);
    t_st(recovery_parse(text, back, &group), ST_OK, "a recovery key is read as it was printed");
    t_ok(bytes_eq_ct(secret, back, sizeof back), "and is the same");
    t_st(recovery_parse(str_lower(v.arena, text), back, &group), ST_OK, "in small letters");
    char *slip = (char *)(uintptr_t)str_dup(v.arena, text).p;
    size_t at = str_find(text, S("3.")) + 4;
    slip[at] = slip[at] == 'A' ? 'B' : 'A';
    t_st(recovery_parse((str){ slip, text.n }, back, &group), ST_INVALID, "a slip of the pen");
    t_i64(group, 3, "is found in its group");
    memcpy(slip, text.p, text.n);
    for (size_t i = 0; i < 9; i++) { /* groups 1 and 2 changed places */
        char c = slip[7 + i];
        slip[7 + i] = slip[23 + i];
        slip[23 + i] = c;
    }
    t_st(recovery_parse((str){ slip, text.n }, back, &group), ST_INVALID, "groups that changed places");
    t_i64(group, 1, "are found too");
    t_st(recovery_parse(str_sub(text, 0, text.n - 12), back, &group), ST_INVALID, "a group too few");
    t_i64(group, 0, "is told as such");
    t_st(recovery_parse(S(""), back, &group), ST_INVALID, "nothing at all");
}

/* ---- backup and restore ---- */

static st back_up(struct keystore *k, struct backup_head *head)
{
    struct backup *b;
    bool done = false;
    TRY(backup_begin(k, v.dir, &b));
    st s = ST_OK;
    while (s == ST_OK && !done)
        s = backup_step(b, &done, head);
    backup_drop(b);
    return s;
}

static void damage(const char *name, long at, long cut)
{
    FILE *f = fopen(path_of(name), "r+be");
    must(f != NULL);
    if (cut)
        must(truncate(path_of(name), cut) == 0);
    else {
        fseek(f, at, SEEK_SET);
        int c = fgetc(f);
        fseek(f, at, SEEK_SET);
        fputc(c ^ 1, f);
    }
    fclose(f);
}

static void copy(const char *from, const char *to)
{
    must(system(str_z(v.arena, str_fmt(v.arena, "cp %s %s", path_of(from), path_of(to)))) == 0);
}

static void test_torn(const uint8_t secret[RECOVERY_KEY])
{
    struct backup_found found;
    struct stat info;
    must(stat(path_of("keys.backup"), &info) == 0);
    int told = 0;
    for (long cut = 1; cut < info.st_size; cut += 997) {
        copy("keys.backup", "torn");
        damage("torn", 0, cut);
        st s = backup_try(v.arena, path_of("torn"), secret, &found);
        told += s == ST_IO || s == ST_INVALID;
    }
    t_i64(told, (info.st_size + 995) / 997, "a torn backup is found out wherever it is torn");
    told = 0;
    int n = 0;
    for (long at = 16; at < info.st_size; at += 1499, n++) {
        copy("keys.backup", "torn");
        damage("torn", at, 0);
        told += backup_try(v.arena, path_of("torn"), secret, &found) != ST_OK;
    }
    t_i64(told, n, "and so is one that was changed");
    unlink(path_of("torn"));
}

static void test_restored(const uint8_t secret[RECOVERY_KEY], int64_t gone)
{
    struct backup_found found;
    struct keystore *k;
    str folder = str_c(path_of("restored"));
    uint8_t key[64 * KEYSTORE_KEY];
    t_st(backup_restore(v.arena, path_of("keys.backup"), secret, folder, 60000, &found), ST_OK, "restored");
    t_st(backup_restore(v.arena, path_of("keys.backup"), secret, folder, 0, &found), ST_CONFLICT,
        "never over a store that is there");
    t_st(keystore_open(v.arena, folder, &k), ST_OK, "it opens under its new master key");
    t_i64(same(k), KEYS - 1, "with all keys but one");
    t_st(keystore_unwrap(k, gone, key), ST_SEALED, "which was destroyed, and stays so");
    t_st(keystore_unwrap(k, 59999, key), ST_SEALED, "an id that was used after the backup is lost");
    size_t n = 64;
    int64_t first = 0;
    t_st(keystore_take(k, key, &n, &first), ST_OK, "a new key");
    t_ok(first > 60000, "has an id that nobody ever had");
    keystore_close(k);
    must(system(str_z(v.arena, str_fmt(v.arena, "rm -r %s", path_of("restored")))) == 0);
}

static void test_backup(void)
{
    struct keystore *k;
    struct backup_head head, again;
    struct backup_found found;
    uint8_t secret[RECOVERY_KEY], public_half[RECOVERY_KEY], wrong[RECOVERY_KEY] = { 7 };
    int64_t gone = 77;
    t_st(keystore_open(v.arena, v.folder, &k), ST_OK, "opened");
    t_st(back_up(k, &head), ST_NOT_FOUND, "without a recovery key there is no backup");
    recovery_new(secret, public_half);
    t_st(keystore_set_recovery(k, public_half), ST_OK, "a recovery key");
    t_st(back_up(k, &head), ST_OK, "a backup");
    struct backup *one, *two;
    bool done = false;
    t_st(backup_begin(k, v.dir, &one), ST_OK, "another is begun");
    t_st(backup_begin(k, v.dir, &two), ST_RETRY, "and not a second beside it, as another vault would in a reload");
    while (!done && backup_step(one, &done, &head) == ST_OK)
        ;
    backup_drop(one);
    t_ok(done, "the first is finished");
    t_st(backup_begin(k, v.dir, &two), ST_OK, "then it may");
    backup_drop(two);
    t_ok(!there("keys.backup.new"), "one that is given up leaves nothing");
    t_st(backup_try(v.arena, path_of("keys.backup"), secret, &found), ST_OK, "opens with the recovery key");
    t_ok(found.keys >= KEYS && found.destroyed == 0, "and has every key");
    copy("keys.backup", "older");
    int held = open(path_of("keys.backup"), O_RDONLY);
    t_st(keystore_destroy(k, &gone, 1), ST_OK, "one is destroyed");
    t_st(back_up(k, &again), ST_OK, "the next backup");
    t_ok(again.number == head.number + 1 && again.destroyed == head.destroyed + 1, "says so");
    t_ok(!there("keys.backup.new"), "and is the only one");
    uint8_t box[80], zeros[80] = { 0 };
    t_ok(pread(held, box, sizeof box, 96) == 80 && memcmp(box, zeros, sizeof box) == 0,
        "what it replaced was made unreadable");
    close(held);
    t_st(backup_try(v.arena, path_of("keys.backup"), secret, &found), ST_OK, "it opens");
    t_i64(found.destroyed, 1, "and lacks the destroyed key");
    t_st(backup_try(v.arena, path_of("keys.backup"), wrong, &found), ST_DENIED, "not with another recovery key");
    t_st(backup_try(v.arena, path_of("master.key"), secret, &found), ST_INVALID, "another file is no backup");
    keystore_close(k);
    test_torn(secret);
    test_restored(secret, gone);
}

int main(void)
{
    char dir[] = "/tmp/avow-life-XXXXXX";
    t_need(mkdtemp(dir));
    t_need(crypto_start() == ST_OK);
    v.arena = arena_new(64 << 20);
    v.dir = dir;
    v.folder = str_c(dir);
    umask(0077);
    test_paper();
    test_first_version();
    test_rotation();
    test_kills();
    test_credentials();
    test_backup();
    t_i64(system(str_z(v.arena, str_fmt(v.arena, "rm -r %s", dir))), 0, "cleaned up");
    arena_free(v.arena);
    return t_done();
}
