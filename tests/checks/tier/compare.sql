-- The extension beside the reference. Both paths are written as lines, a period each; a failure with 22023 is one line, error.
set client_min_messages = warning;

create function tier_reference.line(period date, period_end date, measure numeric, natural_tier text, tier text, next_tier text, event text, misses int) returns text
language sql immutable as $$
  select case when event = 'error' then 'error' else concat_ws(' | ', period, period_end, coalesce(trim_scale(measure)::text, '-'), coalesce(natural_tier, '-'), coalesce(tier, '-'), coalesce(next_tier, '-'), event, misses) end
$$;

create function tier_reference.summary(history jsonb) returns crm.tier_history language sql as $$
  with entry as materialized (select * from jsonb_to_recordset(history) as e (period date, name text, measure numeric))
  select crm.tier_history_merge(h)
  from (
    select crm.tier_history_agg(period, measure) from entry where name is null
    union all
    select crm.tier_history_agg(period, name, measure) from entry where name is not null
  ) as part (h)
$$;

-- The same from float8.
create function tier_reference.float_summary(history jsonb) returns crm.tier_history language sql as $$
  with entry as materialized (select * from jsonb_to_recordset(history) as e (period date, name text, measure float8))
  select crm.tier_history_merge(h)
  from (
    select crm.tier_history_agg(period, measure) from entry where name is null
    union all
    select crm.tier_history_agg(period, name, measure) from entry where name is not null
  ) as part (h)
$$;

create function tier_reference.crm_path(history crm.tier_history, policy jsonb, overrides jsonb) returns text[] language plpgsql as $$
begin
  return array(
    select tier_reference.line(period, period_end, measure, natural_tier, tier, next_tier, event, misses) from crm.tier_path(history, policy, overrides) order by period);
exception when sqlstate '22023' then
  return array['error'];
end
$$;
create function tier_reference.crm_tier(history crm.tier_history, policy jsonb, as_of date, overrides jsonb) returns text language plpgsql as $$
begin
  return crm.tier_of(history, policy, as_of, overrides);
exception when sqlstate '22023' then
  return 'error';
end
$$;

create table tier_reference.difference (
  found bigint generated always as identity,
  what text not null,
  policy_number int,
  history_number int,
  policy jsonb,
  history jsonb,
  overrides jsonb,
  expected text[],
  got text[]
);

-- The path by single steps: a state for each period with an entry, each beside the line of the path; between them a month
-- without a measure is now given and now left out. Gives the differing lines.
create function tier_reference.steps(history jsonb, policy jsonb, r tier_reference.rules, overrides jsonb, lines text[], out expected text[], out got text[], out steps int)
language plpgsql as $$
declare
  state jsonb;
  step record;
  previous int;
  wanted text;
  found text;
begin
  steps := 0;
  for step in
    select number, max(day) as day, jsonb_object_agg(coalesce(name, ''), measure) as measures, min(measure) as measure
    from (
      select distinct on (position, number) tier_reference.period_number(period, r.unit) as number, period as day, name, measure, array_position(r.measures, name) as position
      from jsonb_to_recordset(history) as e (period date, name text, measure numeric)
      where measure is not null and array_position(r.measures, name) is not null
      order by position, number, period desc
    ) as last
    group by number
    order by number
  loop
    for gap in coalesce(previous, step.number) + 1 .. step.number - 1 loop
      continue when gap % 2 = 0;
      if gap % 3 = 0 then state := crm.tier_next_measures(state, '{}'::jsonb, policy, tier_reference.first_day(gap, r.unit), overrides);
      elsif cardinality(r.measures) = 1 then state := crm.tier_next(state, null::numeric, policy, tier_reference.first_day(gap, r.unit), overrides);
      else state := crm.tier_next_measures(state, null::jsonb, policy, tier_reference.first_day(gap, r.unit), overrides); end if;
    end loop;
    if r.measures = array[null::text] and step.number % 2 = 0 then state := crm.tier_next(state, step.measure::float8, policy, step.day, overrides);
    elsif r.measures = array[null::text] then state := crm.tier_next(state, step.measure, policy, step.day, overrides);
    else state := crm.tier_next_measures(state, step.measures, policy, step.day, overrides); end if;
    steps := steps + 1;
    found := tier_reference.line((state ->> 'period')::date, tier_reference.first_day(step.number + 1, r.unit) - 1, (state ->> 'measure')::numeric,
      state ->> 'natural_tier', state ->> 'tier', state ->> 'next_tier', state ->> 'event', (state ->> 'misses')::int);
    -- The periods skipped at the beginning have no line, and no state.
    select l into wanted from unnest(lines) as l where l like tier_reference.first_day(step.number, r.unit)::text || ' %';
    if state is not null or wanted is not null then
      if found is distinct from wanted then
        expected := expected || wanted;
        got := got || found;
        return;
      end if;
    end if;
    previous := step.number;
  end loop;
