/* Receiving: from the account, from the form for people without one, and by staff for whoever wrote or telephoned. */
#include "case.h"
#include "clock.h"
#include "codec.h"
#include "config_keys.h"
#include "fold.h"
#include "fraud.h"
#include "rnd.h"
#include "str.h"

#define DAY 86400
#define OPEN_MOST 20          /* open requests of one person */
#define MAILS_A_DAY 3         /* confirmations to one address, whoever asks */
#define LINK_SECONDS (14 * DAY)
#define SESSION_SECONDS 7200  /* of somebody who came by a link */
#define SOON_DAYS 7
#define RECEIVED_DAYS 400     /* so long ago something can have come in that is entered today */

/* ---- checking -------------------------------------------------------------------------------------------------------- */

static bool known_field(str word)
{
    for (size_t i = 0; rights_fields[i]; i++)
        if (str_eq(word, str_c(rights_fields[i])))
            return true;
    return false;
}

static st check(struct cx *cx, struct rights_open *o)
{
    date today = date_london(cx->gate.now);
    TRY(rights_text(cx, "said", &o->said, 0, 4000));
    TRY(rights_text(cx, "wanted", &o->wanted, 0, 254));
    o->name = str_trim(o->name);
    o->email = str_trim(o->email);
    if (!utf8_printable(o->name, false) || o->name.n > 400)
        return cx_invalid(cx, "full_name", "err.characters");
    if (o->received.days == DATE_NONE.days)
        o->received = today;
    if (o->received.days > today.days)
        return cx_invalid(cx, "received", "rights.future");
    if (o->received.days < today.days - RECEIVED_DAYS)
        return cx_invalid(cx, "received", "rights.long_ago");
    if (o->kind != RIGHTS_RECTIFY || str_empty(o->field))
        o->field = o->wanted = S("");
    if (!str_empty(o->field) && !known_field(o->field))
        return cx_invalid(cx, "field", "err.choice");
    if (!str_empty(o->field) && str_empty(o->wanted))
        return cx_invalid(cx, "wanted", "err.required");
    bool says = !str_empty(o->said) || !str_empty(o->wanted);
    bool clear = o->kind == RIGHTS_ACCESS || o->kind == RIGHTS_PORTABILITY || o->kind == RIGHTS_ERASE;
    return says || clear ? ST_OK : cx_invalid(cx, "said", "err.required");
}

/* ---- the row --------------------------------------------------------------------------------------------------------- */

static st contact(struct cx *cx, const struct rights_open *o, struct rights_add_in *in)
{
    struct collect c = { .point = o->source == SOURCE_STAFF ? POINT_STAFF : POINT_RIGHTS, .source = o->source, .person = in->person,
                         .row = in->uid };
    if (o->person != 0)
        return ST_OK;
    c.col = COL_rights_request_name;
    if (!str_empty(o->name))
        TRY(gate_collect_nt(&cx->gate, &c, o->name, &in->name));
    c.col = COL_rights_request_email;
    if (str_empty(o->email))
        return ST_OK;
    TRY(gate_collect_nt(&cx->gate, &c, o->email, &in->email));
    return gate_blind(&cx->gate, COL_rights_request_email_code, fold_email(CX_ARENA(cx), o->email), &in->email_code);
}

static st whose(struct cx *cx, int64_t person, int64_t *out)
{
    struct rights_visitor_add_row row;
    struct rights_open_count_row n;
    *out = person;
    if (person == 0) {
        TRY(rights_visitor_add(CX_DB(cx), CX_ARENA(cx), &(struct rights_visitor_add_in){
            .uid = rnd_uid(), .currency = cx->config->shop.currencies.v[0], .at = cx->gate.now }, &row));
        *out = row.id;
        return ST_OK;
    }
    TRY(rights_open_count(CX_DB(cx), CX_ARENA(cx), &(struct rights_open_count_in){ .person = person }, &n));
    return n.n < OPEN_MOST ? ST_OK : ST_LIMIT;
}

