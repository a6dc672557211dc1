"""Step definitions: collecting them, compiling them, matching a step.

The decorators only collect. Expressions are compiled when all step files are
loaded, so a file may use a parameter type that a later file defines, and
every bad expression is reported, not only the first. The package
cucumber-expressions is imported no sooner than that: the program can say in
an answer that it is missing.
"""

import functools
import os
import re
import sys

# Of the texts that were matched so many are kept, none longer than that.
KEPT_TEXTS = 1000
LONGEST_KEPT = 1000

# A step may go elsewhere, and remove the folder in which it is.
START_FOLDER = os.getcwd()


class Location:
    """Where a definition stands: `file:line`."""

    def __init__(self, file, line):
        self.file = display_path(file)
        self.line = line

    @classmethod
    def of_caller(cls, depth):
        frame = sys._getframe(depth + 1)
        return cls(frame.f_code.co_filename, frame.f_lineno)

    def as_json(self):
        return {"file": self.file, "line": self.line}

    def __str__(self):
        return f"{self.file}:{self.line}"


class Problem:
    """Something wrong in a step file; location is None if elsewhere."""

    def __init__(self, location, message):
        self.location = location
        self.message = message

    def as_json(self):
        place = self.location.as_json() if self.location else {}
        return {"message": self.message, **place}

    def __str__(self):
        place = f"{self.location}: " if self.location else ""
        return place + self.message


class StepDefinition:
    """One decorated function and its pattern."""

    def __init__(self, pattern, function, location, step_type):
        self.pattern = pattern
        self.function = function
        self.location = location
        self.step_type = step_type
        self.id = None
        self.matcher = None
        self._regexp = None
        self.groups = None
        self.counts = set()  # of arguments that the function can take

    @property
    def is_regex(self):
        return isinstance(self.pattern, re.Pattern)

    @property
    def source(self):
        return self.pattern.pattern if self.is_regex else self.pattern

    def compile(self, types):
        from cucumber_expressions.expression import CucumberExpression
        from cucumber_expressions.regular_expression import RegularExpression
        if self.is_regex:
            self.matcher = RegularExpression(
                _with_inline_flags(self.pattern), types)
        else:
            self.matcher = CucumberExpression(self.pattern, types)
        tree = getattr(self.matcher, "tree_regexp", None)
        self._regexp = getattr(tree, "regexp", None)
        self.groups = None if self.is_regex else _groups_of(
            self.matcher, tree)

    def may_match(self):
        """A function of a text: false where the definition cannot fit it.

        The package makes a tree of all groups, most of which nobody asks for.
        Where its own regular expression is at hand, that goes first.
        """
        return self._regexp.match if self._regexp else lambda text: True

    def match(self, text, found):
        """The Match of a text that may_match found, or None."""
        if self.groups is not None:
            return Match(self, text, found)
        match = Match(self, text)
        return None if match.arguments is None else match


class Match:
    """A step definition that fits a text, and the arguments found."""

    def __init__(self, definition, text, found=None):
        self.definition = definition
        self._text = text
        self._found = found

    @functools.cached_property
    def arguments(self):
        return self.definition.matcher.match(self._text)

    def values(self):
        if self._found is None:
            return [argument.value for argument in self.arguments]
        return [transform([self._found.group(number) for number in numbers])
                for transform, numbers in self.definition.groups]


def _groups_of(matcher, tree):
    """For each parameter its transformer, and the groups that it is given."""
    try:
        builders = tree.group_builder.children
        types = matcher.parameter_types
        if len(builders) != len(types):
            return None
        groups, number = [], 1
        for builder, kind in zip(builders, types):
            groups.append((kind.transform, [number] if not builder.children
                           else _numbers_of(builder.children, number + 1)))
            number += _count_of(builder)
        return groups
    except AttributeError:  # another version of the package
        return None


def _numbers_of(builders, number):
    numbers = []
    for builder in builders:
        numbers.append(number)
        number += _count_of(builder)
    return numbers


def _count_of(builder):
    """How many groups it is, those within it among them."""
    return 1 + sum(map(_count_of, builder.children))


