-- tier: which tier a measure reaches under a stored policy, and which one a customer has after a history of measures.

-- @unit tier_distance: alternative: number; threshold, measure, missing, margin: unit of the measure; misses, periods: periods
-- @unit tier_explain: position: 1 the lowest tier; from, missing, margin, amount: unit of the measure; alternative: number; periods: periods
-- @unit tier_history_periods: measure: unit of the measure
-- @unit tier_path: measure: unit of the measure; misses: periods
-- @unit tier_policy_tiers: position: 1 the lowest tier; from, keep: unit of the measure

create function @extschema@.tier_of(measure pg_catalog.numeric, policy pg_catalog.jsonb, language pg_catalog.text default null) returns pg_catalog.text
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_tier_of_numeric';
comment on function @extschema@.tier_of(pg_catalog.numeric, pg_catalog.jsonb, pg_catalog.text) is
'Name of the highest tier whose threshold (from) the measure reaches; NULL when it reaches none, or for a NULL measure or policy. language: the tier''s label in that language instead of its name; NULL for the name.';

create function @extschema@.tier_of(measure pg_catalog.int8, policy pg_catalog.jsonb, language pg_catalog.text default null) returns pg_catalog.text
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_tier_of_bigint';
comment on function @extschema@.tier_of(pg_catalog.int8, pg_catalog.jsonb, pg_catalog.text) is
'As tier_of(numeric, ...), NULLs included, of a whole number.';

create function @extschema@.tier_of(measure pg_catalog.float8, policy pg_catalog.jsonb, language pg_catalog.text default null) returns pg_catalog.text
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_tier_of_float8';
comment on function @extschema@.tier_of(pg_catalog.float8, pg_catalog.jsonb, pg_catalog.text) is
'As tier_of(numeric, ...), NULLs included; the float8 is taken as the shortest decimal that stands for it, as PostgreSQL prints it, so that 75092.48 reaches a threshold of 75092.48. NaN and infinities are errors (22003).';

create function @extschema@.tier_explain(
    measure pg_catalog.numeric, policy pg_catalog.jsonb, language pg_catalog.text default null,
    out "position" pg_catalog.int4, out tier pg_catalog.text, out label pg_catalog.text, out "from" pg_catalog.numeric,
    out reached pg_catalog.bool, out in_effect pg_catalog.bool, out missing pg_catalog.numeric, out margin pg_catalog.numeric)
  returns setof pg_catalog.record
  immutable parallel safe cost 200 rows 5
  language c as 'MODULE_PATHNAME', 'crm_tier_explain_numeric';
comment on function @extschema@.tier_explain(pg_catalog.numeric, pg_catalog.jsonb, pg_catalog.text) is
'How a measure stands to every tier, lowest first: whether it is reached, which one is in effect (the highest reached), what is missing to the threshold (0 when reached) and the margin above it (NULL when not reached or without threshold). No rows for a NULL measure or policy. language: of the label; NULL gives the name.';

create function @extschema@.tier_explain(
    measure pg_catalog.int8, policy pg_catalog.jsonb, language pg_catalog.text default null,
    out "position" pg_catalog.int4, out tier pg_catalog.text, out label pg_catalog.text, out "from" pg_catalog.numeric,
    out reached pg_catalog.bool, out in_effect pg_catalog.bool, out missing pg_catalog.numeric, out margin pg_catalog.numeric)
  returns setof pg_catalog.record
  immutable parallel safe cost 200 rows 5
  language c as 'MODULE_PATHNAME', 'crm_tier_explain_bigint';
comment on function @extschema@.tier_explain(pg_catalog.int8, pg_catalog.jsonb, pg_catalog.text) is
'As tier_explain(numeric, ...), NULLs included, of a whole number.';

