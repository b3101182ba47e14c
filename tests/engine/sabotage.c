/* Each of these does what must never happen, in the real database, behind the engine's back, or as a part of the program would that
 * went round the gates. */
#include "sabotage.h"

#include "by_hand.h"
#include "catalog.h"
#include "rnd.h"
#include "shop.h"
#include "tally.h"

static str named(struct engine *e, const char *what, int64_t id)
{
    return str_fmt(e->a, "%s %lld", what, (long long)id);
}

#define SQL(e, ...) str_z((e)->a, str_fmt((e)->a, __VA_ARGS__))

/* ---- collecting ---------------------------------------------------------------------------------------------------------------- */

static str a_column(struct engine *e, struct victim *v)
{
    (void)v;
    by_hand(e, "ALTER TABLE person ADD COLUMN shoe_size INTEGER");
    return S("person.shoe_size");
}

static void no_column(struct engine *e, struct victim *v)
{
    (void)v;
    by_hand(e, "ALTER TABLE person DROP COLUMN shoe_size");
}

static str no_origin(struct engine *e, struct victim *v)
{
    by_hand(e, SQL(e, "DELETE FROM origin WHERE col = 'person.telephone' AND person_id = %lld", (long long)v->person));
    return named(e, "person", v->person);
}

static str another_point(struct engine *e, struct victim *v)
{
    by_hand(e, SQL(e, "UPDATE origin SET point = 'gateway' WHERE col = 'person.email' AND person_id = %lld", (long long)v->person));
    return S("person.email at gateway");
}

static void right_point(struct engine *e, struct victim *v)
{
    by_hand(e, SQL(e, "UPDATE origin SET point = 'checkout' WHERE col = 'person.email' AND person_id = %lld", (long long)v->person));
}

/* ---- cookies ------------------------------------------------------------------------------------------------------------------------ */

/* As a front would count it, had somebody written the line without the gate. */
static str a_tracker(struct engine *e, struct victim *v)
{
    static struct tally t;
    struct actor wire = { .kind = ACTOR_VISITOR, .caps = CAP_WIRE };
    (void)v;
    tally_line(&t, S("Set-Cookie: tracker=ann%40example.test; Path=/; Max-Age=315360000"));
    struct msg_cookies_sent m = tally_view(&t);
    struct cookie_seen seen = { m.cookies.v[0].name, m.cookies.v[0].max_age, m.cookies.v[0].shape, m.cookies.v[0].guarded, 1 };
    t_str(seen.shape, S("address"), "its value is seen to be an address");
    struct cookies_sent_in in = { .cookies = { &seen, 1 } };
    t_st(engine_call(e, wire, CMD_COOKIES_SENT, &in, NULL), ST_OK, "a cookie that is in no register");
    tally_clear(&t);
    return S("tracker: not in the register");
}

static void no_tracker(struct engine *e, struct victim *v)
{
    (void)v;
    by_hand(e, "DELETE FROM cookie_sent WHERE name = 'tracker'");
}

/* ---- telling ------------------------------------------------------------------------------------------------------------------------- */

static str told_too_much(struct engine *e, struct victim *v)
{
    (void)v;
    int64_t id = by_hand(e, "SELECT max(id) FROM disclosure WHERE recipient = 'mail_relay'");
    by_hand(e, SQL(e, "UPDATE disclosure SET fields = 'person.email,person.telephone' WHERE id = %lld", (long long)id));
    return named(e, "disclosure", id);
}

static void told_enough(struct engine *e, struct victim *v)
{
    (void)v;
    by_hand(e, "UPDATE disclosure SET fields = 'person.email,person.full_name' WHERE recipient = 'mail_relay'");
}

/* A connector that sends without asking the disclose gate. */
static str sent_secretly(struct engine *e, struct victim *v)
{
    struct outbound_record_in in = { .recipient = S("platform"), .purpose = S("contract"), .person = v->person, .ref_kind = S("service"),
                                     .ref = rnd_uid() };
    t_st(engine_call(e, engine_system(), CMD_OUTBOUND_RECORD, &in, NULL), ST_OK, "something is sent");
    return named(e, "outbound", by_hand(e, "SELECT max(id) FROM outbound"));
}

