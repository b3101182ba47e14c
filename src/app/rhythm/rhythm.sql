-- What the rhythm reads and writes. Look-ups by date go through the index on next_act_on alone.

-- :one rhythm_origin (service @i64)
-- What a service was ordered as.
SELECT s.person_id, o.currency, l.unit_net, l.product_name, l.cycle, l.options, l.choices FROM service s
JOIN order_line l ON l.id = s.order_line_id JOIN orders o ON o.id = l.order_id WHERE s.id = ?1;

-- :exec rhythm_begin (service @i64, person @i64, currency @text, unit_net @i64, label @text, choices @text, anchor @i64,
--   next @date?, charged @i64)
INSERT INTO rhythm (service_id, person_id, currency, unit_net, label, choices, anchor_day, next_act_on, periods)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9);

-- :many rhythm_due max 50 (today @date)
SELECT service_id FROM rhythm WHERE next_act_on <= ?1 ORDER BY next_act_on, service_id;

-- :many rhythm_upcoming max 200 (today @date, after_on @date, after @i64)
-- What has to be looked at by a day, page by page.
SELECT service_id, next_act_on FROM rhythm
 WHERE next_act_on <= ?1 AND (next_act_on > ?2 OR (next_act_on = ?2 AND service_id > ?3)) ORDER BY next_act_on, service_id;

-- :one rhythm_get (service @i64)
SELECT s.id, s.uid, s.person_id, s.status, s.cycle, s.next_due_on, s.hostname, s.product_id, p.name AS product_name, p.vat_class,
       p.module, s.order_line_id, s.unit, h.periods, l.order_id, l.options, h.currency, h.unit_net, h.label, h.choices, h.anchor_day, h.new_net, h.new_from, h.cancel_on,
       h.ends_on, h.hold_until, h.hold_reason, h.suspended_for, h.parked, h.parked_on, h.ended_on, h.next_act_on
  FROM rhythm h JOIN service s ON s.id = h.service_id JOIN product p ON p.id = s.product_id
  JOIN order_line l ON l.id = s.order_line_id WHERE h.service_id = ?1;

-- :exec rhythm_cancel_on (service @i64, on @date?, ends @date?, today @date)
UPDATE rhythm SET cancel_on = ?2, ends_on = ?3, next_act_on = ?4, parked = NULL, parked_on = NULL WHERE service_id = ?1;

-- :exec rhythm_cancellation (uid @uid, person @i64, service @i64, by @text, ends @date, reason @sealed?, at @time)
INSERT INTO cancellation (uid, person_id, service_id, by_kind, ends_on, reason, asked_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7);

-- :exec rhythm_withdrawn (service @i64, at @time)
UPDATE cancellation SET withdrawn_at = ?2 WHERE service_id = ?1 AND withdrawn_at IS NULL;

-- :exec rhythm_set_hold (service @i64, until @date?, reason @text)
UPDATE rhythm SET hold_until = ?2, hold_reason = ?3 WHERE service_id = ?1;

-- :one rhythm_by_uid (uid @uid)
SELECT id, person_id FROM service WHERE uid = ?1;

-- :one rhythm_open_bill (service @i64, period @date) -> (held @i64)
-- The invoice of the period that begins then, while it is not paid, and whether a payment of it is on its way.
SELECT i.id, i.uid, i.order_id, i.treatment, i.due_on, i.created_at, i.gross,
       (SELECT count(*) FROM payment m WHERE m.invoice_id = i.id AND m.status IN ('pending', 'review', 'disputed')) AS held
  FROM rhythm_line r JOIN order_line l ON l.id = r.order_line_id JOIN invoice i ON i.order_id = l.order_id
 WHERE r.service_id = ?1 AND r.act = 'renew' AND r.period_from = ?2 AND r.live = 1 AND i.kind = 'invoice'
   AND i.status = 'unpaid';

-- :many rhythm_acts_of max 50 (kind @text, subject @i64)
SELECT act, period, result, invoice_id, done_on, done_at FROM rhythm_act WHERE subject_kind = ?1 AND subject_id = ?2
ORDER BY id DESC;

