-- The list of who is not to be written to. Entries are added and lifted, never deleted.

-- :exec suppress_put (code @blob, topic @text, reason @text, at @time)
INSERT INTO suppression (code, topic, reason, added_at) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (code, topic, reason) WHERE lifted_at IS NULL DO NOTHING;

-- :many suppress_live max 20 (code @blob)
-- Whatever is on the list about one address: a handful at most.
SELECT topic, reason FROM suppression WHERE code = ?1 AND lifted_at IS NULL;

-- :exec suppress_take_off (code @blob, topic @text, at @time)
UPDATE suppression SET lifted_at = ?3 WHERE code = ?1 AND (topic = ?2 OR topic = '') AND lifted_at IS NULL;

-- :exec suppress_proven (code @blob, at @time)
-- An address that was proven works, and belongs to somebody again; a complaint stays.
UPDATE suppression SET lifted_at = ?2 WHERE code = ?1 AND topic = '' AND reason IN ('bounced', 'erased') AND lifted_at IS NULL;

-- :one suppress_address (person @i64)
-- The address of an account, or of the newsletter form.
SELECT p.uid, p.email, s.uid AS subscriber_uid, s.email AS subscriber_email
FROM person p LEFT JOIN subscriber s ON s.person_id = p.id WHERE p.id = ?1;
