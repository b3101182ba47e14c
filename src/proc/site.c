/* The trial's web space server: what a customer of the trial shop buys is served here.
 *
 *   DATA/webspace/NAME/public/…   is served at /NAME/…
 *   DATA/webspace/NAME/meta.json  status and quota, written by the provisioning program (trial/webspace)
 *   DATA/webspace/NAME/password   "scrypt$N$r$p$salt$hash" of the password for uploads
 *
 * Uploads: curl -T FILE -u NAME:PASSWORD http://HOST/NAME/FILE; removal: curl -X DELETE -u … .
 *
 * The spaces share one origin, so every page is sandboxed into an origin of its own. */
#include "role.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "files.h"
#include "log.h"
#include "server.h"
#include "space_password.h"
#include "static.h"
#include "str.h"

#define UPLOAD_MAX ((uint64_t)256 << 20)
#define NAME_LENGTH 11

struct site {
    struct role_self *self;
    struct http_server *server;
    struct space_passwords *passwords;
    int root;
};

/* One web space, opened for one request. */
struct space {
    str name, rest; /* of the address: /NAME/rest */
    int dir, files; /* its folder, and what is served of it */
    bool active;
    uint64_t quota;
};

struct upload {
    struct files_put put;
    uint64_t left; /* bytes of the quota */
};

static void say(struct site *s, http_conn h, int status, str sentence)
{
    http_respond_error(s->server, h, status, sentence, (str){ NULL, 0 });
}

/* ---- spaces */

static bool space_name_ok(str name)
{
    if (name.n != NAME_LENGTH || name.p[0] != 'w')
        return false;
    for (size_t i = 0; i < name.n; i++) {
        bool ok = (name.p[i] >= 'a' && name.p[i] <= 'z') || (name.p[i] >= '0' && name.p[i] <= '9');
        if (!ok)
            return false;
    }
    return true;
}

static void space_close(struct space *sp)
{
    if (sp->files >= 0)
        close(sp->files);
    if (sp->dir >= 0)
        close(sp->dir);
    sp->files = sp->dir = -1;
}

static st read_meta(struct space *sp)
{
    char text[8192];
    int fd = openat(sp->dir, "meta.json", O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text);
    if (fd >= 0)
        close(fd);
    json_t *meta = n <= 0 ? NULL : json_loadb(text, (size_t)n, JSON_REJECT_DUPLICATES, NULL);
    const char *status = json_string_value(json_object_get(meta, "status"));
    json_int_t quota = json_integer_value(json_object_get(meta, "quota"));
    bool ok = status != NULL && quota > 0;
    sp->active = ok && str_eq(str_c(status), S("active"));
    sp->quota = ok ? (uint64_t)quota : 0;
    json_decref(meta);
    return ok ? ST_OK : ST_NOT_FOUND;
}

