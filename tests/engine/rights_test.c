/* Requests about people's data: the table of states, clocks, whose they are, and what is written about each. */
#include "calendar.h"
#include "restriction.h"
#include "rights.h"
#include "rights_look_sql.h"
#include "shop.h"

#define DAY 86400

/* ---- the table of states --------------------------------------------------------------------------------------------- */

/* Every act from every state, of a request and of a complaint: what is not here is refused. */
static void states(void)
{
    static const struct {
        const char *of, *from, *act, *to;
    } may[] = {
        { "both", "unconfirmed", "confirm", "received" }, { "complaint", "received", "acknowledge", "running" },
        { "access", "received", "identify", "id_wanted" }, { "access", "running", "identify", "id_wanted" },
        { "access", "received", "identified", "running" }, { "access", "id_wanted", "identified", "running" },
        { "access", "running", "pause", "paused" }, { "access", "paused", "resume", "running" },
        { "access", "running", "extend", "running" }, { "access", "paused", "say", "running" },
        { "both", "received", "say", "received" }, { "both", "id_wanted", "say", "id_wanted" }, { "both", "running", "say", "running" },
        { "both", "received", "progress", "received" }, { "both", "id_wanted", "progress", "id_wanted" },
        { "both", "running", "progress", "running" }, { "both", "paused", "progress", "paused" },
        { "both", "received", "link", "received" }, { "both", "id_wanted", "link", "id_wanted" }, { "both", "running", "link", "running" },
        { "both", "paused", "link", "paused" }, { "complaint", "paused", "say", "paused" },
        { "access", "running", "answer", "answered" }, { "access", "paused", "answer", "answered" },
        { "complaint", "received", "answer", "answered" }, { "complaint", "running", "answer", "answered" },
        { "access", "received", "refuse", "refused" }, { "access", "id_wanted", "refuse", "refused" },
        { "access", "running", "refuse", "refused" }, { "access", "paused", "refuse", "refused" },
        { "both", "received", "withdraw", "withdrawn" }, { "both", "id_wanted", "withdraw", "withdrawn" },
        { "both", "running", "withdraw", "withdrawn" }, { "both", "paused", "withdraw", "withdrawn" },
    };
    bool right = true;
    for (int complaint = 0; complaint <= 1; complaint++)
        for (int s = 0; s < RIGHTS_STATE_COUNT; s++)
            for (int a = 0; a < RIGHTS_ACT_COUNT; a++) {
                enum rights_state to = RIGHTS_IS_UNCONFIRMED;
                const char *want = a == RIGHTS_ACT_NOTE && s != RIGHTS_IS_UNCONFIRMED ? rights_state_word((enum rights_state)s) : NULL;
                for (size_t i = 0; i < COUNT(may); i++)
                    if ((strcmp(may[i].of, "both") == 0 || (strcmp(may[i].of, "complaint") == 0) == complaint) &&
                        strcmp(may[i].from, rights_state_word((enum rights_state)s)) == 0 &&
                        strcmp(may[i].act, rights_act_word((enum rights_act)a)) == 0)
                        want = may[i].to;
                bool goes = rights_goes(complaint ? RIGHTS_COMPLAINT : RIGHTS_ACCESS, (enum rights_state)s, (enum rights_act)a, &to);
                bool same = want ? goes && strcmp(want, rights_state_word(to)) == 0 : !goes;
                if (!same)
                    printf("# %s %s %s: %s\n", complaint ? "complaint" : "request", rights_state_word((enum rights_state)s),
                           rights_act_word((enum rights_act)a), goes ? rights_state_word(to) : "refused");
                right = right && same;
            }
    t_ok(right, "every act from every state leads where it should, or nowhere");
}

/* ---- looking --------------------------------------------------------------------------------------------------------- */

static struct rights_look_one_row look(struct engine *e, uid request)
{
    struct rights_look_one_row r = { .due_on = DATE_NONE, .strict_on = DATE_NONE };
    t_st(rights_look_one(e->db, e->a, &(struct rights_look_one_in){ .uid = request }, &r), ST_OK, "the request is there");
    return r;
}

static void stands(struct engine *e, uid request, const char *state, const char *name)
{
    t_str(look(e, request).state, str_c(state), name);
}

static int64_t mails(struct engine *e, uid request, const char *kind)
{
    struct rights_look_mails_row r = { -1 };
    IGNORE(rights_look_mails(e->db, e->a, &(struct rights_look_mails_in){ .kind = str_c(kind), .object = look(e, request).id }, &r)); /* -1 tells */
    return r.n;
}

