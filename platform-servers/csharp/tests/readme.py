#!/usr/bin/env python3
"""Follow the first section of README.md in an empty folder outside of the tree.

    readme.py TREE FOLDER

Files and commands are taken from the page as they stand there. FOLDER is what
the build script made; mprun is that of MPRUN_BUILD, of the build whose ctest
runs this, or of a build folder beside FOLDER. A program that serves its own
steps is tried with the same class.
"""

import os
import re
import subprocess
import sys
import tempfile

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)
MAIN = """
static class Program
{
    static int Main(string[] args) => Mprun.PlatformServer.Run(args);
}
"""


def find_mprun(folder):
    beside = os.path.dirname(os.path.abspath(folder))
    for place in (os.environ.get("MPRUN_BUILD"), "../..", f"{beside}/debug",
                  f"{beside}/release"):
        if place and os.access(f"{place}/mprun", os.X_OK):
            return os.path.abspath(place)
    return None


def parts(page):
    """The blocks of the section, each with the name of its file or None."""
    section = page.split("\n## Five minutes\n")[1].split("\n## ")[0]
    end = 0
    for block in BLOCK.finditer(section):
        names = re.findall(r"`([\w./]+)`:\s*$", section[end:block.start()])
        end = block.end()
        yield block.group(1), block.group(2), names[-1] if names else None


def run(command, folder, environment):
    done = subprocess.run(["sh", "-eu", "-c", command], cwd=folder,
                          env=environment, text=True, capture_output=True)
    print(f"$ {command.strip()}\n{done.stdout}{done.stderr}", end="")
    if done.returncode != 0:
        sys.exit(f"README.md: exit status {done.returncode}")
    return done.stdout


def follow(page, folder, environment):
    """The output of the last command."""
    output = ""
    for language, text, name in parts(page):
        if language == "sh":
            output = run(text, folder, environment)
        elif name is None:
            sys.exit(f"README.md: no file name before {text[:40]!r}")
        else:
            path = os.path.join(folder, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
    return output


def serve_itself(folder, environment):
    with open(f"{folder}/Program.cs", "w", encoding="utf-8") as file:
        file.write(MAIN)
    with open(f"{folder}/own.yaml", "w", encoding="utf-8") as file:
        file.write("version: 1\nfeatures: [features]\nplatforms:\n"
                   "  csharp:\n    command: [mono, --debug, own/own.exe]\n")
    return run("mkdir own && cp sdk/Mprun.dll own && mcs -debug"
               " -r:own/Mprun.dll -out:own/own.exe Counter.cs Program.cs"
               " && mprun --config own.yaml", folder, environment)


def main():
    tree, built = sys.argv[1:]
    mprun = find_mprun(built)
    if mprun is None:
        sys.exit("no mprun beside the folder: build it, or set MPRUN_BUILD")
    with open(os.path.join(tree, "platform-servers/csharp/README.md"),
              encoding="utf-8") as file:
        page = file.read()
    environment = {name: value for name, value in os.environ.items()
                   if not name.startswith("MPRUN")}
    environment["PATH"] = mprun + os.pathsep + environment["PATH"]
    environment["MPRUN_HOME"] = os.path.abspath(tree)
    with tempfile.TemporaryDirectory(prefix="mprun-readme-") as folder:
        for output in (follow(page, folder, environment),
                       serve_itself(folder, environment)):
            if "1 case: 1 passed" not in output:
                sys.exit("README.md: the last command did not end green")
    print("README.md: followed")


if __name__ == "__main__":
    main()
