-- What was last seen of the vault, so that a change is recorded once; and which keys people have.

-- :one keys_seen (name @text)
SELECT value FROM setting WHERE name = ?1;

-- :exec keys_set_seen (name @text, value @text)
INSERT INTO setting (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- :many keys_of_people max 1000 (after @i64)
-- Ids of keys that people have, in order.
SELECT key_id FROM person_key WHERE key_id > ?1 ORDER BY key_id;

-- :many keys_of_codes max 1000 (after @i64)
-- And of those that codes were made with in place of values.
SELECT key_id FROM hash_key WHERE key_id > ?1 AND destroyed_at IS NULL ORDER BY key_id;

-- :many keys_buried max 1000 (after @i64)
-- Those that a tombstone says are destroyed.
SELECT key_id FROM tombstone WHERE key_id > ?1 AND key_id IS NOT NULL AND state <> 'failed' AND state IN ('gone', 'proven') ORDER BY key_id;

-- :many keys_of_codes_gone max 1000 (after @i64)
SELECT key_id FROM hash_key WHERE key_id > ?1 AND destroyed_at IS NOT NULL ORDER BY key_id;

-- :one keys_last () -> (last @i64)
SELECT coalesce(max(key_id), 0) AS last FROM person_key;

-- :one keys_last_buried ()
SELECT key_id FROM tombstone WHERE key_id IS NOT NULL AND state <> 'failed' ORDER BY key_id DESC LIMIT 1;

-- :one keys_last_of_codes () -> (last @i64)
SELECT coalesce(max(key_id), 0) AS last FROM hash_key;