static int64_t entries(struct engine *e, uid request, const char *act)
{
    struct rights_look_entries_row r = { -1 };
    IGNORE(rights_look_entries(e->db, e->a, &(struct rights_look_entries_in){ .request = look(e, request).id, .act = str_c(act) }, &r)); /* -1 tells */
    return r.n;
}

static int64_t number(struct engine *e, const char *kind, const char *what)
{
    struct rights_look_number_row r = { -1 };
    IGNORE(rights_look_number(e->db, e->a, &(struct rights_look_number_in){ .kind = str_c(kind), .what = str_c(what) }, &r)); /* -1 tells */
    return r.n;
}

static int64_t events(struct engine *e, uid request, const char *event)
{
    struct rights_look_events_row r = { -1 };
    IGNORE(rights_look_events(e->db, e->a, &(struct rights_look_events_in){ .event = str_c(event), .object = look(e, request).id }, &r)); /* -1 tells */
    return r.n;
}

static date today(struct engine *e)
{
    return date_london(e->now);
}

static str day(struct engine *e, int32_t from_today)
{
    return date_iso(e->a, date_add_days(today(e), from_today));
}

/* The dates that the calendar says. */
static void due(struct engine *e, uid request, enum deadline_rule rule, date from, const struct deadline_pause *pauses, size_t n)
{
    struct deadline d = { .due = DATE_NONE };
    enum deadline_problem problem;
    size_t which;
    struct deadline_ask q = { .rule = rule, .from = utc_start_of_day_london(from), .pauses = pauses, .n_pauses = n };
    t_st(deadline_count(calendar_here(), &q, &d, &problem, &which), ST_OK, "the deadline");
    struct rights_look_one_row r = look(e, request);
    t_str(date_iso(e->a, r.due_on), date_iso(e->a, d.due), "is due as the Commissioner counts");
    t_str(date_iso(e->a, r.strict_on), date_iso(e->a, d.strict), "and strictly");
}

/* ---- asking ---------------------------------------------------------------------------------------------------------- */

static uid open(struct engine *e, struct actor who, const char *kind, const char *said)
{
    struct rights_open_in in = { .kind = str_c(kind), .said = str_c(said) };
    struct rights_open_out out = { 0 };
    t_st(engine_call(e, who, CMD_RIGHTS_OPEN, &in, &out), ST_OK, kind);
    return out.request;
}

static uid record(struct engine *e, const char *kind, int32_t days_ago, const char *email, bool identified)
{
    struct rights_record_in in = { .kind = str_c(kind), .channel = S("telephone"), .received = day(e, -days_ago), .identified = identified,
                                   .full_name = S("Tess Caller"), .email = str_c(email), .said = S("What do you hold about me?") };
    struct rights_record_out out = { 0 };
    t_st(engine_call(e, engine_staff(), CMD_RIGHTS_RECORD, &in, &out), ST_OK, kind);
    return out.request;
}

static st act(struct engine *e, uid request, const char *what, str on, const char *words)
{
    struct rights_act_in in = { .request = request, .act = str_c(what), .on = on, .words = str_c(words) };
    return engine_call(e, engine_staff(), CMD_RIGHTS_ACT, &in, NULL);
}

static st answer(struct engine *e, uid request, const char *outcome, const char *ground)
{
    struct rights_answer_in in = { .request = request, .outcome = str_c(outcome), .ground = str_c(ground),
                                   .words = S("This is what we found about it.") };
    return engine_call(e, engine_staff(), CMD_RIGHTS_ANSWER, &in, NULL);
}

static st extend(struct engine *e, uid request)
{
    struct rights_extend_in in = { .request = request, .words = S("There are several thousand messages to look at.") };
    return engine_call(e, engine_staff(), CMD_RIGHTS_EXTEND, &in, NULL);
}

static st say(struct engine *e, struct actor who, uid request, const char *said)
{
    return engine_call(e, who, CMD_RIGHTS_SAY, &(struct rights_say_in){ .request = request, .said = str_c(said) }, NULL);
}

static st withdraw(struct engine *e, struct actor who, uid request)
{
    return engine_call(e, who, CMD_RIGHTS_WITHDRAW, &(struct rights_withdraw_in){ .request = request }, NULL);
}

static void tick(struct engine *e)
{
    struct rights_clock_out out;
    t_st(engine_call(e, engine_system(), CMD_RIGHTS_CLOCK, &(struct rights_clock_in){ 0 }, &out), ST_OK, "the clock is looked at");
}

