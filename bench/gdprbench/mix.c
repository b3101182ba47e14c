/* The workloads: of the paper, and of the repository's files. Each operation's answer is worked out by the model before its time is
 * taken, and compared after. */
#include "gdpr.h"

#include "clock.h"
#include "str.h"

#include <math.h>
#include <string.h>

#define DISPOSE_EVERY 64 /* operations */
#define DISPOSE_PAGES 4
#define THETA 0.99       /* of the Zipf distribution, as YCSB has it */
#define LOG_PEOPLE 20    /* two pages of 25 each: the thousand lines that the repository reads first */

const char *const query_names[QUERIES] = {
    "create", "delete by key", "delete by purpose", "delete by end of life", "delete by person", "update data by key",
    "update metadata by key", "update metadata by purpose", "update metadata by person", "update metadata by shared",
    "read data by key", "read data by purpose", "read data by person", "read data by objection", "read data by decision",
    "read metadata by key", "read metadata by purpose", "read metadata by person", "read log", "verify deletion",
};

/* The one that deletes most comes last. */
const struct workload workloads[] = {
    { "paper", "processor", true, true, { { Q_READ_KEY, 80 }, { Q_READ_PUR, 7 }, { Q_READ_OBJ, 7 }, { Q_READ_DEC, 6 } }, 0 },
    { "paper", "regulator", true, false, { { Q_READMETA_USR, 46 }, { Q_LOGS, 31 }, { Q_VERIFY, 23 } }, 0 },
    { "paper", "customer", true, false,
      { { Q_READ_USR, 20 }, { Q_READMETA_KEY, 20 }, { Q_UPDATE_KEY, 20 }, { Q_META_KEY, 20 }, { Q_DELETE_KEY, 20 } }, 0 },
    { "paper", "controller", false, false,
      { { Q_CREATE, 25 }, { Q_DELETE_PUR, 8 }, { Q_DELETE_TTL, 8 }, { Q_DELETE_USR, 9 }, { Q_META_PUR, 17 }, { Q_META_USR, 17 },
        { Q_META_SHR, 16 } }, 0 },
    { "repository", "processor", false, true, { { Q_READ_KEY, 20 }, { Q_READMETA_PUR, 40 }, { Q_READMETA_USR, 40 } }, 1 },
    { "repository", "customer", true, false,
      { { Q_READ_KEY, 20 }, { Q_READMETA_PUR, 10 }, { Q_READMETA_USR, 10 }, { Q_UPDATE_KEY, 20 }, { Q_META_PUR, 10 }, { Q_META_USR, 10 },
        { Q_DELETE_KEY, 20 } }, 1 },
    { "repository", "controller", false, false,
      { { Q_CREATE, 25 }, { Q_DELETE_KEY, 25 }, { Q_META_PUR, 25 }, { Q_META_USR, 25 } }, 1 },
};
const size_t workloads_n = COUNT(workloads);

/* ---- chance ---- */

static uint64_t chance(struct run *r)
{
    r->rnd ^= r->rnd << 13;
    r->rnd ^= r->rnd >> 7;
    r->rnd ^= r->rnd << 17;
    return r->rnd;
}

static double zeta(int64_t n)
{
    double z = 0;
    for (int64_t i = 1; i <= n; i++)
        z += 1 / pow((double)i, THETA);
    return z;
}

/* One of 0 to n - 1: rank by Zipf, and ranks spread over the numbers. */
static int64_t skewed(struct run *r, int kind, int64_t n)
{
    if (r->skew[kind].n != n) {
        r->skew[kind].n = n;
        r->skew[kind].zeta = zeta(n);
    }
    double z = r->skew[kind].zeta, u = (double)(chance(r) >> 11) / 9007199254740992.0, uz = u * z;
    int64_t rank;
    if (uz < 1)
        rank = 0;
    else if (uz < 1 + pow(0.5, THETA))
        rank = 1;
    else {
        double eta = (1 - pow(2.0 / (double)n, 1 - THETA)) / (1 - (1 + pow(0.5, THETA)) / z);
        rank = (int64_t)((double)n * pow(eta * u - eta + 1, 1 / (1 - THETA)));
    }
    return (int64_t)((uint64_t)rank * 0x9e3779b97f4a7c15u >> 16) % n;
}

