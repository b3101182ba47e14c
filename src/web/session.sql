-- Who is behind a session's token.

-- :one session_current (code @blob) -> (restrictions @i64)
-- With the newest restriction of anybody, by which the gates know whether theirs are still all there are.
SELECT s.id, s.uid, s.person_id, s.signed_in, s.seen_at, s.expires_at, s.ended_at,
       p.kind, p.status, p.capabilities, p.currency,
       (SELECT coalesce(max(r.seq), 0) FROM restriction r) AS restrictions
FROM session s JOIN person p ON p.id = s.person_id WHERE s.token_code = ?1;
