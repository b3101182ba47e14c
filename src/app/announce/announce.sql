-- Announcements: made, listed, sent, and what came back.

-- :one announce_get (id @i64)
SELECT id, uid, topic, audience, product_id, title, body, public, state, problem, version, round, cursor, slices, run_job, send_at, begun_at,
  published_at FROM announcement WHERE id = ?1;

-- :one announce_find (uid @uid)
SELECT id, topic, audience, state, version, round, body, published_at, public FROM announcement WHERE uid = ?1;

-- :one announce_product (slug @text)
SELECT id FROM product WHERE slug = ?1;

-- :one announce_insert (uid @uid, topic @text, audience @text, product @i64?, title @text, body @text, public @bool, by @i64, at @time)
INSERT INTO announcement (uid, topic, audience, product_id, title, body, public, state, problem, version, round, cursor, slices, created_by,
  created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'draft', '', 1, 0, 0, 0, ?8, ?9) RETURNING id;

-- :exec announce_update (id @i64, version @i64, topic @text, audience @text, product @i64?, title @text, body @text, public @bool)
UPDATE announcement SET topic = ?3, audience = ?4, product_id = ?5, title = ?6, body = ?7, public = ?8, version = version + 1
WHERE id = ?1 AND version = ?2 AND state = 'draft';

-- :exec announce_set_preparing (id @i64, version @i64)
-- Another round: what an earlier list held does not count any more.
UPDATE announcement SET state = 'preparing', round = round + 1, cursor = 0, version = version + 1, problem = ''
WHERE id = ?1 AND version = ?2 AND state = 'draft';

-- :exec announce_set_draft (id @i64, version @i64)
UPDATE announcement SET state = 'draft', version = version + 1 WHERE id = ?1 AND version = ?2 AND state IN ('preparing', 'ready');

-- :exec announce_set_cursor (id @i64, before @i64, cursor @i64)
UPDATE announcement SET cursor = ?3 WHERE id = ?1 AND state = 'preparing' AND cursor = ?2;

-- :exec announce_set_ready (id @i64)
UPDATE announcement SET state = 'ready', version = version + 1 WHERE id = ?1 AND state = 'preparing';

-- :exec announce_set_scheduled (id @i64, version @i64, by @i64, send @time)
UPDATE announcement SET state = 'scheduled', approved_by = ?3, send_at = ?4, version = version + 1
WHERE id = ?1 AND version = ?2 AND state = 'ready';

-- :exec announce_set_sending (id @i64, at @time)
UPDATE announcement SET state = 'sending', begun_at = ?2,
  published_at = CASE WHEN public = 1 THEN coalesce(published_at, ?2) ELSE published_at END
WHERE id = ?1 AND state = 'scheduled' AND send_at <= ?2;

-- :exec announce_move (id @i64, from_state @text, to_state @text, problem @text, ended @time?)
UPDATE announcement SET state = ?3, problem = ?4, ended_at = ?5, version = version + 1 WHERE id = ?1 AND state = ?2;

-- :one announce_job_of (key @text)
SELECT id FROM job WHERE job_key = ?1;

-- :exec announce_set_job (id @i64, slices @i64, job @i64?)
-- The one job that may work on it from now on.
UPDATE announcement SET slices = ?2, run_job = ?3 WHERE id = ?1;

-- :exec announce_set_published (id @i64, at @time?)
UPDATE announcement SET published_at = ?2, version = version + 1 WHERE id = ?1;

-- :exec announce_count (announcement @i64, round @i64, what @text, n @i64)
INSERT INTO announcement_count (announcement_id, round, what, n) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (announcement_id, round, what) DO UPDATE SET n = announcement_count.n + ?4;

-- :many announce_counts max 40 (announcement @i64, round @i64)
SELECT what, n FROM announcement_count WHERE announcement_id = ?1 AND round = ?2 ORDER BY what;

-- :many announce_customers max 100 (after @i64)
SELECT id AS person_id, id FROM person WHERE kind = 'customer' AND id > ?1 ORDER BY id;

-- :many announce_owners max 100 (product @i64, after @i64)
SELECT person_id, id FROM service WHERE product_id = ?1 AND id > ?2 AND status IN ('active', 'suspended') ORDER BY id;

