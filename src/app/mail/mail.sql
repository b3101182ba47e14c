-- What a message needs to know. The text is made when it is sent and is kept nowhere.

-- :one mail_person (id @i64)
SELECT uid, kind, status, email, full_name FROM person WHERE id = ?1;

-- :one mail_subscriber (person @i64)
-- An address that was given for the newsletter, by somebody without an account.
SELECT uid, email FROM subscriber WHERE person_id = ?1;

-- :one mail_order (id @i64)
SELECT o.uid, o.status, o.currency, o.gross, i.uid AS invoice_uid FROM orders o JOIN invoice i ON i.order_id = o.id
WHERE o.id = ?1 AND i.kind = 'invoice' ORDER BY i.id LIMIT 1;

-- :one mail_invoice (id @i64)
SELECT uid, number, currency, gross, status, due_on FROM invoice WHERE id = ?1;

-- :one mail_payment (id @i64)
SELECT i.uid AS invoice_uid, i.number, m.id, m.uid, m.reference, m.currency, m.amount, m.refunded FROM payment m JOIN invoice i ON i.id = m.invoice_id WHERE m.id = ?1;

-- :one mail_promise (id @i64)
SELECT name, words FROM promise WHERE id = ?1;

-- :one mail_service (id @i64)
SELECT s.uid, s.hostname, r.name AS product_name, h.ends_on, h.currency, h.new_net, h.new_from
FROM service s JOIN product r ON r.id = s.product_id LEFT JOIN rhythm h ON h.service_id = s.id WHERE s.id = ?1;

-- :one mail_email (id @i64)
SELECT uid, email, old_email, expires_at, used_at FROM email_change WHERE id = ?1;

-- :one mail_restriction (id @i64)
SELECT lifts_at, lifted_at FROM restriction WHERE id = ?1;

-- A new link voids the older ones of its kind.
-- :exec mail_token_void (person @i64, kind @text, now @time)
UPDATE mail_token SET expires_at = ?3 WHERE person_id = ?1 AND kind = ?2 AND used_at IS NULL AND expires_at > ?3;

-- :one mail_token_add (person @i64, kind @text, code @blob, now @time, expires @time)
INSERT INTO mail_token (person_id, kind, token_code, created_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?5) RETURNING id;

-- :one mail_erasure (id @i64)
SELECT uid, run_at FROM erasure WHERE id = ?1;

-- :one mail_hold (id @i64)
SELECT uid, review_on FROM legal_hold WHERE id = ?1;
