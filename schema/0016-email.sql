-- An e-mail address is corrected by whoever can read what is sent to the new one. The link's code is here and not in mail_token,
-- because it is good for this address alone. The one before is kept to be written to about it.
CREATE TABLE email_change (                --: owner person_id, row goes
  id           @id,                        --: none
  uid          @uid NOT NULL UNIQUE,       --: none
  person_id    @ref(person) NOT NULL,      --: link
  email        @sealed,                    --: pd(account.email)
  email_code   @blob NOT NULL,             --: pd(account.email) blind
  old_email    @sealed,                    --: pd(account.email)
  token_code   @blob UNIQUE,               --: none
  asked_at     @time NOT NULL,             --: none
  expires_at   @time NOT NULL,             --: none
  used_at      @time                       --: none
);
CREATE INDEX email_change_person ON email_change (person_id, id);
