-- value: a score of several measures that explains itself, and where weights come from.

-- @unit ahp_consistency: lambda_max: eigenvalue; consistency_index, random_index, consistency_ratio: index, 0 for perfect agreement; worst_row, worst_column: place in the matrix; worst_given, worst_implied: ratio of importance
-- @unit ahp_weights: weights, sum 1
-- @unit entropy_weights: entropy, divergence: 0 to 1; weight: share, sum 1
-- @unit perceived_value: ratio of the answers
-- @unit score_card_measures: position: number; weight: share, sum 1
-- @unit standardize_measures: count, missing: values; mean, deviation, minimum, p25, median, p75, maximum: unit of the measure; accuracy: relative error, 0 to 1
-- @unit value_score: points on the scale of the card
-- @unit value_score_explain: raw: unit of the measure; transformed: share, 0 to 1; weight: share, sum 1; contribution, against_median: points on the scale of the card; influence: 1 the largest
-- @formula ahp_weights, ahp_consistency: analytic hierarchy process (Saaty 1980)
-- @formula entropy_weights: (1 - e) / sum of (1 - e), e the entropy of the shares (Shannon 1948)
-- @formula value_score, value_score_explain: beginning of the scale + sum of weight * transformed measure * length of the scale
-- @formula perceived_value: sum of utilities / sum of costs

-- @type standardize extended
-- What several measures are like over all customers: of each, by name, counts, exact mean and standard deviation, range and distribution. Made by standardize_agg, added up by standardize_merge, read by standardize_measures, used by value_score and entropy_weights. Text form: JSON.
-- @merge
-- Adds up the statistics of measures by name: of branches, of days. A measure that one of them does not have counts as missing there. NULLs are skipped; no rows give NULL. Merging in any order gives the same bytes.

create function @extschema@.standardize_push(@extschema@.standardize, pg_catalog.text[], pg_catalog.float8[]) returns @extschema@.standardize
  immutable parallel safe cost 10
  language c as 'MODULE_PATHNAME', 'crm_standardize_push_array';
comment on function @extschema@.standardize_push(@extschema@.standardize, pg_catalog.text[], pg_catalog.float8[]) is
'Transition function of standardize_agg(names, measures): adds the measures of a row; a NULL array is skipped.';

create aggregate @extschema@.standardize_agg(names pg_catalog.text[], measures pg_catalog.float8[]) (
  sfunc = @extschema@.standardize_push, stype = @extschema@.standardize, combinefunc = @extschema@.standardize_combine, parallel = safe
);
comment on aggregate @extschema@.standardize_agg(pg_catalog.text[], pg_catalog.float8[]) is
'Statistics of several measures in one pass: names and measures are arrays of one length (22023); a NULL element is a missing value, and so is a measure that the row does not name. Sums are exact, so any order, plan or partitioning gives the same bytes; quantiles are exact up to 1,024 distinct values, then within 0.1 percent. A NULL array skips the row; no rows give NULL. NaN, infinities and magnitudes above 1e130 are errors (22003).';

create function @extschema@.standardize_push(@extschema@.standardize, pg_catalog.jsonb) returns @extschema@.standardize
  immutable parallel safe cost 200
  language c as 'MODULE_PATHNAME', 'crm_standardize_push_jsonb';
comment on function @extschema@.standardize_push(@extschema@.standardize, pg_catalog.jsonb) is
'Transition function of standardize_agg(measures): adds the measures of a row; NULL is skipped.';

create aggregate @extschema@.standardize_agg(measures pg_catalog.jsonb) (
  sfunc = @extschema@.standardize_push, stype = @extschema@.standardize, combinefunc = @extschema@.standardize_combine, parallel = safe
);
comment on aggregate @extschema@.standardize_agg(pg_catalog.jsonb) is
'As standardize_agg(names, measures), of an object of numbers and nulls by name; null and a name that is not there are missing values. Anything but a number or null is an error (22023). Several times slower than the arrays. NULL skips the row; no rows give NULL.';

