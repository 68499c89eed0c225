-- distribution: quantiles, ranks and cuts of a measure from a summary that does not depend on the order of the rows.

-- @unit accuracy: relative error, 0 to 1
-- @unit breaks, maximum, minimum, quantile, quantiles: unit of the observations
-- @unit observations: observations
-- @unit rank: share of the observations, 0 to 1
-- @formula quantile, quantiles: interpolated as percentile_cont; above 1,024 distinct values a sketch with the relative error of DDSketch (Masson, Rim, Lee 2019)

-- @type distribution extended
-- The distribution of a measure: exact up to 1,024 distinct values, then a sketch with a stated relative accuracy (0.1 percent unless asked otherwise) that does not depend on the order of the rows. Made by distribution_agg, added up by distribution_merge. Text form: JSON.
-- @merge
-- Adds up distributions of the same accuracy (22023 otherwise): of days, of branches. NULLs are skipped; no rows give NULL. Merging in any order gives the same bytes.

create function @extschema@.distribution_push(@extschema@.distribution, pg_catalog.float8) returns @extschema@.distribution
  immutable parallel safe cost 1
  language c as 'MODULE_PATHNAME', 'crm_distribution_push_float8';
comment on function @extschema@.distribution_push(@extschema@.distribution, pg_catalog.float8) is
'Transition function of distribution_agg(x): adds one observation; NULL is skipped.';

create aggregate @extschema@.distribution_agg(x pg_catalog.float8) (
  sfunc = @extschema@.distribution_push, stype = @extschema@.distribution, combinefunc = @extschema@.distribution_combine, parallel = safe
);
comment on aggregate @extschema@.distribution_agg(pg_catalog.float8) is
'Summary of the distribution of a measure: exact up to 1,024 distinct values, then a sketch whose quantiles have a relative error of at most 0.1 percent. NULLs are skipped; no rows give NULL; NaN and infinities are errors (22003). Any order, plan or partitioning gives the same bytes.';

create function @extschema@.distribution_push(@extschema@.distribution, pg_catalog.float8, pg_catalog.float8) returns @extschema@.distribution
  immutable parallel safe cost 1
  language c as 'MODULE_PATHNAME', 'crm_distribution_push_float8_accuracy';
comment on function @extschema@.distribution_push(@extschema@.distribution, pg_catalog.float8, pg_catalog.float8) is
'Transition function of distribution_agg(x, accuracy): adds one observation; NULL is skipped.';

create aggregate @extschema@.distribution_agg(x pg_catalog.float8, accuracy pg_catalog.float8) (
  sfunc = @extschema@.distribution_push, stype = @extschema@.distribution, combinefunc = @extschema@.distribution_combine, parallel = safe
);
comment on aggregate @extschema@.distribution_agg(pg_catalog.float8, pg_catalog.float8) is
'As distribution_agg(x), with another relative accuracy: from 0.00005 (large) to 0.05 (small). It must be the same for all rows of a group (22023).';

create function @extschema@.distribution_push(@extschema@.distribution, pg_catalog.numeric) returns @extschema@.distribution
  immutable parallel safe cost 3
  language c as 'MODULE_PATHNAME', 'crm_distribution_push_numeric';
comment on function @extschema@.distribution_push(@extschema@.distribution, pg_catalog.numeric) is
'Transition function of distribution_agg(x): adds one observation; NULL is skipped.';

create aggregate @extschema@.distribution_agg(x pg_catalog.numeric) (
  sfunc = @extschema@.distribution_push, stype = @extschema@.distribution, combinefunc = @extschema@.distribution_combine, parallel = safe
);
comment on aggregate @extschema@.distribution_agg(pg_catalog.numeric) is
'As distribution_agg(float8): each numeric is taken as the nearest float8, without the cost of the cast.';

create function @extschema@.distribution_push(@extschema@.distribution, pg_catalog.numeric, pg_catalog.float8) returns @extschema@.distribution
  immutable parallel safe cost 3
  language c as 'MODULE_PATHNAME', 'crm_distribution_push_numeric_accuracy';
comment on function @extschema@.distribution_push(@extschema@.distribution, pg_catalog.numeric, pg_catalog.float8) is
'Transition function of distribution_agg(x, accuracy): adds one observation; NULL is skipped.';

create aggregate @extschema@.distribution_agg(x pg_catalog.numeric, accuracy pg_catalog.float8) (
  sfunc = @extschema@.distribution_push, stype = @extschema@.distribution, combinefunc = @extschema@.distribution_combine, parallel = safe
);
comment on aggregate @extschema@.distribution_agg(pg_catalog.numeric, pg_catalog.float8) is
'As distribution_agg(float8, accuracy): each numeric is taken as the nearest float8, without the cost of the cast.';

create function @extschema@.quantile(summary @extschema@.distribution, q pg_catalog.float8) returns pg_catalog.float8
  immutable strict parallel safe cost 500
  language c as 'MODULE_PATHNAME', 'crm_quantile';
comment on function @extschema@.quantile(@extschema@.distribution, pg_catalog.float8) is
'The q-quantile (0 to 1, 22023 otherwise), interpolated between observations as percentile_cont does; bit for bit the same while exact, within the relative accuracy after that. 0 and 1 give the exact minimum and maximum.';

create function @extschema@.quantiles(summary @extschema@.distribution, q pg_catalog.float8[]) returns pg_catalog.float8[]
  immutable strict parallel safe cost 500
  language c as 'MODULE_PATHNAME', 'crm_quantiles';
comment on function @extschema@.quantiles(@extschema@.distribution, pg_catalog.float8[]) is
'Several quantiles at once, in the order asked for; see quantile.';

create function @extschema@.rank(summary @extschema@.distribution, x pg_catalog.float8) returns pg_catalog.float8
  immutable strict parallel safe cost 500
  language c as 'MODULE_PATHNAME', 'crm_rank';
comment on function @extschema@.rank(@extschema@.distribution, pg_catalog.float8) is
'Share of the observations that are at most x, 0 to 1 (the cumulative distribution); of a sketch never too low, and never above the share of the observations up to x plus twice the accuracy of x.';

create function @extschema@.breaks(summary @extschema@.distribution, bins pg_catalog.int4) returns pg_catalog.float8[]
  immutable strict parallel safe cost 500
  language c as 'MODULE_PATHNAME', 'crm_breaks';
comment on function @extschema@.breaks(@extschema@.distribution, pg_catalog.int4) is
'bins - 1 ascending break points that cut the observations into classes of equal size without splitting ties: break j is the smallest value that at least j/bins of the observations do not exceed. The class of x is 1 + the number of breaks below x. A break of a sketch may exceed the exact one by at most twice the accuracy. bins from 2 to 1000 (22023).';

create function @extschema@.observations(summary @extschema@.distribution) returns pg_catalog.int8
  immutable strict parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_observations';
comment on function @extschema@.observations(@extschema@.distribution) is
'Number of observations.';

create function @extschema@.minimum(summary @extschema@.distribution) returns pg_catalog.float8
  immutable strict parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_minimum';
comment on function @extschema@.minimum(@extschema@.distribution) is
'Smallest observation, exact.';

create function @extschema@.maximum(summary @extschema@.distribution) returns pg_catalog.float8
  immutable strict parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_maximum';
comment on function @extschema@.maximum(@extschema@.distribution) is
'Largest observation, exact.';

create function @extschema@.accuracy(summary @extschema@.distribution) returns pg_catalog.float8
  immutable strict parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_accuracy';
comment on function @extschema@.accuracy(@extschema@.distribution) is
'Relative error that a quantile read from the summary can have at most; 0 while it is exact.';
