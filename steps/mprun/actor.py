"""The platform server that plays the processes of the scenarios inside: every
step passes, but for those below, which say what the process shall do.

usage: actor.py [--cancel] [--broken]

--cancel: it tells mprun that its steps can be cancelled. --broken: it ends
before it answers. It writes a diary into its folder: process, platform, event.
"""
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

myself = os.environ["MPRUN_PROCESS"]
tries = {}
will = {"stay": False, "exit": None}


def diary(event):
    with open("diary", "a", encoding="utf-8") as file:
        file.write(f"{myself}\t{os.environ['MPRUN_PLATFORM']}\t{event}\n")


def receive():
    line = sys.stdin.readline()
    return json.loads(line) if line else None


def shared_file(name):
    return Path(os.environ["MPRUN_SHARED_DIR"], name)


def answer(request, **members):
    print(json.dumps({"jsonrpc": "2.0", "id": request["id"], **members}),
          flush=True)


def passed():
    return {"success": True}


def failed(message):
    return {"success": False, "failure": {"message": message}}


def other(status):
    return {"success": False, "status": status, "reason": f"it is {status}"}


# What a step makes it do


def hang():
    while True:
        signal.pause()


def take(milliseconds):
    time.sleep(int(milliseconds) / 1000)
    return passed()


def wait_for_cancel():
    """The answer to a cancel: nothing else arrives while a step is open."""
    if receive() is None:
        sys.exit()
    diary("was cancelled")
    return None


def fail_as(name):
    return failed(f"{name} has no luck") if name == myself else passed()


def say_the_word():
    shared_file("word").touch()
    return passed()


def wait_for_the_word():
    while not shared_file("word").exists():
        time.sleep(0.01)
    return passed()


def succeed_at_try(number, name):
    """The others, if one is named, succeed at once."""
    tries[number] = tries.get(number, 0) + 1
    if name not in (None, myself) or tries[number] >= int(number):
        return passed()
    return failed(f"try {tries[number]} is too early")


def ignore_requests_to_end():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    will["stay"] = True
    return passed()


def exit_when_idle(code):
    will["exit"] = int(code)
    return passed()


def leave(thing):
    if thing == "socket":
        socket.socket(socket.AF_UNIX).bind(str(shared_file("left.sock")))
    elif thing == "pipe":
        os.mkfifo(shared_file("left.fifo"))
    elif thing == "file":
        shared_file("left.txt").touch()
    elif thing == "shared memory object":
        Path("/dev/shm", os.environ["MPRUN_IPC_PREFIX"] + "-left").touch()
    else:
        subprocess.Popen(["sleep", "600"], start_new_session=True,
                         stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                         stderr=subprocess.DEVNULL)
    return passed()


steps = [
    (r"fails(?: with (.+))?", lambda why: failed(why or "no luck")),
    (r"fails as (.+)", fail_as),
    (r"does what (?:is|are) (skipped|pending|undefined|ambiguous)", other),
    (r"exits with code (\d+)", lambda code: os._exit(int(code))),
    (r"exits with code (\d+) a moment later", exit_when_idle),
    (r"dies of (SIG\w+)", lambda name: os.kill(
        os.getpid(), getattr(signal, name)) or hang()),
    (r"hangs", hang),
    (r"says the word", say_the_word),
    (r"waits for the word", wait_for_the_word),
    (r"waits until it is cancelled", wait_for_cancel),
    (r"takes (\d+) ms", take),
    (r"succeeds at try (\d+)(?: as (.+))?", succeed_at_try),
    (r"ignores requests to end", ignore_requests_to_end),
    (r"leaves a (.+) behind", leave),
]


def execute(text):
    for pattern, function in steps:
        found = re.fullmatch(pattern, text)
        if found:
            return function(*found.groups())
    return passed()


def serve():
    while request := receive():
        method = request["method"]
        if method == "initialize":
            answer(request, result={
                "protocolVersion": 1,
                "capabilities": {"cancel": "--cancel" in sys.argv}})
        elif method == "executeStep":
            diary(request["params"]["step"])
            result = execute(request["params"]["step"])
            if result:
                answer(request, result=result)
            else:
                answer(request, error={"code": 1003, "message": "Cancelled"})
        elif method == "shutdown":
            diary("shuts down")
            answer(request, result={"success": True})
        if will["exit"] is not None:
            sys.exit(will["exit"])
    if will["stay"]:
        hang()


diary("starts as " + os.environ["MPRUN_INCARNATION"])
if "--broken" in sys.argv:
    sys.exit("it is broken")
serve()
