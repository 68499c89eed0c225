-- cost: what serving a customer costs: time-driven activity-based costing, tied to the ledger.

-- @unit activity_cost, cost_to_serve: currency of the ledger
-- @unit activity_quantities: quantity: units of the activity
-- @unit capacity_cost_rate: currency of the ledger, a minute
-- @unit cost_reconciliation: rate: currency of the ledger, a minute; supplied_minutes, used_minutes, unused_minutes, overused_minutes: minutes; supplied, used, unused, overused, rounding: currency of the ledger
-- @unit cost_to_serve_explain: quantity: units of the activity; unit_minutes, minutes: minutes; unit_cost: currency of the ledger, a unit; cost: currency of the ledger
-- @unit unit_costs: unit_minutes: minutes, a unit; unit_cost: currency of the ledger, a unit
-- @formula activity_cost, cost_to_serve, cost_to_serve_explain, unit_costs, capacity_cost_rate, cost_reconciliation: time-driven activity-based costing (Kaplan, Anderson 2004)

-- @type cost_to_serve extended
-- What was done for a customer: exact quantities by activity and channel. Made by cost_to_serve_agg, added up by cost_to_serve_merge, costed under a model by cost_to_serve and cost_to_serve_explain, read by activity_quantities. Text form: JSON.
-- @merge
-- Adds up cost_to_serve summaries, activity by activity and channel by channel: of days, of the customers of a branch, of everybody for cost_reconciliation. NULLs are skipped; no rows give NULL. Merging in any order gives the same bytes.

create function @extschema@.cost_to_serve_push(@extschema@.cost_to_serve, pg_catalog.text, pg_catalog.numeric) returns @extschema@.cost_to_serve
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_cost_to_serve_push_numeric';
comment on function @extschema@.cost_to_serve_push(@extschema@.cost_to_serve, pg_catalog.text, pg_catalog.numeric) is
'Transition function of cost_to_serve_agg: adds one quantity to an activity; a NULL in it is skipped.';

create aggregate @extschema@.cost_to_serve_agg(activity pg_catalog.text, quantity pg_catalog.numeric) (
  sfunc = @extschema@.cost_to_serve_push, stype = @extschema@.cost_to_serve, combinefunc = @extschema@.cost_to_serve_combine, parallel = safe
);
comment on aggregate @extschema@.cost_to_serve_agg(pg_catalog.text, pg_catalog.numeric) is
'Exact quantities by activity. Quantities are summed exactly to 12 decimals; more round half to even. A quantity counts units of the activity in the cost model (calls, orders, minutes); a negative one takes back what was counted before. Rows with a NULL are skipped; no rows give NULL. An empty name is an error (22023), so is a name of more than 400 bytes, or more than 65536 activities and channels (54000), and a quantity or a sum that is NaN, infinite or above 1.7e26 in magnitude (22003).';

create function @extschema@.cost_to_serve_push(@extschema@.cost_to_serve, pg_catalog.text, pg_catalog.float8) returns @extschema@.cost_to_serve
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_cost_to_serve_push_float8';
comment on function @extschema@.cost_to_serve_push(@extschema@.cost_to_serve, pg_catalog.text, pg_catalog.float8) is
'Transition function of cost_to_serve_agg: adds one quantity to an activity; a NULL in it is skipped.';

create aggregate @extschema@.cost_to_serve_agg(activity pg_catalog.text, quantity pg_catalog.float8) (
  sfunc = @extschema@.cost_to_serve_push, stype = @extschema@.cost_to_serve, combinefunc = @extschema@.cost_to_serve_combine, parallel = safe
);
comment on aggregate @extschema@.cost_to_serve_agg(pg_catalog.text, pg_catalog.float8) is
'Exact quantities by activity. Each quantity is taken at its binary value, rounded half to even at 12 decimals, and then summed exactly: the result does not depend on row order. A quantity counts units of the activity in the cost model (calls, orders, minutes); a negative one takes back what was counted before. Rows with a NULL are skipped; no rows give NULL. An empty name is an error (22023), so is a name of more than 400 bytes, or more than 65536 activities and channels (54000), and a quantity or a sum that is NaN, infinite or above 1.7e26 in magnitude (22003).';

