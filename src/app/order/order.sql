-- :one order_add (uid @uid, person @i64, customer_type @text, currency @text, net @i64, ip @sealed?, reference @sealed?,
--   statement @i64, at @time, kind @text)
INSERT INTO orders (uid, person_id, kind, status, customer_type, currency, net, vat, gross, ip, reference, statement_id,
  placed_at)
VALUES (?1, ?2, ?10, 'pending', ?3, ?4, ?5, 0, ?5, ?6, ?7, ?8, ?9)
RETURNING id;

-- :exec order_set_vat (id @i64, vat @i64, gross @i64)
UPDATE orders SET vat = ?2, gross = ?3 WHERE id = ?1;

-- :one order_line_add (uid @uid, order @i64, product @i64, product_name @text, vat_class @text, cycle @text, quantity @i64,
--   options @text, unit_net @i64, setup_net @i64, discount_net @i64, net @i64, hostname @sealed?, choices @text)
INSERT INTO order_line (uid, order_id, product_id, product_name, vat_class, cycle, quantity, options, unit_net, setup_net,
  discount_net, net, hostname, choices)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
RETURNING id;

-- :exec order_acknowledge (person @i64, order @i64, topic @text, wording @text, statement @i64, point @text, at @time)
INSERT INTO acknowledgement (person_id, order_id, topic, wording, statement_id, point, given_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7);

-- :one order_get (id @i64)
SELECT id, uid, person_id, kind, status, currency, net, vat, gross FROM orders WHERE id = ?1;

-- :one order_by_uid (uid @uid)
SELECT id, uid, person_id, kind, status, currency, net, vat, gross FROM orders WHERE uid = ?1;

-- :one order_invoice (order @i64)
SELECT id, uid, status, number, treatment FROM invoice
WHERE order_id = ?1 AND kind = 'invoice' AND status <> 'cancelled' ORDER BY id LIMIT 1;

-- :one order_bill (order @i64)
-- The pro forma with which the order began, void or not.
SELECT id, status, treatment, gross FROM invoice WHERE order_id = ?1 ORDER BY id LIMIT 1;

-- :many order_invoice_classes max 200 (invoice @i64)
-- The class of supply of each invoice line, in their order.
SELECT l.id, o.vat_class FROM invoice_line l JOIN order_line o ON o.id = l.order_line_id WHERE l.invoice_id = ?1
ORDER BY l.position;

-- :exec order_set_status (id @i64, from @text, to @text)
UPDATE orders SET status = ?3 WHERE id = ?1 AND status = ?2;

-- :many order_unpaid max 100 (before @time)
-- New orders (renewals have a rhythm of their own) that wait for payment since long, but not those whose VAT is not decided, or
-- for which money is on its way or looked at, or came by transfer in part; nor those that a person looks at, or released since.
SELECT o.id FROM orders o JOIN invoice i ON i.order_id = o.id
WHERE o.status = 'pending' AND o.kind = 'new' AND o.placed_at < ?1 AND i.status = 'unpaid' AND i.treatment <> 'pending'
  AND NOT EXISTS (SELECT 1 FROM payment m WHERE m.invoice_id = i.id AND m.status IN ('pending', 'review'))
  AND NOT EXISTS (SELECT 1 FROM payment m JOIN bank_entry e ON e.payment_id = m.id WHERE m.invoice_id = i.id AND e.status = 'open')
  AND NOT EXISTS (SELECT 1 FROM fraud_check c LEFT JOIN fraud_decision d ON d.check_id = c.id
    WHERE c.order_id = o.id AND (c.state IN ('review', 'asked') OR d.decided_at >= ?1)) ORDER BY o.id;

-- :exec order_lines_end (order @i64, at @time?)
-- Nothing will come of these lines any more; or after all, when there is no time.
UPDATE order_line SET ended_at = ?2 WHERE order_id = ?1;

-- :many order_due_checks max 100 (before @time, after_at @time, after @i64)
-- Retention: what an order was placed with.
SELECT id, uid, person_id, placed_at AS at, placed_at AS order_placed FROM orders
WHERE ip IS NOT NULL AND placed_at < ?1 AND placed_at >= ?2 AND (placed_at > ?2 OR id > ?3) ORDER BY placed_at, id;

-- :many order_due_lines max 100 (before @time, after_at @time, after @i64)
-- Retention: names of services that were never set up. Those of services go with them.
SELECT l.id, l.uid, o.person_id, l.ended_at AS at, l.ended_at AS service_ended FROM order_line l JOIN orders o ON o.id = l.order_id
WHERE l.ended_at IS NOT NULL AND l.hostname IS NOT NULL AND l.ended_at < ?1 AND l.ended_at >= ?2 AND (l.ended_at > ?2 OR l.id > ?3)
ORDER BY l.ended_at, l.id;