end
$$;

-- All histories of the policies first to last; what differs goes into a table.
create function tier_reference.compare(first_policy int, last_policy int, histories int, out paths bigint, out errors bigint, out periods bigint, out days bigint, out steps bigint, out merges bigint)
language plpgsql as $$
declare
  policy jsonb;
  r tier_reference.rules;
  number int;
  history jsonb;
  overrides jsonb;
  overridden boolean;
  l tier_reference.timeline;
  expected text[];
  got text[];
  final record;
  h crm.tier_history;
  as_of date;
  wanted text;
  found text;
  walked record;
begin
  paths := 0; errors := 0; periods := 0; days := 0; steps := 0; merges := 0;
  for p in first_policy .. last_policy loop
    policy := tier_reference.random_policy(p);
    r := tier_reference.read(policy);
    for i in 1 .. histories loop
      number := p * 1000 + i;
      overrides := tier_reference.random_overrides(number, p, r);
      history := tier_reference.random_history(number, p, r);
      l := tier_reference.lay(history, r);
      final := null;
      if l.problem is null then
        expected := '{}';
        for final in select * from tier_reference.walk(l, r, overrides) loop
          expected := expected || tier_reference.line(final.period, final.period_end, final.measure, final.natural_tier, final.tier, final.next_tier, final.event, final.misses);
        end loop;
      else
        expected := array['error'];
        errors := errors + 1;
      end if;
      overridden := overrides is not null or r.overrides <> '[]';
      h := tier_reference.summary(history);
      got := tier_reference.crm_path(h, policy, overrides);
      paths := paths + 1;
      periods := periods + cardinality(expected);
      if got is distinct from expected then
        insert into tier_reference.difference (what, policy_number, history_number, policy, history, overrides, expected, got)
        values ('tier_path', p, number, policy, history, overrides, expected, got);
      end if;

      -- On a day of the last period, of the next one, of a later one, and before the last entry. The chance is that of the history.
      for kind in 1 .. case when l.last_day is null then 0 when i % 4 = 0 then 4 else 2 end loop
        as_of := tier_reference.first_day(tier_reference.period_number(l.last_day, r.unit) + 1, r.unit);    -- the next period
        case kind
          when 1 then as_of := l.last_day + floor(random() * (as_of - l.last_day))::int;
          when 2 then as_of := as_of + floor(random() * tier_reference.period_days(r.unit) * 0.93)::int;
          when 3 then as_of := tier_reference.first_day(tier_reference.period_number(as_of, r.unit) + tier_reference.whole(1, 8), r.unit) + tier_reference.whole(0, 3 * tier_reference.period_days(r.unit));
          when 4 then as_of := l.last_day - tier_reference.whole(1, 40);
        end case;
        if l.problem is not null or kind = 4 then wanted := 'error';
        elsif kind = 1 and not overridden then wanted := final.tier;
        elsif kind = 2 and not overridden then wanted := final.next_tier;
        else wanted := tier_reference.tier_on(history, r, as_of, overrides);
        end if;
        found := tier_reference.crm_tier(h, policy, as_of, overrides);
        days := days + 1;
        if found is distinct from wanted then
          insert into tier_reference.difference (what, policy_number, history_number, policy, history, overrides, expected, got)
          values ('tier_of on ' || as_of, p, number, policy, history, overrides, expected || coalesce(wanted, 'no tier'), got || coalesce(found, 'no tier'));
        end if;
      end loop;

      continue when i % 10 <> 0 or l.problem is not null;
      select * into walked from tier_reference.steps(history, policy, r, overrides, expected);
      steps := steps + walked.steps;
      if walked.expected is not null or walked.got is not null then
        insert into tier_reference.difference (what, policy_number, history_number, policy, history, overrides, expected, got)
        values ('tier_next', p, number, policy, history, overrides, walked.expected, walked.got);
      end if;
      found := tier_reference.crm_path(tier_reference.float_summary(history), policy, overrides)::text;
      if found is distinct from expected::text then
        insert into tier_reference.difference (what, policy_number, history_number, policy, history, overrides, expected, got)
        values ('float8', p, number, policy, history, overrides, expected, found::text[]);
      end if;
      merges := merges + 1;
      insert into tier_reference.difference (what, policy_number, history_number, policy, history, overrides, expected, got)
      select 'tier_history_merge', p, number, policy, history, overrides, array[h::text], array[merged::text]
      from (
        select crm.tier_history_merge(tier_reference.summary(part)) as merged
        from (select jsonb_agg(e) as part from jsonb_array_elements(history) with ordinality as e (e, position) group by position % 2) as halves
      ) as again
      where merged::text is distinct from h::text or tier_reference.crm_path(merged, policy, overrides) is distinct from got;
    end loop;
  end loop;
