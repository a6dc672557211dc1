"""The program: `mprun-behave features`."""

import argparse
import os
import sys
import traceback

USAGE = """\
A platform server for mprun that plays the steps of a behave project as they
are. mprun starts it; the command stands in mprun.yaml:

  platforms:
    behave:
      command: [mprun-behave, features]
"""


def main(arguments=None):
    """Serve until stdin ends; the exit status."""
    options = _parse(arguments)
    sys.path[:0] = [os.path.abspath(folder) for folder in options.packages
                    if os.path.isdir(folder)]
    if options.available:
        return _available()
    from mprun.channel import Channel
    channel = None if options.check else Channel.take_standard_streams()
    if channel and os.isatty(2) and not os.environ.get("MPRUN"):
        print(USAGE, file=sys.stderr)
    steps = _load(options.features, options.options)
    for problem in steps.problems:
        print(f"mprun-behave: {problem}", file=sys.stderr)
    if options.check:
        print(f"step definitions: {len(steps.definitions)},"
              f" errors: {len(steps.problems)}")
        return 1 if steps.problems else 0
    from mprun.__main__ import finish
    return finish(_server(steps, channel).serve())


def _parse(arguments):
    parser = argparse.ArgumentParser(
        prog="mprun-behave", description=USAGE,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("features", nargs="?", default="features",
                        help="the folder with environment.py and steps/")
    parser.add_argument("options", nargs="*", help="after `--`: options of"
                        " behave, like -D NAME=VALUE and --stage")
    parser.add_argument("--packages", action="append", default=[],
                        metavar="DIR", help="where to look first for Python"
                        " packages; ignored if absent")
    parser.add_argument("--check", action="store_true",
                        help="load the project, say what is wrong, end")
    parser.add_argument("--available", action="store_true",
                        help="end with 0 if behave can be imported")
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    rest = []
    if "--" in arguments:
        place = arguments.index("--")
        arguments, rest = arguments[:place], arguments[place + 1:]
    options = parser.parse_args(arguments)
    options.options = rest
    return options


def _available():
    try:
        import behave  # noqa: F401
    except ImportError as error:
        print(_how_to_install(error), file=sys.stderr)
        return 1
    return 0


def _how_to_install(error):
    return ("the Python package behave is missing: python3 -m pip install"
            " --target build/behave behave (the server looks there with"
            f" `--packages build/behave`; {error})")


def _load(folder, arguments):
    """The steps; whatever is wrong is in their problems."""
    from mprun.registry import Location, Problem
    try:
        from mprun_behave.project import Project
        from mprun_behave.steps import Steps
    except ImportError as error:
        import types
        return types.SimpleNamespace(
            project=None, definitions=[], hooks=[],
            problems=[Problem(None, _how_to_install(error))])
    steps = Steps()
    if not os.path.isdir(folder):
        steps.problems.append(Problem(
            Location(folder, 1), "no such folder of features"))
        return steps
    try:
        project = Project(folder, arguments)
        project.load()
    except (Exception, SystemExit) as error:
        steps.problems.append(_problem(folder, error))
    else:
        steps.take(project)
    return steps


def _problem(folder, error):
    """What stopped the loading, with its place in the project."""
    from mprun.registry import Location, Problem
    text = f"{type(error).__name__}: {error}"
    if isinstance(error, SyntaxError) and error.filename:
        return Problem(Location(error.filename, error.lineno or 1), text)
    root = os.path.abspath(folder) + os.sep
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if os.path.abspath(frame.filename).startswith(root):
            return Problem(Location(frame.filename, frame.lineno), text)
    return Problem(Location(folder, 1), text)


def _server(steps, channel):
    try:
        from mprun_behave.server import BehaveServer
    except ImportError:  # behave is missing, which the steps tell
        from mprun.server import Server
        return Server(steps, channel)
    return BehaveServer(steps, channel)


if __name__ == "__main__":
    sys.exit(main())
