-- Tiers by the contract, a second time: slow, in PL/pgSQL, one concept at a time. It shares nothing with the extension, so
-- that what both say is right unless both misread the same sentence. Policies are taken to be valid.
--
--   tier_reference.path(history, policy, overrides)             the rows of crm.tier_path without why
--   tier_reference.tier_on(history, policy, as_of, overrides)   crm.tier_of
--
-- A history is a list of {"period": date, "name": text or null, "measure": number}. Where the extension has to fail with
-- 22023, the path is one row with the event 'error', and the tier is 'error'.
--
-- A level is a tier's position: 1 is the lowest tier, and 0 is no tier.
set client_min_messages = warning;
drop schema if exists tier_reference cascade;
create schema tier_reference;

-- Periods are numbered, so that the next one is one more.
create function tier_reference.period_number(day date, unit text) returns int language sql immutable parallel safe as $$
  select case unit
    when 'day' then day - date '2000-01-03'
    when 'week' then floor((day - date '2000-01-03') / 7.0)::int    -- 2000-01-03 was a Monday
    when 'month' then extract(year from day)::int * 12 + extract(month from day)::int - 1
    when 'quarter' then extract(year from day)::int * 4 + extract(quarter from day)::int - 1
    when 'year' then extract(year from day)::int
  end
$$;
create function tier_reference.first_day(number int, unit text) returns date language sql immutable parallel safe as $$
  select case unit
    when 'day' then date '2000-01-03' + number
    when 'week' then date '2000-01-03' + number * 7
    when 'month' then make_date(number / 12, number % 12 + 1, 1)
    when 'quarter' then make_date(number / 4, number % 4 * 3 + 1, 1)
    when 'year' then make_date(number, 1, 1)
  end
$$;

-- A policy, read once. What a tier may say for itself is an array by level. A condition is a list of alternatives, each with
-- one threshold a measure, NULL where it asks nothing of the measure; all of them one after the other in one array, from
-- alternative first[level] to last[level].
create type tier_reference.rules as (
  unit text,
  measures text[],              -- array[null]: the one measure without a name
  names text[],
  lowest int,
  entry numeric[], entry_first int[], entry_last int[],
  keep numeric[], keep_first int[], keep_last int[],
  up_at_once boolean[], up_periods int[], up_steps int[],
  grace int[], watch int[], landing text[], down_steps int[],
  minimum_stay int[],
  newcomer text,                -- reached, lowest or tier
  newcomer_level int, newcomer_periods int,
  dormant_measure int,          -- position among measures; NULL: nobody is dormant
  dormant_at_most numeric, dormant_periods int, dormant_level int,
  gaps text,
  several text,
  overrides jsonb
);

-- One alternative after the other of 5, {"assets": 5, "cards": 1} or [{"assets": 5}, {"cards": 3}].
create function tier_reference.alternatives(condition jsonb, measures text[]) returns numeric[] language plpgsql immutable as $$
declare
  alternative jsonb;
  name text;
  flat numeric[] := '{}';
