-- What the scenarios about people's rights look at.

-- :one rights_look_one (uid @uid)
SELECT id, person_id, kind, channel, state, outcome, ground, extended, identified, received_on, clock_from, due_on, strict_on, counted_by,
  asked_on, acknowledged_at, warned, late, closed_at, email, name FROM rights_request WHERE uid = ?1;

-- :one rights_look_newest () -> (id @i64)
SELECT max(id) AS id FROM rights_request;

-- :one rights_look_uid (id @i64)
SELECT uid FROM rights_request WHERE id = ?1;

-- :one rights_look_counts () -> (requests @i64, entries @i64, changes @i64, links @i64, sessions @i64)
SELECT (SELECT count(*) FROM rights_request) AS requests, (SELECT count(*) FROM rights_entry) AS entries,
  (SELECT count(*) FROM rights_change) AS changes, (SELECT count(*) FROM rights_link) AS links, (SELECT count(*) FROM session) AS sessions;

-- :one rights_look_mails (kind @text, object @i64) -> (n @i64)
SELECT count(*) AS n FROM job WHERE kind = ?1 AND object_id = ?2;

-- :one rights_look_entries (request @i64, act @text) -> (n @i64)
SELECT count(*) AS n FROM rights_entry WHERE request_id = ?1 AND act = ?2;

-- :one rights_look_recounted (request @i64)
SELECT was_due_on, was_strict_on FROM rights_entry WHERE request_id = ?1 AND act = 'recounted' ORDER BY id DESC LIMIT 1;

-- :one rights_look_said (request @i64)
SELECT uid, said FROM rights_entry WHERE request_id = ?1 AND act = 'opened';

-- :one rights_look_change (request @i64)
SELECT uid, field, state, reason FROM rights_change WHERE request_id = ?1 ORDER BY id LIMIT 1;

-- :one rights_look_number (kind @text, what @text) -> (n @i64)
SELECT CAST(coalesce(sum(n), 0) AS BIGINT) AS n FROM rights_count WHERE kind = ?1 AND what = ?2;

-- :one rights_look_events (event @text, object @i64) -> (n @i64)
SELECT count(*) AS n FROM event_log WHERE event = ?1 AND object_kind = 'rights_request' AND object_id = ?2;

-- :one rights_look_origin (row @blob, col @text)
SELECT point, source, person_id FROM origin WHERE row_uid = ?1 AND col = ?2;

-- :one rights_look_person (id @i64)
SELECT uid, kind, full_name, email, email_code, email_verified_at FROM person WHERE id = ?1;

-- :one rights_look_origins (person @i64) -> (n @i64)
SELECT count(*) AS n FROM origin WHERE person_id = ?1;

-- :exec rights_look_verified (id @i64, at @time)
UPDATE person SET email_verified_at = ?2 WHERE id = ?1;
