"""Recordings of real Harmony servers (shared transcripts), one message a line:
process or what, platform, dir (">": sent to the server), raw.
"""
import json
import os
from pathlib import Path

CUT = "...(cut)"
SCENARIO = "harmony-1.1-reader-python-writer-cpp.jsonl"
ANSWERS = "harmony-answers.jsonl"


def folder():
    """Where the recordings are; None: they are not there."""
    shared = os.environ.get("MPRUN_SHARED")
    found = Path(shared) / "transcripts" if shared else None
    return found if found and (found / SCENARIO).exists() else None


def body_of(raw):
    """A message without its header. Long answers are cut off in the recording,
    within their logs: they get an end again, and a success where it stood
    behind the logs."""
    body = raw.partition("\r\n\r\n")[2]
    if body.endswith(CUT):
        body = body[:body.rindex("},") + 1]
        body += "]}}" if '"success"' in body else '],"success":false}}'
    return body


class Exchange:
    """A request and its answer."""

    def __init__(self, asked, answered):
        self.platform = asked["platform"]
        self.process = asked.get("process")
        self.what = asked.get("what")
        self.request = json.loads(body_of(asked["raw"]))
        self.answer = body_of(answered["raw"])

    def step(self):
        """What executeStep asks for, in PascalCase; {}: another method."""
        if self.request["method"] != "executeStep":
            return {}
        params = self.request["params"]
        if isinstance(params, list):
            params = params[0]
        return {name[0].upper() + name[1:]: value
                for name, value in params.items()}


def read(name):
    lines = (folder() / name).read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    assert [row["dir"] for row in rows] == [">", "<"] * (len(rows) // 2)
    return [Exchange(*rows[i:i + 2]) for i in range(0, len(rows), 2)]