/* ---- scenarios ------------------------------------------------------------------------------------------------------- */

static void from_the_account(struct engine *e, const struct shopper *ann, const struct shopper *bob)
{
    struct rights_open_in in = { .kind = S("access") };
    struct rights_open_out one = { 0 }, two = { 0 };
    struct rights_look_counts_row before = { 0 }, after = { 0 };
    uid key = rnd_uid();
    t_st(rights_look_counts(e->db, e->a, &before), ST_OK, "what there is");
    t_st(engine_again(e, ann->who, CMD_RIGHTS_OPEN, key, &in, &one), ST_OK, "a copy is asked for, without a word");
    t_st(engine_again(e, ann->who, CMD_RIGHTS_OPEN, key, &in, &two), ST_OK, "the same form is sent again");
    t_st(rights_look_counts(e->db, e->a, &after), ST_OK, "what there is then");
    t_ok(after.requests == before.requests + 1 && memcmp(&one.request, &two.request, sizeof(uid)) == 0, "it is one request");
    stands(e, one.request, "running", "who is signed in has shown who it is");
    due(e, one.request, DEADLINE_SAR, today(e), NULL, 0);
    t_i64(mails(e, one.request, "mail.rights_received"), 1, "the person is told");
    t_i64(events(e, one.request, "rights.opened"), 1, "an event says so");
    t_i64(number(e, "access", "received"), 1, "and the numbers");
    in.kind = S("object");
    t_st(engine_call(e, ann->who, CMD_RIGHTS_OPEN, &in, NULL), ST_INVALID, "an objection without a word");
    t_str(e->field, S("said"), "is asked what it is about");
    in.kind = S("everything");
    t_st(engine_call(e, ann->who, CMD_RIGHTS_OPEN, &in, NULL), ST_INVALID, "there is no such right");
    t_st(say(e, bob->who, one.request, "Tell me too."), ST_NOT_FOUND, "somebody else's request is as good as none");
    t_st(withdraw(e, bob->who, one.request), ST_NOT_FOUND, "for taking it back, too");
    t_st(engine_call(e, ann->who, CMD_RIGHTS_ANSWER, &(struct rights_answer_in){ .request = one.request, .outcome = S("granted"),
        .words = S("Yes, of course, take it.") }, NULL), ST_DENIED, "customers do not answer");
    t_st(say(e, ann->who, one.request, "Above all the invoices."), ST_OK, "something is added");
    t_st(withdraw(e, ann->who, one.request), ST_OK, "and taken back");
    stands(e, one.request, "withdrawn", "that is its end");
    t_st(withdraw(e, ann->who, one.request), ST_CONFLICT, "it ends once");
    t_st(say(e, ann->who, one.request, "And another thing."), ST_CONFLICT, "nothing is added to what is closed");
    t_str(e->message, S("rights.closed_already"), "which is said");
    t_st(act(e, one.request, "note", S(""), "She rang and said thank you."), ST_OK, "colleagues can still note something");
}

