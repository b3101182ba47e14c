/* No plaintext: the details of a few people, chosen at random, are looked for in the database's own files and in what the program
 * writes in clear. They are opened for this through the use gate, as any other use of them. */
#include "promise.h"

#include "config_keys.h"
#include "look_sql.h"
#include "rnd.h"
#include "str.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PEOPLE 8
#define VALUES_MOST 64
#define LEAST 8           /* bytes: what is shorter is found everywhere */
#define VALUE_MOST 400
#define BLOCK ((size_t)1 << 20)
#define PIECE ((int64_t)8 << 20) /* of a file in one run */

struct needle {
    str value;
    int64_t person;
};
struct search {
    struct promise_look *l;
    struct needle v[VALUES_MOST];
    size_t n;
    int64_t people, bytes, texts, hits;
};

/* ---- the sample -------------------------------------------------------------------------------------------------- */

static void want(struct search *s, int64_t person, str value)
{
    if (value.n >= LEAST && value.n <= VALUE_MOST && s->n < VALUES_MOST)
        s->v[s->n++] = (struct needle){ value, person };
}

static st open_for(struct search *s, enum column_id col, enum purpose purpose, uid row, const struct sealed *value, int64_t person)
{
    str plain;
    if (!value || !gate_may_use(&s->l->gate, col, purpose))
        return ST_OK;
    st how = gate_use(&s->l->gate, col, purpose, row, value, &plain);
    if (how == ST_OK)
        want(s, person, plain);
    return how == ST_SEALED ? ST_OK : how;
}

static st one_person(struct search *s, const struct look_people_row *p)
{
    struct look_invoices_of_rows papers;
    TRY(open_for(s, COL_person_email, PURPOSE_SECURITY, p->uid, p->email, p->id));
    TRY(look_invoices_of(s->l->gate.db, s->l->gate.arena, &(struct look_invoices_of_in){ p->id }, &papers));
    for (size_t i = 0; i < papers.n; i++) {
        TRY(open_for(s, COL_invoice_party_name, PURPOSE_RECORDS, papers.v[i].uid, papers.v[i].party_name, p->id));
        TRY(open_for(s, COL_invoice_party_address, PURPOSE_RECORDS, papers.v[i].uid, papers.v[i].party_address, p->id));
    }
    s->people++;
    return ST_OK;
}

static st sample(struct search *s)
{
    struct look_newest_row newest;
    struct look_people_rows rows;
    TRY(look_newest(s->l->gate.db, s->l->gate.arena, &newest));
    int64_t room = newest.persons > 40 ? newest.persons - 40 : 0;
    int64_t from = room > 0 ? (int64_t)rnd_below((uint32_t)(room > UINT32_MAX ? UINT32_MAX : room)) : 0;
    TRY(look_people(s->l->gate.db, s->l->gate.arena, &(struct look_people_in){ from }, &rows));
    size_t first = rows.n > PEOPLE ? rnd_below((uint32_t)(rows.n - PEOPLE + 1)) : 0;
    for (size_t i = first; i < rows.n && i < first + PEOPLE; i++)
        TRY(one_person(s, &rows.v[i]));
    return ST_OK;
}

/* ---- the search -------------------------------------------------------------------------------------------------- */

/* Evidence names the place (an offset in a file, the number of a row) and the person's number; never the value. */
static void look_in(struct search *s, const char *p, size_t n, const char *where, int64_t at, bool file)
{
    for (size_t i = 0; i < s->n; i++) {
        const char *hit = n ? memmem(p, n, s->v[i].value.p, s->v[i].value.n) : NULL;
        if (!hit)
            continue;
        s->hits++;
        int64_t place = file ? at + (hit - p) : at;
        promise_evidence(s->l, "person %lld in %s at %lld", (long long)s->v[i].person, where, (long long)place);
    }
}

