#!/usr/bin/env python3
"""Writes the reference of the SQL surface from the catalogue and its comments: docs/reference.md and docs/reference/*.md.

    tests/reference.py USER DATABASE FOLDER

The extension is installed in that database; the pages go to FOLDER (docs, or a copy to compare with). The feature of an
object is the script sql/<feature>.sql that creates it. What no script creates, or has no comment, is an error.
"""

import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
NOTE = "<!-- Made by tests/reference.py from the comments in the catalogue: change them there. UPDATE=1 tests/checks/reference.sh writes it anew. -->"
QUERY = """
set search_path = crm, pg_catalog;
set client_min_messages = warning;
with member as (
  select d.classid, d.objid
  from pg_depend d
  join pg_extension e on d.refclassid = 'pg_extension'::regclass and d.refobjid = e.oid and d.deptype = 'e'
  where e.extname = 'pg_crm'
), support as (
  select unnest(array[typinput, typoutput, typreceive, typsend]::oid[]) as oid from pg_type
  union select unnest(array[aggtransfn, aggfinalfn]::oid[]) from pg_aggregate where aggtransfn <> aggcombinefn
  union select aggfinalfn from pg_aggregate
  union select prosupport from pg_proc
)
select case when p.prokind = 'a' then 'aggregate' when p.oid in (select oid from support) then 'support' else 'function' end,
  p.proname, pg_get_function_arguments(p.oid), pg_get_function_result(p.oid), p.proretset::text,
  case when p.prokind = 'a' then t.proname else p.proname end, case when p.prokind = 'a' then t.prosrc else p.prosrc end,
  coalesce(obj_description(p.oid, 'pg_proc'), ''), p.provolatile::text || p.proparallel::text
from member
join pg_proc p on classid = 'pg_proc'::regclass and objid = p.oid
left join pg_aggregate a on a.aggfnoid = p.oid
left join pg_proc t on t.oid = a.aggtransfn
union all
select 'type', typname, '', '', '', typname, '', coalesce(obj_description(oid, 'pg_type'), ''), ''
from member
join pg_type on classid = 'pg_type'::regclass and objid = oid and typelem = 0
order by 2, 3;
"""
VOLATILITY = {"i": "immutable", "s": "stable", "v": "volatile"}


class Wrong(Exception):
    """Something that an object of the extension lacks."""


class Object:
    def __init__(self, fields):
        self.kind, self.name, arguments, self.result, self.many, self.made_by, self.symbol, self.comment, self.labels = fields
        ins, outs = [], []
        # A comma inside a default (a text) does not split: arguments begin with a name and its type.
        for argument in re.split(r', (?=(?:OUT |VARIADIC )?"?\w+"? [a-z])', arguments) if arguments else []:
            (outs if argument.startswith("OUT ") else ins).append(argument.removeprefix("OUT "))
        self.signature = f"{self.name}({', '.join(ins)})"
        if outs:
            self.result = ("rows of " if self.many == "true" else "") + f"({', '.join(outs)})"
        elif self.many == "true":
            self.result = "rows of " + self.result.removeprefix("SETOF ").removeprefix("TABLE")


def objects(user, database):
    command = ["psql", "-qXAt", "-v", "ON_ERROR_STOP=1", "-F", "\x1f", "-R", "\x1e", "-U", user, "-d", database]
    environment = {**os.environ, "PGCLIENTENCODING": "UTF8"}
    printed = subprocess.run(command, input=QUERY.encode(), stdout=subprocess.PIPE, env=environment, check=True).stdout.decode()
    found = [Object(row.split("\x1f")) for row in printed.removesuffix("\n").split("\x1e") if row]
    if not found:
        raise Wrong(f"pg_crm is not in {database}")
    for one in found:
        if not one.comment:
            raise Wrong(f"{one.kind} {one.signature} has no comment")
    return found


class Scripts:
    """Which script creates an object."""

    def __init__(self):
        self.text = {p.stem: p.read_text() for p in sorted((ROOT / "sql").glob("*.sql")) if "--" not in p.stem and p.stem != "type"}
        self.types = {name: stem for stem, text in self.text.items() for name in re.findall(r"^-- @type (\w+) ", text, re.MULTILINE)}
        # What the script says of itself in its first line: "rfm: recency, frequency, monetary value of a customer's events".
        self.titles = {}
        for stem, text in self.text.items():
            told = re.match(r"(?:-- .*\n)+", text)
            told = re.sub(r"\n?-- ", " ", told.group(0)).strip() if told else ""
            self.titles[stem] = told.split(". ")[0].removeprefix(f"{stem}: ").rstrip(".") if told.startswith(f"{stem}: ") else ""

    def feature(self, one):
        if one.kind == "type" and one.name in self.types:
            return self.types[one.name]
        for stem, text in self.text.items():
            if one.symbol and f"'MODULE_PATHNAME', '{one.symbol}'" in text:
                return stem
        if (declared := re.fullmatch(r"(\w+)_(in|out|recv|send|combine|final)", one.made_by)) and declared.group(1) in self.types:
            return self.types[declared.group(1)]
        created = [stem for stem, text in self.text.items() if re.search(rf"^create (or replace )?function @extschema@\.{one.made_by}\(", text, re.MULTILINE)]
        if len(created) == 1:
            return created[0]
        # The template writes its names in braces.
        if re.search(r"_book($|_)", one.made_by):
            return "book"
        raise Wrong(f"no script in sql/ is seen to create {one.kind} {one.signature}")


