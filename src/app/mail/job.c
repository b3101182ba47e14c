/* Sending a message: what the job's row is about, the words for it, the ledger, and then the first byte. */
#include "bank.h"
#include "clock.h"
#include "codec.h"
#include "config_keys.h"
#include "hash.h"
#include "mail.h"
#include "mail_sql.h"
#include "money.h"
#include "message.h"
#include "notice_html.h"
#include "promise.h"
#include "reference.h"
#include "rights.h"
#include "rnd.h"
#include "routes.h"
#include "str.h"
#include "text.h"

#define PART_MAX 65536
#define TOKEN_BYTES 32

/* Everything a template may name; what does not apply is empty. */
struct facts {
    enum mail mail;
    enum purpose purpose; /* of sending it */
    str name, email; /* of the person written to */
    str number, amount, product;
    str received;    /* of an invoice: parts that came already; empty: none */
    str reference, account; /* of a bank transfer: what to give, where to */
    str seen;        /* by a check */
    str date;        /* when the invoice is due, the service ends, or a price begins */
    str request;     /* about people's rights: "your request for a copy" */
    const enum column_id *told; /* where name and address stand; NULL: as own, and as subscriber, say */
    bool own;        /* written to at the address given with a request, not at the account's */
    str path;        /* where the button leads */
    bool moot;       /* there is nothing to write any more */
    bool subscriber; /* of the newsletter form: an address and nothing else */
};

