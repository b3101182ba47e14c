/* Staff's pages of bank transfers: importing a statement, deciding what did not fit, and money to send back.
 *
 * A file is read here, in the app, where nothing can be written; the writer gets entries and no file. */
#include "bank.h"
#include "bank_file.h"
#include "bank_html.h"
#include "bank_page_sql.h"
#include "codec.h"
#include "config_keys.h"
#include "fold.h"
#include "hash.h"
#include "money.h"
#include "page.h"
#include "staff.h"
#include "str.h"

#define NAME_WORDS 12

static st covered(struct rq *rq)
{
    return gate_clause(&rq->gate, CLAUSE_S12D) ? ST_OK : ST_NOT_FOUND;
}

static st opened(struct rq *rq, enum column_id col, uid row, const struct sealed *v, str *out)
{
    return staff_open_for(rq, PURPOSE_BILLING, col, row, v, out);
}

/* A number of the query, when this page was asked for with one. */
static int64_t asked(struct rq *rq, const char *field)
{
    bool list = rq->form && (rq->form->id == FORM_PAGE || rq->form->id == FORM_STAFF_BANK_LIST);
    return list ? rq_value(rq, field)->number : 0;
}

/* ---- what waits ---- */

static st open_rows(struct rq *rq, struct v_staff_bank_list *v)
{
    struct bank_page_open_rows rows;
    TRY(bank_page_open(rq->db, rq->arena, &(struct bank_page_open_in){ asked(rq, "before") }, &rows));
    struct v_bank_row *list = NEWN(rq->arena, struct v_bank_row, rows.n + 1);
    if (!list)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < rows.n; i++) {
        const struct bank_page_open_row *r = &rows.v[i];
        list[i] = (struct v_bank_row){ .id = r->uid, .on = r->booked_on, .amount = money_of(r->amount, r->currency),
                                       .reason = r->reason };
        TRY(opened(rq, COL_bank_entry_name, r->uid, r->name, &list[i].name));
        TRY(opened(rq, COL_bank_entry_wording, r->uid, r->wording, &list[i].wording));
    }
    v->rows = (struct v_bank_row_list){ list, rows.n };
    v->next = rows.more ? rows.v[rows.n - 1].id : 0;
    return ST_OK;
}

static st file_rows(struct rq *rq, struct v_staff_bank_list *v)
{
    struct bank_page_statements_rows rows;
    TRY(bank_page_statements(rq->db, rq->arena, &rows));
    struct v_bank_file_row *list = NEWN(rq->arena, struct v_bank_file_row, rows.n + 1);
    if (!list)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < rows.n; i++)
        list[i] = (struct v_bank_file_row){ rows.v[i].format, rows.v[i].account, rows.v[i].entries, rows.v[i].imported_at };
    v->files = (struct v_bank_file_row_list){ list, rows.n };
    return ST_OK;
}

st page_staff_bank(struct rq *rq)
{
    struct form_view *f = web_form(rq, FORM_STAFF_BANK_FILE);
    struct v_staff_bank_list v = { .f = f };
    TRY(covered(rq));
    if (!f)
        return ST_NO_MEMORY;
    web_form_fill(f, "format", S("any"));
    if (rq->own)
        v.fault = *(const str *)rq->own;
    if (rq->form && rq->form->id == FORM_STAFF_BANK_LIST) {
        v.imported = asked(rq, "imported") > 0;
        v.matched = asked(rq, "matched");
        v.open = asked(rq, "open");
        v.known = asked(rq, "known");
        v.passed = asked(rq, "passed");
    }
    TRY(open_rows(rq, &v));
    TRY(file_rows(rq, &v));
    return show_staff_bank_list(rq, 200, &v);
}

/* ---- importing ---- */

struct upload {
    struct bank_file file;
    int64_t *nth;
    str code;
    size_t at;
    struct bank_import_out sum;
};

static st next_chunk(struct rq *, struct upload *);

static st imported(struct rq *rq, st result, const void *out)
{
    struct upload *u = rq->own;
    const struct bank_import_out *o = out;
    TRY(result);
    u->sum.matched += o->matched;
    u->sum.open += o->open;
    u->sum.known += o->known;
    u->sum.passed += o->passed;
    u->at++;
    if (u->at * BANK_CHUNK < u->file.n)
        return next_chunk(rq, u);
    url to = url_staff_bank(rq->arena);
    to.s = str_fmt(rq->arena, "%.*s?imported=1&matched=%lld&open=%lld&known=%lld&passed=%lld", STR_ARG(to.s),
                   (long long)u->sum.matched, (long long)u->sum.open, (long long)u->sum.known, (long long)u->sum.passed);
    return rq_redirect(rq, to);
}

