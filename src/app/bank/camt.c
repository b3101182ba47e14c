/* CAMT.053, ISO 20022's bank to customer statement: versions 001.02 to 001.13, which differ little in what is read here.
 *
 * An entry that stands for several transactions is taken apart when the parts add up to it; otherwise it stays whole, without
 * a counterparty, and a person looks at it. Only what is booked is read: what is pending or for information is counted. */
#include <string.h>

#include "money.h"
#include "reading.h"
#include "str.h"

#define PARTS_MAX 2000 /* transactions of one entry */

struct amount {
    bool is;
    bool credit, said;
    char currency[4];
    int64_t minor;
};

struct part {
    struct bank_entry e;
    struct amount amount;
    str debtor, debtor_account, creditor, creditor_account, additional;
};

/* What a statement must add up to. */
struct sums {
    struct amount opening, closing;
    int64_t line, entries;
    char currency[4];
    bool mixed; /* more than one currency, or too large: no sum can be made */
};

struct camt {
    struct reading *r;
    const char *path[READING_XML_DEPTH];
    int depth;
    bool statement_seen, booked, in_entry;
    struct part whole, one; /* the entry; the transaction inside it */
    struct part *parts;
    size_t n_parts;
    char pending_currency[4]; /* attribute of the amount that is open */
    struct amount balance; /* that is open */
    str balance_kind;
    struct sums sums; /* of the statement that is open */
};

static bool is(const struct camt *c, int up, const char *name)
{
    return c->depth > up && strcmp(c->path[c->depth - 1 - up], name) == 0;
}

/* Is there an element of that name above? */
static bool within(const struct camt *c, const char *name)
{
    for (int i = 0; i < c->depth; i++)
        if (strcmp(c->path[i], name) == 0)
            return true;
    return false;
}

/* The elements that the reading knows, so that a path is compared by names of ours that last. */
static const char *known(const char *name)
{
    static const char *const names[] = {
        "Document", "BkToCstmrStmt", "Stmt", "Acct", "Id", "IBAN", "Othr", "Bal", "Tp", "CdOrPrtry", "Cd", "Prtry", "Amt",
        "CdtDbtInd", "Ntry", "Sts", "BookgDt", "ValDt", "Dt", "DtTm", "AcctSvcrRef", "NtryRef", "NtryDtls", "TxDtls", "Refs",
        "EndToEndId", "TxId", "AmtDtls", "TxAmt", "RltdPties", "Dbtr", "Cdtr", "Pty", "Nm", "DbtrAcct", "CdtrAcct", "RmtInf",
        "Ustrd", "Strd", "CdtrRefInf", "Ref", "AddtlNtryInf", "AddtlTxInf", "RvslInd",
    };
    for (size_t i = 0; i < COUNT(names); i++)
        if (strcmp(name, names[i]) == 0)
            return names[i];
    return "-";
}

static st camt_open(void *self, const char *name, const char *currency, int64_t line)
{
    struct camt *c = self;
    c->path[c->depth++] = known(name);
    if (c->depth == 1 && !is(c, 0, "Document"))
        return reading_wrong(c->r, line, TXT_BANK_FILE_NOT_CAMT, NULL);
    if (c->depth == 2 && !is(c, 0, "BkToCstmrStmt"))
        return reading_wrong(c->r, line, TXT_BANK_FILE_NOT_CAMT, NULL);
    if (is(c, 0, "Stmt") && c->depth == 3) {
        c->statement_seen = true;
        c->sums = (struct sums){ .line = line };
    } else if (is(c, 0, "Ntry") && is(c, 1, "Stmt")) {
        c->whole = (struct part){ .e = { .value = DATE_NONE, .booked = DATE_NONE, .line = line } };
        c->n_parts = 0;
        c->booked = false;
        c->in_entry = true;
    } else if (is(c, 0, "TxDtls")) {
        c->one = (struct part){ .e = { .line = line } };
    } else if (is(c, 0, "Bal")) {
        c->balance = (struct amount){ 0 };
        c->balance_kind = S("");
    } else if (is(c, 0, "Amt")) {
        c->pending_currency[0] = 0;
        if (currency && strlen(currency) == 3)
            memcpy(c->pending_currency, currency, 4);
    }
    return ST_OK;
}

