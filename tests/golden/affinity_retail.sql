-- Online Retail: products bought by the same customers, against scipy 1.17's products of sparse matrices (float8; the sums over all
-- pairs and over the twenty nearest of each product, and the nearest of five products). Goes on with the table `sale` of online_retail.sql.
create temp table bought as
select customer, stock_code, quantity from sale where customer is not null and quantity > 0 and price > 0;
create temp table affinity as
select crm.affinity_agg(customer, stock_code, quantity) as quantities, crm.affinity_agg(customer::text, stock_code) as lines from bought;

select pg_temp.expect('retail: customers, products and pairs of them, pieces',
  array[crm.affinity_customers(quantities), (select count(*) from crm.affinity_items(quantities)), (select count(*) from crm.affinity_entries(quantities)),
    (select sum(weight)::bigint from crm.affinity_items(quantities))], array[4338, 3665, 266792, 5167812]) from affinity;
select pg_temp.expect('retail: products of most customers', string_agg(item || ' ' || customers, ', ' order by customers desc), '22423 881, 85123A 856, 47566 708, 84879 678, 22720 640')
from (select item, customers from affinity, crm.affinity_items(quantities) order by customers desc limit 5) as s;
select pg_temp.same_rows('retail: pairs and their weights are those of group by', 266792, 'select customer::int, item, weight from affinity, crm.affinity_entries(quantities)',
  'select customer, stock_code, sum(quantity)::numeric from bought group by 1, 2');

create temp table all_near as
select n.* from affinity, crm.affinity_neighbours(quantities, neighbours => 100) as n;
create temp table method (measure text, weighting text, score float8, nearest float8);
insert into method values
  ('cosine', 'binary', 572149.3162313967, 19312.527438643043), ('cosine', 'weight', 474607.1950422807, 36503.024205741094),
  ('cosine', 'log', 568505.8444281847, 22360.20102580023), ('dot', 'bm25', 38416793247.99159, 3570245102.7000723),
  ('dot', 'weight', 101988431516.0, 26425211892.0);
create temp table near as
select measure, weighting, n.* from method, affinity, crm.affinity_neighbours(quantities, measure, 20, weighting) as n;
select pg_temp.expect('retail: ' || measure || ' ' || weighting || ': neighbours', count(*), 73129) from near group by measure, weighting;
select pg_temp.near('retail: ' || measure || ' ' || weighting || ': scores of the twenty nearest', sum(n.score), m.nearest, m.nearest * 1e-12)
from near as n join method as m using (measure, weighting) group by measure, weighting, m.nearest;

create temp table golden_near (measure text, weighting text, item text, rank int, neighbour text, score float8);
insert into golden_near values
  ('cosine', 'binary', '85123A', 1, '21733', 0.5434847305904736), ('cosine', 'binary', '85123A', 2, '22804', 0.4930583631512345),
  ('cosine', 'binary', '85123A', 3, '22470', 0.41128050327603366), ('cosine', 'binary', '85123A', 4, '22469', 0.37981091673211265),
  ('cosine', 'binary', '22423', 1, '22699', 0.5258318577806415), ('cosine', 'binary', '22423', 2, '22697', 0.508642930354365),
  ('cosine', 'binary', '22423', 3, '22698', 0.4885583816018947), ('cosine', 'binary', '22423', 4, '23245', 0.46677495104405364),
  ('cosine', 'binary', '84879', 1, '21136', 0.4939757354343093), ('cosine', 'binary', '84879', 2, '22423', 0.32347238267864264),
  ('cosine', 'binary', '84879', 3, '85123A', 0.3110975685056006), ('cosine', 'binary', '84879', 4, '47566', 0.3016579742964877),
  ('cosine', 'binary', 'POST', 1, '22326', 0.3606828796039497), ('cosine', 'binary', 'DOT', 1, '85131B', 0.7071067811865475),
  ('cosine', 'binary', 'DOT', 2, '90043', 0.7071067811865475), ('cosine', 'binary', 'DOT', 3, '90049', 0.7071067811865475),
  ('cosine', 'weight', '85123A', 1, '21175', 0.7496510624102124), ('cosine', 'weight', '85123A', 2, '21733', 0.658732055577665),
  ('cosine', 'weight', '22423', 1, '23509', 0.7009549518539276), ('cosine', 'weight', '84879', 1, '22191', 0.8654114526825598),
  ('cosine', 'weight', 'POST', 1, '22556', 0.46236389060385685), ('cosine', 'weight', 'DOT', 1, '85131B', 0.999028234937562),
  ('cosine', 'log', '85123A', 1, '21733', 0.5633638063716899), ('cosine', 'log', '22423', 1, '22699', 0.6197268728387093),
  ('cosine', 'log', '84879', 1, '21136', 0.49514626673337214), ('cosine', 'log', 'POST', 1, '22326', 0.5060191782367379),
  ('cosine', 'log', 'DOT', 1, '85131B', 0.9299089214215817),
  ('dot', 'bm25', '85123A', 1, '21175', 304753.8825333714), ('dot', 'bm25', '85123A', 2, '48185', 277040.91413592244),
  ('dot', 'bm25', '22423', 1, '22699', 178620.68691813175), ('dot', 'bm25', '84879', 1, '22991', 164742.24056920258),
  ('dot', 'bm25', 'POST', 1, '22556', 77237.89478141344), ('dot', 'bm25', 'DOT', 1, '85131B', 5152.206438997112),
  ('dot', 'weight', '85123A', 1, '21108', 24353656), ('dot', 'weight', '22423', 1, '22197', 9446574);
select pg_temp.near('retail: ' || measure || ' ' || weighting || ': ' || item || ', ' || neighbour || ' is number ' || rank, n.score, g.score, g.score * 1e-12)
from golden_near as g left join near as n using (measure, weighting, item, rank, neighbour);

-- The lines counted give the same customers as the pieces; the model has the same neighbours; branches merge into the whole.
select pg_temp.same_rows('retail: neighbours do not depend on what is counted, nor on the type of the key', (select count(*) from all_near), 'table all_near',
  'select n.* from affinity, crm.affinity_neighbours(lines, neighbours => 100) as n');
select pg_temp.expect('retail: countries merged are the whole', crm.affinity_merge(part)::text = (select quantities::text from affinity), true)
from (select crm.affinity_agg(customer, stock_code, quantity) as part from sale where customer is not null and quantity > 0 and price > 0 group by country) as s;
create temp table model as
select crm.affinity_fit(quantities) as model from affinity;
select pg_temp.expect('retail: the model is valid', (select count(*) from crm.affinity_model_check(model)), 0) from model;
create temp table named as
select place - 1 as place, item from model, jsonb_array_elements_text(model -> 'items') with ordinality as t (item, place);
create temp table listed as
select at - 1 as at, rank, (pair ->> 0)::bigint as place, (pair ->> 1)::float8 as score
from model, jsonb_array_elements(model -> 'neighbours') with ordinality as l (list, at), jsonb_array_elements(list) with ordinality as p (pair, rank);
select pg_temp.same_rows('retail: a model has the nearest twenty', 73129,
  $$select i.item, l.rank::int, n.item, l.score from listed as l join named as i on i.place = l.at join named as n on n.place = l.place$$,
  $$select item, rank, neighbour, score from near where measure = 'cosine' and weighting = 'binary'$$);
