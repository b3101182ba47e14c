/* Running somebody else's program: limits that hold, and words for what went wrong. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "exec.h"
#include "str.h"
#include "t.h"

static char dir[] = "/tmp/avow-exec-XXXXXX";

/* A program of one line of shell in the folder. */
static const char *script(struct arena *a, const char *name, const char *body)
{
    const char *path = str_z(a, str_fmt(a, "%s/%s", dir, name));
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0700);
    str text = str_fmt(a, "#!/bin/sh\n%s\n", body);
    if (fd < 0 || write(fd, text.p, text.n) != (ssize_t)text.n)
        abort();
    close(fd);
    return path;
}

static st run(struct arena *a, const char *body, str input, int seconds, str *answer, str *problem)
{
    static int n;
    struct exec_config config = { .dir = dir, .seconds = seconds };
    config.program = script(a, str_z(a, str_fmt(a, "p%d", n++)), body);
    *answer = S("");
    return exec_run(a, &config, input, answer, problem);
}

static void test_talk(struct arena *a)
{
    str answer, problem;
    t_st(run(a, "cat", S("{\"a\":1}"), 5, &answer, &problem), ST_OK, "in and out");
    t_str(answer, S("{\"a\":1}"), "what went in came out");
    t_st(run(a, "echo done", str_dup(a, S("ignored")), 5, &answer, &problem), ST_OK, "a program that does not read");
    t_str(answer, S("done\n"), "its answer counts");
    t_st(run(a, "echo \"$PATH $LANG ${HOME-none}\"", S(""), 5, &answer, &problem), ST_OK, "environment");
    t_str(answer, S("/usr/bin:/bin C.UTF-8 none\n"), "only ours");
    t_st(run(a, "ls /proc/self/fd | wc -l", S(""), 5, &answer, &problem), ST_OK, "descriptors");
    t_ok(answer.n == 2 && answer.p[0] <= '4', "its three and ls's own");
}

static void test_trouble(struct arena *a)
{
    str answer, problem;
    t_st(run(a, "exit 3", S(""), 5, &answer, &problem), ST_UPSTREAM, "a program that fails");
    t_str(problem, S("program_failed"), "is named so");
    int64_t before = clock_ms();
    t_st(run(a, "sleep 30 & sleep 30", S(""), 1, &answer, &problem), ST_TIMEOUT, "a program that takes too long");
    t_ok(clock_ms() - before < 10000, "is ended, and its children with it");
    t_st(run(a, "yes", S(""), 5, &answer, &problem), ST_UPSTREAM, "a program that talks without end");
    t_str(problem, S("answer_too_long"), "is cut off");
    struct exec_config none = { .program = "/nonexistent", .dir = dir, .seconds = 2 };
    t_st(exec_run(a, &none, S(""), &answer, &problem), ST_IO, "a program that is not there");
    t_str(problem, S("program_not_started"), "is named so");
}

static void test_confined(struct arena *a)
{
    str answer, problem;
    t_st(run(a, "echo x > inside && cat inside", S(""), 5, &answer, &problem), ST_OK, "it may write in its folder");
    t_str(answer, S("x\n"), "and read there");
    str landlock = S("");
    t_st(run(a, "echo x 2>/dev/null > /tmp/avow-exec-escape && echo escaped; true", S(""), 5, &answer, &problem), ST_OK,
         "and nowhere else");
    if (str_eq(answer, S("escaped\n"))) {
        unlink("/tmp/avow-exec-escape");
        landlock = S(" # SKIP this kernel has no Landlock");
    }
    printf("ok %d - writing outside is refused%.*s\n", ++t_state.run, STR_ARG(landlock));
}

int main(void)
{
    struct arena *a = arena_new(4u << 20);
    if (!mkdtemp(dir) || chmod(dir, 0700) != 0)
        return 1;
    test_talk(a);
    test_trouble(a);
    test_confined(a);
    str rm = str_fmt(a, "rm -rf %s", dir);
    t_ok(system(str_z(a, rm)) == 0, "nothing is left");
    arena_free(a);
    return t_done();
}
