-- clv: lifetime-value models, from fits of edge cases to what is predicted; against results that can be computed by hand, and against
-- each other. "Mode" and a number: one of ten ways in which programs for this are known to fail. (Published results: tests/golden.)
set client_min_messages = warning;
create schema clv_test;
set search_path = clv_test, crm;
\pset null NULL
\pset format unaligned

-- A customer as of 2024-12-31: x repeat purchases, the last t_x days after the first, t days ago; each of the same value.
create function pg_temp.customer(x bigint, t_x int, t int, value numeric default 10) returns rfm language sql as $$
  select rfm_of(x + 1, value * (x + 1), date '2024-12-31' - t, date '2024-12-31' - t + t_x, value)
$$;
-- A model written by hand, of the parameters that its kind has, in their order.
create function pg_temp.names(kind text) returns text[] language sql as $$
  select case when kind in ('bgnbd', 'mbgnbd') then array['r', 'alpha', 'a', 'b'] when kind = 'pareto_nbd' then array['r', 'alpha', 's', 'beta']
    when kind = 'bgbb' then array['alpha', 'beta', 'gamma', 'delta'] when kind = 'gamma_gamma' then array['p', 'q', 'v'] else array['alpha', 'beta'] end
$$;
create function pg_temp.model(kind text, p float8[], unit text default 'day') returns jsonb language sql as $$
  select jsonb_build_object('kind', kind, 'version', 1, 'parameters', (select jsonb_object_agg(name, p[i]) from unnest(pg_temp.names(kind)) with ordinality u(name, i)))
    || case when kind in ('gamma_gamma', 'sbg') then '{}' else jsonb_build_object('unit', unit) end
$$;
create function pg_temp.fit(kind text, sample rfm_sample, unit text default 'day', regularisation float8 default 0, as_of date default '2024-12-31') returns jsonb language sql as $$
  select case kind when 'bgnbd' then bgnbd_fit(sample, as_of, unit, regularisation) when 'mbgnbd' then mbgnbd_fit(sample, as_of, unit, regularisation)
    when 'pareto_nbd' then pareto_nbd_fit(sample, as_of, unit, regularisation) when 'bgbb' then bgbb_fit(sample, as_of, unit, regularisation)
    when 'gamma_gamma' then gamma_gamma_fit(sample, as_of, regularisation) else sbg_fit(sample, as_of, unit, regularisation) end
$$;
create function pg_temp.codes(model jsonb) returns text language sql as $$ select string_agg(d ->> 'code', ' ' order by no) from jsonb_array_elements(model -> 'diagnosis') with ordinality e(d, no) $$;
create function pg_temp.off(got float8, expected float8) returns float8 language sql as $$ select case when got = expected then 0 else abs(got - expected) / abs(expected) end $$;
create table kind (kind text, no int);
insert into kind values ('bgnbd', 1), ('mbgnbd', 2), ('pareto_nbd', 3), ('bgbb', 4), ('gamma_gamma', 5), ('sbg', 6);

-- 1,000 customers by rule: a rate a day (exponential, mean 1 / 20) and a probability to leave after each purchase (beta, 1 and 4) of
-- each, and days of purchases from them; and 1,000 contracts by the month, each with a probability to leave (beta, 1 and 4).
create function pg_temp.drawn(customer int, no int) returns float8 language sql as $$ select (('x' || substr(md5(customer || ' ' || no), 1, 8))::bit(32)::bigint + 0.5) / 4294967296.0 $$;
create table purchase (customer int, day date, amount numeric);
do $$
declare
  rate float8;
  leaves float8;
  level float8;
  at float8;
  no int;
begin
  for c in 1 .. 1000 loop
    rate := -ln(pg_temp.drawn(c, 1)) / 20;
    leaves := 1 - pg_temp.drawn(c, 2) ^ (1 / 4.0);
    level := 20 / pg_temp.drawn(c, 3) ^ 0.25;
    at := c % 60;
    no := 10;
    loop
      insert into clv_test.purchase values (c, date '2024-01-01' + floor(at)::int, round((level * (0.5 + pg_temp.drawn(c, no + 2)))::numeric, 2));
      exit when no > 10 and pg_temp.drawn(c, no) < leaves;
      at := at - ln(pg_temp.drawn(c, no + 1)) / rate;
      exit when floor(at) > 365;
      no := no + 3;
    end loop;
  end loop;
