-- What a day came to, for the first page of staff: added up from the books and the orders as they grow, so that looking at a
-- month costs thirty rows however much was sold. Nobody is in it.

CREATE TABLE figure_day (                  --: owner none
  day          @date NOT NULL,             --: none
  currency     @text NOT NULL,             --: none
  orders       @i64 NOT NULL,              --: none
  invoiced     @i64 NOT NULL,              --: none
  received     @i64 NOT NULL,              --: none
  PRIMARY KEY (day, currency)
);

-- How far it was counted: the last row of the table of that name.
CREATE TABLE figure_counted (              --: owner none
  name         @text PRIMARY KEY NOT NULL CHECK (name IN ('orders','ledger')), --: none
  last         @i64 NOT NULL               --: none
);
