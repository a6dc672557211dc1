#!/usr/bin/env python3
"""Commands that cannot be executed, what a server finds when it starts (its
descriptors, signals, folder, session, limits), and starts where the system is
short of descriptors or processes.

usage: test_start.py --mprun PATH --server PATH
"""
import argparse
import os
import re
import resource
import signal
import sys
import time
from pathlib import Path

import harness

SHOW = ("ls /proc/self/fd | tr '\\n' ' ' >&2; echo fds >&2; "
        "grep -E 'SigBlk|SigIgn' /proc/self/status >&2; "
        "echo cwd $(pwd) >&2; "
        "echo ids $$$$ $(cut -d' ' -f5,6 /proc/self/stat) >&2; "
        "echo files $(ulimit -Sn) >&2; "
        "ls -l /proc/self/fd | grep -c 'pipe:' >&2; exit 3")
SOFT_FILES = 321
OTHER_USER = 54321  # has no processes: a limit of one is always reached


def play(options, command, server=None, args=(), **popen):
    place = harness.Place(options.mprun)
    if server:
        path = place.folder / "server"
        path.write_bytes(server)
        path.chmod(0o755)
    place.config({"p": {"command": command, "cwd": ".", "protocol": 1}})
    place.feature("Feature: f\n" + harness.scenario(["passes"]))
    run = place.run(args, **popen)
    faults = run.broken + run.report_faults() + run.leftovers()
    if run.cases() != ["start-failed"] or run.status != 5:
        faults.append(f"exit {run.status}, cases {run.cases()}")
    return place, run, faults


def cannot_execute(options, report):
    """mprun looks at commands before it starts any: here they break after
    that, by the first attempt."""
    breaks = b"#!/bin/sh\nrm server; %s; chmod 755 server; exit 3\n"
    rows = (
        ("a file that is no program", b"\x00\x01garbage",
         r"cannot execute './server': Exec format error"),
        ("a script without an interpreter line",
         breaks % b"echo 'echo run by a shell >&2' >server",
         r"cannot execute './server': Exec format error"),
        ("a missing interpreter", breaks % b"echo '#!/nope/nope' >server",
         r"cannot execute './server': No such file or directory \(in .*\)"),
        ("a command that is gone", breaks % b":",
         r"cannot execute './server': No such file or directory \(in .*\)"),
        ("a command that may not be executed",
         b"#!/bin/sh\nchmod 644 server; exit 3\n",
         r"cannot execute './server': Permission denied"),
    )
    for name, server, wanted in rows:
        place, run, faults = play(options, ["./server"], server,
                                  ["--retry", "1"])
        if not any(re.search(wanted, text) for text in run.texts()):
            faults.append(f"nothing says {wanted}: {run.texts()}")
        if any("run by a shell" in text for text in run.texts()):
            faults.append("a shell ran it")
        report.check(name, faults, run)
        place.remove()


def surroundings(options, report):
    inherited = os.open("/dev/null", os.O_RDONLY)
    os.dup2(inherited, 9, inheritable=True)
    os.dup2(inherited, 250, inheritable=True)
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    place, run, faults = play(
        options, ["sh", "-c", SHOW], pass_fds=(9, 250),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE,
                                              (SOFT_FILES, hard)))
    said = " | ".join(r["text"] for r in run.of_type("log"))
    wanted = (
        r"(^| )0 1 2 3 fds",  # 3: the folder that ls reads
        r"SigBlk:\s+0{16}", r"SigIgn:\s+0{16}",
        rf"cwd {re.escape(str(place.folder.resolve()))}( |$)",
        r"ids (\d+) \1 \1",   # it leads its group and its session
        rf"files {SOFT_FILES}( |$)",
        r"\| [23]$",          # real pipes, of which ls has two or three
    )
    faults += [f"not as expected, {pattern}: {said}" for pattern in wanted
               if not re.search(pattern, said)]
    report.check("what a server finds when it starts", faults, run)
    place.remove()
    for fd in (9, 250, inherited):
        os.close(fd)


