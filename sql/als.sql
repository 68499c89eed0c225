-- als: matrix factorisation of holdings by alternating least squares.

-- @formula als_fit: implicit-feedback alternating least squares (Hu, Koren, Volinsky 2008)

create function @extschema@.als_fit(
    affinity @extschema@.affinity, factors pg_catalog.int4 default 32, iterations pg_catalog.int4 default 15,
    regularization pg_catalog.float8 default 0.1, alpha pg_catalog.float8 default 1, weighting pg_catalog.text default 'weight',
    seed pg_catalog.int8 default 0)
  returns pg_catalog.jsonb
  immutable strict parallel safe cost 2000000
  language c as 'MODULE_PATHNAME', 'crm_als_fit';
comment on function @extschema@.als_fit(@extschema@.affinity, pg_catalog.int4, pg_catalog.int4, pg_catalog.float8, pg_catalog.float8, pg_catalog.text, pg_catalog.int8) is
'Factors of items (a model, kind als_model) by alternating least squares for implicit feedback (Hu, Koren, Volinsky 2008): the sum over all customers and items of c (p - x.y)^2 plus regularization times all squared factors is made small, with p 1 for what is held and 0 otherwise, and the confidence c = 1 + alpha r. weighting: what r is, weight, log (ln(1 + weight)) or binary (1). factors 1 to 256, iterations 1 to 1000, regularization and alpha 1e-9 to 1e9 (22023). The same data and seed give the same bytes. alpha r above 1e12 is 22003; more than 8 million factors in all are 54000. NULL for a NULL argument.';

create function @extschema@.als_model_check(model pg_catalog.jsonb, out path pg_catalog.text, out problem pg_catalog.text)
  returns setof pg_catalog.record
  immutable strict parallel safe cost 20000 rows 1
  language c as 'MODULE_PATHNAME', 'crm_als_model_check';
comment on function @extschema@.als_model_check(pg_catalog.jsonb) is
'Every problem of a model of the kind als_model with its JSON path; no rows when it is valid.';
