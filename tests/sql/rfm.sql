-- rfm: what every object of the feature answers, against the same question put in plain SQL.
-- (That the aggregates give the same bytes under every plan is the matter of the matrix.)
set client_min_messages = warning;
create schema rfm_test;
set search_path = rfm_test, crm;
set timezone = 'UTC';
set datestyle = 'ISO';
\pset null NULL
\pset format unaligned

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
-- A float8 counts at its binary value, each rounded by itself and then summed exactly; the sum is printed without trailing zeros.
select count(*), bool_and(total(a)::text = exact::text and total(d)::text = exact::text) as total, bool_and(frequency(a) = n and frequency(d) = n) as frequency,
  bool_and(first_at(a) = first and last_at(a) = last and first_at(d) = first_day::timestamp at time zone 'UTC') as instants
from (select customer, rfm_agg(at, x) as a, rfm_agg(day, x) as d, count(*) as n, min(at) as first, max(at) as last, min(day) as first_day,
  trim_scale(sum(pg_temp.half_even(pg_temp.binary_value(x)))) as exact from event where at is not null and x is not null group by customer) s;

-- No rows, only NULLs: no summary; and nothing is said of none.
select rfm_agg(at, amount) as a, rfm_agg(at, x) as b, rfm_agg(at, n) as c, rfm_agg(day, amount) as d, rfm_agg(day, x) as e, rfm_agg(day, n) as f from event where false;
select rfm_agg(null::timestamptz, 1::numeric) as a, rfm_agg(date '2024-01-01', null::float8) as b, rfm_merge(null::rfm) as c, rfm_sample_agg(null::rfm) as d,
  rfm_sample_merge(null::rfm_sample) as e, rfm_combine(null, null) as f, rfm_push(null, null::date, 1::bigint) as g, rfm_sample_push(null, null) as h,
  rfm_sample_combine(null, null) as i;
select frequency(null), total(null::rfm), monetary(null), first_total(null), first_at(null), last_at(null), recency(null, '2024-01-01'), tenure(null, '2024-01-01'),
  customers(null::rfm_sample), rfm_breaks_fit(null, '2024-01-01'), rfm_cell(null, null, '2024-01-01'), rfm_segment(null), (select count(*) from rfm_segment_explain(null)) as explained;
select recency(s, null), tenure(s, null), rfm_breaks_fit(rfm_sample_push(null, s), null), rfm_breaks_fit(rfm_sample_push(null, s), '2024-01-01', null), rfm_of(null, 1, date '2024-01-01', '2024-01-01')
from (select rfm_agg(date '2024-01-01', 1::numeric)) a(s);
-- One row.
select s, frequency(s), total(s), monetary(s), first_total(s), first_at(s), last_at(s), recency(s, '2024-02-29'), tenure(s, '2024-02-29')
from (select rfm_agg(timestamptz '2024-02-28 23:59:59.999999+00', 12.50)) a(s);

-- The edges of time.
select first_at(s), last_at(s), recency(s, '294276-12-31'), tenure(s, '294276-12-31') = date '294276-12-31' - date '4714-11-24 BC' as tenure, s::text::rfm::text = s::text as same
from (select rfm_agg(at, 1::bigint) from (values (timestamptz '4714-11-24 00:00+00 BC'), ('294276-12-31 23:59:59.999999+00')) v(at)) a(s);
select first_at(rfm_agg(date '4713-01-01 BC', 1)) as bc, last_at(rfm_agg(date '294276-12-31', 1)) as far, recency(rfm_agg(date '4714-11-24 BC', 1), '5874897-12-31') as longest;
select test.error_of(format('select crm.rfm_agg(%s, 1)', t))
from unnest(array['timestamptz ''infinity''', 'timestamptz ''-infinity''', 'date ''infinity''', 'date ''-infinity''', 'date ''294277-01-01''', 'date ''5874897-12-31''']) t;
select test.error_of(format('select crm.%s(crm.rfm_agg(date ''2024-01-01'', 1), ''%sinfinity'')', f, sign)) from unnest(array['recency', 'tenure']) f, unnest(array['', '-']) sign;

