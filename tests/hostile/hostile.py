"""Calls every function and aggregate of the schema crm with hostile values, on the cluster of the environment.

    hostile.py [--calls N | --seconds S] [--seed N] [--only NAME] DATABASE ENCODING

The functions and the types of their arguments come from the catalogue. A call is a statement with parameters: sometimes all
of them fit (fitting.sql), mostly one or several do not (values.py). Whatever is sent, an error has one of the SQLSTATEs that
the documentation names, a message and a hint; the connection stays; no call takes long or much memory; what is accepted as
a summary is read back the same in text and in binary form. Every function must have given a result at least once.
"""
import argparse
import collections
import os
import random
import re
import subprocess
import sys
import threading
import time

import libpq
import values

HERE = os.path.dirname(os.path.abspath(__file__))
SECONDS_A_CALL = int(os.environ.get("SECONDS_A_CALL", "3"))
MEGABYTES = 1500  # that a backend may ever have used
# Class 22 (data), 42 (no such overload), and single ones: not supported, limits, a model that did not converge.
ALLOWED = re.compile(r"22...|42(883|725|P18|804|601)|0A000|54000|54001|55000")
# Functions that SQL cannot call: the planner does.
PLANNER = {"book_rows_support", "number_rows_support"}

BY_NAME = {  # what fits an argument of this name
    "policy": "tier_policy", "breaks": "rfm_breaks", "card": "score_card", "chart": "pnl_chart", "market": "target_market", "rules": "suitability_rules", "schedule": "fee_schedule",
    "attributes": "product", "a": "tags", "b": "weights",
}
FITS = {  # by type or by type and name
    "text": "deposit", "text[]": "{deposit,fund}", "integer": "3", "bigint": "7", "double precision": "0.5", "numeric": "12.50", "date": "2026-12-31", "boolean": "t",
    "timestamp with time zone": "2026-03-01 00:00+00", "uuid": "02e74f10-e032-7ad8-68d1-38f2b4fdd6f0", "double precision[]": "{0.2,0.8}",
    "text cell": "555", "text convention": "act/365", "text language": "en", "text monetary_by": "total", "text rule": "next_month", "text same_day": "last", "text side": "buy",
    "text summary": "rfm", "text timing": "end", "text unit": "day", "text weighting": "log", "text activity": "call", "text channel": "app", "text line": "commission",
    "date first_day": "2026-01-05", "date from_day": "2026-01-05", "date last_day": "2026-03-01", "date opening_day": "2025-12-31", "date day": "2026-03-01", "date period": "2026-01-15",
    "timestamp with time zone first_at": "2026-01-01 00:00+00", "double precision[] surviving": "{1000,869,743,653,593,551}", "numeric first_total": "1", "text product": "BOND01", "double precision accuracy": "0.01", "text measure": "jaccard", "integer k": "5",
    "text[] names": "{contribution,average_assets,frequency,recency,tenure,products}", "text line": "commission", "double precision score": "2",
    "double precision[] measures": "{1280,120000,8,108,1.2,1}", "double precision[] matrix": "{{1,2},{0.5,1}}",
}
BY_FUNCTION = {  # by function and argument, where its name is not enough
    "match_products policy": "matching_policy", "match_explain policy": "matching_policy", "matching_policy_check policy": "matching_policy",
    "rfm_segment policy": "rfm_segment_policy", "rfm_segment_explain policy": "rfm_segment_policy", "rfm_segment_policy_check policy": "rfm_segment_policy",
    "recommend model": "affinity_model", "recommend_explain model": "als_model", "retention_curve model": "sbg", "residual_lifetime model": "sbg",
    "activity_cost model": "cost_model", "capacity_cost_rate model": "cost_model", "cost_to_serve model": "cost_model", "cost_to_serve_explain model": "cost_model",
    "cost_reconciliation model": "cost_model", "unit_costs model": "cost_model", "tier_next_measures measures": "assets", "tier_next_measures policy": "tier_policy_measures", "tier_next_measures state": "state_measures", "standardize_push #2": "measures", "standardize_agg measures": "measures",
}
COLUMNS = """
select p.proname, p.prokind = 'a', p.proretset, p.oid::regprocedure::text,
  coalesce((select string_agg(format_type(t, null) || '|' || coalesce(nullif(p.proargnames[i], ''), '#' || i), ';' order by i) from unnest(p.proargtypes) with ordinality as a (t, i)), '')
from pg_proc p where p.pronamespace = 'crm'::regnamespace order by 4"""


