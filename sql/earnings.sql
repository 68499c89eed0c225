-- earnings: revenue line by line: commissions net of what others get, interest margins, trail fees, risk-adjusted return.

-- @unit cash_spread, eva, expected_loss, ftp_margin, margin_spread, trail_fee: currency of the amounts
-- @unit day_count_fraction: years
-- @unit net_commission: currency of the turnover
-- @unit net_commission_explain: rate: share of the turnover; amount, effect: currency of the turnover
-- @unit raroc: fraction of the capital
-- @formula cash_spread: balance * (earned_rate - paid_rate) * years
-- @formula margin_spread: balance * (client_rate - funding_rate) * years
-- @formula ftp_margin: loan: balance * (client_rate - ftp_rate) * years; deposit: balance * (ftp_rate - client_rate) * years
-- @formula trail_fee: units * nav * rate * share * years
-- @formula expected_loss: pd * lgd * ead
-- @formula eva: (margin + fees - operating_cost - expected_loss + capital_benefit) * (1 - tax_rate) - hurdle_rate * economic_capital
-- @formula raroc: (margin + fees - operating_cost - expected_loss + capital_benefit) * (1 - tax_rate) / economic_capital
-- @formula net_commission, net_commission_explain: the greater of turnover * rate and the minimum, less the charges that the broker bears
-- @formula day_count_fraction: ISDA 2006 definitions, 4.16

create function @extschema@.day_count_fraction(from_day pg_catalog.date, to_day pg_catalog.date, convention pg_catalog.text) returns pg_catalog.float8
  immutable strict parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_day_count_fraction';
comment on function @extschema@.day_count_fraction(pg_catalog.date, pg_catalog.date, pg_catalog.text) is
'The part of a year from a day (inclusive) to a day (exclusive), under a day-count convention: act/360, act/365 (fixed), act/act (ISDA: days in leap years over 366, the others over 365) or 30/360 (bond basis, ISDA 2006 4.16(f)). Another convention, or to_day before from_day, is an error (22023). NULL for a NULL.';

create function @extschema@.margin_spread(
    balance pg_catalog.numeric, client_rate pg_catalog.float8, funding_rate pg_catalog.float8, from_day pg_catalog.date, to_day pg_catalog.date,
    convention pg_catalog.text)
  returns pg_catalog.numeric
  immutable strict parallel safe cost 15
  language c as 'MODULE_PATHNAME', 'crm_margin_spread';
comment on function @extschema@.margin_spread(pg_catalog.numeric, pg_catalog.float8, pg_catalog.float8, pg_catalog.date, pg_catalog.date, pg_catalog.text) is
'Margin interest above its funding: balance * (client_rate - funding_rate) * day_count_fraction(from_day, to_day, convention), exact, rounded half to even at 12 decimals. balance: what the client owes, positive. Rates are fractions of a year''s balance (0.0835), taken as the decimals they print as. NULL for a NULL.';

create function @extschema@.cash_spread(
    balance pg_catalog.numeric, earned_rate pg_catalog.float8, paid_rate pg_catalog.float8, from_day pg_catalog.date, to_day pg_catalog.date,
    convention pg_catalog.text)
  returns pg_catalog.numeric
  immutable strict parallel safe cost 15
  language c as 'MODULE_PATHNAME', 'crm_cash_spread';
comment on function @extschema@.cash_spread(pg_catalog.numeric, pg_catalog.float8, pg_catalog.float8, pg_catalog.date, pg_catalog.date, pg_catalog.text) is
'What client cash earns above what is paid on it: balance * (earned_rate - paid_rate) * day_count_fraction(from_day, to_day, convention), exact, rounded half to even at 12 decimals. With paid_rate 0 it is plain interest. Rates are fractions of a year''s balance (0.0175), taken as the decimals they print as. NULL for a NULL.';

