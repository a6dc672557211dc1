#!/usr/bin/env python3
"""What is found out about the processes of a case when one hangs or crashes.

usage: test_evidence.py --mprun PATH --server PATH [--only PART]
"""
import argparse
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import harness


class Test:
    def __init__(self, options):
        self.options = options
        self.report = harness.Report()

    def place(self, steps, platform=None, timeouts=None, words=(), tags="",
              more=""):
        place = harness.Place(self.options.mprun)
        body = {"command": [self.options.server, *words], "protocol": 1}
        body.update(platform or {})
        place.config({"p": body},
                     {"step": "300ms", "stop": "1s", **(timeouts or {})}, more)
        place.feature("Feature: f\n" + harness.scenario(steps, tags))
        return place

    def play(self, place, status, args=(), **options):
        """The run and what is wrong with any run."""
        run = place.run(args, **options)
        faults = run.broken + run.report_faults() + run.leftovers()
        if run.cases() != [status]:
            faults.append(f"cases {run.cases()}, not {status}")
        place.remove()
        return run, faults


def states(run):
    """By process."""
    return {r["process"]: r for r in run.of_type("process-state")}


def missing(wanted, texts, what):
    return [] if any(wanted in text for text in texts) \
        else [f"{what} does not say: {wanted}"]


def states_at_a_step_timeout(test):
    """'a' hangs, 'b' is paused, 'c' has ended, 'd' waits for a request, 'e'
    was never started; and 'a' is the one that stops itself, in another."""
    run, faults = test.play(test.place(
        ["passes", "the 'b' process passes", "the 'c' process passes",
         "the 'd' process passes", "the 'b' process is paused",
         "the 'c' process stops", "never answers", "the 'e' process passes"]),
        "timed-out", ["-f", "pretty"])
    found = {name: r["kind"] for name, r in states(run).items()}
    wanted = {"a": "waiting", "b": "stopped", "c": "ended", "d": "waiting",
              "e": "absent"}
    if found != wanted:
        faults.append(f"states {found}")
    started = {r["process"]: r["pid"] for r in run.of_type("process-started")}
    for name, record in states(run).items():
        if record.get("pid") != started.get(name) and name != "c":
            faults.append(f"pid of {name}: {record.get('pid')}")
    if any("name" in r and r["name"] not in r["text"]
           for r in states(run).values()):
        faults.append("what it waits in is not in the text")
    line = [line for line in run.out.splitlines() if "processes: a (p)" in line]
    for text in (f"a (p) pid {started['a']} waiting",
                 f"b (p) pid {started['b']} stopped",
                 "c (p) ended: it was stopped by step 6",
                 "e (p) not started yet"):
        faults += missing(text, line, "pretty")
    test.report.check("states at a step's timeout", faults, run)


def states_at_other_timeouts(test):
    # A start counts in the times of a scenario and of a run.
    rows = [
        ("a start", ["passes"], ["silent"], {"start_timeout": "300ms"}, {},
         "start-failed", "waiting"),
        ("a start of an unknown protocol", ["passes"], ["silent"],
         {"start_timeout": "200ms", "protocol": "auto"}, {}, "start-failed",
         "waiting"),
        ("the scenario's", ["stops itself"], [], {},
         {"step": "20s", "scenario": "2s"}, "timed-out", "stopped"),
        ("the run's", ["stops itself"], [], {},
         {"step": "20s", "run": "2s"}, "timed-out", "stopped"),
        ("a begun step", ["begins: never answers", "completes within 200ms"],
         [], {}, {}, "timed-out", "waiting"),
        ("a begun step's own", ["begins: never answers", "20 seconds pass"],
         [], {}, {}, "timed-out", "waiting"),
        ("within", ["within 300ms the 'a' process never answers"], [], {}, {},
         "timed-out", "waiting"),
    ]
    for name, steps, words, platform, timeouts, status, state in rows:
        run, faults = test.play(
            test.place(steps, platform, timeouts, words), status)
        records = run.of_type("process-state")
        if [r["kind"] for r in records] != [state]:
            faults.append(f"states: {records}")
        test.report.check(f"states: {name}", faults, run)


def no_states_without_a_timeout(test):
    for steps, status in ((["passes"], "passed"), (["fails with x"], "failed"),
                          (["raises 11"], "crashed")):
        run, faults = test.play(test.place(steps), status)
        if run.of_type("process-state"):
            faults.append("there are states")
        test.report.check(f"no states: {status}", faults, run)


