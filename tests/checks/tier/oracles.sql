-- Histories whose paths were worked out by hand from the contract. The reasoning stands beside each; what a program printed
-- does not count here. Both the extension and the reference are held to them.
--
-- A path is written one period a line: tier, next tier, event, misses; - is no tier.
create table tier_reference.oracle (name text primary key, policy jsonb not null, history jsonb not null, overrides jsonb, path text[] not null);

-- Measures of one month after the other from January 2026 on, on their 20th; NULL is a month without.
create function tier_reference.months(variadic measures numeric[]) returns jsonb language sql immutable as $$
  select jsonb_agg(jsonb_build_object('period', make_date(2026 + (i::int - 1) / 12, (i::int - 1) % 12 + 1, 20), 'name', null, 'measure', measure)) filter (where measure is not null)
  from unnest(measures) with ordinality as m (measure, i)
$$;
-- The same of two measures, assets and cards: {assets, cards} of January, of February, ...
create function tier_reference.two_measures(months numeric[][]) returns jsonb language sql immutable as $$
  select jsonb_agg(jsonb_build_object('period', make_date(2026, i, 20), 'name', (array['assets', 'cards'])[j], 'measure', months[i][j]))
  from generate_subscripts(months, 1) as i cross join generate_subscripts(months, 2) as j
  where months[i][j] is not null
$$;
-- The tiers of both rules of the banks, thresholds in units of ten thousand: 0 takes everyone, then 5, 20, 100, 600.
create function tier_reference.five(rest jsonb) returns jsonb language sql immutable as $$
  select '{"kind": "tier_policy", "version": 1, "tiers": [{"name": "0"}, {"name": "1", "from": 5}, {"name": "2", "from": 20}, {"name": "3", "from": 100}, {"name": "4", "from": 600}]}'::jsonb || rest
$$;
create function tier_reference.lines(path text) returns text[] language sql immutable as $$
  select array_agg(regexp_replace(btrim(line), '\s+', ' ', 'g') order by i) from regexp_split_to_table(btrim(path, E' \n'), '\n') with ordinality as l (line, i)
$$;

