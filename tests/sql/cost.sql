-- cost: every object of the surface, against the same question put in plain SQL with numeric over the same rows.
-- (That the aggregates give the same bytes under every plan is the matter of the matrix.)
set client_min_messages = warning;
create schema cost_test;
set search_path = cost_test, crm;
\pset null NULL
\pset format unaligned

-- Kaplan and Anderson's department (Harvard Business Review, November 2004): 0.80 a minute, 83 % of the capacity used.
create table department as
select cost_to_serve_agg(activity, quantity) as done, '{"kind": "cost_model", "version": 1, "unit_cost_decimals": 2,
  "pools": [{"name": "customer service", "ledger": 560000, "practical_capacity": 700000}],
  "activities": [{"name": "order", "uses": [{"pool": "customer service", "minutes": 8}]},
    {"name": "inquiry", "uses": [{"pool": "customer service", "minutes": 44}]},
    {"name": "credit check", "uses": [{"pool": "customer service", "minutes": 50}]}]}'::jsonb as model
from (values ('order', 49000), ('inquiry', 1400), ('credit check', 2500)) v(activity, quantity);
select capacity_cost_rate(model, 'customer service') as rate, activity_cost(model, 'order', 1) as "order", activity_cost(model, 'inquiry', 1) as inquiry,
  activity_cost(model, 'credit check', 1) as credit_check, cost_to_serve(done, model) as charged from department;
select r.* from department, cost_reconciliation(done, model) r;

-- Rates that do not come out even; a pool that is over-used, one that nobody uses, one with a price; decimals, corrections, no channel.
create table model (document jsonb);
insert into model values ('{"kind": "cost_model", "version": 1, "name": "2026-09", "unit_cost_decimals": 6,
  "pools": [{"name": "desk", "label": {"en": "Service desk", "zh": "客服中心"}, "ledger": 100000.37, "practical_capacity": 700001.5},
    {"name": "branches", "ledger": "2880000.01", "theoretical_capacity": 1200007, "practical_share": 0.83},
    {"name": "systems", "ledger": 7777.77, "practical_capacity": 333},
    {"name": "archive", "ledger": 12345.67, "practical_capacity": 60000},
    {"name": "data", "label": "Market data", "ledger": 90000}],
  "activities": [{"name": "call", "label": {"en": "Call", "zh": "来电咨询"}, "driver": "calls", "uses": [{"pool": "desk", "minutes": 8.25}, {"pool": "systems", "minutes": 0.5}]},
    {"name": "order", "uses": [{"pool": "systems", "minutes": 0.017}]},
    {"name": "review", "uses": [{"pool": "branches", "minutes": 45}, {"pool": "systems", "minutes": 5}, {"pool": "data", "price": 0.333333}]},
    {"name": "行情", "uses": [{"pool": "data", "price": 12.50}]}],
  "channels": [{"name": "app", "label": {"en": "App", "zh": "手机"}, "factor": 0.2}, {"name": "branch", "label": {"en": "Branch", "zh": "网点"}, "factor": 1.37}]}');
select (select count(*) from model, cost_model_check(document)) as problems, (select count(*) from model, policy_check(document)) as as_any_kind, policy_valid(cost_model_example()) as example;
create table work as
select i, u % 211 as customer, (array['call', 'order', 'review', '行情'])[1 + u % 4] as activity, (array['app', 'branch', null])[1 + u / 4 % 3] as channel,
  case when u % 10 = 0 then -1 else 1 end * round((u * 31 % 20011) / 1000.0, u % 7) as quantity, sqrt(u) as x, (u % 90 - 5)::bigint as n
from (select i, i * 7919 % 10007 as u from generate_series(1, 10006) i) p;
create table customer as select customer, cost_to_serve_agg(activity, channel, quantity) as done from work group by customer;

-- The unit costs in plain SQL: minutes x factor x ledger / capacity, rounded to 6 decimals. numeric rounds halves away from zero; there are none here.
create table unit as
select a ->> 'name' as activity, c.channel, p ->> 'name' as pool, (u ->> 'minutes')::numeric * c.factor as minutes,
  coalesce((u ->> 'price')::numeric, round((u ->> 'minutes')::numeric * c.factor * (p ->> 'ledger')::numeric
    / coalesce((p ->> 'practical_capacity')::numeric, (p ->> 'theoretical_capacity')::numeric * (p ->> 'practical_share')::numeric), 6)) as cost
