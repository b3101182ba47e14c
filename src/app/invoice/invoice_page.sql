-- What a customer sees of invoices; the person scopes every statement.

-- :many invoice_page_list max 25 (person @i64, before @i64)
SELECT id, uid, number, status, currency, gross, created_at, due_on FROM invoice WHERE person_id = ?1 AND id < ?2 ORDER BY id DESC;

-- :one invoice_page_get (uid @uid, person @i64)
SELECT i.id, i.uid, i.person_id, i.kind, i.status, i.number, i.currency, i.net, i.vat, i.gross, i.credited, i.vat_gbp, i.gbp_rate, i.treatment, i.note, i.seller,
       i.party_name, i.party_company, i.party_address, i.party_vat_number, i.created_at, i.due_on, i.issued_on, i.tax_point,
       i.reason, i.voided_at, o.uid AS order_uid, o.status AS order_status, o.reference, c.uid AS credits_uid, c.number AS credits_number
  FROM invoice i JOIN orders o ON o.id = i.order_id LEFT JOIN invoice c ON c.id = i.credits_id WHERE i.uid = ?1 AND i.person_id = ?2;

-- :many invoice_page_lines max 200 (invoice @i64)
SELECT uid, description, hostname, period_from, period_to, quantity, unit_net, discount, net, rate_bp, vat FROM invoice_line
 WHERE invoice_id = ?1 ORDER BY position;

-- :many invoice_page_payments max 50 (invoice @i64)
SELECT uid, status, gateway, currency, amount, created_at FROM payment WHERE invoice_id = ?1 ORDER BY id DESC;

-- :many invoice_page_notes max 50 (invoice @i64)
SELECT uid, number, currency, gross, issued_on FROM invoice WHERE credits_id = ?1 ORDER BY id;