static void by_telephone(struct engine *e)
{
    uid r = record(e, "access", 3, "tess@example.test", false);
    date received = date_add_days(today(e), -3);
    stands(e, r, "received", "who it is is not known");
    due(e, r, DEADLINE_SAR, received, NULL, 0);
    t_i64(mails(e, r, "mail.rights_received"), 1, "who telephoned is written to");
    t_st(answer(e, r, "granted", ""), ST_CONFLICT, "strangers are answered nothing");
    t_st(act(e, r, "pause", S(""), "Which year?"), ST_CONFLICT, "nor asked what they mean");
    t_st(act(e, r, "identify", S(""), " "), ST_INVALID, "who asks for something says for what");
    t_st(act(e, r, "identify", S(""), "Your customer number, please."), ST_OK, "we ask who it is");
    stands(e, r, "id_wanted", "and wait");
    t_ok(look(e, r).due_on.days == DATE_NONE.days && look(e, r).asked_on.days == today(e).days, "the clock stands");
    t_i64(mails(e, r, "mail.rights_identity"), 1, "the person is told");
    engine_pass(e, 4 * DAY);
    t_st(act(e, r, "identified", day(e, 1), ""), ST_INVALID, "not tomorrow");
    t_st(act(e, r, "identified", day(e, -5), ""), ST_INVALID, "not before it was asked for");
    t_st(act(e, r, "identified", day(e, -1), ""), ST_OK, "yesterday it was shown");
    date from = date_add_days(today(e), -1);
    due(e, r, DEADLINE_SAR, from, NULL, 0);
    t_st(act(e, r, "pause", S(""), "Do you want the messages too?"), ST_OK, "we ask what is meant");
    stands(e, r, "paused", "and wait again");
    date asked = today(e);
    engine_pass(e, 6 * DAY);
    t_st(act(e, r, "resume", S(""), ""), ST_OK, "the answer has come");
    struct deadline_pause pause[] = { { asked, today(e) } };
    due(e, r, DEADLINE_SAR, from, pause, 1);
    t_st(extend(e, r), ST_OK, "it takes longer");
    due(e, r, DEADLINE_SAR_EXTENDED, from, pause, 1);
    t_i64(mails(e, r, "mail.rights_extended"), 1, "which is said");
    t_st(extend(e, r), ST_CONFLICT, "once only");
    t_st(answer(e, r, "upheld", ""), ST_INVALID, "a request is not upheld");
    t_st(answer(e, r, "refused", ""), ST_INVALID, "nor refused without a ground");
    t_st(answer(e, r, "granted", "law"), ST_OK, "it is answered");
    stands(e, r, "answered", "that is its end");
    t_ok(look(e, r).ground.n == 0 && look(e, r).closed_at.s == e->now.s && !look(e, r).late, "in time, without a ground");
    t_i64(mails(e, r, "mail.rights_answered"), 1, "the person is told");
    t_st(answer(e, r, "granted", ""), ST_CONFLICT, "once");
    t_i64(events(e, r, "rights.closed"), 1, "an event says so");
}

/* The clock goes on by itself when the person writes, and what is late cannot be extended. */
static void going_on(struct engine *e, const struct shopper *ann)
{
    uid r = open(e, ann->who, "erase", "Everything but the invoices.");
    date from = today(e);
    t_st(act(e, r, "pause", S(""), "The account as well?"), ST_OK, "we ask");
    engine_pass(e, 2 * DAY);
    t_st(say(e, ann->who, r, "Yes, please."), ST_OK, "and are answered");
    struct deadline_pause pause[] = { { from, today(e) } };
    due(e, r, DEADLINE_SAR, from, pause, 1);
    engine_pass(e, 40 * DAY);
    t_st(extend(e, r), ST_CONFLICT, "after the first month it is too late to extend");
    t_str(e->message, S("rights.extend_late"), "which is said");
    t_st(act(e, r, "pause", S(""), "Are you sure?"), ST_INVALID, "nor can the clock be stopped any more");
    t_st(answer(e, r, "refused", "law"), ST_OK, "it is refused");
    t_ok(look(e, r).late, "late");
    t_i64(number(e, "erase", "late"), 1, "which is counted");
    t_i64(mails(e, r, "mail.rights_refused"), 1, "and the person is told why, and where to go");
}

static void complaints(struct engine *e, const struct shopper *ann)
{
    uid r = open(e, ann->who, "complaint", "You sent my invoice to somebody else.");
    stands(e, r, "running", "a complaint is acknowledged at once");
    t_i64(mails(e, r, "mail.rights_acknowledged"), 1, "by a message");
    struct rights_look_one_row row = look(e, r);
    t_ok(row.acknowledged_at.s == e->now.s && row.due_on.days == DATE_NONE.days, "from then on the law names no day");
    t_i64(row.strict_on.days, today(e).days + 60, "but the house does");
    t_st(act(e, r, "identify", S(""), "Who are you?"), ST_CONFLICT, "nobody shows who they are to complain");
    t_st(extend(e, r), ST_CONFLICT, "there is no more time");
    t_st(act(e, r, "progress", S(""), "We have asked the sender."), ST_OK, "how it goes on is told");
    t_st(answer(e, r, "granted", ""), ST_INVALID, "a complaint is not granted");
    t_st(answer(e, r, "not_upheld", ""), ST_OK, "it is not upheld");
    stands(e, r, "answered", "and answered");
    uid silent = record(e, "complaint", 1, "", false);
    stands(e, silent, "received", "who gave no address waits for a letter");
    due(e, silent, DEADLINE_COMPLAINT, date_add_days(today(e), -1), NULL, 0);
    t_st(act(e, silent, "acknowledge", S(""), ""), ST_OK, "which acknowledges it");
    stands(e, silent, "running", "then it is in work");
    t_st(act(e, silent, "acknowledge", S(""), ""), ST_CONFLICT, "once");
    t_i64(number(e, "complaint", "acknowledged"), 2, "both are counted");
    t_st(withdraw(e, ann->who, silent), ST_NOT_FOUND, "it is nobody else's");
}

