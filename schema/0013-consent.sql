-- Consent, choices and objections; the suppression list; addresses that get a newsletter without an account; announcements, to
-- whom they were sent, and what came back.

-- One consent, from the moment it was asked for: what was agreed to, in which words, under which statement, where, and how it ended.
-- Double opt-in: 'asked' until the link in a message is followed; its code is kept only as long as it can be used.
CREATE TABLE consent (                     --: owner person_id, row goes
  id           @id,                        --: none
  uid          @uid NOT NULL UNIQUE,       --: none
  person_id    @ref(person) NOT NULL,      --: link
  topic        @text NOT NULL,             --: pd(consent.topic) clear("a word of our own; who agreed to what must be counted and found")
  wording      @text NOT NULL,             --: pd(consent.wording) clear("our own sentence, the same for everybody who agreed to it")
  wording_version @text NOT NULL,          --: none
  statement_id @ref(statement_version) NOT NULL, --: none
  point        @text NOT NULL,             --: none
  session_id   @i64,                       --: link
  state        @text NOT NULL CHECK (state IN ('asked','given','withdrawn','lapsed')), --: none
  token_code   @blob UNIQUE,               --: none
  asked_at     @time NOT NULL,             --: none
  expires_at   @time,                      --: none
  given_at     @time,                      --: none
  withdrawn_at @time,                      --: none
  withdrawn_point @text,                   --: none
  used_at      @time,                      --: none
  CHECK ((state = 'withdrawn') = (withdrawn_at IS NOT NULL)),
  CHECK (state IN ('asked','lapsed') OR given_at IS NOT NULL)
);
CREATE INDEX consent_person ON consent (person_id, topic, id);
-- One consent is in force, and one is being asked for, per person and topic.
CREATE UNIQUE INDEX consent_live ON consent (person_id, topic, state) WHERE state IN ('asked','given');
CREATE INDEX consent_topic ON consent (topic, id) WHERE state = 'given';
CREATE INDEX consent_asked ON consent (expires_at) WHERE state = 'asked';

-- What somebody chose for a topic that rests on an interest of ours: told of it and not refused ('told'), asked for it ('on'), does not
-- want it ('off'), or objects ('objected'). A new row ends the one before: the history stays.
CREATE TABLE mail_choice (                 --: owner person_id, row goes
  id           @id,                        --: none
  uid          @uid NOT NULL UNIQUE,       --: none
  person_id    @ref(person) NOT NULL,      --: link
  topic        @text NOT NULL,             --: none
  choice       @text NOT NULL CHECK (choice IN ('told','on','off','objected')), --: pd(consent.choice) clear("one of four words, needed to choose who is written to")
  statement_id @ref(statement_version) NOT NULL, --: none
  point        @text NOT NULL,             --: none
  session_id   @i64,                       --: link
  chosen_at    @time NOT NULL,             --: none
  ended_at     @time                       --: none
);
CREATE UNIQUE INDEX mail_choice_now ON mail_choice (person_id, topic) WHERE ended_at IS NULL;
CREATE INDEX mail_choice_person ON mail_choice (person_id, topic, id);
CREATE INDEX mail_choice_topic ON mail_choice (topic, id) WHERE ended_at IS NULL;

-- Who is not to be written to. Nobody's: it stays when everything else about a person is gone, and says nothing but that this address
-- is not wanted for a topic ('' for every topic). An entry is never deleted; it is lifted when its owner asks for the topic again.
CREATE TABLE suppression (                 --: owner none
  id           @id,                        --: none
  code         @blob NOT NULL,             --: pd(suppression.address) blind
  topic        @text NOT NULL,             --: none
  reason       @text NOT NULL CHECK (reason IN ('unsubscribed','objected','bounced','complained','erased')), --: none
  added_at     @time NOT NULL,             --: none
  lifted_at    @time                       --: none
);
CREATE UNIQUE INDEX suppression_live ON suppression (code, topic, reason) WHERE lifted_at IS NULL;
CREATE INDEX suppression_code ON suppression (code, id);

-- An address that was given for the newsletter, by somebody who may have no account. It belongs to a person of its own (kind
-- 'visitor'), so that it has a key and can be disposed of.
CREATE TABLE subscriber (                  --: owner person_id, row goes
  id           @id,                        --: none
  uid          @uid NOT NULL UNIQUE,       --: none
  person_id    @ref(person) NOT NULL UNIQUE, --: link
  email        @sealed,                    --: pd(newsletter.email)
  email_code   @blob NOT NULL UNIQUE,      --: pd(newsletter.email) blind
  created_at   @time NOT NULL,             --: none
  confirmed_at @time                       --: none
);

