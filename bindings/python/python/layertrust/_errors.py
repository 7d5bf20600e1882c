"""Makes the exceptions that the native module raises."""

from __future__ import annotations

from layertrust._codes import Code
from layertrust._document import Answer
from layertrust._error_table import ERRORS
from layertrust._exceptions import LayerTrustError, Rejected
from layertrust._report import Report

__all__ = ["LayerTrustError", "error"]  # what the native module asks for


def error(
    code: str,
    message: str,
    hint: str,
    answer: Answer | None,
    cause: BaseException | None,
) -> LayerTrustError:
    """The exception of a code; with an answer it is a rejection, whatever the code."""
    name = Code(code)
    if answer is None:
        exception = ERRORS[name](name, message, hint)
    else:
        exception = Rejected(name, message, hint, Report._of(answer))
    exception.__cause__ = cause
    return exception
