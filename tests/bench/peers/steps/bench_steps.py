"""The steps of the benchmarks for behave."""
from behave import given, then, when


@given("a counter at {value:d}")
def set_counter(context, value):
    context.counter = value


@when("I add {value:d}")
def add(context, value):
    context.counter += value


@then("the counter is {value:d}")
def is_counter(context, value):
    assert context.counter == value