create function @extschema@.standardize_measures(
    standardize @extschema@.standardize, out measure pg_catalog.text, out count pg_catalog.int8, out missing pg_catalog.int8,
    out mean pg_catalog.float8, out deviation pg_catalog.float8, out minimum pg_catalog.float8, out p25 pg_catalog.float8,
    out median pg_catalog.float8, out p75 pg_catalog.float8, out maximum pg_catalog.float8, out accuracy pg_catalog.float8)
  returns setof pg_catalog.record
  immutable strict parallel safe cost 20000 rows 10
  language c as 'MODULE_PATHNAME', 'crm_standardize_measures';
comment on function @extschema@.standardize_measures(@extschema@.standardize) is
'The measures, by the bytes of their names: values and missing values, mean, sample standard deviation (n - 1, as stddev_samp; NULL below two values), exact minimum and maximum, quartiles as percentile_cont has them, and the relative error that the quartiles can have. NULL where a measure has no value.';

create function @extschema@.value_score(card pg_catalog.jsonb, stats @extschema@.standardize, measures pg_catalog.float8[]) returns pg_catalog.float8
  immutable parallel safe cost 10
  language c as 'MODULE_PATHNAME', 'crm_value_score_array';
comment on function @extschema@.value_score(pg_catalog.jsonb, @extschema@.standardize, pg_catalog.float8[]) is
'The score of a customer under a score card, on the scale of the card: measures in the order of the card, NULL for a missing one, which the card says how to treat. NULL card or measures give NULL, and so do measures that are all missing and skipped. stats may be NULL if no transform of the card needs statistics (22023 otherwise). value_score_explain has the parts.';

create function @extschema@.value_score(card pg_catalog.jsonb, stats @extschema@.standardize, measures pg_catalog.jsonb) returns pg_catalog.float8
  immutable parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_value_score_jsonb';
comment on function @extschema@.value_score(pg_catalog.jsonb, @extschema@.standardize, pg_catalog.jsonb) is
'As value_score with an array, NULLs included, of an object of measures by name, to the same bit: null or a name that is not there is missing, a name that the card does not have is not looked at. Several times slower.';

create function @extschema@.value_score_explain(
    card pg_catalog.jsonb, stats @extschema@.standardize, measures pg_catalog.float8[], language pg_catalog.text default null,
    out measure pg_catalog.text, out label pg_catalog.text, out raw pg_catalog.float8, out transformed pg_catalog.float8,
    out weight pg_catalog.float8, out contribution pg_catalog.float8, out against_median pg_catalog.float8, out influence pg_catalog.int4)
  returns setof pg_catalog.record
  immutable parallel safe cost 500 rows 8
  language c as 'MODULE_PATHNAME', 'crm_value_score_explain_array';
comment on function @extschema@.value_score_explain(pg_catalog.jsonb, @extschema@.standardize, pg_catalog.float8[], pg_catalog.text) is
'What a score is made of, a row a measure in the order of the card: the raw value, the share 0 to 1 it transforms to, its weight after skipping, and its contribution in points. The beginning of the scale plus the contributions is value_score exactly, in any order. against_median: points against a customer with the median of the measure; influence: 1 for the largest of these. NULL in them: skipped. language NULL: labels are the names. NULL card or measures give no rows.';

create function @extschema@.value_score_explain(
    card pg_catalog.jsonb, stats @extschema@.standardize, measures pg_catalog.jsonb, language pg_catalog.text default null,
    out measure pg_catalog.text, out label pg_catalog.text, out raw pg_catalog.float8, out transformed pg_catalog.float8,
    out weight pg_catalog.float8, out contribution pg_catalog.float8, out against_median pg_catalog.float8, out influence pg_catalog.int4)
  returns setof pg_catalog.record
  immutable parallel safe cost 500 rows 8
  language c as 'MODULE_PATHNAME', 'crm_value_score_explain_jsonb';
comment on function @extschema@.value_score_explain(pg_catalog.jsonb, @extschema@.standardize, pg_catalog.jsonb, pg_catalog.text) is
'As value_score_explain with an array, NULLs included, of an object of measures by name.';

create function @extschema@.score_card_measures(
    card pg_catalog.jsonb, language pg_catalog.text default null,
    out "position" pg_catalog.int4, out measure pg_catalog.text, out label pg_catalog.text, out weight pg_catalog.float8)
  returns setof pg_catalog.record
  immutable parallel safe cost 200 rows 8
  language c as 'MODULE_PATHNAME', 'crm_score_card_measures';
