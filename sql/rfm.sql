-- rfm: recency, frequency, monetary value of a customer's events; break points, scores and segments.

-- @unit customers: customers
-- @unit first_total, total: currency of the amounts
-- @unit frequency: events
-- @unit monetary: currency of the amounts, an event
-- @unit recency, tenure: days
-- @unit rfm_score: recency, frequency, monetary: 1 (worst) to the bins of the scale (best); total: sum of the three
-- @unit rfm_segment_explain: position: number
-- @formula rfm_breaks_fit: quantile classes of recency, frequency and monetary value (Hughes 1994); break j is the smallest value that at least j/bins of the customers do not exceed
-- @formula rfm_score: 1 + number of breaks below the value, counted from the other end for recency

-- @type rfm plain
-- A customer's events in 64 bytes: how many, the first and the last instant, the exact total and the total of the first instant. Made by rfm_agg or rfm_of, added up by rfm_merge. Text form: JSON.
-- @merge
-- Adds up rfm summaries: of partitions, of days, of the accounts of a customer. NULLs are skipped; no rows give NULL. Merging in any order gives the same bytes.

create function @extschema@.rfm_push(@extschema@.rfm, pg_catalog.timestamptz, pg_catalog.numeric) returns @extschema@.rfm
  immutable parallel safe cost 2
  language c as 'MODULE_PATHNAME', 'crm_rfm_push_at_numeric';
comment on function @extschema@.rfm_push(@extschema@.rfm, pg_catalog.timestamptz, pg_catalog.numeric) is
'Transition function of rfm_agg: adds one event; a NULL in it is skipped.';

create aggregate @extschema@.rfm_agg(at pg_catalog.timestamptz, amount pg_catalog.numeric) (
  sfunc = @extschema@.rfm_push, stype = @extschema@.rfm, combinefunc = @extschema@.rfm_combine, parallel = safe
);
comment on aggregate @extschema@.rfm_agg(pg_catalog.timestamptz, pg_catalog.numeric) is
'Summary of events, each with its instant and its amount. Amounts are summed exactly to 12 decimals; more round half to even. Rows with a NULL are skipped; no rows give NULL. NaN, infinities and magnitudes above 1.7e26 are errors (22003), infinite times 22008.';

create function @extschema@.rfm_push(@extschema@.rfm, pg_catalog.timestamptz, pg_catalog.float8) returns @extschema@.rfm
  immutable parallel safe cost 2
  language c as 'MODULE_PATHNAME', 'crm_rfm_push_at_float8';
comment on function @extschema@.rfm_push(@extschema@.rfm, pg_catalog.timestamptz, pg_catalog.float8) is
'Transition function of rfm_agg: adds one event; a NULL in it is skipped.';

create aggregate @extschema@.rfm_agg(at pg_catalog.timestamptz, amount pg_catalog.float8) (
  sfunc = @extschema@.rfm_push, stype = @extschema@.rfm, combinefunc = @extschema@.rfm_combine, parallel = safe
);
comment on aggregate @extschema@.rfm_agg(pg_catalog.timestamptz, pg_catalog.float8) is
'Summary of events, each with its instant and its amount. Each amount is taken at its binary value, rounded half to even at 12 decimals, and then summed exactly: the result does not depend on row order. Rows with a NULL are skipped; no rows give NULL. NaN, infinities and magnitudes above 1.7e26 are errors (22003), infinite times 22008.';

create function @extschema@.rfm_push(@extschema@.rfm, pg_catalog.timestamptz, pg_catalog.int8) returns @extschema@.rfm
  immutable parallel safe cost 2
  language c as 'MODULE_PATHNAME', 'crm_rfm_push_at_bigint';
comment on function @extschema@.rfm_push(@extschema@.rfm, pg_catalog.timestamptz, pg_catalog.int8) is
'Transition function of rfm_agg: adds one event; a NULL in it is skipped.';

create aggregate @extschema@.rfm_agg(at pg_catalog.timestamptz, amount pg_catalog.int8) (
  sfunc = @extschema@.rfm_push, stype = @extschema@.rfm, combinefunc = @extschema@.rfm_combine, parallel = safe
);
comment on aggregate @extschema@.rfm_agg(pg_catalog.timestamptz, pg_catalog.int8) is
'Summary of events, each with its instant and its amount. Whole amounts, such as minor units, are summed exactly. Rows with a NULL are skipped; no rows give NULL. Infinite times are errors (22008).';

create function @extschema@.rfm_push(@extschema@.rfm, pg_catalog.date, pg_catalog.numeric) returns @extschema@.rfm
  immutable parallel safe cost 2
  language c as 'MODULE_PATHNAME', 'crm_rfm_push_on_numeric';
