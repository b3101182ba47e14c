-- Consent and choices, the newsletter's addresses, and the links in messages.

-- :one consent_now (person @i64, topic @text)
SELECT id, uid, token_code FROM consent WHERE person_id = ?1 AND topic = ?2 AND state = 'given';

-- :one consent_waiting (person @i64, topic @text)
SELECT id, uid FROM consent WHERE person_id = ?1 AND topic = ?2 AND state = 'asked';

-- :one consent_add (uid @uid, person @i64, topic @text, wording @text, wording_version @text, statement @i64, point @text,
--   session @i64?, state @text, at @time, expires @time?, given @time?)
INSERT INTO consent (uid, person_id, topic, wording, wording_version, statement_id, point, session_id, state, asked_at, expires_at, given_at,
  used_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?12) RETURNING id;

-- :exec consent_ask_again (id @i64, statement @i64, wording @text, wording_version @text, expires @time)
UPDATE consent SET statement_id = ?2, wording = ?3, wording_version = ?4, expires_at = ?5 WHERE id = ?1 AND state = 'asked';

-- :exec consent_set_token (id @i64, code @blob)
UPDATE consent SET token_code = ?2 WHERE id = ?1 AND state = 'asked';

-- :one consent_by_token (code @blob)
SELECT id, uid, person_id, topic, wording, expires_at FROM consent WHERE token_code = ?1 AND state = 'asked';

-- :exec consent_set_given (id @i64, at @time)
UPDATE consent SET state = 'given', given_at = ?2, used_at = ?2, token_code = NULL, expires_at = NULL WHERE id = ?1 AND state = 'asked';

-- :exec consent_end (person @i64, topic @text, at @time, point @text)
UPDATE consent SET state = 'withdrawn', withdrawn_at = ?3, withdrawn_point = ?4, token_code = NULL
WHERE person_id = ?1 AND topic = ?2 AND state = 'given';

-- :exec consent_drop_asked (person @i64, topic @text)
UPDATE consent SET state = 'lapsed', token_code = NULL WHERE person_id = ?1 AND topic = ?2 AND state = 'asked';

-- :exec consent_use (person @i64, topic @text, at @time)
UPDATE consent SET used_at = ?3 WHERE person_id = ?1 AND topic = ?2 AND state = 'given' AND (used_at IS NULL OR used_at < ?3);

-- :exec consent_lapse (now @time)
UPDATE consent SET state = 'lapsed', token_code = NULL WHERE id IN
  (SELECT id FROM consent WHERE state = 'asked' AND expires_at < ?1 ORDER BY expires_at LIMIT 500);

-- :one consent_choice_now (person @i64, topic @text)
SELECT id, choice FROM mail_choice WHERE person_id = ?1 AND topic = ?2 AND ended_at IS NULL;

-- :exec consent_choice_end (id @i64, at @time)
UPDATE mail_choice SET ended_at = ?2 WHERE id = ?1 AND ended_at IS NULL;

-- :exec consent_choice_add (uid @uid, person @i64, topic @text, choice @text, statement @i64, point @text, session @i64?, at @time)
INSERT INTO mail_choice (uid, person_id, topic, choice, statement_id, point, session_id, chosen_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8);

-- :one consent_person (id @i64) -> (ordered @bool)
-- Who it is, where they can be reached, and whether anything was bought or is being (PECR reg 22(3)(a): a sale, or negotiations for one).
SELECT p.uid, p.kind, p.status, p.email, p.email_verified_at, p.full_name, s.uid AS subscriber_uid, s.email AS subscriber_email,
  s.confirmed_at, EXISTS (SELECT 1 FROM orders o WHERE o.person_id = p.id AND o.kind = 'new' AND o.status IN ('pending', 'active')) AS ordered
FROM person p LEFT JOIN subscriber s ON s.person_id = p.id WHERE p.id = ?1;

-- :one consent_account (code @blob)
SELECT id, status FROM person WHERE email_code = ?1 AND kind = 'customer';

-- :one consent_subscriber (code @blob)
SELECT person_id FROM subscriber WHERE email_code = ?1;

-- :one consent_visitor_add (uid @uid, currency @text, at @time)
INSERT INTO person (uid, kind, status, customer_type, currency, capabilities, version, created_at)
VALUES (?1, 'visitor', 'active', 'consumer', ?2, 0, 1, ?3) RETURNING id;

-- :exec consent_subscriber_add (uid @uid, person @i64, email @sealed, code @blob, at @time)
INSERT INTO subscriber (uid, person_id, email, email_code, created_at) VALUES (?1, ?2, ?3, ?4, ?5);

-- :exec consent_subscriber_confirm (person @i64, at @time)
UPDATE subscriber SET confirmed_at = ?2 WHERE person_id = ?1 AND confirmed_at IS NULL;

-- :exec consent_link_add (person @i64, topic @text, code @blob, at @time)
INSERT INTO mail_link (person_id, topic, token_code, created_at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (person_id, topic) DO NOTHING;

-- :one consent_link_get (code @blob)
SELECT person_id, topic FROM mail_link WHERE token_code = ?1;
