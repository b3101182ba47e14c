-- What a customer sees of orders; the person scopes every statement. Renewals and changes are seen as invoices and services.

-- :many order_page_list max 25 (person @i64, before @i64) -> (what @text)
SELECT o.id, o.uid, o.placed_at, o.status, o.currency, o.gross,
       (SELECT l.product_name FROM order_line l WHERE l.order_id = o.id ORDER BY l.id LIMIT 1) AS what
  FROM orders o WHERE o.person_id = ?1 AND o.id < ?2 AND o.kind = 'new' ORDER BY o.id DESC;

-- :one order_page_get (uid @uid, person @i64)
SELECT o.id, o.uid, o.status, o.currency, o.net, o.vat, o.gross, o.reference, o.placed_at, v.published_at AS statement_at,
       v.hash AS statement_hash
  FROM orders o JOIN statement_version v ON v.id = o.statement_id WHERE o.uid = ?1 AND o.person_id = ?2
   AND o.kind = 'new';

-- :many order_page_lines max 100 (parent @i64)
SELECT uid, product_name, options, quantity, cycle, unit_net, setup_net, discount_net, trial_days, net, hostname, id FROM order_line WHERE order_id = ?1 ORDER BY id;

-- The last decision counts.
-- :many order_page_decisions max 1 (parent @i64)
SELECT status, reasons, decided_at FROM vat_decision WHERE order_id = ?1 ORDER BY id DESC;

-- :many order_page_invoices max 5 (parent @i64)
SELECT uid, status, treatment, paid_at FROM invoice WHERE order_id = ?1 AND kind = 'invoice' ORDER BY id DESC;

-- :many order_page_services max 100 (parent @i64)
SELECT s.status, s.problem, s.activated_at FROM service s JOIN order_line l ON l.id = s.order_line_id WHERE l.order_id = ?1 ORDER BY s.id;
