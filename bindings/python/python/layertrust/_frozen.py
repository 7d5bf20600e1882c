"""JSON values that cannot be changed, for members that have no type of their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


class FrozenMapping(Mapping[str, Any]):
    """A mapping that cannot be changed, can be hashed, and pickles."""

    __slots__ = ("_members",)

    def __init__(self, members: Mapping[str, Any] | None = None) -> None:
        self._members = {} if members is None else dict(members)

    def __getitem__(self, key: str) -> Any:
        return self._members[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)

    def __hash__(self) -> int:
        return hash(frozenset(self._members.items()))

    def __repr__(self) -> str:
        return repr(self._members)


def freeze(value: Any) -> Any:
    """Objects become frozen mappings and arrays become tuples, all the way down."""
    if isinstance(value, dict):
        return FrozenMapping({key: freeze(member) for key, member in value.items()})
    if isinstance(value, list):
        return tuple([freeze(item) for item in value])
    return value


def thaw(value: Any) -> Any:
    """The reverse: plain dicts and lists, as `json.dumps` takes them."""
    if isinstance(value, FrozenMapping):
        return {key: thaw(member) for key, member in value.items()}
    if isinstance(value, tuple):
        return [thaw(item) for item in value]
    return value


EMPTY = FrozenMapping()
"""Members that are not there."""
