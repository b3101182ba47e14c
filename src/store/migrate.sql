-- Which migrations a database has seen.

-- :many migrate_applied
SELECT number, name, hash FROM schema_version ORDER BY number;

-- :exec migrate_record (number @i64, name @text, hash @blob, at @time)
INSERT INTO schema_version (number, name, hash, applied_at) VALUES (?1, ?2, ?3, ?4);
