# Generated from docs/*.schema.json by `make generate`. Do not edit.
"""The words that documents are written in."""

from __future__ import annotations

from layertrust._word import Word


class CandidateOrigin(Word):
    """Who named a base candidate."""

    PROVENANCE = "provenance"
    """Provenance that verified."""
    CALLER = "caller"
    """The caller, by `bases`."""
    EVIDENCE = "evidence"
    """It lies in a source of evidence."""
    ITSELF = "itself"
    """The image itself may be the vendor's own."""
    UNSIGNED = "unsigned"
    """Annotations or provenance that nobody we know signed."""


class CandidateOutcome(Word):
    """What came of a base candidate."""

    BASE = "base"
    """It is the base."""
    INTERMEDIATE = "intermediate"
    """It is an image between the base and this one."""
    SHORTER = "shorter"
    """It is a base too, but a longer one (or an equal one, by a fixed order) was chosen."""
    NOT_PREFIX = "not-prefix"
    """Its layers are not proved to be the bottom of this image."""
    OTHER_PLATFORM = "other-platform"
    """It is for another platform."""
    UNSIGNED = "unsigned"
    """No allowed signer vouches for it."""
    NOT_ALLOWED = "not-allowed"
    """The policy does not admit it."""
    REVOKED = "revoked"
    """The policy revokes it."""
    NOT_AT_HAND = "not-at-hand"
    """Its manifest or config is not there, or not readable."""


class ChangeKind(Word):
    """The kinds of change to what lower layers hold."""

    REPLACE = "replace"
    """Other content, another link target, or a narrower mode or owner."""
    DELETE = "delete"
    """No longer there. A directory is one change, and so is an opaque one."""
    REDIRECT = "redirect"
    """A directory became a link or another type, or a link to one became something else."""
    PRIVILEGE = "privilege"
    """Set-user-ID, capabilities, a wider mode or owner."""
    SHADOW = "shadow"
    """A new file that comes before the base's of the same name in a search path."""
    METADATA = "metadata"
    """Written again with nothing that a process can notice."""


class ChangeSeverity(Word):
    """How much a change matters."""

    HIGH = "high"
    """It decides what runs, who may do what, or whom programs trust."""
    MEDIUM = "medium"
    """It alters the vendor's content elsewhere."""
    LOW = "low"
    """Nothing a process can notice."""


class ImageKind(Word):
    """What an image reference led to."""

    INDEX = "index"
    """An index of images."""
    MANIFEST = "manifest"
    """One image's manifest."""


class InputRole(Word):
    """What a document was used as."""

    INDEX = "index"
    """An index on the way to an image or base."""
    MANIFEST = "manifest"
    """A platform manifest of the image."""
    CONFIG = "config"
    """A config of the image."""
    BASE_MANIFEST = "base-manifest"
    """The base's platform manifest."""
    BASE_CONFIG = "base-config"
    """The base's config."""
    INTERMEDIATE_MANIFEST = "intermediate-manifest"
    """The platform manifest of an image between the base and this one."""
    INTERMEDIATE_CONFIG = "intermediate-config"
    """Its config."""
    CARRIER = "carrier"
    """The manifest that carries a signature or envelope."""
    SIGNED = "signed"
    """Signed bytes: a payload, an envelope or a bundle."""
    ATTESTATION_MANIFEST = "attestation-manifest"
    """A manifest of plain statements that was signed directly."""
    STATEMENT = "statement"
    """A plain statement under such a manifest."""


class Layers(Word):
    """Which layer blobs are opened."""

    AUTO = "auto"
    """Those that proof and policy need."""
    ALL = "all"
    """All of them."""
    NONE = "none"
    """None; rules that need one are `rule-not-evaluated`."""


class Mode(Word):
    """What a rejection means to the caller."""

    ENFORCE = "enforce"
    """A rejection is a failure."""
    AUDIT = "audit"
    """Same verdict and findings, exit status 0."""


class NowSource(Word):
    """Where `now` came from."""

    ARGUMENT = "argument"
    """The caller gave it."""
    CLOCK = "clock"
    """The caller read its clock."""


class Origin(Word):
    """How a piece of evidence was found: a class, never a location."""

    REFERRER = "referrer"
    """By its `subject` (distribution-spec, referrers)."""
    FALLBACK_TAG = "fallback-tag"
    """By the tag `sha256-<hex>` that stands in for the referrers API."""
    COSIGN_TAG = "cosign-tag"
    """By cosign's tags `sha256-<hex>.sig` and `.att`."""
    COSIGN_SAVE = "cosign-save"
    """By the `kind` annotation of `cosign save`."""
    BUNDLE_FILE = "bundle-file"
    """In a file that the caller gave, or beside the image in a folder of skopeo's."""
    INDEX_CHILD = "index-child"
    """As a child of the image's own index, as BuildKit writes attestations."""


