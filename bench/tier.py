"""Times tiers after a history against plain SQL: ROUNDS, page to write, customers."""

import statistics
import subprocess
import sys

from common import PSQL, TWO_WORKERS, Goals, Psql, Report, in_turn, machine, peak, query, ratio, seconds, timed, today

ROUNDS, PAGE, CUSTOMERS = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
# All customers take half a minute a query: fewer rounds, and the tables just written are the warm-up.
WHOLE_ROUNDS = max(1, ROUNDS // 2)
WHOLE = ("once" if WHOLE_ROUNDS == 1 else f"{WHOLE_ROUNDS} times") + ", without a warm-up"
TENTH = CUSTOMERS // 10
MONTHS = 24
LAST = "date '2025-12-31'"
AS_OF = "date '2026-01-01'"
NEXT = "date '2026-01-31'"
ORDERS = {"mixed": "none", "by_month": "month after month"}
RULES = ["thresholds", "next_month", "watch_list"]

# Every column is read outside: PostgreSQL does not compute what nobody reads.
ARRAYS = "select count(list) from (select customer, array_agg(assets order by month) as list from {table} group by customer offset 0) g"
GROUPS = "select count(n) from (select customer, count(*) as n from {table} group by customer offset 0) g"
SCAN = "select count(assets) from {table}"
# Of tiers a sum of their hashes by customer: two queries that agree in it agree in the tier of every customer, or else by a chance of 1 in 2^64.
TIERS = "select count(tier), sum(hashtextextended(tier, customer)) from ({each} offset 0) g"
OURS = TIERS.format(each="select customer, crm.tier_of(crm.tier_history_agg(month, assets), {policy}, " + AS_OF + ") as tier from {table} group by customer")
# PostgreSQL does not hash what comes in the order of the groups.
SORTED = OURS.replace("from {table} group", "from (select * from {table} order by customer) m group")
OF_THE_LAST = TIERS.format(each="select customer, crm.tier_of(assets, {policy}) as tier from {table} where month = " + LAST)

NAME = "case when assets < 50000 then 'mass' when assets < 200000 then 'silver' when assets < 1000000 then 'gold' when assets < 6000000 then 'platinum' else 'private' end"
LEVEL = "case when assets < 50000 then 1 when assets < 200000 then 2 when assets < 1000000 then 3 when assets < 6000000 then 4 else 5 end"
THRESHOLDS_SQL = {
    "`distinct on (customer)`, by customer and month": TIERS.format(each=f"select distinct on (customer) customer, {NAME} as tier from {{table}} order by customer, month desc"),
    "`row_number()` over the customer's months": TIERS.format(each=f"""select customer, {NAME} as tier
      from (select *, row_number() over (partition by customer order by month desc) as place from {{table}}) p where place = 1"""),
    "`where month = …`, for who knows that it is there": TIERS.format(each=f"select customer, {NAME} as tier from {{table}} where month = {LAST}"),
}
NEXT_MONTH_SQL = {
    "PL/pgSQL over `array_agg(assets order by month)`": TIERS.format(each="select customer, next_month_tier(array_agg(assets order by month)) as tier from {table} group by customer"),
    "recursive CTE, a step a month": """with recursive walk (customer, month, held, below) as (
    select customer, month, """ + LEVEL + """, 0 from {table} where month = date '2024-01-31'
    union all
    select walk.customer, measured.month, case when kept then held else reached end, case when kept then below + 1 else 0 end
    from walk
    join {table} measured on measured.customer = walk.customer and measured.month = (walk.month + 1 + interval '1 month')::date - 1
    cross join lateral (select """ + LEVEL + """ as reached offset 0) r
    cross join lateral (select reached < held and below + 1 < case held when 5 then 6 else 3 end as kept offset 0) k)
  """ + TIERS.format(each=f"select customer, (array['mass', 'silver', 'gold', 'platinum', 'private'])[held] as tier from walk where month = {LAST}"),
}


def literal(rule):
    return query(f"select quote_literal(crm.tier_policy_example('{rule}'))")


def compared(queries, rounds, alike, warm_ups=1):
    """Milliseconds of queries, by round, in turn; those of `alike` must give the same answer."""
    with Psql() as psql:
        times = in_turn([psql.timer(sql) for sql in queries], rounds, warm_ups)
        answers = {psql.answers[sql] for sql in alike}
    if len(answers) > 1:
        raise RuntimeError(f"the answers differ: {answers}")
    return times


def each(times, count):
    """Microseconds a piece."""
    return f"{statistics.median(times) * 1000 / count:.2f}"


def whole(report, goals, policies):
    report.add("", "## All customers", "",
               f"{CUSTOMERS:,} customers, {MONTHS * CUSTOMERS:,} rows, the tier of every customer under the example next_month, against their arrays alone, which are not judged yet;",
               f"and what any `group by customer` and any reading of the rows cost. In turn, {WHOLE}. *sorted* reads `from (select * from … order by customer)`, so that PostgreSQL sorts",
               "the rows as it must for an ordered `array_agg`, and has one history in memory at a time, instead of hashing them.")
    report.table("order of the rows", "`tier_of(tier_history_agg(…), …)`", "sorted", "`array_agg(assets order by month)`", "ratio", "ratio, sorted",
                 "`count(*) … group by customer`", "scan")
    for table, order in ORDERS.items():
        queries = [sql.format(table=table, policy=policies["next_month"]) for sql in (OURS, SORTED, ARRAYS, GROUPS, SCAN)]
        ours, by_sorting, arrays, groups, scan = compared(queries, WHOLE_ROUNDS, queries[:2], warm_ups=0)
        report.row(order, seconds(ours), seconds(by_sorting), seconds(arrays), f"**{ratio(ours, arrays):.2f}**", f"**{ratio(by_sorting, arrays):.2f}**",
                   seconds(groups), seconds(scan))
        goals.add(f"tier_of(tier_history_agg) / array_agg, {CUSTOMERS:,} customers, sorted, order of the rows: {order}", ratio(by_sorting, arrays), 0.8, " x")
        goals.add(f"tier_of(tier_history_agg) / array_agg, {CUSTOMERS:,} customers, hashed, order of the rows: {order}", ratio(ours, arrays), 0.8, " x")


def rules(report, goals, policies):
    report.add("", "## By rule", "", f"The first {TENTH:,} customers, {MONTHS * TENTH:,} rows. *sorted* as above.")
    report.table("order of the rows", "query", "seconds", "ratio to `array_agg`")
    for table, order in ORDERS.items():
        ours = {rule: OURS.format(table=table + "_tenth", policy=policies[rule]) for rule in RULES}
        ours["next_month, sorted"] = SORTED.format(table=table + "_tenth", policy=policies["next_month"])
        floors = [sql.format(table=table + "_tenth") for sql in (ARRAYS, GROUPS, SCAN)]
        *times, arrays, groups, scan = compared([*ours.values(), *floors], ROUNDS, [ours["next_month"], ours["next_month, sorted"]])
        for rule, t in zip(ours, times):
            report.row(order, f"`tier_of(tier_history_agg(…), …)`, {rule}", seconds(t), f"**{ratio(t, arrays):.2f}**")
            goals.add(f"tier_of(tier_history_agg) / array_agg, {TENTH:,} customers, {rule}, order of the rows: {order}", ratio(t, arrays), 0.8, " x")
        for name, t in [("`array_agg(assets order by month)`", arrays), ("`count(*) … group by customer`", groups), ("scan: `count(assets)`", scan)]:
            report.row(order, name, seconds(t), f"{ratio(t, arrays):.2f}")


def plain_sql(report, policies):
    report.add("", "## The same tiers in plain SQL", "",
               f"The first {TENTH:,} customers, thresholds written into the queries. All give the same tier for every customer: a sum of hashes over customers and tiers is",
               "part of every query, and the bench stops where it differs. thresholds needs the last month only, and whoever knows that every customer has it may filter it, and",
               "`tier_of(assets, policy)` needs no history either. next_month needs a state, which no window function has.")
    report.table("rule", "order of the rows", "query", "seconds", "ratio to ours")
    looped = {name: sql for name, sql in NEXT_MONTH_SQL.items() if "PL/pgSQL" in name}
    for rule, table, others in [("thresholds", "mixed", THRESHOLDS_SQL | {"`tier_of(assets, policy) … where month = …`": OF_THE_LAST}),
                                ("next_month", "mixed", NEXT_MONTH_SQL), ("next_month", "by_month", looped)]:
        queries = [sql.format(table=table + "_tenth", policy=policies[rule]) for sql in (SORTED, *others.values())]
        ours, *times = compared(queries, ROUNDS, queries)
        report.row(rule, ORDERS[table], "`tier_of(tier_history_agg(…), …)`, sorted", seconds(ours), "")
        for name, t in zip(others, times):
            report.row(rule, ORDERS[table], name, seconds(t), f"**{ratio(t, ours):.2f}**")


def workers(report, policies):
    report.add("", "## Two workers", "", f"The first {TENTH:,} customers under next_month. Each process collects the histories of its rows, and they are merged; an ordered `array_agg` is never shared out.")
    report.table("order of the rows", "one process", "two workers", "ratio")
    for table, order in ORDERS.items():
        sql = OURS.format(table=table + "_tenth", policy=policies["next_month"])
        one, two = compared([sql, TWO_WORKERS + sql], ROUNDS, [sql, TWO_WORKERS + sql])
        report.row(order, seconds(one), seconds(two), f"**{ratio(two, one):.2f}**")


def memory(report, policies):
    report.add("", f"What a query adds to the peak of its process (`VmHWM`), all results read, bytes a customer ({TENTH:,} customers, rows in no order):")
    report.table("query", "bytes a customer")
    for name, sql in [("`tier_of(tier_history_agg(…), …)`", OURS), ("the same, sorted", SORTED), ("`array_agg(assets order by month)`", ARRAYS), ("`count(*) … group by customer`", GROUPS)]:
        sql = sql.format(table="mixed_tenth", policy=policies["next_month"])
        report.row(name, f"{peak('mixed_tenth', ['customer', 'month', 'assets'], sql) / TENTH:.0f}")


def stored(report, policies):
    with Psql() as psql:
        _, milliseconds = psql.run("create unlogged table stored as select customer, crm.tier_history_agg(month, assets) as history from by_month group by customer")
    query("vacuum analyze stored")
    query(f"create unlogged table stored_tenth as select * from stored where customer <= {TENTH}")
    size, rows = query("select avg(pg_column_size(history)), pg_table_size('by_month') from stored").split("|")
    report.add("", "## Stored histories", "",
               f"A table of {CUSTOMERS:,} histories takes {milliseconds / 1000:.1f} s to make from the rows in month order. A history takes {float(size):.0f} bytes, {float(size) / MONTHS:.1f} a month; the rows that it is",
               f"made from take {float(rows) / CUSTOMERS:.0f} bytes a customer in their table. The scan of the histories is in the times.")
    history = "crm.tier_of(history, {}, " + AS_OF + ")"
    old, new = (history.format(policies[rule]) for rule in ("next_month", "watch_list"))
    back_test = f"select count(*) filter (where old is distinct from new), count(old), count(new) from (select {old} as old, {new} as new from stored offset 0) s"
    path = f"select count(tier), count(why) from stored_tenth cross join lateral crm.tier_path(history, {policies['next_month']})"
    distance = f"select count(kind) from stored_tenth cross join lateral crm.tier_distance(history, {policies['next_month']}, {AS_OF})"
    explain = f"select count(part) from stored_tenth cross join lateral crm.tier_explain(history, {policies['next_month']}, {AS_OF})"
    report.table("query", "histories", "seconds", "microseconds a history")
    for name, sql, count in [("scan: `count(history)`", "select count(history) from stored", CUSTOMERS),
                             *((f"`tier_of(history, …)`, {rule}", f"select count({history.format(policies[rule])}) from stored", CUSTOMERS) for rule in RULES),
                             ("back-test: `tier_of` under next_month and under watch_list, who differs", back_test, CUSTOMERS),
                             (f"`tier_path`, {MONTHS} rows each", path, TENTH), ("`tier_distance`", distance, TENTH), ("`tier_explain`", explain, TENTH)]:
        times = timed([sql], ROUNDS)[0]
        report.row(name, f"{count:,}", seconds(times), each(times, count))
        if sql is path:
            rate = MONTHS * TENTH / statistics.median(times) / 1000
    report.add("", f"`tier_path` gives {rate:.2f} million rows a second, each with its sentence why.")


def states(report, policies):
    with Psql() as psql:
        _, milliseconds = psql.run(f"""create unlogged table state as select customer, crm.tier_state(history, {policies['next_month']}) as state, assets
          from stored join by_month using (customer) where month = {LAST}""")
    query("vacuum analyze state")
    size = float(query("select avg(pg_column_size(state)) from state"))
    report.add("", "## Month by month", "",
               f"A table of {CUSTOMERS:,} states (jsonb, {size:.0f} bytes each) under next_month takes {milliseconds / 1000:.1f} s to make from the stored histories. One more month for all of them, with",
               "the assets of the month before, " + WHOLE + ":")
    report.table("query", "states", "seconds", "microseconds a state")
    following = f"select count(crm.tier_next(state, assets, {policies['next_month']}, {NEXT})) from state"
    for name, sql in [("scan: `count(state)`", "select count(state) from state"), ("`tier_next(state, assets, policy, period)`", following)]:
        times = compared([sql], WHOLE_ROUNDS, [], warm_ups=0)[0]
        report.row(name, f"{CUSTOMERS:,}", seconds(times), each(times, CUSTOMERS))


def main():
    subprocess.run([*PSQL, "-v", f"customers={CUSTOMERS}", "-f", "bench/tier.sql"], check=True)
    report, goals = Report(), Goals()
    policies = {rule: literal(rule) for rule in RULES}
    report.add("# Results of `make bench`: tier", "", f"{today()}. {machine()}.", "",
               f"The assets of {CUSTOMERS:,} customers at the end of {MONTHS} months, `numeric(18, 2)`, a random walk of their logarithm about the thresholds of `tier_policy_example()`: in no",
               "order on disk, and month after month as month's ends load them. Tiers as of the day after the last month. No JIT, everything in memory but what sorts spill,",
               f"`work_mem` 1GB, one process where nothing else is said. What one table compares runs in turn, once to warm up and then {ROUNDS} times where nothing else is said;",
               "seconds are medians (least to most), ratios are of medians.")
    whole(report, goals, policies)
    rules(report, goals, policies)
    plain_sql(report, policies)
    workers(report, policies)
    memory(report, policies)
    stored(report, policies)
    states(report, policies)
    report.add("", "## What was to be reached")
    report.table("", "to reach", "measured", "")
    for row in goals.rows:
        report.row(*row)
    report.write(PAGE)


main()
