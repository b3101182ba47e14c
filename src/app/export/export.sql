-- Copies of everything.

-- :one export_live (person @i64)
SELECT id, uid, scope, state FROM export WHERE person_id = ?1 AND ended_at IS NULL;

-- :one export_add (uid @uid, person @i64, scope @text, at @time, ends @time)
INSERT INTO export (uid, person_id, scope, state, steps, steps_all, rows_done, bytes, chunks, asked_at, ends_at)
VALUES (?1, ?2, ?3, 'asked', 0, 0, 0, 0, 0, ?4, ?5) RETURNING id;

-- :one export_get (id @i64)
SELECT id, uid, person_id, scope, state FROM export WHERE id = ?1;

-- :one export_of (uid @uid, person @i64)
SELECT id, uid, state, bytes, ready_at FROM export WHERE uid = ?1 AND person_id = ?2;

-- :one export_newest (person @i64)
SELECT id, uid, scope, state, steps, steps_all, rows_done, bytes, asked_at, ready_at, delivered_at, ends_at FROM export
WHERE person_id = ?1 ORDER BY id DESC LIMIT 1;

-- :exec export_making (id @i64)
UPDATE export SET state = 'making', steps = 0, rows_done = 0, bytes = 0, chunks = 0 WHERE id = ?1 AND state IN ('asked', 'making');

-- :exec export_progress (id @i64, steps @i64, steps_all @i64, rows @i64)
UPDATE export SET steps = ?2, steps_all = ?3, rows_done = ?4 WHERE id = ?1 AND state = 'making';

-- :exec export_chunk_add (uid @uid, export @i64, n @i64, body @sealed)
INSERT INTO export_chunk (uid, export_id, n, body) VALUES (?1, ?2, ?3, ?4);

-- :one export_chunk_there (export @i64, n @i64)
SELECT id FROM export_chunk WHERE export_id = ?1 AND n = ?2;

-- :one export_chunk_get (export @i64, n @i64)
SELECT uid, body FROM export_chunk WHERE export_id = ?1 AND n = ?2;

-- :exec export_chunk_origins (export @i64)
DELETE FROM origin WHERE col = 'export_chunk.body' AND row_uid IN (SELECT c.uid FROM export_chunk c WHERE c.export_id = ?1);

-- :exec export_chunks_drop (export @i64)
DELETE FROM export_chunk WHERE export_id = ?1;

-- :exec export_set_ready (id @i64, bytes @i64, chunks @i64, rows @i64, at @time, ends @time)
UPDATE export SET state = 'ready', steps = steps_all, bytes = ?2, chunks = ?3, rows_done = ?4, ready_at = ?5, ends_at = ?6
WHERE id = ?1 AND state = 'making';

-- :exec export_set_taken (id @i64, at @time, ends @time)
UPDATE export SET state = 'delivered', delivered_at = ?2, ends_at = ?3 WHERE id = ?1 AND state = 'ready';

-- :many export_due max 20 (now @time)
SELECT id, person_id, state FROM export WHERE ended_at IS NULL AND ends_at IS NOT NULL AND ends_at <= ?1 ORDER BY ends_at, id;

-- :exec export_end (id @i64, state @text, at @time)
UPDATE export SET state = ?2, ended_at = ?3 WHERE id = ?1;

-- :one export_job (id @i64)
SELECT state, fence FROM job WHERE id = ?1;

-- :exec export_job_goes_on (id @i64, fence @i64, until @time)
-- A long job that shows progress keeps its lease.
UPDATE job SET lease_until = ?3 WHERE id = ?1 AND fence = ?2 AND state = 'leased';

-- :one export_person (id @i64)
SELECT uid, password FROM person WHERE id = ?1 AND status = 'active';

-- :many export_events max 500 (person @i64, after @i64)
-- What the event log says of the person's own row.
SELECT id, at, event, actor_kind, object_kind, detail FROM event_log
WHERE object_kind = 'person' AND object_id = ?1 AND id > ?2 ORDER BY id;
