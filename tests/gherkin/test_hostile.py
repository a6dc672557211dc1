#!/usr/bin/env python3
"""Large and unkind files, by the real mprun: what it says, and its memory.

usage: test_hostile.py [--no-memory] MPRUN

Each file stands beside a good one that must still be read. With --no-memory
(sanitizers) the peaks are not looked at. Memory is bounded as a whole, so
nothing depends on how a system counts.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

GOOD = b"Feature: good\n  Scenario: s\n    Given x\n"
LONG = 80_000_000
MIB = 1024  # KiB
OUTLINE_PEAK = 30 * MIB
FLAT = 2 * MIB
NOBODY = 65534


class Checker:
    def __init__(self, mprun, memory):
        self.mprun, self.memory, self.faults = mprun, memory, 0

    def must(self, what, good, seen=""):
        if not good:
            self.faults += 1
            print(f"{what}: no {str(seen)[:300]}")

    def peak(self, folder, *words):
        """In KiB. It begins with that of this program, which reads nothing
        large before."""
        child = subprocess.Popen([self.mprun, *words], cwd=folder,
                                 stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        return usage.ru_maxrss

    def bounded(self, what, peak, most):
        if self.memory:
            self.must(f"{what}: {peak} KiB, at most {most}", peak <= most)


def run(check, folder, *words):
    """Exit status, standard output and error."""
    done = subprocess.run([check.mprun, *words], cwd=folder, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return done.returncode, done.stdout, done.stderr


def pickles(out):
    return out.count(b'{"pickle":')


def long_lines(check, folder):
    """A line of 80 MB, where it is right and where it is an error."""
    head = b"Feature: f\n  Scenario: s\n    Given a\n"
    line = b"x" * LONG
    for name, text in (("step", b"    When " + line),
                       ("cell", b"      | " + line + b" |"),
                       ("wrong", b"    Nothing " + line),
                       ("open", b"      | a |\n      | " + line)):
        (folder / "a.feature").write_bytes(head + text + b"\n")
        (folder / "b.feature").write_bytes(GOOD)
        wrong = name in ("wrong", "open")
        status, out, err = run(check, folder, "parse", "--no-source",
                                  "--no-ast", ".")
        check.must(f"{name}: exit {int(wrong)}", status == wrong, (status, err))
        check.must(f"{name}: pickles", pickles(out) == 2 - wrong)
        check.must(f"{name}: the good file", b'"uri":"b.feature"' in out)
        if wrong:
            check.must(f"{name}: a short message", len(out) < 10_000)
            _, out, _ = run(check, folder, "lint", ".")
            place = b"a.feature:%d:" % (3 + len(text.splitlines()))
            check.must(f"{name}: its place", out.startswith(place), out)
    (folder / "a.feature").unlink()


def many_tags(check, folder):
    text = b" ".join(b"@t%d" % i for i in range(10_000))
    (folder / "a.feature").write_bytes(text + b"\n" + GOOD)
    status, out, err = run(check, folder, "parse", "--no-source", "--no-ast",
                              "a.feature")
    check.must("tags: exit 0", status == 0, err)
    check.must("tags: all", len(json.loads(out)["pickle"]["tags"]) == 10_000)


def many_errors(check, folder):
    """All of them, each at its place, and with a remedy."""
    lines = b"".join(b"    Giben %d\n" % i for i in range(5_000))
    (folder / "a.feature").write_bytes(GOOD + lines)
    status, out, _ = run(check, folder, "lint", "a.feature")
    found = re.findall(rb"^a\.feature:(\d+):5: error: .*did you mean 'Given '",
                       out, re.M)
    check.must("errors: exit 1", status == 1)
    check.must("errors: each line", found == [b"%d" % (4 + i)
                                              for i in range(5_000)])
    status, out, _ = run(check, folder, "parse", "--no-source", "a.feature")
    check.must("errors: as messages", out.count(b'{"parseError":') == 5_000)


def long_outline(check, folder):
    """Rows are made one at a time."""
    with open(folder / "a.feature", "wb") as file:
        file.write(b"Feature: f\n  Scenario Outline: row <n>\n    Given <n>\n"
                   b"    When <text>\n    Examples:\n      | n | text |\n")
        for i in range(100_000):
            file.write(b"      | %d | value %d |\n" % (i, i))
    words = ("parse", "--no-source", "--no-ast", "a.feature")
    check.bounded("outline", check.peak(folder, *words), OUTLINE_PEAK)
    status, out, err = run(check, folder, *words)
    check.must("outline: exit 0", status == 0, err)
    check.must("outline: pickles", pickles(out) == 100_000)
    check.must("outline: in order", b'"name":"row 99999"' in out[-1000:])


def many_files(check, folder):
    text = b"Feature: f\n" + b"  Scenario: s\n    Given x\n" * 200
    peaks = []
    for count in (20, 2_000):
        shutil.rmtree(folder / "many", ignore_errors=True)
        (folder / "many").mkdir()
        for i in range(count):
            (folder / f"many/{i}.feature").write_bytes(text)
        for command in (("parse",), ("lint",), ("format", "--check")):
            peaks.append(check.peak(folder, *command, "many"))
    for few, many in zip(peaks[:3], peaks[3:]):
        check.bounded("files: more memory for more", many - few, FLAT)


def vanishing(check, folder):
    """Found in the folder, gone when its turn comes: the first file is larger
    than a pipe holds, so mprun waits for the reader."""
    (folder / "v").mkdir()
    (folder / "v/a.feature").write_bytes(GOOD + b"# long\n" * 400_000)
    (folder / "v/b.feature").write_bytes(GOOD)
    (folder / "v/c.feature").write_bytes(GOOD)
    with subprocess.Popen([check.mprun, "parse", "v"], cwd=folder,
                          stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE) as child:
        out = child.stdout.read(1)
        (folder / "v/b.feature").unlink()
        out += child.stdout.read()
        err = child.stderr.read()
    check.must("vanished: exit 1", child.returncode == 1, child.returncode)
    check.must("vanished: its name", err == b"v/b.feature: cannot be read: No "
               b"such file or directory\n", err)
    check.must("vanished: the others", pickles(out) == 2)


def unreadable(check, folder):
    """As somebody who may not read it."""
    place = folder / "u"
    place.mkdir()
    for name in ("a", "b", "c"):
        (place / f"{name}.feature").write_bytes(GOOD)
    (place / "b.feature").chmod(0)
    options = {}
    if os.geteuid() == 0:
        folder.chmod(0o755)
        shutil.copy(check.mprun, place / "mprun")
        options = {"user": NOBODY, "group": NOBODY}
    mprun = place / "mprun" if options else check.mprun
    for command in ("parse", "lint", "format"):
        done = subprocess.run([mprun, command, "."], cwd=place, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              **options)
        check.must(f"unreadable: {command}: exit 1", done.returncode == 1,
                   done)
        check.must(f"unreadable: {command}: its name",
                   b"b.feature: cannot be read: Permission denied\n"
                   in done.stderr, done.stderr)
        if command == "parse":
            check.must("unreadable: the others", pickles(done.stdout) == 2)


def main():
    words = sys.argv[1:]
    memory = "--no-memory" not in words
    check = Checker(pathlib.Path(words[-1]).resolve(), memory)
    # many_files first: after it large output is read.
    for test in (many_files, long_outline, long_lines, many_tags, many_errors,
                 vanishing, unreadable):
        with tempfile.TemporaryDirectory(prefix="mprun-hostile-") as folder:
            test(check, pathlib.Path(folder))
    print(f"{check.faults} faults")
    return 1 if check.faults else 0


if __name__ == "__main__":
    sys.exit(main())
