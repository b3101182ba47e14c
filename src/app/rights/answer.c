/* Answers and refusals, and decisions on single values. */
#include "case.h"
#include "clock.h"
#include "fold.h"
#include "profile.h"
#include "restriction.h"
#include "str.h"

#define ANSWER_MOST 8000
#define REASON_MOST 2000

/* ---- the answer ------------------------------------------------------------------------------------------------------ */

static bool known_ground(str word)
{
    for (size_t i = 0; rights_grounds[i]; i++)
        if (str_eq(word, str_c(rights_grounds[i])))
            return true;
    return false;
}

/* A complaint is upheld, in part or not; a request is granted, in part, or refused on a ground.
 * LAW: UK GDPR art 12(4): who is refused is told why, and where they can complain and go to court (the message says where). */
static st check(struct cx *cx, const struct rights_case *c, enum rights_outcome outcome, str *ground)
{
    bool complaint = c->kind == RIGHTS_COMPLAINT;
    bool fits = outcome == RIGHTS_OUTCOME_PARTLY ||
                (complaint ? outcome == RIGHTS_OUTCOME_UPHELD || outcome == RIGHTS_OUTCOME_NOT_UPHELD
                           : outcome == RIGHTS_OUTCOME_GRANTED || outcome == RIGHTS_OUTCOME_REFUSED);
    if (!fits)
        return cx_invalid(cx, "outcome", complaint ? "rights.outcome_complaint" : "rights.outcome_request");
    if (outcome == RIGHTS_OUTCOME_REFUSED && str_empty(*ground))
        return cx_invalid(cx, "ground", "rights.ground_wanted");
    if (outcome != RIGHTS_OUTCOME_REFUSED && (outcome != RIGHTS_OUTCOME_PARTLY || complaint))
        *ground = S("");
    return str_empty(*ground) || known_ground(*ground) ? ST_OK : cx_invalid(cx, "ground", "err.choice");
}

/* Nothing that was said to be wrong may be left without a decision. */
static st decided(struct cx *cx, const struct rights_case *c)
{
    struct rights_changes_rows rows;
    TRY(rights_changes(CX_DB(cx), CX_ARENA(cx), &(struct rights_changes_in){ .request = c->r.id }, &rows));
    for (size_t i = 0; i < rows.n; i++)
        if (str_eq(rows.v[i].state, S("open")))
            return cx_invalid(cx, "outcome", "rights.undecided");
    return ST_OK;
}

static st close(struct cx *cx, struct rights_case *c, enum rights_outcome outcome, str ground)
{
    date today = date_london(cx->gate.now);
    c->r.outcome = str_c(rights_outcome_word(outcome));
    c->r.ground = ground;
    c->r.closed_at = cx->gate.now;
    if (!c->r.late && c->r.due_on.days != DATE_NONE.days && today.days > c->r.due_on.days) {
        c->r.late = true;
        TRY(rights_case_tally(cx, c, today, "late"));
    }
    TRY(rights_case_save(cx, c));
    TRY(rights_case_tally(cx, c, today, rights_outcome_word(outcome)));
    return cx_event_nt(cx, EVENT_RIGHTS_CLOSED, "rights_request", c->r.id, c->r.outcome);
}

/* What the answer promises is done with it: who is told that their data is restricted has it restricted from that commit on, and a
 * copy is made for whoever is told that one is there. LAW: UK GDPR art 18, 15(3), 20. */
static st do_it(struct cx *cx, const struct rights_case *c)
{
    struct rights_person_row p;
    TRY(rights_person(CX_DB(cx), CX_ARENA(cx), &(struct rights_person_in){ .id = c->r.person_id }, &p));
    if (!str_eq(p.kind, S("customer")))
        return ST_OK;
    if (c->kind == RIGHTS_RESTRICT)
        return restriction_set_nt(cx, p.id, RESTRICTION_RESTRICT, PURPOSE_RIGHTS, true);
    bool there;
    return rights_copy_nt(cx, c, &there);
}

