-- basket: what is bought together.

-- @unit basket_size: items
-- @unit itemset_baskets: baskets
-- @unit itemset_items: baskets: number; support: share of all baskets, 0 to 1
-- @unit frequent_itemsets: size: items; baskets: number; support: share of all baskets, 0 to 1
-- @unit association_rules: baskets, antecedent_baskets, consequent_baskets: number; support: share of all baskets, 0 to 1; confidence, confidence_lower, confidence_upper: 0 to 1; lift: ratio, 1 for independence; leverage: -1 to 1, 0 for independence; conviction: ratio, 1 for independence
-- @formula frequent_itemsets, association_rules: Agrawal, Srikant 1994; search: Uno, Kiyomi, Arimura 2004; interval: Wilson 1927

-- @type basket extended final
-- The distinct items of one transaction, or of what one customer holds. Made by basket_agg or basket_of, united by basket_merge, read by basket_items and basket_size. Text form: JSON.
-- @merge
-- Unites baskets: an item is in the result when it is in one of them. NULLs are skipped; no rows give NULL. Merging in any order gives the same bytes.

create function @extschema@.basket_push(@extschema@.basket, pg_catalog.text) returns @extschema@.basket
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_basket_push';
comment on function @extschema@.basket_push(@extschema@.basket, pg_catalog.text) is
'Transition function of basket_agg: puts one item in; NULL is skipped.';

create aggregate @extschema@.basket_agg(item pg_catalog.text) (
  sfunc = @extschema@.basket_push, stype = @extschema@.basket, finalfunc = @extschema@.basket_final,
  combinefunc = @extschema@.basket_combine, parallel = safe
);
comment on aggregate @extschema@.basket_agg(pg_catalog.text) is
'The distinct items of the rows: group by the order, or by the customer for what he holds. Names are compared byte by byte, and nothing is trimmed. NULL is skipped; no rows give NULL. An empty name is an error (22023), so is a name of more than 1000 bytes, or more than 65536 items in one basket (54000).';

create function @extschema@.basket_of(items pg_catalog.text[]) returns @extschema@.basket
  immutable strict parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_basket_of';
comment on function @extschema@.basket_of(pg_catalog.text[]) is
'A basket of a list of items, in any order; what stands in it twice counts once and NULL elements are skipped. NULL for a NULL list and for one without an item. Errors are those of basket_agg.';

create function @extschema@.basket_items(basket @extschema@.basket) returns pg_catalog.text[]
  immutable strict parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_basket_items';
comment on function @extschema@.basket_items(@extschema@.basket) is
'The items of a basket, in the order of their bytes (the collation "C"). NULL for NULL.';

create function @extschema@.basket_size(basket @extschema@.basket) returns pg_catalog.int4
  immutable strict parallel safe cost 50
  language c as 'MODULE_PATHNAME', 'crm_basket_size';
comment on function @extschema@.basket_size(@extschema@.basket) is
'How many distinct items a basket has, at least 1. NULL for NULL.';

-- @type itemset extended final
-- Many baskets, equal ones counted: what frequent_itemsets and association_rules read. Made by itemset_agg, added up by itemset_merge. Text form: JSON.
-- @merge
-- Adds itemsets up: of days, of branches. All baskets count, so the same one must not be in two of them. NULLs are skipped; no rows give NULL. Merging in any order gives the same bytes.

create function @extschema@.itemset_push(@extschema@.itemset, @extschema@.basket) returns @extschema@.itemset
  immutable parallel safe cost 200
  language c as 'MODULE_PATHNAME', 'crm_itemset_push';
comment on function @extschema@.itemset_push(@extschema@.itemset, @extschema@.basket) is
'Transition function of itemset_agg: counts one basket; NULL is skipped.';

create aggregate @extschema@.itemset_agg(basket @extschema@.basket) (
  sfunc = @extschema@.itemset_push, stype = @extschema@.itemset, finalfunc = @extschema@.itemset_final,
  combinefunc = @extschema@.itemset_combine, parallel = safe
);
comment on aggregate @extschema@.itemset_agg(@extschema@.basket) is
'Collects baskets, exactly: each with the number of those that are equal to it. The result does not depend on the order of rows. NULL is skipped; no rows give NULL. More than 16 million distinct baskets, or more than 1 GB of them, are an error (54000).';

create function @extschema@.itemset_push(@extschema@.itemset, pg_catalog.text[]) returns @extschema@.itemset
  immutable parallel safe cost 200
  language c as 'MODULE_PATHNAME', 'crm_itemset_push_items';
