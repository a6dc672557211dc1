"""What the benchmarks play on Python: steps that cost next to nothing."""
from mprun import step


class Counter:
    value = 0


@step("a counter at {int}")
def set_counter(ctx, value):
    Counter.value = value


@step("I add {int}")
def add(ctx, value):
    Counter.value += value


@step("the counter is {int}")
def is_counter(ctx, value):
    assert Counter.value == value
