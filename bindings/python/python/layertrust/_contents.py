# Generated from docs/*.schema.json by `make generate`. Do not edit.
"""What the layers hold: changes, additions, packages. Only where they were opened."""

from __future__ import annotations

from dataclasses import dataclass

from layertrust._fact import Fact
from layertrust._words import ChangeKind, ChangeSeverity, Role, SuspiciousClass


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeFact(Fact):
    """What an upper layer did to a path of the base."""

    path: str
    """The path, parents resolved through links."""
    kind: ChangeKind
    """What was done to it."""
    layer: int
    """The layer that did it, counted from 0 in the image."""
    severity: ChangeSeverity
    """How much it matters."""
    package: str | None = None
    """The base's package that the path belongs to, as a package URL."""
    reason: str | None = None
    """Why it rates high."""
    shadows: str | None = None
    """The base's path that a new file hides by coming first."""
    target: str | None = None
    """What a link that was put there leads to, as written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedFact(Fact):
    """What the layers above the base brought."""

    files: int
    """Files, links and special files of the merged tree that are not the base's: added or replaced.
    Directories are not counted.
    """
    bytes: int
    """Bytes of these."""
    by_layer: tuple[AddedLayer, ...]
    """The same by layer; bytes that a later layer hides or deletes are in the image all the same and count
    here.
    """
    packages: tuple[PackageFact, ...]
    """Packages that the base does not have."""
    suspicious: tuple[SuspiciousFact, ...]
    """What was probably added by accident, or deserves a look, in order of class and path."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedLayer(Fact):
    """What one layer brought."""

    layer: int
    """The layer, counted from 0 in the image."""
    files: int
    """Files, links and special files in it."""
    bytes: int
    """Bytes of regular files in it."""
    folders: tuple[AddedFolder, ...]
    """The same by top folder, in order of path; files of the root stand under an empty path."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedFolder(Fact):
    """What one layer brought below one top folder."""

    path: str
    """The folder, without slashes."""
    files: int
    """Files, links and special files below it."""
    bytes: int
    """Bytes of regular files below it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspiciousFact(Fact):
    """A path that was probably added by accident, or deserves a look."""

    class_: SuspiciousClass
    """Why."""
    path: str
    """The path."""
    layer: int
    """The layer that holds it, counted from 0 in the image."""
    shape: str | None = None
    """What the content of a credential looks like, as `private-key`; absent where the name alone says it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackagesFact(Fact):
    """Packages by who vouches for their bytes."""

    vendor_unmodified: tuple[PackageFact, ...]
    """Of the base, every file byte for byte the base's."""
    vendor_modified: tuple[PackageFact, ...]
    """Of the base, at least one file replaced, deleted or hidden."""
    org: tuple[PackageFact, ...]
    """Brought by the layers above."""
    intermediate: tuple[PackageFact, ...] = ()
    """Brought by the layers of images between the base and this one."""
    sboms: tuple[SbomsFact, ...] = ()
    """What verified SBOMs name and the layers do not hold, and the other way round, for each side that has
    one.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageFact(Fact):
    """A package, as a database in the image records it: the database's word, not a proof of what is in it."""

    purl: str
    """Its package URL."""
    layer: int
    """The layer that holds its record, counted from 0 in the image."""
    changed: tuple[str, ...] = ()
    """Its files that an upper layer changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SbomsFact(Fact):
    """The verified SBOMs of one side, joined with the packages that the databases in the layers record.

    Information: nothing is judged by it.
    """

    role: Role
    """Whose they are: the base's go with the packages of the base, the organization's with those of the
    layers above.
    """
    documents: tuple[SbomFact, ...]
    """The SBOMs by signers whom the policy allows. What any of them names is named."""
    matched: int
    """Packages that the layers hold and an SBOM names."""
    not_in_sbom: PackageList
    """Packages that the layers hold and no SBOM names."""
    not_in_layers: PackageList
    """Packages that an SBOM names and no database in the layers records. Those of the base may stand in an
    SBOM of the organization.
    """
    not_comparable: int
    """Packages of the SBOMs that no database could record: of other kinds than deb, apk, pypi and npm, or
    without a package URL that can be read.
    """
    intermediate: str | None = None
    """The name of an image between the base and this one, for its SBOMs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SbomFact(Fact):
    """One SBOM."""

    format: str
    """`spdx`, `cyclonedx` or `docker-scout`."""
    version: str
    """The version of the format."""
    packages: int
    """Packages in it."""
    digest: str | None = None
    """The document that carried it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageList(Fact):
    """Packages by their package URLs, in canonical form."""

    count: int
    """How many there are."""
    purls: tuple[str, ...]
    """The first thousand, in order."""
