/* avow fraud dry-run: what other rules or thresholds would have said about orders of the past. Reads the database, and neither
 * writes nor opens anything: what is judged again is kept as numbers. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "data.h"
#include "file.h"
#include "fraud.h"
#include "options.h"
#include "out.h"
#include "shared.h"
#include "str.h"

#define MEMORY ((size_t)64 << 20)
#define RULES_MOST (64u << 10)
#define OUTPUT_MOST (1u << 20)

struct asked {
    const char *data, *config, *review, *refuse, *rules, *orders;
    bool json;
    struct option_list sets, rest;
};

struct trying {
    struct arena *arena;
    const struct asked *w;
    struct data_place place;
    struct fraud_trial trial;
    struct fraud_report report;
    struct out out;
};

static st complain(const char *what)
{
    fprintf(stderr, "avow fraud: %s\n", what);
    return ST_INVALID;
}

/* ---- what to try ----------------------------------------------------------------------------------------------------- */

static st number(const char *word, const char *name, int64_t least, int64_t *out)
{
    if (!word || i64_parse(str_c(word), least, INT32_MAX, out) == ST_OK)
        return ST_OK;
    fprintf(stderr, "avow fraud: %s wants a whole number, not '%s'\n", name, word);
    return ST_INVALID;
}

static st rules(struct trying *t)
{
    struct fraud_fault fault = { "" };
    str text;
    st s = fraud_open(t->arena, &t->place.config, &fault);
    t->trial.rules = s == ST_OK ? fraud_rules_here() : NULL;
    if (s == ST_OK && t->w->rules) {
        s = file_read(t->arena, str_c(t->w->rules), RULES_MOST, &text);
        if (s != ST_OK)
            snprintf(fault.text, sizeof fault.text, "%.150s: %s", t->w->rules, s == ST_IO ? strerror(errno) : st_info(s)->text);
        else
            s = fraud_rules_read(t->arena, t->w->rules, text, &t->trial.rules, &fault);
    }
    if (s != ST_OK)
        fprintf(stderr, "avow fraud: %s\n", fault.text[0] ? fault.text : st_info(s)->text);
    return s;
}

static st prepare(struct trying *t)
{
    TRY(data_find(t->arena, t->w->data, t->w->config, &t->w->sets, &t->place));
    TRY(rules(t));
    t->trial.limits = fraud_limits_of(&t->place.config);
    TRY(number(t->w->review, "--review", 1, &t->trial.limits.review));
    TRY(number(t->w->refuse, "--refuse", 0, &t->trial.limits.refuse));
    TRY(number(t->w->orders, "--orders", 1, &t->trial.most));
    return fraud_limits_check(&t->trial.limits) == ST_OK ? ST_OK : complain("refusing must begin above where a person looks");
}

/* ---- what came of it ------------------------------------------------------------------------------------------------- */

static const char *said(int outcome)
{
    return fraud_outcome_word((enum fraud_outcome)outcome);
}

static void tell(struct trying *t)
{
    const struct fraud_report *r = &t->report;
    struct out *o = &t->out;
    out_fmt(o, "%lld orders, %lld of them with another outcome (a person looks from %lld, refused from %lld%s)\n\n",
            (long long)r->orders, (long long)r->changed, (long long)t->trial.limits.review, (long long)t->trial.limits.refuse,
            t->trial.limits.refuse ? "" : ": never");
    out_fmt(o, "%-22s%10s%10s%10s\n", "was \\ would be", said(0), said(1), said(2));
    for (int was = 0; was < FRAUD_OUTCOMES; was++)
        out_fmt(o, "%-22s%10lld%10lld%10lld\n", said(was), (long long)r->moved[was][0], (long long)r->moved[was][1],
                (long long)r->moved[was][2]);
    out_fmt(o, "%-22s%10lld%10lld%10lld\n", "a person accepted", (long long)r->approved[0], (long long)r->approved[1],
            (long long)r->approved[2]);
    out_fmt(o, "%-22s%10lld%10lld%10lld\n\n", "a person declined", (long long)r->declined[0], (long long)r->declined[1],
            (long long)r->declined[2]);
    out_fmt(o, "%-22s%10s%10s%10s\n", "rule", "points", "applied", "decided");
    for (size_t i = 0; i < r->n_rules; i++)
        if (r->rules[i].fired > 0)
            out_fmt(o, "%-22.*s%10lld%10lld%10lld\n", STR_ARG(r->rules[i].rule->name), (long long)r->rules[i].rule->weight,
                    (long long)r->rules[i].fired, (long long)r->rules[i].decides);
}