static void reminded(struct engine *e, const struct shopper *ann)
{
    struct staff_create_in clerk = { .email = S("clerk@example.test"), .full_name = S("C. Lerk"), .password = S("$x$"),
                                     .caps = (int64_t)(CAP_STAFF | CAP_STAFF_CUSTOMERS) };
    struct staff_create_in seller = { .email = S("seller@example.test"), .full_name = S("S. Eller"), .password = S("$x$"),
                                      .caps = (int64_t)(CAP_STAFF | CAP_STAFF_CATALOGUE) };
    t_st(engine_call(e, engine_system(), CMD_STAFF_CREATE, &clerk, NULL), ST_OK, "somebody whose work it is");
    t_st(engine_call(e, engine_system(), CMD_STAFF_CREATE, &seller, NULL), ST_OK, "and somebody else");
    uid r = open(e, ann->who, "access", "");
    date strict = look(e, r).strict_on, last = look(e, r).due_on;
    tick(e);
    t_i64(mails(e, r, "mail.rights_reminder"), 0, "at first nobody is reminded");
    engine_pass(e, (strict.days - today(e).days - 6) * (int64_t)DAY);
    tick(e);
    tick(e);
    t_i64(mails(e, r, "mail.rights_reminder"), 1, "a week before, whose work it is");
    t_i64(mails(e, r, "mail.rights_escalation"), 0, "nobody else");
    engine_pass(e, 5 * DAY);
    tick(e);
    tick(e);
    t_i64(mails(e, r, "mail.rights_escalation"), 2, "a day before, everybody");
    engine_pass(e, (last.days - today(e).days + 1) * (int64_t)DAY);
    tick(e);
    t_ok(look(e, r).late, "when the law's day has passed it is late");
    t_i64(entries(e, r, "late"), 1, "which is written down");
    t_i64(events(e, r, "rights.late"), 1, "in both places");
    t_ok(mails(e, r, "mail.rights_escalation") > 2, "and everybody hears of it");
    t_st(answer(e, r, "granted", ""), ST_OK, "it is answered all the same");
    int64_t said = mails(e, r, "mail.rights_escalation");
    tick(e);
    t_i64(mails(e, r, "mail.rights_escalation"), said, "then it is quiet");
}

/* ---- people without an account --------------------------------------------------------------------------------------- */

static str code_of(struct engine *e, const char *what)
{
    char *p = NEWN(e->a, char, 32);
    if (p)
        memcpy(p, what, strlen(what) < 32 ? strlen(what) : 32);
    return (str){ p, p ? 32 : 0 };
}

static uid newest(struct engine *e)
{
    struct rights_look_newest_row id = { 0 };
    struct rights_look_uid_row row = { 0 };
    t_ok(rights_look_newest(e->db, e->a, &id) == ST_OK &&
         rights_look_uid(e->db, e->a, &(struct rights_look_uid_in){ .id = id.id }, &row) == ST_OK, "the newest request");
    return row.uid;
}

static const struct actor nobody = { .kind = ACTOR_VISITOR, .caps = CAP_PUBLIC };

