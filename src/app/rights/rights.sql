-- Requests about people's own data: what a command reads and writes.

-- :one rights_by_uid (uid @uid)
SELECT id, person_id FROM rights_request WHERE uid = ?1;

-- :one rights_by_id (id @i64)
SELECT id, uid, person_id, kind, channel, state, outcome, ground, extended, identified, name, email, order_id, received_on,
  received_at, clock_from, due_on, strict_on, counted_by, asked_on, acknowledged_at, warned, late, closed_at
FROM rights_request WHERE id = ?1;

-- :one rights_add (uid @uid, person @i64, kind @text, channel @text, state @text, identified @text, name @sealed?, email @sealed?,
--   email_code @blob?, order @i64?, received_on @date, at @time)
INSERT INTO rights_request (uid, person_id, kind, channel, state, identified, name, email, email_code, order_id, received_on, received_at,
  clock_from, counted_by) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?11, '') RETURNING id;

-- :exec rights_save (id @i64, was @text, state @text, outcome @text?, ground @text?, extended @bool, identified @text, clock_from @date,
--   due @date?, strict @date?, counted @text, asked @date?, acknowledged @time?, warned @i64, late @bool, closed @time?)
-- Everything that may change of it, if nobody moved it in between.
UPDATE rights_request SET state = ?3, outcome = ?4, ground = ?5, extended = ?6, identified = ?7, clock_from = ?8, due_on = ?9,
  strict_on = ?10, counted_by = ?11, asked_on = ?12, acknowledged_at = ?13, warned = ?14, late = ?15, closed_at = ?16
WHERE id = ?1 AND state = ?2;

-- :exec rights_close_entries (request @i64, at @time)
UPDATE rights_entry SET closed_at = ?2 WHERE request_id = ?1;

-- :exec rights_close_changes (request @i64, at @time)
UPDATE rights_change SET closed_at = ?2 WHERE request_id = ?1;

-- :exec rights_move_to (id @i64, person @i64, identified @text)
-- It is a customer's now: how to reach them is their account's matter.
UPDATE rights_request SET person_id = ?2, identified = ?3, name = NULL, email = NULL, email_code = NULL WHERE id = ?1;

-- :one rights_entry_add (uid @uid, request @i64, act @text, was @text, now @text, by_kind @text, by @i64?, said @sealed?, reply @sealed?,
--   note @sealed?, was_due @date?, was_strict @date?, pause_from @date?, pause_to @date?, at @time)
INSERT INTO rights_entry (uid, request_id, act, was, now, by_kind, by_id, said, reply, note, was_due_on, was_strict_on, pause_from,
  pause_to, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15) RETURNING id;

-- :many rights_texts max 300 (request @i64)
SELECT id, uid, said, reply, note FROM rights_entry
WHERE request_id = ?1 AND (said IS NOT NULL OR reply IS NOT NULL OR note IS NOT NULL) ORDER BY id;

-- :exec rights_retext (id @i64, said @sealed?, reply @sealed?, note @sealed?)
UPDATE rights_entry SET said = ?2, reply = ?3, note = ?4 WHERE id = ?1;

-- :many rights_pauses max 64 (request @i64)
SELECT pause_from, pause_to FROM rights_entry WHERE request_id = ?1 AND pause_to IS NOT NULL ORDER BY id;

-- :one rights_open_count (person @i64) -> (n @i64)
SELECT count(*) AS n FROM rights_request WHERE person_id = ?1 AND closed_at IS NULL;

-- A copy that is being made for somebody, or waits to be fetched.
-- :one rights_copy_live (person @i64)
SELECT id, scope, state FROM export WHERE person_id = ?1 AND ended_at IS NULL AND state IN ('asked','making','ready');

-- :one rights_waiting_count (upto @date) -> (later @i64, undated @i64, urgent @i64)
SELECT (SELECT count(*) FROM rights_request WHERE closed_at IS NULL AND strict_on > ?1) AS later,
       (SELECT count(*) FROM rights_request WHERE closed_at IS NULL AND strict_on IS NULL AND state <> 'unconfirmed') AS undated,
       (SELECT count(*) FROM rights_request WHERE closed_at IS NULL AND strict_on <= ?1) AS urgent;

-- :many rights_open_of max 20 (person @i64, kind @text)
SELECT id FROM rights_request WHERE person_id = ?1 AND kind = ?2 AND closed_at IS NULL AND state IN ('running','paused') ORDER BY id;

-- :one rights_recent (code @blob, after @time) -> (n @i64)
SELECT count(*) AS n FROM rights_request WHERE email_code = ?1 AND received_at > ?2;

-- ---- values that are said to be wrong

-- :one rights_change_add (uid @uid, request @i64, field @text, wanted @sealed?)
INSERT INTO rights_change (uid, request_id, field, wanted, state) VALUES (?1, ?2, ?3, ?4, 'open') RETURNING id;