end
$$;

-- Deliberately wrong policies. Each rule is changed in turn; where the extension under the changed policy says what the
-- reference says under the right one, the rule had no effect. A rule that never has any would not be tested by chance either.
create function tier_reference.changed(policy jsonb, change text) returns jsonb language plpgsql immutable as $$
declare
  r tier_reference.rules := tier_reference.read(policy);
  tiers jsonb := policy -> 'tiers';
  up jsonb := coalesce(nullif(policy -> 'upgrade', 'null'), '{}');
  down jsonb := coalesce(nullif(policy -> 'downgrade', 'null'), '{}');
begin
  case change
    when 'grace' then down := down || jsonb_build_object('grace', coalesce((down ->> 'grace')::int, 0) + 1);
    when 'watch' then down := down || jsonb_build_object('watch', coalesce((down ->> 'watch')::int, 0) + 1);
    when 'landing' then down := down || jsonb_build_object('landing', case down ->> 'landing' when 'max' then 'mean' when 'mean' then 'last' else 'max' end);
    when 'landing mean' then down := down || jsonb_build_object('landing', case down ->> 'landing' when 'max' then 'last' when 'mean' then 'max' else 'mean' end);
    when 'steps down' then down := (down - 'max_steps') || case when down ->> 'max_steps' is null then '{"max_steps": 1}'::jsonb else '{}' end;
    when 'takes_effect' then up := up || jsonb_build_object('takes_effect', case up ->> 'takes_effect' when 'next_period' then 'immediately' else 'next_period' end);
    when 'periods' then up := up || jsonb_build_object('periods', coalesce((up ->> 'periods')::int, 1) + 1);
    when 'steps up' then up := (up - 'max_steps') || case when up ->> 'max_steps' is null then '{"max_steps": 1}'::jsonb else '{}' end;
    when 'minimum_stay' then policy := policy || jsonb_build_object('minimum_stay', coalesce((policy ->> 'minimum_stay')::int, 0) + 1);
    when 'new_customer' then policy := policy || jsonb_build_object('new_customer', case r.newcomer when 'reached' then 'lowest' else 'reached' end);
    when 'new_customer periods' then
      if r.newcomer = 'tier' then policy := jsonb_set(policy, '{new_customer,periods}', to_jsonb(r.newcomer_periods + 2)); end if;
    when 'dormant' then policy := policy - 'dormant';
    when 'dormant periods' then
      if r.dormant_measure is not null then policy := jsonb_set(policy, '{dormant,periods}', to_jsonb(r.dormant_periods + 1)); end if;
    when 'dormant level' then
      if r.dormant_measure is not null then policy := jsonb_set(policy, '{dormant,tier}', to_jsonb(r.names[case r.dormant_level when 1 then 2 else 1 end])); end if;
    when 'gaps' then policy := policy || jsonb_build_object('gaps', case r.gaps when 'error' then 'zero' when 'zero' then 'carry_forward' when 'carry_forward' then 'skip' else 'error' end);
    when 'several_in_period' then policy := policy || jsonb_build_object('several_in_period', case r.several when 'error' then 'last' else 'error' end);
    when 'overrides' then policy := policy - 'overrides';
    when 'keep' then tiers := (select jsonb_agg(t - 'keep' order by i) from jsonb_array_elements(tiers) with ordinality as e (t, i));
    when 'upgrade of a tier' then tiers := (select jsonb_agg(t - 'upgrade' order by i) from jsonb_array_elements(tiers) with ordinality as e (t, i));
    when 'downgrade of a tier' then tiers := (select jsonb_agg(t - 'downgrade' order by i) from jsonb_array_elements(tiers) with ordinality as e (t, i));
    when 'minimum_stay of a tier' then tiers := (select jsonb_agg(t - 'minimum_stay' order by i) from jsonb_array_elements(tiers) with ordinality as e (t, i));
    when 'first from' then
      if r.lowest = 0 and cardinality(r.names) > 1 then tiers := tiers #- '{0,from}' #- '{0,keep}'; end if;
  end case;
  if up <> '{}' then policy := policy || jsonb_build_object('upgrade', up); end if;
  if down <> '{}' then policy := policy || jsonb_build_object('downgrade', down); end if;
  return policy || jsonb_build_object('tiers', tiers);
