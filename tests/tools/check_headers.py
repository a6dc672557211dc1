#!/usr/bin/env python3
"""Compiles every header of ours alone, twice over: no hidden order of
includes, no missing guard.

    check_headers.py ROOT -- COMPILER FLAGS...
"""
import concurrent.futures
import os
import subprocess
import sys

import tree

# What the build defines for the code of tests.
TEST_MACROS = ['-DMPRUN_SOURCE_DIR=""', '-DMPRUN_BINARY_DIR=""',
               '-DMPRUN_SHARED=""']
SCOPE = ("gherkin", "runner", "platform-servers", "steps", "tests")


def compile_alone(command, root, path):
    source = f'#include "{path}"\n#include "{path}"\nextern int unused;\n'
    result = subprocess.run(
        command + TEST_MACROS + ["-fsyntax-only", "-x", "c", "-"], cwd=root,
        text=True, input=source, capture_output=True, check=False)
    return result.stderr if result.returncode else ""


def main():
    split = sys.argv.index("--")
    root, command = sys.argv[split - 1], sys.argv[split + 1:]
    paths = tree.files(root, SCOPE, (".h",))
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        errors = pool.map(lambda p: compile_alone(command, root, p), paths)
        for path, error in zip(paths, errors):
            if error:
                failed += 1
                print(f"{path} does not compile alone:\n{error}")
    print(f"headers: {failed} of {len(paths)} do not compile alone")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
