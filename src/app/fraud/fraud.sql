-- Screening: what was placed before, what is kept, and what people decide.

-- The newest orders of other people with the same code; more than these change no outcome.
-- :many fraud_seen max 60 (kind @text, code @blob, after @time, person @i64)
SELECT person_id, at FROM fraud_trace WHERE kind = ?1 AND code = ?2 AND at > ?3 AND person_id <> ?4 ORDER BY at DESC;

-- The newest orders of a person.
-- :many fraud_recent max 10 (person @i64)
SELECT id, placed_at FROM orders WHERE person_id = ?1 ORDER BY id DESC;

-- What became of the newest orders with this code. Only what a person declined is held against anybody.
-- :one fraud_history (kind @text, code @blob) -> (declined @i64, chargebacks @i64)
SELECT (SELECT count(*) FROM (SELECT order_id FROM fraud_trace WHERE kind = ?1 AND code = ?2 ORDER BY at DESC LIMIT 100) t
         JOIN fraud_check c ON c.order_id = t.order_id WHERE c.state = 'declined') AS declined,
       (SELECT count(*) FROM (SELECT order_id FROM fraud_trace WHERE kind = ?1 AND code = ?2 ORDER BY at DESC LIMIT 100) u
         JOIN invoice i ON i.order_id = u.order_id JOIN payment m ON m.invoice_id = i.id
         WHERE m.status IN ('disputed','charged_back')) AS chargebacks;

-- The same for the person's own newest orders and payments.
-- :one fraud_person (person @i64, before @time) -> (declined @i64, chargebacks @i64, paid @i64)
SELECT (SELECT count(*) FROM fraud_check WHERE person_id = ?1 AND state = 'declined') AS declined,
       (SELECT count(*) FROM (SELECT status FROM payment WHERE person_id = ?1 ORDER BY id DESC LIMIT 100) p
         WHERE p.status IN ('disputed','charged_back')) AS chargebacks,
       (SELECT count(*) FROM (SELECT status, settled_at FROM payment WHERE person_id = ?1 ORDER BY id DESC LIMIT 100) q
         WHERE q.status = 'succeeded' AND q.settled_at < ?2) AS paid;

-- :one fraud_check_add (uid @uid, person @i64, order @i64, state @text, outcome @text, score @i64, review @i64, refuse @i64,
--   rules @text, signals @text, reasons @text, at @time)
INSERT INTO fraud_check (uid, person_id, order_id, state, outcome, score, review_from, refuse_from, rules, signals, reasons, checked_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) RETURNING id;

-- :exec fraud_trace_add (person @i64, order @i64, kind @text, code @blob, at @time)
INSERT INTO fraud_trace (person_id, order_id, kind, code, at) VALUES (?1, ?2, ?3, ?4, ?5);

-- :many fraud_traces_oldest max 1000
SELECT id, at FROM fraud_trace ORDER BY id;

-- :exec fraud_traces_drop (upto @i64)
DELETE FROM fraud_trace WHERE id <= ?1;

-- :one fraud_check_of (order @i64)
SELECT id, uid, person_id, state, outcome, reasons, checked_at FROM fraud_check WHERE order_id = ?1;

-- :exec fraud_check_move (id @i64, from @text, to @text)
UPDATE fraud_check SET state = ?3 WHERE id = ?1 AND state = ?2;

-- :exec fraud_check_ask (id @i64, note @sealed?, at @time)
UPDATE fraud_check SET state = 'asked', note = ?2, asked_at = ?3 WHERE id = ?1 AND state = 'refused';

-- :one fraud_decision_add (uid @uid, check @i64, accepted @bool, reason @sealed, by @i64?, at @time)
INSERT INTO fraud_decision (uid, check_id, accepted, reason, decided_by, decided_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6) RETURNING id;

-- :many fraud_decisions max 1 (check @i64)
-- The last decision.
SELECT uid, accepted, reason, decided_at FROM fraud_decision WHERE check_id = ?1 ORDER BY id DESC;

-- :one fraud_order (uid @uid)
SELECT id, person_id, status FROM orders WHERE uid = ?1;

-- :many fraud_past max 500 (before @i64)
-- For the dry run: newest first, in pieces.
SELECT id, outcome, state, signals FROM fraud_check WHERE id < ?1 ORDER BY id DESC;

-- :many fraud_due_accepted max 100 (before @time, after_at @time, after @i64)
-- Retention: checks of orders that were accepted at once.
SELECT id, uid, person_id, checked_at AS at, checked_at AS order_placed FROM fraud_check
WHERE signals <> '' AND outcome = 'accept' AND checked_at < ?1 AND checked_at >= ?2 AND (checked_at > ?2 OR id > ?3)
ORDER BY checked_at, id;

-- :many fraud_due_held max 100 (before @time, after_at @time, after @i64)
-- And of those that were held or refused.
SELECT id, uid, person_id, checked_at AS at, checked_at AS order_placed, checked_at AS order_held FROM fraud_check
WHERE signals <> '' AND outcome <> 'accept' AND checked_at < ?1 AND checked_at >= ?2 AND (checked_at > ?2 OR id > ?3)
ORDER BY checked_at, id;
