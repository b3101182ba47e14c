-- What the scenarios about credit look at.

-- :many credit_look_apart max 10 -> (off @i64)
-- Balances that are not the sum of their movements, or not what the books say.
SELECT b.balance - (SELECT coalesce(sum(e.amount), 0) FROM credit_entry e WHERE e.person_id = b.person_id AND e.currency = b.currency) AS off
FROM credit_balance b
WHERE b.balance <> (SELECT coalesce(sum(e.amount), 0) FROM credit_entry e WHERE e.person_id = b.person_id AND e.currency = b.currency)
   OR b.balance <> (SELECT coalesce(-sum(l.amount), 0) FROM ledger l
                     WHERE l.person_id = b.person_id AND l.currency = b.currency AND l.account = 'credit');

-- :many credit_look_open max 10 (person @i64, currency @text) -> (off @i64)
-- What a person owes by the books; nothing, when everything that was issued is settled.
SELECT CAST(sum(amount) AS BIGINT) AS off FROM ledger WHERE person_id = ?1 AND currency = ?2 AND account = 'receivable';

-- :one credit_look_invoice (uid @uid)
SELECT id, status, gross, credited FROM invoice WHERE uid = ?1;

-- :one credit_look_person (id @i64)
SELECT uid FROM person WHERE id = ?1;

-- :one credit_look_entries (person @i64) -> (n @i64)
SELECT count(*) AS n FROM credit_entry WHERE person_id = ?1;

-- :exec credit_look_spoil (person @i64)
-- Somebody tampers with a balance: the check has to see it.
UPDATE credit_balance SET balance = balance + 1 WHERE person_id = ?1;
