"""Measures what a call of every class of function costs the processor, against the COST that it is declared with: page to write."""

import math
import re
import sys

from common import Psql, Report, machine, query, today

PAGE = sys.argv[1]
EVENTS, CUSTOMERS = 150_000, 5000  # in bench/cost.sql
LEAST_SECONDS = 0.08  # of a measurement that counts

# A unit of COST is one call of a simple operator: cpu_operator_cost. What such cost in a select list over the same rows.
OPERATORS = {
    "bigint + bigint": "i + customer", "float8 * float8": "famount * 1.5", "numeric + numeric": "amount + 1.5", "numeric < numeric": "amount < 500",
    "text = text": "item = 'product 55'", "date - integer": "day - 7", "timestamptz < timestamptz": "at < '2026-01-01 00:00+00'", "text || text": "item || 'x'",
}

# Function: a call. c is a customer, e what all have together, m the models, g a number. Among functions of one name the text after
# "/" is a part of the arguments.
DAYS = "date '2025-02-01', date '2025-12-31'"
SCALARS = {
    "policy_digest": "crm.policy_digest(c.client)", "policy_valid": "crm.policy_valid(m.tiers)",
    "recency": "crm.recency(c.rfm, '2026-06-01')", "tenure": "crm.tenure(c.rfm, '2026-06-01')", "frequency": "crm.frequency(c.rfm)",
    "monetary": "crm.monetary(c.rfm)", "total/rfm": "crm.total(c.rfm)", "first_total": "crm.first_total(c.rfm)", "first_at": "crm.first_at(c.rfm)",
    "last_at": "crm.last_at(c.rfm)", "rfm_of/date": "crm.rfm_of(c.id + 2, c.assets, '2025-01-01'::date, '2025-03-01'::date)",
    "rfm_cell": "crm.rfm_cell(m.breaks, c.rfm, '2026-06-01')", "rfm_segment": "crm.rfm_segment(c.cell, m.segments)",
    "rfm_breaks_fit": "crm.rfm_breaks_fit(e.sample, date '2026-06-01' + (g % 9)::int)", "customers/rfm_sample": "crm.customers(e.sample)",
    "customers/concentration": "crm.customers(e.concentration)",
    "rfm_in": "c.rfm::text::crm.rfm", "rfm_out": "c.rfm::text", "rfm_send": "crm.rfm_send(c.rfm)",
    "pnl_out": "c.pnl::text", "pnl_send": "crm.pnl_send(c.pnl)", "daily_balance_out": "c.balances::text", "daily_balance_send": "crm.daily_balance_send(c.balances)",
    "rfm_book_out": "e.rfm_book::text", "rfm_book_send": "crm.rfm_book_send(e.rfm_book)", "pnl_book_out": "e.pnl_book::text", "pnl_book_send": "crm.pnl_book_send(e.pnl_book)",
    "tier_of/numeric": "crm.tier_of(c.assets, m.tiers)", "tier_of/tier_history": "crm.tier_of(c.history, m.months, '2026-05-31')",
    "tier_state": "crm.tier_state(c.history, m.months)", "tier_next/numeric": "crm.tier_next(c.state, c.assets, m.months, '2026-06-30')",
    "observations": "crm.observations(c.amounts)", "minimum": "crm.minimum(c.amounts)", "maximum": "crm.maximum(c.amounts)", "accuracy": "crm.accuracy(c.amounts)",
    "quantile": "crm.quantile(e.distribution, 0.5)", "quantiles": "crm.quantiles(e.distribution, array[0.1, 0.5, 0.9])", "rank": "crm.rank(e.distribution, c.measures[1])",
    "breaks": "crm.breaks(e.distribution, 5)",
    "contribution": "crm.contribution(c.pnl, m.chart)", "revenue": "crm.revenue(c.pnl, m.chart)", "cost": "crm.cost(c.pnl, m.chart)", "credit_cost": "crm.credit_cost(c.pnl, m.chart)",
    "margin": "crm.margin(c.pnl, m.chart)", "total/pnl": "crm.total(c.pnl)", "line_amount": "crm.line_amount(c.pnl, 'turnover')",
    "cash_spread": "crm.cash_spread(c.assets, 0.0175, 0.0035, '2026-01-01', '2026-03-31', 'act/365')",
    "margin_spread": "crm.margin_spread(c.assets, 0.0835, 0.03, '2026-01-01', '2026-03-31', 'act/365')",
    "ftp_margin": "crm.ftp_margin('loan', c.assets, 0.05, 0.03, '2026-01-01', '2026-03-31', 'act/365')",
    "trail_fee": "crm.trail_fee(c.assets, 1.2345, 0.0075, 0.5, '2026-01-01', '2026-03-31', 'act/365')",
    "day_count_fraction": "crm.day_count_fraction('2026-01-01'::date + (g % 9)::int, '2026-03-31', 'act/act')",
    "expected_loss": "crm.expected_loss(0.02, 0.45, c.assets)", "eva": "crm.eva(c.assets, 100, 200, 50, 10000, 0.1, 0.25)", "raroc": "crm.raroc(c.assets, 100, 200, 50, 10000, 0.25)",
    "net_commission": "crm.net_commission(c.assets, 'sell', '2026-03-02', m.fees)",
    "activity_cost": "crm.activity_cost(m.costs, 'call', c.assets)", "capacity_cost_rate": "crm.capacity_cost_rate(m.costs, case when g > 0 then 'systems' end)",
    "cost_to_serve": "crm.cost_to_serve(c.served, m.costs)",
    "gini": "crm.gini(e.concentration)", "top_share": "crm.top_share(e.concentration, 0.05)", "customers_for_share": "crm.customers_for_share(e.concentration, 0.8)",
    "value_for_share": "crm.value_for_share(e.concentration, 0.8)", "total/concentration": "crm.total(e.concentration)",
    "value_score/float8[]": "crm.value_score(m.card, e.standard, c.measures)", "value_score/standardize, jsonb": "crm.value_score(m.card, e.standard, c.named)",
    "perceived_value": "crm.perceived_value(c.measures, array[4, 5])", "ahp_weights": "crm.ahp_weights(array[[1, 3 + g % 3, 5], [null, 1, 2], [null, null, 1]]::float8[], true)",
    "p_alive": "crm.p_alive(m.bgnbd, c.rfm, '2026-06-01')", "expected_purchases": "crm.expected_purchases(m.bgnbd, c.rfm, '2026-06-01', 52)",
    "expected_purchases_new": "crm.expected_purchases_new(m.bgnbd, 10 + g % 100)", "expected_value": "crm.expected_value(m.spend, c.rfm)",
    "clv": "crm.clv(m.bgnbd, m.spend, c.rfm, '2026-06-01', 52, 0.1)", "clv_formula": "crm.clv_formula(c.assets, 0.8, 0.1, 10, 'end')",
    "residual_lifetime": "crm.residual_lifetime(m.sbg, (g % 9)::int, 0.1)",
    "bgnbd_fit": "crm.bgnbd_fit(e.days_sample, date '2026-06-01' + (g % 9)::int)", "mbgnbd_fit": "crm.mbgnbd_fit(e.days_sample, date '2026-06-01' + (g % 9)::int)",
    "pareto_nbd_fit": "crm.pareto_nbd_fit(e.days_sample, date '2026-06-01' + (g % 9)::int)", "bgbb_fit": "crm.bgbb_fit(e.years_sample, date '2026-06-01' + (g % 9)::int, 'year')",
    "sbg_fit/rfm_sample": "crm.sbg_fit(e.renewals, date '2026-06-01' + (g % 9)::int, 'year')", "gamma_gamma_fit": "crm.gamma_gamma_fit(e.days_sample, date '2026-06-01' + (g % 9)::int)", "sbg_fit/double precision[]": "crm.sbg_fit(array[1000, 869, 743, 653, 593 - g % 9])",
    "average_daily_balance": f"crm.average_daily_balance(c.balances, {DAYS}, 0)", "balance_on": "crm.balance_on(c.balances, '2025-07-01', 0)",
    "days_below": f"crm.days_below(c.balances, 300, {DAYS}, 0)", "lowest_balance": f"crm.lowest_balance(c.balances, {DAYS}, 0)",
    "highest_balance": f"crm.highest_balance(c.balances, {DAYS}, 0)", "balance_from_movements": "crm.balance_from_movements(c.movements, 100, '2024-12-31')",
    "migration_customers": "crm.migration_customers(e.migration)",
    "suitability_verdict": "crm.suitability_verdict(c.client, c.product, m.rules, '2026-03-15')", "suitability_offer": "crm.suitability_offer(c.client, c.product, m.rules, '2026-03-15')",
    "tag_overlap/text[], text[]": "crm.tag_overlap(c.tags, array['tag 1', 'tag 2', 'tag 3'])", "tag_overlap/jsonb, jsonb, text": "crm.tag_overlap(c.tags_json, '[\"tag 1\", \"tag 2\"]'::jsonb)",
    "tag_weights": "crm.tag_weights(e.tag_frequency)", "tag_default_weight": "crm.tag_default_weight(e.tag_frequency)", "tag_frequency_documents": "crm.tag_frequency_documents(e.tag_frequency)",
    "target_market_verdict": "crm.target_market_verdict(c.client, m.market)",
    "basket_items": "crm.basket_items(c.basket)", "basket_size": "crm.basket_size(c.basket)", "basket_of": "crm.basket_of(c.items)", "itemset_baskets": "crm.itemset_baskets(e.itemset)",
    "affinity_customers": "crm.affinity_customers(e.affinity)", "affinity_fit": "crm.affinity_fit(e.affinity, 'cosine', (10 + g % 9)::int)", "als_fit": "crm.als_fit(e.affinity, factors => 16, iterations => 5, seed => g)",
    "precision_at": "crm.precision_at(c.items, array['product 1', 'product 2'], 10)", "recall_at": "crm.recall_at(c.items, array['product 1', 'product 2'], 10)",
    "ndcg_at": "crm.ndcg_at(c.items, array['product 1', 'product 2'], 10)", "average_precision_at": "crm.average_precision_at(c.items, array['product 1', 'product 2'], 10)",
    "hit_rate_at": "crm.hit_rate_at(c.items, array['product 1', 'product 2'], 10)", "reciprocal_rank_at": "crm.reciprocal_rank_at(c.items, array['product 1', 'product 2'], 10)",
    "rfm_book_get/rfm_book,": "crm.rfm_book_get(e.rfm_book, c.id)",
    "pnl_book_get/pnl_book,": "crm.pnl_book_get(e.pnl_book, c.id)", "rfm_daily_book_get/rfm_daily_book,": "crm.rfm_daily_book_get(e.daily_book, c.id)",
    "tier_policy_example": "crm.tier_policy_example(case when g > 0 then 'next_month' end)", "suitability_rules_example": "crm.suitability_rules_example(case when g > 0 then 'csrc' end)",
}
SETS = {
    "policy_check": "crm.policy_check(m.tiers)", 
    "rfm_score": "crm.rfm_score(m.breaks, c.rfm, '2026-06-01')", "rfm_segment_explain": "crm.rfm_segment_explain(c.cell, m.segments)",
    "rfm_segment_policy_check": "crm.rfm_segment_policy_check(m.segments)", "rfm_breaks_check": "crm.rfm_breaks_check(m.breaks)",
    "tier_explain/numeric": "crm.tier_explain(c.assets, m.tiers)", "tier_explain/tier_history": "crm.tier_explain(c.history, m.months, '2026-05-31')",
    "tier_path": "crm.tier_path(c.history, m.months)", "tier_distance": "crm.tier_distance(c.history, m.months, '2026-05-31')",
    "tier_history_periods": "crm.tier_history_periods(c.history)", "tier_policy_tiers": "crm.tier_policy_tiers(m.tiers)", "tier_policy_check": "crm.tier_policy_check(m.months)",
    "tier_overrides_check": "crm.tier_overrides_check(m.overrides, m.months)",
    "match_products": "crm.match_products(e.catalogue, c.client, m.offers)", "match_explain": "crm.match_explain(e.catalogue, c.client, m.offers)",
    "catalogue_products": "crm.catalogue_products(e.catalogue)", "matching_policy_check": "crm.matching_policy_check(m.offers)",
    "top_k_items": "crm.top_k_items(c.best)",
    "pnl_lines": "crm.pnl_lines(c.pnl)", "pnl_result": "crm.pnl_result(c.pnl, m.chart)", "contribution_explain": "crm.contribution_explain(c.pnl, m.chart)", "pnl_chart_check": "crm.pnl_chart_check(m.chart)",
    "rfm_book_rows/rfm_book)": "crm.rfm_book_rows(e.rfm_book)", "rfm_daily_book_rows/rfm_daily_book)": "crm.rfm_daily_book_rows(e.daily_book)",
    "pnl_book_rows/pnl_book)": "crm.pnl_book_rows(e.pnl_book)", "book_size": "crm.book_size('rfm', c.id)",
    "net_commission_explain": "crm.net_commission_explain(c.assets, 'sell', '2026-03-02', m.fees)", "fee_schedule_check": "crm.fee_schedule_check(m.fees)",
    "activity_quantities": "crm.activity_quantities(c.served)", "cost_to_serve_explain": "crm.cost_to_serve_explain(c.served, m.costs)",
    "cost_reconciliation": "crm.cost_reconciliation(e.served_all, m.costs)", "unit_costs": "crm.unit_costs(m.costs)", "cost_model_check": "crm.cost_model_check(m.costs)",
    "lorenz": "crm.lorenz(e.concentration)", "whale_curve": "crm.whale_curve(e.concentration)", "whale_peak": "crm.whale_peak(e.concentration)",
    "contribution_share": "crm.contribution_share(e.before)", "contribution_shift": "crm.contribution_shift(e.before, e.after)",
    "revenue_levers": "crm.revenue_levers(e.bridge)", "revenue_bridge": "crm.revenue_bridge(e.bridge, e.bridge)",
    "standardize_measures": "crm.standardize_measures(e.standard)", "entropy_weights": "crm.entropy_weights(e.standard)",
    "value_score_explain/float8[]": "crm.value_score_explain(m.card, e.standard, c.measures)", "value_score_explain/standardize, jsonb": "crm.value_score_explain(m.card, e.standard, c.named)",
    "score_card_measures": "crm.score_card_measures(m.card)", "score_card_check": "crm.score_card_check(m.card)",
    "ahp_consistency": "crm.ahp_consistency(array[[1, 3 + g % 3, 5], [null, 1, 2], [null, null, 1]]::float8[])",
    "clv_explain": "crm.clv_explain(m.bgnbd, m.spend, c.rfm, '2026-06-01', 52, 0.1)", "clv_interval": "crm.clv_interval(m.bgnbd, m.spend, c.rfm, '2026-06-01', 52, 0.1)",
    "clv_model_parameters": "crm.clv_model_parameters(m.bgnbd)", "clv_model_check": "crm.clv_model_check(m.bgnbd)",
    "purchase_histogram": "crm.purchase_histogram(m.bgnbd, e.days_sample, '2026-06-01')", "frequency_value_correlation": "crm.frequency_value_correlation(e.days_sample)",
    "retention_curve": "crm.retention_curve(m.sbg, 12)",
    "daily_balance_entries": "crm.daily_balance_entries(c.balances)", "movement_rows": "crm.movement_rows(c.movements)", "monthly_balances": f"crm.monthly_balances(c.balances, {DAYS}, 0)",
    "migration_matrix": "crm.migration_matrix(e.migration)", "migration_expected_time": "crm.migration_expected_time(e.migration)",
    "migration_forecast": "crm.migration_forecast(e.migration, 12)", "migration_steady_state": "crm.migration_steady_state(e.migration)", "migration_rates": "crm.migration_rates(e.migration, m.tiers)",
    "cuts_by_customers/concentration": "crm.cuts_by_customers(e.concentration, array[0.02, 0.1, 0.3])", "cuts_by_customers/distribution": "crm.cuts_by_customers(e.distribution, array[0.02, 0.1, 0.3])",
    "cuts_by_quantile/concentration": "crm.cuts_by_quantile(e.concentration, array[0.5, 0.9])", "cuts_by_quantile/distribution": "crm.cuts_by_quantile(e.distribution, array[0.5, 0.9])",
    "cuts_by_value": "crm.cuts_by_value(e.positive, array[0.5, 0.8])",
    "cuts_natural/concentration": "crm.cuts_natural(e.concentration, 5)", "cuts_natural/distribution": "crm.cuts_natural(e.distribution, 5)",
    "suitability_explain": "crm.suitability_explain(c.client, c.product, m.rules, '2026-03-15')", "suitability_rule_list": "crm.suitability_rule_list(m.rules)",
    "suitability_values": "crm.suitability_values(m.rules)", "suitability_verdict_list": "crm.suitability_verdict_list(m.rules)", "suitability_rules_check": "crm.suitability_rules_check(m.rules)",
    "tag_frequencies": "crm.tag_frequencies(e.tag_frequency)", "tag_overlap_explain/text[], text[]": "crm.tag_overlap_explain(c.tags, array['tag 1', 'tag 2', 'tag 3'])",
    "target_market_explain": "crm.target_market_explain(c.client, m.market)", "target_market_check": "crm.target_market_check(m.market)",
    "itemset_items": "crm.itemset_items(e.itemset)", "frequent_itemsets": "crm.frequent_itemsets(e.itemset, 0.05)", "association_rules": "crm.association_rules(e.itemset, 0.05, 0.1)",
    "affinity_items": "crm.affinity_items(e.affinity)", "affinity_entries": "crm.affinity_entries(e.affinity)", "affinity_neighbours": "crm.affinity_neighbours(e.affinity)",
    "affinity_model_check": "crm.affinity_model_check(m.neighbours)", "als_model_check": "crm.als_model_check(m.factors)",
    "recommend/jsonb, text[]": "crm.recommend(m.neighbours, c.items)", "recommend/jsonb, jsonb": "crm.recommend(m.factors, c.held)",
    "recommend_explain/jsonb, text[]": "crm.recommend_explain(m.neighbours, c.items, 'product 1')",
}
# Transition functions: of every row of 150,000 events, one group; then of the rows of the customers.
AGGREGATES = {
    "rfm_push/date, numeric": "crm.rfm_agg(day, amount)", "rfm_push/time zone, numeric": "crm.rfm_agg(at, amount)", "rfm_push/date, double": "crm.rfm_agg(day, famount)",
    "distribution_push/distribution, double precision)": "crm.distribution_agg(famount)", "distribution_push/distribution, numeric)": "crm.distribution_agg(amount)",
    "concentration_push/numeric": "crm.concentration_agg(amount)", "pnl_push/numeric": "crm.pnl_agg(line, amount)", "migration_push/text)": "crm.migration_agg(tier, tier_after)",
    "contribution_push/numeric, numeric": "crm.contribution_agg(tier, amount, amount)", "cost_to_serve_push/text, numeric": "crm.cost_to_serve_agg(activity, amount)",
    "daily_balance_push/bigint, numeric": "crm.daily_balance_agg(day, i, amount)", "daily_movement_push/numeric": "crm.daily_movement_agg(day, amount)",
    "tier_history_push/date, numeric": "crm.tier_history_agg(day, customer::numeric)", "rfm_book_push/bigint, date, numeric": "crm.rfm_book_agg(customer, day, amount)",
    "pnl_book_push/bigint, text, numeric": "crm.pnl_book_agg(customer, line, amount)", "affinity_push/bigint, text)": "crm.affinity_agg(customer, item)",
    "affinity_push/affinity, text, text)": "crm.affinity_agg(customer_text, item)", "top_k_push/": "crm.top_k_agg(item, famount, 10)",
    "standardize_push/text[]": "crm.standardize_agg(array['a', 'b'], array[famount, i::float8])", "basket_push/": "crm.basket_agg(item)",
    "revenue_bridge_push/": "crm.revenue_bridge_agg(amount, amount, amount, amount)",
}
OF_CUSTOMERS = {
    "rfm_combine": "crm.rfm_merge(rfm)", "pnl_combine": "crm.pnl_merge(pnl)", "daily_balance_combine": "crm.daily_balance_merge(balances)",
    "daily_movement_combine": "crm.daily_movement_merge(movements)", "distribution_combine": "crm.distribution_merge(amounts)",
    "cost_to_serve_combine": "crm.cost_to_serve_merge(served)", "top_k_combine": "crm.top_k_merge(best)", "basket_combine": "crm.basket_merge(basket)",
    "rfm_sample_push": "crm.rfm_sample_agg(rfm)", "itemset_push/basket": "crm.itemset_agg(basket)", "itemset_push/text[]": "crm.itemset_agg(items)",
    "tag_frequency_push/text[]": "crm.tag_frequency_agg(tags)", "tag_frequency_push/jsonb": "crm.tag_frequency_agg(tags_json)",
    "standardize_push/jsonb": "crm.standardize_agg(named)", "catalogue_push": "crm.catalogue_agg(id::text, product - 'product')",
}