insert into tier_reference.oracle values
-- A bank that raises from the next month on, watches for three months, and lowers in the fourth to what month three reached.
-- The tiers in effect are given: 0 0 2 3 3 3 1 3 3 3 1 1 1 1 1, then 0; so are the events from the second month on. What is
-- next is what is in effect one month later. 18 and 14 reach tier 1 (5 to 20), the last 4 reaches tier 0.
('rule A', tier_reference.five('{"upgrade": {"takes_effect": "next_period"}, "downgrade": {"watch": 3}}'),
  tier_reference.months(3, 25, 120, 90, 80, 18, 110, 60, 15, 14, 16, 17, 4, 4, 4), null,
  tier_reference.lines('
    0 0 new   0
    0 2 up    0
    2 3 up    0
    3 3 watch 1
    3 3 watch 2
    3 1 down  3
    1 3 up    0
    3 3 watch 1
    3 3 watch 2
    3 1 down  3
    1 1 keep  0
    1 1 keep  0
    1 1 watch 1
    1 1 watch 2
    1 0 down  3')),

-- The same bank's private clients: six months, and then to what month six reached. 150 in the month before does not help.
('rule A, private', jsonb_set(tier_reference.five('{"upgrade": {"takes_effect": "next_period"}, "downgrade": {"watch": 3}}'), '{tiers,4,downgrade}', '{"watch": 6}'),
  tier_reference.months(700, 500, 400, 300, 90, 150, 30, 30), null,
  tier_reference.lines('
    4 4 new   0
    4 4 watch 1
    4 4 watch 2
    4 4 watch 3
    4 4 watch 4
    4 4 watch 5
    4 2 down  6
    2 2 keep  0')),

-- A bank that raises at once; three months below, then three months of watch, then down to the most that the six months
-- reached: 90, so tier 2. In tier 2 it begins anew: 13 and 12 are below 20, the first and the second month.
('rule B', tier_reference.five('{"downgrade": {"grace": 3, "watch": 3, "landing": "max"}}'),
  tier_reference.months(120, 90, 80, 18, 30, 15, 14, 13, 12), null,
  tier_reference.lines('
    3 3 new   0
    3 3 grace 1
    3 3 grace 2
    3 3 grace 3
    3 3 watch 4
    3 3 watch 5
    3 2 down  6
    2 2 grace 1
    2 2 grace 2')),

-- Nothing said about time: the tier is the one that the month reaches. Down in the same month; one miss led to it.
('no rules about time', tier_reference.five('{}'),
  tier_reference.months(3, 25, 4, 120), null,
  tier_reference.lines('
    0 0 new  0
    2 2 up   0
    0 0 down 1
    3 3 up   0')),

-- 100 is needed to come in, 80 to stay. Exactly 80 stays. 79.99 is watched, 80 clears it. Twice 79.99 and he is out from the
-- next month on; then 80 is not enough to come in again.
('keep below from', '{"kind": "tier_policy", "version": 1, "tiers": [{"name": "out"}, {"name": "in", "from": 100, "keep": "80.00"}], "downgrade": {"watch": 2}}',
  tier_reference.months(100, 80, 79.99, 80, 79.99, 79.99, 80, 100), null,
  tier_reference.lines('
    in  in  new   0
    in  in  keep  0
    in  in  watch 1
    in  in  clear 0
    in  in  watch 1
    in  out down  2
    out out keep  0
    in  in  up    0')),

-- Two months in a row before a rise, one step at a time, from the next month on. The second 120 is the second month for the
-- tiers 1, 2 and 3 alike, but only 1 is one step away; then a step each month, as the months in a row go on counting.
-- 25 is below 3 and nobody waits: down at once to 2. The next 120 is the first month again for tier 3: he stays.
('slow upward', tier_reference.five('{"upgrade": {"takes_effect": "next_period", "periods": 2, "max_steps": 1}}'),
  tier_reference.months(3, 120, 120, 120, 120, 25, 120), null,
  tier_reference.lines('
    0 0 new  0
    0 0 keep 0
    0 1 up   0
    1 2 up   0
    2 3 up   0
    2 2 down 1
    2 2 keep 0')),

-- Three months at least, then down in the month in which it happens: January to March are the three, April is lower.
-- Without grace, a month below that has no consequence yet is a month of watch.
('minimum stay, down at once', tier_reference.five('{"minimum_stay": 3}'),
  tier_reference.months(25, 3, 3, 3, 3), null,
  tier_reference.lines('
    2 2 new   0
    2 2 watch 1
    2 2 watch 2
    0 0 down  3
    0 0 keep  0')),

-- Three months at least, then down from the month after: January to March are the three again. February is the one month of
-- watch, after which he would fall, but has had only two months.
('minimum stay, down from the next month', tier_reference.five('{"minimum_stay": 3, "downgrade": {"watch": 1}}'),
  tier_reference.months(25, 3, 3, 3, 3), null,
  tier_reference.lines('
    2 2 new   0
    2 2 watch 1
    2 0 down  2
    0 0 keep  0
    0 0 keep  0')),

-- Raised from the next month on, the stay begins in that month: March and April are the two months of tier 2.
('minimum stay after a rise', tier_reference.five('{"minimum_stay": 2, "upgrade": {"takes_effect": "next_period"}}'),
  tier_reference.months(3, 25, 3, 3, 3), null,
  tier_reference.lines('
    0 0 new   0
    0 2 up    0
    2 2 watch 1
    2 2 watch 2
    0 0 down  3')),

-- A new customer is promised tier 2 for three months: January to March. Once he has lost it, the promise is over: when he
-- has earned it himself in May, June takes it from him at once.
('a promise to new customers', tier_reference.five('{"new_customer": {"tier": "2", "periods": 3}}'),
  tier_reference.months(3, 3, 3, 3, 25, 3), null,
  tier_reference.lines('
    2 2 watch 1
    2 2 watch 2
    2 2 watch 3
    0 0 down  4
    2 2 up    0
    0 0 down  1')),

-- A first tier with a threshold: below it there is no tier, and that is where a new customer starts, whatever he brings.
-- 25 raises him in his first month; 9.99 drops him out again, at once.
('no tier', '{"kind": "tier_policy", "version": 1, "tiers": [{"name": "bronze", "from": 10}, {"name": "silver", "from": 20}], "new_customer": "lowest", "upgrade": {"takes_effect": "next_period"}}',
  tier_reference.months(25, 25, 9.99, 10), null,
  tier_reference.lines('
    -      silver up   0
    silver silver keep 0
    -      -      down 1
    -      bronze up   0')),

-- Two months of nothing and he is dormant: down to the lowest tier although he would have ten months to stay and five of
-- grace. February counts as a month below; March is not counted any more. Dormant on, nothing happens; then he wakes.
('dormant', tier_reference.five('{"dormant": {"periods": 2}, "minimum_stay": 10, "downgrade": {"grace": 5}}'),
  tier_reference.months(25, 0, -1, 0, 25), null,
  tier_reference.lines('
    2 2 new   0
    2 2 grace 1
    2 0 down  0
    0 0 keep  0
    2 2 up    0')),

-- Who is dormant below 50 does not rise with 30, though 30 reaches tier 2; dormant.tier 1 is above him and does not raise him
-- either. With 120 he wakes and rises.
('dormant, nothing rises', tier_reference.five('{"dormant": {"periods": 2, "at_most": "50", "tier": "1"}}'),
  tier_reference.months(3, 30, 30, 120), null,
  tier_reference.lines('
    0 0 new  0
    0 0 keep 0
    0 0 keep 0
    3 3 up   0')),

-- The mean of three months below. 10, 20.01 and 29.99 are exactly 60, a mean of 20, which is tier t20. 10, 20 and 29.99 fall
-- short of it by a third of a cent.
('mean', '{"kind": "tier_policy", "version": 1, "tiers": [{"name": "t0"}, {"name": "t10", "from": 10}, {"name": "t20", "from": 20}, {"name": "t30", "from": 30}], "downgrade": {"watch": 3, "landing": "mean"}}',
  tier_reference.months(30, 10, 20.01, 29.99, 30, 10, 20, 29.99), null,
  tier_reference.lines('
    t30 t30 new   0
    t30 t30 watch 1
    t30 t30 watch 2
    t30 t20 down  3
    t30 t30 up    0
    t30 t30 watch 1
    t30 t30 watch 2
    t30 t10 down  3')),

-- Both measures are needed. Neither month had both, but their mean has: (20, 0) and (0, 20) make (10, 10). Whoever goes down
-- goes down by one tier at least.
('mean of two measures', '{"kind": "tier_policy", "version": 1, "measures": ["assets", "cards"], "tiers": [{"name": "basic"}, {"name": "both", "from": {"assets": 10, "cards": 10}}], "downgrade": {"watch": 1, "grace": 1, "landing": "mean"}}',
  tier_reference.two_measures(array[[10, 10], [20, 0], [0, 20], [0, 0]]), null,
  tier_reference.lines('
    both  both  new   0
    both  both  grace 1
    both  basic down  2
    basic basic keep  0')),

-- One step a month, each with one miss of its own.
('one step down a month', tier_reference.five('{"downgrade": {"max_steps": 1}}'),
  tier_reference.months(700, 3, 3, 3, 3, 3), null,
  tier_reference.lines('
    4 4 new  0
    3 3 down 1
    2 2 down 1
    1 1 down 1
    0 0 down 1
    0 0 keep 0')),

-- The minimum stay holds him for five months, longer than the two of watch. The best of the last two months below counts
-- (3 and 3, tier 0), not the best of all four (60, tier 2).
('the last months below count', tier_reference.five('{"minimum_stay": 5, "downgrade": {"watch": 2, "landing": "max"}}'),
  tier_reference.months(120, 60, 25, 3, 3, 3), null,
  tier_reference.lines('
    3 3 new   0
    3 3 watch 1
    3 3 watch 2
    3 3 watch 3
    3 0 down  4
    0 0 keep  0')),

-- February and April are missing. Skipped, they change nothing: the months below are March and May.
('gaps skipped', tier_reference.five('{"gaps": "skip", "downgrade": {"watch": 2}}'),
  tier_reference.months(25, null, 3, null, 3), null,
  tier_reference.lines('
    2 2 new   0
    2 2 gap   0
    2 2 watch 1
    2 2 gap   1
    2 0 down  2')),
-- February is as January, April is as March and the second month below; in May he is in tier 0 already.
('gaps carried forward', tier_reference.five('{"gaps": "carry_forward", "downgrade": {"watch": 2}}'),
  tier_reference.months(25, null, 3, null, 3), null,
  tier_reference.lines('
    2 2 new   0
    2 2 keep  0
    2 2 watch 1
    2 0 down  2
    0 0 keep  0')),
-- February is 0 and the first month below, March the second.
('gaps are zero', tier_reference.five('{"gaps": "zero", "downgrade": {"watch": 2}}'),
  tier_reference.months(25, null, 3, null, 3), null,
  tier_reference.lines('
    2 2 new   0
    2 2 watch 1
    2 0 down  2
    0 0 keep  0
    0 0 keep  0')),
('gaps are errors', tier_reference.five('{"downgrade": {"watch": 2}}'), tier_reference.months(25, null, 3, null, 3), null, array['error']),

-- A skipped month is a month in effect: January, the gap and March are the three months at least, so March, the first month
-- below with one month of watch, is enough. Without the gap he would have had two.
('a gap counts for the stay', tier_reference.five('{"gaps": "skip", "minimum_stay": 3, "downgrade": {"watch": 1}}'),
  tier_reference.months(25, null, 3, 3), null,
  tier_reference.lines('
    2 2 new  0
    2 2 gap  0
    2 0 down 1
    0 0 keep 0')),

-- He keeps tier 0 by the rules all the time. By the director's decision he has tier 2 from 15 February to 31 March: at the
-- end of February and of March, and on the first of March; not yet on 1 February, not any more on 1 April.
('override', tier_reference.five('{"overrides": [{"tier": "2", "from": "2026-02-15", "to": "2026-03-31", "reason": "complaint", "by": "the director"}]}'),
  tier_reference.months(3, 3, 3, 3), null,
  tier_reference.lines('
    0 0 new      0
    2 2 override 0
    2 0 override 0
    0 0 keep     0')),

-- The policy says at least 3, the argument, which comes after it, at most 1: the later word counts. From April on only the
-- second is left, and it lowers nobody who has less. The rules go on underneath: 120 raises in March, and 3 lowers in April.
-- In January at least 3 alone; 1 February: both.
('two overrides', tier_reference.five('{"overrides": [{"tier": "3", "from": "2026-01-01", "to": "2026-03-31", "rule": "at_least", "reason": "merger", "by": "the board"}]}'),
  tier_reference.months(3, 3, 120, 3, 120),
  '[{"tier": "1", "from": "2026-02-01", "to": "2026-04-30", "rule": "at_most", "reason": "debts", "by": "credit risk"}]',
  tier_reference.lines('
    3 1 override 0
    1 1 override 0
    1 1 override 0
    0 0 override 1
    3 3 up       0')),

-- Weeks begin on Monday: 11 January 2026 is the Sunday of the first week, the 12th the Monday of the second, whose last
-- date counts. The row that stands there twice counts once.
('weeks, the last date', tier_reference.five('{"period": "week", "several_in_period": "last"}'),
  '[{"period": "2026-01-18", "measure": 120}, {"period": "2026-01-12", "measure": 3}, {"period": "2026-01-11", "measure": 25}, {"period": "2026-01-11", "measure": 25.00}]', null,
  tier_reference.lines('
    2 2 new 0
    3 3 up  0')),
('weeks, one date only', tier_reference.five('{"period": "week"}'),
  '[{"period": "2026-01-18", "measure": 120}, {"period": "2026-01-12", "measure": 3}, {"period": "2026-01-11", "measure": 25}]', null, array['error']),
('two measures on one day', tier_reference.five('{"several_in_period": "last"}'),
  '[{"period": "2026-01-18", "measure": 120}, {"period": "2026-01-18", "measure": 3}]', null, array['error']),
('none of the measures', tier_reference.five('{"gaps": "zero"}'), '[{"period": "2026-01-18", "name": "cards", "measure": 120}]', null, array['error']),

-- 50 with three cards is as good as 100. Two cards alone keep it, one does not.
('alternatives', '{"kind": "tier_policy", "version": 1, "measures": ["assets", "cards"], "tiers": [{"name": "basic"}, {"name": "gold", "from": [{"assets": 100}, {"assets": 50, "cards": 3}], "keep": {"cards": 2}}]}',
  tier_reference.two_measures(array[[50, 3], [0, 2], [100, 0], [99, 1], [99, 2], [50, 3]]), null,
  tier_reference.lines('
    gold  gold  new  0
    gold  gold  keep 0
    gold  gold  keep 0
    basic basic down 1
    basic basic keep 0
    gold  gold  up   0')),

-- A month with one of two measures only: carried forward, the cards of January are those of February. Skipped, the whole
-- month is. At the beginning, skipped months give no row, and nothing can be carried forward.
('a measure carried forward', '{"kind": "tier_policy", "version": 1, "gaps": "carry_forward", "measures": ["assets", "cards"], "tiers": [{"name": "basic"}, {"name": "gold", "from": {"assets": 50, "cards": 3}}]}',
  tier_reference.two_measures(array[[50, 3], [60, null], [null, 2]]), null,
  tier_reference.lines('
    gold  gold  new  0
    gold  gold  keep 0
    basic basic down 1')),
('a measure missing, skipped', '{"kind": "tier_policy", "version": 1, "gaps": "skip", "measures": ["assets", "cards"], "tiers": [{"name": "basic"}, {"name": "gold", "from": {"assets": 50, "cards": 3}}]}',
  tier_reference.two_measures(array[[50, null], [50, 3], [60, null], [null, 2], [50, 2]]), null,
  tier_reference.lines('
    gold  gold  new  0
    gold  gold  gap  0
    gold  gold  gap  0
    basic basic down 1')),
('nothing to carry forward', '{"kind": "tier_policy", "version": 1, "gaps": "carry_forward", "measures": ["assets", "cards"], "tiers": [{"name": "basic"}, {"name": "gold", "from": {"assets": 50, "cards": 3}}]}',
  tier_reference.two_measures(array[[50, null], [50, 3]]), null, array['error']),

-- What a tier says for itself: 3 waits for two months of 100 before it takes anyone and lets nobody down for one month; 2 is
-- taken at once, from the next month on. February's 120 is the first month for 3 but enough for 2. In June 25 is below 3: his
-- month of grace and, having been the only one, the month that leads down. 2 has no grace: July takes it at once.
('rules of single tiers', '{"kind": "tier_policy", "version": 1, "upgrade": {"takes_effect": "next_period"}, "tiers": [{"name": "0"}, {"name": "2", "from": 20}, {"name": "3", "from": 100, "upgrade": {"periods": 2, "takes_effect": "immediately"}, "downgrade": {"grace": 1}}]}',
  tier_reference.months(3, 120, 120, 120, 100, 25, 3), null,
  tier_reference.lines('
    0 0 new  0
    0 2 up   0
    3 3 up   0
    3 3 keep 0
    3 3 keep 0
    3 2 down 1
    0 0 down 1'));