from model cross join jsonb_array_elements(document -> 'activities') a cross join jsonb_array_elements(a -> 'uses') u
join jsonb_array_elements(document -> 'pools') p on p ->> 'name' = u ->> 'pool'
cross join lateral (select null as channel, 1.0 as factor union all select c ->> 'name', (c ->> 'factor')::numeric from jsonb_array_elements(document -> 'channels') c) c;
select count(*), bool_and(u.cost = m.unit_cost and u.minutes is not distinct from m.unit_minutes) as as_in_sql
from unit u full join (select m.* from model, unit_costs(document) m) m on (u.activity, u.pool) = (m.activity, m.pool) and u.channel is not distinct from m.channel;
-- The rate card as it is shown.
select m.* from model, unit_costs(document, 'zh') with ordinality m where activity = 'call' order by ordinality;

-- What each customer is charged, to the last digit, and its parts.
create table charged as select customer, cost_to_serve(done, document) as cost from customer, model;
create table part as select customer, e.* from customer cross join model cross join lateral cost_to_serve_explain(done, document) e;
select count(*), bool_and(c.cost = s.cost) as as_in_sql, bool_and(c.cost = p.cost) as parts_add_up
from charged c
full join (select customer, sum(quantity * cost) as cost from work join unit on unit.activity = work.activity and unit.channel is not distinct from work.channel group by customer) s using (customer)
full join (select customer, sum(cost) as cost from part group by customer) p using (customer);
select count(*), bool_and(e.quantity = w.quantity and e.cost = w.quantity * u.cost and e.unit_cost = u.cost and e.minutes is not distinct from round(w.quantity * u.minutes, 12)) as every_part
from part e
full join (select customer, activity, channel, sum(quantity) as quantity from work group by 1, 2, 3) w on (e.customer, e.activity) = (w.customer, w.activity) and e.channel is not distinct from w.channel
full join unit u on (e.activity, e.pool) = (u.activity, u.pool) and e.channel is not distinct from u.channel;
select bool_and(activity_cost(document, activity, quantity, channel) = (select sum(w.quantity * cost) from unit where unit.activity = w.activity and unit.channel is not distinct from w.channel)) as one_by_one
from work w, model;
select e.* from customer, model, cost_to_serve_explain(done, document, 'zh') with ordinality e where customer = 3 and activity = 'call' order by ordinality;

-- The sum over customers is the sum over pools, to the last digit, and with what was not used it is the ledger.
create table everything as select cost_to_serve_merge(done) as done from customer;
create table reconciled as select r.* from everything, model, cost_reconciliation(done, document) with ordinality r(pool, label, rate, supplied_minutes, used_minutes, unused_minutes, overused_minutes, supplied, used, unused, overused, rounding, place);
select (select sum(cost) from charged) as charged, (select sum(cost) from charged) = sum(used) as as_pools, bool_and(used + unused - overused = supplied) as as_ledger,
  bool_and(used_minutes + unused_minutes - overused_minutes = supplied_minutes) as as_capacity, bool_and(least(unused, overused) = 0 and least(unused_minutes, overused_minutes) = 0) as one_of_two,
  sum(supplied) as supplied, (select cost_to_serve(done, document) from everything, model) = sum(used) as whole
from reconciled;
select bool_and(r.used = s.used and coalesce(r.used_minutes, 0) = coalesce(s.minutes, 0)
  and r.rounding = round(coalesce(r.used - s.minutes * r.supplied / r.supplied_minutes, 0), 12)) as as_in_sql, count(*)