struct template {
    enum text_key subject, lead, body, action;
};
#define MAIL_TEXT(n, NAME) \
    [MAIL_##n] = { TXT_MAIL_##NAME##_SUBJECT, TXT_MAIL_##NAME##_LEAD, TXT_MAIL_##NAME##_BODY, TXT_MAIL_##NAME##_ACTION }
static const struct template templates[MAIL_N] = {
    MAIL_TEXT(verify, VERIFY), MAIL_TEXT(newsletter_confirm, NEWSLETTER_CONFIRM), MAIL_TEXT(existing, EXISTING),
    MAIL_TEXT(reset, RESET), MAIL_TEXT(account_closed, ACCOUNT_CLOSED), MAIL_TEXT(account_back, ACCOUNT_BACK),
    MAIL_TEXT(erasure_asked, ERASURE_ASKED), MAIL_TEXT(erasure_begun, ERASURE_BEGUN), MAIL_TEXT(hold_review, HOLD_REVIEW),
    MAIL_TEXT(password_changed, PASSWORD_CHANGED), MAIL_TEXT(order_received, ORDER_RECEIVED),
    MAIL_TEXT(order_waiting, ORDER_WAITING), MAIL_TEXT(order_cancelled, ORDER_CANCELLED),
    MAIL_TEXT(order_free, ORDER_FREE), MAIL_TEXT(order_expired, ORDER_EXPIRED),
    MAIL_TEXT(order_review, ORDER_REVIEW), MAIL_TEXT(order_refused, ORDER_REFUSED),
    MAIL_TEXT(order_accepted, ORDER_ACCEPTED), MAIL_TEXT(order_declined, ORDER_DECLINED),
    MAIL_TEXT(invoice_paid, INVOICE_PAID), MAIL_TEXT(invoice_issued, INVOICE_ISSUED), MAIL_TEXT(credit_note, CREDIT_NOTE),
    MAIL_TEXT(promise_broken, PROMISE_BROKEN), MAIL_TEXT(promise_kept, PROMISE_KEPT),
    MAIL_TEXT(payment_declined, PAYMENT_DECLINED), MAIL_TEXT(payment_action, PAYMENT_ACTION),
    MAIL_TEXT(payment_review, PAYMENT_REVIEW), MAIL_TEXT(payment_refunded, PAYMENT_REFUNDED),
    MAIL_TEXT(bank_transfer, BANK_TRANSFER), MAIL_TEXT(bank_short, BANK_SHORT),
    MAIL_TEXT(service_ready, SERVICE_READY), MAIL_TEXT(service_problem, SERVICE_PROBLEM),
    MAIL_TEXT(invoice_due, INVOICE_DUE), MAIL_TEXT(invoice_reminder, INVOICE_REMINDER),
    MAIL_TEXT(invoice_overdue, INVOICE_OVERDUE), MAIL_TEXT(service_renewed, SERVICE_RENEWED),
    MAIL_TEXT(service_suspended, SERVICE_SUSPENDED), MAIL_TEXT(service_unsuspended, SERVICE_UNSUSPENDED),
    MAIL_TEXT(termination_warning, TERMINATION_WARNING), MAIL_TEXT(service_terminated, SERVICE_TERMINATED),
    MAIL_TEXT(service_cancelling, SERVICE_CANCELLING), MAIL_TEXT(service_kept, SERVICE_KEPT),
    MAIL_TEXT(service_cancelled, SERVICE_CANCELLED), MAIL_TEXT(price_change, PRICE_CHANGE),
    MAIL_TEXT(service_changed, SERVICE_CHANGED), MAIL_TEXT(export_ready, EXPORT_READY),
    MAIL_TEXT(email_confirm, EMAIL_CONFIRM), MAIL_TEXT(email_changed, EMAIL_CHANGED),
    MAIL_TEXT(restriction_set, RESTRICTION_SET), MAIL_TEXT(restriction_lifting, RESTRICTION_LIFTING),
    MAIL_TEXT(rights_confirm, RIGHTS_CONFIRM), MAIL_TEXT(rights_received, RIGHTS_RECEIVED),
    MAIL_TEXT(rights_acknowledged, RIGHTS_ACKNOWLEDGED), MAIL_TEXT(rights_identity, RIGHTS_IDENTITY),
    MAIL_TEXT(rights_paused, RIGHTS_PAUSED), MAIL_TEXT(rights_extended, RIGHTS_EXTENDED), MAIL_TEXT(rights_said, RIGHTS_SAID),
    MAIL_TEXT(rights_answered, RIGHTS_ANSWERED), MAIL_TEXT(rights_refused, RIGHTS_REFUSED),
    MAIL_TEXT(rights_reminder, RIGHTS_REMINDER), MAIL_TEXT(rights_escalation, RIGHTS_ESCALATION),
};

/* Messages about people's rights go out when nothing else may: what they are about, or what was asked for by whom it reaches. */
static bool about_rights(enum mail m)
{
    static const enum mail all[] = {
        MAIL_restriction_set, MAIL_restriction_lifting, MAIL_export_ready, MAIL_email_confirm, MAIL_email_changed, MAIL_reset,
        MAIL_password_changed, MAIL_account_closed, MAIL_account_back, MAIL_erasure_asked, MAIL_erasure_begun, MAIL_rights_confirm,
        MAIL_rights_received, MAIL_rights_acknowledged, MAIL_rights_identity, MAIL_rights_paused, MAIL_rights_extended,
        MAIL_rights_said, MAIL_rights_answered, MAIL_rights_refused, MAIL_rights_reminder, MAIL_rights_escalation };
    for (size_t i = 0; i < COUNT(all); i++)
        if (all[i] == m)
            return true;
    return false;
}

/* Under a restriction the same message is another use, and has its own place in the statement. */
static st purpose_of(struct job_cx *cx, enum mail m, enum purpose *out)
{
    *out = PURPOSE_NOTIFY;
    if (!about_rights(m))
        return ST_OK;
    st s = gate_person(&cx->gate, cx->job.person, PURPOSE_NOTIFY);
    if (s == ST_RESTRICTED)
        *out = PURPOSE_RIGHTS;
    return s == ST_RESTRICTED ? ST_OK : s;
}

static const enum column_id disclosed[] = { COL_person_email, COL_person_full_name };
static const enum column_id disclosed_own[] = { COL_rights_request_email, COL_rights_request_name };
static const enum column_id disclosed_new[] = { COL_email_change_email, COL_person_full_name };
static const enum column_id disclosed_old[] = { COL_email_change_old_email, COL_person_full_name };
static const enum column_id disclosed_alone[] = { COL_subscriber_email };

/* ---- what the message is about */

st mail_new_token(struct job_cx *cx, str *token, uint8_t code[32])
{
    uint8_t bytes[TOKEN_BYTES], key[HASH_KEY];
    rnd_bytes(bytes, sizeof bytes);
    *token = b64url_fmt(cx->gate.arena, bytes, sizeof bytes);
    TRY(vault_token_key(cx->gate.vault, key));
    hash_keyed(key, *token, code, 32);
    secret_wipe(key, sizeof key);
    return ST_OK;
}

static st one_time_path(struct job_cx *cx, const char *kind, str *path)
{
    uint8_t code[32];
    str token;
    TRY(mail_new_token(cx, &token, code));
    struct mail_token_in in = {
        .person = cx->job.person, .kind = str_c(kind), .token_code = { (const char *)code, sizeof code },
    };
    TRY(job_command(cx, CMD_MAIL_TOKEN, "token", &in, NULL));
    *path = str_fmt(cx->gate.arena, "/%s/%.*s", kind, STR_ARG(token));
    return ST_OK;
}

/* The link of a double opt-in. When it was confirmed or withdrawn meanwhile, nobody is asked. */
static st consent_facts(struct job_cx *cx, struct facts *f)
{
    uint8_t code[32];
    str token;
    TRY(mail_new_token(cx, &token, code));
    struct consent_token_in in = { .consent = cx->job.object, .token_code = { (const char *)code, sizeof code } };
    st s = job_command(cx, CMD_CONSENT_TOKEN, "token", &in, NULL);
    f->moot = s == ST_EXPIRED;
    TRY(f->moot ? ST_OK : s);
    f->path = url_newsletter_confirm(cx->gate.arena, token).s;
    return ST_OK;
}

static st subscriber_facts(struct job_cx *cx, struct facts *f)
{
    struct mail_subscriber_row row;
    f->subscriber = true;
    f->purpose = PURPOSE_NOTIFY;
    TRY(mail_subscriber(cx->gate.db, cx->gate.arena, &(struct mail_subscriber_in){ .person = cx->job.person }, &row));
    return gate_use(&cx->gate, COL_subscriber_email, PURPOSE_NOTIFY, row.uid, row.email, &f->email);
}

static st person_facts(struct job_cx *cx, struct facts *f)
{
    struct arena *a = cx->gate.arena;
    struct mail_person_row row;
    TRY(mail_person(cx->gate.db, a, &(struct mail_person_in){ .id = cx->job.person }, &row));
    bool told_of_it = f->mail == MAIL_account_closed || f->mail == MAIL_erasure_asked || f->mail == MAIL_erasure_begun;
    bool owed = str_starts(str_c(mail_word(f->mail)), S("rights_")); /* an answer is owed to whoever left, too */
    if (str_eq(row.status, S("closed")) && (!told_of_it || !row.email) && !owed)
        return job_give_up(cx, ST_EXPIRED, "account_closed");
    if (!row.email && f->mail == MAIL_newsletter_confirm)
        return subscriber_facts(cx, f);
    TRY(purpose_of(cx, f->mail, &f->purpose));
    TRY(gate_use(&cx->gate, COL_person_email, f->purpose, row.uid, row.email, &f->email));
    return gate_use(&cx->gate, COL_person_full_name, f->purpose, row.uid, row.full_name, &f->name);
}

static st order_facts(struct job_cx *cx, struct facts *f)
{
    struct arena *a = cx->gate.arena;
    struct mail_order_row row;
    TRY(mail_order(cx->gate.db, a, &(struct mail_order_in){ .id = cx->job.object }, &row));
    f->amount = money_show(a, money_of(row.gross, row.currency));
    f->path = f->mail == MAIL_order_received ? url_invoice_show(a, row.invoice_uid).s : url_order_show(a, row.uid).s;
    return ST_OK;
}

static st invoice_facts(struct job_cx *cx, struct facts *f)
{
    struct arena *a = cx->gate.arena;
    struct mail_invoice_row row;
    TRY(mail_invoice(cx->gate.db, a, &(struct mail_invoice_in){ .id = cx->job.object }, &row));
    money amount = money_of(row.gross, row.currency);
    if (str_eq(row.status, S("unpaid"))) { /* account credit that was used for it, and parts that came, are not asked for again */
        int64_t parts;
        TRY(bank_rest(cx->gate.db, a, cx->job.object, &amount));
        TRY(bank_parts(cx->gate.db, a, cx->job.object, &parts));
        f->received = parts > 0 ? money_show(a, money_of(parts, row.currency)) : S("");
    }
    f->amount = money_show(a, amount);
    f->number = row.number;
    f->date = tpl_date_str(a, row.due_on);
    f->path = url_invoice_show(a, row.uid).s;
    return ST_OK;
}

static st payment_facts(struct job_cx *cx, struct facts *f)
{
    struct arena *a = cx->gate.arena;
    struct mail_payment_row row;
    TRY(mail_payment(cx->gate.db, a, &(struct mail_payment_in){ .id = cx->job.object }, &row));
    int64_t amount = f->mail == MAIL_payment_refunded ? row.refunded : row.amount; /* so far: parts may follow each other */
    f->number = row.number;
    f->path = url_invoice_show(a, row.invoice_uid).s;
    if (f->mail == MAIL_bank_transfer || f->mail == MAIL_bank_short) {
        money missing;
        TRY(bank_missing(cx->gate.db, a, row.id, NULL, &missing));
        amount = missing.minor;
        f->reference = bank_reference_show(a, cx->config->bank.prefix, row.reference);
        f->account = bank_account_words(a, cx->config, row.currency);
        f->path = url_payment_return(a, row.uid).s;
    }
    f->amount = money_show(a, money_of(amount, row.currency));
    return ST_OK;
}

/* To staff: which promise, and what was seen. */
static st promise_facts(struct job_cx *cx, struct facts *f)
{
    struct mail_promise_row row;
    TRY(mail_promise(cx->gate.db, cx->gate.arena, &(struct mail_promise_in){ .id = cx->job.object }, &row));
    const struct promise_check *c = promise_find(row.name);
    f->product = c ? text_get(LANGUAGE_EN_GB, c->title) : row.name;
    f->seen = row.words;
    f->path = url_staff_promises(cx->gate.arena).s;
    return ST_OK;
}

static st service_facts(struct job_cx *cx, struct facts *f)
{
    struct arena *a = cx->gate.arena;
    struct mail_service_row row;
    TRY(mail_service(cx->gate.db, a, &(struct mail_service_in){ .id = cx->job.object }, &row));
    f->product = row.product_name;
    if (f->mail == MAIL_price_change && row.has_new_net) {
        f->amount = money_show(a, money_of(row.new_net, row.currency));
        f->date = tpl_date_str(a, row.new_from);
    } else {
        f->date = tpl_date_str(a, row.ends_on);
    }
    f->path = url_service_show(a, row.uid).s;
    return ST_OK;
}

static st account_facts(struct job_cx *cx, struct facts *f)
{
    if (f->mail == MAIL_verify || f->mail == MAIL_reset)
        return one_time_path(cx, mail_word(f->mail), &f->path);
    bool signs_in = f->mail == MAIL_existing || f->mail == MAIL_account_closed;
    f->path = signs_in                       ? url_login(cx->gate.arena).s
              : f->mail == MAIL_export_ready ? url_export(cx->gate.arena).s
                                             : url_sessions(cx->gate.arena).s;
    return ST_OK;
}

static st erasure_facts(struct job_cx *cx, struct facts *f)
{
    struct arena *a = cx->gate.arena;
    struct mail_erasure_row row;
    TRY(mail_erasure(cx->gate.db, a, &(struct mail_erasure_in){ .id = cx->job.object }, &row));
    f->date = tpl_date_str(a, date_london(row.run_at));
    f->path = url_erasure_show(a, row.uid).s;
    return ST_OK;
}

static st hold_facts(struct job_cx *cx, struct facts *f)
{
    struct arena *a = cx->gate.arena;
    struct mail_hold_row row;
    TRY(mail_hold(cx->gate.db, a, &(struct mail_hold_in){ .id = cx->job.object }, &row));
    f->date = tpl_date_str(a, row.review_on);
    f->path = url_staff_holds(a).s;
    return ST_OK;
}

/* Somebody without an account is written to at the address they gave with the request. */
static st request_facts(struct job_cx *cx, struct facts *f)
{
    struct rights_contact c;
    st s = rights_contact(cx, cx->job.object, &c);
    if (s == ST_NOT_FOUND)
        return job_give_up(cx, s, "no_address");
    TRY(s);
    f->own = c.own;
    if (c.own) {
        f->email = c.email;
        f->name = c.name;
    }
    if (str_empty(f->name))
        f->name = text_get(LANGUAGE_EN_GB, TXT_MAIL_NO_NAME);
    f->request = c.kind;
    f->date = tpl_date_str(cx->gate.arena, c.due);
    f->path = c.path;
    return ST_OK;
}

/* To another address than the account's: the one that is to be confirmed, or the one before. */
static st email_change_facts(struct job_cx *cx, struct facts *f)
{
    struct mail_email_row row;
    uint8_t code[32];
    str token;
    TRY(mail_email(cx->gate.db, cx->gate.arena, &(struct mail_email_in){ .id = cx->job.object }, &row));
    if (f->mail == MAIL_email_changed) {
        f->told = disclosed_old;
        f->path = url_privacy(cx->gate.arena).s;
        return gate_use(&cx->gate, COL_email_change_old_email, f->purpose, row.uid, row.old_email, &f->email);
    }
    if (row.used_at.s != UTC_NONE.s || row.expires_at.s <= cx->gate.now.s)
        return job_give_up(cx, ST_EXPIRED, "no_longer_wanted");
    f->told = disclosed_new;
    TRY(gate_use(&cx->gate, COL_email_change_email, f->purpose, row.uid, row.email, &f->email));
    TRY(mail_new_token(cx, &token, code));
    f->path = str_fmt(cx->gate.arena, "/email/%.*s", STR_ARG(token));
    struct mail_email_token_in in = { .change = cx->job.object, .token_code = { (const char *)code, sizeof code } };
    return job_command(cx, CMD_MAIL_EMAIL_TOKEN, "token", &in, NULL);
}

static st restriction_facts(struct job_cx *cx, struct facts *f)
{
    struct arena *a = cx->gate.arena;
    struct mail_restriction_row row;
    TRY(mail_restriction(cx->gate.db, a, &(struct mail_restriction_in){ .id = cx->job.object }, &row));
    if (f->mail == MAIL_restriction_lifting && row.lifted_at.s != UTC_NONE.s)
        return job_give_up(cx, ST_EXPIRED, "lifted_already");
    f->date = row.lifts_at.s == UTC_NONE.s ? S("") : tpl_date_str(a, date_london(row.lifts_at));
    f->path = url_restriction(a).s;
    return ST_OK;
}

#define MAIL_FACTS(name, object) [MAIL_##name] = MAIL_FACTS_##object,
#define MAIL_FACTS_person account_facts
#define MAIL_FACTS_erasure erasure_facts
#define MAIL_FACTS_legal_hold hold_facts
#define MAIL_FACTS_consent consent_facts
#define MAIL_FACTS_orders order_facts
#define MAIL_FACTS_invoice invoice_facts
#define MAIL_FACTS_payment payment_facts
#define MAIL_FACTS_promise promise_facts
#define MAIL_FACTS_service service_facts
#define MAIL_FACTS_rights_request request_facts
#define MAIL_FACTS_email_change email_change_facts
#define MAIL_FACTS_restriction restriction_facts
static st (*const facts_of[MAIL_N])(struct job_cx *, struct facts *) = { MAIL_TEMPLATES(MAIL_FACTS) };

/* ---- its words */

static str words(struct job_cx *cx, enum text_key key, const struct facts *f)
{
    const struct text_arg args[] = {
        { "company", cx->config->company.name }, { "name", f->name },       { "number", f->number },
        { "amount", f->amount },                 { "product", f->product },
        { "reference", f->reference },           { "account", f->account }, { "date", f->date },
        { "request", f->request },
        { "seen", f->seen },
        { "received", f->received },
    };
    return text_fill(cx->gate.arena, LANGUAGE_EN_GB, key, args, COUNT(args));
}

static url absolute(struct job_cx *cx, str path)
{
    const struct config *c = cx->config;
    str base = c->web.url;
    if (str_empty(base))
        base = str_fmt(cx->gate.arena, "https://%.*s", STR_ARG(c->web.listen.text));
    return (url){ str_cat(cx->gate.arena, base, path) };
}

static struct v_mail_row_list rows_of(const struct facts *f, struct v_mail_row rows[3])
{
    size_t n = 0;
    if (!str_empty(f->number))
        rows[n++] = (struct v_mail_row){ text_get(LANGUAGE_EN_GB, TXT_COL_INVOICE), f->number };
    if (!str_empty(f->amount))
        rows[n++] = (struct v_mail_row){ text_get(LANGUAGE_EN_GB, TXT_COL_TOTAL), f->amount };
    if (!str_empty(f->reference))
        rows[n++] = (struct v_mail_row){ text_get(LANGUAGE_EN_GB, TXT_BANK_PAY_REFERENCE), f->reference };
    return (struct v_mail_row_list){ rows, n };
}

static str body_of(struct job_cx *cx, const struct facts *f)
{
    str body = words(cx, templates[f->mail].body, f);
    if (f->received.n == 0)
        return body;
    return str_fmt(cx->gate.arena, "%.*s %.*s", STR_ARG(words(cx, TXT_MAIL_PART_RECEIVED, f)), STR_ARG(body));
}

static st write_parts(struct job_cx *cx, const struct facts *f, struct mail_message *m)
{
    struct arena *a = cx->gate.arena;
    const struct template *t = &templates[f->mail];
    struct v_mail_row rows[3];
    struct out subject, text, html;
    struct v_notice v = {
        .from = {
            .company = cx->config->company.name,
            .address = cx->config->company.address,
            .greeting = words(cx, f->subscriber ? TXT_MAIL_GREETING_NOBODY : TXT_MAIL_GREETING, f),
            .class_line = words(cx, TXT_MAIL_CLASS_SERVICE, f),
            .privacy_line = words(cx, TXT_MAIL_FOOT_PRIVACY, f),
            .privacy = absolute(cx, url_privacy(a).s),
        },
        .about = words(cx, t->subject, f),
        .lead = words(cx, t->lead, f),
        .body = body_of(cx, f),
        .action = words(cx, t->action, f),
        .address = absolute(cx, f->path),
        .rows = rows_of(f, rows),
    };
    out_init(&subject, a, PART_MAX);
    out_init(&text, a, PART_MAX);
    out_init(&html, a, PART_MAX);
    t_notice_subject(&subject, &v);
    t_notice_text(&text, &v);
    t_notice_html(&html, &v);
    TRY(out_st(&subject));
    TRY(out_st(&text));
    TRY(out_st(&html));
    m->subject = out_view(&subject);
    m->text = out_view(&text);
    m->html = out_view(&html);
    return arena_failed(a) ? ST_NO_MEMORY : ST_OK;
}

/* ---- sending */

static st send_message(struct job_cx *cx, enum purpose purpose, struct mail_message *m)
{
    const char *told = NULL;
    TRY(job_outbound(cx, RECIPIENT_MAIL_RELAY, purpose, "job", cx->job.uid));
    st s = message_send(cx->gate.arena, cx->config, m, S(""), &told, NULL);
    return told ? job_give_up(cx, s, told) : s;
}

st mail_job(struct job_cx *cx)
{
    struct facts f = { .email = S(""), .name = S(""), .number = S(""), .amount = S(""), .product = S(""), .date = S(""),
                       .request = S(""), .path = S("/") };
    str prefix = S(MAIL_JOB);
    if (!str_starts(cx->job.kind, prefix) ||
        mail_parse(str_sub(cx->job.kind, prefix.n, cx->job.kind.n), &f.mail) != ST_OK)
        return job_give_up(cx, ST_NOT_FOUND, "unknown_message");
    TRY(person_facts(cx, &f));
    TRY(facts_of[f.mail](cx, &f));
    if (f.moot)
        return ST_OK;
    struct mail_message m = {
        .id = cx->job.uid, .to_name = f.name, .to = f.email, .mail_class = MAIL_CLASS_notice, .date = cx->gate.now,
    };
    TRY(write_parts(cx, &f, &m));
    /* The ledger first: what was not recorded is not sent. Every try is recorded, because each may have reached somebody. */
    if (f.subscriber)
        TRY(job_disclose(cx, RECIPIENT_MAIL_RELAY, f.purpose, disclosed_alone, COUNT(disclosed_alone), "job", cx->job.uid));
    else
        TRY(job_disclose(cx, RECIPIENT_MAIL_RELAY, f.purpose, f.told ? f.told : f.own ? disclosed_own : disclosed,
                         COUNT(disclosed), "job", cx->job.uid));
    TRY(send_message(cx, f.purpose, &m));
    cx->result.mail = mail_word(f.mail);
    cx->result.mail_class = MAIL_CLASS_notice;
    return ST_OK;
}
