-- pnl: profit and loss of a customer by line, exactly.

-- @unit contribution, cost, credit_cost, line_amount, revenue, total: currency of the amounts
-- @unit margin: fraction of the revenue
-- @unit contribution_explain: position: number; amount, effect: currency of the amounts
-- @unit pnl_lines: amount: currency of the amounts
-- @unit pnl_result: revenue, cost, credit_cost, contribution: currency of the amounts; margin: fraction of the revenue
-- @formula contribution, contribution_explain: revenue - cost - credit_cost
-- @formula margin: contribution / revenue

-- @type pnl extended
-- The exact totals of a customer by line: what he brings and costs under each kind of revenue and cost. Made by pnl_agg, added up by pnl_merge, read by pnl_lines, line_amount and total. Text form: JSON.
-- @merge
-- Adds up pnl summaries, line by line: of days, of accounts, of the customers of a branch. NULLs are skipped; no rows give NULL. Merging in any order gives the same bytes.

create function @extschema@.pnl_push(@extschema@.pnl, pg_catalog.text, pg_catalog.numeric) returns @extschema@.pnl
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_pnl_push_numeric';
comment on function @extschema@.pnl_push(@extschema@.pnl, pg_catalog.text, pg_catalog.numeric) is
'Transition function of pnl_agg: adds one amount to a line; a NULL in it is skipped.';

create aggregate @extschema@.pnl_agg(line pg_catalog.text, amount pg_catalog.numeric) (
  sfunc = @extschema@.pnl_push, stype = @extschema@.pnl, combinefunc = @extschema@.pnl_combine, parallel = safe
);
comment on aggregate @extschema@.pnl_agg(pg_catalog.text, pg_catalog.numeric) is
'Exact totals by line. Amounts are summed exactly to 12 decimals; more round half to even. Each line prints with the decimals that sum would print. Rows with a NULL are skipped; no rows give NULL. An empty name is an error (22023), so is a name of more than 1000 bytes, or more than 65536 lines (54000), and an amount or a sum that is NaN, infinite or above 1.7e26 in magnitude (22003).';

create function @extschema@.pnl_push(@extschema@.pnl, pg_catalog.text, pg_catalog.float8) returns @extschema@.pnl
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_pnl_push_float8';
comment on function @extschema@.pnl_push(@extschema@.pnl, pg_catalog.text, pg_catalog.float8) is
'Transition function of pnl_agg: adds one amount to a line; a NULL in it is skipped.';

create aggregate @extschema@.pnl_agg(line pg_catalog.text, amount pg_catalog.float8) (
  sfunc = @extschema@.pnl_push, stype = @extschema@.pnl, combinefunc = @extschema@.pnl_combine, parallel = safe
);
comment on aggregate @extschema@.pnl_agg(pg_catalog.text, pg_catalog.float8) is
'Exact totals by line. Each amount is taken at its binary value, rounded half to even at 12 decimals, and then summed exactly: the result does not depend on row order. Rows with a NULL are skipped; no rows give NULL. An empty name is an error (22023), so is a name of more than 1000 bytes, or more than 65536 lines (54000), and an amount or a sum that is NaN, infinite or above 1.7e26 in magnitude (22003).';

create function @extschema@.pnl_push(@extschema@.pnl, pg_catalog.text, pg_catalog.int8) returns @extschema@.pnl
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_pnl_push_bigint';
comment on function @extschema@.pnl_push(@extschema@.pnl, pg_catalog.text, pg_catalog.int8) is
'Transition function of pnl_agg: adds one amount to a line; a NULL in it is skipped.';

create aggregate @extschema@.pnl_agg(line pg_catalog.text, amount pg_catalog.int8) (
  sfunc = @extschema@.pnl_push, stype = @extschema@.pnl, combinefunc = @extschema@.pnl_combine, parallel = safe
);
comment on aggregate @extschema@.pnl_agg(pg_catalog.text, pg_catalog.int8) is
'Exact totals by line of whole amounts, such as minor units. Rows with a NULL are skipped; no rows give NULL. An empty name is an error (22023), so is a name of more than 1000 bytes, or more than 65536 lines (54000).';

create function @extschema@.pnl_lines(summary @extschema@.pnl) returns table (line pg_catalog.text, amount pg_catalog.numeric)
  immutable strict parallel safe cost 300 rows 12
  language c as 'MODULE_PATHNAME', 'crm_pnl_lines';
comment on function @extschema@.pnl_lines(@extschema@.pnl) is
'The lines and their exact totals, in the order of the names byte by byte (the collation "C"). A line whose amounts cancel out is there with 0.';

create function @extschema@.line_amount(summary @extschema@.pnl, line pg_catalog.text) returns pg_catalog.numeric
  immutable strict parallel safe cost 10
  language c as 'MODULE_PATHNAME', 'crm_line_amount';
comment on function @extschema@.line_amount(@extschema@.pnl, pg_catalog.text) is
'Exact total of a line, with the decimals of its amounts; NULL when the customer has no such line. Names are compared byte by byte.';

create function @extschema@.total(summary @extschema@.pnl) returns pg_catalog.numeric
  immutable strict parallel safe cost 20
  language c as 'MODULE_PATHNAME', 'crm_pnl_total';
comment on function @extschema@.total(@extschema@.pnl) is
'Sum of all lines, exact: costs that are posted as negative amounts are taken off. A sum above 1.7e26 in magnitude is an error (22003).';

