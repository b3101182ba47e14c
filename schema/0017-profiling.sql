-- What is concluded about customers who let us, and what they looked at if they agreed to that.

CREATE TABLE profile (                     --: owner person_id, row goes
  id           @id,                        --: none
  uid          @uid NOT NULL UNIQUE,       --: none
  person_id    @ref(person) NOT NULL UNIQUE, --: link
  segment      @sealed,                    --: pd(profile.segment)
  credit       @sealed,                    --: pd(profile.credit_limit)
  reasons      @sealed,                    --: pd(profile.reasons)
  currency     @text NOT NULL,             --: none
  rules        @text NOT NULL,             --: none
  made_at      @time NOT NULL,             --: none
  said_segment @sealed,                    --: pd(profile.segment)
  said_credit  @sealed,                    --: pd(profile.credit_limit)
  said_why     @sealed,                    --: pd(profile.decision)
  said_by      @i64,                       --: none
  said_at      @time                       --: none
);
CREATE INDEX profile_due ON profile (made_at, id) WHERE segment IS NOT NULL;

-- Each product once, while somebody agrees that it is taken into account; the newest twenty.
CREATE TABLE profile_look (                --: owner person_id, row goes
  id           @id,                        --: none
  uid          @uid NOT NULL UNIQUE,       --: none
  person_id    @ref(person) NOT NULL,      --: link
  product      @sealed,                    --: pd(browsing.product)
  times        @i64 NOT NULL CHECK (times >= 1), --: none
  seen_on      @date NOT NULL,             --: none
  seen_at      @time NOT NULL              --: none
);
CREATE INDEX profile_look_person ON profile_look (person_id, seen_at, id);
CREATE INDEX profile_look_due ON profile_look (seen_at, id) WHERE product IS NOT NULL;

-- Paying later: once for each invoice.
CREATE TABLE profile_later (               --: owner person_id
  invoice_id   @ref(invoice) PRIMARY KEY NOT NULL, --: link
  person_id    @ref(person) NOT NULL,      --: link
  until_on     @date NOT NULL,             --: none
  agreed_at    @time NOT NULL              --: none
);
CREATE INDEX profile_later_person ON profile_later (person_id);
