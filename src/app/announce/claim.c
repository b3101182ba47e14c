/* Sending, as the writer sees it: one message at a time is claimed, everything asked again in the same transaction,
 * and told how it went. */
#include "announce_work.h"

#include "statement.h"
#include "str.h"
#include "suppress.h"

#define TRIES_MOST 5
#define SKIPS_MOST 50 /* who is left out at the last moment, in one claim */
#define WAIT_MOST 3600

static const enum column_id told_account[] = { COL_person_email, COL_person_full_name };
static const enum column_id told_subscriber[] = { COL_subscriber_email };

/* What was being handed over when the last batch ended without a word. */
st cmd_announce_resume(struct cx *cx, const struct announce_resume_in *in, struct announce_resume_out *out)
{
    struct announce_get_row a;
    int64_t n = 0;
    (void)out;
    TRY(announce_owned(cx, in->announcement, in->job, in->fence, &a));
    if (in->again)
        return announce_requeue(CX_DB(cx), &(struct announce_requeue_in){ .announcement = a.id }, NULL);
    TRY(announce_requeue_unsent(CX_DB(cx), &(struct announce_requeue_unsent_in){ .announcement = a.id }, NULL));
    TRY(announce_set_unclear(CX_DB(cx), &(struct announce_set_unclear_in){ .announcement = a.id }, &n));
    return announce_count_nt(cx, a.id, a.round, "unclear", n);
}

/* ---- the next one */

struct claiming {
    struct cx *cx;
    const struct announce_get_row *a;
    enum topic topic;
    struct announce_queued_row row;
    struct may_address to;
};

static st left_out(struct claiming *c, const char *why)
{
    TRY(announce_set_left_out(CX_DB(c->cx), &(struct announce_set_left_out_in){ .id = c->row.id, .reason = str_c(why) }, NULL));
    return announce_count_nt(c->cx, c->a->id, c->a->round, "left_late", 1);
}

/* The address was changed since the list was made: it may stand on it already, as somebody else's. */
static st same_address_twice(struct claiming *c, bool *twice)
{
    struct announce_taken_row other;
    *twice = false;
    if (str_eq(c->to.code, c->row.code))
        return ST_OK;
    st s = announce_taken(CX_DB(c->cx), CX_ARENA(c->cx),
                          &(struct announce_taken_in){ .announcement = c->a->id, .code = c->to.code }, &other);
    *twice = s == ST_OK;
    return s == ST_NOT_FOUND ? ST_OK : s;
}

static st disclose(struct claiming *c)
{
    bool sub = c->to.subscriber;
    return gate_disclose_nt(&c->cx->gate, &(struct disclosure){
        .to = RECIPIENT_MAIL_RELAY, .purpose = topic_info[c->topic].purpose, .fields = sub ? told_subscriber : told_account,
        .n = sub ? COUNT(told_subscriber) : COUNT(told_account), .person = c->row.person_id, .ref_kind = "announcement",
        .ref = c->row.uid });
}

/* Written before anything leaves: the row, the ledger, the link, and that a consent was relied on. */
static st commit(struct claiming *c)
{
    struct cx *cx = c->cx;
    TRY(announce_set_claimed(CX_DB(cx), &(struct announce_set_claimed_in){ .id = c->row.id, .code = c->to.code,
                                                                           .at = cx->gate.now,
        .basis = str_c(basis_info[statement_basis(cx->gate.statement, topic_info[c->topic].purpose)].name) }, NULL));
    TRY(disclose(c));
    enum topic_route route = topic_route(&cx->gate, c->topic);
    if (route == ROUTE_CONSENT)
        TRY(consent_used_nt(cx, c->row.person_id, c->topic));
    return route == ROUTE_CONTRACT ? ST_OK : mail_link_put_nt(cx, c->row.person_id, c->to.person, c->topic);
}

static st one(struct claiming *c, bool *claimed)
{
    enum may may;
    bool twice;
    *claimed = false;
    TRY(topic_may(&c->cx->gate, c->row.person_id, c->topic, &may, &c->to));
    if (may != MAY_YES)
        return left_out(c, may_word(may));
    TRY(same_address_twice(c, &twice));
    if (twice)
        return left_out(c, "duplicate");
    *claimed = true;
    return commit(c);
}

/* Nobody is left: it is done, when nothing is on its way. */
static st finish(struct cx *cx, const struct announce_get_row *a)
{
    int64_t ended = 0;
    TRY(announce_move(CX_DB(cx), &(struct announce_move_in){ .id = a->id, .from_state = S("sending"), .to_state = S("sent"),
                                                             .problem = S(""), .ended = cx->gate.now }, &ended));
    return ended ? cx_event_nt(cx, EVENT_ANNOUNCEMENT_SENT, "announcement", a->id, a->topic) : ST_OK;
}

