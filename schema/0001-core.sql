-- The first schema: people and their keys, shop, orders, VAT, invoices, payments, services, and the
-- books that everything is recorded in. Types beginning with @ are expanded for each database by sqlc.
--
-- After each column, `--:` says what personal data it holds:
--   none                      nothing personal
--   pd(category.field)        a personal value, sealed (the type must then be @sealed)
--   pd(...) clear("why")      a personal value kept readable, with the reason
--   pd(...) blind             a keyed code of such a value, for look-up
--   link                      points at a person, or at a row that does
-- After each table's opening bracket, `--: owner` says whose it is: none, a column, or column>table; and `, row goes` when at its
-- end the whole row is removed, and not emptied.

-- Which migrations were applied, and what they were.
CREATE TABLE schema_version (              --: owner none
  number       @i64 PRIMARY KEY NOT NULL,  --: none
  name         @text NOT NULL,             --: none
  hash         @blob NOT NULL,             --: none
  applied_at   @time NOT NULL              --: none
);

CREATE TABLE statement_version (           --: owner none
  id           @id,                        --: none
  hash         @blob NOT NULL UNIQUE,      --: none
  prose        @text NOT NULL,             --: none
  rules        @text NOT NULL,             --: none
  changes      @text NOT NULL,             --: none
  published_at @time NOT NULL              --: none
);

CREATE TABLE setting (                     --: owner none
  name         @text PRIMARY KEY NOT NULL, --: none
  value        @text NOT NULL              --: none
);

-- A person: visitor with a basket, customer, or member of staff; or a payer, who sent money by bank transfer and is not known to be a
-- customer. A visitor's row becomes the customer's.
CREATE TABLE person (                      --: owner id
  id           @id,                        --: link
  uid          @uid NOT NULL UNIQUE,       --: link
  kind         @text NOT NULL CHECK (kind IN ('visitor','customer','staff','payer')),            --: none
  status       @text NOT NULL CHECK (status IN ('active','inactive','closed')),                  --: none
  customer_type @text NOT NULL CHECK (customer_type IN ('consumer','business')),                 --: none
  email        @sealed,                    --: pd(account.email)
  email_code   @blob,                      --: pd(account.email) blind
  email_verified_at @time,                 --: none
  password     @sealed,                    --: pd(sign_in.password)
  full_name    @sealed,                    --: pd(account.full_name)
  company      @sealed,                    --: pd(business.company)
  vat_number   @sealed,                    --: pd(business.vat_number)
  address1     @sealed,                    --: pd(account.address1)
  address2     @sealed,                    --: pd(account.address2)
  city         @sealed,                    --: pd(account.city)
  region       @sealed,                    --: pd(account.region)
  postcode     @sealed,                    --: pd(account.postcode)
  country      @text,                      --: pd(account.country) clear("two letters, needed to count and filter by country")
  telephone    @sealed,                    --: pd(account.telephone)
  currency     @text NOT NULL,             --: none
  capabilities @i64 NOT NULL,              --: none
  version      @i64 NOT NULL,              --: none
  created_at   @time NOT NULL,             --: none
  closed_at    @time                       --: none
);
-- One verified customer, and one member of staff, per address.
-- SQLite uses the index only where a statement says the condition too.
CREATE UNIQUE INDEX person_email ON person (email_code, kind) WHERE email_code IS NOT NULL AND kind <> 'visitor';
CREATE INDEX person_kind ON person (kind, id);

-- `class` is the retention class and, when that has keys for a year or month, the epoch: security@2026-11.
CREATE TABLE person_key (                  --: owner person_id
  person_id    @ref(person) NOT NULL,      --: link
  class        @text NOT NULL,             --: none
  key_id       @i64 NOT NULL UNIQUE,       --: none
  created_at   @time NOT NULL,             --: none
  PRIMARY KEY (person_id, class)
);