-- :exec rhythm_act_add (person @i64, kind @text, subject @i64, act @text, period @text, result @text, invoice @i64?, on @date,
--   at @time)
-- Once per subject, act and period: the second changes nothing.
INSERT INTO rhythm_act (person_id, subject_kind, subject_id, act, period, result, invoice_id, done_on, done_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (subject_kind, subject_id, act, period) DO NOTHING;

-- :exec rhythm_next (service @i64, next @date?)
UPDATE rhythm SET next_act_on = ?2 WHERE service_id = ?1;

-- :exec rhythm_park (service @i64, why @text, on @date)
UPDATE rhythm SET parked = ?2, parked_on = ?3, next_act_on = NULL WHERE service_id = ?1;

-- :exec rhythm_unpark (service @i64, today @date)
UPDATE rhythm SET parked = NULL, parked_on = NULL, next_act_on = ?2 WHERE service_id = ?1;

-- :exec rhythm_over (service @i64, on @date)
UPDATE rhythm SET ended_on = ?2, next_act_on = NULL, suspended_for = NULL, parked = NULL, parked_on = NULL WHERE service_id = ?1;

-- :one rhythm_suspending (person @i64, service @i64) -> (jobs @i64)
-- The platform was asked to suspend it and has not done so yet.
SELECT count(*) AS jobs FROM job WHERE person_id = ?1 AND object_id = ?2 AND kind = 'service.suspend'
  AND state IN ('queued', 'leased');

-- :exec rhythm_suspended (service @i64, invoice @i64?)
UPDATE rhythm SET suspended_for = ?2 WHERE service_id = ?1;

-- :exec rhythm_ends (service @i64, on @date?)
UPDATE rhythm SET ends_on = ?2 WHERE service_id = ?1;

-- :exec rhythm_price (service @i64, unit_net @i64)
-- An announced price begins.
UPDATE rhythm SET unit_net = ?2, new_net = NULL, new_from = NULL WHERE service_id = ?1;

-- :exec rhythm_counted (service @i64)
UPDATE rhythm SET periods = periods + 1 WHERE service_id = ?1;

-- :exec rhythm_due_on (service @i64, from @date, to @date)
-- Only from the period that was paid: a second time changes nothing.
UPDATE service SET next_due_on = ?3 WHERE id = ?1 AND next_due_on = ?2;

-- ---- invoices of periods

-- :many rhythm_together max 60 (person @i64, currency @text, due @date, but @i64)
-- The other services of one person for which that period begins on one day and is not invoiced yet: they share an invoice.
SELECT s.id FROM service s JOIN rhythm h ON h.service_id = s.id
WHERE s.person_id = ?1 AND h.currency = ?2 AND s.next_due_on = ?3 AND s.status = 'active' AND s.id <> ?4 AND h.parked IS NULL
  AND NOT EXISTS (SELECT 1 FROM rhythm_line r WHERE r.service_id = s.id AND r.act = 'renew' AND r.period_from = ?3 AND r.live = 1)
ORDER BY s.id;

-- :exec rhythm_line_add (line @i64, service @i64, act @text, from @date, to @date, new_net @i64?)
INSERT INTO rhythm_line (order_line_id, service_id, act, period_from, period_to, new_net, live) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1);

-- :many rhythm_lines_of max 200 (order @i64)
SELECT r.order_line_id, r.service_id, r.act, r.period_from, r.period_to, r.new_net, r.live, h.person_id, h.ended_on, h.parked
FROM rhythm_line r JOIN order_line l ON l.id = r.order_line_id JOIN rhythm h ON h.service_id = r.service_id WHERE l.order_id = ?1 ORDER BY r.order_line_id;

-- :exec rhythm_uncounted (service @i64)
UPDATE rhythm SET periods = periods - 1 WHERE service_id = ?1 AND periods > 0;

-- :exec rhythm_line_dead (line @i64)
UPDATE rhythm_line SET live = 0 WHERE order_line_id = ?1;

-- :exec rhythm_act_void (service @i64, act @text, period @text, as @text)
-- What was voided may be done again; the row stays as a record under another key.
UPDATE rhythm_act SET period = ?4, result = 'void' WHERE subject_kind = 'service' AND subject_id = ?1 AND act = ?2 AND period = ?3;

-- :one rhythm_hold_of (order @i64) -> (until @date?)
-- A hold on one service of an invoice holds what follows from that invoice.
SELECT max(h.hold_until) AS until FROM rhythm_line r JOIN order_line l ON l.id = r.order_line_id
JOIN rhythm h ON h.service_id = r.service_id WHERE l.order_id = ?1 AND r.live = 1;

-- :one rhythm_alive_of (order @i64) -> (n @i64)
-- Services of an invoice that have not ended.
SELECT count(*) AS n FROM rhythm_line r JOIN order_line l ON l.id = r.order_line_id
JOIN rhythm h ON h.service_id = r.service_id WHERE l.order_id = ?1 AND r.live = 1 AND h.ended_on IS NULL;

