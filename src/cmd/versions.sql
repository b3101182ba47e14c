-- :many versions_all
SELECT id, hash, published_at FROM statement_version ORDER BY published_at DESC, id DESC;
