-- What was last seen of the vault, so that a change is recorded once; and which keys people have.

-- :one keys_seen (name @text)
SELECT value FROM setting WHERE name = ?1;

-- :exec keys_set_seen (name @text, value @text)
INSERT INTO setting (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- :many keys_used max 1000 (after @i64)
-- Ids of keys that people have, in order.
SELECT key_id, class FROM person_key WHERE key_id > ?1 ORDER BY key_id;

-- :one keys_last () -> (last @i64)
SELECT coalesce(max(key_id), 0) AS last FROM person_key;
