/* Accounts: what happens once, what happens never, and what nobody is told. */
#include "account.h"
#include "fold.h"
#include "people_sql.h"
#include "shop.h"

#define ENCODED "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA"
#define ANN "Ann.Example@example.test"

static struct actor nobody(void)
{
    return (struct actor){ .kind = ACTOR_VISITOR, .caps = CAP_PUBLIC };
}

static str code_of(struct engine *e, const char *what)
{
    char *p = NEWN(e->a, char, 32);
    if (p)
        memcpy(p, what, strlen(what) < 32 ? strlen(what) : 32);
    return (str){ p, p ? 32 : 0 };
}

static struct people_by_id_row person(struct engine *e, int64_t id)
{
    struct people_by_id_row r = { 0 };
    t_st(people_by_id(e->db, e->a, &(struct people_by_id_in){ .id = id }, &r), ST_OK, "the person is there");
    return r;
}

static int64_t jobs(struct engine *e, const char *kind)
{
    struct people_jobs_row r = { -1 };
    IGNORE(people_jobs(e->db, e->a, &(struct people_jobs_in){ .kind = str_c(kind) }, &r)); /* -1 tells */
    return r.n;
}

static int64_t sessions(struct engine *e, int64_t id)
{
    struct people_sessions_row r = { -1 };
    IGNORE(people_sessions(e->db, e->a, &(struct people_sessions_in){ .person = id }, &r)); /* -1 tells */
    return r.n;
}

static int64_t found(struct engine *e, const char *kind, str folded)
{
    struct gate g = engine_gate(e);
    struct people_found_in in = { .kind = str_c(kind) };
    struct people_found_row r = { -1 };
    if (profile_search_code(&g, str_c(kind), folded, &in.code) == ST_OK)
        IGNORE(people_found(e->db, e->a, &in, &r)); /* -1 tells */
    return r.n;
}

static struct actor sign_in(struct engine *e, struct actor from, int64_t id, const char *token)
{
    struct session_sign_in_in in = { .token_code = code_of(e, token), .person = id, .ip = S("192.0.2.9"), .agent = S("Firefox") };
    struct session_sign_in_out out = { 0 };
    t_st(engine_call(e, from, CMD_SESSION_SIGN_IN, &in, &out), ST_OK, "somebody signs in");
    return (struct actor){ .kind = ACTOR_CUSTOMER, .person = id, .session = out.session, .caps = CAP_PUBLIC | CAP_CUSTOMER };
}

/* ---- registering ---- */

static int64_t registering(struct engine *e)
{
    struct person_register_in in = { .email = S(ANN), .full_name = S(" Ann Example "), .password = S(ENCODED), .currency = S("GBP") };
    struct people_newest_row newest = { 0 };
    int64_t before = engine_count(e, "customers");
    t_st(engine_call(e, nobody(), CMD_PERSON_REGISTER, &in, NULL), ST_OK, "somebody registers");
    t_i64(engine_count(e, "customers"), before + 1, "and is a customer");
    t_i64(jobs(e, "mail.verify"), 1, "who is sent a link");
    t_st(people_newest(e->db, e->a, &newest), ST_OK, "the newest person");
    t_ok(person(e, newest.id).email_verified_at.s == UTC_NONE.s, "is not confirmed yet");

    in.email = S("  ann.example@EXAMPLE.test");
    in.full_name = S("Somebody Else");
    t_st(engine_call(e, nobody(), CMD_PERSON_REGISTER, &in, NULL), ST_OK, "the same address again answers the same");
    t_st(engine_call(e, nobody(), CMD_PERSON_REGISTER, &in, NULL), ST_OK, "and again");
    t_i64(engine_count(e, "customers"), before + 1, "without another customer");
    t_i64(jobs(e, "mail.existing"), 1, "its owner is told, once an hour at most");
    engine_pass(e, 3600);
    t_st(engine_call(e, nobody(), CMD_PERSON_REGISTER, &in, NULL), ST_OK, "an hour later");
    t_i64(jobs(e, "mail.existing"), 2, "told again");

    in.currency = S("XXX");
    t_st(engine_call(e, nobody(), CMD_PERSON_REGISTER, &in, NULL), ST_INVALID, "in a currency that is none");
    t_i64(found(e, "email", S("ann.example@example.test")), 1, "staff find them by address");
    t_i64(found(e, "name", S("example")), 1, "and by a word of the name");
    t_i64(found(e, "name", S("somebody")), 0, "but not by what a stranger said");
    return newest.id;
}

