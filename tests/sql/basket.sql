-- basket: frequent itemsets and association rules against counting in plain SQL over the same rows, and worked examples.
set client_min_messages = warning;
create schema basket_test;
set search_path = basket_test, crm;
\pset null NULL
\pset format unaligned

-- Six baskets that can be counted by hand.
create table purchase ("order" int, item text);
insert into purchase values (1, 'milk'), (1, 'bread'), (1, 'milk'), (2, 'bread'), (2, 'milk'), (2, 'butter'), (3, 'milk'), (4, 'bread'), (4, 'butter'),
  (5, 'bread'), (5, 'milk'), (5, 'beer'), (6, 'beer'), (6, null), (7, null);
create table b as select "order", basket_agg(item) as basket from purchase group by "order";
select "order", basket, basket_items(basket), basket_size(basket) from b order by "order";
create table s as select itemset_agg(basket) as s from b;
select s, itemset_baskets(s) from s;
select * from s, itemset_items(s);
select * from s, frequent_itemsets(s, 1 / 3.0);
select * from s, association_rules(s, 1 / 3.0, 0.7);
select antecedent, consequent, lift from s, association_rules(s, min_support => 1 / 6.0, min_confidence => 0, max_consequent => null, max_size => 3) where array_length(antecedent, 1) = 1 and array_length(consequent, 1) = 2;
select antecedent, consequent, confidence, confidence_lower, confidence_upper from s, association_rules(s, 0.5, 0, level => 0.5);

