#!/usr/bin/env python3
"""What a run keeps: what its processes used, logs and their limits, and what
becomes of it when there is no room or no permission.

usage: test_journal.py --mprun PATH --server PATH
"""
import argparse
import os
import subprocess
import sys

import harness

# Does what a step says: "burns 80", "takes 40", "opens 30", "writes 1000".
SERVER = r"""
import json, os, sys, time
kept = []
for line in sys.stdin:
    message = json.loads(line)
    answer = {"success": True}
    if message.get("method") == "initialize":
        answer = {"protocolVersion": 1,
                  "server": {"name": "s", "version": "1"}}
    elif message.get("method") == "executeStep":
        verb, number = message["params"]["step"].split()
        number = int(number)
        while verb == "burns" and time.process_time() * 1000 < number:
            pass
        if verb == "takes":
            kept.append(b"x" * (number << 20))
        if verb == "opens":
            kept += [open(os.devnull) for _ in range(number)]
        if verb == "writes":
            os.write(2, b"y" * (number - 1) + b"\n")
    print(json.dumps({"jsonrpc": "2.0", "id": message.get("id"),
                      "result": answer}), flush=True)
"""


def make_place(options, scenarios, more=""):
    place = harness.Place(options.mprun)
    (place.folder / "server.py").write_text(SERVER)
    place.config({"p": {"command": [sys.executable, "-S", "-E",
                                    str(place.folder / "server.py")],
                        "protocol": 1},
                  "bad": {"command": [options.server], "protocol": 1}},
                 {"stop": "2s"}, more)
    place.feature("Feature: f\n" + "".join(scenarios))
    return place


def play(options, steps, args=("--platform", "p")):
    place = make_place(options, [harness.scenario(steps)])
    run = place.run(args)
    faults = run.broken + run.report_faults() + run.leftovers()
    exits = run.of_type("process-exited")
    if len(exits) != 1 or run.cases() != ["passed"]:
        faults.append(f"cases {run.cases()}, {len(exits)} ends")
    place.remove()
    return run, faults, (exits or [{}])[0]


def expect_between(faults, end, name, least, most):
    if not least <= end.get(name, 0) <= most:
        faults.append(f"{name}: {end.get(name)}, expected {least} to {most}")


def metrics(options, report):
    run, faults, end = play(options, ["burns 200"])
    used = end.get("cpu_user_ms", 0) + end.get("cpu_system_ms", 0)
    if not 150 <= used <= 5000:
        faults.append(f"{used} ms of CPU after 200 were burnt")
    report.check("CPU time", faults, run)
    run, faults, end = play(options, ["takes 64"])
    expect_between(faults, end, "max_rss_kb", 64 << 10, 200 << 10)
    report.check("memory", faults, run)
    run, faults, few = play(options, ["takes 1"])
    expect_between(faults, few, "max_rss_kb", 1 << 10, 60 << 10)
    report.check("little memory", faults, run)
    run, faults, end = play(options, ["opens 30"])
    if end.get("descriptors", 0) - few.get("descriptors", 0) != 30:
        faults.append(f"descriptors: {few.get('descriptors')}, with 30 more "
                      f"{end.get('descriptors')}")
    report.check("descriptors", faults, run)
    run, faults, end = play(options, ["takes 0", "takes 0", "writes 1000"])
    # initialize, three steps, shutdown
    for name, wanted in (("messages_in", 5), ("messages_out", 5),
                         ("stderr_bytes", 1000)):
        expect_between(faults, end, name, wanted, wanted)
    expect_between(faults, end, "bytes_in", 5 * 40, 5 * 400)
    expect_between(faults, end, "bytes_out", 5 * 60, 5 * 4000)
    report.check("messages and bytes", faults, run)
    # However it ends; and all of those that end at the same time.
    steps = [f"the '{name}' process passes" for name in "abcdefgh"]
    for last in ("all processes are killed", "the 'a' process exits with 3"):
        place = make_place(options, [harness.scenario([*steps, last])])
        run = place.run(["--platform", "bad"])
        faults = run.broken + run.leftovers()
        ends = run.of_type("process-exited")
        unknown = [end["process"] for end in ends
                   if not end.get("max_rss_kb")]
        if len(ends) != 8 or unknown:
            faults.append(f"{len(ends)} ends, unknown of {unknown}")
        report.check(last, faults, run)
        place.remove()


class SmallDisk:
    """A file system of 128 KiB in place of the folder of runs."""

    def __init__(self, place):
        self.folder = place.folder / "runs"
        self.folder.mkdir()
        try:
            subprocess.run(["mount", "-t", "tmpfs", "-o", "size=128k", "none",
                            str(self.folder)], check=True,
                           capture_output=True, text=True)
            self.why = None
        except OSError as error:
            self.why = str(error)
        except subprocess.CalledProcessError as error:
            self.why = " ".join(error.stderr.split()) or str(error)

    def fill(self, leave=0):
        try:
            with open(self.folder / "filler", "wb", 0) as filler:
                while filler.write(b"x" * 4096):
                    pass
        except OSError:
            os.truncate(self.folder / "filler",
                        (self.folder / "filler").stat().st_size - leave)

    def close(self):
        if not self.why:
            subprocess.run(["umount", "-l", str(self.folder)], check=False)