create function @extschema@.cost_to_serve_push(@extschema@.cost_to_serve, pg_catalog.text, pg_catalog.int8) returns @extschema@.cost_to_serve
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_cost_to_serve_push_bigint';
comment on function @extschema@.cost_to_serve_push(@extschema@.cost_to_serve, pg_catalog.text, pg_catalog.int8) is
'Transition function of cost_to_serve_agg: adds one quantity to an activity; a NULL in it is skipped.';

create aggregate @extschema@.cost_to_serve_agg(activity pg_catalog.text, quantity pg_catalog.int8) (
  sfunc = @extschema@.cost_to_serve_push, stype = @extschema@.cost_to_serve, combinefunc = @extschema@.cost_to_serve_combine, parallel = safe
);
comment on aggregate @extschema@.cost_to_serve_agg(pg_catalog.text, pg_catalog.int8) is
'Exact quantities by activity, of whole numbers. A quantity counts units of the activity in the cost model (calls, orders, minutes); a negative one takes back what was counted before. Rows with a NULL are skipped; no rows give NULL. An empty name is an error (22023), so is a name of more than 400 bytes, or more than 65536 activities and channels (54000).';

create function @extschema@.cost_to_serve_push(@extschema@.cost_to_serve, pg_catalog.text, pg_catalog.text, pg_catalog.numeric) returns @extschema@.cost_to_serve
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_cost_to_serve_push_channel_numeric';
comment on function @extschema@.cost_to_serve_push(@extschema@.cost_to_serve, pg_catalog.text, pg_catalog.text, pg_catalog.numeric) is
'Transition function of cost_to_serve_agg: adds one quantity to an activity; a NULL activity or quantity is skipped, a NULL channel is none.';

create aggregate @extschema@.cost_to_serve_agg(activity pg_catalog.text, channel pg_catalog.text, quantity pg_catalog.numeric) (
  sfunc = @extschema@.cost_to_serve_push, stype = @extschema@.cost_to_serve, combinefunc = @extschema@.cost_to_serve_combine, parallel = safe
);
comment on aggregate @extschema@.cost_to_serve_agg(pg_catalog.text, pg_catalog.text, pg_catalog.numeric) is
'Exact quantities by activity and channel. Quantities are summed exactly to 12 decimals; more round half to even. A quantity counts units of the activity in the cost model (calls, orders, minutes); a negative one takes back what was counted before. NULL in channel: done through no channel, which takes the minutes of the model as they are. Rows with a NULL activity or quantity are skipped; no rows give NULL. An empty name is an error (22023), so is a name of more than 400 bytes, or more than 65536 activities and channels (54000), and a quantity or a sum that is NaN, infinite or above 1.7e26 in magnitude (22003).';

create function @extschema@.cost_to_serve_push(@extschema@.cost_to_serve, pg_catalog.text, pg_catalog.text, pg_catalog.float8) returns @extschema@.cost_to_serve
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_cost_to_serve_push_channel_float8';
comment on function @extschema@.cost_to_serve_push(@extschema@.cost_to_serve, pg_catalog.text, pg_catalog.text, pg_catalog.float8) is
'Transition function of cost_to_serve_agg: adds one quantity to an activity; a NULL activity or quantity is skipped, a NULL channel is none.';

create aggregate @extschema@.cost_to_serve_agg(activity pg_catalog.text, channel pg_catalog.text, quantity pg_catalog.float8) (
  sfunc = @extschema@.cost_to_serve_push, stype = @extschema@.cost_to_serve, combinefunc = @extschema@.cost_to_serve_combine, parallel = safe
);
comment on aggregate @extschema@.cost_to_serve_agg(pg_catalog.text, pg_catalog.text, pg_catalog.float8) is
'Exact quantities by activity and channel. Each quantity is taken at its binary value, rounded half to even at 12 decimals, and then summed exactly: the result does not depend on row order. A quantity counts units of the activity in the cost model (calls, orders, minutes); a negative one takes back what was counted before. NULL in channel: done through no channel, which takes the minutes of the model as they are. Rows with a NULL activity or quantity are skipped; no rows give NULL. An empty name is an error (22023), so is a name of more than 400 bytes, or more than 65536 activities and channels (54000), and a quantity or a sum that is NaN, infinite or above 1.7e26 in magnitude (22003).';

