/* Channels and links: sizes, queues, descriptors in passing, and peers that say what they may not. */
#include "chan.h"
#include "link.h"

#include "clock.h"
#include "str.h"
#include "t.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define QUEUE ((size_t)1024 * 1024)

static void pair(struct chan **a, struct chan **b)
{
    int fds[2];
    t_st(chan_pair(fds), ST_OK, "a pair");
    t_st(chan_new(fds[0], QUEUE, a), ST_OK, "one end");
    t_st(chan_new(fds[1], QUEUE, b), ST_OK, "other end");
}

static void test_sizes(void)
{
    struct chan *a, *b;
    pair(&a, &b);
    char *big = calloc(1, CHAN_MAX + 1);
    str got;
    t_st(chan_take(b, &got, NULL), ST_WAIT, "nothing there yet");
    t_st(chan_send(a, (str){ big, CHAN_MAX }, -1), ST_OK, "the largest datagram goes out");
    t_st(chan_take(b, &got, NULL), ST_OK, "and arrives");
    t_i64((long long)got.n, (long long)CHAN_MAX, "whole");
    t_st(chan_send(a, (str){ big, CHAN_MAX + 1 }, -1), ST_TOO_LARGE, "one byte more is refused");
    t_st(chan_send(a, S(""), -1), ST_BUG, "an empty datagram is our mistake: it reads like the end");
    free(big);
    chan_close(a);
    t_st(chan_take(b, &got, NULL), ST_AWAY, "the other side has gone");
    t_st(chan_send(b, S("x"), -1), ST_AWAY, "and takes nothing");
    chan_close(b);
}

static void test_queue(void)
{
    struct chan *a, *b;
    pair(&a, &b);
    char block[60000] = { 0 };
    int sent = 0;
    st s;
    while ((s = chan_send(a, (str){ block, sizeof block }, -1)) == ST_OK && sent < 1000) {
        sent++;
        block[0] = (char)sent;
    }
    t_st(s, ST_LIMIT, "a reader that does not read fills the queue, and only that");
    t_ok(chan_queued(a) > 0 && chan_queued(a) <= QUEUE, "the queue keeps its bound");
    int taken = 0;
    bool in_order = true;
    str got;
    while (taken < sent) {
        s = chan_take(b, &got, NULL);
        if (s == ST_WAIT) {
            if (chan_flush(a) == ST_AWAY)
                break;
            continue;
        }
        in_order = in_order && s == ST_OK && got.p[0] == (char)taken;
        taken++;
    }
    t_i64(taken, sent, "nothing that was accepted is lost");
    t_ok(in_order, "and it comes in order");
    t_i64((long long)chan_queued(a), 0, "the queue is empty again");
    chan_close(a);
    chan_close(b);
}

static void test_passing(void)
{
    struct chan *a, *b;
    pair(&a, &b);
    int file = open("/dev/null", O_RDONLY | O_CLOEXEC), passed = -1;
    str got;
    t_st(chan_send(a, S("with"), file), ST_OK, "a descriptor goes along");
    t_st(chan_take(b, &got, &passed), ST_OK, "and arrives");
    t_ok(passed >= 0 && passed != file && (fcntl(passed, F_GETFD) & FD_CLOEXEC), "as the receiver's own, close-on-exec");
    close(passed);
    t_st(chan_send(a, S("without"), -1), ST_OK, "one without");
    t_st(chan_take(b, &got, &passed), ST_OK, "arrives");
    t_i64(passed, -1, "and brings none");
    t_st(chan_send(a, S("unwanted"), file), ST_OK, "one that may not come");
    t_st(chan_take(b, &got, NULL), ST_PEER, "is a fault of the peer");
    close(file);
    chan_close(a);
    chan_close(b);
}

struct seen {
    struct link *link;
    int messages;
    st gone;
    bool is_gone;
    int64_t last;
};

