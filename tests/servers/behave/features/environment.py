"""Notes in a file what was called, where MPRUN_TEST_TRACE says."""

import os

from behave import fixture, use_fixture


def note(text):
    path = os.environ.get("MPRUN_TEST_TRACE")
    if path:
        with open(path, "a", encoding="utf-8") as trace:
            trace.write(text + "\n")


@fixture
def till(context):
    context.till = 0
    note("till opened")
    yield
    note("till closed")


def before_all(context):
    context.shop = context.config.userdata["shop"]
    context.add_cleanup(note, "shop cleaned up")
    note("before_all")


def after_all(context):
    note("after_all")


def before_feature(context, feature):
    context.open = True
    note(f"before_feature {feature.name}")


def after_feature(context, feature):
    note(f"after_feature {feature.name}")


def before_tag(context, tag):
    if tag == "till":
        use_fixture(till, context)
    note(f"before_tag {tag}")


def after_tag(context, tag):
    note(f"after_tag {tag}")


def before_scenario(context, scenario):
    note(f"before_scenario {scenario.name} {sorted(context.tags)}")
    if "closed" in scenario.effective_tags:
        scenario.skip("the shop is closed")
    if "burgled" in scenario.effective_tags:
        raise RuntimeError("the door is open")


def after_scenario(context, scenario):
    note(f"after_scenario {scenario.name} {scenario.status.name}")


def before_step(context, step):
    note(f"before_step {step.step_type} {step.name}")


def after_step(context, step):
    note(f"after_step {step.name} {step.status.name}")
