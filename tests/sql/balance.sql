-- balance: every object of the surface, against the same question put in plain SQL: every day of generate_series, and the last
-- entry on or before it. (That the aggregates give the same bytes under every plan is the matter of the matrix.)
set client_min_messages = warning;
create schema balance_test;
set search_path = balance_test, crm;
\pset null NULL
\pset format unaligned

-- 60 accounts with 1 to 60 entries in two years; a few days have several entries, with a sequence that orders them.
create table entry (account int, day date, sequence bigint, at timestamptz, balance numeric, x float8, n bigint);
insert into entry
select account, day, sequence, day::timestamp at time zone 'UTC' + sequence * interval '1 microsecond',
  round((u % 2000003 - 300000) * 0.37, 2 * (account % 2) + 1), round((u % 2000003 - 300000) * 0.37, 2)::float8, u % 2000003 - 300000
from (select account, date '2024-01-01' + (i * i * 31 + account * 17) % 700 as day, i as sequence, (i * 7919 + account * 104729)::bigint * 48271 % 2147483647 as u
  from generate_series(1, 60) account, generate_series(1, account) i) s;
create index on entry (account, day, sequence);
analyze entry;
create table account as
select account, daily_balance_agg(day, sequence, balance) as b, daily_balance_agg(day, sequence, x) as bx, daily_balance_agg(day, sequence, n) as bn,
  daily_balance_agg(at, balance) as ba
from entry group by account;
select count(*), bool_and(b::text = ba::text) as by_time, max((select count(*) from daily_balance_entries(b))) as most from account;

-- Each day of each account and what it closed with, by each rule, as plain SQL has it. Before the first entry there is nothing.
create table plain as
select a.account, d as day,
  (select e.balance from entry e where e.account = a.account and e.day <= d order by e.day desc, e.sequence desc limit 1) as last,
  (select min(e.balance) from entry e where e.account = a.account and e.day = latest) as lowest, (select max(e.balance) from entry e where e.account = a.account and e.day = latest) as highest
from (select account, d::date as d, (select max(day) from entry l where l.account = g.account and l.day <= d::date) as latest from generate_series(1, 60) g(account), generate_series(date '2023-12-01', date '2026-02-28', '1 day') d) a;
create index on plain (account, day);
analyze plain;
-- Four periods of each account: before and in its entries, in one day, after all of them.
create table period as
select account, first_day, first_day + length as last_day, opening
from account, lateral (values (date '2023-12-15', 45 + account, 123.456), (date '2024-01-01' + account * 11, account % 40, 0), (date '2024-06-15', 0, -5), (date '2025-12-20', 70, 1)) p(first_day, length, opening);
create table expected as
select account, first_day, last_day, opening, rule, count(*) as days, sum(coalesce(v, opening)) as sum, min(coalesce(v, opening)) as lowest, max(coalesce(v, opening)) as highest,
  count(*) filter (where coalesce(v, opening) < 100000) as below, (array_agg(coalesce(v, opening) order by day desc))[1] as closing, bool_and(v is not null) as known
from period join plain p using (account), lateral (values ('last', last), ('lowest', p.lowest), ('highest', p.highest)) r(rule, v)
where day between first_day and last_day group by 1, 2, 3, 4, 5;
select rule, count(*), count(*) filter (where known) as known,
  bool_and(average_daily_balance(b, first_day, last_day, opening, same_day => rule) = round(sum / days, 12)) as average,
  bool_and(average_daily_balance(b, first_day, last_day, opening, 30, rule) = round(sum / 30, 12)) as thirty,
  bool_and(lowest_balance(b, first_day, last_day, opening, rule) = lowest) as lowest, bool_and(highest_balance(b, first_day, last_day, opening, rule) = highest) as highest,
  bool_and(days_below(b, 100000, first_day, last_day, opening, rule) = below) as below, bool_and(balance_on(b, last_day, opening, rule) = closing) as closing
