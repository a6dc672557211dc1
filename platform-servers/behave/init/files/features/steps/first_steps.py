"""The steps of features/first.feature, for behave.

context.mprun is what behave has not: here the folder that all processes of a
case share, and no other case has.
"""

import os

from behave import given, then


def note_file(context):
    return os.path.join(context.mprun.shared_dir, "note.txt")


@given('writes the note "{text}"')
def writes_the_note(context, text):
    with open(note_file(context), "w", encoding="utf-8") as file:
        file.write(text)


@then('finds the note "{text}"')
def finds_the_note(context, text):
    with open(note_file(context), encoding="utf-8") as file:
        assert file.read() == text
    os.remove(note_file(context))
