-- Credit notes: what is left of an invoice, the note, and what moves on the invoice.

-- :one note_source (id @i64)
SELECT i.id, i.uid, i.person_id, i.order_id, i.kind, i.status, i.number, i.currency, i.net, i.vat, i.gross, i.vat_gbp, i.gbp_rate,
       i.credited, i.taken_back, i.returned, i.treatment, i.note, i.territory, i.seller, i.party_name, i.party_company, i.party_address,
       i.party_vat_number, i.party_email, i.party_area, i.party_parts
  FROM invoice i WHERE i.id = ?1 FOR UPDATE;

-- :one note_left (id @i64)
-- The same for looking at it alone: without a lock.
SELECT currency, gross, taken_back FROM invoice WHERE id = ?1;

-- :one note_gbp (invoice @i64) -> (credited_gbp @i64)
SELECT CAST(coalesce(sum(vat_gbp), 0) AS BIGINT) AS credited_gbp FROM invoice WHERE credits_id = ?1;

-- :many note_lines max 200 (invoice @i64) -> (credited_net @i64, credited_vat @i64)
SELECT l.id, l.uid, l.description, l.hostname, l.period_from, l.period_to, l.quantity, l.unit_net, l.discount, l.net, l.rate_bp, l.treatment,
       l.vat, l.order_line_id,
       (SELECT CAST(coalesce(sum(c.net), 0) AS BIGINT) FROM invoice_line c WHERE c.credits_line_id = l.id) AS credited_net,
       (SELECT CAST(coalesce(sum(v.vat), 0) AS BIGINT) FROM invoice_line v WHERE v.credits_line_id = l.id) AS credited_vat
  FROM invoice_line l WHERE l.invoice_id = ?1 ORDER BY l.position;

-- :one note_add (uid @uid, person @i64, order @i64, credits @i64, number @text, series @text, sequence @i64, currency @text,
--   net @i64, vat @i64, gross @i64, vat_gbp @i64, gbp_rate @text, reason @text, treatment @text, note @text, territory @text,
--   seller @text, name @sealed, company @sealed?, address @sealed, vat_number @sealed?, email @sealed, at @time, on @date, area @text?,
--   parts @text)
INSERT INTO invoice (uid, person_id, order_id, kind, credits_id, status, number, series, sequence, currency, net, vat, gross,
  vat_gbp, gbp_rate, taken_back, returned, reason, treatment, note, territory, seller, party_name, party_company, party_address,
  party_vat_number, party_email, created_at, due_on, issued_on, tax_point,
  party_area, party_parts)
VALUES (?1, ?2, ?3, 'credit_note', ?4, 'issued', ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, 0, 0, ?14, ?15, ?16, ?17, ?18, ?19, ?20,
  ?21, ?22, ?23, ?24, ?25, ?25, ?25, ?26, ?27)
RETURNING id;

-- :exec note_set (id @i64, gross @i64, status @text)
-- Never more than is left: the CHECK on the table says so too.
UPDATE invoice SET taken_back = taken_back + ?2, status = ?3
WHERE id = ?1 AND kind = 'invoice' AND number IS NOT NULL AND status IN ('unpaid', 'paid') AND taken_back + ?2 <= gross;

-- :exec note_set_not_returned (id @i64, amount @i64)
-- Money that went back and came again.
UPDATE invoice SET returned = returned - ?2, status = CASE WHEN status = 'refunded' THEN 'paid' ELSE status END
WHERE id = ?1 AND status IN ('paid', 'refunded') AND returned >= ?2;

-- :exec note_set_returned (id @i64, amount @i64)
-- Money that went back. All credited and all of it gone back: refunded.
UPDATE invoice SET returned = returned + ?2,
  status = CASE WHEN taken_back = gross AND returned + ?2 = gross THEN 'refunded' ELSE status END
WHERE id = ?1 AND status = 'paid' AND returned + ?2 <= taken_back;
