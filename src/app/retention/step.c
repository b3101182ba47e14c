/* A run, a bounded part at a time, so that nobody is blocked: each part is a command of its own, and where a run was killed
 * the next one goes on, because what was begun stands in its tombstones. */
#include "retention.h"

#include "disposing.h"
#include "str.h"

enum phase {
    PHASE_ERASURES, PHASE_MARK, PHASE_MARKETING, PHASE_KEYS, PHASE_CLEAR, PHASE_PROVE, PHASE_HASH_KEYS, PHASE_FINISH, PHASE_COUNT
};

static st one(struct cx *cx, enum phase phase, struct run_cursor *c, struct retention_step_out *out, bool *more)
{
    int64_t failed = 0;
    switch (phase) {
    case PHASE_ERASURES:
        return run_erasures_nt(cx, c, &out->n, more);
    case PHASE_MARK:
        return run_mark_nt(cx, c, &out->n, more);
    case PHASE_MARKETING:
        return run_marketing_nt(cx, &out->n, more);
    case PHASE_KEYS:
        return run_keys_nt(cx, c, &out->n, more);
    case PHASE_CLEAR:
        TRY(run_clear_nt(cx, &out->n, &failed));
        break;
    case PHASE_PROVE:
        TRY(run_prove_nt(cx, &out->n, &failed));
        break;
    case PHASE_HASH_KEYS:
        TRY(run_hash_keys_nt(cx, &out->n));
        break;
    case PHASE_FINISH:
        TRY(run_finish_nt(cx, &out->n));
        return ST_OK;
    case PHASE_COUNT:
        return ST_BUG;
    }
    out->failed = failed;
    *more = out->n > 0;
    return ST_OK;
}

st cmd_retention_step(struct cx *cx, const struct retention_step_in *in, struct retention_step_out *out)
{
    struct run_cursor c = { in->rule, in->at, in->after };
    bool more = false;
    if (in->phase < 0 || in->phase >= PHASE_COUNT)
        return cx_invalid(cx, "phase", "err.invalid");
    TRY(one(cx, (enum phase)in->phase, &c, out, &more));
    if (!more)
        c = (struct run_cursor){ 0 };
    out->phase = in->phase + !more;
    out->rule = c.rule;
    out->at = c.at;
    out->after = c.after;
    out->done = out->phase == PHASE_COUNT;
    return ST_OK;
}