static enum rights_state first_state(const struct rights_open *o)
{
    if (o->unconfirmed)
        return RIGHTS_IS_UNCONFIRMED;
    return o->identified && o->kind != RIGHTS_COMPLAINT ? RIGHTS_IS_RUNNING : RIGHTS_IS_RECEIVED;
}

static st add(struct cx *cx, const struct rights_open *o, struct rights_case *c)
{
    struct rights_add_row row;
    bool account = o->channel == RIGHTS_BY_ACCOUNT;
    struct rights_add_in in = {
        .uid = rnd_uid(), .kind = str_c(rights_kind_word(o->kind)), .channel = str_c(rights_channel_word(o->channel)),
        .state = str_c(rights_state_word(first_state(o))), .received_on = o->received, .at = cx->gate.now,
        .identified = account ? S("account") : o->identified ? S("shown") : S("no"), .order = o->order, .has_order = o->order != 0,
    };
    TRY(whose(cx, o->person, &in.person));
    TRY(contact(cx, o, &in));
    TRY(rights_add(CX_DB(cx), CX_ARENA(cx), &in, &row));
    return rights_case_load(cx, row.id, c);
}

static st first_entry(struct cx *cx, const struct rights_open *o, const struct rights_case *c, int64_t *entry)
{
    struct rights_change_add_row row;
    struct rights_change_add_in in = { .uid = rnd_uid(), .request = c->r.id, .field = o->field };
    bool staff = o->source == SOURCE_STAFF;
    TRY(rights_case_entry(cx, c, RIGHTS_WORDS(.word = "opened", .said = o->said, .by_staff_said = staff), entry));
    if (str_empty(o->field))
        return ST_OK;
    TRY(gate_collect_nt(&cx->gate, &(struct collect){ .col = COL_rights_change_wanted, .point = staff ? POINT_STAFF : POINT_RIGHTS,
        .source = o->source, .person = c->r.person_id, .row = in.uid }, o->wanted, &in.wanted));
    return rights_change_add(CX_DB(cx), CX_ARENA(cx), &in, &row);
}

/* What the program refused waits for a person from now on, as if it had been asked for on the page of the order.
 * LAW: UK GDPR art 22C. */
static st look_again(struct cx *cx, const struct rights_case *c)
{
    bool asked;
    return c->kind == RIGHTS_AUTOMATED && c->r.has_order_id ? fraud_ask_nt(cx, c->r.order_id, &asked) : ST_OK;
}

/* It is with us now: its number, its message, and of a complaint, its acknowledgement.
 * LAW: DPA 2018 s.164A(2): a complaint is acknowledged; the message does it at once. */
static st received(struct cx *cx, struct rights_case *c, int64_t entry)
{
    bool told, there = false, complaint = c->kind == RIGHTS_COMPLAINT;
    TRY(rights_case_tally(cx, c, c->r.received_on, "received"));
    TRY(rights_case_tell(cx, c, complaint ? MAIL_rights_acknowledged : MAIL_rights_received, entry, &told));
    if (complaint && told) {
        c->r.acknowledged_at = cx->gate.now;
        TRY(rights_case_go(cx, c, RIGHTS_ACT_ACKNOWLEDGE));
        TRY(rights_case_entry(cx, c, RIGHTS_WORDS(.act = RIGHTS_ACT_ACKNOWLEDGE), NULL));
        TRY(rights_case_tally(cx, c, date_london(cx->gate.now), "acknowledged"));
    }
    TRY(look_again(cx, c));
    if (str_eq(c->r.channel, S("account")))
        TRY(rights_copy_nt(cx, c, &there));
    TRY(rights_case_count(cx, c));
    TRY(rights_case_save(cx, c));
    TRY(cx_event_nt(cx, EVENT_RIGHTS_OPENED, "rights_request", c->r.id, c->r.kind));
    return there ? rights_copied_nt(cx, c->r.person_id, c->kind) : ST_OK;
}

st rights_open_nt(struct cx *cx, const struct rights_open *ask, int64_t *id)
{
    struct rights_open o = *ask;
    struct rights_case c;
    int64_t entry;
    TRY(check(cx, &o));
    TRY(add(cx, &o, &c));
    TRY(first_entry(cx, &o, &c, &entry));
    *id = c.r.id;
    return o.unconfirmed ? rights_case_tell(cx, &c, MAIL_rights_confirm, entry, NULL) : received(cx, &c, entry);
}