# --- on_timeout ---

def attachments(run, kind):
    """By process."""
    return {r["process"]: r for r in run.of_type("attachment")
            if r.get("kind") == kind}


def warnings(run):
    return [r["text"] for r in run.of_type("note")
            if r["level"] == "warning"]


def shell(text):
    return ["sh", "-c", text]


def output_is_attached(test):
    """Of each process that owes an answer, by its own pid, with the names of
    the case; to journal, pretty, JUnit, and to what is made later."""
    command = shell("echo out of $MPRUN_PROCESS ${pid} ${case.number}; "
                    "echo err >&2; printf '\\377\\001<]]>\\n'; read x || echo end")
    place = test.place(["begins: never answers", "the 'b' process passes",
                        "the 'c' process never answers",
                        "the 'a' process completes"],
                       {"on_timeout": command, "env": {"A": "1"}})
    run = place.run(["-f", "pretty"])
    later = subprocess.run(
        [str(place.mprun), "report", str(place.journal_path()), "-f", "pretty"],
        capture_output=True, check=False, cwd=place.folder).stdout.decode()
    junit = (place.folder / "junit.xml").read_text()
    faults = run.broken + run.report_faults() + run.leftovers()
    place.remove()
    found = attachments(run, "on_timeout")
    pids = {r["process"]: r["pid"] for r in run.of_type("process-started")}
    if sorted(found) != ["a", "c"] or run.cases() != ["timed-out"]:
        faults.append(f"of {sorted(found)}, cases {run.cases()}")
    for name, record in found.items():
        wanted = f"out of {name} {pids[name]} 1\n"
        faults += missing(wanted, [record["body"]], "the attachment")
        faults += missing("err\n", [record["body"]], "the attachment")
        faults += missing("\ufffd\x01<]]>\n", [record["body"]], "the attachment")
        faults += missing("end\n", [record["body"]], "the attachment")
        if (record["name"] != f"on_timeout {name}(p).txt" or
                record["media_type"] != "text/plain"):
            faults.append(f"it is {record['name']}, {record['media_type']}")
        for where, text in (("pretty", run.out), ("report", later)):
            faults += missing(f"on_timeout of {name} (p): sh -c", [text], where)
            faults += missing(f"  out of {name} {pids[name]} 1", [text], where)
        faults += missing(f"{name}(p)| out of {name}", [junit], "JUnit")
    test.report.check("what on_timeout prints", faults, run)


def the_process_lives_meanwhile(test):
    """It is there, unchanged, when the command looks at it."""
    command = shell("grep ^State: /proc/${pid}/status; "
                    "tr '\\0' '\\n' </proc/${pid}/environ | grep MPRUN_PROCESS=")
    rows = [
        ("a step", ["stops itself"], [], {}, {}, "timed-out", "T"),
        ("a start", ["passes"], ["silent"], {"start_timeout": "300ms"}, {},
         "start-failed", "S"),
        ("a start, auto", ["passes"], ["silent"],
         {"start_timeout": "300ms", "protocol": "auto"}, {}, "start-failed",
         "S"),
        ("a scenario", ["never answers"], [], {},
         {"step": "20s", "scenario": "2s"}, "timed-out", "S"),
        ("a run", ["never answers"], [], {}, {"step": "20s", "run": "2s"},
         "timed-out", "S"),
        ("a scenario within a start", ["passes"], ["silent"],
         {"start_timeout": "20s"}, {"scenario": "300ms"}, "timed-out", "S"),
        ("a cancel that is answered", ["the 'a' process waits for cancel"],
         ["cancel"], {}, {},
         "timed-out", "S"),
    ]
    for name, steps, words, platform, timeouts, status, state in rows:
        run, faults = test.play(test.place(
            steps, {"on_timeout": command, **platform}, timeouts, words),
            status)
        body = attachments(run, "on_timeout").get("a", {}).get("body", "")
        if (f"State:\t{state}" not in body or
                "MPRUN_PROCESS=a" not in body):
            faults.append(f"it says {body!r}")
        test.report.check(f"on_timeout: {name}", faults, run)


def took(run):
    return max(r.get("duration_ms", 0) for r in run.of_type("case-finished"))


