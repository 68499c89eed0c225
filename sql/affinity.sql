-- affinity: who holds this also holds that: items that go together, and models of it.

-- @unit affinity_customers: customers
-- @unit affinity_entries: weight: as the weights given
-- @unit affinity_items: customers: number; weight: as the weights given; share: 0 to 1
-- @unit affinity_neighbours: rank: 1 the nearest; score: cosine and jaccard 0 to 1, dot in squared weights, lift a ratio; customers: number
-- @formula affinity_neighbours, affinity_fit: item-based collaborative filtering with cosine, Jaccard or lift (Sarwar, Karypis, Konstan, Riedl 2001; Deshpande, Karypis 2004); bm25 weights: Okapi BM25 (Robertson et al. 1994)

-- @type affinity extended final
-- Customers and items with the exact weight of every pair that occurs: holdings, purchases, visits. Made by affinity_agg, added up by affinity_merge, read by affinity_customers, affinity_items, affinity_entries and affinity_neighbours; affinity_fit makes a model of it. A customer holds an item when its weight is above 0; other pairs are kept, so that what comes back later adds up. 16 bytes a pair in memory, 2 and more stored. Text form: JSON.
-- @merge
-- Adds up affinities, pair by pair: of days, of branches. NULLs are skipped; no rows give NULL. Merging in any order gives the same bytes. Affinities with bigint customers and with text customers cannot be merged (22023).

create function @extschema@.affinity_push(@extschema@.affinity, pg_catalog.text, pg_catalog.text) returns @extschema@.affinity
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_affinity_push_text_one';
comment on function @extschema@.affinity_push(@extschema@.affinity, pg_catalog.text, pg_catalog.text) is
'Transition function of affinity_agg: counts one for what a customer has of an item; a NULL in it is skipped.';

create aggregate @extschema@.affinity_agg(customer pg_catalog.text, item pg_catalog.text) (
  sfunc = @extschema@.affinity_push, stype = @extschema@.affinity, combinefunc = @extschema@.affinity_combine,
  finalfunc = @extschema@.affinity_final, parallel = safe
);
comment on aggregate @extschema@.affinity_agg(pg_catalog.text, pg_catalog.text) is
'What each customer has of each item. Each row counts 1: the weight of a pair is the number of its rows. Rows with a NULL are skipped; no rows give NULL. Names are compared byte by byte and not trimmed; an empty one is an error (22023), so is one of more than 1000 bytes, more than 1048576 items or 67 million pairs (54000). Any order, plan or partitioning gives the same bytes.';

create function @extschema@.affinity_push(@extschema@.affinity, pg_catalog.text, pg_catalog.text, pg_catalog.numeric) returns @extschema@.affinity
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_affinity_push_text_numeric';
comment on function @extschema@.affinity_push(@extschema@.affinity, pg_catalog.text, pg_catalog.text, pg_catalog.numeric) is
'Transition function of affinity_agg: adds a weight to what a customer has of an item; a NULL in it is skipped.';

create aggregate @extschema@.affinity_agg(customer pg_catalog.text, item pg_catalog.text, weight pg_catalog.numeric) (
  sfunc = @extschema@.affinity_push, stype = @extschema@.affinity, combinefunc = @extschema@.affinity_combine,
  finalfunc = @extschema@.affinity_final, parallel = safe
);
comment on aggregate @extschema@.affinity_agg(pg_catalog.text, pg_catalog.text, pg_catalog.numeric) is
'What each customer has of each item. Weights are added up exactly to 12 decimals; more round half to even. Rows with a NULL are skipped; no rows give NULL. Names are compared byte by byte and not trimmed; an empty one is an error (22023), so is one of more than 1000 bytes, more than 1048576 items or 67 million pairs (54000), and a weight or a sum that is NaN, infinite or above 1.7e26 in magnitude (22003). Any order, plan or partitioning gives the same bytes.';

