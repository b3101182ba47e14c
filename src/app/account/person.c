/* Registering, confirming an address, passwords, and correcting one's details. */
#include "account.h"
#include "account_sql.h"
#include "consent.h"
#include "fold.h"
#include "mail.h"
#include "notice.h"
#include "money.h"
#include "person_add.h"
#include "rnd.h"
#include "str.h"
#include "suppress.h"

#define HOUR 3600
#define RESET_PAUSE 300 /* at most one message in so many seconds, however often it is asked for */

st account_email_code(struct gate *g, str typed, str *code)
{
    return gate_blind(g, COL_person_email_code, fold_email(g->arena, typed), code);
}

/* One message of a kind in each stretch of time: nobody's mailbox is filled through us. */
static str occasion(struct cx *cx, int64_t seconds)
{
    return str_fmt(CX_ARENA(cx), "%lld", (long long)(cx->gate.now.s / seconds));
}

bool account_email_sound(str s)
{
    size_t at = str_index(s, '@');
    str domain = str_sub(s, at + 1, s.n);
    return at > 0 && at < s.n && at <= 64 && s.n <= 254 && utf8_printable(s, false) && str_index(s, ' ') == s.n &&
           str_index(domain, '@') == domain.n && str_index(domain, '.') < domain.n && domain.n >= 3;
}

/* ---- registering ---- */

static st seal(struct cx *cx, const struct person_add *p, int64_t person, uid row, enum column_id col, str plain,
               const struct sealed **out)
{
    struct collect c = { .col = col, .point = p->point, .source = p->source, .person = person, .row = row };
    return gate_collect_nt(&cx->gate, &c, plain, out);
}

/* The row must exist before anything is sealed for it: a data key belongs to a person. */
st person_add_nt(struct cx *cx, const struct person_add *p, int64_t *id)
{
    struct account_visitor_add_row row;
    struct account_become_in in = { .kind = str_c(p->kind), .capabilities = (int64_t)p->capabilities };
    uid own = rnd_uid();
    TRY(account_email_code(&cx->gate, p->email, &in.email_code));
    TRY(account_visitor_add(CX_DB(cx), CX_ARENA(cx), &(struct account_visitor_add_in){
        .uid = own, .currency = p->currency, .at = cx->gate.now }, &row));
    in.id = *id = row.id;
    TRY(seal(cx, p, *id, own, COL_person_email, str_trim(p->email), &in.email));
    TRY(seal(cx, p, *id, own, COL_person_full_name, str_trim(p->full_name), &in.full_name));
    TRY(seal(cx, p, *id, own, COL_person_password, p->password, &in.password));
    TRY(account_become(CX_DB(cx), &in, NULL));
    struct profile known = { .full_name = str_trim(p->full_name) };
    return profile_codes_nt(cx, *id, &known, p->email);
}

st cmd_person_register(struct cx *cx, const struct person_register_in *in, struct person_register_out *out)
{
    (void)out;
    str code;
    struct account_sign_in_row known;
    if (!currency_known(in->currency))
        return cx_invalid(cx, "currency", "err.currency");
    TRY(account_email_code(&cx->gate, in->email, &code));
    struct account_sign_in_in by = { .kind = S("customer"), .code = code };
    st found = account_sign_in(CX_DB(cx), CX_ARENA(cx), &by, &known);
    if (found == ST_OK)
        return mail_queue_nt(cx, MAIL_existing, known.id, known.id, occasion(cx, HOUR));
    if (found != ST_NOT_FOUND)
        return found;
    int64_t id;
    TRY(person_add_nt(cx, &(struct person_add){
        .kind = "customer", .email = in->email, .full_name = in->full_name, .password = in->password,
        .currency = in->currency, .point = POINT_REGISTER, .source = SOURCE_PERSON }, &id));
    TRY(mail_queue_nt(cx, MAIL_verify, id, id, S("1")));
    if (in->newsletter && topic_route(&cx->gate, TOPIC_NEWSLETTER) == ROUTE_CONSENT)
        TRY(consent_ask_nt(cx, &(struct consent_at){ .person = id, .topic = TOPIC_NEWSLETTER, .point = POINT_REGISTER }));
    return cx_event_nt(cx, EVENT_PERSON_REGISTERED, "person", id, S("register"));
}

/* ---- links ---- */

/* A link that was sent and not used: its person. ST_EXPIRED for all others, without saying why. */
static st use_link(struct cx *cx, str code, const char *kind, int64_t *person)
{
    struct account_link_row link;
    int64_t used = 0;
    st found = account_link(CX_DB(cx), CX_ARENA(cx), &(struct account_link_in){ .code = code, .kind = str_c(kind) }, &link);
    if (found == ST_NOT_FOUND)
        return ST_EXPIRED;
    TRY(found);
    if (link.used_at.s != UTC_NONE.s || cx->gate.now.s >= link.expires_at.s)
        return ST_EXPIRED;
    TRY(account_link_use(CX_DB(cx), &(struct account_link_use_in){ .id = link.id, .at = cx->gate.now }, &used));
    *person = link.person_id;
    return used == 1 ? ST_OK : ST_EXPIRED;
}

st account_verified_nt(struct cx *cx, int64_t person)
{
    int64_t changed = 0;
    TRY(account_set_verified(CX_DB(cx), &(struct account_set_verified_in){ .id = person, .at = cx->gate.now }, &changed));
    TRY(suppress_proven_nt(cx, person));
    return changed ? cx_event_nt(cx, EVENT_PERSON_VERIFIED, "person", person, S("link")) : ST_OK;
}

