-- earnings: every object of the surface, against the same formula put in plain SQL over the same rows.
set client_min_messages = warning;
create schema earnings_test;
set search_path = earnings_test, crm;
\pset null NULL
\pset format unaligned

-- Day counts. ISDA's own examples: act/act of "EMU and Market Conventions" (1998), 30/360 of the sheet "Bond Basis" (2006 Definitions, 4.16(f)).
select f, t, day_count_fraction(f, t, 'act/360') as "act/360", day_count_fraction(f, t, 'act/365') as "act/365", day_count_fraction(f, t, 'act/act') as "act/act", day_count_fraction(f, t, '30/360') * 360 as "30/360 days"
from (values (date '2003-11-01', date '2004-05-01'), ('1999-07-01', '2000-07-01'), ('2011-12-28', '2012-02-28'), ('2006-08-31', '2007-02-28'), ('2007-02-28', '2007-08-31'), ('2008-02-28', '2008-03-31'),
  ('2026-01-30', '2026-01-31'), ('2026-01-31', '2026-01-31'), ('2024-01-01', '2025-01-01')) v(f, t);
create table period as select i, date '1995-03-01' + i * 7919 % 11000 as f, date '1995-03-01' + i * 7919 % 11000 + i * 31 % 900 as t from generate_series(1, 400) i;
create function pg_temp.leap(day date) returns bool language sql immutable as $$ select extract(doy from make_date(extract(year from day)::int, 12, 31)) = 366 $$;
select count(*), bool_and(day_count_fraction(f, t, 'act/360') = (t - f) / 360.0::float8 and day_count_fraction(f, t, 'act/365') = (t - f) / 365.0::float8) as actual,
  bool_and(day_count_fraction(f, t, 'act/act') = (365 * leap + 366 * common)::float8 / (365 * 366)) as act_act,
  bool_and(day_count_fraction(f, t, '30/360') = (360 * (extract(year from t) - extract(year from f)) + 30 * (extract(month from t) - extract(month from f))
    + case when extract(day from t) = 31 and extract(day from f) >= 30 then 30 else extract(day from t) end - least(extract(day from f), 30))::float8 / 360) as thirty
from period, lateral (select count(*) filter (where pg_temp.leap(d::date)) as leap, count(*) filter (where not pg_temp.leap(d::date)) as common from generate_series(f, t - 1, interval '1 day') d) y;
select min(day_count_fraction('4713-01-01 BC', '5874897-12-31', c)) as all_days from unnest('{act/360,act/365,act/act,30/360}'::text[]) c;

-- Interest, over every convention: exact, and rounded once.
create table position as
select i, case when i % 2 = 0 then 'loan' else 'deposit' end as side, (i * 7919 % 1000003 * 37 - 900000) / 100.0 as balance, round(i % 97 / 1300.0, 4) as a, round(i % 53 / 1700.0, 4) as b, f, t,
  (array['act/360', 'act/365', 'act/act', '30/360'])[1 + i % 4] as convention
from period;
create table accrued as
select p.*, round(balance * (a - b) * (days::numeric(60, 40) / basis), 12) as margin
from position p, lateral (select case convention when '30/360' then round(day_count_fraction(f, t, '30/360') * 360)::numeric when 'act/act' then round(day_count_fraction(f, t, 'act/act') * 133590)::numeric else t - f end as days,
  case convention when 'act/act' then 133590 when 'act/365' then 365 else 360 end as basis) y;
select count(*), bool_and(margin_spread(balance, a, b, f, t, convention) = margin) as margin_spread, bool_and(cash_spread(balance, a, b, f, t, convention) = margin) as cash_spread,
  bool_and(ftp_margin(side, balance, a, b, f, t, convention) = case side when 'loan' then margin else -margin end) as ftp_margin,
  bool_and(margin_spread(balance, a::float8, b::float8, f, t, convention)::text = margin_spread(balance, a, b, f, t, convention)::text) as rates_of_either_type
from accrued;
select margin_spread(1000000.00, 0.0835, 0.0235, '2026-01-01', '2026-04-01', 'act/360') as to_the_cent, margin_spread(1000000, 0.0835, 0.0235, '2026-01-01', '2026-04-01', 'act/360') as whole,
  margin_spread(1000000.00, 0.0835, 0.0235, '2026-01-01', '2026-01-02', 'act/360') as a_day, cash_spread(0.00, 0.0175, 0, '2026-01-01', '2026-01-02', 'act/360') as nothing, cash_spread(100.00, 0.0175, 0, '2026-01-01', '2026-01-01', 'act/360') as no_time,
  margin_spread(-500.00, 0.08, 0.02, '2026-01-01', '2026-01-31', '30/360') as negative_balance, cash_spread(100.00, -0.005, 0, '2026-01-01', '2026-12-27', '30/360') as negative_rate;