-- Names as they are: nothing is trimmed, quotes and other scripts stand; in the order of the bytes.
select basket_items(basket_of(array['b ', 'b', ' b', 'é', '面包', 'B', '"', '\', 'b', null])), basket_of(array['"', '\', '面包']);
select basket_of('{}') is null, basket_of(array[null, null]::text[]) is null, basket_of(null) is null, basket_size(basket_of('{{a,b},{b,c}}'));
select basket_items(basket_merge(x)), basket_merge(x)::text::basket::text = basket_merge(x)::text from (values (basket_of('{a,b}')), (null), (basket_of('{c,a}'))) v(x);

-- The same itemset from lists, from parts, from text and from its binary form.
create table list as select "order", array_agg(item order by item desc) as items from purchase group by "order";
insert into list values (8, '{}'), (9, null);
select itemset_agg(items)::text = (select s::text from s) as of_lists, (select itemset_merge(p)::text from (select itemset_agg(basket) as p from b group by "order" % 3) g) = (select s::text from s) as of_parts,
  (select itemset_merge(s)::text from (select s from s union all select s from s union all select null) t) = (select replace(s::text, '[1,', '[2,') from s) as twice from list;
select s::text::itemset::text = s::text as text, md5(itemset_send(s)) = md5(itemset_send(s::text::itemset)) as binary from s;

-- NULL and nothing.
select itemset_agg(basket) is null, itemset_agg(basket_items(basket)) is null, itemset_merge(null) is null, basket_agg(null) is null, basket_merge(null) is null from b where "order" > 6;
select itemset_baskets(null) is null, (select count(*) from itemset_items(null)), (select count(*) from frequent_itemsets(null, 0.1)), (select count(*) from s, frequent_itemsets(s, null)),
  (select count(*) from association_rules(null, 0.1, 0.1)), (select count(*) from s, association_rules(s, null, 0.1)), (select count(*) from s, association_rules(s, 0.1, null)), (select count(*) from s, association_rules(s, 0.1, 0.1, level => null)),
  basket_items(null) is null, basket_size(null) is null;
-- One basket, one item.
select f.*, (select count(*) from association_rules(one, 1, 0)) as rules from (select itemset_agg(array['a']) as one) o, frequent_itemsets(one, 1) f;

-- 3,000 orders over 14 items, some of them bought together: every itemset and every measure by counting rows in plain SQL.
create table name as select array['milk', 'bread', '面包', 'bread ', 'a "b"', 'c\d', 'x', 'y', 'z', 'beer', 'wine', 'tea', 'salt', 'egg'] as names;
create table sale as
select o, i, names[i] as item
from name, generate_series(1, 3000) o cross join generate_series(1, 14) i
where (o * 7919 + i * 104729 + o * i * 31) % 1009 % (2 + i) = 0 or (o % 7 = 0 and i between 3 and 6) or (o % 11 = 0 and i % 3 = 0);
create table rs as select itemset_agg(b) as s, itemset_agg(b)::text as printed from (select basket_agg(item) as b from sale group by o) g;
create table n as select count(distinct o) as n from sale;
-- Sets of up to four items, each counted.
create table counted as
with f as (select o, array_agg(i order by i) as l from sale group by o),
  sets as (
    select array[a] as k, count(*) as c from f cross join unnest(l) a group by a
    union all select array[a, b], count(*) from f cross join unnest(l) a cross join unnest(l) b where a < b group by a, b
    union all select array[a, b, c], count(*) from f cross join unnest(l) a cross join unnest(l) b cross join unnest(l) c where a < b and b < c group by a, b, c
    union all select array[a, b, c, d], count(*) from f cross join unnest(l) a cross join unnest(l) b cross join unnest(l) c cross join unnest(l) d where a < b and b < c and c < d group by a, b, c, d)
select array(select names[e] from unnest(k) e order by names[e] collate "C") as items, c from sets, name;
create index on counted (items);
select itemset_baskets(s) = n as baskets, n, (select count(*) from sale) as rows, (select count(*) from counted) as sets, (select sum(c) from counted) as held from rs, n;
select min_support, count(*), count(c) = count(*) and count(baskets) = count(*) as the_same_sets, bool_and(baskets = c and support = c / n::float8 and size = cardinality(items)) as counts, bool_and(ordinality = place) as in_order
from (values (0.02), (0.005), (0.0004), (0.1)) m(min_support)
cross join lateral (
  select items, c, baskets, support, size, ordinality, n, row_number() over (order by cardinality(items), c desc, items collate "C") as place
  from (select f.* from rs, frequent_itemsets(s, min_support, 4) with ordinality f) f
  full join (select counted.* from counted, n where c / n::float8 >= min_support) p using (items) cross join n) x
group by min_support order by 1;
select count(*), bool_and(c = baskets and support = c / n::float8) as counted, bool_and(ordinality = place) as in_order
from (select i.*, c, n, row_number() over (order by c desc, item collate "C") as place from n, rs, itemset_items(s) with ordinality i join counted on items = array[item]) x;

-- Every rule of up to four items: antecedent and consequent from all splits of the sets that were counted.
create table split as
select array(select e from unnest(items) with ordinality u(e, at) where mask >> (at - 1)::int & 1 = 0 order by e collate "C") as antecedent,
  array(select e from unnest(items) with ordinality u(e, at) where mask >> (at - 1)::int & 1 = 1 order by e collate "C") as consequent, c, n
from counted cross join n cross join lateral generate_series(1, (1 << cardinality(items)) - 2) mask where c / n::float8 >= 0.01;
create table rule as select split.*, a.c as ac, b.c as bc from split join counted a on a.items = antecedent join counted b on b.items = consequent;
select max_consequent, min_confidence, count(*), count(c) = count(*) and count(baskets) = count(*) as the_same_rules, bool_and((baskets, antecedent_baskets, consequent_baskets) = (c, ac, bc)) as counts,
  bool_and(support = c / n::float8 and confidence = c / ac::float8 and abs(lift - c::float8 * n / (ac::float8 * bc)) < 1e-14 * lift and abs(leverage - (c / n::float8 - ac / n::float8 * (bc / n::float8))) < 1e-15) as measures,
  bool_and(case when c = ac then conviction is null else abs(conviction - (1 - bc / n::float8) / (1 - c / ac::float8)) < 1e-12 * conviction end) as convictions,
  bool_and(abs(confidence_lower - (c + zz / 2 - z * sqrt(c * (ac - c)::float8 / ac + zz / 4)) / (ac + zz)) < 1e-14
    and abs(confidence_upper - (c + zz / 2 + z * sqrt(c * (ac - c)::float8 / ac + zz / 4)) / (ac + zz)) < 1e-14) as intervals, bool_and(ordinality = place) as in_order
from (values (1, 0.3), (2, 0.1), (null, 0), (null, 1)) m(max_consequent, min_confidence)
cross join lateral (
  select *, row_number() over (order by lift desc, support desc, antecedent collate "C", consequent collate "C") as place
  from (select r.* from rs, association_rules(s, 0.01, min_confidence, 4, max_consequent) with ordinality r) r
  full join (select rule.* from rule where c / ac::float8 >= min_confidence and cardinality(consequent) <= coalesce(max_consequent, 9)) p using (antecedent, consequent)
  cross join (select 1.959963984540054::float8 as z, 1.959963984540054 ^ 2 as zz) q) x
group by max_consequent, min_confidence order by 1, 2;

-- A stored itemset gives what one in memory gives; so do parts of it.
create table part as select o % 13 as part, itemset_agg(b) as s from (select o, basket_agg(item) as b from sale group by o) g group by o % 13;
select itemset_merge(s)::text = (select printed from rs) as merged, (select s::text = printed from rs) as stored from part;
select count(*), bool_and(a is not distinct from b) as the_same
from (select row_number() over () as i, r::text as a from rs, association_rules(s, 0.02, 0.2) r) x
full join (select row_number() over () as i, r::text as b from (select itemset_merge(s) as s from part) m, association_rules(m.s, 0.02, 0.2) r) y using (i);
-- A window: the itemset grows row by row.
select item, itemset_baskets(s), (select count(*) from itemset_items(s)) as items from (select item, itemset_agg(array[item]) over (order by "order", item collate "C") as s from purchase where "order" < 4) w;

-- Names that are no items, baskets and itemsets that are none, bounds that are none.
select test.error_of($$select crm.basket_agg('')$$);
select test.error_of($$select crm.basket_agg(repeat('x', 1001))$$);
select test.error_of($$select crm.basket_of(array['a', ''])$$);
select test.error_of($$select crm.itemset_agg(array['a', repeat('面', 334)])$$);
select test.error_of($$select crm.itemset_agg(array(select i::text from generate_series(1, 70000) i))$$);
select test.error_of($$select crm.basket_agg(i::text) from generate_series(1, 70000) i$$);
select test.error_of($$select '{"items": []}'::crm.basket$$);
select test.error_of($$select '{"items": ["a", "a"]}'::crm.basket$$);
select test.error_of($$select '{"items": ["a", 7], "more": true}'::crm.basket$$);
select test.error_of($$select '{"items": ["a\u0000"]}'::crm.basket$$);
select test.error_of($$select '{"items": ["a", "b"], "baskets": [[1, 0]]}'::crm.itemset$$);
select test.error_of($$select '{"items": ["a"], "baskets": [[0, 0], [1, 1], [1]]}'::crm.itemset$$);
select test.error_of($$select '{"items": ["a"], "baskets": [[9007199254740993, 0]]}'::crm.itemset$$);
select test.error_of($$select crm.itemset_merge(s) from (values ('{"items": ["a"], "baskets": [[9007199254740992, 0]]}'::crm.itemset), ('{"items": ["b"], "baskets": [[1, 0]]}')) v(s)$$);
select test.error_of(format($$select count(*) from basket_test.s, crm.frequent_itemsets(s, %s)$$, x)) from unnest(array['0', '-0.1', '1.01', '''NaN''', '0.5, 0']) x;
select test.error_of(format($$select count(*) from basket_test.s, crm.association_rules(s, %s)$$, x)) from unnest(array['0, 0', '0.1, -0.1', '0.1, ''NaN''', '0.1, 0.1, 0', '0.1, 0.1, null, 0', '0.1, 0.1, level => 1', '0.1, 0.1, level => ''NaN''']) x;
-- 30 items that are always together have 2^30 itemsets; 16 have 65,535, and more than ten million rules.
create table always as select itemset_agg(array(select 'item ' || i from generate_series(1, n) i)) as s, n from (values (30), (16)) v(n) group by n;
select test.error_of($$select count(*) from basket_test.always, crm.frequent_itemsets(s, 1) where n = 30$$);
select test.error_of($$select count(*) from basket_test.always, crm.association_rules(s, 1, 0, max_consequent => null) where n = 16$$);
select n, (select count(*) from frequent_itemsets(s, 1, 3)) as sets, (select count(*) from association_rules(s, 1, 0, 3)) as rules from always order by n;
-- A long search ends when it is cancelled.
set statement_timeout = '50ms';
select count(*) from always, association_rules(s, 1, 0, max_consequent => null) where n = 16;
reset statement_timeout;

drop schema basket_test cascade;
