"""A call of every feature with bound parameters, through psycopg 3 (bound on the server) and psycopg2 (put into the query): what arrives are base
types. Then which calls need a cast, and what binds to which overload."""

import datetime
import math
import uuid
from decimal import Decimal as D

import psycopg
import psycopg2
import psycopg2.extras
from psycopg.types.json import Jsonb

DAY = datetime.date(2026, 9, 30)
AT = datetime.datetime(2026, 9, 30, 12, tzinfo=datetime.timezone.utc)
EVENTS = "(select mod(i, 20) as client_id, date '2026-01-01' + mod(i, 250) as day, mod(i * i, 977)::numeric / 100 as amount, 'item ' || mod(i, 7) as item from generate_series(1, 500) as i) as e"

# Feature, statement, parameters (a dict is bound as jsonb), types of the columns of the first row.
FLOWS = [
    ("policy", "select policy_valid(p), policy_digest(p) from (select %(p)s::jsonb as p) as q", {"p": {"kind": "x"}}, (bool, str)),
    ("policy", "select * from policy_check(%(p)s)", {"p": {"kind": "tier_policy"}}, (str, str)),
    ("rfm", f"select recency(r, %(d)s), frequency(r), monetary(r), total(r), last_at(r) from (select rfm_agg(day, amount) as r from {EVENTS} where client_id = %(c)s) as q",
     {"d": DAY, "c": 7}, (int, int, D, D, datetime.datetime)),
    ("rfm", "select frequency(rfm_of(%(n)s, %(t)s, %(f)s, %(l)s))", {"n": 3, "t": D("10.50"), "f": DAY, "l": DAY}, (int,)),
    ("tier", "select tier_of(%(m)s, tier_policy_example()), t.tier, t.missing from tier_explain(%(m)s, tier_policy_example(), language => %(g)s) as t where not reached", {"m": D(90000), "g": "en"}, (str, str, D)),
    ("tier", "select p.* from (select tier_history_agg(date '2026-01-01' + i * 31, i * %(m)s) as h from generate_series(0, 5) as i) as q cross join lateral tier_path(h, tier_policy_example(%(r)s)) as p",
     {"m": D(50000), "r": "next_month"}, (datetime.date, datetime.date, D, None, None, None, str, int, str)),
    ("distribution", f"select quantile(x, %(q)s), quantiles(x, %(l)s), observations(x) from (select distribution_agg(amount) as x from {EVENTS}) as q", {"q": 0.5, "l": [0.1, 0.9]}, (float, list, int)),
    ("matching", "select m.product, m.score, m.reasons from (select catalogue_agg('BOND01', %(a)s) as k) as q cross join lateral match_products(k, %(c)s, matching_policy_example(), k => %(k)s) as m",
     {"a": {"risk_grade": "R1", "open": True, "professional_only": False, "min_amount": 1000, "tags": ["income"]},
      "c": {"client_id": 42, "risk_class": "C4", "professional": False, "minimum_class": False, "assets": 90000, "interests": ["income"]}, "k": 3}, (str, float, dict)),
    ("top_k", "select t.* from (select top_k_agg('a' || i, i / 2.0::float8, %(k)s) as k from generate_series(1, 9) as i) as q cross join lateral top_k_items(k) as t", {"k": 3}, (int, str, float)),
    ("pnl", "select total(p), r.contribution, r.margin from (select pnl_agg(%(l)s, %(a)s) as p) as q cross join lateral pnl_result(p, pnl_chart_example()) as r", {"l": "commission", "a": D("12.34")}, (D, D, float)),
    ("book", f"select r.customer, total(r.rfm) from (select rfm_book_agg(client_id, day, amount) as b from {EVENTS}) as q cross join lateral rfm_book_rows(b) as r where r.customer > %(c)s", {"c": 3}, (int, D)),
    ("book", "select r.customer, total(r.rfm) from (select rfm_book_agg(%(u)s, %(d)s, %(a)s) as b) as q cross join lateral rfm_book_rows(b) as r", {"u": uuid.uuid4(), "d": AT, "a": D("1.5")}, (uuid.UUID, D)),
    ("earnings", "select net_commission(%(t)s, %(s)s, %(d)s, fee_schedule_example()), day_count_fraction(%(f)s, %(d)s, %(c)s)", {"t": D(10000), "s": "sell", "d": DAY, "f": datetime.date(2026, 1, 1), "c": "act/365"}, (D, float)),
    ("cost", "select cost_to_serve(s, %(m)s), e.activity, e.cost from (select cost_to_serve_agg('call', %(q)s) as s) as q cross join lateral cost_to_serve_explain(s, %(m)s) as e", {"m": "cost_model", "q": D(3)}, (D, str, D)),
    ("concentration", f"select gini(c), top_share(c, %(s)s), customers_for_share(c, 0.8) from (select concentration_agg(amount) as c from {EVENTS}) as q", {"s": 0.05}, (float, float, int)),
    ("contribution", f"select s.segment, s.customers, s.amount, s.amount_share from (select contribution_agg(item, amount) as c from {EVENTS} where client_id < %(c)s) as q cross join lateral contribution_share(c) as s", {"c": 10}, (str, int, D, float)),
    ("value", "select ahp_weights(%(m)s), perceived_value(%(u)s, %(c)s)", {"m": [[1.0, 3.0], [1 / 3, 1.0]], "u": [4.0, 5.0], "c": [3.0]}, (list, float)),
    ("value", "select value_score(%(k)s, null, %(m)s)", {"k": {"kind": "score_card", "version": 1, "name": "x", "missing": "skip", "measures": [{"name": "a", "weight": 1, "direction": "higher", "transform": {"type": "min_max", "from": 0, "to": 10}}]}, "m": [4.5]}, (float,)),
    ("clv", "select clv_formula(%(m)s, %(r)s, %(d)s, %(h)s, %(t)s)", {"m": D(100), "r": 0.8, "d": 0.1, "h": 5, "t": "start"}, (D,)),
    ("clv", "select sbg_fit(%(s)s), retention from retention_curve(sbg_fit(%(s)s), %(n)s)", {"s": [1000.0, 869.0, 743.0, 653.0], "n": 3}, (dict, float)),
    ("balance", f"select average_daily_balance(b, %(f)s, %(l)s, opening => %(o)s), m.* from (select daily_balance_agg(day, sum(amount)) over () as b from {EVENTS} where client_id = 1 group by day) as q "
     "cross join lateral monthly_balances(b, %(f)s, %(l)s, opening => %(o)s) as m", {"f": datetime.date(2026, 3, 1), "l": datetime.date(2026, 5, 31), "o": D(0)}, (D, datetime.date, datetime.date, datetime.date, int, D, D, D, D)),
    ("migration", "select m.from_tier, m.customers, m.probability from (select migration_agg(%(a)s, %(b)s) as g) as q cross join lateral migration_matrix(g, confidence => %(c)s) as m where customers > 0", {"a": "gold", "b": "silver", "c": 0.9}, (str, int, float)),
    ("cuts", f"select c.\"position\", c.customers, c.value from (select concentration_agg(amount) as x from {EVENTS}) as q cross join lateral cuts_by_customers(x, %(s)s) as c", {"s": [0.1, 0.5]}, (int, int, D)),
    ("suitability", "select suitability_verdict(%(c)s, %(p)s, suitability_rules_example('csrc'), %(d)s), e.reasons, e.details, e.judged_on from suitability_explain(%(c)s, %(p)s, suitability_rules_example('csrc'), %(d)s, language => 'en') as e",
     {"c": {"risk_class": "C2"}, "p": {"product": "P1", "risk_grade": "R5"}, "d": DAY}, (str, list, (dict, list), datetime.date)),
    ("tag", "select tag_overlap(%(a)s::text[], %(b)s), target_market_verdict(%(c)s, target_market_example())", {"a": ["x", "y"], "b": ["y"], "c": {"age": 30}}, (float, str)),
    ("basket", "select basket_items(basket_of(%(i)s)), basket_size(basket_of(%(i)s))", {"i": ["b", "a"]}, (list, int)),
    ("affinity", f"select n.item, n.rank, n.neighbour, n.score from (select affinity_agg(client_id, item) as a from {EVENTS}) as q cross join lateral affinity_neighbours(a, neighbours => %(n)s) as n", {"n": 2}, (str, int, str, float)),
    ("als", f"select als_fit(a, factors => %(f)s, iterations => 3) from (select affinity_agg(client_id, item) as a from {EVENTS} where amount > %(a)s) as q", {"f": 2, "a": 5}, (dict,)),
    ("recommend", f"select r.* from (select affinity_fit(affinity_agg(client_id, item)) as m from {EVENTS} where mod((client_id + amount)::int, 3) = 0) as q cross join lateral recommend(m, %(h)s::text[], k => %(k)s) as r", {"h": ["item 1"], "k": 2}, (int, str, float, str)),
    ("recommend", "select precision_at(%(r)s, %(x)s, %(k)s)", {"r": ["a", "b"], "x": ["b"], "k": 2}, (float,)),
    ("observability", "select version, postgresql from build_info() where version = %(v)s or version <> %(v)s", {"v": "0.1.0"}, (str, int)),
]

