-- What people may ask of what is held about them: restriction and objection, an export, notices to who was told.

-- Restriction (UK GDPR art. 18) and objection (art. 21). `restrict` stops every use but storage and rights; `object` stops one
-- purpose. What is in force has no lifted_at. `seq` grows with every change: processes that keep whose data may not be used know
-- by it what they have not read yet (src/gate/restricted.h).
CREATE TABLE restriction (                 --: owner person_id
  id           @id,                        --: none
  uid          @uid NOT NULL UNIQUE,       --: none
  person_id    @ref(person) NOT NULL,      --: link
  mode         @text NOT NULL CHECK (mode IN ('restrict','object')), --: none
  purpose      @text NOT NULL,             --: none
  ground       @text NOT NULL CHECK (ground IN ('','accuracy','unlawful','claims','objection')), --: none
  note         @sealed,                    --: pd(restriction.note)
  by_kind      @text NOT NULL CHECK (by_kind IN ('customer','staff','system')), --: none
  by_id        @i64,                       --: link
  set_at       @time NOT NULL,             --: none
  lifts_at     @time,                      --: none
  lift_note    @sealed,                    --: pd(restriction.note)
  lift_by      @i64,                       --: link
  lifted_at    @time,                      --: none
  seq          @i64 NOT NULL,              --: none
  CHECK ((mode = 'restrict') = (purpose = ''))
);
CREATE UNIQUE INDEX restriction_once ON restriction (person_id, mode, purpose) WHERE lifted_at IS NULL;
CREATE INDEX restriction_person ON restriction (person_id, id);
CREATE INDEX restriction_seq ON restriction (seq);
CREATE INDEX restriction_lifts ON restriction (lifts_at, id) WHERE lifted_at IS NULL AND lifts_at IS NOT NULL;

-- Staff open restricted data because of a legal claim: who, whose, why, and until when.
CREATE TABLE restriction_claim (           --: owner person_id
  id           @id,                        --: none
  uid          @uid NOT NULL UNIQUE,       --: none
  person_id    @ref(person) NOT NULL,      --: link
  staff_id     @i64 NOT NULL,              --: link
  reason       @sealed,                    --: pd(restriction.note)
  opened_at    @time NOT NULL,             --: none
  ends_at      @time NOT NULL              --: none
);
CREATE INDEX restriction_claim_person ON restriction_claim (person_id, staff_id, id);

-- A copy of everything about a person, as one archive. It is made by the courier, kept in sealed pieces under a key of its own
-- (class exports), handed over once, and gone with its key.
CREATE TABLE export (                      --: owner person_id
  id           @id,                        --: none
  uid          @uid NOT NULL UNIQUE,       --: none
  person_id    @ref(person) NOT NULL,      --: link
  scope        @text NOT NULL CHECK (scope IN ('all','portable')), --: none
  state        @text NOT NULL CHECK (state IN ('asked','making','ready','delivered','ended')), --: none
  steps        @i64 NOT NULL,              --: none
  steps_all    @i64 NOT NULL,              --: none
  rows_done    @i64 NOT NULL,              --: none
  bytes        @i64 NOT NULL,              --: none
  chunks       @i64 NOT NULL,              --: none
  asked_at     @time NOT NULL,             --: none
  ready_at     @time,                      --: none
  delivered_at @time,                      --: none
  ends_at      @time,                      --: none
  ended_at     @time                       --: none
);
-- One at a time: they share the person's key for the class.
CREATE UNIQUE INDEX export_live ON export (person_id) WHERE ended_at IS NULL;
CREATE INDEX export_person ON export (person_id, id);
CREATE INDEX export_ends ON export (ends_at, id) WHERE ended_at IS NULL AND ends_at IS NOT NULL;
CREATE TABLE export_chunk (                --: owner export_id>export
  id           @id,                        --: none
  uid          @uid NOT NULL UNIQUE,       --: none
  export_id    @ref(export) NOT NULL,      --: link
  n            @i64 NOT NULL,              --: none
  body         @sealed,                    --: pd(export.archive)
  UNIQUE (export_id, n)
);

-- Whoever was told something that was corrected, erased or restricted since is told that too (UK GDPR art. 19): one row for each of
-- them, with how it went. `reason` is a word of the program, `note` what staff wrote.
CREATE TABLE recipient_notice (            --: owner person_id
  id           @id,                        --: none
  uid          @uid NOT NULL UNIQUE,       --: none
  person_id    @ref(person) NOT NULL,      --: link
  kind         @text NOT NULL CHECK (kind IN ('corrected','erased','restricted')), --: none
  recipient    @text NOT NULL,             --: none
  fields       @text NOT NULL,             --: none
  state        @text NOT NULL CHECK (state IN ('queued','task','told','moot','impossible')), --: none
  reason       @text NOT NULL,             --: none
  note         @sealed,                    --: pd(restriction.note)
  made_at      @time NOT NULL,             --: none
  done_at      @time,                      --: none
  done_by      @i64                        --: link
);
CREATE INDEX recipient_notice_person ON recipient_notice (person_id, id);
CREATE INDEX recipient_notice_task ON recipient_notice (id) WHERE state = 'task';
