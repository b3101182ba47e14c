-- What GDPRbench asks of the two tables, and of the product's own. Lists have a page of the product, 25 rows.

-- :one gdpr_statement (hash @blob, at @time)
INSERT INTO statement_version (hash, prose, rules, changes, published_at) VALUES (?1, '', '', '', ?2) RETURNING id;

-- :one gdpr_somebody (uid @uid, at @time)
INSERT INTO person (uid, kind, status, customer_type, currency, capabilities, version, created_at)
VALUES (?1, 'customer', 'active', 'consumer', 'GBP', 0, 1, ?2) RETURNING id;

-- :many gdpr_keys max 100 (person @i64)
SELECT key_id FROM person_key WHERE person_id = ?1;

-- :exec gdpr_forget_keys (person @i64)
DELETE FROM person_key WHERE person_id = ?1;

-- :exec gdpr_forget_origin (row @blob)
DELETE FROM origin WHERE row_uid = ?1;

-- :exec gdpr_forget_origins (person @i64)
DELETE FROM origin WHERE person_id = ?1;

-- :many gdpr_told max 25 (person @i64)
SELECT id, recipient, disclosed_at FROM disclosure WHERE person_id = ?1 ORDER BY id DESC;

-- :many gdpr_happened max 25 (person @i64)
SELECT id, event, at FROM event_log WHERE object_kind = 'person' AND object_id = ?1 ORDER BY id DESC;

-- :one gdpr_events () -> (n @i64, bytes @i64)
-- The numbers are six and the hash has its length; what the pages of a database add is not in it.
SELECT count(*) AS n, coalesce(sum(length(event) + length(actor_kind) + length(object_kind) + length(detail) + 32 + 24), 0) AS bytes FROM event_log;

-- :one gdpr_disclosures () -> (n @i64, bytes @i64)
SELECT count(*) AS n, coalesce(sum(16 + length(recipient) + length(purpose) + length(basis) + length(fields) + length(ref_kind) + 16 + 24), 0) AS bytes
FROM disclosure;

-- :exec gdpr_put (record @i64, uid @uid, person @i64, purpose @i64, objection @i64, decision @i64, acl @i64, shared @i64, source @i64, category @i64, ends @time, data @sealed)
INSERT INTO gdpr_record (id, uid, person_id, purpose, objection, decision, acl, shared, source, category, ends_at, data)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12);

-- :many gdpr_record max 1 (value @i64, now @time)
SELECT id, uid, person_id, purpose, objection, decision, acl, shared, source, category, ends_at, data FROM gdpr_record
WHERE id = ?1 AND ends_at > ?2 ORDER BY id;

-- :many gdpr_person max 1000 (value @i64, now @time)
SELECT id, uid, person_id, purpose, objection, decision, acl, shared, source, category, ends_at, data FROM gdpr_record
WHERE person_id = ?1 AND ends_at > ?2 ORDER BY id;

-- :many gdpr_purpose max 25 (value @i64, now @time)
SELECT id, uid, person_id, purpose, objection, decision, acl, shared, source, category, ends_at, data FROM gdpr_record
WHERE purpose = ?1 AND ends_at > ?2 ORDER BY id;

-- :many gdpr_objection max 25 (value @i64, now @time)
SELECT id, uid, person_id, purpose, objection, decision, acl, shared, source, category, ends_at, data FROM gdpr_record
WHERE objection = ?1 AND ends_at > ?2 ORDER BY id;

-- :many gdpr_decision max 25 (value @i64, now @time)
SELECT id, uid, person_id, purpose, objection, decision, acl, shared, source, category, ends_at, data FROM gdpr_record
WHERE decision = ?1 AND ends_at > ?2 ORDER BY id;

-- :many gdpr_shared max 25 (value @i64, now @time)
SELECT id, uid, person_id, purpose, objection, decision, acl, shared, source, category, ends_at, data FROM gdpr_record
WHERE shared = ?1 AND ends_at > ?2 ORDER BY id;

-- :many gdpr_ended max 25 (now @time)
SELECT id, uid, person_id, purpose, objection, decision, acl, shared, source, category, ends_at, data FROM gdpr_record
WHERE ends_at <= ?1 ORDER BY ends_at, id;

-- :exec gdpr_set_data (record @i64, data @sealed)
UPDATE gdpr_record SET data = ?2 WHERE id = ?1;

-- :exec gdpr_set_purpose (record @i64, purpose @i64)
UPDATE gdpr_record SET purpose = ?2 WHERE id = ?1;

-- :exec gdpr_remove (record @i64)
DELETE FROM gdpr_record WHERE id = ?1;

-- :exec gdpr_remove_person (person @i64)
DELETE FROM gdpr_record WHERE person_id = ?1;