select count(*), bool_and(trail_fee(units, nav, rate, share, f, t, 'act/365') = round(units * nav * rate * share * (t - f)::numeric(60, 40) / 365, 12)) as trail_fee,
  bool_and(trail_fee(units, nav, rate::float8, share::float8, f, t, 'act/365') = round(units * nav * rate * share * (t - f)::numeric(60, 40) / 365, 12)) as of_float8
from (select f, t, i * 101 % 997 + 0.25 as units, 1 + i % 77 / 10000.0 as nav, round(i % 150 / 10000.0, 4) as rate, round(i % 101 / 100.0, 2) as share from period) h;
select trail_fee(10000, 1.2345, 0.0075, 0.6, '2026-01-01', '2027-01-01', 'act/365'), trail_fee(10000, 1.2345, 0.0075, 0, '2026-01-01', '2027-01-01', 'act/365') as no_share, trail_fee(10000, 1.2345, 0.0075, 1, '2024-01-01', '2025-01-01', 'act/365') as leap_year;

-- The margins of all customers and the treasury centre are net interest income, to the last digit.
select sum(customer) as customers, sum(treasury) as treasury, sum(customer) + sum(treasury) = sum(income) as ties
from (select ftp_margin(side, abs(balance), a, b, '2026-01-01', '2026-07-01', '30/360') as customer,
    case side when 'loan' then 1 else -1 end * cash_spread(abs(balance), b, 0, '2026-01-01', '2026-07-01', '30/360') as treasury,
    case side when 'loan' then 1 else -1 end * cash_spread(abs(balance), a, 0, '2026-01-01', '2026-07-01', '30/360') as income from position) p;

-- Risk: the anchor, its parts, and plain SQL.
select raroc(margin, 4000, 6000, loss, 80000, tax_rate => 0.25, capital_benefit => 2480), eva(margin, 4000, 6000, loss, 80000, 0.12, 0.25, 2480), margin, loss,
  raroc(margin, 4000, 6000, loss, 80000) as rarorac, eva(margin, 4000, 6000, loss, 80000, 0.12) as without_tax
from (select ftp_margin('loan', 1000000, 0.0525, 0.0310, '2026-01-01', '2027-01-01', '30/360') as margin, expected_loss(0.01, 0.45, 1000000) as loss) a;
select count(*), bool_and(abs(raroc(m, f, c, l, k, t, b) - ((m + f - c - l + b) * (1 - t) / k)::float8) <= 1e-15 * abs(raroc(m, f, c, l, k, t, b))) as raroc,
  bool_and(eva(m, f, c, l, k, h, t, b) = (m + f - c - l + b) * (1 - t) - h * k) as eva,
  bool_and(sign(eva(m, f, c, l, k, h, t, b)) = sign(raroc(m, f, c, l, k, t, b)::numeric - h)) as above_the_hurdle
from (select i * 101 % 997 * 1.01 as m, i % 37 * 10 as f, i % 61 * 7.5 as c, i % 11 * 3.25 as l, 1000 + i % 13 * 100 as k, i % 5 / 10.0 as t, i % 17 as b, 0.08 + i % 3 / 50.0 + 0.00000001 as h from generate_series(1, 400) i) r;
select raroc(1, 0, 0, 0, 0) as no_capital, eva(1, 0, 0, 0, 0, 0.12) as no_capital_needed, raroc(-1, 0, 0, 0, 3) as loss, raroc(0, 0, 0, 0, 3) as nothing;
select count(*), bool_and(expected_loss(pd, lgd, ead) = pd * lgd * ead) as expected_loss, bool_and(expected_loss(pd::float8, lgd::float8, ead)::text = expected_loss(pd, lgd, ead)::text) as of_float8
from (select i / 400.0 as pd, round(i * 7 % 100 / 100.0, 2) as lgd, i * 7919 % 100003 / 100.0 as ead from generate_series(0, 400) i) r;
select expected_loss(0.02, 0.45, 1234.56), expected_loss(0, 1, 100.00) as safe, expected_loss(1, 1, 100.00) as lost;

