"""Who vouches for each layer of a container image, and is that good enough to run it?

Verifies offline, from bytes: signatures, attestations, the proof that a vendor's base is the bottom of an
image, and a policy about all of it. It opens no network connection.

>>> import layertrust
>>> policy = layertrust.Policy.from_file("testdata/demo/policy.toml")
>>> report = layertrust.verify("oci:testdata/demo/image", policy, ["oci:testdata/demo/base"])
>>> [(segment.owner.value, segment.layers) for segment in report.platforms[0].segments]
[('vendor', (0, 5)), ('org', (5, 8))]
"""

from __future__ import annotations

from layertrust import _native
from layertrust._batch import Answered, OnProgress, Progress
from layertrust._blob import BlobReport
from layertrust._codes import Code
from layertrust._comparison import (
    Comparison,
    FileChanges,
    FileCount,
    OwnedPackage,
    PackageChanges,
    PathChange,
    PlatformComparison,
    Side,
    VersionChange,
)
from layertrust._contents import (
    AddedFact,
    AddedFolder,
    AddedLayer,
    ChangeFact,
    PackageFact,
    PackageList,
    PackagesFact,
    SbomFact,
    SbomsFact,
    SuspiciousFact,
)
from layertrust._exceptions import (
    InputError,
    InternalError,
    LayerTrustError,
    PolicyError,
    Rejected,
    SourceError,
    UsageError,
    VerificationError,
)
from layertrust._files import verify_blob
from layertrust._platform import (
    AttestationFact,
    BaseCandidate,
    ConfigChange,
    ConfigFact,
    LayerFact,
    PlatformReport,
    RunsAs,
    SegmentFact,
    SignatureFact,
    UnverifiedFact,
    VendorLabels,
)
from layertrust._policy import Policy
from layertrust._policy_builder import PolicyBuilder
from layertrust._policy_rules import AllowedChange, AttestationRule, RevokedBase
from layertrust._questions import compare, inspect, verify, verify_many
from layertrust._report import ExceptionFact, Finding, Input, Options, Report, Scope
from layertrust._shared import ImageFact, Now, PolicyFact, RootFact, SignerFact, Tool
from layertrust._source import Image, Source
from layertrust._trial import Trial, TriedReport, TriedRule
from layertrust._verifier import Verifier
from layertrust._words import (
    CandidateOrigin,
    CandidateOutcome,
    ChangeKind,
    ChangeSeverity,
    ImageKind,
    InputRole,
    Layers,
    Mode,
    NowSource,
    Origin,
    Owner,
    Proof,
    Role,
    RuleAnswer,
    Severity,
    SignatureKind,
    SignedAt,
    SignerKind,
    SuspiciousClass,
    TrialOutcome,
    UnverifiedKind,
    VendorClass,
    Verdict,
)

__version__ = _native.version()

__all__ = [
    "AddedFact",
    "AddedFolder",
    "AddedLayer",
    "AllowedChange",
    "Answered",
    "AttestationFact",
    "AttestationRule",
    "BaseCandidate",
    "BlobReport",
    "CandidateOrigin",
    "CandidateOutcome",
    "ChangeFact",
    "ChangeKind",
    "ChangeSeverity",
    "Code",
    "Comparison",
    "ConfigChange",
    "ConfigFact",
    "ExceptionFact",
    "FileChanges",
    "FileCount",
    "Finding",
    "Image",
    "ImageFact",
    "ImageKind",
    "Input",
    "InputError",
    "InputRole",
    "InternalError",
    "LayerFact",
    "LayerTrustError",
    "Layers",
    "Mode",
    "Now",
    "NowSource",
    "OnProgress",
    "Options",
    "Origin",
    "OwnedPackage",
    "Owner",
    "PackageChanges",
    "PackageFact",
    "PackageList",
    "PackagesFact",
    "PathChange",
    "PlatformComparison",
    "PlatformReport",
    "Policy",
    "PolicyBuilder",
    "PolicyError",
    "PolicyFact",
    "Progress",
    "Proof",
    "Rejected",
    "Report",
    "RevokedBase",
    "Role",
    "RootFact",
    "RuleAnswer",
    "RunsAs",
    "SbomFact",
    "SbomsFact",
    "Scope",
    "SegmentFact",
    "Severity",
    "Side",
    "SignatureFact",
    "SignatureKind",
    "SignedAt",
    "SignerFact",
    "SignerKind",
    "Source",
    "SourceError",
    "SuspiciousClass",
    "SuspiciousFact",
    "Tool",
    "Trial",
    "TrialOutcome",
    "TriedReport",
    "TriedRule",
    "UnverifiedFact",
    "UnverifiedKind",
    "UsageError",
    "VendorClass",
    "VendorLabels",
    "Verdict",
    "VerificationError",
    "Verifier",
    "VersionChange",
    "__version__",
    "compare",
    "inspect",
    "verify",
    "verify_blob",
    "verify_many",
]
