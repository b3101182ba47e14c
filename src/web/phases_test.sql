-- What the test of the phases needs in the database.

-- :one phases_test_person (uid @uid, kind @text, at @time)
INSERT INTO person (uid, kind, status, customer_type, currency, capabilities, version, created_at)
VALUES (?1, ?2, 'active', 'consumer', 'GBP', 0, 1, ?3) RETURNING id;

-- :one phases_test_session (uid @uid, code @blob, person @i64, signed_in @bool, at @time, until @time)
INSERT INTO session (uid, token_code, person_id, signed_in, created_at, seen_at, expires_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6) RETURNING id;
