-- Promises: what the live checks of the statement saw (S22), what left the house, and which cookies were sent. Nothing here is
-- personal but the link of an outbound call to the person it was about.

-- Where each check stands: its newest result, since when it is so, and what it keeps in mind between runs (places in tables, ids of
-- rows that were found). One row per check of src/app/promise/promise.h.
CREATE TABLE promise (                     --: owner none
  id           @id,                        --: none
  name         @text NOT NULL UNIQUE,      --: none
  verdict      @text NOT NULL CHECK (verdict IN ('kept','broken','unknown')), --: none
  checked_at   @time NOT NULL,             --: none
  words        @text NOT NULL,             --: none
  numbers      @text NOT NULL,             --: none
  evidence     @text NOT NULL,             --: none
  statement_id @ref(statement_version) NOT NULL, --: none
  memory       @text NOT NULL,             --: none
  kept_at      @time,                      --: none
  broken_at    @time,                      --: none
  asked_at     @time                       --: none
);
-- Every run of a check; the older ones live on in promise_day.
CREATE TABLE promise_result (              --: owner none
  id           @id,                        --: none
  promise_id   @ref(promise) NOT NULL,     --: none
  checked_at   @time NOT NULL,             --: none
  verdict      @text NOT NULL CHECK (verdict IN ('kept','broken','unknown')), --: none
  words        @text NOT NULL,             --: none
  numbers      @text NOT NULL,             --: none
  evidence     @text NOT NULL,             --: none
  statement_id @ref(statement_version) NOT NULL --: none
);
CREATE INDEX promise_result_of ON promise_result (promise_id, id);
CREATE INDEX promise_result_old ON promise_result (checked_at);
CREATE TABLE promise_day (                 --: owner none
  promise_id   @ref(promise) NOT NULL,     --: none
  day          @date NOT NULL,             --: none
  kept         @i64 NOT NULL CHECK (kept >= 0), --: none
  broken       @i64 NOT NULL CHECK (broken >= 0), --: none
  unknown      @i64 NOT NULL CHECK (unknown >= 0), --: none
  PRIMARY KEY (promise_id, day)
);

-- What a connector was about to send somebody outside, written by the connector itself at the moment of sending: not the disclosure
-- ledger, but what the ledger is compared with.
CREATE TABLE outbound (                    --: owner person_id
  id           @id,                        --: none
  recipient    @text NOT NULL,             --: none
  purpose      @text NOT NULL,             --: none
  person_id    @ref(person),               --: link
  ref_kind     @text NOT NULL,             --: none
  ref_uid      @blob NOT NULL,             --: link
  sent_at      @time NOT NULL              --: none
);
CREATE INDEX outbound_ref ON outbound (ref_uid, recipient);
CREATE INDEX outbound_person ON outbound (person_id, id);
CREATE INDEX outbound_sent ON outbound (sent_at);
CREATE INDEX disclosure_ref ON disclosure (ref_uid, recipient);

-- Cookies as a front has sent them: name, how long, and what its value looks like; never the value. Counted by the hour.
CREATE TABLE cookie_sent (                 --: owner none
  hour_at      @time NOT NULL,             --: none
  name         @text NOT NULL,             --: none
  max_age      @i64 NOT NULL,              --: none
  shape        @text NOT NULL CHECK (shape IN ('empty','random','currency','word','address','other')), --: none
  guarded      @bool NOT NULL,             --: none
  n            @i64 NOT NULL CHECK (n >= 1), --: none
  PRIMARY KEY (hour_at, name, max_age, shape, guarded)
);

-- What is overdue for disposal is looked for from the oldest on.
CREATE INDEX session_ip ON session (created_at) WHERE ip IS NOT NULL;
CREATE INDEX person_closed ON person (closed_at) WHERE closed_at IS NOT NULL;
CREATE INDEX service_ended ON service (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX fraud_check_checked ON fraud_check (checked_at);
CREATE INDEX fraud_trace_at ON fraud_trace (at);
