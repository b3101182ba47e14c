-- :one credit_open (person @i64, currency @text)
-- The balance, made at its first use, and locked until the transaction ends: the update that changes nothing is for that.
INSERT INTO credit_balance (person_id, currency, balance) VALUES (?1, ?2, 0)
ON CONFLICT (person_id, currency) DO UPDATE SET currency = ?2
RETURNING id, balance;

-- :exec credit_set (id @i64, before @i64, after @i64)
UPDATE credit_balance SET balance = ?3 WHERE id = ?1 AND balance = ?2;

-- :exec credit_record (uid @uid, person @i64, currency @text, amount @i64, balance @i64, reason @text, ref_kind @text,
--   ref @uid?, invoice @i64?, at @time)
INSERT INTO credit_entry (uid, person_id, currency, amount, balance, reason, ref_kind, ref_uid, invoice_id, made_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10);

-- :one credit_invoice (id @i64)
-- An invoice that credit is moved for, locked: two tabs, or a gateway's message, cannot both settle it.
SELECT id, uid, person_id, status, currency, gross, credited FROM invoice WHERE id = ?1 FOR UPDATE;

-- :exec credit_invoice_set (id @i64, before @i64, after @i64)
UPDATE invoice SET credited = ?3 WHERE id = ?1 AND credited = ?2 AND status = 'unpaid' AND ?3 <= gross;

-- :one credit_on_its_way (invoice @i64) -> (n @i64)
SELECT count(*) AS n FROM payment WHERE invoice_id = ?1 AND status = 'pending';

-- :one credit_left (person @i64, currency @text)
SELECT balance FROM credit_balance WHERE person_id = ?1 AND currency = ?2;

-- :one credit_person (uid @uid)
SELECT id, uid, kind, status FROM person WHERE uid = ?1;

-- :one credit_invoice_of (uid @uid)
SELECT id, person_id FROM invoice WHERE uid = ?1;
