#!/usr/bin/env python3
"""Means of containment: each is used where it can be and told of; nothing that
a case left outlives it; in control groups it is told of the right case, and
also found after mprun itself was killed. Odd control groups fail no run.

usage: test_tiers.py --mprun PATH --server PATH
"""
import argparse
import os
import signal
import subprocess
import sys
from pathlib import Path

import harness

OTHER_USER = 54321


def make_place(options, steps, stop="3s"):
    place = harness.Place(options.mprun)
    place.config({"p": {"command": [options.server], "protocol": 1}},
                 {"stop": stop})
    place.feature("Feature: f\n" + "".join(
        harness.scenario(list_, name=f"s{i}")
        for i, list_ in enumerate(steps)))
    return place


def play(place, tier, args=(), **more):
    run = place.run(args, env={**place.environment(), **tier}, **more)
    return run, run.broken + run.report_faults() + run.leftovers()


def wanted(tier):
    return {"MPRUN_CONTAINMENT": tier}


def source(run):
    first = run.of_type("run-started")[:1]
    return first[0].get("source") if first else None


def left(run, number):
    """What is told of the case; None: nothing."""
    for record in run.of_type("cause"):
        if record.get("case") == number and "left" in record.get("text", ""):
            return record["text"]
    return None


def is_told(options, report, tier):
    """In the journal, the summary with -v, JUnit and JSON."""
    place = make_place(options, [["passes"]])
    report_file = place.folder / "report.json"
    run, faults = play(place, wanted(tier), ["-v", "-f", "pretty", "-f",
                                             f"json:{report_file}"])
    if run.status or source(run) != tier:
        faults.append(f"exit {run.status}, the journal says {source(run)}")
    for text, where in (
            (f"contained  by {tier}", run.out),
            (f'<property name="containment" value="{tier}"/>',
             (place.folder / "junit.xml").read_text()),
            (f'"containment":"{tier}"', report_file.read_text())):
        if text not in where:
            faults.append(f"nothing says {text}")
    report.check(f"{tier} is told", faults, run)
    place.remove()


def own_case(options, report, tier):
    """What has no environment, no group and no parent is known by its control
    group only: the case beside it has nothing to do with it."""
    place = make_place(options, [["has a stranger"], ["sleeps 700"]])
    run, faults = play(place, wanted(tier), ["-j", "2"])
    if tier == "cgroup":
        if sorted(run.cases()) != ["leaked", "passed"] or \
                "left processes behind" not in (left(run, 1) or ""):
            faults.append(f"cases {run.cases()}, told: {left(run, 1)}")
    elif run.cases().count("leaked") != 1 or "or one that ran beside it" \
            not in (left(run, 1) or left(run, 2) or ""):
        faults.append(f"cases {run.cases()}, told: {left(run, 1)}, "
                      f"{left(run, 2)}")
    report.check(f"a leak is its own case's, by {tier}", faults, run)
    place.remove()


def many_cases(options, report, tier):
    """Many at the same time, some with a family: all are told, all end."""
    steps = [["has a family"] if i % 3 == 0 else ["has a stranger"]
             if i % 3 == 1 else ["passes"] for i in range(24)]
    place = make_place(options, steps)
    run, faults = play(place, wanted(tier), ["-j", "8"])
    for i in range(24):
        told = left(run, i + 1)
        if (i % 3 < 2) != bool(told) and tier == "cgroup":
            faults.append(f"case {i + 1} is told: {told}")
    report.check(f"many leaks at the same time, by {tier}", faults, run)
    place.remove()


