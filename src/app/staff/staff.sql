-- What members of staff look at. Lists are pages of 50, newest first, from an id downwards; what they filter by is indexed.

-- :one staff_counts () -> (orders_pending @i64, invoices_unpaid @i64, reviews @i64, checks @i64, services_pending @i64, services_active @i64, jobs_dead @i64, jobs_waiting @i64, notices @i64, parked @i64)
SELECT (SELECT count(*) FROM orders WHERE status = 'pending') AS orders_pending,
       (SELECT count(*) FROM invoice WHERE status = 'unpaid') AS invoices_unpaid,
       (SELECT count(*) FROM gateway_event WHERE outcome = 'review') +
       (SELECT count(*) FROM dispute WHERE status = 'open') AS reviews,
       (SELECT count(*) FROM fraud_check WHERE state IN ('review','asked')) AS checks,
       (SELECT count(*) FROM service WHERE status = 'pending') AS services_pending,
       (SELECT count(*) FROM service WHERE status = 'active') AS services_active,
       (SELECT count(*) FROM job WHERE state = 'dead') AS jobs_dead,
       (SELECT count(*) FROM job WHERE state = 'queued') AS jobs_waiting,
       (SELECT count(*) FROM recipient_notice WHERE state = 'task') AS notices,
       (SELECT count(*) FROM rhythm WHERE parked IS NOT NULL) AS parked;

-- :many staff_customer_page max 50 (before @i64)
SELECT p.id, p.uid, p.status, p.customer_type, p.full_name, p.company, p.email, p.country, p.created_at
  FROM person p WHERE p.kind = 'customer' AND p.id < ?1 ORDER BY p.id DESC;

-- One keyed code of a word or value. Order and bound are those of the code's index, so that a page is read and no more,
-- however many have the name.
-- :many staff_customer_search max 50 (kind @text, code @blob, before @i64)
SELECT p.id, p.uid, p.status, p.customer_type, p.full_name, p.company, p.email, p.country, p.created_at
  FROM search_code s JOIN person p ON p.id = s.person_id
 WHERE s.kind = ?1 AND s.code = ?2 AND p.kind = 'customer' AND s.person_id < ?3 ORDER BY s.person_id DESC;

-- Two words at once, as in a first and a last name.
-- :many staff_customer_search2 max 50 (kind @text, code @blob, kind2 @text, code2 @blob, before @i64)
SELECT p.id, p.uid, p.status, p.customer_type, p.full_name, p.company, p.email, p.country, p.created_at
  FROM search_code s JOIN search_code t ON t.person_id = s.person_id AND t.kind = ?3 AND t.code = ?4
  JOIN person p ON p.id = s.person_id
 WHERE s.kind = ?1 AND s.code = ?2 AND p.kind = 'customer' AND s.person_id < ?5 ORDER BY s.person_id DESC;

-- :one staff_customer_get (uid @uid)
SELECT id, uid, status, customer_type, email, email_verified_at, full_name, company, vat_number, address1, address2, city, region,
       postcode, country, telephone, currency, created_at, closed_at
  FROM person WHERE uid = ?1 AND kind = 'customer';


-- :many staff_order_page max 50 (before @i64)
SELECT o.id, o.uid, o.status, o.currency, o.gross, o.placed_at, o.customer_type, p.uid AS person_uid, p.full_name
  FROM orders o JOIN person p ON p.id = o.person_id WHERE o.id < ?1 ORDER BY o.id DESC;

-- :many staff_order_page_status max 50 (status @text, before @i64)
SELECT o.id, o.uid, o.status, o.currency, o.gross, o.placed_at, o.customer_type, p.uid AS person_uid, p.full_name
  FROM orders o JOIN person p ON p.id = o.person_id WHERE o.status = ?1 AND o.id < ?2 ORDER BY o.id DESC;

-- :many staff_order_page_person max 50 (person @i64, before @i64)
SELECT o.id, o.uid, o.status, o.currency, o.gross, o.placed_at, o.customer_type, p.uid AS person_uid, p.full_name
  FROM orders o JOIN person p ON p.id = o.person_id WHERE o.person_id = ?1 AND o.id < ?2 ORDER BY o.id DESC;

-- :one staff_order_get (uid @uid)
SELECT o.id, o.uid, o.status, o.customer_type, o.currency, o.net, o.vat, o.gross, o.ip, o.reference, o.placed_at, o.person_id,
       p.uid AS person_uid, p.full_name, v.published_at AS statement_at, v.hash AS statement_hash, c.uid AS check_uid,
       c.state AS check_state
  FROM orders o JOIN person p ON p.id = o.person_id JOIN statement_version v ON v.id = o.statement_id
  LEFT JOIN fraud_check c ON c.order_id = o.id WHERE o.uid = ?1;

