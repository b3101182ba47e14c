-- What the tests of bank transfers look at.

-- :one bank_look_entry
SELECT id, uid, person_id, amount, name, wording, status, reason, payment_id, decision, decided_by, note FROM bank_entry ORDER BY id DESC LIMIT 1;

-- :one bank_look_counts () -> (entries @i64, open @i64, payers @i64, files @i64, due @i64, shorts @i64)
SELECT (SELECT count(*) FROM bank_entry) AS entries, (SELECT count(*) FROM bank_entry WHERE status = 'open') AS open,
  (SELECT count(*) FROM person WHERE kind = 'payer') AS payers, (SELECT count(*) FROM bank_statement) AS files,
  (SELECT count(*) FROM bank_refund WHERE status = 'due') AS due, (SELECT count(*) FROM job WHERE kind = 'mail.bank_short') AS shorts;

-- :one bank_look_person (id @i64)
SELECT kind, status FROM person WHERE id = ?1;

-- :one bank_look_refund
SELECT id, uid, reference, amount, status, person_id FROM bank_refund ORDER BY id DESC LIMIT 1;

-- :one bank_look_last_payment (invoice @uid)
SELECT p.uid, p.status, p.gateway, p.amount, p.reference FROM payment p JOIN invoice i ON i.id = p.invoice_id WHERE i.uid = ?1 ORDER BY p.id DESC LIMIT 1;

-- :one bank_look_customer (id @i64)
SELECT uid FROM person WHERE id = ?1;
