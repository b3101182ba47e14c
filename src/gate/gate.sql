-- What the gates themselves read and write: keys, origins, and the disclosure ledger.

-- :one gate_key (person @i64, class @text)
-- The key of a person for a retention class.
SELECT key_id FROM person_key WHERE person_id = ?1 AND class = ?2;

-- :exec gate_key_add (person @i64, class @text, key @i64, at @time)
INSERT INTO person_key (person_id, class, key_id, created_at) VALUES (?1, ?2, ?3, ?4);

-- :exec gate_key_drop (person @i64, class @text)
DELETE FROM person_key WHERE person_id = ?1 AND class = ?2;

-- :exec gate_origin_put (row @blob, col @text, person @i64, point @text, source @text, statement @i64, at @time)
-- Where a value came from; a corrected value has the origin of the correction.
INSERT INTO origin (row_uid, col, person_id, point, source, statement_id, collected_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
ON CONFLICT (row_uid, col) DO UPDATE SET person_id = excluded.person_id, point = excluded.point,
  source = excluded.source, statement_id = excluded.statement_id, collected_at = excluded.collected_at;

-- :exec gate_disclosed (uid @uid, person @i64, recipient @text, purpose @text, basis @text, fields @text, ref_kind @text, ref_uid @blob, statement @i64, at @time)
INSERT INTO disclosure (uid, person_id, recipient, purpose, basis, fields, ref_kind, ref_uid, statement_id, disclosed_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10);

-- :one gate_restricted_last () -> (seq @i64)
-- The newest change of anybody's restriction.
SELECT coalesce(max(seq), 0) AS seq FROM restriction;

-- :many gate_restricted_since max 2000 (seq @i64)
-- What changed since, each change with every key of its person.
SELECT r.seq, r.person_id, r.mode, r.purpose, r.lifted_at, k.key_id
FROM restriction r LEFT JOIN person_key k ON k.person_id = r.person_id WHERE r.seq > ?1 ORDER BY r.seq, r.id;

-- :many gate_restricted_key max 100 (key @i64)
SELECT r.person_id, r.mode, r.purpose FROM person_key k JOIN restriction r ON r.person_id = k.person_id
WHERE k.key_id = ?1 AND r.lifted_at IS NULL;

-- :many gate_restricted_person max 100 (person @i64)
SELECT mode, purpose FROM restriction WHERE person_id = ?1 AND lifted_at IS NULL;

-- :exec gate_restricted_anew (person @i64, seq @i64)
-- The person has another key: whoever keeps what is restricted reads it again.
UPDATE restriction SET seq = ?2 WHERE person_id = ?1 AND lifted_at IS NULL;
