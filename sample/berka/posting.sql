-- What each client of Berka's bank brought and cost, line by line. Included by ../berka.sql.
--
-- The files have what the bank booked on the accounts: fees, sanction interest, interest paid. What the deposits were worth to
-- it, what the loans brought and what the service cost is not in them: these lines rest on assumptions, which stand in two
-- tables so that you can replace them by your own.

create table berka.assumption (name text primary key, value numeric not null, meaning text not null);
comment on table berka.assumption is 'Yearly rates that are assumed, not from the files';
insert into berka.assumption values
    ('transfer_rate', 0.08,  'funds transfer price: what a deposit is worth to the bank, and what money lent costs it'),
    ('loan_spread',   0.04,  'what a loan brings above the transfer price, on what is still to be paid back'),
    ('default_rate',  0.03,  'probability that a loan defaults within a year'),
    ('loss_rate',     0.45,  'part of a defaulted loan that is lost');

create table berka.unit_cost (operation text primary key, cost numeric(12,2) not null);
comment on table berka.unit_cost is 'What one transaction costs the bank, in CZK; "month": keeping an account for a month. Assumed, not from the files';
insert into berka.unit_cost values
    ('cash deposit', 9.00), ('cash withdrawal', 9.00), ('card withdrawal', 4.00), ('transfer in', 2.00), ('transfer out', 3.00), ('month', 25.00);

-- Money lies from the day of a movement until the next one, at most until the end of the data; cut at month ends.
create view berka.posting as
with rate as (
    select max(value) filter (where name = 'transfer_rate') as transfer, max(value) filter (where name = 'loan_spread') as spread,
           max(value) filter (where name = 'default_rate') * max(value) filter (where name = 'loss_rate') as loss
    from berka.assumption
), month as (
    select start::date as first, (start + interval '1 month')::date as next
    from generate_series(timestamp '1993-01-01', timestamp '1994-03-01', interval '1 month') as m(start)
), trans as (
    select o.client_id, t.*
    from berka.trans as t
    join berka.owner as o using (account_id)
    where t.day <= date '1994-03-31'
), lies as (
    select client_id, day, coalesce(lead(day) over each, date '1994-04-01') as until, sum(change) over each as balance
    from (select client_id, day, sum(case type when 'credit' then amount else -amount end) as change from trans group by client_id, day) as movement
    window each as (partition by client_id order by day)
), held as (
    select client_id, next - 1 as month_end,
           sum(greatest(balance, 0) * (least(until, next) - greatest(day, first))) as deposit,
           sum(least(balance, 0) * (least(until, next) - greatest(day, first))) as overdraft
    from lies
    join month on day < next and until > first
    group by client_id, next
), owes as (
    select client_id, day, coalesce(lead(day) over each, date '1994-04-01') as until, sum(change) over each as loan
    from (select o.client_id, l.granted_on as day, l.amount as change
          from berka.loan as l join berka.owner as o using (account_id)
          where l.granted_on <= date '1994-03-31'
          union all
          select client_id, day, -amount from trans where purpose = 'loan payment') as movement
    window each as (partition by client_id order by day)
), owed as (
    select client_id, next - 1 as month_end, sum(loan * (least(until, next) - greatest(day, first))) as loan
    from owes
    join month on day < next and until > first
    group by client_id, next
)
select client_id, day, replace(purpose, ' ', '_') as line, amount
from trans where purpose in ('statement fee', 'sanction interest')
union all
select client_id, day, 'interest_paid', -amount from trans where purpose = 'interest'
union all
select client_id, month_end, 'funding_credit', round(deposit * transfer / 365, 2) from held cross join rate where deposit > 0
union all
select client_id, month_end, 'funding_charge', round(overdraft * transfer / 365, 2) from held cross join rate where overdraft < 0
union all
select client_id, month_end, 'loan_margin', round(loan * spread / 365, 2) from owed cross join rate where loan > 0
union all
select client_id, month_end, 'expected_loss', -round(loan * loss / 365, 2) from owed cross join rate where loan > 0
union all
select client_id, day, 'cost_to_serve', -cost
from trans join berka.unit_cost using (operation)
where purpose is distinct from 'statement fee' and purpose is distinct from 'sanction interest' and purpose is distinct from 'loan payment'
union all
select client_id, month_end, 'cost_to_serve', -cost from held cross join berka.unit_cost where operation = 'month'
union all
select client_id, day, 'turnover', amount
from trans
where purpose is distinct from 'statement fee' and purpose is distinct from 'sanction interest' and purpose is distinct from 'interest'
  and purpose is distinct from 'loan payment';
-- It reads with the rights of who asks: not on PostgreSQL 14, which has no such views.
select current_setting('server_version_num')::int >= 150000 as invoker \gset
\if :invoker
  alter view berka.posting set (security_invoker = true);
\endif
comment on view berka.posting is
    'Profit and loss of every client, line by line, 1993-01-01 to 1994-03-31. Revenue: statement_fee, sanction_interest, funding_credit, '
    'loan_margin. Costs, posted as negative amounts: interest_paid, funding_charge, cost_to_serve, and the credit cost expected_loss. '
    'turnover is no result. funding_credit, funding_charge, loan_margin, expected_loss and cost_to_serve rest on berka.assumption and berka.unit_cost.';
