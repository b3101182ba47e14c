-- The same of the table that is kept for nobody.

-- :exec plain_put (record @i64, uid @uid, person @i64, purpose @i64, objection @i64, decision @i64, acl @i64, shared @i64, source @i64, category @i64, ends @time, data @text)
INSERT INTO gdpr_plain (id, uid, person_id, purpose, objection, decision, acl, shared, source, category, ends_at, data)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12);

-- :many plain_record max 1 (value @i64)
SELECT id, uid, person_id, purpose, objection, decision, acl, shared, source, category, ends_at, data FROM gdpr_plain
WHERE id = ?1 ORDER BY id;

-- :many plain_person max 1000 (value @i64)
SELECT id, uid, person_id, purpose, objection, decision, acl, shared, source, category, ends_at, data FROM gdpr_plain
WHERE person_id = ?1 ORDER BY id;

-- :many plain_purpose max 25 (value @i64)
SELECT id, uid, person_id, purpose, objection, decision, acl, shared, source, category, ends_at, data FROM gdpr_plain
WHERE purpose = ?1 ORDER BY id;

-- :many plain_objection max 25 (value @i64)
SELECT id, uid, person_id, purpose, objection, decision, acl, shared, source, category, ends_at, data FROM gdpr_plain
WHERE objection = ?1 ORDER BY id;

-- :many plain_decision max 25 (value @i64)
SELECT id, uid, person_id, purpose, objection, decision, acl, shared, source, category, ends_at, data FROM gdpr_plain
WHERE decision = ?1 ORDER BY id;

-- :many plain_shared max 25 (value @i64)
SELECT id, uid, person_id, purpose, objection, decision, acl, shared, source, category, ends_at, data FROM gdpr_plain
WHERE shared = ?1 ORDER BY id;

-- :many plain_ended max 25 (now @time)
SELECT id, uid, person_id, purpose, objection, decision, acl, shared, source, category, ends_at, data FROM gdpr_plain
WHERE ends_at <= ?1 ORDER BY ends_at, id;

-- :exec plain_set_data (record @i64, data @text)
UPDATE gdpr_plain SET data = ?2 WHERE id = ?1;

-- :exec plain_set_purpose (record @i64, purpose @i64)
UPDATE gdpr_plain SET purpose = ?2 WHERE id = ?1;

-- :exec plain_remove (record @i64)
DELETE FROM gdpr_plain WHERE id = ?1;

-- :exec plain_remove_person (person @i64)
DELETE FROM gdpr_plain WHERE person_id = ?1;
