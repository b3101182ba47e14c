-- What the scenarios about stock and trials look at.

-- :one stock_look_product (slug @text)
SELECT id, uid, stock, version FROM product WHERE slug = ?1;

-- :one stock_look_trials () -> (n @i64)
SELECT count(*) AS n FROM trial_use;

-- :one stock_look_service (person @i64)
SELECT id, status, next_due_on FROM service WHERE person_id = ?1 ORDER BY id DESC LIMIT 1;

-- :many stock_look_billed max 20 (invoice @uid)
SELECT l.description, l.net, l.discount, l.period_from, l.period_to FROM invoice_line l JOIN invoice i ON i.id = l.invoice_id
WHERE i.uid = ?1 ORDER BY l.position;

-- :many stock_look_lines max 20 (order @uid)
SELECT l.id, l.trial_days, l.stock_taken FROM order_line l JOIN orders o ON o.id = l.order_id WHERE o.uid = ?1 ORDER BY l.id;

-- :one stock_look_mails (kind @text) -> (n @i64)
SELECT count(*) AS n FROM job WHERE kind = ?1;
