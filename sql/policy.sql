-- What all features share. Every statement of the script runs with search_path = crm, pg_temp (PostgreSQL sets it while an
-- extension with a fixed schema is created), and names what is not ours with its schema.

create function @extschema@.version() returns pg_catalog.text
  immutable parallel safe cost 1
  language c as 'MODULE_PATHNAME', 'crm_version';
comment on function @extschema@.version() is
'Version of the pg_crm library that is loaded.';

create function @extschema@.policy_digest(policy pg_catalog.jsonb) returns pg_catalog.text
  immutable strict parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_policy_digest';
comment on function @extschema@.policy_digest(pg_catalog.jsonb) is
'SHA-256 (hexadecimal) of a policy or model: tells its version in results. Key order and blanks do not matter; 1 and 1.0 differ. NULL for NULL.';