def killed(options, report, tier):
    """SIGKILL: the watchdog ends what is in the groups and removes them."""
    place = make_place(options, [["has a stranger", "has a family",
                                  "begins: never answers",
                                  "wait for '30' seconds"]] * 3)
    child = place.start(["-j", "3"], env={**place.environment(),
                                          **wanted(tier)})
    # mprun, the watchdog, three servers, three families of three.
    ready = harness.wait_until(lambda: len(harness.marked(place.mark)) >= 14,
                               20 * harness.MULTIPLIER)
    child.send_signal(signal.SIGKILL)
    child.communicate()
    faults = [] if ready else ["the cases did not come that far"]
    gone = harness.wait_until(lambda: not harness.adopted(),
                              2 * harness.MULTIPLIER)
    if not gone and tier == "cgroup":
        faults += [f"alive: {harness.describe(pid)}"
                   for pid in harness.adopted()]
    harness.kill_all(harness.adopted())
    run = harness.Run(place, child.returncode, b"", b"")
    harness.wait_until(lambda: not run.leftovers(), 2 * harness.MULTIPLIER)
    faults += run.leftovers()
    report.check(f"mprun is killed, by {tier}", faults, run)
    place.remove()


def nested(options, report):
    """mprun within a server's control group makes its own below it."""
    place = make_place(options, [["has a stranger"]])
    outer = harness.Place(options.mprun)
    words = [str(options.mprun), "run", "--artifacts", "../inner", "features"]
    outer.config({"p": {"command": ["sh", "-c", " ".join(
        ["cd", str(place.folder), "&&", *words, ">out", "2>&1", ";",
         "exec", str(options.server)])], "protocol": 1,
         "start_timeout": "30s"}})
    outer.feature("Feature: f\n" + harness.scenario(["passes"]))
    run, faults = play(outer, {})
    said = (place.folder / "out").read_text()
    if run.cases() != ["passed"] or "left processes behind" not in said:
        faults.append(f"outer {run.cases()}, inner: {said}")
    report.check("mprun in mprun", faults, run)
    outer.remove()
    place.remove()


class Group:
    """A control group of the test's own, in which mprun is started."""

    def __init__(self):
        self.path = harness.own_cgroup() / f"mpt-{os.getpid()}"
        self.path.mkdir()

    def give_to(self, user):
        for path in (self.path, self.path / "cgroup.procs",
                     self.path / "cgroup.threads",
                     self.path / "cgroup.subtree_control"):
            os.chown(path, user, user)

    def join(self):
        (self.path / "cgroup.procs").write_text("0")

    def join_as_other(self):
        self.join()
        os.setgroups([])
        os.setgid(OTHER_USER)
        os.setuid(OTHER_USER)

    def remove(self):
        def try_it():
            try:
                self.path.rmdir()
            except OSError:
                return False
            return True
        harness.wait_until(try_it, 5)


def odd_names(options, report):
    """Features in folders, with names that are none for a control group."""
    place = make_place(options, [["has a stranger"]])
    names = ("b/c", "b/d\ne", "%2F", "b/%")
    (place.folder / "features" / "b").mkdir()
    for name in names:
        place.feature("Feature: f\n" + harness.scenario(["has a stranger"]),
                      name)
    run, faults = play(place, {})
    for i in range(len(names) + 1):
        if "left processes behind: " not in (left(run, i + 1) or ""):
            faults.append(f"case {i + 1} is told: {left(run, i + 1)}")
    if "control group" in run.err:
        faults.append(f"stderr says: {run.err}")
    report.check("a control group for each case", faults, run)
    place.remove()


def for_other_user(options, place):
    """Can another user run mprun there?"""
    for path in (place.folder, place.tmp, place.folder / "features"):
        path.chmod(0o777)
    return all(os.stat(folder).st_mode & 1 for path in
               (options.mprun, options.server)
               for folder in Path(path).resolve().parents)


def of_a_user(options, report, delegated):
    """Without privileges: in a group of the user's own, as a service has it,
    and in one that is not."""
    place = make_place(options, [["has a stranger"], ["sleeps 300"]])
    if not for_other_user(options, place):
        print("skipped: no other user may run this build")
        place.remove()
        return
    group = Group()
    if delegated:
        group.give_to(OTHER_USER)
    run, faults = play(place, {}, ["-v", "-j", "2"],
                       preexec_fn=group.join_as_other)
    tier = "cgroup" if delegated else "subreaper"
    if source(run) != tier:
        faults.append(f"contained by {source(run)}: {run.out}")
    if delegated and not left(run, 1):
        faults.append("nothing is told of the case")
    if not delegated and "(cgroup: cannot make " not in run.out:
        faults.append("nothing says why")
    if not delegated and "Permission denied)" not in run.out:
        faults.append("nothing says: Permission denied")
    owner = "the user's own" if delegated else "another user"
    report.check(f"a group of {owner}", faults, run)
    place.remove()
    group.remove()


