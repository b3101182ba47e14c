-- What the scenarios about notices look at.

-- :many notice_look_all max 100 (person @i64)
SELECT uid, kind, recipient, fields, state, reason, note FROM recipient_notice WHERE person_id = ?1 ORDER BY id DESC;

-- :one notice_look_version (id @i64)
SELECT version FROM person WHERE id = ?1;
