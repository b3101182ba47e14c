/* What of a result is shown, to whom. */
#include "promise_view.h"

#include "clock.h"
#include "config_keys.h"
#include "str.h"

str promise_clauses(struct arena *a, const struct promise_check *c)
{
    str all = S("");
    for (int i = 0; i < CLAUSE_COUNT; i++)
        if (c->clauses & (uint64_t)1 << i)
            all = str_fmt(a, "%.*s%s%s", STR_ARG(all), all.n ? ", " : "", clause_info[i].name);
    return all;
}

static void json_clauses(struct out *o, const struct promise_check *c)
{
    out_byte(o, '[');
    for (int i = 0, n = 0; i < CLAUSE_COUNT; i++)
        if (c->clauses & (uint64_t)1 << i)
            out_fmt(o, "%s\"%s\"", n++ ? "," : "", clause_info[i].name);
    out_byte(o, ']');
}

static bool recent(const struct promise_standing *s, utc now)
{
    return s->kept_at.s != UTC_NONE.s && now.s - s->kept_at.s <= 2 * s->check->every;
}

struct v_promise_seen promise_public(struct arena *a, const struct config *c, const struct promise_standing *s, utc now)
{
    struct v_promise_seen v = { .name = str_c(s->check->name), .title = text_get(LANGUAGE_EN_GB, s->check->title), .at = s->kept_at,
                                .clauses = promise_clauses(a, s->check), .every = s->check->every, .evidence = S(""),
                                .state = S("unknown"), .words = text_get(LANGUAGE_EN_GB, TXT_PROMISE_NOT_VERIFIED) };
    if (s->verdict == PROMISE_KEPT) {
        v.state = S("kept");
        v.words = s->words;
    } else if (promise_public_break(c, s, now)) {
        v.state = S("broken");
        v.at = s->at;
        v.words = str_fmt(a, "%.*s %.*s", STR_ARG(s->words), STR_ARG(text_get(LANGUAGE_EN_GB, TXT_PROMISE_BROKEN_CALM)));
    } else if (!s->ever) {
        v.words = text_get(LANGUAGE_EN_GB, TXT_PROMISE_NEVER_WORDS);
    } else if (recent(s, now))
        v.words = text_get(LANGUAGE_EN_GB, TXT_PROMISE_BEING_LOOKED_AT);
    return v;
}

/* The worst of the checks counts; the time is that of the one that was looked at longest ago. */
void promise_mark(struct arena *a, const struct config *c, const struct promise_standings *all, enum clause clause, utc now,
                  struct out *o)
{
    struct v_promise_seen *rows = NEWN(a, struct v_promise_seen, all->n + 1);
    struct v_promise_mark v = { .state = S("kept"), .at = { INT64_MAX } };
    size_t n = 0;
    for (size_t i = 0; rows && i < all->n; i++) {
        if (!(all->v[i].check->clauses & (uint64_t)1 << clause))
            continue;
        rows[n] = promise_public(a, c, &all->v[i], now);
        if (rows[n].at.s < v.at.s)
            v.at = rows[n].at;
        if (str_eq(rows[n].state, S("broken")) || (str_eq(rows[n].state, S("unknown")) && str_eq(v.state, S("kept"))))
            v.state = rows[n].state;
        n++;
    }
    if (n == 0)
        return;
    v.rows = (struct v_promise_seen_list){ rows, n };
    t_promise_mark(o, &v);
}

void promises_json(struct arena *a, const struct config *c, const struct promise_standings *all, utc now, struct out *o)
{
    out_byte(o, '[');
    for (size_t i = 0; i < all->n; i++) {
        const struct promise_standing *s = &all->v[i];
        struct v_promise_seen v = promise_public(a, c, s, now);
        out_str(o, i ? S(",\n {\"promise\":") : S("{\"promise\":"));
        out_json(o, v.name);
        out_str(o, S(",\"title\":"));
        out_json(o, v.title);
        out_str(o, S(",\"clauses\":"));
        json_clauses(o, s->check);
        out_str(o, S(",\"verdict\":"));
        out_json(o, v.state);
        out_str(o, S(",\"verified_at\":"));
        if (v.at.s == UTC_NONE.s)
            out_str(o, S("null"));
        else
            out_json(o, utc_iso(a, v.at));
        out_fmt(o, ",\"every_seconds\":%lld,\"saw\":", (long long)v.every);
        out_json(o, v.words);
        if (str_eq(v.state, S("kept")))
            out_fmt(o, ",\"numbers\":%.*s", STR_ARG(s->numbers));
        out_byte(o, '}');
    }
    out_str(o, S("]\n"));
}

void promise_json(struct arena *a, const struct promise_standing *s, struct out *o)
{
    out_str(o, S("{\"promise\":"));
    out_json(o, str_c(s->check->name));
    out_str(o, S(",\"title\":"));
    out_json(o, text_get(LANGUAGE_EN_GB, s->check->title));
    out_fmt(o, ",\"verdict\":\"%s\",\"stale\":%s,\"checked_at\":", promise_word(s->verdict), s->stale ? "true" : "false");
    if (s->ever)
        out_json(o, utc_iso(a, s->at));
    else
        out_str(o, S("null"));
    out_fmt(o, ",\"every_seconds\":%lld,\"saw\":", (long long)s->check->every);
    out_json(o, s->words);
    out_fmt(o, ",\"numbers\":%.*s,\"evidence\":", STR_ARG(s->numbers));
    out_json(o, s->evidence);
    out_str(o, S(",\"clauses\":"));
    json_clauses(o, s->check);
    out_byte(o, '}');
}

void promises_json_full(struct arena *a, const struct promise_standings *all, struct out *o)
{
    out_byte(o, '[');
    for (size_t i = 0; i < all->n; i++) {
        out_str(o, i ? S(",\n ") : S(""));
        promise_json(a, &all->v[i], o);
    }
    out_str(o, S("]\n"));
}
