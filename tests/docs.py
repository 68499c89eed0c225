#!/usr/bin/env python3
"""Runs the SQL of the documentation and compares the results.

    tests/docs.py [--update] [--on DATA USER DATABASE] [PAGE ...]

Every page (default: docs/*.md and README.md) is one psql session in a fresh database in which the extension is installed.
In a page, a block fenced

    ```sql                runs without an error. Is a ```text block next to it, psql prints exactly that;
    ```sql error 22023    fails, with that SQLSTATE if one is given, and the ```text block shows what psql prints;
    ```sql on broker      needs the data set of that name (sample/README.md): it is passed over, and with --on broker only such
                          blocks run, as that user in that database, which has the data and the extension.
    ```sql from 15        is passed over on an earlier major of PostgreSQL.

On PostgreSQL 14, which has no views with security_invoker, that option is left out of all other blocks, as docs/README.md tells readers to do.
The page is written anew with what psql printed, and compared with itself: a difference is shown as a unified diff, and
--update keeps the new one. PGHOST, PGPORT and PGUSER name a superuser's connection; the blocks run as bank_owner.
"""

import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
OWNER = "bank_owner"
MARK = "@@ block"
# What a reader's psql may have set differently is set here.
INVOKER = " with (security_invoker = true)"
ENVIRONMENT = {**os.environ, "LC_ALL": "C.UTF-8", "PGCLIENTENCODING": "UTF8", "PGTZ": "UTC", "PGDATESTYLE": "ISO", "PGOPTIONS": ""}


class Wrong(Exception):
    """Something that a new text block cannot put right."""


class Block:
    def __init__(self, line, on, since, state, sql):
        self.line = line  # of its fence, from 1
        self.on = on  # None, or the data set that it needs
        self.since = since  # the first major of PostgreSQL that has what it uses, or 0
        self.state = state  # None: must not fail; "": must fail; else the SQLSTATE it must fail with
        self.sql = sql
        self.shown = None  # first and last line of the text below the block, as a slice of the page's lines
        self.printed = []


def blocks_of(page, lines):
    """The SQL blocks of a page."""
    found = []
    fence, start = None, 0
    for at, line in enumerate(lines):
        if fence is None:
            opening = re.match(r"```(.*)$", line)
            if opening:
                fence, start = opening.group(1).strip(), at
            continue
        if line.rstrip() != "```":
            continue
        body = lines[start + 1 : at]
        kind = re.fullmatch(r"sql(?: on (\w+)| from (?P<since>\d+)|(?P<error> error)(?: (?P<state>[0-9A-Z]{5}))?)?", fence)
        if kind:
            if kind.group(1) and not (ROOT / "sample" / f"{kind.group(1)}.sql").exists():
                raise Wrong(f"{page}:{start + 1}: there is no data set {kind.group(1)}")
            on, since, state = kind.group(1), int(kind["since"] or 0), (kind["state"] or "") if kind["error"] else None
            if not re.search(r";\s*(--.*)?$|\\\w+.*$", "\n".join(body).rstrip()):
                raise Wrong(f"{page}:{start + 1}: the block does not end with a semicolon")
            found.append(Block(start + 1, on, since, state, "\n".join(body)))
        elif fence.startswith("sql"):
            raise Wrong(f"{page}:{start + 1}: a block is ```sql, ```sql error SQLSTATE, ```sql from MAJOR or ```sql on DATA, not ```{fence}")
        elif fence == "text" and found and found[-1].shown is None:
            gap = lines[:start]
            while gap and not gap[-1].strip():
                gap.pop()
            if len(gap) == found[-1].line + found[-1].sql.count("\n") + 2:
                found[-1].shown = (start + 1, at)
        fence = None
    if fence is not None:
        raise Wrong(f"{page}:{start + 1}: the block is not closed")
    for block in found:
        if block.state is not None and block.shown is None:
            raise Wrong(f"{page}:{block.line}: a block that fails needs a ```text block with the error")
    return found


