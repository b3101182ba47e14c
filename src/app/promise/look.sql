-- What checks look at: the world's own rows, stretch by stretch (after < id <= upto), and where the newest ones are.

-- :one look_newest -> (disclosures @i64, outbound @i64, invoices @i64, orders @i64, lines @i64, checks @i64, mandates @i64, persons @i64, events @i64, trials @i64,
--   sends @i64, tombstones @i64, profiles @i64, looks @i64)
-- Each from the end of a table.
SELECT (SELECT coalesce(max(id), 0) FROM disclosure) AS disclosures, (SELECT coalesce(max(id), 0) FROM outbound) AS outbound,
  (SELECT coalesce(max(id), 0) FROM invoice) AS invoices, (SELECT coalesce(max(id), 0) FROM orders) AS orders,
  (SELECT coalesce(max(id), 0) FROM order_line) AS lines, (SELECT coalesce(max(id), 0) FROM fraud_check) AS checks,
  (SELECT coalesce(max(id), 0) FROM mandate) AS mandates, (SELECT coalesce(max(id), 0) FROM person) AS persons,
  (SELECT coalesce(max(id), 0) FROM event_log) AS events, (SELECT coalesce(max(id), 0) FROM trial_use) AS trials,
  (SELECT coalesce(max(id), 0) FROM announcement_send) AS sends, (SELECT coalesce(max(id), 0) FROM tombstone) AS tombstones,
  (SELECT coalesce(max(id), 0) FROM profile) AS profiles, (SELECT coalesce(max(id), 0) FROM profile_look) AS looks;

-- :one look_installed (name @text)
-- When a part of the schema came.
SELECT applied_at FROM schema_version WHERE name = ?1;

-- :many look_points max 3000 (after @i64, upto @i64) -> (person @i64, n @i64)
-- Where values of a stretch of people came from, one row for each combination.
SELECT col, point, source, statement_id, min(person_id) AS person, count(*) AS n FROM origin
WHERE person_id > ?1 AND person_id <= ?2 GROUP BY col, point, source, statement_id;

-- :one look_version (id @i64)
SELECT rules, prose, published_at FROM statement_version WHERE id = ?1;

-- :many look_cookies max 2000 (since @time)
SELECT hour_at, name, max_age, shape, guarded, n FROM cookie_sent WHERE hour_at >= ?1 ORDER BY hour_at;

-- :many look_disclosures max 500 (after @i64, upto @i64)
SELECT id, recipient, purpose, fields, statement_id FROM disclosure WHERE id > ?1 AND id <= ?2 ORDER BY id;

-- :many look_unledgered max 20 (after @i64, upto @i64)
-- What was sent about somebody without a row in the ledger before: of the same object, or, where a gateway is only asked about one
-- of its own, of the same person.
SELECT o.id FROM outbound o WHERE o.id > ?1 AND o.id <= ?2 AND o.person_id IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM disclosure d WHERE d.ref_uid = o.ref_uid AND d.recipient = o.recipient AND d.person_id = o.person_id
    AND d.purpose = o.purpose AND d.disclosed_at <= o.sent_at)
ORDER BY o.id;

-- :many look_untold max 20 (after @i64, upto @i64, since @time, before @time)
-- What the ledger says was told by one of our own connectors, and no connector sent.
SELECT d.id FROM disclosure d WHERE d.id > ?1 AND d.id <= ?2 AND d.recipient IN ('mail_relay', 'platform', 'vies')
  AND d.disclosed_at >= ?3 AND d.disclosed_at < ?4 AND NOT EXISTS (
  SELECT 1 FROM outbound o WHERE o.ref_uid = d.ref_uid AND o.recipient = d.recipient)
ORDER BY d.id;

