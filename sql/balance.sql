-- balance: balances that hold from their day until the next entry: daily averages, extremes, months; movements.

-- @unit average_daily_balance, balance_on, lowest_balance, highest_balance: currency of the balances
-- @unit daily_balance_entries: balance: currency of the balances
-- @unit days_below: days
-- @unit monthly_balances: days: number; average, lowest, highest, closing: currency of the balances
-- @unit movement_rows: amount: currency of the movements
-- @formula average_daily_balance: sum of the closing balances of calendar days / number of days

-- @type daily_balance extended final
-- What an account's balance was set to on which day, exactly; each balance holds until the next entry. Made by daily_balance_agg or balance_from_movements, put together by daily_balance_merge, read by average_daily_balance, balance_on, lowest_balance, highest_balance, days_below, monthly_balances and daily_balance_entries. 32 bytes an entry in memory. Text form: JSON.
-- @merge
-- Puts the entries of several daily_balance summaries of ONE account together: of months, of partitions. Balances do not add up: it is no sum over accounts. An entry that is in two of them counts once. NULLs are skipped; no rows give NULL. Merging in any order gives the same bytes.

create function @extschema@.daily_balance_push(@extschema@.daily_balance, pg_catalog.date, pg_catalog.numeric) returns @extschema@.daily_balance
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_daily_balance_push_on_numeric';
comment on function @extschema@.daily_balance_push(@extschema@.daily_balance, pg_catalog.date, pg_catalog.numeric) is
'Transition function of daily_balance_agg: adds one entry; a NULL in it is skipped.';

create aggregate @extschema@.daily_balance_agg(day pg_catalog.date, balance pg_catalog.numeric) (
  sfunc = @extschema@.daily_balance_push, stype = @extschema@.daily_balance, combinefunc = @extschema@.daily_balance_combine,
  finalfunc = @extschema@.daily_balance_final, parallel = safe
);
comment on aggregate @extschema@.daily_balance_agg(pg_catalog.date, pg_catalog.numeric) is
'The balances of one account, one row an entry, in any order. A balance holds from its day until the next entry. Several different balances on one day have no order here: whoever reads them says which counts (same_day), or gives a sequence or a timestamp instead. The same row twice changes nothing. Balances are kept exactly to 12 decimals; more round half to even. Rows with a NULL are skipped; no rows give NULL. NaN and magnitudes above 1.7e26 are errors (22003), an infinite day is 22008.';

create function @extschema@.daily_balance_push(@extschema@.daily_balance, pg_catalog.date, pg_catalog.float8) returns @extschema@.daily_balance
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_daily_balance_push_on_float8';
comment on function @extschema@.daily_balance_push(@extschema@.daily_balance, pg_catalog.date, pg_catalog.float8) is
'Transition function of daily_balance_agg: adds one entry; a NULL in it is skipped.';

create aggregate @extschema@.daily_balance_agg(day pg_catalog.date, balance pg_catalog.float8) (
  sfunc = @extschema@.daily_balance_push, stype = @extschema@.daily_balance, combinefunc = @extschema@.daily_balance_combine,
  finalfunc = @extschema@.daily_balance_final, parallel = safe
);
comment on aggregate @extschema@.daily_balance_agg(pg_catalog.date, pg_catalog.float8) is
'The balances of one account, one row an entry, in any order. A balance holds from its day until the next entry. Several different balances on one day have no order here: whoever reads them says which counts (same_day), or gives a sequence or a timestamp instead. The same row twice changes nothing. Each balance is taken as the decimal it prints as, to 12 decimals. Rows with a NULL are skipped; no rows give NULL. NaN, infinities and magnitudes above 1.7e26 are errors (22003), an infinite day is 22008.';

create function @extschema@.daily_balance_push(@extschema@.daily_balance, pg_catalog.date, pg_catalog.int8) returns @extschema@.daily_balance
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_daily_balance_push_on_bigint';
comment on function @extschema@.daily_balance_push(@extschema@.daily_balance, pg_catalog.date, pg_catalog.int8) is
'Transition function of daily_balance_agg: adds one entry; a NULL in it is skipped.';

