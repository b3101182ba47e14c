/* Consent, choices, the suppression list, and announcements: who is written to, who is not and why, and that a check of the log sees it
 * when somebody was who must not be. */
#include <stdio.h>
#include <sys/stat.h>

#include "announce.h"
#include "consent.h"
#include "consent_look_sql.h"
#include "mail.h"
#include "restriction.h"
#include "shop.h"
#include "suppress.h"
#include "text.h"

#define ENCODED "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA"
#define HOUR 3600

static struct actor nobody(void)
{
    return (struct actor){ .kind = ACTOR_VISITOR, .caps = CAP_PUBLIC };
}

static struct consent_look_counts_row counts(struct engine *e)
{
    struct consent_look_counts_row c = { 0 };
    t_st(consent_look_counts(e->db, e->a, &c), ST_OK, "a look");
    return c;
}

static struct consent_look_newest_row newest(struct engine *e)
{
    struct consent_look_newest_row r = { 0 };
    t_st(consent_look_newest(e->db, e->a, &r), ST_OK, "the newest consent");
    return r;
}

static str code32(struct engine *e, const char *what)
{
    char *p = NEWN(e->a, char, 32);
    snprintf(p, 32, "%s", what);
    return (str){ p, 32 };
}

/* Behind the program's back, in a transaction of its own. */
#define BEHIND(e, call)                                                                            \
    t_ok(db_begin((e)->db) == ST_OK && (call) == ST_OK && db_commit((e)->db) == ST_OK, "behind its back")

static enum may may(struct engine *e, int64_t person, enum topic topic)
{
    struct gate g = engine_gate(e);
    struct may_address to;
    enum may m = MAY_N;
    t_st(topic_may(&g, person, topic, &m, &to), ST_OK, "asked");
    return m;
}

static str token(struct engine *e, int64_t person, enum topic topic)
{
    struct gate g = engine_gate(e);
    struct consent_look_uid_row row = { 0 };
    str t = S("");
    t_st(consent_look_uid(e->db, e->a, &(struct consent_look_uid_in){ person }, &row), ST_OK, "the person");
    t_st(mail_link_token(&g, row.uid, topic, &t), ST_OK, "their link");
    return t;
}

/* ---- the newsletter form */

static st follow(struct engine *e, const char *what)
{
    struct consent_confirm_out out;
    return engine_call(e, nobody(), CMD_CONSENT_CONFIRM, &(struct consent_confirm_in){ .token_code = code32(e, what) }, &out);
}

static int64_t double_opt_in(struct engine *e)
{
    struct newsletter_ask_in in = { .email = S("Reader@example.test") };
    t_st(engine_call(e, nobody(), CMD_NEWSLETTER_ASK, &in, NULL), ST_OK, "somebody gives an address");
    struct consent_look_newest_row c = newest(e);
    t_str(c.state, S("asked"), "asked for, and not given");
    t_str(c.wording, consent_wording(TOPIC_NEWSLETTER), "in these words");
    t_str(c.point, S("newsletter"), "at that form");
    t_i64(c.wording_version.n, 12, "whose version is kept");
    t_ok(may(e, c.person_id, TOPIC_NEWSLETTER) == MAY_UNVERIFIED, "nobody is written to for it");
    engine_work(e);
    t_i64(engine_count(e, "mails"), 1, "but for one message");
    struct newsletter_ask_in again = { .email = S(" reader@EXAMPLE.test ") };
    t_st(engine_call(e, nobody(), CMD_NEWSLETTER_ASK, &again, NULL), ST_OK, "again answers the same");
    engine_work(e);
    t_i64(engine_count(e, "mails"), 1, "without another message within the hour");
    t_i64(counts(e).subscribers, 1, "and without another row");
    t_st(engine_call(e, engine_system(), CMD_CONSENT_TOKEN, &(struct consent_token_in){ c.id, code32(e, "link") }, NULL), ST_OK, "a link");
    t_st(follow(e, "made up"), ST_EXPIRED, "a link nobody made");
    t_st(follow(e, "link"), ST_OK, "the link is followed");
    t_st(follow(e, "link"), ST_EXPIRED, "once");
    t_ok(newest(e).given_at.s == e->now.s && str_eq(newest(e).state, S("given")), "now it is given");
    t_ok(may(e, c.person_id, TOPIC_NEWSLETTER) == MAY_YES, "and counts");
    t_ok(may(e, c.person_id, TOPIC_DEALS) == MAY_NO_ADDRESS, "for this and nothing else");
    return c.person_id;
}

