-- cuts: thresholds proposed from data: quantiles, shares of customers or of value, natural breaks.

-- @unit cuts_by_customers, cuts_by_quantile, cuts_by_value: position: 1 the lowest class; from, value: unit of the values; customers: number; customer_share: share, 0 to 1; value_share: share of the total
-- @unit cuts_natural: position: 1 the lowest class; from, value: unit of the values; customers: number; customer_share, gvf: share, 0 to 1; value_share: share of the total
-- @formula cuts_natural: least sum of squares within classes (Fisher 1958, Jenks 1967)

create function @extschema@.cuts_by_quantile(summary @extschema@.distribution, quantiles pg_catalog.float8[])
  returns table ("position" pg_catalog.int4, "from" pg_catalog.float8, customers pg_catalog.int8, customer_share pg_catalog.float8)
  immutable strict parallel safe cost 300 rows 5
  language c as 'MODULE_PATHNAME', 'crm_cuts_by_quantile_distribution';
comment on function @extschema@.cuts_by_quantile(@extschema@.distribution, pg_catalog.float8[]) is
'Thresholds at quantiles, ascending, from 0 to below 1 (22023 otherwise): array[0.5, 0.9, 0.98] puts the best 2, 10 and 50 percent above a threshold, as cuts_by_customers with the shares above. One row a class, lowest first: "from" is an observed value, or of a sketch the lower edge of a bucket (NULL for the lowest class, which takes everybody below the next), customers the observations from there on and below the next one. Equal values are never torn apart: all of them go up, and cuts that coincide give fewer classes. NULL gives no rows.';

create function @extschema@.cuts_by_quantile(summary @extschema@.concentration, quantiles pg_catalog.float8[])
  returns table ("position" pg_catalog.int4, "from" pg_catalog.numeric, customers pg_catalog.int8, customer_share pg_catalog.float8, value pg_catalog.numeric, value_share pg_catalog.float8)
  immutable strict parallel safe cost 300 rows 5
  language c as 'MODULE_PATHNAME', 'crm_cuts_by_quantile_concentration';
comment on function @extschema@.cuts_by_quantile(@extschema@.concentration, pg_catalog.float8[]) is
'Thresholds at quantiles, ascending, from 0 to below 1 (22023 otherwise): array[0.5, 0.9, 0.98] puts the best 2, 10 and 50 percent above a threshold, as cuts_by_customers with the shares above. One row a class, lowest first: "from" is a value that somebody has (NULL for the lowest class, which takes everybody below the next), customers those from there on and below the next one, value what they have together, value_share that over the total (NULL when it is not positive). Equal values are never torn apart: all of them go up, and cuts that coincide give fewer classes. NULL gives no rows.';

create function @extschema@.cuts_by_customers(summary @extschema@.distribution, shares pg_catalog.float8[])
  returns table ("position" pg_catalog.int4, "from" pg_catalog.float8, customers pg_catalog.int8, customer_share pg_catalog.float8)
  immutable strict parallel safe cost 300 rows 5
  language c as 'MODULE_PATHNAME', 'crm_cuts_by_customers_distribution';
comment on function @extschema@.cuts_by_customers(@extschema@.distribution, pg_catalog.float8[]) is
'Thresholds by shares of the best customers, each counted from the best on, ascending, above 0 and at most 1 (22023 otherwise): array[0.02, 0.1, 0.3] are the best 2, 10 and 30 percent, the fewest whole customers who are that many. One row a class, lowest first: "from" is an observed value, or of a sketch the lower edge of a bucket (NULL for the lowest class, which takes everybody below the next), customers the observations from there on and below the next one. Equal values are never torn apart: all of them go up, and cuts that coincide give fewer classes. NULL gives no rows.';

create function @extschema@.cuts_by_customers(summary @extschema@.concentration, shares pg_catalog.float8[])
  returns table ("position" pg_catalog.int4, "from" pg_catalog.numeric, customers pg_catalog.int8, customer_share pg_catalog.float8, value pg_catalog.numeric, value_share pg_catalog.float8)
  immutable strict parallel safe cost 300 rows 5
  language c as 'MODULE_PATHNAME', 'crm_cuts_by_customers_concentration';
