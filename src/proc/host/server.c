#include "server.h"

#include "account.h"
#include "clock.h"
#include "log.h"
#include "out.h"
#include "run.h"
#include "str.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define TEXT_MAX 16384
#define LOOK_MS 500      /* how soon an ended server is noticed */
#define BACKOFF_MS 1000  /* until it is started again; doubles */
#define BACKOFF_MOST_MS 30000
#define LIVED_MS 30000
#define END_MS 5000
#define SECONDS 30

struct server {
    const char *name;
    const char *argv[8];
    int pid; /* 0: does not run */
    int64_t started, next, wait;
};

struct servers {
    struct loop *loop;
    struct loop_timer look;
    struct server ssh, web;
};

/* ---- configuration ----------------------------------------------------------------------------------------------- */

static st write_file(const char *path, const struct out *o)
{
    str text = out_view(o);
    TRY(out_st(o));
    int fd = path ? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600) : -1;
    if (fd < 0)
        return ST_IO;
    ssize_t n = write(fd, text.p, text.n);
    return close(fd) == 0 && n == (ssize_t)text.n ? ST_OK : ST_IO;
}

/* SFTP in one's own folder, and nothing else: no shell, no forwarding, no key or file of the user's is read. What OpenSSH logs
 * names people and addresses, so it logs errors only, and to the system's log. */
static void ssh_text(struct out *o, const struct config *c, str key)
{
    str host = c->sftp.listen.host;
    bool six = str_index(host, ':') < host.n;
    out_fmt(o, "ListenAddress %s%.*s%s:%u\n", six ? "[" : "", STR_ARG(host), six ? "]" : "", c->sftp.listen.port);
    out_fmt(o, "HostKey %.*s\nPidFile none\nLogLevel ERROR\nUsePAM no\nUseDNS no\n", STR_ARG(key));
    out_str(o, S("AllowGroups " ACCOUNT_GROUP "\nPermitRootLogin no\nPasswordAuthentication yes\nKbdInteractiveAuthentication no\n"
                 "PubkeyAuthentication no\nHostbasedAuthentication no\nPermitEmptyPasswords no\nAuthorizedKeysFile none\n"
                 "MaxAuthTries 3\nLoginGraceTime 20\nMaxStartups 20:30:60\nMaxSessions 2\nPerSourceMaxStartups 10\n"
                 "ClientAliveInterval 60\nClientAliveCountMax 3\nDisableForwarding yes\nPermitTTY no\nPermitUserEnvironment no\n"
                 "PermitUserRC no\nPrintMotd no\nPrintLastLog no\nCompression no\nSubsystem sftp internal-sftp\n"));
    out_fmt(o, "ChrootDirectory %.*s/%%u\nForceCommand internal-sftp -d /public -u 0022\n", STR_ARG(c->sftp.dir));
}

/* One static rule for all spaces, so that nothing need be changed when one comes or goes. The spaces share one origin, so every
 * page is sandboxed into one of its own. No log: it would name visitors. */
static void web_text(struct out *o, const struct config *c, str folder)
{
    str host = c->sftp.web.host, dir = c->sftp.dir;
    bool six = str_index(host, ':') < host.n;
    out_fmt(o, "user www-data;\nworker_processes 1;\npid %.*s/nginx.pid;\nerror_log /dev/null crit;\n", STR_ARG(folder));
    out_str(o, S("events { worker_connections 512; }\nhttp {\n"
                 "  include /etc/nginx/mime.types;\n  default_type application/octet-stream;\n"
                 "  access_log off;\n  server_tokens off;\n  sendfile on;\n  keepalive_timeout 15s;\n  client_header_timeout 10s;\n"
                 "  client_body_timeout 10s;\n  send_timeout 15s;\n  client_max_body_size 1k;\n  charset utf-8;\n"));
    static const char *const temps[] = { "client_body", "proxy", "fastcgi", "uwsgi", "scgi" };
    for (size_t i = 0; i < COUNT(temps); i++)
        out_fmt(o, "  %s_temp_path %.*s/%s;\n", temps[i], STR_ARG(folder), temps[i]);
    out_fmt(o, "  server {\n    listen %s%.*s%s:%u default_server;\n    server_name _;\n    absolute_redirect off;\n",
            six ? "[" : "", STR_ARG(host), six ? "]" : "", c->sftp.web.port);
    out_str(o, S("    if ($request_method !~ ^(GET|HEAD)$) { return 405; }\n    add_header X-Content-Type-Options nosniff always;\n"
                 "    add_header Content-Security-Policy \"sandbox allow-scripts allow-forms\" always;\n"));
    out_fmt(o, "    location ~ \"^/(?<space>w[a-z2-7]{10})(?<rest>/.*)$\" {\n"
               "      if (-f %.*s/$space/suspended) { return 503; }\n"
               "      alias %.*s/$space/public$rest;\n      index index.html index.htm;\n"
               "      disable_symlinks on from=%.*s/$space/public;\n    }\n",
            STR_ARG(dir), STR_ARG(dir), STR_ARG(dir));
    out_str(o, S("    location ~ \"^/w[a-z2-7]{10}$\" { return 301 $uri/; }\n    location / { return 404; }\n  }\n}\n"));
}

