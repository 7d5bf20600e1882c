"""Policies: who may vouch for what."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from layertrust import _native
from layertrust._words import Mode

if TYPE_CHECKING:
    from layertrust._policy_builder import PolicyBuilder


@dataclass(frozen=True, slots=True, init=False, eq=False, repr=False)
class Policy:
    """A policy, complete and checked. There is no default policy, and no signer is ever implied.

    Policies never change, are equal if they ask the same by the same keys, and pickle with the content of
    every key and root that they name.
    """

    _inner: _native.Policy

    def __init__(self) -> None:
        raise TypeError("a Policy comes from from_file, from_toml or builder")

    @classmethod
    def _of(cls, policy: _native.Policy) -> Policy:
        made = object.__new__(cls)
        object.__setattr__(made, "_inner", policy)
        return made

    @classmethod
    def from_file(cls, path: str | os.PathLike[str]) -> Policy:
        """Reads a policy file (TOML, version 1). Paths in it are relative to the file.

        Raises:
            PolicyError: It cannot be read, is no complete policy of this version, or a key or root in it
                cannot be used.
        """
        return cls._of(_native.Policy.from_file(path))

    @classmethod
    def from_toml(
        cls,
        text: str,
        *,
        files: Mapping[str, bytes] | None = None,
        folder: str | os.PathLike[str] | None = None,
    ) -> Policy:
        """Reads the text of a policy file.

        Args:
            text: The text, in TOML.
            files: The content of keys and roots, by the path that the text names them by.
            folder: Where the others are. Without a folder no file is opened.

        Raises:
            PolicyError: It is no complete policy of this version, or a key or root in it cannot be used.
        """
        given = None if files is None else dict(files)
        return cls._of(_native.Policy.from_toml(text, given, folder))

    @staticmethod
    def builder() -> PolicyBuilder:
        """Starts a policy in code.

        >>> from pathlib import Path
        >>> key = Path("testdata/demo/keys/ci.pub").read_bytes()
        >>> Policy.builder().name("services").signer("ci", key=key).org(signers=["ci"]).build().name
        'services'
        """
        # The builder builds policies, so it is defined after them.
        from layertrust._policy_builder import PolicyBuilder

        return PolicyBuilder()

    @property
    def name(self) -> str:
        """What reports call it."""
        return self._inner.name

    @property
    def mode(self) -> Mode:
        """Whether a rejection counts, for whoever acts on it: `verify` raises it in either mode."""
        return Mode(self._inner.mode)

    @property
    def digest(self) -> str:
        """The digest of the resolved policy, with the fingerprints of its keys and roots in it."""
        return self._inner.digest

    def summary(self) -> dict[str, Any]:
        """The resolved policy: every rule with its defaults filled in, keys by fingerprint."""
        summary: dict[str, Any] = json.loads(self._inner.summary())
        return summary

    def __eq__(self, other: object) -> bool:
        return self.digest == other.digest if isinstance(other, Policy) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.digest)

    def __repr__(self) -> str:
        return f"<Policy {self.name!r} {self.mode} {self.digest[:19]}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, self._inner.source()


def _restore(text: str, files: dict[str, bytes]) -> Policy:
    return Policy.from_toml(text, files=files)