create aggregate @extschema@.daily_balance_agg(day pg_catalog.date, balance pg_catalog.int8) (
  sfunc = @extschema@.daily_balance_push, stype = @extschema@.daily_balance, combinefunc = @extschema@.daily_balance_combine,
  finalfunc = @extschema@.daily_balance_final, parallel = safe
);
comment on aggregate @extschema@.daily_balance_agg(pg_catalog.date, pg_catalog.int8) is
'The balances of one account, one row an entry, in any order. A balance holds from its day until the next entry. Several different balances on one day have no order here: whoever reads them says which counts (same_day), or gives a sequence or a timestamp instead. The same row twice changes nothing. Whole balances, such as minor units, are kept exactly. Rows with a NULL are skipped; no rows give NULL. An infinite day is 22008.';

create function @extschema@.daily_balance_push(@extschema@.daily_balance, pg_catalog.timestamptz, pg_catalog.numeric) returns @extschema@.daily_balance
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_daily_balance_push_at_numeric';
comment on function @extschema@.daily_balance_push(@extschema@.daily_balance, pg_catalog.timestamptz, pg_catalog.numeric) is
'Transition function of daily_balance_agg: adds one entry; a NULL in it is skipped.';

create aggregate @extschema@.daily_balance_agg(at pg_catalog.timestamptz, balance pg_catalog.numeric) (
  sfunc = @extschema@.daily_balance_push, stype = @extschema@.daily_balance, combinefunc = @extschema@.daily_balance_combine,
  finalfunc = @extschema@.daily_balance_final, parallel = safe
);
comment on aggregate @extschema@.daily_balance_agg(pg_catalog.timestamptz, pg_catalog.numeric) is
'The balances of one account, one row an entry, in any order. A balance holds from its UTC day until the next entry; the time of the day orders entries within it, and the last one closes the day. The same row twice changes nothing. Balances are kept exactly to 12 decimals; more round half to even. Rows with a NULL are skipped; no rows give NULL. NaN and magnitudes above 1.7e26 are errors (22003), an infinite instant is 22008.';

create function @extschema@.daily_balance_push(@extschema@.daily_balance, pg_catalog.timestamptz, pg_catalog.float8) returns @extschema@.daily_balance
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_daily_balance_push_at_float8';
comment on function @extschema@.daily_balance_push(@extschema@.daily_balance, pg_catalog.timestamptz, pg_catalog.float8) is
'Transition function of daily_balance_agg: adds one entry; a NULL in it is skipped.';

create aggregate @extschema@.daily_balance_agg(at pg_catalog.timestamptz, balance pg_catalog.float8) (
  sfunc = @extschema@.daily_balance_push, stype = @extschema@.daily_balance, combinefunc = @extschema@.daily_balance_combine,
  finalfunc = @extschema@.daily_balance_final, parallel = safe
);
comment on aggregate @extschema@.daily_balance_agg(pg_catalog.timestamptz, pg_catalog.float8) is
'The balances of one account, one row an entry, in any order. A balance holds from its UTC day until the next entry; the time of the day orders entries within it, and the last one closes the day. The same row twice changes nothing. Each balance is taken as the decimal it prints as, to 12 decimals. Rows with a NULL are skipped; no rows give NULL. NaN, infinities and magnitudes above 1.7e26 are errors (22003), an infinite instant is 22008.';

create function @extschema@.daily_balance_push(@extschema@.daily_balance, pg_catalog.timestamptz, pg_catalog.int8) returns @extschema@.daily_balance
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_daily_balance_push_at_bigint';
comment on function @extschema@.daily_balance_push(@extschema@.daily_balance, pg_catalog.timestamptz, pg_catalog.int8) is
'Transition function of daily_balance_agg: adds one entry; a NULL in it is skipped.';

create aggregate @extschema@.daily_balance_agg(at pg_catalog.timestamptz, balance pg_catalog.int8) (
  sfunc = @extschema@.daily_balance_push, stype = @extschema@.daily_balance, combinefunc = @extschema@.daily_balance_combine,
  finalfunc = @extschema@.daily_balance_final, parallel = safe
);
comment on aggregate @extschema@.daily_balance_agg(pg_catalog.timestamptz, pg_catalog.int8) is
'The balances of one account, one row an entry, in any order. A balance holds from its UTC day until the next entry; the time of the day orders entries within it, and the last one closes the day. The same row twice changes nothing. Whole balances, such as minor units, are kept exactly. Rows with a NULL are skipped; no rows give NULL. An infinite instant is 22008.';

