-- What pages show of rhythms.

-- :one rhythm_page_own (uid @uid, person @i64)
-- A service of the person who asks.
SELECT s.id, s.uid, r.name AS product_name FROM service s JOIN product r ON r.id = s.product_id WHERE s.uid = ?1 AND s.person_id = ?2;

-- :many rhythm_page_ways max 20 (from @i64)
SELECT p.id, p.uid, p.name, p.summary, p.module FROM product_change w JOIN product p ON p.id = w.to_id
 WHERE w.from_id = ?1 AND p.status = 'active' ORDER BY w.position, p.id;

-- :many rhythm_page_slugs max 20 (from @i64)
SELECT p.slug FROM product_change w JOIN product p ON p.id = w.to_id WHERE w.from_id = ?1 ORDER BY w.position, p.id;

-- :many rhythm_page_parked max 50 (before @i64)
SELECT h.service_id, s.uid, r.name AS product_name, h.parked, h.parked_on, p.uid AS person_uid, p.full_name
  FROM rhythm h JOIN service s ON s.id = h.service_id JOIN product r ON r.id = s.product_id JOIN person p ON p.id = h.person_id
 WHERE h.parked IS NOT NULL AND h.service_id < ?1 ORDER BY h.service_id DESC;

-- :one rhythm_page_due (today @date) -> (n @i64)
SELECT count(*) AS n FROM rhythm WHERE next_act_on <= ?1;
