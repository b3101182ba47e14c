-- What the scenarios about people and VAT look at.

-- :one people_by_id (id @i64)
SELECT kind, status, email_verified_at, full_name, postcode, country, version, uid FROM person WHERE id = ?1;

-- :one people_newest () -> (id @i64)
SELECT max(id) AS id FROM person;

-- :one people_jobs (kind @text) -> (n @i64)
SELECT count(*) AS n FROM job WHERE kind = ?1;

-- :one people_sessions (person @i64) -> (n @i64)
SELECT count(*) AS n FROM session WHERE person_id = ?1 AND ended_at IS NULL;

-- :one people_found (kind @text, code @blob) -> (n @i64)
SELECT count(*) AS n FROM search_code WHERE kind = ?1 AND code = ?2;

-- :one people_origins (person @i64) -> (n @i64)
SELECT count(*) AS n FROM origin WHERE person_id = ?1;

-- :one people_order (uid @uid)
SELECT id, status, net, vat, gross FROM orders WHERE uid = ?1;

-- :many people_decisions max 20 (order @i64)
SELECT id, vat_class, status, territory, treatment, rate_bp, note, reasons FROM vat_decision WHERE order_id = ?1 ORDER BY id DESC;

-- :many people_evidence max 20 (decision @i64)
SELECT uid, kind, provider, territory, value, outcome, source_version FROM vat_evidence WHERE decision_id = ?1 ORDER BY id;

-- :many people_checks max 20 (order @i64)
SELECT uid, number, result, service, reference, name_match FROM vat_check WHERE order_id = ?1 ORDER BY id;

-- :exec people_close (id @i64)
UPDATE person SET status = 'closed' WHERE id = ?1;

-- :one people_swept () -> (answers @i64, visitors @i64, signed_in @i64)
SELECT (SELECT count(*) FROM idem) AS answers, (SELECT count(*) FROM session WHERE signed_in = 0) AS visitors,
  (SELECT count(*) FROM session WHERE signed_in = 1) AS signed_in;

-- :one people_order_id (person @i64)
SELECT id FROM orders WHERE person_id = ?1 ORDER BY id DESC LIMIT 1;