static st next_chunk(struct rq *rq, struct upload *u)
{
    struct bank_import_in in;
    TRY(bank_import_chunk(rq->arena, &u->file, u->nth, u->code, u->at, &in));
    return rq_command(rq, CMD_BANK_IMPORT, &in, imported);
}

/* The file is refused: the page is shown again, with the sentence that says why. */
static st refuse(struct rq *rq, str sentence)
{
    str *kept = NEW(rq->arena, str);
    if (!kept)
        return ST_NO_MEMORY;
    *kept = sentence;
    rq->own = kept;
    rq_field_error(rq, "file", "bank.file.refused");
    return ST_INVALID;
}

st page_staff_bank_upload(struct rq *rq)
{
    struct upload *u = NEW(rq->arena, struct upload);
    uint8_t *code = NEWN(rq->arena, uint8_t, 32);
    struct bank_fault fault;
    struct bank_how how;
    str bytes = rq_value(rq, "file")->value;
    TRY(covered(rq));
    if (!u || !code)
        return ST_NO_MEMORY;
    TRY(bank_how_of(rq->config, &how));
    if (bank_format_find(rq_value(rq, "format")->value, &how.format) != ST_OK)
        return ST_INVALID;
    st s = bank_read(rq->arena, &how, bytes, &u->file, &fault);
    if (s == ST_INVALID)
        return refuse(rq, bank_fault_words(rq->arena, rq->language, &fault));
    TRY(s);
    TRY(bank_count_equal(rq->arena, &u->file, &u->nth));
    hash_plain(bytes, code);
    u->code = (str){ (const char *)code, 32 };
    rq->own = u;
    return next_chunk(rq, u);
}

/* ---- one entry ---- */

st guard_bank_entry(struct rq *rq)
{
    struct bank_page_entry_row *row = NEW(rq->arena, struct bank_page_entry_row);
    TRY(covered(rq));
    rq->object = row;
    return row ? bank_page_entry(rq->db, rq->arena, &(struct bank_page_entry_in){ .uid = rq_uid(rq, "id") }, row) : ST_NO_MEMORY;
}

/* Do two names mean the same? Every word of the shorter one stands in the other, however they are ordered and written. */
static bool same_name(struct arena *a, str x, str y)
{
    str wx[NAME_WORDS], wy[NAME_WORDS];
    size_t nx = fold_words(a, x, wx, NAME_WORDS), ny = fold_words(a, y, wy, NAME_WORDS);
    const str *less = nx <= ny ? wx : wy, *more = nx <= ny ? wy : wx;
    size_t n_less = nx <= ny ? nx : ny, n_more = nx <= ny ? ny : nx, found = 0;
    for (size_t i = 0; i < n_less; i++)
        for (size_t k = 0; k < n_more; k++)
            if (str_eq(less[i], more[k])) {
                found++;
                break;
            }
    return n_less > 0 && found == n_less;
}

struct proposing {
    struct rq *rq;
    str payer;
    struct v_bank_proposal v[12];
    size_t n;
};

/* The form of one proposal. When it is shown again, what was typed belongs to the proposal it was typed for and to no other. */
static st form_for(struct rq *rq, uid payment, struct form_view **out)
{
    bool again = rq->form && rq->form->id == FORM_STAFF_BANK_ACCEPT;
    struct form_view *f = web_form(rq, FORM_STAFF_BANK_ACCEPT);
    struct form_value *blank = NEWN(rq->arena, struct form_value, forms[FORM_STAFF_BANK_ACCEPT].n);
    if (!f || !blank)
        return ST_NO_MEMORY;
    blank[FORM_STAFF_BANK_ACCEPT_PAYMENT].text = uid_str(rq->arena, payment);
    if (!again || !uid_eq(rq_value(rq, "payment")->id, payment))
        f->values = blank;
    *out = f;
    return ST_OK;
}

