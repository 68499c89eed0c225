-- Lifetime-value models on Online Retail (after online_retail.sql, in its session): 40 weeks in which nobody is seen to leave. Modes 3 and
-- 4: the answer is the limit, it is named, and what nothing depends on has no standard error.
\set text `cat ../shared/golden/btyd_other_datasets.json`
create temp table golden_fit as select :'text'::jsonb -> 'online_retail_cal_2011-09-09_weeks' as f;
\unset text
create temp table customers as
select crm.rfm_sample_agg(rfm) as sample from cbs;
create temp table retail_fit as
select kind, unit, case kind when 'bgnbd' then crm.bgnbd_fit(sample, '2011-09-09', unit) when 'mbgnbd' then crm.mbgnbd_fit(sample, '2011-09-09', unit) else crm.pareto_nbd_fit(sample, '2011-09-09', unit) end as model
from customers, (values ('bgnbd', 'bg_nbd'), ('mbgnbd', 'mbg_nbd'), ('pareto_nbd', 'pareto_nbd')) as k (kind, golden), (values ('week', 1), ('day', 7)) as u (unit, units);

select pg_temp.near('retail: ' || kind || ', log-likelihood of the limit without dropout', (model ->> 'log_likelihood')::float8, -22887.03214178145, 1e-8) from retail_fit where unit = 'week' order by kind;
select pg_temp.near('retail: ' || kind || ', mode 5: the log-likelihood in days', (d.model ->> 'log_likelihood')::float8 + 7437 * ln(7), (w.model ->> 'log_likelihood')::float8, 1e-8)
from retail_fit d join retail_fit w using (kind) where d.unit = 'day' and w.unit = 'week' order by kind;
select pg_temp.near('retail: ' || kind || ', r in ' || unit || 's', (model #>> '{parameters,r}')::float8, 0.72357838, 1e-6 * 0.72) from retail_fit order by kind, unit;
select pg_temp.near('retail: ' || kind || ', alpha in ' || unit || 's', (model #>> '{parameters,alpha}')::float8, 9.3671020 * case unit when 'day' then 7 else 1 end, 1e-6 * 9) from retail_fit order by kind, unit;
select pg_temp.expect('retail: ' || kind || ' in ' || unit || 's, modes 3 and 4: no dropout, converged, without standard errors of it',
  jsonb_build_array(model -> 'converged', model #> '{parameters,a}', model #> '{parameters,s}', model #> '{standard_errors,r}' > '0', model #> '{standard_errors,a}', model #> '{standard_errors,b}', model #> '{standard_errors,s}', model #> '{standard_errors,beta}',
    model #> '{covariance,2,2}', (select jsonb_agg(d -> 'code') from jsonb_array_elements(model -> 'diagnosis') as d) @> '["no_dropout"]')::text,
  jsonb_build_array(true, case when kind <> 'pareto_nbd' then 0.0 end, case when kind = 'pareto_nbd' then 0.0 end, true, null, null, null, null, null, true)::text) from retail_fit order by kind, unit;
select pg_temp.near('retail: ' || kind || ', AIC counts the two parameters of the limit', (model ->> 'aic')::float8, 4 + 2 * 22887.03214178145, 1e-7) from retail_fit where unit = 'week' order by kind;
-- The limit predicts: everybody is there, and buys at (r + x) / (alpha + T).
select pg_temp.expect('retail: ' || kind || ', P(alive) is 1 for all', count(*) filter (where crm.p_alive(model, rfm, '2011-09-09') = 1), 3370) from retail_fit, cbs where unit = 'week' and rfm is not null group by kind order by kind;
select pg_temp.near('retail: ' || kind || ', purchases of 13 weeks of all', sum(crm.expected_purchases(model, rfm, '2011-09-09', 13)),
  sum(13 * ((model #>> '{parameters,r}')::float8 + crm.frequency(rfm) - 1) / ((model #>> '{parameters,alpha}')::float8 + crm.tenure(rfm, '2011-09-09') / 7.0)), 1e-7) from retail_fit, cbs where unit = 'week' and rfm is not null group by kind order by kind;
select pg_temp.near('retail: ' || kind || ', the histogram adds up to the customers', sum(expected), 3370, 1e-6) from retail_fit, customers, crm.purchase_histogram(model, sample, '2011-09-09') where unit = 'week' group by kind order by kind;

create temp table spending as select crm.gamma_gamma_fit(sample, '2011-09-09') as model, f -> 'gamma_gamma' as g from customers, golden_fit;
select pg_temp.near('retail: gamma-gamma, ' || parameter, (model -> 'parameters' ->> parameter)::float8, (g -> 'params' ->> parameter)::float8, 1e-6 * (g -> 'params' ->> parameter)::float8) from spending, unnest(array['p', 'q', 'v']) as parameter order by parameter;
select pg_temp.near('retail: gamma-gamma, log-likelihood', (model ->> 'log_likelihood')::float8, (g ->> 'log_likelihood')::float8, 1e-8) from spending;
select pg_temp.near('retail: correlation of frequency and value', pearson, (g ->> 'corr_freq_monetary')::float8, 1e-9) from spending, customers, crm.frequency_value_correlation(sample);
select pg_temp.expect('retail: customers of gamma-gamma and of the correlation', array[(model ->> 'customers')::bigint, customers], array[1956::bigint, 1956]) from spending, customers as c, crm.frequency_value_correlation(c.sample) as k (customers, pearson, lower, upper, spearman);
-- A lifetime value has an interval all the same: from the parameters that there are.
select pg_temp.expect('retail: ' || kind || ', intervals of lifetime value that hold it', count(*) filter (where lower < v.clv and v.clv < upper), 3370)
from retail_fit, spending, cbs, lateral crm.clv_interval(retail_fit.model, spending.model, rfm, '2011-09-09', 52, 0.1) as v where unit = 'week' and rfm is not null group by kind order by kind;
