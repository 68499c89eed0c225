-- The declarations that every type of a summary has. A template: build.rs puts it where a script says "@type NAME STORAGE",
-- with the comment of the type and that of its merge aggregate. Names in braces are replaced. What stands between the two
-- lines "@final" is for types that say so.
--
create type @extschema@.{type};

create function @extschema@.{type}_in(pg_catalog.cstring) returns @extschema@.{type}
  immutable strict parallel safe cost 200
  language c as 'MODULE_PATHNAME', 'crm_{type}_in';
comment on function @extschema@.{type}_in(pg_catalog.cstring) is
'Text input of type {type} (JSON). What is wrong is 22P02 and names the path.';

create function @extschema@.{type}_out(@extschema@.{type}) returns pg_catalog.cstring
  immutable strict parallel safe cost 200
  language c as 'MODULE_PATHNAME', 'crm_{type}_out';
comment on function @extschema@.{type}_out(@extschema@.{type}) is
'Text output of type {type}: JSON with sorted keys, lossless.';

create function @extschema@.{type}_recv(pg_catalog.internal) returns @extschema@.{type}
  immutable strict parallel safe cost {sending}
  language c as 'MODULE_PATHNAME', 'crm_{type}_recv';
comment on function @extschema@.{type}_recv(pg_catalog.internal) is
'Binary input of type {type}: a version, then the value in network order. What is wrong is 22P03.';

create function @extschema@.{type}_send(@extschema@.{type}) returns pg_catalog.bytea
  immutable strict parallel safe cost {sending}
  language c as 'MODULE_PATHNAME', 'crm_{type}_send';
comment on function @extschema@.{type}_send(@extschema@.{type}) is
'Binary output of type {type}: a version, then the value in network order.';

create type @extschema@.{type} (
  input = @extschema@.{type}_in, output = @extschema@.{type}_out, receive = @extschema@.{type}_recv, send = @extschema@.{type}_send,
  internallength = variable, alignment = double, storage = {storage}
);
comment on type @extschema@.{type} is
'{of type}';

create function @extschema@.{type}_combine(@extschema@.{type}, @extschema@.{type}) returns @extschema@.{type}
  immutable parallel safe cost {merging}
  language c as 'MODULE_PATHNAME', 'crm_{type}_combine';
comment on function @extschema@.{type}_combine(@extschema@.{type}, @extschema@.{type}) is
'Adds two values of type {type} up; NULL on either side gives the other. Combine function of its aggregates.';

-- @final
create function @extschema@.{type}_final(@extschema@.{type}) returns @extschema@.{type}
  immutable strict parallel safe cost 1
  language c as 'MODULE_PATHNAME', 'crm_{type}_final';
comment on function @extschema@.{type}_final(@extschema@.{type}) is
'Final function of the aggregates of type {type}: gives the state as it is, without the copy that PostgreSQL 14 and 15 would make.';

-- @final
create aggregate @extschema@.{type}_merge(@extschema@.{type}) (
  sfunc = @extschema@.{type}_combine, stype = @extschema@.{type}, combinefunc = @extschema@.{type}_combine, {final}parallel = safe
);
comment on aggregate @extschema@.{type}_merge(@extschema@.{type}) is
'{of merge}';
