#!/usr/bin/env python3
"""Runs clang-tidy over the compile database, on all cores.

    check_tidy.py --build DIR [--all] [--deep] [FILE ...]

The analyzer follows calls within bounds that keep it below a tenth of its
time; --deep lets it go on, which is for the long tests. Files that passed before and have not changed since, with all they include,
are not looked at again unless --all is given; DIR/tidy-passed remembers them
(tidy-passed-deep those of --deep).
Tests are compiled by the same rules but not tidied. Exits 77 without
clang-tidy of the version that .clang-tidy is written for.
"""
import argparse
import concurrent.futures
import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys

VERSION = "14"
MODEL = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                     "tidy_model.h")
SHALLOW = [f"--extra-arg={word}" for word in
           ("-Xclang", "-analyzer-config", "-Xclang", "mode=shallow")]
SCOPE = ("gherkin/", "runner/", "platform-servers/c/", "steps/c/")


def find_tool():
    for name in (f"clang-tidy-{VERSION}", "clang-tidy"):
        if shutil.which(name):
            out = subprocess.run([name, "--version"], capture_output=True,
                                 text=True, check=False).stdout
            if re.search(rf"version {VERSION}\.", out):
                return name
    return None


def fingerprint(entry, config):
    """A hash of the command, the configuration and all files of ours that
    the source includes."""
    words = shlex.split(entry["command"])
    if "-o" in words:
        at = words.index("-o")
        del words[at:at + 2]
    words = [w for w in words if w != "-c"] + ["-MM"]
    listed = subprocess.run(words, cwd=entry["directory"], text=True,
                            capture_output=True, check=False)
    total = hashlib.sha256((config + entry["command"]).encode())
    for path in listed.stdout.replace("\\\n", " ").split(":", 1)[-1].split():
        with open(os.path.join(entry["directory"], path), "rb") as f:
            total.update(path.encode() + b"\0" + f.read())
    return total.hexdigest()


def tidy(tool, build, entry, depth):
    result = subprocess.run(
        [tool, "--quiet", "-p", build, "--warnings-as-errors=*", *depth,
         "--extra-arg=-include", "--extra-arg=" + MODEL, entry["file"]],
        capture_output=True, text=True, check=False)
    return "" if result.returncode == 0 else result.stdout + result.stderr


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", required=True)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--deep", action="store_true")
    parser.add_argument("files", nargs="*", help="only these, as from the root")
    args = parser.parse_args()
    tool = find_tool()
    if not tool:
        print(f"skipped: clang-tidy {VERSION} is not here")
        return 77
    root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")
    root = os.path.realpath(root)
    with open(os.path.join(root, ".clang-tidy"), encoding="utf-8") as f:
        config = f.read() + VERSION
    with open(MODEL, encoding="utf-8") as f:
        config += f.read()
    with open(os.path.join(args.build, "compile_commands.json"),
              encoding="utf-8") as f:
        entries = {os.path.relpath(e["file"], root): e for e in json.load(f)}
    entries = {path: e for path, e in entries.items()
               if path.startswith(SCOPE) and
               (not args.files or path in args.files)}
    memory = os.path.join(args.build,
                          "tidy-passed-deep" if args.deep else "tidy-passed")
    depth = [] if args.deep else SHALLOW
    passed = set()
    if os.path.exists(memory) and not args.all:
        with open(memory, encoding="utf-8") as f:
            passed = set(f.read().split())
    marks = {path: fingerprint(e, config) for path, e in entries.items()}
    todo = sorted(path for path in entries if marks[path] not in passed)
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        outputs = pool.map(lambda p: tidy(tool, args.build, entries[p], depth),
                           todo)
        for path, output in zip(todo, outputs):
            if output:
                failed += 1
                print(f"== {path}\n{output}")
            else:
                passed.add(marks[path])
    kept = passed if args.files else passed & set(marks.values())
    with open(memory, "w", encoding="utf-8") as f:
        f.write("\n".join(sorted(kept)) + "\n")
    print(f"tidy: {failed} of {len(todo)} files with warnings, "
          f"{len(entries) - len(todo)} unchanged since they passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
