-- recommend: what a model recommends to a customer, why, and how good recommendations were.

-- @unit average_precision_at, hit_rate_at, ndcg_at, precision_at, recall_at, reciprocal_rank_at: 0 to 1
-- @unit recommend: rank: 1 the best; score: of the model; share of the customers, 0 to 1, where the source is popularity
-- @unit recommend_explain: weight: as given with the holding; contribution: as the score of recommend
-- @formula recommend, recommend_explain: neighbours: sum over the held of weight * similarity (see affinity_fit); factors: the customer's solved from what he holds, times the item's (see als_fit)
-- @formula ndcg_at: Jarvelin, Kekalainen 2002

create function @extschema@.recommend(
    model pg_catalog.jsonb, holdings pg_catalog.text[], k pg_catalog.int4 default 10, include_held pg_catalog.bool default false,
    fallback pg_catalog.bool default true,
    out rank pg_catalog.int4, out item pg_catalog.text, out score pg_catalog.float8, out source pg_catalog.text)
  returns setof pg_catalog.record
  immutable parallel safe cost 1000 rows 10 support @extschema@.number_rows_support
  language c as 'MODULE_PATHNAME', 'crm_recommend_list';
comment on function @extschema@.recommend(pg_catalog.jsonb, pg_catalog.text[], pg_catalog.int4, pg_catalog.bool, pg_catalog.bool) is
'The k best items (1 to 10000, or 22023) for what a customer holds, under a model of affinity_fit or als_fit. Holdings are a list of items, each held with the weight 1; NULL elements are skipped, an item that is there twice counts once. Items that the model does not know are left out, NULL holdings are none. First those with a score above 0 (source model): by neighbours the sum over the held of weight times similarity, by factors the product of the customer''s factors, solved from his holdings, and the item''s; equal scores by the bytes of the item. Then, with fallback, the most popular (source popularity), scored by the share of customers who hold them. What is held is not recommended unless include_held. No rows for any other NULL argument.';

create function @extschema@.recommend_explain(
    model pg_catalog.jsonb, holdings pg_catalog.text[], item pg_catalog.text,
    out held pg_catalog.text, out weight pg_catalog.float8, out contribution pg_catalog.float8)
  returns setof pg_catalog.record
  immutable parallel safe cost 1000 rows 10
  language c as 'MODULE_PATHNAME', 'crm_recommend_explain_list';
comment on function @extschema@.recommend_explain(pg_catalog.jsonb, pg_catalog.text[], pg_catalog.text) is
'What each held item contributes to the score of an item under a model, in the order of the bytes of the held items; added up in that order, sum(contribution order by held collate "C"), it is the score of recommend to the last bit. Holdings are a list of items, each held with the weight 1; NULL elements are skipped, an item that is there twice counts once. No rows for an item that the model does not know, without holdings it knows, or for a NULL model or item.';

create function @extschema@.recommend(
    model pg_catalog.jsonb, holdings pg_catalog.jsonb, k pg_catalog.int4 default 10, include_held pg_catalog.bool default false,
    fallback pg_catalog.bool default true,
    out rank pg_catalog.int4, out item pg_catalog.text, out score pg_catalog.float8, out source pg_catalog.text)
  returns setof pg_catalog.record
  immutable parallel safe cost 1000 rows 10 support @extschema@.number_rows_support
  language c as 'MODULE_PATHNAME', 'crm_recommend_weighted';
comment on function @extschema@.recommend(pg_catalog.jsonb, pg_catalog.jsonb, pg_catalog.int4, pg_catalog.bool, pg_catalog.bool) is
'The k best items (1 to 10000, or 22023) for what a customer holds, under a model of affinity_fit or als_fit. Holdings are an object of weights by item, {"item": weight, ...}; a weight of 0 or below is not held, what is not a decimal number is 22023. Items that the model does not know are left out, NULL holdings are none. First those with a score above 0 (source model): by neighbours the sum over the held of weight times similarity, by factors the product of the customer''s factors, solved from his holdings, and the item''s; equal scores by the bytes of the item. Then, with fallback, the most popular (source popularity), scored by the share of customers who hold them. What is held is not recommended unless include_held. No rows for any other NULL argument.';