-- :one rights_change_by_uid (uid @uid)
SELECT id, uid, request_id, field, wanted, state FROM rights_change WHERE uid = ?1;

-- :exec rights_change_decide (id @i64, state @text, reason @sealed, by @i64?, at @time)
UPDATE rights_change SET state = ?2, reason = ?3, decided_by = ?4, decided_at = ?5 WHERE id = ?1 AND state = 'open';

-- :many rights_changes max 50 (request @i64)
SELECT id, uid, field, wanted, state, reason, decided_at FROM rights_change WHERE request_id = ?1 ORDER BY id;

-- :exec rights_change_rewant (id @i64, wanted @sealed?, reason @sealed?)
UPDATE rights_change SET wanted = ?2, reason = ?3 WHERE id = ?1;

-- :exec rights_set_email (person @i64, email @sealed, code @blob)
UPDATE person SET email = ?2, email_code = ?3, email_verified_at = NULL, version = version + 1 WHERE id = ?1 AND kind = 'customer';

-- :exec rights_drop_email_code (person @i64)
DELETE FROM search_code WHERE person_id = ?1 AND kind = 'email';

-- :one rights_by_email (code @blob)
SELECT id FROM person WHERE kind = 'customer' AND kind <> 'visitor' AND email_code = ?1;

-- :one rights_person (id @i64)
SELECT id, uid, kind, status, email, full_name, country FROM person WHERE id = ?1;

-- :one rights_person_by_uid (uid @uid)
SELECT id, uid, kind, status FROM person WHERE uid = ?1;

-- :one rights_order (uid @uid)
SELECT id, person_id FROM orders WHERE uid = ?1;

-- :one rights_order_uid (id @i64)
SELECT uid FROM orders WHERE id = ?1;

-- ---- people without an account

-- :one rights_visitor_add (uid @uid, currency @text, at @time)
INSERT INTO person (uid, kind, status, customer_type, currency, capabilities, version, created_at)
VALUES (?1, 'visitor', 'active', 'consumer', ?2, 0, 1, ?3) RETURNING id;

-- :exec rights_link_add (person @i64, request @i64, code @blob, at @time, until @time)
INSERT INTO rights_link (person_id, request_id, token_code, created_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (token_code) DO NOTHING;

-- :one rights_link_find (code @blob)
SELECT id, person_id, request_id, expires_at FROM rights_link WHERE token_code = ?1;

-- :exec rights_links_drop (request @i64)
DELETE FROM rights_link WHERE request_id = ?1;

-- :one rights_session_add (uid @uid, code @blob, person @i64, at @time, until @time)
INSERT INTO session (uid, token_code, person_id, signed_in, created_at, seen_at, expires_at) VALUES (?1, ?2, ?3, 0, ?4, ?4, ?5) RETURNING id;

-- :exec rights_session_end (id @i64, at @time)
UPDATE session SET ended_at = ?2 WHERE id = ?1 AND ended_at IS NULL;

-- ---- the clock

-- :many rights_near max 100 (upto @date, warned @i64)
-- Open, near its day, and staff were not told that it is.
SELECT id FROM rights_request WHERE closed_at IS NULL AND strict_on <= ?1 AND warned < ?2 ORDER BY strict_on, id;

-- Counted by another calendar than ours, earlier or later in the order of its words: in two questions, so that each is read by the index.
-- :many rights_counted_below max 100 (version @text)
SELECT id FROM rights_request WHERE closed_at IS NULL AND strict_on IS NOT NULL AND counted_by < ?1 ORDER BY counted_by, id;

-- :many rights_counted_above max 100 (version @text)
SELECT id FROM rights_request WHERE closed_at IS NULL AND strict_on IS NOT NULL AND counted_by > ?1 ORDER BY counted_by, id;

-- :many rights_stale max 100 (before @time)
SELECT id, person_id FROM rights_request WHERE state = 'unconfirmed' AND received_at < ?1 ORDER BY received_at;

-- :exec rights_drop_entries (request @i64)
DELETE FROM rights_entry WHERE request_id = ?1;

-- :exec rights_drop_changes (request @i64)
DELETE FROM rights_change WHERE request_id = ?1;

-- :exec rights_drop (id @i64)
DELETE FROM rights_request WHERE id = ?1 AND state = 'unconfirmed';

-- :exec rights_drop_origin (person @i64)
DELETE FROM origin WHERE person_id = ?1 AND col IN ('rights_request.name', 'rights_request.email', 'rights_entry.said', 'rights_change.wanted');

-- :many rights_staff max 50
SELECT id, capabilities FROM person WHERE kind = 'staff' AND status = 'active' ORDER BY id;

-- :exec rights_count_up (month @text, kind @text, what @text)
INSERT INTO rights_count (month, kind, what, n) VALUES (?1, ?2, ?3, 1)
ON CONFLICT (month, kind, what) DO UPDATE SET n = rights_count.n + 1;
