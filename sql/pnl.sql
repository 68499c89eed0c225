-- pnl: profit and loss of a customer by line, exactly.

-- @type pnl extended
-- The exact totals of a customer by line: what he brings and costs under each kind of revenue and cost. Made by pnl_agg, added up by pnl_merge, read by pnl_lines, line_amount and total. Text form: JSON.
-- @merge
-- Adds up pnl summaries, line by line: of days, of accounts, of the customers of a branch. NULLs are skipped; no rows give NULL. Merging in any order gives the same bytes.

create function @extschema@.pnl_push(@extschema@.pnl, pg_catalog.text, pg_catalog.numeric) returns @extschema@.pnl
  immutable parallel safe cost 1
  language c as 'MODULE_PATHNAME', 'crm_pnl_push_numeric';
comment on function @extschema@.pnl_push(@extschema@.pnl, pg_catalog.text, pg_catalog.numeric) is
'Transition function of pnl_agg: adds one amount to a line; a NULL in it is skipped.';

create aggregate @extschema@.pnl_agg(line pg_catalog.text, amount pg_catalog.numeric) (
  sfunc = @extschema@.pnl_push, stype = @extschema@.pnl, combinefunc = @extschema@.pnl_combine, parallel = safe
);
comment on aggregate @extschema@.pnl_agg(pg_catalog.text, pg_catalog.numeric) is
'Exact totals by line. Amounts are summed exactly to 12 decimals; more round half to even. Each line prints with the decimals that sum would print. Rows with a NULL are skipped; no rows give NULL. An empty name is an error (22023), so is a name of more than 1000 bytes, or more than 65536 lines (54000), and an amount or a sum that is NaN, infinite or above 1.7e26 in magnitude (22003).';

create function @extschema@.pnl_push(@extschema@.pnl, pg_catalog.text, pg_catalog.float8) returns @extschema@.pnl
  immutable parallel safe cost 1
  language c as 'MODULE_PATHNAME', 'crm_pnl_push_float8';
comment on function @extschema@.pnl_push(@extschema@.pnl, pg_catalog.text, pg_catalog.float8) is
'Transition function of pnl_agg: adds one amount to a line; a NULL in it is skipped.';

create aggregate @extschema@.pnl_agg(line pg_catalog.text, amount pg_catalog.float8) (
  sfunc = @extschema@.pnl_push, stype = @extschema@.pnl, combinefunc = @extschema@.pnl_combine, parallel = safe
);
comment on aggregate @extschema@.pnl_agg(pg_catalog.text, pg_catalog.float8) is
'Exact totals by line. Each amount is taken at its binary value, rounded half to even at 12 decimals, and then summed exactly: the result does not depend on row order. Rows with a NULL are skipped; no rows give NULL. An empty name is an error (22023), so is a name of more than 1000 bytes, or more than 65536 lines (54000), and an amount or a sum that is NaN, infinite or above 1.7e26 in magnitude (22003).';

create function @extschema@.pnl_push(@extschema@.pnl, pg_catalog.text, pg_catalog.int8) returns @extschema@.pnl
  immutable parallel safe cost 1
  language c as 'MODULE_PATHNAME', 'crm_pnl_push_bigint';
comment on function @extschema@.pnl_push(@extschema@.pnl, pg_catalog.text, pg_catalog.int8) is
'Transition function of pnl_agg: adds one amount to a line; a NULL in it is skipped.';

create aggregate @extschema@.pnl_agg(line pg_catalog.text, amount pg_catalog.int8) (
  sfunc = @extschema@.pnl_push, stype = @extschema@.pnl, combinefunc = @extschema@.pnl_combine, parallel = safe
);
comment on aggregate @extschema@.pnl_agg(pg_catalog.text, pg_catalog.int8) is
'Exact totals by line of whole amounts, such as minor units. Rows with a NULL are skipped; no rows give NULL. An empty name is an error (22023), so is a name of more than 1000 bytes, or more than 65536 lines (54000).';

create function @extschema@.pnl_lines(summary @extschema@.pnl) returns table (line pg_catalog.text, amount pg_catalog.numeric)
  immutable strict parallel safe cost 50 rows 12
  language c as 'MODULE_PATHNAME', 'crm_pnl_lines';
comment on function @extschema@.pnl_lines(@extschema@.pnl) is
'The lines and their exact totals, in the order of the names byte by byte (the collation "C"). A line whose amounts cancel out is there with 0.';

create function @extschema@.line_amount(summary @extschema@.pnl, line pg_catalog.text) returns pg_catalog.numeric
  immutable strict parallel safe cost 10
  language c as 'MODULE_PATHNAME', 'crm_line_amount';
comment on function @extschema@.line_amount(@extschema@.pnl, pg_catalog.text) is
'Exact total of a line, with the decimals of its amounts; NULL when the customer has no such line. Names are compared byte by byte.';

create function @extschema@.total(summary @extschema@.pnl) returns pg_catalog.numeric
  immutable strict parallel safe cost 10
  language c as 'MODULE_PATHNAME', 'crm_pnl_total';
comment on function @extschema@.total(@extschema@.pnl) is
'Sum of all lines, exact: costs that are posted as negative amounts are taken off. A sum above 1.7e26 in magnitude is an error (22003).';
