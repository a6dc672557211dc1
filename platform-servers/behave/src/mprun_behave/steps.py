"""behave's step definitions, as the server of mprun's SDK wants to see them.
"""

import types

from behave import model
from behave.matchers import RegexMatcher
from mprun.argument import DataTable, DocString
from mprun.registry import Location

_NEVER = types.SimpleNamespace(name=None)


class Definition:
    """One decorated function; `play` is called in its place."""

    def __init__(self, number, matcher, step_type, play):
        place = matcher.location
        self.id = f"s{number}"
        self.matcher = matcher
        self.step_type = None if step_type == "step" else step_type
        self.is_regex = isinstance(matcher, RegexMatcher)
        self.source = matcher.pattern
        self.location = Location(place.filename, place.line)
        self.doc = matcher.func.__doc__
        self.counts = set()
        self._play = play

    def function(self, ctx, *arguments):
        self._play(ctx, self, *arguments)


class Match:
    """A definition that fits a text, and behave's Match."""

    def __init__(self, definition, found):
        self.definition = definition
        self.found = found

    @property
    def arguments(self):
        return [types.SimpleNamespace(
            parameter_type=_NEVER,
            group=types.SimpleNamespace(
                value=argument.original, start=argument.start,
                end=argument.end, children=[]))
            for argument in self.found.arguments or []]

    def values(self):
        return []  # behave hands them over itself


class Hook:
    """One of the two that mprun runs; behave's hooks run inside them."""

    tag_expression = None
    order = 0

    def __init__(self, number, kind, name, function, location):
        self.id = f"h{number}"
        self.type = kind
        self.name = name
        self.title = name
        self.function = function
        self.location = location
        self.counts = set()


class Steps:
    """In the place of the SDK's registry."""

    def __init__(self):
        self.project = None
        self.definitions = []
        self.hooks = []
        self.problems = []
        self.step_type = None  # of the step that is looked for; None: any
        self._found = None

    def take(self, project):
        """Show what the project has defined."""
        self.project = project
        for kind, matchers in project.step_registry.steps.items():
            for matcher in matchers:
                self.definitions.append(Definition(
                    len(self.definitions) + 1, matcher, kind, self._play))
        place = Location(f"{project.base_dir}/environment.py", 1)
        self.hooks = [
            Hook(1, "beforeScenario", "behave: before the scenario",
                 project.enter, place),
            Hook(2, "afterScenario", "behave: after the scenario",
                 lambda ctx: project.leave(ctx.status), place)]

    def find(self, text):
        """What fits: behave takes the first of the step's type, then of
        those for all types."""
        for kind in dict.fromkeys((self.step_type, None)):
            for definition in self.definitions:
                if self.step_type and definition.step_type != kind:
                    continue
                found = definition.matcher.match(text)
                if found:
                    self._found = found
                    return [Match(definition, found)]
        return []

    def _play(self, ctx, _definition, *arguments):
        table = text = None
        for argument in arguments:
            if isinstance(argument, DataTable):
                table = model.Table(argument.header)
                for row in argument.rows[1:]:
                    table.add_row(row)
            elif isinstance(argument, DocString):
                text = model.Text(argument.content,
                                  argument.media_type or "text/plain")
        project = self.project
        project.play(ctx, project.make_step(ctx, table, text), self._found)

    def snippet(self, text, step_type=None, argument=None):
        """Code that would define the step."""
        word = step_type if step_type in ("given", "when", "then") else "step"
        pattern = text.replace("{", "{{").replace("}", "}}")
        uses = ""
        for member, name in (("dataTable", "table"), ("docString", "text")):
            if isinstance(argument, dict) and argument.get(member):
                uses += f"    context.{name}\n"
        return (f"@{word}({pattern!r})\n"
                f"def step_impl(context):\n{uses}"
                f"    raise NotImplementedError({text!r})\n")