def full_from_the_start(options, report):
    place = make_place(options, [harness.scenario(["takes 0"])])
    disk = SmallDisk(place)
    if disk.why:
        report.skip("a full disk", disk.why)
        place.remove()
        return
    disk.fill()
    run = place.run()
    faults = run.leftovers()
    if run.status != 2 or "No space left on device" not in run.err:
        faults.append(f"exit status {run.status}")
    left = {path.name for path in disk.folder.iterdir()}
    if left != {"filler"}:
        faults.append(f"left behind: {left}")
    report.check("a full disk is told before the run", faults, run)
    disk.close()
    place.remove()


def full_on_the_way(options, report):
    count = 12
    place = make_place(options, [
        harness.scenario(["writes 9000", "writes 9000"], name=f"s{i}")
        for i in range(count)])
    disk = SmallDisk(place)
    if disk.why:
        report.skip("a disk that becomes full", disk.why)
        place.remove()
        return
    run = place.run(["-j", "2", "--platform", "p"])
    faults = run.leftovers()
    if run.status != 3:
        faults.append(f"exit status {run.status}, expected 3")
    if f"{count} cases: {count} passed" not in run.out:
        faults.append("the run did not go on to its end")
    for text in ("the journal is incomplete: No space left on device",
                 "not all that servers wrote could be kept: No space left"):
        if text not in run.err:
            faults.append(f"not told: {text}")
    junit = (place.folder / "junit.xml").read_text()
    if junit.count("<testcase") != count:
        faults.append("the JUnit report is not whole")
    later = subprocess.run(
        [str(place.mprun), "report", str(place.journal_path()), "-f",
         f"junit:{place.folder / 'later.xml'}"], cwd=place.folder,
        env=place.environment(), capture_output=True, check=False, text=True)
    junit = (place.folder / "later.xml").read_text()
    if later.returncode != 1 or junit.count("<testcase") != count:
        faults.append(f"report of what is left: {later.returncode}, "
                      f"{later.stderr}")
    report.check("a disk that becomes full", faults, run)
    disk.close()
    place.remove()


def no_folder(options, report):
    for where, why in (("/proc/runs", "No such file or directory"),
                       ("mprun.yaml", "Not a directory")):
        place = make_place(options, [harness.scenario(["takes 0"])])
        run = place.run(["--artifacts", where])
        faults = run.leftovers()
        if run.status != 2 or why not in run.err or run.of_type("run-started"):
            faults.append(f"exit status {run.status}")
        report.check(f"runs cannot be kept in {where}", faults, run)
        place.remove()


def not_begun(options, report):
    """`latest` stays with the run before one that could not begin."""
    place = make_place(options, [harness.scenario(["takes 0"])])
    latest = place.folder / "runs" / "latest"
    faults = []
    first = place.run(["--platform", "p"])
    before = os.readlink(latest)
    nowhere = dict(place.environment(), TMPDIR="/proc")
    run = place.run(["--platform", "p"], env=nowhere)
    if first.status != 0 or run.status != 5 or run.of_type("run-started"):
        faults.append(f"exit statuses {first.status} and {run.status}")
    if os.readlink(latest) != before:
        faults.append("latest is a run that never began")
    later = place.run(["--platform", "p"])
    faults += later.leftovers()
    if os.readlink(latest) != place.journal_path().parent.name:
        faults.append("latest is not the last run")
    report.check("latest is a run that has begun", faults, run)
    place.remove()


def secrets(options, report):
    """Neither the journal's configuration nor a log has them."""
    place = make_place(options, [harness.scenario(["takes 0"])],
                       "secrets: [WORD]\n")
    run = place.run(["-D", 'WORD=quo"ted-secret'])
    text = place.journal_path().read_text()
    faults = list(run.broken)
    if "ted-secret" in text:
        at = text.index("ted-secret")
        faults.append(f"in the journal: {text[at - 60:at + 20]}")
    config = run.of_type("run-started")[0].get("config", {})
    if config.get("run", {}).get("define") != {"WORD": "***"}:
        faults.append(f"define: {config.get('run')}")
    report.check("a secret with a quote", faults, run)
    place.remove()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mprun", required=True)
    parser.add_argument("--server", required=True)
    options = parser.parse_args()
    if not harness.become_subreaper():
        print("this kernel has no subreapers: survivors cannot be counted")
        return harness.SKIP
    report = harness.Report()
    metrics(options, report)
    full_from_the_start(options, report)
    full_on_the_way(options, report)
    no_folder(options, report)
    not_begun(options, report)
    secrets(options, report)
    return report.finish("checks")


if __name__ == "__main__":
    sys.exit(main())
