-- What a customer sees of invoices; the person scopes every statement.

-- :many invoice_page_list max 25 (person @i64, before @i64)
SELECT id, uid, number, status, currency, gross, created_at, due_on FROM invoice WHERE person_id = ?1 AND id < ?2 ORDER BY id DESC;

-- :one invoice_page_get (uid @uid, person @i64)
SELECT i.id, i.uid, i.person_id, i.kind, i.status, i.number, i.currency, o.status AS order_status
  FROM invoice i JOIN orders o ON o.id = i.order_id WHERE i.uid = ?1 AND i.person_id = ?2;

-- :many invoice_page_payments max 50 (invoice @i64)
SELECT uid, status, gateway, currency, amount, created_at FROM payment WHERE invoice_id = ?1 ORDER BY id DESC;

-- :many invoice_page_notes max 50 (invoice @i64)
SELECT uid, number, currency, gross, issued_on FROM invoice WHERE credits_id = ?1 ORDER BY id;
