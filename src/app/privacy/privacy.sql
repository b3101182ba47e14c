-- Versions of the statement.

-- :one privacy_find (hash @blob)
SELECT id FROM statement_version WHERE hash = ?1;

-- :one privacy_current
-- The version in force: the one published last.
SELECT id, hash, prose, rules, published_at FROM statement_version ORDER BY published_at DESC, id DESC LIMIT 1;

-- :one privacy_add (hash @blob, prose @text, rules @text, changes @text, at @time)
INSERT INTO statement_version (hash, prose, rules, changes, published_at) VALUES (?1, ?2, ?3, ?4, ?5) RETURNING id;

-- :exec privacy_again (id @i64, changes @text, at @time)
-- An earlier text comes into force once more.
UPDATE statement_version SET changes = ?2, published_at = ?3 WHERE id = ?1;

-- :many privacy_all max 100
SELECT id, hash, published_at FROM statement_version ORDER BY published_at DESC, id DESC;

-- :one privacy_version (hash @blob)
SELECT id, prose, rules, changes, published_at FROM statement_version WHERE hash = ?1;
