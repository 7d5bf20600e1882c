# Generated from docs/*.schema.json by `make generate`. Do not edit.
"""What several documents hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from layertrust._fact import Fact
from layertrust._frozen import EMPTY
from layertrust._words import ImageKind, Mode, NowSource, SignerKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool(Fact):
    """The program that wrote a report."""

    name: str
    """Its name."""
    version: str
    """Its version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Now(Fact):
    """The time that rules were evaluated at."""

    time: str
    """RFC 3339, UTC."""
    source: NowSource
    """Who said so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageFact(Fact):
    """The image that was asked about."""

    reference: str
    """The reference as it was given."""
    digest: str | None = None
    """The digest it resolved to, once."""
    kind: ImageKind | None = None
    """Index or manifest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyFact(Fact):
    """The policy that a verdict was given by."""

    name: str
    """Its name."""
    mode: Mode
    """Whether a rejection counts."""
    digest: str
    """The digest of the resolved policy, key and root fingerprints included."""
    roots: tuple[RootFact, ...] = ()
    """The trusted roots of its signers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RootFact(Fact):
    """A trusted root: whose certificates, logs and timestamps counted."""

    name: str
    """Its name in the policy."""
    digest: str
    """SHA-256 of its `trusted_root.json`."""
    not_checked: tuple[str, ...]
    """What is not checked of certificates under this root."""
    as_of: str | None = None
    """The day of the snapshot, of a root that the program carries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignerFact(Fact):
    """Who signed."""

    name: str
    """The signer's name in the policy."""
    kind: SignerKind
    """Key or certificate."""
    claims: Mapping[str, str] = EMPTY
    """What the authority says about the build, by the names of Fulcio's documentation."""
    identity: str | None = None
    """The names in the certificate: a URI, an e-mail address or another name; mostly one."""
    issuer: str | None = None
    """The OpenID Connect issuer that the certificate names."""
    key_id: str | None = None
    """SHA-256 of the key's SubjectPublicKeyInfo."""
