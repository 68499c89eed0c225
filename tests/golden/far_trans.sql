-- FAR-Trans (loaded by sample/far_trans.sql): verdicts of the Chinese rules on real dated customers and real assets, against plain SQL.
-- The rules read a client as (class, day of the questionnaire) and a product as its grade: every different client with every grade stands for all
-- 24 million pairs; and a sample of customers meets every asset.

select pg_temp.expect('rows of customers', count(*), 32468::bigint) from far_trans.customer;
select pg_temp.expect('rows of assets', count(*), 836::bigint) from far_trans.asset;
select pg_temp.expect('products', count(*), 806::bigint) from far_trans.product;
select pg_temp.expect('customers at the end', count(*), 29090::bigint) from far_trans.client('2022-11-30');
select pg_temp.expect('customers on 2020-12-31', count(*), 21286::bigint) from far_trans.client('2020-12-31');
select pg_temp.expect('every asset has a grade', count(*) filter (where risk_grade is null), 0::bigint) from far_trans.product;

-- Two years instead of one, so that there are valid assessments: a value of the rule set.
create temp table ruleset as select jsonb_set(crm.suitability_rules_example(), '{values,assessment_valid_months,value}', '24') as document;
create temp table day as select unnest(array[date '2018-06-30', '2019-12-31', '2020-12-31', '2021-06-30', '2022-11-30']) as day;
create temp table pair as
select day, risk_class, questionnaire_on, grade, initiative, clients,
  crm.suitability_verdict(attributes || jsonb_build_object('initiative', initiative), jsonb_build_object('product', 'X', 'risk_grade', grade), document, day) as verdict,
  crm.suitability_offer(attributes || jsonb_build_object('initiative', initiative), jsonb_build_object('product', 'X', 'risk_grade', grade), document, day) as offer
from day
cross join lateral (
  select risk_class, questionnaire_on, attributes, count(*) as clients from far_trans.client(day) group by 1, 2, 3
) as client
cross join unnest(array['R1', 'R2', 'R3', 'R4', 'R5']) as grade
cross join unnest(array['solicited', 'client']) as initiative
cross join ruleset;

select pg_temp.same_rows('verdicts of every kind of client with every grade, solicited or not, on five days', 50, $$
  select day, grade, initiative, string_agg(distinct verdict, ' ' order by verdict), coalesce(sum(clients) filter (where offer), 0), coalesce(sum(clients) filter (where verdict = 'reassess'), 0),
    coalesce(sum(clients) filter (where verdict = 'ack_required'), 0), coalesce(sum(clients) filter (where verdict = 'prohibited_to_solicit'), 0)
  from pair group by day, grade, initiative $$, $$
  select day, grade, initiative, string_agg(distinct verdict, ' ' order by verdict), count(*) filter (where verdict = 'match')::numeric, count(*) filter (where verdict = 'reassess')::numeric,
    count(*) filter (where verdict = 'ack_required')::numeric, count(*) filter (where verdict = 'prohibited_to_solicit')::numeric
  from (
    select day, grade, initiative, case
      when risk_level not in ('Conservative', 'Income', 'Balanced', 'Aggressive') or questionnaire_on is null or questionnaire_on > day or questionnaire_on <= day - interval '24 months' then 'reassess'
      when right(grade, 1)::int <= array_position('{Conservative,Income,Balanced,-,Aggressive}'::text[], risk_level) then 'match'
      when initiative = 'client' then 'ack_required'
      else 'prohibited_to_solicit' end as verdict
    from day, (select *, lead(since) over (partition by customer_id order by since) as until from far_trans.customer) c, unnest(array['R1', 'R2', 'R3', 'R4', 'R5']) grade, unnest(array['solicited', 'client']) initiative
    where since <= day and (until is null or until > day)
  ) plain group by day, grade, initiative $$);

-- One customer in 250 with every asset, one by one.
select pg_temp.same_rows('one customer in 250 with every asset', 806 * (select count(*) from far_trans.client('2020-12-31') where hashtext(customer_id) % 250 = 0), $$
  select customer_id, isin, crm.suitability_verdict(c.attributes, p.attributes, document, '2020-12-31')
  from far_trans.client('2020-12-31') c, far_trans.product p, ruleset where hashtext(customer_id) % 250 = 0 $$, $$
  select customer_id, isin, case
    when risk_class is null or questionnaire_on is null or questionnaire_on > '2020-12-31' or questionnaire_on <= '2018-12-31' then 'reassess'
    when right(risk_grade, 1) <= right(risk_class, 1) then 'match' else 'prohibited_to_solicit' end
  from far_trans.client('2020-12-31') c, far_trans.product p where hashtext(customer_id) % 250 = 0 $$);

-- The explanation of a pair agrees with the verdict, and names what was missing.
select pg_temp.expect('what is missing where a client must be assessed', bool_and(
  ('client.risk_class' = any (missing)) = (risk_class is null)
  and ('client.assessment_age_months' = any (missing)) = (questionnaire_on is null or questionnaire_on > '2020-12-31')), true)
from far_trans.client('2020-12-31') as c
cross join ruleset
cross join lateral crm.suitability_explain(attributes, '{"product": "X", "risk_grade": "R1"}', document, '2020-12-31')
where verdict = 'reassess' and hashtext(customer_id) % 20 = 0;
