-- What a customer sees of services; the person scopes every statement.

-- :many service_page_list max 25 (person @i64, before @i64)
SELECT s.id, s.uid, s.status, s.cycle, s.next_due_on, s.hostname, r.name AS product_name FROM service s JOIN product r ON r.id = s.product_id
 WHERE s.person_id = ?1 AND s.id < ?2 ORDER BY s.id DESC;

-- :one service_page_get (uid @uid, person @i64) -> (jobs @i64)
SELECT s.id, s.uid, s.status, s.cycle, s.next_due_on, s.hostname, s.username, s.secret, s.address, s.usage_bytes, s.usage_at, s.problem,
       s.created_at, s.activated_at, r.name AS product_name, r.module, r.stores_data, o.uid AS order_uid,
       (SELECT count(*) FROM job j WHERE j.person_id = s.person_id AND j.object_id = s.id AND j.state IN ('queued', 'leased')
         AND j.kind >= 'service.' AND j.kind < 'service/') AS jobs
  FROM service s JOIN product r ON r.id = s.product_id JOIN order_line l ON l.id = s.order_line_id JOIN orders o ON o.id = l.order_id
 WHERE s.uid = ?1 AND s.person_id = ?2;
