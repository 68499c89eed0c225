-- clv: customer lifetime value. Probability models of how often customers buy, how long they stay and how much they spend.

-- @unit clv, expected_value, clv_formula: currency of the amounts
-- @unit clv_explain: p_alive: probability, 0 to 1; expected_purchases, discounted_purchases: purchases; expected_value: currency of the amounts, a purchase; clv: currency of the amounts
-- @unit clv_interval: clv, lower, upper: currency of the amounts
-- @unit clv_model_parameters: estimate, standard_error, lower, upper: of the parameter, in the unit of the model
-- @unit expected_purchases, expected_purchases_new: purchases
-- @unit frequency_value_correlation: customers: number; pearson, lower, upper, spearman: -1 to 1
-- @unit p_alive: probability, 0 to 1
-- @unit purchase_histogram: purchases: number; observed, expected: customers
-- @unit residual_lifetime: periods
-- @unit retention_curve: period: number; survival, retention: share, 0 to 1
-- @formula bgnbd_fit: BG/NBD (Fader, Hardie, Lee 2005)
-- @formula mbgnbd_fit: MBG/NBD (Batislam, Denizel, Filiztekin 2007)
-- @formula pareto_nbd_fit: Pareto/NBD (Schmittlein, Morrison, Colombo 1987)
-- @formula bgbb_fit: BG/BB (Fader, Hardie, Shang 2010)
-- @formula gamma_gamma_fit, expected_value: gamma-gamma model of spend (Fader, Hardie 2013)
-- @formula sbg_fit, retention_curve: shifted beta-geometric (Fader, Hardie 2007)
-- @formula residual_lifetime: discounted expected residual lifetime (Fader, Hardie 2010)
-- @formula p_alive, expected_purchases, expected_purchases_new, purchase_histogram: of the model: BG/NBD, MBG/NBD, Pareto/NBD or BG/BB (see its fit)
-- @formula clv, clv_explain: sum over time of expected purchases * expected_value / (1 + discount)^t (see the fits of both models)
-- @formula clv_interval: clv with the delta method on its logarithm
-- @formula clv_model_parameters: maximum likelihood; intervals by the delta method on the logarithm
-- @formula frequency_value_correlation: Pearson with Fisher's interval, Spearman
-- @formula clv_formula: sum of margin * retention^t / (1 + discount)^t

create function @extschema@.bgnbd_fit(sample @extschema@.rfm_sample, as_of pg_catalog.date, unit pg_catalog.text default 'week', regularisation pg_catalog.float8 default 0) returns pg_catalog.jsonb
  immutable strict parallel safe cost 2000000
  language c as 'MODULE_PATHNAME', 'crm_bgnbd_fit';
comment on function @extschema@.bgnbd_fit(@extschema@.rfm_sample, pg_catalog.date, pg_catalog.text, pg_catalog.float8) is
'Fits the BG/NBD model (Fader, Hardie and Lee 2005) by maximum likelihood to customers observed until as_of, its end included. Frequency must count days with a purchase, the first among them (aggregate by day first; rfm_daily_book does). unit: day, week, month, quarter or year, of the parameters and of every horizon later. regularisation: precision of log-normal priors on the parameters, 0 for none. The model (jsonb, kind bgnbd) says whether it converged and what is off. A customer with an event after as_of, or with more events than days, is an error (22023).';

create function @extschema@.mbgnbd_fit(sample @extschema@.rfm_sample, as_of pg_catalog.date, unit pg_catalog.text default 'week', regularisation pg_catalog.float8 default 0) returns pg_catalog.jsonb
  immutable strict parallel safe cost 2000000
  language c as 'MODULE_PATHNAME', 'crm_mbgnbd_fit';
comment on function @extschema@.mbgnbd_fit(@extschema@.rfm_sample, pg_catalog.date, pg_catalog.text, pg_catalog.float8) is
'Fits the MBG/NBD model (Batislam, Denizel and Filiztekin 2007): as BG/NBD, but a customer may leave after his very first purchase too. Arguments, result and errors as of bgnbd_fit; kind mbgnbd.';

create function @extschema@.pareto_nbd_fit(sample @extschema@.rfm_sample, as_of pg_catalog.date, unit pg_catalog.text default 'week', regularisation pg_catalog.float8 default 0) returns pg_catalog.jsonb
  immutable strict parallel safe cost 20000000
  language c as 'MODULE_PATHNAME', 'crm_pareto_nbd_fit';
comment on function @extschema@.pareto_nbd_fit(@extschema@.rfm_sample, pg_catalog.date, pg_catalog.text, pg_catalog.float8) is
'Fits the Pareto/NBD model (Schmittlein, Morrison and Colombo 1987): a customer may leave at any time, not only after a purchase. Arguments, result and errors as of bgnbd_fit; kind pareto_nbd.';

