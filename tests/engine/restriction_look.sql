-- What the scenarios about restriction look at, and what they break.

-- :exec restriction_look_drop_key (person @i64, class @text)
DELETE FROM person_key WHERE person_id = ?1 AND class = ?2;

-- :one restriction_look_order (uid @uid) -> (checks @i64)
SELECT o.id, o.ip, (SELECT count(*) FROM fraud_check c WHERE c.order_id = o.id) AS checks FROM orders o WHERE o.uid = ?1;

-- :one restriction_look_session (id @i64)
SELECT ip, agent FROM session WHERE id = ?1;

-- :one restriction_look_version (id @i64)
SELECT version FROM person WHERE id = ?1;
