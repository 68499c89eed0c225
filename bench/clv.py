"""Times customer lifetime value against the Python library lifetimes on the same summaries: ROUNDS, page to write, scratch folder, simulated customers."""

import json
import os
import statistics
import subprocess
import sys

from clv_customers import AS_OF
from common import PSQL, Psql, Report, in_turn, machine, peak, query, ratio, timed, today

ROUNDS, PAGE, SCRATCH, CUSTOMERS = int(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])
PYTHON = ".tools/lifetimes/bin/python"
CDNOW_UNTIL = "1997-09-30"
HORIZON = 39
DISCOUNT = 0.1

FITS = ["bgnbd", "pareto_nbd", "gamma_gamma"]
NAMES = {"bgnbd": "BG/NBD", "mbgnbd": "MBG/NBD", "pareto_nbd": "Pareto/NBD", "gamma_gamma": "gamma-gamma"}
# How many times faster than lifetimes: of the CDNOW sample, of all simulated customers.
TO_REACH = {"bgnbd": (20, 20), "pareto_nbd": (20, 50), "gamma_gamma": (20, 20)}
# Above so many rows lifetimes takes half a minute and more for a Pareto/NBD: once is enough.
ONCE_ABOVE = 20_000

AGGREGATION = "select crm.customers(crm.rfm_sample_agg(rfm)) from {table}"
FIT = "select crm.{model}_fit(crm.rfm_sample_agg(rfm), date '{as_of}') from {table}"
FIT_STORED = "select crm.{model}_fit(sample, date '{as_of}') from sample where name = '{table}'"
# What lifetimes reads: times in days, and the mean of the repeat purchases.
FIGURES = """copy (select crm.frequency(rfm) - 1, crm.tenure(rfm, date '{as_of}') - crm.recency(rfm, date '{as_of}'), crm.tenure(rfm, date '{as_of}'),
  case when crm.frequency(rfm) > 1 then (crm.total(rfm) - crm.first_total(rfm)) / (crm.frequency(rfm) - 1) end from {table}) to stdout (format csv)"""