static str never_sent(struct engine *e, struct victim *v)
{
    (void)v;
    int64_t id = by_hand(e, "SELECT min(id) FROM disclosure WHERE recipient = 'mail_relay'");
    by_hand(e, SQL(e, "DELETE FROM outbound WHERE ref_uid = (SELECT ref_uid FROM disclosure WHERE id = %lld)", (long long)id));
    engine_pass(e, 2 * 3600);
    return named(e, "disclosure", id);
}

/* ---- orders ------------------------------------------------------------------------------------------------------------------------------ */

static str no_evidence(struct engine *e, struct victim *v)
{
    int64_t id = by_hand(e, SQL(e, "SELECT id FROM invoice WHERE status = 'paid' AND person_id = %lld", (long long)v->person));
    by_hand(e, SQL(e, "DELETE FROM vat_evidence WHERE decision_id IN (SELECT id FROM vat_decision WHERE person_id = %lld)", (long long)v->person));
    return named(e, "invoice", id);
}

static str codes_of_no_trial(struct engine *e, struct victim *v)
{
    const char *code = by_hand_bytes(e, "0123456789abcdef0123456789abcdef");
    by_hand(e, SQL(e, "INSERT INTO trial_use (uid, product_id, person_id, order_id, email_code, address_code, begun_at) "
                      "SELECT %s, l.product_id, o.person_id, o.id, %s, %s, 0 FROM orders o JOIN order_line l ON l.order_id = o.id "
                      "WHERE o.person_id = %lld", code, code, code, (long long)v->person));
    return named(e, "trial_use", by_hand(e, "SELECT max(id) FROM trial_use"));
}

static void no_codes(struct engine *e, struct victim *v)
{
    (void)v;
    by_hand(e, "DELETE FROM trial_use");
}

static str no_reasons(struct engine *e, struct victim *v)
{
    int64_t id = by_hand(e, SQL(e, "SELECT id FROM fraud_check WHERE person_id = %lld", (long long)v->refused));
    by_hand(e, SQL(e, "UPDATE fraud_check SET reasons = '' WHERE id = %lld", (long long)id));
    return named(e, "fraud_check", id);
}

static void reasons(struct engine *e, struct victim *v)
{
    by_hand(e, SQL(e, "UPDATE fraud_check SET reasons = 'x 1 y' WHERE person_id = %lld", (long long)v->refused));
}

static str no_consent(struct engine *e, struct victim *v)
{
    (void)v;
    by_hand(e, "UPDATE acknowledgement SET withdrawn_at = 1 WHERE topic = 'mandate'");
    return named(e, "mandate", by_hand(e, "SELECT max(id) FROM mandate WHERE status = 'active'"));
}

static void consent(struct engine *e, struct victim *v)
{
    (void)v;
    by_hand(e, "UPDATE acknowledgement SET withdrawn_at = NULL WHERE topic = 'mandate'");
}

static str no_invoice(struct engine *e, struct victim *v)
{
    (void)v;
    by_hand(e, "UPDATE invoice SET sequence = sequence + 1000 WHERE sequence = 2");
    return named(e, "invoice", by_hand(e, "SELECT id FROM invoice WHERE sequence = 3"));
}

static void an_invoice(struct engine *e, struct victim *v)
{
    (void)v;
    by_hand(e, "UPDATE invoice SET sequence = 2 WHERE sequence = 1002");
}

static str not_acknowledged(struct engine *e, struct victim *v)
{
    by_hand(e, SQL(e, "DELETE FROM acknowledgement WHERE topic = 'S21' AND person_id = %lld", (long long)v->person));
    return named(e, "orders", by_hand(e, SQL(e, "SELECT id FROM orders WHERE person_id = %lld", (long long)v->person)));
}

/* ---- storing ----------------------------------------------------------------------------------------------------------------------------- */

static str not_sealed(struct engine *e, struct victim *v)
{
    by_hand(e, SQL(e, "UPDATE person SET city = %s WHERE id = %lld", by_hand_bytes(e, "4775696c64666f7264"), (long long)v->person));
    return named(e, "person", v->person);
}

static void emptied(struct engine *e, struct victim *v)
{
    by_hand(e, SQL(e, "UPDATE person SET city = NULL WHERE id = %lld", (long long)v->person));
}

