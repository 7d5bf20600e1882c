//! Predicate types, matched version by version and never by prefix, and what is read of each.

use std::fmt;

use crate::code::Code;
use crate::error::{Error, Result};
use crate::json::{self, Member, Sound};
use crate::limits::Limits;
use crate::statement::slsa::Provenance;

const WHAT: &str = "predicate";

/// A predicate type URI.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PredicateType(String);

/// What kind of statement a type announces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// cosign's image signature in DSSE form.
    ImageSignature,
    SlsaProvenance,
    Spdx,
    CycloneDx,
    /// Docker Scout's own SBOM.
    ScoutSbom,
    Other,
}

/// Every type that is an SBOM, and SLSA provenance with its drafts, by exact URI.
const TYPES: [(&str, Kind); 23] = [
    ("https://sigstore.dev/cosign/sign/v1", Kind::ImageSignature),
    ("https://slsa.dev/provenance/v0.1", Kind::SlsaProvenance),
    ("https://slsa.dev/provenance/v0.2", Kind::SlsaProvenance),
    ("https://slsa.dev/provenance/v1", Kind::SlsaProvenance),
    ("https://slsa.dev/provenance/v1-rc1", Kind::SlsaProvenance),
    ("https://slsa.dev/provenance/v1.0?draft", Kind::SlsaProvenance),
    ("https://spdx.dev/Document", Kind::Spdx),
    ("https://spdx.dev/Document/v2.2", Kind::Spdx),
    ("https://spdx.dev/Document/v2.3", Kind::Spdx),
    ("https://spdx.dev/Document/v3", Kind::Spdx),
    ("https://spdx.dev/Document/v3.0", Kind::Spdx),
    ("https://spdx.dev/Document/v3.0.1", Kind::Spdx),
    ("https://cyclonedx.org/bom", Kind::CycloneDx),
    ("https://cyclonedx.org/bom/v1", Kind::CycloneDx),
    ("https://cyclonedx.org/bom/v1.0", Kind::CycloneDx),
    ("https://cyclonedx.org/bom/v1.1", Kind::CycloneDx),
    ("https://cyclonedx.org/bom/v1.2", Kind::CycloneDx),
    ("https://cyclonedx.org/bom/v1.3", Kind::CycloneDx),
    ("https://cyclonedx.org/bom/v1.4", Kind::CycloneDx),
    ("https://cyclonedx.org/bom/v1.5", Kind::CycloneDx),
    ("https://cyclonedx.org/bom/v1.6", Kind::CycloneDx),
    ("https://cyclonedx.org/bom/v1.7", Kind::CycloneDx),
    ("https://scout.docker.com/sbom/v0.1", Kind::ScoutSbom),
];

impl PredicateType {
    pub(crate) fn new(uri: &str) -> Self {
        PredicateType(uri.to_owned())
    }

    pub(crate) fn kind(&self) -> Kind {
        TYPES.iter().find(|(uri, _)| *uri == self.0).map_or(Kind::Other, |(_, kind)| *kind)
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PredicateType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What is read of a predicate.
#[derive(Debug)]
pub(crate) enum Predicate {
    /// An image signature: its predicate says nothing.
    ImageSignature,
    Provenance(Box<Provenance>),
    /// Recognized by type; only checked to be JSON without duplicate keys.
    Other,
}

impl Predicate {
    /// Whether nobody reads the predicate of the statement that begins with these members.
    pub(crate) fn is_unread(before: &[Member<'_>]) -> bool {
        let kind = before.iter().find(|(key, _)| key == "predicateType").and_then(|(_, kind)| kind.as_str());
        kind.is_some_and(|kind| PredicateType::new(kind).kind() != Kind::SlsaProvenance)
    }

    /// Reads a predicate from its text. Predicates are maps: exact duplicate keys are refused, keys that
    /// differ by case are not.
    pub(crate) fn parse(kind: &PredicateType, text: &str, limits: &Limits) -> Result<Self> {
        let (bytes, depth) = (text.as_bytes(), limits.json_depth);
        if kind.kind() != Kind::SlsaProvenance {
            return json::check(bytes, depth, WHAT).and_then(|sound| Self::unread(kind, sound));
        }
        let node = json::parse(bytes, depth, WHAT)?;
        let read = match kind.as_str() {
            "https://slsa.dev/provenance/v0.2" => Provenance::v0_2(&node, limits),
            "https://slsa.dev/provenance/v1" => Provenance::v1(&node, limits),
            // Known for what they are, so that nobody takes them for something else, and not read: their
            // fields have other names and meanings.
            draft => Err(Error::new(Code::PredicateInvalid, WHAT)
                .expected("SLSA provenance v0.2 or v1")
                .found(format!("an old draft, {draft}"))
                .hint("Generate it again with a builder that writes v0.2 or v1.")),
        };
        read.map(|read| Predicate::Provenance(Box::new(read)))
    }

    /// A predicate that was only checked.
    pub(crate) fn unread(kind: &PredicateType, sound: Sound) -> Result<Self> {
        match (kind.kind(), sound) {
            (Kind::ImageSignature, _) => Ok(Predicate::ImageSignature),
            // `cosign attest --type spdx`: the document, JSON or not, in one string.
            (Kind::Spdx, Sound::Text) => Ok(Predicate::Other),
            (Kind::Spdx | Kind::CycloneDx | Kind::ScoutSbom, Sound::Object) => Ok(Predicate::Other),
            (Kind::Spdx | Kind::CycloneDx | Kind::ScoutSbom, _) => {
                Err(Error::new(Code::PredicateInvalid, WHAT)
                    .expected("an SBOM, which is an object, or of SPDX also its text")
                    .found("something else"))
            }
            (Kind::SlsaProvenance | Kind::Other, _) => Ok(Predicate::Other),
        }
    }
}
