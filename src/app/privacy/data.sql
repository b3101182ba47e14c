-- What the page "everything we hold about you" needs besides the access catalogue.

-- :one data_origin (row @blob, col @text)
SELECT point, source, collected_at FROM origin WHERE row_uid = ?1 AND col = ?2;

-- :many data_told max 500 (person @i64) -> (last @time)
-- Who was told which columns, and when last.
SELECT recipient, fields, max(disclosed_at) AS last FROM disclosure WHERE person_id = ?1
GROUP BY recipient, fields ORDER BY recipient, fields;

-- :many data_disclosures max 50 (person @i64)
SELECT recipient, purpose, basis, fields, ref_kind, disclosed_at FROM disclosure WHERE person_id = ?1 ORDER BY id DESC;

-- :many data_mail max 50 (person @i64)
SELECT template, class, sent_at FROM mail_sent WHERE person_id = ?1 ORDER BY id DESC;

-- :many data_events max 50 (person @i64)
-- The log of the person's own row: sign-ins, corrections, requests.
SELECT at, event, actor_kind FROM event_log WHERE object_kind = 'person' AND object_id = ?1 ORDER BY id DESC;

-- :many data_acknowledged max 50 (person @i64)
SELECT topic, wording, given_at FROM acknowledgement WHERE person_id = ?1 ORDER BY id DESC;
