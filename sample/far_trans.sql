-- Loader of real data: FAR-Trans, customers and assets of a large European bank (Sanz-Cruzado, Droukas and McCreadie 2024, CC-BY 4.0).
--
--     psql -d mydb -v data=FOLDER -f sample/far_trans.sql
--
-- FOLDER holds customer_information.csv and asset_information.csv; its name may not contain a quote. Files are read by psql, on the
-- client's side: an ordinary database owner is enough. Creates the schema "far_trans", which is dropped first.

\set ON_ERROR_STOP on
\set QUIET on
\encoding UTF8
\if :{?data}
\else
\echo 'far_trans: call with  -v data=FOLDER'
do $$ begin raise exception 'psql variable "data" is not set'; end $$;
\endif

begin;
set local client_min_messages = warning;

\echo 'far_trans: reading'
drop schema if exists far_trans cascade;
create schema far_trans;
comment on schema far_trans is 'Real data: FAR-Trans, customers of a European bank with dated risk levels, and the assets it sells';

create temp table raw_customer (customer text, type text, risk_level text, capacity text, questionnaire date, at date) on commit drop;
create temp table raw_asset (isin text, name text, short_name text, category text, sub_category text, market text, sector text, industry text, at date) on commit drop;

-- \copy takes no variables, so each command is put together first and then run.
\set run '\\copy raw_customer from ''' :data '/customer_information.csv'' with (format csv, header true)'
:run
\set run '\\copy raw_asset from ''' :data '/asset_information.csv'' with (format csv, header true)'
:run
\unset run

\echo 'far_trans: converting'
create table far_trans.customer (
    customer_id      text not null,
    since            date not null,
    type             text not null,
    risk_level       text not null,
    capacity         text not null,
    questionnaire_on date,
    primary key (customer_id, since)
);
comment on table far_trans.customer is 'What the bank knew of a customer from a day on, until his next row; 29,090 customers in 32,468 rows';
comment on column far_trans.customer.risk_level is 'Conservative, Income, Balanced, Aggressive; with Predicted_ in front it is an estimate of the bank, without a questionnaire';
comment on column far_trans.customer.questionnaire_on is 'day of the last questionnaire; null where the file has its filler, 2000-01-01. Often after "since": the file has the latest questionnaire in older rows too';
insert into far_trans.customer
select customer, at, type, risk_level, capacity, nullif(questionnaire, date '2000-01-01')
from raw_customer
order by customer, at;

create table far_trans.asset (
    isin         text not null,
    since        date not null,
    name         text,
    category     text not null,
    sub_category text,
    sector       text
);
create index asset_isin_since on far_trans.asset (isin, since);
comment on table far_trans.asset is 'The assets: stocks, bonds and funds (MTF); 806 in 836 rows. The last row of an asset is what it is now; three are listed as a stock and as a fund on the same day';
insert into far_trans.asset
select isin, at, name, category, nullif(sub_category, ''), nullif(sector, '')
from raw_asset
order by isin, at;

create table far_trans.risk_class (
    risk_level text primary key,
    risk_class text not null
);
comment on table far_trans.risk_class is 'An assumption, not the bank''s: classes C1 to C5 for the four levels that a questionnaire gives';
insert into far_trans.risk_class values ('Conservative', 'C1'), ('Income', 'C2'), ('Balanced', 'C3'), ('Aggressive', 'C5');

create table far_trans.risk_grade (
    category     text not null,
    sub_category text not null,
    risk_grade   text not null,
    primary key (category, sub_category)
);
comment on table far_trans.risk_grade is 'An assumption, not the bank''s: grades R1 to R5 by category and sub-category, empty where an asset has none';
insert into far_trans.risk_grade values
  ('MTF', 'Money Market', 'R1'), ('Bond', 'Government', 'R2'), ('MTF', 'Bond', 'R2'), ('MTF', 'Bonds', 'R2'), ('Bond', 'Corporate', 'R3'), ('MTF', 'Balanced', 'R3'),
  ('MTF', 'Other', 'R3'), ('MTF', 'Structured', 'R4'), ('MTF', 'Equity', 'R4'), ('Stock', 'Large Cap', 'R4'), ('Stock', '', 'R5');

create view far_trans.product as
select distinct on (isin) isin, name, category, sub_category, risk_grade, jsonb_build_object('product', isin, 'type', category, 'risk_grade', risk_grade) as attributes
from (select isin, since, name, category, coalesce(sub_category, '') as sub_category from far_trans.asset) as asset
left join far_trans.risk_grade using (category, sub_category)
order by isin, since desc, risk_grade desc;
-- It reads with the rights of who asks: not on PostgreSQL 14, which has no such views.
select current_setting('server_version_num')::int >= 150000 as invoker \gset
\if :invoker
  alter view far_trans.product set (security_invoker = true);
\endif
comment on view far_trans.product is 'Every asset as it is now, as the product of a suitability rule set; of two grades on the same day the higher one';

create function far_trans.client(as_of date)
  returns table (customer_id text, type text, risk_level text, risk_class text, questionnaire_on date, attributes jsonb)
  language sql stable as $$
  select distinct on (customer_id) customer_id, type, risk_level, risk_class, questionnaire_on,
    jsonb_build_object('risk_class', risk_class, 'minimum_class', false, 'assessed_on', questionnaire_on)
  from far_trans.customer
  left join far_trans.risk_class using (risk_level)
  where since <= as_of
  order by customer_id, since desc
$$;
comment on function far_trans.client(date) is 'Every customer as the bank knew him on a day, as the client of a suitability rule set; the file has no minimum class: none of them is in it';

analyze far_trans.customer, far_trans.asset;
commit;
\echo 'far_trans: done'
