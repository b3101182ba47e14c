-- A small schema with every type, for the store's conformance suite.
CREATE TABLE schema_version (              --: owner none
  number       @i64 PRIMARY KEY NOT NULL,  --: none
  name         @text NOT NULL,             --: none
  hash         @blob NOT NULL,             --: none
  applied_at   @time NOT NULL              --: none
);
CREATE TABLE person (                      --: owner id
  id           @id,                        --: link
  uid          @uid NOT NULL UNIQUE        --: link
);
CREATE TABLE thing (                       --: owner person_id
  id           @id,                        --: none
  uid          @uid UNIQUE,                --: none
  person_id    @ref(person),               --: link
  n            @i64,                       --: none
  b            @bool,                      --: none
  t            @text,                      --: none
  bl           @blob,                      --: none
  at           @time,                      --: none
  d            @date,                      --: none
  s            @sealed,                    --: pd(test.secret)
  kind         @text NOT NULL CHECK (kind IN ('a','b','only')) --: none
);
CREATE UNIQUE INDEX thing_only ON thing (kind) WHERE kind = 'only';
