-- Evidence for the check that nobody was written to against their wish: the log itself, and what was wished when.

-- :many announce_check_page max 500 (since @time, after @i64)
-- What left the house, by time. The basis is what the disclosure ledger wrote at that moment.
SELECT s.id, s.uid, s.person_id, s.code, s.topic, s.basis, s.sent_at, p.closed_at
FROM announcement_send s JOIN person p ON p.id = s.person_id
WHERE s.sent_at IS NOT NULL AND s.state <> 'queued' AND (s.sent_at > ?1 OR (s.sent_at = ?1 AND s.id > ?2)) ORDER BY s.sent_at, s.id;

-- :many announce_check_listed max 50 (code @blob, topic @text)
SELECT added_at, lifted_at FROM suppression WHERE code = ?1 AND (topic = ?2 OR topic = '') ORDER BY id;

-- :many announce_check_choices max 100 (person @i64, topic @text)
SELECT chosen_at, ended_at FROM mail_choice WHERE person_id = ?1 AND topic = ?2 AND choice IN ('off', 'objected') ORDER BY id;

-- :many announce_check_restricted max 100 (person @i64, purpose @text)
SELECT set_at, lifted_at FROM restriction WHERE person_id = ?1 AND (mode = 'restrict' OR purpose = ?2) ORDER BY id;

-- :many announce_check_consents max 100 (person @i64, topic @text)
SELECT given_at, withdrawn_at FROM consent WHERE person_id = ?1 AND topic = ?2 AND given_at IS NOT NULL ORDER BY id;
