"""A policy file in the making: what the methods of `PolicyBuilder` write into."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar

from layertrust import _toml
from layertrust._codes import Code
from layertrust._exceptions import UsageError
from layertrust._policy import Policy

D = TypeVar("D", bound="Draft")


class Draft:
    """The sections that were said so far. Never changed: whoever adds to it gets a new one."""

    __slots__ = ("_files", "_sections")
    _sections: Mapping[str, Any]
    _files: Mapping[str, bytes]

    def __init__(self) -> None:
        self._sections = {"version": 1}
        self._files = {}

    def build(self) -> Policy:
        """Reads what was said as a policy file is read, with the same checks.

        Paths are relative to the working directory.

        Raises:
            PolicyError: It is no complete policy, a key or a root cannot be used.
            TypeError: A value is of a type that policies do not have.
        """
        return Policy.from_toml(_toml.document(self._sections), files=dict(self._files), folder=os.curdir)

    def __repr__(self) -> str:
        said = ", ".join(key for key in self._sections if key != "version")
        return f"<{type(self).__name__} {said or 'empty'}>"

    def _set(self: D, key: str, value: str | Mapping[str, object]) -> D:
        """Says something that can be said once."""
        if key in self._sections:
            raise _said_twice(key)
        return self._with(key, _said(value))

    def _add(self: D, key: str, value: Mapping[str, object]) -> D:
        """Adds one to a list."""
        return self._with(key, [*self._sections.get(key, []), _said(value)])

    def _name(self: D, key: str, name: str, value: Mapping[str, object], file: str) -> D:
        """Adds one to a map of names. One of its members may be a file's path or content."""
        known = self._sections.get(key, {})
        if name in known:
            raise _said_twice(f"{key}.{name}")
        files = dict(self._files)
        member = value[file]
        if isinstance(member, (bytes, bytearray, memoryview)):
            path = f"{key}/{name}/{file}/"  # no file's path ends in a slash
            files[path] = bytes(member)
            value = {**value, file: path}
        elif isinstance(member, os.PathLike):
            # A path is never one of the built-in names.
            value = {**value, file: os.path.join(os.curdir, os.fspath(member))}
        draft = self._with(key, {**known, name: _said(value)})
        draft._files = files
        return draft

    def _with(self: D, key: str, value: object) -> D:
        draft = type(self)()
        draft._sections = {**self._sections, key: value}
        draft._files = self._files
        return draft


def _said(value: object) -> object:
    """A section, or what stands in one: arguments that were left out are not written."""
    if not isinstance(value, Mapping):
        return _copied(value)
    return {key: _copied(member) for key, member in value.items() if member is not None}


def _copied(value: object) -> object:
    """A value as it is now. `None` inside of one stays, and is refused: it would silently ask nothing."""
    if is_dataclass(value) and not isinstance(value, type):
        return _said({field.name.replace("_", "-"): getattr(value, field.name) for field in fields(value)})
    if isinstance(value, Mapping):
        return {key: _copied(member) for key, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [_copied(item) for item in value]
    return value


def _said_twice(what: str) -> UsageError:
    return UsageError(
        Code.USAGE,
        f"{what}: expected to be said once, found it said already",
        "Start from the builder as it was before.",
    )