-- Where each stored value came from (S4): written by the collect gate, one row per value and row.
CREATE TABLE origin (                      --: owner person_id
  row_uid      @blob NOT NULL,             --: none
  col          @text NOT NULL,             --: none
  person_id    @ref(person) NOT NULL,      --: link
  point        @text NOT NULL,             --: none
  source       @text NOT NULL,             --: none
  statement_id @ref(statement_version) NOT NULL, --: none
  collected_at @time NOT NULL,             --: none
  PRIMARY KEY (row_uid, col)
);
CREATE INDEX origin_person ON origin (person_id);

-- Keyed codes by which staff find people: word of a name, e-mail address, telephone, company, postcode.
CREATE TABLE search_code (                 --: owner person_id, row goes
  person_id    @ref(person) NOT NULL,      --: link
  kind         @text NOT NULL CHECK (kind IN ('name','email','telephone','company','postcode')), --: none
  code         @blob NOT NULL,             --: pd(account.full_name) blind
  PRIMARY KEY (kind, code, person_id)
);
CREATE INDEX search_code_person ON search_code (person_id);

CREATE TABLE session (                     --: owner person_id, row goes
  id           @id,                        --: none
  uid          @uid NOT NULL UNIQUE,       --: none
  token_code   @blob NOT NULL UNIQUE,      --: none
  person_id    @ref(person),               --: link
  signed_in    @bool NOT NULL,             --: none
  ip           @sealed,                    --: pd(security.ip)
  agent        @text,                      --: pd(security.agent) clear("browser family only, the same for millions")
  created_at   @time NOT NULL,             --: none
  seen_at      @time NOT NULL,             --: none
  expires_at   @time NOT NULL,             --: none
  ended_at     @time                       --: none
);
CREATE INDEX session_person ON session (person_id, id);

-- One-time links sent by mail: confirm an address, set a new password.
CREATE TABLE mail_token (                  --: owner person_id
  id           @id,                        --: none
  person_id    @ref(person) NOT NULL,      --: link
  kind         @text NOT NULL CHECK (kind IN ('verify','reset')), --: none
  token_code   @blob NOT NULL UNIQUE,      --: none
  created_at   @time NOT NULL,             --: none
  expires_at   @time NOT NULL,             --: none
  used_at      @time                       --: none
);
CREATE INDEX mail_token_person ON mail_token (person_id, kind);

-- Catalogue -----------------------------------------------------------------------------------------

CREATE TABLE product (                     --: owner none
  id           @id,                        --: none
  uid          @uid NOT NULL UNIQUE,       --: none
  slug         @text NOT NULL UNIQUE,      --: none
  name         @text NOT NULL,             --: none
  summary      @text NOT NULL,             --: none
  description  @text NOT NULL,             --: none
  vat_class    @text NOT NULL CHECK (vat_class IN ('ess','telecoms','general')), --: none
  module       @text NOT NULL,             --: none
  package      @text NOT NULL,             --: none
  asks_for     @text NOT NULL CHECK (asks_for IN ('nothing','domain','hostname')), --: none
  stores_data  @bool NOT NULL,             --: none
  status       @text NOT NULL CHECK (status IN ('active','hidden','withdrawn')), --: none
  position     @i64 NOT NULL,              --: none
  stock        @i64 CHECK (stock >= 0),    --: none
  max_order    @i64,                       --: none
  max_customer @i64,                       --: none
  trial_days   @i64 NOT NULL DEFAULT 0 CHECK (trial_days >= 0), --: none
  version      @i64 NOT NULL               --: none
);

-- Prices are net of VAT, in minor units. option_code '' is the product itself.
CREATE TABLE product_option (              --: owner none
  id           @id,                        --: none
  product_id   @ref(product) NOT NULL,     --: none
  code         @text NOT NULL,             --: none
  choice       @text NOT NULL,             --: none
  label        @text NOT NULL,             --: none
  choice_label @text NOT NULL,             --: none
  position     @i64 NOT NULL,              --: none
  UNIQUE (product_id, code, choice)
);
CREATE TABLE price (                       --: owner none
  id           @id,                        --: none
  product_id   @ref(product) NOT NULL,     --: none
  option_id    @ref(product_option),       --: none
  currency     @text NOT NULL,             --: none
  cycle        @text NOT NULL CHECK (cycle IN ('monthly','quarterly','annually','biennially','once')), --: none
  amount       @i64 NOT NULL CHECK (amount >= 0), --: none
  setup        @i64 NOT NULL CHECK (setup >= 0)   --: none
);
CREATE UNIQUE INDEX price_product ON price (product_id, currency, cycle) WHERE option_id IS NULL;
CREATE UNIQUE INDEX price_option ON price (option_id, currency, cycle) WHERE option_id IS NOT NULL;

