-- Policies and histories by chance, the same ones every time: each has a number, which is all that its chance depends on.
--
--   tier_reference.random_policy(number)                valid; every key of the contract comes up, in every form
--   tier_reference.random_history(number, rules)        swings about the thresholds of these rules; some have to fail with 22023
--   tier_reference.random_overrides(number, rules, ...)   NULL for most
set client_min_messages = warning;

-- Neighbouring numbers must not give neighbouring seeds.
create function tier_reference.seed(number int) returns void language sql volatile as $$ select setseed((number::bigint * 1103515245 + 12345) % 2147483647 / 2147483647.0) $$;
create function tier_reference.chance(probability float8) returns boolean language sql volatile as $$ select random() < probability $$;
create function tier_reference.whole(low int, high int) returns int language sql volatile as $$ select low + floor(random() * (high - low + 1))::int $$;
create function tier_reference.one_of(choices anyarray) returns anyelement language sql volatile as $$ select choices[1 + floor(random() * cardinality(choices))::int] $$;

-- A threshold as a number or, now and then, as a text.
create function tier_reference.written(threshold numeric) returns jsonb language sql volatile as $$
  select case when random() < 0.15 then to_jsonb(threshold::text) else to_jsonb(threshold) end
$$;

-- A condition on the thresholds of a tier: all measures, some of them, or alternatives of some of them.
create function tier_reference.random_condition(measures text[], thresholds numeric[]) returns jsonb language plpgsql volatile as $$
declare
  k int := cardinality(measures);
  alternatives int := case when k > 1 and random() < 0.5 then tier_reference.whole(1, 3) else 1 end;
  list jsonb := '[]';
  alternative jsonb;
  asked int;
begin
  if measures[1] is null or (k = 1 and random() < 0.5) then return tier_reference.written(thresholds[1]); end if;
  for a in 1 .. alternatives loop
    alternative := '{}';
    asked := tier_reference.whole(1, k);    -- this one is asked for at least
    for j in 1 .. k loop
      if j = asked or random() < 0.6 then
        alternative := alternative || jsonb_build_object(measures[j], tier_reference.written(thresholds[j]));
      end if;
    end loop;
    list := list || jsonb_build_array(alternative);
  end loop;
  if alternatives = 1 and random() < 0.7 then return list -> 0; end if;
  return list;
end
$$;

create function tier_reference.random_upgrade(likely float8) returns jsonb language plpgsql volatile as $$
declare
  up jsonb := '{}';
begin
  if tier_reference.chance(likely) then up := up || jsonb_build_object('takes_effect', tier_reference.one_of(array['immediately', 'next_period'])); end if;
  if tier_reference.chance(likely) then up := up || jsonb_build_object('periods', tier_reference.one_of(array[1, 1, 2, 2, 3, 4])); end if;
  if tier_reference.chance(likely) then up := up || jsonb_build_object('max_steps', tier_reference.one_of(array[1, 1, 2, 3, null])); end if;
  return up;
end
$$;
create function tier_reference.random_downgrade(likely float8) returns jsonb language plpgsql volatile as $$
declare
  down jsonb := '{}';
begin
  if tier_reference.chance(likely) then down := down || jsonb_build_object('grace', tier_reference.one_of(array[0, 0, 1, 1, 2, 3])); end if;
  if tier_reference.chance(likely) then down := down || jsonb_build_object('watch', tier_reference.one_of(array[0, 0, 1, 1, 2, 3])); end if;
  if tier_reference.chance(likely) then down := down || jsonb_build_object('landing', tier_reference.one_of(array['last', 'max', 'mean', 'mean'])); end if;
  if tier_reference.chance(likely) then down := down || jsonb_build_object('max_steps', tier_reference.one_of(array[1, 1, 2, 3, null])); end if;
  return down;
end
$$;

