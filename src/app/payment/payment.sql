-- :one payment_add (uid @uid, person @i64, invoice @i64, gateway @text, currency @text, amount @i64, at @time)
INSERT INTO payment (uid, person_id, invoice_id, gateway, status, currency, amount, refunded, created_at)
VALUES (?1, ?2, ?3, ?4, 'started', ?5, ?6, 0, ?7)
RETURNING id;

-- :exec payment_set_session (id @i64, reference @text?, redirect @text)
UPDATE payment SET reference = ?2, redirect = ?3 WHERE id = ?1;

-- :one payment_get (id @i64)
SELECT id, uid, person_id, invoice_id, gateway, reference, charge, redirect, status, currency, amount, refunded, card_country
FROM payment WHERE id = ?1;

-- :one payment_by_uid (uid @uid)
SELECT id, uid, person_id, invoice_id, gateway, reference, charge, redirect, status, currency, amount, refunded, card_country
FROM payment WHERE uid = ?1;

-- :many payment_open max 10 (invoice @i64) -> (saves @bool)
-- Attempts that may still succeed, newest first.
SELECT p.id, p.uid, p.gateway, p.status, p.redirect, p.currency, p.amount, CAST(m.id IS NOT NULL AS INTEGER) AS saves
  FROM payment p LEFT JOIN mandate m ON m.payment_id = p.id WHERE p.invoice_id = ?1 AND p.status IN ('started', 'pending')
 ORDER BY p.id DESC;

-- :exec payment_set_status (id @i64, status @text)
UPDATE payment SET status = ?2 WHERE id = ?1;

-- :exec payment_set_settled (id @i64, status @text, at @time)
UPDATE payment SET status = ?2, settled_at = ?3 WHERE id = ?1;

-- :exec payment_set_charge (id @i64, charge @text)
UPDATE payment SET charge = ?2 WHERE id = ?1;

-- :exec payment_set_refunded (id @i64, refunded @i64, status @text)
UPDATE payment SET refunded = ?2, status = ?3 WHERE id = ?1;

-- :one payment_dispute_find (payment @i64, reference @text)
SELECT id, status, amount FROM dispute WHERE payment_id = ?1 AND reference = ?2;

-- :one payment_dispute_add (uid @uid, payment @i64, reference @text, reason @text, currency @text, amount @i64, due @time?, at @time)
INSERT INTO dispute (uid, payment_id, reference, status, reason, currency, amount, due_at, opened_at)
VALUES (?1, ?2, ?3, 'open', ?4, ?5, ?6, ?7, ?8)
RETURNING id;

-- :exec payment_dispute_close (id @i64, status @text, at @time)
UPDATE dispute SET status = ?2, closed_at = ?3 WHERE id = ?1 AND status = 'open';

-- :exec payment_set_card_country (id @i64, country @text)
UPDATE payment SET card_country = ?2 WHERE id = ?1;

-- :one payment_event_find (gateway @text, event_id @text)
SELECT id, outcome FROM gateway_event WHERE gateway = ?1 AND event_id = ?2;

