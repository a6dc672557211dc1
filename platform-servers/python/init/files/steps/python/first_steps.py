"""The steps of features/first.feature."""

import os

from mprun import expect_equal, given, then


def note_file(ctx):
    """In the folder that all processes of a case share, and no other has."""
    return os.path.join(ctx.shared_dir, "note.txt")


@given("writes the note {string}")
def writes_the_note(ctx, text):
    with open(note_file(ctx), "w", encoding="utf-8") as file:
        file.write(text)
    ctx.log(f"wrote {text!r}")


@then("finds the note {string}")
def finds_the_note(ctx, text):
    with open(note_file(ctx), encoding="utf-8") as file:
        expect_equal(file.read(), text)
    os.remove(note_file(ctx))
