#!/usr/bin/env python3
"""A server with Content-Length framing; its command line says how it speaks
and what is wrong with it.

usage: small_server.py LOG [WORD...]

    v1, harmony     how it greets; neither: it knows executeStep and health
    unwell          health is false
    refuses         initialize is false
    chatty          prints between its messages and headers
    lf              ends header lines with LF only, and has a Content-Type
    exits           ends at shutdown without an answer
    unclean         answers cleanup with an error
    leaves          answers cleanup with success false
    lines           writes messages on lines, without a header

A step that ends in passes, fails, throws, is unknown, waits or dies does.
LOG gets the methods that came, one a line, with the pid.
"""
import json
import os
import sys

LOG, WORDS = sys.argv[1], set(sys.argv[2:])


def read_message():
    length = None
    while line := sys.stdin.buffer.readline():
        name, _, value = line.decode().partition(":")
        if name.lower() == "content-length":
            length = int(value)
        if not line.strip() and length is not None:
            return json.loads(sys.stdin.buffer.read(length))
        if name.startswith("{"):
            sys.exit("a message without a header")
    return None


def write_message(message):
    body = json.dumps(message, ensure_ascii=False).encode("utf-8")
    end = b"\n" if "lf" in WORDS else b"\r\n"
    header = b"Content-Length: %d" % len(body) + end
    if "lf" in WORDS:
        header += b"Content-Type: application/vscode-jsonrpc" + end
    if "chatty" in WORDS:
        header = b"chat line\nchat..." + header
    if "lines" in WORDS:
        header, end, body = b"", b"", body + b"\n"
    sys.stdout.buffer.write(header + end + body)
    sys.stdout.buffer.flush()


def greet(method, params):
    if method == "health":
        return {"result": "unwell" not in WORDS}
    if method == "initialize" and "v1" in WORDS:
        return {"result": {"protocolVersion": 1}}
    if method == "initialize" and "harmony" in WORDS:
        return {"result": "refuses" not in WORDS and "Role" in params[0]}
    if method == "cleanup" and "unclean" in WORDS:
        return {"error": {"code": -32603, "message": "not clean"}}
    if method == "cleanup" and "leaves" in WORDS:
        return {"result": {"Success": False, "Error": "a buffer is left"}}
    if method == "shutdown" and "v1" in WORDS:
        return {"result": {"success": True}}
    if method in ("cleanup", "shutdown") and "harmony" in WORDS:
        return {"result": None}
    return {"error": {"code": -32601, "message": "no such method"}}


def run(step):
    if step.endswith("waits"):
        sys.stdin.buffer.read()
    if step.endswith("dies"):
        os._exit(3)
    if step.endswith("throws"):
        return {"error": {"code": -32000, "message": "thrown: ä"}}
    if step.endswith("is unknown"):
        return {"result": {"success": False, "error": "E404 no step"}}
    good = step.endswith("passes")
    return {"result": {"success": good, "error": None if good else "it failed",
                       "logs": [{"timestamp": "T", "level": 3,
                                 "message": "said"}]}}


def answer(request):
    method, params = request["method"], request.get("params")
    if method != "executeStep":
        return greet(method, params)
    params = params[0] if isinstance(params, list) else params
    return run(params.get("Step") or params["step"])


def main():
    with open(LOG, "a", encoding="utf-8") as log:
        while request := read_message():
            log.write(f"{os.getpid()} {request['method']}\n")
            log.flush()
            if request["method"] == "shutdown" and "exits" in WORDS:
                os._exit(0)
            if "id" in request:
                write_message({"jsonrpc": "2.0", "id": request["id"],
                               **answer(request)})
        log.write(f"{os.getpid()} end\n")


if __name__ == "__main__":
    main()