from expected join account using (account) group by rule order by rule;
-- Without an opening balance: the same where it is not needed, an error where it is.
select known, count(*), count(*) filter (where outcome = '22023') as errors, count(*) filter (where outcome = 'same') as same
from (select known, case when known then case when average_daily_balance(b, first_day, last_day) = round(sum / days, 12) then 'same' end
    else left(test.error_of(format('select crm.average_daily_balance(b, %L, %L) from balance_test.account where account = %s', first_day, last_day, account)), 5) end as outcome
  from expected join account using (account) where rule = 'last') s group by known order by known;
-- float8 and bigint are the same balances.
select bool_and(average_daily_balance(bx, '2024-01-01', '2025-12-31', 0) = (select round(sum(coalesce(x, 0)) / 731, 12) from (select (select round(e.x::numeric, 2) from entry e where e.account = a.account and e.day <= d order by e.day desc, e.sequence desc limit 1) as x from (select d::date as d from generate_series(date '2024-01-01', date '2025-12-31', '1 day') d) d) s)) as float8,
  bool_and(highest_balance(bn, '2024-01-01', '2025-12-31', 0) = (select max(coalesce(n, 0)) from (select (select e.n from entry e where e.account = a.account and e.day <= d order by e.day desc, e.sequence desc limit 1) as n from (select d::date as d from generate_series(date '2024-01-01', date '2025-12-31', '1 day') d) d) s)) as bigint
from account a where account % 10 = 0;

-- Months, each as its own days say, and together as the period.
select count(*), bool_and(m.days = p.days and m.first_day = p.first_day and m.last_day = p.last_day) as parts, bool_and(m.average = round(p.sum / p.days, 12)) as average,
  bool_and(m.lowest = p.lowest and m.highest = p.highest and m.closing = p.closing) as balances
from account cross join lateral monthly_balances(b, '2023-12-15', '2026-02-11', 0.5) m
full join (select account, date_trunc('month', day)::date as month, count(*) as days, min(day) as first_day, max(day) as last_day, sum(coalesce(last, 0.5)) as sum, min(coalesce(last, 0.5)) as lowest, max(coalesce(last, 0.5)) as highest,
    (array_agg(coalesce(last, 0.5) order by day desc))[1] as closing from plain where day between '2023-12-15' and '2026-02-11' group by 1, 2) p using (account, month);
select * from monthly_balances((select b from account where account = 1), '2023-12-30', '2024-03-02', opening => 10, divisor => 30);
-- Entries.
select count(*), bool_and(balance = last) as last from account cross join lateral daily_balance_entries(b) join plain using (account, day);
select count(*), bool_and(balance = lowest) as lowest from account cross join lateral daily_balance_entries(b, 'lowest') join plain using (account, day);
select count(*), bool_and(balance = highest) as highest from account cross join lateral daily_balance_entries(b, same_day => 'highest') join plain using (account, day);

-- Merged from months, and from months that overlap, twice: the same bytes.
create table month as select account, date_trunc('month', day) as month, daily_balance_agg(day, sequence, balance) as b from entry group by 1, 2;
select bool_and(m.b::text = a.b::text) as months, bool_and(o.b::text = a.b::text) as twice
from account a join (select account, daily_balance_merge(b order by month desc) as b from month group by account) m using (account)
join (select account, daily_balance_merge(b) as b from (select account, b from month union all select account, b from month union all select account, b from account) t group by account) o using (account);
select daily_balance_merge(b) from (values ('{"entries": [["2026-01-05", "1.50"]]}'::daily_balance), (null), ('{"entries": [["2026-01-02", "7"], ["2026-01-05", "1.5", -3]]}')) v(b);
select daily_balance_combine(null, null) as nothing, daily_balance_combine(null, '{"entries": [["2026-01-05", "1"]]}') as one;
-- A window: the state is read, and goes on.
select day, average_daily_balance(daily_balance_agg(day, balance) over w, '2026-01-01', '2026-01-10', 0) as average, daily_balance_agg(day, balance) over w
from (values (date '2026-01-01', 10), ('2026-01-06', 20), ('2026-01-04', 5.25)) v(day, balance) window w as (order by balance desc) order by balance desc;

