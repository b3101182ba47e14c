-- Account credit: money that the company owes a customer, and may be used to pay invoices.

-- What is left, in each currency. Guarded: nobody can use what is not there, however many ask at once.
CREATE TABLE credit_balance (              --: owner person_id
  id           @id,                        --: none
  person_id    @ref(person) NOT NULL,      --: link
  currency     @text NOT NULL,             --: none
  balance      @i64 NOT NULL CHECK (balance >= 0), --: none
  UNIQUE (person_id, currency)
);

-- Every movement, with what was left after it. Rows are only added.
CREATE TABLE credit_entry (                --: owner person_id
  id           @id,                        --: none
  uid          @uid NOT NULL UNIQUE,       --: none
  person_id    @ref(person) NOT NULL,      --: link
  currency     @text NOT NULL,             --: none
  amount       @i64 NOT NULL CHECK (amount <> 0), --: none
  balance      @i64 NOT NULL CHECK (balance >= 0), --: none
  reason       @text NOT NULL,             --: none
  ref_kind     @text NOT NULL,             --: none
  ref_uid      @uid,                       --: link
  invoice_id   @ref(invoice),              --: link
  made_at      @time NOT NULL              --: none
);
CREATE INDEX credit_entry_person ON credit_entry (person_id, currency, id);
CREATE INDEX credit_entry_invoice ON credit_entry (invoice_id) WHERE invoice_id IS NOT NULL;