static void not_confirmed(struct engine *e)
{
    struct newsletter_ask_in in = { .email = S("slow@example.test") };
    t_st(engine_call(e, nobody(), CMD_NEWSLETTER_ASK, &in, NULL), ST_OK, "somebody asks");
    struct consent_look_newest_row c = newest(e);
    t_st(engine_call(e, engine_system(), CMD_CONSENT_TOKEN, &(struct consent_token_in){ c.id, code32(e, "late") }, NULL), ST_OK, "a link");
    engine_pass(e, CONSENT_LINK_SECONDS);
    t_st(follow(e, "late"), ST_EXPIRED, "not after two days");
    engine_pass(e, 1);
    struct consent_sweep_out out = { 0 };
    t_st(engine_call(e, engine_system(), CMD_CONSENT_SWEEP, &(struct consent_sweep_in){ 0 }, &out), ST_OK, "the sweep");
    t_i64(out.lapsed, 1, "it lapses");
    t_str(newest(e).state, S("lapsed"), "and says so");
}

/* Withdrawn in one step, on the list, and back only by their own act. */
static void withdrawn(struct engine *e, int64_t reader)
{
    struct cx cx = { .gate = engine_gate(e), .config = &e->config, .actor = engine_system() };
    struct consent_look_uid_row row;
    t_st(consent_look_uid(e->db, e->a, &(struct consent_look_uid_in){ reader }, &row), ST_OK, "the reader");
    BEHIND(e, mail_link_put_nt(&cx, reader, row.uid, TOPIC_NEWSLETTER));
    str t = token(e, reader, TOPIC_NEWSLETTER);
    t_i64(t.n, 43, "a link of 256 bits");
    t_ok(!str_eq(t, token(e, reader, TOPIC_DEALS)), "one per topic");
    struct choice_unsubscribe_in in = { .token = t };
    t_st(engine_call(e, nobody(), CMD_CHOICE_UNSUBSCRIBE, &(struct choice_unsubscribe_in){ .token = S("nonsense") }, NULL), ST_EXPIRED,
         "a link nobody has");
    t_st(engine_call(e, nobody(), CMD_CHOICE_UNSUBSCRIBE, &in, NULL), ST_OK, "one click");
    t_st(engine_call(e, nobody(), CMD_CHOICE_UNSUBSCRIBE, &in, NULL), ST_OK, "or two");
    t_ok(may(e, reader, TOPIC_NEWSLETTER) == MAY_SUPPRESSED, "ends it");
    t_i64(counts(e).listed, 1, "the address is on the list");
    engine_pass(e, HOUR);
    t_st(engine_call(e, nobody(), CMD_NEWSLETTER_ASK, &(struct newsletter_ask_in){ .email = S("reader@example.test") }, NULL), ST_OK,
         "they ask again");
    t_ok(may(e, reader, TOPIC_NEWSLETTER) == MAY_SUPPRESSED, "which alone changes nothing");
    struct consent_look_newest_row c = newest(e);
    t_st(engine_call(e, engine_system(), CMD_CONSENT_TOKEN, &(struct consent_token_in){ c.id, code32(e, "back") }, NULL), ST_OK, "a link");
    t_st(follow(e, "back"), ST_OK, "followed");
    t_ok(may(e, reader, TOPIC_NEWSLETTER) == MAY_YES, "and it begins again");
    t_i64(counts(e).lifted, 1, "the entry is lifted, not deleted");
}

/* ---- customers */

