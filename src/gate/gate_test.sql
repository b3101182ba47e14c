-- What the gate's test needs besides the gates.

-- :one gate_test_statement (hash @blob, at @time)
INSERT INTO statement_version (hash, prose, rules, changes, published_at) VALUES (?1, '', '', '', ?2) RETURNING id;

-- :one gate_test_person (uid @uid, at @time)
INSERT INTO person (uid, kind, status, customer_type, currency, capabilities, version, created_at)
VALUES (?1, 'customer', 'active', 'consumer', 'GBP', 0, 1, ?2) RETURNING id;

-- :exec gate_test_store (person @i64, full_name @sealed, company @sealed)
UPDATE person SET full_name = ?2, company = ?3 WHERE id = ?1;

-- :one gate_test_read (person @i64)
SELECT full_name, company, email FROM person WHERE id = ?1;

-- :many gate_test_origins (person @i64)
SELECT col, point, source, statement_id FROM origin WHERE person_id = ?1 ORDER BY col;

-- :many gate_test_keys (person @i64)
SELECT class, key_id FROM person_key WHERE person_id = ?1 ORDER BY class;

-- :many gate_test_ledger (person @i64)
SELECT recipient, purpose, basis, fields, ref_kind FROM disclosure WHERE person_id = ?1 ORDER BY id;
