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

-- Charts. Those of a hundred random charts over the lines of the postings, whichever way costs are posted, against plain SQL: the
-- role of a line that a chart does not have is that of its rest.
create table role as
select chart, line, place, (array['revenue', 'cost', 'credit_cost', 'memo'])[1 + (hashint4(chart * 1000 + place::int) & 3)] as role,
  hashint4(chart * 77 + place::int) % 5 <> 0 as listed
from generate_series(1, 100) chart, (select line, row_number() over (order by line collate "C") as place from (select distinct line from posting) l) l;
create table chart as
select chart, chart % 2 = 0 as negative, r.role as rest,
  jsonb_build_object('kind', 'pnl_chart', 'version', 1, 'costs', case when chart % 2 = 0 then 'negative' else 'positive' end,
    'lines', (select jsonb_agg(jsonb_build_object('name', line, 'role', l.role) order by hashtext(line || chart)) from role l where l.chart = c and listed),
    'unknown_lines', jsonb_build_object('name', 'the rest', 'role', r.role)) as document
from generate_series(1, 100) c, lateral (select c as chart, (array['revenue', 'cost', 'credit_cost', 'memo'])[1 + c % 4] as role) r;
select count(*), bool_and(policy_valid(document)) as valid from chart;
create table expected as
select customer, chart.chart, coalesce(sum(amount) filter (where r.role = 'revenue'), 0) as revenue,
  case when negative then -1 else 1 end * coalesce(sum(amount) filter (where r.role = 'cost'), 0) as cost,
  case when negative then -1 else 1 end * coalesce(sum(amount) filter (where r.role = 'credit_cost'), 0) as credit_cost
from posting join (select chart, line, case when listed then role.role else rest end as role from role join chart using (chart)) r using (line) join chart using (chart)
group by customer, chart.chart, negative;
select count(*), bool_and(revenue(p, document) = e.revenue and cost(p, document) = e.cost and credit_cost(p, document) = e.credit_cost) as as_plain_sql,
  bool_and(contribution(p, document) = revenue(p, document) - cost(p, document) - credit_cost(p, document)
    and contribution(p, document) = e.revenue - e.cost - e.credit_cost) as adds_up,
  bool_and((margin(p, document) is null) = (e.revenue <= 0) and coalesce(abs(margin(p, document) - (e.revenue - e.cost - e.credit_cost) / nullif(e.revenue, 0)) <= 1e-12 * abs(margin(p, document)), true)) as margins
from expected e join statement using (customer) join chart using (chart);
select bool_and(r is not distinct from (revenue(p, document), cost(p, document), credit_cost(p, document), contribution(p, document), margin(p, document))::record) as results, count(*), (select count(*) from pnl_result(null, null)) as of_null
from statement, chart, pnl_result(p, document) r;
select bool_and(contribution(p, document) = x.effects) as effects_add_up, bool_and(total(p) = x.amounts) as amounts_add_up, bool_and(x.in_order) as in_order, bool_and(x.lines = x.places) as numbered
from statement, chart, lateral (
  select sum(effect) as effects, sum(amount) as amounts, count(*) as lines, max(position) as places,
    string_agg(line, '|' order by position) filter (where label <> 'the rest') = (select string_agg(l ->> 'name', '|' order by n) from jsonb_array_elements(document -> 'lines') with ordinality j(l, n)) as in_order
  from contribution_explain(p, document)) x;
-- Merged, it is added up; and a summary in memory gives what a stored one gives.
select bool_and(contribution(whole, document) = sum) as merged, bool_and(contribution(whole, document) = contribution(whole::text::pnl, document)) as stored
from chart, lateral (select pnl_merge(p) as whole, sum(contribution(p, document)) from statement) s;