/* A piece of an open file; blocks overlap by the longest value. */
static st look_in_piece(struct search *s, int fd, const char *where, int64_t from, int64_t to)
{
    char *block = arena_alloc(s->l->gate.arena, BLOCK, 1);
    if (!block)
        return ST_NO_MEMORY;
    while (from < to) {
        size_t most = to - from > (int64_t)BLOCK ? BLOCK : (size_t)(to - from);
        ssize_t n = pread(fd, block, most, (off_t)from);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n == 0 ? ST_OK : ST_IO; /* it was cut meanwhile */
        look_in(s, block, (size_t)n, where, from, true);
        s->bytes += n;
        from += n > VALUE_MOST && from + n < to ? n - VALUE_MOST : n;
    }
    return ST_OK;
}

/* The next piece of a file since the last run, from its beginning again after its end. */
static st look_in_file(struct search *s, str path, const char *tag)
{
    const char *z = str_z(s->l->gate.arena, path);
    struct stat info;
    int64_t from = 0;
    if (!z)
        return ST_NO_MEMORY;
    int fd = open(z, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? ST_OK : ST_IO;
    st how = fstat(fd, &info) == 0 ? ST_OK : ST_IO;
    if (i64_parse(promise_memory_get(s->l, tag), 0, INT64_MAX, &from) != ST_OK || (how == ST_OK && from >= info.st_size))
        from = 0;
    int64_t to = how == ST_OK && from + PIECE < info.st_size ? from + PIECE : how == ST_OK ? info.st_size : 0;
    if (how == ST_OK)
        how = look_in_piece(s, fd, tag, from, to);
    close(fd);
    if (how == ST_OK && s->hits == 0) /* where something was found is looked at again */
        promise_memory_set(s->l, tag, str_fmt(s->l->gate.arena, "%lld", (long long)to));
    return how;
}

/* SQLite keeps its files in DATA; PostgreSQL's are on its own side, and its rows are looked at by the check `sealed`. */
static st look_in_database(struct search *s)
{
    struct arena *a = s->l->gate.arena;
    const struct config *c = s->l->config;
    str path = c->data.database;
    if (str_empty(path))
        path = str_fmt(a, "%.*s/avow.db", STR_ARG(c->data.dir));
    else if (str_starts(path, S("sqlite:")))
        path = str_sub(path, 7, path.n);
    else
        return ST_OK;
    TRY(look_in_file(s, path, "avow.db"));
    return look_in_file(s, str_cat(a, path, S("-wal")), "avow.db-wal");
}

static void look_in_text(struct search *s, str text, const char *where, int64_t id)
{
    s->texts++;
    look_in(s, text.p, text.n, where, id, false);
}

/* What the program writes about itself: the outbox and the event log. */
static st look_in_records(struct search *s)
{
    struct promise_look *l = s->l;
    struct look_job_texts_rows jobs;
    struct look_events_rows events;
    struct look_newest_row newest;
    TRY(look_job_texts(l->gate.db, l->gate.arena, &jobs));
    for (size_t i = 0; i < jobs.n; i++) {
        look_in_text(s, jobs.v[i].job_key, "job", jobs.v[i].id);
        look_in_text(s, jobs.v[i].last_error, "job", jobs.v[i].id);
    }
    TRY(look_newest(l->gate.db, l->gate.arena, &newest));
    TRY(look_events(l->gate.db, l->gate.arena, &(struct look_events_in){ newest.events - 500, newest.events }, &events));
    for (size_t i = 0; i < events.n; i++)
        look_in_text(s, events.v[i].detail, "event_log", events.v[i].id);
    return ST_OK;
}

st promise_check_plaintext(struct promise_look *l)
{
    struct search *s = NEW(l->gate.arena, struct search);
    if (!s)
        return ST_NO_MEMORY;
    s->l = l;
    TRY(sample(s));
    TRY(look_in_database(s));
    TRY(look_in_records(s));
    promise_number(l, "people", s->people);
    promise_number(l, "values", (int64_t)s->n);
    promise_number(l, "mib", (s->bytes + (1 << 20) - 1) >> 20);
    promise_number(l, "texts", s->texts);
    promise_number(l, "hits", s->hits);
    promise_say(l, s->hits == 0);
    return ST_OK;
}