-- Several balances on one day.
create table several as select daily_balance_agg(day, balance) as plain, daily_balance_agg(day, sequence, balance) as sequences, daily_balance_agg(day, sequence, balance) filter (where day <> '2026-01-07') as clear
from (values (date '2026-01-05', 1, 10.00), ('2026-01-05', 2, 30.0), ('2026-01-05', 3, 20), ('2026-01-06', 1, 5), ('2026-01-06', 1, 5.000), ('2026-01-07', 9, 1), ('2026-01-07', 9, 2)) v(day, sequence, balance);
select plain, sequences from several;
select rule, test.error_of(format('select crm.balance_on(plain, %L, same_day => %L) from balance_test.several', day, rule)) as plain, test.error_of(format('select crm.balance_on(sequences, %L, same_day => %L) from balance_test.several', day, rule)) as sequences
from unnest('{last,lowest,highest,error}'::text[]) rule, unnest('{2026-01-05,2026-01-06,2026-01-07,2026-01-08}'::text[]) day order by day, rule;
-- Only days that are looked at matter.
select balance_on(sequences, '2026-01-06'), average_daily_balance(sequences, '2026-01-05', '2026-01-06'), test.error_of('select crm.average_daily_balance(sequences, ''2026-01-05'', ''2026-01-07'') from balance_test.several') from several;
select e.* from several cross join lateral daily_balance_entries(clear) e;
select test.error_of('select count(*) from balance_test.several, crm.daily_balance_entries(plain)'), test.error_of('select count(*) from balance_test.several, crm.daily_balance_entries(plain, ''error'')'), test.error_of('select count(*) from balance_test.several, crm.daily_balance_entries(plain, ''first'')');

-- UTC days, whatever the session has.
set timezone = 'Asia/Shanghai';
select daily_balance_agg(at, balance) from (values (timestamptz '2026-01-05 07:59:59+08', 1), ('2026-01-05 08:00:00+08', 2), ('2026-01-05 23:00:00+08', 3.5)) v(at, balance);
reset timezone;

-- Movements, against running sums.
create table moved as select account, day, balance as amount, x, n from entry;
create table net as select account, daily_movement_agg(day, amount) as m, daily_movement_agg(day, x) as mx, daily_movement_agg(day, n) as mn from moved group by account;
select count(*), bool_and(r.amount = p.amount and r.amount::text = p.amount::text) as numeric, bool_and(x.amount = p.x) as float8, bool_and(n.amount = p.n) as bigint
from net cross join lateral movement_rows(m) r join movement_rows(mx) x on x.day = r.day join movement_rows(mn) n on n.day = r.day
full join (select account, day, sum(amount) as amount, sum(round(x::numeric, 2)) as x, sum(n) as n from moved group by 1, 2) p on p.account = net.account and p.day = r.day;
select count(*), bool_and(e.balance = p.balance) as running
from net cross join lateral daily_balance_entries(balance_from_movements(m, 99.5, '2023-12-31'), 'error') e
full join (select account, day, 99.5 + sum(sum(amount)) over (partition by account order by day) as balance from moved group by 1, 2 union all select account, '2023-12-31', 99.5 from net) p on p.account = net.account and p.day = e.day;
select bool_and(m.m::text = n.m::text) as merged from net n join (select account, daily_movement_merge(m) as m from (select account, day % 7 as part, daily_movement_agg(date '2000-01-01' + day, amount) as m from (select account, day - date '2000-01-01' as day, amount from moved) s group by 1, 2) p group by account) m using (account);
-- A row that comes twice counts twice; a day that cancels out stays.
select daily_movement_agg(day, amount), balance_from_movements(daily_movement_agg(day, amount), 0, '2025-12-31') from (values (date '2026-01-05', 5.0), ('2026-01-05', 5.0), ('2026-01-03', 7), ('2026-01-03', -7)) v(day, amount);
select daily_movement_merge(m) from (values ('{"days": [["2026-01-05", "1.50"]]}'::daily_movement), (null), ('{"days": [["2026-01-02", "7"], ["2026-01-05", "1.5"]]}')) v(m);
-- An account that did not move keeps its balance.
select balance_from_movements(null, 12.50, '2025-12-31'), average_daily_balance(balance_from_movements(null, 12.50, '2025-12-31'), '2026-01-01', '2026-01-31');

