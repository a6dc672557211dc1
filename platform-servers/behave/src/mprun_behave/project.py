"""A behave project in which mprun decides what is played, and when.

behave's own runner loads environment.py and the steps and keeps the context;
its loop over features, scenarios and steps is here in pieces that the server
calls. Hooks are run in behave's order and raise what they raise.
"""

import os
import sys
import time
import traceback

from behave import model, parser
from behave.configuration import Configuration
from behave.model_core import Status
from behave.runner import Context, Runner
from behave.step_registry import registry as behave_steps
from mprun.outcome import Pending, Skipped

_CAPTURES = ("capture", "stdout_capture", "stderr_capture", "log_capture",
             "capture_stdout", "capture_stderr", "capture_log",
             "capture_hooks")


class BehaveContext(Context):
    """behave's context; `mprun` is the SDK's, for what behave has not."""

    def attach(self, mime_type, data):
        self.mprun.attach(data, "attachment", mime_type)


class Project(Runner):
    """Load it, then for each scenario: enter(), play() its steps, leave();
    at last finish()."""

    def __init__(self, folder, arguments):
        config = Configuration([*arguments, folder])
        for name in _CAPTURES:  # mprun takes what is printed
            if hasattr(config, name):
                setattr(config, name, False)
        super().__init__(config)
        self.base_dir = os.path.abspath(folder)
        config.base_dir = self.base_dir
        self.step_registry = behave_steps
        self.started = False
        self._open = []  # what leave() does, last first
        self._last_type = "given"

    def load(self):
        """Run environment.py and the step files; raises what they raise."""
        self.context = BehaveContext(self)
        self.setup_capture()
        for folder in (os.getcwd(), self.base_dir):
            sys.path.insert(0, folder)
        self.load_hooks()
        self.load_step_definitions()

    def run_hook(self, name, *arguments):
        """As behave calls it, the context first or, since 1.3, not at all."""
        if name not in self.hooks:
            return True
        if arguments and arguments[0] is self.context:
            arguments = arguments[1:]
        with self.context.use_with_user_mode():
            self.hooks[name](self.context, *arguments)
        return True

    # A scenario

    def enter(self, ctx):
        """Begin the scenario that ctx tells of; runs the hooks before it."""
        self.context._set_root_attribute("mprun", ctx)
        if not self.started:
            self.started = True
            self.run_hook("before_all")
        feature, scenario = find_scenario(ctx)
        self.feature = feature
        self._last_type = "given"
        self._begin("feature", feature, set(feature.tags))
        rule = getattr(scenario, "parent", None)
        if type(rule).__name__ == "Rule":
            self._begin("rule", rule, set(rule.tags) | set(feature.tags))
        self.context._set_root_attribute("active_outline",
                                         getattr(scenario, "_row", None))
        self._begin("scenario", scenario, set(scenario.effective_tags))
        self._skip_if_told()

    def _begin(self, layer, statement, tags):
        context = self.context
        context._push(layer)
        self._open.append(context._pop)
        setattr(context, layer, statement)
        context.tags = tags
        for tag in statement.tags:
            self._open.append(
                lambda tag=tag: self.run_hook("after_tag", tag))
            self.run_hook("before_tag", tag)
        self._open.append(
            lambda: self.run_hook(f"after_{layer}", statement))
        self.run_hook(f"before_{layer}", statement)

    def _skip_if_told(self):
        for statement in (self.context.scenario, self.context.feature):
            if statement.should_skip:
                raise Skipped(str(statement.skip_reason or
                                  f"the {statement.type} is skipped"))

    @property
    def is_open(self):
        return bool(self._open)

    def leave(self, status=None):
        """End the scenario: all hooks and clean-ups, then the first error."""
        scenario = getattr(self.context, "scenario", None)
        if scenario is not None and status is not None:
            scenario.set_status(_status(status))
        self._close(self._open)

    def finish(self):
        """After the last scenario."""
        if not self.started:
            return
        self.started = False
        self._close([self.context._do_cleanups,
                     lambda: self.run_hook("after_all")])

    def has_end(self):
        return self.started and bool("after_all" in self.hooks or
                                     self.context._root["@cleanups"])

    def _close(self, closers):
        first = None
        while closers:
            try:
                closers.pop()()
            except Exception as error:
                if first is not None:
                    traceback.print_exception(type(error), error,
                                              error.__traceback__)
                first = first or error
        if first is not None:
            raise first

    # A step

    def make_step(self, ctx, table, text):
        """behave's Step of the one that mprun asks for."""
        told = ctx.scenario
        kind = self.step_type(ctx.step_type)
        return model.Step(
            str(told.get("feature") or "<mprun>"), told.get("line") or 0,
            str(told.get("keyword") or kind).strip(), kind, ctx.step,
            table=table, text=text)

    def step_type(self, told):
        """`*` goes on with the type of the step before it."""
        if told in ("given", "when", "then"):
            self._last_type = told
        return self._last_type

    def play(self, ctx, step, match):
        """Run the step and the hooks around it; raises what went wrong."""
        if not self.is_open:
            self.enter(ctx)
        self.context._set_root_attribute("mprun", ctx)
        self.run_hook("before_step", step)
        error = self._attempt(step, match)
        try:
            self.run_hook("after_step", step)
        except Exception as after:
            if error is None:
                raise
            traceback.print_exception(type(after), after, after.__traceback__)
        if isinstance(error, NotImplementedError):
            raise Pending(str(error) or "the step is not written yet")
        if error is not None:
            raise error
        self._skip_if_told()

    def _attempt(self, step, match):
        """What the step's function raised, or None."""
        started = time.monotonic()
        self.context.text, self.context.table = step.text, step.table
        try:
            match.run(self.context)
        except Exception as error:
            step.status = _status("failed" if isinstance(
                error, AssertionError) else "error")
            step.store_exception_context(error)
            step.error_message = str(error)
            self.context._set_root_attribute("failed", True)
            return error
        finally:
            step.duration = time.monotonic() - started
        if step.status == Status.untested:
            step.status = Status.passed
        return None