st cmd_person_verify(struct cx *cx, const struct person_verify_in *in, struct person_verify_out *out)
{
    TRY(use_link(cx, in->token_code, "verify", &out->person));
    TRY(account_set_verified(CX_DB(cx), &(struct account_set_verified_in){ .id = out->person, .at = cx->gate.now }, NULL));
    TRY(suppress_proven_nt(cx, out->person));
    return cx_event_nt(cx, EVENT_PERSON_VERIFIED, "person", out->person, S(""));
}

/* Known or not, the answer is the same. */
st cmd_person_ask_reset(struct cx *cx, const struct person_ask_reset_in *in, struct person_ask_reset_out *out)
{
    (void)out;
    struct account_by_email_rows who;
    TRY(account_by_email(CX_DB(cx), CX_ARENA(cx), &(struct account_by_email_in){ .code = in->email_code }, &who));
    for (size_t i = 0; i < who.n; i++)
        if (str_eq(who.v[i].status, S("active")))
            TRY(mail_queue_nt(cx, MAIL_reset, who.v[i].id, who.v[i].id, occasion(cx, RESET_PAUSE)));
    return ST_OK;
}

/* ---- passwords ---- */

static st change_password(struct cx *cx, int64_t person, enum point point, str encoded)
{
    struct account_person_row row;
    struct account_set_password_in in = { .id = person };
    TRY(account_person(CX_DB(cx), CX_ARENA(cx), &(struct account_person_in){ .id = person }, &row));
    if (!str_eq(row.status, S("active")) || str_empty(encoded))
        return ST_DENIED;
    struct collect c = { .col = COL_person_password, .point = point, .source = SOURCE_PERSON, .person = person, .row = row.uid };
    TRY(gate_collect_nt(&cx->gate, &c, encoded, &in.password));
    TRY(account_set_password(CX_DB(cx), &in, NULL));
    TRY(account_session_end_others(CX_DB(cx), &(struct account_session_end_others_in){
        .person = person, .keep = cx->actor.person == person ? cx->actor.session : 0, .at = cx->gate.now }, NULL));
    TRY(mail_queue_nt(cx, MAIL_password_changed, person, person, str_fmt(CX_ARENA(cx), "%lld", (long long)cx->gate.now.s)));
    return cx_event_nt(cx, EVENT_PERSON_PASSWORD, "person", person, str_c(point_info[point].name));
}

/* By a link from a message, which proves the address too; or signed in, when the old password was verified before. */
st cmd_person_set_password(struct cx *cx, const struct person_set_password_in *in, struct person_set_password_out *out)
{
    (void)out;
    int64_t person = cx->actor.person;
    bool signed_in = cx->actor.kind == ACTOR_CUSTOMER || cx->actor.kind == ACTOR_STAFF;
    if (str_empty(in->token_code))
        return signed_in ? change_password(cx, person, POINT_PROFILE, in->password) : ST_DENIED;
    TRY(use_link(cx, in->token_code, "reset", &person));
    TRY(account_set_verified(CX_DB(cx), &(struct account_set_verified_in){ .id = person, .at = cx->gate.now }, NULL));
    TRY(suppress_proven_nt(cx, person));
    return change_password(cx, person, POINT_RESET, in->password);
}

/* ---- details ---- */

/* LAW: UK GDPR art. 19: whoever got what was wrong is told. */
static st tell_recipients(struct cx *cx, int64_t person, const struct profile *was, const struct profile *is)
{
    const struct {
        enum column_id col;
        str was, is;
    } all[] = {
        { COL_person_full_name, was->full_name, is->full_name }, { COL_person_company, was->company, is->company },
        { COL_person_vat_number, was->vat_number, is->vat_number }, { COL_person_address1, was->address1, is->address1 },
        { COL_person_address2, was->address2, is->address2 }, { COL_person_city, was->city, is->city },
        { COL_person_region, was->region, is->region }, { COL_person_postcode, was->postcode, is->postcode },
        { COL_person_country, was->country, is->country }, { COL_person_telephone, was->telephone, is->telephone },
    };
    enum column_id changed[COUNT(all)];
    size_t n = 0;
    for (size_t i = 0; i < COUNT(all); i++)
        if (!str_eq(all[i].was, all[i].is) && !str_empty(all[i].was))
            changed[n++] = all[i].col;
    return n ? notice_queue_nt(cx, person, NOTICE_CORRECTED, changed, n) : ST_OK;
}

st cmd_person_correct(struct cx *cx, const struct person_correct_in *in, struct person_correct_out *out)
{
    (void)out;
    struct account_person_row row;
    struct profile before, p = { .business = in->business, .full_name = in->full_name, .company = in->company,
                         .vat_number = in->vat_number, .address1 = in->address1, .address2 = in->address2, .city = in->city,
                         .region = in->region, .postcode = in->postcode, .country = in->country, .telephone = in->telephone };
    TRY(account_person(CX_DB(cx), CX_ARENA(cx), &(struct account_person_in){ .id = cx->actor.person }, &row));
    /* Who has ordered has an address, and may correct it but not take it away: invoices need one. */
    TRY(profile_clean(cx, &p, !str_empty(row.country)));
    TRY(profile_get(&cx->gate, row.id, PURPOSE_RIGHTS, &before, NULL));
    TRY(profile_set_nt(cx, row.id, POINT_PROFILE, &p, in->version));
    TRY(tell_recipients(cx, row.id, &before, &p));
    return cx_event_nt(cx, EVENT_PERSON_CORRECTED, "person", row.id, S("profile"));
}

st cmd_person_currency(struct cx *cx, const struct person_currency_in *in, struct person_currency_out *out)
{
    (void)out;
    if (!currency_known(in->currency))
        return cx_invalid(cx, "currency", "err.currency");
    return account_set_currency(CX_DB(cx), &(struct account_set_currency_in){ .id = cx->actor.person, .currency = in->currency },
                                NULL);
}