-- The link by which somebody stops a topic from a message: one per person and topic, known only by its keyed code.
CREATE TABLE mail_link (                   --: owner person_id
  id           @id,                        --: none
  person_id    @ref(person) NOT NULL,      --: link
  topic        @text NOT NULL,             --: none
  token_code   @blob NOT NULL UNIQUE,      --: none
  created_at   @time NOT NULL,             --: none
  UNIQUE (person_id, topic)
);

-- Announcements and newsletters. Text and audience change while it is a draft; from 'preparing' on the list of who gets it is made,
-- batch by batch, and stands in announcement_send.
CREATE TABLE announcement (                --: owner none
  id           @id,                        --: none
  uid          @uid NOT NULL UNIQUE,       --: none
  topic        @text NOT NULL,             --: none
  audience     @text NOT NULL CHECK (audience IN ('customers','product','subscribers','nobody')), --: none
  product_id   @ref(product),              --: none
  title        @text NOT NULL,             --: none
  body         @text NOT NULL,             --: none
  public       @bool NOT NULL,             --: none
  state        @text NOT NULL CHECK (state IN ('draft','preparing','ready','scheduled','sending','paused','stopped','sent')), --: none
  problem      @text NOT NULL,             --: none
  version      @i64 NOT NULL,              --: none
  round        @i64 NOT NULL,              --: none
  cursor       @i64 NOT NULL,              --: none
  slices       @i64 NOT NULL,              --: none
  run_job      @i64,                       --: none
  created_by   @i64 NOT NULL,              --: link
  approved_by  @i64,                       --: link
  created_at   @time NOT NULL,             --: none
  send_at      @time,                      --: none
  begun_at     @time,                      --: none
  ended_at     @time,                      --: none
  published_at @time,                      --: none
  CHECK ((audience = 'product') = (product_id IS NOT NULL))
);
CREATE INDEX announcement_published ON announcement (id) WHERE published_at IS NOT NULL;

-- How many get it, how many are left out and why, how many were sent: counted as it happens, so that a page costs the same for any.
CREATE TABLE announcement_count (          --: owner none
  announcement_id @ref(announcement) NOT NULL, --: none
  round        @i64 NOT NULL,              --: none
  what         @text NOT NULL,             --: none
  n            @i64 NOT NULL,              --: none
  PRIMARY KEY (announcement_id, round, what)
);

-- The send log: one row per announcement and address, so nobody gets it twice. 'sending' is written before the message leaves.
CREATE TABLE announcement_send (           --: owner person_id
  id           @id,                        --: none
  uid          @uid NOT NULL UNIQUE,       --: none
  announcement_id @ref(announcement) NOT NULL, --: none
  person_id    @ref(person) NOT NULL,      --: link
  code         @blob NOT NULL,             --: pd(suppression.address) blind
  topic        @text NOT NULL,             --: none
  basis        @text NOT NULL,             --: none
  round        @i64 NOT NULL,              --: none
  state        @text NOT NULL CHECK (state IN ('queued','sending','sent','left_out','failed','unclear','bounced')), --: none
  reason       @text NOT NULL,             --: none
  tries        @i64 NOT NULL,              --: none
  soft_bounces @i64 NOT NULL,              --: none
  sent_at      @time,                      --: none
  UNIQUE (announcement_id, code)
);
CREATE INDEX announcement_send_state ON announcement_send (announcement_id, state, round, id);
CREATE INDEX announcement_send_person ON announcement_send (person_id, id);
CREATE INDEX announcement_send_code ON announcement_send (code, id);
CREATE INDEX announcement_send_at ON announcement_send (sent_at, id) WHERE sent_at IS NOT NULL;
-- Due, by trigger (docs/adr/0024): what ended, and what was never confirmed.
CREATE INDEX consent_due_given ON consent (given_at, id) WHERE state = 'given';
CREATE INDEX consent_due_withdrawn ON consent (withdrawn_at, id) WHERE withdrawn_at IS NOT NULL;
CREATE INDEX consent_due_lapsed ON consent (asked_at, id) WHERE state = 'lapsed';
CREATE INDEX mail_choice_due ON mail_choice (ended_at, id) WHERE ended_at IS NOT NULL;
CREATE INDEX subscriber_due ON subscriber (created_at, id) WHERE confirmed_at IS NULL;