static void without_an_account(struct engine *e)
{
    struct rights_ask_in in = { .kind = S("access"), .full_name = S("Nora Nobody"), .email = S("Nora@example.test"),
                                .said = S("Do you hold anything about me?") };
    struct rights_look_counts_row before = { 0 }, after = { 0 };
    struct rights_enter_out out = { 0 };
    t_st(engine_call(e, nobody, CMD_RIGHTS_ASK, &in, NULL), ST_OK, "somebody without an account asks");
    uid r = newest(e);
    stands(e, r, "unconfirmed", "nothing happens yet");
    t_i64(mails(e, r, "mail.rights_confirm"), 1, "but a message with a link");
    t_i64(number(e, "access", "received"), number(e, "access", "received"), "it is not counted");
    t_i64(events(e, r, "rights.opened"), 0, "and not with us");
    t_st(act(e, r, "note", S(""), "Hm."), ST_CONFLICT, "staff cannot do anything with it");
    struct rights_token_in token = { .request = look(e, r).id, .token_code = code_of(e, "first link") };
    t_st(engine_call(e, engine_system(), CMD_RIGHTS_TOKEN, &token, NULL), ST_OK, "the courier makes the link");
    struct rights_enter_in enter = { .link_code = code_of(e, "another link"), .token_code = code_of(e, "session one") };
    t_st(engine_call(e, nobody, CMD_RIGHTS_ENTER, &enter, &out), ST_EXPIRED, "another link leads nowhere");
    enter.link_code = token.token_code;
    engine_pass(e, DAY);
    t_st(engine_call(e, nobody, CMD_RIGHTS_ENTER, &enter, &out), ST_OK, "this one does");
    t_ok(memcmp(&out.request, &r, sizeof r) == 0, "to that request");
    stands(e, r, "received", "which is with us now");
    due(e, r, DEADLINE_SAR, date_add_days(today(e), -1), NULL, 0); /* from the day it was sent */
    t_i64(mails(e, r, "mail.rights_received"), 1, "and the person is told");
    struct actor nora = { .kind = ACTOR_VISITOR, .person = look(e, r).person_id, .session = out.session, .caps = CAP_PUBLIC | CAP_VISITOR };
    t_st(say(e, nora, r, "I once ordered a domain."), ST_OK, "they can add something");
    struct actor other = engine_visitor(e, "GBP");
    t_st(say(e, other, r, "Me too."), ST_NOT_FOUND, "other visitors cannot");
    enter.token_code = code_of(e, "session two");
    t_st(engine_call(e, nobody, CMD_RIGHTS_ENTER, &enter, &out), ST_OK, "the link works again");
    t_i64(mails(e, r, "mail.rights_received"), 1, "and does nothing again");
    engine_pass(e, 15 * DAY);
    t_st(engine_call(e, nobody, CMD_RIGHTS_ENTER, &enter, &out), ST_EXPIRED, "until it is old");
    for (int i = 0; i < 5; i++)
        t_st(engine_call(e, nobody, CMD_RIGHTS_ASK, &in, NULL), ST_OK, "every form is answered the same");
    t_st(rights_look_counts(e->db, e->a, &before), ST_OK, "what there is");
    engine_pass(e, 2 * DAY + 60);
    tick(e);
    t_st(rights_look_counts(e->db, e->a, &after), ST_OK, "what there is after two days");
    t_i64(before.requests - after.requests, 3, "a mailbox got three messages a day at most, and what nobody confirmed is gone");
    t_st(act(e, r, "identified", S(""), "Knew the password of the domain."), ST_OK, "who confirmed is still there");
    t_st(answer(e, r, "refused", "nothing"), ST_OK, "and answered");
}

/* ---- whose it is ----------------------------------------------------------------------------------------------------- */

static void joined(struct engine *e, const struct shopper *ann)
{
    uid r = record(e, "access", 0, "ann@elsewhere.test", true);
    struct rights_look_person_row p = { 0 };
    struct rights_look_said_row said = { 0 };
    struct rights_look_origins_row left = { -1 };
    int64_t was = look(e, r).person_id;
    t_st(rights_look_person(e->db, e->a, &(struct rights_look_person_in){ .id = ann->who.person }, &p), ST_OK, "the customer");
    t_st(say(e, ann->who, r, "Is this mine?"), ST_NOT_FOUND, "not hers yet");
    struct rights_link_in in = { .request = r, .person = rnd_uid() };
    t_st(engine_call(e, engine_staff(), CMD_RIGHTS_LINK, &in, NULL), ST_INVALID, "there is no such customer");
    in.person = p.uid;
    t_st(engine_call(e, engine_staff(), CMD_RIGHTS_LINK, &in, NULL), ST_OK, "it is joined to her account");
    struct rights_look_one_row row = look(e, r);
    t_ok(row.person_id == ann->who.person && !row.email && !row.name, "her account knows how to reach her");
    t_st(rights_look_said(e->db, e->a, &(struct rights_look_said_in){ .request = row.id }, &said), ST_OK, "what was said");
    struct gate g = engine_gate(e);
    str text = S("");
    t_st(gate_use(&g, COL_rights_entry_said, PURPOSE_RIGHTS, said.uid, said.said, &text), ST_OK, "is sealed with her keys");
    t_str(text, S("What do you hold about me?"), "and the same");
    t_st(rights_look_origins(e->db, e->a, &(struct rights_look_origins_in){ .person = was }, &left), ST_OK, "of the row before");
    t_i64(left.n, 0, "nothing is left");
    t_st(say(e, ann->who, r, "Yes, that was me."), ST_OK, "she goes on with it");
    t_st(engine_call(e, engine_staff(), CMD_RIGHTS_LINK, &in, NULL), ST_CONFLICT, "once");
    t_st(withdraw(e, ann->who, r), ST_OK, "and takes it back");
}