comment on function @extschema@.rfm_push(@extschema@.rfm, pg_catalog.date, pg_catalog.numeric) is
'Transition function of rfm_agg: adds one event; a NULL in it is skipped.';

create aggregate @extschema@.rfm_agg(day pg_catalog.date, amount pg_catalog.numeric) (
  sfunc = @extschema@.rfm_push, stype = @extschema@.rfm, combinefunc = @extschema@.rfm_combine, parallel = safe
);
comment on aggregate @extschema@.rfm_agg(pg_catalog.date, pg_catalog.numeric) is
'Summary of events, each with its day (it counts from 00:00 UTC of that day) and its amount. Amounts are summed exactly to 12 decimals; more round half to even. Rows with a NULL are skipped; no rows give NULL. NaN, infinities and magnitudes above 1.7e26 are errors (22003), infinite times 22008.';

create function @extschema@.rfm_push(@extschema@.rfm, pg_catalog.date, pg_catalog.float8) returns @extschema@.rfm
  immutable parallel safe cost 2
  language c as 'MODULE_PATHNAME', 'crm_rfm_push_on_float8';
comment on function @extschema@.rfm_push(@extschema@.rfm, pg_catalog.date, pg_catalog.float8) is
'Transition function of rfm_agg: adds one event; a NULL in it is skipped.';

create aggregate @extschema@.rfm_agg(day pg_catalog.date, amount pg_catalog.float8) (
  sfunc = @extschema@.rfm_push, stype = @extschema@.rfm, combinefunc = @extschema@.rfm_combine, parallel = safe
);
comment on aggregate @extschema@.rfm_agg(pg_catalog.date, pg_catalog.float8) is
'Summary of events, each with its day (it counts from 00:00 UTC of that day) and its amount. Each amount is taken at its binary value, rounded half to even at 12 decimals, and then summed exactly: the result does not depend on row order. Rows with a NULL are skipped; no rows give NULL. NaN, infinities and magnitudes above 1.7e26 are errors (22003), infinite times 22008.';

create function @extschema@.rfm_push(@extschema@.rfm, pg_catalog.date, pg_catalog.int8) returns @extschema@.rfm
  immutable parallel safe cost 2
  language c as 'MODULE_PATHNAME', 'crm_rfm_push_on_bigint';
comment on function @extschema@.rfm_push(@extschema@.rfm, pg_catalog.date, pg_catalog.int8) is
'Transition function of rfm_agg: adds one event; a NULL in it is skipped.';

create aggregate @extschema@.rfm_agg(day pg_catalog.date, amount pg_catalog.int8) (
  sfunc = @extschema@.rfm_push, stype = @extschema@.rfm, combinefunc = @extschema@.rfm_combine, parallel = safe
);
comment on aggregate @extschema@.rfm_agg(pg_catalog.date, pg_catalog.int8) is
'Summary of events, each with its day (it counts from 00:00 UTC of that day) and its amount. Whole amounts, such as minor units, are summed exactly. Rows with a NULL are skipped; no rows give NULL. Infinite times are errors (22008).';

create function @extschema@.rfm_of(frequency pg_catalog.int8, total pg_catalog.numeric, first_at pg_catalog.timestamptz, last_at pg_catalog.timestamptz, first_total pg_catalog.numeric default null) returns @extschema@.rfm
  immutable parallel safe cost 2
  language c as 'MODULE_PATHNAME', 'crm_rfm_of_at';
comment on function @extschema@.rfm_of(pg_catalog.int8, pg_catalog.numeric, pg_catalog.timestamptz, pg_catalog.timestamptz, pg_catalog.numeric) is
'An rfm summary from figures already aggregated elsewhere. first_total: the total of the first instant; NULL when not known. Figures that contradict each other are errors (22023). NULL when another argument is NULL.';

create function @extschema@.rfm_of(frequency pg_catalog.int8, total pg_catalog.numeric, first_day pg_catalog.date, last_day pg_catalog.date, first_total pg_catalog.numeric default null) returns @extschema@.rfm
  immutable parallel safe cost 2
  language c as 'MODULE_PATHNAME', 'crm_rfm_of_on';
comment on function @extschema@.rfm_of(pg_catalog.int8, pg_catalog.numeric, pg_catalog.date, pg_catalog.date, pg_catalog.numeric) is
'An rfm summary from figures already aggregated elsewhere. first_total: the total of the first day; NULL when not known. Figures that contradict each other are errors (22023). NULL when another argument is NULL.';

