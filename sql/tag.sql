-- tag: target markets with inclusions and exclusions, and how much two lists of tags have in common.

-- @unit tag_default_weight: weight of a tag, 1 and more
-- @unit tag_frequencies: documents: number; share: 0 to 1; idf: weight of a tag, 1 and more
-- @unit tag_frequency_documents: documents
-- @unit tag_overlap: 0 to 1
-- @unit tag_overlap_explain: weight: of the tag; contribution: part of tag_overlap
-- @unit target_market_explain: position: number
-- @formula tag_frequencies, tag_weights, tag_default_weight: inverse document frequency ln((1 + n) / (1 + d)) + 1
-- @formula tag_overlap, tag_overlap_explain: jaccard sum w(both) / sum w(either), cosine sum w2(both) / sqrt(sum w2(a) * sum w2(b))

create function @extschema@.target_market_verdict(client pg_catalog.jsonb, market pg_catalog.jsonb)
  returns pg_catalog.text
  immutable strict parallel safe cost 300
  language c as 'MODULE_PATHNAME', 'crm_target_market_verdict';
comment on function @extschema@.target_market_verdict(pg_catalog.jsonb, pg_catalog.jsonb) is
'Where a client (an object of attributes) stands to a target market (target_market): excluded when the condition exclude holds (the negative target market), else outside when include does not hold, else unknown when an attribute that matters is missing or does not compare, else inside. NULL for a NULL argument.';

create function @extschema@.target_market_explain(
    client pg_catalog.jsonb, market pg_catalog.jsonb,
    out "position" pg_catalog.int4, out part pg_catalog.text, out path pg_catalog.text, out condition pg_catalog.text,
    out attribute pg_catalog.text, out actual pg_catalog.jsonb, out outcome pg_catalog.text, out truth pg_catalog.text)
  returns setof pg_catalog.record
  immutable strict parallel safe cost 1000 rows 12
  language c as 'MODULE_PATHNAME', 'crm_target_market_explain';
comment on function @extschema@.target_market_explain(pg_catalog.jsonb, pg_catalog.jsonb) is
'What each condition of a target market and each of its parts is worth for a client: include, then exclude, the whole before its parts, with the path in the document. truth: holds, fails or unknown. Of a comparison also the attribute, its actual value (NULL when absent) and the outcome: holds, fails, missing or incomparable. No rows for a NULL argument.';

create function @extschema@.target_market_check(market pg_catalog.jsonb, out path pg_catalog.text, out problem pg_catalog.text)
  returns setof pg_catalog.record
  immutable strict parallel safe cost 1000 rows 1
  language c as 'MODULE_PATHNAME', 'crm_target_market_check';
comment on function @extschema@.target_market_check(pg_catalog.jsonb) is
'Every problem of a target market with its JSON path; no rows when it is valid.';

create function @extschema@.target_market_example() returns pg_catalog.jsonb
  immutable parallel safe cost 500
  language c as 'MODULE_PATHNAME', 'crm_target_market_example';
comment on function @extschema@.target_market_example() is
'A worked target market: the five dimensions of the MiFID II guidelines for a structured note, and whom it must not be sold to. Copy it into a table and edit it.';

create function @extschema@.tag_overlap(
    a pg_catalog.text[], b pg_catalog.text[], measure pg_catalog.text default 'jaccard', weights pg_catalog.jsonb default null, default_weight pg_catalog.float8 default 1)
  returns pg_catalog.float8
  immutable parallel safe cost 20
  language c as 'MODULE_PATHNAME', 'crm_tag_overlap_text';
comment on function @extschema@.tag_overlap(pg_catalog.text[], pg_catalog.text[], pg_catalog.text, pg_catalog.jsonb, pg_catalog.float8) is
'How much two lists of tags have in common, 0 to 1, w being what a tag weighs: jaccard sum w(both)/sum w(either), share_of_first and share_of_second sum w(both)/sum w(one), cosine sum w2(both)/sqrt(sum w2(a) * sum w2(b)). weights: {"tag": weight}, NULL for none; other tags weigh default_weight; 0 to 1000000 (22023). A tag twice counts once; NULL elements are skipped. Nothing in common, or nothing at all: 0. NULL for another NULL argument.';