-- NULL, nothing, one row, extremes.
select daily_balance_agg(day, balance) as nulls, daily_balance_agg(day, balance) filter (where false) as none, daily_movement_agg(day, balance) as moved from (values (null::date, 1.0), ('2026-01-01', null)) v(day, balance);
select average_daily_balance(null, '2026-01-01', '2026-01-31', 5) as average, balance_on(null, '2026-01-01', 5) as "on", lowest_balance(null, '2026-01-01', '2026-01-31') as lowest, highest_balance(null, '2026-01-01', '2026-01-31') as highest,
  days_below(null, 1, '2026-01-01', '2026-01-31') as below, (select count(*) from monthly_balances(null, '2026-01-01', '2026-01-31')) as months, (select count(*) from daily_balance_entries(null)) as entries, (select count(*) from movement_rows(null)) as movements;
select average_daily_balance(b, null, '2026-01-31') as average, balance_on(b, null) as "on", days_below(b, null, '2026-01-05', '2026-01-05') as below, lowest_balance(b, '2026-01-05', '2026-01-05', same_day => null) as rule,
  (select count(*) from monthly_balances(b, null, '2026-01-31')) as months, balance_from_movements(null, 1, null) as opening_day
from (select daily_balance_agg(date '2026-01-05', 1.50) as b) s;
select daily_balance_agg(date '2026-01-05', 0.1::float8) as float8, daily_balance_agg(date '2026-01-05', 1e26) as large, daily_balance_agg(date '2026-01-05', 0.0000000000015) as small, daily_balance_agg(date '2026-01-05', -5::bigint) as bigint,
  daily_balance_agg('4714-11-24 BC'::date, 1) as early, daily_balance_agg('5874897-12-31'::date, 1) as late, daily_balance_agg(date '2026-01-05', 9223372036854775807, 1) as sequence;
-- Ten thousand years in no time; the largest balance of all days.
select average_daily_balance(daily_balance_agg(date '2026-01-05', 100), '4714-11-24 BC', '5874897-12-31', 0), days_below(daily_balance_agg(date '2026-01-05', 100), 1, '4714-11-24 BC', '5874897-12-31', 0),
  average_daily_balance(daily_balance_agg(date '2026-01-05', 1.7e26), '2026-01-05', '9999-12-31');
select count(*), min(month), max(month) from monthly_balances((select daily_balance_agg(date '0001-01-01', 1)), '0001-01-01', '10000-12-31');
select month, days from monthly_balances((select daily_balance_agg(date '0001-01-01', 1)), '2023-12-31', '2024-03-01');

-- Text and binary forms.
select bool_and(b::text::daily_balance::text = b::text and m::text::daily_movement::text = m::text) as lossless from account join net using (account);
select encode(daily_balance_send('{"entries": [["2000-01-02", "1.50"], ["2000-01-02", "-2", 7], ["2000-01-04", "0"]]}'), 'hex'), encode(daily_movement_send('{"days": [["2000-01-02", "1.50"], ["2000-01-04", "-2"]]}'), 'hex');
select t, test.error_of(format('select %L::crm.daily_balance', t))
from unnest(array['', '1', '{}', '{"entries": []}', '{"entries": 1}', '{"entries": [1]}', '{"entries": [["2026-01-05"]]}', '{"entries": [["2026-01-05", 1]]}', '{"entries": [["2026-02-30", "1"]]}', '{"entries": [["2026-01-05", "x"]]}', '{"entries": [["2026-01-05", "1", "2"]]}',
  '{"entries": [["2026-01-05", "1"], ["2026-01-05", "1.0"]]}', '{"entries": [["2026-01-05", "1"], ["2026-01-04", "1"]]}', '{"entries": [["2026-01-05", "1"], ["2026-01-05", "2"], ["2026-01-05", "3"]]}', '{"entries": [["2026-01-05", "1e30"]]}', '{"entries": [["2026-01-05", "1"]], "scale": 2}', '{"entries": [["2026-01-05", "1"]], "entries": [["2026-01-05", "1"]]}']) t;