static st seen_got(void *arg, enum message kind, const void *msg, int passed UNUSED)
{
    struct seen *s = arg;
    s->messages++;
    if (kind == MSG_VAULT_KEY_OPEN) {
        s->last = ((const struct msg_vault_key_open *)msg)->key_id;
        if (s->last == 99) {
            link_close(s->link); /* a handler may end its own link */
            s->link = NULL;
        }
    }
    return ST_OK;
}

static void seen_gone(void *arg, st why)
{
    struct seen *s = arg;
    s->is_gone = true;
    s->gone = why;
    s->link = NULL;
}

static const struct link_ops seen_ops = { .got = seen_got, .gone = seen_gone };

static void wired(struct loop *loop, struct seen *s, struct link **client, enum role client_role)
{
    int fds[2];
    *s = (struct seen){ 0 };
    t_st(chan_pair(fds), ST_OK, "a pair");
    t_st(link_new(fds[0], ROLE_VAULT, client_role, QUEUE, &s->link), ST_OK, "the vault's end");
    t_st(link_attach(s->link, loop, &seen_ops, s), ST_OK, "in the loop");
    t_st(link_new(fds[1], client_role, ROLE_VAULT, QUEUE, client), ST_OK, "the client's end");
}

static void steps(struct loop *loop)
{
    for (int i = 0; i < 5; i++)
        t_st(loop_step(loop, 0), ST_OK, "a turn of the loop");
}

static void test_links(struct loop *loop)
{
    struct seen s;
    struct link *client;
    wired(loop, &s, &client, ROLE_APP);
    struct msg_vault_key_open m = { .id = 1, .key_id = 7 };
    t_st(link_send(client, MSG_VAULT_KEY_OPEN, &m), ST_OK, "a question");
    steps(loop);
    t_i64(s.last, 7, "arrives as it was asked");
    m.key_id = 99;
    t_st(link_send(client, MSG_VAULT_KEY_OPEN, &m), ST_OK, "one at which the handler closes its link");
    steps(loop);
    t_ok(!s.is_gone && !s.link, "does no harm, and nobody is told twice");
    link_close(client);

    wired(loop, &s, &client, ROLE_APP);
    uint64_t before = chan_peer_faults();
    t_st(chan_send(link_chan(client), S("nonsense"), -1), ST_OK, "nonsense");
    steps(loop);
    t_ok(s.is_gone && s.gone == ST_PEER, "closes that peer");
    t_i64((long long)(chan_peer_faults() - before), 1, "and is counted");
    link_close(client);

    wired(loop, &s, &client, ROLE_APP);
    struct msg_vault_key_destroy kill = { .id = 1, .key_ids = S("12345678") };
    t_st(link_send(client, MSG_VAULT_KEY_DESTROY, &kill), ST_OK, "what only the writer may say");
    steps(loop);
    t_ok(s.is_gone && s.gone == ST_PEER && s.messages == 0, "is refused from an app");
    link_close(client);

    wired(loop, &s, &client, ROLE_APP);
    link_close(client);
    steps(loop);
    t_ok(s.is_gone && s.gone == ST_AWAY, "the end of the other side is told");
}

static st nothing_got(void *arg UNUSED, enum message kind UNUSED, const void *msg UNUSED, int passed UNUSED)
{
    return ST_OK;
}
static void client_gone(void *arg, st why UNUSED)
{
    *(struct link **)arg = NULL;
}

