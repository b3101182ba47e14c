/* Running checks, and where each stands. */
#include "promise.h"

#include "config_keys.h"
#include "log.h"
#include "promise_sql.h"
#include "str.h"

#define MEMORY (64u << 20)
#define NUMBERS_MOST 990
#define EVIDENCE_MOST 1900
#define REST_SECONDS 30
#define CLOCK_SLACK 120 /* between the clocks of two machines */

static const char *const words_of[] = { [PROMISE_UNKNOWN] = "unknown", [PROMISE_KEPT] = "kept", [PROMISE_BROKEN] = "broken" };

const char *promise_word(enum promise_verdict v)
{
    return words_of[v];
}

static enum promise_verdict verdict_of(str word)
{
    return str_eq(word, S("kept")) ? PROMISE_KEPT : str_eq(word, S("broken")) ? PROMISE_BROKEN : PROMISE_UNKNOWN;
}

bool promise_in_force(const struct statement *s, const struct promise_check *c)
{
    for (int i = 0; i < CLAUSE_COUNT; i++)
        if ((c->clauses & (uint64_t)1 << i) && statement_clause(s, (enum clause)i))
            return true;
    return false;
}

/* ---- standing ---------------------------------------------------------------------------------------------------- */

static void stand(struct promise_standing *s, const struct promise_all_row *r, utc now)
{
    s->ever = true;
    s->id = r->id;
    s->at = r->checked_at;
    s->kept_at = r->kept_at;
    s->broken_at = r->broken_at;
    s->asked_at = r->asked_at;
    s->words = r->words;
    s->numbers = r->numbers;
    s->evidence = r->evidence;
    s->verdict = verdict_of(r->verdict);
    /* A clock that was set back makes results of tomorrow: they prove nothing either. */
    s->stale = now.s - r->checked_at.s > 2 * s->check->every || r->checked_at.s > now.s + CLOCK_SLACK;
    if (s->stale && s->verdict == PROMISE_KEPT)
        s->verdict = PROMISE_UNKNOWN;
}

/* The rows of one query, and those of the table beside them. */
static st standings(struct arena *a, const struct promise_all_rows *rows, const struct statement *s, utc now,
                    struct promise_standings *out)
{
    *out = (struct promise_standings){ NEWN(a, struct promise_standing, promise_checks_n), 0 };
    if (!out->v)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < promise_checks_n; i++) {
        const struct promise_check *c = &promise_checks[i];
        if (!promise_in_force(s, c))
            continue;
        struct promise_standing *to = &out->v[out->n++];
        *to = (struct promise_standing){ .check = c, .at = UTC_NONE, .kept_at = UTC_NONE, .broken_at = UTC_NONE,
                                         .asked_at = UTC_NONE, .words = S(""), .numbers = S("{}"), .evidence = S("") };
        for (size_t k = 0; k < rows->n; k++)
            if (str_eq(rows->v[k].name, str_c(c->name)))
                stand(to, &rows->v[k], now);
    }
    return ST_OK;
}

st promise_standings(struct db *db, struct arena *a, const struct statement *s, utc now, struct promise_standings *out)
{
    struct promise_all_rows rows;
    TRY(promise_all(db, a, &rows));
    return standings(a, &rows, s, now, out);
}

st promise_broken(struct db *db, struct arena *a, int64_t *n)
{
    struct promise_count_broken_row row;
    TRY(promise_count_broken(db, a, &row));
    *n = row.n;
    return ST_OK;
}

bool promise_public_break(const struct config *c, const struct promise_standing *s, utc now)
{
    return s->verdict == PROMISE_BROKEN && s->broken_at.s != UTC_NONE.s && now.s - s->broken_at.s >= c->promise.grace;
}

/* ---- running ----------------------------------------------------------------------------------------------------- */

static st memory_of(struct promise_runner *r, struct arena *a, const char *name, str *memory)
{
    struct promise_all_rows rows;
    *memory = S("");
    TRY(promise_all(r->db, a, &rows));
    for (size_t i = 0; i < rows.n; i++)
        if (str_eq(rows.v[i].name, str_c(name)))
            *memory = rows.v[i].memory;
    return ST_OK;
}

