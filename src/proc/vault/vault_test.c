/* The vault role as it really runs: its own process, sandboxed, asked over links by the client of src/gate. */
#include "vault.h"

#include "backup.h"
#include "clock.h"
#include "recovery.h"
#include "role_main.h"
#include "str.h"
#include "t.h"
#include "wiring.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static struct {
    struct arena *arena;
    str data, folder;
    const char *set_data;
    pid_t pid;
    struct link *control;
} v;

static void start_vault(int *app, int *writer, int *hashes, int *courier)
{
    int control[2], a[2], w[2], h[2], c[2];
    t_ok(chan_pair(control) == ST_OK && chan_pair(a) == ST_OK && chan_pair(w) == ST_OK && chan_pair(h) == ST_OK &&
             chan_pair(c) == ST_OK, "links");
    struct wiring wiring;
    wiring_init(&wiring);
    wiring.role = ROLE_VAULT;
    wiring.control = control[1];
    wiring.sets[0] = v.set_data;
    wiring.sets[1] = "password.cost=test";
    wiring.sets[2] = "trial.enabled=true";
    wiring.sets[3] = "vault.backup_seconds=1";
    wiring.n_sets = 4;
    wiring.peers[0] = (struct wiring_peer){ { ROLE_APP, 0, ROLE_USE_MAIN }, a[1] };
    wiring.peers[1] = (struct wiring_peer){ { ROLE_WRITER, 0, ROLE_USE_MAIN }, w[1] };
    wiring.peers[2] = (struct wiring_peer){ { ROLE_APP, 0, ROLE_USE_HASH }, h[1] };
    wiring.peers[3] = (struct wiring_peer){ { ROLE_COURIER, 0, ROLE_USE_MAIN }, c[1] };
    wiring.n_peers = 4;
    char **argv;
    t_st(wiring_args(v.arena, &wiring, &argv), ST_OK, "arguments");
    int argc = 0;
    while (argv[argc])
        argc++;
    fflush(stdout);
    v.pid = fork();
    if (v.pid == 0) {
        static const struct role_ops *const table[ROLE_COUNT] = { [ROLE_VAULT] = &vault_role };
        close(control[0]);
        close(a[0]);
        close(w[0]);
        close(h[0]);
        close(c[0]);
        _exit(role_main(argc, argv, table));
    }
    close(control[1]);
    close(a[1]);
    close(w[1]);
    close(h[1]);
    close(c[1]);
    *app = a[0];
    *writer = w[0];
    *hashes = h[0];
    *courier = c[0];
    t_st(link_new(control[0], ROLE_SUPERVISOR, ROLE_VAULT, 65536, &v.control), ST_OK, "control");
}

