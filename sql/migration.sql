-- migration: who went from which tier to which: matrix, rates, time in a tier, steady state, forecast.

-- @unit migration_customers: customers
-- @unit migration_expected_time: stay_rate: share, 0 to 1; expected_periods: periods
-- @unit migration_forecast: period: number; customers: expected number; share: 0 to 1
-- @unit migration_matrix: customers: number; probability, lower, upper: 0 to 1
-- @unit migration_rates: customers, up, stayed, down, outside, joined: customers; up_rate, stay_rate, down_rate: share, 0 to 1
-- @unit migration_steady_state: share: 0 to 1
-- @formula migration_matrix: shares of each row, score interval (Wilson 1927)
-- @formula migration_expected_time: 1 / (1 - stay_rate)
-- @formula migration_forecast: Markov chain: mix * matrix^period
-- @formula migration_steady_state: Grassmann, Taksar, Heyman 1985

-- @type migration extended
-- How many customers went from which tier to which, from one period to the next. Made by migration_agg, added up by migration_merge, read by migration_matrix, migration_rates, migration_expected_time, migration_steady_state and migration_forecast. Text form: JSON, the customers by the tier before and the tier after.
-- @merge
-- Adds up migrations, pair by pair: of branches, or of several periods (a customer counts once in each; the probabilities are then those of the periods on average). NULLs are skipped; no rows give NULL. Merging in any order gives the same bytes.

create function @extschema@.migration_push(@extschema@.migration, pg_catalog.text, pg_catalog.text) returns @extschema@.migration
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_migration_push';
comment on function @extschema@.migration_push(@extschema@.migration, pg_catalog.text, pg_catalog.text) is
'Transition function of migration_agg(from_tier, to_tier): adds one customer; a NULL in it is skipped.';

create aggregate @extschema@.migration_agg(from_tier pg_catalog.text, to_tier pg_catalog.text) (
  sfunc = @extschema@.migration_push, stype = @extschema@.migration, combinefunc = @extschema@.migration_combine, parallel = safe
);
comment on aggregate @extschema@.migration_agg(pg_catalog.text, pg_catalog.text) is
'One row a customer: the tier he was in and the tier he is in now. Counts the customers of each pair. A row with a NULL is skipped: write coalesce(tier, ''none'') to count customers who had or have no tier. No rows give NULL. An empty name is an error (22023), so is a name of more than 1000 bytes, or more than 1000 tiers (54000).';

create function @extschema@.migration_push(@extschema@.migration, pg_catalog.text, pg_catalog.text, pg_catalog.int8) returns @extschema@.migration
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_migration_push_customers';
comment on function @extschema@.migration_push(@extschema@.migration, pg_catalog.text, pg_catalog.text, pg_catalog.int8) is
'Transition function of migration_agg(from_tier, to_tier, customers): adds that many customers; a NULL in it is skipped.';

create aggregate @extschema@.migration_agg(from_tier pg_catalog.text, to_tier pg_catalog.text, customers pg_catalog.int8) (
  sfunc = @extschema@.migration_push, stype = @extschema@.migration, combinefunc = @extschema@.migration_combine, parallel = safe
);
comment on aggregate @extschema@.migration_agg(pg_catalog.text, pg_catalog.text, pg_catalog.int8) is
'As migration_agg(from_tier, to_tier), of customers that are counted already. 0 customers add nothing: their tiers are not seen. A negative number is an error (22023), more than a bigint holds in all too (22003).';

create function @extschema@.migration_customers(migration @extschema@.migration) returns pg_catalog.int8
  immutable strict parallel safe cost 20
  language c as 'MODULE_PATHNAME', 'crm_migration_customers';
comment on function @extschema@.migration_customers(@extschema@.migration) is
'Number of customers counted: all who have a tier before and a tier after. NULL for NULL.';

create function @extschema@.migration_matrix(migration @extschema@.migration, confidence pg_catalog.float8 default 0.95)
  returns table (from_tier pg_catalog.text, to_tier pg_catalog.text, customers pg_catalog.int8, probability pg_catalog.float8, lower pg_catalog.float8, upper pg_catalog.float8)
  immutable strict parallel safe cost 500 rows 25
  language c as 'MODULE_PATHNAME', 'crm_migration_matrix';
