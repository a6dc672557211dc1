#!/usr/bin/env python3
"""Install the library into an empty prefix and use it from there.

usage: test_install.py --build DIR --source DIR --cc CC

The program of docs/gherkin.md is made with what pkg-config says, shared and
static, and must print what the page says; it has at most 20 lines. There is one
header, it must compile alone, as C and as C++, and the shared library must hold
exactly what it declares. Exit status 77 with a reason where a tool is absent.
"""
import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

SKIPPED = 77
PROGRAM_LINES = 20


def block(page, name):
    """The fenced block behind the comment that names it."""
    found = re.search(rf"<!-- {re.escape(name)} -->\n```\w*\n(.*?)```\n", page,
                      re.S)
    if not found:
        sys.exit(f"docs/gherkin.md has no block '{name}'")
    return found.group(1)


def call(*words, **options):
    return subprocess.run([str(word) for word in words], text=True,
                          check=False, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, **options)


class Checker:
    def __init__(self):
        self.faults = 0

    def fault(self, text):
        self.faults += 1
        print(text)

    def good(self, what, done):
        if done.returncode:
            self.fault(f"{what}: exit {done.returncode}\n{done.stdout}")
        return not done.returncode


def try_program(check, page, library, work, cc, static):
    kind = "static" if static else "shared"
    flags = call("pkg-config", "--cflags", "--libs", "gherkin",
                 *["--static"] * static)
    if not check.good("pkg-config", flags):
        return
    words = flags.stdout.split()
    if static:
        words = [str(library / "libgherkin.a")
                 if word == "-lgherkin" else word for word in words]
    program = work / f"list-{kind}"
    made = call(cc, "-std=c17", "-Wall", "-Wextra", "-Wpedantic", "-Werror",
                work / "list.c", "-o", program, *words)
    if not check.good(f"{kind}: compiling", made):
        return
    ran = call(program, "frames.feature", cwd=work)
    if ran.returncode or ran.stdout != block(page, "output"):
        check.fault(f"{kind}: exit {ran.returncode}, printed\n{ran.stdout}")
    lost = call(program, "no-such.feature", cwd=work)
    if not lost.returncode or "No such file" not in lost.stdout:
        check.fault(f"{kind}: no file: exit {lost.returncode}, printed\n"
                    f"{lost.stdout}")


def try_headers(check, prefix, work, cc):
    include = prefix / "include"
    headers = sorted(include.rglob("*.h"))
    if headers != [include / "gherkin" / "gherkin.h"]:
        check.fault(f"installed headers: {[str(h) for h in headers]}")
    compilers = [(cc, "c", "c17")]
    cxx = shutil.which("c++")
    if cxx:
        compilers.append((cxx, "c++", "c++17"))
    for header in headers:
        for compiler, language, standard in compilers:
            alone = work / "alone.txt"
            alone.write_text(f'#include "gherkin/{header.name}"\n'
                             "int main(void) { return 0; }\n")
            check.good(f"{header.name} as {language}",
                       call(compiler, "-x", language, f"-std={standard}",
                            "-Wall", "-Wextra", "-Werror", "-fsyntax-only",
                            f"-I{include}", alone))
    return "".join(header.read_text() for header in headers)


def try_symbols(check, library, texts):
    code = re.sub(r"/\*.*?\*/", "", texts, flags=re.S)
    code = re.sub(r"static inline [^;{]*[;{]", "", code)
    declared = set(re.findall(r"\b(gh_\w+)\(", code))
    inline = set(re.findall(r"static inline[^;{(]*?\b(gh_\w+)\(", texts))
    names = call("nm", "-D", "--defined-only", library / "libgherkin.so")
    exported = set(re.findall(r" T (\w+)", names.stdout))
    types = set(re.findall(r"typedef [^;]*?\b(gh_\w+)\(", code))
    missing = declared - exported - inline - types
    for name in sorted(missing):
        check.fault(f"{name} is declared, but not in the shared library")
    for name in sorted(exported - declared):
        check.fault(f"{name} is in the shared library, but not declared")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--source", type=pathlib.Path, required=True)
    parser.add_argument("--cc", required=True)
    args = parser.parse_args()
    for tool in ("pkg-config", "nm", "cmake"):
        if not shutil.which(tool):
            print(f"skipped: no {tool}")
            return SKIPPED
    check = Checker()
    page = (args.source / "docs" / "gherkin.md").read_text()
    with tempfile.TemporaryDirectory(prefix="mprun-install-") as folder:
        work = pathlib.Path(folder)
        prefix = work / "prefix"
        if not check.good("installing",
                          call("cmake", "--install", args.build,
                               "--component", "gherkin", "--prefix", prefix)):
            return 1
        program = block(page, "program list.c")
        if program.count("\n") > PROGRAM_LINES:
            check.fault(f"the page's program is above {PROGRAM_LINES} lines")
        (work / "list.c").write_text(program)
        (work / "frames.feature").write_text(block(page,
                                                   "file frames.feature"))
        library = next(prefix.rglob("libgherkin.so")).parent
        os.environ["PKG_CONFIG_PATH"] = ":".join(
            [str(library / "pkgconfig"),
             os.environ.get("PKG_CONFIG_PATH", "")])
        os.environ["LD_LIBRARY_PATH"] = str(library)
        for static in (False, True):
            try_program(check, page, library, work, args.cc, static)
        try_symbols(check, library, try_headers(check, prefix, work, args.cc))
    print(f"{check.faults} faults")
    return 1 if check.faults else 0


if __name__ == "__main__":
    sys.exit(main())
