-- Requests as pages show them. Lists are pages of 25 or 50; what they filter by is indexed.

-- :many rights_page_list max 25 (person @i64, before @i64)
SELECT id, uid, kind, state, outcome, extended, received_on, due_on, strict_on, asked_on, closed_at FROM rights_request
WHERE person_id = ?1 AND id < ?2 AND state <> 'unconfirmed' ORDER BY id DESC;

-- :one rights_page_own (uid @uid, person @i64)
SELECT id, uid, person_id, kind, channel, state, outcome, ground, extended, received_on, due_on, strict_on, asked_on, acknowledged_at,
  closed_at, order_id
FROM rights_request WHERE uid = ?1 AND person_id = ?2 AND state <> 'unconfirmed';

-- :many rights_page_entries max 200 (request @i64)
SELECT e.id, e.uid, e.act, e.was, e.now, e.by_kind, e.said, e.reply, e.note, e.was_due_on, e.was_strict_on, e.pause_from, e.pause_to, e.at,
  p.uid AS by_uid, p.full_name AS by_name
FROM rights_entry e LEFT JOIN person p ON p.id = e.by_id WHERE e.request_id = ?1 ORDER BY e.id;

-- ---- the desk

-- What is open and has a day, the nearest first.
-- :many rights_page_open max 50 (after_on @date, after @i64)
SELECT r.id, r.uid, r.kind, r.channel, r.state, r.extended, r.late, r.received_on, r.due_on, r.strict_on, r.asked_on, r.outcome, r.name,
  p.uid AS person_uid, p.kind AS person_kind, p.full_name
FROM rights_request r JOIN person p ON p.id = r.person_id
WHERE r.closed_at IS NULL AND r.strict_on IS NOT NULL AND (r.strict_on > ?1 OR (r.strict_on = ?1 AND r.id > ?2))
ORDER BY r.strict_on, r.id;

-- What is open and waits for somebody else, the oldest first.
-- :many rights_page_waiting max 50 (after @i64)
SELECT r.id, r.uid, r.kind, r.channel, r.state, r.extended, r.late, r.received_on, r.due_on, r.strict_on, r.asked_on, r.outcome, r.name,
  p.uid AS person_uid, p.kind AS person_kind, p.full_name
FROM rights_request r JOIN person p ON p.id = r.person_id
WHERE r.closed_at IS NULL AND r.strict_on IS NULL AND r.state <> 'unconfirmed' AND r.id > ?1 ORDER BY r.id;

-- :many rights_page_done max 50 (before @i64)
SELECT r.id, r.uid, r.kind, r.channel, r.state, r.extended, r.late, r.received_on, r.due_on, r.strict_on, r.asked_on, r.outcome, r.name,
  p.uid AS person_uid, p.kind AS person_kind, p.full_name
FROM rights_request r JOIN person p ON p.id = r.person_id WHERE r.closed_at IS NOT NULL AND r.id < ?1 ORDER BY r.id DESC;

-- Of one kind, open or not, newest first.
-- :many rights_page_kind max 50 (kind @text, before @i64)
SELECT r.id, r.uid, r.kind, r.channel, r.state, r.extended, r.late, r.received_on, r.due_on, r.strict_on, r.asked_on, r.outcome, r.name,
  p.uid AS person_uid, p.kind AS person_kind, p.full_name
FROM rights_request r JOIN person p ON p.id = r.person_id
WHERE r.kind = ?1 AND r.state <> 'unconfirmed' AND r.id < ?2 ORDER BY r.id DESC;

-- :one rights_page_counts (today @date) -> (open @i64, waiting @i64, late @i64)
SELECT (SELECT count(*) FROM rights_request WHERE closed_at IS NULL AND strict_on >= ?1) AS open,
       (SELECT count(*) FROM rights_request WHERE closed_at IS NULL AND strict_on IS NULL AND state <> 'unconfirmed') AS waiting,
       (SELECT count(*) FROM rights_request WHERE closed_at IS NULL AND strict_on < ?1) AS late;

-- :one rights_page_case (uid @uid)
SELECT r.id, r.uid, r.person_id, r.kind, r.channel, r.state, r.outcome, r.ground, r.extended, r.identified, r.name, r.email, r.order_id,
  r.received_on, r.clock_from, r.due_on, r.strict_on, r.asked_on, r.acknowledged_at, r.late, r.closed_at,
  p.uid AS person_uid, p.kind AS person_kind, p.status AS person_status, p.full_name, p.email AS person_email, p.email_verified_at
FROM rights_request r JOIN person p ON p.id = r.person_id WHERE r.uid = ?1 AND r.state <> 'unconfirmed';

-- :one rights_page_link (code @blob)
SELECT id, expires_at FROM rights_link WHERE token_code = ?1;

-- :many rights_page_invoices max 10 (person @i64)
SELECT i.id, i.uid, i.number, i.issued_on FROM invoice i
WHERE i.person_id = ?1 AND i.number IS NOT NULL AND i.kind = 'invoice' ORDER BY i.id DESC;

-- :many rights_page_numbers max 500
SELECT month, kind, what, n FROM rights_count ORDER BY month DESC, kind, what;
