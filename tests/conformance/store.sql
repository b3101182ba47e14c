-- What the store's conformance suite runs on both databases.

-- :one store_person_add (uid @uid)
INSERT INTO person (uid) VALUES (?1) RETURNING id;

-- :one store_add (uid @uid?, person @ref(person)?, n @i64?, b @bool?, t @text?, bl @blob?, at @time?, d @date?,
--                 s @sealed?, kind @text)
INSERT INTO thing (uid, person_id, n, b, t, bl, at, d, s, kind)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) RETURNING id;

-- :one store_get (id @i64)
SELECT uid, person_id, n, b, t, bl, at, d, s, kind FROM thing WHERE id = ?1;

-- :one store_by_kind (kind @text)
SELECT id FROM thing WHERE kind = ?1;

-- :many store_page max 3 (after @i64)
SELECT id, t FROM thing WHERE id > ?1 ORDER BY id;

-- :many store_all
SELECT id FROM thing ORDER BY id;

-- :many store_by_text
SELECT t FROM thing ORDER BY t;

-- :one store_sums -> (n_rows @i64, total @i64?, positive @bool?, label @text)
SELECT count(*) AS n_rows, sum(n) AS total, sum(n) > 0 AS positive, 'sum' AS label FROM thing;

-- :exec store_set_n (id @i64, n @i64)
UPDATE thing SET n = ?2 WHERE id = ?1;

-- :exec store_set_kind (id @i64, kind @text)
UPDATE thing SET kind = ?2 WHERE id = ?1;

-- :exec store_remove (least @i64)
DELETE FROM thing WHERE id >= ?1;

-- :exec store_remove_person (id @i64)
DELETE FROM person WHERE id = ?1;

-- :one store_lock (id @i64)
SELECT n FROM thing WHERE id = ?1 FOR UPDATE;

-- :exec store_part_add (uid @uid, thing @ref(thing), label @text?, size @i64?, worn @bool, bought_on @date?,
--                       seen_at @time?, note @sealed?)
INSERT INTO part (uid, thing_id, label, size, worn, bought_on, seen_at, note, weight)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 1);
