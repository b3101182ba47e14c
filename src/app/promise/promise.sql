-- Where promises stand, and how they stood.

-- :many promise_all max 200
-- One row per check of the program.
SELECT id, name, verdict, checked_at, words, numbers, evidence, memory, kept_at, broken_at, asked_at FROM promise ORDER BY id;

-- :one promise_count_broken -> (n @i64)
SELECT count(*) AS n FROM promise WHERE broken_at IS NOT NULL;

-- :one promise_named (name @text)
SELECT id, verdict, kept_at, broken_at FROM promise WHERE name = ?1;

-- :one promise_put (name @text, verdict @text, at @time, words @text, numbers @text, evidence @text, statement @i64, memory @text, kept @time?, broken @time?)
INSERT INTO promise (name, verdict, checked_at, words, numbers, evidence, statement_id, memory, kept_at, broken_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
ON CONFLICT (name) DO UPDATE SET verdict = excluded.verdict, checked_at = excluded.checked_at, words = excluded.words,
  numbers = excluded.numbers, evidence = excluded.evidence, statement_id = excluded.statement_id, memory = excluded.memory,
  kept_at = excluded.kept_at, broken_at = excluded.broken_at
RETURNING id;

-- :exec promise_set_asked (name @text, at @time)
-- Somebody wants to know now.
UPDATE promise SET asked_at = ?2 WHERE name = ?1;

-- :exec promise_result_add (promise @i64, at @time, verdict @text, words @text, numbers @text, evidence @text, statement @i64)
INSERT INTO promise_result (promise_id, checked_at, verdict, words, numbers, evidence, statement_id)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7);

-- :exec promise_day_add (promise @i64, day @date, kept @i64, broken @i64, unknown @i64)
INSERT INTO promise_day (promise_id, day, kept, broken, unknown) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (promise_id, day) DO UPDATE SET kept = promise_day.kept + excluded.kept,
  broken = promise_day.broken + excluded.broken, unknown = promise_day.unknown + excluded.unknown;

-- :many promise_days max 400 (promise @i64, since @date)
SELECT day, kept, broken, unknown FROM promise_day WHERE promise_id = ?1 AND day >= ?2 ORDER BY day;

-- :many promise_results max 20 (promise @i64)
SELECT checked_at, verdict, words FROM promise_result WHERE promise_id = ?1 ORDER BY id DESC;

-- :exec promise_result_sweep (before @time)
DELETE FROM promise_result WHERE id IN (SELECT id FROM promise_result WHERE checked_at < ?1 ORDER BY checked_at LIMIT 2000);

-- :exec promise_cookie_sweep (before @time)
DELETE FROM cookie_sent WHERE hour_at < ?1;

-- :exec promise_outbound_sweep (before @time)
DELETE FROM outbound WHERE id IN (SELECT id FROM outbound WHERE sent_at < ?1 ORDER BY sent_at LIMIT 2000);

-- :many promise_staff max 100
-- Who is written to when a promise breaks: members of staff that still are.
SELECT id FROM person WHERE kind = 'staff' AND status = 'active' ORDER BY id;

-- :exec promise_outbound_add (recipient @text, purpose @text, person @i64?, ref_kind @text, ref @blob, at @time)
INSERT INTO outbound (recipient, purpose, person_id, ref_kind, ref_uid, sent_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- :exec promise_cookie_add (hour @time, name @text, max_age @i64, shape @text, guarded @bool, n @i64)
INSERT INTO cookie_sent (hour_at, name, max_age, shape, guarded, n) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT (hour_at, name, max_age, shape, guarded) DO UPDATE SET n = cookie_sent.n + excluded.n;

-- ---- for an auditor's bundle

-- :many promise_key max 1
SELECT value FROM setting WHERE name = 'signing.public';

-- :exec promise_set_key (value @text)
INSERT INTO setting (name, value) VALUES ('signing.public', ?1) ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- :many promise_results_after max 1000 (after @i64)
SELECT r.id, p.name, r.checked_at, r.verdict, r.words, r.numbers, r.evidence, r.statement_id
FROM promise_result r JOIN promise p ON p.id = r.promise_id WHERE r.id > ?1 ORDER BY r.id;

-- :many promise_versions max 20 (after @i64)
SELECT id, hash, prose, rules, published_at FROM statement_version WHERE id > ?1 ORDER BY id;
