#!/usr/bin/env python3
"""Checks that every test which docs/robustness.md names is there and is run.

usage: check_robustness.py --source ROOT --build BUILD [--ctest PROGRAM]

The last column of its tables names tests of ctest, each with a colon and cases
of it: `process.start`: `a command that is gone`; `few descriptors`. A case is

    of rows and transcripts   the name of a row, "== NAME"
    of a program in C         a function that cmocka is given
    of a script in Python     a function `test_...`; or the name of a check: the
                              first argument of check() or mode(), the first
                              of a tuple, a key. Of "name: more" the name is
                              enough.

and stands in the files of that test, not anywhere: its rows, its script and
what that imports.
"""
import argparse
import ast
import functools
import json
import re
import subprocess
import sys
from pathlib import Path


# --- the page ---

def claims(text):
    """(line, test, case); no test: the case stands before any, no case: the
    row or the test has none."""
    for number, line in enumerate(text.splitlines(), 1):
        cells = line.rstrip(" |").split(" | ")
        if not line.startswith("| ") or len(cells) < 3:
            continue
        if cells[-1].strip() == "proved by":
            continue
        test, cases = None, 0
        for name, colon in re.findall(r"`([^`]+)`(:?)", cells[-1]):
            if colon:
                if test and not cases:
                    yield number, test, None
                test, cases = name, 0
            else:
                cases += 1
                yield number, test, name
        if not cases:
            yield number, test, None


# --- the tests ---

def known_tests(build, ctest):
    """Name to command, of those that are run by ctest."""
    said = subprocess.run([ctest, "--test-dir", build,
                           "--show-only=json-v1"], capture_output=True,
                          check=True, text=True)
    return {test["name"]: test.get("command", [])
            for test in json.loads(said.stdout)["tests"]}


def rows(path):
    return set(re.findall(r"^== (.+)$", path.read_text("utf-8"), re.M))


def functions_in_c(path):
    return set(re.findall(r"\bcmocka_unit_test(?:_\w+)?\(\s*(\w+)",
                          path.read_text("utf-8")))


def text_of(node):
    """Of a string, or of one with parts to be filled in: "{name} again"."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant)
                       else "{" + ast.unparse(part.value) + "}"
                       for part in node.values)
    return None


def named_by(node):
    """Where a name may stand."""
    if isinstance(node, ast.Call) and \
            (getattr(node.func, "attr", "") == "check"
             or getattr(node.func, "id", "") == "mode"):
        return node.args[:1]
    if isinstance(node, ast.Tuple):
        return node.elts[:1]
    if isinstance(node, ast.Dict):
        return [key for key in node.keys if key]
    return []


@functools.cache
def names_in_python(path):
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            found.add(node.name)
        for text in filter(None, map(text_of, named_by(node))):
            found |= {text, text.split(": ")[0]}
    return found


def imported(path):
    """The modules beside a script that it imports."""
    tree = ast.parse(path.read_text("utf-8"))
    names = {alias.name for node in ast.walk(tree)
             if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in ast.walk(tree)
              if isinstance(node, ast.ImportFrom)}
    return [module for name in names
            if (module := path.parent / f"{name}.py").exists()]


def cases_of_script(path):
    if path.name == "run.py":  # runs what lies beside it
        scripts = (list(path.parent.glob("test_*.py"))
                   or path.parent.glob("*.py"))
    else:
        scripts = [path, *imported(path)]
    return set().union(*map(names_in_python, scripts))


def cases_of(source, name, command):
    """All cases of a test, or None: nothing is known of such tests."""
    folder, _, stem = name.rpartition(".")
    program = source / "tests" / folder.replace(".", "/") / f"{stem}.c"
    if folder == "servers.c":
        program = source / "platform-servers/c/tests" / f"{stem}.c"
    if program.exists():
        return functions_in_c(program)
    files = [Path(word) for word in command
             if word.startswith(str(source)) and Path(word).is_file()]
    data = [path for path in files if path.suffix in (".txt", ".t")]
    scripts = [path for path in files if path.suffix == ".py"]
    if not data and not scripts:
        return None
    found = cases_of_script(scripts[0]) if scripts else set()
    return found.union(*map(rows, data))


def fault(source, tests, test, case):
    if test is None:
        return f"no test is named before '{case}'" if case else \
            "no test is named"
    if test not in tests:
        return f"ctest knows no test '{test}'"
    found = cases_of(source, test, tests[test])
    if found is None:
        return f"what cases '{test}' has cannot be told"
    if case is None:
        return f"no case of '{test}' is named"
    return None if case in found else f"'{test}' has no case '{case}'"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--source", required=True, type=Path)
    parser.add_argument("--build", required=True)
    parser.add_argument("--ctest", default="ctest")
    options = parser.parse_args()
    page = options.source / "docs" / "robustness.md"
    tests = known_tests(options.build, options.ctest)
    faults = count = 0
    for number, test, case in claims(page.read_text("utf-8")):
        count += 1
        text = fault(options.source, tests, test, case)
        if text:
            faults += 1
            print(f"docs/robustness.md:{number}: {text}")
    if not count:
        print("docs/robustness.md: names no tests")
    print(f"{count - faults} of {count} tests found")
    return 1 if faults or not count else 0


if __name__ == "__main__":
    sys.exit(main())
