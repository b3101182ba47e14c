-- Another e-mail address for an account.

-- :one email_person (id @i64)
SELECT uid, email, password, email_code FROM person WHERE id = ?1 AND status = 'active' AND kind = 'customer';

-- :exec email_void (person @i64, now @time)
-- One wish at a time.
UPDATE email_change SET expires_at = ?2 WHERE person_id = ?1 AND used_at IS NULL AND expires_at > ?2;

-- :one email_add (uid @uid, person @i64, email @sealed, code @blob, at @time, until @time)
INSERT INTO email_change (uid, person_id, email, email_code, asked_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6) RETURNING id;

-- :exec email_set_token (id @i64, code @blob)
UPDATE email_change SET token_code = ?2 WHERE id = ?1 AND used_at IS NULL;

-- :one email_link (code @blob)
SELECT id, uid, person_id, email, email_code, expires_at, used_at FROM email_change WHERE token_code = ?1;

-- :exec email_use (id @i64, at @time, old @sealed?)
UPDATE email_change SET used_at = ?2, old_email = ?3, token_code = NULL WHERE id = ?1 AND used_at IS NULL;

-- :exec email_set (id @i64, email @sealed, code @blob, at @time)
UPDATE person SET email = ?2, email_code = ?3, email_verified_at = ?4, version = version + 1 WHERE id = ?1;

-- :exec email_forget_codes (person @i64)
DELETE FROM search_code WHERE person_id = ?1 AND kind = 'email';

-- :one email_open (person @i64, now @time)
-- An address that waits to be confirmed.
SELECT uid, email FROM email_change WHERE person_id = ?1 AND used_at IS NULL AND expires_at > ?2 ORDER BY id DESC LIMIT 1;