-- :many look_unproven max 20 (after @i64, upto @i64)
-- Invoices that were paid, and whose order has no decision of the place of supply that evidence supports.
SELECT i.id FROM invoice i WHERE i.id > ?1 AND i.id <= ?2 AND i.kind = 'invoice' AND i.status IN ('paid', 'refunded') AND NOT EXISTS (
  SELECT 1 FROM vat_decision d WHERE d.order_id = i.order_id AND d.status = 'decided' AND EXISTS (
    SELECT 1 FROM vat_evidence v WHERE v.decision_id = d.id AND v.outcome = 'supports'))
ORDER BY i.id;

-- :many look_trials max 20 (after @i64, upto @i64)
-- Codes of a free trial that was not ordered.
SELECT t.id FROM trial_use t WHERE t.id > ?1 AND t.id <= ?2 AND NOT EXISTS (
  SELECT 1 FROM order_line l WHERE l.order_id = t.order_id AND l.product_id = t.product_id AND l.trial_days > 0)
ORDER BY t.id;

-- :many look_refusals max 20 (after @i64, upto @i64, since @time, unanswered @time)
-- Orders that the program refused without saying why, without telling the customer how to ask a person, or that were asked about
-- and nobody has answered.
SELECT c.id FROM fraud_check c WHERE c.id > ?1 AND c.id <= ?2 AND c.outcome = 'refuse' AND c.checked_at >= ?3 AND (
  c.reasons = '' OR (c.state = 'asked' AND c.asked_at < ?4)
  OR (c.state IN ('approved', 'declined') AND NOT EXISTS (SELECT 1 FROM fraud_decision f WHERE f.check_id = c.id AND f.decided_by IS NOT NULL))
  OR NOT (EXISTS (SELECT 1 FROM job j WHERE j.person_id = c.person_id AND j.kind = 'mail.order_refused' AND j.object_id = c.order_id)
    OR EXISTS (SELECT 1 FROM mail_sent m WHERE m.person_id = c.person_id AND m.template = 'order_refused' AND m.object_id = c.order_id)))
ORDER BY c.id;

-- :many look_mandates max 20 (after @i64, upto @i64, ended @time)
-- Ways to pay that are kept without a consent that still stands, or after it was withdrawn.
SELECT m.id FROM mandate m WHERE m.id > ?1 AND m.id <= ?2 AND (
  (m.status IN ('asked', 'active') AND NOT EXISTS (
    SELECT 1 FROM acknowledgement a WHERE a.id = m.acknowledgement_id AND a.person_id = m.person_id AND a.topic = 'mandate'
      AND a.wording <> '' AND a.withdrawn_at IS NULL))
  OR (m.status = 'revoked' AND m.ended_at < ?3 AND (m.customer IS NOT NULL OR m.method IS NOT NULL OR m.card IS NOT NULL)))
ORDER BY m.id;

-- :many look_profiles max 20 (after @i64, upto @i64)
-- Conclusions about people who objected to that.
SELECT p.id FROM profile p WHERE p.id > ?1 AND p.id <= ?2 AND EXISTS (
  SELECT 1 FROM restriction r WHERE r.person_id = p.person_id AND r.mode = 'object' AND r.purpose = 'profile' AND r.lifted_at IS NULL)
ORDER BY p.id;

-- :many look_looks max 20 (after @i64, upto @i64)
-- What somebody looked at, remembered without a consent that stands.
SELECT l.id FROM profile_look l WHERE l.id > ?1 AND l.id <= ?2 AND NOT EXISTS (
  SELECT 1 FROM acknowledgement a WHERE a.person_id = l.person_id AND a.topic = 'browsing' AND a.wording <> '' AND a.withdrawn_at IS NULL)
ORDER BY l.id;

-- :many look_gaps max 20 (after @i64, upto @i64, since @date)
-- Invoices before which a number is missing.
SELECT i.id FROM invoice i WHERE i.id > ?1 AND i.id <= ?2 AND i.sequence > 1 AND i.issued_on >= ?3 AND NOT EXISTS (
  SELECT 1 FROM invoice b WHERE b.series = i.series AND b.sequence = i.sequence - 1)
ORDER BY i.id;

