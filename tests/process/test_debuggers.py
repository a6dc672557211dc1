#!/usr/bin/env python3
"""The recipes of docs/debugging.md that need a terminal, or two: debuggers
and other tools with --debug and --wrap. What is not installed is left out.

usage: test_debuggers.py --mprun PATH --server PATH [--only PART]
"""
import os
import re
import subprocess
import sys

import harness
import person
from person import SHORT, Session, prompt

BARE_PYTHON = """
import json, os, pdb, sys
for line in sys.stdin:
    request = json.loads(line)
    result = {"status": "ok"}
    if request["method"] == "executeStep":
        result = {"success": True}
        terminal = os.environ["MPRUN_DEFINE_TTY"]
        pdb.Pdb(stdin=open(terminal), stdout=open(terminal, "w")).set_trace()
    print(json.dumps({"jsonrpc": "2.0", "id": request["id"],
                      "result": result}), flush=True)
"""
BARE_NODE = """
require('readline').createInterface({input: process.stdin})
    .on('line', (line) => {
        const {id, method} = JSON.parse(line);
        const result = method === 'executeStep' ? {success: true}
            : {status: 'ok'};
        console.log(JSON.stringify({jsonrpc: '2.0', id, result}));
    });
"""


def attached(test):
    """gdb is attached to the pid that is told, and sees the first step."""
    place = test.place(["passes", "passes"], timeouts=SHORT)
    session = Session(place, ["--debug=a"])
    faults = []
    match = prompt(session, "a", faults)
    gdb = harness.popen(
        [test.options.gdb, "-nx", "-batch", "-p", match[3], "-ex",
         "break handle", "-ex", "echo ready\\n", "-ex", "continue", "-ex",
         "bt 1"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True)
    said = ""
    for line in gdb.stdout:
        said += line
        if line.startswith("ready"):
            session.enter()
    gdb.wait()
    if not re.search(r"^#0 .*handle \(", said, re.M):
        faults.append(f"gdb says {said}")
    test.check("gdb attached to the pid", session, faults)


def under_gdb(test):
    place = test.place(["passes", "passes"], timeouts={"stop": "20s"},
                       platform={"start_timeout": "60s"})
    session = Session(place, ["-s", "--wrap", "a=" + test.options.gdb +
                              " -nx -batch -ex run --args"])
    run = test.check("gdb in front", session, [])
    test.report.check("what gdb says is seen", [] if
                      "exited normally" in run.out else ["it is not"], run)


def under_valgrind(test):
    place = test.place(["passes", "passes"], timeouts={"stop": "20s"},
                       platform={"start_timeout": "60s"})
    session = Session(place, [
        "-s", "--color", "never", "--wrap", f"a={test.options.valgrind} --error-exitcode=9 --"])
    run = test.check("valgrind in front", session, [])
    test.report.check("what valgrind says is seen", [] if re.search(
        r"a\(p\)\| ==\d+== ERROR SUMMARY: 0 errors", run.out)
        else ["it is not"], run)


def with_pdb(test):
    """On the terminal of mprun, which reads from it only when it asks."""
    place = test.script(["passes", "passes"], [sys.executable], BARE_PYTHON,
                        SHORT)
    session = Session(place, ["--debug=a"], wrapper=[
        "sh", "-c", 'exec "$@" -D TTY="$(tty)"', "sh"])
    faults = []
    prompt(session, "a", faults)
    session.enter()
    for step in range(2):
        if not session.until(r"\(Pdb\) "):
            faults.append(f"no prompt of pdb in step {step + 1}")
        os.write(session.input, b"p request['method']\n")
        if not session.until("'executeStep'"):
            faults.append("pdb does not know the request")
        os.write(session.input, b"c\n")
    test.check("pdb on the terminal of mprun", session, faults)


def with_node_inspect(test):
    place = test.script(["passes"], [test.options.node], BARE_NODE, SHORT,
                        start_timeout="100ms")
    session = Session(place, ["-s", "--color", "never", "--debug", "--wrap",
                              "a=env NODE_OPTIONS=--inspect-brk=127.0.0.1:0"])
    faults = []
    prompt(session, "a", faults)
    session.enter()
    if not session.until("is not ready after its start_timeout"):
        faults.append("it is ready without a debugger")
    port = session.saw(r"Debugger listening on ws://127\.0\.0\.1:(\d+)/")
    client = harness.popen(
        [test.options.node, "inspect", f"127.0.0.1:{port[1] if port else 1}"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT)
    said = b""
    while b"Break on start" not in said:
        data = os.read(client.stdout.fileno(), 4096)
        if not data:
            faults.append(f"node inspect says {said}")
            break
        said += data
    client.stdin.write(b"cont\n")
    client.stdin.flush()
    if not session.until(r"'a' \(p\) is ready now"):
        faults.append("the question stands although it is ready")
    if not session.until("Waiting for the debugger to disconnect"):
        faults.append("it does not end")
    client.stdin.write(b".exit\n")
    client.stdin.close()
    client.stdout.read()
    client.wait()
    client.stdout.close()
    test.check("node inspect", session, faults)


def traceable(test):
    """Yama is asked to let any debugger attach, under --debug only."""
    for args in (["--debug"], []):
        place = test.place(["passes"])
        trace = place.folder / "trace"
        # LeakSanitizer cannot work where another one traces.
        session = Session(place, args, terminal=False, wrapper=[
            "env", "ASAN_OPTIONS=detect_leaks=0", test.options.strace, "-f", "-qq", "-o", str(trace), "-e",
            "trace=prctl"])
        os.write(session.input, b"\n")

        def look():
            text = trace.read_text()
            found = "PR_SET_PTRACER, PR_SET_PTRACER_ANY" in text
            return [] if found == bool(args) else [text]

        test.check(f"who may trace a server, {args}", session, [], look=look)
        os.close(session.theirs)


if __name__ == "__main__":
    sys.exit(person.main([with_pdb], (
        ("gdb", [attached, under_gdb]), ("valgrind", [under_valgrind]),
        ("node", [with_node_inspect]), ("strace", [traceable]))))
