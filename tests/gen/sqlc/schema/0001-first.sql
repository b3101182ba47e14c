CREATE TABLE person (                --: owner id
  id         @id,                    --: link
  uid        @uid NOT NULL UNIQUE,   --: link
  name       @sealed,                --: pd(account.name)
  secret     @sealed NOT NULL,       --: pd(account.secret)
  email_code @blob,                  --: pd(account.email) blind
  country    @text,                  --: pd(account.country) clear("two letters")
  visits     @i64,                   --: none
  active     @bool NOT NULL,         --: none
  born       @date                   --: none
);
CREATE TABLE visit (                 --: owner person_id
  id         @id,                    --: none
  uid        @uid NOT NULL UNIQUE,   --: none
  person_id  @ref(person) NOT NULL,  --: link
  at         @time NOT NULL,         --: none
  note       @text NOT NULL          --: none
);
