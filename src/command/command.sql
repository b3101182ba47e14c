-- What every command may need: the event log, the outbox, and answers already given.

-- :one command_event_last ()
SELECT hash FROM event_log ORDER BY id DESC LIMIT 1;

-- :exec command_event_add (at @time, event @text, actor_kind @text, actor @i64?, object_kind @text, object @i64?, detail @text, hash @blob)
INSERT INTO event_log (at, event, actor_kind, actor_id, object_kind, object_id, detail, hash)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8);

-- The same key again is the same job: nothing happens.
-- :exec command_job_add (uid @uid, kind @text, job_key @text, person @i64?, object @i64, next_at @time, now @time)
INSERT INTO job (uid, kind, job_key, person_id, object_id, state, attempts, next_at, fence, last_error, created_at)
VALUES (?1, ?2, ?3, ?4, ?5, 'queued', 0, ?6, 0, '', ?7) ON CONFLICT (job_key) DO NOTHING;

-- :one command_idem_get (key @blob)
SELECT command, input_code, answer, status FROM idem WHERE key = ?1;

-- :exec command_idem_put (key @blob, command @text, input_code @blob, answer @blob, status @i64, expires @time)
INSERT INTO idem (key, command, input_code, answer, status, expires_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- :exec command_idem_sweep (now @time)
DELETE FROM idem WHERE key IN (SELECT key FROM idem WHERE expires_at < ?1 ORDER BY expires_at LIMIT 10000);
