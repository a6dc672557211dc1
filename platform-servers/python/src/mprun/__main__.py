"""The program: `python -m mprun --steps DIR`."""

import argparse
import os
import sys

USAGE = """\
A platform server for mprun: it reads requests from standard input and
answers on standard output. mprun starts it; the command stands in mprun.yaml:

  platforms:
    python:
      command: [python3, -m, mprun, --steps, steps/python]
"""


def main(arguments=None):
    """Serve until stdin ends; the exit status."""
    options = _parse(arguments)
    sys.path[:0] = [os.path.abspath(folder) for folder in options.packages
                    if os.path.isdir(folder)]
    if options.check or options.list:
        return _check(options)
    from mprun.channel import Channel
    channel = Channel.take_standard_streams()
    if os.isatty(2) and not os.environ.get("MPRUN"):
        print(USAGE, file=sys.stderr)
    registry = _load(options.steps)
    from mprun.server import Server, problem_text
    if registry.problems:
        print(f"mprun: {problem_text(registry.problems)}", file=sys.stderr)
    return finish(Server(registry, channel).serve())


def _parse(arguments):
    parser = argparse.ArgumentParser(
        prog="mprun-server-python", description=USAGE,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", action="append", default=[],
                        metavar="PATH", required=True,
                        help="a folder of step files or one step file;"
                        " repeatable")
    parser.add_argument("--packages", action="append", default=[],
                        metavar="DIR", help="where to look first for Python"
                        " packages; ignored if absent")
    parser.add_argument("--check", action="store_true",
                        help="load the step files, say what is wrong, end")
    parser.add_argument("--list", action="store_true",
                        help="list the step definitions and hooks, end")
    return parser.parse_args(arguments)


def _load(paths):
    from mprun import loader
    from mprun.registry import Problem, shared_registry
    steps = shared_registry()
    try:
        import cucumber_expressions  # noqa: F401
    except ImportError as error:
        steps.problems.append(Problem(None, _how_to_install(error)))
    else:
        loader.load(paths, steps)
    return steps


def _how_to_install(error):
    requirements = os.path.join(
        os.path.dirname(os.path.abspath(__file__)), "..", "..",
        "requirements.txt")
    what = "cucumber-expressions"
    if os.path.exists(requirements):
        what = "-r " + os.path.relpath(requirements)
    return ("the Python package cucumber-expressions is missing: python3 -m"
            f" pip install --target build/python {what} (the server looks there"
            f" with `--packages build/python`; {error})")


def _check(options):
    steps = _load(options.steps)
    if options.list:
        for definition in steps.definitions:
            print(f"{definition.source}  # {definition.location}")
        for hook in steps.hooks:
            print(f"{hook.title}  # {hook.location}")
    for problem in steps.problems:
        print(problem, file=sys.stderr)
    if options.check:
        print(f"step definitions: {len(steps.definitions)},"
              f" errors: {len(steps.problems)}")
    return 1 if steps.problems else 0


def finish(status):
    """End although a step may have left threads behind."""
    from mprun.context import other_threads
    names = other_threads()
    if names:
        print(f"mprun: threads still running: {', '.join(names)}",
              file=sys.stderr)
        sys.stderr.flush()
        os._exit(status)
    return status


if __name__ == "__main__":
    sys.exit(main())