comment on function @extschema@.cuts_by_customers(@extschema@.concentration, pg_catalog.float8[]) is
'Thresholds by shares of the best customers, each counted from the best on, ascending, above 0 and at most 1 (22023 otherwise): array[0.02, 0.1, 0.3] are the best 2, 10 and 30 percent, the fewest whole customers who are that many. One row a class, lowest first: "from" is a value that somebody has (NULL for the lowest class, which takes everybody below the next), customers those from there on and below the next one, value what they have together, value_share that over the total (NULL when it is not positive). Equal values are never torn apart: all of them go up, and cuts that coincide give fewer classes. NULL gives no rows.';

create function @extschema@.cuts_by_value(summary @extschema@.concentration, shares pg_catalog.float8[])
  returns table ("position" pg_catalog.int4, "from" pg_catalog.numeric, customers pg_catalog.int8, customer_share pg_catalog.float8, value pg_catalog.numeric, value_share pg_catalog.float8)
  immutable strict parallel safe cost 300 rows 5
  language c as 'MODULE_PATHNAME', 'crm_cuts_by_value';
comment on function @extschema@.cuts_by_value(@extschema@.concentration, pg_catalog.float8[]) is
'Thresholds by what the best customers have together, ascending, above 0 and at most 1 (22023 otherwise): array[0.5, 0.8] are the fewest who have 50 and 80 percent of the total, as customers_for_share. One row a class, lowest first: "from" is a value that somebody has (NULL for the lowest class, which takes everybody below the next), customers those from there on and below the next one, value what they have together, value_share that over the total (NULL when it is not positive). Equal values are never torn apart: all of them go up, and cuts that coincide give fewer classes. A total that is not positive is an error (22023); NULL gives no rows.';

create function @extschema@.cuts_natural(summary @extschema@.distribution, classes pg_catalog.int4)
  returns table ("position" pg_catalog.int4, "from" pg_catalog.float8, customers pg_catalog.int8, customer_share pg_catalog.float8, gvf pg_catalog.float8)
  immutable strict parallel safe cost 5000 rows 5 support @extschema@.number_rows_support
  language c as 'MODULE_PATHNAME', 'crm_cuts_natural_distribution';
comment on function @extschema@.cuts_natural(@extschema@.distribution, pg_catalog.int4) is
'Natural breaks: the 2 to 100 classes (22023 otherwise) with the least sum of squares within them (Fisher 1958, Jenks 1967), as many as there are distinct values at most. Of divisions that are equally good to 13 digits of the whole sum of squares, the one with the lowest cuts: a value 10 million times the others hides how they divide, so cut it off first, or take logarithms. One row a class, lowest first: "from" is an observed value, or of a sketch the lower edge of a bucket (NULL for the lowest class, which takes everybody below the next), customers the observations from there on and below the next one; gvf, the same in each row, is the goodness of variance fit: 1 - (sum of squares within the classes) / (sum of squares), NULL where all have the same value. A bucket counts as its middle. NULL gives no rows.';

create function @extschema@.cuts_natural(summary @extschema@.concentration, classes pg_catalog.int4)
  returns table ("position" pg_catalog.int4, "from" pg_catalog.numeric, customers pg_catalog.int8, customer_share pg_catalog.float8, value pg_catalog.numeric, value_share pg_catalog.float8, gvf pg_catalog.float8)
  immutable strict parallel safe cost 30000 rows 5 support @extschema@.number_rows_support
  language c as 'MODULE_PATHNAME', 'crm_cuts_natural_concentration';
comment on function @extschema@.cuts_natural(@extschema@.concentration, pg_catalog.int4) is
'Natural breaks: the 2 to 100 classes (22023 otherwise) with the least sum of squares within them (Fisher 1958, Jenks 1967), as many as there are distinct values at most. Of divisions that are equally good to 13 digits of the whole sum of squares, the one with the lowest cuts: a value 10 million times the others hides how they divide, so cut it off first, or take logarithms. One row a class, lowest first: "from" is a value that somebody has (NULL for the lowest class, which takes everybody below the next), customers those from there on and below the next one, value what they have together, value_share that over the total (NULL when it is not positive); gvf, the same in each row, is the goodness of variance fit: 1 - (sum of squares within the classes) / (sum of squares), NULL where all have the same value. More than 10 million distinct values are an error (54000). NULL gives no rows.';
