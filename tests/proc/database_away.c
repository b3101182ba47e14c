/* PostgreSQL crashes and comes back while people are served: meanwhile they are told so, clearly; then everything goes on
 * by itself, and nothing that was asked is lost or done twice.
 *
 *   database_away AVOW    on a server of its own, because it stops it */
#include "clock.h"
#include "rnd.h"
#include "str.h"
#include "system.h"
#include "t.h"

#include <poll.h>
#include <signal.h>

#define AGAIN_MS 20000
#define AWAY_MS 4000 /* longer than anybody waits before trying to connect again */

static struct system sys;
static char server_dir[64] = "/tmp/avow-away.XXXXXX";

/* tools/pg VERB on our server; the address it printed. */
static bool server(const char *verb, char *address, size_t size)
{
    char command[300];
    snprintf(command, sizeof command, "%s %s %s/pg", TEST_TOOLS_PG, verb, server_dir);
    FILE *f = popen(command, "r");
    if (!f)
        return false;
    char line[300] = "";
    bool said = fgets(line, sizeof line, f) != NULL;
    line[strcspn(line, "\n")] = '\0';
    if (said && address)
        snprintf(address, size, "%s", line);
    return pclose(f) == 0;
}

static bool page_within(int want, int64_t ms, str *answer)
{
    int64_t until = clock_ms() + ms;
    int got;
    while ((got = system_get(&sys, "/", answer)) != want && clock_ms() < until)
        poll(NULL, 0, 100);
    if (got != want)
        printf("# the shop answers %d\n", got);
    return got == want;
}

static void while_away(void)
{
    str page;
    t_ok(page_within(503, 5000, &page), "the shop says 503");
    t_ok(str_find(page, S("A part of the system is restarting.")) < page.n, "in words");
    t_ok(str_find(page, S("</html>")) < page.n, "on a whole page");
    t_st(system_register(&sys, rnd_uid(), "nobody@example.test"), ST_RETRY, "who writes is told to come again");
    poll(NULL, 0, AWAY_MS);
    int64_t begun = clock_ms();
    int told = 0;
    for (int i = 0; i < 20; i++)
        told += system_get(&sys, "/", &page) == 503;
    t_i64(told, 20, "still 503");
    t_ok(clock_ms() - begun < 4000, "and quickly: not every request tries to connect");
}

static void story(void)
{
    static const char *const roles[] = { "writer", "vault", "app", "courier", "front" };
    pid_t before[COUNT(roles)];
    str page;
    for (size_t i = 0; i < COUNT(roles); i++)
        before[i] = system_wait_role(&sys, roles[i], 0);
    t_ok(page_within(200, AGAIN_MS, &page), "the shop is open");
    t_st(system_register(&sys, rnd_uid(), "one@example.test"), ST_OK, "somebody registers");
    t_ok(system_mails_within(&sys, 1, AGAIN_MS), "and gets mail");

    uid key = rnd_uid();
    kill(before[3], SIGSTOP);
    t_st(system_register(&sys, key, "two@example.test"), ST_OK, "another one does; their mail has to wait");
    t_ok(server("halt", NULL, 0), "the database is gone");
    kill(before[3], SIGCONT);
    while_away();
    t_ok(server("start", NULL, 0), "the database is back");

    t_ok(page_within(200, AGAIN_MS, &page), "the shop is open again");
    t_ok(system_register_within(&sys, "three@example.test", AGAIN_MS), "a third one registers");
    t_st(system_register(&sys, key, "two@example.test"), ST_OK, "the second one's answer is still known");
    t_ok(system_mails_within(&sys, 3, AGAIN_MS), "the mail that waited has gone out, and the new one");
    poll(NULL, 0, 1000);
    t_i64(system_mails(&sys), 3, "each once");
    for (size_t i = 0; i < COUNT(roles); i++)
        t_i64(system_role(&sys, roles[i]), before[i], "nobody had to be restarted");
}

int main(int argc, char **argv)
{
    t_need(argc == 2);
    struct arena *a = arena_new(64 << 20);
    struct test_db db;
    char address[300] = "";
    t_need(mkdtemp(server_dir) != NULL && chmod(server_dir, 0711) == 0);
    t_need(server("start", address, sizeof address) && setenv("AVOW_TEST_PG", address, 1) == 0);
    t_need(test_db_new(a, true, &db) == ST_OK);
    system_start(&sys, argv[1], a, &db);
    story();
    system_end(&sys);
    t_ok(server("stop", NULL, 0) && rmdir(server_dir) == 0, "the server too");
    arena_free(a);
    return t_done();
}
