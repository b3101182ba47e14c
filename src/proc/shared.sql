-- :one shared_statement_row (hash @blob)
-- Which row the statement in force has.
SELECT id FROM statement_version WHERE hash = ?1;

-- :one shared_statement_last ()
-- The one that was in force before, to say what has changed.
SELECT hash, prose, rules FROM statement_version ORDER BY id DESC LIMIT 1;

-- :many shared_jobs_due max 1 (now @time)
-- Is there anything to lease? Reading costs nothing; a lease is a transaction.
SELECT id FROM job WHERE (state = 'queued' AND next_at <= ?1) OR (state = 'leased' AND lease_until < ?1) ORDER BY id;
