"""Times baskets, itemsets and rules against the Python library mlxtend on the same rows: ROUNDS, page to write, scratch folder, simulated orders."""

import json
import os
import statistics
import subprocess
import sys

from common import PSQL, Goals, Psql, Report, in_turn, machine, peak, query, ratio, timed, today

ROUNDS, PAGE, SCRATCH, ORDERS = int(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])
PYTHON = os.environ.get("MLXTEND_PYTHON", ".tools/mlxtend/bin/python")
GROCERIES = os.environ.get("GROCERIES", "../shared/data/groceries")
# Least confidence; least support, and how many times faster than mlxtend on the groceries.
CONFIDENCE = 0.3
SUPPORTS = {0.01: 5, 0.005: None, 0.001: 30}
# Baskets of an itemset, at least: nobody asks for less, and then everything is frequent that was ever sold once.
FEWEST = 5
# Above so many baskets mlxtend takes a minute and more: once is enough.
ONCE_ABOVE = 50_000

BASKETS = "select {what} from (select crm.basket_agg(item) as basket from {table} group by basket_id) b"
RULES = BASKETS.format(what="crm.itemset_agg(basket) as s", table="{table}")
WHOLE = "select count(r.antecedent), sum(r.confidence_lower) from ({rules}) i cross join lateral crm.association_rules(i.s, {support}, {confidence}) as r"
WHOLE_SETS = "select count(f.items) from ({rules}) i cross join lateral crm.frequent_itemsets(i.s, {support}) as f"
STORED = "select count(r.antecedent), sum(r.confidence_lower) from stored cross join lateral crm.association_rules(itemset, {support}, {confidence}) as r where name = '{table}'"
SCAN = "select count(basket_id), count(item) from {table}"
GROUPED = "select count(n) from (select count(item) as n from {table} group by basket_id offset 0) g"
ARRAYS = "select count(l) from (select array_agg(item) as l from {table} group by basket_id offset 0) g"
PAIRS = """with n as (select count(distinct basket_id)::float8 as n from {table}), single as (select item, count(*) as c from {table} group by item),
    pair as (select a.item as l, b.item as r, count(*) as c from {table} a join {table} b using (basket_id) where a.item <> b.item group by a.item, b.item)
  select count(*) from pair join n on c / n >= {support} join single s on s.item = l where pair.c / s.c::float8 >= {confidence}"""


