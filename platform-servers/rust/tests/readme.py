#!/usr/bin/env python3
"""Do what "Five minutes" of the README says, in an empty folder.

    readme.py README FOLDER

FOLDER holds the unpacked packages mprun-VERSION and mprun-macros-VERSION: they
stand for the folder of sources that the README names. The play at the end is by
the mprun of MPRUN_BUILD; without one the server is asked for a step itself.
"""

import glob
import json
import os
import re
import subprocess
import sys

SOURCES = "../../mprun/platform-servers/rust/mprun"


def parts(readme):
    """The commands, and the files by name, of "Five minutes" in order."""
    text = re.search(r"\n## Five minutes\n(.*?)\n## ", readme, re.S).group(1)
    found = []
    name = None
    for block in re.finditer(
            r"`([\w./]+\.\w+)`(?=[:,])|^```\w*\n([\s\S]*?)^```"
            r"|(?:^    .*\n)+", text, re.M):
        if block.group(1):
            name = block.group(1)
        elif block.group(2):
            found.append((name, block.group(2)))
            name = None
        else:
            lines = block.group(0).splitlines()
            found.append((None, "\n".join(line[4:] for line in lines)))
    return found


def shell(script, folder, **variables):
    print("    " + script.replace("\n", "\n    "), flush=True)
    subprocess.run(["sh", "-eu", "-c", script], cwd=folder, check=True,
                   env={**os.environ, **variables})


def play(command, folder):
    build = os.environ.get("MPRUN_BUILD")
    if build and os.access(os.path.join(build, "mprun"), os.X_OK):
        path = os.path.abspath(build) + os.pathsep + os.environ["PATH"]
        shell(command, folder, PATH=path)
        return
    print("    (no mprun in MPRUN_BUILD: the server is asked itself)")
    steps = ["has a counter at 3", "counts 4 times", "shows 7"]
    requests = "".join(json.dumps(
        {"jsonrpc": "2.0", "id": number, "method": "executeStep",
         "params": {"process": "writer", "stepType": "step", "step": step,
                    "context": {}}}) + "\n"
        for number, step in enumerate(steps))
    answers = subprocess.run(["steps/target/debug/steps"], input=requests,
                             stdout=subprocess.PIPE, text=True, check=True,
                             cwd=folder).stdout.splitlines()
    assert len(answers) == 3, answers
    for answer in answers:
        assert json.loads(answer)["result"]["success"] is True, answer


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        readme = file.read()
    work = os.path.abspath(sys.argv[2])
    packages = {re.sub(r"-[\d.]+$", "", os.path.basename(path)): path
                for path in glob.glob(os.path.join(work, "mprun*-*"))}
    folder = os.path.join(work, "project")
    os.mkdir(folder)
    steps = os.path.join(folder, "steps")
    todo = parts(readme)
    assert [name for name, _ in todo if name] == [
        "steps/src/main.rs", "mprun.yaml", "features/counter.feature"], todo
    assert SOURCES in todo[0][1], todo[0]
    # The caches, and what is compiled already, are those of the build.
    target = os.environ.pop("CARGO_TARGET_DIR")
    os.environ["CARGO_PROFILE_DEV_DEBUG"] = "1"
    for name, text in todo:
        if name:
            path = os.path.join(folder, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        elif text.startswith("mprun "):
            play(text, folder)
        elif text.startswith("cargo new"):
            # The two packages know each other by their names alone.
            shell(f"cargo new --vcs none steps\nln -s '{target}' steps/target\n"
                  "cat >>steps/Cargo.toml <<'END'\n\n[patch.crates-io]\n"
                  f"mprun-macros.path = \"{packages['mprun-macros']}\"\nEND",
                  folder)
            rest = text.replace(SOURCES, packages["mprun"])
            shell(rest.split("\n", 1)[1], folder)
        else:
            shell(text, folder)
    assert os.path.exists(os.path.join(steps, "Cargo.lock"))


if __name__ == "__main__":
    main()
