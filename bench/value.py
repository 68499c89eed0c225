"""Times profit and loss, concentration and the value score against plain SQL: ROUNDS, page to write, rows."""

import json
import statistics
import subprocess
import sys

from common import PSQL, Goals, Psql, Report, in_turn, machine, peak, query, ratio, seconds, timed, today

ROUNDS, PAGE, ROWS = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
CUSTOMERS = ROWS // 20
LINES = ["commission", "margin spread", "cash spread", "trail fee", "product fee", "lending income", "other income", "refund",
         "cost to serve", "information cost", "credit cost", "exchange fee"]
CHART = json.dumps({"kind": "pnl_chart", "version": 1, "name": "bench", "costs": "positive", "lines": [
    {"name": line, "role": role} for line, role in zip(LINES, ["revenue"] * 7 + ["cost"] * 3 + ["credit_cost", "memo"])]})

# Every column is read outside: PostgreSQL does not compute what nobody reads.
PNL = "select count(pnl) from (select customer, crm.pnl_agg(line, {amount}) as pnl from posting group by customer offset 0) g"
BOOK = """select count(r.customer), count(r.pnl) from (select crm.pnl_book_agg(customer, line, {amount}) as book from posting) s
  cross join lateral crm.pnl_book_rows(s.book) as r"""
LINE_ROWS = "select count(customer), count(line), count(total) from (select customer, line, sum({amount}) as total from posting group by customer, line offset 0) g"


def filters(amount):
    """A column a line: what one writes to have a row a customer."""
    sums = [f"sum({amount}) filter (where line = '{line}') as l{i}" for i, line in enumerate(LINES)]
    counts = [f"count(l{i})" for i in range(len(LINES))]
    return f"select {', '.join(counts)} from (select customer, {', '.join(sums)} from posting group by customer offset 0) g"


CONTRIBUTION = f"select sum(crm.contribution(pnl, '{CHART}')) from (select customer, crm.pnl_agg(line, amount) as pnl from posting group by customer offset 0) g"
CONTRIBUTION_BOOK = f"""select sum(crm.contribution(r.pnl, '{CHART}')) from (select crm.pnl_book_agg(customer, line, amount) as book from posting) s
  cross join lateral crm.pnl_book_rows(s.book) as r"""
REVENUES, COSTS = (", ".join(f"'{line}'" for line in lines) for lines in (LINES[:7], LINES[7:11]))
CONTRIBUTION_SQL = f"""select sum(value) from (select customer, coalesce(sum(amount) filter (where line in ({REVENUES})), 0)
  - coalesce(sum(amount) filter (where line in ({COSTS})), 0) as value from posting group by customer offset 0) g"""

PERCENTILE = "select percentile_cont(0.5) within group (order by {value}) from worth"
GINI = "select crm.gini(crm.concentration_agg({value})) from worth"
ANSWERS = """select crm.gini(c), crm.top_share(c, 0.02), crm.customers_for_share(c, 0.8), count(w.*)
  from (select crm.concentration_agg({value}) as c from worth) s cross join lateral crm.whale_curve(c) as w group by 1, 2, 3"""
ANSWERS_SQL = """with ranked as materialized (
    select {value} as value, row_number() over (order by {value} desc) as place, sum({value}) over (order by {value} desc rows unbounded preceding) as reached,
      sum({value}) over () as total, count(*) over () as n from worth)
  select 1 - sum((2 * place - 1) * value) / max(n * total), max(reached / total) filter (where place <= 0.02 * n), min(place) filter (where reached >= 0.8 * total),
    1 + count(*) filter (where place % (n / 100) = 0) from ranked"""


MEASURES = ["contribution", "assets", "orders", "days since last order", "tenure", "products", "logins", "complaints"]
NAMES = "array['" + "', '".join(MEASURES) + "']"
TRANSFORMS = {
    "min_max": [{"type": "min_max", "from": 0, "to": 1000}] * 8,
    "mixed": [{"type": "percentile"}, {"type": "log"}, {"type": "log"}, {"type": "min_max"}, {"type": "z", "limit": 3},
              {"type": "breaks", "breaks": [0, 1, 3], "points": [0, 4, 8, 10]}, {"type": "percentile"}, {"type": "min_max"}],
}