create function @extschema@.recency(summary @extschema@.rfm, as_of pg_catalog.date) returns pg_catalog.int4
  immutable strict parallel safe cost 2
  language c as 'MODULE_PATHNAME', 'crm_recency';
comment on function @extschema@.recency(@extschema@.rfm, pg_catalog.date) is
'Whole days from the (UTC) day of the last event to as_of; 0 on the same day. as_of is a day, its end included; an as_of before the last event is an error (22023).';

create function @extschema@.tenure(summary @extschema@.rfm, as_of pg_catalog.date) returns pg_catalog.int4
  immutable strict parallel safe cost 2
  language c as 'MODULE_PATHNAME', 'crm_tenure';
comment on function @extschema@.tenure(@extschema@.rfm, pg_catalog.date) is
'Whole days from the (UTC) day of the first event to as_of: the age of the customer. An as_of before the last event is an error (22023).';

create function @extschema@.frequency(summary @extschema@.rfm) returns pg_catalog.int8
  immutable strict parallel safe cost 2
  language c as 'MODULE_PATHNAME', 'crm_frequency';
comment on function @extschema@.frequency(@extschema@.rfm) is
'Number of events in an rfm summary.';

create function @extschema@.monetary(summary @extschema@.rfm) returns pg_catalog.numeric
  immutable strict parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_monetary';
comment on function @extschema@.monetary(@extschema@.rfm) is
'Mean amount of an event: total / frequency, rounded half to even at 12 decimals.';

create function @extschema@.total(summary @extschema@.rfm) returns pg_catalog.numeric
  immutable strict parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_total';
comment on function @extschema@.total(@extschema@.rfm) is
'Sum of the amounts, exact, with the decimals of the amounts.';

create function @extschema@.first_total(summary @extschema@.rfm) returns pg_catalog.numeric
  immutable strict parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_first_total';
comment on function @extschema@.first_total(@extschema@.rfm) is
'Sum of the amounts at the first instant (lifetime-value models leave it out of the mean). NULL when it is not known (see rfm_of).';

create function @extschema@.first_at(summary @extschema@.rfm) returns pg_catalog.timestamptz
  immutable strict parallel safe cost 2
  language c as 'MODULE_PATHNAME', 'crm_first_at';
comment on function @extschema@.first_at(@extschema@.rfm) is
'Instant of the first event.';

create function @extschema@.last_at(summary @extschema@.rfm) returns pg_catalog.timestamptz
  immutable strict parallel safe cost 2
  language c as 'MODULE_PATHNAME', 'crm_last_at';
comment on function @extschema@.last_at(@extschema@.rfm) is
'Instant of the last event.';

-- @type rfm_sample extended final
-- The rfm summaries of many customers, in canonical order: what break points and lifetime-value models are fitted to. 58 bytes a customer, at most 1 GB. Text form: JSON.
-- @merge
-- Puts rfm samples together: of regions, of branches. NULLs are skipped; no rows give NULL.

create function @extschema@.rfm_sample_push(@extschema@.rfm_sample, @extschema@.rfm) returns @extschema@.rfm_sample
  immutable parallel safe cost 3
  language c as 'MODULE_PATHNAME', 'crm_rfm_sample_push';
comment on function @extschema@.rfm_sample_push(@extschema@.rfm_sample, @extschema@.rfm) is
'Transition function of rfm_sample_agg: adds one customer; NULL is skipped.';

create aggregate @extschema@.rfm_sample_agg(summary @extschema@.rfm) (
  sfunc = @extschema@.rfm_sample_push, stype = @extschema@.rfm_sample, combinefunc = @extschema@.rfm_sample_combine,
  finalfunc = @extschema@.rfm_sample_final, parallel = safe
);
comment on aggregate @extschema@.rfm_sample_agg(@extschema@.rfm) is
'Collects the rfm summaries of customers, one row a customer, for rfm_breaks_fit and the fits of lifetime-value models. NULLs are skipped; no rows give NULL. The order of the rows does not matter. Above 1 GB (18 million customers) it is an error (54000).';

create function @extschema@.customers(sample @extschema@.rfm_sample) returns pg_catalog.int8
  immutable strict parallel safe cost 10000
  language c as 'MODULE_PATHNAME', 'crm_rfm_sample_customers';
comment on function @extschema@.customers(@extschema@.rfm_sample) is
'Number of customers in an rfm sample.';

create function @extschema@.rfm_breaks_fit(sample @extschema@.rfm_sample, as_of pg_catalog.date, bins pg_catalog.int4 default 5, monetary_by pg_catalog.text default 'mean') returns pg_catalog.jsonb
  immutable strict parallel safe cost 20000
  language c as 'MODULE_PATHNAME', 'crm_rfm_breaks_fit';