-- Fee schedules.
select count(*) as problems from fee_schedule_check(fee_schedule_example());
select policy_valid(fee_schedule_example()), fee_schedule_example() ->> 'note' ~ '^Example data' as marked, p ->> 'from' as "from", (p -> 'commission') - 'label' - 'minimum_label' as commission, c ->> 'name' as charge, (c ->> 'rate')::numeric as rate, c ->> 'side' as side, c ->> 'borne_by' as borne_by
from jsonb_array_elements(fee_schedule_example() -> 'periods') p, jsonb_array_elements(p -> 'charges') c;
select damage, path, problem
from unnest(array['{"periods": []}', '{"version": 2}', '{"decimals": 13, "periods": 1}', '{"periods": [{"from": "2024-01-01", "commission": {"rate": 25, "minimum": -5}, "charges": [{"name": "x", "rate": "a", "side": "both"}]}]}',
  '{"periods": [{"from": "2024-01-01", "commission": {"rate": 0}, "charges": []}, {"from": "2023-12-31", "commission": {"rate": 0}, "charges": []}]}',
  '{"periods": [{"from": "2024-01-01", "commission": {"rate": 0}, "charges": [{"name": "commission", "rate": 0, "borne_by": "client"}, {"name": "fee", "rate": 0, "borne_by": "client"}, {"name": "fee", "rate": 0, "side": "buy", "borne_by": "client"}]}]}']::jsonb[]) with ordinality u(damage, i),
  fee_schedule_check(fee_schedule_example() || damage) order by i, path;
select policy_check('{"kind": "fee_schedule", "version": 1}');

-- 4,000 orders across both periods against plain SQL.
create table orders as
select i, date '2022-04-29' + i * 13 % 1200 as day, case when i % 3 = 0 then 'sell' else 'buy' end as side, (i * 7919 % 100003 * (1 + i % 40)) / 100.0 as turnover,
  case when i % 4 = 0 then round(i % 30 / 100000.0, 5) end as rate, case when i % 5 = 0 then round((i % 900) / 100.0, 2) end as commission
from generate_series(1, 4000) i;
create table charged as
select o.*, round(turnover * case when day < '2023-08-28' then 0.0000487 else 0.0000341 end, 2) + round(turnover * 0.00002, 2) as borne,
  coalesce(commission, case when turnover = 0 then 0 else greatest(round(turnover * coalesce(rate, 0.00025), 2), 5) end) as paid
from orders o;
select count(*), bool_and(net_commission(turnover, side, day, fee_schedule_example(), rate, commission) = paid - borne) as net,
  bool_and(net_commission(turnover, side, day, fee_schedule_example(), rate::float8, commission)::text = (paid - borne)::text) as of_float8,
  bool_and((select sum(effect)::text from net_commission_explain(turnover, side, day, fee_schedule_example(), rate, commission, 'zh')) = net_commission(turnover, side, day, fee_schedule_example(), rate, commission)::text) as adds_up
from charged;
select side, day < '2023-08-28' as before, sum(paid - borne) as net, sum(net_commission(turnover, side, day, fee_schedule_example(), rate, commission)) as summed from charged group by 1, 2 order by 1, 2;

-- The minimum comes before netting; what is collected for others is shown and does not count.
select * from net_commission_explain(10000, 'sell', '2024-01-02', fee_schedule_example());
select * from net_commission_explain(10000, 'buy', '2024-01-02', fee_schedule_example(), language => 'zh');
select * from net_commission_explain(1000000.00, 'sell', '2023-08-27', fee_schedule_example(), rate => 0.00018, language => 'en');
select * from net_commission_explain(20000, 'buy', '2024-01-02', fee_schedule_example(), commission => 3.6);
select net_commission(10000, 'buy', '2024-01-02', fee_schedule_example()) as minimum, net_commission(0, 'buy', '2024-01-02', fee_schedule_example()) as not_executed, net_commission(1000000, 'buy', '2024-01-02', fee_schedule_example(), rate => 0) as loss,
  net_commission(20000, 'buy', '2024-01-02', fee_schedule_example(), 0.5, 3.6) as charged_counts, net_commission(1000000, 'sell', '2024-01-02', fee_schedule_example() || '{"decimals": 0}') as whole;
-- Schedules of a table, another one from row to row.
create table schedule as select v, jsonb_set(fee_schedule_example(), '{periods,0,commission,rate}', to_jsonb(v / 10000.0)) as document from generate_series(1, 20) v;
select count(*), bool_and(net_commission(1000000, 'buy', '2023-01-01', document) = v * 100 - 68.70) as each_its_own from (select * from schedule, generate_series(1, 20) order by 3, v offset 0) s(v, document, turn);

