-- Berka's bank (after golden/berka.sql in the same session): month averages of the balances from the transactions, tiers under three
-- rules, and who moved, all against plain SQL.

-- Closing balances of the days with transactions, and of every day since the first: the last one known is carried forward.
create temp table closing as
select client_id, day, sum(sum(case type when 'credit' then amount else -amount end)) over (partition by client_id order by day) as balance
from berka.owner join berka.trans using (account_id) where day <= '1994-03-31' group by client_id, day;
create index on closing (client_id, day);
create temp table lies as
select client_id, d::date as day, (select balance from closing as c where c.client_id = o.client_id and c.day <= d order by day desc limit 1) as balance
from (select client_id, min(day) as first from closing group by client_id) as o, generate_series(first::timestamp, timestamp '1994-03-31', interval '1 day') as d;
create temp table plain_month as
select client_id, date_trunc('month', day::timestamp)::date as month, min(day) as first_day, max(day) as last_day, count(*)::int as days,
  round(sum(balance)::numeric(40, 20) / count(*), 12) as average, min(balance) as lowest, max(balance) as highest, (array_agg(balance order by day desc))[1] as closing
from lies group by 1, 2;

create temp table account_balances as
select client_id, min(day) as first, crm.daily_balance_agg(day, balance) as entered, crm.daily_balance_agg(day::timestamp at time zone 'UTC', balance) as timed
from closing group by client_id;
create temp table moved_balances as
select client_id, min(day) as first, crm.balance_from_movements(crm.daily_movement_agg(day, case type when 'credit' then amount else -amount end), 0, min(day) - 1) as balances
from berka.owner join berka.trans using (account_id) where day <= '1994-03-31' group by client_id;

select pg_temp.expect('Berka: clients with a balance', (select count(*) from account_balances), 1229::bigint);
select pg_temp.same_rows('Berka: months of all accounts, from closing balances', (select count(*) from plain_month),
  'select client_id, m.* from account_balances, crm.monthly_balances(entered, first, ''1994-03-31'') as m',
  'select client_id, month, first_day, last_day, days, average, lowest, highest, closing from plain_month');
select pg_temp.same_rows('Berka: months of all accounts, from transactions', (select count(*) from plain_month),
  'select client_id, m.* from moved_balances, crm.monthly_balances(balances, first, ''1994-03-31'') as m',
  'select client_id, month, first_day, last_day, days, average, lowest, highest, closing from plain_month');
select pg_temp.expect('Berka: balances by day and by instant are the same, number of accounts that differ', count(*) filter (where entered::text is distinct from
  (select crm.daily_balance_agg(day, balance)::text from crm.daily_balance_entries(timed))), 0::bigint) from account_balances;
select pg_temp.same_rows('Berka: averages of a whole year and of thirty days, days below 20,000', 1229,
  $$select client_id, crm.average_daily_balance(balances, '1993-04-01', '1994-03-31', opening => 0), crm.average_daily_balance(balances, '1994-03-01', '1994-03-31', 0, divisor => 30),
    crm.days_below(balances, 20000, '1993-04-01', '1994-03-31', opening => 0) from moved_balances$$,
  $$select client_id, round(sum(balance) filter (where day >= '1993-04-01')::numeric(40, 20) / 365, 12), round(sum(balance) filter (where day >= '1994-03-01')::numeric(40, 20) / 30, 12),
    ((count(*) filter (where day >= '1993-04-01' and balance < 20000)) + greatest(min(day) - date '1993-04-01', 0))::int from lies group by client_id$$);
select pg_temp.same_rows('Berka: average balances of March 1994 are those of the job', 1229,
  $$select client_id, round(crm.average_daily_balance(balances, greatest(first, '1994-03-01'), '1994-03-31'), 2) from moved_balances$$, 'select client_id, assets from job.money');

-- Tiers. One threshold is somebody's average to the last decimal; the measures are not rounded.
select average as exact from plain_month where month = '1994-03-01' order by average desc offset 37 limit 1 \gset
create temp table rule as
select name, crm.tier_policy_example(name) || jsonb_build_object('tiers', (
    select jsonb_agg(t || case when "from" is null then '{}' else jsonb_build_object('from', "from") end order by level)
    from jsonb_array_elements(crm.tier_policy_example(name) -> 'tiers') with ordinality as x (t, level)
    join (values (1, null), (2, 15000), (3, 27500.50), (4, 40000), (5, :exact)) as czk (level, "from") using (level))) as document
from unnest(array['thresholds', 'next_month', 'watch_list']) as name;
create temp table client_history as select client_id, crm.tier_history_agg(last_day, average) as history from plain_month group by client_id;
create temp table path as select name, client_id, p.* from client_history, rule, crm.tier_path(history, document) as p;
create temp table natural_level as
select client_id, month, average, row_number() over (partition by client_id order by month) as n,
  case when average >= :exact then 5 when average >= 40000 then 4 when average >= 27500.50 then 3 when average >= 15000 then 2 else 1 end as reached
