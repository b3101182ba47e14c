-- What staff see of coupons.

-- :many coupon_page_list max 50 (before @i64)
SELECT id, uid, code, label, stopped, starts_on, ends_on, max_uses, used FROM coupon WHERE id < ?1 ORDER BY id DESC;

-- :one coupon_page_get (uid @uid)
SELECT id, uid, code, label, kind, percent_bp, setup_free, periods, cycles, starts_on, ends_on, max_uses, max_customer, combinable,
  stopped, used, version FROM coupon WHERE uid = ?1;

-- :many coupon_page_sums max 12 (coupon @i64)
SELECT currency, off, min_net FROM coupon_amount WHERE coupon_id = ?1 ORDER BY currency;

-- :many coupon_page_slugs max 100 (coupon @i64)
SELECT p.slug FROM coupon_product c JOIN product p ON p.id = c.product_id WHERE c.coupon_id = ?1 ORDER BY p.position, p.id;

-- :many coupon_page_uses max 25 (coupon @i64, before @i64)
SELECT u.id, u.currency, u.off, u.used_at, u.returned_at, o.uid AS order_uid, o.status FROM coupon_use u
  JOIN orders o ON o.id = u.order_id WHERE u.coupon_id = ?1 AND u.id < ?2 ORDER BY u.id DESC;

-- :one coupon_page_misses (since @i64) -> (n @i64)
-- Codes that do not exist, tried since an hour (counted from 1970).
SELECT CAST(coalesce(sum(n), 0) AS BIGINT) AS n FROM coupon_miss WHERE hour >= ?1;
