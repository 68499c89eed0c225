-- book: what a book of many customers answers, against the same question put with GROUP BY.
-- (That the aggregates give the same bytes under every plan is the matter of the matrix.)
set client_min_messages = warning;
create schema book_test;
set search_path = book_test, crm;
set timezone = 'UTC';
set datestyle = 'ISO';
\pset null NULL
\pset format unaligned

-- Events of 246 customers under keys of each type, crowded so that many share an instant or a day, some with a NULL.
create table event (id int, region text, customer bigint, code uuid, name text, at timestamptz, day date, amount numeric(14, 2), x float8, n bigint, line text);
insert into event
select i, 'R' || i % 7, c * 1000003 - 200000000, md5(c::text)::uuid, repeat(chr(19968 + c % 40), c % 3) || chr(65 + c % 50) || c,
  timestamptz '2023-12-31 20:00+00' + (i * 7919 % 1400) * interval '7 hours 3 minutes', date '2024-01-01' + i * 31 % 400,
  (i * 104729 % 100003 - 20000) / 100.0, sqrt(i) * 1000 - 20000, i * 31 - 30000, (array['利息', 'fee', 'cost of "funds"', 'a\b'])[1 + i % 4] || repeat('+', i / 4 % 5)
from (select i, i * i % 491 as c from generate_series(1, 9000) i) e;
update event set amount = null, x = null, n = null where id % 50 = 0;
update event set at = null, day = null, line = null where id % 61 = 0;
update event set customer = null, code = null, name = null where id % 43 = 0;
analyze event;

-- Every overload of each key: whether the rows are those of GROUP BY, whether they come in the order of the keys (text in the order
-- of its bytes), whether each customer is found by himself, whether all are counted.
create function pg_temp.check_book(book text, key text, arguments text) returns table (customers bigint, as_group_by bool, in_order bool, one_by_one bool, counted bool) language plpgsql as $$
begin
  return query execute format($query$
    with book as materialized (select crm.%1$s_book_agg(%2$s, %3$s) as book from event),
    grouped as (select %2$s as key, crm.%1$s_agg(%3$s) as summary, row_number() over (order by %2$s %4$s) as place
      from event where %2$s is not null group by %2$s having crm.%1$s_agg(%3$s) is not null)
    select count(key), bool_and(kept.summary::text is not distinct from grouped.summary::text), bool_and(kept.place is not distinct from grouped.place),
      bool_and(crm.%1$s_book_get(book, key)::text is not distinct from grouped.summary::text), bool_and(crm.%1$s_book_customers(book) = (select count(*) from grouped))
    from book cross join (grouped full join (select r.* from book, crm.%1$s_book_rows(book) with ordinality r(key, summary, place)) kept using (key))
  $query$, book, key, arguments, case key when 'name' then 'collate "C"' end);
end $$;
select book, key, count(*) as overloads, min(customers) as customers, bool_and(as_group_by) as as_group_by, bool_and(in_order) as in_order, bool_and(one_by_one) as one_by_one, bool_and(counted) as counted
from (values ('rfm', '{"at, amount","at, x","at, n","day, amount","day, x","day, n"}'::text[]), ('pnl', '{"line, amount","line, x","line, n"}')) b(book, overloads),
  unnest('{customer,code,name}'::text[]) key, unnest(overloads) overload, pg_temp.check_book(book, key, overload) group by book, key order by book, key;

-- A daily book counts distinct days in UTC, whatever the time zone: two levels of GROUP BY. A float8 is summed exactly, so its
-- oracle is the exact total of a day.
create function pg_temp.check_daily(key text, time_column text, amount_column text) returns table (customers bigint, frequency bool, total bool, first_total bool, instants bool, monetary bool, as_rfm_agg bool)
  language plpgsql as $$
