-- contribution: the share of each segment in the profit, and what moved it; a broker's profit over his levers.

-- @unit contribution_share: customers: number; customer_share, volume_share, amount_share: share of the total; volume: unit of the volumes; amount: currency of the amounts; rate: amount per volume
-- @unit contribution_shift: customers_before, customers_after: number; amount_before, amount_after, change, volume_effect, mix_effect, rate_effect: currency of the amounts; share_before, share_after, share_change: share of the total; rate_before, rate_after: amount per volume
-- @unit revenue_levers: customers: number; turnover, commission, other, cost, profit, turnover_per_customer, other_per_customer, cost_per_customer: currency of the amounts; commission_rate: commission per turnover
-- @unit revenue_bridge: step: number; level_before, level_after: of the lever; effect, running: currency of the amounts
-- @formula contribution_shift: volume = a0 V1/V0 - a0, mix = v1 a0/v0 - a0 V1/V0, rate = a1 - v1 a0/v0 (Horngren et al., Cost Accounting, 13th ed., p. 517)
-- @formula revenue_bridge: profit = customers * (turnover * commission rate + other) - cost, one lever after the other

-- @type contribution extended
-- The customers, the exact volume and the exact amount of each segment of one period. Made by contribution_agg, added up by contribution_merge, read by contribution_share, two periods compared by contribution_shift. Text form: JSON.
-- @merge
-- Adds up contributions, segment by segment: of branches, of entities. A customer in two of them counts twice, so periods are not merged but compared. NULLs are skipped; no rows give NULL. Merging in any order gives the same bytes.

create function @extschema@.contribution_push(@extschema@.contribution, pg_catalog.text, pg_catalog.numeric, pg_catalog.numeric) returns @extschema@.contribution
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_contribution_push_volume';
comment on function @extschema@.contribution_push(@extschema@.contribution, pg_catalog.text, pg_catalog.numeric, pg_catalog.numeric) is
'Transition function of contribution_agg(segment, volume, amount): adds one customer to a segment; a NULL in it is skipped.';

create aggregate @extschema@.contribution_agg(segment pg_catalog.text, volume pg_catalog.numeric, amount pg_catalog.numeric) (
  sfunc = @extschema@.contribution_push, stype = @extschema@.contribution, combinefunc = @extschema@.contribution_combine, parallel = safe
);
comment on aggregate @extschema@.contribution_agg(pg_catalog.text, pg_catalog.numeric, pg_catalog.numeric) is
'One row a customer and period: his segment, the volume (turnover, balance), and the amount earned on it (commission, margin, profit). Gives customers, exact volume and exact amount by segment, to 12 decimals; more round half to even. Rows with a NULL are skipped; no rows give NULL. An empty name is an error (22023), so is a name of more than 1000 bytes, or more than 65536 segments (54000), and a number or a sum that is NaN, infinite or above 1.7e26 in magnitude (22003).';

create function @extschema@.contribution_push(@extschema@.contribution, pg_catalog.text, pg_catalog.numeric) returns @extschema@.contribution
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_contribution_push_customer';
comment on function @extschema@.contribution_push(@extschema@.contribution, pg_catalog.text, pg_catalog.numeric) is
'Transition function of contribution_agg(segment, amount): adds one customer, of volume 1, to a segment; a NULL in it is skipped.';

create aggregate @extschema@.contribution_agg(segment pg_catalog.text, amount pg_catalog.numeric) (
  sfunc = @extschema@.contribution_push, stype = @extschema@.contribution, combinefunc = @extschema@.contribution_combine, parallel = safe
);
comment on aggregate @extschema@.contribution_agg(pg_catalog.text, pg_catalog.numeric) is
'As contribution_agg(segment, 1, amount): the volume is the number of customers, so that the rate is the amount a customer brings, and the volume effect of a shift is that of more customers.';

create function @extschema@.contribution_share(summary @extschema@.contribution)
  returns table (segment pg_catalog.text, customers pg_catalog.int8, customer_share pg_catalog.float8, volume pg_catalog.numeric, volume_share pg_catalog.float8,
    amount pg_catalog.numeric, amount_share pg_catalog.float8, rate pg_catalog.numeric)
  immutable strict parallel safe cost 300 rows 10
  language c as 'MODULE_PATHNAME', 'crm_contribution_share';
comment on function @extschema@.contribution_share(@extschema@.contribution) is
'The segments of a period, in the order of the names byte by byte (the collation "C"), each with its customers, volume and amount and their shares in the whole (0.25 is a quarter). A share is NULL where the total is 0 or below; the share of an amount can be below 0 or above 1 where a segment loses money. rate = amount / volume, rounded half to even at 12 decimals, NULL for a volume of 0.';

create function @extschema@.contribution_shift(before @extschema@.contribution, after @extschema@.contribution)
  returns table (segment pg_catalog.text, customers_before pg_catalog.int8, customers_after pg_catalog.int8, amount_before pg_catalog.numeric, amount_after pg_catalog.numeric,
    share_before pg_catalog.float8, share_after pg_catalog.float8, share_change pg_catalog.float8, rate_before pg_catalog.numeric, rate_after pg_catalog.numeric,
    change pg_catalog.numeric, volume_effect pg_catalog.numeric, mix_effect pg_catalog.numeric, rate_effect pg_catalog.numeric)
  immutable parallel safe cost 500 rows 10
  language c as 'MODULE_PATHNAME', 'crm_contribution_shift';
