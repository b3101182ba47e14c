/* A statement comes in: which entries are new, what each is for, and what remains for people.
 *
 * Every entry has a code made of what the file says about it, so that the same entry in another file is the same row; that of a
 * file in another format is known by its traits (same.h). Where an entry fits a payment to the last character and penny it is
 * paid; everything else is stored as open, with the reason. */
#include <string.h>

#include "clock.h"
#include "codec.h"
#include "config_keys.h"
#include "entries.h"
#include "hash.h"
#include "invoice.h"
#include "mail.h"
#include "money.h"
#include "rnd.h"
#include "same.h"
#include "str.h"

struct importing {
    struct cx *cx;
    const struct bank_import_in *in;
    struct bank_import_out *out;
    int64_t statement;
    /* the line */
    const struct bank_line *line;
    struct bank_words words;
    struct bank_traits traits;
    str code;
    uid uid;
};

/* ---- entries ---- */

static st code_of(struct importing *m)
{
    const struct bank_line *l = m->line;
    struct arena *a = CX_ARENA(m->cx);
    uint8_t digest[32];
    str who = l->bank_id.n ? str_cat(a, S("id:"), l->bank_id)
                           : str_fmt(a, "%.*s|%.*s|%.*s|%.*s", STR_ARG(l->name), STR_ARG(l->account), STR_ARG(l->wording),
                                     STR_ARG(l->end_to_end));
    str all = str_fmt(a, "%.*s|%.*s|%lld|%lld|%lld|%.*s", STR_ARG(m->in->account), STR_ARG(l->currency), (long long)l->booked,
                      (long long)l->amount, (long long)l->nth, STR_ARG(who));
    if (arena_failed(a))
        return ST_NO_MEMORY;
    hash_plain(all, digest);
    return gate_blind(&m->cx->gate, COL_bank_entry_code, hex_fmt(a, digest, sizeof digest), &m->code);
}

static st store(struct importing *m, int64_t person, str status, const char *reason, int64_t payment, int64_t *id)
{
    struct bank_sealed sealed;
    struct bank_entry_add_row row;
    TRY(bank_seal_nt(m->cx, person, m->uid, &m->words, &sealed));
    TRY(bank_entry_add(CX_DB(m->cx), CX_ARENA(m->cx), &(struct bank_entry_add_in){
        .uid = m->uid, .statement = m->statement, .person = person, .code = m->code,
        .booked = { (int32_t)m->line->booked }, .currency = m->line->currency, .amount = m->line->amount, .name = sealed.name,
        .account = sealed.account, .wording = sealed.wording, .status = status, .reason = str_c(reason), .payment = payment,
        .has_payment = payment != 0, .at = m->cx->gate.now }, &row));
    *id = row.id;
    return bank_traits_keep_nt(m->cx, m->line, &m->traits, row.id);
}

static st payer(struct importing *m, int64_t *person)
{
    struct bank_payer_add_row row;
    TRY(bank_payer_add(CX_DB(m->cx), CX_ARENA(m->cx), &(struct bank_payer_add_in){
        .uid = rnd_uid(), .currency = m->line->currency, .at = m->cx->gate.now }, &row));
    *person = row.id;
    return ST_OK;
}

/* A person has to look at it. Money that came is in suspense until then; person 0: nobody we know. */
static st leave_open(struct importing *m, int64_t person, int64_t payment, const char *reason, int64_t *id)
{
    if (person == 0)
        TRY(payer(m, &person));
    TRY(store(m, person, S("open"), reason, payment, id));
    if (m->line->amount > 0)
        TRY(bank_hold_nt(m->cx, person, payment, m->line->currency, m->line->amount));
    m->out->open++;
    return cx_event_nt(m->cx, EVENT_BANK_OPEN, "bank_entry", *id, str_c(reason));
}

/* ---- money that came in ---- */

static st settle(struct importing *m, const struct bank_payment_by_reference_row *p, int64_t amount)
{
    bool applied;
    int64_t id;
    TRY(bank_settle_nt(m->cx, p->id, amount, hex_fmt(CX_ARENA(m->cx), m->code.p, m->code.n), &applied));
    TRY(store(m, p->person_id, S("matched"), applied ? "" : "under_review", p->id, &id));
    m->out->matched++;
    return cx_event_nt(m->cx, EVENT_BANK_MATCHED, "bank_entry", id, S(""));
}

