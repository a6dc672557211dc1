#!/usr/bin/env python3
"""Builds the package of an SDK, installs it and uses it outside of the tree.

    run_package.py c      --source DIR --build DIR
    run_package.py python --source DIR --wheels DIR
    run_package.py node   --source DIR --node-packages DIR

c: `cmake --install`, what is installed moved away, the fixture steps compiled
with pkg-config in C and a step file in C++. python: the source archive, from
it the wheel, into a folder. node: `npm pack`, `npm install`. Then the golden
transcripts are played against the server that was installed, in a folder of
its own. The network is not used. Exit: 0 all is well, 1 it is not, 77 what is
needed is not here.
"""
import argparse
import glob
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "support"))
from local_packages import local_packages  # noqa: E402

# Of all transcripts those that an incomplete package would fail.
TRANSCRIPTS = ("initialize", "outcomes", "arguments", "hooks", "stdout",
               "discovery", "attachments", "versions")


class Absent(Exception):
    """Something that the test needs."""


class Place:
    """A folder outside of the tree, and the commands that run in it."""

    def __init__(self, folder, environment):
        self.folder = folder
        self.env = {name: value for name, value in os.environ.items()
                    if not name.startswith(("MPRUN_", "PYTHON"))}
        self.env.update(HOME=folder, **environment)

    def run(self, command, **more):
        done = subprocess.run(["sh", "-ec", command], cwd=self.folder,
                              env=self.env, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False,
                              **{"stdin": subprocess.DEVNULL, **more})
        if done.returncode:
            sys.exit(f"`{command}` ends with {done.returncode}:\n"
                     f"{done.stdout}")
        return done.stdout

    def transcripts(self, server, names, *command):
        data = os.path.join(HERE, "..", "data", "servers")
        done = subprocess.run(
            [sys.executable, "-B", os.path.join(HERE, "run_transcripts.py"),
             "--server", server,
             *(os.path.join(data, f"{name}.jsonl") for name in names),
             "--", *command], cwd=self.folder, env=self.env, check=False)
        if done.returncode:
            sys.exit(1)


def need(*programs):
    for program in programs:
        if not shutil.which(program):
            raise Absent(f"{program} does not exist")


def test_c(place, args):
    need("cc", "c++", "pkg-config")
    sdk = os.path.join(args.source, "platform-servers/c")
    place.run(f"cmake --install '{args.build}' --prefix first >log\n"
              "mv first moved")
    [pkgconfig] = glob.glob(place.folder + "/moved/lib*/**/pkgconfig",
                            recursive=True)
    place.env["PKG_CONFIG_PATH"] = pkgconfig
    flags = "$(pkg-config --cflags mprun-server)"
    place.run(f"cp '{sdk}/fixtures/fixture_steps.c' '{sdk}/tests/steps.cpp' .\n"
              f"cc -Wall -Werror -shared -fPIC -o steps.so fixture_steps.c "
              f"{flags}\n"
              f"c++ -std=c++11 -Wall -Werror -shared -fPIC -o cpp.so "
              f"steps.cpp {flags}")
    server = os.path.join(place.folder, "moved/bin/mprun-server-c")
    place.transcripts("c", TRANSCRIPTS, server, "--steps", "steps.so")
    place.transcripts("cpp", ["cpp"], server, "--steps", "cpp.so")


def with_pip(place):
    """A Python that has pip: this one, or a venv of it (Debian has them in
    packages of their own)."""
    def works(*words):
        return not subprocess.run([sys.executable, *words], check=False,
                                  capture_output=True).returncode

    if works("-m", "pip", "--version"):
        return sys.executable
    venv = os.path.join(place.folder, "venv")
    if not works("-m", "venv", venv):
        raise Absent("no pip for " + sys.executable)
    return os.path.join(venv, "bin/python3")


def test_python(place, args):
    wheels = glob.glob(os.path.join(args.wheels, "flit_core-*.whl"))
    if not wheels:
        raise Absent("no folder of wheels: ./build.sh install-deps makes it")
    need(sys.executable)
    installer = with_pip(place)
    sdk = os.path.join(args.source, "platform-servers/python")
    python = f"'{sys.executable}'"
    place.run(f"cd '{sdk}'\nPYTHONPATH='{wheels[0]}' {python} -B -c '\n"
              "import sys\nimport flit_core.buildapi\n"
              f"flit_core.buildapi.build_sdist(sys.argv[1])' "
              f"'{place.folder}'")
    place.run(f"'{installer}' -m pip install -q --target lib mprun-*.tar.gz\n"
              f"cp -r '{sdk}/fixtures' steps")
    place.env["PYTHONPATH"] = os.path.join(place.folder, "lib")
    place.transcripts("python", TRANSCRIPTS, os.path.join(
        place.folder, "lib/bin/mprun-server-python"), "--steps", "steps")


def test_node(place, args):
    need("node", "npm")
    if not os.path.isdir(os.path.join(args.node_packages, "node_modules")):
        raise Absent("no packages for Node: ./build.sh install-deps")
    sdk = os.path.join(args.source, "platform-servers/node")
    place.run("npm init -y >log\n"
              f"npm install \"./$(npm pack --silent '{sdk}')\" >log\n"
              f"cp -r '{sdk}/fixtures' steps")
    place.transcripts("node", TRANSCRIPTS, os.path.join(
        place.folder, "node_modules/.bin/mprun-server-node"),
                      "--steps", "steps")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("language", choices=("c", "python", "node"))
    parser.add_argument("--source", required=True, help="the source root")
    parser.add_argument("--build", help="what is installed")
    parser.add_argument("--wheels", default="", help="what pip installs")
    parser.add_argument("--node-packages", default="",
                        help="what npm installs, in node_modules")
    args = parser.parse_args()
    test = {"c": test_c, "python": test_python, "node": test_node}
    folder = os.path.realpath(tempfile.mkdtemp(prefix="mprun-package-"))
    try:
        with local_packages(args.wheels, args.node_packages) as environment:
            test[args.language](Place(folder, environment), args)
    except Absent as reason:
        print(f"skipped: {reason}")
        return 77
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