static void triple(struct out *o, const char *name, const int64_t v[FRAUD_OUTCOMES])
{
    out_fmt(o, "\"%s\":{", name);
    for (int i = 0; i < FRAUD_OUTCOMES; i++)
        out_fmt(o, "%s\"%s\":%lld", i ? "," : "", said(i), (long long)v[i]);
    out_str(o, S("}"));
}

static void tell_json(struct trying *t)
{
    const struct fraud_report *r = &t->report;
    struct out *o = &t->out;
    out_fmt(o, "{\"orders\":%lld,\"changed\":%lld,\"review\":%lld,\"refuse\":%lld,\"rules_version\":\"%.*s\",\"moved\":{",
            (long long)r->orders, (long long)r->changed, (long long)t->trial.limits.review, (long long)t->trial.limits.refuse,
            STR_ARG(t->trial.rules->version));
    for (int was = 0; was < FRAUD_OUTCOMES; was++) {
        out_str(o, was ? S(",") : S(""));
        triple(o, said(was), r->moved[was]);
    }
    out_str(o, S("},"));
    triple(o, "approved", r->approved);
    out_str(o, S(","));
    triple(o, "declined", r->declined);
    out_str(o, S(",\"rules\":["));
    for (size_t i = 0; i < r->n_rules; i++)
        out_fmt(o, "%s{\"rule\":\"%.*s\",\"points\":%lld,\"applied\":%lld,\"decided\":%lld}", i ? "," : "",
                STR_ARG(r->rules[i].rule->name), (long long)r->rules[i].rule->weight, (long long)r->rules[i].fired,
                (long long)r->rules[i].decides);
    out_str(o, S("]}\n"));
}

static st dry_run(struct trying *t)
{
    struct db *db;
    TRY(prepare(t));
    TRY(shared_db(t->arena, &t->place.config, DB_READ, &db));
    st s = fraud_try(db, t->arena, &t->trial, &t->report);
    db_close(db);
    TRY(s);
    out_init(&t->out, t->arena, OUTPUT_MOST);
    if (t->w->json)
        tell_json(t);
    else
        tell(t);
    TRY(out_st(&t->out));
    str text = out_view(&t->out);
    return fwrite(text.p, 1, text.n, stdout) == text.n && fflush(stdout) == 0 ? ST_OK : ST_IO;
}

int cmd_fraud(int argc, char **argv)
{
    struct asked w = { .data = NULL };
    const struct option options[] = {
        { .name = "--data", .value = &w.data },     { .name = "--config", .value = &w.config },
        { .name = "--review", .value = &w.review }, { .name = "--refuse", .value = &w.refuse },
        { .name = "--orders", .value = &w.orders }, { .name = "--rules", .value = &w.rules },
        { .name = "--set", .list = &w.sets },       { .name = "--json", .flag = &w.json },
    };
    if (argc < 2 || strcmp(argv[1], "dry-run") != 0)
        return CMD_USAGE;
    if (options_read(argc - 1, argv + 1, options, COUNT(options), &w.rest) != ST_OK || w.rest.n != 0)
        return CMD_USAGE;
    struct trying t = { .arena = arena_new(MEMORY), .w = &w };
    st s = t.arena ? dry_run(&t) : ST_NO_MEMORY;
    if (t.arena)
        arena_free(t.arena);
    return st_info(s)->exit;
}
