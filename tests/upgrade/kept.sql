-- The tables of what versions keep (tests/upgrade/VERSION.sql is their contents), and the functions that make and ask the values.
set client_min_messages = warning;
set timezone = 'UTC';
set datestyle = 'ISO';
create schema kept;
create table kept.value (
  name text primary key,
  type text,
  made text, -- how, in SQL
  text text, -- its text form
  wire text, -- its binary form, in hexadecimal
  disk text  -- as it lies on disk, without the length, in hexadecimal
);
create table kept.answer (name text, question text, answer text);

create function kept.text(of text) returns text language sql stable as 'select v.text from kept.value v where v.name = of';

-- A type that is laid out as ours and shows its bytes: what a column holds is read and written with it.
create type kept.bytes;
create function kept.bytes_in(cstring) returns kept.bytes language internal immutable strict as 'byteain';
create function kept.bytes_out(kept.bytes) returns cstring language internal immutable strict as 'byteaout';
create type kept.bytes (input = kept.bytes_in, output = kept.bytes_out, internallength = variable, alignment = double, storage = extended);

create function kept.allow_bytes() returns void language plpgsql as $$
declare
  type text;
begin
  for type in select distinct v.type from kept.value v where v.type <> 'jsonb' loop
    execute format('create cast (kept.bytes as %1$s) without function', type);
    execute format('create cast (%1$s as kept.bytes) without function', type);
  end loop;
end $$;

create function kept.make() returns void language plpgsql as $$
declare
  v kept.value;
begin
  perform kept.allow_bytes();
  for v in select * from kept.value order by type = 'jsonb', ctid loop
    execute format('create temp table made on commit drop as select (%s)::%s as v', v.made, v.type);
    execute format('update kept.value set text = (select v::text from made), wire = (select encode(%s_send(v), ''hex'') from made) where name = %L', v.type, v.name);
    if v.type <> 'jsonb' then
      execute format('update kept.value set disk = (select substr(v::kept.bytes::text, 3) from made) where name = %L', v.name);
    end if;
    drop table made;
  end loop;
end $$;

-- What a value, given as an SQL expression, answers to a question about v: ten digits of what is not a whole number, which every
-- machine has in common.
create function kept.answer_of(value text, question text) returns text language plpgsql set extra_float_digits = -5 as $$
declare
  result text;
  long text;
begin
  execute format('select (%s)::text from (select %s as v) as s', question, value) into result;
  for long in select distinct m[1] from regexp_matches(result, '\d+\.\d{10,}(?:e[-+]?\d+)?', 'g') m order by 1 desc loop
    result := replace(result, long, long::float8::text);
  end loop;
  return result;
exception when others then
  raise exception '% asked of %: %', question, left(value, 100), sqlerrm;
end $$;
