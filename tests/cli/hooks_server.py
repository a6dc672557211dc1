#!/usr/bin/env python3
"""A platform server for hooks.t: it lists the hooks that stand in the file
`list`, an object on each line, and notes in the file `order` what it executes.
What it does is told by the id of a hook or the text of a step. Where the file
`cancels` is, it can be cancelled while it waits."""
import json
import os
import signal
import sys
import time


def note(text):
    with open("order", "a", encoding="utf-8") as order:
        order.write(text + "\n")


def kill_other(own):
    """x ends y when y has had its turn."""
    if own != "x":
        return
    with open("order", encoding="utf-8") as order:
        while "y: " not in order.read():
            order.seek(0)
    with open("pid.y", encoding="utf-8") as file:
        os.kill(int(file.read()), signal.SIGKILL)


def act(words, context, own):
    if "kills" in words:
        kill_other(own)
    if "knows" in words:
        note(json.dumps(context.get("exports")))
    if "interrupts" in words:
        os.kill(os.getppid(), signal.SIGINT)
    if "waits" in words:
        note(json.loads(sys.stdin.readline())["method"])
        return {"success": False, "failure": {"message": "cancelled"}}
    if "hangs" in words:
        time.sleep(60)
    if "dies" in words:
        os._exit(3)
    result = {"success": True}
    if "fails" in words:
        result = {"success": False, "failure": {"message": words}}
    if "skips" in words:
        result = {"success": False, "status": "skipped", "reason": words}
    if "tells" in words:
        result["logs"] = [f"said by {words}"]
        result["attachments"] = [{"name": "a", "mediaType": "text/plain",
                                  "body": words}]
    if "exports" in words:
        result["exports"] = {"port": "40123"}
    return result


def told_of_step(params):
    if "step" not in params:
        return ""
    context = params["context"]
    return (f", {params['stepType']} {context['stepIndex']}"
            f" line {context['line']}: {params['step']}")


def read_list():
    with open("list", encoding="utf-8") as lines:
        return {"hooks": [json.loads(line) for line in lines]}


def main():
    own = None
    for line in sys.stdin:
        message = json.loads(line)
        method, params = message["method"], message.get("params", {})
        if "id" not in message:
            continue
        result = {"success": True}
        if method == "initialize":
            own = params["process"]
            with open(f"pid.{own['name']}", "w", encoding="utf-8") as file:
                file.write(str(os.getpid()))
            result = {"protocolVersion": 1,
                      "capabilities": {"hooks": True, "log": True,
                                       "cancel": os.path.exists("cancels")}}
        elif method == "listStepDefinitions":
            result = read_list()
        elif method == "executeHook":
            note(f"{own['name']}: {params['hook']}, {params['status']}"
                 + told_of_step(params))
            result = act(params["hook"], params["context"],
                         own["name"])
        elif method == "executeStep":
            note(f"{own['name']}: {params['step']}")
            result = act(params["step"], params["context"],
                         own["name"])
        elif own["purpose"] == "run":
            note(f"{own['name']} ends: {params['reason']}")
        print(json.dumps({"jsonrpc": "2.0", "id": message["id"],
                          "result": result}), flush=True)


if __name__ == "__main__":
    main()