begin
  return query execute format($query$
    with event_day as (select %1$s as key, %2$s as day, crm.total(crm.rfm_agg(day, %3$s)) as exact from event
      where %1$s is not null and %2$s is not null and %3$s is not null group by 1, 2),
    grouped as (select key, count(*) as days, sum(exact) as total, (array_agg(exact order by day))[1] as first_total,
        min(day)::timestamp at time zone 'UTC' as first, max(day)::timestamp at time zone 'UTC' as last, crm.rfm_agg(day, exact) as summary from event_day group by key)
    select count(*), bool_and(crm.frequency(rfm) = days), bool_and(crm.total(rfm) = total), bool_and(crm.first_total(rfm) = first_total),
      bool_and(crm.first_at(rfm) = first and crm.last_at(rfm) = last), bool_and(crm.monetary(rfm) = crm.monetary(summary)),
      bool_and(%5$L or rfm::text is not distinct from summary::text)
    from crm.rfm_daily_book_rows((select crm.rfm_daily_book_agg(%1$s, %4$s, %3$s) from event)) b(key, rfm) full join grouped using (key)
  $query$, key, case time_column when 'at' then '(at at time zone ''UTC'')::date' else 'day' end, amount_column, time_column, amount_column = 'x');
end $$;
set timezone = 'Asia/Shanghai';
select key, count(*) as overloads, min(customers) as customers, bool_and(frequency) as frequency, bool_and(total) as total, bool_and(first_total) as first_total,
  bool_and(instants) as instants, bool_and(monetary) as monetary, bool_and(as_rfm_agg) as as_rfm_agg
from unnest('{customer,code,name}'::text[]) key, unnest('{at,day}'::text[]) t, unnest('{amount,x,n}'::text[]) a, pg_temp.check_daily(key, t, a) group by key order by key;
set timezone = 'UTC';
-- The first day's total is the whole first day's, not the first event's; merged, a day in both books is one day.
create temp table piece as
select rfm_daily_book_agg(1, at, amount) as book, count(*) as n
from (values (1, timestamptz '2024-01-01 23:59:59.999999+00', 1.00), (1, '2024-01-02 00:00+00', 2.5), (2, '2024-01-01 00:00+00', 4.00), (2, '2024-01-03 12:00+00', -8.00), (3, '2024-01-03 00:00+00', 16)) v(p, at, amount)
group by p;
select frequency(r), total(r), first_total(r), first_at(r), last_at(r) from (select rfm_daily_book_merge(book) from piece) m(book), rfm_daily_book_get(book, 1) r;

-- Columns of other types are cast: integer and smallint keys are bigint, varchar is text, a literal is text.
select bool_and(book_in_book = whole) as same, count(*) from (
  select (select rfm_book_agg(customer::int, at, amount) from event)::text, (select rfm_book_agg(customer, at, amount) from event)::text
  union all select (select pnl_book_agg((id % 90)::smallint, line, amount) from event)::text, (select pnl_book_agg((id % 90)::bigint, line, amount) from event)::text
  union all select (select rfm_daily_book_agg(name::varchar(20), day, n) from event)::text, (select rfm_daily_book_agg(name, day, n) from event)::text
  union all select (select rfm_book_agg('all', at, amount) from event)::text, (select rfm_book_agg('all'::text, at, amount) from event)::text
) c(book_in_book, whole);

-- No rows, only NULLs, NULL.
select rfm_book_agg(customer, at, amount) as a, rfm_book_agg(code, day, x) as b, rfm_daily_book_agg(name, at, n) as c, pnl_book_agg(customer, line, amount) as d from event where false;
select rfm_book_agg(null::bigint, at, 1) as customer, rfm_book_agg(1, null::timestamptz, 1) as at, rfm_book_agg('a', null::date, 1) as day, rfm_daily_book_agg(1, at, null::numeric) as amount,
  pnl_book_agg(1, null, 1) as line, rfm_book_agg(1, at, 1) filter (where false) as filtered from event;
select rfm_book_merge(null::rfm_book) as merged, rfm_book_combine(null::rfm_book, null) as both, rfm_book_customers(null::rfm_book_uuid) as customers, rfm_book_get(null::rfm_book, 1) as "none",
  pnl_book_get(pnl_book_agg(1, 'a', 1), null) as nobody, (select count(*) from rfm_daily_book_rows(null::rfm_daily_book_text)) as rows, (select count(*) from book_size(null, 1)) as sizes;
