-- From the raw files to typed tables with one vocabulary. Included by ../berka.sql.

-- Days are written YYMMDD, all of the twentieth century.
create function pg_temp.day_of(yymmdd text) returns date language sql immutable
as $$ select make_date(1900 + substr(yymmdd, 1, 2)::int, substr(yymmdd, 3, 2)::int, substr(yymmdd, 5, 2)::int) $$;

-- The codes of the two transaction files, Czech and English, in one vocabulary. Blank codes mean nothing: null.
create temp table word (field text, code text, word text not null, primary key (field, code)) on commit drop;
insert into word values
    ('type', 'PRIJEM', 'credit'),     ('type', 'credit', 'credit'),
    ('type', 'VYDAJ', 'withdrawal'),  ('type', 'withdrawal', 'withdrawal'),
    ('type', 'VYBER', 'withdrawal'),  ('type', 'withdrawal in cash', 'withdrawal'),
    ('operation', 'VKLAD', 'cash deposit'),         ('operation', 'credit in cash', 'cash deposit'),
    ('operation', 'VYBER', 'cash withdrawal'),      ('operation', 'withdrawal in cash', 'cash withdrawal'),
    ('operation', 'VYBER KARTOU', 'card withdrawal'), ('operation', 'credit card withdrawal', 'card withdrawal'),
    ('operation', 'PREVOD Z UCTU', 'transfer in'),  ('operation', 'collection from another bank', 'transfer in'),
    ('operation', 'PREVOD NA UCET', 'transfer out'), ('operation', 'remittance to another bank', 'transfer out'),
    ('purpose', 'SIPO', 'household'),               ('purpose', 'household', 'household'),
    ('purpose', 'POJISTNE', 'insurance'),           ('purpose', 'insurrance payment', 'insurance'),
    ('purpose', 'DUCHOD', 'pension'),               ('purpose', 'old-age pension', 'pension'),
    ('purpose', 'LEASING', 'leasing'),
    ('purpose', 'UVER', 'loan payment'),            ('purpose', 'loan payment', 'loan payment'),
    ('purpose', 'SLUZBY', 'statement fee'),         ('purpose', 'payment for statement', 'statement fee'),
    ('purpose', 'UROK', 'interest'),                ('purpose', 'interest credited', 'interest'),
    ('purpose', 'SANKC. UROK', 'sanction interest'), ('purpose', 'sanction interest if negative balance', 'sanction interest'),
    ('frequency', 'POPLATEK MESICNE', 'monthly'),   ('frequency', 'POPLATEK TYDNE', 'weekly'),
    ('frequency', 'POPLATEK PO OBRATU', 'after each transaction');

-- An unknown code would be lost as null without a sound, so stop at it.
do $$
declare unknown text;
begin
    select string_agg(distinct field || ' ' || quote_literal(code), ', ') into unknown
    from (select 'type' as field, type as code from raw_trans
          union select 'operation', operation from raw_trans
          union select 'purpose', k_symbol from raw_trans
          union select 'purpose', k_symbol from raw_order
          union select 'frequency', frequency from raw_account) as u
    where trim(code) <> '' and not exists (select from word as w where w.field = u.field and w.code = u.code);
    if unknown is not null then raise exception 'unknown codes in the files: %', unknown; end if;
end $$;

create table berka.district (
    district_id int primary key, name text not null, region text not null, inhabitants int, average_salary int,
    unemployment_1995 numeric, unemployment_1996 numeric, entrepreneurs_per_1000 int, crimes_1995 int, crimes_1996 int
);
comment on table berka.district is 'Districts with statistics of 1995 and 1996 (later than as_of of the job, which does not look at them)';
insert into berka.district
select a1, a2, a3, a4, a11, nullif(a12, '?')::numeric, nullif(a13, '?')::numeric, a14, nullif(a15, '?')::int, nullif(a16, '?')::int
from raw_district order by a1;

create table berka.account (
    account_id int primary key, district_id int not null references berka.district, statements text not null, opened_on date not null
);
comment on table berka.account is 'Accounts; statements: how often a statement is issued, for a fee';
insert into berka.account
select account_id, district_id, w.word, pg_temp.day_of(day)
from raw_account left join word as w on w.field = 'frequency' and w.code = frequency
order by account_id;

create table berka.client (
    client_id int primary key, district_id int not null references berka.district, birth_date date not null, sex text not null check (sex in ('f', 'm'))
);
comment on table berka.client is 'Clients; sex and birth date from the birth number (women have 50 added to the month)';
insert into berka.client
select client_id, district_id,
       make_date(1900 + substr(birth_number, 1, 2)::int, (substr(birth_number, 3, 2)::int - 1) % 50 + 1, substr(birth_number, 5, 2)::int),
       case when substr(birth_number, 3, 2)::int > 50 then 'f' else 'm' end
from raw_client order by client_id;

create table berka.disposition (
    disposition_id int primary key, client_id int not null references berka.client, account_id int not null references berka.account,
    type text not null check (type in ('owner', 'disponent'))
);
comment on table berka.disposition is 'Who may use which account; every account has one owner';
insert into berka.disposition select disp_id, client_id, account_id, lower(type) from raw_disp order by disp_id;

create table berka.card (
    card_id int primary key, disposition_id int not null references berka.disposition, type text not null, issued_on date not null
);
comment on table berka.card is 'Payment cards: junior, classic, gold';
insert into berka.card select card_id, disp_id, type, pg_temp.day_of(issued) from raw_card order by card_id;

create table berka.loan (
    loan_id int primary key, account_id int not null references berka.account, granted_on date not null, amount numeric(12,2) not null,
    months int not null, payment numeric(12,2) not null, status char not null
);
comment on table berka.loan is 'Loans; status is that of the end of 1998: A paid, B ended unpaid, C running, D running with arrears';
insert into berka.loan select loan_id, account_id, pg_temp.day_of(day), amount, duration, payments, status from raw_loan order by loan_id;

create table berka.standing_order (
    order_id int primary key, account_id int not null references berka.account, to_bank text, to_account text,
    amount numeric(12,2) not null, purpose text
);
comment on table berka.standing_order is 'Standing orders; they carry no date';
insert into berka.standing_order
select order_id, account_id, bank_to, account_to, amount, w.word
from raw_order left join word as w on w.field = 'purpose' and w.code = k_symbol
order by order_id;

create table berka.trans (
    trans_id int primary key, account_id int not null references berka.account, day date not null,
    type text not null check (type in ('credit', 'withdrawal')), operation text,
    amount numeric(12,2) not null check (amount >= 0), balance numeric(12,2) not null, purpose text, to_bank text, to_account text
);
comment on table berka.trans is
    'Transactions: all accounts from 1993-01-01 to 1994-03-31, and the history before the loan of 354 accounts from 1995 to 1998';
comment on column berka.trans.balance is 'balance after the transaction as the file has it; the order of transactions within a day is not known';
comment on column berka.trans.purpose is 'statement fee, sanction interest, interest and loan payment are the bank''s own lines; the others are the client''s';
insert into berka.trans
select trans_id, account_id, pg_temp.day_of(day), t.word, o.word, amount, balance, p.word, nullif(bank, ''), nullif(account, '')
from raw_trans
left join word as t on t.field = 'type' and t.code = type
left join word as o on o.field = 'operation' and o.code = operation
left join word as p on p.field = 'purpose' and p.code = k_symbol
order by trans_id;
create index trans_account_id_day on berka.trans (account_id, day);

analyze berka.district, berka.account, berka.client, berka.disposition, berka.card, berka.loan, berka.standing_order, berka.trans;
drop function pg_temp.day_of(text);
