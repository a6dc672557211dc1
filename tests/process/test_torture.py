#!/usr/bin/env python3
"""A good conversation is cut after so many bytes of what the server says: it
exits there, closes its stdout and lives on, or says no more. Whatever the
byte, the case has a status that follows from which answer was cut, it ends
within the timeouts, nothing is left, and a step whose answer did not come
whole never passes.

usage: test_torture.py --mprun PATH --server PATH [--soak]
                       [--only NAME [--cut BYTES:HOW]]

Ordinarily the cuts are those around the end of each message and some between;
with --soak every byte.
"""
import argparse
import json
import re
import sys

import harness

STEPS = ["talks", "talks", "passes"]
# The server's words, protocol, framing, what is asked first.
CONVERSATIONS = {
    "version 1": ([], "1", "ndjson", "initialize"),
    "bare": (["bare"], "bare", "ndjson", "health"),
    "version 1 with headers": (["framed"], "1", "content-length",
                               "initialize"),
    "bare with headers": (["bare", "framed"], "bare", "content-length",
                          "health"),
}
HOWS = ("exit", "close", "hang")
TIMEOUT_MS = int(200 * max(1.0, harness.MULTIPLIER))
LONG_MS = 60000
STOP_MS = 8 * TIMEOUT_MS  # a quarter for the end by stdin, a fifth by SIGTERM
SLACK_S = 10 * harness.MULTIPLIER
CASES_A_RUN = 120
BETWEEN = 12  # cuts between the ends of messages, if not all

# What a case becomes: by the answer that was cut, and how. A start or a step:
# its status and what is said; the end: of the case, and no word of a step.
OUTCOMES = {
    ("start", "exit"): ("start-failed",
                        r"it exited with code 0 before it answered {first}"),
    ("start", "close"): ("start-failed",
                         r"it closed its stdout before it answered {first}"),
    ("start", "hang"): ("start-failed", r"no answer to {first} in {ms}ms"),
    ("step", "exit"): ("crashed", r"^'a' exited with code 0 during the step"),
    ("step", "close"): ("protocol-error", r"^it closed its stdout"),
    ("step", "hang"): ("timed-out", r"^no answer from 'a' in {ms}ms"),
    ("end", "exit"): ("passed", r"ended without an answer to shutdown"),
    ("end", "close"): ("passed", r"did not answer shutdown"),
    ("end", "hang"): ("passed", r"did not answer shutdown"),
    ("nothing", "exit"): ("passed", r"exited with code 0"),
    ("nothing", "close"): ("passed", r"exited with code 0"),
    ("nothing", "hang"): ("passed", r"exited with code 0"),
}


class Message:
    """Where it lies in the recording; which answer it is, or 0."""

    def __init__(self, begin, end, text):
        self.begin, self.end = begin, end
        self.id = json.loads(text).get("id", 0)


def split(data, framing):
    messages, at = [], 0
    while at < len(data):
        if framing == "ndjson":
            begin, end = at, data.index(b"\n", at) + 1
        else:
            begin = data.index(b"\r\n\r\n", at) + 4
            end = begin + int(data[at:begin].split(b":")[1])
        messages.append(Message(at, end, data[begin:end]))
        at = end
    return messages


def configuration(options, conversation, more, start_ms):
    words, protocol, framing, _ = conversation
    return {"command": [options.server, *words, *more], "protocol": protocol,
            "framing": framing, "start_timeout": f"{start_ms}ms"}


def record(options, conversation):
    """All that the server says if nobody cuts it off."""
    place = harness.Place(options.mprun, "whole")
    path = place.folder / "said"
    place.config({"p": configuration(options, conversation,
                                     [f"record={path}"], 10000)})
    place.feature("Feature: f\n" + harness.scenario(STEPS))
    run = place.run()
    data = path.read_bytes() if path.exists() else b""
    place.remove()
    if run.cases() != ["passed"]:
        raise SystemExit(f"uncut: {run.cases()}\n{run.out}{run.err}")
    return data


