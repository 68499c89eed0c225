"""Runs the Python blocks of docs/clients.md in their order, as one program, and compares what each prints with the text block below it. --update
writes what they print. A block that begins with the name of a file of sample/dbt has to be that file."""

import contextlib
import io
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[3]
PAGE = ROOT / "docs/clients.md"
BLOCK = re.compile(r"```(python|jinja)\n(.*?)```\n(?:\n```text\n(.*?)```\n)?", re.S)


def main():
    page, names, failed, count = PAGE.read_text(), {"__name__": "page"}, 0, 0

    def run(block):
        nonlocal failed, count
        kind, code, expected = block.groups()
        count += 1
        if kind == "jinja":
            name = re.match(r"-- (\S+)\n", code)[1]
            printed = f"-- {name}\n" + (ROOT / "sample/dbt" / name).read_text()
            if printed != code:
                failed += 1
                print(f"the block {name} is not the file")
            return block[0].replace(code, printed)
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            exec(compile(code, f"{PAGE.name}, block {count}", "exec"), names)
        if out.getvalue() != (expected or ""):
            failed += 1
            print(f"block {count} printed\n{out.getvalue()}and not\n{expected or ''}")
        return block[0] if expected is None else block[0].replace(f"```text\n{expected}```", f"```text\n{out.getvalue()}```")

    updated = BLOCK.sub(run, page)
    if sys.argv[1:] == ["--update"]:
        PAGE.write_text(updated)
    elif failed or count < 8:
        raise SystemExit(f"{failed} of {count} blocks failed")
    print(f"clients: {count} blocks of docs/clients.md")


main()
