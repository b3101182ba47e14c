-- :one engine_statement (hash @blob, at @time)
INSERT INTO statement_version (hash, prose, rules, changes, published_at) VALUES (?1, '', '', '', ?2) RETURNING id;

-- :one engine_person (uid @uid, kind @text, currency @text, at @time)
INSERT INTO person (uid, kind, status, customer_type, currency, capabilities, version, created_at)
VALUES (?1, ?2, 'active', 'consumer', ?3, 0, 1, ?4) RETURNING id;

-- :one engine_counts () -> (orders @i64, invoices @i64, paid @i64, voided @i64, numbers @i64, payments @i64, succeeded @i64,
--   services @i64, active @i64, reviews @i64, events @i64, jobs @i64, dead @i64, persons @i64, customers @i64, lines @i64,
--   acknowledged @i64, disclosures @i64, mails @i64, pending @i64, notes @i64)
SELECT (SELECT count(*) FROM orders) AS orders, (SELECT count(*) FROM invoice WHERE kind = 'invoice') AS invoices,
  (SELECT count(*) FROM invoice WHERE status = 'paid') AS paid, (SELECT count(*) FROM invoice WHERE status = 'cancelled') AS voided,
  (SELECT count(*) FROM invoice WHERE kind = 'invoice' AND number IS NOT NULL) AS numbers, (SELECT count(*) FROM payment) AS payments,
  (SELECT count(*) FROM payment WHERE status = 'succeeded') AS succeeded, (SELECT count(*) FROM service) AS services,
  (SELECT count(*) FROM service WHERE status = 'active') AS active,
  (SELECT count(*) FROM gateway_event WHERE outcome = 'review') AS reviews, (SELECT count(*) FROM gateway_event) AS events,
  (SELECT count(*) FROM job WHERE state IN ('queued', 'leased')) AS jobs, (SELECT count(*) FROM job WHERE state = 'dead') AS dead,
  (SELECT count(*) FROM person) AS persons, (SELECT count(*) FROM person WHERE kind = 'customer') AS customers,
  (SELECT count(*) FROM basket_line) AS lines, (SELECT count(*) FROM acknowledgement) AS acknowledged,
  (SELECT count(*) FROM disclosure) AS disclosures, (SELECT count(*) FROM mail_sent) AS mails,
  (SELECT count(*) FROM orders WHERE status = 'pending') AS pending,
  (SELECT count(*) FROM invoice WHERE kind = 'credit_note') AS notes;

-- :many engine_unbalanced max 10 -> (off @i64)
SELECT CAST(sum(amount) AS BIGINT) AS off FROM ledger GROUP BY txn, currency HAVING sum(amount) <> 0;

-- :one engine_account (account @text) -> (balance @i64)
SELECT CAST(coalesce(sum(amount), 0) AS BIGINT) AS balance FROM ledger WHERE account = ?1;

-- :one engine_last_number -> (highest @i64, taken @i64)
SELECT coalesce(max(sequence), 0) AS highest, count(sequence) AS taken FROM invoice WHERE kind = 'invoice';

-- :one engine_numbers_of (series @text) -> (highest @i64, taken @i64)
SELECT coalesce(max(sequence), 0) AS highest, count(sequence) AS taken FROM invoice WHERE series = ?1;

-- :exec engine_order_status (uid @uid, status @text)
UPDATE orders SET status = ?2 WHERE uid = ?1;

-- :one engine_invoice (uid @uid)
SELECT id, status, number, treatment, net, vat, gross, vat_gbp, gbp_rate, note, seller, taken_back, returned, voided_at, voided_by,
  void_reason FROM invoice WHERE uid = ?1;

-- :many engine_invoice_lines max 20 (invoice @i64)
SELECT id, description, quantity, unit_net, net, rate_bp, vat, treatment, period_from, period_to FROM invoice_line
WHERE invoice_id = ?1 ORDER BY position;

-- :one engine_payment (uid @uid)
SELECT id, status, reference, charge, redirect, currency, amount, refunded, card_country FROM payment WHERE uid = ?1;

-- :one engine_last_event
SELECT uid, outcome, reason FROM gateway_event ORDER BY id DESC LIMIT 1;

-- :one engine_service (person @i64)
SELECT id, uid, status, username, secret, address, problem, usage_bytes, package FROM service WHERE person_id = ?1
ORDER BY id DESC LIMIT 1;

-- :one engine_job (kind @text)
SELECT id, uid, state, attempts, fence, next_at, last_error FROM job WHERE kind = ?1 ORDER BY id DESC LIMIT 1;

-- :one engine_product (slug @text)
SELECT id, uid, version FROM product WHERE slug = ?1;

-- :one engine_basket_line (person @i64)
SELECT l.uid FROM basket_line l JOIN basket b ON b.id = l.basket_id WHERE b.person_id = ?1 ORDER BY l.id DESC LIMIT 1;

-- :one engine_order (uid @uid)
SELECT id, status, net, vat, gross FROM orders WHERE uid = ?1;

-- :many engine_mandates max 10
SELECT id, uid, person_id, status, customer, method, card FROM mandate ORDER BY id DESC;

-- :many engine_agreed max 10
SELECT topic, wording, withdrawn_at FROM acknowledgement WHERE topic = 'mandate' ORDER BY id DESC;

-- :many engine_collections max 10
SELECT p.uid, p.status, p.reference, p.amount FROM collection c JOIN payment p ON p.id = c.payment_id ORDER BY p.id DESC;

-- :many engine_refunds max 20
SELECT id, amount, reason, status FROM refund ORDER BY id DESC;