def declared(name, part):
    """COST and ROWS of the first function of that name whose arguments have the part."""
    found = query(f"""select procost || ' ' || prorows from pg_proc where pronamespace = 'crm'::regnamespace and proname = '{name}'
      and position($${part.replace('float8', 'double precision').replace(', ', ',')}$$ in replace(oid::regprocedure::text, 'crm.', '')) > 0 order by oid limit 1""")
    if not found:
        raise SystemExit(f"{name}/{part}: no such function")
    return [float(word) for word in found.split()]


class Session(Psql):
    """One session, and the time that its server process has been on a processor: others on the machine do not count."""

    def __init__(self):
        super().__init__()
        self.stat = f"/proc/{self.run('select pg_backend_pid()')[0]}/schedstat"
        self.run("set max_parallel_workers_per_gather = 0; set jit = off; set work_mem = '1GB'; set search_path = cost, public")

    def seconds(self, sql):
        """Seconds of the processor, and the answer."""

        def spent():
            return int(open(self.stat).read().split()[0]) / 1e9

        before = spent()
        answer = self.run(sql)[0]
        return spent() - before, answer


def source(call, rows, times):
    """The rows of a measurement: what the call reads of them, as columns of their own, and these columns."""
    read = sorted(set(re.findall(r"\b[cem][.]\w+", call))) + ["g"]
    names = [column.replace(".", "_") for column in read]
    columns = ", ".join(f"{column} as {name}" for column, name in zip(read, names))
    return f"(select {columns} from (select * from customer limit {rows}) as c, everybody as e, model as m, generate_series(1, {times}) as g offset 0) as s", names


