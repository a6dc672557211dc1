#!/usr/bin/env python3
"""Run the checks that lie in the shared data against a program.

usage: run_shared.py --shared DIR --work DIR official|corpus -- CMD...

CMD FILE... prints Cucumber Messages. `official` is the acceptance data of the
Gherkin project, `corpus` a tree of real feature files, unpacked once below
--work. Exit status 77 with a reason where the data or a tool is absent.

Some of the official files are about CR LF line ends. Where the data went
through a checkout that took the CR away, they get it back here: such files
have .crlf. in their names.
"""
import argparse
import pathlib
import shutil
import subprocess
import sys

SKIPPED = 77


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(SKIPPED)


def with_line_ends(data, work):
    """A copy of the official data whose .crlf. files have CR LF."""
    copy = work / "official"
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir(parents=True)
    shutil.copy(data / "check_gherkin.py", copy)
    shutil.copytree(data / "gherkin" / "testdata", copy / "gherkin/testdata")
    for path in copy.glob("gherkin/testdata/*/*.crlf.feature"):
        text = path.read_bytes().replace(b"\r\n", b"\n")
        path.chmod(0o644)
        path.write_bytes(text.replace(b"\n", b"\r\n"))
    return copy


def official(shared, work, command):
    data = shared / "conformance"
    if not (data / "check_gherkin.py").is_file():
        skip(f"no official Gherkin data below {shared}")
    copy = with_line_ends(data, work)
    return subprocess.call(
        [sys.executable, "-B", copy / "check_gherkin.py", "--", *command])


def unpack(data, root):
    """Unpacks the corpus where it is not there yet."""
    archive, stamp = data / "features.tar.zst", root / ".unpacked"
    state = str(archive.stat().st_mtime_ns)
    if stamp.is_file() and stamp.read_text() == state:
        return
    if not shutil.which("zstd"):
        skip("no zstd to unpack the corpus with")
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    subprocess.check_call(["tar", "--zstd", "-xf", archive, "-C", root])
    with open(root / "expect.jsonl", "wb") as out:
        subprocess.check_call(["zstd", "-dc", data / "expect.jsonl.zst"],
                              stdout=out)
    stamp.write_text(state)


def corpus(shared, work, command):
    data = shared / "corpus"
    if not (data / "features.tar.zst").is_file():
        skip(f"no corpus of feature files below {shared}")
    root = work / "corpus"
    unpack(data, root)
    return subprocess.call(
        [sys.executable, "-B", data / "check_corpus.py", "--root", root,
         "--expect", root / "expect.jsonl", "--", *command])


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("official", "corpus"))
    parser.add_argument("--shared", type=pathlib.Path, required=True)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("command", nargs=argparse.REMAINDER)
    args = parser.parse_args()
    command = [part for part in args.command if part != "--"]
    run = official if args.what == "official" else corpus
    return run(args.shared.resolve(), args.work.resolve(), command)


if __name__ == "__main__":
    sys.exit(main())