create function @extschema@.tag_overlap_explain(
    a pg_catalog.text[], b pg_catalog.text[], measure pg_catalog.text default 'jaccard', weights pg_catalog.jsonb default null, default_weight pg_catalog.float8 default 1,
    out tag pg_catalog.text, out in_first pg_catalog.bool, out in_second pg_catalog.bool, out weight pg_catalog.float8,
    out contribution pg_catalog.float8)
  returns setof pg_catalog.record
  immutable parallel safe cost 100 rows 8
  language c as 'MODULE_PATHNAME', 'crm_tag_overlap_explain_text';
comment on function @extschema@.tag_overlap_explain(pg_catalog.text[], pg_catalog.text[], pg_catalog.text, pg_catalog.jsonb, pg_catalog.float8) is
'Every tag of two lists, by its bytes: which list has it, what it weighs, and what it adds to tag_overlap with the same arguments. The contributions add up to the overlap exactly, in any order. No rows for a NULL argument but weights.';

create function @extschema@.tag_overlap(
    a pg_catalog.jsonb, b pg_catalog.jsonb, measure pg_catalog.text default 'jaccard', weights pg_catalog.jsonb default null, default_weight pg_catalog.float8 default 1)
  returns pg_catalog.float8
  immutable parallel safe cost 50
  language c as 'MODULE_PATHNAME', 'crm_tag_overlap_jsonb';
comment on function @extschema@.tag_overlap(pg_catalog.jsonb, pg_catalog.jsonb, pg_catalog.text, pg_catalog.jsonb, pg_catalog.float8) is
'How much two lists of tags have in common, 0 to 1, w being what a tag weighs: jaccard sum w(both)/sum w(either), share_of_first and share_of_second sum w(both)/sum w(one), cosine sum w2(both)/sqrt(sum w2(a) * sum w2(b)). weights: {"tag": weight}, NULL for none; other tags weigh default_weight; 0 to 1000000 (22023). The lists are JSON: texts, or numbers by their text; one of them is a list of one; what is neither is no tag. Nothing in common, or nothing at all: 0. NULL for another NULL argument.';

create function @extschema@.tag_overlap_explain(
    a pg_catalog.jsonb, b pg_catalog.jsonb, measure pg_catalog.text default 'jaccard', weights pg_catalog.jsonb default null, default_weight pg_catalog.float8 default 1,
    out tag pg_catalog.text, out in_first pg_catalog.bool, out in_second pg_catalog.bool, out weight pg_catalog.float8,
    out contribution pg_catalog.float8)
  returns setof pg_catalog.record
  immutable parallel safe cost 100 rows 8
  language c as 'MODULE_PATHNAME', 'crm_tag_overlap_explain_jsonb';
comment on function @extschema@.tag_overlap_explain(pg_catalog.jsonb, pg_catalog.jsonb, pg_catalog.text, pg_catalog.jsonb, pg_catalog.float8) is
'Every tag of two lists, by its bytes: which list has it, what it weighs, and what it adds to tag_overlap with the same arguments. The contributions add up to the overlap exactly, in any order. No rows for a NULL argument but weights.';

-- @type tag_frequency extended
-- In how many documents (products, clients: whatever has a list of tags) each tag is, and how many documents there are. Made by tag_frequency_agg, added up by tag_frequency_merge, read by tag_frequencies, tag_weights and tag_default_weight. Text form: JSON.
-- @merge
-- Adds up tag frequencies, tag by tag: of product groups, of branches. NULLs are skipped; no rows give NULL. Merging in any order gives the same bytes.

create function @extschema@.tag_frequency_push(@extschema@.tag_frequency, pg_catalog.text[]) returns @extschema@.tag_frequency
  immutable parallel safe cost 50
  language c as 'MODULE_PATHNAME', 'crm_tag_frequency_push_text';