-- :one rhythm_told (person @i64, invoice @i64, service @i64, since @time) -> (messages @i64, warned_at @time?)
-- The messages about an unpaid invoice that were really handed over.
SELECT count(*) AS messages, max(CASE WHEN template = 'termination_warning' THEN sent_at END) AS warned_at FROM mail_sent
WHERE person_id = ?1 AND sent_at >= ?4
  AND ((template IN ('invoice_due', 'invoice_reminder', 'invoice_overdue') AND object_id = ?2)
    OR (template IN ('service_suspended', 'termination_warning') AND object_id = ?3));

-- ---- changes of plan

-- :one rhythm_way (from @i64, to @uid)
-- Whether a product may be changed to another.
SELECT p.id FROM product_change w JOIN product p ON p.id = w.to_id WHERE w.from_id = ?1 AND p.uid = ?2;

-- :one rhythm_product (uid @uid)
SELECT id, module FROM product WHERE uid = ?1;

-- :one rhythm_slug (slug @text)
SELECT id, module FROM product WHERE slug = ?1;

-- :exec rhythm_no_ways (from @i64)
DELETE FROM product_change WHERE from_id = ?1;

-- :exec rhythm_way_add (from @i64, to @i64, position @i64)
INSERT INTO product_change (from_id, to_id, position) VALUES (?1, ?2, ?3) ON CONFLICT (from_id, to_id) DO NOTHING;

-- :one rhythm_paid_renewal (service @i64, from @date)
SELECT i.id, v.rate_bp FROM rhythm_line r JOIN order_line l ON l.id = r.order_line_id JOIN invoice i ON i.order_id = l.order_id
  JOIN invoice_line v ON v.invoice_id = i.id AND v.order_line_id = l.id
 WHERE r.service_id = ?1 AND r.act = 'renew' AND r.period_from = ?2 AND r.live = 1 AND i.kind = 'invoice' AND i.status = 'paid';

-- :one rhythm_paid_order (service @i64)
SELECT i.id, v.rate_bp FROM service s JOIN order_line l ON l.id = s.order_line_id JOIN invoice i ON i.order_id = l.order_id
  JOIN invoice_line v ON v.invoice_id = i.id AND v.order_line_id = l.id
 WHERE s.id = ?1 AND i.kind = 'invoice' AND i.status = 'paid' ORDER BY v.position LIMIT 1;

-- :one rhythm_open_change (service @i64) -> (held @i64)
-- A change that waits for its payment.
SELECT r.order_line_id, i.id, i.uid, i.order_id, i.due_on,
       (SELECT count(*) FROM payment m WHERE m.invoice_id = i.id AND m.status IN ('pending', 'review', 'disputed')) AS held
  FROM rhythm_line r JOIN order_line l ON l.id = r.order_line_id JOIN invoice i ON i.order_id = l.order_id
 WHERE r.service_id = ?1 AND r.act = 'change' AND r.live = 1 AND i.kind = 'invoice' AND i.status = 'unpaid'
 ORDER BY r.order_line_id DESC LIMIT 1;

-- :one rhythm_ordered (line @i64)
SELECT l.product_id, l.product_name, l.cycle, l.options, l.choices, p.package FROM order_line l JOIN product p ON p.id = l.product_id
 WHERE l.id = ?1;

-- :exec rhythm_set_plan (service @i64, unit_net @i64, label @text, choices @text, today @date)
UPDATE rhythm SET unit_net = ?2, label = ?3, choices = ?4, next_act_on = ?5 WHERE service_id = ?1;

-- :exec rhythm_set_product (service @i64, product @i64)
UPDATE service SET product_id = ?2 WHERE id = ?1;

-- :many rhythm_of_product max 100 (product @i64, after @i64)
SELECT id FROM service WHERE product_id = ?1 AND id > ?2 AND status IN ('pending', 'active', 'suspended') ORDER BY id;

-- :exec rhythm_new_price (service @i64, net @i64, from @date)
UPDATE rhythm SET new_net = ?2, new_from = ?3 WHERE service_id = ?1;

-- :many rhythm_every max 200 (after @i64)
SELECT service_id FROM rhythm WHERE service_id > ?1 ORDER BY service_id;

-- ---- when it ran

-- :one rhythm_setting (name @text)
SELECT value FROM setting WHERE name = ?1;

-- :exec rhythm_set (name @text, value @text)
INSERT INTO setting (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value;
