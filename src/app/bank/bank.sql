-- :one bank_statement_by_code (code @blob)
SELECT id, entries FROM bank_statement WHERE code = ?1;

-- :one bank_statement_add (uid @uid, code @blob, format @text, account @text, entries @i64, by @i64, at @time)
INSERT INTO bank_statement (uid, code, format, account, entries, imported_by, imported_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
RETURNING id;

-- :one bank_payer_add (uid @uid, currency @text, at @time)
-- Somebody who paid and is not known: the person whose key their entry is sealed with.
INSERT INTO person (uid, kind, status, customer_type, currency, capabilities, version, created_at)
VALUES (?1, 'payer', 'active', 'consumer', ?2, 0, 1, ?3)
RETURNING id;

-- :exec bank_payer_close (id @i64, at @time)
UPDATE person SET status = 'closed', closed_at = ?2 WHERE id = ?1 AND kind = 'payer';

-- :one bank_entry_by_code (code @blob)
SELECT id FROM bank_entry WHERE code = ?1;

-- :one bank_alias_by_code (code @blob)
SELECT entry_id FROM bank_alias WHERE code = ?1;

-- :exec bank_alias_add (code @blob, entry @i64, format @text)
INSERT INTO bank_alias (code, entry_id, format) VALUES (?1, ?2, ?3);

-- :exec bank_trait_add (entry @i64, kind @text, code @blob, booked @date, value @date)
INSERT INTO bank_trait (entry_id, kind, code, booked_on, value_on) VALUES (?1, ?2, ?3, ?4, ?5);

-- :many bank_trait_same max 1 (code @blob, format @text, booked @date, value @date)
-- Entries of other formats with this trait, of one of these days, that this format has not told yet.
SELECT t.entry_id FROM bank_trait t JOIN bank_entry e ON e.id = t.entry_id JOIN bank_statement s ON s.id = e.statement_id
WHERE t.code = ?1 AND s.format <> ?2 AND (t.booked_on = ?3 OR t.booked_on = ?4 OR t.value_on = ?3 OR t.value_on = ?4)
  AND NOT EXISTS (SELECT a.entry_id FROM bank_alias a WHERE a.entry_id = e.id AND a.format = ?2)
ORDER BY t.entry_id;

-- :one bank_entry_add (uid @uid, statement @i64, person @i64, code @blob, booked @date, currency @text, amount @i64,
--   name @sealed?, account @sealed?, wording @sealed?, status @text, reason @text, payment @i64?, at @time)
INSERT INTO bank_entry (uid, statement_id, person_id, code, booked_on, currency, amount, name, account, wording, status, reason,
  payment_id, created_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
RETURNING id;

-- :one bank_entry_by_uid (uid @uid)
SELECT id, uid, person_id, currency, amount, name, account, wording, status, reason, payment_id FROM bank_entry WHERE uid = ?1;

-- :one bank_entry_get (id @i64)
SELECT id, uid, person_id, currency, amount, name, account, wording, status, reason, payment_id FROM bank_entry WHERE id = ?1;

-- :exec bank_entry_rehome (id @i64, person @i64, name @sealed?, account @sealed?, wording @sealed?)
UPDATE bank_entry SET person_id = ?2, name = ?3, account = ?4, wording = ?5 WHERE id = ?1;

-- :exec bank_entry_set (id @i64, status @text, reason @text, payment @i64?)
UPDATE bank_entry SET status = ?2, reason = ?3, payment_id = ?4 WHERE id = ?1;

-- :exec bank_entry_decided (id @i64, decision @text, by @i64, at @time, note @text)
UPDATE bank_entry SET decision = ?2, decided_by = ?3, decided_at = ?4, note = ?5 WHERE id = ?1;

-- :many bank_parts_list max 50 (invoice @i64)
-- Parts of what is due that wait for the rest, by whichever attempt they came.
SELECT e.id, e.uid, e.person_id, e.payment_id, e.currency, e.amount FROM payment p JOIN bank_entry e ON e.payment_id = p.id
WHERE p.invoice_id = ?1 AND e.status = 'open' AND e.reason = 'amount_less' ORDER BY e.id;

-- :one bank_parts_sum (invoice @i64) -> (received @i64)
SELECT CAST(coalesce(sum(e.amount), 0) AS BIGINT) AS received FROM payment p JOIN bank_entry e ON e.payment_id = p.id
WHERE p.invoice_id = ?1 AND e.status = 'open' AND e.reason = 'amount_less';

-- :many bank_entry_of_payment max 1 (payment @i64)
-- From which account was it paid? The newest counts.
SELECT id, uid FROM bank_entry WHERE payment_id = ?1 AND status = 'matched' AND amount > 0 ORDER BY id DESC;

-- :one bank_payment_by_reference (reference @text)
SELECT m.id, m.uid, m.person_id, m.invoice_id, m.reference, m.status, m.currency, m.amount, m.refunded, i.status AS invoice_status
FROM payment m JOIN invoice i ON i.id = m.invoice_id WHERE m.gateway = 'bank_transfer' AND m.reference = ?1;

-- :one bank_payment_by_uid (uid @uid)
SELECT m.id, m.uid, m.person_id, m.invoice_id, m.reference, m.status, m.currency, m.amount, m.refunded, i.status AS invoice_status
FROM payment m JOIN invoice i ON i.id = m.invoice_id WHERE m.gateway = 'bank_transfer' AND m.uid = ?1;

-- :one bank_payment_get (id @i64)
SELECT id, uid, person_id, invoice_id, reference, currency, amount, refunded FROM payment WHERE id = ?1;

-- :many bank_payment_waiting max 1 (invoice @i64)
SELECT id FROM payment WHERE invoice_id = ?1 AND gateway = 'bank_transfer' AND status = 'started' ORDER BY id DESC;

-- :exec bank_payment_expect (id @i64, amount @i64)
-- What is due has changed since the customer was told: credit was used, for instance. Nobody outside knows the amount.
UPDATE payment SET amount = ?2 WHERE id = ?1 AND gateway = 'bank_transfer' AND status IN ('started', 'declined');

-- :exec bank_payment_parted (id @i64, amount @i64, at @time)
-- Of what this attempt was to bring a part came, and the rest in another way.
UPDATE payment SET amount = ?2, part = 1, status = 'succeeded', settled_at = ?3
WHERE id = ?1 AND gateway = 'bank_transfer' AND status IN ('started', 'declined');

-- :one bank_payment_add (uid @uid, person @i64, invoice @i64, reference @text, redirect @text, currency @text, amount @i64, at @time)
INSERT INTO payment (uid, person_id, invoice_id, gateway, reference, redirect, status, currency, amount, refunded, created_at)
VALUES (?1, ?2, ?3, 'bank_transfer', ?4, ?5, 'started', ?6, ?7, 0, ?8)
RETURNING id;

-- :one bank_invoice_get (id @i64)
SELECT id, uid, person_id, status, currency FROM invoice WHERE id = ?1;

-- :one bank_invoice_by_uid (uid @uid)
SELECT id, uid, person_id, status, currency FROM invoice WHERE uid = ?1;

-- :one bank_invoice_by_number (number @text)
SELECT id, uid, person_id, status, currency FROM invoice WHERE number = ?1;

-- :one bank_refund_by_request (request @uid)
SELECT id FROM bank_refund WHERE request = ?1;

-- :one bank_refund_by_reference (reference @text)
SELECT id, uid, person_id, payment_id, entry_id, currency, amount, status FROM bank_refund WHERE reference = ?1;

-- :one bank_refund_by_uid (uid @uid)
SELECT id, person_id, payment_id, entry_id, currency, amount, status FROM bank_refund WHERE uid = ?1;

-- :exec bank_refund_add (uid @uid, person @i64, payment @i64?, entry @i64?, request @uid, reference @text, currency @text,
--   amount @i64, at @time)
INSERT INTO bank_refund (uid, person_id, payment_id, entry_id, request, reference, currency, amount, status, created_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'due', ?9);

-- :exec bank_refund_set_sent (id @i64, on @date)
UPDATE bank_refund SET status = 'sent', sent_on = ?2 WHERE id = ?1 AND status = 'due';

-- :many bank_due_entries max 100 (before @date, after_at @date, after @i64)
-- Retention: what came with payments by transfer.
SELECT id, uid, person_id, booked_on AS at, booked_on AS financial_year_end_on FROM bank_entry
WHERE (name IS NOT NULL OR account IS NOT NULL OR wording IS NOT NULL) AND booked_on < ?1 AND booked_on >= ?2
  AND (booked_on > ?2 OR id > ?3) ORDER BY booked_on, id;