create function @extschema@.tier_explain(
    measure pg_catalog.float8, policy pg_catalog.jsonb, language pg_catalog.text default null,
    out "position" pg_catalog.int4, out tier pg_catalog.text, out label pg_catalog.text, out "from" pg_catalog.numeric,
    out reached pg_catalog.bool, out in_effect pg_catalog.bool, out missing pg_catalog.numeric, out margin pg_catalog.numeric)
  returns setof pg_catalog.record
  immutable parallel safe cost 200 rows 5
  language c as 'MODULE_PATHNAME', 'crm_tier_explain_float8';
comment on function @extschema@.tier_explain(pg_catalog.float8, pg_catalog.jsonb, pg_catalog.text) is
'As tier_explain(numeric, ...), NULLs included; the float8 is taken as the shortest decimal that stands for it, as PostgreSQL prints it, so that 75092.48 reaches a threshold of 75092.48.';

-- @type tier_history extended final
-- The measured history of a customer: amounts by date, and by name where there are several. No policy is in it. Made by tier_history_agg, added up by tier_history_merge, read by tier_of, tier_path, tier_state, tier_distance, tier_explain and tier_history_periods. 24 bytes an entry in memory, about 11 stored. Text form: JSON.
-- @merge
-- The entries of all histories together. Equal entries count once, so what two histories share may be in both. NULLs are skipped; no rows give NULL. Merging in any order gives the same bytes.

create function @extschema@.tier_history_push(@extschema@.tier_history, pg_catalog.date, pg_catalog.numeric) returns @extschema@.tier_history
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_tier_history_push_numeric';
comment on function @extschema@.tier_history_push(@extschema@.tier_history, pg_catalog.date, pg_catalog.numeric) is
'Transition function of tier_history_agg(period, measure): adds the measure of a date; a row with a NULL is skipped.';

create aggregate @extschema@.tier_history_agg(period pg_catalog.date, measure pg_catalog.numeric) (
  sfunc = @extschema@.tier_history_push, stype = @extschema@.tier_history, combinefunc = @extschema@.tier_history_combine,
  finalfunc = @extschema@.tier_history_final, parallel = safe
);
comment on aggregate @extschema@.tier_history_agg(pg_catalog.date, pg_catalog.numeric) is
'Collects the history of a customer: what was measured (average assets of the month), and a date in the period it was measured for, best its last day. Rows may come in any order. Measures are exact to 12 decimals; more round half to even. A row that is there twice counts once; that one date has two different measures is for the policy to refuse. A NULL in any argument skips the row; no rows give NULL. More than 1 GB is an error (54000).';

create function @extschema@.tier_history_push(@extschema@.tier_history, pg_catalog.date, pg_catalog.int8) returns @extschema@.tier_history
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_tier_history_push_bigint';
comment on function @extschema@.tier_history_push(@extschema@.tier_history, pg_catalog.date, pg_catalog.int8) is
'Transition function of tier_history_agg(period, measure): adds the measure of a date; a row with a NULL is skipped.';

create aggregate @extschema@.tier_history_agg(period pg_catalog.date, measure pg_catalog.int8) (
  sfunc = @extschema@.tier_history_push, stype = @extschema@.tier_history, combinefunc = @extschema@.tier_history_combine,
  finalfunc = @extschema@.tier_history_final, parallel = safe
);
comment on aggregate @extschema@.tier_history_agg(pg_catalog.date, pg_catalog.int8) is
'As tier_history_agg(period, numeric), NULLs included. Measures are whole numbers, such as minor units.';

create function @extschema@.tier_history_push(@extschema@.tier_history, pg_catalog.date, pg_catalog.float8) returns @extschema@.tier_history
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_tier_history_push_float8';
comment on function @extschema@.tier_history_push(@extschema@.tier_history, pg_catalog.date, pg_catalog.float8) is
'Transition function of tier_history_agg(period, measure): adds the measure of a date; a row with a NULL is skipped.';

create aggregate @extschema@.tier_history_agg(period pg_catalog.date, measure pg_catalog.float8) (
  sfunc = @extschema@.tier_history_push, stype = @extschema@.tier_history, combinefunc = @extschema@.tier_history_combine,
  finalfunc = @extschema@.tier_history_final, parallel = safe
);
comment on aggregate @extschema@.tier_history_agg(pg_catalog.date, pg_catalog.float8) is
'As tier_history_agg(period, numeric), NULLs included. Each measure is taken as the shortest decimal that stands for it, as PostgreSQL prints it, so that 75092.48 reaches a threshold of 75092.48. NaN and infinities are errors (22003).';