def cuts(data, messages, options):
    if options.soak:
        return range(len(data) + 1)
    found = {0, len(data)}
    for message in messages:
        found |= {message.begin + 1, message.end - 2, message.end - 1,
                  message.end}
    stride = max(1, len(data) // BETWEEN)
    return sorted(found | set(range(stride, len(data), stride)))


class Cut:
    """One case: what must become of it."""

    def __init__(self, conversation, messages, count, how):
        self.count, self.how = count, how
        self.first = conversation[3]
        ndjson = conversation[2] == "ndjson"
        # The end of its output ends the last line, too.
        whole = count + (1 if ndjson and how != "hang" else 0)
        answers = [m for m in messages if m.id]
        cut = [m for m in answers if m.end > whole]
        ends = {m.end for m in answers}
        self.open_line = whole != count and whole in ends
        self.answer = cut[0].id if cut else 0
        if not cut:
            self.kind = "nothing"
        elif self.answer == 1:
            self.kind = "start"
        else:
            self.kind = "step" if self.answer <= 1 + len(STEPS) else "end"

    def wait_ms(self, kind):
        """Only who waits for what never comes has little time: the rest must
        be told without a clock, and a good start may be slow."""
        silent = self.kind == kind and self.how == "hang"
        return TIMEOUT_MS if silent else LONG_MS

    def faults(self, run, case):
        status, wording = OUTCOMES[self.kind, self.how]
        wording = wording.format(first=self.first, ms=TIMEOUT_MS)
        found, steps = run.case_status(case), run.steps(case)
        wanted = self.steps(status)
        allowed = {status}
        if self.open_line:
            # What it said is whole, and so is the news that it says no more:
            # which of them ends the case is open. Not so which steps passed.
            allowed |= {"crashed", "start-failed", "protocol-error"}
            wording = ""
        faults = []
        if found not in allowed:
            faults.append(f"{found}, expected {sorted(allowed)}")
        if steps != wanted and not self.open_line:
            faults.append(f"steps {steps}, expected {wanted}")
        if steps.count("passed") > wanted.count("passed"):
            faults.append(f"{steps.count('passed')} steps passed, only "
                          f"{wanted.count('passed')} answers came whole")
        texts = run.texts(case)
        if not any(re.search(wording, text) for text in texts):
            faults.append(f"nothing says {wording}: {texts[-6:]}")
        took = [r.get("duration_ms", 0) for r in run.of_type("case-finished")
                if r.get("case") == case]
        bound = TIMEOUT_MS + STOP_MS + SLACK_S * 1000
        faults += [f"it took {ms:.0f} ms, the bound is {bound:.0f}"
                   for ms in took if ms > bound]
        return faults

    def steps(self, status):
        if self.kind in ("end", "nothing"):
            return ["passed"] * len(STEPS)
        index = 0 if self.kind == "start" else self.answer - 2
        return (["passed"] * index + [status] +
                ["not-run"] * (len(STEPS) - index - 1))


def play(options, name, conversation, batch, report):
    place = harness.Place(options.mprun, "cut")
    place.config(
        {f"p{i}": configuration(options, conversation,
                                [f"cut={cut.count}:{cut.how}"],
                                cut.wait_ms("start"))
         for i, cut in enumerate(batch, 1)},
        {"stop": f"{STOP_MS}ms"})
    place.feature("Feature: f\n" + "".join(
        harness.scenario(
            STEPS, f"@platform:p{i} @timeout:{cut.wait_ms('step')}", f"s{i}")
        for i, cut in enumerate(batch, 1)))
    run = place.run(["-j", "8"], 120)
    for i, cut in enumerate(batch, 1):
        report.check(f"{name}, cut {cut.count}:{cut.how}",
                     cut.faults(run, i))
    faults = (run.journal_faults() + run.report_faults() +
              run.again_faults() + run.leftovers() + harness.census())
    good = {"passed", "start-failed"}
    status = 1 if set(run.cases()) - good else \
        5 if "start-failed" in run.cases() else 0
    if run.status != status:
        faults.append(f"exit status {run.status}, expected {status}")
    report.check(f"{name}, a run of {len(batch)} cuts", faults, run)
    place.remove()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mprun", required=True)
    parser.add_argument("--server", required=True)
    parser.add_argument("--soak", action="store_true")
    parser.add_argument("--only")
    parser.add_argument("--cut")
    options = parser.parse_args()
    if not harness.become_subreaper():
        print("this kernel has no subreapers: survivors cannot be counted")
        return harness.SKIP
    report = harness.Report()
    for name, conversation in CONVERSATIONS.items():
        if options.only not in (None, name):
            continue
        data = record(options, conversation)
        messages = split(data, conversation[2])
        batch = [Cut(conversation, messages, count, how)
                 for how in HOWS for count in cuts(data, messages, options)]
        if options.cut:
            count, how = options.cut.split(":")
            batch = [Cut(conversation, messages, int(count), how)]
        for at in range(0, len(batch), CASES_A_RUN):
            play(options, name, conversation, batch[at:at + CASES_A_RUN],
                 report)
    return report.finish("cuts and runs")


if __name__ == "__main__":
    sys.exit(main())
