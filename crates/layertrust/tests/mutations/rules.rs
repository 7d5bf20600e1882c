//! What a mutant of each role must come to, and why. Decided from the contract, section 4, not from the code.

use layertrust::report::{InputRole, Report};

/// What of a document is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    /// The document itself.
    Whole,
    /// The statement inside an envelope or bundle.
    Payload,
}

/// What the verdict uses a document as: one word for the table that is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    Config,
    Manifest,
    BaseConfig,
    BaseManifest,
    /// Bytes that are signed themselves: a simple-signing payload, or the statement in an envelope.
    Signed,
    AttestationManifest,
    Statement,
    /// An index that signed data names.
    SignedIndex,
    /// An index on the way that nobody signed: each image in it was signed itself.
    OpenIndex,
    /// An envelope or bundle around what is signed.
    Envelope,
    Carrier,
    /// No input of the verdict.
    Other,
    /// `index.json`, which nobody signs.
    Root,
    /// `oci-layout`.
    Marker,
}

impl Place {
    /// The place of an input; the most binding one if it has several.
    pub(crate) fn of(digest: &str, level: Level, is_envelope: bool, report: &Report) -> Place {
        let roles = report.inputs.iter().filter(|input| input.digest == digest).map(|input| input.role);
        let place = |role| match role {
            InputRole::Config => Place::Config,
            InputRole::Manifest => Place::Manifest,
            // An image between is proved as a base is, and the cases that have one require it.
            InputRole::BaseConfig | InputRole::IntermediateConfig => Place::BaseConfig,
            InputRole::BaseManifest | InputRole::IntermediateManifest => Place::BaseManifest,
            InputRole::Signed if is_envelope && level == Level::Whole => Place::Envelope,
            InputRole::Signed => Place::Signed,
            InputRole::AttestationManifest => Place::AttestationManifest,
            InputRole::Statement => Place::Statement,
            InputRole::Index if is_named_by_signed_data(digest, report) => Place::SignedIndex,
            InputRole::Index => Place::OpenIndex,
            InputRole::Carrier => Place::Carrier,
            other => panic!("an input of a role that this test does not know: {other:?}"),
        };
        roles.map(place).min().unwrap_or(Place::Other)
    }

    /// Whether somebody signed these bytes, themselves or through a digest in signed bytes. Then any change,
    /// a mere space included, must cost the verdict or at least a verified fact.
    pub(crate) fn is_signed(self) -> bool {
        self <= Place::SignedIndex
    }

    /// Whether a log or a timestamp covers these very bytes though no signature does: cosign 1 handed out its
    /// envelopes as they are.
    pub(crate) fn is_logged_as_it_is(self, image: &str) -> bool {
        self == Place::Envelope && ["keyless-legacy", "derived-keyless-legacy"].contains(&image)
    }

    /// Whether signed provenance names the base by this very index, and a rule asks for that.
    pub(crate) fn is_a_named_dependency(self, image: &str) -> bool {
        let asked = [
            "provenance-base-dependency",
            "provenance-builder-images",
            "provenance-builder-images-none",
            "chain-three-segments",
            "chain-four-segments",
            "chain-longer-unsigned",
        ];
        self == Place::OpenIndex && asked.contains(&image)
    }

    /// Whether a change that leaves the meaning alone must leave every fact alone.
    pub(crate) fn is_unsigned(self) -> bool {
        matches!(self, Place::OpenIndex | Place::Envelope | Place::Carrier)
    }

    /// Whether a result beside the one that counts holds the verdict by its proved time alone: without it, which of
    /// them is the newer cannot be told.
    pub(crate) fn is_told_apart_by_time(self, image: &str) -> bool {
        self == Place::Other && image == "vsa-passed-later"
    }