/* Said in one turn, there in order; whatever the other side makes of the bytes, it stays in step or is cut off. */
static void test_bundles(struct loop *loop)
{
    static const struct link_ops nothing = { .got = nothing_got, .gone = client_gone };
    struct seen s;
    struct link *client;
    wired(loop, &s, &client, ROLE_APP);
    t_st(link_attach(client, loop, &nothing, &client), ST_OK, "the client's end in the loop too");
    struct msg_vault_key_open m = { .id = 1 };
    for (m.key_id = 1; m.key_id <= 40; m.key_id++)
        t_st(link_send_soon(client, MSG_VAULT_KEY_OPEN, &m), ST_OK, "one of many");
    t_i64(s.messages, 0, "nothing is there before the turn ends");
    m.key_id = 50;
    t_st(link_send(client, MSG_VAULT_KEY_OPEN, &m), ST_OK, "one that cannot wait");
    steps(loop);
    t_i64(s.messages, 41, "all are there");
    t_i64(s.last, 50, "the last one last");
    m.key_id = 60;
    t_st(link_send_soon(client, MSG_VAULT_KEY_OPEN, &m), ST_OK, "a single one");
    steps(loop);
    t_i64(s.last, 60, "arrives as well");
    const int64_t ends[] = { 70, 99, 71 };
    for (size_t i = 0; i < COUNT(ends); i++) {
        m.key_id = ends[i];
        t_st(link_send_soon(client, MSG_VAULT_KEY_OPEN, &m), ST_OK, "one, and one at which the handler closes its link");
    }
    steps(loop);
    t_ok(!s.is_gone && !s.link, "closed in the middle of a bundle");
    t_i64(s.last, 99, "what stood behind it is not handed over");
    t_ok(client == NULL, "and the other side is told");
    static const str wrong[] = { SI("\xff\xff\x01"), SI("\xff\xff\x00\x00\x00\x00"), SI("\xff\xff\xff\xff\xff\x7f..."),
                                 SI("\xff\xff\x02\x00\x00\x00..") };
    for (size_t i = 0; i < COUNT(wrong); i++) {
        wired(loop, &s, &client, ROLE_APP);
        t_st(chan_send(link_chan(client), wrong[i], -1), ST_OK, "a bundle that is none");
        steps(loop);
        t_ok(s.is_gone && s.gone == ST_PEER, "closes that peer");
        link_close(client);
    }
}

static void test_call_timeout(void)
{
    struct chan *a, *b;
    pair(&a, &b);
    str got;
    int64_t before = clock_ms();
    t_st(chan_call(a, S("anybody?"), 50, &got), ST_TIMEOUT, "a call nobody answers ends");
    t_ok(clock_ms() - before >= 50, "not before its time");
    t_st(chan_send(b, S("late"), -1), ST_OK, "an answer");
    t_st(chan_call(a, S("again"), 50, &got), ST_OK, "comes at once when it is there");
    chan_close(a);
    chan_close(b);
}

static int fired;
static void fire(void *arg)
{
    fired = fired * 10 + *(int *)arg;
}

static void test_timers(struct loop *loop)
{
    int names[4] = { 1, 2, 3, 4 };
    struct loop_timer t[4];
    int64_t now = clock_ms();
    const int64_t at[4] = { now + 3, now + 1, now + 2, now + 1000000 };
    for (int i = 0; i < 4; i++) {
        t[i] = (struct loop_timer){ .fn = fire, .arg = &names[i] };
        t_st(loop_timer_set(loop, &t[i], at[i]), ST_OK, "set");
    }
    struct loop_timer fifth = { .fn = fire };
    t_st(loop_timer_set(loop, &fifth, now), ST_LIMIT, "no room for more than was asked for");
    t_st(loop_timer_set(loop, &t[2], now + 4), ST_OK, "moved");
    while (clock_ms() < now + 20)
        t_st(loop_step(loop, 5), ST_OK, "a turn");
    t_i64(fired, 213, "due timers fire in order, once");
    loop_timer_off(loop, &t[3]);
    loop_timer_off(loop, &t[3]);
    t_i64((long long)t[3].slot, 0, "off twice is off");
}

int main(void)
{
    struct arena *a = arena_new(65536);
    struct loop *loop;
    t_st(loop_new(a, 4, &loop), ST_OK, "a loop");
    test_sizes();
    test_queue();
    test_passing();
    test_links(loop);
    test_bundles(loop);
    test_call_timeout();
    test_timers(loop);
    loop_free(loop);
    arena_free(a);
    return t_done();
}
