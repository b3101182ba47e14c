-- What filling a trial reads back of what its commands wrote.

-- :one trial_fill_used () -> (orders @i64, people @i64)
-- Has anybody used this system?
SELECT (SELECT count(*) FROM orders) AS orders, (SELECT count(*) FROM person WHERE kind <> 'staff') AS people;

-- :one trial_fill_staff () -> (people @i64)
SELECT count(*) AS people FROM person WHERE kind = 'staff';

-- :one trial_fill_product (slug @text)
SELECT uid FROM product WHERE slug = ?1 AND status = 'active';

-- :one trial_fill_payment (uid @uid)
SELECT reference, currency, amount FROM payment WHERE uid = ?1;

-- :many trial_fill_services max 200 (order @uid)
SELECT s.id, s.uid, p.module FROM orders o JOIN order_line l ON l.order_id = o.id JOIN service s ON s.order_line_id = l.id
JOIN product p ON p.id = s.product_id WHERE o.uid = ?1 ORDER BY s.id;
