/* What happens to a request between the day it came and its answer. */
#include "case.h"
#include "clock.h"
#include "str.h"

#define WORDS_MOST 4000

/* ---- by whoever asked ------------------------------------------------------------------------------------------------ */

/* What was asked for has come: the clock goes on. LAW: UK GDPR art 12A: the day it is received does not count either. */
static void resume(struct rights_case *c, date on, struct rights_words *w)
{
    w->pause_from = c->r.asked_on;
    w->pause_to = on;
    c->r.asked_on = DATE_NONE;
}

st cmd_rights_say(struct cx *cx, const struct rights_say_in *in, struct rights_say_out *out)
{
    (void)out;
    struct rights_case c;
    struct rights_words w = { .act = RIGHTS_ACT_SAY, .said = in->said, .pause_from = DATE_NONE, .pause_to = DATE_NONE };
    TRY(rights_case_of(cx, in->request, &c));
    TRY(rights_text(cx, "said", &w.said, 1, WORDS_MOST));
    bool paused = c.state == RIGHTS_IS_PAUSED;
    TRY(rights_case_go(cx, &c, RIGHTS_ACT_SAY));
    if (paused)
        resume(&c, date_london(cx->gate.now), &w);
    TRY(rights_case_entry(cx, &c, &w, NULL));
    if (paused)
        TRY(rights_case_count(cx, &c));
    return rights_case_save(cx, &c);
}

st cmd_rights_withdraw(struct cx *cx, const struct rights_withdraw_in *in, struct rights_withdraw_out *out)
{
    (void)out;
    struct rights_case c;
    TRY(rights_case_of(cx, in->request, &c));
    TRY(rights_case_go(cx, &c, RIGHTS_ACT_WITHDRAW));
    TRY(rights_case_entry(cx, &c, RIGHTS_WORDS(.act = RIGHTS_ACT_WITHDRAW), NULL));
    c.r.closed_at = cx->gate.now;
    TRY(rights_case_save(cx, &c));
    TRY(rights_case_tally(cx, &c, date_london(cx->gate.now), "withdrawn"));
    return cx_event_nt(cx, EVENT_RIGHTS_CLOSED, "rights_request", c.r.id, S("withdrawn"));
}

/* ---- by staff -------------------------------------------------------------------------------------------------------- */

struct doing {
    struct rights_case c;
    struct rights_words w;
    date on;
    str words;
    enum mail mail; /* MAIL_N: none */
};

/* LAW: DPA 2018 s.164A(2). By letter or telephone, when there is no address for the message. */
static st acknowledge(struct cx *cx, struct doing *d)
{
    d->c.r.acknowledged_at = cx->gate.now;
    d->w.note = d->words;
    TRY(rights_case_tally(cx, &d->c, date_london(cx->gate.now), "acknowledged"));
    return rights_case_count(cx, &d->c);
}

/* LAW: UK GDPR art 12(6), 12A(2)(b): the month begins when what was asked for to know who it is has come. */
static st identify(struct cx *cx, struct doing *d)
{
    (void)cx;
    d->c.r.asked_on = d->on;
    d->w.dates = true;
    d->w.was_due = d->c.r.due_on;
    d->w.was_strict = d->c.r.strict_on;
    d->w.reply = d->words;
    d->mail = MAIL_rights_identity;
    rights_case_stop(&d->c);
    return ST_OK;
}

static st identified(struct cx *cx, struct doing *d)
{
    if (d->c.was == RIGHTS_IS_ID_WANTED) {
        if (d->on.days < d->c.r.asked_on.days)
            return cx_invalid(cx, "on", "rights.before_asked");
        d->c.r.clock_from = d->on;
    }
    d->c.r.asked_on = DATE_NONE;
    d->c.r.identified = S("shown");
    d->w.note = d->words;
    return rights_case_count(cx, &d->c);
}

/* LAW: UK GDPR art 12A(5): only for what is reasonably needed to know what is wanted. */
static st pause_clock(struct cx *cx, struct doing *d)
{
    if (d->on.days < d->c.r.clock_from.days || d->on.days > d->c.r.due_on.days)
        return cx_invalid(cx, "on", "rights.pause_late");
    d->mail = MAIL_rights_paused;
    d->c.r.asked_on = d->on;
    d->w.dates = true;
    d->w.was_due = d->c.r.due_on;
    d->w.was_strict = d->c.r.strict_on;
    d->w.reply = d->words;
    rights_case_stop(&d->c);
    return ST_OK;
}