static struct actor customer(struct engine *e, bool no_deals, bool verified)
{
    struct actor who = engine_visitor(e, "GBP");
    t_st(shop_add(e, who, "email", ""), ST_OK, "chooses something");
    struct order_place_in in = shop_form(e, who);
    struct order_place_out out;
    in.no_deals = no_deals;
    t_st(engine_call(e, who, CMD_ORDER_PLACE, &in, &out), ST_OK, "and orders it");
    if (verified)
        BEHIND(e, consent_look_verify(e->db, &(struct consent_look_verify_in){ who.person, e->now }, NULL));
    return engine_customer(who);
}

static st choose(struct engine *e, struct actor who, const char *topic, bool on)
{
    struct choice_set_out out;
    return engine_call(e, who, CMD_CHOICE_SET, &(struct choice_set_in){ .topic = str_c(topic), .on = on }, &out);
}

static void routes(struct engine *e)
{
    struct gate g = engine_gate(e);
    t_ok(topic_route(&g, TOPIC_SERVICE) == ROUTE_CONTRACT && topic_route(&g, TOPIC_NEWS) == ROUTE_INTEREST &&
         topic_route(&g, TOPIC_DEALS) == ROUTE_SOFT && topic_route(&g, TOPIC_NEWSLETTER) == ROUTE_CONSENT, "the rules give each its route");
    struct actor told = customer(e, false, true), refused = customer(e, true, true), unproven = customer(e, false, false);
    t_ok(may(e, told.person, TOPIC_DEALS) == MAY_YES, "who could refuse, and did not");
    t_ok(may(e, refused.person, TOPIC_DEALS) == MAY_REFUSED, "who refused when they ordered");
    t_ok(may(e, refused.person, TOPIC_NEWS) == MAY_YES, "which was about offers");
    t_ok(may(e, unproven.person, TOPIC_NEWS) == MAY_UNVERIFIED, "an address nobody confirmed");
    t_ok(may(e, unproven.person, TOPIC_SERVICE) == MAY_YES, "is told what it must know");
    t_ok(may(e, told.person, TOPIC_NEWSLETTER) == MAY_NO_CONSENT, "the newsletter wants consent");
    t_st(choose(e, told, "newsletter", true), ST_OK, "given on the page, the address is proven");
    t_ok(may(e, told.person, TOPIC_NEWSLETTER) == MAY_YES, "counts at once");
    t_st(choose(e, told, "newsletter", false), ST_OK, "and ends");
    t_ok(may(e, told.person, TOPIC_NEWSLETTER) == MAY_SUPPRESSED, "as easily");
    t_st(choose(e, told, "service", false), ST_INVALID, "about what they must know nobody chooses");
    t_st(choose(e, unproven, "newsletter", true), ST_OK, "not proven: a message first");
    t_str(newest(e).state, S("asked"), "so it is asked for");
    t_st(choose(e, told, "news", false), ST_OK, "news are refused");
    t_ok(may(e, told.person, TOPIC_NEWS) == MAY_REFUSED && may(e, told.person, TOPIC_DEALS) == MAY_YES, "and only they");
    t_st(choose(e, told, "news", true), ST_OK, "and wanted again");
    t_ok(may(e, told.person, TOPIC_NEWS) == MAY_YES, "by their own act");
    t_st(engine_call(e, told, CMD_CHOICE_OBJECT, &(struct choice_object_in){ 0 }, NULL), ST_OK, "objects to all marketing");
    t_ok(may(e, told.person, TOPIC_DEALS) == MAY_REFUSED && may(e, told.person, TOPIC_NEWSLETTER) == MAY_REFUSED, "at once");
    struct gate g2 = engine_gate(e);
    t_st(gate_person(&g2, told.person, PURPOSE_DEALS), ST_RESTRICTED, "and the gates know");
    t_ok(may(e, told.person, TOPIC_NEWS) == MAY_YES, "news are no marketing");
    struct cx cx = { .gate = engine_gate(e), .config = &e->config, .actor = engine_system() };
    struct consent_look_uid_row row = { 0 };
    t_st(consent_look_uid(e->db, e->a, &(struct consent_look_uid_in){ refused.person }, &row), ST_OK, "somebody");
    BEHIND(e, mail_link_put_nt(&cx, refused.person, row.uid, TOPIC_NEWS));
    BEHIND(e, consent_look_close(e->db, &(struct consent_look_close_in){ refused.person, e->now }, NULL));
    struct choice_unsubscribe_in gone = { .token = token(e, refused.person, TOPIC_NEWS) };
    t_st(engine_call(e, nobody(), CMD_CHOICE_UNSUBSCRIBE, &gone, NULL), ST_EXPIRED, "and its links lead nowhere");
    t_ok(may(e, refused.person, TOPIC_SERVICE) == MAY_CLOSED, "a closed account is written to about nothing");
}

