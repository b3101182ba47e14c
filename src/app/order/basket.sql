-- :one basket_of (person @i64)
SELECT b.id, b.uid, b.currency AS seen_currency, b.changed_at, b.swept_lines, p.currency FROM basket b JOIN person p ON p.id = b.person_id
WHERE b.person_id = ?1;

-- :one basket_person (person @i64)
SELECT uid, currency FROM person WHERE id = ?1;

-- :one basket_open (uid @uid, person @i64, currency @text, at @time)
-- The person's basket, made at its first use. Prices seen before in another currency say nothing any more.
INSERT INTO basket (uid, person_id, currency, changed_at) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (person_id) DO UPDATE SET changed_at = ?4, swept = 0, swept_lines = 0
RETURNING id;

-- :exec basket_set_currency (id @i64, currency @text)
UPDATE basket SET currency = ?2 WHERE id = ?1;

-- :many basket_lines max 20 (basket @i64)
SELECT l.id, l.uid, l.product_id, l.cycle, l.quantity, l.options, l.net_seen, l.trial, l.hostname, p.name, p.slug, p.uid AS product_uid
FROM basket_line l JOIN product p ON p.id = l.product_id WHERE l.basket_id = ?1 ORDER BY l.id;

-- :one basket_count (basket @i64) -> (lines @i64)
SELECT count(*) AS lines FROM basket_line WHERE basket_id = ?1;

-- :exec basket_line_add (uid @uid, basket @i64, product @i64, cycle @text, quantity @i64, options @text, net_seen @i64,
--   trial @bool, hostname @sealed?)
INSERT INTO basket_line (uid, basket_id, product_id, cycle, quantity, options, net_seen, trial, hostname)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9);

-- :one basket_line_of (uid @uid, person @i64)
SELECT l.id, l.basket_id, l.product_id, l.cycle, l.quantity, l.options FROM basket_line l JOIN basket b ON b.id = l.basket_id
WHERE l.uid = ?1 AND b.person_id = ?2;

-- :exec basket_line_set (id @i64, quantity @i64, net_seen @i64)
UPDATE basket_line SET quantity = ?2, net_seen = ?3 WHERE id = ?1;

-- :exec basket_line_drop (id @i64)
DELETE FROM basket_line WHERE id = ?1;

-- :exec basket_empty (basket @i64)
DELETE FROM basket_line WHERE basket_id = ?1;

-- :exec basket_line_set_trial (id @i64, trial @bool)
UPDATE basket_line SET trial = ?2 WHERE id = ?1;

-- :many basket_unchanged max 200 (before @time)
SELECT id FROM basket WHERE swept = 0 AND changed_at < ?1 ORDER BY changed_at, id;

-- :exec basket_sweep (id @i64, lines @i64)
UPDATE basket SET swept = 1, swept_lines = ?2 WHERE id = ?1;
