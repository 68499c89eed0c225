-- What bench/tier.py reads: the assets of customers at the end of 24 months, in two orders, and of the first tenth of them. Deterministic.
--   customers: how many there are.
\set ON_ERROR_STOP on
set client_min_messages = warning;
set work_mem = '4GB';
set max_parallel_workers_per_gather = 0;
set jit = off;

-- As month's ends load it: month after month, in each of them the customers in turn. The logarithm of a customer's assets starts
-- somewhere between half the lowest threshold of tier_policy_example and twice the highest, and takes a step a month, nearly
-- normal (four numbers of 16 bits) with a deviation of 0.2: now and then a threshold is crossed, often not for long.
create unlogged table by_month as
with recursive walk (customer, n, level) as (
  select customer, 0, ln(25000::float8) + (hashint8(customer) & 65535) / 65536.0::float8 * ln(480::float8)
  from generate_series(1::bigint, :customers) customer
  union all
  select customer, n + 1, level + 0.35 * (((h & 65535) + (h >> 16 & 65535) + (h >> 32 & 65535) + (h >> 48 & 65535)) / 65536.0::float8 - 2)
  from walk
  cross join lateral hashint8extended(customer * 24 + n, 6) h
  where n < 23
)
select customer, (date '2024-02-01' + n * interval '1 month')::date - 1 as month, ((exp(level) * 100)::bigint * 0.01)::numeric(18, 2) as assets
from walk;

create unlogged table mixed as
select customer, month, assets
from by_month
order by hashint8(customer * 1000 + (month - date '2024-01-01'));

create unlogged table by_month_tenth as
select *
from by_month
where customer <= :customers / 10;

create unlogged table mixed_tenth as
select *
from mixed
where customer <= :customers / 10;

-- The rule of the example next_month, as one writes it without pg_crm: the tier after the last of a customer's months.
create function next_month_tier(assets numeric[]) returns text
  language plpgsql immutable parallel safe
as $$
declare
  held int := 1;
  below int := 0;
  measure numeric;
  reached int;
begin
  foreach measure in array assets loop
    reached := case when measure < 50000 then 1 when measure < 200000 then 2 when measure < 1000000 then 3 when measure < 6000000 then 4 else 5 end;
    if reached >= held or below + 1 = (case held when 5 then 6 else 3 end) then
      held := reached;
      below := 0;
    else
      below := below + 1;
    end if;
  end loop;
  return (array['mass', 'silver', 'gold', 'platinum', 'private'])[held];
end
$$;
vacuum analyze by_month, mixed, by_month_tenth, mixed_tenth;
