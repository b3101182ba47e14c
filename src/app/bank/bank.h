/* Bank transfers: what customers are told to pay, what came into the account, and who decides where it is not clear.
 *
 *   statement ──bank_read──> entries ──bank.import──> matched: payment succeeded, by the way a callback goes
 *                                            └──────> open: a person decides (bank.decide)
 *
 *   open ──accept, assign──> matched          the money of an entry that is open is in the books under 'suspense'
 *     ├──dismiss──> dismissed
 *     └──return──> returning ──a statement shows it left──> returned
 *
 * Only a reference that is right to its last character, with the whole amount in the right currency, pays an invoice by itself.
 *
 * Whose data is it? An entry that fits a payment belongs to the customer of the payment. For any other a person of kind
 * 'payer' is made, who has a key of their own; when somebody decides whose money it is, it is sealed again for them. Money that
 * left the account is only stored when it is something we had to send back: the rest is not the business of this program. */
#ifndef AVOW_BANK_H
#define AVOW_BANK_H

#include "gateway.h"

#define BANK_CHUNK 40 /* entries in one command */

struct bank_file;
struct bank_how;
extern const struct gateway bank_transfer_gateway;

/* Is everything set that customers must be told, when bank transfer is offered? ST_CONFIG with a text for the operator. */
NODISCARD st bank_check(struct arena *, const struct config *, str *problem);
/* How files are read, by the configuration. ST_CONFIG when a bank.csv_* key has a word that is none. */
NODISCARD st bank_how_of(const struct config *, struct bank_how *);
/* The bank account that takes a currency, as lines for people ("Sort code: 00-00-00"). */
struct bank_account_lines {
    str name, bank, sort_code, number, iban, bic; /* empty: not for this currency */
};
bool bank_account_for(const struct config *, str currency, struct bank_account_lines *);
/* The same in one sentence, for mail. */
str bank_account_words(struct arena *, const struct config *, str currency);

/* What came for an invoice so far and waits for the rest. */
NODISCARD st bank_parts(struct db *, struct arena *, int64_t invoice, int64_t *received);
/* What is still to be paid of an invoice, in whatever way: what is due, less such parts. */
NODISCARD st bank_rest(struct db *, struct arena *, int64_t invoice, money *rest);
/* The rest was paid in another way: the parts that waited in suspense become payments of the invoice. Writer's transaction. */
NODISCARD st bank_parts_paid_nt(struct cx *, int64_t invoice);
/* What is still to be transferred for the invoice of a payment: what is due, less what came. *invoice may be NULL. */
NODISCARD st bank_missing(struct db *, struct arena *, int64_t payment, int64_t *invoice, money *missing);

/* A file as the commands that import it, in order: chunk `at` of *n. `bytes` is the file, for its code. */
struct bank_import_in;
NODISCARD st bank_import_chunk(struct arena *, const struct bank_file *, const int64_t *nth, str code, size_t at,
    struct bank_import_in *);
/* How many times an entry like each was met before it in the file: two equal payments on one day are two. */
NODISCARD st bank_count_equal(struct arena *, const struct bank_file *, int64_t **nth);

#endif
