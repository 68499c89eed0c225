#!/usr/bin/env python3
"""Puts all pages of the documentation into one HTML file, and checks what holds them together.

    tests/manual.py FILE.html

A link that leads nowhere, a page that the index docs/README.md does not name, and a function that only the reference
mentions are errors. The pages are made by cmark-gfm; the file needs nothing beside it.
"""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
INDEX = "docs/README.md"
STYLE = """
body { margin: 0 auto; padding: 1em 2em; max-width: 60em; font: 16px/1.5 sans-serif; color: #222 }
pre { background: #f5f5f5; padding: .6em 1em; overflow-x: auto; line-height: 1.3 }
code { font-family: monospace; font-size: .9em }
table { border-collapse: collapse; display: block; overflow-x: auto }
th, td { border: 1px solid #ccc; padding: .2em .6em; text-align: left; vertical-align: top }
section { border-top: 3px solid #444; margin-top: 4em }
@media print { section { page-break-before: always } a { color: inherit; text-decoration: none } }
"""


def read(page):
    return (ROOT / page).read_text(encoding="utf-8")


def slug(html):
    """The anchor that GitHub gives to a heading."""
    text = re.sub(r"<[^>]*>", "", html)
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&")):
        text = text.replace(entity, character)
    return re.sub(r"[^\w\- ]", "", text.strip().lower()).replace(" ", "-")


class Page:
    def __init__(self, path):
        self.path = path
        self.id = re.sub(r"\W", "-", path.removesuffix(".md"))
        run = subprocess.run(["cmark-gfm", "-e", "table", "-e", "strikethrough", str(ROOT / path)], stdout=subprocess.PIPE, check=True)
        self.html = run.stdout.decode()
        self.title, self.anchors = "", set()
        self.html = re.sub(r"<h([1-6])>(.*?)</h\1>", self.heading, self.html, flags=re.DOTALL)

    def heading(self, found):
        level, text = found.groups()
        self.title = self.title or text
        anchor, n = slug(text), 0
        while f"{anchor}-{n}".removesuffix("-0") in self.anchors:
            n += 1
        anchor = f"{anchor}-{n}".removesuffix("-0")
        self.anchors.add(anchor)
        return f'<h{level} id="{self.id}--{anchor}">{text}</h{level}>'

    def targets(self):
        """The files that links lead to, with their anchors."""
        for href in re.findall(r'href="([^"]*)"', self.html):
            if not re.match(r"[a-z]+:", href):
                file, _, anchor = href.partition("#")
                target = (ROOT / self.path).parent / file if file else ROOT / self.path
                target = pathlib.Path(re.sub(r"[^/]+/\.\./", "", str(target)))
                yield href, str(target.relative_to(ROOT)) if target.is_relative_to(ROOT) else href, anchor


def pages():
    """All pages: the entrance, the documentation in the order of its index, what it refers to."""
    linked = [f"docs/{p}" for p in re.findall(r"\]\((?:\./)?([\w/-]+\.md)[#)]", read(INDEX))]
    order = ["README.md", INDEX, *linked, *(str(p.relative_to(ROOT)) for p in sorted(ROOT.glob("docs/**/*.md")))]
    order += ["sample/README.md", *(str(p.relative_to(ROOT)) for p in sorted(ROOT.glob("bench/*.md"))), "CHANGELOG.md"]
    return {path: Page(path) for path in dict.fromkeys(order) if (ROOT / path).exists()}, set(linked)


def problems(found, linked):
    for page in found.values():
        for href, target, anchor in page.targets():
            if target in found:
                if anchor and anchor not in found[target].anchors:
                    yield f"{page.path}: {href}: {target} has no heading of that name"
            elif not (ROOT / target).exists():
                yield f"{page.path}: {href}: is not there"
    for path in found:
        if path.startswith("docs/") and not path.startswith("docs/reference/") and path != INDEX and path not in linked:
            yield f"{INDEX}: does not name {path}"
    written = " ".join(read(path) for path in found if path.startswith("docs/") and not path.startswith("docs/reference"))
    words = set(re.findall(r"\w+", written))
    for name in sorted(set(re.findall(r"^\| \[(\w+)\]", read("docs/reference.md"), re.MULTILINE)) - words):
        # The index says of all types that they have one.
        if not name.endswith("_combine"):
            yield f"docs/reference.md: {name} is on no other page"


def inside(page, found):
    """A page's links between pages as links within the file."""

    def replaced(link):
        for href, target, anchor in page.targets():
            if href == link.group(1) and target in found:
                return f'href="#{found[target].id}{"--" + anchor if anchor else ""}"'
        return link.group(0)

    return re.sub(r'href="([^"]*)"', replaced, page.html)


def main(out):
    found, linked = pages()
    wrong = list(problems(found, linked))
    if wrong:
        sys.exit("\n".join(wrong))
    contents = "\n".join(f'<li><a href="#{page.id}">{page.title}</a></li>' for page in found.values())
    body = "\n".join(f'<section id="{page.id}">\n{inside(page, found)}</section>' for page in found.values())
    version = re.search(r'^\[workspace.package\](?:\n.*)*?\nversion = "(.*)"', read("Cargo.toml"), re.MULTILINE).group(1)
    pathlib.Path(out).write_text(
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>pg_crm {version}</title>\n<style>{STYLE}</style>\n</head>\n'
        f"<body>\n<p>pg_crm {version}</p>\n<ol>\n{contents}\n</ol>\n{body}\n</body>\n</html>\n",
        encoding="utf-8",
    )
    print(f"manual: {len(found)} pages")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
