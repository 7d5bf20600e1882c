"""The base of the words that documents and policies are written in."""

from __future__ import annotations

from enum import Enum


class Word(str, Enum):
    """A fixed word. It is a `str`: equal to its text, and printed as it."""

    def __str__(self) -> str:
        return str(self.value)