create function @extschema@.tier_history_push(@extschema@.tier_history, pg_catalog.date, pg_catalog.text, pg_catalog.numeric) returns @extschema@.tier_history
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_tier_history_push_named_numeric';
comment on function @extschema@.tier_history_push(@extschema@.tier_history, pg_catalog.date, pg_catalog.text, pg_catalog.numeric) is
'Transition function of tier_history_agg(period, name, measure): adds the measure of a date; a row with a NULL is skipped.';

create aggregate @extschema@.tier_history_agg(period pg_catalog.date, name pg_catalog.text, measure pg_catalog.numeric) (
  sfunc = @extschema@.tier_history_push, stype = @extschema@.tier_history, combinefunc = @extschema@.tier_history_combine,
  finalfunc = @extschema@.tier_history_final, parallel = safe
);
comment on aggregate @extschema@.tier_history_agg(pg_catalog.date, pg_catalog.text, pg_catalog.numeric) is
'As tier_history_agg(period, measure), of several measures, each row one of them with its name (''assets'', ''products''); a policy that lists "measures" looks at those of that name. Measures are exact to 12 decimals; more round half to even. A NULL in any argument skips the row; no rows give NULL. A name has 1 to 1000 bytes (22023, 54000); more than 1000 names are an error (54000).';

create function @extschema@.tier_history_push(@extschema@.tier_history, pg_catalog.date, pg_catalog.text, pg_catalog.int8) returns @extschema@.tier_history
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_tier_history_push_named_bigint';
comment on function @extschema@.tier_history_push(@extschema@.tier_history, pg_catalog.date, pg_catalog.text, pg_catalog.int8) is
'Transition function of tier_history_agg(period, name, measure): adds the measure of a date; a row with a NULL is skipped.';

create aggregate @extschema@.tier_history_agg(period pg_catalog.date, name pg_catalog.text, measure pg_catalog.int8) (
  sfunc = @extschema@.tier_history_push, stype = @extschema@.tier_history, combinefunc = @extschema@.tier_history_combine,
  finalfunc = @extschema@.tier_history_final, parallel = safe
);
comment on aggregate @extschema@.tier_history_agg(pg_catalog.date, pg_catalog.text, pg_catalog.int8) is
'As tier_history_agg(period, name, numeric), NULLs included. Measures are whole numbers, such as minor units.';

create function @extschema@.tier_history_push(@extschema@.tier_history, pg_catalog.date, pg_catalog.text, pg_catalog.float8) returns @extschema@.tier_history
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_tier_history_push_named_float8';
comment on function @extschema@.tier_history_push(@extschema@.tier_history, pg_catalog.date, pg_catalog.text, pg_catalog.float8) is
'Transition function of tier_history_agg(period, name, measure): adds the measure of a date; a row with a NULL is skipped.';

create aggregate @extschema@.tier_history_agg(period pg_catalog.date, name pg_catalog.text, measure pg_catalog.float8) (
  sfunc = @extschema@.tier_history_push, stype = @extschema@.tier_history, combinefunc = @extschema@.tier_history_combine,
  finalfunc = @extschema@.tier_history_final, parallel = safe
);
comment on aggregate @extschema@.tier_history_agg(pg_catalog.date, pg_catalog.text, pg_catalog.float8) is
'As tier_history_agg(period, name, numeric), NULLs included. Each measure is taken as the shortest decimal that stands for it, as PostgreSQL prints it, so that 75092.48 reaches a threshold of 75092.48. NaN and infinities are errors (22003).';

create function @extschema@.tier_history_periods(
    history @extschema@.tier_history,
    out period pg_catalog.date, out name pg_catalog.text, out measure pg_catalog.numeric)
  returns setof pg_catalog.record
  immutable parallel safe strict cost 500 rows 24
  language c as 'MODULE_PATHNAME', 'crm_tier_history_periods';