st rights_answer_nt(struct cx *cx, int64_t id, enum rights_outcome outcome, str ground, str reason)
{
    struct rights_case c;
    int64_t entry;
    bool refused = outcome == RIGHTS_OUTCOME_REFUSED;
    TRY(rights_text(cx, "answer", &reason, 1, ANSWER_MOST));
    TRY(rights_case_load(cx, id, &c));
    TRY(rights_case_go(cx, &c, refused ? RIGHTS_ACT_REFUSE : RIGHTS_ACT_ANSWER));
    TRY(check(cx, &c, outcome, &ground));
    if (!refused) {
        TRY(decided(cx, &c));
        TRY(do_it(cx, &c));
    }
    TRY(rights_case_entry(cx, &c, RIGHTS_WORDS(.act = refused ? RIGHTS_ACT_REFUSE : RIGHTS_ACT_ANSWER, .reply = reason), &entry));
    TRY(rights_case_tell(cx, &c, refused ? MAIL_rights_refused : MAIL_rights_answered, entry, NULL));
    return close(cx, &c, outcome, ground);
}

st cmd_rights_answer(struct cx *cx, const struct rights_answer_in *in, struct rights_answer_out *out)
{
    (void)out;
    struct rights_case c;
    enum rights_outcome outcome;
    str words = in->words;
    TRY(rights_case_of(cx, in->request, &c));
    if (rights_outcome_parse(in->outcome, &outcome) != ST_OK)
        return cx_invalid(cx, "outcome", "err.choice");
    TRY(rights_text(cx, "answer", &words, 10, ANSWER_MOST));
    if (outcome == RIGHTS_OUTCOME_PARTLY && c.kind != RIGHTS_COMPLAINT && str_empty(in->ground))
        return cx_invalid(cx, "ground", "rights.ground_wanted");
    return rights_answer_nt(cx, c.r.id, outcome, in->ground, words);
}

/* ---- one value ------------------------------------------------------------------------------------------------------- */

static str *profile_field(struct profile *p, str field)
{
    const struct {
        const char *name;
        str *at;
    } fields[] = {
        { "full_name", &p->full_name },   { "telephone", &p->telephone }, { "company", &p->company },
        { "vat_number", &p->vat_number }, { "address1", &p->address1 },   { "address2", &p->address2 },
        { "city", &p->city },             { "region", &p->region },       { "postcode", &p->postcode },
    };
    for (size_t i = 0; i < COUNT(fields); i++)
        if (str_eq(field, str_c(fields[i].name)))
            return fields[i].at;
    return NULL;
}

/* As if the person had corrected it in the profile: checked in the same way, and from the person. */
static st correct_profile(struct cx *cx, int64_t person, str field, str wanted)
{
    struct profile p;
    TRY(profile_get(&cx->gate, person, PURPOSE_RIGHTS, &p, NULL));
    str *at = profile_field(&p, field);
    if (!at)
        return ST_OK; /* an invoice, or something else: answered in words */
    *at = wanted;
    if (at == &p.company || at == &p.vat_number)
        p.business = true;
    st s = profile_clean(cx, &p, !str_empty(p.country));
    if (s == ST_INVALID) { /* the form has no such field: what is wrong is the value that was asked for */
        cx->field = "decision";
        cx->message = "rights.value_invalid";
    }
    TRY(s);
    return profile_set_nt(cx, person, POINT_RIGHTS, &p, -1);
}

