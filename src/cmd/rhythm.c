/* avow rhythm plan | run: what would be done for services by a day, and doing what is due now. */
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "cmd.h"
#include "codec.h"
#include "data.h"
#include "out.h"
#include "str.h"
#include "view.h"
#include "writer_access.h"

#define MEMORY ((size_t)16 << 20)
#define PAGE_MEMORY ((size_t)64 << 20)
#define LINE_MOST 8192

/* ---- plan -------------------------------------------------------------------------------------------------------- */

struct planning {
    const struct data_place *place;
    date as_of;
    bool json;
    size_t n; /* printed */
};

static st print(const struct out *o)
{
    TRY(out_st(o));
    str s = out_view(o);
    return fwrite(s.p, 1, s.n, stdout) == s.n ? ST_OK : ST_IO;
}

static st print_step(struct planning *p, struct arena *a, const struct rhythm_case *c, const struct rhythm_step *s)
{
    struct out o;
    out_init(&o, a, LINE_MOST);
    str on = date_iso(a, s->on), why = rhythm_step_why(a, LANGUAGE_EN_GB, s), id = uid_str(a, c->s.uid);
    if (!p->json) {
        out_fmt(&o, "%.*s\t%s\t%.*s\t%.*s\t%.*s\n", STR_ARG(on), rhythm_kind_word(s->kind), STR_ARG(id), STR_ARG(c->s.product_name),
                STR_ARG(why));
        return print(&o);
    }
    out_fmt(&o, "%s{\"on\":\"%.*s\",\"act\":\"%s\",\"service\":\"%.*s\",\"product\":", p->n ? ",\n " : "", STR_ARG(on),
            rhythm_kind_word(s->kind), STR_ARG(id));
    out_json(&o, c->s.product_name);
    out_str(&o, S(",\"why\":"));
    out_json(&o, why);
    out_byte(&o, '}');
    return print(&o);
}

/* Steps of a service that are certain and whose day has come by then. */
static st plan_one(struct planning *p, struct db *db, struct arena *a, int64_t service)
{
    struct rhythm_case *c = NEW(a, struct rhythm_case);
    if (!c)
        return ST_NO_MEMORY;
    TRY(rhythm_case_read(db, a, &p->place->config, service, p->as_of, c));
    for (size_t i = 0; i < c->plan.n; i++) {
        const struct rhythm_step *s = &c->plan.v[i];
        if (s->conditional || s->on.days > p->as_of.days)
            continue;
        TRY(print_step(p, a, c, s));
        p->n++;
    }
    return ST_OK;
}

static st plan_all(struct planning *p, struct db *db, struct arena *a)
{
    struct rhythm_upcoming_in in = { .today = p->as_of, .after_on = { 0 } };
    for (bool more = true; more;) {
        struct rhythm_upcoming_rows rows;
        TRY(rhythm_upcoming(db, a, &in, &rows));
        more = rows.more;
        for (size_t i = 0; i < rows.n; i++)
            TRY(plan_one(p, db, a, rows.v[i].service_id));
        if (rows.n > 0) {
            in.after_on = rows.v[rows.n - 1].next_act_on;
            in.after = rows.v[rows.n - 1].service_id;
        }
        arena_reset(a);
    }
    return ST_OK;
}

static st plan(struct planning *p, struct arena *a)
{
    str where = p->place->config.data.database;
    if (str_empty(where))
        where = str_fmt(a, "sqlite:%.*s/avow.db", STR_ARG(p->place->config.data.dir));
    struct db *db;
    struct arena *page = arena_new(PAGE_MEMORY);
    if (!page)
        return ST_NO_MEMORY;
    st s = db_open(a, &(struct db_config){ .url = where, .mode = DB_READ }, &db);
    if (s == ST_OK) {
        if (p->json)
            fputs("[", stdout);
        s = plan_all(p, db, page);
        if (p->json)
            fputs("]\n", stdout);
        db_close(db);
    }
    arena_free(page);
    return s == ST_OK && fflush(stdout) != 0 ? ST_IO : s;
}

/* ---- run --------------------------------------------------------------------------------------------------------- */

/* As the timetable does, until nothing is due any more. */
static st run(struct arena *a, const struct data_place *place)
{
    struct writer_access *w;
    int64_t looked_at = 0;
    struct rhythm_run_out out = { .services = 1 };
    TRY(writer_access_open(place, &w));
    st s = ST_OK;
    for (int i = 0; s == ST_OK && out.services > 0 && i < 1000; i++) {
        struct writer_refusal why = { S(""), S("") };
        s = writer_access_call(w, a, CMD_RHYTHM_RUN, (uid){ { 0 } }, &(struct rhythm_run_in){ 0 }, &out, &why);
        looked_at += s == ST_OK ? out.services : 0;
    }
    st closed = writer_access_close(w);
    if (s == ST_OK)
        printf("%lld looked at\n", (long long)looked_at);
    return s != ST_OK ? s : closed;
}

static st words(struct arena *a, int argc, char **argv)
{
    const char *data = NULL, *config = NULL, *as_of = NULL;
    bool json = false;
    struct option_list sets = { .n = 0 }, rest;
    const struct option options[] = { { .name = "--data", .value = &data }, { .name = "--config", .value = &config },
        { .name = "--as-of", .value = &as_of }, { .name = "--set", .list = &sets }, { .name = "--json", .flag = &json } };
    TRY(options_read(argc, argv, options, COUNT(options), &rest));
    struct data_place place;
    struct planning p = { .place = &place, .json = json, .as_of = date_london(clock_now()) };
    bool plans = rest.n == 1 && strcmp(rest.v[0], "plan") == 0;
    if ((!plans && (rest.n != 1 || strcmp(rest.v[0], "run") != 0 || as_of || json)) ||
        (as_of && date_parse(str_c(as_of), &p.as_of) != ST_OK))
        return ST_INVALID;
    TRY(data_find(a, data, config, &sets, &place));
    return plans ? plan(&p, a) : run(a, &place);
}

int cmd_rhythm(int argc, char **argv)
{
    struct arena *a = arena_new(MEMORY);
    st s = a ? words(a, argc, argv) : ST_NO_MEMORY;
    if (s != ST_OK && s != ST_INVALID)
        fprintf(stderr, "avow rhythm: %s\n", st_info(s)->text);
    if (a)
        arena_free(a);
    return s == ST_INVALID ? CMD_USAGE : st_info(s)->exit;
}