-- :many announce_agreed max 100 (topic @text, after @i64)
SELECT person_id, id FROM consent WHERE topic = ?1 AND state = 'given' AND id > ?2 ORDER BY id;

-- :many announce_chose max 100 (topic @text, after @i64)
-- Who asked for it, or was told and did not refuse.
SELECT person_id, id FROM mail_choice WHERE topic = ?1 AND ended_at IS NULL AND id > ?2 AND choice IN ('on', 'told') ORDER BY id;

-- :exec announce_list_add (uid @uid, announcement @i64, person @i64, code @blob, topic @text, round @i64)
-- One row per address; a row of an earlier list that was not sent counts again.
INSERT INTO announcement_send (uid, announcement_id, person_id, code, topic, basis, round, state, reason, tries, soft_bounces)
VALUES (?1, ?2, ?3, ?4, ?5, '', ?6, 'queued', '', 0, 0)
ON CONFLICT (announcement_id, code) DO UPDATE SET state = 'queued', reason = '', person_id = ?3, topic = ?5, round = ?6
WHERE announcement_send.round < ?6 AND announcement_send.state IN ('queued', 'left_out');

-- :one announce_queued (announcement @i64, round @i64)
SELECT id, uid, person_id, code, tries FROM announcement_send
WHERE announcement_id = ?1 AND state = 'queued' AND round = ?2 ORDER BY id LIMIT 1;

-- :exec announce_set_claimed (id @i64, code @blob, at @time, basis @text)
UPDATE announcement_send SET state = 'sending', code = ?2, sent_at = ?3, basis = ?4, tries = tries + 1 WHERE id = ?1 AND state = 'queued';

-- :one announce_taken (announcement @i64, code @blob)
SELECT id FROM announcement_send WHERE announcement_id = ?1 AND code = ?2;

-- :exec announce_set_left_out (id @i64, reason @text)
UPDATE announcement_send SET state = 'left_out', reason = ?2 WHERE id = ?1 AND state = 'queued';

-- :one announce_send_get (uid @uid)
SELECT id, announcement_id, person_id, code, topic, round, state, tries, soft_bounces FROM announcement_send WHERE uid = ?1;

-- :exec announce_set_told (id @i64, state @text, reason @text)
UPDATE announcement_send SET state = ?2, reason = ?3 WHERE id = ?1 AND state = 'sending';

-- :exec announce_set_later (id @i64)
-- Nothing left the house: it waits again.
UPDATE announcement_send SET state = 'queued', sent_at = NULL WHERE id = ?1 AND state = 'sending';

-- :exec announce_requeue (announcement @i64)
UPDATE announcement_send SET state = 'queued', sent_at = NULL WHERE id IN
  (SELECT s.id FROM announcement_send s WHERE s.announcement_id = ?1 AND s.state = 'sending' ORDER BY s.id LIMIT 1000);

-- :exec announce_requeue_unsent (announcement @i64)
-- Claimed, and no connector ever said that it was about to send it: it has not left the house.
UPDATE announcement_send SET state = 'queued', sent_at = NULL WHERE id IN
  (SELECT s.id FROM announcement_send s WHERE s.announcement_id = ?1 AND s.state = 'sending'
     AND NOT EXISTS (SELECT 1 FROM outbound o WHERE o.ref_uid = s.uid AND o.recipient = 'mail_relay') ORDER BY s.id LIMIT 1000);

-- :exec announce_set_unclear (announcement @i64)
UPDATE announcement_send SET state = 'unclear' WHERE id IN
  (SELECT s.id FROM announcement_send s WHERE s.announcement_id = ?1 AND s.state = 'sending' ORDER BY s.id LIMIT 1000);

-- :exec announce_set_bounced (id @i64, state @text)
UPDATE announcement_send SET state = ?2 WHERE id = ?1 AND state IN ('sending', 'sent', 'unclear');

-- :exec announce_soft (id @i64)
UPDATE announcement_send SET soft_bounces = soft_bounces + 1 WHERE id = ?1;

-- :one announce_leased (job @i64, fence @i64)
-- Is this courier's lease still the one that counts?
SELECT id FROM job WHERE id = ?1 AND fence = ?2 AND state = 'leased';

-- :one announce_staff (person @i64)
SELECT uid, email, full_name FROM person WHERE id = ?1 AND kind = 'staff' AND status = 'active';