-- :one payment_event_add (uid @uid, gateway @text, event_id @text, kind @text, payment @i64?, reference @text,
--   currency @text, amount @i64, outcome @text, reason @text, at @time)
INSERT INTO gateway_event (uid, gateway, event_id, kind, payment_id, reference, currency, amount, outcome, reason, received_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
RETURNING id;

-- :exec payment_event_outcome (id @i64, outcome @text, reason @text)
UPDATE gateway_event SET outcome = ?2, reason = ?3 WHERE id = ?1;

-- :one payment_event_by_uid (uid @uid)
SELECT id, gateway, kind, payment_id, reference, currency, amount, outcome, reason FROM gateway_event WHERE uid = ?1;

-- :one payment_event_get (id @i64)
SELECT id, uid, gateway, kind, payment_id, reference, currency, amount, outcome, reason, resolution
FROM gateway_event WHERE id = ?1;

-- :exec payment_event_resolve (id @i64, resolution @text, by @i64, note @text)
UPDATE gateway_event SET outcome = 'resolved', resolution = ?2, resolved_by = ?3, note = ?4 WHERE id = ?1 AND outcome = 'review';

-- :one payment_invoice (uid @uid)
SELECT id, uid, person_id, status, currency, gross, party_name, party_email FROM invoice WHERE uid = ?1;

-- :one payment_bill (invoice @i64)
SELECT id, uid, person_id, order_id, status, currency, net, vat, gross, credited FROM invoice WHERE id = ?1;

-- :many payment_event_refunding max 1 (gateway @text, reference @text, currency @text, amount @i64)
-- Money of this charge that staff ordered back, which a message about a refund confirms.
SELECT id FROM gateway_event
WHERE gateway = ?1 AND reference = ?2 AND currency = ?3 AND amount = ?4 AND outcome = 'resolved' AND resolution = 'refund'
ORDER BY id;

-- :one payment_refund_add (uid @uid, payment @i64, amount @i64, reason @text, by @i64, at @time)
INSERT INTO refund (uid, payment_id, amount, reason, status, ordered_by, ordered_at) VALUES (?1, ?2, ?3, ?4, 'ordered', ?5, ?6)
RETURNING id;

-- :one payment_refunds_ordered (payment @i64) -> (total @i64)
SELECT CAST(coalesce(sum(amount), 0) AS BIGINT) AS total FROM refund WHERE payment_id = ?1 AND status IN ('ordered', 'sent');

-- :one payment_given (payment @i64) -> (kindness @i64, others @i64)
-- What staff gave back without taking the sale back, and other payments that stand for the same invoice.
SELECT CAST((SELECT coalesce(sum(r.amount), 0) FROM refund r
         WHERE r.payment_id = p.id AND r.reason = 'goodwill' AND r.status IN ('ordered', 'sent')) AS BIGINT) AS kindness,
  (SELECT count(*) FROM payment o WHERE o.invoice_id = p.invoice_id AND o.id <> p.id AND o.status IN ('succeeded', 'disputed')) AS others
FROM payment p WHERE p.id = ?1;

-- :exec payment_refund_lost (payment @i64, amount @i64)
-- The newest refund of that amount did not arrive.
UPDATE refund SET status = 'failed'
WHERE id = (SELECT max(r.id) FROM refund r WHERE r.payment_id = ?1 AND r.amount = ?2 AND r.status IN ('ordered', 'sent'));

-- :one payment_failures (payment @uid) -> (n @i64)
SELECT count(*) AS n FROM gateway_event e JOIN payment p ON p.id = e.payment_id WHERE p.uid = ?1 AND e.kind = 'refund_failed';

-- :one payment_refund_get (id @i64)
SELECT r.id, r.uid, r.amount, r.reason, r.status, p.gateway, p.reference, p.charge, p.currency
  FROM refund r JOIN payment p ON p.id = r.payment_id WHERE r.id = ?1;

-- :exec payment_refund_set (id @i64, status @text)
UPDATE refund SET status = ?2 WHERE id = ?1 AND status = 'ordered';

-- :exec payment_set_reference (id @i64, reference @text)
UPDATE payment SET reference = ?2 WHERE id = ?1 AND reference IS NULL;

-- :one payment_session_facts (id @i64) -> (saves @bool)
-- What is needed to ask a gateway for its page.
SELECT p.id, p.uid, p.status, p.page, p.currency, p.amount, p.created_at, i.uid AS invoice_uid, i.status AS invoice_status, i.party_email,
       CAST(m.id IS NOT NULL AS INTEGER) AS saves
  FROM payment p JOIN invoice i ON i.id = p.invoice_id LEFT JOIN mandate m ON m.payment_id = p.id WHERE p.id = ?1;

-- :exec payment_set_page (id @i64, reference @text, page @text)
UPDATE payment SET reference = ?2, page = ?3 WHERE id = ?1 AND status = 'started' AND reference IS NULL;