    /// Whether another document may stand in for one of this place. Stated here, so that a verifier that
    /// accepts too much finds no excuse in its own answers.
    pub(crate) fn may_have_twin(self, image: &str, is_real: bool) -> bool {
        let has_two_bases = ["longest-base-wins", "derived-two-bases-longest"].contains(&image);
        match self {
            // No other bytes are this image.
            Place::Config | Place::Manifest => false,
            Place::BaseConfig | Place::BaseManifest => has_two_bases,
            // Provenance that only says when it was signed, beside an image signature that a log dates as well.
            Place::Signed if image == "image-age-by-provenance-signature" => true,
            // Of the real images the vendor signed the index and attested each platform, and either vouches; some
            // organizations signed index and platform. The testkit's have one of each.
            _ => is_real || has_two_bases,
        }
    }

    /// Codes of which a refusal must show one, the most telling first.
    pub(crate) fn codes(self) -> Vec<&'static str> {
        let lists: &[&[&str]] = match self {
            // The signature is for other bytes, or the bytes are no image any more. Of the vendor's own
            // image the signature is the base's.
            Place::Config | Place::Manifest | Place::SignedIndex => &[STRUCTURE, SIGNATURE, BASE, REST],
            // An index that nobody signed can still be no index, or lead nowhere: to no image, or to no base.
            Place::OpenIndex => &[STRUCTURE, BASE, REST],
            // The base's documents: the base is not signed, not at hand, or not this image's.
            Place::BaseConfig | Place::BaseManifest => &[BASE, CONFLICT, REST],
            // Whatever satisfied the rule does so no more: the image's signature, an attestation, or what
            // vouched for the base.
            Place::Signed
            | Place::AttestationManifest
            | Place::Statement
            | Place::Envelope
            | Place::Carrier => &[SIGNATURE, ATTESTATION, BASE, WITNESS, REST],
            Place::Other | Place::Root | Place::Marker => {
                &[STRUCTURE, SIGNATURE, ATTESTATION, BASE, WITNESS, REST]
            }
        };
        lists.concat()
    }
}

/// The bytes are not what their descriptor or specification says.
const STRUCTURE: &[&str] = &[
    "malformed",
    "duplicate-key",
    "digest-mismatch",
    "blob-missing",
    "media-type-mismatch",
    "unsupported-format",
    "platform-missing",
    "platform-mismatch",
    "platform-ambiguous",
    "diff-id-mismatch",
];
/// The image's signature is none, or is for other bytes.
const SIGNATURE: &[&str] =
    &["subject-mismatch", "signature-missing", "signature-invalid", "signer-not-allowed"];
/// An attestation is none, or is not what it says.
const ATTESTATION: &[&str] = &[
    "attestation-missing",
    "attestation-unsigned",
    "subject-mismatch",
    "predicate-mismatch",
    "signature-invalid",
    "attestation-conflict",
];
/// The base is none, or nobody vouches for it.
const BASE: &[&str] =
    &["base-missing", "base-unavailable", "base-not-proved", "base-unsigned", "base-not-allowed"];
/// The certificate, the log entry or the timestamp beside a signature does not hold.
const WITNESS: &[&str] = &[
    "certificate-invalid",
    "certificate-expired",
    "tlog-invalid",
    "tlog-missing",
    "timestamp-invalid",
    "time-not-proved",
];
/// What is left satisfies the rule no more: older provenance, an older or another summary, a base whose index is
/// not at hand.
const REST: &[&str] =
    &["image-too-old", "base-too-old", "dependency-not-allowed", "result-not-allowed", "rule-not-evaluated"];
/// Equal blobs under unequal diff IDs.
const CONFLICT: &[&str] = &["diff-id-mismatch"];

fn is_named_by_signed_data(index: &str, report: &Report) -> bool {
    report.platforms.iter().any(|platform| {
        let signatures = platform.signatures.iter().map(|one| &one.subject_path);
        let attestations = platform.attestations.iter().map(|one| &one.subject_path);
        signatures.chain(attestations).flatten().any(|digest| digest == index)
    })
}
