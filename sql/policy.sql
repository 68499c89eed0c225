-- What all features share. Every statement of the script runs with search_path = crm, pg_temp (PostgreSQL sets it while an
-- extension with a fixed schema is created), and names what is not ours with its schema.

create function @extschema@.number_rows_support(pg_catalog.internal) returns pg_catalog.internal
  immutable strict parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_number_rows_support';
comment on function @extschema@.number_rows_support(pg_catalog.internal) is
'Planner support of functions that give about as many rows as their integer argument says: takes a constant for the estimate.';

create function @extschema@.policy_digest(policy pg_catalog.jsonb) returns pg_catalog.text
  immutable strict parallel safe cost 500
  language c as 'MODULE_PATHNAME', 'crm_policy_digest';
comment on function @extschema@.policy_digest(pg_catalog.jsonb) is
'SHA-256 (hexadecimal) of a policy or model: tells its version in results. Key order and blanks do not matter; 1 and 1.0 differ. NULL for NULL.';

create function @extschema@.policy_check(policy pg_catalog.jsonb, out path pg_catalog.text, out problem pg_catalog.text)
  returns setof pg_catalog.record
  immutable strict parallel safe cost 500 rows 1
  language c as 'MODULE_PATHNAME', 'crm_policy_check';
comment on function @extschema@.policy_check(pg_catalog.jsonb) is
'Every problem of a policy or model of any kind this release knows, with its JSON path; no rows when it is valid.';

create function @extschema@.policy_valid(policy pg_catalog.jsonb) returns pg_catalog.bool
  immutable strict parallel safe cost 500
  language c as 'MODULE_PATHNAME', 'crm_policy_valid';
comment on function @extschema@.policy_valid(pg_catalog.jsonb) is
'Whether policy_check finds no problem: for a CHECK constraint on a table of policies. NULL for NULL.';
