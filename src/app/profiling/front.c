/* The shop's front page for a customer with a profile: what fits first, and what they looked at last. */
#include "profiling.h"
#include "profiling_front.h"
#include "str.h"

st profiling_front(struct gate *g, int64_t person, struct profiling_front *out)
{
    struct profiling_view v;
    bool allowed;
    *out = (struct profiling_front){ .words = S("") };
    TRY(profiling_allowed(g, person, &allowed));
    if (!allowed)
        return ST_OK;
    TRY(profiling_view(g, person, PURPOSE_PROFILE, &v));
    const struct profiling_rule *segment = v.made ? profiling_segment(profiling_rules_here(), v.segment) : NULL;
    if (segment) {
        out->words = segment->customer;
        for (size_t i = 0; i < segment->n_first; i++)
            out->first[out->n_first++] = segment->first[i];
    }
    for (size_t i = 0; i < v.n_looks && out->n_looks < PROFILING_FRONT_LOOKS; i++)
        if (!str_empty(v.looks[i].name))
            out->looks[out->n_looks++] = v.looks[i];
    return ST_OK;
}

st profiling_worth_telling(struct gate *g, int64_t person, str slug, date today, bool *yes)
{
    struct profiling_view v;
    TRY(profiling_browsing(g, person, yes));
    if (!*yes)
        return ST_OK;
    TRY(profiling_view(g, person, PURPOSE_PROFILE, &v));
    for (size_t i = 0; i < v.n_looks; i++)
        if (str_eq(v.looks[i].slug, slug) && v.looks[i].on.days == today.days)
            *yes = false;
    return ST_OK;
}
