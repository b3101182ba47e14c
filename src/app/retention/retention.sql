-- Runs, tombstones, holds and requests for erasure.

-- :many retention_due_holds max 100 (before @time, after_at @time, after @i64)
-- Retention of the holds themselves.
SELECT id, uid, person_id, lifted_at AS at, lifted_at AS hold_lifted FROM legal_hold
WHERE lifted_at IS NOT NULL AND reason IS NOT NULL AND lifted_at < ?1 AND lifted_at >= ?2 AND (lifted_at > ?2 OR id > ?3)
ORDER BY lifted_at, id;

-- ---- runs

-- :one retention_open_run (kind @text)
SELECT id FROM disposal WHERE kind = ?1 AND finished_at IS NULL ORDER BY id LIMIT 1;

-- :one retention_run_add (uid @uid, kind @text, day @date, statement @i64, at @time)
INSERT INTO disposal (uid, kind, day, statement_id, started_at, entries, keys, failed) VALUES (?1, ?2, ?3, ?4, ?5, 0, 0, 0)
RETURNING id;

-- :many retention_runs_open max 20
SELECT id, uid, kind, day FROM disposal WHERE finished_at IS NULL AND kind IN ('due', 'erasure', 'replay') ORDER BY id;

-- :one retention_run_waits (run @i64) -> (n @i64)
-- Not proven yet: in a run that is finished nothing waits.
SELECT count(*) AS n FROM tombstone WHERE disposal_id = ?1 AND state IN ('open', 'gone');

-- :many retention_run_entries max 500 (run @i64, after @i64)
SELECT id, class, place, row_uid, key_id, reason, last_day, state, n_values FROM tombstone WHERE disposal_id = ?1 AND id > ?2
ORDER BY id;

-- :exec retention_run_finish (id @i64, at @time, entries @i64, keys @i64, failed @i64, hash @blob)
UPDATE disposal SET finished_at = ?2, entries = ?3, keys = ?4, failed = ?5, hash = ?6 WHERE id = ?1 AND finished_at IS NULL;

-- ---- tombstones

-- :exec retention_entomb (run @i64, class @text, place @text, row @i64, uid @blob, reason @text, last_day @date, at @time)
-- Once: what is on its way already stays so.
INSERT INTO tombstone (disposal_id, class, place, row_id, row_uid, reason, last_day, state, n_values, problem, made_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'open', 0, '', ?8) ON CONFLICT DO NOTHING;

-- :exec retention_entomb_key (run @i64, class @text, key @i64, reason @text, last_day @date, at @time, none @blob)
-- `none`: no row, the empty slice.
INSERT INTO tombstone (disposal_id, class, place, row_id, row_uid, key_id, reason, last_day, state, n_values, problem, made_at)
VALUES (?1, ?2, 'key', 0, ?7, ?3, ?4, ?5, 'open', 0, '', ?6) ON CONFLICT DO NOTHING;

-- :many retention_waiting max 40 (state @text)
SELECT id, disposal_id, class, place, row_id, row_uid, key_id, reason, last_day FROM tombstone
WHERE state = ?1 AND state IN ('open', 'gone') ORDER BY id;

-- :one retention_state (id @i64)
SELECT state FROM tombstone WHERE id = ?1;

-- :exec retention_gone (id @i64, n @i64, at @time)
UPDATE tombstone SET state = 'gone', n_values = ?2, gone_at = ?3 WHERE id = ?1 AND state = 'open';

-- :exec retention_went_along (uid @blob, class @text, at @time)
-- Emptied under another one's tombstone; it is proven as all are. (The index is used where its condition is said.)
UPDATE tombstone SET state = 'gone', n_values = 1, gone_at = ?3 WHERE row_uid = ?1 AND class = ?2 AND state = 'open' AND state IN ('open', 'gone') AND key_id IS NULL;

-- :exec retention_proven (id @i64, at @time)
UPDATE tombstone SET state = 'proven', proven_at = ?2 WHERE id = ?1 AND state = 'gone';