class Generator:
    def __init__(self, database, encoding, seed):
        self.rng = random.Random(seed)
        self.encoding, self.database = encoding, database
        self.python = {"UTF8": "utf-8", "SQL_ASCII": "utf-8", "LATIN1": "latin-1", "EUC_CN": "gb2312", "EUC_JP": "euc_jp"}[encoding]
        self.connection = None
        self.connect()
        self.fitting = collections.defaultdict(dict)
        for kind, name, value in self.unicode_rows(open(os.path.join(HERE, "fitting.sql"), encoding="utf-8").read()):
            self.fitting[kind][name] = value
        self.binary = {}
        for kind in [kind for kind in self.fitting if kind.startswith("crm.")]:
            for value in self.fitting[kind].values():
                try:
                    self.binary.setdefault(kind, []).append(self.connection.run(f"select $1::{kind}", [self.encode(value)], binary=True)[0][0])
                except libpq.Failed:
                    pass  # not in this encoding
        self.functions = [
            (name.decode(), aggregate == b"t", rows == b"t", signature.decode(), [tuple(argument.split("|")) for argument in arguments.decode().split(";") if argument])
            for name, aggregate, rows, signature, arguments in self.connection.run(COLUMNS)
        ]
        self.tries = 0
        self.calls, self.good, self.states = collections.Counter(), collections.Counter(), collections.Counter()
        self.began = self.statement_now = None
        threading.Thread(target=self.watch, daemon=True).start()
        self.failures, self.unhinted, self.slowest, self.last = [], collections.Counter(), [], {}

    def watch(self):
        """A statement that ignores its timeout would never end: this says which, kills its backend and gives up."""
        while True:
            time.sleep(1)
            if self.began and time.monotonic() - self.began > 4 * SECONDS_A_CALL:
                print("FAILED: does not end, and cannot be cancelled:", *self.statement_now, sep="\n  ", flush=True)
                subprocess.run(["runuser", "-u", "postgres", "--"] * (os.getuid() == 0) + ["kill", "-9", str(self.connection.pid)])
                os._exit(1)

    def connect(self):
        self.connection = libpq.Connection(f"dbname={self.database} client_encoding={self.encoding}")
        self.connection.run(f"set statement_timeout = '{SECONDS_A_CALL}s'")
        self.connection.run("set client_min_messages = warning")

    def unicode_rows(self, query):
        """The fitting values come from a database in UTF-8, whatever the one under test is."""
        source = libpq.Connection("dbname=" + os.environ["HOSTILE_UTF8"] + " client_encoding=UTF8") if self.encoding != "UTF8" else self.connection
        return [[cell.decode() for cell in row] for row in source.run(query)]

    def encode(self, text):
        return text.encode(self.python, "replace").replace(b"\0", b"?")

    def fit(self, function, argument, kind):
        """A value with which the function is likely to work."""
        if kind == "cstring":
            kind = "crm." + function.removesuffix("_in")
        if kind in ("jsonb",):
            known = BY_FUNCTION.get(f"{function} {argument}") or BY_NAME.get(argument) or argument
            if function.endswith("_check") and argument == "model":
                known = function.removesuffix("_check")
            return self.fitting["jsonb"].get(known) or self.fitting["jsonb"]["bgnbd"]
        if kind.startswith("crm."):
            if function in ("sbg_fit", "bgbb_fit"):
                return self.fitting[kind]["contracts"]
            own = list(self.fitting[kind].values())
            return own[self.tries % len(own)]
        special = SPECIAL.get(f"{function} {argument}")
        return special or FITS.get(f"{kind} {argument}") or FITS[kind]

    def wild(self, function, argument, kind):
        """A value that may be anything."""
        rng = self.rng
        if rng.random() < 0.08:
            return None
        if kind == "cstring":
            kind = "crm." + function.removesuffix("_in")
            binary = False
        else:
            binary = True
        if kind.startswith("crm."):
            own = list(self.fitting[kind].values())
            choice = rng.random()
            if choice < 0.25:
                return self.encode(rng.choice(own))
            if choice < 0.65 or not binary or kind not in self.binary:
                return self.encode(values.mutated_text(rng.choice(own), rng))
            return ("binary", values.mutated_bytes(rng.choice(self.binary[kind]), rng.choice(self.binary[kind]), rng))
        if kind == "jsonb":
            choice = rng.random()
            if choice < 0.5:
                return self.encode(values.mutated_json(self.fit(function, argument, kind), rng))
            if choice < 0.65:
                return self.encode(values.mutated_json(rng.choice(list(self.fitting["jsonb"].values())), rng))
            if choice < 0.8:
                return self.encode(rng.choice(list(self.fitting["jsonb"].values())))
        if kind == "text" and rng.random() < 0.2:
            return ("binary", rng.choice([b"\0", b"a\0b", b"\xff\xfe", b"\xc3", b"\xed\xa0\x80", b"\xb0\xa1", b"\x8f\xa1\xa1", b"\x81", b"\xf4\x90\x80\x80", b"\xa1" * 33]))
        return self.encode(rng.choice(values.HOSTILE[kind]))

    def arguments(self, function, arguments, hostility):
        row = []
        for kind, argument in arguments:
            if self.rng.random() < hostility:
                row.append(self.wild(function, argument, kind))
            else:
                row.append(self.encode(self.fit(function, argument, kind)))
        return row

    def statement(self, target, first):
        """A call of a function, as SQL and parameters; the first one has only arguments that fit."""
        name, aggregate, rows, signature, arguments = target
        if not arguments:
            return f"select * from crm.{name}()", []
        hostility = 0 if first else self.rng.choice([0, 0.2, 0.5, 1])
        count = self.rng.choice([1, 1, 2, 3]) if not first else 1
        parameters, lines = [], []
        for _ in range(count):
            row = self.arguments(name, arguments, hostility)
            if aggregate and not first and self.rng.random() < 0.3:
                row = [None] * len(row)
            lines.append("(" + ", ".join(f"${len(parameters) + i + 1}::{kind}" for i, (kind, _) in enumerate(arguments)) + ")")
            parameters += row
        names = ", ".join(f"a{i}" for i in range(len(arguments)))
        source = f"(values {', '.join(lines)}) as v ({names})"
        if rows:
            return f"select r from {source} cross join lateral crm.{name}({names}) as r", parameters
        window = aggregate and not first and self.rng.random() < 0.2
        return f"select crm.{name}({names}){' over (rows between 1 preceding and current row)' if window else ''} from {source}", parameters

    def check(self, query, parameters, target, binary):
        """Runs a statement; whatever is wrong about its outcome is kept. Gives the rows, or None."""
        began, self.statement_now = time.monotonic(), (query, parameters)
        self.began = began
        try:
            rows = self.connection.run(query, parameters, binary)
            self.states["00000"] += 1
            return rows
        except libpq.Failed as failed:
            self.states[failed.state] += 1
            self.last[target] = str(failed)
            if not ALLOWED.fullmatch(failed.state) or not failed.message or "panicked" in failed.message:
                self.fail(str(failed), query, parameters)
            elif not failed.hint and not failed.file.endswith(".c"):
                self.unhinted[re.sub(r'[0-9][0-9.e+-]*|"[^"]*"', "_", failed.message)[:150]] += 1
        except libpq.Lost as lost:
            self.states["lost"] += 1
            self.fail(f"the connection was lost: {lost}", query, parameters)
            time.sleep(2)
            self.connect()
        finally:
            self.began = None
            self.slowest = sorted(self.slowest + [(time.monotonic() - began, target)], reverse=True)[:5]
        return None

    def fail(self, what, query, parameters):
        shown = [p if p is None or len(p) < 3000 else p[:3000] for p in parameters]
        self.failures.append(f"{what}\n  {query}\n  {shown}")

    def call(self, target, first=False):
        name, _, _, signature, arguments = target
        if any(kind == "internal" for kind, _ in arguments):
            if name in PLANNER:
                self.good[signature] += 1
            elif name.endswith("_recv"):
                self.round_trip("crm." + name.removesuffix("_recv"), signature, first)
            return
        self.calls[signature] += 1
        query, parameters = self.statement(target, first)
        if self.check(query, parameters, signature, self.rng.random() < 0.5 and not name.endswith("_out")) is not None:
            self.good[signature] += 1

    def round_trip(self, kind, signature, first):
        """What a type accepts is printed and read, sent and received, and copied in binary form, without a difference."""
        self.calls[signature] += 1
        if kind not in self.binary:
            return
        value = ("binary", self.binary[kind][0]) if first else self.wild(kind, "", kind)
        send = f"{kind}_send"
        query = f"select v::text, {send}(v), {send}(v::text::{kind}) from (select $1::{kind} as v) as given"
        rows = self.check(query, [value], signature, True)
        if not rows or rows[0][0] is None:
            return
        text, sent, read = rows[0]
        again = self.check(f"select {send}(v), v::text from (select $1::{kind} as v) as given", [("binary", sent)], signature, True)
        if read != sent or not again or again[0] != [sent, text]:
            self.fail("a value is not read back the same", query, [value])
        elif isinstance(value, tuple):
            self.good[signature] += 1
        self.connection.run(f"create temp table if not exists copied_{kind[4:]} (v {kind})")
        data = value[1] if isinstance(value, tuple) else sent
        cut = data[: self.rng.randrange(len(data) + 1)]
        for payload in [cut, data]:
            stream = b"PGCOPY\n\xff\r\n\0" + b"\0" * 8 + b"\0\1" + len(payload).to_bytes(4, "big") + payload + b"\xff\xff"
            try:
                self.connection.copy_in(f"copy copied_{kind[4:]} from stdin (format binary)", stream)
            except libpq.Failed as failed:
                self.states[failed.state] += 1
                if failed.state != "22P03" and not (ALLOWED.fullmatch(failed.state) and failed.message):
                    self.fail(str(failed), "copy " + kind, [payload])

    def run(self, calls, seconds, only):
        targets = [target for target in self.functions if not only or only in target[0]]
        began = time.monotonic()
        for target in targets:
            # Where the first summary of a type does not fit, the next one does.
            for self.tries in range(4):
                if not self.good[target[3]]:
                    self.call(target, first=True)
        self.tries = 0
        done = len(targets)
        while done < calls if seconds is None else time.monotonic() - began < seconds:
            self.call(self.rng.choice(targets))
            done += 1
            if len(self.failures) >= 20:
                break
        return [] if self.encoding != "UTF8" else [signature for _, _, _, signature, _ in targets if not self.good[signature]]

    def peak(self):
        """The most memory that the backend has used, in MB, without what it shares."""
        try:
            status = open(f"/proc/{self.connection.pid}/status").read()
        except OSError:
            return 0
        return int(re.search(r"VmHWM:\s+(\d+)", status).group(1)) // 1024