def card(transforms):
    measures = [{"name": name, "weight": weight, "transform": transform}
                | ({} if transform["type"] == "breaks" else {"direction": "lower" if name in ("days since last order", "complaints") else "higher"})
                for name, weight, transform in zip(MEASURES, [0.3, 0.2, 0.1, 0.1, 0.05, 0.1, 0.1, 0.05], TRANSFORMS[transforms])]
    return json.dumps({"kind": "score_card", "version": 1, "name": "bench", "missing": "neutral", "measures": measures})


SCORE = "select sum(crm.value_score('{card}', stats, {measures})) from measured cross join score_statistics"
# The simplest card in plain SQL: eight measures, each clipped to 0 .. 1000 and put on 0 .. 1, weighted. A missing one counts half.
SCORE_SQL = "select sum(100 * (" + " + ".join(
    f"{weight} * coalesce({'1 - ' if i in (4, 8) else ''}least(greatest(measures[{i}], 0), 1000) / 1000, 0.5)"
    for i, weight in enumerate([0.3, 0.2, 0.1, 0.1, 0.05, 0.1, 0.1, 0.05], 1)) + ")) from measured"


def alike(queries, rounds):
    """Milliseconds of queries that ask the same, by round, in turn; the numbers that they answer must agree, as far as each has some."""
    with Psql() as psql:
        times = in_turn([psql.timer(sql) for sql in queries], rounds)
        answers = [[float(x) for x in psql.answers[sql].split("|")] for sql in queries]
    for numbers in zip(*answers):
        if any(abs(x - numbers[0]) > 1e-9 * abs(numbers[0]) for x in numbers):
            raise RuntimeError(f"the answers differ: {answers}")
    return times


def profit_and_loss(report, goals):
    report.add("", "## Profit and loss by line", "",
               f"{ROWS:,} postings in no order, {CUSTOMERS:,} customers, 12 lines; a row a customer with all his lines. *filters* is",
               "`sum(amount) filter (where line = …)` twelve times `group by customer`, *rows* is `group by customer, line` (a row a line).")
    report.table("amount", "pnl_agg", "pnl_book_agg and its rows", "filters", "rows", "pnl_agg / filters", "pnl_agg / rows", "book / filters", "book / rows")
    for amount, name in [("amount", "numeric"), ("famount", "float8")]:
        pnl, book, columns, rows = timed([PNL.format(amount=amount), BOOK.format(amount=amount), filters(amount), LINE_ROWS.format(amount=amount)], ROUNDS)
        report.row(name, seconds(pnl), seconds(book), seconds(columns), seconds(rows),
                   *(f"**{ratio(a, b):.2f}**" for a, b in [(pnl, columns), (pnl, rows), (book, columns), (book, rows)]))
        if amount == "amount":
            goals.add("pnl_agg / twelve filters, numeric", ratio(pnl, columns), 1, " x")
            goals.add("pnl_agg / group by customer, line, numeric", ratio(pnl, rows), 1, " x")
    report.add("", "Contribution of every customer under a chart, against the sums of the revenue lines and of the cost lines, numeric:")
    report.table("query", "seconds", "ratio to plain SQL")
    a, b, c = alike([CONTRIBUTION, CONTRIBUTION_BOOK, CONTRIBUTION_SQL], ROUNDS)
    report.row("`contribution(pnl_agg(…), chart)`", seconds(a), f"**{ratio(a, c):.2f}**")
    report.row("`contribution(pnl, chart)` of the rows of a book", seconds(b), f"**{ratio(b, c):.2f}**")
    report.row("plain SQL", seconds(c), "")
    report.add("", "What a query adds to the peak of its process (`VmHWM`), all results read, bytes a customer:")
    report.table("query", "bytes a customer")
    there = int(query("select count(*) from (select from posting group by customer) g"))
    for name, sql in [("pnl_agg", PNL.format(amount="amount")), ("pnl_book_agg and its rows", BOOK.format(amount="amount")), ("filters", filters("amount")), ("rows", LINE_ROWS.format(amount="amount"))]:
        report.row(name, f"{peak('posting', ['customer', 'line', 'amount', 'famount'], sql) / there:.0f}")