create function @extschema@.bgbb_fit(sample @extschema@.rfm_sample, as_of pg_catalog.date, unit pg_catalog.text, regularisation pg_catalog.float8 default 0) returns pg_catalog.jsonb
  immutable strict parallel safe cost 200000
  language c as 'MODULE_PATHNAME', 'crm_bgbb_fit';
comment on function @extschema@.bgbb_fit(@extschema@.rfm_sample, pg_catalog.date, pg_catalog.text, pg_catalog.float8) is
'Fits the BG/BB model (Fader, Hardie and Shang 2010) of discrete opportunities, one in every unit (day, week, month, quarter, year) after the first purchase: donations a year, deposits a month. Frequency must count units with a purchase, the first among them; whole units since the first event count. The model is jsonb, kind bgbb. A customer with an event after as_of, or with more events than units, is an error (22023).';

create function @extschema@.gamma_gamma_fit(sample @extschema@.rfm_sample, as_of pg_catalog.date, regularisation pg_catalog.float8 default 0) returns pg_catalog.jsonb
  immutable strict parallel safe cost 200000
  language c as 'MODULE_PATHNAME', 'crm_gamma_gamma_fit';
comment on function @extschema@.gamma_gamma_fit(@extschema@.rfm_sample, pg_catalog.date, pg_catalog.float8) is
'Fits the gamma-gamma model of spend per purchase (Fader and Hardie 2013) to the customers who bought again and whose mean repeat spend is positive; the first day is left out of the mean. The model (jsonb, kind gamma_gamma) says how many were left out, and when value and frequency are too correlated for it (see frequency_value_correlation). A customer with an event after as_of, or whose first total is not known, is an error (22023).';

create function @extschema@.sbg_fit(sample @extschema@.rfm_sample, as_of pg_catalog.date, unit pg_catalog.text, regularisation pg_catalog.float8 default 0) returns pg_catalog.jsonb
  immutable strict parallel safe cost 20000
  language c as 'MODULE_PATHNAME', 'crm_sbg_fit_sample';
comment on function @extschema@.sbg_fit(@extschema@.rfm_sample, pg_catalog.date, pg_catalog.text, pg_catalog.float8) is
'Fits the shifted beta-geometric model of contracts (Fader and Hardie 2007): the first event is the start, every later one a renewal, one at the end of each unit (day, week, month, quarter, year). Events must stand on the dates at which they were due: who has fewer renewals than whole units since his start has left; the others may still renew. The model is jsonb, kind sbg. A customer with an event after as_of, or with more renewals than units, is an error (22023).';

create function @extschema@.sbg_fit(surviving pg_catalog.float8[], regularisation pg_catalog.float8 default 0) returns pg_catalog.jsonb
  immutable strict parallel safe cost 1000
  language c as 'MODULE_PATHNAME', 'crm_sbg_fit_surviving';
comment on function @extschema@.sbg_fit(pg_catalog.float8[], pg_catalog.float8) is
'Fits the shifted beta-geometric model to one cohort: surviving[1] customers at the start, surviving[2] after the first renewal date, and so on. Counts of customers, not percentages: standard errors depend on them. Values that rise, are negative or not whole are errors (22023).';

create function @extschema@.p_alive(model pg_catalog.jsonb, summary @extschema@.rfm, as_of pg_catalog.date) returns pg_catalog.float8
  immutable strict parallel safe cost 2
  language c as 'MODULE_PATHNAME', 'crm_p_alive';
comment on function @extschema@.p_alive(pg_catalog.jsonb, @extschema@.rfm, pg_catalog.date) is
'Probability, from 0 to 1, that a customer still buys at the end of as_of, under a model of kind bgnbd, mbgnbd or pareto_nbd; under bgbb, that he is still there at the next opportunity. Under BG/NBD a customer without a repeat purchase has 1, by construction: compare mbgnbd or pareto_nbd. An as_of before his last event is an error (22023), a model that did not converge 55000.';

create function @extschema@.expected_purchases(model pg_catalog.jsonb, summary @extschema@.rfm, as_of pg_catalog.date, horizon pg_catalog.float8) returns pg_catalog.float8
  immutable strict parallel safe cost 10
  language c as 'MODULE_PATHNAME', 'crm_expected_purchases';
comment on function @extschema@.expected_purchases(pg_catalog.jsonb, @extschema@.rfm, pg_catalog.date, pg_catalog.float8) is
'Expected number of purchases of a customer within horizon units of the model (weeks, if it was fitted in weeks) after as_of, whether he still buys taken into account. Cumulative from as_of. bgbb takes whole units. A negative or infinite horizon is an error (22023).';

