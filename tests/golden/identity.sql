-- The same bytes at scale: 1.49 million trades summarised in one process, by workers, in months that are stored and merged, from
-- shuffled rows and from partitions. What is compared is the md5 of the text of all results, in order.

create schema identity;
create unlogged table identity.shuffled as
select client_id, symbol, traded_at, amount, commission from broker.trade order by hashint8extended(trade_id, 5);
create table identity.part (like identity.shuffled) partition by hash (client_id);
create unlogged table identity.part_0 partition of identity.part for values with (modulus 3, remainder 0);
create unlogged table identity.part_1 partition of identity.part for values with (modulus 3, remainder 1);
create unlogged table identity.part_2 partition of identity.part for values with (modulus 3, remainder 2);
insert into identity.part select * from identity.shuffled;
create unlogged table identity.monthly as
select client_id, date_trunc('month', traded_at, 'UTC') as month, crm.rfm_agg(traded_at, commission) as rfm from identity.shuffled group by 1, 2;
create unlogged table identity.monthly_amount as
select symbol, date_trunc('month', traded_at, 'UTC') as month, crm.distribution_agg(amount) as amounts from identity.shuffled group by 1, 2;
create unlogged table identity.client_rfm as
select client_id, crm.rfm_merge(rfm) as rfm from identity.monthly group by client_id;
analyze identity.shuffled, identity.part, identity.monthly, identity.monthly_amount, identity.client_rfm;

set parallel_setup_cost = 0;
set parallel_tuple_cost = 0;
set min_parallel_table_scan_size = 0;

create temp table result (no int generated always as identity, question text, way text, md5 text);

-- Runs a query (key, value) and keeps the digest of what it returned. How it ran is asserted on the plan of that very run:
-- the number of workers that took part, and what the plan must show.
create function pg_temp.answer(question text, way text, workers int, plan_has text, query text) returns text language plpgsql
as $$
declare
  line text; plan text := '';
begin
  execute format('set local max_parallel_workers_per_gather = %s', workers);
  drop table if exists answer;
  for line in execute 'explain (analyze, costs off, timing off, summary off) create temp table answer (key, value) as ' || query loop
    plan := plan || line || e'\n';
  end loop;
  insert into result (question, way, md5) select question, way, md5(string_agg(key || ' ' || value, e'\n' order by key collate "C")) from answer;
  if workers > 0 and position('Workers Launched: ' || workers in plan) = 0 or workers = 0 and position('Gather' in plan) > 0 or plan !~ plan_has then
    return format('FAILED: identity: %s, %s: the plan is not the one to test: %s', question, way, replace(plan, e'\n', ' | '));
  end if;
  return 'ok: identity: plan of ' || question || ', ' || way;
end
$$;

\set rfm 'select client_id::text, crm.rfm_agg(traded_at, commission)::text from '
select pg_temp.answer('rfm', 'one process, hashed', 0, '^HashAggregate', :'rfm' || 'broker.trade group by client_id');
set enable_hashagg = off;
select pg_temp.answer('rfm', 'one process, sorted', 0, '^GroupAggregate', :'rfm' || 'broker.trade group by client_id');
reset enable_hashagg;
select pg_temp.answer('rfm', '2 workers', 2, 'Finalize.*Partial', :'rfm' || 'broker.trade group by client_id');
select pg_temp.answer('rfm', '4 workers', 4, 'Finalize.*Partial', :'rfm' || 'broker.trade group by client_id');
select pg_temp.answer('rfm', 'shuffled', 0, 'Seq Scan on shuffled', :'rfm' || 'identity.shuffled group by client_id');
select pg_temp.answer('rfm', 'shuffled, 4 workers', 4, 'Finalize.*Partial', :'rfm' || 'identity.shuffled group by client_id');
set enable_partitionwise_aggregate = on;
select pg_temp.answer('rfm', 'partitions', 0, '^Append.*(HashAggregate.*){3}', :'rfm' || 'identity.part group by client_id');
select pg_temp.answer('rfm', 'partitions, 2 workers', 2, 'Parallel Append.*(Aggregate.*){3}', :'rfm' || 'identity.part group by client_id');
reset enable_partitionwise_aggregate;
select pg_temp.answer('rfm', 'months merged', 0, '^HashAggregate', 'select client_id::text, crm.rfm_merge(rfm)::text from identity.monthly group by client_id');
select pg_temp.answer('rfm', 'months merged, 2 workers', 2, 'Finalize.*Partial', 'select client_id::text, crm.rfm_merge(rfm)::text from identity.monthly group by client_id');