-- One customer, both ways of posting costs, and a credit cost.
create table one as
select 'negative' as costs, pnl_agg(line, amount) as p from (values ('fee', 10.00), ('interest', 2.5), ('funds', -3.25), ('loss', -0.5), ('stamp duty', 99)) v(line, amount)
union all
select 'positive', pnl_agg(line, amount) from (values ('fee', 10.00), ('interest', 2.5), ('funds', 3.25), ('loss', 0.5), ('stamp duty', 99)) v(line, amount);
create table own as
select costs, jsonb_build_object('kind', 'pnl_chart', 'version', 1, 'name', 'own', 'costs', costs, 'lines', '[{"name": "interest", "role": "revenue", "label": {"en": "Interest", "zh": "利息"}},
  {"name": "fee", "role": "revenue", "label": {"en": "Fee", "zh": "手续费"}}, {"name": "funds", "role": "cost", "label": {"en": "Funds", "zh": "资金成本"}}, {"name": "service", "role": "cost"},
  {"name": "loss", "role": "credit_cost"}, {"name": "stamp duty", "role": "memo"}]'::jsonb) as document
from one;
select costs, revenue(p, document), cost(p, document), credit_cost(p, document), contribution(p, document), margin(p, document) from one join own using (costs) order by costs;
select costs, e.* from one join own using (costs), contribution_explain(p, document, 'zh') e order by costs, position;
-- Nothing brought, or less than nothing: 0, and no margin. What was given back has the other sign.
select line, amount, revenue(p, document), cost(p, document), credit_cost(p, document), contribution(p, document), margin(p, document)
from own, (values ('fee', 0.00), ('fee', -5), ('funds', -5), ('funds', 5), ('stamp duty', 5), ('loss', -5)) v(line, amount),
  lateral (select jsonb_build_object('lines', jsonb_build_object(line, amount))::text::pnl as p) s where costs = 'negative';