comment on function @extschema@.tier_history_periods(@extschema@.tier_history) is
'The entries of a history: date, name (NULL without one) and measure, by name, the one without first, and date. Of more than two different measures of one date the least and the greatest are there. No rows for NULL.';

create function @extschema@.tier_of(
    history @extschema@.tier_history, policy pg_catalog.jsonb, as_of pg_catalog.date, overrides pg_catalog.jsonb default null, language pg_catalog.text default null)
  returns pg_catalog.text
  immutable parallel safe cost 200
  language c as 'MODULE_PATHNAME', 'crm_tier_of_history';
comment on function @extschema@.tier_of(@extschema@.tier_history, pg_catalog.jsonb, pg_catalog.date, pg_catalog.jsonb, pg_catalog.text) is
'The tier in effect on a day, after a history, under the rules of a policy; NULL for no tier, and for a NULL history, policy or day. On a day in the last period of the history that period has already been judged; later days judge the periods between as the policy''s "gaps" says (22023 where it says nothing). A day before the last entry is an error (22023): the history knows the future. overrides: exceptions of this customer, a list of {"tier", "from", "to", "rule" (exactly, at_least, at_most), "reason", "by"}, applied after those of the policy; NULL for none. language: of the labels; NULL gives the names.';

create function @extschema@.tier_path(
    history @extschema@.tier_history, policy pg_catalog.jsonb, overrides pg_catalog.jsonb default null, language pg_catalog.text default null,
    out period pg_catalog.date, out period_end pg_catalog.date, out measure pg_catalog.numeric, out natural_tier pg_catalog.text,
    out tier pg_catalog.text, out next_tier pg_catalog.text, out event pg_catalog.text, out misses pg_catalog.int4, out why pg_catalog.text)
  returns setof pg_catalog.record
  immutable parallel safe cost 2000 rows 24
  language c as 'MODULE_PATHNAME', 'crm_tier_path';
comment on function @extschema@.tier_path(@extschema@.tier_history, pg_catalog.jsonb, pg_catalog.jsonb, pg_catalog.text) is
'Every period of a history under a policy: its first and last day, the measure (the first of several; NULL in a skipped period), the tier that the measures reach, the tier in effect at the end of the period and on the first day of the next, what happened (new, up, down, grace, watch, clear, keep, gap; override where an exception covers the end of the period, whether it changes the tier or not), periods below in a row, and why. No rows for a NULL history or policy. overrides: exceptions of this customer, a list of {"tier", "from", "to", "rule" (exactly, at_least, at_most), "reason", "by"}, applied after those of the policy; NULL for none. language: of the labels; NULL gives the names.';

create function @extschema@.tier_distance(
    history @extschema@.tier_history, policy pg_catalog.jsonb, as_of pg_catalog.date, language pg_catalog.text default null,
    out kind pg_catalog.text, out tier pg_catalog.text, out label pg_catalog.text, out alternative pg_catalog.int4, out measure_name pg_catalog.text,
    out threshold pg_catalog.numeric, out measure pg_catalog.numeric, out missing pg_catalog.numeric, out margin pg_catalog.numeric,
    out misses pg_catalog.int4, out status pg_catalog.text, out periods pg_catalog.int4, out by pg_catalog.date)
  returns setof pg_catalog.record
  immutable parallel safe cost 500 rows 4
  language c as 'MODULE_PATHNAME', 'crm_tier_distance';
comment on function @extschema@.tier_distance(@extschema@.tier_history, pg_catalog.jsonb, pg_catalog.date, pg_catalog.text) is
'What keeps the tier that the rules give from the next period on (kind keep), and what is missing to the tiers above (next, higher), a row a condition; where a tier has alternatives, all conditions of one have to hold. misses, status: periods below so far, and grace or watch (rows of kind keep; NULL where there is neither). periods: further periods below that would lead to the downgrade, or periods in a row that have to reach the tier. by: the last day of the period that would lead to the downgrade, or the first day on which the tier can be in effect. missing is 0 where the threshold is reached, margin NULL where not. Overrides are not looked at. Days as for tier_of; no rows for a NULL. language: of the labels; NULL gives the names.';

