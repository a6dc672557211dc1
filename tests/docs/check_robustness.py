#!/usr/bin/env python3
"""Checks that every test which docs/robustness.md names is there.

usage: check_robustness.py --source ROOT

A name between backquotes in the last column of a table is a row or case
("== NAME" in a file of tests/), or stands as a function or in quotes in the
source of a test.
"""
import argparse
import re
import sys
from pathlib import Path


def names(page):
    for number, line in enumerate(page.read_text("utf-8").splitlines(), 1):
        cells = line.rstrip(" |").split(" | ")
        if line.startswith("| ") and len(cells) > 2:
            for name in re.findall(r"`([^`]+)`", cells[-1]):
                yield number, name


def known(source):
    rows, code = set(), []
    for folder in ("tests", "platform-servers"):
        for path in (source / folder).rglob("*"):
            if path.suffix in (".txt", ".t"):
                text = path.read_text("utf-8", "replace")
                rows.update(re.findall(r"^== (.+)$", text, re.M))
            elif path.suffix in (".py", ".c") and path.name != \
                    Path(__file__).name:
                code.append(path.read_text("utf-8", "replace"))
    return rows, "\n".join(code)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--source", required=True)
    source = Path(parser.parse_args().source)
    rows, code = known(source)
    missing = count = 0
    for number, name in names(source / "docs" / "robustness.md"):
        count += 1
        called = re.search(rf"(?<![\w]){re.escape(name)}\(", code)
        quoted = f'"{name}"' in code or f'"{name}:' in code
        if name not in rows and not called and not quoted:
            missing += 1
            print(f"docs/robustness.md:{number}: no test is called '{name}'")
    if not count:
        print("docs/robustness.md: names no tests")
    print(f"{count - missing} of {count} tests found")
    return 1 if missing or not count else 0


if __name__ == "__main__":
    sys.exit(main())
