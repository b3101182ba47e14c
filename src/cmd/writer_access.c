/* A writer for subcommands. */
#include "writer_access.h"

#include "clock.h"
#include "ground.h"
#include "link.h"
#include "log.h"
#include "supervisor.h"
#include "vault.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#define ANSWER_MS 30000
#define HASH_MS 10000

struct writer_access {
    const struct data_place *place;
    struct writer_client *writer;
    pid_t own; /* the private system, or 0 */
};

static st connect_writer(struct writer_access *w)
{
    int fd;
    TRY(ground_connect_local(w->place->arena, w->place->folder, "writer.sock", &fd));
    struct writer_client_setup setup = { .mine = ROLE_CMD, .fd = fd, .answer_ms = ANSWER_MS };
    return writer_client_new(w->place->arena, &setup, &w->writer);
}

static void tell_ready(void *arg, const struct config *c UNUSED)
{
    int fd = *(int *)arg;
    if (write(fd, "r", 1) != 1)
        fputs("avow: the waiting subcommand has gone\n", stderr);
    close(fd);
}

/* In the child: a system of vault and writer, until it is told to end. */
static _Noreturn void be_private(const struct data_place *p, int ready)
{
    const char *sets[COUNT(p->sets) + 1]; /* the log of a moment is of no interest unless something is wrong */
    for (size_t i = 0; i < p->n_sets; i++)
        sets[i] = p->sets[i];
    sets[p->n_sets] = "log.level=warn";
    log_init("avow", LOG_WARN);
    struct supervisor_setup setup = { .config_file = p->config_file, .sets = sets, .n_sets = p->n_sets + 1, .core_only = true,
        .ready = tell_ready, .arg = &ready };
    st s = supervisor_run(&setup);
    if (s == ST_CONFLICT)
        fputs("avow: another program holds the lock on the data\n", stderr);
    _exit(st_info(s)->exit);
}

static st status_of(pid_t pid)
{
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    if (!WIFEXITED(status))
        return ST_IO;
    for (long long n = 0; n < 64; n++)
        if (st_of_number(n) != ST_PEER && st_info(st_of_number(n))->exit == WEXITSTATUS(status))
            return st_of_number(n);
    return ST_IO;
}

static st start_private(struct writer_access *w)
{
    int ready[2];
    if (pipe2(ready, 0) < 0)
        return ST_IO;
    fflush(stdout);
    fflush(stderr);
    w->own = fork();
    if (w->own == 0) {
        close(ready[0]);
        be_private(w->place, ready[1]);
    }
    close(ready[1]);
    char c;
    bool up = w->own > 0 && read(ready[0], &c, 1) == 1; /* or its end */
    close(ready[0]);
    if (up)
        return ST_OK;
    st s = w->own > 0 ? status_of(w->own) : ST_LIMIT;
    w->own = 0;
    return s == ST_OK ? ST_IO : s;
}

st writer_access_open(const struct data_place *p, struct writer_access **out)
{
    struct writer_access *w = NEW(p->arena, struct writer_access);
    if (!w)
        return ST_NO_MEMORY;
    w->place = p;
    st s = connect_writer(w);
    if (s == ST_AWAY) {
        TRY(start_private(w));
        s = connect_writer(w);
    }
    if (s != ST_OK) {
        fprintf(stderr, "avow: cannot reach the writer: %s\n", st_info(s)->text);
        IGNORE(writer_access_close(w)); /* what is told is why it could not be reached */
        return s;
    }
    *out = w;
    return ST_OK;
}

st writer_access_close(struct writer_access *w)
{
    if (w->writer)
        writer_client_end(w->writer);
    w->writer = NULL;
    if (!w->own)
        return ST_OK;
    kill(w->own, SIGTERM);
    st s = status_of(w->own);
    w->own = 0;
    return s;
}

st writer_access_again(struct writer_access *w)
{
    if (w->writer)
        writer_client_end(w->writer);
    w->writer = NULL;
    return connect_writer(w);
}

st writer_access_call(struct writer_access *w, struct arena *a, enum command cmd, uid idem, const void *in, void *out,
    struct writer_refusal *why)
{
    if (!w->writer)
        return ST_AWAY;
    struct command_call call = { .cmd = cmd, .idem = idem, .in = in, .actor = { .kind = ACTOR_SYSTEM, .caps = CAP_SYSTEM } };
    return writer_call(w->writer, a, &call, out, why);
}

/* One question to the vault over a link of its own; the answer is borrowed until the link is closed. */
static st ask_vault(struct writer_access *w, struct arena *a, enum message kind, const void *msg, enum message want,
    struct link **l, void **back)
{
    int fd;
    TRY(ground_connect_local(a, w->place->folder, "vault.sock", &fd));
    st s = link_new(fd, ROLE_CMD, ROLE_VAULT, 4096, l);
    if (s != ST_OK) {
        close(fd);
        return s;
    }
    s = link_call(*l, kind, msg, want, HASH_MS, back);
    if (s != ST_OK)
        link_close(*l);
    return s;
}

st writer_access_hash(struct writer_access *w, struct arena *a, str password, str *encoded)
{
    struct msg_vault_hash m = { .id = 1, .password = password };
    struct link *l;
    void *back;
    TRY(ask_vault(w, a, MSG_VAULT_HASH, &m, MSG_VAULT_HASHED, &l, &back));
    st s = st_of_number(((const struct msg_vault_hashed *)back)->status);
    if (s == ST_OK)
        *encoded = str_dup(a, ((const struct msg_vault_hashed *)back)->encoded);
    link_close(l);
    return s;
}

st writer_access_vault(struct writer_access *w, struct arena *a, enum message kind, const void *msg, struct msg_vault_state *out)
{
    struct link *l;
    void *back;
    TRY(ask_vault(w, a, kind, msg, MSG_VAULT_STATE, &l, &back));
    *out = *(const struct msg_vault_state *)back;
    out->recovery = str_dup(a, out->recovery);
    link_close(l);
    return st_of_number(out->status);
}

st writer_access_sign(struct writer_access *w, str text, uint8_t signature[64], uint8_t public_half[32])
{
    int fd;
    TRY(ground_connect_local(w->place->arena, w->place->folder, "vault.sock", &fd));
    struct vault *v = vault_client(w->place->arena, ROLE_CMD, fd, 1);
    if (!v) {
        close(fd);
        return ST_NO_MEMORY;
    }
    st s = vault_sign(v, text, signature, public_half);
    vault_end(v);
    return s;
}
