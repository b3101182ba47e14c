-- What the scenarios about coupons look at.

-- :one coupon_look_get (code @text)
SELECT id, uid, used, version FROM coupon WHERE code = ?1;

-- :one coupon_look_uses () -> (n @i64, back @i64)
SELECT count(*) AS n, count(returned_at) AS back FROM coupon_use;

-- :many coupon_look_lines max 20 (order @uid)
SELECT l.id, l.net, l.discount_net, l.unit_net, l.quantity FROM order_line l JOIN orders o ON o.id = l.order_id WHERE o.uid = ?1
ORDER BY l.id;

-- :many coupon_look_billed max 20 (invoice @uid)
SELECT l.description, l.quantity, l.unit_net, l.discount, l.net, l.vat FROM invoice_line l JOIN invoice i ON i.id = l.invoice_id
WHERE i.uid = ?1 ORDER BY l.position;

-- :many coupon_look_off max 10 -> (off @i64)
-- Coupons whose count is not that of the uses that were not given back.
SELECT c.used AS off FROM coupon c
WHERE c.used <> (SELECT count(*) FROM coupon_use u WHERE u.coupon_id = c.id AND u.returned_at IS NULL);

-- :one coupon_look_missed () -> (n @i64)
SELECT CAST(coalesce(sum(n), 0) AS BIGINT) AS n FROM coupon_miss;
