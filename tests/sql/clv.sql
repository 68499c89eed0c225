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
create function pg_temp.fit(kind text, sample rfm_sample, unit text default 'day', regularisation float8 default 0, as_of date default '2024-12-31') returns jsonb language sql immutable parallel safe as $$
  select case kind when 'bgnbd' then bgnbd_fit(sample, as_of, unit, regularisation) when 'mbgnbd' then mbgnbd_fit(sample, as_of, unit, regularisation)
    when 'pareto_nbd' then pareto_nbd_fit(sample, as_of, unit, regularisation) when 'bgbb' then bgbb_fit(sample, as_of, unit, regularisation)
    when 'gamma_gamma' then gamma_gamma_fit(sample, as_of, regularisation) else sbg_fit(sample, as_of, unit, regularisation) end
$$;
create function pg_temp.codes(model jsonb) returns text language sql as $$ select string_agg(d ->> 'code', ' ' order by no) from jsonb_array_elements(model -> 'diagnosis') with ordinality e(d, no) $$;
create function pg_temp.short(text) returns text language sql as $$ select left(regexp_replace($1, '0{20,}', '0~', 'g'), 300) $$;
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
from fit w, (values ('day', 1::float8), ('week', 7), ('month', 30.4375), ('quarter', 91.3125), ('year', 365.25)) v(u, days), lateral (select pg_temp.fit(kind, s, u) as model offset 0) f, unnest(pg_temp.names(kind)) parameter,
  lateral (select expected_purchases(f.model, rfm, '2024-12-31', 100 / days) + p_alive(f.model, rfm, '2024-12-31') as got, expected_purchases(w.model, rfm, '2024-12-31', 100 / 7.0) + p_alive(w.model, rfm, '2024-12-31') as expected from customer where id % 100 = 0) p
where no < 4 group by kind, no, u, days order by no, days;
-- Mode 10: ten times the customers with the same histories have the same model, and a tenth of the variance.
select kind, bool_and(pg_temp.off((l.model -> 'parameters' ->> parameter)::float8, (f.model -> 'parameters' ->> parameter)::float8) < 1e-9) as parameters, bool_and(pg_temp.off((l.model -> 'standard_errors' ->> parameter)::float8 * sqrt(10), (f.model -> 'standard_errors' ->> parameter)::float8) < 1e-6) as errors,
  min((l.model ->> 'customers')::int) / min((f.model ->> 'customers')::int) as times, bool_and(l.model -> 'patterns' = f.model -> 'patterns') as patterns
from fit f, lateral (select pg_temp.fit(kind, (select rfm_sample_merge(t.s) from (select f.s from generate_series(1, 10)) t), unit) as model offset 0) l, unnest(pg_temp.names(kind)) parameter group by kind, no order by no;
-- Contracts: counts of survivors say the same as single contracts of one cohort.
select sbg_fit(array[100, 60, 45, 40]) - '{unit,as_of}'::text[] = sbg_fit(rfm_sample_agg(rfm_of(1 + n, 1, date '2020-03-15', (date '2020-03-15' + n * interval '1 year')::date)), '2023-03-15', 'year') - '{unit,as_of}'::text[] as same
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
select 20, 'times of day', rfm_sample_agg(rfm_of(2 + i % 3, 10, timestamptz '2024-01-01 12:00+00' + i * interval '1 day', timestamptz '2024-01-01 12:00+00' + (i + 20 + i % 3 * 20) * interval '1 day', 1)) from generate_series(1, 100) i;
create table edge_fit as select e.no, name, k.no as kind_no, kind, s, pg_temp.fit(kind, s, case when name ~ 'year' and kind in ('bgbb', 'sbg') then 'year' else 'day' end) as model from edge e, kind k;
select name, kind, model ->> 'converged' as converged, (select string_agg(parameter, ' ') from clv_model_parameters(model) where estimate = 0) as zero, pg_temp.codes(model) as says from edge_fit order by no, kind_no;
select kind, count(*), bool_and(model -> 'parameters' = 'null' or (select bool_and(estimate >= 0 and estimate < 'infinity' and (estimate > 0 or parameter in ('a', 's', 'gamma')) and coalesce(standard_error >= 0 and standard_error < 'infinity' and lower <= estimate and estimate <= upper, true)) from clv_model_parameters(model))) as sound,
  bool_and((select count(*) from clv_model_check(model)) = 0) as valid, bool_and((model -> 'diagnosis') <> '[]' or (model ->> 'converged')::bool) as explained, bool_and(not (model ->> 'converged')::bool or (model ->> 'gradient_norm')::float8 < 1e-3) as gradients,
  bool_and(coalesce((model ->> 'log_likelihood')::float8 between -1e9 and 1e9, model -> 'parameters' = 'null')) as likelihoods from edge_fit group by kind, kind_no order by kind_no;
-- Mode 5: no fit that is drawn to the middle is likelier than the one that is not.
select name, kind, regularisation from edge_fit, unnest(array[1e-4, 1e-2, 1]) regularisation, lateral (select pg_temp.fit(kind, s, case when name ~ 'year' and kind in ('bgbb', 'sbg') then 'year' else 'day' end, regularisation) as m offset 0) x
where model -> 'parameters' <> 'null' and (m ->> 'log_likelihood')::float8 > (model ->> 'log_likelihood')::float8 + 1e-6 order by no, kind_no, regularisation;
create table edge_customer as select pg_temp.customer(x, t_x, t) as rfm from (values (0, 0, 0), (0, 0, 36500), (1, 1, 1), (1, 1, 36500), (36500, 36500, 36500), (36000, 36000, 36500), (5, 700, 701)) v(x, t_x, t);
select kind, count(*), bool_and(p_alive(m, rfm, '2024-12-31') between 0 and 1) as alive, bool_and(expected_purchases(m, rfm, '2024-12-31', 1000) >= 0 and expected_purchases(m, rfm, '2024-12-31', 1000) < 'infinity') as purchases, bool_and(expected_purchases(m, rfm, '2024-12-31', 0) = 0) as none_at_once,
  bool_and(expected_purchases(m, rfm, '2024-12-31', 10) <= expected_purchases(m, rfm, '2024-12-31', 1000)) as rises, bool_and(expected_purchases_new(m, 1000) >= 0 and expected_purchases_new(m, 1000) < 'infinity') as of_new