-- :many look_series max 100
-- Series whose newest number is missing.
SELECT code FROM invoice_series WHERE next > 1 AND NOT EXISTS (
  SELECT 1 FROM invoice i WHERE i.series = invoice_series.code AND i.sequence = invoice_series.next - 1) ORDER BY code;

-- :many look_unacknowledged max 20 (after @i64, upto @i64, statement @i64)
-- Orders under the statement in force of a product that lets the customer store data, of which nothing was said when it was ordered. A product
-- that was changed since says nothing about its older orders.
SELECT o.id FROM orders o WHERE o.id > ?1 AND o.id <= ?2 AND o.statement_id = ?3 AND o.kind = 'new' AND EXISTS (
  SELECT 1 FROM order_line l JOIN product p ON p.id = l.product_id WHERE l.order_id = o.id AND p.stores_data = 1
    AND NOT EXISTS (SELECT 1 FROM event_log e WHERE e.object_kind = 'product' AND e.object_id = p.id AND e.event = 'product.changed'
      AND e.at > o.placed_at))
  AND NOT EXISTS (SELECT 1 FROM acknowledgement a WHERE a.person_id = o.person_id AND a.order_id = o.id AND a.topic = 'S21' AND a.wording <> '')
ORDER BY o.id;

-- :many look_key_of max 5 (key @i64)
SELECT person_id, class FROM person_key WHERE key_id = ?1;

-- :many look_people max 40 (after @i64)
-- Customers beginning somewhere in the table.
SELECT id, uid, kind, email, full_name FROM person WHERE id > ?1 AND kind = 'customer' AND email IS NOT NULL ORDER BY id;

-- :many look_invoices_of max 3 (person @i64)
SELECT uid, party_name, party_address FROM invoice WHERE person_id = ?1 ORDER BY id DESC;

-- :many look_events max 2000 (after @i64, upto @i64)
SELECT id, at, event, actor_kind, actor_id, object_kind, object_id, detail, hash FROM event_log WHERE id > ?1 AND id <= ?2 ORDER BY id;

-- :many look_event_before max 1 (id @i64)
SELECT id, hash FROM event_log WHERE id <= ?1 ORDER BY id DESC;

-- :many look_job_texts max 500
-- What the newest jobs say in clear.
SELECT id, kind, job_key, last_error FROM job ORDER BY id DESC;

-- ---- what people asked for

-- :many look_unwanted max 20 (after @i64, upto @i64)
-- What was sent to somebody who was on the list then, had said no, whose information was restricted, or who had left.
SELECT s.id FROM announcement_send s WHERE s.id > ?1 AND s.id <= ?2 AND s.sent_at IS NOT NULL AND s.state <> 'queued' AND (
  EXISTS (SELECT 1 FROM suppression x WHERE x.code = s.code AND (x.topic = s.topic OR x.topic = '') AND x.added_at < s.sent_at
    AND (x.lifted_at IS NULL OR x.lifted_at > s.sent_at))
  OR EXISTS (SELECT 1 FROM mail_choice c WHERE c.person_id = s.person_id AND c.topic = s.topic AND c.choice IN ('off', 'objected')
    AND c.chosen_at < s.sent_at AND (c.ended_at IS NULL OR c.ended_at > s.sent_at))
  OR EXISTS (SELECT 1 FROM restriction r WHERE r.person_id = s.person_id AND r.mode = 'restrict' AND r.set_at < s.sent_at
    AND (r.lifted_at IS NULL OR r.lifted_at > s.sent_at))
  OR EXISTS (SELECT 1 FROM person p WHERE p.id = s.person_id AND p.closed_at < s.sent_at))
ORDER BY s.id;

-- :many look_unconsented max 20 (after @i64, upto @i64)
-- What was sent on the ground of a consent that was not there at that moment.
SELECT s.id FROM announcement_send s WHERE s.id > ?1 AND s.id <= ?2 AND s.sent_at IS NOT NULL AND s.state <> 'queued' AND s.basis = 'consent'
  AND NOT EXISTS (SELECT 1 FROM consent c WHERE c.person_id = s.person_id AND c.topic = s.topic AND c.wording <> ''
    AND c.given_at <= s.sent_at AND (c.withdrawn_at IS NULL OR c.withdrawn_at >= s.sent_at))
