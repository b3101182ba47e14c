-- Fraud screening (S7d): what the rules saw and said of each order, what people decided, and the codes by which orders are compared.

-- One row per order that was screened. Signals are numbers and words that name nobody, so that other rules can be tried on them.
CREATE TABLE fraud_check (                 --: owner person_id
  id           @id,                        --: none
  uid          @uid NOT NULL UNIQUE,       --: none
  person_id    @ref(person) NOT NULL,      --: link
  order_id     @ref(orders) NOT NULL UNIQUE, --: link
  state        @text NOT NULL CHECK (state IN ('accepted','review','refused','asked','approved','declined','withdrawn')), --: none
  outcome      @text NOT NULL CHECK (outcome IN ('accept','review','refuse')), --: none
  score        @i64 NOT NULL,              --: none
  review_from  @i64 NOT NULL,              --: none
  refuse_from  @i64 NOT NULL,              --: none
  rules        @text NOT NULL,             --: none
  signals      @text NOT NULL,             --: pd(screening.signals) clear("counts and yes or no, which name nobody; other rules are tried on them")
  reasons      @text NOT NULL,             --: pd(screening.reasons) clear("whole sentences that name nobody; they stand on the order's page")
  note         @sealed,                    --: pd(screening.note)
  checked_at   @time NOT NULL,             --: none
  asked_at     @time                       --: none
);
CREATE INDEX fraud_check_state ON fraud_check (state, id);
CREATE INDEX fraud_check_person ON fraud_check (person_id, id);
-- The queue: what waits for a person, oldest first.
CREATE INDEX fraud_check_waiting ON fraud_check (id) WHERE state IN ('review','asked');

-- Every decision of a person, with who and why.
CREATE TABLE fraud_decision (              --: owner check_id>fraud_check
  id           @id,                        --: none
  uid          @uid NOT NULL UNIQUE,       --: none
  check_id     @ref(fraud_check) NOT NULL, --: link
  accepted     @bool NOT NULL,             --: none
  reason       @sealed,                    --: pd(screening.decision)
  decided_by   @ref(person),               --: link
  decided_at   @time NOT NULL              --: none
);
CREATE INDEX fraud_decision_check ON fraud_decision (check_id, id);

-- Keyed codes of what an order was placed with. Nobody can read them back; equal values have equal codes.
CREATE TABLE fraud_trace (                 --: owner person_id, row goes
  id           @id,                        --: none
  person_id    @ref(person) NOT NULL,      --: link
  order_id     @ref(orders) NOT NULL,      --: link
  kind         @text NOT NULL CHECK (kind IN ('ip','network','address','telephone','domain','email')), --: none
  code         @blob NOT NULL,             --: pd(order_check.trace) blind
  at           @time NOT NULL              --: none
);
CREATE INDEX fraud_trace_code ON fraud_trace (kind, code, at);
CREATE INDEX fraud_trace_order ON fraud_trace (order_id);
CREATE INDEX fraud_trace_person ON fraud_trace (person_id);
