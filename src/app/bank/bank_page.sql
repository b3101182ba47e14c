-- :many bank_page_parts max 50 (invoice @i64)
SELECT e.booked_on, e.currency, e.amount FROM payment p JOIN bank_entry e ON e.payment_id = p.id
WHERE p.invoice_id = ?1 AND e.status = 'open' AND e.reason = 'amount_less' ORDER BY e.id;

-- :many bank_page_open max 25 (after @i64)
-- What waits for a person, the oldest first.
SELECT id, uid, booked_on, currency, amount, name, wording, reason FROM bank_entry
WHERE status = 'open' AND id > ?1 ORDER BY id;

-- :many bank_page_done max 25 (before @i64)
-- What was decided or matched, the newest first.
SELECT e.id, e.uid, e.booked_on, e.currency, e.amount, e.status, e.decision, e.decided_at, e.note FROM bank_entry e
WHERE e.status <> 'open' AND e.id < ?1 ORDER BY e.id DESC;

-- :one bank_page_entry (uid @uid)
SELECT e.id, e.uid, e.person_id, e.booked_on, e.currency, e.amount, e.name, e.account, e.wording, e.status, e.reason, e.payment_id,
  e.decision, e.decided_at, e.note, e.decided_by, s.format, s.account AS our_account, s.imported_at
FROM bank_entry e JOIN bank_statement s ON s.id = e.statement_id WHERE e.uid = ?1;

-- :one bank_page_staff (id @i64)
SELECT uid, full_name FROM person WHERE id = ?1 AND kind = 'staff';

-- :one bank_page_payment (id @i64)
SELECT m.uid, m.reference, m.currency, m.amount, m.status, i.uid AS invoice_uid, i.number, i.status AS invoice_status, i.party_name
FROM payment m JOIN invoice i ON i.id = m.invoice_id WHERE m.id = ?1;

-- :many bank_page_waiting max 10 (currency @text, amount @i64)
-- Payments by transfer of just this amount that wait for their money.
SELECT m.id, m.uid, m.reference, m.currency, m.amount, m.created_at, i.uid AS invoice_uid, i.party_name
FROM payment m JOIN invoice i ON i.id = m.invoice_id
WHERE m.gateway = 'bank_transfer' AND m.status = 'started' AND m.currency = ?1 AND m.amount = ?2 AND i.status = 'unpaid'
ORDER BY m.id DESC;

-- :many bank_page_refunds max 25 (after @i64)
-- Money that somebody has to send from the bank's site, the oldest first.
SELECT r.id, r.uid, r.reference, r.currency, r.amount, r.created_at, e.uid AS entry_uid, e.name, e.account
FROM bank_refund r LEFT JOIN bank_entry e ON e.id = r.entry_id WHERE r.status = 'due' AND r.id > ?1 ORDER BY r.id;

-- :one bank_page_refund (uid @uid)
SELECT id, status FROM bank_refund WHERE uid = ?1;

-- :many bank_page_statements max 10
SELECT id, format, account, entries, imported_at FROM bank_statement ORDER BY id DESC;