create function @extschema@.tier_explain(
    history @extschema@.tier_history, policy pg_catalog.jsonb, as_of pg_catalog.date, overrides pg_catalog.jsonb default null, language pg_catalog.text default null,
    out part pg_catalog.text, out tier pg_catalog.text, out label pg_catalog.text, out alternative pg_catalog.int4, out amount pg_catalog.numeric,
    out periods pg_catalog.int4, out day pg_catalog.date, out note pg_catalog.text)
  returns setof pg_catalog.record
  immutable parallel safe cost 500 rows 8
  language c as 'MODULE_PATHNAME', 'crm_tier_explain_history';
comment on function @extschema@.tier_explain(@extschema@.tier_history, pg_catalog.jsonb, pg_catalog.date, pg_catalog.jsonb, pg_catalog.text) is
'Why a customer has the tier he has on a day, as the parts of what an adviser says: tier (since when, for how many periods; noted where it goes back to the first period of the history), override or because (what led to it), measure, grace or watch (periods below, the last day to be back, where he would land), coming (another tier from a day on), keep and missing_to_keep, next and missing_to_next. Days as for tier_of; no rows for a NULL. overrides: exceptions of this customer, a list of {"tier", "from", "to", "rule" (exactly, at_least, at_most), "reason", "by"}, applied after those of the policy; NULL for none. language: of the labels; NULL gives the names.';

create function @extschema@.tier_state(history @extschema@.tier_history, policy pg_catalog.jsonb, overrides pg_catalog.jsonb default null) returns pg_catalog.jsonb
  immutable parallel safe cost 1000
  language c as 'MODULE_PATHNAME', 'crm_tier_state';
comment on function @extschema@.tier_state(@extschema@.tier_history, pg_catalog.jsonb, pg_catalog.jsonb) is
'Where a customer stands after the last period of his history, as a document to store: the last row of tier_path, the digest of the policy, and under "memory" what tier_next needs to go on. NULL for a NULL history or policy. overrides: exceptions of this customer, a list of {"tier", "from", "to", "rule" (exactly, at_least, at_most), "reason", "by"}, applied after those of the policy; NULL for none.';

create function @extschema@.tier_next(
    state pg_catalog.jsonb, measure pg_catalog.numeric, policy pg_catalog.jsonb, period pg_catalog.date, overrides pg_catalog.jsonb default null)
  returns pg_catalog.jsonb
  immutable parallel safe cost 1000
  language c as 'MODULE_PATHNAME', 'crm_tier_next_numeric';
comment on function @extschema@.tier_next(pg_catalog.jsonb, pg_catalog.numeric, pg_catalog.jsonb, pg_catalog.date, pg_catalog.jsonb) is
'The state after one more period: the same as tier_state of the whole history. state: NULL for a new customer. measure: NULL for a period without one. period: a date in the period; periods left out are judged as the policy''s "gaps" says; one that is not after the state''s is an error (22023), and so is a NULL policy or period, which would lose the state; without a state they give NULL. overrides: exceptions of this customer, a list of {"tier", "from", "to", "rule" (exactly, at_least, at_most), "reason", "by"}, applied after those of the policy; NULL for none.';

create function @extschema@.tier_next(
    state pg_catalog.jsonb, measure pg_catalog.int8, policy pg_catalog.jsonb, period pg_catalog.date, overrides pg_catalog.jsonb default null)
  returns pg_catalog.jsonb
  immutable parallel safe cost 1000
  language c as 'MODULE_PATHNAME', 'crm_tier_next_bigint';
comment on function @extschema@.tier_next(pg_catalog.jsonb, pg_catalog.int8, pg_catalog.jsonb, pg_catalog.date, pg_catalog.jsonb) is
'As tier_next(jsonb, numeric, ...), NULLs included, of a whole number.';