/* ---- links ---- */

static void make_link(struct engine *e, int64_t id, const char *kind, const char *token)
{
    struct mail_token_in in = { .person = id, .kind = str_c(kind), .token_code = code_of(e, token) };
    t_st(engine_call(e, engine_system(), CMD_MAIL_TOKEN, &in, NULL), ST_OK, "a link is made");
}

static st follow(struct engine *e, const char *token)
{
    struct person_verify_in in = { .token_code = code_of(e, token) };
    struct person_verify_out out;
    return engine_call(e, nobody(), CMD_PERSON_VERIFY, &in, &out);
}

static void verifying(struct engine *e, int64_t ann)
{
    t_st(follow(e, "made up"), ST_EXPIRED, "a link nobody made");
    make_link(e, ann, "verify", "old");
    make_link(e, ann, "verify", "new");
    t_st(follow(e, "old"), ST_EXPIRED, "a newer link voids the older");
    t_st(follow(e, "new"), ST_OK, "the newer works");
    t_ok(person(e, ann).email_verified_at.s == e->now.s, "the address is confirmed");
    t_st(follow(e, "new"), ST_EXPIRED, "once");
    make_link(e, ann, "verify", "late");
    engine_pass(e, 48 * 3600);
    t_st(follow(e, "late"), ST_EXPIRED, "not after two days");
    make_link(e, ann, "reset", "other kind");
    t_st(follow(e, "other kind"), ST_EXPIRED, "a link for a password confirms nothing");
}

/* ---- passwords ---- */

static st set_password(struct engine *e, struct actor who, const char *token)
{
    struct person_set_password_in in = { .token_code = token ? code_of(e, token) : S(""), .password = S(ENCODED) };
    return engine_call(e, who, CMD_PERSON_SET_PASSWORD, &in, NULL);
}

static void asking_for_reset(struct engine *e)
{
    struct gate g = engine_gate(e);
    struct person_ask_reset_in in;
    t_st(account_email_code(&g, S("unknown@example.test"), &in.email_code), ST_OK, "an unknown address");
    t_st(engine_call(e, nobody(), CMD_PERSON_ASK_RESET, &in, NULL), ST_OK, "is answered as any other");
    t_i64(jobs(e, "mail.reset"), 0, "and nothing is sent");
    t_st(account_email_code(&g, S(ANN), &in.email_code), ST_OK, "a known one");
    t_st(engine_call(e, nobody(), CMD_PERSON_ASK_RESET, &in, NULL), ST_OK, "the same");
    t_st(engine_call(e, nobody(), CMD_PERSON_ASK_RESET, &in, NULL), ST_OK, "twice");
    t_i64(jobs(e, "mail.reset"), 1, "is sent one link");
}

static void passwords(struct engine *e, int64_t ann)
{
    asking_for_reset(e);
    struct actor here = sign_in(e, nobody(), ann, "here"), there = sign_in(e, nobody(), ann, "there");
    t_i64(sessions(e, ann), 2, "signed in twice");
    t_st(set_password(e, nobody(), NULL), ST_DENIED, "without link and without signing in");
    t_st(set_password(e, here, NULL), ST_OK, "signed in, with the old one verified");
    t_i64(sessions(e, ann), 1, "all other sessions end");
    t_i64(jobs(e, "mail.password_changed"), 1, "and the owner is told");
    make_link(e, ann, "reset", "lost it");
    t_st(set_password(e, nobody(), "lost it"), ST_OK, "by a link");
    t_i64(sessions(e, ann), 0, "ends every session");
    t_st(set_password(e, nobody(), "lost it"), ST_EXPIRED, "once");
    make_link(e, ann, "reset", "too late");
    engine_pass(e, 20 * 60);
    t_st(set_password(e, nobody(), "too late"), ST_EXPIRED, "within twenty minutes");
    (void)there;
}