static st resumed(struct cx *cx, struct doing *d)
{
    if (d->on.days < d->c.r.asked_on.days)
        return cx_invalid(cx, "on", "rights.before_asked");
    d->w.note = d->words;
    resume(&d->c, d->on, &d->w);
    return ST_OK;
}

static st progress(struct cx *cx, struct doing *d)
{
    (void)cx;
    d->w.reply = d->words;
    d->mail = MAIL_rights_said;
    return ST_OK;
}

static st note(struct cx *cx, struct doing *d)
{
    (void)cx;
    d->w.note = d->words;
    return ST_OK;
}

static const struct {
    enum rights_act act;
    st (*fn)(struct cx *, struct doing *);
    bool needs_words;
} doings[] = {
    { RIGHTS_ACT_ACKNOWLEDGE, acknowledge, false }, { RIGHTS_ACT_PROGRESS, progress, true }, { RIGHTS_ACT_NOTE, note, true },
    { RIGHTS_ACT_IDENTIFY, identify, true },        { RIGHTS_ACT_IDENTIFIED, identified, false },
    { RIGHTS_ACT_PAUSE, pause_clock, true },        { RIGHTS_ACT_RESUME, resumed, false },
};

/* The entry, the message and the event of what was done. */
static st done(struct cx *cx, struct doing *d)
{
    int64_t entry;
    TRY(rights_case_entry(cx, &d->c, &d->w, &entry));
    if (d->w.act == RIGHTS_ACT_RESUME) /* its own pause is among those that are counted */
        TRY(rights_case_count(cx, &d->c));
    if (d->mail != MAIL_N)
        TRY(rights_case_tell(cx, &d->c, d->mail, entry, NULL));
    TRY(rights_case_save(cx, &d->c));
    return cx_event_nt(cx, EVENT_RIGHTS_MOVED, "rights_request", d->c.r.id, str_c(rights_act_word(d->w.act)));
}

st cmd_rights_act(struct cx *cx, const struct rights_act_in *in, struct rights_act_out *out)
{
    (void)out;
    enum rights_act act;
    struct doing d = { .words = in->words, .mail = MAIL_N, .w = { .pause_from = DATE_NONE, .pause_to = DATE_NONE } };
    size_t i = 0;
    if (rights_act_parse(in->act, &act) != ST_OK)
        return cx_invalid(cx, "act", "err.choice");
    while (i < COUNT(doings) && doings[i].act != act)
        i++;
    if (i == COUNT(doings))
        return cx_invalid(cx, "act", "err.choice");
    TRY(rights_case_of(cx, in->request, &d.c));
    TRY(rights_text(cx, "words", &d.words, doings[i].needs_words ? 1 : 0, WORDS_MOST));
    TRY(rights_day(cx, "on", in->on, d.c.r.received_on, &d.on));
    d.w.act = act;
    TRY(rights_case_go(cx, &d.c, act));
    TRY(doings[i].fn(cx, &d));
    return done(cx, &d);
}

/* LAW: UK GDPR art 12(3), 12A(3): two further months, by notice within the first, with the reasons. */
st cmd_rights_extend(struct cx *cx, const struct rights_extend_in *in, struct rights_extend_out *out)
{
    (void)out;
    struct rights_case c;
    int64_t entry;
    struct rights_words w = { .act = RIGHTS_ACT_EXTEND, .reply = in->words, .dates = true, .pause_from = DATE_NONE,
                              .pause_to = DATE_NONE };
    TRY(rights_case_of(cx, in->request, &c));
    TRY(rights_text(cx, "reasons", &w.reply, 10, WORDS_MOST));
    TRY(rights_case_go(cx, &c, RIGHTS_ACT_EXTEND));
    if (c.r.extended || date_london(cx->gate.now).days > c.r.strict_on.days) {
        cx->message = c.r.extended ? "rights.extended_already" : "rights.extend_late";
        return ST_CONFLICT;
    }
    w.was_due = c.r.due_on;
    w.was_strict = c.r.strict_on;
    c.r.extended = true;
    c.r.warned = 0;
    TRY(rights_case_count(cx, &c));
    TRY(rights_case_entry(cx, &c, &w, &entry));
    TRY(rights_case_tell(cx, &c, MAIL_rights_extended, entry, NULL));
    TRY(rights_case_save(cx, &c));
    TRY(rights_case_tally(cx, &c, date_london(cx->gate.now), "extended"));
    return cx_event_nt(cx, EVENT_RIGHTS_MOVED, "rights_request", c.r.id, S("extend"));
}
