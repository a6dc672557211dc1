#!/usr/bin/env python3
"""Much at once: processes in one case and in many, and floods on stdout, stderr
and as logs that only a timeout ends. The run ends in time, mprun stays small.

usage: test_load.py --mprun PATH --server PATH [--soak]

--soak: 2,000 processes, floods of MPRUN_SOAK gigabytes at least (2 without it).
"""
import argparse
import os
import re
import resource
import sys
import time

import harness

MOST_RSS_MB = 64
SLACK_S = 6.0


def is_sanitized(path):
    return b"__asan_init" in path.read_bytes()


class Measured:
    """A run, the seconds it took and the most memory that mprun had."""

    def __init__(self, place, args, seconds):
        out = open(place.folder / "out", "wb")
        child = place.start(args, stdout=out, stderr=out)
        began = time.monotonic()
        limit = began + seconds * harness.MULTIPLIER
        self.rss_mb = 0
        while child.poll() is None and time.monotonic() < limit:
            found = re.search(rb"VmHWM:\s+(\d+)",
                              harness.proc_text(child.pid, "status"))
            self.rss_mb = max(self.rss_mb,
                              int(found[1]) / 1024 if found else 0)
            time.sleep(0.05)
        self.in_time = child.poll() is not None
        child.kill()
        child.wait()
        out.close()
        self.seconds = time.monotonic() - began
        self.run = harness.Run(place, child.returncode,
                               (place.folder / "out").read_bytes(), b"")
        self.faults = self.run.broken + self.run.report_faults() + \
            self.run.leftovers()
        if not self.in_time:
            self.faults.append(f"it did not end within {seconds} s")

    def told(self):
        return f"{self.seconds:.1f} s, {self.rss_mb:.0f} MB"


# --- processes ---

def too_few(count):
    """Why so many processes cannot be had; "": they can."""
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if files != resource.RLIM_INFINITY and files < 5 * count + 100:
        return f"RLIMIT_NOFILE is {files} at most"
    processes = resource.getrlimit(resource.RLIMIT_NPROC)[0]
    if processes != resource.RLIM_INFINITY and processes < 2 * count and \
            os.geteuid():
        return f"RLIMIT_NPROC is {processes}"
    for name in ("kernel/pid_max", "kernel/threads-max"):
        most = int(harness.proc_text("sys", name) or 0)
        if most < 2 * count + 1000:
            return f"{name} is {most}"
    return ""


def processes(options, report, count, cases):
    """All of them live at the same time: the last step lasts for longer than
    all starts need."""
    each = count // cases // 2
    place = harness.Place(options.mprun)
    place.config({"p": {"command": [options.server], "protocol": 1,
                        "start_timeout": "120s"}},
                 {"step": "120s", "stop": "30s"},
                 f'processes: {{a: {{count: {each}}}, b: {{count: {each}}}}}\n')
    pause = 300 + 5 * count
    place.feature("Feature: f\n" + "".join(
        harness.scenario(["all 'a' processes passes",
                          "all 'b' processes passes",
                          "all 'a' processes should still be running",
                          f"all 'b' processes sleeps {pause}"], name=f"s{i}")
        for i in range(cases)))
    seconds = 60 + count / 20
    done = Measured(place, ["-j", str(cases)], seconds)
    run, faults = done.run, done.faults
    if run.status or run.cases() != ["passed"] * cases:
        faults.append(f"exit {run.status}, cases {set(run.cases())}")
    living, most = 0, 0
    # The journal has each case's records together.
    for record in sorted(run.records, key=lambda r: r["time_ms"]):
        living += (record["type"] == "process-started") - \
            (record["type"] == "process-exited")
        most = max(most, living)
    if most < count:
        faults.append(f"{most} processes at once, not {count}")
    if not options.sanitized and done.rss_mb > MOST_RSS_MB:
        faults.append(f"mprun had {done.rss_mb:.0f} MB")
    name = f"{count} processes at once, in {cases} cases"
    print(f"{name}: {done.told()}")
    report.check("many processes at once", faults, run)
    place.remove()


# --- floods ---

# name, step, status: those with "for ever" end by the step's timeout.
FLOODS = (
    ("stderr for ever", "floods its log with 100000000", "timed-out"),
    ("logs for ever", "floods with logs 100000000000", "timed-out"),
    ("lines on stdout", "floods with lines 100000000000", "protocol-error"),
    ("answers on stdout", "floods with answers", "protocol-error"),
    ("messages on stdout", "floods with unknown messages", "protocol-error"),
)


def flood(options, report, row, step_s):
    name, step, status = row
    place = harness.Place(options.mprun)
    place.config({"p": {"command": [options.server], "protocol": 1}},
                 {"step": f"{step_s}s", "stop": "2s"})
    place.feature("Feature: f\n" + harness.scenario([step]))
    done = Measured(place, [], step_s + 60)
    run, faults = done.run, done.faults
    if run.cases() != [status] or run.status != 1:
        faults.append(f"exit {run.status}, cases {run.cases()}")
    if done.seconds > (step_s + 2 + SLACK_S) * harness.MULTIPLIER:
        faults.append(f"it took {done.seconds:.1f} s")
    if not options.sanitized and done.rss_mb > MOST_RSS_MB:
        faults.append(f"mprun had {done.rss_mb:.0f} MB")
    size = sum(path.stat().st_size for path in
               (place.folder / "runs").rglob("*") if path.is_file())
    if size > 200 << 20:
        faults.append(f"the run's folder has {size >> 20} MiB")
    read = [r.get("bytes_in", 0) + r.get("stderr_bytes", 0)
            for r in run.of_type("process-exited")]
    print(f"{name}: {sum(read) / 1e6:.0f} MB read, {done.told()}")
    report.check(f"a flood: {name}", faults, run)
    place.remove()
    return sum(read)


def gigabytes(options, report, row):
    """Until so much was read; a slow machine needs several runs' time."""
    step_s, wanted = 20, max(2, harness.SOAK) * 1e9
    while flood(options, report, row, step_s) < wanted and step_s < 2000:
        step_s *= 3


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mprun", required=True)
    parser.add_argument("--server", required=True)
    parser.add_argument("--soak", action="store_true")
    options = parser.parse_args()
    if not harness.become_subreaper():
        print("this kernel has no subreapers: survivors cannot be counted")
        return harness.SKIP
    options.sanitized = is_sanitized(harness.Path(options.mprun))
    report = harness.Report()
    count = 2000 if options.soak else 200
    skipped = too_few(count)
    if not skipped:
        processes(options, report, count, 1)
        processes(options, report, count, 20)
    for row in FLOODS:
        if options.soak and row[2] == "timed-out":
            gigabytes(options, report, row)
        else:
            flood(options, report, row, 3 if row[2] == "timed-out" else 30)
    status = report.finish("checks")
    if skipped and not status:
        print(f"{count} processes at once were not tried: {skipped}")
        return harness.SKIP
    return status


if __name__ == "__main__":
    sys.exit(main())
