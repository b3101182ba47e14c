/* avow promises: what the checks of the statement saw last, or, with --run, see now; and export, a bundle for an auditor. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "cmd.h"
#include "codec.h"
#include "data.h"
#include "privacy.h"
#include "promise_view.h"
#include "str.h"
#include "promises.h"

#define MEMORY ((size_t)64 << 20)
#define OUTPUT_MOST ((size_t)4 << 20)
#define WAIT_MS 120000 /* for the courier to look */
#define EXIT_BROKEN 1
#define EXIT_UNKNOWN 20

struct asking {
    struct arena *a;
    struct data_place place;
    struct db *db;
    const struct statement *statement;
    struct promise_standings all;
    const struct option_list *names;
    const char *file; /* of `export`; NULL: show */
    bool json, run;
};

static bool wanted(const struct asking *q, const struct promise_check *c)
{
    for (size_t i = 0; i < q->names->n; i++)
        if (strcmp(q->names->v[i], c->name) == 0)
            return true;
    return q->names->n == 0;
}

static st look(struct asking *q)
{
    return promise_standings(q->db, q->a, q->statement, clock_now(), &q->all);
}

/* ---- on demand: the courier looks, in its own sandbox ------------------------------------------------------------ */

static bool looked(const struct asking *q, utc since)
{
    for (size_t i = 0; i < q->all.n; i++)
        if (wanted(q, q->all.v[i].check) && (!q->all.v[i].ever || q->all.v[i].at.s < since.s))
            return false;
    return true;
}

static st wait_for(struct asking *q, utc since)
{
    int64_t until = clock_ms() + WAIT_MS;
    for (;;) {
        TRY(look(q));
        if (looked(q, since))
            return ST_OK;
        if (clock_ms() > until)
            return ST_TIMEOUT;
        nanosleep(&(struct timespec){ .tv_nsec = 500000000 }, NULL);
    }
}

static st run(struct asking *q)
{
    struct writer_access *w;
    struct writer_refusal why = { S(""), S("") };
    utc since = clock_now();
    TRY(writer_access_open(&q->place, &w));
    st s = ST_OK;
    for (size_t i = 0; s == ST_OK && (i < q->names->n || i == 0); i++) {
        struct promise_ask_in in = { q->names->n ? str_c(q->names->v[i]) : S("") };
        s = writer_access_call(w, q->a, CMD_PROMISE_ASK, (uid){ { 0 } }, &in, NULL, &why);
    }
    st closed = writer_access_close(w);
    if (s == ST_OK)
        s = wait_for(q, since);
    if (s == ST_TIMEOUT)
        fputs("avow promises: the checks were asked for and have not run; is the system running?\n", stderr);
    return s == ST_OK ? closed : s;
}

/* ---- saying ------------------------------------------------------------------------------------------------------ */

static void say_one(struct asking *q, struct out *o, const struct promise_standing *s, bool first)
{
    if (!q->json) {
        str at = s->ever ? utc_iso(q->a, s->at) : S("never");
        str title = text_get(LANGUAGE_EN_GB, s->check->title);
        out_fmt(o, "%s\t%s\t%s\t%.*s\t%.*s\n", clause_info[promise_clause(s->check)].name, s->check->name, promise_word(s->verdict),
                STR_ARG(at), STR_ARG(s->ever ? s->words : title));
        if (s->verdict == PROMISE_BROKEN && s->evidence.n)
            out_fmt(o, "\t\t\t\t%.*s\n", STR_ARG(s->evidence));
        return;
    }
    out_str(o, first ? S("") : S(",\n "));
    promise_json(q->a, s, o);
}

/* The worst verdict is the exit code. */
static st say(struct asking *q, int *code)
{
    struct out o;
    bool first = true;
    out_init(&o, q->a, OUTPUT_MOST);
    out_str(&o, q->json ? S("[") : S(""));
    *code = 0;
    for (size_t i = 0; i < q->all.n; i++) {
        const struct promise_standing *s = &q->all.v[i];
        if (!wanted(q, s->check))
            continue;
        say_one(q, &o, s, first);
        first = false;
        if (s->verdict == PROMISE_BROKEN)
            *code = EXIT_BROKEN;
        else if (s->verdict == PROMISE_UNKNOWN && *code == 0)
            *code = EXIT_UNKNOWN;
    }
    out_str(&o, q->json ? S("]\n") : S(""));
    TRY(out_st(&o));
    return fwrite(out_view(&o).p, 1, out_view(&o).n, stdout) == out_view(&o).n && fflush(stdout) == 0 ? ST_OK : ST_IO;
}

static bool names_known(const struct option_list *names)
{
    for (size_t i = 0; i < names->n; i++)
        if (!promise_find(str_c(names->v[i]))) {
            fprintf(stderr, "avow promises: there is no promise '%s'\n", names->v[i]);
            return false;
        }
    return true;
}

static st promises(struct asking *q, int *code)
{
    str where = q->place.config.data.database;
    int64_t id;
    if (str_empty(where))
        where = str_fmt(q->a, "sqlite:%.*s/avow.db", STR_ARG(q->place.config.data.dir));
    TRY(db_open(q->a, &(struct db_config){ .url = where, .mode = DB_READ }, &q->db));
    st s = privacy_in_force(q->db, q->a, &q->statement, &id);
    if (s == ST_OK && q->file)
        s = promises_export(&(struct promises_place){ &q->place, q->a, q->db, q->statement }, q->file);
    else if (s == ST_OK)
        s = q->run ? run(q) : look(q);
    if (s == ST_TIMEOUT)
        s = ST_OK; /* what there is, is told; what was not looked at is not verified */
    if (s == ST_OK && !q->file)
        s = say(q, code);
    db_close(q->db);
    return s;
}

int cmd_promises(int argc, char **argv)
{
    const char *data = NULL, *config = NULL;
    struct option_list sets = { .n = 0 }, rest;
    struct asking q = { .a = arena_new(MEMORY), .names = &rest };
    int code = 0;
    const struct option options[] = { { .name = "--data", .value = &data }, { .name = "--config", .value = &config },
        { .name = "--set", .list = &sets }, { .name = "--json", .flag = &q.json }, { .name = "--run", .flag = &q.run } };
    if (!q.a)
        return st_info(ST_NO_MEMORY)->exit;
    st s = options_read(argc, argv, options, COUNT(options), &rest);
    if (s == ST_OK && rest.n > 0 && strcmp(rest.v[0], "export") == 0) {
        q.file = rest.n == 2 && !q.run && !q.json ? rest.v[1] : NULL;
        s = q.file ? ST_OK : ST_INVALID;
    } else if (s == ST_OK && !names_known(&rest))
        s = ST_INVALID;
    if (s == ST_INVALID) {
        arena_free(q.a);
        return CMD_USAGE;
    }
    if (s == ST_OK)
        s = data_find(q.a, data, config, &sets, &q.place);
    if (s == ST_OK)
        s = promises(&q, &code);
    if (s != ST_OK)
        fprintf(stderr, "avow promises: %s\n", st_info(s)->text);
    arena_free(q.a);
    return s == ST_OK ? code : st_info(s)->exit;
}
