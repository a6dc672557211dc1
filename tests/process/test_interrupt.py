#!/usr/bin/env python3
"""mprun is interrupted: by signals and by SIGKILL at random moments, and by
Ctrl-C typed into a terminal. Nothing of its cases lives on, and what it has
told so far is whole; after SIGKILL `mprun report` makes all reports of it.

usage: test_interrupt.py --mprun PATH --server PATH [--rounds N | --soak]
                         [--seed N] [--no-terminal]
"""
import argparse
import array
import fcntl
import json
import os
import pty
import random
import signal
import subprocess
import sys
import termios
import time
import xml.etree.ElementTree
from pathlib import Path

import harness

# Servers in every state: starting, busy, idle, stubborn, with descendants.
STEPS = (
    ["passes", "never answers"],
    ["has a daemon", "sleeps 3000"],
    ["has a grandchild elsewhere", "has a child", "sleeps 3000"],
    ["ignores TERM", "never answers"],
    ["begins: never answers", "the 'b' process passes", "wait for '3' seconds",
     "completes"],
    ["leaves shared memory", "leaves a pipe", "wait for '3' seconds"],
    ["passes", "restarts", "stops", "starts", "sleeps 3000"],
    ["floods with logs 200", "has a noisy grandchild", "sleeps 3000"],
)


def make_place(options):
    place = harness.Place(options.mprun)
    place.config({"p": {"command": [options.server], "protocol": 1}},
                 {"step": "20s", "stop": "1s"})
    place.feature("Feature: f\n" + "".join(
        harness.scenario(steps, name=f"s{i}")
        for i, steps in enumerate(STEPS * 2)))
    return place


def after_kill(place):
    """Two seconds are given; nothing of the run may be left then."""
    faults = [f"still alive after 2 s: {line}" for line in place.survivors()]
    harness.wait_until(lambda: not list(place.tmp.iterdir()),
                       2 * harness.MULTIPLIER)
    faults += [f"left in TMPDIR: {path}" for path in place.tmp.iterdir()]
    path = place.journal_path()
    records, broken = harness.read_journal(path) if path else ([], [])
    faults += [fault for fault in broken if "no end" not in fault]
    for record in records[:1]:
        prefix = "mp" + record["id"].rpartition("-")[2]
        harness.wait_until(lambda: not any(
            prefix in name for name in os.listdir("/dev/shm")),
            2 * harness.MULTIPLIER)
        faults += [f"left: /dev/shm/{name}"
                   for name in os.listdir("/dev/shm") if prefix in name]
        harness.wait_until(lambda: not harness.cgroups(record["id"]),
                           2 * harness.MULTIPLIER)
        faults += [f"left: {path}" for path in harness.cgroups(record["id"])]
    return faults


def expected_statuses(path):
    """By the journal, which a test reads in its own way."""
    planned, begun, finished = [], set(), {}
    for r in harness.read_journal(path)[0]:
        if r["type"] == "case-planned":
            planned.append(r["case"])
        elif r["type"] == "case-started":
            begun.add(r["case"])
        elif r["type"] == "case-finished" and r.get("final"):
            finished[r["case"]] = r.get("status", "not-run")
    return {case: finished.get(case, "interrupted" if case in begun
                               else "not-run") for case in planned}


def reports_after_kill(place, path):
    """Every report can be made of what a killed run has left."""
    out = place.folder / "later"
    done = subprocess.run(
        [str(place.mprun), "report", str(path), "-f", f"junit:{out}.xml",
         "-f", f"json:{out}.json", "-f", f"rerun:{out}.txt"],
        cwd=place.folder, env=place.environment(), capture_output=True,
        check=False, text=True)
    if not path.stat().st_size:  # killed before there was a plan
        return [] if done.returncode == 2 and "is empty" in done.stderr else \
            [f"an empty journal: {done.returncode}, {done.stderr}"]
    wanted = expected_statuses(path)
    faults = []
    if len(wanted) != len(STEPS) * 2:
        faults.append(f"the journal has a plan of {len(wanted)} cases")
    if done.returncode != (0 if set(wanted.values()) == {"passed"} else 1):
        faults.append(f"report: exit {done.returncode}: {done.stderr}")
    elif set(wanted.values()) & {"interrupted", "not-run"} and \
            "The journal ends before the run did." not in done.stdout:
        faults.append("report does not tell that the run was killed")
    if done.stderr.replace(f"{path}:", "") and "cut off" not in done.stderr:
        faults.append(f"report says {done.stderr}")
    cases = xml.etree.ElementTree.parse(f"{out}.xml").getroot().findall(
        ".//testcase")
    told = {c["number"]: c["status"]
            for c in json.loads(Path(f"{out}.json").read_text())["cases"]}
    if len(cases) != len(wanted):
        faults.append(f"JUnit has {len(cases)} of {len(wanted)} cases")
    if told != wanted:
        faults.append(f"json has {told}, expected {wanted}")
    again = len(Path(f"{out}.txt").read_text().splitlines())
    if again != len(set(wanted) - {c for c, status in wanted.items()
                                   if status in ("passed", "skipped")}):
        faults.append(f"rerun has {again} cases")
    return faults