create function @extschema@.expected_purchases_new(model pg_catalog.jsonb, horizon pg_catalog.float8) returns pg_catalog.float8
  immutable strict parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_expected_purchases_new';
comment on function @extschema@.expected_purchases_new(pg_catalog.jsonb, pg_catalog.float8) is
'Expected number of repeat purchases of a customer of whom nothing is known, within horizon units of the model after his first purchase, which is not counted.';

create function @extschema@.expected_value(gamma_gamma pg_catalog.jsonb, summary @extschema@.rfm) returns pg_catalog.numeric
  immutable strict parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_expected_value';
comment on function @extschema@.expected_value(pg_catalog.jsonb, @extschema@.rfm) is
'Expected amount of a future purchase of a customer: his mean repeat spend, drawn towards the mean of all customers the more, the fewer purchases he made; p (v + x m) / (p x + q - 1). The mean of all for a customer without a repeat purchase; NULL for one whose repeat spend is not positive. Rounded at 12 decimals. A model with q <= 1 has no finite mean and is refused (55000).';

create function @extschema@.clv(model pg_catalog.jsonb, gamma_gamma pg_catalog.jsonb, summary @extschema@.rfm, as_of pg_catalog.date, horizon pg_catalog.float8, discount pg_catalog.float8) returns pg_catalog.numeric
  immutable strict parallel safe cost 50
  language c as 'MODULE_PATHNAME', 'crm_clv';
comment on function @extschema@.clv(pg_catalog.jsonb, pg_catalog.jsonb, @extschema@.rfm, pg_catalog.date, pg_catalog.float8, pg_catalog.float8) is
'Customer lifetime value: what a customer is expected to bring within horizon units of the model after as_of (Infinity: for ever, with a discount of at least 1e-6), each purchase discounted from the moment it is expected. discount: effective annual rate (0.1 is ten percent a year), whatever the unit. In the currency of the amounts, and profit only if they are. NULL where expected_value is. Rounded at 12 decimals.';

create function @extschema@.clv_explain(
    model pg_catalog.jsonb, gamma_gamma pg_catalog.jsonb, summary @extschema@.rfm, as_of pg_catalog.date, horizon pg_catalog.float8, discount pg_catalog.float8,
    out p_alive pg_catalog.float8, out expected_purchases pg_catalog.float8, out discounted_purchases pg_catalog.float8, out expected_value pg_catalog.numeric,
    out clv pg_catalog.numeric)
  returns setof pg_catalog.record
  immutable strict parallel safe cost 200 rows 1
  language c as 'MODULE_PATHNAME', 'crm_clv_explain';
comment on function @extschema@.clv_explain(pg_catalog.jsonb, pg_catalog.jsonb, @extschema@.rfm, pg_catalog.date, pg_catalog.float8, pg_catalog.float8) is
'What clv is made of: the chance that the customer still buys, the purchases expected within the horizon (NULL where it is infinite; the chance is in them) and the same discounted, the expected amount of each, and clv, which is discounted_purchases times expected_value before rounding. One row; none for NULL.';

create function @extschema@.clv_interval(
    model pg_catalog.jsonb, gamma_gamma pg_catalog.jsonb, summary @extschema@.rfm, as_of pg_catalog.date, horizon pg_catalog.float8, discount pg_catalog.float8,
    level pg_catalog.float8 default 0.95, out clv pg_catalog.numeric, out lower pg_catalog.numeric, out upper pg_catalog.numeric)
  returns setof pg_catalog.record
  immutable strict parallel safe cost 500 rows 1
  language c as 'MODULE_PATHNAME', 'crm_clv_interval';
comment on function @extschema@.clv_interval(pg_catalog.jsonb, pg_catalog.jsonb, @extschema@.rfm, pg_catalog.date, pg_catalog.float8, pg_catalog.float8, pg_catalog.float8) is
'clv with an interval that covers the uncertainty of the fitted parameters (delta method on the logarithm, from the covariance in the models). It is an interval for the expectation, not for what this customer will do, who varies far more. lower and upper are NULL when a model has no covariance, or does not determine a parameter. One row; none for NULL.';

create function @extschema@.clv_formula(margin pg_catalog.numeric, retention pg_catalog.float8, discount pg_catalog.float8, horizon pg_catalog.int4, timing pg_catalog.text) returns pg_catalog.numeric
  immutable parallel safe cost 20
  language c as 'MODULE_PATHNAME', 'crm_clv_formula';