class Mlxtend:
    """mlxtend in another process; not `there` when it cannot be imported."""

    def __init__(self):
        self.answers = {}
        self.there = subprocess.run([PYTHON, "-c", "import mlxtend"], capture_output=True, check=False).returncode == 0 if os.path.exists(PYTHON) else False
        if self.there:
            self.process = subprocess.Popen([PYTHON, "-B", "bench/basket_mlxtend.py"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            self.versions = self.ask("hello")
        else:
            print("no mlxtend: nothing to compare with (MLXTEND_PYTHON names a Python that can import it)", flush=True)

    def ask(self, *request):
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"mlxtend ended in: {request}")
        return json.loads(line)

    def timer(self, *request):
        """A function that asks, returns the milliseconds and leaves the rest in `answers`."""

        def run():
            milliseconds, self.answers[json.dumps(request)] = self.ask(*request)
            return milliseconds

        return run


class Data:
    """One table of the items of baskets."""

    def __init__(self, table, label):
        self.table, self.label = table, label
        self.rows, self.baskets = map(int, query(f"select count(*), count(distinct basket_id) from {table}").split("|"))

    def sql(self, text, **more):
        return text.format(table=self.table, rules=RULES.format(table=self.table), confidence=CONFIDENCE, **more)


def shown(times):
    """Milliseconds: the median, and the least and the most when there is more than one."""
    digits = 1 if statistics.median(times) < 1000 else 0
    spread = f" ({min(times):.{digits}f} to {max(times):.{digits}f})" if len(times) > 1 else " (once)"
    return f"{statistics.median(times):.{digits}f}{spread}"


def groceries():
    """The real baskets, where they are."""
    file = os.path.join(GROCERIES, "groceries.csv")
    if not os.path.exists(file):
        print("no groceries (GROCERIES names a folder with groceries.csv): simulated orders only", flush=True)
        return []
    with open(file, encoding="utf-8") as lines:
        rows = "".join(f'{basket},"{item}"\n' for basket, line in enumerate(lines, 1) for item in line.rstrip("\n").split(","))
    subprocess.run([*PSQL, "-c", "create unlogged table groceries (basket_id int, item text)", "-c", "copy groceries from stdin (format csv)"],
                   input=rows, text=True, check=True, stdout=subprocess.DEVNULL)
    query("insert into stored select 'groceries', s from (" + RULES.format(table="groceries") + ") i")
    subprocess.run([*PSQL, "-c", "vacuum analyze groceries"], check=True, stdout=subprocess.DEVNULL)
    return [Data("groceries", "groceries")]


def simulated():
    """The tables of basket.sql."""
    with subprocess.Popen([sys.executable, "-B", "bench/basket_orders.py", str(ORDERS)], stdout=subprocess.PIPE) as orders:
        subprocess.run([*PSQL, "-v", f"orders={ORDERS}", "-f", "bench/basket.sql"], stdin=orders.stdout, check=True)
    return [Data(table, f"{n:,} simulated") for table, n in [("line_hundredth", ORDERS // 100), ("line_tenth", ORDERS // 10), ("line", ORDERS)]]


def hand_over(data, mlxtend):
    """The same baskets to mlxtend."""
    file = os.path.join(SCRATCH, data.table + ".json")
    with open(file, "wb") as out:
        subprocess.run([*PSQL, "-c", f"select json_agg(item order by item) from {data.table} group by basket_id order by basket_id"], stdout=out, check=True)
    if mlxtend.ask("load", data.table, file) != data.baskets:
        raise RuntimeError(f"mlxtend has other baskets of {data.table}")
    os.remove(file)


class Compared:
    """The rules of a table at one support by both, compared, and the milliseconds of each."""

    def __init__(self, data, support, mlxtend):
        self.data, self.support = data, support
        queries = [data.sql(sql, support=support) for sql in (WHOLE, WHOLE_SETS, STORED)]
        library = mlxtend.timer("rules", data.table, support, CONFIDENCE) if mlxtend.there else None
        once = data.baskets > ONCE_ABOVE
        with Psql() as psql:
            times = [list(t) for t in in_turn([psql.timer(sql) for sql in queries] + ([library] if library and not once else []), ROUNDS)]
            if library and once:
                times.append([library()])
            self.rules = int(psql.answers[queries[0]].split("|")[0])
            self.itemsets = int(psql.answers[queries[1]])
            if psql.answers[queries[0]] != psql.answers[queries[2]]:
                raise RuntimeError(f"a stored itemset of {data.table} has other rules")
        self.whole, self.sets, self.stored = times[:3]
        self.theirs = times[3] if library else None
        if library:
            self.compare(mlxtend.answers[json.dumps(("rules", data.table, support, CONFIDENCE))])

    def compare(self, theirs):
        """The same rules with the same counts and lifts; of those that reach the least confidence only by a last digit, mlxtend may lack some."""
        ours = json.loads(query(self.data.sql("select coalesce(json_agg(json_build_array(antecedent, consequent, baskets, lift, confidence)), '[]') from ({rules}) i "
                                              "cross join lateral crm.association_rules(i.s, {support}, {confidence}) as r", support=self.support)))
        expected = {(*left, "=>", *right): (count, lift) for left, right, count, lift in theirs["rules"]}
        if theirs["itemsets"] != self.itemsets:
            raise RuntimeError(f"{self.data.table} at {self.support}: {self.itemsets} itemsets, {theirs['itemsets']} by mlxtend")
        for left, right, count, lift, confidence in ours:
            known = expected.pop((*sorted(left), "=>", *right), None)
            if known is None and abs(confidence - CONFIDENCE) < 1e-12:
                continue
            if known is None or known[0] != count or abs(known[1] / lift - 1) > 1e-12:
                raise RuntimeError(f"{self.data.table} at {self.support}: {left} => {right}: {known} by mlxtend")
        if expected:
            raise RuntimeError(f"{self.data.table} at {self.support}: {len(expected)} rules are missing")


def main():
    report, goals, mlxtend = Report(), Goals(), Mlxtend()
    datas = simulated()
    datas = groceries() + datas
    if mlxtend.there:
        for data in datas:
            hand_over(data, mlxtend)
    report.add("# Results of `make bench`: baskets, itemsets and rules", "", f"{today()}. {machine()}.", "",
               f"Against the Python library mlxtend: {mlxtend.versions}." if mlxtend.there else "The Python library mlxtend could not be imported: nothing to compare with.", "",
               "One core each: one process of PostgreSQL without workers and without JIT, everything in memory; Python bound to one core. What one line compares runs in",
               f"turn, once to warm up and then {ROUNDS} times; milliseconds are medians (least to most), ratios are of medians. mlxtend runs once on more than {ONCE_ABOVE:,}",
               "baskets. Groceries are the 9,835 baskets with 43,367 items of the R package arules. The others are simulated (`basket_orders.py`), about five of 500 items an",
               "order.", "", "## Rules", "",
               "*pg_crm* is the whole statement over the table of items: `group by` the basket, `basket_agg`, `itemset_agg`, `association_rules` with every measure and the interval.",
               f"*mlxtend* is `TransactionEncoder`, `fpgrowth` and `association_rules` on lists that are there. Confidence at least {CONFIDENCE}. mlxtend has no limit of the consequents, and makes",
               "those of several items too; they are left out of the comparison. *stored* is from an itemset in a table. The rules were compared first: the same sets, the same",
               "rules with the same counts, and the same lift to 12 digits.")
    report.table("baskets", "min_support", "itemsets", "rules", "pg_crm", "mlxtend", "times faster", "pg_crm, itemsets only", "pg_crm, stored")
    for data in datas:
        for support, bound in SUPPORTS.items():
            if support * data.baskets < FEWEST:
                continue
            both = Compared(data, support, mlxtend)
            theirs = [shown(both.theirs), f"**{ratio(both.theirs, both.whole):.0f}**"] if both.theirs else ["", ""]
            report.row(data.label, f"{support:g}", f"{both.itemsets:,}", f"{both.rules:,}", shown(both.whole), *theirs, shown(both.sets), shown(both.stored))
            if both.theirs and bound and data.table == "groceries":
                goals.add(f"rules of the groceries at {support:g}, times faster than mlxtend", ratio(both.theirs, both.whole), bound, " x", most=False)
    report.add("", "## The aggregates", "", "Milliseconds of the parts, and nanoseconds a row (an item of a basket). *grouped* is `count(item) … group by basket_id`, what PostgreSQL takes for",
               "the groups alone; *array_agg* is what one writes to have a list of items for each basket.")
    report.table("baskets", "rows", "scan", "grouped", "array_agg", "basket_agg", "basket_agg and itemset_agg", "ns a row above grouped")
    for data in datas:
        parts = [SCAN, GROUPED, ARRAYS, BASKETS.format(what="count(basket)", table="{table}"), "select crm.itemset_baskets(s) from ({rules}) i"]
        times = timed([data.sql(sql) for sql in parts], ROUNDS)
        above = (statistics.median(times[4]) - statistics.median(times[1])) / data.rows * 1e6
        report.row(data.label, f"{data.rows:,}", *map(shown, times), f"{above:.0f}")
        if data.table == "groceries":
            goals.add("basket_agg and itemset_agg of the groceries, above the groups, a row", above, 200, " ns")
    report.add("", "## Pairs in plain SQL", "", "What one writes without the extension: a self-join and two counts give the rules of one item each at the same bounds.")
    report.table("baskets", "min_support", "pairs", "self-join", "association_rules(…, max_size => 2)", "as a share")
    for data in datas[:-1]:
        pairs = data.sql(PAIRS, support=0.01)
        ours = data.sql(WHOLE, support=0.01).replace(f"{CONFIDENCE})", f"{CONFIDENCE}, 2)")
        with Psql() as psql:
            theirs, times = in_turn([psql.timer(pairs), psql.timer(ours)], ROUNDS)
            if psql.answers[pairs] != psql.answers[ours].split("|")[0]:
                raise RuntimeError(f"pairs of {data.table}: {psql.answers[ours]}, and {psql.answers[pairs]} by the self-join")
            report.row(data.label, "0.01", f"{int(psql.answers[pairs]):,}", shown(theirs), shown(times), f"{ratio(times, theirs):.3f}")
    report.add("", "## Memory and storage", "", "Bytes a basket: what the whole statement at 0.01 adds to the peak of its process (`VmHWM`), the itemset as it is sent, and its column in a table.")
    report.table("baskets", "peak", "sent", "in a table")
    for data in datas:
        sizes = query(f"select octet_length(crm.itemset_send(itemset)), pg_column_size(itemset) from stored where name = '{data.table}'").split("|")
        added = peak(data.table, ["basket_id", "item"], data.sql(WHOLE, support=0.01))
        report.row(data.label, f"{added / data.baskets:.0f}", *(f"{int(size) / data.baskets:.1f}" for size in sizes))
    if goals.rows:
        report.add("", "## What was to be reached")
        report.table("", "to reach", "measured", "")
        for row in goals.rows:
            report.row(*row)
    report.write(PAGE)


main()