from plain_month;
create temp table level_name (level int, tier text);
insert into level_name select level, t ->> 'name' from rule, jsonb_array_elements(document -> 'tiers') with ordinality as x (t, level) where rule.name = 'thresholds';

select pg_temp.expect('Berka: problems of the tier policies', (select count(*) from rule, crm.tier_policy_check(document)), 0::bigint);
select pg_temp.same_rows('Berka: tiers by thresholds, every month', (select count(*) from plain_month),
  'select client_id, period, measure, natural_tier, tier, next_tier from path where name = ''thresholds''',
  'select client_id, month, average, tier, tier, tier from natural_level join level_name on level = reached');

-- The two published rules, month by month in plain SQL. Levels 1 to 5; level: the tier in effect in the month, then: the one from the next month on.
create temp table plain_path as
with recursive next_month as (
  select client_id, n, 1 as level, reached as "then", 0 as below from natural_level where n = 1
  union all
  select client_id, o.n, m."then", case when reached > m."then" then reached when reached < m."then" and below + 1 = wait then reached else m."then" end,
    case when reached >= m."then" or below + 1 = wait then 0 else below + 1 end
  from next_month as m join natural_level as o using (client_id), lateral (select case when m."then" = 5 then 6 else 3 end as wait) as w where o.n = m.n + 1
), watch_list as (
  select client_id, n, reached as level, reached as "then", 0 as below, 0 as best from natural_level where n = 1
  union all
  select client_id, o.n, greatest(m."then", reached), case when reached >= m."then" then reached when below = 5 then greatest(best, reached) else m."then" end,
    case when reached >= m."then" or below = 5 then 0 else below + 1 end, case when reached >= m."then" or below = 5 then 0 else greatest(best, reached) end
  from watch_list as m join natural_level as o using (client_id) where o.n = m.n + 1
)
select 'next_month' as name, client_id, n, level, "then" from next_month
union all
select 'watch_list', client_id, n, level, "then" from watch_list;
select pg_temp.same_rows('Berka: tiers under the rule ' || name || ', every month', (select count(*) from plain_month),
  format('select client_id, period, tier, next_tier from path where name = %L', name),
  format('select client_id, month, a.tier, b.tier from plain_path as p join natural_level using (client_id, n) join level_name as a on a.level = p.level join level_name as b on b.level = "then" where p.name = %L', name))
from unnest(array['next_month', 'watch_list']) as name;
select pg_temp.expect('Berka: each kind of event happens', array_agg(distinct event order by event), array['clear', 'down', 'grace', 'keep', 'new', 'up', 'watch']) from path;
select pg_temp.same_rows('Berka: the tier on the last day and on the day after', 3 * 1229,
  $$select name, client_id, crm.tier_of(history, document, '1994-03-31'), crm.tier_of(history, document, '1994-04-01') from client_history, rule$$,
  $$select name, client_id, tier, next_tier from path where period = '1994-03-01'$$);

-- Month end after month end comes to the state of the whole history.
create temp table stepped as
with recursive s as (
  select name, document, client_id, n, crm.tier_next(null, average, document, month) as state from natural_level, rule where n = 1
  union all
  select s.name, document, client_id, o.n, crm.tier_next(state, average, document, month) from s join natural_level as o using (client_id) where o.n = s.n + 1
)
select name, client_id, state from s join (select client_id, max(n) as n from natural_level group by client_id) as last using (client_id, n);
select pg_temp.same_rows('Berka: states after all months, step by step', 3 * 1229,
  'select name, client_id, state::text from stepped', 'select name, client_id, crm.tier_state(history, document)::text from client_history, rule');
select pg_temp.expect('Berka: histories merged from two parts are those of the whole, number that differ', count(*) filter (where whole is distinct from parts), 0::bigint)
from (select client_id, history::text as whole, (select crm.tier_history_merge(part)::text from (select crm.tier_history_agg(last_day, average) as part from plain_month as m where m.client_id = h.client_id group by month < '1993-11-01') as p) as parts
  from client_history as h) as s;

-- Who moved from one month to the next, under each rule.
create temp table change as
select name, lag(tier) over w as from_tier, tier as to_tier from path window w as (partition by name, client_id order by period);
select pg_temp.same_rows('Berka: all moves from month to month under the rule ' || name, (select count(distinct from_tier) * count(distinct to_tier) from change where change.name = rule.name and from_tier is not null),
  format('select from_tier, to_tier, customers, probability from (select crm.migration_agg(from_tier, to_tier) as m from change where name = %L) as s, crm.migration_matrix(m)', name),
  format('select a.tier, b.tier, count(c.name), count(c.name)::float8 / sum(count(c.name)) over (partition by a.tier)::float8 from level_name as a cross join level_name as b
    left join change as c on c.name = %L and from_tier = a.tier and to_tier = b.tier group by a.tier, b.tier', name))
from rule;