def grown(session, call, per_set):
    """Seconds a call, and rows a call: of as many calls as take long enough, the best of three, less that of the rows."""

    def measure(rows, times):
        rows_of, names = source(call, rows, times)
        called = re.sub(r"\b([cem])[.](\w+)", r"\1_\2", call)
        counts = ", ".join(f"count({name})" for name in names)
        counted = f"count(r), {counts} from {rows_of} cross join lateral {called} as r" if per_set else f"count({called}), {counts} from {rows_of}"
        seconds, answer = session.seconds(f"select {counted}")
        return seconds, int(answer.split("|")[0]), f"select {counts} from {rows_of}"

    rows, times = 1, 1
    while True:
        seconds, given, base = measure(rows, times)
        if seconds >= LEAST_SECONDS or times >= 20:
            break
        more = min(LEAST_SECONDS * 1.3 / max(seconds, 1e-4), 100)
        rows, times = (min(5000, math.ceil(rows * more)), times) if rows < 5000 else (rows, min(20, math.ceil(times * more)))
    best = min([seconds] + ([measure(rows, times)[0] for _ in range(2)] if seconds < 1 else []))
    nothing = min(session.seconds(base)[0] for _ in range(3)) if seconds < 1 else 0
    return max(best - nothing, 1e-10) / (rows * times), given / (rows * times)


