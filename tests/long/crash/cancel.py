"""Whether long computations can be stopped, and how soon.

    cancel.py FILE DATABASE USER LOG [NAME ...]

FILE has a line for each: NAME: STATEMENT. Each is stopped by statement_timeout = 100 ms, by pg_cancel_backend after a while, and
runs once for at most LONGEST seconds while its backend is asked again and again whether it can be interrupted
(pg_log_backend_memory_contexts, which answers where a cancel would act); the longest wait for an answer is the worst that a cancel
can meet. PGHOST, PGPORT and PGUSER name
a superuser's connection, LOG the server's log. CANCEL_MS: more than so many milliseconds are a failure.
"""

import os
import re
import subprocess
import sys
import time

LIMIT = float(os.environ.get("CANCEL_MS", 1000))
LONGEST = float(os.environ.get("LONGEST", 8))
PAUSE = 0.03
file, database, user, log, *wanted = sys.argv[1:]


class Session:
    """A psql that is asked one statement after the other."""

    def __init__(self, *options):
        command = ["psql", "-qXAt", *options]
        self.psql = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def tell(self, text):
        self.psql.stdin.write(text + "\n\\echo @end\n")
        self.psql.stdin.flush()

    def answer(self):
        lines = []
        for line in self.psql.stdout:
            if line.rstrip("\n").endswith("@end"):
                return lines
            lines.append(line.strip())
        raise SystemExit("the server is gone: " + " ".join(lines))

    def ask(self, text):
        self.tell(text)
        return self.answer()

    def close(self):
        self.psql.stdin.close()
        self.psql.wait()


def worker():
    session = Session("-U", user, "-d", database, "-v", "VERBOSITY=sqlstate")
    session.ask("set max_parallel_workers_per_gather = 0; set search_path = public, crm; set client_min_messages = error;")
    session.pid = int(session.ask("select pg_backend_pid();")[-1])
    return session


def stopped(lines, name, how):
    """The server's time just after a statement was stopped, None if it was through before."""
    text = " ".join(lines)
    states = re.findall(r"ERROR:\s+(\w{5})", text)
    if any(state in ("42883", "42601", "42P01", "42703") for state in states):
        raise SystemExit(f"{name}: {how}: {text[:200]}")
    # One that ends with an error of its own was not stopped, but the wait for its end is a wait.
    return float(lines[-1]) if states else None


CLOCK = "select extract(epoch from clock_timestamp());"


def by_timeout(name, statement):
    session = worker()
    before = session.ask("set statement_timeout = '100ms'; " + CLOCK)
    after = stopped(session.ask(f"{statement};\nset statement_timeout = 0; {CLOCK}"), name, "statement_timeout")
    session.close()
    return None if after is None else max(0.0, after - float(before[-1]) - 0.1)


def by_cancel(name, statement, seconds):
    session = worker()
    session.tell(f"{statement};\n{CLOCK}")
    time.sleep(seconds)
    asked = float(control.ask(f"select extract(epoch from clock_timestamp()) from pg_cancel_backend({session.pid});")[-1])
    after = stopped(session.answer(), name, "pg_cancel_backend")
    session.close()
    return None if after is None else max(0.0, after - asked)


def by_asking(name, statement):
    session = worker()
    answered = f"logging memory contexts of PID {session.pid}\n".encode()
    with open(log, "rb") as tail:
        tail.seek(0, os.SEEK_END)
        began = time.time()
        session.ask(f"set statement_timeout = '{int(LONGEST * 1000)}ms';")
        session.tell(f"{statement};\n\\echo @through")
        os.set_blocking(session.psql.stdout.fileno(), False)
        worst, through, printed = 0.0, False, ""

        def finished():
            nonlocal printed
            try:
                printed += os.read(session.psql.stdout.fileno(), 1 << 16).decode(errors="replace")
            except BlockingIOError:
                pass
            return "@through" in printed

        while not (through := finished()):
            asked = again = time.time()
            control.ask(f"select pg_log_backend_memory_contexts({session.pid});")
            seen = b""
            while not (through := finished()):
                seen += tail.read()
                if answered in seen:
                    break
                if time.time() - again > 0.25:  # a signal may be lost
                    again = time.time()
                    control.ask(f"select pg_log_backend_memory_contexts({session.pid});")
                time.sleep(0.001)
            waited = time.time() - asked
            if again > asked and time.time() - again < 0.02 and waited < 0.3:
                waited = time.time() - again
            worst = max(worst, waited)
            time.sleep(PAUSE)
        ran = time.time() - began
    session.close()
    return worst, ran


control = Session("-d", "postgres")
failed = tried = 0
print(f"{'computation':26} {'timeout':>8} {'cancel':>8} {'asked':>8}   ms at worst; ran")
for line in open(file):
    if line.startswith("--") or ": " not in line:
        continue
    name, statement = line.strip().split(": ", 1)
    if wanted and name not in wanted:
        continue
    tried += 1
    timeout = by_timeout(name, statement)
    cancels = [by_cancel(name, statement, seconds) for seconds in (0.7, 1.9)]
    asked, ran = by_asking(name, statement)
    cancel = max((c for c in cancels if c is not None), default=None)
    shown = ["-" if x is None else f"{x * 1000:.0f}" for x in (timeout, cancel, asked)]
    slow = max(x for x in (timeout, cancel, asked) if x is not None) * 1000 > LIMIT
    verdict = "  TOO LATE" if slow else ""
    if timeout is None:
        verdict += "  NOT LONG"
        failed += 1
    failed += slow
    print(f"{name:26} {shown[0]:>8} {shown[1]:>8} {shown[2]:>8}   {ran:.1f} s{verdict}", flush=True)
print(f"cancelled: {tried} computations, {failed} answered later than {LIMIT:.0f} ms")
sys.exit(failed > 0)