create function @extschema@.recommend_explain(
    model pg_catalog.jsonb, holdings pg_catalog.jsonb, item pg_catalog.text,
    out held pg_catalog.text, out weight pg_catalog.float8, out contribution pg_catalog.float8)
  returns setof pg_catalog.record
  immutable parallel safe cost 1000 rows 10
  language c as 'MODULE_PATHNAME', 'crm_recommend_explain_weighted';
comment on function @extschema@.recommend_explain(pg_catalog.jsonb, pg_catalog.jsonb, pg_catalog.text) is
'What each held item contributes to the score of an item under a model, in the order of the bytes of the held items; added up in that order, sum(contribution order by held collate "C"), it is the score of recommend to the last bit. Holdings are an object of weights by item, {"item": weight, ...}; a weight of 0 or below is not held, what is not a decimal number is 22023. No rows for an item that the model does not know, without holdings it knows, or for a NULL model or item.';

create function @extschema@.hit_rate_at(recommended pg_catalog.text[], relevant pg_catalog.text[], k pg_catalog.int4) returns pg_catalog.float8
  immutable parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_hit_rate_at';
comment on function @extschema@.hit_rate_at(pg_catalog.text[], pg_catalog.text[], pg_catalog.int4) is
'1 if any of the first k recommended items is relevant, else 0. recommended is in the order of the ranks, and NULL is an empty list; NULL without a relevant item or without k. An item that is there twice counts once, where it stands first. k below 1 is 22023.';

create function @extschema@.precision_at(recommended pg_catalog.text[], relevant pg_catalog.text[], k pg_catalog.int4) returns pg_catalog.float8
  immutable parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_precision_at';
comment on function @extschema@.precision_at(pg_catalog.text[], pg_catalog.text[], pg_catalog.int4) is
'Relevant items among the first k recommended, divided by k, also when fewer are recommended. recommended is in the order of the ranks, and NULL is an empty list; NULL without a relevant item or without k. An item that is there twice counts once, where it stands first. k below 1 is 22023.';

create function @extschema@.recall_at(recommended pg_catalog.text[], relevant pg_catalog.text[], k pg_catalog.int4) returns pg_catalog.float8
  immutable parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_recall_at';
comment on function @extschema@.recall_at(pg_catalog.text[], pg_catalog.text[], pg_catalog.int4) is
'Relevant items among the first k recommended, divided by the number of relevant items. recommended is in the order of the ranks, and NULL is an empty list; NULL without a relevant item or without k. An item that is there twice counts once, where it stands first. k below 1 is 22023.';

create function @extschema@.average_precision_at(recommended pg_catalog.text[], relevant pg_catalog.text[], k pg_catalog.int4) returns pg_catalog.float8
  immutable parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_average_precision_at';
comment on function @extschema@.average_precision_at(pg_catalog.text[], pg_catalog.text[], pg_catalog.int4) is
'Average precision: the sum over the relevant items among the first k recommended of (relevant items up to it / its rank), divided by the smaller of k and the number of relevant items. Its mean over customers is MAP at k. recommended is in the order of the ranks, and NULL is an empty list; NULL without a relevant item or without k. An item that is there twice counts once, where it stands first. k below 1 is 22023.';

create function @extschema@.reciprocal_rank_at(recommended pg_catalog.text[], relevant pg_catalog.text[], k pg_catalog.int4) returns pg_catalog.float8
  immutable parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_reciprocal_rank_at';
comment on function @extschema@.reciprocal_rank_at(pg_catalog.text[], pg_catalog.text[], pg_catalog.int4) is
'1 / rank of the first relevant item among the first k recommended, 0 without one. Its mean over customers is MRR at k. recommended is in the order of the ranks, and NULL is an empty list; NULL without a relevant item or without k. An item that is there twice counts once, where it stands first. k below 1 is 22023.';

create function @extschema@.ndcg_at(recommended pg_catalog.text[], relevant pg_catalog.text[], k pg_catalog.int4) returns pg_catalog.float8
  immutable parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_ndcg_at';
comment on function @extschema@.ndcg_at(pg_catalog.text[], pg_catalog.text[], pg_catalog.int4) is
'Normalized discounted cumulative gain with binary relevance: the sum of 1 / log2(1 + rank) over the relevant items among the first k recommended, divided by that of a perfect list (Jarvelin, Kekalainen 2002). recommended is in the order of the ranks, and NULL is an empty list; NULL without a relevant item or without k. An item that is there twice counts once, where it stands first. k below 1 is 22023.';