st rights_waiting(struct db *db, struct arena *a, date today, struct rights_waiting *out)
{
    struct rights_waiting_count_row n;
    TRY(rights_waiting_count(db, a, &(struct rights_waiting_count_in){ .upto = date_add_days(today, SOON_DAYS) }, &n));
    *out = (struct rights_waiting){ n.later + n.undated + n.urgent, n.urgent };
    return ST_OK;
}

st rights_find_open(struct db *db, struct arena *a, int64_t person, enum rights_kind kind, int64_t *id)
{
    struct rights_open_of_rows rows;
    TRY(rights_open_of(db, a, &(struct rights_open_of_in){ .person = person, .kind = str_c(rights_kind_word(kind)) }, &rows));
    if (rows.n == 0)
        return ST_NOT_FOUND;
    *id = rows.v[0].id;
    return ST_OK;
}

/* ---- commands -------------------------------------------------------------------------------------------------------- */

static st kind_of(struct cx *cx, str word, enum rights_kind *out)
{
    return rights_kind_parse(word, out) == ST_OK ? ST_OK : cx_invalid(cx, "kind", "err.choice");
}

static st uid_of(struct cx *cx, int64_t id, uid *out)
{
    struct rights_case c;
    TRY(rights_case_load(cx, id, &c));
    *out = c.r.uid;
    return ST_OK;
}

/* LAW: UK GDPR art 12(6): identity is asked for where there is reasonable doubt; who is signed in has shown it. */
st cmd_rights_open(struct cx *cx, const struct rights_open_in *in, struct rights_open_out *out)
{
    struct rights_open o = { .channel = RIGHTS_BY_ACCOUNT, .person = cx->actor.person, .received = DATE_NONE, .identified = true,
                             .said = in->said, .field = in->field, .wanted = in->wanted, .source = SOURCE_PERSON };
    struct rights_order_row order;
    int64_t id;
    TRY(kind_of(cx, in->kind, &o.kind));
    if (!uid_zero(in->order)) {
        TRY(rights_order(CX_DB(cx), CX_ARENA(cx), &(struct rights_order_in){ .uid = in->order }, &order));
        if (order.person_id != cx->actor.person)
            return ST_NOT_FOUND;
        o.order = order.id;
    }
    TRY(rights_open_nt(cx, &o, &id));
    return uid_of(cx, id, &out->request);
}

/* Whether the address has an account is not even looked at. */
st cmd_rights_ask(struct cx *cx, const struct rights_ask_in *in, struct rights_ask_out *out)
{
    (void)out;
    struct rights_open o = { .channel = RIGHTS_BY_FORM, .received = DATE_NONE, .unconfirmed = true, .name = in->full_name,
                             .email = in->email, .said = in->said, .source = SOURCE_PERSON };
    struct rights_recent_in by = { .after = { cx->gate.now.s - DAY } };
    struct rights_recent_row sent;
    int64_t id;
    TRY(kind_of(cx, in->kind, &o.kind));
    if (str_empty(str_trim(in->email)))
        return cx_invalid(cx, "email", "err.required");
    TRY(gate_blind(&cx->gate, COL_rights_request_email_code, fold_email(CX_ARENA(cx), in->email), &by.code));
    TRY(rights_recent(CX_DB(cx), CX_ARENA(cx), &by, &sent));
    return sent.n < MAILS_A_DAY ? rights_open_nt(cx, &o, &id) : ST_OK; /* nobody's mailbox is filled through us */
}

static st received_person(struct cx *cx, uid who, int64_t *person)
{
    struct rights_person_by_uid_row row;
    *person = 0;
    if (uid_zero(who))
        return ST_OK;
    st found = rights_person_by_uid(CX_DB(cx), CX_ARENA(cx), &(struct rights_person_by_uid_in){ .uid = who }, &row);
    if (found == ST_NOT_FOUND || (found == ST_OK && !str_eq(row.kind, S("customer"))))
        return cx_invalid(cx, "person", "rights.no_customer");
    *person = row.id;
    return found;
}

