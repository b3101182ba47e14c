#include "account.h"

#include <crypt.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hash.h"
#include "out.h"
#include "run.h"
#include "str.h"

#define SECONDS 20       /* of a tool that changes one user */
#define SECONDS_TREE 60  /* of one that walks all files of one */
#define PASSWORD_LEAST 12
#define MIB ((int64_t)1 << 20)

static st refused(str *problem, const char *word)
{
    *problem = str_c(word);
    return ST_UPSTREAM;
}

void account_of(uid service, struct account *out)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz234567";
    char text[sizeof "avow sftp account " + sizeof service.b] = "avow sftp account ";
    uint8_t code[32];
    size_t head = strlen(text);
    memcpy(text + head, service.b, sizeof service.b);
    hash_plain((str){ text, head + sizeof service.b }, code);
    *out = (struct account){ .service = service, .name = "w" };
    for (size_t i = 1; i < ACCOUNT_NAME; i++)
        out->name[i] = letters[code[i] % 32];
}

/* ---- what is there ----------------------------------------------------------------------------------------------- */

/* The user of that name, if it is one of ours. ST_NOT_FOUND; ST_CONFLICT: somebody else's, which nothing may touch. */
static st find_user(const struct account *ac, uid_t *user, gid_t *group)
{
    errno = 0;
    const struct group *ours = getgrnam(ACCOUNT_GROUP);
    if (!ours)
        return ST_IO;
    *group = ours->gr_gid;
    errno = 0;
    const struct passwd *p = getpwnam(ac->name);
    if (!p)
        return errno == 0 || errno == ENOENT ? ST_NOT_FOUND : ST_IO;
    if (p->pw_gid != *group || p->pw_uid == 0)
        return ST_CONFLICT;
    *user = p->pw_uid;
    return ST_OK;
}

static st existing(const struct account *ac, uid_t *user, str *problem)
{
    gid_t group;
    st s = find_user(ac, user, &group);
    if (s == ST_OK)
        return ST_OK;
    return refused(problem, s == ST_NOT_FOUND ? "no_such_account" : s == ST_CONFLICT ? "name_taken" : "users_unreadable");
}

static const char *path_of(struct arena *a, const struct accounts *all, const struct account *ac, const char *rest)
{
    return str_z(a, str_fmt(a, "%s/%s%s", all->dir, ac->name, rest));
}

static st tool(struct arena *a, const char *const argv[], str input, str *problem, const char *word)
{
    return run_program(a, argv, input, SECONDS, NULL) == ST_OK ? ST_OK : refused(problem, word);
}

/* ---- the folder -------------------------------------------------------------------------------------------------- */

/* OpenSSH locks nobody into a folder that anybody but root could replace. */
static st roots_alone(struct arena *a, const char *dir, str *sentence)
{
    str path = str_c(dir);
    for (size_t n = 1; n <= path.n; n++) {
        if (n < path.n && path.p[n] != '/' && n != 1)
            continue;
        const char *part = str_z(a, str_sub(path, 0, n));
        struct stat info;
        if (!part || lstat(part, &info) != 0 || !S_ISDIR(info.st_mode) || info.st_uid != 0 || (info.st_mode & 022)) {
            *sentence = str_fmt(a, "sftp.dir: %s must be a folder that belongs to root and that nobody else may write to",
                                part ? part : dir);
            return ST_CONFIG;
        }
    }
    return ST_OK;
}

st accounts_prepare(struct arena *a, const struct accounts *all, str *sentence)
{
    const char *const argv[] = { "/usr/sbin/groupadd", "--force", "--system", ACCOUNT_GROUP, NULL };
    *sentence = S("sftp.dir cannot be made");
    bool made = mkdir(all->dir, 0755) == 0;
    if ((!made && errno != EEXIST) || (made && chmod(all->dir, 0755) != 0)) /* nginx goes through it */
        return ST_CONFIG;
    TRY(roots_alone(a, all->dir, sentence));
    *sentence = S("the group " ACCOUNT_GROUP " cannot be made");
    return run_program(a, argv, S(""), SECONDS, NULL) == ST_OK ? ST_OK : ST_CONFIG;
}

static st make_folder(const char *path, uid_t user, gid_t group)
{
    if (!path || (mkdir(path, 0755) != 0 && errno != EEXIST))
        return ST_IO;
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    st s = fd >= 0 && fchown(fd, user, group) == 0 && fchmod(fd, 0755) == 0 ? ST_OK : ST_IO;
    if (fd >= 0)
        close(fd);
    return s;
}

