-- What the benchmarks run.

-- :exec bench_add (at @time, event @text, detail @text, hash @blob)
INSERT INTO event_log (at, event, actor_kind, object_kind, detail, hash) VALUES (?1, ?2, 'system', 'bench', ?3, ?4);

-- :one bench_product ()
SELECT uid FROM product WHERE slug = 'bench';

-- :one bench_payment (uid @uid)
SELECT reference, currency, amount FROM payment WHERE uid = ?1;