/* A restriction stops everything, an objection what it is about; both by the gates, and the check knows them. */
static void restricted(struct engine *e)
{
    struct actor who = customer(e, false, true);
    struct cx cx = { .gate = engine_gate(e), .config = &e->config, .actor = who };
    BEHIND(e, restriction_set_nt(&cx, who.person, RESTRICTION_RESTRICT, PURPOSE_NEWS, true));
    t_ok(may(e, who.person, TOPIC_NEWS) == MAY_RESTRICTED && may(e, who.person, TOPIC_SERVICE) == MAY_RESTRICTED, "nobody restricted");
    t_st(choose(e, who, "news", false), ST_OK, "who may still refuse");
    BEHIND(e, restriction_set_nt(&cx, who.person, RESTRICTION_RESTRICT, PURPOSE_NEWS, false));
    t_ok(may(e, who.person, TOPIC_NEWS) == MAY_REFUSED && may(e, who.person, TOPIC_SERVICE) == MAY_YES, "and it counts afterwards");
    BEHIND(e, restriction_set_nt(&cx, who.person, RESTRICTION_OBJECT, PURPOSE_DEALS, true));
    t_ok(may(e, who.person, TOPIC_DEALS) == MAY_REFUSED, "an objection to the purpose is one to the offers");
    t_st(choose(e, who, "deals", true), ST_OK, "until they want them themselves");
    t_ok(may(e, who.person, TOPIC_DEALS) == MAY_YES, "which lifts it everywhere");
}

/* Every message has a name for who got it. */
static void named(void)
{
    enum text_key key;
    for (int m = 0; m < MAIL_N; m++) {
        char name[80];
        snprintf(name, sizeof name, "data.mail.%s", mail_word((enum mail)m));
        t_ok(text_find(str_c(name), &key), name);
    }
}

/* What is on the list stays when the person goes, and is about nothing but the address. */
static void erased(struct engine *e)
{
    struct actor who = customer(e, false, true);
    struct cx cx = { .gate = engine_gate(e), .config = &e->config, .actor = engine_system() };
    int64_t before = counts(e).listed;
    BEHIND(e, suppress_person_nt(&cx, who.person, SUPPRESS_ALL, SUPPRESS_ERASED));
    t_i64(counts(e).listed, before + 1, "one entry for everything");
    t_ok(may(e, who.person, TOPIC_NEWS) == MAY_SUPPRESSED && may(e, who.person, TOPIC_SERVICE) == MAY_SUPPRESSED, "for every topic");
    BEHIND(e, suppress_person_nt(&cx, who.person, SUPPRESS_ALL, SUPPRESS_ERASED));
    t_i64(counts(e).listed, before + 1, "twice is once");
    struct mail_token_in link = { .person = who.person, .kind = S("verify"), .token_code = code32(e, "proof") };
    struct person_verify_out out;
    t_st(engine_call(e, engine_system(), CMD_MAIL_TOKEN, &link, NULL), ST_OK, "somebody has an account with that address again");
    t_st(engine_call(e, nobody(), CMD_PERSON_VERIFY, &(struct person_verify_in){ code32(e, "proof") }, &out), ST_OK, "and proves it");
    t_ok(may(e, who.person, TOPIC_SERVICE) == MAY_YES, "is told what they must know");
    t_i64(counts(e).listed, before, "the entry is lifted");
}

/* ---- announcements */

static struct announce_save_in draft(const char *topic, const char *audience)
{
    return (struct announce_save_in){ .topic = str_c(topic), .audience = str_c(audience), .product = S(""), .title = S("What is new"),
                                      .body = S("Hello.\n\n- one\n- [two](/products/starter)\n"), .public = true };
}

