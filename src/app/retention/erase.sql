-- Leaving: what stands in the way, closing an account, erasure on request.

-- :one erase_blocks (person @i64, since @time) -> (services @i64, unpaid @i64, payments @i64, checks @i64, disputes @i64, credit @i64)
SELECT
  (SELECT count(*) FROM service s WHERE s.person_id = ?1 AND s.status IN ('pending', 'active', 'suspended')) AS services,
  (SELECT count(*) FROM invoice i WHERE i.person_id = ?1 AND i.status = 'unpaid') AS unpaid,
  (SELECT count(*) FROM payment p WHERE p.person_id = ?1 AND (p.status IN ('pending', 'review') OR (p.status = 'started' AND p.created_at > ?2))) AS payments,
  (SELECT count(*) FROM fraud_check c WHERE c.person_id = ?1 AND c.state IN ('review', 'asked')) AS checks,
  (SELECT count(*) FROM payment d WHERE d.person_id = ?1 AND d.status = 'disputed') AS disputes,
  (SELECT count(*) FROM credit_balance b WHERE b.person_id = ?1 AND b.balance > 0) AS credit;

-- :exec erase_close (id @i64, at @time)
UPDATE person SET status = 'closed', closed_at = ?2 WHERE id = ?1 AND kind = 'customer' AND status = 'active';

-- :exec erase_close_gone (id @i64, at @time)
-- Also when it was closed before; the day it was closed on stays.
UPDATE person SET status = 'closed', closed_at = coalesce(closed_at, ?2), capabilities = 0 WHERE id = ?1 AND kind = 'customer';

-- :exec erase_sessions (person @i64, at @time)
UPDATE session SET ended_at = ?2 WHERE person_id = ?1 AND ended_at IS NULL;

-- :one erase_password (id @i64)
SELECT uid, password FROM person WHERE id = ?1 AND status = 'active';

-- :one erase_add (uid @uid, person @i64, at @time, run_at @time)
INSERT INTO erasure (uid, person_id, state, asked_at, run_at, waits_for) VALUES (?1, ?2, 'cooling', ?3, ?4, '') RETURNING id;

-- :one erase_live (person @i64)
SELECT id, uid, state, asked_at, run_at, waits_for FROM erasure WHERE person_id = ?1 AND state IN ('cooling', 'running');

-- :one erase_by_uid (uid @uid)
SELECT id, uid, person_id, state, asked_at, run_at, started_at, done_at, disposal_id, waits_for FROM erasure WHERE uid = ?1;

-- :exec erase_now (id @i64, at @time)
UPDATE erasure SET run_at = ?2 WHERE id = ?1 AND state = 'cooling' AND run_at > ?2;

-- :exec erase_cancel (id @i64, at @time)
UPDATE erasure SET state = 'cancelled', done_at = ?2 WHERE id = ?1 AND state = 'cooling';

-- :many erase_ready max 10 (now @time)
SELECT id, uid, person_id FROM erasure WHERE state = 'cooling' AND run_at <= ?1 ORDER BY run_at, id;

-- :exec erase_begin (id @i64, at @time, run @i64)
UPDATE erasure SET state = 'running', started_at = ?2, disposal_id = ?3, waits_for = '' WHERE id = ?1 AND state = 'cooling';

-- :exec erase_waits (id @i64, word @text, run_at @time)
UPDATE erasure SET waits_for = ?2, run_at = ?3 WHERE id = ?1 AND state = 'cooling';

-- :many erase_running max 10 (after @i64)
SELECT id, uid, person_id, started_at, disposal_id FROM erasure WHERE state = 'running' AND id > ?1 ORDER BY id;

-- :one erase_of_run (run @i64)
SELECT e.id, e.person_id FROM erasure e WHERE e.state = 'running' AND e.disposal_id = ?1;

-- :exec erase_done (id @i64, at @time)
UPDATE erasure SET state = 'done', done_at = ?2 WHERE id = ?1 AND state = 'running';

-- :exec erase_over (person @i64, at @time)
-- After a restore: what was asked for has been done.
UPDATE erasure SET state = 'done', done_at = ?2 WHERE person_id = ?1 AND state IN ('cooling', 'running');

-- :one erase_mail_waits (person @i64) -> (n @i64)
SELECT count(*) AS n FROM job WHERE person_id = ?1 AND state IN ('queued', 'leased')
  AND ((kind >= 'mail.' AND kind < 'mail/') OR (kind >= 'notice.' AND kind < 'notice/'));

-- :one erase_export (person @i64)
SELECT id FROM export WHERE person_id = ?1 AND ended_at IS NULL;

-- :many erase_keys max 200 (person @i64)
SELECT class, key_id FROM person_key WHERE person_id = ?1 ORDER BY class;

-- :many erase_held max 500 (person @i64) -> (n @i64, newest @time)
-- What is held of somebody, by column, and when the newest of it came in.
SELECT col, count(*) AS n, max(collected_at) AS newest FROM origin WHERE person_id = ?1 GROUP BY col ORDER BY col;

-- :exec erase_origins (person @i64, col @text)
-- Where values came from that are not there any more, whoever removed them.
DELETE FROM origin WHERE person_id = ?1 AND col = ?2;

-- :one erase_certificate (id @i64)
SELECT uid, kind, day, started_at, finished_at, entries, keys, failed, hash FROM disposal WHERE id = ?1;

-- :one erase_certificate_by_uid (uid @uid)
SELECT id, uid, kind, day, started_at, finished_at, entries, keys, failed, hash FROM disposal WHERE uid = ?1;

-- :many erase_certificate_lines max 100 (run @i64) -> (n @i64, n_values @i64, held @i64)
-- By class: entries and values; `held`: those that were not as they should be.
SELECT class, reason, count(*) AS n, CAST(sum(n_values) AS BIGINT) AS n_values,
  CAST(sum(CASE WHEN state = 'failed' THEN 1 ELSE 0 END) AS BIGINT) AS held
FROM tombstone WHERE disposal_id = ?1 AND key_id IS NULL GROUP BY class, reason ORDER BY class, reason;

-- :many erase_runs max 25 (before @i64)
SELECT id, uid, kind, day, finished_at, entries, keys, failed FROM disposal WHERE id < ?1 ORDER BY id DESC;