create function @extschema@.affinity_push(@extschema@.affinity, pg_catalog.text, pg_catalog.text, pg_catalog.float8) returns @extschema@.affinity
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_affinity_push_text_float8';
comment on function @extschema@.affinity_push(@extschema@.affinity, pg_catalog.text, pg_catalog.text, pg_catalog.float8) is
'Transition function of affinity_agg: adds a weight to what a customer has of an item; a NULL in it is skipped.';

create aggregate @extschema@.affinity_agg(customer pg_catalog.text, item pg_catalog.text, weight pg_catalog.float8) (
  sfunc = @extschema@.affinity_push, stype = @extschema@.affinity, combinefunc = @extschema@.affinity_combine,
  finalfunc = @extschema@.affinity_final, parallel = safe
);
comment on aggregate @extschema@.affinity_agg(pg_catalog.text, pg_catalog.text, pg_catalog.float8) is
'What each customer has of each item. Each weight is taken as the decimal that it prints as (0.1 is 0.1), rounded half to even at 12 decimals, and added up exactly. Rows with a NULL are skipped; no rows give NULL. Names are compared byte by byte and not trimmed; an empty one is an error (22023), so is one of more than 1000 bytes, more than 1048576 items or 67 million pairs (54000), and a weight or a sum that is NaN, infinite or above 1.7e26 in magnitude (22003). Any order, plan or partitioning gives the same bytes.';

create function @extschema@.affinity_push(@extschema@.affinity, pg_catalog.text, pg_catalog.text, pg_catalog.int8) returns @extschema@.affinity
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_affinity_push_text_bigint';
comment on function @extschema@.affinity_push(@extschema@.affinity, pg_catalog.text, pg_catalog.text, pg_catalog.int8) is
'Transition function of affinity_agg: adds a weight to what a customer has of an item; a NULL in it is skipped.';

create aggregate @extschema@.affinity_agg(customer pg_catalog.text, item pg_catalog.text, weight pg_catalog.int8) (
  sfunc = @extschema@.affinity_push, stype = @extschema@.affinity, combinefunc = @extschema@.affinity_combine,
  finalfunc = @extschema@.affinity_final, parallel = safe
);
comment on aggregate @extschema@.affinity_agg(pg_catalog.text, pg_catalog.text, pg_catalog.int8) is
'What each customer has of each item. Whole weights, such as pieces or minor units, are added up exactly. Rows with a NULL are skipped; no rows give NULL. Names are compared byte by byte and not trimmed; an empty one is an error (22023), so is one of more than 1000 bytes, more than 1048576 items or 67 million pairs (54000), and a sum above 1.7e26 in magnitude (22003). Any order, plan or partitioning gives the same bytes.';

create function @extschema@.affinity_push(@extschema@.affinity, pg_catalog.int8, pg_catalog.text) returns @extschema@.affinity
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_affinity_push_integer_one';
comment on function @extschema@.affinity_push(@extschema@.affinity, pg_catalog.int8, pg_catalog.text) is
'Transition function of affinity_agg: counts one for what a customer has of an item; a NULL in it is skipped.';

create aggregate @extschema@.affinity_agg(customer pg_catalog.int8, item pg_catalog.text) (
  sfunc = @extschema@.affinity_push, stype = @extschema@.affinity, combinefunc = @extschema@.affinity_combine,
  finalfunc = @extschema@.affinity_final, parallel = safe
);
comment on aggregate @extschema@.affinity_agg(pg_catalog.int8, pg_catalog.text) is
'What each customer has of each item. Each row counts 1: the weight of a pair is the number of its rows. Rows with a NULL are skipped; no rows give NULL. Names are compared byte by byte and not trimmed; an empty one is an error (22023), so is one of more than 1000 bytes, more than 1048576 items or 67 million pairs (54000). Any order, plan or partitioning gives the same bytes.';

create function @extschema@.affinity_push(@extschema@.affinity, pg_catalog.int8, pg_catalog.text, pg_catalog.numeric) returns @extschema@.affinity
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_affinity_push_integer_numeric';
comment on function @extschema@.affinity_push(@extschema@.affinity, pg_catalog.int8, pg_catalog.text, pg_catalog.numeric) is
'Transition function of affinity_agg: adds a weight to what a customer has of an item; a NULL in it is skipped.';

