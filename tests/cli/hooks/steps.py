"""Of hooks_sdk.t: all kinds of hooks, which note in the file `order` what they
are told. steps.mjs and steps.c do the same."""

from mprun import (after_run, after_scenario, before_run, before_scenario,
                   fail, skip, step)


def write(ctx, text):
    with open("order", "a", encoding="utf-8") as order:
        order.write(f"{ctx.process}: {text}\n")


def note(ctx, what):
    write(ctx, f"{what}, {ctx.status}")


@before_scenario(name="late", order=5)
def late(ctx):
    note(ctx, "late")


@before_scenario(name="first", order=-1)
def first(ctx):
    note(ctx, "first")
    ctx.state.made = "by first"
    ctx.export("told", "before")
    ctx.log("said by first")
    ctx.attach("given by first", "a.txt")


@before_scenario("@a and not @b", name="only a")
def only_a(ctx):
    note(ctx, "only a")


@before_scenario("@fail", name="set up")
def set_up(ctx):
    note(ctx, "set up")
    fail("no set-up")


@before_scenario("@skip")
def skips(ctx):
    skip("not here")


@before_scenario("@hang")
def hangs(ctx):
    note(ctx, "hangs")
    ctx.sleep(60)


@after_scenario(name="tidy")
def tidy(ctx):
    note(ctx, "tidy")


@after_scenario("@fail-after", name="tidy more")
def tidy_more(ctx):
    fail("no tidying")


@after_scenario(name="tidy first")
async def tidy_first(ctx):
    note(ctx, "tidy first")
    skip("nothing to do")


@before_run(name="start the broker")
def start_broker(ctx):
    note(ctx, "start the broker")
    ctx.export("port", 40123)
    ctx.defer(write, ctx, "clean up")


@after_run(order=1)
def stop_first(ctx):
    note(ctx, "stop first")


@after_run
def stop(ctx):
    note(ctx, "stop")


@step("knows")
def knows(ctx):
    note(ctx, f"{ctx.state.made}, {ctx.exports('run', 'port')}"
              f", {ctx.exports(ctx.process, 'told')}")


@step("fails")
def fails(ctx):
    fail("on purpose")