-- A float8 sum depends on the order of its rows; this one must not.
\set rfm 'select client_id::text, crm.rfm_agg(traded_at, sqrt(amount::float8))::text from '
select pg_temp.answer('rfm of float8', 'one process', 0, '^HashAggregate', :'rfm' || 'broker.trade group by client_id');
select pg_temp.answer('rfm of float8', '4 workers', 4, 'Finalize.*Partial', :'rfm' || 'broker.trade group by client_id');
select pg_temp.answer('rfm of float8', 'shuffled', 0, 'Seq Scan on shuffled', :'rfm' || 'identity.shuffled group by client_id');

\set distribution 'select symbol, crm.distribution_agg(amount)::text from '
select pg_temp.answer('distribution', 'one process', 0, '^HashAggregate', :'distribution' || 'broker.trade group by symbol');
select pg_temp.answer('distribution', '2 workers', 2, 'Finalize.*Partial', :'distribution' || 'broker.trade group by symbol');
select pg_temp.answer('distribution', '4 workers', 4, 'Finalize.*Partial', :'distribution' || 'broker.trade group by symbol');
select pg_temp.answer('distribution', 'shuffled', 0, 'Seq Scan on shuffled', :'distribution' || 'identity.shuffled group by symbol');
set enable_partitionwise_aggregate = on;
select pg_temp.answer('distribution', 'partitions', 0, 'Finalize.*Append.*(Partial.*){3}', :'distribution' || 'identity.part group by symbol');
select pg_temp.answer('distribution', 'partitions, 2 workers', 2, 'Finalize.*Append.*(Partial.*){3}', :'distribution' || 'identity.part group by symbol');
reset enable_partitionwise_aggregate;
select pg_temp.answer('distribution', 'months merged', 0, 'Aggregate', 'select symbol, crm.distribution_merge(amounts)::text from identity.monthly_amount group by symbol');

\set whole 'select 1::text, crm.distribution_agg(amount)::text from '
select pg_temp.answer('distribution of all', 'one process', 0, '^Aggregate', :'whole' || 'broker.trade');
select pg_temp.answer('distribution of all', '4 workers', 4, 'Finalize.*Partial', :'whole' || 'broker.trade');
select pg_temp.answer('distribution of all', 'cast to float8', 0, '^Aggregate', 'select 1::text, crm.distribution_agg(amount::float8)::text from broker.trade');
select pg_temp.answer('distribution of all', 'months and symbols merged', 0, 'Aggregate', 'select 1::text, crm.distribution_merge(amounts)::text from identity.monthly_amount');

\set sample 'select 1::text, crm.rfm_sample_agg(rfm)::text from identity.client_rfm'
select pg_temp.answer('rfm sample', 'as stored', 0, '^Aggregate', :'sample');
select pg_temp.answer('rfm sample', '2 workers', 2, 'Finalize.*Partial', :'sample');
select pg_temp.answer('rfm sample', 'the other way round', 0, '^Aggregate', 'select 1::text, crm.rfm_sample_agg(rfm order by client_id desc)::text from identity.client_rfm');
select pg_temp.answer('rfm sample', 'parts merged', 0, 'Aggregate', 'select 1::text, crm.rfm_sample_merge(part)::text
  from (select crm.rfm_sample_agg(rfm) as part from identity.client_rfm group by client_id % 17) as s');

-- Books: one value of all customers. Its rows are those of GROUP BY; its text, and what it sends, are the same bytes.
\set book 'select customer::text, rfm::text from crm.rfm_book_rows((select crm.rfm_book_agg(client_id, traded_at, commission) from '
select pg_temp.answer('rfm', 'book', 0, '^Function Scan.*Aggregate', :'book' || 'broker.trade))');
select pg_temp.answer('rfm', 'book, 2 workers', 2, 'Finalize.*Partial', :'book' || 'broker.trade))');
select pg_temp.answer('rfm', 'books of months merged', 0, '^Function Scan.*HashAggregate', 'select customer::text, rfm::text from crm.rfm_book_rows((select crm.rfm_book_merge(book)
  from (select crm.rfm_book_agg(client_id, traded_at, commission) as book from identity.shuffled group by date_trunc(''month'', traded_at, ''UTC'')) as m))');