end
$$;
create function tier_reference.noticed(policies int, histories int) returns table (change text, tried bigint, differ bigint) language sql as $$
  with judged as materialized (
    select policy, tier_reference.summary(history) as summary,
      array(select tier_reference.line(q.period, q.period_end, q.measure, q.natural_tier, q.tier, q.next_tier, q.event, q.misses) from tier_reference.path(history, r) as q order by q.period) as expected
    from generate_series(1, policies) as p
    cross join lateral (select tier_reference.random_policy(p) as policy offset 0) as one
    cross join lateral (select tier_reference.read(policy) as r offset 0) as two
    cross join generate_series(1, histories) as i
    cross join lateral (select tier_reference.random_history(p * 1000 + i, p, r) as history offset 0) as three
  )
  select change, count(expected), count(expected) filter (where tier_reference.crm_path(summary, tier_reference.changed(policy, change), null) is distinct from expected)
  from unnest(array['grace', 'watch', 'landing', 'landing mean', 'steps down', 'takes_effect', 'periods', 'steps up', 'minimum_stay', 'new_customer', 'new_customer periods', 'dormant', 'dormant periods',
    'dormant level', 'gaps', 'several_in_period', 'overrides', 'keep', 'upgrade of a tier', 'downgrade of a tier', 'minimum_stay of a tier', 'first from']) as change
  left join judged on tier_reference.changed(policy, change) <> policy
  group by change
$$;

-- The oracles, by the extension or by the reference; those that differ.
create function tier_reference.oracle_lines(by_extension boolean) returns table (name text, expected text[], got text[]) language plpgsql as $$
declare
  o tier_reference.oracle;
begin
  for o in select * from tier_reference.oracle as t order by t.name loop
    name := o.name;
    expected := o.path;
    begin
      if by_extension then
        got := array(select format('%s %s %s %s', coalesce(p.tier, '-'), coalesce(p.next_tier, '-'), p.event, p.misses)
          from crm.tier_path(tier_reference.summary(o.history), o.policy, o.overrides) as p order by p.period);
      else
        got := array(select case when p.event = 'error' then 'error' else format('%s %s %s %s', coalesce(p.tier, '-'), coalesce(p.next_tier, '-'), p.event, p.misses) end
          from tier_reference.path(o.history, o.policy, o.overrides) as p order by p.period);
      end if;
    exception when sqlstate '22023' then
      got := array['error'];
    end;
    if got is distinct from expected then return next; end if;
  end loop;
end
$$;
