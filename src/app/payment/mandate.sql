-- :one mandate_consent (person @i64, wording @text, statement @i64, at @time)
INSERT INTO acknowledgement (person_id, topic, wording, statement_id, point, given_at) VALUES (?1, 'mandate', ?2, ?3, 'request', ?4)
RETURNING id;

-- :exec mandate_withdrawn (id @i64, at @time)
UPDATE acknowledgement SET withdrawn_at = ?2 WHERE id = ?1 AND withdrawn_at IS NULL;

-- :exec mandate_add (uid @uid, person @i64, payment @i64, acknowledgement @i64, gateway @text)
INSERT INTO mandate (uid, person_id, payment_id, acknowledgement_id, gateway, status) VALUES (?1, ?2, ?3, ?4, ?5, 'asked');

-- :one mandate_of_payment (payment @i64)
-- The one that this payment makes.
SELECT id, uid, status FROM mandate WHERE payment_id = ?1;

-- :exec mandate_activate (id @i64, customer @sealed, method @sealed, card @sealed?, at @time)
UPDATE mandate SET status = 'active', customer = ?2, method = ?3, card = ?4, since = ?5 WHERE id = ?1 AND status = 'asked';

-- :many mandate_usable max 5 (person @i64)
SELECT id, uid, gateway FROM mandate WHERE person_id = ?1 AND status = 'active' ORDER BY id DESC;

-- :one mandate_get (id @i64)
SELECT id, uid, person_id, gateway, status, customer, method FROM mandate WHERE id = ?1;

-- :one mandate_own (uid @uid, person @i64)
SELECT id, acknowledgement_id, status FROM mandate WHERE uid = ?1 AND person_id = ?2;

-- :exec mandate_set_revoked (id @i64, at @time)
UPDATE mandate SET status = 'revoked', ended_at = ?2 WHERE id = ?1 AND status = 'active';

-- :exec mandate_clear (id @i64)
UPDATE mandate SET customer = NULL, method = NULL, card = NULL WHERE id = ?1 AND status = 'revoked';

-- :exec mandate_collection_add (payment @i64, mandate @i64)
INSERT INTO collection (payment_id, mandate_id) VALUES (?1, ?2);

-- :one mandate_of_collection (payment @i64)
-- The one that this payment is taken by.
SELECT m.id, m.uid, m.person_id, m.gateway, m.status, m.customer, m.method
  FROM collection c JOIN mandate m ON m.id = c.mandate_id WHERE c.payment_id = ?1;

-- :many mandate_page max 50 (person @i64)
SELECT m.uid, m.gateway, m.card, m.since, a.wording FROM mandate m JOIN acknowledgement a ON a.id = m.acknowledgement_id
 WHERE m.person_id = ?1 AND m.status = 'active' ORDER BY m.id DESC;
