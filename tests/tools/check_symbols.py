#!/usr/bin/env python3
"""Looks into the built libraries: names and state.

    check_symbols.py PREFIX[,PREFIX]=LIBRARY.a ...

Every global symbol of a library starts with its prefix (gh_, mp_, mprun_), so
that the libraries can be linked into any program. No object has writable data of
its own, file-level or static in a function: state is passed. Needs objdump
and ELF objects built without sanitizers and coverage; exits 77 without them.
"""
import os
import re
import shutil
import subprocess
import sys

# (object, symbol): why it may be there.
ALLOWED = {}

CONSTANT = (".data.rel.ro", ".rodata", ".text", ".init_array", ".fini_array")
WRITABLE = (".data", ".bss", ".tdata", ".tbss", "*COM*")
LINE = re.compile(r"^[0-9a-f]+ (.{7}) (\S+)\s+[0-9a-f]+ +(?:\.hidden )?(.+)$")


def symbols(library):
    """Yields (object, flags, section, name) of all defined symbols."""
    out = subprocess.run(["objdump", "-t", library], check=True, text=True,
                         capture_output=True).stdout
    member = ""
    for line in out.split("\n"):
        if ": " in line and "file format" in line:
            member = line.split(":")[0]
        match = LINE.match(line)
        if match and match[2] not in ("*UND*", "*ABS*"):
            yield member, match[1], match[2], match[3].strip()


def check(prefix, library):
    problems = []
    for member, flags, section, name in symbols(library):
        if flags[0] in "gu!" and not name.startswith(
                tuple(prefix.split(","))):
            problems.append(f"{member}: {name}: a global symbol of this "
                            f"library starts with {prefix}")
        is_object = flags[6] == "O" or section == "*COM*"
        if is_object and section.startswith(WRITABLE) and \
                not section.startswith(CONSTANT) and \
                (member, name) not in ALLOWED:
            problems.append(f"{member}: {name}: writable data in {section}; "
                            "pass the state, or make it const")
    return problems


def main():
    pairs = [argument.split("=", 1) for argument in sys.argv[1:]]
    if not shutil.which("objdump") or not sys.platform.startswith("linux"):
        print("skipped: objdump and ELF objects are needed")
        return 77
    absent = [library for _, library in pairs if not os.path.exists(library)]
    if absent:
        print("not built: " + ", ".join(absent))
        return 1
    problems = [p for prefix, library in pairs for p in check(prefix, library)]
    for problem in problems:
        print(problem)
    print(f"symbols: {len(problems)} problems in {len(pairs)} libraries")
    return 1 if problems or not pairs else 0


if __name__ == "__main__":
    sys.exit(main())
