-- The rhythm of services: what is due next, what was done, and which invoice lines are for which period.

-- Beside each service: what its next period costs, when something is next to be done, and what people decided about it.
CREATE TABLE rhythm (                      --: owner person_id
  service_id   @ref(service) PRIMARY KEY NOT NULL, --: link
  person_id    @ref(person) NOT NULL,      --: link
  currency     @text NOT NULL,             --: none
  unit_net     @i64 NOT NULL CHECK (unit_net >= 0), --: none
  label        @text NOT NULL,             --: none
  choices      @text NOT NULL,             --: none
  periods      @i64 NOT NULL CHECK (periods >= 0), --: none
  anchor_day   @i64 NOT NULL CHECK (anchor_day BETWEEN 1 AND 31), --: none
  new_net      @i64,                       --: none
  new_from     @date,                      --: none
  cancel_on    @date,                      --: none
  ends_on      @date,                      --: none
  hold_until   @date,                      --: none
  hold_reason  @text,                      --: none
  suspended_for @i64,                      --: link
  parked       @text,                      --: none
  ended_on     @date,                      --: none
  parked_on    @date,                      --: none
  next_act_on  @date                       --: none
);
CREATE INDEX rhythm_due ON rhythm (next_act_on, service_id) WHERE next_act_on IS NOT NULL;
CREATE INDEX rhythm_parked ON rhythm (service_id) WHERE parked IS NOT NULL;
CREATE INDEX rhythm_person ON rhythm (person_id, service_id);

-- Somebody cancelled a service, and perhaps thought better of it.
CREATE TABLE cancellation (                --: owner person_id
  id           @id,                        --: none
  uid          @uid NOT NULL UNIQUE,       --: none
  person_id    @ref(person) NOT NULL,      --: link
  service_id   @ref(service) NOT NULL,     --: link
  by_kind      @text NOT NULL CHECK (by_kind IN ('customer','staff')), --: none
  ends_on      @date NOT NULL,             --: none
  reason       @sealed,                    --: pd(service.cancel_reason)
  asked_at     @time NOT NULL,             --: none
  withdrawn_at @time                       --: none
);
CREATE INDEX cancellation_service ON cancellation (service_id, id);
CREATE INDEX cancellation_person ON cancellation (person_id, id);

-- What a line of a renewal or change is for. At most one that counts per service and period: never two renewals.
CREATE TABLE rhythm_line (                 --: owner order_line_id>order_line
  order_line_id @ref(order_line) PRIMARY KEY NOT NULL, --: link
  service_id   @ref(service) NOT NULL,     --: link
  act          @text NOT NULL CHECK (act IN ('renew','change')), --: none
  period_from  @date NOT NULL,             --: none
  period_to    @date NOT NULL,             --: none
  new_net      @i64,                       --: none
  live         @bool NOT NULL              --: none
);
CREATE UNIQUE INDEX rhythm_line_once ON rhythm_line (service_id, act, period_from) WHERE live = 1;
CREATE INDEX rhythm_line_service ON rhythm_line (service_id, order_line_id);

-- To which plans a product may be changed by customers.
CREATE TABLE product_change (              --: owner none
  from_id      @ref(product) NOT NULL,     --: none
  to_id        @ref(product) NOT NULL,     --: none
  position     @i64 NOT NULL,              --: none
  PRIMARY KEY (from_id, to_id)
);

-- Everything periodic that was done, once per subject, act and period.
CREATE TABLE rhythm_act (                  --: owner person_id
  id           @id,                        --: none
  person_id    @ref(person) NOT NULL,      --: link
  subject_kind @text NOT NULL CHECK (subject_kind IN ('service','invoice')), --: none
  subject_id   @i64 NOT NULL,              --: link
  act          @text NOT NULL,             --: none
  period       @text NOT NULL,             --: none
  result       @text NOT NULL,             --: none
  invoice_id   @ref(invoice),              --: link
  done_on      @date NOT NULL,             --: none
  done_at      @time NOT NULL,             --: none
  UNIQUE (subject_kind, subject_id, act, period)
);
CREATE INDEX rhythm_act_person ON rhythm_act (person_id, id);