comment on function @extschema@.tag_frequency_push(@extschema@.tag_frequency, pg_catalog.text[]) is
'Transition function of tag_frequency_agg: adds one document; NULL is skipped.';

create aggregate @extschema@.tag_frequency_agg(tags pg_catalog.text[]) (
  sfunc = @extschema@.tag_frequency_push, stype = @extschema@.tag_frequency, combinefunc = @extschema@.tag_frequency_combine, parallel = safe
);
comment on aggregate @extschema@.tag_frequency_agg(pg_catalog.text[]) is
'Counts in how many documents each tag is; a row is a document, and a tag twice in it counts once. NULL elements are skipped. A document without tags counts as a document; NULL is skipped; no rows give NULL. An empty tag is an error (22023), so is a tag of more than 1000 bytes or a tag after the 65536th (54000).';

create function @extschema@.tag_frequency_push(@extschema@.tag_frequency, pg_catalog.jsonb) returns @extschema@.tag_frequency
  immutable parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_tag_frequency_push_jsonb';
comment on function @extschema@.tag_frequency_push(@extschema@.tag_frequency, pg_catalog.jsonb) is
'Transition function of tag_frequency_agg: adds one document; NULL is skipped.';

create aggregate @extschema@.tag_frequency_agg(tags pg_catalog.jsonb) (
  sfunc = @extschema@.tag_frequency_push, stype = @extschema@.tag_frequency, combinefunc = @extschema@.tag_frequency_combine, parallel = safe
);
comment on aggregate @extschema@.tag_frequency_agg(pg_catalog.jsonb) is
'Counts in how many documents each tag is; a row is a document, and a tag twice in it counts once. A document is JSON: a list of texts or numbers, or one of them; what is neither is no tag. A document without tags counts as a document; NULL is skipped; no rows give NULL. An empty tag is an error (22023), so is a tag of more than 1000 bytes or a tag after the 65536th (54000).';

create function @extschema@.tag_frequency_documents(frequency @extschema@.tag_frequency) returns pg_catalog.int8
  immutable strict parallel safe cost 50
  language c as 'MODULE_PATHNAME', 'crm_tag_frequency_documents';
comment on function @extschema@.tag_frequency_documents(@extschema@.tag_frequency) is
'Number of documents, with those that have no tag.';

create function @extschema@.tag_frequencies(
    frequency @extschema@.tag_frequency,
    out tag pg_catalog.text, out documents pg_catalog.int8, out share pg_catalog.float8, out idf pg_catalog.float8)
  returns setof pg_catalog.record
  immutable strict parallel safe cost 1000 rows 100
  language c as 'MODULE_PATHNAME', 'crm_tag_frequencies';
comment on function @extschema@.tag_frequencies(@extschema@.tag_frequency) is
'The tags, the most frequent first, equally frequent ones by their bytes: the documents that have each, their share in all documents, and the inverse document frequency ln((1 + n) / (1 + d)) + 1 of a tag that d of n documents have (the smoothed idf of scikit-learn): 1 for what all have, more for what is rare.';

create function @extschema@.tag_weights(frequency @extschema@.tag_frequency) returns pg_catalog.jsonb
  immutable strict parallel safe cost 1000
  language c as 'MODULE_PATHNAME', 'crm_tag_weights';
comment on function @extschema@.tag_weights(@extschema@.tag_frequency) is
'The inverse document frequencies as {"tag": idf}, see tag_frequencies: ready for the argument weights of tag_overlap and for weights in a matching policy. Tags that no document has are to weigh tag_default_weight.';

create function @extschema@.tag_default_weight(frequency @extschema@.tag_frequency) returns pg_catalog.float8
  immutable strict parallel safe cost 50
  language c as 'MODULE_PATHNAME', 'crm_tag_default_weight';
comment on function @extschema@.tag_default_weight(@extschema@.tag_frequency) is
'What a tag weighs that no document has, ln(1 + n) + 1 for n documents: the default_weight that belongs to tag_weights.';
