/* avow retention plan | run: what is due for disposal by a day, and doing what is due now. */
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "cmd.h"
#include "codec.h"
#include "data.h"
#include "out.h"
#include "privacy.h"
#include "retention.h"
#include "str.h"
#include "writer_access.h"

#define MEMORY ((size_t)64 << 20)
#define OUTPUT_MOST ((size_t)1 << 20)
#define STEPS_MOST 1000000

/* ---- plan -------------------------------------------------------------------------------------------------------- */

static void plain(struct out *o, struct arena *a, const struct retention_planned *p)
{
    str first = date_iso(a, p->first);
    out_fmt(o, "%.*s\t%.*s\t%s\t%lld\t%lld\t%.*s\t%.*s\n", STR_ARG(p->class), STR_ARG(p->place), p->after, (long long)p->n,
            (long long)p->held, STR_ARG(first), STR_ARG(p->then));
}

static void json(struct out *o, struct arena *a, const struct retention_planned *p, bool first)
{
    out_fmt(o, "%s{\"class\":", first ? "" : ",\n  ");
    out_json(o, p->class);
    out_str(o, S(",\"table\":"));
    out_json(o, p->place);
    out_fmt(o, ",\"after\":\"%s\",\"due\":%lld,\"held\":%lld,\"earliest\":\"%.*s\",\"then\":", p->after, (long long)p->n,
            (long long)p->held, STR_ARG(date_iso(a, p->first)));
    out_json(o, p->then);
    out_byte(o, '}');
}

static void held_plain(struct out *o, struct arena *a, const struct retention_holds *h)
{
    for (size_t i = 0; i < h->n; i++)
        out_fmt(o, "hold\t%s\t%.*s\tto be looked at on %.*s\n", h->v[i].what, STR_ARG(uid_str(a, h->v[i].uid)),
                STR_ARG(date_iso(a, h->v[i].review_on)));
}

static void held_json(struct out *o, struct arena *a, const struct retention_holds *h)
{
    for (size_t i = 0; i < h->n; i++)
        out_fmt(o, "%s{\"hold\":\"%.*s\",\"what\":\"%s\",\"review_on\":\"%.*s\"}", i ? ",\n  " : "",
                STR_ARG(uid_str(a, h->v[i].uid)), h->v[i].what, STR_ARG(date_iso(a, h->v[i].review_on)));
}

static void print(struct out *o, struct arena *a, const struct retention_plan *p, const struct retention_holds *h, date as_of,
                  bool as_json)
{
    size_t n = 0;
    if (as_json)
        out_fmt(o, "{\"as_of\":\"%.*s\",\"due\":[", STR_ARG(date_iso(a, as_of)));
    for (size_t i = 0; i < p->n; i++) {
        if (p->v[i].n + p->v[i].held == 0)
            continue;
        if (as_json)
            json(o, a, &p->v[i], n == 0);
        else
            plain(o, a, &p->v[i]);
        n++;
    }
    if (as_json) {
        out_str(o, S("],\n \"holds\":["));
        held_json(o, a, h);
        out_str(o, S("]}\n"));
        return;
    }
    if (n == 0)
        out_fmt(o, "Nothing is due by %.*s.\n", STR_ARG(date_iso(a, as_of)));
    held_plain(o, a, h);
}

static st plan(struct arena *a, const struct data_place *place, date as_of, bool as_json)
{
    str where = place->config.data.database;
    if (str_empty(where))
        where = str_fmt(a, "sqlite:%.*s/avow.db", STR_ARG(place->config.data.dir));
    struct db *db;
    const struct statement *s;
    int64_t id;
    struct retention_plan p;
    struct retention_holds h;
    struct out o;
    out_init(&o, a, OUTPUT_MOST);
    TRY(db_open(a, &(struct db_config){ .url = where, .mode = DB_READ }, &db));
    st how = privacy_in_force(db, a, &s, &id);
    if (how == ST_OK)
        how = retention_plan(db, a, s, &place->config, as_of, &p);
    if (how == ST_OK)
        how = retention_holds(db, a, &h);
    db_close(db);
    TRY(how);
    print(&o, a, &p, &h, as_of, as_json);
    TRY(out_st(&o));
    str text = out_view(&o);
    return fwrite(text.p, 1, text.n, stdout) == text.n && fflush(stdout) == 0 ? ST_OK : ST_IO;
}

/* ---- run --------------------------------------------------------------------------------------------------------- */

struct sums {
    long long marked, failed;
};

/* As the courier does, part after part. */
static st steps(struct arena *a, struct writer_access *w, struct sums *sum)
{
    struct retention_step_in in = { 0 };
    for (int i = 0; i < STEPS_MOST; i++) {
        struct retention_step_out out = { 0 };
        struct writer_refusal why = { S(""), S("") };
        TRY(writer_access_call(w, a, CMD_RETENTION_STEP, (uid){ { 0 } }, &in, &out, &why));
        sum->marked += in.phase < 4 ? out.n : 0;
        sum->failed += out.failed;
        if (out.done)
            return ST_OK;
        in = (struct retention_step_in){ out.phase, out.rule, out.at, out.after };
        arena_reset(a);
    }
    return ST_TIMEOUT;
}

static st run(const struct data_place *place)
{
    struct writer_access *w;
    struct sums sum = { 0 };
    struct arena *a = arena_new(MEMORY);
    if (!a)
        return ST_NO_MEMORY;
    st s = writer_access_open(place, &w);
    if (s == ST_OK) {
        s = steps(a, w, &sum);
        st closed = writer_access_close(w);
        s = s == ST_OK ? closed : s;
        if (s == ST_OK)
            printf("%lld disposed of, %lld not as they should be\n", sum.marked, sum.failed);
    }
    arena_free(a);
    return s == ST_OK && sum.failed > 0 ? ST_CONFLICT : s;
}

static st words(struct arena *a, int argc, char **argv)
{
    const char *data = NULL, *config = NULL, *as_of = NULL;
    bool as_json = false;
    struct option_list sets = { .n = 0 }, rest;
    const struct option options[] = { { .name = "--data", .value = &data }, { .name = "--config", .value = &config },
        { .name = "--as-of", .value = &as_of }, { .name = "--set", .list = &sets }, { .name = "--json", .flag = &as_json } };
    TRY(options_read(argc, argv, options, COUNT(options), &rest));
    struct data_place place;
    date day = date_london(clock_now());
    bool plans = rest.n == 1 && strcmp(rest.v[0], "plan") == 0;
    if ((!plans && (rest.n != 1 || strcmp(rest.v[0], "run") != 0 || as_of || as_json)) ||
        (as_of && date_parse(str_c(as_of), &day) != ST_OK))
        return ST_INVALID;
    TRY(data_find(a, data, config, &sets, &place));
    return plans ? plan(a, &place, day, as_json) : run(&place);
}

int cmd_retention(int argc, char **argv)
{
    struct arena *a = arena_new(MEMORY);
    st s = a ? words(a, argc, argv) : ST_NO_MEMORY;
    if (s != ST_OK && s != ST_INVALID)
        fprintf(stderr, "avow retention: %s\n", st_info(s)->text);
    if (a)
        arena_free(a);
    return s == ST_INVALID ? CMD_USAGE : st_info(s)->exit;
}
