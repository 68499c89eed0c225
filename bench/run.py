"""Times pairs of queries in turn in one session and writes a table of medians and ratios of medians."""

import re
import statistics
import sys

from common import SMALL_WORK_MEM, machine, query, ratio, seconds, timed, today

ROUNDS, RESULTS = int(sys.argv[1]), sys.argv[2]

OFFERS = """select count(*) from (select * from client order by client_id limit {clients}) c
  cross join (select crm.catalogue_agg(product_id, to_jsonb(p) - 'product_id') as catalogue
    from (select * from product order by product_id limit {products}) p) k
  cross join policy
  cross join lateral crm.match_products(k.catalogue, to_jsonb(c), policy.offers, k => 5) m"""

# The same gates and scores in plain SQL: what one would write without the extension (weights without idf).
OFFERS_PLAIN = """select count(*) from (select * from client order by client_id limit {clients}) c
  cross join lateral (
    select product_id, 0.8 * (select count(*) from unnest(p.tags) t where t = any (c.interests))::float8
        / (select count(*) from (select unnest(p.tags) union select unnest(c.interests)) u)
      + 0.2 * (select count(*) from unnest(p.channels) t where t = any (c.preferred_channels))::float8 / cardinality(c.preferred_channels) as score
    from product p
    where p.open and (c.professional or substr(p.risk_grade, 2)::int <= substr(c.risk_class, 2)::int)
      and (not c.minimum_class or p.risk_grade = 'R1') and (not p.professional_only or c.professional)
      and p.min_amount <= c.assets and p.term_months <= c.horizon_months
    order by score desc, product_id
    limit 5) m"""

# Every column is read outside: PostgreSQL does not compute what nobody reads.
GROUPED = "select count(summary) from (select customer, {} as summary from event group by customer offset 0) g"
PLAIN = "count(*), min(at), max(at), sum({})"
PLAIN_GROUPED = """select count(n), count(first), count(last), count(total)
  from (select customer, count(*) as n, min(at) as first, max(at) as last, sum({}) as total from event group by customer offset 0) g"""
PERCENTILES = "select percentile_cont(0.1) within group (order by famount), percentile_cont(0.5) within group (order by famount), " \
    "percentile_cont(0.9) within group (order by famount) from event"
QUANTILES = "select crm.quantiles(crm.distribution_agg(famount), array[0.1, 0.5, 0.9]) from event"

# name, ours, theirs, what is to be reached (as a bound of ours / theirs), note
PAIRS = [
    ("rfm_agg(at, float8), 500,000 groups", GROUPED.format("crm.rfm_agg(at, famount)"), PLAIN_GROUPED.format("famount"), 1.10, "count, min, max, sum"),
    ("rfm_agg(at, numeric), 500,000 groups", GROUPED.format("crm.rfm_agg(at, amount)"), PLAIN_GROUPED.format("amount"), 0.85, "count, min, max, sum"),
    ("rfm_agg(at, float8), one group", "select crm.rfm_agg(at, famount) from event",
     f"select {PLAIN.format('famount')} from event", 0.75, "count, min, max, sum"),
    ("rfm_agg(at, numeric), one group", "select crm.rfm_agg(at, amount) from event",
     f"select {PLAIN.format('amount')} from event", 0.75, "count, min, max, sum"),
    ("distribution_agg and three quantiles", SMALL_WORK_MEM + QUANTILES, SMALL_WORK_MEM + PERCENTILES, 0.20,
     "three percentile_cont, work_mem 4MB (the default)"),
    ("distribution_agg and three quantiles", QUANTILES, PERCENTILES, None, "three percentile_cont, work_mem 1GB (sorted in memory)"),
    ("match_products, 500 clients x 1,000 products, top 5", OFFERS.format(clients=500, products=1000), OFFERS_PLAIN.format(clients=500), None,
     "the same gates and scores in plain SQL"),
    ("tier_of, five tiers, a call a row", "select count(crm.tier_of(famount, tiers)) from event, policy",
     "select count(case when famount >= 6e6 then 'private' when famount >= 1e6 then 'platinum' when famount >= 2e5 then 'gold' "
     "when famount >= 5e4 then 'silver' else 'mass' end) from event, policy", None, "case, five branches"),
]

FLOORS = [
    ("a bare scan: count(*)", "select count(*) from event"),
    ("a bare grouping: count(*) ... group by customer", GROUPED.format("count(*)")),
]

# name, query, pairs of client and product
SCALING = [
    (f"{c:,} clients x {p:,} products", OFFERS.format(clients=c, products=p), c * p)
    for c, p in [(2000, 1000), (20000, 100), (20000, 500), (20000, 1000)]
]


def memory(select):
    plan = query("explain (analyze, timing off, costs off) select customer, " + select + " from event group by customer")
    return int(re.search(r"Memory Usage: (\d+)kB", plan).group(1)) * 1024 / int(query("select count(distinct customer) from event"))


def main():
    rows = int(query("select count(*) from event"))
    lines = [
        "# Results of `make bench`", "",
        f"{today()}. {machine()}.", "",
        f"{rows:,} events. One process, no JIT, everything in memory. Each pair runs in turn in one session, once to warm up and then {ROUNDS} times;",
        "seconds are medians (least to most), ratios are of medians.", "",
        "## Floors", "", "| Query | seconds |", "|---|---|",
    ]
    for name, sql in FLOORS:
        lines.append(f"| {name} | {seconds(timed([sql], ROUNDS)[0])} |")
        print(lines[-1], flush=True)
    lines += ["", "## Against plain SQL", "", "| pg_crm | seconds | instead of | seconds | ratio | to reach |", "|---|---|---|---|---|---|"]
    for name, ours, theirs, bound, note in PAIRS:
        a, b = timed([ours, theirs], ROUNDS)
        r = ratio(a, b)
        goal = "" if bound is None else f"<= {bound:.2f}: {'reached' if r <= bound else 'missed'}"
        lines.append(f"| {name} | {seconds(a)} | {note} | {seconds(b)} | **{r:.3f}** | {goal} |")
        print(lines[-1], flush=True)
    lines += ["", "## Matching: pairs of client and product a second", "", "Top 5 with reasons, eight gates and two tag components; one core.", "",
              "| Size | seconds | million pairs a second |", "|---|---|---|"]
    for name, sql, pairs in SCALING:
        times = timed([sql], ROUNDS)[0]
        lines.append(f"| {name} | {seconds(times)} | {pairs / statistics.median(times) / 1000:.1f} |")
        print(lines[-1], flush=True)
    lines += ["", "## Memory a group", "", "Peak of the hash table over the number of groups, hash entry included.", "", "| Aggregate | bytes |", "|---|---|"]
    for select in ["count(*)", PLAIN.format("famount"), PLAIN.format("amount"), "crm.rfm_agg(at, famount)", "crm.rfm_agg(at, amount)", "crm.distribution_agg(famount)"]:
        lines.append(f"| `{select}` | {memory(select):.0f} |")
        print(lines[-1], flush=True)
    lines += ["", "The memory of `distribution_agg` on the Rust heap (16 bytes a distinct value while exact) is not in PostgreSQL's count."]
    with open(RESULTS, "w") as out:
        out.write("\n".join(lines) + "\n")


main()
