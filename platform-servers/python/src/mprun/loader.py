"""Loading step files."""

import importlib.util
import os
import re
import sys
import traceback

from mprun.registry import Location, Problem


def load(paths, registry):
    """Run every step file of the paths, then compile what they defined.

    Whatever is wrong goes into registry.problems: all of it, with its place.
    """
    files = []
    for path in paths:
        path = os.path.abspath(path)
        if os.path.isdir(path):
            found = _files_below(path)
            if not found:
                registry.problems.append(Problem(
                    Location(path, 1), "there is no step file (*.py) here"))
            files += found
            _add_to_import_path(path)
        elif os.path.isfile(path):
            files.append((os.path.dirname(path), path))
            _add_to_import_path(os.path.dirname(path))
        else:
            registry.problems.append(Problem(
                Location(path, 1), "no such file or folder of steps"))
    for root, file in files:
        _load_file(root, file, registry)
    registry.compile()


def _files_below(root):
    files = []
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders
                            if not name.startswith((".", "_")))
        files += [(root, os.path.join(folder, name)) for name in sorted(names)
                  if name.endswith(".py") and not name.startswith((".", "_"))]
    return files


def _add_to_import_path(folder):
    # At the end: a step file called socket.py must not hide Python's own.
    if folder not in sys.path:
        sys.path.append(folder)


def _load_file(root, file, registry):
    relative = os.path.splitext(os.path.relpath(file, root))[0]
    name = relative.replace(os.sep, ".")
    loaded = sys.modules.get(name)
    if getattr(loaded, "__file__", None) == file:
        return
    if loaded is not None or _belongs_to_another(name, root):
        name = f"mprun_steps.{name}"
    spec = importlib.util.spec_from_file_location(name, file)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        sys.modules.pop(name, None)
        registry.problems.append(_problem(file, error))


def _belongs_to_another(name, root):
    """True if an import of this name finds something outside the root."""
    try:
        spec = importlib.util.find_spec(name.partition(".")[0])
    except (ImportError, ValueError):
        return True
    if spec is None:
        return False
    places = [spec.origin] if spec.has_location else list(
        spec.submodule_search_locations or [spec.origin or ""])
    return not any(os.path.abspath(place).startswith(root + os.sep)
                   for place in places)


def _problem(file, error):
    text = f"{type(error).__name__}: {error}{_hint(error)}"
    if isinstance(error, SyntaxError) and error.filename:
        return Problem(Location(error.filename, error.lineno or 1),
                       f"{type(error).__name__}: {error.msg}")
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if os.path.abspath(frame.filename) == file:
            return Problem(Location(file, frame.lineno), text)
    return Problem(Location(file, 1), text)


def _hint(error):
    """What a word of the package lacks that stands in a file without it."""
    name = re.match(r"name '(\w+)' is not defined", str(error))
    known = sys.modules["mprun"].__all__
    if isinstance(error, NameError) and name and name[1] in known:
        return f"; from mprun import {name[1]}"
    return ""
