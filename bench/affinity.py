"""Times the neighbours of items against scipy's sparse product and the Python library implicit on the same rows: ROUNDS, page to write, scratch folder, simulated
customers. IMPLICIT_PYTHON names a Python that has both; without one only pg_crm is timed."""

import gzip
import json
import os
import subprocess
import sys

from common import PSQL, Goals, Psql, Report, in_turn, machine, peak, query, ratio, seconds, today

ROUNDS, PAGE, SCRATCH, CUSTOMERS = int(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])
PYTHON = os.environ.get("IMPLICIT_PYTHON", ".tools/implicit/bin/python")
FILE = "../shared/data/online_retail/sales_2010_2011.csv.gz"
NEAREST = 20
# Measure and weighting here, and what implicit calls it.
METHODS = {"cosine": ("cosine", "binary"), "dot": ("dot", "binary"), "bm25": ("dot", "bm25")}

COLLECT = "select crm.affinity_customers(crm.affinity_agg(customer, item)) from {table}"
COLLECT_TEXT = "select crm.affinity_customers(crm.affinity_agg(customer::text, item)) from {table}"
SCAN = "select count(customer), count(item) from {table}"
GROUPED = "select count(*), sum(n) from (select customer, item, count(*) as n from {table} group by customer, item offset 0) g"
NEIGHBOURS = "select count(n.neighbour), sum(n.score) from kept cross join lateral crm.affinity_neighbours(affinity, '{measure}', {nearest}, '{weighting}') as n where name = '{table}'"
FIT = "select length(crm.affinity_fit(affinity, '{measure}', {nearest}, '{weighting}')::text) from kept where name = '{table}'"
WHOLE = "select count(n.neighbour), sum(n.score) from (select crm.affinity_agg(customer, item) as affinity from {table}) s cross join lateral crm.affinity_neighbours(affinity, '{measure}', {nearest}, '{weighting}') as n"


