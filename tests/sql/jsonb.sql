-- jsonb that the library writes is that of PostgreSQL, byte by byte, and jsonb that it reads is what PostgreSQL prints: documents go into a
-- catalogue and come out of it.
set search_path = crm, pg_catalog, pg_temp;
create function pg_temp.back(doc jsonb) returns jsonb language sql as $$ select attributes from crm.catalogue_products((select crm.catalogue_agg('p', doc))) $$;
create function pg_temp.same(doc jsonb) returns boolean language sql as $$ select record_image_eq(row(pg_temp.back(doc)), row(doc)) $$;

-- By hand: every kind of value, every length of number, texts with escapes, many children (a word in 32 has an offset), nesting.
select what, pg_temp.same(jsonb_build_object('v', doc)) as same from (values
  ('scalars', '[null, true, false, 0, "", [], {}]'::jsonb),
  ('whole numbers', '[1, -1, 9999, 10000, 10001, 99999999, 100000000, 9223372036854775807, -9223372036854775808, 9223372036854775808, 1e15, 1e16]'),
  ('decimals', '[0.0, 0.00, 1.0, 1.50, -0.5, 0.0001, 0.00010, 0.00001, 123.456, 10000.0001, 99999.99990, 0.1234567890123456789, 3.141592653589793]'),
  ('exponents', '[1e-7, 1E+3, 1.5e2, 1.50e1, 12345e-3, 1e-20, 123e20, 1e40, 1e-40, 0e5, 0e-5, 0.0e3]'),
  ('beyond the short form', '[1e300, 1e-300, 123456789012345678901234567890123456789012345678901234567890123456789.123456789, 1e1000]'),
  ('texts', '["a", "\"", "\\", "\\\\\"", "\/", "\b\f\n\r\t", "\u0001", "\u001f", "\u4e2d\u6587", "\ud83c\udfe6", "𝄞", "客户", "a\"客户\\"]'),
  ('long texts', jsonb_build_array(repeat('x', 200), repeat('客', 70000), repeat('"', 300))),
  ('keys of one length', '{"b": 1, "a": 2, "ab": 3, "aa": 4, "": 5, "客": 6, "\"": 7, "\\": 8, "zz\n": 9, "B": [0]}'),
  ('63 numbers', (select jsonb_agg(i / 7.0) from generate_series(1, 63) i)),
  ('100 texts', (select jsonb_agg(repeat('y', i % 5)) from generate_series(1, 100) i)),
  ('100 keys', (select jsonb_object_agg(md5(i::text) || repeat('k', i % 3), case i % 3 when 0 then to_jsonb(i) when 1 then to_jsonb(i::text) else '[1, {"a": 2.5}]' end) from generate_series(1, 100) i)),
  ('100,000 numbers', (select jsonb_agg(i) from generate_series(1, 100000) i)),
  ('as deep as a catalogue takes', format('%s1%s', repeat('[', 98), repeat(']', 98))::jsonb)
) as t(what, doc) order by what;

-- The whole document is an object here; as an argument it is anything.
select doc, (select string_agg(path || ' ' || problem, '; ') from policy_check(doc)) is not null as read from unnest(array['1', '1.50', '"x"', 'null', 'true', '[]', '[1]', '{}']::jsonb[]) doc;
-- Deeper than can be read, and a key that is reserved: the same errors as ever.
select left(test.error_of(format('select pg_temp.back(%L)', jsonb_build_object('v', format('%s1%s', repeat('[', 127), repeat(']', 127))::jsonb))), 60) as deep,
  left(test.error_of($$select pg_temp.back('{"v": {"$serde_json::private::Number": "x"}}')$$), 80) as reserved;

-- At random, the same each time.
create function pg_temp.dice(key bigint, purpose int, sides int) returns int immutable language sql return abs(hashint8extended(key, purpose) % sides)::int;
create function pg_temp.any_text(key bigint) returns text language sql as $$
  select coalesce(string_agg((array['a', 'b', '"', E'\\', '客', E'\n', '🏦', ' ', E'\u0001', 'é'])[1 + pg_temp.dice(key, i, 10)], '' order by i), '') from generate_series(1, pg_temp.dice(key, 0, 9)) i $$;
create function pg_temp.any_json(key bigint, depth int) returns jsonb language plpgsql as $$
declare
  kind int := pg_temp.dice(key, 100, case when depth > 0 then 9 else 6 end);
  many int := pg_temp.dice(key, 101, case when pg_temp.dice(key, 102, 20) = 0 then 70 else 5 end);
begin
  return case kind
    when 0 then 'null'::jsonb
    when 1 then to_jsonb(pg_temp.dice(key, 103, 2) = 0)
    when 2 then to_jsonb(round((hashint8extended(key, 104)::numeric / (10::numeric ^ pg_temp.dice(key, 105, 40))), pg_temp.dice(key, 106, 30)))
    when 3 then to_jsonb(pg_temp.dice(key, 107, 100000) * 10::numeric ^ pg_temp.dice(key, 108, 40))
    when 4 then to_jsonb(hashint8extended(key, 109)::float8 / 10::float8 ^ (pg_temp.dice(key, 110, 60) - 20))
    when 5 then to_jsonb(pg_temp.any_text(key))
    when 6 then (select coalesce(jsonb_agg(pg_temp.any_json(key * 31 + i, depth - 1) order by i), '[]') from generate_series(1, many) i)
    else (select coalesce(jsonb_object_agg(pg_temp.any_text(key * 17 + i), pg_temp.any_json(key * 37 + i, depth - 1) order by i), '{}') from generate_series(1, many) i)
  end;
end $$;
with made as materialized (select i, jsonb_build_object('v', pg_temp.any_json(i, 4)) as doc from generate_series(1, 4000) i)
select count(*) as documents, count(*) filter (where not pg_temp.same(doc)) as differ, min(i) filter (where not pg_temp.same(doc)) as first, sum(length(doc::text)) > 500000 as are_long,
  count(*) filter (where jsonb_path_exists(doc, '$.** ? (@.type() == "object" && @.size() > 0)')) > 2000 as are_nested from made;
