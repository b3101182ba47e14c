-- Legal holds: what is kept longer, why, who answers for it, and when it is looked at again.

-- :one hold_person (uid @uid)
SELECT id, uid, full_name FROM person WHERE uid = ?1;

-- :one hold_row_order (uid @uid, person @i64)
SELECT id FROM orders WHERE uid = ?1 AND person_id = ?2;

-- :one hold_row_invoice (uid @uid, person @i64)
SELECT id FROM invoice WHERE uid = ?1 AND person_id = ?2;

-- :one hold_row_service (uid @uid, person @i64)
SELECT id FROM service WHERE uid = ?1 AND person_id = ?2;

-- :one hold_add (uid @uid, person @i64, row @blob?, what @text, reason @sealed, owner @i64, review_on @date, at @time)
INSERT INTO legal_hold (uid, person_id, row_uid, what, reason, owner_id, review_on, set_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
RETURNING id;

-- :one hold_by_uid (uid @uid)
SELECT h.id, h.uid, h.what, h.row_uid, h.reason, h.review_on, h.set_at, h.lifted_at, p.uid AS person_uid, p.full_name,
  o.uid AS owner_uid, o.full_name AS owner_name
FROM legal_hold h JOIN person p ON p.id = h.person_id JOIN person o ON o.id = h.owner_id WHERE h.uid = ?1;

-- :exec hold_end (id @i64, at @time, by @i64)
UPDATE legal_hold SET lifted_at = ?2, lifted_by = ?3 WHERE id = ?1 AND lifted_at IS NULL;

-- :exec hold_review_on (id @i64, review_on @date)
UPDATE legal_hold SET review_on = ?2, reminded_on = NULL WHERE id = ?1 AND lifted_at IS NULL;

-- :many hold_live max 25 (after_on @date, after @i64)
SELECT h.id, h.uid, h.what, h.row_uid, h.reason, h.review_on, h.set_at, h.owner_id, p.uid AS person_uid, p.full_name,
  o.uid AS owner_uid, o.full_name AS owner_name
FROM legal_hold h JOIN person p ON p.id = h.person_id JOIN person o ON o.id = h.owner_id
WHERE h.lifted_at IS NULL AND h.review_on >= ?1 AND (h.review_on > ?1 OR h.id > ?2) ORDER BY h.review_on, h.id;

-- :many hold_to_remind max 50 (today @date)
SELECT id, owner_id, review_on FROM legal_hold WHERE lifted_at IS NULL AND review_on <= ?1
  AND (reminded_on IS NULL OR reminded_on < review_on) ORDER BY review_on, id;

-- :exec hold_reminded (id @i64, day @date)
UPDATE legal_hold SET reminded_on = ?2 WHERE id = ?1;
