#!/usr/bin/env python3
"""Checks that docs/conformance.md ends with what `mprun conformance --list`
prints.

    check_docs.py MPRUN PAGE

MPRUN_UPDATE_GOLDEN=1 rewrites the page instead.
"""
import os
import subprocess
import sys


def main():
    program, page = sys.argv[1:]
    table = subprocess.run([program, "conformance", "--list"], check=True,
                           text=True, capture_output=True).stdout
    with open(page, encoding="utf-8") as file:
        text = file.read()
    begin = table.split("\n", 1)[0] + "\n"
    at = text.index(begin)
    if os.environ.get("MPRUN_UPDATE_GOLDEN"):
        with open(page, "w", encoding="utf-8") as file:
            file.write(text[:at] + table)
        return 0
    if text[at:] == table:
        return 0
    for is_, should in zip(text[at:].split("\n"), table.split("\n")):
        if is_ != should:
            print(f"{page}: the table of checks has\n  {is_}\nand mprun says\n"
                  f"  {should}")
            break
    print("MPRUN_UPDATE_GOLDEN=1 rewrites it")
    return 1


if __name__ == "__main__":
    sys.exit(main())
