-- The records of GDPRbench beside the product's tables: one that is kept as the product keeps what is about people, and one that is
-- not. Attributes are numbers of a registry, as words of ours are.

CREATE TABLE gdpr_record (                 --: owner person_id
  id           @id,                        --: none
  uid          @uid NOT NULL,              --: none
  person_id    @ref(person) NOT NULL,      --: link
  purpose      @i64 NOT NULL,              --: none
  objection    @i64 NOT NULL,              --: none
  decision     @i64 NOT NULL,              --: none
  acl          @i64 NOT NULL,              --: none
  shared       @i64 NOT NULL,              --: none
  source       @i64 NOT NULL,              --: none
  category     @i64 NOT NULL,              --: none
  ends_at      @time NOT NULL,             --: none
  data         @sealed                     --: pd(service.hostname)
);
CREATE INDEX gdpr_record_person ON gdpr_record (person_id, id);
CREATE INDEX gdpr_record_purpose ON gdpr_record (purpose, id);
CREATE INDEX gdpr_record_objection ON gdpr_record (objection, id);
CREATE INDEX gdpr_record_decision ON gdpr_record (decision, id);
CREATE INDEX gdpr_record_shared ON gdpr_record (shared, id);
CREATE INDEX gdpr_record_ends ON gdpr_record (ends_at, id);

CREATE TABLE gdpr_plain (                  --: owner person_id
  id           @id,                        --: none
  uid          @uid NOT NULL,              --: none
  person_id    @ref(person) NOT NULL,      --: link
  purpose      @i64 NOT NULL,              --: none
  objection    @i64 NOT NULL,              --: none
  decision     @i64 NOT NULL,              --: none
  acl          @i64 NOT NULL,              --: none
  shared       @i64 NOT NULL,              --: none
  source       @i64 NOT NULL,              --: none
  category     @i64 NOT NULL,              --: none
  ends_at      @time NOT NULL,             --: none
  data         @text                       --: pd(service.hostname) clear("what it costs when nothing is done for anybody")
);
CREATE INDEX gdpr_plain_person ON gdpr_plain (person_id, id);
CREATE INDEX gdpr_plain_purpose ON gdpr_plain (purpose, id);
CREATE INDEX gdpr_plain_objection ON gdpr_plain (objection, id);
CREATE INDEX gdpr_plain_decision ON gdpr_plain (decision, id);
CREATE INDEX gdpr_plain_shared ON gdpr_plain (shared, id);
CREATE INDEX gdpr_plain_ends ON gdpr_plain (ends_at, id);
