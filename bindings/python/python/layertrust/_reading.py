"""Reads the objects of a JSON document into classes, by the types of their fields."""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from layertrust._frozen import FrozenMapping, freeze
from layertrust._word import Word

Reader = Callable[[Any], Any]


def json_name(field: str) -> str:
    """A field's name in the document: `from_` stands for `from`, a keyword of Python."""
    return field.removesuffix("_")


def read_fields(kind: type, members: object) -> dict[str, Any]:
    """The values of a class's fields. Members that no field is named after are left out.

    Raises:
        ValueError: A member is missing, or has another type than its field.
    """
    if not isinstance(members, dict):
        raise ValueError(f"expected an object, found {members!r:.60}")
    values = {}
    for name, key, default, read in _fields(kind):
        try:
            if key in members:
                values[name] = read(members[key])
            elif default is not MISSING:
                values[name] = default
            else:
                raise ValueError("expected a value, found none")
        except ValueError as error:
            raise ValueError(f"{key}: {error}") from None
    return values


@cache
def _fields(kind: type) -> list[tuple[str, str, Any, Reader]]:
    """Name, key, default and reader of each field."""
    hints = get_type_hints(kind)
    return [
        (field.name, json_name(field.name), field.default, _reader(hints[field.name]))
        for field in fields(kind)
    ]


def _reader(hint: Any) -> Reader:
    """What reads a value of this type."""
    origin, arguments = get_origin(hint), get_args(hint)
    if hint is Any:
        return freeze
    if origin is Literal:
        return _literal(arguments)
    if origin in (Union, types.UnionType):
        return _union([_reader(one) for one in arguments if one is not type(None)], arguments)
    if origin is tuple:
        return _tuple(arguments)
    if origin is Mapping:
        return _mapping(_reader(arguments[1]))
    if hint in (str, int, bool):
        return _plain(hint)
    if issubclass(hint, Word):
        return _word(hint)
    return lambda value: hint(**read_fields(hint, value))


def _plain(kind: type) -> Reader:
    def read(value: Any) -> Any:
        if type(value) is not kind:
            raise ValueError(f"expected {kind.__name__}, found {value!r:.60}")
        return value

    return read


def _word(kind: type[Word]) -> Reader:
    words = {str(word): word for word in kind}

    def read(value: Any) -> Any:
        if not isinstance(value, str) or value not in words:
            raise ValueError(f"expected a {kind.__name__} of this version, found {value!r:.60}")
        return words[value]

    return read


def _literal(words: tuple[str, ...]) -> Reader:
    def read(value: Any) -> Any:
        if value not in words:
            raise ValueError(f"expected {', '.join(words)}, found {value!r:.60}")
        return value

    return read


def _tuple(arguments: tuple[Any, ...]) -> Reader:
    item = _reader(arguments[0])
    length = None if arguments[-1] is Ellipsis else len(arguments)

    def read(value: Any) -> Any:
        if not isinstance(value, list) or length not in (None, len(value)):
            raise ValueError(f"expected a list, found {value!r:.60}")
        return tuple([item(one) for one in value])

    return read


def _mapping(member: Reader) -> Reader:
    def read(value: Any) -> Any:
        if not isinstance(value, dict):
            raise ValueError(f"expected an object, found {value!r:.60}")
        return FrozenMapping({key: member(one) for key, one in value.items()})

    return read


def _union(readers: list[Reader], arguments: tuple[Any, ...]) -> Reader:
    optional = type(None) in arguments

    def read(value: Any) -> Any:
        if optional and value is None:
            return None
        for reader in readers[:-1]:
            try:
                return reader(value)
            except ValueError:
                continue
        return readers[-1](value)

    return read