def _status(name):
    """behave's status of that name; versions differ in which they have."""
    for candidate in (name, "failed"):
        status = Status.__members__.get(candidate)
        if status is not None:
            return status
    raise ValueError(f"behave has no status {name!r}")


def find_scenario(ctx):
    """behave's Feature and Scenario of the case that ctx tells of.

    They are read from the feature file. Where behave cannot read it or finds
    no such scenario, they are made from what mprun tells.
    """
    told = ctx.scenario
    path = told.get("feature")
    if isinstance(path, str) and os.path.isfile(path):
        try:
            feature = parser.parse_file(path)
        except (parser.ParserError, OSError, ValueError) as error:
            print(f"mprun-behave: behave cannot read {path}: {error}",
                  file=sys.stderr)
        else:
            scenario = _scenario_of(feature, told) if feature else None
            if scenario is not None:
                return feature, scenario
    return _made_up(told, ctx.tags)


def _scenario_of(feature, told):
    scenarios = list(feature.walk_scenarios())
    line, name = told.get("line"), told.get("scenarioName")
    for scenario in scenarios:
        if scenario.line == line:
            return scenario
    for scenario in scenarios:
        if scenario.name == name:
            return scenario
    for scenario in scenarios:
        # A row of an outline has the row's name behind it.
        if isinstance(name, str) and scenario.name.startswith(f"{name} -- "):
            return scenario
    return None


def _made_up(told, tags):
    def line_of(text):
        return " ".join(str(text or "").split())
    text = (f"Feature: {line_of(told.get('feature'))}\n"
            f"  {' '.join(tags)}\n"
            f"  Scenario: {line_of(told.get('scenarioName'))}\n")
    feature = parser.parse_feature(text, filename="<mprun>")
    return feature, feature.scenarios[0]
