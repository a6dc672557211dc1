#!/usr/bin/env python3
"""A platform server that says what the examples of docs/protocol.md say.

    page_server.py docs/protocol.md [refuses] [CAPABILITY...]

A request gets the answer that follows the first example of its method on the
page; a step gets the one to executeStep that its number asks for: `says 2`. One
that `tells` has the examples of notifications before that. The capabilities are
said besides those of the page; one that refuses says that it knows no version
of those offered."""
import json
import re
import sys


def examples(path):
    with open(path, encoding="utf-8") as file:
        page = file.read()
    decoder = json.JSONDecoder()
    for block in re.findall(r"^```json\n(.*?)^```$", page, re.M | re.S):
        text = block.strip()
        while text:
            value, end = decoder.raw_decode(text)
            yield value
            text = text[end:].strip()


def collect(path):
    """Answers by method, and notifications of a server."""
    answers, notices, method = {}, [], None
    for value in examples(path):
        if value.get("method") in ("log", "attachment"):
            notices.append(value)
        elif "method" in value and "id" in value:
            method = value["method"]
        elif "result" in value or "error" in value:
            cancelled = value.get("error", {}).get("code") == 1003
            answers.setdefault("executeStep" if cancelled else method,
                               []).append(value)
    return answers, notices


def say(message, number):
    print(json.dumps({**message, **number}), flush=True)


def main():
    answers, notices = collect(sys.argv[1])
    for word in sys.argv[2:]:
        if word == "refuses":
            answers["initialize"].pop(0)
        else:
            answers["initialize"][0]["result"]["capabilities"][word] = True
    for line in sys.stdin:
        request = json.loads(line)
        if "id" not in request:
            continue
        method, index = request["method"], 1
        text = request.get("params", {}).get("step", "")
        found = re.search(r"\d+", text)
        if method == "executeHook":
            method = "executeStep"
        elif found:
            index = int(found.group())
        if "tells" in text:
            for notice in notices:
                say(notice, {"params": {**notice["params"],
                                        "id": request["id"]}})
        say(answers[method][index - 1], {"id": request["id"]})


if __name__ == "__main__":
    main()
