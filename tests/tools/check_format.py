#!/usr/bin/env python3
"""Layout: clang-format on C, plain rules on every text file.

    check_format.py c ROOT      .clang-format is followed (skipped, exit 77,
                                without clang-format of the right version)
    check_format.py text ROOT   UTF-8, LF, an end of line at the end, no
                                trailing blanks, no tabs (Makefiles aside)

Versions of clang-format differ in what they print, so one is the judge.
"""
import os
import re
import shutil
import subprocess
import sys

import tree

VERSION = "14"
TEXT = (".c", ".h", ".inc", ".py", ".md", ".yaml", ".yml", ".cmake", ".json",
        ".txt", ".feature", ".sh", ".t", ".js", ".ts", ".toml",
        ".css", ".html")
FOLDERS = tree.CODE_FOLDERS + ("docs", "features", "cmake", ".ci", ".github")


def clang_format():
    """The name of a clang-format of that version, or None."""
    for name in (f"clang-format-{VERSION}", "clang-format"):
        if shutil.which(name):
            out = subprocess.run([name, "--version"], capture_output=True,
                                 text=True, check=False).stdout
            if re.search(rf"version {VERSION}\.", out):
                return name
    return None


def check_c(root):
    tool = clang_format()
    if not tool:
        print(f"skipped: clang-format {VERSION} is not here")
        return 77
    paths = tree.files(root, tree.CODE_FOLDERS, (".c", ".h"))
    result = subprocess.run([tool, "--dry-run", "-Werror"] + paths, cwd=root,
                            check=False)
    print(f"format: {len(paths)} files; {tool} -i FILE repairs one")
    return 1 if result.returncode else 0


def check_text(root):
    problems = []
    top = [n for n in os.listdir(root) if n.endswith(TEXT) or
           n in ("CMakeLists.txt", "build.sh", "LICENSE")]
    for path in sorted(top) + tree.files(root, FOLDERS, TEXT):
        with open(os.path.join(root, path), "rb") as f:
            data = f.read()
        try:
            data.decode("utf-8")
        except UnicodeDecodeError as error:
            problems.append(f"{path}: not UTF-8: {error}")
        if data and not data.endswith(b"\n"):
            problems.append(f"{path}: no end of line at the end")
        for number, line in enumerate(data.split(b"\n"), 1):
            for sign, what in ((b"\r", "a carriage return"), (b"\t", "a tab")):
                if sign in line:
                    problems.append(f"{path}:{number}: {what}")
            if line.endswith((b" ", b"\t")):
                problems.append(f"{path}:{number}: blanks at the end")
    for problem in problems:
        print(problem)
    print(f"text: {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in ("c", "text"):
        sys.exit(__doc__)
    sys.exit((check_c if sys.argv[1] == "c" else check_text)(sys.argv[2]))