def commands_that_go_wrong(test):
    """A warning each, with the place in the configuration; the case is what it
    was and ends in time; nothing survives."""
    # The shell goes on when the daemon has let go of its output.
    daemon = ("echo $(setsid --fork sh -c 'echo forked; exec sleep 300 "
              ">/dev/null 2>&1')")
    rows = [
        ("missing", ["no-such-program", "${pid}"],
         "cannot execute 'no-such-program': No such file or directory "
         "(searched in PATH); install it, or repair the command", None),
        ("fails", shell("echo said; exit 3"), "`sh` exited with code 3",
         "said\n"),
        ("dies", shell("echo said; kill -9 $$$$"), "`sh` was killed by SIGKILL",
         "said\n"),
        ("prints nothing", ["true"], "`true` printed nothing", None),
        ("hangs", shell("echo said; trap '' TERM; sleep 300"),
         "`sh` did not end within 2s and was killed (evidence_timeout sets "
         "the time)", "said\n"),
        ("floods", ["yes"],
         "`yes` printed more than 256 KiB: it was killed and the rest is left "
         "out", "y\n" * 131072),
        ("floods its stderr", shell("exec yes >&2"),
         "`sh` printed more than 256 KiB", "y\n" * 131072),
        ("forks a daemon", shell(daemon), "left processes behind, which were "
         "killed:", "forked\n"),
        ("leaves a child with its output", shell("sleep 300 & echo said"), None,
         "said\n"),
        ("stops itself", shell("echo said; kill -STOP $$$$"),
         "did not end within 2s", "said\n"),
        ("kills the server", shell(
            "kill -9 ${pid}; while kill -0 ${pid} 2>&-; do :; done; echo said"), None,
         "said\n"),
    ]
    for name, command, warning, body in rows:
        status = "crashed" if name == "kills the server" else "timed-out"
        # Those that end by themselves have the time that they need.
        hangs = "did not end" in (warning or "")
        run, faults = test.play(test.place(
            ["never answers"],
            {"on_timeout": command,
             "evidence_timeout": "2s" if hangs else "30s"}), status)
        found = attachments(run, "on_timeout").get("a", {}).get("body")
        if found != body:
            faults.append(f"attached: {str(found)[:80]!r}")
        if warning:
            faults += missing(warning, warnings(run), "no warning")
        if warning and "left processes" not in warning:
            faults += missing("on_timeout (mprun.yaml:4:", warnings(run),
                              "no warning")
        if took(run) > (300 + 2000 + 1000 + 2500) * harness.MULTIPLIER:
            faults.append(f"the case took {took(run)} ms")
        if any(r.get("status") == "leaked" for r in run.of_type("cause")):
            faults.append("the case is blamed for a leak")
        test.report.check(f"on_timeout {name}", faults, run)


def many_at_once(test):
    """All of them share one time."""
    more = "processes: {node: {count: 12}}\n"
    steps = ["each 'node' process never answers"]
    run, faults = test.play(test.place(
        steps, {"on_timeout": shell("echo ${pid}; exec sleep 300"),
                "evidence_timeout": "500ms"}, more=more), "timed-out")
    # Whether they came to say something in that time is the machine's affair.
    ended = [text for text in warnings(run)
             if "did not end within 500ms and was killed" in text]
    if len(ended) != 4:
        faults.append(f"{len(ended)} were run")
    left = [text for text in warnings(run) if "not run: others of this case "
            "took all of the 500ms" in text]
    if len(left) != 8:
        faults.append(f"{len(left)} were left out")
    if took(run) > (300 + 500 + 1000 + 2500) * harness.MULTIPLIER:
        faults.append(f"the case took {took(run)} ms")
    test.report.check("twelve that hang", faults, run)
    run, faults = test.play(test.place(
        steps, {"on_timeout": shell("echo ${pid}")}, more=more), "timed-out")
    pids = {r["pid"] for r in run.of_type("process-started")}
    said = {int(r["body"]) for r in attachments(run, "on_timeout").values()}
    if said != pids or len(pids) != 12:
        faults.append(f"of {len(said & pids)} of {len(pids)}")
    test.report.check("twelve, one after the other", faults, run)


