-- The main job, sample/job.sql, on whichever data set the schema "job" holds, and then what it made against plain SQL.
-- The job's own report is not what is tested here; what matters of it is in its tables.
\o /dev/null
\ir ../../sample/job.sql
\o

create temp table name as
select replace(current_database(), 'data_', '') || ' job: ' as of;
create temp table plain_rfm as
select client_id, count(*) as n, min(at) as first, max(at) as last, sum(amount) as total
from job.event, job.info
where at < (as_of + 1)::timestamp at time zone 'UTC'
group by client_id;

select pg_temp.expect(of || 'runs as an ordinary user', rolsuper, false) from name, pg_roles where rolname = current_user;
select pg_temp.same_rows(of || 'client_rfm', (select count(*) from plain_rfm),
  'select client_id, crm.frequency(rfm), crm.first_at(rfm), crm.last_at(rfm), crm.total(rfm) from client_rfm', 'table plain_rfm') from name;
select pg_temp.expect(of || 'no amount is lost', (select sum(crm.total(rfm)) from client_rfm), (select sum(amount) from job.event)) from name;
select pg_temp.expect(of || 'no amount is lost when merged', (select crm.total(crm.rfm_merge(rfm)) from client_rfm), (select sum(amount) from job.event)) from name;
select pg_temp.same_rows(of || 'client_value has every client once, with his money', (select count(*) from job.client),
  'select client_id, assets, profit, rfm is not null from client_value',
  'select client_id, assets, profit, exists (select from plain_rfm p where p.client_id = c.client_id) from job.client c join job.money using (client_id)') from name;

-- Break point j is the smallest value up to which there are at least j fifths of the clients, counted in whole numbers.
create temp table plain_value as
select client_id, as_of - (last at time zone 'UTC')::date as recency, n as frequency, total from plain_rfm, job.info;
create temp table plain_break as
select figure, j, min(x) as break
from (select figure, x, count(*) over (partition by figure order by x) as upto, count(*) over (partition by figure) as n
      from plain_value, lateral (values ('recency', recency::numeric), ('frequency', frequency::numeric), ('monetary', total)) as f (figure, x)) as s,
  generate_series(1, 4) as j
where upto * 5 >= j * n
group by figure, j;
create temp table plain_cell as
select client_id, concat(5 - count(*) filter (where figure = 'recency' and break < recency), 1 + count(*) filter (where figure = 'frequency' and break < frequency),
  1 + count(*) filter (where figure = 'monetary' and break < total)) as cell
from plain_value, plain_break group by client_id;
select pg_temp.same_rows(of || 'the scale', 12,
  'select figure, j, break::numeric from scale, (values (''recency''), (''frequency''), (''monetary'')) as f (figure), jsonb_array_elements_text(breaks -> figure) with ordinality as b (break, j)',
  'table plain_break') from name;
select pg_temp.same_rows(of || 'the cell of every client', (select count(*) from plain_rfm),
  'select client_id, cell from client_value where cell is not null', 'table plain_cell') from name;
select pg_temp.expect(of || 'every cell has a segment', count(*) filter (where crm.rfm_segment(cell) is not null), (select count(*) from plain_rfm)) from client_value, name group by of;

-- The name of the last tier whose threshold is reached; without threshold it is always reached.
\if :has_assets
select pg_temp.same_rows(of || 'tiers', (select count(*) from job.client),
  $$select client_id, crm.tier_of(assets, document) from client_value, job.policy where policy.name = 'tiers'$$,
  $$select client_id, (select tier ->> 'name' from jsonb_array_elements(document -> 'tiers') with ordinality as t (tier, position)
      where assets >= coalesce((tier ->> 'from')::numeric, '-1e20') order by position desc limit 1)
    from job.money, job.policy where policy.name = 'tiers'$$) from name;
select pg_temp.expect(of || 'the tier policy names the currency of the data', coalesce(substring(document ->> 'measure' from '\m[A-Z]{3}\M'), currency), currency)
from job.policy, job.info, name where policy.name = 'tiers';
\endif

-- A demonstration that has products and clients offers something to somebody.
\if :has_products
select pg_temp.expect(of || 'somebody is offered something', exists (select from offer), true) from name;
select pg_temp.expect((select of from name) || 'offers: at most five a client, ranked without a gap, the best first', count(*), 0)
from (select rank, score, row_number() over w as place, lag(score) over w as before from offer window w as (partition by client_id order by rank)) as o
where rank <> place or rank > 5 or score > before;
\endif
