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
-- Of somebody who can still be written to: the link of an account that was closed, or of an address that is gone, leads nowhere.
SELECT l.person_id, l.topic FROM mail_link l JOIN person p ON p.id = l.person_id WHERE l.token_code = ?1 AND p.status = 'active'
  AND (p.kind <> 'visitor' OR EXISTS (SELECT 1 FROM subscriber s WHERE s.person_id = p.id));

-- :many consent_due_given max 100 (before @time, after_at @time, after @i64)
-- Retention: consents in force, by when they were given; when they were last relied on counts.
SELECT id, uid, person_id, given_at AS at, given_at AS consent_used, used_at AS consent_used_on FROM consent
WHERE state = 'given' AND given_at < ?1 AND given_at >= ?2 AND (given_at > ?2 OR id > ?3) ORDER BY given_at, id;

-- :many consent_due_withdrawn max 100 (before @time, after_at @time, after @i64)
-- Those that were withdrawn.
SELECT id, uid, person_id, withdrawn_at AS at, withdrawn_at AS consent_used FROM consent
WHERE withdrawn_at IS NOT NULL AND withdrawn_at < ?1 AND withdrawn_at >= ?2 AND (withdrawn_at > ?2 OR id > ?3) ORDER BY withdrawn_at, id;

-- :many consent_due_lapsed max 100 (before @time, after_at @time, after @i64)
-- And those that never came to be.
SELECT id, uid, person_id, asked_at AS at, asked_at AS consent_used FROM consent
WHERE state = 'lapsed' AND asked_at < ?1 AND asked_at >= ?2 AND (asked_at > ?2 OR id > ?3) ORDER BY asked_at, id;

-- :many consent_due_choices max 100 (before @time, after_at @time, after @i64)
-- Choices that others followed, or whose account ended.
SELECT id, uid, person_id, ended_at AS at, ended_at AS consent_used FROM mail_choice
WHERE ended_at IS NOT NULL AND ended_at < ?1 AND ended_at >= ?2 AND (ended_at > ?2 OR id > ?3) ORDER BY ended_at, id;

-- :many consent_due_unconfirmed max 100 (before @time, after_at @time, after @i64)
-- Addresses that nobody confirmed.
SELECT id, uid, person_id, created_at AS at, created_at AS unconfirmed FROM subscriber
WHERE confirmed_at IS NULL AND created_at < ?1 AND created_at >= ?2 AND (created_at > ?2 OR id > ?3) ORDER BY created_at, id;

-- :many consent_due_left max 100 (before @time, after_at @time, after @i64)
-- Addresses that are not written to any more.
SELECT s.id, s.uid, s.person_id, c.withdrawn_at AS at, c.withdrawn_at AS unconfirmed FROM consent c JOIN subscriber s ON s.person_id = c.person_id
WHERE c.withdrawn_at IS NOT NULL AND c.withdrawn_at < ?1 AND c.withdrawn_at >= ?2 AND (c.withdrawn_at > ?2 OR s.id > ?3)
  AND NOT EXISTS (SELECT 1 FROM consent x WHERE x.person_id = c.person_id
    AND (x.state IN ('given', 'asked') OR (x.withdrawn_at IS NOT NULL AND x.withdrawn_at > c.withdrawn_at)))
ORDER BY c.withdrawn_at, s.id;