-- One row; a customer who is not there.
select rfm_book_agg(-5, date '2024-02-29', 12.50), rfm_daily_book_agg('张', timestamptz '2024-02-29 12:00+00', 12.50), pnl_book_agg('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid, 'fee', -1);
select rfm_book_get(b, -5) is not null as there, rfm_book_get(b, 5) as "not", rfm_book_customers(b), pnl_book_get(p, 'a') as other_case, pnl_book_get(p, 'A ') as blank, pnl_book_get(p, 'A')
from (select rfm_book_agg(-5, date '2024-02-29', 12.50), pnl_book_agg('A', 'fee', 1)) s(b, p);

-- Keys to their extremes: each his own, in order, found, and back through text.
create function pg_temp.extremes(keys text[], type text) returns table (customers bigint, distinct_keys bigint, found bool, ordered bool, lossless bool) language plpgsql as $$
begin
  return query execute format($query$
    with k as (select key::%1$s from unnest($1) key), b as materialized (select crm.pnl_book_agg(key, 'a', length(key::text)) as book from k, generate_series(1, 3)),
    kept as (select r.* from b, crm.pnl_book_rows(book) with ordinality r(key, pnl, place))
    select count(*), (select count(distinct key) from k), bool_and(crm.total(crm.pnl_book_get(book, key)) = 3 * length(key::text)),
      array_agg(key order by place) = array_agg(key order by key %2$s), bool_and(book::text::%3$s::text = book::text)
    from b, kept $query$, type, case type when 'text' then 'collate "C"' end, 'crm.pnl_book' || case type when 'bigint' then '' else '_' || type end) using keys;
end $$;
select * from pg_temp.extremes('{-9223372036854775808,9223372036854775807,0,-1,1,-9223372036854775807}', 'bigint');
select * from pg_temp.extremes('{00000000-0000-0000-0000-000000000000,ffffffff-ffff-ffff-ffff-ffffffffffff,80000000-0000-0000-0000-000000000000,00000000-0000-0001-0000-000000000000,00000000-0000-0000-0000-000000000001}', 'uuid');
select * from pg_temp.extremes(array['', ' ', 'a', 'A', 'a ', ' a', 'aa', 'é', U&'e\0301', '客户', '客', '🏦', U&'\FFFF', 'ß', '"', '\', E'\n', E'\x01', U&'\007F', '12345678', '123456789', '1234567', repeat('x', 1048576), repeat('x', 1048575) || 'y'], 'text');

-- The edges of amounts and of time.
select rfm_book_get(rfm_book_agg(i, date '2024-01-01', a), 1) as twelve, total(rfm_book_get(rfm_book_agg(i, date '2024-01-01', a), 2)) as negative, rfm_book_agg(1, day, 1) as days
from (values (1, 0.000000000001, date '4713-01-01 BC'), (1, 123456789.123456789012, '294276-12-31'), (2, -1e26, '2000-01-01'), (2, -0.5, '2000-01-01')) v(i, a, day);
select a, string_agg(distinct test.error_of(format('select crm.%s(%s, %s, %s)', book, key, event, a)), E'\n') as error
from unnest(array['''NaN''::numeric', '''Infinity''::numeric', '''-Infinity''::float8', '''NaN''::float8', '1e36', '-1.8e26::float8']) a, unnest('{1,''a'',md5(''a'')::uuid}'::text[]) key,
  (values ('rfm_book_agg', 'date ''2024-01-01'''), ('rfm_daily_book_agg', 'now()'), ('pnl_book_agg', '''fee''')) b(book, event) group by a order by a;
select string_agg(distinct test.error_of(format('select crm.%s_agg(i, %s, 1.6e26) from generate_series(1, 100) i, generate_series(1, 2)', book, event)), E'\n') as overflow,
  string_agg(distinct test.error_of(format('select crm.%s_merge(b) from (select crm.%s_agg(5, %s, 1.6e26) as b from generate_series(1, 2) i group by i) m', book, book, event)), E'\n') as merged
from (values ('rfm_book', 'date ''2024-01-01'''), ('rfm_daily_book', 'now()'), ('pnl_book', '''fee''')) b(book, event);
select t, test.error_of(format('select crm.rfm_book_agg(1, %s, 1)', t)) as rfm, test.error_of(format('select crm.rfm_daily_book_agg(1, %s, 1)', t)) = test.error_of(format('select crm.rfm_book_agg(1, %s, 1)', t)) as daily
from unnest(array['timestamptz ''infinity''', 'timestamptz ''-infinity''', 'date ''-infinity''', 'date ''5874897-12-31''']) t;
select test.error_of('select crm.pnl_book_agg(1, '''', 1)') as no_line, test.error_of('select crm.pnl_book_agg(i, ''line '' || i, 1) from generate_series(1, 65537) i') as lines;

-- How it is asked: in FROM, over a lateral subquery or a scalar one, in the select list; with several books in one query.
create table whole as select rfm_book_agg(customer, at, amount) as book from event;
create temp view digest as select md5(string_agg(customer || ' ' || rfm::text, ',' order by customer)) as md5 from whole, rfm_book_rows(book);
select way, count(*), md5(string_agg(customer || ' ' || rfm::text, ',' order by customer)) = digest.md5 as same
from digest, (
  select 'group by' as way, customer, rfm_agg(at, amount) as rfm from event where customer is not null group by customer having rfm_agg(at, amount) is not null
  union all select 'lateral', r.* from (select rfm_book_agg(customer, at, amount) as book from event) b cross join lateral rfm_book_rows(book) r
  union all select 'scalar subquery', r.* from rfm_book_rows((select rfm_book_agg(customer, at, amount) from event)) r
  union all select 'select list', (rfm_book_rows(book)).* from whole
  union all select 'select list of the aggregate', (rfm_book_rows(rfm_book_agg(customer, at, amount))).* from event
  union all (with b as materialized (select rfm_book_agg(customer, at, amount) as book from event) select 'materialized', r.* from b, rfm_book_rows(book) r)
  union all select 'split', r.* from (select rfm_book_agg(customer, at, amount) as book from event group by customer % 16) b, rfm_book_rows(book) r
  union all select 'array', r.* from (select array_agg(b) from (select rfm_book_agg(customer, at, amount) as b from event group by customer % 16) s) a(books), unnest(books) book, rfm_book_rows(book) r
  union all select 'ordered', r.* from rfm_book_rows((select rfm_book_agg(customer, at, amount order by id desc) from event)) r
) ways group by way, digest.md5 order by way;
-- A join that asks one customer after the other, of one book, of a book that is another on every row, and in a subplan.
create table regional as select region, rfm_book_agg(customer, at, amount) as book from event group by region;
select count(*), bool_and(rfm_book_get(book, customer)::text is not distinct from rfm::text) as same
from (select customer, region, rfm_agg(at, amount) as rfm from event where customer is not null group by customer, region order by customer, region) g join regional using (region);
select bool_and((select rfm_book_get(book, customer) from regional r where r.region = g.region)::text is not distinct from rfm::text) as subplan
from (select customer, region, rfm_agg(at, amount) as rfm from event where customer is not null group by customer, region order by customer, region) g;
-- Books of several groups at once, in one hash table or in grouping sets; two aggregates on one state.
explain (costs off) select region, rfm_book_agg(customer, at, amount) from event group by region;
select count(*), bool_and(s.book::text = r.book::text) as regions, count(*) filter (where s.all_regions and s.book::text = whole.book::text) as "all"
from (select region, grouping(region) = 1 as all_regions, rfm_book_agg(customer, at, amount) as book from event group by grouping sets ((), (region))) s left join regional r using (region), whole;
select rfm_book_agg(customer, at, amount)::text = (select book::text from whole) as book, rfm_book_customers(rfm_book_agg(customer, at, amount)) = (select rfm_book_customers(book) from whole) as customers,
  rfm_book_agg(customer, at, amount) filter (where region = 'R3')::text = (select book::text from regional where region = 'R3') as filtered from event;

-- Stored: merged day by day forwards, backwards, and one by one into a row, the days are the whole.
create table daily as
select day, rfm_book_agg(customer, at, amount) as r, rfm_daily_book_agg(code, at, x) as d, pnl_book_agg(name, line, amount) as p from event group by day;
create table total as select null::rfm_book as r, null::rfm_daily_book_uuid as d, null::pnl_book_text as p;
do $$
declare
  new daily;
begin
  for new in select * from daily order by hashint4(day - date '2024-01-01') loop
    update total set r = (select rfm_book_merge(b) from (values (total.r), (new.r)) v(b)), d = (select rfm_daily_book_merge(b) from (values (new.d), (total.d)) v(b)), p = pnl_book_combine(p, new.p);
  end loop;
end $$;
select days, r.forwards = a.r and r.backwards = a.r and total.r::text = a.r as rfm, d.forwards = a.d and d.backwards = a.d and total.d::text = a.d as daily, p.forwards = a.p and p.backwards = a.p and total.p::text = a.p as pnl
from total, (select rfm_book_agg(customer, at, amount)::text as r, rfm_daily_book_agg(code, at, x)::text as d, pnl_book_agg(name, line, amount)::text as p from event) a,
  (select count(*) as days, rfm_book_merge(r order by day)::text as forwards, rfm_book_merge(r order by day desc)::text as backwards from daily) r,
  (select rfm_daily_book_merge(d order by day)::text as forwards, rfm_daily_book_merge(d order by day desc)::text as backwards from daily) d,
  (select pnl_book_merge(p order by day)::text as forwards, pnl_book_merge(p order by day desc)::text as backwards from daily) p;

-- Kept in a variable, a value is not changed by what is made of it.
do $$
declare
  book rfm_book;
  double rfm_book;
  before text;
begin
  select rfm_book_agg(customer, at, amount) into book from event;
  before := book::text;
  double := rfm_book_combine(book, book);
  assert book::text = before and double::text <> before and rfm_book_customers(double) = rfm_book_customers(book), 'combine';
  double := rfm_book_push(book, 1, date '2024-01-01', 1);
  double := rfm_book_push(double, 2, date '2024-01-01', 1);
  assert book::text = before and rfm_book_customers(double) = rfm_book_customers(book) + 2, 'push';
  assert (select bool_and(rfm_book_get(book, customer)::text = rfm::text) from rfm_book_rows(book)), 'rows';
end $$;
-- Prepared, its plan becomes a generic one.
prepare answer(int) as
select count(*) as customers, coalesce(bool_and(b.rfm::text is not distinct from g.rfm::text), true) as same
from rfm_book_rows((select rfm_book_agg(customer, at, amount) from event where id <= $1)) b
full join (select customer, rfm_agg(at, amount) as rfm from event where customer is not null and at is not null and amount is not null and id <= $1 group by customer) g using (customer);
\t on
execute answer(9000); execute answer(4500); execute answer(0); execute answer(1); execute answer(50); execute answer(9000); execute answer(4500);
\t off
-- In a cursor, read in parts and backwards.
begin;
declare c scroll cursor for select row_number() over () as place, r.* from (select customer, frequency(rfm) as n from rfm_book_rows((select rfm_book_agg(i % 1000, date '2024-01-01' + i, 1) from generate_series(1, 2500) i))) r;
fetch 2 from c; move 500 in c; fetch 1 from c; fetch backward 2 from c; fetch last from c; fetch absolute 1 from c;
commit;
-- In a window, running and moving: the state is read, and goes on.
select bool_and(running = (select rfm_book_agg(customer, at, amount) from event e where e.id <= w.id)::text) as running,
  bool_and(moving::text = (select pnl_book_agg(name, line, n) from event e where e.id between w.id - 99 and w.id)::text) as moving
from (select id, (rfm_book_agg(customer, at, amount) over (order by id))::text as running, pnl_book_agg(name, line, n) over (order by id rows 99 preceding) as moving
  from event where id <= 1000) w where id % 10 = 0;

-- Text is lossless, and strict: what is wrong is named.
select bool_and(r::text::rfm_book::text = r::text) as rfm, bool_and(d::text::rfm_daily_book_uuid::text = d::text) as daily, bool_and(p::text::pnl_book_text::text = p::text) as pnl, count(*),
  bool_and(p::text::jsonb::text::pnl_book_text::text = p::text) as blanks_and_order_are_free from daily;
select '{"customers": [{"customer": 2, "pnl": {"lines": {"b": 1}}}, {"pnl": {"lines": {"a": "1.50"}}, "customer": -2}]}'::pnl_book as sorted;
create function pg_temp.customer(customer text, page text) returns text language sql as $$ select format('{"customers": [{"customer": %s, %s}]}', customer, page) $$;
select text, left(test.error_of(format('select %L::crm.pnl_book', text)), 5) as error
from unnest(array['', '5', '[]', '{}', 'null', '{"customers": [}', '[[{"customer": 1, "pnl": {"lines": {"a": 1}}}]]', pg_temp.customer('1', '"pnl": {"lines": {"a": 1}}') || ' {}', pg_temp.customer('"\ud800"', '"pnl": {"lines": {"a": 1}}')]) text;
select text, test.error_of(format('select %L::crm.pnl_book', text)) as error
from unnest(array['{"customers": []}', '{"customers": [{"customer": 1, "pnl": {"lines": {"a": 1}}}, {"customer": 1, "pnl": {"lines": {"a": 1}}}]}', pg_temp.customer('1', '"pnl": {"lines": {"a": "x"}}'),
  pg_temp.customer('1', '"pnl": {"lines": {"a": 1}}, "more": 1'), pg_temp.customer('1', '"pnl": {"lines": {}}'), pg_temp.customer('1', '"rfm": {}'), '{"customers": [{"pnl": {"lines": {"a": 1}}}]}']) text;
select type, string_agg(key, ' ' order by i) filter (where error like 'no error: 1') as accepted, string_agg(key, ' ' order by i) filter (where error like '22P02 %customers[0].customer: must be %') as refused
from (values ('pnl_book'), ('pnl_book_uuid'), ('pnl_book_text')) t(type),
  unnest(array['1', '"1"', '9223372036854775807', '9223372036854775808', '1.0', 'null', '"A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11"', '"a0eebc999c0b4ef8bb6d6bb9bd380a11"', '"\u0000"']) with ordinality k(key, i),
  test.error_of(format('select crm.pnl_book_customers(%L::crm.%s)', pg_temp.customer(key, '"pnl": {"lines": {"a": 1}}'), type)) error group by type order by type;
-- The path is there whatever is wrong: of a figure, of a customer, of all of them.
select type, page, error ~ '^22P02 \| invalid input for type \w+: customers\[0\](\.\w+(\[\d+\])?)*: ' as path
from (values ('rfm_book', '"rfm": {"first_at": "2024-01-02T00:00:00Z", "frequency": 2, "last_at": "2024-01-01T00:00:00Z", "scale": 0, "total": 2}'), ('rfm_book', '"rfm": {"frequency": -1}'), ('rfm_book', '"rfm": 5'),
  ('rfm_daily_book', '"rfm_daily": {"days": ["2024-01-02", "2024-01-01"], "first_total": 1, "scale": 0, "total": 2}'), ('rfm_daily_book', '"rfm_daily": {"days": ["2024-01-01", "2024-01-01"], "first_total": 1, "scale": 0, "total": 2}'),
  ('rfm_daily_book', '"rfm_daily": {"days": [], "first_total": 1, "scale": 0, "total": 2}'), ('rfm_daily_book', '"rfm_daily": {"days": ["2024-01-01"], "first_total": 1, "scale": 0, "total": 2}'),
  ('rfm_daily_book', '"rfm_daily": {"days": ["2024-02-30"], "first_total": 1, "scale": 0, "total": 1}'), ('rfm_daily_book', '"rfm_daily": {"days": [5], "first_total": 1, "scale": 0, "total": 1}'),
  ('rfm_daily_book', '"rfm_daily": {"days": ["infinity"], "first_total": 1, "scale": 0, "total": 1}'), ('rfm_daily_book', '"rfm_daily": {"days": ["2024-01-01"], "first_total": 1, "scale": 13, "total": 1}')) t(type, page),
  test.error_of(format('select %L::crm.%s', pg_temp.customer('1', page), type)) error;
select test.error_of('select ''{"customers": [1]}''::crm.pnl_book') ~ ': customers\[0\]: must be ' as "one", test.error_of('select ''{"customers": {}}''::crm.pnl_book') ~ ': customers: must be ' as "all";

-- Plans. The two usual forms; the number of rows is estimated as GROUP BY would have it, where the planner sees the aggregate.
explain (costs off) select r.* from (select rfm_book_agg(customer, at, amount) as book from event) b cross join lateral rfm_book_rows(book) r;
-- (Until PostgreSQL 16 an InitPlan also named its parameter.)
create function pg_temp.plan(query text) returns setof text language plpgsql as $$
declare
  line text;
begin
  for line in execute 'explain (costs off) ' || query loop
    return next replace(line, ' (returns $0)', '');
  end loop;
end $$;
select pg_temp.plan('select * from rfm_book_rows((select rfm_book_agg(customer, at, amount) from event))');
-- The estimates of a query's rows and of a call's, by the number of rows that there are, and that one call gives.
create function pg_temp.estimate(query text, out query_ratio numeric, out call_ratio numeric, out call_estimate bigint, out query_estimate bigint) language plpgsql as $$
declare
  line text;
  estimates bigint[] := '{}';
  rows bigint;
  calls bigint;
begin
  for line in execute 'explain ' || query loop
    estimates := estimates || substring(line, 'rows=(\d+)')::bigint;
    if line ~ 'Function Scan on \w+_rows' then call_estimate := estimates[cardinality(estimates)]; end if;
  end loop;
  for line in execute 'explain (analyze, timing off, summary off) ' || query loop
    if line ~ 'Function Scan on \w+_rows' then calls := substring(line, 'loops=(\d+)'); end if;
  end loop;
  execute format('select count(*) from (%s) q', query) into rows;
  query_estimate := estimates[1];
  query_ratio := query_estimate / rows::numeric;
  call_ratio := call_estimate * calls / rows::numeric;
end $$;
create table branch as select 'R' || i as region, i % 3 as area from generate_series(0, 6) i;
create statistics quarter on (customer % 4) from event;
analyze branch, event;
select form, query_ratio between 0.5 and 2 as query, call_ratio between 0.5 and 2 as call
from (values (1, 'lateral', 'select r.* from (select crm.rfm_book_agg(customer, at, amount) as book from event) b cross join lateral crm.rfm_book_rows(book) r'),
  (2, 'scalar subquery', 'select * from crm.rfm_book_rows((select crm.rfm_book_agg(customer, at, amount) from event))'),
  (3, 'daily, uuid', 'select * from crm.rfm_daily_book_rows((select crm.rfm_daily_book_agg(code, at, x) from event))'),
  (4, 'pnl, text', 'select * from crm.pnl_book_rows((select crm.pnl_book_agg(name, line, n) from event))'),
  (5, 'where', 'select * from crm.rfm_book_rows((select crm.rfm_book_agg(customer, at, amount) from event where id <= 60))'),
  (6, 'where, lateral', 'select r.* from (select crm.rfm_book_agg(customer, at, amount) as book from event where id between 300 and 333) b, crm.rfm_book_rows(book) r'),
  (7, 'expression', 'select * from crm.rfm_book_rows((select crm.rfm_book_agg(customer % 4, at, amount) from event))'),
  (8, 'join', 'select * from crm.rfm_book_rows((select crm.rfm_book_agg(customer, at, amount) from event join branch using (region) where area = 1))'),
  (9, 'join, lateral', 'select r.* from (select crm.pnl_book_agg(code, line, amount) as book from event join branch using (region)) b, crm.pnl_book_rows(book) r'),
  (10, 'left join', 'select * from crm.rfm_book_rows((select crm.rfm_book_agg(customer, at, amount) from event left join branch using (region)))'),
  (11, 'group by customer % 4', 'select r.* from (select crm.rfm_book_agg(customer, at, amount) as book from event group by customer % 4) b cross join lateral crm.rfm_book_rows(book) r')) f(i, form, query),
  pg_temp.estimate(query) order by i;
-- Where GROUP BY errs, they err as it does: it does not see that a condition leaves fewer customers.
select e.call_estimate = g.query_estimate as as_group_by
from pg_temp.estimate('select r.* from (select crm.rfm_book_agg(customer, at, amount) as book from event where customer < 0) b, crm.rfm_book_rows(book) r') e,
  pg_temp.estimate('select customer from event where customer < 0 group by customer') g;
-- Where nothing is known, it is what the function declares.
select form, call_estimate
from (values (1, 'a column', 'select r.* from whole, crm.rfm_book_rows(book) r'), (2, 'merged', 'select * from crm.rfm_book_rows((select crm.rfm_book_merge(r) from daily))'),
  (3, 'limited', 'select * from crm.rfm_book_rows((select book from regional limit 1))')) f(i, form, query), pg_temp.estimate(query) order by i;

-- In parallel: the same text.
create temp table serial as select rfm_book_agg(customer, at, amount)::text as r, rfm_daily_book_agg(name, day, n)::text as d, pnl_book_agg(code, line, x)::text as p from event;
set max_parallel_workers_per_gather = 2; set parallel_setup_cost = 0; set min_parallel_table_scan_size = 0;
explain (costs off) select r.* from (select rfm_book_agg(customer, at, amount) as book from event) b, rfm_book_rows(book) r;
select s.r = p.r as rfm, s.d = p.d as daily, s.p = p.p as pnl
from serial s, (select rfm_book_agg(customer, at, amount)::text as r, rfm_daily_book_agg(name, day, n)::text as d, pnl_book_agg(code, line, x)::text as p from event) p;
reset max_parallel_workers_per_gather; reset parallel_setup_cost; reset min_parallel_table_scan_size;

-- How large a book will be, before it is made: near what is stored and printed; into how many books to divide it.
select kind, stored_bytes / stored::numeric between 0.8 and 1.25 as stored, dumped_bytes / dumped::numeric between 0.7 and 1.5 as dumped, memory_bytes > stored as memory, books
from (select 'rfm' as kind, rfm_book_customers(b) as n, 8 as key, 1 as items, octet_length(rfm_book_send(b)) as stored, length(b::text) as dumped from (select rfm_book_agg(customer, at, amount) from event) r(b)
  union all select 'rfm_daily', rfm_daily_book_customers(b), 16, (select count(distinct (code, day)) / 246.0 from event where amount is not null), octet_length(rfm_daily_book_uuid_send(b)), length(b::text) from (select rfm_daily_book_agg(code, day, amount) from event) r(b)
  union all select 'pnl', pnl_book_customers(b), 8, (select count(distinct (customer, line)) / 246.0 from event where amount is not null), octet_length(pnl_book_send(b)), length(b::text) from (select pnl_book_agg(customer, line, amount) from event) r(b)) b,
  book_size(kind, n, key, items);
select (select books from book_size('rfm', 1000000)) as million, books > 1 and (select books from book_size('rfm', 100000000 / s.books)) = 1 as hundred, (select sum(memory_bytes) from book_size('pnl', 0)) as none
from book_size('rfm', customers => 100000000) s;
select test.error_of('select crm.book_size(''distribution'', 1)') as summary, test.error_of('select crm.book_size(''rfm'', -1)') as customers, test.error_of('select crm.book_size(''rfm'', 1, items => ''NaN'')') as items;