def psql(script, user, database):
    command = ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-U", user, "-d", database]
    run = subprocess.run(command, input=script.encode(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=ENVIRONMENT)
    return run.returncode, run.stdout.decode()


def administer(*statements):
    for statement in statements:
        code, printed = psql(statement + ";\n", ENVIRONMENT.get("PGUSER", "postgres"), ENVIRONMENT.get("PGDATABASE", "postgres"))
        if code:
            raise Wrong(f"{statement}: {printed.strip()}")


def server_major():
    code, printed = psql("\\echo :SERVER_VERSION_NUM\n", ENVIRONMENT.get("PGUSER", "postgres"), ENVIRONMENT.get("PGDATABASE", "postgres"))
    if code:
        raise Wrong(printed.strip())
    return int(printed) // 10000


def run(page, blocks, where):
    """Runs the blocks in one session and keeps what each printed: (user, database), or in a database of its own."""
    script = []
    for block in blocks:
        stop = "on" if block.state is None else "off"
        script += [f"\\set ON_ERROR_STOP {stop}", block.sql, f"\\echo '{MARK}' :ERROR :SQLSTATE"]
    text = "\n".join(script) + "\n"
    if where:
        _, printed = psql(text, *where)
    else:
        database = "crm_docs_" + re.sub(r"\W", "_", page).lower()
        administer(f"drop database if exists {database}", f"create database {database} owner {OWNER}")
        try:
            code, printed = psql("create extension pg_crm;\n", OWNER, database)
            if code:
                raise Wrong(f"{page}: {printed.strip()}")
            _, printed = psql(text, OWNER, database)
        finally:
            administer(f"drop database if exists {database} with (force)")
    parts = re.split(rf"^{MARK} (:?\w+) (:?\w+)\n", printed, flags=re.MULTILINE)
    for i, block in enumerate(blocks):
        text = parts[3 * i] if 3 * i < len(parts) else ""
        if 3 * i + 2 >= len(parts):
            raise Wrong(f"{page}:{block.line}: the block fails:\n{text.rstrip()}")
        failed, state = parts[3 * i + 1] == "true", parts[3 * i + 2]
        if block.state is not None and not failed:
            raise Wrong(f"{page}:{block.line}: the last statement of the block must fail and does not:\n{text.rstrip()}")
        if block.state and block.state != state:
            raise Wrong(f"{page}:{block.line}: the block fails with {state}, not {block.state}:\n{text.rstrip()}")
        block.printed = [line.rstrip() for line in text.rstrip().split("\n")] if text.strip() else []


def check(page, update, on, where, major, left_out):
    """Runs a page's blocks (on a data set); returns their number and whether the page says what psql printed. Adds to left_out."""
    path = ROOT / page
    lines = path.read_text(encoding="utf-8").split("\n")
    blocks = [block for block in blocks_of(page, lines) if block.on == on]
    left_out += [f"{page}:{block.line}" for block in blocks if block.since > major]
    blocks = [block for block in blocks if block.since <= major]
    for block in blocks if major < 15 else []:
        left_out += [f"{page}:{block.line} security_invoker"] * block.sql.count(INVOKER)
        block.sql = block.sql.replace(INVOKER, "")
    if not blocks:
        return 0, True
    run(page, blocks, where)
    for block in reversed([b for b in blocks if b.shown]):
        first, last = block.shown
        if [line.rstrip() for line in lines[first:last]] != block.printed:
            lines[first:last] = block.printed
    new = "\n".join(lines)
    if new == path.read_text(encoding="utf-8"):
        return len(blocks), True
    if update:
        path.write_text(new, encoding="utf-8")
        return len(blocks), True
    sys.stdout.flush()
    subprocess.run(["diff", "-u", "--label", page, "--label", f"{page}, as psql prints it", str(path), "-"], input=new.encode())
    return len(blocks), False


def main(arguments):
    update = "--update" in arguments
    pages = [a for a in arguments if a != "--update"]
    on, where = None, None
    if pages[:1] == ["--on"]:
        (on, *where), pages = pages[1:4], pages[4:]
    if not pages:
        pages = [str(p.relative_to(ROOT)) for p in [*sorted(ROOT.glob("docs/*.md")), *ROOT.glob("README.md")]]
    counts, good, left_out, major = [], True, [], server_major()
    for page in pages:
        try:
            count, same = check(page, update, on, where, major, left_out)
        except Wrong as wrong:
            print(wrong)
            count, same = 0, False
        counts.append(count)
        good = good and same
    if left_out:
        blocks = sum(1 for what in left_out if " " not in what)
        print(f"PostgreSQL {major}: {blocks} blocks passed over, {len(left_out) - blocks} times security_invoker left out")
    print(f"docs: {sum(counts)} blocks in {sum(1 for c in counts if c)} pages")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
