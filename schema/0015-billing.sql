-- What was weak in billing: the same bank entry in two formats, where an invoice's party lives in parts, refunds that fail.

-- What is said about an entry of a bank statement in every format, as codes: our reference in it, the other side's account, the
-- other side's name. Entries of two files in different formats that agree in day, amount and one of these are one.
CREATE TABLE bank_trait (                  --: owner entry_id>bank_entry
  entry_id     @ref(bank_entry) NOT NULL,  --: link
  kind         @text NOT NULL CHECK (kind IN ('reference','account','name')), --: none
  code         @blob NOT NULL,             --: pd(payer.text) blind
  booked_on    @date NOT NULL,             --: none
  value_on     @date NOT NULL,             --: none
  PRIMARY KEY (entry_id, kind)
);
CREATE INDEX bank_trait_code ON bank_trait (code);

-- The same entry as another format tells it: once for each format.
CREATE TABLE bank_alias (                  --: owner entry_id>bank_entry
  code         @blob PRIMARY KEY NOT NULL, --: pd(payer.text) blind
  entry_id     @ref(bank_entry) NOT NULL,  --: link
  format       @text NOT NULL,             --: none
  UNIQUE (entry_id, format)
);

-- Where town, postcode and region stand in party_address, as line.from.length each ("2.0.9 3.0.7 -"), so that an e-invoice can say
-- them apart without keeping them twice. Empty on older papers.
ALTER TABLE invoice ADD COLUMN party_parts @text NOT NULL DEFAULT ''; --: none

-- An invoice is paid by one payment, or by parts that came by bank transfer (part) and one for the rest.
ALTER TABLE payment ADD COLUMN part @bool NOT NULL DEFAULT 0; --: none
DROP INDEX payment_once;
CREATE UNIQUE INDEX payment_once ON payment (invoice_id) WHERE status IN ('succeeded','disputed') AND part = 0;

-- How often a refund of a payment failed.
CREATE INDEX gateway_event_payment ON gateway_event (payment_id, id) WHERE payment_id IS NOT NULL;