create function tier_reference.period_days(unit text) returns int language sql immutable as $$
  select case unit when 'day' then 1 when 'week' then 7 when 'month' then 30 when 'quarter' then 91 when 'year' then 365 end
$$;
-- Histories of a policy begin about the same day, so that its overrides fall among them.
create function tier_reference.about(number int) returns date language sql immutable as $$ select date '1996-12-20' + number % 53 * 211 $$;

create function tier_reference.random_override_list(number int, names text[], unit text) returns jsonb language plpgsql volatile as $$
declare
  list jsonb := '[]';
  days int := tier_reference.period_days(unit);
  first date;
  one jsonb;
begin
  for i in 1 .. tier_reference.whole(1, 3) loop
    first := tier_reference.about(number) + tier_reference.whole(-2 * days, 12 * days);
    one := jsonb_build_object('tier', tier_reference.one_of(names), 'from', first, 'reason', 'promised', 'by', 'a director');
    if tier_reference.chance(0.85) then one := one || jsonb_build_object('to', first + tier_reference.whole(0, 6 * days)); end if;
    if tier_reference.chance(0.7) then one := one || jsonb_build_object('rule', tier_reference.one_of(array['exactly', 'at_least', 'at_most'])); end if;
    list := list || jsonb_build_array(one);
  end loop;
  return list;
end
$$;

create function tier_reference.random_policy(number int) returns jsonb language plpgsql volatile as $$
declare
  policy jsonb := '{"kind": "tier_policy", "version": 1}';
  measures text[] := array[null::text];
  k int;
  levels int;
  first_has_from boolean;
  unit text := 'month';
  names text[];
  tiers jsonb := '[]';
  tier jsonb;
  grain numeric[] := '{}';         -- what a step of a measure is
  decimals int[] := '{}';
  threshold numeric[] := '{}';     -- of the tier before, then of this one
  before numeric[];
  kept numeric[];