-- :many staff_order_lines max 100 (parent @i64)
SELECT id, uid, product_name, cycle, quantity, options, unit_net, setup_net, discount_net, net, hostname FROM order_line WHERE order_id = ?1 ORDER BY id;

-- :many staff_order_decisions max 20 (parent @i64)
SELECT id, uid, status, territory, treatment, rate_bp, note, reasons, decided_at FROM vat_decision WHERE order_id = ?1 ORDER BY id DESC;

-- :many staff_decision_evidence max 20 (parent @i64)
SELECT id, uid, kind, provider, territory, value, outcome, source_version, observed_at FROM vat_evidence WHERE decision_id = ?1 ORDER BY id;

-- :many staff_invoice_page max 50 (before @i64)
SELECT i.id, i.uid, i.status, i.number, i.currency, i.gross, i.created_at, i.due_on, p.uid AS person_uid, p.full_name
  FROM invoice i JOIN person p ON p.id = i.person_id WHERE i.id < ?1 ORDER BY i.id DESC;

-- :many staff_invoice_page_status max 50 (status @text, before @i64)
SELECT i.id, i.uid, i.status, i.number, i.currency, i.gross, i.created_at, i.due_on, p.uid AS person_uid, p.full_name
  FROM invoice i JOIN person p ON p.id = i.person_id WHERE i.status = ?1 AND i.id < ?2 ORDER BY i.id DESC;

-- :many staff_invoice_page_person max 50 (person @i64, before @i64)
SELECT i.id, i.uid, i.status, i.number, i.currency, i.gross, i.created_at, i.due_on, p.uid AS person_uid, p.full_name
  FROM invoice i JOIN person p ON p.id = i.person_id WHERE i.person_id = ?1 AND i.id < ?2 ORDER BY i.id DESC;

-- :many staff_invoice_page_notes max 50 (before @i64)
SELECT i.id, i.uid, i.status, i.number, i.currency, i.gross, i.created_at, i.due_on, p.uid AS person_uid, p.full_name
  FROM invoice i JOIN person p ON p.id = i.person_id WHERE i.kind = 'credit_note' AND i.id < ?1 ORDER BY i.id DESC;

-- :many staff_invoice_notes max 50 (invoice @i64)
SELECT uid, number, currency, gross, reason, issued_on FROM invoice WHERE credits_id = ?1 ORDER BY id;

-- :many staff_invoice_of_order max 10 (parent @i64)
SELECT id, uid, status, number, currency, gross FROM invoice WHERE order_id = ?1 ORDER BY id;

-- :many staff_payments_of_invoice max 50 (parent @i64)
SELECT id, uid, gateway, reference, charge, status, currency, amount, refunded, card_country, created_at, settled_at
  FROM payment WHERE invoice_id = ?1 ORDER BY id DESC;

-- :one staff_keeps (parent @i64) -> (n @i64)
-- Does the customer of this invoice keep a way to pay?
SELECT count(*) AS n FROM mandate m JOIN invoice i ON i.person_id = m.person_id WHERE i.id = ?1 AND m.status = 'active';

-- :many staff_refunds_of_invoice max 50 (parent @i64)
SELECT r.id, r.amount, r.reason, r.status, r.ordered_at, p.currency FROM refund r JOIN payment p ON p.id = r.payment_id
 WHERE p.invoice_id = ?1 ORDER BY r.id DESC;

-- :many staff_disputes_of_invoice max 20 (parent @i64)
SELECT d.id, d.reference, d.status, d.reason, d.currency, d.amount, d.due_at, d.opened_at, i.uid AS invoice_uid, i.number
  FROM dispute d JOIN payment p ON p.id = d.payment_id JOIN invoice i ON i.id = p.invoice_id WHERE p.invoice_id = ?1 ORDER BY d.id DESC;

-- :many staff_disputes_open max 50
SELECT d.id, d.reference, d.status, d.reason, d.currency, d.amount, d.due_at, d.opened_at, i.uid AS invoice_uid, i.number
  FROM dispute d JOIN payment p ON p.id = d.payment_id JOIN invoice i ON i.id = p.invoice_id WHERE d.status = 'open' ORDER BY d.id;

-- :one staff_payment_get (uid @uid)
SELECT m.id, m.uid, m.status, i.uid AS invoice_uid FROM payment m JOIN invoice i ON i.id = m.invoice_id WHERE m.uid = ?1;

-- :one staff_invoice_get (uid @uid)
SELECT i.id, i.uid, i.kind, i.status, i.number, i.currency, i.gross, i.taken_back, i.returned, i.treatment, i.reason, i.voided_at,
       i.void_reason, c.uid AS credits_uid, c.number AS credits_number, p.uid AS person_uid, p.full_name, o.uid AS order_uid, o.placed_at
  FROM invoice i JOIN person p ON p.id = i.person_id JOIN orders o ON o.id = i.order_id LEFT JOIN invoice c ON c.id = i.credits_id
 WHERE i.uid = ?1;