/* A name in an error's text, as careless code would leave one. */
static str in_plain_text(struct engine *e, struct victim *v)
{
    by_hand(e, SQL(e, "UPDATE job SET last_error = 'cannot deliver to 12 Quillfeather Lane, Guildford, GU1 3XZ: Alice Marlowe' "
                      "WHERE id = (SELECT max(id) FROM job) AND %lld > 0", (long long)v->person));
    return str_fmt(e->a, "in job at %lld", (long long)by_hand(e, "SELECT max(id) FROM job"));
}

static void forgotten(struct engine *e, struct victim *v)
{
    (void)v;
    by_hand(e, "UPDATE job SET last_error = ''");
    if (e->tdb.postgres)
        return;
    by_hand(e, "VACUUM"); /* and from the pages that were freed, and from the log */
    by_hand(e, "PRAGMA wal_checkpoint(TRUNCATE)");
}

static str kept_too_long(struct engine *e, struct victim *v)
{
    int64_t id = by_hand(e, SQL(e, "SELECT min(id) FROM orders WHERE person_id = %lld", (long long)v->person));
    by_hand(e, SQL(e, "UPDATE orders SET placed_at = placed_at - 20000000 WHERE id = %lld", (long long)id));
    return named(e, "orders", id);
}

static void young_again(struct engine *e, struct victim *v)
{
    by_hand(e, SQL(e, "UPDATE orders SET placed_at = placed_at + 20000000 WHERE person_id = %lld", (long long)v->person));
}

/* ---- wishes ----------------------------------------------------------------------------------------------------------------- */

/* A message to the person, from a sender that asks nobody. */
static void a_message(struct engine *e, int64_t person, const char *basis)
{
    const char *code = by_hand_bytes(e, "000102030405060708090a0b0c0d0e0f");
    by_hand(e, SQL(e, "INSERT INTO announcement (uid, topic, audience, title, body, public, state, problem, version, round, cursor, slices, "
                      "created_by, created_at) VALUES (%s, 'deals', 'customers', 'x', 'x', 0, 'sent', '', 1, 1, 0, 0, 1, 1)", code));
    by_hand(e, SQL(e, "INSERT INTO announcement_send (uid, announcement_id, person_id, code, topic, basis, round, state, reason, tries, "
                      "soft_bounces, sent_at) SELECT %s, max(id), %lld, %s, 'deals', '%s', 1, 'sent', '', 1, 0, %lld FROM announcement",
                   code, (long long)person, code, basis, (long long)e->now.s));
}

static void no_message(struct engine *e, struct victim *v)
{
    (void)v;
    by_hand(e, "DELETE FROM announcement_send");
    by_hand(e, "DELETE FROM announcement");
    by_hand(e, "DELETE FROM suppression");
}

static str to_the_suppressed(struct engine *e, struct victim *v)
{
    a_message(e, v->person, "interest");
    by_hand(e, SQL(e, "INSERT INTO suppression (code, topic, reason, added_at) VALUES (%s, 'deals', 'objected', 1)",
                   by_hand_bytes(e, "000102030405060708090a0b0c0d0e0f")));
    return named(e, "announcement_send", by_hand(e, "SELECT max(id) FROM announcement_send"));
}

static str without_consent(struct engine *e, struct victim *v)
{
    a_message(e, v->person, "consent");
    return named(e, "announcement_send", by_hand(e, "SELECT max(id) FROM announcement_send"));
}

static str not_left_alone(struct engine *e, struct victim *v)
{
    by_hand(e, SQL(e, "INSERT INTO restriction (uid, person_id, mode, purpose, ground, by_kind, set_at, seq) VALUES "
                      "(%s, %lld, 'restrict', '', 'accuracy', 'staff', 1, 1)", by_hand_bytes(e, "00112233445566778899aabbccddeeff"),
                   (long long)v->person));
    return named(e, "outbound", by_hand(e, SQL(e, "SELECT min(id) FROM outbound WHERE person_id = %lld", (long long)v->person)));
}

static void left_alone(struct engine *e, struct victim *v)
{
    (void)v;
    by_hand(e, "DELETE FROM restriction");
}

static str no_answer(struct engine *e, struct victim *v)
{
    by_hand(e, SQL(e, "INSERT INTO rights_request (uid, person_id, kind, channel, state, identified, received_on, received_at, clock_from, "
                      "due_on, strict_on, counted_by) VALUES (%s, %lld, 'access', 'account', 'running', 'account', '2026-01-05', 1, "
                      "'2026-01-05', '2026-02-05', '2026-02-05', 'x')", by_hand_bytes(e, "00112233445566778899aabbccddeeff"),
                   (long long)v->person));
    return named(e, "rights_request", by_hand(e, "SELECT max(id) FROM rights_request"));
}

