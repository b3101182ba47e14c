-- :one figures_counted (name @text)
SELECT last FROM figure_counted WHERE name = ?1;

-- :exec figures_set_counted (name @text, last @i64)
INSERT INTO figure_counted (name, last) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET last = ?2;

-- :many figures_orders max 5000 (after @i64)
SELECT id, currency, placed_at FROM orders WHERE id > ?1 ORDER BY id;

-- :many figures_ledger max 5000 (after @i64)
SELECT id, account, currency, amount, booked_at FROM ledger WHERE id > ?1 ORDER BY id;

-- :exec figures_add (day @date, currency @text, orders @i64, invoiced @i64, received @i64)
INSERT INTO figure_day (day, currency, orders, invoiced, received) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (day, currency) DO UPDATE SET orders = figure_day.orders + ?3, invoiced = figure_day.invoiced + ?4,
  received = figure_day.received + ?5;

-- :many figures_since max 400 (day @date)
SELECT day, currency, orders, invoiced, received FROM figure_day WHERE day >= ?1 ORDER BY day, currency;