CREATE TABLE basket (                      --: owner person_id
  id           @id,                        --: none
  uid          @uid NOT NULL UNIQUE,       --: none
  person_id    @ref(person) NOT NULL UNIQUE, --: link
  currency     @text NOT NULL,             --: none
  changed_at   @time NOT NULL,             --: none
  swept        @bool NOT NULL DEFAULT 0,   --: none
  swept_lines  @i64 NOT NULL DEFAULT 0     --: none
);
-- What was kept for as long as the statement says is looked for among those that were not swept yet.
CREATE INDEX basket_changed ON basket (changed_at) WHERE swept = 0;
CREATE TABLE basket_line (                 --: owner basket_id>basket, row goes
  id           @id,                        --: none
  uid          @uid NOT NULL UNIQUE,       --: none
  basket_id    @ref(basket) NOT NULL,      --: link
  product_id   @ref(product) NOT NULL,     --: none
  cycle        @text NOT NULL,             --: none
  quantity     @i64 NOT NULL CHECK (quantity BETWEEN 1 AND 99), --: none
  options      @text NOT NULL,             --: none
  net_seen     @i64 NOT NULL,              --: none
  trial        @bool NOT NULL DEFAULT 0,   --: none
  hostname     @sealed                     --: pd(service.hostname)
);
CREATE INDEX basket_line_basket ON basket_line (basket_id, id);

-- Orders --------------------------------------------------------------------------------------------

-- What a customer orders (new), and what the program orders for them by what was agreed: the next period of a service, or
-- another plan. Each has its decision on VAT, its evidence and its invoice.
CREATE TABLE orders (                      --: owner person_id
  id           @id,                        --: none
  uid          @uid NOT NULL UNIQUE,       --: none
  person_id    @ref(person) NOT NULL,      --: link
  kind         @text NOT NULL CHECK (kind IN ('new','renewal','change')), --: none
  status       @text NOT NULL CHECK (status IN ('pending','active','fraud','cancelled')), --: none
  customer_type @text NOT NULL CHECK (customer_type IN ('consumer','business')),          --: none
  currency     @text NOT NULL,             --: none
  net          @i64 NOT NULL,              --: none
  vat          @i64 NOT NULL,              --: none
  gross        @i64 NOT NULL CHECK (gross = net + vat), --: none
  ip           @sealed,                    --: pd(order_check.ip)
  reference    @sealed,                    --: pd(order.reference)
  statement_id @ref(statement_version) NOT NULL, --: none
  placed_at    @time NOT NULL              --: none
);
CREATE INDEX orders_person ON orders (person_id, id);
CREATE INDEX orders_status ON orders (status, id);
CREATE TABLE order_line (                  --: owner order_id>orders
  id           @id,                        --: none
  uid          @uid NOT NULL UNIQUE,       --: none
  order_id     @ref(orders) NOT NULL,      --: link
  product_id   @ref(product) NOT NULL,     --: none
  product_name @text NOT NULL,             --: none
  vat_class    @text NOT NULL,             --: none
  cycle        @text NOT NULL,             --: none
  quantity     @i64 NOT NULL CHECK (quantity >= 1), --: none
  options      @text NOT NULL,             --: none
  choices      @text NOT NULL,             --: none
  unit_net     @i64 NOT NULL,              --: none
  setup_net    @i64 NOT NULL,              --: none
  discount_net @i64 NOT NULL DEFAULT 0 CHECK (discount_net >= 0), --: none
  trial_days   @i64 NOT NULL DEFAULT 0 CHECK (trial_days >= 0), --: none
  stock_taken  @i64 NOT NULL DEFAULT 0 CHECK (stock_taken >= 0), --: none
  net          @i64 NOT NULL,              --: none
  hostname     @sealed                     --: pd(service.hostname)
);
CREATE INDEX order_line_order ON order_line (order_id, id);

