-- People, sessions, and the one-time links that confirm an address or set a password.

-- :one account_visitor_add (uid @uid, currency @text, at @time)
INSERT INTO person (uid, kind, status, customer_type, currency, capabilities, version, created_at)
VALUES (?1, 'visitor', 'active', 'consumer', ?2, 0, 1, ?3) RETURNING id;

-- :exec account_become (id @i64, kind @text, email @sealed, email_code @blob, full_name @sealed, password @sealed,
--   capabilities @i64)
-- A row without a name becomes somebody.
UPDATE person SET kind = ?2, email = ?3, email_code = ?4, full_name = ?5, password = ?6, capabilities = ?7
WHERE id = ?1 AND kind = 'visitor';

-- :one account_person (id @i64)
SELECT id, uid, kind, status, country, currency, capabilities, version FROM person WHERE id = ?1;

-- :many account_by_email max 2 (code @blob)
-- The customer and the member of staff of an address.
SELECT id, kind, status FROM person WHERE email_code = ?1 AND kind <> 'visitor' ORDER BY id;

-- :one account_sign_in (kind @text, code @blob)
SELECT id, uid, status, closed_at, password FROM person WHERE kind = ?1 AND kind <> 'visitor' AND email_code = ?2;

-- :exec account_come_back (id @i64)
-- A closed account is opened again, unless its end has begun.
UPDATE person SET status = 'active', closed_at = NULL
WHERE id = ?1 AND kind = 'customer' AND status = 'closed' AND closed_at IS NOT NULL AND email IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM erasure e WHERE e.person_id = person.id AND e.state = 'running')
  AND NOT EXISTS (SELECT 1 FROM tombstone t WHERE t.row_uid = person.uid AND t.state IN ('open', 'gone') AND t.key_id IS NULL);

-- :one account_password_of (id @i64)
SELECT uid, password FROM person WHERE id = ?1 AND status = 'active';

-- :exec account_set_password (id @i64, password @sealed)
UPDATE person SET password = ?2 WHERE id = ?1;

-- :exec account_set_verified (id @i64, at @time)
UPDATE person SET email_verified_at = ?2 WHERE id = ?1 AND email_verified_at IS NULL AND email_code IS NOT NULL;

-- :exec account_set_currency (id @i64, currency @text)
UPDATE person SET currency = ?2 WHERE id = ?1;

-- :one account_session_add (uid @uid, code @blob, person @i64, signed_in @bool, ip @sealed?, agent @text?, at @time, until @time)
INSERT INTO session (uid, token_code, person_id, signed_in, ip, agent, created_at, seen_at, expires_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?8) RETURNING id;

-- :exec account_session_touch (id @i64, at @time)
UPDATE session SET seen_at = ?2 WHERE id = ?1 AND ended_at IS NULL AND seen_at < ?2;

-- :exec account_session_end (id @i64, at @time)
UPDATE session SET ended_at = ?2 WHERE id = ?1 AND ended_at IS NULL;

-- :exec account_session_end_own (uid @uid, person @i64, at @time)
UPDATE session SET ended_at = ?3 WHERE uid = ?1 AND person_id = ?2 AND ended_at IS NULL;

-- :exec account_session_end_others (person @i64, keep @i64, at @time)
UPDATE session SET ended_at = ?3 WHERE person_id = ?1 AND id <> ?2 AND ended_at IS NULL;

-- :exec account_visitor_sweep (now @time)
-- Visitors' sessions that have ended. They say nothing about anybody; those of people who signed in do, and have their
-- own time in the statement.
DELETE FROM session WHERE id IN (SELECT s.id FROM session s JOIN person p ON p.id = s.person_id
  WHERE s.expires_at < ?1 AND s.signed_in = 0 AND s.ip IS NULL AND s.agent IS NULL AND p.kind = 'visitor'
  ORDER BY s.id LIMIT 10000);

-- :many account_sessions max 50 (person @i64, now @time)
SELECT id, uid, ip, agent, created_at, seen_at FROM session
WHERE person_id = ?1 AND signed_in = 1 AND ended_at IS NULL AND expires_at > ?2 ORDER BY seen_at DESC, id DESC;

-- :one account_link (code @blob, kind @text)
SELECT id, person_id, expires_at, used_at FROM mail_token WHERE token_code = ?1 AND kind = ?2;

-- :exec account_link_use (id @i64, at @time)
UPDATE mail_token SET used_at = ?2 WHERE id = ?1 AND used_at IS NULL;

-- :one account_home (id @i64) -> (held @i64, told @i64)
SELECT p.uid, p.full_name, p.email_verified_at,
  (SELECT count(*) FROM origin o WHERE o.person_id = p.id) AS held,
  (SELECT count(*) FROM disclosure d WHERE d.person_id = p.id) AS told
FROM person p WHERE p.id = ?1;

-- :many account_home_services max 12 (person @i64)
SELECT s.uid, s.status, s.hostname, r.name AS product_name FROM service s JOIN product r ON r.id = s.product_id
WHERE s.person_id = ?1 AND s.status <> 'terminated' AND s.status <> 'cancelled' ORDER BY s.id DESC;

-- :many account_home_unpaid max 12 (person @i64)
-- What can be paid, or can be when VAT is known; not what a person still looks at.
SELECT i.uid, i.currency, i.gross, i.due_on, i.treatment FROM invoice i WHERE i.person_id = ?1 AND i.status = 'unpaid'
  AND NOT EXISTS (SELECT 1 FROM fraud_check c WHERE c.order_id = i.order_id AND c.state IN ('review', 'asked')) ORDER BY i.id;

-- :many account_due_closed max 100 (before @time, after_at @time, after @i64) -> (person_id @i64)
-- Retention: accounts that were closed, until nothing is left in them.
SELECT id, uid, id AS person_id, closed_at AS at, closed_at AS account_closed FROM person
WHERE closed_at IS NOT NULL AND email IS NOT NULL AND closed_at < ?1 AND closed_at >= ?2 AND (closed_at > ?2 OR id > ?3)
ORDER BY closed_at, id;

-- :many account_due_sessions max 100 (before @time, after_at @time, after @i64)
-- Retention: sign-ins.
SELECT id, uid, person_id, created_at AS at, created_at AS recorded FROM session
WHERE signed_in = 1 AND created_at < ?1 AND created_at >= ?2 AND (created_at > ?2 OR id > ?3) ORDER BY created_at, id;
