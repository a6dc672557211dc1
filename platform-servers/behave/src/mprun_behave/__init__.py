"""Steps that were written for behave, played by mprun as they are.

project.py holds behave's side: its runner, without its loop over features.
steps.py shows its step definitions to mprun's Python SDK, whose server and
channel do the rest. README.md shows the use.
"""

__version__ = "0.1.0"
