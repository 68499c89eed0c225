-- Lifetime-value models on CDNOW (after cdnow.sql, in its session: from the purchase log, summed up by day), on the donations and on the
-- two published retention tables, against golden numbers. "Mode" and a number: one of the ten failure modes of the golden README.

-- The golden files are JSON.
\set text `cat ../shared/golden/btyd_cdnow_params.json`
create temp table golden_fit as select :'text'::jsonb -> 'exact_weeks' as sample;
\set text `cat ../shared/golden/btyd_other_datasets.json`
alter table golden_fit add cohort jsonb;
update golden_fit set cohort = :'text'::jsonb -> 'cdnow_master_23570_weeks';
\set text `cat ../shared/golden/btyd_cdnow_predictions.json`
create temp table golden_prediction as select :'text'::jsonb as p;
\set text `cat ../shared/golden/btyd_stress_points.json`
create temp table golden_stress as
select no, p ->> 'model' as model, array(select jsonb_array_elements_text(p -> 'params')::float8) as params, (p ->> 'x')::int as x, (p ->> 't_x')::float8 as t_x,
  (p ->> 'T')::float8 as t, (p ->> 'p_alive')::numeric as p_alive, (p ->> 'cet52')::numeric as cet52
from jsonb_array_elements(:'text') with ordinality as e (p, no);
\set text `cat ../shared/golden/gg_bgbb_sbg.json`
create temp table golden_other as select :'text'::jsonb as g;
\set text `cat ../shared/golden/cdnow_customer_metrics.json`
create temp table golden_metric as select :'text'::jsonb as m;
create temp table golden_customer (
  cust int, x int, tx_days int, t_days int, m float8, x_star int, bg_palive float8, bg_cet39 float8, mbg_palive float8, mbg_cet39 float8, pn_palive float8,
  pn_cet39 float8, pn_dert15 float8, bg_disc_tx_12m_1pct float8, gg_mean float8, clv_lifetimes_style_12m_1pct float8, clv_pnbd_dert15_x_mean float8);
\copy golden_customer from '../shared/golden/cdnow_customer_predictions.csv' with (format csv, header true)
create temp table donation (frequency int, recency int, periods int, weights int);
\copy donation from '../shared/data/cdnow/donations.csv' with (format csv, header true)
\unset text

-- Every value is there, and the worst of them is near enough; NaN is never near.
create function pg_temp.all_near(what text, n bigint, expected_n bigint, worst float8, tolerance float8) returns text language sql
as $$
  select case when n = expected_n and worst <= tolerance then 'ok: ' || what
    else 'FAILED: ' || what || ': ' || n || ' values, expected ' || expected_n || '; the worst is off by ' || coalesce(worst::text, 'null') || ', allowed is ' || tolerance end
$$;
-- How far a value is off, in parts of the expected one.
create function pg_temp.off(got float8, expected float8) returns float8 language sql
as $$ select case when got = expected then 0 else abs(got - expected) / abs(expected) end $$;
-- A model as written by hand.
create function pg_temp.model(kind text, p float8[], unit text default 'week') returns jsonb language sql
as $$
  select jsonb_build_object('kind', kind, 'version', 1, 'parameters', (select jsonb_object_agg(name, p[i]) from unnest(names) with ordinality as u (name, i)))
    || case kind when 'gamma_gamma' then '{}' else jsonb_build_object('unit', unit) end
  from (select case kind when 'bgnbd' then array['r', 'alpha', 'a', 'b'] when 'mbgnbd' then array['r', 'alpha', 'a', 'b'] when 'pareto_nbd' then array['r', 'alpha', 's', 'beta']
    when 'bgbb' then array['alpha', 'beta', 'gamma', 'delta'] when 'gamma_gamma' then array['p', 'q', 'v'] else array['alpha', 'beta'] end as names) as n
$$;
create function pg_temp.kind(golden text) returns text language sql
as $$ select case golden when 'bg_nbd' then 'bgnbd' when 'mbg_nbd' then 'mbgnbd' else 'pareto_nbd' end $$;
-- The parameters in the order of the golden file: the same names under another order of keys.
create function pg_temp.numbers(object jsonb, names text[]) returns float8[] language sql
as $$ select array_agg((object ->> name)::float8 order by i) from unnest(names) with ordinality as u (name, i) $$;
-- A float8 that may be too small for one.
create function pg_temp.small(p numeric) returns float8 language sql
as $$ select case when p < 1e-300 then 0 else p::float8 end $$;

-- The customers. Mode 8: several purchases of a day are one purchase, nobody is left out because he did not buy again.
create temp table customer as
select client_id, sample_id, rfm from summary left join cdnow.sample using (client_id) where way = 'days, numeric';
create temp table sample as
select 'sample' as name, crm.rfm_sample_agg(rfm) as sample from customer where sample_id is not null
union all
select 'cohort', crm.rfm_sample_agg(rfm) from customer;
create temp table lines as
select client_id, crm.rfm_agg(at, amount) as rfm from job.event where at < '1997-10-01 00:00+00' group by client_id;
create function pg_temp.sqlstate_of(query text) returns text language plpgsql
as $$
declare
  answer text;
begin
  execute query into answer;
  return 'none';
exception when others then
  return sqlstate || ' ' || sqlerrm;
end
$$;
select pg_temp.expect('CDNOW lifetime value, mode 8: purchase lines in place of days are refused',
  pg_temp.sqlstate_of($$ select crm.bgnbd_fit(crm.rfm_sample_agg(rfm), '1997-09-30') from lines $$), '22023 a summary counts more events than there are days from its first to its last');

-- Fits. Mode 5: the gradient is demanded, several starts, the same optimum in days, weeks, months, quarters and years.
create temp table fit as
select name, unit, kind, case kind when 'bgnbd' then crm.bgnbd_fit(sample, '1997-09-30', unit) when 'mbgnbd' then crm.mbgnbd_fit(sample, '1997-09-30', unit)
    else crm.pareto_nbd_fit(sample, '1997-09-30', unit) end as model
