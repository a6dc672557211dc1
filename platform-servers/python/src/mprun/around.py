"""What runs around a scenario, a step and the run: collecting hooks.

mprun asks for the list, tells which of them apply to a case and has them
executed one by one; see listStepDefinitions and executeHook.
"""

from mprun.registry import Location, shared_registry

MAX_ORDER = 2 ** 53 - 1  # what a JSON number holds exactly


class Hook:
    """One decorated function and when it runs."""

    def __init__(self, kind, options, function, location):
        self.id = None
        self.type = kind
        self.name = options["name"]
        self.tag_expression = options["tags"]
        self.order = options["order"]
        self.function = function
        self.location = location
        self.counts = set()  # as of a step definition

    @property
    def title(self):
        return self.name or self.type


def before_scenario(tags=None, *, name=None, order=0):
    """Run the function in each process of a case before its first step.

    As a decorator, alone or with options::

        @before_scenario
        def empty_queue(ctx): ...

        @before_scenario("@network and not @slow", name="capture", order=1)
        def start_capture(ctx): ...

    The function gets the context and may be async. `tags` is a tag expression:
    the hook runs around scenarios that it holds for. Hooks of lower `order`
    run first, equal ones as they stand.
    """
    return _decorator("beforeScenario", tags, name, order)


def after_scenario(tags=None, *, name=None, order=0):
    """Run the function in each process of a case at its end.

    It runs whatever the case has come to (`ctx.status`). Options are those of
    before_scenario; hooks run in reverse.
    """
    return _decorator("afterScenario", tags, name, order)


def before_step(tags=None, *, name=None, order=0):
    """Run the function before each step, in each process that it goes to.

    `ctx.step` is the step's text. Options are those of before_scenario.
    """
    return _decorator("beforeStep", tags, name, order)


def after_step(tags=None, *, name=None, order=0):
    """Run the function after each step, whatever the step has come to.

    That is `ctx.status`, and `ctx.step` is the step's text. Options are those
    of before_scenario; hooks run in reverse.
    """
    return _decorator("afterStep", tags, name, order)


def before_run(function=None, *, name=None, order=0):
    """Run the function once, before the first step of the platform.

    It runs in a process of its own: steps see what it exports, as
    `ctx.exports("run", key)`.
    """
    return _decorator("beforeRun", function, name, order)


def after_run(function=None, *, name=None, order=0):
    """Run the function once after all cases, in the process of before_run.

    Hooks run in reverse.
    """
    return _decorator("afterRun", function, name, order)


def _decorator(kind, given, name, order):
    location = Location.of_caller(2)
    function = given if callable(given) else None
    options = {"tags": None if function else given, "name": name,
               "order": order}

    def add(function):
        registry = shared_registry()
        fault = _fault_of(kind, options, function)
        if fault is None:
            registry.add_hook(Hook(kind, options, function, location))
        else:
            registry.report(location, f"{kind}: {fault}")
        return function

    return add(function) if function else add


def _fault_of(kind, options, function):
    """What is wrong with the options, or None."""
    if not callable(function):
        return f"what it decorates is no function: {function!r}"
    if options["tags"] is not None and kind.endswith("Run"):
        return "a hook of the run has no tags"
    for member, text in (("tags", "a tag expression"), ("name", "a string")):
        if not isinstance(options[member], (str, type(None))):
            return f"{member} must be {text}, not {options[member]!r}"
    order = options["order"]
    if type(order) is not int or abs(order) > MAX_ORDER:
        return f"order must be a whole number, not {order!r}"
    return None
