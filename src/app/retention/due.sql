-- What goes with a row that is due. Each lists (row, after) -> ids of another table.

-- :many due_mandates max 200 (row @i64, after @i64)
SELECT id FROM mandate WHERE person_id = ?1 AND id > ?2 AND (customer IS NOT NULL OR method IS NOT NULL OR card IS NOT NULL) ORDER BY id;

-- :many due_trials max 200 (row @i64, after @i64)
SELECT id FROM trial_use WHERE person_id = ?1 AND id > ?2 ORDER BY id;

-- :many due_restrictions max 200 (row @i64, after @i64)
SELECT id FROM restriction WHERE person_id = ?1 AND id > ?2 AND (note IS NOT NULL OR lift_note IS NOT NULL) ORDER BY id;

-- :many due_claims max 200 (row @i64, after @i64)
SELECT id FROM restriction_claim WHERE person_id = ?1 AND id > ?2 AND reason IS NOT NULL ORDER BY id;

-- :many due_notices max 200 (row @i64, after @i64)
SELECT id FROM recipient_notice WHERE person_id = ?1 AND id > ?2 AND note IS NOT NULL ORDER BY id;

-- :many due_addresses max 200 (row @i64, after @i64)
SELECT id FROM email_change WHERE person_id = ?1 AND id > ?2 ORDER BY id;

-- :many due_traces max 200 (row @i64, after @i64)
SELECT id FROM fraud_trace WHERE order_id = ?1 AND id > ?2 ORDER BY id;

-- :many due_lines_of_service max 200 (row @i64, after @i64) -> (id @i64)
-- The line it was ordered with, when it is the last of that line that has a name, and those of its renewals.
SELECT l.id FROM service s JOIN order_line l ON l.id = s.order_line_id
WHERE s.id = ?1 AND l.id > ?2 AND l.hostname IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM service x WHERE x.order_line_id = l.id AND x.id <> s.id AND x.hostname IS NOT NULL)
UNION
SELECT m.id FROM rhythm_line r JOIN order_line m ON m.id = r.order_line_id
WHERE r.service_id = ?1 AND m.id > ?2 AND m.hostname IS NOT NULL
ORDER BY id;

-- :many due_cancellations max 200 (row @i64, after @i64)
SELECT id FROM cancellation WHERE service_id = ?1 AND id > ?2 AND reason IS NOT NULL ORDER BY id;

-- :many due_order_of_invoice max 200 (row @i64, after @i64)
-- What proves an invoice goes with the last one of its order that still has a party.
SELECT o.id FROM invoice i JOIN orders o ON o.id = i.order_id
WHERE i.id = ?1 AND o.id > ?2 AND o.reference IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM invoice x WHERE x.order_id = i.order_id AND x.id <> i.id AND x.party_name IS NOT NULL) ORDER BY o.id;

-- :many due_vat_of_invoice max 200 (row @i64, after @i64)
SELECT d.id FROM invoice i JOIN vat_decision d ON d.order_id = i.order_id
WHERE i.id = ?1 AND d.id > ?2
  AND NOT EXISTS (SELECT 1 FROM invoice x WHERE x.order_id = i.order_id AND x.id <> i.id AND x.party_name IS NOT NULL) ORDER BY d.id;

-- :many due_checks_of_invoice max 200 (row @i64, after @i64)
SELECT c.id FROM invoice i JOIN vat_check c ON c.order_id = i.order_id
WHERE i.id = ?1 AND c.id > ?2
  AND NOT EXISTS (SELECT 1 FROM invoice x WHERE x.order_id = i.order_id AND x.id <> i.id AND x.party_name IS NOT NULL) ORDER BY c.id;

-- :many due_payments_of_invoice max 200 (row @i64, after @i64)
SELECT id FROM payment WHERE invoice_id = ?1 AND id > ?2 ORDER BY id;

-- What has no row of its own to look at: removed, and counted afterwards.

-- :exec due_codes_remove (row @i64)
DELETE FROM search_code WHERE person_id = ?1;

-- :one due_codes_left (row @i64) -> (n @i64)
SELECT count(*) AS n FROM search_code WHERE person_id = ?1;

-- :exec due_links_remove (row @i64)
DELETE FROM mail_token WHERE person_id = ?1;

-- :one due_links_left (row @i64) -> (n @i64)
SELECT count(*) AS n FROM mail_token WHERE person_id = ?1;

-- :exec due_jobs_remove (row @i64)
-- Messages to somebody who has no address any more.
DELETE FROM job WHERE person_id = ?1 AND state IN ('queued', 'dead') AND kind >= 'mail.' AND kind < 'mail/'
  AND NOT EXISTS (SELECT 1 FROM mail_sent m WHERE m.job_id = job.id);

-- :one due_jobs_left (row @i64) -> (n @i64)
SELECT count(*) AS n FROM job WHERE person_id = ?1 AND state = 'queued' AND kind >= 'mail.' AND kind < 'mail/';

-- :exec due_sessions_end (row @i64)
UPDATE session SET expires_at = created_at WHERE person_id = ?1 AND expires_at > created_at;

-- :one due_sessions_left (row @i64) -> (n @i64)
SELECT count(*) AS n FROM session WHERE person_id = ?1 AND expires_at > created_at;

-- With the account end what was agreed to and chosen, and the copies that were asked for; their own time begins.

-- :exec due_consents_end (row @i64)
UPDATE consent SET state = 'withdrawn', given_at = coalesce(given_at, asked_at), token_code = NULL, withdrawn_point = 'profile',
  withdrawn_at = (SELECT coalesce(p.closed_at, p.created_at) FROM person p WHERE p.id = consent.person_id)
WHERE person_id = ?1 AND state IN ('given', 'asked');

-- :one due_consents_left (row @i64) -> (n @i64)
SELECT count(*) AS n FROM consent WHERE person_id = ?1 AND state IN ('given', 'asked');

-- :exec due_choices_end (row @i64)
UPDATE mail_choice SET ended_at = (SELECT coalesce(p.closed_at, p.created_at) FROM person p WHERE p.id = mail_choice.person_id)
WHERE person_id = ?1 AND ended_at IS NULL;

-- :one due_choices_left (row @i64) -> (n @i64)
SELECT count(*) AS n FROM mail_choice WHERE person_id = ?1 AND ended_at IS NULL;

-- :exec due_mail_links_remove (row @i64)
DELETE FROM mail_link WHERE person_id = ?1;

-- :one due_mail_links_left (row @i64) -> (n @i64)
SELECT count(*) AS n FROM mail_link WHERE person_id = ?1;

-- :exec due_exports_end (row @i64)
UPDATE export SET state = 'ended', ended_at = asked_at WHERE person_id = ?1 AND ended_at IS NULL;

-- :one due_exports_left (row @i64) -> (n @i64)
SELECT count(*) AS n FROM export WHERE person_id = ?1 AND ended_at IS NULL;

-- :exec due_traits_remove (row @i64)
DELETE FROM bank_trait WHERE entry_id = ?1;

-- :one due_traits_left (row @i64) -> (n @i64)
SELECT count(*) AS n FROM bank_trait WHERE entry_id = ?1;

-- :exec due_aliases_remove (row @i64)
DELETE FROM bank_alias WHERE entry_id = ?1;

-- :one due_aliases_left (row @i64) -> (n @i64)
SELECT count(*) AS n FROM bank_alias WHERE entry_id = ?1;

