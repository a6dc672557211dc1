"""A platform server that goes up to a stage, makes the file MARK there, and
then neither answers nor ends: it ignores the end of its input and all signals
that can be ignored.

usage: stages.py STAGE MARK     STAGE: starting, idle, step or stopping
"""
import array
import fcntl
import json
import pathlib
import signal
import sys
import termios
import time

STAGE, MARK = sys.argv[1], pathlib.Path(sys.argv[2])


def reach(stage, hangs=True):
    if stage != STAGE:
        return
    MARK.touch()
    while hangs:
        signal.pause()


def unread():
    """Has mprun not read the answer yet?"""
    found = array.array("i", [0])
    fcntl.ioctl(1, termios.FIONREAD, found)
    return found[0]


def main():
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP,
                   signal.SIGQUIT):
        signal.signal(number, signal.SIG_IGN)
    reach("starting")
    for line in sys.stdin:
        request = json.loads(line)
        method = request["method"]
        if method == "initialize":
            result = {"protocolVersion": 1, "name": "stages"}
        elif method == "executeStep":
            reach("step")
            result = {"success": True}
        else:
            reach("stopping")
            result = {}
        print(json.dumps({"jsonrpc": "2.0", "id": request["id"],
                          "result": result}), flush=True)
        if method == "executeStep" and STAGE == "idle":
            while unread():
                time.sleep(0.001)
            reach("idle", hangs=False)
    while True:
        signal.pause()


main()
