#!/usr/bin/env python3
"""--debug waits for Enter, in a terminal and on a pipe, and takes all time
limits away; --wrap puts a command before a process's own.

usage: test_debug.py --mprun PATH --server PATH [--only PART]
"""
import fcntl
import os
import signal
import sys
import time

import harness
import person
from person import SHORT, Session, prompt

# Writes down each request before it answers; the bare protocol.
NOTING = """#!/bin/sh
trap '' ABRT
while IFS= read -r line; do
    printf '%s\\n' "$line" >>"$MPRUN_PROCESS.requests"
    id=${line##*'"id":'}
    id=${id%%[!0-9]*}
    case $line in
    *'"executeStep"'*) result='{"success":true}' ;;
    *) result='{"status":"ok"}' ;;
    esac
    printf '{"jsonrpc":"2.0","id":%s,"result":%s}\\n' "$id" "$result"
done
"""


def noting(test, steps, timeouts=None, more=""):
    return test.script(steps, ["sh"], NOTING, timeouts, more)


def before_the_first_request(test):
    place = noting(test, ["passes", "the 'b' process passes"])
    session = Session(place, ["--debug=b"])
    faults = []
    match = prompt(session, "b", faults)
    requests = place.folder / "b.requests"
    if match:
        command = harness.proc_text(match[3], "cmdline")
        if b"sh\0script\0" not in command:
            faults.append(f"pid {match[3]} is {command}")
        if match[2] != "p" or match[4] != "features/f.feature:2[a=p,b=p]":
            faults.append(f"it says {match[0]}")
    if not (place.folder / "a.requests").exists():
        faults.append("a waits too")
    if not session.quiet("press Enter", 0.3) or requests.exists():
        faults.append("b does not wait")
    session.enter()
    test.check("a process waits before its first request", session, faults)


def one_after_the_other(test):
    """Both are started by one step, either may be up first; each has an Enter
    of its own."""
    place = test.place(["all processes are ready", "passes",
                        "the 'b' process passes"])
    session = Session(place, ["--debug"])
    faults = []
    first = prompt(session, None, faults)
    if not session.quiet("press Enter", 0.3):
        faults.append("two prompts at once")
    both = len([pid for pid in harness.marked(place.mark)
                if harness.proc_text(pid, "comm") == b"badserver\n"
                and b"__" not in harness.proc_text(pid, "cmdline")])
    if both != 2:
        faults.append(f"{both} processes are started, not 2")
    os.write(session.input, b"\n\n\n")  # an impatient finger
    prompt(session, "a" if first and first[1] == "b" else "b", faults)
    if not session.quiet("passed", 0.3):
        faults.append("an Enter too many was taken for b")
    session.enter()
    test.check("two prompts of one step", session, faults)


def no_limits(test):
    """Every limit is shorter than what it limits; tags ask for limits too."""
    place = test.place(
        ["passes", "sleeps 300", "within 200ms the 'a' process sleeps 300",
         "begins: sleeps 300", "completes within 100ms"],
        timeouts=SHORT, tags="@timeout:50ms @scenario-timeout:80ms @retry:2",
        platform={"start_timeout": "100ms"})
    session = Session(place, ["--debug", "--retry", "3", "--run-timeout",
                              "150ms", "-j", "4"])
    faults = []
    prompt(session, "a", faults)
    session.quiet("x", 0.3)
    session.enter()
    test.check("no timeout ends anything", session, faults)


def no_retries(test):
    place = test.place(["fails with words"], tags="@retry:2")
    session = Session(place, ["--debug", "--retry", "3"])
    faults = []
    prompt(session, "a", faults)
    session.enter()
    run = test.check("no retries", session, faults, ["failed"], 1)
    if len(run.of_type("case-finished")) != 1:
        test.report.check("one attempt", ["there were more"], run)


def an_end_that_takes_long(test):
    place = test.place(["passes"], ["ignore-end"], SHORT)
    session = Session(place, ["--debug=a"])
    faults = []
    prompt(session, "a", faults)
    session.enter()
    if not session.until(r"'a' \(p\), pid \d+, was asked to end and still "
                         r"runs: press Enter to end the wait"):
        faults.append("nobody asks at its end")
    if not session.quiet("crashed", 0.5):
        faults.append("it was killed without an Enter")
    session.enter()
    test.check("who does not end is asked for", session, faults, ["crashed"],
               1)


