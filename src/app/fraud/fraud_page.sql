-- What staff look at when they decide. Lists are pages of 50; what they filter by is indexed.

-- The queue: oldest first.
-- :many fraud_page_waiting max 50 (after @i64)
SELECT c.id, c.uid, c.state, c.score, c.checked_at, c.asked_at, o.uid AS order_uid, o.currency, o.gross, p.uid AS person_uid, p.full_name
  FROM fraud_check c JOIN orders o ON o.id = c.order_id JOIN person p ON p.id = c.person_id
 WHERE c.state IN ('review','asked') AND c.id > ?1 ORDER BY c.id;

-- :many fraud_page_state max 50 (state @text, before @i64)
SELECT c.id, c.uid, c.state, c.score, c.checked_at, c.asked_at, o.uid AS order_uid, o.currency, o.gross, p.uid AS person_uid, p.full_name
  FROM fraud_check c JOIN orders o ON o.id = c.order_id JOIN person p ON p.id = c.person_id
 WHERE c.state = ?1 AND c.id < ?2 ORDER BY c.id DESC;

-- :one fraud_page_get (uid @uid)
SELECT c.id, c.uid, c.person_id, c.order_id, c.state, c.score, c.review_from, c.refuse_from, c.rules, c.signals, c.reasons, c.note,
       c.checked_at, c.asked_at, o.uid AS order_uid, o.status AS order_status, o.currency, o.gross, o.ip, o.placed_at,
       p.uid AS person_uid, p.customer_type, p.email_verified_at, p.created_at
  FROM fraud_check c JOIN orders o ON o.id = c.order_id JOIN person p ON p.id = c.person_id WHERE c.uid = ?1;

-- :many fraud_page_lines max 100 (order @i64)
SELECT id, uid, product_name, cycle, quantity, options, net, hostname FROM order_line WHERE order_id = ?1 ORDER BY id;

-- The evidence of the order's newest decision on VAT.
-- :many fraud_page_evidence max 20 (order @i64)
SELECT e.id, e.uid, e.kind, e.provider, e.territory, e.value, e.outcome, e.source_version, e.observed_at FROM vat_evidence e
 WHERE e.decision_id = (SELECT max(d.id) FROM vat_decision d WHERE d.order_id = ?1) ORDER BY e.id;

-- :many fraud_page_traces max 6 (order @i64)
SELECT kind, code FROM fraud_trace WHERE order_id = ?1 ORDER BY id;

-- Newest other orders with the same code.
-- :many fraud_page_related max 10 (kind @text, code @blob, order @i64)
SELECT o.id, o.uid, o.status, o.placed_at, o.currency, o.gross, p.uid AS person_uid, p.full_name
  FROM fraud_trace t JOIN orders o ON o.id = t.order_id JOIN person p ON p.id = o.person_id
 WHERE t.kind = ?1 AND t.code = ?2 AND t.order_id <> ?3 ORDER BY t.at DESC, t.id DESC;

-- :many fraud_page_payments max 20 (person @i64)
SELECT m.id, m.uid, m.status, m.gateway, m.reference, m.currency, m.amount, m.card_country, m.created_at
  FROM payment m WHERE m.person_id = ?1 ORDER BY m.id DESC;

-- :many fraud_page_decisions max 20 (check @i64)
SELECT d.id, d.uid, d.accepted, d.reason, d.decided_at, p.uid AS by_uid, p.full_name AS by_name
  FROM fraud_decision d LEFT JOIN person p ON p.id = d.decided_by WHERE d.check_id = ?1 ORDER BY d.id DESC;
