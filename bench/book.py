"""Times the book, a keyed aggregate without GROUP BY, against GROUP BY, a bare scan and DuckDB: ROUNDS, page to write, scratch folder, rows."""

import itertools
import json
import os
import re
import statistics
import subprocess
import sys
import time

from common import PSQL, SETTINGS, SMALL_WORK_MEM, TWO_WORKERS, Psql, Report, in_turn, machine, peak, query, ratio, seconds, timed, today

ROUNDS, PAGE, SCRATCH, ROWS = int(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])
DUCKDB_PYTHON = ".tools/duckdb/bin/python"
# 500,000 customers of 10 million rows, and in proportion: as many rows a customer at any size.
CUSTOMERS, MANY, FEW = ROWS // 20, ROWS // 2, ROWS // 200

# Every column is read outside: PostgreSQL does not compute what nobody reads.
ROWS_OF = "select count(r.customer), count(r.rfm) from (select {book} as book from {table}) s cross join lateral {rows}(s.book) as r"
GROUPED = """select count(customer), count(n), count(first), count(last), count(total)
  from (select customer, {n} as n, min(at) as first, max(at) as last, sum({amount}) as total from {table} group by customer offset 0) g"""
# What one can write instead of count(distinct ...): a row a day first. A mean of the days' sums is not asked, so this is enough.
DAYS_FIRST = """select count(customer), count(n), count(first), count(last), count(total)
  from (select customer, count(*) as n, min(first) as first, max(last) as last, sum(total) as total
    from (select customer, min(at) as first, max(at) as last, sum({amount}) as total
      from {table} group by customer, (at at time zone 'UTC')::date) d
    group by customer offset 0) g"""
# DuckDB is free to drop what only count() reads of a column without nulls, so it adds the values up; that costs next to nothing. `at` is a word of its language.
DUCKDB = """with g as materialized (select customer, count(*) as n, min("at") as first, max("at") as last, sum({amount}) as total from {table} group by customer)
  select count(customer), sum(n), epoch_us(min(first)), epoch_us(max(last)), sum(total) from g"""


def book(table, amount="famount"):
    return ROWS_OF.format(table=table, book=f"crm.rfm_book_agg(customer, at, {amount})", rows="crm.rfm_book_rows")


def daily_book(table, amount="famount"):
    return ROWS_OF.format(table=table, book=f"crm.rfm_daily_book_agg(customer, at, {amount})", rows="crm.rfm_daily_book_rows")


def grouped(table, amount="famount", n="count(*)"):
    return GROUPED.format(table=table, amount=amount, n=n)


def rfm_grouped(table, amount="famount"):
    return f"select count(customer), count(rfm) from (select customer, crm.rfm_agg(at, {amount}) as rfm from {table} group by customer offset 0) g"


def events(name, rows=ROWS, customers=CUSTOMERS, key="c", second="i", order=""):
    variables = dict(name=name, rows=rows, customers=customers, key=key, second=second, order=order)
    arguments = [a for variable, value in variables.items() for a in ("-v", f"{variable}={value}")]
    subprocess.run([*PSQL, *arguments, "-f", "bench/book.sql"], check=True)
    return name


def drop(*tables):
    query("drop table " + ", ".join(tables))


def plan_mark(sql, settings):
    """An asterisk when workers were allowed and the planner did without."""
    if settings != TWO_WORKERS:
        return ""
    with Psql() as psql:
        return "" if "Gather" in psql.run(SETTINGS + settings + "explain " + sql)[0] else " \\*"


