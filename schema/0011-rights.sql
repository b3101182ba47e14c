-- Requests about people's own data, and complaints (S17): what was asked, by when it is answered, and everything that happened.

-- Somebody's request. Who has no account is known by the name and address they gave with it; `person_id` is then a row of its own, to
-- which nothing else belongs. Dates are those that count now; entries keep those that counted before.
CREATE TABLE rights_request (              --: owner person_id
  id           @id,                        --: none
  uid          @uid NOT NULL UNIQUE,       --: none
  person_id    @ref(person) NOT NULL,      --: link
  kind         @text NOT NULL CHECK (kind IN ('access','rectify','erase','restrict','object','portability','automated','complaint')), --: none
  channel      @text NOT NULL CHECK (channel IN ('account','form','email','post','telephone','person')), --: none
  state        @text NOT NULL CHECK (state IN ('unconfirmed','received','id_wanted','running','paused','answered','refused','withdrawn')), --: none
  outcome      @text,                      --: none
  ground       @text,                      --: none
  extended     @bool NOT NULL DEFAULT 0,   --: none
  identified   @text NOT NULL CHECK (identified IN ('account','link','shown','no')), --: none
  name         @sealed,                    --: pd(requests.name)
  email        @sealed,                    --: pd(requests.email)
  email_code   @blob,                      --: pd(requests.email) blind
  order_id     @ref(orders),               --: link
  received_on  @date NOT NULL,             --: none
  received_at  @time NOT NULL,             --: none
  clock_from   @date NOT NULL,             --: none
  due_on       @date,                      --: none
  strict_on    @date,                      --: none
  counted_by   @text NOT NULL,             --: none
  asked_on     @date,                      --: none
  acknowledged_at @time,                   --: none
  warned       @i64 NOT NULL DEFAULT 0,    --: none
  late         @bool NOT NULL DEFAULT 0,   --: none
  closed_at    @time,                      --: none
  CHECK ((closed_at IS NULL) = (state IN ('unconfirmed','received','id_wanted','running','paused')))
);
CREATE INDEX rights_request_person ON rights_request (person_id, id);
-- The queue: what is open, by the day it is to be answered.
CREATE INDEX rights_request_open ON rights_request (strict_on, id) WHERE closed_at IS NULL;
CREATE INDEX rights_request_closed ON rights_request (closed_at, id) WHERE closed_at IS NOT NULL;
CREATE INDEX rights_request_email ON rights_request (email_code, received_at) WHERE email_code IS NOT NULL;
CREATE INDEX rights_request_counted ON rights_request (counted_by, id) WHERE closed_at IS NULL;
CREATE INDEX rights_request_stale ON rights_request (received_at) WHERE state = 'unconfirmed';
CREATE INDEX rights_request_done ON rights_request (id) WHERE closed_at IS NOT NULL;
CREATE INDEX rights_request_kind ON rights_request (kind, id);
CREATE INDEX rights_request_order ON rights_request (order_id) WHERE order_id IS NOT NULL;

-- What happened to a request, in order: each change of state, each date that no longer counts, and what people said.
CREATE TABLE rights_entry (                --: owner request_id>rights_request
  id           @id,                        --: none
  uid          @uid NOT NULL UNIQUE,       --: none
  request_id   @ref(rights_request) NOT NULL, --: link
  act          @text NOT NULL,             --: none
  was          @text NOT NULL,             --: none
  now          @text NOT NULL,             --: none
  by_kind      @text NOT NULL CHECK (by_kind IN ('person','staff','program')), --: none
  by_id        @ref(person),               --: link
  said         @sealed,                    --: pd(requests.said)
  reply        @sealed,                    --: pd(replies.reply)
  note         @sealed,                    --: pd(requests.note)
  was_due_on   @date,                      --: none
  was_strict_on @date,                     --: none
  pause_from   @date,                      --: none
  pause_to     @date,                      --: none
  at           @time NOT NULL,             --: none
  closed_at    @time                       --: none
);
CREATE INDEX rights_entry_request ON rights_entry (request_id, id);
-- Copies of answers, from when the request was closed; only those that are there still.
CREATE INDEX rights_entry_due ON rights_entry (closed_at, id) WHERE closed_at IS NOT NULL AND reply IS NOT NULL;

-- One value that somebody says is wrong, what they say is right, and what was decided about it.
CREATE TABLE rights_change (               --: owner request_id>rights_request
  id           @id,                        --: none
  uid          @uid NOT NULL UNIQUE,       --: none
  request_id   @ref(rights_request) NOT NULL, --: link
  field        @text NOT NULL,             --: none
  wanted       @sealed,                    --: pd(requests.wanted)
  state        @text NOT NULL CHECK (state IN ('open','accepted','refused')), --: none
  reason       @sealed,                    --: pd(replies.decision)
  decided_by   @ref(person),               --: link
  decided_at   @time,                      --: none
  closed_at    @time,                      --: none
  CHECK ((state = 'open') = (decided_at IS NULL))
);
CREATE INDEX rights_change_request ON rights_change (request_id, id);
CREATE INDEX rights_change_due ON rights_change (closed_at, id) WHERE closed_at IS NOT NULL AND reason IS NOT NULL;

-- Links by which people without an account confirm their address and come back to their request. The code only, never the link.
CREATE TABLE rights_link (                 --: owner person_id
  id           @id,                        --: none
  person_id    @ref(person) NOT NULL,      --: link
  request_id   @ref(rights_request) NOT NULL, --: link
  token_code   @blob NOT NULL UNIQUE,      --: none
  created_at   @time NOT NULL,             --: none
  expires_at   @time NOT NULL              --: none
);
CREATE INDEX rights_link_request ON rights_link (request_id);
CREATE INDEX rights_link_person ON rights_link (person_id);

-- Counted as it happens, about nobody: what remains when the requests themselves are gone. DPA 2018 s.164B may want numbers reported.
CREATE TABLE rights_count (                --: owner none
  month        @text NOT NULL,             --: none
  kind         @text NOT NULL,             --: none
  what         @text NOT NULL,             --: none
  n            @i64 NOT NULL,              --: none
  PRIMARY KEY (month, kind, what)
);