ORDER BY s.id;

-- :many look_restricted max 20 (after @i64, upto @i64, slack @i64)
-- What a connector sent about somebody whose information was restricted, for anything but their rights.
SELECT o.id FROM outbound o WHERE o.id > ?1 AND o.id <= ?2 AND o.purpose <> 'rights' AND EXISTS (
  SELECT 1 FROM restriction r WHERE r.person_id = o.person_id AND r.mode = 'restrict' AND r.set_at + ?3 < o.sent_at
    AND (r.lifted_at IS NULL OR r.lifted_at > o.sent_at))
ORDER BY o.id;

-- :many look_late max 20 (today @date)
-- Open requests whose last day has gone by. While we wait for an answer of theirs, days do not count.
SELECT id FROM rights_request WHERE closed_at IS NULL AND strict_on < ?1 AND state IN ('received', 'running') ORDER BY strict_on, id;

-- :many look_ancient max 20 (before @date)
-- Whatever was counted: nobody waits this long for an answer that we owe.
SELECT id FROM rights_request WHERE closed_at IS NULL AND received_on < ?1 AND state IN ('received', 'running') ORDER BY strict_on, id;

-- :many look_tombstones max 300 (after @i64, upto @i64, before @time)
SELECT id, class, place, row_id, row_uid, key_id FROM tombstone
WHERE id > ?1 AND id <= ?2 AND state IN ('gone', 'proven') AND coalesce(gone_at, made_at) < ?3 ORDER BY id;

-- ---- overdue: what is stored for longer than the statement says, counted from the rows

-- :many look_old_sessions max 20 (before @time)
SELECT id FROM session WHERE ip IS NOT NULL AND created_at < ?1 AND NOT EXISTS (SELECT 1 FROM legal_hold h WHERE h.person_id = session.person_id AND h.lifted_at IS NULL) ORDER BY created_at;

-- :many look_old_orders max 20 (before @time)
SELECT id FROM orders WHERE ip IS NOT NULL AND placed_at < ?1 AND NOT EXISTS (SELECT 1 FROM legal_hold h WHERE h.person_id = orders.person_id AND h.lifted_at IS NULL) ORDER BY placed_at;

-- :many look_old_baskets max 20 (before @time)
SELECT b.id FROM basket b WHERE b.changed_at < ?1 AND b.swept = 0 ORDER BY b.changed_at;

-- :many look_old_closed max 20 (before @time)
SELECT id FROM person WHERE closed_at < ?1 AND (email IS NOT NULL OR full_name IS NOT NULL OR telephone IS NOT NULL)
  AND NOT EXISTS (SELECT 1 FROM legal_hold h WHERE h.person_id = person.id AND h.lifted_at IS NULL) ORDER BY closed_at;

-- :many look_old_services max 20 (before @time)
SELECT id FROM service WHERE ended_at < ?1 AND (hostname IS NOT NULL OR username IS NOT NULL OR secret IS NOT NULL)
  AND NOT EXISTS (SELECT 1 FROM legal_hold h WHERE h.person_id = service.person_id AND h.lifted_at IS NULL) ORDER BY ended_at;

-- :many look_old_checks max 20 (before @time)
SELECT id FROM fraud_check WHERE outcome = 'accept' AND checked_at < ?1 AND NOT EXISTS (SELECT 1 FROM legal_hold h WHERE h.person_id = fraud_check.person_id AND h.lifted_at IS NULL)
ORDER BY checked_at;

-- :many look_old_traces max 20 (before @time)
SELECT id FROM fraud_trace WHERE at < ?1 AND NOT EXISTS (SELECT 1 FROM legal_hold h WHERE h.person_id = fraud_trace.person_id AND h.lifted_at IS NULL) ORDER BY at;

-- :many look_last_session max 1
SELECT created_at FROM session ORDER BY id DESC;