/* ---- corrections ----------------------------------------------------------------------------------------------------- */

static uid wrong(struct engine *e, struct actor who, const char *field, const char *wanted)
{
    struct rights_open_in in = { .kind = S("rectify"), .said = S("This is wrong."), .field = str_c(field), .wanted = str_c(wanted) };
    struct rights_open_out out = { 0 };
    t_st(engine_call(e, who, CMD_RIGHTS_OPEN, &in, &out), ST_OK, field);
    return out.request;
}

static st correct(struct engine *e, uid request, bool accept)
{
    struct rights_look_change_row c = { 0 };
    t_st(rights_look_change(e->db, e->a, &(struct rights_look_change_in){ .request = look(e, request).id }, &c), ST_OK, "the value");
    struct rights_correct_in in = { .change = c.uid, .accept = accept, .words = S("Seen on the letter.") };
    return engine_call(e, engine_staff(), CMD_RIGHTS_CORRECT, &in, NULL);
}

static void name_is(struct engine *e, int64_t person, str want)
{
    struct rights_look_person_row p = { 0 };
    struct gate g = engine_gate(e);
    str name = S("");
    t_st(rights_look_person(e->db, e->a, &(struct rights_look_person_in){ .id = person }, &p), ST_OK, "the person");
    t_st(gate_use(&g, COL_person_full_name, PURPOSE_RIGHTS, p.uid, p.full_name, &name), ST_OK, "the name");
    t_str(name, want, "is");
    struct rights_look_origin_row o = { 0 };
    t_st(rights_look_origin(e->db, e->a, &(struct rights_look_origin_in){ .row = { (const char *)p.uid.b, sizeof p.uid.b },
        .col = S("person.full_name") }, &o), ST_OK, "where it came from");
    t_ok(str_eq(o.point, S("rights")) && str_eq(o.source, S("person")), "from the person, by a request");
}

static void corrected(struct engine *e, const struct shopper *ann, const struct shopper *bob)
{
    uid r = wrong(e, ann->who, "full_name", "Ann-Marie Example");
    t_st(answer(e, r, "granted", ""), ST_INVALID, "nothing is answered before it was decided");
    t_str(e->message, S("rights.undecided"), "which is said");
    t_st(correct(e, r, true), ST_OK, "it is right");
    name_is(e, ann->who.person, S("Ann-Marie Example"));
    t_st(correct(e, r, false), ST_CONFLICT, "it is decided once");
    t_st(answer(e, r, "granted", ""), ST_OK, "then it is answered");
    t_i64(entries(e, r, "accepted"), 1, "the decision is written down");

    r = wrong(e, ann->who, "telephone", "12");
    t_st(correct(e, r, true), ST_INVALID, "what is no telephone number cannot be accepted");
    t_str(e->message, S("rights.value_invalid"), "which is said");
    t_st(correct(e, r, false), ST_OK, "but refused");
    t_st(answer(e, r, "refused", "nothing"), ST_OK, "with a ground");

    struct rights_look_person_row other = { 0 };
    struct gate g = engine_gate(e);
    str taken = S("");
    t_st(rights_look_person(e->db, e->a, &(struct rights_look_person_in){ .id = bob->who.person }, &other), ST_OK, "somebody else");
    t_st(gate_use(&g, COL_person_email, PURPOSE_RIGHTS, other.uid, other.email, &taken), ST_OK, "has an address");
    r = wrong(e, ann->who, "email", str_z(e->a, taken));
    t_st(correct(e, r, true), ST_INVALID, "which nobody else can have");
    t_st(correct(e, r, false), ST_OK, "so it is refused");
    r = wrong(e, ann->who, "email", "ann.new@example.test");
    t_ok(db_begin(e->db) == ST_OK &&
         rights_look_verified(e->db, &(struct rights_look_verified_in){ .id = ann->who.person, .at = e->now }, NULL) == ST_OK &&
         db_commit(e->db) == ST_OK, "confirmed before");
    t_st(correct(e, r, true), ST_OK, "a new address");
    struct rights_look_person_row p = { 0 };
    t_st(rights_look_person(e->db, e->a, &(struct rights_look_person_in){ .id = ann->who.person }, &p), ST_OK, "is there");
    t_ok(p.email_verified_at.s == UTC_NONE.s, "and has to be confirmed");

    struct rights_record_in caller = { .kind = S("rectify"), .channel = S("post"), .received = day(e, 0), .person = p.uid,
        .said = S("My name is wrong."), .field = S("full_name"), .wanted = S("Eve Impostor") };
    struct rights_record_out out = { 0 };
    t_st(engine_call(e, engine_staff(), CMD_RIGHTS_RECORD, &caller, &out), ST_OK, "somebody writes in her name");
    t_st(correct(e, out.request, true), ST_CONFLICT, "before it is clear who it is nothing is changed");
    t_str(e->message, S("rights.identify_first"), "which is said");
    name_is(e, ann->who.person, S("Ann-Marie Example"));
    t_st(answer(e, out.request, "refused", "identity"), ST_OK, "it is refused");
}