comment on function @extschema@.score_card_measures(pg_catalog.jsonb, pg_catalog.text) is
'The measures of a score card in its order, the order of the array that value_score takes: name, label, and weight as a part of all weights. language NULL: labels are the names. A NULL card gives no rows.';

create function @extschema@.score_card_check(card pg_catalog.jsonb, out path pg_catalog.text, out problem pg_catalog.text)
  returns setof pg_catalog.record
  immutable strict parallel safe cost 1000 rows 1
  language c as 'MODULE_PATHNAME', 'crm_score_card_check';
comment on function @extschema@.score_card_check(pg_catalog.jsonb) is
'Every problem of a score card with its JSON path; no rows when the card is valid.';

create function @extschema@.score_card_example() returns pg_catalog.jsonb
  immutable parallel safe cost 500
  language c as 'MODULE_PATHNAME', 'crm_score_card_example';
comment on function @extschema@.score_card_example() is
'A worked score card of a broker: contribution, average assets, frequency, recency, tenure, products; every transform and every rule for missing values; labels in English and Chinese. Copy it into a table and edit it.';

create function @extschema@.ahp_weights(matrix pg_catalog.float8[], tolerate_inconsistency pg_catalog.bool default false) returns pg_catalog.float8[]
  immutable strict parallel safe cost 500
  language c as 'MODULE_PATHNAME', 'crm_ahp_weights';
comment on function @extschema@.ahp_weights(pg_catalog.float8[], pg_catalog.bool) is
'Weights from comparisons in pairs (analytic hierarchy process, Saaty 1980): the principal eigenvector of a square matrix of at most 15 rows, adding up to 1 up to rounding. Entry (i, j): how many times as important i is as j; of a pair one may be NULL, for the reciprocal of the other. A consistency ratio above 0.1 is an error (22023) that names the worst comparison, unless tolerate_inconsistency is true.';

create function @extschema@.ahp_consistency(
    matrix pg_catalog.float8[], out lambda_max pg_catalog.float8, out consistency_index pg_catalog.float8, out random_index pg_catalog.float8,
    out consistency_ratio pg_catalog.float8, out worst_row pg_catalog.int4, out worst_column pg_catalog.int4,
    out worst_given pg_catalog.float8, out worst_implied pg_catalog.float8)
  returns setof pg_catalog.record
  immutable strict parallel safe cost 500 rows 1
  language c as 'MODULE_PATHNAME', 'crm_ahp_consistency';
comment on function @extschema@.ahp_consistency(pg_catalog.float8[]) is
'How far comparisons in pairs agree, one row: the principal eigenvalue, the consistency index (lambda - n) / (n - 1), Saaty''s random index, their ratio (up to 0.1 is taken for consistent), and the comparison that is farthest from what the weights imply. The matrix is as for ahp_weights.';

create function @extschema@.entropy_weights(
    standardize @extschema@.standardize, out measure pg_catalog.text, out entropy pg_catalog.float8, out divergence pg_catalog.float8, out weight pg_catalog.float8)
  returns setof pg_catalog.record
  immutable strict parallel safe cost 20000 rows 10
  language c as 'MODULE_PATHNAME', 'crm_entropy_weights';
comment on function @extschema@.entropy_weights(@extschema@.standardize) is
'Weights from the data alone: entropy of the shares that customers have in the total of a measure (0: one has all, 1: all have the same), divergence 1 - entropy, and weight, the share in the sum of divergences. Missing values do not count. Negative values, or no measure that tells customers apart, are errors (22023).';

create function @extschema@.perceived_value(utilities pg_catalog.float8[], costs pg_catalog.float8[]) returns pg_catalog.float8
  immutable strict parallel safe cost 30
  language c as 'MODULE_PATHNAME', 'crm_perceived_value';
comment on function @extschema@.perceived_value(pg_catalog.float8[], pg_catalog.float8[]) is
'The value that a customer sees in what he gets, V = U / C: the sum of his answers on utility by the sum of his answers on cost. Not his value to the firm. NULL if an answer is NULL or the costs are not positive. NaN and infinities are errors (22003).';
