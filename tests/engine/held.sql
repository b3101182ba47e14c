-- What the scenarios of retention look at.

-- :one held_person (id @i64) -> (codes @i64, keys @i64, origins @i64, sessions @i64, links @i64)
SELECT p.uid, p.status, p.kind, p.email, p.email_code, p.full_name, p.password, p.telephone, p.postcode, p.country, p.closed_at,
  (SELECT count(*) FROM search_code c WHERE c.person_id = p.id) AS codes,
  (SELECT count(*) FROM person_key k WHERE k.person_id = p.id) AS keys,
  (SELECT count(*) FROM origin o WHERE o.person_id = p.id) AS origins,
  (SELECT count(*) FROM session s WHERE s.person_id = p.id AND s.signed_in = 1) AS sessions,
  (SELECT count(*) FROM mail_token t WHERE t.person_id = p.id) AS links
FROM person p WHERE p.id = ?1;

-- :one held_order (uid @uid) -> (traces @i64, named @i64)
SELECT o.ip, o.reference, (SELECT count(*) FROM fraud_trace t WHERE t.order_id = o.id) AS traces,
  (SELECT count(*) FROM order_line l WHERE l.order_id = o.id AND l.hostname IS NOT NULL) AS named
FROM orders o WHERE o.uid = ?1;

-- :one held_check (uid @uid)
SELECT c.signals, c.reasons, c.note, c.state FROM fraud_check c JOIN orders o ON o.id = c.order_id WHERE o.uid = ?1;

-- :one held_invoice (uid @uid) -> (named @i64, evidence @i64)
SELECT i.number, i.gross, i.territory, i.party_area, i.party_name, i.party_address, i.party_email,
  (SELECT count(*) FROM invoice_line l WHERE l.invoice_id = i.id AND l.hostname IS NOT NULL) AS named,
  (SELECT count(*) FROM vat_decision d JOIN vat_evidence v ON v.decision_id = d.id WHERE d.order_id = i.order_id AND v.value IS NOT NULL) AS evidence
FROM invoice i WHERE i.uid = ?1;

-- :one held_service (person @i64)
SELECT id, uid, hostname, username, secret, status, ended_at FROM service WHERE person_id = ?1;

-- :exec held_service_end (id @i64, at @time)
UPDATE service SET status = 'terminated', ended_at = ?2 WHERE id = ?1;

-- :exec held_close (id @i64, at @time)
UPDATE person SET status = 'closed', closed_at = ?2 WHERE id = ?1;

-- :one held_tombs (state @text) -> (n @i64)
SELECT count(*) AS n FROM tombstone WHERE state = ?1;

-- :one held_runs () -> (n @i64, open @i64, failed @i64)
SELECT count(*) AS n, CAST(coalesce(sum(CASE WHEN finished_at IS NULL THEN 1 ELSE 0 END), 0) AS BIGINT) AS open,
  CAST(coalesce(sum(failed), 0) AS BIGINT) AS failed FROM disposal;

-- :many held_keys max 100 (person @i64)
SELECT class, key_id FROM person_key WHERE person_id = ?1 ORDER BY class;

-- :many held_codes max 100 ()
SELECT class, col, code FROM hashed_value ORDER BY row_uid, col;

-- :one held_hash_keys () -> (n @i64, gone @i64)
SELECT count(*) AS n, CAST(coalesce(sum(CASE WHEN destroyed_at IS NOT NULL THEN 1 ELSE 0 END), 0) AS BIGINT) AS gone FROM hash_key;

-- :exec held_back (uid @uid, name @sealed)
-- Behind the engine's back.
UPDATE invoice SET party_name = ?2 WHERE uid = ?1;

-- :one held_erasure (person @i64)
SELECT uid, state, run_at, waits_for, disposal_id FROM erasure WHERE person_id = ?1 ORDER BY id DESC LIMIT 1;

-- :one held_run (id @i64)
SELECT uid, kind, finished_at, entries, keys, failed, hash FROM disposal WHERE id = ?1;

-- :one held_events (event @text) -> (n @i64)
SELECT count(*) AS n FROM event_log WHERE event = ?1;

-- :one held_live_holds () -> (n @i64)
SELECT count(*) AS n FROM legal_hold WHERE lifted_at IS NULL;

-- :one held_last_hold ()
SELECT uid, reason, review_on, reminded_on FROM legal_hold ORDER BY id DESC LIMIT 1;

-- :one held_counts () -> (n @i64)
SELECT CAST(coalesce(sum(n), 0) AS BIGINT) AS n FROM disposed_count;

-- :exec held_unpaid (person @i64)
UPDATE invoice SET status = 'unpaid' WHERE person_id = ?1 AND status = 'paid';

-- :exec held_paid (person @i64)
UPDATE invoice SET status = 'paid' WHERE person_id = ?1 AND status = 'unpaid' AND number IS NOT NULL;

-- :one held_ties (person @i64) -> (consents @i64, choices @i64, requests @i64, answered @i64, suppressed @i64, exports @i64)
SELECT (SELECT count(*) FROM consent c WHERE c.person_id = ?1 AND c.state IN ('given', 'asked')) AS consents,
  (SELECT count(*) FROM mail_choice m WHERE m.person_id = ?1 AND m.ended_at IS NULL) AS choices,
  (SELECT count(*) FROM rights_request r WHERE r.person_id = ?1 AND r.closed_at IS NULL) AS requests,
  (SELECT count(*) FROM rights_request a WHERE a.person_id = ?1 AND a.state = 'answered') AS answered,
  (SELECT count(*) FROM suppression s WHERE s.reason = 'erased' AND s.lifted_at IS NULL) AS suppressed,
  (SELECT count(*) FROM export e WHERE e.person_id = ?1 AND e.ended_at IS NULL) AS exports;
