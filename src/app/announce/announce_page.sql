-- What staff see of announcements, and what stands on the web site.

-- :many announce_page_list max 50 (before @i64)
SELECT id, uid, topic, title, state, created_at, begun_at FROM announcement WHERE id < ?1 ORDER BY id DESC;

-- :one announce_page_get (uid @uid)
SELECT a.id, a.uid, a.topic, a.audience, a.title, a.body, a.public, a.state, a.problem, a.version, a.round, a.send_at, a.begun_at,
  a.ended_at, a.published_at, p.slug, p.name AS product_name
FROM announcement a LEFT JOIN product p ON p.id = a.product_id WHERE a.uid = ?1;

-- :many announce_page_public max 20 (before @i64)
SELECT id, uid, title, body, published_at FROM announcement WHERE published_at IS NOT NULL AND id < ?1 ORDER BY id DESC;

-- :one announce_page_one (uid @uid)
SELECT id, uid, title, body, published_at FROM announcement WHERE uid = ?1 AND published_at IS NOT NULL;
