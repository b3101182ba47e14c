-- What came into our bank account, and what we send back from it.

-- A file that was imported. Which entries are new is decided entry by entry, so this row is only a record.
CREATE TABLE bank_statement (              --: owner none
  id           @id,                        --: none
  uid          @uid NOT NULL UNIQUE,       --: none
  code         @blob NOT NULL UNIQUE,      --: none
  format       @text NOT NULL CHECK (format IN ('csv','ofx','mt940','camt053')), --: none
  account      @text NOT NULL,             --: none
  entries      @i64 NOT NULL,              --: none
  imported_by  @i64 NOT NULL,              --: none
  imported_at  @time NOT NULL              --: none
);

-- One entry of a statement: money that came in, or money that we sent back. It belongs to the customer it was matched with; until
-- then to a person of its own (kind 'payer'), so that it has a key and can be disposed of. `code` makes it the same entry in
-- whichever file it comes again.
CREATE TABLE bank_entry (                  --: owner person_id
  id           @id,                        --: none
  uid          @uid NOT NULL UNIQUE,       --: none
  statement_id @ref(bank_statement) NOT NULL, --: none
  person_id    @ref(person) NOT NULL,      --: link
  code         @blob NOT NULL UNIQUE,      --: pd(payer.text) blind
  booked_on    @date NOT NULL,             --: none
  currency     @text NOT NULL,             --: none
  amount       @i64 NOT NULL CHECK (amount <> 0), --: none
  name         @sealed,                    --: pd(payer.name)
  account      @sealed,                    --: pd(payer.account)
  wording      @sealed,                    --: pd(payer.text)
  status       @text NOT NULL CHECK (status IN ('open','matched','dismissed','returning','returned','sent')), --: none
  reason       @text NOT NULL,             --: none
  payment_id   @ref(payment),              --: link
  decision     @text,                      --: none
  decided_by   @i64,                       --: none
  decided_at   @time,                      --: none
  note         @text,                      --: none
  created_at   @time NOT NULL              --: none
);
CREATE INDEX bank_entry_status ON bank_entry (status, id);
CREATE INDEX bank_entry_person ON bank_entry (person_id, id);
CREATE INDEX bank_entry_payment ON bank_entry (payment_id, id) WHERE payment_id IS NOT NULL;

-- Money that a person has to send from the bank's own site: the reference tells us in a later statement that it went.
CREATE TABLE bank_refund (                 --: owner person_id
  id           @id,                        --: none
  uid          @uid NOT NULL UNIQUE,       --: none
  person_id    @ref(person) NOT NULL,      --: link
  payment_id   @ref(payment),              --: link
  entry_id     @ref(bank_entry),           --: link
  request      @uid NOT NULL UNIQUE,       --: none
  reference    @text NOT NULL UNIQUE,      --: none
  currency     @text NOT NULL,             --: none
  amount       @i64 NOT NULL CHECK (amount > 0), --: none
  status       @text NOT NULL CHECK (status IN ('due','sent')), --: none
  created_at   @time NOT NULL,             --: none
  sent_on      @date                       --: none
);
CREATE INDEX bank_refund_status ON bank_refund (status, id);
CREATE INDEX bank_refund_person ON bank_refund (person_id, id);
-- Which payments by transfer could an entry without a reference be for?
CREATE INDEX payment_waiting ON payment (gateway, status, currency, amount, id);
