#!/usr/bin/env python3
"""The machine around mprun: thousands of processes, a wall clock that jumps,
process numbers that are used again, a watchdog that is gone.

usage: test_machine.py --mprun PATH --server PATH --clock PATH [--only PART]
"""
import argparse
import datetime
import os
import signal
import subprocess
import sys
import time

import harness

CASES = 600 * harness.SOAK
AT_ONCE = 30


# --- thousands of processes ---

def many_place(options, cases):
    place = harness.Place(options.mprun)
    place.config({"p": {"command": [options.server], "protocol": 1}})
    place.feature("Feature: f\n" + "".join(
        harness.scenario(["passes", "the 'b' process passes"], name=f"s{i}")
        for i in range(cases)))
    return place


def play_many(options, cases):
    """The run, and the most memory that mprun had, in KiB; its servers are a
    tenth of it."""
    place = many_place(options, cases)
    child = place.start(["-j", "200", "--max-processes", str(AT_ONCE)],
                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(used[1])
    run = harness.Run(place, child.returncode, b"", b"")
    return run, used[2].ru_maxrss


def most_at_once(run):
    """Of the processes that the journal tells of; cases that run beside each
    other are in it one after the other, so it goes by times."""
    moments = [(r["time_ms"], 1) for r in run.of_type("process-started")]
    moments += [(r["time_ms"], -1) for r in run.of_type("process-exited")]
    living = most = 0
    for _, change in sorted(moments):
        living += change
        most = max(most, living)
    return most


def thousands(options, report):
    few, memory_of_few = play_many(options, CASES // 10)
    run, memory = play_many(options, CASES)
    faults = run.broken + run.report_faults() + run.leftovers()
    started = len(run.of_type("process-started"))
    if started != 2 * CASES or set(run.cases()) != {"passed"} or run.status:
        faults.append(f"exit {run.status}, {started} processes")
    most = most_at_once(run)
    if not AT_ONCE // 2 <= most <= AT_ONCE:
        faults.append(f"{most} processes at once")
    # What grows is the plan and a line for each case in the reports.
    each = (memory - memory_of_few) / (CASES * 0.9)
    if not options.sanitized and each > 20:
        faults.append(f"{each:.1f} KiB of memory for each case")
    took = [r.of_type("run-finished")[0]["duration_ms"] for r in (few, run)]
    if took[1] > 30 * took[0] + 5000:
        faults.append(f"ten times the cases took {took} ms")
    report.check("thousands of processes", faults, run)
    few.place.remove()
    run.place.remove()


# --- a clock that jumps ---

def clock_jumps(options, report):
    place = harness.Place(options.mprun)
    place.config({"p": {"command": [options.server], "protocol": 1,
                        "start_timeout": "20s"}},
                 {"step": "20s", "scenario": "40s", "run": "60s",
                  "stop": "10s"})
    place.feature("Feature: f\n" + harness.scenario(
        ["passes", "sleeps 300", "wait for '1' seconds",
         "within 5s the 'a' process passes", "restarts", "stops"]))
    # A sanitizer wants to be loaded first, and says so unless told.
    sanitizer = os.environ.get("ASAN_OPTIONS", "")
    environment = {**place.environment(), "LD_PRELOAD": options.clock,
                   "ASAN_OPTIONS": sanitizer + ":verify_asan_link_order=0"}
    run = place.run(env=environment)
    faults = run.broken + run.report_faults() + run.leftovers()
    if run.status or run.cases() != ["passed"]:
        faults.append(f"exit {run.status}, cases {run.cases()}")
    for record in run.of_type("run-started"):
        wall = datetime.datetime.fromisoformat(
            record["wall_time"].replace("Z", "+00:00"))
        if abs(wall.timestamp() - time.time()) < 80000:
            faults.append(f"the clock did not jump: {wall}")
    times = [r.get("time_ms", 0) for r in run.records]
    if times != sorted(times):
        faults.append("times of records run backwards")
    for record in run.records:
        if not 0 <= record.get("duration_ms", 0) < 20000:
            faults.append(f"a duration: {record}")
    if run.of_type("run-suspended"):
        faults.append("it says that it was suspended")
    report.check("a wall clock that jumps", faults, run)
    place.remove()


# --- numbers that are used again ---

# 'b' waits at a gate when 'a' is dead; the bare protocol.
SERVER = """
echo $$ >"$MPRUN_PROCESS.pid"
while IFS= read -r line; do
    id=${line##*'"id":'}
    id=${id%%[!0-9]*}
    case $line in
    *'"executeStep"'*)
        if [ "$MPRUN_PROCESS" = b ]; then
            echo >reached
            read -r line <gate
        fi
        result='{"success":true}' ;;
    *) result='{"status":"ok"}' ;;
    esac
    printf '{"jsonrpc":"2.0","id":%s,"result":%s}\\n' "$id" "$result"
done
"""


def fork_as(number):
    """A process that leads a session and group of that number, or None."""
    for _ in range(200):
        with open("/proc/sys/kernel/ns_last_pid", "w",
                  encoding="ascii") as last:
            last.write(str(number - 1))
        pid = os.fork()
        if pid == 0:
            os.setsid()
            os.execve("/bin/sleep", ["sleep", "1000"], {})
        if pid == number:
            harness.started(pid)
            return pid
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    return None


def meet_stranger(options, end):
    """Runs until a stranger has a's number, then on; end: "is killed",
    "stops", or a signal that mprun itself gets."""
    place = harness.Place(options.mprun)
    place.config({"p": {"command": ["sh", "server"], "cwd": ".",
                        "protocol": "bare"}})
    step = end if isinstance(end, str) else "is killed"
    place.feature("Feature: f\n" + harness.scenario(
        ["passes", step, "the 'b' process passes"]))
    (place.folder / "server").write_text(SERVER, encoding="ascii")
    os.mkfifo(place.folder / "gate")
    child = place.start()
    faults = []
    if not harness.wait_until((place.folder / "reached").exists,
                              20 * harness.MULTIPLIER):
        faults.append("b never came to its gate")
    number = int((place.folder / "a.pid").read_text(encoding="ascii"))
    stranger = fork_as(number)
    if stranger is None:
        faults.append(f"{number} was not to be had")
    if isinstance(end, str):
        (place.folder / "gate").write_text("\n", encoding="ascii")
    else:
        child.send_signal(end)
    out, err = child.communicate(timeout=30 * harness.MULTIPLIER)
    run = harness.Run(place, child.returncode, out, err)
    faults += run.leftovers()
    if isinstance(end, str) and (run.status or run.cases() != ["passed"]):
        faults.append(f"exit {run.status}, cases {run.cases()}")
    # Its watchdog removes this last.
    harness.wait_until(lambda: not list(place.tmp.iterdir()),
                       5 * harness.MULTIPLIER)
    if stranger is not None:
        state = harness.proc_state(stranger)
        if state not in "SRD":
            faults.append(f"the stranger is in state {state}")
        os.kill(stranger, signal.SIGKILL)
        os.waitpid(stranger, 0)
    place.remove()
    return run, faults


def numbers_again(options, report):
    for name, end in (("killed", "is killed"), ("stopped", "stops"),
                      ("killed, mprun, too", signal.SIGKILL),
                      ("killed, mprun interrupted", signal.SIGINT)):
        run, faults = meet_stranger(options, end)
        report.check(f"the number of a process that was {name}", faults, run)


def own_numbers(options):
    """The same in a space of process numbers of its own, where nobody else
    takes the next one. The faults; None: this machine does not let us."""
    space = ["unshare", "--pid", "--fork", "--mount-proc"]
    if os.getuid():
        space += ["--user", "--map-root-user"]
    try_it = "n=$(cat /proc/sys/kernel/ns_last_pid) && echo $n >" \
        "/proc/sys/kernel/ns_last_pid"
    try:
        able = subprocess.run([*space, "sh", "-c", try_it],
                              capture_output=True, check=False)
    except OSError:
        return None
    if able.returncode:
        return None
    inside = subprocess.run(
        [*space, sys.executable, "-B", __file__, "--inside", "--mprun",
         options.mprun, "--server", options.server, "--clock", options.clock],
        check=False)
    return ["see above"] if inside.returncode else []


# --- the watchdog ---

# A server that does it before it is one, or when it has been one; %s is the
# signal.
TO_WATCHDOG = """
test "$1" = first || $2
for child in $(cat /proc/$MPRUN_RUNNER_PID/task/$MPRUN_RUNNER_PID/children); do
    grep -q __watch[d]og /proc/$child/cmdline || continue
    kill -%s $child
done 2>/dev/null
test "$1" != first || exec $2
"""


def watchdog_gone(options, report):
    """Stopped, it must not keep mprun from ending; its death is told."""
    for number, when, told in (("STOP", "first", False),
                               ("KILL", "first", True),
                               ("KILL", "last", True)):
        place = harness.Place(options.mprun)
        place.config({"p": {"command": [
            "sh", "-c", TO_WATCHDOG % number, "sh", when, options.server],
            "protocol": 1}})
        place.feature("Feature: f\n" + harness.scenario(["passes"]))
        run = place.run(seconds=20)
        faults = run.broken + run.report_faults() + run.leftovers()
        if run.status or run.cases() != ["passed"]:
            faults.append(f"exit {run.status}, cases {run.cases()}")
        if ("something ended mprun's watchdog" in run.err) != told:
            faults.append(f"it says {run.err!r}")
        report.check(f"the watchdog gets SIG{number} {when}", faults, run)
        place.remove()


def is_sanitized(program):
    with open(program, "rb") as file:
        return b"__asan_init" in file.read()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mprun", required=True)
    parser.add_argument("--server", required=True)
    parser.add_argument("--clock", required=True)
    parser.add_argument("--only", default="")
    parser.add_argument("--inside", action="store_true")
    options = parser.parse_args()
    options.sanitized = is_sanitized(options.mprun)
    harness.become_subreaper()
    report = harness.Report()
    if options.inside:
        numbers_again(options, report)
        return report.finish("checks")
    for part in (thousands, clock_jumps, watchdog_gone):
        if options.only in part.__name__:
            part(options, report)
    if options.only in "numbers_again":
        faults = own_numbers(options)
        if faults is None:
            report.skip("process numbers that are used again",
                        "they cannot be chosen here")
        else:
            report.check("process numbers that are used again", faults)
    return report.finish("checks")


if __name__ == "__main__":
    sys.exit(main())
