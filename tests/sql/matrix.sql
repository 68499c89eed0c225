-- The matrix: every aggregate gives the same bytes under every plan, and NULL where there is nothing, in every case.
-- A new aggregate adds one line at the end.
set client_min_messages = warning;
create schema matrix;
set search_path = matrix;

create table fact (part int, id int, sort int, "case" text, at timestamptz, day date, amount numeric, x float8, n bigint, product text, attributes jsonb)
  partition by list (part);
create table fact_0 partition of fact for values in (0);
create table fact_1 partition of fact for values in (1);
create table fact_2 partition of fact for values in (2);
create table fact_3 partition of fact for values in (3);
insert into fact (part, id, "case") select i % 4, i, 'only NULL' from generate_series(1, 40) i;
insert into fact
select i % 4, i, i * 7919 % 10007, "case", timestamptz '2024-01-01 00:00+00' + (i * 7919 % 1000) * interval '7 hours', date '2024-01-01' + i * 31 % 700,
  ((i * 104729) % 100003 - 20000) / 100.0, sqrt(i) * 1000 - 5000, i * 31 - 1000, 'P' || i % 50, jsonb_build_object('grade', i % 50)
from (values ('one row', 1), ('few rows', 7), ('many rows', 20000)) c("case", n), generate_series(1, n) i;
analyze fact;

-- Runs one expression over the rows of a case, under the settings of the moment; asserts the plan.
create function run(query text, plan_has text) returns text language plpgsql as $$
declare
  line text;
  plan text := '';
  result text;
begin
  for line in execute 'explain (costs off) ' || query loop
    plan := plan || line || E'\n';
  end loop;
  if plan !~ plan_has then
    raise exception 'the plan of % does not have %: %', query, plan_has, plan;
  end if;
  execute query into result;
  return coalesce(result, 'NULL');
end $$;

-- One aggregate, as it is called over fact; its type; its merge aggregate.
create function check_aggregate(call text, type text, merge text) returns table (aggregate text, checks bigint, failed text) language plpgsql as $$
declare
  c text;
  whole text;
  source text;
  got text;
  plan record;