def an_interrupt_cuts_it_short(test):
    """Ctrl-C, once, while the command hangs."""
    for times in (1, 2):
        place = test.place(["never answers"], {
            "on_timeout": shell("echo said; touch here; exec sleep 300"),
            "evidence_timeout": "1m"})
        child = place.start()
        faults = []
        if not harness.wait_until((place.folder / "here").exists,
                                  10 * harness.MULTIPLIER):
            faults.append("the command was not started")
        began = time.monotonic()
        for _ in range(times):
            child.send_signal(signal.SIGINT)
        out, err = child.communicate()
        seconds = time.monotonic() - began
        run = harness.Run(place, child.returncode, out, err)
        faults += run.broken + run.report_faults() + run.leftovers()
        place.remove()
        if seconds > 2.5 * harness.MULTIPLIER:
            faults.append(f"it took {seconds:.1f} s")
        # The second one kills the server before it could end by itself.
        allowed = [["timed-out"], ["crashed"]][:times]
        if run.cases() not in allowed or run.status != 130:
            faults.append(f"{run.cases()}, exit {run.status}")
        faults += missing("`sh` was ended early: the run was interrupted",
                          warnings(run), "no warning")
        found = attachments(run, "on_timeout").get("a", {}).get("body")
        if found != "said\n":
            faults.append(f"attached: {found}")
        test.report.check(f"{times} SIGINT while on_timeout hangs", faults, run)


def kill_9_leaves_nothing(test):
    place = test.place(["never answers"], {
        "on_timeout": shell("touch here; exec sleep 300"),
        "evidence_timeout": "1m"})
    child = place.start()
    faults = []
    if not harness.wait_until((place.folder / "here").exists,
                              10 * harness.MULTIPLIER):
        faults.append("the command was not started")
    child.kill()
    child.communicate()
    faults += [f"still alive: {line}" for line in place.survivors()]
    place.remove()
    test.report.check("kill -9 of mprun while on_timeout runs", faults)


def not_without_need(test):
    """Not where nothing hangs; with a person who debugs: test_debug.py."""
    wrong = {"on_timeout": shell("echo wrong")}
    for steps, status in ((["passes"], "passed"), (["raises 11"], "crashed"),
                          (["fails with x"], "failed"),
                          (["exits idle with 3",
                            "should exit with code 4 within 200ms"],
                           "failed")):
        run, faults = test.play(test.place(steps, wrong), status)
        if attachments(run, "on_timeout"):
            faults.append("on_timeout was run")
        test.report.check(f"no on_timeout: {status} {steps}", faults, run)


def retries_have_their_own(test):
    run, faults = test.play(test.place(
        ["never answers"], {"on_timeout": shell("echo ${pid}")},
        tags="@retry:1"), "timed-out")
    found = [r for r in run.of_type("attachment")
             if r.get("kind") == "on_timeout"]
    if [r["attempt"] for r in found] != [1, 2]:
        faults.append(f"{found}")
    test.report.check("each attempt has its own", faults, run)


# --- on_crash ---

def with_cores():
    """In the child: as large as it may be."""
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))


def without_cores():
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def on_crash_runs(test):
    command = {"on_crash": shell("echo crashed ${pid}")}
    rows = [
        ("in a step", ["raises 11"], [], {}, "crashed", 1),
        ("between steps", ["passes and raises 11", "the 'b' process passes"],
         [], {}, "crashed", 1),
        ("by a stranger", ["raises 9"], [], {}, "crashed", 1),
        ("another end than expected",
         ["passes and raises 11", "should exit with code 0 within 2s"], [], {},
         "failed", 1),
        ("expected", ["raises 11", "should be killed by SIGSEGV"], [], {},
         "passed", 0),
        ("by a step", ["passes", "is killed"], [], {}, "passed", 0),
        ("crashed by a step", ["passes", "crashes"], [], {}, "passed", 0),
        ("at its start", ["passes"], ["segfault-at-start"], {},
         "start-failed", 1),
        ("at its end", ["passes"], ["segfault-at-end"], {}, "crashed", 1),
        ("exits", ["exits with 3"], [], {}, "crashed", 0),
        ("does not end", ["passes"], ["ignore-end"], {}, "crashed", 0),
        ("hangs", ["never answers"], [], {}, "timed-out", 0),
    ]
    for name, steps, words, platform, status, count in rows:
        run, faults = test.play(test.place(steps, {**command, **platform},
                                           {}, words), status)
        found = [r for r in run.of_type("attachment")
                 if r.get("kind") == "on_crash"]
        pids = {r["process"]: r["pid"] for r in run.of_type("process-started")}
        if len(found) != count:
            faults.append(f"{len(found)} times, not {count}")
        if any(r["body"] != f"crashed {pids['a']}\n" or r["process"] != "a"
               for r in found):
            faults.append(f"{found}")
        test.report.check(f"on_crash: {name}", faults, run)


