/* The books: rows are only added, and every transaction sums to nothing. */
#include "clock.h"
#include "invoice.h"
#include "invoice_sql.h"
#include "log.h"
#include "rnd.h"
#include "str.h"

static bool balanced(const struct ledger_txn *t)
{
    int64_t sum = 0;
    for (size_t i = 0; i < t->n; i++)
        if (__builtin_add_overflow(sum, t->rows[i].amount, &sum))
            return false;
    return sum == 0;
}

st ledger_book_nt(struct cx *cx, const struct ledger_txn *t)
{
    TRY(BUG_UNLESS(balanced(t)));
    uid txn = rnd_uid();
    for (size_t i = 0; i < t->n; i++) {
        if (t->rows[i].amount == 0)
            continue;
        TRY(invoice_book(CX_DB(cx), &(struct invoice_book_in){
            .txn = txn, .account = str_c(t->rows[i].account), .person = t->person, .invoice = t->invoice,
            .has_invoice = t->invoice != 0, .payment = t->payment, .has_payment = t->payment != 0,
            .currency = t->currency, .amount = t->rows[i].amount, .at = cx->gate.now }, NULL));
    }
    return ST_OK;
}