class Lifetimes:
    """lifetimes in another process; not `there` when it is not installed."""

    def __init__(self):
        self.there = os.path.exists(PYTHON)
        self.answers = {}
        if self.there:
            self.process = subprocess.Popen([PYTHON, "-B", "bench/clv_lifetimes.py"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            self.versions, self.cdnow = self.ask("hello")

    def ask(self, *request):
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"lifetimes ended in: {request}")
        return json.loads(line)

    def timer(self, *request):
        """A function that asks, returns the milliseconds and leaves the rest in `answers`."""

        def run():
            milliseconds, self.answers[json.dumps(request)] = self.ask(*request)
            return milliseconds

        return run

    def answer(self, *request):
        return self.answers[json.dumps(request)]


class Goals:
    """What is to be reached, and whether it was."""

    def __init__(self):
        self.rows = []

    def add(self, what, value, least, unit=""):
        self.rows.append((what, f"at least {least:g}{unit}", f"{value:.1f}{unit}", "reached" if value >= least else "**missed**"))


class Data:
    """One table of customers."""

    def __init__(self, table, label, as_of):
        self.table, self.label, self.as_of = table, label, as_of
        self.customers = int(query(f"select count(*) from {table}"))

    def sql(self, text, **more):
        return text.format(table=self.table, as_of=self.as_of, **more)


def shown(times):
    """Seconds: the median, and the least and the most when there is more than one."""
    digits = 4 if statistics.median(times) < 100 else 2
    spread = f" ({min(times) / 1000:.{digits}f} to {max(times) / 1000:.{digits}f})" if len(times) > 1 else " (once)"
    return f"{statistics.median(times) / 1000:.{digits}f}{spread}"


def near(a, b, relative):
    return abs(a - b) <= relative * abs(b)


def simulated():
    """The tables of clv.sql."""
    with subprocess.Popen([sys.executable, "-B", "bench/clv_customers.py", str(CUSTOMERS)], stdout=subprocess.PIPE) as customers:
        subprocess.run([*PSQL, "-v", f"customers={CUSTOMERS}", "-f", "bench/clv.sql"], stdin=customers.stdout, check=True)
    return [Data(table, f"{divided:,} simulated", AS_OF)
            for table, divided in [("customer_hundredth", CUSTOMERS // 100), ("customer_tenth", CUSTOMERS // 10), ("customer", CUSTOMERS)]]


def cdnow(file):
    """The table of clv_cdnow.sql from the log that lifetimes brings along: customer, number in the sample, day, discs, amount."""
    with open(file) as log:
        purchases = [line.split() for line in log]
    rows = "".join(f"{customer},{day},{amount}\n" for _, customer, day, _, amount in purchases)
    subprocess.run([*PSQL, "-f", "bench/clv_cdnow.sql"], input=rows, text=True, check=True)
    return Data("cdnow", "CDNOW", CDNOW_UNTIL)


def hand_over(data, lifetimes):
    """The same figures to lifetimes, and grouped there as well: milliseconds of the grouping."""
    file = os.path.join(SCRATCH, data.table + ".csv")
    with open(file, "wb") as out:
        subprocess.run([*PSQL, "-c", data.sql(FIGURES)], stdout=out, check=True)
    lifetimes.ask("load", data.table, file)
    os.remove(file)
    return lifetimes.ask("group", data.table)[0]


class Fitted:
    """A model fitted to a table of customers by both, with the milliseconds of each."""

    def __init__(self, model, data, lifetimes):
        self.model, self.data = model, data
        queries = [data.sql(sql, model=model) for sql in (FIT, FIT_STORED)]
        library = [("fit", model, data.table)] if lifetimes.there else []
        if library and model != "gamma_gamma":
            library.append(("fit", model, data.table + " distinct"))
        once = model == "pareto_nbd" and data.customers > ONCE_ABOVE
        with Psql() as psql:
            timers = [psql.timer(sql) for sql in queries] + ([] if once else [lifetimes.timer(*request) for request in library])
            times = [list(t) for t in in_turn(timers, ROUNDS)]
            if once:
                times += [[lifetimes.timer(*request)()] for request in library]
            documents = [json.loads(psql.answers[sql]) for sql in queries]
        self.document = documents[0]
        if documents[0] != documents[1]:
            raise RuntimeError(f"the stored sample gives another model: {documents}")
        if not self.document["converged"]:
            raise RuntimeError(f"{model} did not converge: {self.document}")
        self.whole, self.stored, self.theirs, self.distinct = times + [None] * (4 - len(times))
        self.likelihoods = self.compare(lifetimes, library) if library else None

    def compare(self, lifetimes, library):
        """Log-likelihoods by the formula of lifetimes, at our parameters and at theirs; they must not find a better optimum, and ours must be what we say it is."""
        ours = lifetimes.ask("likelihood", self.model, self.data.table, self.document["parameters"])
        if not near(ours, self.document["log_likelihood"], 1e-8):
            raise RuntimeError(f"{self.model}: the log-likelihood is said to be {self.document['log_likelihood']}, it is {ours}")
        found = [lifetimes.answer(*request) for request in library]
        theirs = [parameters and lifetimes.ask("likelihood", self.model, self.data.table, parameters) for parameters in found]
        if any(value is not None and value > ours + 1e-9 * abs(ours) for value in theirs):
            raise RuntimeError(f"{self.model}: lifetimes finds a better optimum, {theirs} against {ours}: {found}")
        return ours, theirs[0]

    def faster(self):
        """How many times faster than lifetimes, the aggregation of the sample included."""
        return ratio(self.theirs, self.whole)


def answers_of_fits(report, fits):
    report.add("", "## The answers first", "",
               "Log-likelihoods at the optimum that each found, both by the formula of lifetimes in weeks (that of pg_crm itself agrees to 8 digits, or the bench",
               "stops). lifetimes stops where its optimiser does; what it lacks is the last column. Nothing is compared that did not converge.")
    report.table("model", "customers", "distinct histories", "pg_crm", "lifetimes", "lifetimes − pg_crm")
    for fit in fits:
        ours, theirs = fit.likelihoods
        difference = ["did not converge", ""] if theirs is None else [f"{theirs:.6f}", f"{theirs - ours:.2g}"]
        report.row(NAMES[fit.model], fit.data.label, f"{fit.document['patterns']:,}", f"{ours:.6f}", *difference)


def times_of_fits(report, goals, fits, grouping):
    report.add("", "## Fits", "",
               "*pg_crm* is the whole statement, `select crm.bgnbd_fit(crm.rfm_sample_agg(rfm), …) from customer`: it reads the table, puts the sample together, collapses",
               "equal histories, fits and computes standard errors. *lifetimes* is only `.fit()` of arrays that are there: neither the import of the library nor bringing",
               "the data to Python is counted. *distinct* is `.fit()` with `weights` on the distinct histories, which lifetimes leaves to its user; grouping them in pandas",
               "is not counted and took " + ", ".join(f"{milliseconds / 1000:.3f} s ({label})" for label, milliseconds in grouping.items()) + ". *stored* is the fit of a sample from a table.")
    report.table("model", "customers", "pg_crm", "lifetimes", "times faster", "lifetimes, distinct", "times faster", "pg_crm, stored")
    for fit in fits:
        distinct = [shown(fit.distinct), f"{ratio(fit.distinct, fit.whole):.1f}"] if fit.distinct else ["", ""]
        report.row(NAMES[fit.model], fit.data.label, shown(fit.whole), shown(fit.theirs), f"**{fit.faster():.1f}**", *distinct, shown(fit.stored))
        small, large = TO_REACH[fit.model]
        if fit.data.table in ("cdnow", "customer"):
            goals.add(f"{NAMES[fit.model]}, {fit.data.label}, times faster than lifetimes", fit.faster(), small if fit.data.table == "cdnow" else large, " x")


def times_without_lifetimes(report, fits):
    report.add("", "## Fits", "", "*pg_crm* is the whole statement with the aggregation of the sample, *stored* the fit of a sample from a table. lifetimes is not here to compare with.")
    report.table("model", "customers", "distinct histories", "pg_crm", "pg_crm, stored")
    for fit in fits:
        report.row(NAMES[fit.model], fit.data.label, f"{fit.document['patterns']:,}", shown(fit.whole), shown(fit.stored))


def growth(report, fits):
    report.add("", "## Growth", "", "Ten times the customers, simulated by the same process: distinct histories, and seconds of the whole statement and of the fit of a stored sample.",
               "Gamma-gamma fits means of amounts, of which hardly two are equal.")
    report.table("model", *(f"{fit.data.customers:,}" for fit in fits if fit.model == "bgnbd"))
    for what, value in [("distinct histories", lambda fit: f"{fit.document['patterns']:,}"), ("whole", lambda fit: f"{statistics.median(fit.whole) / 1000:.4f}"),
                        ("stored", lambda fit: f"{statistics.median(fit.stored) / 1000:.4f}")]:
        for model in FITS:
            report.row(f"{NAMES[model]}, {what}", *(value(fit) for fit in fits if fit.model == model))


def samples(report, datas):
    report.add("", "## The sample", "", "Seconds to put it together (`customers(rfm_sample_agg(rfm))`) and of a bare scan (`count(rfm)`); bytes a customer of the sample as it is sent, and of its",
               "column in a table, which PostgreSQL compresses.")
    report.table("customers", "scan", "aggregation", "bytes, sent", "bytes, in a table")
    for data in datas:
        scan, aggregation = timed([data.sql("select count(rfm) from {table}"), data.sql(AGGREGATION)], ROUNDS)
        sizes = query(data.sql("select octet_length(crm.rfm_sample_send(sample)), pg_column_size(sample) from sample where name = '{table}'")).split("|")
        report.row(data.label, shown(scan), shown(aggregation), *(f"{int(size) / data.customers:.1f}" for size in sizes))
    data = datas[-1]
    report.add("", f"What a query over the {data.label} adds to the peak of its process (`VmHWM`), bytes a customer:")
    report.table("query", "bytes a customer")
    for label, sql in [("aggregation", data.sql(AGGREGATION)), *((f"aggregation and fit, {NAMES[model]}", data.sql(FIT, model=model)) for model in FITS)]:
        report.row(label, f"{peak(data.table, ['rfm'], sql) / data.customers:.0f}")


def predictions(report, goals, data, lifetimes):
    """Every customer once, under the models fitted to all of them."""
    models = {model: json.loads(query(data.sql(FIT, model=model))) for model in ("bgnbd", "mbgnbd", "pareto_nbd", "gamma_gamma")}
    literal = {model: "'" + json.dumps(document).replace("'", "''") + "'" for model, document in models.items()}
    report.add("", "## Customers a second", "", f"{data.customers:,} customers, one process, constant model, horizon of {HORIZON} weeks; `sum(…)` over the table, the scan included. The models are those that were",
               "fitted above. lifetimes computes all customers at once with numpy from arrays that are there, under the same parameters, and the sums must agree to 9 digits.")
    report.table("", "pg_crm", "million a second", "lifetimes", "million a second")
    scan, field = timed([data.sql("select count(rfm) from {table}"), data.sql("select sum(crm.tenure(rfm, date '{as_of}')) from {table}")], ROUNDS)

    def rate(times):
        return data.customers / statistics.median(times) / 1000

    report.row("a bare scan: `count(rfm)`", shown(scan), f"{rate(scan):.2f}", "", "")
    report.row("the cheapest function: `sum(tenure(rfm, …))`", shown(field), f"{rate(field):.2f}", "", "")
    for model in ("bgnbd", "mbgnbd", "pareto_nbd"):
        for what, horizon in [("p_alive", []), ("expected_purchases", [HORIZON])]:
            sql = data.sql("select sum(crm.{what}({literal}, rfm, date '{as_of}'{horizon})) from {table}", what=what, literal=literal[model],
                           horizon="".join(f", {h}" for h in horizon))
            request = ("predict", what, model, data.table, models[model]["parameters"], *horizon)
            with Psql() as psql:
                times = in_turn([psql.timer(sql)] + ([lifetimes.timer(*request)] if lifetimes.there else []), ROUNDS)
                total = float(psql.answers[sql])
            theirs = ["", ""]
            if lifetimes.there:
                if not near(total, lifetimes.answer(*request), 1e-9):
                    raise RuntimeError(f"{what} of {model}: {total}, and {lifetimes.answer(*request)} by lifetimes")
                theirs = [shown(times[1]), f"{rate(times[1]):.2f}"]
            report.row(f"{NAMES[model]}, `{what}`", shown(times[0]), f"{rate(times[0]):.2f}", *theirs)
            goals.add(f"{NAMES[model]}, {what}, million customers a second", rate(times[0]), 2)
    others = [("BG/NBD, `p_alive`, the model from a table", "select sum(crm.p_alive(document, rfm, date '{as_of}')) from {table} cross join (select document::jsonb from (values ({bgnbd})) v (document) offset 0) m"),
              ("`expected_value`", "select sum(crm.expected_value({gamma_gamma}, rfm)) from {table}")]
    others += [(f"{NAMES[model]} and gamma-gamma, `clv`, {DISCOUNT:.0%} a year", "select sum(crm.clv({" + model + "}, {gamma_gamma}, rfm, date '{as_of}', " + f"{HORIZON}, {DISCOUNT})) from {{table}}")
               for model in ("bgnbd", "mbgnbd", "pareto_nbd")]
    for label, sql in others:
        times = timed([data.sql(sql, **literal)], ROUNDS)[0]
        report.row(label, shown(times), f"{rate(times):.2f}", "", "")


def main():
    report, goals, lifetimes = Report(), Goals(), Lifetimes()
    datas = simulated()
    if lifetimes.there:
        datas.insert(0, cdnow(lifetimes.cdnow))
    grouping = {data.label: hand_over(data, lifetimes) for data in datas} if lifetimes.there else {}
    report.add("# Results of `make bench`: customer lifetime value", "", f"{today()}. {machine()}.", "",
               f"Against the Python library lifetimes: {lifetimes.versions}." if lifetimes.there else "The Python library lifetimes could not be installed: nothing to compare with, and no CDNOW, which it brings along.",
               "", "One core each: one process of PostgreSQL without workers and without JIT, everything in memory; Python bound to one core. What one line compares runs in",
               f"turn, once to warm up and then {ROUNDS} times; seconds are medians (least to most), ratios are of medians. lifetimes fits the Pareto/NBD of more than {ONCE_ABOVE:,}",
               "customers once. CDNOW is the sample of 2,357 customers of the literature until 1997-09-30, from the purchase log that lifetimes brings along. The others are",
               "simulated (`clv_customers.py`): Pareto/NBD with r = 0.55, α = 10.6, s = 0.6, β = 11.7 weeks, joining over 39 weeks, observed until week 78, by the day.")
    fits = [Fitted(model, data, lifetimes) for model in FITS for data in datas]
    if lifetimes.there:
        answers_of_fits(report, fits)
        times_of_fits(report, goals, fits, grouping)
    else:
        times_without_lifetimes(report, fits)
    growth(report, [fit for fit in fits if fit.data.table != "cdnow"])
    samples(report, datas)
    predictions(report, goals, datas[-1], lifetimes)
    report.add("", "## What was to be reached")
    report.table("", "to reach", "measured", "")
    for row in goals.rows:
        report.row(*row)
    report.write(PAGE)


main()