def a_start_that_takes_long(test):
    place = test.place(["passes"], ["silent"], {"stop": "500ms"},
                       {"start_timeout": "200ms",
                        "on_timeout": ["touch", "looked"]})
    session = Session(place, ["--debug"])
    faults = []
    prompt(session, "a", faults)
    session.enter()
    if not session.until(r"'a' \(p\), pid \d+, is not ready after its "
                         r"start_timeout: press Enter to end the wait"):
        faults.append("nobody asks at its start")
    if not session.quiet("start-failed", 0.3):
        faults.append("it was given up without an Enter")
    session.enter()
    looked = place.folder / "looked"
    test.check("who is not ready is asked for", session, faults,
               ["start-failed"], 5,
               lambda: ["on_timeout was run"] if looked.exists() else [])


# Speaks no protocol at its first start: it reads a request, then a line of the
# fifo, and says that, or ends if there is nothing to say.
SECOND_TRY = """#!/bin/sh
if mkfifo lines 2>/dev/null; then
    read -r request
    read -r answer <lines
    [ "$answer" ] || exit 3
    echo "$answer"
    read -r request
fi
""" + NOTING


def a_probe_that_takes_long(test):
    """The process that is asked for makes place for another: an Enter for the
    one is none for the other."""
    odd = '{"jsonrpc":"2.0","id":1,"result":"what?"}'
    for name, line in ("ends", ""), ("says something odd", odd):
        place = test.script(["passes"], ["sh"], SECOND_TRY, protocol="auto",
                            start_timeout="200ms")
        session = Session(place, ["--debug"])
        faults = []
        first = prompt(session, "a", faults)
        session.enter()
        if not session.until("is not ready after its start_timeout"):
            faults.append("nobody asks at its start")
        (place.folder / "lines").write_text(line + "\n")
        if not session.until(r"mprun: 'a' \(p\) has ended"):
            faults.append("the first prompt is not withdrawn")
        second = prompt(session, "a", faults)
        if first and second and first[3] == second[3]:
            faults.append("the second prompt has the first one's pid")
        if not session.quiet("x", 0.3) or (place.folder /
                                           "a.requests").exists():
            faults.append("the second does not wait")
        session.enter()
        test.check(f"the probe's first process {name}", session, faults)


def interrupted(test):
    """Ctrl-C ends the run in order whatever is waited for."""
    waits = (
        ("for an Enter", ["all processes are ready", "passes",
                          "the 'b' process passes"], [], [], 0, "interrupted"),
        ("for an end", ["passes"], ["ignore-eof", "no-shutdown"],
         [r"was asked to end.*press Enter to end the wait"], 1, "passed"),
        ("for an answer", ["passes", "never answers"], [], [], 1,
         "interrupted"),
    )
    for name, steps, words, said, enters, status in waits:
        place = test.place(steps, words, {"stop": "1s"})
        session = Session(place, ["--debug"])
        faults = []
        prompt(session, None, faults)
        for _ in range(enters):
            session.enter()
        for text in said:
            if not session.until(text):
                faults.append(f"it does not say {text}")
        if name == "for an answer":
            session.quiet("x", 0.3)
        before = time.monotonic()
        os.write(session.input, b"\x03")
        run = test.check(f"Ctrl-C while it waits {name}", session, faults,
                         [status], 130)
        faults = []
        if "press Enter" in run.out:
            faults.append("it asks on")
        if time.monotonic() - before > 1 + 3 * harness.MULTIPLIER:
            faults.append("it took too long")
        test.report.check(f"the end after Ctrl-C {name}", faults, run)


def outlives_abort(test):
    """A SIGABRT that is ignored: with a debugger it may stay so for ever."""
    for args in (["--debug"], []):
        place = noting(test, ["passes", "crashes"], {"stop": "1s" if args else
                                                    "30s"})
        session = Session(place, args)
        faults = []
        if args:
            prompt(session, "a", faults)
            session.enter()
        requests = place.folder / "a.requests"
        harness.wait_until(lambda: requests.exists() and "executeStep" in
                           requests.read_text(), 10)
        session.quiet("x", 1.5 if args else 0.3)
        if not session.quiet("crashed", 0.1):
            faults.append("SIGKILL came after the time for a stop")
        os.write(session.input, b"\x03")
        test.check(f"Ctrl-C after SIGABRT was ignored, {args}", session,
                   faults, ["interrupted"], 130)


def gone(test):
    """It dies, or is killed, while the Enter is waited for."""
    place = test.place(["passes"])
    session = Session(place, ["--debug"])
    faults = []
    match = prompt(session, "a", faults)
    if match:
        os.kill(int(match[3]), signal.SIGKILL)
    if not session.until(r"mprun: 'a' \(p\) has ended"):
        faults.append("it does not say that nobody is waited for")
    test.check("it dies while the Enter is waited for", session, faults,
               ["start-failed"], 5)


