-- What people see of credit.

-- :many credit_page_balances max 20 (person @i64)
SELECT currency, balance FROM credit_balance WHERE person_id = ?1 ORDER BY currency;

-- :many credit_page_list max 25 (person @i64, before @i64)
SELECT e.id, e.currency, e.amount, e.balance, e.reason, e.made_at, i.uid AS invoice_uid, i.number
  FROM credit_entry e LEFT JOIN invoice i ON i.id = e.invoice_id WHERE e.person_id = ?1 AND e.id < ?2 ORDER BY e.id DESC;

-- :one credit_page_person (uid @uid)
SELECT id, uid, full_name, currency FROM person WHERE uid = ?1 AND kind = 'customer';