from sample, (values ('week'), ('day'), ('month'), ('quarter'), ('year')) as u (unit), (values ('bgnbd'), ('mbgnbd'), ('pareto_nbd')) as k (kind)
where name = 'sample' or unit in ('week', 'day');
create temp table expected_fit as
select 'sample' as name, pg_temp.kind(golden) as kind, case golden when 'pareto_nbd' then array['r', 'alpha', 's', 'beta'] else array['r', 'alpha', 'a', 'b'] end as names,
  f -> 'params' as params, (f ->> 'log_likelihood')::float8 as log_likelihood, f -> 'std_err' as errors, f -> 'vcov' as covariance, 2357 as customers, 1016 as patterns
from golden_fit, jsonb_each(sample) as e (golden, f) where golden <> 'nbd'
union all
select 'cohort', pg_temp.kind(golden), names, f -> 'params', (f ->> 'log_likelihood')::float8,
  (select jsonb_object_agg(n, f -> 'std_err' -> i) from unnest(names, array[0, 1, 2, 3]) as u (n, i)), null, 23570, 8685
from golden_fit, jsonb_each(cohort) as e (golden, f),
  lateral (select case golden when 'pareto_nbd' then array['r', 'alpha', 's', 'beta'] else array['r', 'alpha', 'a', 'b'] end as names) as n
where golden ~ 'nbd$';

