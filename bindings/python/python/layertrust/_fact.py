"""The base of everything that a document holds."""

from __future__ import annotations

from dataclasses import Field, fields
from typing import Any, ClassVar

from layertrust._frozen import thaw
from layertrust._reading import json_name
from layertrust._word import Word


class Fact:
    """One object of a document. Facts are compared by content, and never change."""

    __slots__ = ()
    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    def to_dict(self) -> dict[str, Any]:
        """The object as the JSON document has it, in plain dicts, lists and strings.

        What has no value is left out.
        """
        values = ((field, getattr(self, field.name)) for field in fields(self))
        return {json_name(field.name): _plain(value) for field, value in values if value != field.default}


def _plain(value: object) -> object:
    if isinstance(value, Fact):
        return value.to_dict()
    if isinstance(value, Word):
        return str(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return thaw(value)