select pg_temp.answer('rfm', 'books of parts of the clients', 0, 'HashAggregate.*Function Scan', 'select customer::text, r.rfm::text
  from (select crm.rfm_book_agg(client_id, traded_at, commission) as book from broker.trade group by client_id % 16) as b, crm.rfm_book_rows(book) as r');
select pg_temp.answer('rfm of float8', 'book, 4 workers', 4, 'Finalize.*Partial', 'select customer::text, rfm::text
  from crm.rfm_book_rows((select crm.rfm_book_agg(client_id, traded_at, sqrt(amount::float8)) from broker.trade))');

-- Two levels of GROUP BY: the days of a client, then their figures.
select pg_temp.answer('daily rfm', 'days grouped', 0, '^HashAggregate', 'select client_id::text, crm.rfm_agg(day, commission)::text
  from (select client_id, (traded_at at time zone ''UTC'')::date as day, sum(commission) as commission from broker.trade group by 1, 2) as d group by client_id');
\set book 'select customer::text, rfm::text from crm.rfm_daily_book_rows((select crm.rfm_daily_book_agg(client_id, traded_at, commission) from '
select pg_temp.answer('daily rfm', 'book', 0, '^Function Scan.*Aggregate', :'book' || 'broker.trade))');
select pg_temp.answer('daily rfm', 'book, 4 workers', 4, 'Finalize.*Partial', :'book' || 'broker.trade))');
select pg_temp.answer('daily rfm', 'book, shuffled', 0, 'Seq Scan on shuffled', :'book' || 'identity.shuffled))');
select pg_temp.answer('daily rfm', 'books of unequal parts merged', 0, '^Function Scan.*HashAggregate', 'select customer::text, rfm::text from crm.rfm_daily_book_rows((select crm.rfm_daily_book_merge(book)
  from (select crm.rfm_daily_book_agg(client_id, traded_at, commission) as book from identity.shuffled group by symbol) as s))');

select pg_temp.answer('pnl', 'clients grouped', 0, '^HashAggregate', 'select client_id::text, crm.pnl_agg(symbol, commission)::text from broker.trade group by client_id');
\set book 'select customer, pnl::text from crm.pnl_book_rows((select crm.pnl_book_agg(client_id::text, symbol, commission) from '
select pg_temp.answer('pnl', 'book', 0, '^Function Scan.*Aggregate', :'book' || 'broker.trade))');
select pg_temp.answer('pnl', 'book, 2 workers', 2, 'Finalize.*Partial', :'book' || 'broker.trade))');
select pg_temp.answer('pnl', 'books of months merged', 0, '^Function Scan.*HashAggregate', 'select customer, pnl::text from crm.pnl_book_rows((select crm.pnl_book_merge(book)
  from (select crm.pnl_book_agg(client_id::text, symbol, commission) as book from identity.shuffled group by date_trunc(''month'', traded_at, ''UTC'')) as m))');

\set bytes 'select ''rfm'', crm.rfm_book_send(crm.rfm_book_agg(client_id, traded_at, commission))::text || crm.rfm_daily_book_text_send(crm.rfm_daily_book_agg(symbol, traded_at, amount))::text || crm.pnl_book_agg(client_id, symbol, commission)::text from '
select pg_temp.answer('bytes of books', 'one process', 0, '^Aggregate', :'bytes' || 'broker.trade');
select pg_temp.answer('bytes of books', '4 workers', 4, 'Finalize.*Partial', :'bytes' || 'broker.trade');
select pg_temp.answer('bytes of books', 'shuffled', 0, 'Seq Scan on shuffled', :'bytes' || 'identity.shuffled');
set enable_partitionwise_aggregate = on;
select pg_temp.answer('bytes of books', 'partitions', 0, 'Finalize.*Append.*(Partial.*){3}', :'bytes' || 'identity.part');
reset enable_partitionwise_aggregate;

-- Every way against the first of its question.
select pg_temp.expect('identity: ' || r.question || ', ' || r.way, r.md5, f.md5)
from result as r join (select distinct on (question) * from result order by question, no) as f on f.question = r.question and f.no < r.no
order by r.no;

drop schema identity cascade;