create function @extschema@.daily_balance_push(@extschema@.daily_balance, pg_catalog.date, pg_catalog.int8, pg_catalog.numeric) returns @extschema@.daily_balance
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_daily_balance_push_in_turn_numeric';
comment on function @extschema@.daily_balance_push(@extschema@.daily_balance, pg_catalog.date, pg_catalog.int8, pg_catalog.numeric) is
'Transition function of daily_balance_agg: adds one entry; a NULL in it is skipped.';

create aggregate @extschema@.daily_balance_agg(day pg_catalog.date, sequence pg_catalog.int8, balance pg_catalog.numeric) (
  sfunc = @extschema@.daily_balance_push, stype = @extschema@.daily_balance, combinefunc = @extschema@.daily_balance_combine,
  finalfunc = @extschema@.daily_balance_final, parallel = safe
);
comment on aggregate @extschema@.daily_balance_agg(pg_catalog.date, pg_catalog.int8, pg_catalog.numeric) is
'The balances of one account, one row an entry, in any order. A balance holds from its day until the next entry; the sequence (a transaction number) orders entries within the day, and the highest closes it. The same row twice changes nothing. Balances are kept exactly to 12 decimals; more round half to even. Rows with a NULL are skipped; no rows give NULL. NaN and magnitudes above 1.7e26 are errors (22003), an infinite day is 22008.';

create function @extschema@.daily_balance_push(@extschema@.daily_balance, pg_catalog.date, pg_catalog.int8, pg_catalog.float8) returns @extschema@.daily_balance
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_daily_balance_push_in_turn_float8';
comment on function @extschema@.daily_balance_push(@extschema@.daily_balance, pg_catalog.date, pg_catalog.int8, pg_catalog.float8) is
'Transition function of daily_balance_agg: adds one entry; a NULL in it is skipped.';

create aggregate @extschema@.daily_balance_agg(day pg_catalog.date, sequence pg_catalog.int8, balance pg_catalog.float8) (
  sfunc = @extschema@.daily_balance_push, stype = @extschema@.daily_balance, combinefunc = @extschema@.daily_balance_combine,
  finalfunc = @extschema@.daily_balance_final, parallel = safe
);
comment on aggregate @extschema@.daily_balance_agg(pg_catalog.date, pg_catalog.int8, pg_catalog.float8) is
'The balances of one account, one row an entry, in any order. A balance holds from its day until the next entry; the sequence (a transaction number) orders entries within the day, and the highest closes it. The same row twice changes nothing. Each balance is taken as the decimal it prints as, to 12 decimals. Rows with a NULL are skipped; no rows give NULL. NaN, infinities and magnitudes above 1.7e26 are errors (22003), an infinite day is 22008.';

create function @extschema@.daily_balance_push(@extschema@.daily_balance, pg_catalog.date, pg_catalog.int8, pg_catalog.int8) returns @extschema@.daily_balance
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_daily_balance_push_in_turn_bigint';
comment on function @extschema@.daily_balance_push(@extschema@.daily_balance, pg_catalog.date, pg_catalog.int8, pg_catalog.int8) is
'Transition function of daily_balance_agg: adds one entry; a NULL in it is skipped.';

create aggregate @extschema@.daily_balance_agg(day pg_catalog.date, sequence pg_catalog.int8, balance pg_catalog.int8) (
  sfunc = @extschema@.daily_balance_push, stype = @extschema@.daily_balance, combinefunc = @extschema@.daily_balance_combine,
  finalfunc = @extschema@.daily_balance_final, parallel = safe
);
comment on aggregate @extschema@.daily_balance_agg(pg_catalog.date, pg_catalog.int8, pg_catalog.int8) is
'The balances of one account, one row an entry, in any order. A balance holds from its day until the next entry; the sequence (a transaction number) orders entries within the day, and the highest closes it. The same row twice changes nothing. Whole balances, such as minor units, are kept exactly. Rows with a NULL are skipped; no rows give NULL. An infinite day is 22008.';

