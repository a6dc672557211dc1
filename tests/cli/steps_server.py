#!/usr/bin/env python3
"""A platform server for steps.t: `steps_server.py MODE PATTERN...` knows these
patterns ({int}, {word}) and is asked about them. What it hears is noted in the
file `heard`; MODE says what is odd about it."""
import json
import os
import re
import signal
import sys
import time

MODE, PATTERNS = sys.argv[1], sys.argv[2:]
OWN = {"name": None}


def note(text):
    with open("heard", "a", encoding="utf-8") as heard:
        heard.write(f"{OWN.get('platform')} {OWN.get('purpose')} {text}\n")


def fits(pattern, text):
    parts = re.split(r"(\{int\}|\{word\})", pattern)
    types = {"{int}": r"-?\d+", "{word}": r"[^\s]+"}
    return re.fullmatch("".join(types.get(part) or re.escape(part)
                                for part in parts), text)


def match(step):
    found = [{"id": f"s{i}", "args": []} for i, pattern in enumerate(PATTERNS)
             if fits(pattern, step["step"])]
    if MODE == "unlisted":
        found = [{"id": "x"}, {"id": "y"}]
    if MODE == "no-id":
        found = [{"args": []}]
    result = {"matches": found}
    if MODE == "fault":
        result["error"] = "catastrophic backtracking"
    if not found:
        result["snippets"] = [{"language": "text", "code":
                               f"define {step['step']} ({step['argument']})"}]
    return result


def match_all(steps):
    note(f"matches {len(steps)}")
    if MODE == "dies":
        os._exit(3)
    if MODE == "hangs":
        time.sleep(60)
    if MODE == "interrupts":
        os.kill(os.getppid(), signal.SIGINT)
        time.sleep(60)
    if MODE == "short":
        steps = steps[1:]
    if MODE == "no-list":
        return {"results": [{"matches": None} for step in steps]}
    return {"results": [match(step) for step in steps]}


def definition(number, pattern):
    told = {"id": f"s{number}",
            "location": {"file": "steps.txt", "line": number + 1}}
    if MODE != "blank":
        told["pattern"] = {"type": "cucumberExpression", "source": pattern}
    elif number:
        told["pattern"] = {"type": "cucumberExpression", "source": ""}
    return told


def definitions():
    return {"stepDefinitions": [definition(i, pattern)
                                for i, pattern in enumerate(PATTERNS)],
        "hooks": [{"id": "h1", "type": "beforeRun"},
                  {"id": "h2", "type": "beforeScenario"}]}


def interrupt_dead():
    """mprun is interrupted when this process has died and mprun, which was
    stopped meanwhile, has not heard of it."""
    runner, own = os.getppid(), os.getpid()
    note("begins")
    os.kill(runner, signal.SIGSTOP)
    if os.fork():
        os._exit(1)
    os.setsid()
    os.closerange(0, 3)
    while state_of(own) != "Z" or state_of(runner) != "T":
        time.sleep(0.01)
    os.kill(runner, signal.SIGINT)
    os.kill(runner, signal.SIGCONT)
    os._exit(0)


def state_of(pid):
    with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
        return stat.read().rsplit(")", 1)[1].split()[0]


def answer(method, params):
    if method == "initialize" and MODE == "interrupts dead":
        OWN.update(params["process"])
        interrupt_dead()
    if method == "initialize":
        OWN.update(params["process"])
        can = {"listStepDefinitions": True, "matchSteps": MODE != "lists"}
        if MODE == "neither":
            can = {}
        if MODE == "hooks":
            can["hooks"] = True
        return {"result": {"protocolVersion": 1, "capabilities": can}}
    if method == "matchSteps" and MODE == "error":
        return {"error": {"code": -32603, "message": "no such file"}}
    if method == "matchSteps":
        return {"result": match_all(params["steps"])}
    if method == "listStepDefinitions":
        return {"result": definitions()}
    note(method)
    return {"result": {"success": True}}


def main():
    for line in sys.stdin:
        message = json.loads(line)
        if "id" in message:
            print(json.dumps({"jsonrpc": "2.0", "id": message["id"],
                              **answer(message["method"],
                                       message.get("params"))}), flush=True)


if __name__ == "__main__":
    main()
