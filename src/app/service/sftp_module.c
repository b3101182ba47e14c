/* The module `sftp`: a web space on this machine, filled by SFTP and served by nginx; the host role makes it
 * (docs/module-sftp.md). */
#include "config_keys.h"
#include "host.h"
#include "provision.h"
#include "str.h"

/* "name" or "name:port" as customers type it; the port is left out where it is the usual one. */
static str reached_at(struct arena *a, const struct config *c, const struct listen *l, unsigned usual)
{
    bool named = !str_empty(c->sftp.host), six = !named && str_index(l->host, ':') < l->host.n;
    str host = named ? c->sftp.host : l->host;
    if (l->port == usual)
        return str_fmt(a, "%s%.*s%s", six ? "[" : "", STR_ARG(host), six ? "]" : "");
    return str_fmt(a, "%s%.*s%s:%u", six ? "[" : "", STR_ARG(host), six ? "]" : "", l->port);
}

str provision_sftp_address(struct arena *a, const struct config *c, str username)
{
    if (!c->sftp.listen.text.n || str_empty(username))
        return S("");
    return str_fmt(a, "sftp://%.*s@%.*s/", STR_ARG(username), STR_ARG(reached_at(a, c, &c->sftp.listen, 22)));
}

static bool has_password(enum provision_verb verb)
{
    return verb == PROVISION_CREATE || verb == PROVISION_CHANGE_PASSWORD;
}

static st sftp_call(struct job_cx *cx, enum provision_verb verb, const struct provision_in *in, struct provision_out *out)
{
    struct arena *a = cx->gate.arena;
    struct msg_host_answer answer;
    struct msg_host_call call = {
        .verb = str_c(provision_word(verb)), .service = in->service, .package = in->package,
        .title = verb == PROVISION_CREATE ? in->hostname : S(""), .password = has_password(verb) ? in->password : S("") };
    *out = (struct provision_out){ .usage_bytes = -1 };
    if (!cx->host || !cx->config->sftp.listen.text.n) {
        out->problem = S("no_sftp_configured");
        return ST_UPSTREAM;
    }
    out->problem = S("host_away");
    TRY(host_call(cx->host, a, &call, &answer));
    out->problem = answer.problem;
    out->usage_bytes = answer.usage;
    if (answer.status != ST_OK)
        return ST_UPSTREAM;
    if (verb != PROVISION_CREATE)
        return ST_OK;
    out->username = out->remote_ref = answer.username;
    out->address = str_fmt(a, "http://%.*s/%.*s/", STR_ARG(reached_at(a, cx->config, &cx->config->sftp.web, 80)),
                           STR_ARG(answer.username));
    return arena_failed(a) ? ST_NO_MEMORY : ST_OK;
}

const struct provision_module provision_sftp = {
    .name = "sftp",
    .recipient = RECIPIENT_PLATFORM,
    .call = sftp_call,
};
