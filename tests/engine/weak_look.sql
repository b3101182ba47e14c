-- What the scenarios about the edges of billing look at.

-- :one weak_look_due (today @date) -> (n @i64)
SELECT count(*) AS n FROM rhythm WHERE next_act_on <= ?1;

-- :one weak_look_jobs (kind @text, state @text) -> (n @i64)
SELECT count(*) AS n FROM job WHERE kind = ?1 AND state = ?2;

-- :one weak_look_entries () -> (entries @i64, aliases @i64, open @i64)
SELECT (SELECT count(*) FROM bank_entry) AS entries, (SELECT count(*) FROM bank_alias) AS aliases,
  (SELECT count(*) FROM bank_entry WHERE status = 'open') AS open;

-- :one weak_look_event () -> (refunds @i64)
SELECT amount, outcome, reason, (SELECT count(*) FROM refund WHERE status = 'failed') AS refunds FROM gateway_event ORDER BY id DESC LIMIT 1;