def plain(text):
    """A comment as Markdown that shows it as it is, a line for each of its lines; the page itself says the feature."""
    text = re.sub(r"\nFeature: [^\n]*", "", text).replace("\n", "  \n")
    return re.sub(r"(?<!\w)_|_(?!\w)|[\\`*<>\[\]|~]", lambda hit: "\\" + hit.group(0), text)


def first_sentence(text):
    return re.split(r"(?<=[.;]) ", text.splitlines()[0])[0].rstrip(".;")


def section(heading, members):
    """Objects of a kind, those of a name together, and those of one comment under one block."""
    lines = [f"## {heading}", ""]
    for name in sorted({one.name for one in members}):
        lines += [f"### {name}", ""]
        comments = {}
        for one in members:
            if one.name == name:
                comments.setdefault(one.comment, []).append(one)
        for comment, same in comments.items():
            signatures = [f"{one.signature}\n  -> {one.result}" for one in same if one.kind != "type"]
            if signatures:
                lines += ["```", *signatures, "```", ""]
            lines += [plain(comment), ""]
            odd = {one.labels for one in same} - {"", "is"}
            if odd:
                lines += [", ".join(f"{VOLATILITY[label[0]]}, parallel {label[1]}" for label in sorted(odd)) + ".", ""]
    return lines


def page(feature, members, title):
    own = ROOT / "docs" / f"{feature}.md"
    names = {"policy": "policies", "matching": "matching", "top_k": "matching-ranking"}
    guide = feature if own.exists() else names.get(feature)
    lines = [f"# Reference: {feature}", "", NOTE, ""]
    told = title[:1].upper() + title[1:] + ". " if title else ""
    where = f"How it is used: [{guide}](../{guide}.md). " if guide and (ROOT / "docs" / f"{guide}.md").exists() else ""
    lines += [f"{told}{where}All objects: [reference](../reference.md).", ""]
    for heading, kind in (("Types", "type"), ("Aggregates", "aggregate"), ("Functions", "function")):
        of_kind = [one for one in members if one.kind == kind]
        if of_kind:
            lines += section(heading, of_kind)
    support = {}
    for one in members:
        if one.kind == "support":
            support.setdefault((one.name, one.comment), []).append(one)
    if support:
        lines += ["## Called by PostgreSQL only", "", "| Function | What for |", "|---|---|"]
        lines += [f"| `{name}` | {plain(comment.splitlines()[0])} |" for name, comment in support]
        lines.append("")
    return "\n".join(lines)


def index(grouped):
    public = [(one, feature) for feature, members in grouped.items() for one in members if one.kind != "support"]
    rows = {}
    for one, feature in public:
        rows.setdefault((one.name, one.kind, feature), []).append(one)
    counts = {kind: len({one.name for one, _ in public if one.kind == kind}) for kind in ("aggregate", "function", "type")}
    forms = sum(1 for one, _ in public if one.kind != "type")
    lines = ["# Reference", "", NOTE, ""]
    lines += [
        f"{counts['aggregate']} aggregates and {counts['function']} functions in {forms} forms, and {counts['type']} types, all in the schema `crm`. Each line links to the",
        "signature with its arguments and defaults, its result columns and its comment. The same text is in the database: `\\df+ crm.recency` in psql.",
        "",
        "Where a page does not say otherwise a function is IMMUTABLE and PARALLEL SAFE. Arguments that have a default can be left out or named:",
        "`crm.rfm_cell(breaks, rfm, as_of => '2026-09-30')`. `-> rows of (…)` stands in FROM.",
        "",
        "By feature: " + ", ".join(f"[{feature}](reference/{feature}.md)" for feature in sorted(grouped)) + ".",
        "",
        "| Name | Is | Gives | Feature |",
        "|---|---|---|---|",
    ]
    for (name, kind, feature), same in sorted(rows.items()):
        more = f", {len(same)} forms" if len(same) > 1 else ""
        anchor = name + ("-1" if kind != "type" and any(k == (name, "type", feature) for k in rows) else "")
        lines.append(f"| [{name}](reference/{feature}.md#{anchor}) | {kind}{more} | {plain(first_sentence(same[0].comment))} | {feature} |")
    return "\n".join([*lines, ""])


def main(user, database, folder):
    scripts = Scripts()
    grouped = {}
    for one in objects(user, database):
        grouped.setdefault(scripts.feature(one), []).append(one)
    folder = pathlib.Path(folder)
    (folder / "reference").mkdir(parents=True, exist_ok=True)
    for old in (folder / "reference").glob("*.md"):
        old.unlink()
    for feature, members in grouped.items():
        (folder / "reference" / f"{feature}.md").write_text(page(feature, members, scripts.titles.get(feature, "")), encoding="utf-8")
    (folder / "reference.md").write_text(index(grouped), encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    try:
        main(*sys.argv[1:])
    except Wrong as wrong:
        sys.exit(f"reference: {wrong}")
