/* avow statement check | diff | show | versions: for whoever writes the privacy statement.
 *
 *   check     everything that is wrong with rules and prose, and everything in which they and the program do not match,
 *             each with file, line and what to write instead: what start-up would say. Exit code 8 when it would not start.
 *   diff      what a new version changes for people, and what the program would do differently
 *   show      the statement as text, or in one of the forms it is published in
 *   versions  those that were ever in force, newest first
 *
 * FOLDER holds rules.yaml and statement.md; without one, the folder of the configuration, or the statement that ships. */
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "codec.h"
#include "config.h"
#include "clock.h"
#include "data.h"
#include "privacy.h"
#include "retention.h"
#include "str.h"
#include "versions_sql.h"

#define MEMORY ((size_t)64 << 20)
#define OUTPUT_MOST ((size_t)4 << 20)

struct words { /* what stood on the command line */
    const char *what; /* check, diff … */
    const char *dirs[2];
    int n_dirs;
    const char *data, *config;
    bool json, html, jsonld, record;
};

struct job {
    struct arena *arena;
    struct words words;
    struct config config;
    struct findings findings;
    struct out out;
};

static bool parse(int argc, char **argv, struct words *w)
{
    if (argc < 2)
        return false;
    w->what = argv[1];
    for (int i = 2; i < argc; i++) {
        if (strcmp(argv[i], "--json") == 0)
            w->json = true;
        else if (strcmp(argv[i], "--html") == 0)
            w->html = true;
        else if (strcmp(argv[i], "--jsonld") == 0)
            w->jsonld = true;
        else if (strcmp(argv[i], "--record") == 0)
            w->record = true;
        else if (strcmp(argv[i], "--config") == 0 && i + 1 < argc)
            w->config = argv[++i];
        else if (strcmp(argv[i], "--data") == 0 && i + 1 < argc)
            w->data = argv[++i];
        else if (argv[i][0] == '-' || w->n_dirs == 2)
            return false;
        else
            w->dirs[w->n_dirs++] = argv[i];
    }
    return true;
}

static st compile(struct job *j, const char *dir, const struct statement **out)
{
    struct statement_text text;
    TRY(privacy_read(j->arena, dir ? str_c(dir) : j->config.data.statement, &j->findings, &text));
    return statement_compile(j->arena, text, &j->findings, out);
}

static void say_findings(struct job *j)
{
    for (size_t i = 0; i < j->findings.n; i++)
        finding_show(&j->out, &j->findings.v[i]);
}

static st check(struct job *j)
{
    const struct statement *s;
    st how = compile(j, j->words.dirs[0], &s);
    if (how == ST_OK)
        how = privacy_check(s, &j->findings);
    if (how == ST_OK)
        how = retention_check(s, &j->findings);
    if (j->words.json) {
        findings_json(&j->out, &j->findings);
        return how;
    }
    say_findings(j);
    if (how == ST_OK)
        out_str(&j->out, S("The statement and the program match.\n"));
    return how;
}

static void change_json(struct out *o, const struct statement_change *c, bool first)
{
    out_fmt(o, "%s{\"for\":\"%s\",\"change\":", first ? "" : ",", c->program ? "program" : "people");
    out_json(o, c->text);
    out_byte(o, '}');
}

static void say_changes(struct out *o, const struct statement_changes *c, bool program)
{
    size_t n = 0;
    for (size_t i = 0; i < c->n; i++)
        n += c->v[i].program == program;
    out_str(o, program ? S("What the program would do differently:\n") : S("What changes for people:\n"));
    out_str(o, n ? S("") : S("  nothing\n"));
    for (size_t i = 0; i < c->n; i++)
        if (c->v[i].program == program) {
            out_str(o, S("  "));
            out_str(o, c->v[i].text);
            out_byte(o, '\n');
        }
}

static st diff(struct job *j)
{
    const struct statement *from, *to;
    struct statement_changes changes;
    st how = compile(j, j->words.dirs[0], &from);
    if (how == ST_OK)
        how = compile(j, j->words.dirs[1], &to);
    if (how != ST_OK) {
        say_findings(j);
        return how;
    }
    TRY(statement_diff(j->arena, from, to, &changes));
    if (!j->words.json) {
        say_changes(&j->out, &changes, false);
        say_changes(&j->out, &changes, true);
        return ST_OK;
    }
    out_byte(&j->out, '[');
    for (size_t i = 0; i < changes.n; i++)
        change_json(&j->out, &changes.v[i], i == 0);
    out_str(&j->out, S("]\n"));
    return ST_OK;
}

