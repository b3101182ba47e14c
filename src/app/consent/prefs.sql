-- What a person sees of their choices, and staff of a customer's.

-- :many prefs_consents max 50 (person @i64)
SELECT topic, wording, wording_version, point, state, asked_at, given_at, withdrawn_at FROM consent WHERE person_id = ?1 ORDER BY id DESC;

-- :many prefs_mandates max 20 (person @i64)
-- Saved ways to pay: agreed to with a payment, withdrawn on their own page.
SELECT wording, point, given_at, withdrawn_at FROM acknowledgement WHERE person_id = ?1 AND topic = 'mandate' ORDER BY id DESC;

-- :many prefs_choices max 50 (person @i64)
SELECT topic, choice, point, chosen_at, ended_at FROM mail_choice WHERE person_id = ?1 ORDER BY id DESC;

-- :many prefs_sent max 50 (person @i64)
SELECT a.title, s.state, s.sent_at FROM announcement_send s JOIN announcement a ON a.id = s.announcement_id
WHERE s.person_id = ?1 AND s.state IN ('sending', 'sent', 'unclear', 'bounced') ORDER BY s.id DESC;

-- :one prefs_asked (person @i64, topic @text)
SELECT id FROM consent WHERE person_id = ?1 AND topic = ?2 AND state = 'asked';

-- :one prefs_link (code @blob)
SELECT topic, wording, expires_at FROM consent WHERE token_code = ?1 AND state = 'asked';

-- :one prefs_kind (person @i64)
SELECT kind FROM person WHERE id = ?1;

-- :one prefs_customer (uid @uid)
SELECT id, full_name FROM person WHERE uid = ?1 AND kind = 'customer';
