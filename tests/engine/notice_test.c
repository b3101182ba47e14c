/* Recipients of what was corrected, erased or restricted: found in the ledger, told or not, and seen by the person. */
#include "life.h"
#include "account.h"
#include "notice.h"
#include "notice_look_sql.h"

static struct notice_look_all_rows all(struct engine *e, int64_t person)
{
    struct notice_look_all_rows rows = { 0 };
    t_st(notice_look_all(e->db, e->a, &(struct notice_look_all_in){ person }, &rows), ST_OK, "notices");
    return rows;
}

static const struct notice_look_all_row *to(const struct notice_look_all_rows *rows, const char *recipient, const char *kind)
{
    static const struct notice_look_all_row none = { .state = SI("none"), .fields = SI(""), .reason = SI("") };
    for (size_t i = 0; i < rows->n; i++)
        if (str_eq(rows->v[i].recipient, str_c(recipient)) && str_eq(rows->v[i].kind, str_c(kind)))
            return &rows->v[i];
    return &none;
}

static st correct(struct engine *e, const struct customer *c, str name, str telephone)
{
    struct gate g = engine_gate(e);
    struct profile p;
    struct notice_look_version_row v = { 0 };
    t_st(profile_get(&g, c->s.who.person, PURPOSE_RIGHTS, &p, NULL), ST_OK, "the profile");
    t_st(notice_look_version(e->db, e->a, &(struct notice_look_version_in){ c->s.who.person }, &v), ST_OK, "its version");
    struct person_correct_in in = { .full_name = name.n ? name : p.full_name, .company = S(""), .vat_number = S(""),
        .address1 = p.address1, .address2 = S(""), .city = p.city, .region = S(""), .postcode = p.postcode, .country = p.country,
        .telephone = telephone.n ? telephone : p.telephone, .version = v.version };
    return engine_call(e, c->s.who, CMD_PERSON_CORRECT, &in, NULL);
}

static void corrected(struct engine *e)
{
    struct customer c = buys(e, "starter");
    engine_work(e);
    t_st(correct(e, &c, S(""), S("020 7946 0999")), ST_OK, "a telephone number that nobody was told");
    t_i64((int64_t)all(e, c.s.who.person).n, 0, "nobody has to be told of");
    t_st(correct(e, &c, S(""), S("")), ST_OK, "saved as it was");
    t_i64((int64_t)all(e, c.s.who.person).n, 0, "neither");
    t_st(correct(e, &c, S("Alicia Marlowe"), S("")), ST_OK, "a name");
    struct notice_look_all_rows rows = all(e, c.s.who.person);
    const struct notice_look_all_row *relay = to(&rows, "mail_relay", "corrected"), *gateway = to(&rows, "gateway_sandbox", "corrected");
    t_ok(str_eq(relay->state, S("moot")) && str_eq(relay->fields, S("person.full_name")), "the mail relay had it, and keeps nothing");
    t_ok(str_eq(gateway->state, S("moot")) && str_eq(gateway->fields, S("invoice.party_name")), "the gateway had it from the invoice");
    t_str(to(&rows, "platform", "corrected")->state, S("none"), "the platform never had it");
}

/* Somebody who paid through Stripe, as the ledger has it. */
static void stripe_was_told(struct engine *e, int64_t person)
{
    static const enum column_id email = COL_invoice_party_email;
    struct gate g = engine_gate(e);
    t_st(db_begin(e->db), ST_OK, "begin");
    t_st(gate_disclose_nt(&g, &(struct disclosure){ .to = RECIPIENT_GATEWAY_STRIPE, .purpose = PURPOSE_BILLING, .fields = &email, .n = 1,
        .person = person, .ref_kind = "payment", .ref = rnd_uid() }), ST_OK, "Stripe is told an address");
    t_st(db_commit(e->db), ST_OK, "commit");
}

static st queue(struct engine *e, int64_t person, enum notice_kind kind, enum column_id col)
{
    struct cx cx = { .gate = engine_gate(e), .config = &e->config, .actor = engine_system() };
    TRY(db_begin(e->db));
    TRY(notice_queue_nt(&cx, person, kind, &col, 1));
    return db_commit(e->db);
}

static void by_job(struct engine *e)
{
    struct customer c = buys(e, "email");
    engine_work(e);
    stripe_was_told(e, c.s.who.person);
    t_st(queue(e, c.s.who.person, NOTICE_CORRECTED, COL_person_email), ST_OK, "the address was wrong");
    struct notice_look_all_rows rows = all(e, c.s.who.person);
    t_str(to(&rows, "gateway_stripe", "corrected")->state, S("queued"), "Stripe is to be told");
    engine_work(e);
    rows = all(e, c.s.who.person);
    const struct notice_look_all_row *r = to(&rows, "gateway_stripe", "corrected");
    t_ok(str_eq(r->state, S("impossible")) && str_eq(r->reason, S("no_record")), "it has no customer of that name to correct");
}

static void by_staff(struct engine *e)
{
    struct customer c = buys(e, "starter");
    engine_work(e);
    struct restriction_set_in stop = { .mode = S("restrict"), .purpose = S(""), .ground = S("accuracy"), .note = S("") };
    t_st(engine_call(e, c.s.who, CMD_RESTRICTION_SET, &stop, NULL), ST_OK, "restricted");
    struct notice_look_all_rows rows = all(e, c.s.who.person);
    const struct notice_look_all_row *platform = to(&rows, "platform", "restricted");
    t_str(platform->state, S("task"), "staff tell the platform");
    t_str(to(&rows, "mail_relay", "restricted")->state, S("moot"), "the relay has nothing to be told");
    struct notice_decide_in in = { .notice = platform->uid, .told = false, .note = S("") };
    t_st(engine_call(e, c.s.who, CMD_NOTICE_DECIDE, &in, NULL), ST_DENIED, "customers say nothing about it");
    t_st(engine_call(e, engine_staff(), CMD_NOTICE_DECIDE, &in, NULL), ST_INVALID, "that it cannot be done has a reason");
    in.note = S("They keep it as long as the service runs");
    t_st(engine_call(e, engine_staff(), CMD_NOTICE_DECIDE, &in, NULL), ST_OK, "which is recorded");
    t_st(engine_call(e, engine_staff(), CMD_NOTICE_DECIDE, &in, NULL), ST_CONFLICT, "once");
    rows = all(e, c.s.who.person);
    platform = to(&rows, "platform", "restricted");
    struct gate g = engine_gate(e);
    str note = S("");
    t_str(platform->state, S("impossible"), "so it is");
    t_st(gate_use(&g, COL_recipient_notice_note, PURPOSE_RIGHTS, platform->uid, platform->note, &note), ST_OK, "and the person reads");
    t_str(note, in.note, "why");
}

static void checks(struct engine *e)
{
    shop_open(e);
    corrected(e);
    by_job(e);
    by_staff(e);
}

int main(int argc, char **argv)
{
    return engine_on_both(argc, argv, checks);
}
