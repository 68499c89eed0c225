"""What the benchmarks share: a psql that stays open and times what it is told, and how numbers are written."""

import os
import re
import statistics
import subprocess

SETTINGS = "set max_parallel_workers_per_gather = 0; set jit = off; set work_mem = '1GB'; set enable_hashagg = on;"
PSQL = ["psql", "-qXAt", "-d", "bench", "-v", "ON_ERROR_STOP=1"]

# Settings for one query; their own time is below the resolution and is not counted.
SMALL_WORK_MEM = "set work_mem = '4MB';"
TWO_WORKERS = "set max_parallel_workers_per_gather = 2;"


class Psql:
    """One session."""

    END = "-- end of answer --"

    def __init__(self):
        self.answers = {}
        self.process = subprocess.Popen(PSQL, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def run(self, sql):
        """The answer, and the milliseconds of the last statement as psql measures them."""
        self.process.stdin.write(f"\\timing on\n{sql};\n\\timing off\n\\echo {self.END}\n")
        self.process.stdin.flush()
        lines = []
        for line in self.process.stdout:
            if line.strip() == self.END:
                break
            lines.append(line)
        else:
            raise RuntimeError(f"psql ended in: {sql}")
        out = "".join(lines)
        times = re.findall(r"^Time: ([0-9.]+) ms.*\n", out, re.M)
        return re.sub(r"^Time: .*\n", "", out, flags=re.M).strip(), float(times[-1])

    def timer(self, sql):
        """A function that runs the query under the usual settings, returns its milliseconds and leaves the answer in `answers`."""

        def run():
            self.answers[sql], milliseconds = self.run(SETTINGS + sql)
            return milliseconds

        return run

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()


def in_turn(timers, rounds, warm_ups=1):
    """What each timer returns, by round; the first rounds warm up and are not counted."""
    times = [[timer() for timer in timers] for _ in range(warm_ups + rounds)]
    return list(zip(*times[warm_ups:]))


def timed(queries, rounds):
    """Milliseconds of each query, by round, all in one session, in turn."""
    with Psql() as psql:
        return in_turn([psql.timer(sql) for sql in queries], rounds)


def peak(table, columns, sql):
    """Bytes that a query adds to the peak of its process (VmHWM), in a session that has read the whole table before: the pages of shared
    buffers count in it too, and so they have been counted already. The kernel keeps the peak, so nothing short is missed."""
    with Psql() as psql:
        pid = psql.run("select pg_backend_pid()")[0]

        def high_water():
            return int(re.search(r"VmHWM:\s+(\d+) kB", open(f"/proc/{pid}/status").read()).group(1)) * 1024

        psql.run(SETTINGS + f"select {', '.join(f'count({column})' for column in columns)} from {table}")
        before = high_water()
        psql.run(SETTINGS + sql)
        return high_water() - before


def query(sql):
    return subprocess.run(PSQL + ["-c", SETTINGS, "-c", sql], capture_output=True, text=True, check=True).stdout.strip()


def seconds(times):
    return f"{statistics.median(times) / 1000:.3f} ({min(times) / 1000:.3f} to {max(times) / 1000:.3f})"


def ratio(a, b):
    return statistics.median(a) / statistics.median(b)


def machine():
    cpu = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "unknown processor")
    gib = int(re.search(r"MemTotal:\s+(\d+)", open("/proc/meminfo").read()).group(1)) / 2**20
    rustc = subprocess.run(["rustc", "--version"], capture_output=True, text=True, check=False).stdout.split("(")[0].strip()
    return f"{cpu}, {os.cpu_count()} cores, {gib:.0f} GiB; {query('select version()').split(' on ')[0]}; {rustc}; pg_crm {query('select crm.version()')}"


def today():
    return subprocess.run(["date", "-u", "+%Y-%m-%d"], capture_output=True, text=True, check=True).stdout.strip()


class Goals:
    """What is to be reached, and whether it was."""

    def __init__(self):
        self.rows = []

    def add(self, what, value, bound, unit="", most=True):
        reached = value <= bound if most else value >= bound
        self.rows.append((what, f"{'at most' if most else 'at least'} {bound:g}{unit}", f"{value:.2f}{unit}", "reached" if reached else "**missed**"))


class Report:
    """Lines of a page, shown as they come and written at the end."""

    def __init__(self):
        self.lines = []

    def add(self, *lines):
        self.lines += lines
        print(*lines, sep="\n", flush=True)

    def table(self, *columns):
        self.add("", "| " + " | ".join(columns) + " |", "|---" * len(columns) + "|")

    def row(self, *cells):
        self.add("| " + " | ".join(cells) + " |")

    def write(self, path):
        with open(path, "w") as out:
            out.write("\n".join(self.lines) + "\n")