/* The space that a path names; `plain` is the path without encoding. Its descriptors are the caller's on ST_OK. */
static st space_open(const struct site *s, str plain, struct space *sp)
{
    char name[NAME_LENGTH + 1];
    str path = str_sub(plain, 1, plain.n);
    size_t slash = str_index(path, '/');
    *sp = (struct space){ .name = str_sub(path, 0, slash), .rest = str_sub(path, slash + 1, path.n), .dir = -1,
                          .files = -1 };
    if (!space_name_ok(sp->name))
        return ST_NOT_FOUND;
    memcpy(name, sp->name.p, NAME_LENGTH);
    name[NAME_LENGTH] = '\0';
    sp->dir = openat(s->root, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (sp->dir >= 0)
        sp->files = openat(sp->dir, "public", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    st r = sp->files < 0 ? ST_NOT_FOUND : read_meta(sp);
    if (r != ST_OK)
        space_close(sp);
    return r;
}

/* Open the space of a request, or answer why not. */
static bool find_space(struct site *s, http_conn h, const struct http_request *rq, struct space *sp)
{
    char *plain = NEWN(http_conn_arena(s->server, h), char, rq->path.n + 1);
    if (plain == NULL) {
        say(s, h, 503, str_c(st_info(ST_NO_MEMORY)->text));
        return false;
    }
    str path = { plain, http_path_plain(rq->path, plain) };
    if (space_open(s, path, sp) != ST_OK) {
        say(s, h, 404, S("There is no web space under that address."));
        return false;
    }
    if (sp->active)
        return true;
    say(s, h, 503, S("This web space is suspended. Its files are kept. If it is yours, please sign in to your client "
                     "area."));
    space_close(sp);
    return false;
}

/* ---- reading */

static void redirect_to_folder(struct site *s, http_conn h, const struct http_request *rq)
{
    struct http_response r = { .status = 301 };
    r.location = str_cat(http_conn_arena(s->server, h), rq->path, S("/"));
    http_respond(s->server, h, &r);
}

static void send_file(struct site *s, http_conn h, const struct http_request *rq, const struct files_found *f, str name)
{
    struct arena *a = http_conn_arena(s->server, h);
    str etag = str_fmt(a, "\"%llx-%llx\"", (unsigned long long)f->changed, (unsigned long long)f->size);
    str lines[] = { str_cat(a, S("ETag: "), etag), S("Cache-Control: no-cache") };
    struct http_response r = { .status = 200, .type = http_type_of(name), .lines = lines, .n_lines = COUNT(lines) };
    if (http_etag_matches(rq->field[HTTP_IF_NONE_MATCH], etag)) {
        r.status = 304;
        close(f->fd);
        http_respond(s->server, h, &r);
        return;
    }
    http_respond_file(s->server, h, &r, f->fd, f->size);
}

static void serve_file(struct site *s, http_conn h, const struct http_request *rq, const struct space *sp)
{
    struct files_found f;
    str path = sp->rest;
    if (path.n == 0 && !str_ends(rq->path, S("/"))) {
        redirect_to_folder(s, h, rq);
        return;
    }
    st r = files_open(sp->files, path, &f);
    if (r == ST_OK && f.folder && path.n > 0 && !str_ends(path, S("/"))) {
        redirect_to_folder(s, h, rq);
        return;
    }
    if (r == ST_OK && f.folder) {
        path = str_cat(http_conn_arena(s->server, h), path, S("index.html"));
        r = files_open(sp->files, path, &f);
    }
    if (r != ST_OK || f.folder)
        say(s, h, 404, S("There is no such file in this web space."));
    else
        send_file(s, h, rq, &f, path);
}

/* ---- writing */

static bool allowed(struct site *s, http_conn h, const struct http_request *rq, const struct space *sp)
{
    st r = space_password_check(s->passwords, sp->dir, sp->name, rq->field[HTTP_AUTHORIZATION]);
    if (r == ST_LIMIT)
        http_respond_error(s->server, h, 429, S("Too many wrong passwords. Please wait a minute."),
                           S("Retry-After: 60"));
    else if (r != ST_OK)
        http_respond_error(s->server, h, 401, S("Please give the name and password of this web space."),
                           S("WWW-Authenticate: Basic realm=\"web space\", charset=\"UTF-8\""));
    return r == ST_OK;
}

static void say_why(struct site *s, http_conn h, st why)
{
    if (why == ST_INVALID)
        say(s, h, 403, S("Files may not have that name."));
    else if (why == ST_NOT_FOUND)
        say(s, h, 404, S("There is no such file in this web space."));
    else if (why == ST_CONFLICT)
        say(s, h, 409, S("A folder is in the way, it is not empty, or somebody else is uploading that file."));
    else if (why == ST_FULL)
        say(s, h, 507, S("That would be more than this web space may hold."));
    else
        say(s, h, 500, str_c(st_info(ST_IO)->text));
}

static st begin_upload(const struct http_request *rq, const struct space *sp, struct upload *up)
{
    uint64_t used;
    TRY(files_usage(sp->files, &used));
    up->left = used < sp->quota ? sp->quota - used : 0;
    if (rq->length > up->left)
        return ST_FULL;
    return files_put_begin(sp->files, sp->rest, &up->put);
}

/* An upload is judged before its body is asked for. */
static void on_head(void *arg, http_conn h, const struct http_request *rq)
{
    struct site *s = arg;
    struct space sp;
    if (rq->method != HTTP_PUT || !find_space(s, h, rq, &sp))
        return;
    struct upload *up = NEW(http_conn_arena(s->server, h), struct upload);
    if (allowed(s, h, rq, &sp)) {
        st r = up == NULL ? ST_NO_MEMORY : begin_upload(rq, &sp, up);
        if (r == ST_OK)
            http_conn_set(s->server, h, up);
        else
            say_why(s, h, r);
    }
    space_close(&sp);
}

static void on_data(void *arg, http_conn h, str part)
{
    struct site *s = arg;
    struct upload *up = http_conn_get(s->server, h);
    if (up == NULL)
        return; /* the body of something that is not an upload: refused when it is complete */
    st r = part.n > up->left ? ST_FULL : files_put_part(&up->put, part);
    if (r == ST_OK) {
        up->left -= part.n;
        return;
    }
    files_put_abort(&up->put);
    say_why(s, h, r);
}

static void end_upload(struct site *s, http_conn h)
{
    struct upload *up = http_conn_get(s->server, h);
    bool created = false;
    st r = files_put_end(&up->put, &created);
    if (r == ST_OK)
        http_respond(s->server, h, &(struct http_response){ .status = created ? 201 : 204 });
    else
        say_why(s, h, r);
}

static void remove_file(struct site *s, http_conn h, const struct http_request *rq, const struct space *sp)
{
    if (!allowed(s, h, rq, sp))
        return;
    st r = files_remove(sp->files, sp->rest);
    if (r == ST_OK)
        http_respond(s->server, h, &(struct http_response){ .status = 204 });
    else
        say_why(s, h, r);
}

static void on_request(void *arg, http_conn h, const struct http_request *rq, str body UNUSED)
{
    struct site *s = arg;
    struct space sp;
    if (rq->method == HTTP_PUT) {
        end_upload(s, h);
        return;
    }
    if (rq->method == HTTP_POST) {
        http_respond_error(s->server, h, 405, str_c(st_info(ST_METHOD)->text), S("Allow: GET, HEAD, PUT, DELETE"));
        return;
    }
    if (!find_space(s, h, rq, &sp))
        return;
    if (rq->method == HTTP_DELETE)
        remove_file(s, h, rq, &sp);
    else
        serve_file(s, h, rq, &sp);
    space_close(&sp);
}

static void on_gone(void *arg, http_conn h)
{
    struct site *s = arg;
    struct upload *up = http_conn_get(s->server, h);
    if (up != NULL)
        files_put_abort(&up->put);
}

/* ---- from open to close */

static st site_open(struct role_self *self)
{
    struct site *s = NEW(self->arena, struct site);
    const struct config *c = self->config;
    if (s == NULL)
        return ST_NO_MEMORY;
    self->state = s;
    s->self = self;
    str dir = c->module.exec_dir.n > 0 ? c->module.exec_dir : str_cat(self->arena, c->data.dir, S("/webspace"));
    const char *dir_z = str_z(self->arena, dir);
    if (dir_z == NULL)
        return ST_NO_MEMORY;
    if (mkdir(dir_z, 0755) < 0 && errno != EEXIST)
        return ST_IO;
    s->root = open(dir_z, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (s->root < 0)
        return ST_IO;
    return space_passwords_new(self->arena, &s->passwords);
}

static st site_start(struct role_self *self)
{
    static const str lines[] = { SI("X-Content-Type-Options: nosniff"),
                                 SI("Content-Security-Policy: sandbox allow-scripts allow-forms allow-popups") };
    struct site *s = self->state;
    struct http_config config = { .limits = http_limits_default,
                                  .handler = { .arg = s, .on_request = on_request, .on_head = on_head,
                                               .on_data = on_data, .on_gone = on_gone },
                                  .web_space = true, .lines = lines, .n_lines = COUNT(lines) };
    config.limits.connections = 256;
    config.limits.body_max = UPLOAD_MAX;
    TRY(http_server_new(self->arena, self->loop, &config, &s->server));
    int fd = role_listener(self, ROLE_FD_SITE);
    return fd < 0 ? ST_OK : http_server_listen(s->server, fd, NULL);
}

static st site_peer(struct role_self *self UNUSED, const struct role_peer *peer UNUSED, int fd)
{
    close(fd);
    return log_bug(__FILE__, __LINE__, "the site has no peers");
}

static void drained(void *arg)
{
    role_done(arg);
}

static void site_stop(struct role_self *self)
{
    struct site *s = self->state;
    http_server_drain(s->server, drained, self);
}

static void site_close(struct role_self *self)
{
    struct site *s = self->state;
    http_server_close(s->server);
    close(s->root);
}

const struct role_ops site_role = {
    .open = site_open,
    .start = site_start,
    .peer = site_peer,
    .stop = site_stop,
    .close = site_close,
};