def threaded(options, report):
    """Below a threaded group no process can be started in a new one."""
    place = make_place(options, [["has a daemon"]])
    group = Group()
    inner = group.path / "inner"
    inner.mkdir()
    try:
        (inner / "cgroup.type").write_text("threaded")
    except OSError as error:
        print(f"skipped: no threaded groups here: {error}")
        inner.rmdir()
    else:
        # mprun is in a group whose child is threaded: its children are so, too.
        run, faults = play(place, {}, ["-v"], preexec_fn=group.join)
        if source(run) != "subreaper" or \
                "(cgroup: cannot start a process in " not in run.out:
            faults.append(f"contained by {source(run)}: {run.out}")
        if run.cases() != ["leaked"]:
            faults.append(f"cases {run.cases()}")
        report.check("a threaded group", faults, run)
        inner.rmdir()
    place.remove()
    group.remove()


def read_only(options, report):
    """As in most containers."""
    mount = str(harness.cgroup_mount())
    wrapper = ["unshare", "-m", "sh", "-c",
               f"mount -o remount,bind,ro {mount} && exec \"$@\"", "sh"]
    if subprocess.run([*wrapper, "true"], check=False,
                      capture_output=True).returncode:
        print("skipped: nothing may be mounted here")
        return
    place = make_place(options, [["has a daemon"]])
    child = place.start(["-v"], wrapper=wrapper)
    out, err = child.communicate(timeout=60 * harness.MULTIPLIER)
    run = harness.Run(place, child.returncode, out, err)
    faults = run.broken + run.report_faults() + run.leftovers()
    if run.cases() != ["leaked"] or source(run) != "subreaper" or \
            "Read-only file system)" not in run.out:
        faults.append(f"cases {run.cases()}, by {source(run)}: {run.out}")
    report.check("control groups that are read-only", faults, run)
    place.remove()


def fewest_groups(options, report):
    """The run has its group, but no case may have one: a warning, no fault."""
    place = make_place(options, [["has a daemon"], ["passes"]])
    group = Group()
    (group.path / "cgroup.max.descendants").write_text("1")
    run, faults = play(place, {}, preexec_fn=group.join)
    if sorted(run.cases()) != ["leaked", "passed"] or source(run) != "cgroup":
        faults.append(f"cases {run.cases()}, by {source(run)}")
    if "2 processes were not started in a control group" not in run.err:
        faults.append(f"stderr says: {run.err}")
    report.check("no group for a case", faults, run)
    place.remove()
    group.remove()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mprun", required=True)
    parser.add_argument("--server", required=True)
    options = parser.parse_args()
    if not harness.become_subreaper():
        print("this kernel has no subreapers: survivors cannot be counted")
        return harness.SKIP
    report = harness.Report()
    groups = harness.may_make_cgroups(options.mprun)
    tiers = ["subreaper", "group"] if groups else ["cgroup", "subreaper",
                                                   "group"]
    for tier in tiers:
        is_told(options, report, tier)
    for tier in tiers[:-1]:  # a group alone does not hold a daemon
        own_case(options, report, tier)
        many_cases(options, report, tier)
        killed(options, report, tier)
    if not groups:
        odd_names(options, report)
        nested(options, report)
        read_only(options, report)
    if not groups and os.geteuid() == 0:
        of_a_user(options, report, True)
        of_a_user(options, report, False)
        threaded(options, report)
        fewest_groups(options, report)
    status = report.finish("checks")
    if groups and not status:
        print(f"control groups were not tried: {groups}")
        return harness.SKIP
    return status


if __name__ == "__main__":
    sys.exit(main())