-- :exec retention_failed (id @i64, problem @text)
UPDATE tombstone SET state = 'failed', problem = ?2 WHERE id = ?1 AND state IN ('open', 'gone');

-- :one retention_key (key @i64)
SELECT person_id, class FROM person_key WHERE key_id = ?1;

-- :exec retention_key_forget (key @i64)
DELETE FROM person_key WHERE key_id = ?1;

-- :exec retention_origin_forget (row @blob, col @text)
DELETE FROM origin WHERE row_uid = ?1 AND col = ?2;

-- :one retention_origin_left (row @blob, col @text) -> (n @i64)
SELECT count(*) AS n FROM origin WHERE row_uid = ?1 AND col = ?2;

-- :one retention_person (id @i64)
SELECT uid, kind, status, closed_at FROM person WHERE id = ?1;

-- ---- what stands in place of values

-- :one retention_hash_key (class @text, month @text)
SELECT key_id, destroyed_at FROM hash_key WHERE class = ?1 AND month = ?2;

-- :exec retention_hash_key_add (class @text, month @text, key @i64, destroy_on @date)
INSERT INTO hash_key (class, month, key_id, destroy_on) VALUES (?1, ?2, ?3, ?4);

-- :many retention_hash_keys_due max 20 (day @date)
SELECT class, month, key_id FROM hash_key WHERE destroyed_at IS NULL AND destroy_on <= ?1 ORDER BY destroy_on;

-- :exec retention_hash_key_gone (class @text, month @text, at @time)
UPDATE hash_key SET destroyed_at = ?3 WHERE class = ?1 AND month = ?2;

-- :exec retention_hashed (row @blob, col @text, class @text, month @text, code @blob)
INSERT INTO hashed_value (row_uid, col, class, month, code) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (row_uid, col) DO UPDATE SET code = excluded.code, month = excluded.month, class = excluded.class;

-- :exec retention_count (class @text, place @text, month @text, n @i64)
INSERT INTO disposed_count (class, place, month, n) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (class, place, month) DO UPDATE SET n = disposed_count.n + excluded.n;

-- ---- holds

-- :many retention_hold_on max 1 (person @i64, row @blob)
-- Is anything of this person, or this row, held?
SELECT uid, what, review_on FROM legal_hold WHERE person_id = ?1 AND lifted_at IS NULL AND (what = 'person' OR row_uid = ?2);

-- :many retention_holds_live max 200
SELECT uid, what, review_on FROM legal_hold WHERE lifted_at IS NULL ORDER BY review_on, id;

-- ---- after a restore

-- :many retention_ledger max 200 (after @i64)
SELECT id, class, place, row_id, row_uid, key_id, last_day FROM tombstone WHERE id > ?1 AND state <> 'failed' ORDER BY id;

-- :exec retention_again (run @i64, class @text, place @text, row @i64, uid @blob, reason @text, last_day @date, n @i64, at @time)
INSERT INTO tombstone (disposal_id, class, place, row_id, row_uid, reason, last_day, state, n_values, problem, made_at, gone_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'gone', ?8, '', ?9, ?9) ON CONFLICT DO NOTHING;

-- ---- keys that nothing needs, whoever removed what they sealed

-- :one retention_setting (name @text)
SELECT value FROM setting WHERE name = ?1;

-- :exec retention_setting_put (name @text, value @text)
INSERT INTO setting (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- :many retention_keys_from max 100 (person @i64, class @text)
-- In the order of the table's key, from beyond this one.
SELECT person_id, class, key_id FROM person_key WHERE person_id >= ?1 AND (person_id > ?1 OR class > ?2) ORDER BY person_id, class;

-- ---- when no announcements are written any more

-- :exec retention_unsuppress
DELETE FROM suppression WHERE id IN (SELECT id FROM suppression ORDER BY id LIMIT 1000);

-- :exec retention_unlog_sends
DELETE FROM announcement_send WHERE id IN (SELECT id FROM announcement_send ORDER BY id LIMIT 1000);