/* LAW: UK GDPR art 12(3): the clock of a request runs from the day it came, in whichever way, and not from its entry. */
st cmd_rights_record(struct cx *cx, const struct rights_record_in *in, struct rights_record_out *out)
{
    struct rights_open o = { .identified = in->identified, .name = in->full_name, .email = in->email, .said = in->said,
                             .field = in->field, .wanted = in->wanted, .source = SOURCE_STAFF };
    int64_t id;
    TRY(kind_of(cx, in->kind, &o.kind));
    if (rights_channel_parse(in->channel, &o.channel) != ST_OK || o.channel == RIGHTS_BY_ACCOUNT || o.channel == RIGHTS_BY_FORM)
        return cx_invalid(cx, "channel", "err.choice");
    if (date_parse(in->received, &o.received) != ST_OK)
        return cx_invalid(cx, "received", "err.date");
    if (str_empty(str_trim(in->said)))
        return cx_invalid(cx, "said", "err.required");
    TRY(received_person(cx, in->person, &o.person));
    if (o.person == 0 && str_empty(str_trim(in->full_name)))
        return cx_invalid(cx, "full_name", "err.required");
    TRY(rights_open_nt(cx, &o, &id));
    return uid_of(cx, id, &out->request);
}

/* ---- links ----------------------------------------------------------------------------------------------------------- */

st cmd_rights_token(struct cx *cx, const struct rights_token_in *in, struct rights_token_out *out)
{
    (void)out;
    struct rights_case c;
    if (in->token_code.n != 32)
        return cx_invalid(cx, "token_code", "err.invalid");
    TRY(rights_case_load(cx, in->request, &c));
    struct rights_link_add_in link = { .person = c.r.person_id, .request = c.r.id, .code = in->token_code, .at = cx->gate.now,
                                       .until = { cx->gate.now.s + LINK_SECONDS } };
    return rights_link_add(CX_DB(cx), &link, NULL);
}

/* The first use of a link confirms the address; from then on the request is with us, since the day it was sent. */
static st confirm(struct cx *cx, struct rights_case *c)
{
    int64_t entry;
    if (c->state != RIGHTS_IS_UNCONFIRMED)
        return ST_OK;
    c->r.identified = S("link");
    TRY(rights_case_go(cx, c, RIGHTS_ACT_CONFIRM));
    TRY(rights_case_entry(cx, c, RIGHTS_WORDS(.act = RIGHTS_ACT_CONFIRM), &entry));
    TRY(rights_case_save(cx, c));
    return received(cx, c, entry);
}

st cmd_rights_enter(struct cx *cx, const struct rights_enter_in *in, struct rights_enter_out *out)
{
    struct rights_link_find_row link;
    struct rights_session_add_row session;
    struct rights_case c;
    if (in->token_code.n != 32)
        return cx_invalid(cx, "token_code", "err.invalid");
    st found = rights_link_find(CX_DB(cx), CX_ARENA(cx), &(struct rights_link_find_in){ .code = in->link_code }, &link);
    if (found == ST_NOT_FOUND || (found == ST_OK && cx->gate.now.s >= link.expires_at.s))
        return ST_EXPIRED;
    TRY(found);
    TRY(rights_case_load(cx, link.request_id, &c));
    if (c.r.person_id != link.person_id) /* it is a customer's now, who signs in */
        return ST_EXPIRED;
    TRY(confirm(cx, &c));
    out->request = c.r.uid;
    TRY(rights_session_add(CX_DB(cx), CX_ARENA(cx), &(struct rights_session_add_in){ .uid = rnd_uid(), .code = in->token_code,
        .person = link.person_id, .at = cx->gate.now, .until = { cx->gate.now.s + SESSION_SECONDS } }, &session));
    out->session = session.id;
    return cx->actor.session ? rights_session_end(CX_DB(cx), &(struct rights_session_end_in){ .id = cx->actor.session,
                                                                                             .at = cx->gate.now }, NULL)
                             : ST_OK;
}
