-- rfm: what every object of the feature answers, against the same question put in plain SQL.
-- (That the aggregates give the same bytes under every plan is the matter of the matrix.)
set client_min_messages = warning;
create schema rfm_test;
set search_path = rfm_test, crm;
set timezone = 'Asia/Shanghai';
set datestyle = 'ISO';
\pset null NULL
\pset format unaligned

-- What a query fails with, without the line and file noise: SQLSTATE, message, detail, hint.
create function pg_temp.error_of(query text) returns text language plpgsql as $$
declare
  result text;
  state text;
  message text;
  detail text;
  hint text;
begin
  execute query into result;
  return 'no error: ' || coalesce(result, 'NULL');
exception when others then
  get stacked diagnostics state = returned_sqlstate, message = message_text, detail = pg_exception_detail, hint = pg_exception_hint;
  return concat_ws(' | ', state, message, nullif(detail, ''), nullif(hint, ''));
end $$;

-- x / n at twelve decimals, half to even: numeric's own round() goes away from zero.
create function pg_temp.half_even(x numeric, n bigint default 1) returns numeric language sql as $$
  select trim_scale((d + case when 2 * abs(t - d * n) > n or (2 * abs(t - d * n) = n and d % 2 <> 0) then sign(t) else 0 end) * 0.000000000001)
  from (select t, div(t, n) as d from (select x * 1000000000000 as t) units) divided
$$;

-- The binary value of a float8, digit by digit; float8::numeric would stop at fifteen.
create function pg_temp.binary_value(x float8) returns numeric language plpgsql as $$
declare
  bits bigint := ('x' || encode(float8send(abs(x)), 'hex'))::bit(64)::bigint;
  power int := bits >> 52;
  value numeric := bits & ((1::bigint << 52) - 1);
begin
  if power > 0 then value := value + (1::bigint << 52); else power := 1; end if;
  for i in 1 .. power - 1075 loop value := value * 2; end loop;
  for i in 1 .. 1075 - power loop value := value * 0.5; end loop;
  return case when x < 0 then -value else value end;
end $$;

-- Events of 97 customers, crowded so that many share an instant, a day or a figure, some with a NULL.
create table event (id int, customer int, at timestamptz, day date, amount numeric(14, 2), x float8, n bigint);
insert into event
select i, i * i % 97, timestamptz '2023-12-31 20:00+00' + (i * 7919 % 1400) * interval '7 hours 3 minutes', date '2024-01-01' + i * 31 % 400,
  (i * 104729 % 100003 - 20000) / 100.0, sqrt(i) * 1000 - 20000, i * 31 - 30000
from generate_series(1, 3000) i;
update event set amount = null, x = null, n = null where id % 50 = 0;
update event set at = null, day = null where id % 61 = 0;

-- Every overload, every accessor, each customer: the number of customers, and whether each figure is right for all of them.
create function pg_temp.check_overload(time_column text, amount_column text, instant text, exact text)
  returns table (overload text, customers bigint, frequency bool, total bool, monetary bool, first_total bool, first_at bool, last_at bool, recency bool, tenure bool)
  language plpgsql as $$
begin
  return query execute format($query$
    with row as (select e.customer, %3$s as instant, %4$s as exact from event e where %1$s is not null and %2$s is not null),
    expected as (select customer, count(*) as n, sum(exact) as total, min(instant) as first, max(instant) as last from row group by customer),
    opening as (select customer, sum(exact) as first_total from row join expected using (customer) where instant = first group by customer),
    summary as (select customer, crm.rfm_agg(%1$s, %2$s) as s from event group by customer)
    select %1$L || ', ' || %2$L, count(*), bool_and(crm.frequency(s) = n), bool_and(crm.total(s)::text = total::text),
      bool_and(crm.monetary(s) = pg_temp.half_even(total, n)), bool_and(crm.first_total(s) = first_total), bool_and(crm.first_at(s) = first),
      bool_and(crm.last_at(s) = last),
      bool_and(crm.recency(s, '2025-03-01') = date '2025-03-01' - (last at time zone 'UTC')::date),
      bool_and(crm.tenure(s, as_of => '2025-03-01') = date '2025-03-01' - (first at time zone 'UTC')::date)
    from summary join expected using (customer) join opening using (customer)
  $query$, time_column, amount_column, instant, exact);
