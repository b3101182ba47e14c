-- :many job_due max 32 (now @time)
-- Due and waiting, first what waits longest. By its index: a backlog costs no more to look at than one job.
SELECT id, uid, kind, person_id, object_id, attempts, fence FROM job
WHERE state = 'queued' AND next_at <= ?1 ORDER BY next_at, id;

-- :many job_lost max 32 (now @time)
-- Leased to somebody whose time ran out. Few are leased at any time.
SELECT id, uid, kind, person_id, object_id, attempts, fence FROM job
WHERE state = 'leased' AND lease_until <= ?1 ORDER BY next_at, id;

-- :exec job_take (id @i64, fence @i64, until @time)
-- The fence that was read guards against two leases of one job.
UPDATE job SET state = 'leased', fence = fence + 1, attempts = attempts + 1, lease_until = ?3
WHERE id = ?1 AND fence = ?2 AND state IN ('queued', 'leased');

-- :one job_get (id @i64)
SELECT id, uid, kind, person_id, object_id, state, attempts, fence FROM job WHERE id = ?1;

-- :exec job_done (id @i64, fence @i64, at @time)
UPDATE job SET state = 'done', done_at = ?3, lease_until = NULL, last_error = '' WHERE id = ?1 AND fence = ?2 AND state = 'leased';

-- :exec job_failed (id @i64, fence @i64, next @time, error @text)
UPDATE job SET state = 'queued', next_at = ?3, lease_until = NULL, last_error = ?4
WHERE id = ?1 AND fence = ?2 AND state = 'leased';

-- :exec job_died (id @i64, fence @i64, at @time, error @text)
UPDATE job SET state = 'dead', done_at = ?3, lease_until = NULL, last_error = ?4
WHERE id = ?1 AND fence = ?2 AND state = 'leased';

-- :one job_by_uid (uid @uid)
SELECT id, kind, state FROM job WHERE uid = ?1;

-- :exec job_again (id @i64, now @time)
-- A person asks for another round of tries, of a dead job or of one that waits.
UPDATE job SET state = 'queued', attempts = 0, next_at = ?2, done_at = NULL WHERE id = ?1 AND state IN ('dead', 'queued');

-- :exec job_mail_sent (uid @uid, person @i64, job @i64, template @text, class @text, object @i64, at @time)
INSERT INTO mail_sent (uid, person_id, job_id, template, class, object_id, sent_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
ON CONFLICT (job_id) DO NOTHING;