create function @extschema@.average_daily_balance(
    balances @extschema@.daily_balance,
    first_day pg_catalog.date,
    last_day pg_catalog.date,
    opening pg_catalog.numeric default null,
    divisor pg_catalog.int4 default null,
    same_day pg_catalog.text default 'last')
  returns pg_catalog.numeric
  immutable parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_average_daily_balance';
comment on function @extschema@.average_daily_balance(@extschema@.daily_balance, pg_catalog.date, pg_catalog.date, pg_catalog.numeric, pg_catalog.int4, pg_catalog.text) is
'Average daily balance: the sum of the closing balances of the calendar days from first_day to last_day, both counted, over the number of those days, or over divisor where one is given (30, say; at least 1, 22023). Each balance is carried forward until the next entry, the last one to last_day. Exact, rounded once, half to even at 12 decimals. opening: the balance before the first entry; NULL means unknown, and a day before it is then an error (22023), never 0. same_day: which of several entries of one day counts: last (the highest sequence; if those differ 22023), lowest, highest, or error. last_day before first_day is 22023. NULL summary or day gives NULL.';

create function @extschema@.balance_on(
    balances @extschema@.daily_balance,
    day pg_catalog.date,
    opening pg_catalog.numeric default null,
    same_day pg_catalog.text default 'last')
  returns pg_catalog.numeric
  immutable parallel safe cost 50
  language c as 'MODULE_PATHNAME', 'crm_balance_on';
comment on function @extschema@.balance_on(@extschema@.daily_balance, pg_catalog.date, pg_catalog.numeric, pg_catalog.text) is
'Closing balance of a day: of the entries of that day, or of the latest day with an entry before it. opening: the balance before the first entry; NULL means unknown, and a day before it is then an error (22023), never 0. same_day: which of several entries of one day counts: last (the highest sequence; if those differ 22023), lowest, highest, or error. NULL summary or day gives NULL.';

create function @extschema@.lowest_balance(
    balances @extschema@.daily_balance,
    first_day pg_catalog.date,
    last_day pg_catalog.date,
    opening pg_catalog.numeric default null,
    same_day pg_catalog.text default 'last')
  returns pg_catalog.numeric
  immutable parallel safe cost 50
  language c as 'MODULE_PATHNAME', 'crm_lowest_balance';
comment on function @extschema@.lowest_balance(@extschema@.daily_balance, pg_catalog.date, pg_catalog.date, pg_catalog.numeric, pg_catalog.text) is
'The lowest closing balance of the days from first_day to last_day, both counted; balances within a day count only as same_day says. opening: the balance before the first entry; NULL means unknown, and a day before it is then an error (22023), never 0. same_day: which of several entries of one day counts: last (the highest sequence; if those differ 22023), lowest, highest, or error. last_day before first_day is 22023. NULL summary or day gives NULL.';

create function @extschema@.highest_balance(
    balances @extschema@.daily_balance,
    first_day pg_catalog.date,
    last_day pg_catalog.date,
    opening pg_catalog.numeric default null,
    same_day pg_catalog.text default 'last')
  returns pg_catalog.numeric
  immutable parallel safe cost 50
  language c as 'MODULE_PATHNAME', 'crm_highest_balance';
comment on function @extschema@.highest_balance(@extschema@.daily_balance, pg_catalog.date, pg_catalog.date, pg_catalog.numeric, pg_catalog.text) is
'The highest closing balance of the days from first_day to last_day, both counted; balances within a day count only as same_day says. opening: the balance before the first entry; NULL means unknown, and a day before it is then an error (22023), never 0. same_day: which of several entries of one day counts: last (the highest sequence; if those differ 22023), lowest, highest, or error. last_day before first_day is 22023. NULL summary or day gives NULL.';