create function @extschema@.trail_fee(
    units pg_catalog.numeric, nav pg_catalog.numeric, rate pg_catalog.float8, share pg_catalog.float8, from_day pg_catalog.date, to_day pg_catalog.date,
    convention pg_catalog.text)
  returns pg_catalog.numeric
  immutable strict parallel safe cost 30
  language c as 'MODULE_PATHNAME', 'crm_trail_fee';
comment on function @extschema@.trail_fee(pg_catalog.numeric, pg_catalog.numeric, pg_catalog.float8, pg_catalog.float8, pg_catalog.date, pg_catalog.date, pg_catalog.text) is
'A distributor''s trail fee on a fund holding: units * nav * rate * share * day_count_fraction(from_day, to_day, convention), exact, rounded half to even at 12 decimals. rate: the yearly fee as a fraction (0.0075); share: the distributor''s part of it, 0 to 1 (22023). NULL for a NULL.';

create function @extschema@.ftp_margin(
    side pg_catalog.text, balance pg_catalog.numeric, client_rate pg_catalog.float8, ftp_rate pg_catalog.float8, from_day pg_catalog.date, to_day pg_catalog.date,
    convention pg_catalog.text)
  returns pg_catalog.numeric
  immutable strict parallel safe cost 15
  language c as 'MODULE_PATHNAME', 'crm_ftp_margin';
comment on function @extschema@.ftp_margin(pg_catalog.text, pg_catalog.numeric, pg_catalog.float8, pg_catalog.float8, pg_catalog.date, pg_catalog.date, pg_catalog.text) is
'Margin against the funds transfer price, exact, rounded half to even at 12 decimals. side loan: balance * (client_rate - ftp_rate) * part of a year; side deposit: balance * (ftp_rate - client_rate) * part of a year. Both balances are positive; another side is an error (22023). The margins of all customers and the result of the treasury centre add up to net interest income. NULL for a NULL.';

create function @extschema@.expected_loss(pd pg_catalog.float8, lgd pg_catalog.float8, ead pg_catalog.numeric) returns pg_catalog.numeric
  immutable strict parallel safe cost 10
  language c as 'MODULE_PATHNAME', 'crm_expected_loss';
comment on function @extschema@.expected_loss(pg_catalog.float8, pg_catalog.float8, pg_catalog.numeric) is
'Expected loss: probability of default * loss given default * exposure at default, exact, rounded half to even at 12 decimals. pd and lgd from 0 to 1, ead not negative (22023). The period is that of the probability, as a rule a year. NULL for a NULL.';

create function @extschema@.raroc(
    margin pg_catalog.numeric, fees pg_catalog.numeric, operating_cost pg_catalog.numeric, expected_loss pg_catalog.numeric, economic_capital pg_catalog.numeric,
    tax_rate pg_catalog.float8 default 0, capital_benefit pg_catalog.numeric default 0)
  returns pg_catalog.float8
  immutable strict parallel safe cost 10
  language c as 'MODULE_PATHNAME', 'crm_raroc';
comment on function @extschema@.raroc(pg_catalog.numeric, pg_catalog.numeric, pg_catalog.numeric, pg_catalog.numeric, pg_catalog.numeric, pg_catalog.float8, pg_catalog.numeric) is
'Risk-adjusted return on capital, as a fraction: (margin + fees - operating_cost - expected_loss + capital_benefit) * (1 - tax_rate) / economic_capital, the float8 nearest to the exact quotient. Cost and loss are given as positive amounts; a negative cost, loss or capital, or a tax rate outside 0 to 1, is an error (22023). Without tax and capital benefit it is the RARORAC form, profit over capital. NULL where the economic capital is 0, and for a NULL.';

create function @extschema@.eva(
    margin pg_catalog.numeric, fees pg_catalog.numeric, operating_cost pg_catalog.numeric, expected_loss pg_catalog.numeric, economic_capital pg_catalog.numeric,
    hurdle_rate pg_catalog.float8, tax_rate pg_catalog.float8 default 0, capital_benefit pg_catalog.numeric default 0)
  returns pg_catalog.numeric
  immutable strict parallel safe cost 15
  language c as 'MODULE_PATHNAME', 'crm_eva';
