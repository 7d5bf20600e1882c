# Generated from docs/*.schema.json by `make generate`. Do not edit.
"""One platform of an image: who vouches for what, and by which proof."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from layertrust._codes import Code
from layertrust._contents import AddedFact, ChangeFact, PackagesFact
from layertrust._fact import Fact
from layertrust._shared import SignerFact
from layertrust._words import (
    CandidateOrigin,
    CandidateOutcome,
    Origin,
    Owner,
    Proof,
    Role,
    SignatureKind,
    SignedAt,
    UnverifiedKind,
    VendorClass,
    Verdict,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformReport(Fact):
    """One platform's image: who owns what, and by which proof."""

    platform: str
    """`os/arch[/variant]`, from the config."""
    digest: str
    """The platform manifest."""
    segments: tuple[SegmentFact, ...]
    """Runs of layers with one owner, bottom up. They partition the layers."""
    layers: tuple[LayerFact, ...]
    """Every layer, bottom up."""
    config: ConfigFact
    """The owner of the configuration, and how it differs from the base's."""
    base_candidates: tuple[BaseCandidate, ...]
    """Every digest that something called the base, with what came of it."""
    signatures: tuple[SignatureFact, ...]
    """Image signatures that verified under a signer of the policy."""
    attestations: tuple[AttestationFact, ...]
    """Attestations that verified under a signer of the policy."""
    unverified: tuple[UnverifiedFact, ...]
    """Everything else that was found."""
    added: AddedFact | None = None
    """What upper layers brought; absent if the layers were not opened."""
    changes: tuple[ChangeFact, ...] | None = None
    """What upper layers did to the base's paths; absent if the layers were not opened."""
    packages: PackagesFact | None = None
    """Packages by who vouches for their bytes; absent if the layers were not opened."""
    signed_at: SignedAt | None = None
    """Whether the organization signed this manifest itself, or an index that contains it."""
    verdict: Verdict | None = None
    """This platform's verdict; absent where only facts were asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentFact(Fact):
    """A run of layers with one owner. Half-open: `[0, 5]` is five layers."""

    owner: Owner
    """Who owns them."""
    layers: tuple[int, int]
    """From and to, to excluded."""
    image: str
    """The platform manifest that was proved; for the organization, this image's own."""
    proof: Proof
    """The weakest proof among the layers."""
    signers: tuple[SignerFact, ...]
    """Who vouches."""
    chain_id: str | None = None
    """The chain ID of all layers below `to`."""
    class_: VendorClass | None = None
    """The class of a vendor image."""
    further_repositories: tuple[str, ...] = ()
    """Further repositories that the same signed data names; mostly none."""
    index: str | None = None
    """The index through which it was found or signed."""
    name: str | None = None
    """The intermediate's name, or the organization a vendor built for."""
    repository: str | None = None
    """The repository that the vendor's signed data names."""
    signed_at: str | None = None
    """A proved time of signing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerFact(Fact):
    """One layer."""

    index: int
    """Counted from 0, bottom up."""
    diff_id: str
    """Digest of the uncompressed tar, as the config claims it."""
    digest: str
    """Digest of the blob."""
    media_type: str
    """Media type of the blob."""
    size: int
    """Size of the blob in bytes."""
    owner: Owner
    """Who owns it."""
    segment: int
    """The index of its segment."""
    proof: Proof
    """How its equality with the base's layer is known; for layers above the base, whether the signed manifest
    names this blob.
    """
    diff_id_checked: bool | None = None
    """`true` if the blob was opened and hashes to the diff ID; absent if it was not opened."""
    history_claim: str | None = None
    """What the config's history says about it: a claim."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigFact(Fact):
    """The configuration."""

    owner: Owner
    """Who vouches for it: the vendor only if the platform manifest is the vendor's own."""
    changes: tuple[ConfigChange, ...]
    """Every field that differs from the base's."""
    runs_as: RunsAs = field(default_factory=lambda: RunsAs(user=""))
    """The user that the process starts as."""
    vendor_labels: VendorLabels | None = None
    """What became of the vendor's labels; absent if neither the base nor the image has any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigChange(Fact):
    """A field of the configuration that differs from the base's."""

    field: str
    """`User`, `Env.NAME`, `Labels.NAME`, … as in the OCI config. A variable that is set twice has a list of
    values.
    """
    added: tuple[str, ...] = ()
    """Of a search path such as `Env.PATH`: entries that the base's does not have."""
    base: Any = None
    """The base's value; absent if it has none."""
    image: Any = None
    """The image's value; absent if it has none."""
    removed: tuple[str, ...] = ()
    """Of a search path: entries of the base's that are gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunsAs(Fact):
    """The user that the image's process starts as, names resolved through the merged `etc/passwd`."""

    user: str
    """As the config says it; empty where it says nothing, which is root."""
    root: bool | None = None
    """Whether that is root; absent for a name that could not be resolved."""
    uid: int | None = None
    """The number; absent for a name that could not be resolved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorLabels(Fact):
    """Labels in the vendor's namespace, by what became of the base's."""

    kept: int
    """How many are as the base has them."""
    changed: tuple[str, ...]
    """Those with another value."""
    removed: tuple[str, ...]
    """Those of the base that are gone."""
    added: tuple[str, ...]
    """Those that the base does not have; without a proved base all of them, because nothing shows that the
    image may bear them.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseCandidate(Fact):
    """A digest that something called the base."""

    digest: str
    """The platform manifest, or what could not be resolved to one."""
    origin: CandidateOrigin
    """Who named it."""
    outcome: CandidateOutcome
    """What came of it."""
    allowed: bool | None = None
    """Whether the policy admits it; absent if that was not looked at."""
    grade: Proof | None = None
    """The weakest layer's proof; absent if it was not compared."""
    signed: bool | None = None
    """Whether an allowed signer, the vendor's or an intermediate's, vouches for it; absent if that was not
    looked at.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureFact(Fact):
    """An image signature that verified."""

    role: Role
    """For the base, for an image between, or for the image."""
    kind: SignatureKind
    """Its form."""
    signer: SignerFact
    """Who signed."""
    subject_path: tuple[str, ...]
    """Signed digest → … → platform manifest; every step was read from checked bytes."""
    times: tuple[str, ...]
    """Proved times of signing, UTC."""
    checks: tuple[str, ...]
    """What was verified."""
    origin: Origin
    """How it was found."""
    intermediate: str | None = None
    """The intermediate's name, for one of those."""
    rule: str | None = None
    """The rule that it satisfied; absent if none used it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttestationFact(Fact):
    """An attestation that verified."""

    role: Role
    """For the base, for an image between, or for the image."""
    predicate_type: str
    """The signed predicate type."""
    signer: SignerFact
    """Who signed."""
    subject_path: tuple[str, ...]
    """Signed digest → … → platform manifest."""
    times: tuple[str, ...]
    """Proved times of signing, UTC."""
    checks: tuple[str, ...]
    """What was verified."""
    origin: Origin
    """How it was found."""
    facts: Mapping[str, Any]
    """What the predicate says: its author's word."""
    intermediate: str | None = None
    """The intermediate's name, for one of those."""
    rule: str | None = None
    """The rule that it satisfied; absent if none used it."""
    type: str | None = None
    """The policy's word for the type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnverifiedFact(Fact):
    """Something that was found and proves nothing."""

    what: UnverifiedKind
    """Signature or attestation."""
    code: Code
    """Why it proves nothing."""
    reason: str
    """The reason in words."""
    origin: Origin | None = None
    """How it was found."""