static int64_t pick(struct run *r, bool zipf, int kind, int64_t n)
{
    return zipf ? skewed(r, kind, n) : (int64_t)(chance(r) % (uint64_t)n);
}

/* ---- groups ---- */

static st commit(struct run *r)
{
    int64_t before = now_ns();
    TRY(keep_commit(r->keep));
    int64_t now = now_ns();
    if (r->n_waiting > 0)
        latency_add(&r->commits, now - before);
    for (size_t i = 0; i < r->n_waiting; i++)
        latency_add(&r->answered[r->waiting[i].q], now - r->waiting[i].since);
    r->n_waiting = 0;
    return ST_OK;
}

st mix_settle(struct run *r)
{
    return commit(r);
}

static void set_time(struct run *r)
{
    r->model->now = r->begin + r->at / OPS_PER_SECOND;
    r->keep->cx.gate.now = (utc){ r->model->now };
}

/* What has ended goes, a bounded part at a time, as the disposal engine does it. */
static st dispose(struct run *r)
{
    if (!r->keep->compliant)
        return ST_OK;
    size_t n = PAGE;
    for (int page = 0; page < DISPOSE_PAGES && n == PAGE; page++) {
        struct record gone[PAGE];
        TRY(keep_ended(r->keep, PAGE, gone, &n));
        for (size_t i = 0; i < n; i++) {
            TRY(keep_group(r->keep));
            TRY(keep_remove(r->keep, &gone[i], S("gdpr.ended")));
            r->model->v[gone[i].record].alive = false;
            r->model->happened[r->model->v[gone[i].record].person]++;
        }
        r->disposed += (int64_t)n;
    }
    return ST_OK;
}

/* ---- one operation ---- */

struct op {
    struct run *r;
    const struct workload *w;
    enum query q;
    enum by by;
    int64_t key;                 /* what it asks for, as the store knows it */
    int64_t person;              /* and the person, as the model knows it */
    int64_t want[PERSON_MOST];   /* the model's answer */
    size_t n_want;
    struct record got[PERSON_MOST];
    size_t n_got;
    size_t n_log, want_log;
    bool writes;                 /* waits for its group */
};

static bool same(const struct op *o, bool data)
{
    if (o->n_got != o->n_want)
        return false;
    for (size_t i = 0; i < o->n_got; i++) {
        const struct model_record *m = &o->r->model->v[o->want[i]];
        char text[DATA_BYTES];
        if (o->got[i].record != o->want[i] || o->got[i].purpose != m->purpose || o->got[i].objection != m->objection)
            return false;
        data_of(o->want[i], m->version, text);
        if (data && !str_eq(o->got[i].data, (str){ text, sizeof text }))
            return false;
    }
    return true;
}

static enum by by_of(enum query q)
{
    static const enum by by[QUERIES] = {
        [Q_DELETE_PUR] = BY_PURPOSE, [Q_DELETE_USR] = BY_PERSON, [Q_META_PUR] = BY_PURPOSE, [Q_META_USR] = BY_PERSON,
        [Q_META_SHR] = BY_SHARED, [Q_READ_PUR] = BY_PURPOSE, [Q_READ_USR] = BY_PERSON, [Q_READ_OBJ] = BY_OBJECTION,
        [Q_READ_DEC] = BY_DECISION, [Q_READMETA_PUR] = BY_PURPOSE, [Q_READMETA_USR] = BY_PERSON, [Q_LOGS] = BY_PERSON,
    };
    return by[q];
}

static size_t most_of(enum query q)
{
    if (by_of(q) == BY_PERSON)
        return PERSON_MOST;
    return q == Q_DELETE_PUR || q == Q_META_PUR || q == Q_META_SHR ? CHANGE_PAGE : PAGE;
}