from edge_fit, edge_customer, lateral (select model || '{"use_anyway": true}' as m) u where kind_no < 5 and model -> 'parameters' <> 'null' and model ->> 'unit' <> 'year' group by kind, kind_no order by kind_no;
select name, kind, round(sum(expected)::numeric, 6) as expected, sum(observed) as observed, count(*) from edge_fit, lateral (select model || '{"use_anyway": true}' as m) u, purchase_histogram(m, s, '2024-12-31', 20) where kind_no < 5 and model -> 'parameters' <> 'null' and name in ('one repeater of 100', 'all alive', 'thousands of purchases', 'two kinds') group by no, name, kind_no, kind order by no, kind_no;
select name, c.customers, round(pearson::numeric, 6) as pearson, round(lower::numeric, 6) as lower, round(upper::numeric, 6) as upper, round(spearman::numeric, 6) as spearman from edge, frequency_value_correlation(s) c order by no;

-- By hand. BG/NBD with r = alpha = a = b = 1: the odds of having left are ((1 + T) / (1 + t_x)) ^ (1 + x) / x. Mode 7: who did not buy
-- again is alive under BG/NBD, by construction; MBG/NBD and Pareto/NBD know better.
create function pg_temp.ones(kind text) returns jsonb language sql as $$ select pg_temp.model(kind, '{1,1,1,1}') $$;
select x, t_x, t, round(p_alive(pg_temp.ones('bgnbd'), c, '2024-12-31')::numeric, 12) as bgnbd, round(1 / (1 + ((1 + t) / (1.0 + t_x)) ^ (1 + x) / nullif(x, 0)), 12) as by_hand, round(p_alive(pg_temp.ones('mbgnbd'), c, '2024-12-31')::numeric, 12) as mbgnbd, round(1 / (1 + ((1 + t) / (1.0 + t_x)) ^ (1 + x) / (x + 1)), 12) as by_hand,
  round(p_alive(pg_temp.ones('pareto_nbd'), c, '2024-12-31')::numeric, 12) as pareto_nbd, round(1 / (1 + (((1 + t) / (1.0 + t_x)) ^ (x + 2) - 1) / (x + 2)), 12) as by_hand
from (values (0, 0, 0), (0, 0, 1), (1, 1, 1), (1, 1, 3), (1, 3, 3), (2, 2, 5)) v(x, t_x, t), pg_temp.customer(x, t_x, t) c;
-- The paper's own customer, at the paper's parameters: 2 purchases, the last after 30.43 of 38.86 weeks.
select round(p_alive(m, c, '2024-12-31')::numeric, 8) as alive, round(expected_purchases(m, c, '2024-12-31', 39)::numeric, 5) as purchases from pg_temp.model('bgnbd', '{0.243,4.414,0.793,2.426}', 'week') m, pg_temp.customer(2, 213, 272) c;
-- Expectations with closed forms: ln 2 comes from a = 2, b = 1, where the hypergeometric function is a logarithm. Mode 2: at a = 1 and s = 1 the papers' formulas divide by zero.
select model, round(expected_purchases_new(m, h)::numeric, 9) as got, round(by_hand::numeric, 9) as by_hand from (values
  ('bgnbd, a = 2', pg_temp.model('bgnbd', '{1,1,2,1}'), 1, 2 - 2 * ln(2::float8)), ('mbgnbd, a = 2', pg_temp.model('mbgnbd', '{1,1,2,1}'), 1, 3 - 4 * ln(2::float8)),
  ('bgnbd, a = 1', pg_temp.ones('bgnbd'), 1, ln(2::float8)), ('bgnbd, a near 1', pg_temp.model('bgnbd', '{1,1,1.0000000001,1}'), 1, ln(2::float8)), ('bgnbd, leaves after one', pg_temp.model('bgnbd', '{1,1,1e6,1e-9}'), 1e6, 1 - 1 / (1 + 1e6::float8)), ('bgnbd, nobody leaves', pg_temp.model('bgnbd', '{3,2,0,1}'), 10, 15), ('mbgnbd, nobody leaves', pg_temp.model('mbgnbd', '{3,2,0,1}'), 10, 15),
  ('pareto_nbd, s = 2', pg_temp.model('pareto_nbd', '{1,1,2,1}'), 1, 0.5), ('pareto_nbd, s = 1', pg_temp.ones('pareto_nbd'), 1, ln(2::float8)), ('pareto_nbd, s near 1', pg_temp.model('pareto_nbd', '{1,1,1.0000000001,1}'), 1, ln(2::float8)), ('pareto_nbd, nobody leaves', pg_temp.model('pareto_nbd', '{3,2,0,1}'), 10, 15),
  ('bgbb, 1', pg_temp.ones('bgbb'), 1, 1 / 4.0::float8), ('bgbb, 3', pg_temp.ones('bgbb'), 3, (1 / 2.0 + 1 / 3.0 + 1 / 4.0) / 2), ('bgbb, nobody leaves', pg_temp.model('bgbb', '{3,2,0,1}'), 10, 6)) v(model, m, h, by_hand);
-- BG/BB: 1, 1, 1, 1, one year without a purchase: alive 1 / 4, gone before it 1 / 2; then there is a next year.
select round(p_alive(m, rfm_of(1, 10, date '2023-06-30', '2023-06-30'), '2024-12-31')::numeric, 12) as alive, round(2 / 9.0, 12) as by_hand, round(expected_purchases(m, rfm_of(1, 10, date '2023-06-30', '2023-06-30'), '2024-12-31', 1)::numeric, 12) as purchase, round(2 / 27.0, 12) as by_hand,
  p_alive(m, rfm_of(1, 10, date '2024-01-01', '2024-01-01'), '2024-12-31') as before_the_first_year from pg_temp.model('bgbb', '{1,1,1,1}', 'year') m;