static st show(struct job *j)
{
    const struct statement *s;
    struct statement_names names = privacy_names(j->arena, &j->config);
    st how = compile(j, j->words.dirs[0], &s);
    if (how != ST_OK) {
        say_findings(j);
        return how;
    }
    if (j->words.jsonld)
        return statement_jsonld(j->arena, s, names, &j->out);
    if (j->words.record)
        return j->words.html ? statement_record_html(j->arena, s, names, &j->out)
                             : statement_record_json(j->arena, s, names, &j->out);
    return j->words.html ? statement_html(j->arena, s, names, &j->out) : statement_plain(j->arena, s, names, &j->out);
}

static st versions(struct job *j)
{
    struct db *db;
    struct versions_all_rows rows;
    str where = j->config.data.database;
    if (where.n == 0)
        where = str_fmt(j->arena, "sqlite:%.*s/avow.db", STR_ARG(j->config.data.dir));
    TRY(db_open(j->arena, &(struct db_config){ .url = where, .mode = DB_READ }, &db));
    st how = versions_all(db, j->arena, &rows);
    db_close(db);
    TRY(how);
    out_str(&j->out, j->words.json ? S("[") : S(""));
    for (size_t i = 0; i < rows.n; i++) {
        str hash = hex_fmt(j->arena, rows.v[i].hash.p, rows.v[i].hash.n);
        str at = utc_iso(j->arena, rows.v[i].published_at);
        if (j->words.json)
            out_fmt(&j->out, "%s{\"id\":%lld,\"hash\":\"%.*s\",\"published_at\":\"%.*s\"}", i ? "," : "", (long long)rows.v[i].id,
                    STR_ARG(hash), STR_ARG(at));
        else
            out_fmt(&j->out, "%lld\t%.*s\t%.*s\n", (long long)rows.v[i].id, STR_ARG(at), STR_ARG(hash));
    }
    out_str(&j->out, j->words.json ? S("]\n") : S(""));
    return ST_OK;
}

/* Of the system in a data folder, of a file, or as it is without either: a statement can be checked before there is a system. */
static st configure(struct job *j)
{
    if (j->words.data) {
        struct data_place place;
        TRY(data_find(j->arena, j->words.data, j->words.config, NULL, &place));
        j->config = place.config;
        return ST_OK;
    }
    str problem = S("");
    st how = j->words.config ? config_load(j->arena, j->words.config, &j->config, &problem)
                             : config_defaults(j->arena, &j->config);
    if (problem.n)
        fprintf(stderr, "avow: %.*s\n", STR_ARG(problem));
    return how;
}

static const struct {
    const char *name;
    int least, most; /* folders */
    st (*run)(struct job *);
} kinds[] = { { "check", 0, 1, check }, { "diff", 2, 2, diff }, { "show", 0, 1, show }, { "versions", 0, 0, versions } };

int cmd_statement(int argc, char **argv)
{
    struct job j = { .arena = arena_new(MEMORY) };
    size_t kind = 0;
    if (!j.arena)
        return st_info(ST_NO_MEMORY)->exit;
    findings_init(&j.findings, j.arena);
    out_init(&j.out, j.arena, OUTPUT_MOST);
    bool good = parse(argc, argv, &j.words);
    while (good && kind < COUNT(kinds) && strcmp(kinds[kind].name, j.words.what) != 0)
        kind++;
    if (!good || kind == COUNT(kinds) || j.words.n_dirs < kinds[kind].least || j.words.n_dirs > kinds[kind].most) {
        arena_free(j.arena);
        return CMD_USAGE;
    }
    st how = configure(&j);
    if (how == ST_OK)
        how = kinds[kind].run(&j);
    if (how == ST_OK)
        how = out_st(&j.out);
    if (out_view(&j.out).n > 0)
        fwrite(out_view(&j.out).p, 1, out_view(&j.out).n, stdout);
    if (how != ST_OK && j.findings.n == 0)
        fprintf(stderr, "avow: %s\n", st_info(how)->text);
    arena_free(j.arena);
    return st_info(how)->exit;
}
