-- :one stock_units (person @i64, product @i64) -> (ordered @i64, running @i64)
-- Ordered and not begun yet; and running.
SELECT CAST((SELECT coalesce(sum(l.quantity), 0) FROM order_line l JOIN orders o ON o.id = l.order_id
         WHERE o.person_id = ?1 AND l.product_id = ?2 AND o.status NOT IN ('active', 'cancelled', 'fraud')
           AND o.kind = 'new') AS BIGINT) AS ordered,
  (SELECT count(*) FROM service s WHERE s.person_id = ?1 AND s.product_id = ?2 AND s.status NOT IN ('terminated', 'cancelled'))
    AS running;

-- :one stock_of (product @i64)
-- Locked until the transaction ends: two orders of one product are counted one after the other.
SELECT stock, max_customer FROM product WHERE id = ?1 FOR UPDATE;

-- :exec stock_take (product @i64, quantity @i64)
UPDATE product SET stock = stock - ?2 WHERE id = ?1 AND stock >= ?2;

-- :exec stock_line_set (line @i64, taken @i64, trial_days @i64)
UPDATE order_line SET stock_taken = ?2, trial_days = ?3 WHERE id = ?1;

-- :many stock_taken max 100 (order @i64)
SELECT id, product_id, stock_taken FROM order_line WHERE order_id = ?1 AND stock_taken > 0 ORDER BY product_id, id;

-- :exec stock_put_back (product @i64, quantity @i64)
UPDATE product SET stock = stock + ?2 WHERE id = ?1 AND stock IS NOT NULL;

-- :exec stock_line_cleared (line @i64)
UPDATE order_line SET stock_taken = 0 WHERE id = ?1;

-- :many stock_wanted max 100 (order @i64)
-- Lines of limited products for which nothing is taken.
SELECT l.id, l.product_id, l.quantity FROM order_line l JOIN product p ON p.id = l.product_id
WHERE l.order_id = ?1 AND p.stock IS NOT NULL AND l.stock_taken = 0 ORDER BY l.product_id, l.id;

-- :exec stock_line_taken (line @i64, taken @i64)
UPDATE order_line SET stock_taken = ?2 WHERE id = ?1;

-- :one stock_trials (person @i64, product @i64) -> (n @i64)
SELECT count(*) AS n FROM trial_use WHERE person_id = ?1 AND product_id = ?2;

-- :exec stock_trial_add (uid @uid, product @i64, person @i64, order @i64, email_code @blob, address_code @blob, at @time)
INSERT INTO trial_use (uid, product_id, person_id, order_id, email_code, address_code, begun_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
ON CONFLICT DO NOTHING;

-- :many stock_trials_wanted max 100 (order @i64)
-- Lines that begin free and are not counted.
SELECT l.product_id FROM order_line l JOIN orders o ON o.id = l.order_id WHERE l.order_id = ?1 AND l.trial_days > 0
  AND NOT EXISTS (SELECT t.id FROM trial_use t WHERE t.product_id = l.product_id AND t.person_id = o.person_id)
ORDER BY l.product_id;

-- :exec stock_trial_undo (order @i64)
DELETE FROM trial_use WHERE order_id = ?1;
