/* The host role: web spaces of customers on this machine, for the provisioning module `sftp`. It is the only role that keeps the
 * rights of root, so it is asked by the courier alone, in messages of fixed members, and does eight things. It has no
 * database, no key but the server's own, and reaches no network; OpenSSH and nginx, which it starts, listen. */
#include "role.h"

#include "account.h"
#include "clock.h"
#include "log.h"
#include "server.h"
#include "str.h"

#include <stdio.h>
#include <unistd.h>

#define QUEUE ((size_t)64 * 1024)
#define WORK_MEMORY ((size_t)1 << 20)

struct host_state {
    struct role_self *self;
    struct accounts accounts;
    struct servers *servers;
    struct link *courier;
    struct arena *work; /* of one call */
};

struct called {
    const struct msg_host_call *m;
    struct account account;
    int64_t usage;
    str problem;
};

static st test_connection(struct host_state *h, struct called *c)
{
    if (servers_run(h->servers))
        return ST_OK;
    c->problem = S("server_not_running");
    return ST_UPSTREAM;
}

static st perform(struct host_state *h, struct called *c)
{
    const struct msg_host_call *m = c->m;
    struct arena *a = h->work;
    if (str_eq(m->verb, S("create")))
        return account_create(a, &h->accounts, &c->account, m->package, m->title, m->password, &c->problem);
    if (str_eq(m->verb, S("suspend")))
        return account_suspend(a, &h->accounts, &c->account, &c->problem);
    if (str_eq(m->verb, S("unsuspend")))
        return account_unsuspend(a, &h->accounts, &c->account, &c->problem);
    if (str_eq(m->verb, S("terminate")))
        return account_terminate(a, &h->accounts, &c->account, &c->problem);
    if (str_eq(m->verb, S("change_package")))
        return account_package(a, &h->accounts, &c->account, m->package, &c->problem);
    if (str_eq(m->verb, S("change_password")))
        return account_password(a, &h->accounts, &c->account, m->password, &c->problem);
    if (str_eq(m->verb, S("usage")))
        return account_usage(a, &h->accounts, &c->account, &c->usage, &c->problem);
    if (str_eq(m->verb, S("test_connection")))
        return test_connection(h, c);
    return ST_PEER;
}

static st on_call(void *arg, enum message kind, const void *msg, int passed UNUSED)
{
    struct host_state *h = arg;
    struct called c = { .m = msg, .usage = -1, .problem = S("") };
    TRY(PEER_UNLESS(kind == MSG_HOST_CALL));
    account_of(c.m->service, &c.account);
    st s = perform(h, &c);
    if (s == ST_PEER)
        return s;
    struct msg_host_answer answer = { .id = c.m->id, .status = s, .username = str_c(c.account.name), .usage = c.usage,
                                      .problem = s == ST_OK || c.problem.n ? c.problem : S("host_failed") };
    s = link_send(h->courier, MSG_HOST_ANSWER, &answer);
    arena_reset(h->work);
    return s == ST_OK ? ST_OK : ST_PEER;
}

static void on_gone(void *arg, st why UNUSED)
{
    struct host_state *h = arg;
    h->courier = NULL;
}

static st complain(str sentence)
{
    fprintf(stderr, "avow: %.*s\n", STR_ARG(sentence));
    return ST_CONFIG;
}

static st host_open(struct role_self *self)
{
    const struct config *c = self->config;
    struct host_state *h = NEW(self->arena, struct host_state);
    str sentence = { 0 };
    if (!h)
        return ST_NO_MEMORY;
    self->state = h;
    h->self = self;
    h->work = arena_new(WORK_MEMORY);
    h->accounts = (struct accounts){ .dir = str_z(self->arena, c->sftp.dir), .packages = c->sftp.packages };
    if (!h->work || !h->accounts.dir)
        return ST_NO_MEMORY;
    if (geteuid() != 0)
        return complain(S("sftp.listen is set, and making accounts for SFTP needs the rights of root; "
                          "take it out, or start as root"));
    if (!c->sftp.web.text.n)
        return complain(S("sftp.listen is set; sftp.web must say where the pages are served"));
    st s = accounts_prepare(self->arena, &h->accounts, &sentence);
    if (s == ST_OK)
        s = servers_prepare(self->arena, c, &h->servers, &sentence);
    return s == ST_OK || str_empty(sentence) ? s : complain(sentence);
}

static st host_start(struct role_self *self)
{
    struct host_state *h = self->state;
    return servers_start(h->servers, self->loop);
}

static st host_peer(struct role_self *self, const struct role_peer *peer, int fd)
{
    static const struct link_ops ops = { .got = on_call, .gone = on_gone };
    struct host_state *h = self->state;
    TRY(BUG_UNLESS(peer->role == ROLE_COURIER));
    link_close(h->courier);
    h->courier = NULL;
    return link_take(fd, self->loop, ROLE_HOST, ROLE_COURIER, QUEUE, &ops, h, &h->courier);
}

static void host_stop(struct role_self *self)
{
    role_done(self);
}

static void host_close(struct role_self *self)
{
    struct host_state *h = self->state;
    servers_stop(h->servers);
    link_close(h->courier);
    arena_free(h->work);
}

const struct role_ops host_role = {
    .open = host_open,
    .start = host_start,
    .peer = host_peer,
    .stop = host_stop,
    .close = host_close,
};