end $$;
create table customer as
select customer as id, rfm_agg(day, amount) as rfm from (select customer, day, sum(amount) as amount from purchase group by customer, day) d group by customer;
create table contract as
select id, rfm_of(1 + renewals, 1, start, (start + renewals * interval '1 month')::date) as rfm
from (select id, date '2023-01-01' + id % 24 * interval '1 month' as start, least(23 - id % 24, floor(ln(pg_temp.drawn(id, 4)) / ln(pg_temp.drawn(id, 2) ^ (1 / 4.0))))::int as renewals from generate_series(1, 1000) id) c;
create table sample as
select kind, no, case kind when 'bgbb' then 'day' when 'sbg' then 'month' else 'week' end as unit, case kind when 'sbg' then (select rfm_sample_agg(rfm) from contract) else (select rfm_sample_agg(rfm) from customer) end as s from kind;
select count(*), (select count(*) from purchase) as purchases, count(*) filter (where frequency(rfm) > 1) as repeaters, max(frequency(rfm)), (select avg(frequency(rfm) - 1) from contract) as renewals from customer;

-- Fits. The numbers, to a few digits; each says how it went.
create table fit as select kind, no, unit, s, pg_temp.fit(kind, s, unit) as model from sample;
select kind, (select string_agg(parameter || ' ' || round(estimate::numeric, 3) || ' +- ' || round(standard_error::numeric, 3), ', ' order by n) from clv_model_parameters(model) with ordinality p(parameter, estimate, standard_error, lower, upper, n)) as parameters,
  round((model ->> 'log_likelihood')::numeric, 4) as log_likelihood, pg_temp.codes(model) as says from fit order by no;
select kind, model ->> 'version' as version, model ->> 'unit' as unit, model ->> 'as_of' as as_of, model ->> 'customers' as customers, model ->> 'repeat_customers' as repeat_customers, model ->> 'patterns' as patterns, model ->> 'converged' as converged,
  (model ->> 'iterations')::int > 0 as iterations, (model ->> 'gradient_norm')::float8 < 1e-6 as gradient, model -> 'starts' = model -> 'starts_agreeing' as agree, model ->> 'regularisation' as regularisation, model ->> 'left_out' as left_out from fit order by no;
