-- What the sandbox gateway keeps on its own side: charges, and the callbacks it owes. A real gateway keeps these in
-- its own house. It knows amounts and our reference, nobody's name.

CREATE TABLE sandbox_charge (              --: owner none
  id           @id,                        --: none
  uid          @uid NOT NULL UNIQUE,       --: none
  payment_uid  @uid NOT NULL UNIQUE,       --: link
  currency     @text NOT NULL,             --: none
  amount       @i64 NOT NULL,              --: none
  state        @text NOT NULL CHECK (state IN ('open','challenge','pending','paid','declined','refunded')), --: none
  card_country @text NOT NULL,             --: none
  refunded     @i64 NOT NULL CHECK (refunded BETWEEN 0 AND amount), --: none
  saves        @bool NOT NULL,             --: none
  later        @text NOT NULL CHECK (later IN ('','pay','confirm','decline')), --: none
  created_at   @time NOT NULL              --: none
);

CREATE TABLE sandbox_event (               --: owner none
  id           @id,                        --: none
  uid          @uid NOT NULL UNIQUE,       --: none
  charge_id    @ref(sandbox_charge) NOT NULL, --: none
  kind         @text NOT NULL,             --: none
  amount       @i64 NOT NULL,              --: none
  unknown      @bool NOT NULL,             --: none
  created_at   @time NOT NULL              --: none
);
CREATE INDEX sandbox_event_charge ON sandbox_event (charge_id, id);
