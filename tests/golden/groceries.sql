-- Groceries (loaded by sample/groceries.sql): frequent itemsets and rules against those of mlxtend and arules, with every measure.

create temp table basket as
select basket_id, crm.basket_agg(item) as basket
from groceries.line
group by basket_id;
create temp table itemset as select crm.itemset_agg(basket) as s from basket;

select pg_temp.expect('groceries: baskets', crm.itemset_baskets(s), 9835) from itemset;
select pg_temp.expect('groceries: items', count(*), 169) from itemset cross join lateral crm.itemset_items(s);
select pg_temp.expect('groceries: items of all baskets', sum(baskets), 43367) from itemset cross join lateral crm.itemset_items(s);
select pg_temp.expect('groceries: nothing is trimmed', count(*), 2) from itemset cross join lateral crm.itemset_items(s) where item like '% ';
select pg_temp.same_rows('groceries: items as GROUP BY counts them', 169,
  'select item, baskets from itemset cross join lateral crm.itemset_items(s)', 'select item, count(*) from groceries.line group by item');
select pg_temp.expect('groceries: from lists', crm.itemset_agg(items)::text = (select s::text from itemset), true)
from (select array_agg(item) as items from groceries.line group by basket_id) as lists;

-- Itemsets by their size, from the file.
create temp table golden_text (no int generated always as identity, line text);
\copy golden_text (line) from '../shared/golden/groceries_rules_mlxtend.json' with (format csv, delimiter e'\x01', quote e'\x02')
create temp table golden as select string_agg(line, e'\n' order by no)::jsonb as document from golden_text;

select pg_temp.same_rows('groceries: itemsets at ' || support, sizes,
  format('select size, count(*) from itemset cross join lateral crm.frequent_itemsets(s, %s) group by size', support),
  format('select key::int, value::bigint from golden cross join lateral jsonb_each_text(document -> %L -> ''by_size'')', 'itemsets_' || support))
from (values ('0.05', 2), ('0.02', 3), ('0.01', 3), ('0.005', 4), ('0.001', 6)) as v (support, sizes);
select pg_temp.expect('groceries: itemsets at ' || support, (select count(*) from itemset cross join lateral crm.frequent_itemsets(s, support)), n)
from (values (0.05, 31), (0.02, 122), (0.01, 333), (0.005, 1001), (0.001, 13492)) as v (support, n);

-- The 125 rules of arules, with every measure that both have.
create temp table golden_rule (rules text, support float8, confidence float8, coverage float8, lift float8, count bigint, leverage float8, conviction float8,
  chi_squared float8, cosine float8, jaccard float8, kulczynski float8);
\copy golden_rule from '../shared/golden/groceries_rules_supp0.01_conf0.3_arules.csv' with (format csv, header true)
create temp table arules as
select array(select e from unnest(string_to_array(side[1], ',')) as e order by e collate "C") as antecedent, array[side[2]] as consequent, g.*
from golden_rule as g
cross join lateral regexp_match(rules, '^\{(.*)\} => \{(.*)\}$') as side;
select pg_temp.expect('groceries: rules of arules with every measure', count(*) filter (where baskets = count
  and abs(r.support / a.support - 1) < 1e-12 and abs(r.confidence / a.confidence - 1) < 1e-12 and abs(r.lift / a.lift - 1) < 1e-12
  and abs(r.leverage - a.leverage) < 1e-15 and abs(r.conviction / a.conviction - 1) < 1e-12 and abs(antecedent_baskets / 9835.0 / coverage - 1) < 1e-12), 125)
from itemset
cross join lateral crm.association_rules(s, 0.01, 0.3) as r
join arules as a using (antecedent, consequent);
select pg_temp.expect('groceries: the 25 rules of mlxtend with the highest lift, in their order', count(*) filter (where
  antecedent = array(select e from unnest(string_to_array(m ->> 'lhs', '|')) as e order by e collate "C") and consequent[1] = m ->> 'rhs'
  and abs(r.lift / (m ->> 'lift')::float8 - 1) < 1e-12 and abs(r.leverage / (m ->> 'leverage')::float8 - 1) < 1e-12
  and abs(r.conviction / (m ->> 'conviction')::float8 - 1) < 1e-12 and abs(r.confidence / (m ->> 'confidence')::float8 - 1) < 1e-12), 25)
from golden
cross join lateral jsonb_array_elements(document -> 'top_by_lift') with ordinality as m (m, place)
join (select r.* from itemset cross join lateral crm.association_rules(s, 0.01, 0.3) with ordinality as r) as r on ordinality = place;

-- Published counts of rules (410: Hahsler, Gruen and Hornik, "arules", Journal of Statistical Software 14, 2005, and the manual; 463: Lantz,
-- "Machine learning with R"; 5,668), and the sums of the measures: by counting baskets with sets of bits in Python. Confidence 0.8 is
-- reached by four rules with 12 of 15 and the like, which mlxtend leaves out: it divides shares, and 0.8 is not what comes out.
create temp table summed as
select v.*, r.*
from (values (0.01, 0.3, 125, 2.323335027961, 50.72351021484, 238.2482987034, 0.9966857417857, 166.4111996799, 0),
    (0.006, 0.25, 463, 5.342755465175, 175.2720442813, 942.2476881615, 2.41825925431, 613.2305526097, 0),
    (0.001, 0.8, 410, 0.511337061515, 355.1910372605, 1619.749803777, 0.3757037793651, 2277.480108456, 28),
    (0.001, 0.5, 5668, 9.453075749873, 3542.326582946, 18490.72575908, 6.083842930468, 13372.31869659, 28))
  as v (min_support, min_confidence, n, support_sum, confidence_sum, lift_sum, leverage_sum, conviction_sum, infinite)
cross join itemset
cross join lateral (
  select count(*) as rules, sum(support) as supports, sum(confidence) as confidences, sum(lift) as lifts, sum(leverage) as leverages,
    sum(conviction) as convictions, count(*) - count(conviction) as never_wrong
  from crm.association_rules(s, min_support, min_confidence)) as r;
select pg_temp.expect(format('groceries: rules at %s, %s', min_support, min_confidence), rules, n) from summed;
select pg_temp.expect(format('groceries: rules that are never wrong at %s, %s', min_support, min_confidence), never_wrong, infinite) from summed;
select pg_temp.near(format('groceries: sum of %s at %s, %s, by its golden sum', measure, min_support, min_confidence), got / expected, 1, 1e-11)
from summed
cross join lateral (values ('support', supports, support_sum), ('confidence', confidences, confidence_sum), ('lift', lifts, lift_sum),
  ('leverage', leverages, leverage_sum), ('conviction', convictions, conviction_sum)) as m (measure, got, expected);

-- Parts of the baskets, stored and merged, give the same bytes.
select pg_temp.expect('groceries: merged from 31 stored parts', md5(crm.itemset_send(crm.itemset_merge(part))), (select md5(crm.itemset_send(s)) from itemset))
from (select crm.itemset_agg(basket)::text::crm.itemset as part from basket group by basket_id % 31) as parts;
