-- Retention: how things end. What is due is found by an index of its own, which holds only what was not disposed of yet, so that
-- looking costs what is due and not what there is.

-- A run: what became due by its day, or what one person asked for. Its certificate is made of its tombstones when all are proven.
CREATE TABLE disposal (                    --: owner none
  id           @id,                        --: none
  uid          @uid NOT NULL UNIQUE,       --: none
  kind         @text NOT NULL CHECK (kind IN ('due','erasure','replay')), --: none
  day          @date NOT NULL,             --: none
  statement_id @ref(statement_version) NOT NULL, --: none
  started_at   @time NOT NULL,             --: none
  finished_at  @time,                      --: none
  entries      @i64 NOT NULL,              --: none
  keys         @i64 NOT NULL,              --: none
  failed       @i64 NOT NULL,              --: none
  hash         @blob                       --: none
);
CREATE INDEX disposal_open ON disposal (kind, id) WHERE finished_at IS NULL;

-- Written, and committed, before the first destructive step: what goes and why. Names of tables, random names of rows and numbers
-- of keys, and nothing about anybody; so it may stay, and be replayed over a backup that is older than it.
CREATE TABLE tombstone (                   --: owner none
  id           @id,                        --: none
  disposal_id  @ref(disposal) NOT NULL,    --: none
  class        @text NOT NULL,             --: none
  place        @text NOT NULL,             --: none
  row_id       @i64 NOT NULL,              --: link
  row_uid      @blob NOT NULL,             --: link
  key_id       @i64,                       --: none
  reason       @text NOT NULL,             --: none
  last_day     @date NOT NULL,             --: none
  state        @text NOT NULL CHECK (state IN ('open','gone','proven','failed')), --: none
  n_values     @i64 NOT NULL,              --: none
  problem      @text NOT NULL,             --: none
  made_at      @time NOT NULL,             --: none
  gone_at      @time,                      --: none
  proven_at    @time                       --: none
);
-- One thing at a time about one row, and a key is destroyed once. What failed is tried again by the next run, under a new one.
CREATE UNIQUE INDEX tombstone_row ON tombstone (row_uid, class) WHERE state IN ('open','gone') AND key_id IS NULL;
CREATE UNIQUE INDEX tombstone_key ON tombstone (key_id) WHERE key_id IS NOT NULL AND state <> 'failed';
CREATE INDEX tombstone_state ON tombstone (state, id) WHERE state IN ('open','gone');
CREATE INDEX tombstone_disposal ON tombstone (disposal_id, id);

-- Somebody decided that something is kept longer: for a dispute, or because an authority asked. Everything of a person, or one row.
CREATE TABLE legal_hold (                  --: owner person_id
  id           @id,                        --: none
  uid          @uid NOT NULL UNIQUE,       --: none
  person_id    @ref(person) NOT NULL,      --: link
  row_uid      @blob,                      --: link
  what         @text NOT NULL CHECK (what IN ('person','order','invoice','service')), --: none
  reason       @sealed,                    --: pd(hold.reason)
  owner_id     @ref(person) NOT NULL,      --: link
  review_on    @date NOT NULL,             --: none
  reminded_on  @date,                      --: none
  set_at       @time NOT NULL,             --: none
  lifted_at    @time,                      --: none
  lifted_by    @i64                        --: link
);
CREATE INDEX legal_hold_person ON legal_hold (person_id, id);
CREATE INDEX legal_hold_live ON legal_hold (review_on, id) WHERE lifted_at IS NULL;
CREATE INDEX legal_hold_lifted ON legal_hold (lifted_at, id) WHERE lifted_at IS NOT NULL AND reason IS NOT NULL;

-- Somebody asked that their information be erased.
CREATE TABLE erasure (                     --: owner person_id
  id           @id,                        --: none
  uid          @uid NOT NULL UNIQUE,       --: none
  person_id    @ref(person) NOT NULL,      --: link
  state        @text NOT NULL CHECK (state IN ('cooling','running','done','cancelled')), --: none
  asked_at     @time NOT NULL,             --: none
  run_at       @time NOT NULL,             --: none
  started_at   @time,                      --: none
  done_at      @time,                      --: none
  disposal_id  @ref(disposal),             --: none
  waits_for    @text NOT NULL              --: none
);
CREATE UNIQUE INDEX erasure_person ON erasure (person_id) WHERE state IN ('cooling','running');
CREATE INDEX erasure_of ON erasure (person_id, id);
CREATE INDEX erasure_due ON erasure (state, run_at, id);

-- Codes that stand in place of values (disposal keyed_hash), and the keys they were made with: one for each class and month.
CREATE TABLE hash_key (                    --: owner none
  class        @text NOT NULL,             --: none
  month        @text NOT NULL,             --: none
  key_id       @i64 NOT NULL,              --: none
  destroy_on   @date NOT NULL,             --: none
  destroyed_at @time,                      --: none
  PRIMARY KEY (class, month)
);
CREATE INDEX hash_key_due ON hash_key (destroy_on) WHERE destroyed_at IS NULL;
CREATE TABLE hashed_value (                --: owner none
  row_uid      @blob NOT NULL,             --: none
  col          @text NOT NULL,             --: none
  class        @text NOT NULL,             --: none
  month        @text NOT NULL,             --: none
  code         @blob NOT NULL,             --: none
  PRIMARY KEY (row_uid, col)
);
-- What was removed and counted (disposal aggregate).
CREATE TABLE disposed_count (              --: owner none
  class        @text NOT NULL,             --: none
  place        @text NOT NULL,             --: none
  month        @text NOT NULL,             --: none
  n            @i64 NOT NULL,              --: none
  PRIMARY KEY (class, place, month)
);

-- What stays of an invoice when the party is gone: its territory, and this.
ALTER TABLE invoice ADD COLUMN party_area @text; --: pd(invoice.area) clear("the first part of the postcode, shared by thousands; it shows the tax treatment when the rest is gone")
-- When a line's order ended without a service coming of it.
ALTER TABLE order_line ADD COLUMN ended_at @time; --: none

-- Due, by trigger: only what was not disposed of is in these.
CREATE INDEX person_due ON person (closed_at, id) WHERE closed_at IS NOT NULL AND email IS NOT NULL;
CREATE INDEX session_due ON session (created_at, id) WHERE signed_in = 1;
CREATE INDEX orders_due ON orders (placed_at, id) WHERE ip IS NOT NULL;
CREATE INDEX order_line_due ON order_line (ended_at, id) WHERE ended_at IS NOT NULL AND hostname IS NOT NULL;
CREATE INDEX service_due ON service (ended_at, id) WHERE ended_at IS NOT NULL AND (hostname IS NOT NULL OR username IS NOT NULL OR secret IS NOT NULL OR address IS NOT NULL);
CREATE INDEX invoice_due ON invoice (created_at, id) WHERE party_name IS NOT NULL AND treatment <> 'oss';
CREATE INDEX invoice_due_oss ON invoice (created_at, id) WHERE party_name IS NOT NULL AND treatment = 'oss';
CREATE INDEX bank_entry_due ON bank_entry (booked_on, id) WHERE name IS NOT NULL OR account IS NOT NULL OR wording IS NOT NULL;
CREATE INDEX fraud_check_due ON fraud_check (checked_at, id) WHERE signals <> '' AND outcome = 'accept';
CREATE INDEX fraud_check_due_held ON fraud_check (checked_at, id) WHERE signals <> '' AND outcome <> 'accept';
