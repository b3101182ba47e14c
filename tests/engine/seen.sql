-- What the scenarios about renewals look at.

-- :one seen_service (service @i64)
SELECT s.uid, s.status, s.next_due_on, s.package, h.next_act_on, h.parked, h.unit_net, h.ends_on, h.ended_on, h.suspended_for,
       h.anchor_day, h.cancel_on
  FROM service s JOIN rhythm h ON h.service_id = s.id WHERE s.id = ?1;

-- :one seen_newest_invoice (person @i64)
SELECT id, uid, status, due_on, created_at, net, gross, treatment FROM invoice WHERE person_id = ?1 ORDER BY id DESC LIMIT 1;

-- :one seen_counts (person @i64) -> (invoices @i64, paid @i64, unpaid @i64, voided @i64)
SELECT count(*) AS invoices, count(CASE WHEN status = 'paid' THEN 1 END) AS paid, count(CASE WHEN status = 'unpaid' THEN 1 END) AS unpaid,
  count(CASE WHEN status = 'cancelled' THEN 1 END) AS voided
  FROM invoice WHERE person_id = ?1;

-- :many seen_periods max 100 (service @i64)
SELECT r.period_from, r.period_to, r.live, i.status, v.period_from AS line_from, v.period_to AS line_to, v.net
  FROM rhythm_line r JOIN order_line l ON l.id = r.order_line_id JOIN invoice i ON i.order_id = l.order_id
  JOIN invoice_line v ON v.order_line_id = l.id WHERE r.service_id = ?1 ORDER BY r.order_line_id;

-- :one seen_mails (person @i64, template @text) -> (n @i64)
SELECT count(*) AS n FROM mail_sent WHERE person_id = ?1 AND template = ?2;

-- :one seen_all () -> (invoices @i64, acts @i64, orders @i64, mails @i64)
SELECT (SELECT count(*) FROM invoice) AS invoices, (SELECT count(*) FROM rhythm_act) AS acts, (SELECT count(*) FROM orders) AS orders,
  (SELECT count(*) FROM job WHERE kind >= 'mail.' AND kind < 'mail/') AS mails;

-- :many seen_twice max 5 -> (n @i64)
-- Periods of a service that more than one living invoice charges: there must be none.
SELECT count(*) AS n FROM rhythm_line r JOIN order_line l ON l.id = r.order_line_id JOIN invoice i ON i.order_id = l.order_id
 WHERE r.act = 'renew' AND i.status <> 'cancelled' GROUP BY r.service_id, r.period_from HAVING count(*) > 1;

-- :one seen_person (id @i64)
SELECT uid FROM person WHERE id = ?1;

-- :one seen_plan (id @i64)
SELECT s.package, p.slug, h.unit_net, h.new_net, h.new_from FROM service s JOIN product p ON p.id = s.product_id
  JOIN rhythm h ON h.service_id = s.id WHERE s.id = ?1;

-- :one seen_credit (person @i64) -> (balance @i64)
SELECT CAST(coalesce(sum(balance), 0) AS BIGINT) AS balance FROM credit_balance WHERE person_id = ?1;

-- :many seen_services max 100 (person @i64)
SELECT uid, status FROM service WHERE person_id = ?1 ORDER BY id;

-- :one seen_due (person @i64, due @date) -> (lines @i64, parked @i64)
SELECT count(*) AS lines, count(h.parked) AS parked FROM rhythm_line r JOIN rhythm h ON h.service_id = r.service_id
 WHERE h.person_id = ?1 AND r.period_from = ?2 AND r.live = 1;
