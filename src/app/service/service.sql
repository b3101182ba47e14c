-- :many service_units max 200 (order @i64)
-- What was ordered, line by line, with what is needed to set it up.
SELECT l.id, l.uid, o.person_id, l.product_id, l.cycle, l.quantity, l.trial_days, l.hostname, p.module, p.package
FROM order_line l JOIN orders o ON o.id = l.order_id JOIN product p ON p.id = l.product_id WHERE l.order_id = ?1 ORDER BY l.id;

-- :one service_of_unit (line @i64, unit @i64)
SELECT id FROM service WHERE order_line_id = ?1 AND unit = ?2;

-- :one service_add (uid @uid, person @i64, line @i64, unit @i64, product @i64, package @text, cycle @text, next_due_on @date?,
--   hostname @sealed?, at @time)
INSERT INTO service (uid, person_id, order_line_id, unit, product_id, status, package, cycle, next_due_on, hostname, problem,
  created_at)
VALUES (?1, ?2, ?3, ?4, ?5, 'pending', ?6, ?7, ?8, ?9, '', ?10)
RETURNING id;

-- :one service_get (id @i64)
SELECT s.id, s.uid, s.person_id, s.status, s.package, s.hostname, s.username, s.remote_ref, p.module
FROM service s JOIN product p ON p.id = s.product_id WHERE s.id = ?1;

-- :one service_by_uid (uid @uid)
SELECT s.id, s.uid, s.person_id, s.status, s.package, s.hostname, s.username, s.remote_ref, p.module
FROM service s JOIN product p ON p.id = s.product_id WHERE s.uid = ?1;

-- :one service_busy (person @i64, service @i64) -> (jobs @i64)
-- Work on this service that is not done yet.
SELECT count(*) AS jobs FROM job
WHERE person_id = ?1 AND object_id = ?2 AND state IN ('queued', 'leased')
  AND kind IN ('service.create', 'service.suspend', 'service.unsuspend', 'service.terminate', 'service.change_package',
    'service.change_password', 'service.usage');

-- :exec service_set_active (id @i64, username @sealed?, secret @sealed?, address @sealed?, remote_ref @text, at @time)
UPDATE service SET status = 'active', username = ?2, secret = ?3, address = ?4, remote_ref = ?5, problem = '',
  activated_at = coalesce(activated_at, ?6)
WHERE id = ?1 AND status IN ('pending', 'active');

-- :exec service_set_status (id @i64, status @text)
UPDATE service SET status = ?2, problem = '' WHERE id = ?1;

-- :exec service_set_ended (id @i64, at @time)
-- What gave access goes with it.
UPDATE service SET status = 'terminated', problem = '', username = NULL, secret = NULL, address = NULL, ended_at = ?2
WHERE id = ?1;

-- :exec service_set_secret (id @i64, secret @sealed)
UPDATE service SET secret = ?2, problem = '' WHERE id = ?1;

-- :exec service_set_usage (id @i64, bytes @i64, at @time)
UPDATE service SET usage_bytes = ?2, usage_at = ?3, problem = '' WHERE id = ?1;

-- :exec service_set_problem (id @i64, problem @text)
UPDATE service SET problem = ?2 WHERE id = ?1;

-- :exec service_set_package (id @i64, package @text)
UPDATE service SET package = ?2 WHERE id = ?1;

-- :many service_due_ended max 100 (before @time, after_at @time, after @i64)
-- Retention: services that ended.
SELECT id, uid, person_id, ended_at AS at, ended_at AS service_ended FROM service
WHERE ended_at IS NOT NULL AND (hostname IS NOT NULL OR username IS NOT NULL OR secret IS NOT NULL OR address IS NOT NULL)
  AND ended_at < ?1 AND ended_at >= ?2 AND (ended_at > ?2 OR id > ?3) ORDER BY ended_at, id;