comment on function @extschema@.migration_matrix(@extschema@.migration, pg_catalog.float8) is
'Every tier that somebody was in before with every tier that was seen, pairs that nobody went included, in the order of the names byte by byte (the collation "C"): customers, and their share in those who were in from_tier (0.25 is a quarter; the shares of a from_tier add up to 1) with the ends of its score interval at the confidence (Wilson 1927; above 0 and below 1, else 22023). NULL gives no rows.';

create function @extschema@.migration_rates(migration @extschema@.migration, policy pg_catalog.jsonb)
  returns table (tier pg_catalog.text, customers pg_catalog.int8, up pg_catalog.int8, stayed pg_catalog.int8, down pg_catalog.int8, outside pg_catalog.int8, joined pg_catalog.int8,
    up_rate pg_catalog.float8, stay_rate pg_catalog.float8, down_rate pg_catalog.float8)
  immutable strict parallel safe cost 300 rows 6
  language c as 'MODULE_PATHNAME', 'crm_migration_rates';
comment on function @extschema@.migration_rates(@extschema@.migration, pg_catalog.jsonb) is
'One row for each tier of a tier policy, from the lowest to the highest, then one with tier NULL for all: customers who were in it = up (into a higher tier of the policy) + stayed + down + outside (to a name that the policy does not have). joined: came into it from a name that the policy does not have; they are not among the customers. The rates are shares in the customers, NULL of none. Tiers are known by their names, not by labels. NULL gives no rows; a wrong policy is an error (22023).';

create function @extschema@.migration_expected_time(migration @extschema@.migration)
  returns table (tier pg_catalog.text, stay_rate pg_catalog.float8, expected_periods pg_catalog.float8)
  immutable strict parallel safe cost 200 rows 5
  language c as 'MODULE_PATHNAME', 'crm_migration_expected_time';
comment on function @extschema@.migration_expected_time(@extschema@.migration) is
'For each tier that somebody was in before: the share p of its customers who stayed, and the periods that a customer spends in it on average before he leaves it, 1 / (1 - p), the present one counted; NULL (without end) where nobody left. In the order of the names byte by byte. NULL gives no rows.';

create function @extschema@.migration_steady_state(migration @extschema@.migration) returns table (tier pg_catalog.text, share pg_catalog.float8)
  immutable strict parallel safe cost 200 rows 5
  language c as 'MODULE_PATHNAME', 'crm_migration_steady_state';
comment on function @extschema@.migration_steady_state(@extschema@.migration) is
'The share of each tier in the long run, if customers go on to move with the probabilities of the matrix: the shares that such a period leaves as they are. 0 in a tier that is left for ever. By elimination without subtractions (Grassmann, Taksar and Heyman, Operations Research 33, 1985). Whoever comes into a tier that nobody was in before stays there. Where several groups of tiers are never left the shares are not unique: an error (22023) that names them. NULL gives no rows.';

create function @extschema@.migration_forecast(migration @extschema@.migration, periods pg_catalog.int4, mix pg_catalog.jsonb default null)
  returns table (period pg_catalog.int4, tier pg_catalog.text, customers pg_catalog.float8, share pg_catalog.float8)
  immutable parallel safe cost 1000 rows 60
  language c as 'MODULE_PATHNAME', 'crm_migration_forecast';
comment on function @extschema@.migration_forecast(@extschema@.migration, pg_catalog.int4, pg_catalog.jsonb) is
'The expected number of customers of each tier, and their share, now (period 0) and after 1 to periods periods (1 to 1200, else 22023), if they go on to move with the probabilities of the matrix and nobody comes or goes. mix: the customers of each tier now, such as {"gold": 1000, "silver": 5000}, tiers left out being empty; NULL for those of each tier after. Whoever comes into a tier that nobody was in before stays there. In the order of the periods, then of the names byte by byte. A NULL migration or periods gives no rows.';
