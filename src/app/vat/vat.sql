-- The record of decisions on VAT: what was decided, on which evidence, and what the checking service said.

-- :one vat_decision_add (uid @uid, person @i64, order @i64, class @text, status @text, territory @text?, treatment @text?,
--   rate @i64?, note @text?, reasons @text, at @time)
INSERT INTO vat_decision (uid, person_id, order_id, vat_class, status, territory, treatment, rate_bp, note, reasons, decided_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) RETURNING id;

-- :exec vat_evidence_add (uid @uid, decision @i64, kind @text, provider @text, territory @text?, value @sealed?, outcome @text,
--   source @text, at @time)
INSERT INTO vat_evidence (uid, decision_id, kind, provider, territory, value, outcome, source_version, observed_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9);

-- :exec vat_check_add (uid @uid, person @i64, order @i64, number @sealed?, result @text, service @text, reference @text,
--   name_match @text, at @time)
INSERT INTO vat_check (uid, person_id, order_id, number, result, service, reference, name_match, checked_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9);

-- :many vat_newest max 3 (order @i64)
-- The newest decision of each class that the order has.
SELECT d.id, d.vat_class, d.status, d.territory, d.treatment, d.rate_bp, d.note, d.decided_at
FROM vat_decision d
WHERE d.order_id = ?1 AND NOT EXISTS (SELECT 1 FROM vat_decision e WHERE e.order_id = d.order_id
  AND e.vat_class = d.vat_class AND e.id > d.id)
ORDER BY d.id;

-- :many vat_evidence_of max 10 (decision @i64)
SELECT uid, kind, territory, value, outcome, source_version FROM vat_evidence WHERE decision_id = ?1 ORDER BY id;

-- :one vat_check_newest (order @i64)
SELECT uid, person_id, number, result FROM vat_check WHERE order_id = ?1 ORDER BY id DESC LIMIT 1;

-- :one vat_order_row (id @i64)
SELECT uid, person_id, status, customer_type FROM orders WHERE id = ?1;

-- :one vat_person_company (id @i64)
SELECT uid, company, full_name FROM person WHERE id = ?1;
