"""Write steps for mprun in Python.

A step file imports what it needs from here::

    from mprun import given, when, then

    @when("writes frame with size {int}")
    def writes_frame(ctx, size):
        ctx.log(f"writing {size} bytes")

The first argument of a step is the context (mprun.context.Context); then
come the values of the expression's parameters, then the data table, then the
doc string, if the step has them. A hook (before_scenario and the like) gets
the context alone. README.md shows all of it.
"""

from mprun.argument import DataTable, DocString
from mprun.around import (after_run, after_scenario, after_step, before_run,
                          before_scenario, before_step)
from mprun.outcome import (Cancelled, Mismatch, Pending, Skipped,
                           expect_equal, fail, pending, skip)
from mprun.registry import given, parameter_type, step, then, when

__version__ = "0.1.0"

__all__ = [
    "Cancelled", "DataTable", "DocString", "Mismatch", "Pending", "Skipped",
    "after_run", "after_scenario", "after_step", "before_run",
    "before_scenario", "before_step", "expect_equal", "fail", "given", "parameter_type", "pending", "skip",
    "step", "then", "when",
]