# What has no type in psycopg 3, and is not unique without a cast: docs/clients.md says so.
AMBIGUOUS = [
    ("select recommend(%s::jsonb, %s)", ({}, ["a"])), ("select recommend_explain(%s::jsonb, %s, 'a')", ({}, ["a"])), ("select tag_overlap(%s, %s)", (["a"], ["b"])),
    ("select tag_overlap_explain(%s, %s)", (["a"], ["b"])), ("select tier_of(%s, %s, %s)", ("1", {}, None)),
    ("select tier_explain(%s, %s, %s)", ("1", {}, None)), ("select itemset_agg(%s)", (["a"],)), ("select tag_frequency_agg(%s)", (["a"],)),
]


def bound(parameters, jsonb):
    return {name: jsonb(value) if isinstance(value, dict) else value for name, value in parameters.items()}


def main():
    three = psycopg.connect(autocommit=True, options="-c search_path=crm")
    two = psycopg2.connect("", options="-c search_path=crm")
    two.autocommit = True
    psycopg2.extras.register_uuid()
    model = three.execute("select cost_model_example()").fetchone()[0]
    wrong, calls = [], 0
    for feature, statement, parameters, types in FLOWS:
        parameters = {name: model if value == "cost_model" else value for name, value in parameters.items()}
        answers = []
        for driver, connection, jsonb in (("psycopg 3", three, Jsonb), ("psycopg2", two, psycopg2.extras.Json)):
            calls += 1
            try:
                cursor = connection.cursor()
                cursor.execute(statement, bound(parameters, jsonb))
                row = cursor.fetchone()
            except (psycopg.Error, psycopg2.Error) as error:
                wrong.append(f"{feature}, {driver}: {error} in {statement}")
                continue
            answers.append(row)
            if row is None or len(row) != len(types):
                wrong.append(f"{feature}, {driver}: {row} of {statement}")
            for value, type_ in zip(row or (), types):
                if type_ is not None and not isinstance(value, type_):
                    wrong.append(f"{feature}, {driver}: {value!r} is not a {type_} in {row}")
        # psycopg2 binds other types; the answer is the same up to the last bit of a float.
        if len(answers) == 2:
            for a, b in zip(*answers):
                if a != b and not (isinstance(a, float) and math.isclose(a, b, rel_tol=1e-12)):
                    wrong.append(f"{feature}: {a!r} through psycopg 3, {b!r} through psycopg2")
    features = {row[0] for row in three.execute("select distinct feature from catalog()").fetchall()}
    if missing := features - {flow[0] for flow in FLOWS}:
        wrong.append(f"features without a flow: {missing}")

    # Unique once it has a type; and each still needs it, or the page is out of date.
    for statement, parameters in AMBIGUOUS:
        try:
            three.execute(statement, [Jsonb(value) if isinstance(value, dict) else value for value in parameters])
            wrong.append(f"needs no cast any more: {statement}")
        except (psycopg.errors.AmbiguousFunction, psycopg.errors.InvalidTextRepresentation):
            pass

    # A cursor on the server, a prepared statement that is run often, binary results, and a summary as a parameter: its text.
    with three.transaction(), three.cursor(name="rows", binary=True) as cursor:
        cursor.execute("select customers, value, value_share from whale_curve((select concentration_agg(i::numeric) from generate_series(1, 1000) as i), %s)", (10,))
        rows = cursor.fetchall()
        if len(rows) != 11 or not isinstance(rows[5][1], D):
            wrong.append(f"whale_curve through a named cursor: {rows}")
    summaries = [three.execute("select rfm_agg(%s, %s)", (DAY, D(i)), prepare=True).fetchone()[0] for i in range(1, 20)]
    total = three.execute("select total(rfm_merge(s)) from unnest(%s::crm.rfm[]) as s", (summaries,)).fetchone()[0]
    if total != D(190):
        wrong.append(f"summaries as parameters: {total}")
    for line in wrong:
        print(line)
    print(f"clients: {calls} flows of {len(features)} features through psycopg 3 and psycopg2, {len(AMBIGUOUS)} calls that need a cast, {len(wrong)} wrong")
    raise SystemExit(bool(wrong))


main()