begin
  aggregate := call;
  checks := 0;
  failed := '';
  foreach c in array array['no rows', 'only NULL', 'one row', 'few rows', 'many rows'] loop
    -- Not "=": the planner would see how few rows there are and not divide the work.
    source := format('from matrix.fact where strpos("case", %L) > 0', c);
    set local max_parallel_workers_per_gather = 0;
    set local enable_partitionwise_aggregate = off;
    whole := matrix.run(format('select (%s)::text %s', call, source), '^Aggregate');
    if (c in ('no rows', 'only NULL')) <> (whole = 'NULL') then
      failed := failed || format('[%s: %s] ', c, whole);
    end if;
    for plan in
      select * from (values
        ('serial again', 0, 'off', 'select (%1$s)::text %2$s', '^Aggregate'),
        ('2 workers', 2, 'off', 'select (%1$s)::text %2$s', 'Finalize Aggregate.*Gather.*Partial Aggregate'),
        ('4 workers', 4, 'off', 'select (%1$s)::text %2$s', 'Finalize Aggregate.*Gather.*Partial Aggregate'),
        ('partition-wise', 0, 'on', 'select (%1$s)::text %2$s', 'Finalize Aggregate.*Append.*Partial Aggregate.*Partial Aggregate'),
        ('partition-wise with workers', 4, 'on', 'select (%1$s)::text %2$s', 'Finalize Aggregate.*Partial Aggregate'),
        ('hashed groups, merged', 0, 'off', 'select (%4$s(s))::text from (select %1$s as s %2$s group by part, id %% 3) g', 'HashAggregate'),
        ('groups by partition, merged', 0, 'on', 'select (%4$s(s))::text from (select part, %1$s as s %2$s group by part) g', 'Append.*Aggregate'),
        ('days stored, merged backwards', 0, 'off', 'select (%4$s(s))::text from (select (%1$s)::text::%3$s as s %2$s group by day order by day desc) g', 'Sort'),
        ('shuffled', 0, 'off', 'select (%1$s)::text from (select * %2$s order by sort, id desc) g', 'Sort'),
        ('through text', 0, 'off', 'select (%1$s)::text::%3$s::text %2$s', 'Aggregate'),
        ('window, whole', 0, 'off', 'select (%1$s over ())::text %2$s limit 1', 'WindowAgg'),
        ('window, running', 0, 'off', 'select s from (select id, (%1$s over (order by id))::text as s %2$s and id <= 300) w order by id desc limit 1', 'WindowAgg'),
        ('filter leaves nothing', 0, 'off', 'select coalesce((%1$s filter (where false))::text, ''NULL'') %2$s', 'Aggregate'),
        ('filter leaves nothing, workers', 2, 'off', 'select coalesce((%1$s filter (where false))::text, ''NULL'') %2$s', 'Partial Aggregate')
      ) p(name, workers, partitionwise, query, has)
    loop
      perform set_config('max_parallel_workers_per_gather', plan.workers::text, true);
      perform set_config('enable_partitionwise_aggregate', plan.partitionwise, true);
      -- Rows cost something on their way to the leader: were they free, he would aggregate them himself where merging is dear.
      perform set_config('parallel_setup_cost', '0', true), set_config('min_parallel_table_scan_size', '0', true);
      got := matrix.run(format(plan.query, call, source, type, merge), plan.has);
      checks := checks + 1;
      if plan.name like 'filter%' then
        if got <> 'NULL' then failed := failed || format('[%s, %s: %s] ', c, plan.name, left(got, 200)); end if;
      elsif plan.name = 'window, running' and c = 'many rows' then
        if got is distinct from matrix.run(format('select (%s)::text %s and id <= 300', call, source), '') then
          failed := failed || format('[%s, %s: %s] ', c, plan.name, left(got, 200));
        end if;
      elsif got <> whole then
        failed := failed || format('[%s, %s: %s instead of %s] ', c, plan.name, left(got, 200), left(whole, 200));
      end if;
    end loop;
  end loop;
  return next;
end $$;