/* Its dates were moved behind everybody's back. */
static str no_answer_and_moved(struct engine *e, struct victim *v)
{
    (void)no_answer(e, v);
    by_hand(e, "UPDATE rights_request SET strict_on = '2039-01-01', due_on = '2039-01-01'");
    return named(e, "rights_request", by_hand(e, "SELECT max(id) FROM rights_request"));
}

static void an_answer(struct engine *e, struct victim *v)
{
    (void)v;
    by_hand(e, "DELETE FROM rights_request");
}

static void a_tombstone(struct engine *e, const char *what)
{
    by_hand(e, SQL(e, "INSERT INTO disposal (uid, kind, day, statement_id, started_at, entries, keys, failed) VALUES "
                      "(%s, 'due', '2026-11-01', %lld, 1, 1, 1, 0)", by_hand_bytes(e, "00112233445566778899aabbccddeeff"),
                   (long long)e->statement_id));
    by_hand(e, SQL(e, "INSERT INTO tombstone (disposal_id, class, place, row_id, row_uid, key_id, reason, last_day, state, n_values, problem, "
                      "made_at) SELECT max(id), 'account', %s FROM disposal", what));
}

static str an_old_key(struct engine *e, struct victim *v)
{
    int64_t key = by_hand(e, SQL(e, "SELECT max(key_id) FROM person_key WHERE person_id = %lld", (long long)v->person));
    a_tombstone(e, SQL(e, "'key', 0, %s, %lld, 'x', '2026-11-01', 'proven', 0, '', 1", by_hand_bytes(e, ""), (long long)key));
    return named(e, "tombstone", by_hand(e, "SELECT max(id) FROM tombstone"));
}

static str an_old_row(struct engine *e, struct victim *v)
{
    a_tombstone(e, SQL(e, "'person', %lld, (SELECT uid FROM person WHERE id = %lld), NULL, 'x', '2026-11-01', 'proven', 3, '', 1",
                       (long long)v->person, (long long)v->person));
    return named(e, "tombstone", by_hand(e, "SELECT max(id) FROM tombstone"));
}

static void no_tombstone(struct engine *e, struct victim *v)
{
    (void)v;
    by_hand(e, "DELETE FROM tombstone");
    by_hand(e, "DELETE FROM disposal");
}

static str an_old_copy(struct engine *e, struct victim *v)
{
    struct gate g = engine_gate(e);
    struct msg_vault_state s;
    (void)v;
    engine_old_copy = 3;
    t_st(vault_state(g.vault, &s), ST_OK, "the vault");
    by_hand(e, SQL(e, "UPDATE promise SET memory = 'destroyed %lld' WHERE name = 'copies'", (long long)s.destroyed)); /* seen before */
    return S("copy 1 of the key store");
}

static void a_new_copy(struct engine *e, struct victim *v)
{
    (void)e;
    (void)v;
    engine_old_copy = 0;
}

/* Sealed by its form, under a key that the vault never made. */
static str a_made_up_key(struct engine *e, struct victim *v)
{
    by_hand(e, SQL(e, "UPDATE person SET city = %s WHERE id = %lld", by_hand_bytes(e, "01ffffff7f00000000"
        "000000000000000000000000000000000000000000000000" "00000000000000000000000000000000000000000000"), (long long)v->person));
    return named(e, "person", v->person);
}

/* ---- showing ------------------------------------------------------------------------------------------------------------------------------- */

/* Sealed, and for another place: it looks right, and can be opened for nobody. */
static str cannot_be_shown(struct engine *e, struct victim *v)
{
    by_hand(e, SQL(e, "UPDATE person SET address1 = full_name WHERE id = %lld", (long long)v->person));
    return named(e, "person", v->person);
}

static str another_statement(struct engine *e, struct victim *v)
{
    (void)e;
    v->shown[0] = v->shown[0] == '0' ? '1' : '0';
    return S("the page: ");
}

static str another_event(struct engine *e, struct victim *v)
{
    (void)v;
    by_hand(e, "UPDATE event_log SET detail = detail || '!' WHERE id = 7");
    return S("event_log 7");
}