select t, test.error_of(format('select %L::crm.daily_movement', t)) from unnest(array['{}', '{"days": []}', '{"days": [["2026-01-05", "1", 2]]}', '{"days": [["2026-01-05", "1"], ["2026-01-05", "1"]]}', '{"entries": [["2026-01-05", "1"]]}']) t;

-- Errors.
select x, test.error_of(format('select crm.daily_balance_agg(date ''2026-01-05'', %L::float8)', x)) as float8, test.error_of(format('select crm.daily_balance_agg(date ''2026-01-05'', %L::numeric)', x)) as "numeric", test.error_of(format('select crm.daily_movement_agg(date ''2026-01-05'', %L::float8)', x)) as moved
from unnest('{NaN,Infinity,-Infinity,1.8e26}'::text[]) x;
select test.error_of('select crm.daily_balance_agg(date ''infinity'', 1)') as day, test.error_of('select crm.daily_balance_agg(timestamptz ''-infinity'', 1)') as at, test.error_of('select crm.daily_movement_agg(date ''infinity'', 1)') as moved,
  test.error_of('select crm.balance_on(crm.daily_balance_agg(date ''2026-01-05'', 1), ''infinity'')') as asked;
select test.error_of(format('select %s from (select crm.daily_balance_agg(date ''2026-01-05'', 1.00) as b) s', q))
from unnest(array['crm.average_daily_balance(b, ''2026-01-01'', ''2026-01-31'')', 'crm.balance_on(b, ''2026-01-04'')', 'crm.lowest_balance(b, ''2026-01-04'', ''2026-01-31'')', 'crm.highest_balance(b, ''2026-01-04'', ''2026-01-31'')',
  'crm.days_below(b, 1, ''2026-01-04'', ''2026-01-31'')', '(select count(*) from crm.monthly_balances(b, ''2026-01-04'', ''2026-01-31''))', 'crm.average_daily_balance(b, ''2026-01-31'', ''2026-01-05'')', 'crm.average_daily_balance(b, ''2026-01-05'', ''2026-01-31'', divisor => 0)',
  '(select count(*) from crm.monthly_balances(b, ''2026-01-05'', ''2026-01-31'', divisor => -30))', '(select count(*) from crm.monthly_balances(b, ''2026-01-05'', ''12026-01-05''))', 'crm.balance_on(b, ''2026-01-05'', same_day => ''mean'')',
  'crm.average_daily_balance(b, ''2026-01-05'', ''2026-01-31'', opening => ''NaN'')', '(select count(*) from crm.monthly_balances(b, ''4714-11-24 BC'', ''4714-12-01 BC'', 0))']) q;
select test.error_of('select crm.average_daily_balance(crm.daily_balance_agg(date ''2026-01-05'', 1.7e26), ''2026-01-05'', ''2026-12-31'', divisor => 30)') as average, test.error_of('select crm.daily_movement_agg(date ''2026-01-05'', 1.7e26) from generate_series(1, 2)') as net,
  test.error_of('select crm.balance_from_movements(crm.daily_movement_agg(date ''2026-01-05'', 1.7e26), 1.7e26, ''2026-01-01'')') as balance, test.error_of('select crm.balance_from_movements(crm.daily_movement_agg(date ''2026-01-05'', 1), null, ''2026-01-01'')') as opening,
  test.error_of('select crm.balance_from_movements(null, null, ''2026-01-01'')') as nothing, test.error_of('select crm.balance_from_movements(crm.daily_movement_agg(date ''2026-01-05'', 1), 0, ''2026-01-05'')') as opening_day;

-- What an error has left unfinished is no value to whoever catches the error.
create function pg_temp.asked_twice(moved daily_movement) returns text language plpgsql as $$
begin
  return (select count(*) from movement_rows(moved));
exception when numeric_value_out_of_range then
  begin
    return (select count(*) from movement_rows(moved));
  exception when object_not_in_prerequisite_state then
    return sqlerrm;
  end;
end $$;
select pg_temp.asked_twice(daily_movement_agg(day, 1.7e26)) as asked from (values (date '2026-01-05'), ('2026-01-06'), ('2026-01-05')) m(day);