static st read_amount(struct camt *c, str text, int64_t line, struct amount *out)
{
    if (!currency_known(str_c(c->pending_currency)))
        return reading_wrong(c->r, line, TXT_BANK_FILE_CURRENCY, NULL);
    if (reading_amount(text, '.', c->pending_currency, &out->minor) != ST_OK)
        return reading_wrong(c->r, line, TXT_BANK_FILE_AMOUNT, "Amt");
    memcpy(out->currency, c->pending_currency, 4);
    out->is = true;
    return ST_OK;
}

static st read_direction(struct camt *c, str text, int64_t line, struct amount *out)
{
    out->credit = str_eq(text, S("CRDT"));
    out->said = true;
    return out->credit || str_eq(text, S("DBIT")) ? ST_OK : reading_wrong(c->r, line, TXT_BANK_FILE_DIRECTION, "CdtDbtInd");
}

/* "2026-04-03", or a time that begins so. */
static st read_day(struct camt *c, str text, int64_t line, date *out)
{
    bool zone = text.n <= 10 || str_index(S("TZ+-"), text.p[10]) < 4;
    if (!zone || date_parse(str_sub(text, 0, 10), out) != ST_OK)
        return reading_wrong(c->r, line, TXT_BANK_FILE_DATE, "Dt");
    return ST_OK;
}

/* What stands in the transaction's details. */
static st close_detail(struct camt *c, str text, int64_t line)
{
    struct part *p = &c->one;
    struct arena *a = c->r->arena;
    if (is(c, 0, "Amt") && (is(c, 1, "TxDtls") || (is(c, 1, "TxAmt") && !p->amount.is)))
        return read_amount(c, text, line, &p->amount);
    if (is(c, 0, "CdtDbtInd") && is(c, 1, "TxDtls"))
        return read_direction(c, text, line, &p->amount);
    if (is(c, 1, "Refs") && is(c, 0, "EndToEndId") && !str_eq(text, S("NOTPROVIDED")))
        p->e.end_to_end = text;
    else if (is(c, 1, "Refs") && is(c, 0, "AcctSvcrRef"))
        p->e.bank_id = text;
    else if (is(c, 0, "Nm") && (is(c, 1, "Dbtr") || (is(c, 1, "Pty") && is(c, 2, "Dbtr"))))
        p->debtor = text;
    else if (is(c, 0, "Nm") && (is(c, 1, "Cdtr") || (is(c, 1, "Pty") && is(c, 2, "Cdtr"))))
        p->creditor = text;
    else if ((is(c, 0, "IBAN") && is(c, 2, "DbtrAcct")) || (is(c, 0, "Id") && is(c, 1, "Othr") && is(c, 3, "DbtrAcct")))
        p->debtor_account = text;
    else if ((is(c, 0, "IBAN") && is(c, 2, "CdtrAcct")) || (is(c, 0, "Id") && is(c, 1, "Othr") && is(c, 3, "CdtrAcct")))
        p->creditor_account = text;
    else if ((is(c, 0, "Ustrd") && is(c, 1, "RmtInf")) || (is(c, 0, "Ref") && is(c, 1, "CdtrRefInf")))
        p->e.text = reading_join(a, p->e.text, text);
    else if (is(c, 0, "AddtlTxInf"))
        p->additional = text;
    return ST_OK;
}

static st finish_detail(struct camt *c, int64_t line)
{
    if (c->n_parts == PARTS_MAX)
        return reading_wrong(c->r, line, TXT_BANK_FILE_MANY, NULL);
    if (!c->parts && !(c->parts = NEWN(c->r->arena, struct part, PARTS_MAX)))
        return ST_NO_MEMORY;
    if (str_empty(c->one.e.text))
        c->one.e.text = c->one.additional;
    c->parts[c->n_parts++] = c->one;
    return ST_OK;
}