static struct consent_look_announcement_row seen(struct engine *e, uid id)
{
    struct consent_look_announcement_row a = { 0 };
    t_st(consent_look_announcement(e->db, e->a, &(struct consent_look_announcement_in){ id }, &a), ST_OK, "the announcement");
    return a;
}

static struct consent_look_sends_rows sends(struct engine *e, uid id)
{
    struct consent_look_sends_rows rows = { 0 };
    t_st(consent_look_sends(e->db, e->a, &(struct consent_look_sends_in){ seen(e, id).id }, &rows), ST_OK, "the log");
    return rows;
}

static int64_t in_state(struct engine *e, uid id, const char *state)
{
    struct consent_look_sends_rows rows = sends(e, id);
    int64_t n = 0;
    for (size_t i = 0; i < rows.n; i++)
        n += str_eq(rows.v[i].state, str_c(state));
    return n;
}

static uid made(struct engine *e, const char *topic, const char *audience)
{
    struct announce_save_in in = draft(topic, audience);
    struct announce_save_out out = { 0 };
    t_st(engine_call(e, engine_staff(), CMD_ANNOUNCE_SAVE, &in, &out), ST_OK, "staff write an announcement");
    return out.announcement;
}

static void listed(struct engine *e, uid id)
{
    struct announce_prepare_in in = { .announcement = id, .version = seen(e, id).version };
    t_st(engine_call(e, engine_staff(), CMD_ANNOUNCE_PREPARE, &in, NULL), ST_OK, "the list is to be made");
    t_st(engine_call(e, engine_staff(), CMD_ANNOUNCE_PREPARE, &in, NULL), ST_CONFLICT, "once");
    engine_work(e);
    t_str(seen(e, id).state, S("ready"), "the list is there");
}

static st approve(struct engine *e, uid id, int64_t n)
{
    struct announce_approve_in in = { .announcement = id, .version = seen(e, id).version, .seen = n, .day = S(""), .time = S("") };
    return engine_call(e, engine_staff(), CMD_ANNOUNCE_APPROVE, &in, NULL);
}

static int64_t files(struct engine *e, uid message)
{
    struct stat about;
    char path[200];
    snprintf(path, sizeof path, "%s/mail/new/%.*s.avow", e->dir, STR_ARG(uid_str(e->a, message)));
    return stat(path, &about) == 0;
}

static void text_rules(struct engine *e)
{
    struct announce_save_in in = draft("news", "customers");
    static const struct {
        const char *body, *why;
    } bad[] = {
        { "<b>Hello</b>", "err.ann.html" },        { "![x](https://example.com/x.png)", "err.ann.picture" },
        { "[x](http://example.com)", "err.ann.link" }, { "[x](javascript:alert(1))", "err.ann.link" },
        { "[x](//example.com)", "err.ann.link" },  { " \n", "err.ann.empty" },
        { "<script>", "err.ann.html" },
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        in.body = str_c(bad[i].body);
        t_st(engine_call(e, engine_staff(), CMD_ANNOUNCE_SAVE, &in, NULL), ST_INVALID, bad[i].body);
        t_str(e->message, str_c(bad[i].why), "and why");
    }
    in = draft("nonsense", "customers");
    t_st(engine_call(e, engine_staff(), CMD_ANNOUNCE_SAVE, &in, NULL), ST_INVALID, "a topic that is none");
    in = draft("news", "product");
    t_st(engine_call(e, engine_staff(), CMD_ANNOUNCE_SAVE, &in, NULL), ST_INVALID, "a product that is none");
    struct actor weak = { .kind = ACTOR_STAFF, .caps = CAP_STAFF };
    in = draft("news", "customers");
    t_st(engine_call(e, weak, CMD_ANNOUNCE_SAVE, &in, NULL), ST_DENIED, "nor by any member of staff");
}

