-- How requests become due, one statement for each trigger (src/app/retention/due.c).

-- :many rights_due_requests max 100 (before @time, after_at @time, after @i64)
-- Retention: what was said in a request.
SELECT r.id, r.uid, r.person_id, r.closed_at AS at, r.closed_at AS request_closed FROM rights_request r
WHERE r.closed_at IS NOT NULL AND r.kind <> 'complaint' AND r.closed_at < ?1 AND r.closed_at >= ?2 AND (r.closed_at > ?2 OR r.id > ?3)
  AND (r.email IS NOT NULL OR r.name IS NOT NULL
    OR EXISTS (SELECT 1 FROM rights_entry e WHERE e.request_id = r.id AND (e.said IS NOT NULL OR e.note IS NOT NULL))
    OR EXISTS (SELECT 1 FROM rights_change c WHERE c.request_id = r.id AND c.wanted IS NOT NULL))
ORDER BY r.closed_at, r.id;

-- :many rights_due_requests_replies max 100 (before @time, after_at @time, after @i64)
-- Retention: copies of answers to requests.
SELECT x.id, x.uid, r.person_id, x.closed_at AS at, x.closed_at AS request_closed FROM rights_entry x JOIN rights_request r ON r.id = x.request_id
WHERE x.closed_at IS NOT NULL AND x.reply IS NOT NULL AND r.kind <> 'complaint'
  AND x.closed_at < ?1 AND x.closed_at >= ?2 AND (x.closed_at > ?2 OR x.id > ?3) ORDER BY x.closed_at, x.id;

-- :many rights_due_requests_decisions max 100 (before @time, after_at @time, after @i64)
-- Retention: reasons of corrections asked for in requests.
SELECT x.id, x.uid, r.person_id, x.closed_at AS at, x.closed_at AS request_closed FROM rights_change x JOIN rights_request r ON r.id = x.request_id
WHERE x.closed_at IS NOT NULL AND x.reason IS NOT NULL AND r.kind <> 'complaint'
  AND x.closed_at < ?1 AND x.closed_at >= ?2 AND (x.closed_at > ?2 OR x.id > ?3) ORDER BY x.closed_at, x.id;

-- :many rights_due_complaints max 100 (before @time, after_at @time, after @i64)
-- Retention: what was said in a complaint.
SELECT r.id, r.uid, r.person_id, r.closed_at AS at, r.closed_at AS complaint_closed FROM rights_request r
WHERE r.closed_at IS NOT NULL AND r.kind = 'complaint' AND r.closed_at < ?1 AND r.closed_at >= ?2 AND (r.closed_at > ?2 OR r.id > ?3)
  AND (r.email IS NOT NULL OR r.name IS NOT NULL
    OR EXISTS (SELECT 1 FROM rights_entry e WHERE e.request_id = r.id AND (e.said IS NOT NULL OR e.note IS NOT NULL))
    OR EXISTS (SELECT 1 FROM rights_change c WHERE c.request_id = r.id AND c.wanted IS NOT NULL))
ORDER BY r.closed_at, r.id;

-- :many rights_due_complaints_replies max 100 (before @time, after_at @time, after @i64)
-- Retention: copies of answers to complaints.
SELECT x.id, x.uid, r.person_id, x.closed_at AS at, x.closed_at AS complaint_closed FROM rights_entry x JOIN rights_request r ON r.id = x.request_id
WHERE x.closed_at IS NOT NULL AND x.reply IS NOT NULL AND r.kind = 'complaint'
  AND x.closed_at < ?1 AND x.closed_at >= ?2 AND (x.closed_at > ?2 OR x.id > ?3) ORDER BY x.closed_at, x.id;

-- :many rights_due_complaints_decisions max 100 (before @time, after_at @time, after @i64)
-- Retention: reasons of corrections asked for in complaints.
SELECT x.id, x.uid, r.person_id, x.closed_at AS at, x.closed_at AS complaint_closed FROM rights_change x JOIN rights_request r ON r.id = x.request_id
WHERE x.closed_at IS NOT NULL AND x.reason IS NOT NULL AND r.kind = 'complaint'
  AND x.closed_at < ?1 AND x.closed_at >= ?2 AND (x.closed_at > ?2 OR x.id > ?3) ORDER BY x.closed_at, x.id;