static st propose(struct proposing *p, uid payment, uid invoice, str name, str reference, money amount, str why)
{
    struct form_view *f;
    for (size_t i = 0; i < p->n; i++)
        if (uid_eq(p->v[i].invoice, invoice))
            return ST_OK;
    TRY(form_for(p->rq, payment, &f));
    p->v[p->n++] = (struct v_bank_proposal){ .invoice = invoice, .name = name, .reference = reference, .amount = amount,
                                             .why = why, .f = f };
    return ST_OK;
}

/* The payment whose reference stood in it, while it can still be paid. */
static st propose_named(struct proposing *p, int64_t payment)
{
    struct rq *rq = p->rq;
    struct bank_page_payment_row r;
    str name;
    TRY(bank_page_payment(rq->db, rq->arena, &(struct bank_page_payment_in){ payment }, &r));
    if (!str_eq(r.invoice_status, S("unpaid")))
        return ST_OK;
    TRY(opened(rq, COL_invoice_party_name, r.invoice_uid, r.party_name, &name));
    return propose(p, r.uid, r.invoice_uid, name, r.reference, money_of(r.amount, r.currency), S("reference"));
}

/* Payments that wait for just this amount: those whose name fits first. */
static st propose_by_amount(struct proposing *p, const struct bank_page_entry_row *e)
{
    struct rq *rq = p->rq;
    struct bank_page_waiting_rows rows;
    TRY(bank_page_waiting(rq->db, rq->arena, &(struct bank_page_waiting_in){ .currency = e->currency, .amount = e->amount },
                          &rows));
    str *names = NEWN(rq->arena, str, rows.n + 1);
    if (!names)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < rows.n; i++)
        TRY(opened(rq, COL_invoice_party_name, rows.v[i].invoice_uid, rows.v[i].party_name, &names[i]));
    for (int fits = 1; fits >= 0; fits--)
        for (size_t i = 0; i < rows.n; i++) {
            const struct bank_page_waiting_row *r = &rows.v[i];
            if (same_name(rq->arena, p->payer, names[i]) != (fits == 1))
                continue;
            TRY(propose(p, r->uid, r->invoice_uid, names[i], r->reference, money_of(r->amount, r->currency),
                        fits ? S("name") : S("amount")));
        }
    return ST_OK;
}

static st decision_of(struct rq *rq, const struct bank_page_entry_row *e, struct v_staff_bank_one *v)
{
    struct bank_page_staff_row who;
    v->has_decision = e->decision.n > 0;
    v->decision = e->decision;
    v->decided = e->decided_at;
    v->note = e->note;
    v->by = S("");
    if (!e->has_decided_by || bank_page_staff(rq->db, rq->arena, &(struct bank_page_staff_in){ e->decided_by }, &who) != ST_OK)
        return ST_OK;
    return staff_open(rq, COL_person_full_name, who.uid, who.full_name, &v->by);
}

st page_staff_bank_entry(struct rq *rq)
{
    const struct bank_page_entry_row *e = rq->object;
    struct proposing *p = NEW(rq->arena, struct proposing);
    struct v_staff_bank_one v = { .id = e->uid, .on = e->booked_on, .amount = money_of(e->amount, e->currency),
                                  .format = str_upper(rq->arena, e->format), .imported = e->imported_at, .status = e->status,
                                  .open = str_eq(e->status, S("open")), .in = e->amount > 0, .reason = e->reason,
                                  .assign = web_form(rq, FORM_STAFF_BANK_ASSIGN), .close = web_form(rq, FORM_STAFF_BANK_CLOSE) };
    if (!p || !v.assign || !v.close)
        return ST_NO_MEMORY;
    *p = (struct proposing){ .rq = rq };
    TRY(opened(rq, COL_bank_entry_name, e->uid, e->name, &v.name));
    TRY(opened(rq, COL_bank_entry_account, e->uid, e->account, &v.account));
    TRY(opened(rq, COL_bank_entry_wording, e->uid, e->wording, &v.wording));
    p->payer = v.name;
    if (v.open && v.in && e->has_payment_id)
        TRY(propose_named(p, e->payment_id));
    if (v.open && v.in)
        TRY(propose_by_amount(p, e));
    v.proposals = (struct v_bank_proposal_list){ p->v, p->n };
    TRY(decision_of(rq, e, &v));
    return show_staff_bank_one(rq, 200, &v);
}