-- What somebody acknowledged or agreed to, under which version of the statement, in which words.
CREATE TABLE acknowledgement (             --: owner person_id
  id           @id,                        --: none
  person_id    @ref(person) NOT NULL,      --: link
  order_id     @ref(orders),               --: link
  topic        @text NOT NULL,             --: none
  wording      @text NOT NULL,             --: none
  statement_id @ref(statement_version) NOT NULL, --: none
  point        @text NOT NULL,             --: none
  given_at     @time NOT NULL,             --: none
  withdrawn_at @time                       --: none
);
CREATE INDEX acknowledgement_person ON acknowledgement (person_id, id);

-- VAT -----------------------------------------------------------------------------------------------

CREATE TABLE vat_decision (                --: owner person_id
  id           @id,                        --: none
  uid          @uid NOT NULL UNIQUE,       --: none
  person_id    @ref(person) NOT NULL,      --: link
  order_id     @ref(orders) NOT NULL,      --: link
  vat_class    @text NOT NULL CHECK (vat_class IN ('ess','telecoms','general')), --: none
  status       @text NOT NULL CHECK (status IN ('decided','contradiction','insufficient','pending')), --: none
  territory    @text,                      --: pd(tax_evidence.territory) clear("the tax territory, needed for returns")
  treatment    @text,                      --: none
  rate_bp      @i64,                       --: none
  note         @text,                      --: none
  reasons      @text NOT NULL,             --: none
  decided_at   @time NOT NULL              --: none
);
CREATE INDEX vat_decision_order ON vat_decision (order_id, id);
CREATE INDEX vat_decision_person ON vat_decision (person_id, id);
CREATE TABLE vat_evidence (                --: owner decision_id>vat_decision
  id           @id,                        --: none
  uid          @uid NOT NULL UNIQUE,       --: none
  decision_id  @ref(vat_decision) NOT NULL, --: link
  kind         @text NOT NULL CHECK (kind IN ('billing_address','ip','telephone','bank','vat_number')), --: none
  provider     @text NOT NULL CHECK (provider IN ('customer','third','seller')), --: none
  territory    @text,                      --: pd(tax_evidence.territory) clear("the tax territory, needed for returns")
  value        @sealed,                    --: pd(tax_evidence.value)
  outcome      @text NOT NULL CHECK (outcome IN ('supports','contradicts','no_item')), --: none
  source_version @text NOT NULL,           --: none
  observed_at  @time NOT NULL              --: none
);
CREATE INDEX vat_evidence_decision ON vat_evidence (decision_id, id);
CREATE TABLE vat_check (                   --: owner person_id
  id           @id,                        --: none
  uid          @uid NOT NULL UNIQUE,       --: none
  person_id    @ref(person) NOT NULL,      --: link
  order_id     @ref(orders),               --: link
  number       @sealed,                    --: pd(tax_evidence.vat_number)
  result       @text NOT NULL CHECK (result IN ('valid','invalid','unknown','pending')), --: none
  service      @text NOT NULL,             --: none
  reference    @text NOT NULL,             --: none
  name_match   @text NOT NULL CHECK (name_match IN ('yes','no','not_given')), --: none
  checked_at   @time NOT NULL              --: none
);
CREATE INDEX vat_check_person ON vat_check (person_id, id);
CREATE INDEX vat_check_order ON vat_check (order_id, id);

-- Invoices and money --------------------------------------------------------------------------------

