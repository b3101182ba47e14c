-- :many shared_jobs_due max 1 (now @time)
-- Is there anything to lease? Reading costs nothing; a lease is a transaction.
SELECT id FROM job WHERE state = 'queued' AND next_at <= ?1 ORDER BY next_at, id;

-- :many shared_jobs_lost max 1 (now @time)
-- And anything whose lease ran out?
SELECT id FROM job WHERE state = 'leased' AND lease_until < ?1 ORDER BY next_at, id;