/* ---- sessions ---- */

static void session_ends(struct engine *e, int64_t ann)
{
    struct session_open_in open = { .token_code = code_of(e, "visitor"), .currency = S("EUR") };
    struct session_open_out opened;
    t_st(engine_call(e, nobody(), CMD_SESSION_OPEN, &open, &opened), ST_OK, "a visitor gets a session");
    struct session_sign_in_in in = { .token_code = code_of(e, "x"), .person = opened.person };
    t_st(engine_call(e, nobody(), CMD_SESSION_SIGN_IN, &in, NULL), ST_DENIED, "nobody signs in as a visitor");
    open.token_code = S("short");
    t_st(engine_call(e, nobody(), CMD_SESSION_OPEN, &open, NULL), ST_INVALID, "a code of another length");

    struct actor visitor = { .kind = ACTOR_VISITOR, .person = opened.person, .session = opened.session,
                             .caps = CAP_PUBLIC | CAP_VISITOR };
    t_st(shop_add(e, visitor, "starter", "ann.example.test"), ST_OK, "with something in the basket");
    struct actor signed_in = sign_in(e, visitor, ann, "from the shop");
    struct gate g = engine_gate(e);
    struct basket_view v = { 0 };
    t_st(basket_view(&g, ann, &v), ST_OK, "the customer's basket");
    t_i64(v.n, 1, "has it");
    t_str(v.n ? v.v[0].hostname : S(""), S("ann.example.test"), "with its name, under the customer's key");
    t_i64(sessions(e, opened.person), 0, "the visitor's session is over");

    struct people_newest_row newest = { 0 };
    struct person_register_in bob = { .email = S("bob@example.test"), .full_name = S("Bob"), .password = S(ENCODED), .currency = S("GBP") };
    t_st(engine_call(e, nobody(), CMD_PERSON_REGISTER, &bob, NULL), ST_OK, "another customer");
    t_st(people_newest(e->db, e->a, &newest), ST_OK, "Bob");
    struct actor other = sign_in(e, nobody(), newest.id, "bob");
    t_st(engine_call(e, other, CMD_SESSION_END_OTHERS, &(struct session_end_others_in){ 0 }, NULL), ST_OK, "ends his others");
    t_i64(sessions(e, ann), 1, "and nobody else's");
    t_st(engine_call(e, signed_in, CMD_SESSION_END, &(struct session_end_in){ 0 }, NULL), ST_OK, "Ann signs out");
    t_i64(sessions(e, ann), 0, "and is out");
    t_i64(sessions(e, newest.id), 1, "Bob is not");
}

static void closed_account(struct engine *e)
{
    struct people_newest_row newest = { 0 };
    t_st(people_newest(e->db, e->a, &newest), ST_OK, "Bob again");
    t_st(db_begin(e->db), ST_OK, "his account");
    t_st(people_close(e->db, &(struct people_close_in){ .id = newest.id }, NULL), ST_OK, "is closed");
    t_st(db_commit(e->db), ST_OK, "for good");
    struct session_sign_in_in in = { .token_code = code_of(e, "y"), .person = newest.id };
    t_st(engine_call(e, nobody(), CMD_SESSION_SIGN_IN, &in, NULL), ST_DENIED, "and no way in");
    struct gate g = engine_gate(e);
    struct account_door door;
    t_st(account_door(&g, false, S("bob@example.test"), &door), ST_NOT_FOUND, "not by the door either");
    t_st(account_door(&g, false, S("ANN.example@example.test"), &door), ST_OK, "Ann has one");
    t_str(door.password, S(ENCODED), "with her password's code");
    t_st(account_door(&g, true, S(ANN), &door), ST_NOT_FOUND, "but not for staff");
}

/* ---- details ---- */