/* Everybody once; who stops it in the middle gets no more. */
static uid sent_in_batches(struct engine *e)
{
    struct actor who[6];
    for (size_t i = 0; i < COUNT(who); i++)
        who[i] = customer(e, false, true);
    engine_work(e);
    engine_set(e, "mail.per_minute", "6");
    uid id = made(e, "deals", "customers");
    listed(e, id);
    int64_t n = in_state(e, id, "queued");
    t_ok(n >= 6, "those and earlier ones");
    t_st(approve(e, id, n + 1), ST_CONFLICT, "another number than was seen");
    t_st(approve(e, id, n), ST_OK, "approved after a second look");
    engine_work(e);
    t_i64(in_state(e, id, "sent"), 1, "six a minute: one in ten seconds");
    t_st(engine_call(e, who[5], CMD_CHOICE_OBJECT, &(struct choice_object_in){ 0 }, NULL), ST_OK, "the last one objects meanwhile");
    struct announce_hold_in hold = { .announcement = id, .act = S("pause") };
    t_st(engine_call(e, engine_staff(), CMD_ANNOUNCE_HOLD, &hold, NULL), ST_OK, "paused");
    engine_pass(e, 60);
    engine_work(e);
    t_i64(in_state(e, id, "sent"), 1, "nothing leaves");
    hold.act = S("resume");
    t_st(engine_call(e, engine_staff(), CMD_ANNOUNCE_HOLD, &hold, NULL), ST_OK, "and goes on");
    for (int i = 0; i < 40 && !str_eq(seen(e, id).state, S("sent")); i++) {
        engine_work(e);
        engine_pass(e, 10);
    }
    t_str(seen(e, id).state, S("sent"), "to its end");
    t_i64(in_state(e, id, "sent"), n - 1, "everybody but one");
    t_i64(in_state(e, id, "left_out"), 1, "who objected");
    t_ok(seen(e, id).published_at.s != UTC_NONE.s, "and it stands on the web site");
    struct consent_look_sends_rows rows = sends(e, id);
    bool all = true;
    for (size_t i = 0; i < rows.n; i++)
        all = all && files(e, rows.v[i].uid) == str_eq(rows.v[i].state, S("sent"));
    t_ok(all, "who is in the log as sent has a message, and nobody else");
    engine_set(e, "mail.per_minute", "6000");
    return id;
}

/* What was being handed over when the courier ended: told apart by whether it may be sent again. */
static void killed(struct engine *e)
{
    uid id = made(e, "news", "customers");
    struct consent_look_leased_row job = { 0 };
    listed(e, id);
    int64_t n = in_state(e, id, "queued");
    t_st(approve(e, id, n), ST_OK, "approved");
    struct consent_look_announcement_row a = seen(e, id);
    BEHIND(e, consent_look_lease(e->db, &(struct consent_look_lease_in){ a.run_job, { e->now.s + 120 } }, NULL));
    t_st(consent_look_leased(e->db, e->a, &(struct consent_look_leased_in){ a.run_job }, &job), ST_OK, "a courier takes it");
    struct announce_begin_in begin = { .announcement = a.id, .job = job.id, .fence = job.fence };
    t_st(engine_call(e, engine_system(), CMD_ANNOUNCE_BEGIN, &begin, NULL), ST_OK, "begins");
    struct announce_claim_in claim = { .announcement = a.id, .job = job.id, .fence = job.fence };
    struct announce_claim_out got = { 0 };
    t_st(engine_call(e, engine_system(), CMD_ANNOUNCE_CLAIM, &claim, &got), ST_OK, "claims one");
    t_str(got.state, S("send"), "to be sent");
    struct announce_claim_in stale = claim;
    stale.fence--;
    t_st(engine_call(e, engine_system(), CMD_ANNOUNCE_CLAIM, &stale, &got), ST_CONFLICT, "an older courier gets none");
    stale = claim;
    stale.job++;
    t_st(engine_call(e, engine_system(), CMD_ANNOUNCE_CLAIM, &stale, &got), ST_CONFLICT, "nor another job");
    t_i64(in_state(e, id, "sending"), 1, "it is killed");
    struct announce_resume_in resume = { .announcement = a.id, .job = job.id, .fence = job.fence, .again = false };
    t_st(engine_call(e, engine_system(), CMD_ANNOUNCE_RESUME, &resume, NULL), ST_OK, "before anything left the house");
    t_i64(in_state(e, id, "queued"), n, "it waits again");
    t_st(engine_call(e, engine_system(), CMD_ANNOUNCE_CLAIM, &claim, &got), ST_OK, "claimed again");
    struct outbound_record_in leaving = { .recipient = S("mail_relay"), .purpose = S("news"), .person = got.person,
                                          .ref_kind = S("announcement"), .ref = got.send };
    t_st(engine_call(e, engine_system(), CMD_OUTBOUND_RECORD, &leaving, NULL), ST_OK, "and about to be handed over");
    t_st(engine_call(e, engine_system(), CMD_ANNOUNCE_RESUME, &resume, NULL), ST_OK, "through a relay");
    t_i64(in_state(e, id, "unclear"), 1, "nobody knows, and it is not sent again");
    t_st(engine_call(e, engine_system(), CMD_ANNOUNCE_CLAIM, &claim, &got), ST_OK, "claims another");
    engine_pass(e, 200);
    for (int i = 0; i < 10 && !str_eq(seen(e, id).state, S("sent")); i++) {
        engine_work(e);
        engine_pass(e, 10);
    }
    t_i64(in_state(e, id, "sent"), n - 1, "into a maildir it is handed over again: the same message replaces itself");
    t_i64(in_state(e, id, "unclear"), 1, "the other stays as it is");
}

