-- All that one invoice or credit note says.

-- :one paper_head (id @i64)
SELECT i.id, i.uid, i.kind, i.status, i.number, i.currency, i.net, i.vat, i.gross, i.credited, i.vat_gbp, i.gbp_rate, i.treatment,
       i.note, i.territory, i.seller, i.party_name, i.party_company, i.party_address, i.party_vat_number, i.party_email, i.party_parts,
       i.created_at, i.due_on, i.issued_on, i.tax_point, i.paid_at, i.voided_at, i.reason, o.uid AS order_uid, o.reference,
       c.uid AS credits_uid, c.number AS credits_number, c.issued_on AS credits_issued_on
  FROM invoice i JOIN orders o ON o.id = i.order_id LEFT JOIN invoice c ON c.id = i.credits_id WHERE i.id = ?1;

-- :many paper_lines_of max 200 (invoice @i64)
SELECT uid, description, hostname, period_from, period_to, quantity, unit_net, discount, net, rate_bp, vat, treatment FROM invoice_line
 WHERE invoice_id = ?1 ORDER BY position;
