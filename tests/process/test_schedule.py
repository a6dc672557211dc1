#!/usr/bin/env python3
"""Many cases at once: the same statuses whatever -j says, @serial and @lock
never beside others, attempts, --fail-fast, and no case is harmed by the end
of another.

usage: test_schedule.py --mprun PATH --server PATH
"""
import argparse
import os
import subprocess
import sys

import harness


def make_place(options, scenarios, more=None, timeouts=None):
    place = harness.Place(options.mprun)
    platform = {"command": [options.server], "protocol": 1, **(more or {})}
    place.config({"p": platform}, timeouts or {"stop": "2s"})
    place.feature("Feature: f\n" + "".join(scenarios))
    return place


def play(options, scenarios, args=(), **more):
    place = make_place(options, scenarios, **more)
    run = place.run(args)
    faults = run.broken + run.report_faults() + run.leftovers()
    place.remove()
    return run, faults


def expect(faults, what, got, wanted):
    if got != wanted:
        faults.append(f"{what}: {got}, expected {wanted}")


def by_name(run):
    """Status of each case, in the order of the feature."""
    names = {(r["case"], r["attempt"]): r["scenario"]
             for r in run.of_type("case-started")}
    return sorted((names[r["case"], r["attempt"]], r.get("status", "not-run"))
                  for r in run.of_type("case-finished") if r.get("final"))


def spans(run):
    """name -> (begin, end), by the journal's clock."""
    began = {(r["case"], r["attempt"]): (r["scenario"], r.get("time_ms", 0))
             for r in run.of_type("case-started")}
    found = {}
    for r in run.of_type("case-finished"):
        name, begin = began[r["case"], r["attempt"]]
        found[name] = (begin, r["time_ms"])
    return found


def overlap(a, b):
    return a[0] < b[1] and b[0] < a[1]


def same_whatever_jobs(options, report):
    """Cases that leave processes behind must not take others' with them."""
    kinds = (["passes", "sleeps 150", "passes"],
             ["has a daemon"],
             ["sleeps 100", "fails with no"],
             ["has a grandchild elsewhere", "sleeps 50"],
             ["exits with 3"],
             ["begins: sleeps 100", "the 'b' process passes", "completes"],
             ["passes", "is killed", "starts", "sleeps 100", "passes"],
             ["answers skipped"],
             ["has a family", "is killed"],
             ["leaves a pipe"])
    wanted = ["passed", "leaked", "failed", "leaked", "crashed", "passed",
              "passed", "skipped", "passed", "leaked"]
    scenarios = [harness.scenario(steps, name=f"s{n:02}-{i}")
                 for n, steps in enumerate(kinds) for i in range(3)]
    expected = sorted((f"s{n:02}-{i}", wanted[n])
                      for n in range(len(kinds)) for i in range(3))
    for jobs in ("1", "8"):
        run, faults = play(options, scenarios, ["-j", jobs])
        got = by_name(run)
        faults += [f"{a[0]}: {a[1]}, expected {b[1]}"
                   for a, b in zip(got, expected) if a != b]
        expect(faults, "cases", len(got), len(expected))
        report.check(f"the same statuses with -j {jobs}", faults, run)


def serial_and_locks(options, report):
    steps = ["sleeps 120"]
    scenarios = []
    for i in range(3):
        scenarios += [
            harness.scenario(steps, "@serial", f"serial-{i}"),
            harness.scenario(steps, "@lock:x", f"x-{i}"),
            harness.scenario(steps, "@lock:y", f"y-{i}"),
            harness.scenario(steps, "@lock:x @lock:y", f"xy-{i}"),
            harness.scenario(steps, name=f"free-{i}"),
            harness.scenario(steps, name=f"also-{i}")]
    run, faults = play(options, scenarios, ["-j", "8"])
    found = spans(run)
    expect(faults, "cases", len(found), 18)
    together = 0
    for a, span_a in found.items():
        for b, span_b in found.items():
            if a >= b or not overlap(span_a, span_b):
                continue
            together += 1
            locks = {name: set("x" * name.startswith("x") +
                               "y" * ("y" in name.partition("-")[0]))
                     for name in (a, b)}
            if "serial" in a + b or locks[a] & locks[b]:
                faults.append(f"{a} and {b} ran at the same time")
    if not together:
        faults.append("nothing ran at the same time")
    report.check("@serial and @lock", faults, run)