static void same_event(struct engine *e, struct victim *v)
{
    (void)v;
    by_hand(e, "UPDATE event_log SET detail = substr(detail, 1, length(detail) - 1) WHERE id = 7");
}

/* The newest entries are cut off: what is left is whole, and only who saw the head knows. */
static str cut_off(struct engine *e, struct victim *v)
{
    (void)v;
    int64_t id = by_hand(e, "SELECT max(id) FROM event_log");
    by_hand(e, "DELETE FROM event_log WHERE id = (SELECT max(id) FROM event_log)");
    return str_fmt(e->a, "the head seen last, event %lld", (long long)id);
}

static str nobody_answers(struct engine *e, struct victim *v)
{
    by_hand(e, SQL(e, "UPDATE fraud_check SET state = 'asked', asked_at = checked_at - 3000000 WHERE person_id = %lld",
                   (long long)v->refused));
    return named(e, "fraud_check", by_hand(e, SQL(e, "SELECT id FROM fraud_check WHERE person_id = %lld", (long long)v->refused)));
}

static void nobody_asked(struct engine *e, struct victim *v)
{
    by_hand(e, SQL(e, "UPDATE fraud_check SET state = 'refused', asked_at = NULL WHERE person_id = %lld", (long long)v->refused));
}

/* Ours by name, and what it holds is not. */
static str a_name_in_it(struct engine *e, struct victim *v)
{
    struct actor wire = { .kind = ACTOR_VISITOR, .caps = CAP_WIRE };
    struct cookie_seen seen = { str_c(cookie_info[COOKIE_SESSION].wire), 1209600, str_c(tally_shape(S("Ann Example"))), true, 1 };
    struct cookies_sent_in in = { .cookies = { &seen, 1 } };
    (void)v;
    t_st(engine_call(e, wire, CMD_COOKIES_SENT, &in, NULL), ST_OK, "a session cookie with a name in it");
    return S("a value that is not of its kind");
}

static void no_name_in_it(struct engine *e, struct victim *v)
{
    (void)v;
    by_hand(e, "DELETE FROM cookie_sent WHERE shape = 'other'");
}

static str an_old_visit(struct engine *e, struct victim *v)
{
    const char *code = by_hand_bytes(e, "00112233445566778899aabbccddeeff");
    by_hand(e, SQL(e, "INSERT INTO session (uid, token_code, person_id, signed_in, ip, created_at, seen_at, expires_at) "
                      "SELECT %s, %s, id, 1, email, 1, 1, 1 FROM person WHERE id = %lld", code, code, (long long)v->person));
    return named(e, "session", by_hand(e, "SELECT max(id) FROM session"));
}

static void no_old_visit(struct engine *e, struct victim *v)
{
    (void)v;
    by_hand(e, "DELETE FROM session WHERE created_at = 1");
}

static str kept_all_the_same(struct engine *e, struct victim *v)
{
    (void)v;
    by_hand(e, "UPDATE mandate SET status = 'revoked', ended_at = 1");
    return named(e, "mandate", by_hand(e, "SELECT max(id) FROM mandate"));
}

static void active_again(struct engine *e, struct victim *v)
{
    (void)v;
    by_hand(e, "UPDATE mandate SET status = 'active', ended_at = NULL");
}

/* A conclusion about somebody who objected, as another program would leave it. */
static str concluded_all_the_same(struct engine *e, struct victim *v)
{
    const char *code = by_hand_bytes(e, "00112233445566778899aabbccddeef1");
    by_hand(e, SQL(e, "INSERT INTO restriction (uid, person_id, mode, purpose, ground, by_kind, set_at, seq) "
                      "VALUES (%s, %lld, 'object', 'profile', '', 'customer', 1, 0)", code, (long long)v->person));
    by_hand(e, SQL(e, "DELETE FROM profile WHERE person_id = %lld", (long long)v->person));
    by_hand(e, SQL(e, "INSERT INTO profile (uid, person_id, currency, rules, made_at) VALUES (%s, %lld, 'GBP', '', 1)", code,
                   (long long)v->person));
    return named(e, "profile", by_hand(e, "SELECT max(id) FROM profile"));
}