-- Nobody leaves: the rate is (r + x) / (alpha + T), and its value a constant income.
select kind, p_alive(m, c, '2024-12-31') as alive, round(expected_purchases(m, c, '2024-12-31', 365.25)::numeric, 12) as year, round(365.25 * 5 / 102, 12) as by_hand, round(clv(m, gg, c, '2024-12-31', 365.25, 0.1), 9) as value, round((12 * 5 / 102.0 * 365.25 * (1 - 1 / 1.1) / ln(1.1))::numeric, 9) as by_hand,
  round(clv(m, gg, c, '2024-12-31', 'infinity', 0.1), 9) as for_ever, round((12 * 5 / 102.0 * 365.25 / ln(1.1))::numeric, 9) as by_hand
from unnest(array['bgnbd', 'mbgnbd', 'pareto_nbd']) kind, lateral (select pg_temp.model(kind, '{3,2,0,1}') as m) m, pg_temp.model('gamma_gamma', '{1,3,24}') gg, pg_temp.customer(2, 50, 100, 12) c;
-- Gamma-gamma: p (v + x m) / (p x + q - 1), and p v / (q - 1) of whom nothing is known.
select round(expected_value(m, pg_temp.customer(0, 0, 10)), 9) as nothing_known, round(6.25 * 15.44 / 2.74, 9) as by_hand, round(expected_value(m, pg_temp.customer(2, 5, 10, 35)), 9) as two_of_35, round(6.25 * (15.44 + 70) / 15.24, 9) as by_hand, round(expected_value(m, rfm_of(3, 1070, date '2024-01-01', '2024-02-01', 1000)), 9) as first_left_out,
  expected_value(m, pg_temp.customer(1, 1, 10, -5)) as below_zero, expected_value(m, pg_temp.customer(1, 1, 10, 0)) as zero, round(expected_value(m, pg_temp.customer(1000000, 2000000, 2000000, 35)), 6) as a_million from pg_temp.model('gamma_gamma', '{6.25,3.74,15.44}') m;
-- Shifted beta-geometric with alpha = beta = 1: 1 / (t + 1) are left, of whom t / (t + 1) stay.
select period, round(survival::numeric, 12) as survival, round(1 / (period + 1.0), 12) as by_hand, round(retention::numeric, 12) as retention, round(period / (period + 1.0), 12) as by_hand from retention_curve(pg_temp.model('sbg', '{1,1}'), 5);
select n, round(residual_lifetime(pg_temp.model('sbg', '{1,1}'), n, 1)::numeric, 12) as got, round(by_hand::numeric, 12) as by_hand from (values (0, 4 * (ln(2::float8) - 0.5)), (1, 16 * (ln(2::float8) - 0.625))) v(n, by_hand);
select count(*), max(abs(survival - exp(sum))) < 1e-14 as right, max(abs(retention - (1.5 + period - 1) / (0.7 + 1.5 + period - 1))) < 1e-15 as rates from (select *, sum(ln(retention)) over (order by period) as sum from retention_curve(pg_temp.model('sbg', '{0.7,1.5}'), 1000)) c;
-- The textbook: 1000 a period, 80 percent stay, 10 percent discount; the two timings differ by one margin.
select timing, horizon, round(clv_formula(1000, 0.8, 0.1, horizon, timing), 9) as got, round((select sum(1000 * (0.8 / 1.1) ^ t) from generate_series(case timing when 'start' then 0 else 1 end, case timing when 'start' then -1 else 0 end + coalesce(horizon, 500)) t), 9) as by_hand from unnest(array['start', 'end']) timing, unnest(array[null, 0, 1, 5, 1000]) horizon;
select round(clv_formula(1000, 0.8, 0.1, null, 'start') - clv_formula(1000, 0.8, 0.1, null, 'end'), 9) as one_margin, clv_formula(100, 1, 0, 12, 'start') as plain, clv_formula(-100, 0.5, 0, null, 'start') as loss, clv_formula(0, 1, 0.1, null, 'end') as nothing, clv_formula(100, 0, 0.1, null, 'start') as once, clv_formula(100, 0, 0.1, null, 'end') as never, clv_formula(1e20, 0.5, 1, 2, 'end') as large;

-- What must hold of any model. Mode 9: expected purchases are cumulative, differences are those of a period, a year is a year in any unit.
create table gg as select model from fit where kind = 'gamma_gamma';
select kind, count(*), bool_and(purchases[1] = 0) as none_at_once, bool_and(purchases[1] < purchases[2] and purchases[2] < purchases[3] and purchases[3] < purchases[4]) as rise, bool_and(purchases[4] - purchases[3] < purchases[3] - purchases[2]) as slow_down, bool_and(alive between 0 and 1) as probabilities
from fit, lateral (select p_alive(model, rfm, '2024-12-31') as alive, array(select expected_purchases(model, rfm, '2024-12-31', h) from unnest(array[0, 10, 20, 30]) h order by h) as purchases from customer) p where no < 5 group by kind, no order by no;
select f.kind, count(*), max(abs(clv(f.model, gg.model, rfm, '2024-12-31', 26, 0) - (expected_purchases(f.model, rfm, '2024-12-31', 26)::numeric * expected_value(gg.model, rfm)))) < 1e-9 as undiscounted, bool_and(clv(f.model, gg.model, rfm, '2024-12-31', 0, 0.1) = 0) as nothing,
  bool_and(clv(f.model, gg.model, rfm, '2024-12-31', 26, 0.2) < clv(f.model, gg.model, rfm, '2024-12-31', 26, 0.1) and clv(f.model, gg.model, rfm, '2024-12-31', 26, 0.1) < clv(f.model, gg.model, rfm, '2024-12-31', 52, 0.1)) as falls_and_rises,
  bool_and(pg_temp.off(clv(f.model, gg.model, rfm, '2024-12-31', 1e6, 0.1)::float8, clv(f.model, gg.model, rfm, '2024-12-31', 'infinity', 0.1)::float8) < 1e-9) as for_ever
