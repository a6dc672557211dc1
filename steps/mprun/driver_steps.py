"""The steps of features/mprun: they run mprun in a folder of their own and
look at what it prints, reports and does."""

import os
import signal
from itertools import combinations, product

from mprun import expect_equal, fail, given, then, when
from project import Project

FEATURE = "features/a.feature"
CASE_FIELDS = {"case": "id", "scenario": "name", "status": "status",
               "combination": "combination", "message": "message",
               "attempts": "attempts"}


def project(ctx):
    if not hasattr(ctx.state, "project"):
        ctx.state.project = Project(ctx)
    return ctx.state.project


def last_run(ctx):
    if project(ctx).run is None:
        fail("mprun was not run yet")
    return project(ctx).run


def lines(rows):
    """Rows as text, so that a difference is shown line by line."""
    return "\n".join(" | ".join(row) for row in rows)


# What it is given


@given("(it )has the config:")
def has_config(ctx, text):
    project(ctx).write("mprun.yaml", text)


@given("(it )has the feature:")
def has_feature(ctx, text):
    project(ctx).write(FEATURE, text)


# Running it


@when("(it )runs {string}")
def runs(ctx, command_line):
    project(ctx).play(ctx, command_line)


@when("(it )runs {string} and gets {word} once a process {string}")
def runs_and_gets(ctx, command_line, name, event):
    project(ctx).play(ctx, command_line, getattr(signal, name), event)


@when("(it )plays these steps:")
def plays(ctx, table):
    """A scenario of its own, and what becomes of its steps."""
    steps = [row["step"] for row in table.hashes]
    project(ctx).write(FEATURE, "Feature: Steps\n  Scenario: These steps\n"
                       + "\n".join("    " + step for step in steps))
    run = project(ctx).play(ctx, "mprun")
    if not run.records:
        fail("mprun did not run it: " + run.err)
    expected = [(row["step"], row["becomes"]) for row in table.hashes]
    expect_equal(lines(run.steps()), lines(expected), "the steps differ")


# What came of it


@then("(it )ends with status {int}")
def ends_with_status(ctx, status):
    expect_equal(last_run(ctx).status, status, "the exit status differs")


@then("the case is {word}")
def case_is(ctx, status):
    expect_equal([case["status"] for case in last_run(ctx).cases], [status])


@then("the cases are:")
def cases_are(ctx, table):
    fields = [CASE_FIELDS[name] for name in table.header]
    expected = [[row[name] for name in table.header] for row in table.hashes]
    got = [[str(case.get(field, "")) for field in fields]
           for case in last_run(ctx).cases]
    expect_equal(lines(got), lines(expected), "the cases differ")


def passed(run, field):
    return [case[field] for case in run.cases if case["status"] == "passed"]


@then("(it )plays {string}")
def plays_combinations(ctx, expected):
    """Those of the cases that passed, in the order of the plan."""
    expect_equal("\n".join(passed(last_run(ctx), "combination")),
                 "\n".join(expected.split(" ")))


@then("these commands play:")
def commands_play(ctx, table):
    """Runs each; the second column is what passed, in the order of the plan:
    scenarios with commas between them, or combinations."""
    field, between = {"scenarios": ("name", ", "),
                      "combinations": ("combination", " ")}[table.header[1]]
    got = []
    for row in table.hashes:
        run = project(ctx).play(ctx, row["command"])
        got.append([row["command"], between.join(passed(run, field))])
    expect_equal(lines(got), lines(table.rows[1:]))


@then("every pair of choices of {word} and {word} is played in {int} cases")
def plays_every_pair(ctx, one, other, count):
    cases = [dict(choice.split("=") for choice in
                  case["combination"].strip("[]").split(","))
             for case in last_run(ctx).cases]
    expect_equal(set(case["status"] for case in last_run(ctx).cases),
                 {"passed"})
    expect_equal(len(cases), count, "the number of cases differs")
    played = {((a, case[a]), (b, case[b]))
              for case in cases for a, b in combinations(sorted(case), 2)}
    choices = product((one, other), repeat=2)
    wanted = {((a, x), (b, y)) for x, y in choices
              for a, b in combinations(sorted(cases[0]), 2)}
    expect_equal(sorted(played), sorted(wanted))


@then("(it )prints:")
def prints(ctx, text):
    expect_equal(last_run(ctx).out.rstrip("\n"), str(text))


@then("(it )prints the line(s):")
def prints_lines(ctx, text):
    """These lines, in this order; others may stand around them."""
    said = iter(last_run(ctx).out.splitlines())
    for line in text.splitlines():
        if not any(line.strip() == other.strip() for other in said):
            fail(f"it does not print, or not in this order: {line}")


@then("(it )complains:")
def complains(ctx, text):
    expect_equal(last_run(ctx).err.rstrip("\n"), str(text))


@then("(it )reports {string}")
@then("(it )reports:")
def reports(ctx, text):
    """In a message, a note or a cause of the run's journal."""
    texts = last_run(ctx).texts()
    if not any(text in other for other in texts):
        fail(f"nothing says {text!r}; it says: " + "; ".join(texts))


@then("(it )does not report {string}")
def does_not_report(ctx, text):
    found = [other for other in last_run(ctx).texts() if text in other]
    expect_equal(found, [])


@then("(it )started these processes:")
def started(ctx, table):
    """In the order of their names: several may start at the same time."""
    got = [[row[name] for name in table.header]
           for row in last_run(ctx).started()]
    expect_equal(lines(sorted(got)), lines(sorted(table.rows[1:])))


@then("(it )started nothing")
def started_nothing(ctx):
    expect_equal(last_run(ctx).diary, [])
    if os.path.exists(project(ctx).path(".mprun")):
        fail("there is a run folder")


@then("the processes heard:")
def heard(ctx, table):
    expected = [(row["process"], row["step"]) for row in table.hashes]
    expect_equal(lines(last_run(ctx).heard()), lines(expected))


@then("(it )left nothing behind")
def left_nothing(ctx):
    expect_equal(project(ctx).left_behind(), [])


@then("(it )took less than {int} s")
def took_less(ctx, seconds):
    took = last_run(ctx).of_type("run-finished")[0]["duration_ms"] / 1000
    if took >= seconds:
        fail(f"it took {took:.1f} s")


@then("the diary says:")
def diary_says(ctx, table):
    expected = [(row["process"], row["event"]) for row in table.hashes]
    got = [(process, event) for process, _, event in last_run(ctx).diary]
    expect_equal(lines(got), lines(expected))
