-- What the scenarios about time look at.

-- :one expire_look_basket (person @i64) -> (lines @i64)
SELECT b.swept, b.swept_lines, (SELECT count(*) FROM basket_line l WHERE l.basket_id = b.id) AS lines FROM basket b WHERE b.person_id = ?1;

-- :one expire_look_jobs (kind @text) -> (n @i64)
SELECT count(*) AS n FROM job WHERE kind = ?1;

-- :one expire_look_used (code @text)
SELECT used FROM coupon WHERE code = ?1;

-- :one expire_look_stock (slug @text)
SELECT uid, stock FROM product WHERE slug = ?1;
