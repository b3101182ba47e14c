-- :one sandbox_open (uid @uid, payment @uid, currency @text, amount @i64, saves @bool, at @time)
INSERT INTO sandbox_charge (uid, payment_uid, currency, amount, state, card_country, refunded, saves, later, created_at)
VALUES (?1, ?2, ?3, ?4, 'open', '', 0, ?5, '', ?6)
RETURNING id;

-- :one sandbox_charge (uid @uid)
SELECT id, uid, payment_uid, currency, amount, state, card_country, refunded FROM sandbox_charge WHERE uid = ?1;

-- :one sandbox_of_payment (payment @uid)
SELECT id, uid FROM sandbox_charge WHERE payment_uid = ?1;

-- :one sandbox_payer (payment @uid)
SELECT person_id FROM payment WHERE uid = ?1;

-- :one sandbox_own (charge @uid, person @i64)
SELECT c.uid, c.payment_uid, c.currency, c.amount, c.state, c.card_country
FROM sandbox_charge c JOIN payment p ON p.uid = c.payment_uid WHERE c.uid = ?1 AND p.person_id = ?2;

-- :exec sandbox_set (id @i64, state @text, card_country @text)
UPDATE sandbox_charge SET state = ?2, card_country = ?3 WHERE id = ?1;

-- :exec sandbox_set_later (id @i64, later @text)
-- How a way to pay that is kept will behave.
UPDATE sandbox_charge SET later = ?2 WHERE id = ?1;

-- :exec sandbox_set_refunded (id @i64, state @text, refunded @i64)
UPDATE sandbox_charge SET state = ?2, refunded = ?3 WHERE id = ?1;

-- :one sandbox_event_find (uid @uid)
SELECT id FROM sandbox_event WHERE uid = ?1;

-- :one sandbox_event_add (uid @uid, charge @i64, kind @text, amount @i64, unknown @bool, at @time)
INSERT INTO sandbox_event (uid, charge_id, kind, amount, unknown, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
RETURNING id;

-- :one sandbox_event (id @i64)
SELECT e.uid, e.kind, e.amount, e.unknown, e.created_at, c.uid AS charge_uid, c.payment_uid, c.currency, c.card_country, c.saves, c.later
FROM sandbox_event e JOIN sandbox_charge c ON c.id = e.charge_id WHERE e.id = ?1;

-- :many sandbox_last_event max 1 (charge @i64)
SELECT uid, kind, amount FROM sandbox_event WHERE charge_id = ?1 ORDER BY id DESC;