/* The address is theirs once they confirm it; a link goes there. */
static st correct_email(struct cx *cx, int64_t person, str wanted)
{
    struct rights_person_row row;
    struct rights_by_email_row other;
    struct rights_set_email_in in = { .person = person };
    int64_t changed = 0;
    struct profile p;
    str folded = fold_email(CX_ARENA(cx), wanted);
    if (str_index(wanted, '@') == wanted.n)
        return cx_invalid(cx, "decision", "rights.value_invalid");
    TRY(gate_blind(&cx->gate, COL_person_email_code, folded, &in.code));
    st taken = rights_by_email(CX_DB(cx), CX_ARENA(cx), &(struct rights_by_email_in){ .code = in.code }, &other);
    if (taken == ST_OK)
        return other.id == person ? ST_OK : cx_invalid(cx, "decision", "rights.email_taken");
    if (taken != ST_NOT_FOUND)
        return taken;
    TRY(rights_person(CX_DB(cx), CX_ARENA(cx), &(struct rights_person_in){ .id = person }, &row));
    TRY(gate_collect_nt(&cx->gate, &(struct collect){ .col = COL_person_email, .point = POINT_RIGHTS, .source = SOURCE_PERSON,
        .person = person, .row = row.uid }, str_trim(wanted), &in.email));
    TRY(rights_set_email(CX_DB(cx), &in, &changed));
    if (changed != 1)
        return ST_CONFLICT;
    TRY(profile_get(&cx->gate, person, PURPOSE_RIGHTS, &p, NULL));
    TRY(rights_drop_email_code(CX_DB(cx), &(struct rights_drop_email_code_in){ .person = person }, NULL));
    TRY(profile_codes_nt(cx, person, &p, wanted));
    return mail_queue_nt(cx, MAIL_verify, person, person, str_fmt(CX_ARENA(cx), "%lld", (long long)cx->gate.now.s));
}

static st correct(struct cx *cx, const struct rights_case *c, str field, str wanted)
{
    struct rights_person_row p;
    bool in_words = str_eq(field, S("invoice")) || str_eq(field, S("other"));
    TRY(rights_person(CX_DB(cx), CX_ARENA(cx), &(struct rights_person_in){ .id = c->r.person_id }, &p));
    if (in_words)
        return ST_OK;
    if (!str_eq(p.kind, S("customer"))) {
        cx->message = "rights.link_first";
        return ST_CONFLICT;
    }
    TRY(str_eq(field, S("email")) ? correct_email(cx, p.id, wanted) : correct_profile(cx, p.id, field, wanted));
    return cx_event_nt(cx, EVENT_PERSON_CORRECTED, "person", p.id, S("rights"));
}

/* LAW: UK GDPR art 16. An issued invoice is not among what can be corrected: it gets a credit note, and a new one is made. */
st cmd_rights_correct(struct cx *cx, const struct rights_correct_in *in, struct rights_correct_out *out)
{
    (void)out;
    struct rights_change_by_uid_row change;
    struct rights_case c;
    enum rights_state same;
    str wanted, words = in->words;
    TRY(rights_text(cx, "because", &words, 1, REASON_MOST));
    TRY(rights_change_by_uid(CX_DB(cx), CX_ARENA(cx), &(struct rights_change_by_uid_in){ .uid = in->change }, &change));
    TRY(rights_case_load(cx, change.request_id, &c));
    if (!str_eq(change.state, S("open")) || !rights_goes(c.kind, c.state, RIGHTS_ACT_PROGRESS, &same)) {
        cx->message = "rights.decided_already";
        return ST_CONFLICT;
    }
    if (in->accept && (c.state == RIGHTS_IS_RECEIVED || c.state == RIGHTS_IS_ID_WANTED)) {
        cx->message = "rights.identify_first"; /* nobody changes somebody else's data by writing to us */
        return ST_CONFLICT;
    }
    TRY(gate_use(&cx->gate, COL_rights_change_wanted, PURPOSE_RIGHTS, change.uid, change.wanted, &wanted));
    if (in->accept)
        TRY(correct(cx, &c, change.field, wanted));
    struct rights_change_decide_in decide = { .id = change.id, .state = in->accept ? S("accepted") : S("refused"),
        .by = cx->actor.person, .has_by = cx->actor.person != 0, .at = cx->gate.now };
    TRY(gate_collect_nt(&cx->gate, &(struct collect){ .col = COL_rights_change_reason, .point = POINT_STAFF, .source = SOURCE_STAFF,
        .person = c.r.person_id, .row = change.uid }, words, &decide.reason));
    int64_t changed = 0;
    TRY(rights_change_decide(CX_DB(cx), &decide, &changed));
    if (changed != 1)
        return ST_CONFLICT;
    TRY(rights_case_entry(cx, &c, RIGHTS_WORDS(.word = in->accept ? "accepted" : "not_accepted"), NULL));
    return cx_event_nt(cx, EVENT_RIGHTS_DECIDED, "rights_request", c.r.id, decide.state);
}