st cmd_announce_claim(struct cx *cx, const struct announce_claim_in *in, struct announce_claim_out *out)
{
    struct announce_get_row a;
    struct claiming c = { .cx = cx, .a = &a };
    TRY(announce_owned(cx, in->announcement, in->job, in->fence, &a));
    out->state = a.state;
    if (!str_eq(a.state, S("sending")))
        return ST_OK;
    if (!topic_find(a.topic, &c.topic) || topic_route(&cx->gate, c.topic) == ROUTE_OFF)
        return ST_STATEMENT;
    for (int i = 0; i < SKIPS_MOST; i++) {
        bool claimed;
        st s = announce_queued(CX_DB(cx), CX_ARENA(cx), &(struct announce_queued_in){ .announcement = a.id,
                .round = a.round }, &c.row);
        if (s == ST_NOT_FOUND) {
            out->state = S("none");
            return finish(cx, &a);
        }
        TRY(s);
        TRY(one(&c, &claimed));
        if (claimed) {
            out->state = S("send");
            out->send = c.row.uid;
            out->person = c.row.person_id;
            return ST_OK;
        }
    }
    out->state = S("skipped");
    return ST_OK;
}

/* ---- how it went */

static st to_state(struct cx *cx, const struct announce_send_get_row *s, const char *state, const char *count)
{
    int64_t changed = 0;
    TRY(announce_set_told(CX_DB(cx), &(struct announce_set_told_in){ .id = s->id, .state = str_c(state),
            .reason = S("") }, &changed));
    return changed ? announce_count_nt(cx, s->announcement_id, s->round, count, 1) : ST_OK;
}

/* Said while it was being handed over: there is no such mailbox. The same as a message that comes back for good. */
static st refused(struct cx *cx, const struct announce_send_get_row *s)
{
    TRY(to_state(cx, s, "bounced", "bounced"));
    return suppress_add_nt(cx, s->code, SUPPRESS_ALL, SUPPRESS_BOUNCED);
}

st cmd_announce_told(struct cx *cx, const struct announce_told_in *in, struct announce_told_out *out)
{
    struct announce_send_get_row s;
    (void)out;
    TRY(announce_send_get(CX_DB(cx), CX_ARENA(cx), &(struct announce_send_get_in){ .uid = in->send }, &s));
    if (str_eq(in->outcome, S("sent")))
        return to_state(cx, &s, "sent", "sent");
    if (str_eq(in->outcome, S("refused")))
        return refused(cx, &s);
    if (str_eq(in->outcome, S("later")) && s.tries < TRIES_MOST)
        return announce_set_later(CX_DB(cx), &(struct announce_set_later_in){ .id = s.id }, NULL);
    return to_state(cx, &s, "failed", "failed");
}

/* The batch is over: the next one, or a person has to look. */
st cmd_announce_slice(struct cx *cx, const struct announce_slice_in *in, struct announce_slice_out *out)
{
    struct announce_get_row a;
    (void)out;
    TRY(announce_owned(cx, in->announcement, in->job, in->fence, &a));
    if (!str_eq(a.state, S("sending")) && !str_eq(a.state, S("preparing")))
        return ST_OK;
    if (!str_empty(in->problem) && str_eq(a.state, S("sending")))
        return announce_move(CX_DB(cx), &(struct announce_move_in){ .id = a.id, .from_state = a.state, .to_state = S("paused"),
                                                                    .problem = in->problem, .ended = UTC_NONE }, NULL);
    if (in->wait < 0 || in->wait > WAIT_MOST)
        return cx_invalid(cx, "wait", "err.number");
    return announce_queue_nt(cx, a.id, (utc){ cx->gate.now.s + in->wait });
}

/* ---- what came back later */

/* Of a message we do not know nothing follows: anybody may write to the address at which reports come in. */
st cmd_announce_bounced(struct cx *cx, const struct announce_bounced_in *in, struct announce_bounced_out *out)
{
    struct announce_send_get_row s;
    int64_t changed = 0;
    st found = announce_send_get(CX_DB(cx), CX_ARENA(cx), &(struct announce_send_get_in){ .uid = in->message }, &s);
    out->known = found == ST_OK;
    if (found == ST_NOT_FOUND)
        return ST_OK;
    TRY(found);
    if (str_eq(in->kind, S("soft"))) {
        TRY(announce_soft(CX_DB(cx), &(struct announce_soft_in){ .id = s.id }, NULL));
        return announce_count_nt(cx, s.announcement_id, s.round, "soft", 1);
    }
    bool complaint = str_eq(in->kind, S("complaint"));
    if (!complaint && !str_eq(in->kind, S("hard")))
        return cx_invalid(cx, "kind", "err.choice");
    if (!complaint) {
        TRY(announce_set_bounced(CX_DB(cx), &(struct announce_set_bounced_in){ .id = s.id, .state = S("bounced") }, &changed));
        TRY(announce_count_nt(cx, s.announcement_id, s.round, "bounced", changed));
    } else {
        TRY(announce_count_nt(cx, s.announcement_id, s.round, "complained", 1));
    }
    TRY(suppress_add_nt(cx, s.code, SUPPRESS_ALL, complaint ? SUPPRESS_COMPLAINED : SUPPRESS_BOUNCED));
    return cx_event_nt(cx, EVENT_ANNOUNCEMENT_BOUNCED, "announcement", s.announcement_id, in->kind);
}
