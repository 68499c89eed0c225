-- What all features share. Every statement of the script runs with search_path = crm, pg_temp (PostgreSQL sets it while an
-- extension with a fixed schema is created), and names what is not ours with its schema.

create function @extschema@.number_rows_support(pg_catalog.internal) returns pg_catalog.internal
  immutable strict parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_number_rows_support';
comment on function @extschema@.number_rows_support(pg_catalog.internal) is
'Planner support of functions that give about as many rows as their integer argument says: takes a constant for the estimate.
Feature: policy, since 0.1.0';

create function @extschema@.policy_digest(policy pg_catalog.jsonb) returns pg_catalog.text
  immutable strict parallel safe cost 500
  language c as 'MODULE_PATHNAME', 'crm_policy_digest';
comment on function @extschema@.policy_digest(pg_catalog.jsonb) is
'SHA-256 (hexadecimal) of a policy or model: tells its version in results. Key order and blanks do not matter; 1 and 1.0 differ. NULL for NULL.
Feature: policy, since 0.1.0';

create function @extschema@.policy_check(policy pg_catalog.jsonb, out path pg_catalog.text, out problem pg_catalog.text)
  returns setof pg_catalog.record
  immutable strict parallel safe cost 500 rows 1
  language c as 'MODULE_PATHNAME', 'crm_policy_check';
comment on function @extschema@.policy_check(pg_catalog.jsonb) is
'Every problem of a policy or model of any kind this release knows, with its JSON path; no rows when it is valid.
Feature: policy, since 0.1.0';

create function @extschema@.policy_valid(policy pg_catalog.jsonb) returns pg_catalog.bool
  immutable strict parallel safe cost 500
  language c as 'MODULE_PATHNAME', 'crm_policy_valid';
comment on function @extschema@.policy_valid(pg_catalog.jsonb) is
'Whether policy_check finds no problem: for a CHECK constraint on a table of policies. NULL for NULL.
Feature: policy, since 0.1.0';

-- rfm: recency, frequency, monetary value of a customer's events; break points, scores and segments.


create type @extschema@.rfm;

create function @extschema@.rfm_in(pg_catalog.cstring) returns @extschema@.rfm
  immutable strict parallel safe cost 200
  language c as 'MODULE_PATHNAME', 'crm_rfm_in';
comment on function @extschema@.rfm_in(pg_catalog.cstring) is
'Text input of type rfm (JSON). What is wrong is 22P02 and names the path.
Feature: rfm, since 0.1.0';

create function @extschema@.rfm_out(@extschema@.rfm) returns pg_catalog.cstring
  immutable strict parallel safe cost 200
  language c as 'MODULE_PATHNAME', 'crm_rfm_out';
comment on function @extschema@.rfm_out(@extschema@.rfm) is
'Text output of type rfm: JSON with sorted keys, lossless.
Feature: rfm, since 0.1.0';

create function @extschema@.rfm_recv(pg_catalog.internal) returns @extschema@.rfm
  immutable strict parallel safe cost 10
  language c as 'MODULE_PATHNAME', 'crm_rfm_recv';
comment on function @extschema@.rfm_recv(pg_catalog.internal) is
'Binary input of type rfm: a version, then the value in network order. What is wrong is 22P03.
Feature: rfm, since 0.1.0';

create function @extschema@.rfm_send(@extschema@.rfm) returns pg_catalog.bytea
  immutable strict parallel safe cost 10
  language c as 'MODULE_PATHNAME', 'crm_rfm_send';
comment on function @extschema@.rfm_send(@extschema@.rfm) is
'Binary output of type rfm: a version, then the value in network order.
Feature: rfm, since 0.1.0';

create type @extschema@.rfm (
  input = @extschema@.rfm_in, output = @extschema@.rfm_out, receive = @extschema@.rfm_recv, send = @extschema@.rfm_send,
  internallength = variable, alignment = double, storage = plain
);
comment on type @extschema@.rfm is
'A customer''s events in 64 bytes: how many, the first and the last instant, the exact total and the total of the first instant. Made by rfm_agg or rfm_of, added up by rfm_merge. Text form: JSON.
Feature: rfm, since 0.1.0';

create function @extschema@.rfm_combine(@extschema@.rfm, @extschema@.rfm) returns @extschema@.rfm
  immutable parallel safe cost 2
  language c as 'MODULE_PATHNAME', 'crm_rfm_combine';
comment on function @extschema@.rfm_combine(@extschema@.rfm, @extschema@.rfm) is
'Adds two values of type rfm up; NULL on either side gives the other. Combine function of its aggregates.
Feature: rfm, since 0.1.0';

create aggregate @extschema@.rfm_merge(@extschema@.rfm) (
  sfunc = @extschema@.rfm_combine, stype = @extschema@.rfm, combinefunc = @extschema@.rfm_combine, parallel = safe
);
comment on aggregate @extschema@.rfm_merge(@extschema@.rfm) is
'Adds up rfm summaries: of partitions, of days, of the accounts of a customer. NULLs are skipped; no rows give NULL. Merging in any order gives the same bytes.
Feature: rfm, since 0.1.0';

create function @extschema@.rfm_push(@extschema@.rfm, pg_catalog.timestamptz, pg_catalog.numeric) returns @extschema@.rfm
  immutable parallel safe cost 2
  language c as 'MODULE_PATHNAME', 'crm_rfm_push_at_numeric';
comment on function @extschema@.rfm_push(@extschema@.rfm, pg_catalog.timestamptz, pg_catalog.numeric) is
'Transition function of rfm_agg: adds one event; a NULL in it is skipped.
Feature: rfm, since 0.1.0';

create aggregate @extschema@.rfm_agg(at pg_catalog.timestamptz, amount pg_catalog.numeric) (
  sfunc = @extschema@.rfm_push, stype = @extschema@.rfm, combinefunc = @extschema@.rfm_combine, parallel = safe
);
comment on aggregate @extschema@.rfm_agg(pg_catalog.timestamptz, pg_catalog.numeric) is
'Summary of events, each with its instant and its amount. Amounts are summed exactly to 12 decimals; more round half to even. Rows with a NULL are skipped; no rows give NULL. NaN, infinities and magnitudes above 1.7e26 are errors (22003), infinite times 22008.
Feature: rfm, since 0.1.0';

create function @extschema@.rfm_push(@extschema@.rfm, pg_catalog.timestamptz, pg_catalog.float8) returns @extschema@.rfm
  immutable parallel safe cost 2
  language c as 'MODULE_PATHNAME', 'crm_rfm_push_at_float8';
comment on function @extschema@.rfm_push(@extschema@.rfm, pg_catalog.timestamptz, pg_catalog.float8) is
'Transition function of rfm_agg: adds one event; a NULL in it is skipped.
Feature: rfm, since 0.1.0';

create aggregate @extschema@.rfm_agg(at pg_catalog.timestamptz, amount pg_catalog.float8) (
  sfunc = @extschema@.rfm_push, stype = @extschema@.rfm, combinefunc = @extschema@.rfm_combine, parallel = safe
);
comment on aggregate @extschema@.rfm_agg(pg_catalog.timestamptz, pg_catalog.float8) is
'Summary of events, each with its instant and its amount. Each amount is taken at its binary value, rounded half to even at 12 decimals, and then summed exactly: the result does not depend on row order. Rows with a NULL are skipped; no rows give NULL. NaN, infinities and magnitudes above 1.7e26 are errors (22003), infinite times 22008.
Feature: rfm, since 0.1.0';

create function @extschema@.rfm_push(@extschema@.rfm, pg_catalog.timestamptz, pg_catalog.int8) returns @extschema@.rfm
  immutable parallel safe cost 2
  language c as 'MODULE_PATHNAME', 'crm_rfm_push_at_bigint';
comment on function @extschema@.rfm_push(@extschema@.rfm, pg_catalog.timestamptz, pg_catalog.int8) is
'Transition function of rfm_agg: adds one event; a NULL in it is skipped.
Feature: rfm, since 0.1.0';

create aggregate @extschema@.rfm_agg(at pg_catalog.timestamptz, amount pg_catalog.int8) (
  sfunc = @extschema@.rfm_push, stype = @extschema@.rfm, combinefunc = @extschema@.rfm_combine, parallel = safe
);
comment on aggregate @extschema@.rfm_agg(pg_catalog.timestamptz, pg_catalog.int8) is
'Summary of events, each with its instant and its amount. Whole amounts, such as minor units, are summed exactly. Rows with a NULL are skipped; no rows give NULL. Infinite times are errors (22008).
Feature: rfm, since 0.1.0';

create function @extschema@.rfm_push(@extschema@.rfm, pg_catalog.date, pg_catalog.numeric) returns @extschema@.rfm
  immutable parallel safe cost 2
  language c as 'MODULE_PATHNAME', 'crm_rfm_push_on_numeric';
comment on function @extschema@.rfm_push(@extschema@.rfm, pg_catalog.date, pg_catalog.numeric) is
'Transition function of rfm_agg: adds one event; a NULL in it is skipped.
Feature: rfm, since 0.1.0';

create aggregate @extschema@.rfm_agg(day pg_catalog.date, amount pg_catalog.numeric) (
  sfunc = @extschema@.rfm_push, stype = @extschema@.rfm, combinefunc = @extschema@.rfm_combine, parallel = safe
);
comment on aggregate @extschema@.rfm_agg(pg_catalog.date, pg_catalog.numeric) is
'Summary of events, each with its day (it counts from 00:00 UTC of that day) and its amount. Amounts are summed exactly to 12 decimals; more round half to even. Rows with a NULL are skipped; no rows give NULL. NaN, infinities and magnitudes above 1.7e26 are errors (22003), infinite times 22008.
Feature: rfm, since 0.1.0';

create function @extschema@.rfm_push(@extschema@.rfm, pg_catalog.date, pg_catalog.float8) returns @extschema@.rfm
  immutable parallel safe cost 2
  language c as 'MODULE_PATHNAME', 'crm_rfm_push_on_float8';
comment on function @extschema@.rfm_push(@extschema@.rfm, pg_catalog.date, pg_catalog.float8) is
'Transition function of rfm_agg: adds one event; a NULL in it is skipped.
Feature: rfm, since 0.1.0';

create aggregate @extschema@.rfm_agg(day pg_catalog.date, amount pg_catalog.float8) (
  sfunc = @extschema@.rfm_push, stype = @extschema@.rfm, combinefunc = @extschema@.rfm_combine, parallel = safe
);
comment on aggregate @extschema@.rfm_agg(pg_catalog.date, pg_catalog.float8) is
'Summary of events, each with its day (it counts from 00:00 UTC of that day) and its amount. Each amount is taken at its binary value, rounded half to even at 12 decimals, and then summed exactly: the result does not depend on row order. Rows with a NULL are skipped; no rows give NULL. NaN, infinities and magnitudes above 1.7e26 are errors (22003), infinite times 22008.
Feature: rfm, since 0.1.0';

create function @extschema@.rfm_push(@extschema@.rfm, pg_catalog.date, pg_catalog.int8) returns @extschema@.rfm
  immutable parallel safe cost 2
  language c as 'MODULE_PATHNAME', 'crm_rfm_push_on_bigint';
comment on function @extschema@.rfm_push(@extschema@.rfm, pg_catalog.date, pg_catalog.int8) is
'Transition function of rfm_agg: adds one event; a NULL in it is skipped.
Feature: rfm, since 0.1.0';

create aggregate @extschema@.rfm_agg(day pg_catalog.date, amount pg_catalog.int8) (
  sfunc = @extschema@.rfm_push, stype = @extschema@.rfm, combinefunc = @extschema@.rfm_combine, parallel = safe
);
comment on aggregate @extschema@.rfm_agg(pg_catalog.date, pg_catalog.int8) is
'Summary of events, each with its day (it counts from 00:00 UTC of that day) and its amount. Whole amounts, such as minor units, are summed exactly. Rows with a NULL are skipped; no rows give NULL. Infinite times are errors (22008).
Feature: rfm, since 0.1.0';

create function @extschema@.rfm_of(frequency pg_catalog.int8, total pg_catalog.numeric, first_at pg_catalog.timestamptz, last_at pg_catalog.timestamptz, first_total pg_catalog.numeric default null) returns @extschema@.rfm
  immutable parallel safe cost 2
  language c as 'MODULE_PATHNAME', 'crm_rfm_of_at';
comment on function @extschema@.rfm_of(pg_catalog.int8, pg_catalog.numeric, pg_catalog.timestamptz, pg_catalog.timestamptz, pg_catalog.numeric) is
'An rfm summary from figures already aggregated elsewhere. first_total: the total of the first instant; NULL when not known. Figures that contradict each other are errors (22023). NULL when another argument is NULL.
Feature: rfm, since 0.1.0';

create function @extschema@.rfm_of(frequency pg_catalog.int8, total pg_catalog.numeric, first_day pg_catalog.date, last_day pg_catalog.date, first_total pg_catalog.numeric default null) returns @extschema@.rfm
  immutable parallel safe cost 2
  language c as 'MODULE_PATHNAME', 'crm_rfm_of_on';
comment on function @extschema@.rfm_of(pg_catalog.int8, pg_catalog.numeric, pg_catalog.date, pg_catalog.date, pg_catalog.numeric) is
'An rfm summary from figures already aggregated elsewhere. first_total: the total of the first day; NULL when not known. Figures that contradict each other are errors (22023). NULL when another argument is NULL.
Feature: rfm, since 0.1.0';

create function @extschema@.recency(summary @extschema@.rfm, as_of pg_catalog.date) returns pg_catalog.int4
  immutable strict parallel safe cost 2
  language c as 'MODULE_PATHNAME', 'crm_recency';
comment on function @extschema@.recency(@extschema@.rfm, pg_catalog.date) is
'Whole days from the (UTC) day of the last event to as_of; 0 on the same day. as_of is a day, its end included; an as_of before the last event is an error (22023).
Unit: days
Feature: rfm, since 0.1.0';

create function @extschema@.tenure(summary @extschema@.rfm, as_of pg_catalog.date) returns pg_catalog.int4
  immutable strict parallel safe cost 2
  language c as 'MODULE_PATHNAME', 'crm_tenure';
comment on function @extschema@.tenure(@extschema@.rfm, pg_catalog.date) is
'Whole days from the (UTC) day of the first event to as_of: the age of the customer. An as_of before the last event is an error (22023).
Unit: days
Feature: rfm, since 0.1.0';

create function @extschema@.frequency(summary @extschema@.rfm) returns pg_catalog.int8
  immutable strict parallel safe cost 2
  language c as 'MODULE_PATHNAME', 'crm_frequency';
comment on function @extschema@.frequency(@extschema@.rfm) is
'Number of events in an rfm summary.
Unit: events
Feature: rfm, since 0.1.0';

create function @extschema@.monetary(summary @extschema@.rfm) returns pg_catalog.numeric
  immutable strict parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_monetary';
comment on function @extschema@.monetary(@extschema@.rfm) is
'Mean amount of an event: total / frequency, rounded half to even at 12 decimals.
Unit: currency of the amounts, an event
Feature: rfm, since 0.1.0';

create function @extschema@.total(summary @extschema@.rfm) returns pg_catalog.numeric
  immutable strict parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_total';
comment on function @extschema@.total(@extschema@.rfm) is
'Sum of the amounts, exact, with the decimals of the amounts.
Unit: currency of the amounts
Feature: rfm, since 0.1.0';

create function @extschema@.first_total(summary @extschema@.rfm) returns pg_catalog.numeric
  immutable strict parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_first_total';
comment on function @extschema@.first_total(@extschema@.rfm) is
'Sum of the amounts at the first instant (lifetime-value models leave it out of the mean). NULL when it is not known (see rfm_of).
Unit: currency of the amounts
Feature: rfm, since 0.1.0';

create function @extschema@.first_at(summary @extschema@.rfm) returns pg_catalog.timestamptz
  immutable strict parallel safe cost 2
  language c as 'MODULE_PATHNAME', 'crm_first_at';
comment on function @extschema@.first_at(@extschema@.rfm) is
'Instant of the first event.
Feature: rfm, since 0.1.0';

create function @extschema@.last_at(summary @extschema@.rfm) returns pg_catalog.timestamptz
  immutable strict parallel safe cost 2
  language c as 'MODULE_PATHNAME', 'crm_last_at';
comment on function @extschema@.last_at(@extschema@.rfm) is
'Instant of the last event.
Feature: rfm, since 0.1.0';

create type @extschema@.rfm_sample;

create function @extschema@.rfm_sample_in(pg_catalog.cstring) returns @extschema@.rfm_sample
  immutable strict parallel safe cost 200
  language c as 'MODULE_PATHNAME', 'crm_rfm_sample_in';
comment on function @extschema@.rfm_sample_in(pg_catalog.cstring) is
'Text input of type rfm_sample (JSON). What is wrong is 22P02 and names the path.
Feature: rfm, since 0.1.0';

create function @extschema@.rfm_sample_out(@extschema@.rfm_sample) returns pg_catalog.cstring
  immutable strict parallel safe cost 200
  language c as 'MODULE_PATHNAME', 'crm_rfm_sample_out';
comment on function @extschema@.rfm_sample_out(@extschema@.rfm_sample) is
'Text output of type rfm_sample: JSON with sorted keys, lossless.
Feature: rfm, since 0.1.0';

create function @extschema@.rfm_sample_recv(pg_catalog.internal) returns @extschema@.rfm_sample
  immutable strict parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_rfm_sample_recv';
comment on function @extschema@.rfm_sample_recv(pg_catalog.internal) is
'Binary input of type rfm_sample: a version, then the value in network order. What is wrong is 22P03.
Feature: rfm, since 0.1.0';

create function @extschema@.rfm_sample_send(@extschema@.rfm_sample) returns pg_catalog.bytea
  immutable strict parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_rfm_sample_send';
comment on function @extschema@.rfm_sample_send(@extschema@.rfm_sample) is
'Binary output of type rfm_sample: a version, then the value in network order.
Feature: rfm, since 0.1.0';

create type @extschema@.rfm_sample (
  input = @extschema@.rfm_sample_in, output = @extschema@.rfm_sample_out, receive = @extschema@.rfm_sample_recv, send = @extschema@.rfm_sample_send,
  internallength = variable, alignment = double, storage = extended
);
comment on type @extschema@.rfm_sample is
'The rfm summaries of many customers, in canonical order: what break points and lifetime-value models are fitted to. 58 bytes a customer, at most 1 GB. Text form: JSON.
Feature: rfm, since 0.1.0';

create function @extschema@.rfm_sample_combine(@extschema@.rfm_sample, @extschema@.rfm_sample) returns @extschema@.rfm_sample
  immutable parallel safe cost 150
  language c as 'MODULE_PATHNAME', 'crm_rfm_sample_combine';
comment on function @extschema@.rfm_sample_combine(@extschema@.rfm_sample, @extschema@.rfm_sample) is
'Adds two values of type rfm_sample up; NULL on either side gives the other. Combine function of its aggregates.
Feature: rfm, since 0.1.0';

create function @extschema@.rfm_sample_final(@extschema@.rfm_sample) returns @extschema@.rfm_sample
  immutable strict parallel safe cost 1
  language c as 'MODULE_PATHNAME', 'crm_rfm_sample_final';
comment on function @extschema@.rfm_sample_final(@extschema@.rfm_sample) is
'Final function of the aggregates of type rfm_sample: gives the state as it is, without the copy that PostgreSQL 14 and 15 would make.
Feature: rfm, since 0.1.0';

create aggregate @extschema@.rfm_sample_merge(@extschema@.rfm_sample) (
  sfunc = @extschema@.rfm_sample_combine, stype = @extschema@.rfm_sample, combinefunc = @extschema@.rfm_sample_combine, finalfunc = @extschema@.rfm_sample_final, parallel = safe
);
comment on aggregate @extschema@.rfm_sample_merge(@extschema@.rfm_sample) is
'Puts rfm samples together: of regions, of branches. NULLs are skipped; no rows give NULL.
Feature: rfm, since 0.1.0';

create function @extschema@.rfm_sample_push(@extschema@.rfm_sample, @extschema@.rfm) returns @extschema@.rfm_sample
  immutable parallel safe cost 3
  language c as 'MODULE_PATHNAME', 'crm_rfm_sample_push';
comment on function @extschema@.rfm_sample_push(@extschema@.rfm_sample, @extschema@.rfm) is
'Transition function of rfm_sample_agg: adds one customer; NULL is skipped.
Feature: rfm, since 0.1.0';

create aggregate @extschema@.rfm_sample_agg(summary @extschema@.rfm) (
  sfunc = @extschema@.rfm_sample_push, stype = @extschema@.rfm_sample, combinefunc = @extschema@.rfm_sample_combine,
  finalfunc = @extschema@.rfm_sample_final, parallel = safe
);
comment on aggregate @extschema@.rfm_sample_agg(@extschema@.rfm) is
'Collects the rfm summaries of customers, one row a customer, for rfm_breaks_fit and the fits of lifetime-value models. NULLs are skipped; no rows give NULL. The order of the rows does not matter. Above 1 GB (18 million customers) it is an error (54000).
Feature: rfm, since 0.1.0';

create function @extschema@.customers(sample @extschema@.rfm_sample) returns pg_catalog.int8
  immutable strict parallel safe cost 10000
  language c as 'MODULE_PATHNAME', 'crm_rfm_sample_customers';
comment on function @extschema@.customers(@extschema@.rfm_sample) is
'Number of customers in an rfm sample.
Unit: customers
Feature: rfm, since 0.1.0';

create function @extschema@.rfm_breaks_fit(sample @extschema@.rfm_sample, as_of pg_catalog.date, bins pg_catalog.int4 default 5, monetary_by pg_catalog.text default 'mean') returns pg_catalog.jsonb
  immutable strict parallel safe cost 20000
  language c as 'MODULE_PATHNAME', 'crm_rfm_breaks_fit';
comment on function @extschema@.rfm_breaks_fit(@extschema@.rfm_sample, pg_catalog.date, pg_catalog.int4, pg_catalog.text) is
'Fits the scale of RFM scores: for each of recency, frequency and monetary value the bins - 1 break points (break j is the smallest value that at least j/bins of the customers do not exceed). monetary_by: mean (amount an event) or total. The model (jsonb, kind rfm_breaks) is kept, so that later months are scored on the same scale. A customer with an event after as_of is an error (22023).
Formula: quantile classes of recency, frequency and monetary value (Hughes 1994); break j is the smallest value that at least j/bins of the customers do not exceed
Feature: rfm, since 0.1.0';

create function @extschema@.rfm_breaks_check(breaks pg_catalog.jsonb, out path pg_catalog.text, out problem pg_catalog.text)
  returns setof pg_catalog.record
  immutable strict parallel safe cost 300 rows 1
  language c as 'MODULE_PATHNAME', 'crm_rfm_breaks_check';
comment on function @extschema@.rfm_breaks_check(pg_catalog.jsonb) is
'Every problem of a scale of break points, fitted or written by hand, with its JSON path; no rows when it is valid.
Feature: rfm, since 0.1.0';

create function @extschema@.rfm_score(
    breaks pg_catalog.jsonb, summary @extschema@.rfm, as_of pg_catalog.date,
    out recency pg_catalog.int4, out frequency pg_catalog.int4, out monetary pg_catalog.int4, out cell pg_catalog.text, out total pg_catalog.int4)
  returns setof pg_catalog.record
  immutable strict parallel safe cost 100 rows 1
  language c as 'MODULE_PATHNAME', 'crm_rfm_score';
comment on function @extschema@.rfm_score(pg_catalog.jsonb, @extschema@.rfm, pg_catalog.date) is
'Scores a customer on a fitted scale, 1 (worst) to bins (best): recency (recent is high), frequency, monetary, the cell (555, or 10-4-3 above nine bins) and their sum. One row; none for NULL. Customers with equal figures always score alike.
Unit: recency, frequency, monetary: 1 (worst) to the bins of the scale (best); total: sum of the three
Formula: 1 + number of breaks below the value, counted from the other end for recency
Feature: rfm, since 0.1.0';

create function @extschema@.rfm_cell(breaks pg_catalog.jsonb, summary @extschema@.rfm, as_of pg_catalog.date) returns pg_catalog.text
  immutable strict parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_rfm_cell';
comment on function @extschema@.rfm_cell(pg_catalog.jsonb, @extschema@.rfm, pg_catalog.date) is
'The cell of rfm_score as a scalar, for select lists and GROUP BY.
Feature: rfm, since 0.1.0';

create function @extschema@.rfm_segment(cell pg_catalog.text, policy pg_catalog.jsonb default null, language pg_catalog.text default null) returns pg_catalog.text
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_rfm_segment';
comment on function @extschema@.rfm_segment(pg_catalog.text, pg_catalog.jsonb, pg_catalog.text) is
'Name of the segment of a cell: the first segment of the policy that holds it. policy: NULL for rfm_segment_policy_example(). language: the label in that language instead of the name; NULL for the name. NULL for a NULL cell.
Feature: rfm, since 0.1.0';

create function @extschema@.rfm_segment_explain(
    cell pg_catalog.text, policy pg_catalog.jsonb default null, language pg_catalog.text default null,
    out "position" pg_catalog.int4, out segment pg_catalog.text, out label pg_catalog.text, out recency_met pg_catalog.bool,
    out frequency_met pg_catalog.bool, out monetary_met pg_catalog.bool, out in_effect pg_catalog.bool)
  returns setof pg_catalog.record
  immutable parallel safe cost 500 rows 11
  language c as 'MODULE_PATHNAME', 'crm_rfm_segment_explain';
comment on function @extschema@.rfm_segment_explain(pg_catalog.text, pg_catalog.jsonb, pg_catalog.text) is
'Every segment of the policy in order, which of its three ranges hold the cell, and which segment is in effect: the first that holds it whole. No rows for a NULL cell.
Unit: position: number
Feature: rfm, since 0.1.0';

create function @extschema@.rfm_segment_policy_check(policy pg_catalog.jsonb, out path pg_catalog.text, out problem pg_catalog.text)
  returns setof pg_catalog.record
  immutable strict parallel safe cost 2000 rows 1
  language c as 'MODULE_PATHNAME', 'crm_rfm_segment_policy_check';
comment on function @extschema@.rfm_segment_policy_check(pg_catalog.jsonb) is
'Every problem of a segment policy with its JSON path, cells without a segment and segments that are never reached among them; no rows when the policy is valid.
Feature: rfm, since 0.1.0';

create function @extschema@.rfm_segment_policy_example() returns pg_catalog.jsonb
  immutable parallel safe cost 500
  language c as 'MODULE_PATHNAME', 'crm_rfm_segment_policy_example';
comment on function @extschema@.rfm_segment_policy_example() is
'The segment policy used when none is given: eleven segments on five bins, labels in English and Chinese. Copy it into a table and edit it.
Feature: rfm, since 0.1.0';

-- tier: which tier a measure reaches under a stored policy, and which one a customer has after a history of measures.


create function @extschema@.tier_of(measure pg_catalog.numeric, policy pg_catalog.jsonb, language pg_catalog.text default null) returns pg_catalog.text
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_tier_of_numeric';
comment on function @extschema@.tier_of(pg_catalog.numeric, pg_catalog.jsonb, pg_catalog.text) is
'Name of the highest tier whose threshold (from) the measure reaches; NULL when it reaches none, or for a NULL measure or policy. language: the tier''s label in that language instead of its name; NULL for the name.
Feature: tier, since 0.1.0';

create function @extschema@.tier_of(measure pg_catalog.int8, policy pg_catalog.jsonb, language pg_catalog.text default null) returns pg_catalog.text
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_tier_of_bigint';
comment on function @extschema@.tier_of(pg_catalog.int8, pg_catalog.jsonb, pg_catalog.text) is
'As tier_of(numeric, ...), NULLs included, of a whole number.
Feature: tier, since 0.1.0';

create function @extschema@.tier_of(measure pg_catalog.float8, policy pg_catalog.jsonb, language pg_catalog.text default null) returns pg_catalog.text
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_tier_of_float8';
comment on function @extschema@.tier_of(pg_catalog.float8, pg_catalog.jsonb, pg_catalog.text) is
'As tier_of(numeric, ...), NULLs included; the float8 is taken as the shortest decimal that stands for it, as PostgreSQL prints it, so that 75092.48 reaches a threshold of 75092.48. NaN and infinities are errors (22003).
Feature: tier, since 0.1.0';

create function @extschema@.tier_explain(
    measure pg_catalog.numeric, policy pg_catalog.jsonb, language pg_catalog.text default null,
    out "position" pg_catalog.int4, out tier pg_catalog.text, out label pg_catalog.text, out "from" pg_catalog.numeric,
    out reached pg_catalog.bool, out in_effect pg_catalog.bool, out missing pg_catalog.numeric, out margin pg_catalog.numeric)
  returns setof pg_catalog.record
  immutable parallel safe cost 200 rows 5
  language c as 'MODULE_PATHNAME', 'crm_tier_explain_numeric';
comment on function @extschema@.tier_explain(pg_catalog.numeric, pg_catalog.jsonb, pg_catalog.text) is
'How a measure stands to every tier, lowest first: whether it is reached, which one is in effect (the highest reached), what is missing to the threshold (0 when reached) and the margin above it (NULL when not reached or without threshold). No rows for a NULL measure or policy. language: of the label; NULL gives the name.
Unit: position: 1 the lowest tier; from, missing, margin, amount: unit of the measure; alternative: number; periods: periods
Feature: tier, since 0.1.0';

create function @extschema@.tier_explain(
    measure pg_catalog.int8, policy pg_catalog.jsonb, language pg_catalog.text default null,
    out "position" pg_catalog.int4, out tier pg_catalog.text, out label pg_catalog.text, out "from" pg_catalog.numeric,
    out reached pg_catalog.bool, out in_effect pg_catalog.bool, out missing pg_catalog.numeric, out margin pg_catalog.numeric)
  returns setof pg_catalog.record
  immutable parallel safe cost 200 rows 5
  language c as 'MODULE_PATHNAME', 'crm_tier_explain_bigint';
comment on function @extschema@.tier_explain(pg_catalog.int8, pg_catalog.jsonb, pg_catalog.text) is
'As tier_explain(numeric, ...), NULLs included, of a whole number.
Unit: position: 1 the lowest tier; from, missing, margin, amount: unit of the measure; alternative: number; periods: periods
Feature: tier, since 0.1.0';

create function @extschema@.tier_explain(
    measure pg_catalog.float8, policy pg_catalog.jsonb, language pg_catalog.text default null,
    out "position" pg_catalog.int4, out tier pg_catalog.text, out label pg_catalog.text, out "from" pg_catalog.numeric,
    out reached pg_catalog.bool, out in_effect pg_catalog.bool, out missing pg_catalog.numeric, out margin pg_catalog.numeric)
  returns setof pg_catalog.record
  immutable parallel safe cost 200 rows 5
  language c as 'MODULE_PATHNAME', 'crm_tier_explain_float8';
comment on function @extschema@.tier_explain(pg_catalog.float8, pg_catalog.jsonb, pg_catalog.text) is
'As tier_explain(numeric, ...), NULLs included; the float8 is taken as the shortest decimal that stands for it, as PostgreSQL prints it, so that 75092.48 reaches a threshold of 75092.48.
Unit: position: 1 the lowest tier; from, missing, margin, amount: unit of the measure; alternative: number; periods: periods
Feature: tier, since 0.1.0';

create type @extschema@.tier_history;

create function @extschema@.tier_history_in(pg_catalog.cstring) returns @extschema@.tier_history
  immutable strict parallel safe cost 200
  language c as 'MODULE_PATHNAME', 'crm_tier_history_in';
comment on function @extschema@.tier_history_in(pg_catalog.cstring) is
'Text input of type tier_history (JSON). What is wrong is 22P02 and names the path.
Feature: tier, since 0.1.0';

create function @extschema@.tier_history_out(@extschema@.tier_history) returns pg_catalog.cstring
  immutable strict parallel safe cost 200
  language c as 'MODULE_PATHNAME', 'crm_tier_history_out';
comment on function @extschema@.tier_history_out(@extschema@.tier_history) is
'Text output of type tier_history: JSON with sorted keys, lossless.
Feature: tier, since 0.1.0';

create function @extschema@.tier_history_recv(pg_catalog.internal) returns @extschema@.tier_history
  immutable strict parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_tier_history_recv';
comment on function @extschema@.tier_history_recv(pg_catalog.internal) is
'Binary input of type tier_history: a version, then the value in network order. What is wrong is 22P03.
Feature: tier, since 0.1.0';

create function @extschema@.tier_history_send(@extschema@.tier_history) returns pg_catalog.bytea
  immutable strict parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_tier_history_send';
comment on function @extschema@.tier_history_send(@extschema@.tier_history) is
'Binary output of type tier_history: a version, then the value in network order.
Feature: tier, since 0.1.0';

create type @extschema@.tier_history (
  input = @extschema@.tier_history_in, output = @extschema@.tier_history_out, receive = @extschema@.tier_history_recv, send = @extschema@.tier_history_send,
  internallength = variable, alignment = double, storage = extended
);
comment on type @extschema@.tier_history is
'The measured history of a customer: amounts by date, and by name where there are several. No policy is in it. Made by tier_history_agg, added up by tier_history_merge, read by tier_of, tier_path, tier_state, tier_distance, tier_explain and tier_history_periods. 24 bytes an entry in memory, about 11 stored. Text form: JSON.
Feature: tier, since 0.1.0';

create function @extschema@.tier_history_combine(@extschema@.tier_history, @extschema@.tier_history) returns @extschema@.tier_history
  immutable parallel safe cost 150
  language c as 'MODULE_PATHNAME', 'crm_tier_history_combine';
comment on function @extschema@.tier_history_combine(@extschema@.tier_history, @extschema@.tier_history) is
'Adds two values of type tier_history up; NULL on either side gives the other. Combine function of its aggregates.
Feature: tier, since 0.1.0';

create function @extschema@.tier_history_final(@extschema@.tier_history) returns @extschema@.tier_history
  immutable strict parallel safe cost 1
  language c as 'MODULE_PATHNAME', 'crm_tier_history_final';
comment on function @extschema@.tier_history_final(@extschema@.tier_history) is
'Final function of the aggregates of type tier_history: gives the state as it is, without the copy that PostgreSQL 14 and 15 would make.
Feature: tier, since 0.1.0';

create aggregate @extschema@.tier_history_merge(@extschema@.tier_history) (
  sfunc = @extschema@.tier_history_combine, stype = @extschema@.tier_history, combinefunc = @extschema@.tier_history_combine, finalfunc = @extschema@.tier_history_final, parallel = safe
);
comment on aggregate @extschema@.tier_history_merge(@extschema@.tier_history) is
'The entries of all histories together. Equal entries count once, so what two histories share may be in both. NULLs are skipped; no rows give NULL. Merging in any order gives the same bytes.
Feature: tier, since 0.1.0';

create function @extschema@.tier_history_push(@extschema@.tier_history, pg_catalog.date, pg_catalog.numeric) returns @extschema@.tier_history
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_tier_history_push_numeric';
comment on function @extschema@.tier_history_push(@extschema@.tier_history, pg_catalog.date, pg_catalog.numeric) is
'Transition function of tier_history_agg(period, measure): adds the measure of a date; a row with a NULL is skipped.
Feature: tier, since 0.1.0';

create aggregate @extschema@.tier_history_agg(period pg_catalog.date, measure pg_catalog.numeric) (
  sfunc = @extschema@.tier_history_push, stype = @extschema@.tier_history, combinefunc = @extschema@.tier_history_combine,
  finalfunc = @extschema@.tier_history_final, parallel = safe
);
comment on aggregate @extschema@.tier_history_agg(pg_catalog.date, pg_catalog.numeric) is
'Collects the history of a customer: what was measured (average assets of the month), and a date in the period it was measured for, best its last day. Rows may come in any order. Measures are exact to 12 decimals; more round half to even. A row that is there twice counts once; that one date has two different measures is for the policy to refuse. A NULL in any argument skips the row; no rows give NULL. More than 1 GB is an error (54000).
Feature: tier, since 0.1.0';

create function @extschema@.tier_history_push(@extschema@.tier_history, pg_catalog.date, pg_catalog.int8) returns @extschema@.tier_history
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_tier_history_push_bigint';
comment on function @extschema@.tier_history_push(@extschema@.tier_history, pg_catalog.date, pg_catalog.int8) is
'Transition function of tier_history_agg(period, measure): adds the measure of a date; a row with a NULL is skipped.
Feature: tier, since 0.1.0';

create aggregate @extschema@.tier_history_agg(period pg_catalog.date, measure pg_catalog.int8) (
  sfunc = @extschema@.tier_history_push, stype = @extschema@.tier_history, combinefunc = @extschema@.tier_history_combine,
  finalfunc = @extschema@.tier_history_final, parallel = safe
);
comment on aggregate @extschema@.tier_history_agg(pg_catalog.date, pg_catalog.int8) is
'As tier_history_agg(period, numeric), NULLs included. Measures are whole numbers, such as minor units.
Feature: tier, since 0.1.0';

create function @extschema@.tier_history_push(@extschema@.tier_history, pg_catalog.date, pg_catalog.float8) returns @extschema@.tier_history
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_tier_history_push_float8';
comment on function @extschema@.tier_history_push(@extschema@.tier_history, pg_catalog.date, pg_catalog.float8) is
'Transition function of tier_history_agg(period, measure): adds the measure of a date; a row with a NULL is skipped.
Feature: tier, since 0.1.0';

create aggregate @extschema@.tier_history_agg(period pg_catalog.date, measure pg_catalog.float8) (
  sfunc = @extschema@.tier_history_push, stype = @extschema@.tier_history, combinefunc = @extschema@.tier_history_combine,
  finalfunc = @extschema@.tier_history_final, parallel = safe
);
comment on aggregate @extschema@.tier_history_agg(pg_catalog.date, pg_catalog.float8) is
'As tier_history_agg(period, numeric), NULLs included. Each measure is taken as the shortest decimal that stands for it, as PostgreSQL prints it, so that 75092.48 reaches a threshold of 75092.48. NaN and infinities are errors (22003).
Feature: tier, since 0.1.0';

create function @extschema@.tier_history_push(@extschema@.tier_history, pg_catalog.date, pg_catalog.text, pg_catalog.numeric) returns @extschema@.tier_history
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_tier_history_push_named_numeric';
comment on function @extschema@.tier_history_push(@extschema@.tier_history, pg_catalog.date, pg_catalog.text, pg_catalog.numeric) is
'Transition function of tier_history_agg(period, name, measure): adds the measure of a date; a row with a NULL is skipped.
Feature: tier, since 0.1.0';

create aggregate @extschema@.tier_history_agg(period pg_catalog.date, name pg_catalog.text, measure pg_catalog.numeric) (
  sfunc = @extschema@.tier_history_push, stype = @extschema@.tier_history, combinefunc = @extschema@.tier_history_combine,
  finalfunc = @extschema@.tier_history_final, parallel = safe
);
comment on aggregate @extschema@.tier_history_agg(pg_catalog.date, pg_catalog.text, pg_catalog.numeric) is
'As tier_history_agg(period, measure), of several measures, each row one of them with its name (''assets'', ''products''); a policy that lists "measures" looks at those of that name. Measures are exact to 12 decimals; more round half to even. A NULL in any argument skips the row; no rows give NULL. A name has 1 to 1000 bytes (22023, 54000); more than 1000 names are an error (54000).
Feature: tier, since 0.1.0';

create function @extschema@.tier_history_push(@extschema@.tier_history, pg_catalog.date, pg_catalog.text, pg_catalog.int8) returns @extschema@.tier_history
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_tier_history_push_named_bigint';
comment on function @extschema@.tier_history_push(@extschema@.tier_history, pg_catalog.date, pg_catalog.text, pg_catalog.int8) is
'Transition function of tier_history_agg(period, name, measure): adds the measure of a date; a row with a NULL is skipped.
Feature: tier, since 0.1.0';

create aggregate @extschema@.tier_history_agg(period pg_catalog.date, name pg_catalog.text, measure pg_catalog.int8) (
  sfunc = @extschema@.tier_history_push, stype = @extschema@.tier_history, combinefunc = @extschema@.tier_history_combine,
  finalfunc = @extschema@.tier_history_final, parallel = safe
);
comment on aggregate @extschema@.tier_history_agg(pg_catalog.date, pg_catalog.text, pg_catalog.int8) is
'As tier_history_agg(period, name, numeric), NULLs included. Measures are whole numbers, such as minor units.
Feature: tier, since 0.1.0';

create function @extschema@.tier_history_push(@extschema@.tier_history, pg_catalog.date, pg_catalog.text, pg_catalog.float8) returns @extschema@.tier_history
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_tier_history_push_named_float8';
comment on function @extschema@.tier_history_push(@extschema@.tier_history, pg_catalog.date, pg_catalog.text, pg_catalog.float8) is
'Transition function of tier_history_agg(period, name, measure): adds the measure of a date; a row with a NULL is skipped.
Feature: tier, since 0.1.0';

create aggregate @extschema@.tier_history_agg(period pg_catalog.date, name pg_catalog.text, measure pg_catalog.float8) (
  sfunc = @extschema@.tier_history_push, stype = @extschema@.tier_history, combinefunc = @extschema@.tier_history_combine,
  finalfunc = @extschema@.tier_history_final, parallel = safe
);
comment on aggregate @extschema@.tier_history_agg(pg_catalog.date, pg_catalog.text, pg_catalog.float8) is
'As tier_history_agg(period, name, numeric), NULLs included. Each measure is taken as the shortest decimal that stands for it, as PostgreSQL prints it, so that 75092.48 reaches a threshold of 75092.48. NaN and infinities are errors (22003).
Feature: tier, since 0.1.0';

create function @extschema@.tier_history_periods(
    history @extschema@.tier_history,
    out period pg_catalog.date, out name pg_catalog.text, out measure pg_catalog.numeric)
  returns setof pg_catalog.record
  immutable parallel safe strict cost 500 rows 24
  language c as 'MODULE_PATHNAME', 'crm_tier_history_periods';
comment on function @extschema@.tier_history_periods(@extschema@.tier_history) is
'The entries of a history: date, name (NULL without one) and measure, by name, the one without first, and date. Of more than two different measures of one date the least and the greatest are there. No rows for NULL.
Unit: measure: unit of the measure
Feature: tier, since 0.1.0';

create function @extschema@.tier_of(
    history @extschema@.tier_history, policy pg_catalog.jsonb, as_of pg_catalog.date, overrides pg_catalog.jsonb default null, language pg_catalog.text default null)
  returns pg_catalog.text
  immutable parallel safe cost 200
  language c as 'MODULE_PATHNAME', 'crm_tier_of_history';
comment on function @extschema@.tier_of(@extschema@.tier_history, pg_catalog.jsonb, pg_catalog.date, pg_catalog.jsonb, pg_catalog.text) is
'The tier in effect on a day, after a history, under the rules of a policy; NULL for no tier, and for a NULL history, policy or day. On a day in the last period of the history that period has already been judged; later days judge the periods between as the policy''s "gaps" says (22023 where it says nothing). A day before the last entry is an error (22023): the history knows the future. overrides: exceptions of this customer, a list of {"tier", "from", "to", "rule" (exactly, at_least, at_most), "reason", "by"}, applied after those of the policy; NULL for none. language: of the labels; NULL gives the names.
Feature: tier, since 0.1.0';

create function @extschema@.tier_path(
    history @extschema@.tier_history, policy pg_catalog.jsonb, overrides pg_catalog.jsonb default null, language pg_catalog.text default null,
    out period pg_catalog.date, out period_end pg_catalog.date, out measure pg_catalog.numeric, out natural_tier pg_catalog.text,
    out tier pg_catalog.text, out next_tier pg_catalog.text, out event pg_catalog.text, out misses pg_catalog.int4, out why pg_catalog.text)
  returns setof pg_catalog.record
  immutable parallel safe cost 2000 rows 24
  language c as 'MODULE_PATHNAME', 'crm_tier_path';
comment on function @extschema@.tier_path(@extschema@.tier_history, pg_catalog.jsonb, pg_catalog.jsonb, pg_catalog.text) is
'Every period of a history under a policy: its first and last day, the measure (the first of several; NULL in a skipped period), the tier that the measures reach, the tier in effect at the end of the period and on the first day of the next, what happened (new, up, down, grace, watch, clear, keep, gap; override where an exception covers the end of the period, whether it changes the tier or not), periods below in a row, and why. No rows for a NULL history or policy. overrides: exceptions of this customer, a list of {"tier", "from", "to", "rule" (exactly, at_least, at_most), "reason", "by"}, applied after those of the policy; NULL for none. language: of the labels; NULL gives the names.
Unit: measure: unit of the measure; misses: periods
Feature: tier, since 0.1.0';

create function @extschema@.tier_distance(
    history @extschema@.tier_history, policy pg_catalog.jsonb, as_of pg_catalog.date, language pg_catalog.text default null,
    out kind pg_catalog.text, out tier pg_catalog.text, out label pg_catalog.text, out alternative pg_catalog.int4, out measure_name pg_catalog.text,
    out threshold pg_catalog.numeric, out measure pg_catalog.numeric, out missing pg_catalog.numeric, out margin pg_catalog.numeric,
    out misses pg_catalog.int4, out status pg_catalog.text, out periods pg_catalog.int4, out by pg_catalog.date)
  returns setof pg_catalog.record
  immutable parallel safe cost 500 rows 4
  language c as 'MODULE_PATHNAME', 'crm_tier_distance';
comment on function @extschema@.tier_distance(@extschema@.tier_history, pg_catalog.jsonb, pg_catalog.date, pg_catalog.text) is
'What keeps the tier that the rules give from the next period on (kind keep), and what is missing to the tiers above (next, higher), a row a condition; where a tier has alternatives, all conditions of one have to hold. misses, status: periods below so far, and grace or watch (rows of kind keep; NULL where there is neither). periods: further periods below that would lead to the downgrade, or periods in a row that have to reach the tier. by: the last day of the period that would lead to the downgrade, or the first day on which the tier can be in effect. missing is 0 where the threshold is reached, margin NULL where not. Overrides are not looked at. Days as for tier_of; no rows for a NULL. language: of the labels; NULL gives the names.
Unit: alternative: number; threshold, measure, missing, margin: unit of the measure; misses, periods: periods
Feature: tier, since 0.1.0';

create function @extschema@.tier_explain(
    history @extschema@.tier_history, policy pg_catalog.jsonb, as_of pg_catalog.date, overrides pg_catalog.jsonb default null, language pg_catalog.text default null,
    out part pg_catalog.text, out tier pg_catalog.text, out label pg_catalog.text, out alternative pg_catalog.int4, out amount pg_catalog.numeric,
    out periods pg_catalog.int4, out day pg_catalog.date, out note pg_catalog.text)
  returns setof pg_catalog.record
  immutable parallel safe cost 500 rows 8
  language c as 'MODULE_PATHNAME', 'crm_tier_explain_history';
comment on function @extschema@.tier_explain(@extschema@.tier_history, pg_catalog.jsonb, pg_catalog.date, pg_catalog.jsonb, pg_catalog.text) is
'Why a customer has the tier he has on a day, as the parts of what an adviser says: tier (since when, for how many periods; noted where it goes back to the first period of the history), override or because (what led to it), measure, grace or watch (periods below, the last day to be back, where he would land), coming (another tier from a day on), keep and missing_to_keep, next and missing_to_next. Days as for tier_of; no rows for a NULL. overrides: exceptions of this customer, a list of {"tier", "from", "to", "rule" (exactly, at_least, at_most), "reason", "by"}, applied after those of the policy; NULL for none. language: of the labels; NULL gives the names.
Unit: position: 1 the lowest tier; from, missing, margin, amount: unit of the measure; alternative: number; periods: periods
Feature: tier, since 0.1.0';

create function @extschema@.tier_state(history @extschema@.tier_history, policy pg_catalog.jsonb, overrides pg_catalog.jsonb default null) returns pg_catalog.jsonb
  immutable parallel safe cost 1000
  language c as 'MODULE_PATHNAME', 'crm_tier_state';
comment on function @extschema@.tier_state(@extschema@.tier_history, pg_catalog.jsonb, pg_catalog.jsonb) is
'Where a customer stands after the last period of his history, as a document to store: the last row of tier_path, the digest of the policy, and under "memory" what tier_next needs to go on. NULL for a NULL history or policy. overrides: exceptions of this customer, a list of {"tier", "from", "to", "rule" (exactly, at_least, at_most), "reason", "by"}, applied after those of the policy; NULL for none.
Feature: tier, since 0.1.0';

create function @extschema@.tier_next(
    state pg_catalog.jsonb, measure pg_catalog.numeric, policy pg_catalog.jsonb, period pg_catalog.date, overrides pg_catalog.jsonb default null)
  returns pg_catalog.jsonb
  immutable parallel safe cost 1000
  language c as 'MODULE_PATHNAME', 'crm_tier_next_numeric';
comment on function @extschema@.tier_next(pg_catalog.jsonb, pg_catalog.numeric, pg_catalog.jsonb, pg_catalog.date, pg_catalog.jsonb) is
'The state after one more period: the same as tier_state of the whole history. state: NULL for a new customer. measure: NULL for a period without one. period: a date in the period; periods left out are judged as the policy''s "gaps" says; one that is not after the state''s is an error (22023), and so is a NULL policy or period, which would lose the state; without a state they give NULL. overrides: exceptions of this customer, a list of {"tier", "from", "to", "rule" (exactly, at_least, at_most), "reason", "by"}, applied after those of the policy; NULL for none.
Feature: tier, since 0.1.0';

create function @extschema@.tier_next(
    state pg_catalog.jsonb, measure pg_catalog.int8, policy pg_catalog.jsonb, period pg_catalog.date, overrides pg_catalog.jsonb default null)
  returns pg_catalog.jsonb
  immutable parallel safe cost 1000
  language c as 'MODULE_PATHNAME', 'crm_tier_next_bigint';
comment on function @extschema@.tier_next(pg_catalog.jsonb, pg_catalog.int8, pg_catalog.jsonb, pg_catalog.date, pg_catalog.jsonb) is
'As tier_next(jsonb, numeric, ...), NULLs included, of a whole number.
Feature: tier, since 0.1.0';

create function @extschema@.tier_next(
    state pg_catalog.jsonb, measure pg_catalog.float8, policy pg_catalog.jsonb, period pg_catalog.date, overrides pg_catalog.jsonb default null)
  returns pg_catalog.jsonb
  immutable parallel safe cost 1000
  language c as 'MODULE_PATHNAME', 'crm_tier_next_float8';
comment on function @extschema@.tier_next(pg_catalog.jsonb, pg_catalog.float8, pg_catalog.jsonb, pg_catalog.date, pg_catalog.jsonb) is
'As tier_next(jsonb, numeric, ...), NULLs included, of a float8, taken as the shortest decimal that stands for it.
Feature: tier, since 0.1.0';

create function @extschema@.tier_next_measures(
    state pg_catalog.jsonb, measures pg_catalog.jsonb, policy pg_catalog.jsonb, period pg_catalog.date, overrides pg_catalog.jsonb default null)
  returns pg_catalog.jsonb
  immutable parallel safe cost 1000
  language c as 'MODULE_PATHNAME', 'crm_tier_next_measures';
comment on function @extschema@.tier_next_measures(pg_catalog.jsonb, pg_catalog.jsonb, pg_catalog.jsonb, pg_catalog.date, pg_catalog.jsonb) is
'As tier_next(jsonb, numeric, ...), NULLs included, of a policy with several measures: an object of numbers by name; null or a name that is not there is not measured, a name that the policy does not have is an error (22023).
Feature: tier, since 0.1.0';

create function @extschema@.tier_policy_check(policy pg_catalog.jsonb, out path pg_catalog.text, out problem pg_catalog.text)
  returns setof pg_catalog.record
  immutable strict parallel safe cost 1000 rows 1
  language c as 'MODULE_PATHNAME', 'crm_tier_policy_check';
comment on function @extschema@.tier_policy_check(pg_catalog.jsonb) is
'Every problem of a tier policy with its JSON path; no rows when the policy is valid.
Feature: tier, since 0.1.0';

create function @extschema@.tier_policy_tiers(
    policy pg_catalog.jsonb, language pg_catalog.text default null, out "position" pg_catalog.int4, out tier pg_catalog.text,
    out label pg_catalog.text, out "from" pg_catalog.numeric, out keep pg_catalog.numeric)
  returns setof pg_catalog.record
  immutable parallel safe cost 200 rows 5
  language c as 'MODULE_PATHNAME', 'crm_tier_policy_tiers';
comment on function @extschema@.tier_policy_tiers(pg_catalog.jsonb, pg_catalog.text) is
'The tiers of a policy, lowest first: position, name, label, the threshold that reaches it and the one that keeps it (NULL for a first tier without one, and in a policy with several measures). language: of the label; NULL gives the name. No rows for a NULL policy.
Unit: position: 1 the lowest tier; from, keep: unit of the measure
Feature: tier, since 0.1.0';

create function @extschema@.tier_overrides_check(overrides pg_catalog.jsonb, policy pg_catalog.jsonb, out path pg_catalog.text, out problem pg_catalog.text)
  returns setof pg_catalog.record
  immutable strict parallel safe cost 200 rows 1
  language c as 'MODULE_PATHNAME', 'crm_tier_overrides_check';
comment on function @extschema@.tier_overrides_check(pg_catalog.jsonb, pg_catalog.jsonb) is
'Every problem of a list of exceptions with its JSON path, under the policy that has to have their tiers; no rows when the list is valid, or for a NULL.
Feature: tier, since 0.1.0';

create function @extschema@.tier_policy_example(rule pg_catalog.text default 'thresholds') returns pg_catalog.jsonb
  immutable strict parallel safe cost 500
  language c as 'MODULE_PATHNAME', 'crm_tier_policy_example';
comment on function @extschema@.tier_policy_example(pg_catalog.text) is
'A worked tier policy: five tiers by average assets, labels in English and Chinese. rule thresholds: the tier follows the measure; next_month: upgrades from the next month on, three months below lead to the tier of the last (private banking six); watch_list: upgrades at once, three months of grace, three on watch, then the tier of the best of the six. Another rule is an error (22023). Copy it into a table and edit it.
Feature: tier, since 0.1.0';

-- distribution: quantiles, ranks and cuts of a measure from a summary that does not depend on the order of the rows.


create type @extschema@.distribution;

create function @extschema@.distribution_in(pg_catalog.cstring) returns @extschema@.distribution
  immutable strict parallel safe cost 200
  language c as 'MODULE_PATHNAME', 'crm_distribution_in';
comment on function @extschema@.distribution_in(pg_catalog.cstring) is
'Text input of type distribution (JSON). What is wrong is 22P02 and names the path.
Feature: distribution, since 0.1.0';

create function @extschema@.distribution_out(@extschema@.distribution) returns pg_catalog.cstring
  immutable strict parallel safe cost 200
  language c as 'MODULE_PATHNAME', 'crm_distribution_out';
comment on function @extschema@.distribution_out(@extschema@.distribution) is
'Text output of type distribution: JSON with sorted keys, lossless.
Feature: distribution, since 0.1.0';

create function @extschema@.distribution_recv(pg_catalog.internal) returns @extschema@.distribution
  immutable strict parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_distribution_recv';
comment on function @extschema@.distribution_recv(pg_catalog.internal) is
'Binary input of type distribution: a version, then the value in network order. What is wrong is 22P03.
Feature: distribution, since 0.1.0';

create function @extschema@.distribution_send(@extschema@.distribution) returns pg_catalog.bytea
  immutable strict parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_distribution_send';
comment on function @extschema@.distribution_send(@extschema@.distribution) is
'Binary output of type distribution: a version, then the value in network order.
Feature: distribution, since 0.1.0';

create type @extschema@.distribution (
  input = @extschema@.distribution_in, output = @extschema@.distribution_out, receive = @extschema@.distribution_recv, send = @extschema@.distribution_send,
  internallength = variable, alignment = double, storage = extended
);
comment on type @extschema@.distribution is
'The distribution of a measure: exact up to 1,024 distinct values, then a sketch with a stated relative accuracy (0.1 percent unless asked otherwise) that does not depend on the order of the rows. Made by distribution_agg, added up by distribution_merge. Text form: JSON.
Feature: distribution, since 0.1.0';

create function @extschema@.distribution_combine(@extschema@.distribution, @extschema@.distribution) returns @extschema@.distribution
  immutable parallel safe cost 150
  language c as 'MODULE_PATHNAME', 'crm_distribution_combine';
comment on function @extschema@.distribution_combine(@extschema@.distribution, @extschema@.distribution) is
'Adds two values of type distribution up; NULL on either side gives the other. Combine function of its aggregates.
Feature: distribution, since 0.1.0';

create aggregate @extschema@.distribution_merge(@extschema@.distribution) (
  sfunc = @extschema@.distribution_combine, stype = @extschema@.distribution, combinefunc = @extschema@.distribution_combine, parallel = safe
);
comment on aggregate @extschema@.distribution_merge(@extschema@.distribution) is
'Adds up distributions of the same accuracy (22023 otherwise): of days, of branches. NULLs are skipped; no rows give NULL. Merging in any order gives the same bytes.
Feature: distribution, since 0.1.0';

create function @extschema@.distribution_push(@extschema@.distribution, pg_catalog.float8) returns @extschema@.distribution
  immutable parallel safe cost 1
  language c as 'MODULE_PATHNAME', 'crm_distribution_push_float8';
comment on function @extschema@.distribution_push(@extschema@.distribution, pg_catalog.float8) is
'Transition function of distribution_agg(x): adds one observation; NULL is skipped.
Feature: distribution, since 0.1.0';

create aggregate @extschema@.distribution_agg(x pg_catalog.float8) (
  sfunc = @extschema@.distribution_push, stype = @extschema@.distribution, combinefunc = @extschema@.distribution_combine, parallel = safe
);
comment on aggregate @extschema@.distribution_agg(pg_catalog.float8) is
'Summary of the distribution of a measure: exact up to 1,024 distinct values, then a sketch whose quantiles have a relative error of at most 0.1 percent. NULLs are skipped; no rows give NULL; NaN and infinities are errors (22003). Any order, plan or partitioning gives the same bytes.
Feature: distribution, since 0.1.0';

create function @extschema@.distribution_push(@extschema@.distribution, pg_catalog.float8, pg_catalog.float8) returns @extschema@.distribution
  immutable parallel safe cost 1
  language c as 'MODULE_PATHNAME', 'crm_distribution_push_float8_accuracy';
comment on function @extschema@.distribution_push(@extschema@.distribution, pg_catalog.float8, pg_catalog.float8) is
'Transition function of distribution_agg(x, accuracy): adds one observation; NULL is skipped.
Feature: distribution, since 0.1.0';

create aggregate @extschema@.distribution_agg(x pg_catalog.float8, accuracy pg_catalog.float8) (
  sfunc = @extschema@.distribution_push, stype = @extschema@.distribution, combinefunc = @extschema@.distribution_combine, parallel = safe
);
comment on aggregate @extschema@.distribution_agg(pg_catalog.float8, pg_catalog.float8) is
'As distribution_agg(x), with another relative accuracy: from 0.00005 (large) to 0.05 (small). It must be the same for all rows of a group (22023).
Feature: distribution, since 0.1.0';

create function @extschema@.distribution_push(@extschema@.distribution, pg_catalog.numeric) returns @extschema@.distribution
  immutable parallel safe cost 3
  language c as 'MODULE_PATHNAME', 'crm_distribution_push_numeric';
comment on function @extschema@.distribution_push(@extschema@.distribution, pg_catalog.numeric) is
'Transition function of distribution_agg(x): adds one observation; NULL is skipped.
Feature: distribution, since 0.1.0';

create aggregate @extschema@.distribution_agg(x pg_catalog.numeric) (
  sfunc = @extschema@.distribution_push, stype = @extschema@.distribution, combinefunc = @extschema@.distribution_combine, parallel = safe
);
comment on aggregate @extschema@.distribution_agg(pg_catalog.numeric) is
'As distribution_agg(float8): each numeric is taken as the nearest float8, without the cost of the cast.
Feature: distribution, since 0.1.0';

create function @extschema@.distribution_push(@extschema@.distribution, pg_catalog.numeric, pg_catalog.float8) returns @extschema@.distribution
  immutable parallel safe cost 3
  language c as 'MODULE_PATHNAME', 'crm_distribution_push_numeric_accuracy';
comment on function @extschema@.distribution_push(@extschema@.distribution, pg_catalog.numeric, pg_catalog.float8) is
'Transition function of distribution_agg(x, accuracy): adds one observation; NULL is skipped.
Feature: distribution, since 0.1.0';

create aggregate @extschema@.distribution_agg(x pg_catalog.numeric, accuracy pg_catalog.float8) (
  sfunc = @extschema@.distribution_push, stype = @extschema@.distribution, combinefunc = @extschema@.distribution_combine, parallel = safe
);
comment on aggregate @extschema@.distribution_agg(pg_catalog.numeric, pg_catalog.float8) is
'As distribution_agg(float8, accuracy): each numeric is taken as the nearest float8, without the cost of the cast.
Feature: distribution, since 0.1.0';

create function @extschema@.quantile(summary @extschema@.distribution, q pg_catalog.float8) returns pg_catalog.float8
  immutable strict parallel safe cost 500
  language c as 'MODULE_PATHNAME', 'crm_quantile';
comment on function @extschema@.quantile(@extschema@.distribution, pg_catalog.float8) is
'The q-quantile (0 to 1, 22023 otherwise), interpolated between observations as percentile_cont does; bit for bit the same while exact, within the relative accuracy after that. 0 and 1 give the exact minimum and maximum.
Unit: unit of the observations
Formula: interpolated as percentile_cont; above 1,024 distinct values a sketch with the relative error of DDSketch (Masson, Rim, Lee 2019)
Feature: distribution, since 0.1.0';

create function @extschema@.quantiles(summary @extschema@.distribution, q pg_catalog.float8[]) returns pg_catalog.float8[]
  immutable strict parallel safe cost 500
  language c as 'MODULE_PATHNAME', 'crm_quantiles';
comment on function @extschema@.quantiles(@extschema@.distribution, pg_catalog.float8[]) is
'Several quantiles at once, in the order asked for; see quantile.
Unit: unit of the observations
Formula: interpolated as percentile_cont; above 1,024 distinct values a sketch with the relative error of DDSketch (Masson, Rim, Lee 2019)
Feature: distribution, since 0.1.0';

create function @extschema@.rank(summary @extschema@.distribution, x pg_catalog.float8) returns pg_catalog.float8
  immutable strict parallel safe cost 500
  language c as 'MODULE_PATHNAME', 'crm_rank';
comment on function @extschema@.rank(@extschema@.distribution, pg_catalog.float8) is
'Share of the observations that are at most x, 0 to 1 (the cumulative distribution); of a sketch never too low, and never above the share of the observations up to x plus twice the accuracy of x.
Unit: share of the observations, 0 to 1
Feature: distribution, since 0.1.0';

create function @extschema@.breaks(summary @extschema@.distribution, bins pg_catalog.int4) returns pg_catalog.float8[]
  immutable strict parallel safe cost 500
  language c as 'MODULE_PATHNAME', 'crm_breaks';
comment on function @extschema@.breaks(@extschema@.distribution, pg_catalog.int4) is
'bins - 1 ascending break points that cut the observations into classes of equal size without splitting ties: break j is the smallest value that at least j/bins of the observations do not exceed. The class of x is 1 + the number of breaks below x. A break of a sketch may exceed the exact one by at most twice the accuracy. bins from 2 to 1000 (22023).
Unit: unit of the observations
Feature: distribution, since 0.1.0';

create function @extschema@.observations(summary @extschema@.distribution) returns pg_catalog.int8
  immutable strict parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_observations';
comment on function @extschema@.observations(@extschema@.distribution) is
'Number of observations.
Unit: observations
Feature: distribution, since 0.1.0';

create function @extschema@.minimum(summary @extschema@.distribution) returns pg_catalog.float8
  immutable strict parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_minimum';
comment on function @extschema@.minimum(@extschema@.distribution) is
'Smallest observation, exact.
Unit: unit of the observations
Feature: distribution, since 0.1.0';

create function @extschema@.maximum(summary @extschema@.distribution) returns pg_catalog.float8
  immutable strict parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_maximum';
comment on function @extschema@.maximum(@extschema@.distribution) is
'Largest observation, exact.
Unit: unit of the observations
Feature: distribution, since 0.1.0';

create function @extschema@.accuracy(summary @extschema@.distribution) returns pg_catalog.float8
  immutable strict parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_accuracy';
comment on function @extschema@.accuracy(@extschema@.distribution) is
'Relative error that a quantile read from the summary can have at most; 0 while it is exact.
Unit: relative error, 0 to 1
Feature: distribution, since 0.1.0';

-- matching: a product library as a value, and the best products for a client with reasons.


create type @extschema@.catalogue;

create function @extschema@.catalogue_in(pg_catalog.cstring) returns @extschema@.catalogue
  immutable strict parallel safe cost 200
  language c as 'MODULE_PATHNAME', 'crm_catalogue_in';
comment on function @extschema@.catalogue_in(pg_catalog.cstring) is
'Text input of type catalogue (JSON). What is wrong is 22P02 and names the path.
Feature: matching, since 0.1.0';

create function @extschema@.catalogue_out(@extschema@.catalogue) returns pg_catalog.cstring
  immutable strict parallel safe cost 200
  language c as 'MODULE_PATHNAME', 'crm_catalogue_out';
comment on function @extschema@.catalogue_out(@extschema@.catalogue) is
'Text output of type catalogue: JSON with sorted keys, lossless.
Feature: matching, since 0.1.0';

create function @extschema@.catalogue_recv(pg_catalog.internal) returns @extschema@.catalogue
  immutable strict parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_catalogue_recv';
comment on function @extschema@.catalogue_recv(pg_catalog.internal) is
'Binary input of type catalogue: a version, then the value in network order. What is wrong is 22P03.
Feature: matching, since 0.1.0';

create function @extschema@.catalogue_send(@extschema@.catalogue) returns pg_catalog.bytea
  immutable strict parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_catalogue_send';
comment on function @extschema@.catalogue_send(@extschema@.catalogue) is
'Binary output of type catalogue: a version, then the value in network order.
Feature: matching, since 0.1.0';

create type @extschema@.catalogue (
  input = @extschema@.catalogue_in, output = @extschema@.catalogue_out, receive = @extschema@.catalogue_recv, send = @extschema@.catalogue_send,
  internallength = variable, alignment = double, storage = extended
);
comment on type @extschema@.catalogue is
'A product library: every product with its attributes (jsonb), sorted, with a digest. Made by catalogue_agg, put together by catalogue_merge. Text form: JSON.
Feature: matching, since 0.1.0';

create function @extschema@.catalogue_combine(@extschema@.catalogue, @extschema@.catalogue) returns @extschema@.catalogue
  immutable parallel safe cost 150
  language c as 'MODULE_PATHNAME', 'crm_catalogue_combine';
comment on function @extschema@.catalogue_combine(@extschema@.catalogue, @extschema@.catalogue) is
'Adds two values of type catalogue up; NULL on either side gives the other. Combine function of its aggregates.
Feature: matching, since 0.1.0';

create aggregate @extschema@.catalogue_merge(@extschema@.catalogue) (
  sfunc = @extschema@.catalogue_combine, stype = @extschema@.catalogue, combinefunc = @extschema@.catalogue_combine, parallel = safe
);
comment on aggregate @extschema@.catalogue_merge(@extschema@.catalogue) is
'Puts catalogues together; a product in two of them must have the same attributes (22023). NULLs are skipped; no rows give NULL.
Feature: matching, since 0.1.0';

create function @extschema@.catalogue_push(@extschema@.catalogue, pg_catalog.text, pg_catalog.jsonb) returns @extschema@.catalogue
  immutable parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_catalogue_push';
comment on function @extschema@.catalogue_push(@extschema@.catalogue, pg_catalog.text, pg_catalog.jsonb) is
'Transition function of catalogue_agg: adds one product; a NULL in it is skipped.
Feature: matching, since 0.1.0';

create aggregate @extschema@.catalogue_agg(product pg_catalog.text, attributes pg_catalog.jsonb) (
  sfunc = @extschema@.catalogue_push, stype = @extschema@.catalogue, combinefunc = @extschema@.catalogue_combine, parallel = safe
);
comment on aggregate @extschema@.catalogue_agg(pg_catalog.text, pg_catalog.jsonb) is
'Collects products, one row a product: its key and an object of its attributes, for example to_jsonb(product) - ''product_id''. Rows with a NULL are skipped; no rows give NULL. A product with two different sets of attributes is an error (22023).
Feature: matching, since 0.1.0';

create function @extschema@.catalogue_products(catalogue @extschema@.catalogue, out product pg_catalog.text, out attributes pg_catalog.jsonb)
  returns setof pg_catalog.record
  immutable strict parallel safe cost 20000 rows 100
  language c as 'MODULE_PATHNAME', 'crm_catalogue_products';
comment on function @extschema@.catalogue_products(@extschema@.catalogue) is
'The products of a catalogue with their attributes, sorted by the bytes of the product key.
Feature: matching, since 0.1.0';

create function @extschema@.match_products(
    catalogue @extschema@.catalogue, client pg_catalog.jsonb, policy pg_catalog.jsonb, k pg_catalog.int4 default 5, as_of pg_catalog.date default null,
    out rank pg_catalog.int4, out product pg_catalog.text, out score pg_catalog.float8, out priority pg_catalog.float8, out neutral_rank pg_catalog.int4, out reasons pg_catalog.jsonb)
  returns setof pg_catalog.record
  immutable parallel safe cost 2000 rows 5 support @extschema@.number_rows_support
  language c as 'MODULE_PATHNAME', 'crm_match_products';
comment on function @extschema@.match_products(@extschema@.catalogue, pg_catalog.jsonb, pg_catalog.jsonb, pg_catalog.int4, pg_catalog.date) is
'The k best products for a client (an object of attributes): those that pass every gate of the matching policy, by priority (the score, 0 to 1, where the policy has no arbitration), equal ones by product key, kept apart by the policy''s diversity. neutral_rank: the rank without the firm''s own interest, NULL when it would not be among the k. reasons: the ids of the gates passed and the contributions, which add up to the score (match_explain has what the gates compared). as_of: the day of suitability rules, needed where the policy has some (22023). No rows for a NULL catalogue, client, policy or k. k from 1 to 10000 (22023).
Unit: rank, neutral_rank: 1 the best; score: 0 to 1; priority: of the arbitration of the policy, the score without one
Formula: score = sum of weight * overlap (or fit) / sum of weight; priority as the arbitration of the policy says
Feature: matching, since 0.1.0';

create function @extschema@.match_explain(
    catalogue @extschema@.catalogue, client pg_catalog.jsonb, policy pg_catalog.jsonb, as_of pg_catalog.date default null,
    out rank pg_catalog.int4, out product pg_catalog.text, out verdict pg_catalog.text, out score pg_catalog.float8, out priority pg_catalog.float8, out neutral_rank pg_catalog.int4, out reasons pg_catalog.jsonb)
  returns setof pg_catalog.record
  immutable parallel safe cost 50000 rows 100
  language c as 'MODULE_PATHNAME', 'crm_match_explain';
comment on function @extschema@.match_explain(@extschema@.catalogue, pg_catalog.jsonb, pg_catalog.jsonb, pg_catalog.date) is
'What becomes of every product for a client: verdict match (with rank, and neutral_rank without the firm''s own interest) or excluded, the score and the priority it has or would have had (NULL where a figure of the arbitration is missing), and the reasons; of an excluded product every rule that excludes it. as_of as for match_products. No rows for a NULL catalogue, client or policy.
Unit: rank, neutral_rank: 1 the best; score: 0 to 1; priority: of the arbitration of the policy, the score without one
Formula: score = sum of weight * overlap (or fit) / sum of weight; priority as the arbitration of the policy says
Feature: matching, since 0.1.0';

create function @extschema@.matching_policy_check(policy pg_catalog.jsonb, out path pg_catalog.text, out problem pg_catalog.text)
  returns setof pg_catalog.record
  immutable strict parallel safe cost 2000 rows 1
  language c as 'MODULE_PATHNAME', 'crm_matching_policy_check';
comment on function @extschema@.matching_policy_check(pg_catalog.jsonb) is
'Every problem of a matching policy with its JSON path; no rows when the policy is valid.
Feature: matching, since 0.1.0';

create function @extschema@.matching_policy_example() returns pg_catalog.jsonb
  immutable parallel safe cost 500
  language c as 'MODULE_PATHNAME', 'crm_matching_policy_example';
comment on function @extschema@.matching_policy_example() is
'A worked matching policy: risk grade against risk class, access conditions, means, term, holdings as gates; interests and channels as score; reasons in English and Chinese. Copy it into a table and edit it.
Feature: matching, since 0.1.0';

-- top_k: the best few of many, by scores that the caller gives.


create type @extschema@.top_k;

create function @extschema@.top_k_in(pg_catalog.cstring) returns @extschema@.top_k
  immutable strict parallel safe cost 200
  language c as 'MODULE_PATHNAME', 'crm_top_k_in';
comment on function @extschema@.top_k_in(pg_catalog.cstring) is
'Text input of type top_k (JSON). What is wrong is 22P02 and names the path.
Feature: top_k, since 0.1.0';

create function @extschema@.top_k_out(@extschema@.top_k) returns pg_catalog.cstring
  immutable strict parallel safe cost 200
  language c as 'MODULE_PATHNAME', 'crm_top_k_out';
comment on function @extschema@.top_k_out(@extschema@.top_k) is
'Text output of type top_k: JSON with sorted keys, lossless.
Feature: top_k, since 0.1.0';

create function @extschema@.top_k_recv(pg_catalog.internal) returns @extschema@.top_k
  immutable strict parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_top_k_recv';
comment on function @extschema@.top_k_recv(pg_catalog.internal) is
'Binary input of type top_k: a version, then the value in network order. What is wrong is 22P03.
Feature: top_k, since 0.1.0';

create function @extschema@.top_k_send(@extschema@.top_k) returns pg_catalog.bytea
  immutable strict parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_top_k_send';
comment on function @extschema@.top_k_send(@extschema@.top_k) is
'Binary output of type top_k: a version, then the value in network order.
Feature: top_k, since 0.1.0';

create type @extschema@.top_k (
  input = @extschema@.top_k_in, output = @extschema@.top_k_out, receive = @extschema@.top_k_recv, send = @extschema@.top_k_send,
  internallength = variable, alignment = double, storage = extended
);
comment on type @extschema@.top_k is
'The k items of the highest scores. Made by top_k_agg, put together by top_k_merge, read by top_k_items. Text form: JSON.
Feature: top_k, since 0.1.0';

create function @extschema@.top_k_combine(@extschema@.top_k, @extschema@.top_k) returns @extschema@.top_k
  immutable parallel safe cost 150
  language c as 'MODULE_PATHNAME', 'crm_top_k_combine';
comment on function @extschema@.top_k_combine(@extschema@.top_k, @extschema@.top_k) is
'Adds two values of type top_k up; NULL on either side gives the other. Combine function of its aggregates.
Feature: top_k, since 0.1.0';

create aggregate @extschema@.top_k_merge(@extschema@.top_k) (
  sfunc = @extschema@.top_k_combine, stype = @extschema@.top_k, combinefunc = @extschema@.top_k_combine, parallel = safe
);
comment on aggregate @extschema@.top_k_merge(@extschema@.top_k) is
'Puts the best together: the k best of all. They must be of the same k (22023). NULLs are skipped; no rows give NULL. Merging in any order gives the same bytes.
Feature: top_k, since 0.1.0';

create function @extschema@.top_k_push(@extschema@.top_k, pg_catalog.text, pg_catalog.float8, pg_catalog.int4) returns @extschema@.top_k
  immutable parallel safe cost 3
  language c as 'MODULE_PATHNAME', 'crm_top_k_push';
comment on function @extschema@.top_k_push(@extschema@.top_k, pg_catalog.text, pg_catalog.float8, pg_catalog.int4) is
'Transition function of top_k_agg: adds one item; a NULL in it is skipped.
Feature: top_k, since 0.1.0';

create aggregate @extschema@.top_k_agg(item pg_catalog.text, score pg_catalog.float8, k pg_catalog.int4) (
  sfunc = @extschema@.top_k_push, stype = @extschema@.top_k, combinefunc = @extschema@.top_k_combine, parallel = safe
);
comment on aggregate @extschema@.top_k_agg(pg_catalog.text, pg_catalog.float8, pg_catalog.int4) is
'The k items of the highest scores, for scores of your own; equal scores by the bytes of the item, and an item that comes more than once counts with its highest score. Keeps at most 2 k items (64 for a small k), whatever there is: a sort of all rows is not needed. A row with a NULL is skipped; no rows give NULL. k is from 1 to 10000 and the same in all rows of a group, a score is finite, an item is not empty (22023) and has at most 1000 bytes (54000).
Feature: top_k, since 0.1.0';

create function @extschema@.top_k_items(top_k @extschema@.top_k, out rank pg_catalog.int4, out item pg_catalog.text, out score pg_catalog.float8)
  returns setof pg_catalog.record
  immutable strict parallel safe cost 300 rows 10
  language c as 'MODULE_PATHNAME', 'crm_top_k_items';
comment on function @extschema@.top_k_items(@extschema@.top_k) is
'The items of a top_k with their scores, best first: rank 1 is the highest score, equal scores by the bytes of the item. NULL gives no rows.
Unit: rank: 1 the best; score: as given
Feature: top_k, since 0.1.0';

-- pnl: profit and loss of a customer by line, exactly.


create type @extschema@.pnl;

create function @extschema@.pnl_in(pg_catalog.cstring) returns @extschema@.pnl
  immutable strict parallel safe cost 200
  language c as 'MODULE_PATHNAME', 'crm_pnl_in';
comment on function @extschema@.pnl_in(pg_catalog.cstring) is
'Text input of type pnl (JSON). What is wrong is 22P02 and names the path.
Feature: pnl, since 0.1.0';

create function @extschema@.pnl_out(@extschema@.pnl) returns pg_catalog.cstring
  immutable strict parallel safe cost 200
  language c as 'MODULE_PATHNAME', 'crm_pnl_out';
comment on function @extschema@.pnl_out(@extschema@.pnl) is
'Text output of type pnl: JSON with sorted keys, lossless.
Feature: pnl, since 0.1.0';

create function @extschema@.pnl_recv(pg_catalog.internal) returns @extschema@.pnl
  immutable strict parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_pnl_recv';
comment on function @extschema@.pnl_recv(pg_catalog.internal) is
'Binary input of type pnl: a version, then the value in network order. What is wrong is 22P03.
Feature: pnl, since 0.1.0';

create function @extschema@.pnl_send(@extschema@.pnl) returns pg_catalog.bytea
  immutable strict parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_pnl_send';
comment on function @extschema@.pnl_send(@extschema@.pnl) is
'Binary output of type pnl: a version, then the value in network order.
Feature: pnl, since 0.1.0';

create type @extschema@.pnl (
  input = @extschema@.pnl_in, output = @extschema@.pnl_out, receive = @extschema@.pnl_recv, send = @extschema@.pnl_send,
  internallength = variable, alignment = double, storage = extended
);
comment on type @extschema@.pnl is
'The exact totals of a customer by line: what he brings and costs under each kind of revenue and cost. Made by pnl_agg, added up by pnl_merge, read by pnl_lines, line_amount and total. Text form: JSON.
Feature: pnl, since 0.1.0';

create function @extschema@.pnl_combine(@extschema@.pnl, @extschema@.pnl) returns @extschema@.pnl
  immutable parallel safe cost 150
  language c as 'MODULE_PATHNAME', 'crm_pnl_combine';
comment on function @extschema@.pnl_combine(@extschema@.pnl, @extschema@.pnl) is
'Adds two values of type pnl up; NULL on either side gives the other. Combine function of its aggregates.
Feature: pnl, since 0.1.0';

create aggregate @extschema@.pnl_merge(@extschema@.pnl) (
  sfunc = @extschema@.pnl_combine, stype = @extschema@.pnl, combinefunc = @extschema@.pnl_combine, parallel = safe
);
comment on aggregate @extschema@.pnl_merge(@extschema@.pnl) is
'Adds up pnl summaries, line by line: of days, of accounts, of the customers of a branch. NULLs are skipped; no rows give NULL. Merging in any order gives the same bytes.
Feature: pnl, since 0.1.0';

create function @extschema@.pnl_push(@extschema@.pnl, pg_catalog.text, pg_catalog.numeric) returns @extschema@.pnl
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_pnl_push_numeric';
comment on function @extschema@.pnl_push(@extschema@.pnl, pg_catalog.text, pg_catalog.numeric) is
'Transition function of pnl_agg: adds one amount to a line; a NULL in it is skipped.
Feature: pnl, since 0.1.0';

create aggregate @extschema@.pnl_agg(line pg_catalog.text, amount pg_catalog.numeric) (
  sfunc = @extschema@.pnl_push, stype = @extschema@.pnl, combinefunc = @extschema@.pnl_combine, parallel = safe
);
comment on aggregate @extschema@.pnl_agg(pg_catalog.text, pg_catalog.numeric) is
'Exact totals by line. Amounts are summed exactly to 12 decimals; more round half to even. Each line prints with the decimals that sum would print. Rows with a NULL are skipped; no rows give NULL. An empty name is an error (22023), so is a name of more than 1000 bytes, or more than 65536 lines (54000), and an amount or a sum that is NaN, infinite or above 1.7e26 in magnitude (22003).
Feature: pnl, since 0.1.0';

create function @extschema@.pnl_push(@extschema@.pnl, pg_catalog.text, pg_catalog.float8) returns @extschema@.pnl
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_pnl_push_float8';
comment on function @extschema@.pnl_push(@extschema@.pnl, pg_catalog.text, pg_catalog.float8) is
'Transition function of pnl_agg: adds one amount to a line; a NULL in it is skipped.
Feature: pnl, since 0.1.0';

create aggregate @extschema@.pnl_agg(line pg_catalog.text, amount pg_catalog.float8) (
  sfunc = @extschema@.pnl_push, stype = @extschema@.pnl, combinefunc = @extschema@.pnl_combine, parallel = safe
);
comment on aggregate @extschema@.pnl_agg(pg_catalog.text, pg_catalog.float8) is
'Exact totals by line. Each amount is taken at its binary value, rounded half to even at 12 decimals, and then summed exactly: the result does not depend on row order. Rows with a NULL are skipped; no rows give NULL. An empty name is an error (22023), so is a name of more than 1000 bytes, or more than 65536 lines (54000), and an amount or a sum that is NaN, infinite or above 1.7e26 in magnitude (22003).
Feature: pnl, since 0.1.0';

create function @extschema@.pnl_push(@extschema@.pnl, pg_catalog.text, pg_catalog.int8) returns @extschema@.pnl
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_pnl_push_bigint';
comment on function @extschema@.pnl_push(@extschema@.pnl, pg_catalog.text, pg_catalog.int8) is
'Transition function of pnl_agg: adds one amount to a line; a NULL in it is skipped.
Feature: pnl, since 0.1.0';

create aggregate @extschema@.pnl_agg(line pg_catalog.text, amount pg_catalog.int8) (
  sfunc = @extschema@.pnl_push, stype = @extschema@.pnl, combinefunc = @extschema@.pnl_combine, parallel = safe
);
comment on aggregate @extschema@.pnl_agg(pg_catalog.text, pg_catalog.int8) is
'Exact totals by line of whole amounts, such as minor units. Rows with a NULL are skipped; no rows give NULL. An empty name is an error (22023), so is a name of more than 1000 bytes, or more than 65536 lines (54000).
Feature: pnl, since 0.1.0';

create function @extschema@.pnl_lines(summary @extschema@.pnl) returns table (line pg_catalog.text, amount pg_catalog.numeric)
  immutable strict parallel safe cost 300 rows 12
  language c as 'MODULE_PATHNAME', 'crm_pnl_lines';
comment on function @extschema@.pnl_lines(@extschema@.pnl) is
'The lines and their exact totals, in the order of the names byte by byte (the collation "C"). A line whose amounts cancel out is there with 0.
Unit: amount: currency of the amounts
Feature: pnl, since 0.1.0';

create function @extschema@.line_amount(summary @extschema@.pnl, line pg_catalog.text) returns pg_catalog.numeric
  immutable strict parallel safe cost 10
  language c as 'MODULE_PATHNAME', 'crm_line_amount';
comment on function @extschema@.line_amount(@extschema@.pnl, pg_catalog.text) is
'Exact total of a line, with the decimals of its amounts; NULL when the customer has no such line. Names are compared byte by byte.
Unit: currency of the amounts
Feature: pnl, since 0.1.0';

create function @extschema@.total(summary @extschema@.pnl) returns pg_catalog.numeric
  immutable strict parallel safe cost 20
  language c as 'MODULE_PATHNAME', 'crm_pnl_total';
comment on function @extschema@.total(@extschema@.pnl) is
'Sum of all lines, exact: costs that are posted as negative amounts are taken off. A sum above 1.7e26 in magnitude is an error (22003).
Unit: currency of the amounts
Feature: pnl, since 0.1.0';

create function @extschema@.revenue(summary @extschema@.pnl, chart pg_catalog.jsonb) returns pg_catalog.numeric
  immutable strict parallel safe cost 20
  language c as 'MODULE_PATHNAME', 'crm_pnl_revenue';
comment on function @extschema@.revenue(@extschema@.pnl, pg_catalog.jsonb) is
'What the customer brings: the exact sum of the lines with the role revenue in the chart (pnl_chart); 0 when he has none, NULL for a NULL summary or chart. A line that the chart does not have is an error (22023) or goes into its rest, as the chart says.
Unit: currency of the amounts
Feature: pnl, since 0.1.0';

create function @extschema@.cost(summary @extschema@.pnl, chart pg_catalog.jsonb) returns pg_catalog.numeric
  immutable strict parallel safe cost 20
  language c as 'MODULE_PATHNAME', 'crm_pnl_cost';
comment on function @extschema@.cost(@extschema@.pnl, pg_catalog.jsonb) is
'What the customer costs: the exact sum of the lines with the role cost in the chart (pnl_chart), as a positive number whichever way costs are posted; credit cost is not in it. 0 when he has none, NULL for a NULL summary or chart. A line that the chart does not have is an error (22023) or goes into its rest, as the chart says.
Unit: currency of the amounts
Feature: pnl, since 0.1.0';

create function @extschema@.credit_cost(summary @extschema@.pnl, chart pg_catalog.jsonb) returns pg_catalog.numeric
  immutable strict parallel safe cost 20
  language c as 'MODULE_PATHNAME', 'crm_pnl_credit_cost';
comment on function @extschema@.credit_cost(@extschema@.pnl, pg_catalog.jsonb) is
'What the risk of the customer costs (expected loss): the exact sum of the lines with the role credit_cost in the chart (pnl_chart), as a positive number whichever way costs are posted. 0 when he has none, NULL for a NULL summary or chart. A line that the chart does not have is an error (22023) or goes into its rest, as the chart says.
Unit: currency of the amounts
Feature: pnl, since 0.1.0';

create function @extschema@.contribution(summary @extschema@.pnl, chart pg_catalog.jsonb) returns pg_catalog.numeric
  immutable strict parallel safe cost 20
  language c as 'MODULE_PATHNAME', 'crm_pnl_contribution';
comment on function @extschema@.contribution(@extschema@.pnl, pg_catalog.jsonb) is
'What is left of a customer: revenue - cost - credit_cost under the chart (pnl_chart), exact to the last digit; lines with the role memo do not count. NULL for a NULL summary or chart. A line that the chart does not have is an error (22023) or goes into its rest, as the chart says. contribution_explain tells what each line adds.
Unit: currency of the amounts
Formula: revenue - cost - credit_cost
Feature: pnl, since 0.1.0';

create function @extschema@.margin(summary @extschema@.pnl, chart pg_catalog.jsonb) returns pg_catalog.float8
  immutable strict parallel safe cost 20
  language c as 'MODULE_PATHNAME', 'crm_pnl_margin';
comment on function @extschema@.margin(@extschema@.pnl, pg_catalog.jsonb) is
'Contribution / revenue under the chart (pnl_chart): 0.25 is 25 %, below 0 where the customer costs more than he brings. NULL where the revenue is not above 0 (a ratio to nothing or to a loss says nothing), and for a NULL summary or chart.
Unit: fraction of the revenue
Formula: contribution / revenue
Feature: pnl, since 0.1.0';

create function @extschema@.pnl_result(summary @extschema@.pnl, chart pg_catalog.jsonb)
  returns table (revenue pg_catalog.numeric, cost pg_catalog.numeric, credit_cost pg_catalog.numeric, contribution pg_catalog.numeric, margin pg_catalog.float8)
  immutable strict parallel safe cost 100 rows 1
  language c as 'MODULE_PATHNAME', 'crm_pnl_result';
comment on function @extschema@.pnl_result(@extschema@.pnl, pg_catalog.jsonb) is
'The result of a customer under the chart (pnl_chart) in one row: revenue, cost, credit_cost, contribution and margin, as the functions of these names give them. No row for a NULL summary or chart.
Unit: revenue, cost, credit_cost, contribution: currency of the amounts; margin: fraction of the revenue
Feature: pnl, since 0.1.0';

create function @extschema@.contribution_explain(
    summary @extschema@.pnl, chart pg_catalog.jsonb, language pg_catalog.text default null,
    out "position" pg_catalog.int4, out line pg_catalog.text, out role pg_catalog.text, out label pg_catalog.text,
    out amount pg_catalog.numeric, out effect pg_catalog.numeric)
  returns setof pg_catalog.record
  immutable parallel safe cost 500 rows 12
  language c as 'MODULE_PATHNAME', 'crm_contribution_explain';
comment on function @extschema@.contribution_explain(@extschema@.pnl, pg_catalog.jsonb, pg_catalog.text) is
'What each line adds to the contribution: all lines of the chart in its order, then those that go into its rest, with the label of the rest. amount: as it was posted, NULL when the customer does not have the line. effect: what it adds, costs below 0, memo lines 0; the effects add up to contribution exactly. language: of the label, NULL gives the name. No rows for a NULL summary or chart.
Unit: position: number; amount, effect: currency of the amounts
Formula: revenue - cost - credit_cost
Feature: pnl, since 0.1.0';

create function @extschema@.pnl_chart_check(chart pg_catalog.jsonb, out path pg_catalog.text, out problem pg_catalog.text)
  returns setof pg_catalog.record
  immutable strict parallel safe cost 1000 rows 1
  language c as 'MODULE_PATHNAME', 'crm_pnl_chart_check';
comment on function @extschema@.pnl_chart_check(pg_catalog.jsonb) is
'Every problem of a chart of profit and loss lines (pnl_chart) with its JSON path; no rows when the chart is valid.
Feature: pnl, since 0.1.0';

create function @extschema@.pnl_chart_example() returns pg_catalog.jsonb
  immutable parallel safe cost 500
  language c as 'MODULE_PATHNAME', 'crm_pnl_chart_example';
comment on function @extschema@.pnl_chart_example() is
'A worked chart of profit and loss lines: a broker that posts all amounts as positive, labels in English and Chinese. Copy it into a table and edit it.
Feature: pnl, since 0.1.0';

-- book: many customers' summaries under their keys, made in one pass without GROUP BY.
--
-- A template: build.rs writes what follows "@book" once for every kind of book and of key, with a part "@row" for every
-- form in which rows are given. Names in braces are replaced.


create function @extschema@.book_rows_support(pg_catalog.internal) returns pg_catalog.internal
  immutable strict parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_book_rows_support';
comment on function @extschema@.book_rows_support(pg_catalog.internal) is
'Planner support of the functions that give the rows of a book: estimates their number as the number of groups that GROUP BY would have.
Feature: book, since 0.1.0';

create function @extschema@.book_size(summary pg_catalog.text, customers pg_catalog.int8, key_bytes pg_catalog.float8 default 8, items pg_catalog.float8 default 1, out memory_bytes pg_catalog.int8, out stored_bytes pg_catalog.int8, out dumped_bytes pg_catalog.int8, out books pg_catalog.int4) returns setof pg_catalog.record
  immutable strict parallel safe cost 100 rows 1
  language c as 'MODULE_PATHNAME', 'crm_book_size';
comment on function @extschema@.book_size(pg_catalog.text, pg_catalog.int8, pg_catalog.float8, pg_catalog.float8) is
'How large a book of so many customers will be, in bytes: in the memory of the process that makes it, stored in a table before compression, and as text in a dump; and into how many books (group by customer % books) to divide them so that each stays below 1 GB in every form. summary: rfm, rfm_daily or pnl; key_bytes: 8 for bigint, 16 for uuid, 8 more than the mean length for text; items: mean number of distinct days or lines of a customer.
Unit: memory_bytes, stored_bytes, dumped_bytes: bytes; books: number
Feature: book, since 0.1.0';

create type @extschema@.rfm_book;

create function @extschema@.rfm_book_in(pg_catalog.cstring) returns @extschema@.rfm_book
  immutable strict parallel safe cost 10000
  language c as 'MODULE_PATHNAME', 'crm_rfm_book_in';
comment on function @extschema@.rfm_book_in(pg_catalog.cstring) is
'Text input of type rfm_book (JSON). What is wrong is 22P02 and names the path.
Feature: book, since 0.1.0';

create function @extschema@.rfm_book_out(@extschema@.rfm_book) returns pg_catalog.cstring
  immutable strict parallel safe cost 10000
  language c as 'MODULE_PATHNAME', 'crm_rfm_book_out';
comment on function @extschema@.rfm_book_out(@extschema@.rfm_book) is
'Text output of type rfm_book: JSON, the customers in the order of their keys, lossless. A text of more than 1 GB is an error (54000).
Feature: book, since 0.1.0';

create function @extschema@.rfm_book_recv(pg_catalog.internal) returns @extschema@.rfm_book
  immutable strict parallel safe cost 5000
  language c as 'MODULE_PATHNAME', 'crm_rfm_book_recv';
comment on function @extschema@.rfm_book_recv(pg_catalog.internal) is
'Binary input of type rfm_book: a version, then the value in network order. What is wrong is 22P03.
Feature: book, since 0.1.0';

create function @extschema@.rfm_book_send(@extschema@.rfm_book) returns pg_catalog.bytea
  immutable strict parallel safe cost 5000
  language c as 'MODULE_PATHNAME', 'crm_rfm_book_send';
comment on function @extschema@.rfm_book_send(@extschema@.rfm_book) is
'Binary output of type rfm_book: a version, then the value in network order.
Feature: book, since 0.1.0';

create type @extschema@.rfm_book (
  input = @extschema@.rfm_book_in, output = @extschema@.rfm_book_out, receive = @extschema@.rfm_book_recv, send = @extschema@.rfm_book_send,
  internallength = variable, alignment = double, storage = external
);
comment on type @extschema@.rfm_book is
'The rfm summaries of many customers, each under his key of type bigint, in the order of the keys. Made by rfm_book_agg, added up by rfm_book_merge, read by rfm_book_rows and rfm_book_get. At most 1 GB. Stored without compression unless the column says otherwise. Text form: JSON.
Feature: book, since 0.1.0';

create function @extschema@.rfm_book_combine(@extschema@.rfm_book, @extschema@.rfm_book) returns @extschema@.rfm_book
  immutable parallel safe cost 1000
  language c as 'MODULE_PATHNAME', 'crm_rfm_book_combine';
comment on function @extschema@.rfm_book_combine(@extschema@.rfm_book, @extschema@.rfm_book) is
'Adds two values of type rfm_book up, customer by customer; NULL on either side gives the other. Combine function of its aggregates.
Feature: book, since 0.1.0';

create function @extschema@.rfm_book_final(@extschema@.rfm_book) returns @extschema@.rfm_book
  immutable strict parallel safe cost 1
  language c as 'MODULE_PATHNAME', 'crm_rfm_book_final';
comment on function @extschema@.rfm_book_final(@extschema@.rfm_book) is
'Final function of the aggregates of type rfm_book: gives the state as it is, without the copy that PostgreSQL 14 and 15 would make.
Feature: book, since 0.1.0';

create aggregate @extschema@.rfm_book_merge(@extschema@.rfm_book) (
  sfunc = @extschema@.rfm_book_combine, stype = @extschema@.rfm_book, combinefunc = @extschema@.rfm_book_combine,
  finalfunc = @extschema@.rfm_book_final, parallel = safe
);
comment on aggregate @extschema@.rfm_book_merge(@extschema@.rfm_book) is
'Adds up books, customer by customer: of partitions, of days. NULLs are skipped; no rows give NULL. Merging in any order gives the same bytes.
Feature: book, since 0.1.0';

create function @extschema@.rfm_book_customers(book @extschema@.rfm_book) returns pg_catalog.int8
  immutable strict parallel safe cost 1000
  language c as 'MODULE_PATHNAME', 'crm_rfm_book_customers';
comment on function @extschema@.rfm_book_customers(@extschema@.rfm_book) is
'Number of customers in a book.
Unit: customers
Feature: book, since 0.1.0';

create function @extschema@.rfm_book_get(book @extschema@.rfm_book, customer pg_catalog.int8) returns @extschema@.rfm
  immutable strict parallel safe cost 10
  language c as 'MODULE_PATHNAME', 'crm_rfm_book_get';
comment on function @extschema@.rfm_book_get(@extschema@.rfm_book, pg_catalog.int8) is
'The rfm summary of one customer of a book; NULL when he is not in it. A stored book is decoded once for the rows of a query that ask the same one.
Feature: book, since 0.1.0';

create function @extschema@.rfm_book_rows(book @extschema@.rfm_book, out customer pg_catalog.int8, out rfm @extschema@.rfm) returns setof pg_catalog.record
  immutable strict parallel safe cost 150000 rows 10000 support @extschema@.book_rows_support
  language c as 'MODULE_PATHNAME', 'crm_rfm_book_rows';
comment on function @extschema@.rfm_book_rows(@extschema@.rfm_book) is
'A book as rows, in the order of the keys: each customer and the rfm summary. Use it in FROM. No rows for NULL.
Feature: book, since 0.1.0';

create function @extschema@.rfm_book_push(@extschema@.rfm_book, pg_catalog.int8, pg_catalog.timestamptz, pg_catalog.numeric) returns @extschema@.rfm_book
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_rfm_book_push_at_numeric';
comment on function @extschema@.rfm_book_push(@extschema@.rfm_book, pg_catalog.int8, pg_catalog.timestamptz, pg_catalog.numeric) is
'Transition function of rfm_book_agg: adds one row; a NULL in it is skipped.
Feature: book, since 0.1.0';

create aggregate @extschema@.rfm_book_agg(customer pg_catalog.int8, at pg_catalog.timestamptz, amount pg_catalog.numeric) (
  sfunc = @extschema@.rfm_book_push, stype = @extschema@.rfm_book, combinefunc = @extschema@.rfm_book_combine,
  finalfunc = @extschema@.rfm_book_final, parallel = safe
);
comment on aggregate @extschema@.rfm_book_agg(pg_catalog.int8, pg_catalog.timestamptz, pg_catalog.numeric) is
'Book of all customers, each under his key: each row is an event, with its instant and its amount, as for rfm_agg. Without GROUP BY, and faster than it: several times when there are many customers with many rows each. Amounts are summed exactly to 12 decimals; more round half to even. Rows with a NULL are skipped; no rows give NULL. A book above 1 GB is an error (54000).
Feature: book, since 0.1.0';

create function @extschema@.rfm_book_push(@extschema@.rfm_book, pg_catalog.int8, pg_catalog.timestamptz, pg_catalog.float8) returns @extschema@.rfm_book
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_rfm_book_push_at_float8';
comment on function @extschema@.rfm_book_push(@extschema@.rfm_book, pg_catalog.int8, pg_catalog.timestamptz, pg_catalog.float8) is
'Transition function of rfm_book_agg: adds one row; a NULL in it is skipped.
Feature: book, since 0.1.0';

create aggregate @extschema@.rfm_book_agg(customer pg_catalog.int8, at pg_catalog.timestamptz, amount pg_catalog.float8) (
  sfunc = @extschema@.rfm_book_push, stype = @extschema@.rfm_book, combinefunc = @extschema@.rfm_book_combine,
  finalfunc = @extschema@.rfm_book_final, parallel = safe
);
comment on aggregate @extschema@.rfm_book_agg(pg_catalog.int8, pg_catalog.timestamptz, pg_catalog.float8) is
'Book of all customers, each under his key: each row is an event, with its instant and its amount, as for rfm_agg. Without GROUP BY, and faster than it: several times when there are many customers with many rows each. Each amount is taken at its binary value, rounded half to even at 12 decimals, and then summed exactly. Rows with a NULL are skipped; no rows give NULL. A book above 1 GB is an error (54000).
Feature: book, since 0.1.0';

create function @extschema@.rfm_book_push(@extschema@.rfm_book, pg_catalog.int8, pg_catalog.timestamptz, pg_catalog.int8) returns @extschema@.rfm_book
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_rfm_book_push_at_bigint';
comment on function @extschema@.rfm_book_push(@extschema@.rfm_book, pg_catalog.int8, pg_catalog.timestamptz, pg_catalog.int8) is
'Transition function of rfm_book_agg: adds one row; a NULL in it is skipped.
Feature: book, since 0.1.0';

create aggregate @extschema@.rfm_book_agg(customer pg_catalog.int8, at pg_catalog.timestamptz, amount pg_catalog.int8) (
  sfunc = @extschema@.rfm_book_push, stype = @extschema@.rfm_book, combinefunc = @extschema@.rfm_book_combine,
  finalfunc = @extschema@.rfm_book_final, parallel = safe
);
comment on aggregate @extschema@.rfm_book_agg(pg_catalog.int8, pg_catalog.timestamptz, pg_catalog.int8) is
'Book of all customers, each under his key: each row is an event, with its instant and its amount, as for rfm_agg. Without GROUP BY, and faster than it: several times when there are many customers with many rows each. Whole amounts, such as minor units, are summed exactly. Rows with a NULL are skipped; no rows give NULL. A book above 1 GB is an error (54000).
Feature: book, since 0.1.0';

create function @extschema@.rfm_book_push(@extschema@.rfm_book, pg_catalog.int8, pg_catalog.date, pg_catalog.numeric) returns @extschema@.rfm_book
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_rfm_book_push_on_numeric';
comment on function @extschema@.rfm_book_push(@extschema@.rfm_book, pg_catalog.int8, pg_catalog.date, pg_catalog.numeric) is
'Transition function of rfm_book_agg: adds one row; a NULL in it is skipped.
Feature: book, since 0.1.0';

create aggregate @extschema@.rfm_book_agg(customer pg_catalog.int8, day pg_catalog.date, amount pg_catalog.numeric) (
  sfunc = @extschema@.rfm_book_push, stype = @extschema@.rfm_book, combinefunc = @extschema@.rfm_book_combine,
  finalfunc = @extschema@.rfm_book_final, parallel = safe
);
comment on aggregate @extschema@.rfm_book_agg(pg_catalog.int8, pg_catalog.date, pg_catalog.numeric) is
'Book of all customers, each under his key: each row is an event, with its day (it counts from 00:00 UTC of that day) and its amount, as for rfm_agg. Without GROUP BY, and faster than it: several times when there are many customers with many rows each. Amounts are summed exactly to 12 decimals; more round half to even. Rows with a NULL are skipped; no rows give NULL. A book above 1 GB is an error (54000).
Feature: book, since 0.1.0';

create function @extschema@.rfm_book_push(@extschema@.rfm_book, pg_catalog.int8, pg_catalog.date, pg_catalog.float8) returns @extschema@.rfm_book
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_rfm_book_push_on_float8';
comment on function @extschema@.rfm_book_push(@extschema@.rfm_book, pg_catalog.int8, pg_catalog.date, pg_catalog.float8) is
'Transition function of rfm_book_agg: adds one row; a NULL in it is skipped.
Feature: book, since 0.1.0';

create aggregate @extschema@.rfm_book_agg(customer pg_catalog.int8, day pg_catalog.date, amount pg_catalog.float8) (
  sfunc = @extschema@.rfm_book_push, stype = @extschema@.rfm_book, combinefunc = @extschema@.rfm_book_combine,
  finalfunc = @extschema@.rfm_book_final, parallel = safe
);
comment on aggregate @extschema@.rfm_book_agg(pg_catalog.int8, pg_catalog.date, pg_catalog.float8) is
'Book of all customers, each under his key: each row is an event, with its day (it counts from 00:00 UTC of that day) and its amount, as for rfm_agg. Without GROUP BY, and faster than it: several times when there are many customers with many rows each. Each amount is taken at its binary value, rounded half to even at 12 decimals, and then summed exactly. Rows with a NULL are skipped; no rows give NULL. A book above 1 GB is an error (54000).
Feature: book, since 0.1.0';

create function @extschema@.rfm_book_push(@extschema@.rfm_book, pg_catalog.int8, pg_catalog.date, pg_catalog.int8) returns @extschema@.rfm_book
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_rfm_book_push_on_bigint';
comment on function @extschema@.rfm_book_push(@extschema@.rfm_book, pg_catalog.int8, pg_catalog.date, pg_catalog.int8) is
'Transition function of rfm_book_agg: adds one row; a NULL in it is skipped.
Feature: book, since 0.1.0';

create aggregate @extschema@.rfm_book_agg(customer pg_catalog.int8, day pg_catalog.date, amount pg_catalog.int8) (
  sfunc = @extschema@.rfm_book_push, stype = @extschema@.rfm_book, combinefunc = @extschema@.rfm_book_combine,
  finalfunc = @extschema@.rfm_book_final, parallel = safe
);
comment on aggregate @extschema@.rfm_book_agg(pg_catalog.int8, pg_catalog.date, pg_catalog.int8) is
'Book of all customers, each under his key: each row is an event, with its day (it counts from 00:00 UTC of that day) and its amount, as for rfm_agg. Without GROUP BY, and faster than it: several times when there are many customers with many rows each. Whole amounts, such as minor units, are summed exactly. Rows with a NULL are skipped; no rows give NULL. A book above 1 GB is an error (54000).
Feature: book, since 0.1.0';

create type @extschema@.rfm_book_uuid;

create function @extschema@.rfm_book_uuid_in(pg_catalog.cstring) returns @extschema@.rfm_book_uuid
  immutable strict parallel safe cost 10000
  language c as 'MODULE_PATHNAME', 'crm_rfm_book_uuid_in';
comment on function @extschema@.rfm_book_uuid_in(pg_catalog.cstring) is
'Text input of type rfm_book_uuid (JSON). What is wrong is 22P02 and names the path.
Feature: book, since 0.1.0';

create function @extschema@.rfm_book_uuid_out(@extschema@.rfm_book_uuid) returns pg_catalog.cstring
  immutable strict parallel safe cost 10000
  language c as 'MODULE_PATHNAME', 'crm_rfm_book_uuid_out';
comment on function @extschema@.rfm_book_uuid_out(@extschema@.rfm_book_uuid) is
'Text output of type rfm_book_uuid: JSON, the customers in the order of their keys, lossless. A text of more than 1 GB is an error (54000).
Feature: book, since 0.1.0';

create function @extschema@.rfm_book_uuid_recv(pg_catalog.internal) returns @extschema@.rfm_book_uuid
  immutable strict parallel safe cost 5000
  language c as 'MODULE_PATHNAME', 'crm_rfm_book_uuid_recv';
comment on function @extschema@.rfm_book_uuid_recv(pg_catalog.internal) is
'Binary input of type rfm_book_uuid: a version, then the value in network order. What is wrong is 22P03.
Feature: book, since 0.1.0';

create function @extschema@.rfm_book_uuid_send(@extschema@.rfm_book_uuid) returns pg_catalog.bytea
  immutable strict parallel safe cost 5000
  language c as 'MODULE_PATHNAME', 'crm_rfm_book_uuid_send';
comment on function @extschema@.rfm_book_uuid_send(@extschema@.rfm_book_uuid) is
'Binary output of type rfm_book_uuid: a version, then the value in network order.
Feature: book, since 0.1.0';

create type @extschema@.rfm_book_uuid (
  input = @extschema@.rfm_book_uuid_in, output = @extschema@.rfm_book_uuid_out, receive = @extschema@.rfm_book_uuid_recv, send = @extschema@.rfm_book_uuid_send,
  internallength = variable, alignment = double, storage = external
);
comment on type @extschema@.rfm_book_uuid is
'The rfm summaries of many customers, each under his key of type uuid, in the order of the keys. Made by rfm_book_agg, added up by rfm_book_merge, read by rfm_book_rows and rfm_book_get. At most 1 GB. Stored without compression unless the column says otherwise. Text form: JSON.
Feature: book, since 0.1.0';

create function @extschema@.rfm_book_combine(@extschema@.rfm_book_uuid, @extschema@.rfm_book_uuid) returns @extschema@.rfm_book_uuid
  immutable parallel safe cost 1000
  language c as 'MODULE_PATHNAME', 'crm_rfm_book_uuid_combine';
comment on function @extschema@.rfm_book_combine(@extschema@.rfm_book_uuid, @extschema@.rfm_book_uuid) is
'Adds two values of type rfm_book_uuid up, customer by customer; NULL on either side gives the other. Combine function of its aggregates.
Feature: book, since 0.1.0';

create function @extschema@.rfm_book_final(@extschema@.rfm_book_uuid) returns @extschema@.rfm_book_uuid
  immutable strict parallel safe cost 1
  language c as 'MODULE_PATHNAME', 'crm_rfm_book_uuid_final';
comment on function @extschema@.rfm_book_final(@extschema@.rfm_book_uuid) is
'Final function of the aggregates of type rfm_book_uuid: gives the state as it is, without the copy that PostgreSQL 14 and 15 would make.
Feature: book, since 0.1.0';

create aggregate @extschema@.rfm_book_merge(@extschema@.rfm_book_uuid) (
  sfunc = @extschema@.rfm_book_combine, stype = @extschema@.rfm_book_uuid, combinefunc = @extschema@.rfm_book_combine,
  finalfunc = @extschema@.rfm_book_final, parallel = safe
);
comment on aggregate @extschema@.rfm_book_merge(@extschema@.rfm_book_uuid) is
'Adds up books, customer by customer: of partitions, of days. NULLs are skipped; no rows give NULL. Merging in any order gives the same bytes.
Feature: book, since 0.1.0';

create function @extschema@.rfm_book_customers(book @extschema@.rfm_book_uuid) returns pg_catalog.int8
  immutable strict parallel safe cost 1000
  language c as 'MODULE_PATHNAME', 'crm_rfm_book_uuid_customers';
comment on function @extschema@.rfm_book_customers(@extschema@.rfm_book_uuid) is
'Number of customers in a book.
Unit: customers
Feature: book, since 0.1.0';

create function @extschema@.rfm_book_get(book @extschema@.rfm_book_uuid, customer pg_catalog.uuid) returns @extschema@.rfm
  immutable strict parallel safe cost 10
  language c as 'MODULE_PATHNAME', 'crm_rfm_book_uuid_get';
comment on function @extschema@.rfm_book_get(@extschema@.rfm_book_uuid, pg_catalog.uuid) is
'The rfm summary of one customer of a book; NULL when he is not in it. A stored book is decoded once for the rows of a query that ask the same one.
Feature: book, since 0.1.0';

create function @extschema@.rfm_book_rows(book @extschema@.rfm_book_uuid, out customer pg_catalog.uuid, out rfm @extschema@.rfm) returns setof pg_catalog.record
  immutable strict parallel safe cost 150000 rows 10000 support @extschema@.book_rows_support
  language c as 'MODULE_PATHNAME', 'crm_rfm_book_uuid_rows';
comment on function @extschema@.rfm_book_rows(@extschema@.rfm_book_uuid) is
'A book as rows, in the order of the keys: each customer and the rfm summary. Use it in FROM. No rows for NULL.
Feature: book, since 0.1.0';

create function @extschema@.rfm_book_push(@extschema@.rfm_book_uuid, pg_catalog.uuid, pg_catalog.timestamptz, pg_catalog.numeric) returns @extschema@.rfm_book_uuid
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_rfm_book_uuid_push_at_numeric';
comment on function @extschema@.rfm_book_push(@extschema@.rfm_book_uuid, pg_catalog.uuid, pg_catalog.timestamptz, pg_catalog.numeric) is
'Transition function of rfm_book_agg: adds one row; a NULL in it is skipped.
Feature: book, since 0.1.0';

create aggregate @extschema@.rfm_book_agg(customer pg_catalog.uuid, at pg_catalog.timestamptz, amount pg_catalog.numeric) (
  sfunc = @extschema@.rfm_book_push, stype = @extschema@.rfm_book_uuid, combinefunc = @extschema@.rfm_book_combine,
  finalfunc = @extschema@.rfm_book_final, parallel = safe
);
comment on aggregate @extschema@.rfm_book_agg(pg_catalog.uuid, pg_catalog.timestamptz, pg_catalog.numeric) is
'Book of all customers, each under his key: each row is an event, with its instant and its amount, as for rfm_agg. Without GROUP BY, and faster than it: several times when there are many customers with many rows each. Amounts are summed exactly to 12 decimals; more round half to even. Rows with a NULL are skipped; no rows give NULL. A book above 1 GB is an error (54000).
Feature: book, since 0.1.0';

create function @extschema@.rfm_book_push(@extschema@.rfm_book_uuid, pg_catalog.uuid, pg_catalog.timestamptz, pg_catalog.float8) returns @extschema@.rfm_book_uuid
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_rfm_book_uuid_push_at_float8';
comment on function @extschema@.rfm_book_push(@extschema@.rfm_book_uuid, pg_catalog.uuid, pg_catalog.timestamptz, pg_catalog.float8) is
'Transition function of rfm_book_agg: adds one row; a NULL in it is skipped.
Feature: book, since 0.1.0';

create aggregate @extschema@.rfm_book_agg(customer pg_catalog.uuid, at pg_catalog.timestamptz, amount pg_catalog.float8) (
  sfunc = @extschema@.rfm_book_push, stype = @extschema@.rfm_book_uuid, combinefunc = @extschema@.rfm_book_combine,
  finalfunc = @extschema@.rfm_book_final, parallel = safe
);
comment on aggregate @extschema@.rfm_book_agg(pg_catalog.uuid, pg_catalog.timestamptz, pg_catalog.float8) is
'Book of all customers, each under his key: each row is an event, with its instant and its amount, as for rfm_agg. Without GROUP BY, and faster than it: several times when there are many customers with many rows each. Each amount is taken at its binary value, rounded half to even at 12 decimals, and then summed exactly. Rows with a NULL are skipped; no rows give NULL. A book above 1 GB is an error (54000).
Feature: book, since 0.1.0';

create function @extschema@.rfm_book_push(@extschema@.rfm_book_uuid, pg_catalog.uuid, pg_catalog.timestamptz, pg_catalog.int8) returns @extschema@.rfm_book_uuid
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_rfm_book_uuid_push_at_bigint';
comment on function @extschema@.rfm_book_push(@extschema@.rfm_book_uuid, pg_catalog.uuid, pg_catalog.timestamptz, pg_catalog.int8) is
'Transition function of rfm_book_agg: adds one row; a NULL in it is skipped.
Feature: book, since 0.1.0';

create aggregate @extschema@.rfm_book_agg(customer pg_catalog.uuid, at pg_catalog.timestamptz, amount pg_catalog.int8) (
  sfunc = @extschema@.rfm_book_push, stype = @extschema@.rfm_book_uuid, combinefunc = @extschema@.rfm_book_combine,
  finalfunc = @extschema@.rfm_book_final, parallel = safe
);
comment on aggregate @extschema@.rfm_book_agg(pg_catalog.uuid, pg_catalog.timestamptz, pg_catalog.int8) is
'Book of all customers, each under his key: each row is an event, with its instant and its amount, as for rfm_agg. Without GROUP BY, and faster than it: several times when there are many customers with many rows each. Whole amounts, such as minor units, are summed exactly. Rows with a NULL are skipped; no rows give NULL. A book above 1 GB is an error (54000).
Feature: book, since 0.1.0';

create function @extschema@.rfm_book_push(@extschema@.rfm_book_uuid, pg_catalog.uuid, pg_catalog.date, pg_catalog.numeric) returns @extschema@.rfm_book_uuid
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_rfm_book_uuid_push_on_numeric';
comment on function @extschema@.rfm_book_push(@extschema@.rfm_book_uuid, pg_catalog.uuid, pg_catalog.date, pg_catalog.numeric) is
'Transition function of rfm_book_agg: adds one row; a NULL in it is skipped.
Feature: book, since 0.1.0';

create aggregate @extschema@.rfm_book_agg(customer pg_catalog.uuid, day pg_catalog.date, amount pg_catalog.numeric) (
  sfunc = @extschema@.rfm_book_push, stype = @extschema@.rfm_book_uuid, combinefunc = @extschema@.rfm_book_combine,
  finalfunc = @extschema@.rfm_book_final, parallel = safe
);
comment on aggregate @extschema@.rfm_book_agg(pg_catalog.uuid, pg_catalog.date, pg_catalog.numeric) is
'Book of all customers, each under his key: each row is an event, with its day (it counts from 00:00 UTC of that day) and its amount, as for rfm_agg. Without GROUP BY, and faster than it: several times when there are many customers with many rows each. Amounts are summed exactly to 12 decimals; more round half to even. Rows with a NULL are skipped; no rows give NULL. A book above 1 GB is an error (54000).
Feature: book, since 0.1.0';

create function @extschema@.rfm_book_push(@extschema@.rfm_book_uuid, pg_catalog.uuid, pg_catalog.date, pg_catalog.float8) returns @extschema@.rfm_book_uuid
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_rfm_book_uuid_push_on_float8';
comment on function @extschema@.rfm_book_push(@extschema@.rfm_book_uuid, pg_catalog.uuid, pg_catalog.date, pg_catalog.float8) is
'Transition function of rfm_book_agg: adds one row; a NULL in it is skipped.
Feature: book, since 0.1.0';

create aggregate @extschema@.rfm_book_agg(customer pg_catalog.uuid, day pg_catalog.date, amount pg_catalog.float8) (
  sfunc = @extschema@.rfm_book_push, stype = @extschema@.rfm_book_uuid, combinefunc = @extschema@.rfm_book_combine,
  finalfunc = @extschema@.rfm_book_final, parallel = safe
);
comment on aggregate @extschema@.rfm_book_agg(pg_catalog.uuid, pg_catalog.date, pg_catalog.float8) is
'Book of all customers, each under his key: each row is an event, with its day (it counts from 00:00 UTC of that day) and its amount, as for rfm_agg. Without GROUP BY, and faster than it: several times when there are many customers with many rows each. Each amount is taken at its binary value, rounded half to even at 12 decimals, and then summed exactly. Rows with a NULL are skipped; no rows give NULL. A book above 1 GB is an error (54000).
Feature: book, since 0.1.0';

create function @extschema@.rfm_book_push(@extschema@.rfm_book_uuid, pg_catalog.uuid, pg_catalog.date, pg_catalog.int8) returns @extschema@.rfm_book_uuid
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_rfm_book_uuid_push_on_bigint';
comment on function @extschema@.rfm_book_push(@extschema@.rfm_book_uuid, pg_catalog.uuid, pg_catalog.date, pg_catalog.int8) is
'Transition function of rfm_book_agg: adds one row; a NULL in it is skipped.
Feature: book, since 0.1.0';

create aggregate @extschema@.rfm_book_agg(customer pg_catalog.uuid, day pg_catalog.date, amount pg_catalog.int8) (
  sfunc = @extschema@.rfm_book_push, stype = @extschema@.rfm_book_uuid, combinefunc = @extschema@.rfm_book_combine,
  finalfunc = @extschema@.rfm_book_final, parallel = safe
);
comment on aggregate @extschema@.rfm_book_agg(pg_catalog.uuid, pg_catalog.date, pg_catalog.int8) is
'Book of all customers, each under his key: each row is an event, with its day (it counts from 00:00 UTC of that day) and its amount, as for rfm_agg. Without GROUP BY, and faster than it: several times when there are many customers with many rows each. Whole amounts, such as minor units, are summed exactly. Rows with a NULL are skipped; no rows give NULL. A book above 1 GB is an error (54000).
Feature: book, since 0.1.0';

create type @extschema@.rfm_book_text;

create function @extschema@.rfm_book_text_in(pg_catalog.cstring) returns @extschema@.rfm_book_text
  immutable strict parallel safe cost 10000
  language c as 'MODULE_PATHNAME', 'crm_rfm_book_text_in';
comment on function @extschema@.rfm_book_text_in(pg_catalog.cstring) is
'Text input of type rfm_book_text (JSON). What is wrong is 22P02 and names the path.
Feature: book, since 0.1.0';

create function @extschema@.rfm_book_text_out(@extschema@.rfm_book_text) returns pg_catalog.cstring
  immutable strict parallel safe cost 10000
  language c as 'MODULE_PATHNAME', 'crm_rfm_book_text_out';
comment on function @extschema@.rfm_book_text_out(@extschema@.rfm_book_text) is
'Text output of type rfm_book_text: JSON, the customers in the order of their keys, lossless. A text of more than 1 GB is an error (54000).
Feature: book, since 0.1.0';

create function @extschema@.rfm_book_text_recv(pg_catalog.internal) returns @extschema@.rfm_book_text
  immutable strict parallel safe cost 5000
  language c as 'MODULE_PATHNAME', 'crm_rfm_book_text_recv';
comment on function @extschema@.rfm_book_text_recv(pg_catalog.internal) is
'Binary input of type rfm_book_text: a version, then the value in network order. What is wrong is 22P03.
Feature: book, since 0.1.0';

create function @extschema@.rfm_book_text_send(@extschema@.rfm_book_text) returns pg_catalog.bytea
  immutable strict parallel safe cost 5000
  language c as 'MODULE_PATHNAME', 'crm_rfm_book_text_send';
comment on function @extschema@.rfm_book_text_send(@extschema@.rfm_book_text) is
'Binary output of type rfm_book_text: a version, then the value in network order.
Feature: book, since 0.1.0';

create type @extschema@.rfm_book_text (
  input = @extschema@.rfm_book_text_in, output = @extschema@.rfm_book_text_out, receive = @extschema@.rfm_book_text_recv, send = @extschema@.rfm_book_text_send,
  internallength = variable, alignment = double, storage = external
);
comment on type @extschema@.rfm_book_text is
'The rfm summaries of many customers, each under his key of type text, in the order of the keys. Made by rfm_book_agg, added up by rfm_book_merge, read by rfm_book_rows and rfm_book_get. At most 1 GB. Stored without compression unless the column says otherwise. Text form: JSON.
Feature: book, since 0.1.0';

create function @extschema@.rfm_book_combine(@extschema@.rfm_book_text, @extschema@.rfm_book_text) returns @extschema@.rfm_book_text
  immutable parallel safe cost 1000
  language c as 'MODULE_PATHNAME', 'crm_rfm_book_text_combine';
comment on function @extschema@.rfm_book_combine(@extschema@.rfm_book_text, @extschema@.rfm_book_text) is
'Adds two values of type rfm_book_text up, customer by customer; NULL on either side gives the other. Combine function of its aggregates.
Feature: book, since 0.1.0';

create function @extschema@.rfm_book_final(@extschema@.rfm_book_text) returns @extschema@.rfm_book_text
  immutable strict parallel safe cost 1
  language c as 'MODULE_PATHNAME', 'crm_rfm_book_text_final';
comment on function @extschema@.rfm_book_final(@extschema@.rfm_book_text) is
'Final function of the aggregates of type rfm_book_text: gives the state as it is, without the copy that PostgreSQL 14 and 15 would make.
Feature: book, since 0.1.0';

create aggregate @extschema@.rfm_book_merge(@extschema@.rfm_book_text) (
  sfunc = @extschema@.rfm_book_combine, stype = @extschema@.rfm_book_text, combinefunc = @extschema@.rfm_book_combine,
  finalfunc = @extschema@.rfm_book_final, parallel = safe
);
comment on aggregate @extschema@.rfm_book_merge(@extschema@.rfm_book_text) is
'Adds up books, customer by customer: of partitions, of days. NULLs are skipped; no rows give NULL. Merging in any order gives the same bytes.
Feature: book, since 0.1.0';

create function @extschema@.rfm_book_customers(book @extschema@.rfm_book_text) returns pg_catalog.int8
  immutable strict parallel safe cost 1000
  language c as 'MODULE_PATHNAME', 'crm_rfm_book_text_customers';
comment on function @extschema@.rfm_book_customers(@extschema@.rfm_book_text) is
'Number of customers in a book.
Unit: customers
Feature: book, since 0.1.0';

create function @extschema@.rfm_book_get(book @extschema@.rfm_book_text, customer pg_catalog.text) returns @extschema@.rfm
  immutable strict parallel safe cost 10
  language c as 'MODULE_PATHNAME', 'crm_rfm_book_text_get';
comment on function @extschema@.rfm_book_get(@extschema@.rfm_book_text, pg_catalog.text) is
'The rfm summary of one customer of a book; NULL when he is not in it. A stored book is decoded once for the rows of a query that ask the same one.
Feature: book, since 0.1.0';

create function @extschema@.rfm_book_rows(book @extschema@.rfm_book_text, out customer pg_catalog.text, out rfm @extschema@.rfm) returns setof pg_catalog.record
  immutable strict parallel safe cost 150000 rows 10000 support @extschema@.book_rows_support
  language c as 'MODULE_PATHNAME', 'crm_rfm_book_text_rows';
comment on function @extschema@.rfm_book_rows(@extschema@.rfm_book_text) is
'A book as rows, in the order of the keys: each customer and the rfm summary. Use it in FROM. No rows for NULL.
Feature: book, since 0.1.0';

create function @extschema@.rfm_book_push(@extschema@.rfm_book_text, pg_catalog.text, pg_catalog.timestamptz, pg_catalog.numeric) returns @extschema@.rfm_book_text
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_rfm_book_text_push_at_numeric';
comment on function @extschema@.rfm_book_push(@extschema@.rfm_book_text, pg_catalog.text, pg_catalog.timestamptz, pg_catalog.numeric) is
'Transition function of rfm_book_agg: adds one row; a NULL in it is skipped.
Feature: book, since 0.1.0';

create aggregate @extschema@.rfm_book_agg(customer pg_catalog.text, at pg_catalog.timestamptz, amount pg_catalog.numeric) (
  sfunc = @extschema@.rfm_book_push, stype = @extschema@.rfm_book_text, combinefunc = @extschema@.rfm_book_combine,
  finalfunc = @extschema@.rfm_book_final, parallel = safe
);
comment on aggregate @extschema@.rfm_book_agg(pg_catalog.text, pg_catalog.timestamptz, pg_catalog.numeric) is
'Book of all customers, each under his key: each row is an event, with its instant and its amount, as for rfm_agg. Without GROUP BY, and faster than it: several times when there are many customers with many rows each. Amounts are summed exactly to 12 decimals; more round half to even. Rows with a NULL are skipped; no rows give NULL. A book above 1 GB is an error (54000).
Feature: book, since 0.1.0';

create function @extschema@.rfm_book_push(@extschema@.rfm_book_text, pg_catalog.text, pg_catalog.timestamptz, pg_catalog.float8) returns @extschema@.rfm_book_text
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_rfm_book_text_push_at_float8';
comment on function @extschema@.rfm_book_push(@extschema@.rfm_book_text, pg_catalog.text, pg_catalog.timestamptz, pg_catalog.float8) is
'Transition function of rfm_book_agg: adds one row; a NULL in it is skipped.
Feature: book, since 0.1.0';

create aggregate @extschema@.rfm_book_agg(customer pg_catalog.text, at pg_catalog.timestamptz, amount pg_catalog.float8) (
  sfunc = @extschema@.rfm_book_push, stype = @extschema@.rfm_book_text, combinefunc = @extschema@.rfm_book_combine,
  finalfunc = @extschema@.rfm_book_final, parallel = safe
);
comment on aggregate @extschema@.rfm_book_agg(pg_catalog.text, pg_catalog.timestamptz, pg_catalog.float8) is
'Book of all customers, each under his key: each row is an event, with its instant and its amount, as for rfm_agg. Without GROUP BY, and faster than it: several times when there are many customers with many rows each. Each amount is taken at its binary value, rounded half to even at 12 decimals, and then summed exactly. Rows with a NULL are skipped; no rows give NULL. A book above 1 GB is an error (54000).
Feature: book, since 0.1.0';

create function @extschema@.rfm_book_push(@extschema@.rfm_book_text, pg_catalog.text, pg_catalog.timestamptz, pg_catalog.int8) returns @extschema@.rfm_book_text
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_rfm_book_text_push_at_bigint';
comment on function @extschema@.rfm_book_push(@extschema@.rfm_book_text, pg_catalog.text, pg_catalog.timestamptz, pg_catalog.int8) is
'Transition function of rfm_book_agg: adds one row; a NULL in it is skipped.
Feature: book, since 0.1.0';

create aggregate @extschema@.rfm_book_agg(customer pg_catalog.text, at pg_catalog.timestamptz, amount pg_catalog.int8) (
  sfunc = @extschema@.rfm_book_push, stype = @extschema@.rfm_book_text, combinefunc = @extschema@.rfm_book_combine,
  finalfunc = @extschema@.rfm_book_final, parallel = safe
);
comment on aggregate @extschema@.rfm_book_agg(pg_catalog.text, pg_catalog.timestamptz, pg_catalog.int8) is
'Book of all customers, each under his key: each row is an event, with its instant and its amount, as for rfm_agg. Without GROUP BY, and faster than it: several times when there are many customers with many rows each. Whole amounts, such as minor units, are summed exactly. Rows with a NULL are skipped; no rows give NULL. A book above 1 GB is an error (54000).
Feature: book, since 0.1.0';

create function @extschema@.rfm_book_push(@extschema@.rfm_book_text, pg_catalog.text, pg_catalog.date, pg_catalog.numeric) returns @extschema@.rfm_book_text
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_rfm_book_text_push_on_numeric';
comment on function @extschema@.rfm_book_push(@extschema@.rfm_book_text, pg_catalog.text, pg_catalog.date, pg_catalog.numeric) is
'Transition function of rfm_book_agg: adds one row; a NULL in it is skipped.
Feature: book, since 0.1.0';

create aggregate @extschema@.rfm_book_agg(customer pg_catalog.text, day pg_catalog.date, amount pg_catalog.numeric) (
  sfunc = @extschema@.rfm_book_push, stype = @extschema@.rfm_book_text, combinefunc = @extschema@.rfm_book_combine,
  finalfunc = @extschema@.rfm_book_final, parallel = safe
);
comment on aggregate @extschema@.rfm_book_agg(pg_catalog.text, pg_catalog.date, pg_catalog.numeric) is
'Book of all customers, each under his key: each row is an event, with its day (it counts from 00:00 UTC of that day) and its amount, as for rfm_agg. Without GROUP BY, and faster than it: several times when there are many customers with many rows each. Amounts are summed exactly to 12 decimals; more round half to even. Rows with a NULL are skipped; no rows give NULL. A book above 1 GB is an error (54000).
Feature: book, since 0.1.0';

create function @extschema@.rfm_book_push(@extschema@.rfm_book_text, pg_catalog.text, pg_catalog.date, pg_catalog.float8) returns @extschema@.rfm_book_text
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_rfm_book_text_push_on_float8';
comment on function @extschema@.rfm_book_push(@extschema@.rfm_book_text, pg_catalog.text, pg_catalog.date, pg_catalog.float8) is
'Transition function of rfm_book_agg: adds one row; a NULL in it is skipped.
Feature: book, since 0.1.0';

create aggregate @extschema@.rfm_book_agg(customer pg_catalog.text, day pg_catalog.date, amount pg_catalog.float8) (
  sfunc = @extschema@.rfm_book_push, stype = @extschema@.rfm_book_text, combinefunc = @extschema@.rfm_book_combine,
  finalfunc = @extschema@.rfm_book_final, parallel = safe
);
comment on aggregate @extschema@.rfm_book_agg(pg_catalog.text, pg_catalog.date, pg_catalog.float8) is
'Book of all customers, each under his key: each row is an event, with its day (it counts from 00:00 UTC of that day) and its amount, as for rfm_agg. Without GROUP BY, and faster than it: several times when there are many customers with many rows each. Each amount is taken at its binary value, rounded half to even at 12 decimals, and then summed exactly. Rows with a NULL are skipped; no rows give NULL. A book above 1 GB is an error (54000).
Feature: book, since 0.1.0';

create function @extschema@.rfm_book_push(@extschema@.rfm_book_text, pg_catalog.text, pg_catalog.date, pg_catalog.int8) returns @extschema@.rfm_book_text
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_rfm_book_text_push_on_bigint';
comment on function @extschema@.rfm_book_push(@extschema@.rfm_book_text, pg_catalog.text, pg_catalog.date, pg_catalog.int8) is
'Transition function of rfm_book_agg: adds one row; a NULL in it is skipped.
Feature: book, since 0.1.0';

create aggregate @extschema@.rfm_book_agg(customer pg_catalog.text, day pg_catalog.date, amount pg_catalog.int8) (
  sfunc = @extschema@.rfm_book_push, stype = @extschema@.rfm_book_text, combinefunc = @extschema@.rfm_book_combine,
  finalfunc = @extschema@.rfm_book_final, parallel = safe
);
comment on aggregate @extschema@.rfm_book_agg(pg_catalog.text, pg_catalog.date, pg_catalog.int8) is
'Book of all customers, each under his key: each row is an event, with its day (it counts from 00:00 UTC of that day) and its amount, as for rfm_agg. Without GROUP BY, and faster than it: several times when there are many customers with many rows each. Whole amounts, such as minor units, are summed exactly. Rows with a NULL are skipped; no rows give NULL. A book above 1 GB is an error (54000).
Feature: book, since 0.1.0';

create type @extschema@.rfm_daily_book;

create function @extschema@.rfm_daily_book_in(pg_catalog.cstring) returns @extschema@.rfm_daily_book
  immutable strict parallel safe cost 10000
  language c as 'MODULE_PATHNAME', 'crm_rfm_daily_book_in';
comment on function @extschema@.rfm_daily_book_in(pg_catalog.cstring) is
'Text input of type rfm_daily_book (JSON). What is wrong is 22P02 and names the path.
Feature: book, since 0.1.0';

create function @extschema@.rfm_daily_book_out(@extschema@.rfm_daily_book) returns pg_catalog.cstring
  immutable strict parallel safe cost 10000
  language c as 'MODULE_PATHNAME', 'crm_rfm_daily_book_out';
comment on function @extschema@.rfm_daily_book_out(@extschema@.rfm_daily_book) is
'Text output of type rfm_daily_book: JSON, the customers in the order of their keys, lossless. A text of more than 1 GB is an error (54000).
Feature: book, since 0.1.0';

create function @extschema@.rfm_daily_book_recv(pg_catalog.internal) returns @extschema@.rfm_daily_book
  immutable strict parallel safe cost 5000
  language c as 'MODULE_PATHNAME', 'crm_rfm_daily_book_recv';
comment on function @extschema@.rfm_daily_book_recv(pg_catalog.internal) is
'Binary input of type rfm_daily_book: a version, then the value in network order. What is wrong is 22P03.
Feature: book, since 0.1.0';

create function @extschema@.rfm_daily_book_send(@extschema@.rfm_daily_book) returns pg_catalog.bytea
  immutable strict parallel safe cost 5000
  language c as 'MODULE_PATHNAME', 'crm_rfm_daily_book_send';
comment on function @extschema@.rfm_daily_book_send(@extschema@.rfm_daily_book) is
'Binary output of type rfm_daily_book: a version, then the value in network order.
Feature: book, since 0.1.0';

create type @extschema@.rfm_daily_book (
  input = @extschema@.rfm_daily_book_in, output = @extschema@.rfm_daily_book_out, receive = @extschema@.rfm_daily_book_recv, send = @extschema@.rfm_daily_book_send,
  internallength = variable, alignment = double, storage = external
);
comment on type @extschema@.rfm_daily_book is
'The days and the exact totals of many customers, each under his key of type bigint, in the order of the keys. Made by rfm_daily_book_agg, added up by rfm_daily_book_merge, read by rfm_daily_book_rows and rfm_daily_book_get. At most 1 GB. Stored without compression unless the column says otherwise. Text form: JSON.
Feature: book, since 0.1.0';

create function @extschema@.rfm_daily_book_combine(@extschema@.rfm_daily_book, @extschema@.rfm_daily_book) returns @extschema@.rfm_daily_book
  immutable parallel safe cost 1000
  language c as 'MODULE_PATHNAME', 'crm_rfm_daily_book_combine';
comment on function @extschema@.rfm_daily_book_combine(@extschema@.rfm_daily_book, @extschema@.rfm_daily_book) is
'Adds two values of type rfm_daily_book up, customer by customer; NULL on either side gives the other. Combine function of its aggregates.
Feature: book, since 0.1.0';

create function @extschema@.rfm_daily_book_final(@extschema@.rfm_daily_book) returns @extschema@.rfm_daily_book
  immutable strict parallel safe cost 1
  language c as 'MODULE_PATHNAME', 'crm_rfm_daily_book_final';
comment on function @extschema@.rfm_daily_book_final(@extschema@.rfm_daily_book) is
'Final function of the aggregates of type rfm_daily_book: gives the state as it is, without the copy that PostgreSQL 14 and 15 would make.
Feature: book, since 0.1.0';

create aggregate @extschema@.rfm_daily_book_merge(@extschema@.rfm_daily_book) (
  sfunc = @extschema@.rfm_daily_book_combine, stype = @extschema@.rfm_daily_book, combinefunc = @extschema@.rfm_daily_book_combine,
  finalfunc = @extschema@.rfm_daily_book_final, parallel = safe
);
comment on aggregate @extschema@.rfm_daily_book_merge(@extschema@.rfm_daily_book) is
'Adds up books, customer by customer: of partitions, of days. NULLs are skipped; no rows give NULL. Merging in any order gives the same bytes.
Feature: book, since 0.1.0';

create function @extschema@.rfm_daily_book_customers(book @extschema@.rfm_daily_book) returns pg_catalog.int8
  immutable strict parallel safe cost 1000
  language c as 'MODULE_PATHNAME', 'crm_rfm_daily_book_customers';
comment on function @extschema@.rfm_daily_book_customers(@extschema@.rfm_daily_book) is
'Number of customers in a book.
Unit: customers
Feature: book, since 0.1.0';

create function @extschema@.rfm_daily_book_get(book @extschema@.rfm_daily_book, customer pg_catalog.int8) returns @extschema@.rfm
  immutable strict parallel safe cost 10
  language c as 'MODULE_PATHNAME', 'crm_rfm_daily_book_get';
comment on function @extschema@.rfm_daily_book_get(@extschema@.rfm_daily_book, pg_catalog.int8) is
'An rfm summary whose frequency is the number of distinct days of one customer of a book; NULL when he is not in it. A stored book is decoded once for the rows of a query that ask the same one.
Feature: book, since 0.1.0';

create function @extschema@.rfm_daily_book_rows(book @extschema@.rfm_daily_book, out customer pg_catalog.int8, out rfm @extschema@.rfm) returns setof pg_catalog.record
  immutable strict parallel safe cost 150000 rows 10000 support @extschema@.book_rows_support
  language c as 'MODULE_PATHNAME', 'crm_rfm_daily_book_rows';
comment on function @extschema@.rfm_daily_book_rows(@extschema@.rfm_daily_book) is
'A book as rows, in the order of the keys: each customer and an rfm summary whose frequency is the number of distinct days. Use it in FROM. No rows for NULL.
Feature: book, since 0.1.0';

create function @extschema@.rfm_daily_book_push(@extschema@.rfm_daily_book, pg_catalog.int8, pg_catalog.timestamptz, pg_catalog.numeric) returns @extschema@.rfm_daily_book
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_rfm_daily_book_push_at_numeric';
comment on function @extschema@.rfm_daily_book_push(@extschema@.rfm_daily_book, pg_catalog.int8, pg_catalog.timestamptz, pg_catalog.numeric) is
'Transition function of rfm_daily_book_agg: adds one row; a NULL in it is skipped.
Feature: book, since 0.1.0';

create aggregate @extschema@.rfm_daily_book_agg(customer pg_catalog.int8, at pg_catalog.timestamptz, amount pg_catalog.numeric) (
  sfunc = @extschema@.rfm_daily_book_push, stype = @extschema@.rfm_daily_book, combinefunc = @extschema@.rfm_daily_book_combine,
  finalfunc = @extschema@.rfm_daily_book_final, parallel = safe
);
comment on aggregate @extschema@.rfm_daily_book_agg(pg_catalog.int8, pg_catalog.timestamptz, pg_catalog.numeric) is
'Book of all customers, each under his key: each row is an event, with its instant and its amount; a (UTC) day counts once, however many events it has. Without GROUP BY, and faster than it: several times when there are many customers with many rows each. Amounts are summed exactly to 12 decimals; more round half to even. Rows with a NULL are skipped; no rows give NULL. A book above 1 GB is an error (54000).
Feature: book, since 0.1.0';

create function @extschema@.rfm_daily_book_push(@extschema@.rfm_daily_book, pg_catalog.int8, pg_catalog.timestamptz, pg_catalog.float8) returns @extschema@.rfm_daily_book
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_rfm_daily_book_push_at_float8';
comment on function @extschema@.rfm_daily_book_push(@extschema@.rfm_daily_book, pg_catalog.int8, pg_catalog.timestamptz, pg_catalog.float8) is
'Transition function of rfm_daily_book_agg: adds one row; a NULL in it is skipped.
Feature: book, since 0.1.0';

create aggregate @extschema@.rfm_daily_book_agg(customer pg_catalog.int8, at pg_catalog.timestamptz, amount pg_catalog.float8) (
  sfunc = @extschema@.rfm_daily_book_push, stype = @extschema@.rfm_daily_book, combinefunc = @extschema@.rfm_daily_book_combine,
  finalfunc = @extschema@.rfm_daily_book_final, parallel = safe
);
comment on aggregate @extschema@.rfm_daily_book_agg(pg_catalog.int8, pg_catalog.timestamptz, pg_catalog.float8) is
'Book of all customers, each under his key: each row is an event, with its instant and its amount; a (UTC) day counts once, however many events it has. Without GROUP BY, and faster than it: several times when there are many customers with many rows each. Each amount is taken at its binary value, rounded half to even at 12 decimals, and then summed exactly. Rows with a NULL are skipped; no rows give NULL. A book above 1 GB is an error (54000).
Feature: book, since 0.1.0';

create function @extschema@.rfm_daily_book_push(@extschema@.rfm_daily_book, pg_catalog.int8, pg_catalog.timestamptz, pg_catalog.int8) returns @extschema@.rfm_daily_book
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_rfm_daily_book_push_at_bigint';
comment on function @extschema@.rfm_daily_book_push(@extschema@.rfm_daily_book, pg_catalog.int8, pg_catalog.timestamptz, pg_catalog.int8) is
'Transition function of rfm_daily_book_agg: adds one row; a NULL in it is skipped.
Feature: book, since 0.1.0';

create aggregate @extschema@.rfm_daily_book_agg(customer pg_catalog.int8, at pg_catalog.timestamptz, amount pg_catalog.int8) (
  sfunc = @extschema@.rfm_daily_book_push, stype = @extschema@.rfm_daily_book, combinefunc = @extschema@.rfm_daily_book_combine,
  finalfunc = @extschema@.rfm_daily_book_final, parallel = safe
);
comment on aggregate @extschema@.rfm_daily_book_agg(pg_catalog.int8, pg_catalog.timestamptz, pg_catalog.int8) is
'Book of all customers, each under his key: each row is an event, with its instant and its amount; a (UTC) day counts once, however many events it has. Without GROUP BY, and faster than it: several times when there are many customers with many rows each. Whole amounts, such as minor units, are summed exactly. Rows with a NULL are skipped; no rows give NULL. A book above 1 GB is an error (54000).
Feature: book, since 0.1.0';

create function @extschema@.rfm_daily_book_push(@extschema@.rfm_daily_book, pg_catalog.int8, pg_catalog.date, pg_catalog.numeric) returns @extschema@.rfm_daily_book
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_rfm_daily_book_push_on_numeric';
comment on function @extschema@.rfm_daily_book_push(@extschema@.rfm_daily_book, pg_catalog.int8, pg_catalog.date, pg_catalog.numeric) is
'Transition function of rfm_daily_book_agg: adds one row; a NULL in it is skipped.
Feature: book, since 0.1.0';

create aggregate @extschema@.rfm_daily_book_agg(customer pg_catalog.int8, day pg_catalog.date, amount pg_catalog.numeric) (
  sfunc = @extschema@.rfm_daily_book_push, stype = @extschema@.rfm_daily_book, combinefunc = @extschema@.rfm_daily_book_combine,
  finalfunc = @extschema@.rfm_daily_book_final, parallel = safe
);
comment on aggregate @extschema@.rfm_daily_book_agg(pg_catalog.int8, pg_catalog.date, pg_catalog.numeric) is
'Book of all customers, each under his key: each row is an event, with its day and its amount; a day counts once, however many events it has. Without GROUP BY, and faster than it: several times when there are many customers with many rows each. Amounts are summed exactly to 12 decimals; more round half to even. Rows with a NULL are skipped; no rows give NULL. A book above 1 GB is an error (54000).
Feature: book, since 0.1.0';

create function @extschema@.rfm_daily_book_push(@extschema@.rfm_daily_book, pg_catalog.int8, pg_catalog.date, pg_catalog.float8) returns @extschema@.rfm_daily_book
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_rfm_daily_book_push_on_float8';
comment on function @extschema@.rfm_daily_book_push(@extschema@.rfm_daily_book, pg_catalog.int8, pg_catalog.date, pg_catalog.float8) is
'Transition function of rfm_daily_book_agg: adds one row; a NULL in it is skipped.
Feature: book, since 0.1.0';

create aggregate @extschema@.rfm_daily_book_agg(customer pg_catalog.int8, day pg_catalog.date, amount pg_catalog.float8) (
  sfunc = @extschema@.rfm_daily_book_push, stype = @extschema@.rfm_daily_book, combinefunc = @extschema@.rfm_daily_book_combine,
  finalfunc = @extschema@.rfm_daily_book_final, parallel = safe
);
comment on aggregate @extschema@.rfm_daily_book_agg(pg_catalog.int8, pg_catalog.date, pg_catalog.float8) is
'Book of all customers, each under his key: each row is an event, with its day and its amount; a day counts once, however many events it has. Without GROUP BY, and faster than it: several times when there are many customers with many rows each. Each amount is taken at its binary value, rounded half to even at 12 decimals, and then summed exactly. Rows with a NULL are skipped; no rows give NULL. A book above 1 GB is an error (54000).
Feature: book, since 0.1.0';

create function @extschema@.rfm_daily_book_push(@extschema@.rfm_daily_book, pg_catalog.int8, pg_catalog.date, pg_catalog.int8) returns @extschema@.rfm_daily_book
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_rfm_daily_book_push_on_bigint';
comment on function @extschema@.rfm_daily_book_push(@extschema@.rfm_daily_book, pg_catalog.int8, pg_catalog.date, pg_catalog.int8) is
'Transition function of rfm_daily_book_agg: adds one row; a NULL in it is skipped.
Feature: book, since 0.1.0';

create aggregate @extschema@.rfm_daily_book_agg(customer pg_catalog.int8, day pg_catalog.date, amount pg_catalog.int8) (
  sfunc = @extschema@.rfm_daily_book_push, stype = @extschema@.rfm_daily_book, combinefunc = @extschema@.rfm_daily_book_combine,
  finalfunc = @extschema@.rfm_daily_book_final, parallel = safe
);
comment on aggregate @extschema@.rfm_daily_book_agg(pg_catalog.int8, pg_catalog.date, pg_catalog.int8) is
'Book of all customers, each under his key: each row is an event, with its day and its amount; a day counts once, however many events it has. Without GROUP BY, and faster than it: several times when there are many customers with many rows each. Whole amounts, such as minor units, are summed exactly. Rows with a NULL are skipped; no rows give NULL. A book above 1 GB is an error (54000).
Feature: book, since 0.1.0';

create type @extschema@.rfm_daily_book_uuid;

create function @extschema@.rfm_daily_book_uuid_in(pg_catalog.cstring) returns @extschema@.rfm_daily_book_uuid
  immutable strict parallel safe cost 10000
  language c as 'MODULE_PATHNAME', 'crm_rfm_daily_book_uuid_in';
comment on function @extschema@.rfm_daily_book_uuid_in(pg_catalog.cstring) is
'Text input of type rfm_daily_book_uuid (JSON). What is wrong is 22P02 and names the path.
Feature: book, since 0.1.0';

create function @extschema@.rfm_daily_book_uuid_out(@extschema@.rfm_daily_book_uuid) returns pg_catalog.cstring
  immutable strict parallel safe cost 10000
  language c as 'MODULE_PATHNAME', 'crm_rfm_daily_book_uuid_out';
comment on function @extschema@.rfm_daily_book_uuid_out(@extschema@.rfm_daily_book_uuid) is
'Text output of type rfm_daily_book_uuid: JSON, the customers in the order of their keys, lossless. A text of more than 1 GB is an error (54000).
Feature: book, since 0.1.0';

create function @extschema@.rfm_daily_book_uuid_recv(pg_catalog.internal) returns @extschema@.rfm_daily_book_uuid
  immutable strict parallel safe cost 5000
  language c as 'MODULE_PATHNAME', 'crm_rfm_daily_book_uuid_recv';
comment on function @extschema@.rfm_daily_book_uuid_recv(pg_catalog.internal) is
'Binary input of type rfm_daily_book_uuid: a version, then the value in network order. What is wrong is 22P03.
Feature: book, since 0.1.0';

create function @extschema@.rfm_daily_book_uuid_send(@extschema@.rfm_daily_book_uuid) returns pg_catalog.bytea
  immutable strict parallel safe cost 5000
  language c as 'MODULE_PATHNAME', 'crm_rfm_daily_book_uuid_send';
comment on function @extschema@.rfm_daily_book_uuid_send(@extschema@.rfm_daily_book_uuid) is
'Binary output of type rfm_daily_book_uuid: a version, then the value in network order.
Feature: book, since 0.1.0';

create type @extschema@.rfm_daily_book_uuid (
  input = @extschema@.rfm_daily_book_uuid_in, output = @extschema@.rfm_daily_book_uuid_out, receive = @extschema@.rfm_daily_book_uuid_recv, send = @extschema@.rfm_daily_book_uuid_send,
  internallength = variable, alignment = double, storage = external
);
comment on type @extschema@.rfm_daily_book_uuid is
'The days and the exact totals of many customers, each under his key of type uuid, in the order of the keys. Made by rfm_daily_book_agg, added up by rfm_daily_book_merge, read by rfm_daily_book_rows and rfm_daily_book_get. At most 1 GB. Stored without compression unless the column says otherwise. Text form: JSON.
Feature: book, since 0.1.0';

create function @extschema@.rfm_daily_book_combine(@extschema@.rfm_daily_book_uuid, @extschema@.rfm_daily_book_uuid) returns @extschema@.rfm_daily_book_uuid
  immutable parallel safe cost 1000
  language c as 'MODULE_PATHNAME', 'crm_rfm_daily_book_uuid_combine';
comment on function @extschema@.rfm_daily_book_combine(@extschema@.rfm_daily_book_uuid, @extschema@.rfm_daily_book_uuid) is
'Adds two values of type rfm_daily_book_uuid up, customer by customer; NULL on either side gives the other. Combine function of its aggregates.
Feature: book, since 0.1.0';

create function @extschema@.rfm_daily_book_final(@extschema@.rfm_daily_book_uuid) returns @extschema@.rfm_daily_book_uuid
  immutable strict parallel safe cost 1
  language c as 'MODULE_PATHNAME', 'crm_rfm_daily_book_uuid_final';
comment on function @extschema@.rfm_daily_book_final(@extschema@.rfm_daily_book_uuid) is
'Final function of the aggregates of type rfm_daily_book_uuid: gives the state as it is, without the copy that PostgreSQL 14 and 15 would make.
Feature: book, since 0.1.0';

create aggregate @extschema@.rfm_daily_book_merge(@extschema@.rfm_daily_book_uuid) (
  sfunc = @extschema@.rfm_daily_book_combine, stype = @extschema@.rfm_daily_book_uuid, combinefunc = @extschema@.rfm_daily_book_combine,
  finalfunc = @extschema@.rfm_daily_book_final, parallel = safe
);
comment on aggregate @extschema@.rfm_daily_book_merge(@extschema@.rfm_daily_book_uuid) is
'Adds up books, customer by customer: of partitions, of days. NULLs are skipped; no rows give NULL. Merging in any order gives the same bytes.
Feature: book, since 0.1.0';

create function @extschema@.rfm_daily_book_customers(book @extschema@.rfm_daily_book_uuid) returns pg_catalog.int8
  immutable strict parallel safe cost 1000
  language c as 'MODULE_PATHNAME', 'crm_rfm_daily_book_uuid_customers';
comment on function @extschema@.rfm_daily_book_customers(@extschema@.rfm_daily_book_uuid) is
'Number of customers in a book.
Unit: customers
Feature: book, since 0.1.0';

create function @extschema@.rfm_daily_book_get(book @extschema@.rfm_daily_book_uuid, customer pg_catalog.uuid) returns @extschema@.rfm
  immutable strict parallel safe cost 10
  language c as 'MODULE_PATHNAME', 'crm_rfm_daily_book_uuid_get';
comment on function @extschema@.rfm_daily_book_get(@extschema@.rfm_daily_book_uuid, pg_catalog.uuid) is
'An rfm summary whose frequency is the number of distinct days of one customer of a book; NULL when he is not in it. A stored book is decoded once for the rows of a query that ask the same one.
Feature: book, since 0.1.0';

create function @extschema@.rfm_daily_book_rows(book @extschema@.rfm_daily_book_uuid, out customer pg_catalog.uuid, out rfm @extschema@.rfm) returns setof pg_catalog.record
  immutable strict parallel safe cost 150000 rows 10000 support @extschema@.book_rows_support
  language c as 'MODULE_PATHNAME', 'crm_rfm_daily_book_uuid_rows';
comment on function @extschema@.rfm_daily_book_rows(@extschema@.rfm_daily_book_uuid) is
'A book as rows, in the order of the keys: each customer and an rfm summary whose frequency is the number of distinct days. Use it in FROM. No rows for NULL.
Feature: book, since 0.1.0';

create function @extschema@.rfm_daily_book_push(@extschema@.rfm_daily_book_uuid, pg_catalog.uuid, pg_catalog.timestamptz, pg_catalog.numeric) returns @extschema@.rfm_daily_book_uuid
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_rfm_daily_book_uuid_push_at_numeric';
comment on function @extschema@.rfm_daily_book_push(@extschema@.rfm_daily_book_uuid, pg_catalog.uuid, pg_catalog.timestamptz, pg_catalog.numeric) is
'Transition function of rfm_daily_book_agg: adds one row; a NULL in it is skipped.
Feature: book, since 0.1.0';

create aggregate @extschema@.rfm_daily_book_agg(customer pg_catalog.uuid, at pg_catalog.timestamptz, amount pg_catalog.numeric) (
  sfunc = @extschema@.rfm_daily_book_push, stype = @extschema@.rfm_daily_book_uuid, combinefunc = @extschema@.rfm_daily_book_combine,
  finalfunc = @extschema@.rfm_daily_book_final, parallel = safe
);
comment on aggregate @extschema@.rfm_daily_book_agg(pg_catalog.uuid, pg_catalog.timestamptz, pg_catalog.numeric) is
'Book of all customers, each under his key: each row is an event, with its instant and its amount; a (UTC) day counts once, however many events it has. Without GROUP BY, and faster than it: several times when there are many customers with many rows each. Amounts are summed exactly to 12 decimals; more round half to even. Rows with a NULL are skipped; no rows give NULL. A book above 1 GB is an error (54000).
Feature: book, since 0.1.0';

create function @extschema@.rfm_daily_book_push(@extschema@.rfm_daily_book_uuid, pg_catalog.uuid, pg_catalog.timestamptz, pg_catalog.float8) returns @extschema@.rfm_daily_book_uuid
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_rfm_daily_book_uuid_push_at_float8';
comment on function @extschema@.rfm_daily_book_push(@extschema@.rfm_daily_book_uuid, pg_catalog.uuid, pg_catalog.timestamptz, pg_catalog.float8) is
'Transition function of rfm_daily_book_agg: adds one row; a NULL in it is skipped.
Feature: book, since 0.1.0';

create aggregate @extschema@.rfm_daily_book_agg(customer pg_catalog.uuid, at pg_catalog.timestamptz, amount pg_catalog.float8) (
  sfunc = @extschema@.rfm_daily_book_push, stype = @extschema@.rfm_daily_book_uuid, combinefunc = @extschema@.rfm_daily_book_combine,
  finalfunc = @extschema@.rfm_daily_book_final, parallel = safe
);
comment on aggregate @extschema@.rfm_daily_book_agg(pg_catalog.uuid, pg_catalog.timestamptz, pg_catalog.float8) is
'Book of all customers, each under his key: each row is an event, with its instant and its amount; a (UTC) day counts once, however many events it has. Without GROUP BY, and faster than it: several times when there are many customers with many rows each. Each amount is taken at its binary value, rounded half to even at 12 decimals, and then summed exactly. Rows with a NULL are skipped; no rows give NULL. A book above 1 GB is an error (54000).
Feature: book, since 0.1.0';

create function @extschema@.rfm_daily_book_push(@extschema@.rfm_daily_book_uuid, pg_catalog.uuid, pg_catalog.timestamptz, pg_catalog.int8) returns @extschema@.rfm_daily_book_uuid
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_rfm_daily_book_uuid_push_at_bigint';
comment on function @extschema@.rfm_daily_book_push(@extschema@.rfm_daily_book_uuid, pg_catalog.uuid, pg_catalog.timestamptz, pg_catalog.int8) is
'Transition function of rfm_daily_book_agg: adds one row; a NULL in it is skipped.
Feature: book, since 0.1.0';

create aggregate @extschema@.rfm_daily_book_agg(customer pg_catalog.uuid, at pg_catalog.timestamptz, amount pg_catalog.int8) (
  sfunc = @extschema@.rfm_daily_book_push, stype = @extschema@.rfm_daily_book_uuid, combinefunc = @extschema@.rfm_daily_book_combine,
  finalfunc = @extschema@.rfm_daily_book_final, parallel = safe
);
comment on aggregate @extschema@.rfm_daily_book_agg(pg_catalog.uuid, pg_catalog.timestamptz, pg_catalog.int8) is
'Book of all customers, each under his key: each row is an event, with its instant and its amount; a (UTC) day counts once, however many events it has. Without GROUP BY, and faster than it: several times when there are many customers with many rows each. Whole amounts, such as minor units, are summed exactly. Rows with a NULL are skipped; no rows give NULL. A book above 1 GB is an error (54000).
Feature: book, since 0.1.0';

create function @extschema@.rfm_daily_book_push(@extschema@.rfm_daily_book_uuid, pg_catalog.uuid, pg_catalog.date, pg_catalog.numeric) returns @extschema@.rfm_daily_book_uuid
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_rfm_daily_book_uuid_push_on_numeric';
comment on function @extschema@.rfm_daily_book_push(@extschema@.rfm_daily_book_uuid, pg_catalog.uuid, pg_catalog.date, pg_catalog.numeric) is
'Transition function of rfm_daily_book_agg: adds one row; a NULL in it is skipped.
Feature: book, since 0.1.0';

create aggregate @extschema@.rfm_daily_book_agg(customer pg_catalog.uuid, day pg_catalog.date, amount pg_catalog.numeric) (
  sfunc = @extschema@.rfm_daily_book_push, stype = @extschema@.rfm_daily_book_uuid, combinefunc = @extschema@.rfm_daily_book_combine,
  finalfunc = @extschema@.rfm_daily_book_final, parallel = safe
);
comment on aggregate @extschema@.rfm_daily_book_agg(pg_catalog.uuid, pg_catalog.date, pg_catalog.numeric) is
'Book of all customers, each under his key: each row is an event, with its day and its amount; a day counts once, however many events it has. Without GROUP BY, and faster than it: several times when there are many customers with many rows each. Amounts are summed exactly to 12 decimals; more round half to even. Rows with a NULL are skipped; no rows give NULL. A book above 1 GB is an error (54000).
Feature: book, since 0.1.0';

create function @extschema@.rfm_daily_book_push(@extschema@.rfm_daily_book_uuid, pg_catalog.uuid, pg_catalog.date, pg_catalog.float8) returns @extschema@.rfm_daily_book_uuid
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_rfm_daily_book_uuid_push_on_float8';
comment on function @extschema@.rfm_daily_book_push(@extschema@.rfm_daily_book_uuid, pg_catalog.uuid, pg_catalog.date, pg_catalog.float8) is
'Transition function of rfm_daily_book_agg: adds one row; a NULL in it is skipped.
Feature: book, since 0.1.0';

create aggregate @extschema@.rfm_daily_book_agg(customer pg_catalog.uuid, day pg_catalog.date, amount pg_catalog.float8) (
  sfunc = @extschema@.rfm_daily_book_push, stype = @extschema@.rfm_daily_book_uuid, combinefunc = @extschema@.rfm_daily_book_combine,
  finalfunc = @extschema@.rfm_daily_book_final, parallel = safe
);
comment on aggregate @extschema@.rfm_daily_book_agg(pg_catalog.uuid, pg_catalog.date, pg_catalog.float8) is
'Book of all customers, each under his key: each row is an event, with its day and its amount; a day counts once, however many events it has. Without GROUP BY, and faster than it: several times when there are many customers with many rows each. Each amount is taken at its binary value, rounded half to even at 12 decimals, and then summed exactly. Rows with a NULL are skipped; no rows give NULL. A book above 1 GB is an error (54000).
Feature: book, since 0.1.0';

create function @extschema@.rfm_daily_book_push(@extschema@.rfm_daily_book_uuid, pg_catalog.uuid, pg_catalog.date, pg_catalog.int8) returns @extschema@.rfm_daily_book_uuid
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_rfm_daily_book_uuid_push_on_bigint';
comment on function @extschema@.rfm_daily_book_push(@extschema@.rfm_daily_book_uuid, pg_catalog.uuid, pg_catalog.date, pg_catalog.int8) is
'Transition function of rfm_daily_book_agg: adds one row; a NULL in it is skipped.
Feature: book, since 0.1.0';

create aggregate @extschema@.rfm_daily_book_agg(customer pg_catalog.uuid, day pg_catalog.date, amount pg_catalog.int8) (
  sfunc = @extschema@.rfm_daily_book_push, stype = @extschema@.rfm_daily_book_uuid, combinefunc = @extschema@.rfm_daily_book_combine,
  finalfunc = @extschema@.rfm_daily_book_final, parallel = safe
);
comment on aggregate @extschema@.rfm_daily_book_agg(pg_catalog.uuid, pg_catalog.date, pg_catalog.int8) is
'Book of all customers, each under his key: each row is an event, with its day and its amount; a day counts once, however many events it has. Without GROUP BY, and faster than it: several times when there are many customers with many rows each. Whole amounts, such as minor units, are summed exactly. Rows with a NULL are skipped; no rows give NULL. A book above 1 GB is an error (54000).
Feature: book, since 0.1.0';

create type @extschema@.rfm_daily_book_text;

create function @extschema@.rfm_daily_book_text_in(pg_catalog.cstring) returns @extschema@.rfm_daily_book_text
  immutable strict parallel safe cost 10000
  language c as 'MODULE_PATHNAME', 'crm_rfm_daily_book_text_in';
comment on function @extschema@.rfm_daily_book_text_in(pg_catalog.cstring) is
'Text input of type rfm_daily_book_text (JSON). What is wrong is 22P02 and names the path.
Feature: book, since 0.1.0';

create function @extschema@.rfm_daily_book_text_out(@extschema@.rfm_daily_book_text) returns pg_catalog.cstring
  immutable strict parallel safe cost 10000
  language c as 'MODULE_PATHNAME', 'crm_rfm_daily_book_text_out';
comment on function @extschema@.rfm_daily_book_text_out(@extschema@.rfm_daily_book_text) is
'Text output of type rfm_daily_book_text: JSON, the customers in the order of their keys, lossless. A text of more than 1 GB is an error (54000).
Feature: book, since 0.1.0';

create function @extschema@.rfm_daily_book_text_recv(pg_catalog.internal) returns @extschema@.rfm_daily_book_text
  immutable strict parallel safe cost 5000
  language c as 'MODULE_PATHNAME', 'crm_rfm_daily_book_text_recv';
comment on function @extschema@.rfm_daily_book_text_recv(pg_catalog.internal) is
'Binary input of type rfm_daily_book_text: a version, then the value in network order. What is wrong is 22P03.
Feature: book, since 0.1.0';

create function @extschema@.rfm_daily_book_text_send(@extschema@.rfm_daily_book_text) returns pg_catalog.bytea
  immutable strict parallel safe cost 5000
  language c as 'MODULE_PATHNAME', 'crm_rfm_daily_book_text_send';
comment on function @extschema@.rfm_daily_book_text_send(@extschema@.rfm_daily_book_text) is
'Binary output of type rfm_daily_book_text: a version, then the value in network order.
Feature: book, since 0.1.0';

create type @extschema@.rfm_daily_book_text (
  input = @extschema@.rfm_daily_book_text_in, output = @extschema@.rfm_daily_book_text_out, receive = @extschema@.rfm_daily_book_text_recv, send = @extschema@.rfm_daily_book_text_send,
  internallength = variable, alignment = double, storage = external
);
comment on type @extschema@.rfm_daily_book_text is
'The days and the exact totals of many customers, each under his key of type text, in the order of the keys. Made by rfm_daily_book_agg, added up by rfm_daily_book_merge, read by rfm_daily_book_rows and rfm_daily_book_get. At most 1 GB. Stored without compression unless the column says otherwise. Text form: JSON.
Feature: book, since 0.1.0';

create function @extschema@.rfm_daily_book_combine(@extschema@.rfm_daily_book_text, @extschema@.rfm_daily_book_text) returns @extschema@.rfm_daily_book_text
  immutable parallel safe cost 1000
  language c as 'MODULE_PATHNAME', 'crm_rfm_daily_book_text_combine';
comment on function @extschema@.rfm_daily_book_combine(@extschema@.rfm_daily_book_text, @extschema@.rfm_daily_book_text) is
'Adds two values of type rfm_daily_book_text up, customer by customer; NULL on either side gives the other. Combine function of its aggregates.
Feature: book, since 0.1.0';

create function @extschema@.rfm_daily_book_final(@extschema@.rfm_daily_book_text) returns @extschema@.rfm_daily_book_text
  immutable strict parallel safe cost 1
  language c as 'MODULE_PATHNAME', 'crm_rfm_daily_book_text_final';
comment on function @extschema@.rfm_daily_book_final(@extschema@.rfm_daily_book_text) is
'Final function of the aggregates of type rfm_daily_book_text: gives the state as it is, without the copy that PostgreSQL 14 and 15 would make.
Feature: book, since 0.1.0';

create aggregate @extschema@.rfm_daily_book_merge(@extschema@.rfm_daily_book_text) (
  sfunc = @extschema@.rfm_daily_book_combine, stype = @extschema@.rfm_daily_book_text, combinefunc = @extschema@.rfm_daily_book_combine,
  finalfunc = @extschema@.rfm_daily_book_final, parallel = safe
);
comment on aggregate @extschema@.rfm_daily_book_merge(@extschema@.rfm_daily_book_text) is
'Adds up books, customer by customer: of partitions, of days. NULLs are skipped; no rows give NULL. Merging in any order gives the same bytes.
Feature: book, since 0.1.0';

create function @extschema@.rfm_daily_book_customers(book @extschema@.rfm_daily_book_text) returns pg_catalog.int8
  immutable strict parallel safe cost 1000
  language c as 'MODULE_PATHNAME', 'crm_rfm_daily_book_text_customers';
comment on function @extschema@.rfm_daily_book_customers(@extschema@.rfm_daily_book_text) is
'Number of customers in a book.
Unit: customers
Feature: book, since 0.1.0';

create function @extschema@.rfm_daily_book_get(book @extschema@.rfm_daily_book_text, customer pg_catalog.text) returns @extschema@.rfm
  immutable strict parallel safe cost 10
  language c as 'MODULE_PATHNAME', 'crm_rfm_daily_book_text_get';
comment on function @extschema@.rfm_daily_book_get(@extschema@.rfm_daily_book_text, pg_catalog.text) is
'An rfm summary whose frequency is the number of distinct days of one customer of a book; NULL when he is not in it. A stored book is decoded once for the rows of a query that ask the same one.
Feature: book, since 0.1.0';

create function @extschema@.rfm_daily_book_rows(book @extschema@.rfm_daily_book_text, out customer pg_catalog.text, out rfm @extschema@.rfm) returns setof pg_catalog.record
  immutable strict parallel safe cost 150000 rows 10000 support @extschema@.book_rows_support
  language c as 'MODULE_PATHNAME', 'crm_rfm_daily_book_text_rows';
comment on function @extschema@.rfm_daily_book_rows(@extschema@.rfm_daily_book_text) is
'A book as rows, in the order of the keys: each customer and an rfm summary whose frequency is the number of distinct days. Use it in FROM. No rows for NULL.
Feature: book, since 0.1.0';

create function @extschema@.rfm_daily_book_push(@extschema@.rfm_daily_book_text, pg_catalog.text, pg_catalog.timestamptz, pg_catalog.numeric) returns @extschema@.rfm_daily_book_text
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_rfm_daily_book_text_push_at_numeric';
comment on function @extschema@.rfm_daily_book_push(@extschema@.rfm_daily_book_text, pg_catalog.text, pg_catalog.timestamptz, pg_catalog.numeric) is
'Transition function of rfm_daily_book_agg: adds one row; a NULL in it is skipped.
Feature: book, since 0.1.0';

create aggregate @extschema@.rfm_daily_book_agg(customer pg_catalog.text, at pg_catalog.timestamptz, amount pg_catalog.numeric) (
  sfunc = @extschema@.rfm_daily_book_push, stype = @extschema@.rfm_daily_book_text, combinefunc = @extschema@.rfm_daily_book_combine,
  finalfunc = @extschema@.rfm_daily_book_final, parallel = safe
);
comment on aggregate @extschema@.rfm_daily_book_agg(pg_catalog.text, pg_catalog.timestamptz, pg_catalog.numeric) is
'Book of all customers, each under his key: each row is an event, with its instant and its amount; a (UTC) day counts once, however many events it has. Without GROUP BY, and faster than it: several times when there are many customers with many rows each. Amounts are summed exactly to 12 decimals; more round half to even. Rows with a NULL are skipped; no rows give NULL. A book above 1 GB is an error (54000).
Feature: book, since 0.1.0';

create function @extschema@.rfm_daily_book_push(@extschema@.rfm_daily_book_text, pg_catalog.text, pg_catalog.timestamptz, pg_catalog.float8) returns @extschema@.rfm_daily_book_text
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_rfm_daily_book_text_push_at_float8';
comment on function @extschema@.rfm_daily_book_push(@extschema@.rfm_daily_book_text, pg_catalog.text, pg_catalog.timestamptz, pg_catalog.float8) is
'Transition function of rfm_daily_book_agg: adds one row; a NULL in it is skipped.
Feature: book, since 0.1.0';

create aggregate @extschema@.rfm_daily_book_agg(customer pg_catalog.text, at pg_catalog.timestamptz, amount pg_catalog.float8) (
  sfunc = @extschema@.rfm_daily_book_push, stype = @extschema@.rfm_daily_book_text, combinefunc = @extschema@.rfm_daily_book_combine,
  finalfunc = @extschema@.rfm_daily_book_final, parallel = safe
);
comment on aggregate @extschema@.rfm_daily_book_agg(pg_catalog.text, pg_catalog.timestamptz, pg_catalog.float8) is
'Book of all customers, each under his key: each row is an event, with its instant and its amount; a (UTC) day counts once, however many events it has. Without GROUP BY, and faster than it: several times when there are many customers with many rows each. Each amount is taken at its binary value, rounded half to even at 12 decimals, and then summed exactly. Rows with a NULL are skipped; no rows give NULL. A book above 1 GB is an error (54000).
Feature: book, since 0.1.0';

create function @extschema@.rfm_daily_book_push(@extschema@.rfm_daily_book_text, pg_catalog.text, pg_catalog.timestamptz, pg_catalog.int8) returns @extschema@.rfm_daily_book_text
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_rfm_daily_book_text_push_at_bigint';
comment on function @extschema@.rfm_daily_book_push(@extschema@.rfm_daily_book_text, pg_catalog.text, pg_catalog.timestamptz, pg_catalog.int8) is
'Transition function of rfm_daily_book_agg: adds one row; a NULL in it is skipped.
Feature: book, since 0.1.0';

create aggregate @extschema@.rfm_daily_book_agg(customer pg_catalog.text, at pg_catalog.timestamptz, amount pg_catalog.int8) (
  sfunc = @extschema@.rfm_daily_book_push, stype = @extschema@.rfm_daily_book_text, combinefunc = @extschema@.rfm_daily_book_combine,
  finalfunc = @extschema@.rfm_daily_book_final, parallel = safe
);
comment on aggregate @extschema@.rfm_daily_book_agg(pg_catalog.text, pg_catalog.timestamptz, pg_catalog.int8) is
'Book of all customers, each under his key: each row is an event, with its instant and its amount; a (UTC) day counts once, however many events it has. Without GROUP BY, and faster than it: several times when there are many customers with many rows each. Whole amounts, such as minor units, are summed exactly. Rows with a NULL are skipped; no rows give NULL. A book above 1 GB is an error (54000).
Feature: book, since 0.1.0';

create function @extschema@.rfm_daily_book_push(@extschema@.rfm_daily_book_text, pg_catalog.text, pg_catalog.date, pg_catalog.numeric) returns @extschema@.rfm_daily_book_text
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_rfm_daily_book_text_push_on_numeric';
comment on function @extschema@.rfm_daily_book_push(@extschema@.rfm_daily_book_text, pg_catalog.text, pg_catalog.date, pg_catalog.numeric) is
'Transition function of rfm_daily_book_agg: adds one row; a NULL in it is skipped.
Feature: book, since 0.1.0';

create aggregate @extschema@.rfm_daily_book_agg(customer pg_catalog.text, day pg_catalog.date, amount pg_catalog.numeric) (
  sfunc = @extschema@.rfm_daily_book_push, stype = @extschema@.rfm_daily_book_text, combinefunc = @extschema@.rfm_daily_book_combine,
  finalfunc = @extschema@.rfm_daily_book_final, parallel = safe
);
comment on aggregate @extschema@.rfm_daily_book_agg(pg_catalog.text, pg_catalog.date, pg_catalog.numeric) is
'Book of all customers, each under his key: each row is an event, with its day and its amount; a day counts once, however many events it has. Without GROUP BY, and faster than it: several times when there are many customers with many rows each. Amounts are summed exactly to 12 decimals; more round half to even. Rows with a NULL are skipped; no rows give NULL. A book above 1 GB is an error (54000).
Feature: book, since 0.1.0';

create function @extschema@.rfm_daily_book_push(@extschema@.rfm_daily_book_text, pg_catalog.text, pg_catalog.date, pg_catalog.float8) returns @extschema@.rfm_daily_book_text
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_rfm_daily_book_text_push_on_float8';
comment on function @extschema@.rfm_daily_book_push(@extschema@.rfm_daily_book_text, pg_catalog.text, pg_catalog.date, pg_catalog.float8) is
'Transition function of rfm_daily_book_agg: adds one row; a NULL in it is skipped.
Feature: book, since 0.1.0';

create aggregate @extschema@.rfm_daily_book_agg(customer pg_catalog.text, day pg_catalog.date, amount pg_catalog.float8) (
  sfunc = @extschema@.rfm_daily_book_push, stype = @extschema@.rfm_daily_book_text, combinefunc = @extschema@.rfm_daily_book_combine,
  finalfunc = @extschema@.rfm_daily_book_final, parallel = safe
);
comment on aggregate @extschema@.rfm_daily_book_agg(pg_catalog.text, pg_catalog.date, pg_catalog.float8) is
'Book of all customers, each under his key: each row is an event, with its day and its amount; a day counts once, however many events it has. Without GROUP BY, and faster than it: several times when there are many customers with many rows each. Each amount is taken at its binary value, rounded half to even at 12 decimals, and then summed exactly. Rows with a NULL are skipped; no rows give NULL. A book above 1 GB is an error (54000).
Feature: book, since 0.1.0';

create function @extschema@.rfm_daily_book_push(@extschema@.rfm_daily_book_text, pg_catalog.text, pg_catalog.date, pg_catalog.int8) returns @extschema@.rfm_daily_book_text
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_rfm_daily_book_text_push_on_bigint';
comment on function @extschema@.rfm_daily_book_push(@extschema@.rfm_daily_book_text, pg_catalog.text, pg_catalog.date, pg_catalog.int8) is
'Transition function of rfm_daily_book_agg: adds one row; a NULL in it is skipped.
Feature: book, since 0.1.0';

create aggregate @extschema@.rfm_daily_book_agg(customer pg_catalog.text, day pg_catalog.date, amount pg_catalog.int8) (
  sfunc = @extschema@.rfm_daily_book_push, stype = @extschema@.rfm_daily_book_text, combinefunc = @extschema@.rfm_daily_book_combine,
  finalfunc = @extschema@.rfm_daily_book_final, parallel = safe
);
comment on aggregate @extschema@.rfm_daily_book_agg(pg_catalog.text, pg_catalog.date, pg_catalog.int8) is
'Book of all customers, each under his key: each row is an event, with its day and its amount; a day counts once, however many events it has. Without GROUP BY, and faster than it: several times when there are many customers with many rows each. Whole amounts, such as minor units, are summed exactly. Rows with a NULL are skipped; no rows give NULL. A book above 1 GB is an error (54000).
Feature: book, since 0.1.0';

create type @extschema@.pnl_book;

create function @extschema@.pnl_book_in(pg_catalog.cstring) returns @extschema@.pnl_book
  immutable strict parallel safe cost 10000
  language c as 'MODULE_PATHNAME', 'crm_pnl_book_in';
comment on function @extschema@.pnl_book_in(pg_catalog.cstring) is
'Text input of type pnl_book (JSON). What is wrong is 22P02 and names the path.
Feature: book, since 0.1.0';

create function @extschema@.pnl_book_out(@extschema@.pnl_book) returns pg_catalog.cstring
  immutable strict parallel safe cost 10000
  language c as 'MODULE_PATHNAME', 'crm_pnl_book_out';
comment on function @extschema@.pnl_book_out(@extschema@.pnl_book) is
'Text output of type pnl_book: JSON, the customers in the order of their keys, lossless. A text of more than 1 GB is an error (54000).
Feature: book, since 0.1.0';

create function @extschema@.pnl_book_recv(pg_catalog.internal) returns @extschema@.pnl_book
  immutable strict parallel safe cost 5000
  language c as 'MODULE_PATHNAME', 'crm_pnl_book_recv';
comment on function @extschema@.pnl_book_recv(pg_catalog.internal) is
'Binary input of type pnl_book: a version, then the value in network order. What is wrong is 22P03.
Feature: book, since 0.1.0';

create function @extschema@.pnl_book_send(@extschema@.pnl_book) returns pg_catalog.bytea
  immutable strict parallel safe cost 5000
  language c as 'MODULE_PATHNAME', 'crm_pnl_book_send';
comment on function @extschema@.pnl_book_send(@extschema@.pnl_book) is
'Binary output of type pnl_book: a version, then the value in network order.
Feature: book, since 0.1.0';

create type @extschema@.pnl_book (
  input = @extschema@.pnl_book_in, output = @extschema@.pnl_book_out, receive = @extschema@.pnl_book_recv, send = @extschema@.pnl_book_send,
  internallength = variable, alignment = double, storage = external
);
comment on type @extschema@.pnl_book is
'The profit and loss by line of many customers, each under his key of type bigint, in the order of the keys. Made by pnl_book_agg, added up by pnl_book_merge, read by pnl_book_rows and pnl_book_get. At most 1 GB. Stored without compression unless the column says otherwise. Text form: JSON.
Feature: book, since 0.1.0';

create function @extschema@.pnl_book_combine(@extschema@.pnl_book, @extschema@.pnl_book) returns @extschema@.pnl_book
  immutable parallel safe cost 1000
  language c as 'MODULE_PATHNAME', 'crm_pnl_book_combine';
comment on function @extschema@.pnl_book_combine(@extschema@.pnl_book, @extschema@.pnl_book) is
'Adds two values of type pnl_book up, customer by customer; NULL on either side gives the other. Combine function of its aggregates.
Feature: book, since 0.1.0';

create function @extschema@.pnl_book_final(@extschema@.pnl_book) returns @extschema@.pnl_book
  immutable strict parallel safe cost 1
  language c as 'MODULE_PATHNAME', 'crm_pnl_book_final';
comment on function @extschema@.pnl_book_final(@extschema@.pnl_book) is
'Final function of the aggregates of type pnl_book: gives the state as it is, without the copy that PostgreSQL 14 and 15 would make.
Feature: book, since 0.1.0';

create aggregate @extschema@.pnl_book_merge(@extschema@.pnl_book) (
  sfunc = @extschema@.pnl_book_combine, stype = @extschema@.pnl_book, combinefunc = @extschema@.pnl_book_combine,
  finalfunc = @extschema@.pnl_book_final, parallel = safe
);
comment on aggregate @extschema@.pnl_book_merge(@extschema@.pnl_book) is
'Adds up books, customer by customer: of partitions, of days. NULLs are skipped; no rows give NULL. Merging in any order gives the same bytes.
Feature: book, since 0.1.0';

create function @extschema@.pnl_book_customers(book @extschema@.pnl_book) returns pg_catalog.int8
  immutable strict parallel safe cost 1000
  language c as 'MODULE_PATHNAME', 'crm_pnl_book_customers';
comment on function @extschema@.pnl_book_customers(@extschema@.pnl_book) is
'Number of customers in a book.
Unit: customers
Feature: book, since 0.1.0';

create function @extschema@.pnl_book_get(book @extschema@.pnl_book, customer pg_catalog.int8) returns @extschema@.pnl
  immutable strict parallel safe cost 10
  language c as 'MODULE_PATHNAME', 'crm_pnl_book_get';
comment on function @extschema@.pnl_book_get(@extschema@.pnl_book, pg_catalog.int8) is
'The profit and loss by line of one customer of a book; NULL when he is not in it. A stored book is decoded once for the rows of a query that ask the same one.
Feature: book, since 0.1.0';

create function @extschema@.pnl_book_rows(book @extschema@.pnl_book, out customer pg_catalog.int8, out pnl @extschema@.pnl) returns setof pg_catalog.record
  immutable strict parallel safe cost 150000 rows 10000 support @extschema@.book_rows_support
  language c as 'MODULE_PATHNAME', 'crm_pnl_book_rows';
comment on function @extschema@.pnl_book_rows(@extschema@.pnl_book) is
'A book as rows, in the order of the keys: each customer and the profit and loss by line. Use it in FROM. No rows for NULL.
Feature: book, since 0.1.0';

create function @extschema@.pnl_book_push(@extschema@.pnl_book, pg_catalog.int8, pg_catalog.text, pg_catalog.numeric) returns @extschema@.pnl_book
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_pnl_book_push_numeric';
comment on function @extschema@.pnl_book_push(@extschema@.pnl_book, pg_catalog.int8, pg_catalog.text, pg_catalog.numeric) is
'Transition function of pnl_book_agg: adds one row; a NULL in it is skipped.
Feature: book, since 0.1.0';

create aggregate @extschema@.pnl_book_agg(customer pg_catalog.int8, line pg_catalog.text, amount pg_catalog.numeric) (
  sfunc = @extschema@.pnl_book_push, stype = @extschema@.pnl_book, combinefunc = @extschema@.pnl_book_combine,
  finalfunc = @extschema@.pnl_book_final, parallel = safe
);
comment on aggregate @extschema@.pnl_book_agg(pg_catalog.int8, pg_catalog.text, pg_catalog.numeric) is
'Book of all customers, each under his key: each row is a posting, with its line and its amount, as for pnl_agg. Without GROUP BY, and faster than it: several times when there are many customers with many rows each. Amounts are summed exactly to 12 decimals; more round half to even. Rows with a NULL are skipped; no rows give NULL. A book above 1 GB is an error (54000).
Feature: book, since 0.1.0';

create function @extschema@.pnl_book_push(@extschema@.pnl_book, pg_catalog.int8, pg_catalog.text, pg_catalog.float8) returns @extschema@.pnl_book
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_pnl_book_push_float8';
comment on function @extschema@.pnl_book_push(@extschema@.pnl_book, pg_catalog.int8, pg_catalog.text, pg_catalog.float8) is
'Transition function of pnl_book_agg: adds one row; a NULL in it is skipped.
Feature: book, since 0.1.0';

create aggregate @extschema@.pnl_book_agg(customer pg_catalog.int8, line pg_catalog.text, amount pg_catalog.float8) (
  sfunc = @extschema@.pnl_book_push, stype = @extschema@.pnl_book, combinefunc = @extschema@.pnl_book_combine,
  finalfunc = @extschema@.pnl_book_final, parallel = safe
);
comment on aggregate @extschema@.pnl_book_agg(pg_catalog.int8, pg_catalog.text, pg_catalog.float8) is
'Book of all customers, each under his key: each row is a posting, with its line and its amount, as for pnl_agg. Without GROUP BY, and faster than it: several times when there are many customers with many rows each. Each amount is taken at its binary value, rounded half to even at 12 decimals, and then summed exactly. Rows with a NULL are skipped; no rows give NULL. A book above 1 GB is an error (54000).
Feature: book, since 0.1.0';

create function @extschema@.pnl_book_push(@extschema@.pnl_book, pg_catalog.int8, pg_catalog.text, pg_catalog.int8) returns @extschema@.pnl_book
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_pnl_book_push_bigint';
comment on function @extschema@.pnl_book_push(@extschema@.pnl_book, pg_catalog.int8, pg_catalog.text, pg_catalog.int8) is
'Transition function of pnl_book_agg: adds one row; a NULL in it is skipped.
Feature: book, since 0.1.0';

create aggregate @extschema@.pnl_book_agg(customer pg_catalog.int8, line pg_catalog.text, amount pg_catalog.int8) (
  sfunc = @extschema@.pnl_book_push, stype = @extschema@.pnl_book, combinefunc = @extschema@.pnl_book_combine,
  finalfunc = @extschema@.pnl_book_final, parallel = safe
);
comment on aggregate @extschema@.pnl_book_agg(pg_catalog.int8, pg_catalog.text, pg_catalog.int8) is
'Book of all customers, each under his key: each row is a posting, with its line and its amount, as for pnl_agg. Without GROUP BY, and faster than it: several times when there are many customers with many rows each. Whole amounts, such as minor units, are summed exactly. Rows with a NULL are skipped; no rows give NULL. A book above 1 GB is an error (54000).
Feature: book, since 0.1.0';

create type @extschema@.pnl_book_uuid;

create function @extschema@.pnl_book_uuid_in(pg_catalog.cstring) returns @extschema@.pnl_book_uuid
  immutable strict parallel safe cost 10000
  language c as 'MODULE_PATHNAME', 'crm_pnl_book_uuid_in';
comment on function @extschema@.pnl_book_uuid_in(pg_catalog.cstring) is
'Text input of type pnl_book_uuid (JSON). What is wrong is 22P02 and names the path.
Feature: book, since 0.1.0';

create function @extschema@.pnl_book_uuid_out(@extschema@.pnl_book_uuid) returns pg_catalog.cstring
  immutable strict parallel safe cost 10000
  language c as 'MODULE_PATHNAME', 'crm_pnl_book_uuid_out';
comment on function @extschema@.pnl_book_uuid_out(@extschema@.pnl_book_uuid) is
'Text output of type pnl_book_uuid: JSON, the customers in the order of their keys, lossless. A text of more than 1 GB is an error (54000).
Feature: book, since 0.1.0';

create function @extschema@.pnl_book_uuid_recv(pg_catalog.internal) returns @extschema@.pnl_book_uuid
  immutable strict parallel safe cost 5000
  language c as 'MODULE_PATHNAME', 'crm_pnl_book_uuid_recv';
comment on function @extschema@.pnl_book_uuid_recv(pg_catalog.internal) is
'Binary input of type pnl_book_uuid: a version, then the value in network order. What is wrong is 22P03.
Feature: book, since 0.1.0';

create function @extschema@.pnl_book_uuid_send(@extschema@.pnl_book_uuid) returns pg_catalog.bytea
  immutable strict parallel safe cost 5000
  language c as 'MODULE_PATHNAME', 'crm_pnl_book_uuid_send';
comment on function @extschema@.pnl_book_uuid_send(@extschema@.pnl_book_uuid) is
'Binary output of type pnl_book_uuid: a version, then the value in network order.
Feature: book, since 0.1.0';

create type @extschema@.pnl_book_uuid (
  input = @extschema@.pnl_book_uuid_in, output = @extschema@.pnl_book_uuid_out, receive = @extschema@.pnl_book_uuid_recv, send = @extschema@.pnl_book_uuid_send,
  internallength = variable, alignment = double, storage = external
);
comment on type @extschema@.pnl_book_uuid is
'The profit and loss by line of many customers, each under his key of type uuid, in the order of the keys. Made by pnl_book_agg, added up by pnl_book_merge, read by pnl_book_rows and pnl_book_get. At most 1 GB. Stored without compression unless the column says otherwise. Text form: JSON.
Feature: book, since 0.1.0';

create function @extschema@.pnl_book_combine(@extschema@.pnl_book_uuid, @extschema@.pnl_book_uuid) returns @extschema@.pnl_book_uuid
  immutable parallel safe cost 1000
  language c as 'MODULE_PATHNAME', 'crm_pnl_book_uuid_combine';
comment on function @extschema@.pnl_book_combine(@extschema@.pnl_book_uuid, @extschema@.pnl_book_uuid) is
'Adds two values of type pnl_book_uuid up, customer by customer; NULL on either side gives the other. Combine function of its aggregates.
Feature: book, since 0.1.0';

create function @extschema@.pnl_book_final(@extschema@.pnl_book_uuid) returns @extschema@.pnl_book_uuid
  immutable strict parallel safe cost 1
  language c as 'MODULE_PATHNAME', 'crm_pnl_book_uuid_final';
comment on function @extschema@.pnl_book_final(@extschema@.pnl_book_uuid) is
'Final function of the aggregates of type pnl_book_uuid: gives the state as it is, without the copy that PostgreSQL 14 and 15 would make.
Feature: book, since 0.1.0';

create aggregate @extschema@.pnl_book_merge(@extschema@.pnl_book_uuid) (
  sfunc = @extschema@.pnl_book_combine, stype = @extschema@.pnl_book_uuid, combinefunc = @extschema@.pnl_book_combine,
  finalfunc = @extschema@.pnl_book_final, parallel = safe
);
comment on aggregate @extschema@.pnl_book_merge(@extschema@.pnl_book_uuid) is
'Adds up books, customer by customer: of partitions, of days. NULLs are skipped; no rows give NULL. Merging in any order gives the same bytes.
Feature: book, since 0.1.0';

create function @extschema@.pnl_book_customers(book @extschema@.pnl_book_uuid) returns pg_catalog.int8
  immutable strict parallel safe cost 1000
  language c as 'MODULE_PATHNAME', 'crm_pnl_book_uuid_customers';
comment on function @extschema@.pnl_book_customers(@extschema@.pnl_book_uuid) is
'Number of customers in a book.
Unit: customers
Feature: book, since 0.1.0';

create function @extschema@.pnl_book_get(book @extschema@.pnl_book_uuid, customer pg_catalog.uuid) returns @extschema@.pnl
  immutable strict parallel safe cost 10
  language c as 'MODULE_PATHNAME', 'crm_pnl_book_uuid_get';
comment on function @extschema@.pnl_book_get(@extschema@.pnl_book_uuid, pg_catalog.uuid) is
'The profit and loss by line of one customer of a book; NULL when he is not in it. A stored book is decoded once for the rows of a query that ask the same one.
Feature: book, since 0.1.0';

create function @extschema@.pnl_book_rows(book @extschema@.pnl_book_uuid, out customer pg_catalog.uuid, out pnl @extschema@.pnl) returns setof pg_catalog.record
  immutable strict parallel safe cost 150000 rows 10000 support @extschema@.book_rows_support
  language c as 'MODULE_PATHNAME', 'crm_pnl_book_uuid_rows';
comment on function @extschema@.pnl_book_rows(@extschema@.pnl_book_uuid) is
'A book as rows, in the order of the keys: each customer and the profit and loss by line. Use it in FROM. No rows for NULL.
Feature: book, since 0.1.0';

create function @extschema@.pnl_book_push(@extschema@.pnl_book_uuid, pg_catalog.uuid, pg_catalog.text, pg_catalog.numeric) returns @extschema@.pnl_book_uuid
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_pnl_book_uuid_push_numeric';
comment on function @extschema@.pnl_book_push(@extschema@.pnl_book_uuid, pg_catalog.uuid, pg_catalog.text, pg_catalog.numeric) is
'Transition function of pnl_book_agg: adds one row; a NULL in it is skipped.
Feature: book, since 0.1.0';

create aggregate @extschema@.pnl_book_agg(customer pg_catalog.uuid, line pg_catalog.text, amount pg_catalog.numeric) (
  sfunc = @extschema@.pnl_book_push, stype = @extschema@.pnl_book_uuid, combinefunc = @extschema@.pnl_book_combine,
  finalfunc = @extschema@.pnl_book_final, parallel = safe
);
comment on aggregate @extschema@.pnl_book_agg(pg_catalog.uuid, pg_catalog.text, pg_catalog.numeric) is
'Book of all customers, each under his key: each row is a posting, with its line and its amount, as for pnl_agg. Without GROUP BY, and faster than it: several times when there are many customers with many rows each. Amounts are summed exactly to 12 decimals; more round half to even. Rows with a NULL are skipped; no rows give NULL. A book above 1 GB is an error (54000).
Feature: book, since 0.1.0';

create function @extschema@.pnl_book_push(@extschema@.pnl_book_uuid, pg_catalog.uuid, pg_catalog.text, pg_catalog.float8) returns @extschema@.pnl_book_uuid
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_pnl_book_uuid_push_float8';
comment on function @extschema@.pnl_book_push(@extschema@.pnl_book_uuid, pg_catalog.uuid, pg_catalog.text, pg_catalog.float8) is
'Transition function of pnl_book_agg: adds one row; a NULL in it is skipped.
Feature: book, since 0.1.0';

create aggregate @extschema@.pnl_book_agg(customer pg_catalog.uuid, line pg_catalog.text, amount pg_catalog.float8) (
  sfunc = @extschema@.pnl_book_push, stype = @extschema@.pnl_book_uuid, combinefunc = @extschema@.pnl_book_combine,
  finalfunc = @extschema@.pnl_book_final, parallel = safe
);
comment on aggregate @extschema@.pnl_book_agg(pg_catalog.uuid, pg_catalog.text, pg_catalog.float8) is
'Book of all customers, each under his key: each row is a posting, with its line and its amount, as for pnl_agg. Without GROUP BY, and faster than it: several times when there are many customers with many rows each. Each amount is taken at its binary value, rounded half to even at 12 decimals, and then summed exactly. Rows with a NULL are skipped; no rows give NULL. A book above 1 GB is an error (54000).
Feature: book, since 0.1.0';

create function @extschema@.pnl_book_push(@extschema@.pnl_book_uuid, pg_catalog.uuid, pg_catalog.text, pg_catalog.int8) returns @extschema@.pnl_book_uuid
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_pnl_book_uuid_push_bigint';
comment on function @extschema@.pnl_book_push(@extschema@.pnl_book_uuid, pg_catalog.uuid, pg_catalog.text, pg_catalog.int8) is
'Transition function of pnl_book_agg: adds one row; a NULL in it is skipped.
Feature: book, since 0.1.0';

create aggregate @extschema@.pnl_book_agg(customer pg_catalog.uuid, line pg_catalog.text, amount pg_catalog.int8) (
  sfunc = @extschema@.pnl_book_push, stype = @extschema@.pnl_book_uuid, combinefunc = @extschema@.pnl_book_combine,
  finalfunc = @extschema@.pnl_book_final, parallel = safe
);
comment on aggregate @extschema@.pnl_book_agg(pg_catalog.uuid, pg_catalog.text, pg_catalog.int8) is
'Book of all customers, each under his key: each row is a posting, with its line and its amount, as for pnl_agg. Without GROUP BY, and faster than it: several times when there are many customers with many rows each. Whole amounts, such as minor units, are summed exactly. Rows with a NULL are skipped; no rows give NULL. A book above 1 GB is an error (54000).
Feature: book, since 0.1.0';

create type @extschema@.pnl_book_text;

create function @extschema@.pnl_book_text_in(pg_catalog.cstring) returns @extschema@.pnl_book_text
  immutable strict parallel safe cost 10000
  language c as 'MODULE_PATHNAME', 'crm_pnl_book_text_in';
comment on function @extschema@.pnl_book_text_in(pg_catalog.cstring) is
'Text input of type pnl_book_text (JSON). What is wrong is 22P02 and names the path.
Feature: book, since 0.1.0';

create function @extschema@.pnl_book_text_out(@extschema@.pnl_book_text) returns pg_catalog.cstring
  immutable strict parallel safe cost 10000
  language c as 'MODULE_PATHNAME', 'crm_pnl_book_text_out';
comment on function @extschema@.pnl_book_text_out(@extschema@.pnl_book_text) is
'Text output of type pnl_book_text: JSON, the customers in the order of their keys, lossless. A text of more than 1 GB is an error (54000).
Feature: book, since 0.1.0';

create function @extschema@.pnl_book_text_recv(pg_catalog.internal) returns @extschema@.pnl_book_text
  immutable strict parallel safe cost 5000
  language c as 'MODULE_PATHNAME', 'crm_pnl_book_text_recv';
comment on function @extschema@.pnl_book_text_recv(pg_catalog.internal) is
'Binary input of type pnl_book_text: a version, then the value in network order. What is wrong is 22P03.
Feature: book, since 0.1.0';

create function @extschema@.pnl_book_text_send(@extschema@.pnl_book_text) returns pg_catalog.bytea
  immutable strict parallel safe cost 5000
  language c as 'MODULE_PATHNAME', 'crm_pnl_book_text_send';
comment on function @extschema@.pnl_book_text_send(@extschema@.pnl_book_text) is
'Binary output of type pnl_book_text: a version, then the value in network order.
Feature: book, since 0.1.0';

create type @extschema@.pnl_book_text (
  input = @extschema@.pnl_book_text_in, output = @extschema@.pnl_book_text_out, receive = @extschema@.pnl_book_text_recv, send = @extschema@.pnl_book_text_send,
  internallength = variable, alignment = double, storage = external
);
comment on type @extschema@.pnl_book_text is
'The profit and loss by line of many customers, each under his key of type text, in the order of the keys. Made by pnl_book_agg, added up by pnl_book_merge, read by pnl_book_rows and pnl_book_get. At most 1 GB. Stored without compression unless the column says otherwise. Text form: JSON.
Feature: book, since 0.1.0';

create function @extschema@.pnl_book_combine(@extschema@.pnl_book_text, @extschema@.pnl_book_text) returns @extschema@.pnl_book_text
  immutable parallel safe cost 1000
  language c as 'MODULE_PATHNAME', 'crm_pnl_book_text_combine';
comment on function @extschema@.pnl_book_combine(@extschema@.pnl_book_text, @extschema@.pnl_book_text) is
'Adds two values of type pnl_book_text up, customer by customer; NULL on either side gives the other. Combine function of its aggregates.
Feature: book, since 0.1.0';

create function @extschema@.pnl_book_final(@extschema@.pnl_book_text) returns @extschema@.pnl_book_text
  immutable strict parallel safe cost 1
  language c as 'MODULE_PATHNAME', 'crm_pnl_book_text_final';
comment on function @extschema@.pnl_book_final(@extschema@.pnl_book_text) is
'Final function of the aggregates of type pnl_book_text: gives the state as it is, without the copy that PostgreSQL 14 and 15 would make.
Feature: book, since 0.1.0';

create aggregate @extschema@.pnl_book_merge(@extschema@.pnl_book_text) (
  sfunc = @extschema@.pnl_book_combine, stype = @extschema@.pnl_book_text, combinefunc = @extschema@.pnl_book_combine,
  finalfunc = @extschema@.pnl_book_final, parallel = safe
);
comment on aggregate @extschema@.pnl_book_merge(@extschema@.pnl_book_text) is
'Adds up books, customer by customer: of partitions, of days. NULLs are skipped; no rows give NULL. Merging in any order gives the same bytes.
Feature: book, since 0.1.0';

create function @extschema@.pnl_book_customers(book @extschema@.pnl_book_text) returns pg_catalog.int8
  immutable strict parallel safe cost 1000
  language c as 'MODULE_PATHNAME', 'crm_pnl_book_text_customers';
comment on function @extschema@.pnl_book_customers(@extschema@.pnl_book_text) is
'Number of customers in a book.
Unit: customers
Feature: book, since 0.1.0';

create function @extschema@.pnl_book_get(book @extschema@.pnl_book_text, customer pg_catalog.text) returns @extschema@.pnl
  immutable strict parallel safe cost 10
  language c as 'MODULE_PATHNAME', 'crm_pnl_book_text_get';
comment on function @extschema@.pnl_book_get(@extschema@.pnl_book_text, pg_catalog.text) is
'The profit and loss by line of one customer of a book; NULL when he is not in it. A stored book is decoded once for the rows of a query that ask the same one.
Feature: book, since 0.1.0';

create function @extschema@.pnl_book_rows(book @extschema@.pnl_book_text, out customer pg_catalog.text, out pnl @extschema@.pnl) returns setof pg_catalog.record
  immutable strict parallel safe cost 150000 rows 10000 support @extschema@.book_rows_support
  language c as 'MODULE_PATHNAME', 'crm_pnl_book_text_rows';
comment on function @extschema@.pnl_book_rows(@extschema@.pnl_book_text) is
'A book as rows, in the order of the keys: each customer and the profit and loss by line. Use it in FROM. No rows for NULL.
Feature: book, since 0.1.0';

create function @extschema@.pnl_book_push(@extschema@.pnl_book_text, pg_catalog.text, pg_catalog.text, pg_catalog.numeric) returns @extschema@.pnl_book_text
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_pnl_book_text_push_numeric';
comment on function @extschema@.pnl_book_push(@extschema@.pnl_book_text, pg_catalog.text, pg_catalog.text, pg_catalog.numeric) is
'Transition function of pnl_book_agg: adds one row; a NULL in it is skipped.
Feature: book, since 0.1.0';

create aggregate @extschema@.pnl_book_agg(customer pg_catalog.text, line pg_catalog.text, amount pg_catalog.numeric) (
  sfunc = @extschema@.pnl_book_push, stype = @extschema@.pnl_book_text, combinefunc = @extschema@.pnl_book_combine,
  finalfunc = @extschema@.pnl_book_final, parallel = safe
);
comment on aggregate @extschema@.pnl_book_agg(pg_catalog.text, pg_catalog.text, pg_catalog.numeric) is
'Book of all customers, each under his key: each row is a posting, with its line and its amount, as for pnl_agg. Without GROUP BY, and faster than it: several times when there are many customers with many rows each. Amounts are summed exactly to 12 decimals; more round half to even. Rows with a NULL are skipped; no rows give NULL. A book above 1 GB is an error (54000).
Feature: book, since 0.1.0';

create function @extschema@.pnl_book_push(@extschema@.pnl_book_text, pg_catalog.text, pg_catalog.text, pg_catalog.float8) returns @extschema@.pnl_book_text
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_pnl_book_text_push_float8';
comment on function @extschema@.pnl_book_push(@extschema@.pnl_book_text, pg_catalog.text, pg_catalog.text, pg_catalog.float8) is
'Transition function of pnl_book_agg: adds one row; a NULL in it is skipped.
Feature: book, since 0.1.0';

create aggregate @extschema@.pnl_book_agg(customer pg_catalog.text, line pg_catalog.text, amount pg_catalog.float8) (
  sfunc = @extschema@.pnl_book_push, stype = @extschema@.pnl_book_text, combinefunc = @extschema@.pnl_book_combine,
  finalfunc = @extschema@.pnl_book_final, parallel = safe
);
comment on aggregate @extschema@.pnl_book_agg(pg_catalog.text, pg_catalog.text, pg_catalog.float8) is
'Book of all customers, each under his key: each row is a posting, with its line and its amount, as for pnl_agg. Without GROUP BY, and faster than it: several times when there are many customers with many rows each. Each amount is taken at its binary value, rounded half to even at 12 decimals, and then summed exactly. Rows with a NULL are skipped; no rows give NULL. A book above 1 GB is an error (54000).
Feature: book, since 0.1.0';

create function @extschema@.pnl_book_push(@extschema@.pnl_book_text, pg_catalog.text, pg_catalog.text, pg_catalog.int8) returns @extschema@.pnl_book_text
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_pnl_book_text_push_bigint';
comment on function @extschema@.pnl_book_push(@extschema@.pnl_book_text, pg_catalog.text, pg_catalog.text, pg_catalog.int8) is
'Transition function of pnl_book_agg: adds one row; a NULL in it is skipped.
Feature: book, since 0.1.0';

create aggregate @extschema@.pnl_book_agg(customer pg_catalog.text, line pg_catalog.text, amount pg_catalog.int8) (
  sfunc = @extschema@.pnl_book_push, stype = @extschema@.pnl_book_text, combinefunc = @extschema@.pnl_book_combine,
  finalfunc = @extschema@.pnl_book_final, parallel = safe
);
comment on aggregate @extschema@.pnl_book_agg(pg_catalog.text, pg_catalog.text, pg_catalog.int8) is
'Book of all customers, each under his key: each row is a posting, with its line and its amount, as for pnl_agg. Without GROUP BY, and faster than it: several times when there are many customers with many rows each. Whole amounts, such as minor units, are summed exactly. Rows with a NULL are skipped; no rows give NULL. A book above 1 GB is an error (54000).
Feature: book, since 0.1.0';

-- earnings: revenue line by line: commissions net of what others get, interest margins, trail fees, risk-adjusted return.


create function @extschema@.day_count_fraction(from_day pg_catalog.date, to_day pg_catalog.date, convention pg_catalog.text) returns pg_catalog.float8
  immutable strict parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_day_count_fraction';
comment on function @extschema@.day_count_fraction(pg_catalog.date, pg_catalog.date, pg_catalog.text) is
'The part of a year from a day (inclusive) to a day (exclusive), under a day-count convention: act/360, act/365 (fixed), act/act (ISDA: days in leap years over 366, the others over 365) or 30/360 (bond basis, ISDA 2006 4.16(f)). Another convention, or to_day before from_day, is an error (22023). NULL for a NULL.
Unit: years
Formula: ISDA 2006 definitions, 4.16
Feature: earnings, since 0.1.0';

create function @extschema@.margin_spread(
    balance pg_catalog.numeric, client_rate pg_catalog.float8, funding_rate pg_catalog.float8, from_day pg_catalog.date, to_day pg_catalog.date,
    convention pg_catalog.text)
  returns pg_catalog.numeric
  immutable strict parallel safe cost 15
  language c as 'MODULE_PATHNAME', 'crm_margin_spread';
comment on function @extschema@.margin_spread(pg_catalog.numeric, pg_catalog.float8, pg_catalog.float8, pg_catalog.date, pg_catalog.date, pg_catalog.text) is
'Margin interest above its funding: balance * (client_rate - funding_rate) * day_count_fraction(from_day, to_day, convention), exact, rounded half to even at 12 decimals. balance: what the client owes, positive. Rates are fractions of a year''s balance (0.0835), taken as the decimals they print as. NULL for a NULL.
Unit: currency of the amounts
Formula: balance * (client_rate - funding_rate) * years
Feature: earnings, since 0.1.0';

create function @extschema@.cash_spread(
    balance pg_catalog.numeric, earned_rate pg_catalog.float8, paid_rate pg_catalog.float8, from_day pg_catalog.date, to_day pg_catalog.date,
    convention pg_catalog.text)
  returns pg_catalog.numeric
  immutable strict parallel safe cost 15
  language c as 'MODULE_PATHNAME', 'crm_cash_spread';
comment on function @extschema@.cash_spread(pg_catalog.numeric, pg_catalog.float8, pg_catalog.float8, pg_catalog.date, pg_catalog.date, pg_catalog.text) is
'What client cash earns above what is paid on it: balance * (earned_rate - paid_rate) * day_count_fraction(from_day, to_day, convention), exact, rounded half to even at 12 decimals. With paid_rate 0 it is plain interest. Rates are fractions of a year''s balance (0.0175), taken as the decimals they print as. NULL for a NULL.
Unit: currency of the amounts
Formula: balance * (earned_rate - paid_rate) * years
Feature: earnings, since 0.1.0';

create function @extschema@.trail_fee(
    units pg_catalog.numeric, nav pg_catalog.numeric, rate pg_catalog.float8, share pg_catalog.float8, from_day pg_catalog.date, to_day pg_catalog.date,
    convention pg_catalog.text)
  returns pg_catalog.numeric
  immutable strict parallel safe cost 30
  language c as 'MODULE_PATHNAME', 'crm_trail_fee';
comment on function @extschema@.trail_fee(pg_catalog.numeric, pg_catalog.numeric, pg_catalog.float8, pg_catalog.float8, pg_catalog.date, pg_catalog.date, pg_catalog.text) is
'A distributor''s trail fee on a fund holding: units * nav * rate * share * day_count_fraction(from_day, to_day, convention), exact, rounded half to even at 12 decimals. rate: the yearly fee as a fraction (0.0075); share: the distributor''s part of it, 0 to 1 (22023). NULL for a NULL.
Unit: currency of the amounts
Formula: units * nav * rate * share * years
Feature: earnings, since 0.1.0';

create function @extschema@.ftp_margin(
    side pg_catalog.text, balance pg_catalog.numeric, client_rate pg_catalog.float8, ftp_rate pg_catalog.float8, from_day pg_catalog.date, to_day pg_catalog.date,
    convention pg_catalog.text)
  returns pg_catalog.numeric
  immutable strict parallel safe cost 15
  language c as 'MODULE_PATHNAME', 'crm_ftp_margin';
comment on function @extschema@.ftp_margin(pg_catalog.text, pg_catalog.numeric, pg_catalog.float8, pg_catalog.float8, pg_catalog.date, pg_catalog.date, pg_catalog.text) is
'Margin against the funds transfer price, exact, rounded half to even at 12 decimals. side loan: balance * (client_rate - ftp_rate) * part of a year; side deposit: balance * (ftp_rate - client_rate) * part of a year. Both balances are positive; another side is an error (22023). The margins of all customers and the result of the treasury centre add up to net interest income. NULL for a NULL.
Unit: currency of the amounts
Formula: loan: balance * (client_rate - ftp_rate) * years; deposit: balance * (ftp_rate - client_rate) * years
Feature: earnings, since 0.1.0';

create function @extschema@.expected_loss(pd pg_catalog.float8, lgd pg_catalog.float8, ead pg_catalog.numeric) returns pg_catalog.numeric
  immutable strict parallel safe cost 10
  language c as 'MODULE_PATHNAME', 'crm_expected_loss';
comment on function @extschema@.expected_loss(pg_catalog.float8, pg_catalog.float8, pg_catalog.numeric) is
'Expected loss: probability of default * loss given default * exposure at default, exact, rounded half to even at 12 decimals. pd and lgd from 0 to 1, ead not negative (22023). The period is that of the probability, as a rule a year. NULL for a NULL.
Unit: currency of the amounts
Formula: pd * lgd * ead
Feature: earnings, since 0.1.0';

create function @extschema@.raroc(
    margin pg_catalog.numeric, fees pg_catalog.numeric, operating_cost pg_catalog.numeric, expected_loss pg_catalog.numeric, economic_capital pg_catalog.numeric,
    tax_rate pg_catalog.float8 default 0, capital_benefit pg_catalog.numeric default 0)
  returns pg_catalog.float8
  immutable strict parallel safe cost 10
  language c as 'MODULE_PATHNAME', 'crm_raroc';
comment on function @extschema@.raroc(pg_catalog.numeric, pg_catalog.numeric, pg_catalog.numeric, pg_catalog.numeric, pg_catalog.numeric, pg_catalog.float8, pg_catalog.numeric) is
'Risk-adjusted return on capital, as a fraction: (margin + fees - operating_cost - expected_loss + capital_benefit) * (1 - tax_rate) / economic_capital, the float8 nearest to the exact quotient. Cost and loss are given as positive amounts; a negative cost, loss or capital, or a tax rate outside 0 to 1, is an error (22023). Without tax and capital benefit it is the RARORAC form, profit over capital. NULL where the economic capital is 0, and for a NULL.
Unit: fraction of the capital
Formula: (margin + fees - operating_cost - expected_loss + capital_benefit) * (1 - tax_rate) / economic_capital
Feature: earnings, since 0.1.0';

create function @extschema@.eva(
    margin pg_catalog.numeric, fees pg_catalog.numeric, operating_cost pg_catalog.numeric, expected_loss pg_catalog.numeric, economic_capital pg_catalog.numeric,
    hurdle_rate pg_catalog.float8, tax_rate pg_catalog.float8 default 0, capital_benefit pg_catalog.numeric default 0)
  returns pg_catalog.numeric
  immutable strict parallel safe cost 15
  language c as 'MODULE_PATHNAME', 'crm_eva';
comment on function @extschema@.eva(pg_catalog.numeric, pg_catalog.numeric, pg_catalog.numeric, pg_catalog.numeric, pg_catalog.numeric, pg_catalog.float8, pg_catalog.float8, pg_catalog.numeric) is
'Economic value added: (margin + fees - operating_cost - expected_loss + capital_benefit) * (1 - tax_rate) - hurdle_rate * economic_capital, exact, rounded half to even at 12 decimals. Positive where raroc is above the hurdle rate. Cost and loss are given as positive amounts; a negative cost, loss or capital, or a hurdle rate or tax rate outside 0 to 1, is an error (22023). NULL for a NULL.
Unit: currency of the amounts
Formula: (margin + fees - operating_cost - expected_loss + capital_benefit) * (1 - tax_rate) - hurdle_rate * economic_capital
Feature: earnings, since 0.1.0';

create function @extschema@.net_commission(
    turnover pg_catalog.numeric, side pg_catalog.text, day pg_catalog.date, schedule pg_catalog.jsonb,
    rate pg_catalog.float8 default null, commission pg_catalog.numeric default null)
  returns pg_catalog.numeric
  immutable parallel safe cost 10
  language c as 'MODULE_PATHNAME', 'crm_net_commission';
comment on function @extschema@.net_commission(pg_catalog.numeric, pg_catalog.text, pg_catalog.date, pg_catalog.jsonb, pg_catalog.float8, pg_catalog.numeric) is
'What the broker keeps of an order (side buy or sell): the commission, raised to the schedule''s minimum, less the charges that he bears. Stamp duty and whatever else the client bears is collected for others and does not count. Each fee is rounded half up to the schedule''s decimals. rate: agreed with the client, 0 to 1; NULL for the schedule''s. commission: what was charged; NULL to reckon it. turnover 0 is an order that was not executed; a negative one, or a day before the schedule''s first, is an error (22023). NULL for a NULL in another argument.
Unit: currency of the turnover
Formula: the greater of turnover * rate and the minimum, less the charges that the broker bears
Feature: earnings, since 0.1.0';

create function @extschema@.net_commission_explain(
    turnover pg_catalog.numeric, side pg_catalog.text, day pg_catalog.date, schedule pg_catalog.jsonb,
    rate pg_catalog.float8 default null, commission pg_catalog.numeric default null, language pg_catalog.text default null,
    out item pg_catalog.text, out label pg_catalog.text, out rate pg_catalog.numeric, out amount pg_catalog.numeric, out effect pg_catalog.numeric)
  returns setof pg_catalog.record
  immutable parallel safe cost 300 rows 5
  language c as 'MODULE_PATHNAME', 'crm_net_commission_explain';
comment on function @extschema@.net_commission_explain(pg_catalog.numeric, pg_catalog.text, pg_catalog.date, pg_catalog.jsonb, pg_catalog.float8, pg_catalog.numeric, pg_catalog.text) is
'The parts of net_commission, whose effects add up to it exactly: the commission by its rate, what the minimum adds, and each charge of this side with its amount; effect is 0 for what is collected for others. The rate is NULL where the amount is not reckoned by one. language: of the labels; NULL gives the names. No rows for a NULL in a required argument.
Unit: rate: share of the turnover; amount, effect: currency of the turnover
Formula: the greater of turnover * rate and the minimum, less the charges that the broker bears
Feature: earnings, since 0.1.0';

create function @extschema@.fee_schedule_check(schedule pg_catalog.jsonb, out path pg_catalog.text, out problem pg_catalog.text)
  returns setof pg_catalog.record
  immutable strict parallel safe cost 2000 rows 1
  language c as 'MODULE_PATHNAME', 'crm_fee_schedule_check';
comment on function @extschema@.fee_schedule_check(pg_catalog.jsonb) is
'Every problem of a fee schedule with its JSON path; no rows when the schedule is valid.
Feature: earnings, since 0.1.0';

create function @extschema@.fee_schedule_example() returns pg_catalog.jsonb
  immutable parallel safe cost 500
  language c as 'MODULE_PATHNAME', 'crm_fee_schedule_example';
comment on function @extschema@.fee_schedule_example() is
'A worked fee schedule: Chinese A-shares in two periods, labels in English and Chinese. Example data: compare every rate with its source, edit it and keep it in a table.
Feature: earnings, since 0.1.0';

-- cost: what serving a customer costs: time-driven activity-based costing, tied to the ledger.


create type @extschema@.cost_to_serve;

create function @extschema@.cost_to_serve_in(pg_catalog.cstring) returns @extschema@.cost_to_serve
  immutable strict parallel safe cost 200
  language c as 'MODULE_PATHNAME', 'crm_cost_to_serve_in';
comment on function @extschema@.cost_to_serve_in(pg_catalog.cstring) is
'Text input of type cost_to_serve (JSON). What is wrong is 22P02 and names the path.
Feature: cost, since 0.1.0';

create function @extschema@.cost_to_serve_out(@extschema@.cost_to_serve) returns pg_catalog.cstring
  immutable strict parallel safe cost 200
  language c as 'MODULE_PATHNAME', 'crm_cost_to_serve_out';
comment on function @extschema@.cost_to_serve_out(@extschema@.cost_to_serve) is
'Text output of type cost_to_serve: JSON with sorted keys, lossless.
Feature: cost, since 0.1.0';

create function @extschema@.cost_to_serve_recv(pg_catalog.internal) returns @extschema@.cost_to_serve
  immutable strict parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_cost_to_serve_recv';
comment on function @extschema@.cost_to_serve_recv(pg_catalog.internal) is
'Binary input of type cost_to_serve: a version, then the value in network order. What is wrong is 22P03.
Feature: cost, since 0.1.0';

create function @extschema@.cost_to_serve_send(@extschema@.cost_to_serve) returns pg_catalog.bytea
  immutable strict parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_cost_to_serve_send';
comment on function @extschema@.cost_to_serve_send(@extschema@.cost_to_serve) is
'Binary output of type cost_to_serve: a version, then the value in network order.
Feature: cost, since 0.1.0';

create type @extschema@.cost_to_serve (
  input = @extschema@.cost_to_serve_in, output = @extschema@.cost_to_serve_out, receive = @extschema@.cost_to_serve_recv, send = @extschema@.cost_to_serve_send,
  internallength = variable, alignment = double, storage = extended
);
comment on type @extschema@.cost_to_serve is
'What was done for a customer: exact quantities by activity and channel. Made by cost_to_serve_agg, added up by cost_to_serve_merge, costed under a model by cost_to_serve and cost_to_serve_explain, read by activity_quantities. Text form: JSON.
Feature: cost, since 0.1.0';

create function @extschema@.cost_to_serve_combine(@extschema@.cost_to_serve, @extschema@.cost_to_serve) returns @extschema@.cost_to_serve
  immutable parallel safe cost 150
  language c as 'MODULE_PATHNAME', 'crm_cost_to_serve_combine';
comment on function @extschema@.cost_to_serve_combine(@extschema@.cost_to_serve, @extschema@.cost_to_serve) is
'Adds two values of type cost_to_serve up; NULL on either side gives the other. Combine function of its aggregates.
Feature: cost, since 0.1.0';

create aggregate @extschema@.cost_to_serve_merge(@extschema@.cost_to_serve) (
  sfunc = @extschema@.cost_to_serve_combine, stype = @extschema@.cost_to_serve, combinefunc = @extschema@.cost_to_serve_combine, parallel = safe
);
comment on aggregate @extschema@.cost_to_serve_merge(@extschema@.cost_to_serve) is
'Adds up cost_to_serve summaries, activity by activity and channel by channel: of days, of the customers of a branch, of everybody for cost_reconciliation. NULLs are skipped; no rows give NULL. Merging in any order gives the same bytes.
Feature: cost, since 0.1.0';

create function @extschema@.cost_to_serve_push(@extschema@.cost_to_serve, pg_catalog.text, pg_catalog.numeric) returns @extschema@.cost_to_serve
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_cost_to_serve_push_numeric';
comment on function @extschema@.cost_to_serve_push(@extschema@.cost_to_serve, pg_catalog.text, pg_catalog.numeric) is
'Transition function of cost_to_serve_agg: adds one quantity to an activity; a NULL in it is skipped.
Feature: cost, since 0.1.0';

create aggregate @extschema@.cost_to_serve_agg(activity pg_catalog.text, quantity pg_catalog.numeric) (
  sfunc = @extschema@.cost_to_serve_push, stype = @extschema@.cost_to_serve, combinefunc = @extschema@.cost_to_serve_combine, parallel = safe
);
comment on aggregate @extschema@.cost_to_serve_agg(pg_catalog.text, pg_catalog.numeric) is
'Exact quantities by activity. Quantities are summed exactly to 12 decimals; more round half to even. A quantity counts units of the activity in the cost model (calls, orders, minutes); a negative one takes back what was counted before. Rows with a NULL are skipped; no rows give NULL. An empty name is an error (22023), so is a name of more than 400 bytes, or more than 65536 activities and channels (54000), and a quantity or a sum that is NaN, infinite or above 1.7e26 in magnitude (22003).
Feature: cost, since 0.1.0';

create function @extschema@.cost_to_serve_push(@extschema@.cost_to_serve, pg_catalog.text, pg_catalog.float8) returns @extschema@.cost_to_serve
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_cost_to_serve_push_float8';
comment on function @extschema@.cost_to_serve_push(@extschema@.cost_to_serve, pg_catalog.text, pg_catalog.float8) is
'Transition function of cost_to_serve_agg: adds one quantity to an activity; a NULL in it is skipped.
Feature: cost, since 0.1.0';

create aggregate @extschema@.cost_to_serve_agg(activity pg_catalog.text, quantity pg_catalog.float8) (
  sfunc = @extschema@.cost_to_serve_push, stype = @extschema@.cost_to_serve, combinefunc = @extschema@.cost_to_serve_combine, parallel = safe
);
comment on aggregate @extschema@.cost_to_serve_agg(pg_catalog.text, pg_catalog.float8) is
'Exact quantities by activity. Each quantity is taken at its binary value, rounded half to even at 12 decimals, and then summed exactly: the result does not depend on row order. A quantity counts units of the activity in the cost model (calls, orders, minutes); a negative one takes back what was counted before. Rows with a NULL are skipped; no rows give NULL. An empty name is an error (22023), so is a name of more than 400 bytes, or more than 65536 activities and channels (54000), and a quantity or a sum that is NaN, infinite or above 1.7e26 in magnitude (22003).
Feature: cost, since 0.1.0';

create function @extschema@.cost_to_serve_push(@extschema@.cost_to_serve, pg_catalog.text, pg_catalog.int8) returns @extschema@.cost_to_serve
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_cost_to_serve_push_bigint';
comment on function @extschema@.cost_to_serve_push(@extschema@.cost_to_serve, pg_catalog.text, pg_catalog.int8) is
'Transition function of cost_to_serve_agg: adds one quantity to an activity; a NULL in it is skipped.
Feature: cost, since 0.1.0';

create aggregate @extschema@.cost_to_serve_agg(activity pg_catalog.text, quantity pg_catalog.int8) (
  sfunc = @extschema@.cost_to_serve_push, stype = @extschema@.cost_to_serve, combinefunc = @extschema@.cost_to_serve_combine, parallel = safe
);
comment on aggregate @extschema@.cost_to_serve_agg(pg_catalog.text, pg_catalog.int8) is
'Exact quantities by activity, of whole numbers. A quantity counts units of the activity in the cost model (calls, orders, minutes); a negative one takes back what was counted before. Rows with a NULL are skipped; no rows give NULL. An empty name is an error (22023), so is a name of more than 400 bytes, or more than 65536 activities and channels (54000).
Feature: cost, since 0.1.0';

create function @extschema@.cost_to_serve_push(@extschema@.cost_to_serve, pg_catalog.text, pg_catalog.text, pg_catalog.numeric) returns @extschema@.cost_to_serve
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_cost_to_serve_push_channel_numeric';
comment on function @extschema@.cost_to_serve_push(@extschema@.cost_to_serve, pg_catalog.text, pg_catalog.text, pg_catalog.numeric) is
'Transition function of cost_to_serve_agg: adds one quantity to an activity; a NULL activity or quantity is skipped, a NULL channel is none.
Feature: cost, since 0.1.0';

create aggregate @extschema@.cost_to_serve_agg(activity pg_catalog.text, channel pg_catalog.text, quantity pg_catalog.numeric) (
  sfunc = @extschema@.cost_to_serve_push, stype = @extschema@.cost_to_serve, combinefunc = @extschema@.cost_to_serve_combine, parallel = safe
);
comment on aggregate @extschema@.cost_to_serve_agg(pg_catalog.text, pg_catalog.text, pg_catalog.numeric) is
'Exact quantities by activity and channel. Quantities are summed exactly to 12 decimals; more round half to even. A quantity counts units of the activity in the cost model (calls, orders, minutes); a negative one takes back what was counted before. NULL in channel: done through no channel, which takes the minutes of the model as they are. Rows with a NULL activity or quantity are skipped; no rows give NULL. An empty name is an error (22023), so is a name of more than 400 bytes, or more than 65536 activities and channels (54000), and a quantity or a sum that is NaN, infinite or above 1.7e26 in magnitude (22003).
Feature: cost, since 0.1.0';

create function @extschema@.cost_to_serve_push(@extschema@.cost_to_serve, pg_catalog.text, pg_catalog.text, pg_catalog.float8) returns @extschema@.cost_to_serve
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_cost_to_serve_push_channel_float8';
comment on function @extschema@.cost_to_serve_push(@extschema@.cost_to_serve, pg_catalog.text, pg_catalog.text, pg_catalog.float8) is
'Transition function of cost_to_serve_agg: adds one quantity to an activity; a NULL activity or quantity is skipped, a NULL channel is none.
Feature: cost, since 0.1.0';

create aggregate @extschema@.cost_to_serve_agg(activity pg_catalog.text, channel pg_catalog.text, quantity pg_catalog.float8) (
  sfunc = @extschema@.cost_to_serve_push, stype = @extschema@.cost_to_serve, combinefunc = @extschema@.cost_to_serve_combine, parallel = safe
);
comment on aggregate @extschema@.cost_to_serve_agg(pg_catalog.text, pg_catalog.text, pg_catalog.float8) is
'Exact quantities by activity and channel. Each quantity is taken at its binary value, rounded half to even at 12 decimals, and then summed exactly: the result does not depend on row order. A quantity counts units of the activity in the cost model (calls, orders, minutes); a negative one takes back what was counted before. NULL in channel: done through no channel, which takes the minutes of the model as they are. Rows with a NULL activity or quantity are skipped; no rows give NULL. An empty name is an error (22023), so is a name of more than 400 bytes, or more than 65536 activities and channels (54000), and a quantity or a sum that is NaN, infinite or above 1.7e26 in magnitude (22003).
Feature: cost, since 0.1.0';

create function @extschema@.cost_to_serve_push(@extschema@.cost_to_serve, pg_catalog.text, pg_catalog.text, pg_catalog.int8) returns @extschema@.cost_to_serve
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_cost_to_serve_push_channel_bigint';
comment on function @extschema@.cost_to_serve_push(@extschema@.cost_to_serve, pg_catalog.text, pg_catalog.text, pg_catalog.int8) is
'Transition function of cost_to_serve_agg: adds one quantity to an activity; a NULL activity or quantity is skipped, a NULL channel is none.
Feature: cost, since 0.1.0';

create aggregate @extschema@.cost_to_serve_agg(activity pg_catalog.text, channel pg_catalog.text, quantity pg_catalog.int8) (
  sfunc = @extschema@.cost_to_serve_push, stype = @extschema@.cost_to_serve, combinefunc = @extschema@.cost_to_serve_combine, parallel = safe
);
comment on aggregate @extschema@.cost_to_serve_agg(pg_catalog.text, pg_catalog.text, pg_catalog.int8) is
'Exact quantities by activity and channel, of whole numbers. A quantity counts units of the activity in the cost model (calls, orders, minutes); a negative one takes back what was counted before. NULL in channel: done through no channel, which takes the minutes of the model as they are. Rows with a NULL activity or quantity are skipped; no rows give NULL. An empty name is an error (22023), so is a name of more than 400 bytes, or more than 65536 activities and channels (54000).
Feature: cost, since 0.1.0';

create function @extschema@.activity_quantities(summary @extschema@.cost_to_serve)
  returns table (activity pg_catalog.text, channel pg_catalog.text, quantity pg_catalog.numeric)
  immutable strict parallel safe cost 100 rows 10
  language c as 'MODULE_PATHNAME', 'crm_activity_quantities';
comment on function @extschema@.activity_quantities(@extschema@.cost_to_serve) is
'The exact quantities of a cost_to_serve summary by activity and channel, in the order of the names byte by byte (the collation "C"). channel is NULL for what was done through none.
Unit: quantity: units of the activity
Feature: cost, since 0.1.0';

create function @extschema@.cost_to_serve(summary @extschema@.cost_to_serve, model pg_catalog.jsonb) returns pg_catalog.numeric
  immutable strict parallel safe cost 20
  language c as 'MODULE_PATHNAME', 'crm_cost_to_serve';
comment on function @extschema@.cost_to_serve(@extschema@.cost_to_serve, pg_catalog.jsonb) is
'What was done, at the unit costs of a cost model (time-driven activity-based costing, Kaplan and Anderson 2004), in the currency of its ledger. The unit cost of an activity in a pool is minutes x channel factor (to 12 decimals) x ledger / practical capacity, or the price, rounded half to even to unit_cost_decimals; a cost is quantity x unit cost, exact while both have no more than 12 decimals together. Costs of customers therefore add up exactly to the cost of all. NULL for a NULL. An activity or a channel that the model does not have is an error (22023).
Unit: currency of the ledger
Formula: time-driven activity-based costing (Kaplan, Anderson 2004)
Feature: cost, since 0.1.0';

create function @extschema@.cost_to_serve_explain(
    summary @extschema@.cost_to_serve, model pg_catalog.jsonb, language pg_catalog.text default null,
    out activity pg_catalog.text, out activity_label pg_catalog.text, out channel pg_catalog.text, out channel_label pg_catalog.text,
    out driver pg_catalog.text, out pool pg_catalog.text, out pool_label pg_catalog.text, out quantity pg_catalog.numeric,
    out unit_minutes pg_catalog.numeric, out minutes pg_catalog.numeric, out unit_cost pg_catalog.numeric, out cost pg_catalog.numeric)
  returns setof pg_catalog.record
  immutable parallel safe cost 300 rows 20
  language c as 'MODULE_PATHNAME', 'crm_cost_to_serve_explain';
comment on function @extschema@.cost_to_serve_explain(@extschema@.cost_to_serve, pg_catalog.jsonb, pg_catalog.text) is
'What cost_to_serve is the sum of, exactly: a row for each activity, channel and pool, with the quantity, the minutes that one unit takes (times the factor of the channel) and all of them, the rounded unit cost and the cost. driver: what one unit is, as the model says. NULL: channel of what was done through none, minutes of what has a price. language: of the labels; NULL gives the names. No rows for a NULL summary or model.
Unit: quantity: units of the activity; unit_minutes, minutes: minutes; unit_cost: currency of the ledger, a unit; cost: currency of the ledger
Formula: time-driven activity-based costing (Kaplan, Anderson 2004)
Feature: cost, since 0.1.0';

create function @extschema@.activity_cost(
    model pg_catalog.jsonb, activity pg_catalog.text, quantity pg_catalog.numeric, channel pg_catalog.text default null)
  returns pg_catalog.numeric
  immutable parallel safe cost 10
  language c as 'MODULE_PATHNAME', 'crm_activity_cost';
comment on function @extschema@.activity_cost(pg_catalog.jsonb, pg_catalog.text, pg_catalog.numeric, pg_catalog.text) is
'Cost of a quantity of one activity under a cost model, exactly as cost_to_serve has it, in the currency of the ledger. channel: NULL for none. NULL for a NULL model, activity or quantity. An activity or a channel that the model does not have is an error (22023).
Unit: currency of the ledger
Formula: time-driven activity-based costing (Kaplan, Anderson 2004)
Feature: cost, since 0.1.0';

create function @extschema@.capacity_cost_rate(model pg_catalog.jsonb, pool pg_catalog.text) returns pg_catalog.numeric
  immutable strict parallel safe cost 10
  language c as 'MODULE_PATHNAME', 'crm_capacity_cost_rate';
comment on function @extschema@.capacity_cost_rate(pg_catalog.jsonb, pg_catalog.text) is
'Capacity cost rate of a pool: ledger / practical capacity, the cost of one minute, half to even at 12 decimals (Kaplan and Anderson 2004). Unit costs are calculated from the exact rate, not from this one. NULL for a pool without a capacity, whose services have a price, and for a NULL. A pool that the model does not have is an error (22023).
Unit: currency of the ledger, a minute
Formula: time-driven activity-based costing (Kaplan, Anderson 2004)
Feature: cost, since 0.1.0';

create function @extschema@.unit_costs(
    model pg_catalog.jsonb, language pg_catalog.text default null,
    out activity pg_catalog.text, out activity_label pg_catalog.text, out channel pg_catalog.text, out channel_label pg_catalog.text,
    out driver pg_catalog.text, out pool pg_catalog.text, out pool_label pg_catalog.text, out unit_minutes pg_catalog.numeric,
    out unit_cost pg_catalog.numeric)
  returns setof pg_catalog.record
  immutable parallel safe cost 2000 rows 50
  language c as 'MODULE_PATHNAME', 'crm_unit_costs';
comment on function @extschema@.unit_costs(pg_catalog.jsonb, pg_catalog.text) is
'The rate card of a cost model: what one unit of every activity takes and costs in each pool, without a channel (channel NULL) and through each channel, in the order of the model. unit_minutes is NULL for what has a price. language: of the labels; NULL gives the names. No rows for a NULL model.
Unit: unit_minutes: minutes, a unit; unit_cost: currency of the ledger, a unit
Formula: time-driven activity-based costing (Kaplan, Anderson 2004)
Feature: cost, since 0.1.0';

create function @extschema@.cost_reconciliation(
    summary @extschema@.cost_to_serve, model pg_catalog.jsonb, language pg_catalog.text default null,
    out pool pg_catalog.text, out label pg_catalog.text, out rate pg_catalog.numeric, out supplied_minutes pg_catalog.numeric,
    out used_minutes pg_catalog.numeric, out unused_minutes pg_catalog.numeric, out overused_minutes pg_catalog.numeric,
    out supplied pg_catalog.numeric, out used pg_catalog.numeric, out unused pg_catalog.numeric, out overused pg_catalog.numeric,
    out rounding pg_catalog.numeric)
  returns setof pg_catalog.record
  immutable parallel safe cost 500 rows 10
  language c as 'MODULE_PATHNAME', 'crm_cost_reconciliation';
comment on function @extschema@.cost_reconciliation(@extschema@.cost_to_serve, pg_catalog.jsonb, pg_catalog.text) is
'What customers are charged of each pool, against what the ledger has for it: a row for each pool of the model, of the summary of everybody (cost_to_serve_merge). used + unused - overused = supplied exactly, in money and in minutes; used is exactly what customers are charged while the decimals of each quantity and unit_cost_decimals are at most 12 together; beyond, as can be with float8 quantities, the two may differ at the twelfth decimal. Unused capacity is charged to nobody. rounding: by how much rounded unit costs moved used, which is used - used_minutes x ledger / capacity. rate and minutes are NULL for a pool without a capacity. language: of the label; NULL gives the name. No rows for a NULL summary or model.
Unit: rate: currency of the ledger, a minute; supplied_minutes, used_minutes, unused_minutes, overused_minutes: minutes; supplied, used, unused, overused, rounding: currency of the ledger
Formula: time-driven activity-based costing (Kaplan, Anderson 2004)
Feature: cost, since 0.1.0';

create function @extschema@.cost_model_check(model pg_catalog.jsonb, out path pg_catalog.text, out problem pg_catalog.text)
  returns setof pg_catalog.record
  immutable strict parallel safe cost 2000 rows 1
  language c as 'MODULE_PATHNAME', 'crm_cost_model_check';
comment on function @extschema@.cost_model_check(pg_catalog.jsonb) is
'Every problem of a cost model with its JSON path; no rows when the model is valid.
Feature: cost, since 0.1.0';

create function @extschema@.cost_model_example() returns pg_catalog.jsonb
  immutable parallel safe cost 500
  language c as 'MODULE_PATHNAME', 'crm_cost_model_example';
comment on function @extschema@.cost_model_example() is
'A worked cost model: the month of a broker with four pools, four activities and three channels, labels in English and Chinese. Copy it into a table and edit it.
Feature: cost, since 0.1.0';

-- concentration: who makes the profit: shares, Lorenz and whale curves of a value over customers.


create type @extschema@.concentration;

create function @extschema@.concentration_in(pg_catalog.cstring) returns @extschema@.concentration
  immutable strict parallel safe cost 200
  language c as 'MODULE_PATHNAME', 'crm_concentration_in';
comment on function @extschema@.concentration_in(pg_catalog.cstring) is
'Text input of type concentration (JSON). What is wrong is 22P02 and names the path.
Feature: concentration, since 0.1.0';

create function @extschema@.concentration_out(@extschema@.concentration) returns pg_catalog.cstring
  immutable strict parallel safe cost 200
  language c as 'MODULE_PATHNAME', 'crm_concentration_out';
comment on function @extschema@.concentration_out(@extschema@.concentration) is
'Text output of type concentration: JSON with sorted keys, lossless.
Feature: concentration, since 0.1.0';

create function @extschema@.concentration_recv(pg_catalog.internal) returns @extschema@.concentration
  immutable strict parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_concentration_recv';
comment on function @extschema@.concentration_recv(pg_catalog.internal) is
'Binary input of type concentration: a version, then the value in network order. What is wrong is 22P03.
Feature: concentration, since 0.1.0';

create function @extschema@.concentration_send(@extschema@.concentration) returns pg_catalog.bytea
  immutable strict parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_concentration_send';
comment on function @extschema@.concentration_send(@extschema@.concentration) is
'Binary output of type concentration: a version, then the value in network order.
Feature: concentration, since 0.1.0';

create type @extschema@.concentration (
  input = @extschema@.concentration_in, output = @extschema@.concentration_out, receive = @extschema@.concentration_recv, send = @extschema@.concentration_send,
  internallength = variable, alignment = double, storage = extended
);
comment on type @extschema@.concentration is
'The values of all customers, exact and sorted: how a profit, a revenue or assets are shared out among them. Made by concentration_agg (one row is one customer), added up by concentration_merge, read by gini, top_share, customers_for_share, value_for_share, whale_curve, whale_peak and lorenz. 8 bytes a customer in memory. Text form: JSON.
Feature: concentration, since 0.1.0';

create function @extschema@.concentration_combine(@extschema@.concentration, @extschema@.concentration) returns @extschema@.concentration
  immutable parallel safe cost 150
  language c as 'MODULE_PATHNAME', 'crm_concentration_combine';
comment on function @extschema@.concentration_combine(@extschema@.concentration, @extschema@.concentration) is
'Adds two values of type concentration up; NULL on either side gives the other. Combine function of its aggregates.
Feature: concentration, since 0.1.0';

create function @extschema@.concentration_final(@extschema@.concentration) returns @extschema@.concentration
  immutable strict parallel safe cost 1
  language c as 'MODULE_PATHNAME', 'crm_concentration_final';
comment on function @extschema@.concentration_final(@extschema@.concentration) is
'Final function of the aggregates of type concentration: gives the state as it is, without the copy that PostgreSQL 14 and 15 would make.
Feature: concentration, since 0.1.0';

create aggregate @extschema@.concentration_merge(@extschema@.concentration) (
  sfunc = @extschema@.concentration_combine, stype = @extschema@.concentration, combinefunc = @extschema@.concentration_combine, finalfunc = @extschema@.concentration_final, parallel = safe
);
comment on aggregate @extschema@.concentration_merge(@extschema@.concentration) is
'Puts the customers of several concentrations together: of branches, of partitions. A customer who is in two of them counts twice. NULLs are skipped; no rows give NULL. Merging in any order gives the same bytes.
Feature: concentration, since 0.1.0';

create function @extschema@.concentration_push(@extschema@.concentration, pg_catalog.numeric) returns @extschema@.concentration
  immutable parallel safe cost 2
  language c as 'MODULE_PATHNAME', 'crm_concentration_push_numeric';
comment on function @extschema@.concentration_push(@extschema@.concentration, pg_catalog.numeric) is
'Transition function of concentration_agg: adds one customer; NULL is skipped.
Feature: concentration, since 0.1.0';

create aggregate @extschema@.concentration_agg(value pg_catalog.numeric) (
  sfunc = @extschema@.concentration_push, stype = @extschema@.concentration, combinefunc = @extschema@.concentration_combine,
  finalfunc = @extschema@.concentration_final, parallel = safe
);
comment on aggregate @extschema@.concentration_agg(pg_catalog.numeric) is
'The values of all customers, one row a customer; they may be negative. Values are kept exactly to 12 decimals; more round half to even. Rows with NULL are skipped; no rows give NULL. NaN, infinities and magnitudes above 1.7e26 are errors (22003), more than 134 million customers are 54000. Any order, plan or partitioning gives the same bytes.
Feature: concentration, since 0.1.0';

create function @extschema@.concentration_push(@extschema@.concentration, pg_catalog.float8) returns @extschema@.concentration
  immutable parallel safe cost 2
  language c as 'MODULE_PATHNAME', 'crm_concentration_push_float8';
comment on function @extschema@.concentration_push(@extschema@.concentration, pg_catalog.float8) is
'Transition function of concentration_agg: adds one customer; NULL is skipped.
Feature: concentration, since 0.1.0';

create aggregate @extschema@.concentration_agg(value pg_catalog.float8) (
  sfunc = @extschema@.concentration_push, stype = @extschema@.concentration, combinefunc = @extschema@.concentration_combine,
  finalfunc = @extschema@.concentration_final, parallel = safe
);
comment on aggregate @extschema@.concentration_agg(pg_catalog.float8) is
'The values of all customers, one row a customer; they may be negative. Each value is taken at its binary value, rounded half to even at 12 decimals, and kept exactly from there on. Rows with NULL are skipped; no rows give NULL. NaN, infinities and magnitudes above 1.7e26 are errors (22003), more than 134 million customers are 54000. Any order, plan or partitioning gives the same bytes.
Feature: concentration, since 0.1.0';

create function @extschema@.concentration_push(@extschema@.concentration, pg_catalog.int8) returns @extschema@.concentration
  immutable parallel safe cost 2
  language c as 'MODULE_PATHNAME', 'crm_concentration_push_bigint';
comment on function @extschema@.concentration_push(@extschema@.concentration, pg_catalog.int8) is
'Transition function of concentration_agg: adds one customer; NULL is skipped.
Feature: concentration, since 0.1.0';

create aggregate @extschema@.concentration_agg(value pg_catalog.int8) (
  sfunc = @extschema@.concentration_push, stype = @extschema@.concentration, combinefunc = @extschema@.concentration_combine,
  finalfunc = @extschema@.concentration_final, parallel = safe
);
comment on aggregate @extschema@.concentration_agg(pg_catalog.int8) is
'The values of all customers, one row a customer; they may be negative. Whole values, such as minor units, are kept exactly. Rows with NULL are skipped; no rows give NULL. NaN, infinities and magnitudes above 1.7e26 are errors (22003), more than 134 million customers are 54000. Any order, plan or partitioning gives the same bytes.
Feature: concentration, since 0.1.0';

create function @extschema@.customers(summary @extschema@.concentration) returns pg_catalog.int8
  immutable strict parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_concentration_customers';
comment on function @extschema@.customers(@extschema@.concentration) is
'Number of customers: of rows whose value was not NULL.
Unit: customers
Feature: concentration, since 0.1.0';

create function @extschema@.total(summary @extschema@.concentration) returns pg_catalog.numeric
  immutable strict parallel safe cost 10
  language c as 'MODULE_PATHNAME', 'crm_concentration_total';
comment on function @extschema@.total(@extschema@.concentration) is
'Sum of all customers'' values, exact, with the decimals of the values. A sum above 1.7e26 in magnitude is an error (22003).
Unit: unit of the values
Feature: concentration, since 0.1.0';

create function @extschema@.gini(summary @extschema@.concentration, normalized pg_catalog.bool default false) returns pg_catalog.float8
  immutable strict parallel safe cost 10
  language c as 'MODULE_PATHNAME', 'crm_concentration_gini';
comment on function @extschema@.gini(@extschema@.concentration, pg_catalog.bool) is
'Gini coefficient of the population: sum of (2i - n - 1) x_i over n times the total, x ascending; without the correction n/(n - 1) for samples. 0: all customers have the same; (n - 1)/n: one has all. With negative values it may pass 1; NULL when the total is not positive. normalized: over n times the sum of |x_i| instead, which never passes 1 and is the same without negative values (Raffinetti, Siletti, Vernizzi 2015); NULL when all values are 0.
Unit: 0 to 1; above 1 is possible where values are negative
Formula: sum of (2i - n - 1) x_i / (n * total), x ascending; normalized: Raffinetti, Siletti, Vernizzi 2015
Feature: concentration, since 0.1.0';

create function @extschema@.top_share(summary @extschema@.concentration, share pg_catalog.float8) returns pg_catalog.float8
  immutable strict parallel safe cost 20
  language c as 'MODULE_PATHNAME', 'crm_top_share';
comment on function @extschema@.top_share(@extschema@.concentration, pg_catalog.float8) is
'Share of the total that the best share of the customers (0 to 1, 22023 otherwise) hold: top_share(c, 0.05) is what the best 5 percent make. Where the share is no whole number of customers, the last one counts in part (the Lorenz curve is straight in between). Above 1 when others lose money; NULL when the total is not positive.
Unit: share of the total
Feature: concentration, since 0.1.0';

create function @extschema@.customers_for_share(summary @extschema@.concentration, share pg_catalog.float8) returns pg_catalog.int8
  immutable strict parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_customers_for_share';
comment on function @extschema@.customers_for_share(@extschema@.concentration, pg_catalog.float8) is
'The smallest number of best customers whose values together reach a share of the total (0 to 1, 22023 otherwise), compared exactly: customers_for_share(c, 0.8) make 80 percent of the profit. NULL when the total is not positive.
Unit: customers
Feature: concentration, since 0.1.0';

create function @extschema@.value_for_share(summary @extschema@.concentration, share pg_catalog.float8) returns pg_catalog.numeric
  immutable strict parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_value_for_share';
comment on function @extschema@.value_for_share(@extschema@.concentration, pg_catalog.float8) is
'Threshold of the key accounts: the value of the last of the customers_for_share. Customers with exactly this value may be more than are needed: all with value >= threshold reach the share. NULL when the total is not positive, and for share 0, which needs nobody.
Unit: unit of the values
Feature: concentration, since 0.1.0';

create function @extschema@.whale_peak(summary @extschema@.concentration) returns table (customers pg_catalog.int8, customer_share pg_catalog.float8, value pg_catalog.numeric, value_share pg_catalog.float8, losing_customers pg_catalog.int8, losses pg_catalog.numeric)
  immutable strict parallel safe cost 100 rows 1
  language c as 'MODULE_PATHNAME', 'crm_whale_peak';
comment on function @extschema@.whale_peak(@extschema@.concentration) is
'The highest place of the whale curve: the customers with a value above 0, their part of all customers, the sum of their values and its share of the total (above 1 when others lose money, NULL when the total is not positive); and the customers below 0 with the sum of theirs. value + losses is the total.
Unit: customers, losing_customers: number; customer_share: share, 0 to 1; value, losses: unit of the values; value_share: share of the total
Formula: cumulative profit by customer, best first (Kaplan, Narayanan 2001)
Feature: concentration, since 0.1.0';

create function @extschema@.lorenz(summary @extschema@.concentration, points pg_catalog.int4 default 100) returns table (customers pg_catalog.int8, customer_share pg_catalog.float8, value pg_catalog.numeric, value_share pg_catalog.float8, customer_value pg_catalog.numeric)
  immutable strict parallel safe cost 5000 rows 101 support @extschema@.number_rows_support
  language c as 'MODULE_PATHNAME', 'crm_lorenz';
comment on function @extschema@.lorenz(@extschema@.concentration, pg_catalog.int4) is
'The Lorenz curve: from the customer with the least value up, points + 1 rows from nobody to everybody; row j is after ceil(j n / points) customers, and fewer customers than points have a row each. customers and their part of all, value: what they have together, exactly; value_share: over the total, NULL when that is not positive; customer_value: of the last of them, NULL in the first row. value_share falls below 0 first where customers lose money. Fewer than 1 point is an error (22023).
Unit: customers: number; customer_share: share, 0 to 1; value, customer_value: unit of the values; value_share: share of the total
Formula: Lorenz 1905
Feature: concentration, since 0.1.0';

create function @extschema@.whale_curve(summary @extschema@.concentration, points pg_catalog.int4 default 100) returns table (customers pg_catalog.int8, customer_share pg_catalog.float8, value pg_catalog.numeric, value_share pg_catalog.float8, customer_value pg_catalog.numeric)
  immutable strict parallel safe cost 5000 rows 101 support @extschema@.number_rows_support
  language c as 'MODULE_PATHNAME', 'crm_whale_curve';
comment on function @extschema@.whale_curve(@extschema@.concentration, pg_catalog.int4) is
'The whale curve: from the best customer down, points + 1 rows from nobody to everybody; row j is after ceil(j n / points) customers, and fewer customers than points have a row each. customers and their part of all, value: what they have together, exactly; value_share: over the total, NULL when that is not positive; customer_value: of the last of them, NULL in the first row. value_share rises above 1 and comes back where customers lose money. Fewer than 1 point is an error (22023).
Unit: customers: number; customer_share: share, 0 to 1; value, customer_value: unit of the values; value_share: share of the total
Formula: cumulative profit by customer, best first (Kaplan, Narayanan 2001)
Feature: concentration, since 0.1.0';

-- contribution: the share of each segment in the profit, and what moved it; a broker's profit over his levers.


create type @extschema@.contribution;

create function @extschema@.contribution_in(pg_catalog.cstring) returns @extschema@.contribution
  immutable strict parallel safe cost 200
  language c as 'MODULE_PATHNAME', 'crm_contribution_in';
comment on function @extschema@.contribution_in(pg_catalog.cstring) is
'Text input of type contribution (JSON). What is wrong is 22P02 and names the path.
Feature: contribution, since 0.1.0';

create function @extschema@.contribution_out(@extschema@.contribution) returns pg_catalog.cstring
  immutable strict parallel safe cost 200
  language c as 'MODULE_PATHNAME', 'crm_contribution_out';
comment on function @extschema@.contribution_out(@extschema@.contribution) is
'Text output of type contribution: JSON with sorted keys, lossless.
Feature: contribution, since 0.1.0';

create function @extschema@.contribution_recv(pg_catalog.internal) returns @extschema@.contribution
  immutable strict parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_contribution_recv';
comment on function @extschema@.contribution_recv(pg_catalog.internal) is
'Binary input of type contribution: a version, then the value in network order. What is wrong is 22P03.
Feature: contribution, since 0.1.0';

create function @extschema@.contribution_send(@extschema@.contribution) returns pg_catalog.bytea
  immutable strict parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_contribution_send';
comment on function @extschema@.contribution_send(@extschema@.contribution) is
'Binary output of type contribution: a version, then the value in network order.
Feature: contribution, since 0.1.0';

create type @extschema@.contribution (
  input = @extschema@.contribution_in, output = @extschema@.contribution_out, receive = @extschema@.contribution_recv, send = @extschema@.contribution_send,
  internallength = variable, alignment = double, storage = extended
);
comment on type @extschema@.contribution is
'The customers, the exact volume and the exact amount of each segment of one period. Made by contribution_agg, added up by contribution_merge, read by contribution_share, two periods compared by contribution_shift. Text form: JSON.
Feature: contribution, since 0.1.0';

create function @extschema@.contribution_combine(@extschema@.contribution, @extschema@.contribution) returns @extschema@.contribution
  immutable parallel safe cost 150
  language c as 'MODULE_PATHNAME', 'crm_contribution_combine';
comment on function @extschema@.contribution_combine(@extschema@.contribution, @extschema@.contribution) is
'Adds two values of type contribution up; NULL on either side gives the other. Combine function of its aggregates.
Feature: contribution, since 0.1.0';

create aggregate @extschema@.contribution_merge(@extschema@.contribution) (
  sfunc = @extschema@.contribution_combine, stype = @extschema@.contribution, combinefunc = @extschema@.contribution_combine, parallel = safe
);
comment on aggregate @extschema@.contribution_merge(@extschema@.contribution) is
'Adds up contributions, segment by segment: of branches, of entities. A customer in two of them counts twice, so periods are not merged but compared. NULLs are skipped; no rows give NULL. Merging in any order gives the same bytes.
Feature: contribution, since 0.1.0';

create function @extschema@.contribution_push(@extschema@.contribution, pg_catalog.text, pg_catalog.numeric, pg_catalog.numeric) returns @extschema@.contribution
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_contribution_push_volume';
comment on function @extschema@.contribution_push(@extschema@.contribution, pg_catalog.text, pg_catalog.numeric, pg_catalog.numeric) is
'Transition function of contribution_agg(segment, volume, amount): adds one customer to a segment; a NULL in it is skipped.
Feature: contribution, since 0.1.0';

create aggregate @extschema@.contribution_agg(segment pg_catalog.text, volume pg_catalog.numeric, amount pg_catalog.numeric) (
  sfunc = @extschema@.contribution_push, stype = @extschema@.contribution, combinefunc = @extschema@.contribution_combine, parallel = safe
);
comment on aggregate @extschema@.contribution_agg(pg_catalog.text, pg_catalog.numeric, pg_catalog.numeric) is
'One row a customer and period: his segment, the volume (turnover, balance), and the amount earned on it (commission, margin, profit). Gives customers, exact volume and exact amount by segment, to 12 decimals; more round half to even. Rows with a NULL are skipped; no rows give NULL. An empty name is an error (22023), so is a name of more than 1000 bytes, or more than 65536 segments (54000), and a number or a sum that is NaN, infinite or above 1.7e26 in magnitude (22003).
Feature: contribution, since 0.1.0';

create function @extschema@.contribution_push(@extschema@.contribution, pg_catalog.text, pg_catalog.numeric) returns @extschema@.contribution
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_contribution_push_customer';
comment on function @extschema@.contribution_push(@extschema@.contribution, pg_catalog.text, pg_catalog.numeric) is
'Transition function of contribution_agg(segment, amount): adds one customer, of volume 1, to a segment; a NULL in it is skipped.
Feature: contribution, since 0.1.0';

create aggregate @extschema@.contribution_agg(segment pg_catalog.text, amount pg_catalog.numeric) (
  sfunc = @extschema@.contribution_push, stype = @extschema@.contribution, combinefunc = @extschema@.contribution_combine, parallel = safe
);
comment on aggregate @extschema@.contribution_agg(pg_catalog.text, pg_catalog.numeric) is
'As contribution_agg(segment, 1, amount): the volume is the number of customers, so that the rate is the amount a customer brings, and the volume effect of a shift is that of more customers.
Feature: contribution, since 0.1.0';

create function @extschema@.contribution_share(summary @extschema@.contribution)
  returns table (segment pg_catalog.text, customers pg_catalog.int8, customer_share pg_catalog.float8, volume pg_catalog.numeric, volume_share pg_catalog.float8,
    amount pg_catalog.numeric, amount_share pg_catalog.float8, rate pg_catalog.numeric)
  immutable strict parallel safe cost 300 rows 10
  language c as 'MODULE_PATHNAME', 'crm_contribution_share';
comment on function @extschema@.contribution_share(@extschema@.contribution) is
'The segments of a period, in the order of the names byte by byte (the collation "C"), each with its customers, volume and amount and their shares in the whole (0.25 is a quarter). A share is NULL where the total is 0 or below; the share of an amount can be below 0 or above 1 where a segment loses money. rate = amount / volume, rounded half to even at 12 decimals, NULL for a volume of 0.
Unit: customers: number; customer_share, volume_share, amount_share: share of the total; volume: unit of the volumes; amount: currency of the amounts; rate: amount per volume
Feature: contribution, since 0.1.0';

create function @extschema@.contribution_shift(before @extschema@.contribution, after @extschema@.contribution)
  returns table (segment pg_catalog.text, customers_before pg_catalog.int8, customers_after pg_catalog.int8, amount_before pg_catalog.numeric, amount_after pg_catalog.numeric,
    share_before pg_catalog.float8, share_after pg_catalog.float8, share_change pg_catalog.float8, rate_before pg_catalog.numeric, rate_after pg_catalog.numeric,
    change pg_catalog.numeric, volume_effect pg_catalog.numeric, mix_effect pg_catalog.numeric, rate_effect pg_catalog.numeric)
  immutable parallel safe cost 500 rows 10
  language c as 'MODULE_PATHNAME', 'crm_contribution_shift';
comment on function @extschema@.contribution_shift(@extschema@.contribution, @extschema@.contribution) is
'The segments of either period, in the order of the names byte by byte: customers, amount, share of the total amount (NULL where that is 0 or below), amount per volume (NULL for a volume of 0), and the change taken apart so that volume_effect + mix_effect + rate_effect = change to the last digit, in each row and in total. With v, a of the segment and V, A of the whole, 0 before and 1 after: volume = a0 V1/V0 - a0, mix = v1 a0/v0 - a0 V1/V0, rate = a1 - v1 a0/v0 (quantity, mix and price variance; Horngren et al., Cost Accounting, 13th ed., p. 517), two roundings half to even at 12 decimals. A segment without volume before has the volume effect 0 and the mix effect v1 A0/V0, at the rate of the whole before; what it brought without volume falls into rate = a1 - a0 - v1 A0/V0. Where the volumes before sum to 0, the change of a segment is volume where it has volume after, else rate: give positive volumes. NULL before or after is a period in which there was nothing; both NULL: no rows. What leaves 1.7e26 in magnitude is an error (22003).
Unit: customers_before, customers_after: number; amount_before, amount_after, change, volume_effect, mix_effect, rate_effect: currency of the amounts; share_before, share_after, share_change: share of the total; rate_before, rate_after: amount per volume
Formula: volume = a0 V1/V0 - a0, mix = v1 a0/v0 - a0 V1/V0, rate = a1 - v1 a0/v0 (Horngren et al., Cost Accounting, 13th ed., p. 517)
Feature: contribution, since 0.1.0';

create type @extschema@.revenue_bridge;

create function @extschema@.revenue_bridge_in(pg_catalog.cstring) returns @extschema@.revenue_bridge
  immutable strict parallel safe cost 200
  language c as 'MODULE_PATHNAME', 'crm_revenue_bridge_in';
comment on function @extschema@.revenue_bridge_in(pg_catalog.cstring) is
'Text input of type revenue_bridge (JSON). What is wrong is 22P02 and names the path.
Feature: contribution, since 0.1.0';

create function @extschema@.revenue_bridge_out(@extschema@.revenue_bridge) returns pg_catalog.cstring
  immutable strict parallel safe cost 200
  language c as 'MODULE_PATHNAME', 'crm_revenue_bridge_out';
comment on function @extschema@.revenue_bridge_out(@extschema@.revenue_bridge) is
'Text output of type revenue_bridge: JSON with sorted keys, lossless.
Feature: contribution, since 0.1.0';

create function @extschema@.revenue_bridge_recv(pg_catalog.internal) returns @extschema@.revenue_bridge
  immutable strict parallel safe cost 10
  language c as 'MODULE_PATHNAME', 'crm_revenue_bridge_recv';
comment on function @extschema@.revenue_bridge_recv(pg_catalog.internal) is
'Binary input of type revenue_bridge: a version, then the value in network order. What is wrong is 22P03.
Feature: contribution, since 0.1.0';

create function @extschema@.revenue_bridge_send(@extschema@.revenue_bridge) returns pg_catalog.bytea
  immutable strict parallel safe cost 10
  language c as 'MODULE_PATHNAME', 'crm_revenue_bridge_send';
comment on function @extschema@.revenue_bridge_send(@extschema@.revenue_bridge) is
'Binary output of type revenue_bridge: a version, then the value in network order.
Feature: contribution, since 0.1.0';

create type @extschema@.revenue_bridge (
  input = @extschema@.revenue_bridge_in, output = @extschema@.revenue_bridge_out, receive = @extschema@.revenue_bridge_recv, send = @extschema@.revenue_bridge_send,
  internallength = variable, alignment = double, storage = plain
);
comment on type @extschema@.revenue_bridge is
'The customers of a broker in one period and the exact sums of their turnover, commission, other revenue and cost, in 80 bytes. Made by revenue_bridge_agg, added up by revenue_bridge_merge, read by revenue_levers, two periods compared by the function revenue_bridge. Text form: JSON.
Feature: contribution, since 0.1.0';

create function @extschema@.revenue_bridge_combine(@extschema@.revenue_bridge, @extschema@.revenue_bridge) returns @extschema@.revenue_bridge
  immutable parallel safe cost 2
  language c as 'MODULE_PATHNAME', 'crm_revenue_bridge_combine';
comment on function @extschema@.revenue_bridge_combine(@extschema@.revenue_bridge, @extschema@.revenue_bridge) is
'Adds two values of type revenue_bridge up; NULL on either side gives the other. Combine function of its aggregates.
Feature: contribution, since 0.1.0';

create aggregate @extschema@.revenue_bridge_merge(@extschema@.revenue_bridge) (
  sfunc = @extschema@.revenue_bridge_combine, stype = @extschema@.revenue_bridge, combinefunc = @extschema@.revenue_bridge_combine, parallel = safe
);
comment on aggregate @extschema@.revenue_bridge_merge(@extschema@.revenue_bridge) is
'Adds up the sums of revenue_bridge summaries: of branches, of managers. A customer in two of them counts twice, so periods are not merged but compared. NULLs are skipped; no rows give NULL. Merging in any order gives the same bytes.
Feature: contribution, since 0.1.0';

create function @extschema@.revenue_bridge_push(@extschema@.revenue_bridge, pg_catalog.numeric, pg_catalog.numeric, pg_catalog.numeric, pg_catalog.numeric) returns @extschema@.revenue_bridge
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_revenue_bridge_push';
comment on function @extschema@.revenue_bridge_push(@extschema@.revenue_bridge, pg_catalog.numeric, pg_catalog.numeric, pg_catalog.numeric, pg_catalog.numeric) is
'Transition function of revenue_bridge_agg: adds one customer; a NULL in it is skipped.
Feature: contribution, since 0.1.0';

create aggregate @extschema@.revenue_bridge_agg(turnover pg_catalog.numeric, commission pg_catalog.numeric, other pg_catalog.numeric, cost pg_catalog.numeric) (
  sfunc = @extschema@.revenue_bridge_push, stype = @extschema@.revenue_bridge, combinefunc = @extschema@.revenue_bridge_combine, parallel = safe
);
comment on aggregate @extschema@.revenue_bridge_agg(pg_catalog.numeric, pg_catalog.numeric, pg_catalog.numeric, pg_catalog.numeric) is
'One row a customer and period: what he traded, the commission on it, other revenue from him, and what he cost (positive). Sums are exact to 12 decimals; more round half to even. A row with a NULL is skipped and its customer not counted: write coalesce(other, 0). No rows give NULL. A number or a sum that is NaN, infinite or above 1.7e26 in magnitude is an error (22003).
Feature: contribution, since 0.1.0';

create function @extschema@.revenue_levers(summary @extschema@.revenue_bridge)
  returns table (customers pg_catalog.int8, turnover pg_catalog.numeric, commission pg_catalog.numeric, other pg_catalog.numeric, cost pg_catalog.numeric,
    profit pg_catalog.numeric, turnover_per_customer pg_catalog.numeric, commission_rate pg_catalog.numeric, other_per_customer pg_catalog.numeric,
    cost_per_customer pg_catalog.numeric)
  immutable strict parallel safe cost 100 rows 1
  language c as 'MODULE_PATHNAME', 'crm_revenue_levers';
comment on function @extschema@.revenue_levers(@extschema@.revenue_bridge) is
'One row: the customers and the exact sums; profit = commission + other - cost; and what follows, rounded half to even at 12 decimals: turnover, other revenue and cost per customer, and commission per turnover (NULL without turnover).
Unit: customers: number; turnover, commission, other, cost, profit, turnover_per_customer, other_per_customer, cost_per_customer: currency of the amounts; commission_rate: commission per turnover
Feature: contribution, since 0.1.0';

create function @extschema@.revenue_bridge(before @extschema@.revenue_bridge, after @extschema@.revenue_bridge)
  returns table (step pg_catalog.int4, lever pg_catalog.text, level_before pg_catalog.numeric, level_after pg_catalog.numeric, effect pg_catalog.numeric, running pg_catalog.numeric)
  immutable parallel safe cost 300 rows 6
  language c as 'MODULE_PATHNAME', 'crm_revenue_bridge';
comment on function @extschema@.revenue_bridge(@extschema@.revenue_bridge, @extschema@.revenue_bridge) is
'From the profit before to the profit after, in six rows: step 0 is the profit before; then the levers are moved in this order: customers, turnover (per customer), commission rate (per turnover), other business (per customer), cost (in total), each with its level before and after, its effect on the profit and the profit then. Profit = N (t c + o) - K. The effects add up to the change to the last digit (roundings half to even at 12 decimals). With no customers before, the first lever brings all revenue after; with turnover before that sums to 0, new turnover is taken at its own rate: give positive turnover. NULL before or after is a period without customers; both NULL: no rows. What leaves 1.7e26 in magnitude is an error (22003).
Unit: step: number; level_before, level_after: of the lever; effect, running: currency of the amounts
Formula: profit = customers * (turnover * commission rate + other) - cost, one lever after the other
Feature: contribution, since 0.1.0';

-- value: a score of several measures that explains itself, and where weights come from.


create type @extschema@.standardize;

create function @extschema@.standardize_in(pg_catalog.cstring) returns @extschema@.standardize
  immutable strict parallel safe cost 200
  language c as 'MODULE_PATHNAME', 'crm_standardize_in';
comment on function @extschema@.standardize_in(pg_catalog.cstring) is
'Text input of type standardize (JSON). What is wrong is 22P02 and names the path.
Feature: value, since 0.1.0';

create function @extschema@.standardize_out(@extschema@.standardize) returns pg_catalog.cstring
  immutable strict parallel safe cost 200
  language c as 'MODULE_PATHNAME', 'crm_standardize_out';
comment on function @extschema@.standardize_out(@extschema@.standardize) is
'Text output of type standardize: JSON with sorted keys, lossless.
Feature: value, since 0.1.0';

create function @extschema@.standardize_recv(pg_catalog.internal) returns @extschema@.standardize
  immutable strict parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_standardize_recv';
comment on function @extschema@.standardize_recv(pg_catalog.internal) is
'Binary input of type standardize: a version, then the value in network order. What is wrong is 22P03.
Feature: value, since 0.1.0';

create function @extschema@.standardize_send(@extschema@.standardize) returns pg_catalog.bytea
  immutable strict parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_standardize_send';
comment on function @extschema@.standardize_send(@extschema@.standardize) is
'Binary output of type standardize: a version, then the value in network order.
Feature: value, since 0.1.0';

create type @extschema@.standardize (
  input = @extschema@.standardize_in, output = @extschema@.standardize_out, receive = @extschema@.standardize_recv, send = @extschema@.standardize_send,
  internallength = variable, alignment = double, storage = extended
);
comment on type @extschema@.standardize is
'What several measures are like over all customers: of each, by name, counts, exact mean and standard deviation, range and distribution. Made by standardize_agg, added up by standardize_merge, read by standardize_measures, used by value_score and entropy_weights. Text form: JSON.
Feature: value, since 0.1.0';

create function @extschema@.standardize_combine(@extschema@.standardize, @extschema@.standardize) returns @extschema@.standardize
  immutable parallel safe cost 150
  language c as 'MODULE_PATHNAME', 'crm_standardize_combine';
comment on function @extschema@.standardize_combine(@extschema@.standardize, @extschema@.standardize) is
'Adds two values of type standardize up; NULL on either side gives the other. Combine function of its aggregates.
Feature: value, since 0.1.0';

create aggregate @extschema@.standardize_merge(@extschema@.standardize) (
  sfunc = @extschema@.standardize_combine, stype = @extschema@.standardize, combinefunc = @extschema@.standardize_combine, parallel = safe
);
comment on aggregate @extschema@.standardize_merge(@extschema@.standardize) is
'Adds up the statistics of measures by name: of branches, of days. A measure that one of them does not have counts as missing there. NULLs are skipped; no rows give NULL. Merging in any order gives the same bytes.
Feature: value, since 0.1.0';

create function @extschema@.standardize_push(@extschema@.standardize, pg_catalog.text[], pg_catalog.float8[]) returns @extschema@.standardize
  immutable parallel safe cost 10
  language c as 'MODULE_PATHNAME', 'crm_standardize_push_array';
comment on function @extschema@.standardize_push(@extschema@.standardize, pg_catalog.text[], pg_catalog.float8[]) is
'Transition function of standardize_agg(names, measures): adds the measures of a row; a NULL array is skipped.
Feature: value, since 0.1.0';

create aggregate @extschema@.standardize_agg(names pg_catalog.text[], measures pg_catalog.float8[]) (
  sfunc = @extschema@.standardize_push, stype = @extschema@.standardize, combinefunc = @extschema@.standardize_combine, parallel = safe
);
comment on aggregate @extschema@.standardize_agg(pg_catalog.text[], pg_catalog.float8[]) is
'Statistics of several measures in one pass: names and measures are arrays of one length (22023); a NULL element is a missing value, and so is a measure that the row does not name. Sums are exact, so any order, plan or partitioning gives the same bytes; quantiles are exact up to 1,024 distinct values, then within 0.1 percent. A NULL array skips the row; no rows give NULL. NaN, infinities and magnitudes above 1e130 are errors (22003).
Feature: value, since 0.1.0';

create function @extschema@.standardize_push(@extschema@.standardize, pg_catalog.jsonb) returns @extschema@.standardize
  immutable parallel safe cost 200
  language c as 'MODULE_PATHNAME', 'crm_standardize_push_jsonb';
comment on function @extschema@.standardize_push(@extschema@.standardize, pg_catalog.jsonb) is
'Transition function of standardize_agg(measures): adds the measures of a row; NULL is skipped.
Feature: value, since 0.1.0';

create aggregate @extschema@.standardize_agg(measures pg_catalog.jsonb) (
  sfunc = @extschema@.standardize_push, stype = @extschema@.standardize, combinefunc = @extschema@.standardize_combine, parallel = safe
);
comment on aggregate @extschema@.standardize_agg(pg_catalog.jsonb) is
'As standardize_agg(names, measures), of an object of numbers and nulls by name; null and a name that is not there are missing values. Anything but a number or null is an error (22023). Several times slower than the arrays. NULL skips the row; no rows give NULL.
Feature: value, since 0.1.0';

create function @extschema@.standardize_measures(
    standardize @extschema@.standardize, out measure pg_catalog.text, out count pg_catalog.int8, out missing pg_catalog.int8,
    out mean pg_catalog.float8, out deviation pg_catalog.float8, out minimum pg_catalog.float8, out p25 pg_catalog.float8,
    out median pg_catalog.float8, out p75 pg_catalog.float8, out maximum pg_catalog.float8, out accuracy pg_catalog.float8)
  returns setof pg_catalog.record
  immutable strict parallel safe cost 20000 rows 10
  language c as 'MODULE_PATHNAME', 'crm_standardize_measures';
comment on function @extschema@.standardize_measures(@extschema@.standardize) is
'The measures, by the bytes of their names: values and missing values, mean, sample standard deviation (n - 1, as stddev_samp; NULL below two values), exact minimum and maximum, quartiles as percentile_cont has them, and the relative error that the quartiles can have. NULL where a measure has no value.
Unit: count, missing: values; mean, deviation, minimum, p25, median, p75, maximum: unit of the measure; accuracy: relative error, 0 to 1
Feature: value, since 0.1.0';

create function @extschema@.value_score(card pg_catalog.jsonb, stats @extschema@.standardize, measures pg_catalog.float8[]) returns pg_catalog.float8
  immutable parallel safe cost 10
  language c as 'MODULE_PATHNAME', 'crm_value_score_array';
comment on function @extschema@.value_score(pg_catalog.jsonb, @extschema@.standardize, pg_catalog.float8[]) is
'The score of a customer under a score card, on the scale of the card: measures in the order of the card, NULL for a missing one, which the card says how to treat. NULL card or measures give NULL, and so do measures that are all missing and skipped. stats may be NULL if no transform of the card needs statistics (22023 otherwise). value_score_explain has the parts.
Unit: points on the scale of the card
Formula: beginning of the scale + sum of weight * transformed measure * length of the scale
Feature: value, since 0.1.0';

create function @extschema@.value_score(card pg_catalog.jsonb, stats @extschema@.standardize, measures pg_catalog.jsonb) returns pg_catalog.float8
  immutable parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_value_score_jsonb';
comment on function @extschema@.value_score(pg_catalog.jsonb, @extschema@.standardize, pg_catalog.jsonb) is
'As value_score with an array, NULLs included, of an object of measures by name, to the same bit: null or a name that is not there is missing, a name that the card does not have is not looked at. Several times slower.
Unit: points on the scale of the card
Formula: beginning of the scale + sum of weight * transformed measure * length of the scale
Feature: value, since 0.1.0';

create function @extschema@.value_score_explain(
    card pg_catalog.jsonb, stats @extschema@.standardize, measures pg_catalog.float8[], language pg_catalog.text default null,
    out measure pg_catalog.text, out label pg_catalog.text, out raw pg_catalog.float8, out transformed pg_catalog.float8,
    out weight pg_catalog.float8, out contribution pg_catalog.float8, out against_median pg_catalog.float8, out influence pg_catalog.int4)
  returns setof pg_catalog.record
  immutable parallel safe cost 500 rows 8
  language c as 'MODULE_PATHNAME', 'crm_value_score_explain_array';
comment on function @extschema@.value_score_explain(pg_catalog.jsonb, @extschema@.standardize, pg_catalog.float8[], pg_catalog.text) is
'What a score is made of, a row a measure in the order of the card: the raw value, the share 0 to 1 it transforms to, its weight after skipping, and its contribution in points. The beginning of the scale plus the contributions is value_score exactly, in any order. against_median: points against a customer with the median of the measure; influence: 1 for the largest of these. NULL in them: skipped. language NULL: labels are the names. NULL card or measures give no rows.
Unit: raw: unit of the measure; transformed: share, 0 to 1; weight: share, sum 1; contribution, against_median: points on the scale of the card; influence: 1 the largest
Formula: beginning of the scale + sum of weight * transformed measure * length of the scale
Feature: value, since 0.1.0';

create function @extschema@.value_score_explain(
    card pg_catalog.jsonb, stats @extschema@.standardize, measures pg_catalog.jsonb, language pg_catalog.text default null,
    out measure pg_catalog.text, out label pg_catalog.text, out raw pg_catalog.float8, out transformed pg_catalog.float8,
    out weight pg_catalog.float8, out contribution pg_catalog.float8, out against_median pg_catalog.float8, out influence pg_catalog.int4)
  returns setof pg_catalog.record
  immutable parallel safe cost 500 rows 8
  language c as 'MODULE_PATHNAME', 'crm_value_score_explain_jsonb';
comment on function @extschema@.value_score_explain(pg_catalog.jsonb, @extschema@.standardize, pg_catalog.jsonb, pg_catalog.text) is
'As value_score_explain with an array, NULLs included, of an object of measures by name.
Unit: raw: unit of the measure; transformed: share, 0 to 1; weight: share, sum 1; contribution, against_median: points on the scale of the card; influence: 1 the largest
Formula: beginning of the scale + sum of weight * transformed measure * length of the scale
Feature: value, since 0.1.0';

create function @extschema@.score_card_measures(
    card pg_catalog.jsonb, language pg_catalog.text default null,
    out "position" pg_catalog.int4, out measure pg_catalog.text, out label pg_catalog.text, out weight pg_catalog.float8)
  returns setof pg_catalog.record
  immutable parallel safe cost 200 rows 8
  language c as 'MODULE_PATHNAME', 'crm_score_card_measures';
comment on function @extschema@.score_card_measures(pg_catalog.jsonb, pg_catalog.text) is
'The measures of a score card in its order, the order of the array that value_score takes: name, label, and weight as a part of all weights. language NULL: labels are the names. A NULL card gives no rows.
Unit: position: number; weight: share, sum 1
Feature: value, since 0.1.0';

create function @extschema@.score_card_check(card pg_catalog.jsonb, out path pg_catalog.text, out problem pg_catalog.text)
  returns setof pg_catalog.record
  immutable strict parallel safe cost 1000 rows 1
  language c as 'MODULE_PATHNAME', 'crm_score_card_check';
comment on function @extschema@.score_card_check(pg_catalog.jsonb) is
'Every problem of a score card with its JSON path; no rows when the card is valid.
Feature: value, since 0.1.0';

create function @extschema@.score_card_example() returns pg_catalog.jsonb
  immutable parallel safe cost 500
  language c as 'MODULE_PATHNAME', 'crm_score_card_example';
comment on function @extschema@.score_card_example() is
'A worked score card of a broker: contribution, average assets, frequency, recency, tenure, products; every transform and every rule for missing values; labels in English and Chinese. Copy it into a table and edit it.
Feature: value, since 0.1.0';

create function @extschema@.ahp_weights(matrix pg_catalog.float8[], tolerate_inconsistency pg_catalog.bool default false) returns pg_catalog.float8[]
  immutable strict parallel safe cost 500
  language c as 'MODULE_PATHNAME', 'crm_ahp_weights';
comment on function @extschema@.ahp_weights(pg_catalog.float8[], pg_catalog.bool) is
'Weights from comparisons in pairs (analytic hierarchy process, Saaty 1980): the principal eigenvector of a square matrix of at most 15 rows, adding up to 1 up to rounding. Entry (i, j): how many times as important i is as j; of a pair one may be NULL, for the reciprocal of the other. A consistency ratio above 0.1 is an error (22023) that names the worst comparison, unless tolerate_inconsistency is true.
Unit: weights, sum 1
Formula: analytic hierarchy process (Saaty 1980)
Feature: value, since 0.1.0';

create function @extschema@.ahp_consistency(
    matrix pg_catalog.float8[], out lambda_max pg_catalog.float8, out consistency_index pg_catalog.float8, out random_index pg_catalog.float8,
    out consistency_ratio pg_catalog.float8, out worst_row pg_catalog.int4, out worst_column pg_catalog.int4,
    out worst_given pg_catalog.float8, out worst_implied pg_catalog.float8)
  returns setof pg_catalog.record
  immutable strict parallel safe cost 500 rows 1
  language c as 'MODULE_PATHNAME', 'crm_ahp_consistency';
comment on function @extschema@.ahp_consistency(pg_catalog.float8[]) is
'How far comparisons in pairs agree, one row: the principal eigenvalue, the consistency index (lambda - n) / (n - 1), Saaty''s random index, their ratio (up to 0.1 is taken for consistent), and the comparison that is farthest from what the weights imply. The matrix is as for ahp_weights.
Unit: lambda_max: eigenvalue; consistency_index, random_index, consistency_ratio: index, 0 for perfect agreement; worst_row, worst_column: place in the matrix; worst_given, worst_implied: ratio of importance
Formula: analytic hierarchy process (Saaty 1980)
Feature: value, since 0.1.0';

create function @extschema@.entropy_weights(
    standardize @extschema@.standardize, out measure pg_catalog.text, out entropy pg_catalog.float8, out divergence pg_catalog.float8, out weight pg_catalog.float8)
  returns setof pg_catalog.record
  immutable strict parallel safe cost 20000 rows 10
  language c as 'MODULE_PATHNAME', 'crm_entropy_weights';
comment on function @extschema@.entropy_weights(@extschema@.standardize) is
'Weights from the data alone: entropy of the shares that customers have in the total of a measure (0: one has all, 1: all have the same), divergence 1 - entropy, and weight, the share in the sum of divergences. Missing values do not count. Negative values, or no measure that tells customers apart, are errors (22023).
Unit: entropy, divergence: 0 to 1; weight: share, sum 1
Formula: (1 - e) / sum of (1 - e), e the entropy of the shares (Shannon 1948)
Feature: value, since 0.1.0';

create function @extschema@.perceived_value(utilities pg_catalog.float8[], costs pg_catalog.float8[]) returns pg_catalog.float8
  immutable strict parallel safe cost 30
  language c as 'MODULE_PATHNAME', 'crm_perceived_value';
comment on function @extschema@.perceived_value(pg_catalog.float8[], pg_catalog.float8[]) is
'The value that a customer sees in what he gets, V = U / C: the sum of his answers on utility by the sum of his answers on cost. Not his value to the firm. NULL if an answer is NULL or the costs are not positive. NaN and infinities are errors (22003).
Unit: ratio of the answers
Formula: sum of utilities / sum of costs
Feature: value, since 0.1.0';

-- clv: customer lifetime value. Probability models of how often customers buy, how long they stay and how much they spend.


create function @extschema@.bgnbd_fit(sample @extschema@.rfm_sample, as_of pg_catalog.date, unit pg_catalog.text default 'week', regularisation pg_catalog.float8 default 0) returns pg_catalog.jsonb
  immutable strict parallel safe cost 2000000
  language c as 'MODULE_PATHNAME', 'crm_bgnbd_fit';
comment on function @extschema@.bgnbd_fit(@extschema@.rfm_sample, pg_catalog.date, pg_catalog.text, pg_catalog.float8) is
'Fits the BG/NBD model (Fader, Hardie and Lee 2005) by maximum likelihood to customers observed until as_of, its end included. Frequency must count days with a purchase, the first among them (aggregate by day first; rfm_daily_book does). unit: day, week, month, quarter or year, of the parameters and of every horizon later. regularisation: precision of log-normal priors on the parameters, 0 for none. The model (jsonb, kind bgnbd) says whether it converged and what is off. A customer with an event after as_of, or with more events than days, is an error (22023).
Formula: BG/NBD (Fader, Hardie, Lee 2005)
Feature: clv, since 0.1.0';

create function @extschema@.mbgnbd_fit(sample @extschema@.rfm_sample, as_of pg_catalog.date, unit pg_catalog.text default 'week', regularisation pg_catalog.float8 default 0) returns pg_catalog.jsonb
  immutable strict parallel safe cost 2000000
  language c as 'MODULE_PATHNAME', 'crm_mbgnbd_fit';
comment on function @extschema@.mbgnbd_fit(@extschema@.rfm_sample, pg_catalog.date, pg_catalog.text, pg_catalog.float8) is
'Fits the MBG/NBD model (Batislam, Denizel and Filiztekin 2007): as BG/NBD, but a customer may leave after his very first purchase too. Arguments, result and errors as of bgnbd_fit; kind mbgnbd.
Formula: MBG/NBD (Batislam, Denizel, Filiztekin 2007)
Feature: clv, since 0.1.0';

create function @extschema@.pareto_nbd_fit(sample @extschema@.rfm_sample, as_of pg_catalog.date, unit pg_catalog.text default 'week', regularisation pg_catalog.float8 default 0) returns pg_catalog.jsonb
  immutable strict parallel safe cost 20000000
  language c as 'MODULE_PATHNAME', 'crm_pareto_nbd_fit';
comment on function @extschema@.pareto_nbd_fit(@extschema@.rfm_sample, pg_catalog.date, pg_catalog.text, pg_catalog.float8) is
'Fits the Pareto/NBD model (Schmittlein, Morrison and Colombo 1987): a customer may leave at any time, not only after a purchase. Arguments, result and errors as of bgnbd_fit; kind pareto_nbd.
Formula: Pareto/NBD (Schmittlein, Morrison, Colombo 1987)
Feature: clv, since 0.1.0';

create function @extschema@.bgbb_fit(sample @extschema@.rfm_sample, as_of pg_catalog.date, unit pg_catalog.text, regularisation pg_catalog.float8 default 0) returns pg_catalog.jsonb
  immutable strict parallel safe cost 200000
  language c as 'MODULE_PATHNAME', 'crm_bgbb_fit';
comment on function @extschema@.bgbb_fit(@extschema@.rfm_sample, pg_catalog.date, pg_catalog.text, pg_catalog.float8) is
'Fits the BG/BB model (Fader, Hardie and Shang 2010) of discrete opportunities, one in every unit (day, week, month, quarter, year) after the first purchase: donations a year, deposits a month. Frequency must count units with a purchase, the first among them; whole units since the first event count. The model is jsonb, kind bgbb. A customer with an event after as_of, or with more events than units, is an error (22023).
Formula: BG/BB (Fader, Hardie, Shang 2010)
Feature: clv, since 0.1.0';

create function @extschema@.gamma_gamma_fit(sample @extschema@.rfm_sample, as_of pg_catalog.date, regularisation pg_catalog.float8 default 0) returns pg_catalog.jsonb
  immutable strict parallel safe cost 200000
  language c as 'MODULE_PATHNAME', 'crm_gamma_gamma_fit';
comment on function @extschema@.gamma_gamma_fit(@extschema@.rfm_sample, pg_catalog.date, pg_catalog.float8) is
'Fits the gamma-gamma model of spend per purchase (Fader and Hardie 2013) to the customers who bought again and whose mean repeat spend is positive; the first day is left out of the mean. The model (jsonb, kind gamma_gamma) says how many were left out, and when value and frequency are too correlated for it (see frequency_value_correlation). A customer with an event after as_of, or whose first total is not known, is an error (22023).
Formula: gamma-gamma model of spend (Fader, Hardie 2013)
Feature: clv, since 0.1.0';

create function @extschema@.sbg_fit(sample @extschema@.rfm_sample, as_of pg_catalog.date, unit pg_catalog.text, regularisation pg_catalog.float8 default 0) returns pg_catalog.jsonb
  immutable strict parallel safe cost 20000
  language c as 'MODULE_PATHNAME', 'crm_sbg_fit_sample';
comment on function @extschema@.sbg_fit(@extschema@.rfm_sample, pg_catalog.date, pg_catalog.text, pg_catalog.float8) is
'Fits the shifted beta-geometric model of contracts (Fader and Hardie 2007): the first event is the start, every later one a renewal, one at the end of each unit (day, week, month, quarter, year). Events must stand on the dates at which they were due: who has fewer renewals than whole units since his start has left; the others may still renew. The model is jsonb, kind sbg. A customer with an event after as_of, or with more renewals than units, is an error (22023).
Formula: shifted beta-geometric (Fader, Hardie 2007)
Feature: clv, since 0.1.0';

create function @extschema@.sbg_fit(surviving pg_catalog.float8[], regularisation pg_catalog.float8 default 0) returns pg_catalog.jsonb
  immutable strict parallel safe cost 1000
  language c as 'MODULE_PATHNAME', 'crm_sbg_fit_surviving';
comment on function @extschema@.sbg_fit(pg_catalog.float8[], pg_catalog.float8) is
'Fits the shifted beta-geometric model to one cohort: surviving[1] customers at the start, surviving[2] after the first renewal date, and so on. Counts of customers, not percentages: standard errors depend on them. Values that rise, are negative or not whole are errors (22023).
Formula: shifted beta-geometric (Fader, Hardie 2007)
Feature: clv, since 0.1.0';

create function @extschema@.p_alive(model pg_catalog.jsonb, summary @extschema@.rfm, as_of pg_catalog.date) returns pg_catalog.float8
  immutable strict parallel safe cost 2
  language c as 'MODULE_PATHNAME', 'crm_p_alive';
comment on function @extschema@.p_alive(pg_catalog.jsonb, @extschema@.rfm, pg_catalog.date) is
'Probability, from 0 to 1, that a customer still buys at the end of as_of, under a model of kind bgnbd, mbgnbd or pareto_nbd; under bgbb, that he is still there at the next opportunity. Under BG/NBD a customer without a repeat purchase has 1, by construction: compare mbgnbd or pareto_nbd. An as_of before his last event is an error (22023), a model that did not converge 55000.
Unit: probability, 0 to 1
Formula: of the model: BG/NBD, MBG/NBD, Pareto/NBD or BG/BB (see its fit)
Feature: clv, since 0.1.0';

create function @extschema@.expected_purchases(model pg_catalog.jsonb, summary @extschema@.rfm, as_of pg_catalog.date, horizon pg_catalog.float8) returns pg_catalog.float8
  immutable strict parallel safe cost 10
  language c as 'MODULE_PATHNAME', 'crm_expected_purchases';
comment on function @extschema@.expected_purchases(pg_catalog.jsonb, @extschema@.rfm, pg_catalog.date, pg_catalog.float8) is
'Expected number of purchases of a customer within horizon units of the model (weeks, if it was fitted in weeks) after as_of, whether he still buys taken into account. Cumulative from as_of. bgbb takes whole units. A negative or infinite horizon is an error (22023).
Unit: purchases
Formula: of the model: BG/NBD, MBG/NBD, Pareto/NBD or BG/BB (see its fit)
Feature: clv, since 0.1.0';

create function @extschema@.expected_purchases_new(model pg_catalog.jsonb, horizon pg_catalog.float8) returns pg_catalog.float8
  immutable strict parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_expected_purchases_new';
comment on function @extschema@.expected_purchases_new(pg_catalog.jsonb, pg_catalog.float8) is
'Expected number of repeat purchases of a customer of whom nothing is known, within horizon units of the model after his first purchase, which is not counted.
Unit: purchases
Formula: of the model: BG/NBD, MBG/NBD, Pareto/NBD or BG/BB (see its fit)
Feature: clv, since 0.1.0';

create function @extschema@.expected_value(gamma_gamma pg_catalog.jsonb, summary @extschema@.rfm) returns pg_catalog.numeric
  immutable strict parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_expected_value';
comment on function @extschema@.expected_value(pg_catalog.jsonb, @extschema@.rfm) is
'Expected amount of a future purchase of a customer: his mean repeat spend, drawn towards the mean of all customers the more, the fewer purchases he made; p (v + x m) / (p x + q - 1). The mean of all for a customer without a repeat purchase; NULL for one whose repeat spend is not positive. Rounded at 12 decimals. A model with q <= 1 has no finite mean and is refused (55000).
Unit: currency of the amounts
Formula: gamma-gamma model of spend (Fader, Hardie 2013)
Feature: clv, since 0.1.0';

create function @extschema@.clv(model pg_catalog.jsonb, gamma_gamma pg_catalog.jsonb, summary @extschema@.rfm, as_of pg_catalog.date, horizon pg_catalog.float8, discount pg_catalog.float8) returns pg_catalog.numeric
  immutable strict parallel safe cost 50
  language c as 'MODULE_PATHNAME', 'crm_clv';
comment on function @extschema@.clv(pg_catalog.jsonb, pg_catalog.jsonb, @extschema@.rfm, pg_catalog.date, pg_catalog.float8, pg_catalog.float8) is
'Customer lifetime value: what a customer is expected to bring within horizon units of the model after as_of (Infinity: for ever, with a discount of at least 1e-6), each purchase discounted from the moment it is expected. discount: effective annual rate (0.1 is ten percent a year), whatever the unit. In the currency of the amounts, and profit only if they are. NULL where expected_value is. Rounded at 12 decimals.
Unit: currency of the amounts
Formula: sum over time of expected purchases * expected_value / (1 + discount)^t (see the fits of both models)
Feature: clv, since 0.1.0';

create function @extschema@.clv_explain(
    model pg_catalog.jsonb, gamma_gamma pg_catalog.jsonb, summary @extschema@.rfm, as_of pg_catalog.date, horizon pg_catalog.float8, discount pg_catalog.float8,
    out p_alive pg_catalog.float8, out expected_purchases pg_catalog.float8, out discounted_purchases pg_catalog.float8, out expected_value pg_catalog.numeric,
    out clv pg_catalog.numeric)
  returns setof pg_catalog.record
  immutable strict parallel safe cost 200 rows 1
  language c as 'MODULE_PATHNAME', 'crm_clv_explain';
comment on function @extschema@.clv_explain(pg_catalog.jsonb, pg_catalog.jsonb, @extschema@.rfm, pg_catalog.date, pg_catalog.float8, pg_catalog.float8) is
'What clv is made of: the chance that the customer still buys, the purchases expected within the horizon (NULL where it is infinite; the chance is in them) and the same discounted, the expected amount of each, and clv, which is discounted_purchases times expected_value before rounding. One row; none for NULL.
Unit: p_alive: probability, 0 to 1; expected_purchases, discounted_purchases: purchases; expected_value: currency of the amounts, a purchase; clv: currency of the amounts
Formula: sum over time of expected purchases * expected_value / (1 + discount)^t (see the fits of both models)
Feature: clv, since 0.1.0';

create function @extschema@.clv_interval(
    model pg_catalog.jsonb, gamma_gamma pg_catalog.jsonb, summary @extschema@.rfm, as_of pg_catalog.date, horizon pg_catalog.float8, discount pg_catalog.float8,
    level pg_catalog.float8 default 0.95, out clv pg_catalog.numeric, out lower pg_catalog.numeric, out upper pg_catalog.numeric)
  returns setof pg_catalog.record
  immutable strict parallel safe cost 500 rows 1
  language c as 'MODULE_PATHNAME', 'crm_clv_interval';
comment on function @extschema@.clv_interval(pg_catalog.jsonb, pg_catalog.jsonb, @extschema@.rfm, pg_catalog.date, pg_catalog.float8, pg_catalog.float8, pg_catalog.float8) is
'clv with an interval that covers the uncertainty of the fitted parameters (delta method on the logarithm, from the covariance in the models). It is an interval for the expectation, not for what this customer will do, who varies far more. lower and upper are NULL when a model has no covariance, or does not determine a parameter. One row; none for NULL.
Unit: clv, lower, upper: currency of the amounts
Formula: clv with the delta method on its logarithm
Feature: clv, since 0.1.0';

create function @extschema@.clv_formula(margin pg_catalog.numeric, retention pg_catalog.float8, discount pg_catalog.float8, horizon pg_catalog.int4, timing pg_catalog.text) returns pg_catalog.numeric
  immutable parallel safe cost 20
  language c as 'MODULE_PATHNAME', 'crm_clv_formula';
comment on function @extschema@.clv_formula(pg_catalog.numeric, pg_catalog.float8, pg_catalog.float8, pg_catalog.int4, pg_catalog.text) is
'The textbook formula: sum of margin * retention^t / (1 + discount)^t. horizon: number of margins, NULL for ever. timing: start (the first margin is received now, t = 0, 1, ...) or end (after one period, t = 1, 2, ...); for ever, the two differ by one margin. All rates are for one period. NULL when margin, retention, discount or timing is NULL.
Unit: currency of the amounts
Formula: sum of margin * retention^t / (1 + discount)^t
Feature: clv, since 0.1.0';

create function @extschema@.retention_curve(model pg_catalog.jsonb, periods pg_catalog.int4, out period pg_catalog.int4, out survival pg_catalog.float8, out retention pg_catalog.float8)
  returns setof pg_catalog.record
  immutable strict parallel safe cost 200 rows 12 support @extschema@.number_rows_support
  language c as 'MODULE_PATHNAME', 'crm_retention_curve';
comment on function @extschema@.retention_curve(pg_catalog.jsonb, pg_catalog.int4) is
'The curve of a shifted beta-geometric model: for each period from 1 the share of the customers of the start who are still there after it, and of those before it (the retention rate, which rises because those who leave early leave early).
Unit: period: number; survival, retention: share, 0 to 1
Formula: shifted beta-geometric (Fader, Hardie 2007)
Feature: clv, since 0.1.0';

create function @extschema@.residual_lifetime(model pg_catalog.jsonb, renewals pg_catalog.int4, discount pg_catalog.float8) returns pg_catalog.float8
  immutable strict parallel safe cost 500
  language c as 'MODULE_PATHNAME', 'crm_residual_lifetime';
comment on function @extschema@.residual_lifetime(pg_catalog.jsonb, pg_catalog.int4, pg_catalog.float8) is
'Discounted expected residual lifetime of a contract, in periods, just before its next renewal date, after that many renewals (Fader and Hardie 2010): the expected number of further renewals, the coming one undiscounted. discount: rate for one period, above 0. Times the margin of a period it is the residual value.
Unit: periods
Formula: discounted expected residual lifetime (Fader, Hardie 2010)
Feature: clv, since 0.1.0';

create function @extschema@.purchase_histogram(
    model pg_catalog.jsonb, sample @extschema@.rfm_sample, as_of pg_catalog.date, up_to pg_catalog.int4 default 10,
    out purchases pg_catalog.int4, out or_more pg_catalog.bool, out observed pg_catalog.int8, out expected pg_catalog.float8)
  returns setof pg_catalog.record
  immutable strict parallel safe cost 20000 rows 11 support @extschema@.number_rows_support
  language c as 'MODULE_PATHNAME', 'crm_purchase_histogram';
comment on function @extschema@.purchase_histogram(pg_catalog.jsonb, @extschema@.rfm_sample, pg_catalog.date, pg_catalog.int4) is
'Whether a model fits: for each number of repeat purchases from 0 to up_to (the last row: or more) how many customers of the sample made it until as_of, and how many the model expects, given how long each has been a customer. Both columns add up to the customers.
Unit: purchases: number; observed, expected: customers
Formula: of the model: BG/NBD, MBG/NBD, Pareto/NBD or BG/BB (see its fit)
Feature: clv, since 0.1.0';

create function @extschema@.frequency_value_correlation(
    sample @extschema@.rfm_sample, out customers pg_catalog.int8, out pearson pg_catalog.float8, out lower pg_catalog.float8, out upper pg_catalog.float8, out spearman pg_catalog.float8)
  returns setof pg_catalog.record
  immutable strict parallel safe cost 20000 rows 1
  language c as 'MODULE_PATHNAME', 'crm_frequency_value_correlation';
comment on function @extschema@.frequency_value_correlation(@extschema@.rfm_sample) is
'Correlation between the number of repeat purchases and their mean amount, over the customers whom gamma_gamma_fit takes (who bought again, for a positive amount): the model assumes none. Pearson with its 95 % interval (Fisher), and Spearman (ranks), which does not follow a few large values. NULL where there is no spread or too few customers. More events than days or an unknown first total are errors (22023).
Unit: customers: number; pearson, lower, upper, spearman: -1 to 1
Formula: Pearson with Fisher''s interval, Spearman
Feature: clv, since 0.1.0';

create function @extschema@.clv_model_parameters(
    model pg_catalog.jsonb, level pg_catalog.float8 default 0.95, out parameter pg_catalog.text, out estimate pg_catalog.float8, out standard_error pg_catalog.float8,
    out lower pg_catalog.float8, out upper pg_catalog.float8)
  returns setof pg_catalog.record
  immutable strict parallel safe cost 1000 rows 4
  language c as 'MODULE_PATHNAME', 'crm_clv_model_parameters';
comment on function @extschema@.clv_model_parameters(pg_catalog.jsonb, pg_catalog.float8) is
'The parameters of a fitted model as rows, with standard errors and an interval on the log scale, so that it stays positive. NULL where the data do not determine the parameter.
Unit: estimate, standard_error, lower, upper: of the parameter, in the unit of the model
Formula: maximum likelihood; intervals by the delta method on the logarithm
Feature: clv, since 0.1.0';

create function @extschema@.clv_model_check(model pg_catalog.jsonb, out path pg_catalog.text, out problem pg_catalog.text)
  returns setof pg_catalog.record
  immutable strict parallel safe cost 1000 rows 1
  language c as 'MODULE_PATHNAME', 'crm_clv_model_check';
comment on function @extschema@.clv_model_check(pg_catalog.jsonb) is
'Every problem of a lifetime-value model, fitted or written by hand, with its JSON path; no rows when it is valid.
Feature: clv, since 0.1.0';

-- balance: balances that hold from their day until the next entry: daily averages, extremes, months; movements.


create type @extschema@.daily_balance;

create function @extschema@.daily_balance_in(pg_catalog.cstring) returns @extschema@.daily_balance
  immutable strict parallel safe cost 200
  language c as 'MODULE_PATHNAME', 'crm_daily_balance_in';
comment on function @extschema@.daily_balance_in(pg_catalog.cstring) is
'Text input of type daily_balance (JSON). What is wrong is 22P02 and names the path.
Feature: balance, since 0.1.0';

create function @extschema@.daily_balance_out(@extschema@.daily_balance) returns pg_catalog.cstring
  immutable strict parallel safe cost 200
  language c as 'MODULE_PATHNAME', 'crm_daily_balance_out';
comment on function @extschema@.daily_balance_out(@extschema@.daily_balance) is
'Text output of type daily_balance: JSON with sorted keys, lossless.
Feature: balance, since 0.1.0';

create function @extschema@.daily_balance_recv(pg_catalog.internal) returns @extschema@.daily_balance
  immutable strict parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_daily_balance_recv';
comment on function @extschema@.daily_balance_recv(pg_catalog.internal) is
'Binary input of type daily_balance: a version, then the value in network order. What is wrong is 22P03.
Feature: balance, since 0.1.0';

create function @extschema@.daily_balance_send(@extschema@.daily_balance) returns pg_catalog.bytea
  immutable strict parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_daily_balance_send';
comment on function @extschema@.daily_balance_send(@extschema@.daily_balance) is
'Binary output of type daily_balance: a version, then the value in network order.
Feature: balance, since 0.1.0';

create type @extschema@.daily_balance (
  input = @extschema@.daily_balance_in, output = @extschema@.daily_balance_out, receive = @extschema@.daily_balance_recv, send = @extschema@.daily_balance_send,
  internallength = variable, alignment = double, storage = extended
);
comment on type @extschema@.daily_balance is
'What an account''s balance was set to on which day, exactly; each balance holds until the next entry. Made by daily_balance_agg or balance_from_movements, put together by daily_balance_merge, read by average_daily_balance, balance_on, lowest_balance, highest_balance, days_below, monthly_balances and daily_balance_entries. 32 bytes an entry in memory. Text form: JSON.
Feature: balance, since 0.1.0';

create function @extschema@.daily_balance_combine(@extschema@.daily_balance, @extschema@.daily_balance) returns @extschema@.daily_balance
  immutable parallel safe cost 150
  language c as 'MODULE_PATHNAME', 'crm_daily_balance_combine';
comment on function @extschema@.daily_balance_combine(@extschema@.daily_balance, @extschema@.daily_balance) is
'Adds two values of type daily_balance up; NULL on either side gives the other. Combine function of its aggregates.
Feature: balance, since 0.1.0';

create function @extschema@.daily_balance_final(@extschema@.daily_balance) returns @extschema@.daily_balance
  immutable strict parallel safe cost 1
  language c as 'MODULE_PATHNAME', 'crm_daily_balance_final';
comment on function @extschema@.daily_balance_final(@extschema@.daily_balance) is
'Final function of the aggregates of type daily_balance: gives the state as it is, without the copy that PostgreSQL 14 and 15 would make.
Feature: balance, since 0.1.0';

create aggregate @extschema@.daily_balance_merge(@extschema@.daily_balance) (
  sfunc = @extschema@.daily_balance_combine, stype = @extschema@.daily_balance, combinefunc = @extschema@.daily_balance_combine, finalfunc = @extschema@.daily_balance_final, parallel = safe
);
comment on aggregate @extschema@.daily_balance_merge(@extschema@.daily_balance) is
'Puts the entries of several daily_balance summaries of ONE account together: of months, of partitions. Balances do not add up: it is no sum over accounts. An entry that is in two of them counts once. NULLs are skipped; no rows give NULL. Merging in any order gives the same bytes.
Feature: balance, since 0.1.0';

create function @extschema@.daily_balance_push(@extschema@.daily_balance, pg_catalog.date, pg_catalog.numeric) returns @extschema@.daily_balance
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_daily_balance_push_on_numeric';
comment on function @extschema@.daily_balance_push(@extschema@.daily_balance, pg_catalog.date, pg_catalog.numeric) is
'Transition function of daily_balance_agg: adds one entry; a NULL in it is skipped.
Feature: balance, since 0.1.0';

create aggregate @extschema@.daily_balance_agg(day pg_catalog.date, balance pg_catalog.numeric) (
  sfunc = @extschema@.daily_balance_push, stype = @extschema@.daily_balance, combinefunc = @extschema@.daily_balance_combine,
  finalfunc = @extschema@.daily_balance_final, parallel = safe
);
comment on aggregate @extschema@.daily_balance_agg(pg_catalog.date, pg_catalog.numeric) is
'The balances of one account, one row an entry, in any order. A balance holds from its day until the next entry. Several different balances on one day have no order here: whoever reads them says which counts (same_day), or gives a sequence or a timestamp instead. The same row twice changes nothing. Balances are kept exactly to 12 decimals; more round half to even. Rows with a NULL are skipped; no rows give NULL. NaN and magnitudes above 1.7e26 are errors (22003), an infinite day is 22008.
Feature: balance, since 0.1.0';

create function @extschema@.daily_balance_push(@extschema@.daily_balance, pg_catalog.date, pg_catalog.float8) returns @extschema@.daily_balance
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_daily_balance_push_on_float8';
comment on function @extschema@.daily_balance_push(@extschema@.daily_balance, pg_catalog.date, pg_catalog.float8) is
'Transition function of daily_balance_agg: adds one entry; a NULL in it is skipped.
Feature: balance, since 0.1.0';

create aggregate @extschema@.daily_balance_agg(day pg_catalog.date, balance pg_catalog.float8) (
  sfunc = @extschema@.daily_balance_push, stype = @extschema@.daily_balance, combinefunc = @extschema@.daily_balance_combine,
  finalfunc = @extschema@.daily_balance_final, parallel = safe
);
comment on aggregate @extschema@.daily_balance_agg(pg_catalog.date, pg_catalog.float8) is
'The balances of one account, one row an entry, in any order. A balance holds from its day until the next entry. Several different balances on one day have no order here: whoever reads them says which counts (same_day), or gives a sequence or a timestamp instead. The same row twice changes nothing. Each balance is taken as the decimal it prints as, to 12 decimals. Rows with a NULL are skipped; no rows give NULL. NaN, infinities and magnitudes above 1.7e26 are errors (22003), an infinite day is 22008.
Feature: balance, since 0.1.0';

create function @extschema@.daily_balance_push(@extschema@.daily_balance, pg_catalog.date, pg_catalog.int8) returns @extschema@.daily_balance
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_daily_balance_push_on_bigint';
comment on function @extschema@.daily_balance_push(@extschema@.daily_balance, pg_catalog.date, pg_catalog.int8) is
'Transition function of daily_balance_agg: adds one entry; a NULL in it is skipped.
Feature: balance, since 0.1.0';

create aggregate @extschema@.daily_balance_agg(day pg_catalog.date, balance pg_catalog.int8) (
  sfunc = @extschema@.daily_balance_push, stype = @extschema@.daily_balance, combinefunc = @extschema@.daily_balance_combine,
  finalfunc = @extschema@.daily_balance_final, parallel = safe
);
comment on aggregate @extschema@.daily_balance_agg(pg_catalog.date, pg_catalog.int8) is
'The balances of one account, one row an entry, in any order. A balance holds from its day until the next entry. Several different balances on one day have no order here: whoever reads them says which counts (same_day), or gives a sequence or a timestamp instead. The same row twice changes nothing. Whole balances, such as minor units, are kept exactly. Rows with a NULL are skipped; no rows give NULL. An infinite day is 22008.
Feature: balance, since 0.1.0';

create function @extschema@.daily_balance_push(@extschema@.daily_balance, pg_catalog.timestamptz, pg_catalog.numeric) returns @extschema@.daily_balance
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_daily_balance_push_at_numeric';
comment on function @extschema@.daily_balance_push(@extschema@.daily_balance, pg_catalog.timestamptz, pg_catalog.numeric) is
'Transition function of daily_balance_agg: adds one entry; a NULL in it is skipped.
Feature: balance, since 0.1.0';

create aggregate @extschema@.daily_balance_agg(at pg_catalog.timestamptz, balance pg_catalog.numeric) (
  sfunc = @extschema@.daily_balance_push, stype = @extschema@.daily_balance, combinefunc = @extschema@.daily_balance_combine,
  finalfunc = @extschema@.daily_balance_final, parallel = safe
);
comment on aggregate @extschema@.daily_balance_agg(pg_catalog.timestamptz, pg_catalog.numeric) is
'The balances of one account, one row an entry, in any order. A balance holds from its UTC day until the next entry; the time of the day orders entries within it, and the last one closes the day. The same row twice changes nothing. Balances are kept exactly to 12 decimals; more round half to even. Rows with a NULL are skipped; no rows give NULL. NaN and magnitudes above 1.7e26 are errors (22003), an infinite instant is 22008.
Feature: balance, since 0.1.0';

create function @extschema@.daily_balance_push(@extschema@.daily_balance, pg_catalog.timestamptz, pg_catalog.float8) returns @extschema@.daily_balance
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_daily_balance_push_at_float8';
comment on function @extschema@.daily_balance_push(@extschema@.daily_balance, pg_catalog.timestamptz, pg_catalog.float8) is
'Transition function of daily_balance_agg: adds one entry; a NULL in it is skipped.
Feature: balance, since 0.1.0';

create aggregate @extschema@.daily_balance_agg(at pg_catalog.timestamptz, balance pg_catalog.float8) (
  sfunc = @extschema@.daily_balance_push, stype = @extschema@.daily_balance, combinefunc = @extschema@.daily_balance_combine,
  finalfunc = @extschema@.daily_balance_final, parallel = safe
);
comment on aggregate @extschema@.daily_balance_agg(pg_catalog.timestamptz, pg_catalog.float8) is
'The balances of one account, one row an entry, in any order. A balance holds from its UTC day until the next entry; the time of the day orders entries within it, and the last one closes the day. The same row twice changes nothing. Each balance is taken as the decimal it prints as, to 12 decimals. Rows with a NULL are skipped; no rows give NULL. NaN, infinities and magnitudes above 1.7e26 are errors (22003), an infinite instant is 22008.
Feature: balance, since 0.1.0';

create function @extschema@.daily_balance_push(@extschema@.daily_balance, pg_catalog.timestamptz, pg_catalog.int8) returns @extschema@.daily_balance
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_daily_balance_push_at_bigint';
comment on function @extschema@.daily_balance_push(@extschema@.daily_balance, pg_catalog.timestamptz, pg_catalog.int8) is
'Transition function of daily_balance_agg: adds one entry; a NULL in it is skipped.
Feature: balance, since 0.1.0';

create aggregate @extschema@.daily_balance_agg(at pg_catalog.timestamptz, balance pg_catalog.int8) (
  sfunc = @extschema@.daily_balance_push, stype = @extschema@.daily_balance, combinefunc = @extschema@.daily_balance_combine,
  finalfunc = @extschema@.daily_balance_final, parallel = safe
);
comment on aggregate @extschema@.daily_balance_agg(pg_catalog.timestamptz, pg_catalog.int8) is
'The balances of one account, one row an entry, in any order. A balance holds from its UTC day until the next entry; the time of the day orders entries within it, and the last one closes the day. The same row twice changes nothing. Whole balances, such as minor units, are kept exactly. Rows with a NULL are skipped; no rows give NULL. An infinite instant is 22008.
Feature: balance, since 0.1.0';

create function @extschema@.daily_balance_push(@extschema@.daily_balance, pg_catalog.date, pg_catalog.int8, pg_catalog.numeric) returns @extschema@.daily_balance
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_daily_balance_push_in_turn_numeric';
comment on function @extschema@.daily_balance_push(@extschema@.daily_balance, pg_catalog.date, pg_catalog.int8, pg_catalog.numeric) is
'Transition function of daily_balance_agg: adds one entry; a NULL in it is skipped.
Feature: balance, since 0.1.0';

create aggregate @extschema@.daily_balance_agg(day pg_catalog.date, sequence pg_catalog.int8, balance pg_catalog.numeric) (
  sfunc = @extschema@.daily_balance_push, stype = @extschema@.daily_balance, combinefunc = @extschema@.daily_balance_combine,
  finalfunc = @extschema@.daily_balance_final, parallel = safe
);
comment on aggregate @extschema@.daily_balance_agg(pg_catalog.date, pg_catalog.int8, pg_catalog.numeric) is
'The balances of one account, one row an entry, in any order. A balance holds from its day until the next entry; the sequence (a transaction number) orders entries within the day, and the highest closes it. The same row twice changes nothing. Balances are kept exactly to 12 decimals; more round half to even. Rows with a NULL are skipped; no rows give NULL. NaN and magnitudes above 1.7e26 are errors (22003), an infinite day is 22008.
Feature: balance, since 0.1.0';

create function @extschema@.daily_balance_push(@extschema@.daily_balance, pg_catalog.date, pg_catalog.int8, pg_catalog.float8) returns @extschema@.daily_balance
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_daily_balance_push_in_turn_float8';
comment on function @extschema@.daily_balance_push(@extschema@.daily_balance, pg_catalog.date, pg_catalog.int8, pg_catalog.float8) is
'Transition function of daily_balance_agg: adds one entry; a NULL in it is skipped.
Feature: balance, since 0.1.0';

create aggregate @extschema@.daily_balance_agg(day pg_catalog.date, sequence pg_catalog.int8, balance pg_catalog.float8) (
  sfunc = @extschema@.daily_balance_push, stype = @extschema@.daily_balance, combinefunc = @extschema@.daily_balance_combine,
  finalfunc = @extschema@.daily_balance_final, parallel = safe
);
comment on aggregate @extschema@.daily_balance_agg(pg_catalog.date, pg_catalog.int8, pg_catalog.float8) is
'The balances of one account, one row an entry, in any order. A balance holds from its day until the next entry; the sequence (a transaction number) orders entries within the day, and the highest closes it. The same row twice changes nothing. Each balance is taken as the decimal it prints as, to 12 decimals. Rows with a NULL are skipped; no rows give NULL. NaN, infinities and magnitudes above 1.7e26 are errors (22003), an infinite day is 22008.
Feature: balance, since 0.1.0';

create function @extschema@.daily_balance_push(@extschema@.daily_balance, pg_catalog.date, pg_catalog.int8, pg_catalog.int8) returns @extschema@.daily_balance
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_daily_balance_push_in_turn_bigint';
comment on function @extschema@.daily_balance_push(@extschema@.daily_balance, pg_catalog.date, pg_catalog.int8, pg_catalog.int8) is
'Transition function of daily_balance_agg: adds one entry; a NULL in it is skipped.
Feature: balance, since 0.1.0';

create aggregate @extschema@.daily_balance_agg(day pg_catalog.date, sequence pg_catalog.int8, balance pg_catalog.int8) (
  sfunc = @extschema@.daily_balance_push, stype = @extschema@.daily_balance, combinefunc = @extschema@.daily_balance_combine,
  finalfunc = @extschema@.daily_balance_final, parallel = safe
);
comment on aggregate @extschema@.daily_balance_agg(pg_catalog.date, pg_catalog.int8, pg_catalog.int8) is
'The balances of one account, one row an entry, in any order. A balance holds from its day until the next entry; the sequence (a transaction number) orders entries within the day, and the highest closes it. The same row twice changes nothing. Whole balances, such as minor units, are kept exactly. Rows with a NULL are skipped; no rows give NULL. An infinite day is 22008.
Feature: balance, since 0.1.0';

create function @extschema@.average_daily_balance(
    balances @extschema@.daily_balance,
    first_day pg_catalog.date,
    last_day pg_catalog.date,
    opening pg_catalog.numeric default null,
    divisor pg_catalog.int4 default null,
    same_day pg_catalog.text default 'last')
  returns pg_catalog.numeric
  immutable parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_average_daily_balance';
comment on function @extschema@.average_daily_balance(@extschema@.daily_balance, pg_catalog.date, pg_catalog.date, pg_catalog.numeric, pg_catalog.int4, pg_catalog.text) is
'Average daily balance: the sum of the closing balances of the calendar days from first_day to last_day, both counted, over the number of those days, or over divisor where one is given (30, say; at least 1, 22023). Each balance is carried forward until the next entry, the last one to last_day. Exact, rounded once, half to even at 12 decimals. opening: the balance before the first entry; NULL means unknown, and a day before it is then an error (22023), never 0. same_day: which of several entries of one day counts: last (the highest sequence; if those differ 22023), lowest, highest, or error. last_day before first_day is 22023. NULL summary or day gives NULL.
Unit: currency of the balances
Formula: sum of the closing balances of calendar days / number of days
Feature: balance, since 0.1.0';

create function @extschema@.balance_on(
    balances @extschema@.daily_balance,
    day pg_catalog.date,
    opening pg_catalog.numeric default null,
    same_day pg_catalog.text default 'last')
  returns pg_catalog.numeric
  immutable parallel safe cost 50
  language c as 'MODULE_PATHNAME', 'crm_balance_on';
comment on function @extschema@.balance_on(@extschema@.daily_balance, pg_catalog.date, pg_catalog.numeric, pg_catalog.text) is
'Closing balance of a day: of the entries of that day, or of the latest day with an entry before it. opening: the balance before the first entry; NULL means unknown, and a day before it is then an error (22023), never 0. same_day: which of several entries of one day counts: last (the highest sequence; if those differ 22023), lowest, highest, or error. NULL summary or day gives NULL.
Unit: currency of the balances
Feature: balance, since 0.1.0';

create function @extschema@.lowest_balance(
    balances @extschema@.daily_balance,
    first_day pg_catalog.date,
    last_day pg_catalog.date,
    opening pg_catalog.numeric default null,
    same_day pg_catalog.text default 'last')
  returns pg_catalog.numeric
  immutable parallel safe cost 50
  language c as 'MODULE_PATHNAME', 'crm_lowest_balance';
comment on function @extschema@.lowest_balance(@extschema@.daily_balance, pg_catalog.date, pg_catalog.date, pg_catalog.numeric, pg_catalog.text) is
'The lowest closing balance of the days from first_day to last_day, both counted; balances within a day count only as same_day says. opening: the balance before the first entry; NULL means unknown, and a day before it is then an error (22023), never 0. same_day: which of several entries of one day counts: last (the highest sequence; if those differ 22023), lowest, highest, or error. last_day before first_day is 22023. NULL summary or day gives NULL.
Unit: currency of the balances
Feature: balance, since 0.1.0';

create function @extschema@.highest_balance(
    balances @extschema@.daily_balance,
    first_day pg_catalog.date,
    last_day pg_catalog.date,
    opening pg_catalog.numeric default null,
    same_day pg_catalog.text default 'last')
  returns pg_catalog.numeric
  immutable parallel safe cost 50
  language c as 'MODULE_PATHNAME', 'crm_highest_balance';
comment on function @extschema@.highest_balance(@extschema@.daily_balance, pg_catalog.date, pg_catalog.date, pg_catalog.numeric, pg_catalog.text) is
'The highest closing balance of the days from first_day to last_day, both counted; balances within a day count only as same_day says. opening: the balance before the first entry; NULL means unknown, and a day before it is then an error (22023), never 0. same_day: which of several entries of one day counts: last (the highest sequence; if those differ 22023), lowest, highest, or error. last_day before first_day is 22023. NULL summary or day gives NULL.
Unit: currency of the balances
Feature: balance, since 0.1.0';

create function @extschema@.days_below(
    balances @extschema@.daily_balance,
    level pg_catalog.numeric,
    first_day pg_catalog.date,
    last_day pg_catalog.date,
    opening pg_catalog.numeric default null,
    same_day pg_catalog.text default 'last')
  returns pg_catalog.int4
  immutable parallel safe cost 50
  language c as 'MODULE_PATHNAME', 'crm_days_below';
comment on function @extschema@.days_below(@extschema@.daily_balance, pg_catalog.numeric, pg_catalog.date, pg_catalog.date, pg_catalog.numeric, pg_catalog.text) is
'Number of days from first_day to last_day, both counted, whose closing balance is below the level; a balance at the level is not below it. opening: the balance before the first entry; NULL means unknown, and a day before it is then an error (22023), never 0. same_day: which of several entries of one day counts: last (the highest sequence; if those differ 22023), lowest, highest, or error. last_day before first_day is 22023. NULL summary, level or day gives NULL.
Unit: days
Feature: balance, since 0.1.0';

create function @extschema@.monthly_balances(
    balances @extschema@.daily_balance,
    first_day pg_catalog.date,
    last_day pg_catalog.date,
    opening pg_catalog.numeric default null,
    divisor pg_catalog.int4 default null,
    same_day pg_catalog.text default 'last',
    out month pg_catalog.date, out first_day pg_catalog.date, out last_day pg_catalog.date, out days pg_catalog.int4, out average pg_catalog.numeric, out lowest pg_catalog.numeric, out highest pg_catalog.numeric, out closing pg_catalog.numeric)
  returns setof pg_catalog.record
  immutable parallel safe cost 500 rows 12
  language c as 'MODULE_PATHNAME', 'crm_monthly_balances';
comment on function @extschema@.monthly_balances(@extschema@.daily_balance, pg_catalog.date, pg_catalog.date, pg_catalog.numeric, pg_catalog.int4, pg_catalog.text) is
'A row for each calendar month that the days from first_day to last_day, both counted, touch. month: its first day. first_day, last_day, days: its part of the period. average: the average daily balance of these days (over divisor where one is given, also in a part of a month). lowest, highest: closing balances of these days. closing: that of the last of them. opening: the balance before the first entry; NULL means unknown, and a day before it is then an error (22023), never 0. same_day: which of several entries of one day counts: last (the highest sequence; if those differ 22023), lowest, highest, or error. More than 120,000 months are 54000. No rows for a NULL summary or day.
Unit: days: number; average, lowest, highest, closing: currency of the balances
Feature: balance, since 0.1.0';

create function @extschema@.daily_balance_entries(
    balances @extschema@.daily_balance,
    same_day pg_catalog.text default 'last',
    out day pg_catalog.date, out balance pg_catalog.numeric)
  returns setof pg_catalog.record
  immutable strict parallel safe cost 500 rows 30
  language c as 'MODULE_PATHNAME', 'crm_daily_balance_entries';
comment on function @extschema@.daily_balance_entries(@extschema@.daily_balance, pg_catalog.text) is
'The days with an entry, in their order, and the balance of each that counts. same_day: which of several entries of one day counts: last (the highest sequence; if those differ 22023), lowest, highest, or error. No rows for a NULL summary.
Unit: balance: currency of the balances
Feature: balance, since 0.1.0';

create type @extschema@.daily_movement;

create function @extschema@.daily_movement_in(pg_catalog.cstring) returns @extschema@.daily_movement
  immutable strict parallel safe cost 200
  language c as 'MODULE_PATHNAME', 'crm_daily_movement_in';
comment on function @extschema@.daily_movement_in(pg_catalog.cstring) is
'Text input of type daily_movement (JSON). What is wrong is 22P02 and names the path.
Feature: balance, since 0.1.0';

create function @extschema@.daily_movement_out(@extschema@.daily_movement) returns pg_catalog.cstring
  immutable strict parallel safe cost 200
  language c as 'MODULE_PATHNAME', 'crm_daily_movement_out';
comment on function @extschema@.daily_movement_out(@extschema@.daily_movement) is
'Text output of type daily_movement: JSON with sorted keys, lossless.
Feature: balance, since 0.1.0';

create function @extschema@.daily_movement_recv(pg_catalog.internal) returns @extschema@.daily_movement
  immutable strict parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_daily_movement_recv';
comment on function @extschema@.daily_movement_recv(pg_catalog.internal) is
'Binary input of type daily_movement: a version, then the value in network order. What is wrong is 22P03.
Feature: balance, since 0.1.0';

create function @extschema@.daily_movement_send(@extschema@.daily_movement) returns pg_catalog.bytea
  immutable strict parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_daily_movement_send';
comment on function @extschema@.daily_movement_send(@extschema@.daily_movement) is
'Binary output of type daily_movement: a version, then the value in network order.
Feature: balance, since 0.1.0';

create type @extschema@.daily_movement (
  input = @extschema@.daily_movement_in, output = @extschema@.daily_movement_out, receive = @extschema@.daily_movement_recv, send = @extschema@.daily_movement_send,
  internallength = variable, alignment = double, storage = extended
);
comment on type @extschema@.daily_movement is
'The exact net of what went in and out of an account on each day. Made by daily_movement_agg, added up by daily_movement_merge, read by balance_from_movements and movement_rows. 24 bytes a day in memory. Text form: JSON.
Feature: balance, since 0.1.0';

create function @extschema@.daily_movement_combine(@extschema@.daily_movement, @extschema@.daily_movement) returns @extschema@.daily_movement
  immutable parallel safe cost 150
  language c as 'MODULE_PATHNAME', 'crm_daily_movement_combine';
comment on function @extschema@.daily_movement_combine(@extschema@.daily_movement, @extschema@.daily_movement) is
'Adds two values of type daily_movement up; NULL on either side gives the other. Combine function of its aggregates.
Feature: balance, since 0.1.0';

create function @extschema@.daily_movement_final(@extschema@.daily_movement) returns @extschema@.daily_movement
  immutable strict parallel safe cost 1
  language c as 'MODULE_PATHNAME', 'crm_daily_movement_final';
comment on function @extschema@.daily_movement_final(@extschema@.daily_movement) is
'Final function of the aggregates of type daily_movement: gives the state as it is, without the copy that PostgreSQL 14 and 15 would make.
Feature: balance, since 0.1.0';

create aggregate @extschema@.daily_movement_merge(@extschema@.daily_movement) (
  sfunc = @extschema@.daily_movement_combine, stype = @extschema@.daily_movement, combinefunc = @extschema@.daily_movement_combine, finalfunc = @extschema@.daily_movement_final, parallel = safe
);
comment on aggregate @extschema@.daily_movement_merge(@extschema@.daily_movement) is
'Adds up daily_movement summaries, day by day: of months, of accounts. A movement that is in two of them counts twice. NULLs are skipped; no rows give NULL. Merging in any order gives the same bytes.
Feature: balance, since 0.1.0';

create function @extschema@.daily_movement_push(@extschema@.daily_movement, pg_catalog.date, pg_catalog.numeric) returns @extschema@.daily_movement
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_daily_movement_push_numeric';
comment on function @extschema@.daily_movement_push(@extschema@.daily_movement, pg_catalog.date, pg_catalog.numeric) is
'Transition function of daily_movement_agg: adds one movement; a NULL in it is skipped.
Feature: balance, since 0.1.0';

create aggregate @extschema@.daily_movement_agg(day pg_catalog.date, amount pg_catalog.numeric) (
  sfunc = @extschema@.daily_movement_push, stype = @extschema@.daily_movement, combinefunc = @extschema@.daily_movement_combine,
  finalfunc = @extschema@.daily_movement_final, parallel = safe
);
comment on aggregate @extschema@.daily_movement_agg(pg_catalog.date, pg_catalog.numeric) is
'Exact net of the movements of each day: what comes in is positive, what goes out negative. A row that comes twice counts twice. A day whose movements cancel out stays, with 0. Amounts are summed exactly to 12 decimals; more round half to even. Rows with a NULL are skipped; no rows give NULL. An amount that is NaN or infinite, and an amount or a partial sum above 1.7e26 in magnitude, is an error (22003), an infinite day is 22008.
Feature: balance, since 0.1.0';

create function @extschema@.daily_movement_push(@extschema@.daily_movement, pg_catalog.date, pg_catalog.float8) returns @extschema@.daily_movement
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_daily_movement_push_float8';
comment on function @extschema@.daily_movement_push(@extschema@.daily_movement, pg_catalog.date, pg_catalog.float8) is
'Transition function of daily_movement_agg: adds one movement; a NULL in it is skipped.
Feature: balance, since 0.1.0';

create aggregate @extschema@.daily_movement_agg(day pg_catalog.date, amount pg_catalog.float8) (
  sfunc = @extschema@.daily_movement_push, stype = @extschema@.daily_movement, combinefunc = @extschema@.daily_movement_combine,
  finalfunc = @extschema@.daily_movement_final, parallel = safe
);
comment on aggregate @extschema@.daily_movement_agg(pg_catalog.date, pg_catalog.float8) is
'Exact net of the movements of each day: what comes in is positive, what goes out negative. A row that comes twice counts twice. A day whose movements cancel out stays, with 0. Each amount is taken as the decimal it prints as, to 12 decimals, and summed exactly. Rows with a NULL are skipped; no rows give NULL. An amount that is NaN or infinite, and an amount or a partial sum above 1.7e26 in magnitude, is an error (22003), an infinite day is 22008.
Feature: balance, since 0.1.0';

create function @extschema@.daily_movement_push(@extschema@.daily_movement, pg_catalog.date, pg_catalog.int8) returns @extschema@.daily_movement
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_daily_movement_push_bigint';
comment on function @extschema@.daily_movement_push(@extschema@.daily_movement, pg_catalog.date, pg_catalog.int8) is
'Transition function of daily_movement_agg: adds one movement; a NULL in it is skipped.
Feature: balance, since 0.1.0';

create aggregate @extschema@.daily_movement_agg(day pg_catalog.date, amount pg_catalog.int8) (
  sfunc = @extschema@.daily_movement_push, stype = @extschema@.daily_movement, combinefunc = @extschema@.daily_movement_combine,
  finalfunc = @extschema@.daily_movement_final, parallel = safe
);
comment on aggregate @extschema@.daily_movement_agg(pg_catalog.date, pg_catalog.int8) is
'Exact net of the movements of each day: what comes in is positive, what goes out negative. A row that comes twice counts twice. A day whose movements cancel out stays, with 0. Whole amounts, such as minor units, are summed exactly. Rows with a NULL are skipped; no rows give NULL. An amount that is NaN or infinite, and an amount or a partial sum above 1.7e26 in magnitude, is an error (22003), an infinite day is 22008.
Feature: balance, since 0.1.0';

create function @extschema@.balance_from_movements(
    movements @extschema@.daily_movement,
    opening pg_catalog.numeric,
    opening_day pg_catalog.date)
  returns @extschema@.daily_balance
  immutable parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_balance_from_movements';
comment on function @extschema@.balance_from_movements(@extschema@.daily_movement, pg_catalog.numeric, pg_catalog.date) is
'Balances from movements: an entry on opening_day with the opening balance, which is the closing balance of that day, and one on each day with movements, each the balance before and the net of the day, exactly. NULL movements: the account did not move, and keeps its opening balance. opening NULL is an error (22023), because an unknown balance is not 0; so is an opening_day that is not before the first movement. A NULL opening_day gives NULL.
Feature: balance, since 0.1.0';

create function @extschema@.movement_rows(
    movements @extschema@.daily_movement,
    out day pg_catalog.date, out amount pg_catalog.numeric)
  returns setof pg_catalog.record
  immutable strict parallel safe cost 500 rows 30
  language c as 'MODULE_PATHNAME', 'crm_movement_rows';
comment on function @extschema@.movement_rows(@extschema@.daily_movement) is
'The days with movements, in their order, and the exact net of each. No rows for a NULL summary.
Unit: amount: currency of the movements
Feature: balance, since 0.1.0';

-- migration: who went from which tier to which: matrix, rates, time in a tier, steady state, forecast.


create type @extschema@.migration;

create function @extschema@.migration_in(pg_catalog.cstring) returns @extschema@.migration
  immutable strict parallel safe cost 200
  language c as 'MODULE_PATHNAME', 'crm_migration_in';
comment on function @extschema@.migration_in(pg_catalog.cstring) is
'Text input of type migration (JSON). What is wrong is 22P02 and names the path.
Feature: migration, since 0.1.0';

create function @extschema@.migration_out(@extschema@.migration) returns pg_catalog.cstring
  immutable strict parallel safe cost 200
  language c as 'MODULE_PATHNAME', 'crm_migration_out';
comment on function @extschema@.migration_out(@extschema@.migration) is
'Text output of type migration: JSON with sorted keys, lossless.
Feature: migration, since 0.1.0';

create function @extschema@.migration_recv(pg_catalog.internal) returns @extschema@.migration
  immutable strict parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_migration_recv';
comment on function @extschema@.migration_recv(pg_catalog.internal) is
'Binary input of type migration: a version, then the value in network order. What is wrong is 22P03.
Feature: migration, since 0.1.0';

create function @extschema@.migration_send(@extschema@.migration) returns pg_catalog.bytea
  immutable strict parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_migration_send';
comment on function @extschema@.migration_send(@extschema@.migration) is
'Binary output of type migration: a version, then the value in network order.
Feature: migration, since 0.1.0';

create type @extschema@.migration (
  input = @extschema@.migration_in, output = @extschema@.migration_out, receive = @extschema@.migration_recv, send = @extschema@.migration_send,
  internallength = variable, alignment = double, storage = extended
);
comment on type @extschema@.migration is
'How many customers went from which tier to which, from one period to the next. Made by migration_agg, added up by migration_merge, read by migration_matrix, migration_rates, migration_expected_time, migration_steady_state and migration_forecast. Text form: JSON, the customers by the tier before and the tier after.
Feature: migration, since 0.1.0';

create function @extschema@.migration_combine(@extschema@.migration, @extschema@.migration) returns @extschema@.migration
  immutable parallel safe cost 150
  language c as 'MODULE_PATHNAME', 'crm_migration_combine';
comment on function @extschema@.migration_combine(@extschema@.migration, @extschema@.migration) is
'Adds two values of type migration up; NULL on either side gives the other. Combine function of its aggregates.
Feature: migration, since 0.1.0';

create aggregate @extschema@.migration_merge(@extschema@.migration) (
  sfunc = @extschema@.migration_combine, stype = @extschema@.migration, combinefunc = @extschema@.migration_combine, parallel = safe
);
comment on aggregate @extschema@.migration_merge(@extschema@.migration) is
'Adds up migrations, pair by pair: of branches, or of several periods (a customer counts once in each; the probabilities are then those of the periods on average). NULLs are skipped; no rows give NULL. Merging in any order gives the same bytes.
Feature: migration, since 0.1.0';

create function @extschema@.migration_push(@extschema@.migration, pg_catalog.text, pg_catalog.text) returns @extschema@.migration
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_migration_push';
comment on function @extschema@.migration_push(@extschema@.migration, pg_catalog.text, pg_catalog.text) is
'Transition function of migration_agg(from_tier, to_tier): adds one customer; a NULL in it is skipped.
Feature: migration, since 0.1.0';

create aggregate @extschema@.migration_agg(from_tier pg_catalog.text, to_tier pg_catalog.text) (
  sfunc = @extschema@.migration_push, stype = @extschema@.migration, combinefunc = @extschema@.migration_combine, parallel = safe
);
comment on aggregate @extschema@.migration_agg(pg_catalog.text, pg_catalog.text) is
'One row a customer: the tier he was in and the tier he is in now. Counts the customers of each pair. A row with a NULL is skipped: write coalesce(tier, ''none'') to count customers who had or have no tier. No rows give NULL. An empty name is an error (22023), so is a name of more than 1000 bytes, or more than 1000 tiers (54000).
Feature: migration, since 0.1.0';

create function @extschema@.migration_push(@extschema@.migration, pg_catalog.text, pg_catalog.text, pg_catalog.int8) returns @extschema@.migration
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_migration_push_customers';
comment on function @extschema@.migration_push(@extschema@.migration, pg_catalog.text, pg_catalog.text, pg_catalog.int8) is
'Transition function of migration_agg(from_tier, to_tier, customers): adds that many customers; a NULL in it is skipped.
Feature: migration, since 0.1.0';

create aggregate @extschema@.migration_agg(from_tier pg_catalog.text, to_tier pg_catalog.text, customers pg_catalog.int8) (
  sfunc = @extschema@.migration_push, stype = @extschema@.migration, combinefunc = @extschema@.migration_combine, parallel = safe
);
comment on aggregate @extschema@.migration_agg(pg_catalog.text, pg_catalog.text, pg_catalog.int8) is
'As migration_agg(from_tier, to_tier), of customers that are counted already. 0 customers add nothing: their tiers are not seen. A negative number is an error (22023), more than a bigint holds in all too (22003).
Feature: migration, since 0.1.0';

create function @extschema@.migration_customers(migration @extschema@.migration) returns pg_catalog.int8
  immutable strict parallel safe cost 20
  language c as 'MODULE_PATHNAME', 'crm_migration_customers';
comment on function @extschema@.migration_customers(@extschema@.migration) is
'Number of customers counted: all who have a tier before and a tier after. NULL for NULL.
Unit: customers
Feature: migration, since 0.1.0';

create function @extschema@.migration_matrix(migration @extschema@.migration, confidence pg_catalog.float8 default 0.95)
  returns table (from_tier pg_catalog.text, to_tier pg_catalog.text, customers pg_catalog.int8, probability pg_catalog.float8, lower pg_catalog.float8, upper pg_catalog.float8)
  immutable strict parallel safe cost 500 rows 25
  language c as 'MODULE_PATHNAME', 'crm_migration_matrix';
comment on function @extschema@.migration_matrix(@extschema@.migration, pg_catalog.float8) is
'Every tier that somebody was in before with every tier that was seen, pairs that nobody went included, in the order of the names byte by byte (the collation "C"): customers, and their share in those who were in from_tier (0.25 is a quarter; the shares of a from_tier add up to 1) with the ends of its score interval at the confidence (Wilson 1927; above 0 and below 1, else 22023). NULL gives no rows.
Unit: customers: number; probability, lower, upper: 0 to 1
Formula: shares of each row, score interval (Wilson 1927)
Feature: migration, since 0.1.0';

create function @extschema@.migration_rates(migration @extschema@.migration, policy pg_catalog.jsonb)
  returns table (tier pg_catalog.text, customers pg_catalog.int8, up pg_catalog.int8, stayed pg_catalog.int8, down pg_catalog.int8, outside pg_catalog.int8, joined pg_catalog.int8,
    up_rate pg_catalog.float8, stay_rate pg_catalog.float8, down_rate pg_catalog.float8)
  immutable strict parallel safe cost 300 rows 6
  language c as 'MODULE_PATHNAME', 'crm_migration_rates';
comment on function @extschema@.migration_rates(@extschema@.migration, pg_catalog.jsonb) is
'One row for each tier of a tier policy, from the lowest to the highest, then one with tier NULL for all: customers who were in it = up (into a higher tier of the policy) + stayed + down + outside (to a name that the policy does not have). joined: came into it from a name that the policy does not have; they are not among the customers. The rates are shares in the customers, NULL of none. Tiers are known by their names, not by labels. NULL gives no rows; a wrong policy is an error (22023).
Unit: customers, up, stayed, down, outside, joined: customers; up_rate, stay_rate, down_rate: share, 0 to 1
Feature: migration, since 0.1.0';

create function @extschema@.migration_expected_time(migration @extschema@.migration)
  returns table (tier pg_catalog.text, stay_rate pg_catalog.float8, expected_periods pg_catalog.float8)
  immutable strict parallel safe cost 200 rows 5
  language c as 'MODULE_PATHNAME', 'crm_migration_expected_time';
comment on function @extschema@.migration_expected_time(@extschema@.migration) is
'For each tier that somebody was in before: the share p of its customers who stayed, and the periods that a customer spends in it on average before he leaves it, 1 / (1 - p), the present one counted; NULL (without end) where nobody left. In the order of the names byte by byte. NULL gives no rows.
Unit: stay_rate: share, 0 to 1; expected_periods: periods
Formula: 1 / (1 - stay_rate)
Feature: migration, since 0.1.0';

create function @extschema@.migration_steady_state(migration @extschema@.migration) returns table (tier pg_catalog.text, share pg_catalog.float8)
  immutable strict parallel safe cost 200 rows 5
  language c as 'MODULE_PATHNAME', 'crm_migration_steady_state';
comment on function @extschema@.migration_steady_state(@extschema@.migration) is
'The share of each tier in the long run, if customers go on to move with the probabilities of the matrix: the shares that such a period leaves as they are. 0 in a tier that is left for ever. By elimination without subtractions (Grassmann, Taksar and Heyman, Operations Research 33, 1985). Whoever comes into a tier that nobody was in before stays there. Where several groups of tiers are never left the shares are not unique: an error (22023) that names them. NULL gives no rows.
Unit: share: 0 to 1
Formula: Grassmann, Taksar, Heyman 1985
Feature: migration, since 0.1.0';

create function @extschema@.migration_forecast(migration @extschema@.migration, periods pg_catalog.int4, mix pg_catalog.jsonb default null)
  returns table (period pg_catalog.int4, tier pg_catalog.text, customers pg_catalog.float8, share pg_catalog.float8)
  immutable parallel safe cost 1000 rows 60
  language c as 'MODULE_PATHNAME', 'crm_migration_forecast';
comment on function @extschema@.migration_forecast(@extschema@.migration, pg_catalog.int4, pg_catalog.jsonb) is
'The expected number of customers of each tier, and their share, now (period 0) and after 1 to periods periods (1 to 1200, else 22023), if they go on to move with the probabilities of the matrix and nobody comes or goes. mix: the customers of each tier now, such as {"gold": 1000, "silver": 5000}, tiers left out being empty; NULL for those of each tier after. Whoever comes into a tier that nobody was in before stays there. In the order of the periods, then of the names byte by byte. A NULL migration or periods gives no rows.
Unit: period: number; customers: expected number; share: 0 to 1
Formula: Markov chain: mix * matrix^period
Feature: migration, since 0.1.0';

-- cuts: thresholds proposed from data: quantiles, shares of customers or of value, natural breaks.


create function @extschema@.cuts_by_quantile(summary @extschema@.distribution, quantiles pg_catalog.float8[])
  returns table ("position" pg_catalog.int4, "from" pg_catalog.float8, customers pg_catalog.int8, customer_share pg_catalog.float8)
  immutable strict parallel safe cost 300 rows 5
  language c as 'MODULE_PATHNAME', 'crm_cuts_by_quantile_distribution';
comment on function @extschema@.cuts_by_quantile(@extschema@.distribution, pg_catalog.float8[]) is
'Thresholds at quantiles, ascending, from 0 to below 1 (22023 otherwise): array[0.5, 0.9, 0.98] puts the best 2, 10 and 50 percent above a threshold, as cuts_by_customers with the shares above. One row a class, lowest first: "from" is an observed value, or of a sketch the lower edge of a bucket (NULL for the lowest class, which takes everybody below the next), customers the observations from there on and below the next one. Equal values are never torn apart: all of them go up, and cuts that coincide give fewer classes. NULL gives no rows.
Unit: position: 1 the lowest class; from, value: unit of the values; customers: number; customer_share: share, 0 to 1; value_share: share of the total
Feature: cuts, since 0.1.0';

create function @extschema@.cuts_by_quantile(summary @extschema@.concentration, quantiles pg_catalog.float8[])
  returns table ("position" pg_catalog.int4, "from" pg_catalog.numeric, customers pg_catalog.int8, customer_share pg_catalog.float8, value pg_catalog.numeric, value_share pg_catalog.float8)
  immutable strict parallel safe cost 300 rows 5
  language c as 'MODULE_PATHNAME', 'crm_cuts_by_quantile_concentration';
comment on function @extschema@.cuts_by_quantile(@extschema@.concentration, pg_catalog.float8[]) is
'Thresholds at quantiles, ascending, from 0 to below 1 (22023 otherwise): array[0.5, 0.9, 0.98] puts the best 2, 10 and 50 percent above a threshold, as cuts_by_customers with the shares above. One row a class, lowest first: "from" is a value that somebody has (NULL for the lowest class, which takes everybody below the next), customers those from there on and below the next one, value what they have together, value_share that over the total (NULL when it is not positive). Equal values are never torn apart: all of them go up, and cuts that coincide give fewer classes. NULL gives no rows.
Unit: position: 1 the lowest class; from, value: unit of the values; customers: number; customer_share: share, 0 to 1; value_share: share of the total
Feature: cuts, since 0.1.0';

create function @extschema@.cuts_by_customers(summary @extschema@.distribution, shares pg_catalog.float8[])
  returns table ("position" pg_catalog.int4, "from" pg_catalog.float8, customers pg_catalog.int8, customer_share pg_catalog.float8)
  immutable strict parallel safe cost 300 rows 5
  language c as 'MODULE_PATHNAME', 'crm_cuts_by_customers_distribution';
comment on function @extschema@.cuts_by_customers(@extschema@.distribution, pg_catalog.float8[]) is
'Thresholds by shares of the best customers, each counted from the best on, ascending, above 0 and at most 1 (22023 otherwise): array[0.02, 0.1, 0.3] are the best 2, 10 and 30 percent, the fewest whole customers who are that many. One row a class, lowest first: "from" is an observed value, or of a sketch the lower edge of a bucket (NULL for the lowest class, which takes everybody below the next), customers the observations from there on and below the next one. Equal values are never torn apart: all of them go up, and cuts that coincide give fewer classes. NULL gives no rows.
Unit: position: 1 the lowest class; from, value: unit of the values; customers: number; customer_share: share, 0 to 1; value_share: share of the total
Feature: cuts, since 0.1.0';

create function @extschema@.cuts_by_customers(summary @extschema@.concentration, shares pg_catalog.float8[])
  returns table ("position" pg_catalog.int4, "from" pg_catalog.numeric, customers pg_catalog.int8, customer_share pg_catalog.float8, value pg_catalog.numeric, value_share pg_catalog.float8)
  immutable strict parallel safe cost 300 rows 5
  language c as 'MODULE_PATHNAME', 'crm_cuts_by_customers_concentration';
comment on function @extschema@.cuts_by_customers(@extschema@.concentration, pg_catalog.float8[]) is
'Thresholds by shares of the best customers, each counted from the best on, ascending, above 0 and at most 1 (22023 otherwise): array[0.02, 0.1, 0.3] are the best 2, 10 and 30 percent, the fewest whole customers who are that many. One row a class, lowest first: "from" is a value that somebody has (NULL for the lowest class, which takes everybody below the next), customers those from there on and below the next one, value what they have together, value_share that over the total (NULL when it is not positive). Equal values are never torn apart: all of them go up, and cuts that coincide give fewer classes. NULL gives no rows.
Unit: position: 1 the lowest class; from, value: unit of the values; customers: number; customer_share: share, 0 to 1; value_share: share of the total
Feature: cuts, since 0.1.0';

create function @extschema@.cuts_by_value(summary @extschema@.concentration, shares pg_catalog.float8[])
  returns table ("position" pg_catalog.int4, "from" pg_catalog.numeric, customers pg_catalog.int8, customer_share pg_catalog.float8, value pg_catalog.numeric, value_share pg_catalog.float8)
  immutable strict parallel safe cost 300 rows 5
  language c as 'MODULE_PATHNAME', 'crm_cuts_by_value';
comment on function @extschema@.cuts_by_value(@extschema@.concentration, pg_catalog.float8[]) is
'Thresholds by what the best customers have together, ascending, above 0 and at most 1 (22023 otherwise): array[0.5, 0.8] are the fewest who have 50 and 80 percent of the total, as customers_for_share. One row a class, lowest first: "from" is a value that somebody has (NULL for the lowest class, which takes everybody below the next), customers those from there on and below the next one, value what they have together, value_share that over the total (NULL when it is not positive). Equal values are never torn apart: all of them go up, and cuts that coincide give fewer classes. A total that is not positive is an error (22023); NULL gives no rows.
Unit: position: 1 the lowest class; from, value: unit of the values; customers: number; customer_share: share, 0 to 1; value_share: share of the total
Feature: cuts, since 0.1.0';

create function @extschema@.cuts_natural(summary @extschema@.distribution, classes pg_catalog.int4)
  returns table ("position" pg_catalog.int4, "from" pg_catalog.float8, customers pg_catalog.int8, customer_share pg_catalog.float8, gvf pg_catalog.float8)
  immutable strict parallel safe cost 5000 rows 5 support @extschema@.number_rows_support
  language c as 'MODULE_PATHNAME', 'crm_cuts_natural_distribution';
comment on function @extschema@.cuts_natural(@extschema@.distribution, pg_catalog.int4) is
'Natural breaks: the 2 to 100 classes (22023 otherwise) with the least sum of squares within them (Fisher 1958, Jenks 1967), as many as there are distinct values at most. Of divisions that are equally good to 13 digits of the whole sum of squares, the one with the lowest cuts: a value 10 million times the others hides how they divide, so cut it off first, or take logarithms. One row a class, lowest first: "from" is an observed value, or of a sketch the lower edge of a bucket (NULL for the lowest class, which takes everybody below the next), customers the observations from there on and below the next one; gvf, the same in each row, is the goodness of variance fit: 1 - (sum of squares within the classes) / (sum of squares), NULL where all have the same value. A bucket counts as its middle. NULL gives no rows.
Unit: position: 1 the lowest class; from, value: unit of the values; customers: number; customer_share, gvf: share, 0 to 1; value_share: share of the total
Formula: least sum of squares within classes (Fisher 1958, Jenks 1967)
Feature: cuts, since 0.1.0';

create function @extschema@.cuts_natural(summary @extschema@.concentration, classes pg_catalog.int4)
  returns table ("position" pg_catalog.int4, "from" pg_catalog.numeric, customers pg_catalog.int8, customer_share pg_catalog.float8, value pg_catalog.numeric, value_share pg_catalog.float8, gvf pg_catalog.float8)
  immutable strict parallel safe cost 30000 rows 5 support @extschema@.number_rows_support
  language c as 'MODULE_PATHNAME', 'crm_cuts_natural_concentration';
comment on function @extschema@.cuts_natural(@extschema@.concentration, pg_catalog.int4) is
'Natural breaks: the 2 to 100 classes (22023 otherwise) with the least sum of squares within them (Fisher 1958, Jenks 1967), as many as there are distinct values at most. Of divisions that are equally good to 13 digits of the whole sum of squares, the one with the lowest cuts: a value 10 million times the others hides how they divide, so cut it off first, or take logarithms. One row a class, lowest first: "from" is a value that somebody has (NULL for the lowest class, which takes everybody below the next), customers those from there on and below the next one, value what they have together, value_share that over the total (NULL when it is not positive); gvf, the same in each row, is the goodness of variance fit: 1 - (sum of squares within the classes) / (sum of squares), NULL where all have the same value. More than 10 million distinct values are an error (54000). NULL gives no rows.
Unit: position: 1 the lowest class; from, value: unit of the values; customers: number; customer_share, gvf: share, 0 to 1; value_share: share of the total
Formula: least sum of squares within classes (Fisher 1958, Jenks 1967)
Feature: cuts, since 0.1.0';

-- suitability: whether a client may be offered a product, under the rules of a law, with reasons.


create function @extschema@.suitability_verdict(client pg_catalog.jsonb, product pg_catalog.jsonb, rules pg_catalog.jsonb, as_of pg_catalog.date) returns pg_catalog.text
  immutable strict parallel safe cost 500
  language c as 'MODULE_PATHNAME', 'crm_suitability_verdict';
comment on function @extschema@.suitability_verdict(pg_catalog.jsonb, pg_catalog.jsonb, pg_catalog.jsonb, pg_catalog.date) is
'The verdict of a rule set (suitability_rules) on a client and a product, both objects of attributes, on a day: the strictest of all rules in effect that apply; the first verdict of the rule set when none does. A rule whose condition cannot be said applies as its "unknown" says, without one as if it held. The day must be one on which the rule set is in effect (22023). NULL for a NULL argument.
Feature: suitability, since 0.1.0';

create function @extschema@.suitability_offer(client pg_catalog.jsonb, product pg_catalog.jsonb, rules pg_catalog.jsonb, as_of pg_catalog.date) returns pg_catalog.bool
  immutable strict parallel safe cost 500
  language c as 'MODULE_PATHNAME', 'crm_suitability_offer';
comment on function @extschema@.suitability_offer(pg_catalog.jsonb, pg_catalog.jsonb, pg_catalog.jsonb, pg_catalog.date) is
'Whether the product may be offered to the client on the day: what the rule set says of the verdict that suitability_verdict gives. NULL for a NULL argument.
Feature: suitability, since 0.1.0';

create function @extschema@.suitability_explain(
    client pg_catalog.jsonb, product pg_catalog.jsonb, rules pg_catalog.jsonb, as_of pg_catalog.date, language pg_catalog.text default null,
    out verdict pg_catalog.text, out offer pg_catalog.bool, out reasons pg_catalog._text, out rule_ids pg_catalog._text, out rule_references pg_catalog._text,
    out cures pg_catalog._text, out flags pg_catalog._text, out missing pg_catalog._text, out ruleset pg_catalog.text, out ruleset_version pg_catalog.int4,
    out digest pg_catalog.text, out judged_on pg_catalog.date, out details pg_catalog.jsonb, out outcomes pg_catalog._text)
  returns setof pg_catalog.record
  immutable parallel safe cost 20000 rows 1
  language c as 'MODULE_PATHNAME', 'crm_suitability_explain';
comment on function @extschema@.suitability_explain(pg_catalog.jsonb, pg_catalog.jsonb, pg_catalog.jsonb, pg_catalog.date, pg_catalog.text) is
'The verdict of suitability_verdict in one row with all that led to it. reasons, rule_ids, rule_references, cures and outcomes belong together, a rule each: the strictest first, then in the order of the rule set. outcomes: holds, or unknown where the rule applies because something is missing, so that its reason is not established. A NULL cure says that the rule set names none. flags: what else is due. missing: attributes that are absent or do not compare and had a part in a rule that applies. ruleset, ruleset_version, digest (policy_digest of the rules) and judged_on say what it was judged by. details: every rule with each of its comparisons. language: of reasons and cures; without one reasons are the ids. No row for a NULL client, product, rule set or day.
Unit: ruleset_version: number
Feature: suitability, since 0.1.0';

create function @extschema@.suitability_values(
    rules pg_catalog.jsonb, language pg_catalog.text default null,
    out name pg_catalog.text, out value pg_catalog.jsonb, out source pg_catalog.text, out confirmed pg_catalog.bool, out label pg_catalog.text)
  returns setof pg_catalog.record
  immutable parallel safe cost 200 rows 10
  language c as 'MODULE_PATHNAME', 'crm_suitability_values';
comment on function @extschema@.suitability_values(pg_catalog.jsonb, pg_catalog.text) is
'The values that the conditions of a rule set use by name, by name: what they are, where they are from, and whether somebody has confirmed them. language: of the labels; NULL gives the names. No rows for NULL.
Feature: suitability, since 0.1.0';

create function @extschema@.suitability_verdict_list(
    rules pg_catalog.jsonb, language pg_catalog.text default null,
    out "position" pg_catalog.int4, out verdict pg_catalog.text, out label pg_catalog.text, out offer pg_catalog.bool)
  returns setof pg_catalog.record
  immutable parallel safe cost 300 rows 7
  language c as 'MODULE_PATHNAME', 'crm_suitability_verdict_list';
comment on function @extschema@.suitability_verdict_list(pg_catalog.jsonb, pg_catalog.text) is
'The verdicts of a rule set from the most permissive (1) to the strictest, and whether a product may be offered with each. language: of the labels; NULL gives the names. No rows for NULL.
Unit: position: 1 the most permissive
Feature: suitability, since 0.1.0';

create function @extschema@.suitability_rule_list(
    rules pg_catalog.jsonb, language pg_catalog.text default null,
    out "position" pg_catalog.int4, out id pg_catalog.text, out verdict pg_catalog.text, out flag pg_catalog.text, out when_unknown pg_catalog.text,
    out reference pg_catalog.text, out effective_from pg_catalog.date, out effective_until pg_catalog.date, out condition pg_catalog.text,
    out reason pg_catalog.text, out cure pg_catalog.text)
  returns setof pg_catalog.record
  immutable parallel safe cost 1000 rows 10
  language c as 'MODULE_PATHNAME', 'crm_suitability_rule_list';
comment on function @extschema@.suitability_rule_list(pg_catalog.jsonb, pg_catalog.text) is
'The rules of a rule set in their order: the verdict or the flag, what becomes of the rule when its condition is unknown (a verdict, the flag, or skip), where it is from, its own first and last day (NULL where it has none), the condition as people read it, reason and cure (NULL: nothing cures it). language: of reason and cure; without one the reason is the id. No rows for NULL.
Unit: position: number
Feature: suitability, since 0.1.0';

create function @extschema@.suitability_rules_check(rules pg_catalog.jsonb, out path pg_catalog.text, out problem pg_catalog.text)
  returns setof pg_catalog.record
  immutable strict parallel safe cost 10000 rows 1
  language c as 'MODULE_PATHNAME', 'crm_suitability_rules_check';
comment on function @extschema@.suitability_rules_check(pg_catalog.jsonb) is
'Every problem of a suitability rule set with its JSON path; no rows when the rule set is valid, and none for NULL.
Feature: suitability, since 0.1.0';

create function @extschema@.suitability_rules_example(name pg_catalog.text default 'csrc') returns pg_catalog.jsonb
  immutable strict parallel safe cost 10000
  language c as 'MODULE_PATHNAME', 'crm_suitability_rules_example';
comment on function @extschema@.suitability_rules_example(pg_catalog.text) is
'A worked suitability rule set in English and Chinese, not legal advice: csrc (Chinese securities), nfra (Chinese banks and insurers, two grades a product), mifid_suitability (advice), mifid_appropriateness (execution only), csrc_investor (class of an investor, of the client alone). Another name is an error (22023); NULL for NULL. Copy it into a table and edit it.
Feature: suitability, since 0.1.0';

-- tag: target markets with inclusions and exclusions, and how much two lists of tags have in common.


create function @extschema@.target_market_verdict(client pg_catalog.jsonb, market pg_catalog.jsonb)
  returns pg_catalog.text
  immutable strict parallel safe cost 300
  language c as 'MODULE_PATHNAME', 'crm_target_market_verdict';
comment on function @extschema@.target_market_verdict(pg_catalog.jsonb, pg_catalog.jsonb) is
'Where a client (an object of attributes) stands to a target market (target_market): excluded when the condition exclude holds (the negative target market), else outside when include does not hold, else unknown when an attribute that matters is missing or does not compare, else inside. NULL for a NULL argument.
Feature: tag, since 0.1.0';

create function @extschema@.target_market_explain(
    client pg_catalog.jsonb, market pg_catalog.jsonb,
    out "position" pg_catalog.int4, out part pg_catalog.text, out path pg_catalog.text, out condition pg_catalog.text,
    out attribute pg_catalog.text, out actual pg_catalog.jsonb, out outcome pg_catalog.text, out truth pg_catalog.text)
  returns setof pg_catalog.record
  immutable strict parallel safe cost 1000 rows 12
  language c as 'MODULE_PATHNAME', 'crm_target_market_explain';
comment on function @extschema@.target_market_explain(pg_catalog.jsonb, pg_catalog.jsonb) is
'What each condition of a target market and each of its parts is worth for a client: include, then exclude, the whole before its parts, with the path in the document. truth: holds, fails or unknown. Of a comparison also the attribute, its actual value (NULL when absent) and the outcome: holds, fails, missing or incomparable. No rows for a NULL argument.
Unit: position: number
Feature: tag, since 0.1.0';

create function @extschema@.target_market_check(market pg_catalog.jsonb, out path pg_catalog.text, out problem pg_catalog.text)
  returns setof pg_catalog.record
  immutable strict parallel safe cost 1000 rows 1
  language c as 'MODULE_PATHNAME', 'crm_target_market_check';
comment on function @extschema@.target_market_check(pg_catalog.jsonb) is
'Every problem of a target market with its JSON path; no rows when it is valid.
Feature: tag, since 0.1.0';

create function @extschema@.target_market_example() returns pg_catalog.jsonb
  immutable parallel safe cost 500
  language c as 'MODULE_PATHNAME', 'crm_target_market_example';
comment on function @extschema@.target_market_example() is
'A worked target market: the five dimensions of the MiFID II guidelines for a structured note, and whom it must not be sold to. Copy it into a table and edit it.
Feature: tag, since 0.1.0';

create function @extschema@.tag_overlap(
    a pg_catalog.text[], b pg_catalog.text[], measure pg_catalog.text default 'jaccard', weights pg_catalog.jsonb default null, default_weight pg_catalog.float8 default 1)
  returns pg_catalog.float8
  immutable parallel safe cost 20
  language c as 'MODULE_PATHNAME', 'crm_tag_overlap_text';
comment on function @extschema@.tag_overlap(pg_catalog.text[], pg_catalog.text[], pg_catalog.text, pg_catalog.jsonb, pg_catalog.float8) is
'How much two lists of tags have in common, 0 to 1, w being what a tag weighs: jaccard sum w(both)/sum w(either), share_of_first and share_of_second sum w(both)/sum w(one), cosine sum w2(both)/sqrt(sum w2(a) * sum w2(b)). weights: {"tag": weight}, NULL for none; other tags weigh default_weight; 0 to 1000000 (22023). A tag twice counts once; NULL elements are skipped. Nothing in common, or nothing at all: 0. NULL for another NULL argument.
Unit: 0 to 1
Formula: jaccard sum w(both) / sum w(either), cosine sum w2(both) / sqrt(sum w2(a) * sum w2(b))
Feature: tag, since 0.1.0';

create function @extschema@.tag_overlap_explain(
    a pg_catalog.text[], b pg_catalog.text[], measure pg_catalog.text default 'jaccard', weights pg_catalog.jsonb default null, default_weight pg_catalog.float8 default 1,
    out tag pg_catalog.text, out in_first pg_catalog.bool, out in_second pg_catalog.bool, out weight pg_catalog.float8,
    out contribution pg_catalog.float8)
  returns setof pg_catalog.record
  immutable parallel safe cost 100 rows 8
  language c as 'MODULE_PATHNAME', 'crm_tag_overlap_explain_text';
comment on function @extschema@.tag_overlap_explain(pg_catalog.text[], pg_catalog.text[], pg_catalog.text, pg_catalog.jsonb, pg_catalog.float8) is
'Every tag of two lists, by its bytes: which list has it, what it weighs, and what it adds to tag_overlap with the same arguments. The contributions add up to the overlap exactly, in any order. No rows for a NULL argument but weights.
Unit: weight: of the tag; contribution: part of tag_overlap
Formula: jaccard sum w(both) / sum w(either), cosine sum w2(both) / sqrt(sum w2(a) * sum w2(b))
Feature: tag, since 0.1.0';

create function @extschema@.tag_overlap(
    a pg_catalog.jsonb, b pg_catalog.jsonb, measure pg_catalog.text default 'jaccard', weights pg_catalog.jsonb default null, default_weight pg_catalog.float8 default 1)
  returns pg_catalog.float8
  immutable parallel safe cost 50
  language c as 'MODULE_PATHNAME', 'crm_tag_overlap_jsonb';
comment on function @extschema@.tag_overlap(pg_catalog.jsonb, pg_catalog.jsonb, pg_catalog.text, pg_catalog.jsonb, pg_catalog.float8) is
'How much two lists of tags have in common, 0 to 1, w being what a tag weighs: jaccard sum w(both)/sum w(either), share_of_first and share_of_second sum w(both)/sum w(one), cosine sum w2(both)/sqrt(sum w2(a) * sum w2(b)). weights: {"tag": weight}, NULL for none; other tags weigh default_weight; 0 to 1000000 (22023). The lists are JSON: texts, or numbers by their text; one of them is a list of one; what is neither is no tag. Nothing in common, or nothing at all: 0. NULL for another NULL argument.
Unit: 0 to 1
Formula: jaccard sum w(both) / sum w(either), cosine sum w2(both) / sqrt(sum w2(a) * sum w2(b))
Feature: tag, since 0.1.0';

create function @extschema@.tag_overlap_explain(
    a pg_catalog.jsonb, b pg_catalog.jsonb, measure pg_catalog.text default 'jaccard', weights pg_catalog.jsonb default null, default_weight pg_catalog.float8 default 1,
    out tag pg_catalog.text, out in_first pg_catalog.bool, out in_second pg_catalog.bool, out weight pg_catalog.float8,
    out contribution pg_catalog.float8)
  returns setof pg_catalog.record
  immutable parallel safe cost 100 rows 8
  language c as 'MODULE_PATHNAME', 'crm_tag_overlap_explain_jsonb';
comment on function @extschema@.tag_overlap_explain(pg_catalog.jsonb, pg_catalog.jsonb, pg_catalog.text, pg_catalog.jsonb, pg_catalog.float8) is
'Every tag of two lists, by its bytes: which list has it, what it weighs, and what it adds to tag_overlap with the same arguments. The contributions add up to the overlap exactly, in any order. No rows for a NULL argument but weights.
Unit: weight: of the tag; contribution: part of tag_overlap
Formula: jaccard sum w(both) / sum w(either), cosine sum w2(both) / sqrt(sum w2(a) * sum w2(b))
Feature: tag, since 0.1.0';

create type @extschema@.tag_frequency;

create function @extschema@.tag_frequency_in(pg_catalog.cstring) returns @extschema@.tag_frequency
  immutable strict parallel safe cost 200
  language c as 'MODULE_PATHNAME', 'crm_tag_frequency_in';
comment on function @extschema@.tag_frequency_in(pg_catalog.cstring) is
'Text input of type tag_frequency (JSON). What is wrong is 22P02 and names the path.
Feature: tag, since 0.1.0';

create function @extschema@.tag_frequency_out(@extschema@.tag_frequency) returns pg_catalog.cstring
  immutable strict parallel safe cost 200
  language c as 'MODULE_PATHNAME', 'crm_tag_frequency_out';
comment on function @extschema@.tag_frequency_out(@extschema@.tag_frequency) is
'Text output of type tag_frequency: JSON with sorted keys, lossless.
Feature: tag, since 0.1.0';

create function @extschema@.tag_frequency_recv(pg_catalog.internal) returns @extschema@.tag_frequency
  immutable strict parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_tag_frequency_recv';
comment on function @extschema@.tag_frequency_recv(pg_catalog.internal) is
'Binary input of type tag_frequency: a version, then the value in network order. What is wrong is 22P03.
Feature: tag, since 0.1.0';

create function @extschema@.tag_frequency_send(@extschema@.tag_frequency) returns pg_catalog.bytea
  immutable strict parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_tag_frequency_send';
comment on function @extschema@.tag_frequency_send(@extschema@.tag_frequency) is
'Binary output of type tag_frequency: a version, then the value in network order.
Feature: tag, since 0.1.0';

create type @extschema@.tag_frequency (
  input = @extschema@.tag_frequency_in, output = @extschema@.tag_frequency_out, receive = @extschema@.tag_frequency_recv, send = @extschema@.tag_frequency_send,
  internallength = variable, alignment = double, storage = extended
);
comment on type @extschema@.tag_frequency is
'In how many documents (products, clients: whatever has a list of tags) each tag is, and how many documents there are. Made by tag_frequency_agg, added up by tag_frequency_merge, read by tag_frequencies, tag_weights and tag_default_weight. Text form: JSON.
Feature: tag, since 0.1.0';

create function @extschema@.tag_frequency_combine(@extschema@.tag_frequency, @extschema@.tag_frequency) returns @extschema@.tag_frequency
  immutable parallel safe cost 150
  language c as 'MODULE_PATHNAME', 'crm_tag_frequency_combine';
comment on function @extschema@.tag_frequency_combine(@extschema@.tag_frequency, @extschema@.tag_frequency) is
'Adds two values of type tag_frequency up; NULL on either side gives the other. Combine function of its aggregates.
Feature: tag, since 0.1.0';

create aggregate @extschema@.tag_frequency_merge(@extschema@.tag_frequency) (
  sfunc = @extschema@.tag_frequency_combine, stype = @extschema@.tag_frequency, combinefunc = @extschema@.tag_frequency_combine, parallel = safe
);
comment on aggregate @extschema@.tag_frequency_merge(@extschema@.tag_frequency) is
'Adds up tag frequencies, tag by tag: of product groups, of branches. NULLs are skipped; no rows give NULL. Merging in any order gives the same bytes.
Feature: tag, since 0.1.0';

create function @extschema@.tag_frequency_push(@extschema@.tag_frequency, pg_catalog.text[]) returns @extschema@.tag_frequency
  immutable parallel safe cost 50
  language c as 'MODULE_PATHNAME', 'crm_tag_frequency_push_text';
comment on function @extschema@.tag_frequency_push(@extschema@.tag_frequency, pg_catalog.text[]) is
'Transition function of tag_frequency_agg: adds one document; NULL is skipped.
Feature: tag, since 0.1.0';

create aggregate @extschema@.tag_frequency_agg(tags pg_catalog.text[]) (
  sfunc = @extschema@.tag_frequency_push, stype = @extschema@.tag_frequency, combinefunc = @extschema@.tag_frequency_combine, parallel = safe
);
comment on aggregate @extschema@.tag_frequency_agg(pg_catalog.text[]) is
'Counts in how many documents each tag is; a row is a document, and a tag twice in it counts once. NULL elements are skipped. A document without tags counts as a document; NULL is skipped; no rows give NULL. An empty tag is an error (22023), so is a tag of more than 1000 bytes or a tag after the 65536th (54000).
Feature: tag, since 0.1.0';

create function @extschema@.tag_frequency_push(@extschema@.tag_frequency, pg_catalog.jsonb) returns @extschema@.tag_frequency
  immutable parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_tag_frequency_push_jsonb';
comment on function @extschema@.tag_frequency_push(@extschema@.tag_frequency, pg_catalog.jsonb) is
'Transition function of tag_frequency_agg: adds one document; NULL is skipped.
Feature: tag, since 0.1.0';

create aggregate @extschema@.tag_frequency_agg(tags pg_catalog.jsonb) (
  sfunc = @extschema@.tag_frequency_push, stype = @extschema@.tag_frequency, combinefunc = @extschema@.tag_frequency_combine, parallel = safe
);
comment on aggregate @extschema@.tag_frequency_agg(pg_catalog.jsonb) is
'Counts in how many documents each tag is; a row is a document, and a tag twice in it counts once. A document is JSON: a list of texts or numbers, or one of them; what is neither is no tag. A document without tags counts as a document; NULL is skipped; no rows give NULL. An empty tag is an error (22023), so is a tag of more than 1000 bytes or a tag after the 65536th (54000).
Feature: tag, since 0.1.0';

create function @extschema@.tag_frequency_documents(frequency @extschema@.tag_frequency) returns pg_catalog.int8
  immutable strict parallel safe cost 50
  language c as 'MODULE_PATHNAME', 'crm_tag_frequency_documents';
comment on function @extschema@.tag_frequency_documents(@extschema@.tag_frequency) is
'Number of documents, with those that have no tag.
Unit: documents
Feature: tag, since 0.1.0';

create function @extschema@.tag_frequencies(
    frequency @extschema@.tag_frequency,
    out tag pg_catalog.text, out documents pg_catalog.int8, out share pg_catalog.float8, out idf pg_catalog.float8)
  returns setof pg_catalog.record
  immutable strict parallel safe cost 1000 rows 100
  language c as 'MODULE_PATHNAME', 'crm_tag_frequencies';
comment on function @extschema@.tag_frequencies(@extschema@.tag_frequency) is
'The tags, the most frequent first, equally frequent ones by their bytes: the documents that have each, their share in all documents, and the inverse document frequency ln((1 + n) / (1 + d)) + 1 of a tag that d of n documents have (the smoothed idf of scikit-learn): 1 for what all have, more for what is rare.
Unit: documents: number; share: 0 to 1; idf: weight of a tag, 1 and more
Formula: inverse document frequency ln((1 + n) / (1 + d)) + 1
Feature: tag, since 0.1.0';

create function @extschema@.tag_weights(frequency @extschema@.tag_frequency) returns pg_catalog.jsonb
  immutable strict parallel safe cost 1000
  language c as 'MODULE_PATHNAME', 'crm_tag_weights';
comment on function @extschema@.tag_weights(@extschema@.tag_frequency) is
'The inverse document frequencies as {"tag": idf}, see tag_frequencies: ready for the argument weights of tag_overlap and for weights in a matching policy. Tags that no document has are to weigh tag_default_weight.
Formula: inverse document frequency ln((1 + n) / (1 + d)) + 1
Feature: tag, since 0.1.0';

create function @extschema@.tag_default_weight(frequency @extschema@.tag_frequency) returns pg_catalog.float8
  immutable strict parallel safe cost 50
  language c as 'MODULE_PATHNAME', 'crm_tag_default_weight';
comment on function @extschema@.tag_default_weight(@extschema@.tag_frequency) is
'What a tag weighs that no document has, ln(1 + n) + 1 for n documents: the default_weight that belongs to tag_weights.
Unit: weight of a tag, 1 and more
Formula: inverse document frequency ln((1 + n) / (1 + d)) + 1
Feature: tag, since 0.1.0';

-- basket: what is bought together.


create type @extschema@.basket;

create function @extschema@.basket_in(pg_catalog.cstring) returns @extschema@.basket
  immutable strict parallel safe cost 200
  language c as 'MODULE_PATHNAME', 'crm_basket_in';
comment on function @extschema@.basket_in(pg_catalog.cstring) is
'Text input of type basket (JSON). What is wrong is 22P02 and names the path.
Feature: basket, since 0.1.0';

create function @extschema@.basket_out(@extschema@.basket) returns pg_catalog.cstring
  immutable strict parallel safe cost 200
  language c as 'MODULE_PATHNAME', 'crm_basket_out';
comment on function @extschema@.basket_out(@extschema@.basket) is
'Text output of type basket: JSON with sorted keys, lossless.
Feature: basket, since 0.1.0';

create function @extschema@.basket_recv(pg_catalog.internal) returns @extschema@.basket
  immutable strict parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_basket_recv';
comment on function @extschema@.basket_recv(pg_catalog.internal) is
'Binary input of type basket: a version, then the value in network order. What is wrong is 22P03.
Feature: basket, since 0.1.0';

create function @extschema@.basket_send(@extschema@.basket) returns pg_catalog.bytea
  immutable strict parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_basket_send';
comment on function @extschema@.basket_send(@extschema@.basket) is
'Binary output of type basket: a version, then the value in network order.
Feature: basket, since 0.1.0';

create type @extschema@.basket (
  input = @extschema@.basket_in, output = @extschema@.basket_out, receive = @extschema@.basket_recv, send = @extschema@.basket_send,
  internallength = variable, alignment = double, storage = extended
);
comment on type @extschema@.basket is
'The distinct items of one transaction, or of what one customer holds. Made by basket_agg or basket_of, united by basket_merge, read by basket_items and basket_size. Text form: JSON.
Feature: basket, since 0.1.0';

create function @extschema@.basket_combine(@extschema@.basket, @extschema@.basket) returns @extschema@.basket
  immutable parallel safe cost 150
  language c as 'MODULE_PATHNAME', 'crm_basket_combine';
comment on function @extschema@.basket_combine(@extschema@.basket, @extschema@.basket) is
'Adds two values of type basket up; NULL on either side gives the other. Combine function of its aggregates.
Feature: basket, since 0.1.0';

create function @extschema@.basket_final(@extschema@.basket) returns @extschema@.basket
  immutable strict parallel safe cost 1
  language c as 'MODULE_PATHNAME', 'crm_basket_final';
comment on function @extschema@.basket_final(@extschema@.basket) is
'Final function of the aggregates of type basket: gives the state as it is, without the copy that PostgreSQL 14 and 15 would make.
Feature: basket, since 0.1.0';

create aggregate @extschema@.basket_merge(@extschema@.basket) (
  sfunc = @extschema@.basket_combine, stype = @extschema@.basket, combinefunc = @extschema@.basket_combine, finalfunc = @extschema@.basket_final, parallel = safe
);
comment on aggregate @extschema@.basket_merge(@extschema@.basket) is
'Unites baskets: an item is in the result when it is in one of them. NULLs are skipped; no rows give NULL. Merging in any order gives the same bytes.
Feature: basket, since 0.1.0';

create function @extschema@.basket_push(@extschema@.basket, pg_catalog.text) returns @extschema@.basket
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_basket_push';
comment on function @extschema@.basket_push(@extschema@.basket, pg_catalog.text) is
'Transition function of basket_agg: puts one item in; NULL is skipped.
Feature: basket, since 0.1.0';

create aggregate @extschema@.basket_agg(item pg_catalog.text) (
  sfunc = @extschema@.basket_push, stype = @extschema@.basket, finalfunc = @extschema@.basket_final,
  combinefunc = @extschema@.basket_combine, parallel = safe
);
comment on aggregate @extschema@.basket_agg(pg_catalog.text) is
'The distinct items of the rows: group by the order, or by the customer for what he holds. Names are compared byte by byte, and nothing is trimmed. NULL is skipped; no rows give NULL. An empty name is an error (22023), so is a name of more than 1000 bytes, or more than 65536 items in one basket (54000).
Feature: basket, since 0.1.0';

create function @extschema@.basket_of(items pg_catalog.text[]) returns @extschema@.basket
  immutable strict parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_basket_of';
comment on function @extschema@.basket_of(pg_catalog.text[]) is
'A basket of a list of items, in any order; what stands in it twice counts once and NULL elements are skipped. NULL for a NULL list and for one without an item. Errors are those of basket_agg.
Feature: basket, since 0.1.0';

create function @extschema@.basket_items(basket @extschema@.basket) returns pg_catalog.text[]
  immutable strict parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_basket_items';
comment on function @extschema@.basket_items(@extschema@.basket) is
'The items of a basket, in the order of their bytes (the collation "C"). NULL for NULL.
Feature: basket, since 0.1.0';

create function @extschema@.basket_size(basket @extschema@.basket) returns pg_catalog.int4
  immutable strict parallel safe cost 50
  language c as 'MODULE_PATHNAME', 'crm_basket_size';
comment on function @extschema@.basket_size(@extschema@.basket) is
'How many distinct items a basket has, at least 1. NULL for NULL.
Unit: items
Feature: basket, since 0.1.0';

create type @extschema@.itemset;

create function @extschema@.itemset_in(pg_catalog.cstring) returns @extschema@.itemset
  immutable strict parallel safe cost 200
  language c as 'MODULE_PATHNAME', 'crm_itemset_in';
comment on function @extschema@.itemset_in(pg_catalog.cstring) is
'Text input of type itemset (JSON). What is wrong is 22P02 and names the path.
Feature: basket, since 0.1.0';

create function @extschema@.itemset_out(@extschema@.itemset) returns pg_catalog.cstring
  immutable strict parallel safe cost 200
  language c as 'MODULE_PATHNAME', 'crm_itemset_out';
comment on function @extschema@.itemset_out(@extschema@.itemset) is
'Text output of type itemset: JSON with sorted keys, lossless.
Feature: basket, since 0.1.0';

create function @extschema@.itemset_recv(pg_catalog.internal) returns @extschema@.itemset
  immutable strict parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_itemset_recv';
comment on function @extschema@.itemset_recv(pg_catalog.internal) is
'Binary input of type itemset: a version, then the value in network order. What is wrong is 22P03.
Feature: basket, since 0.1.0';

create function @extschema@.itemset_send(@extschema@.itemset) returns pg_catalog.bytea
  immutable strict parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_itemset_send';
comment on function @extschema@.itemset_send(@extschema@.itemset) is
'Binary output of type itemset: a version, then the value in network order.
Feature: basket, since 0.1.0';

create type @extschema@.itemset (
  input = @extschema@.itemset_in, output = @extschema@.itemset_out, receive = @extschema@.itemset_recv, send = @extschema@.itemset_send,
  internallength = variable, alignment = double, storage = extended
);
comment on type @extschema@.itemset is
'Many baskets, equal ones counted: what frequent_itemsets and association_rules read. Made by itemset_agg, added up by itemset_merge. Text form: JSON.
Feature: basket, since 0.1.0';

create function @extschema@.itemset_combine(@extschema@.itemset, @extschema@.itemset) returns @extschema@.itemset
  immutable parallel safe cost 150
  language c as 'MODULE_PATHNAME', 'crm_itemset_combine';
comment on function @extschema@.itemset_combine(@extschema@.itemset, @extschema@.itemset) is
'Adds two values of type itemset up; NULL on either side gives the other. Combine function of its aggregates.
Feature: basket, since 0.1.0';

create function @extschema@.itemset_final(@extschema@.itemset) returns @extschema@.itemset
  immutable strict parallel safe cost 1
  language c as 'MODULE_PATHNAME', 'crm_itemset_final';
comment on function @extschema@.itemset_final(@extschema@.itemset) is
'Final function of the aggregates of type itemset: gives the state as it is, without the copy that PostgreSQL 14 and 15 would make.
Feature: basket, since 0.1.0';

create aggregate @extschema@.itemset_merge(@extschema@.itemset) (
  sfunc = @extschema@.itemset_combine, stype = @extschema@.itemset, combinefunc = @extschema@.itemset_combine, finalfunc = @extschema@.itemset_final, parallel = safe
);
comment on aggregate @extschema@.itemset_merge(@extschema@.itemset) is
'Adds itemsets up: of days, of branches. All baskets count, so the same one must not be in two of them. NULLs are skipped; no rows give NULL. Merging in any order gives the same bytes.
Feature: basket, since 0.1.0';

create function @extschema@.itemset_push(@extschema@.itemset, @extschema@.basket) returns @extschema@.itemset
  immutable parallel safe cost 200
  language c as 'MODULE_PATHNAME', 'crm_itemset_push';
comment on function @extschema@.itemset_push(@extschema@.itemset, @extschema@.basket) is
'Transition function of itemset_agg: counts one basket; NULL is skipped.
Feature: basket, since 0.1.0';

create aggregate @extschema@.itemset_agg(basket @extschema@.basket) (
  sfunc = @extschema@.itemset_push, stype = @extschema@.itemset, finalfunc = @extschema@.itemset_final,
  combinefunc = @extschema@.itemset_combine, parallel = safe
);
comment on aggregate @extschema@.itemset_agg(@extschema@.basket) is
'Collects baskets, exactly: each with the number of those that are equal to it. The result does not depend on the order of rows. NULL is skipped; no rows give NULL. More than 16 million distinct baskets, or more than 1 GB of them, are an error (54000).
Feature: basket, since 0.1.0';

create function @extschema@.itemset_push(@extschema@.itemset, pg_catalog.text[]) returns @extschema@.itemset
  immutable parallel safe cost 200
  language c as 'MODULE_PATHNAME', 'crm_itemset_push_items';
comment on function @extschema@.itemset_push(@extschema@.itemset, pg_catalog.text[]) is
'Transition function of itemset_agg: counts the basket of one list; NULL and a list without an item are skipped.
Feature: basket, since 0.1.0';

create aggregate @extschema@.itemset_agg(items pg_catalog.text[]) (
  sfunc = @extschema@.itemset_push, stype = @extschema@.itemset, finalfunc = @extschema@.itemset_final,
  combinefunc = @extschema@.itemset_combine, parallel = safe
);
comment on aggregate @extschema@.itemset_agg(pg_catalog.text[]) is
'As itemset_agg(basket_of(items)): each list is the basket of one row. NULL elements, a NULL list and one without an item are skipped; no rows give NULL. Errors are those of basket_agg and itemset_agg.
Feature: basket, since 0.1.0';

create function @extschema@.itemset_baskets(itemset @extschema@.itemset) returns pg_catalog.int8
  immutable strict parallel safe cost 50000
  language c as 'MODULE_PATHNAME', 'crm_itemset_baskets';
comment on function @extschema@.itemset_baskets(@extschema@.itemset) is
'How many baskets an itemset has: what every support is a share of. NULL for NULL.
Unit: baskets
Feature: basket, since 0.1.0';

create function @extschema@.itemset_items(
    itemset @extschema@.itemset, out item pg_catalog.text, out baskets pg_catalog.int8, out support pg_catalog.float8)
  returns setof pg_catalog.record
  immutable strict parallel safe cost 50000 rows 100
  language c as 'MODULE_PATHNAME', 'crm_itemset_items';
comment on function @extschema@.itemset_items(@extschema@.itemset) is
'Every item with the number of baskets that hold it and their share in all baskets (support, 0 to 1): the most frequent first, equals in the order of their bytes. No rows for NULL.
Unit: baskets: number; support: share of all baskets, 0 to 1
Feature: basket, since 0.1.0';

create function @extschema@.frequent_itemsets(
    itemset @extschema@.itemset, min_support pg_catalog.float8, max_size pg_catalog.int4 default null,
    out items pg_catalog.text[], out size pg_catalog.int4, out baskets pg_catalog.int8, out support pg_catalog.float8)
  returns setof pg_catalog.record
  immutable parallel safe cost 1000000 rows 500
  language c as 'MODULE_PATHNAME', 'crm_frequent_itemsets';
comment on function @extschema@.frequent_itemsets(@extschema@.itemset, pg_catalog.float8, pg_catalog.int4) is
'Every set of items that at least the share min_support of the baskets hold (above 0, at most 1; baskets / all baskets >= min_support), of up to max_size items (NULL: any), with the number of these baskets and their share: ordered by size, then from the most baskets down, then by the items, which are sorted by their bytes. No rows for a NULL itemset or min_support. More than 10 million are an error (54000). Agrawal and Srikant 1994; search: Uno, Kiyomi and Arimura 2004.
Unit: size: items; baskets: number; support: share of all baskets, 0 to 1
Formula: Agrawal, Srikant 1994; search: Uno, Kiyomi, Arimura 2004; interval: Wilson 1927
Feature: basket, since 0.1.0';

create function @extschema@.association_rules(
    itemset @extschema@.itemset, min_support pg_catalog.float8, min_confidence pg_catalog.float8, max_size pg_catalog.int4 default null,
    max_consequent pg_catalog.int4 default 1, level pg_catalog.float8 default 0.95,
    out antecedent pg_catalog.text[], out consequent pg_catalog.text[], out baskets pg_catalog.int8, out antecedent_baskets pg_catalog.int8,
    out consequent_baskets pg_catalog.int8, out support pg_catalog.float8, out confidence pg_catalog.float8,
    out confidence_lower pg_catalog.float8, out confidence_upper pg_catalog.float8, out lift pg_catalog.float8,
    out leverage pg_catalog.float8, out conviction pg_catalog.float8)
  returns setof pg_catalog.record
  immutable parallel safe cost 1000000 rows 500
  language c as 'MODULE_PATHNAME', 'crm_association_rules';
comment on function @extschema@.association_rules(@extschema@.itemset, pg_catalog.float8, pg_catalog.float8, pg_catalog.int4, pg_catalog.int4, pg_catalog.float8) is
'Rules "who has the antecedent has the consequent too", of at least two items: of each itemset with min_support and up to max_size items (NULL: any) every split whose consequent has up to max_consequent items (NULL: any) and whose confidence = baskets / antecedent_baskets is at least min_confidence (0 to 1). confidence_lower, confidence_upper: its score interval at level (Wilson 1927). lift: confidence / share of the consequent. leverage: support - product of both shares. conviction: (1 - share of the consequent) / (1 - confidence), NULL where that is infinite (confidence 1). Ordered by lift, then support, from the highest down, then by the items. No rows for a NULL itemset, min_support, min_confidence or level. More than 10 million rules are an error (54000).
Unit: baskets, antecedent_baskets, consequent_baskets: number; support: share of all baskets, 0 to 1; confidence, confidence_lower, confidence_upper: 0 to 1; lift: ratio, 1 for independence; leverage: -1 to 1, 0 for independence; conviction: ratio, 1 for independence
Formula: Agrawal, Srikant 1994; search: Uno, Kiyomi, Arimura 2004; interval: Wilson 1927
Feature: basket, since 0.1.0';

-- affinity: who holds this also holds that: items that go together, and models of it.


create type @extschema@.affinity;

create function @extschema@.affinity_in(pg_catalog.cstring) returns @extschema@.affinity
  immutable strict parallel safe cost 200
  language c as 'MODULE_PATHNAME', 'crm_affinity_in';
comment on function @extschema@.affinity_in(pg_catalog.cstring) is
'Text input of type affinity (JSON). What is wrong is 22P02 and names the path.
Feature: affinity, since 0.1.0';

create function @extschema@.affinity_out(@extschema@.affinity) returns pg_catalog.cstring
  immutable strict parallel safe cost 200
  language c as 'MODULE_PATHNAME', 'crm_affinity_out';
comment on function @extschema@.affinity_out(@extschema@.affinity) is
'Text output of type affinity: JSON with sorted keys, lossless.
Feature: affinity, since 0.1.0';

create function @extschema@.affinity_recv(pg_catalog.internal) returns @extschema@.affinity
  immutable strict parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_affinity_recv';
comment on function @extschema@.affinity_recv(pg_catalog.internal) is
'Binary input of type affinity: a version, then the value in network order. What is wrong is 22P03.
Feature: affinity, since 0.1.0';

create function @extschema@.affinity_send(@extschema@.affinity) returns pg_catalog.bytea
  immutable strict parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_affinity_send';
comment on function @extschema@.affinity_send(@extschema@.affinity) is
'Binary output of type affinity: a version, then the value in network order.
Feature: affinity, since 0.1.0';

create type @extschema@.affinity (
  input = @extschema@.affinity_in, output = @extschema@.affinity_out, receive = @extschema@.affinity_recv, send = @extschema@.affinity_send,
  internallength = variable, alignment = double, storage = extended
);
comment on type @extschema@.affinity is
'Customers and items with the exact weight of every pair that occurs: holdings, purchases, visits. Made by affinity_agg, added up by affinity_merge, read by affinity_customers, affinity_items, affinity_entries and affinity_neighbours; affinity_fit makes a model of it. A customer holds an item when its weight is above 0; other pairs are kept, so that what comes back later adds up. 16 bytes a pair in memory, 2 and more stored. Text form: JSON.
Feature: affinity, since 0.1.0';

create function @extschema@.affinity_combine(@extschema@.affinity, @extschema@.affinity) returns @extschema@.affinity
  immutable parallel safe cost 150
  language c as 'MODULE_PATHNAME', 'crm_affinity_combine';
comment on function @extschema@.affinity_combine(@extschema@.affinity, @extschema@.affinity) is
'Adds two values of type affinity up; NULL on either side gives the other. Combine function of its aggregates.
Feature: affinity, since 0.1.0';

create function @extschema@.affinity_final(@extschema@.affinity) returns @extschema@.affinity
  immutable strict parallel safe cost 1
  language c as 'MODULE_PATHNAME', 'crm_affinity_final';
comment on function @extschema@.affinity_final(@extschema@.affinity) is
'Final function of the aggregates of type affinity: gives the state as it is, without the copy that PostgreSQL 14 and 15 would make.
Feature: affinity, since 0.1.0';

create aggregate @extschema@.affinity_merge(@extschema@.affinity) (
  sfunc = @extschema@.affinity_combine, stype = @extschema@.affinity, combinefunc = @extschema@.affinity_combine, finalfunc = @extschema@.affinity_final, parallel = safe
);
comment on aggregate @extschema@.affinity_merge(@extschema@.affinity) is
'Adds up affinities, pair by pair: of days, of branches. NULLs are skipped; no rows give NULL. Merging in any order gives the same bytes. Affinities with bigint customers and with text customers cannot be merged (22023).
Feature: affinity, since 0.1.0';

create function @extschema@.affinity_push(@extschema@.affinity, pg_catalog.text, pg_catalog.text) returns @extschema@.affinity
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_affinity_push_text_one';
comment on function @extschema@.affinity_push(@extschema@.affinity, pg_catalog.text, pg_catalog.text) is
'Transition function of affinity_agg: counts one for what a customer has of an item; a NULL in it is skipped.
Feature: affinity, since 0.1.0';

create aggregate @extschema@.affinity_agg(customer pg_catalog.text, item pg_catalog.text) (
  sfunc = @extschema@.affinity_push, stype = @extschema@.affinity, combinefunc = @extschema@.affinity_combine,
  finalfunc = @extschema@.affinity_final, parallel = safe
);
comment on aggregate @extschema@.affinity_agg(pg_catalog.text, pg_catalog.text) is
'What each customer has of each item. Each row counts 1: the weight of a pair is the number of its rows. Rows with a NULL are skipped; no rows give NULL. Names are compared byte by byte and not trimmed; an empty one is an error (22023), so is one of more than 1000 bytes, more than 1048576 items or 67 million pairs (54000). Any order, plan or partitioning gives the same bytes.
Feature: affinity, since 0.1.0';

create function @extschema@.affinity_push(@extschema@.affinity, pg_catalog.text, pg_catalog.text, pg_catalog.numeric) returns @extschema@.affinity
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_affinity_push_text_numeric';
comment on function @extschema@.affinity_push(@extschema@.affinity, pg_catalog.text, pg_catalog.text, pg_catalog.numeric) is
'Transition function of affinity_agg: adds a weight to what a customer has of an item; a NULL in it is skipped.
Feature: affinity, since 0.1.0';

create aggregate @extschema@.affinity_agg(customer pg_catalog.text, item pg_catalog.text, weight pg_catalog.numeric) (
  sfunc = @extschema@.affinity_push, stype = @extschema@.affinity, combinefunc = @extschema@.affinity_combine,
  finalfunc = @extschema@.affinity_final, parallel = safe
);
comment on aggregate @extschema@.affinity_agg(pg_catalog.text, pg_catalog.text, pg_catalog.numeric) is
'What each customer has of each item. Weights are added up exactly to 12 decimals; more round half to even. Rows with a NULL are skipped; no rows give NULL. Names are compared byte by byte and not trimmed; an empty one is an error (22023), so is one of more than 1000 bytes, more than 1048576 items or 67 million pairs (54000), and a weight or a sum that is NaN, infinite or above 1.7e26 in magnitude (22003). Any order, plan or partitioning gives the same bytes.
Feature: affinity, since 0.1.0';

create function @extschema@.affinity_push(@extschema@.affinity, pg_catalog.text, pg_catalog.text, pg_catalog.float8) returns @extschema@.affinity
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_affinity_push_text_float8';
comment on function @extschema@.affinity_push(@extschema@.affinity, pg_catalog.text, pg_catalog.text, pg_catalog.float8) is
'Transition function of affinity_agg: adds a weight to what a customer has of an item; a NULL in it is skipped.
Feature: affinity, since 0.1.0';

create aggregate @extschema@.affinity_agg(customer pg_catalog.text, item pg_catalog.text, weight pg_catalog.float8) (
  sfunc = @extschema@.affinity_push, stype = @extschema@.affinity, combinefunc = @extschema@.affinity_combine,
  finalfunc = @extschema@.affinity_final, parallel = safe
);
comment on aggregate @extschema@.affinity_agg(pg_catalog.text, pg_catalog.text, pg_catalog.float8) is
'What each customer has of each item. Each weight is taken as the decimal that it prints as (0.1 is 0.1), rounded half to even at 12 decimals, and added up exactly. Rows with a NULL are skipped; no rows give NULL. Names are compared byte by byte and not trimmed; an empty one is an error (22023), so is one of more than 1000 bytes, more than 1048576 items or 67 million pairs (54000), and a weight or a sum that is NaN, infinite or above 1.7e26 in magnitude (22003). Any order, plan or partitioning gives the same bytes.
Feature: affinity, since 0.1.0';

create function @extschema@.affinity_push(@extschema@.affinity, pg_catalog.text, pg_catalog.text, pg_catalog.int8) returns @extschema@.affinity
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_affinity_push_text_bigint';
comment on function @extschema@.affinity_push(@extschema@.affinity, pg_catalog.text, pg_catalog.text, pg_catalog.int8) is
'Transition function of affinity_agg: adds a weight to what a customer has of an item; a NULL in it is skipped.
Feature: affinity, since 0.1.0';

create aggregate @extschema@.affinity_agg(customer pg_catalog.text, item pg_catalog.text, weight pg_catalog.int8) (
  sfunc = @extschema@.affinity_push, stype = @extschema@.affinity, combinefunc = @extschema@.affinity_combine,
  finalfunc = @extschema@.affinity_final, parallel = safe
);
comment on aggregate @extschema@.affinity_agg(pg_catalog.text, pg_catalog.text, pg_catalog.int8) is
'What each customer has of each item. Whole weights, such as pieces or minor units, are added up exactly. Rows with a NULL are skipped; no rows give NULL. Names are compared byte by byte and not trimmed; an empty one is an error (22023), so is one of more than 1000 bytes, more than 1048576 items or 67 million pairs (54000), and a sum above 1.7e26 in magnitude (22003). Any order, plan or partitioning gives the same bytes.
Feature: affinity, since 0.1.0';

create function @extschema@.affinity_push(@extschema@.affinity, pg_catalog.int8, pg_catalog.text) returns @extschema@.affinity
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_affinity_push_integer_one';
comment on function @extschema@.affinity_push(@extschema@.affinity, pg_catalog.int8, pg_catalog.text) is
'Transition function of affinity_agg: counts one for what a customer has of an item; a NULL in it is skipped.
Feature: affinity, since 0.1.0';

create aggregate @extschema@.affinity_agg(customer pg_catalog.int8, item pg_catalog.text) (
  sfunc = @extschema@.affinity_push, stype = @extschema@.affinity, combinefunc = @extschema@.affinity_combine,
  finalfunc = @extschema@.affinity_final, parallel = safe
);
comment on aggregate @extschema@.affinity_agg(pg_catalog.int8, pg_catalog.text) is
'What each customer has of each item. Each row counts 1: the weight of a pair is the number of its rows. Rows with a NULL are skipped; no rows give NULL. Names are compared byte by byte and not trimmed; an empty one is an error (22023), so is one of more than 1000 bytes, more than 1048576 items or 67 million pairs (54000). Any order, plan or partitioning gives the same bytes.
Feature: affinity, since 0.1.0';

create function @extschema@.affinity_push(@extschema@.affinity, pg_catalog.int8, pg_catalog.text, pg_catalog.numeric) returns @extschema@.affinity
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_affinity_push_integer_numeric';
comment on function @extschema@.affinity_push(@extschema@.affinity, pg_catalog.int8, pg_catalog.text, pg_catalog.numeric) is
'Transition function of affinity_agg: adds a weight to what a customer has of an item; a NULL in it is skipped.
Feature: affinity, since 0.1.0';

create aggregate @extschema@.affinity_agg(customer pg_catalog.int8, item pg_catalog.text, weight pg_catalog.numeric) (
  sfunc = @extschema@.affinity_push, stype = @extschema@.affinity, combinefunc = @extschema@.affinity_combine,
  finalfunc = @extschema@.affinity_final, parallel = safe
);
comment on aggregate @extschema@.affinity_agg(pg_catalog.int8, pg_catalog.text, pg_catalog.numeric) is
'What each customer has of each item. Weights are added up exactly to 12 decimals; more round half to even. Rows with a NULL are skipped; no rows give NULL. Names are compared byte by byte and not trimmed; an empty one is an error (22023), so is one of more than 1000 bytes, more than 1048576 items or 67 million pairs (54000), and a weight or a sum that is NaN, infinite or above 1.7e26 in magnitude (22003). Any order, plan or partitioning gives the same bytes.
Feature: affinity, since 0.1.0';

create function @extschema@.affinity_push(@extschema@.affinity, pg_catalog.int8, pg_catalog.text, pg_catalog.float8) returns @extschema@.affinity
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_affinity_push_integer_float8';
comment on function @extschema@.affinity_push(@extschema@.affinity, pg_catalog.int8, pg_catalog.text, pg_catalog.float8) is
'Transition function of affinity_agg: adds a weight to what a customer has of an item; a NULL in it is skipped.
Feature: affinity, since 0.1.0';

create aggregate @extschema@.affinity_agg(customer pg_catalog.int8, item pg_catalog.text, weight pg_catalog.float8) (
  sfunc = @extschema@.affinity_push, stype = @extschema@.affinity, combinefunc = @extschema@.affinity_combine,
  finalfunc = @extschema@.affinity_final, parallel = safe
);
comment on aggregate @extschema@.affinity_agg(pg_catalog.int8, pg_catalog.text, pg_catalog.float8) is
'What each customer has of each item. Each weight is taken as the decimal that it prints as (0.1 is 0.1), rounded half to even at 12 decimals, and added up exactly. Rows with a NULL are skipped; no rows give NULL. Names are compared byte by byte and not trimmed; an empty one is an error (22023), so is one of more than 1000 bytes, more than 1048576 items or 67 million pairs (54000), and a weight or a sum that is NaN, infinite or above 1.7e26 in magnitude (22003). Any order, plan or partitioning gives the same bytes.
Feature: affinity, since 0.1.0';

create function @extschema@.affinity_push(@extschema@.affinity, pg_catalog.int8, pg_catalog.text, pg_catalog.int8) returns @extschema@.affinity
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_affinity_push_integer_bigint';
comment on function @extschema@.affinity_push(@extschema@.affinity, pg_catalog.int8, pg_catalog.text, pg_catalog.int8) is
'Transition function of affinity_agg: adds a weight to what a customer has of an item; a NULL in it is skipped.
Feature: affinity, since 0.1.0';

create aggregate @extschema@.affinity_agg(customer pg_catalog.int8, item pg_catalog.text, weight pg_catalog.int8) (
  sfunc = @extschema@.affinity_push, stype = @extschema@.affinity, combinefunc = @extschema@.affinity_combine,
  finalfunc = @extschema@.affinity_final, parallel = safe
);
comment on aggregate @extschema@.affinity_agg(pg_catalog.int8, pg_catalog.text, pg_catalog.int8) is
'What each customer has of each item. Whole weights, such as pieces or minor units, are added up exactly. Rows with a NULL are skipped; no rows give NULL. Names are compared byte by byte and not trimmed; an empty one is an error (22023), so is one of more than 1000 bytes, more than 1048576 items or 67 million pairs (54000), and a sum above 1.7e26 in magnitude (22003). Any order, plan or partitioning gives the same bytes.
Feature: affinity, since 0.1.0';

create function @extschema@.affinity_customers(summary @extschema@.affinity) returns pg_catalog.int8
  immutable strict parallel safe cost 1000
  language c as 'MODULE_PATHNAME', 'crm_affinity_customers';
comment on function @extschema@.affinity_customers(@extschema@.affinity) is
'Number of customers who hold an item: with a weight above 0. NULL for a NULL summary.
Unit: customers
Feature: affinity, since 0.1.0';

create function @extschema@.affinity_items(summary @extschema@.affinity)
  returns table (item pg_catalog.text, customers pg_catalog.int8, weight pg_catalog.numeric, share pg_catalog.float8)
  immutable strict parallel safe cost 10000 rows 500
  language c as 'MODULE_PATHNAME', 'crm_affinity_items';
comment on function @extschema@.affinity_items(@extschema@.affinity) is
'Popularity of every item, in the order of the names byte by byte: the customers who hold it (weight above 0), the exact sum of all its weights, those of 0 and below included, and the share of affinity_customers who hold it (NULL when nobody holds anything). A sum above 1.7e26 in magnitude is an error (22003). No rows for NULL.
Unit: customers: number; weight: as the weights given; share: 0 to 1
Feature: affinity, since 0.1.0';

create function @extschema@.affinity_entries(summary @extschema@.affinity)
  returns table (customer pg_catalog.text, item pg_catalog.text, weight pg_catalog.numeric)
  immutable strict parallel safe cost 500000 rows 10000
  language c as 'MODULE_PATHNAME', 'crm_affinity_entries';
comment on function @extschema@.affinity_entries(@extschema@.affinity) is
'Every pair of a customer and an item with its exact weight, those of 0 and below included; by customer (bigint keys by number, text keys byte by byte) and item. A bigint key is printed as text. No rows for NULL.
Unit: weight: as the weights given
Feature: affinity, since 0.1.0';

create function @extschema@.affinity_neighbours(
    summary @extschema@.affinity, measure pg_catalog.text default 'cosine', neighbours pg_catalog.int4 default 20,
    weighting pg_catalog.text default 'binary', min_customers pg_catalog.int4 default 1)
  returns table (item pg_catalog.text, rank pg_catalog.int4, neighbour pg_catalog.text, score pg_catalog.float8, customers pg_catalog.int8)
  immutable strict parallel safe cost 50000 rows 10000
  language c as 'MODULE_PATHNAME', 'crm_affinity_neighbours';
comment on function @extschema@.affinity_neighbours(@extschema@.affinity, pg_catalog.text, pg_catalog.int4, pg_catalog.text, pg_catalog.int4) is
'The items nearest to each item, at most so many neighbours (1 to 1000): by item, rank 1 the nearest; equal scores by the name byte by byte. Only items that a customer holds together with it, and scores above 0. customers: who hold both. measure: cosine x.y / (|x| |y|), dot x.y, jaccard b / (n + m - b), lift b N / (n m), of columns x and y, holders n and m, both b, all N; jaccard and lift with binary only. weighting: binary 1, weight as it is, log ln(1 + w), bm25 w 101 / (100 (0.2 + 0.8 s/S) + w) (ln M - ln(1 + m)), s the sum of the item and S the mean of these, M all items and m those of the customer. Items of fewer than min_customers holders are left out; the scores of the others do not change. A wrong option is 22023. No rows where an argument is NULL.
Unit: rank: 1 the nearest; score: cosine and jaccard 0 to 1, dot in squared weights, lift a ratio; customers: number
Formula: item-based collaborative filtering with cosine, Jaccard or lift (Sarwar, Karypis, Konstan, Riedl 2001; Deshpande, Karypis 2004); bm25 weights: Okapi BM25 (Robertson et al. 1994)
Feature: affinity, since 0.1.0';

create function @extschema@.affinity_fit(
    summary @extschema@.affinity, measure pg_catalog.text default 'cosine', neighbours pg_catalog.int4 default 20,
    weighting pg_catalog.text default 'binary', min_customers pg_catalog.int4 default 1)
  returns pg_catalog.jsonb
  immutable strict parallel safe cost 100000
  language c as 'MODULE_PATHNAME', 'crm_affinity_fit';
comment on function @extschema@.affinity_fit(@extschema@.affinity, pg_catalog.text, pg_catalog.int4, pg_catalog.text, pg_catalog.int4) is
'The neighbours of all items as a model (affinity_model) for recommendations: its method, the number of customers, the items, how many customers hold each (popularity), and of each item the neighbours as [place in items, score], the nearest first. It has nothing of single customers. Options as in affinity_neighbours. More than 4 million neighbours in all are 54000. NULL where an argument is NULL.
Formula: item-based collaborative filtering with cosine, Jaccard or lift (Sarwar, Karypis, Konstan, Riedl 2001; Deshpande, Karypis 2004); bm25 weights: Okapi BM25 (Robertson et al. 1994)
Feature: affinity, since 0.1.0';

create function @extschema@.affinity_model_check(model pg_catalog.jsonb, out path pg_catalog.text, out problem pg_catalog.text)
  returns setof pg_catalog.record
  immutable strict parallel safe cost 50000 rows 1
  language c as 'MODULE_PATHNAME', 'crm_affinity_model_check';
comment on function @extschema@.affinity_model_check(pg_catalog.jsonb) is
'Every problem of a model of items that go together (affinity_model) with its JSON path; no rows when the model is valid.
Feature: affinity, since 0.1.0';

-- als: matrix factorisation of holdings by alternating least squares.


create function @extschema@.als_fit(
    affinity @extschema@.affinity, factors pg_catalog.int4 default 32, iterations pg_catalog.int4 default 15,
    regularization pg_catalog.float8 default 0.1, alpha pg_catalog.float8 default 1, weighting pg_catalog.text default 'weight',
    seed pg_catalog.int8 default 0)
  returns pg_catalog.jsonb
  immutable strict parallel safe cost 2000000
  language c as 'MODULE_PATHNAME', 'crm_als_fit';
comment on function @extschema@.als_fit(@extschema@.affinity, pg_catalog.int4, pg_catalog.int4, pg_catalog.float8, pg_catalog.float8, pg_catalog.text, pg_catalog.int8) is
'Factors of items (a model, kind als_model) by alternating least squares for implicit feedback (Hu, Koren, Volinsky 2008): the sum over all customers and items of c (p - x.y)^2 plus regularization times all squared factors is made small, with p 1 for what is held and 0 otherwise, and the confidence c = 1 + alpha r. weighting: what r is, weight, log (ln(1 + weight)) or binary (1). factors 1 to 256, iterations 1 to 1000, regularization and alpha 1e-9 to 1e9 (22023). The same data and seed give the same bytes. alpha r above 1e12 is 22003; more than 8 million factors in all are 54000. NULL for a NULL argument.
Formula: implicit-feedback alternating least squares (Hu, Koren, Volinsky 2008)
Feature: als, since 0.1.0';

create function @extschema@.als_model_check(model pg_catalog.jsonb, out path pg_catalog.text, out problem pg_catalog.text)
  returns setof pg_catalog.record
  immutable strict parallel safe cost 20000 rows 1
  language c as 'MODULE_PATHNAME', 'crm_als_model_check';
comment on function @extschema@.als_model_check(pg_catalog.jsonb) is
'Every problem of a model of the kind als_model with its JSON path; no rows when it is valid.
Feature: als, since 0.1.0';

-- recommend: what a model recommends to a customer, why, and how good recommendations were.


create function @extschema@.recommend(
    model pg_catalog.jsonb, holdings pg_catalog.text[], k pg_catalog.int4 default 10, include_held pg_catalog.bool default false,
    fallback pg_catalog.bool default true,
    out rank pg_catalog.int4, out item pg_catalog.text, out score pg_catalog.float8, out source pg_catalog.text)
  returns setof pg_catalog.record
  immutable parallel safe cost 1000 rows 10 support @extschema@.number_rows_support
  language c as 'MODULE_PATHNAME', 'crm_recommend_list';
comment on function @extschema@.recommend(pg_catalog.jsonb, pg_catalog.text[], pg_catalog.int4, pg_catalog.bool, pg_catalog.bool) is
'The k best items (1 to 10000, or 22023) for what a customer holds, under a model of affinity_fit or als_fit. Holdings are a list of items, each held with the weight 1; NULL elements are skipped, an item that is there twice counts once. Items that the model does not know are left out, NULL holdings are none. First those with a score above 0 (source model): by neighbours the sum over the held of weight times similarity, by factors the product of the customer''s factors, solved from his holdings, and the item''s; equal scores by the bytes of the item. Then, with fallback, the most popular (source popularity), scored by the share of customers who hold them. What is held is not recommended unless include_held. No rows for any other NULL argument.
Unit: rank: 1 the best; score: of the model; share of the customers, 0 to 1, where the source is popularity
Formula: neighbours: sum over the held of weight * similarity (see affinity_fit); factors: the customer''s solved from what he holds, times the item''s (see als_fit)
Feature: recommend, since 0.1.0';

create function @extschema@.recommend_explain(
    model pg_catalog.jsonb, holdings pg_catalog.text[], item pg_catalog.text,
    out held pg_catalog.text, out weight pg_catalog.float8, out contribution pg_catalog.float8)
  returns setof pg_catalog.record
  immutable parallel safe cost 1000 rows 10
  language c as 'MODULE_PATHNAME', 'crm_recommend_explain_list';
comment on function @extschema@.recommend_explain(pg_catalog.jsonb, pg_catalog.text[], pg_catalog.text) is
'What each held item contributes to the score of an item under a model, in the order of the bytes of the held items; added up in that order, sum(contribution order by held collate "C"), it is the score of recommend to the last bit. Holdings are a list of items, each held with the weight 1; NULL elements are skipped, an item that is there twice counts once. No rows for an item that the model does not know, without holdings it knows, or for a NULL model or item.
Unit: weight: as given with the holding; contribution: as the score of recommend
Formula: neighbours: sum over the held of weight * similarity (see affinity_fit); factors: the customer''s solved from what he holds, times the item''s (see als_fit)
Feature: recommend, since 0.1.0';

create function @extschema@.recommend(
    model pg_catalog.jsonb, holdings pg_catalog.jsonb, k pg_catalog.int4 default 10, include_held pg_catalog.bool default false,
    fallback pg_catalog.bool default true,
    out rank pg_catalog.int4, out item pg_catalog.text, out score pg_catalog.float8, out source pg_catalog.text)
  returns setof pg_catalog.record
  immutable parallel safe cost 1000 rows 10 support @extschema@.number_rows_support
  language c as 'MODULE_PATHNAME', 'crm_recommend_weighted';
comment on function @extschema@.recommend(pg_catalog.jsonb, pg_catalog.jsonb, pg_catalog.int4, pg_catalog.bool, pg_catalog.bool) is
'The k best items (1 to 10000, or 22023) for what a customer holds, under a model of affinity_fit or als_fit. Holdings are an object of weights by item, {"item": weight, ...}; a weight of 0 or below is not held, what is not a decimal number is 22023. Items that the model does not know are left out, NULL holdings are none. First those with a score above 0 (source model): by neighbours the sum over the held of weight times similarity, by factors the product of the customer''s factors, solved from his holdings, and the item''s; equal scores by the bytes of the item. Then, with fallback, the most popular (source popularity), scored by the share of customers who hold them. What is held is not recommended unless include_held. No rows for any other NULL argument.
Unit: rank: 1 the best; score: of the model; share of the customers, 0 to 1, where the source is popularity
Formula: neighbours: sum over the held of weight * similarity (see affinity_fit); factors: the customer''s solved from what he holds, times the item''s (see als_fit)
Feature: recommend, since 0.1.0';

create function @extschema@.recommend_explain(
    model pg_catalog.jsonb, holdings pg_catalog.jsonb, item pg_catalog.text,
    out held pg_catalog.text, out weight pg_catalog.float8, out contribution pg_catalog.float8)
  returns setof pg_catalog.record
  immutable parallel safe cost 1000 rows 10
  language c as 'MODULE_PATHNAME', 'crm_recommend_explain_weighted';
comment on function @extschema@.recommend_explain(pg_catalog.jsonb, pg_catalog.jsonb, pg_catalog.text) is
'What each held item contributes to the score of an item under a model, in the order of the bytes of the held items; added up in that order, sum(contribution order by held collate "C"), it is the score of recommend to the last bit. Holdings are an object of weights by item, {"item": weight, ...}; a weight of 0 or below is not held, what is not a decimal number is 22023. No rows for an item that the model does not know, without holdings it knows, or for a NULL model or item.
Unit: weight: as given with the holding; contribution: as the score of recommend
Formula: neighbours: sum over the held of weight * similarity (see affinity_fit); factors: the customer''s solved from what he holds, times the item''s (see als_fit)
Feature: recommend, since 0.1.0';

create function @extschema@.hit_rate_at(recommended pg_catalog.text[], relevant pg_catalog.text[], k pg_catalog.int4) returns pg_catalog.float8
  immutable parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_hit_rate_at';
comment on function @extschema@.hit_rate_at(pg_catalog.text[], pg_catalog.text[], pg_catalog.int4) is
'1 if any of the first k recommended items is relevant, else 0. recommended is in the order of the ranks, and NULL is an empty list; NULL without a relevant item or without k. An item that is there twice counts once, where it stands first. k below 1 is 22023.
Unit: 0 to 1
Feature: recommend, since 0.1.0';

create function @extschema@.precision_at(recommended pg_catalog.text[], relevant pg_catalog.text[], k pg_catalog.int4) returns pg_catalog.float8
  immutable parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_precision_at';
comment on function @extschema@.precision_at(pg_catalog.text[], pg_catalog.text[], pg_catalog.int4) is
'Relevant items among the first k recommended, divided by k, also when fewer are recommended. recommended is in the order of the ranks, and NULL is an empty list; NULL without a relevant item or without k. An item that is there twice counts once, where it stands first. k below 1 is 22023.
Unit: 0 to 1
Feature: recommend, since 0.1.0';

create function @extschema@.recall_at(recommended pg_catalog.text[], relevant pg_catalog.text[], k pg_catalog.int4) returns pg_catalog.float8
  immutable parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_recall_at';
comment on function @extschema@.recall_at(pg_catalog.text[], pg_catalog.text[], pg_catalog.int4) is
'Relevant items among the first k recommended, divided by the number of relevant items. recommended is in the order of the ranks, and NULL is an empty list; NULL without a relevant item or without k. An item that is there twice counts once, where it stands first. k below 1 is 22023.
Unit: 0 to 1
Feature: recommend, since 0.1.0';

create function @extschema@.average_precision_at(recommended pg_catalog.text[], relevant pg_catalog.text[], k pg_catalog.int4) returns pg_catalog.float8
  immutable parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_average_precision_at';
comment on function @extschema@.average_precision_at(pg_catalog.text[], pg_catalog.text[], pg_catalog.int4) is
'Average precision: the sum over the relevant items among the first k recommended of (relevant items up to it / its rank), divided by the smaller of k and the number of relevant items. Its mean over customers is MAP at k. recommended is in the order of the ranks, and NULL is an empty list; NULL without a relevant item or without k. An item that is there twice counts once, where it stands first. k below 1 is 22023.
Unit: 0 to 1
Feature: recommend, since 0.1.0';

create function @extschema@.reciprocal_rank_at(recommended pg_catalog.text[], relevant pg_catalog.text[], k pg_catalog.int4) returns pg_catalog.float8
  immutable parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_reciprocal_rank_at';
comment on function @extschema@.reciprocal_rank_at(pg_catalog.text[], pg_catalog.text[], pg_catalog.int4) is
'1 / rank of the first relevant item among the first k recommended, 0 without one. Its mean over customers is MRR at k. recommended is in the order of the ranks, and NULL is an empty list; NULL without a relevant item or without k. An item that is there twice counts once, where it stands first. k below 1 is 22023.
Unit: 0 to 1
Feature: recommend, since 0.1.0';

create function @extschema@.ndcg_at(recommended pg_catalog.text[], relevant pg_catalog.text[], k pg_catalog.int4) returns pg_catalog.float8
  immutable parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_ndcg_at';
comment on function @extschema@.ndcg_at(pg_catalog.text[], pg_catalog.text[], pg_catalog.int4) is
'Normalized discounted cumulative gain with binary relevance: the sum of 1 / log2(1 + rank) over the relevant items among the first k recommended, divided by that of a perfect list (Jarvelin, Kekalainen 2002). recommended is in the order of the ranks, and NULL is an empty list; NULL without a relevant item or without k. An item that is there twice counts once, where it stands first. k below 1 is 22023.
Unit: 0 to 1
Formula: Jarvelin, Kekalainen 2002
Feature: recommend, since 0.1.0';

-- observability: what is installed, and what it has to offer.


create function @extschema@.version() returns pg_catalog.text
  immutable parallel safe cost 1
  language c as 'MODULE_PATHNAME', 'crm_version';
comment on function @extschema@.version() is
'Version of the pg_crm library that is loaded.
Feature: observability, since 0.1.0';

create function @extschema@.build_info(
    out version pg_catalog.text, out postgresql pg_catalog.int4, out pgrx pg_catalog.text, out rustc pg_catalog.text,
    out target pg_catalog.text, out profile pg_catalog.text, out revision pg_catalog.text, out script pg_catalog.text)
  returns setof pg_catalog.record
  immutable parallel safe cost 100 rows 1
  language c as 'MODULE_PATHNAME', 'crm_build_info';
comment on function @extschema@.build_info() is
'How the library that is loaded was built, one row: its version, the major version of PostgreSQL it is for, the versions of pgrx and of the compiler, the target, the profile (release), the revision of the sources (NULL when they were not a checkout), and the SHA-256 of the SQL script that belongs to it. No paths, no time: the same sources give the same row.
Unit: postgresql: major version
Feature: observability, since 0.1.0';

create function @extschema@.catalog(
    out name pg_catalog.text, out kind pg_catalog.text, out signature pg_catalog.text, out result pg_catalog.text,
    out feature pg_catalog.text, out unit pg_catalog.text, out formula pg_catalog.text, out since pg_catalog.text,
    out description pg_catalog.text)
  returns setof pg_catalog.record
  stable parallel safe cost 1000000 rows 400
  -- Its text names types and operators as PostgreSQL's own, whatever the caller's search_path; it is not called per row.
  set search_path = pg_catalog, pg_temp
  language sql as $$
  with own as (
    select d.classid, d.objid,
      pg_catalog.regexp_match(
        pg_catalog.obj_description(d.objid, case d.classid when 'pg_catalog.pg_proc'::pg_catalog.regclass then 'pg_proc' else 'pg_type' end),
        '^(.*?)(?:\nUnit: ([^\n]*))?(?:\nFormula: ([^\n]*))?\nFeature: ([a-z_]+), since ([^\n]+)$') as facts
    from pg_catalog.pg_extension as e
    join pg_catalog.pg_depend as d
      on d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass and d.refobjid = e.oid and d.deptype = 'e'
    where e.extname = 'pg_crm'
  ), internal as (
    -- What PostgreSQL calls by itself.
    select pg_catalog.unnest(array[a.aggtransfn, a.aggcombinefn, a.aggfinalfn])::pg_catalog.oid as oid from pg_catalog.pg_aggregate as a
    union all
    select pg_catalog.unnest(array[t.typinput, t.typoutput, t.typreceive, t.typsend])::pg_catalog.oid from pg_catalog.pg_type as t
    union all
    select p.prosupport::pg_catalog.oid from pg_catalog.pg_proc as p
  ), called as (
    select p.proname, p.prokind, o.facts, 'o' = any (p.proargmodes) as columns,
      -- PostgreSQL names the schema of a type or not, as the search_path is: here never.
      pg_catalog.regexp_replace(pg_catalog.pg_get_function_arguments(p.oid), '\m(@extschema@|pg_catalog)[.]', '', 'g') as arguments,
      pg_catalog.regexp_replace(pg_catalog.pg_get_function_result(p.oid), '\m(@extschema@|pg_catalog)[.]', '', 'g') as result
    from own as o
    join pg_catalog.pg_proc as p on p.oid = o.objid
    where o.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and p.oid not in (select i.oid from internal as i)
  ), object as (
    select c.proname as name, case c.prokind when 'a' then 'aggregate' else 'function' end as kind,
      -- Columns are shown alike, whichever way they are declared.
      c.proname || '(' || i.inputs || ')' as signature,
      case when c.columns
        then 'TABLE(' || pg_catalog.ltrim(pg_catalog.regexp_replace(pg_catalog.substr(c.arguments, pg_catalog.length(i.inputs) + 1), '\mOUT ', '', 'g'), ', ') || ')'
        else c.result end as result,
      c.facts
    from called as c
    cross join lateral (select pg_catalog.regexp_replace(c.arguments, '(^|, )OUT .*$', '') as inputs) as i
    union all
    select t.typname, 'type', t.typname, null, o.facts
    from own as o
    join pg_catalog.pg_type as t on t.oid = o.objid
    where o.classid = 'pg_catalog.pg_type'::pg_catalog.regclass and t.typcategory <> 'A'
  )
  select object.name::pg_catalog.text, object.kind, object.signature, object.result,
    object.facts[4], object.facts[2], object.facts[3], object.facts[5], object.facts[1]
  from object
  order by object.facts[4] collate pg_catalog."C", object.kind collate pg_catalog."C", object.name, object.signature collate pg_catalog."C";
$$;
comment on function @extschema@.catalog() is
'Everything of the extension that a user can call or store: functions, aggregates and types, with the arguments and the result, the feature (its page in docs has that name), the unit of what is returned (of each column where there are several; NULL for what is no number), the formula or where it is from (NULL for plain figures), the version that introduced it, and what it does. It reads the system catalogue, so it shows what is installed in this database.
Feature: observability, since 0.1.0';

