-- The schema "job" from Berka's bank. Included by ../berka.sql.
--
-- as_of is 1994-03-31, the end of the part in which every transaction of the bank is known (the file was cut there: of the
-- last day, the interest of 28 accounts is missing). Nothing later is looked at: no later transaction, card or loan, no loan status
-- and no district statistics (they are of 1995 to 1998), no standing order (they carry no date).
-- A client of the job is the owner of an account that was open by then.

\ir ../contract.sql

insert into job.info values ('Czech bank (Berka), 1993-01 to 1994-03', 'CZK', '1994-03-31', 'PKDD''99 Discovery Challenge, Petr Berka, VSE Prague');

create view berka.owner as
select d.client_id, a.account_id, a.statements, a.opened_on
from berka.account as a
join berka.disposition as d on d.account_id = a.account_id and d.type = 'owner'
where a.opened_on <= date '1994-03-31';
-- It reads with the rights of who asks: not on PostgreSQL 14, which has no such views.
select current_setting('server_version_num')::int >= 150000 as invoker \gset
\if :invoker
  alter view berka.owner set (security_invoker = true);
\endif
comment on view berka.owner is 'Owners of the accounts that were open on 1994-03-31: the clients of the job';

insert into job.client (client_id, name, profile)
select o.client_id, 'Client ' || o.client_id,
       jsonb_build_object(
           'age', extract(year from age(date '1994-03-31', c.birth_date))::int, 'sex', c.sex,
           'district', d.name, 'region', d.region, 'inhabitants', d.inhabitants,
           'opened_on', o.opened_on, 'statements', o.statements,
           'has_card', k.cards is not null, 'has_loan', l.loans is not null,
           'second_user', exists (select from berka.disposition as x where x.account_id = o.account_id and x.type = 'disponent'),
           'holdings', to_jsonb(array['statement-' || replace(o.statements, ' ', '-')] || coalesce(k.cards, '{}') || coalesce(l.loans, '{}')))
from berka.owner as o
join berka.client as c using (client_id)
join berka.district as d using (district_id)
left join lateral (select array_agg(distinct 'card-' || card.type) as cards
                   from berka.disposition as x join berka.card using (disposition_id)
                   where x.account_id = o.account_id and card.issued_on <= date '1994-03-31') as k on true
left join lateral (select array_agg(distinct 'loan-' || loan.months) as loans
                   from berka.loan where loan.account_id = o.account_id and loan.granted_on <= date '1994-03-31') as l on true
order by o.client_id;

-- Events: what the client does himself. The files have days, no time: each stands at 00:00 UTC of its day.
insert into job.event (client_id, at, amount)
select o.client_id, t.day::timestamp at time zone 'UTC', t.amount
from berka.trans as t
join berka.owner as o using (account_id)
where t.day <= date '1994-03-31'
  and t.purpose is distinct from 'statement fee' and t.purpose is distinct from 'interest'
  and t.purpose is distinct from 'sanction interest' and t.purpose is distinct from 'loan payment'
order by t.day, t.trans_id;
create index event_client_id_at on job.event (client_id, at);
comment on table job.event is
    'The client''s own transactions, in and out, with their amounts; the bank''s lines (statement fee, interest, sanction interest, '
    'loan payment) are not events. Each stands at 00:00 UTC of its day.';

-- Average daily balance of March 1994. The balance at the end of a day is the sum of all amounts until then, because every
-- account starts within the data: this needs no order of the transactions within a day.
-- It differs from the balances in the file by their rounding, at most 0.90 in 15 months (and by the missing interest, above).
insert into job.money (client_id, assets, profit)
with movement as (
    select account_id, day, sum(case type when 'credit' then amount else -amount end) as change
    from berka.trans
    where day <= date '1994-03-31'
    group by account_id, day
), balance as (
    select account_id, greatest(day, date '1994-03-01') as from_day,
           coalesce(lead(day) over (partition by account_id order by day), date '1994-04-01') as until,
           sum(change) over (partition by account_id order by day) as balance
    from movement
), average as (
    select account_id, round(sum(balance * (until - from_day)) / sum(until - from_day), 2) as assets
    from balance
    where until > from_day
    group by account_id
), profit as (
    select account_id,
           coalesce(sum(amount) filter (where type = 'withdrawal' and purpose in ('statement fee', 'sanction interest')), 0)
           - coalesce(sum(amount) filter (where type = 'credit' and purpose = 'interest'), 0) as profit
    from berka.trans
    where day > date '1993-03-31' and day <= date '1994-03-31'
    group by account_id
)
select o.client_id, a.assets, p.profit
from berka.owner as o
left join average as a using (account_id)
left join profit as p using (account_id)
order by o.client_id;
comment on column job.money.assets is
    'average daily balance of March 1994: calendar days, last balance carried forward, from the first transaction on; null without transactions';
comment on column job.money.profit is
    'what the data show the bank to have earned from 1993-04 to 1994-03: statement fees + sanction interest - interest paid. What the bank '
    'earned on the deposits and on loans is not in the data, so most are negative: use it to rank, not as profit. Null without transactions.';

-- The bank's products, as the files name them.
insert into job.product (product_id, attributes) values
    ('statement-monthly',                '{"name": "Account, monthly statement",      "category": "account", "statements": "monthly"}'),
    ('statement-weekly',                 '{"name": "Account, weekly statement",       "category": "account", "statements": "weekly"}'),
    ('statement-after-each-transaction', '{"name": "Account, statement after each transaction", "category": "account", "statements": "after each transaction"}'),
    ('card-junior',  '{"name": "Junior card",  "category": "card"}'),
    ('card-classic', '{"name": "Classic card", "category": "card"}'),
    ('card-gold',    '{"name": "Gold card",    "category": "card"}'),
    ('loan-12', '{"name": "Loan over 12 months", "category": "loan", "term_months": 12}'),
    ('loan-24', '{"name": "Loan over 24 months", "category": "loan", "term_months": 24}'),
    ('loan-36', '{"name": "Loan over 36 months", "category": "loan", "term_months": 36}'),
    ('loan-48', '{"name": "Loan over 48 months", "category": "loan", "term_months": 48}'),
    ('loan-60', '{"name": "Loan over 60 months", "category": "loan", "term_months": 60}'),
    ('order-household', '{"name": "Standing order for household payments", "category": "standing order"}'),
    ('order-insurance', '{"name": "Standing order for insurance",          "category": "standing order"}'),
    ('order-leasing',   '{"name": "Standing order for leasing",            "category": "standing order"}'),
    ('order-other',     '{"name": "Standing order",                        "category": "standing order"}');

analyze job.client, job.event, job.money, job.product;