CREATE TABLE invoice_series (              --: owner none
  code         @text PRIMARY KEY NOT NULL, --: none
  next         @i64 NOT NULL CHECK (next >= 1) --: none
);
-- A pro forma (status unpaid, no number) becomes a VAT invoice when it is issued: at the latest when it is paid. The number
-- is taken then, in the same transaction, so numbers have no gaps; from then on only status, what was paid,
-- taken back (by credit notes) and returned (as money) move. A credit note is a row of its own, in a series of its own, its amounts positive. The party is frozen in both, apart
-- from the person. A pro forma that is void stays, with who made it void, when and why.
CREATE TABLE invoice (                     --: owner person_id
  id           @id,                        --: none
  uid          @uid NOT NULL UNIQUE,       --: none
  person_id    @ref(person) NOT NULL,      --: link
  order_id     @ref(orders) NOT NULL,      --: link
  kind         @text NOT NULL CHECK (kind IN ('invoice','credit_note')), --: none
  credits_id   @ref(invoice),              --: link
  status       @text NOT NULL CHECK (status IN ('unpaid','paid','cancelled','refunded','issued')), --: none
  number       @text UNIQUE,               --: none
  series       @text,                      --: none
  sequence     @i64,                       --: none
  currency     @text NOT NULL,             --: none
  net          @i64 NOT NULL,              --: none
  vat          @i64 NOT NULL,              --: none
  gross        @i64 NOT NULL CHECK (gross = net + vat), --: none
  credited     @i64 NOT NULL DEFAULT 0 CHECK (credited >= 0), --: none
  vat_gbp      @i64 NOT NULL,              --: none
  gbp_rate     @text NOT NULL,             --: none
  taken_back   @i64 NOT NULL CHECK (taken_back BETWEEN 0 AND gross), --: none
  returned     @i64 NOT NULL CHECK (returned BETWEEN 0 AND taken_back), --: none
  reason       @text NOT NULL,             --: none
  treatment    @text NOT NULL,             --: none
  note         @text NOT NULL,             --: none
  territory    @text NOT NULL,             --: pd(invoice.territory) clear("the tax territory, needed for returns")
  seller       @text NOT NULL,             --: none
  party_name    @sealed,                   --: pd(invoice.full_name)
  party_company @sealed,                   --: pd(invoice.company)
  party_address @sealed,                   --: pd(invoice.address)
  party_vat_number @sealed,                --: pd(invoice.vat_number)
  party_email   @sealed,                   --: pd(invoice.email)
  created_at   @time NOT NULL,             --: none
  due_on       @date NOT NULL,             --: none
  issued_on    @date,                      --: none
  tax_point    @date,                      --: none
  paid_at      @time,                      --: none
  voided_at    @time,                      --: none
  voided_by    @i64,                       --: link
  void_reason  @text,                      --: none
  CHECK ((number IS NULL) = (issued_on IS NULL)),
  CHECK ((number IS NULL) = (sequence IS NULL)),
  CHECK (number IS NOT NULL OR status IN ('unpaid','cancelled')),
  CHECK ((kind = 'credit_note') = (credits_id IS NOT NULL)),
  CHECK ((kind = 'credit_note') = (status = 'issued')),
  CHECK ((voided_at IS NULL) = (void_reason IS NULL)),
  CHECK (voided_at IS NULL OR (number IS NULL AND status = 'cancelled')),
  UNIQUE (series, sequence)
);
CREATE INDEX invoice_credits ON invoice (credits_id, id);
CREATE INDEX invoice_kind ON invoice (kind, id);
CREATE INDEX invoice_person ON invoice (person_id, id);
CREATE INDEX invoice_order ON invoice (order_id);
CREATE INDEX invoice_status ON invoice (status, id);
CREATE TABLE invoice_line (                --: owner invoice_id>invoice
  id           @id,                        --: none
  uid          @uid NOT NULL UNIQUE,       --: none
  invoice_id   @ref(invoice) NOT NULL,     --: link
  position     @i64 NOT NULL,              --: none
  description  @text NOT NULL,             --: none
  hostname     @sealed,                    --: pd(invoice.hostname)
  period_from  @date,                      --: none
  period_to    @date,                      --: none
  quantity     @i64 NOT NULL,              --: none
  unit_net     @i64 NOT NULL,              --: none
  discount     @i64 NOT NULL DEFAULT 0 CHECK (discount >= 0), --: none
  net          @i64 NOT NULL,              --: none
  rate_bp      @i64 NOT NULL,              --: none
  treatment    @text NOT NULL,             --: none
  vat          @i64 NOT NULL,              --: none
  order_line_id @ref(order_line) NOT NULL, --: link
  credits_line_id @ref(invoice_line),      --: link
  UNIQUE (invoice_id, position)
);
CREATE INDEX invoice_line_credits ON invoice_line (credits_line_id);