/* A file beside the public folder, where only root writes; nginx looks at it. */
static st write_note(const char *path, str text)
{
    int fd = path ? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644) : -1;
    if (fd < 0)
        return ST_IO;
    bool ok = fchmod(fd, 0644) == 0 && (text.n == 0 || write(fd, text.p, text.n) == (ssize_t)text.n);
    return close(fd) == 0 && ok ? ST_OK : ST_IO;
}

/* In the public folder the user may have put anything under any name: nothing is followed, nothing is replaced. */
static st write_first_page(struct arena *a, const char *public, str title, uid_t user, gid_t group)
{
    struct out o;
    int dir = open(public, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    int fd = dir < 0 ? -1 : openat(dir, "index.html", O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
    bool there = fd < 0 && errno == EEXIST;
    if (dir >= 0)
        close(dir);
    if (fd < 0)
        return there ? ST_OK : ST_IO;
    out_init(&o, a, 4096);
    out_str(&o, S("<!doctype html>\n<html lang=\"en-GB\"><head><meta charset=\"utf-8\">"
                  "<meta name=\"viewport\" content=\"width=device-width\"><title>"));
    out_html(&o, title);
    out_str(&o, S("</title></head>\n<body><h1>"));
    out_html(&o, title);
    out_str(&o, S(" is ready</h1><p>This web space works. Replace this page by uploading your own <code>index.html</code> "
                  "by SFTP.</p></body></html>\n"));
    str text = out_view(&o);
    bool ok = out_st(&o) == ST_OK && write(fd, text.p, text.n) == (ssize_t)text.n && fchown(fd, user, group) == 0 &&
              fchmod(fd, 0644) == 0;
    return close(fd) == 0 && ok ? ST_OK : ST_IO;
}

static st quota_of(const struct accounts *all, str package, int64_t *bytes)
{
    str list = all->packages, item;
    while (str_next(&list, ',', &item)) {
        str one = str_trim(item);
        size_t gap = str_index(one, ' ');
        if (!str_empty(package) && str_eq(str_sub(one, 0, gap), package))
            return i64_parse(str_trim(str_sub(one, gap, one.n)), 1, INT64_MAX / MIB, bytes) == ST_OK ? (*bytes *= MIB, ST_OK)
                                                                                                    : ST_CONFIG;
    }
    return ST_NOT_FOUND;
}

/* ---- the user ---------------------------------------------------------------------------------------------------- */

static st set_password(struct arena *a, const struct account *ac, str password, str *problem)
{
    if (password.n < PASSWORD_LEAST || str_index(password, '\n') < password.n)
        return refused(problem, "bad_password");
    char *plain = arena_secret(a, password.n + 1);
    struct crypt_data *work = arena_secret(a, sizeof *work);
    char salt[CRYPT_GENSALT_OUTPUT_SIZE];
    if (!plain || !work || !crypt_gensalt_rn("$y$", 0, NULL, 0, salt, sizeof salt))
        return ST_NO_MEMORY;
    memcpy(plain, password.p, password.n);
    const char *code = crypt_r(plain, salt, work);
    if (!code || code[0] == '*')
        return refused(problem, "password_not_hashed");
    const char *const argv[] = { "/usr/sbin/chpasswd", "--encrypted", NULL };
    return tool(a, argv, str_fmt(a, "%s:%s\n", ac->name, code), problem, "password_not_set");
}

/* As that user, end everything that user runs: nobody else can be hit, however ids are reused. */
static void end_processes(uid_t user, gid_t group)
{
    pid_t pid = fork();
    if (pid == 0) {
        if (setgroups(0, NULL) == 0 && setresgid(group, group, group) == 0 && setresuid(user, user, user) == 0)
            kill(-1, SIGKILL);
        _exit(0);
    }
    if (pid > 0)
        while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
            continue;
}

/* An account that has expired cannot sign in, whatever its password. */
static st set_expired(struct arena *a, const struct account *ac, bool expired, str *problem)
{
    const char *const argv[] = { "/usr/sbin/usermod", "--expiredate", expired ? "1" : "", ac->name, NULL };
    return tool(a, argv, S(""), problem, "account_not_changed");
}

static st make_user(struct arena *a, const struct account *ac, uid_t *user, gid_t *group, str *problem)
{
    st s = find_user(ac, user, group);
    if (s == ST_NOT_FOUND) {
        const char *const argv[] = { "/usr/sbin/useradd", "--no-create-home", "--no-user-group", "--gid", ACCOUNT_GROUP,
                                     "--home-dir", "/", "--shell", "/usr/sbin/nologin", "--no-log-init", ac->name, NULL };
        TRY(tool(a, argv, S(""), problem, "user_not_made"));
        s = find_user(ac, user, group);
    }
    if (s == ST_OK)
        return ST_OK;
    return refused(problem, s == ST_CONFLICT ? "name_taken" : "user_not_made");
}

/* ---- verbs ------------------------------------------------------------------------------------------------------- */

static st make_files(struct arena *a, const struct accounts *all, const struct account *ac, str title, uid_t user, gid_t group)
{
    const char *public = path_of(a, all, ac, "/public");
    TRY(make_folder(path_of(a, all, ac, ""), 0, 0));
    TRY(make_folder(public, user, group));
    return write_first_page(a, public, str_empty(title) ? S("Your web space") : title, user, group);
}

st account_create(struct arena *a, const struct accounts *all, const struct account *ac, str package, str title, str password,
                  str *problem)
{
    uid_t user;
    gid_t group;
    int64_t quota;
    if (quota_of(all, package, &quota) != ST_OK)
        return refused(problem, "unknown_package");
    TRY(make_user(a, ac, &user, &group, problem));
    if (make_files(a, all, ac, title, user, group) != ST_OK ||
        write_note(path_of(a, all, ac, "/quota"), str_fmt(a, "%lld\n", (long long)quota)) != ST_OK)
        return refused(problem, "folder_not_made");
    return set_password(a, ac, password, problem);
}

st account_password(struct arena *a, const struct accounts *all, const struct account *ac, str password, str *problem)
{
    (void)all;
    uid_t user;
    TRY(existing(ac, &user, problem));
    return set_password(a, ac, password, problem);
}

st account_suspend(struct arena *a, const struct accounts *all, const struct account *ac, str *problem)
{
    uid_t user;
    gid_t group;
    TRY(existing(ac, &user, problem));
    TRY(set_expired(a, ac, true, problem));
    if (write_note(path_of(a, all, ac, "/suspended"), S("")) != ST_OK)
        return refused(problem, "folder_not_changed");
    if (find_user(ac, &user, &group) == ST_OK)
        end_processes(user, group);
    return ST_OK;
}

st account_unsuspend(struct arena *a, const struct accounts *all, const struct account *ac, str *problem)
{
    uid_t user;
    const char *note = path_of(a, all, ac, "/suspended");
    TRY(existing(ac, &user, problem));
    if (!note || (unlink(note) != 0 && errno != ENOENT))
        return refused(problem, "folder_not_changed");
    return set_expired(a, ac, false, problem);
}

st account_usage(struct arena *a, const struct accounts *all, const struct account *ac, int64_t *bytes, str *problem)
{
    uid_t user;
    str said;
    TRY(existing(ac, &user, problem));
    const char *const argv[] = { "/usr/bin/du", "--summarize", "--bytes", "--one-file-system", "--",
                                 path_of(a, all, ac, "/public"), NULL };
    if (!argv[5] || run_program(a, argv, S(""), SECONDS_TREE, &said) != ST_OK ||
        i64_parse(str_sub(said, 0, str_index(said, '\t')), 0, INT64_MAX, bytes) != ST_OK)
        return refused(problem, "not_measured");
    return ST_OK;
}

st account_package(struct arena *a, const struct accounts *all, const struct account *ac, str package, str *problem)
{
    int64_t quota, used;
    if (quota_of(all, package, &quota) != ST_OK)
        return refused(problem, "unknown_package");
    TRY(account_usage(a, all, ac, &used, problem));
    if (used > quota)
        return refused(problem, "more_in_use_than_package_allows");
    if (write_note(path_of(a, all, ac, "/quota"), str_fmt(a, "%lld\n", (long long)quota)) != ST_OK)
        return refused(problem, "folder_not_changed");
    return ST_OK;
}

/* Nobody who could write into the folder is left when it goes; the user goes last, so that no new one gets its number while
 * files still carry it. */
st account_terminate(struct arena *a, const struct accounts *all, const struct account *ac, str *problem)
{
    uid_t user;
    gid_t group;
    st s = find_user(ac, &user, &group);
    if (s == ST_CONFLICT || s == ST_IO)
        return refused(problem, s == ST_CONFLICT ? "name_taken" : "users_unreadable");
    if (s == ST_OK) {
        TRY(set_expired(a, ac, true, problem));
        end_processes(user, group);
    }
    const char *const rm[] = { "/usr/bin/rm", "--recursive", "--force", "--one-file-system", "--", path_of(a, all, ac, ""), NULL };
    if (!rm[5] || run_program(a, rm, S(""), SECONDS_TREE, NULL) != ST_OK || access(rm[5], F_OK) == 0)
        return refused(problem, "not_removed");
    const char *const userdel[] = { "/usr/sbin/userdel", ac->name, NULL };
    return s == ST_OK ? tool(a, userdel, S(""), problem, "user_not_removed") : ST_OK;
}
