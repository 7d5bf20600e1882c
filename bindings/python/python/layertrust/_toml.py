"""Writes TOML 1.0: strings, numbers, booleans, arrays and inline tables, which is all that policies have."""

from __future__ import annotations

from collections.abc import Mapping

_ESCAPES = {
    '"': '\\"',
    "\\": "\\\\",
    "\b": "\\b",
    "\t": "\\t",
    "\n": "\\n",
    "\f": "\\f",
    "\r": "\\r",
}


def document(members: Mapping[str, object]) -> str:
    """A document with one line for each member.

    Raises:
        TypeError: A value is of a type that policies do not have.
    """
    return "".join(f"{_key(key)} = {_value(member)}\n" for key, member in members.items())


def _value(value: object) -> str:
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return repr(value)  # TOML, too, says `inf` and `nan`, and `1e+16`
    if isinstance(value, Mapping):
        members = (f"{_key(key)} = {_value(member)}" for key, member in value.items())
        return "{ " + ", ".join(members) + " }"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    raise TypeError(f"a policy has no value of type {type(value).__name__}: {value!r:.60}")


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise TypeError(f"a key of a policy is text, not {type(key).__name__}: {key!r:.60}")
    return _string(key)


def _string(text: str) -> str:
    return '"' + "".join(map(_character, text)) + '"'


def _character(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character < " " or character == "\x7f":
        return f"\\u{ord(character):04X}"
    return character