static st make_host_key(struct arena *a, const char *path)
{
    const char *const argv[] = { "/usr/bin/ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "avow", "-f", path, NULL };
    return access(path, F_OK) == 0 ? ST_OK : run_program(a, argv, S(""), SECONDS, NULL);
}

static st there(const char *path)
{
    return access(path, X_OK) == 0 ? ST_OK : ST_NOT_FOUND;
}

static st ready_folders(struct arena *a, str folder)
{
    const char *path = str_z(a, folder);
    if (!path || (mkdir(path, 0700) != 0 && errno != EEXIST))
        return ST_IO;
    /* Where OpenSSH locks its own untrusted half in; the system makes it at boot only when its own server is enabled. */
    return mkdir("/run/sshd", 0755) == 0 || errno == EEXIST ? ST_OK : ST_IO;
}

static st ask_both(struct arena *a, const struct servers *s)
{
    const char *const ssh[] = { s->ssh.argv[0], "-t", "-f", s->ssh.argv[3], NULL };
    const char *const web[] = { s->web.argv[0], "-t", "-q", "-e", "/dev/null", "-c", s->web.argv[4], NULL };
    TRY(run_program(a, ssh, S(""), SECONDS, NULL));
    return run_program(a, web, S(""), SECONDS, NULL);
}

st servers_prepare(struct arena *a, const struct config *c, struct servers **out, str *sentence)
{
    struct servers *s = NEW(a, struct servers);
    struct out ssh, web;
    str folder = str_cat(a, c->data.dir, S("/host")), key = str_cat(a, folder, S("/ssh_host_ed25519_key"));
    const char *ssh_path = str_z(a, str_cat(a, folder, S("/sshd_config")));
    const char *web_path = str_z(a, str_cat(a, folder, S("/nginx.conf")));
    const char *key_path = str_z(a, key);
    if (!s || !ssh_path || !web_path || !key_path)
        return ST_NO_MEMORY;
    *s = (struct servers){
        .ssh = { "sshd", { "/usr/sbin/sshd", "-D", "-f", ssh_path, NULL }, 0, 0, 0, 0 },
        .web = { "nginx", { "/usr/sbin/nginx", "-e", "/dev/null", "-c", web_path, "-g", "daemon off;", NULL }, 0, 0, 0, 0 },
    };
    *sentence = S("the packages openssh-server and nginx-light are needed for SFTP web spaces");
    if (there(s->ssh.argv[0]) != ST_OK || there(s->web.argv[0]) != ST_OK)
        return ST_CONFIG;
    *sentence = S("the folder `host` in the data folder cannot be made ready");
    TRY(ready_folders(a, folder));
    TRY(make_host_key(a, key_path));
    out_init(&ssh, a, TEXT_MAX);
    out_init(&web, a, TEXT_MAX);
    ssh_text(&ssh, c, key);
    web_text(&web, c, folder);
    TRY(write_file(ssh_path, &ssh));
    TRY(write_file(web_path, &web));
    *sentence = S("OpenSSH or nginx refuses the configuration made for it");
    if (ask_both(a, s) != ST_OK)
        return ST_CONFIG;
    *out = s;
    return ST_OK;
}

/* ---- running ----------------------------------------------------------------------------------------------------- */

static void begin(struct server *s)
{
    s->started = clock_ms();
    st rc = run_server(s->argv, &s->pid);
    if (rc != ST_OK) {
        s->pid = 0;
        s->next = s->started + BACKOFF_MOST_MS;
        log_event(LOG_ERROR, "server-not-started", "name=%s status=%s", log_word(s->name), st_info(rc)->name);
    }
}

static void look_at(struct server *s)
{
    int status;
    if (s->pid > 0 && waitpid(s->pid, &status, WNOHANG) == s->pid) {
        int64_t now = clock_ms();
        bool lived = now - s->started >= LIVED_MS;
        s->wait = lived || s->wait == 0 ? BACKOFF_MS : s->wait * 2 < BACKOFF_MOST_MS ? s->wait * 2 : BACKOFF_MOST_MS;
        s->next = now + s->wait;
        s->pid = 0;
        log_event(LOG_ERROR, "server-ended", "name=%s exit=%d", log_word(s->name), WIFEXITED(status) ? WEXITSTATUS(status) : -1);
    }
    if (s->pid == 0 && clock_ms() >= s->next)
        begin(s);
}

static void on_look(void *arg)
{
    struct servers *s = arg;
    look_at(&s->ssh);
    look_at(&s->web);
    IGNORE(loop_timer_set(s->loop, &s->look, clock_ms() + LOOK_MS)); /* its place in the heap was just given up */
}

st servers_start(struct servers *s, struct loop *loop)
{
    s->loop = loop;
    s->look = (struct loop_timer){ .fn = on_look, .arg = s };
    begin(&s->ssh);
    begin(&s->web);
    return loop_timer_set(loop, &s->look, clock_ms() + LOOK_MS);
}

static void finish(struct server *s)
{
    int status;
    int64_t until = clock_ms() + END_MS;
    if (s->pid <= 0)
        return;
    kill(s->pid, SIGTERM);
    while (waitpid(s->pid, &status, WNOHANG) == 0) {
        if (clock_ms() >= until)
            kill(s->pid, SIGKILL);
        poll(NULL, 0, 10);
    }
    s->pid = 0;
}

void servers_stop(struct servers *s)
{
    loop_timer_off(s->loop, &s->look);
    finish(&s->ssh);
    finish(&s->web);
}

bool servers_run(const struct servers *s)
{
    return s->ssh.pid > 0 && s->web.pid > 0 && kill(s->ssh.pid, 0) == 0 && kill(s->web.pid, 0) == 0;
}