create aggregate @extschema@.affinity_agg(customer pg_catalog.int8, item pg_catalog.text, weight pg_catalog.numeric) (
  sfunc = @extschema@.affinity_push, stype = @extschema@.affinity, combinefunc = @extschema@.affinity_combine,
  finalfunc = @extschema@.affinity_final, parallel = safe
);
comment on aggregate @extschema@.affinity_agg(pg_catalog.int8, pg_catalog.text, pg_catalog.numeric) is
'What each customer has of each item. Weights are added up exactly to 12 decimals; more round half to even. Rows with a NULL are skipped; no rows give NULL. Names are compared byte by byte and not trimmed; an empty one is an error (22023), so is one of more than 1000 bytes, more than 1048576 items or 67 million pairs (54000), and a weight or a sum that is NaN, infinite or above 1.7e26 in magnitude (22003). Any order, plan or partitioning gives the same bytes.';

create function @extschema@.affinity_push(@extschema@.affinity, pg_catalog.int8, pg_catalog.text, pg_catalog.float8) returns @extschema@.affinity
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_affinity_push_integer_float8';
comment on function @extschema@.affinity_push(@extschema@.affinity, pg_catalog.int8, pg_catalog.text, pg_catalog.float8) is
'Transition function of affinity_agg: adds a weight to what a customer has of an item; a NULL in it is skipped.';

create aggregate @extschema@.affinity_agg(customer pg_catalog.int8, item pg_catalog.text, weight pg_catalog.float8) (
  sfunc = @extschema@.affinity_push, stype = @extschema@.affinity, combinefunc = @extschema@.affinity_combine,
  finalfunc = @extschema@.affinity_final, parallel = safe
);
comment on aggregate @extschema@.affinity_agg(pg_catalog.int8, pg_catalog.text, pg_catalog.float8) is
'What each customer has of each item. Each weight is taken as the decimal that it prints as (0.1 is 0.1), rounded half to even at 12 decimals, and added up exactly. Rows with a NULL are skipped; no rows give NULL. Names are compared byte by byte and not trimmed; an empty one is an error (22023), so is one of more than 1000 bytes, more than 1048576 items or 67 million pairs (54000), and a weight or a sum that is NaN, infinite or above 1.7e26 in magnitude (22003). Any order, plan or partitioning gives the same bytes.';

create function @extschema@.affinity_push(@extschema@.affinity, pg_catalog.int8, pg_catalog.text, pg_catalog.int8) returns @extschema@.affinity
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_affinity_push_integer_bigint';
comment on function @extschema@.affinity_push(@extschema@.affinity, pg_catalog.int8, pg_catalog.text, pg_catalog.int8) is
'Transition function of affinity_agg: adds a weight to what a customer has of an item; a NULL in it is skipped.';

create aggregate @extschema@.affinity_agg(customer pg_catalog.int8, item pg_catalog.text, weight pg_catalog.int8) (
  sfunc = @extschema@.affinity_push, stype = @extschema@.affinity, combinefunc = @extschema@.affinity_combine,
  finalfunc = @extschema@.affinity_final, parallel = safe
);
comment on aggregate @extschema@.affinity_agg(pg_catalog.int8, pg_catalog.text, pg_catalog.int8) is
'What each customer has of each item. Whole weights, such as pieces or minor units, are added up exactly. Rows with a NULL are skipped; no rows give NULL. Names are compared byte by byte and not trimmed; an empty one is an error (22023), so is one of more than 1000 bytes, more than 1048576 items or 67 million pairs (54000), and a sum above 1.7e26 in magnitude (22003). Any order, plan or partitioning gives the same bytes.';

create function @extschema@.affinity_customers(summary @extschema@.affinity) returns pg_catalog.int8
  immutable strict parallel safe cost 1000
  language c as 'MODULE_PATHNAME', 'crm_affinity_customers';
comment on function @extschema@.affinity_customers(@extschema@.affinity) is
'Number of customers who hold an item: with a weight above 0. NULL for a NULL summary.';

