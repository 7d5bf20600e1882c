"""The base of the documents: reports, comparisons, and what else is answered."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar

from layertrust._codes import Code
from layertrust._exceptions import UsageError
from layertrust._fact import Fact
from layertrust._reading import read_fields

if TYPE_CHECKING:
    from collections.abc import Callable

D = TypeVar("D", bound="Document")


class Answer(Protocol):
    """What a question was answered with: the document as JSON."""

    def json(self) -> bytes:
        """The document."""
        ...


class Saved:
    """The answer to an earlier question."""

    __slots__ = ("_json",)

    def __init__(self, text: bytes) -> None:
        self._json = text

    def json(self) -> bytes:
        """The document."""
        return self._json


class Document(Fact):
    """A document, made from JSON. Its fields are read when one is first asked for.

    A batch of ten thousand images yields ten thousand reports; most callers look at the verdict, and at the
    rest only of those that were rejected. A document is data and proves nothing: whoever needs a proof
    verifies again.
    """

    __slots__ = ("_answer",)
    _answer: Answer
    _schemas: ClassVar[tuple[str, ...]]

    def __init__(self) -> None:
        raise TypeError(f"a {type(self).__name__} is an answer; from_json reads one that was saved")

    @classmethod
    def _of(cls: type[D], answer: Answer) -> D:
        """The document of an answer, as yet unread."""
        document = object.__new__(cls)
        object.__setattr__(document, "_answer", answer)
        return document

    @classmethod
    def from_json(cls: type[D], text: str | bytes) -> D:
        """Reads what `to_json` wrote, or the command with `-o json` or `-o jsonl`.

        Members that this version does not know are kept in `to_json` and `to_dict` and have no field.

        Args:
            text: The document, or its UTF-8.

        Raises:
            UsageError: It is no such document of this version.
        """
        if not isinstance(text, (str, bytes)):
            raise TypeError(f"a document is str or bytes, not {type(text).__name__}")
        try:
            document = cls._of(Saved(text.encode() if isinstance(text, str) else text))
            document._read()
        except (ValueError, RecursionError) as error:
            message = f"expected a {cls.__name__} of this version, found another: {error}"
            hint = "Give what to_json wrote, or the command with -o json."
            raise UsageError(Code.USAGE, message, hint) from error
        return document

    def to_json(self) -> str:
        """The document as it was written, byte for byte: a line of the command's `-o jsonl`."""
        return self._answer.json().decode()

    def to_dict(self) -> dict[str, Any]:
        """The document in plain dicts, lists and strings."""
        members: dict[str, Any] = json.loads(self.to_json())
        return members

    if not TYPE_CHECKING:
        # Called only for a field that has not been read: its slot is empty.
        def __getattr__(self, name: str) -> Any:
            if name not in self.__dataclass_fields__:
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            self._read()
            return getattr(self, name)

    def _read(self) -> None:
        members = json.loads(self.to_json())
        schema = members.get("schema") if isinstance(members, dict) else None
        if schema not in self._schemas:
            raise ValueError(f"schema: expected {' or '.join(self._schemas)}, found {schema!r:.60}")
        # Two threads may read at once; then both write the same.
        for name, value in read_fields(type(self), members).items():
            object.__setattr__(self, name, value)

    def __reduce__(self) -> tuple[Callable[..., Document], tuple[Any, ...]]:
        return _restore, (type(self), self._answer.json())


def _restore(kind: type[D], text: bytes) -> D:
    return kind._of(Saved(text))
