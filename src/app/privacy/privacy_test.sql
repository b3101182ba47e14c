-- What the test of the privacy feature needs besides the feature.

-- :one privacy_test_person (uid @uid, at @time)
INSERT INTO person (uid, kind, status, customer_type, country, currency, capabilities, version, created_at)
VALUES (?1, 'customer', 'active', 'consumer', 'GB', 'GBP', 0, 1, ?2) RETURNING id;

-- :exec privacy_test_name (person @i64, full_name @sealed)
UPDATE person SET full_name = ?2 WHERE id = ?1;

-- :exec privacy_test_session (uid @uid, token @blob, person @i64, ip @sealed, at @time)
INSERT INTO session (uid, token_code, person_id, signed_in, ip, agent, created_at, seen_at, expires_at)
VALUES (?1, ?2, ?3, 1, ?4, 'Firefox', ?5, ?5, ?5);