select pg_temp.all_near(format('CDNOW %s: %s, %s', name, kind, what), n, case what when 'covariance' then 16 else 4 end, worst, tolerance)
from fit join expected_fit e using (name, kind), lateral (
  select 'parameters' as what, count(*) as n, max(pg_temp.off(got, expected)) as worst, 1e-6 as tolerance
  from unnest(pg_temp.numbers(model -> 'parameters', names), pg_temp.numbers(params, names)) as u (got, expected)
  union all
  select 'standard errors', count(*), max(pg_temp.off(got, expected)), 1e-4
  from unnest(pg_temp.numbers(model -> 'standard_errors', names), pg_temp.numbers(errors, names)) as u (got, expected)
  union all
  select 'covariance', count(*), max(pg_temp.off((model #>> array['covariance', i::text, j::text])::float8, (covariance #>> array[i::text, j::text])::float8)), 1e-4
  from generate_series(0, 3) as i, generate_series(0, 3) as j where covariance is not null having count(*) > 0) as c
where unit = 'week'
order by name, kind, what;
select pg_temp.near(format('CDNOW %s: %s, log-likelihood', name, kind), (model ->> 'log_likelihood')::float8, log_likelihood, 1e-8)
from fit join expected_fit e using (name, kind) where unit = 'week' order by name, kind;
select pg_temp.expect(format('CDNOW %s: %s in %ss converged to a gradient of nothing, all starts agree', name, kind, unit),
  array[model -> 'converged', to_jsonb((model ->> 'gradient_norm')::float8 < 1e-6), to_jsonb((model ->> 'starts')::int >= 3), to_jsonb(model -> 'starts' = model -> 'starts_agreeing')]::text, '{true,true,true,true}')
from fit order by name, kind, unit;
select pg_temp.expect(format('CDNOW %s: %s, customers, repeat customers and patterns', name, kind),
  array[(model ->> 'customers')::int, (model ->> 'repeat_customers')::int, (model ->> 'patterns')::int], array[customers, case name when 'sample' then 946 else 9451 end, patterns])
from fit join expected_fit e using (name, kind) where unit = 'week' order by name, kind;
select pg_temp.near(format('CDNOW %s: %s, AIC and BIC', name, kind), (model ->> 'aic')::float8 + (model ->> 'bic')::float8, 8 - 4 * log_likelihood + 4 * ln(customers), 1e-7)
from fit join expected_fit e using (name, kind) where unit = 'week' order by name, kind;
select pg_temp.expect('CDNOW: ' || name || ' ' || kind || ', what the fit says', (select coalesce(jsonb_agg(d -> 'code'), '[]') from jsonb_array_elements(model -> 'diagnosis') as d)::text,
  case kind when 'bgnbd' then '["one_time_buyers"]' else '[]' end)
from fit where unit = 'week' order by name, kind;

-- Rates are those of weeks times the weeks of a unit, and a log-likelihood has the number of units in it, once a purchase.
create temp table days_of (unit text, days float8);
insert into days_of values ('day', 1), ('week', 7), ('month', 30.4375), ('quarter', 91.3125), ('year', 365.25);
select pg_temp.all_near(format('CDNOW %s: %s, mode 5: the optimum in %ss is that in weeks', name, kind, u.unit), n, 9, worst, 1e-12)
from fit u join days_of using (unit) join fit w using (name, kind) join expected_fit e using (name, kind), lateral (
  select count(*) as n, max(pg_temp.off(got, expected)) as worst
  from (select g * case when parameter in ('alpha', 'beta') then days / 7 else 1 end as got, e as expected
    from unnest(names, pg_temp.numbers(u.model -> 'parameters', names), pg_temp.numbers(w.model -> 'parameters', names)) as v (parameter, g, e)
    union all
    select g * case when parameter in ('alpha', 'beta') then days / 7 else 1 end, e
    from unnest(names, pg_temp.numbers(u.model -> 'standard_errors', names), pg_temp.numbers(w.model -> 'standard_errors', names)) as v (parameter, g, e)
    union all
    select (u.model ->> 'log_likelihood')::float8 - ln(days / 7) * case name when 'sample' then 2457 else 24337 end, (w.model ->> 'log_likelihood')::float8) as v) as c
where w.unit = 'week' and u.unit <> 'week'
order by name, kind, days;

-- What the fitted models forecast for the holdout of 39 weeks, in which 1,882 purchases were made, as published.
select pg_temp.near('CDNOW sample: ' || kind || ', purchases forecast for the holdout', round(sum(crm.expected_purchases(model, rfm, '1997-09-30', 39))::numeric, 2)::float8,
  case kind when 'bgnbd' then 1653.41 when 'mbgnbd' then 1576.73 else 1665.51 end, 0)
from fit, customer where name = 'sample' and unit = 'week' and sample_id is not null group by kind order by kind;
select pg_temp.near('CDNOW sample: ' || kind || ' in days, the same forecast', sum(crm.expected_purchases(d.model, rfm, '1997-09-30', 39 * 7)), sum(crm.expected_purchases(w.model, rfm, '1997-09-30', 39)), 1e-7)
from fit d join fit w using (name, kind), customer where name = 'sample' and d.unit = 'day' and w.unit = 'week' and sample_id is not null group by kind order by kind;

-- The same bytes of a model from parts merged, from customers in another order, from workers.
create temp table part as
select client_id % 11 as part, sample_id is not null as in_sample, crm.rfm_sample_agg(rfm order by client_id desc) as sample from customer group by 1, 2;
select pg_temp.expect('CDNOW ' || name || ': ' || kind || ', the model of parts merged', md5(crm_fit::text), md5(model::text))
from fit, lateral (select case kind when 'bgnbd' then crm.bgnbd_fit(s, '1997-09-30') when 'mbgnbd' then crm.mbgnbd_fit(s, '1997-09-30') else crm.pareto_nbd_fit(s, '1997-09-30') end as crm_fit
  from (select crm.rfm_sample_merge(sample order by part desc) as s from part where name = 'cohort' or in_sample) as p) as f
where unit = 'week' order by name, kind;

-- Mode 10: a million customers with the histories of 23,570 of them are fitted as fast, to the same parameters.
create temp table million as
select crm.rfm_sample_merge(sample) as sample from sample, generate_series(1, 43) where name = 'cohort';
select pg_temp.expect('CDNOW, mode 10: customers of 43 cohorts', crm.customers(sample), 1013510) from million;
select pg_temp.all_near('CDNOW, mode 10: ' || kind || ' of 43 cohorts', count(*), 4, max(greatest(pg_temp.off(p, q), pg_temp.off(e * sqrt(43), g) / 1e3, abs(ll / 43 - l) / 1e6)), 1e-9)
from (select kind, model, case kind when 'bgnbd' then crm.bgnbd_fit(sample, '1997-09-30') when 'mbgnbd' then crm.mbgnbd_fit(sample, '1997-09-30') else crm.pareto_nbd_fit(sample, '1997-09-30') end as large
    from million, fit where name = 'cohort' and unit = 'week') as f join expected_fit using (kind),
  lateral (select (large ->> 'log_likelihood')::float8 as ll, (model ->> 'log_likelihood')::float8 as l) as v,
  lateral unnest(pg_temp.numbers(large -> 'parameters', names), pg_temp.numbers(model -> 'parameters', names), pg_temp.numbers(large -> 'standard_errors', names), pg_temp.numbers(model -> 'standard_errors', names)) as u (p, q, e, g)
where expected_fit.name = 'cohort' group by kind order by kind;
drop table million;

-- Predictions for each of the 2,357 customers, at the parameters of the golden file.
create temp table at as
select pg_temp.kind(golden) as kind, pg_temp.model(pg_temp.kind(golden), array(select jsonb_array_elements_text(m -> 'params')::float8)) as model
from golden_prediction, jsonb_each(p -> 'at_mle') as e (golden, m);
create temp table gg as
select pg_temp.model('gamma_gamma', pg_temp.numbers(g #> '{gamma_gamma_exact,params}', array['p', 'q', 'v'])) as gg,
  -- A discount of a week in the golden file; here it is a year's.
  exp((p #>> '{dert_pareto_nbd,delta_weekly_15pct_annual}')::float8 * 365.25 / 7) - 1 as discount
from golden_other, golden_prediction;
-- Discounted expected transactions are the lifetime value where everybody spends a million a time.
create temp table rich as
select jsonb_set(gg, '{parameters}', '{"p": 1e-6, "q": 2, "v": 1e18}') as gg, discount from gg;
create temp table predicted as
select cust, crm.p_alive(b.model, rfm, '1997-09-30') as bg_palive, crm.expected_purchases(b.model, rfm, '1997-09-30', 39) as bg_cet39,
  crm.p_alive(m.model, rfm, '1997-09-30') as mbg_palive, crm.expected_purchases(m.model, rfm, '1997-09-30', 39) as mbg_cet39,
  crm.p_alive(p.model, rfm, '1997-09-30') as pn_palive, crm.expected_purchases(p.model, rfm, '1997-09-30', 39) as pn_cet39,
  crm.clv(p.model, rich.gg, rfm, '1997-09-30', 'infinity', rich.discount)::float8 / crm.expected_value(rich.gg, rfm)::float8 as pn_dert15,
  (select sum((crm.expected_purchases(b.model, rfm, '1997-09-30', i * 4.345) - crm.expected_purchases(b.model, rfm, '1997-09-30', (i - 1) * 4.345)) / 1.01 ^ i)
    from generate_series(1, 12) as i) as bg_disc_tx_12m_1pct,
  crm.expected_value(gg.gg, rfm)::float8 as gg_mean, crm.clv(p.model, gg.gg, rfm, '1997-09-30', 'infinity', gg.discount)::float8 as clv_pnbd_dert15_x_mean
from customer join golden_customer on cust = sample_id, at as b, at as m, at as p, gg, rich
where b.kind = 'bgnbd' and m.kind = 'mbgnbd' and p.kind = 'pareto_nbd';
create temp table compared as
select cust, what, got, expected
from predicted p join golden_customer g using (cust), lateral (values ('P(alive), BG/NBD', p.bg_palive, g.bg_palive), ('purchases in 39 weeks, BG/NBD', p.bg_cet39, g.bg_cet39),
  ('P(alive), MBG/NBD', p.mbg_palive, g.mbg_palive), ('purchases in 39 weeks, MBG/NBD', p.mbg_cet39, g.mbg_cet39), ('P(alive), Pareto/NBD', p.pn_palive, g.pn_palive),
  ('purchases in 39 weeks, Pareto/NBD', p.pn_cet39, g.pn_cet39), ('discounted expected transactions, Pareto/NBD', p.pn_dert15, g.pn_dert15),
  ('transactions of 12 months, each month discounted, BG/NBD', p.bg_disc_tx_12m_1pct, g.bg_disc_tx_12m_1pct), ('expected value of a purchase', p.gg_mean, g.gg_mean),
  ('lifetime value of 12 months, BG/NBD', p.bg_disc_tx_12m_1pct * p.gg_mean, g.clv_lifetimes_style_12m_1pct), ('lifetime value, Pareto/NBD', p.clv_pnbd_dert15_x_mean, g.clv_pnbd_dert15_x_mean)
) as v (what, got, expected);
select pg_temp.all_near('CDNOW customers: ' || what, count(got), 2357, max(pg_temp.off(got, expected)), 1e-9) from compared group by what order by what;
select pg_temp.expect('CDNOW customers, mode 7: of those who bought once, as many surely alive under ' || what, count(*) filter (where got = 1), case what when 'P(alive), BG/NBD' then 1411 else 0 end)
from compared join golden_sample using (cust) where what ~ 'alive' and x = 0 group by what order by what;

-- Mode 9: cumulative is not incremental, a month is no week, a year's rate is not a month's. In months the numbers are those of weeks.
create temp table monthly_model as
select jsonb_set(jsonb_set(model || '{"unit": "month"}', '{parameters,alpha}', to_jsonb((model #>> '{parameters,alpha}')::float8 * 7 / 30.4375)),
  '{parameters,beta}', coalesce(to_jsonb((model #>> '{parameters,beta}')::float8 * 7 / 30.4375), 'null')) #- case kind when 'pareto_nbd' then '{x}'::text[] else '{parameters,beta}' end as model, kind
from at;
select pg_temp.all_near('CDNOW customers, mode 9: in months the same as in weeks, ' || kind || ' ' || what, count(got), 2357, max(pg_temp.off(got, expected)), 1e-9)
from at join monthly_model as m using (kind), gg, customer, lateral (values
  ('P(alive)', crm.p_alive(m.model, rfm, '1997-09-30'), crm.p_alive(at.model, rfm, '1997-09-30')),
  ('purchases of a year', crm.expected_purchases(m.model, rfm, '1997-09-30', 12), crm.expected_purchases(at.model, rfm, '1997-09-30', 365.25 / 7)),
  ('value of a year', crm.clv(m.model, gg, rfm, '1997-09-30', 12, 0.1)::float8, crm.clv(at.model, gg, rfm, '1997-09-30', 365.25 / 7, 0.1)::float8)) as v (what, got, expected)
where sample_id is not null group by kind, what order by kind, what;
-- The value of two years is that of the first, and of the second a year later; discounted in days it is the continuous one.
select pg_temp.all_near('CDNOW customers, mode 9: value of two years against daily purchases, ' || kind, count(got), 100, max(pg_temp.off(got, expected)), 1e-6)
from at, gg, customer, lateral (select crm.clv(model, gg, rfm, '1997-09-30', 104, 0.15)::float8 as got, crm.expected_value(gg, rfm)::float8 *
    (select sum((crm.expected_purchases(model, rfm, '1997-09-30', d / 7.0) - crm.expected_purchases(model, rfm, '1997-09-30', (d - 1) / 7.0)) * 1.15 ^ (-(d - 0.5) / 365.25)) from generate_series(1, 728) as d) as expected) as v
where sample_id <= 100 group by kind order by kind;

-- What these predictions are worth.
select pg_temp.all_near('CDNOW sample: ' || model || ', sum, mean error, root mean square error and correlation of the forecast, mean P(alive)', count(*), 5, max(pg_temp.off(got, expected)), 1e-9)
from (select model, sum(cet) as sum_pred, avg(abs(cet - x_star)) as mae, sqrt(avg((cet - x_star) ^ 2)) as rmse, corr(cet, x_star) as corr, avg(alive) as mean_palive
    from predicted p join golden_sample using (cust), lateral (values ('bg', p.bg_cet39, p.bg_palive), ('mbg', p.mbg_cet39, p.mbg_palive), ('pn', p.pn_cet39, p.pn_palive)) as v (model, cet, alive)
    group by model) as s, golden_metric,
  lateral (values ('sum_pred', sum_pred), ('mae', mae), ('rmse', rmse), ('corr', corr), ('mean_palive', mean_palive)) as v (what, got), lateral (select (m #>> array[model, what])::float8 as expected) as e
group by model order by model;
select pg_temp.all_near('CDNOW sample: lifetime value of all, of both kinds, and the mean value of a purchase', 3, 3,
  greatest(pg_temp.off(sum(bg_disc_tx_12m_1pct * gg_mean), (m ->> 'clv_lifetimes_style_sum')::float8), pg_temp.off(sum(clv_pnbd_dert15_x_mean), (m ->> 'clv_pnbd_sum')::float8),
    pg_temp.off(avg(gg_mean), (m ->> 'gg_mean_mean')::float8)), 1e-9)
from predicted, golden_metric group by m;

-- Points that are hard: times are weeks, here of as many days that no day holds two purchases. Modes 1 and 2.
create temp table point as
select 'hard point' as name, format('%s, %s', level, golden) as model, pg_temp.kind(golden) as kind, array(select jsonb_array_elements_text(m -> 'params')::float8) as params,
  (c ->> 'x')::int as x, (c ->> 't_x')::float8 as t_x, (c ->> 'T')::float8 as t, (c ->> 't')::float8 as horizon, (c ->> 'p_alive')::numeric as p_alive, (c ->> 'cet')::numeric as cet
from golden_prediction, unnest(array['at_mle', 'at_published']) as level, jsonb_each(p -> level) as e (golden, m), jsonb_array_elements(m -> 'points') as c
union all
select 'stress point', array_to_string(params, ' '), pg_temp.kind(model), params, x, t_x, t, 52, p_alive, cet52 from golden_stress where x = 0 or t_x > 0;
create temp table at_point as
select p.*, crm.p_alive(model_of_days, rfm, as_of) as got_alive, crm.expected_purchases(model_of_days, rfm, as_of, horizon * k) as got_cet
from (select *, case when x in (161, 221) then 100000 else 7 * ceil(greatest(1, x / (7 * greatest(t_x, 1.0 / 7)))) end as k from point) as p,
  lateral (select pg_temp.model(kind, case kind when 'pareto_nbd' then array[params[1], params[2] * k, params[3], params[4] * k] else array[params[1], params[2] * k, params[3], params[4]] end, 'day') as model_of_days,
    date '4713-01-01 BC' as first, (date '4713-01-01 BC' + round(k * t)::int) as as_of) as m,
  lateral (select crm.rfm_of(x + 1, x + 1, first, first + round(k * t_x)::int) as rfm) as r;
select pg_temp.all_near(format('lifetime value, modes 1 and 2: %ss, P(alive), %s at %s', name, kind, model), count(got_alive), case name when 'hard point' then 15 else 8 end,
  max(case when p_alive < 1e-300 then got_alive / 1e-290 else pg_temp.off(got_alive, pg_temp.small(p_alive)) end), 1e-8)
from at_point group by name, kind, model order by name, kind, model;
select pg_temp.all_near(format('lifetime value, modes 1 and 2: %ss, expected purchases, %s at %s', name, kind, model), count(got_cet), case name when 'hard point' then 15 else 8 end,
  max(case when cet < 1e-300 then got_cet / 1e-290 else pg_temp.off(got_cet, pg_temp.small(cet)) end), 1e-8)
from at_point group by name, kind, model order by name, kind, model;
select pg_temp.all_near(format('lifetime value: expected purchases of a new customer, %s, %s', level, golden), count(*), 11,
  max(pg_temp.off(crm.expected_purchases_new(pg_temp.model(pg_temp.kind(golden), array(select jsonb_array_elements_text(m -> 'params')::float8)), weeks::float8), expected::float8)), 1e-9)
from golden_prediction, unnest(array['at_mle', 'at_published']) as level, jsonb_each(p -> level) as e (golden, m), jsonb_each_text(m -> 'expected_new_customer') as n (weeks, expected)
group by level, golden order by level, golden;
select pg_temp.near('lifetime value: discounted expected transactions of 26 purchases in 31 weeks, delta 0.0027',
  crm.clv(model, gg, rfm, date '1997-09-30', 'infinity', exp(0.0027 * 365.25 / 7) - 1)::float8 / crm.expected_value(gg, rfm)::float8,
  (p #>> '{dert_pareto_nbd,btyd_check_d0.0027_x26}')::float8, 1e-9)
from rich, golden_prediction, at, crm.rfm_of(27, 27, date '1997-09-30' - 217, date '1997-09-30' - 1, 1) as rfm where kind = 'pareto_nbd';

-- The whole sample week by week, from the first purchases: a week ends with its seventh day.
select pg_temp.all_near('CDNOW sample: purchases of 78 weeks, cumulative, ' || kind, count(got), 78, max(pg_temp.off(got, expected)), 1e-9)
from (select kind, week, sum(crm.expected_purchases_new(model, (7 * week - 1 - born) / 7.0) * customers) as got
    from at, generate_series(1, 78) as week, (select crm.first_at(rfm)::date - date '1997-01-01' as born, count(*) as customers from customer where sample_id is not null group by 1) as b
    where born < 7 * week - 1 group by kind, week) as g,
  golden_prediction, lateral (select (p #>> array['tracking_cumulative_weeks_1_78', case kind when 'bgnbd' then 'bg_nbd' when 'mbgnbd' then 'mbg_nbd' else kind end, (week - 1)::text])::float8 as expected) as e
group by kind order by kind;
select pg_temp.same_rows('CDNOW sample: purchases of 78 weeks, as they were', 78,
  $$select week::bigint, (select count(*) from daily d join cdnow.sample using (client_id) join customer using (client_id) where day > crm.first_at(rfm)::date and day < date '1997-01-01' + 7 * week) from generate_series(1, 78) as week$$,
  $$select no, value::bigint from golden_prediction, jsonb_array_elements(p #> '{tracking_cumulative_weeks_1_78,actual_cumulative}') with ordinality as a (value, no)$$);

-- The probability of so many purchases is the expected column of the histogram of a single customer.
select pg_temp.all_near(format('lifetime value: probabilities of 0 to 10 purchases, %s, %s', kind, weeks), count(*), 11, max(pg_temp.off(h.expected, pmf::float8)), 1e-9)
from golden_prediction, (values ('bg_nbd'), ('pareto_nbd')) as k (golden), jsonb_each(p #> array['pmf', golden || '_at_mle']) as e (weeks, list), jsonb_array_elements_text(list) with ordinality as l (pmf, no),
  at, lateral crm.purchase_histogram(model, crm.rfm_sample_push(null, crm.rfm_of(1, 1, date '1997-01-01', '1997-01-01')), date '1997-01-01' + 7 * substr(weeks, 3)::int, 11) as h
where kind = pg_temp.kind(golden) and h.purchases = no - 1
group by kind, weeks order by kind, weeks;
select pg_temp.all_near('lifetime value: probabilities of 11 to 20 purchases, BG/NBD as published, 30 weeks', count(*), 10, max(pg_temp.off(h.expected, pmf::float8)), 1e-9)
from golden_prediction, jsonb_array_elements_text(p #> '{pmf,bg_nbd_at_published,t=30\,n=11..20}') with ordinality as l (pmf, no),
  crm.purchase_histogram(pg_temp.model('bgnbd', array[0.243, 4.414, 0.793, 2.426]), crm.rfm_sample_push(null, crm.rfm_of(1, 1, date '1997-01-01', '1997-01-01')), date '1997-01-01' + 210, 21) as h
where h.purchases = no + 10;
select pg_temp.all_near('lifetime value: probabilities, BG/NBD as published, none in 39 weeks and 10 in 2', 2, 2,
  max(case weeks when 2 then pg_temp.off(h.expected, (p #>> '{pmf,bg_nbd_at_published,t=2\,n=10}')::float8) else pg_temp.off(h.expected, (p #>> '{pmf,bg_nbd_at_published,t=39\,n=0}')::float8) end), 1e-9)
from golden_prediction, (values (2, 10), (39, 0)) as w (weeks, n),
  crm.purchase_histogram(pg_temp.model('bgnbd', array[0.243, 4.414, 0.793, 2.426]), crm.rfm_sample_push(null, crm.rfm_of(1, 1, date '1997-01-01', '1997-01-01')), date '1997-01-01' + 7 * weeks, 11) as h
where h.purchases = n;
-- All customers: what was observed is counted, both columns add up.
select pg_temp.same_rows('CDNOW sample: histogram, observed', 8, 'select h.purchases, or_more, observed from sample, fit, crm.purchase_histogram(model, sample, ''1997-09-30'', 7) as h where sample.name = ''sample'' and fit.name = ''sample'' and kind = ''bgnbd'' and unit = ''day''',
  'select least(x, 7), x >= 7, count(*) from golden_sample group by 1, x >= 7');
select pg_temp.near('CDNOW ' || name || ': ' || kind || ', the histogram adds up to the customers', sum(expected), sum(observed)::float8, 1e-6)
from sample join fit using (name), crm.purchase_histogram(model, sample, '1997-09-30') as h where unit = 'week' group by name, kind order by name, kind;

-- Gamma-gamma. Mode 8: the first day's spend is left out, and who did not buy again has no mean, but an expected value.
create temp table spending as
select name, crm.gamma_gamma_fit(sample, '1997-09-30') as model from sample;
create temp table expected_spending as
select 'sample' as name, array['p', 'q', 'v'] as names, g #> '{gamma_gamma_exact,params}' as params, (g #>> '{gamma_gamma_exact,log_likelihood}')::float8 as log_likelihood,
  g #> '{gamma_gamma_exact,std_err}' as errors, 946 as n, 0 as left_out from golden_other
union all
select 'cohort', array['p', 'q', 'v'], cohort #> '{gamma_gamma,params}', (cohort #>> '{gamma_gamma,log_likelihood}')::float8, null, 9450, 1 from golden_fit;
select pg_temp.all_near('CDNOW ' || name || ': gamma-gamma, parameters', count(*), 3, max(pg_temp.off(got, expected)), 1e-6)
from spending join expected_spending using (name), unnest(pg_temp.numbers(model -> 'parameters', names), pg_temp.numbers(params, names)) as u (got, expected) group by name order by name;
select pg_temp.all_near('CDNOW sample: gamma-gamma, standard errors', count(*), 3, max(pg_temp.off((model -> 'standard_errors' ->> parameter)::float8, (errors ->> (no - 1)::int)::float8)), 1e-4)
from spending join expected_spending using (name), unnest(names) with ordinality as u (parameter, no) where name = 'sample';
select pg_temp.near('CDNOW ' || name || ': gamma-gamma, log-likelihood', (model ->> 'log_likelihood')::float8, log_likelihood, 1e-8) from spending join expected_spending using (name) order by name;
select pg_temp.expect('CDNOW ' || name || ': gamma-gamma, converged, customers, left out, what it says', jsonb_build_array(model -> 'converged', model -> 'customers', model -> 'left_out', model #> '{diagnosis,0,code}', model #> '{diagnosis,1}')::text,
  jsonb_build_array(true, n, left_out, case when left_out > 0 then 'left_out' end, null)::text) from spending join expected_spending using (name) order by name;
select pg_temp.all_near('lifetime value: expected value of a purchase, ' || parameters, count(*), n, max(pg_temp.off(crm.expected_value(pg_temp.model('gamma_gamma', p),
    crm.rfm_of(1 + (c ->> 'x')::int, case when (c ->> 'x')::int > 0 then 1 else 0 end + (c ->> 'x')::int * (c ->> 'm')::numeric, date '1997-01-01', date '1997-01-01' + 2 * (c ->> 'x')::int, case when (c ->> 'x')::int > 0 then 1 else 0 end))::float8, (c ->> 'e')::float8)), 1e-9)
from golden_other, (values ('at_mle', array[6.249572271323756, 3.7442246671320245, 15.443520962589239], 5), ('at_published_6_25_3_74_15_44', array[6.25, 3.74, 15.44], 6)) as v (parameters, p, n),
  lateral jsonb_array_elements(g #> array['gamma_gamma_cond_mean', parameters]) as c group by parameters, n order by parameters;
-- Money in cents: the same but for v, and for a constant in the likelihood.
select pg_temp.all_near('CDNOW sample: gamma-gamma in cents', 4, 4, greatest(pg_temp.off((c ->> 'p')::float8, (d ->> 'p')::float8), pg_temp.off((c ->> 'q')::float8, (d ->> 'q')::float8), pg_temp.off((c ->> 'v')::float8, 100 * (d ->> 'v')::float8),
    pg_temp.off((cents ->> 'log_likelihood')::float8 + 946 * ln(100), (model ->> 'log_likelihood')::float8)), 1e-9)
from spending, (select crm.gamma_gamma_fit(crm.rfm_sample_agg(rfm), '1997-09-30') as cents from summary join cdnow.sample using (client_id) where way = 'days, cents') as s,
  lateral (select cents -> 'parameters' as c, model -> 'parameters' as d) as p where name = 'sample';

-- Mode 6: means correlated with frequency. As the model, it leaves out who has no positive mean.
create temp table repeater as
select sample_id is not null as in_sample, rfm, crm.frequency(rfm) - 1 as x, (crm.total(rfm) - crm.first_total(rfm)) / (crm.frequency(rfm) - 1) as mean from customer where crm.frequency(rfm) > 1;
select pg_temp.all_near('CDNOW, mode 6: correlation of frequency and value, ' || what, n, expected_n, greatest(pg_temp.off(pearson, expected_pearson), pg_temp.off(lower, tanh(atanh(expected_pearson) - 1.959963984540054 / sqrt(n - 3))),
  pg_temp.off(upper, tanh(atanh(expected_pearson) + 1.959963984540054 / sqrt(n - 3))), pg_temp.off(spearman, expected_spearman)), 1e-9)
from (select what, c.*, expected_pearson, expected_n, expected_spearman
  from (values ('sample'), ('cohort')) as w (what),
    lateral (select crm.rfm_sample_agg(rfm) as s, count(*) filter (where mean > 0) as expected_n, corr(x, mean::float8) filter (where mean > 0) as expected_pearson from repeater where what = 'cohort' or in_sample) as r,
    lateral (select corr(x_rank, mean_rank) as expected_spearman from (select rank() over (order by x) + (count(*) over (partition by x) - 1) / 2.0::float8 as x_rank, rank() over (order by mean) + (count(*) over (partition by mean) - 1) / 2.0::float8 as mean_rank
      from repeater where (what = 'cohort' or in_sample) and mean > 0) as k) as k,
    lateral crm.frequency_value_correlation(s) as c (n, pearson, lower, upper, spearman)) as t order by what;
select pg_temp.near('CDNOW, mode 6: correlation of frequency and value, cohort, golden', pearson, (cohort #>> '{gamma_gamma,corr_freq_monetary}')::float8, 1e-9)
from golden_fit, sample, crm.frequency_value_correlation(sample.sample) where name = 'cohort';

-- Intervals: the delta method on the logarithm, here with derivatives by finite differences over whole functions.
create temp table nudge as
select kind, f.model, i, e, jsonb_set(f.model, array['parameters', names[i]], to_jsonb((f.model #>> array['parameters', names[i]])::float8 * exp(e))) as moved
from fit f join expected_fit using (name, kind), generate_series(1, 4) as i, (values (1e-5::float8), (-1e-5)) as s (e) where name = 'sample' and unit = 'week';
create temp table gg_nudge as
select i, e, jsonb_set(model, array['parameters', names[i]], to_jsonb((model #>> array['parameters', names[i]])::float8 * exp(e))) as moved
from spending join expected_spending using (name), generate_series(1, 3) as i, (values (1e-5::float8), (-1e-5)) as s (e) where name = 'sample';
create temp table interval_of as
select sample_id, kind, f.model, s.model as gg, rfm, (crm.clv_interval(f.model, s.model, rfm, '1997-09-30', 52, 0.1, 0.9)).*
from fit f, spending s, customer where f.name = 'sample' and s.name = 'sample' and unit = 'week' and sample_id <= 100;
create temp table slope as
select sample_id, kind, false as gg, i, sum(sign(e) * ln(crm.clv(moved, gg, rfm, '1997-09-30', 52, 0.1)::float8)) / 2e-5 as slope from interval_of join nudge using (kind) group by sample_id, kind, i
union all
select sample_id, kind, true, i, sum(sign(e) * ln(crm.clv(model, moved, rfm, '1997-09-30', 52, 0.1)::float8)) / 2e-5 from interval_of, gg_nudge group by sample_id, kind, i;
select pg_temp.all_near('CDNOW sample: lifetime value with its interval of 90 percent, ' || kind, count(*), 100, max(greatest(pg_temp.off(upper::float8, clv::float8 * factor), pg_temp.off(lower::float8, clv::float8 / factor))), 1e-5)
from interval_of join expected_fit e using (kind), lateral (
  select exp(1.6448536269514722 * sqrt(sum(a.slope * b.slope * case when a.gg <> b.gg then 0 when a.gg then
      (interval_of.gg #>> array['covariance', (a.i - 1)::text, (b.i - 1)::text])::float8 / (interval_of.gg #>> array['parameters', (array['p', 'q', 'v'])[a.i]])::float8 / (interval_of.gg #>> array['parameters', (array['p', 'q', 'v'])[b.i]])::float8
    else (model #>> array['covariance', (a.i - 1)::text, (b.i - 1)::text])::float8 / (model #>> array['parameters', names[a.i]])::float8 / (model #>> array['parameters', names[b.i]])::float8 end))) as factor
  from slope a join slope b using (sample_id, kind) where a.sample_id = interval_of.sample_id and a.kind = interval_of.kind) as d
where e.name = 'sample' group by kind order by kind;
select pg_temp.expect('CDNOW sample: the middle of the interval is the lifetime value, ' || kind, count(*) filter (where clv = crm.clv(model, gg, rfm, '1997-09-30', 52, 0.1) and lower < clv and clv < upper), 100)
from interval_of group by kind order by kind;

-- BG/BB on the donations: 22 kinds of donors, six years, each the calendar's.
create temp table donor as
select frequency as x, recency as t_x, weights, crm.rfm_of(frequency + 1, frequency + 1, date '1995-06-30', (date '1995-06-30' + recency * interval '1 year')::date) as rfm from donation;
create temp table donations as
select crm.bgbb_fit(sample, '2001-12-31', 'year') as model, sample from (select crm.rfm_sample_agg(rfm) as sample from donor, generate_series(1, weights)) as s;
create temp table bgbb as
select array['alpha', 'beta', 'gamma', 'delta'] as names, g -> 'bg_bb_donations' as b, pg_temp.model('bgbb', pg_temp.numbers(g #> '{bg_bb_donations,params}', array['alpha', 'beta', 'gamma', 'delta']), 'year') as at_mle from golden_other;
select pg_temp.all_near('donations: BG/BB, parameters', count(*), 4, max(pg_temp.off(got, expected)), 1e-6)
from donations, bgbb, unnest(pg_temp.numbers(model -> 'parameters', names), pg_temp.numbers(b -> 'params', names)) as u (got, expected);
select pg_temp.all_near('donations: BG/BB, standard errors', count(*), 4, max(pg_temp.off((model -> 'standard_errors' ->> parameter)::float8, (b -> 'std_err' ->> (no - 1)::int)::float8)), 1e-4)
from donations, bgbb, unnest(names) with ordinality as u (parameter, no);
select pg_temp.near('donations: BG/BB, log-likelihood', (model ->> 'log_likelihood')::float8, (b ->> 'log_likelihood')::float8, 1e-8) from donations, bgbb;
select pg_temp.expect('donations: BG/BB, donors, patterns, converged, nothing to say', array[model -> 'customers', model -> 'patterns', model -> 'converged', model -> 'diagnosis']::text, '{11104,22,true,[]}') from donations;
select pg_temp.all_near('donations: BG/BB, ' || what || ' of 22 kinds of donors', count(got), 22, max(pg_temp.off(got, expected)), 1e-9)
from bgbb, jsonb_array_elements(b -> 'rows') as c join donor on x = (c ->> 'x')::int and t_x = (c ->> 't_x')::int, lateral (values ('P(alive)', crm.p_alive(at_mle, rfm, '2001-12-31'), (c ->> 'p_alive')::float8),
  ('donations in 5 years', crm.expected_purchases(at_mle, rfm, '2001-12-31', 5), (c ->> 'cet5')::float8), ('donations in 10 years', crm.expected_purchases(at_mle, rfm, '2001-12-31', 10), (c ->> 'cet10')::float8)) as v (what, got, expected)
group by what order by what;
select pg_temp.all_near('donations: BG/BB, donations of all in 5 years', count(*), 22, pg_temp.off(sum(weights * crm.expected_purchases(at_mle, rfm, '2001-12-31', 5)), (b ->> 'sum_cet5')::float8), 1e-9) from bgbb, donor group by b;
select pg_temp.all_near('donations: BG/BB, donations of a new donor', count(*), 7, max(pg_temp.off(crm.expected_purchases_new(at_mle, years::float8), expected::float8)), 1e-9) from bgbb, jsonb_each_text(b -> 'expected_new_customer') as n (years, expected);
select pg_temp.expect('donations: histogram, observed', (select array_agg(h.observed order by h.purchases) from donations, bgbb, crm.purchase_histogram(at_mle, sample, '2001-12-31', 6) as h), (select array_agg(n order by x) from (select x, sum(weights) as n from donor group by x) as d));
select pg_temp.near('donations: histogram, the expected donors of 0 to 5 donations, one by one, and all of them', sum(expected), 11104, 1e-7) from donations, bgbb, crm.purchase_histogram(at_mle, sample, '2001-12-31', 6);
-- The mean of the histogram is what a new donor is expected to give.
select pg_temp.near('donations: mean of the histogram', sum(purchases * expected) / 11104, crm.expected_purchases_new(at_mle, 6), 1e-9) from donations, bgbb, crm.purchase_histogram(at_mle, sample, '2001-12-31', 6) group by at_mle;

-- Contracts: the two published retention tables, calibrated on seven years, from counts and from 1,000 contracts each.
create temp table contract as
select name, s, array(select (10 * p::numeric)::float8 from jsonb_array_elements_text(g #> array['sbg', 'table_percent_surviving_year0_to_12', name]) with ordinality as t (p, no) where no <= 8 order by no) as surviving
from golden_other, (values ('regular'), ('highend')) as n (name), lateral (select g #> array['sbg', name] as s) as x;
create temp table contracts as
select name, 'counts' as way, crm.sbg_fit(surviving) as model from contract
union all
select name, 'contracts', crm.sbg_fit(sample, '2007-01-01', 'year')
from (select name, crm.rfm_sample_agg(crm.rfm_of(1 + renewals, 1, date '2000-01-01', make_date(2000 + renewals, 1, 1))) as sample
  from contract, generate_series(0, 7) as renewals, generate_series(1, (surviving[renewals + 1] - coalesce(surviving[renewals + 2], 0))::int) group by name) as c;
select pg_temp.all_near(format('retention, %s, from %s: parameters', name, way), count(*), 2, max(pg_temp.off(got, expected)), 1e-6)
from contracts join contract using (name), unnest(pg_temp.numbers(model -> 'parameters', array['alpha', 'beta']), pg_temp.numbers(s -> 'params', array['alpha', 'beta'])) as u (got, expected) group by name, way order by name, way;
select pg_temp.all_near(format('retention, %s, from %s: standard errors', name, way), count(*), 2, max(pg_temp.off((model -> 'standard_errors' ->> parameter)::float8, (s -> 'std_err' ->> (no - 1)::int)::float8)), 1e-4)
from contracts join contract using (name), unnest(array['alpha', 'beta']) with ordinality as u (parameter, no) group by name, way order by name, way;
select pg_temp.near(format('retention, %s, from %s: log-likelihood', name, way), (model ->> 'log_likelihood')::float8, (s ->> 'log_likelihood')::float8, 1e-8) from contracts join contract using (name) order by name, way;
select pg_temp.all_near(format('retention, %s: survival and retention of twelve years', name), count(*), 12, max(greatest(pg_temp.off(c.survival, (s -> 'survival_1_12' ->> (c.period - 1))::float8), pg_temp.off(c.retention, (s -> 'retention_1_12' ->> (c.period - 1))::float8))), 1e-9)
from contract, lateral crm.retention_curve(pg_temp.model('sbg', pg_temp.numbers(s -> 'params', array['alpha', 'beta'])), 12) as c group by name order by name;
select pg_temp.all_near(format('retention, %s: residual lifetime after 0 to 4 renewals', name), count(*), 5, max(pg_temp.off(crm.residual_lifetime(pg_temp.model('sbg', pg_temp.numbers(s -> 'params', array['alpha', 'beta'])), n, 0.1), (s -> 'derl_d0_1_n1_5' ->> n)::float8)), 1e-9)
from contract, generate_series(0, 4) as n group by name order by name;
select pg_temp.all_near('retention: residual lifetime, published parameters ' || p::text, count(*), 5, max(pg_temp.off(crm.residual_lifetime(pg_temp.model('sbg', p), n, 0.1), (g #>> array['sbg', 'derl_published_check', golden, n::text])::float8)), 1e-9)
from golden_other, (values (array[3.8, 15.2], 'case1_3.80_15.20'), (array[0.067, 0.267], 'case2_0.067_0.267')) as v (p, golden), generate_series(0, 4) as n group by p order by p;
