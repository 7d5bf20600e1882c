# Generated from docs/*.schema.json by `make generate`. Do not edit.
"""What one image adds to, removes from and changes in another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from layertrust._contents import AddedFolder
from layertrust._document import Document
from layertrust._fact import Fact
from layertrust._platform import ConfigChange, RunsAs, SegmentFact
from layertrust._shared import ImageFact, Now, Tool
from layertrust._words import ChangeKind, ChangeSeverity, Owner


@dataclass(frozen=True, slots=True, init=False, repr=False)
class Comparison(Document):
    """What one image adds to, removes from and changes in another. Facts, no verdict."""

    _schemas: ClassVar[tuple[str, ...]] = ("layertrust.comparison/v1",)

    schema: str
    """`layertrust.comparison/v1`."""
    tool: Tool
    """The program that wrote this."""
    now: Now
    """The time that the owners of layers were found at."""
    from_: ImageFact
    """The image compared with."""
    to: ImageFact
    """The image compared."""
    platforms: tuple[PlatformComparison, ...]
    """Every platform that both have, in the order of `to`."""
    only_from: tuple[str, ...]
    """Platforms that only `from` has."""
    only_to: tuple[str, ...]
    """Platforms that only `to` has."""

    def __repr__(self) -> str:
        return f"<Comparison {self.from_.reference!r} {self.to.reference!r}>"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformComparison(Fact):
    """One platform of both images."""

    platform: str
    """`os/arch[/variant]`."""
    from_: Side
    """What `from` is."""
    to: Side
    """What `to` is."""
    common_layers: int
    """How many of the lowest layers are the same, by diff ID."""
    packages: PackageChanges
    """Packages by what became of them."""
    files: FileChanges
    """Files by what became of them."""
    config: tuple[ConfigChange, ...]
    """Every field of the configuration that differs; `base` is the value in `from`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side(Fact):
    """One image of the two."""

    digest: str
    """The platform manifest."""
    segments: tuple[SegmentFact, ...]
    """Runs of layers with one owner, bottom up."""
    layers: int
    """Layers."""
    blob_bytes: int
    """Bytes of the layer blobs: what is transferred."""
    files: int
    """Files, links and special files of the merged tree."""
    file_bytes: int
    """Bytes of regular files of the merged tree."""
    packages: int
    """Packages that databases in the image record."""
    runs_as: RunsAs
    """The user that the process starts as."""
    setuid: tuple[str, ...]
    """Programs that run as their owner or group."""
    shells: tuple[str, ...]
    """Shells."""
    package_managers: tuple[str, ...]
    """Package managers."""
    users: tuple[str, ...]
    """Users that `etc/passwd` lists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageChanges(Fact):
    """Packages by what became of them."""

    added: tuple[OwnedPackage, ...]
    """Only in `to`."""
    removed: tuple[OwnedPackage, ...]
    """Only in `from`."""
    changed: tuple[VersionChange, ...]
    """In both, in other versions."""
    same: int
    """In both, in the same version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnedPackage(Fact):
    """A package of one side."""

    purl: str
    """Its package URL."""
    layer: int
    """The layer that holds its record."""
    owner: Owner
    """Who owns that layer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionChange(Fact):
    """A package that both sides have in other versions."""

    from_: OwnedPackage
    """The package in `from`."""
    to: OwnedPackage
    """The package in `to`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChanges(Fact):
    """Files by what became of them. Directories are not counted."""

    added: FileCount
    """Only in `to`."""
    removed: FileCount
    """Only in `from`."""
    changed: tuple[PathChange, ...]
    """Paths that both have and that differ, in order of path."""
    same: int
    """Paths that both have and that are the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileCount(Fact):
    """How many files and bytes, and where."""

    files: int
    """Files, links and special files."""
    bytes: int
    """Bytes of regular files."""
    folders: tuple[AddedFolder, ...]
    """The same by top folder, in order of path."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PathChange(Fact):
    """A path that both images have and that differs."""

    path: str
    """The path without a leading slash."""
    kind: ChangeKind
    """What is different."""
    severity: ChangeSeverity
    """How much it matters."""
    layer: int
    """The layer of `to` that holds it."""
    owner: Owner
    """Who owns that layer."""