-- Messages of gateways, oldest first: what waits for a decision stands at the top.
-- :many staff_review_page max 50 (outcome @text, after @i64)
SELECT e.id, e.uid, e.gateway, e.event_id, e.kind, e.reference, e.currency, e.amount, e.outcome, e.reason, e.resolution, e.received_at,
       i.uid AS invoice_uid, i.number AS invoice_number, m.uid AS payment_uid, m.amount AS payment_amount,
       m.currency AS payment_currency, m.status AS payment_status
  FROM gateway_event e LEFT JOIN payment m ON m.id = e.payment_id LEFT JOIN invoice i ON i.id = m.invoice_id
 WHERE e.outcome = ?1 AND e.id > ?2 ORDER BY e.id;

-- :one staff_review_get (uid @uid)
SELECT id, uid, outcome FROM gateway_event WHERE uid = ?1;

-- :many staff_service_page max 50 (before @i64)
SELECT s.id, s.uid, s.status, s.cycle, s.next_due_on, s.hostname, s.problem, r.name AS product_name, p.uid AS person_uid, p.full_name
  FROM service s JOIN product r ON r.id = s.product_id JOIN person p ON p.id = s.person_id WHERE s.id < ?1 ORDER BY s.id DESC;

-- :many staff_service_page_status max 50 (status @text, before @i64)
SELECT s.id, s.uid, s.status, s.cycle, s.next_due_on, s.hostname, s.problem, r.name AS product_name, p.uid AS person_uid, p.full_name
  FROM service s JOIN product r ON r.id = s.product_id JOIN person p ON p.id = s.person_id WHERE s.status = ?1 AND s.id < ?2 ORDER BY s.id DESC;

-- :many staff_service_page_person max 50 (person @i64, before @i64)
SELECT s.id, s.uid, s.status, s.cycle, s.next_due_on, s.hostname, s.problem, r.name AS product_name, p.uid AS person_uid, p.full_name
  FROM service s JOIN product r ON r.id = s.product_id JOIN person p ON p.id = s.person_id WHERE s.person_id = ?1 AND s.id < ?2 ORDER BY s.id DESC;

-- :one staff_service_get (uid @uid)
SELECT s.id, s.uid, s.status, s.cycle, s.next_due_on, s.hostname, s.username, s.address, s.remote_ref, s.usage_bytes, s.usage_at, s.problem,
       s.created_at, s.activated_at, s.ended_at, r.name AS product_name, r.module, r.package, s.person_id, p.uid AS person_uid, p.full_name
  FROM service s JOIN product r ON r.id = s.product_id JOIN person p ON p.id = s.person_id WHERE s.uid = ?1;

-- :many staff_job_page max 50 (before @i64)
SELECT id, uid, kind, state, attempts, next_at, last_error, created_at, done_at FROM job WHERE id < ?1 ORDER BY id DESC;

-- :many staff_job_page_state max 50 (state @text, before @i64)
SELECT id, uid, kind, state, attempts, next_at, last_error, created_at, done_at FROM job WHERE state = ?1 AND id < ?2 ORDER BY id DESC;

-- Jobs of a service: their kinds are "service.…", and no other kind of that name has another table's rows as its object.
-- :many staff_jobs_of_service max 20 (person @i64, service @i64)
SELECT id, uid, kind, state, attempts, next_at, last_error, created_at, done_at FROM job
 WHERE person_id = ?1 AND object_id = ?2 AND kind >= 'service.' AND kind < 'service/' ORDER BY id DESC;

-- :one staff_job_get (uid @uid)
SELECT id, uid, kind, state FROM job WHERE uid = ?1;

-- What happened to one thing, newest first.
-- :many staff_events_of max 50 (kind @text, object @i64)
SELECT id, at, event, actor_kind, detail FROM event_log WHERE object_kind = ?1 AND object_id = ?2 ORDER BY id DESC;

-- :many staff_product_list max 500 ()
SELECT id, uid, slug, name, module, package, status, position FROM product ORDER BY position, id;

-- :one staff_product_get (uid @uid)
SELECT id, uid, slug, name, summary, description, vat_class, module, package, asks_for, stores_data, status, position, version,
       stock, max_order, max_customer, trial_days
  FROM product WHERE uid = ?1;

-- Prices as the form shows them: the product's own first, then option by option.
-- :many staff_product_prices max 200 (product @i64)
SELECT p.currency, p.cycle, p.amount, p.setup, o.code, o.choice, o.label, o.choice_label
  FROM price p LEFT JOIN product_option o ON o.id = p.option_id WHERE p.product_id = ?1
 ORDER BY COALESCE(o.position, -1), p.id;