comment on function @extschema@.eva(pg_catalog.numeric, pg_catalog.numeric, pg_catalog.numeric, pg_catalog.numeric, pg_catalog.numeric, pg_catalog.float8, pg_catalog.float8, pg_catalog.numeric) is
'Economic value added: (margin + fees - operating_cost - expected_loss + capital_benefit) * (1 - tax_rate) - hurdle_rate * economic_capital, exact, rounded half to even at 12 decimals. Positive where raroc is above the hurdle rate. Cost and loss are given as positive amounts; a negative cost, loss or capital, or a hurdle rate or tax rate outside 0 to 1, is an error (22023). NULL for a NULL.';

create function @extschema@.net_commission(
    turnover pg_catalog.numeric, side pg_catalog.text, day pg_catalog.date, schedule pg_catalog.jsonb,
    rate pg_catalog.float8 default null, commission pg_catalog.numeric default null)
  returns pg_catalog.numeric
  immutable parallel safe cost 10
  language c as 'MODULE_PATHNAME', 'crm_net_commission';
comment on function @extschema@.net_commission(pg_catalog.numeric, pg_catalog.text, pg_catalog.date, pg_catalog.jsonb, pg_catalog.float8, pg_catalog.numeric) is
'What the broker keeps of an order (side buy or sell): the commission, raised to the schedule''s minimum, less the charges that he bears. Stamp duty and whatever else the client bears is collected for others and does not count. Each fee is rounded half up to the schedule''s decimals. rate: agreed with the client, 0 to 1; NULL for the schedule''s. commission: what was charged; NULL to reckon it. turnover 0 is an order that was not executed; a negative one, or a day before the schedule''s first, is an error (22023). NULL for a NULL in another argument.';

create function @extschema@.net_commission_explain(
    turnover pg_catalog.numeric, side pg_catalog.text, day pg_catalog.date, schedule pg_catalog.jsonb,
    rate pg_catalog.float8 default null, commission pg_catalog.numeric default null, language pg_catalog.text default null,
    out item pg_catalog.text, out label pg_catalog.text, out rate pg_catalog.numeric, out amount pg_catalog.numeric, out effect pg_catalog.numeric)
  returns setof pg_catalog.record
  immutable parallel safe cost 300 rows 5
  language c as 'MODULE_PATHNAME', 'crm_net_commission_explain';
comment on function @extschema@.net_commission_explain(pg_catalog.numeric, pg_catalog.text, pg_catalog.date, pg_catalog.jsonb, pg_catalog.float8, pg_catalog.numeric, pg_catalog.text) is
'The parts of net_commission, whose effects add up to it exactly: the commission by its rate, what the minimum adds, and each charge of this side with its amount; effect is 0 for what is collected for others. The rate is NULL where the amount is not reckoned by one. language: of the labels; NULL gives the names. No rows for a NULL in a required argument.';

create function @extschema@.fee_schedule_check(schedule pg_catalog.jsonb, out path pg_catalog.text, out problem pg_catalog.text)
  returns setof pg_catalog.record
  immutable strict parallel safe cost 2000 rows 1
  language c as 'MODULE_PATHNAME', 'crm_fee_schedule_check';
comment on function @extschema@.fee_schedule_check(pg_catalog.jsonb) is
'Every problem of a fee schedule with its JSON path; no rows when the schedule is valid.';

create function @extschema@.fee_schedule_example() returns pg_catalog.jsonb
  immutable parallel safe cost 500
  language c as 'MODULE_PATHNAME', 'crm_fee_schedule_example';
comment on function @extschema@.fee_schedule_example() is
'A worked fee schedule: Chinese A-shares in two periods, labels in English and Chinese. Example data: compare every rate with its source, edit it and keep it in a table.';