create function @extschema@.affinity_items(summary @extschema@.affinity)
  returns table (item pg_catalog.text, customers pg_catalog.int8, weight pg_catalog.numeric, share pg_catalog.float8)
  immutable strict parallel safe cost 10000 rows 500
  language c as 'MODULE_PATHNAME', 'crm_affinity_items';
comment on function @extschema@.affinity_items(@extschema@.affinity) is
'Popularity of every item, in the order of the names byte by byte: the customers who hold it (weight above 0), the exact sum of all its weights, those of 0 and below included, and the share of affinity_customers who hold it (NULL when nobody holds anything). A sum above 1.7e26 in magnitude is an error (22003). No rows for NULL.';

create function @extschema@.affinity_entries(summary @extschema@.affinity)
  returns table (customer pg_catalog.text, item pg_catalog.text, weight pg_catalog.numeric)
  immutable strict parallel safe cost 500000 rows 10000
  language c as 'MODULE_PATHNAME', 'crm_affinity_entries';
comment on function @extschema@.affinity_entries(@extschema@.affinity) is
'Every pair of a customer and an item with its exact weight, those of 0 and below included; by customer (bigint keys by number, text keys byte by byte) and item. A bigint key is printed as text. No rows for NULL.';

create function @extschema@.affinity_neighbours(
    summary @extschema@.affinity, measure pg_catalog.text default 'cosine', neighbours pg_catalog.int4 default 20,
    weighting pg_catalog.text default 'binary', min_customers pg_catalog.int4 default 1)
  returns table (item pg_catalog.text, rank pg_catalog.int4, neighbour pg_catalog.text, score pg_catalog.float8, customers pg_catalog.int8)
  immutable strict parallel safe cost 50000 rows 10000
  language c as 'MODULE_PATHNAME', 'crm_affinity_neighbours';
comment on function @extschema@.affinity_neighbours(@extschema@.affinity, pg_catalog.text, pg_catalog.int4, pg_catalog.text, pg_catalog.int4) is
'The items nearest to each item, at most so many neighbours (1 to 1000): by item, rank 1 the nearest; equal scores by the name byte by byte. Only items that a customer holds together with it, and scores above 0. customers: who hold both. measure: cosine x.y / (|x| |y|), dot x.y, jaccard b / (n + m - b), lift b N / (n m), of columns x and y, holders n and m, both b, all N; jaccard and lift with binary only. weighting: binary 1, weight as it is, log ln(1 + w), bm25 w 101 / (100 (0.2 + 0.8 s/S) + w) (ln M - ln(1 + m)), s the sum of the item and S the mean of these, M all items and m those of the customer. Items of fewer than min_customers holders are left out; the scores of the others do not change. A wrong option is 22023. No rows where an argument is NULL.';

create function @extschema@.affinity_fit(
    summary @extschema@.affinity, measure pg_catalog.text default 'cosine', neighbours pg_catalog.int4 default 20,
    weighting pg_catalog.text default 'binary', min_customers pg_catalog.int4 default 1)
  returns pg_catalog.jsonb
  immutable strict parallel safe cost 100000
  language c as 'MODULE_PATHNAME', 'crm_affinity_fit';
comment on function @extschema@.affinity_fit(@extschema@.affinity, pg_catalog.text, pg_catalog.int4, pg_catalog.text, pg_catalog.int4) is
'The neighbours of all items as a model (affinity_model) for recommendations: its method, the number of customers, the items, how many customers hold each (popularity), and of each item the neighbours as [place in items, score], the nearest first. It has nothing of single customers. Options as in affinity_neighbours. More than 4 million neighbours in all are 54000. NULL where an argument is NULL.';

create function @extschema@.affinity_model_check(model pg_catalog.jsonb, out path pg_catalog.text, out problem pg_catalog.text)
  returns setof pg_catalog.record
  immutable strict parallel safe cost 50000 rows 1
  language c as 'MODULE_PATHNAME', 'crm_affinity_model_check';
comment on function @extschema@.affinity_model_check(pg_catalog.jsonb) is
'Every problem of a model of items that go together (affinity_model) with its JSON path; no rows when the model is valid.';