from fit f, gg, customer where f.no < 5 group by f.kind, f.no order by f.no;
select f.kind, u, max(pg_temp.off(clv(d.model, gg.model, rfm, '2024-12-31', 365.25 / days, 0.1)::float8, clv(f.model, gg.model, rfm, '2024-12-31', 365.25 / 7, 0.1)::float8)) < 1e-9 as a_year_is_a_year from fit f, gg, customer, (values ('day', 1::float8), ('month', 30.4375), ('year', 365.25)) v(u, days), lateral (select pg_temp.fit(f.kind, f.s, u) as model offset 0) d
where f.no < 4 and id % 50 = 0 group by f.kind, f.no, u, days order by f.no, days;
-- Discounted day by day, as a spreadsheet does: each day's purchases from noon.
select f.kind, max(pg_temp.off(clv(f.model, gg.model, rfm, '2024-12-31', 52, 0.1)::float8, (select sum((expected_purchases(f.model, rfm, '2024-12-31', d / 7.0) - expected_purchases(f.model, rfm, '2024-12-31', (d - 1) / 7.0)) * 1.1 ^ (-(d - 0.5) / 365.25)) from generate_series(1, 364) d) * expected_value(gg.model, rfm)::float8)) < 1e-6 as days_added
from fit f, gg, customer where f.no < 4 and id % 20 = 0 group by f.kind, f.no order by f.no;
select count(*), max(abs(clv(f.model, gg.model, rfm, '2024-12-31', 30, 0.1)::float8 - (select sum((expected_purchases(f.model, rfm, '2024-12-31', d) - expected_purchases(f.model, rfm, '2024-12-31', d - 1)) * 1.1 ^ (-d / 365.25)) from generate_series(1, 30) d) * expected_value(gg.model, rfm)::float8)) < 1e-10 as opportunities_added
from fit f, gg, customer where f.kind = 'bgbb' and id % 20 = 0;
select f.kind, count(*), bool_and(i.clv = clv(f.model, gg.model, rfm, '2024-12-31', 26, 0.1)) as same, bool_and(i.lower < i.clv and i.clv < i.upper) as holds_it, bool_and(w.lower < i.lower and i.upper < w.upper) as wider, bool_and(abs(i.upper * i.lower - i.clv * i.clv) < 1e-9 * (1 + i.clv * i.clv)) as even
from fit f, gg, customer, clv_interval(f.model, gg.model, rfm, '2024-12-31', 26, 0.1) i, clv_interval(f.model, gg.model, rfm, '2024-12-31', 26, 0.1, 0.99) w where f.no < 5 group by f.kind, f.no order by f.no;
-- What a value is made of adds up to it: by multiplication, to the digits of a float8.
select f.kind, count(*), bool_and(e.p_alive = p_alive(f.model, rfm, '2024-12-31')) as alive, bool_and(e.expected_purchases = expected_purchases(f.model, rfm, '2024-12-31', 26)) as purchases, bool_and(e.expected_value = expected_value(gg.model, rfm)) as value, bool_and(e.clv = clv(f.model, gg.model, rfm, '2024-12-31', 26, 0.1)) as clv,
  max(abs(e.discounted_purchases * e.expected_value::float8 - e.clv::float8)) < 1e-11 as product, bool_and(e.discounted_purchases < e.expected_purchases) as discounted,
  bool_and(ever.expected_purchases is null and ever.clv = clv(f.model, gg.model, rfm, '2024-12-31', 'infinity', 0.1) and ever.discounted_purchases > e.discounted_purchases) as for_ever, bool_and(plain.discounted_purchases = plain.expected_purchases) as undiscounted
from fit f, gg, customer, clv_explain(f.model, gg.model, rfm, '2024-12-31', 26, 0.1) e, clv_explain(f.model, gg.model, rfm, '2024-12-31', 'infinity', 0.1) ever, clv_explain(f.model, gg.model, rfm, '2024-12-31', 26, 0) plain where f.no < 5 group by f.kind, f.no order by f.no;
select c.* from (values (pg_temp.customer(2, 50, 100, -5)), (pg_temp.customer(0, 0, 100, -5))) v(s), clv_explain(pg_temp.model('bgnbd', '{1,10,0,1}'), pg_temp.model('gamma_gamma', '{1,3,24}'), s, '2024-12-31', 11, 0) c;
select (clv_interval(model - 'covariance', gg, c, '2024-12-31', 26, 0.1)).lower as without_covariance, (clv_interval(model, gg - 'covariance', c, '2024-12-31', 26, 0.1)).upper as of_the_other, (clv_interval(model, gg, c, '2024-12-31', 0, 0.1)).* from (select f.model, gg.model as gg from fit f, gg where kind = 'bgnbd') m, pg_temp.customer(2, 50, 100) c;
select kind, up_to, count(*), sum(observed) as observed, abs(sum(expected) - sum(observed)::float8) < 1e-6 as adds_up, min(expected) >= 0 as expected, bool_and(or_more = (purchases = up_to)) as last_row, bool_and(observed = case when or_more then (select count(*) from customer where frequency(rfm) - 1 >= purchases) else (select count(*) from customer where frequency(rfm) - 1 = purchases) end) as counted
from fit, unnest(array[1, 10, 1000]) up_to, purchase_histogram(model, s, '2024-12-31', up_to) where no < 5 group by kind, no, up_to order by no, up_to;
select kind, count(*) from fit, purchase_histogram(model, s, '2024-12-31') where no < 5 group by kind, no order by no;
-- The mean of the histogram of one customer is what a new one is expected to buy.
select kind, abs(sum(purchases * expected) - expected_purchases_new(model, case kind when 'bgbb' then 28 else 4 end)) < 1e-6 as mean from fit, purchase_histogram(model, rfm_sample_push(null, pg_temp.customer(0, 0, 28)), '2024-12-31', 400) where no < 5 group by kind, no, model order by no;
select h.purchases, h.or_more, h.observed, round(h.expected::numeric, 9) as expected, round(1 / 2.0 ^ (purchases + case when or_more then 0 else 1 end), 9) as geometric from purchase_histogram(pg_temp.model('bgnbd', '{1,10,0,1}'), rfm_sample_push(null, pg_temp.customer(3, 5, 10)), '2024-12-31', 4) h;
select c.customers = n as customers, pg_temp.off(c.pearson, r) < 1e-12 as pearson, pg_temp.off(c.lower, tanh(atanh(r) - 1.959963984540054 / sqrt(n - 3))) < 1e-9 as lower, pg_temp.off(c.upper, tanh(atanh(r) + 1.959963984540054 / sqrt(n - 3))) < 1e-9 as upper, pg_temp.off(c.spearman, k) < 1e-12 as spearman, round(r::numeric, 6) as r
from sample, frequency_value_correlation(s) c, (select count(*) as n, corr(x, m) as r, corr(xr, mr) as k from (select x, m, rank() over (order by x) + count(*) over (partition by x) / 2.0::float8 as xr, rank() over (order by m) + count(*) over (partition by m) / 2.0::float8 as mr
  from (select frequency(rfm) - 1 as x, round((total(rfm) - first_total(rfm)) / (frequency(rfm) - 1), 12)::float8 as m from customer where frequency(rfm) > 1) p) q) e where kind = 'bgnbd';