select * from check_aggregate('crm.rfm_agg(at, amount)', 'crm.rfm', 'crm.rfm_merge');
select * from check_aggregate('crm.rfm_agg(at, x)', 'crm.rfm', 'crm.rfm_merge');
select * from check_aggregate('crm.rfm_agg(at, n)', 'crm.rfm', 'crm.rfm_merge');
select * from check_aggregate('crm.rfm_agg(day, amount)', 'crm.rfm', 'crm.rfm_merge');
select * from check_aggregate('crm.rfm_agg(day, x)', 'crm.rfm', 'crm.rfm_merge');
select * from check_aggregate('crm.rfm_agg(day, n)', 'crm.rfm', 'crm.rfm_merge');
select * from check_aggregate('crm.rfm_sample_agg(crm.rfm_of(id + 1, amount, at, at + interval ''1 day'', null))', 'crm.rfm_sample', 'crm.rfm_sample_merge');
select * from check_aggregate('crm.distribution_agg(x)', 'crm.distribution', 'crm.distribution_merge');
select * from check_aggregate('crm.distribution_agg(amount, 0.01)', 'crm.distribution', 'crm.distribution_merge');
select * from check_aggregate('crm.catalogue_agg(product, attributes)', 'crm.catalogue', 'crm.catalogue_merge');
select * from check_aggregate('crm.pnl_agg(''line '' || id % 12, amount)', 'crm.pnl', 'crm.pnl_merge');
select * from check_aggregate('crm.pnl_agg(''line '' || id % 57, x)', 'crm.pnl', 'crm.pnl_merge');
select * from check_aggregate('crm.pnl_agg(product, n)', 'crm.pnl', 'crm.pnl_merge');
select * from check_aggregate('crm.rfm_book_agg((id % 700)::bigint, at, amount)', 'crm.rfm_book', 'crm.rfm_book_merge');
select * from check_aggregate('crm.rfm_book_agg(md5((id % 300)::text)::uuid, day, x)', 'crm.rfm_book_uuid', 'crm.rfm_book_merge');
select * from check_aggregate('crm.rfm_book_agg(product || '' 客户 '' || id % 11, at, n)', 'crm.rfm_book_text', 'crm.rfm_book_merge');
select * from check_aggregate('crm.rfm_daily_book_agg(n, day, amount)', 'crm.rfm_daily_book', 'crm.rfm_daily_book_merge');
select * from check_aggregate('crm.rfm_daily_book_agg(md5(product)::uuid, at, n)', 'crm.rfm_daily_book_uuid', 'crm.rfm_daily_book_merge');
select * from check_aggregate('crm.rfm_daily_book_agg(product, at, x)', 'crm.rfm_daily_book_text', 'crm.rfm_daily_book_merge');
select * from check_aggregate('crm.pnl_book_agg((id % 70)::bigint, product, amount)', 'crm.pnl_book', 'crm.pnl_book_merge');
select * from check_aggregate('crm.pnl_book_agg(md5((id % 70)::text)::uuid, ''line '' || id % 12, x)', 'crm.pnl_book_uuid', 'crm.pnl_book_merge');
select * from check_aggregate('crm.pnl_book_agg(product, ''line '' || id % 57, n)', 'crm.pnl_book_text', 'crm.pnl_book_merge');
select * from check_aggregate('crm.contribution_agg(product || '' 客户'', x::numeric, amount)', 'crm.contribution', 'crm.contribution_merge');
select * from check_aggregate('crm.contribution_agg(''segment '' || id % 7, amount)', 'crm.contribution', 'crm.contribution_merge');
select * from check_aggregate('crm.revenue_bridge_agg(x::numeric, amount, n, 1.5)', 'crm.revenue_bridge', 'crm.revenue_bridge_merge');
select * from check_aggregate('crm.cost_to_serve_agg(product, amount)', 'crm.cost_to_serve', 'crm.cost_to_serve_merge');
select * from check_aggregate('crm.cost_to_serve_agg(''activity '' || id % 12, nullif(id % 5, 0)::text, x)', 'crm.cost_to_serve', 'crm.cost_to_serve_merge');
select * from check_aggregate('crm.cost_to_serve_agg(product, ''渠道 '' || id % 3, n)', 'crm.cost_to_serve', 'crm.cost_to_serve_merge');
select * from check_aggregate('crm.standardize_agg(case when product is null then null when id % 3 = 0 then array[product, ''x''] else array[''x'', product] end, case when id % 3 = 0 then array[n, x] else array[x, n] end)', 'crm.standardize', 'crm.standardize_merge');
select * from check_aggregate('crm.standardize_agg(case when product is not null then jsonb_build_object(''x'', x, ''amount'', amount, product, case when id % 5 > 0 then n end) end)', 'crm.standardize', 'crm.standardize_merge');
select * from check_aggregate('crm.concentration_agg(amount)', 'crm.concentration', 'crm.concentration_merge');
select * from check_aggregate('crm.concentration_agg(x)', 'crm.concentration', 'crm.concentration_merge');
select * from check_aggregate('crm.concentration_agg(n)', 'crm.concentration', 'crm.concentration_merge');
select * from check_aggregate('crm.daily_balance_agg(day, amount)', 'crm.daily_balance', 'crm.daily_balance_merge');
select * from check_aggregate('crm.daily_balance_agg(at, x)', 'crm.daily_balance', 'crm.daily_balance_merge');
select * from check_aggregate('crm.daily_balance_agg(day, n % 7, n)', 'crm.daily_balance', 'crm.daily_balance_merge');
select * from check_aggregate('crm.daily_movement_agg(day, amount)', 'crm.daily_movement', 'crm.daily_movement_merge');
select * from check_aggregate('crm.daily_movement_agg(day, x)', 'crm.daily_movement', 'crm.daily_movement_merge');
select * from check_aggregate('crm.daily_movement_agg(day, n)', 'crm.daily_movement', 'crm.daily_movement_merge');
select * from check_aggregate('crm.migration_agg(product, ''客户 '' || id % 7)', 'crm.migration', 'crm.migration_merge');
select * from check_aggregate('crm.migration_agg(product, ''P'' || id * 7 % 61, n + 1000)', 'crm.migration', 'crm.migration_merge');

