-- :one catalogue_product (id @i64)
SELECT id, uid, slug, name, summary, description, vat_class, module, package, asks_for, stores_data, status, position, version,
  stock, max_order, max_customer, trial_days
FROM product WHERE id = ?1;

-- :one catalogue_by_uid (uid @uid)
SELECT id, uid, slug, name, summary, description, vat_class, module, package, asks_for, stores_data, status, position, version,
  stock, max_order, max_customer, trial_days
FROM product WHERE uid = ?1;

-- :one catalogue_by_slug (slug @text)
SELECT id, uid, slug, name, summary, description, vat_class, module, package, asks_for, stores_data, status, position, version,
  stock, max_order, max_customer, trial_days
FROM product WHERE slug = ?1;

-- :many catalogue_shop max 1000 (currency @text)
-- What the shop shows: active products with each price they have in that currency.
SELECT p.id, p.slug, p.name, p.summary, p.stock, p.trial_days, q.cycle, q.amount, q.setup
FROM product p JOIN price q ON q.product_id = p.id AND q.option_id IS NULL AND q.currency = ?1
WHERE p.status = 'active' ORDER BY p.position, p.id;

-- :many catalogue_staff max 500
SELECT id, uid, slug, name, vat_class, module, status, position, version FROM product ORDER BY position, id;

-- :many catalogue_options max 200 (product @i64)
SELECT id, code, choice, label, choice_label, position FROM product_option WHERE product_id = ?1 ORDER BY position, id;

-- :many catalogue_prices max 1000 (product @i64)
SELECT id, option_id, currency, cycle, amount, setup FROM price WHERE product_id = ?1 ORDER BY id;

-- :one catalogue_price (product @i64, currency @text, cycle @text)
SELECT amount, setup FROM price WHERE product_id = ?1 AND option_id IS NULL AND currency = ?2 AND cycle = ?3;

-- :many catalogue_choices max 200 (product @i64, currency @text, cycle @text) -> (amount @i64, setup @i64)
-- The choices of every option, with what each adds for one period.
SELECT o.code, o.choice, o.label, o.choice_label, coalesce(q.amount, 0) AS amount, coalesce(q.setup, 0) AS setup
FROM product_option o LEFT JOIN price q ON q.option_id = o.id AND q.currency = ?2 AND q.cycle = ?3
WHERE o.product_id = ?1 ORDER BY o.position, o.id;

-- :one catalogue_option_price (option @i64, currency @text, cycle @text)
SELECT amount, setup FROM price WHERE option_id = ?1 AND currency = ?2 AND cycle = ?3;

-- :exec catalogue_insert (uid @uid, slug @text, name @text, summary @text, description @text, vat_class @text,
--   module @text, package @text, asks_for @text, stores_data @bool, status @text, position @i64)
INSERT INTO product (uid, slug, name, summary, description, vat_class, module, package, asks_for, stores_data, status,
  position, version)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, 1);

-- :exec catalogue_update (id @i64, version @i64, slug @text, name @text, summary @text, description @text, vat_class @text,
--   module @text, package @text, asks_for @text, stores_data @bool, status @text, position @i64)
UPDATE product SET slug = ?3, name = ?4, summary = ?5, description = ?6, vat_class = ?7, module = ?8, package = ?9,
  asks_for = ?10, stores_data = ?11, status = ?12, position = ?13, version = version + 1
WHERE id = ?1 AND version = ?2;

-- :exec catalogue_touch (id @i64)
UPDATE product SET version = version + 1 WHERE id = ?1;

-- :exec catalogue_drop_prices (product @i64)
DELETE FROM price WHERE product_id = ?1;

-- :exec catalogue_drop_options (product @i64)
DELETE FROM product_option WHERE product_id = ?1;

-- :one catalogue_add_option (product @i64, code @text, choice @text, label @text, choice_label @text, position @i64)
INSERT INTO product_option (product_id, code, choice, label, choice_label, position) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
RETURNING id;

-- :exec catalogue_add_price (product @i64, option @i64?, currency @text, cycle @text, amount @i64, setup @i64)
INSERT INTO price (product_id, option_id, currency, cycle, amount, setup) VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- :exec catalogue_set_terms (id @i64, seen @i64, stock @i64?, max_order @i64?, max_customer @i64?, trial_days @i64)
-- The stock that staff saw guards against the one that was sold meanwhile; -1 is no limit.
UPDATE product SET stock = ?3, max_order = ?4, max_customer = ?5, trial_days = ?6, version = version + 1
WHERE id = ?1 AND coalesce(stock, -1) = ?2;
