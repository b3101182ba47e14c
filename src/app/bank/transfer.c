/* Bank transfer as a gateway: the customer is told what to pay where, and nobody else is told anything. That the money came, a
 * statement says (import.c). Money goes back by a person's hand, and the next statement says that it went. */
#include "bank_file.h"
#include "bank_html.h"
#include "bank_page_sql.h"
#include "config_keys.h"
#include "entries.h"
#include "mail.h"
#include "money.h"
#include "page.h"
#include "str.h"

/* ---- configuration ---- */

static bool takes(const struct config *c, str currency)
{
    for (size_t i = 0; i < c->bank.currencies.n; i++)
        if (str_eq(c->bank.currencies.v[i], currency))
            return true;
    return false;
}

bool bank_account_for(const struct config *c, str currency, struct bank_account_lines *out)
{
    bool home = str_eq(currency, S("GBP"));
    *out = (struct bank_account_lines){ .name = c->bank.account_name.n ? c->bank.account_name : c->company.name,
                                        .bank = c->bank.name, .sort_code = home ? c->bank.sort_code : S(""),
                                        .number = home ? c->bank.account_number : S(""), .iban = c->bank.iban, .bic = c->bank.bic };
    return takes(c, currency) && (out->iban.n > 0 || (out->sort_code.n > 0 && out->number.n > 0));
}

str bank_account_words(struct arena *a, const struct config *c, str currency)
{
    struct bank_account_lines l;
    if (!bank_account_for(c, currency, &l))
        return S("");
    str s = l.name;
    if (l.number.n)
        s = str_fmt(a, "%.*s, sort code %.*s, account number %.*s", STR_ARG(s), STR_ARG(l.sort_code), STR_ARG(l.number));
    if (l.iban.n)
        s = str_fmt(a, "%.*s, IBAN %.*s", STR_ARG(s), STR_ARG(l.iban));
    if (l.bic.n)
        s = str_fmt(a, "%.*s, BIC %.*s", STR_ARG(s), STR_ARG(l.bic));
    return s;
}

/* Letters of the alphabet of references, so that what a payer writes can be told from other words. */
static bool prefix_fits(str p)
{
    bool fits = p.n >= 2 && p.n <= BANK_PREFIX_MAX;
    for (size_t i = 0; fits && i < p.n; i++)
        fits = p.p[i] >= 'A' && p.p[i] <= 'Z';
    return fits;
}

st bank_check(struct arena *a, const struct config *c, str *problem)
{
    const struct gateway *gw;
    struct bank_account_lines l;
    struct bank_how how;
    *problem = S("");
    if (bank_how_of(c, &how) != ST_OK)
        *problem = S("bank.csv_dates is auto, day or month; bank.csv_decimals auto, point or comma; bank.csv_delimiter auto, "
                     "comma, semicolon or tab");
    else if (!prefix_fits(c->bank.prefix))
        *problem = str_fmt(a, "bank.prefix: 2 to %d capital letters", BANK_PREFIX_MAX);
    else if (gateway_offered(c, S(BANK_GATEWAY), &gw) == ST_OK)
        for (size_t i = 0; i < c->shop.currencies.n && str_empty(*problem); i++)
            if (takes(c, c->shop.currencies.v[i]) && !bank_account_for(c, c->shop.currencies.v[i], &l))
                *problem = str_fmt(a, "shop.gateways has bank_transfer, and customers cannot be told where to pay %.*s: set "
                                      "bank.iban, or bank.sort_code and bank.account_number",
                                   STR_ARG(c->shop.currencies.v[i]));
    return str_empty(*problem) ? ST_OK : ST_CONFIG;
}

static bool word(str s, const char *const *words, size_t n, size_t *at)
{
    for (*at = 0; *at < n; (*at)++)
        if (str_eq(s, str_c(words[*at])))
            return true;
    return false;
}

st bank_how_of(const struct config *c, struct bank_how *out)
{
    static const char *const dates[] = { "auto", "day", "month" }, *const decimals[] = { "auto", "point", "comma" };
    static const char *const delimiters[] = { "auto", "comma", "semicolon", "tab" };
    static const char signs[] = { 0, ',', ';', '\t' };
    size_t d, p, s;
    if (!word(c->bank.csv_dates, dates, COUNT(dates), &d) || !word(c->bank.csv_decimals, decimals, COUNT(decimals), &p) ||
        !word(c->bank.csv_delimiter, delimiters, COUNT(delimiters), &s))
        return ST_CONFIG;
    *out = (struct bank_how){ .dates = (enum bank_dates)d, .decimals = (enum bank_decimals)p, .delimiter = signs[s],
                              .currency = c->bank.csv_currency, .columns = c->bank.csv_columns };
    return ST_OK;
}

/* ---- the gateway ---- */

static st authorise(struct cx *cx, const struct gateway_authorise *in, struct gateway_session *out)
{
    struct bank_account_lines l;
    struct bank_payment_by_uid_row p;
    if (!bank_account_for(cx->config, in->currency, &l)) {
        cx->message = "bank.no_currency";
        return ST_CONFLICT;
    }
    TRY(bank_reference_new_nt(cx, &out->reference));
    TRY(bank_payment_by_uid(CX_DB(cx), CX_ARENA(cx), &(struct bank_payment_by_uid_in){ in->payment }, &p));
    return mail_queue_nt(cx, MAIL_bank_transfer, p.person_id, p.id, S("1"));
}

static st refund(struct job_cx *jc, const struct gateway_amount *in)
{
    struct bank_refund_due_in due = { .request = in->request, .reference = in->reference, .currency = in->currency,
                                      .amount = in->amount };
    return job_command(jc, CMD_BANK_REFUND_DUE, "refund", &due, NULL);
}

static st parts_of(struct rq *rq, int64_t invoice, struct v_bank_part_list *out)
{
    struct bank_page_parts_rows rows;
    TRY(bank_page_parts(rq->db, rq->arena, &(struct bank_page_parts_in){ invoice }, &rows));
    struct v_bank_part *v = NEWN(rq->arena, struct v_bank_part, rows.n + 1);
    if (!v)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < rows.n; i++)
        v[i] = (struct v_bank_part){ rows.v[i].booked_on, money_of(rows.v[i].amount, rows.v[i].currency) };
    *out = (struct v_bank_part_list){ v, rows.n };
    return ST_OK;
}

/* What to pay where, and what came of it so far. */
static st page(struct rq *rq, const struct gateway_view *view)
{
    struct bank_account_lines l;
    struct v_bank_instructions v = { .invoice = view->invoice, .days = rq->config->bank.days };
    int64_t invoice;
    TRY(bank_missing(rq->db, rq->arena, view->id, &invoice, &v.amount));
    TRY(parts_of(rq, invoice, &v.parts));
    v.known = bank_account_for(rq->config, view->currency, &l);
    v.name = l.name;
    v.bank = l.bank;
    v.sort_code = l.sort_code;
    v.number = l.number;
    v.iban = l.iban;
    v.bic = l.bic;
    v.reference = bank_reference_show(rq->arena, rq->config->bank.prefix, view->reference);
    return show_bank_instructions(rq, 200, &v);
}

const struct gateway bank_transfer_gateway = {
    .name = BANK_GATEWAY,
    .clause = CLAUSE_S12D,
    .authorise = authorise,
    .refund = refund,
    .page = page,
};