from reconciled r left join (select pool, sum(quantity * cost) as used, sum(quantity * minutes) as minutes from work join unit on unit.activity = work.activity and unit.channel is not distinct from work.channel group by pool) s using (pool)
where r.pool <> 'archive';
select pool, label, round(rate, 6) as rate, supplied_minutes, used_minutes, unused_minutes, overused_minutes from reconciled order by place;
select pool, supplied, used, unused, overused, rounding from reconciled order by place;
-- Unit costs of one decimal: the rounding is large, is shown, and everything still adds up.
select r.pool, r.used, r.unused, r.overused, r.rounding, sum(r.used) over () = (select sum(cost_to_serve(c.done, coarse)) from customer c) as as_customers
from everything e, (select jsonb_set(document #- '{activities,2,uses,2}', '{unit_cost_decimals}', '1') as coarse from model) m, cost_reconciliation(e.done, coarse) r order by r.pool;

-- Merged: halves are the whole, byte for byte.
select count(*), bool_and(merged is not null and whole is not null) as halves
from (select cost_to_serve_merge(done)::text as merged from (select customer, cost_to_serve_agg(activity, channel, quantity) as done from work group by customer, i % 2) h group by customer) m
full join (select done::text as whole from customer) w on merged = whole;
select cost_to_serve_combine('{"quantities": [{"activity": "a", "quantity": "1.0"}]}', cost_to_serve_agg('a', 'b', 2)), cost_to_serve_combine(null, null);
select count(*), bool_and(q.quantity::text = w.quantity::text) as quantities, bool_and(q.place = w.place) as in_order
from (select customer, q.* from customer cross join lateral activity_quantities(done) with ordinality q(activity, channel, quantity, place)) q
full join (select customer, activity, channel, sum(quantity) as quantity, row_number() over (partition by customer order by activity collate "C", channel collate "C" nulls first) as place from work group by 1, 2, 3) w
  on (q.customer, q.activity) = (w.customer, w.activity) and q.channel is not distinct from w.channel;

-- Kinds of quantities; with and without a channel.
select cost_to_serve_agg(activity, n) as "bigint", cost_to_serve_agg(activity, n::numeric) as "numeric", cost_to_serve_agg(activity, n::float8) as "float8" from (values ('call', 2::bigint), ('call', 1), ('order', -4)) v(activity, n);
select cost_to_serve_agg(activity, channel, n) as "bigint", cost_to_serve_agg(activity, channel, n::numeric) as "numeric", cost_to_serve_agg(activity, channel, n / 4::float8) as "float8"
from (values ('call', 'app', 2::bigint), ('call', null, 1), ('order', 'app', -4)) v(activity, channel, n);
select cost_to_serve_agg(activity, 1::smallint)::text = cost_to_serve_agg(activity, null, 1)::text as the_same from (values ('call'::varchar)) v(activity);
select bool_and(cost_to_serve_agg is not null) from (select cost_to_serve_agg(activity, channel, x) from work group by customer) s;

-- NULL and nothing.
select cost_to_serve_agg(activity, channel, n) as some, cost_to_serve_agg(activity, n) as all_of_one from (values ('a', 'b', 1), (null, 'b', 2), ('a', null, null), ('a', null, 4)) v(activity, channel, n);
select cost_to_serve_agg(activity, n) as nulls, cost_to_serve_agg(activity, n) filter (where false) as none, cost_to_serve_merge(null::cost_to_serve) as merged from (values ('a', null::bigint), (null, 2)) v(activity, n);
select cost_to_serve(null, cost_model_example()), cost_to_serve(done, null), activity_cost(null, 'call', 1), activity_cost(cost_model_example(), null, 1), activity_cost(cost_model_example(), 'call', null),
  capacity_cost_rate(null, 'x'), capacity_cost_rate(cost_model_example(), null), capacity_cost_rate(cost_model_example(), 'market data') as price from everything;
select (select count(*) from cost_reconciliation(null, cost_model_example())) as reconciled, (select count(*) from cost_reconciliation(done, null)) as no_model, (select count(*) from cost_to_serve_explain(null, cost_model_example())) as explained,
  (select count(*) from unit_costs(null)) as units, (select count(*) from cost_model_check(null)) as checked, (select count(*) from activity_quantities(null)) as quantities from everything;
-- A quantity that cancels out costs nothing; a correction is taken off.
select cost_to_serve(done, cost_model_example()) as nothing, done from (select cost_to_serve_agg('call', x) as done from unnest(array[1.5, -1.5]) x) d;
select cost_to_serve(cost_to_serve_agg('call', -2), cost_model_example());

-- Many activities; windows.
select count(*), bool_and(quantity = 150) from (select cost_to_serve_agg('a' || i % 50, 'c' || i % 100, 1::bigint) as done from generate_series(1, 15000) i) s, activity_quantities(done);
select id, cost_to_serve(cost_to_serve_agg(activity, 'app', n) over (order by id), cost_model_example()) from (values (1, 'call', 1.5), (2, 'order', 2), (3, 'call', -0.25)) v(id, activity, n) order by id;

-- The text form, and back; the binary form.
select bool_and(done::text::cost_to_serve::text = done::text) as lossless from customer;
select '{"quantities": [{"quantity": 1e2, "activity": "b"}, {"activity": "a", "channel": null, "quantity": "1.50"}, {"activity": "a", "channel": "客户", "quantity": {"amount": "0.1", "scale": 0}}]}'::cost_to_serve;
select t, test.error_of(format('select %L::crm.cost_to_serve', t))
from unnest(array['', '1', '{}', '{"quantities": []}', '{"quantities": [{"activity": "a"}]}', '{"quantities": [{"activity": "a", "quantity": "x"}]}', '{"quantities": [{"activity": "", "quantity": 1}]}',
  '{"quantities": [{"activity": "a", "channel": "", "quantity": 1}]}', '{"quantities": [{"activity": "a", "quantity": 1, "unit": "b"}]}', '{"quantities": [{"activity": "a", "quantity": 1}, {"activity": "a", "quantity": 1}]}',
  '{"quantities": [{"activity": "a\u001fb", "quantity": 1}]}', '{"quantities": [{"activity": "a", "quantity": "1e30"}]}']) t;
select encode(cost_to_serve_send('{"quantities": [{"activity": "a", "channel": "b", "quantity": "1.50"}, {"activity": "a", "quantity": "-2"}]}'), 'hex');

-- What the model does not have.
select test.error_of('select crm.cost_to_serve(crm.cost_to_serve_agg(''fax'', 1), crm.cost_model_example())') as activity,
  test.error_of('select crm.cost_to_serve(crm.cost_to_serve_agg(''call'', ''fax'', 1), crm.cost_model_example())') as channel,
  test.error_of('select count(*) from (select crm.cost_to_serve_agg(''Call'', 1) as s) d, crm.cost_to_serve_explain(s, crm.cost_model_example())') as explained,
  test.error_of('select count(*) from (select crm.cost_to_serve_agg(''call '', 1) as s) d, crm.cost_reconciliation(s, crm.cost_model_example())') as reconciled,
  test.error_of('select crm.activity_cost(model, ''order'', 1, ''fax'') from cost_test.department') as no_channels,
  test.error_of('select crm.capacity_cost_rate(crm.cost_model_example(), ''desk'')') as pool,
  test.error_of('select count(*) from crm.unit_costs(crm.cost_model_example(), ''fr'')') as language;
-- Models that are wrong.
select c.* from cost_model_check('{"kind": "cost_model", "version": 1,
  "pools": [{"name": "a", "ledger": -1, "practical_capacity": 1}, {"name": "b", "ledger": 1, "practical_capacity": 0}, {"name": "b", "ledger": 1, "theoretical_capacity": 5}, {"name": "d", "ledger": 1}],
  "activities": [{"name": "x", "uses": []}, {"name": "x", "uses": [{"pool": "c", "minutes": 1}, {"pool": "a", "price": 1}, {"pool": "d", "minutes": 1}, {"pool": "d", "price": 1.2345678}]},
    {"name": "y", "uses": [{"pool": "a", "minutes": -1}, {"pool": "d", "price": -1}, {"pool": "b"}]}],
  "channels": [{"name": "x", "factor": -1}, {"name": "x", "factor": 1}]}') c;
select problem, test.error_of(format('select crm.activity_cost(%L, ''call'', 1)', cost_model_example() || problem))
from unnest(array['{"version": 2}', '{"kind": "tier_policy"}', '{"pools": []}', '{"activities": {}}', '{"unit_cost_decimals": 12.5}', '{"channels": [{"name": "app"}]}', '{"pool": []}']::jsonb[]) problem;

-- Errors of rows and sums.
select test.error_of('select crm.cost_to_serve_agg('''', 1)') as empty, test.error_of('select crm.cost_to_serve_agg(''a'', '''', 1)') as empty_channel, test.error_of('select crm.cost_to_serve_agg(repeat(''x'', 401), 1)') as long,
  test.error_of('select crm.cost_to_serve_agg(E''a\x1fb'', 1)') as separator, test.error_of('select crm.cost_to_serve_agg(i::text, ''c'', 1) from generate_series(1, 65537) i') as many;
select x, test.error_of(format('select crm.cost_to_serve_agg(''a'', %L::float8)', x)) as float8, test.error_of(format('select crm.cost_to_serve_agg(''a'', ''b'', %L::numeric)', x)) as "numeric" from unnest('{NaN,Infinity,1.8e26}'::text[]) x;
select test.error_of('select crm.activity_cost(crm.cost_model_example(), ''call'', 1e26)') as product, test.error_of('select crm.cost_to_serve_agg(''a'', 1.6e26::numeric) from generate_series(1, 2)') as quantity,
  test.error_of('select crm.cost_to_serve(crm.cost_to_serve_agg(''call'', c, 2e25::numeric), crm.cost_model_example()) from unnest(array[''phone'', ''app'', null]) c') as total,
  test.error_of('select count(*) from (select crm.cost_to_serve_agg(''call'', 1e26::numeric) as s) d, crm.cost_reconciliation(s, crm.cost_model_example())') as reconciled;
