-- :one coupon_by_code (code @text)
SELECT id, uid, stopped, starts_on, ends_on, max_uses, max_customer, used FROM coupon WHERE code = ?1;

-- :one coupon_by_uid (uid @uid)
SELECT id, uid, code, stopped, version FROM coupon WHERE uid = ?1;

-- :many coupon_of_basket max 4 (basket @i64)
-- The codes in a basket, as they were entered.
SELECT c.id, c.uid, c.code, c.label, c.percent_bp, c.setup_free, c.periods, c.cycles, c.starts_on, c.ends_on, c.max_uses,
  c.max_customer, c.combinable, c.stopped, c.used, c.kind
FROM basket_coupon b JOIN coupon c ON c.id = b.coupon_id WHERE b.basket_id = ?1 ORDER BY b.id;

-- :one coupon_amount_in (coupon @i64, currency @text)
SELECT off, min_net FROM coupon_amount WHERE coupon_id = ?1 AND currency = ?2;

-- :many coupon_products max 100 (coupon @i64)
SELECT product_id FROM coupon_product WHERE coupon_id = ?1 ORDER BY product_id;

-- :one coupon_mine (person @i64, coupon @i64) -> (uses @i64)
SELECT count(*) AS uses FROM coupon_use WHERE person_id = ?1 AND coupon_id = ?2 AND returned_at IS NULL;

-- :one coupon_basket_of (person @i64)
SELECT id FROM basket WHERE person_id = ?1;

-- :exec coupon_basket_touch (basket @i64, at @time)
UPDATE basket SET changed_at = ?2 WHERE id = ?1;

-- :one coupon_basket_count (basket @i64) -> (n @i64)
SELECT count(*) AS n FROM basket_coupon WHERE basket_id = ?1;

-- :exec coupon_basket_add (basket @i64, coupon @i64)
INSERT INTO basket_coupon (basket_id, coupon_id) VALUES (?1, ?2) ON CONFLICT (basket_id, coupon_id) DO NOTHING;

-- :exec coupon_basket_drop (basket @i64, coupon @i64)
DELETE FROM basket_coupon WHERE basket_id = ?1 AND coupon_id = ?2;

-- :exec coupon_basket_clear (basket @i64)
DELETE FROM basket_coupon WHERE basket_id = ?1;

-- :one coupon_missed (person @i64, hour @i64)
SELECT n FROM coupon_miss WHERE person_id = ?1 AND hour = ?2;

-- :exec coupon_miss_add (person @i64, hour @i64)
INSERT INTO coupon_miss (person_id, hour, n) VALUES (?1, ?2, 1)
ON CONFLICT (person_id, hour) DO UPDATE SET n = coupon_miss.n + 1;

-- :exec coupon_count (id @i64)
-- One more use, if there is one left. The row stays locked until the transaction ends, so that the next one sees it.
UPDATE coupon SET used = used + 1 WHERE id = ?1 AND stopped = 0 AND (max_uses IS NULL OR used < max_uses);

-- :exec coupon_uncount (order @i64)
UPDATE coupon SET used = used - 1
WHERE id IN (SELECT u.coupon_id FROM coupon_use u WHERE u.order_id = ?1 AND u.returned_at IS NULL);

-- :exec coupon_use_add (coupon @i64, person @i64, order @i64, currency @text, off @i64, at @time)
INSERT INTO coupon_use (coupon_id, person_id, order_id, currency, off, used_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- :exec coupon_use_return (order @i64, at @time)
UPDATE coupon_use SET returned_at = ?2 WHERE order_id = ?1 AND returned_at IS NULL;

-- :exec coupon_recount (order @i64)
-- Beyond what the code allows, when somebody decided so.
UPDATE coupon SET used = used + 1
WHERE id IN (SELECT u.coupon_id FROM coupon_use u WHERE u.order_id = ?1 AND u.returned_at IS NOT NULL);

-- :exec coupon_use_again (order @i64)
UPDATE coupon_use SET returned_at = NULL WHERE order_id = ?1 AND returned_at IS NOT NULL;

-- :exec coupon_discount_add (line @i64, coupon @i64, code @text, bp @i64, off @i64, setup_off @i64, periods @i64)
INSERT INTO order_discount (order_line_id, coupon_id, code, bp, off, setup_off, periods) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7);

-- :many coupon_discounts max 10 (line @i64)
SELECT d.bp, d.off, d.periods, l.quantity FROM order_discount d JOIN order_line l ON l.id = d.order_line_id
WHERE d.order_line_id = ?1 ORDER BY d.id;

-- :exec coupon_miss_sweep (before @i64)
DELETE FROM coupon_miss WHERE id IN (SELECT m.id FROM coupon_miss m WHERE m.hour < ?1 ORDER BY m.hour LIMIT 1000);