def let_dump(place):
    """AddressSanitizer in mprun would forbid it, and servers inherit that."""
    options = os.environ.get("ASAN_OPTIONS")
    return {**place.environment(), "ASAN_OPTIONS":
            (options + ":" if options else "") + "disable_coredump=0"}


def core_pattern():
    return Path("/proc/sys/kernel/core_pattern").read_text().strip()


def cores(test):
    """The file is attached by its path and handed to on_crash; without one a
    command that wants it says why there is none."""
    wants = {"on_crash": shell("test -s '${core}' && echo core of ${pid}")}
    run, faults = test.play(test.place(["raises 11"], wants), "crashed",
                            preexec_fn=without_cores)
    faults += missing("not run: there is no core file, for RLIMIT_CORE is 0: "
                      "say `ulimit -c unlimited` before mprun", warnings(run),
                      "no warning")
    test.report.check("no core", faults, run)
    run, faults = test.play(
        test.place(["raises 11"], {"on_crash": ["echo", "<${core:-none}>"]}),
        "crashed", preexec_fn=without_cores)
    if attachments(run, "on_crash")["a"]["body"] != "<none>\n":
        faults.append("the default is not taken")
    test.report.check("a default for the core", faults, run)
    if resource.getrlimit(resource.RLIMIT_CORE)[1] == 0:
        print("skip  cores: the hard limit of core files is 0 here")
        return
    if "|" in core_pattern():
        place = test.place(["raises 11"])
        run, faults = test.play(place, "crashed", preexec_fn=with_cores,
                                env=let_dump(place))
        notes = [r["text"] for r in run.of_type("note")]
        faults += missing("the kernel hands core files to a program", notes,
                          "no note")
        test.report.check("cores go to a program", faults, run)
        return
    if core_pattern().startswith("/"):
        print(f"skip  cores: core_pattern is {core_pattern()}, a folder that "
              "is not the test's")
        return
    place = test.place(["raises 11"], wants)
    (place.folder / "core").write_text("an old one")
    run = place.run(["-f", "pretty"], preexec_fn=with_cores,
                    env=let_dump(place))
    found = [r for r in run.of_type("attachment") if "path" in r]
    faults = run.broken + run.report_faults() + run.leftovers()
    if (len(found) != 1 or found[0]["media_type"] != "application/x-core" or
            found[0]["name"] != "core of a(p)" or
            Path(found[0]["path"]).parent != place.folder or
            Path(found[0]["path"]).read_bytes()[:4] != b"\x7fELF"):
        faults.append(f"attached: {found}")
    body = attachments(run, "on_crash").get("a", {}).get("body", "")
    if not body.startswith("core of "):
        faults.append(f"on_crash says {body!r}, {warnings(run)}")
    faults += missing("attachment " + str(place.folder), [run.out], "pretty")
    place.remove()
    test.report.check("a core", faults, run)


# --- with gdb ---

def gdb_shows_where(test):
    """The stack of a process that hangs, and of one that crashed."""
    if not shutil.which("gdb"):
        print("skip  gdb is not installed")
        return
    bt = ["gdb", "-batch", "-nx", "-p", "${pid}", "-ex", "bt"]
    for steps, function in ((["stops itself"], "stops_itself"),
                            (["never answers"], "for_ever"),
                            (["sleeps 60000"], "sleeps")):
        run, faults = test.play(
            test.place(steps, {"on_timeout": bt, "evidence_timeout": "60s"}),
            "timed-out")
        body = attachments(run, "on_timeout").get("a", {}).get("body", "")
        if "ptrace: " in body:
            print("skip  gdb may not attach here")
            return
        faults += missing(function, [body], "gdb")
        test.report.check(f"gdb at {function}", faults, run)


PARTS = [output_is_attached, the_process_lives_meanwhile,
         commands_that_go_wrong, many_at_once, an_interrupt_cuts_it_short,
         kill_9_leaves_nothing, not_without_need, retries_have_their_own,
         on_crash_runs, cores, gdb_shows_where, states_at_a_step_timeout, states_at_other_timeouts,
         no_states_without_a_timeout]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mprun", required=True)
    parser.add_argument("--server", required=True)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    if not harness.become_subreaper():
        print("this kernel has no subreapers: survivors cannot be counted")
        return harness.SKIP
    test = Test(options)
    for part in PARTS:
        if options.only in part.__name__:
            part(test)
    return test.report.finish("checks")


if __name__ == "__main__":
    sys.exit(main())
