#!/usr/bin/env python3
"""mprun is stopped for longer than its deadlines, by Ctrl-Z and from outside:
none of them is over for that, and Ctrl-Z stops its processes, too.

usage: test_suspend.py --mprun PATH --server PATH [--only PART]
"""
import concurrent.futures
import json
import os
import signal
import sys
import time

import harness
import person
from person import Session

LIMIT_S = 2 * harness.MULTIPLIER
# Longer than any limit; that it is over is the only event there is.
STOPPED_S = LIMIT_S + 1
LIMIT = f"{LIMIT_S:.0f}s"

# At a gate it writes down that it is there and waits for a line of a fifo.
# Speaks the bare protocol; its descendant shares its group.
GATED = """#!/bin/sh
gate() {
    if [ "$MPRUN_PROCESS" = a ] && [ "$1" = WHERE ]; then
        echo >"reached"
        read -r line <gate
    fi
}
if [ "$MPRUN_PROCESS" = a ]; then
    sleep 1000 </dev/null >/dev/null 2>&1 &
    trap 'kill $!' EXIT
fi
while IFS= read -r line; do
    id=${line##*'"id":'}
    id=${id%%[!0-9]*}
    case $line in
    *'"executeStep"'*) gate step ; result='{"success":true}' ;;
    *) gate start ; result='{"status":"ok"}' ;;
    esac
    printf '{"jsonrpc":"2.0","id":%s,"result":%s}\\n' "$id" "$result"
done
gate end
"""

# A shell with one job: it waits for a line when the job is stopped, and brings
# it to the foreground again.
SHELL = """
import os, signal, sys
signal.signal(signal.SIGTTOU, signal.SIG_IGN)
job = os.fork()
if job == 0:
    os.setpgid(0, 0)
    os.tcsetpgrp(0, os.getpgrp())
    signal.signal(signal.SIGTTOU, signal.SIG_DFL)
    os.execvp(sys.argv[1], sys.argv[1:])
print("job", job, flush=True)
while True:
    status = os.waitpid(job, os.WUNTRACED)[1]
    if not os.WIFSTOPPED(status):
        break
    os.tcsetpgrp(0, os.getpgrp())
    print("stopped", flush=True)
    sys.stdin.readline()
    os.tcsetpgrp(0, job)
    os.kill(job, signal.SIGCONT)
code = os.waitstatus_to_exitcode(status)
os._exit(code if code >= 0 else 128 - code)
"""


def gated(test, where, steps, timeouts, **platform):
    place = test.script(steps, ["sh"], GATED.replace("WHERE", where),
                        timeouts={"stop": "30s", **timeouts}, **platform)
    os.mkfifo(place.folder / "gate")
    return place


def until(condition, faults, what, seconds=20):
    if not harness.wait_until(condition, seconds * harness.MULTIPLIER):
        faults.append(what)


def suspensions(place):
    return [r for r in harness.read_journal(place.journal_path())[0]
            if r["type"] == "run-suspended"]