/* Why it cannot be paid by itself, as it stands; NULL: it can. */
static const char *obstacle(const struct importing *m, const struct bank_payment_by_reference_row *p)
{
    if (str_eq(p->status, S("review")))
        return "under_review";
    if (str_eq(p->invoice_status, S("paid")) || str_eq(p->status, S("succeeded")))
        return "already_paid";
    if (!str_eq(p->invoice_status, S("unpaid")) || str_eq(p->status, S("refunded")))
        return "closed";
    return str_eq(m->line->currency, p->currency) ? NULL : "currency";
}

static st weigh(struct importing *m, const struct bank_payment_by_reference_row *p)
{
    struct cx *cx = m->cx;
    const char *why = obstacle(m, p);
    bool payable;
    money due;
    int64_t sum, id;
    TRY(invoice_payable(CX_DB(cx), CX_ARENA(cx), p->invoice_id, &payable));
    TRY(invoice_due(CX_DB(cx), CX_ARENA(cx), p->invoice_id, &due));
    if (!why && !payable)
        why = "vat_pending";
    if (why)
        return leave_open(m, p->person_id, p->id, why, &id);
    TRY(bank_parts(CX_DB(cx), CX_ARENA(cx), p->invoice_id, &sum));
    if (__builtin_add_overflow(sum, m->line->amount, &sum))
        return ST_OVERFLOW;
    /* What is due now; or what the customer was told, when credit was used since: that comes back. */
    if (sum == due.minor || (sum == p->amount && sum > due.minor))
        return settle(m, p, sum);
    if (sum > due.minor)
        return leave_open(m, p->person_id, p->id, "amount_more", &id);
    TRY(leave_open(m, p->person_id, p->id, "amount_less", &id));
    return mail_queue_nt(cx, MAIL_bank_short, p->person_id, p->id, str_fmt(CX_ARENA(cx), "%lld", (long long)id));
}

static st incoming(struct importing *m, const struct bank_references *refs)
{
    struct bank_payment_by_reference_row p, first = { 0 };
    size_t n = 0;
    int64_t id;
    for (size_t i = 0; i < refs->n; i++) {
        st s = bank_payment_by_reference(CX_DB(m->cx), CX_ARENA(m->cx),
                                         &(struct bank_payment_by_reference_in){ refs->v[i] }, &p);
        if (s != ST_OK && s != ST_NOT_FOUND)
            return s;
        if (s == ST_OK && n++ == 0)
            first = p;
    }
    if (n == 1)
        return weigh(m, &first);
    const char *why = n > 1 ? "several" : refs->n > 0 ? "unknown_reference" : refs->mistyped ? "mistyped" : "no_reference";
    return leave_open(m, 0, 0, why, &id);
}

/* ---- money that left ---- */

static st refund_done(struct importing *m, const struct bank_refund_by_reference_row *r)
{
    struct cx *cx = m->cx;
    int64_t id, payment = r->has_payment_id ? r->payment_id : 0;
    TRY(store(m, r->person_id, S("sent"), "", payment, &id));
    m->out->matched++;
    TRY(cx_event_nt(cx, EVENT_BANK_MATCHED, "bank_entry", id, S("refund")));
    return bank_gone_nt(cx, &(struct bank_going){ .id = r->id, .person = r->person_id, .payment = payment,
        .entry = r->has_entry_id ? r->entry_id : 0, .currency = r->currency, .amount = r->amount,
        .on = { (int32_t)m->line->booked } }, hex_fmt(CX_ARENA(cx), m->code.p, m->code.n));
}

