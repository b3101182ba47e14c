#include "host.h"

#include <unistd.h>

#include "link.h"
#include "log.h"

#define ANSWER_MS 90000 /* less than a job's lease, more than the host's tools may take */
#define QUEUE_MAX ((size_t)4096)

struct host {
    struct link *link; /* NULL: not wired */
    int64_t next_id;
};

struct host *host_client(struct arena *a)
{
    return NEW(a, struct host);
}

void host_end(struct host *h)
{
    link_close(h->link);
    h->link = NULL;
}

st host_rewire(struct host *h, int fd)
{
    host_end(h);
    st s = link_new(fd, ROLE_COURIER, ROLE_HOST, QUEUE_MAX, &h->link);
    if (s != ST_OK)
        close(fd);
    return s;
}

bool host_wired(const struct host *h)
{
    return h->link != NULL;
}

/* A connection on which anything went wrong is not used again: a late answer must never be taken for the next one's. */
st host_call(struct host *h, struct arena *a, struct msg_host_call *call, struct msg_host_answer *out)
{
    void *back;
    call->id = ++h->next_id;
    if (!h->link)
        return ST_AWAY;
    st s = link_call(h->link, MSG_HOST_CALL, call, MSG_HOST_ANSWER, ANSWER_MS, &back);
    if (s == ST_BUG)
        return s;
    const struct msg_host_answer *answer = s == ST_OK ? back : NULL;
    if (!answer || answer->id != call->id) {
        log_event(LOG_WARN, "host-call", "status=%s", st_info(s)->name);
        host_end(h);
        return ST_AWAY;
    }
    *out = (struct msg_host_answer){ .id = answer->id, .status = answer->status, .username = str_dup(a, answer->username),
                                     .usage = answer->usage, .problem = str_dup(a, answer->problem) };
    return arena_failed(a) ? ST_NO_MEMORY : ST_OK;
}