def kill_at_random(options, number, chance):
    place = make_place(options)
    child = place.start(["-j", "4"])
    # Half of them while the first processes are being started.
    moment = chance.uniform(0, chance.choice((0.1, 1.2)))
    time.sleep(moment)
    child.send_signal(number)
    try:
        child.communicate(timeout=10 * harness.MULTIPLIER)
        faults = []
    except Exception as error:  # it hangs
        child.kill()
        child.communicate()
        faults = [f"mprun did not end: {error}"]
    faults += after_kill(place)
    path = place.journal_path()
    if number == signal.SIGKILL and path:
        faults += reports_after_kill(place, path)
    begun = path and any(r["type"] == "case-started"
                         for r in harness.read_journal(path)[0])
    if number not in (signal.SIGKILL, signal.SIGABRT) and begun:
        run = harness.Run(place, child.returncode, b"", b"")
        faults += interrupted_faults(run, 128 + number)
    place.remove()
    return moment, faults


def interrupted_faults(run, status):
    faults = list(run.broken)
    if run.status != status:
        faults.append(f"exit status {run.status}, expected {status}")
    faults += run.report_faults()
    total = len(STEPS) * 2
    if len(run.cases()) != total:
        faults.append(f"{len(run.cases())} of {total} cases are told")
    odd = set(run.cases()) - {"interrupted", "not-run", "passed", "leaked",
                              "crashed"}
    if odd:
        faults.append(f"statuses {odd}")
    for record in run.of_type("case-finished"):
        if record.get("status") == "interrupted" and \
                not record.get("text", "").startswith("interrupted"):
            faults.append(f"interrupted says: {record.get('text')}")
        if record.get("status", "not-run") == "not-run" and \
                record.get("text") != "interrupted":
            faults.append(f"not-run says: {record.get('text')}")
    if not run.of_type("run-finished"):
        faults.append("the journal has no end")
    return faults


def type_in_terminal(options, times):
    """Starts mprun with a terminal of its own as its controlling one."""
    place = make_place(options)
    began = time.monotonic()
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(place.folder)
        command = place.command(["-j", "4"])
        os.execve(command[0], command, place.environment())
    harness.started(pid)
    output = b""
    typed, status = 0, None
    end = began + 20 * harness.MULTIPLIER
    os.set_blocking(terminal, False)
    while time.monotonic() < end:
        try:
            output += os.read(terminal, 65536)
        except BlockingIOError:
            time.sleep(0.01)
        except OSError:  # the terminal is closed
            time.sleep(0.01)
        due = 0.8 + typed * 0.15
        if typed < times and time.monotonic() - began > due:
            os.write(terminal, b"\x03")
            typed += 1
        done, code = os.waitpid(pid, os.WNOHANG)
        if done:
            status = os.waitstatus_to_exitcode(code)
            break
    took = time.monotonic() - began
    faults = []
    if status is None:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        faults.append("mprun did not end")
    os.close(terminal)
    run = harness.Run(place, status, output, b"")
    faults += interrupted_faults(run, 130) + after_kill(place)
    # stop is 1 s; a second Ctrl-C waits for nothing.
    bound = (0.8 + 1 + 2) if times == 1 else (0.95 + 2)
    if took > bound * harness.MULTIPLIER + 1:
        faults.append(f"it took {took:.1f} s")
    place.remove()
    return run, faults


def ignored(options):
    """What was ignored when mprun began stays so: nohup, background jobs."""
    place = harness.Place(options.mprun)
    place.config({"p": {"command": [options.server], "protocol": 1}})
    place.feature("Feature: f\n" + harness.scenario(["sleeps 600"]))
    child = place.start(preexec_fn=lambda: signal.signal(signal.SIGHUP,
                                                         signal.SIG_IGN))
    harness.wait_until(lambda: len(harness.marked(place.mark)) > 1, 5)
    child.send_signal(signal.SIGHUP)
    out, err = child.communicate(timeout=20 * harness.MULTIPLIER)
    run = harness.Run(place, child.returncode, out, err)
    faults = run.broken + run.report_faults() + run.leftovers()
    if run.status or run.cases() != ["passed"]:
        faults.append(f"exit {run.status}, cases {run.cases()}")
    place.remove()
    return run, faults


