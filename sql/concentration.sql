-- concentration: who makes the profit: shares, Lorenz and whale curves of a value over customers.

-- @unit customers_for_share, customers: customers
-- @unit total: unit of the values
-- @unit gini: 0 to 1; above 1 is possible where values are negative
-- @unit lorenz, whale_curve: customers: number; customer_share: share, 0 to 1; value, customer_value: unit of the values; value_share: share of the total
-- @unit top_share: share of the total
-- @unit value_for_share: unit of the values
-- @unit whale_peak: customers, losing_customers: number; customer_share: share, 0 to 1; value, losses: unit of the values; value_share: share of the total
-- @formula gini: sum of (2i - n - 1) x_i / (n * total), x ascending; normalized: Raffinetti, Siletti, Vernizzi 2015
-- @formula lorenz: Lorenz 1905
-- @formula whale_curve, whale_peak: cumulative profit by customer, best first (Kaplan, Narayanan 2001)

-- @type concentration extended final
-- The values of all customers, exact and sorted: how a profit, a revenue or assets are shared out among them. Made by concentration_agg (one row is one customer), added up by concentration_merge, read by gini, top_share, customers_for_share, value_for_share, whale_curve, whale_peak and lorenz. 8 bytes a customer in memory. Text form: JSON.
-- @merge
-- Puts the customers of several concentrations together: of branches, of partitions. A customer who is in two of them counts twice. NULLs are skipped; no rows give NULL. Merging in any order gives the same bytes.

create function @extschema@.concentration_push(@extschema@.concentration, pg_catalog.numeric) returns @extschema@.concentration
  immutable parallel safe cost 2
  language c as 'MODULE_PATHNAME', 'crm_concentration_push_numeric';
comment on function @extschema@.concentration_push(@extschema@.concentration, pg_catalog.numeric) is
'Transition function of concentration_agg: adds one customer; NULL is skipped.';

create aggregate @extschema@.concentration_agg(value pg_catalog.numeric) (
  sfunc = @extschema@.concentration_push, stype = @extschema@.concentration, combinefunc = @extschema@.concentration_combine,
  finalfunc = @extschema@.concentration_final, parallel = safe
);
comment on aggregate @extschema@.concentration_agg(pg_catalog.numeric) is
'The values of all customers, one row a customer; they may be negative. Values are kept exactly to 12 decimals; more round half to even. Rows with NULL are skipped; no rows give NULL. NaN, infinities and magnitudes above 1.7e26 are errors (22003), more than 134 million customers are 54000. Any order, plan or partitioning gives the same bytes.';

create function @extschema@.concentration_push(@extschema@.concentration, pg_catalog.float8) returns @extschema@.concentration
  immutable parallel safe cost 2
  language c as 'MODULE_PATHNAME', 'crm_concentration_push_float8';
comment on function @extschema@.concentration_push(@extschema@.concentration, pg_catalog.float8) is
'Transition function of concentration_agg: adds one customer; NULL is skipped.';

create aggregate @extschema@.concentration_agg(value pg_catalog.float8) (
  sfunc = @extschema@.concentration_push, stype = @extschema@.concentration, combinefunc = @extschema@.concentration_combine,
  finalfunc = @extschema@.concentration_final, parallel = safe
);
comment on aggregate @extschema@.concentration_agg(pg_catalog.float8) is
'The values of all customers, one row a customer; they may be negative. Each value is taken at its binary value, rounded half to even at 12 decimals, and kept exactly from there on. Rows with NULL are skipped; no rows give NULL. NaN, infinities and magnitudes above 1.7e26 are errors (22003), more than 134 million customers are 54000. Any order, plan or partitioning gives the same bytes.';

create function @extschema@.concentration_push(@extschema@.concentration, pg_catalog.int8) returns @extschema@.concentration
  immutable parallel safe cost 2
  language c as 'MODULE_PATHNAME', 'crm_concentration_push_bigint';
comment on function @extschema@.concentration_push(@extschema@.concentration, pg_catalog.int8) is
'Transition function of concentration_agg: adds one customer; NULL is skipped.';

create aggregate @extschema@.concentration_agg(value pg_catalog.int8) (
  sfunc = @extschema@.concentration_push, stype = @extschema@.concentration, combinefunc = @extschema@.concentration_combine,
  finalfunc = @extschema@.concentration_final, parallel = safe
);
comment on aggregate @extschema@.concentration_agg(pg_catalog.int8) is
'The values of all customers, one row a customer; they may be negative. Whole values, such as minor units, are kept exactly. Rows with NULL are skipped; no rows give NULL. NaN, infinities and magnitudes above 1.7e26 are errors (22003), more than 134 million customers are 54000. Any order, plan or partitioning gives the same bytes.';

create function @extschema@.customers(summary @extschema@.concentration) returns pg_catalog.int8
  immutable strict parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_concentration_customers';
comment on function @extschema@.customers(@extschema@.concentration) is
'Number of customers: of rows whose value was not NULL.';

create function @extschema@.total(summary @extschema@.concentration) returns pg_catalog.numeric
  immutable strict parallel safe cost 10
  language c as 'MODULE_PATHNAME', 'crm_concentration_total';
