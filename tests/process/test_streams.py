#!/usr/bin/env python3
"""mprun with standard streams that are closed, full or read by nobody, and a
server that floods one.

usage: test_streams.py --mprun PATH --server PATH
"""
import argparse
import os
import subprocess
import sys

import harness

FEATURE = "Feature: f\n" + "".join(
    harness.scenario(["passes", "the 'b' process passes"], name=f"s{i}")
    for i in range(4))


def make_place(options):
    place = harness.Place(options.mprun)
    place.config({"p": {"command": [options.server], "protocol": 1}})
    place.feature(FEATURE)
    return place


def through_shell(place, line):
    """Runs line with $RUN as the command of mprun, in a shell that reports
    mprun's own status on descriptor 9."""
    quoted = " ".join(f"'{word}'" for word in place.command())
    status = place.folder / "status"
    script = line.replace(
        "$RUN", f"{{ {quoted} @; echo $? >'{status}'; }}")
    # Redirections written behind $RUN belong to mprun alone.
    run, _, rest = script.partition("}")
    redirection, pipe, tail = rest.partition("|")
    script = (run.replace("@", redirection.strip()) + "}" +
              (" |" + tail if pipe else ""))
    shell = harness.popen(["sh", "-c", script], cwd=place.folder,
                          env=place.environment(), stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    out, err = shell.communicate(timeout=60 * harness.MULTIPLIER)
    code = int(status.read_text()) if status.exists() else None
    return harness.Run(place, code, out, err)


ROWS = (
    # name, shell line, exit status, is the run complete?
    ("stdin closed", "$RUN <&-", 0),
    ("stdout closed", "$RUN >&-", 3),
    ("stderr closed", "$RUN 2>&-", 0),
    ("all closed", "$RUN <&- >&- 2>&-", 3),
    ("stdout full", "$RUN >/dev/full", 3),
    ("stderr full", "$RUN 2>/dev/full", 0),
    ("stdout read by nobody", "$RUN | true", 3),
    ("stdout read for a line", "$RUN | head -n 1", None),
)


def long_stderr(options, report):
    """Its file ends at a limit, and says so; the server is read on."""
    place = harness.Place(options.mprun)
    place.config({"p": {"command": [options.server], "protocol": 1}})
    place.feature("Feature: f\n" +
                  harness.scenario(["floods its log with 66", "passes"]))
    run = place.run()
    faults = run.broken + run.report_faults() + run.leftovers()
    if run.cases() != ["passed"]:
        faults.append(f"cases: {run.cases()}")
    if "its stderr is longer than 64 MiB" not in run.out:
        faults.append("no warning on the console")
    files = list((place.folder / "runs").glob("2*/*/a.stderr.log"))
    with open(files[0], "rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - 200))
        last = file.read().splitlines()[-1]
    if b"mprun: more than 64 MiB" not in last:
        faults.append(f"the file ends with {last}")
    if not 1 << 26 <= size < (1 << 26) + 200:
        faults.append(f"the file has {size} bytes")
    report.check("a very long stderr", faults, run)
    place.remove()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mprun", required=True)
    parser.add_argument("--server", required=True)
    options = parser.parse_args()
    if not os.path.exists("/dev/full"):
        print("there is no /dev/full here")
        return harness.SKIP
    harness.become_subreaper()
    report = harness.Report()
    for name, line, status in ROWS:
        place = make_place(options)
        run = through_shell(place, line)
        faults = run.broken + run.report_faults() + run.leftovers()
        if run.cases() != ["passed"] * 4:
            faults.append(f"cases: {run.cases()}")
        # Whether head has gone before the last line is written is chance.
        if status is None and run.status not in (0, 3):
            faults.append(f"exit status {run.status}, expected 0 or 3")
        if status is not None and run.status != status:
            faults.append(f"exit status {run.status}, expected {status}")
        report.check(name, faults, run)
        place.remove()
    long_stderr(options, report)
    return report.finish("checks")


if __name__ == "__main__":
    sys.exit(main())
