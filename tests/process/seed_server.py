#!/usr/bin/env python3
"""A platform server as the notes describe one: no SDK, answers over many
lines. What it was sent goes to the file REQUESTS."""
import json
import os
import sys


def execute(params):
    if params["step"] != "writes frame with size 1024":
        return {"success": False, "logs": ["no such step"]}
    return {"success": True,
            "data": {"frameId": 123, "actualSize": 1024},
            "logs": ["[2024-01-01 10:00:00.123] Writing frame size=1024",
                     "[2024-01-01 10:00:00.125] Frame written successfully, "
                     "id=123"]}


for line in sys.stdin:
    with open(os.environ["REQUESTS"], "a", encoding="utf-8") as file:
        file.write(line)
    request = json.loads(line)
    answer = {"jsonrpc": "2.0"}
    if request["method"] == "executeStep":
        answer["result"] = execute(request["params"])
    elif request["method"] == "health":
        answer["result"] = {"status": "ok"}
    else:
        answer["error"] = {"code": -32601, "message": "unknown method"}
    answer["id"] = request["id"]
    print(json.dumps(answer, indent=2), flush=True)