create function @extschema@.cost_to_serve_push(@extschema@.cost_to_serve, pg_catalog.text, pg_catalog.text, pg_catalog.int8) returns @extschema@.cost_to_serve
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_cost_to_serve_push_channel_bigint';
comment on function @extschema@.cost_to_serve_push(@extschema@.cost_to_serve, pg_catalog.text, pg_catalog.text, pg_catalog.int8) is
'Transition function of cost_to_serve_agg: adds one quantity to an activity; a NULL activity or quantity is skipped, a NULL channel is none.';

create aggregate @extschema@.cost_to_serve_agg(activity pg_catalog.text, channel pg_catalog.text, quantity pg_catalog.int8) (
  sfunc = @extschema@.cost_to_serve_push, stype = @extschema@.cost_to_serve, combinefunc = @extschema@.cost_to_serve_combine, parallel = safe
);
comment on aggregate @extschema@.cost_to_serve_agg(pg_catalog.text, pg_catalog.text, pg_catalog.int8) is
'Exact quantities by activity and channel, of whole numbers. A quantity counts units of the activity in the cost model (calls, orders, minutes); a negative one takes back what was counted before. NULL in channel: done through no channel, which takes the minutes of the model as they are. Rows with a NULL activity or quantity are skipped; no rows give NULL. An empty name is an error (22023), so is a name of more than 400 bytes, or more than 65536 activities and channels (54000).';

create function @extschema@.activity_quantities(summary @extschema@.cost_to_serve)
  returns table (activity pg_catalog.text, channel pg_catalog.text, quantity pg_catalog.numeric)
  immutable strict parallel safe cost 100 rows 10
  language c as 'MODULE_PATHNAME', 'crm_activity_quantities';
comment on function @extschema@.activity_quantities(@extschema@.cost_to_serve) is
'The exact quantities of a cost_to_serve summary by activity and channel, in the order of the names byte by byte (the collation "C"). channel is NULL for what was done through none.';

create function @extschema@.cost_to_serve(summary @extschema@.cost_to_serve, model pg_catalog.jsonb) returns pg_catalog.numeric
  immutable strict parallel safe cost 20
  language c as 'MODULE_PATHNAME', 'crm_cost_to_serve';
comment on function @extschema@.cost_to_serve(@extschema@.cost_to_serve, pg_catalog.jsonb) is
'What was done, at the unit costs of a cost model (time-driven activity-based costing, Kaplan and Anderson 2004), in the currency of its ledger. The unit cost of an activity in a pool is minutes x channel factor (to 12 decimals) x ledger / practical capacity, or the price, rounded half to even to unit_cost_decimals; a cost is quantity x unit cost, exact while both have no more than 12 decimals together. Costs of customers therefore add up exactly to the cost of all. NULL for a NULL. An activity or a channel that the model does not have is an error (22023).';

create function @extschema@.cost_to_serve_explain(
    summary @extschema@.cost_to_serve, model pg_catalog.jsonb, language pg_catalog.text default null,
    out activity pg_catalog.text, out activity_label pg_catalog.text, out channel pg_catalog.text, out channel_label pg_catalog.text,
    out driver pg_catalog.text, out pool pg_catalog.text, out pool_label pg_catalog.text, out quantity pg_catalog.numeric,
    out unit_minutes pg_catalog.numeric, out minutes pg_catalog.numeric, out unit_cost pg_catalog.numeric, out cost pg_catalog.numeric)
  returns setof pg_catalog.record
  immutable parallel safe cost 300 rows 20
  language c as 'MODULE_PATHNAME', 'crm_cost_to_serve_explain';
