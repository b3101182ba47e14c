-- Restriction and objection.

-- :one restriction_now (person @i64, mode @text, purpose @text)
-- What is in force.
SELECT id, uid, by_kind, lifts_at FROM restriction
WHERE person_id = ?1 AND mode = ?2 AND purpose = ?3 AND lifted_at IS NULL;

-- :one restriction_next () -> (seq @i64)
SELECT coalesce(max(seq), 0) + 1 AS seq FROM restriction;

-- :one restriction_add (uid @uid, person @i64, mode @text, purpose @text, ground @text, note @sealed?, by_kind @text, by @i64?, at @time, seq @i64)
INSERT INTO restriction (uid, person_id, mode, purpose, ground, note, by_kind, by_id, set_at, seq)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) RETURNING id;

-- :exec restriction_end (id @i64, at @time, seq @i64)
UPDATE restriction SET lifted_at = ?2, seq = ?3 WHERE id = ?1 AND lifted_at IS NULL;

-- :exec restriction_announce (id @i64, at @time, note @sealed?, by @i64?)
UPDATE restriction SET lifts_at = ?2, lift_note = ?3, lift_by = ?4 WHERE id = ?1 AND lifted_at IS NULL AND lifts_at IS NULL;

-- :exec restriction_postpone (id @i64, at @time)
UPDATE restriction SET lifts_at = ?2 WHERE id = ?1;

-- :many restriction_due max 50 (now @time)
SELECT r.id, r.uid, r.person_id, r.mode, r.purpose FROM restriction r
WHERE r.lifted_at IS NULL AND r.lifts_at IS NOT NULL AND r.lifts_at <= ?1 ORDER BY r.lifts_at, r.id;

-- :one restriction_told (person @i64, id @i64)
-- When the person was written to about it.
SELECT sent_at FROM mail_sent WHERE person_id = ?1 AND template = 'restriction_lifting' AND object_id = ?2 ORDER BY id DESC LIMIT 1;

-- :one restriction_who (uid @uid)
SELECT id, uid, kind, full_name FROM person WHERE uid = ?1;

-- :one restriction_of (id @i64)
SELECT mode, purpose, lifts_at FROM restriction WHERE id = ?1;

-- :many restriction_list max 100 (person @i64)
-- All of a person, those in force first.
SELECT id, uid, mode, purpose, ground, note, by_kind, set_at, lifts_at, lift_note, lifted_at FROM restriction
WHERE person_id = ?1 ORDER BY lifted_at IS NOT NULL, id DESC;

-- :one restriction_claim_add (uid @uid, person @i64, staff @i64, reason @sealed?, at @time, ends @time)
INSERT INTO restriction_claim (uid, person_id, staff_id, reason, opened_at, ends_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6) RETURNING id;

-- :one restriction_claimed (person @i64, staff @i64, now @time)
SELECT id FROM restriction_claim WHERE person_id = ?1 AND staff_id = ?2 AND ends_at > ?3 ORDER BY id DESC LIMIT 1;

-- :many restriction_claims max 50 (person @i64)
SELECT uid, staff_id, reason, opened_at, ends_at FROM restriction_claim WHERE person_id = ?1 ORDER BY id DESC;

-- :many restriction_held_jobs max 500 (person @i64)
-- What ended because of it.
SELECT id, kind FROM job WHERE person_id = ?1 AND state = 'dead' AND last_error = 'restricted' ORDER BY id;

-- :exec restriction_job_on (id @i64, now @time)
UPDATE job SET state = 'queued', attempts = 0, next_at = ?2, done_at = NULL WHERE id = ?1 AND state = 'dead';

-- :exec restriction_unpark (person @i64, today @date)
UPDATE rhythm SET parked = NULL, parked_on = NULL, next_act_on = ?2
WHERE person_id = ?1 AND parked = 'rhythm.parked.restricted';