class Implicit:
    """scipy and implicit in another process; not `there` when they cannot be imported."""

    def __init__(self):
        check = [PYTHON, "-c", "import scipy, implicit"]
        self.there = os.path.exists(PYTHON) and subprocess.run(check, capture_output=True, check=False).returncode == 0
        self.answers = {}
        if self.there:
            self.process = subprocess.Popen([PYTHON, "-B", "bench/affinity_implicit.py"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            self.versions = self.ask("hello")

    def ask(self, *request):
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"implicit ended in: {request}")
        return json.loads(line)

    def timer(self, *request):
        """A function that asks, returns the milliseconds and leaves the rest in `answers`."""

        def run():
            milliseconds, self.answers[request] = self.ask(*request)
            return milliseconds

        return run


def scores(table, measure, weighting):
    """The scores of each item's nearest, in their order."""
    rows = query(f"""select json_object_agg(item, scores) from (select item, json_agg(score order by rank) as scores
      from kept cross join lateral crm.affinity_neighbours(affinity, '{measure}', {NEAREST}, '{weighting}') where name = '{table}' group by item) s""")
    return json.loads(rows)


def compare(ours, theirs):
    """The largest relative difference of a score; an item without neighbours is not in ours."""
    worst = 0.0
    for item, expected in theirs.items():
        got = ours.get(item, [])
        expected = [score for score in expected if score > 0]
        if len(got) != len(expected):
            raise RuntimeError(f"{item}: {len(got)} neighbours, expected {len(expected)}")
        worst = max([worst] + [abs(a - b) / max(abs(b), 1e-12) for a, b in zip(got, expected)])
    if worst > 1e-9:
        raise RuntimeError(f"scores differ by {worst}")
    return worst


def part(report, goals, psql, implicit, table, title):
    report.add("", f"## {title}", "")
    made = f"insert into kept select '{table}', crm.affinity_agg(customer, item) from {table}"
    psql.run(made)
    figures = query(f"""select format('%s rows, %s customers, %s items, %s pairs', (select count(*) from {table}), crm.affinity_customers(affinity),
      (select count(*) from crm.affinity_items(affinity)), (select count(*) from crm.affinity_entries(affinity))) from kept where name = '{table}'""")
    report.add(f"{figures}; the summary has {int(query(f'''select pg_column_size(affinity) from kept where name = '{table}' ''')):,} bytes stored"
               f" and adds {peak(table, ['customer', 'item'], COLLECT.format(table=table)) / 2**20:.0f} MiB to the peak of its process while it is made.")
    statements = {
        "a bare scan": SCAN, "affinity_agg, bigint customers": COLLECT, "affinity_agg, text customers": COLLECT_TEXT, "group by customer, item": GROUPED,
    }
    timers = [psql.timer(sql.format(table=table)) for sql in statements.values()]
    if implicit.there:
        timers.append(implicit.timer("build", table))
    times = in_turn(timers, ROUNDS)
    report.table("collecting", "seconds")
    for name, found in zip([*statements, "pandas and scipy, from a table in memory"], times):
        report.row(name, seconds(found))
    report.table("nearest 20 of each item", "neighbours of a summary", "as a model", "the whole statement", "scipy", "implicit", "neighbours / scipy", "neighbours / implicit", "largest difference")
    for name, (measure, weighting) in METHODS.items():
        words = {"table": table, "measure": measure, "weighting": weighting, "nearest": NEAREST}
        timers = [psql.timer(sql.format(**words)) for sql in (NEIGHBOURS, FIT, WHOLE)]
        requests = []
        if implicit.there:
            requests = [("fit", table, name, NEAREST)] + ([("product", table, NEAREST)] if name == "cosine" else [])
            timers += [implicit.timer(*request) for request in requests]
        found = in_turn(timers, ROUNDS)
        cells = [f"{measure}, {weighting}", *map(seconds, found[:3])]
        theirs = dict(zip(requests, found[3:]))
        worst = max([compare(scores(table, measure, weighting), implicit.answers[request]) for request in requests], default=None)
        for kind in ("product", "fit"):
            of = next((value for request, value in theirs.items() if request[0] == kind), None)
            cells.append(seconds(of) if of else "")
        for kind, other in (("product", "scipy"), ("fit", "implicit")):
            of = next((value for request, value in theirs.items() if request[0] == kind), None)
            cells.append(f"**{ratio(found[0], of):.2f}**" if of else "")
            if of:
                goals.add(f"{title.split(',')[0]}: {measure}, {weighting}, against {other}", ratio(found[0], of), 1, " x")
        report.row(*cells, f"{worst:.1g}" if worst is not None else "")


def main():
    report, goals, implicit = Report(), Goals(), Implicit()
    there = os.path.exists(FILE)
    subprocess.run([*PSQL, "-v", f"customers={CUSTOMERS}", "-f", "bench/affinity.sql"], check=True, stdout=subprocess.DEVNULL)
    if there:
        with gzip.open(FILE) as file:
            subprocess.run([*PSQL, "-c", "copy sale from stdin with (format csv, header true)"], check=True, input=file.read())
        query("create table retail as select customer, stock_code as item from sale where customer is not null and quantity > 0 and price > 0")
        query("vacuum analyze retail")
    tables = [("retail", "Online Retail, who bought what")] if there else []
    tables += [("sorted", f"Simulated in order, {CUSTOMERS:,} customers and 1,000 items, customer by customer"), ("shuffled", "Simulated in no order, the same rows shuffled")]
    report.add("# Results of `make bench`: affinity", "", f"{today()}. {machine()}{'; ' + implicit.versions if implicit.there else ''}.", "",
               "No JIT, one process, one thread, everything in memory. What one line compares runs in turn, once to warm up and then", f"{ROUNDS} times; seconds are medians "
               "(least to most), ratios are of medians. scipy and implicit begin with a matrix that is there, the", "neighbours with a stored summary, the whole statement with the rows of the table. "
               "implicit runs `fit` with num_threads=1; scipy multiplies", "the normalized matrix with itself and numpy takes the largest of each row. Results are compared score by score.")
    if not implicit.there:
        report.add("", "scipy and implicit are not installed, so nothing is compared.")
    with Psql() as psql:
        psql.run("drop table if exists kept")
        psql.run("create table kept (name text, affinity crm.affinity)")
        for table, title in tables:
            if implicit.there:
                file = os.path.join(SCRATCH, f"{table}.csv")
                with open(file, "w") as out:
                    subprocess.run([*PSQL, "-c", f"copy {table} to stdout (format csv)"], stdout=out, check=True)
                implicit.ask("load", table, file)
            part(report, goals, psql, implicit, table, title)
    if goals.rows:
        report.add("", "## Goals")
        report.table("what", "goal", "found", "")
        for row in goals.rows:
            report.row(*row)
    report.write(PAGE)


main()
