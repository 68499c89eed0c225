-- top_k: the best few of many, by scores that the caller gives.

-- @unit top_k_items: rank: 1 the best; score: as given

-- @type top_k extended
-- The k items of the highest scores. Made by top_k_agg, put together by top_k_merge, read by top_k_items. Text form: JSON.
-- @merge
-- Puts the best together: the k best of all. They must be of the same k (22023). NULLs are skipped; no rows give NULL. Merging in any order gives the same bytes.

create function @extschema@.top_k_push(@extschema@.top_k, pg_catalog.text, pg_catalog.float8, pg_catalog.int4) returns @extschema@.top_k
  immutable parallel safe cost 3
  language c as 'MODULE_PATHNAME', 'crm_top_k_push';
comment on function @extschema@.top_k_push(@extschema@.top_k, pg_catalog.text, pg_catalog.float8, pg_catalog.int4) is
'Transition function of top_k_agg: adds one item; a NULL in it is skipped.';

create aggregate @extschema@.top_k_agg(item pg_catalog.text, score pg_catalog.float8, k pg_catalog.int4) (
  sfunc = @extschema@.top_k_push, stype = @extschema@.top_k, combinefunc = @extschema@.top_k_combine, parallel = safe
);
comment on aggregate @extschema@.top_k_agg(pg_catalog.text, pg_catalog.float8, pg_catalog.int4) is
'The k items of the highest scores, for scores of your own; equal scores by the bytes of the item, and an item that comes more than once counts with its highest score. Keeps at most 2 k items (64 for a small k), whatever there is: a sort of all rows is not needed. A row with a NULL is skipped; no rows give NULL. k is from 1 to 10000 and the same in all rows of a group, a score is finite, an item is not empty (22023) and has at most 1000 bytes (54000).';

create function @extschema@.top_k_items(top_k @extschema@.top_k, out rank pg_catalog.int4, out item pg_catalog.text, out score pg_catalog.float8)
  returns setof pg_catalog.record
  immutable strict parallel safe cost 300 rows 10
  language c as 'MODULE_PATHNAME', 'crm_top_k_items';
comment on function @extschema@.top_k_items(@extschema@.top_k) is
'The items of a top_k with their scores, best first: rank 1 is the highest score, equal scores by the bytes of the item. NULL gives no rows.';