-- A model changes from row to row at one call.
select count(*), bool_and(p_alive(model, rfm, '2024-12-31') = case kind when 'bgnbd' then p_alive((select model from fit where kind = 'bgnbd'), rfm, '2024-12-31') when 'mbgnbd' then p_alive((select model from fit where kind = 'mbgnbd'), rfm, '2024-12-31')
  when 'bgbb' then p_alive((select model from fit where kind = 'bgbb'), rfm, '2024-12-31') else p_alive((select model from fit where kind = 'pareto_nbd'), rfm, '2024-12-31') end) as in_turn from (select * from fit, customer where no < 5 order by id, no offset 0) o;

-- So do the day, the horizon and the rate, with customers whose figures are the same: each answer is the one that it is alone.
create function pg_temp.alone(kind text, c rfm, as_of date, horizon float8, discount float8) returns text language plpgsql as $$
declare
  m jsonb := (select model from clv_test.fit f where f.kind = alone.kind);
  g jsonb := (select model from clv_test.gg);
  answer text;
begin
  execute format('select concat_ws('' '', crm.p_alive(%1$L, %2$L, %3$L), crm.expected_purchases(%1$L, %2$L, %3$L, %4$L), crm.expected_value(%5$L, %2$L), crm.clv(%1$L, %5$L, %2$L, %3$L, %4$L, %6$L), crm.clv_interval(%1$L, %5$L, %2$L, %3$L, %4$L, %6$L))', m, c, as_of, horizon, g, discount) into answer;
  return answer;
end $$;
select count(*), bool_and(concat_ws(' ', p_alive(m, c, as_of), expected_purchases(m, c, as_of, horizon), expected_value(g, c), clv(m, g, c, as_of, horizon, discount), i) = pg_temp.alone(kind, c, as_of, horizon, discount)) as as_alone
from (select kind, fit.model as m, gg.model as g, case id % 3 when 0 then pg_temp.customer(1, 100, 200, value) when 1 then pg_temp.customer(id % 2, 100 * (id % 2), 200, value) else rfm end as c, as_of, horizon, discount
    from fit join customer on id <= 24 cross join lateral (select model from gg) gg, (values (10, 0.1), (20, 0.1), (10, 0.2)) h(horizon, discount), (values (date '2024-12-31'), ('2025-03-31')) d(as_of), (values (10), (20)) v(value) where no < 5 order by md5(id::text || no || horizon || discount || as_of || value) offset 0) o,
  lateral clv_interval(m, g, c, as_of, horizon, discount) i;

-- NULL in any argument: NULL, or no row.
create table call (no int, f text, args text[], types text[]);
insert into call
select no, f, string_to_array(args, ' | '), array(select t::regtype::text from unnest(p.proargtypes::oid[]) with ordinality u(t, i) order by i)
from (values (1, 'bgnbd_fit(rfm_sample,date,text,float8)', '(select s from clv_test.part where part = 1) | ''2024-12-31'' | ''week'' | 0'), (2, 'mbgnbd_fit(rfm_sample,date,text,float8)', '(select s from clv_test.part where part = 1) | ''2024-12-31'' | ''week'' | 0'),
  (3, 'pareto_nbd_fit(rfm_sample,date,text,float8)', '(select s from clv_test.part where part = 1) | ''2024-12-31'' | ''week'' | 0'), (4, 'bgbb_fit(rfm_sample,date,text,float8)', '(select s from clv_test.part where part = 1) | ''2024-12-31'' | ''day'' | 0'),
  (5, 'gamma_gamma_fit(rfm_sample,date,float8)', '(select s from clv_test.part where part = 1) | ''2024-12-31'' | 0'), (6, 'sbg_fit(rfm_sample,date,text,float8)', '(select s from clv_test.part where part = 1) | ''2024-12-31'' | ''day'' | 0'),
  (7, 'sbg_fit(float8[],float8)', '''{100,60,45}'' | 0'), (8, 'p_alive(jsonb,rfm,date)', '(select model from clv_test.fit where no = 1) | (select rfm from clv_test.customer where id = 1) | ''2024-12-31'''),
  (9, 'expected_purchases(jsonb,rfm,date,float8)', '(select model from clv_test.fit where no = 1) | (select rfm from clv_test.customer where id = 1) | ''2024-12-31'' | 10'), (10, 'expected_purchases_new(jsonb,float8)', '(select model from clv_test.fit where no = 1) | 10'),
  (11, 'expected_value(jsonb,rfm)', '(select model from clv_test.fit where no = 5) | (select rfm from clv_test.customer where id = 1)'),
  (12, 'clv(jsonb,jsonb,rfm,date,float8,float8)', '(select model from clv_test.fit where no = 1) | (select model from clv_test.fit where no = 5) | (select rfm from clv_test.customer where id = 1) | ''2024-12-31'' | 10 | 0.1'),
  (13, 'clv_interval(jsonb,jsonb,rfm,date,float8,float8,float8)', '(select model from clv_test.fit where no = 1) | (select model from clv_test.fit where no = 5) | (select rfm from clv_test.customer where id = 1) | ''2024-12-31'' | 10 | 0.1 | 0.95'),
  (21, 'clv_explain(jsonb,jsonb,rfm,date,float8,float8)', '(select model from clv_test.fit where no = 1) | (select model from clv_test.fit where no = 5) | (select rfm from clv_test.customer where id = 1) | ''2024-12-31'' | 10 | 0.1'),
  (14, 'clv_formula(numeric,float8,float8,int4,text)', '1000 | 0.8 | 0.1 | 10 | ''end'''), (15, 'retention_curve(jsonb,int4)', '(select model from clv_test.fit where no = 6) | 3'), (16, 'residual_lifetime(jsonb,int4,float8)', '(select model from clv_test.fit where no = 6) | 3 | 0.1'),
  (17, 'purchase_histogram(jsonb,rfm_sample,date,int4)', '(select model from clv_test.fit where no = 1) | (select s from clv_test.part where part = 1) | ''2024-12-31'' | 3'), (18, 'frequency_value_correlation(rfm_sample)', '(select s from clv_test.part where part = 1)'),
  (19, 'clv_model_parameters(jsonb,float8)', '(select model from clv_test.fit where no = 1) | 0.95'), (20, 'clv_model_check(jsonb)', '''{}''')) v(no, f, args) join pg_proc p on p.oid = ('crm.' || f)::regprocedure;