class Registry:
    """All step definitions, parameter types and hooks of one server."""

    def __init__(self):
        self.definitions = []
        self.hooks = []
        self.problems = []
        self._types = []
        self._compiled_types = None
        self._ways = []  # of the definitions that could be compiled
        self._found = {}  # what texts that came before have matched

    def add(self, pattern, function, location, step_type):
        definition = StepDefinition(pattern, function, location, step_type)
        if not isinstance(pattern, (str, re.Pattern)):
            self.problems.append(Problem(location, (
                "a step pattern must be a string (Cucumber Expression) or a"
                f" compiled regular expression, not {pattern!r}")))
            return
        self.definitions.append(definition)

    def add_type(self, location, name, regexp, transformer, **options):
        self._types.append((location, name, regexp, transformer, options))

    def add_hook(self, hook):
        self.hooks.append(hook)
        hook.id = f"h{len(self.hooks)}"

    def report(self, location, message):
        self.problems.append(Problem(location, message))

    def compile(self):
        """Compile everything collected; what fails goes into problems."""
        from cucumber_expressions.parameter_type import ParameterType
        from cucumber_expressions.parameter_type_registry import (
            ParameterTypeRegistry)
        self._found.clear()
        self._compiled_types = ParameterTypeRegistry()
        for location, name, regexp, transformer, options in self._types:
            try:
                self._compiled_types.define_parameter_type(ParameterType(
                    name, regexp, str, transformer, **options))
            except Exception as error:
                self._report(location, f"parameter type {name!r}", error)
        for number, definition in enumerate(self.definitions, 1):
            definition.id = f"s{number}"
            try:
                definition.compile(self._compiled_types)
            except Exception as error:
                self._report(definition.location,
                             f"step {definition.source!r}", error)
        self._ways = [(definition.may_match(), definition)
                      for definition in self.definitions if definition.matcher]

    def _report(self, location, what, error):
        text = str(error).strip() or type(error).__name__
        self.problems.append(Problem(location, f"{what}: {text}"))

    def find(self, text):
        """All definitions that match the text, as Match objects."""
        matches = self._found.get(text)
        if matches is None:
            matches = self._match(text)
            if len(self._found) >= KEPT_TEXTS:
                self._found.clear()
            if len(text) <= LONGEST_KEPT:
                self._found[text] = matches
        return matches

    def _match(self, text):
        matches = []
        for may_match, definition in self._ways:
            found = may_match(text)
            if found:
                match = definition.match(text, found)
                if match is not None:
                    matches.append(match)
        return matches

    def snippet(self, text, step_type=None, argument=None):
        """Code that would define the step."""
        from cucumber_expressions.expression_generator import (
            CucumberExpressionGenerator)
        generator = CucumberExpressionGenerator(self._compiled_types)
        generated = generator.generate_expressions(text)[0]
        names = ["ctx"] + [_python_name(name)
                           for name in generated.parameter_names]
        for member, name in (("dataTable", "table"),
                             ("docString", "doc_string")):
            if isinstance(argument, dict) and argument.get(member):
                names.append(name)
        word = step_type if step_type in ("given", "when", "then") else "step"
        return (f"@{word}({_quoted(generated.source)})\n"
                f"def {_function_name(generated.source)}"
                f"({', '.join(names)}):\n"
                "    pending()\n")


def display_path(path):
    """The path relative to the server's folder, if it lies below it."""
    try:
        relative = os.path.relpath(path, START_FOLDER)
    except ValueError:
        return path
    return path if relative.startswith("..") else relative


def _with_inline_flags(pattern):
    letters = "".join(letter for flag, letter in (
        (re.IGNORECASE, "i"), (re.MULTILINE, "m"), (re.DOTALL, "s"),
        (re.VERBOSE, "x"), (re.ASCII, "a")) if pattern.flags & flag)
    return f"(?{letters}){pattern.pattern}" if letters else pattern.pattern


def _python_name(name):
    clean = re.sub(r"\W", "_", name) or "value"
    return f"{clean}_" if clean in ("int", "float", "ctx") else clean


def _function_name(source):
    words = re.findall(r"[A-Za-z0-9]+", re.sub(r"\{[^}]*\}", " ", source))
    name = "_".join(words).lower()[:50].rstrip("_")
    return name if name and not name[0].isdigit() else f"step_{name}"


def _quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


_REGISTRY = Registry()


def shared_registry():
    """The registry that the decorators of step files fill."""
    return _REGISTRY


def _decorator(step_type):
    def decorate(pattern):
        location = Location.of_caller(1)

        def add(function):
            _REGISTRY.add(pattern, function, location, step_type)
            return function
        return add
    decorate.__name__ = step_type or "step"
    decorate.__doc__ = (
        "Define a step by a Cucumber Expression (str) or a compiled regular"
        " expression. The keyword is for the reader: it takes no part in the"
        " matching.")
    return decorate


given = _decorator("given")
when = _decorator("when")
then = _decorator("then")
step = _decorator(None)


def parameter_type(name, regexp, transformer=None, use_for_snippets=True,
                   prefer_for_regexp_match=False):
    """Define a parameter type, by a call or as a decorator::

        parameter_type("channel", "fifo|socket")

        @parameter_type("size", r"\\d+ (?:bytes|KiB)")
        def size(text): ...
    """
    location = Location.of_caller(1)
    options = {"use_for_snippets": use_for_snippets,
               "prefer_for_regexp_match": prefer_for_regexp_match}

    def add(function):
        _REGISTRY.add_type(location, name, regexp, function, **options)
        return function

    if transformer is not None:
        return add(transformer)
    return _TypeDecorator(add)


class _TypeDecorator:
    """Registers the type when it decorates; else as plain text, at once."""

    def __init__(self, add):
        self._index = len(_REGISTRY._types)
        self._add = add
        add(lambda *groups: groups[0])

    def __call__(self, function):
        del _REGISTRY._types[self._index]
        return self._add(function)