static struct announce_violations check(struct engine *e)
{
    struct announce_violations v = { .seen = -1 };
    t_st(announce_check_nobody_suppressed(e->db, (utc){ 0 }, &v), ST_OK, "the check runs");
    return v;
}

static int64_t all_of(const struct announce_violations *v)
{
    return v->suppressed + v->refused + v->no_consent + v->closed + v->restricted;
}

/* Each promise broken behind the program's back is seen, and the row is named. */
static void sabotage(struct engine *e, uid deals)
{
    struct announce_violations v = check(e);
    t_ok(v.seen > 8 && all_of(&v) == 0 && uid_zero(v.first), "nobody was written to against their wish");
    struct consent_look_sends_rows rows = sends(e, deals);
    struct cx cx = { .gate = engine_gate(e), .config = &e->config, .actor = engine_system() };
    const struct consent_look_sends_row *hit = &rows.v[0];
    BEHIND(e, suppress_add_nt(&cx, hit->code, TOPIC_DEALS, SUPPRESS_UNSUBSCRIBED));
    v = check(e);
    t_i64(all_of(&v), 0, "who stops it afterwards was written to rightly");
    BEHIND(e, consent_look_backdate_listed(e->db, &(struct consent_look_backdate_listed_in){ hit->code, { hit->sent_at.s - 1 } }, NULL));
    v = check(e);
    t_i64(v.suppressed, 1, "an entry that was there before is seen");
    t_ok(uid_eq(v.first, hit->uid), "and the message named");
    BEHIND(e, consent_look_backdate_listed(e->db, &(struct consent_look_backdate_listed_in){ hit->code, e->now }, NULL));
    t_i64(check(e).suppressed, 0, "put right");
    hit = &rows.v[1];
    t_st(choose(e, (struct actor){ .kind = ACTOR_CUSTOMER, .person = hit->person_id, .caps = CAP_PUBLIC | CAP_CUSTOMER }, "deals", false),
         ST_OK, "somebody refuses");
    BEHIND(e, consent_look_backdate_choice(e->db, &(struct consent_look_backdate_choice_in){ hit->person_id, { hit->sent_at.s - 1 } }, NULL));
    v = check(e);
    t_ok(v.refused >= 1 && v.suppressed == 0, "a refusal from before is seen");
    BEHIND(e, consent_look_backdate_choice(e->db, &(struct consent_look_backdate_choice_in){ hit->person_id, e->now }, NULL));
    BEHIND(e, consent_look_close(e->db, &(struct consent_look_close_in){ hit->person_id, { hit->sent_at.s - 1 } }, NULL));
    v = check(e);
    t_ok(v.closed >= 1, "somebody whose account was closed is seen");
    hit = &rows.v[3];
    struct cx owner = { .gate = engine_gate(e), .config = &e->config, .actor = engine_system() };
    BEHIND(e, restriction_set_nt(&owner, hit->person_id, RESTRICTION_RESTRICT, PURPOSE_DEALS, true));
    t_i64(check(e).restricted, 0, "restricted afterwards");
    BEHIND(e, consent_look_backdate_restriction(e->db, &(struct consent_look_backdate_restriction_in){ hit->person_id, { hit->sent_at.s - 1 } }, NULL));
    t_ok(check(e).restricted >= 1, "somebody whose data were restricted is seen");
}