create function @extschema@.tier_next(
    state pg_catalog.jsonb, measure pg_catalog.float8, policy pg_catalog.jsonb, period pg_catalog.date, overrides pg_catalog.jsonb default null)
  returns pg_catalog.jsonb
  immutable parallel safe cost 1000
  language c as 'MODULE_PATHNAME', 'crm_tier_next_float8';
comment on function @extschema@.tier_next(pg_catalog.jsonb, pg_catalog.float8, pg_catalog.jsonb, pg_catalog.date, pg_catalog.jsonb) is
'As tier_next(jsonb, numeric, ...), NULLs included, of a float8, taken as the shortest decimal that stands for it.';

create function @extschema@.tier_next_measures(
    state pg_catalog.jsonb, measures pg_catalog.jsonb, policy pg_catalog.jsonb, period pg_catalog.date, overrides pg_catalog.jsonb default null)
  returns pg_catalog.jsonb
  immutable parallel safe cost 1000
  language c as 'MODULE_PATHNAME', 'crm_tier_next_measures';
comment on function @extschema@.tier_next_measures(pg_catalog.jsonb, pg_catalog.jsonb, pg_catalog.jsonb, pg_catalog.date, pg_catalog.jsonb) is
'As tier_next(jsonb, numeric, ...), NULLs included, of a policy with several measures: an object of numbers by name; null or a name that is not there is not measured, a name that the policy does not have is an error (22023).';

create function @extschema@.tier_policy_check(policy pg_catalog.jsonb, out path pg_catalog.text, out problem pg_catalog.text)
  returns setof pg_catalog.record
  immutable strict parallel safe cost 1000 rows 1
  language c as 'MODULE_PATHNAME', 'crm_tier_policy_check';
comment on function @extschema@.tier_policy_check(pg_catalog.jsonb) is
'Every problem of a tier policy with its JSON path; no rows when the policy is valid.';

create function @extschema@.tier_policy_tiers(
    policy pg_catalog.jsonb, language pg_catalog.text default null, out "position" pg_catalog.int4, out tier pg_catalog.text,
    out label pg_catalog.text, out "from" pg_catalog.numeric, out keep pg_catalog.numeric)
  returns setof pg_catalog.record
  immutable parallel safe cost 200 rows 5
  language c as 'MODULE_PATHNAME', 'crm_tier_policy_tiers';
comment on function @extschema@.tier_policy_tiers(pg_catalog.jsonb, pg_catalog.text) is
'The tiers of a policy, lowest first: position, name, label, the threshold that reaches it and the one that keeps it (NULL for a first tier without one, and in a policy with several measures). language: of the label; NULL gives the name. No rows for a NULL policy.';

create function @extschema@.tier_overrides_check(overrides pg_catalog.jsonb, policy pg_catalog.jsonb, out path pg_catalog.text, out problem pg_catalog.text)
  returns setof pg_catalog.record
  immutable strict parallel safe cost 200 rows 1
  language c as 'MODULE_PATHNAME', 'crm_tier_overrides_check';
comment on function @extschema@.tier_overrides_check(pg_catalog.jsonb, pg_catalog.jsonb) is
'Every problem of a list of exceptions with its JSON path, under the policy that has to have their tiers; no rows when the list is valid, or for a NULL.';

create function @extschema@.tier_policy_example(rule pg_catalog.text default 'thresholds') returns pg_catalog.jsonb
  immutable strict parallel safe cost 500
  language c as 'MODULE_PATHNAME', 'crm_tier_policy_example';
comment on function @extschema@.tier_policy_example(pg_catalog.text) is
'A worked tier policy: five tiers by average assets, labels in English and Chinese. rule thresholds: the tier follows the measure; next_month: upgrades from the next month on, three months below lead to the tier of the last (private banking six); watch_list: upgrades at once, three months of grace, three on watch, then the tier of the best of the six. Another rule is an error (22023). Copy it into a table and edit it.';
