/* Which column is what, by its heading. The headings are those that exports of banks in the United Kingdom and the European
 * Union have; they are compared without regard to case, and to what stands in brackets. Others are named in the
 * configuration: bank.csv_columns. */
#include <string.h>

#include "csv.h"
#include "money.h"
#include "str.h"

static const struct heading {
    const char *name;
    enum csv_column is;
} headings[] = {
    { "date", CSV_DATE }, { "transaction date", CSV_DATE }, { "booking date", CSV_DATE }, { "booked on", CSV_DATE },
    { "posting date", CSV_DATE }, { "posted date", CSV_DATE }, { "entry date", CSV_DATE }, { "completed date", CSV_DATE },
    { "buchungstag", CSV_DATE }, { "buchungsdatum", CSV_DATE }, { "datum", CSV_DATE }, { "boekdatum", CSV_DATE },
    { "fecha", CSV_DATE }, { "fecha operación", CSV_DATE }, { "data operazione", CSV_DATE }, { "data", CSV_DATE },
    { "date operation", CSV_DATE }, { "date opération", CSV_DATE }, { "date de comptabilisation", CSV_DATE },
    { "value date", CSV_VALUE_DATE }, { "valuta", CSV_VALUE_DATE }, { "valutadatum", CSV_VALUE_DATE },
    { "wertstellung", CSV_VALUE_DATE }, { "wertstellungstag", CSV_VALUE_DATE }, { "interest date", CSV_VALUE_DATE },
    { "rentedatum", CSV_VALUE_DATE }, { "fecha valor", CSV_VALUE_DATE }, { "data valuta", CSV_VALUE_DATE },
    { "date valeur", CSV_VALUE_DATE }, { "date de valeur", CSV_VALUE_DATE },
    { "amount", CSV_AMOUNT }, { "value", CSV_AMOUNT }, { "transaction amount", CSV_AMOUNT }, { "betrag", CSV_AMOUNT },
    { "umsatz", CSV_AMOUNT }, { "bedrag", CSV_AMOUNT }, { "importe", CSV_AMOUNT }, { "importo", CSV_AMOUNT },
    { "montant", CSV_AMOUNT }, { "kwota", CSV_AMOUNT },
    { "paid in", CSV_PAID_IN }, { "money in", CSV_PAID_IN }, { "credit", CSV_PAID_IN }, { "credit amount", CSV_PAID_IN },
    { "credits", CSV_PAID_IN }, { "receipts", CSV_PAID_IN }, { "haben", CSV_PAID_IN }, { "crédit", CSV_PAID_IN },
    { "paid out", CSV_PAID_OUT }, { "money out", CSV_PAID_OUT }, { "debit", CSV_PAID_OUT }, { "debit amount", CSV_PAID_OUT },
    { "debits", CSV_PAID_OUT }, { "payments", CSV_PAID_OUT }, { "soll", CSV_PAID_OUT }, { "débit", CSV_PAID_OUT },
    { "debit/credit", CSV_SIDE }, { "credit/debit", CSV_SIDE }, { "dr/cr", CSV_SIDE }, { "cr/dr", CSV_SIDE },
    { "credit debit indicator", CSV_SIDE }, { "debit/credit indicator", CSV_SIDE }, { "soll/haben", CSV_SIDE },
    { "s/h", CSV_SIDE }, { "af bij", CSV_SIDE },
    { "currency", CSV_CURRENCY }, { "währung", CSV_CURRENCY }, { "waehrung", CSV_CURRENCY }, { "munt", CSV_CURRENCY },
    { "devise", CSV_CURRENCY }, { "divisa", CSV_CURRENCY },
    { "name", CSV_NAME }, { "counter party", CSV_NAME }, { "counterparty name", CSV_NAME }, { "payee", CSV_NAME },
    { "payer", CSV_NAME }, { "payer name", CSV_NAME }, { "partner name", CSV_NAME }, { "other party", CSV_NAME },
    { "merchant/payer", CSV_NAME }, { "name / description", CSV_NAME }, { "naam / omschrijving", CSV_NAME },
    { "beguenstigter/zahlungspflichtiger", CSV_NAME }, { "begünstigter/zahlungspflichtiger", CSV_NAME },
    { "auftraggeber/empfänger", CSV_NAME }, { "name zahlungsbeteiligter", CSV_NAME }, { "zahlungspflichtige*r", CSV_NAME },
    { "naam tegenpartij", CSV_NAME },
    { "counterparty", CSV_ACCOUNT }, { "counterparty account", CSV_ACCOUNT }, { "partner iban", CSV_ACCOUNT },
    { "other account", CSV_ACCOUNT }, { "tegenrekening", CSV_ACCOUNT }, { "kontonummer/iban", CSV_ACCOUNT },
    { "iban zahlungsbeteiligter", CSV_ACCOUNT }, { "tegenrekening iban/bban", CSV_ACCOUNT },
    { "description", CSV_TEXT }, { "transaction description", CSV_TEXT }, { "reference", CSV_TEXT },
    { "payment reference", CSV_TEXT }, { "narrative", CSV_TEXT }, { "details", CSV_TEXT }, { "memo", CSV_TEXT },
    { "particulars", CSV_TEXT }, { "transaction details", CSV_TEXT }, { "remittance information", CSV_TEXT },
    { "notifications", CSV_TEXT }, { "mededelingen", CSV_TEXT }, { "omschrijving", CSV_TEXT }, { "omschrijving-1", CSV_TEXT },
    { "verwendungszweck", CSV_TEXT }, { "libellé", CSV_TEXT }, { "libelle", CSV_TEXT }, { "concepto", CSV_TEXT },
    { "descrizione", CSV_TEXT }, { "causale", CSV_TEXT }, { "customer reference", CSV_TEXT },
    { "transaction id", CSV_ID }, { "bank reference", CSV_ID }, { "fitid", CSV_ID }, { "entry reference", CSV_ID },
    { "end to end id", CSV_END_TO_END }, { "end-to-end id", CSV_END_TO_END }, { "end-to-end reference", CSV_END_TO_END },
    { "kundenreferenz", CSV_END_TO_END },
    { "auftragskonto", CSV_OWN_ACCOUNT },
};

