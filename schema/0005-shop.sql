-- What the shop adds to a sale: coupons and free trials.
--
-- Coupons: what they give, who may use them, and where they were used. None of this says anything about a person but that they
-- used one with an order.

CREATE TABLE coupon (                      --: owner none
  id           @id,                        --: none
  uid          @uid NOT NULL UNIQUE,       --: none
  code         @text NOT NULL UNIQUE,      --: none
  label        @text NOT NULL,             --: none
  kind         @text NOT NULL CHECK (kind IN ('percent','amount','setup')), --: none
  percent_bp   @i64 NOT NULL CHECK (percent_bp BETWEEN 0 AND 10000), --: none
  setup_free   @bool NOT NULL,             --: none
  periods      @i64 NOT NULL CHECK (periods >= 0), --: none
  cycles       @text NOT NULL,             --: none
  starts_on    @date,                      --: none
  ends_on      @date,                      --: none
  max_uses     @i64,                       --: none
  max_customer @i64,                       --: none
  combinable   @bool NOT NULL,             --: none
  stopped      @bool NOT NULL,             --: none
  used         @i64 NOT NULL CHECK (used >= 0), --: none
  version      @i64 NOT NULL,              --: none
  created_at   @time NOT NULL,             --: none
  CHECK (max_uses IS NULL OR used <= max_uses)
);
-- What it takes off in each currency, and from which net amount on.
CREATE TABLE coupon_amount (               --: owner none
  id           @id,                        --: none
  coupon_id    @ref(coupon) NOT NULL,      --: none
  currency     @text NOT NULL,             --: none
  off          @i64 NOT NULL CHECK (off >= 0), --: none
  min_net      @i64 NOT NULL CHECK (min_net >= 0), --: none
  UNIQUE (coupon_id, currency)
);
-- The products it is for; none: all.
CREATE TABLE coupon_product (              --: owner none
  id           @id,                        --: none
  coupon_id    @ref(coupon) NOT NULL,      --: none
  product_id   @ref(product) NOT NULL,     --: none
  UNIQUE (coupon_id, product_id)
);

CREATE TABLE basket_coupon (               --: owner basket_id>basket
  id           @id,                        --: none
  basket_id    @ref(basket) NOT NULL,      --: link
  coupon_id    @ref(coupon) NOT NULL,      --: none
  UNIQUE (basket_id, coupon_id)
);

-- One use: counted while returned_at is empty.
CREATE TABLE coupon_use (                  --: owner person_id
  id           @id,                        --: none
  coupon_id    @ref(coupon) NOT NULL,      --: none
  person_id    @ref(person) NOT NULL,      --: link
  order_id     @ref(orders) NOT NULL,      --: link
  currency     @text NOT NULL,             --: none
  off          @i64 NOT NULL CHECK (off >= 0), --: none
  used_at      @time NOT NULL,             --: none
  returned_at  @time,                      --: none
  UNIQUE (order_id, coupon_id)
);
CREATE INDEX coupon_use_coupon ON coupon_use (coupon_id, id);
CREATE INDEX coupon_use_person ON coupon_use (person_id, coupon_id);

-- What a coupon gives to one order line, and goes on giving: renewals read this, never the coupon, which may change or end.
-- bp: of the price of a period; off: what came off the first one; periods: how many, 0 for as long as the service lives.
CREATE TABLE order_discount (              --: owner order_line_id>order_line
  id           @id,                        --: none
  order_line_id @ref(order_line) NOT NULL, --: link
  coupon_id    @ref(coupon) NOT NULL,      --: none
  code         @text NOT NULL,             --: none
  bp           @i64 NOT NULL CHECK (bp BETWEEN 0 AND 10000), --: none
  off          @i64 NOT NULL CHECK (off >= 0), --: none
  setup_off    @i64 NOT NULL CHECK (setup_off >= 0), --: none
  periods      @i64 NOT NULL CHECK (periods >= 0), --: none
  UNIQUE (order_line_id, coupon_id)
);

-- Codes that do not exist, tried by a visitor or customer within an hour (counted from 1970): guessing is slowed down by this.
CREATE TABLE coupon_miss (                 --: owner person_id
  id           @id,                        --: none
  person_id    @ref(person) NOT NULL,      --: link
  hour         @i64 NOT NULL,              --: none
  n            @i64 NOT NULL,              --: none
  UNIQUE (person_id, hour)
);
CREATE INDEX coupon_miss_hour ON coupon_miss (hour);

-- Free trials that were begun, with codes of who began them: each may have one of a product, and who comes back under another
-- account with the same e-mail or postal address is known by these and by nothing else.
CREATE TABLE trial_use (                   --: owner person_id, row goes
  id           @id,                        --: none
  uid          @uid NOT NULL UNIQUE,       --: none
  product_id   @ref(product) NOT NULL,     --: none
  person_id    @ref(person) NOT NULL,      --: link
  order_id     @ref(orders) NOT NULL,      --: link
  email_code   @blob NOT NULL,             --: pd(account.email) blind
  address_code @blob NOT NULL,             --: pd(account.address1) blind
  begun_at     @time NOT NULL,             --: none
  UNIQUE (product_id, person_id),
  UNIQUE (product_id, email_code),
  UNIQUE (product_id, address_code)
);
CREATE INDEX trial_use_person ON trial_use (person_id);
CREATE INDEX trial_use_order ON trial_use (order_id);
