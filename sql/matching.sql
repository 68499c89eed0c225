-- matching: a product library as a value, and the best products for a client with reasons.

-- @unit match_products, match_explain: rank, neutral_rank: 1 the best; score: 0 to 1; priority: of the arbitration of the policy, the score without one
-- @formula match_products, match_explain: score = sum of weight * overlap (or fit) / sum of weight; priority as the arbitration of the policy says

-- @type catalogue extended
-- A product library: every product with its attributes (jsonb), sorted, with a digest. Made by catalogue_agg, put together by catalogue_merge. Text form: JSON.
-- @merge
-- Puts catalogues together; a product in two of them must have the same attributes (22023). NULLs are skipped; no rows give NULL.

create function @extschema@.catalogue_push(@extschema@.catalogue, pg_catalog.text, pg_catalog.jsonb) returns @extschema@.catalogue
  immutable parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_catalogue_push';
comment on function @extschema@.catalogue_push(@extschema@.catalogue, pg_catalog.text, pg_catalog.jsonb) is
'Transition function of catalogue_agg: adds one product; a NULL in it is skipped.';

create aggregate @extschema@.catalogue_agg(product pg_catalog.text, attributes pg_catalog.jsonb) (
  sfunc = @extschema@.catalogue_push, stype = @extschema@.catalogue, combinefunc = @extschema@.catalogue_combine, parallel = safe
);
comment on aggregate @extschema@.catalogue_agg(pg_catalog.text, pg_catalog.jsonb) is
'Collects products, one row a product: its key and an object of its attributes, for example to_jsonb(product) - ''product_id''. Rows with a NULL are skipped; no rows give NULL. A product with two different sets of attributes is an error (22023).';

create function @extschema@.catalogue_products(catalogue @extschema@.catalogue, out product pg_catalog.text, out attributes pg_catalog.jsonb)
  returns setof pg_catalog.record
  immutable strict parallel safe cost 20000 rows 100
  language c as 'MODULE_PATHNAME', 'crm_catalogue_products';
comment on function @extschema@.catalogue_products(@extschema@.catalogue) is
'The products of a catalogue with their attributes, sorted by the bytes of the product key.';

create function @extschema@.match_products(
    catalogue @extschema@.catalogue, client pg_catalog.jsonb, policy pg_catalog.jsonb, k pg_catalog.int4 default 5, as_of pg_catalog.date default null,
    out rank pg_catalog.int4, out product pg_catalog.text, out score pg_catalog.float8, out priority pg_catalog.float8, out neutral_rank pg_catalog.int4, out reasons pg_catalog.jsonb)
  returns setof pg_catalog.record
  immutable parallel safe cost 2000 rows 5 support @extschema@.number_rows_support
  language c as 'MODULE_PATHNAME', 'crm_match_products';
comment on function @extschema@.match_products(@extschema@.catalogue, pg_catalog.jsonb, pg_catalog.jsonb, pg_catalog.int4, pg_catalog.date) is
'The k best products for a client (an object of attributes): those that pass every gate of the matching policy, by priority (the score, 0 to 1, where the policy has no arbitration), equal ones by product key, kept apart by the policy''s diversity. neutral_rank: the rank without the firm''s own interest, NULL when it would not be among the k. reasons: the ids of the gates passed and the contributions, which add up to the score (match_explain has what the gates compared). as_of: the day of suitability rules, needed where the policy has some (22023). No rows for a NULL catalogue, client, policy or k. k from 1 to 10000 (22023).';

create function @extschema@.match_explain(
    catalogue @extschema@.catalogue, client pg_catalog.jsonb, policy pg_catalog.jsonb, as_of pg_catalog.date default null,
    out rank pg_catalog.int4, out product pg_catalog.text, out verdict pg_catalog.text, out score pg_catalog.float8, out priority pg_catalog.float8, out neutral_rank pg_catalog.int4, out reasons pg_catalog.jsonb)
  returns setof pg_catalog.record
  immutable parallel safe cost 50000 rows 100
  language c as 'MODULE_PATHNAME', 'crm_match_explain';
comment on function @extschema@.match_explain(@extschema@.catalogue, pg_catalog.jsonb, pg_catalog.jsonb, pg_catalog.date) is
'What becomes of every product for a client: verdict match (with rank, and neutral_rank without the firm''s own interest) or excluded, the score and the priority it has or would have had (NULL where a figure of the arbitration is missing), and the reasons; of an excluded product every rule that excludes it. as_of as for match_products. No rows for a NULL catalogue, client or policy.';

create function @extschema@.matching_policy_check(policy pg_catalog.jsonb, out path pg_catalog.text, out problem pg_catalog.text)
  returns setof pg_catalog.record
  immutable strict parallel safe cost 2000 rows 1
  language c as 'MODULE_PATHNAME', 'crm_matching_policy_check';
comment on function @extschema@.matching_policy_check(pg_catalog.jsonb) is
'Every problem of a matching policy with its JSON path; no rows when the policy is valid.';

create function @extschema@.matching_policy_example() returns pg_catalog.jsonb
  immutable parallel safe cost 500
  language c as 'MODULE_PATHNAME', 'crm_matching_policy_example';
comment on function @extschema@.matching_policy_example() is
'A worked matching policy: risk grade against risk class, access conditions, means, term, holdings as gates; interests and channels as score; reasons in English and Chinese. Copy it into a table and edit it.';
