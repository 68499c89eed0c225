-- suitability: whether a client may be offered a product, under the rules of a law, with reasons.

-- @unit suitability_explain: ruleset_version: number
-- @unit suitability_rule_list: position: number
-- @unit suitability_verdict_list: position: 1 the most permissive

create function @extschema@.suitability_verdict(client pg_catalog.jsonb, product pg_catalog.jsonb, rules pg_catalog.jsonb, as_of pg_catalog.date) returns pg_catalog.text
  immutable strict parallel safe cost 500
  language c as 'MODULE_PATHNAME', 'crm_suitability_verdict';
comment on function @extschema@.suitability_verdict(pg_catalog.jsonb, pg_catalog.jsonb, pg_catalog.jsonb, pg_catalog.date) is
'The verdict of a rule set (suitability_rules) on a client and a product, both objects of attributes, on a day: the strictest of all rules in effect that apply; the first verdict of the rule set when none does. A rule whose condition cannot be said applies as its "unknown" says, without one as if it held. The day must be one on which the rule set is in effect (22023). NULL for a NULL argument.';

create function @extschema@.suitability_offer(client pg_catalog.jsonb, product pg_catalog.jsonb, rules pg_catalog.jsonb, as_of pg_catalog.date) returns pg_catalog.bool
  immutable strict parallel safe cost 500
  language c as 'MODULE_PATHNAME', 'crm_suitability_offer';
comment on function @extschema@.suitability_offer(pg_catalog.jsonb, pg_catalog.jsonb, pg_catalog.jsonb, pg_catalog.date) is
'Whether the product may be offered to the client on the day: what the rule set says of the verdict that suitability_verdict gives. NULL for a NULL argument.';

create function @extschema@.suitability_explain(
    client pg_catalog.jsonb, product pg_catalog.jsonb, rules pg_catalog.jsonb, as_of pg_catalog.date, language pg_catalog.text default null,
    out verdict pg_catalog.text, out offer pg_catalog.bool, out reasons pg_catalog._text, out rule_ids pg_catalog._text, out rule_references pg_catalog._text,
    out cures pg_catalog._text, out flags pg_catalog._text, out missing pg_catalog._text, out ruleset pg_catalog.text, out ruleset_version pg_catalog.int4,
    out digest pg_catalog.text, out judged_on pg_catalog.date, out details pg_catalog.jsonb, out outcomes pg_catalog._text)
  returns setof pg_catalog.record
  immutable parallel safe cost 20000 rows 1
  language c as 'MODULE_PATHNAME', 'crm_suitability_explain';
comment on function @extschema@.suitability_explain(pg_catalog.jsonb, pg_catalog.jsonb, pg_catalog.jsonb, pg_catalog.date, pg_catalog.text) is
'The verdict of suitability_verdict in one row with all that led to it. reasons, rule_ids, rule_references, cures and outcomes belong together, a rule each: the strictest first, then in the order of the rule set. outcomes: holds, or unknown where the rule applies because something is missing, so that its reason is not established. A NULL cure says that the rule set names none. flags: what else is due. missing: attributes that are absent or do not compare and had a part in a rule that applies. ruleset, ruleset_version, digest (policy_digest of the rules) and judged_on say what it was judged by. details: every rule with each of its comparisons. language: of reasons and cures; without one reasons are the ids. No row for a NULL client, product, rule set or day.';

create function @extschema@.suitability_values(
    rules pg_catalog.jsonb, language pg_catalog.text default null,
    out name pg_catalog.text, out value pg_catalog.jsonb, out source pg_catalog.text, out confirmed pg_catalog.bool, out label pg_catalog.text)
  returns setof pg_catalog.record
  immutable parallel safe cost 200 rows 10
  language c as 'MODULE_PATHNAME', 'crm_suitability_values';
comment on function @extschema@.suitability_values(pg_catalog.jsonb, pg_catalog.text) is
'The values that the conditions of a rule set use by name, by name: what they are, where they are from, and whether somebody has confirmed them. language: of the labels; NULL gives the names. No rows for NULL.';

create function @extschema@.suitability_verdict_list(
    rules pg_catalog.jsonb, language pg_catalog.text default null,
    out "position" pg_catalog.int4, out verdict pg_catalog.text, out label pg_catalog.text, out offer pg_catalog.bool)
  returns setof pg_catalog.record
  immutable parallel safe cost 300 rows 7
  language c as 'MODULE_PATHNAME', 'crm_suitability_verdict_list';
comment on function @extschema@.suitability_verdict_list(pg_catalog.jsonb, pg_catalog.text) is
'The verdicts of a rule set from the most permissive (1) to the strictest, and whether a product may be offered with each. language: of the labels; NULL gives the names. No rows for NULL.';

create function @extschema@.suitability_rule_list(
    rules pg_catalog.jsonb, language pg_catalog.text default null,
    out "position" pg_catalog.int4, out id pg_catalog.text, out verdict pg_catalog.text, out flag pg_catalog.text, out when_unknown pg_catalog.text,
    out reference pg_catalog.text, out effective_from pg_catalog.date, out effective_until pg_catalog.date, out condition pg_catalog.text,
    out reason pg_catalog.text, out cure pg_catalog.text)
  returns setof pg_catalog.record
  immutable parallel safe cost 1000 rows 10
  language c as 'MODULE_PATHNAME', 'crm_suitability_rule_list';
comment on function @extschema@.suitability_rule_list(pg_catalog.jsonb, pg_catalog.text) is
'The rules of a rule set in their order: the verdict or the flag, what becomes of the rule when its condition is unknown (a verdict, the flag, or skip), where it is from, its own first and last day (NULL where it has none), the condition as people read it, reason and cure (NULL: nothing cures it). language: of reason and cure; without one the reason is the id. No rows for NULL.';

create function @extschema@.suitability_rules_check(rules pg_catalog.jsonb, out path pg_catalog.text, out problem pg_catalog.text)
  returns setof pg_catalog.record
  immutable strict parallel safe cost 10000 rows 1
  language c as 'MODULE_PATHNAME', 'crm_suitability_rules_check';
comment on function @extschema@.suitability_rules_check(pg_catalog.jsonb) is
'Every problem of a suitability rule set with its JSON path; no rows when the rule set is valid, and none for NULL.';

create function @extschema@.suitability_rules_example(name pg_catalog.text default 'csrc') returns pg_catalog.jsonb
  immutable strict parallel safe cost 10000
  language c as 'MODULE_PATHNAME', 'crm_suitability_rules_example';
comment on function @extschema@.suitability_rules_example(pg_catalog.text) is
'A worked suitability rule set in English and Chinese, not legal advice: csrc (Chinese securities), nfra (Chinese banks and insurers, two grades a product), mifid_suitability (advice), mifid_appropriateness (execution only), csrc_investor (class of an investor, of the client alone). Another name is an error (22023); NULL for NULL. Copy it into a table and edit it.';