def concentration(report, goals):
    report.add("", "## Concentration", "", f"{ROWS:,} values, one process. `percentile_cont` answers another question; it is the built-in that has to sort the same values.")
    report.table("question", "amount", "pg_crm", "plain SQL", "ratio")
    for value, kind, sorted_by in [("value", "numeric", "value::float8"), ("fvalue", "float8", "fvalue")]:
        a, b = timed([GINI.format(value=value), PERCENTILE.format(value=sorted_by)], ROUNDS)
        report.row("Gini against one `percentile_cont`", kind, seconds(a), seconds(b), f"**{ratio(a, b):.2f}**")
        goals.add(f"concentration_agg / percentile_cont, {kind}", ratio(a, b), 1.5, " x")
    a, b = alike([ANSWERS.format(value="value"), ANSWERS_SQL.format(value="value")], ROUNDS)
    report.row("Gini, share of the best 2 %, customers for 80 %, whale curve, against window functions", "numeric", seconds(a), seconds(b), f"**{ratio(a, b):.2f}**")


def score(report, goals):
    customers = int(query("select count(*) from measured"))
    query(f"create table score_statistics as select crm.standardize_agg({NAMES}, measures) as stats from measured")
    report.add("", "## Value score", "",
               f"{customers:,} customers with eight measures, one process, constant card, the statistics of all customers from a table of one row. *min_max* is eight",
               "ranges that the card fixes; *mixed* is two percentiles, two logarithms, two observed ranges, z and break points. What the scan costs is in the time.")
    report.table("measures, transforms", "seconds", "million customers a second", "ratio to plain SQL")
    queries = [SCORE.format(card=card(kind), measures=measures) for measures in ("measures", "named") for kind in TRANSFORMS]
    first, theirs = alike([queries[0], SCORE_SQL], ROUNDS)
    ours = [first, *timed(queries[1:], ROUNDS)]
    for (form, kind), times in zip([(f, k) for f in ("float8[]", "jsonb by name") for k in TRANSFORMS], ours):
        rate = customers / statistics.median(times) / 1000
        report.row(f"{form}, {kind}", seconds(times), f"{rate:.2f}", f"**{ratio(times, theirs):.2f}**" if kind == "min_max" else "")
        if form == "float8[]":
            goals.add(f"million customers a second, float8[], {kind}", rate, 1, most=False)
    report.row("plain SQL, min_max", seconds(theirs), f"{customers / statistics.median(theirs) / 1000:.2f}", "")
    a, b = timed([f"select crm.standardize_agg({NAMES}, measures) from measured",
                  "select " + ", ".join(f"count(measures[{i}]), avg(measures[{i}]), stddev_samp(measures[{i}]), min(measures[{i}]), max(measures[{i}])" for i in range(1, 9)) + " from measured"], ROUNDS)
    report.add("", f"The statistics: `standardize_agg` of the same customers takes {seconds(a)} s (exact sums, ranges and distributions); count, avg, stddev, min and max of the eight, in plain SQL,",
               f"{seconds(b)} s, without quantiles: ratio **{ratio(a, b):.2f}**.")


def main():
    subprocess.run([*PSQL, "-v", f"rows={ROWS}", "-f", "bench/value.sql"], check=True)
    report, goals = Report(), Goals()
    report.add("# Results of `make bench`: value", "", f"{today()}. {machine()}.", "",
               "No JIT, everything in memory, `work_mem` 1GB where nothing else is said. What one line compares runs in turn, once to warm up and then",
               f"{ROUNDS} times; seconds are medians (least to most), ratios are of medians.", "", "## Floors")
    report.table("query", "seconds")
    for name, sql in [("a bare scan of the postings: count(amount)", "select count(amount) from posting"),
                      ("a bare grouping: count(*) … group by customer", "select count(n) from (select customer, count(*) as n from posting group by customer offset 0) g"),
                      ("a bare scan of the values: count(value)", "select count(value) from worth"),
                      ("a bare scan of the measures: count(measures)", "select count(measures) from measured")]:
        report.row(name, seconds(timed([sql], ROUNDS)[0]))
    profit_and_loss(report, goals)
    concentration(report, goals)
    score(report, goals)
    report.add("", "## What was to be reached")
    report.table("", "to reach", "measured", "")
    for row in goals.rows:
        report.row(*row)
    report.write(PAGE)


main()