static st close_entry_field(struct camt *c, str text, int64_t line)
{
    struct part *w = &c->whole;
    if (is(c, 1, "Ntry") && is(c, 0, "Amt"))
        return read_amount(c, text, line, &w->amount);
    if (is(c, 1, "Ntry") && is(c, 0, "CdtDbtInd"))
        return read_direction(c, text, line, &w->amount);
    if ((is(c, 0, "Sts") && is(c, 1, "Ntry")) || (is(c, 0, "Cd") && is(c, 1, "Sts")))
        c->booked = c->booked || str_eq(text, S("BOOK"));
    else if (is(c, 1, "BookgDt"))
        return read_day(c, text, line, &w->e.booked);
    else if (is(c, 1, "ValDt"))
        return read_day(c, text, line, &w->e.value);
    else if (is(c, 1, "Ntry") && is(c, 0, "AcctSvcrRef"))
        w->e.bank_id = text;
    else if (is(c, 1, "Ntry") && is(c, 0, "AddtlNtryInf"))
        w->additional = text;
    return ST_OK;
}

/* ---- an entry is complete ---- */

static void sum_up(struct camt *c, const struct amount *a)
{
    struct sums *s = &c->sums;
    if (s->currency[0] == 0)
        memcpy(s->currency, a->currency, 4);
    s->mixed = s->mixed || memcmp(s->currency, a->currency, 4) != 0 ||
               __builtin_add_overflow(s->entries, a->credit ? a->minor : -a->minor, &s->entries);
}

static void sides(struct part *p, bool credit)
{
    p->e.name = credit ? p->debtor : p->creditor;
    p->e.account = credit ? p->debtor_account : p->creditor_account;
}

/* Do the parts make the whole? */
static bool parts_fit(const struct camt *c)
{
    const struct amount *w = &c->whole.amount;
    int64_t sum = 0;
    for (size_t i = 0; i < c->n_parts; i++) {
        const struct amount *p = &c->parts[i].amount;
        if (!p->is || memcmp(p->currency, w->currency, 4) != 0 || (p->said && p->credit != w->credit) ||
            __builtin_add_overflow(sum, p->minor, &sum))
            return false;
    }
    return c->n_parts > 0 && sum == w->minor;
}

static st add(struct camt *c, struct part *p, int64_t minor)
{
    const struct part *w = &c->whole;
    sides(p, w->amount.credit);
    p->e.booked = w->e.booked;
    p->e.value = w->e.value;
    p->e.amount = w->amount.credit ? minor : -minor;
    memcpy(p->e.currency, w->amount.currency, 4);
    return reading_add(c->r, &p->e);
}

static str part_id(const struct camt *c, size_t i)
{
    return str_fmt(c->r->arena, "%.*s/%zu", STR_ARG(str_sub(c->whole.e.bank_id, 0, BANK_ID_MAX - 6)), i + 1);
}

static st add_parts(struct camt *c)
{
    for (size_t i = 0; i < c->n_parts; i++) {
        struct part *p = &c->parts[i];
        /* The parts of one entry may all carry the entry's name: then their place makes the difference. */
        if ((str_empty(p->e.bank_id) || str_eq(p->e.bank_id, c->whole.e.bank_id)) && !str_empty(c->whole.e.bank_id))
            p->e.bank_id = c->n_parts == 1 ? c->whole.e.bank_id : part_id(c, i);
        TRY(add(c, p, p->amount.minor));
    }
    return ST_OK;
}