end $$;
select c.*
from (values ('at', 'amount', 'at', 'amount'), ('at', 'n', 'at', 'n::numeric'), ('day', 'amount', $$ day::timestamp at time zone 'UTC' $$, 'amount'),
  ('day', 'n', $$ day::timestamp at time zone 'UTC' $$, 'n::numeric')) o(t, a, i, e), pg_temp.check_overload(t, a, i, e) c;
-- A float8 counts at its binary value; the exact sum is printed without trailing zeros.
select c.customers, c.total, c.frequency
from (select customer, rfm_agg(at, x) as a, rfm_agg(day, x) as d, count(*) filter (where at is not null and x is not null) as n,
  trim_scale(sum(pg_temp.half_even(pg_temp.binary_value(x))) filter (where at is not null)) as exact from event group by customer) s,
  lateral (select count(*) over () as customers, total(a)::text = exact::text and total(d)::text = exact::text as total,
    frequency(a) = n and frequency(d) = n as frequency) c
group by 1, 2, 3;
select count(*), bool_and(first_at(rfm_agg) = first and last_at(rfm_agg) = last)
from (select rfm_agg(day, x), min(day) filter (where x is not null) as first, max(day) filter (where x is not null) as last from event group by customer) s
where first_at(rfm_agg) at time zone 'UTC' = first;

-- No rows, only NULLs: no summary; and nothing is said of none.
select rfm_agg(at, amount) as a, rfm_agg(at, x) as b, rfm_agg(at, n) as c, rfm_agg(day, amount) as d, rfm_agg(day, x) as e, rfm_agg(day, n) as f from event where false;
select rfm_agg(null::timestamptz, 1::numeric) as a, rfm_agg(date '2024-01-01', null::float8) as b, rfm_merge(null::rfm) as c, rfm_sample_agg(null::rfm) as d,
  rfm_sample_merge(null::rfm_sample) as e, rfm_combine(null, null) as f, rfm_push(null, null::date, 1::bigint) as g, rfm_sample_push(null, null) as h,
  rfm_sample_combine(null, null) as i;
select frequency(null), total(null), monetary(null), first_total(null), first_at(null), last_at(null), recency(null, '2024-01-01'), tenure(null, '2024-01-01'),
  customers(null), rfm_breaks_fit(null, '2024-01-01'), rfm_cell(null, null, '2024-01-01'), rfm_segment(null), (select count(*) from rfm_segment_explain(null)) as explained;
select recency(s, null), tenure(s, null), rfm_breaks_fit(rfm_sample_push(null, s), null), rfm_breaks_fit(rfm_sample_push(null, s), '2024-01-01', null), rfm_of(null, 1, date '2024-01-01', '2024-01-01')
from rfm_agg(date '2024-01-01', 1::numeric) s;
-- One row.
select s, frequency(s), total(s), monetary(s), first_total(s), first_at(s), last_at(s), recency(s, '2024-02-29'), tenure(s, '2024-02-29')
from rfm_agg(timestamptz '2024-02-28 23:59:59.999999+00', 12.50) s;

-- The edges of time.
select first_at(s), last_at(s), recency(s, '294276-12-31'), tenure(s, '294276-12-31') = date '294276-12-31' - date '4714-11-24 BC' as tenure, s::text::rfm::text = s::text as same
from (select rfm_agg(at, 1::bigint) from (values (timestamptz '4714-11-24 00:00+00 BC'), ('294276-12-31 23:59:59.999999+00')) v(at)) a(s);
select first_at(rfm_agg(date '4713-01-01 BC', 1)) as bc, last_at(rfm_agg(date '294276-12-31', 1)) as far, recency(rfm_agg(date '4714-11-24 BC', 1), '5874897-12-31') as longest;
select pg_temp.error_of(format('select crm.rfm_agg(%s, 1)', t))
from unnest(array['timestamptz ''infinity''', 'timestamptz ''-infinity''', 'date ''infinity''', 'date ''-infinity''', 'date ''294277-01-01''', 'date ''5874897-12-31''']) t;
select pg_temp.error_of(format('select crm.%s(crm.rfm_agg(date ''2024-01-01'', 1), ''%sinfinity'')', f, sign)) from unnest(array['recency', 'tenure']) f, unnest(array['', '-']) sign;

-- The edges of amounts. Halves at the twelfth decimal go to even; more decimals than sum() would print are not kept.
select a, total(rfm_agg(date '2024-01-01', a)), total(rfm_agg(date '2024-01-01', a)) = pg_temp.half_even(a) as right
from unnest(array[0, 0.00, 0.0000000000005, -0.0000000000005, 0.0000000000015, -0.0000000000015, 0.0000000000025, 0.00000000000050000000000000000001, 0.00000000000149999999999999999999,
  9999.9999999999995, -9999.9999999999985, 1234567890123456.7890123456785, 0.00010000, 1e20, 170000000000000000000000000.000000000001,
  -170141183460469231731687303.715884105727, 170141183460469231731687303.7158841057274999]) a;