select kind, abs((model ->> 'aic')::float8 - (2 * n - 2 * (model ->> 'log_likelihood')::float8)) < 1e-9 as aic, abs((model ->> 'bic')::float8 - (n * ln((model ->> 'customers')::float8) - 2 * (model ->> 'log_likelihood')::float8)) < 1e-9 as bic,
  (select bool_and(abs(sqrt((model #>> array['covariance', (i - 1)::text, (i - 1)::text])::float8) / standard_error - 1) < 1e-14 and abs((model -> 'standard_errors' ->> parameter)::float8 / standard_error - 1) < 1e-14)
    from clv_model_parameters(model) with ordinality p(parameter, estimate, standard_error, lower, upper, i)) as errors,
  (select bool_and(model #> array['covariance', i::text, j::text] = model #> array['covariance', j::text, i::text]) from generate_series(0, n - 1) i, generate_series(0, n - 1) j) as symmetric,
  (select bool_and(abs(ln(upper / estimate) / (1.959963984540054 * standard_error / estimate) - 1) < 1e-9 and abs(lower * upper / estimate ^ 2 - 1) < 1e-9) from clv_model_parameters(model)) as intervals,
  (select bool_and(narrow.lower > wide.lower and narrow.upper < wide.upper) from clv_model_parameters(model, 0.5) narrow join clv_model_parameters(model, 0.999) wide using (parameter)) as levels,
  (select count(*) from clv_model_check(model)) as problems, policy_valid(model) as valid
from fit, lateral (select count(*)::int as n from jsonb_object_keys(model -> 'parameters')) l order by no;

-- The same bytes of a model, whatever the order of the rows, parts that are merged, a sample that was stored, workers.
create table part as select id % 7 as part, rfm_sample_agg(rfm order by id desc) as s from customer group by 1;
create function pg_temp.parallel(kind text, workers int) returns text language plpgsql as $$
declare
  line text;
  plan text := '';
  answer text;
begin
  perform set_config('max_parallel_workers_per_gather', workers::text, true), set_config('parallel_setup_cost', '0', true), set_config('parallel_tuple_cost', '0', true), set_config('min_parallel_table_scan_size', '0', true);
  for line in explain (costs off) select pg_temp.fit(kind, rfm_sample_agg(rfm), 'week') from clv_test.customer loop
    plan := plan || line;
  end loop;
  if (plan ~ 'Partial Aggregate') <> (workers > 0) then
    raise exception 'not the plan: %', plan;
  end if;
  select pg_temp.fit(kind, rfm_sample_agg(rfm), 'week')::text into answer from clv_test.customer;
  return answer;
end $$;
alter table customer set (parallel_workers = 3);
select kind, model::text = (select pg_temp.fit(kind, rfm_sample_agg(rfm order by id desc), unit)::text from customer) as other_order, model::text = (select pg_temp.fit(kind, rfm_sample_merge(s order by part desc), unit)::text from part) as merged,
  model::text = (select pg_temp.fit(kind, s::text::rfm_sample, unit)::text) as through_text, unit = 'day' or model::text = pg_temp.parallel(kind, 0) as serial, unit = 'day' or model::text = pg_temp.parallel(kind, 3) as parallel from fit where kind <> 'sbg' order by no;
-- Mode 5: the same optimum in every unit. Of rates, in units; the log-likelihood has the days of a unit in it, once a purchase.
select kind, u, bool_and(pg_temp.off((f.model -> 'parameters' ->> parameter)::float8 / case when parameter in ('alpha', 'beta') then 7 / days else 1 end, (w.model -> 'parameters' ->> parameter)::float8) < 1e-12
    and pg_temp.off((f.model -> 'standard_errors' ->> parameter)::float8 / case when parameter in ('alpha', 'beta') then 7 / days else 1 end, (w.model -> 'standard_errors' ->> parameter)::float8) < 1e-12) as parameters,
  bool_and(abs((f.model ->> 'log_likelihood')::float8 - (w.model ->> 'log_likelihood')::float8 - ln(days / 7) * (select sum(frequency(rfm) - 1) from customer)) < 1e-8) as log_likelihood,
  bool_and(pg_temp.off(p.got, p.expected) < 1e-12) as predictions
from fit w, (values ('day', 1::float8), ('week', 7), ('month', 30.4375), ('quarter', 91.3125), ('year', 365.25)) v(u, days), lateral (select pg_temp.fit(kind, s, u) as model) f, unnest(pg_temp.names(kind)) parameter,
  lateral (select expected_purchases(f.model, rfm, '2024-12-31', 100 / days) + p_alive(f.model, rfm, '2024-12-31') as got, expected_purchases(w.model, rfm, '2024-12-31', 100 / 7.0) + p_alive(w.model, rfm, '2024-12-31') as expected from customer where id < 100) p
where no < 4 group by kind, no, u, days order by no, days;
-- Mode 10: ten times the customers with the same histories have the same model, and a tenth of the variance.
select kind, bool_and(pg_temp.off((l.model -> 'parameters' ->> parameter)::float8, (f.model -> 'parameters' ->> parameter)::float8) < 1e-9) as parameters, bool_and(pg_temp.off((l.model -> 'standard_errors' ->> parameter)::float8 * sqrt(10), (f.model -> 'standard_errors' ->> parameter)::float8) < 1e-6) as errors,
  min((l.model ->> 'customers')::int) / min((f.model ->> 'customers')::int) as times, bool_and(l.model -> 'patterns' = f.model -> 'patterns') as patterns
from fit f, lateral (select pg_temp.fit(kind, rfm_sample_merge(s), unit) as model from generate_series(1, 10)) l, unnest(pg_temp.names(kind)) parameter group by kind, no order by no;
-- Contracts: counts of survivors say the same as single contracts of one cohort.
select sbg_fit(array[100, 60, 45, 40]) - '{unit,as_of}'::text[] = sbg_fit(rfm_sample_agg(rfm_of(1 + n, 1, date '2020-02-29', (date '2020-02-29' + n * interval '1 year')::date)), '2023-02-28'::date + 1, 'year') - '{unit,as_of}'::text[] as same
from unnest(array[40, 15, 5, 40]) with ordinality c(customers, no), generate_series(1, customers), lateral (select no - 1 as n) r;

-- Regularisation draws towards the middle, and helps where the data do not say.
select kind, regularisation, (select string_agg(round((m -> 'parameters' ->> parameter)::numeric, 2)::text, ' ' order by i) from unnest(pg_temp.names(kind)) with ordinality u(parameter, i)) as parameters, m ->> 'converged' as converged, m ->> 'regularisation' as said,
  (m ->> 'log_likelihood')::float8 <= (model ->> 'log_likelihood')::float8 as less_likely from fit, unnest(array[0.1, 10, 1e6]) regularisation, lateral (select pg_temp.fit(kind, s, unit, regularisation) as m) f order by no, regularisation;
-- At 1e12 all is at the centre: 1 for shapes, the mean tenure for times, the mean repeat spend for values.
select kind, bool_and(pg_temp.off((pg_temp.fit(kind, s, case when no < 4 then 'day' else unit end, 1e12) -> 'parameters' ->> parameter)::float8, case when no < 4 and parameter in ('alpha', 'beta') then (select avg(tenure(rfm, '2024-12-31')) from customer)
    when parameter = 'v' then (select avg((total(rfm) - first_total(rfm)) / (frequency(rfm) - 1)) from customer where frequency(rfm) > 1) else 1 end) < 1e-6) as at_the_centre from fit, unnest(pg_temp.names(kind)) parameter group by kind, no order by no;

-- Edge cases: what the fit says, and whatever it says, no model is anything but parameters that are positive (or the limit, 0) or none,
-- and predictions of it are a probability and a finite number of purchases.
create table edge (no int, name text, s rfm_sample);
insert into edge
select 1, 'one customer, no repeat', rfm_sample_agg(pg_temp.customer(0, 0, 100)) union all
select 2, 'first purchase today', rfm_sample_agg(pg_temp.customer(0, 0, 0)) from generate_series(1, 100) union all
select 3, 'no repeat buyers', rfm_sample_agg(pg_temp.customer(0, 0, i)) from generate_series(1, 100) i union all
select 4, 'one repeater', rfm_sample_agg(pg_temp.customer(3, 40, 100)) union all
select 5, 'one repeater of 100', rfm_sample_agg(case i when 50 then pg_temp.customer(3, 40, 100) else pg_temp.customer(0, 0, i) end) from generate_series(1, 100) i union all
select 6, 'all alive', rfm_sample_agg(pg_temp.customer(i % 9 + 1, i + 10, i + 10)) from generate_series(1, 100) i union all
select 7, 'everybody every day', rfm_sample_agg(pg_temp.customer(i, i, i)) from generate_series(1, 100) i union all
select 8, 'all left at once', rfm_sample_agg(pg_temp.customer(i % 2, i % 2, 1000)) from generate_series(1, 100) i union all
select 9, 'left after two', rfm_sample_agg(pg_temp.customer(1, 1, 1000 + i)) from generate_series(1, 100) i union all
select 10, 'everybody the same', rfm_sample_agg(pg_temp.customer(3, 30, 60)) from generate_series(1, 100) union all
select 11, 'two kinds', rfm_sample_agg(case i % 2 when 0 then pg_temp.customer(1000, 1000, 1001) else pg_temp.customer(0, 0, 1001) end) from generate_series(1, 100) i union all
select 12, 'thousands of purchases', rfm_sample_agg(pg_temp.customer(3000 + i, 9000 + i * 10, 10500)) from generate_series(1, 100) i union all
select 13, 'from year 1 on', rfm_sample_agg(rfm_of(5 + i % 3, 10, date '0001-01-01' + i * 3000, date '2000-01-01' + i, 1)) from generate_series(1, 100) i union all
select 14, 'amounts of 1e20', rfm_sample_agg(pg_temp.customer(i % 4, 30 * (i % 4), 200, 1e20 * (1 + i % 7) / 10)) from generate_series(1, 100) i union all
select 15, 'amounts of 1e-12', rfm_sample_agg(pg_temp.customer(i % 4, 30 * (i % 4), 200, 1e-12 * (1 + i % 7))) from generate_series(1, 100) i union all
select 16, 'amounts below zero', rfm_sample_agg(pg_temp.customer(i % 4, 30 * (i % 4), 200, -i)) from generate_series(1, 100) i union all
select 17, 'the same amount', rfm_sample_agg(pg_temp.customer(1 + i % 4, 30 * (1 + i % 4), 200, 50)) from generate_series(1, 100) i union all
select 18, 'a few very large', rfm_sample_agg(pg_temp.customer(1, 100, 200, 10.0 ^ (i % 18))) from generate_series(1, 100) i union all
select 19, 'value by frequency', rfm_sample_agg(pg_temp.customer(1 + i % 20, 150, 200, 100 * (1 + i % 20) + i)) from generate_series(1, 100) i union all
select 20, 'times of day', rfm_sample_agg(rfm_of(1 + i % 3, 10, timestamptz '2024-01-01 12:00+00' + i * interval '1 day', timestamptz '2024-01-01 12:00+00' + (i + i % 3 * 20) * interval '1 day', 1)) from generate_series(1, 100) i;
create table edge_fit as select e.no, name, k.no as kind_no, kind, s, pg_temp.fit(kind, s) as model from edge e, kind k;
select name, kind, case when model -> 'parameters' = 'null' then 'none' else (select string_agg(parameter || ' ' || coalesce(to_char(nullif(estimate, 0), '9.9EEEE'), '0') || case when standard_error is null then ' ?' else '' end, ', ' order by n) from clv_model_parameters(model) with ordinality p(parameter, estimate, standard_error, lower, upper, n)) end as parameters,
  model ->> 'converged' as converged, pg_temp.codes(model) as says from edge_fit order by no, kind_no;
select kind, count(*), bool_and(model -> 'parameters' = 'null' or (select bool_and(estimate >= 0 and estimate < 'infinity' and (estimate > 0 or parameter in ('a', 's', 'gamma')) and coalesce(standard_error >= 0 and standard_error < 'infinity' and lower <= estimate and estimate <= upper, true)) from clv_model_parameters(model))) as sound,
  bool_and((select count(*) from clv_model_check(model)) = 0) as valid, bool_and((model -> 'diagnosis') <> '[]' or (model ->> 'converged')::bool) as explained, bool_and(not (model ->> 'converged')::bool or (model ->> 'gradient_norm')::float8 < 1e-3) as gradients,
  bool_and(coalesce((model ->> 'log_likelihood')::float8 between -1e9 and 1e9, model -> 'parameters' = 'null')) as likelihoods from edge_fit group by kind, kind_no order by kind_no;
create table edge_customer as select pg_temp.customer(x, t_x, t) as rfm from (values (0, 0, 0), (0, 0, 36500), (1, 1, 1), (1, 1, 36500), (36500, 36500, 36500), (36000, 36000, 36500), (5, 700, 701)) v(x, t_x, t);
select kind, count(*), bool_and(p_alive(m, rfm, '2024-12-31') between 0 and 1) as alive, bool_and(expected_purchases(m, rfm, '2024-12-31', 1000) >= 0 and expected_purchases(m, rfm, '2024-12-31', 1000) < 'infinity') as purchases, bool_and(expected_purchases(m, rfm, '2024-12-31', 0) = 0) as none_at_once,
  bool_and(expected_purchases(m, rfm, '2024-12-31', 10) <= expected_purchases(m, rfm, '2024-12-31', 1000)) as rises, bool_and(expected_purchases_new(m, 1000) >= 0 and expected_purchases_new(m, 1000) < 'infinity') as of_new
from edge_fit, edge_customer, lateral (select model || '{"use_anyway": true}' as m) u where kind_no < 5 and model -> 'parameters' <> 'null' group by kind, kind_no order by kind_no;
select name, kind, round(sum(expected)::numeric, 6) as expected, sum(observed) as observed, count(*) from edge_fit, lateral (select model || '{"use_anyway": true}' as m) u, purchase_histogram(m, s, '2024-12-31', 20) where kind_no < 5 and model -> 'parameters' <> 'null' and name in ('one repeater of 100', 'all alive', 'thousands of purchases', 'two kinds') group by no, name, kind_no, kind order by no, kind_no;
select name, c.customers, round(pearson::numeric, 6) as pearson, round(lower::numeric, 6) as lower, round(upper::numeric, 6) as upper, round(spearman::numeric, 6) as spearman from edge, frequency_value_correlation(s) c order by no;
