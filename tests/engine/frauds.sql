-- What the scenarios about screening look at, and what they make happen behind the program's back.

-- :one frauds_check (uid @uid)
SELECT c.id, c.uid, c.state, c.outcome, c.score, c.signals, c.reasons, c.rules, c.note, o.id AS order_id, o.status, o.person_id
  FROM orders o JOIN fraud_check c ON c.order_id = o.id WHERE o.uid = ?1;

-- :one frauds_order (uid @uid)
SELECT id, status FROM orders WHERE uid = ?1;

-- :one frauds_counts () -> (checks @i64, traces @i64, decisions @i64)
SELECT (SELECT count(*) FROM fraud_check) AS checks, (SELECT count(*) FROM fraud_trace) AS traces,
  (SELECT count(*) FROM fraud_decision) AS decisions;

-- :many frauds_decisions max 10 (check @i64)
SELECT uid, accepted, reason, decided_by FROM fraud_decision WHERE check_id = ?1 ORDER BY id;

-- :one frauds_mails (kind @text, object @i64) -> (n @i64)
SELECT count(*) AS n FROM job WHERE kind = ?1 AND object_id = ?2;

-- :one frauds_invoice (uid @uid)
SELECT status, due_on FROM invoice WHERE uid = ?1;

-- :exec frauds_hold (id @i64)
UPDATE fraud_check SET state = 'review' WHERE id = ?1;

-- :exec frauds_refuse (id @i64)
UPDATE fraud_check SET state = 'refused' WHERE id = ?1;

-- :exec frauds_charge_back (uid @uid)
UPDATE payment SET status = 'charged_back' WHERE uid = ?1;

-- :exec frauds_stock (slug @text, stock @i64?)
UPDATE product SET stock = ?2 WHERE slug = ?1;

-- :one frauds_uses (order @i64) -> (used @i64, uses @i64, trials @i64)
-- What an order counts as: uses of codes, and free trials.
SELECT (SELECT coalesce(max(c.used), 0) FROM coupon c) AS used,
  (SELECT count(*) FROM coupon_use u WHERE u.order_id = ?1 AND u.returned_at IS NULL) AS uses,
  (SELECT count(*) FROM trial_use t WHERE t.order_id = ?1) AS trials;

-- :one frauds_product (slug @text)
SELECT uid, stock FROM product WHERE slug = ?1;