create function @extschema@.days_below(
    balances @extschema@.daily_balance,
    level pg_catalog.numeric,
    first_day pg_catalog.date,
    last_day pg_catalog.date,
    opening pg_catalog.numeric default null,
    same_day pg_catalog.text default 'last')
  returns pg_catalog.int4
  immutable parallel safe cost 50
  language c as 'MODULE_PATHNAME', 'crm_days_below';
comment on function @extschema@.days_below(@extschema@.daily_balance, pg_catalog.numeric, pg_catalog.date, pg_catalog.date, pg_catalog.numeric, pg_catalog.text) is
'Number of days from first_day to last_day, both counted, whose closing balance is below the level; a balance at the level is not below it. opening: the balance before the first entry; NULL means unknown, and a day before it is then an error (22023), never 0. same_day: which of several entries of one day counts: last (the highest sequence; if those differ 22023), lowest, highest, or error. last_day before first_day is 22023. NULL summary, level or day gives NULL.';

create function @extschema@.monthly_balances(
    balances @extschema@.daily_balance,
    first_day pg_catalog.date,
    last_day pg_catalog.date,
    opening pg_catalog.numeric default null,
    divisor pg_catalog.int4 default null,
    same_day pg_catalog.text default 'last',
    out month pg_catalog.date, out first_day pg_catalog.date, out last_day pg_catalog.date, out days pg_catalog.int4, out average pg_catalog.numeric, out lowest pg_catalog.numeric, out highest pg_catalog.numeric, out closing pg_catalog.numeric)
  returns setof pg_catalog.record
  immutable parallel safe cost 500 rows 12
  language c as 'MODULE_PATHNAME', 'crm_monthly_balances';
comment on function @extschema@.monthly_balances(@extschema@.daily_balance, pg_catalog.date, pg_catalog.date, pg_catalog.numeric, pg_catalog.int4, pg_catalog.text) is
'A row for each calendar month that the days from first_day to last_day, both counted, touch. month: its first day. first_day, last_day, days: its part of the period. average: the average daily balance of these days (over divisor where one is given, also in a part of a month). lowest, highest: closing balances of these days. closing: that of the last of them. opening: the balance before the first entry; NULL means unknown, and a day before it is then an error (22023), never 0. same_day: which of several entries of one day counts: last (the highest sequence; if those differ 22023), lowest, highest, or error. More than 120,000 months are 54000. No rows for a NULL summary or day.';

create function @extschema@.daily_balance_entries(
    balances @extschema@.daily_balance,
    same_day pg_catalog.text default 'last',
    out day pg_catalog.date, out balance pg_catalog.numeric)
  returns setof pg_catalog.record
  immutable strict parallel safe cost 500 rows 30
  language c as 'MODULE_PATHNAME', 'crm_daily_balance_entries';
comment on function @extschema@.daily_balance_entries(@extschema@.daily_balance, pg_catalog.text) is
'The days with an entry, in their order, and the balance of each that counts. same_day: which of several entries of one day counts: last (the highest sequence; if those differ 22023), lowest, highest, or error. No rows for a NULL summary.';

-- @type daily_movement extended final
-- The exact net of what went in and out of an account on each day. Made by daily_movement_agg, added up by daily_movement_merge, read by balance_from_movements and movement_rows. 24 bytes a day in memory. Text form: JSON.
-- @merge
-- Adds up daily_movement summaries, day by day: of months, of accounts. A movement that is in two of them counts twice. NULLs are skipped; no rows give NULL. Merging in any order gives the same bytes.

create function @extschema@.daily_movement_push(@extschema@.daily_movement, pg_catalog.date, pg_catalog.numeric) returns @extschema@.daily_movement
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_daily_movement_push_numeric';
comment on function @extschema@.daily_movement_push(@extschema@.daily_movement, pg_catalog.date, pg_catalog.numeric) is
'Transition function of daily_movement_agg: adds one movement; a NULL in it is skipped.';

