"""How a step says that it did not simply pass."""


class Pending(Exception):
    """The step exists, its body is not written yet."""


class Skipped(Exception):
    """This platform cannot do what the step asks for; the case is skipped."""


class Mismatch(AssertionError):
    """An assertion that knows what was expected and what was found."""

    def __init__(self, message, expected=None, actual=None):
        super().__init__(message)
        self.expected = expected
        self.actual = actual


class Cancelled(BaseException):
    """The runner has cancelled the step.

    It is no Exception, so that `except Exception` in a step lets it pass;
    `finally` and `with` blocks run as always.
    """


class Terminated(BaseException):
    """The server was asked to end by SIGTERM."""


def pending(reason="the step is not written yet"):
    """End the step as pending."""
    raise Pending(reason)


def skip(reason):
    """End the step, and with it the case, as skipped for this reason."""
    raise Skipped(reason)


def fail(message, expected=None, actual=None):
    """End the step as failed."""
    raise Mismatch(message, expected, actual)


def expect_equal(actual, expected, message=None):
    """Fail unless the two are equal; the report shows both."""
    if actual != expected:
        raise Mismatch(message or "the values differ", expected, actual)