select total(s) = 0 as zero, scale(total(s)) from rfm_agg(date '2024-01-01', 1e-1000) s;
select pg_temp.error_of(format('select crm.rfm_agg(date ''2024-01-01'', %s)', a))
from unnest(array['1e100000', '-1e100000', '1e36', '-1e27', '170141183460469231731687303.715884105728', '170141183460469231731687303.7158841057275', '''NaN''::numeric', '''Infinity''::numeric', '''-Infinity''::numeric',
  '''NaN''::float8', '''Infinity''::float8', '''-Infinity''::float8', '1e300::float8', '1.8e26::float8', '-1.8e26::float8', '''NaN''::real']) a;
select pg_temp.error_of('select crm.rfm_agg(day, a) from (values (date ''2024-01-01'', 1.7e26), (''2024-01-02'', 1e26)) v(day, a)') as sum,
  pg_temp.error_of('select crm.rfm_combine(s, s) from crm.rfm_agg(date ''2024-01-01'', -1e26) s') as merge,
  pg_temp.error_of('select crm.rfm_combine(s, s) from crm.rfm_of(9223372036854775807, 1, date ''2024-01-01'', date ''2024-01-02'') s') as events;
-- One event more than 2^63 - 1 cannot be counted either.
select pg_temp.error_of('select crm.rfm_push(s, date ''2024-01-03'', 1) from crm.rfm_of(9223372036854775807, 1, date ''2024-01-01'', date ''2024-01-02'') s');
-- A total of exactly -2^127 units is either out of range or printed so that it can be read.
select total(s)::text = total(s::text::rfm)::text as read_back
from (select rfm_agg(day, a) from (values (date '2024-01-01', -170141183460469231731687303.715884105727), ('2024-01-02', -0.000000000001)) v(day, a)) a(s);
select total(rfm_agg(date '2024-01-01', b)) from unnest(array[-9223372036854775808, 9223372036854775807]) b group by b order by b;
select x, total(rfm_agg(date '2024-01-01', x)), total(rfm_agg(date '2024-01-01', x)) = pg_temp.half_even(pg_temp.binary_value(x)) as right
from unnest(array[-0.0, 0.1, 0.3, 12345678.9, -12345678.9, 2.5e-13, 5e-324, 1.7e26, -1.7e26, 1e22, 4.547473508864641e-13, 2.2204460492503131e-16, 123456789012345680000]::float8[]) x
group by x order by x;
-- A total prints as sum() prints it, however the amounts are written; above twelve decimals it stops there.
select string_agg(a::text, ' + ') as amounts, total(rfm_agg(date '2024-01-01', a)) as total, sum(a) as sum, total(rfm_agg(date '2024-01-01', a))::text = sum(a)::text as same
from (values (1, 1), (1, 2.50), (1, 3.5), (2, 0.10), (2, -0.10), (3, 0), (3, 1e3), (4, 0.100000000000), (4, 1)) v(set, a) group by set order by set;
select total(rfm_agg(date '2024-01-01', a)), monetary(rfm_agg(date '2024-01-01', a)) from (values (1.00), (0.0100000000000000)) v(a);
select monetary(rfm_of(n, t, date '2024-01-01', '2024-01-02')), pg_temp.half_even(t, n)
from (values (3, 100.00), (3, -100), (2, 0.000000000001), (2, 0.000000000003), (2, -0.000000000003), (4, 1.00), (9223372036854775807, 1.7e26), (7, 0.00)) v(n, t);

-- An as_of before the last event has seen the future; the day itself counts to its end, in UTC.
select recency(s, '2024-03-01') as same_day, recency(s, '2024-03-02') as next_day, tenure(s, '2024-03-01'), last_at(s)
from (select rfm_agg(at, 1) from (values (timestamptz '2024-01-01 23:59+00'), ('2024-03-01 23:59:59+00')) v(at)) a(s);
select pg_temp.error_of(format($$ select crm.%s(crm.rfm_agg(timestamptz '2024-03-01 00:00+00', 1), '2024-02-29') $$, f)) from unnest(array['recency', 'tenure']) f;

-- Settings do not change an answer.
create function pg_temp.answers() returns text language sql as $$
  select md5(string_agg(concat_ws(' ', s, total(s), monetary(s), first_total(s), recency(s, '2025-06-01'), tenure(s, '2025-06-01'), extract(epoch from first_at(s)), extract(epoch from last_at(s)), f, t), E'\n' order by customer))
  from (select customer, rfm_agg(at, amount) as s, rfm_agg(day, x) as f, rfm_agg(day, n)::text::rfm as t from event group by customer) g
$$;
create temp table answer (a text);
insert into answer select pg_temp.answers();
set timezone = 'America/Los_Angeles'; set datestyle = 'German'; set extra_float_digits = -15; insert into answer select pg_temp.answers();
set timezone = 'Pacific/Kiritimati'; set datestyle = 'SQL, DMY'; set intervalstyle = 'iso_8601'; set bytea_output = 'escape'; insert into answer select pg_temp.answers();
set timezone = 'UTC'; set datestyle = 'ISO'; set extra_float_digits = 3; set bytea_output = 'hex'; set jit = off; insert into answer select pg_temp.answers();
reset extra_float_digits;
select count(*), count(distinct a) from answer;

-- Text: lossless, and strict.
create table customer as select customer, rfm_agg(at, amount) as summary from event group by customer;
select count(*), bool_and(summary::text::rfm::text = summary::text) as lossless, bool_and(summary::text = summary::text::jsonb::text::rfm::text) as blanks_and_order_are_free,
  min(pg_column_size(summary)), max(pg_column_size(summary)) from customer;
create function pg_temp.edited(patch jsonb, without text default '') returns text language sql as $$
  select '{"first_at": "2024-01-01T00:00:00Z", "first_total": "1.5", "frequency": 2, "last_at": "2024-01-02T00:00:00Z", "scale": 2, "total": "3.50"}'::jsonb - without || patch
$$;
select pg_temp.edited('{}')::rfm, pg_temp.edited('{}', 'first_total')::rfm, pg_temp.edited('{"total": 3.5}')::rfm;
select label, pg_temp.error_of(format('select %L::crm.rfm', text))
from (values ('nothing', ''), ('blank', ' '), ('no JSON', '{"frequency": 1'), ('two', '{} {}'), ('list', '[]'), ('null', 'null'), ('number', '5'), ('not UTF-8 escape', '{"\ud800": 1}'),
  ('unknown key', pg_temp.edited('{"mean": 1}')), ('missing', pg_temp.edited('{}', 'scale')), ('frequency 0', pg_temp.edited('{"frequency": 0}')), ('frequency 1.5', pg_temp.edited('{"frequency": 1.5}')),
  ('frequency 2^63', pg_temp.edited('{"frequency": 9223372036854775808}')), ('scale 13', pg_temp.edited('{"scale": 13}')), ('scale -1', pg_temp.edited('{"scale": -1}')),
  ('total NaN', pg_temp.edited('{"total": "NaN"}')), ('total beyond', pg_temp.edited('{"total": "1e30"}')), ('total null', pg_temp.edited('{"total": null}')), ('date', pg_temp.edited('{"first_at": "2024-01-01"}')),
  ('no such day', pg_temp.edited('{"last_at": "2024-02-30T00:00:00Z"}')), ('zone', pg_temp.edited('{"last_at": "2024-02-28T00:00:00+08"}')), ('infinity', pg_temp.edited('{"last_at": "infinity"}')),
  ('beyond time', pg_temp.edited('{"last_at": "+294277-01-01T00:00:00Z"}')), ('backwards', pg_temp.edited('{"last_at": "2023-01-01T00:00:00Z"}')), ('one event, two instants', pg_temp.edited('{"frequency": 1}')),
  ('one instant, two totals', pg_temp.edited('{"last_at": "2024-01-01T00:00:00Z"}'))) v(label, text);

-- COPY: text as it stands here, and binary through a file that the client writes.
create temp table copied (customer int, summary rfm, sample rfm_sample);
insert into copied select customer, summary, rfm_sample_push(null, summary) from customer where customer in (0, 1) union all values (-1, null, null);
copy (select customer, summary from copied order by customer) to stdout;
create temp table loaded (like copied);
copy loaded (customer, summary) from stdin;
7	{"first_at":"2024-01-01T00:00:00Z","first_total":"1.50","frequency":2,"last_at":"2024-01-02T00:00:00Z","scale":2,"total":"3.50"}
8	\N
\.
select customer, total(summary), summary is null as none from loaded order by customer;
truncate loaded;
\setenv scratch `mktemp`
\copy copied to program 'cat >"$scratch"' (format binary)
\copy loaded from program 'cat "$scratch"' (format binary)
select count(*), bool_and(c.summary::text is not distinct from l.summary::text and c.sample::text is not distinct from l.sample::text) as same from copied c join loaded l using (customer);
-- Bytes that no client should send: 22P03.
create temp table received (summary rfm);
\set VERBOSITY sqlstate
\copy (select overlay(rfm_send(summary) placing '\x0009' from 1) from copied where customer = 1) to program 'cat >"$scratch"' (format binary)
\copy received from program 'cat "$scratch"' (format binary)
\copy (select substr(rfm_send(summary), 1, 59) from copied where customer = 1) to program 'cat >"$scratch"' (format binary)
\copy received from program 'cat "$scratch"' (format binary)
\copy (select rfm_send(summary) || '\x00' from copied where customer = 1) to program 'cat >"$scratch"' (format binary)
\copy received from program 'cat "$scratch"' (format binary)
create temp table received_sample (sample rfm_sample);
\copy (select rfm_sample_send(sample) || '\x00' from copied where customer = 1) to program 'cat >"$scratch"' (format binary)
\copy received_sample from program 'cat "$scratch"' (format binary)
\set VERBOSITY default
\! rm "$scratch"
select (select count(*) from received) as received, length(rfm_send(summary)), length(rfm_sample_send(sample)) from copied where customer = 1;

-- A summary of figures aggregated elsewhere is the same summary.
select count(*), bool_and(rfm_of(n, total, first, last, first_total(summary))::text = summary::text) as same, bool_and(first_total(rfm_of(n, total, first, last)) is null) as not_known
from customer join (select customer, count(*) as n, sum(amount) as total, min(at) as first, max(at) as last from event where at is not null and amount is not null group by customer) f using (customer);
select rfm_of(2, 10.0, date '2024-01-01', '2024-01-09', first_total => 4), rfm_of(frequency => 2, total => 10, first_day => '2024-01-01'::date, last_day => '2024-01-01');
select rfm_of(2, 10.0, timestamptz '2024-01-01 00:00+00', '2024-01-09 00:00+00', 4)::text = rfm_of(2, 10.0, date '2024-01-01', '2024-01-09', 4)::text as a_day_starts_in_utc;
select figures, pg_temp.error_of(format('select crm.rfm_of(%s)', figures))
from unnest(array['0, 1, date ''2024-01-01'', date ''2024-01-01''', '-5, 1, date ''2024-01-01'', date ''2024-01-01''', '2, 1, date ''2024-01-02'', date ''2024-01-01''', '1, 1, date ''2024-01-01'', date ''2024-01-02''',
  '2, 1, date ''2024-01-01'', date ''2024-01-01'', 2', '2, ''NaN'', date ''2024-01-01'', date ''2024-01-02''', '2, 1, date ''2024-01-01'', date ''2024-01-02'', ''Infinity''', '2, 1, date ''2024-01-01'', date ''infinity''',
  '2, 1, timestamptz ''-infinity'', timestamptz ''2024-01-02''', '2, 1e27, date ''2024-01-01'', date ''2024-01-02''', '2, 1, date ''2024-01-01'', date ''300000-01-01''']) figures;

-- Adding up: halves make the whole, in either order; NULL gives the other; arguments stay as they were.
select count(*), bool_and(rfm_combine(a, b)::text = summary::text) as whole, bool_and(rfm_combine(b, a)::text = summary::text) as swapped,
  bool_and(rfm_combine(a, null)::text = a::text and rfm_combine(null, a)::text = a::text) as beside_null
from customer join (select customer, rfm_agg(at, amount) filter (where id % 3 = 0) as a, rfm_agg(at, amount) filter (where id % 3 <> 0) as b from event group by customer) h using (customer);
select rfm_merge(summary)::text = (select rfm_agg(at, amount)::text from event) as all_in_one from customer;
select s::text as before, rfm_push(s, date '2023-12-31', 5) as pushed, s::text as after from rfm_agg(date '2024-01-01', 1) s;
-- The total of the first instant stays unknown until something earlier is seen.
select first_total(rfm_combine(s, rfm_agg(date '2023-12-31', 7))) as earlier, first_total(rfm_combine(s, rfm_agg(date '2024-01-01', 7))) as equal, first_total(rfm_combine(s, rfm_agg(date '2024-01-02', 7))) as later
from rfm_of(2, 5, date '2024-01-01', '2024-01-09') s;
