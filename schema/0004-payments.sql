-- Money that goes back: refunds that staff ordered, and disputes that a customer's bank opened.

CREATE TABLE refund (                      --: owner payment_id>payment
  id           @id,                        --: none
  uid          @uid NOT NULL UNIQUE,       --: none
  payment_id   @ref(payment) NOT NULL,     --: link
  amount       @i64 NOT NULL CHECK (amount > 0), --: none
  reason       @text NOT NULL CHECK (reason IN ('asked','duplicate','fraudulent','goodwill')), --: none
  status       @text NOT NULL CHECK (status IN ('ordered','sent','failed')), --: none
  ordered_by   @i64 NOT NULL,              --: none
  ordered_at   @time NOT NULL              --: none
);
CREATE INDEX refund_payment ON refund (payment_id, id);

-- A dispute holds money back from the day it is opened; until due_at the company may answer the bank, at the gateway.
CREATE TABLE dispute (                     --: owner payment_id>payment
  id           @id,                        --: none
  uid          @uid NOT NULL UNIQUE,       --: none
  payment_id   @ref(payment) NOT NULL,     --: link
  reference    @text NOT NULL,             --: none
  status       @text NOT NULL CHECK (status IN ('open','won','lost')), --: none
  reason       @text NOT NULL,             --: none
  currency     @text NOT NULL,             --: none
  amount       @i64 NOT NULL CHECK (amount > 0), --: none
  due_at       @time,                      --: none
  opened_at    @time NOT NULL,             --: none
  closed_at    @time,                      --: none
  UNIQUE (payment_id, reference)
);
CREATE INDEX dispute_status ON dispute (status, id);

-- A way to pay that a customer agreed to keep: names that only the gateway can use, never a number of a card. The agreement
-- itself, with its words and the statement it was given under, is in `acknowledgement`.
CREATE TABLE mandate (                     --: owner person_id
  id           @id,                        --: none
  uid          @uid NOT NULL UNIQUE,       --: none
  person_id    @ref(person) NOT NULL,      --: link
  payment_id   @ref(payment) NOT NULL UNIQUE, --: link
  acknowledgement_id @ref(acknowledgement) NOT NULL, --: link
  gateway      @text NOT NULL,             --: none
  status       @text NOT NULL CHECK (status IN ('asked','active','revoked')), --: none
  customer     @sealed,                    --: pd(mandate.customer)
  method       @sealed,                    --: pd(mandate.method)
  card         @sealed,                    --: pd(mandate.card)
  since        @time,                      --: none
  ended_at     @time                       --: none
);
CREATE INDEX mandate_person ON mandate (person_id, status, id);

-- Payments that are taken by a mandate, with nobody at the screen.
CREATE TABLE collection (                  --: owner payment_id>payment
  payment_id   @ref(payment) PRIMARY KEY NOT NULL, --: link
  mandate_id   @ref(mandate) NOT NULL      --: link
);
