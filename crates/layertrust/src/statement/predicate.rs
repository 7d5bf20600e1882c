//! Predicate types, matched version by version and never by prefix, and what is read of each.

use std::fmt;

use jiff::Timestamp;

use crate::code::Code;
use crate::error::{Error, Result};
use crate::json;
use crate::limits::Limits;
use crate::report::Facts;
use crate::statement::one_pass::Passing;
use crate::statement::sbom::Sbom;
use crate::statement::slsa::Provenance;
use crate::statement::vsa::Summary;

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
    /// A verification summary (SLSA).
    Vsa,
    Spdx,
    CycloneDx,
    /// Docker Scout's own SBOM.
    ScoutSbom,
    /// OpenVEX. CycloneDX can hold VEX, too.
    OpenVex,
    /// Vulnerabilities that a scanner found: in-toto's, cosign's or Docker Scout's list.
    Vulnerabilities,
    /// in-toto's test result.
    TestResult,
    /// Docker's: validated cryptographic modules.
    DhiFips,
    /// Docker's: scores of hardening guides.
    DhiStig,
    /// Docker's: credentials that a scanner found.
    DhiSecrets,
    /// Docker's: malware that a scanner found.
    DhiVirus,
    /// Docker's: results of the vendor's own tests.
    DhiTests,
    /// Docker's: the image that this one was made from.
    DhiSource,
    /// Docker Scout's own provenance.
    DhiProvenance,
    Other,
}

/// Every type that is known, drafts included, by exact URI.
#[rustfmt::skip]
const TYPES: [(&str, Kind); 44] = [
    ("https://sigstore.dev/cosign/sign/v1", Kind::ImageSignature),
    ("https://slsa.dev/provenance/v0.1", Kind::SlsaProvenance),
    ("https://slsa.dev/provenance/v0.2", Kind::SlsaProvenance),
    ("https://slsa.dev/provenance/v1", Kind::SlsaProvenance),
    ("https://slsa.dev/provenance/v1-rc1", Kind::SlsaProvenance),
    ("https://slsa.dev/provenance/v1.0?draft", Kind::SlsaProvenance),
    ("https://slsa.dev/verification_summary/v0.1", Kind::Vsa),
    ("https://slsa.dev/verification_summary/v0.2", Kind::Vsa),
    ("https://slsa.dev/verification_summary/v1", Kind::Vsa),
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
    ("https://openvex.dev/ns", Kind::OpenVex),
    ("https://openvex.dev/ns/v0.0.1", Kind::OpenVex),
    ("https://openvex.dev/ns/v0.2.0", Kind::OpenVex),
    ("https://in-toto.io/attestation/vulns", Kind::Vulnerabilities),
    ("https://in-toto.io/attestation/vulns/v0.1", Kind::Vulnerabilities),
    ("https://in-toto.io/attestation/vulns/v0.2", Kind::Vulnerabilities),
    ("https://cosign.sigstore.dev/attestation/vuln/v1", Kind::Vulnerabilities),
    ("https://scout.docker.com/vulnerabilities/v0.1", Kind::Vulnerabilities),
    ("https://in-toto.io/attestation/test-result/v0.1", Kind::TestResult),
    ("https://docker.com/dhi/fips/v0.1", Kind::DhiFips),
    ("https://docker.com/dhi/stig/v0.1", Kind::DhiStig),
    ("https://docker.com/dhi/source/v0.1", Kind::DhiSource),
    ("https://scout.docker.com/secrets/v0.1", Kind::DhiSecrets),
    ("https://scout.docker.com/virus/v0.1", Kind::DhiVirus),
    ("https://scout.docker.com/tests/v0.1", Kind::DhiTests),
    ("https://scout.docker.com/provenance/v0.1", Kind::DhiProvenance),
    // Not statements about an image's content: known, so that nobody takes them for one of the above.
    ("https://scout.docker.com/health/v0.1", Kind::Other),
    ("https://cosign.sigstore.dev/attestation/v1", Kind::Other),
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

    /// Whether a tree is made of such predicates: they are small, and much of them is wanted. Drafts are among
    /// them, which are refused for being drafts.
    pub(super) fn needs_tree(&self) -> bool {
        matches!(self.kind(), Kind::SlsaProvenance | Kind::Vsa)
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
    Summary(Box<Summary>),
    Sbom(Box<Sbom>),
    /// Recognized by type; only checked to be JSON without duplicate keys.
    Other,
}

impl Predicate {
    /// What it says, as a report shows it: its author's word.
    pub(crate) fn facts(&self) -> Facts {
        match self {
            Predicate::Provenance(provenance) => provenance.facts(),
            Predicate::Summary(summary) => summary.facts(),
            Predicate::Sbom(sbom) => sbom.facts(),
            Predicate::ImageSignature | Predicate::Other => Facts::new(),
        }
    }

    /// When what it tells of was done, by its author's word.
    pub(crate) fn time(&self) -> Option<Timestamp> {
        match self {
            Predicate::Provenance(provenance) => provenance.finished,
            Predicate::Summary(summary) => summary.verified,
            Predicate::Sbom(sbom) => sbom.created,
            Predicate::ImageSignature | Predicate::Other => None,
        }
    }

    /// Reads a predicate from its text. Predicates are maps: exact duplicate keys are refused, keys that
    /// differ by case are not.
    pub(crate) fn parse(kind: &PredicateType, text: &str, limits: &Limits) -> Result<Self> {
        let (bytes, depth) = (text.as_bytes(), limits.json_depth);
        if !kind.needs_tree() {
            let mut passing = Passing::new(kind, limits);
            json::stream(bytes, depth, WHAT, Code::PredicateInvalid, &mut passing)?;
            return passing.finish();
        }
        let node = json::parse(bytes, depth, WHAT)?;
        let provenance = |read: Result<Provenance>| read.map(|read| Predicate::Provenance(Box::new(read)));
        match (kind.kind(), kind.as_str()) {
            (_, "https://slsa.dev/provenance/v0.2") => provenance(Provenance::v0_2(&node, limits)),
            (_, "https://slsa.dev/provenance/v1") => provenance(Provenance::v1(&node, limits)),
            (_, "https://slsa.dev/verification_summary/v1") => {
                Summary::v1(&node).map(|read| Predicate::Summary(Box::new(read)))
            }
            (Kind::Vsa, draft) => Err(old_draft(draft, "a verification summary v1")
                .hint("Have it verified again by a verifier that writes v1.")),
            (_, draft) => Err(old_draft(draft, "SLSA provenance v0.2 or v1")
                .hint("Generate it again with a builder that writes v0.2 or v1.")),
        }
    }
}

/// Known for what it is, so that nobody takes it for something else, and not read: its fields have other names
/// and meanings.
fn old_draft(draft: &str, expected: &str) -> Error {
    Error::new(Code::PredicateInvalid, WHAT).expected(expected).found(format!("an old draft, {draft}"))
}
