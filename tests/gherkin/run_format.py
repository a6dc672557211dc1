#!/usr/bin/env python3
"""Format every file of the corpus and compare what it means.

usage: run_format.py --shared DIR --work DIR MPRUN

The pickles of the formatted files (names, tags, steps, arguments) must be
those of the originals, in their order, and formatting again must change
nothing. Exit status 77 with a reason where the corpus is absent.
"""
import argparse
import collections
import json
import pathlib
import shutil
import subprocess
import sys

import run_shared

SHOWN = 10


def without_places(value):
    """What a pickle means: no ids, no places."""
    if isinstance(value, list):
        return [without_places(entry) for entry in value]
    if isinstance(value, dict):
        return {key: without_places(entry) for key, entry in value.items()
                if key not in ("id", "astNodeIds", "astNodeId", "location")}
    return value


def pickles(mprun, folder):
    """The pickles of each file below a folder, and the files with errors."""
    found, bad = collections.defaultdict(list), set()
    files = sorted(str(path.relative_to(folder))
                   for path in folder.rglob("*.feature") if path.is_file())
    with subprocess.Popen(
            [mprun, "parse", "--no-source", "--no-ast", "--", *files],
            cwd=folder, stdout=subprocess.PIPE) as process:
        for line in process.stdout:
            message = json.loads(line)
            if "pickle" in message:
                pickle = without_places(message["pickle"])
                found[pickle["uri"]].append(pickle)
            else:
                bad.add(message["parseError"]["source"]["uri"])
    return found, bad, files


def run(mprun, *words, cwd):
    return subprocess.run([mprun, "format", *words], cwd=cwd, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def compare(before, after, files):
    wrong = [name for name in files if before[name] != after[name]]
    for name in wrong[:SHOWN]:
        print(f"{name}: its pickles are not those of the original")
        for old, new in zip(before[name], after[name]):
            if old != new:
                print(f"  was {json.dumps(old)}\n  is  {json.dumps(new)}")
                break
    return len(wrong)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=pathlib.Path, required=True)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("mprun", type=pathlib.Path)
    args = parser.parse_args()
    data, mprun = args.shared.resolve() / "corpus", args.mprun.resolve()
    if not (data / "features.tar.zst").is_file():
        run_shared.skip(f"no corpus of feature files below {args.shared}")
    work = args.work.resolve()
    originals, formatted = work / "corpus", work / "formatted"
    run_shared.unpack(data, originals)
    shutil.rmtree(formatted, ignore_errors=True)
    shutil.copytree(originals, formatted)

    before, bad, files = pickles(mprun, originals)
    good = [name for name in files if name not in bad]
    first = run(mprun, *good, cwd=formatted)
    after, bad_after, _ = pickles(mprun, formatted)
    faults = compare(before, after, good)
    for name in sorted(bad_after - bad)[:SHOWN]:
        print(f"{name}: does not parse any more")
        faults += 1
    if first.returncode or first.stderr:
        print(f"format: exit {first.returncode}: {first.stderr[:1000]}")
        faults += 1
    second = run(mprun, "--check", *good, cwd=formatted)
    if second.returncode or second.stdout:
        print(f"formatting again would change:\n{second.stdout[:1000]}")
        faults += 1
    changed = first.stdout.count("\n")
    total = sum(len(before[name]) for name in good)
    print(f"{len(good)} files, {changed} changed, {total} pickles compared, "
          f"{faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