begin
  if condition is null or jsonb_typeof(condition) = 'null' then return flat; end if;
  if jsonb_typeof(condition) in ('number', 'string') then return array[(condition #>> '{}')::numeric]; end if;
  if jsonb_typeof(condition) = 'object' then condition := jsonb_build_array(condition); end if;
  for alternative in select value from jsonb_array_elements(condition) loop
    foreach name in array measures loop
      flat := flat || (alternative ->> name)::numeric;
    end loop;
  end loop;
  return flat;
end
$$;

create function tier_reference.read(policy jsonb) returns tier_reference.rules language plpgsql immutable as $$
declare
  r tier_reference.rules;
  tier jsonb;
  up jsonb;
  down jsonb;
  flat numeric[];
  general_up jsonb := coalesce(nullif(policy -> 'upgrade', 'null'), '{}');
  general_down jsonb := coalesce(nullif(policy -> 'downgrade', 'null'), '{}');
  newcomer jsonb := coalesce(nullif(policy -> 'new_customer', 'null'), '"reached"');
  dormant jsonb := nullif(policy -> 'dormant', 'null');
  k int;
begin
  r.unit := coalesce(policy ->> 'period', 'month');
  r.measures := array[null::text];
  if jsonb_typeof(policy -> 'measures') = 'array' then
    r.measures := array(select jsonb_array_elements_text(policy -> 'measures'));
  end if;
  k := cardinality(r.measures);
  r.gaps := coalesce(policy ->> 'gaps', 'error');
  r.several := coalesce(policy ->> 'several_in_period', 'error');
  r.overrides := coalesce(nullif(policy -> 'overrides', 'null'), '[]');
  r.lowest := case when policy #>> '{tiers,0,from}' is null then 1 else 0 end;
  r.entry := '{}';
  r.keep := '{}';
  for tier in select value from jsonb_array_elements(policy -> 'tiers') with ordinality as t (value, position) order by position loop
    r.names := r.names || (tier ->> 'name');

    flat := tier_reference.alternatives(tier -> 'from', r.measures);
    r.entry_first := r.entry_first || cardinality(r.entry) / k + 1;
    r.entry := r.entry || flat;
    r.entry_last := r.entry_last || cardinality(r.entry) / k;
    flat := tier_reference.alternatives(tier -> 'keep', r.measures);
    r.keep_first := r.keep_first || cardinality(r.keep) / k + 1;
    r.keep := r.keep || flat;
    r.keep_last := r.keep_last || cardinality(r.keep) / k;

    -- What the tier says for itself stands above what the policy says for all; a null is as if nothing were said.
    up := general_up || jsonb_strip_nulls(coalesce(nullif(tier -> 'upgrade', 'null'), '{}'));
    r.up_at_once := r.up_at_once || (coalesce(up ->> 'takes_effect', 'immediately') = 'immediately');
    r.up_periods := r.up_periods || coalesce((up ->> 'periods')::int, 1);
    r.up_steps := r.up_steps || coalesce((up ->> 'max_steps')::int, 1000000);
    down := general_down || jsonb_strip_nulls(coalesce(nullif(tier -> 'downgrade', 'null'), '{}'));
    r.grace := r.grace || coalesce((down ->> 'grace')::int, 0);
    r.watch := r.watch || coalesce((down ->> 'watch')::int, 0);
    r.landing := r.landing || coalesce(down ->> 'landing', 'last');
    r.down_steps := r.down_steps || coalesce((down ->> 'max_steps')::int, 1000000);
    r.minimum_stay := r.minimum_stay || coalesce((tier ->> 'minimum_stay')::int, (policy ->> 'minimum_stay')::int, 0);
  end loop;

  r.newcomer_periods := 0;
  if jsonb_typeof(newcomer) = 'object' then
    r.newcomer := 'tier';
    r.newcomer_level := array_position(r.names, newcomer ->> 'tier');
    r.newcomer_periods := coalesce((newcomer ->> 'periods')::int, 0);
  else
    r.newcomer := newcomer #>> '{}';
  end if;

  if dormant is not null then
    r.dormant_measure := case when dormant ->> 'measure' is null then 1 else array_position(r.measures, dormant ->> 'measure') end;
    r.dormant_at_most := coalesce((dormant ->> 'at_most')::numeric, 0);
    r.dormant_periods := (dormant ->> 'periods')::int;
    r.dormant_level := coalesce(array_position(r.names, dormant ->> 'tier'), r.lowest);
  end if;
  return r;
end
$$;

-- Whether one of the alternatives first to last holds. x are the sums of the measures over so many periods: a mean reaches a
-- threshold if the sum reaches so many times the threshold, which needs no division and no rounding.
create function tier_reference.holds(x numeric[], periods int, thresholds numeric[], first int, last int) returns boolean language plpgsql immutable as $$
declare
  k int := cardinality(x);
  every boolean;
begin
  for a in first .. last loop
    every := true;
    for j in 1 .. k loop
      if x[j] < thresholds[(a - 1) * k + j] * periods then
        every := false;
        exit;
      end if;
    end loop;
    if every then return true; end if;
  end loop;
  return false;
end
$$;

-- The highest level whose entry condition holds, else the lowest level.
create function tier_reference.natural_level(x numeric[], periods int, entry numeric[], entry_first int[], entry_last int[], lowest int) returns int
language plpgsql immutable as $$
begin
  for t in reverse cardinality(entry_first) .. lowest + 1 loop
    if tier_reference.holds(x, periods, entry, entry_first[t], entry_last[t]) then return t; end if;
  end loop;
  return lowest;
end
$$;

-- The history laid on its periods, one beside the other: all measures of the first, all of the second, ...; gaps treated as the
-- policy says. `extra` periods without measures follow the last one. problem: what has to fail.
create type tier_reference.timeline as (problem text, first int, periods int, measures numeric[], skipped boolean[], last_day date);
create function tier_reference.lay(history jsonb, r tier_reference.rules, as_of date default null) returns tier_reference.timeline language plpgsql immutable as $$
declare
  l tier_reference.timeline;
  entry record;
  k int := cardinality(r.measures);
  last int;
  previous_position int := 0;
  previous_day date;
  previous_number int;
  previous_measure numeric;
  at int;
begin
  -- Only entries of the policy's measures count; the first and the last of them bound the periods.
  select min(period), max(period) into entry from jsonb_to_recordset(history) as e (period date, name text, measure numeric)
  where measure is not null and array_position(r.measures, name) is not null;
  if entry.max is null then l.problem := 'none of the measures'; return l; end if;
  l.last_day := entry.max;
  if as_of < l.last_day then l.problem := 'the history knows the future'; return l; end if;
  l.first := tier_reference.period_number(entry.min, r.unit);
  last := tier_reference.period_number(entry.max, r.unit);
  -- The periods between the last one and that of as_of are gaps; what is in effect on as_of follows from the one before it.
  last := greatest(last, tier_reference.period_number(as_of, r.unit) - 1);
  l.periods := last - l.first + 1;
  l.measures := array_fill(null::numeric, array[l.periods * k]);
  l.skipped := array_fill(false, array[l.periods]);

  for entry in
    select array_position(r.measures, name) as position, period as day, measure, tier_reference.period_number(period, r.unit) as number
    from jsonb_to_recordset(history) as e (period date, name text, measure numeric)
    where measure is not null and array_position(r.measures, name) is not null
    order by 1, 2
  loop
    if entry.position = previous_position then
      if entry.day = previous_day then
        if entry.measure <> previous_measure then l.problem := 'two measures on one day'; return l; end if;
      elsif entry.number = previous_number and r.several = 'error' then
        l.problem := 'several dates in one period';
        return l;
      end if;
    end if;
    l.measures[(entry.number - l.first) * k + entry.position] := entry.measure;    -- the last date of a period stays
    previous_position := entry.position;
    previous_day := entry.day;
    previous_number := entry.number;
    previous_measure := entry.measure;
  end loop;

  for i in 0 .. l.periods - 1 loop
    for j in 1 .. k loop
      at := i * k + j;
      if l.measures[at] is null then
        case r.gaps
          when 'error' then l.problem := 'a gap'; return l;
          when 'zero' then l.measures[at] := 0;
          when 'carry_forward' then
            if i = 0 then l.problem := 'nothing to carry forward'; return l; end if;
            l.measures[at] := l.measures[at - k];
          when 'skip' then l.skipped[i + 1] := true;
        end case;
      end if;
    end loop;
  end loop;
  return l;
end
$$;

-- The level by the rules, or what the overrides make of it on a day: each that covers the day is applied in turn.
create function tier_reference.overridden(level int, day date, names text[], overrides jsonb) returns int language plpgsql immutable as $$
declare
  o jsonb;
  other int;
begin
  for o in select value from jsonb_array_elements(overrides) with ordinality as t (value, position) order by position loop
    continue when day < (o ->> 'from')::date or day > (o ->> 'to')::date;    -- without an end it has none
    other := array_position(names, o ->> 'tier');
    level := case coalesce(o ->> 'rule', 'exactly') when 'exactly' then other when 'at_least' then greatest(level, other) when 'at_most' then least(level, other) end;
  end loop;
  return level;
end
$$;
create function tier_reference.covered(day date, overrides jsonb) returns boolean language sql immutable as $$
  select exists (select from jsonb_array_elements(overrides) as o where day >= (o ->> 'from')::date and (day <= (o ->> 'to')::date or o ->> 'to' is null))
$$;

create function tier_reference.walk(l tier_reference.timeline, r tier_reference.rules, overrides jsonb)
returns table (period date, period_end date, measure numeric, natural_tier text, tier text, next_tier text, event text, misses int)
language plpgsql immutable as $$
declare
  k int := cardinality(r.measures);
  levels int := cardinality(r.names);
  all_overrides jsonb := r.overrides || coalesce(overrides, '[]');
  -- What is carried from period to period
  begun boolean := false;
  held int;                    -- the level in effect at the start of the period
  stayed int;                  -- so many periods it has been in effect
  missed int := 0;             -- so many periods below in a row
  reached int[] := array_fill(0, array[levels]);    -- by level: so many periods in a row reached it or more
  asleep int := 0;             -- so many dormant periods in a row
  watching boolean := false;   -- the last period was one of watch
  below int[] := '{}';         -- which periods were below, the last ones
  newcomer boolean := true;    -- he still has the level he started with
  -- One period
  x numeric[];
  naturals int[] := '{}';
  reaches int;
  first_period boolean;
  target int;
  allowed int;
  minimum int;
  served int;
  landing int;
  sums numeric[];
  now_level int;
  next_level int;
begin
  for i in 1 .. l.periods loop
    period := tier_reference.first_day(l.first + i - 1, r.unit);
    period_end := tier_reference.first_day(l.first + i, r.unit) - 1;
    if l.skipped[i] then
      naturals[i] := null;
      continue when not begun;
      stayed := stayed + 1;
      reaches := null;
      measure := null;
      event := 'gap';
      misses := missed;
      now_level := held;
      next_level := held;
    else
      x := l.measures[(i - 1) * k + 1 : i * k];
      measure := x[1];
      reaches := tier_reference.natural_level(x, 1, r.entry, r.entry_first, r.entry_last, r.lowest);
      naturals[i] := reaches;
      first_period := not begun;

      -- 0. A new customer
      if first_period then
        begun := true;
        stayed := 0;
        held := case r.newcomer when 'reached' then reaches when 'lowest' then r.lowest else r.newcomer_level end;
      end if;

      -- 1. What is counted in every period
      stayed := stayed + 1;
      for t in 1 .. levels loop
        reached[t] := case when reaches >= t then reached[t] + 1 else 0 end;
      end loop;
      asleep := case when x[r.dormant_measure] <= r.dormant_at_most then asleep + 1 else 0 end;

      -- 3. The level to rise to
      target := null;
      for t in reverse levels .. held + 1 loop
        if reached[t] >= r.up_periods[t] and t - held <= r.up_steps[t] then
          target := t;
          exit;
        end if;
      end loop;

      if asleep >= r.dormant_periods then
        -- 2. Dormant: down from the next period on, whatever the minimum stay; and nothing rises.
        now_level := held;
        next_level := least(held, r.dormant_level);
        event := case when next_level < held then 'down' else 'keep' end;
        missed := 0;
        misses := 0;
      elsif target is not null then
        -- 3. Up
        now_level := case when r.up_at_once[target] then target else held end;
        next_level := target;
        event := 'up';
        missed := 0;
        misses := 0;
      elsif reaches >= held or tier_reference.holds(x, 1, r.keep, r.keep_first[held], r.keep_last[held]) then
        -- 4. Kept
        now_level := held;
        next_level := held;
        event := case when watching then 'clear' when first_period then 'new' else 'keep' end;
        missed := 0;
        misses := 0;
      else
        -- 5. Below
        missed := missed + 1;
        misses := missed;
        allowed := r.grace[held] + r.watch[held];
        below := below || i;
        below := below[greatest(1, cardinality(below) - greatest(allowed, 1) + 1) :];
        minimum := r.minimum_stay[held];
        if newcomer then minimum := greatest(minimum, r.newcomer_periods); end if;
        -- Down at once, he does not have this period any more.
        served := case when allowed > 0 then stayed else stayed - 1 end;
        if missed >= greatest(allowed, 1) and served >= minimum then
          event := 'down';
          if allowed = 0 or r.landing[held] = 'last' then
            landing := reaches;
          elsif r.landing[held] = 'max' then
            landing := 0;
            for b in 1 .. cardinality(below) loop
              landing := greatest(landing, naturals[below[b]]);
            end loop;
          else
            sums := array_fill(0::numeric, array[k]);
            for b in 1 .. cardinality(below) loop
              for j in 1 .. k loop
                sums[j] := sums[j] + l.measures[(below[b] - 1) * k + j];
              end loop;
            end loop;
            landing := tier_reference.natural_level(sums, cardinality(below), r.entry, r.entry_first, r.entry_last, r.lowest);
          end if;
          next_level := greatest(least(landing, held - 1), held - r.down_steps[held], r.lowest);
          now_level := case when allowed = 0 then next_level else held end;
          missed := 0;
        else
          event := case when missed <= r.grace[held] then 'grace' else 'watch' end;
          now_level := held;
          next_level := held;
        end if;
      end if;

      if missed = 0 then below := '{}'; end if;
      watching := event = 'watch';
      if next_level <> held then
        -- In effect from this period on: one period by now. From the next one on: none.
        stayed := case when now_level = next_level then 1 else 0 end;
        newcomer := false;
        held := next_level;
      end if;
    end if;

    natural_tier := r.names[reaches];
    if all_overrides = '[]' then
      tier := r.names[now_level];
      next_tier := r.names[next_level];
    else
      tier := r.names[tier_reference.overridden(now_level, period_end, r.names, all_overrides)];
      next_tier := r.names[tier_reference.overridden(next_level, period_end + 1, r.names, all_overrides)];
      if tier_reference.covered(period_end, all_overrides) then event := 'override'; end if;
    end if;
    return next;
  end loop;
end
$$;

create function tier_reference.path(history jsonb, r tier_reference.rules, overrides jsonb default null, as_of date default null)
returns table (period date, period_end date, measure numeric, natural_tier text, tier text, next_tier text, event text, misses int)
language plpgsql immutable as $$
declare
  l tier_reference.timeline := tier_reference.lay(history, r, as_of);
begin
  if l.problem is not null then
    event := 'error';
    return next;
  else
    return query select * from tier_reference.walk(l, r, overrides);
  end if;
end
$$;
create function tier_reference.path(history jsonb, policy jsonb, overrides jsonb default null)
returns table (period date, period_end date, measure numeric, natural_tier text, tier text, next_tier text, event text, misses int)
language sql immutable as $$
  select * from tier_reference.path(history, tier_reference.read(policy), overrides)
$$;

-- The tier on a day: by the rules the tier of the last period, afterwards the next tier of the period before; and then what the
-- overrides of that very day make of it. Where every period was skipped, he has no tier by the rules.
create function tier_reference.tier_on(history jsonb, r tier_reference.rules, as_of date, overrides jsonb default null) returns text language plpgsql immutable as $$
declare
  all_overrides jsonb := r.overrides || coalesce(overrides, '[]');
  by_rules text;
  step record;
begin
  r.overrides := '[]';
  for step in select * from tier_reference.path(history, r, null, as_of) loop
  end loop;
  if step.event = 'error' then return 'error'; end if;
  by_rules := case when as_of <= step.period_end then step.tier else step.next_tier end;
  return r.names[tier_reference.overridden(coalesce(array_position(r.names, by_rules), 0), as_of, r.names, all_overrides)];
end
$$;
create function tier_reference.tier_on(history jsonb, policy jsonb, as_of date, overrides jsonb default null) returns text language sql immutable as $$
  select tier_reference.tier_on(history, tier_reference.read(policy), as_of, overrides)
$$;
