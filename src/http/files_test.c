#include "files.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "str.h"
#include "t.h"

static int root;

static st put(str path, str content, bool *created)
{
    struct files_put p;
    TRY(files_put_begin(root, path, &p));
    TRY(files_put_part(&p, content));
    return files_put_end(&p, created);
}

static st open_st(str path)
{
    struct files_found f;
    st s = files_open(root, path, &f);
    if (s == ST_OK && f.fd >= 0)
        close(f.fd);
    return s;
}

static void check_paths(void)
{
    static const str bad[] = { SI(".."), SI("../a"), SI("a/../b"), SI("."), SI("a/./b"), SI(".hidden"), SI("a//b"),
                               SI("/a"), SI("a/.git/b"), SI("a\nb"), SI("a\0b"), SI("\xff") };
    bool created;
    for (size_t i = 0; i < COUNT(bad); i++) {
        t_st(open_st(bad[i]), ST_INVALID, "a path that may not be read");
        t_st(put(bad[i], S("x"), &created), ST_INVALID, "nor written");
        t_st(files_remove(root, bad[i]), ST_INVALID, "nor removed");
    }
}

static void check_links(void)
{
    t_ok(symlinkat("/etc/passwd", root, "link") == 0 && symlinkat("/etc", root, "folder-link") == 0 &&
             mkfifoat(root, "pipe", 0600) == 0,
         "a link, a link to a folder, and a pipe");
    bool created = true;
    t_st(open_st(S("link")), ST_NOT_FOUND, "a link is not followed");
    t_st(open_st(S("folder-link/passwd")), ST_NOT_FOUND, "nor one on the way");
    t_st(put(S("folder-link/x"), S("x"), &created), ST_NOT_FOUND, "nor written through");
    t_st(open_st(S("pipe")), ST_NOT_FOUND, "a pipe is no file, and nobody waits for it");
    t_st(put(S("link"), S("x"), &created), ST_OK, "a file may take the place of a link");
    t_ok(!created, "something was there");
    struct stat sb;
    t_ok(fstatat(root, "link", &sb, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(sb.st_mode),
         "which is gone, not what it meant");
}

static void check_writing(void)
{
    bool created = false;
    uint64_t before = 0, after = 0;
    struct files_put one, two;
    struct files_found f = { .fd = -1 };
    t_st(files_usage(root, &before), ST_OK, "counted");
    t_st(put(S("a/b/c.html"), S("hello"), &created), ST_OK, "a file in new folders");
    t_ok(created, "is new");
    t_st(put(S("a/b/c.html"), S("hello again"), &created), ST_OK, "written again");
    t_ok(!created, "it is not");
    t_st(files_usage(root, &after), ST_OK, "counted again");
    t_i64(after - before, 11, "eleven bytes more");
    t_st(files_open(root, S("a/b/c.html"), &f), ST_OK, "opened");
    t_ok(!f.folder && f.size == 11 && f.fd >= 0, "as a file");
    close(f.fd);
    t_st(open_st(S("a/b/c.html/")), ST_NOT_FOUND, "a file is no folder");
    t_st(files_open(root, S("a/b/"), &f), ST_OK, "a folder with a slash");
    t_ok(f.folder && f.fd < 0, "is one");
    t_st(put(S("a/b"), S("x"), &created), ST_CONFLICT, "a file may not take the place of a folder");
    t_st(files_put_begin(root, S("a/d"), &one), ST_OK, "an upload");
    t_st(files_put_begin(root, S("a/d"), &two), ST_CONFLICT, "a second one of the same file");
    t_st(files_put_part(&one, S("part")), ST_OK, "goes on");
    t_st(open_st(S("a/d")), ST_NOT_FOUND, "nobody sees half of it");
    files_put_abort(&one);
    t_st(files_usage(root, &before), ST_OK, "counted");
    t_i64(before, after, "given up, nothing is left of it");
    t_st(files_remove(root, S("a/b/")), ST_CONFLICT, "a folder with files in it stays");
    t_st(files_remove(root, S("a/b/c.html")), ST_OK, "the file is removed");
    t_st(files_remove(root, S("a/b/c.html")), ST_NOT_FOUND, "once");
    t_st(files_remove(root, S("a/b/")), ST_OK, "then the folder");
}

int main(void)
{
    char dir[] = "/tmp/avow-files-XXXXXX";
    t_need(mkdtemp(dir) != NULL);
    root = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    t_need(root >= 0);
    check_paths();
    check_links();
    check_writing();
    t_ok(unlinkat(root, "link", 0) == 0 && unlinkat(root, "folder-link", 0) == 0 && unlinkat(root, "pipe", 0) == 0 &&
             unlinkat(root, "a", AT_REMOVEDIR) == 0,
         "nothing else is left");
    close(root);
    t_ok(rmdir(dir) == 0, "nor beside");
    return t_done();
}
