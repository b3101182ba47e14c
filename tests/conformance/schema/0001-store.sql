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
-- Two steps away from its person, with values kept in the clear of every type.
CREATE TABLE part (                        --: owner thing_id>thing, row goes
  id           @id,                        --: none
  uid          @uid NOT NULL UNIQUE,       --: none
  thing_id     @ref(thing) NOT NULL,       --: link
  label        @text,                      --: pd(test.label) clear("for the test")
  size         @i64,                       --: pd(test.size) clear("for the test")
  worn         @bool NOT NULL,             --: pd(test.worn) clear("for the test")
  bought_on    @date,                      --: pd(test.bought_on) clear("for the test")
  seen_at      @time,                      --: pd(test.seen_at) clear("for the test")
  note         @sealed,                    --: pd(test.note)
  weight       @i64                        --: none
);
