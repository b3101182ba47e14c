-- :one profile_row (id @i64)
SELECT id, uid, kind, customer_type, email, full_name, company, vat_number, address1, address2, city, region, postcode,
  country, telephone, currency, version
FROM person WHERE id = ?1;

-- :exec profile_update (id @i64, version @i64, customer_type @text, full_name @sealed, company @sealed?, vat_number @sealed?,
--   address1 @sealed?, address2 @sealed?, city @sealed?, region @sealed?, postcode @sealed?, country @text?,
--   telephone @sealed?)
UPDATE person SET customer_type = ?3, full_name = ?4, company = ?5, vat_number = ?6, address1 = ?7, address2 = ?8, city = ?9,
  region = ?10, postcode = ?11, country = ?12, telephone = ?13, version = version + 1
WHERE id = ?1 AND version = ?2;

-- :exec profile_make_customer (id @i64, email @sealed, email_code @blob, password @sealed)
UPDATE person SET kind = 'customer', email = ?2, email_code = ?3, password = ?4 WHERE id = ?1 AND kind = 'visitor';

-- :one profile_by_email (email_code @blob)
SELECT id FROM person WHERE kind = 'customer' AND kind <> 'visitor' AND email_code = ?1;

-- :exec profile_forget_codes (person @i64)
DELETE FROM search_code WHERE person_id = ?1 AND kind IN ('name', 'telephone', 'company', 'postcode');

-- :exec profile_add_code (person @i64, kind @text, code @blob)
INSERT INTO search_code (person_id, kind, code) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING;
