/* The model: the same records in memory, and what each query would have to answer. */
#include "gdpr.h"

#include "str.h"

#include <string.h>

/* Lives in seconds as the repository has them: a tenth of the records dies while the workloads run. */
static const int64_t lives[] = { 30, 10000, 12000, 14000, 16000, 18000, 20000, 22000, 24000, 1000000 };
#define SHORT_SPREAD 700 /* seconds over which the short lives of what was loaded end: it was loaded over time */

static uint64_t mixed(uint64_t x)
{
    x += 0x9e3779b97f4a7c15u;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return x ^ x >> 31;
}

void data_of(int64_t record, int32_t version, char out[DATA_BYTES])
{
    uint64_t x = mixed((uint64_t)record << 16 ^ (uint64_t)version);
    for (int i = 0; i < DATA_BYTES; i++) {
        out[i] = (char)('a' + (x >> (i % 12 * 5)) % 26);
        if (i % 12 == 11)
            x = mixed(x);
    }
}

void model_new(struct arena *a, struct model *m, int64_t records, int64_t ops, bool with_lives)
{
    *m = (struct model){ .room = records + ops + 1, .persons = records / PER_PERSON, .lives = with_lives };
    m->v = NEWN(a, struct model_record, (size_t)m->room + 1);
    m->first = NEWN(a, int32_t, (size_t)m->persons);
    m->last = NEWN(a, int32_t, (size_t)m->persons);
    m->person_id = NEWN(a, int64_t, (size_t)m->persons);
    m->told = NEWN(a, int32_t, (size_t)m->persons);
    m->happened = NEWN(a, int32_t, (size_t)m->persons);
}

struct model_record model_make(const struct model *m, int64_t record, int64_t begin)
{
    uint64_t x = mixed((uint64_t)record);
    bool loaded = begin == m->now;
    int64_t life = lives[x % COUNT(lives)];
    if (loaded && life == 30)
        life += (int64_t)(x >> 8) % SHORT_SPREAD;
    return (struct model_record){ .person = (int32_t)((record - 1) / PER_PERSON % m->persons), .purpose = (uint8_t)((x >> 16) % PURPOSES),
        .objection = (uint8_t)((x >> 24) % OBJECTIONS), .decision = (uint8_t)((x >> 32) % DECISIONS), .shared = (uint8_t)((x >> 40) % OTHERS),
        .alive = true, .ends = m->now + life };
}

int64_t model_add(struct model *m, struct model_record r)
{
    int32_t id = (int32_t)++m->n;
    r.next = 0;
    m->v[id] = r;
    if (m->last[r.person])
        m->v[m->last[r.person]].next = id;
    else
        m->first[r.person] = id;
    m->last[r.person] = id;
    return id;
}

bool model_there(const struct model *m, int64_t record)
{
    return record >= 1 && record <= m->n && m->v[record].alive && (!m->lives || m->v[record].ends > m->now);
}

static bool fits(const struct model_record *r, enum by by, int64_t value)
{
    switch (by) {
    case BY_PURPOSE:
        return r->purpose == value;
    case BY_OBJECTION:
        return r->objection == value;
    case BY_DECISION:
        return r->decision == value;
    case BY_SHARED:
        return r->shared == value;
    case BY_RECORD:
    case BY_PERSON:
        break;
    }
    return true;
}

size_t model_list(const struct model *m, enum by by, int64_t value, size_t most, int64_t *out)
{
    size_t n = 0;
    if (by == BY_RECORD) {
        out[0] = value;
        return model_there(m, value);
    }
    if (by == BY_PERSON) {
        for (int32_t id = m->first[value]; id && n < most; id = m->v[id].next)
            if (model_there(m, id))
                out[n++] = id;
        return n;
    }
    for (int64_t id = 1; id <= m->n && n < most; id++)
        if (fits(&m->v[id], by, value) && model_there(m, id))
            out[n++] = id;
    return n;
}

struct record model_record(struct arena *a, const struct model *m, int64_t record)
{
    const struct model_record *r = &m->v[record];
    char data[DATA_BYTES];
    uint64_t half[2] = { mixed((uint64_t)record * 2 + 1), mixed((uint64_t)record * 2 + 2) };
    struct record out = { .record = record, .person = m->person_id[r->person], .purpose = r->purpose, .objection = r->objection,
        .decision = r->decision, .shared = r->shared, .ends = { r->ends } };
    memcpy(out.uid.b, half, sizeof half);
    data_of(record, r->version, data);
    out.data = str_dup(a, (str){ data, sizeof data });
    return out;
}
