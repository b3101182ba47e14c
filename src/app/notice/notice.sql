-- Notices to recipients.

-- :many notice_ledger max 500 (person @i64)
-- Who was told which columns.
SELECT recipient, fields FROM disclosure WHERE person_id = ?1 GROUP BY recipient, fields ORDER BY recipient, fields;

-- :one notice_add (uid @uid, person @i64, kind @text, recipient @text, fields @text, state @text, reason @text, at @time, done @time?)
INSERT INTO recipient_notice (uid, person_id, kind, recipient, fields, state, reason, made_at, done_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) RETURNING id;

-- :one notice_get (id @i64)
SELECT id, uid, person_id, kind, recipient, fields, state FROM recipient_notice WHERE id = ?1;

-- :one notice_by_uid (uid @uid)
SELECT id, uid, person_id, state FROM recipient_notice WHERE uid = ?1;

-- :exec notice_set (id @i64, state @text, reason @text, note @sealed?, at @time?, by @i64?)
UPDATE recipient_notice SET state = ?2, reason = ?3, note = ?4, done_at = ?5, done_by = ?6
WHERE id = ?1 AND state IN ('queued', 'task');

-- :many notice_tasks max 50 (before @i64)
SELECT n.id, n.uid, n.kind, n.recipient, n.fields, n.made_at, p.uid AS person_uid, p.full_name
FROM recipient_notice n JOIN person p ON p.id = n.person_id WHERE n.state = 'task' AND n.id < ?1 ORDER BY n.id DESC;

-- :many notice_list max 50 (person @i64)
SELECT uid, kind, recipient, fields, state, reason, note, made_at, done_at FROM recipient_notice
WHERE person_id = ?1 ORDER BY id DESC;

-- :many notice_customers max 5 (person @i64, gateway @text)
-- By which names a gateway knows them.
SELECT id, uid, customer, method FROM mandate WHERE person_id = ?1 AND status = 'active' AND gateway = ?2 ORDER BY id DESC;

-- :one notice_person (id @i64)
SELECT uid, email, full_name FROM person WHERE id = ?1;