static void correcting(struct engine *e, int64_t ann)
{
    struct actor who = sign_in(e, nobody(), ann, "corrects");
    struct person_correct_in in = { .full_name = S("Ann Newname"), .address1 = S("1 Sample Street"), .city = S("London"),
        .postcode = S("ec1a"), .country = S("GB"), .telephone = S("020 7946 0123"), .version = person(e, ann).version };
    t_st(engine_call(e, who, CMD_PERSON_CORRECT, &in, NULL), ST_INVALID, "half a postcode");
    t_str(e->field, S("postcode"), "is named");
    in.postcode = S("ec1a1bb");
    in.telephone = S("12");
    t_st(engine_call(e, who, CMD_PERSON_CORRECT, &in, NULL), ST_INVALID, "half a telephone number");
    t_str(e->field, S("telephone"), "is named too");
    in.telephone = S("020 7946 0123");
    t_st(engine_call(e, who, CMD_PERSON_CORRECT, &in, NULL), ST_OK, "all of it");
    t_st(engine_call(e, who, CMD_PERSON_CORRECT, &in, NULL), ST_CONFLICT, "on top of what was there before");
    struct gate g = engine_gate(e);
    struct profile p;
    str email;
    t_st(profile_get(&g, ann, PURPOSE_RIGHTS, &p, &email), ST_OK, "what is held");
    t_str(p.full_name, S("Ann Newname"), "is the new name");
    t_str(p.postcode, S("EC1A 1BB"), "the postcode in shape");
    t_str(p.telephone, S("+442079460123"), "and the number with its country");
    t_str(email, S(ANN), "the address as it was typed");
    t_i64(found(e, "name", S("newname")), 1, "found by the new name");
    t_i64(found(e, "telephone", S("+442079460123")), 1, "by the whole number");
    t_i64(found(e, "telephone", S("460123")), 1, "and by its last six digits");
    t_i64(found(e, "postcode", S("EC1A1BB")), 1, "and by the postcode");
    t_i64(found(e, "email", S("ann.example@example.test")), 1, "and still by the address");
    in.address1 = in.city = in.postcode = in.country = S("");
    in.version = person(e, ann).version;
    t_st(engine_call(e, who, CMD_PERSON_CORRECT, &in, NULL), ST_INVALID, "an address that is there can be corrected, not lost");
}

/* ---- staff ---- */

static void staff(struct engine *e)
{
    struct staff_create_in in = { .email = S(ANN), .full_name = S("Ann at work"), .password = S(ENCODED),
                                  .caps = CAP_STAFF | CAP_STAFF_BILLING };
    struct staff_create_out out;
    struct actor some = engine_staff(), all = engine_staff();
    some.caps &= ~(uint64_t)CAP_STAFF_BILLING;
    t_st(engine_call(e, engine_system(), CMD_STAFF_CREATE, &in, &out), ST_OK, "the first, from the command line");
    t_str(person(e, out.person).kind, S("staff"), "a member of staff, beside a customer with the same address");
    t_st(engine_call(e, engine_system(), CMD_STAFF_CREATE, &in, &out), ST_CONFLICT, "once");
    in.email = S("second@example.test");
    t_st(engine_call(e, some, CMD_STAFF_CREATE, &in, &out), ST_DENIED, "by who may not do everything");
    in.caps = CAP_SYSTEM;
    t_st(engine_call(e, all, CMD_STAFF_CREATE, &in, &out), ST_DENIED, "with more than staff may");
    in.caps = CAP_STAFF;
    t_st(engine_call(e, all, CMD_STAFF_CREATE, &in, &out), ST_OK, "by who may do everything");
    in.email = S("nowhere");
    t_st(engine_call(e, all, CMD_STAFF_CREATE, &in, &out), ST_INVALID, "without an address");
}

static void checks(struct engine *e)
{
    shop_open(e);
    int64_t ann = registering(e);
    verifying(e, ann);
    passwords(e, ann);
    session_ends(e, ann);
    closed_account(e);
    correcting(e, ann);
    staff(e);
}

int main(int argc, char **argv)
{
    return engine_on_both(argc, argv, checks);
}
