"""The exceptions: what went wrong, by what the caller does next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from layertrust._codes import Code

if TYPE_CHECKING:
    from layertrust._report import Report


class LayerTrustError(Exception):
    """Everything that this package raises about images, policies and calls.

    Arguments of a wrong type are a `TypeError`, as everywhere in Python.
    """

    def __init__(self, code: Code, message: str, hint: str) -> None:
        super().__init__(code, message, hint)
        self.code = code
        """What went wrong: compare this, never the text."""
        self.message = message
        """What was looked at, what was expected and what was found."""
        self.hint = hint
        """What to do next."""

    @property
    def number(self) -> int:
        """The number of the code, for instance 1003."""
        return self.code.number

    def __str__(self) -> str:
        return f"{self.code}: {_visible(self.message)} ({_visible(self.hint)})"


class InputError(LayerTrustError):
    """The bytes are not what they claim to be: malformed, altered, missing or too large."""


class SourceError(LayerTrustError):
    """A source could not answer: not found, not readable, not reachable. There is no verdict."""


class PolicyError(LayerTrustError):
    """The policy, one of its keys or one of its roots is wrong."""


class UsageError(LayerTrustError, ValueError):
    """The call is wrong."""


class InternalError(LayerTrustError):
    """A defect of this package. Please report it."""


class VerificationError(LayerTrustError):
    """The answer is no."""


class Rejected(VerificationError):
    """An image was looked at, and rejected. The code is that of the first error finding.

    A rejection of malformed or altered bytes is a `Rejected` too, with a code of family 10xx.
    """

    def __init__(self, code: Code, message: str, hint: str, report: Report) -> None:
        super().__init__(code, message, hint)
        self.report = report
        """Everything that was found, with all findings."""

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.code, self.message, self.hint, self.report)


def _visible(text: str) -> str:
    """A text that an image may have had a hand in, as it can be shown on a terminal or in a log.

    Controls, bidirectional marks and the like are written out. Lines stay lines, further in.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    return "\n    ".join("".join(map(_visible_character, line)) for line in lines)


def _visible_character(character: str) -> str:
    return character if character.isprintable() else ascii(character)[1:-1]


# Tracebacks name an exception by the place where it is found.
for _exception in (
    LayerTrustError,
    InputError,
    SourceError,
    PolicyError,
    UsageError,
    InternalError,
    VerificationError,
    Rejected,
):
    _exception.__module__ = "layertrust"