comment on function @extschema@.rfm_breaks_fit(@extschema@.rfm_sample, pg_catalog.date, pg_catalog.int4, pg_catalog.text) is
'Fits the scale of RFM scores: for each of recency, frequency and monetary value the bins - 1 break points (break j is the smallest value that at least j/bins of the customers do not exceed). monetary_by: mean (amount an event) or total. The model (jsonb, kind rfm_breaks) is kept, so that later months are scored on the same scale. A customer with an event after as_of is an error (22023).';

create function @extschema@.rfm_breaks_check(breaks pg_catalog.jsonb, out path pg_catalog.text, out problem pg_catalog.text)
  returns setof pg_catalog.record
  immutable strict parallel safe cost 300 rows 1
  language c as 'MODULE_PATHNAME', 'crm_rfm_breaks_check';
comment on function @extschema@.rfm_breaks_check(pg_catalog.jsonb) is
'Every problem of a scale of break points, fitted or written by hand, with its JSON path; no rows when it is valid.';

create function @extschema@.rfm_score(
    breaks pg_catalog.jsonb, summary @extschema@.rfm, as_of pg_catalog.date,
    out recency pg_catalog.int4, out frequency pg_catalog.int4, out monetary pg_catalog.int4, out cell pg_catalog.text, out total pg_catalog.int4)
  returns setof pg_catalog.record
  immutable strict parallel safe cost 100 rows 1
  language c as 'MODULE_PATHNAME', 'crm_rfm_score';
comment on function @extschema@.rfm_score(pg_catalog.jsonb, @extschema@.rfm, pg_catalog.date) is
'Scores a customer on a fitted scale, 1 (worst) to bins (best): recency (recent is high), frequency, monetary, the cell (555, or 10-4-3 above nine bins) and their sum. One row; none for NULL. Customers with equal figures always score alike.';

create function @extschema@.rfm_cell(breaks pg_catalog.jsonb, summary @extschema@.rfm, as_of pg_catalog.date) returns pg_catalog.text
  immutable strict parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_rfm_cell';
comment on function @extschema@.rfm_cell(pg_catalog.jsonb, @extschema@.rfm, pg_catalog.date) is
'The cell of rfm_score as a scalar, for select lists and GROUP BY.';

create function @extschema@.rfm_segment(cell pg_catalog.text, policy pg_catalog.jsonb default null, language pg_catalog.text default null) returns pg_catalog.text
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_rfm_segment';
comment on function @extschema@.rfm_segment(pg_catalog.text, pg_catalog.jsonb, pg_catalog.text) is
'Name of the segment of a cell: the first segment of the policy that holds it. policy: NULL for rfm_segment_policy_example(). language: the label in that language instead of the name; NULL for the name. NULL for a NULL cell.';

create function @extschema@.rfm_segment_explain(
    cell pg_catalog.text, policy pg_catalog.jsonb default null, language pg_catalog.text default null,
    out "position" pg_catalog.int4, out segment pg_catalog.text, out label pg_catalog.text, out recency_met pg_catalog.bool,
    out frequency_met pg_catalog.bool, out monetary_met pg_catalog.bool, out in_effect pg_catalog.bool)
  returns setof pg_catalog.record
  immutable parallel safe cost 500 rows 11
  language c as 'MODULE_PATHNAME', 'crm_rfm_segment_explain';
comment on function @extschema@.rfm_segment_explain(pg_catalog.text, pg_catalog.jsonb, pg_catalog.text) is
'Every segment of the policy in order, which of its three ranges hold the cell, and which segment is in effect: the first that holds it whole. No rows for a NULL cell.';

create function @extschema@.rfm_segment_policy_check(policy pg_catalog.jsonb, out path pg_catalog.text, out problem pg_catalog.text)
  returns setof pg_catalog.record
  immutable strict parallel safe cost 2000 rows 1
  language c as 'MODULE_PATHNAME', 'crm_rfm_segment_policy_check';
comment on function @extschema@.rfm_segment_policy_check(pg_catalog.jsonb) is
'Every problem of a segment policy with its JSON path, cells without a segment and segments that are never reached among them; no rows when the policy is valid.';

create function @extschema@.rfm_segment_policy_example() returns pg_catalog.jsonb
  immutable parallel safe cost 500
  language c as 'MODULE_PATHNAME', 'crm_rfm_segment_policy_example';
comment on function @extschema@.rfm_segment_policy_example() is
'The segment policy used when none is given: eleven segments on five bins, labels in English and Chinese. Copy it into a table and edit it.';
