"""All rows of a matrix at once, as cases of a few runs with `-j N`: what one
server does wrong must not change what becomes of the others.

A row has a platform of its own, so that its server's words, its protocol and
its time to start are its own, too; rows that need the same options of mprun
and the same config share a run.
"""
import harness
import run_matrix

# Beside what a row is given when it runs alone: others have the processors.
CROWD_SLACK_S = 20.0


def key(row):
    """Of the run that the row belongs to."""
    return (row.values.get("args", ""), row.timeout("stop"),
            row.timeout("scenario"), row.timeout("run"),
            row.values.get("config", "{}"))


def tags(row, number):
    said = row.values.get("tags", "")
    if "@timeout:" not in said:
        said += f" @timeout:{row.timeout('step')}"
    return f"@platform:p{number} {said}"


def groups(rows):
    """Lists of rows, in the order of the file."""
    found = {}
    for row in rows:
        if "alone" not in row.values:
            found.setdefault(key(row), []).append(row)
    return list(found.values())


def play(rows, options, report):
    for group in groups(rows):
        play_group(group, options, report)


def play_group(group, options, report):
    place = harness.Place(options.mprun, "rows", all_reports=True)
    place.config({f"p{number}": run_matrix.platform(row, options)
                  for number, row in enumerate(group, 1)},
                 run_matrix.timeouts(group[0]),
                 run_matrix.configuration(group[0]))
    place.feature("Feature: f\n" + "".join(
        harness.scenario(row.steps, tags(row, number), f"row {number}")
        for number, row in enumerate(group, 1)))
    run = place.run([*group[0].values.get("args", "").split(),
                     "-j", str(options.together)], 200)
    for number, row in enumerate(group, 1):
        report.check(f"{row.name} ({row.place}), together",
                     run_matrix.case_faults(row, run, number, CROWD_SLACK_S),
                     verbose=options.v)
    wanted = [row.case for row in group]
    faults = [] if run.cases() and sorted(run.cases()) == sorted(wanted) else \
        [f"cases: {run.cases()}"]
    faults += (run.journal_faults() + run.report_faults() +
               run.again_faults() + run.leftovers() + harness.census())
    statuses = {row.exit_status() for row in group}
    status = next(s for s in (1, 5, 0) if s in statuses)
    if run.status != status:
        faults.append(f"exit status {run.status}, expected {status}")
    report.check(f"{len(group)} rows in one run", faults, run)
    place.remove()