/* What was seen as a sentence. */
static str words(struct promise_look *l, const struct promise_check *c, st how)
{
    struct arena *a = l->gate.arena;
    if (how != ST_OK) {
        const struct text_arg why = { "why", str_c(st_info(how)->text) };
        return text_fill(a, LANGUAGE_EN_GB, TXT_PROMISE_NOT_LOOKED, &why, 1);
    }
    if (l->verdict == PROMISE_UNKNOWN)
        return text_get(LANGUAGE_EN_GB, TXT_PROMISE_NOT_YET);
    return text_fill(a, LANGUAGE_EN_GB, l->verdict == PROMISE_KEPT ? c->kept : c->broken, l->args, l->n_args);
}

st promise_run(struct promise_runner *r, struct arena *a, const struct promise_check *c, utc now, struct promise_record_in *out)
{
    struct promise_look l = {
        .gate = { .statement = r->statement, .statement_id = r->statement_id, .vault = r->vault, .db = r->db, .arena = a,
                  .now = now },
        .config = r->config, .call = r->call, .call_at = r->call_at };
    TRY(memory_of(r, a, c->name, &l.memory));
    out_init(&l.numbers, a, NUMBERS_MOST);
    out_init(&l.evidence, a, EVIDENCE_MOST);
    st how = c->fn(&l);
    if (how == ST_NO_MEMORY || arena_failed(a))
        return ST_NO_MEMORY;
    if (how != ST_OK)
        log_event(LOG_WARN, "promise", "check=%s status=%s", log_word(c->name), st_info(how)->name);
    struct promise_record_in in = {
        .name = str_c(c->name), .verdict = str_c(words_of[how == ST_OK ? l.verdict : PROMISE_UNKNOWN]), .words = words(&l, c, how),
        .numbers = str_fmt(a, "{%.*s}", STR_ARG(out_view(&l.numbers))), .evidence = out_view(&l.evidence), .memory = l.memory };
    TRY(r->call(r->call_at, a, CMD_PROMISE_RECORD, (uid){ { 0 } }, &in, NULL));
    if (out)
        *out = in;
    return ST_OK;
}

/* What was asked for, or has waited longest beyond its interval; NULL when nothing is due. */
static const struct promise_check *most_due(const struct promise_standings *all, utc now)
{
    const struct promise_check *most = NULL;
    int64_t waited = -1;
    for (size_t i = 0; i < all->n; i++) {
        const struct promise_standing *s = &all->v[i];
        bool asked = s->ever && s->asked_at.s != UTC_NONE.s && s->asked_at.s >= s->at.s;
        asked = asked || (s->ever && s->at.s > now.s + CLOCK_SLACK);
        int64_t late = !s->ever || asked ? INT64_MAX - (int64_t)asked : now.s - s->at.s - s->check->every;
        if (late >= 0 && late > waited) {
            most = s->check;
            waited = late;
        }
    }
    return most;
}

/* Once in a courier's life: with which key bundles are signed. The writer records it when it is another than before. */
static st tell_key(struct promise_runner *r, struct arena *a)
{
    uint8_t signature[SIGN_BYTES], pub[SIGN_PUBLIC];
    if (!r->sign || r->key_known)
        return ST_OK;
    TRY(r->sign(r->sign_at, S("avow\n"), signature, pub));
    struct promise_key_in in = { .public = { (const char *)pub, sizeof pub } };
    TRY(r->call(r->call_at, a, CMD_PROMISE_KEY, (uid){ { 0 } }, &in, NULL));
    r->key_known = true;
    return ST_OK;
}

st promise_round(struct promise_runner *r, utc now, bool *ran)
{
    struct promise_standings all;
    *ran = false;
    if (now.s < r->rest_until.s)
        return ST_OK;
    struct arena *a = arena_new(MEMORY);
    if (!a)
        return ST_NO_MEMORY;
    st s = tell_key(r, a);
    if (s == ST_OK)
        s = promise_standings(r->db, a, r->statement, now, &all);
    const struct promise_check *c = s == ST_OK ? most_due(&all, now) : NULL;
    if (c)
        s = promise_run(r, a, c, now, NULL);
    *ran = c && s == ST_OK;
    if (s != ST_OK)
        r->rest_until.s = now.s + REST_SECONDS;
    else if (!c)
        r->rest_until.s = now.s + 5; /* nothing becomes due faster than anybody would notice */
    arena_free(a);
    return s;
}
