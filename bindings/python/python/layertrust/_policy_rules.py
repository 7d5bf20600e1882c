# Generated from docs/policy.schema.json and docs/LIMITS.md by `make generate`. Do not edit.
"""What stands in the lists of a policy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from layertrust._words import ChangeKind, Mode, SuspiciousClass

ChangeKindWord: TypeAlias = (
    ChangeKind
    | Literal[
        "replace",
        "delete",
        "redirect",
        "privilege",
        "shadow",
        "metadata",
    ]
)
"""The kinds of change to what lower layers hold."""

ModeWord: TypeAlias = (
    Mode
    | Literal[
        "enforce",
        "audit",
    ]
)
"""What a rejection means to the caller."""

SuspiciousClassWord: TypeAlias = (
    SuspiciousClass
    | Literal[
        "package-cache",
        "build-tool",
        "shell",
        "package-manager",
        "vcs",
        "secret",
        "core-dump",
        "world-writable",
        "setuid",
        "loader-config",
        "account-db",
        "package-db",
        "ca-store",
    ]
)
"""Classes of what deserves a look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttestationRule:
    """An attestation that must be there."""

    type: str
    """The kind of attestation that must be there: slsa-provenance, sbom, spdx, cyclonedx, vsa, vex, vulns,
    test-result, dhi-fips, dhi-stig, dhi-secrets, dhi-virus, dhi-tests, dhi-source, dhi-provenance, or the URI
    of another predicate type. Else: `attestation-missing`, `attestation-unsigned`, `signer-not-allowed`,
    `predicate-invalid`.
    """
    base_dependency: bool | None = None
    """Whether the proved image right below, the base or an intermediate, must be among the image
    dependencies, by digest. Not for `[[base.attestation]]`. Default: `false`. Else: `dependency-not-allowed`.
    """
    build_type: Sequence[str] | None = None
    """The build type. Of provenance only. Default: any. Else: `builder-not-allowed`."""
    builder: Sequence[str] | None = None
    """The builder's identity. Of provenance only. Default: any. Else: `builder-not-allowed`,
    `predicate-mismatch`.
    """
    builder_images: Sequence[str] | None = None
    """Names of which every other image dependency must have one; `[]` allows none. Default: any. Else:
    `dependency-not-allowed`.
    """
    external_parameters: Mapping[str, Any] | None = None
    """Values that must be there and equal, by type too; dots lead into objects. Of provenance only. Default:
    any. Else: `source-not-allowed`.
    """
    levels: Sequence[str] | None = None
    """Levels that the image must all have been verified at. Of vsa only. Default: none. Else:
    `result-not-allowed`.
    """
    max_age: str | None = None
    """How long ago what it tells of may have been done: hours, days or weeks. Default: any age. Else:
    `attestation-too-old`, `time-not-proved`.
    """
    minimum_score: int | None = None
    """The score that every profile must reach, in percent. Of dhi-stig only. Default: any score. Else:
    `result-not-allowed`.
    """
    policy_digest: Sequence[str] | None = None
    """Digests of policies, by one of which the image must have been verified. Of vsa only. Default: any.
    Else: `result-not-allowed`.
    """
    resource: Sequence[str] | None = None
    """What the image was verified as: as it is written, or an image's name without tag and digest. Of vsa
    only. Default: any. Else: `result-not-allowed`.
    """
    signers: Sequence[str] | None = None
    """Who must have signed it: any of these. Default: the section's. Else: `attestation-missing`,
    `signer-not-allowed`.
    """
    source: Sequence[str] | None = None
    """What was built, its ref left out. Of provenance only. Default: any. Else: `source-not-allowed`,
    `predicate-mismatch`.
    """
    source_ref: Sequence[str] | None = None
    """Its branch or tag. Of provenance only. Default: any. Else: `source-not-allowed`,
    `predicate-mismatch`.
    """
    status: Sequence[str] | None = None
    """Statuses of which every cryptographic module must have one; letter case is free. Of dhi-fips only.
    Default: `["active"]`. Else: `result-not-allowed`.
    """
    sunset_after: str | None = None
    """A day that the certificate of every cryptographic module outlasts, as it must outlast today. Of
    dhi-fips only. Default: today. Else: `result-not-allowed`.
    """
    verifier: Sequence[str] | None = None
    """The verifier's identity. Summaries of others do not concern the rule. Of vsa only. Default: any. Else:
    `attestation-missing`.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowedChange:
    """A change that is fine."""

    kinds: Sequence[ChangeKindWord]
    """The kinds of change that are fine there. Else: `layer-change`."""
    path: str
    """The paths whose changes are fine, as a pattern. Else: `layer-change`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokedBase:
    """A base that nothing may stand on: one of the two."""

    chain_id: str | None = None
    """A chain ID that no image may have at its bottom. Default: none. Else: `base-revoked`."""
    platform: str | None = None
    """A platform manifest, or an index of it, that nothing may stand on. Its manifest and config must be at
    hand. Default: none. Else: `base-revoked`.
    """
