-- What the scenarios about profiles look at.

-- :one profiling_look_counts (person @i64) -> (profiles @i64, looks @i64, origins @i64, agreed @i64, later @i64)
SELECT (SELECT count(*) FROM profile WHERE person_id = ?1) AS profiles, (SELECT count(*) FROM profile_look WHERE person_id = ?1) AS looks,
  (SELECT count(*) FROM origin WHERE person_id = ?1 AND substr(col, 1, 8) = 'profile.') AS origins,
  (SELECT count(*) FROM acknowledgement WHERE person_id = ?1 AND topic = 'browsing' AND withdrawn_at IS NULL) AS agreed,
  (SELECT count(*) FROM profile_later WHERE person_id = ?1) AS later;
