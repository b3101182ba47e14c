/* A role that stands still for longer than anybody waits for it, and then goes on: those that gave it up get new links,
 * and nobody had to be restarted for that.
 *
 *   frozen AVOW    the writer for 20 seconds, then the vault for 8 */
#include "rnd.h"
#include "system.h"
#include "t.h"

#include <poll.h>
#include <signal.h>

#define WRITER_STILL_MS 20000 /* the courier waits 15 seconds for an answer */
#define VAULT_STILL_MS 8000   /* everybody waits 5 seconds for the vault */
#define AGAIN_MS 20000

static struct system sys;

static st register_somebody(const char *email)
{
    return system_register(&sys, rnd_uid(), email);
}

/* The courier finds a job while that role stands still, so it is in the middle of a question when it gives up. */
static void freeze(const char *role, const char *email, int ms)
{
    pid_t courier = system_role(&sys, "courier"), frozen = system_role(&sys, role);
    t_ok(courier > 0 && kill(courier, SIGSTOP) == 0, "the courier waits for its cue");
    t_st(register_somebody(email), ST_OK, "there is work for it");
    t_ok(frozen > 0 && kill(frozen, SIGSTOP) == 0, role);
    kill(courier, SIGCONT);
    poll(NULL, 0, ms);
    t_ok(kill(frozen, SIGCONT) == 0, "goes on");
}

static void story(void)
{
    pid_t courier = system_wait_role(&sys, "courier", 0), app = system_wait_role(&sys, "app", 0);
    pid_t writer = system_wait_role(&sys, "writer", 0);
    t_st(register_somebody("one@example.test"), ST_OK, "somebody registers");
    t_ok(system_mails_within(&sys, 1, AGAIN_MS), "and gets mail");

    freeze("writer", "two@example.test", WRITER_STILL_MS);
    int before = system_mails(&sys);
    t_st(register_somebody("three@example.test"), ST_OK, "the writer writes again");
    t_ok(system_mails_within(&sys, before + 1, AGAIN_MS), "the courier found its way back to it");

    before = system_mails(&sys);
    freeze("vault", "four@example.test", VAULT_STILL_MS);
    t_ok(system_register_within(&sys, "five@example.test", AGAIN_MS), "the writer found its way back to the vault");
    t_ok(system_mails_within(&sys, before + 2, AGAIN_MS), "the courier too, and nothing was lost");

    t_i64(system_role(&sys, "courier"), courier, "the same courier as at the start");
    t_i64(system_role(&sys, "writer"), writer, "the same writer");
    t_i64(system_role(&sys, "app"), app, "the same app");
}

int main(int argc, char **argv)
{
    t_need(argc == 2);
    struct arena *a = arena_new(64 << 20);
    struct test_db db;
    t_need(test_db_new(a, false, &db) == ST_OK);
    system_start(&sys, argv[1], a, &db);
    story();
    system_end(&sys);
    test_db_drop(&db);
    arena_free(a);
    return t_done();
}
