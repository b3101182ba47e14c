/* For bench/count, in LD_PRELOAD: the role named by BENCH_ROLE starts under callgrind.
 *
 * valgrind follows no exec of /proc/self/exe, and lets no program lower its own limits. */
#include <dlfcn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define MOST 400

typedef int exec_fn(const char *, char *const[], char *const[]);

int setrlimit(__rlimit_resource_t what, const struct rlimit *limit)
{
    (void)what;
    (void)limit;
    return 0;
}

/* Everything after the words of BENCH_TOOL is the role's own. */
static int under_tool(exec_fn *real, const char *tool, const char *library, char *const argv[], char *const envp[])
{
    static char words[2000], exe[500], preload[600];
    char *v[MOST], *e[MOST], *rest = words;
    size_t n = 0, m = 0;
    ssize_t length = readlink("/proc/self/exe", exe, sizeof exe - 1);
    if (length < 0)
        return -1;
    exe[length] = '\0';
    snprintf(words, sizeof words, "%s", tool);
    snprintf(preload, sizeof preload, "LD_PRELOAD=%s", library);
    for (char *word; n < MOST / 2 && (word = strsep(&rest, " ")) != NULL;)
        v[n++] = word;
    v[n++] = exe;
    for (size_t i = 1; argv[i] != NULL && n + 1 < MOST; i++)
        v[n++] = argv[i];
    v[n] = NULL;
    for (size_t i = 0; envp[i] != NULL && m + 2 < MOST; i++)
        e[m++] = envp[i];
    e[m++] = preload;
    e[m] = NULL;
    return real(v[0], v, e);
}

int execve(const char *path, char *const argv[], char *const envp[])
{
    exec_fn *real = (exec_fn *)dlsym(RTLD_NEXT, "execve");
    const char *role = getenv("BENCH_ROLE"), *tool = getenv("BENCH_TOOL"), *library = getenv("LD_PRELOAD");
    bool chosen = role != NULL && tool != NULL && library != NULL && strcmp(path, "/proc/self/exe") == 0 && argv[0] != NULL &&
                  argv[1] != NULL && argv[2] != NULL && strcmp(argv[2], role) == 0;
    return chosen ? under_tool(real, tool, library, argv, envp) : real(path, argv, envp);
}
