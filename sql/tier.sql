-- tier: which tier a measure reaches under a stored policy.

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
  immutable parallel safe cost 50 rows 5
  language c as 'MODULE_PATHNAME', 'crm_tier_explain_numeric';
comment on function @extschema@.tier_explain(pg_catalog.numeric, pg_catalog.jsonb, pg_catalog.text) is
'How a measure stands to every tier, lowest first: whether it is reached, which one is in effect (the highest reached), what is missing to the threshold (0 when reached) and the margin above it (NULL when not reached or without threshold). No rows for a NULL measure or policy. language: of the label; NULL gives the name.';

create function @extschema@.tier_explain(
    measure pg_catalog.int8, policy pg_catalog.jsonb, language pg_catalog.text default null,
    out "position" pg_catalog.int4, out tier pg_catalog.text, out label pg_catalog.text, out "from" pg_catalog.numeric,
    out reached pg_catalog.bool, out in_effect pg_catalog.bool, out missing pg_catalog.numeric, out margin pg_catalog.numeric)
  returns setof pg_catalog.record
  immutable parallel safe cost 50 rows 5
  language c as 'MODULE_PATHNAME', 'crm_tier_explain_bigint';
comment on function @extschema@.tier_explain(pg_catalog.int8, pg_catalog.jsonb, pg_catalog.text) is
'As tier_explain(numeric, ...), NULLs included, of a whole number.';

create function @extschema@.tier_explain(
    measure pg_catalog.float8, policy pg_catalog.jsonb, language pg_catalog.text default null,
    out "position" pg_catalog.int4, out tier pg_catalog.text, out label pg_catalog.text, out "from" pg_catalog.numeric,
    out reached pg_catalog.bool, out in_effect pg_catalog.bool, out missing pg_catalog.numeric, out margin pg_catalog.numeric)
  returns setof pg_catalog.record
  immutable parallel safe cost 50 rows 5
  language c as 'MODULE_PATHNAME', 'crm_tier_explain_float8';
comment on function @extschema@.tier_explain(pg_catalog.float8, pg_catalog.jsonb, pg_catalog.text) is
'As tier_explain(numeric, ...), NULLs included; the float8 is taken as the shortest decimal that stands for it, as PostgreSQL prints it, so that 75092.48 reaches a threshold of 75092.48.';

create function @extschema@.tier_policy_check(policy pg_catalog.jsonb, out path pg_catalog.text, out problem pg_catalog.text)
  returns setof pg_catalog.record
  immutable strict parallel safe cost 100 rows 1
  language c as 'MODULE_PATHNAME', 'crm_tier_policy_check';
comment on function @extschema@.tier_policy_check(pg_catalog.jsonb) is
'Every problem of a tier policy with its JSON path; no rows when the policy is valid.';

create function @extschema@.tier_policy_example() returns pg_catalog.jsonb
  immutable parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_tier_policy_example';
comment on function @extschema@.tier_policy_example() is
'A worked tier policy: five tiers by average assets, labels in English and Chinese. Copy it into a table and edit it.';