-- The rest: each unknown line stands there with the label of the rest.
select e.* from own, (select pnl_agg(line, amount) as p from (values ('new fee', 3), ('fee', 1.50), ('a gift', -2)) v(line, amount)) s,
  contribution_explain(p, document || '{"unknown_lines": {"name": "other", "role": "revenue", "label": {"en": "Other"}}}' #- '{lines,0,label}' #- '{lines,2,label}', language => 'en') e
where costs = 'negative' order by position;
select r as rest, contribution(pnl_agg(line, 1), document || jsonb_build_object('unknown_lines', jsonb_build_object('name', 'rest', 'role', r)))
from own, unnest('{revenue,cost,credit_cost,memo}'::text[]) r, (values ('fee'), ('x'), ('y')) v(line) where costs = 'positive' group by r, document order by r;
-- NULLs.
select revenue(null::pnl, document), cost(null::pnl, document), credit_cost(p, null), contribution(p, null), margin(null::pnl, null), (select count(*) from contribution_explain(null, document)) + (select count(*) from contribution_explain(p, null)) as rows
from one join own using (costs) where costs = 'positive';
-- Several charts at one call site, and a chart from a table.
select round(sum(contribution(p, document)), 2) from statement, chart where customer = 5;

-- The example is valid and reads what it shows.
select count(*) as problems from pnl_chart_check(pnl_chart_example());
select position, line, role, label, amount, effect from contribution_explain('{"lines": {"commission": "12.50", "cost_to_serve": "4.00", "stamp_duty": "1.10"}}'::pnl, pnl_chart_example(), 'zh');
select bool_and(label <> line) as labels_in_both from unnest('{en,zh}'::text[]) l, contribution_explain('{"lines": {"commission": 1}}'::pnl, pnl_chart_example(), l);

-- Errors: a line that the chart does not have, a label that is lacking, a chart of another kind, what is out of range.
select f, test.error_of(format('select crm.%s(''{"lines": {"new fee": 1}}''::crm.pnl, document) from pnl_test.own where costs = ''positive''', f)) from unnest('{revenue,cost,credit_cost,contribution,margin}'::text[]) f;
select test.error_of('select count(*) from crm.contribution_explain(''{"lines": {"new fee": 1}}''::crm.pnl, crm.pnl_chart_example())') as unknown,
  test.error_of('select count(*) from crm.contribution_explain(''{"lines": {"commission": 1}}''::crm.pnl, crm.pnl_chart_example(), ''fr'')') as language,
  test.error_of('select crm.revenue(crm.pnl_agg(''a'', 1), crm.tier_policy_example())') as kind,
  test.error_of('select crm.revenue(crm.pnl_agg(''a'', 1), ''[]'')') as list;
select test.error_of(format('select crm.contribution(crm.pnl_agg(l, 1.6e26::numeric), %L) from unnest(array[%L, %L]) l', document #>> '{}', a, b))
from own, (values ('fee', 'interest'), ('fee', 'funds'), ('fee', 'stamp duty')) v(a, b) where costs = 'negative';
-- Hostile charts: each problem under its path.
select changed, path, problem
from own, unnest(array['{"costs": null}', '{"costs": "debit"}', '{"lines": []}', '{"lines": 1}', '{"lines": [{"name": "a", "role": "income"}, {"name": "a", "rol": "cost"}, 3, {"name": ""}]}',
  '{"lines": [{"name": "a", "role": "cost"}, {"name": "b", "role": "cost"}, {"name": "a", "role": "memo"}]}', '{"unknown_lines": "ignore"}', '{"unknown_lines": {"name": "fee", "role": "memo"}}',
  '{"unknown_lines": {"role": "memo"}}', '{"unkown_lines": "error"}', '{"version": 2}', '{"kind": "chart"}', '{"lines": [{"name": "a", "role": "cost", "label": {}}]}']) changed,
  pnl_chart_check(document || changed::jsonb)
where costs = 'negative';
select changed, (select array_agg(c) from policy_check(document || changed) c) is not distinct from (select array_agg(c) from pnl_chart_check(document || changed) c) as of_any_kind, policy_valid(document || changed) as valid
from own, unnest(array['{}', '{"note": "fine"}', '{"costs": 0, "lines": [7]}']::jsonb[]) changed where costs = 'negative';
select test.error_of(format('select crm.revenue(crm.pnl_agg(''fee'', 1), %L)', (document - 'costs')::text)) as costs,
  test.error_of(format('select crm.revenue(crm.pnl_agg(''fee'', 1), %L)', jsonb_set(document, '{lines,0,name}', to_jsonb(repeat('x', 1001)))::text)) as long
from own where costs = 'negative';
select count(*) as problems, count(distinct path) from own, pnl_chart_check(document || jsonb_build_object('lines', (select jsonb_agg('{"name": "same", "role": "cost"}'::jsonb) from generate_series(1, 50000)))) where costs = 'negative';

-- Names that no summary has any more are forgotten; none of their numbers answers to another name.
select total(pnl_agg('n' || i, i)) from generate_series(1, 3000) i;
select test.error_of('select crm.pnl_agg('''', 1)'), test.error_of($$select crm.pnl_agg(case when i = 1 then '' else 'n' || i end, i) from generate_series(1, 3000) i$$);
select count(*), bool_and(line = 'm' || amount) as each_its_own from pnl_lines((select pnl_agg('m' || i, i) from generate_series(1, 3000) i));
-- A sum may leave the range on its way, whichever way the statement comes.
select total(p) = total(p::text::pnl) as same, total(p), contribution(p, '{"kind": "pnl_chart", "version": 1, "costs": "negative", "lines": [], "unknown_lines": {"name": "rest", "role": "revenue"}}'::jsonb - 'lines' || '{"lines": [{"name": "z", "role": "memo"}]}')
from (select pnl_agg(line, amount) as p from (values ('c', 1.7e26), ('a', 1.7e26), ('b', -1.7e26)) v(line, amount)) s;
select test.error_of($$select '{"lines": {"a": "1", "a": "2"}}'::crm.pnl$$);
