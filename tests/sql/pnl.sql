-- pnl: every object of the surface, against the same question put in plain SQL over the same rows.
-- (That the aggregates give the same bytes under every plan is the matter of the matrix.)
set client_min_messages = warning;
create schema pnl_test;
set search_path = pnl_test, crm;
\pset null NULL
\pset format unaligned

-- 37 customers, up to 30 lines each, names in any script, decimals from none to four.
create table posting (id int, customer int, line text, amount numeric, x float8, n bigint);
insert into posting
select i, u % 37, (array['commission', '利息', 'margin interest', 'Ärger', 'cost of "funds"', 'a\b'])[1 + u % 6] || repeat('+', u / 6 % 5),
  round((u * 31 % 20011 - 6000) / 100.0, u % 5), sqrt(u) - 50, u * 7 - 20000
from (select i, i * 7919 % 10007 as u from generate_series(1, 10006) i) p;
create table statement as
select customer, pnl_agg(line, amount) as p, pnl_agg(line, x) as px, pnl_agg(line, n) as pn from posting group by customer;

-- Lines and amounts are those of GROUP BY, to the decimals that sum prints, in the order of the names' bytes.
create table line as
select customer, l.* from statement cross join lateral pnl_lines(p) with ordinality l(line, amount, place);
select count(*), bool_and(l.amount::text is not distinct from g.amount::text) as as_group_by, bool_and(l.place = g.place) as in_order,
  bool_and(line_amount(p, line)::text is not distinct from g.amount::text) as one_by_one
from line l
full join (select customer, line, sum(amount) as amount, row_number() over (partition by customer order by line collate "C") as place
  from posting group by customer, line) g using (customer, line)
left join statement using (customer);
select bool_and(total(p) = s.amount and total(p)::text = s.amount::text) as totals
from statement join (select customer, sum(amount) as amount from posting group by customer) s using (customer);
-- Whole numbers are exact too; float8 is exact at its binary value, which sum over float8 is not.
select bool_and(total(pn) = s.n) as whole, bool_and(abs(total(px)::float8 - s.x) < 1e-6) as float8
from statement join (select customer, sum(n) as n, sum(x) as x from posting group by customer) s using (customer);
select pnl_agg('a', x), total(pnl_agg('a', x)), pnl_agg('a', x::numeric) from unnest('{0.1,0.2,-0.3}'::float8[]) x;

-- Merged: halves are the whole, byte for byte, and branches are the sum of their customers.
select count(*), bool_and(merged is not null and whole is not null) as halves
from (select pnl_merge(p)::text as merged from (select customer, pnl_agg(line, amount) as p from posting group by customer, id % 2) h group by customer) m
full join (select p::text as whole from statement) w on merged = whole;
select count(*), bool_and(l.amount::text is not distinct from g.amount::text) as branches
from (select branch, l.* from (select customer % 3 as branch, pnl_merge(p) as p from statement group by 1) b cross join lateral pnl_lines(p) l) l
full join (select customer % 3 as branch, line, sum(amount) as amount from posting group by 1, 2) g using (branch, line);
select pnl_merge(p) from (values ('{"lines": {"b": "1.50"}}'::pnl), (null), ('{"lines": {"b": "-1.5", "a": 2}}')) v(p);
-- A row more, in SQL.
select pnl_combine('{"lines": {"fee": "1.00"}}', pnl_agg('cost', -2)), pnl_combine(null, '{"lines": {"fee": "1.00"}}'), pnl_combine(null, null);

-- What is not there. A line that cancels out is there.
select line_amount(p, 'fee'), line_amount(p, 'Fee') as other_case, line_amount(p, ' fee') as blank, line_amount(p, '') as none, total(p)
from (select pnl_agg('fee', x) as p from unnest(array[12.50, -12.5]) x) f;
select pnl_agg(line, amount) from (values ('a', 1), (null, 2), ('b', null), (null, null)) v(line, amount);
select pnl_agg(line, amount) as nulls, pnl_agg(line, amount) filter (where false) as none from (values (null, 2), ('b', null)) v(line, amount);
select line_amount(null::pnl, 'a'), line_amount(pnl_agg('a', 1), null), total(null::pnl), (select count(*) from pnl_lines(null)) as lines;
-- Types of a column that are cast.
select pnl_agg(v, 1::int), pnl_agg(c, 1::smallint), pnl_agg(v, 1::real) from (values ('a'::varchar, 'b'::char(3))) t(v, c);

-- Many lines: more than are looked through one by one.
select count(*), min(line), max(line), bool_and(amount = 3) from (select pnl_agg('line ' || i % 5000, 1::bigint) as p from generate_series(1, 15000) i) s, pnl_lines(p);
-- Windows: the state is read, and goes on.
select id, pnl_agg(line, amount) over (order by id), total(pnl_agg(line, amount) over (order by id))
from (values (1, 'b', 1.5), (2, 'a', 2), (3, 'b', -0.25), (4, 'c', 4)) v(id, line, amount) order by id;

-- The text form, and back.
select bool_and(p::text::pnl::text = p::text and px::text::pnl::text = px::text) as lossless from statement;
select '{"lines": {"b": 1e2, "a": "1.50", "c": {"amount": "0.1", "scale": 0}}}'::pnl;
select total('{"lines": {"c": {"amount": "0.1", "scale": 0}, "d": {"amount": "0.9", "scale": 0}}}'::pnl), total('{"lines": {"c": "0.1", "d": "0.9"}}'::pnl);
select t, test.error_of(format('select %L::crm.pnl', t))
from unnest(array['', '1', '{}', '{"lines": {}}', '{"lines": {"a": "x"}}', '{"lines": {"a": "1"}, "b": 1}', '{"lines": {"": "1"}}', '{"lines": {"a": {"amount": 1, "scale": 13}}}',
  '{"lines": {"a": "1e30"}}', '{"lines": {"a": "1", "$serde_json::private::Number": "1"}}', '{"lines": {"a\u0000": "1"}}']) t;
-- The binary form: names in order, then each line with its amount in as few bytes as it needs.
select encode(pnl_send('{"lines": {"b": "1.50", "a": "-2"}}'), 'hex');

-- Errors.
select test.error_of('select crm.pnl_agg('''', 1)') as empty, test.error_of('select crm.pnl_agg(repeat(''x'', 1001), 1)') as long,
  test.error_of('select crm.pnl_agg(''line '' || i, 1) from generate_series(1, 65537) i') as many,
  test.error_of('select crm.pnl_agg(''$serde_json::private::Number'', 1)') as reserved;
select total(pnl_agg('line ' || i, 1)) from generate_series(1, 65536) i;
select x, test.error_of(format('select crm.pnl_agg(''a'', %L::float8)', x)) as float8, test.error_of(format('select crm.pnl_agg(''a'', %L::numeric)', x)) as "numeric"
from unnest('{NaN,Infinity,-Infinity,1.8e26,1.6e26}'::text[]) x;
select test.error_of('select crm.pnl_agg(''a'', 1.6e26::numeric) from generate_series(1, 2)') as line,
  test.error_of('select crm.total(crm.pnl_agg(i::text, 1.6e26::numeric)) from generate_series(1, 2) i') as total,
  test.error_of('select crm.pnl_merge(p) from (select crm.pnl_agg(''a'', 1.6e26::numeric) as p from generate_series(1, 2) i group by i) m') as merged;
