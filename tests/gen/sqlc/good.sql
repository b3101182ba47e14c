-- Statements that sqlc must accept; the test looks at what it made of them.

-- :one good_get (uid @uid) -> (n_visits @i64)
-- A person and
-- how often they came.
SELECT p.id, p.name, p.visits, p.active, p.born, v.at AS seen_at,
       (SELECT count(*) FROM visit x WHERE x.person_id = p.id) AS n_visits
FROM person p LEFT JOIN visit v ON v.person_id = p.id WHERE p.uid = ?1 AND p.name IS NOT NULL;

-- :many good_page max 25 (person @ref(person)?, before @time?,
--     text @text)
SELECT id, remark FROM visit WHERE person_id = ?1 AND (?2 IS NULL OR at < ?2) AND remark <> ?3 ORDER BY id;

-- :many good_all
SELECT id FROM person WHERE secret IS NOT NULL;

-- :exec good_rename (id @i64, name @sealed?)
UPDATE person SET name = coalesce(?2, name), visits = visits + 1 WHERE id = ?1;

-- :one good_add (uid @uid, secret @sealed, active @bool)
INSERT INTO person (uid, secret, active) VALUES (?1, ?2, ?3)
ON CONFLICT (uid) DO UPDATE SET secret = excluded.secret RETURNING id;

-- :one good_lock (id @i64)
SELECT visits FROM person WHERE id = ?1 FOR UPDATE;