create function pg_temp.called(f text, args text[], types text[], without int) returns text language sql as $$
  select test.error_of(format('select (select string_agg(a::text, '' '') from crm.%s(%s) a)', split_part(f, '(', 1), string_agg(case i when without then 'null' else arg end || '::' || type, ', ' order by i))) from unnest(args, types) with ordinality u(arg, type, i)
$$;
select f, pg_temp.called(f, args, types, 0) <> 'no error: NULL' and pg_temp.called(f, args, types, 0) like 'no error%' as answers, (select string_agg(case when pg_temp.called(f, args, types, i) = 'no error: NULL' then 'NULL' else left(pg_temp.called(f, args, types, i), 40) end, ', ' order by i) from generate_series(1, cardinality(args)) i) as without from call order by no;
select count(*) from (select pg_temp.fit(kind, null) as m from kind union all select pg_temp.fit(kind, (select rfm_sample_agg(rfm) from customer where false)) from kind) e where m is not null;

-- Errors. The call of each function with one argument replaced.
create function pg_temp.with_argument(name text, arg int, value text) returns text language sql as $$ select pg_temp.called(f, args[:arg - 1] || value || args[arg + 1:], types, 0) from clv_test.call where f like name || '(%' order by no limit 1 $$;
select f, value, pg_temp.short(pg_temp.with_argument(f, arg, value)) as error from (values
  ('bgnbd_fit', 2, array['''2024-12-29''', '''infinity''', '''0001-01-01''']), ('gamma_gamma_fit', 2, array['''2024-12-29''']), ('bgnbd_fit', 3, array['''fortnight''', '''''', '''Week''']), ('mbgnbd_fit', 4, array['-1', '''NaN''', '''infinity''', '''-infinity''']), ('gamma_gamma_fit', 3, array['-0.1', '''NaN''']),
  ('sbg_fit', 4, array['-1']), ('p_alive', 3, array['''2024-01-01''', '''infinity''']), ('expected_purchases', 4, array['-1', '''NaN''', '''infinity''', '1e10', '0']), ('expected_purchases_new', 2, array['-1e-300', '''NaN''', '''infinity''']),
  ('clv', 5, array['-1', '''NaN''', '1e10']), ('clv', 6, array['-0.1', '''NaN''', '''infinity''']), ('clv_interval', 7, array['0', '1', '-0.5', '2', '''NaN''']), ('clv_model_parameters', 2, array['0', '1', '''NaN''']),
  ('clv_formula', 1, array['''NaN''', '1e30']), ('clv_formula', 2, array['-0.1', '1.1', '''NaN''']), ('clv_formula', 3, array['-1', '-2', '''NaN''', '''infinity''']), ('clv_formula', 4, array['-1']), ('clv_formula', 5, array['''middle''', '''End''', '''''']),
  ('retention_curve', 2, array['0', '-1', '2147483647']), ('residual_lifetime', 2, array['-1']), ('residual_lifetime', 3, array['0', '-0.1', '''NaN''', '''infinity''']), ('purchase_histogram', 4, array['0', '-1', '1001']), ('purchase_histogram', 3, array['''2024-12-29'''])) v(f, arg, bad), unnest(bad) with ordinality u(value, i) order by f, arg, i;
select value, left(test.error_of(format('select crm.sbg_fit(%s)', value)), 200) as error from unnest(array['''{}''', '''{100}''', '''{100,101}''', '''{100,50,60}''', '''{100,-1}''', '''{-1,-2}''', '''{0,0}''', '''{100,NULL}''', '''{NaN,1}''', '''{Infinity,1}''', 'array_fill(1::float8, array[200000])', '''{1e16,1}''', '''{0.5,0.25}''', '''{{100,50},{40,30}}''']) with ordinality u(value, i) order by i;
select value, sbg_fit(value::float8[]) #>> '{diagnosis,0,code}' as says, sbg_fit(value::float8[]) -> 'parameters' <> 'null' as parameters from unnest(array['{100,100}', '{100,0}', '{100,100,0}', '{100,50,50,50}', '{1000,995,994}', '{1e15,9e14,8.5e14}']) with ordinality u(value, i) order by i;
select test.error_of('select crm.sbg_fit(crm.rfm_sample_agg(crm.rfm_of(2, 1, date ''1000-01-01'', date ''1000-02-01'')), ''2024-12-31'', ''day'')') as too_many_units;
-- Infinite for ever only where it fades.
select pg_temp.with_argument('clv', 5, '''infinity''') like 'no error%' as discounted, test.error_of('select crm.clv(f.model, g.model, rfm, ''2024-12-31'', ''infinity'', 0) from clv_test.fit f, clv_test.gg g, clv_test.customer where f.no = 1 and id = 1') as undiscounted, clv_formula(1, 1, 0.1, null, 'start') as fades, test.error_of('select crm.clv_formula(1, 1, 0, null, ''start'')') as does_not;
-- Opportunities are whole; mode 8: several purchases of one day, or of one unit, are one.
select test.error_of('select crm.expected_purchases(model, rfm, ''2024-12-31'', 1.5) from clv_test.fit, clv_test.customer where no = 4 and id = 1') as fraction, test.error_of('select crm.expected_purchases_new(model, 0.5) from clv_test.fit where no = 4') as of_new,
  test.error_of('select crm.clv(f.model, g.model, rfm, ''2024-12-31'', 1.5, 0.1) from clv_test.fit f, clv_test.gg g, clv_test.customer where f.no = 4 and id = 1') as of_value;