SPECIAL = {  # what fits one argument of one function
    "distribution_push #3": "0.001", "standardize_push #2": "{contribution,average_assets,frequency,recency,tenure,products}", "standardize_push #3": "{1,2,3,4,5,6}", "top_k_push #4": "5",
    "ftp_margin side": "loan", "bgbb_fit unit": "year", "sbg_fit unit": "year", "bgbb_fit as_of": "2025-12-31", "tier_distance as_of": "2025-12-31", "tier_explain as_of": "2025-12-31", "tier_of as_of": "2025-12-31", "tier_next_measures period": "2026-01-15",  "book_size key_bytes": "8", "affinity_fit measure": "cosine",
    "affinity_neighbours measure": "cosine", "affinity_neighbours item": "fund", "recommend_explain item": "card", "suitability_rules_example name": "mifid_suitability", "capacity_cost_rate pool": "service desk",
}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--calls", type=int, default=3000)
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only")
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("database")
    parser.add_argument("encoding")
    given = parser.parse_args()
    generator = Generator(given.database, given.encoding, given.seed)
    never = generator.run(given.calls, given.seconds, given.only)
    peak = generator.peak()
    print(f"hostile: {given.encoding}, seed {given.seed}: {sum(generator.calls.values())} calls of {len(generator.calls)} functions, {generator.states['00000']} statements gave a result, {len(generator.failures)} failed")
    if given.verbose:
        print(dict(generator.states.most_common()), f"peak {peak} MB", [(round(s, 2), t) for s, t in generator.slowest])
    for failure in generator.failures:
        print("FAILED:", failure)
    for message, count in generator.unhinted.most_common():
        print(f"FAILED: no hint ({count} times): {message}")
    for signature in never:
        print("FAILED: never gave a result:", signature, "|", generator.last.get(signature))
    if peak > MEGABYTES:
        print(f"FAILED: a backend used {peak} MB")
    sys.exit(bool(generator.failures or generator.unhinted or never or peak > MEGABYTES))


if __name__ == "__main__":
    main()