static void by_consent(struct engine *e)
{
    uid id = made(e, "newsletter", "subscribers");
    struct consent_look_person_of_row reader;
    listed(e, id);
    int64_t n = in_state(e, id, "queued");
    t_ok(n >= 1, "who agreed");
    t_st(approve(e, id, n), ST_OK, "approved");
    engine_work(e);
    t_i64(in_state(e, id, "sent"), n, "gets it");
    t_st(consent_look_person_of(e->db, e->a, &(struct consent_look_person_of_in){ S("newsletter") }, &reader), ST_OK, "a reader");
    t_ok(newest(e).used_at.s >= newest(e).given_at.s, "and that their consent was relied on is on the record");
    t_i64(check(e).no_consent, 0, "all of them agreed");
    BEHIND(e, consent_look_delete_consent(e->db, &(struct consent_look_delete_consent_in){ reader.person_id }, NULL));
    struct announce_violations v = check(e);
    t_i64(v.no_consent, 1, "a consent that is gone is missed");
}

static void came_back(struct engine *e, uid deals)
{
    struct consent_look_sends_rows rows = sends(e, deals);
    const struct consent_look_sends_row *s = &rows.v[2];
    struct announce_bounced_in in = { .message = s->uid, .kind = S("soft") };
    struct announce_bounced_out out = { 0 };
    int64_t before = counts(e).listed;
    t_st(engine_call(e, engine_system(), CMD_ANNOUNCE_BOUNCED, &in, &out), ST_OK, "a full mailbox");
    t_ok(out.known && counts(e).listed == before, "is counted");
    in.kind = S("hard");
    t_st(engine_call(e, engine_system(), CMD_ANNOUNCE_BOUNCED, &in, &out), ST_OK, "no such mailbox");
    t_i64(counts(e).listed, before + 1, "is not written to again");
    t_ok(may(e, s->person_id, TOPIC_NEWS) == MAY_SUPPRESSED, "about anything");
    in.message = rnd_uid();
    t_st(engine_call(e, engine_system(), CMD_ANNOUNCE_BOUNCED, &in, &out), ST_OK, "a message we do not know");
    t_ok(!out.known && counts(e).listed == before + 1, "changes nothing");
}

static void without_clause(struct engine *e)
{
    t_st(engine_without(e, "S10"), ST_OK, "a statement without S10");
    struct gate g = engine_gate(e);
    t_ok(topic_route(&g, TOPIC_NEWS) == ROUTE_OFF && topic_route(&g, TOPIC_SERVICE) == ROUTE_CONTRACT, "only contracts are left");
    struct announce_save_in in = draft("service", "customers");
    t_st(engine_call(e, engine_staff(), CMD_ANNOUNCE_SAVE, &in, NULL), ST_STATEMENT, "nothing is announced");
    t_st(engine_call(e, nobody(), CMD_NEWSLETTER_ASK, &(struct newsletter_ask_in){ .email = S("x@example.test") }, NULL), ST_STATEMENT,
         "nobody subscribes");
    int64_t before = counts(e).choices;
    (void)customer(e, true, true);
    t_i64(counts(e).choices, before, "and an order keeps no choice");
}

static void checks(struct engine *e)
{
    shop_open(e);
    int64_t reader = double_opt_in(e);
    not_confirmed(e);
    withdrawn(e, reader);
    routes(e);
    restricted(e);
    erased(e);
    named();
    text_rules(e);
    uid deals = sent_in_batches(e);
    killed(e);
    sabotage(e, deals);
    by_consent(e);
    came_back(e, deals);
    without_clause(e);
}

int main(int argc, char **argv)
{
    return engine_on_both(argc, argv, checks);
}