static int end_of(pid_t pid)
{
    int status = 0;
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

static void stop_vault(void)
{
    struct msg_role_stop stop = { .grace_ms = 5000 };
    t_st(link_send(v.control, MSG_ROLE_STOP, &stop), ST_OK, "told to stop");
}

static st take_one(struct keystore *k, int64_t *id)
{
    uint8_t key[KEYSTORE_KEY];
    size_t n = 1;
    return keystore_take(k, key, &n, id);
}

/* Asked for many, it gives what it has at hand, each with its bytes. */
static void test_several(struct keystore *k)
{
    uint8_t keys[40 * KEYSTORE_KEY], one[KEYSTORE_KEY];
    size_t n = 40;
    int64_t first = 0;
    t_st(keystore_take(k, keys, &n, &first), ST_OK, "several keys at once");
    t_ok(n >= 1 && n <= 40, "as many as are at hand");
    bool same = true;
    for (size_t i = 0; i < n; i++)
        same = same && keystore_unwrap(k, first + (int64_t)i, one) == ST_OK &&
               bytes_eq_ct(one, keys + i * KEYSTORE_KEY, KEYSTORE_KEY);
    t_ok(same, "each with its own bytes");
    int64_t next = 0;
    t_st(take_one(k, &next), ST_OK, "and the next");
    t_ok(next >= first + (int64_t)n, "is another");
}

static void test_store(void)
{
    struct keystore *k;
    t_st(keystore_create(v.arena, v.folder), ST_OK, "made");
    struct stat info;
    t_ok(stat(str_z(v.arena, str_cat(v.arena, v.folder, S("/master.key"))), &info) == 0 && (info.st_mode & 0777) == 0400,
        "the master key is its owner's to read, and nobody's to write");
    t_st(keystore_create(v.arena, v.folder), ST_OK, "making it again changes nothing");
    t_st(keystore_open(v.arena, v.folder, &k), ST_OK, "opened");
    int64_t first = 0, last = 0, never = 1000000;
    t_st(take_one(k, &first), ST_OK, "a key");
    uint8_t one[KEYSTORE_KEY], two[KEYSTORE_KEY];
    t_st(keystore_unwrap(k, first, one), ST_OK, "opens");
    bool rising = true;
    for (int i = 0; i < 600; i++) {
        int64_t id = 0;
        rising = rising && take_one(k, &id) == ST_OK && id > last;
        last = id;
    }
    t_ok(rising, "600 more, each new");
    t_st(keystore_destroy(k, &first, 1), ST_OK, "destroyed");
    t_st(keystore_unwrap(k, first, two), ST_SEALED, "cannot be opened any more");
    t_st(keystore_destroy(k, &first, 1), ST_OK, "destroying twice is no error");
    t_st(keystore_destroy(k, &never, 1), ST_NOT_FOUND, "one that never was");
    t_st(keystore_unwrap(k, last, one), ST_OK, "another still opens");
    keystore_close(k);
    t_st(keystore_open(v.arena, v.folder, &k), ST_OK, "opened again");
    int64_t after = 0;
    t_st(take_one(k, &after), ST_OK, "a key");
    t_ok(after > last, "that was never handed out before");
    t_st(keystore_unwrap(k, last, two), ST_OK, "an old one");
    t_ok(bytes_eq_ct(one, two, sizeof one), "is the same key");
    test_several(k);
    keystore_close(k);
}

static void test_wrong_master(void)
{
    const char *path = str_z(v.arena, str_cat(v.arena, v.folder, S("/master.key")));
    const char *aside = str_z(v.arena, str_cat(v.arena, v.folder, S("/aside")));
    struct keystore *k;
    t_ok(rename(path, aside) == 0, "the master key is taken away");
    t_st(keystore_open(v.arena, v.folder, &k), ST_NOT_FOUND, "nothing opens");
    int fd = open(path, O_WRONLY | O_CREAT, 0400);
    t_ok(fd >= 0 && write(fd, "0123456789abcdef0123456789abcdef", 32) == 32, "another key in its place");
    close(fd);
    t_st(keystore_open(v.arena, v.folder, &k), ST_CONFIG, "is told to be the wrong one");
    t_ok(chmod(aside, 0444) == 0 && rename(aside, path) == 0, "the right one, readable by all");
    t_st(keystore_open(v.arena, v.folder, &k), ST_CONFIG, "is refused too");
    t_ok(chmod(path, 0400) == 0, "put right");
}

static void test_questions(struct vault *app, struct vault *writer)
{
    int64_t id = 0;
    const uint8_t *key;
    uint8_t kept[VAULT_KEY], code[VAULT_BLIND], code2[VAULT_BLIND], token[32], token2[32];
    t_st(vault_key_new(writer, &id), ST_OK, "the writer gets a key");
    t_st(vault_key_open(app, id, &key), ST_OK, "the app opens it");
    memcpy(kept, key, sizeof kept);
    t_st(vault_key_open(writer, id, &key), ST_OK, "so does the writer");
    t_ok(bytes_eq_ct(kept, key, sizeof kept), "and it is the same");
    t_st(vault_blind(app, S("account.email"), S("jo@example.test"), code), ST_OK, "a blind code");
    t_st(vault_blind(writer, S("account.email"), S("jo@example.test"), code2), ST_OK, "the same asked elsewhere");
    t_ok(bytes_eq_ct(code, code2, sizeof code), "is the same");
    t_st(vault_blind(app, S("account.telephone"), S("jo@example.test"), code2), ST_OK, "in another domain");
    t_ok(!bytes_eq_ct(code, code2, sizeof code), "it is another");
    t_st(vault_token_key(app, token), ST_OK, "the token key");
    t_st(vault_token_key(writer, token2), ST_OK, "for everybody");
    t_ok(bytes_eq_ct(token, token2, 32), "the same");
    t_st(vault_key_destroy(writer, id), ST_OK, "the key is destroyed");
    t_st(vault_key_open(writer, id, &key), ST_SEALED, "and stays so");
    t_st(vault_key_open(app, id, &key), ST_OK, "the app had it open");
    vault_tick(app);
    t_st(vault_key_open(app, id, &key), ST_OK, "for as long as it may");
    vault_keep_ms(app, 0);
    vault_tick(app);
    vault_keep_ms(app, VAULT_OPEN_MS);
    t_st(vault_key_open(app, id, &key), ST_SEALED, "and loses it when that time is over");
    t_st(vault_key_new(writer, &id), ST_OK, "another key");
    t_st(vault_key_open(app, id, &key), ST_OK, "opened");
    t_st(vault_key_destroy(writer, id), ST_OK, "and destroyed");
    vault_keep_ms(app, 0);
    t_st(vault_key_open(app, id, &key), ST_SEALED, "is asked for again, wiped or not");
    vault_keep_ms(app, VAULT_OPEN_MS);
    t_st(vault_key_open(app, 123456789, &key), ST_NOT_FOUND, "a key that never was");
}

static st hash(struct link *l, str password, str verify, str *encoded)
{
    struct msg_vault_hash m = { .id = 5, .password = password, .verify = verify };
    void *back;
    TRY(link_call(l, MSG_VAULT_HASH, &m, MSG_VAULT_HASHED, 5000, &back));
    const struct msg_vault_hashed *h = back;
    *encoded = str_dup(v.arena, h->encoded);
    return st_of_number(h->status);
}

static void test_passwords(struct link *l)
{
    str encoded, again;
    t_st(hash(l, S("a long enough password"), S(""), &encoded), ST_OK, "hashed");
    t_ok(encoded.n > 100, "into something");
    t_st(hash(l, S("a long enough password"), encoded, &again), ST_OK, "recognised");
    t_i64(again.n, 0, "and not to be stored anew");
    t_st(hash(l, S("another password"), encoded, &again), ST_DENIED, "another is not");
    t_st(hash(l, S("a long enough password"), S("none"), &again), ST_DENIED, "an account that does not exist");
    t_st(hash(l, S("x"), S("garbage"), &again), ST_INVALID, "no encoded hash at all");
    /* More at once than threads: each is answered, none is lost. */
    int answers = 0;
    for (int i = 0; i < 40; i++) {
        struct msg_vault_hash m = { .id = i, .password = S("p"), .verify = S("none") };
        answers -= link_send(l, MSG_VAULT_HASH, &m) == ST_OK;
    }
    int64_t deadline = clock_ms() + 10000;
    str datagram;
    while (answers < 0 && clock_ms() < deadline)
        answers += chan_take(link_chan(l), &datagram, NULL) == ST_OK;
    t_i64(answers, 0, "a burst is answered whole");
}

/* From the writer's word to the last copy: the file at once, what roles keep open when its time is over, the backup soon. */
static void test_gone_everywhere(struct vault *app, struct vault *writer, struct vault *courier, const uint8_t secret[RECOVERY_KEY])
{
    struct vault *const holders[] = { app, writer, courier };
    struct backup_found found = { .keys = 0 };
    const char *file = str_z(v.arena, str_cat(v.arena, v.data, S("/key-backup/keys.backup")));
    int64_t ids[3], destroyed = -1, start = clock_ms();
    const uint8_t *key;
    int open = 0, closed = 0;
    for (int i = 0; i < 3; i++)
        t_st(vault_key_new(writer, &ids[i]), ST_OK, "a key of a person");
    while (backup_try(v.arena, file, secret, &found) != ST_OK && clock_ms() - start < 30000)
        usleep(20000);
    destroyed = found.destroyed;
    for (int i = 0; i < 3; i++)
        vault_keep_ms(holders[i], 500);
    for (int i = 0; i < 9; i++)
        open += vault_key_open(holders[i / 3], ids[i % 3], &key) == ST_OK;
    t_i64(open, 9, "app, writer and courier have three of them open");
    start = clock_ms();
    t_st(vault_keys_destroy(writer, ids, 3), ST_OK, "the person's keys are destroyed");
    t_st(vault_key_open(writer, ids[0], &key), ST_SEALED, "the writer knows at once");
    while (closed < 9 && clock_ms() - start < 5000) {
        usleep(20000);
        closed = 0;
        for (int i = 0; i < 9; i++)
            closed += vault_key_open(holders[i / 3], ids[i % 3], &key) == ST_SEALED;
    }
    printf("# gone everywhere after %lld ms\n", (long long)(clock_ms() - start));
    t_i64(closed, 9, "and everybody when the time for keys that are kept open is over");
    while (found.destroyed < destroyed + 3 && clock_ms() - start < 30000) {
        usleep(20000);
        IGNORE(backup_try(v.arena, file, secret, &found)); /* none while it is being put in place */
    }
    printf("# and from the backup after %lld ms\n", (long long)(clock_ms() - start));
    t_i64(found.destroyed, destroyed + 3, "the backup that holds them is replaced");
    t_ok(clock_ms() - start < 10000, "all in the time that vault.backup_seconds and vault.keep_seconds give");
    struct msg_vault_state state;
    t_st(vault_state(courier, &state), ST_OK, "whoever asks");
    t_ok(state.backup_destroyed == state.destroyed && state.trouble == ST_OK, "is told so");
    for (int i = 0; i < 3; i++)
        vault_keep_ms(holders[i], VAULT_OPEN_MS);
}

static void test_role(const uint8_t secret[RECOVERY_KEY])
{
    int app_fd, writer_fd, hash_fd, courier_fd;
    start_vault(&app_fd, &writer_fd, &hash_fd, &courier_fd);
    struct vault *app = vault_client(v.arena, ROLE_APP, app_fd, 8), *writer = vault_client(v.arena, ROLE_WRITER, writer_fd, 8);
    struct vault *courier = vault_client(v.arena, ROLE_COURIER, courier_fd, 8);
    struct link *hashes;
    t_st(link_new(hash_fd, ROLE_APP, ROLE_VAULT, 1 << 20, &hashes), ST_OK, "the link for hashing");
    test_questions(app, writer);
    test_gone_everywhere(app, writer, courier, secret);
    test_passwords(hashes);
    int64_t id = 0;
    t_st(vault_key_new(app, &id), ST_AWAY, "an app that asks for a new key is cut off");
    t_ok(!vault_wired(app), "for good");
    t_st(vault_key_new(writer, &id), ST_OK, "and nobody else is");
    stop_vault();
    vault_end(writer);
    vault_end(courier);
    link_close(hashes);
    t_i64(end_of(v.pid), 0, "it ends when everybody has left");
    link_close(v.control);
    const uint8_t *key;
    t_st(vault_key_open(writer, id, &key), ST_AWAY, "and is away");
}

static void test_restart(void)
{
    int app_fd, writer_fd, hash_fd, courier_fd;
    start_vault(&app_fd, &writer_fd, &hash_fd, &courier_fd);
    struct vault *app = vault_client(v.arena, ROLE_APP, app_fd, 8), *writer = vault_client(v.arena, ROLE_WRITER, writer_fd, 8);
    close(hash_fd);
    close(courier_fd);
    int64_t id = 0, next = 0;
    const uint8_t *key;
    t_st(vault_key_new(writer, &id), ST_OK, "a key");
    kill(v.pid, SIGKILL);
    t_i64(end_of(v.pid), 1000 + SIGKILL, "the vault is killed");
    t_st(vault_key_open(app, id, &key), ST_AWAY, "away");
    link_close(v.control);
    start_vault(&app_fd, &writer_fd, &hash_fd, &courier_fd);
    close(hash_fd);
    close(courier_fd);
    t_st(vault_rewire(app, app_fd), ST_OK, "wired again");
    t_st(vault_rewire(writer, writer_fd), ST_OK, "both");
    t_st(vault_key_open(app, id, &key), ST_OK, "what was handed out is there");
    t_st(vault_key_new(writer, &next), ST_OK, "and the next");
    t_ok(next > id, "is another");
    stop_vault();
    vault_end(app);
    vault_end(writer);
    t_i64(end_of(v.pid), 0, "it ends");
    link_close(v.control);
}

int main(void)
{
    char dir[] = "/tmp/avow-vault-XXXXXX";
    t_need(mkdtemp(dir));
    v.arena = arena_new(8 << 20);
    v.data = str_c(dir);
    v.folder = str_cat(v.arena, v.data, S("/vault"));
    v.set_data = str_z(v.arena, str_cat(v.arena, S("data.dir="), v.data));
    test_store();
    test_wrong_master();
    uint8_t secret[RECOVERY_KEY], public_half[RECOVERY_KEY];
    struct keystore *k;
    recovery_new(secret, public_half);
    t_st(keystore_open(v.arena, v.folder, &k), ST_OK, "opened");
    t_st(keystore_set_recovery(k, public_half), ST_OK, "and given a recovery key");
    keystore_close(k);
    test_role(secret);
    test_restart();
    const char *clean = str_z(v.arena, str_fmt(v.arena, "rm -r %s", dir));
    t_i64(system(clean), 0, "cleaned up");
    arena_free(v.arena);
    return t_done();
}