def open_gate(place, faults):
    """Only a process that waits at the gate can be let through."""
    def try_it():
        try:
            gate = os.open(place.folder / "gate", os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            return False
        os.write(gate, b"\n")
        os.close(gate)
        return True
    until(try_it, faults, "nobody waits at the gate", 5)


def servers(place, name):
    """The processes of the group, by their environment."""
    entry = f"MPRUN_PROCESS={name}".encode()
    return [pid for pid in harness.marked(place.mark)
            if entry in harness.proc_text(pid, "environ").split(b"\0")]


def states(pids):
    return {harness.proc_state(pid) for pid in pids}


# --- from outside ---

DEADLINES = {
    "step": ("step", ["passes"], {"step": LIMIT}, {}),
    "scenario": ("step", ["passes"], {"scenario": LIMIT}, {}),
    "run": ("step", ["passes"], {"run": LIMIT}, {}),
    "within": ("step", [f"within {LIMIT} the 'a' process passes"], {}, {}),
    "begun": ("step", ["begins: passes", "completes"], {"step": LIMIT}, {}),
    "start": ("start", ["passes"], {}, {"start_timeout": LIMIT}),
    "stop": ("end", ["passes"], {"stop": LIMIT}, {}),
}


def stop_in(test, name):
    where, steps, timeouts, platform = DEADLINES[name]
    place = gated(test, where, steps, timeouts, **platform)
    report = place.folder / "report.json"
    child = place.start(["-f", "progress", "-f", f"json:{report}"])
    faults = []
    until((place.folder / "reached").exists, faults, "it never came there")
    child.send_signal(signal.SIGSTOP)
    until(lambda: harness.proc_state(child.pid) == "T", faults, "no stop")
    time.sleep(STOPPED_S)
    if "T" in states(servers(place, "a")):
        faults.append("its process was stopped, too")
    child.send_signal(signal.SIGCONT)
    until(lambda: suspensions(place), faults, "the journal does not tell")
    open_gate(place, faults)
    out, err = child.communicate(timeout=30 * harness.MULTIPLIER)
    run = harness.Run(place, child.returncode, out, err)
    faults += run.broken + run.report_faults() + run.leftovers()
    if run.cases() != ["passed"] or run.status:
        faults.append(f"exit {run.status}, cases {run.cases()}")
    faults += [f"it says: {text}" for text in run.texts()
               if "SIGTERM" in text]
    told = run.of_type("run-suspended")
    if [r.get("kind") for r in told] != ["held-up"] or \
            told[0]["duration_ms"] < STOPPED_S * 1000 - 200:
        faults.append(f"the journal tells {told}")
    for record in run.of_type("case-finished"):
        if record["duration_ms"] > LIMIT_S * 1000 + 500:
            faults.append(f"the case took {record['duration_ms']} ms")
    if json.loads(report.read_text())["run"].get("suspended_ms", 0) < \
            STOPPED_S * 1000 - 200:
        faults.append("the report does not tell")
    if "suspended  " not in run.out:
        faults.append("the console does not tell")
    place.remove()
    return run, faults


def deadlines(test):
    with concurrent.futures.ThreadPoolExecutor(len(DEADLINES)) as pool:
        for name, (run, faults) in zip(
                DEADLINES, pool.map(lambda n: stop_in(test, n), DEADLINES)):
            test.report.check(f"stopped from outside: {name}", faults, run)


# --- Ctrl-Z ---

def in_shell(test, steps=("passes",)):
    place = gated(test, "step", list(steps), {"step": LIMIT})
    session = Session(place, [], wrapper=[sys.executable, "-c", SHELL])
    faults = []
    match = session.until(r"job (\d+)")
    until((place.folder / "reached").exists, faults, "it never came there")
    return place, session, int(match[1]), faults


def type_it(place, session, job, faults):
    """Ctrl-Z, and what is to be seen then."""
    os.write(session.input, b"\x1a")
    if not session.until("stopped"):
        faults.append("Ctrl-Z does not stop it")
    if harness.proc_state(job) != "T":
        faults.append(f"mprun is in state {harness.proc_state(job)}")
    group = servers(place, "a")
    until(lambda: states(group) == {"T"}, faults,
          f"its processes are not stopped: {group}")
    if len(group) < 2:
        faults.append(f"the process has no descendant: {group}")


def typed(test):
    """Who was paused before stays so; the watchdog never stops."""
    place, session, job, faults = in_shell(
        test, ["the 'b' process passes", "the 'b' process is paused",
               "passes", "the 'b' process resumes",
               "the 'b' process passes"])
    type_it(place, session, job, faults)
    watching = [pid for pid in harness.pids() if b"__watchdog" in
                harness.proc_text(pid, "cmdline").split(b"\0") and
                place.mark.encode() in harness.proc_text(pid, "environ")]
    if len(watching) != 1 or "T" in states(watching):
        faults.append(f"watchdogs: {[harness.describe(w) for w in watching]}")
    time.sleep(STOPPED_S)
    session.enter()
    until(lambda: suspensions(place), faults, "the journal does not tell")
    until(lambda: "T" not in states(servers(place, "a")), faults,
          "its processes are stopped still")
    if states(servers(place, "b")) != {"T"}:
        faults.append("who was paused by a step goes on")
    open_gate(place, faults)
    run = test.check("Ctrl-Z and fg", session, faults)
    told = run.of_type("run-suspended")
    if [r.get("kind") for r in told] != ["stopped"] or \
            told[0]["duration_ms"] < STOPPED_S * 1000:
        test.report.check("what the journal tells of Ctrl-Z", [str(told)], run)


def twice(test):
    place, session, job, faults = in_shell(test)
    for _ in range(2):
        type_it(place, session, job, faults)
        session.enter()
        until(lambda: "T" not in states([job, *servers(place, "a")]), faults,
              "it does not go on")
    open_gate(place, faults)
    test.check("Ctrl-Z twice", session, faults)


def terminated(test):
    """Signals that came meanwhile are obeyed when it goes on."""
    place, session, job, faults = in_shell(test)
    type_it(place, session, job, faults)
    os.kill(job, signal.SIGTERM)
    session.enter()
    test.check("Ctrl-Z, SIGTERM and fg", session, faults, ["interrupted"],
               143)


def killed(test):
    place, session, job, faults = in_shell(test)
    type_it(place, session, job, faults)
    os.kill(job, signal.SIGKILL)
    session.enter()
    run = session.finish()
    faults += run.leftovers()
    until(lambda: not list(place.tmp.iterdir()), faults, "files are left")
    if run.status != 137:
        faults.append(f"exit {run.status}")
    test.report.check("Ctrl-Z and SIGKILL", faults, run)
    place.remove()


def ignored(test):
    """As SIGTSTP was when mprun began, so it stays."""
    place = gated(test, "step", ["passes"], {"step": "30s"})
    child = place.start(preexec_fn=lambda: signal.signal(signal.SIGTSTP,
                                                         signal.SIG_IGN))
    faults = []
    until((place.folder / "reached").exists, faults, "it never came there")
    child.send_signal(signal.SIGTSTP)
    open_gate(place, faults)
    out, err = child.communicate(timeout=30 * harness.MULTIPLIER)
    run = harness.Run(place, child.returncode, out, err)
    faults += run.broken + run.report_faults() + run.leftovers()
    if run.status or run.of_type("run-suspended"):
        faults.append(f"exit {run.status}, {run.of_type('run-suspended')}")
    test.report.check("SIGTSTP that is ignored", faults, run)
    place.remove()


if __name__ == "__main__":
    sys.exit(person.main([deadlines, typed, twice, terminated, killed,
                          ignored]))