select * from check_aggregate('crm.tier_history_agg(day, amount)', 'crm.tier_history', 'crm.tier_history_merge');
select * from check_aggregate('crm.tier_history_agg(day, x)', 'crm.tier_history', 'crm.tier_history_merge');
select * from check_aggregate('crm.tier_history_agg(day, n)', 'crm.tier_history', 'crm.tier_history_merge');
select * from check_aggregate('crm.tier_history_agg(day, product || '' 客户 '' || id % 11, amount)', 'crm.tier_history', 'crm.tier_history_merge');
select * from check_aggregate('crm.tier_history_agg(day, product, x)', 'crm.tier_history', 'crm.tier_history_merge');
select * from check_aggregate('crm.tier_history_agg(day, nullif(product, ''P7''), n)', 'crm.tier_history', 'crm.tier_history_merge');

select * from check_aggregate('crm.tag_frequency_agg(case when product is not null then array[product, ''标签 '' || id % 11, null, product] end)', 'crm.tag_frequency', 'crm.tag_frequency_merge');
select * from check_aggregate('crm.tag_frequency_agg(case when product is not null then jsonb_build_array(product, n % 90, x > 0) end)', 'crm.tag_frequency', 'crm.tag_frequency_merge');
select * from check_aggregate('crm.basket_agg(product)', 'crm.basket', 'crm.basket_merge');
select * from check_aggregate('crm.itemset_agg(crm.basket_of(array[product, case when product is not null then ''P'' || id * 7 % 61 end]))', 'crm.itemset', 'crm.itemset_merge');
select * from check_aggregate('crm.itemset_agg(case when product is null then ''{}'' else array[product, ''P'' || id * 7 % 61, nullif(id % 9, 0)::text] end)', 'crm.itemset', 'crm.itemset_merge');
select * from check_aggregate('crm.affinity_agg((id % 70)::bigint, product)', 'crm.affinity', 'crm.affinity_merge');
select * from check_aggregate('crm.affinity_agg((id % 70)::bigint, product, amount)', 'crm.affinity', 'crm.affinity_merge');
select * from check_aggregate('crm.affinity_agg(n, product, x)', 'crm.affinity', 'crm.affinity_merge');
select * from check_aggregate('crm.affinity_agg(n * 1000000007, product || '' 基金 '' || id % 11, n)', 'crm.affinity', 'crm.affinity_merge');
select * from check_aggregate('crm.affinity_agg(product, ''基金 '' || id % 70)', 'crm.affinity', 'crm.affinity_merge');
select * from check_aggregate('crm.affinity_agg(product || '' 客户 '' || id % 300, product, amount)', 'crm.affinity', 'crm.affinity_merge');
select * from check_aggregate('crm.affinity_agg(product, ''基金 '' || id % 70, x)', 'crm.affinity', 'crm.affinity_merge');
select * from check_aggregate('crm.affinity_agg(product, ''P'' || id % 70, n)', 'crm.affinity', 'crm.affinity_merge');
select * from check_aggregate('crm.top_k_agg(product || n % 90, x, 20)', 'crm.top_k', 'crm.top_k_merge');

-- The check itself finds an aggregate that depends on the order of its rows.
create aggregate first_seen(bigint) (sfunc = int8larger, stype = bigint, combinefunc = int8smaller, parallel = safe);
select aggregate, checks, failed <> '' as found from check_aggregate('matrix.first_seen(n)', 'bigint', 'matrix.first_seen');
