/* One person: everything about them in an archive's form, and everything about them gone. */
#include "gdpr.h"

#include "backup.h"
#include "gdpr_sql.h"
#include "log.h"
#include "out.h"
#include "recovery.h"
#include "str.h"

#define PEOPLE 200
#define EXPORT_MOST ((size_t)1 << 20)

/* As a request for access is answered: what there is, with its attributes, and what is in the log about it. */
static st export_one(struct run *r, int64_t person, int64_t *records, size_t *bytes)
{
    static struct record got[PERSON_MOST];
    size_t n = 0, rows = 0;
    struct out o;
    out_init(&o, CX_ARENA(&r->keep->cx), EXPORT_MOST);
    TRY(keep_list(r->keep, BY_PERSON, person, PERSON_MOST, true, got, &n));
    out_str(&o, S("{\"records\":["));
    for (size_t i = 0; i < n; i++) {
        out_fmt(&o, "%s{\"record\":%lld,\"purpose\":%lld,\"objection\":%lld,\"shared\":%lld,\"ends\":%lld,\"data\":", i ? "," : "",
            (long long)got[i].record, (long long)got[i].purpose, (long long)got[i].objection, (long long)got[i].shared,
            (long long)got[i].ends.s);
        out_json(&o, got[i].data);
        out_byte(&o, '}');
    }
    TRY(keep_look(r->keep, person, &rows));
    out_fmt(&o, "],\"log\":%zu}", rows);
    *records = (int64_t)n;
    *bytes = out_view(&o).n;
    return out_st(&o);
}

static st measure_exports(struct run *r, struct erasure *e)
{
    struct latency took = { .n = 0 };
    for (int i = 0; i < PEOPLE; i++) {
        int64_t person = r->model->person_id[(int64_t)i * 7919 % r->model->persons], start = now_ns(), records = 0;
        size_t bytes = 0;
        TRY(export_one(r, person, &records, &bytes));
        latency_add(&took, now_ns() - start);
        e->records += records;
        e->bytes += (int64_t)bytes;
        arena_reset(CX_ARENA(&r->keep->cx));
    }
    e->export_p50_us = latency_at(&took, 0.5);
    e->export_p99_us = latency_at(&took, 0.99);
    return ST_OK;
}

static st back_up(struct run *r, const char *dir)
{
    struct backup *b;
    struct backup_head head;
    bool done = false;
    TRY(backup_begin(r->keep->keys, dir, &b));
    st s = ST_OK;
    while (s == ST_OK && !done)
        s = backup_step(b, &done, &head);
    backup_drop(b);
    return s;
}

/* Somebody who has records. */
static st somebody(struct run *r, int64_t *person, struct gdpr_person_rows *rows)
{
    for (int64_t i = r->model->persons - 1; i >= 0; i--) {
        *person = r->model->person_id[i];
        TRY(gdpr_person(CX_DB(&r->keep->cx), CX_ARENA(&r->keep->cx), &(struct gdpr_person_in){ .value = *person, .now = { r->model->now } },
            rows));
        if (rows->n > 0)
            return ST_OK;
    }
    return ST_NOT_FOUND;
}

static st measure_erasure(struct run *r, const char *dir, const uint8_t secret[RECOVERY_KEY], struct erasure *e)
{
    struct gate *g = &r->keep->cx.gate;
    struct gdpr_person_rows copy;
    struct backup_found before, after;
    int64_t person = 0;
    str plain;
    const char *file = str_z(r->keep->arena, str_fmt(r->keep->arena, "%s" BACKUP_FILE, dir));
    TRY(somebody(r, &person, &copy));
    TRY(back_up(r, dir));
    TRY(backup_try(r->keep->arena, file, secret, &before));
    TRY(BUG_UNLESS(gate_use(g, COL_gdpr_record_data, PURPOSE_CONTRACT, copy.v[0].uid, copy.v[0].data, &plain) == ST_OK));
    int64_t start = now_ns();
    TRY(keep_group(r->keep));
    TRY(keep_erase(r->keep, person));
    TRY(keep_commit(r->keep));
    int64_t gone = now_ns();
    TRY(back_up(r, dir));
    int64_t copied = now_ns();
    e->gone_ms = (double)(gone - start) / 1e6;
    e->backup_ms = (double)(copied - gone) / 1e6;
    TRY(backup_try(r->keep->arena, file, secret, &after));
    st opened = gate_use(g, COL_gdpr_record_data, PURPOSE_CONTRACT, copy.v[0].uid, copy.v[0].data, &plain);
    e->proven = opened == ST_SEALED && after.destroyed == before.destroyed + 1;
    return ST_OK;
}

st erase_measure(struct run *r, const char *dir, struct erasure *e)
{
    uint8_t secret[RECOVERY_KEY], public_half[RECOVERY_KEY];
    *e = (struct erasure){ .proven = false };
    TRY(measure_exports(r, e));
    if (!r->keep->compliant)
        return ST_OK;
    recovery_new(secret, public_half);
    TRY(keystore_set_recovery(r->keep->keys, public_half));
    return measure_erasure(r, dir, secret, e);
}
