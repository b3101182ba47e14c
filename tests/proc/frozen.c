/* A role that stands still for longer than anybody waits for it, and then goes on: those that gave it up get new links,
 * and nobody had to be restarted for that.
 *
 *   frozen AVOW    the writer for 20 seconds, then the vault for 8 */
#include "clock.h"
#include "rnd.h"
#include "str.h"
#include "system.h"
#include "t.h"

#include <dirent.h>
#include <poll.h>
#include <signal.h>

#define WRITER_STILL_MS 20000 /* the courier waits 15 seconds for an answer */
#define VAULT_STILL_MS 8000   /* everybody waits 5 seconds for the vault */
#define AGAIN_MS 20000

static struct system sys;

/* A registration queues a mail, and for that mail the courier needs the writer and the vault. */
static st register_somebody(const char *email)
{
    struct writer_client *w;
    struct arena *a = arena_new(1 << 20);
    TRY(system_writer(&sys, &w));
    struct person_register_in in = { .email = str_c(email), .full_name = S("Pat Example"), .password = S("none"),
        .currency = S("GBP") };
    struct command_call call = { .cmd = CMD_PERSON_REGISTER, .idem = rnd_uid(), .in = &in,
        .actor = { .kind = ACTOR_VISITOR, .caps = CAP_PUBLIC } };
    st s = writer_call(w, a, &call, NULL, NULL);
    writer_client_end(w);
    arena_free(a);
    return s;
}

static bool register_within(const char *email, int64_t ms)
{
    int64_t until = clock_ms() + ms;
    st s;
    while ((s = register_somebody(email)) != ST_OK && clock_ms() < until)
        poll(NULL, 0, 200);
    return s == ST_OK;
}

static int mails(void)
{
    const char *folder = str_z(sys.arena, str_fmt(sys.arena, "%.*s/mail/new", STR_ARG(sys.data)));
    DIR *d = opendir(folder);
    struct dirent *e;
    int n = 0;
    while (d && (e = readdir(d)))
        n += e->d_name[0] != '.';
    if (d)
        closedir(d);
    return n;
}

static bool mails_within(int want, int64_t ms)
{
    int64_t until = clock_ms() + ms;
    while (mails() < want && clock_ms() < until)
        poll(NULL, 0, 100);
    return mails() >= want;
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
    t_ok(mails_within(1, AGAIN_MS), "and gets mail");

    freeze("writer", "two@example.test", WRITER_STILL_MS);
    int before = mails();
    t_st(register_somebody("three@example.test"), ST_OK, "the writer writes again");
    t_ok(mails_within(before + 1, AGAIN_MS), "the courier found its way back to it");

    before = mails();
    freeze("vault", "four@example.test", VAULT_STILL_MS);
    t_ok(register_within("five@example.test", AGAIN_MS), "the writer found its way back to the vault");
    t_ok(mails_within(before + 2, AGAIN_MS), "the courier too, and nothing was lost");

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
