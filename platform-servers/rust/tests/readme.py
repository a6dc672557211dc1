#!/usr/bin/env python3
"""Does what "Five minutes" of the README says, in an empty folder.

    readme.py README FOLDER

FOLDER holds the unpacked packages mprun-VERSION and mprun-macros-VERSION; the
former stands for the sources in MPRUN_HOME. The play is that of the mprun in
MPRUN_BUILD; without one the server is asked for the steps itself.
"""

import glob
import json
import os
import re
import shutil
import subprocess
import sys

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.S | re.M)
FILE = re.compile(r"`([\w./]+)`:$")


def parts(readme):
    """(file or None, what is to be done or written) of each block in order."""
    text = re.search(r"\n## Five minutes\n(.*?)\n## ", readme, re.S).group(1)
    for block in BLOCK.finditer(text):
        before = text[:block.start()].rstrip().split("\n")[-1]
        file = FILE.search(before)
        if before == "<!-- not run -->":
            continue
        if block[1] == "console":
            commands = re.findall(r"^\$ (.*)$", block[2], re.M)
            yield None, "\n".join(commands)
        else:
            yield file and file[1], block[2].rstrip("\n") + "\n"


def programs(folder, names):
    """What of compiled things is no part of others."""
    if os.path.basename(folder) not in ("debug", "deps"):
        return []
    return [name for name in names if name == "examples" or "." not in name
            and os.path.isfile(os.path.join(folder, name))]


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
    home = os.path.join(work, "home")
    os.mkdir(folder)
    os.makedirs(os.path.join(home, "platform-servers/rust"))
    os.symlink(packages["mprun"],
               os.path.join(home, "platform-servers/rust/mprun"))
    todo = list(parts(readme))
    assert [name for name, _ in todo if name] == [
        "steps/src/main.rs", "mprun.yaml", "features/counter.feature"], todo
    # The caches, and what is compiled already, are those of the build.
    target = os.environ.pop("CARGO_TARGET_DIR")
    os.environ.update(CARGO_PROFILE_DEV_DEBUG="1", MPRUN_HOME=home)
    for name, text in todo:
        if name:
            path = os.path.join(folder, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        elif text.startswith("mprun "):
            play(text, folder)
        elif text.startswith("cargo new"):
            first, rest = text.split("\n", 1)
            # The two packages know each other by their names alone.
            shell(f"{first}\ncat >>steps/Cargo.toml <<'END'\n\n"
                  "[patch.crates-io]\nmprun-macros.path = "
                  f"\"{packages['mprun-macros']}\"\nEND", folder)
            shutil.copytree(os.path.join(target, "debug"),
                            os.path.join(folder, "steps/target/debug"),
                            ignore=programs)
            shell(rest, folder)
        else:
            shell(text, folder)


if __name__ == "__main__":
    main()
