-- Making and changing coupons.

-- :one coupon_edit_product_of (slug @text)
SELECT id FROM product WHERE slug = ?1;

-- :one coupon_edit_used (uid @uid)
SELECT id, used FROM coupon WHERE uid = ?1 FOR UPDATE;

-- :exec coupon_edit_insert (uid @uid, code @text, label @text, kind @text, percent_bp @i64, setup_free @bool, periods @i64, cycles @text,
--   starts_on @date?, ends_on @date?, max_uses @i64?, max_customer @i64?, combinable @bool, at @time)
INSERT INTO coupon (uid, code, label, kind, percent_bp, setup_free, periods, cycles, starts_on, ends_on, max_uses, max_customer,
  combinable, stopped, used, version, created_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, 0, 0, 1, ?14);

-- :exec coupon_edit_update (id @i64, version @i64, code @text, label @text, kind @text, percent_bp @i64, setup_free @bool,
--   periods @i64, cycles @text, starts_on @date?, ends_on @date?, max_uses @i64?, max_customer @i64?, combinable @bool)
UPDATE coupon SET code = ?3, label = ?4, kind = ?5, percent_bp = ?6, setup_free = ?7, periods = ?8, cycles = ?9, starts_on = ?10,
  ends_on = ?11, max_uses = ?12, max_customer = ?13, combinable = ?14, version = version + 1
WHERE id = ?1 AND version = ?2;

-- :exec coupon_edit_set_stopped (id @i64, stopped @bool)
UPDATE coupon SET stopped = ?2, version = version + 1 WHERE id = ?1;

-- :exec coupon_edit_drop_sums (coupon @i64)
DELETE FROM coupon_amount WHERE coupon_id = ?1;

-- :exec coupon_edit_drop_products (coupon @i64)
DELETE FROM coupon_product WHERE coupon_id = ?1;

-- :exec coupon_edit_add_sum (coupon @i64, currency @text, off @i64, min_net @i64)
INSERT INTO coupon_amount (coupon_id, currency, off, min_net) VALUES (?1, ?2, ?3, ?4);

-- :exec coupon_edit_add_product (coupon @i64, product @i64)
INSERT INTO coupon_product (coupon_id, product_id) VALUES (?1, ?2) ON CONFLICT (coupon_id, product_id) DO NOTHING;

