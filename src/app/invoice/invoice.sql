-- :one invoice_add (uid @uid, person @i64, order @i64, currency @text, net @i64, vat @i64, gross @i64, vat_gbp @i64,
--   gbp_rate @text, treatment @text, note @text, territory @text, seller @text, name @sealed, company @sealed?,
--   address @sealed, vat_number @sealed?, email @sealed, at @time, due_on @date, area @text?, parts @text)
INSERT INTO invoice (uid, person_id, order_id, kind, status, taken_back, returned, reason, currency, net, vat, gross, vat_gbp, gbp_rate, treatment, note,
  territory, seller, party_name, party_company, party_address, party_vat_number, party_email, created_at, due_on,
  party_area, party_parts)
VALUES (?1, ?2, ?3, 'invoice', 'unpaid', 0, 0, '', ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22)
RETURNING id;

-- :exec invoice_line_add (uid @uid, invoice @i64, position @i64, description @text, hostname @sealed?,
--   quantity @i64, unit_net @i64, discount @i64, net @i64, rate_bp @i64, treatment @text, vat @i64, order_line @i64, from @date?,
--   to @date?, credits @i64?)
INSERT INTO invoice_line (uid, invoice_id, position, description, hostname, quantity, unit_net, discount, net, rate_bp, treatment,
  vat, order_line_id, period_from, period_to, credits_line_id)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16);

-- :one invoice_get (id @i64)
SELECT id, uid, person_id, order_id, kind, status, number, currency, net, vat, gross, taken_back, returned, treatment FROM invoice
WHERE id = ?1;

-- :one invoice_open (id @i64) -> (received @i64)
SELECT i.status, i.currency, i.gross, i.credited,
  CAST((SELECT coalesce(sum(p.amount), 0) FROM payment p WHERE p.invoice_id = i.id AND p.status = 'succeeded') AS BIGINT) AS received
FROM invoice i WHERE i.id = ?1;

-- :one invoice_by_uid (uid @uid)
SELECT id, uid, person_id, order_id, kind, status, number, currency, net, vat, gross, taken_back, returned, treatment FROM invoice
WHERE uid = ?1;

-- :many invoice_of_order max 20 (order @i64)
SELECT id, uid, status FROM invoice WHERE order_id = ?1 ORDER BY id;

-- :many invoice_line_sums max 200 (invoice @i64)
SELECT id, position, net FROM invoice_line WHERE invoice_id = ?1 ORDER BY position;

-- :exec invoice_line_vat (id @i64, rate_bp @i64, treatment @text, vat @i64)
UPDATE invoice_line SET rate_bp = ?2, treatment = ?3, vat = ?4
WHERE id = ?1 AND EXISTS (SELECT i.id FROM invoice i WHERE i.id = invoice_line.invoice_id AND i.number IS NULL);

-- :exec invoice_set_vat (id @i64, vat @i64, gross @i64, vat_gbp @i64, treatment @text, note @text, territory @text)
UPDATE invoice SET vat = ?2, gross = ?3, vat_gbp = ?4, treatment = ?5, note = ?6, territory = ?7
WHERE id = ?1 AND status = 'unpaid' AND number IS NULL;

-- :one invoice_take_number (series @text) -> (taken @i64)
-- The next number of a series, which begins at its first use. Part of the transaction: rolled back, it is not taken.
INSERT INTO invoice_series (code, next) VALUES (?1, 2)
ON CONFLICT (code) DO UPDATE SET next = invoice_series.next + 1
RETURNING next - 1 AS taken;

-- :exec invoice_set_number (id @i64, number @text, series @text, sequence @i64, on @date)
UPDATE invoice SET number = ?2, series = ?3, sequence = ?4, issued_on = ?5, tax_point = ?5
WHERE id = ?1 AND status = 'unpaid' AND number IS NULL;

-- :exec invoice_set_paid (id @i64, at @time)
UPDATE invoice SET status = 'paid', paid_at = ?2 WHERE id = ?1 AND status = 'unpaid' AND number IS NOT NULL;

-- :many invoice_line_cycles max 200 (invoice @i64)
-- Lines of which nobody said which period they are for.
SELECT l.id, o.cycle, o.trial_days FROM invoice_line l JOIN order_line o ON o.id = l.order_line_id
WHERE l.invoice_id = ?1 AND l.period_from IS NULL ORDER BY l.position;

-- :exec invoice_line_period (id @i64, from @date, to @date)
UPDATE invoice_line SET period_from = ?2, period_to = ?3
WHERE id = ?1 AND EXISTS (SELECT i.id FROM invoice i WHERE i.id = invoice_line.invoice_id AND i.number IS NULL);

-- :exec invoice_set_void (id @i64, at @time, by @i64?, reason @text)
UPDATE invoice SET status = 'cancelled', voided_at = ?2, voided_by = ?3, void_reason = ?4
WHERE id = ?1 AND status = 'unpaid' AND number IS NULL;

-- :exec invoice_set_open (id @i64, due_on @date)
UPDATE invoice SET status = 'unpaid', due_on = ?2, voided_at = NULL, voided_by = NULL, void_reason = NULL
WHERE id = ?1 AND status IN ('unpaid', 'cancelled') AND number IS NULL;

-- :many invoice_due_issue max 50 (today @date)
-- Pro formas of running orders that are due and have no number yet.
SELECT i.id FROM invoice i JOIN orders o ON o.id = i.order_id
WHERE i.status = 'unpaid' AND i.number IS NULL AND i.due_on <= ?1 AND i.treatment <> 'pending' AND (o.status = 'active' OR o.kind = 'renewal')
ORDER BY i.id;

-- :exec invoice_book (txn @uid, account @text, person @i64, invoice @i64?, payment @i64?, currency @text, amount @i64, at @time)
INSERT INTO ledger (txn, account, person_id, invoice_id, payment_id, currency, amount, booked_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8);

-- :many invoice_due_books max 100 (before @time, after_at @time, after @i64)
-- Retention: invoices, credit notes and pro formas, by the day they were issued, or made when they never were.
SELECT id, uid, person_id, created_at AS at, created_at AS financial_year_end, issued_on AS financial_year_end_on FROM invoice
WHERE party_name IS NOT NULL AND treatment <> 'oss' AND created_at < ?1 AND created_at >= ?2 AND (created_at > ?2 OR id > ?3)
ORDER BY created_at, id;

-- :many invoice_due_oss max 100 (before @time, after_at @time, after @i64)
-- Those of sales that are reported through the One Stop Shop, which are also books.
SELECT id, uid, person_id, created_at AS at, created_at AS financial_year_end, issued_on AS financial_year_end_on,
  created_at AS supply_year_end, tax_point AS supply_year_end_on FROM invoice
WHERE party_name IS NOT NULL AND treatment = 'oss' AND created_at < ?1 AND created_at >= ?2 AND (created_at > ?2 OR id > ?3)
ORDER BY created_at, id;