static st outgoing(struct importing *m, const struct bank_references *refs)
{
    struct bank_refund_by_reference_row r;
    int64_t id;
    for (size_t i = 0; i < refs->n; i++) {
        st s = bank_refund_by_reference(CX_DB(m->cx), CX_ARENA(m->cx), &(struct bank_refund_by_reference_in){ refs->v[i] }, &r);
        if (s == ST_NOT_FOUND)
            continue;
        TRY(s);
        if (!str_eq(r.status, S("due")))
            return leave_open(m, r.person_id, 0, "refund_again", &id);
        if (!str_eq(r.currency, m->line->currency) || r.amount != -m->line->amount)
            return leave_open(m, r.person_id, 0, "refund_amount", &id);
        return refund_done(m, &r);
    }
    m->out->passed++; /* whom else we pay is not stored here */
    return ST_OK;
}

/* ---- one line, and all ---- */

static st check_line(const struct importing *m)
{
    const struct bank_line *l = m->line;
    bool fits = l->amount != 0 && l->amount != INT64_MIN && l->booked >= 0 && l->booked < 100000 && l->value >= 0 &&
                l->value < 100000 && l->nth >= 0 &&
                currency_known(l->currency);
    str texts[] = { l->name, l->account, l->wording, l->bank_id, l->end_to_end };
    for (size_t i = 0; i < COUNT(texts); i++)
        fits = fits && utf8_printable(texts[i], false);
    return fits ? ST_OK : cx_invalid(m->cx, "file", "err.invalid");
}

static st line(struct importing *m)
{
    struct arena *a = CX_ARENA(m->cx);
    const struct bank_line *l = m->line;
    struct bank_entry_by_code_row before;
    struct bank_references refs;
    bool same;
    TRY(check_line(m));
    TRY(code_of(m));
    st seen = bank_entry_by_code(CX_DB(m->cx), a, &(struct bank_entry_by_code_in){ m->code }, &before);
    if (seen == ST_OK)
        m->out->known++;
    if (seen != ST_NOT_FOUND)
        return seen;
    m->uid = rnd_uid();
    bool more = l->end_to_end.n > 0 && str_find(l->wording, l->end_to_end) >= l->wording.n;
    m->words = (struct bank_words){ l->name, l->account, l->wording };
    if (more)
        m->words.wording = l->wording.n ? str_fmt(a, "%.*s / %.*s", STR_ARG(l->wording), STR_ARG(l->end_to_end)) : l->end_to_end;
    TRY(bank_reference_find(a, m->cx->config->bank.prefix, m->words.wording, &refs));
    TRY(bank_traits_of(&m->cx->gate, l, &refs, &m->traits));
    TRY(bank_same_nt(m->cx, l, &m->traits, m->in->format, m->code, &same));
    if (same) {
        m->out->known++;
        return ST_OK;
    }
    return l->amount > 0 ? incoming(m, &refs) : outgoing(m, &refs);
}

static st statement(struct importing *m)
{
    struct bank_statement_by_code_row found;
    struct bank_statement_add_row row;
    struct cx *cx = m->cx;
    st s = bank_statement_by_code(CX_DB(cx), CX_ARENA(cx), &(struct bank_statement_by_code_in){ m->in->code }, &found);
    if (s == ST_OK)
        m->statement = found.id;
    if (s != ST_NOT_FOUND)
        return s;
    TRY(bank_statement_add(CX_DB(cx), CX_ARENA(cx), &(struct bank_statement_add_in){
        .uid = rnd_uid(), .code = m->in->code, .format = m->in->format, .account = m->in->account, .entries = m->in->entries,
        .by = cx->actor.person, .at = cx->gate.now }, &row));
    m->statement = row.id;
    return cx_event_nt(cx, EVENT_BANK_IMPORTED, "bank_statement", row.id, m->in->format);
}

st cmd_bank_import(struct cx *cx, const struct bank_import_in *in, struct bank_import_out *out)
{
    struct importing m = { .cx = cx, .in = in, .out = out };
    *out = (struct bank_import_out){ 0 };
    if (!gate_clause(&cx->gate, CLAUSE_S12D)) {
        cx->message = "bank.not_in_force";
        return ST_STATEMENT;
    }
    if (in->code.n != 32 || !utf8_printable(in->account, false))
        return cx_invalid(cx, "file", "err.invalid");
    TRY(statement(&m));
    for (size_t i = 0; i < in->lines.n; i++) {
        m.line = &in->lines.v[i];
        TRY(line(&m));
    }
    return ST_OK;
}
