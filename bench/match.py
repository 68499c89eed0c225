"""Times match_products with every gate on: ROUNDS, page to write, clients."""

import statistics
import subprocess
import sys

from common import PSQL, SETTINGS, Goals, Report, machine, query, ratio, seconds, timed, today

ROUNDS, PAGE, CLIENTS = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
PAIRS_A_SECOND = 5

MATCHES = """select count(*), count(*) filter (where neutral_rank is distinct from rank) from (select * from offers.client order by client_id limit {clients}) as c
  cross join (select crm.catalogue_agg(product_id, to_jsonb(p) - 'product_id') as catalogue from (select * from offers.product order by product_id limit {products}) p) as k
  cross join offers.policy
  cross join lateral crm.match_products(k.catalogue, to_jsonb(c), policy.{policy}, k => {k}, as_of => date '2026-11-01') as m"""
# What the rows of the clients cost without matching.
FLOOR = "select sum(length(to_jsonb(c)::text)) from (select * from offers.client order by client_id limit {clients}) as c"


def matches(clients, products, policy="everything", k=5):
    return f"{clients:,} x {products:,}, top {k}, {policy}", MATCHES.format(clients=clients, products=products, policy=policy, k=k), clients * products


def main():
    subprocess.run(PSQL + ["-v", f"clients={CLIENTS}", "-f", "bench/match.sql"], check=True, stdout=subprocess.DEVNULL)
    tenth = CLIENTS // 10
    sizes = [
        matches(tenth, 1000),
        matches(tenth, 500),
        matches(tenth, 250),
        matches(tenth, 1000, k=1),
        matches(tenth, 1000, k=20),
        matches(tenth, 1000, policy="example"),
    ]
    (_, whole, all_pairs) = matches(CLIENTS, 1000)
    report, goals = Report(), Goals()
    report.add("# Results of `make bench`: matching", "", f"{today()}. {machine()}.", "",
               "`match_products` with every kind of gate and of score: the eight comparisons of the example, the suitability rules of the CSRC, sixty target markets, a limit after the",
               "trade, a condition; tags, needs and propensities; arbitration with the firm's margin and the price of attention; a neutral ranking beside it; diversity. The clients are rows",
               "that become jsonb in the statement, the catalogue is made of its rows in the statement. One process, no JIT, everything in memory; in turn, once to warm up; medians",
               f"(least to most) of {ROUNDS}.")
    *times, floor = timed([sql for _, sql, _ in sizes] + [FLOOR.format(clients=tenth)], ROUNDS)
    whole_times, = timed([whole], max(1, ROUNDS // 2))
    report.table("clients x products", "seconds", "million pairs a second", "microseconds a client")
    for name, pairs, clients, t in [(f"**{CLIENTS:,} x 1,000, top 5, everything**", all_pairs, CLIENTS, whole_times)] + [
        (name, pairs, tenth, t) for (name, _, pairs), t in zip(sizes, times)
    ]:
        median = statistics.median(t)
        report.row(name, seconds(t), f"{pairs / median / 1000:.1f}", f"{median * 1000 / clients:.0f}")
    report.row(f"{tenth:,} rows made jsonb and text, no matching", seconds(floor), "", f"{statistics.median(floor) * 1000 / tenth:.0f}")
    matched, moved = query(SETTINGS + whole).splitlines()[-1].split("|")
    report.add("", f"Of {int(matched):,} offers {int(moved):,} have another rank, or none, without the firm's own interest.")
    goals.add(f"million pairs a second, everything, {CLIENTS:,} clients x 1,000 products in one statement", all_pairs / statistics.median(whole_times) / 1000, PAIRS_A_SECOND, most=False)
    goals.add("ten times the clients take so many times as long", ratio(whole_times, times[0]), 11)
    report.add("", "## Goals")
    report.table("what", "to reach", "measured", "")
    for row in goals.rows:
        report.row(*row)
    report.write(PAGE)


if __name__ == "__main__":
    main()