static void not_concluded(struct engine *e, struct victim *v)
{
    by_hand(e, SQL(e, "DELETE FROM profile WHERE person_id = %lld", (long long)v->person));
    by_hand(e, SQL(e, "DELETE FROM restriction WHERE person_id = %lld AND purpose = 'profile'", (long long)v->person));
}

static str looked_at_secretly(struct engine *e, struct victim *v)
{
    by_hand(e, SQL(e, "INSERT INTO profile_look (uid, person_id, times, seen_on, seen_at) VALUES (%s, %lld, 1, '2026-01-01', 1)",
                   by_hand_bytes(e, "00112233445566778899aabbccddeef2"), (long long)v->person));
    return named(e, "profile_look", by_hand(e, "SELECT max(id) FROM profile_look"));
}

static void not_looked_at(struct engine *e, struct victim *v)
{
    by_hand(e, SQL(e, "DELETE FROM profile_look WHERE person_id = %lld", (long long)v->person));
}

const struct sabotage sabotages[] = {
    { "agree", "a column is added to the database that the schema does not know", a_column, no_column },
    { "origins", "the row is deleted that says where somebody's telephone number came in", no_origin, NULL },
    { "points", "an e-mail address is said to have come from the payment gateway", another_point, right_point },
    { "cookies", "a cookie `tracker` with an e-mail address in it is sent past the register, for ten years", a_tracker, no_tracker },
    { "cookies", "the session cookie is sent with a name as its value", a_name_in_it, no_name_in_it },
    { "ledger", "the mail service is told a telephone number, which the statement does not allow", told_too_much, told_enough },
    { "outbound", "a connector sends details of a service without asking the disclose gate", sent_secretly, NULL },
    { "told", "the ledger has a message that no connector sent", never_sent, NULL },
    { "vat_evidence", "the evidence of a paid order is deleted", no_evidence, NULL },
    { "trial_codes", "codes are kept of somebody who ordered no free trial", codes_of_no_trial, no_codes },
    { "refusals", "the reasons of a refused order are emptied", no_reasons, reasons },
    { "refusals", "a customer asked for a person, and nobody has answered for a month", nobody_answers, nobody_asked },
    { "mandates", "a way to pay was revoked, and its details are kept", kept_all_the_same, active_again },
    { "mandates", "the consent to keep a card is withdrawn, and the card is kept", no_consent, consent },
    { "profiles", "a conclusion is written about somebody who objected", concluded_all_the_same, not_concluded },
    { "browsing", "what somebody looked at is remembered without their consent", looked_at_secretly, not_looked_at },
    { "books", "an invoice's number is taken out of its series", no_invoice, an_invoice },
    { "acknowledged", "the acknowledgement of an order of web space is deleted", not_acknowledged, NULL },
    { "sealed", "a town is written into its column in plain bytes", not_sealed, emptied },
    { "plaintext", "a name and address are left in the error text of a job", in_plain_text, forgotten },
    { "overdue", "an order with its IP address is seven months old, and nobody disposed of it", kept_too_long, young_again },
    { "overdue", "an IP address of a visit years ago is there still", an_old_visit, no_old_visit },
    { "disposed", "a key that was destroyed opens again, as after an old copy of the key store was put back", an_old_key, no_tombstone },
    { "disposed", "a row that was disposed of holds its values again, as after an old database was put back", an_old_row, no_tombstone },
    { "copies", "the copy of the key store is older than the last keys that were destroyed", an_old_copy, a_new_copy },
    { "sealed", "a value looks sealed, under a key that was never made", a_made_up_key, emptied },
    { "suppressed", "an offer is sent to an address that objected", to_the_suppressed, no_message },
    { "consented", "a message is sent on the ground of a consent that nobody gave", without_consent, no_message },
    { "restricted", "details are sent out while the person's information is restricted", not_left_alone, left_alone },
    { "requests", "a request for access is not answered for months", no_answer, an_answer },
    { "requests", "the last day of such a request is moved into the far future", no_answer_and_moved, an_answer },
    { "access", "a sealed value is copied into another column, where nobody can open it", cannot_be_shown, NULL },
    { "published", "a front shows a page of another statement", another_statement, NULL },
    { "chain", "an entry of the event log is changed", another_event, same_event },
    { "chain", "the newest entry of the event log is cut off", cut_off, NULL },
};
const size_t sabotages_n = COUNT(sabotages);