/* ---- another calendar ------------------------------------------------------------------------------------------------ */

static void recounted(struct engine *e, const struct shopper *ann)
{
    uid r = open(e, ann->who, "access", "");
    struct rights_look_one_row before = look(e, r);
    struct calendar_fault fault;
    struct rights_look_recounted_row kept = { .was_due_on = DATE_NONE };
    str entry = str_fmt(e->a, "england-and-wales %.*s", STR_ARG(date_iso(e->a, before.due_on)));
    engine_set(e, "calendar.holidays", str_z(e->a, entry));
    t_st(calendar_open(e->a, &e->config, &fault), ST_OK, "a holiday is proclaimed for the last day");
    tick(e);
    struct rights_look_one_row after = look(e, r);
    t_ok(after.due_on.days > before.due_on.days && after.strict_on.days == before.strict_on.days, "the law's day moves, the strict one does not");
    t_st(rights_look_recounted(e->db, e->a, &(struct rights_look_recounted_in){ .request = after.id }, &kept), ST_OK, "what counted before");
    t_ok(kept.was_due_on.days == before.due_on.days && kept.was_strict_on.days == before.strict_on.days, "is kept");
    tick(e);
    t_i64(entries(e, r, "recounted"), 1, "it is counted once");
    engine_set(e, "calendar.holidays", "");
    t_st(calendar_open(e->a, &e->config, &fault), ST_OK, "it was a mistake");
    tick(e);
    t_i64(look(e, r).due_on.days, before.due_on.days, "and is as before");
}

/* ---- what is promised is done ----------------------------------------------------------------------------------------- */

static void done_with_it(struct engine *e, const struct shopper *bob)
{
    uid copy = open(e, bob->who, "access", "");
    stands(e, copy, "running", "a copy is being made");
    engine_work(e);
    stands(e, copy, "answered", "and is the answer when it is ready");
    t_str(look(e, copy).outcome, S("granted"), "done as asked");
    t_i64(mails(e, copy, "mail.rights_answered"), 1, "which is said");
    uid again = open(e, bob->who, "access", "");
    stands(e, again, "answered", "whoever asks again while it waits is told that it waits");
    uid stop = open(e, bob->who, "restrict", "The address is wrong.");
    bool restricted = true;
    struct gate g = engine_gate(e);
    t_st(restriction_is(&g, bob->who.person, &restricted), ST_OK, "restricted?");
    t_ok(!restricted, "a request alone does not bind");
    t_st(answer(e, stop, "granted", ""), ST_OK, "it is granted");
    t_st(restriction_is(&g, bob->who.person, &restricted), ST_OK, "restricted now?");
    t_ok(restricted, "from that answer on nothing else is done with the data");
    uid more = open(e, bob->who, "object", "To being screened, too.");
    t_st(act(e, more, "progress", S(""), "We look at it."), ST_OK, "requests go on all the same");
    engine_work(e);
    t_st(answer(e, more, "refused", "compelling"), ST_OK, "and are answered");
    int64_t before = engine_count(e, "mails");
    engine_work(e);
    t_i64(engine_count(e, "mails"), before + 1, "and the message about it goes out");
}

static void checks(struct engine *e)
{
    shop_open(e);
    struct calendar_fault fault;
    t_st(calendar_open(e->a, &e->config, &fault), ST_OK, "the calendar");
    struct shopper ann = shop_order(e, "email"), bob = shop_order(e, "email");
    from_the_account(e, &ann, &bob);
    by_telephone(e);
    going_on(e, &ann);
    complaints(e, &ann);
    reminded(e, &ann);
    without_an_account(e);
    joined(e, &ann);
    corrected(e, &ann, &bob);
    recounted(e, &ann);
    done_with_it(e, &bob);
}

int main(int argc, char **argv)
{
    states();
    return engine_on_both(argc, argv, checks);
}