def blocked_signals(options, report):
    """By who starts mprun: neither it nor its servers inherit that."""
    place = harness.Place(options.mprun)
    place.config({"p": {"command": [options.server], "protocol": 1}})
    place.feature("Feature: f\n" + harness.scenario(["passes"]))
    run = place.run(seconds=20, preexec_fn=lambda: signal.pthread_sigmask(
        signal.SIG_BLOCK, signal.valid_signals()))
    faults = run.broken + run.report_faults() + run.leftovers()
    if run.cases() != ["passed"] or run.status:
        faults.append(f"exit {run.status}, cases {run.cases()}")
    report.check("all signals blocked", faults, run)
    place.remove()


def few_descriptors(options, report):
    """Forty cases of three processes each may run at once, and a fifth of
    the descriptors for that is there: they take turns."""
    place = harness.Place(options.mprun)
    place.config({"p": {"command": [options.server], "protocol": 1}})
    place.feature("Feature: f\n" + "".join(
        harness.scenario(["passes", "the 'b' process passes",
                          "the 'c' process sleeps 50"], name=f"s{i}")
        for i in range(40)))
    run = place.run(["-j", "40"],
                    preexec_fn=lambda: resource.setrlimit(
                        resource.RLIMIT_NOFILE, (64, 128)))
    faults = run.broken + run.report_faults() + run.leftovers()
    if run.cases() != ["passed"] * 40 or run.status != 0:
        faults.append(f"exit {run.status}, cases {set(run.cases())}")
    report.check("few descriptors", faults, run)
    place.remove()


def one_case_too_large(options, report):
    """It needs more descriptors than there are: a failure that says so, and
    not the platform's."""
    place = harness.Place(options.mprun)
    place.config({"p": {"command": [options.server], "protocol": 1}})
    steps = [f"the 'p{i}' process passes" for i in range(40)]
    place.feature("Feature: f\n" + "".join(
        harness.scenario(steps, name=f"s{i}") for i in range(4)) +
        harness.scenario(["passes"], name="small"))
    run = place.run(["-j", "4"],
                    preexec_fn=lambda: resource.setrlimit(
                        resource.RLIMIT_NOFILE, (64, 64)))
    faults = run.broken + run.report_faults() + run.leftovers()
    if sorted(run.cases()) != ["passed"] + ["start-failed"] * 4:
        faults.append(f"cases {run.cases()}")
    if run.status != 5:
        faults.append(f"exit {run.status}")
    if not any("Too many open files (RLIMIT_NOFILE 64)" in text
               for text in run.texts()):
        faults.append(f"nothing names the limit: {run.texts()}")
    report.check("one case needs too many descriptors", faults, run)
    place.remove()


def no_processes(options, report):
    """fork fails: told with the limits, after one more try."""
    place = harness.Place(options.mprun)
    place.config({"p": {"command": [options.server], "protocol": 1}})
    place.feature("Feature: f\n" + harness.scenario(["passes"]))
    user = {}
    if os.geteuid() == 0:
        user = {"user": OTHER_USER, "group": OTHER_USER, "extra_groups": []}
        for path in (place.folder, place.tmp, place.folder / "features"):
            path.chmod(0o777)
        if not all(os.stat(folder).st_mode & 1 for path in
                   (options.mprun, options.server)
                   for folder in Path(path).resolve().parents):
            report.skip("no processes", "no other user may run this build")
            place.remove()
            return
    began = time.monotonic()
    # The search for leaks in a sanitized build needs a process itself.
    environment = {**place.environment(), "ASAN_OPTIONS": "detect_leaks=0"}
    run = place.run([], env=environment,
                    preexec_fn=lambda: resource.setrlimit(
                        resource.RLIMIT_NPROC, (0, 0)), **user)
    faults = run.broken + run.leftovers()
    if run.cases() != ["start-failed"] or run.status != 5:
        faults.append(f"exit {run.status}, cases {run.cases()}")
    if not any("cannot start a process" in text and "(RLIMIT_NPROC 0" in text
               for text in run.texts()):
        faults.append(f"nothing names the limit: {run.texts()}")
    if time.monotonic() - began < 0.25:
        faults.append("it was not tried again")
    report.check("no process may be made", faults, run)
    place.remove()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mprun", required=True)
    parser.add_argument("--server", required=True)
    options = parser.parse_args()
    harness.become_subreaper()
    report = harness.Report()
    cannot_execute(options, report)
    surroundings(options, report)
    blocked_signals(options, report)
    few_descriptors(options, report)
    one_case_too_large(options, report)
    no_processes(options, report)
    return report.finish("checks")


if __name__ == "__main__":
    sys.exit(main())