comment on function @extschema@.total(@extschema@.concentration) is
'Sum of all customers'' values, exact, with the decimals of the values. A sum above 1.7e26 in magnitude is an error (22003).';

create function @extschema@.gini(summary @extschema@.concentration, normalized pg_catalog.bool default false) returns pg_catalog.float8
  immutable strict parallel safe cost 10
  language c as 'MODULE_PATHNAME', 'crm_concentration_gini';
comment on function @extschema@.gini(@extschema@.concentration, pg_catalog.bool) is
'Gini coefficient of the population: sum of (2i - n - 1) x_i over n times the total, x ascending; without the correction n/(n - 1) for samples. 0: all customers have the same; (n - 1)/n: one has all. With negative values it may pass 1; NULL when the total is not positive. normalized: over n times the sum of |x_i| instead, which never passes 1 and is the same without negative values (Raffinetti, Siletti, Vernizzi 2015); NULL when all values are 0.';

create function @extschema@.top_share(summary @extschema@.concentration, share pg_catalog.float8) returns pg_catalog.float8
  immutable strict parallel safe cost 20
  language c as 'MODULE_PATHNAME', 'crm_top_share';
comment on function @extschema@.top_share(@extschema@.concentration, pg_catalog.float8) is
'Share of the total that the best share of the customers (0 to 1, 22023 otherwise) hold: top_share(c, 0.05) is what the best 5 percent make. Where the share is no whole number of customers, the last one counts in part (the Lorenz curve is straight in between). Above 1 when others lose money; NULL when the total is not positive.';

create function @extschema@.customers_for_share(summary @extschema@.concentration, share pg_catalog.float8) returns pg_catalog.int8
  immutable strict parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_customers_for_share';
comment on function @extschema@.customers_for_share(@extschema@.concentration, pg_catalog.float8) is
'The smallest number of best customers whose values together reach a share of the total (0 to 1, 22023 otherwise), compared exactly: customers_for_share(c, 0.8) make 80 percent of the profit. NULL when the total is not positive.';

create function @extschema@.value_for_share(summary @extschema@.concentration, share pg_catalog.float8) returns pg_catalog.numeric
  immutable strict parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_value_for_share';
comment on function @extschema@.value_for_share(@extschema@.concentration, pg_catalog.float8) is
'Threshold of the key accounts: the value of the last of the customers_for_share. Customers with exactly this value may be more than are needed: all with value >= threshold reach the share. NULL when the total is not positive, and for share 0, which needs nobody.';

create function @extschema@.whale_peak(summary @extschema@.concentration) returns table (customers pg_catalog.int8, customer_share pg_catalog.float8, value pg_catalog.numeric, value_share pg_catalog.float8, losing_customers pg_catalog.int8, losses pg_catalog.numeric)
  immutable strict parallel safe cost 100 rows 1
  language c as 'MODULE_PATHNAME', 'crm_whale_peak';
comment on function @extschema@.whale_peak(@extschema@.concentration) is
'The highest place of the whale curve: the customers with a value above 0, their part of all customers, the sum of their values and its share of the total (above 1 when others lose money, NULL when the total is not positive); and the customers below 0 with the sum of theirs. value + losses is the total.';

create function @extschema@.lorenz(summary @extschema@.concentration, points pg_catalog.int4 default 100) returns table (customers pg_catalog.int8, customer_share pg_catalog.float8, value pg_catalog.numeric, value_share pg_catalog.float8, customer_value pg_catalog.numeric)
  immutable strict parallel safe cost 5000 rows 101 support @extschema@.number_rows_support
  language c as 'MODULE_PATHNAME', 'crm_lorenz';
comment on function @extschema@.lorenz(@extschema@.concentration, pg_catalog.int4) is
'The Lorenz curve: from the customer with the least value up, points + 1 rows from nobody to everybody; row j is after ceil(j n / points) customers, and fewer customers than points have a row each. customers and their part of all, value: what they have together, exactly; value_share: over the total, NULL when that is not positive; customer_value: of the last of them, NULL in the first row. value_share falls below 0 first where customers lose money. Fewer than 1 point is an error (22023).';

create function @extschema@.whale_curve(summary @extschema@.concentration, points pg_catalog.int4 default 100) returns table (customers pg_catalog.int8, customer_share pg_catalog.float8, value pg_catalog.numeric, value_share pg_catalog.float8, customer_value pg_catalog.numeric)
  immutable strict parallel safe cost 5000 rows 101 support @extschema@.number_rows_support
  language c as 'MODULE_PATHNAME', 'crm_whale_curve';
comment on function @extschema@.whale_curve(@extschema@.concentration, pg_catalog.int4) is
'The whale curve: from the best customer down, points + 1 rows from nobody to everybody; row j is after ceil(j n / points) customers, and fewer customers than points have a row each. customers and their part of all, value: what they have together, exactly; value_share: over the total, NULL when that is not positive; customer_value: of the last of them, NULL in the first row. value_share rises above 1 and comes back where customers lose money. Fewer than 1 point is an error (22023).';