/* Choose what is asked for, and let the model answer. */
static void prepare(struct op *o)
{
    struct run *r = o->r;
    struct model *m = r->model;
    static const int64_t values[] = { [BY_PURPOSE] = PURPOSES, [BY_OBJECTION] = OBJECTIONS, [BY_DECISION] = DECISIONS, [BY_SHARED] = OTHERS };
    o->by = by_of(o->q);
    if (o->by == BY_RECORD) {
        o->key = o->person = pick(r, o->w->zipf, 0, r->records) + 1;
        o->n_want = model_list(m, o->by, o->key, 1, o->want);
    } else if (o->by == BY_PERSON) {
        o->person = pick(r, o->w->zipf, 1, m->persons);
        o->key = m->person_id[o->person];
        o->n_want = model_list(m, o->by, o->person, PERSON_MOST, o->want);
        o->want_log = !r->keep->compliant ? 0 : (size_t)(m->told[o->person] < PAGE ? m->told[o->person] : PAGE) +
                                                    (size_t)(m->happened[o->person] < PAGE ? m->happened[o->person] : PAGE);
    } else {
        o->key = (int64_t)(chance(r) % (uint64_t)values[o->by]);
        o->n_want = model_list(m, o->by, o->key, most_of(o->q), o->want);
    }
    o->writes = o->q <= Q_META_SHR;
    if (r->keep->compliant)
        o->writes = o->writes || o->q == Q_LOGS || o->q == Q_VERIFY || (o->w->outside && o->q >= Q_READ_KEY && o->q <= Q_READ_DEC);
}

static int32_t person_of(const struct op *o, const struct record *x)
{
    return o->r->model->v[x->record].person;
}

static st create(struct op *o)
{
    struct model *m = o->r->model;
    struct model_record made = model_make(m, m->n + 1, -1);
    int64_t id = model_add(m, made);
    struct record x = model_record(CX_ARENA(&o->r->keep->cx), m, id);
    TRY(keep_create(o->r->keep, &x));
    TRY(keep_event(o->r->keep, x.person, S("gdpr.create")));
    m->happened[made.person]++;
    return ST_OK;
}

static st change(struct op *o, struct record *x)
{
    struct keep *k = o->r->keep;
    struct model_record *m = &o->r->model->v[x->record];
    o->r->model->happened[person_of(o, x)]++;
    if (o->q == Q_UPDATE_KEY) {
        char text[DATA_BYTES];
        data_of(x->record, ++m->version, text);
        return keep_set_data(k, x, (str){ text, sizeof text });
    }
    if (o->q == Q_DELETE_KEY || o->q == Q_DELETE_PUR || o->q == Q_DELETE_TTL) {
        m->alive = false;
        return keep_remove(k, x, S("gdpr.delete"));
    }
    m->purpose = (uint8_t)((m->purpose + 1) % PURPOSES);
    return keep_set_purpose(k, x, m->purpose);
}

static st erase(struct op *o)
{
    struct model *m = o->r->model;
    TRY(keep_erase(o->r->keep, o->key));
    for (int32_t id = m->first[o->person]; id; id = m->v[id].next)
        m->v[id].alive = false;
    m->happened[o->person]++;
    return ST_OK;
}

static st read_some(struct op *o, bool data)
{
    TRY(keep_list(o->r->keep, o->by, o->key, most_of(o->q), data, o->got, &o->n_got));
    for (size_t i = 0; i < o->n_got && data && o->w->outside; i++) {
        TRY(keep_told(o->r->keep, &o->got[i]));
        o->r->model->told[person_of(o, &o->got[i])]++;
    }
    return ST_OK;
}

static st look(struct op *o)
{
    TRY(keep_look(o->r->keep, o->key, &o->n_log));
    o->r->model->happened[o->person]++;
    return keep_event(o->r->keep, o->key, S("gdpr.look"));
}

static st verify_gone(struct op *o)
{
    struct model *m = o->r->model;
    TRY(keep_list(o->r->keep, o->by, o->key, 1, false, o->got, &o->n_got));
    m->happened[m->v[o->key].person]++;
    return keep_event(o->r->keep, m->person_id[m->v[o->key].person], S("gdpr.verify"));
}