select kind, test.error_of(format('select pg_temp.fit(%L, crm.rfm_sample_agg(crm.rfm_of(4, 10, date ''2024-01-01'', date ''2024-01-03'', 1)))', kind)) as of_days, test.error_of(format('select pg_temp.fit(%L, crm.rfm_sample_agg(crm.rfm_of(3, 10, date ''2024-01-15'', date ''2024-03-14'', 1)), ''month'')', kind)) ~ '^22023 .*month' as of_months from kind order by no;
select test.error_of('select crm.p_alive(model, crm.rfm_of(2, 10, date ''2024-01-01'', date ''2024-01-01''), ''2024-12-31'') from clv_test.fit where no = 1') as predicted, test.error_of('select count(*) from clv_test.fit, crm.purchase_histogram(model, crm.rfm_sample_push(null, crm.rfm_of(2, 10, date ''2024-01-01'', date ''2024-01-01'')), ''2024-12-31'') where no = 1') as histogram,
  test.error_of('select crm.frequency_value_correlation(crm.rfm_sample_push(null, crm.rfm_of(2, 10, date ''2024-01-01'', date ''2024-01-01'', 10)))') as correlation;
-- A first total that is not known: where it matters.
select f, test.error_of(q) as error from (values ('fit', 'select crm.gamma_gamma_fit(crm.rfm_sample_agg(crm.rfm_of(3, 10, date ''2024-01-01'', date ''2024-03-01'')), ''2024-12-31'')'), ('correlation', 'select crm.frequency_value_correlation(crm.rfm_sample_agg(crm.rfm_of(3, 10, date ''2024-01-01'', date ''2024-03-01'')))'),
  ('value', 'select crm.expected_value(model, crm.rfm_of(3, 10, date ''2024-01-01'', date ''2024-03-01'')) from clv_test.gg'), ('clv', 'select crm.clv(f.model, g.model, crm.rfm_of(3, 10, date ''2024-01-01'', date ''2024-03-01''), ''2024-12-31'', 10, 0.1) from clv_test.fit f, clv_test.gg g where f.no = 1')) v(f, q);
select expected_value(model, rfm_of(1, 10, date '2024-01-01', '2024-01-01')) = expected_value(model, rfm_of(1, 5, date '2024-06-01', '2024-06-01', 5)) as one_purchase, p_alive(f, rfm_of(3, 10, date '2024-01-01', '2024-03-01'), '2024-12-31') = p_alive(f, rfm_of(3, 10, date '2024-01-01', '2024-03-01', 4), '2024-12-31') as purchases_do_not_need_it
from gg, (select model as f from fit where no = 1) m;

-- Models by hand: what is wrong is found where it is, and what is found is refused, by every function, with 22023.
select no, c.path, pg_temp.short(c.problem) as problem from (values (1, '{}'::jsonb), (2, '[]'), (3, '5'), (4, '"bgnbd"'), (5, 'null'), (6, '{"kind": "bgnbd"}'), (7, '{"kind": "lifetime"}'), (8, '{"kind": "sbg", "version": 1, "parameters": {"alpha": 1, "beta": 1}}'), (9, '{"kind": "gamma_gamma", "version": 1, "parameters": {"p": 1, "q": 2, "v": 3, "gamma": 3}}'),
  (10, '{"kind": "pareto_nbd", "version": 2, "unit": "week", "parameters": {"r": 1, "alpha": 1, "s": 0, "beta": 0}}'), (11, '{"kind": "bgbb", "version": 1, "unit": "fortnight", "parameters": {"alpha": "1", "beta": -1, "gamma": null}, "covariance": [[1, 2], [3]], "diagnosis": [{"code": 1}], "customers": 1.5, "more": 1}')) v(no, model), clv_model_check(model) c order by no, c.path, c.problem;