-- The edges of amounts. Halves at the twelfth decimal go to even; more decimals than sum() would print are not kept.
select a, total(rfm_agg(date '2024-01-01', a)), total(rfm_agg(date '2024-01-01', a)) = pg_temp.half_even(a) as "right"
from unnest(array[0, 0.00, 0.0000000000005, -0.0000000000005, 0.0000000000015, -0.0000000000015, 0.0000000000025, 0.00000000000050000000000000000001, 0.00000000000149999999999999999999,
  9999.9999999999995, -9999.9999999999985, 1234567890123456.7890123456785, 0.00010000, 1e20, 170000000000000000000000000.000000000001,
  -170141183460469231731687303.715884105727, 170141183460469231731687303.7158841057274999]) with ordinality u(a, i)
group by i, a order by i;
select total(s) = 0 as zero, scale(total(s)) from (select rfm_agg(date '2024-01-01', 1e-1000)) a(s);
select test.error_of(format('select crm.rfm_agg(date ''2024-01-01'', %s)', a))
from unnest(array['1e100000', '-1e100000', '1e36', '-1e27', '170141183460469231731687303.715884105728', '170141183460469231731687303.7158841057275', '''NaN''::numeric', '''Infinity''::numeric', '''-Infinity''::numeric',
  '''NaN''::float8', '''Infinity''::float8', '''-Infinity''::float8', '1e300::float8', '1.8e26::float8', '-1.8e26::float8', '''NaN''::real']) a;
select test.error_of('select crm.rfm_agg(day, a) from (values (date ''2024-01-01'', 1.7e26), (''2024-01-02'', 1e26)) v(day, a)') as sum,
  test.error_of('select crm.rfm_combine(s, s) from crm.rfm_push(null, date ''2024-01-01'', -1e26) s') as merge,
  test.error_of('select crm.rfm_combine(s, s) from crm.rfm_of(9223372036854775807, 1, date ''2024-01-01'', date ''2024-01-02'') s') as events;
-- One event more than 2^63 - 1 cannot be counted either.
select test.error_of('select crm.rfm_push(s, date ''2024-01-03'', 1) from crm.rfm_of(9223372036854775807, 1, date ''2024-01-01'', date ''2024-01-02'') s');
-- A total of exactly -2^127 units is either out of range or printed so that it can be read.
select test.error_of($$ select crm.total(s)::text = crm.total(s::text::crm.rfm)::text
  from (select crm.rfm_agg(day, a) from (values (date '2024-01-01', -170141183460469231731687303.715884105727), ('2024-01-02', -0.000000000001)) v(day, a)) a(s) $$) ~ '^(no error: true$|22003 )' as readable;
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
select test.error_of(format($$ select crm.%s(crm.rfm_agg(timestamptz '2024-03-01 00:00+00', 1), '2024-02-29') $$, f)) from unnest(array['recency', 'tenure']) f;

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
select label, test.error_of(format('select %L::crm.rfm', text))
from (values ('nothing', ''), ('blank', ' '), ('no JSON', '{"frequency": 1'), ('two', '{} {}'), ('list', '[]'), ('null', 'null'), ('number', '5'), ('not UTF-8 escape', '{"\ud800": 1}'),
  ('unknown key', pg_temp.edited('{"mean": 1}')), ('missing', pg_temp.edited('{}', 'scale')), ('frequency 0', pg_temp.edited('{"frequency": 0}')), ('frequency 1.5', pg_temp.edited('{"frequency": 1.5}')),
  ('frequency 2^63', pg_temp.edited('{"frequency": 9223372036854775808}')), ('scale 13', pg_temp.edited('{"scale": 13}')), ('scale -1', pg_temp.edited('{"scale": -1}')),
  ('total NaN', pg_temp.edited('{"total": "NaN"}')), ('total beyond', pg_temp.edited('{"total": "1e30"}')), ('total null', pg_temp.edited('{"total": null}')), ('date', pg_temp.edited('{"first_at": "2024-01-01"}')),
  ('no such day', pg_temp.edited('{"last_at": "2024-02-30T00:00:00Z"}')), ('zone', pg_temp.edited('{"last_at": "2024-02-28T00:00:00+08"}')), ('infinity', pg_temp.edited('{"last_at": "infinity"}')),
  ('beyond time', pg_temp.edited('{"last_at": "+294277-01-01T00:00:00Z"}')), ('backwards', pg_temp.edited('{"last_at": "2023-01-01T00:00:00Z"}')), ('one event, two instants', pg_temp.edited('{"frequency": 1}')),
  ('one instant, two totals', pg_temp.edited('{"last_at": "2024-01-01T00:00:00Z"}'))) v(label, text);

-- COPY: text as it stands here, and binary through a file that the client writes.
create temp table copied (customer int, summary rfm, sample rfm_sample);
insert into copied select customer, summary, rfm_sample_push(null, summary) from customer where customer in (0, 1) union all values (-1, null::rfm, null::rfm_sample);
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
select figures, test.error_of(format('select crm.rfm_of(%s)', figures))
from unnest(array['0, 1, date ''2024-01-01'', date ''2024-01-01''', '-5, 1, date ''2024-01-01'', date ''2024-01-01''', '2, 1, date ''2024-01-02'', date ''2024-01-01''', '1, 1, date ''2024-01-01'', date ''2024-01-02''',
  '2, 1, date ''2024-01-01'', date ''2024-01-01'', 2', '2, ''NaN'', date ''2024-01-01'', date ''2024-01-02''', '2, 1, date ''2024-01-01'', date ''2024-01-02'', ''Infinity''', '2, 1, date ''2024-01-01'', date ''infinity''',
  '2, 1, timestamptz ''-infinity'', timestamptz ''2024-01-02''', '2, 1e27, date ''2024-01-01'', date ''2024-01-02''', '2, 1, date ''2024-01-01'', date ''300000-01-01''']) figures;

-- Adding up: halves make the whole, in either order; NULL gives the other; arguments stay as they were.
select count(*), bool_and(rfm_combine(a, b)::text = summary::text) as whole, bool_and(rfm_combine(b, a)::text = summary::text) as swapped,
  bool_and(rfm_combine(a, null)::text = a::text and rfm_combine(null, a)::text = a::text) as beside_null
from customer join (select customer, rfm_agg(at, amount) filter (where id % 3 = 0) as a, rfm_agg(at, amount) filter (where id % 3 <> 0) as b from event group by customer) h using (customer);
select rfm_merge(summary)::text = (select rfm_agg(at, amount)::text from event) as all_in_one from customer;
select s::text as before, rfm_push(s, date '2023-12-31', 5) as pushed, s::text as after from (select rfm_agg(date '2024-01-01', 1)) a(s);
-- The total of the first instant stays unknown until something earlier is seen.
select first_total(rfm_push(s, date '2023-12-31', 7)) as earlier, first_total(rfm_push(s, date '2024-01-01', 7)) as equal, first_total(rfm_push(s, date '2024-01-02', 7)) as later,
  first_total(rfm_combine(s, rfm_push(null, date '2023-12-31', 7))) as merged_earlier, first_total(rfm_combine(rfm_push(null, date '2024-01-01', 7), s)) as merged_equal
from rfm_of(2, 5, date '2024-01-01', '2024-01-09') s;

-- Windows: running, by partition, and sliding, where nothing can be taken away again and every frame is aggregated anew.
select count(*), bool_and(frequency(running) = n and total(running) = t) as running, bool_and(frequency(sliding) = m and total(sliding) = u) as sliding, bool_and(total(whole) = w) as whole
from (select rfm_agg(at, amount) over (partition by customer order by id) as running, rfm_agg(at, amount) over (partition by customer) as whole,
    rfm_agg(at, amount) over (partition by customer order by id rows between 2 preceding and current row) as sliding,
    count(*) over (partition by customer order by id) as n, sum(amount) over (partition by customer order by id) as t, sum(amount) over (partition by customer) as w,
    count(*) over (partition by customer order by id rows between 2 preceding and current row) as m, sum(amount) over (partition by customer order by id rows between 2 preceding and current row) as u
  from event where at is not null and amount is not null) w;
-- Views and materialized views hold summaries; so do arrays, records and plpgsql variables.
create view by_day as select customer, day, rfm_agg(at, amount) as summary from event group by customer, day;
create materialized view by_month as select customer, date_trunc('month', day) as month, rfm_merge(summary) as summary from by_day group by 1, 2;
select count(*) = (select count(*) from (select distinct customer, date_trunc('month', day) from event) m) as rows, rfm_merge(summary)::text = (select rfm_merge(summary)::text from customer) as same from by_month;
begin;
insert into event values (3001, 3, '2025-01-01 12:00+00', '2025-01-01', 10.005, 1, 1);
refresh materialized view by_month;
select total(rfm_merge(m.summary)) - (select total(rfm_merge(summary)) from customer) as added from by_month m;
rollback;
select rfm_merge(s)::text = (select rfm_merge(summary)::text from customer) as same from (select array_agg(summary) as list from customer) l, unnest(list) s;
do $$
declare
  s rfm_test.customer;
  sum crm.rfm;
  sample crm.rfm_sample;
begin
  for s in select * from rfm_test.customer order by customer loop
    sum := crm.rfm_combine(sum, s.summary);
    sample := crm.rfm_sample_push(sample, s.summary);
  end loop;
  if sum::text <> (select crm.rfm_merge(summary)::text from rfm_test.customer) or sample::text <> (select crm.rfm_sample_agg(summary)::text from rfm_test.customer) then
    raise exception 'row by row is not the aggregate';
  end if;
end $$;

-- Samples: a multiset in an order of their own, whatever the order of rows, parts and storage.
create table sampled as select customer % 7 as branch, rfm_sample_agg(summary) as sample from customer group by 1;
select sum(customers(sample)) = (select count(*) from customer) as counted, rfm_sample_merge(sample)::text = (select rfm_sample_agg(summary order by customer desc)::text from customer) as merged,
  bool_and(sample::text::rfm_sample::text = sample::text) as text from sampled;
select customers(rfm_sample_combine(a.sample, b.sample)) = customers(a.sample) + customers(b.sample) as added, rfm_sample_combine(a.sample, b.sample)::text = rfm_sample_combine(b.sample, a.sample)::text as either_way,
  rfm_sample_combine(a.sample, null)::text = a.sample::text as beside_null, customers(rfm_sample_push(a.sample, rfm_agg)) = customers(a.sample) + 1 as pushed
from sampled a, sampled b, (select rfm_agg(date '2024-01-01', 1)) s where a.branch = 1 and b.branch = 2;
-- What the sample holds are the customers themselves, twins included.
select (select jsonb_agg(c order by c::text) from (select c from sampled, jsonb_array_elements(sample::text::jsonb -> 'customers') c union all select summary::text::jsonb from customer) all_twice(c))
  = (select jsonb_agg(c order by c::text) from (select summary::text::jsonb from customer, generate_series(1, 2)) twice(c)) as the_same_customers;
select customers(rfm_sample_agg(s)) from customer, generate_series(1, 3), rfm_of(5, 5, date '2024-01-01', '2024-01-09') s where customer < 3;
-- 20,000 customers do not fit a page: stored out of line and read back.
create table large as select rfm_sample_agg(rfm_of(i, i * 0.01, date '2020-01-01' + i % 300, date '2021-01-01' + i % 300)) as sample from generate_series(2, 20001) i;
select customers(sample), pg_column_size(sample) > 100000 as large, octet_length(rfm_sample_send(sample)) = 2 + 8 + 20000 * 58 as as_documented from large;
select text, test.error_of(format('select %L::crm.rfm_sample', text))
from unnest(array['{}', '[]', '{"customers": []}', '{"customers": {}}', '{"customers": [5]}', '{"customers": [], "more": 1}', '{"customers": [' || pg_temp.edited('{"frequency": 0}') || ']}']) text;
-- A contradiction names the customer, as every problem names its path.
select test.error_of(format('select %L::crm.rfm_sample', '{"customers": [' || pg_temp.edited('{}') || ', ' || pg_temp.edited('{"frequency": 1}') || ']}')) like '22P02 %customers[1]%one event cannot have two instants%' as path;

-- Break points: the smallest value that at least j/bins of the customers do not exceed.
create table figure as select customer, summary, recency(summary, '2025-06-01') as recency, frequency(summary) as frequency, monetary(summary) as mean, total(summary) as total
from (select id / 4 % 300 as customer, rfm_agg(at, round(amount, -2)) as summary from event where id % 13 < 7 group by 1) s where summary is not null;
create function pg_temp.break_points(figure text, bins int) returns jsonb language plpgsql as $$
declare
  answer jsonb;
begin
  execute format('with f as (select %I as x from rfm_test.figure), c as materialized (select x, count(*) over (order by x) as upto, count(*) over () as n from f)
    select jsonb_agg(b order by j) from (select j, min(x) filter (where upto * $1 >= j * n) as b from c, generate_series(1, $1 - 1) j group by j) p', figure) into answer using bins;
  return answer;
end $$;
create table model as select bins, by, rfm_breaks_fit((select rfm_sample_agg(summary) from figure), '2025-06-01', bins, monetary_by => by) as breaks
from unnest(array[2, 3, 5, 10, 100]) bins, unnest(array['mean', 'total']) by;
select bins, by, breaks -> 'recency' = pg_temp.break_points('recency', bins) as recency, breaks -> 'frequency' = pg_temp.break_points('frequency', bins) as frequency,
  breaks -> 'monetary' = pg_temp.break_points(by, bins) as monetary, breaks - '{recency,frequency,monetary}'::text[] as others from model order by 1, 2;
select rfm_breaks_fit(rfm_sample_agg(summary), '2025-06-01', 4, 'total') -> 'monetary' = to_jsonb(percentile_disc('{0.25,0.5,0.75}'::float8[]) within group (order by total)) as percentile_disc from figure;
select rfm_breaks_fit(rfm_sample_agg(summary), '2025-06-01') = (select breaks from model where bins = 5 and by = 'mean') as default_arguments from figure;
-- Scores: 1 + floor(bins * share of customers strictly below), so equal customers score alike (ntile does not).
create table scored as select bins, by, customer, f.recency, f.frequency, f.mean, f.total, s.recency as r, s.frequency as f, s.monetary as m, s.cell, s.total as sum, rfm_cell(breaks, summary, '2025-06-01') as alone
from figure f, model, rfm_score(breaks, summary, as_of => '2025-06-01') s;
select bins, by, count(*), bool_and(r = bins + 1 - er) as recency, bool_and(f = ef) as frequency, bool_and(m = em) as monetary, bool_and(sum = r + f + m and cell = alone
  and cell = case when bins > 9 then r || '-' || f || '-' || m else r::text || f || m end) as cell
from (select *, 1 + bins * (rank() over (partition by bins, by order by recency) - 1) / count(*) over w as er, 1 + bins * (rank() over (partition by bins, by order by frequency) - 1) / count(*) over w as ef,
  1 + bins * (rank() over (partition by bins, by order by case by when 'mean' then mean else total end) - 1) / count(*) over w as em from scored window w as (partition by bins, by)) e
group by bins, by order by bins, by;
select max(unlike) as scores_of_equals, max(equals) > 20 as there_are_equals from (select count(distinct f) as unlike, count(*) as equals from scored where bins = 5 and by = 'mean' group by frequency) g;
-- The scale stays: a month later the same customer is less recent on it, and nothing else.
select later.*, now.cell from model, figure, rfm_score(breaks, summary, '2025-06-01') now, rfm_score(breaks, summary, '2026-06-01') later where bins = 5 and by = 'mean' and figure.customer = 1;
select count(*) from model, figure, rfm_score(breaks, null, '2025-06-01');
select message, test.error_of(format('select crm.rfm_breaks_fit(crm.rfm_sample_agg(summary), %s) from rfm_test.figure', message))
from unnest(array['''2024-03-01''', '''infinity''', '''2025-06-01'', 1', '''2025-06-01'', 101', '''2025-06-01'', -2147483648', '''2025-06-01'', 5, ''Mean''', '''2025-06-01'', 5, '''' ']) message;
select test.error_of($$ select crm.rfm_cell(breaks, crm.rfm_of(1, 1, date '2025-06-02', '2025-06-02'), '2025-06-01') from rfm_test.model where bins = 5 and by = 'mean' $$);
select patch, test.error_of(format('select crm.rfm_cell(breaks || %L, summary, ''2025-06-01'') from rfm_test.model, rfm_test.figure where bins = 3 and by = ''mean'' and figure.customer = 1', patch))
from unnest(array['{"kind": "tier_policy"}', '{"version": 2}', '{"bins": 4}', '{"bins": 1}', '{"recency": [5, 4]}', '{"recency": [-1, 4]}', '{"frequency": [0, 1]}', '{"frequency": [1, "x"]}', '{"monetary": [1]}',
  '{"monetary": [1, "NaN"]}', '{"monetary_by": "max"}', '{"as_of": "yesterday"}', '{"customers": 0}', '{"customers": null}', '{"more": 1}', '{"monetary": ["-1e3", 2.50]}']) patch;
-- The checker lists every problem of a scale, and agrees with the functions; what was fitted has none.
select count(*), count(path) as problems from model left join rfm_breaks_check(breaks) on true;
select patch, c.* from model, unnest(array['{"kind": "tier_policy"}', '{"kind": 5, "bins": 1}', '{"version": "1"}', '{"bins": 4}', '{"bins": 1, "monetary_by": "max", "as_of": "yesterday", "customers": 0, "more": 1}', '{"recency": [5, 4], "frequency": [0, 1], "monetary": [1]}',
  '{"recency": [-1, 2.5], "frequency": 5, "monetary": [1, "NaN"]}', '{"recency": [1, 2, 3], "frequency": [2, 1], "monetary": [2.50, "2.4999"]}', '{"recency": null}']::jsonb[]) with ordinality u(patch, i), rfm_breaks_check(breaks || patch) c where bins = 3 and by = 'mean' order by i;
select count(*), count(distinct said) as kinds, bool_and((problems = 0) = (said like 'no error%')) as agree
from (select breaks || a || b as breaks from model, unnest(array['{}', '{"bins": 3}', '{"bins": 4}', '{"recency": [0, 7]}', '{"as_of": null, "customers": null}', '{"x": 1}']::jsonb[]) a, unnest(array['{}', '{"monetary": ["-1e3", 2.50]}', '{"frequency": [1, 1]}', '{"frequency": [3, 2]}', '{"monetary_by": 1}']::jsonb[]) b where bins in (2, 3, 5)) m,
  lateral (select count(*) as problems from rfm_breaks_check(breaks)) c, lateral (select regexp_replace(test.error_of(format('select crm.rfm_cell(%L, crm.rfm_of(1, 1, date ''2024-01-01'', ''2024-01-01''), ''2024-01-01'')', breaks)), 'no error.*', 'no error') as said) s;
select count(*) as no_rows from rfm_breaks_check(null);
-- A scale that is written by hand has neither a day nor customers.
select i, rfm_cell('{"kind": "rfm_breaks", "version": 1, "bins": 3, "monetary_by": "total", "recency": [30, 90], "frequency": [1, 5], "monetary": [50, "500.00"]}', rfm_of(i, i * 100, date '2024-12-31' - i * 20, date '2024-12-31' - i * 16), '2024-12-31') as cell from unnest(array[2, 5, 6]) i order by i;

-- Segments: of every cell exactly one, the first that holds it, as the policy reads in plain SQL.
create table cell as select r, f, m, r::text || f || m as cell from generate_series(1, 5) r, generate_series(1, 5) f, generate_series(1, 5) m;
create table held as select cell, position, s ->> 'name' as name, s -> 'label' as label, r between (s #>> '{r,0}')::int and (s #>> '{r,1}')::int as r_met, f between (s #>> '{f,0}')::int and (s #>> '{f,1}')::int as f_met,
  m between (s #>> '{m,0}')::int and (s #>> '{m,1}')::int as m_met from cell, jsonb_array_elements(rfm_segment_policy_example() -> 'segments') with ordinality p(s, position);
select count(*), bool_and(rfm_segment(cell) = name and rfm_segment(cell, language => 'zh') = label ->> 'zh' and rfm_segment(cell, rfm_segment_policy_example(), 'en') = label ->> 'en') as right
from (select distinct on (cell) * from held where r_met and f_met and m_met order by cell, position) first;
select rfm_segment(cell) as segment, rfm_segment(cell, null, 'zh') as zh, count(*) as cells, sum(count(*)) over () as all_cells from cell group by 1, 2 order by 3 desc, 1;
select count(*), bool_and(e.segment = name and e.label = h.label ->> 'zh' and e.recency_met = r_met and e.frequency_met = f_met and e.monetary_met = m_met and e.in_effect = (name = rfm_segment(cell.cell))) as "right"
from cell, rfm_segment_explain(cell.cell, null, 'zh') e join held h using (position) where h.cell = cell.cell;
select * from rfm_segment_explain('343');
select sum(customers) = (select count(*) from figure) as adds_up from (select rfm_segment(rfm_cell(breaks, summary, '2025-06-01')), count(*) as customers from figure, model where bins = 5 and by = 'mean' group by 1) s;
select rfm_segment('10-4-3', '{"kind": "rfm_segment_policy", "version": 1, "bins": 10, "segments": [{"name": "top", "r": [9, 10], "label": "顶"}, {"name": "rest"}]}', 'zh') as one_label_for_all,
  rfm_segment('1-1-1', '{"kind": "rfm_segment_policy", "version": 1, "bins": 10, "segments": [{"name": "top", "r": [9, 10]}, {"name": "rest"}]}', 'zh') as no_label, rfm_segment('5-5-5') as dashes;
select call, test.error_of(format('select crm.rfm_segment(%s)', call))
from unnest(array['''''', '''55''', '''5555''', '''505''', '''5-5''', '''5-5-5-5''', '''0-1-1''', '''five''', '''五五五''', '''655''', '''6-1-1''', '''10-4-3''', '''+5-5-5''', '''99999999999999999999-1-1''', '''555'', null, ''fr''', '''555'', null, ''''',
  '''555'', ''{}''', '''555'', ''null''', '''555'', crm.tier_policy_example()', '''111'', ''{"kind": "rfm_segment_policy", "version": 1, "bins": 5, "segments": [{"name": "a", "r": [2, 5]}]}''']) call;

-- Every problem of a segment policy.
create function pg_temp.policy(segments jsonb, bins int default 3) returns jsonb language sql as $$
  select jsonb_build_object('kind', 'rfm_segment_policy', 'version', 1, 'bins', bins, 'segments', segments)
$$;
select count(*) from rfm_segment_policy_check(rfm_segment_policy_example());
select label, c.* from (values ('empty', '{}'::jsonb), ('no object', '[]'), ('kind', pg_temp.policy('[{"name": "a"}]') || '{"kind": "x"}'), ('version', pg_temp.policy('[{"name": "a"}]') || '{"version": "1"}'), ('more', pg_temp.policy('[{"name": "a"}]') || '{"more": 1}'), ('bins', pg_temp.policy('[{"name": "a"}]', 21)),
  ('no segment', pg_temp.policy('[]')), ('not a list', pg_temp.policy('{}')), ('not an object', pg_temp.policy('[5, {"name": "a"}]')), ('names', pg_temp.policy('[{"name": "", "r": [1, 1]}, {"r": [2, 2]}, {"name": 5}]')),
  ('twice', pg_temp.policy('[{"name": "a", "f": [1, 1]}, {"name": "b", "f": [2, 2]}, {"name": "a"}]')),
  ('ranges', pg_temp.policy('[{"name": "a", "r": [0, 1], "f": [2, 4], "m": [3, 2]}, {"name": "b", "r": [1], "f": [], "m": ["1", 2]}, {"name": "c"}]')), ('no range', pg_temp.policy('[{"name": "a", "r": 2}]')),
  ('null is all', pg_temp.policy('[{"name": "a", "r": null}]')), ('labels', pg_temp.policy('[{"name": "a", "label": {"en": "", "zh": 5}, "r": [1, 1]}, {"name": "b", "label": 5, "bins": 1}]')),
  ('gap', pg_temp.policy('[{"name": "a", "r": [2, 3]}]')), ('shadow', pg_temp.policy('[{"name": "a", "r": [2, 3]}, {"name": "b", "r": [2, 2], "m": [1, 1]}, {"name": "c"}]'))) p(label, policy),
  rfm_segment_policy_check(policy) c;
drop schema rfm_test cascade;
