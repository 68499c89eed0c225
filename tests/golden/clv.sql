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
as $$ select case golden when 'bg_nbd' then 'bgnbd' when 'mbg_nbd' then 'mbgnbd' else golden end $$;
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
