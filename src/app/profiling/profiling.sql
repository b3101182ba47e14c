-- What profiles are made of, and what comes of them.

-- :one profiling_person (id @i64)
SELECT id, uid, kind, status, currency FROM person WHERE id = ?1;

-- :one profiling_by_uid (uid @uid)
SELECT id, uid, kind, currency FROM person WHERE uid = ?1;

-- :many profiling_invoices max 200 (person @i64)
-- The newest of what somebody was to pay.
SELECT status, due_on, paid_at, net, currency FROM invoice WHERE person_id = ?1 AND kind = 'invoice' AND gross > 0 ORDER BY id DESC;

-- :one profiling_counts (person @i64) -> (services @i64, taken @i64)
SELECT (SELECT count(*) FROM service s WHERE s.person_id = ?1 AND s.status = 'active') AS services,
  (SELECT count(*) FROM payment p WHERE p.person_id = ?1 AND p.status = 'charged_back') AS taken;

-- :one profiling_get (person @i64)
SELECT id, uid, segment, credit, reasons, currency, rules, made_at, said_segment, said_credit, said_why, said_at FROM profile
WHERE person_id = ?1;

-- :exec profiling_add (uid @uid, person @i64, segment @sealed, credit @sealed, reasons @sealed?, currency @text, rules @text, at @time)
INSERT INTO profile (uid, person_id, segment, credit, reasons, currency, rules, made_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8);

-- :exec profiling_set (id @i64, segment @sealed, credit @sealed, reasons @sealed?, currency @text, rules @text, at @time)
UPDATE profile SET segment = ?2, credit = ?3, reasons = ?4, currency = ?5, rules = ?6, made_at = ?7 WHERE id = ?1;

-- :exec profiling_say (id @i64, segment @sealed?, credit @sealed?, why @sealed?, by @i64?, at @time?)
UPDATE profile SET said_segment = ?2, said_credit = ?3, said_why = ?4, said_by = ?5, said_at = ?6 WHERE id = ?1;

-- :exec profiling_remove (person @i64)
DELETE FROM profile WHERE person_id = ?1;

-- :exec profiling_origins_remove (person @i64, cols @text)
-- Where that came from, likewise: columns beginning with these letters.
DELETE FROM origin WHERE person_id = ?1 AND substr(col, 1, length(?2)) = ?2;

-- ---- what was looked at

-- :one profiling_agreed (person @i64)
SELECT id, wording, given_at FROM acknowledgement WHERE person_id = ?1 AND topic = 'browsing' AND withdrawn_at IS NULL
ORDER BY id DESC LIMIT 1;

-- :exec profiling_agree (person @i64, wording @text, statement @i64, at @time)
INSERT INTO acknowledgement (person_id, topic, wording, statement_id, point, given_at) VALUES (?1, 'browsing', ?2, ?3, 'profile', ?4);

-- :exec profiling_withdraw (person @i64, at @time)
UPDATE acknowledgement SET withdrawn_at = ?2 WHERE person_id = ?1 AND topic = 'browsing' AND withdrawn_at IS NULL;

-- :many profiling_looks max 20 (person @i64)
SELECT id, uid, product, times, seen_on, seen_at FROM profile_look WHERE person_id = ?1 ORDER BY seen_at DESC, id DESC;

-- :exec profiling_look_add (uid @uid, person @i64, product @sealed, on @date, at @time)
INSERT INTO profile_look (uid, person_id, product, times, seen_on, seen_at) VALUES (?1, ?2, ?3, 1, ?4, ?5);

-- :exec profiling_look_again (id @i64, on @date, at @time)
UPDATE profile_look SET times = times + 1, seen_on = ?2, seen_at = ?3 WHERE id = ?1;

-- :exec profiling_look_drop (id @i64)
DELETE FROM profile_look WHERE id = ?1;

-- :exec profiling_looks_remove (person @i64)
DELETE FROM profile_look WHERE person_id = ?1;

-- :one profiling_product (uid @uid)
SELECT slug, status FROM product WHERE uid = ?1;

-- :one profiling_product_name (slug @text)
SELECT name, status FROM product WHERE slug = ?1;

-- ---- paying later

-- :many profiling_open max 20 (person @i64) -> (later @i64)
-- Renewals that are open: the services on them go on when they are paid later.
SELECT i.id, i.uid, i.order_id, i.currency, i.gross, i.credited, i.due_on,
  (SELECT count(*) FROM profile_later t WHERE t.invoice_id = i.id) AS later
FROM invoice i JOIN orders o ON o.id = i.order_id
WHERE i.person_id = ?1 AND i.kind = 'invoice' AND i.status = 'unpaid' AND i.treatment <> 'pending' AND o.kind = 'renewal'
ORDER BY i.due_on, i.id;

-- :exec profiling_later_add (invoice @i64, person @i64, until @date, at @time)
INSERT INTO profile_later (invoice_id, person_id, until_on, agreed_at) VALUES (?1, ?2, ?3, ?4);

-- :many profiling_services max 100 (order @i64)
SELECT r.service_id FROM rhythm_line r JOIN order_line l ON l.id = r.order_line_id WHERE l.order_id = ?1 AND r.live = 1 ORDER BY r.service_id;

-- :exec profiling_hold (service @i64, until @date, reason @text)
-- Not shorter than staff said.
UPDATE rhythm SET hold_until = ?2, hold_reason = ?3 WHERE service_id = ?1 AND (hold_until IS NULL OR hold_until < ?2);

-- ---- how it ends

-- :many profiling_due_made max 100 (before @time, after_at @time, after @i64)
SELECT id, uid, person_id, made_at AS at, made_at AS recorded FROM profile
WHERE segment IS NOT NULL AND made_at < ?1 AND made_at >= ?2 AND (made_at > ?2 OR id > ?3) ORDER BY made_at, id;

-- :many profiling_due_looked max 100 (before @time, after_at @time, after @i64)
SELECT id, uid, person_id, seen_at AS at, seen_at AS recorded FROM profile_look
WHERE product IS NOT NULL AND seen_at < ?1 AND seen_at >= ?2 AND (seen_at > ?2 OR id > ?3) ORDER BY seen_at, id;
