-- :one payment_page_get (uid @uid, person @i64)
SELECT m.id, m.uid, m.gateway, m.reference, m.status, m.currency, m.amount, i.uid AS invoice_uid FROM payment m JOIN invoice i ON i.id = m.invoice_id
 WHERE m.uid = ?1 AND m.person_id = ?2;

-- :one payment_page_away (id @i64)
SELECT page FROM payment WHERE id = ?1;