begin
  perform tier_reference.seed(number);
  if tier_reference.chance(0.4) then
    measures := (array['assets', 'net new money', 'cards'])[1 : tier_reference.one_of(array[1, 1, 2, 2, 3])];
    policy := policy || jsonb_build_object('measures', measures);
  end if;
  k := cardinality(measures);
  if tier_reference.chance(0.7) then
    unit := tier_reference.one_of(array['day', 'week', 'month', 'quarter', 'year']);
    policy := policy || jsonb_build_object('period', unit);
  end if;

  levels := tier_reference.one_of(array[1, 2, 3, 3, 4, 4, 5, 6]);
  first_has_from := levels = 1 or tier_reference.chance(0.5);
  names := (array['mass', 'silver', 'gold', 'platinum', 'private', 'crown'])[1 : levels];
  for j in 1 .. k loop
    grain := grain || tier_reference.one_of(array[1, 10, 100, 50000, 0.05]);
    decimals := decimals || tier_reference.one_of(array[0, 0, 1, 2, 4]);
    threshold := threshold || tier_reference.one_of(array[0, 0, 1, -2]) * grain[j];
  end loop;

  for t in 1 .. levels loop
    tier := jsonb_build_object('name', names[t]);
    before := threshold;
    for j in 1 .. k loop
      -- At least one unit of the last decimal above the tier before.
      if t > 1 or tier_reference.chance(0.7) then
        threshold[j] := threshold[j] + round((grain[j] * (0.2 + 3 * random()))::numeric, decimals[j]) + round(10.0 ^ -decimals[j], decimals[j]);
      end if;
    end loop;
    if t > 1 or first_has_from then
      tier := tier || jsonb_build_object('from', tier_reference.random_condition(measures, threshold));
      if tier_reference.chance(0.5) then
        kept := threshold;
        for j in 1 .. k loop
          -- Somewhere above the tier before, at its own threshold, or far below.
          kept[j] := case tier_reference.whole(1, 10)
            when 1 then threshold[j]
            when 2 then threshold[j] - round((grain[j] * 4)::numeric, 2)
            else threshold[j] - round(((threshold[j] - before[j]) * random())::numeric, 2) end;
        end loop;
        tier := tier || jsonb_build_object('keep', tier_reference.random_condition(measures, kept));
      end if;
    end if;
    if tier_reference.chance(0.2) then tier := tier || jsonb_build_object('upgrade', tier_reference.random_upgrade(0.5)); end if;
    if tier_reference.chance(0.3) then tier := tier || jsonb_build_object('downgrade', tier_reference.random_downgrade(0.5)); end if;
    if tier_reference.chance(0.15) then tier := tier || jsonb_build_object('minimum_stay', tier_reference.whole(0, 6)); end if;
    if tier_reference.chance(0.1) then tier := tier || jsonb_build_object('label', jsonb_build_object('en', initcap(names[t]))); end if;
    tiers := tiers || jsonb_build_array(tier);
  end loop;
  policy := policy || jsonb_build_object('tiers', tiers);

  if tier_reference.chance(0.8) then policy := policy || jsonb_build_object('upgrade', tier_reference.random_upgrade(0.5)); end if;
  if tier_reference.chance(0.9) then policy := policy || jsonb_build_object('downgrade', tier_reference.random_downgrade(0.7)); end if;
  if tier_reference.chance(0.35) then policy := policy || jsonb_build_object('minimum_stay', tier_reference.whole(0, 6)); end if;
  if tier_reference.chance(0.6) then
    policy := policy || jsonb_build_object('new_customer', tier_reference.one_of(array['"reached"', '"lowest"', '"lowest"', jsonb_build_object('tier', tier_reference.one_of(names), 'periods', tier_reference.whole(1, 6)),
      jsonb_build_object('tier', tier_reference.one_of(names), 'periods', tier_reference.whole(1, 6))]));
  end if;
  if tier_reference.chance(0.35) then
    policy := policy || jsonb_build_object('dormant', jsonb_strip_nulls(jsonb_build_object(
      'measure', case when k > 1 or (measures[1] is not null and random() < 0.5) then tier_reference.one_of(measures) end,
      'at_most', case when random() < 0.5 then tier_reference.written(tier_reference.one_of(grain)) end,
      'periods', tier_reference.one_of(array[1, 2, 2, 3, 4]),
      'tier', case when random() < 0.4 then tier_reference.one_of(names) end)));
  end if;
  policy := policy || jsonb_build_object('gaps', tier_reference.one_of(array['error', 'carry_forward', 'zero', 'skip', 'skip', null]));
  if tier_reference.chance(0.6) then policy := policy || jsonb_build_object('several_in_period', tier_reference.one_of(array['error', 'last', 'last'])); end if;
  if tier_reference.chance(0.1) then policy := policy || jsonb_build_object('overrides', tier_reference.random_override_list(number, names, unit)); end if;
  return policy;
end
$$;

create function tier_reference.random_overrides(number int, policy_number int, r tier_reference.rules) returns jsonb language plpgsql volatile as $$
begin
  perform tier_reference.seed(number + 1000000000);
  return case when tier_reference.chance(0.12) then tier_reference.random_override_list(policy_number, r.names, r.unit) end;
end
$$;

-- 6 to 30 periods of measures. A measure stays about one threshold for some periods, then about another.
create function tier_reference.random_history(number int, policy_number int, r tier_reference.rules) returns jsonb language plpgsql volatile as $$
declare
  k int := cardinality(r.measures);
  periods int;
  first int;
  -- Which disorder there is in this history
  gap_rate float8;
  several boolean;
  others boolean;
  twice boolean;
  falling boolean;    -- begins at the top and does not come back there
  anchors numeric[];
  anchor numeric;
  value numeric;
  dice int;
  missing boolean;
  dates date[] := '{}';
  names text[] := '{}';
  measures numeric[] := '{}';
  -- The dates of period p are starts[p] to starts[p + 1] - 1.
  starts date[];
  day date;
