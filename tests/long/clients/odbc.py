"""What a BI tool sees through ODBC (psqlodbc): base types, and parameters that bind."""

import datetime
import glob
import os
from decimal import Decimal as D

import pyodbc

driver = glob.glob("/usr/lib/*/odbc/psqlodbcw.so")[0]
connection = pyodbc.connect(
    f"Driver={driver};Servername={os.environ['PGHOST']};Port={os.environ['PGPORT']};Database={os.environ['PGDATABASE']};Username={os.environ['PGUSER']}",
    autocommit=True,
)
wrong = []


def check(what, expected, found):
    if expected != found:
        wrong.append(f"ODBC: {what}: {found!r}, not {expected!r}")


columns = {row.column_name: row.type_name for row in connection.cursor().columns(table="bi_value")}
check("types", {"client_id": "int8", "days_quiet": "int4", "events": "int8", "total": "numeric", "last_at": "timestamptz", "last_day": "date", "ratio": "float8",
                "tier": "text", "rfm": "rfm", "policy": "jsonb", "tags": "_text", "active": "bool"}, columns)
cursor = connection.cursor()
row = cursor.execute("select client_id, total, last_day, ratio, tier, last_at, active, policy, rfm, tags from bi_value order by client_id limit 1").fetchone()
for value, type_ in zip(row, (int, D, datetime.date, float, str, datetime.datetime, (str, bool), str, str, str)):
    if value is not None and not isinstance(value, type_):
        wrong.append(f"ODBC: {value!r} is not a {type_}")
check("numeric", D("1.25"), cursor.execute("select crm.total(crm.rfm_agg(?::date, ?::numeric))", datetime.date(2026, 9, 28), D("1.25")).fetchone()[0])
check("jsonb", "gold", cursor.execute("select crm.tier_of(?::numeric, ?::jsonb)", D("392173.18"), cursor.execute("select crm.tier_policy_example()").fetchone()[0]).fetchone()[0])
check("arrays", 0.5, cursor.execute("select crm.tag_overlap(?::text[], ?::text[])", "{growth,income}", "{income}").fetchone()[0])
check("rows", 11, len(cursor.execute("select * from crm.whale_curve((select crm.concentration_agg(i::numeric) from generate_series(1, 100) as i), ?)", 10).fetchall()))
for line in wrong:
    print(line)
print(f"clients: {5 + len(row)} checks through ODBC, {len(wrong)} wrong")
raise SystemExit(bool(wrong))