static st carry_out(struct op *o)
{
    if (o->q == Q_CREATE)
        return create(o);
    if (o->q == Q_DELETE_USR)
        return erase(o);
    if (o->q == Q_LOGS)
        return look(o);
    if (o->q == Q_VERIFY)
        return verify_gone(o);
    if (o->q >= Q_READ_KEY)
        return read_some(o, o->q <= Q_READ_DEC);
    if (o->q == Q_DELETE_TTL)
        TRY(keep_ended(o->r->keep, CHANGE_PAGE, o->got, &o->n_got));
    else
        TRY(keep_list(o->r->keep, o->by, o->key, most_of(o->q), false, o->got, &o->n_got));
    struct record *got = o->got;
    for (size_t i = 0; i < o->n_got; i++)
        TRY(change(o, &got[i]));
    return ST_OK;
}

/* Was the answer the model's? Changes have happened in both already, so the records themselves were compared by what they hold next. */
static bool right(const struct op *o)
{
    if (o->q == Q_CREATE || o->q == Q_DELETE_USR)
        return true;
    if (o->q == Q_LOGS)
        return o->n_log == o->want_log;
    if (o->q == Q_DELETE_TTL) {
        for (size_t i = 0; i < o->n_got; i++)
            if (o->got[i].ends.s > o->r->model->now || o->r->model->v[o->got[i].record].ends != o->got[i].ends.s)
                return false;
        return true;
    }
    if (o->q < Q_READ_KEY || o->q == Q_VERIFY) {
        for (size_t i = 0; i < o->n_got && i < o->n_want; i++)
            if (o->got[i].record != o->want[i])
                return false;
        return o->n_got == o->n_want;
    }
    return same(o, o->q <= Q_READ_DEC);
}

static st one(struct run *r, const struct workload *w, enum query q)
{
    static struct op o;
    int64_t begun = now_ns();
    o = (struct op){ .r = r, .w = w, .q = q };
    prepare(&o);
    int64_t since = now_ns();
    if (o.writes) {
        TRY(keep_group(r->keep));
        TRY(db_savepoint(CX_DB(&r->keep->cx)));
    }
    TRY(carry_out(&o));
    if (o.writes) {
        TRY(db_release(CX_DB(&r->keep->cx)));
        r->waiting[r->n_waiting].q = q;
        r->waiting[r->n_waiting++].since = since;
    }
    int64_t done = now_ns();
    latency_add(&r->latency[q], done - since);
    if (o.n_want > 0)
        latency_add(&r->found[q], done - since);
    if (!o.writes)
        latency_add(&r->answered[q], done - since);
    r->asked++;
    r->right += right(&o);
    arena_reset(CX_ARENA(&r->keep->cx));
    r->settled_s += (double)(since - begun + now_ns() - done) / 1e9;
    return r->n_waiting >= (size_t)r->clients ? commit(r) : ST_OK;
}

/* ---- a workload ---- */

static enum query choose(struct run *r, const struct workload *w)
{
    int at = (int)(chance(r) % 100), i = 0;
    while (at >= w->parts[i].share)
        at -= w->parts[i++].share;
    return w->parts[i].q;
}

/* As every run of the repository begins: nothing that has ended is there any more, and the log is read. */
static st preamble(struct run *r)
{
    struct record left[PAGE];
    size_t n = PAGE, rows = 0;
    for (int i = 0; i < 1000000 && n > 0 && r->keep->compliant; i++) {
        TRY(dispose(r));
        TRY(commit(r));
        TRY(keep_ended(r->keep, PAGE, left, &n));
        arena_reset(CX_ARENA(&r->keep->cx));
    }
    r->asked++;
    r->right += n == 0 || !r->keep->compliant;
    for (int64_t p = 0; p < LOG_PEOPLE && p < r->model->persons; p++)
        TRY(keep_look(r->keep, r->model->person_id[p], &rows));
    arena_reset(CX_ARENA(&r->keep->cx));
    return ST_OK;
}

st mix_run(struct run *r, const struct workload *w, double *seconds)
{
    int64_t start = now_ns();
    r->settled_s = 0;
    set_time(r);
    if (w->preamble)
        TRY(preamble(r));
    for (int64_t i = 0; i < r->ops; i++, r->at++) {
        set_time(r);
        if (i % DISPOSE_EVERY == 0)
            TRY(dispose(r));
        TRY(one(r, w, choose(r, w)));
    }
    TRY(commit(r));
    *seconds = (double)(now_ns() - start) / 1e9 - r->settled_s;
    return ST_OK;
}