CREATE TABLE payment (                     --: owner person_id
  id           @id,                        --: none
  uid          @uid NOT NULL UNIQUE,       --: none
  person_id    @ref(person) NOT NULL,      --: link
  invoice_id   @ref(invoice) NOT NULL,     --: link
  gateway      @text NOT NULL,             --: none
  reference    @text,                      --: none
  charge       @text,                      --: none
  redirect     @text,                      --: none
  page         @text,                      --: none
  status       @text NOT NULL CHECK (status IN ('started','pending','succeeded','declined','review','refunded','disputed',
                 'charged_back')),         --: none
  currency     @text NOT NULL,             --: none
  amount       @i64 NOT NULL CHECK (amount > 0), --: none
  refunded     @i64 NOT NULL CHECK (refunded BETWEEN 0 AND amount), --: none
  card_country @text,                      --: pd(tax_evidence.card_country) clear("two letters, evidence of the place of supply")
  created_at   @time NOT NULL,             --: none
  settled_at   @time,                      --: none
  UNIQUE (gateway, reference)
);
CREATE INDEX payment_invoice ON payment (invoice_id, id);
CREATE INDEX payment_person ON payment (person_id, id);
-- At most one successful payment per invoice: the second goes to review.
CREATE UNIQUE INDEX payment_once ON payment (invoice_id) WHERE status IN ('succeeded','disputed');

-- Every message from a gateway, once (S9): authenticate, find, duplicate check, record, apply.
CREATE TABLE gateway_event (               --: owner payment_id>payment
  id           @id,                        --: none
  uid          @uid NOT NULL UNIQUE,       --: none
  gateway      @text NOT NULL,             --: none
  event_id     @text NOT NULL,             --: none
  kind         @text NOT NULL,             --: none
  payment_id   @ref(payment),              --: link
  reference    @text NOT NULL,             --: none
  currency     @text NOT NULL,             --: none
  amount       @i64 NOT NULL,              --: none
  outcome      @text NOT NULL CHECK (outcome IN ('recorded','applied','duplicate','review','resolved')), --: none
  reason       @text NOT NULL,             --: none
  resolution   @text,                      --: none
  resolved_by  @i64,                       --: none
  note         @text,                      --: none
  received_at  @time NOT NULL,             --: none
  UNIQUE (gateway, event_id)
);
CREATE INDEX gateway_event_review ON gateway_event (outcome, id);

-- The books: every transaction sums to nothing, per currency.
CREATE TABLE ledger (                      --: owner person_id
  id           @id,                        --: none
  txn          @uid NOT NULL,              --: none
  account      @text NOT NULL CHECK (account IN ('receivable','sales','vat','gateway','refunds','suspense','disputed','credit','goodwill')), --: none
  person_id    @ref(person) NOT NULL,      --: link
  invoice_id   @ref(invoice),              --: link
  payment_id   @ref(payment),              --: link
  currency     @text NOT NULL,             --: none
  amount       @i64 NOT NULL,              --: none
  booked_at    @time NOT NULL              --: none
);
CREATE INDEX ledger_txn ON ledger (txn);
CREATE INDEX ledger_account ON ledger (account, currency, id);
CREATE INDEX ledger_person ON ledger (person_id);

-- Services ------------------------------------------------------------------------------------------

CREATE TABLE service (                     --: owner person_id
  id           @id,                        --: none
  uid          @uid NOT NULL UNIQUE,       --: none
  person_id    @ref(person) NOT NULL,      --: link
  order_line_id @ref(order_line) NOT NULL, --: link
  unit         @i64 NOT NULL,              --: none
  product_id   @ref(product) NOT NULL,     --: none
  status       @text NOT NULL CHECK (status IN ('pending','active','suspended','terminated','cancelled')), --: none
  package      @text NOT NULL,             --: none
  cycle        @text NOT NULL,             --: none
  next_due_on  @date,                      --: none
  hostname     @sealed,                    --: pd(service.hostname)
  username     @sealed,                    --: pd(service.username)
  secret       @sealed,                    --: pd(service.secret)
  address      @sealed,                    --: pd(service.address)
  remote_ref   @text,                      --: none
  usage_bytes  @i64,                       --: none
  usage_at     @time,                      --: none
  problem      @text NOT NULL,             --: none
  created_at   @time NOT NULL,             --: none
  activated_at @time,                      --: none
  ended_at     @time,                      --: none
  UNIQUE (order_line_id, unit)
);
CREATE INDEX service_person ON service (person_id, id);
CREATE INDEX service_status ON service (status, id);
CREATE INDEX service_product ON service (product_id, id);