static st finish_entry(struct camt *c, int64_t line)
{
    struct part *w = &c->whole;
    c->in_entry = false;
    if (!w->amount.is)
        return reading_wrong(c->r, line, TXT_BANK_FILE_MISSING, "Amt");
    if (!w->amount.said)
        return reading_wrong(c->r, line, TXT_BANK_FILE_MISSING, "CdtDbtInd");
    if (!c->booked) {
        c->r->file->skipped++;
        return ST_OK;
    }
    if (w->e.booked.days == DATE_NONE.days)
        w->e.booked = w->e.value;
    if (w->e.booked.days == DATE_NONE.days)
        return reading_wrong(c->r, line, TXT_BANK_FILE_MISSING, "BookgDt");
    sum_up(c, &w->amount);
    if (c->n_parts == 1 && !c->parts[0].amount.is)
        c->parts[0].amount = w->amount; /* a single transaction need not repeat the amount */
    if (parts_fit(c))
        return add_parts(c);
    w->e.text = w->additional;
    for (size_t i = 0; i < c->n_parts && w->e.text.n < BANK_TEXT_MAX; i++)
        w->e.text = reading_join(c->r->arena, w->e.text, c->parts[i].e.text);
    return add(c, w, w->amount.minor);
}

/* ---- balances ---- */

static st close_balance_field(struct camt *c, str text, int64_t line)
{
    if (is(c, 0, "Amt") && is(c, 1, "Bal"))
        return read_amount(c, text, line, &c->balance);
    if (is(c, 0, "CdtDbtInd") && is(c, 1, "Bal"))
        return read_direction(c, text, line, &c->balance);
    if (is(c, 0, "Cd") && is(c, 1, "CdOrPrtry"))
        c->balance_kind = text;
    return ST_OK;
}

static void finish_balance(struct camt *c)
{
    if (!c->balance.is || !c->balance.said)
        return;
    if (str_eq(c->balance_kind, S("OPBD")) || (str_eq(c->balance_kind, S("PRCD")) && !c->sums.opening.is))
        c->sums.opening = c->balance;
    else if (str_eq(c->balance_kind, S("CLBD")))
        c->sums.closing = c->balance;
}

static st finish_statement(struct camt *c)
{
    const struct sums *s = &c->sums;
    const struct amount *o = &s->opening, *k = &s->closing;
    int64_t want;
    if (s->mixed || !o->is || !k->is || memcmp(o->currency, k->currency, 4) != 0 ||
        (s->currency[0] && memcmp(o->currency, s->currency, 4) != 0))
        return ST_OK;
    bool over = __builtin_add_overflow(o->credit ? o->minor : -o->minor, s->entries, &want);
    bool fits = !over && want == (k->credit ? k->minor : -k->minor);
    return fits ? ST_OK : reading_wrong(c->r, s->line, TXT_BANK_FILE_BALANCE, NULL);
}

static st close_any(struct camt *c, str text, int64_t line)
{
    if (is(c, 0, "TxDtls"))
        return c->in_entry ? finish_detail(c, line) : ST_OK;
    if (is(c, 0, "Ntry") && is(c, 1, "Stmt"))
        return finish_entry(c, line);
    if (is(c, 0, "Stmt") && c->depth == 3)
        return finish_statement(c);
    if (is(c, 0, "Bal")) {
        finish_balance(c);
        return ST_OK;
    }
    if (c->in_entry && within(c, "TxDtls"))
        return close_detail(c, text, line);
    if (c->in_entry)
        return close_entry_field(c, text, line);
    if (within(c, "Bal"))
        return close_balance_field(c, text, line);
    if (is(c, 0, "IBAN") || (is(c, 0, "Id") && is(c, 1, "Othr")))
        if (within(c, "Acct") && c->depth > 3 && strcmp(c->path[3], "Acct") == 0)
            return reading_account(c->r, text, line);
    return ST_OK;
}

static st camt_close(void *self, const char *name, str text, int64_t line)
{
    struct camt *c = self;
    (void)name;
    st s = close_any(c, text, line);
    c->depth--;
    return s;
}

st reading_camt053(struct reading *r, str bytes)
{
    struct camt c = { .r = r };
    struct reading_xml x = { r, &c, camt_open, camt_close };
    TRY(reading_xml(&x, bytes));
    return c.statement_seen ? ST_OK : reading_wrong(r, 0, TXT_BANK_FILE_NOT_CAMT, NULL);
}
