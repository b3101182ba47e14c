-- What the scenarios about consent and announcements look at, and what they do behind the program's back.

-- :one consent_look_newest
SELECT id, person_id, topic, wording, wording_version, point, state, given_at, withdrawn_at, used_at FROM consent ORDER BY id DESC LIMIT 1;

-- :one consent_look_counts () -> (consents @i64, asked @i64, listed @i64, lifted @i64, subscribers @i64, choices @i64)
SELECT (SELECT count(*) FROM consent WHERE state = 'given') AS consents, (SELECT count(*) FROM consent WHERE state = 'asked') AS asked,
  (SELECT count(*) FROM suppression WHERE lifted_at IS NULL) AS listed, (SELECT count(*) FROM suppression WHERE lifted_at IS NOT NULL) AS lifted,
  (SELECT count(*) FROM subscriber) AS subscribers, (SELECT count(*) FROM mail_choice) AS choices;

-- :exec consent_look_verify (person @i64, at @time)
UPDATE person SET email_verified_at = ?2 WHERE id = ?1;

-- :exec consent_look_close (person @i64, at @time)
UPDATE person SET status = 'closed', closed_at = ?2 WHERE id = ?1;

-- :one consent_look_announcement (uid @uid)
SELECT id, state, version, round, run_job, published_at, problem FROM announcement WHERE uid = ?1;

-- :many consent_look_sends max 300 (announcement @i64)
SELECT uid, person_id, code, state, reason, tries, sent_at FROM announcement_send WHERE announcement_id = ?1 ORDER BY id;

-- :one consent_look_leased (id @i64)
SELECT id, fence, state FROM job WHERE id = ?1;

-- :exec consent_look_lease (id @i64, until @time)
UPDATE job SET state = 'leased', fence = fence + 1, lease_until = ?2 WHERE id = ?1;

-- :exec consent_look_delete_consent (person @i64)
DELETE FROM consent WHERE person_id = ?1;

-- :exec consent_look_backdate_listed (code @blob, at @time)
UPDATE suppression SET added_at = ?2 WHERE code = ?1;

-- :exec consent_look_backdate_choice (person @i64, at @time)
UPDATE mail_choice SET chosen_at = ?2 WHERE person_id = ?1 AND choice IN ('off', 'objected');

-- :one consent_look_person_of (topic @text)
SELECT person_id FROM consent WHERE topic = ?1 AND state = 'given' ORDER BY id DESC LIMIT 1;

-- :one consent_look_uid (person @i64)
SELECT uid FROM person WHERE id = ?1;

-- :exec consent_look_backdate_restriction (person @i64, at @time)
UPDATE restriction SET set_at = ?2 WHERE person_id = ?1;