static st decided(struct rq *rq, st result, const void *out)
{
    (void)out;
    TRY(result);
    return rq_redirect(rq, url_staff_bank_entry(rq->arena, rq_uid(rq, "id")));
}

static st decide(struct rq *rq, struct bank_decide_in in, const char *note)
{
    in.entry = rq_uid(rq, "id");
    in.note = rq_value(rq, note)->value;
    return rq_command(rq, CMD_BANK_DECIDE, &in, decided);
}

st page_staff_bank_accept(struct rq *rq)
{
    return decide(rq, (struct bank_decide_in){ .decision = S("accept"), .payment = rq_value(rq, "payment")->id }, "note");
}

st page_staff_bank_assign(struct rq *rq)
{
    return decide(rq, (struct bank_decide_in){ .decision = S("assign"), .invoice = rq_value(rq, "invoice")->value }, "note");
}

st page_staff_bank_close(struct rq *rq)
{
    return decide(rq, (struct bank_decide_in){ .decision = rq_value(rq, "decision")->value }, "remark");
}

/* ---- what was done, and what goes back ---- */

st page_staff_bank_done(struct rq *rq)
{
    int64_t before = asked(rq, "before");
    struct bank_page_done_rows rows;
    struct v_staff_bank_past v = { 0 };
    TRY(covered(rq));
    TRY(bank_page_done(rq->db, rq->arena, &(struct bank_page_done_in){ before > 0 ? before : INT64_MAX }, &rows));
    struct v_bank_past *list = NEWN(rq->arena, struct v_bank_past, rows.n + 1);
    if (!list)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < rows.n; i++)
        list[i] = (struct v_bank_past){ .id = rows.v[i].uid, .on = rows.v[i].booked_on, .status = rows.v[i].status,
                                        .amount = money_of(rows.v[i].amount, rows.v[i].currency), .note = rows.v[i].note,
                                        .decided = rows.v[i].decided_at };
    v.rows = (struct v_bank_past_list){ list, rows.n };
    v.next = rows.more ? rows.v[rows.n - 1].id : 0;
    return show_staff_bank_past(rq, 200, &v);
}

/* Anybody's: that it is still due, the command looks at. */
st guard_bank_refund(struct rq *rq)
{
    struct bank_page_refund_row *row = NEW(rq->arena, struct bank_page_refund_row);
    TRY(covered(rq));
    rq->object = row;
    return row ? bank_page_refund(rq->db, rq->arena, &(struct bank_page_refund_in){ .uid = rq_uid(rq, "id") }, row)
               : ST_NO_MEMORY;
}

static st to_refunds(struct rq *rq, st result, const void *out)
{
    (void)out;
    TRY(result);
    return rq_redirect(rq, url_staff_bank_refunds(rq->arena));
}

st page_staff_bank_sent(struct rq *rq)
{
    return rq_command(rq, CMD_BANK_REFUND_SENT, &(struct bank_refund_sent_in){ .refund = rq_uid(rq, "id") }, to_refunds);
}

st page_staff_bank_refunds(struct rq *rq)
{
    struct bank_page_refunds_rows rows;
    struct v_staff_bank_due v = { .csrf = rq->csrf };
    TRY(covered(rq));
    TRY(bank_page_refunds(rq->db, rq->arena, &(struct bank_page_refunds_in){ asked(rq, "before") }, &rows));
    struct v_bank_due *list = NEWN(rq->arena, struct v_bank_due, rows.n + 1);
    if (!list)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < rows.n; i++) {
        const struct bank_page_refunds_row *r = &rows.v[i];
        list[i] = (struct v_bank_due){ .id = r->uid, .reference = r->reference, .amount = money_of(r->amount, r->currency),
                                       .since = r->created_at, .entry = r->entry_uid, .has_entry = !uid_zero(r->entry_uid),
                                       .name = S(""), .account = S("") };
        if (!list[i].has_entry)
            continue;
        TRY(opened(rq, COL_bank_entry_name, r->entry_uid, r->name, &list[i].name));
        TRY(opened(rq, COL_bank_entry_account, r->entry_uid, r->account, &list[i].account));
    }
    v.rows = (struct v_bank_due_list){ list, rows.n };
    v.next = rows.more ? rows.v[rows.n - 1].id : 0;
    return show_staff_bank_due(rq, 200, &v);
}