comment on function @extschema@.clv_formula(pg_catalog.numeric, pg_catalog.float8, pg_catalog.float8, pg_catalog.int4, pg_catalog.text) is
'The textbook formula: sum of margin * retention^t / (1 + discount)^t. horizon: number of margins, NULL for ever. timing: start (the first margin is received now, t = 0, 1, ...) or end (after one period, t = 1, 2, ...); for ever, the two differ by one margin. All rates are for one period. NULL when margin, retention, discount or timing is NULL.';

create function @extschema@.retention_curve(model pg_catalog.jsonb, periods pg_catalog.int4, out period pg_catalog.int4, out survival pg_catalog.float8, out retention pg_catalog.float8)
  returns setof pg_catalog.record
  immutable strict parallel safe cost 200 rows 12 support @extschema@.number_rows_support
  language c as 'MODULE_PATHNAME', 'crm_retention_curve';
comment on function @extschema@.retention_curve(pg_catalog.jsonb, pg_catalog.int4) is
'The curve of a shifted beta-geometric model: for each period from 1 the share of the customers of the start who are still there after it, and of those before it (the retention rate, which rises because those who leave early leave early).';

create function @extschema@.residual_lifetime(model pg_catalog.jsonb, renewals pg_catalog.int4, discount pg_catalog.float8) returns pg_catalog.float8
  immutable strict parallel safe cost 500
  language c as 'MODULE_PATHNAME', 'crm_residual_lifetime';
comment on function @extschema@.residual_lifetime(pg_catalog.jsonb, pg_catalog.int4, pg_catalog.float8) is
'Discounted expected residual lifetime of a contract, in periods, just before its next renewal date, after that many renewals (Fader and Hardie 2010): the expected number of further renewals, the coming one undiscounted. discount: rate for one period, above 0. Times the margin of a period it is the residual value.';

create function @extschema@.purchase_histogram(
    model pg_catalog.jsonb, sample @extschema@.rfm_sample, as_of pg_catalog.date, up_to pg_catalog.int4 default 10,
    out purchases pg_catalog.int4, out or_more pg_catalog.bool, out observed pg_catalog.int8, out expected pg_catalog.float8)
  returns setof pg_catalog.record
  immutable strict parallel safe cost 20000 rows 11 support @extschema@.number_rows_support
  language c as 'MODULE_PATHNAME', 'crm_purchase_histogram';
comment on function @extschema@.purchase_histogram(pg_catalog.jsonb, @extschema@.rfm_sample, pg_catalog.date, pg_catalog.int4) is
'Whether a model fits: for each number of repeat purchases from 0 to up_to (the last row: or more) how many customers of the sample made it until as_of, and how many the model expects, given how long each has been a customer. Both columns add up to the customers.';

create function @extschema@.frequency_value_correlation(
    sample @extschema@.rfm_sample, out customers pg_catalog.int8, out pearson pg_catalog.float8, out lower pg_catalog.float8, out upper pg_catalog.float8, out spearman pg_catalog.float8)
  returns setof pg_catalog.record
  immutable strict parallel safe cost 20000 rows 1
  language c as 'MODULE_PATHNAME', 'crm_frequency_value_correlation';
comment on function @extschema@.frequency_value_correlation(@extschema@.rfm_sample) is
'Correlation between the number of repeat purchases and their mean amount, over the customers whom gamma_gamma_fit takes (who bought again, for a positive amount): the model assumes none. Pearson with its 95 % interval (Fisher), and Spearman (ranks), which does not follow a few large values. NULL where there is no spread or too few customers. More events than days or an unknown first total are errors (22023).';

create function @extschema@.clv_model_parameters(
    model pg_catalog.jsonb, level pg_catalog.float8 default 0.95, out parameter pg_catalog.text, out estimate pg_catalog.float8, out standard_error pg_catalog.float8,
    out lower pg_catalog.float8, out upper pg_catalog.float8)
  returns setof pg_catalog.record
  immutable strict parallel safe cost 1000 rows 4
  language c as 'MODULE_PATHNAME', 'crm_clv_model_parameters';
comment on function @extschema@.clv_model_parameters(pg_catalog.jsonb, pg_catalog.float8) is
'The parameters of a fitted model as rows, with standard errors and an interval on the log scale, so that it stays positive. NULL where the data do not determine the parameter.';

create function @extschema@.clv_model_check(model pg_catalog.jsonb, out path pg_catalog.text, out problem pg_catalog.text)
  returns setof pg_catalog.record
  immutable strict parallel safe cost 1000 rows 1
  language c as 'MODULE_PATHNAME', 'crm_clv_model_check';
comment on function @extschema@.clv_model_check(pg_catalog.jsonb) is
'Every problem of a lifetime-value model, fitted or written by hand, with its JSON path; no rows when it is valid.';