class Duck:
    """DuckDB in another process; not `there` when it is not installed."""

    def __init__(self):
        self.there = os.path.exists(DUCKDB_PYTHON)
        if self.there:
            self.process = subprocess.Popen([DUCKDB_PYTHON, "bench/duck.py"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            self.version, self.adbc = self.ask("hello")

    def ask(self, statement):
        self.process.stdin.write(" ".join(statement.split()) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"DuckDB ended in: {statement}")
        return json.loads(line)

    def timer(self, statement, answers=None):
        def run():
            milliseconds, row = self.ask(statement)
            if answers is not None and row:
                answers.append(row[0])
            return milliseconds

        return run

    def load(self, table, amount, file):
        self.ask(self.loading(table, amount, file))

    @staticmethod
    def loading(table, amount, file):
        columns = f"{{'customer': 'BIGINT', 'at': 'TIMESTAMPTZ', '{amount}': '{'DOUBLE' if amount == 'famount' else 'DECIMAL(18, 2)'}'}}"
        return f"create or replace table {table} as select * from read_csv('{file}', header = false, columns = {columns})"


def copy_out(table, amount, file):
    start = time.perf_counter()
    with open(file, "wb") as out:
        subprocess.run([*PSQL, "-c", f"copy {table} (customer, at, {amount}) to stdout (format csv)"], stdout=out, check=True)
    return (time.perf_counter() - start) * 1000


def against(report, table, label, amount, duck, settings=""):
    """One line of the main table: everything over the same rows in turn. The times are returned."""
    queries = [book(table, amount), grouped(table, amount), rfm_grouped(table, amount),
               f"select count(*) from {table}", f"select count(customer), count(at), count({amount}) from {table}"]
    answers = []
    with Psql() as psql:
        timers = [psql.timer(settings + sql) for sql in queries]
        if duck.there:
            duck.ask(f"set threads = {2 if settings == TWO_WORKERS else 1}")
            timers.append(duck.timer(DUCKDB.format(table=table, amount=amount), answers))
        times = in_turn(timers, ROUNDS)
        # All have the same customers.
        answers += [psql.answers[settings + sql].split("|")[0] for sql in queries[:3]]
    assert len(set(answers)) == 1, answers
    marks = [plan_mark(sql, settings) for sql in queries]
    cells = [seconds(t) + mark for t, mark in zip(times, marks)] + [seconds(t) for t in times[5:]]
    if not duck.there:
        cells.append("")
    report.row(label, *cells, f"**{ratio(times[1], times[0]):.2f}**", f"**{ratio(times[0], times[3]):.2f}**")
    return times


def fnv_blocks():
    """Twelve places of three strings each: all 3^12 = 531,441 keys end in the same low 22 bits of FNV-1a (which depend on no higher ones)."""
    mask, letters, blocks = 2**22 - 1, b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_", []
    state = 0xCBF29CE484222325 & mask
    for _ in range(12):
        seen = {}
        for block in itertools.product(letters, repeat=3):
            after = state
            for byte in block:
                after = (after ^ byte) * 0x100000001B3 & mask
            seen.setdefault(after, []).append(bytes(block).decode())
            if len(seen[after]) == 3:
                break
        blocks += seen[after]
        state = after
    return blocks


def spelled(blocks):
    """The customer's number in base 3, written with the blocks, as a key of 36 characters."""
    array = "array['" + "','".join(blocks) + "']"
    return f"rpad((select string_agg(({array})[3 * d + c / (3 ^ d)::bigint % 3 + 1], '' order by d) from generate_series(0, 11) d), 36, '.')"


TEXT = "md5(c::text) || substr(md5(c::text || 'x'), 1, 4)"
# type, random keys, others: name, key, customers. Text has 36 characters everywhere. `Ez`, `FY` and `G8` are one to djb2 (h * 33 + byte).
KEYS = [
    ("bigint", "hashint8extended(c, 0)", [
        ("one customer", "c", 1), ("0, 1, 2, …", "c", CUSTOMERS), ("multiples of 2^32", "c << 32", CUSTOMERS)]),
    ("uuid", "md5(c::text)::uuid", [
        ("one customer", "'00000000-0000-4000-8000-000000000000'::uuid", 1), ("0, 1, 2, …", "lpad(to_hex(c), 32, '0')::uuid", CUSTOMERS),
        ("differ in the first bytes only", "rpad(lpad(to_hex(c), 8, '0'), 32, '0')::uuid", CUSTOMERS)]),
    ("text", TEXT, [
        ("one customer", "repeat('a', 36)", 1), ("a common prefix of 29 characters", "'customers of the main branch ' || lpad(c::text, 7, '0')", CUSTOMERS),
        ("one hash under djb2", spelled(["Ez", "FY", "G8"] * 12), CUSTOMERS), ("22 equal bits under FNV-1a", spelled(fnv_blocks()), CUSTOMERS)]),
]


def main():
    report, duck, goals = Report(), Duck(), []
    duckdb = f"DuckDB {duck.version}" if duck.there else "DuckDB"

    def goal(what, value, bound, unit=" x", most=True):
        reached = value <= bound if most else value >= bound
        goals.append((what, f"{'at most' if most else 'at least'} {bound:g}{unit}", f"{value:.2f}{unit}", "reached" if reached else "**missed**"))

    report.add(
        "# Results of `make bench`: the book", "",
        f"{today()}. {machine()}; {duckdb if duck.there else 'no DuckDB'}.", "",
        f"{ROWS:,} events where nothing else is said, made as in RESULTS.md. No JIT, everything in memory, `work_mem` 1GB for all where nothing else is said.",
        f"What one line compares runs in turn, once to warm up and then {ROUNDS} times; seconds are medians (least to most), ratios are of medians.",
        "The book is made and all its rows are returned and read: `rfm_book_agg`, `rfm_book_rows`.", "",
        "- *GROUP BY* is count, min, max and sum, all read; *rfm_agg* the same `GROUP BY` with `rfm_agg`.",
        "- *count(\\*)* is the bare scan, the floor; *columns* a scan that also reads the customer, the time and the amount of each row.",
        "- *DuckDB* runs the query of *GROUP BY* on a table of its own in memory that has the same rows; how long they take to get there is below." if duck.there
        else "- *DuckDB*: skipped: no DuckDB.")

    columns = ["book", "GROUP BY", "rfm_agg", "count(\\*)", "columns", "DuckDB", "GROUP BY / book", "book / count(\\*)"]
    report.add("", "## Against GROUP BY, a bare scan and DuckDB", "",
               "Two workers are two besides the leader, and two threads for DuckDB; \\*: the planner chose one process all the same.")
    report.table("customers, order, amount, processes", *columns)
    slower, file = [], os.path.join(SCRATCH, "events.csv")
    for customers in [CUSTOMERS, MANY]:
        for order, clause in [("random", ""), ("by customer", "order by customer, at")]:
            table = events("event_book", customers=customers, order=clause)
            for amount, kind in [("famount", "float8"), ("amount", "numeric")]:
                if duck.there:
                    copy_out(table, amount, file)
                    duck.load(table, amount, file)
                    os.remove(file)
                for settings, processes in [("", "one"), (TWO_WORKERS, "two workers")]:
                    label = f"{customers:,}, {order}, {kind}, {processes}"
                    times = against(report, table, label, amount, duck, settings)
                    if ratio(times[0], times[1]) > 1:
                        slower.append(label)
                    if (customers, order, settings) == (CUSTOMERS, "random", ""):
                        goal(f"GROUP BY / book, {label}", ratio(times[1], times[0]), 4, most=False)
                        goal(f"book / count(\\*), {label}", ratio(times[0], times[3]), 2.5)
    goals.append(("cases in which the book is slower than GROUP BY", "none", "; ".join(slower) or "none", "**missed**" if slower else "reached"))
    drop(table)

    # The table of the sections that follow.
    usual = events("event_usual")

    report.add("", "## With the default work_mem of 4MB", "", "`GROUP BY` writes to disk what does not fit.")
    report.table("customers, order, amount, processes", *columns)
    if duck.there:
        copy_out(usual, "famount", file)
        duck.load(usual, "famount", file)
    against(report, usual, f"{CUSTOMERS:,}, random, float8, one, 4MB", "famount", duck, SMALL_WORK_MEM)

    report.add("", "## Distinct days", "",
               "`rfm_daily_book_agg` and `rfm_daily_book_rows` against `count(distinct (at at time zone 'UTC')::date), min, max, sum … group by customer`,",
               "and against grouping by customer and day first and then by customer. Float8, one process. Events come in the order of time where",
               "nothing else is said, as they do in a table that is only added to.")
    report.table("customers, order", "daily book", "count(distinct)", "days first", "count(distinct) / book", "days first / book")
    for label, make in [
        (f"{CUSTOMERS:,}, random", lambda: usual),
        (f"{CUSTOMERS:,}, random, times in no order", lambda: events("event_days", second=f"(hashint8(i * 17) & 2147483647) % {ROWS}")),
        (f"{CUSTOMERS:,}, by customer", lambda: events("event_days", order="order by customer, at")),
        (f"{MANY:,}, random", lambda: events("event_days", customers=MANY)),
    ]:
        table = make()
        a, b, c = timed([daily_book(table), grouped(table, n="count(distinct (at at time zone 'UTC')::date)"), DAYS_FIRST.format(table=table, amount="famount")], ROUNDS)
        report.row(label, seconds(a), seconds(b), seconds(c), f"**{ratio(b, a):.2f}**", f"**{ratio(c, a):.2f}**")
        if table == usual and ROWS == 10_000_000:
            goal("seconds of the daily book of 10 million rows", statistics.median(a) / 1000, 2.5, " s")
    drop("event_days")

    report.add("", "## Moving the data out", "")
    if duck.there:
        report.add(f"The same {CUSTOMERS:,} customers in random order, and the whole way of the data: {duckdb} with two threads, from PostgreSQL through a file",
                   "(`COPY … to stdout (format csv)`, `read_csv`)" + (", and through ADBC as Arrow columns, on which it runs directly (a numeric arrives as text)." if duck.adbc else "; no ADBC."))
        report.table("amount", "book, one process", "book, two workers", "COPY", "read_csv", "query", "together", "ADBC", "query", "together")
        duck.ask("set threads = 2")
        for amount, kind, cast in [("famount", "float8", "famount"), ("amount", "numeric", "cast(amount as decimal(18, 2))")]:
            with Psql() as psql:
                timers = [psql.timer(book(usual, amount)), psql.timer(TWO_WORKERS + book(usual, amount)), lambda: copy_out(usual, amount, file),
                          duck.timer(duck.loading("moved", amount, file)), duck.timer(DUCKDB.format(table="moved", amount=amount))]
                if duck.adbc:
                    timers += [duck.timer(f"fetch select customer, at, {amount} from {usual}"), duck.timer(DUCKDB.format(table="fetched", amount=cast))]
                times = in_turn(timers, ROUNDS)
            cells = [seconds(t) for t in times[:5]] + [seconds([sum(t) for t in zip(*times[2:5])])]
            if duck.adbc:
                cells += [seconds(t) for t in times[5:]] + [seconds([sum(t) for t in zip(*times[5:])])]
            report.row(kind, *cells, *[""] * (9 - len(cells)))
        os.remove(file)
    else:
        report.add("skipped: no DuckDB")

    report.add("", "## Growth", "", "Float8, random order, one process.")
    report.table("rows, customers", "book", "GROUP BY", "count(\\*)", "GROUP BY / book", "book, ns a row")
    for rows, customers in [(ROWS // 10, CUSTOMERS), (ROWS * 3 // 10, CUSTOMERS), (ROWS, CUSTOMERS), (ROWS, FEW), (ROWS, MANY)]:
        table = usual if (rows, customers) == (ROWS, CUSTOMERS) else events("event_growth", rows=rows, customers=customers)
        a, b, c = timed([book(table), grouped(table), f"select count(*) from {table}"], ROUNDS)
        report.row(f"{rows:,}, {customers:,}", seconds(a), seconds(b), seconds(c), f"**{ratio(b, a):.2f}**", f"{statistics.median(a) * 1e6 / rows:.0f}")
    drop("event_growth")

    report.add("", "## Keys", "", f"{CUSTOMERS:,} customers (or one), float8, random order, one process. Random keys against `GROUP BY`; other keys against random ones",
               "of the same type, those chosen among them that flood a table with a weak hash.")
    report.table("type", "keys", "book", "instead of", "seconds", "ratio")
    for kind, random, others in KEYS:
        table = events("event_random", key=random)
        a, b = timed([book(table), grouped(table)], ROUNDS)
        report.row(kind, "random", seconds(a), "GROUP BY", seconds(b), f"**{ratio(a, b):.2f}**")
        for name, key, customers in others:
            other = events("event_keys", key=key, customers=customers)
            a, b = timed([book(other), book(table)], ROUNDS)
            report.row(kind, name, seconds(a), "random keys", seconds(b), f"**{ratio(a, b):.2f}**")
            goal(f"{kind} keys, {name}, against random ones", ratio(a, b), 2)
    drop("event_random", "event_keys")

    report.add("", "## Merging stored books", "", "Thirty stretches of time, a stored book of each, against the same summaries stored a row each and merged with `rfm_merge … group by customer`.")
    query(f"""create table stretch_book as select stretch, crm.rfm_book_agg(customer, at, famount) as book
      from (select *, least(29, floor(extract(epoch from at - timestamptz '2025-01-01 00:00+00') * 30 / {ROWS}))::int as stretch from {usual}) e group by stretch""")
    query("create table stretch_rfm as select stretch, r.customer, r.rfm from stretch_book cross join lateral crm.rfm_book_rows(book) as r")
    query("vacuum analyze stretch_book, stretch_rfm")
    rows, size, rows_size = query("""select count(*) || '|' || pg_total_relation_size('stretch_book') || '|' || pg_total_relation_size('stretch_rfm') from stretch_rfm""").split("|")
    a, b = timed([ROWS_OF.format(table="stretch_book", book="crm.rfm_book_merge(book)", rows="crm.rfm_book_rows"),
                  "select count(customer), count(rfm) from (select customer, crm.rfm_merge(rfm) as rfm from stretch_rfm group by customer offset 0) g"], ROUNDS)
    report.table("", "seconds", "MiB stored", "bytes a summary")
    report.row("30 books, all rows returned", seconds(a), f"{int(size) / 2**20:.0f}", f"{int(size) / int(rows):.0f}")
    report.row(f"{int(rows):,} rows", seconds(b), f"{int(rows_size) / 2**20:.0f}", f"{int(rows_size) / int(rows):.0f}")
    report.row("rows / books", f"**{ratio(b, a):.2f}**", f"{int(rows_size) / int(size):.2f}", "")
    drop("stretch_book", "stretch_rfm")

    report.add("", "## Memory", "", "What a query adds to the peak of its process (`VmHWM`, which the kernel keeps), one process, in a session that has just read the whole",
               "table and so has all its pages in shared buffers counted already. In the books with all rows returned is what PostgreSQL keeps of the rows of a function.")
    report.table("customers, amount", "query", "MiB", "bytes a customer")
    for customers in [CUSTOMERS, MANY]:
        table = usual if customers == CUSTOMERS else events("event_many", customers=MANY)
        there = int(query(f"select count(*) from (select from {table} group by customer) g"))
        for amount, kind in [("famount", "float8"), ("amount", "numeric")]:
            for name, sql in [
                ("a book, its customers counted", f"select crm.rfm_book_customers(crm.rfm_book_agg(customer, at, {amount})) from {table}"),
                ("a book, all rows returned", book(table, amount)),
                ("a daily book, all rows returned", daily_book(table, amount)),
                ("GROUP BY", grouped(table, amount)),
                ("GROUP BY, rfm_agg", rfm_grouped(table, amount)),
            ]:
                size = peak(table, ["customer", "at", amount], sql)
                report.row(f"{customers:,}, {kind}", name, f"{size / 2**20:.0f}", f"{size / there:.0f}")
    report.add("", "With 1GB of `work_mem`, `GROUP BY` takes at most 2 GB (`hash_mem_multiplier`) and writes the rest to disk.")
    drop(usual, "event_many")

    report.add("", "## What was to be reached")
    report.table("what", "to reach", "measured", "")
    for line in goals:
        report.row(*line)
    report.write(PAGE)


main()