def without_processes(options):
    """Cases that need no process do not keep a signal waiting."""
    place = harness.Place(options.mprun)
    place.config({"p": {"command": [options.server], "protocol": 1}})
    count = 3000
    place.feature("Feature: f\n" + "".join(
        harness.scenario(["should not be running"], name=f"s{i}")
        for i in range(count)))
    child = place.start(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    harness.wait_until(
        lambda: place.journal_path()
        and place.journal_path().stat().st_size > 10000, 20)
    child.send_signal(signal.SIGINT)
    child.wait(timeout=60 * harness.MULTIPLIER)
    run = harness.Run(place, child.returncode, b"", b"")
    faults = run.broken + run.report_faults()
    if run.status != 130 or run.cases().count("not-run") < count // 10:
        faults.append(f"exit {run.status}, cases not run: "
                      f"{run.cases().count('not-run')} of {count}")
    place.remove()
    return run, faults


def late(options, times):
    """All has been played and the report fills a pipe: one signal leaves it its
    time, a second one does not."""
    place = harness.Place(options.mprun)
    place.config({"p": {"command": [options.server], "protocol": 1}})
    count = 1000
    place.feature("Feature: f\n" + "".join(
        harness.scenario(["should not be running"], name=f"s{i}")
        for i in range(count)))
    out, write = os.pipe()
    child = place.start(["-f", "junit"], stdout=write)
    os.close(write)
    harness.wait_until(lambda: waiting_bytes(out) >= 60000, 30)
    for _ in range(times):
        child.send_signal(signal.SIGTERM)
        # The handler has run when the signal is no longer pending.
        harness.wait_until(lambda: not is_pending(child, signal.SIGTERM), 10)
    with os.fdopen(out, "rb") as file:
        text = file.read()
    child.wait(timeout=60 * harness.MULTIPLIER)
    run = harness.Run(place, child.returncode, b"", child.stderr.read())
    faults = []
    if times == 1:
        faults = run.broken + run.report_faults()
        told = text.count(b"<testcase ")
        whole = text.endswith(b"</testsuites>\n")
        if run.status or told != count or not whole:
            faults.append(f"exit {run.status}, {told} of {count} cases")
    elif run.status != -signal.SIGTERM:
        faults.append(f"exit {run.status}")
    place.remove()
    return run, faults


def waiting_bytes(fd):
    found = array.array("i", [0])
    fcntl.ioctl(fd, termios.FIONREAD, found)
    return found[0]


def is_pending(child, number):
    try:
        text = Path(f"/proc/{child.pid}/status").read_text(encoding="utf-8")
    except OSError:
        return False
    fields = dict(line.split(":\t", 1) for line in text.splitlines()
                  if ":\t" in line)
    bits = int(fields["SigPnd"], 16) | int(fields["ShdPnd"], 16)
    return bool(bits >> number - 1 & 1)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mprun", required=True)
    parser.add_argument("--server", required=True)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--soak", action="store_true")
    parser.add_argument("--seed", type=int, default=time.time_ns() % 100000)
    parser.add_argument("--no-terminal", action="store_true")
    options = parser.parse_args()
    # An assertion of mprun's own ends it by SIGABRT.
    kinds = [signal.SIGINT, signal.SIGTERM, signal.SIGKILL, signal.SIGABRT]
    if options.soak:  # with MPRUN_SOAK=4 over two hundred by SIGKILL
        options.rounds = 13 * harness.SOAK
        kinds += [signal.SIGKILL] * 3
    harness.become_subreaper()
    report = harness.Report()
    print(f"seed {options.seed}")
    chance = random.Random(options.seed)
    for times in () if options.no_terminal else (1, 2):
        run, faults = type_in_terminal(options, times)
        report.check(f"Ctrl-C, {times} times", faults, run)
    run, faults = ignored(options)
    report.check("a signal that was ignored from the beginning", faults, run)
    run, faults = without_processes(options)
    report.check("cases without processes", faults, run)
    for times in (1, 2):
        run, faults = late(options, times)
        report.check(f"{times} signals while a report is written", faults, run)
    for i in range(options.rounds):
        for number in kinds:
            moment, faults = kill_at_random(options, number, chance)
            report.check(f"killed at random: round {i}, {number.name} after "
                         f"{moment:.3f} s",
                         faults)
    return report.finish("checks")


if __name__ == "__main__":
    sys.exit(main())