comment on function @extschema@.itemset_push(@extschema@.itemset, pg_catalog.text[]) is
'Transition function of itemset_agg: counts the basket of one list; NULL and a list without an item are skipped.';

create aggregate @extschema@.itemset_agg(items pg_catalog.text[]) (
  sfunc = @extschema@.itemset_push, stype = @extschema@.itemset, finalfunc = @extschema@.itemset_final,
  combinefunc = @extschema@.itemset_combine, parallel = safe
);
comment on aggregate @extschema@.itemset_agg(pg_catalog.text[]) is
'As itemset_agg(basket_of(items)): each list is the basket of one row. NULL elements, a NULL list and one without an item are skipped; no rows give NULL. Errors are those of basket_agg and itemset_agg.';

create function @extschema@.itemset_baskets(itemset @extschema@.itemset) returns pg_catalog.int8
  immutable strict parallel safe cost 50000
  language c as 'MODULE_PATHNAME', 'crm_itemset_baskets';
comment on function @extschema@.itemset_baskets(@extschema@.itemset) is
'How many baskets an itemset has: what every support is a share of. NULL for NULL.';

create function @extschema@.itemset_items(
    itemset @extschema@.itemset, out item pg_catalog.text, out baskets pg_catalog.int8, out support pg_catalog.float8)
  returns setof pg_catalog.record
  immutable strict parallel safe cost 50000 rows 100
  language c as 'MODULE_PATHNAME', 'crm_itemset_items';
comment on function @extschema@.itemset_items(@extschema@.itemset) is
'Every item with the number of baskets that hold it and their share in all baskets (support, 0 to 1): the most frequent first, equals in the order of their bytes. No rows for NULL.';

create function @extschema@.frequent_itemsets(
    itemset @extschema@.itemset, min_support pg_catalog.float8, max_size pg_catalog.int4 default null,
    out items pg_catalog.text[], out size pg_catalog.int4, out baskets pg_catalog.int8, out support pg_catalog.float8)
  returns setof pg_catalog.record
  immutable parallel safe cost 1000000 rows 500
  language c as 'MODULE_PATHNAME', 'crm_frequent_itemsets';
comment on function @extschema@.frequent_itemsets(@extschema@.itemset, pg_catalog.float8, pg_catalog.int4) is
'Every set of items that at least the share min_support of the baskets hold (above 0, at most 1; baskets / all baskets >= min_support), of up to max_size items (NULL: any), with the number of these baskets and their share: ordered by size, then from the most baskets down, then by the items, which are sorted by their bytes. No rows for a NULL itemset or min_support. More than 10 million are an error (54000). Agrawal and Srikant 1994; search: Uno, Kiyomi and Arimura 2004.';

create function @extschema@.association_rules(
    itemset @extschema@.itemset, min_support pg_catalog.float8, min_confidence pg_catalog.float8, max_size pg_catalog.int4 default null,
    max_consequent pg_catalog.int4 default 1, level pg_catalog.float8 default 0.95,
    out antecedent pg_catalog.text[], out consequent pg_catalog.text[], out baskets pg_catalog.int8, out antecedent_baskets pg_catalog.int8,
    out consequent_baskets pg_catalog.int8, out support pg_catalog.float8, out confidence pg_catalog.float8,
    out confidence_lower pg_catalog.float8, out confidence_upper pg_catalog.float8, out lift pg_catalog.float8,
    out leverage pg_catalog.float8, out conviction pg_catalog.float8)
  returns setof pg_catalog.record
  immutable parallel safe cost 1000000 rows 500
  language c as 'MODULE_PATHNAME', 'crm_association_rules';
comment on function @extschema@.association_rules(@extschema@.itemset, pg_catalog.float8, pg_catalog.float8, pg_catalog.int4, pg_catalog.int4, pg_catalog.float8) is
'Rules "who has the antecedent has the consequent too", of at least two items: of each itemset with min_support and up to max_size items (NULL: any) every split whose consequent has up to max_consequent items (NULL: any) and whose confidence = baskets / antecedent_baskets is at least min_confidence (0 to 1). confidence_lower, confidence_upper: its score interval at level (Wilson 1927). lift: confidence / share of the consequent. leverage: support - product of both shares. conviction: (1 - share of the consequent) / (1 - confidence), NULL where that is infinite (confidence 1). Ordered by lift, then support, from the highest down, then by the items. No rows for a NULL itemset, min_support, min_confidence or level. More than 10 million rules are an error (54000).';
