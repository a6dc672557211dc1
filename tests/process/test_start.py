#!/usr/bin/env python3
"""Commands that cannot be executed, and what a server finds when it starts:
its descriptors, signals, folder, session.

usage: test_start.py --mprun PATH
"""
import argparse
import os
import re
import sys

import harness

SHOW = ("ls /proc/self/fd | tr '\\n' ' ' >&2; echo fds >&2; "
        "grep -E 'SigBlk|SigIgn' /proc/self/status >&2; "
        "echo cwd $(pwd) >&2; "
        "echo ids $$$$ $(cut -d' ' -f5,6 /proc/self/stat) >&2; "
        "ls -l /proc/self/fd | grep -c 'pipe:' >&2; exit 3")


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
    place, run, faults = play(options, ["sh", "-c", SHOW], pass_fds=(9, 250))
    said = " | ".join(r["text"] for r in run.of_type("log"))
    wanted = (
        r"(^| )0 1 2 3 fds",  # 3: the folder that ls reads
        r"SigBlk:\s+0{16}", r"SigIgn:\s+0{16}",
        rf"cwd {re.escape(str(place.folder.resolve()))}( |$)",
        r"ids (\d+) \1 \1",   # it leads its group and its session
        r"\| [23]$",          # real pipes, of which ls has two or three
    )
    faults += [f"not as expected, {pattern}: {said}" for pattern in wanted
               if not re.search(pattern, said)]
    report.check("what a server finds when it starts", faults, run)
    place.remove()
    for fd in (9, 250, inherited):
        os.close(fd)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mprun", required=True)
    options = parser.parse_args()
    harness.become_subreaper()
    report = harness.Report()
    cannot_execute(options, report)
    surroundings(options, report)
    return report.finish("checks")


if __name__ == "__main__":
    sys.exit(main())
