"""DuckDB in a process of its own: reads a statement a line and answers with JSON: the milliseconds, and the first row."""

import json
import os
import sys
import time

import duckdb

try:
    import adbc_driver_postgresql.dbapi as adbc
except ImportError:
    adbc = None

connection = duckdb.connect()


def fetch(sql):
    """Leaves what PostgreSQL answers, moved as Arrow columns through ADBC, as the view `fetched`."""
    source = adbc.connect("postgresql:///bench?" + "&".join(f"{k}={os.environ[v]}" for k, v in [("host", "PGHOST"), ("port", "PGPORT"), ("user", "PGUSER")]))
    with source, source.cursor() as cursor:
        cursor.execute(sql)
        connection.register("fetched", cursor.fetch_arrow_table())


def answer(line):
    verb, _, rest = line.strip().partition(" ")
    if verb == "hello":
        return [duckdb.__version__, adbc is not None]
    start = time.perf_counter()
    if verb == "fetch":
        row = fetch(rest)
    else:
        row = next(iter(connection.execute(line).fetchall()), None)
    return [(time.perf_counter() - start) * 1000, [str(value) for value in row or []]]


for line in sys.stdin:
    print(json.dumps(answer(line)), flush=True)