create function pg_temp.used(model jsonb) returns text language sql as $$
  select test.error_of(case when kind in ('bgnbd', 'mbgnbd', 'pareto_nbd', 'bgbb') then format('select crm.p_alive(%L, rfm, ''2024-12-31'')::text || crm.expected_purchases_new(%L, 5) from clv_test.customer where id = 1', model, model)
    when kind = 'gamma_gamma' then format('select crm.expected_value(%L, rfm) from clv_test.customer where id = 1', model) else format('select crm.residual_lifetime(%L, 1, 0.1) || (select string_agg(c::text, '''') from crm.retention_curve(%L, 2) c)', model, model) end) from (select model ->> 'kind' as kind) k
$$;
create table broken as
select kind, no, key, value, case when value is null then model #- key else jsonb_set(model, key, value) end as model
from (select kind, no, model, array[k] as key from fit, jsonb_object_keys(model) k union all select kind, no, model, array['parameters', k] from fit, jsonb_object_keys(model -> 'parameters') k
  union all select kind, no, model, array['standard_errors', k] from fit, jsonb_object_keys(model -> 'standard_errors') k union all select kind, no, model, k from fit, (values (array['covariance', '0', '1']), (array['covariance', '0'])) v(k)) f,
  unnest(array[null, 'null', '"NaN"', '"0.5"', '-1', '0', '1e300', '1e-300', '1.5', '[]', '{}', 'true', '[[1]]', '[1, 2, 3, 4]']::jsonb[]) value;
select array_to_string(key, '.') as key, count(distinct kind) as kinds, string_agg(distinct pg_temp.short(coalesce(value::text, 'missing')), ' ' order by pg_temp.short(coalesce(value::text, 'missing'))) filter (where c.problems = 0) as accepted, bool_and((c.problems > 0) = (pg_temp.used(model) ~ '^22023')) as agree, bool_and(pg_temp.used(model) ~ '^(no error|22023|55000|22003)') as states,
  bool_and(policy_valid(model) = (c.problems = 0)) as valid_agrees
from broken, lateral (select count(*) as problems from clv_model_check(model)) c where model is not null and key <> '{kind}' group by key order by key;
select count(*), count(*) filter (where c.problems = 0) as fine, bool_and(pg_temp.used(model) ~ '^22023') as refused from broken, lateral (select count(*) as problems from clv_model_check(model)) c where model is not null and key = '{kind}';
select kind, extra, (select string_agg(path || ': ' || left(problem, 60), '; ' order by path) from clv_model_check(model || extra)) as problems from fit, unnest(array['{"mean": 1}', '{"Parameters": {}}', '{"use_anyway": "yes"}', '{"left_out": -1}', '{"as_of": "2024-02-30"}', '{"as_of": "yesterday"}', '{"unit": 5}']::jsonb[]) with ordinality e(extra, i) where no in (1, 5, 6) order by no, i;
-- The wrong kind for a function.
select f, string_agg(kind || case when e like '22023%' then '' else ' ?' end, ' ' order by no) as refused, min(e) as error from (select f, kind, k.no, pg_temp.with_argument(f, 1, format('(select model from clv_test.fit where kind = %L)', kind)) as e from unnest(array['p_alive', 'expected_purchases', 'expected_purchases_new', 'expected_value', 'clv', 'clv_interval', 'retention_curve', 'residual_lifetime', 'purchase_histogram', 'clv_model_parameters']) f, kind k) q where e not like 'no error%' group by f order by f;
select pg_temp.with_argument('clv', 2, '(select model from clv_test.fit where no = 1)') as value_by_bgnbd;
-- Models that are not fit for use: 55000. Mode 6: no finite mean. Mode 3: a fit that ended before it was there says so, and is used only if told to.
select q, left(pg_temp.used(pg_temp.model('gamma_gamma', array[2, q, 10])), 100) as used, (select count(*) from clv_model_check(pg_temp.model('gamma_gamma', array[2, q, 10]))) as problems from unnest(array[0.5, 1, 1.5]) q;
select kind, pg_temp.used(model || '{"converged": false}') as refused, pg_temp.used(model || '{"converged": false, "use_anyway": true}') = pg_temp.used(model) as used_anyway, pg_temp.used(model || '{"converged": false, "use_anyway": false}') ~ '^55000' as not_told, pg_temp.used(model || '{"use_anyway": true}') = pg_temp.used(model) as needless,
  (select count(*) from clv_model_parameters(model || '{"converged": false}')) as still_shown from fit order by no;
select name, kind, pg_temp.used(model) as used, pg_temp.used(model || '{"use_anyway": true}') ~ '^55000' as nor_anyway, (select count(*) from clv_model_parameters(model)) as parameters from edge_fit where name = 'no repeat buyers' order by kind_no;
-- Extremes of parameters that are allowed: an answer, or out of range (22003), never NaN.
select kind, count(*), string_agg(distinct left(e, 5), ' ') as states, bool_and(e !~ '^no error' or e !~* 'nan|inf|: -') as numbers from (select kind, pg_temp.used(pg_temp.model(kind, p)) as e from kind, unnest(array[1e-12, 1e-3, 1, 1e12]) a, unnest(array[1e-12, 1e-3, 1, 1e12]) b, unnest(array[1e-12, 1e-3, 1, 1e12]) c, unnest(array[1e-12, 1, 1e12]) d, lateral (select array[a, b, c, d] as p) v where kind not in ('sbg', 'gamma_gamma') or d = 1) x group by kind order by kind;
select kind, left(test.error_of(format('select crm.clv(%L, %L, crm.rfm_of(3, 5e25, date ''2024-01-01'', date ''2024-03-01'', 1), ''2024-12-31'', 1e9, 0)', m, pg_temp.model('gamma_gamma', '{1e6,1.5,1e26}'))), 60) as too_large, clv(m, pg_temp.model('gamma_gamma', '{1,2,1e-12}'), rfm_of(3, 3e-12, date '2024-01-01', '2024-03-01', 1e-12), '2024-12-31', 5, 0) as too_small,
  (select left(test.error_of(format('select crm.clv_interval(%L, %L, crm.rfm_of(3, 5e25, date ''2024-01-01'', date ''2024-03-01'', 1), ''2024-12-31'', 1e9, 0)', m, pg_temp.model('gamma_gamma', '{1e6,1.5,1e26}'))), 60)) as interval from kind, lateral (select pg_temp.model(kind, '{3,2,0,1}') as m) m where no < 5 order by no;

-- Models are policies: kept in a table that refuses what no function would read, with a digest.
\set VERBOSITY terse
create table kept (version serial primary key, fitted_on date, model jsonb not null check (policy_valid(model)));
insert into kept (fitted_on, model) select '2025-01-01', model from fit order by no;
insert into kept (model) select model - 'parameters' from fit where no = 1;
insert into kept (model) values ('{"kind": "bgnbd", "version": 1, "parameters": {"r": 1}}');
select kind, valid, problems, same from (select no, kind, policy_valid(model) as valid, (select count(*) from policy_check(model)) as problems, (select jsonb_agg(c) from policy_check(model || '{"version": 3}') c) = (select jsonb_agg(c) from clv_model_check(model || '{"version": 3}') c) as same from fit) p order by no;
select count(*), count(distinct policy_digest(model)) as digests from kept;

-- A fit can be cancelled.
create table long as select rfm_sample_agg(rfm_of(2 + i % 60, 10, date '1990-01-01' + i % 4000, date '1990-01-01' + i % 4000 + 100 + i * 31 % 8000, 1)) as s from generate_series(1, 200000) i;
set statement_timeout = '20ms';
select pareto_nbd_fit(s, '2024-12-31') is null from long;
\set VERBOSITY default
reset statement_timeout;
drop schema clv_test cascade;