begin
  perform tier_reference.seed(number);
  periods := 6 + floor(25 * random() * random())::int;
  first := tier_reference.period_number(tier_reference.about(policy_number), r.unit) + tier_reference.whole(0, 3);
  gap_rate := case when random() < case r.gaps when 'error' then 0.03 else 0.5 end then 0.25 * random() else 0 end;
  several := r.unit <> 'day' and random() < case r.several when 'error' then 0.02 else 0.4 end;
  others := tier_reference.chance(0.12);
  twice := tier_reference.chance(0.08);
  falling := tier_reference.chance(0.4);
  for p in 0 .. periods loop
    starts[p + 1] := tier_reference.first_day(first + p, r.unit);
  end loop;

  for j in 1 .. k loop
    anchors := array[0::numeric];
    for a in 1 .. cardinality(r.entry) / k loop anchors := anchors || r.entry[(a - 1) * k + j]; end loop;
    for a in 1 .. cardinality(r.keep) / k loop anchors := anchors || r.keep[(a - 1) * k + j]; end loop;
    if r.dormant_measure = j then anchors := anchors || r.dormant_at_most || r.dormant_at_most; end if;
    anchors := array(select a from unnest(anchors) as a where a is not null order by a);
    anchor := case when falling then anchors[cardinality(anchors)] else tier_reference.one_of(anchors) end;
    value := anchor;
    missing := false;
    for p in 1 .. periods loop
      if falling and p = 3 then anchors := anchors[1 : cardinality(anchors) - 1]; end if;
      if random() < 0.35 and not (falling and p < 3) then anchor := coalesce(tier_reference.one_of(anchors), 0); end if;
      dice := tier_reference.whole(1, 20);
      value := case
        when dice <= 6 then anchor
        when dice <= 9 then anchor - 0.01
        when dice <= 11 then anchor + 0.01
        when dice <= 16 then round(anchor * (0.7 + 0.6 * random())::numeric, 2)
        when dice <= 18 then value
        when dice = 19 then 0
        else round((-50 * random())::numeric, 2) end;
      -- Gaps come in runs; of several measures one may be missing alone.
      if gap_rate > 0 then missing := random() < case when missing then 0.5 else gap_rate end; end if;
      continue when missing and (p < periods or j > 1);
      day := starts[p] + floor(random() * (starts[p + 1] - starts[p]))::int;
      dates := dates || day;
      names := names || r.measures[j];
      measures := measures || value;
      if several and random() < 0.2 then
        -- Another date of the same period, with another measure; or the same date again, which changes nothing.
        dates := dates || (starts[p] + floor(random() * (starts[p + 1] - starts[p]))::int);
        names := names || r.measures[j];
        measures := measures || case when dates[cardinality(dates)] = day then value else tier_reference.one_of(anchors) end;
      end if;
      if twice and random() < 0.2 then
        dates := dates || day;
        names := names || r.measures[j];
        -- The same row again, also with more zeros; seldom a contradiction; a row without a measure is none.
        dice := tier_reference.whole(1, 40);
        measures := measures || case when dice = 1 then value + 0.01 when dice = 2 then null when dice <= 10 then round(value, 6) else value end;
      end if;
      if others and random() < 0.2 then
        -- A measure of another name is not looked at, whenever it is.
        dates := dates || (starts[p] + tier_reference.whole(-100, 100));
        names := names || case when r.measures[1] is null or random() < 0.5 then 'others' end;
        measures := measures || anchor;
      end if;
    end loop;
  end loop;
  -- One history in 250 has nothing that these rules look at.
  if random() < 0.004 then names := array_fill('others'::text, array[cardinality(names)]); end if;

  return (select jsonb_agg(jsonb_build_object('period', d, 'name', n, 'measure', m) order by md5(i::text))
    from unnest(dates, names, measures) with ordinality as e (d, n, m, i));
end
$$;