-- Records -------------------------------------------------------------------------------------------

-- The outbox: work for the courier, written in the transaction that makes it necessary.
CREATE TABLE job (                         --: owner person_id
  id           @id,                        --: none
  uid          @uid NOT NULL UNIQUE,       --: none
  kind         @text NOT NULL,             --: none
  job_key      @text NOT NULL UNIQUE,      --: none
  person_id    @ref(person),               --: link
  object_id    @i64 NOT NULL,              --: link
  state        @text NOT NULL CHECK (state IN ('queued','leased','done','dead')), --: none
  attempts     @i64 NOT NULL,              --: none
  next_at      @time NOT NULL,             --: none
  lease_until  @time,                      --: none
  fence        @i64 NOT NULL,              --: none
  last_error   @text NOT NULL,             --: none
  created_at   @time NOT NULL,             --: none
  done_at      @time                       --: none
);
CREATE INDEX job_due ON job (state, next_at, id);
CREATE INDEX job_state ON job (state, id);
CREATE INDEX job_person ON job (person_id);

-- Messages handed over for delivery; the text itself is not kept.
CREATE TABLE mail_sent (                   --: owner person_id
  id           @id,                        --: none
  uid          @uid NOT NULL UNIQUE,       --: none
  person_id    @ref(person) NOT NULL,      --: link
  job_id       @ref(job) NOT NULL UNIQUE,  --: none
  template     @text NOT NULL,             --: none
  class        @text NOT NULL CHECK (class IN ('service','announcement','marketing')), --: none
  object_id    @i64 NOT NULL,              --: link
  sent_at      @time NOT NULL              --: none
);
CREATE INDEX mail_sent_person ON mail_sent (person_id, id);

-- The disclosure ledger (S12): who was told what, for which purpose, on which basis.
CREATE TABLE disclosure (                  --: owner person_id
  id           @id,                        --: none
  uid          @uid NOT NULL UNIQUE,       --: none
  person_id    @ref(person) NOT NULL,      --: link
  recipient    @text NOT NULL,             --: none
  purpose      @text NOT NULL,             --: none
  basis        @text NOT NULL,             --: none
  fields       @text NOT NULL,             --: none
  ref_kind     @text NOT NULL,             --: none
  ref_uid      @blob NOT NULL,             --: link
  statement_id @ref(statement_version) NOT NULL, --: none
  disclosed_at @time NOT NULL              --: none
);
CREATE INDEX disclosure_person ON disclosure (person_id, id);

-- What happened, in order; each row carries the hash of the row before.
CREATE TABLE event_log (                   --: owner none
  id           @id,                        --: none
  at           @time NOT NULL,             --: none
  event        @text NOT NULL,             --: none
  actor_kind   @text NOT NULL,             --: none
  actor_id     @i64,                       --: link
  object_kind  @text NOT NULL,             --: none
  object_id    @i64,                       --: link
  detail       @text NOT NULL,             --: none
  hash         @blob NOT NULL              --: none
);
CREATE INDEX event_log_object ON event_log (object_kind, object_id, id);

-- Answers already given, by idempotency key.
CREATE TABLE idem (                        --: owner none
  key          @blob PRIMARY KEY NOT NULL, --: none
  command      @text NOT NULL,             --: none
  input_code   @blob NOT NULL,             --: none
  answer       @blob NOT NULL,             --: none
  status       @i64 NOT NULL,              --: none
  expires_at   @time NOT NULL              --: none
);
CREATE INDEX idem_expires ON idem (expires_at);