create function @extschema@.revenue(summary @extschema@.pnl, chart pg_catalog.jsonb) returns pg_catalog.numeric
  immutable strict parallel safe cost 20
  language c as 'MODULE_PATHNAME', 'crm_pnl_revenue';
comment on function @extschema@.revenue(@extschema@.pnl, pg_catalog.jsonb) is
'What the customer brings: the exact sum of the lines with the role revenue in the chart (pnl_chart); 0 when he has none, NULL for a NULL summary or chart. A line that the chart does not have is an error (22023) or goes into its rest, as the chart says.';

create function @extschema@.cost(summary @extschema@.pnl, chart pg_catalog.jsonb) returns pg_catalog.numeric
  immutable strict parallel safe cost 20
  language c as 'MODULE_PATHNAME', 'crm_pnl_cost';
comment on function @extschema@.cost(@extschema@.pnl, pg_catalog.jsonb) is
'What the customer costs: the exact sum of the lines with the role cost in the chart (pnl_chart), as a positive number whichever way costs are posted; credit cost is not in it. 0 when he has none, NULL for a NULL summary or chart. A line that the chart does not have is an error (22023) or goes into its rest, as the chart says.';

create function @extschema@.credit_cost(summary @extschema@.pnl, chart pg_catalog.jsonb) returns pg_catalog.numeric
  immutable strict parallel safe cost 20
  language c as 'MODULE_PATHNAME', 'crm_pnl_credit_cost';
comment on function @extschema@.credit_cost(@extschema@.pnl, pg_catalog.jsonb) is
'What the risk of the customer costs (expected loss): the exact sum of the lines with the role credit_cost in the chart (pnl_chart), as a positive number whichever way costs are posted. 0 when he has none, NULL for a NULL summary or chart. A line that the chart does not have is an error (22023) or goes into its rest, as the chart says.';

create function @extschema@.contribution(summary @extschema@.pnl, chart pg_catalog.jsonb) returns pg_catalog.numeric
  immutable strict parallel safe cost 20
  language c as 'MODULE_PATHNAME', 'crm_pnl_contribution';
comment on function @extschema@.contribution(@extschema@.pnl, pg_catalog.jsonb) is
'What is left of a customer: revenue - cost - credit_cost under the chart (pnl_chart), exact to the last digit; lines with the role memo do not count. NULL for a NULL summary or chart. A line that the chart does not have is an error (22023) or goes into its rest, as the chart says. contribution_explain tells what each line adds.';

create function @extschema@.margin(summary @extschema@.pnl, chart pg_catalog.jsonb) returns pg_catalog.float8
  immutable strict parallel safe cost 20
  language c as 'MODULE_PATHNAME', 'crm_pnl_margin';
comment on function @extschema@.margin(@extschema@.pnl, pg_catalog.jsonb) is
'Contribution / revenue under the chart (pnl_chart): 0.25 is 25 %, below 0 where the customer costs more than he brings. NULL where the revenue is not above 0 (a ratio to nothing or to a loss says nothing), and for a NULL summary or chart.';

create function @extschema@.pnl_result(summary @extschema@.pnl, chart pg_catalog.jsonb)
  returns table (revenue pg_catalog.numeric, cost pg_catalog.numeric, credit_cost pg_catalog.numeric, contribution pg_catalog.numeric, margin pg_catalog.float8)
  immutable strict parallel safe cost 100 rows 1
  language c as 'MODULE_PATHNAME', 'crm_pnl_result';
comment on function @extschema@.pnl_result(@extschema@.pnl, pg_catalog.jsonb) is
'The result of a customer under the chart (pnl_chart) in one row: revenue, cost, credit_cost, contribution and margin, as the functions of these names give them. No row for a NULL summary or chart.';

create function @extschema@.contribution_explain(
    summary @extschema@.pnl, chart pg_catalog.jsonb, language pg_catalog.text default null,
    out "position" pg_catalog.int4, out line pg_catalog.text, out role pg_catalog.text, out label pg_catalog.text,
    out amount pg_catalog.numeric, out effect pg_catalog.numeric)
  returns setof pg_catalog.record
  immutable parallel safe cost 500 rows 12
  language c as 'MODULE_PATHNAME', 'crm_contribution_explain';
comment on function @extschema@.contribution_explain(@extschema@.pnl, pg_catalog.jsonb, pg_catalog.text) is
'What each line adds to the contribution: all lines of the chart in its order, then those that go into its rest, with the label of the rest. amount: as it was posted, NULL when the customer does not have the line. effect: what it adds, costs below 0, memo lines 0; the effects add up to contribution exactly. language: of the label, NULL gives the name. No rows for a NULL summary or chart.';

create function @extschema@.pnl_chart_check(chart pg_catalog.jsonb, out path pg_catalog.text, out problem pg_catalog.text)
  returns setof pg_catalog.record
  immutable strict parallel safe cost 1000 rows 1
  language c as 'MODULE_PATHNAME', 'crm_pnl_chart_check';
comment on function @extschema@.pnl_chart_check(pg_catalog.jsonb) is
'Every problem of a chart of profit and loss lines (pnl_chart) with its JSON path; no rows when the chart is valid.';

create function @extschema@.pnl_chart_example() returns pg_catalog.jsonb
  immutable parallel safe cost 500
  language c as 'MODULE_PATHNAME', 'crm_pnl_chart_example';
comment on function @extschema@.pnl_chart_example() is
'A worked chart of profit and loss lines: a broker that posts all amounts as positive, labels in English and Chinese. Copy it into a table and edit it.';