static const char *const kind_names[CSV_KINDS] = {
    [CSV_OTHER] = "other", [CSV_DATE] = "date", [CSV_VALUE_DATE] = "value_date", [CSV_AMOUNT] = "amount",
    [CSV_PAID_IN] = "paid_in", [CSV_PAID_OUT] = "paid_out", [CSV_SIDE] = "side", [CSV_CURRENCY] = "currency",
    [CSV_NAME] = "name", [CSV_ACCOUNT] = "account", [CSV_TEXT] = "text", [CSV_ID] = "id",
    [CSV_END_TO_END] = "end_to_end", [CSV_OWN_ACCOUNT] = "own_account",
};

/* "Amount (EUR)": the heading without its brackets, and the currency that stood in them. */
static str plain_heading(struct arena *a, str cell, str *bracketed)
{
    size_t at = str_index(cell, '(');
    *bracketed = S("");
    if (at < cell.n) {
        str inside = str_sub(cell, at + 1, cell.n);
        *bracketed = str_trim(str_sub(inside, 0, str_index(inside, ')')));
        if (at > 0)
            cell = str_sub(cell, 0, at);
    }
    return reading_clean(a, str_lower(a, cell), 60);
}

/* bank.csv_columns: "date=Booked on; amount=Sum". ST_NOT_FOUND: the heading is not in it. */
static st configured(struct arena *a, str map, str heading, enum csv_column *is)
{
    str rest = map, pair;
    while (str_next(&rest, ';', &pair)) {
        size_t eq = str_index(pair, '=');
        str kind = str_trim(str_sub(pair, 0, eq)), name = str_trim(str_sub(pair, eq + 1, pair.n));
        if (eq == pair.n || !str_eq(str_lower(a, name), str_lower(a, heading)))
            continue;
        for (size_t k = 0; k < CSV_KINDS; k++)
            if (str_eq(kind, str_c(kind_names[k]))) {
                *is = (enum csv_column)k;
                return ST_OK;
            }
    }
    return ST_NOT_FOUND;
}

static enum csv_column kind_of(struct arena *a, str map, str cell, str *bracketed)
{
    enum csv_column is;
    str name = plain_heading(a, cell, bracketed);
    if (configured(a, map, cell, &is) == ST_OK)
        return is;
    for (size_t i = 0; i < COUNT(headings); i++)
        if (str_eq(name, str_c(headings[i].name)))
            return headings[i].is;
    return CSV_OTHER;
}

/* What the file says about the amount, in one way. */
static st check_kinds(struct reading *r, const struct csv_record *rec, struct csv_columns *c)
{
    if (c->has[CSV_PAID_IN] != c->has[CSV_PAID_OUT] && !c->has[CSV_AMOUNT])
        return reading_wrong(r, rec->line, TXT_BANK_FILE_ONE_SIDE, NULL);
    if (!c->has[CSV_TEXT] && !c->has[CSV_NAME])
        return reading_wrong(r, rec->line, TXT_BANK_FILE_NO_TEXT, NULL);
    return ST_OK;
}

st csv_headings(struct reading *r, const struct csv_record *rec, struct csv_columns *c, bool *yes)
{
    enum csv_column twice = CSV_OTHER;
    *c = (struct csv_columns){ .n = rec->n };
    for (size_t i = 0; i < rec->n; i++) {
        str bracketed;
        enum csv_column is = kind_of(r->arena, r->how->columns, rec->v[i], &bracketed);
        if (is != CSV_OTHER && is != CSV_TEXT && c->has[is])
            twice = is;
        if ((is == CSV_AMOUNT || is == CSV_PAID_IN) && currency_known(bracketed))
            memcpy(c->currency, bracketed.p, 3);
        c->is[i] = is;
        c->has[is] = true;
    }
    *yes = c->has[CSV_DATE] && (c->has[CSV_AMOUNT] || c->has[CSV_PAID_IN] || c->has[CSV_PAID_OUT]);
    if (!*yes)
        return ST_OK;
    if (twice != CSV_OTHER)
        return reading_wrong(r, rec->line, TXT_BANK_FILE_TWICE, kind_names[twice]);
    return check_kinds(r, rec, c);
}
