-- What the scenarios about copies look at and fill in.

-- :one export_look_newest (person @i64)
SELECT id, uid, state, bytes, chunks, rows_done, ends_at FROM export WHERE person_id = ?1 ORDER BY id DESC LIMIT 1;

-- :many export_look_chunks max 2000 (export @i64)
SELECT uid, n, body FROM export_chunk WHERE export_id = ?1 ORDER BY n;

-- :one export_look_origins () -> (n @i64)
SELECT count(*) AS n FROM origin WHERE col = 'export_chunk.body';

-- :one export_look_key (person @i64)
SELECT key_id FROM person_key WHERE person_id = ?1 AND class = 'exports';

-- :exec export_look_session (uid @uid, token @blob, person @i64, ip @sealed, at @time)
INSERT INTO session (uid, token_code, person_id, signed_in, ip, agent, created_at, seen_at, expires_at)
VALUES (?1, ?2, ?3, 1, ?4, 'Firefox', ?5, ?5, ?5);