def attempts(options, report):
    counter = ("n=$(cat $MPRUN_TEST_COUNT 2>/dev/null || echo 0); "
               "echo $((n + 1)) >$MPRUN_TEST_COUNT; "
               "[ $n -ge 1 ] || exec \"$0\" exit-at-start; exec \"$0\"")
    place = make_place(options, [harness.scenario(["passes"])],
                       {"command": ["sh", "-c", counter, options.server],
                        "env": {"MPRUN_TEST_COUNT": "count"}})
    run = place.run(["--retry", "2"])
    faults = run.broken + run.report_faults() + run.leftovers()
    finished = run.of_type("case-finished")
    expect(faults, "attempts", [r["status"] for r in finished],
           ["start-failed", "passed"])
    expect(faults, "final", [bool(r.get("final")) for r in finished],
           [False, True])
    expect(faults, "flaky", [bool(r.get("flaky")) for r in finished],
           [False, True])
    expect(faults, "exit status", run.status, 0)
    report.check("a second attempt passes: flaky", faults, run)
    place.remove()

    # "In a row": a start that came off begins the count anew.
    every_third = ("n=$(($(cat count 2>/dev/null || echo 0) + 1)); "
                   "echo $n >count; "
                   "[ $((n % 3)) -eq 0 ] || exec \"$0\" exit-at-start; "
                   "exec \"$0\"")
    place = make_place(options, [harness.scenario(["passes"], name=name)
                                 for name in ("a", "b", "c")],
                       {"command": ["sh", "-c", every_third, options.server],
                        "prestart": False})
    run = place.run(["--retry", "2", "-j", "1"])
    faults = run.broken + run.report_faults() + run.leftovers()
    finished = run.of_type("case-finished")
    expect(faults, "attempts", [r["status"] for r in finished],
           ["start-failed", "start-failed", "passed"] * 3)
    expect(faults, "exit status", run.status, 0)
    report.check("a platform is given up after three in a row only", faults,
                 run)
    place.remove()

    run, faults = play(options, [harness.scenario(["fails with no"]),
                                 harness.scenario(["does unknown things"]),
                                 harness.scenario(["answers ambiguous"]),
                                 harness.scenario(["answers pending"])],
                       ["--retry", "2"])
    statuses = [r["status"] for r in run.of_type("case-finished")]
    expect(faults, "attempts", sorted(statuses),
           ["ambiguous"] + ["failed"] * 3 + ["pending", "undefined"])
    expect(faults, "exit status", run.status, 1)
    report.check("three attempts for a failure, one for the rest", faults, run)


def fail_fast(options, report):
    scenarios = [harness.scenario(["passes"], name="a"),
                 harness.scenario(["fails with no"], name="b"),
                 harness.scenario(["passes"], name="c"),
                 harness.scenario(["passes"], name="d")]
    run, faults = play(options, scenarios, ["-x", "-j", "1"])
    expect(faults, "cases", by_name(run),
           [("a", "passed"), ("b", "failed"), ("c", "not-run"),
            ("d", "not-run")])
    told = [r.get("text") for r in run.of_type("case-finished")
            if r.get("status", "not-run") == "not-run"]
    expect(faults, "not run because", set(told),
           {"--fail-fast after a failure"})
    expect(faults, "exit status", run.status, 1)
    report.check("--fail-fast", faults, run)

    # What waits for its next attempt when the run ends has failed.
    scenarios = [harness.scenario(["fails with no"], "@retry:3", name="a"),
                 harness.scenario(["sleeps 200", "fails with no"], name="b"),
                 harness.scenario(["sleeps 600"], "@serial", name="c")]
    run, faults = play(options, scenarios, ["-x", "-j", "2"])
    found = dict(by_name(run))
    expect(faults, "a", found.get("a"), "failed")
    expect(faults, "b", found.get("b"), "failed")
    expect(faults, "c", found.get("c"), "not-run")
    expect(faults, "exit status", run.status, 1)
    report.check("--fail-fast and attempts", faults, run)


def strangers(options, report):
    """Children that a shell had before it became mprun are not mprun's."""
    place = make_place(options, [harness.scenario(["has a daemon"])])
    quoted = " ".join(f"'{word}'" for word in place.command())
    shell = harness.popen(
        ["sh", "-c", f"env -i sleep 77 & echo $!; exec {quoted} >out 2>&1"],
        cwd=place.folder, env=place.environment(), stdout=subprocess.PIPE)
    pid = int(shell.stdout.readline())
    shell.wait(60 * harness.MULTIPLIER)
    run = harness.Run(place, shell.returncode, b"", b"")
    faults = run.broken + run.leftovers()
    expect(faults, "cases", run.cases(), ["leaked"])
    expect(faults, "the shell's sleep", harness.proc_state(pid), "S")
    os.kill(pid, 9)
    report.check("children from before are left alone", faults, run)
    place.remove()


def probes(options, report):
    """What an `available` command leaves behind is nobody's leak."""
    script = "setsid sleep 1000 >/dev/null 2>&1 </dev/null & exit 0"
    place = make_place(options, [harness.scenario(["passes"])],
                       {"available": ["sh", "-c", script]})
    run = place.run()
    faults = run.broken + run.report_faults() + run.leftovers()
    expect(faults, "cases", run.cases(), ["passed"])
    report.check("what `available` leaves behind", faults, run)
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
    same_whatever_jobs(options, report)
    serial_and_locks(options, report)
    attempts(options, report)
    fail_fast(options, report)
    strangers(options, report)
    probes(options, report)
    return report.finish("checks")


if __name__ == "__main__":
    sys.exit(main())
