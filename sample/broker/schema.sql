-- The tables of the sample broker. Included by ../broker.sql.

drop schema if exists job cascade;
drop schema if exists broker cascade;
create schema broker;
comment on schema broker is 'Sample data: a made-up Chinese retail broker, 2024-10-01 to 2026-09-30';

-- The only source of chance: a whole number in 0 .. sides - 1 that depends on nothing but its arguments.
-- "purpose" separates the uses of one key. Dropped when the data are complete.
create function broker.dice(key bigint, purpose bigint, sides bigint) returns bigint
language sql immutable parallel safe
as $$ select (hashint8extended(key, purpose) & 9223372036854775807) % sides $$;

create table broker.branch (
    branch_id  int primary key,
    name_en    text not null,
    name_zh    text not null,
    opened_on  date not null
);
comment on table broker.branch is 'Branches (营业部) of the sample broker';

create table broker.manager (
    manager_id int primary key,
    branch_id  int not null references broker.branch,
    name       text not null,
    level      text not null check (level in ('junior', 'senior', 'private')),
    hired_on   date not null
);
comment on table broker.manager is 'Client managers (客户经理): each serves clients of one branch';

create table broker.client (
    client_id                 bigint primary key,
    name                      text not null,
    branch_id                 int not null references broker.branch,
    manager_id                int not null references broker.manager,
    birth_date                date not null,
    opened_on                 date not null,
    closed_on                 date check (closed_on > opened_on),
    risk_class                text not null check (risk_class in ('C1', 'C2', 'C3', 'C4', 'C5')),
    minimum_class             boolean not null check (not minimum_class or risk_class = 'C1'),
    assessed_on               date,
    investment_horizon_months int not null,
    interests                 text[] not null,
    experience_years          int not null,
    professional              boolean not null
);
comment on table broker.client is 'Clients: who they are and what the suitability questionnaire says';
comment on column broker.client.closed_on is 'day the account was closed; null while it is open (a dormant client is open)';
comment on column broker.client.risk_class is 'risk tolerance by questionnaire, C1 (lowest) to C5';
comment on column broker.client.minimum_class is 'lowest-tolerance flag inside C1 (风险承受能力最低类别): nothing above R1 may be sold, whoever asks';
comment on column broker.client.assessed_on is 'day of the last risk questionnaire; null if never filled in, and some are out of date';
comment on column broker.client.interests is 'tags of the same vocabulary as broker.product.tags';

create table broker.product (
    product_id           text primary key,
    name_en              text not null,
    name_zh              text not null,
    category             text not null,
    risk_grade           text not null check (risk_grade in ('R1', 'R2', 'R3', 'R4', 'R5')),
    min_amount           numeric(18,2) not null,
    term_months          int not null,
    annual_fee_rate      numeric(6,4) not null,
    service_fee          numeric(12,2) not null,
    min_experience_years int not null,
    professional_only    boolean not null,
    open                 boolean not null,
    channels             text[] not null,
    tags                 text[] not null
);
comment on table broker.product is 'Products and services on the shelf';
comment on column broker.product.term_months is 'months the money is tied up; 0 = any day';
comment on column broker.product.annual_fee_rate is 'yearly fee as a fraction of the amount (0.0120 = 1.2 %)';
comment on column broker.product.service_fee is 'yearly fee in yuan of a service that is not an investment';
comment on column broker.product.open is 'false: closed for new business';

create table broker.security (
    symbol text primary key,
    name   text not null,
    sector text not null
);
comment on table broker.security is 'Invented securities that clients trade';

create table broker.market (
    day              date primary key,
    is_trading       boolean not null,
    index_level      numeric(8,2) not null,
    activity_percent int not null
);
comment on table broker.market is 'Market of the sample: an invented index (2024-09-30 = 1000) and how busy its month is (100 = usual)';

create table broker.holding (
    client_id  bigint not null references broker.client,
    product_id text not null references broker.product,
    since      date not null,
    amount     numeric(18,2) not null,
    primary key (client_id, product_id)
);
comment on table broker.holding is 'Products and services held on 2026-09-30; amount 0 for a service';

-- Keys and foreign keys of the large tables are added after they are filled, which is faster.
create table broker.trade (
    trade_id     bigint not null,
    client_id    bigint not null,
    traded_at    timestamptz not null,
    symbol       text not null,
    side         text not null,
    amount       numeric(18,2) not null,
    commission   numeric(12,2) not null,
    exchange_fee numeric(12,2) not null,
    stamp_duty   numeric(12,2) not null
);
comment on table broker.trade is 'Executed orders in order of time';
comment on column broker.trade.commission is 'what the broker keeps (规费外收): negotiated rate, at least 5.00 an order';
comment on column broker.trade.exchange_fee is 'handling, regulator and transfer fee passed on: 0.00641 % of the amount, never revenue';
comment on column broker.trade.stamp_duty is 'collected for the state on sales: 0.05 %, never revenue';

create table broker.balance (
    client_id bigint not null,
    day       date not null,
    cash      numeric(18,2) not null,
    assets    numeric(18,2) not null
);
comment on table broker.balance is
    'Assets at the end of a day, cash included: every calendar day for the 800 largest clients, month ends for the others. '
    'The first row is the opening balance (2024-09-30 or the day of opening); a closed account ends with a row of 0.';

create table broker.contact (
    contact_id bigint not null,
    client_id  bigint not null,
    at         timestamptz not null,
    channel    text not null,
    minutes    int not null
);
comment on table broker.contact is 'Service consumed: every contact with its channel and the minutes of staff (or system) time';

create table broker.cost_rate (
    channel         text primary key,
    rate_per_minute numeric(8,4) not null
);
comment on table broker.cost_rate is 'Cost of one minute by channel (capacity cost / practical capacity)';

create table broker.cash_rate (
    valid_from  date primary key,
    rate_earned numeric(7,5) not null,
    rate_paid   numeric(7,5) not null
);
comment on table broker.cash_rate is 'Yearly rates on client cash: earned by the broker, paid to the client; always from the first of a month';