class Owner(Word):
    """Who owns a run of layers, or the configuration."""

    VENDOR = "vendor"
    """The vendor's catalog product."""
    VENDOR_CUSTOMIZATION = "vendor-customization"
    """Built by the vendor for an organization, which chose the content."""
    INTERMEDIATE = "intermediate"
    """Another image between the vendor's and this one."""
    ORG = "org"
    """The organization that signed the image."""
    UNATTRIBUTED = "unattributed"
    """Nobody who is allowed to."""


class Proof(Word):
    """How the equality of a layer with the base's is known. Only the last two make a base."""

    NONE = "none"
    """Not, or refuted."""
    CLAIMED = "claimed"
    """The configs list the same diff ID; nobody opened the blob."""
    RECOMPUTED = "recomputed"
    """The image's blob was opened and hashes to the diff ID."""
    SAME_BLOB = "same-blob"
    """The very same blob."""


class Role(Word):
    """What a signature or attestation counts for."""

    BASE = "base"
    """For the base."""
    INTERMEDIATE = "intermediate"
    """For an image between the base and the organization's."""
    ORG = "org"
    """For the organization's image."""


class RuleAnswer(Word):
    """Whether a rule would hold."""

    WOULD_HOLD = "would-hold"
    """It would."""
    WOULD_NOT_HOLD = "would-not-hold"
    """It would not."""
    CANNOT_BE_TOLD = "cannot-be-told"
    """The report does not hold what it needs."""


class Severity(Word):
    """How much a finding weighs. Only errors decide a verdict."""

    ERROR = "error"
    """The image is rejected."""
    WARNING = "warning"
    """Worth a look; changes no verdict."""
    INFO = "info"
    """A fact worth naming."""


class SignatureKind(Word):
    """The form of an image signature."""

    SIMPLE_SIGNING = "simple-signing"
    """cosign's simple signing."""
    DSSE = "dsse"
    """A DSSE statement of cosign's image-signature type."""


class SignedAt(Word):
    """Where the organization's signature is."""

    PLATFORM = "platform"
    """On the platform manifest (and perhaps on an index too)."""
    INDEX = "index"
    """Only on an index that contains it."""


class SignerKind(Word):
    """What a signer is known by."""

    KEY = "key"
    """A public key."""
    CERTIFICATE = "certificate"
    """A certificate that an authority issued to an identity."""


class SuspiciousClass(Word):
    """Classes of what deserves a look."""

    PACKAGE_CACHE = "package-cache"
    """Caches and lists of package managers."""
    BUILD_TOOL = "build-tool"
    """Compilers, debuggers and download tools."""
    SHELL = "shell"
    """Shells that the base does not have."""
    PACKAGE_MANAGER = "package-manager"
    """Package managers that the base does not have."""
    VCS = "vcs"
    """Folders of version control."""
    SECRET = "secret"
    """Credentials, by name or by shape. Their values are never shown."""
    CORE_DUMP = "core-dump"
    """Memory of a program that crashed."""
    WORLD_WRITABLE = "world-writable"
    """Everybody may write, without the sticky bit."""
    SETUID = "setuid"
    """A program that runs as its owner or group."""
    LOADER_CONFIG = "loader-config"
    """Configuration of the dynamic loader."""
    ACCOUNT_DB = "account-db"
    """Users, groups, passwords and who may become whom."""
    PACKAGE_DB = "package-db"
    """Databases of package managers."""
    CA_STORE = "ca-store"
    """Certificates that programs trust."""


class TrialOutcome(Word):
    """What a policy would say about an image."""

    WOULD_BE_REJECTED = "would-be-rejected"
    """At least one rule would not hold."""
    CANNOT_BE_TOLD = "cannot-be-told"
    """No rule would fail for sure, and at least one cannot be told from a report."""
    WOULD_BE_ACCEPTED_AS_FAR_AS_TOLD = "would-be-accepted-as-far-as-told"
    """Every rule would hold, as far as the report tells."""


class UnverifiedKind(Word):
    """What something unverified would have been."""

    SIGNATURE = "signature"
    """A signature."""
    ATTESTATION = "attestation"
    """An attestation."""


class VendorClass(Word):
    """What a vendor's signed data says an image is."""

    CATALOG = "catalog"
    """The vendor's product, `dhi/X`."""
    CUSTOMIZATION = "customization"
    """Built by the vendor for an organization, `<org>/dhi-X`."""
    OTHER = "other"
    """Anything else; never admitted."""


class Verdict(Word):
    """Yes, no, or could not answer."""

    ACCEPTED = "accepted"
    """No error finding."""
    REJECTED = "rejected"
    """At least one error finding."""
    UNKNOWN = "unknown"
    """Something could not be looked at, and nothing seen decides the question."""