create aggregate @extschema@.daily_movement_agg(day pg_catalog.date, amount pg_catalog.numeric) (
  sfunc = @extschema@.daily_movement_push, stype = @extschema@.daily_movement, combinefunc = @extschema@.daily_movement_combine,
  finalfunc = @extschema@.daily_movement_final, parallel = safe
);
comment on aggregate @extschema@.daily_movement_agg(pg_catalog.date, pg_catalog.numeric) is
'Exact net of the movements of each day: what comes in is positive, what goes out negative. A row that comes twice counts twice. A day whose movements cancel out stays, with 0. Amounts are summed exactly to 12 decimals; more round half to even. Rows with a NULL are skipped; no rows give NULL. An amount that is NaN or infinite, and an amount or a partial sum above 1.7e26 in magnitude, is an error (22003), an infinite day is 22008.';

create function @extschema@.daily_movement_push(@extschema@.daily_movement, pg_catalog.date, pg_catalog.float8) returns @extschema@.daily_movement
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_daily_movement_push_float8';
comment on function @extschema@.daily_movement_push(@extschema@.daily_movement, pg_catalog.date, pg_catalog.float8) is
'Transition function of daily_movement_agg: adds one movement; a NULL in it is skipped.';

create aggregate @extschema@.daily_movement_agg(day pg_catalog.date, amount pg_catalog.float8) (
  sfunc = @extschema@.daily_movement_push, stype = @extschema@.daily_movement, combinefunc = @extschema@.daily_movement_combine,
  finalfunc = @extschema@.daily_movement_final, parallel = safe
);
comment on aggregate @extschema@.daily_movement_agg(pg_catalog.date, pg_catalog.float8) is
'Exact net of the movements of each day: what comes in is positive, what goes out negative. A row that comes twice counts twice. A day whose movements cancel out stays, with 0. Each amount is taken as the decimal it prints as, to 12 decimals, and summed exactly. Rows with a NULL are skipped; no rows give NULL. An amount that is NaN or infinite, and an amount or a partial sum above 1.7e26 in magnitude, is an error (22003), an infinite day is 22008.';

create function @extschema@.daily_movement_push(@extschema@.daily_movement, pg_catalog.date, pg_catalog.int8) returns @extschema@.daily_movement
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_daily_movement_push_bigint';
comment on function @extschema@.daily_movement_push(@extschema@.daily_movement, pg_catalog.date, pg_catalog.int8) is
'Transition function of daily_movement_agg: adds one movement; a NULL in it is skipped.';

create aggregate @extschema@.daily_movement_agg(day pg_catalog.date, amount pg_catalog.int8) (
  sfunc = @extschema@.daily_movement_push, stype = @extschema@.daily_movement, combinefunc = @extschema@.daily_movement_combine,
  finalfunc = @extschema@.daily_movement_final, parallel = safe
);
comment on aggregate @extschema@.daily_movement_agg(pg_catalog.date, pg_catalog.int8) is
'Exact net of the movements of each day: what comes in is positive, what goes out negative. A row that comes twice counts twice. A day whose movements cancel out stays, with 0. Whole amounts, such as minor units, are summed exactly. Rows with a NULL are skipped; no rows give NULL. An amount that is NaN or infinite, and an amount or a partial sum above 1.7e26 in magnitude, is an error (22003), an infinite day is 22008.';

create function @extschema@.balance_from_movements(
    movements @extschema@.daily_movement,
    opening pg_catalog.numeric,
    opening_day pg_catalog.date)
  returns @extschema@.daily_balance
  immutable parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_balance_from_movements';
comment on function @extschema@.balance_from_movements(@extschema@.daily_movement, pg_catalog.numeric, pg_catalog.date) is
'Balances from movements: an entry on opening_day with the opening balance, which is the closing balance of that day, and one on each day with movements, each the balance before and the net of the day, exactly. NULL movements: the account did not move, and keeps its opening balance. opening NULL is an error (22023), because an unknown balance is not 0; so is an opening_day that is not before the first movement. A NULL opening_day gives NULL.';

create function @extschema@.movement_rows(
    movements @extschema@.daily_movement,
    out day pg_catalog.date, out amount pg_catalog.numeric)
  returns setof pg_catalog.record
  immutable strict parallel safe cost 500 rows 30
  language c as 'MODULE_PATHNAME', 'crm_movement_rows';
comment on function @extschema@.movement_rows(@extschema@.daily_movement) is
'The days with movements, in their order, and the exact net of each. No rows for a NULL summary.';