comment on function @extschema@.cost_to_serve_explain(@extschema@.cost_to_serve, pg_catalog.jsonb, pg_catalog.text) is
'What cost_to_serve is the sum of, exactly: a row for each activity, channel and pool, with the quantity, the minutes that one unit takes (times the factor of the channel) and all of them, the rounded unit cost and the cost. driver: what one unit is, as the model says. NULL: channel of what was done through none, minutes of what has a price. language: of the labels; NULL gives the names. No rows for a NULL summary or model.';

create function @extschema@.activity_cost(
    model pg_catalog.jsonb, activity pg_catalog.text, quantity pg_catalog.numeric, channel pg_catalog.text default null)
  returns pg_catalog.numeric
  immutable parallel safe cost 10
  language c as 'MODULE_PATHNAME', 'crm_activity_cost';
comment on function @extschema@.activity_cost(pg_catalog.jsonb, pg_catalog.text, pg_catalog.numeric, pg_catalog.text) is
'Cost of a quantity of one activity under a cost model, exactly as cost_to_serve has it, in the currency of the ledger. channel: NULL for none. NULL for a NULL model, activity or quantity. An activity or a channel that the model does not have is an error (22023).';

create function @extschema@.capacity_cost_rate(model pg_catalog.jsonb, pool pg_catalog.text) returns pg_catalog.numeric
  immutable strict parallel safe cost 10
  language c as 'MODULE_PATHNAME', 'crm_capacity_cost_rate';
comment on function @extschema@.capacity_cost_rate(pg_catalog.jsonb, pg_catalog.text) is
'Capacity cost rate of a pool: ledger / practical capacity, the cost of one minute, half to even at 12 decimals (Kaplan and Anderson 2004). Unit costs are calculated from the exact rate, not from this one. NULL for a pool without a capacity, whose services have a price, and for a NULL. A pool that the model does not have is an error (22023).';

create function @extschema@.unit_costs(
    model pg_catalog.jsonb, language pg_catalog.text default null,
    out activity pg_catalog.text, out activity_label pg_catalog.text, out channel pg_catalog.text, out channel_label pg_catalog.text,
    out driver pg_catalog.text, out pool pg_catalog.text, out pool_label pg_catalog.text, out unit_minutes pg_catalog.numeric,
    out unit_cost pg_catalog.numeric)
  returns setof pg_catalog.record
  immutable parallel safe cost 2000 rows 50
  language c as 'MODULE_PATHNAME', 'crm_unit_costs';
comment on function @extschema@.unit_costs(pg_catalog.jsonb, pg_catalog.text) is
'The rate card of a cost model: what one unit of every activity takes and costs in each pool, without a channel (channel NULL) and through each channel, in the order of the model. unit_minutes is NULL for what has a price. language: of the labels; NULL gives the names. No rows for a NULL model.';

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
'What customers are charged of each pool, against what the ledger has for it: a row for each pool of the model, of the summary of everybody (cost_to_serve_merge). used + unused - overused = supplied exactly, in money and in minutes; used is exactly what customers are charged while the decimals of each quantity and unit_cost_decimals are at most 12 together; beyond, as can be with float8 quantities, the two may differ at the twelfth decimal. Unused capacity is charged to nobody. rounding: by how much rounded unit costs moved used, which is used - used_minutes x ledger / capacity. rate and minutes are NULL for a pool without a capacity. language: of the label; NULL gives the name. No rows for a NULL summary or model.';

create function @extschema@.cost_model_check(model pg_catalog.jsonb, out path pg_catalog.text, out problem pg_catalog.text)
  returns setof pg_catalog.record
  immutable strict parallel safe cost 2000 rows 1
  language c as 'MODULE_PATHNAME', 'crm_cost_model_check';
comment on function @extschema@.cost_model_check(pg_catalog.jsonb) is
'Every problem of a cost model with its JSON path; no rows when the model is valid.';

create function @extschema@.cost_model_example() returns pg_catalog.jsonb
  immutable parallel safe cost 500
  language c as 'MODULE_PATHNAME', 'crm_cost_model_example';
comment on function @extschema@.cost_model_example() is
'A worked cost model: the month of a broker with four pools, four activities and three channels, labels in English and Chinese. Copy it into a table and edit it.';