def main():
    report = Report()
    query("set client_min_messages = warning; drop schema if exists cost cascade")
    with Session() as session:
        session.run(open("bench/cost.sql").read().replace("\\set ON_ERROR_STOP on", ""))
        plain = min(session.seconds("select count(i) from event")[0] for _ in range(9))
        scan = min(session.seconds("select count(*) from event")[0] for _ in range(9))
        unit_times = {name: (min(session.seconds(f"select count({call}) from event")[0] for _ in range(9)) - plain) / EVENTS for name, call in OPERATORS.items()}
        unit_times["a fifth of a row of a scan with count(*): 4 units of cpu_tuple_cost, one of the count"] = scan / EVENTS / 5
        unit = math.exp(sum(math.log(t) for t in unit_times.values()) / len(unit_times))

        report.add("# What calls cost: declared and measured", "", f"{today()}. {machine()}.", "",
                   "`make bench PARTS=cost`. The planner reckons with the COST of a function, in units of `cpu_operator_cost`, of one simple operator. Here each class of functions is called on",
                   "5,000 customers of 30 events, and the processor's time of the server is taken (of it alone: what else runs does not count), without that of the same",
                   "rows without the call. A unit is the geometric mean of these:", "")
        report.table("one call", "ns")
        for name, seconds in unit_times.items():
            report.row(name, f"{seconds * 1e9:.0f}")
        report.row("**a unit**", f"**{unit * 1e9:.0f}**")
        report.add("", "The input and output of books are declared at a tenth and less on purpose: what they cost depends on the book, and with the full cost of thousands of",
                   "customers for each small book the planner would compile the query (`jit_above_cost`) for nothing. `rfm_send` and the like have one cost for all types of a kind.", "",
                   "Ratios are declared to measured. Planners need the order of magnitude: what is off by more than a factor of 3 is marked. What a call costs depends on",
                   "its data: of a fit, of a book, of everything that reads many customers, it is that of a sample of a few thousand. Rows: what a function that gives rows declares, and gave.")
        off = []

        def line(key, seconds, *more):
            name, _, part = key.partition("/")
            cost, rows = declared(name, part)
            measured = seconds / unit
            ratio = cost / max(measured, 1)
            good = 1 / 3 <= ratio <= 3
            if not good:
                off.append(key)
            report.row(f"`{name}({part.strip('(),')})`" if part else f"`{name}`", f"{seconds * 1e9:,.0f}", f"{measured:,.1f}", f"{cost:,.0f}", f"{ratio:.2g}" if good else f"**{ratio:.2g}**",
                       *(f"{number:,.1f}" for number in more), *([f"{rows:,.0f}"] if more else []))

        report.add("", "## Functions that return a value")
        report.table("function", "ns a call", "measured cost", "declared", "ratio")
        for key, call in SCALARS.items():
            line(key, grown(session, call, False)[0])
        report.add("", "## Functions that give rows")
        report.table("function", "ns a call", "measured cost", "declared", "ratio", "rows", "declared rows")
        for key, call in SETS.items():
            line(key, *grown(session, call, True))
        report.add("", "## Transition functions, a row")
        report.table("function", "ns a row", "measured cost", "declared", "ratio")
        for key, call in AGGREGATES.items():
            line(key, max(min(session.seconds(f"select {call} is null from event")[0] for _ in range(3)) - scan, 0) / EVENTS)
        scan = min(session.seconds("select count(id) from customer")[0] for _ in range(3))
        for key, call in OF_CUSTOMERS.items():
            line(key, max(min(session.seconds(f"select {call} is null from customer")[0] for _ in range(3)) - scan, 0) / CUSTOMERS)
        report.add("", f"{len(SCALARS) + len(SETS) + len(AGGREGATES) + len(OF_CUSTOMERS)} measured, {len(off)} off by more than a factor of 3{': ' + ', '.join(off) if off else ''}.")
    report.write(PAGE)


if __name__ == "__main__":
    main()