-- NULL in a required argument gives NULL, or no rows.
select day_count_fraction(null, '2026-01-01', 'act/360'), day_count_fraction('2026-01-01', '2026-01-02', null), margin_spread(null, 1, 1, '2026-01-01', '2026-01-02', 'act/360'), margin_spread(1, null, 1, '2026-01-01', '2026-01-02', 'act/360'), cash_spread(1, 1, 1, null, '2026-01-02', 'act/360'), cash_spread(1, 1, 1, '2026-01-01', '2026-01-02', null),
  trail_fee(1, 1, 1, null, '2026-01-01', '2026-01-02', 'act/365'), ftp_margin(null, 1, 1, 1, '2026-01-01', '2026-01-02', 'act/360'), expected_loss(null, 1, 1), raroc(1, null, 1, 1, 1), raroc(1, 1, 1, 1, 1, null), eva(1, 1, 1, 1, 1, null), eva(1, 1, 1, 1, null, 0.1);
select net_commission(null, 'buy', '2024-01-02', fee_schedule_example()), net_commission(1, null, '2024-01-02', fee_schedule_example()), net_commission(1, 'buy', null, fee_schedule_example()), net_commission(1, 'buy', '2024-01-02', null), (select count(*) from net_commission_explain(1, 'buy', null, fee_schedule_example())) as rows, (select count(*) from fee_schedule_check(null)) as problems;

-- Errors.
select c, test.error_of(format('select crm.day_count_fraction(%L, %L, %L)', f, t, c)) from (values ('2026-01-01', '2026-01-02', 'ACT/360'), ('2026-01-02', '2026-01-01', '30/360'), ('infinity', 'infinity', 'act/act'), ('2026-01-02', '2026-01-01', repeat('x', 100))) v(f, t, c);
select call, test.error_of(format('select crm.' || call, '''2026-01-01'', ''2027-01-01'''))
from unnest('{"margin_spread(1, ''NaN'', 0, %s, ''act/360'')","margin_spread(''NaN'', 0, 0, %s, ''act/360'')","cash_spread(1, 0, ''-infinity'', %s, ''act/360'')","trail_fee(1, 1, 0.01, 60, %s, ''act/360'')","trail_fee(1e20, 1e20, 1, 1, %s, ''act/360'')","ftp_margin(''Loan'', 1, 0, 0, %s, ''act/360'')","margin_spread(1e26, 5, 0, %s, ''act/360'')","cash_spread(1, 1, 0, %s, ''30e/360'')","cash_spread(1, 1, 0, %s)","cash_spread(1::float8, 1, 0, %s, ''act/360'')"}'::text[]) call;
select call, test.error_of('select crm.' || call)
from unnest('{"expected_loss(1.5, 0.4, 100)","expected_loss(0.01, ''NaN'', 100)","expected_loss(0.01, 0.4, -100)","raroc(1, 1, -1, 1, 1)","raroc(1, 1, 1, -1, 1)","raroc(1, 1, 1, 1, -1)","raroc(1, 1, 1, 1, 1, 25)","eva(1, 1, 1, 1, 1, ''Infinity'')","eva(1, 1, 1, 1, 1, 0.1, -1)","eva(1, 1, 1, 1, 1, 12)"}'::text[]) call;
select call, test.error_of(format('select crm.' || call, 'crm.fee_schedule_example()'))
from unnest('{"net_commission(-1, ''buy'', ''2024-01-02'', %s)","net_commission(1, ''S'', ''2024-01-02'', %s)","net_commission(1, ''sell'', ''2022-04-28'', %s)","net_commission(1, ''sell'', ''infinity'', %s)","net_commission(1, ''sell'', ''2024-01-02'', %s, 25)","net_commission(1, ''sell'', ''2024-01-02'', %s, commission => -5)","net_commission(1, ''sell'', ''2024-01-02'', %s, 25, 5)","net_commission(1, ''sell'', ''2024-01-02'', ''{}'')","net_commission(1, ''sell'', ''2024-01-02'', crm.tier_policy_example())","net_commission(1, ''sell'', ''2024-01-02'', %s || ''{\"periods\": []}'')","net_commission_explain(1, ''buy'', ''2024-01-02'', %s, language => ''fr'')"}'::text[]) call;
