#!/usr/bin/env python3
"""Plays a recorded Harmony server: what was answered to the same request is
answered again, byte for byte but for the id.

usage: replay_server.py scenario PROCESS LOG
       replay_server.py answers PLATFORM LOG

LOG gets one JSON line for each request: what was read, and the variables that
name resources. A request that was not recorded ends the server with 9, except
those with which mprun goes on after the recording's end.
"""
import json
import os
import sys

import recording


def read_request(stream):
    """The next message and its header, None at the end of the stream."""
    header = b""
    while not header.endswith(b"\r\n\r\n"):
        byte = stream.read(1)
        if not byte:
            return None
        header += byte
    name, _, length = header.partition(b":")
    if name != b"Content-Length":
        sys.exit(f"this header was not recorded: {header}")
    return json.loads(stream.read(int(length)).decode("utf-8"))


def key_of(request):
    """What makes requests the same, whatever names they carry."""
    params = request.get("params") or [{}]
    params = params[0] if isinstance(params, list) else params
    return (request["method"], params.get("Step") or params.get("step"))


def recorded(mode, who):
    if mode == "scenario":
        return [e for e in recording.read(recording.SCENARIO)
                if e.process == who]
    # The health of these servers was asked for in the other recording only.
    return [e for e in recording.read(recording.ANSWERS) if e.platform == who
            and "v1" not in e.what and "camelCase" not in e.what]


def answer_to(request, answers):
    key = key_of(request)
    text = answers.get(key)
    if text is None and key[0] == "health":
        text = '{"jsonrpc": "2.0", "id": 0, "result": true}'
    if text is None and key[0] in ("cleanup", "shutdown"):
        text = '{"jsonrpc": "2.0", "id": 0, "result": null}'
    if text is None:
        sys.stderr.write(f"not recorded: {key}\n")
        sys.exit(9)
    answer = json.loads(text)
    if answer["id"] == request["id"]:
        return text.encode("utf-8")
    answer["id"] = request["id"]
    return json.dumps(answer).encode("utf-8")


def main():
    mode, who, log_path = sys.argv[1:]
    answers = {key_of(e.request): e.answer for e in recorded(mode, who)}
    names = {name: value for name, value in os.environ.items()
             if name.startswith("HARMONY_")}
    with open(log_path, "a", encoding="utf-8") as log:
        while request := read_request(sys.stdin.buffer):
            log.write(json.dumps({"pid": os.getpid(), "request": request,
                                  "environment": names}) + "\n")
            log.flush()
            body = answer_to(request, answers)
            header = b"Content-Length: %d\r\n\r\n" % len(body)
            # Header and message arrive apart from each other.
            for part in (header, body[:7], body[7:]):
                sys.stdout.buffer.write(part)
                sys.stdout.buffer.flush()
        log.write(json.dumps({"pid": os.getpid(), "request": None}) + "\n")


if __name__ == "__main__":
    main()