def by_pipe(test):
    place = test.place(["passes", "the 'b' process passes"])
    session = Session(place, ["--debug"], terminal=False)
    faults = []
    os.write(session.input, b"go on, a\nand b\n")
    prompt(session, "a", faults)
    prompt(session, "b", faults)
    run = test.check("lines on a pipe", session, faults)
    after = fcntl.fcntl(session.theirs, fcntl.F_GETFL)
    test.report.check("the pipe is left as it was",
                      [f"flags were {session.flags:o}, are {after:o}"]
                      if after != session.flags else [], run)
    os.close(session.theirs)


def hangs_up(test):
    place = test.place(["passes", "the 'b' process passes",
                        "the 'c' process passes"])
    session = Session(place, ["--debug"], terminal=False)
    faults = []
    os.write(session.input, b"\n")
    prompt(session, "a", faults)
    prompt(session, "b", faults)
    session.hang_up()
    if not session.until("standard input is at its end"):
        faults.append("it does not say why it goes on")
    prompt(session, "c", faults)
    run = test.check("the end of a pipe", session, faults)
    if "at its end" in run.out:
        test.report.check("the end is told once", ["it is told again"], run)
    os.close(session.theirs)


def from_a_file(test):
    place = test.place(["passes", "the 'b' process passes"])
    lines = place.folder / "lines"
    lines.write_text("first\nsecond\nthird\n")
    with lines.open("rb", buffering=0) as file:
        file.readline()
        run = place.run(["--debug"], stdin=file)
    faults = run.broken + run.report_faults() + run.leftovers()
    if run.cases() != ["passed"] or "at its end" in run.err:
        faults.append(f"cases {run.cases()}")
    test.report.check("lines of a file", faults, run)
    place.remove()


def many_cases(test):
    """One at a time, each asked for; the others of the run are not."""
    place = harness.Place(test.options.mprun)
    body = {"command": [test.options.server], "protocol": 1}
    place.config({"p": body, "q": body})
    place.feature("Feature: f\n" + harness.scenario(["passes"]) +
                  harness.scenario(["the 'b' process passes"]))
    session = Session(place, ["--debug=a,c", "--debug", "-j4"])
    faults = []
    for process, platform in ("a", "p"), ("a", "q"), ("b", "p"), ("b", "q"):
        match = prompt(session, process, faults)
        if match and match[2] != platform:
            faults.append(f"{process} on {match[2]}, not {platform}")
        servers = [pid for pid in harness.marked(place.mark)
                   if b"MPRUN_PROCESS=" in harness.proc_text(pid, "environ")]
        if len(servers) != 1:
            faults.append(f"{len(servers)} servers at {process} {platform}")
        session.enter()
    test.check("every process of every case", session, faults, ["passed"] * 4)


def wraps_members(test):
    place = noting(test, ["all 'node' processes pass", "passes",
                         "another 'a' process passes"],
                        more="processes: {node: {count: 3}, a: {}}\n")
    session = Session(place, [
        "--wrap", "node#2=env OWN=2", "--wrap", "node=env ALL='one two'",
        "--wrap", "a=env A=${case.number} H=${HOME:-none}"])
    run = test.check("a wrap of a group and of a member", session, [])
    home = os.environ.get("HOME", "none")
    begins = {r["process"]: r["text"].split("sh script")[0].strip()
              for r in run.of_type("process-started")}
    wanted = {"node#1": "env ALL=one two", "node#2": "env OWN=2",
              "node#3": "env ALL=one two", "a": f"env A=1 H={home}",
              "a#2": f"env A=1 H={home}"}
    test.report.check("the commands of wrapped processes",
                      [f"they begin with {begins}"] if begins != wanted
                      else [], run)


def repeats_with_wrap(test):
    place = test.place(["fails with words"])
    session = Session(place, ["--wrap", "a=env X='1 2'"])
    run = test.check("a wrapped process that fails", session, [], ["failed"],
                     1)
    wanted = "--wrap 'a=env X='\\''1 2'\\'''"
    test.report.check("the wrap stands in the command that repeats the case",
                      [] if wanted in run.out else [f"not {wanted}"], run)


if __name__ == "__main__":
    sys.exit(person.main([
        before_the_first_request, one_after_the_other, no_limits, no_retries,
        an_end_that_takes_long, a_start_that_takes_long,
        a_probe_that_takes_long, interrupted, outlives_abort, gone, by_pipe,
        hangs_up, from_a_file, many_cases, wraps_members,
        repeats_with_wrap]))
