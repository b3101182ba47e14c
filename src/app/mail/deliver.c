#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "codec.h"
#include "message.h"
#include "str.h"

#define SMTP_SECONDS 60L

static st make_dir(struct arena *a, str path)
{
    const char *z = str_z(a, path);
    return z && (mkdir(z, 0700) == 0 || errno == EEXIST) ? ST_OK : ST_IO;
}

static st write_whole(int fd, str text)
{
    while (text.n > 0) {
        ssize_t n = write(fd, text.p, text.n);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return errno == ENOSPC || errno == EDQUOT ? ST_FULL : ST_IO;
        text = str_sub(text, (size_t)n, text.n);
    }
    return fsync(fd) == 0 ? ST_OK : ST_IO;
}

st deliver_maildir(struct arena *a, str dir, uid id, str text)
{
    TRY(make_dir(a, dir));
    TRY(make_dir(a, str_cat(a, dir, S("/tmp"))));
    TRY(make_dir(a, str_cat(a, dir, S("/new"))));
    TRY(make_dir(a, str_cat(a, dir, S("/cur"))));
    str name = uid_str(a, id);
    const char *tmp = str_z(a, str_fmt(a, "%.*s/tmp/%.*s.avow", STR_ARG(dir), STR_ARG(name)));
    const char *final = str_z(a, str_fmt(a, "%.*s/new/%.*s.avow", STR_ARG(dir), STR_ARG(name)));
    if (!tmp || !final)
        return ST_NO_MEMORY;
    int fd = open(tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return errno == ENOSPC ? ST_FULL : ST_IO;
    st rc = write_whole(fd, text);
    close(fd);
    if (rc == ST_OK && rename(tmp, final) != 0)
        rc = ST_IO;
    if (rc != ST_OK)
        unlink(tmp);
    return rc;
}

static size_t give(char *to, size_t size, size_t n, void *at)
{
    str *rest = at;
    size_t take = rest->n < size * n ? rest->n : size * n;
    memcpy(to, rest->p, take);
    *rest = str_sub(*rest, take, rest->n);
    return take;
}

static bool loopback(str address)
{
    return str_istarts(address, S("smtp://127.")) || str_istarts(address, S("smtp://localhost")) ||
           str_istarts(address, S("smtp://[::1]"));
}

/* What curl and the relay said, as one of ours. */
static st verdict(CURLcode rc, long code)
{
    if (rc == CURLE_OK)
        return ST_OK;
    if (rc == CURLE_OPERATION_TIMEDOUT)
        return ST_TIMEOUT;
    return code >= 500 && code < 600 ? ST_UPSTREAM : ST_AWAY;
}

static st set_relay(CURL *c, struct arena *a, const struct relay *relay)
{
    const char *address = str_z(a, relay->url), *user = str_z(a, relay->user), *password = str_z(a, relay->password);
    if (!address || !user || !password)
        return ST_INVALID;
    curl_easy_setopt(c, CURLOPT_URL, address);
    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(c, CURLOPT_USE_SSL, (long)(loopback(relay->url) ? CURLUSESSL_TRY : CURLUSESSL_ALL));
    if (*user) {
        curl_easy_setopt(c, CURLOPT_USERNAME, user);
        curl_easy_setopt(c, CURLOPT_PASSWORD, password);
    }
    return ST_OK;
}

/* The enhanced status behind a final code: "550 5.1.1 …". */
static void status_of(str line, struct relay_answer *to)
{
    size_t n = 0;
    str rest = str_sub(line, 4, line.n);
    to->status[0] = '\0';
    while (n < rest.n && n + 1 < sizeof to->status && ((rest.p[n] >= '0' && rest.p[n] <= '9') || rest.p[n] == '.'))
        n++;
    if (line.n < 5 || n < 5 || rest.p[1] != '.' || (n < rest.n && rest.p[n] != ' ' && rest.p[n] != '\r'))
        return;
    memcpy(to->status, rest.p, n);
    to->status[n] = '\0';
}

struct hearing {
    struct relay_answer said;
    bool over; /* goodbyes count for nothing */
};

/* Which command was the last before the goodbye, and what was said to it. Nothing of it is kept but that. */
static int overhear(CURL *c, curl_infotype type, char *data, size_t n, void *at)
{
    struct hearing *h = at;
    str line = { data, n };
    (void)c;
    h->over = h->over || (type == CURLINFO_HEADER_OUT && str_istarts(line, S("QUIT")));
    if (type == CURLINFO_HEADER_OUT && !h->over)
        h->said.at_recipient = str_istarts(line, S("RCPT TO:"));
    else if (type == CURLINFO_HEADER_IN && !h->over)
        status_of(line, &h->said);
    return 0;
}

st deliver_smtp(struct arena *a, const struct relay *relay, str from, str to, str text, struct relay_answer *told)
{
    const char *from_z = str_z(a, str_fmt(a, "<%.*s>", STR_ARG(from)));
    const char *to_z = str_z(a, str_fmt(a, "<%.*s>", STR_ARG(to)));
    if (!from_z || !to_z || str_index(from, '\r') < from.n || str_index(to, '\r') < to.n)
        return ST_INVALID;
    CURL *c = curl_easy_init();
    struct hearing hearing = { .over = false };
    struct curl_slist *rcpt = curl_slist_append(NULL, to_z);
    st rc = c && rcpt ? set_relay(c, a, relay) : ST_NO_MEMORY;
    if (rc == ST_OK) {
        str rest = text;
        curl_easy_setopt(c, CURLOPT_MAIL_FROM, from_z);
        curl_easy_setopt(c, CURLOPT_MAIL_RCPT, rcpt);
        curl_easy_setopt(c, CURLOPT_UPLOAD, 1L);
        curl_easy_setopt(c, CURLOPT_READFUNCTION, give);
        curl_easy_setopt(c, CURLOPT_READDATA, (void *)&rest);
        curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(c, CURLOPT_TIMEOUT, SMTP_SECONDS);
        curl_easy_setopt(c, CURLOPT_VERBOSE, 1L);
        curl_easy_setopt(c, CURLOPT_DEBUGFUNCTION, overhear);
        curl_easy_setopt(c, CURLOPT_DEBUGDATA, (void *)&hearing);
        CURLcode done = curl_easy_perform(c);
        curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &hearing.said.code);
        rc = verdict(done, hearing.said.code);
    }
    if (told)
        *told = hearing.said;
    curl_slist_free_all(rcpt);
    curl_easy_cleanup(c);
    return rc;
}
