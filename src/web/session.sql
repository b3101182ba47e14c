-- Who is behind a session's token.

-- :one session_current (code @blob)
SELECT s.id, s.uid, s.person_id, s.signed_in, s.seen_at, s.expires_at, s.ended_at,
       p.kind, p.status, p.capabilities, p.currency
FROM session s JOIN person p ON p.id = s.person_id WHERE s.token_code = ?1;