comment on function @extschema@.contribution_shift(@extschema@.contribution, @extschema@.contribution) is
'The segments of either period, in the order of the names byte by byte: customers, amount, share of the total amount (NULL where that is 0 or below), amount per volume (NULL for a volume of 0), and the change taken apart so that volume_effect + mix_effect + rate_effect = change to the last digit, in each row and in total. With v, a of the segment and V, A of the whole, 0 before and 1 after: volume = a0 V1/V0 - a0, mix = v1 a0/v0 - a0 V1/V0, rate = a1 - v1 a0/v0 (quantity, mix and price variance; Horngren et al., Cost Accounting, 13th ed., p. 517), two roundings half to even at 12 decimals. A segment without volume before has the volume effect 0 and the mix effect v1 A0/V0, at the rate of the whole before; what it brought without volume falls into rate = a1 - a0 - v1 A0/V0. Where the volumes before sum to 0, the change of a segment is volume where it has volume after, else rate: give positive volumes. NULL before or after is a period in which there was nothing; both NULL: no rows. What leaves 1.7e26 in magnitude is an error (22003).';

-- @type revenue_bridge plain
-- The customers of a broker in one period and the exact sums of their turnover, commission, other revenue and cost, in 80 bytes. Made by revenue_bridge_agg, added up by revenue_bridge_merge, read by revenue_levers, two periods compared by the function revenue_bridge. Text form: JSON.
-- @merge
-- Adds up the sums of revenue_bridge summaries: of branches, of managers. A customer in two of them counts twice, so periods are not merged but compared. NULLs are skipped; no rows give NULL. Merging in any order gives the same bytes.

create function @extschema@.revenue_bridge_push(@extschema@.revenue_bridge, pg_catalog.numeric, pg_catalog.numeric, pg_catalog.numeric, pg_catalog.numeric) returns @extschema@.revenue_bridge
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_revenue_bridge_push';
comment on function @extschema@.revenue_bridge_push(@extschema@.revenue_bridge, pg_catalog.numeric, pg_catalog.numeric, pg_catalog.numeric, pg_catalog.numeric) is
'Transition function of revenue_bridge_agg: adds one customer; a NULL in it is skipped.';

create aggregate @extschema@.revenue_bridge_agg(turnover pg_catalog.numeric, commission pg_catalog.numeric, other pg_catalog.numeric, cost pg_catalog.numeric) (
  sfunc = @extschema@.revenue_bridge_push, stype = @extschema@.revenue_bridge, combinefunc = @extschema@.revenue_bridge_combine, parallel = safe
);
comment on aggregate @extschema@.revenue_bridge_agg(pg_catalog.numeric, pg_catalog.numeric, pg_catalog.numeric, pg_catalog.numeric) is
'One row a customer and period: what he traded, the commission on it, other revenue from him, and what he cost (positive). Sums are exact to 12 decimals; more round half to even. A row with a NULL is skipped and its customer not counted: write coalesce(other, 0). No rows give NULL. A number or a sum that is NaN, infinite or above 1.7e26 in magnitude is an error (22003).';

create function @extschema@.revenue_levers(summary @extschema@.revenue_bridge)
  returns table (customers pg_catalog.int8, turnover pg_catalog.numeric, commission pg_catalog.numeric, other pg_catalog.numeric, cost pg_catalog.numeric,
    profit pg_catalog.numeric, turnover_per_customer pg_catalog.numeric, commission_rate pg_catalog.numeric, other_per_customer pg_catalog.numeric,
    cost_per_customer pg_catalog.numeric)
  immutable strict parallel safe cost 100 rows 1
  language c as 'MODULE_PATHNAME', 'crm_revenue_levers';
comment on function @extschema@.revenue_levers(@extschema@.revenue_bridge) is
'One row: the customers and the exact sums; profit = commission + other - cost; and what follows, rounded half to even at 12 decimals: turnover, other revenue and cost per customer, and commission per turnover (NULL without turnover).';

create function @extschema@.revenue_bridge(before @extschema@.revenue_bridge, after @extschema@.revenue_bridge)
  returns table (step pg_catalog.int4, lever pg_catalog.text, level_before pg_catalog.numeric, level_after pg_catalog.numeric, effect pg_catalog.numeric, running pg_catalog.numeric)
  immutable parallel safe cost 300 rows 6
  language c as 'MODULE_PATHNAME', 'crm_revenue_bridge';
comment on function @extschema@.revenue_bridge(@extschema@.revenue_bridge, @extschema@.revenue_bridge) is
'From the profit before to the profit after, in six rows: step 0 is the profit before; then the levers are moved in this order: customers, turnover (per customer), commission rate (per turnover), other business (per customer), cost (in total), each with its level before and after, its effect on the profit and the profit then. Profit = N (t c + o) - K. The effects add up to the change to the last digit (roundings half to even at 12 decimals). With no customers before, the first lever brings all revenue after; with turnover before that sums to 0, new turnover is taken at its own rate: give positive turnover. NULL before or after is a period without customers; both NULL: no rows. What leaves 1.7e26 in magnitude is an error (22003).';
